"""The sliders of a family of surfaces."""

from collections.abc import Mapping
from typing import Any

from .._core.family import Family
from .._core.surface import Surface
from .slider import HyperSlider

__all__ = ["SurfaceFamily"]


class SurfaceFamily:
    """A family of surfaces in a panel, with a slider for each of its numbers.

    Parameters
    ----------
    family : Family
    start : array_like, optional
        Where runs begin on each surface; its own start unless given.

    Attributes
    ----------
    name : str
    sliders : dict of HyperSlider
    message : str or None
        Why the function made no surface from the sliders as they are.
    """

    message: str | None = None

    def __init__(self, family: Family, start: Any = None) -> None:
        self._family, self.start, self.name = family, start, family.name
        self.sliders = {name: HyperSlider(name, value) for name, value in family.numbers.items()}

    def surface(self) -> Surface:
        """Make the surface for the sliders as they are now.

        Returns
        -------
        Surface
        """
        return self.member({name: slider.value for name, slider in self.sliders.items()})

    def member(self, numbers: Mapping[str, float]) -> Surface:
        """Make the surface for these numbers.

        Parameters
        ----------
        numbers : dict of float

        Returns
        -------
        Surface
        """
        return self._family.surface(**numbers)
