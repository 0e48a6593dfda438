"""Harder ground: noise that is the same for everyone, ground that moves, and data."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adamlab import Surface, descend
from adamlab.problems import (
    breast_cancer,
    drifting,
    logistic_regression,
    noisy,
    rare_gradients,
    sparse_features,
)
from adamlab.steps import adam, gradient_descent
from adamlab.surfaces import beale, bowl, neuron, ravine

MADE = {
    "noisy": lambda: noisy(beale, 0.1),
    "drifting": lambda: drifting(beale, (0.01, 0)),
    "sparse features": sparse_features,
    "sparse features in batches": lambda: sparse_features(batch=20),
    "breast cancer": breast_cancer,
    "breast cancer in batches": lambda: breast_cancer(batch=32),
}
every_problem = pytest.mark.parametrize("make", MADE.values(), ids=MADE)


def slopes_by_differences(surface, theta, t=1, width=1e-5):
    shifts = width * np.eye(surface.n)
    return np.array([(surface.loss(theta + h, t) - surface.loss(theta - h, t)) / (2 * width) for h in shifts])


@every_problem
def test_making_it_again_makes_the_same(make):
    one, other = (descend(adam, make(), n_steps=10, eta=0.05) for _ in range(2))
    assert (one.theta == other.theta).all()
    assert (one.loss == other.loss).all()


@every_problem
def test_lanes_are_the_single_runs(make):
    surface = make()
    together = descend(adam, surface, n_steps=10, eta=[0.01, 0.1])
    assert together.theta.shape == (11, surface.n, 2)
    for i, eta in enumerate((0.01, 0.1)):
        alone = descend(adam, surface, n_steps=10, eta=eta)
        np.testing.assert_allclose(together.theta[..., i], alone.theta, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(together.loss[:, i], alone.loss, rtol=1e-9)


@every_problem
def test_adam_gets_down_without_a_warning(make):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = descend(adam, make(), n_steps=150, eta=0.1)
    assert run.loss[-1] < 0.35 * run.loss[0]


@every_problem
def test_a_run_far_too_fast_prints_no_warning(make):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        descend(gradient_descent, make(), n_steps=20, eta=[1e10, 1e300])


# Noise


def noise(surface, t, scale=1.0, seed=0):
    return noisy(surface, scale, seed).gradient(surface.start, t) - surface.gradient(surface.start)


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_noise_depends_on_seed_and_step_and_on_nothing_else(seed):
    first = noise(bowl, 3, seed=seed)
    np.testing.assert_allclose(noise(bowl, 3, seed=seed), first)
    np.testing.assert_allclose(noise(beale, 3, seed=seed), first, atol=1e-12)
    assert (noise(bowl, 4, seed=seed) != first).all()
    assert (noise(bowl, 3, seed=seed + 1) != first).all()


def test_every_lane_meets_the_same_noise():
    theta = np.random.default_rng(0).uniform(-1, 1, (2, 3, 4))
    added = noisy(bowl, 1.0).gradient(theta, 5) - bowl.gradient(theta)
    np.testing.assert_allclose(added, np.broadcast_to(added[:, :1, :1], added.shape), atol=1e-12)


def test_noise_is_gaussian_around_zero():
    values = np.array([noise(bowl, t, scale=2.0) for t in range(1, 2001)])
    assert np.abs(values.mean(axis=0)).max() < 0.15
    assert values.std(axis=0) == pytest.approx(2, rel=0.05)
    assert abs(np.corrcoef(values.T)[0, 1]) < 0.06
    assert abs(np.corrcoef(values[:-1, 0], values[1:, 0])[0, 1]) < 0.06


def test_noise_has_a_scale_for_each_coordinate():
    values = np.array([noise(bowl, t, scale=(0, 3)) for t in range(1, 301)])
    assert (values[:, 0] == 0).all()
    assert values[:, 1].std() == pytest.approx(3, rel=0.15)


def test_noise_leaves_the_loss_and_what_is_drawn_alone():
    surface = noisy(beale, 5.0)
    assert surface.loss((1, 2)) == beale.loss((1, 2))
    assert surface.name == "noisy beale"
    assert (surface.window, surface.n, surface.formula) == (beale.window, 2, beale.formula)
    assert (surface.start == beale.start).all()
    assert (surface.minima == beale.minima).all()


def test_without_scale_there_is_no_noise():
    quiet, plain = descend(adam, noisy(beale, 0.0)), descend(adam, beale)
    np.testing.assert_allclose(quiet.theta, plain.theta, rtol=1e-7, atol=1e-9)


def test_noise_on_data_and_on_noise():
    twice = noisy(noisy(breast_cancer(), 0.1, seed=1), 0.1, seed=2)
    assert descend(adam, twice, n_steps=3).theta.shape == (4, 31)


# Drift


@given(st.integers(1, 50), st.floats(-1, 1), st.floats(-1, 1))
def test_the_ground_has_moved_by_velocity_times_the_steps_done(t, x, y):
    velocity = np.array([0.25, -0.5])
    surface = drifting(ravine, velocity)
    home = np.array([x, y]) - velocity * (t - 1)
    assert surface.loss((x, y), t) == pytest.approx(ravine.loss(home), rel=1e-12)
    np.testing.assert_allclose(surface.gradient((x, y), t), ravine.gradient(home), rtol=1e-12)


def test_at_the_first_step_nothing_has_moved():
    assert drifting(beale, (1, 1)).loss(beale.start) == beale.loss(beale.start)
    assert drifting(beale, (1, 1)).takes_t


def test_a_run_chases_the_drifting_minimum():
    run = descend(gradient_descent, drifting(bowl, (0.1, 0)), n_steps=200, eta=0.3)
    minimum = 0.1 * 200
    assert minimum - 1 < run.theta[-1, 0] < minimum
    assert run.loss[-1] == pytest.approx(run.loss[-2], rel=1e-6)


def test_noise_and_drift_can_be_combined():
    both = noisy(drifting(bowl, (0.1, 0)), 0.5)
    assert both.loss((0.1, 0), 2) == pytest.approx(0)
    assert descend(adam, both, n_steps=5, eta=[0.1, 0.2]).loss.shape == (6, 2)


def test_drift_of_what_changes_with_time_already():
    surface = drifting(Surface(lambda x, t: (x - t) ** 2, lambda x, t: 2 * (x - t), start=(1,)), 2.0)
    assert surface.loss([7.0], 3) == 0  # at home t = 3, carried along by 4
    assert surface.gradient([8.0], 3).tolist() == [2]


# Logistic regression

examples = np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, 1.0], [2.0, -1.0]])
labels = np.array([1, -1, -1, 1])


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0, 1))
def test_the_loss_is_the_mean_cross_entropy(a, b, l2):
    margins = [y * (a * p + b * q) for (p, q), y in zip(examples, labels)]
    expected = sum(np.log(1 + np.exp(-margin)) for margin in margins) / 4 + l2 / 2 * (a * a + b * b)
    assert logistic_regression(examples, labels, l2).loss((a, b)) == pytest.approx(expected)


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0, 1))
def test_its_gradient_is_the_slope_of_its_loss(a, b, l2):
    surface = logistic_regression(examples, labels, l2)
    np.testing.assert_allclose(
        surface.gradient((a, b)), slopes_by_differences(surface, np.array([a, b])), atol=1e-8
    )


@pytest.mark.parametrize("make", [sparse_features, breast_cancer])
def test_the_gradient_on_data_is_the_slope_of_its_loss(make):
    surface = make(l2=0.1)
    theta = np.random.default_rng(0).normal(size=surface.n)
    np.testing.assert_allclose(surface.gradient(theta), slopes_by_differences(surface, theta), atol=1e-8)


def test_far_points_neither_overflow_nor_warn():
    surface = logistic_regression(examples, labels)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert surface.loss((1e4, 0)) == pytest.approx(np.log(2) / 4)
        assert np.isfinite(surface.gradient(np.array([[1e4, -1e4], [1e4, -1e4]]))).all()


@pytest.mark.parametrize("batch", [1, 2, 3, 4])
def test_batch_gradients_have_the_full_gradient_as_their_mean(batch):
    theta = np.array([0.3, -0.7])
    surface, full = (logistic_regression(examples, labels, 0.1, b) for b in (batch, None))
    mean = np.mean([surface.gradient(theta, t) for t in range(1, 4001)], axis=0)
    np.testing.assert_allclose(mean, full.gradient(theta), atol=0.03)
    assert surface.loss(theta) == full.loss(theta)


def test_a_batch_of_all_examples_is_the_full_gradient():
    theta = np.array([0.3, -0.7])
    surface, full = (logistic_regression(examples, labels, 0.1, b) for b in (4, None))
    np.testing.assert_allclose(surface.gradient(theta, 7), full.gradient(theta))


def test_batches_differ_from_step_to_step_and_from_seed_to_seed():
    theta = np.ones(31)
    surface, other = (breast_cancer(batch=16, seed=seed) for seed in (0, 1))
    assert (surface.gradient(theta, 1) == surface.gradient(theta, 1)).all()
    assert (surface.gradient(theta, 1) != surface.gradient(theta, 2)).all()
    assert (surface.gradient(theta, 1) != other.gradient(theta, 1)).all()


def test_the_sparse_features_become_rare():
    surface = sparse_features(l2=0.0)
    slopes = np.abs([surface.gradient(surface.start)])
    assert surface.n == 100
    assert slopes[0, :10].mean() > 3 * slopes[0, -50:].mean()
    assert surface.loss(surface.start) == pytest.approx(np.log(2))


def test_the_real_data_come_with_the_package():
    surface = breast_cancer()
    assert surface.n == 31
    assert surface.loss(np.zeros(31)) == pytest.approx(np.log(2))
    assert repr(surface) == "Surface('breast cancer', 31 coordinates)"


def test_the_real_data_have_212_malignant_and_357_benign():
    towards_benign = -breast_cancer(l2=0.0).gradient(np.zeros(31))[-1]
    assert towards_benign == pytest.approx((357 - 212) / 569 / 2)


def test_the_real_data_can_be_learnt():
    assert descend(adam, breast_cancer(), n_steps=200, eta=0.1).loss[-1] < 0.08


def test_many_coordinates_have_no_window():
    assert breast_cancer().window == ()
    assert noisy(breast_cancer(), 0.1).window == ()


# Bad input

BAD = [
    (noisy, (bowl, -1), ValueError, "noisy: scale must be finite and 0 or greater"),
    (noisy, (bowl, np.nan), ValueError, "noisy: scale must be finite"),
    (noisy, (bowl, (1, 2, 3)), ValueError, "noisy: scale must"),
    (noisy, (bowl, "loud"), (TypeError, ValueError), "noisy: scale must"),
    (noisy, (lambda x: x, 1), TypeError, "noisy: .*Surface"),
    (drifting, (bowl, (1, 2, 3)), ValueError, "drifting: velocity must"),
    (drifting, (bowl, np.nan), ValueError, "drifting: velocity must"),
    (drifting, (3, 1), TypeError, "drifting: .*Surface"),
    (logistic_regression, ([1, 2], [1, -1]), ValueError, r"features must have shape \(examples, n\)"),
    (logistic_regression, ([[1], [2]], [1, -1, 1]), ValueError, r"got shapes \(2, 1\) and \(3,\)"),
    (logistic_regression, ([[1], [2]], [0, 1]), ValueError, "labels must be ±1"),
    (logistic_regression, ([[1], [np.nan]], [-1, 1]), ValueError, "features must"),
    (logistic_regression, (np.ones((0, 3)), []), ValueError, "features must"),
    (breast_cancer, (0.1, 0), ValueError, "breast cancer: batch must be between 1 and 569, got 0"),
    (breast_cancer, (0.1, 570), ValueError, "breast cancer: batch must be between 1 and 569, got 570"),
    (breast_cancer, (0.1, 1.5), ValueError, "breast cancer: batch must"),
    (breast_cancer, (0.1, "all"), (TypeError, ValueError), "breast cancer: batch must"),
    (breast_cancer, (-1,), ValueError, "breast cancer: l2 must"),
    (sparse_features, (400, 100, 0.1, 401), ValueError, "sparse features: batch must be between 1 and 400"),
    (sparse_features, (0, 100), ValueError, "sparse"),
    (noisy, (neuron, 1, -1), ValueError, "noisy: seed must"),
    (noisy, (neuron, 1, 1.5), (TypeError, ValueError), "noisy: seed must"),
]


@pytest.mark.parametrize(("make", "args", "kind", "message"), BAD)
def test_bad_input_is_an_error_at_the_door(make, args, kind, message):
    with pytest.raises(kind, match=message) as caught:
        make(*args)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("period", [3, 10.0])
def test_rare_large_gradients_outweigh_the_others_by_one(period):
    surface = rare_gradients(period)
    run = descend(gradient_descent, surface, n_steps=2 * int(period), eta=1)
    slopes = run.gradient[:-1, 0].reshape(2, -1)
    assert (slopes[:, 0] == period).all() and (slopes[:, 1:] == -1).all()
    assert run.theta[-1, 0] == -2, "one to the left in each round"
    assert surface.loss([1.0]) == 1 / period
