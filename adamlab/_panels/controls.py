"""What stands below the sliders: the surface, the number of steps, the film, reset."""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from .. import surfaces
from .._core.descent import Descent
from .._core.surface import Surface

if TYPE_CHECKING:
    from .base import LivePanel
    from .explore import Panel
    from .map import Map
    from .race import Race
    from .runs import Runs

__all__ = [
    "READY_MADE",
    "SPEEDS",
    "RunControls",
    "SliderSections",
    "StartBox",
    "coordinates",
    "fit",
    "other_steps",
    "outcome",
    "reset_button",
    "steps_box",
]

READY_MADE = [
    getattr(surfaces, name) for name in surfaces.__all__ if isinstance(getattr(surfaces, name), Surface)
]

SPEEDS = {"slow": 160, "normal": 60, "fast": 20}

ROWS = {"flex_flow": "row wrap", "width": "100%"}

FILM = {"flex": "1 1 14em", "width": "auto", "min_width": "14em", "max_width": "26em"}


def fit(texts: Iterable[object], beside: float = 0.0) -> dict[str, str]:
    """The layout of a menu or a number box in which the longest of these texts can be read.

    Parameters
    ----------
    texts : iterable
    beside : float
        Room for its description, in em.

    Returns
    -------
    dict
    """
    longest = max(len(str(text)) for text in texts)
    return {"width": f"{beside + 0.6 * longest + 2.8:.4g}em"}  # a letter; margins and an arrow


def other_steps(n_steps: int) -> list[int]:
    """A page has no box for a number of steps, but a menu: these are beside the present one.

    Parameters
    ----------
    n_steps : int

    Returns
    -------
    list of int
    """
    return [int(n_steps * share) for share in (0.25, 0.5, 2, 2.5) if n_steps * share >= 1]


def steps_box(n_steps: int) -> widgets.BoundedIntText:
    """A box in which the number of steps is typed.

    Parameters
    ----------
    n_steps : int

    Returns
    -------
    ipywidgets.BoundedIntText
    """
    most = max(5000, n_steps)
    return widgets.BoundedIntText(
        n_steps,
        min=1,
        max=most,
        description="steps",
        layout=fit([most], beside=4),
        style={"description_width": "4em"},
    )


def reset_button(panel: "LivePanel | Map") -> widgets.Button:
    """A button that calls the panel's `reset`.

    Parameters
    ----------
    panel : LivePanel

    Returns
    -------
    ipywidgets.Button
    """
    button = widgets.Button(
        description="Reset all", tooltip="Set everything back to its opening value", layout={"width": "6em"}
    )
    button.on_click(lambda _: panel.reset())
    return button


def coordinates(typed: str) -> list[float]:
    """The numbers in what was typed: 1; 1.5 or (1, 1.5) or 0,5; 1. Empty if there is anything else.

    Parameters
    ----------
    typed : str

    Returns
    -------
    list of float
    """
    text = typed.strip().strip("()[]").replace("\u2212", "-")
    parts = text.replace(",", ".").split(";") if ";" in text else text.replace(",", " ").split()
    try:
        return [float(part) for part in parts]
    except ValueError:
        return []


def outcome(run: Descent) -> str:
    """The run in one line, and when it came home.

    Parameters
    ----------
    run : Descent

    Returns
    -------
    str
    """
    arrived = run.arrived()
    return repr(run) + (f", within 1e-6 of the minimum after {arrived} steps" if arrived is not None else "")


class StartBox(widgets.Text):
    """A box in which a panel's start is read and typed."""

    def __init__(self, panel: "LivePanel") -> None:
        self._panel, self._following = panel, False
        super().__init__(
            description="start",
            continuous_update=False,
            tooltip="start: type its coordinates, such as 1; 1.5",
            layout=fit(["-0.1234; -0.1234"], beside=3),
            style={"description_width": "3em"},
        )
        self.observe(self._typed, "value")

    def follow(self, start: Iterable[float]) -> None:
        """Show another start, without setting off anything."""
        self._following = True
        self.value = "; ".join(f"{x:.4g}" for x in start)
        self._following = False

    def _typed(self, change: Any) -> None:
        if self._following:
            return
        panel = self._panel
        point = coordinates(change.new)
        if len(point) == panel.surface.n and all(map(math.isfinite, point)):
            panel.place(point)
        else:  # what stood there comes back
            panel.remark(f"{change.new!r} is no start: type {panel.surface.n} numbers, such as 1; 1.5")
            self.follow(panel.start)


