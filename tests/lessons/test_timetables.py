"""The guide's timetables can be kept: their minutes, and that nothing is used whose cell was left out.

tests/heavy/test_timetables_run.py runs the same choices in kernels.
"""

import builtins
import itertools
import symtable

import lesson_minutes
import pytest
import refresh_notebooks
import timetables

PLANS = timetables.timetables()
LATE = timetables.late()


def test_the_guide_has_them_all():
    assert set(PLANS) == {45, 90, 180}
    assert set(LATE) >= {f"0{n}" for n in range(7)}


@pytest.mark.parametrize("plan", PLANS)
def test_a_timetable_adds_up_with_time_to_log_in_and_to_change_notebooks(plan):
    rows = PLANS[plan]
    assert sum(row.minutes for row in rows) == plan
    assert "Log in" in rows[0].what and rows[0].minutes >= 5
    lessons = [row.lesson for row in rows if row.lesson]
    changes = sum(before != after for before, after in itertools.pairwise(lessons))
    assert sum("Change notebooks" in row.what for row in rows) == changes


@pytest.mark.parametrize("plan", PLANS)
def test_a_row_agrees_with_the_table_of_minutes(plan):
    for row in PLANS[plan]:
        if row.lesson:
            assert abs(row.minutes - timetables.expected(row)) <= 1, row.what  # estimates, rounded


def test_the_tables_of_minutes_are_those_of_the_lessons():
    text = timetables.guide()
    for lesson in LATE:
        (path,) = refresh_notebooks.FOLDER.glob(f"{lesson}_*.ipynb")
        assert lesson_minutes.table(path.stem, timetables.cells(lesson)) in text, (
            "write them anew: python tests/tools/lesson_minutes.py --write"
        )


# --- names -------------------------------------------------------------------------------------


def names(source):
    """The names that a cell takes from cells before it, and those that it sets."""
    table = symtable.symtable(source, "cell", "exec")
    sets = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    reads = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    inner = table.get_children()
    while inner:
        scope = inner.pop()
        inner += scope.get_children()
        reads |= {s.get_name() for s in scope.get_symbols() if s.is_global() and s.is_referenced()}
    return {name for name in reads - sets if not hasattr(builtins, name)}, sets


def given(sources):
    """For each cell, in their order: which cell gave each of the names that it reads."""
    last, result = {}, {}
    for source in sources:
        reads, sets = names(source)
        result[source] = {name: last.get(name) for name in reads}
        last |= dict.fromkeys(sets, source)
    return result


def stops(sources, whole):
    """What does not work, in sentences, when only these of a lesson's cells are run."""
    right = given(whole)
    for source, found in given(sources).items():
        for name, giver in found.items():
            if giver != right[source][name]:
                yield f"{name} is {'not set' if giver is None else 'another one'} in {source[:70]!r}"


def whole(lesson):
    return [cell.source for part in timetables.by_section(lesson).values() for cell in part]


@pytest.mark.parametrize("plan", PLANS)
def test_a_timetable_leaves_out_no_cell_that_it_needs(plan):
    for lesson, sections in timetables.by_lesson(PLANS[plan]).items():
        assert list(stops(timetables.chosen(lesson, sections), whole(lesson))) == [], lesson


@pytest.mark.parametrize("lesson", LATE)
def test_who_is_late_can_leave_out_what_the_guide_says(lesson):
    out = set()
    for group in LATE[lesson]:
        assert group, "a part of the sentence names no section"
        assert not out & set(group)
        out |= set(group)
        kept = [title for title in timetables.by_section(lesson) if title not in out]
        assert len(kept) == len(timetables.by_section(lesson)) - len(out), "a section that is not there"
        assert list(stops(timetables.chosen(lesson, kept), whole(lesson))) == [], group


def test_the_check_of_names_finds_what_is_missing_and_what_is_another_one():
    cells = ["import numpy as np", "n = 1", "n = 2", "def f():\n    return n + np.pi", "print(f(), len('x'))"]
    assert list(stops(cells, cells)) == []
    assert [said[:12] for said in stops(cells[:1] + cells[3:], cells)] == ["n is not set"]
    assert [said[:16] for said in stops(cells[:2] + cells[3:], cells)] == ["n is another one"]
    assert [said[:12] for said in stops(cells[:3] + cells[4:], cells)] == ["f is not set"]


def test_a_timetable_is_read_as_it_is_written():
    table = "### 45 minutes: x\n\n| Section | Lesson | Minutes |\n|---|---|---|\n| *Break* | | 5 |\n"
    rows = timetables.timetables(
        table + "| One; Two (with Exercises 1 and 3, in pairs) | 05 | 40 |\n\n## End"
    )[45]
    assert rows[0] == ("*Break*", "", [], [], 5)
    assert rows[1][1:] == ("05", ["One", "Two"], [1, 3], 40)
    said = "### 05 Adam\n\n**Late?** Leave out *One*, then *Two* and *Three*. Keep *Four*.\n\n## End"
    assert timetables.late(said) == {"05": [["One"], ["Two", "Three"]]}
