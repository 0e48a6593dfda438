"""Each step does what PyTorch and Optax do: against the reference that parity/generate.py wrote."""

import numpy as np
import pytest
from parity.table import fixed_error, free_error, load, relative_errors, replay

from adamlab import steps
from adamlab._core.signature import Signature

REFERENCE = load()
CASES = REFERENCE.cases
DEFAULTS = {case.step: case for case in CASES if not case.setting}
# surfaces on which free runs are compared; another surface needs no run of a library
SURFACES = "bowl ravine saddle plateau rosenbrock beale himmelblau rastrigin neuron".split()
# steps that no library has, and why there is none to compare with: {"my_step": "published last week"}
WITHOUT_LIBRARY: dict[str, str] = {}
COMPARED = [name for name in steps.__all__ if name not in WITHOUT_LIBRARY]
FREE_RUNS = [(case, surface) for case in CASES for surface in case.free]


def test_every_step_is_in_the_reference_with_its_defaults():
    assert {name: case.hyper for name, case in DEFAULTS.items()} == {
        name: Signature(getattr(steps, name)).hyper() for name in COMPARED
    }


@pytest.mark.parametrize("case", CASES, ids=str)
def test_fixed_gradients_as_pytorch(case):
    assert fixed_error(REFERENCE, case) <= 1e-12


@pytest.mark.parametrize("case", [case for case in CASES if not case.optax_lacks], ids=str)
def test_fixed_gradients_as_optax(case):
    assert fixed_error(REFERENCE, case, library="optax") <= 1e-12


def test_where_optax_is_not_compared_it_is_another_rule():
    assert all(case.optax_differs > 1e-6 for case in CASES if case.optax_lacks)
    assert {case.step for case in CASES} - {c.step for c in CASES if not c.optax_lacks} == {"amsgrad"}


@pytest.mark.parametrize("case, surface", FREE_RUNS, ids=str)
def test_free_run_as_pytorch(case, surface):
    assert free_error(REFERENCE, case, surface) <= 1e-9


def test_free_runs_are_compared_for_long():
    whole = [
        (case.step, surface) for case, surface in FREE_RUNS if len(case.free[surface]) == len(REFERENCE.rows)
    ]
    assert len(whole) > 0.8 * len(FREE_RUNS)
    # With at least one setting, each step is followed to the end on each surface.
    assert set(whole) == {(step, surface) for step in COMPARED for surface in SURFACES}


# That these tests can fail: a hyperparameter off by a millionth, and conventions that circulate.


@pytest.mark.parametrize("case", DEFAULTS.values(), ids=lambda case: case.step)
def test_each_hyperparameter_counts(case):
    for name, value in case.hyper.items():
        changed = case._replace(hyper={**case.hyper, name: value * (1 + 1e-6)})
        assert fixed_error(REFERENCE, changed) > 1e-12, name


def momentum_averaged(theta, g, m, eta=0.01, beta1=0.9):
    m = beta1 * m + (1 - beta1) * g
    return theta - eta * m, m


def nesterov_with_the_old_velocity(theta, g, m, eta=0.01, beta1=0.9):
    return theta - eta * (g + beta1 * m), beta1 * m + g


def adagrad_eps_inside(theta, g, G, eta=0.01, eps=1e-10):
    G = G + g**2
    return theta - eta * g / np.sqrt(G + eps), G


def adadelta_updates_u_first(theta, g, v, u, eta=1.0, beta2=0.95, eps=1e-6):
    v = beta2 * v + (1 - beta2) * g**2
    u = beta2 * u + (1 - beta2) * g**2 * (u + eps) / (v + eps)
    return theta - eta * np.sqrt((u + eps) / (v + eps)) * g, v, u


def rmsprop_corrected(theta, g, v, t, eta=0.01, beta2=0.9, eps=1e-8):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * g / (np.sqrt(v / (1 - beta2**t)) + eps), v


def adam_eps_inside(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    return theta - eta * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + eps), m, v


def adam_overwrites_its_averages(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
    return theta - eta * m / (np.sqrt(v) + eps), m, v


def amsgrad_corrects_first(theta, g, m, v, v_max, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v / (1 - beta2**t))
    return theta - eta * m / (1 - beta1**t) / (np.sqrt(v_max) + eps), m, v, v_max


def adamw_decays_in_the_gradient(
    theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    return steps.adam(theta, g + weight_decay * theta, m, v, t, eta, beta1, beta2, eps)


def nadam_without_schedule(
    theta, g, m, v, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004
):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    m_bar = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    return theta - eta * m_bar / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adamax_eps_on_the_maximum(theta, g, m, u, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    m, u = beta1 * m + (1 - beta1) * g, np.maximum(beta2 * u, np.abs(g))
    return theta - eta * m / (1 - beta1**t) / (u + eps), m, u


WRONG = [
    momentum_averaged,
    nesterov_with_the_old_velocity,
    adagrad_eps_inside,
    adadelta_updates_u_first,
    rmsprop_corrected,
    adam_eps_inside,
    adam_overwrites_its_averages,
    amsgrad_corrects_first,
    adamw_decays_in_the_gradient,
    nadam_without_schedule,
    adamax_eps_on_the_maximum,
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda step: step.__name__)
def test_a_wrong_convention_is_caught(wrong):
    case = DEFAULTS[wrong.__name__.split("_")[0]]
    assert fixed_error(REFERENCE, case, wrong) > 1e-6


def test_the_tiny_coordinate_tells_where_eps_stands():
    case = DEFAULTS["adam"]
    path = replay(adam_eps_inside, REFERENCE.start, REFERENCE.gradients, case.hyper)
    ordinary, growing, tiny = relative_errors(path, case.torch, REFERENCE.start).max(axis=0)
    assert ordinary < 1e-6
    assert growing < 1e-3
    assert tiny > 0.5
