"""The heights of a surface in its window, asked for once."""

import functools

import numpy as np

from .._core.surface import Surface

__all__ = ["LARGEST", "extremes", "heights", "increasing", "survey"]

LARGEST = 1e304  # an axis ends here: Matplotlib needs room above, and the largest number is 1.8e308

COARSE = 41  # points along each side, where only the lowest and the highest are asked for


def increasing(low: float, high: float) -> tuple[float, float]:
    """Limits of a scale: two finite numbers, the second above the first.

    Parameters
    ----------
    low, high : float

    Returns
    -------
    (float, float)
    """
    low, high = (float(np.clip(end, -LARGEST, LARGEST)) for end in (low, high))
    return low, max(high, low + (1e-9 * max(abs(low), abs(high)) or 1e-12))


def heights(surface: Surface, points: int) -> np.ndarray:
    """The heights on a grid of the window: asked for once, and then known.

    Parameters
    ----------
    surface : Surface
        Of one or two coordinates.
    points : int
        Along each side.

    Returns
    -------
    ndarray, shape (points,) * n
    """
    return _heights(surface, surface.window, points)


@functools.lru_cache(maxsize=16)
def _heights(surface: Surface, window: tuple[tuple[float, float], ...], points: int) -> np.ndarray:
    sides = [np.linspace(low, high, points) for low, high in window]
    with np.errstate(all="ignore"):
        return surface.loss(np.array(np.meshgrid(*sides)))


def survey(surface: Surface, points: int) -> Surface:
    """Ask a surface for all that drawing it needs, so that to draw it runs no learner's code.

    Parameters
    ----------
    surface : Surface
    points : int
        As for `heights`.

    Returns
    -------
    Surface
        The same.
    """
    if surface.window:
        heights(surface, points)
    extremes(surface)
    return surface


@np.errstate(all="ignore")
def extremes(surface: Surface) -> tuple[float, float]:
    """The lowest and highest height on a coarse grid of the window, or near the start.

    Parameters
    ----------
    surface : Surface

    Returns
    -------
    (float, float)
        Both 0 where no height is finite.
    """
    if surface.window:
        height = heights(surface, COARSE)
    else:
        height = np.array([surface.loss(surface.start)])
        height = np.append(height, np.minimum(height, 0))
    finite = height[np.isfinite(height)]
    return (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
