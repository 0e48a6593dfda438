"""What instructors are given: slides from the lessons, and minutes (the guide itself: test_timetables.py)."""

import base64
import re
import struct

import lesson_minutes
import lesson_slides
import nbformat
import pytest
import refresh_notebooks

code, text, new = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell, nbformat.v4.new_notebook
PREDICT = "> **Predict.** Too fast?"


def _printed(printed, lines=1):
    return code("x = 1\nprint(x)", outputs=[nbformat.v4.new_output("stream", text=f"{printed}\n" * lines)])


def _picture(height, says="adam on bowl"):
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", 1200, height)).decode()
    output = nbformat.v4.new_output("execute_result", {"image/png": png, "text/plain": says})
    return code("explore(step, bowl)", outputs=[output])


def _kinds(*cells):
    notebook = new(cells=list(cells))
    lesson_slides.write_slide_types(notebook)
    return [cell.metadata["slideshow"]["slide_type"] for cell in notebook.cells]


# --- slides ------------------------------------------------------------------------------------


def test_a_heading_starts_a_slide_and_the_reason_comes_with_the_next_key():
    cells = text("# Build"), code("import numpy as np"), text("## One"), _printed("1"), text("So it is one.")
    assert _kinds(*cells) == ["slide", "skip", "slide", "-", "fragment"]
    assert _kinds(text("## One"), text("### More"), _printed("1")) == ["slide", "subslide", "-"]


def test_a_question_stands_alone_before_its_answer():
    assert _kinds(text("## One"), text(PREDICT), _printed("1")) == ["slide", "-", "subslide"]
    assert _kinds(text(f"## One\n\n{PREDICT}\n\nHere it is:"), _printed("1")) == ["slide", "fragment", "-"]


def test_what_does_not_fit_goes_to_the_next_slide():
    assert _kinds(text("## One"), _picture(350), _printed("1")) == ["slide", "-", "-"]
    assert _kinds(text("## One"), _picture(350), _printed("1", 5)) == ["slide", "-", "subslide"]
    # an announcement goes with what it announces
    assert _kinds(text("## One"), _printed("1", 17), text("Look:"), _printed("1", 2)) == [
        "slide",
        "-",
        "subslide",
        "-",
    ]


def test_what_an_audience_needs_not_see_is_left_out():
    waiting, libraries = _picture(480, "adam: not attempted yet"), text("## In PyTorch, Keras and Optax")
    cells = text("## One"), waiting, libraries, _printed("1"), text("## Close"), text("**Reading.** A book.")
    assert _kinds(*cells) == ["slide", "skip", "skip", "skip", "slide", "notes"]


def test_a_picture_that_fills_the_slide_is_shown_without_its_code():
    cells = _picture(500), _picture(680)
    _kinds(*cells)
    assert ["tags" in cell.metadata for cell in cells] == [False, True]
    cells[1].outputs = []
    _kinds(*cells)
    assert "tags" not in cells[1].metadata


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        ("The end.\n\n## One\n\nIt begins.\n\n### More", ["The end.", "## One\n\nIt begins.", "### More"]),
        ("<details>\n\n## inside\n\n</details>\n\nafter", None),
        ("```\n\n## code\n\n```", None),
        (f"First.\n\n{PREDICT}\n\nThen.", [f"First.\n\n{PREDICT}", "Then."]),
        ("\n\n".join(["A line."] * 40), ["\n\n".join(["A line."] * n) for n in (15, 15, 10)]),
    ],
)
def test_text_is_cut_where_a_slide_begins_and_nothing_is_lost(source, pieces):
    cells = lesson_slides.split([text(source)])
    assert [cell.source for cell in cells] == (pieces or [source])
    assert "\n\n".join(cell.source for cell in cells) == source


def test_a_slide_type_chosen_by_hand_survives():
    notebook = refresh_notebooks.tidy(new(cells=[text("## One"), _printed("1"), text("So.")]))
    _, output, last = notebook.cells
    assert last.metadata["slideshow"]["slide_type"] == "fragment"
    output.metadata["slideshow"]["slide_type"] = "skip"  # as JupyterLab does it
    notebook.cells.insert(1, text("A new paragraph."))
    refresh_notebooks.tidy(notebook)
    assert output.metadata["slideshow"]["slide_type"] == "skip"
    assert last.metadata["slideshow"]["slide_type"] == "-", "the rule's own choice follows what is shown"
    output.metadata["slideshow"]["slide_type"] = "-"
    refresh_notebooks.tidy(notebook)
    assert last.metadata["slideshow"].pop("slide_type") == "fragment"  # JupyterLab removes it for "-"
    refresh_notebooks.tidy(notebook)
    assert "slide_type" not in last.metadata["slideshow"]
    assert [cell.id for cell in notebook.cells] == ["0", "1", "2", "3"]


