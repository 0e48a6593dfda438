"""A Matplotlib renderer that writes SVG which can stand in any page, as often as one likes.

There are no ids, for they collide between the panels of a page; no styles, for they reach the whole page
or are forbidden there; and all text is drawn as outlines. The unit is the point.
"""

import base64
import copy
import io
from collections.abc import Mapping
from itertools import groupby
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, IdentityTransform, Transform
from PIL import Image

from .style import styled

__all__ = ["Shapes", "template"]

FAR = 1e5  # points from the picture; browsers count in 32 bits, and nothing out there is seen

# the letter of a segment, and how many points it takes besides the first
LETTERS = {Path.MOVETO: ("M", 0), Path.LINETO: ("L", 0), Path.CURVE3: ("Q", 1), Path.CURVE4: ("C", 2)}

CAPS = {"round": "round", "projecting": "square"}

# what SVG takes for granted
USUAL = {"stroke-width": "1", "stroke-opacity": "1", "fill-opacity": "1", "opacity": "1"}

ESCAPES = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


class Clip(NamedTuple):
    """A rectangle outside of which nothing is shown: its left, upper, right and lower edge."""

    left: float
    top: float
    right: float
    bottom: float


class Shapes(RendererBase):
    """Writes down what artists draw as SVG, in the order in which they are drawn.

    There are no hatches, no sketches, no gradients and no clips but rectangles.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        With ``dpi=72``, the unit in which SVG is drawn.

    Attributes
    ----------
    open : str or None
        What a script fills in later: the "outline" of each path, which is empty, or its "place".
    pieces : list of (Clip or None, str)
        What has been drawn: a clip, and the elements that it applies to.
    """

    open: str | None
    pieces: list[tuple[Clip | None, str]]

    def __init__(self, figure: Figure) -> None:
        super().__init__()
        self.width, self.height = (float(inches) * 72 for inches in figure.get_size_inches())
        self.open, self.pieces = None, []
        self._downwards = Affine2D().scale(1, -1).translate(0, self.height)
        self._near = (-FAR, -FAR, self.width + FAR, self.height + FAR)

    def elements(self) -> str:
        """All that has been drawn, without a root element."""
        shared = groupby(self.pieces, key=lambda piece: piece[0])
        return "".join(self._clipped(clip, "".join(text for _, text in pieces)) for clip, pieces in shared)

    def svg(self) -> str:
        """All that has been drawn, as one line of SVG."""
        view = f"0 0 {_number(self.width)} {_number(self.height)}"
        return _element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": view}, self.elements())

    def gather(self, name: str, since: int) -> None:
        """Put what has been drawn lately into a group.

        Parameters
        ----------
        name : str
            Its ``data-slot``.
        since : int
            How many pieces there were before.
        """
        pieces, self.pieces = self.pieces, self.pieces[:since]
        clips = {clip for clip, _ in pieces[since:]}
        clip = clips.pop() if len(clips) == 1 else None  # a group of several clips lies around them
        inner = "".join(self._clipped(None if own == clip else own, text) for own, text in pieces[since:])
        self.pieces.append((clip, _element("g", {"data-slot": name}, inner)))

    # What Matplotlib asks a renderer ------------------------------------------------------------

    def get_canvas_width_height(self) -> tuple[float, float]:
        """As Matplotlib asks for it."""
        return self.width, self.height

    def flipy(self) -> bool:
        """Return whether y counts downwards where text is placed."""
        return True

    def option_scale_image(self) -> bool:
        """Return whether images may keep their own pixels."""
        return True

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """The size of text as it is drawn: by its outlines."""
        return text_to_path.get_text_width_height_descent(s, prop, ismath)

    # What Matplotlib lets a renderer draw -------------------------------------------------------

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: Any = None,
    ) -> None:
        """Draw an outline."""
        style = _style(gc, rgbFace)
        if self.open == "outline":
            self._add(gc, _element("path", {"d": "", **style}))
            return
        outline = self._outline(path, transform + self._downwards, rgbFace is None)
        at = {"transform": "translate(0 0)"} if self.open == "place" else {}
        if outline:
            self._add(gc, _element("path", {"d": outline, **at, **style}))

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Any = None,
    ) -> None:
        """Draw the same outline at each place."""
        outline = self._outline(marker_path, marker_trans + Affine2D().scale(1, -1), False)
        style = _style(gc, rgbFace)
        for place in _places(path, trans + self._downwards):
            at = f"translate({' '.join(map(_number, place))})"
            self._add(gc, _element("path", {"d": outline, "transform": at, **style}))

    def draw_image(self, gc: GraphicsContextBase, x: float, y: float, im: Any, transform: Any = None) -> None:
        """Draw an upright image, pixel by pixel however large it is shown."""
        rows, columns = im.shape[:2]
        if not rows or not columns:
            return
        size = Affine2D() if transform is None else Affine2D().scale(1 / columns, 1 / rows) + transform
        place = size + Affine2D().translate(x, y) + self._downwards
        (x0, y0), (x1, y1) = place.transform([(0, 0), (columns, rows)])
        upright = im[:: 1 if y0 < y1 else -1, :: 1 if x0 < x1 else -1]
        buffer = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(upright)).save(buffer, format="png")
        attributes = {
            "x": _number(min(x0, x1)),
            "y": _number(min(y0, y1)),
            "width": _number(abs(x1 - x0)),
            "height": _number(abs(y1 - y0)),
            "preserveAspectRatio": "none",
            "image-rendering": "pixelated",
            "opacity": _number(gc.get_alpha()),
            "href": f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}",
        }
        self._add(gc, _element("image", attributes))

    # How it is written --------------------------------------------------------------------------

    def _add(self, gc: GraphicsContextBase, markup: str) -> None:
        if gc.get_clip_path()[0] is not None or gc.get_hatch() is not None:
            raise NotImplementedError("what moves can have neither a hatch nor a clip but a rectangle")
        rectangle, clip = gc.get_clip_rectangle(), None
        if rectangle is not None:
            (x0, y0), (x1, y1) = self._downwards.transform(rectangle.get_points())
            clip = Clip(*np.round([min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)], 2).tolist())
        self.pieces.append((clip, markup))

    def _clipped(self, clip: Clip | None, inner: str) -> str:
        """Elements within a clip.

        An svg inside another shows nothing outside its box. Width and height of the box are not written
        down, for a page may set both for every svg, and its style sheets beat attributes. Without them the
        box has the size of the whole picture. So two are needed: one ends at the lower right corner of the
        rectangle, one begins at the upper left.
        """
        if clip is None:
            return inner
        corners = (clip.left, clip.top), (clip.right - self.width, clip.bottom - self.height)
        for x, y in corners:
            left, top = _number(x), _number(y)
            view = f"{left} {top} {_number(self.width)} {_number(self.height)}"
            inner = _element("svg", {"x": left, "y": top, "viewBox": view}, inner)
        return inner

    def _outline(self, path: Path, transform: Transform, line: bool) -> str:
        """The data of a path; a line is cut off far away, so that what is near keeps its direction."""
        if not len(path):
            return ""
        near = self._near if line else None
        cleaned = path.cleaned(transform, remove_nans=True, clip=near, simplify=False, curves=True)
        points = np.clip(np.round(np.asarray(cleaned.vertices), 2), -2 * FAR, 2 * FAR) + 0.0  # no −0
        codes = np.asarray(cleaned.codes)
        # a run that has arrived stays where it is: the same place again adds nothing to a line
        again = (points[1:] == points[:-1]).all(axis=1)
        again &= (codes[1:] == Path.LINETO) & (codes[:-1] == Path.LINETO)
        kept = (codes != Path.STOP) & ~np.append(False, again)
        data, rest = [], 0
        for code, (x, y) in zip(codes[kept].tolist(), points[kept].tolist()):
            if rest:
                data.append(f" {x:.10g} {y:.10g}")
                rest -= 1
            elif code == Path.CLOSEPOLY:
                data.append("Z")
            else:
                letter, rest = LETTERS[code]
                data.append(f"{letter}{x:.10g} {y:.10g}")
        return "".join(data)


