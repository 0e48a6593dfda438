"""A program plays a run as `descend` takes it, or the step is not recorded: never anything else."""

import copy
import functools
import itertools
import math
import operator
import random
import sys
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from numpy.linalg import norm
from recorded import counted, settings

from adamlab import Surface, descend, problems, steps, surfaces
from adamlab._core.signature import Signature
from adamlab._live.program import CannotRecord, plays_alike, record, verified

sys.path.insert(0, str(Path(__file__).parents[1]))
from answers.known import KNOWN
from answers.others import OTHERS
from answers.right import RIGHT

READY = [getattr(surfaces, name) for name in surfaces.__all__ if isinstance(getattr(surfaces, name), Surface)]
VALLEY = Surface(lambda x: 0.5 * x**2 + np.cos(3 * x), name="valley", start=[2.0])
MOVING = [problems.noisy(surfaces.beale, 0.1), problems.drifting(surfaces.bowl, (0.01, 0.0))]


def rows_of(run):
    """A Descent as the rows of a program."""
    return np.column_stack([run.theta, run.loss, run.gradient, *run.memory.values()])


def program_of(step, surface=surfaces.beale, **hyper):
    signature = Signature(step)
    return record(signature, surface, signature.hyper(hyper))


# --- the series' own steps -------------------------------------------------------------------------


@pytest.mark.parametrize("surface", [*READY, *MOVING, VALLEY], ids=lambda s: s.name)
@pytest.mark.parametrize("name", steps.__all__)
def test_a_step_of_the_series_is_played_as_it_is_written(name, surface):
    step = getattr(steps, name)
    program = program_of(step, surface)
    for eta in (None, 0.03, 0.5, 3.0, 1e5):
        run = descend(step, surface, n_steps=150, **({} if eta is None else {"eta": eta}))
        rows = program.rows([run.hyper[k] for k in program.hyper], surface.start, 150)
        assert rows.shape == (151, program.width)
        np.testing.assert_array_equal(np.isnan(rows[:, 0]), np.isnan(run.theta[:, 0]))
        np.testing.assert_array_equal(
            rows, rows_of(run)
        ) if surface is not VALLEY else np.testing.assert_allclose(rows, rows_of(run), rtol=1e-9, atol=1e-9)


def test_any_start_and_any_setting_is_played():
    program = program_of(steps.adam)
    for eta, beta1, beta2, start in itertools.product(
        (0.001, 0.3), (0.0, 0.5, 0.99), (0.9, 0.9999), ((0, 1), (3, -1))
    ):
        run = descend(steps.adam, surfaces.beale, start, 200, eta=eta, beta1=beta1, beta2=beta2)
        np.testing.assert_array_equal(program.rows([eta, beta1, beta2, 1e-8], start, 200), rows_of(run))


def test_powers_of_t_round_as_pythons():
    def power(theta, g, t, beta=0.9):
        return theta * 0 + beta**t

    program, rng = program_of(power), np.random.default_rng(0)
    bases = [0.0, 1.0, 0.5, 1e-3, 2.0, *rng.uniform(0, 1, 30), *(1 - 10 ** rng.uniform(-6, -1, 30))]
    different = 0
    for base in bases:
        rows = program.rows([base], [0.0, 0.0], 1000)[1:, 0]
        expected = np.array([base**t if base**t < 1e150 else np.nan for t in range(1, 1001)])
        lost = np.isnan(rows).argmax() if np.isnan(rows).any() else 1000  # the loss of 1e150 is infinite
        np.testing.assert_allclose(rows[:lost], expected[:lost], rtol=3e-16)
        different += np.count_nonzero(rows[:lost] != expected[:lost])
    assert different <= 1e-3 * 1000 * len(bases)


def test_noise_is_the_same_as_ever():
    surface = problems.noisy(surfaces.bowl, (0.5, 2.0), seed=3)
    for t in (1, 7, 1000):
        noise = np.array([0.5, 2.0]) * np.random.default_rng([3, t]).standard_normal(2)
        assert (surface.gradient((1.0, -2.0), t) == surfaces.bowl.gradient((1.0, -2.0)) + noise).all()
    (table,) = program_of(steps.adam, surface).tables(5)
    assert table.shape == (6, 2) and (table[6 - 1] == surface.gradient((0.0, 0.0), 6)).all()


