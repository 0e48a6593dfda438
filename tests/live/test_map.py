"""A map in the browser: what its computer, its picture and its words make of a plan is what Python makes."""

import numpy as np
import pytest
from maps import MapCase, computed, script

from adamlab import Surface, make_ravine, steps, surfaces
from adamlab._core.tuning import best_run
from adamlab._drawing.heatmap import CELL
from adamlab._panels.map_view import sentence

ETAS, BETAS = np.linspace(0.01, 0.17, 23), np.linspace(0, 0.96, 13)


def case(name):
    """Maps on which every sign is seen."""
    if name == "ravine":
        return MapCase(steps.momentum, surfaces.ravine, ("eta", "beta1"), 30, (ETAS, BETAS))
    if name == "diverged":
        return MapCase(steps.momentum, make_ravine(100), ("eta", "beta1"), 300, resolution=17)
    if name == "beale":
        return MapCase(steps.adam, surfaces.beale, ("beta1", "beta2"), 100, eta=2.0, resolution=15)
    if name == "saddle":
        return MapCase(steps.nesterov, surfaces.saddle, ("beta1", "eta"), 40, resolution=9)
    if name == "five":
        tilted = Surface(lambda *x: sum(k * y * y for k, y in enumerate(x, 1)), start=np.ones(5))
        return MapCase(steps.momentum, tilted, ("eta", "beta1"), resolution=7)
    values = np.array([5, 9.0]), np.array([0, 0.5])
    return MapCase(steps.momentum, surfaces.rosenbrock, ("eta", "beta1"), 100, values)


NAMES = "ravine", "diverged", "beale", "saddle", "five", "all diverged"


@pytest.fixture(scope="module")
def cases():
    return {name: case(name) for name in NAMES}


@pytest.fixture(scope="module")
def losses(cases):
    return dict(zip(cases, computed([*cases.values()])))


@pytest.mark.parametrize("name", NAMES)
def test_a_map_has_the_losses_of_a_sweep(cases, losses, name):
    swept = cases[name].swept()
    np.testing.assert_array_equal(losses[name], swept.loss)
    np.testing.assert_array_equal(np.isnan(losses[name]), swept.diverged)


PICTURE = "const main = ([plan, losses]) => {const all = new Float64Array(losses); return %s};"


@pytest.mark.parametrize("name", NAMES)
def test_colours_and_signs_are_pythons(cases, name):
    one, swept = cases[name], cases[name].swept()
    got = script(PICTURE % "[...pixels(plan.map, all)]", [one.plan, swept.loss.ravel().tolist()])
    one.view.heat.show(swept.loss, swept.diverged)
    expected = np.asarray(one.view.heat.artists[0].get_array())
    got = np.reshape(got, expected.shape)[::-1]
    assert expected.shape == (CELL * len(one.values[1]), CELL * len(one.values[0]), 4)
    # where a logarithm lies on the edge of two colours, its last bit may choose
    assert np.abs(got - expected).max() <= 4 and (got != expected).any(axis=-1).mean() < 0.002


@pytest.mark.parametrize("name", NAMES)
def test_the_line_around_those_that_arrived_is_pythons(cases, name):
    one, swept = cases[name], cases[name].swept()
    got = script(PICTURE % "border(plan.map, all)", [one.plan, swept.loss.ravel().tolist()])
    one.view.heat.show(swept.loss, swept.diverged)
    outline = one.view.heat.artists[1]
    ends = outline.get_transform().transform(outline.get_path().vertices)
    ends = ends * (1, -1) + (0, one.view.figure.bbox.height)
    numbers = [float(x) for x in got.replace("M", " ").replace("L", " ").split()]
    np.testing.assert_allclose(np.reshape(numbers, (-1, 2)), ends.reshape(-1, 2), atol=0.006)
    assert got.count("M") == got.count("L") == len(ends) // 2
    assert (len(ends) > 0) == (name in ("ravine", "diverged", "beale"))


PLAYER = """
const [play] = SOURCES;
const main = ([plan, values, given, cells]) => {
  plan.tracks[0].play = play;
  const player = new MapPlayer(plan, values, [0, 0]);
  player.given(new Float64Array(given));
  return cells.map((cell) => {
    player.place(cell);
    return [player.said(), player.rows[0].at(-plan.tracks[0].width + plan.tracks[0].n), player.best()];
  });
};
"""


