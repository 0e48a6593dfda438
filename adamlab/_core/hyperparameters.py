"""What is known of each hyperparameter, in one table: errors, sliders and the checker know a line added here.

The table is for the names of the series; other people's names lead to them.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

__all__ = [
    "ANY",
    "GRID",
    "TABLE",
    "VAGUE",
    "Hyperparameter",
    "Scale",
    "hyperparameter",
    "symbol",
    "usual_name",
]


class Range(NamedTuple):
    """Valid values, in words and as a test of arrays."""

    words: str
    fits: Callable[[Any], Any]


ANY = Range("a finite number", np.isfinite)
POSITIVE = Range("a finite number greater than 0", lambda x: x > 0)
NOT_NEGATIVE = Range("a finite number, 0 or greater", lambda x: x >= 0)
SHARE = Range("at least 0 and less than 1", lambda x: (x >= 0) & (x < 1))


@dataclass(frozen=True)
class Hyperparameter:
    """A hyperparameter of a step, or a parameter of a surface.

    Attributes
    ----------
    name, symbol : str
    meaning : str
        In a few words; empty where nothing is known.
    also : str
        Other people's names for it.
    valid : Range
    scale : str
        How a slider goes: "log", "near one", "whole", "share" or "linear".
    low, high : float
        Ends of the slider.
    usual : (float, float) or None
        Where defaults lie that people give it, both ends included.
    unit : str
    probes : (float, float) or None
        Two values, far from any default, with which `check` tries a step besides.
    """

    name: str
    symbol: str
    meaning: str = ""
    also: str = ""
    valid: Range = ANY
    scale: str = "linear"
    low: float = 0.0
    high: float = 1.0
    usual: tuple[float, float] | None = None
    unit: str = ""
    probes: tuple[float, float] | None = None


TABLE = (
    Hyperparameter(
        "eta",
        "η",
        "learning rate",
        "lr learning_rate step_size alpha η α",
        POSITIVE,
        "log",
        1e-4,
        10.0,
        usual=(1e-5, 2.0),
        probes=(0.03, 0.2),
    ),
    Hyperparameter(
        "beta1",
        "β1",
        "memory of gradients",
        "beta beta_1 b1 β β1",
        SHARE,
        "near one",
        0.0,
        0.9999,
        usual=(0.3, 0.999999),
        probes=(0.7, 0.4),
    ),
    Hyperparameter(
        "beta2",
        "β2",
        "memory of squares",
        "beta_2 b2 rho gamma decay β2 ρ γ",
        SHARE,
        "near one",
        0.0,
        0.9999,
        usual=(0.3, 0.999999),
        probes=(0.95, 0.6),
    ),
    Hyperparameter(
        "eps",
        "ε",
        "guard against 0/0",
        "epsilon ε",
        NOT_NEGATIVE,
        "log",
        1e-12,
        1.0,
        usual=(1e-300, 1e-3),
        probes=(1e-2, 1e-5),
    ),
    Hyperparameter(
        "weight_decay",
        "λ",
        "weight decay",
        "wd lam lambda_ λ",
        NOT_NEGATIVE,
        "log",
        1e-4,
        1.0,
        probes=(0.1, 0.03),
    ),
    Hyperparameter(
        "momentum_decay", "ψ", "momentum warm-up", "", NOT_NEGATIVE, "log", 1e-4, 1.0, probes=(0.5, 0.1)
    ),
    Hyperparameter("condition", "κ", "condition number", "", ANY, "log", 1.0, 1e4),
    Hyperparameter("angle", "φ", "angle", "", ANY, "whole", 0.0, 90.0, unit="°"),
    Hyperparameter("period", "period", "steps between large gradients", "", POSITIVE, "whole", 2.0, 100.0),
    Hyperparameter("warmup", "warm-up", "steps of warm-up", "", NOT_NEGATIVE, "whole", 0.0, 100.0),
    Hyperparameter("cooldown", "cool-down", "share of the run", "", NOT_NEGATIVE, "share"),
    Hyperparameter("final", "final η", "share of η at the end", "", NOT_NEGATIVE, "share"),
    Hyperparameter("clip", "clip", "longest gradient", "", NOT_NEGATIVE, "log", 1e-3, 1e3),
)
NOT_OF_A_STEP = ("condition", "angle", "period", "warmup", "cooldown", "final", "clip")
VAGUE = {"alpha", "α", "beta", "β", "gamma", "γ", "decay", "rho", "ρ"}  # one thing here, another there
_BY_NAME = {name: one for one in TABLE for name in one.also.split()}
_BY_NAME |= {one.name: one for one in TABLE}  # a name of its own beats another's


def usual_name(name: str) -> str | None:
    """The series' name for a hyperparameter of a step, whatever it is called; None for an unknown one."""
    known = _BY_NAME.get(name)
    return None if known is None or known.name in NOT_OF_A_STEP else known.name


