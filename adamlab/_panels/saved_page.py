"""A panel as a page, or a part of one: its pictures on light and on dark paper, its steps as JavaScript."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._core.descent import Descent
from .._core.surface import Surface
from .._core.text import brief
from .._drawing.heights import survey
from .._drawing.landscape import POINTS
from .._drawing.style import DARK, LIGHT, Theme
from .._live.page import Contents, Layer, Opening, PageScene, fragment, page
from .attempt import attempt, drawing
from .run_view import RunView, Scene

if TYPE_CHECKING:
    from .._live.program import Program
    from .base import LivePanel

__all__ = ["in_website", "saved_page"]

STOPS = {1: 13, 2: 5}  # stills along each slider of a family, by the number of its sliders

STILL = (
    "This is a picture: {names} cannot run in a page, because the step or the surface ({surface}) could not "
    "be written down as arithmetic. Open the notebook to move it."
)

# By view, the pictures on light and on dark paper whose layout other members and numbers of steps keep.
Layouts = dict[str, tuple[RunView, RunView]]

ROCKET = "The rocket at the top of this page opens the lesson where you can write and run it."


def saved_page(
    panel: LivePanel, title: str | None, views: Sequence[str] | None, surfaces: Sequence[Surface]
) -> str:
    """The HTML of a panel's page.

    Parameters
    ----------
    panel : LivePanel
    title, views, surfaces
        As for `LivePanel.save_page`.

    Returns
    -------
    str
    """
    title = f"{', '.join(panel.runs.tracks)} on {panel.surface.name}" if title is None else title
    return page(title, _contents(panel, views, surfaces))


def in_website(panel: LivePanel, folder: str) -> str:
    """The HTML of a panel as a part of a website's page; its id is counted, so that a link to it stays right.

    Parameters
    ----------
    panel : LivePanel
    folder : str
        For its stills.

    Returns
    -------
    str
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    contents = _contents(panel, *panel.more_scenes())
    if contents.still:
        contents = contents._replace(still=f"{contents.still} {ROCKET}")
    return fragment(f"panel-{next(_numbers)}", contents, Path(folder))


_numbers = itertools.count(1)


def _contents(
    panel: LivePanel, views: Sequence[str] | None, surfaces: Sequence[Surface], steps: Sequence[int] = ()
) -> Contents:
    runs, tracks = panel.descents, panel.runs.tracks.values()
    missing = [track.name for track in tracks if track.program is None]
    *others, last = missing or [""]
    names = f"{', '.join(others)} and {last}" if others else last
    still = STILL.format(names=names, surface=panel.surface.name) if missing else None
    if any(track.message for track in tracks):
        still = f"This is a picture ({'; '.join(track.message for track in tracks if track.message)})."
    if still:
        programs = {track.name: track.program for track in tracks}
        scenes = [_scene(panel, panel.scene, panel.surface.name, (), runs, programs, True, {})]
    else:
        scenes = list(_scenes(panel, views, surfaces, steps))
    surfaces_of = panel.runs.family.sliders.values()
    family = [_input(slider, STOPS.get(len(surfaces_of), 3)) for slider in surfaces_of]
    values = [[slider.value for slider in track.sliders.values()] for track in tracks]
    opening = Opening(values, panel.at(), panel.summary, panel.opens_with())
    return Contents(scenes, opening, family, still)


def _input(slider: Any, count: int) -> dict[str, Any]:
    """A slider of the surface, as a page shows it: it stops where there is a still."""
    return {
        "name": slider.name,
        "label": slider.label,
        "unit": slider.unit,
        "scale": _stops(slider, count),
        "standard": None,
        "control": "",
    }


def _stops(slider: Any, count: int) -> list[float]:
    scale = slider.scale
    places = np.unique(np.linspace(0, scale.positions, count).round().astype(int))
    return sorted({*(scale.value(int(place)) for place in places), slider.value})


