"""A Matplotlib figure in two layers: what stands still as a PNG, what moves as a few kilobytes of SVG."""

import io
from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from .figure import without_canvas
from .shapes import Shapes
from .style import styled

__all__ = ["CSS_PIXELS_PER_INCH", "render_elements", "render_moving", "render_still"]

CSS_PIXELS_PER_INCH = 100


def render_still(figure: Figure, moving: Sequence[Artist], scale: float = 2.0) -> bytes:
    """The figure without what moves, as PNG.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    moving : sequence of matplotlib.artist.Artist
        Left out.
    scale : float
        Device pixels for each CSS pixel.

    Returns
    -------
    bytes
    """
    shown = [artist for artist in moving if artist.get_visible()]
    for artist in shown:
        artist.set_visible(False)
    dpi = scale * CSS_PIXELS_PER_INCH
    # What Matplotlib leaves behind when it reads a formula holds this frame until garbage is collected: no
    # megabytes may lie in it. So the pixels are closed, and turned into a PNG in a frame of its own.
    with styled(), io.BytesIO() as pixels:
        figure.savefig(pixels, format="rgba", dpi=dpi, facecolor=figure.get_facecolor())
        without_canvas(figure)
        for artist in shown:
            artist.set_visible(True)
        width, height = (int(side * dpi) for side in figure.get_size_inches())
        return _compressed(pixels.getvalue(), (width, height), to_rgb(figure.get_facecolor()))


def _compressed(pixels: bytes, size: tuple[int, int], paper: tuple[float, float, float]) -> bytes:
    """Pixels as PNG."""
    listed = _listed(Image.frombytes("RGBA", size, pixels).convert("RGB"), paper)
    png = io.BytesIO()
    listed.save(png, "png")
    return png.getvalue()


def _listed(still: Image.Image, paper: tuple[float, float, float]) -> Image.Image:
    """A picture that lists its colours: contours have few of them, and it takes 40 % of the room."""
    listed = still.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    colours = np.array(listed.getpalette()).reshape(-1, 3)
    exact = np.round(255 * np.array(paper)).astype(int)
    # the paper is what stands beside it in the page: one shade off, and a box can be seen
    colours[np.abs(colours - exact).sum(axis=1).argmin()] = exact
    listed.putpalette(colours.ravel().tolist())
    return listed


def render_moving(figure: Figure, moving: Sequence[Artist]) -> str:
    """What moves, as an SVG that fits over the still.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        With ``dpi=72``, the unit in which SVG is drawn.
    moving : sequence of matplotlib.artist.Artist

    Returns
    -------
    str
        One line, and the same text for the same picture.
    """
    return _drawn(figure, moving).svg()


def render_elements(figure: Figure, moving: Sequence[Artist]) -> str:
    """The same without a root element, to be put into another drawing.

    Parameters
    ----------
    figure, moving
        As for `render_moving`.

    Returns
    -------
    str
    """
    return _drawn(figure, moving).elements()


def _drawn(figure: Figure, moving: Sequence[Artist]) -> Shapes:
    shapes = Shapes(figure)
    with styled():
        for artist in sorted(moving, key=lambda artist: artist.get_zorder()):
            artist.draw(shapes)
    return shapes
