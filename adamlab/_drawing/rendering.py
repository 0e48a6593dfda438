"""A Matplotlib figure in two layers: what stands still as a PNG, what moves as a few kilobytes of SVG."""

import io
import re
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure

from .style import styled

__all__ = ["CSS_PIXELS_PER_INCH", "render_moving", "render_still"]

CSS_PIXELS_PER_INCH = 100

HEAD = re.compile(r"^.*?<svg |<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)

OUTLINE = re.compile(r' d="[^"]+"')

DECIMALS = re.compile(r"(?<=\.\d\d)\d+")  # a hundredth of a pixel is enough for an outline

ROOT = '<svg style="stroke-linejoin: round; stroke-linecap: butt" '


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
    buffer = io.BytesIO()
    with styled():
        figure.savefig(
            buffer, format="png", dpi=scale * CSS_PIXELS_PER_INCH, facecolor=figure.get_facecolor()
        )
    for artist in shown:
        artist.set_visible(True)
    return buffer.getvalue()


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
        The same text for the same picture.
    """
    buffer = io.StringIO()
    width, height = figure.get_size_inches() * 72
    with styled():
        # ids come from a hash: with a fixed salt two panels on a page can only share what is equal
        mpl.rcParams["svg.hashsalt"] = "adamlab"
        renderer = RendererSVG(width, height, buffer)
        head = buffer.tell()
        for artist in sorted(moving, key=lambda artist: artist.get_zorder()):
            artist.draw(renderer)
        renderer.finalize()
    svg = buffer.getvalue()
    # Matplotlib's own style element would reach the whole page, so its one rule moves to the root
    start = ROOT + HEAD.sub("", svg[:head])
    return start + OUTLINE.sub(lambda found: DECIMALS.sub("", found[0]), svg[head:]).replace("\n", "")
