"""A map of hyperparameter space: thousands of runs in one picture, and each of them one click away."""

import html
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist

from .._core.descent import Descent, descend, whole_steps
from .._core.family import Family
from .._core.guard import LIMIT, guarded
from .._core.hyperparameters import Scale, symbol
from .._core.signature import Signature, name_of
from .._core.surface import Surface
from .._core.sweep import Sweep, sweep_within
from .._drawing.artists import Path
from .._drawing.curves import Curve, loss_axes
from .._drawing.heatmap import CASED, Heat
from .._drawing.heights import survey
from .._drawing.landscape import heading, landscape, note
from .._drawing.style import look
from .base import WAYS, Stage, attempt
from .controls import fit, reset_button, steps_box
from .slider import HyperSlider
from .surface_family import SurfaceFamily

__all__ = ["Map", "map"]

POINTS = 120  # along each side of the small landscape

ONE_BY_ONE = 100_000  # steps of single runs that a map waits for: about a second

STOPS = 100  # of a slider, each of which is a map of thousands of runs

HELP = "Click, drag or use the arrow keys on the map to choose a run; Home goes to the best one"


class Map(Stage):
    """How a step ends for all pairs of values of two hyperparameters; `map` makes one.

    Attributes
    ----------
    sliders : dict of HyperSlider
        For what is not on the map: the other hyperparameters, and those of the surface.
    axes : (str, str)
        The hyperparameters along x and y.
    chosen : (int, int)
        The cell whose run is shown.
    swept : Sweep or None
        All runs of the map; None if the step could not be run.
    run : Descent or None
        The run chosen.
    """

    axes: tuple[str, str]
    chosen: tuple[int, int]
    swept: Sweep | None
    run: Descent | None
    message: str | None
    surface: Surface
    _land: Path | None

    def __init__(
        self,
        step: Callable[..., Any],
        family: SurfaceFamily,
        start: np.ndarray | None,
        n_steps: int,
        axes: tuple[str, str],
        hyper: dict[str, Any],
        resolution: int,
    ) -> None:
        super().__init__()
        self.step, self.axes, self.n_steps = step, axes, n_steps
        self._family, self._own_start = family, start
        self.options = {n: v for n, v in hyper.items() if not isinstance(v, (float, np.ndarray))}
        self._given = {n: np.sort(v) for n, v in hyper.items() if isinstance(v, np.ndarray)}
        opening = {n: float(v[len(v) // 2]) if n in self._given else v for n, v in hyper.items()}
        self._own = {n: HyperSlider(n, v, STOPS) for n, v in opening.items() if n not in self.options}
        self._resolution, self.message = resolution, None
        self._sentence, self._tools, self._row = widgets.HTML(), MapControls(self), widgets.Box()
        self._row.layout.flex_flow = "row wrap"
        self.children = [self.picture, self._sentence, self._row, self._tools]
        for name, slider in {**self._own, **family.sliders}.items():
            slider.observe(lambda change, name=name: self._changed(name), "value")
        self.surface = family.surface()
        self.show_axes(*axes)

    @property
    def sliders(self) -> dict[str, HyperSlider]:
        """The sliders of what is not on the map, by name."""
        return {n: s for n, s in {**self._own, **self._family.sliders}.items() if n not in self.axes}

    @property
    def start(self) -> np.ndarray:
        """Where all runs begin, shape (n,)."""
        return self.surface.start if self._own_start is None else self._own_start

    @property
    def values(self) -> tuple[np.ndarray, ...]:
        """What was tried along x and along y."""
        return tuple(self._along(name) for name in self.axes)

    def _along(self, name: str) -> np.ndarray:
        if name in self._given:
            return self._given[name]
        return self._own[name].scale.grid(self._resolution)

    @property
    def best(self) -> dict[str, Any] | None:
        """The settings of the lowest loss on the map; None if every run diverged."""
        return None if self.swept is None else self.swept.best

    def show_axes(self, x: str, y: str) -> None:
        """Put two other hyperparameters on the map.

        Parameters
        ----------
        x, y : str

        Raises
        ------
        ValueError
            If they are not two of the step's hyperparameters.
        """
        if x == y or not {x, y} <= set(self._own):
            raise ValueError(f"map: axes must be two of {', '.join(self._own)}, got {x} and {y}")
        self.axes = x, y
        self._tools.axes.value = self.axes
        self._row.children = [*self.sliders.values()]
        self.picture.sliders = {control: slider.model_id for control, slider in self._sliders().items()}
        self.chosen = self._opening()
        self._sweep()
        self._redraw()

    def choose(self, i: int, j: int) -> None:
        """Show the run of a cell.

        Parameters
        ----------
        i, j : int
            Counted along x and along y.
        """
        x, y = (int(np.clip(k, 0, len(v) - 1)) for k, v in zip((i, j), self.values))
        self.chosen = x, y
        self._run_chosen()
        self._show({1})

    def choose_best(self) -> None:
        """Show the run with the lowest loss."""
        at = None if self.swept is None else self.swept.best_at
        if at is not None and self.best:
            self.choose(*at)

    def reset(self) -> None:
        """Every slider and the number of steps back to their opening values."""
        with self._together():
            for slider in self.sliders.values():
                slider.reset()
            self._tools.steps.value = self._tools.opening
        self.surface, self.chosen = self._family.surface(), self._opening()
        self.set_steps(self._tools.opening)

    def set_steps(self, n_steps: int) -> None:
        """Run with another number of steps.

        Parameters
        ----------
        n_steps : int
        """
        self.n_steps = n_steps
        self._sweep()
        self._redraw()

    def _opening(self) -> tuple[int, int]:
        """The cell nearest to the opening values of the two axes."""
        x, y = (int(np.abs(v - self._own[n].opening).argmin()) for n, v in zip(self.axes, self.values))
        return x, y

    def _hyper(self) -> dict[str, Any]:
        """All that is the same for every run of the map."""
        return {**self.options, **{n: s.value for n, s in self._own.items() if n not in self.axes}}

    def _sweep(self) -> None:
        name = name_of(self.step)
        self.swept, self.message = attempt(name, lambda: self._swept(self._hyper()), self._limit)
        self._run_chosen()

    @property
    def _limit(self) -> float:
        """Seconds for all runs: several times what a step that is written for many at once takes."""
        return LIMIT + 1e-7 * np.prod([len(along) for along in self.values]) * self.n_steps

    def _swept(self, hyper: dict[str, Any]) -> Sweep:
        """All runs of a map."""
        pair = dict(zip(self.axes, self.values))
        settings = {**pair, **hyper}
        return sweep_within(ONE_BY_ONE, self.step, self.surface, self.start, self.n_steps, None, settings)

    def _run_chosen(self) -> None:
        """The run of the chosen cell, once more and with its path."""
        pair = {n: float(v[k]) for n, v, k in zip(self.axes, self.values, self.chosen)}
        settings, self.run = {**self._hyper(), **pair}, None
        if self.swept is not None:
            self.run, self.message = attempt(
                name_of(self.step),
                lambda: descend(self.step, self.surface, self.start, self.n_steps, **settings),
            )

    def _changed(self, name: str) -> None:
        if self._waiting:
            return
        reshaped = name in self._family.sliders
        if reshaped:
            surface, message = attempt(self._family.name, lambda: survey(self._family.surface(), POINTS))
            if surface is None:  # the panel lives on, with the surface it has
                self.swept, self.run, self.message = None, None, message
                self._show()
                return
            self.surface = surface
        self._sweep()
        if reshaped:
            self._redraw()
        else:
            self._show()

    def _draw(self) -> None:
        ratios = [1.35, 1, 1] if self.surface.n <= 2 else [1.35, 1]
        with self._canvas(len(ratios), width_ratios=ratios) as axes:
            self._ground = axes[0]
            self._heat = Heat(axes[0], self.axes, self.values, self.surface, self.start, self._theme)
            axes[0].set_title(f"loss after {self.n_steps} steps")
            self._figure.colorbar(self._heat.scale, ax=axes[0], pad=0.02)
            self._theory = self._heat.theory(self.step, self.surface)
            style = look(self.step, 0, self._theme)
            self._land = None
            if self.surface.n <= 2:
                landscape(axes[1], self.surface, POINTS, theme=self._theme)
                axes[1].set_title(
                    heading(self.surface) if len(self.surface.formula or "") < 20 else self.surface.name
                )
                self._land = Path(axes[1], *style, theme=self._theme)
            loss_axes(axes[-1], self.surface, self.start, self.n_steps)
            axes[-1].set_title("the chosen run")
            self._curve = Curve(axes[-1], *style, theme=self._theme)
            (self._mark,) = axes[0].plot([], [], "o", markersize=13, color="none", zorder=8)
            self._mark.set(markeredgecolor="white", markeredgewidth=2.4)
            self._mark.set_path_effects(CASED)
            self._note = note(axes[0], self._theme)

    def _layers(self) -> Iterator[list[Artist]]:
        yield [*self._heat.artists, *self._theory]
        yield [self._mark, *(self._land.artists if self._land else []), *self._curve.artists, self._note]

    def _restore(self) -> None:
        shown = self.swept is not None
        for artist in (*self._heat.artists, *self._theory):
            artist.set_visible(shown)
        if self.swept is not None:
            self._heat.show(self.swept.loss, self.swept.diverged)
        self._mark.set_data(*([k] for k in self.chosen) if shown else ([], []))
        if self._land is not None:
            self._land.show(self.run)
        self._curve.show(self.run)
        self._note.set_text(self.message or "")

    def _show(self, changed: set[int] | None = None) -> None:
        super()._show(changed)
        self.summary = self.message or f"map of {self.swept!r}"
        chosen = self.message or f"At the ring: {self.run!r}."
        self.picture.alt = (
            f"Map, landscape with the chosen run, and its loss. {self.summary}. {chosen} {HELP}"
        )
        self.picture.names = {slider.css_class: slider.spoken for slider in self.sliders.values()}
        lines = (
            [self.message] if self.message else [self.summary, chosen, LEGEND + bool(self._theory) * THEORY]
        )
        text = "<br>".join([html.escape(line) for line in lines])
        self._sentence.value = f'<div role="status" style="{FOUR_LINES}">{text}</div>'

    def _sliders(self) -> dict[str, widgets.IntSlider]:
        return {s.css_class: s.slider for s in self.sliders.values()}

    def _pointed(self, x: float, y: float, phase: str) -> None:
        if phase != "up" and np.isfinite([x, y]).all():
            self.choose(round(x), round(y))

    def _pressed(self, key: str, fine: bool) -> None:
        if key == "Home":
            self.choose_best()
            return
        i, j = WAYS[key]
        stride = 1 if fine else max(1, self._resolution // 25)
        self.choose(self.chosen[0] + stride * i, self.chosen[1] + stride * j)

    def _fragments(self, control: str) -> tuple[int, dict[str, Any], Iterator[str]] | None:
        for name, slider in self.sliders.items():
            if slider.css_class == control and name in self._own:
                others = {s.css_class: s.slider.value for s in self.sliders.values() if s is not slider}
                return 0, others, self._drawings(name, slider.scale)
        return None

    def _drawings(self, name: str, scale: Scale) -> Iterator[str]:
        """A sweep for each position of a slider, and its map."""
        for position in range(scale.positions + 1):
            hyper = {**self._hyper(), name: scale.value(position)}
            try:
                swept = guarded(lambda: self._swept(hyper), self._limit)  # noqa: B023 (at once)
            except Exception:  # what goes wrong is said where the slider stands
                return
            yield self._drawn([*self._heat.artists, *self._theory], self._heat, swept.loss, swept.diverged)


FOUR_LINES = "line-height: 1.5; min-height: 6em"  # so that nothing below jumps when a sentence wraps

LEGEND = (
    "Outlined: arrived (less than a millionth of the starting height is left). "
    "Striped: diverged. Dotted: ended higher than it began."
)

THEORY = " Dashed: in theory it diverges from there on. Star: the best settings in theory."


class MapControls(widgets.HBox):
    """What stands below the sliders: the axes, the number of steps, the best run, reset."""

    def __init__(self, panel: Map) -> None:
        self.opening = panel.n_steps
        pairs = itertools.permutations(panel._own, 2)
        labels = {f"{symbol(x)} × {symbol(y)}": (x, y) for x, y in pairs}
        self.axes = widgets.Dropdown(
            options=labels, value=panel.axes, description="map of", layout=fit(labels, beside=4)
        )
        self.axes.style.description_width = "4em"
        self.steps = steps_box(panel.n_steps)
        best = widgets.Button(description="Go to best run", icon="map-marker", layout={"width": "11em"})
        best.tooltip = "Show the run with the lowest loss"
        super().__init__([self.axes, self.steps, best, reset_button(panel)], layout={"flex_flow": "row wrap"})
        best.on_click(lambda _: panel.choose_best())
        self.axes.observe(
            lambda change: panel.show_axes(*change.new) if change.new != panel.axes else None, "value"
        )
        self.steps.observe(lambda change: None if panel._waiting else panel.set_steps(change.new), "value")


def map(
    step: Callable[..., Any],
    surface: Surface | Callable[..., Surface],
    axes: Sequence[str] | None = None,
    start: Any = None,
    n_steps: int = 100,
    resolution: int = 50,
    **hyper: Any,
) -> Map:
    """A map over two hyperparameters, dark where the final loss is low; the others have sliders.

    Click or drag on the map, or use the arrow keys there, to see a run on the landscape.

    Parameters
    ----------
    step : callable
        A step of the series or your own; it has to work on many lanes at once.
    surface : Surface, or callable that returns one
        A function such as `make_ravine` gets a slider for each of its parameters.
    axes : (str, str), optional
        The hyperparameters along x and y: those given as arrays, else the first two of the step.
    start : array_like, shape (n,), optional
        The surface's own start unless given.
    n_steps : int
    resolution : int
        Values along each axis that was not given as an array.
    **hyper : float or array_like
        Opening values, and the values to try along an axis.

    Returns
    -------
    Map

    Raises
    ------
    TypeError, ValueError
        As for `sweep`, if the error can be found before the first step; and for a step without two
        hyperparameters.

    Examples
    --------
    >>> import adamlab
    >>> panel = adamlab.map(adamlab.momentum, adamlab.ravine, resolution=10)
    >>> panel.swept.loss.shape
    (10, 10)
    """
    signature, family = Signature(step), Family(surface, hyper)
    settings = signature.hyper({n: v for n, v in hyper.items() if n not in family.parameters})
    numbers = [n for n, v in settings.items() if isinstance(v, (float, np.ndarray))]
    arrays = [n for n, v in settings.items() if isinstance(v, np.ndarray)]
    if axes is None:
        axes = (arrays + [name for name in numbers if name not in arrays])[: max(2, len(arrays))]
        axes = sorted(axes, key=numbers.index) if len(arrays) < 2 else axes
    several = isinstance(axes, (tuple, list))
    axes = tuple(str(name) for name in (axes if several else [axes]))
    if len(set(axes)) != 2 or not set(arrays) <= set(axes) <= set(numbers):
        raise ValueError(
            f"map: axes must be two of {signature.name}'s hyperparameters, {', '.join(numbers)}, "
            f"and nothing else may be an array; got {', '.join(axes)}"
        )
    for name in arrays:
        if settings[name].ndim != 1 or len(settings[name]) < 2:
            raise ValueError(
                f"map: {name} must be a 1-D array of at least two values, got shape {settings[name].shape}"
            )
    if isinstance(resolution, bool) or not isinstance(resolution, int) or not 2 <= resolution <= 400:
        raise ValueError(f"map: resolution must be a whole number from 2 to 400, got {resolution!r}")
    opening = descend(step, family.surface(), start, 0)
    if not np.isfinite(opening.loss).all():
        begin = np.array(opening.surface.start if start is None else start).tolist()
        raise ValueError(f"map: the loss at the start {begin} is not finite: choose a start where it is")
    if opening.lanes:
        raise ValueError(f"map: start must be one point, got lanes of shape {opening.lanes}")
    own_start = None if start is None else opening.theta[0]
    pair = cast(tuple[str, str], axes)
    return Map(
        step, SurfaceFamily(family), own_start, whole_steps(n_steps, "map"), pair, settings, resolution
    )
