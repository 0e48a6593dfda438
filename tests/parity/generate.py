"""Writes what PyTorch and Optax do into ``reference.npz``, for the tests to compare adamlab with.

In an environment that has adamlab:

    pip install torch==2.13.0 optax==0.2.8 && python tests/parity/generate.py

Each step is run with several settings, in float64, (a) on fixed gradients, (b) on its own on every
ready-made surface, with adamlab's gradient at the library's point: only the update is compared. Nothing
of adamlab's steps goes into the file but their names and defaults.

A run may be chaotic or diverge. So each free run is kept only as far as correct computations agree:
PyTorch, PyTorch shaken by a rounding error at every step, and Optax where it can express the step. (One
nudge at the start would not do: a run that settles forgets it, and may amplify rounding errors later.)
"""

import importlib.metadata
import json

import jax
import numpy as np
import optax
import torch
from table import REFERENCE, relative_errors

from adamlab import steps, surfaces
from adamlab._core.signature import Signature

N_STEPS = 200
SURFACES = [name for name in surfaces.__all__ if isinstance(getattr(surfaces, name), surfaces.Surface)]
ROWS = np.array([1, 2, 3, 4, 5, 7, 10, 15, *range(20, N_STEPS + 1, 10)])  # all would make a megabyte
AGREE = 1e-11  # between libraries; a hundredth of what is asked of adamlab, which rounds differently again

SETTINGS = {  # besides the defaults
    "gradient_descent": [{"eta": 0.01}, {"eta": 0.001}],
    "momentum": [{"eta": 0.002, "beta1": 0.5}, {"eta": 0.001, "beta1": 0.99}],
    "nesterov": [{"eta": 0.0005, "beta1": 0.5}, {"eta": 0.001, "beta1": 0.99}],
    "adagrad": [{"eta": 0.5}, {"eta": 0.1, "eps": 1e-3}, {"eta": 0.3, "eps": 0.0}],
    "adadelta": [{"eta": 0.5, "beta2": 0.9}, {"eta": 10.0, "eps": 1e-4}],
    "rmsprop": [{"eta": 0.1, "beta2": 0.99}, {"eta": 0.003, "beta2": 0.5, "eps": 1e-4}],
    "adam": [{"eta": 0.1}, {"eta": 0.03, "beta1": 0.5, "beta2": 0.9, "eps": 1e-4}],
    "amsgrad": [{"eta": 0.1}, {"eta": 0.03, "beta1": 0.5, "beta2": 0.9, "eps": 1e-4}],
    "adamw": [
        {"eta": 0.1, "weight_decay": 0.1},
        {"eta": 0.03, "beta1": 0.5, "beta2": 0.9, "eps": 1e-4, "weight_decay": 0.5},
    ],
    "nadam": [
        {"eta": 0.1},
        {"eta": 0.03, "beta1": 0.5, "beta2": 0.9, "eps": 1e-4, "momentum_decay": 0.1},
        {"eta": 0.05, "momentum_decay": 1e6},  # the schedule is over at once, which is Optax' NAdam
    ],
    "adamax": [{"eta": 0.1}, {"eta": 0.03, "beta1": 0.5, "beta2": 0.9, "eps": 1e-4}],
}

# foreach=False: the plain implementation, which is the one that states the rule
TORCH = {
    "gradient_descent": lambda p, eta: torch.optim.SGD(p, lr=eta, foreach=False),
    "momentum": lambda p, eta, beta1: torch.optim.SGD(p, lr=eta, momentum=beta1, foreach=False),
    "nesterov": lambda p, eta, beta1: torch.optim.SGD(
        p, lr=eta, momentum=beta1, nesterov=True, foreach=False
    ),
    "adagrad": lambda p, eta, eps: torch.optim.Adagrad(p, lr=eta, eps=eps, foreach=False),
    "adadelta": lambda p, eta, beta2, eps: torch.optim.Adadelta(p, lr=eta, rho=beta2, eps=eps, foreach=False),
    "rmsprop": lambda p, eta, beta2, eps: torch.optim.RMSprop(p, lr=eta, alpha=beta2, eps=eps, foreach=False),
    "adam": lambda p, eta, beta1, beta2, eps: torch.optim.Adam(
        p, lr=eta, betas=(beta1, beta2), eps=eps, foreach=False
    ),
    "amsgrad": lambda p, eta, beta1, beta2, eps: torch.optim.Adam(
        p, lr=eta, betas=(beta1, beta2), eps=eps, amsgrad=True, foreach=False
    ),
    "adamw": lambda p, eta, beta1, beta2, eps, weight_decay: torch.optim.AdamW(
        p, lr=eta, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay, foreach=False
    ),
    "nadam": lambda p, eta, beta1, beta2, eps, momentum_decay: torch.optim.NAdam(
        p, lr=eta, betas=(beta1, beta2), eps=eps, momentum_decay=momentum_decay, foreach=False
    ),
    "adamax": lambda p, eta, beta1, beta2, eps: torch.optim.Adamax(
        p, lr=eta, betas=(beta1, beta2), eps=eps, foreach=False
    ),
}

