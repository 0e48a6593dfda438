"""What is known of each hyperparameter: symbol, other names, valid range, meaning, unit, slider scale."""

import math

import numpy as np

__all__ = ["GREEK", "MEANING", "POSITIONS", "SYMBOL", "Scale", "UNIT", "USUAL_NAME"]

GREEK = {
    "eta": "η",
    "beta": "β",
    "beta1": "β1",
    "beta2": "β2",
    "eps": "ε",
    "weight_decay": "λ",
    "momentum_decay": "ψ",
}

ALSO_CALLED = {
    "eta": "eta lr learning_rate step_size alpha η α",
    "beta1": "beta1 beta beta_1 b1 β β1",
    "beta2": "beta2 beta_2 b2 rho gamma decay β2 ρ γ",
    "eps": "eps epsilon ε",
    "weight_decay": "weight_decay wd lam lambda_ λ",
    "momentum_decay": "momentum_decay",
}

USUAL_NAME = {name: ours for ours, names in ALSO_CALLED.items() for name in names.split()}


def _range(name):
    """What a hyperparameter of this name must be: in words, and as a test."""
    name = USUAL_NAME.get(name, name)
    if name == "eta":
        return "a finite number greater than 0", lambda x: x > 0
    if name.startswith("beta"):
        return "at least 0 and less than 1", lambda x: (x >= 0) & (x < 1)
    if name in ("eps", "weight_decay", "momentum_decay"):
        return "a finite number, 0 or greater", lambda x: x >= 0
    return "a finite number", np.isfinite


POSITIONS = 100

MEANING = {
    "eta": "learning rate",
    "beta1": "memory of gradients",
    "beta2": "memory of squares",
    "eps": "guard against 0/0",
    "weight_decay": "weight decay",
    "momentum_decay": "momentum warm-up",
    "condition": "condition number",
    "angle": "angle",
}

SYMBOL = {**GREEK, "condition": "κ", "angle": "φ"}

UNIT = {"angle": "°"}

RANGES = {
    "eta": (1e-4, 10.0),
    "eps": (1e-12, 1.0),
    "weight_decay": (1e-4, 1.0),
    "momentum_decay": (1e-4, 1.0),
    "condition": (1.0, 1e4),
}


class Scale:
    """Translates between slider positions 0 … positions and values.

    η, ε and their like are logarithmic; a β spends its length near 1, where it matters; an angle goes
    by whole degrees; anything else is linear around its default.

    Parameters
    ----------
    name : str
        The hyperparameter's name, in the field's usual spelling or any other.
    opening : float
        A value that has to lie within.
    """

    def __init__(self, name, opening):
        self.kind, self.positions = "linear", POSITIONS
        name = USUAL_NAME.get(name, name)
        if name.startswith("beta"):
            self.kind, self.low, self.high = "near one", 0.0, max(0.9999, opening)
        elif name == "angle":
            self.low, self.high = min(0.0, opening // 1), max(90.0, -(-opening // 1))
            self.positions = int(self.high - self.low)
        elif name in RANGES and opening > 0:
            low, high = RANGES[name]
            self.kind, self.low, self.high = "log", min(low, opening), max(high, opening)
        elif name in RANGES:
            self.low, self.high = 0.0, RANGES[name][1]
        else:
            self.low, self.high = sorted((0.0, 2 * opening)) if opening else (-1.0, 1.0)

    def value(self, position):
        """The value at a position; both ends are met exactly, and what lies between is rounded."""
        if position in (0, self.positions):
            return self.low if position == 0 else self.high
        share = position / self.positions
        if self.kind == "log":
            low, high = math.log(self.low), math.log(self.high)
            return float(f"{math.exp(low + (high - low) * share):.3g}")
        if self.kind == "near one":
            return round(1 - float(f"{(1 - self.high) ** share:.3g}"), 12)
        return float(f"{self.low + share * (self.high - self.low):.3g}")

    def position(self, value):
        """The position nearest to a value."""
        if self.kind == "log":
            low, high = (
                math.log(self.low),
                math.log(self.high),
            )  # their quotient may be too large for a number
            share = (math.log(value) - low) / (high - low)
        elif self.kind == "near one":
            share = math.log(1 - value) / math.log(1 - self.high)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(self.positions * share)
