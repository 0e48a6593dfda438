"""What the engine plays, says and draws in the browser is what Python computes, says and draws.

With ``-n 0 -s`` a table tells what was compared.
"""

import base64
import math
from collections import Counter, defaultdict
from pathlib import Path
from typing import ClassVar, NamedTuple

import javascript
import numpy as np
import pytest
from hand import control
from outlines import apart, drawn, outlined

from adamlab import (
    Surface,
    cosine,
    descend,
    explore,
    problems,
    race,
    steps,
    surfaces,
    with_schedule,
)
from adamlab._core.run import Single
from adamlab._core.signature import Signature
from adamlab._core.text import format_number
from adamlab._panels.run_view import RunView
from adamlab._panels.track import rows_of

TOOLS = Path(__file__).parents[1] / "tools"
WORDS = (javascript.LIVE / "words.js").read_text(encoding="utf-8")
ENGINE = (javascript.LIVE / "engine.js").read_text(encoding="utf-8")
RACE = (javascript.LIVE / "race.js").read_text(encoding="utf-8")
ELEMENTS = (TOOLS / "elements.js").read_text(encoding="utf-8")

# --- numbers as words --------------------------------------------------------------------------------


def numbers():
    """Numbers of all sizes; those around them; and ties between two numbers of a few digits."""
    rng = np.random.default_rng(0)
    sizes = rng.normal(size=24000) * 10.0 ** rng.uniform(-12, 12, 24000)
    extreme = rng.normal(size=3000) * 10.0 ** rng.uniform(-320, 308, 3000)
    few = [digits * 10.0**power for digits in range(1, 1000) for power in range(-8, 9)]
    ties = [
        (k + 0.5) * 2.0**-shift * factor
        for k in range(0, 2000, 7)
        for shift in range(6)
        for factor in (1, 10, 100, 1000)
    ]
    edges = [0.0, -0.0, 999.5, 1e5, 1e-3, 99999.5, 0.0001, 1e16, 5e-324, 1.7976931348623157e308]
    edges += [math.nextafter(x, to) for x in edges for to in (-math.inf, math.inf)]
    all_ = np.array([*sizes, *extreme, *few, *ties, *edges, math.nan, math.inf])
    return [*all_.tolist(), *(-all_).tolist()]


def test_numbers_read_as_in_python():
    given = numbers()
    main = "const main = (all) => all.map((x) => [general(x), general(x, 4), general(x, 3), forPeople(x)]);"
    got = javascript.run(WORDS + main, given)
    expected = [[f"{x:.6g}", f"{x:.4g}", f"{x:.3g}", format_number(x)] for x in given]
    different = [(x, a, b) for x, a, b in zip(given, got, expected) if a != b]
    print(f"\n{len(given)} numbers in 4 ways, {len(different)} differ")
    assert len(given) >= 40_000
    assert different == []


# --- runs, sentences, drawings -----------------------------------------------------------------------


def bent(theta, g, m, t, eta=0.05, beta1=0.9, limit=2.0):
    """A step with ifs."""
    if t > 10 and abs(g[0]) > limit:
        g = g * (limit / abs(g[0]))
    m = beta1 * m + (1 - beta1) * g
    return (theta - eta * m if m[0] > 0 else theta - 1.5 * eta * m), m


def lottery(theta, g, m, t, eta=0.1):
    """A step that cannot be recorded."""
    m = m + g * np.random.default_rng(int(t)).uniform(size=len(g))
    return theta - eta * m / t, m


def stub(theta, g, eta=0.1):
    """A step that is not written yet."""
    return theta


def two_way(theta, g, m, eta=0.1, beta1=0.9, nesterov=True):
    """A step with an option."""
    m = beta1 * m + g
    return theta - eta * (g + beta1 * m if nesterov else m), m


