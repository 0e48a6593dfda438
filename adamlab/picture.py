"""The one custom widget: a still landscape and, above it, what moves.

Both layers come from one Matplotlib figure. `render_still` draws what stands as a PNG, once;
`render_moving` draws what moves as a few kilobytes of SVG, which a browser swaps without a blank
frame. The JavaScript beside this file lays one over the other and knows nothing else.
"""

import io
import re
from pathlib import Path

import anywidget
import matplotlib as mpl
import traitlets
from matplotlib.backends.backend_svg import RendererSVG

__all__ = ["Picture", "render_moving", "render_still"]

CSS_PIXELS_PER_INCH = 100
HEADER = re.compile(r"^.*?(?=<svg)|<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)


class Picture(anywidget.AnyWidget):
    """A PNG with an SVG above it.

    Attributes
    ----------
    background : bytes
        PNG of what stands still.
    foreground : str
        SVG of what moves, as shown now.
    size : (int, int)
        Width and height in CSS pixels at full size; narrower pages scale it down.
    alt : str
        What the picture shows, in words.
    names : dict
        Accessible name for each control, by the CSS class of its widget.
    """

    _esm = Path(__file__).with_name("picture.js")
    _css = Path(__file__).with_name("picture.css")

    background = traitlets.Bytes().tag(sync=True)
    foreground = traitlets.Unicode().tag(sync=True)
    size = traitlets.Tuple((960, 390)).tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    names = traitlets.Dict().tag(sync=True)


def render_still(figure, moving, scale=2.0):
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
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=scale * CSS_PIXELS_PER_INCH)
    for artist in shown:
        artist.set_visible(True)
    return buffer.getvalue()


def render_moving(figure, moving):
    """What moves, as an SVG that fits over the still.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        With ``dpi=72``, the unit in which SVG is drawn.
    moving : sequence of matplotlib.artist.Artist

    Returns
    -------
    str
        The same text for the same picture.
    """
    buffer = io.StringIO()
    width, height = figure.get_size_inches() * 72
    # ids come from a hash: with a fixed salt two panels on a page can only share what is equal
    with mpl.rc_context({"svg.hashsalt": "adamlab"}):
        renderer = RendererSVG(width, height, buffer)
        for artist in sorted(moving, key=lambda artist: artist.get_zorder()):
            artist.draw(renderer)
        renderer.finalize()
    # Matplotlib's style element would reach the whole page, so its one rule moves to the root
    svg = HEADER.sub("", buffer.getvalue())
    return svg.replace("<svg ", '<svg style="stroke-linejoin: round; stroke-linecap: butt" ', 1)
