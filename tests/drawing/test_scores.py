"""A table as a picture: what its cells say, which of them are framed, and its alternative text."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from adamlab import plots, steps, surfaces

METHODS = [steps.gradient_descent, steps.adam]
COUNTS = [[11, 120], [np.nan, 333]]


def _drawn(values, **options):
    fig, ax = plots.figure("Steps.")
    plots.scores(ax, values, [surfaces.bowl, "45°"], METHODS, **options)
    return fig, ax


def test_each_cell_says_its_number_or_what_is_missing():
    fig, ax = _drawn(COUNTS, missing="more")
    assert [text.get_text() for text in ax.texts] == ["11", "120", "more", "333"]
    assert [text.get_position() for text in ax.texts] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert fig.alt == "Steps. bowl: gradient descent 11, adam 120; 45°: gradient descent more, adam 333."


def test_the_lowest_of_each_row_is_framed():
    def framed(values):
        _, ax = _drawn(values)
        frames = [p for p in ax.patches if isinstance(p, Rectangle)]
        return {tuple(p.get_center().round().astype(int)) for p in frames}

    assert framed(COUNTS) == {(0, 0), (1, 1)}
    assert framed([[3, 2], [np.nan, np.nan]]) == {(1, 0)}


def test_letters_are_light_on_dark_and_dark_on_light():
    _, ax = _drawn([[1, 1000], [np.nan, 1]])
    assert [text.get_color() for text in ax.texts] == ["white", "#222222", "#222222", "white"]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([[1, 2]], "2 rows and 2 columns"),
        ([[1, 2], [0, 1]], "above zero"),
        (np.full((2, 2), np.nan), "above zero"),
    ],
)
def test_what_cannot_be_shown_is_refused(values, says):
    with pytest.raises(ValueError, match=says):
        _drawn(values)
