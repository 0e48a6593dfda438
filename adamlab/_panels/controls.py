"""What stands below the sliders: the surface, the number of steps, the film, reset."""

from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from .. import surfaces
from .._core.signature import Signature
from .._core.surface import Surface

if TYPE_CHECKING:
    from .base import Stage
    from .explore import Panel

__all__ = ["SPEEDS", "RunControls", "reset_button", "steps_box"]

READY_MADE = [
    getattr(surfaces, name) for name in surfaces.__all__ if isinstance(getattr(surfaces, name), Surface)
]

SPEEDS = {"slow": 160, "normal": 60, "fast": 20}


def steps_box(n_steps: int) -> widgets.BoundedIntText:
    """A box in which the number of steps is typed.

    Parameters
    ----------
    n_steps : int

    Returns
    -------
    ipywidgets.BoundedIntText
    """
    return widgets.BoundedIntText(
        n_steps,
        min=1,
        max=max(5000, n_steps),
        description="steps",
        layout={"width": "8.4em"},
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
        description="Reset all", tooltip="Everything back to where it opened", layout={"width": "6em"}
    )
    button.on_click(lambda _: panel.reset())
    return button


class RunControls(widgets.HBox):
    """What stands below the sliders: the surface, the number of steps, the film, reset."""

    css_class = ""

    def __init__(self, panel: "Panel") -> None:
        self._panel, self._following = panel, False
        known = {surface.name: surface for surface in READY_MADE if surface.n == panel.surface.n == 2}
        self._surfaces = {panel.surface.name: panel.surface, **known}
        self._surfaces[panel.surface.name] = panel.surface
        self.surface = widgets.Dropdown(
            options=list(self._surfaces),
            value=panel.surface.name,
            description="surface",
            layout={"width": "12em"},
        )
        self.surface.style.description_width = "4em"
        self.steps = steps_box(panel.n_steps)
        self.play = widgets.Play(min=0, max=panel.n_steps, interval=SPEEDS["normal"], show_repeat=False)
        self.play.layout.width = "8em"
        self.step = widgets.IntSlider(0, 0, panel.n_steps, layout={"width": "10.5em"}, tooltip="step to show")
        self.link = widgets.jslink((self.play, "value"), (self.step, "value"))
        self.speed = widgets.Dropdown(options=list(SPEEDS), value="normal", layout={"width": "5.5em"})
        self.view = widgets.Dropdown(options=["loss"], layout={"width": "7em"}, tooltip="the right picture")
        if len(panel._tracks) == 1:
            memory = Signature(next(iter(panel._tracks.values())).step).memory
            self.view.options = ["loss", "effective η", *memory]
        views = [self.view] if len(self.view.options) > 1 else []
        places = [] if panel._family.sliders else [self.surface]  # to leave a family would strand its sliders
        super().__init__([*places, self.steps, *views, self.play, self.step, self.speed, reset_button(panel)])
        self.layout.flex_flow = "row wrap"
        self.css_class = f"adamlab-step-{self.model_id[:8]}"
        self.step.add_class(self.css_class)
        self.surface.observe(self._chosen, "value")
        self.steps.observe(self._counted, "value")
        self.view.observe(lambda change: panel.show(change.new), "value")
        self.step.observe(lambda change: panel._rolled(), "value")
        self.speed.observe(lambda change: setattr(self.play, "interval", SPEEDS[change.new]), "value")

    def follow(self, surface: Surface, n_steps: int) -> None:
        """Show another surface and number of steps, without setting off anything."""
        self._following = True
        self.steps.value = n_steps
        if surface.name in self._surfaces:
            self.surface.value = surface.name
        self.play.max = self.step.max = n_steps
        self._following = False

    def _chosen(self, change: Any) -> None:
        if not self._following:
            surface = self._surfaces[change.new]
            self._panel._set(surface, surface.start)

    def _counted(self, change: Any) -> None:
        if not self._following:
            self._panel._set(n_steps=change.new)