VALLEYS = Surface(
    lambda x: x**4 / 4 - x**2 - 0.3 * x, name="two valleys", window=((-2.6, 2.6),), start=(-2.4,)
)
DITCH = Surface(lambda x: x * x - 1 / (1 + x * x), name="ditch", start=[3.0], minima=[[0.0]])
QUARTET = Surface(
    lambda a, b, c, d: a**2 + 3 * b**2 + (c - a) ** 2 + 10 * d**4,
    name="quartet",
    start=(2, -1, 1, 0.5),
    minima=[[0, 0, 0, 0]],
)
FLAT = Surface(
    lambda x, y: np.maximum(x, 0.0) + y * y, name="half flat", start=(1.5, 1.0), window=((-2, 2), (-2, 2))
)

CASES = {
    "adam on beale": (steps.adam, surfaces.beale, 200),
    "momentum on ravine": (steps.momentum, surfaces.ravine, 100),
    "nesterov on rosenbrock": (steps.nesterov, surfaces.rosenbrock, 150),
    "adamax on himmelblau": (steps.adamax, surfaces.himmelblau, 100),
    "rmsprop on saddle": (steps.rmsprop, surfaces.saddle, 100),
    "nadam on rastrigin": (steps.nadam, surfaces.rastrigin, 100),
    "adagrad on bowl": (steps.adagrad, surfaces.bowl, 60),
    "adadelta on plateau": (steps.adadelta, surfaces.plateau, 100),
    "amsgrad on neuron": (steps.amsgrad, surfaces.neuron, 100),
    "adamw on half flat": (steps.adamw, FLAT, 80),
    "gradient descent on two valleys": (steps.gradient_descent, VALLEYS, 60),
    "momentum on a ditch": (steps.momentum, DITCH, 80),
    "adam in four dimensions": (steps.adam, QUARTET, 80),
    "momentum, drifting": (steps.momentum, problems.drifting(surfaces.bowl, (0.01, 0.0)), 100),
    "adam, noisy": (steps.adam, problems.noisy(surfaces.beale, 0.1), 80),
    "ifs": (bent, surfaces.himmelblau, 80),
    "an option": (two_way, surfaces.ravine, 80),
    "not recorded": (lottery, surfaces.bowl, 60),
    "three methods": ([steps.gradient_descent, steps.momentum, steps.adam], surfaces.ravine, 100),
    "a schedule": (with_schedule(steps.adam, cosine, warmup=20, clip=1.0), surfaces.beale, 80),
    "a network": (steps.adam, problems.digits(hidden=1), 60),  # of which one row of 22 is kept
    "the same twice": ([steps.nesterov, steps.nesterov], surfaces.beale, 60),
}
SETTINGS = 42  # of each

COLUMNS = ["runs", "to the last bit", "chaotic", "diverged", "sentences", "labels", "outlines"]


@pytest.fixture(scope="module")
def table():
    """Counts by case, printed at the end."""
    counts = defaultdict(Counter)
    yield counts
    total = Counter()
    for row in counts.values():
        total.update(row)
    total["worst"] = max((row["worst"] for row in counts.values()), default=0)
    print(f"\n{'':32}" + "".join(f"{column:>16}" for column in COLUMNS) + f"{'worst gap':>16}")
    for name, row in [*counts.items(), ("all", total)]:
        print(f"{name:32}" + "".join(f"{row[column]:16}" for column in COLUMNS) + f"{row['worst']:13.4f} pt")


class Moment(NamedTuple):
    """A panel as it stood, and what Matplotlib shows of it."""

    values: list
    start: list
    step: int
    runs: list
    sentences: list
    plan: int
    drawn: dict
    labels: dict
    extra: dict