# --- minutes -----------------------------------------------------------------------------------


def test_minutes_are_counted_by_section():
    lesson = [
        text("# Build\n\n**Time:** 40 minutes.\n\nTwo words.\n\n## One\n\n" + "word " * 129),
        text(f"{PREDICT}\n\n$$m = 1$$\n\n<details><summary><b>A hint</b></summary>not counted</details>"),
        _picture(480),
        text("## Two\n\n**Exercise 1 (about five lines).** Do.\n\n**Exercise 2 (on paper).** $a + b$"),
        _printed("1", 10),
    ]
    parts = lesson_minutes.sections(lesson)
    assert list(parts) == ["Opening", "One", "Two"]
    counts = lesson_minutes.measure(parts["One"])
    assert {name for name, count in counts.items() if count} == {
        "words",
        "formulas",
        "new code",
        "predictions",
        "panels",
    }
    assert counts["words"] == 1 + 129 + 3
    along, by_hand = lesson_minutes.minutes(counts)
    assert (round(along, 2), by_hand) == (round(133 / 130 + 0.5 + 1 / 3 + 1 + 2, 2), 0)
    counts = lesson_minutes.measure(parts["Two"])
    assert (counts["exercises"], counts["to write"], counts["printed"]) == (2, 5 + 2, 10)
    assert lesson_minutes.stated(lesson) == 40


def test_a_line_is_new_until_one_of_its_kind_was_met():
    kind, seen = lesson_minutes.kind, set()
    assert kind("run = descend(steps.adam, surfaces.bowl, eta=0.1)") == kind(
        "other = descend(mine, ravine, eta=2)"
    )
    assert kind("run = descend(steps.adam, surfaces.bowl, eta=0.1)") != kind(
        "race(steps.adam, surfaces.bowl, eta=0.1)"
    )
    assert not any(
        map(kind, ["import numpy as np", 'print("My guess: ...")', "panel", "    ...", ")", "# why"])
    )
    first = lesson_minutes.measure([code("a = f(1)\nb = f(2)\nprint(a)\nfig")], seen)
    assert [first[name] for name in ("new code", "code", "aside")] == [2, 1, 1]
    again = lesson_minutes.measure([code("c = f(3)")], seen)
    assert [again[name] for name in ("new code", "code", "aside")] == [0, 1, 0]


def test_what_is_extra_comes_on_top():
    lesson = [
        text("# One\n\n## Two\n\n" + "word " * 130),
        text("## Three (5 minutes more)\n\n" + "word " * 650),
    ]
    last = lesson_minutes.table("one", lesson).splitlines()[-1]
    assert last.startswith("| **All** but *minutes more*") and last.split(" | ")[1:3] == ["1", "0"]


def test_the_time_to_run_is_counted_when_it_was_recorded():
    cell = code("1")
    cell.metadata["execution"] = {
        "iopub.execute_input": "2026-01-01T12:00:00.5Z",
        "shell.execute_reply": "2026-01-01T12:01:00.5Z",
    }
    assert lesson_minutes.measure([cell])["seconds"] == 60
    assert lesson_minutes.minutes(lesson_minutes.measure([cell]))[0] == pytest.approx(
        1.05
    )  # a lone number is passed over


# --- questions ---------------------------------------------------------------------------------


def test_each_answer_leads_to_a_heading_that_exists():
    page = refresh_notebooks.FOLDER / "questions.md"
    questions = re.findall(r"^\*\*.+?\*\*.*$", page.read_text(encoding="utf-8"), re.M)
    assert len(questions) >= 20
    for question in questions:
        name, heading = re.search(r"\]\(<([^#]+)#(.+)>\)$", question).groups()
        cells = nbformat.read(page.parent / name, as_version=4).cells
        texts = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        headings = re.findall(r"^#{1,3} (.+)$", texts, re.M)
        assert heading in [title.replace(" ", "-") for title in headings], question
