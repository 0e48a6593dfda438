"""What `check` found, in words and as a picture."""

import html
import re
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
from .words import shown

__all__ = ["Verdict"]

RUNGS = {
    1: ("A hint",),
    2: ("A question", "The repair, in words"),
    3: ("A question", "The place", "The repair, in words"),
}


class Verdict:
    """What `check` found.

    Attributes
    ----------
    name : str
        Of what was checked.
    ok : bool
        Every point of every list of gradients agrees with the reference.
    attempted : bool
        False for a stub.
    mistake : str or None
        Id of a known mistake.
    hints : tuple of str
        Of a wrong answer up to three: a question, the place, the repair in words. Of an answer that cannot be
        run, what to do about it. Of a right one, remarks.
    hint : str
        The first of them; empty if there is none.
    first_difference : Difference or None
    """

    def __init__(
        self,
        name: str,
        *hints: str,
        ok: bool = False,
        attempted: bool = True,
        finding: Finding | None = None,
        runs: Sequence[Descent] | None = None,
        outcome: str = "",
        exercise: str = "",
    ) -> None:
        said = finding.hints if finding else hints
        self.name, self.ok, self.attempted = name, ok, attempted
        self.hints = tuple(hint for hint in said if hint)
        self._finding, self._outcome, self._exercise = finding, outcome, exercise or name
        self._runs: Any = runs  # of the reference and of the learner's step, for the picture

    @property
    def hint(self) -> str:
        """The first of the hints; empty if there is none."""
        return self.hints[0] if self.hints else ""

    @property
    def mistake(self) -> str | None:
        """Id of a known mistake, or None."""
        return self._finding.mistake if self._finding else None

    @property
    def first_difference(self) -> Any:
        """Where it first differs from the reference, a `Difference`; None where there is none."""
        return self._finding.difference if self._finding else None

    def to_dict(self) -> dict[str, Any]:
        """What was found, for a table of a class; nothing of the code.

        Returns
        -------
        dict
            With "exercise", "ok", "attempted", "mistake", "step" and "quantity".
        """
        difference = self.first_difference
        return {
            "exercise": self._exercise,
            "ok": self.ok,
            "attempted": self.attempted,
            "mistake": self.mistake,
            "step": None if difference is None else int(difference.step),
            "quantity": None if difference is None else difference.quantity,
        }

    def _headline(self) -> str:
        if not self.attempted:
            return f"{self.name}: not attempted yet"
        if self.ok:
            return f"✓ {self.name} is right{self._outcome}: it agrees with the reference in every test"
        difference = self.first_difference
        if difference is None:
            return f"✗ {self.name} {self._outcome or 'does not run yet'}"
        expected: Any
        got: Any
        step, quantity, expected, got = difference
        if quantity in ("loss", "gradient", "weight") or np.shape(got) != np.shape(expected):
            return f"✗ {self.name} is not right yet"
        quantity, where = self._finding.called, f"differs from the reference at step {step}"  # type: ignore[union-attr]
        if quantity.startswith("the "):  # it is not carried along, so there is nothing to show
            return f"✗ {self.name} {where}"
        got, expected = shown(got, expected)
        if got == expected:
            return f"✗ {self.name} {where}"
        return f"✗ {self.name} {where}: {quantity} is {got}, expected {expected}"

    def _facts(self) -> list[str]:
        """What is known besides the hints."""
        return [*self._finding.facts] if self._finding else []

    def _known(self) -> str:
        return f"A known mistake: {self.mistake}." if self.mistake else ""

    def __repr__(self) -> str:
        first, more = self.hint, ""
        if self._finding and len(self.hints) > 1:
            more = f"For more, look at .hints[1]{' and .hints[2]' * (len(self.hints) > 2)} of this verdict."
        return "\n  ".join(
            filter(None, [self._headline(), *self._facts(), *first.split("\n"), self._known(), more])
        )

    def _repr_html_(self) -> str:
        parts = [f"<b>{_html(self._headline())}</b>", *map(_html, self._facts())]
        if self._finding is None:
            parts += map(_html, self.hints)
        else:
            for title, hint in zip(RUNGS[len(self.hints)], self.hints):
                known = f" <small>{_html(self._known())}</small>" if hint == self.hint else ""
                parts.append(f"<details><summary>{title}</summary>{_html(hint)}{known}</details>")
        return "".join(f"<div>{text}</div>" for text in parts if text)

    def _repr_png_(self) -> bytes | None:
        return _picture(*self._runs) if self._runs else None

    def _ipython_display_(self) -> None:
        # a front end shows one form of an output: words and picture are two
        display({"text/plain": repr(self), "text/html": self._repr_html_()}, raw=True)
        if picture := self._repr_png_():
            begins, *ends = (
                f"({', '.join(f'{x:.2f}' for x in point)})"
                for point in (self._runs[0].theta[0], *(run.theta[-1] for run in self._runs))
            )
            where = f"Two paths on {self._runs[0].surface.name} from {begins}"
            said = f"{where}: the reference ends at {ends[0]}, yours at {ends[1]}."
            shown = {"image/png": picture, "text/plain": said}
            display(shown, metadata={"image/png": {"alt": said}}, raw=True)


def _html(text: str) -> str:
    """Text as HTML: what stands between backticks is code, and so are lines that are indented."""
    first, *lines = html.escape(text).split("\n")
    code = "\n".join(lines)
    said = re.sub(r"`([^`]*)`", r"<code>\1</code>", first)
    return said + (f"<pre>{code}</pre>" if code else "")


def _picture(expected: Descent, got: Descent) -> bytes:
    """Both paths on one landscape, as the bytes of a PNG."""
    fig, ax = figure("", titles="your path (✕) and the reference's", size=(4.8, 3.2))
    path(landscape(ax, expected.surface), expected)
    Path(ax, OTHER_LOOKS[0][0][0], "X", "--").show(got)
    return png(fig, 80)