# The nearest form that Optax has; `optax_lacks` says where that is another rule.
OPTAX = {
    "gradient_descent": lambda eta: optax.sgd(eta),
    "momentum": lambda eta, beta1: optax.sgd(eta, momentum=beta1),
    "nesterov": lambda eta, beta1: optax.sgd(eta, momentum=beta1, nesterov=True),
    "adagrad": lambda eta, eps: optax.adagrad(eta, initial_accumulator_value=0.0, eps=eps),
    "adadelta": lambda eta, beta2, eps: optax.adadelta(eta, rho=beta2, eps=eps),
    "rmsprop": lambda eta, beta2, eps: optax.rmsprop(eta, decay=beta2, eps=eps, eps_in_sqrt=False),
    "adam": lambda eta, beta1, beta2, eps: optax.adam(eta, beta1, beta2, eps),
    "amsgrad": lambda eta, beta1, beta2, eps: optax.amsgrad(eta, beta1, beta2, eps),
    "adamw": lambda eta, beta1, beta2, eps, weight_decay: optax.adamw(
        eta, beta1, beta2, eps, weight_decay=weight_decay
    ),
    "nadam": lambda eta, beta1, beta2, eps, momentum_decay: optax.nadam(eta, beta1, beta2, eps),
    "adamax": lambda eta, beta1, beta2, eps: optax.adamax(eta, beta1, beta2, eps),
}


def optax_lacks(step, hyper):
    """Why Optax cannot express a step with these hyperparameters, or None.

    Parameters
    ----------
    step : str
    hyper : dict

    Returns
    -------
    str or None
    """
    if step == "adagrad" and hyper["eps"] > 0:
        return "eps inside"
    if step == "nadam" and hyper["momentum_decay"] < 1e6:
        return "no schedule"
    return "corrects, then max" if step == "amsgrad" else None


def fixed_gradients():
    """Three coordinates: an ordinary one, one that grows and flips its sign, a tiny and sparse one.

    Returns
    -------
    start : ndarray, shape (3,)
        The tiny one starts at 0, so that its error is measured against its own short way.
    gradients : ndarray, shape (N_STEPS, 3)
    """
    t = np.arange(1, N_STEPS + 1)
    ordinary = np.sin(0.37 * t) + 0.5 * np.cos(1.9 * t) + 0.2
    growing = 0.01 * 1.05**t * np.where(t % 3 == 1, 1.5, -1.0)
    tiny = 1e-7 * ((t % 7 == 1) - 0.3 * (t % 11 == 5))  # not 0 at t = 1: an eps of 0 would give 0/0
    return np.array([1.0, -2.0, 0.0]), np.stack([ordinary, growing, tiny], axis=1)


def torch_walk(step, hyper, start, gradient, shake=None):
    """The points that PyTorch reaches.

    Parameters
    ----------
    step : str
    hyper : dict
    start : ndarray, shape (n,)
    gradient : callable
        ``gradient(theta, t)``
    shake : int, optional
        A seed: after each step move every coordinate to a float next to it, up or down at random.

    Returns
    -------
    ndarray, shape (N_STEPS, n)
    """
    theta = torch.tensor(start)
    point = theta.numpy()  # the same memory
    optimizer = TORCH[step]([theta], **hyper)
    path = np.empty((N_STEPS, len(start)))
    rng = np.random.default_rng(shake)
    for t in range(1, N_STEPS + 1):
        theta.grad = torch.from_numpy(gradient(point.copy(), t))
        optimizer.step()
        if shake is not None:
            point += rng.choice([-1, 1], size=len(start)) * np.spacing(point)
        path[t - 1] = point
    return path


