"""The sweep: every combination, the same numbers as `descend`, whatever the pieces and threads."""

import _thread
import contextlib
import itertools
import math
import sys
import threading
import types

import numpy as np
import pytest

from adamlab import Surface, descend, make_ravine, problems, steps, surfaces, sweep
from adamlab._core import sweep as sweeping
from adamlab._core.signature import NotWrittenYet, Signature
from adamlab._core.trace import CannotRecord, Trace

STEPS = [getattr(steps, name) for name in steps.__all__]
SURFACES = [s for s in vars(surfaces).values() if isinstance(s, Surface)]
BANANA = Surface(lambda x, y: (x**2 + y - 3) ** 2 / 10 + abs(y) ** 1.5, name="banana")  # no gradient given
ETAS, BETAS = np.geomspace(1e-3, 30, 9), np.array([0.0, 0.5, 0.9, 0.99])


def _axes(step):
    """Two axes of hyperparameters for a step, or one if it has no β."""
    betas = [name for name in Signature(step).defaults if name.startswith("beta")]
    return {"eta": ETAS, **({betas[-1]: BETAS} if betas else {})}


def _lanes(axes):
    """The same combinations as arrays that broadcast against each other."""
    return dict(zip(axes, np.meshgrid(*axes.values(), indexing="ij")))


# --- the same numbers as descend ----------------------------------------------------------------


@pytest.mark.parametrize("surface", [*SURFACES, BANANA, make_ravine(100, 30)], ids=lambda s: s.name)
@pytest.mark.parametrize("step", STEPS, ids=lambda s: s.__name__)
def test_every_bit_is_that_of_descend(step, surface):
    axes = _axes(step)
    runs = descend(step, surface, n_steps=40, **_lanes(axes))
    swept = sweep(step, surface, n_steps=40, **axes)
    np.testing.assert_array_equal(swept.loss, runs.loss[-1])
    np.testing.assert_array_equal(swept.diverged, runs.diverged_at >= 0)
    assert not swept.diverged.all()


def test_some_of_these_runs_diverge():
    assert sweep(steps.gradient_descent, surfaces.rosenbrock, eta=ETAS).diverged.any()


@pytest.mark.parametrize("step", STEPS, ids=lambda s: s.__name__)
def test_our_steps_are_played_from_a_tape(step):
    signature = Signature(step)
    Trace(
        signature, surfaces.beale, np.ones((2, 3)), signature.hyper({"eta": np.ones(3)})
    )  # raises if it cannot


def _with_if(theta, g, t, eta=0.1):
    return theta - eta * g if t % 2 else theta - 0.5 * eta * g


def _clipped(theta, g, t, eta=0.1):
    return theta - eta / t**0.5 * np.clip(g, -1, 1)


def _where(theta, g, m, eta=0.1):
    m = np.where(g > 0, 0.5 * m + g, m)
    return theta - eta * m, m


def _swapping(theta, g, a, b, eta=0.1):
    return theta - eta * (a + g), b, a + g


def _crossing(theta, g, a, b, eta=0.1):
    c = b + g
    return theta - eta * c, c, a + g


def _in_place(theta, g, m, eta=0.1, beta1=0.9):
    m *= beta1
    m += g
    return theta - eta * m, m


def _normalised(theta, g, eta=0.1):
    return theta - eta * g / np.sqrt((g**2).sum(axis=0))


def _by_coordinate(theta, g, v, eta=0.1):
    x, y = g
    v = 0.9 * v + x * y
    return theta - eta * g / (1 + abs(v)), v


def _dropping(theta, g, t, eta=0.1):
    return theta - (eta if t not in {20, 25} else 0.1 * eta) * g


def _scheduled(theta, g, t, eta=0.1):
    return theta - {21: 2.0}.get(t, 1.0) * eta * g


def _lagged(theta, g, m, t, eta=0.1, beta1=0.9):
    return theta - eta * m, beta1 * m + g / t


def _capped(theta, g, t, eta=0.1):
    return theta - eta * np.sign(g) * np.minimum(np.abs(g), t)


def _looks_ahead(theta, g, eta=0.1):
    return theta - eta * np.tanh(2 * theta[0] + 0 * g)