def _row(sliders: Mapping[str, widgets.Widget]) -> widgets.Box:
    return widgets.Box([*sliders.values()], layout=ROWS)


class SliderSections(widgets.VBox):
    """The sliders of the surface, and of one step at a time: all of them would not fit a screen."""

    def __init__(self, runs: "Runs", *beside: widgets.Widget) -> None:
        first, *more = (_row(track.sliders) for track in runs.tracks.values())
        shown: list[Any] = [_row(runs.family.sliders)] if runs.family.sliders else []
        head: list[widgets.Widget] = [*beside]
        body: widgets.Widget = first
        if more:
            of = widgets.Dropdown(
                options=[(name, index) for index, name in enumerate(runs.tracks)],
                description="sliders of",
                layout=fit(runs.tracks, beside=6),
                style={"description_width": "5.5em"},
            )
            body = widgets.Stack([first, *more], selected_index=0, layout={"width": "100%"})
            self._link = widgets.jslink((of, "index"), (body, "selected_index"))
            head.insert(0, of)
        if head:
            shown.append(widgets.HBox(head, layout={"flex_flow": "row wrap"}))
        super().__init__([*shown, body])


class RunControls(widgets.HBox):
    """What stands below the sliders: the surface, the number of steps, the film, reset."""

    def __init__(
        self, panel: "Panel | Race", runs: "Runs", views: Mapping[str, str], label: str = ""
    ) -> None:
        self._panel, self._following = panel, False
        known = {s.name: s for s in READY_MADE if s.n == runs.surface.n == 2}
        self._surfaces = {runs.surface.name: runs.surface, **known}
        self._surfaces[runs.surface.name] = runs.surface
        self.surface = widgets.Dropdown(
            options=list(self._surfaces),
            value=runs.surface.name,
            description="surface",
            layout=fit(self._surfaces, beside=4),
            style={"description_width": "4em"},
        )
        self.steps = steps_box(runs.n_steps)
        self.play = widgets.Play(min=0, max=runs.n_steps, interval=SPEEDS["normal"], show_repeat=False)
        self.play.layout.width = "8em"
        self.step = widgets.IntSlider(0, 0, runs.n_steps, layout=FILM, tooltip="step to show")
        self.step.add_class("adamlab-film")
        self.link = widgets.jslink((self.play, "value"), (self.step, "value"))
        self.speed = widgets.Dropdown(
            options=list(SPEEDS), value="normal", layout=fit(SPEEDS), tooltip="speed"
        )
        room = fit(views, beside=0.55 * len(label))
        self.view = widgets.Dropdown(
            options=views, description=label, tooltip="view on the right", layout=room
        )
        self.view.style.description_width = f"{0.5 * len(label):g}em"
        self.start = StartBox(panel)
        places = [] if runs.family.sliders else [self.surface]  # to leave a family would strand its sliders
        starts = [self.start] if runs.surface.n <= 2 else []
        film = [self.play, self.step, self.speed]
        shown = [
            *places,
            *starts,
            self.steps,
            *([self.view] if len(views) > 1 else []),
            *film,
            reset_button(panel),
        ]
        super().__init__(shown, layout={"flex_flow": "row wrap"})
        self.surface.observe(self._chosen, "value")
        self.steps.observe(self._counted, "value")
        self.view.observe(self._viewed, "value")
        self.speed.observe(lambda change: setattr(self.play, "interval", SPEEDS[change.new]), "value")

    def reset(self) -> None:
        """The film as it opened."""
        self.step.value, self.speed.value = 0, "normal"

    def follow(self, surface: Surface, start: Iterable[float], n_steps: int) -> None:
        """Show another surface, start and number of steps, without setting off anything."""
        self._following = True
        self.start.follow(start)
        self.steps.value = n_steps
        if surface.name in self._surfaces:
            self.surface.value = surface.name
        self.play.max = self.step.max = n_steps
        self._following = False

    def offer(self, views: Iterable[str], view: str) -> None:
        """Let the menu on the right offer other views, without setting off anything."""
        self._following = True
        if tuple(dict(self.view.options).values()) != tuple(views):
            self.view.options = [(name, name) for name in views]
        self.view.value = view
        self._following = False

    def _viewed(self, change: Any) -> None:
        if not self._following:
            self._panel.show(change.new)

    def _chosen(self, change: Any) -> None:
        if not self._following:
            self._panel.place(surface=self._surfaces[change.new])

    def _counted(self, change: Any) -> None:
        if not self._following:
            self._panel.place(n_steps=change.new)
