"""The looks of the methods can be told apart, by colour-blind readers too, on light and on dark paper."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from adamlab import steps
from adamlab._drawing.style import DARK, LIGHT, LOOKS, OTHER_LOOKS, look

# Linear RGB as it is seen: G. Machado, M. Oliveira & L. Fernandes (2009), full severity.
SIGHTS = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
)
APART, SEEN_APART = 19, 28  # distances in CIELAB: 2 is just noticed
ALL_LOOKS = {**LOOKS, **{f"other {k}": one for k, one in enumerate(OTHER_LOOKS)}}
PAPERS = pytest.mark.parametrize("paper", [LIGHT, DARK], ids=["light", "dark"])


def linear(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(colour, sight):
    xyz = TO_XYZ @ np.clip(np.array(SIGHTS[sight]) @ linear(colour), 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one, other):
    low, high = sorted(TO_XYZ[1] @ linear(colour) + 0.05 for colour in (one, other))
    return high / low


def distance(one, other, paper, sight):
    return np.linalg.norm(lab(one[0][paper.column], sight) - lab(other[0][paper.column], sight))


def test_every_method_of_the_series_has_a_look():
    assert set(steps.__all__) == set(LOOKS)
    assert look(steps.adam, theme=DARK) == ("#ff8a3c", "D", "-")


def test_every_look_has_a_marker_and_a_dash_that_no_other_has():
    pairs = [(marker, dash) for _, marker, dash in ALL_LOOKS.values()]
    assert len(set(pairs)) == len(pairs)


@PAPERS
def test_every_method_has_a_colour_of_its_own(paper):
    for one, other in itertools.combinations(LOOKS.values(), 2):
        assert distance(one, other, paper, "usual") > SEEN_APART, (one, other)


@PAPERS
@pytest.mark.parametrize("sight", SIGHTS)
def test_methods_that_share_marker_or_dash_differ_in_colour_for_everybody(paper, sight):
    for one, other in itertools.combinations(ALL_LOOKS.values(), 2):
        if one[1] == other[1] or one[2] == other[2]:
            assert distance(one, other, paper, sight) > APART, (one, other)


@PAPERS
@pytest.mark.parametrize("name", ALL_LOOKS)
def test_every_colour_stands_out_from_the_paper(paper, name):
    assert contrast(ALL_LOOKS[name][0][paper.column], paper.paper) >= 3