def _swallows(theta, g, t, eta=0.1):
    with contextlib.suppress(TypeError):
        eta = eta / 2 if t > 10 else eta
    return theta - eta * g


def _whole_numbers(theta, g, eta=0.1):
    return theta - 0.01 * eta * np.where(g > 0, 1, -1)


def _keeps_its_gradients(theta, g, a, b, eta=0.1):
    return theta - eta * g, g, a


def _overflows(theta, g, t, eta=0.1):
    return theta - eta * g / (1 + 1e-300 * math.exp(40 * t))


def _powers_overflow(theta, g, t, eta=0.1):
    return theta - eta * g / (1 + 1e-300 * 2.0 ** (60 * t))


_RECORDED = [_lagged, _capped, _looks_ahead, _powers_overflow, _clipped, _where, _crossing, _in_place]
_RECORDED += [_by_coordinate]
_RECORDED += [_normalised]
_AS_WRITTEN = [_dropping, _scheduled, _with_if, _swapping, _swallows, _whole_numbers]
_AS_WRITTEN += [_keeps_its_gradients, _overflows]


@pytest.mark.parametrize("step", _RECORDED + _AS_WRITTEN, ids=lambda s: s.__name__)
def test_a_step_of_ones_own_comes_out_the_same_recorded_or_not(step):
    etas = np.geomspace(1e-3, 1, 6)
    for surface in (surfaces.beale, surfaces.bowl, surfaces.rosenbrock):
        runs = descend(step, surface, n_steps=30, eta=etas)
        swept = sweep(step, surface, n_steps=30, eta=etas)
        np.testing.assert_array_equal(swept.loss, runs.loss[-1])
        np.testing.assert_array_equal(swept.diverged, runs.diverged_at >= 0)


def test_which_of_them_are_recorded():
    def recorded(step):
        signature = Signature(step)
        try:
            return bool(
                Trace(signature, surfaces.beale, np.ones((2, 3)), signature.hyper({"eta": np.ones(3)}))
            )
        except CannotRecord:
            return False

    assert all(map(recorded, _RECORDED)) and not any(map(recorded, _AS_WRITTEN))


def test_a_number_of_numpys_own_is_a_number():
    betas = {"beta1": np.float64(0.9), "beta2": np.float64(0.999)}
    runs = descend(steps.adam, surfaces.bowl, eta=ETAS, **betas)
    np.testing.assert_array_equal(sweep(steps.adam, surfaces.bowl, eta=ETAS, **betas).loss, runs.loss[-1])


def test_a_step_that_keeps_something_outside_is_found_out():
    calls = []

    def counting(theta, g, eta=0.1):
        calls.append(1)
        return theta - eta * g / len(calls)

    with pytest.raises(ValueError, match="gives different numbers"):
        sweep(counting, surfaces.bowl, eta=ETAS)


@pytest.mark.parametrize(
    "surface",
    [
        problems.noisy(surfaces.bowl, 0.5),
        problems.drifting(surfaces.bowl, (0.1, 0)),
        problems.sparse_features(n_examples=40, n_features=6),
        Surface(lambda x: x**2 / 2, lambda x: x, start=(1,)),
        Surface(lambda x: x / 3, lambda x, t: (3.0 if t % 3 == 1 else -1.0) + 0 * x, start=(0,)),
        Surface(lambda x, y: math.cosh(x) + y**2, start=(1, 1)),  # one point at a time
        Surface(lambda x, y: np.log(x) ** 2 + y**2, start=(3, 1)),  # steps out of its domain
    ],
    ids=["noisy", "drifting", "sparse", "one", "rare", "single points", "domain"],
)
def test_surfaces_of_every_kind(surface):
    settings = {"eta": np.geomspace(0.01, 3, 5), "beta1": np.array([0, 0.9])}
    runs = descend(steps.adam, surface, n_steps=25, **_lanes(settings))
    np.testing.assert_array_equal(sweep(steps.adam, surface, n_steps=25, **settings).loss, runs.loss[-1])


