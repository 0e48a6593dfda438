"""The picture of one step: what can be seen in it, and what is said beside it."""

import itertools
import json
import re

import numpy as np
import pytest
from anatomies import Case, Opening
from outlines import drawn

from adamlab import steps, surfaces
from adamlab._drawing.rendering import render_elements
from adamlab._drawing.shapes import Shapes
from adamlab._drawing.style import DARK, LIGHT

ADAM = Case(steps.adam, surfaces.beale, {"eta": 0.2}, [])
ADAGRAD = Case(steps.adagrad, surfaces.bowl, {"eta": 0.5}, [], 30, (-2, 1))
MOMENTUM = Case(steps.momentum, surfaces.ravine, {}, [])
DESCENT = Case(steps.gradient_descent, surfaces.rosenbrock, {"eta": 1e-3}, [])
NESTEROV = Case(steps.nesterov, surfaces.beale, {"eta": 0.001}, [])
CASES = [ADAM, ADAGRAD, MOMENTUM, DESCENT]


@pytest.fixture(scope="module")
def adam():
    return Opening(ADAM)


@pytest.fixture(scope="module")
def adagrad():
    return Opening(ADAGRAD)


def show(opening, t, stage):
    opening.view.show(opening.run, opening.variables, t, stage)


def last(opening):
    """The last stage."""
    return len(opening.view.inside()["stages"]) - 1


def size(opening, name):
    """Width and height of what a slot shows, in points."""
    _, points = drawn(opening.view.slots[name])
    return np.ptp(points, axis=0) if len(points) else np.zeros(2)


def around(opening, name):
    """The rectangle of a label, in points from the upper left corner."""
    label = opening.view.slots[f"{name}.label"]
    wide, high = opening.view.inside()["names"][name]
    x, y = label.get_position()
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def share(one, other):
    """How much of the smaller of two rectangles lies in the other."""
    sides = [min(a1, b1) - max(a0, b0) for a0, a1, b0, b1 in zip(one[:2], one[2:], other[:2], other[2:])]
    areas = [(right - left) * (bottom - top) for left, top, right, bottom in (one, other)]
    return max(sides[0], 0) * max(sides[1], 0) / min(areas)


def test_a_box_that_can_only_grow_does_so_in_the_picture(adagrad):
    heights = []
    for t in range(1, 31):
        show(adagrad, t, 2)
        heights.append(size(adagrad, "√G.box"))
    heights = np.array(heights)
    assert (np.diff(heights, axis=0) >= 0).all() and (heights[-1] > 1.1 * heights[0]).all()
    expected = np.sqrt(adagrad.run.memory["G"][1:])
    np.testing.assert_allclose(heights / heights[0], expected / expected[0], rtol=1e-9)


def test_arrows_of_different_steps_can_be_compared(adam):
    opened = adam.view.opened(adam.run, adam.variables)
    lengths = []
    for t in (1, 4, 8):
        x, y = opened.drawn(t, 2).arrows["g"]
        ground = adam.plan()["ground"]
        lengths.append([-x / ground["x"]["a"], -y / ground["y"]["a"]])
    np.testing.assert_allclose(np.array(lengths) / opened.scale, adam.run.gradient[[0, 3, 7]])


@pytest.mark.parametrize("case", [ADAM, ADAGRAD], ids=["adam", "adagrad"])
def test_a_box_is_seen_as_a_whole(case):
    opening = Opening(case)
    left, top, right, bottom = opening.plan()["ground"]["box"]
    for t in range(1, case.n_steps + 1):
        show(opening, t, last(opening))
        name = next(name for name in opening.view.slots if name.endswith("v̂.box") or name == "√G.box")
        _, points = drawn(opening.view.slots[name])
        assert (points >= (left, top)).all() and (points <= (right, bottom)).all(), t


def test_one_huge_gradient_at_first_does_not_make_all_others_small():
    opening = Opening(DESCENT)
    opened = opening.view.opened(opening.run)
    across = np.abs(opening.run.gradient[:-1]) * opened.scale / np.ptp(surfaces.rosenbrock.window, axis=1)
    assert across.max() > 1  # longer than the picture
    assert np.median(across.max(axis=1)) >= 0.12 / 8
    assert np.median(across.max(axis=1) / across.max()) < 0.02  # were it the longest, half would be dots


