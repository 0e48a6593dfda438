"""The walk: what is recorded, lanes and single runs alike, runs that blow up, steps as people write them."""

import math
import tracemalloc
import warnings
from functools import partial, wraps
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamlab import Surface, descend, steps
from adamlab._core.text import format_number
from adamlab.steps import adam, gradient_descent, momentum, nadam, rmsprop
from adamlab.surfaces import beale, bowl, himmelblau, neuron, ravine, rosenbrock, saddle

ALL = [getattr(steps, name) for name in steps.__all__]
every_step = pytest.mark.parametrize("step", ALL, ids=lambda step: step.__name__)

steep = Surface(lambda x, y: 1000 * (x**2 + y**2), lambda x, y: (2000 * x, 2000 * y), name="steep")


def same_run(a, b, **near):
    """Two runs with the same points, losses, gradients and memories."""
    near = {"rtol": 0, "atol": 0, **near}
    for one, other in [(a.theta, b.theta), (a.loss, b.loss), (a.gradient, b.gradient)]:
        np.testing.assert_allclose(one, other, **near)
    for one, other in zip(a.memory.values(), b.memory.values(), strict=True):
        np.testing.assert_allclose(one, other, **near)


def lane(run, *index):
    """One lane of a run, as if it had been walked alone."""
    here = (slice(None), slice(None), *index)
    return SimpleNamespace(
        theta=run.theta[here],
        gradient=run.gradient[here],
        loss=run.loss[:, *index],
        memory={name: rows[here] for name, rows in run.memory.items()},
    )


# What is recorded


@every_step
@pytest.mark.parametrize("n_steps", [0, 1, 7])
def test_keeps_a_row_for_the_start_and_one_for_each_step(step, n_steps):
    run = descend(step, beale, n_steps=n_steps, eta=0.001)
    assert run.theta.shape == run.gradient.shape == (n_steps + 1, 2)
    assert run.loss.shape == (n_steps + 1,)
    assert all(rows.shape == (n_steps + 1, 2) for rows in run.memory.values())
    assert (run.n_steps, run.lanes, run.diverged_at) == (n_steps, (), None)


@every_step
def test_keeps_the_same_rows_for_every_lane(step):
    run = descend(step, beale, n_steps=7, eta=np.full((3, 1), 0.01), start=np.ones((2, 4)))
    assert run.theta.shape == run.gradient.shape == (8, 2, 3, 4)
    assert run.loss.shape == (8, 3, 4)
    assert all(rows.shape == (8, 2, 3, 4) for rows in run.memory.values())
    assert run.lanes == run.diverged_at.shape == (3, 4)


@every_step
def test_row_zero_is_the_start_and_memory_begins_at_zero(step):
    run = descend(step, beale, n_steps=3)
    assert run.theta[0].tolist() == beale.start.tolist()
    assert run.loss[0] == beale.loss(beale.start)
    assert all((rows[0] == 0).all() for rows in run.memory.values())


@every_step
def test_each_row_is_what_the_step_makes_of_the_row_before(step):
    run = descend(step, beale, n_steps=20, eta=0.001)
    t_if_taken = (lambda t: {"t": t}) if "t" in step.__code__.co_varnames else (lambda t: {})
    for k in range(20):
        memory = {name: rows[k] for name, rows in run.memory.items()}
        result = step(run.theta[k], run.gradient[k], **memory, **t_if_taken(k + 1), **run.hyper)
        new_theta, *new_memory = result if memory else (result,)
        assert (new_theta == run.theta[k + 1]).all()
        for rows, value in zip(run.memory.values(), new_memory, strict=True):
            assert (rows[k + 1] == value).all()


@every_step
def test_losses_and_gradients_are_those_of_the_points(step):
    run = descend(step, himmelblau, n_steps=20, eta=0.01)
    np.testing.assert_allclose(run.loss, himmelblau.loss(run.theta.T), rtol=1e-12)
    np.testing.assert_allclose(run.gradient.T, himmelblau.gradient(run.theta.T), rtol=1e-10, atol=1e-10)