def test_a_loss_that_was_lost_on_the_way_is_remembered():
    surface = Surface(lambda x: np.log(x) ** 2, lambda x: x - 2, start=(5,))
    etas = np.array([0.5, 1.9])  # the second swings through x < 0 and comes back
    runs = descend(steps.gradient_descent, surface, eta=etas)
    assert runs.diverged_at.tolist() == [-1, 1]
    swept = sweep(steps.gradient_descent, surface, eta=etas)
    assert swept.diverged.tolist() == [False, True] and np.isnan(swept.loss[1])


def test_a_point_that_was_lost_on_the_way_is_remembered():
    def boxed(theta, g, eta=0.1):
        return np.clip(theta - eta * g * np.where(g > 4, np.inf, 1), -1, 1)

    runs = descend(boxed, surfaces.bowl, eta=ETAS)
    np.testing.assert_array_equal(sweep(boxed, surfaces.bowl, eta=ETAS).loss, runs.loss[-1])


@pytest.mark.parametrize("cores", [1, 2, 3])
@pytest.mark.parametrize("piece", [2, 14, 64, 1 << 20])
def test_pieces_and_threads_change_no_bit(monkeypatch, piece, cores):
    settings = {"eta": ETAS, "beta1": BETAS, "beta2": np.array([0.9, 0.99, 0.999])}
    expected = sweep(steps.adam, surfaces.beale, n_steps=20, tolerance=0.5, **settings)
    monkeypatch.setattr(sweeping, "PIECE", piece)
    monkeypatch.setattr(sweeping.os, "sched_getaffinity", lambda _: range(cores), raising=False)
    again = sweep(steps.adam, surfaces.beale, n_steps=20, tolerance=0.5, **settings)
    np.testing.assert_array_equal(again.loss, expected.loss)
    np.testing.assert_array_equal(again.steps, expected.steps)
    np.testing.assert_array_equal(again.diverged, expected.diverged)


# --- what it answers ----------------------------------------------------------------------------


def test_axes_come_in_the_order_given():
    swept = sweep(steps.adam, surfaces.bowl, beta2=np.array([0.9, 0.99]), eta=np.geomspace(0.01, 1, 5))
    assert swept.loss.shape == swept.diverged.shape == (2, 5)
    one = descend(steps.adam, surfaces.bowl, beta2=0.99, eta=0.1)
    np.testing.assert_allclose(swept.loss[1, 2], one.loss[-1], rtol=1e-9)


def test_best_can_be_handed_to_descend():
    swept = sweep(steps.adam, surfaces.beale, eta=np.geomspace(0.01, 1, 7), beta1=BETAS, beta2=0.99)
    assert list(swept.best) == ["eta", "beta1", "beta2"]
    assert all(type(value) is float for value in swept.best.values())
    run = descend(steps.adam, surfaces.beale, **swept.best)
    np.testing.assert_allclose(run.loss[-1], np.nanmin(swept.loss), rtol=1e-6)


def test_several_starts_are_one_more_axis():
    starts = np.array([[1, 2, 3], [1.5, 0, -1]])
    swept = sweep(steps.adam, surfaces.beale, start=starts, eta=np.array([0.1, 0.3]))
    runs = descend(steps.adam, surfaces.beale, start=starts[:, np.newaxis], eta=np.array([[0.1], [0.3]]))
    assert swept.loss.shape == (2, 3)
    np.testing.assert_array_equal(swept.loss, runs.loss[-1])
    np.testing.assert_allclose(
        descend(steps.adam, surfaces.beale, **swept.best).loss[-1], swept.loss.min(), rtol=1e-9
    )


def test_steps_to_the_tolerance():
    swept = sweep(steps.gradient_descent, surfaces.bowl, tolerance=1e-3, eta=ETAS)
    loss = descend(steps.gradient_descent, surfaces.bowl, eta=ETAS).loss
    below = loss < 1e-3
    np.testing.assert_array_equal(swept.steps, np.where(below.any(axis=0), below.argmax(axis=0), -1))
    assert -1 in swept.steps and (swept.steps > 0).any()
    assert sweep(steps.gradient_descent, surfaces.bowl, tolerance=1e6, eta=ETAS).steps.max() == 0
    assert sweep(steps.gradient_descent, surfaces.bowl, eta=ETAS).steps is None