def template(figure: Figure, slots: Mapping[str, Artist]) -> str:
    """What can move, each in a group of its own, with its place left open for a script to fill in.

    In its group a line is one path without an outline, and so is a patch; a marker is one path around (0, 0)
    with ``transform="translate(0 0)"``. Each effect, such as a casing, is one path more. Anything else, text
    for example, is drawn as it is.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        With ``dpi=72``, the unit in which SVG is drawn.
    slots : mapping of str to matplotlib.artist.Artist
        What each group is called in ``data-slot``; what is empty or invisible is drawn all the same.

    Returns
    -------
    str
        SVG without a root element, in the order in which the artists lie above each other.
    """
    shapes = Shapes(figure)
    with styled():
        for name, artist in sorted(slots.items(), key=lambda slot: slot[1].get_zorder()):
            before = len(shapes.pieces)
            double = copy.copy(artist)  # whatever is done to it, the artist stays as it is
            double.set_visible(True)
            if isinstance(double, Line2D):
                _draw_line(double, shapes)
            else:
                shapes.open = "outline" if isinstance(double, Patch) else None
                double.draw(shapes)
            shapes.gather(name, before)
    return shapes.elements()


def _draw_line(line: Line2D, shapes: Shapes) -> None:
    """Draw a line without its outline, and its marker in the upper left corner, which SVG calls (0, 0)."""
    line.set(transform=IdentityTransform(), data=([0], [shapes.height]), markevery=None)
    size = line.get_markersize()
    shapes.open = "outline"
    line.set_markersize(0)
    line.draw(shapes)
    shapes.open = "place"
    line.set(markersize=size, linestyle="none")
    line.draw(shapes)


