"""Make one set of slides for a timetable of the guide: `python tests/tools/deck.py --plan 90`.

Or for whole lessons: `python tests/tools/deck.py 05`. It goes into the folder `slides`. The sections are
those of the timetable, in its order; *Say*, *Ask the room* and *Answers* of the guide become speaker notes
(key S). What a slide cannot do is left out: sentences that send the reader to a cell, and those about a
panel that is not on the slides. Where `slides/node_modules` has what npm brings, slides need no internet.
"""

import argparse
import json
import re
import sys

import lesson_slides
import nbformat
import refresh_notebooks
import timetables

ROOT = refresh_notebooks.FOLDER.parent
SETTINGS = refresh_notebooks.FOLDER / "instructor" / "slides.json"
# reveal.js puts its arrows over the number of the slide
STYLE = "<style>.reveal .slide-number { right: auto; left: 8px; }</style>\n</head>"
STARTS = ("slide", "subslide")
OFFLINE = {  # what npm brings, beside the slides
    "reveal_url_prefix": "node_modules/reveal.js",
    "jquery_url": "node_modules/jquery/dist/jquery.min.js",
    "require_js_url": "node_modules/requirejs/require.js",
    "mathjax_url": "node_modules/mathjax/MathJax.js?config=TeX-AMS_CHTML-full,Safe",
}
ABOUT_CELLS = re.compile(
    r"\bcells?\b(?! nuclei)|Shift \+ Enter|\bUntil (?:you do|then)\b|while you run|Short of time"
    r"|in place of the dots|slider of the panel above"
)
ABOUT_PANELS = re.compile(r"\bcells?\b|\bpanels?\b|:$")
FOLDED = re.compile(r"(<details>.*?</details>)", re.S)
INSIDE = re.compile(r"(<details><summary>.*?</summary>.*?\n\n)(.*)(\n\n</details>)", re.S)


def notes(lesson):
    """What the guide tells an instructor to say and to ask in a lesson.

    Parameters
    ----------
    lesson : str

    Returns
    -------
    str
    """
    part = re.search(rf"^### {lesson} [^\n]*\n(.*?)(?=^##|\Z)", timetables.guide(), re.M | re.S)
    said = re.findall(r"^\*\*(?:Say|Ask the room|Answers)\.\*\*.*$", part[1] if part else "", re.M)
    return "\n\n".join(said)


def deck(plan):
    """The slides for a timetable, or for whole lessons.

    Parameters
    ----------
    plan : list of Row
        As `timetables.timetables` gives it.

    Returns
    -------
    NotebookNode
    """
    cells, lesson = [], None
    for row in plan:
        if row.lesson:
            cells += [] if row.lesson == lesson else _title(row.lesson)
            lesson = row.lesson
            cells += _ask_first(_told(_of(lesson, row.sections)))
        elif "Break" in row.what:
            cells.append(_text(f"## Break\n\n{row.minutes} minutes", "slide"))
    for number, cell in enumerate(cells):
        cell.id = str(number)
    return nbformat.v4.new_notebook(cells=cells)


def whole(lesson):
    """A lesson as a timetable of one row, with all its sections."""
    titles = [title for title in timetables.by_section(lesson) if title != "Opening"]
    return timetables.Row("", lesson, titles, [], 0)


def _text(source, kind):
    return nbformat.v4.new_markdown_cell(source, metadata={"slideshow": {"slide_type": kind}})


def _title(lesson):
    first = timetables.cells(lesson)[0].source.split("\n")[0]
    return [_text(first, "slide"), _text(notes(lesson), "notes")]


def _of(lesson, titles):
    """The cells of the named sections, in the lesson's order."""
    title, kept = "Opening", []
    for cell in timetables.cells(lesson):
        heading = re.match("## (.*)", cell.source) if cell.cell_type == "markdown" else None
        title = timetables.short(heading[1]) if heading else title
        kept += [cell] if title in titles else []
    return kept


def _kind(cell):
    return cell.metadata.get("slideshow", {}).get("slide_type", "-")


def _told(cells):
    """Without what is not shown, and what is said of it."""
    kept, start = [], None
    for index, cell in enumerate(cells):
        kind = _kind(cell)
        if kind in ("skip", "notes"):
            continue
        if cell.cell_type == "markdown":
            near = [other for other in cells[max(index - 1, 0) : index + 2] if other.cell_type == "code"]
            hidden = any(_kind(other) == "skip" for other in near)
            cell.source = without(cell.source, ABOUT_PANELS if hidden else ABOUT_CELLS)
        start = kind if kind in STARTS and start != "slide" else start
        if not cell.source:
            continue  # what comes next opens its slide
        if start:
            cell.metadata["slideshow"] = {"slide_type": start}
        kept.append(cell)
        start = None
    return kept


def _ask_first(cells):
    """Let the first thing that answers a prediction start a slide of its own."""
    asked = False
    for cell in cells:
        answers = cell.cell_type == "code" or cell.source.startswith("<details>")
        if asked and answers and _kind(cell) not in STARTS:
            cell.metadata["slideshow"] = {"slide_type": "subslide"}
        asked = lesson_slides.PREDICTION in cell.source or (asked and not answers)
    return cells


def without(source, about):
    """A text without the sentences about something; questions, headings and lists stay.

    Parameters
    ----------
    source : str
    about : Pattern

    Returns
    -------
    str
    """
    blocks = []
    for part in FOLDED.split(source):
        if inside := INSIDE.fullmatch(part):
            body = without(inside[2], about)
            blocks.append(f"{inside[1]}{body}{inside[3]}" if body else "")
            continue
        for block in part.split("\n\n"):
            if not block.startswith(("#", "|", "$$", "```", "-", "1.", lesson_slides.PREDICTION)):
                block = " ".join(one for one in re.split(r"(?<=[.!?:])\s+", block) if not about.search(one))
            blocks.append(block.strip())
    return "\n\n".join(block for block in blocks if block)


def html(notebook, offline=False):
    """The slides as a page.

    Parameters
    ----------
    notebook : NotebookNode
    offline : bool
        Whether `node_modules` stands beside it.

    Returns
    -------
    str
    """
    from nbconvert import SlidesExporter
    from traitlets.config import Config

    settings = Config(json.loads(SETTINGS.read_text(encoding="utf-8")))
    exporter = SlidesExporter(config=settings, **(OFFLINE if offline else {}))
    return exporter.from_notebook_node(notebook)[0].replace("</head>", STYLE, 1)


def main(names, plan=None):
    """Write a timetable's slides, or each named lesson's.

    Parameters
    ----------
    names : list of str
        As "05"; all lessons if there is neither a name nor a plan.
    plan : int, optional
        The minutes of a timetable.
    """
    folder = ROOT / "slides"
    folder.mkdir(exist_ok=True)
    if plan:
        decks = {f"{plan}_minutes": timetables.timetables()[plan]}
    else:
        decks = {name: [whole(name)] for name in names or sorted(timetables.late())}
    for name, rows in decks.items():
        path = folder / f"{name}.slides.html"
        path.write_text(html(deck(rows), (folder / "node_modules").is_dir()), encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make slides for a timetable of the guide, or for lessons.")
    parser.add_argument("names", nargs="*", help="such as 05; all lessons when left out")
    parser.add_argument("--plan", type=int, choices=timetables.timetables(), help="minutes of a timetable")
    sys.exit(main(**vars(parser.parse_args())))
