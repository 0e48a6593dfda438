"""A slider for one number, mostly a hyperparameter: its scale with its limits, its number box, its reset.

η and its like are logarithmic, a β spends its length near 1, and every value of the range can be
typed or assigned, also between two positions.
"""

import html
import itertools
import re
from typing import Any

import ipywidgets as widgets
import traitlets

from .._core.hyperparameters import Scale, hyperparameter, symbol
from .._drawing.style import WARNING

__all__ = ["HyperSlider"]

_numbers = itertools.count()

NUMBER, UNDO = 7.2, 1.8  # em; the number box is as wide as -1.23457e-08

# As wide as two to a row allow. All of it stands here: a style sheet would come with one kind of picture.
WIDE = {"flex": "1 1 30em", "width": "auto", "min_width": "min(30em, 100%)", "max_width": "38em"}
BELOW = {"margin": "-9px 0 4px", "height": "auto", "overflow": "visible"}
ENDS = "position: relative; display: flex; justify-content: space-between; white-space: nowrap"
LINE = "font-size: 13px; line-height: 15px; min-height: 15px"
SMALL = "font-size: 11px"
MIDDLE = f"{SMALL}; flex: 1 1 0; width: 0; text-align: center; overflow: hidden; text-overflow: ellipsis"
REFUSAL = f"{SMALL}; line-height: 12px; min-height: 15px; position: relative; top: 6px; text-align: right"
MARK = f"position: absolute; top: -2px; right: 0; height: 3px; background: {WARNING}"

EACH_THIRD = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}(?!\d))")  # 10 000
DECIMAL = r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?"
TYPED = re.compile(rf"({DECIMAL})\s*(?:/\s*({DECIMAL}))?")
TWO_MEANINGS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