def test_options_are_fixed_and_numbers_are_inputs():
    def step(theta, g, m, nesterov=True, eta=0.1, name="a", beta1=0.9, decay=0):
        m = beta1 * m + g + decay * theta
        return theta - eta * (g + beta1 * m if nesterov and name == "a" else m), m

    program = program_of(step)
    assert program.hyper == ("eta", "beta1", "decay") and program.memory == ("m",)
    for nesterov in (True, False):
        program = program_of(step, nesterov=nesterov)
        run = descend(step, surfaces.beale, n_steps=50, nesterov=nesterov, eta=0.01)
        np.testing.assert_array_equal(program.rows([0.01, 0.9, 0.0], surfaces.beale.start, 50), rows_of(run))


# --- many people's steps ---------------------------------------------------------------------------

FIELD = {
    "right": [answer for answer, _ in RIGHT],
    "known": [answer for _, answer, _ in KNOWN],
    "others": [answer for answer, *_ in OTHERS],
}


@pytest.mark.parametrize("group", FIELD)
def test_what_is_recorded_of_many_peoples_steps_is_right(group, capsys):
    counts = counted(FIELD[group])
    with capsys.disabled():
        print(f"\n{group}: {counts}")
    assert counts["wrong"] == 0
    assert counts["traced"] >= (0.95 if group == "right" else 0.9) * len(FIELD[group])


# --- forms that are recorded -----------------------------------------------------------------------

SCALE = np.array([1.0, 0.5])
SETTINGS = {"clip": 1.0, "limits": [0.5, 2.0]}


def length(vector):
    return math.sqrt(sum(x * x for x in vector))


def halved(x, times):
    return x if times == 0 else halved(x / 2, times - 1)


@functools.lru_cache
def cached_rate(k):
    return 0.1 / k


PLAYED = []


def played(step):
    PLAYED.append(step)
    return step


@played
def clipped_by_norm(theta, g, m, eta=0.05, beta1=0.9):
    size = np.linalg.norm(g)
    if size > SETTINGS["clip"]:
        g = g / size
    m *= beta1
    m += g
    return theta - eta * m, m


@played
def norm_and_root_by_name(theta, g, eta=0.05):
    return theta - eta * g / max(norm(g), sqrt(2.0), length(SCALE))


@played
def coordinates_by_hand(theta, g, m, v, t, eta=0.05, beta1=0.9, beta2=0.99):
    theta, m = theta.copy(), m.copy()
    for i in range(len(theta)):
        m[i] += (1 - beta1) * (g[i] - m[i])
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        theta[i] -= eta * (m[i] / (1 - beta1**t)) / (math.sqrt(v[i] / (1 - beta2**t)) + 1e-8)
    return theta, m, v


