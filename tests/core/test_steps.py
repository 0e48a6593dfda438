"""What the update rules must obey, whatever the surface: exact first steps, limits and equivalences."""

import inspect
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamlab import steps
from adamlab.steps import (
    adadelta,
    adagrad,
    adam,
    adamax,
    adamw,
    amsgrad,
    gradient_descent,
    momentum,
    nadam,
    nesterov,
    rmsprop,
)

ALL = [getattr(steps, name) for name in steps.__all__]
every_step = pytest.mark.parametrize("step", ALL, ids=lambda step: step.__name__)
WHATEVER_IT_SEES = {"theta", "g", "t"}

gradients = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30)
sizes = st.floats(1e-3, 1e6)
rates = st.floats(1e-6, 10)
decays = st.floats(0, 0.999)


def memory_of(step):
    parameters = inspect.signature(step).parameters.values()
    return [p.name for p in parameters if p.default is p.empty and p.name not in WHATEVER_IT_SEES]


def defaults_of(step):
    parameters = inspect.signature(step).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def call(step, theta, g, memory, t, **hyper):
    """One step as (theta, memory): a loop of the tests' own, beside the one in `descend`."""
    when = {"t": t} if "t" in inspect.signature(step).parameters else {}
    result = step(theta=theta, g=g, **memory, **when, **hyper)
    theta, *values = result if memory else (result,)
    return theta, dict(zip(memory, values))


def walk(step, given_gradients, theta=0.0, **hyper):
    """Points and memories met under gradients that are given in advance."""
    theta = np.asarray(theta, dtype=float)
    memory = {name: np.zeros_like(theta) for name in memory_of(step)}
    points, memories = [theta], [memory]
    for t, g in enumerate(given_gradients, start=1):
        theta, memory = call(step, theta, np.asarray(g, dtype=float), memory, t, **hyper)
        points.append(theta)
        memories.append(memory)
    return np.array(points), memories


def moves(step, given_gradients, **hyper):
    """How far each step goes downhill."""
    return -np.diff(walk(step, given_gradients, **hyper)[0], axis=0)


def same(a, b, rtol=1e-12):
    np.testing.assert_allclose(a, b, rtol=rtol, atol=1e-300)


# Signatures


@every_step
def test_names_its_hyperparameters_like_every_other(step):
    allowed = {"eta", "beta1", "beta2", "eps"}
    extra = {"adamw": {"weight_decay"}, "nadam": {"momentum_decay"}}.get(step.__name__, set())
    names = set(defaults_of(step))
    assert names <= allowed | extra
    assert extra <= names


