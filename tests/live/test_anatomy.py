"""A step opened up: the scripts of the page say and draw what Python says and draws."""

import javascript
import numpy as np
import pytest
from anatomies import CODE, Case, Opening, compare, opened_in_the_browser

from adamlab import steps, surfaces

ALL = [(t, stage) for t in (1, 2, 9, 30) for stage in range(6)]


def stages(step_number, count):
    return [(t, stage) for t in step_number for stage in range(count)]


CASES = {
    "adam on beale": Case(steps.adam, surfaces.beale, {"eta": 0.2}, ALL),
    "adagrad on bowl": Case(steps.adagrad, surfaces.bowl, {"eta": 0.5}, stages((1, 5, 30), 5), 30, (-2, 1)),
    "momentum on ravine": Case(steps.momentum, surfaces.ravine, {}, stages((1, 4, 50), 4)),
    "gradient descent is cut": Case(
        steps.gradient_descent, surfaces.rosenbrock, {"eta": 1e-3}, stages((1, 2, 40), 2)
    ),
    "a run that is lost": Case(
        steps.gradient_descent, surfaces.rosenbrock, {"eta": 0.01}, stages((1, 2, 4, 50), 2)
    ),
    "weight decay": Case(steps.adamw, surfaces.himmelblau, {"eta": 0.1}, stages((1, 20), 6)),
}


@pytest.fixture(scope="module")
def openings():
    found = {name: Opening(case) for name, case in CASES.items()}
    given = opened_in_the_browser([*found.values()])
    played = opened_in_the_browser([*found.values()], given=False)
    return {name: (opening, a, b) for (name, opening), a, b in zip(found.items(), given, played)}


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_and_drawn_is_the_same_in_both_languages(openings, name):
    opening, given, played = openings[name]
    assert compare(opening, given) < 0.02
    assert compare(opening, played) < 0.02
    np.testing.assert_allclose(np.reshape(played["rows"], opening.rows.shape), opening.rows, rtol=1e-12)


# --- the hand ----------------------------------------------------------------------------------------


def played(opening, script):
    """What a script makes of a player and a picture of an opening."""
    made = f"""{CODE}
const CODES = [{opening.code()}];
const main = ({{ plan, which, values, start }}) => {{
  const tracks = plan.tracks.map((track) => ({{ ...track, play: CODES[which] }}));
  const player = new AnatomyPlayer({{ ...plan, tracks }}, [values], start);
  const root = parsed(plan.template);
  player.run(0);
  player.add(new AnatomyMoving(root, player.plan));
  {script}
}};"""
    return javascript.run(made, opening.sent(0, given=False))


def test_next_goes_through_all_stages_of_all_steps():
    opening = Opening(Case(steps.momentum, surfaces.ravine, {}, [], 2))
    went = played(
        opening,
        "return Array.from({ length: 9 }, () => {"
        "const at = [player.shown, player.stage]; player.next(); return at; });",
    )
    assert went == [[1, 0], [1, 1], [1, 2], [1, 3], [2, 0], [2, 1], [2, 2], [2, 3], [2, 3]]


def test_another_start_changes_the_run_its_scale_and_its_words():
    opening = Opening(CASES["adagrad on bowl"])
    before, after = played(
        opening,
        "player.reach(4); const all = [player.start, [-0.2, 0.1]].map((start) => {"
        "player.place(start); return [player.opened.scale, player.outcomes(), filled(root)]; }); return all;",
    )
    other = Opening(CASES["adagrad on bowl"]._replace(start=(-0.2, 0.1)))
    for (scale, outcomes, filled), one in ((before, opening), (after, other)):
        opened = one.view.opened(one.run, one.variables)
        assert scale == pytest.approx(opened.scale, rel=1e-12)
        assert outcomes == [opened.summary(1, 4)]
        assert filled["0.step.shaft"] or filled["0.step.head"]
    assert after[0] > 2 * before[0] and before[2]["0.path"] != after[2]["0.path"]