def test_memory_is_named_by_the_signature():
    assert list(descend(nadam, bowl).memory) == ["m", "v", "c"]
    assert descend(gradient_descent, bowl).memory == {}


def test_hyper_holds_the_defaults_too():
    assert descend(adam, bowl, eta=1).hyper == {"eta": 1.0, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def test_remembers_its_step_and_surface():
    run = descend(adam, bowl)
    assert run.step is adam
    assert run.surface is bowl


def test_takes_a_hundred_steps_unless_told_otherwise():
    assert descend(adam, bowl).n_steps == 100


def test_a_start_outside_the_window_is_allowed():
    assert descend(adam, bowl, (60, -70)).theta[0].tolist() == [60, -70]


@pytest.mark.parametrize("start", [(3, 2), [3, 2], np.array([3, 2]), np.array([3, 2], dtype=np.float32)])
def test_integers_are_walked_as_floats(start):
    run = descend(momentum, Surface(lambda x, y: x * x + y * y), start, n_steps=np.int64(5), eta=1, beta1=0)
    assert run.theta.dtype == run.loss.dtype == run.gradient.dtype == run.memory["m"].dtype == float
    np.testing.assert_allclose(run.theta[1], [-3, -2])


def test_the_given_start_is_neither_changed_nor_kept():
    start = np.array([3.0, 2.0])
    run = descend(gradient_descent, bowl, start)
    assert start.tolist() == [3, 2]
    start[:] = 0
    assert run.theta[0].tolist() == [3, 2]


def test_the_same_call_gives_the_same_run():
    same_run(descend(adam, rosenbrock, eta=0.1), descend(adam, rosenbrock, eta=0.1))


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_shorter_run_is_the_beginning_of_a_longer_one(a, b):
    short, long = (descend(adam, beale, n_steps=k, eta=0.1) for k in sorted((a, b)))
    np.testing.assert_array_equal(short.theta, long.theta[: len(short.theta)])
    np.testing.assert_allclose(short.loss, long.loss[: len(short.loss)], rtol=1e-12)


def test_runs_can_be_compared_and_kept_in_a_set():
    run = descend(adam, bowl)
    assert run in [descend(adam, bowl, eta=0.1), run]
    assert run in {run}


# What changes with time


def test_the_gradient_of_row_k_is_that_of_step_k_plus_one():
    surface = Surface(lambda x, t: t * x**2, lambda x, t: t, start=(5,))
    run = descend(gradient_descent, surface, n_steps=4, eta=1)
    assert run.gradient.ravel().tolist() == [1, 2, 3, 4, 5]
    assert run.theta.ravel().tolist() == [5, 4, 2, -1, -5]
    assert run.loss.tolist() == [25, 32, 12, 4, 125]


def test_a_step_sees_t_from_one_on():
    seen = []

    def clock(theta, g, t, eta=0.1):
        seen.append(t)
        return theta

    descend(clock, bowl, n_steps=4)
    assert seen == [1, 2, 3, 4]


# Lanes


@every_step
@given(
    etas=st.lists(st.floats(1e-4, 0.1), min_size=1, max_size=3),
    second=st.lists(st.floats(0, 0.99), min_size=1, max_size=3),
)
def test_lanes_are_the_single_runs(step, etas, second):
    name = next((n for n in ("beta1", "beta2") if n in step.__code__.co_varnames), None)
    other = {} if name is None else {name: np.array(second)}
    together = descend(step, beale, n_steps=15, eta=np.array(etas)[:, np.newaxis], **other)
    for index in np.ndindex(together.lanes):
        own = {} if name is None else {name: second[index[1]]}
        alone = descend(step, beale, n_steps=15, eta=etas[index[0]], **own)
        same_run(lane(together, *index), alone, rtol=1e-7, atol=1e-9)


@given(st.lists(st.tuples(st.floats(-1, 4), st.floats(-1, 2)), min_size=1, max_size=5))
def test_starts_side_by_side_are_the_single_runs(starts):
    together = descend(adam, beale, np.transpose(starts), n_steps=15, eta=0.05)
    for i, start in enumerate(starts):
        same_run(lane(together, i), descend(adam, beale, start, n_steps=15, eta=0.05), rtol=1e-7, atol=1e-9)


def test_lanes_of_a_surface_without_gradient_are_the_single_runs():
    def bent(x, y):
        return math.cosh(x) + abs(y) if x > 0 else x * x + y * y

    together = descend(momentum, Surface(bent), eta=[0.01, 0.05], n_steps=20)
    for i, eta in enumerate((0.01, 0.05)):
        same_run(lane(together, i), descend(momentum, Surface(bent), eta=eta, n_steps=20), atol=1e-9)


def test_hyperparameters_and_starts_broadcast_against_each_other():
    start = np.ones((2, 4))
    run = descend(
        adam, bowl, start, n_steps=1, eta=np.full((3, 1), 0.1), beta1=np.full((5, 1, 1), 0.5), beta2=0.9
    )
    assert run.lanes == (5, 3, 4)
    assert descend(adam, bowl, n_steps=1, eta=[0.1]).lanes == (1,)
    assert descend(adam, bowl, n_steps=1, eta=np.array(0.1)).lanes == ()


def test_a_list_of_hyperparameters_opens_lanes():
    run = descend(gradient_descent, bowl, n_steps=1, eta=[0.5, 1])
    assert run.theta[1].tolist() == [[-2, 0], [-1.25, -5]]


def clipped(theta, g, eta=0.1):
    return theta - eta * g / max(1.0, np.linalg.norm(g))


def with_a_branch(theta, g, eta=0.1):
    rate = eta if eta < 0.3 else 0.3
    return theta - rate * g


def with_math(theta, g, eta=0.1):
    return theta - math.sqrt(eta) * g


def wearing_out(theta, g, eta=0.1):
    eta *= 0.5
    return theta - eta * g


@pytest.mark.parametrize("step", [clipped, with_a_branch, with_math, wearing_out])
def test_a_step_that_means_one_run_gives_the_same_runs_in_lanes(step):
    together = descend(step, bowl, n_steps=10, eta=[0.1, 0.4])
    for i, eta in enumerate((0.1, 0.4)):
        same_run(lane(together, i), descend(step, bowl, n_steps=10, eta=eta), atol=1e-9)
    assert together.hyper["eta"].tolist() == [0.1, 0.4]


@pytest.mark.parametrize("n_steps", [1, 2, 3])
def test_a_loss_that_means_one_point_is_right_also_with_as_many_rows_as_coordinates(n_steps):
    goal = np.array([1.0, 2.0, 4.0])
    surface = Surface(lambda theta: ((theta - goal) ** 2).sum(axis=0), start=(0, 0, 0), vector=True)
    assert descend(gradient_descent, surface, n_steps=n_steps, eta=1e-3).loss[0] == 21


# Runs that blow up


@pytest.fixture
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


FAR_TOO_FAST = [{"eta": 1e300}, {"eta": 1e10}, {"eta": 10.0}]


@pytest.mark.usefixtures("no_warnings")
@pytest.mark.parametrize("surface", [steep, rosenbrock, beale, himmelblau, ravine], ids=lambda s: s.name)
@pytest.mark.parametrize("hyper", FAR_TOO_FAST, ids=str)
@pytest.mark.parametrize("step", [gradient_descent, momentum])
def test_a_run_that_blows_up_says_when_and_is_nan_from_there(step, surface, hyper):
    run = descend(step, surface, n_steps=400, **hyper)
    k = run.diverged_at
    assert isinstance(k, int)
    assert 1 <= k <= 400
    assert np.isfinite(run.theta[:k]).all()
    assert np.isfinite(run.loss[:k]).all()
    for rows in (run.theta, run.loss, run.gradient, *run.memory.values()):
        assert np.isnan(rows[k:]).all()


@pytest.mark.usefixtures("no_warnings")
def test_lanes_blow_up_one_by_one():
    run = descend(gradient_descent, ravine, n_steps=200, eta=[0.01, 0.5, 1e300, 0.07])
    alone = [descend(gradient_descent, ravine, n_steps=200, eta=eta).diverged_at for eta in (0.5, 1e300)]
    assert run.diverged_at.tolist() == [-1, *alone, -1]
    assert np.isfinite(run.theta[:, :, [0, 3]]).all()
    assert np.isnan(run.theta[alone[0] :, :, 1]).all()
    assert np.isfinite(run.loss[: alone[0], 1]).all()


@pytest.mark.usefixtures("no_warnings")
def test_blows_up_without_a_gradient_too():
    assert descend(gradient_descent, Surface(lambda x, y: x**4 + y**4), eta=10).diverged_at is not None


@pytest.mark.usefixtures("no_warnings")
def test_blows_up_where_math_overflows():
    surface = Surface(lambda x: math.cosh(x), lambda x: math.sinh(x), start=(1,))
    for eta in (100.0, [100.0, 200.0]):
        run = descend(gradient_descent, surface, eta=eta, n_steps=20)
        assert (np.asarray(run.diverged_at) > 0).all()


@pytest.mark.usefixtures("no_warnings")
@pytest.mark.parametrize("log", [np.log, math.log])
@pytest.mark.parametrize("eta", [1.0, [1.0, 2.0]])
def test_a_run_that_leaves_the_domain_of_the_loss_has_diverged(log, eta):
    surface = Surface(lambda x: log(x), lambda x: 1 / x, start=(0.5,))
    assert (np.asarray(descend(gradient_descent, surface, eta=eta, n_steps=5).diverged_at) == 1).all()


@pytest.mark.usefixtures("no_warnings")
@pytest.mark.parametrize("whole", [lambda x: int(x), lambda x: int(0 * x)], ids=["inf", "nan"])
def test_a_step_may_fail_on_what_is_left_of_a_run_that_blew_up(whole):
    def rounds(theta, g, eta=0.1):
        return theta - eta * g + 0 * whole(theta[0])

    assert descend(rounds, steep, eta=1e3, n_steps=200).diverged_at is not None


@pytest.mark.usefixtures("no_warnings")
@pytest.mark.parametrize("eta", [1.0, [1.0, 1.0]])
def test_a_run_that_has_diverged_does_not_come_back(eta):
    pit = Surface(lambda x: np.where(np.abs(x) < 0.5, np.nan, x**2), lambda x: 1.0, start=(2,))
    run = descend(gradient_descent, pit, eta=eta, n_steps=4)  # at 2, 1, 0, -1, -2
    assert (np.asarray(run.diverged_at) == 2).all()
    assert np.isnan(run.loss[2:]).all()
    assert np.isnan(run.theta[2:]).all()


@pytest.mark.usefixtures("no_warnings")
def test_a_run_to_infinity_has_diverged_where_the_loss_is_finite_too():
    flat = Surface(lambda x: 1 - np.tanh(x), lambda x: -1e300, start=(0,))
    assert descend(gradient_descent, flat, eta=1e10, n_steps=3).diverged_at == 1


@pytest.mark.usefixtures("no_warnings")
def test_an_infinite_loss_at_the_start_has_diverged_at_step_zero():
    run = descend(gradient_descent, Surface(lambda x: 1 / x**2, start=(0,)))
    assert run.diverged_at == 0
    assert np.isnan(run.theta).all()


@pytest.mark.usefixtures("no_warnings")
@pytest.mark.parametrize("step", ALL, ids=lambda step: step.__name__)
def test_no_step_prints_a_warning_however_fast(step):
    for eta in FAR_TOO_FAST:
        descend(step, rosenbrock, **eta)
    descend(step, rosenbrock, eta=np.geomspace(1e-3, 1e300, 20))


@pytest.mark.usefixtures("no_warnings")
def test_a_step_that_leaves_the_real_numbers_is_not_silently_cut():
    def imaginary(theta, g, eta=0.1):
        return theta - eta * np.emath.sqrt(-np.abs(g))

    with pytest.raises(ValueError, match="imaginary returned theta"):
        descend(imaginary, bowl)


# Steps as people write them


def reference(**hyper):
    return descend(momentum, bowl, n_steps=10, eta=0.05, beta1=0.8)


def in_place(theta, g, m, eta=0.05, beta1=0.8):
    m *= beta1
    m += g
    g *= eta
    theta -= eta * m
    return theta, m


def another_order(m, g, theta, beta1=0.8, eta=0.05):
    m = beta1 * m + g
    return theta - eta * m, m


def keywords_only(*, eta=0.05, beta1=0.8, theta, m, g):
    return another_order(m, g, theta, beta1, eta)


def positions_only(theta, g, m, eta=0.05, beta1=0.8, /):
    return another_order(m, g, theta, beta1, eta)


def partly_positions_only(m, theta, /, g, eta=0.05, *, beta1=0.8):
    return another_order(m, g, theta, beta1, eta)


def lists(theta, g, m, eta=0.05, beta1=0.8):
    theta, m = another_order(m, g, theta, beta1, eta)
    return [theta.tolist(), m.tolist()]


def one_array(theta, g, m, eta=0.05, beta1=0.8):
    return np.array(another_order(m, g, theta, beta1, eta))


def with_more_keywords(theta, g, m, eta=0.05, beta1=0.8, **unused):
    return another_order(m, g, theta, beta1, eta)


def unused_t(t, theta, m, g, eta=0.05, beta1=0.8):
    return another_order(m, g, theta, beta1, eta)


def an_iterator(theta, g, m, eta=0.05, beta1=0.8):
    return map(np.copy, another_order(m, g, theta, beta1, eta))


@wraps(another_order)
def wrapped(*args, **kwargs):
    return another_order(*args, **kwargs)


class Callable:
    def __call__(self, theta, g, m, eta=0.05, beta1=0.8):
        return another_order(m, g, theta, beta1, eta)

    method = __call__


FORMS = [
    in_place,
    another_order,
    keywords_only,
    positions_only,
    partly_positions_only,
    lists,
    one_array,
    with_more_keywords,
    unused_t,
    an_iterator,
    wrapped,
    Callable(),
    Callable().method,
    partial(momentum, eta=0.05, beta1=0.8),
    partial(another_order, beta1=0.8),
    lambda theta, g, m, eta=0.05, beta1=0.8: another_order(m, g, theta, beta1, eta),
]


@pytest.mark.parametrize("step", FORMS, ids=lambda step: getattr(step, "__name__", type(step).__name__))
def test_a_step_may_be_written_in_many_ways(step):
    run = descend(step, bowl, n_steps=10)
    same_run(run, reference())
    assert list(run.memory) == ["m"]


@pytest.mark.parametrize("step", FORMS[:4] + FORMS[5:7])
def test_lanes_take_the_same_ways_of_writing(step):
    run = descend(step, bowl, n_steps=10, eta=[0.05, 0.01])
    same_run(lane(run, 0), reference(), rtol=1e-12)


def test_one_number_of_memory_serves_every_coordinate():
    def counting(theta, g, count, eta=0.1):
        assert count.shape == theta.shape
        return theta - eta * g, count.max() + 1

    run = descend(counting, bowl, n_steps=3)
    assert run.memory["count"].tolist() == [[0, 0], [1, 1], [2, 2], [3, 3]]


def test_a_point_may_be_returned_as_two_numbers():
    def flat(theta, g, eta=0.1):
        x, y = theta - eta * g
        return x, y

    same_run(descend(flat, bowl), descend(gradient_descent, bowl))


def test_an_option_is_passed_as_it_is():
    def optional(theta, g, eta=0.1, kind="plain", uphill=False, limit=None):
        assert (kind, uphill, limit) == ("other", True, None)
        return theta + eta * g

    run = descend(optional, bowl, n_steps=1, kind="other", uphill=True)
    assert run.loss[1] > run.loss[0]


def test_a_hyperparameter_of_ones_own_needs_no_usual_name():
    def own(theta, g, eta=0.1, courage=-2.0):
        return theta + courage * eta * g

    assert descend(own, bowl, n_steps=1, courage=-1).theta[1].tolist() == pytest.approx([-3.6, 1.75])


def test_a_loss_that_changes_its_arguments_leaves_the_history_alone():
    def shifted(x, y):
        x -= 1
        return x**2 + y**2

    def shifted_gradient(x, y):
        return 2 * (x - 1), 2 * y

    run = descend(gradient_descent, Surface(shifted, shifted_gradient, start=(3, 2)), n_steps=2, eta=0.25)
    assert run.theta[:, 0].tolist() == [3, 2, 1.5]


# Facts of the lessons


def steps_until_near(run, near=1e-6):
    """Steps until the distance to the origin is below that."""
    return int(np.argmax(np.linalg.norm(run.theta, axis=1) < near))


def test_gradient_descent_crosses_the_ravine_in_192_steps_at_best():
    assert steps_until_near(descend(gradient_descent, ravine, n_steps=400, eta=2 / 26)) == 192


@pytest.mark.parametrize(("eta", "beta1", "n_steps"), [(4 / 36, 4 / 9, 48), (0.01, 0.9, 270)])
def test_the_heavy_ball_crosses_the_ravine_in_fewer(eta, beta1, n_steps):
    assert steps_until_near(descend(momentum, ravine, n_steps=400, eta=eta, beta1=beta1)) == n_steps


@given(st.floats(0.01, 3))
def test_gradient_descent_is_stable_below_two_over_the_largest_curvature(ratio):
    loss = descend(gradient_descent, ravine, n_steps=1500, eta=ratio * 2 / 25).loss
    if ratio < 0.99:
        assert loss[-1] < loss[0]
    elif ratio > 1.01:
        assert not loss[-1] < loss[0]


def test_adam_on_the_neuron():
    run = descend(adam, neuron, eta=0.01, beta2=0.99)
    assert np.round(run.theta[-1], 4).tolist() == [0.4392, 0.0602]
    assert round(run.loss[-1], 5) == 0.07792


@pytest.mark.parametrize("surface", [beale, rosenbrock, himmelblau, saddle, neuron], ids=lambda s: s.name)
def test_a_thousandfold_loss_leaves_adams_path_unchanged(surface):
    def loss(theta):
        return 1000 * surface.loss(theta)

    def gradient(theta):
        return 1000 * surface.gradient(theta)

    large = descend(adam, Surface(loss, gradient, start=surface.start, vector=True), eta=0.01, eps=1e-12)
    np.testing.assert_allclose(large.theta, descend(adam, surface, eta=0.01, eps=1e-12).theta, atol=1e-6)


def test_a_thousandfold_loss_blows_gradient_descent_up():
    large = Surface(lambda x, y: 1000 * beale.loss((x, y)), start=beale.start)
    assert descend(gradient_descent, beale, eta=0.003).loss[-1] < 1
    assert descend(gradient_descent, large, eta=0.003).diverged_at is not None


def test_rmsprops_first_step_is_ten_times_eta_at_099():
    run = descend(rmsprop, bowl, n_steps=1, eta=0.01, beta2=0.99)
    np.testing.assert_allclose(np.abs(run.theta[1] - run.theta[0]), 0.1, rtol=1e-6)


# In one line


@pytest.mark.parametrize(
    ("step", "surface", "options", "line"),
    [
        (
            adam,
            ravine,
            {"eta": 0.1},
            "adam on ravine, η=0.1, β1=0.9, β2=0.999: loss 86.1 → 3.0e-4 in 100 steps",
        ),
        (
            gradient_descent,
            ravine,
            {"eta": 0.5, "n_steps": 200},
            "gradient_descent on ravine, η=0.5: loss 86.1, diverged at step 145",
        ),
        (
            gradient_descent,
            bowl,
            {"eta": 0.25, "n_steps": 0},
            "gradient_descent on bowl, η=0.25: loss 17.4 → 17.4 in 0 steps",
        ),
        (
            adam,
            bowl,
            {"n_steps": 5, "eta": [0.1, 0.2], "eps": 1e-4},
            "adam on bowl, η=(2 values), β1=0.9, β2=0.999, ε=0.0001: 2 lanes, 5 steps, 0 diverged",
        ),
        (
            partial(adam, beta1=0.5),
            ravine,
            {"eta": [[0.1], [0.2]], "n_steps": 5},
            "adam on ravine, η=(2 × 1 values), β1=0.5, β2=0.999: 2 lanes, 5 steps, 0 diverged",
        ),
        (
            gradient_descent,
            ravine,
            {"eta": [0.01, 1e300], "n_steps": 5},
            "gradient_descent on ravine, η=(2 values): 2 lanes, 5 steps, 1 diverged",
        ),
    ],
)
def test_says_in_one_line_what_happened(step, surface, options, line):
    assert repr(descend(step, surface, **options)) == line


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (86.125, "86.1"),
        (0, "0"),
        (0.07792, "0.0779"),
        (2.345e-4, "2.3e-4"),
        (-3.2e-7, "-3.2e-7"),
        (0.001, "0.001"),
        (9.996e-4, "1.0e-3"),
        (999.4, "999"),
        (999.6, "1000"),
        (12345.6, "12346"),
        (-1234, "-1234"),
        (1e5, "1.0e5"),
        (1.1e214, "1.1e214"),
        (np.inf, "inf"),
        (np.nan, "nan"),
    ],
)
def test_numbers_are_written_for_people(x, text):
    assert format_number(x) == text


