"""The scale of a slider: its ends, its stops, and the values that a race tries."""

import math

import numpy as np
import pytest

from adamlab._core.hyperparameters import GRID, Scale

OPENINGS = [
    ("eta", 0.1),
    ("eta", 1e-7),
    ("beta1", 0.9),
    ("beta2", 0.99999),
    ("eps", 1e-8),
    ("eps", 0.0),
    ("strength", 3.0),
    ("strength", 0.37),
    ("shift", 0.0),
    ("shift", -2.0),
    ("weight_decay", 0.01),
    ("condition", 1000.0),
    ("condition", 5e4),
    ("angle", 0.0),
    ("angle", 22.5),
    ("angle", -30.5),
    ("angle", 120.0),
    ("period", 3.0),
    ("period", 250.0),
    ("warmup", 0.0),
    ("warmup", 250.0),
    ("cooldown", 0.2),
    ("final", 0.0),
    ("clip", 1.0),
]


def stops(scale):
    return np.array([scale.value(position) for position in range(scale.positions + 1)])


@pytest.mark.parametrize(("name", "opening"), OPENINGS)
@pytest.mark.parametrize("positions", [None, 100])
def test_a_scale_meets_its_ends_and_finds_its_way_back(name, opening, positions):
    scale = Scale(name, opening, positions)
    values = stops(scale)
    assert values[0] == scale.low and values[-1] == scale.high and scale.low <= opening <= scale.high
    assert np.all(np.diff(values) > 0)
    assert [scale.position(value) for value in values] == list(range(scale.positions + 1))


def test_a_stop_of_eta_is_about_two_percent():
    scale = Scale("eta", 0.1)
    ratios = stops(scale)[1:] / stops(scale)[:-1]
    assert scale.positions == 600 and (ratios > 1.005).all() and (ratios < 1.04).all()


@pytest.mark.parametrize(
    ("name", "opening", "values"),
    [
        ("eta", 0.1, [0.001, 0.0025, 0.01, 0.015, 0.03, 0.05, 0.08, 0.1, 0.2, 0.3, 0.5, 1.2, 2, 5]),
        ("beta1", 0.9, [0.1, 0.3, 0.5, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999]),
        ("beta2", 0.99999, [0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999]),
        ("eps", 1e-8, [1e-10, 1e-8, 1e-7, 1e-3, 0.1]),
        ("condition", 100.0, [2, 10, 25, 50, 100, 1000]),
        ("shift", 0.0, [-0.5, 0, 0.1, 0.75]),
        ("angle", 30.0, [1, 45, 89]),
    ],
)
def test_round_values_are_stops(name, opening, values):
    scale = Scale(name, opening)
    assert set(values) <= set(stops(scale))


def test_beta_spends_its_length_near_one():
    scale = Scale("beta2", 0.9)
    quarters = [scale.value(scale.positions * quarter // 4) for quarter in (1, 2, 3)]
    assert quarters == [0.9, 0.99, 0.999]


@pytest.mark.parametrize("name", ["strength", "shift"])
def test_other_sliders_have_two_hundred_stops(name):
    assert Scale(name, 1.0).positions >= 200


def test_a_race_tries_the_same_learning_rates_as_ever():
    low, high = math.log(1e-4), math.log(10)
    inner = [float(f"{math.exp(low + (high - low) * (k / 100)):.3g}") for k in range(1, 100)]
    assert Scale("eta", 0.1).grid().tolist() == [1e-4, *inner, 10.0] and GRID == 101


def test_a_map_tries_the_same_values_as_ever():
    places = np.linspace(0, 100, 50)[1:-1] / 100
    betas = [round(1 - float(f"{(1 - 0.9999) ** share:.3g}"), 12) for share in places]
    assert Scale("beta1", 0.9).grid(50).tolist() == [0, *betas, 0.9999]
    linear = [float(f"{share * 6:.3g}") for share in np.linspace(0, 100, 49)[1:-1] / 100]
    assert Scale("strength", 3.0).grid(49).tolist() == [0, *linear, 6]


def test_the_values_that_are_tried_do_not_depend_on_the_stops():
    assert np.array_equal(Scale("eta", 0.1, 100).grid(), Scale("eta", 0.1).grid())
