"""What theory knows without running anything: from which η on a step diverges, and the best settings."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .signature import OURS, name_of
from .surface import Surface

__all__ = ["limit", "optimum"]

LIMITED = ("gradient_descent", "momentum", "nesterov")


def limit(step: Callable[..., Any], surface: Surface, beta1: Any) -> Any:
    """The η from which a step is known to diverge on a quadratic; None where no such limit is known.

    Gradient descent 2/L, heavy ball 2 (1 + β₁)/L, Nesterov 2 (1 + β₁)/((1 + 2 β₁) L), where L is the
    largest curvature: where a root of the step's characteristic polynomial leaves the unit circle.

    Parameters
    ----------
    step : callable
        Of the series; another one may be written in another form.
    surface : Surface
    beta1 : float or ndarray

    Returns
    -------
    float or ndarray, or None
    """
    ours = getattr(step, "__module__", None) == OURS  # another momentum may be the averaging form
    if surface.curvature is None or not ours or name_of(step) not in LIMITED:
        return None
    steepest = surface.curvature[1]
    if name_of(step) == "gradient_descent":
        return 2 / steepest
    return 2 * (1 + beta1) / (steepest * (1 + 2 * beta1 if name_of(step) == "nesterov" else 1))


def optimum(step: Callable[..., Any], surface: Surface) -> tuple[float, float] | None:
    """The best η and β₁ of the heavy ball on a quadratic (Polyak 1964), or None.

    η* = 4/(√L + √μ)², β* = ((√κ − 1)/(√κ + 1))²

    Parameters
    ----------
    step : callable
        Of the series; another one may be written in another form.
    surface : Surface

    Returns
    -------
    (float, float) or None
    """
    if limit(step, surface, 0.0) is None or name_of(step) != "momentum":
        return None
    flat, steep = np.sqrt(surface.curvature)
    return 4 / (steep + flat) ** 2, ((steep - flat) / (steep + flat)) ** 2
