"""Steps on a surface, with a slider for every hyperparameter.

A slider of the surface itself changes the landscape, so there everything is drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .._core.descent import Descent, descend, refuse_long_warmup, whole_steps
from .._core.family import Family
from .._core.signature import Signature, name_of
from .._core.stability import limit
from .._core.surface import Surface
from .._core.text import brief
from .._drawing.style import Theme
from .._live.module import sources
from .._live.program import Program
from .base import LivePanel
from .controls import RunControls, SliderSections, other_steps, outcome
from .outputs import ModelledTrack, Outputs, recorded_model, rows_with_outputs
from .run_view import RunView, Scene
from .runs import Runs
from .surface_family import SurfaceFamily
from .track import Track

__all__ = ["Panel", "explore", "opened"]

MODEL_NAME = "Landscape with path, and the curve of the model beside its examples."


class Panel(LivePanel):
    """Steps on a surface, with their sliders; `explore` makes one.

    Attributes
    ----------
    sliders : dict of HyperSlider
        By hyperparameter; with several steps a dict for each step, by its name. The parameters of a
        family of surfaces are here too; with several steps under "surface".
    picture : Picture
        With `background` (PNG) and `foreground` (SVG).
    surface : Surface
    start : ndarray, shape (n,)
    n_steps : int
    view : str
        What the right picture shows: "loss", "effective η", the name of a memory, or "output", the curve of
        the surface's model through its examples.
    """

    def __init__(self, runs: Runs, several: bool, theory: bool = False, view: str = "loss") -> None:
        self._theory, self._tracks = theory, tuple(runs.tracks.values())
        self.view = _known(view, self.views_on(runs.surface))
        self._outputs = Outputs()
        self._controls = RunControls(self, runs, {view: view for view in self.views_on(runs.surface)})
        super().__init__(runs, {"film": self._controls.step})
        self.sliders = {name: track.sliders for name, track in runs.tracks.items()}
        if not several:
            self.sliders = {**self.sliders[next(iter(runs.tracks))], **runs.family.sliders}
        elif runs.family.sliders:
            self.sliders["surface"] = runs.family.sliders
        self.children = [self.picture, SliderSections(runs), self._controls]
        self._redraw()

    @property
    def views(self) -> tuple[str, ...]:
        """What the right picture can show."""
        return self.views_on(self.surface)

    def views_on(self, surface: Surface) -> tuple[str, ...]:
        """What the right picture can show on a surface: more of one step, and the curve of a model."""
        if len(self._tracks) > 1:
            return ("loss",)
        return ("loss", "effective η", *self._tracks[0].signature.memory, *["output"] * bool(surface.model))

    def called(self, scene: Scene) -> str:
        """What a picture shows, for those who do not see it."""
        return MODEL_NAME if scene.view == "output" else self.name

    def more_scenes(self) -> tuple[Sequence[str] | None, Sequence[Surface], Sequence[int]]:
        """All views, and other numbers of steps; one of each is enough, if the surface has sliders."""
        return (None, (), ()) if self.runs.family.sliders else (self.views, (), other_steps(self.n_steps))

    @property
    def summary(self) -> str:
        """What the picture shows, in one line."""
        runs, tracks = self.descents, self.runs.tracks
        lines = [track.message or (outcome(runs[n]) if n in runs else "") for n, track in tracks.items()]
        return "; ".join(line for line in (*lines, self.runs.family.message) if line)

    def drawn(self, scene: Scene, runs: dict[str, Descent], theme: Theme, before: Any = None) -> RunView:
        """The picture of some runs; `before` is one of the same make, whose layout is kept."""
        return RunView(scene, {n: track.step for n, track in self.runs.tracks.items()}, runs, theme, before)

    def show(self, view: str) -> None:
        """Choose what the right picture shows.

        Parameters
        ----------
        view : str
            "loss", "effective η", the name of a memory; "output" where the surface has a model.

        Raises
        ------
        ValueError
            If the panel has no such view.
        """
        if _known(view, self.views) != self.view:
            self.view = view
            self._redraw()

    def reset(self) -> None:
        """Every slider, the surface, the start and the number of steps back to their opening values."""
        self._controls.reset()
        super().reset()

    def prepare(self, scene: Scene) -> None:
        """Compute all that a picture will show; learners' code may never end."""
        super().prepare(scene)
        if scene.view == "output":
            self._outputs.ask(self.descents, self._film())

    def let_show(self, view: RunView, runs: dict[str, Descent]) -> None:
        """Let a picture show some runs, and the outputs that were computed for it."""
        self._outputs.tell(view)
        super().let_show(view, runs)

    def sources(self, programs: Sequence[Program | None], scene: Scene) -> str:
        """The functions of some programs, and of the surface's model, as a JavaScript array."""
        model = recorded_model(scene.surface) if "output" in self.views_on(scene.surface) else None
        return sources([*programs, model] if model else programs, scene.n_steps)

    def plan(self, view: RunView, scene: Scene) -> dict[str, Any]:
        """What a page has to know of a picture."""
        told = super().plan(view, scene)
        if self._sends_outputs(scene):
            told["tracks"][0]["width"] += len(told["curves"]["inputs"])
        return told

    def _row_bytes(self, run: Descent) -> bytes:
        if self._sends_outputs(self.scene):
            return rows_with_outputs(run).tobytes()
        return super()._row_bytes(run)

    def _sends_outputs(self, scene: Scene) -> bool:
        """Whether Python computes the outputs: there is a model, which the browser cannot play."""
        known = scene.surface.model is not None and scene.view == "output"
        return known and recorded_model(scene.surface) is None

    def _redraw(self, before: Any = None) -> None:
        views = self.views
        if self.view not in views:  # another surface, without a model
            self.view, before = "loss", None
        self._controls.offer(views, self.view)
        super()._redraw(before)

    def _film(self) -> int:
        return int(self._controls.step.value)

    def _sync(self) -> None:
        super()._sync()
        self._controls.follow(self.surface, self.start, self.n_steps)
        for track in self.runs.tracks.values() if self._theory else ():
            if "eta" in track.sliders:  # mark where its method diverges in theory
                beta1 = track.sliders["beta1"].value if "beta1" in track.sliders else 0.0
                track.sliders["eta"].warn(limit(track.step, self.surface, beta1))


