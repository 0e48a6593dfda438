"""Estimate the minutes of each section of a lesson: `python tests/tools/lesson_minutes.py [names]`.

It counts what a learner who works alone has to do, and multiplies by the rates below. Nobody was
timed. Folded hints and answers of exercises are not counted, nor the reading list; sections *for some
minutes more* come on top of the rest. With `--run` the lessons are run, and the time that their cells take is
counted as well. With `--write` the tables go into the instructors' guide.
"""

import argparse
import keyword
import re
import sys
from datetime import datetime

import nbformat
import refresh_notebooks
from nbclient import NotebookClient

# Brysbaert (2019, Journal of Memory and Language 109) found 238 words a minute for English prose in
# silent reading by native speakers. Ours is a second language, with formulas.
WORDS_A_MINUTE = 130
# What each of these takes, in minutes: our choice.
MINUTES = {
    "formulas": 0.5,  # a displayed one, read beside its code
    "new code": 1 / 3,  # a line of a kind that the lesson has not shown before: to be understood
    "code": 0.1,  # one that only names another step, surface or number
    "aside": 0.05,  # an import, the text of a picture, room for a guess: passed over
    "printed": 0.03,  # a line of output
    "pictures": 0.5,  # a figure that stands still
    "predictions": 1,
    "questions": 1,
    "panels": 2,  # to play with it
    "plays": 2,  # to reach the target, in a panel that is counted too
    "exercises": 5,  # to think, write and follow a hint; and one more for each line to write
    "to write": 1,
}
BY_HAND = ("plays", "exercises", "to write")  # what a class may leave out
GUIDE = refresh_notebooks.FOLDER / "instructor" / "guide.md"
NUMBERS = {word: number for number, word in enumerate("no one two three four five six seven eight".split())}
WITHOUT_LINES = 2  # an exercise on paper, or in words, counts like so many lines
ASIDE = re.compile(r"""#|(from|import|alt)\b|print\(f?"[^{]*"\)$|[\w.]*$|[\W_]*$|f?["'][^{]*["'],?$""")
NOT_READ = r"<details>\s*<summary><b>[^<]*\b(?:hint|answer|aim)\b.*?</details>"


def sections(cells):
    """The lesson in pieces, from one `##` to the next.

    Parameters
    ----------
    cells : list of NotebookNode

    Returns
    -------
    dict of str to list
        By title (the opening is called "Opening"): strings for prose, and code cells.
    """
    title, result = "Opening", {"Opening": []}
    for cell in cells:
        if cell.cell_type == "code":
            result[title].append(cell)
            continue
        for piece in re.split(r"^(?=## )", cell.source, flags=re.MULTILINE):
            if piece.startswith("## "):
                title = piece.split("\n")[0][3:]
                result.setdefault(title, [])
            result[title].append(piece)
    return result


def kind(line):
    """What a line of code is when numbers, texts and the reader's own names are left out.

    Parameters
    ----------
    line : str

    Returns
    -------
    str
        Empty for a line that is passed over.

    Examples
    --------
    >>> kind("run = descend(steps.adam, surfaces.bowl, eta=0.1)")
    'x = descend(x, …, eta=0)'
    >>> kind("import numpy as np")
    ''
    """
    line = line.strip()
    if ASIDE.match(line):
        return ""
    line = re.sub(r"\bf?(\"[^\"]*\"|'[^']*')|(\"[^\"]*\"|'[^']*')", "text", line.partition("  #")[0])
    line = re.sub(r"\b(steps|surfaces|problems)\.\w+", "x", line)
    line = re.sub(r"(?<![\w.])\d[\w.]*", "0", line)
    names = r"(?<![\w.])[^\W\d]\w*(?!\w|\(|=)"
    line = re.sub(names, lambda name: name[0] if keyword.iskeyword(name[0]) else "x", line)
    return re.sub(r"\b([x0])(, \1\b)+", r"\1, …", line)  # three of a kind are read like two


def measure(parts, seen=None):
    """Count what is to be read, run, predicted, played with and written.

    Parameters
    ----------
    parts : list of str or NotebookNode
        A section as `sections` gives it.
    seen : set of str, optional
        Kinds of lines that the reader has met; those of this section are added.

    Returns
    -------
    dict of str to float
        Counts by the keys of `MINUTES`, and `words` and `seconds`.
    """
    prose = "\n".join(part for part in parts if isinstance(part, str))
    cells = [part for part in parts if not isinstance(part, str)]
    code = "\n".join(cell.source for cell in cells)
    outputs = [output for cell in cells for output in cell.outputs]
    panels = len(re.findall(r"\b(?:explore|race|anatomy|map)\(", code))
    images = sum("image/png" in output.get("data", {}) for output in outputs)
    holes = re.findall(r"\*\*Exercise \d+ \((?:about )?(\w+)( lines?)?", prose)
    kinds = [kind(line) for line in code.splitlines() if line.strip()]
    new = set(kinds) - {""} - (seen or set())
    if seen is not None:
        seen |= new
    text = re.sub(r"\*\*Reading\.\*\*.*", "", prose, flags=re.DOTALL)  # for afterwards
    text = re.sub(
        rf"{NOT_READ}|</?(?:details|summary|b)>|\$\$.*?\$\$|\]\([^)]*\)", " ", text, flags=re.DOTALL
    )
    text = re.sub(r"\$[^$]*\$", " x ", text)  # read as one word
    return {
        "words": len(re.findall(r"\w[\w'’.,-]*", text)),
        "formulas": prose.count("$$") // 2,
        "new code": len(new),
        "code": len(kinds) - len(new) - kinds.count(""),
        "aside": kinds.count(""),
        "printed": sum(output.get("text", "").count("\n") for output in outputs),
        "pictures": max(images - panels, 0),
        "predictions": prose.count("**Predict.**"),
        "questions": prose.count("**Question"),
        "panels": panels,
        "plays": prose.count("**Play.**"),
        "exercises": len(holes),
        "to write": sum(NUMBERS.get(word, 0) if lines else WITHOUT_LINES for word, lines in holes),
        "seconds": sum(_seconds(cell) for cell in cells),
    }


