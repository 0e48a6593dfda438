"""A slider for one number, mostly a hyperparameter: its scale, its number box, its reset.

η and its like are logarithmic, a β spends its length near 1, and every value of the range can be
typed or assigned, also between two positions.
"""

import itertools
from typing import Any

import ipywidgets as widgets
import traitlets

from .._core.hyperparameters import Scale, hyperparameter, symbol

__all__ = ["HyperSlider"]

_numbers = itertools.count()


# below the slider's own track, as JupyterLab lays it out, so that a mark stands at its value
UNDER_THE_TRACK = {"margin": "-9px 0 0 3.28em", "width": "8.86em", "height": "6px", "overflow": "hidden"}


class HyperSlider(widgets.HBox):
    """A slider for a hyperparameter or a surface's parameter, with the number beside it to read or type.

    Attributes
    ----------
    value : float
        In its own unit; any value from `min` to `max`.
    min, max : float
        The ends of the slider.

    Raises
    ------
    ValueError
        If a value outside the range is assigned.
    """

    value = traitlets.Float()

    def __init__(self, name: str, opening: float) -> None:
        self.name, self.opening, self.scale = name, opening, Scale(name, opening)
        self.min, self.max = self.scale.low, self.scale.high
        known = hyperparameter(name)
        self.symbol, self.unit, meaning = symbol(name), known.unit, known.meaning
        self.css_class = f"adamlab-slider-{next(_numbers)}"
        self.label = f"{self.symbol}, {meaning}" if meaning else self.symbol
        self.slider = widgets.IntSlider(
            min=0,
            max=self.scale.positions,
            value=self.scale.position(opening),
            readout=False,
            description=self.symbol,
            tooltip=self.label,
            style={"description_width": "2.2em"},
            layout={"width": "12.6em"},
        )
        self.number = widgets.Text(continuous_update=False, layout={"width": "5em"}, tooltip=self.label)
        self.number.add_class("adamlab-number")
        undo = widgets.Button(icon="undo", layout={"width": "2em"})
        undo.tooltip = f"{self.symbol} back to {opening:.6g}{self.unit}"
        undo.add_class("adamlab-undo")
        undo.on_click(lambda _: self.reset())
        self._note = widgets.Label(meaning, layout={"width": "11em"})
        self.meaning = meaning
        self._mark = widgets.HTML(layout=UNDER_THE_TRACK)
        self._mark.add_class("adamlab-mark")
        scale = widgets.VBox([self.slider, self._mark], layout={"overflow": "hidden"})
        super().__init__([scale, self.number, undo, self._note], value=opening)
        self.layout.align_items = "center"
        self.add_class(self.css_class)
        self.number.value = self._text()
        self.slider.observe(self._slid, "value")
        self.number.observe(self._typed, "value")

    def warn(self, limit: float | None) -> None:
        """Show on the scale from which value on the method is known to diverge; None shows nothing.

        Parameters
        ----------
        limit : float or None
        """
        beyond = limit is not None and self.value >= limit
        text = f"diverges from {limit:.3g}" if limit is not None else self.meaning
        self._note.value = f"⚠ {text}" if beyond else text
        share = (
            100
            if limit is None
            else self.scale.position(min(max(limit, self.min), self.max)) * 100 / self.scale.positions
        )
        bar = f"height: 3px; margin-left: {share:.0f}%; background: #d55e00"
        self._mark.value = f'<div style="{bar}"></div>' if share < 100 else ""

    @property
    def spoken(self) -> str:
        """What it is and how it stands, for those who do not see it."""
        return f"{self.label}: {self._text()}"

    def reset(self) -> None:
        """Back to the opening value."""
        self.value = self.opening

    def _text(self) -> str:
        return f"{self.value:.6g}{self.unit}"

    def _slid(self, change: Any) -> None:
        if change.new != self.scale.position(self.value):
            self.value = self.scale.value(change.new)

    def _typed(self, change: Any) -> None:
        if change.new == self._text():  # it only shows the value, and not all of its digits
            return
        try:
            self.value = float(change.new.strip().removesuffix(self.unit))
        except ValueError:  # not a number, or out of range: what stood there comes back
            self.number.value = self._text()

    @traitlets.validate("value")
    def _in_range(self, proposal: Any) -> float:
        value = proposal.value
        if not self.min <= value <= self.max:
            raise ValueError(f"{self.name} must lie between {self.min:g} and {self.max:g}, got {value:g}")
        return value

    @traitlets.observe("value")
    def _changed(self, change: Any) -> None:
        if hasattr(self, "number"):
            self.slider.value = self.scale.position(self.value)
            self.number.value = self._text()