@pytest.mark.parametrize("name", NAMES)
def test_words_and_the_chosen_run_are_pythons(cases, losses, name):
    one, swept = cases[name], cases[name].swept()
    cells = [(0, 0), (1, 1), (0, len(one.values[1]) - 1), (len(one.values[0]) - 1, 0)]
    given = [one.plan, one.settings, losses[name].ravel().tolist(), cells]
    for cell, (said, last, best) in zip(cells, script(PLAYER.replace("SOURCES", one.sources), given)):
        run = one.run(cell)
        arrived = run.arrived()
        more = f", within 1e-6 of the minimum after {arrived} steps" if arrived is not None else ""
        assert said == [
            sentence(swept, best_run(swept)),
            f"At the ring: {run!r}{more}.",
            one.view.legend(swept),
        ]
        np.testing.assert_equal(last, losses[name][cell])  # the same number, or both are none
        judged = best_run(swept)
        assert best == (judged and {"cell": [*judged[0]], "worst": judged[1]})


def test_a_legend_names_what_is_there(cases):
    words = cases["diverged"].view.legend(cases["diverged"].swept())
    assert all(sign in words for sign in ("Outlined", "Dotted", "Striped", "Dashed", "Star"))
    assert cases["saddle"].view.legend(cases["saddle"].swept()).split(":")[0] in ("Dotted", "Striped")


# --- the computer -------------------------------------------------------------------------------------


def answers(one, requests, slice_):
    main = f"const [, make] = {one.sources}; const main = (all) => computed(make, all, {slice_});"
    return script(main, requests)


def test_coarse_maps_come_first_and_hold_true_losses(cases):
    one = cases["ravine"]
    got = answers(one, [one.request()], 0.01)
    assert [answer["done"] for answer in got] == [False, False, False, True]
    final = one.losses(got[-1]["losses"])
    for stride, answer in zip((8, 4, 2), got):
        coarse = one.losses(answer["losses"])
        rows, columns = (np.arange(n) // stride * stride for n in final.shape)
        np.testing.assert_array_equal(coarse, final[np.ix_(rows, columns)])


def test_what_is_asked_for_last_is_done_next_and_nothing_queues_up(cases):
    one = cases["ravine"]
    rates = (0.1, 0.2, 0.3, 0.4)
    got = answers(one, [one.request(turn, eta=rate) for turn, rate in enumerate(rates)], 0)
    finished = [answer["turn"] for answer in got if answer["done"]]
    assert finished == [3]
    # one after the other, each is finished
    got = answers(one, [one.request(turn) for turn in range(3)], 1e9)
    assert [answer["turn"] for answer in got if answer["done"]] == [0, 1, 2]


def test_a_third_value_makes_another_map():
    one = MapCase(steps.adam, surfaces.beale, ("beta1", "beta2"), 30, eta=0.1, resolution=6)
    got = answers(one, [one.request(0), one.request(1, eta=0.4)], 1e9)
    for answer, rate in zip([a for a in got if a["done"]], (0.1, 0.4)):
        np.testing.assert_array_equal(one.losses(answer["losses"]), one.swept(eta=rate).loss)


# --- the hand -----------------------------------------------------------------------------------------

HAND = """
const [play] = SOURCES;
const main = ([plan, values, given, asked]) => {
  plan.tracks[0].play = play;
  const player = new MapPlayer(plan, values, [3, 4]);
  player.given(new Float64Array(given));
  const [left, top, right, bottom] = plan.map.box;
  const at = (x, y, held) => player.pointed(left + x * (right - left), top + y * (bottom - top), held);
  const places = [at(0.001, 0.999, false), at(0.999, 0.001, false), at(1.1, 0.5, false), at(1.1, 0.5, true)];
  const keys = ["ArrowUp", "ArrowLeft", "a"];
  return [places, keys.map((key) => [player.nudged(key, false), player.nudged(key, true)]), player.home()];
};
"""


def test_places_and_keys_lead_to_cells():
    values = np.linspace(0.001, 0.17, 60), np.linspace(0, 0.9, 30)
    one = MapCase(steps.momentum, surfaces.ravine, ("eta", "beta1"), 30, values)
    swept = one.swept()
    got = script(
        HAND.replace("SOURCES", one.sources), [one.plan, one.settings, swept.loss.ravel().tolist(), None]
    )
    best = [*map(float, best_run(swept)[0])]
    assert got[0] == [[0, 0], [59, 29], None, [59, 15]]
    assert got[1:] == [[[[3, 5], [3, 5]], [[1, 4], [2, 4]], [None, None]], best]