class Trial:
    """A panel whose controls are moved; each time it is noted what Python makes of it."""

    views: ClassVar = {}  # one of each make is drawn in again and again: half of the time is the layout

    def __init__(self, panel):
        self.panel, self.plans, self.moments = panel, [], []
        self.code = panel.sources([track.program for track in panel.runs.tracks.values()], panel.scene)

    def turn(self, view):
        """Show another picture at the side."""
        panel, kind = self.panel, self.panel.surface.n <= 2
        methods = {name: track.step for name, track in panel.runs.tracks.items()}
        panel.show(view)
        self.view = RunView(panel.scene, methods, panel.descents, before=self.views.get(kind))
        self.views[kind] = self.view
        self.write_plan()

    def write_plan(self):
        """Send the engine what it has to know of the picture."""
        self.plans.append({**self.panel.plan(self.view, self.view.scene), "template": self.view.template()})

    def shuffle(self, rng, count):
        """Move all sliders and the start, many times."""
        panel, film = self.panel, control(self.panel, "step to show")
        for k in range(count):
            for track in panel.runs.tracks.values():
                for slider in track.sliders.values():
                    value = slider.scale.value(int(rng.integers(0, slider.scale.positions + 1)))
                    least = slider.scale.value(0)
                    slider.value = max(value * rng.choice([1, 1, 1, 0.997]), least)  # some between two stops
            if k % 3 and panel.surface.n <= 2:
                low, high = np.array(panel.surface.window).T
                panel.place(rng.uniform(low, high)[: panel.surface.n])
            film.value = int(rng.integers(1, panel.n_steps + 1))
            self.note(film.value)

    def note(self, step):
        """What Python makes of the panel as it stands."""
        panel, shown = self.panel, self.view
        panel.picture.foreground  # noqa: B018 (a race tries its rates when it is drawn)
        panel.let_show(shown, panel.descents)
        runs = [panel.descents.get(name) for name in panel.runs.tracks]
        slots, labels = {}, {}
        for index, marks in enumerate(shown.marks.values()):
            slots |= {f"{index}.{name}": drawn(artist) for name, artist in marks.slots.items()}
            if len(shown.marks) > 1:
                labels[f"{index}.label"] = label_place(marks.curve.label)
        values = [[slider.value for slider in track.sliders.values()] for track in panel.runs.tracks.values()]
        sentences = panel.summary.split("; ")
        plan = len(self.plans) - 1
        self.moments.append(
            Moment(values, panel.start.tolist(), step, runs, sentences, plan, slots, labels, panel.extra())
        )

    def played(self, given):
        """What the engine makes of the same, where it is told so from rows of Python."""
        moments = [
            {
                "plan": m.plan,
                "values": m.values,
                "start": m.start,
                "step": m.step,
                "given": [*map(sent, rows)],
                "extra": m.extra,
            }
            for m, rows in zip(self.moments, given)
        ]
        source = f"{WORDS}\n{ENGINE}\n{RACE}\n{ELEMENTS}\nconst CODES = {self.code};\n{MAIN}"
        return javascript.run(source, {"plans": self.plans, "moments": moments})


MAIN = """
const doubles = (text) => text && new Float64Array(new Uint8Array(Buffer.from(text, "base64")).buffer);
const main = ({ plans, moments }) =>
  moments.map(({ plan, values, start, step, given, extra }) => {
    const tracks = plans[plan].tracks.map((track, i) => ({ ...track, play: given[i] ? null : CODES[i] }));
    const helpers = CODES.slice(tracks.length);
    const player = new KINDS[plans[plan].kind].player({ ...plans[plan], tracks, helpers }, values, start);
    player.learn(extra);
    const root = parsed(plans[plan].template);
    player.add(new Moving(root, player.plan));
    tracks.forEach((_, i) => player.run(i, doubles(given[i])));
    player.roll(step);
    return {
      rows: player.rows.map((rows) => rows && Buffer.from(rows.buffer).toString("base64")),
      outcomes: player.outcomes(),
      said: player.said(),
      table: player.tables()[0] ?? null,
      filled: filled(root),
      tuned: player.tunes ? (player.tune(), player.values) : null,
    };
  });
"""


def sent(rows):
    """Rows for JavaScript; None stays."""
    return None if rows is None else base64.b64encode(np.ascontiguousarray(rows).tobytes()).decode()