def test_an_arrow_that_is_too_long_is_cut_where_the_picture_ends_and_says_so():
    start = (1.9, -0.9)
    opening = Opening(Case(steps.gradient_descent, surfaces.rosenbrock, {"eta": 1e-6}, [], 5, start))
    long = Case(steps.gradient_descent, surfaces.rosenbrock, {"eta": 5e-4}, [], 50, start)
    cut = Opening(long)
    for one, is_cut in ((opening, False), (cut, True)):
        show(one, 1, 0)
        letters, points = drawn(one.view.slots["g.shaft"])
        head, _ = drawn(one.view.slots["g.head"])
        assert (letters, bool(head)) == (("MLMLML", False) if is_cut else ("ML", True))
        left, top, right, bottom = one.plan()["ground"]["box"]
        assert (points[:2] > (left, top)).all() and (points[:2] < (right, bottom)).all()
        remark = one.view.opened(one.run).remark(1, 0)
        assert ("cut (//): −g" in remark) == is_cut


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.step.__name__)
def test_names_stand_off_the_ball_and_off_each_other(case, theme):
    opening = Opening(case, theme=theme)
    window = opening.plan()["ground"]["box"]
    names = [name[:-6] for name in opening.view.slots if name.endswith(".label")]
    seen, hidden = 0, 0
    for t in range(1, case.n_steps + 1, 3):
        for stage in range(last(opening) + 1):
            show(opening, t, stage)
            shown = [name for name in names if opening.view.slots[f"{name}.label"].get_visible()]
            rectangles = [around(opening, name) for name in shown]
            _, (ball,) = drawn(opening.view.slots["rolling"])
            taken = [*rectangles, (*(ball - 4), *(ball + 4))]
            seen += len(rectangles)
            hidden += sum(share(a, b) > 0.15 for a, b in itertools.combinations(taken, 2))
            assert all(share(one, window) > 0.99 for one in rectangles), (t, stage)
    assert hidden <= 0.02 * seen, (hidden, seen)


def test_the_size_of_a_name_is_the_one_that_is_drawn(adam):
    show(adam, 1, 5)
    for name in ("g", "m̂", "√v̂", "step"):
        label = adam.view.slots[f"{name}.label"]
        extent = label.get_window_extent(Shapes(adam.view.figure))
        left, top, right, bottom = around(adam, name)
        height = adam.view.figure.bbox.height
        np.testing.assert_allclose(extent.extents, [left, height - bottom, right, height - top], atol=0.02)


def test_what_adams_step_is_made_of(adam):
    opened = adam.view.opened(adam.run, adam.variables)
    for t in (1, 7, 50):
        assert opened.is_plain(t)
        np.testing.assert_allclose(opened.move(t), -0.2 * np.array(opened.ratio(t)), rtol=1e-6)
    lines = {line["name"]: line["values"] for line in opened.ledger(1, 5)}
    assert (
        lines["m̂/√v̂"] == ["1", "1"] and lines["√v̂"] == ["34.5", "92.5"] and lines["new θ"] == ["0.8", "1.3"]
    )
    assert "Along x 1 of the way, along y 1." in opened.sentence(1, 4)
    assert "one η = 0.2, so the ball moves -0.2 along x and -0.2 along y" in opened.sentence(1, 5)


def test_the_bars_are_the_ratio(adam):
    told = adam.view.inside()["bars"]
    for t in (1, 9, 30):
        show(adam, t, 4)
        for i, ratio in enumerate(adam.view.opened(adam.run, adam.variables).ratio(t)):
            _, points = drawn(adam.view.slots[f"bar{i}"])
            middle, end = (points[:, 0] - told["x"]["b"]) / told["x"]["a"]
            np.testing.assert_allclose([middle, end], [0, -ratio], atol=1e-9)
    show(adam, 1, 3)
    assert not len(drawn(adam.view.slots["bar0"])[1])


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (steps.adamw, "something else in the step"),
        (steps.nesterov, "The ball moves"),
        (steps.adam, "one η = 0.3"),
    ],
    ids=["weight decay", "nesterov", "adam"],
)
def test_a_step_that_is_not_eta_times_the_ratio_is_not_said_to_be(step, said):
    hyper = {"weight_decay": 0.5} if step is steps.adamw else {}
    opening = Opening(Case(step, surfaces.beale, {"eta": 0.3, **hyper}, [], 5))
    opened = opening.view.opened(opening.run, opening.variables)
    sentence = opened.sentence(3, last(opening))
    assert said in sentence
    assert ("η" in sentence) == (step is not steps.nesterov)


def test_the_ledger_fills_up_stage_by_stage(adam):
    opened = adam.view.opened(adam.run, adam.variables)
    known = [{line["name"] for line in opened.ledger(2, stage) if line["known"]} for stage in range(6)]
    assert known[0] == {"θ", "m before", "v before"}
    assert all(before <= after for before, after in itertools.pairwise(known))
    assert "g" in known[2] - known[1] and "m̂/√v̂" in known[4] - known[3]
    assert {line["name"] for line in opened.ledger(2, 0)} == known[5]


@pytest.mark.parametrize("case", [*CASES, NESTEROV], ids=lambda case: case.step.__name__)
def test_the_template_holds_all_that_moves(case):
    opening = Opening(case)
    view = opening.view
    slots = re.findall(r'data-slot="([^"]+)"', view.template())
    assert sorted(slots) == sorted(f"0.{name}" for name in view.slots)
    assert len(view.templates()) == len(view.foregrounds()) == len(view.seams) == 2
    ground, width = opening.plan()["ground"]["box"], opening.plan()["size"][0]
    assert ground[2] < view.seams[0] < view.seams[1] == width
    assert json.loads(json.dumps(view.plan())) == view.plan()
    assert view.size == (960, 330)


def test_without_a_run_nothing_moves(adam):
    adam.view.show(None, message="adam: not attempted yet")
    empty = [artist for artist in adam.view.slots.values() if render_elements(adam.view.figure, [artist])]
    assert empty == []
    assert "<path" in adam.view.foreground()  # the message
    show(adam, 1, 0)
    assert adam.view.png()[:4] == b"\x89PNG" and len(adam.view.still()) > 10_000