def optax_walk(step, hyper):
    """A function like `torch_walk` for Optax, compiled once for all starts and gradients.

    Parameters
    ----------
    step : str
    hyper : dict

    Returns
    -------
    callable
        ``(start, gradient) -> path``
    """
    optimizer = OPTAX[step](**hyper)

    @jax.jit
    def move(theta, g, state):
        update, state = optimizer.update(g, state, theta)
        return optax.apply_updates(theta, update), state

    def walk(start, gradient):
        theta, path = jax.numpy.array(start), np.empty((N_STEPS, len(start)))
        state = optimizer.init(theta)
        for t in range(1, N_STEPS + 1):
            theta, state = move(theta, gradient(np.array(theta), t), state)
            path[t - 1] = theta
        return path

    return walk


def free_run(step, hyper, surface, second):
    """PyTorch on a surface, and for how many steps it can be trusted.

    Parameters
    ----------
    step : str
    hyper : dict
    surface : Surface
    second : callable or None
        What `optax_walk` returns, if Optax has the step.

    Returns
    -------
    path : ndarray, shape (len(ROWS), 2)
        NaN where it cannot be trusted.
    last : int
        The last of the ROWS that can.
    """
    path = torch_walk(step, hyper, surface.start, surface.gradient)
    others = [torch_walk(step, hyper, surface.start, surface.gradient, shake=seed) for seed in range(4)]
    if second:
        others.append(second(surface.start, surface.gradient))
    good = np.isfinite(path).all(axis=1) & np.isfinite(surface.loss(path.T))
    for other in others:
        good &= (relative_errors(other, path, surface.start) <= AGREE).all(axis=1)
    horizon = N_STEPS if good.all() else good.argmin()
    trusted = horizon >= ROWS
    return np.where(trusted[:, np.newaxis], path[ROWS - 1], np.nan), ROWS[trusted].max(initial=0)


def run_case(step, setting):
    """All runs of a step with one setting.

    Parameters
    ----------
    step : str
    setting : dict

    Returns
    -------
    about : dict
        What is said of the case in words and single numbers.
    arrays : dict of ndarray
    """
    hyper = Signature(getattr(steps, step)).hyper(setting)
    lacks = optax_lacks(step, hyper)
    start, gradients = fixed_gradients()
    walk = optax_walk(step, hyper)
    by_torch = torch_walk(step, hyper, start, lambda theta, t: gradients[t - 1])
    by_optax = walk(start, lambda theta, t: gradients[t - 1])
    differs = relative_errors(by_optax, by_torch, start).max()
    if (differs > 1e-6) != bool(lacks):
        raise RuntimeError(f"{step} {hyper}: Optax differs by {differs:.1e}, yet lacks: {lacks}")
    # The difference of two close floats is exact and short, so it loses nothing and packs well.
    difference = np.full_like(by_torch, np.nan) if lacks else by_optax - by_torch
    runs = [free_run(step, hyper, getattr(surfaces, name), None if lacks else walk) for name in SURFACES]
    free, steps_compared = zip(*runs)
    about = {"step": step, "setting": setting, "hyper": hyper, "optax_lacks": lacks, "optax_differs": differs}
    arrays = {
        "torch": by_torch,
        "optax_minus_torch": difference,
        "free": np.array(free),
        "steps_compared": np.array(steps_compared),
    }
    return about, arrays


def main():
    """Run everything and write the reference."""
    torch.set_default_dtype(torch.float64)  # NAdam's running product takes it, whatever the parameters have
    jax.config.update("jax_enable_x64", True)
    np.seterr(all="ignore")  # some runs diverge
    cases, arrays = [], []
    for step in steps.__all__:
        for setting in [{}, *SETTINGS[step]]:
            print(step, setting, flush=True)
            about, results = run_case(step, setting)
            cases.append(about)
            arrays.append(results)
    versions = {name: importlib.metadata.version(name) for name in ("torch", "optax", "jax", "numpy")}
    about = {"versions": versions, "surfaces": SURFACES, "cases": cases}
    start, gradients = fixed_gradients()
    together = {name: np.array([results[name] for results in arrays]) for name in arrays[0]}
    np.savez_compressed(
        REFERENCE, about=json.dumps(about), start=start, gradients=gradients, rows=ROWS, **together
    )


if __name__ == "__main__":
    main()
