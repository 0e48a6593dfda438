"""A function that makes surfaces, as its signature says."""

import numpy as np
import pytest

from adamlab import Surface, make_ravine, ravine
from adamlab._core.family import Family


def test_numbers_become_sliders_and_the_rest_options():
    def valley(width, tilt=0.5, style="plain"):
        return Surface(lambda x, y: width * x**2 + tilt * y**2, minima=[(0, 0)] if style else None)

    family = Family(valley, {"width": 3, "eta": 0.1})
    assert family.name == "valley" and family.parameters == ["width", "tilt", "style"]
    assert family.numbers == {"width": 3.0, "tilt": 0.5} and family.options == {"style": "plain"}
    assert family.surface().loss(np.array([1.0, 2.0])) == 5
    assert family.surface(tilt=1.0).loss(np.array([1.0, 2.0])) == 7


def test_a_surface_on_its_own_is_a_family_without_parameters():
    family = Family(ravine, {"eta": 0.1})
    assert family.parameters == [] and family.surface() is ravine


def test_the_opening_values_are_those_given():
    family = Family(make_ravine, {"condition": 4, "angle": 30})
    assert family.numbers["condition"] == 4 and family.numbers["angle"] == 30


@pytest.mark.parametrize(
    ("surface", "given", "message"),
    [
        (7, {}, "surface must be a Surface"),
        (make_ravine, {"condition": "wide"}, "condition must be one finite number"),
        (make_ravine, {"condition": np.inf}, "condition must be one finite number"),
        (lambda x, y: x + y, {}, "if it is a loss, wrap it"),
        (lambda width: Surface(lambda x, y: width * x * y), {}, "needs a value for width"),
        (np.sin, {}, "if it is a loss, wrap it"),
    ],
)
def test_what_is_no_family_is_said(surface, given, message):
    with pytest.raises(TypeError, match=message):
        Family(surface, given)
