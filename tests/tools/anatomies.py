"""Steps opened up in the browser's scripts and in Python, to be compared."""

import base64
from pathlib import Path
from typing import NamedTuple

import javascript
import numpy as np
from outlines import apart, drawn, outlined

from adamlab import descend
from adamlab._core.signature import Signature
from adamlab._live import plan
from adamlab._live.javascript import source
from adamlab._live.program import record
from adamlab._live.variables import own_rows
from adamlab._panels.anatomy_view import AnatomyView
from adamlab._panels.run_view import Scene
from adamlab._panels.track import rows_of

TOOLS = Path(__file__).parent
SCRIPTS = [javascript.LIVE / name for name in ("words.js", "engine.js", "anatomy.js")]
CODE = "\n".join(path.read_text(encoding="utf-8") for path in (*SCRIPTS, TOOLS / "elements.js"))

MAIN = """
const doubles = (text) => new Float64Array(new Uint8Array(Buffer.from(text, "base64")).buffer);
const main = (cases) =>
  cases.map(({ plan, which, values, start, given, moments }) => {
    const tracks = plan.tracks.map((track) => ({ ...track, play: given ? null : CODES[which] }));
    const player = new AnatomyPlayer({ ...plan, tracks }, [values], start);
    const root = parsed(plan.template);
    player.add(new AnatomyMoving(root, player.plan));
    player.run(0, given ? doubles(given) : undefined);
    const shown = moments.map(([t, stage]) => {
      player.roll(t);
      player.reach(stage);
      const [outcomes, said, ledger] = [player.outcomes(), player.said(), player.ledger()];
      return { filled: filled(root), outcomes, said, ledger };
    });
    return { rows: player.rows[0], scale: player.opened && player.opened.scale, shown };
  });
"""


class Case(NamedTuple):
    """One run, and the steps of it that are opened: pairs of a step and a stage."""

    step: object
    surface: object
    hyper: dict
    moments: list
    n_steps: int = 50
    start: object = None


class Opening:
    """A case in Python: the picture, the run, the step's variables."""

    def __init__(self, case, **look):
        self.case, signature = case, Signature(case.step)
        self.program = record(signature, case.surface, signature.hyper(), own=True)
        self.run = descend(case.step, case.surface, case.start, case.n_steps, **case.hyper)
        truth = own_rows(signature, rows_of(self.run), self.run.hyper)
        none = np.full(self.run.theta.shape, np.nan)
        parts = [truth.get(name, none) for name in self.program.own]
        self.variables = np.column_stack([none[:, :0], *parts])
        scene = Scene(case.surface, self.run.theta[0], case.n_steps)
        self.view = AnatomyView(scene, case.step, self.program.own, self.run, self.variables, **look)
        self.rows = np.column_stack([rows_of(self.run), self.variables])
        self.values = [self.run.hyper[name] for name in self.program.hyper]

    def plan(self):
        track = plan.track("", self.case.step, self.case.surface, {})
        tracks = [{**track, "width": self.program.width, "inputs": []}]
        return {**self.view.plan(), "template": self.view.template(), "tracks": tracks}

    def sent(self, number, given):
        rows = base64.b64encode(np.ascontiguousarray(self.rows).tobytes()).decode()
        return {
            "plan": self.plan(),
            "which": number,
            "values": self.values,
            "start": self.run.theta[0].tolist(),
            "given": rows if given else None,
            "moments": self.case.moments,
        }

    def code(self):
        return source(self.program, self.program.tables(self.case.n_steps))


def opened_in_the_browser(openings, given=True):
    """What the scripts make of some cases; of rows from Python, or of what they play themselves."""
    codes = ",".join(opening.code() for opening in openings)
    cases = [opening.sent(k, given) for k, opening in enumerate(openings)]
    return javascript.run(f"{CODE}\nconst CODES = [{codes}];\n{MAIN}", cases)


def compare(opening, got):
    """Hold what the scripts say and draw against Python; return how far the worst outline is off."""
    worst, view = 0.0, opening.view
    for (t, stage), shown in zip(opening.case.moments, got["shown"]):
        where = (opening.run, t, stage)
        opened = view.opened(opening.run, opening.variables)
        assert np.isclose(got["scale"], opened.scale, rtol=1e-12), where
        step = min(t, opened.last)
        view.show(opening.run, opening.variables, t, stage)
        assert shown["outcomes"] == [opened.summary(step, stage)], where
        label = view.inside()["stages"][stage]["label"][2:]
        assert shown["said"][0] == f"{label}: {opened.sentence(step, stage)}", where
        assert shown["said"][-1] == opened.remark(step, stage), where
        lost = bool(np.isnan(opening.run.theta[step, 0]))
        assert len(shown["said"]) == 2 + (t > step or lost), where
        assert shown["ledger"] == opened.ledger(step, stage), where
        assert shown["filled"].keys() == {f"0.{name}" for name in view.slots}, where
        for name, artist in view.slots.items():
            text = shown["filled"][f"0.{name}"]
            if name.endswith(".label"):
                assert (text != "") == artist.get_visible(), (name, *where)
                gap = np.abs(outlined(text)[1] - artist.get_position()).max() if text else 0.0
            else:
                gap = apart(drawn(artist), outlined(text))
            assert gap <= 0.02, (name, gap, *where)
            worst = max(worst, gap)
    return worst
