"""Numbers, values and errors as words."""

from typing import Any

import numpy as np

__all__ = ["brief", "format_number"]


def brief(value: object) -> str:
    """What was given, for a message: in one line of a length to be read."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else text[:77] + "..."


def format_number(x: Any) -> str:
    """A number for people: three digits, and 2.3e-4 rather than 0.00023."""
    if not np.isfinite(x):
        return str(float(x))
    if x == 0 or 1e-3 <= abs(x) < 1e5:
        return f"{x:.3g}" if abs(x) < 999.5 else f"{x:.0f}"
    mantissa, exponent = f"{x:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}"