def received(text, like):
    """Rows from JavaScript."""
    return np.frombuffer(base64.b64decode(text)).reshape(like.shape)


def agrees(rows, run):
    """Return whether rows are a run as computed otherwise: a chaotic one may part as a moved start does."""
    signature = Signature(run.step).within(run.n_steps, run.surface.shape)
    single = Single(signature, run.surface, run.theta[0], run.n_steps, run.hyper)
    n = run.surface.n
    parts = np.array([rows[:, :n], *np.split(rows[:, n + 1 :], 1 + len(run.memory), axis=1)])
    if run.diverged_at is not None:
        parts[:, run.diverged_at :] = single.rows[:, run.diverged_at :]
    return single.agrees(parts)


def label_place(label):
    """How far a label stands above the lower edge of its axes, in points; None if it says nothing."""
    return label.xy[1] * label.axes.bbox.height if label.get_text() else None


def said_of(run):
    """A run in one line, and when it came home."""
    arrived = run.arrived()
    return repr(run) + ("" if arrived is None else f", within 1e-6 of the minimum after {arrived} steps")


def standing(run, panel, index, step):
    """Where a run stands at a step of the film; how it ended where there is nothing to be seen any more."""
    if step == run.n_steps or (run.diverged_at is not None and step >= run.diverged_at):
        return said_of(run)
    point = ", ".join(f"{x:.4g}" for x in run.theta[run.row(step)][:3])
    return f"step {step} of {[*panel.runs.tracks][index]}: θ = ({point}), loss {run.loss[run.row(step)]:.4g}"


def compare(trial, count):
    """Compare the engine's runs, sentences and drawings with Python's; count what was compared."""
    expected = [[run and rows_of(run) for run in moment.runs] for moment in trial.moments]
    recorded = [track.program is not None for track in trial.panel.runs.tracks.values()]
    given = [[None if played else rows for played, rows in zip(recorded, all_)] for all_ in expected]
    for moment, rows, got in zip(trial.moments, expected, trial.played(given)):
        for i, run in enumerate(moment.runs):
            if run is None:
                assert got["rows"][i] is None
            elif compare_rows(received(got["rows"][i], rows[i]), rows[i], run, count):
                assert got["outcomes"][i] == moment.sentences[i]
                assert got["said"][i] == standing(run, trial.panel, i, moment.step)
                count["sentences"] += 1
    # what is drawn is compared for the same rows, and so is what is said of a chaotic run
    for moment, got in zip(trial.moments, trial.played(expected)):
        assert got["outcomes"] == moment.sentences
        all_ = [run and standing(run, trial.panel, i, moment.step) for i, run in enumerate(moment.runs)]
        assert got["said"] == all_
    drawings(trial, trial.played(expected), count)


def drawings(trial, played, count):
    """Compare what is drawn."""
    for moment, got in zip(trial.moments, played):
        assert got["filled"].keys() == moment.drawn.keys() | moment.labels.keys()
        for slot, outline in moment.drawn.items():
            gap = apart(outline, outlined(got["filled"][slot]))
            assert gap <= 0.02, (slot, moment.runs, moment.step, trial.plans[moment.plan]["curves"]["shows"])
            count["outlines"] += 1
            count["worst"] = max(count["worst"], gap)
        for slot, height in moment.labels.items():
            text = got["filled"][slot]
            assert (text == "") == (height is None), (slot, moment.runs)
            if text:
                assert abs(height + float(text[:-1].split()[1])) <= 0.02, (slot, moment.runs)
            count["labels"] += 1


