"""Lion, Muon, schedules and the network's gradient do what PyTorch and Optax do: against later.npz."""

import numpy as np
import pytest
from parity.later import ABOUT, MATRICES, SHARES, STORED, error, muon_without_look_ahead

from adamlab import problems, steps

every_matrix = pytest.mark.parametrize(("k", "shape"), MATRICES, ids=str)


@pytest.mark.parametrize("k", range(len(ABOUT["lion"])))
def test_lion_as_optax(k):
    assert error(steps.lion, (12,), ABOUT["lion"][k], f"lion_{k}") <= 1e-12


def lion_that_steps_along_its_memory(theta, g, m, eta=1e-4, beta1=0.9, beta2=0.99, weight_decay=0.0):
    m = beta2 * m + (1 - beta2) * g
    return theta - eta * (np.sign(m) + weight_decay * theta), m


def test_another_lion_is_caught():
    assert error(lion_that_steps_along_its_memory, (12,), ABOUT["lion"][0], "lion_0") > 1e-3


@every_matrix
def test_muon_as_pytorch(k, shape):
    name = f"muon_{k}_{shape[0]}x{shape[1]}"
    assert error(steps.muon, shape, ABOUT["muon"][k], name) <= 1e-12
    # as PyTorch has it, with its cast to half precision, it is near
    assert 1e-6 < error(steps.muon, shape, ABOUT["muon"][k], f"{name}_half") < 0.2


@every_matrix
def test_what_is_orthogonal_is_so_in_optax(k, shape):
    name = f"muon_{k}_{shape[0]}x{shape[1]}_optax"
    assert error(muon_without_look_ahead, shape, ABOUT["muon"][k], name) <= 1e-6  # it guards |G| otherwise
    assert error(steps.muon, shape, ABOUT["muon"][k], name) > 1e-3


@pytest.mark.parametrize("name", SHARES)
@pytest.mark.parametrize("library", ["torch", "optax"])
def test_a_schedule_as_the_libraries(name, library):
    ours = [SHARES[name](t) for t in range(1, ABOUT["t_max"] + 1)]
    np.testing.assert_allclose(ours, STORED[f"{library}_{name}"], rtol=1e-12)


@pytest.mark.parametrize("t", ABOUT["points"])
def test_the_network_has_pytorchs_gradient(t):
    problem, theta = problems.digits(), STORED[f"theta_{t}"]
    np.testing.assert_allclose(problem.gradient(theta, t), STORED[f"gradient_{t}"], rtol=1e-9, atol=1e-15)
    assert problem.loss(theta) == pytest.approx(float(STORED[f"loss_{t}"]), rel=1e-12)


# --- what they are, beside the libraries -------------------------------------------------------------------


def test_orthogonal_leaves_singular_values_near_one():
    rng = np.random.default_rng(0)
    for shape in ((4, 7), (7, 4), (5, 5)):
        made = steps.orthogonal(rng.standard_normal(shape).ravel(), *shape).reshape(shape)
        values = np.linalg.svd(made, compute_uv=False)
        assert 0.3 < values.min() and values.max() < 1.3


def test_muon_steps_each_array_of_a_point_by_itself_and_each_lane():
    rng, shape = np.random.default_rng(1), ((4, 3), (3,), (2, 5))
    theta, g = rng.standard_normal((2, 25, 2))
    m = np.zeros((25, 2))
    moved, _ = steps.muon(theta, g, m, shape)
    for lane in range(2):
        first = steps.muon(theta[:12, lane], g[:12, lane], m[:12, lane], (4, 3))[0]
        row = steps.muon(theta[12:15, lane], g[12:15, lane], m[12:15, lane], (3,))[0]
        last = steps.muon(theta[15:, lane], g[15:, lane], m[15:, lane], (2, 5))[0]
        np.testing.assert_allclose(moved[:, lane], np.concatenate([first, row, last]), rtol=1e-12)
