"""The lessons as a reader opens them: each runs through, and its panels appear."""

from pathlib import Path

import nbformat
import pytest
from lab_page import wait_until

LESSONS = Path(__file__).resolve().parents[3] / "notebooks"

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def panels_of(notebook):
    bundles = [output.get("data", {}) for cell in notebook.outputs() for output in cell]
    return sum(WIDGET_VIEW in data and "image/png" in data for data in bundles)


PICTURES_STAND = """() => [...document.querySelectorAll(".adamlab-picture")].filter((picture) =>
    picture.querySelector("img")?.naturalWidth && picture.querySelectorAll("svg").length).length"""


@pytest.mark.parametrize("lesson", sorted(path.name for path in LESSONS.glob("*.ipynb")))
def test_a_lesson_runs_through_and_its_panels_appear(lab, browser, lesson):
    with lab.open(browser, lesson) as notebook:
        notebook.run_all()
        kinds = [output["output_type"] for cell in notebook.outputs() for output in cell]
        assert "error" not in kinds
        count = panels_of(notebook)
        assert count > 0
        wait_until(lambda: notebook.page.evaluate(PICTURES_STAND) == count, f"{count} pictures")
        nameless = notebook.page.locator(".noUi-handle:not([aria-label])")
        wait_until(lambda: nameless.count() == 0, "every handle to have a name")
        assert notebook.errors == []


def test_a_lesson_that_was_not_run_shows_the_stored_still(lab, browser):
    with lab.open(browser, "00_start_here.ipynb") as notebook:
        cells = nbformat.read(LESSONS / "00_start_here.ipynb", as_version=4).cells
        shows_a_panel = [cell.source.startswith("race(") for cell in cells]  # no prediction hides it
        still = notebook.cell(shows_a_panel.index(True)).locator(".jp-OutputArea img")
        wait_until(lambda: still.evaluate("e => e.naturalWidth") > 500, "the still")
        assert notebook.page.get_by_text("model not found").count() == 0
        assert notebook.page.locator(".adamlab-picture").count() == 0


def test_the_answer_of_a_prediction_shows_when_its_cell_is_run(lab, browser):
    with lab.open(browser, "00_start_here.ipynb") as notebook:
        cells = nbformat.read(LESSONS / "00_start_here.ipynb", as_version=4).cells
        hidden = [k for k, cell in enumerate(cells) if cell.metadata.get("jupyter", {}).get("outputs_hidden")]
        for k in hidden:
            in_its_place = notebook.cell(k).locator(".jp-OutputPlaceholder")
            assert in_its_place.text_content() == cells[k].outputs[0].text.split("\n")[0]
            assert notebook.cell(k).locator(".jp-OutputArea:visible").count() == 0
        notebook.run_all()
        shown = notebook.cell(hidden[0]).locator(".jp-OutputArea .adamlab-picture")
        wait_until(lambda: shown.count() == 1 and shown.is_visible(), "the panel that was hidden")
