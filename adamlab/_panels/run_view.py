"""One step in a panel: its sliders, its options that are not numbers, and what it draws."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from .._core.descent import Descent
from .._core.signature import Signature
from .._drawing.artists import Path, Rolling
from .._drawing.curves import Curve, Trace
from .._drawing.style import Theme
from .slider import HyperSlider

__all__ = ["Track"]


class Track:
    """One step in a panel: its sliders, its options that are not numbers, and what it draws."""

    message: str | None
    path: Path | None
    curve: Curve
    rolling: Rolling

    def __init__(self, step: Callable[..., Any], hyper: dict[str, Any]) -> None:
        self.step, self.message = step, None
        hyper = Signature(step).hyper(hyper)
        self.options = {name: value for name, value in hyper.items() if not isinstance(value, float)}
        for name, value in self.options.items():
            if isinstance(value, np.ndarray):
                raise ValueError(f"{name} must be one number in a panel, got {value}: descend takes arrays")
        self.sliders = {n: HyperSlider(n, value) for n, value in hyper.items() if n not in self.options}

    def hyper(self) -> dict[str, Any]:
        """All hyperparameters as they are set now."""
        return {**self.options, **{name: slider.value for name, slider in self.sliders.items()}}

    def draw(
        self,
        ground: Axes | None,
        curves: Axes,
        style: tuple[str, str, str],
        label: str,
        paper: Theme,
        view: str,
    ) -> None:
        """Make, still empty, all that moves."""
        self.path = Path(ground, *style, theme=paper) if ground is not None else None
        self.curve = (Curve if view == "loss" else Trace)(curves, *style, label=label, theme=paper)
        self.curve.quantity = view
        self.rolling = Rolling(ground, curves if view == "loss" else None, style[0], paper)

    @property
    def artists(self) -> list[Artist]:
        """What changes with its sliders."""
        return [*(self.path.artists if self.path else []), *self.curve.artists]

    def show(self, run: Descent | None) -> None:
        """Let path and curve show a run; None shows nothing."""
        if self.path is not None:
            self.path.show(run)
        self.curve.show(run)