def test_without_arrays_it_is_one_run():
    swept = sweep(steps.adam, surfaces.bowl, eta=0.1, n_steps=7)
    assert swept.loss.shape == ()
    np.testing.assert_allclose(swept.loss, descend(steps.adam, surfaces.bowl, eta=0.1, n_steps=7).loss[-1])
    assert sweep(steps.adam, surfaces.bowl, n_steps=0, eta=ETAS).loss.tolist() == [
        surfaces.bowl.loss(surfaces.bowl.start)
    ] * len(ETAS)


def test_when_everything_diverges():
    swept = sweep(steps.gradient_descent, surfaces.rosenbrock, eta=np.array([3.0, 10.0]))
    assert swept.best is None and swept.diverged.all() and np.isnan(swept.loss).all()
    assert "all diverged" in repr(swept)


def test_it_says_what_it_found_in_one_line():
    text = repr(sweep(steps.momentum, surfaces.ravine, eta=ETAS, beta1=BETAS))
    assert text.startswith("momentum on ravine, 9 × 4 runs over η × β1, 100 steps: lowest loss ")
    assert "at η=" in text and "diverged" in text


# --- time and memory ----------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_steps():
    import tracemalloc

    def peak(n_steps):
        tracemalloc.start()
        sweep(
            steps.adam,
            surfaces.bowl,
            n_steps=n_steps,
            eta=np.geomspace(0.01, 1, 300),
            beta1=np.linspace(0, 0.9, 300),
        )
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few, many = peak(2), peak(40)
    assert many < 2 * few  # a second core takes as much again
    assert many < 40e6  # the results take 1.5 MB, one run that keeps its path would take 115