def _scenes(
    panel: LivePanel, views: Sequence[str] | None, surfaces: Sequence[Surface], steps: Sequence[int]
) -> Iterator[PageScene]:
    """All pictures of the page, the present one first."""
    known = panel.views
    views = [panel.scene.view] if views is None else [views] if isinstance(views, str) else list(views)
    for view in views:
        if view not in known:
            raise ValueError(f"views must be among {', '.join(known)}, got {brief(view)}")
    for surface in surfaces:
        if not isinstance(surface, Surface) or surface.n != panel.surface.n:
            raise TypeError(
                f"surfaces must each be a Surface of {panel.surface.n} coordinates, got {brief(surface)}"
            )
    ordered = list(dict.fromkeys([panel.scene.view, *views]))
    sliders = list(panel.runs.family.sliders.values())
    here = tuple(slider.value for slider in sliders)
    members: list[tuple[tuple[float, ...], Surface | None]] = [(here, panel.surface)]
    if sliders:
        stops = [_stops(slider, STOPS.get(len(sliders), 3)) for slider in sliders]
        members += [(at, None) for at in itertools.product(*stops) if at != here]
    members += [((), surface) for surface in surfaces if surface is not panel.surface]
    layouts: Layouts = {}
    for at, given in members:
        member = given or _member(panel, at)
        if member is not None:
            kept = layouts if given is None or given is panel.surface else {}
            yield from _of_surface(panel, member, at, ordered, panel.n_steps, kept)
    for n_steps in steps:
        if n_steps != panel.n_steps:
            yield from _of_surface(panel, panel.surface, here, ordered[:1], n_steps, layouts)


def _member(panel: LivePanel, at: tuple[float, ...]) -> Surface | None:
    """The member of the family for these values of its sliders; None if it cannot be made."""
    settings = dict(zip(panel.runs.family.sliders, at))
    surface, _ = attempt(panel.runs.family.name, lambda: survey(panel.runs.family.member(settings), POINTS))
    return surface


def _of_surface(
    panel: LivePanel,
    surface: Surface,
    at: tuple[float, ...],
    views: Sequence[str],
    n_steps: int,
    layouts: Layouts,
) -> Iterator[PageScene]:
    same = surface is panel.surface
    present = same and n_steps == panel.n_steps
    own = panel.runs.family.start if at else None
    start = panel.start if same else surface.start if own is None else np.array(own, dtype=float)
    programs: dict[str, Program | None]
    runs: dict[str, Descent]
    if present:
        programs, runs = {t.name: t.program for t in panel.runs.tracks.values()}, panel.descents
    else:
        programs, runs = {}, {}
        for track in panel.runs.tracks.values():
            programs[track.name] = track.recorded(surface, start, n_steps)
            run, _ = track.walked(surface, start, n_steps, track.hyper())
            if run is not None:
                runs[track.name] = run
    if any(program is None for program in programs.values()):
        return
    offered = panel.views_on(surface)
    for view in [view for view in views if view in offered] or offered[:1]:
        origin = panel.scene.origin if same else start
        scene = Scene(surface, origin, n_steps, view)
        name = panel.runs.family.name if at else surface.name  # each member of a family has a name of its own
        place = at or tuple(slider.value for slider in panel.runs.family.sliders.values())
        opens = present and view == views[0]
        yield _scene(panel, scene, name, place, runs, programs, opens, layouts)


def _scene(
    panel: LivePanel,
    scene: Scene,
    name: str,
    at: tuple[float, ...],
    runs: Mapping[str, Descent],
    programs: Mapping[str, Program | None],
    opens: bool,
    layouts: Layouts,
) -> PageScene:
    if opens:
        panel.prepare(scene)
    before = layouts.get(scene.view)
    light, view = _layer(panel, scene, runs, LIGHT, opens, before and before[0])
    dark, deep = _layer(panel, scene, runs, DARK, opens, before[1] if before else view)
    layouts[scene.view] = view, deep
    return PageScene(
        name,
        scene.view,
        at,
        panel.plan(view, scene),
        panel.sources(list(programs.values()), scene),
        tuple(view.seams),
        light,
        dark,
    )


def _layer(
    panel: LivePanel,
    scene: Scene,
    runs: Mapping[str, Descent],
    theme: Theme,
    opens: bool,
    before: RunView | None,
) -> tuple[Layer, RunView]:
    """The picture in a theme: what stands still; and what moves, as it is now, if the page opens with it."""
    with drawing:
        view = panel.drawn(scene, dict(runs), theme, before)
        still = view.still()
        if opens:
            panel.let_show(view, dict(runs))
        shown = tuple(view.foregrounds()) if opens else ()
        return Layer(still, shown, tuple(view.templates())), view
