"""The model of a surface as a program, and as JavaScript."""

import itertools
import math

import javascript
import numpy as np
import pytest

from adamlab import Surface, surfaces
from adamlab._live.javascript import source
from adamlab._live.model import model_program


def modelled(model, start=(0.5, -1.0), **more):
    loss = (lambda p: p @ p) if more else (lambda a, b: a * a + b * b)
    return Surface(loss, start=start, model=model, examples=[(0, 0.2), (2, 0.9)], **more)


RECORDED = {
    "neuron": surfaces.neuron,
    "math": modelled(lambda a, b, x: 1 / (1 + math.exp(-a * x)) + b),
    "ifs": modelled(lambda a, b, x: a * x if x > 1 else b + max(x, 0.5)),
    "vector": modelled(lambda p, x: p[0] * np.tanh(x - p[1:]).sum(), (1, 2, 3), vector=True),
}
counter = itertools.count()
NOT_RECORDED = {
    "remembers": modelled(lambda a, b, x: a * x + next(counter)),
    "random": modelled(lambda a, b, x: a * x + np.random.default_rng(0).normal()),
    "a table": modelled(lambda a, b, x: {True: a, False: b}[bool(x > 1)] * float(f"{x:.3f}")),
    "none": surfaces.bowl,
}


@pytest.mark.parametrize("name", RECORDED)
def test_the_browser_answers_what_the_model_answers(name):
    surface = RECORDED[name]
    program = model_program(surface)
    points = np.random.default_rng(0).normal(scale=2, size=(20, surface.n))
    given = [[*point, one] for point in points.tolist() for one in surface.model.inputs.tolist()]
    main = "const main = (all) => all.map((point) => answer([], point, 0)[point.length]);"
    got = np.reshape(javascript.run(f"const answer = {source(program)};\n{main}", given), (len(points), -1))
    expected = [surface.model(point, surface.model.inputs) for point in points]
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", NOT_RECORDED)
def test_what_is_more_than_arithmetic_is_not_recorded(name):
    assert model_program(NOT_RECORDED[name]) is None
