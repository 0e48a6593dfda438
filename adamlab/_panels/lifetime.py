"""A panel lives as long as it is shown, or held by anything but the registries of widgets and outputs.

ipywidgets keeps every open widget, and IPython every output. When a cell has run again, what an earlier run
of it showed stands nowhere any more. It is taken out of these registries, and Python is asked whether
somebody else holds it: what is held is put back as it was; what is not is gone, and the page forgets it too.

After each cell, memory that was freed goes back to the system. A picture is drawn in some 20 MB, in small
pieces, and glibc keeps what is freed between pieces that are in use: 60 MB after a lesson, times a class.
"""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import ipywidgets as widgets
from ipywidgets.widgets import widget as ipywidgets_registry  # it has no public name

__all__ = ["close_all", "shown_here"]

EVER = ""  # a place that is not run again, as far as we can know


def members(widget: widgets.Widget) -> list[widgets.Widget]:
    """All widgets that a widget is made of, itself first."""
    found = {widget: None}
    todo = [widget]
    while todo:
        one = todo.pop()
        for value in (*(getattr(one, name) for name in one.keys), *one.__dict__.values()):
            new = [part for part in _widgets_in(value) if part not in found]
            found |= dict.fromkeys(new)
            todo += new
    return [*found]


def _widgets_in(value: Any) -> Iterator[widgets.Widget]:
    if isinstance(value, widgets.Widget):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _widgets_in(part)


def _trimmer() -> Callable[[int], object]:
    """The C library's function that gives freed memory back; where there is none, one that does nothing."""
    if sys.platform == "linux":
        import ctypes

        try:
            return ctypes.CDLL(None).malloc_trim
        except (OSError, AttributeError):  # a C library other than glibc
            pass
    return lambda _: None


_trim = _trimmer()


def close_all(widget: widgets.Widget) -> None:
    """Close all that a widget is made of, but not the widget itself."""
    for part in members(widget)[1:]:
        part.close()


class Suspect:
    """A panel that may be gone: out of all registries, until `put_back`."""

    def __init__(self, panel: widgets.Widget, shell: Any) -> None:
        self._shell, self.panel = shell, weakref.ref(panel)
        # IPython keeps outputs under three kinds of names, in several places
        self._places = [
            shell.user_ns,
            shell.user_ns_hidden,
            shell.user_ns.get("_oh", {}),
            shell.displayhook.__dict__,
        ]
        self._outputs = [
            (place, name)
            for place in self._places
            for name, value in [*place.items()]
            if value is panel and (isinstance(name, int) or str(name).startswith("_"))
        ]
        for place, name in self._outputs:
            place[name] = ""
        self._members = []
        for one in members(panel):
            if one.comm is not None:
                one.comm.on_msg(None)
                ipywidgets_registry._instances.pop(one.model_id, None)
                self._members.append(weakref.ref(one))

    def put_back(self) -> bool:
        """Return whether somebody holds it; then all is as it was before."""
        for ref in self._members:
            one = ref()
            if one is not None and one.comm is not None:
                one.comm.on_msg(one._handle_msg)
                ipywidgets_registry._instances[one.model_id] = one
        panel = self.panel()
        for place, name in self._outputs:
            if panel is not None:
                place[name] = panel
            elif name not in ("_", "__", "___"):
                del place[name]
        return panel is not None


class Shown(NamedTuple):
    """A panel in the output of a cell: by which run of it, and under which number."""

    run: str
    number: int
    panel: weakref.ref[Any]


class Cells:
    """Which cell of the kernel shows which panels."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._shown: dict[str, list[Shown]] = {}
        self._places: weakref.WeakKeyDictionary[Any, set[str]] = weakref.WeakKeyDictionary()
        self._held: list[weakref.ref[Any]] = []  # shown no more, but held when it was looked last
        self._newest = EVER  # of the widgets, when a cell ended last
        shell.events.register("post_run_cell", self._ran)

    def show(self, panel: widgets.Widget) -> None:
        """The cell that runs now shows a panel."""
        cell, run = self._now()
        every = [*ipywidgets_registry._instances.values()]
        captured = any(isinstance(one, widgets.Output) and one.msg_id == run for one in every)
        place = EVER if captured else cell
        self._places.setdefault(panel, set()).add(place)
        shown = Shown(run, self._shell.execution_count, weakref.ref(panel))
        self._shown.setdefault(place, []).append(shown)

    def _now(self) -> tuple[str, str]:
        """The id of the cell that runs, as the page tells it, and of its run."""
        parent = self._shell.get_parent() if hasattr(self._shell, "get_parent") else {}
        return parent.get("metadata", {}).get("cellId") or EVER, parent.get("header", {}).get("msg_id", "")

    def _ran(self, *_: Any) -> None:
        """A cell has run: look after what its earlier runs showed, and give freed memory back."""
        self._forget_earlier_runs()
        newest = next(reversed(ipywidgets_registry._instances), EVER)
        if newest != self._newest:  # it made a panel: its first drawings refer to each other
            self._newest = newest
            gc.collect()
        _trim(0)

    def _forget_earlier_runs(self) -> None:
        cell, run = self._now()
        if cell == EVER or cell not in self._shown:
            return
        before = [shown for shown in self._shown[cell] if shown.run != run]
        self._shown[cell] = [shown for shown in self._shown[cell] if shown.run == run]
        still = {id(shown.panel()) for shown in self._shown[cell]}
        outputs = getattr(self._shell.history_manager, "outputs", {})
        for shown in before:
            outputs.pop(shown.number, None)  # its picture once more; the output is gone
            if (panel := shown.panel()) is not None and id(panel) not in still:
                self._places[panel].discard(cell)
        panel = None  # it would be held by its name here
        if before:
            self._look_after([*self._held, *(shown.panel for shown in before)])

    def _look_after(self, refs: list[weakref.ref[Any]]) -> None:
        """Let go of what is shown no more, unless somebody holds it."""
        panels = {id(panel): panel for panel in (ref() for ref in refs) if panel is not None}
        suspects = [Suspect(one, self._shell) for one in panels.values() if not self._places.get(one)]
        panels.clear()
        gc.collect()
        self._held = [suspect.panel for suspect in suspects if suspect.put_back()]


_cells: Cells | None = None


def shown_here(panel: widgets.Widget) -> None:
    """Note that the cell that runs now shows a panel."""
    global _cells
    if _cells is None:
        from IPython import get_ipython  # only a kernel has cells

        shell = get_ipython()  # type: ignore[no-untyped-call]
        if shell is None:
            return
        _cells = Cells(shell)
    _cells.show(panel)
