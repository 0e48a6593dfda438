"""Predictions are real: nothing near a question tells its answer before the reader runs or unfolds it.

How a prediction is written:

- A markdown cell ends with `> **Predict.** …`.
- The code cells after it store a hidden output: the metadata `"jupyter": {"outputs_hidden": true}` hides
  it in JupyterLab, the tag `hide-output` on the website. In its place JupyterLab shows its first line, so
  such a cell begins with `print("…? My guess: ...")`.
- The text after them begins with what is folded, `<details>…</details>`. Other cells of the section that
  would tell the answer are hidden in the same way.
- On slides the answer comes with another key than the question.
"""

import ast
import re
from typing import NamedTuple

import lesson_slides
import nbformat
import pytest
import refresh_notebooks

QUESTION = lesson_slides.PREDICTION
EVERY = refresh_notebooks.find_notebooks()
NOTEBOOKS = {path.stem: path for path in EVERY if path.parent.name != "instructor"}
TASK = re.compile(r"^(#{1,3} |\*\*(Exercise|Play|Question))", re.M)
FOLDED = re.compile(r"<details>.*?</details>", re.S)
# A number that says something has two digits that are no zeros at its ends: 192 or 0.81, and not 100 or 0.1.
NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?:e-?\d+)?(?![\w,]*\d)")


class Prediction(NamedTuple):
    """A question, and what belongs to it.

    Attributes
    ----------
    section : list of NotebookNode
        All cells from the heading above it to the next heading or prediction.
    question : NotebookNode
    between : list of NotebookNode
        Text between the question and the first code.
    answers : list of NotebookNode
        Code, up to the next text; none if the text before it holds the answer, folded.
    after : NotebookNode or None
        The text after the code, if it belongs to the same section.
    """

    section: list
    question: nbformat.NotebookNode
    between: list
    answers: list
    after: nbformat.NotebookNode | None

    @property
    def said(self):
        return self.question.source.split(QUESTION)[-1].strip()


def predictions(cells):
    return [
        _prediction(cells, k) for k, cell in enumerate(cells) if _is_text(cell) and QUESTION in cell.source
    ]


def _prediction(cells, k):
    first = max((j for j in range(k + 1) if _is_text(cells[j]) and _opens(cells[j])), default=0)
    rest = []
    for cell in cells[k + 1 :]:
        if _is_text(cell) and _opens(cell):
            break
        rest.append(cell)
        if _is_text(cell) and QUESTION in cell.source:
            break
    start = next((j for j, cell in enumerate(rest) if not _is_text(cell)), len(rest))
    if any("<details>" in cell.source for cell in rest[:start]):  # that is the answer, and no code
        return Prediction(cells[first : k + 1] + rest, cells[k], rest[:start], [], None)
    end = next((j for j in range(start, len(rest)) if _is_text(rest[j])), len(rest))
    after = rest[end] if end < len(rest) else None
    return Prediction(cells[first : k + 1] + rest, cells[k], rest[:start], rest[start:end], after)


def _is_text(cell):
    return cell.cell_type == "markdown"


def _opens(cell):
    return re.match("#{1,3} ", cell.source)


def _hidden(cell):
    return cell.metadata.get("jupyter", {}).get("outputs_hidden", False)


