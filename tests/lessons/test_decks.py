"""One deck for a timetable: the guide as notes, no question beside its answer, nothing about cells."""

import html
import json
import re

import deck
import lesson_slides
import nbformat
import pytest
import timetables
from nbconvert import HTMLExporter
from traitlets.config import Config

PLANS = timetables.timetables()
code, text = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell


def slides(notebook):
    """The cells of each slide, with what appears on it key by key."""
    result = []
    for cell in notebook.cells:
        kind = cell.metadata["slideshow"]["slide_type"]
        if kind in ("slide", "subslide"):
            result.append([])
        assert kind != "skip"
        if kind != "notes":
            result[-1].append(cell)
    return result


def exported(name, cells):
    """A page that nbconvert makes of cells with a file of settings beside the guide."""
    settings = Config(json.loads((deck.SETTINGS.parent / name).read_text(encoding="utf-8")))
    notebook = nbformat.v4.new_notebook(cells=cells)
    return html.unescape(HTMLExporter(config=settings).from_notebook_node(notebook)[0])


@pytest.mark.parametrize("plan", PLANS)
def test_a_deck_asks_before_it_answers(plan):
    asked = 0
    for slide in slides(deck.deck(PLANS[plan])):
        questions = [k for k, cell in enumerate(slide) if lesson_slides.PREDICTION in cell.source]
        for k in questions:
            after = slide[k + 1 :]
            asked += 1
            assert not any(one.cell_type == "code" or "<details>" in one.source for one in after), slide[
                k
            ].source
    assert asked >= 4


@pytest.mark.parametrize("plan", PLANS)
def test_a_deck_sends_nobody_to_a_cell(plan):
    for slide in slides(deck.deck(PLANS[plan])):
        for cell in slide:
            if cell.cell_type == "markdown":
                assert not re.search(
                    r"\b[Rr]un (the|this|both) cells?\b|\bcells? (below|above)\b"
                    r"|stays hidden|in place of the dots|slider of the panel above",
                    cell.source,
                )


def test_a_deck_has_the_sections_and_breaks_in_their_order_and_notes_to_say():
    notebook = deck.deck(PLANS[90])
    headings = [line for cell in notebook.cells for line in re.findall("^## (.*)", cell.source, re.M)]
    planned = []
    for row in PLANS[90]:
        planned += row.sections or (["Break"] if "Break" in row.what else [])
    assert [timetables.short(heading) for heading in headings] == planned
    notes = [c.source for c in notebook.cells if c.metadata["slideshow"]["slide_type"] == "notes"]
    assert len(notes) == len(timetables.by_lesson(PLANS[90]))
    for note in notes:
        assert "**Say.**" in note and "**Ask the room.**" in note


def test_sentences_are_taken_out_and_their_neighbours_stay():
    said = "## One cell\n\nRun the cell. It falls.\n\nIn a cell of your own.\n\n> **Predict.** Which cell?"
    assert deck.without(said, deck.ABOUT_CELLS) == "## One cell\n\nIt falls.\n\n> **Predict.** Which cell?"
    folded = "<details><summary><b>More</b></summary>\n\n{}\n\n</details>"
    assert deck.without(folded.format("Run it in a cell."), deck.ABOUT_CELLS) == ""
    assert deck.without(folded.format("Run it in a cell. No."), deck.ABOUT_CELLS) == folded.format("No.")


def test_the_page_has_its_notes_and_no_arrow_over_the_number():
    page = deck.html(deck.deck(PLANS[45]))
    assert '<aside class="notes">' in page and "right: auto; left: 8px" in page
    assert page.count("</head>") == 1


def test_a_handout_asks_and_does_not_tell():
    source = nbformat.v4.new_notebook(cells=timetables.cells("05"))
    hidden = [cell for cell in source.cells if "hide-output" in cell.metadata.get("tags", [])]
    shown = [
        (cell, output.get("text", "") or output.data.get("text/plain", ""))
        for cell in hidden
        for output in cell.outputs
    ]
    told = [line for cell, text in shown for line in text.split("\n") if line not in cell.source]
    told = [line for line in told if len(line) > 30]
    assert len(told) > 3
    page = exported("paper.json", source.cells)
    assert lesson_slides.PREDICTION.strip("> *") in page and 'print("' in re.sub("<[^>]*>", "", page)
    assert [line for line in told if line in page] == []


def test_a_handout_says_what_its_pictures_show():
    page = exported("paper.json", timetables.cells("05"))
    assert page.count("<img") > 3 and "No description has been provided" not in page