def compare_rows(rows, expected, run, count):
    """Whether the browser's run may stand for Python's; a chaotic one is only near to it for a while."""
    n = run.surface.n
    np.testing.assert_array_equal(np.isnan(rows[:, 0]), np.isnan(run.theta[:, 0]), err_msg=repr(run))
    same = np.array_equal(rows, expected, equal_nan=True)
    count["runs"] += 1
    count["to the last bit"] += same
    count["diverged"] += run.diverged_at is not None
    window = max(high - low for low, high in run.surface.window) if n <= 2 else 1
    if same or np.nanmax(np.abs(rows[:, :n] - run.theta)) <= window / 1000:
        return True
    assert agrees(rows, run), run
    count["chaotic"] += 1
    return False


@pytest.mark.parametrize("name", CASES)
def test_the_browser_plays_says_and_draws_what_python_does(name, table):
    method, surface, n_steps = CASES[name]
    panel, rng = explore(method, surface, n_steps=n_steps), np.random.default_rng(list(CASES).index(name))
    trial = Trial(panel)
    for view in panel.views:
        trial.turn(view)
        trial.shuffle(rng, SETTINGS // len(panel.views))
    compare(trial, table[name])
    recorded = [track.program is not None for track in panel.runs.tracks.values()]
    assert all(recorded) == (name not in ("not recorded", "a network"))


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_a_run_may_be_lost_at_its_last_step(table, more):
    lost = descend(steps.nesterov, surfaces.rosenbrock, eta=1.0).diverged_at
    panel = explore(steps.nesterov, surfaces.rosenbrock, n_steps=lost + more, eta=1.0)
    noted(panel, [1, lost - 1, lost + min(more, 0), lost + more], table["lost"])


def test_a_run_may_come_home(table):
    panel = explore(steps.gradient_descent, surfaces.ravine, n_steps=300, eta=2 / 26)
    assert "after 192 steps" in panel.summary
    noted(panel, [191, 192], table["home"])


def test_an_eps_that_was_left_alone_is_not_said(table):
    panel = explore(steps.adam, surfaces.beale)
    noted(panel, [50], table["eps"])
    panel.sliders["eps"].value = 1e-6
    noted(panel, [50], table["eps"])


def noted(panel, steps_of_film, count):
    """Compare a panel as it stands, at some steps of the film."""
    trial = Trial(panel)
    trial.turn("loss")
    for step in steps_of_film:
        control(panel, "step to show").value = step
        trial.note(step)
    compare(trial, count)


def test_a_race_shows_how_much_the_learning_rate_matters(table):
    panel = race([steps.momentum, steps.adam], surfaces.ravine, n_steps=40)
    panel.show("sensitivity")
    trial = Trial(panel)
    trial.turn("sensitivity")
    trial.shuffle(np.random.default_rng(0), 8)
    got = trial.played([[None] * 2] * 8)
    drawings(trial, got, table["a race's learning rates"])


@pytest.mark.parametrize("name", ["beale", "ravine", "rosenbrock", "himmelblau", "bowl", "plateau", "saddle"])
def test_a_race_is_tuned_and_told_as_python_does(name, table):
    surface, rng = getattr(surfaces, name), np.random.default_rng(0)
    panel = race(CONTEST, surface, n_steps=60, eta=0.01)
    tables, best = [], []
    trial = Trial(panel)
    trial.turn("loss")
    for k in range(8):
        if k in (2, 5):
            panel.tune()
        elif k:
            trial.shuffle(rng, 1)
            trial.moments.pop()
        trial.note(1)
        tables.append(panel.table)
        fresh = race(CONTEST, surface, panel.start, 60)
        for method, track in panel.runs.tracks.items():
            for other, slider in track.sliders.items():
                if other != "eta":
                    fresh.sliders[method][other].value = slider.value
        fresh.tune()
        best.append([[s.value for s in track.sliders.values()] for track in fresh.runs.tracks.values()])
    for moment, got, rows, values in zip(trial.moments, trial.played([[None] * 4] * 8), tables, best):
        assert got["outcomes"] == moment.sentences and moment.sentences[0].startswith("race on")
        told = sorted(
            [
                row["name"],
                format_number(row["eta"]),
                "diverged" if np.isnan(row["worst"]) else format_number(row["worst"]),
            ]
            for row in rows
        )
        assert sorted(cells[:3] for cells in got["table"][1:]) == told
        assert got["tuned"] == values
        table["tuned in a race"]["runs"] += 4 * 101


def test_a_race_over_several_seeds_is_told_with_its_spread():
    panel = race(CONTEST[1:], problems.digits(hidden=1), n_steps=44, n_rates=5, seeds=2)
    trial = Trial(panel)
    trial.turn("loss")
    trial.note(1)
    rows = [rows_of(run) for run in panel.descents.values()]
    (got,) = trial.played([rows])
    assert got["outcomes"] == trial.moments[0].sentences
    spread = {
        row["name"]: f"{format_number(row['worst'])} ({' to '.join(map(format_number, row['spread']))})"
        for row in panel.table
    }
    assert {cells[0]: cells[2] for cells in got["table"][1:]} == spread
    assert "mean of 2 seeds (lowest to highest)" in got["table"][0][2]


CONTEST = [steps.gradient_descent, steps.momentum, steps.rmsprop, steps.adam]


# --- the hand ----------------------------------------------------------------------------------------


def placed(call, surface=surfaces.beale):
    """What a function of the engine makes of the plan of a panel."""
    plan = explore(steps.gradient_descent, surface, n_steps=3).picture.plan
    return javascript.run(f"{ENGINE}\nconst main = (plan) => {call};", {**plan, "code": ""})


def test_a_place_of_the_picture_is_a_point_of_the_landscape():
    parts = [[0, 0], [1, 1], [0.5, 0.25], [-0.1, 0.5], [0.5, 1.1]]  # of the landscape's width and height
    across, down = "left + x * (right - left)", "top + y * (bottom - top)"
    point = f"(([left, top, right, bottom], x, y) => pointed(plan, {across}, {down}, held))"
    free, held = placed(f"[false, true].map((held) => {parts}.map((xy) => {point}(plan.ground.box, ...xy)))")
    (x0, x1), (y0, y1) = surfaces.beale.window
    inside = [[x0, y1], [x1, y0], [(x0 + x1) / 2, y1 + (y0 - y1) / 4]]
    np.testing.assert_allclose(free[:3], inside, atol=1e-9)
    assert free[3:] == [None, None]
    np.testing.assert_allclose(held, [*inside, [x0, (y0 + y1) / 2], [(x0 + x1) / 2, y0]], atol=1e-9)


def test_arrow_keys_move_the_start_within_the_window():
    (x0, x1), (y0, y1) = surfaces.beale.window
    starts, keys = [[0.0, 0.0], [x1, y1], [x0 - 1, y0]], ["ArrowRight", "ArrowUp", "ArrowLeft"]
    of_keys = f"{keys}.flatMap((key) => [false, true].map((fine) => nudged(plan, start, key, fine)))"
    within, corner, outside = placed(f"{starts}.map((start) => {of_keys})")
    wide, high = x1 - x0, y1 - y0
    right, up = [[wide / 40, 0], [wide / 200, 0]], [[0, high / 40], [0, high / 200]]
    np.testing.assert_allclose(within, [*right, *up, *(-np.array(right))], atol=1e-9)
    np.testing.assert_allclose(corner[:4], [[x1, y1]] * 4)
    np.testing.assert_allclose(outside[4:], [[x0 - 1, y0]] * 2)  # it neither jumps back nor goes farther away
    assert placed('nudged(plan, [0, 0], "a", false)') is None
    assert placed('nudged({ ...plan, ground: null }, [0, 0], "ArrowUp", false)') is None


def test_on_a_curve_a_place_is_one_number():
    corner = "pointed(plan, plan.ground.box[0], plan.ground.box[1], false)"
    got = placed(f"[{corner}, nudged(plan, [1], 'ArrowUp', false)]", VALLEYS)
    np.testing.assert_allclose(got, [[VALLEYS.window[0][0]], [1]], atol=1e-9)
