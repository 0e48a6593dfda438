"""A family of surfaces: a function that makes them, by its signature.

As with a step, the signature says everything: ``make_ravine(condition, angle=0.0)`` has two parameters.
A surface on its own is a family without any.
"""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from .signature import name_of
from .surface import Surface
from .text import brief

__all__ = ["Family"]

MISSING = inspect.Parameter.empty


class Family:
    """A function that makes surfaces, with the opening values of its parameters.

    Parameters
    ----------
    surface : callable, or Surface
        Returns a Surface.
    given : dict
        Opening values; what the function does not take is left to others.

    Attributes
    ----------
    name : str
        Of the function.
    numbers : dict of float
        Parameters that are numbers, with their opening values: these become sliders.
    options : dict
        All other parameters, with their values.

    Raises
    ------
    TypeError
        If a value is missing or is not a number, or if the function returns no Surface.
    """

    _make: Callable[..., Surface]

    def __init__(self, surface: Surface | Callable[..., Surface], given: dict[str, Any]) -> None:
        if not callable(surface) and not isinstance(surface, Surface):
            raise TypeError(f"surface must be a Surface, or a function that makes one, got {brief(surface)}")
        self._make = surface if callable(surface) else lambda: surface
        self.name = name_of(self._make)
        defaults = self._parameters()
        values = {name: given.get(name, default) for name, default in defaults.items()}
        missing = [name for name, value in values.items() if value is MISSING]
        numbers = {n: v for n, v in values.items() if defaults[n] is MISSING or _is_number(defaults[n])}
        for name, value in numbers.items():
            if name not in missing and not (_is_number(value) and np.isfinite(value)):
                raise TypeError(f"{self.name}: {name} must be one finite number, got {brief(value)}")
        self._try(values, missing)
        self.numbers = {name: float(value) for name, value in numbers.items()}
        self.options = {name: value for name, value in values.items() if name not in numbers}

    @property
    def parameters(self) -> list[str]:
        """The names of all parameters."""
        return [*self.numbers, *self.options]

    def surface(self, **numbers: float) -> Surface:
        """Make the surface for these numbers; for the opening values unless given.

        Returns
        -------
        Surface
        """
        return self._make(**self.options, **{**self.numbers, **numbers})

    def _parameters(self) -> dict[str, Any]:
        try:
            parameters = inspect.signature(self._make).parameters.values()
        except (TypeError, ValueError):  # NumPy's own functions tell nothing, and make no surface
            raise TypeError(self._wrap_it()) from None
        return {p.name: p.default for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}

    def _try(self, values: dict[str, Any], missing: list[str]) -> None:
        """Make a surface, with 1 for what is missing: only so can a loss be told from a family."""
        try:
            made = self._make(**{**values, **dict.fromkeys(missing, np.float64(1))})
        except Exception:
            if not missing:
                raise
        else:
            if not isinstance(made, Surface):
                raise TypeError(self._wrap_it() + ("" if missing else f" (it returned {brief(made)})"))
        if missing:
            raise TypeError(
                f"{self.name} needs a value for {' and '.join(missing)}: give {missing[0]}=1, "
                f"for example; or, if it is a loss, wrap it: Surface({self.name})"
            )

    def _wrap_it(self) -> str:
        return (
            f"surface must be a Surface, or a function that makes one, and {self.name} is neither: "
            f"if it is a loss, wrap it: Surface({self.name})"
        )


def _is_number(value: Any) -> bool:
    return np.ndim(value) == 0 and np.asarray(value).dtype.kind in "fiu"