def _seconds(cell):
    """How long the cell ran; 0 when that was not recorded."""
    times = cell.metadata.get("execution", {})
    try:
        begin, end = times["iopub.execute_input"], times["shell.execute_reply"]
    except KeyError:
        return 0
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()


def minutes(counts):
    """The estimate for what was counted.

    Parameters
    ----------
    counts : dict of str to float
        As `measure` gives it.

    Returns
    -------
    along, by_hand : float
        To read, predict, run and look; and to do the exercises.
    """
    by_hand = sum(counts[name] * MINUTES[name] for name in BY_HAND)
    along = sum(counts[name] * rate for name, rate in MINUTES.items() if name not in BY_HAND)
    return along + counts["words"] / WORDS_A_MINUTE + counts["seconds"] / 60, by_hand


def stated(cells):
    """The minutes that a lesson promises in its opening; None if it does not.

    Parameters
    ----------
    cells : list of NotebookNode

    Returns
    -------
    int or None
    """
    found = re.search(r"\*\*Time:\*\*[^\d]*(\d+) minutes", cells[0].source + cells[1].source)
    return int(found[1]) if found else None


def is_more(title):
    """Whether a section comes on top of the rest: its title says for how many minutes."""
    return bool(re.search(r"\(\d+ minutes? more\)$", title))


def by_section(cells):
    """The counts of each section, by its title; a kind of line is new where it stands first.

    Parameters
    ----------
    cells : list of NotebookNode

    Returns
    -------
    dict of str to dict
        The counts are those of `measure`.
    """
    seen = set()
    return {title: measure(parts, seen) for title, parts in sections(cells).items()}


def core(counted):
    """The counts of all sections together that do not come on top.

    Parameters
    ----------
    counted : dict of str to dict
        As `by_section` gives it.

    Returns
    -------
    dict of str to float
    """
    parts = [counts for title, counts in counted.items() if not is_more(title)]
    return {key: sum(counts[key] for counts in parts) for key in parts[0]}


def table(title, cells):
    """The minutes of a lesson's sections, as Markdown.

    Parameters
    ----------
    title : str
    cells : list of NotebookNode

    Returns
    -------
    str
    """
    shown = ["words", "predictions", "panels", "exercises"]
    lines = [f"| {title} | minutes | and exercises | {' | '.join(shown)} |", "|---" * (len(shown) + 3) + "|"]
    all_counts = by_section(cells)
    total = core(all_counts)
    last = f"**All** but *minutes more* (the lesson says {stated(cells)})"
    for name, counts in [*all_counts.items(), (last, total)]:
        along, by_hand = minutes(counts)
        numbers = [f"{along:.0f}", f"{by_hand:.0f}", *(str(counts[key]) for key in shown)]
        lines.append(f"| {name} | {' | '.join(numbers)} |")
    return "\n".join(lines)


def main(names, run=False, write=False):
    """Print a table for each lesson, or write them into the guide.

    Parameters
    ----------
    names : list of str
        As for refresh_notebooks.py.
    run, write : bool
    """
    folders = [refresh_notebooks.FOLDER, *([refresh_notebooks.FOLDER / "more"] if names else [])]
    lessons = [path for path in refresh_notebooks.find_notebooks() if path.parent in folders]
    tables = []
    for path in refresh_notebooks.choose(names, lessons):
        notebook = nbformat.read(path, as_version=4)
        if run:
            NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}}).execute()
        tables.append(table(path.stem, notebook.cells))
    text = "\n\n".join(tables)
    if write:
        before, _, rest = GUIDE.read_text(encoding="utf-8").partition("<!-- minutes -->")
        after = rest.partition("<!-- end of minutes -->")[2]
        marked = f"<!-- minutes -->\n\n{text}\n\n<!-- end of minutes -->"
        GUIDE.write_text(before + marked + after, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Estimate the minutes of each section of the lessons.")
    parser.add_argument("names", nargs="*", help="such as 05 or after_adam; all lessons when left out")
    parser.add_argument("--run", action="store_true", help="run the lessons, and count that time as well")
    parser.add_argument("--write", action="store_true", help="put the tables into the instructors' guide")
    arguments = parser.parse_args()
    sys.exit(main(**vars(arguments)))
