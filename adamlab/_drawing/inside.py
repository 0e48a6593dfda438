"""One step taken apart, as it is drawn on a landscape: arrows, a box, shares of η, and their names.

The browser draws the same from the same numbers (`anatomy.js`), so all places here are its own: points from
the upper left corner. All is made once, empty, and can then show another step.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from .artists import HEAD, NOTHING
from .shapes import Shapes
from .style import AVERAGE, DIVISOR, GRADIENT, LIGHT, STEP, Theme, styled

__all__ = ["Arrow", "Drawn", "Inside", "Place", "arrow", "boxed", "placed", "shares"]

MARGIN = 3.0  # of the window, for an arrow that is cut
SEEN = 4.0  # a shorter arrow, or a smaller box, is not named
BALL = 8.0  # half the side of the square that names keep away from
GAP = 4.0  # between a name and what it names
FAR = 1e4  # nothing is drawn farther away
TURNS = (0, 50, -50, 100, -100, 150, -150, 180)  # degrees, around the tip

Point = tuple[float, float]


class Arrow(NamedTuple):
    """An arrow that may be cut at the edge of the window.

    Attributes
    ----------
    shaft, head : list of list of (float, float)
        Lines, and the triangle; one that is cut has two strokes across in place of a head.
    tip : (float, float)
    way : (float, float)
        Its direction, of length 1.
    length : float
        As it is shown.
    cut : bool
    """

    shaft: list[list[Point]]
    head: list[list[Point]]
    tip: Point
    way: Point
    length: float
    cut: bool


def arrow(start: Point, across: float, down: float, window: Sequence[float]) -> Arrow | None:
    """An arrow, cut where it leaves the window.

    Parameters
    ----------
    start : (float, float)
    across, down : float
        How far it goes.
    window : sequence of float
        Left, top, right, bottom.

    Returns
    -------
    Arrow or None
        None where there is nothing to be seen.
    """
    full = math.sqrt(across * across + down * down)
    if not math.isfinite(full) or full == 0:
        return None
    share = 1.0
    for at, way, low, high in ((start[0], across, 0, 2), (start[1], down, 1, 3)):
        if way:
            share = min(share, ((window[high] - MARGIN if way > 0 else window[low] + MARGIN) - at) / way)
    if share <= 0:
        return None
    u, w, length = across / full, down / full, share * full
    tip = (start[0] + share * across, start[1] + share * down)
    if share < 1:
        strokes = [_stroke(tip, u, w, back) for back in (6.0, 10.0) if back < length]
        return Arrow([[start, tip], *strokes], [], tip, (u, w), length, True)
    size = min(HEAD, length)
    back = (tip[0] - size * u, tip[1] - size * w)
    wide = 0.45 * size
    head = [tip, (back[0] + wide * w, back[1] - wide * u), (back[0] - wide * w, back[1] + wide * u)]
    return Arrow([[start, back]] if length > HEAD else [], [head], tip, (u, w), length, False)


def _stroke(tip: Point, u: float, w: float, back: float) -> list[Point]:
    """A slanted stroke across an arrow."""
    x, y = tip[0] - back * u, tip[1] - back * w
    across, along = 5.0, 2.0
    return [
        (x + across * w - along * u, y - across * u - along * w),
        (x - across * w + along * u, y + across * u + along * w),
    ]


def boxed(centre: Point, wide: float, high: float) -> list[list[Point]]:
    """The outline of a box around a place, by half its sides; nothing if it has no size.

    Parameters
    ----------
    centre : (float, float)
    wide, high : float

    Returns
    -------
    list of list of (float, float)
    """
    if math.isnan(wide) or math.isnan(high) or (wide == 0 and high == 0):
        return []
    (x, y), wide, high = centre, min(wide, FAR), min(high, FAR)
    return [[(x - wide, y - high), (x + wide, y - high), (x + wide, y + high), (x - wide, y + high)]]


def shares(start: Point, across: float, down: float) -> list[list[Point]]:
    """How far an arrow goes along each coordinate: two lines from where it starts.

    Parameters
    ----------
    start : (float, float)
    across, down : float

    Returns
    -------
    list of list of (float, float)
    """
    if math.isnan(across) or math.isnan(down):
        return []
    across, down = max(-FAR, min(across, FAR)), max(-FAR, min(down, FAR))
    ends = [(start[0] + across, start[1]), (start[0], start[1] + down)]
    return [[start, end] for end, far in zip(ends, (across, down)) if far]


class Place(NamedTuple):
    """Something that has a name: where it is, and whether the name stands at the corner of a box.

    Attributes
    ----------
    name : str
        Of the label.
    size : (float, float)
        Width and height of the label.
    anchor : (float, float)
        The tip of an arrow, or the centre of a box.
    way : (float, float)
        The direction of the arrow, or half the sides of the box.
    box : bool
    """

    name: str
    size: Point
    anchor: Point
    way: Point
    box: bool


def placed(
    places: Sequence[Place], taken: Sequence[Sequence[float]], window: Sequence[float]
) -> dict[str, Point]:
    """Where the middle of each label stands: off what is there already, off each other, in the window.

    Parameters
    ----------
    places : sequence of Place
        The first one chooses first.
    taken : sequence of sequence of float
        Rectangles to keep away from: left, top, right, bottom.
    window : sequence of float

    Returns
    -------
    dict of (float, float)
    """
    full = [*taken]
    found = {}
    for place in places:
        wide, high = place.size
        best, least = (0.0, 0.0), math.inf
        for x, y in _candidates(place, window):
            around = x - wide / 2, y - high / 2, x + wide / 2, y + high / 2
            cost = sum(_overlap(around, other) for other in full)
            cost += 10 * (wide * high - _overlap(around, window))
            if round(cost) < least:
                best, least = (x, y), round(cost)
        found[place.name] = best
        x, y = best
        full.append((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2))
    return found


def _candidates(place: Place, window: Sequence[float]) -> list[Point]:
    (wide, high), (x, y) = place.size, place.anchor
    if place.box:
        left, right = max(x - place.way[0], window[0]), min(x + place.way[0], window[2])
        top, bottom = max(y - place.way[1], window[1]), min(y + place.way[1], window[3])
        beside, above = wide / 2 + GAP, high / 2 + 1
        corners = [(right, 1, top, -1), (left, -1, top, -1), (right, 1, bottom, 1), (left, -1, bottom, 1)]
        return [
            *((at - side * beside, edge + out * above) for at, side, edge, out in corners),
            *((at + side * beside, edge) for at, side, edge, _ in corners),
            *((at - side * beside, edge - out * above) for at, side, edge, out in corners),
        ]
    u, w = place.way
    found = []
    for turn in TURNS:
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        a, b = u * cos - w * sin, u * sin + w * cos
        reach = abs(a) * wide / 2 + abs(b) * high / 2 + GAP
        found.append((x + reach * a, y + reach * b))
    return found


def _overlap(one: Sequence[float], other: Sequence[float]) -> float:
    """The area that two rectangles share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0


