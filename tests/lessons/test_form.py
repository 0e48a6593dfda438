"""The form of a lesson: its minutes, its words, how soon a picture comes, how long a cell is."""

import itertools
import re

import lesson_minutes
import nbformat
import pytest
import refresh_notebooks

NOTEBOOKS = {p.stem: p for p in refresh_notebooks.find_notebooks() if p.parent.name != "instructor"}
LESSONS = [name for name in NOTEBOOKS if re.match(r"\d\d_", name)]
every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def cells_of(name):
    return nbformat.read(NOTEBOOKS[name], as_version=4).cells


def estimated(cells):
    """Minutes along and by hand of what is not extra."""
    return lesson_minutes.minutes(lesson_minutes.core(lesson_minutes.by_section(cells)))


@pytest.mark.parametrize("name", LESSONS)
def test_the_core_of_a_lesson_takes_45_minutes_with_its_exercises(name):
    assert sum(estimated(cells_of(name))) < 46.5  # estimates, by rates that nobody has timed


@every_notebook
def test_a_notebook_says_about_the_minutes_that_are_estimated(name):
    cells = cells_of(name)
    said = [
        int(n)
        for n in re.findall(r"\d+", re.search(r"\*\*Time:\*\*(.*)", cells[0].source + cells[1].source)[1])
    ]
    along, by_hand = estimated(cells)
    if len(said) > 1 and "more for the" in cells[0].source:
        assert abs(said[0] - along) <= 5 and abs(said[1] - by_hand) <= 5
    else:
        assert abs(said[0] - along - by_hand) <= 5


@every_notebook
def test_a_notebook_has_no_more_than_2000_words(name):
    prose = " ".join(cell.source for cell in cells_of(name) if cell.cell_type == "markdown")
    assert len(re.findall(r"\w[\w'’.,-]*", re.sub(r"\]\([^)]*\)|\$[^$]*\$", " x ", prose))) <= 2000


@every_notebook
def test_a_picture_comes_within_ten_cells(name):
    pictured = [
        any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))
        for cell in cells_of(name)
    ]
    runs = [len(list(run)) for seen, run in itertools.groupby(pictured) if not seen]
    assert max(runs) <= 10


@every_notebook
def test_no_cell_is_longer_than_15_lines(name):
    lengths = [
        len([x for x in c.source.splitlines() if x.strip()]) for c in cells_of(name) if c.cell_type == "code"
    ]
    assert max(lengths) <= 15