def _element(name: str, attributes: dict[str, str], inner: str = "") -> str:
    """An element of SVG.

    Parameters
    ----------
    name : str
    attributes : dict of str
        Any text; what SVG takes for granted is left out.
    inner : str
        Markup.

    Returns
    -------
    str
        Markup.
    """
    said = "".join(f' {k}="{escape(v, ESCAPES)}"' for k, v in attributes.items() if USUAL.get(k) != v)
    return f"<{name}{said}>{inner}</{name}>" if inner or name in ("g", "svg") else f"<{name}{said}/>"


def _style(gc: GraphicsContextBase, face: Any) -> dict[str, str]:
    """Colours, width, dashes, ends and corners."""
    style = {"fill": "none"}
    alpha = 0.0 if face is None else face[3] if len(face) == 4 else 1.0
    if face is not None and alpha > 0:
        opacity = gc.get_alpha() if gc.get_forced_alpha() else alpha
        style = {"fill": to_hex(face), "fill-opacity": _number(opacity)}
    colour, width = gc.get_rgb(), gc.get_linewidth()
    if width <= 0 or colour[3] == 0:
        return style
    style |= {"stroke": to_hex(colour), "stroke-opacity": _number(colour[3]), "stroke-width": _number(width)}
    offset, dashes = gc.get_dashes()
    if dashes is not None:
        style["stroke-dasharray"] = " ".join(_number(length) for length in np.ravel(dashes))
        if offset:
            style["stroke-dashoffset"] = _number(offset)
    if gc.get_capstyle() in CAPS:
        style["stroke-linecap"] = CAPS[gc.get_capstyle()]
    if gc.get_joinstyle() != "miter":
        style["stroke-linejoin"] = gc.get_joinstyle()
    return style


def _places(path: Path, transform: Transform) -> list[tuple[float, float]]:
    """Where the points of a path are, but those far away."""
    ends = [vertices[-2:] for vertices, _ in path.iter_segments(transform, simplify=False, snap=False)]
    return [(x, y) for x, y in np.reshape(ends, (-1, 2)).tolist() if max(abs(x), abs(y)) < FAR]


def _number(value: float) -> str:
    """A number to a hundredth, without zeros at its end."""
    return f"{round(float(value), 2) + 0.0:.10g}"