def test_an_interrupt_ends_it_and_leaves_nothing_behind():
    before = threading.active_count()
    threading.Timer(0.3, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        sweep(
            steps.adam,
            surfaces.beale,
            n_steps=10**9,
            eta=np.geomspace(0.01, 1, 300),
            beta1=np.linspace(0, 0.9, 300),
        )
    assert threading.active_count() <= before
    assert not sweep(steps.adam, surfaces.beale, eta=ETAS).diverged.all()


@pytest.fixture
def bars(monkeypatch):
    made = []

    class Bar:
        def __init__(self, total, leave, **_):
            assert not leave
            self.total, self.n, self.closed = total, 0, False
            made.append(self)

        def update(self, more):
            self.n += more

        def close(self):
            self.closed = True

    monkeypatch.setitem(sys.modules, "tqdm.auto", types.SimpleNamespace(tqdm=Bar))
    return made


def test_a_long_sweep_shows_how_far_it_is(bars, monkeypatch):
    monkeypatch.setattr(sweeping, "SILENT", 0.0)
    sweep(steps.adam, surfaces.beale, n_steps=3000, eta=np.geomspace(0.01, 1, 5000))
    (bar,) = bars
    assert bar.n == bar.total == 5000 * 3001 and bar.closed  # one closed before its end stays, in red


def test_a_short_sweep_shows_nothing(bars):
    sweep(steps.adam, surfaces.beale, n_steps=10, eta=ETAS)
    assert not bars


# --- bad input ----------------------------------------------------------------------------------


def _root_of_everything(theta, g, eta=0.1):
    return theta - eta * g / np.sqrt((g**2).sum())


def _asks(theta, g, eta=0.1):
    return theta - (eta if g[0] > 0 else 0.5 * eta) * g


def _single(theta, g, eta=0.1):
    return theta - math.sqrt(eta) * g


def _largest_of_all(theta, g, eta=0.1):  # the last lane comes out right
    return theta - eta * g / np.max(np.abs(g))


def _asks_late(theta, g, t, eta=0.1):
    return theta - (0.5 * eta if t == 21 and g[0] > 0 else eta) * g


_SINGLE = [_root_of_everything, _asks, _single, _largest_of_all, _asks_late]


@pytest.mark.parametrize("step", _SINGLE, ids=lambda s: s.__name__)
def test_a_step_that_moves_one_but_not_many_goes_one_by_one(step):
    etas = ETAS[::-1] / 30
    swept = sweep(step, surfaces.bowl, eta=etas)
    alone = [descend(step, surfaces.bowl, eta=eta).loss[-1] for eta in etas]
    np.testing.assert_array_equal(swept.loss, alone)


def test_where_that_would_take_too_long_it_says_how_to_repair_the_step():
    with pytest.raises(ValueError, match=r"_asks works for one run, but not for many .*np\.where instead"):
        sweep(_asks, surfaces.bowl, eta=np.linspace(0.01, 0.1, 101), n_steps=10_000)


def test_an_option_is_no_axis():
    def optional(theta, g, eta=0.1, twice=False):
        return theta - eta * g * (2 if twice else 1)

    assert sweep(optional, surfaces.bowl, eta=ETAS / 100, twice=True).best["twice"] is True
    with pytest.raises(TypeError, match="twice is an option and takes one value"):
        sweep(optional, surfaces.bowl, twice=[True, False])


def test_a_step_that_fails_alone_too_says_what_is_wrong():
    def wrong(theta, g, m, eta=0.1):
        return theta - eta * g

    with pytest.raises(ValueError, match="returned 1 value, expected 2"):
        sweep(wrong, surfaces.bowl, eta=ETAS)


def test_a_stub_raises():
    with pytest.raises(NotWrittenYet):
        sweep(lambda theta, g, eta=0.1: ..., surfaces.bowl, eta=ETAS)


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"eta": np.array([])}, ValueError, "eta is an empty array"),
        ({"eta": np.array([0.1, np.nan])}, ValueError, "eta must be .* got nan"),
        ({"beta1": np.array([0.5, 1.0])}, ValueError, "beta1 must be at least 0 and less than 1"),
        ({"etta": ETAS}, TypeError, "did you mean eta"),
        ({"eta": ETAS, "start": (1, 2, 3)}, ValueError, "start must be 2 finite numbers"),
        ({"eta": ETAS, "start": np.empty((2, 0))}, ValueError, "start is an empty array"),
        ({"eta": ETAS, "n_steps": -1}, ValueError, "n_steps must be a whole number"),
        ({"eta": ETAS, "tolerance": np.nan}, ValueError, "tolerance must be a loss"),
        ({"eta": ETAS, "tolerance": True}, ValueError, "tolerance must be a loss"),
        ({"eta": ETAS, "tolerance": "low"}, ValueError, "tolerance must be a loss"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bad_input(settings, error, words):
    with pytest.raises(error, match=words):
        sweep(steps.adam, surfaces.bowl, **settings)


def test_too_many_combinations_are_refused_before_anything_is_made():
    import tracemalloc

    values = np.linspace(0.1, 0.9, 1000)
    tracemalloc.start()
    with pytest.raises(
        ValueError, match=r"1,000,000,000 combinations are too many .* about 215 values on each axis"
    ):
        sweep(steps.adam, surfaces.bowl, eta=values, beta1=values, beta2=values)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1e6


def test_a_bare_function_is_told_to_be_wrapped():
    with pytest.raises(TypeError, match="wrap it"):
        sweep(steps.adam, lambda x, y: x**2, eta=ETAS)


def test_all_combinations_are_there():
    swept = sweep(steps.adam, surfaces.bowl, n_steps=3, eta=ETAS, beta1=BETAS)
    for i, j in itertools.product(range(len(ETAS)), range(len(BETAS))):
        assert swept.at((i, j)) == {"eta": ETAS[i], "beta1": BETAS[j]}


def test_a_beta_near_one_rounds_coarsely_in_long_runs_and_that_is_no_fault():
    etas, betas = np.geomspace(1e-4, 10, 15), np.linspace(0, 0.9999, 15)  # too many to go one by one
    swept = sweep(steps.adam, surfaces.beale, n_steps=5000, eta=etas, beta1=betas)
    alone = descend(steps.adam, surfaces.beale, n_steps=5000, eta=10.0, beta1=0.9999)
    assert swept.loss[-1, -1] == pytest.approx(alone.loss[-1], rel=1e-6)
