"""Maps in JavaScript: what a map's script makes of a plan, a step and losses."""

import functools

import javascript
import numpy as np

from adamlab import descend, sweep
from adamlab._core.hyperparameters import Scale
from adamlab._core.signature import Signature
from adamlab._live import plan
from adamlab._live.module import map_sources
from adamlab._live.program import record
from adamlab._panels.map_view import MapScene, MapView

SCRIPTS = "\n".join(
    (javascript.LIVE / name).read_text(encoding="utf-8") for name in ("words.js", "engine.js", "map.js")
)

# A computer that works through all that is due at once; what Python asks of it, one after the other.
COMPUTER = """
function computed(make, requests, slice = 1e9) {
  const due = [], answers = [];
  const computer = new MapComputer(make(), (answer) => answers.push(answer), (work) => due.push(work), slice);
  computer.pause = 0;
  for (const request of requests) {
    computer.ask(request);
    if (slice) while (due.length) due.shift()();
  }
  while (due.length) due.shift()();
  return answers;
}
"""


class MapCase:
    """A map, in Python and as the browser gets it.

    Parameters
    ----------
    step, surface, axes, n_steps
        As `map`.
    values : (array, array), optional
        As many as `resolution` along each axis unless given.
    hyper : float
        All other hyperparameters.
    """

    def __init__(self, step, surface, axes, n_steps=40, values=None, resolution=11, **hyper):
        self.step, self.surface, self.axes, self.n_steps = step, surface, axes, n_steps
        self.signature = Signature(step)
        self.hyper = self.signature.hyper(hyper)
        grids = tuple(Scale(name, self.hyper[name]).grid(resolution) for name in axes)
        self.values = grids if values is None else values
        self.program = record(self.signature, surface, self.hyper)

    @functools.cached_property
    def view(self):
        """Its picture; most of what is asked of a map needs none."""
        place = self.surface, self.surface.start, self.n_steps
        return MapView(MapScene(self.step, *place, self.axes, self.values))

    @functools.cached_property
    def plan(self):
        """What the page is told of it."""
        track = {**plan.track(self.signature.name, self.step, self.surface, {}), "labelAt": None}
        inputs = [{"name": name} for name in self.program.hyper]
        start = self.surface.start.tolist()
        about = {"kind": "map", "name": "Map.", "help": "", "origin": start}
        tracks = [{**track, "inputs": inputs}]
        return {**self.view.plan(self.program.hyper), **about, "tracks": tracks}

    @property
    def sources(self):
        """The functions of its step, as JavaScript."""
        return map_sources(self.program, self.n_steps)

    @property
    def settings(self):
        """All values of its one track, those of the axes as they open."""
        return [[self.hyper[name] for name in self.program.hyper]]

    def request(self, turn=1, **hyper):
        """What the browser asks its computer for."""
        along = [values.tolist() for values in self.values]
        inputs = [self.program.hyper.index(name) for name in self.axes]
        values = [{**self.hyper, **hyper}[name] for name in self.program.hyper]
        start = self.surface.start.tolist()
        return dict(turn=turn, inputs=inputs, along=along, values=values, start=start, steps=self.n_steps)

    def swept(self, **hyper):
        """The same map by Python."""
        rest = {name: v for name, v in {**self.hyper, **hyper}.items() if name not in self.axes}
        pair = dict(zip(self.axes, self.values))
        return sweep(self.step, self.surface, n_steps=self.n_steps, **pair, **rest)

    def run(self, cell, **hyper):
        """The run of a cell by Python."""
        pair = {name: float(v[k]) for name, v, k in zip(self.axes, self.values, cell)}
        return descend(self.step, self.surface, n_steps=self.n_steps, **{**self.hyper, **hyper, **pair})

    def losses(self, numbers):
        """Losses that came from the browser, shape (along x, along y)."""
        return np.reshape(numbers, [len(v) for v in self.values])


def script(main, given=None):
    """What `main` of a script returns that may use all that a map's page has."""
    elements = (javascript.LIVE.parents[1] / "tests" / "tools" / "elements.js").read_text(encoding="utf-8")
    return javascript.run(f"{SCRIPTS}\n{elements}\n{COMPUTER}\n{main}", given)


def computed(cases):
    """The last losses of some cases, in one call."""
    sources = ",".join(case.sources for case in cases)
    main = (
        f"const all=[{sources}];const main=(all_)=>all_.map((one,k)=>computed(all[k][1],[one]).pop().losses);"
    )
    got = script(main, [case.request() for case in cases])
    return [case.losses(numbers) for case, numbers in zip(cases, got)]
