"""The one custom widget: a still landscape and, above it, what moves.

All of it comes from one Matplotlib figure. `render_still` draws what stands as a PNG, once;
`render_moving` draws what moves as a few kilobytes of SVG, which a browser swaps without a blank
frame. The JavaScript beside this file lays one over the other, picks from the fragments that were
sent ahead as a slider moves, and reports clicks and keys. It knows nothing else.
"""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

__all__ = ["LayeredPicture"]


class LayeredPicture(anywidget.AnyWidget):
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

    _esm = Path(__file__).with_name("layered_picture.js")
    _css = Path(__file__).with_name("layered_picture.css")

    background = traitlets.Bytes().tag(sync=True)
    layers = traitlets.List(traitlets.Unicode()).tag(sync=True)
    size = traitlets.Tuple((960, 390)).tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    sliders = traitlets.Dict().tag(sync=True)
    names = traitlets.Dict().tag(sync=True)
    drawn = traitlets.Dict().tag(sync=True)
    version = traitlets.Int(0).tag(sync=True)

    @property
    def foreground(self) -> str:
        """What moves, as one SVG."""
        root = self.layers[0][: self.layers[0].index(">") + 1]
        return root + "".join(self.layers) + "</svg>"

    def send_ahead(self, control: str, layer: int, fragments: list[str], others: dict[str, Any]) -> None:
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
        self.send(
            {
                "control": control,
                "layer": layer,
                "fragments": fragments,
                "others": others,
                "version": self.version,
            }
        )
