"""What `check` found, in words and as a picture."""

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
from IPython.display import display

from .._core.descent import Descent
from .._drawing.artists import Path
from .._drawing.figure import figure, png
from .._drawing.landscape import landscape, path
from .._drawing.style import OTHER_LOOKS
from .diagnosis import Finding
from .experiments import shown

__all__ = ["Verdict"]


class Verdict:
    """What `check` found.

    Attributes
    ----------
    ok : bool
        Every point of every probe agrees with the reference.
    attempted : bool
        False for a stub.
    mistake : str or None
        Id of a known mistake.
    hint, stronger : str
        What to look at next, and a stronger hint. Empty if all is well.
    first_difference : Difference or None
    """

    def __init__(
        self,
        name: str,
        hint: str = "",
        stronger: str = "",
        ok: bool = False,
        attempted: bool = True,
        finding: Finding | None = None,
        runs: Sequence[Descent] | None = None,
        outcome: str = "does not run yet",
    ) -> None:
        self.name, self.hint, self.stronger, self.ok, self.attempted = name, hint, stronger, ok, attempted
        self.mistake, self._outcome = finding.mistake if finding else None, outcome
        self.first_difference = finding.difference if finding else None
        self._runs: Any = runs  # of the reference and of the learner's step, for the picture

    def _headline(self) -> str:
        if not self.attempted:
            return f"{self.name}: not attempted yet"
        if self.ok:
            return f"✓ {self.name} is right: it agrees with the reference in every test"
        if self.first_difference is None:
            return f"✗ {self.name} {self._outcome}"
        expected: Any
        got: Any
        step, quantity, expected, got = self.first_difference
        if quantity in ("loss", "gradient", "weight") or np.shape(got) != np.shape(expected):
            return f"✗ {self.name} is not right yet"
        got, expected = shown(got, expected)
        where = f"differs from the reference at step {step}"
        return f"✗ {self.name} {where}: {quantity} is {got}, expected {expected}"

    def _known(self) -> str:
        return f"A known mistake: {self.mistake}." if self.mistake else ""

    def __repr__(self) -> str:
        return "\n  ".join(filter(None, [self._headline(), self.hint, self._known()]))

    def _repr_html_(self) -> str:
        paragraphs = [f"<b>{html.escape(self._headline())}</b>", html.escape(self.hint)]
        if self.mistake:
            paragraphs.append(f"<small>{self._known()}</small>")
        if self.stronger:
            more = html.escape(self.stronger)
            paragraphs.append(f"<details><summary>A stronger hint</summary>{more}</details>")
        return "".join(f"<div>{text}</div>" for text in paragraphs if text)

    def _repr_png_(self) -> bytes | None:
        return _picture(*self._runs) if self._runs else None

    def _ipython_display_(self) -> None:
        # a front end shows one form of an output: words and picture are two
        display({"text/plain": repr(self), "text/html": self._repr_html_()}, raw=True)
        if picture := self._repr_png_():
            ends = [f"({', '.join(f'{x:.2f}' for x in run.theta[-1])})" for run in self._runs]
            where = f"Two paths on {self._runs[0].surface.name}"
            said = f"{where}: the reference ends at {ends[0]}, yours at {ends[1]}."
            display({"image/png": picture, "text/plain": said}, raw=True)


def _picture(expected: Descent, got: Descent) -> bytes:
    """Both paths on one landscape, as the bytes of a PNG."""
    fig, ax = figure("", titles="your path (✕) and the reference's", size=(4.8, 3.2))
    path(landscape(ax, expected.surface), expected)
    Path(ax, OTHER_LOOKS[0][0][0], "X", "--").show(got)
    return png(fig, 80)