DEFAULTS = {
    "gradient_descent": {"eta": 0.1},
    "momentum": {"eta": 0.01, "beta1": 0.9},
    "nesterov": {"eta": 0.01, "beta1": 0.9},
    "adagrad": {"eta": 0.01, "eps": 1e-10},
    "adadelta": {"eta": 1.0, "beta2": 0.95, "eps": 1e-6},
    "rmsprop": {"eta": 0.01, "beta2": 0.9, "eps": 1e-8},
    "adam": {"eta": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    "amsgrad": {"eta": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    "adamw": {"eta": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01},
    "nadam": {"eta": 0.002, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "momentum_decay": 0.004},
    "adamax": {"eta": 0.002, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
}


@every_step
def test_has_the_published_defaults_in_the_order_of_the_sliders(step):
    assert list(defaults_of(step).items()) == list(DEFAULTS[step.__name__].items())


MEMORY = {
    "gradient_descent": [],
    "momentum": ["m"],
    "nesterov": ["m"],
    "adagrad": ["G"],
    "adadelta": ["v", "u"],
    "rmsprop": ["v"],
    "adam": ["m", "v"],
    "amsgrad": ["m", "v", "v_max"],
    "adamw": ["m", "v"],
    "nadam": ["m", "v", "c"],
    "adamax": ["m", "u"],
}


@every_step
def test_carries_the_memory_it_should(step):
    assert memory_of(step) == MEMORY[step.__name__]


@every_step
def test_changes_no_array_that_it_was_given(step):
    shape = (3, 4)
    arrays = {name: np.full(shape, 0.5) for name in ["theta", "g", *memory_of(step)]}
    hyper = {name: np.full(4, value) for name, value in defaults_of(step).items()}
    for array in (*arrays.values(), *hyper.values()):
        array.flags.writeable = False  # a write would raise
    theta, g, memory = arrays["theta"], arrays["g"], {name: arrays[name] for name in memory_of(step)}
    new_theta, new_memory = call(step, theta, g, memory, 1, **hyper)
    for new in (new_theta, *new_memory.values()):
        assert not any(np.shares_memory(new, old) for old in (theta, g, *memory.values()))


# Gradient descent and momentum


def test_gradient_descent_moves_by_eta_times_the_gradient():
    assert gradient_descent(np.array([1.0, -2.0]), np.array([4.0, -8.0]), eta=0.25).tolist() == [0, 0]


@pytest.mark.parametrize("step", [momentum, nesterov])
@given(gradients, rates)
def test_without_momentum_it_is_gradient_descent(step, g, eta):
    plain = walk(gradient_descent, g, eta=eta)[0]
    assert (walk(step, g, eta=eta, beta1=0.0)[0] == plain).all()


@given(gradients, rates, decays)
def test_heavy_ball_is_the_averaging_form_with_a_larger_rate(g, eta, beta1):
    theta, m = 0.0, 0.0
    for one in g:
        m = beta1 * m + (1 - beta1) * one
        theta -= eta / (1 - beta1) * m
    scale = eta * sum(map(abs, g)) / (1 - beta1)
    assert walk(momentum, g, eta=eta, beta1=beta1)[0][-1] == pytest.approx(
        theta, rel=1e-12, abs=1e-12 * scale
    )


@given(sizes, decays, st.integers(1, 50))
def test_momentum_gathers_a_geometric_series(g, beta1, n):
    m = walk(momentum, [g] * n, beta1=beta1)[1][-1]["m"]
    same(m, g * sum(beta1**k for k in range(n)))


@given(st.floats(-5, 5), st.floats(1e-3, 0.3), decays)
def test_nesterov_is_sutskevers_form_seen_from_the_look_ahead_point(start, eta, beta1):
    """Sutskever et al. (2013): v ← μv − η∇f(φ + μv), φ ← φ + v, here with f(x) = 3x²/2."""
    phi, v = start, 0.0
    theta, m = np.array(start), np.array(0.0)
    for _ in range(20):
        v = beta1 * v - eta * 3 * (phi + beta1 * v)
        phi = phi + v
        theta, m = nesterov(theta, 3 * theta, m, eta=eta, beta1=beta1)
        assert theta == pytest.approx(phi + beta1 * v, rel=1e-9, abs=1e-9)


@given(sizes, rates, decays)
def test_nesterovs_first_step_is_longer_by_its_momentum(g, eta, beta1):
    same(moves(nesterov, [g], eta=eta, beta1=beta1), [eta * g * (1 + beta1)])


# Adagrad, Adadelta, RMSprop


@given(sizes, rates)
def test_adagrad_takes_steps_of_eta_over_root_t_under_a_constant_gradient(g, eta):
    same(moves(adagrad, [g] * 50, eta=eta, eps=0.0), eta / np.sqrt(np.arange(1, 51)), rtol=1e-9)


@given(gradients)
def test_adagrad_sums_the_squares(g):
    sums = [memory["G"] for memory in walk(adagrad, g)[1]]
    same(sums, np.cumsum([0, *np.square(g)]))


def test_adagrads_eps_stands_outside_the_root():
    same(moves(adagrad, [2.0], eta=1.0, eps=3.0), [2 / (2 + 3)])


def test_adadelta_adds_eps_inside_both_roots_and_starts_with_no_step_remembered():
    same(moves(adadelta, [2.0], eta=0.5, beta2=0.75, eps=0.1), [0.5 * 2 * np.sqrt(0.1) / np.sqrt(1.1)])


def test_adadelta_remembers_its_own_steps_and_not_the_rate():
    delta = 2 * np.sqrt(0.1) / np.sqrt(1.1)
    u = walk(adadelta, [2.0], eta=0.5, beta2=0.75, eps=0.1)[1][1]["u"]
    same(u, 0.25 * delta**2)


@given(st.floats(1, 1e6), st.floats(1e-3, 1e3), st.sampled_from([-1, 1]))
def test_adadelta_hardly_sees_the_unit_of_the_loss(g, scale, sign):
    given_gradients = [g, sign * g, g / 2]
    plain = moves(adadelta, given_gradients, eps=1e-12)
    same(moves(adadelta, [scale * one for one in given_gradients], eps=1e-12), plain, rtol=1e-3)


@given(sizes, rates, decays)
def test_rmsprops_first_step_is_eta_over_root_one_minus_beta2(g, eta, beta2):
    same(moves(rmsprop, [g], eta=eta, beta2=beta2, eps=0.0), [eta / np.sqrt(1 - beta2)], rtol=1e-10)


@pytest.mark.parametrize(("beta2", "length"), [(0.9, 3.16), (0.99, 10.0), (0.999, 31.6)])
def test_rmsprop_starts_fast(beta2, length):
    assert moves(rmsprop, [1.0], eta=1.0, beta2=beta2)[0] == pytest.approx(length, rel=1e-3)


def test_rmsprops_eps_stands_outside_the_root():
    same(moves(rmsprop, [2.0], eta=1.0, beta2=0.75, eps=3.0), [2 / (1 + 3)])


@given(gradients)
def test_rmsprop_without_memory_moves_by_the_sign(g):
    expected = [0.5 * abs(one) / (abs(one) + 1e-8) * np.sign(one) for one in g]
    np.testing.assert_allclose(moves(rmsprop, g, eta=0.5, beta2=0.0), expected, rtol=1e-9, atol=1e-9)


# Adam


@given(st.floats(1e-12, 1e12), rates, decays, decays, st.sampled_from([-1, 1]))
def test_adams_first_step_is_eta_times_g_over_g_plus_eps(size, eta, beta1, beta2, sign):
    length = eta * size / (size + 1e-8)
    same(moves(adam, [sign * size], eta=eta, beta1=beta1, beta2=beta2), [sign * length], rtol=1e-9)


@pytest.mark.parametrize(("g", "length"), [(1e12, 1), (1, 1), (1e-6, 0.990), (1e-8, 0.5)])
def test_adams_first_step_by_the_size_of_the_gradient(g, length):
    assert moves(adam, [g], eta=1.0)[0] == pytest.approx(length, abs=1e-3)


@given(sizes, rates, decays, decays)
def test_adam_moves_by_eta_at_each_step_under_a_constant_gradient(g, eta, beta1, beta2):
    same(moves(adam, [g] * 40, eta=eta, beta1=beta1, beta2=beta2, eps=0.0), np.full(40, eta), rtol=1e-8)


@given(gradients, decays, decays)
def test_adam_carries_the_uncorrected_averages(g, beta1, beta2):
    memory = walk(adam, g, beta1=beta1, beta2=beta2)[1][-1]
    weights = np.arange(len(g))[::-1]
    m = np.sum((1 - beta1) * beta1**weights * g)
    v = np.sum((1 - beta2) * beta2**weights * np.square(g))
    assert memory["m"] == pytest.approx(m, rel=1e-9, abs=1e-12 * np.abs(g).max())
    assert memory["v"] == pytest.approx(v, rel=1e-9)


@given(gradients, rates)
def test_adam_without_averages_moves_by_the_sign(g, eta):
    expected = [eta * one / (abs(one) + 1e-8) for one in g]
    np.testing.assert_allclose(
        moves(adam, g, eta=eta, beta1=0, beta2=0), expected, rtol=1e-9, atol=1e-9 * eta
    )


@given(st.lists(st.floats(-1e6, 1e6).filter(lambda g: abs(g) > 1e-3), min_size=1, max_size=30))
def test_adam_hardly_sees_the_unit_of_the_loss(g):
    large = moves(adam, [1000 * one for one in g], eta=1.0)
    np.testing.assert_allclose(large, moves(adam, g, eta=1.0), atol=2e-4)


SHARPEST = [(0.9, 0.999, 7.27), (0.9, 0.99, 2.345)]


def longest_step(beta1, beta2):
    """Cauchy–Schwarz, in units of η."""
    return (1 - beta1) / np.sqrt((1 - beta2) * (1 - beta1**2 / beta2))


@pytest.mark.parametrize(("beta1", "beta2", "bound"), SHARPEST)
def test_adams_longest_step_is_reached_by_a_growing_gradient(beta1, beta2, bound):
    growth, n = beta2 / beta1, 6000
    g = 1e-140 * growth ** np.arange(n)
    g = g[g < 1e140]
    step = moves(adam, g, eta=1.0, beta1=beta1, beta2=beta2)[-1]
    assert step == pytest.approx(bound, rel=2e-3)
    assert longest_step(beta1, beta2) == pytest.approx(bound, rel=1e-3)


@pytest.mark.parametrize(("beta1", "beta2", "bound"), SHARPEST)
@given(g=gradients)
def test_adam_never_steps_further_than_the_bound(beta1, beta2, bound, g):
    assert np.abs(moves(adam, g, eta=1.0, beta1=beta1, beta2=beta2)).max() <= 1.001 * bound


def test_adams_step_can_be_longer_than_eta():
    assert moves(adam, [1.1**k for k in range(30)], eta=1.0)[-1] > 1.2


# Adam's family


@given(gradients, rates)
def test_adamw_without_decay_is_adam(g, eta):
    without = walk(adamw, g, theta=3.0, eta=eta, weight_decay=0.0)[0]
    assert (without == walk(adam, g, theta=3.0, eta=eta)[0]).all()


def test_adamws_decay_is_multiplied_by_eta_and_not_divided_by_the_gradients():
    points = walk(adamw, [0.0] * 5, theta=2.0, eta=0.1, weight_decay=0.5)[0]
    same(points, 2 * 0.95 ** np.arange(6))


@given(gradients, rates)
def test_amsgrad_is_adam_while_the_squares_grow(g, eta):
    growing = sorted(g, key=abs)
    assert (walk(amsgrad, growing, eta=eta)[0] == walk(adam, growing, eta=eta)[0]).all()


@given(gradients, decays)
def test_amsgrads_divisor_never_shrinks(g, beta2):
    memories = walk(amsgrad, [*g, 0.0, 0.0], beta2=beta2)[1]
    largest = [memory["v_max"] for memory in memories]
    assert all(a <= b for a, b in pairwise(largest))
    assert largest == np.maximum.accumulate([memory["v"] for memory in memories]).tolist()


def test_amsgrad_steps_less_than_adam_once_the_gradient_has_shrunk():
    g = [100.0] * 5 + [1.0] * 50
    assert moves(amsgrad, g, beta2=0.9)[-1] < 0.1 * moves(adam, g, beta2=0.9)[-1]


def momentum_schedule(beta1, n, decay=0.004):
    return beta1 * (1 - 0.5 * 0.96 ** (decay * np.arange(1, n + 1)))


@given(st.floats(0, 0.999), st.integers(1, 60), st.floats(0, 1))
def test_nadams_c_is_what_the_product_of_the_momenta_leaves(beta1, n, decay):
    c = walk(nadam, [1.0] * n, beta1=beta1, momentum_decay=decay)[1][-1]["c"]
    same(c, 1 - np.prod(momentum_schedule(beta1, n, decay)), rtol=1e-10)


@given(gradients, st.floats(0, 0.999))
def test_nadam_is_dozats_algorithm(g, beta1):
    """Algorithm 2 written with the products of all μ so far."""
    mu = momentum_schedule(beta1, len(g) + 1)
    m, v = 0.0, 0.0
    for t, (one, move) in enumerate(zip(g, moves(nadam, g, eta=1.0, beta1=beta1)), start=1):
        m = beta1 * m + (1 - beta1) * one
        v = 0.999 * v + 0.001 * one**2
        m_bar = mu[t] * m / (1 - np.prod(mu[: t + 1])) + (1 - mu[t - 1]) * one / (1 - np.prod(mu[:t]))
        expected = m_bar / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        assert move == pytest.approx(expected, rel=1e-8, abs=1e-8)


@given(sizes, rates, decays)
def test_adamaxs_first_step_is_eta_times_g_over_g_plus_eps(g, eta, beta1):
    same(moves(adamax, [g], eta=eta, beta1=beta1), [eta * g / (g + 1e-8)], rtol=1e-10)


@given(gradients, decays)
def test_adamax_divides_by_the_decayed_largest_gradient(g, beta2):
    u = walk(adamax, g, beta2=beta2)[1][-1]["u"]
    same(u, max(beta2**k * (abs(one) + 1e-8) for k, one in enumerate(reversed(g))))


# All of them


@pytest.mark.parametrize(
    "step", [adagrad, rmsprop, adam, amsgrad, nadam, adamax], ids=lambda step: step.__name__
)
@given(size=st.floats(1e-3, 1e6))
def test_treats_each_coordinate_alone(step, size):
    """A gradient a million times larger beside it changes nothing."""
    pair = moves(step, [np.array([1.0, size])] * 5, theta=np.zeros(2))
    same(pair[:, 0], moves(step, [1.0] * 5))


@every_step
@given(
    g=st.lists(st.sampled_from([0.0, -0.0, 1e-300, -1e-12, 1.0, -1e6, 1e12]), min_size=1, max_size=40),
    beta1=st.floats(0, 0.9999),
    beta2=st.floats(0, 0.9999),
)
def test_stays_finite_also_where_the_gradient_is_zero(step, g, beta1, beta2):
    own = {"beta1": beta1, "beta2": beta2}
    hyper = {name: value for name, value in own.items() if name in defaults_of(step)}
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        points, memories = walk(step, g, theta=1.0, **hyper)
    assert np.isfinite(points).all()
    assert all(np.isfinite(value).all() for memory in memories for value in memory.values())


@every_step
def test_stands_still_where_the_gradient_was_always_zero(step):
    unmoved = walk(step, [0.0] * 10, theta=0.0)[0]
    assert (unmoved == 0).all()


@every_step
def test_goes_downhill_at_first(step):
    assert (moves(step, [np.array([2.0, -3.0])], theta=np.zeros(2)) * [2.0, -3.0] > 0).all()


@st.composite
def lanes_of_gradients(draw):
    """Five gradients, with two or three coordinates and up to two axes of lanes."""
    lanes = draw(st.sampled_from([(1,), (3,), (2, 2)]))
    shape = (5, draw(st.integers(2, 3)), *lanes)
    values = st.floats(-1e3, 1e3)
    flat = draw(st.lists(values, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    return np.array(flat).reshape(shape)


@every_step
@given(g=lanes_of_gradients(), seed=st.integers(0, 1000))
def test_lanes_are_the_runs_one_by_one(step, g, seed):
    lanes, rng = g.shape[2:], np.random.default_rng(seed)
    ranges = {"eta": (0.01, 1), "beta1": (0, 0.99), "beta2": (0, 0.99), "eps": (1e-8, 1e-3)}
    hyper = {name: rng.uniform(*ranges.get(name, (0, 0.1)), lanes) for name in defaults_of(step)}
    together, memories = walk(step, g, theta=np.ones(g.shape[1:]), **hyper)
    for lane in np.ndindex(lanes):
        here = (slice(None), slice(None), *lane)
        own = {name: float(value[lane]) for name, value in hyper.items()}
        alone, own_memories = walk(step, g[here], theta=np.ones(g.shape[1]), **own)
        np.testing.assert_allclose(together[here], alone, rtol=1e-11, atol=1e-11)
        for name, value in own_memories[-1].items():
            np.testing.assert_allclose(memories[-1][name][here[1:]], value, rtol=1e-11, atol=1e-11)
