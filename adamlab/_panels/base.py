"""What every panel stands on: a figure in two layers, and the picture that shows it.

A panel says what stands still, what moves in which layer, and what a control can show. The stage
draws the one once, the other when it changes, sends fragments ahead when a slider is touched, and
passes on clicks, keys, theme and pixel ratio.
"""

import asyncio
import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .._drawing.figure import laid_out, png
from .._drawing.rendering import CSS_PIXELS_PER_INCH, render_moving, render_still
from .._drawing.style import DARK, LIGHT, Theme
from .attempt import attempt, drawing
from .layered_picture import LayeredPicture

__all__ = ["Stage", "WAYS", "attempt", "drawing"]

HEAD_START = 0.02  # seconds for the change that came with a touch: it is drawn and sent first

WAYS = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, 1), "ArrowDown": (0, -1)}

TURNS = 8  # of the event loop after each fragment: a message needs several until it is handled


class Stage(widgets.VBox):
    """A figure in two layers and the picture that shows it: what every panel stands on.

    Attributes
    ----------
    picture : LayeredPicture
        With `background` (PNG) and `foreground` (SVG).
    summary : str
        What the picture shows, in one line.
    """

    summary = ""
    _figure: Figure
    _ground: Axes | None
    _theme: Theme
    _ahead: asyncio.Task[None] | None

    def __init__(self) -> None:
        self.picture = LayeredPicture()
        self._theme, self._ratio, self._ahead = LIGHT, 2.0, None
        self._held = self._waiting = False
        self.picture.on_msg(self._heard)
        super().__init__()

    def png(self) -> bytes:
        """The picture as shown now, as the bytes of one PNG."""
        with drawing:
            self._restore()
            return png(self._figure, 1.25 * CSS_PIXELS_PER_INCH)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        still = {"image/png": base64.b64encode(self.png()).decode(), "text/plain": self.summary}
        return {**(data or {}), **still}, metadata

    # What a panel says of itself -------------------------------------------------------------

    # _draw() makes the figure: what stands still and, empty, what moves.
    # _layers() gives the artists of each layer, in the order in which they lie above each other.
    # _restore() lets all artists show the present state.
    # These three run no learner's code: what it gives was asked for before, by `attempt`.

    def _fragments(self, control: str) -> tuple[int, dict[str, Any], Iterator[str]] | None:
        """For a control: the layer it changes, the sliders this depends on, and a drawing for each
        position, one after the other; None where nothing can be sent ahead."""
        return None

    def _pointed(self, x: float, y: float, phase: str) -> None:
        """The reader pointed at (x, y), in data coordinates of the landscape."""

    def _pressed(self, key: str, fine: bool) -> None:
        """The reader pressed an arrow key or Home on the picture."""

    # What all of them share --------------------------------------------------------------------

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Many sliders may move here; whoever moves them runs and draws afterwards, once."""
        self._waiting = True
        try:
            yield
        finally:
            self._waiting = False

    @contextmanager
    def _canvas(self, columns: int, **subplots: Any) -> Iterator[np.ndarray]:
        """A new figure in the theme; its layout is frozen when the block ends, for nothing may shift."""
        with laid_out(self._theme, columns, **subplots) as (self._figure, axes):
            yield axes
        width, height = self._figure.get_size_inches() * CSS_PIXELS_PER_INCH
        self.picture.size = (round(width), round(height))

    def _redraw(self) -> None:
        """Draw everything anew: the surface, the size, the theme or the pixels have changed."""
        with drawing:
            self._draw()
            still = render_still(self._figure, [a for layer in self._layers() for a in layer], self._ratio)
            with self.picture.hold_sync():
                self.picture.version += 1
                self.picture.background = still
                self._show()

    def _show(self, changed: set[int] | None = None) -> None:
        """Redraw the layers that changed (all of them unless told) and say what they show."""
        with drawing:
            self._restore()
            layers = list(self.picture.layers)
            for index, artists in enumerate(self._layers()):
                if changed is None or index in changed or index >= len(layers):
                    layers[index : index + 1] = [render_moving(self._figure, artists)]
            with self.picture.hold_sync():
                self.picture.drawn = {control: slider.value for control, slider in self._sliders().items()}
                self.picture.layers = layers

    def _sliders(self) -> dict[str, widgets.IntSlider]:
        """The slider widgets that the browser watches, by the CSS class of their control."""
        return {}

    def _heard(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        kind = content.get("kind")
        if kind == "touch":
            self._prepare(content["control"])
        elif kind == "point":
            self._point(content)
        elif kind == "key":
            self._pressed(content["key"], content["fine"])
        elif kind == "display":
            paper = DARK if content["dark"] else LIGHT
            ratio = float(np.clip(content["ratio"], 1, 3))
            if (paper, max(ratio, 2.0)) != (self._theme, self._ratio):
                self._theme, self._ratio = paper, max(ratio, 2.0)
                self._redraw()

    def _point(self, content: dict[str, Any]) -> None:
        width, height = self._figure.get_size_inches() * self._figure.dpi
        at = (content["x"] * width, (1 - content["y"]) * height)
        if content["phase"] == "down":
            self._held = self._ground is not None and self._ground.bbox.contains(*at)
        if self._ground is None or not self._held:
            return
        self._held = content["phase"] != "up"
        x, y = self._ground.transData.inverted().transform(at)
        self._pointed(x, y, content["phase"])

    def _prepare(self, control: str) -> None:
        """Draw what the control can show and send it ahead, a few at a time between other messages."""
        if self._ahead is not None:
            self._ahead.cancel()
        try:
            self._ahead = asyncio.get_running_loop().create_task(self._send_ahead(control))
        except RuntimeError:  # no event loop: nobody is there to look ahead
            self._ahead = None

    async def _send_ahead(self, control: str) -> None:
        await asyncio.sleep(HEAD_START)
        plan = self._fragments(control)
        if plan is None:
            return
        layer, others, drawings = plan
        version, fragments = self.picture.version, []
        for svg in drawings:
            fragments.append(svg)
            for _ in range(TURNS):
                await asyncio.sleep(0)
            if version != self.picture.version:
                return
        self.picture.send_ahead(control, layer, fragments, others)

    def _drawn(self, artists: Sequence[Artist], part: Any = None, *shown: Any) -> str:
        """A drawing of some artists, after one part of the picture was told to show something."""
        with drawing:
            if part is not None:
                part.show(*shown)
            return render_moving(self._figure, artists)
