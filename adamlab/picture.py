"""The one custom widget: a still landscape and, above it, what moves.

All of it comes from one Matplotlib figure. `render_still` draws what stands as a PNG, once;
`render_moving` draws what moves as a few kilobytes of SVG, which a browser swaps without a blank
frame. The JavaScript beside this file lays one over the other, picks from the fragments that were
sent ahead as a slider moves, and reports clicks and keys. It knows nothing else.
"""

import io
import re
from pathlib import Path

import anywidget
import matplotlib as mpl
import traitlets
from matplotlib.backends.backend_svg import RendererSVG

from .theme import styled

__all__ = ["Picture", "render_moving", "render_still"]

CSS_PIXELS_PER_INCH = 100
HEAD = re.compile(r"^.*?<svg |<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
OUTLINE = re.compile(r' d="[^"]+"')
DECIMALS = re.compile(r"(?<=\.\d\d)\d+")  # a hundredth of a pixel is enough for an outline
ROOT = '<svg style="stroke-linejoin: round; stroke-linecap: butt" '


class Picture(anywidget.AnyWidget):
    """A PNG with layers of SVG above it.

    Attributes
    ----------
    background : bytes
        PNG of what stands still.
    layers : list of str
        SVG of what moves, each layer the size of the picture, as Python drew it last.
    foreground : str
        The layers as one SVG.
    size : (int, int)
        Width and height in CSS pixels at full size; narrower pages scale it down.
    alt : str
        What the picture shows, in words.
    sliders : dict
        Widget model id of each slider, by the CSS class of its control.
    names : dict
        Accessible name of each control, by its CSS class.
    drawn : dict
        Slider positions for which `layers` was drawn.
    version : int
        Goes up when fragments that were sent ahead no longer hold.
    """

    _esm = Path(__file__).with_name("picture.js")
    _css = Path(__file__).with_name("picture.css")

    background = traitlets.Bytes().tag(sync=True)
    layers = traitlets.List(traitlets.Unicode()).tag(sync=True)
    size = traitlets.Tuple((960, 390)).tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    sliders = traitlets.Dict().tag(sync=True)
    names = traitlets.Dict().tag(sync=True)
    drawn = traitlets.Dict().tag(sync=True)
    version = traitlets.Int(0).tag(sync=True)

    @property
    def foreground(self):
        """What moves, as one SVG."""
        root = self.layers[0][: self.layers[0].index(">") + 1]
        return root + "".join(self.layers) + "</svg>"

    def send_ahead(self, control, layer, fragments, others):
        """Give the browser the pictures of all positions of a slider.

        Parameters
        ----------
        control : str
            CSS class of the slider's control.
        layer : int
            Which of the layers they replace.
        fragments : list of str
            SVG, by slider position.
        others : dict
            Positions of the other sliders for which they hold, by CSS class.
        """
        self.send({"control": control, "layer": layer, "fragments": fragments, "others": others,
                   "version": self.version})  # fmt: skip


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
    with styled():
        figure.savefig(
            buffer, format="png", dpi=scale * CSS_PIXELS_PER_INCH, facecolor=figure.get_facecolor()
        )
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