# --- artists -----------------------------------------------------------------------------------------


class Drawn(NamedTuple):
    """What is shown of a step; lengths are points.

    Attributes
    ----------
    start, ball : (float, float)
        Where the step begins, and where the ball stands.
    arrows, boxes : dict of (float, float)
        How far each arrow goes across and down; half the sides of each box.
    shares : (float, float) or None
        How far the arrow that is divided goes.
    bars : list of (float, bool) or None
        For each coordinate how far its bar goes, in points from the left, and whether it is cut there.
    """

    start: Point
    ball: Point
    arrows: Mapping[str, Point]
    boxes: Mapping[str, Point]
    shares: Point | None
    bars: Sequence[tuple[float, bool]] | None


SYMBOLS = {"m̂": r"\hat{m}", "m̄": r"\bar{m}", "√v̂": r"\sqrt{\hat{v}}", "√v": r"\sqrt{v}", "√G": r"\sqrt{G}"}
COLOURS = {"g": GRADIENT, "step": STEP}


class Inside:
    """All that is drawn of a step on the landscape, and the bars at its side.

    Parameters
    ----------
    ground : matplotlib.axes.Axes
    bars : matplotlib.axes.Axes or None
        Where the share of η is shown of each coordinate.
    arrows, boxes : sequence of str
        What can be shown, "step" among the arrows.
    theme : Theme

    Attributes
    ----------
    slots : dict of matplotlib.artist.Artist
        All that moves, by what it shows.
    """

    def __init__(
        self,
        ground: Axes,
        bars: Axes | None,
        arrows: Sequence[str],
        boxes: Sequence[str],
        theme: Theme = LIGHT,
    ) -> None:
        self._theme, self._down = theme, _downwards(ground.figure)  # type: ignore[arg-type]
        self._arrows, self._boxes, self._bars = tuple(arrows), tuple(boxes), bars
        self.slots: dict[str, Artist] = {}
        for name in boxes:
            colour = DIVISOR[theme.column]
            self._add(ground, f"{name}.box", edgecolor=colour, linewidth=2, linestyle="--", zorder=8.2)
            self._name(ground, name, SYMBOLS.get(name, name), colour)
        if bars is not None:
            self._add(ground, "shares", edgecolor=STEP[theme.column], linewidth=5, alpha=0.75, zorder=8.5)
            for i in range(2):
                self._add(bars, f"bar{i}", edgecolor=STEP[theme.column], linewidth=13, zorder=3)
            self._add(bars, "cuts", edgecolor=theme.paper, linewidth=2, zorder=4)
        for k, name in enumerate(arrows):
            colour = COLOURS.get(name, AVERAGE)[theme.column]
            order = 9 + k / 10
            self._add(ground, f"{name}.shaft", edgecolor=colour, linewidth=2.5, zorder=order)
            casing = withStroke(linewidth=4.5, foreground=theme.paper)
            self.slots[f"{name}.shaft"].set_path_effects([casing])
            self._add(ground, f"{name}.head", facecolor=colour, linewidth=0, zorder=order)
            said = "step" if name == "step" else f"-{SYMBOLS.get(name, name)}"
            self._name(ground, name, said, colour)

    def _add(self, ax: Axes, name: str, **look: Any) -> None:
        look = {"facecolor": "none", "capstyle": "butt", **look}
        patch = PathPatch(NOTHING, transform=self._down, snap=False, **look)
        ax.add_artist(patch)
        self.slots[name] = patch

    def _name(self, ax: Axes, name: str, text: str, colour: str) -> None:
        said = text if text == "step" else rf"$\mathbf{{{text}}}$"
        label = ax.text(0, 0, said, ha="center", va="center", transform=self._down, zorder=10, clip_on=True)
        label.set(color=colour, fontweight="bold", fontsize=12, in_layout=False)
        label.set_path_effects([withStroke(linewidth=3.5, foreground=self._theme.paper)])
        self.slots[f"{name}.label"] = label

    def sizes(self) -> dict[str, Point]:
        """Width and height of each label, in points."""
        found = {}
        figure = next(iter(self.slots.values())).figure
        with styled(self._theme):
            renderer = Shapes(figure)  # type: ignore[arg-type]
            for name in (*self._arrows, *self._boxes):
                label = self.slots[f"{name}.label"]
                shown = label.get_visible()
                label.set_visible(True)
                extent = label.get_window_extent(renderer)
                label.set_visible(shown)
                found[name] = (round(extent.width, 2), round(extent.height, 2))
        return found

    def show(self, drawn: Drawn | None, sizes: Mapping[str, Point], window: Sequence[float]) -> Self:
        """Show a step; None shows nothing.

        Parameters
        ----------
        drawn : Drawn or None
        sizes : dict of (float, float)
            As `sizes` says.
        window : sequence of float
            Left, top, right and bottom of the landscape.

        Returns
        -------
        Inside
        """
        for artist in self.slots.values():
            if isinstance(artist, Text):
                artist.set_visible(False)
            else:
                artist.set_path(NOTHING)  # type: ignore[attr-defined]
        if drawn is None:
            return self
        taken = [(x - BALL, y - BALL, x + BALL, y + BALL) for x, y in (drawn.start, drawn.ball)]
        places = []
        for name in self._arrows:
            found = arrow(drawn.start, *drawn.arrows[name], window) if name in drawn.arrows else None
            if found is None:
                continue
            self._draw(f"{name}.shaft", found.shaft)
            self._draw(f"{name}.head", found.head, closed=True)
            taken += around(drawn.start, found)
            if found.length >= SEEN:
                places.append(Place(name, sizes[name], found.tip, found.way, False))
        for name in self._boxes:
            half = drawn.boxes.get(name, (math.nan, math.nan))
            outline = boxed(drawn.start, *half)
            self._draw(f"{name}.box", outline, closed=True)
            if outline and max(half) >= SEEN:
                places.append(Place(name, sizes[name], drawn.start, half, True))
        if self._bars is not None:
            self._show_bars(drawn)
        for name, (across, down) in placed(places, taken, window).items():
            label = self.slots[f"{name}.label"]
            label.set(visible=True, x=across, y=down)  # type: ignore[call-arg]
        return self

    def _show_bars(self, drawn: Drawn) -> None:
        self._draw("shares", shares(drawn.start, *drawn.shares) if drawn.shares else [])
        ax, cuts = self._bars, list[list[Point]]()
        assert ax is not None  # there are bars
        for i, (end, cut) in enumerate(drawn.bars or ()):
            middle, height = self._down.inverted().transform(ax.transData.transform((0, 1 - i)))
            self._draw(f"bar{i}", [[(middle, height), (end, height)]] if end != middle else [])
            side = 1 if end < middle else -1
            for back in (8, 13) if cut else ():
                x = end + side * back
                cuts.append([(x - 2, height + 8), (x + 2, height - 8)])
        self._draw("cuts", cuts)

    def _draw(self, name: str, lines: Sequence[Sequence[Point]], closed: bool = False) -> None:
        vertices = [point for line in lines for point in (*line, *([line[0]] * closed))]
        codes = [
            code
            for line in lines
            for code in (Outline.MOVETO, *[Outline.LINETO] * (len(line) - 1), *[Outline.CLOSEPOLY] * closed)
        ]
        path = Outline(vertices, codes) if vertices else NOTHING
        self.slots[name].set_path(path)  # type: ignore[attr-defined]


def around(start: Point, one: Arrow) -> list[tuple[float, float, float, float]]:
    """Squares along an arrow that names keep away from."""
    parts = [(0.35, 2.0), (0.55, 2.0), (0.75, 2.0), (1.0, 4.0)]
    found = []
    for part, half in parts:
        x = start[0] + part * one.length * one.way[0]
        y = start[1] + part * one.length * one.way[1]
        found.append((x - half, y - half, x + half, y + half))
    return found


def _downwards(figure: Figure) -> Transform:
    """From points, counted from the upper left corner, to the figure's own."""
    height = float(figure.get_size_inches()[1])
    return Affine2D().scale(1 / 72, -1 / 72).translate(0, height) + figure.dpi_scale_trans
