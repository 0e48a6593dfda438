"""One step of a run, opened up: its quantities, how they are drawn, and the words for them.

The twin of ``anatomy.js``: what this says and draws, the browser says and draws.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .._core.text import format_number
from .._drawing.inside import SEEN, Drawn, arrow

__all__ = ["ROOM", "Opened"]

ROOM = 0.12, 0.35  # the longest arrow and half the largest box, as shares of the window: as the ball has room
EDGE = 0.96  # so much of the way to the window's edge, for a line has a width
MOST = 8.0  # how many times what half of all steps need: what is longer may be cut, or all others were dots
NEARLY = 0.01  # a step that is η times the ratio up to this share of it is said to be so
LONG = 10  # letters; a number of six digits that is longer is said in four


class Opened:
    """A run whose steps can be opened.

    Parameters
    ----------
    told : dict
        As `plan.inside` makes it.
    track : dict
        As `plan.track` makes it.
    ground : dict
        As `plan.ground` makes it.
    rows : ndarray, shape (n_steps + 1, width)
        With the step's own variables.
    values : sequence of float
        Of the inputs.
    """

    def __init__(
        self,
        told: Mapping[str, Any],
        track: Mapping[str, Any],
        ground: Mapping[str, Any],
        rows: np.ndarray,
        values: Sequence[float],
    ) -> None:
        self.told, self._track, self._ground = told, track, ground
        self.rows, self.values, self._n = rows, values, int(track["n"])
        lost = np.flatnonzero(np.isnan(rows[:, 0]))
        self.last = max(int(lost[0]) - 1 if len(lost) else len(rows) - 1, 1)
        self.scale = self._scale()

    # --- quantities ------------------------------------------------------------------------------

    def value(self, source: Mapping[str, Any], t: int) -> list[float]:
        """What a source says at step t, for each coordinate."""
        first = source["column"]
        found = self.rows[t - source["before"], first : first + self._n].tolist()
        if source["factor"] is not None:
            found = [x * self.values[source["factor"]] for x in found]
        return [math.sqrt(abs(x)) for x in found] if source["root"] else found

    def ratio(self, t: int) -> list[float]:
        """How many η a step is: the direction over the divisor, if there is one."""
        direction, divisor = self.value(self.told["direction"], t), self.told["divisor"]
        if divisor is None:
            return direction
        return [_divided(a, b) for a, b in zip(direction, self.value(divisor, t))]

    def move(self, t: int) -> list[float]:
        """Δθ."""
        return (self.rows[t, : self._n] - self.rows[t - 1, : self._n]).tolist()

    def rate(self, t: int) -> list[float]:
        """The η with which gradient descent would take the same step; NaN uphill, and without a slope."""
        slope = self.rows[t - 1, self._n + 1 : 2 * self._n + 1].tolist()
        rates = [math.nan if g == 0 else -a / g for a, g in zip(self.move(t), slope)]
        return [rate if rate >= 0 else math.nan for rate in rates]

    def is_plain(self, t: int) -> bool:
        """Return whether the step is −η times the ratio, and nothing else."""
        if "eta" not in self.told["inputs"]:
            return False
        eta = self.values[self.told["inputs"]["eta"]]
        for a, r in zip(self.move(t), self.ratio(t)):
            if a != 0 and not abs(a + eta * r) <= NEARLY * abs(eta * r):
                return False
        return True

    def _scale(self) -> float:
        """How long a slope of 1 is drawn, in data: one for the whole run."""
        largest = []
        for t in range(1, min(self.last, len(self.rows) - 1) + 1):
            most, room = 0.0, self._room(t)
            for source in self.told["sizes"]:
                for x, there in zip(self.value(source, t), room):
                    share = abs(x) / there
                    if most < share < math.inf:
                        most = share
            largest.append(most)
        largest.sort()
        top = min(largest[-1], MOST * largest[math.floor(0.5 * (len(largest) - 1))]) or largest[-1]
        return 1 / top if top > 0 else 1.0

    def _room(self, t: int) -> list[float]:
        """How far it is from the ball to the nearest edge, in data: there a box is seen as a whole."""
        found = []
        for x, (low, high) in zip(self.rows[t - 1, : self._n].tolist(), self.told["window"]):
            wide, near = high - low, EDGE * min(x - low, high - x)
            found.append(max(ROOM[0] * wide, min(near, ROOM[1] * wide)))
        return found

    # --- what is drawn ---------------------------------------------------------------------------

    def place(self, row: int) -> tuple[float, float]:
        """Where a row is on the landscape, in points."""
        x, y = np.clip(self.rows[row, :2], *np.transpose(self._ground["reach"])).tolist()
        across, down = self._ground["x"], self._ground["y"]
        return across["a"] * x + across["b"], down["a"] * y + down["b"]

    def drawn(self, t: int, stage: int) -> Drawn:
        """What is drawn of a step at a stage, from 0."""
        told = self.told["stages"][stage]
        a, b = self._ground["x"]["a"], self._ground["y"]["a"]
        long = {name: self.value(source, t) for name, source in told["arrows"].items()}
        arrows = {name: (-x * self.scale * a, -y * self.scale * b) for name, (x, y) in long.items()}
        if told["moved"]:
            x, y = self.move(t)
            arrows["step"] = (x * a, y * b)
        half = {name: self.value(source, t) for name, source in told["boxes"].items()}
        boxes = {name: (abs(x * self.scale * a), abs(y * self.scale * b)) for name, (x, y) in half.items()}
        shares, bars = None, None
        if told["divided"]:
            if not told["moved"]:
                x, y = self.value(self.told["direction"], t)
                shares = (-x * self.scale * a, -y * self.scale * b)
            bars = [self._bar(-r) for r in self.ratio(t)]
        here = self.place(t - 1)
        lost = math.isnan(self.rows[t, 0])
        return Drawn(here, self.place(t) if told["moved"] and not lost else here, arrows, boxes, shares, bars)

    def _bar(self, ratio: float) -> tuple[float, bool]:
        axis, (low, high) = self.told["bars"]["x"], self.told["bars"]["limits"]
        if math.isnan(ratio):
            ratio = 0.0
        return axis["a"] * min(max(ratio, low), high) + axis["b"], not low <= ratio <= high

    # --- what is said ----------------------------------------------------------------------------

    def sentence(self, t: int, stage: int) -> str:
        """What happens at a stage."""
        told = self.told["stages"][stage]
        says = told["first"] if t == 1 else told["says"]
        if told["moved"] and not self.is_plain(t):
            says = told["besides"]
        words = {name: f"{self.values[k]:.6g}" for name, k in self.told["inputs"].items()}
        for i, (a, r) in enumerate(zip(self.move(t), self.ratio(t))):
            words |= {f"d{i}": _said(a, 3), f"r{i}": _said(abs(r), 3)}
        words["before"] = str(t - 1)
        return re.sub(r"\{(\w+)\}", lambda found: words[found[1]], says)

    def remark(self, t: int, stage: int) -> str:
        """How long things are drawn."""
        drawn, window = self.drawn(t, stage), self._ground["box"]
        x, y = drawn.start
        if not (window[0] <= x <= window[2] and window[1] <= y <= window[3]):
            return "The ball is outside the picture."
        across = (window[2] - window[0]) / abs(self._ground["x"]["a"] * self.scale)
        wide = format_number(across)
        said = "Drawn to one scale for the whole run: "
        said += f"a slope of {wide} would be as long as the picture is wide."
        found = [(name, arrow(drawn.start, *way, window)) for name, way in drawn.arrows.items()]
        names = {name: "the step" if name == "step" else f"−{name}" for name in drawn.arrows}
        cut = [names[name] for name, one in found if one is not None and one.cut]
        small = [names[name] for name, one in found if one is not None and one.length < SEEN]
        small += [f"the box {name}" for name, half in drawn.boxes.items() if 0 < max(half) < SEEN]
        if cut:
            said += f" Longer than shown, and cut (//): {', '.join(cut)}."
        if small:
            said += f" Too small to be seen: {', '.join(small)}."
        return said

    def summary(self, t: int, stage: int) -> str:
        """The step in one line."""
        label = self.told["stages"][stage]["label"]
        return (
            f"step {t} of {self._track['title']}, stage {label}: "
            f"Δθ = {_row(self.move(t))}, effective η = {_row(self.rate(t))}"
        )

    def ledger(self, t: int, stage: int) -> list[dict[str, Any]]:
        """Every quantity: its name, its block, its value for each coordinate, whether it is known yet."""
        known = {"ratio": self.ratio, "move": self.move, "rate": self.rate}
        lines = []
        for line in self.told["ledger"]:
            shows = line["shows"]
            values = known[shows](t) if isinstance(shows, str) else self.value(shows, t)
            lines.append(
                {
                    "name": line["name"],
                    "block": line["block"],
                    "values": [_listed(x) for x in values],
                    "known": stage >= line["since"],
                }
            )
        return lines


def _divided(a: float, b: float) -> float:
    """As NumPy and JavaScript divide."""
    if b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a)
    return a / b


def _said(x: float, digits: int) -> str:
    return "–" if math.isnan(x) else f"{x + 0.0:.{digits}g}"  # 0 for −0


def _listed(x: float) -> str:
    """In the ledger, where a long number would push the others."""
    text = _said(x, 6)
    return _said(x, 4) if len(text) > LONG else text


def _row(values: Sequence[float]) -> str:
    return f"({', '.join(_said(x, 4) for x in values)})"
