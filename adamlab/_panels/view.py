"""What the pictures of all panels share: a figure of which some stands still, and some moves."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from .._drawing.figure import png
from .._drawing.rendering import CSS_PIXELS_PER_INCH, render_moving, render_still

__all__ = ["View"]


class View:
    """A figure, and the artists of it that move.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    """

    figure: Figure

    def _moving(self) -> Iterator[Artist]:
        """The artists that move, in the order in which they lie above each other."""
        raise NotImplementedError

    def templates(self) -> list[str]:
        """What moves in each part of the picture, as SVG whose coordinates are filled in later."""
        raise NotImplementedError

    def still(self, scale: float = 2.0) -> bytes:
        """What stands still, as PNG, at so many device pixels for each CSS pixel."""
        return render_still(self.figure, list(self._moving()), scale)

    def png(self) -> bytes:
        """All that is shown, as the bytes of one PNG."""
        return png(self.figure, 1.25 * CSS_PIXELS_PER_INCH)

    def foreground(self) -> str:
        """What moves, as SVG."""
        return render_moving(self.figure, list(self._moving()))

    def template(self) -> str:
        """What moves, as SVG whose coordinates are filled in later."""
        return "".join(self.templates())
