"""Many runs at once are the single runs, whatever the step does; one run is the truth."""

import math
import textwrap

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adamlab import Surface, adam, beale, bowl, descend, neuron, problems, ravine, rosenbrock, steps, sweep


def same_run(step, surface, run, n_steps, **hyper):
    """Whether a run is the single one: to rounding, or as far as the single one itself is carried by it."""
    alone = descend(step, surface, n_steps=n_steps, **hyper)
    if run.diverged_at == alone.diverged_at and np.allclose(
        run.theta, alone.theta, rtol=1e-9, atol=1e-13 * np.nanmax(np.abs(alone.theta)), equal_nan=True
    ):
        return True
    start = np.array(hyper.pop("start", surface.start))
    moved = [
        descend(step, surface, n_steps=n_steps, start=np.nextafter(start, to), **hyper)
        for to in (np.inf, -np.inf)
    ]
    gaps = [np.nanmax(np.abs(r.theta - alone.theta)) for r in (run, *moved)]
    return gaps[0] <= 100 * max(gaps[1:]) or alone.diverged_at not in {r.diverged_at for r in moved}


def check_all(step, surface, n_steps=100, start=None, **hyper):
    """Each lane of a descent and each cell of a sweep against its single run."""
    given = {} if start is None else {"start": start}
    together = descend(step, surface, n_steps=n_steps, **given, **hyper)
    (name,) = [name for name, value in hyper.items() if np.ndim(value)]
    for k, value in enumerate(hyper[name]):
        own = {**given, **hyper, name: float(value)}
        assert same_run(step, surface, together.lane(k), n_steps, **own), (name, value)
    swept = sweep(step, surface, n_steps=n_steps, **given, **hyper)
    for k, value in enumerate(hyper[name]):
        alone = descend(step, surface, n_steps=n_steps, **{**given, **hyper, name: float(value)})
        assert swept.diverged[k] == (alone.diverged_at is not None), (name, value)
        loss, run = alone.loss[-1], together.lane(k)
        near = np.isclose(swept.loss[k], loss, rtol=1e-7, atol=1e-13 * alone.loss[0], equal_nan=True)
        assert near or abs(swept.loss[k] - loss) <= 100 * abs(run.loss[-1] - loss) + _moved(
            step, surface, n_steps, alone, {**given, **hyper, name: float(value)}
        ), (name, value, swept.loss[k], loss)


def _moved(step, surface, n_steps, alone, own):
    start = np.array(own.pop("start", surface.start))
    ends = [descend(step, surface, np.nextafter(start, to), n_steps, **own).loss[-1] for to in (9e9, -9e9)]
    gap = 100 * np.max(np.abs(np.array(ends) - alone.loss[-1]))
    return np.inf if np.isnan(gap) else gap


# --- steps as people write them, put together at random --------------------------------------------