def visible(cell):
    """What can be read of a cell before anything is run or unfolded."""
    if _is_text(cell):
        return FOLDED.sub("", cell.source)
    parts = [cell.source]
    for output in [] if _hidden(cell) else cell.outputs:
        parts += [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
    return "\n".join(parts)


def told(cell):
    """What its hidden output prints, without the first line."""
    printed = "".join(output.get("text", "") for output in cell.outputs if _hidden(cell))
    return printed.partition("\n")[2]


def numbers(text):
    return {n for n in NUMBER.findall(text) if len(n.replace(".", "").split("e")[0].strip("0")) >= 2}


def wrong(prediction):
    """What is wrong with a prediction, in sentences."""
    found = []
    if not prediction.question.source.split("\n\n")[-1].startswith(QUESTION):
        found.append("its cell does not end with the question")
    folded = [cell for cell in prediction.between if "<details>" in cell.source]
    if not prediction.answers and not folded:
        found.append("nothing answers it")
    for cell in prediction.answers:
        found += _wrong_answer(cell, prediction.said)
    if prediction.answers and prediction.after is not None:
        visible_first = FOLDED.sub("", prediction.after.source).strip()
        if not prediction.after.source.startswith("<details>") and not TASK.match(visible_first):
            found.append(f"the reason is not folded: {visible_first[:60]!r}")
    return found + _leaks(prediction) + _same_slide(prediction)


def _wrong_answer(cell, question):
    if not cell.outputs:
        return []
    found = []
    if not _hidden(cell) or "hide-output" not in cell.metadata.get("tags", []):
        found.append(f"an output is not hidden: {cell.source[:60]!r}")
    statement = ast.parse(cell.source).body[0]
    line = _printed(statement)
    shown = (cell.outputs[0].get("text") or "").split("\n")[0]
    if line is None or shown != line:
        found.append(f"a cell does not begin by printing one plain line: {cell.source[:60]!r}")
    elif "..." not in line:
        found.append(f"no room for a guess in {line!r}")
    elif not numbers(line) <= numbers(question) | numbers(cell.source.partition("\n")[2]):
        found.append(f"a number of the answer in {line!r}")
    return found


def _printed(statement):
    """The text of `print("…")`, or None."""
    match statement:
        case ast.Expr(ast.Call(func=ast.Name("print"), args=[ast.Constant(str(text))], keywords=[])):
            return text
    return None


def _leaks(prediction):
    """Numbers that a hidden output prints, and that can be read elsewhere in the section."""
    section, asked = prediction.section, numbers(prediction.question.source)
    place = next(k for k, cell in enumerate(section) if cell is prediction.question)
    known = asked.union(*(numbers(visible(cell)) for cell in section[:place]))
    hidden = set().union(*(numbers(told(cell)) - numbers(cell.source) for cell in prediction.answers)) - known
    return [
        f"{', '.join(sorted(found))} can be read in {visible(cell)[:60]!r}"
        for cell in section[place:]
        if (found := hidden & numbers(visible(cell)))
    ]


def _same_slide(prediction):
    place = next(k for k, cell in enumerate(prediction.section) if cell is prediction.question)
    for cell in prediction.section[place + 1 :]:
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        if kind in ("slide", "subslide", "fragment"):
            return []
        if kind == "-":
            return [f"its answer is on its slide: {cell.source[:60]!r}"]
    return []


@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS))
def test_nothing_tells_the_answer_of_a_prediction(notebook):
    cells = nbformat.read(NOTEBOOKS[notebook], as_version=4).cells
    asked = predictions(cells)
    assert asked, "a notebook asks"
    faults = {prediction.said: wrong(prediction) for prediction in asked}
    lines = [f"{said[:90]}\n    " + "\n    ".join(found) for said, found in faults.items() if found]
    assert not lines, "\n" + "\n".join(lines)


# --- the test itself ---------------------------------------------------------------------------


def _code(source, printed, hidden=True, kind="subslide"):
    cell = nbformat.v4.new_code_cell(source, outputs=[nbformat.v4.new_output("stream", text=printed)])
    cell.metadata["slideshow"] = {"slide_type": kind}
    if hidden:
        cell.metadata["jupyter"], cell.metadata["tags"] = {"outputs_hidden": True}, ["hide-output"]
    return cell


def _text(source):
    return nbformat.v4.new_markdown_cell(source)


ASKED = _text(f"## One\n\n{QUESTION} How many steps?")
NEUTRAL = 'print("How many? My guess: ...")\nprint(run.steps)'
ANSWER = _code(NEUTRAL, "How many? My guess: ...\n192\n")
REASON = _text("<details><summary><b>What happened?</b></summary>\n\n192, as it is narrow.\n\n</details>")
REASON.metadata["slideshow"] = {"slide_type": "fragment"}


def test_a_well_kept_prediction_passes():
    (found,) = predictions([ASKED, ANSWER, REASON, _text("## Two"), _code("print(192)", "192", hidden=False)])
    assert wrong(found) == []
    assert wrong(*predictions([ASKED, REASON])) == []


@pytest.mark.parametrize(
    ("says", "cells"),
    [
        ("nothing answers it", [ASKED, _text("## Two"), ANSWER]),
        ("does not end", [_text(f"{QUESTION} How many?\n\nIt is a lot."), ANSWER, REASON]),
        ("is not hidden", [ASKED, _code(NEUTRAL, "How many? My guess: ...\n192\n", hidden=False), REASON]),
        ("one plain line", [ASKED, _code("print(run.steps)", "192\n"), REASON]),
        ("one plain line", [ASKED, _code(NEUTRAL, "192\nHow many? My guess: ...\n"), REASON]),
        ("no room", [ASKED, _code('print("How many?")', "How many?\n"), REASON]),
        ("a number of", [ASKED, _code('print("192? ...")', "192? ...\n"), REASON]),
        ("not folded", [ASKED, ANSWER, _text("It is narrow.")]),
        ("192 can be read", [ASKED, ANSWER, _text(f"{REASON.source}\n\nSo 192 it is.")]),
        ("192 can be read", [ASKED, ANSWER, REASON, _code("print(n)", "192", hidden=False)]),
        ("on its slide", [ASKED, _code(NEUTRAL, "How many? My guess: ...\n192\n", kind="-"), REASON]),
    ],
)
def test_what_gives_an_answer_away_is_found(says, cells):
    assert any(says in fault for fault in wrong(predictions(cells)[0]))