@played
def warm_up_and_decay(theta, g, t, eta=0.1, decay=0.01):
    if t < 10:
        eta *= t / 10
    elif 20 <= t < 30 or t in (40, 41):
        eta = eta / 2
    return theta - eta / (1 + decay * (t // 7)) * g * (0.5 if t % 2 else 1.0)


@played
def by_the_sign(theta, g, last, eta=0.01):
    agree = np.sign(g) * np.sign(last)
    rate = np.where(agree > 0, 1.2, np.where(agree < 0, 0.5, 1.0))
    return theta - eta * rate * g, g


@played
def a_mask(theta, g, m, eta=0.01):
    m = m + g
    m[np.abs(g) > 3] = 0.0
    return theta - eta * m, m


@played
def a_recursion(theta, g, eta=0.1):
    return theta - eta * halved(g, 3)


@played
def a_closure_over_numbers():
    raise NotImplementedError


PLAYED.pop()


def made_with(rate):
    squash = np.tanh

    def from_a_factory(theta, g, eta=0.1):
        return theta - rate * eta * squash(g)

    return from_a_factory


played(made_with(0.5))


@played
def a_function_inside(theta, g, v, eta=0.05):
    def fade(old, new, beta=0.9):
        return beta * old + (1 - beta) * new

    v = fade(v, g**2)
    return theta - eta * g / (np.sqrt(v) + 1e-8), v


@played
def of_python_numbers(theta, g, eta=0.05):
    x, y = (float(a) for a in theta)
    return np.array([x - eta * float(g[0]), y - eta * g.tolist()[1]])


@played
def with_max_and_abs(theta, g, u, eta=0.02):
    u = np.array([max(0.9 * a, abs(b)) for a, b in zip(u, g)])
    return theta - eta * g / (u + 1e-8), u


@played
def memory_as_one_number(theta, g, count, eta=0.02):
    count = count[0] + 1
    return theta - eta / math.sqrt(count) * g, count


@played
def both_memories_are_one(theta, g, m, v, eta=0.02):
    m = v = 0.9 * v + g
    return theta - eta * m, m, v


@played
def memories_change_places(theta, g, m, v, eta=0.02):
    return theta - eta * (g + 0.1 * m), v, m + g


@played
def in_place_on_what_is_given(theta, g, eta=0.02):
    g *= 0.5
    theta -= eta * g
    return theta


@played
def imports_inside(theta, g, eta=0.02):
    from math import hypot

    import numpy

    return theta - eta * g / (1 + hypot(g[0], g[1])) * numpy.ones(2)


@played
def prints(theta, g, t, eta=0.02):
    print("step", t, theta)
    return theta - eta * g


@played
def uses_a_cache_for_constants(theta, g, eta=0.2):
    return theta - eta * cached_rate(2) * g


@played
def a_matrix(theta, g, eta=0.02):
    turned = np.array([[0.6, -0.8], [0.8, 0.6]])
    return theta - eta * (turned @ g + np.outer(g, [1.0, 0.0])[:, 0])


@played
def asks_for_an_instance(theta, g, t, eta=0.02):
    assert (
        isinstance(t, int)
        and isinstance(eta, float)
        and isinstance(theta, np.ndarray)
        and theta.dtype == float
    )
    return theta - (eta if np.isscalar(t) and not hasattr(t, "shape") else 7.0) * g


@played
def rounded(theta, g, eta=0.02):
    return np.round(theta - eta * g, 5)


@played
def divides_by_what_may_be_zero(theta, g, m, eta=0.02):
    ratio = np.nan_to_num(0.0) + g / np.where(m == 0, 1.0, m)
    return theta - eta * np.clip(ratio, -1, 1), g


@pytest.mark.parametrize("step", PLAYED, ids=lambda step: step.__name__)
def test_these_are_recorded(step):
    signature, surface = Signature(step), surfaces.beale
    program = record(signature, surface, signature.hyper())
    for hyper in (signature.hyper(), *settings(signature, 4)):
        assert plays_alike(program, signature, surface, surface.start, 80, hyper), hyper


# --- and those that are refused --------------------------------------------------------------------

history, counter, table = [], {"t": 0}, np.zeros(2)
calls = 0
ticks = itertools.count()
generator = np.random.default_rng(0)
REFUSED = []


def refused(step):
    REFUSED.append(step)
    return step


@refused
def counts_in_a_global(theta, g, eta=0.1):
    global calls
    calls += 1
    return theta - eta * g / calls


@refused
def counts_in_a_dict(theta, g, eta=0.1):
    counter["t"] += 1
    return theta - eta * g / counter["t"]


@refused
def keeps_a_history(theta, g, eta=0.1):
    history.append(g)
    return theta - eta * sum(history) / len(history)


@refused
def keeps_in_a_default(theta, g, eta=0.1, **memory):
    return theta - eta * g * len(keeps_in_a_default.__dict__.setdefault("calls", [])) - kept(g)


def kept(g, seen=[]):  # noqa: B006
    seen.append(1)
    return 0.001 * len(seen) * g


@refused
def counts_on_itself(theta, g, eta=0.1):
    counts_on_itself.t = getattr(counts_on_itself, "t", 0) + 1
    return theta - eta * g / counts_on_itself.t


@refused
def writes_into_a_global_array(theta, g, eta=0.1):
    table[:] = 0.9 * table + g
    return theta - eta * table


@refused
def asks_an_iterator(theta, g, eta=0.1):
    return theta - eta * g / (1 + next(ticks))


def with_a_nonlocal():
    velocity = 0.0

    def counts_in_a_closure(theta, g, eta=0.1):
        nonlocal velocity
        velocity = 0.9 * velocity + g
        return theta - eta * velocity

    return counts_in_a_closure


refused(with_a_nonlocal())


class Optimizer:
    runs = 0

    def __init__(self):
        self.t = 0

    def step_as_a_method(self, theta, g, eta=0.1):
        self.t += 1
        return theta - eta * g / self.t

    def __call__(self, theta, g, eta=0.1):
        Optimizer.runs = Optimizer.runs + 1
        return theta - eta * g / Optimizer.runs


refused(Optimizer().step_as_a_method)
refused(Optimizer())


@refused
def random_of_numpy(theta, g, eta=0.1):
    return theta - eta * g + np.random.normal(size=2)  # noqa: NPY002


@refused
def random_seldom(theta, g, eta=0.1):
    return theta - eta * g * (2 if random.random() < 0.01 else 1)


@refused
def random_of_a_generator(theta, g, eta=0.1):
    return theta - eta * g * generator.uniform()


@refused
def random_imported_inside(theta, g, eta=0.1):
    from random import gauss

    return theta - eta * g + gauss(0, 0.1)


@refused
def asks_for_the_type(theta, g, t, eta=0.1):
    return theta - (eta if type(t) is int else 0.0) * g


@refused
def asks_for_the_text(theta, g, t, eta=0.1):
    return theta - (eta if "1" in str(t) else 0.0) * g


@refused
def asks_by_a_format(theta, g, t, eta=0.1):
    return theta - (eta if f"{t}".endswith("0") else 0.0) * g


@refused
def asks_a_set(theta, g, t, eta=0.1):
    return theta - (eta if t in {1, 2, 3} else 0.0) * g


@refused
def asks_a_schedule(theta, g, t, eta=0.1):
    return theta - {1: 0.1, 2: 0.05}.get(t, 0.01) * g


@refused
def catches_what_fails(theta, g, t, eta=0.1):
    try:
        rate = [0.1, 0.05, 0.01][t]
    except IndexError:
        rate = 0.001
    except TypeError:
        rate = 5.0
    return theta - rate * g


@refused
def catches_everything(theta, g, eta=0.1):
    try:
        return theta - eta * np.linalg.solve(np.diag(g), g)
    except:  # noqa: E722
        return theta


@refused
def loops_up_to_t(theta, g, t, eta=0.1):
    for _ in range(t):
        eta = eta * 0.99
    return theta - eta * g


@refused
def loops_while(theta, g, t, eta=0.1):
    while t > 1:
        eta, t = eta * 0.99, t - 1
    return theta - eta * g


@refused
def cached_by_a_number(theta, g, t, eta=0.1):
    return theta - cached_rate(t) * g


@refused
def one_array_twice_and_in_place(theta, g, m, v, eta=0.1):
    m *= 0.9
    v += g
    return theta - eta * (m + v), m, m


@refused
def memory_is_the_point_itself(theta, g, m, eta=0.1):
    theta -= eta * (g + 0.1 * m)
    return theta, theta


@refused
def whole_numbers(theta, g, eta=0.1):
    p = theta.astype(int)
    return p - eta * g


@refused
def whole_array(theta, g, eta=0.1):
    p = np.zeros(2, dtype=int)
    p[0], p[1] = theta - eta * g
    return p


@refused
def single_precision(theta, g, eta=0.1):
    return theta - np.float32(eta) * g.astype("float32")


@refused
def complex_numbers(theta, g, eta=0.1):
    return (theta - eta * g * (1 + 0j)).real


@refused
def as_bytes(theta, g, eta=0.1):
    return theta - eta * np.frombuffer(g.tobytes())


@refused
def raises_on_a_path(theta, g, t, eta=0.1):
    if t > 1000:
        raise RuntimeError("too long")
    return theta - eta * g


@refused
def sixty_five_ways(theta, g, t, eta=0.1):
    for k in range(1, 40):
        if t == k:
            eta = eta / 2
        if g[0] > k:
            eta = eta * 0.9
    return theta - eta * g


@refused
def too_long(theta, g, eta=0.1):
    for _ in range(3000):
        theta = theta - eta / 3000 * g
    return theta


@refused
def index_by_a_number(theta, g, t, eta=0.1):
    return theta - np.linspace(eta, 0, 100)[t] * g


@refused
def huge_whole_numbers(theta, g, t, eta=0.1):
    return theta - eta * g / 2**t


@refused
def truth_values_added(theta, g, eta=0.1):
    return theta - eta * ((g > 0) + (g > 1)) * g


@refused
def asks_by_is(theta, g, t, eta=0.1):
    first = True
    return theta - (eta if (t == 1) is True and first else 0.5 * eta) * g


@refused
def identities(theta, g, t, eta=0.1):
    return theta - eta * g / (1 + id(theta) % 2)


@pytest.mark.parametrize("step", REFUSED, ids=lambda step: getattr(step, "__name__", "an object"))
def test_these_are_not_recorded(step):
    with pytest.raises(CannotRecord):
        record(Signature(step), surfaces.beale, Signature(step).hyper())


def test_what_a_step_keeps_is_put_back():
    before = [*history], dict(counter), table.copy(), calls, Optimizer.runs
    for step in REFUSED:
        with pytest.raises(CannotRecord):
            record(Signature(step), surfaces.beale, Signature(step).hyper())
    assert (history, counter, calls, Optimizer.runs) == (before[0], before[1], before[3], before[4])
    assert (table == before[2]).all() and not hasattr(counts_on_itself, "t")


@pytest.mark.parametrize("step", REFUSED, ids=lambda step: getattr(step, "__name__", "an object"))
def test_what_cannot_be_recorded_is_not_verified(step):
    signature = Signature(step)
    assert verified(signature, surfaces.beale, signature.hyper(), surfaces.beale.start, 30) is None


# --- forms in one line -------------------------------------------------------------------------------

# what becomes of m, in a step that returns theta - eta * m, m; a line for each
FORMS = """
m[g > 0] *= 0.5; m = m + g
m = (g > 0) * 2 - 1
m = g * (g > 0) * (m >= 0)
m = g * ((g > 0) & (m >= 0) | ~(g < 5))
m = np.where(g > 0, 1, 0) * g
m = np.sign(g - g)
m = g * 0.5 ** (t // 10)
m = g * 0.5 ** math.floor(t / 10)
m = g * 0.5 ** int(t / 10)
m = g * 0.5 ** sum(t > k for k in (3, 6, 9))
m = -g // 1 + g % 1
v = m[0:1]; v += g[0]
np.add(m, g, out=m)
m = np.cumsum(g)
m = np.array(sorted(g))
m = g * max(g, key=abs) / 10
m = g * (0.5 if any(g > 1) and np.any(m > 1) else 1)
k = np.argmax(abs(g)); m[k] += g[k]
m = g / (1 + np.linalg.norm([m, g], axis=0))
m = g * (1 - beta ** (t + 1))
m = g * np.power([beta, 0.99], t)
m = g * 2.0**-t
m = g * (eta - 0.5) ** t
m = g * 0.96 ** (t * beta) + t**2 / 1e4
m = abs(g) ** 1.5 * np.sign(g) + g**3
m = abs(g) ** 0.5 + np.array([abs(x) ** 0.5 for x in g])
m = g**-2
m = 2 ** np.clip(g, -2, None)
m = g * math.exp(-t / 10) * math.cos(math.pi * t / 10)
m = g > 0
m = t
m = copy.deepcopy(m) + g
m = steps.momentum(theta, g, m)[1]
m = g * (g @ g) / (1 + np.dot(g, g))
m = g / (1 + g.std()) + g.var() + np.mean(g)
m = g if not np.isnan(m).any() else 0 * g
m = g * (1 if t in [1, 2] else 2) * (1 if t in range(5) else 2)
m = g * ((t > 3) + (t > 5)) * (not t > 7)
a, b = divmod(t, 3); m = g / (1 + a + b)
m = g * (True + t)
m = np.hypot(g, m) + math.hypot(*g)
m = functools.reduce(operator.add, [g, m, g])
m = np.concatenate([g[:1], m[1:]])
m = np.array([g, m]).T.sum(1)
m = np.empty(2); m[0], m[1] = g
m = g if t.__class__ is t.__class__ and isinstance(t, int) and not isinstance(t, float) else m
m = np.vectorize(lambda a: a if a > 0 else 0.0)(g)
m = np.average([g, m], axis=0, weights=[0.1, 0.9])
m = g / np.log(t)
m = g / np.float64(t - 1)
m = g * np.sqrt(5 - t)
m = g * [1, 0.5][0] * (t > 3 and 2 or 1)
m = theta.copy(); theta -= eta * g; return theta, m
m = theta; theta = theta - eta * g; return theta, m
m = m.reshape(2, 1); m += g.reshape(2, 1); m = m.ravel()
m = np.divide(g, m, out=np.zeros_like(g), where=m != 0)
m = np.array([x for x in g if x > 0] + [0, 0])[:2]
m[[0, 1]] = g[[1, 0]]
m[0], m[1] = m[1], g[0]
for i, x in enumerate(g): m[i] = x
m = eval("g * 2")
m = np.nan_to_num(g / m)
m = np.full(2, g[0]) + np.array([[x] for x in g])[:, 0]
x = eta; x *= 2; m = x * g
m = np.linalg.norm(g, 1) * g / 10 + np.linalg.norm(g, np.inf)
m = np.float64(g[0]) * float(g[1]) * g / 10
m = np.rint(g) + np.floor(g) - np.trunc(m)
m = g * int(g[0] > 3) * (1 if (g == m).all() else 2)
m = np.fmax(g, m) + np.copysign(1, g)
""".strip().splitlines()

NOT_FORMS = """
new = theta; new -= eta * g; return new, theta
m = g * (t & 1)
m = g * (1 if t in range(500) else 2)
m = g * [1, 0.5][t > 3]
m = g * {True: 1, False: 2}[t > 3]
m = g * (1 if (t > 3) is True else 2)
m = g if type(g) is np.ndarray else m
m = g * t.bit_length()
m = g * len("%d" % t)
m = np.vectorize(lambda a: 1 if a > 0 else 0.5)(g)
m = np.int64(2**62) * t * g
m = g * (-1) ** t
m = g * 2**-t
m = g * 10**400
m = np.float32(0.1) * eta * g
m = np.uint8(255) * t * g
m = g * 1j * 1j
m = np.sort(g)
m = g.view(np.int64) * 1.0
m = np.random.default_rng(t).random(2)
m = np.random.RandomState(0).rand(2)
m = g * hash(t)
m = np.linalg.solve(np.eye(2), g)
m = np.unique(g)
m = np.zeros(2, dtype=int); m[0] = g[0]
""".strip().splitlines()


def of_a_line(line):
    names = dict(np=np, math=math, copy=copy, steps=steps, functools=functools, operator=operator)
    exec(f"def step(theta, g, m, t, eta=0.02, beta=0.9):\n    {line}\n    return theta - eta * m, m", names)
    return names["step"]


@pytest.mark.parametrize("line", FORMS)
def test_these_lines_are_recorded(line):
    signature, surface = Signature(of_a_line(line)), surfaces.beale
    program = verified(
        signature, surface, signature.hyper(), surface.start, 40, [{"eta": 1e-3}, {"beta": 0.5}]
    )
    assert program
    for eta, beta, start in ((0.003, 0.1, (0.5, 0.5)), (0.1, 0.97, (2.0, -1.0)), (0.02, 0.6, (1.0, 0.0))):
        assert plays_alike(program, signature, surface, np.array(start), 40, {"eta": eta, "beta": beta})


@pytest.mark.parametrize("line", NOT_FORMS)
def test_these_lines_are_not_recorded(line):
    signature = Signature(of_a_line(line))
    with pytest.raises(CannotRecord):
        record(signature, surfaces.beale, signature.hyper())


# --- what a recording alone cannot know --------------------------------------------------------------


def test_a_run_that_parts_late_is_not_verified():
    late = itertools.count()

    def changes_after_many_calls(theta, g, eta=0.01):
        return theta - eta * g * (1.0 if next(late) % 1000 < 50 else 0.5)

    signature = Signature(changes_after_many_calls)
    assert verified(signature, surfaces.bowl, signature.hyper(), surfaces.bowl.start, 200) is None


def test_an_error_must_come_in_both():
    def divides(theta, g, momentum=0.5, eta=0.01):
        return theta - eta / momentum * g

    signature, surface = Signature(divides), surfaces.bowl
    opening = signature.hyper()
    assert verified(signature, surface, opening, surface.start, 20, [{"momentum": 0.0}])
    program = record(signature, surface, opening)
    rows = program.rows([0.0, 0.01], surface.start, 5)
    assert np.isfinite(rows[0]).all() and np.isnan(rows[1:]).all()  # the error ends the run
    with pytest.raises(ZeroDivisionError):
        descend(divides, surface, momentum=0.0)


def test_numpys_division_goes_on_and_pythons_does_not():
    def of_arrays(theta, g, m, eta=0.01):
        return theta - eta * np.minimum(g / m, 1.0), m

    def of_numbers(theta, g, m, eta=0.01):
        return theta - eta * min(g.tolist()[0] / m.tolist()[0], 1.0), m

    for step, error in ((of_arrays, None), (of_numbers, ZeroDivisionError)):
        signature = Signature(step)
        program = record(signature, surfaces.bowl, signature.hyper())
        assert plays_alike(program, signature, surfaces.bowl, surfaces.bowl.start, 5, signature.hyper())
        assert np.isnan(program.rows([0.01], [1.0, 1.0], 5)[1:]).all() == (error is not None)


def test_losses_of_learners_are_recorded():
    def with_an_if(x, y):
        return x**2 + y**2 if x > 0 else math.exp(-x) + y**2

    def with_a_loop(x, y):
        return sum((a * x + y - b) ** 2 for a, b in ((0.5, 1.0), (2.0, 0.3))) / 2

    for loss in (
        with_an_if,
        with_a_loop,
        lambda x, y: np.hypot(x, y) ** 3,
        lambda x, y: abs(x) + abs(y) ** 1.5,
    ):
        surface, signature = Surface(loss), Signature(steps.adam)
        assert verified(signature, surface, signature.hyper({"eta": 0.1}), (1.5, -0.7), 100)


def test_a_sum_of_many_numbers_is_taken_in_numpys_order():
    scale = np.linspace(1, 3, 37)
    surface = Surface(
        lambda theta: (scale[:, None] * theta.reshape(37, -1) ** 2).sum(axis=0)[
            0 if theta.ndim == 1 else slice(None)
        ],
        lambda theta: 2 * scale.reshape(-1, *[1] * (theta.ndim - 1)) * theta,
        start=np.sin(np.arange(37.0)),
        vector=True,
    )

    def by_its_norm(theta, g, eta=0.01):
        return theta - eta * g / np.sqrt((g * g).sum())

    signature = Signature(by_its_norm)
    try:
        program = record(signature, surface, signature.hyper())
    except CannotRecord:
        return
    run = descend(by_its_norm, surface, n_steps=20)
    np.testing.assert_array_equal(program.rows([0.01], surface.start, 20)[:, :37], run.theta)