LINES = {
    "clipping by an if": "norm = np.linalg.norm(g)\nif norm > {limit}:\n    g = g * {limit} / norm",
    "clipping by min": "g = g * min(1.0, {limit} / (np.linalg.norm(g) + 1e-12))",
    "clipping by max": "g = g / max(1.0, np.linalg.norm(g) / {limit})",
    "clipping each coordinate": "g = np.clip(g, -{limit}, {limit})",
    "a mean": "g = g / (1 + np.abs(g).mean() / {limit})",
    "a trust ratio": "g = g * (np.linalg.norm(theta) + 0.1) / (np.linalg.norm(g) + {limit})",
    "sorted": "g = g + 0.1 * np.sort(g)",
    "a restart by an angle": "if (g * m).sum() < 0:\n    m = 0 * m",
    "a restart by one coordinate": "if g[0] * m[0] < 0:\n    m = m * np.array([0.0, 1.0])",
    "late": "if t > {late}:\n    eta = 0.5 * eta",
    "late for whole numbers": "eta = eta * (0.3 if isinstance(t, int) and t > {late} else 1.0)",
    "late, by its text": "eta = eta * (0.3 if len(f'{{t}}') > 1 else 1.0)",
    "late, behind a try": "try:\n    eta = eta * (0.3 if t > {late} else 1.0)\nexcept TypeError:\n    pass",
    "late, by where": "g = g * np.where(t > {late}, 0.5, 1.0)",
    "a power of t": "g = g / (1 - beta1**t)",
    "warm-up": "eta = eta * min(t / {late}, 1.0)",
    "cosine": "eta = eta * 0.5 * (1 + math.cos(0.03 * t))",
    "in place": "m = m.copy()\nm *= beta1",
    "an alias in place": "old = m\nm *= beta1\nm = m + np.where(t > {late}, m - old, 0)",
    "by coordinate": "g = np.array([g[i] / (1 + abs(g[i])) for i in range(len(g))])",
    "signs": "g = np.sign(g) * np.minimum(np.abs(g), {limit})",
    "a loop over parts": "for part in range(2):\n    m = m + 0.01 * g",
}
SURFACES = [
    bowl,
    ravine,
    beale,
    neuron,
    rosenbrock,
    Surface(lambda x, y: (x**2 + y - 3) ** 2 / 10 + abs(y) ** 1.5, name="no gradient"),
    Surface(lambda x, y: math.cosh(min(x, 5)) + (y**2 if y > 0 else -y), name="single points", start=(2, 1)),
    Surface(lambda x, y: x**2 + 0.1 * y**2 * np.max(np.abs(y)), name="mixes points", start=(2, 1)),
]


def made(names, limit, late):
    lines = [LINES[name].format(limit=limit, late=late) for name in names]
    body = textwrap.indent("\n".join(lines), "    ")
    source = f"def step(theta, g, m, t, eta=0.1, beta1=0.9):\n{body}\n    m = beta1 * m + g\n"
    scope = {"np": np, "math": math}
    exec(source + "    return theta - eta * m, m\n", scope)
    return scope["step"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    names=st.lists(st.sampled_from(sorted(LINES)), min_size=1, max_size=3),
    limit=st.sampled_from([0.1, 1.0, 20.0, 1000.0]),
    late=st.sampled_from([3, 12, 40]),
    surface=st.sampled_from(SURFACES),
    etas=st.lists(st.floats(1e-4, 0.9), min_size=1, max_size=6),
)
def test_whatever_a_step_does_many_runs_are_the_single_ones(names, limit, late, surface, etas):
    check_all(made(names, limit, late), surface, n_steps=45, eta=np.array(etas), beta1=0.5)


# --- what was seen ---------------------------------------------------------------------------------


def clipped(theta, g, eta=0.1):
    return theta - eta * g * min(1.0, 20 / np.linalg.norm(g))


def test_clipping_by_the_norm_is_that_of_each_run():
    together = descend(clipped, bowl, eta=[0.1, 0.675])
    alone = descend(clipped, bowl, eta=0.1)
    np.testing.assert_array_equal(together.lane(0).loss, alone.loss)


@pytest.mark.parametrize("limit", [0.5, 20, 1000])
def test_all_positions_of_a_slider_are_what_stays(limit):
    def step(theta, g, eta=0.1):
        return theta - eta * g * min(1.0, limit / np.linalg.norm(g))

    check_all(step, bowl, n_steps=60, eta=np.geomspace(1e-4, 10, 51))


@pytest.mark.parametrize("etas", [[0.01, 0.9, 0.01, 0.9, 0.01], [0.01, 0.02, 0.01, 0.6, 0.01, 0.02, 0.01]])
def test_runs_that_are_not_tried_alone_are_right_too(etas):
    def restarting(theta, g, m, eta=0.1):
        if (g * m).sum() < 0:
            m = 0 * m
        m = 0.9 * m + g
        return theta - eta * m, m

    check_all(restarting, bowl, n_steps=60, eta=np.array(etas))


def _counting():
    calls = [0]

    def counting(theta, g, eta=0.1):
        calls[0] += 1
        return theta - (eta if calls[0] % 1000 < 45 else 0.1 * eta) * g

    return counting