class HyperSlider(widgets.VBox):
    """A slider for a hyperparameter or a surface's parameter, with the number beside it to read or type.

    Below it stand the ends of its scale and, between them, what the number means. What is typed may be a
    decimal (with a point or a comma), a power of ten such as 1e-3, or a fraction. If it is refused, a
    sentence says why, until the next change.

    Parameters
    ----------
    name : str
    opening : float
    positions : int, optional
        How finely the slider goes; as `Scale` has it unless given.

    Attributes
    ----------
    value : float
        In its own unit; any value from `min` to `max`.
    min, max : float
        The ends of the slider.
    refusal : str
        Why what was typed last was refused; empty if it was not.

    Raises
    ------
    ValueError
        If a value outside the range is assigned.
    """

    value = traitlets.Float()

    def __init__(self, name: str, opening: float, positions: int | None = None) -> None:
        self.name, self.opening, self.scale = name, opening, Scale(name, opening, positions)
        self.min, self.max = self.scale.low, self.scale.high
        known = hyperparameter(name)
        self.symbol, self.unit, self.meaning = symbol(name), known.unit, known.meaning
        self.css_class = f"adamlab-slider-{next(_numbers)}"
        self.label = f"{self.symbol}, {self.meaning}" if self.meaning else self.symbol
        self.refusal = ""
        self._limit: float | None = None
        self._left = max(2.2, 0.65 * len(self.symbol))  # em, for the symbol; other people's names are longer
        self.slider = widgets.IntSlider(
            min=0,
            max=self.scale.positions,
            value=self.scale.position(opening),
            readout=False,
            description=self.symbol,
            tooltip=self.label,
            style={"description_width": f"{self._left:.4g}em"},
            layout={"width": "auto", "flex": "1 1 auto", "min_width": "0"},
        )
        self.number = widgets.Text(
            continuous_update=False, tooltip=f"{self.label}: type a number", layout={"width": f"{NUMBER}em"}
        )
        self.number.add_class("adamlab-number")
        self._undo = widgets.Button(icon="undo", layout={"width": f"{UNDO}em"})
        self._undo.add_class("adamlab-undo")
        self._undo.on_click(lambda _: self.reset())
        self.opens_at(opening)
        self._below = widgets.HTML(layout=BELOW)
        row = widgets.HBox([self.slider, self.number, self._undo], layout={"overflow": "visible"})
        super().__init__([row, self._below], value=opening, layout={**WIDE, "overflow": "visible"})
        self.add_class(self.css_class)
        self.number.value = self.text
        self._say()
        self.slider.observe(self._slid, "value")
        self.number.observe(self._typed, "value")

    def opens_at(self, value: float) -> None:
        """Let this be the value to which it is set back.

        Parameters
        ----------
        value : float
        """
        self.opening = value
        self._undo.tooltip = f"Set {self.symbol} back to {self._words(value)}"

    def warn(self, limit: float | None) -> None:
        """Say below the slider, and mark there, from which value on the method diverges in theory.

        Parameters
        ----------
        limit : float or None
            None says and marks nothing.
        """
        self._limit = limit
        self._say()

    @property
    def text(self) -> str:
        """Its value as the number box shows it: six digits, and the unit."""
        return self._words(self.value)

    @property
    def spoken(self) -> str:
        """Its name and its value in words, for those who do not see it."""
        return f"{self.label}: {self.text}"

    def reset(self) -> None:
        """Back to the opening value."""
        self.value = self.opening
        self._settled()

    def _words(self, value: float) -> str:
        return f"{value:.6g}{self.unit}"

    def _slid(self, change: Any) -> None:
        if change.new != self.scale.position(self.value):
            self.value = self.scale.value(change.new)

    def _typed(self, change: Any) -> None:
        if change.new == self.text:  # it only shows the value, and not all of its digits
            return
        try:
            self.value = self._understood(change.new)
        except ValueError as fault:
            self.number.value = self.text  # what stood there comes back
            self.refusal = str(fault)
            self._say()
        else:
            self._settled()

    def _settled(self) -> None:
        """Show the value, as it is written here, and nothing else any more."""
        self.number.value = self.text
        self.refusal = ""
        self._say()

    def _understood(self, typed: str) -> float:
        """The number that was typed.

        Raises
        ------
        ValueError
            Says what was typed, what may be typed and what is wrong with it.
        """
        text = EACH_THIRD.sub("", typed.replace("\u2212", "-").strip().removesuffix(self.unit).strip())
        given = " ".join(typed.split())
        given = given if len(given) <= 20 else given[:17] + "..."
        ends = f"from {self._words(self.min)} to {self._words(self.max)}"
        found = TYPED.fullmatch(text)
        if not text or found is None:
            what = f"{given} is not a number" if given else "there is no number"
            raise ValueError(f"{what}: type one {ends}, such as {self._words(self.opening)} or 1/3")
        if TWO_MEANINGS.fullmatch(text):
            plain, point = text.replace(",", ""), text.replace(",", ".")
            raise ValueError(f"{given} can be read in two ways: type {plain} or {point}")
        above, below = (float(part.replace(",", ".")) if part else 1.0 for part in found.groups())
        if below == 0:
            raise ValueError(f"{given} divides by zero: type a number {ends}")
        value = above / below
        if value > self.max:
            end = f"above {self._words(self.max)}, the largest"
        elif value < self.min:
            end = f"below {self._words(self.min)}, the smallest"
        else:
            return value
        raise ValueError(f"{given} is {end} {self.symbol} here: type a number {ends}")

    def _say(self) -> None:
        """What stands below: why something was refused, or the ends of the scale and the meaning."""
        if self.refusal:
            self._below.value = f'<div role="alert" style="{REFUSAL}">⚠ {html.escape(self.refusal)}</div>'
            return
        said, bar = self.meaning, ""
        if self._limit is not None:
            sign = "⚠ " if self.value >= self._limit else ""
            said = f"{sign}in theory this diverges from {self.symbol} = {self._limit:.3g}{self.unit}"
            if self._limit < self.max:
                share = self.scale.position(max(self._limit, self.min)) / self.scale.positions
                bar = f'<i style="{MARK}; left: {share:.1%}"></i>'
        middle = f'<span style="{MIDDLE}" title="{html.escape(said)}">{html.escape(said)}</span>'
        low, high = (f'<span style="{SMALL}">{self._words(end)}</span>' for end in (self.min, self.max))
        under_the_track = f"margin: 0 calc({NUMBER + UNDO}em + 16px) 0 calc({self._left}em + 10px)"
        self._below.value = f'<div style="{LINE}; {ENDS}; {under_the_track}">{bar}{low}{middle}{high}</div>'

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
            self._settled()