def test_beyond_a_lost_run_its_last_step_is_open():
    opening = Opening(CASES["a run that is lost"])
    shown, said, ledger = played(
        opening, "player.roll(40); return [player.shown, player.said(), player.ledger()];"
    )
    last = opening.run.diverged_at - 1
    assert shown == last and said[1] == f"The run is lost after step {last}."
    assert ledger == opening.view.opened(opening.run, opening.variables).ledger(last, 0)


def test_a_run_that_is_lost_at_once_says_so():
    opening = Opening(Case(steps.gradient_descent, surfaces.rosenbrock, {"eta": 1e300}, [], 5))
    said, ledger = played(opening, "player.roll(3); return [player.said(), player.ledger()];")
    assert said[1] == "The run is lost at its first step."
    assert [line["values"] for line in ledger if line["name"] == "Δθ"] == [["–", "–"]]


def test_python_says_where_the_page_opens_and_what_is_wrong():
    opening = Opening(CASES["adam on beale"])
    state, lines, after, other = played(
        opening,
        "player.learn({ step: 7, stage: 4 }); const state = [player.shown, player.stage];"
        "const lines = player.python(); player.learn({});"
        "return [state, lines, [player.step, player.stage],"
        " [player.said(['no luck']), player.outcomes(['no luck'])]];",
    )
    assert state == after == [7, 4]
    assert lines == ["panel.step.value = 7", "panel.stage.value = 4"]
    assert other == [["no luck"], ["no luck"]]


def test_the_tables_show_the_ledger_as_far_as_it_is_known():
    opening = Opening(CASES["adam on beale"])
    stages, early, late = played(
        opening, "return [player.stages(), player.tables(), (player.reach(5), player.tables())];"
    )
    assert stages == ["1 carry over", "2 decay", "3 gradient", "4 add", "5 divide", "6 step"]
    assert [table[0] for table in early] == [
        ["comes in", "x", "y"],
        ["worked out", "x", "y"],
        ["the step", "x", "y"],
    ]
    assert early[0][1:] == [
        ["θ", "1", "1.5"],
        ["m before", "0", "0"],
        ["v before", "0", "0"],
        ["g", "·", "·"],
    ]
    assert all(row[1:] == ["·", "·"] for table in early[1:] for row in table[1:])
    ledger = opening.view.opened(opening.run, opening.variables).ledger(1, 5)
    assert [row for table in late for row in table[1:]] == [
        [line["name"], *line["values"]] for line in ledger
    ]


def test_a_table_without_lines_is_left_out_and_without_a_run_the_names_stay():
    opening = Opening(CASES["gradient descent is cut"])
    script = "player.plan.tracks[0].play = null;"
    here, gone = played(
        opening, f"{script} return [player.tables(), (player.run(0, null), player.tables())];"
    )
    assert [table[0][0] for table in here] == ["comes in", "the step"]
    assert [row[0] for table in gone for row in table] == [row[0] for table in here for row in table]
    assert all(row[1:] == ["·", "·"] for table in gone for row in table[1:])


def test_numbers_of_the_ledger_are_about_as_long():
    opening = Opening(CASES["adagrad on bowl"])
    opened = opening.view.opened(opening.run, opening.variables)
    lines = [line for t in range(1, 31) for line in opened.ledger(t, 4)]
    values = [value for line in lines for value in line["values"]]
    assert max(map(len, values)) <= 10 and any("e" in value for value in values)


def test_without_a_run_there_is_nothing():
    opening = Opening(CASES["adam on beale"])
    script = "player.plan.tracks[0].play = null; player.run(0, null);"
    told = "[filled(root), player.said(), player.outcomes(), player.ledger(), player.shown]"
    filled, *said = played(opening, f"{script} return {told};")
    assert said == [[""], [""], [], 1]
    assert not any(filled.values())