def test_a_sweep_refuses_what_comes_out_otherwise_each_time():
    def counting(theta, g, eta=0.1, seen=[]):  # noqa: B006
        seen.append(1)
        return theta - eta * g / len(seen)

    rng = np.random.default_rng(0)
    for step in (lambda theta, g, eta=0.1: theta - eta * g * rng.random(), _counting()):
        with pytest.raises(ValueError, match="gives different numbers each time: it keeps something"):
            sweep(step, bowl, eta=np.geomspace(1e-3, 0.2, 7), n_steps=60)


def test_a_sweep_that_cannot_go_together_goes_one_by_one_or_says_that_it_is_too_long():
    check_all(clipped, bowl, n_steps=50, eta=np.geomspace(1e-3, 3, 9))
    with pytest.raises(ValueError, match=r"clipped works for one run, but not for many .* np\.where instead"):
        sweep(clipped, bowl, n_steps=1000, eta=np.geomspace(1e-3, 3, 1001))


def test_a_number_that_fails_alone_fails_in_a_sweep_though_nothing_uses_it():
    def unused(theta, g, t, eta=0.1):
        2.0 ** (60 * t)
        return theta - eta * g

    def divides(theta, g, t, eta=0.1):
        1 / (t - 10)
        return theta - eta * g

    assert sweep(unused, bowl, eta=[0.01, 0.1]).diverged.all()
    with pytest.raises(ZeroDivisionError):
        sweep(divides, bowl, eta=[0.01, 0.1])


def test_a_loss_that_overflows_on_the_way_has_diverged_in_a_sweep_too():
    high = Surface(lambda x: (((((x**2) ** 2) ** 2) ** 2) ** 2) ** 2, lambda x: x, name="x^64", start=(1.0,))
    for surface in (high, Surface(lambda x: x**2, lambda x: x, start=(1.0,))):
        etas = np.array([0.1, 1e5, 1e160])

        def there_and_back(theta, g, t, eta=0.1):
            return theta + eta * (-1.0) ** t

        runs = descend(there_and_back, surface, n_steps=30, eta=etas)
        swept = sweep(there_and_back, surface, n_steps=30, eta=etas)
        np.testing.assert_array_equal(swept.diverged, runs.diverged_at >= 0)
        assert swept.diverged[-1] and not swept.diverged[0]


def test_zero_and_minus_zero_are_two_numbers():
    def signed(theta, g, eta=0.1):
        return theta - eta * g * (np.copysign(1.0, np.abs(g) * 0.0) - np.copysign(1.0, np.abs(g) * -0.0))

    check_all(signed, bowl, n_steps=20, eta=np.array([0.01, 0.1, 0.2]))


def test_a_cell_of_a_map_is_the_run_behind_it():
    beta = np.linspace(0.001, 0.95, 15)
    swept = sweep(adam, beale, n_steps=200, eta=[0.1], beta1=beta, beta2=beta)
    for cell in np.ndindex(swept.loss.shape):
        run = descend(adam, beale, n_steps=200, **swept.at(cell))
        assert swept.loss[cell] == run.loss[-1], cell


@pytest.mark.parametrize("name", [n for n in steps.__all__ if n not in ("gradient_descent", "adagrad")])
def test_powers_of_t_are_those_of_single_runs(name):
    step = getattr(steps, name)
    key = "beta2" if name in ("adadelta", "rmsprop") else "beta1"
    check_all(step, ravine, n_steps=150, **{key: np.linspace(0, 0.9999, 40)})


def test_a_matrix_problem_goes_together_and_is_right():
    problem = problems.sparse_features(n_examples=40, n_features=6)
    check_all(adam, problem, n_steps=40, eta=np.geomspace(1e-3, 1, 12))


def test_a_generator_is_refused_at_once():
    def endless(theta, g, eta=0.1):
        while True:
            yield theta - eta * g

    with pytest.raises(TypeError, match=r"endless.* return instead of yield"):
        descend(endless, bowl)
    with pytest.raises(ValueError, match="returned 3 values, expected 2"):
        descend(lambda theta, g, m, eta=0.1: (theta for _ in iter(int, 1)), bowl)


# --- found by people who tried to break it ---------------------------------------------------------


def rows_alone(run):
    return [float(run.surface.loss(theta)) for theta in run.theta]