def hyperparameter(name: str) -> Hyperparameter:
    """What is known of a name; for an unknown one, that it is a number (or, as another β, a share)."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith("beta"):
        return Hyperparameter(name, name, "", "", SHARE, "near one", 0.0, 0.9999)
    return Hyperparameter(name, name)


def symbol(name: str) -> str:
    """The Greek letter of a name of the series; any other name as it is."""
    known = _BY_NAME.get(name)
    if name == "beta":
        return "β"
    return known.symbol if known is not None and known.name == name else name


GRID = 101  # how many values of a scale are tried where nobody chooses: in a race, for example

STOPS = {
    "log": 600,
    "near one": 400,
    "linear": 200,
    "share": 100,
}  # 2 % of η a stop; divisible by a scale's decades


class Scale:
    """Translates between slider positions 0 … positions and values.

    η, ε and their like are logarithmic; a β spends its length near 1, where it matters; an angle goes by
    whole degrees, a warm-up by whole steps; a share from 0 to 1; anything else is linear around its default.

    Parameters
    ----------
    name : str
        The hyperparameter's name, in the field's usual spelling or any other.
    opening : float
        A value that has to lie within.
    positions : int, optional
        How many positions there are above the lowest, unless they are whole numbers; as many as suit the
        scale unless given.

    Attributes
    ----------
    positions : int
    low, high : float
        The values at both ends.
    """

    def __init__(self, name: str, opening: float, positions: int | None = None) -> None:
        known = hyperparameter(name)
        self.kind, self.low, self.high = known.scale, known.low, known.high
        if self.kind == "near one":
            self.high = max(known.high, opening)
        elif self.kind == "whole":
            self.low, self.high = min(known.low, opening // 1), max(known.high, -(-opening // 1))
        elif self.kind == "log" and opening > 0:
            self.low, self.high = min(known.low, opening), max(known.high, opening)
        elif self.kind == "log":
            self.kind, self.low = "linear", 0.0
        elif self.kind == "share":
            self.high = max(known.high, opening)
        elif opening:
            self.low, self.high = sorted((0.0, 2 * opening))
        else:
            self.low, self.high = -1.0, 1.0
        whole = int(self.high - self.low) if self.kind == "whole" else 0
        self.positions = whole or positions or STOPS[self.kind]

    def value(self, position: int) -> float:
        """The roundest value that is nearer to a position than to its neighbours; both ends are exact."""
        if position <= 0 or position >= self.positions:
            return self.low if position <= 0 else self.high
        # a little less than half-way, for there a value may belong to the neighbour by its last bit
        below, here, above = (self._along((position + off) / self.positions) for off in (-0.4999, 0, 0.4999))
        rounder = (self._rounded(here, digits) for digits in range(1, 17))
        return next((value for value in rounder if below < value < above), here)

    def grid(self, count: int = GRID) -> np.ndarray:
        """Values evenly spaced along the scale, both ends included, to three digits.

        Parameters
        ----------
        count : int

        Returns
        -------
        ndarray, shape (count,)
        """
        # counted in hundredths, for a share that differs in its last bit may be rounded to another value
        shares = np.linspace(0, 100, count)[1:-1] / 100
        inner = [self._rounded(self._along(float(share)), 3) for share in shares]
        return np.array([self.low, *inner, self.high])

    def position(self, value: float) -> int:
        """The position nearest to a value."""
        if self.kind == "log":
            # their quotient may be too large for a number
            low, high = math.log(self.low), math.log(self.high)
            share = (math.log(value) - low) / (high - low)
        elif self.kind == "near one":
            share = math.log(1 - value) / math.log(1 - self.high)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(self.positions * share)

    def _along(self, share: float) -> float:
        """The value at a share of the length, not rounded."""
        if self.kind == "log":
            low, high = math.log(self.low), math.log(self.high)
            return math.exp(low + (high - low) * share)
        if self.kind == "near one":
            return 1 - (1 - self.high) ** share
        return self.low + share * (self.high - self.low)

    def _rounded(self, value: float, digits: int) -> float:
        """A value to so many digits; near one, those of its distance from 1 count."""
        if self.kind == "near one":
            return round(1 - float(f"{1 - value:.{digits}g}"), 12)
        return float(f"{value:.{digits}g}")
