"""Writes what PyTorch and Optax do beyond the steps of the series into ``later.npz``, as ``generate.py``.

    pip install torch==2.13.0 optax==0.2.8 && python tests/parity/generate_later.py

Lion (Optax alone has it), Muon on matrices of three shapes, schedules, and the gradient of the network of
`problems.digits` at a few points. PyTorch's Muon casts to half precision in between; it is run as it is, and
with that one cast taken out, which shows that everything else is the same.
"""

import importlib.metadata
import json
from pathlib import Path

import jax
import numpy as np
import optax
import torch
from optax.contrib import muon as optax_muon

from adamlab import problems

REFERENCE = Path(__file__).with_name("later.npz")
N_STEPS = 40
LION = [{"eta": 0.01}, {"eta": 0.003, "beta1": 0.5, "beta2": 0.9, "weight_decay": 0.1}]
MUON = [{"eta": 0.02, "weight_decay": 0.1}, {"eta": 0.1, "beta1": 0.5, "weight_decay": 0.0}]
SHAPES = [(6, 3), (3, 6), (5, 5)]
T_MAX, FINAL, WARMUP = 40, 0.1, 8
POINTS = (1, 23)


def gradients(shape):
    """Fixed gradients of a point: some large, some small, some that change their sign."""
    size, t = int(np.prod(shape)), np.arange(1, N_STEPS + 1)[:, np.newaxis]
    k = np.arange(1, size + 1)
    return (np.sin(0.37 * t * k) + 0.3 * np.cos(1.9 * t + k)) * 10.0 ** (k % 4 - 2)


def start(shape):
    """Where the point begins."""
    return np.cos(np.arange(int(np.prod(shape))))


def optax_walk(optimizer, shape, turned=False):
    """The points that an Optax optimizer reaches; `turned` gives it the transposed matrix."""

    def seen(flat):
        matrix = flat.reshape(shape)
        return jax.numpy.array(matrix.T if turned else matrix)

    @jax.jit
    def move(theta, g, state):
        update, state = optimizer.update(g, state, theta)
        return optax.apply_updates(theta, update), state

    theta, path = seen(start(shape)), []
    state = optimizer.init(theta)
    for g in gradients(shape):
        theta, state = move(theta, seen(g), state)
        path.append(np.array(theta.T if turned else theta).ravel())
    return np.array(path)


def torch_muon(shape, hyper):
    """The points that PyTorch's Muon reaches."""
    p = torch.nn.Parameter(torch.tensor(start(shape).reshape(shape)))
    optimizer = torch.optim.Muon(
        [p], lr=hyper["eta"], momentum=hyper["beta1"], weight_decay=hyper["weight_decay"]
    )
    path = []
    for g in gradients(shape):
        p.grad = torch.tensor(g.reshape(shape))
        optimizer.step()
        path.append(p.detach().numpy().ravel().copy())
    return np.array(path)


def by_torch(make):
    """The shares that a scheduler of PyTorch's gives."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler, shares = make(optimizer), []
    for _ in range(T_MAX):
        shares.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return shares


def schedules():
    """What each library makes of each schedule, by its name."""
    of = torch.optim.lr_scheduler
    made = {
        "torch_linear": by_torch(lambda o: of.LinearLR(o, 1.0, FINAL, total_iters=T_MAX)),
        "torch_cosine": by_torch(lambda o: of.CosineAnnealingLR(o, T_MAX, eta_min=FINAL)),
        "torch_warm_up": by_torch(lambda o: of.LinearLR(o, 1 / WARMUP, 1.0, total_iters=WARMUP - 1)),
    }
    optaxes = {
        "optax_linear": optax.linear_schedule(1.0, FINAL, T_MAX),
        "optax_cosine": optax.cosine_decay_schedule(1.0, T_MAX, alpha=FINAL),
        "optax_warm_up": optax.linear_schedule(1 / WARMUP, 1.0, WARMUP - 1),
    }
    return made | {name: [float(f(k)) for k in range(T_MAX)] for name, f in optaxes.items()}


def network():
    """PyTorch's gradient of the network of digits at a few points and batches."""
    problem, found = problems.digits(), {}
    x, y = (torch.from_numpy(part) for part in problem.train)
    rng = np.random.default_rng(0)
    for t in POINTS:
        theta = problem.start + 0.1 * rng.standard_normal(problem.n)
        model = torch.nn.Sequential(
            torch.nn.Linear(64, 32), torch.nn.Tanh(), torch.nn.Linear(32, 10)
        ).double()
        torch.nn.utils.vector_to_parameters(torch.from_numpy(theta.copy()), model.parameters())
        chosen = problem._batches.at(t)
        torch.nn.functional.cross_entropy(model(x[chosen]), y[chosen]).backward()
        found[f"theta_{t}"] = theta
        found[f"gradient_{t}"] = torch.cat([p.grad.ravel() for p in model.parameters()]).numpy()
        found[f"loss_{t}"] = torch.nn.functional.cross_entropy(model(x), y).item()
    return found


def main():
    """Run everything and write the reference."""
    torch.set_default_dtype(torch.float64)
    jax.config.update("jax_enable_x64", True)
    arrays = schedules() | network()
    for shape in [(12,), *SHAPES]:
        name = "x".join(map(str, shape))
        arrays |= {f"start_{name}": start(shape), f"gradients_{name}": gradients(shape)}
    for k, hyper in enumerate(LION):
        own = {"b1": hyper.get("beta1", 0.9), "b2": hyper.get("beta2", 0.99)}
        optimizer = optax.lion(hyper["eta"], **own, weight_decay=hyper.get("weight_decay", 0.0))
        arrays[f"lion_{k}"] = optax_walk(optimizer, (12,))
    half = torch.Tensor.bfloat16
    for k, hyper in enumerate(MUON):
        hyper.setdefault("beta1", 0.95)
        for shape in SHAPES:
            print("muon", hyper, shape, flush=True)
            name = f"muon_{k}_{shape[0]}x{shape[1]}"
            arrays[f"{name}_half"] = torch_muon(shape, hyper)
            torch.Tensor.bfloat16 = torch.Tensor.clone
            arrays[name] = torch_muon(shape, hyper)
            torch.Tensor.bfloat16 = half
            # Optax's matrices map rows to columns; its look-ahead is corrected for the start: without it
            optimizer = optax_muon(
                hyper["eta"], beta=hyper["beta1"], weight_decay=hyper["weight_decay"], nesterov=False
            )
            arrays[f"{name}_optax"] = optax_walk(optimizer, shape, turned=True)
    versions = {name: importlib.metadata.version(name) for name in ("torch", "optax", "jax", "numpy")}
    about = {"versions": versions, "lion": LION, "muon": MUON, "shapes": SHAPES, "points": POINTS}
    about |= {"t_max": T_MAX, "final": FINAL, "warmup": WARMUP}
    np.savez_compressed(REFERENCE, about=json.dumps(about), **arrays)


if __name__ == "__main__":
    main()