def test_arrivals_of_lanes_are_those_of_single_runs():
    etas = [0.01, 2 / 26, 0.09]
    lanes = descend(gradient_descent, ravine, n_steps=400, eta=etas)
    alone = [descend(gradient_descent, ravine, n_steps=400, eta=eta).arrived(0.01) for eta in etas]
    assert alone == [None, 77, None]
    np.testing.assert_array_equal(lanes.arrived(0.01), [np.nan, 77, np.nan])
    assert descend(gradient_descent, saddle).arrived() is None  # which has no minimum


def test_a_run_has_settled_only_when_it_does_not_leave_again():
    passing = descend(adam, ravine, n_steps=400, eta=1.0)
    first = np.flatnonzero(passing.loss < 0.01 * passing.loss[0])[0]
    settled = passing.settled(0.01)
    assert first < settled and passing.loss[settled - 1] >= 0.01 * passing.loss[0]
    assert (passing.loss[settled:] < 0.01 * passing.loss[0]).all()
    lanes = descend(adam, ravine, n_steps=400, eta=[[1.0], [0.001]])
    np.testing.assert_array_equal(lanes.settled(0.01), [[settled], [np.nan]])
    assert descend(gradient_descent, ravine, eta=0.1).settled() is None  # blows up


# Memory


@pytest.fixture
def traced():
    """Starts to count, and returns what is held since and what was at most, in bytes."""
    yield lambda: tracemalloc.get_traced_memory() if tracemalloc.is_tracing() else tracemalloc.start()
    tracemalloc.stop()


def test_whoever_keeps_the_last_point_does_not_keep_gradients_and_memory(traced):
    flat = Surface(lambda p: 0 * p[0], lambda p: 0 * p, start=np.ones(400), vector=True)
    traced()
    end = descend(adam, flat, n_steps=500).theta[-1]
    held, _ = traced()
    points = 501 * end.nbytes
    assert held < 1.5 * points  # with gradients, m and v four times as much


def test_many_lanes_need_little_more_than_what_they_return(traced):
    etas = np.linspace(0.001, 0.08, 2000)
    traced()
    run = descend(gradient_descent, ravine, n_steps=1000, eta=etas)
    run.arrived()
    _, most = traced()
    returned = run.theta.nbytes + run.gradient.nbytes + run.loss.nbytes
    assert returned < most < 1.5 * returned
    for column in (0, 1999):  # rows are looked at a few at a time
        alone = run.lane(column)
        np.testing.assert_array_equal(alone.loss, ravine.loss(alone.theta.T))