def _known(view: Any, views: Sequence[str]) -> str:
    if view not in views:
        raise ValueError(f"view must be one of {', '.join(views)}, got {brief(view)}")
    return str(view)


def _tracks(steps: Any, hyper: dict[str, Any]) -> dict[str, Track]:
    """A track for each step, by name; a hyperparameter goes to each step that has it."""
    signatures = [Signature(step) for step in (steps if isinstance(steps, (list, tuple)) else [steps])]
    if not signatures:
        raise ValueError("explore: give at least one step")
    for name, value in hyper.items():
        if not any(name in signature.defaults for signature in signatures):
            signatures[0].hyper({name: value})  # raises, and names the nearest
    tracks: dict[str, Track] = {}
    for signature in signatures:
        name = next(
            n
            for k in range(1, len(signatures) + 1)
            if (n := signature.name + f" {k}" * (k > 1)) not in tracks
        )
        tracks[name] = ModelledTrack(
            name, signature.step, {n: value for n, value in hyper.items() if n in signature.defaults}
        )
    return tracks


def opened(
    step_or_steps: Any,
    surface: Surface | Callable[..., Surface],
    start: Any,
    n_steps: int,
    hyper: dict[str, Any],
) -> Runs:
    """The runs of a panel, from what it was called with, checked at the door."""
    family = Family(surface, hyper)
    own = family.parameters
    try:
        tracks = _tracks(step_or_steps, {name: value for name, value in hyper.items() if name not in own})
    except TypeError as fault:
        raise TypeError(f"{fault}; {family.name} takes {', '.join(own)}") if own else fault from None
    n_steps = whole_steps(n_steps, "explore")
    for track in tracks.values():
        refuse_long_warmup(track.step, n_steps, track.hyper())
        if both := [name for name in own if name in track.hyper()]:
            raise TypeError(
                f"{name_of(track.step)} and {family.name} both have a parameter {both[0]}: "
                f"give one of them another name"
            )
        opening = descend(track.step, family.surface(), start, 0)
        if opening.lanes:
            raise ValueError(f"explore: start must be one point, got lanes of shape {opening.lanes}")
    return Runs(tracks, SurfaceFamily(family, start), opening.theta[0], n_steps)


def explore(
    step_or_steps: Callable[..., Any] | Sequence[Callable[..., Any]],
    surface: Surface | Callable[..., Surface],
    start: Any = None,
    n_steps: int = 100,
    theory: bool = False,
    view: str = "loss",
    **hyper: Any,
) -> Panel:
    """A live panel: a slider for every hyperparameter, the path on the landscape, the loss.

    Drag a slider or type a number. Click or drag on the landscape, or use the arrow keys there, to
    move the start. Play rolls the ball step by step.

    Parameters
    ----------
    step_or_steps : callable, or list of callables
        A step of the series or your own.
    surface : Surface, or callable that returns one
        A function such as `make_ravine` gets a slider for each of its parameters too. When one moves,
        the surface is made again, and the ball goes back to the start.
    start : array_like, shape (n,), optional
        The surface's own start unless given.
    n_steps : int
    theory : bool
        Whether the η slider shows from where on the method diverges in theory, where there is one: for
        gradient descent and momentum on a quadratic.
    view : str
        What the right picture shows first: "loss"; with one step also "effective η", the name of a memory,
        or "output", the curve of the surface's model through its examples.
    **hyper : float
        Opening values, for the step and for the function that makes the surface; their defaults
        unless given.

    Returns
    -------
    Panel
        ``panel.sliders["eta"]``, ``panel.sliders["angle"]``; with a list of steps
        ``panel.sliders["adam"]["eta"]``, ``panel.sliders["surface"]["angle"]``.

    Raises
    ------
    TypeError, ValueError
        As for `descend`, if the error can be found before the first step. What goes wrong inside a
        step is shown in the panel.

    Examples
    --------
    >>> from adamlab import adam, beale, explore
    >>> panel = explore(adam, beale, eta=0.1)
    >>> panel.sliders["beta1"].value = 0.5
    >>> panel.summary
    'adam on beale, η=0.1, β1=0.5, β2=0.999: loss 41.2 → 0.0663 in 100 steps'
    """
    runs = opened(step_or_steps, surface, start, n_steps, hyper)
    return Panel(runs, isinstance(step_or_steps, (list, tuple)), theory, view)
