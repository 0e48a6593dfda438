"""What stands below the sliders: the surface, the number of steps, the film, reset."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from .. import surfaces
from .._core.surface import Surface

if TYPE_CHECKING:
    from .base import Stage
    from .explore import Panel

__all__ = ["SPEEDS", "RunControls", "coordinates", "fit", "reset_button", "steps_box"]

READY_MADE = [
    getattr(surfaces, name) for name in surfaces.__all__ if isinstance(getattr(surfaces, name), Surface)
]

SPEEDS = {"slow": 160, "normal": 60, "fast": 20}

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


def reset_button(panel: "Stage") -> widgets.Button:
    """A button that calls the panel's `reset`.

    Parameters
    ----------
    panel : Stage

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


class RunControls(widgets.HBox):
    """What stands below the sliders: the surface, the number of steps, the film, reset."""

    def __init__(self, panel: "Panel") -> None:
        self._panel, self._following = panel, False
        known = {surface.name: surface for surface in READY_MADE if surface.n == panel.surface.n == 2}
        self._surfaces = {panel.surface.name: panel.surface, **known}
        self._surfaces[panel.surface.name] = panel.surface
        self.surface = widgets.Dropdown(
            options=list(self._surfaces),
            value=panel.surface.name,
            description="surface",
            layout=fit(self._surfaces, beside=4),
        )
        self.surface.style.description_width = "4em"
        self.steps = steps_box(panel.n_steps)
        self.play = widgets.Play(min=0, max=panel.n_steps, interval=SPEEDS["normal"], show_repeat=False)
        self.play.layout.width = "8em"
        self.step = widgets.IntSlider(0, 0, panel.n_steps, layout=FILM, tooltip="step to show")
        self.link = widgets.jslink((self.play, "value"), (self.step, "value"))
        self.speed = widgets.Dropdown(options=list(SPEEDS), value="normal", layout=fit(SPEEDS))
        self.view = widgets.Dropdown(options=["loss"], layout=fit(["loss"]), tooltip="view on the right")
        if len(panel.tracks) == 1:
            (memory,) = (track.signature.memory for track in panel.tracks.values())
            self.view.options = ["loss", "effective η", *memory]
            self.view.layout = fit(self.view.options)
        views = [self.view] if len(self.view.options) > 1 else []
        places = [] if panel.family.sliders else [self.surface]  # to leave a family would strand its sliders
        self.start = widgets.Text(
            description="start",
            continuous_update=False,
            tooltip="start: type its coordinates, such as 1; 1.5",
            layout=fit(["-0.1234; -0.1234"], beside=3),
            style={"description_width": "3em"},
        )
        starts = [self.start] if panel.surface.n <= 2 else []
        film = [self.play, self.step, self.speed]
        super().__init__([*places, *starts, self.steps, *views, *film, reset_button(panel)])
        self.layout.flex_flow = "row wrap"
        self.step.add_class("adamlab-film")
        self.surface.observe(self._chosen, "value")
        self.start.observe(self._typed, "value")
        self.steps.observe(self._counted, "value")
        self.view.observe(lambda change: panel.show(change.new), "value")
        self.speed.observe(lambda change: setattr(self.play, "interval", SPEEDS[change.new]), "value")

    def follow(self, surface: Surface, start: Iterable[float], n_steps: int) -> None:
        """Show another surface, start and number of steps, without setting off anything."""
        self._following = True
        self.start.value = "; ".join(f"{x:.4g}" for x in start)
        self.start.tooltip = "start: type its coordinates, such as 1; 1.5"
        self.steps.value = n_steps
        if surface.name in self._surfaces:
            self.surface.value = surface.name
        self.play.max = self.step.max = n_steps
        self._following = False

    def _chosen(self, change: Any) -> None:
        if not self._following:
            self._panel.place(surface=self._surfaces[change.new])

    def _typed(self, change: Any) -> None:
        if self._following:
            return
        panel = self._panel
        point = coordinates(change.new)
        if len(point) == panel.surface.n and all(map(math.isfinite, point)):
            panel.place(point)
        else:  # what stood there comes back
            panel.remark(f"{change.new!r} is no start: type {panel.surface.n} numbers, such as 1; 1.5")
            self.follow(panel.surface, panel.start, panel.n_steps)

    def _counted(self, change: Any) -> None:
        if not self._following:
            self._panel.place(n_steps=change.new)
