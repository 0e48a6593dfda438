"""The model that a surface comes from: what it answers, and what is refused."""

import math

import numpy as np
import pytest

from adamlab import Surface, surfaces

LINE = {"model": lambda a, b, x: a * x + b, "examples": [(0, 1), (2, 2)]}


def line(a, b):
    return (b - 1) ** 2 + (2 * a + b - 2) ** 2


def test_the_neuron_answers_by_sigma_of_its_sum_and_knows_its_examples():
    inputs = np.array([-1.0, 0.5, 2.5])
    sigma = 1 / (1 + np.exp(-(1.5 * inputs - 0.5)))
    np.testing.assert_allclose(surfaces.neuron.model((1.5, -0.5), inputs), sigma, rtol=1e-14)
    assert surfaces.neuron.model.examples.tolist() == [[0.5, 0.2], [2.5, 0.9]]
    best = surfaces.neuron.model(surfaces.neuron.minima[0], [0.5, 2.5])
    np.testing.assert_allclose(best, [0.2, 0.9])


def test_a_surface_of_ones_own_has_a_model_only_if_it_is_given():
    assert Surface(line).model is None and surfaces.bowl.model is None
    assert Surface(line, **LINE).model((3, 1), [0, 1, 2]).tolist() == [1, 4, 7]
    whole = Surface(
        lambda p: p @ p, start=(1, 2), vector=True, model=lambda p, x: p @ p * x, examples=[(1, 1)]
    )
    assert whole.model((1, 2), [0, 1]).tolist() == [0, 5]


def test_its_curve_is_drawn_around_the_examples():
    for examples, ends in [([(0, 1), (2, 2)], (-1, 3)), ([(5, 1)], (4, 6))]:
        inputs = Surface(line, model=LINE["model"], examples=examples).model.inputs
        assert (inputs[0], inputs[-1]) == ends and (np.diff(inputs) > 0).all()


def test_where_there_is_no_output_there_is_nan():
    strict = Surface(line, model=lambda a, b, x: 1 / (1 + math.exp(-a * x)) + b, examples=[(0, 1)])
    outputs = strict.model((1000, 0), [-1, 0, 1])
    assert np.isnan(outputs[0]) and outputs[1:].tolist() == [0.5, 1]


@pytest.mark.parametrize(
    ("given", "fault", "says"),
    [
        ({"examples": [(0, 1)]}, ValueError, "line has examples but no model"),
        ({"model": LINE["model"]}, ValueError, r"examples of line: expected pairs .* got \(\)"),
        ({**LINE, "examples": [0, 1]}, ValueError, "examples of line: expected pairs"),
        ({**LINE, "examples": [(0, np.nan)]}, ValueError, "examples of line: expected pairs"),
        ({**LINE, "model": 3}, TypeError, "the model of line must be a function, not 3"),
        (
            {**LINE, "model": lambda a, b, x: [x, x]},
            TypeError,
            "returned .* for one input, expected one number",
        ),
        ({**LINE, "model": lambda a, x: a * x}, TypeError, "takes 2 positional arguments but 3 were given"),
    ],
)
def test_what_is_no_model_is_refused_in_words(given, fault, says):
    with pytest.raises(fault, match=says):
        Surface(line, **given)
