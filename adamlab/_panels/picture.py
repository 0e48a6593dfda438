"""The picture of a panel in the page: a still, and above it what moves, run where the hand is.

Python sends the still, and a plan: the step as a program, Matplotlib's shapes, scales. The scripts play the
program at each touch of a slider or of the landscape. What cannot be recorded comes from Python as rows.
"""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import anywidget
import traitlets

from .._live.module import bare

__all__ = ["Picture"]

_SCRIPTS = ("words.js", "engine.js", "hand.js")


def _script(*more: str) -> str:
    """All scripts as one, without their comments: it is sent with each panel."""
    paths = [*(files("adamlab._live").joinpath(name) for name in (*_SCRIPTS, *more))]
    paths.append(files("adamlab._panels").joinpath("picture.js"))
    return "\n".join(bare(path.read_text(encoding="utf-8")) for path in paths)


class Picture(anywidget.AnyWidget):
    """A still with what moves above it.

    Attributes
    ----------
    background : bytes
        PNG of what stands still.
    foreground : str
        SVG of what is shown now, made when it is read.
    alt : str
        What the picture shows, in words, made when it is read.
    size : (int, int)
        Width and height in CSS pixels at full size; narrower pages scale it down.
    plan : dict
        What the scripts need: template, scales, and the code of each step.
    sliders : dict
        Widget model ids: of each input, by "track,input", and of the film's step, "film".
    exact : dict
        For inputs whose value is none of their slider's: position and value.
    start : list of float
    heard : int
        The number of the last message from the page that `start` knows of.
    rows : list of bytes or None
        The run of each step that is computed here: doubles, row by row.
    values : list of list of float, or None
        The inputs of those runs.
    said : list of str or None
        For each step what is said in place of a run.
    notes : list of str
        What else is said.
    extra : dict
        What the player of its kind has to know beside that.
    """

    _esm = _script()
    _css = "\n".join(
        files(room).joinpath(name).read_text(encoding="utf-8")
        for room, name in (("adamlab._live", "board.css"), ("adamlab._panels", "picture.css"))
    )

    background = traitlets.Bytes().tag(sync=True)
    size = traitlets.Tuple((960, 390)).tag(sync=True)
    plan = traitlets.Dict().tag(sync=True)
    sliders = traitlets.Dict().tag(sync=True)
    exact = traitlets.Dict().tag(sync=True)
    start: Any = traitlets.List().tag(sync=True)
    heard = traitlets.Int(0).tag(sync=True)
    rows: Any = traitlets.List().tag(sync=True)
    values: Any = traitlets.List().tag(sync=True)
    said: Any = traitlets.List().tag(sync=True)
    notes: Any = traitlets.List().tag(sync=True)
    extra: Any = traitlets.Dict().tag(sync=True)

    draw: Callable[[], str] = staticmethod(lambda: "")
    describe: Callable[[], str] = staticmethod(lambda: "")

    @staticmethod
    def of(kind: str) -> "Picture":
        """The picture for a kind of panel."""
        return {"race": RacePicture, "map": MapPicture, "anatomy": AnatomyPicture}.get(kind, Picture)()

    @property
    def foreground(self) -> str:
        """What moves, as SVG."""
        return self.draw()

    @property
    def alt(self) -> str:
        """What the picture shows, in words."""
        return self.describe()


class RacePicture(Picture):
    """The picture of a race."""

    _esm = _script("race.js")


class MapPicture(Picture):
    """The picture of a map."""

    _esm = _script("map.js")


class AnatomyPicture(Picture):
    """The picture of an opened step."""

    _esm = _script("anatomy.js")
