"""The model of a surface as a program, so that a browser can draw its curve."""

import itertools

import numpy as np

from .._core.model import Model
from .._core.surface import Surface
from .._core.trace import CannotRecord
from .arrays import array_of
from .program import Block, Program, all_ways, as_tree, flat_results
from .rebinding import Rebinding
from .scalars import Recording

__all__ = ["model_program"]

MOST = 100  # coordinates: a browser is not sent all those of a point of more

CLOSE = 1e-9  # how far outputs may be apart, relative to the largest


def model_program(surface: Surface) -> Program | None:
    """What the model of a surface does, as a program that takes no step: it runs learners' code.

    Parameters
    ----------
    surface : Surface

    Returns
    -------
    Program or None
        Its point is the n coordinates and the input, its loss the output. None without a model, for a
        point of many coordinates, and where it would not answer as the model does.
    """
    model = surface.model
    if model is None or surface.n > MOST:
        return None
    try:
        program = _recorded(model, surface.n)
        alike = repr(program) == repr(_recorded(model, surface.n)) and _alike(program, surface, model)
    except Exception:  # it asks for more than arithmetic, or fails itself
        return None
    return program if alike else None


def _recorded(model: Model, n: int) -> Program:
    rebinding = Rebinding()
    try:
        function = rebinding.of(model.function)
    except Exception as fault:
        raise CannotRecord(f"its functions cannot be copied: {fault}") from None
    rebinding.watch_again()
    point = range(1, n + 2)

    def answered(path: Recording) -> tuple[int | float, ...]:
        *theta, one = [path.input(register) for register in point]
        output = function(*([array_of(theta)] if model.vector else theta), one)
        return (*flat_results(output, ()), *[0.0] * len(point))

    ways = all_ways(rebinding, answered, first=point.stop + len(point), fixed=(), tables=[])
    return Program(n + 1, (), (), as_tree(ways), Block((), tuple(point)))


def _alike(program: Program, surface: Surface, model: Model) -> bool:
    """Return whether both answer the same at the start, and elsewhere in the window."""
    corners = itertools.product(*surface.window) if surface.window else ()
    for theta in (surface.start, *surface.minima[:1], *corners):
        expected = model(theta, model.inputs)
        played = [program.rows((), (*theta, one), 0)[0, surface.n + 1] for one in model.inputs]
        size = np.abs(expected).max(initial=0, where=np.isfinite(expected))
        if not np.allclose(played, expected, rtol=CLOSE, atol=CLOSE * size, equal_nan=True):
            return False
    return True