@pytest.mark.parametrize(
    ("surface", "eta"),
    [
        (
            Surface(
                lambda x, y: x**2 + y**2 + (x - np.mean(x)), lambda x, y: (2 * x + 1, 2 * y), start=(3, 2)
            ),
            1.5,
        ),
        (
            Surface(lambda x: abs(x) + (1.0 if np.all(x < 0) else 0.0), lambda x: np.sign(x), start=(0.15,)),
            0.3,
        ),
        (Surface(lambda x: x**2 if np.all(np.abs(x) < 1) else 2 * abs(x), lambda x: 2 * x, start=(3,)), 0.9),
    ],
    ids=["mean", "all", "Huber"],
)
def test_each_loss_of_a_single_run_is_that_of_its_point(surface, eta):
    run = descend(steps.gradient_descent, surface, eta=eta, n_steps=20)
    np.testing.assert_allclose(run.loss, rows_alone(run), rtol=1e-12)


def _growing(theta, g, t, eta=0.1, k=1.01):
    return theta - eta * g / k**t


def _squared(theta, g, k=1.0):
    return theta - 0.1 * g / (1 + k**2)


def _complex(theta, g, eta=0.1, k=1.0):
    return theta - eta * g * abs((k - 1) ** 0.5)


@pytest.mark.parametrize(
    ("step", "ks"),
    [
        (_growing, [1.01, 3.0, 1.02, 2.5, 1.03]),
        (_squared, [1, 1e200, 2, 1e180, 3]),
        (_complex, [1.5, 0.5, 2, 0.3, 1.1]),
    ],
)
def test_where_pythons_numbers_raise_many_runs_do_as_one(step, ks):
    check_all(step, bowl, n_steps=1000, k=np.array(ks))


def test_a_division_by_a_hyperparameter_of_zero_raises_as_alone():
    def divides(theta, g, eta=0.1, k=1.0):
        return theta - eta * g * np.minimum(1 / k, 10)

    for run in (descend, sweep):
        with pytest.raises(ZeroDivisionError):
            run(divides, bowl, k=[1.5, 0, 2, 0, 1.1])


FLOOR = Surface(lambda x, y: 1 + x**2 + y**2, lambda x, y: (2 * x, 2 * y), start=(1.0, 2.0))


def test_runs_that_have_come_to_rest_are_compared_on_their_way():
    def typed(theta, g, t, eta=0.1):
        return theta - eta * g * (1 if isinstance(t, int) else 0.5)

    class Slowing:
        n = 0

        def __call__(self, theta, g, eta=0.1):
            self.n += 1
            return theta - eta * g / self.n**0.01

    etas = np.array([0.3, 1e-3, 0.4, 1e-3, 0.3])
    check_all(typed, FLOOR, n_steps=300, eta=etas)
    with pytest.raises(ValueError, match="gives different numbers each time"):
        sweep(Slowing(), FLOOR, n_steps=300, eta=etas)


def test_a_gradient_of_one_array_that_mixes_runs_is_found_out():
    mixing = Surface(
        lambda th: (th**2).sum(axis=0),
        lambda th: 0.1 * th if (np.abs(th) < 1).all() else th,
        start=[4.0, 4.0, 4.0],
        vector=True,
    )
    check_all(steps.gradient_descent, mixing, eta=np.array([1e-3, 0.5, 1e-3, 0.5, 1e-3]))


def test_what_a_step_keeps_of_a_recording_can_be_printed_and_used():
    log = []

    def logging(theta, g, eta=0.1):
        log.append(theta)
        return theta - eta * g

    descend(logging, bowl, eta=[0.1, 0.2], n_steps=3)
    assert "array" in str(log) and all(np.isfinite(np.asarray(kept)).all() for kept in log)


@pytest.mark.filterwarnings("error")
def test_many_runs_print_no_warning():
    with np.errstate(all="warn"):
        descend(steps.gradient_descent, rosenbrock, start=[[1e200, 1], [1, 1e200]])
        flat = Surface(lambda x, y: x**2 + 0 * y, start=(1, 1))
        descend(steps.adagrad, flat, eps=[0.0, 1e-8])
        sweep(steps.adagrad, flat, eps=[0.0, 1e-8])
