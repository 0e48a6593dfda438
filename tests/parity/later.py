"""Prints how closely Lion, Muon, schedules and the network follow PyTorch and Optax, from ``later.npz``.

    python tests/parity/later.py

The reference is written by ``generate_later.py``; adamlab is run anew. The tests measure with this too.
"""

import json
from pathlib import Path

import numpy as np

try:
    from parity.table import relative_errors
except ModuleNotFoundError:  # run as a script
    from table import relative_errors

from adamlab import problems, schedules, steps
from adamlab._core.signature import Signature

with np.load(Path(__file__).with_name("later.npz")) as stored:
    STORED = dict(stored)
ABOUT = json.loads(str(STORED["about"]))
MATRICES = [(k, tuple(shape)) for k in range(len(ABOUT["muon"])) for shape in ABOUT["shapes"]]


def error(step, shape, hyper, expected):
    """Worst relative error of a step under the fixed gradients of a point of that shape."""
    name = "x".join(map(str, shape))
    theta, signature = STORED[f"start_{name}"], Signature(step).within(shape=shape)
    move = signature.bind(signature.hyper(hyper), theta.shape)
    memory, path = [np.zeros(theta.shape) for _ in signature.memory], []
    for t, g in enumerate(STORED[f"gradients_{name}"], start=1):
        theta, *memory = move(theta, g, memory, t)
        path.append(theta)
    return relative_errors(np.array(path), STORED[expected], STORED[f"start_{name}"]).max()


def muon_without_look_ahead(theta, g, m, shape, eta=0.02, beta1=0.95, weight_decay=0.0):
    m = beta1 * m + (1 - beta1) * g
    move = np.sqrt(max(1, shape[0] / shape[1])) * steps.orthogonal(m, *shape)
    return theta - eta * (move + weight_decay * theta), m


SHARES = {
    "linear": lambda t: schedules.linear(t, ABOUT["t_max"], ABOUT["final"]),
    "cosine": lambda t: schedules.cosine(t, ABOUT["t_max"], ABOUT["final"]),
    "warm_up": lambda t: schedules.warm_up(t, ABOUT["warmup"]),
}


def main():
    """Print the table."""
    print("adamlab against", ", ".join(f"{name} {version}" for name, version in ABOUT["versions"].items()))
    for k, hyper in enumerate(ABOUT["lion"]):
        print(f"lion {hyper}: Optax {error(steps.lion, (12,), hyper, f'lion_{k}'):.0e}")
    for k, shape in MATRICES:
        name, hyper = f"muon_{k}_{shape[0]}x{shape[1]}", ABOUT["muon"][k]
        exact, half = (error(steps.muon, shape, hyper, f"{name}{what}") for what in ("", "_half"))
        by_optax = error(muon_without_look_ahead, shape, hyper, f"{name}_optax")
        print(
            f"muon {hyper}, {shape[0]} × {shape[1]}: PyTorch {exact:.0e}, as it is {half:.0e}, "
            f"Optax without look-ahead {by_optax:.0e}"
        )
    for name, share in SHARES.items():
        ours = np.array([share(t) for t in range(1, ABOUT["t_max"] + 1)])
        gaps = [
            f"{library} {np.abs(ours - STORED[f'{library}_{name}']).max():.0e}"
            for library in ("torch", "optax")
        ]
        print(f"{name}: {', '.join(gaps)}")
    problem = problems.digits()
    for t in ABOUT["points"]:
        theirs = STORED[f"gradient_{t}"]
        gap = np.abs(problem.gradient(STORED[f"theta_{t}"], t) - theirs).max() / np.abs(theirs).max()
        print(f"gradient of the network, batch {t}: PyTorch {gap:.0e}")


if __name__ == "__main__":
    main()
