"""What `descend` costs on the network of digits: python tests/benchmarks/network.py

Not a test. Ratios, measured in turns in one run: against a loop by hand, and, where it is installed, against
the same training in PyTorch. BLAS is kept to one thread, for these matrices are small. Memory is that of one
run of 10,000 steps.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is loaded

import time
import tracemalloc

import numpy as np

from adamlab import adam, descend, problems

N_STEPS, ETA, PAIRS = 500, 0.01, 15
PROBLEM = problems.digits()


def by_hand(looks, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam as anyone would write it; `looks` prints no loss, but asks for it as often as `descend` does."""
    theta, m, v = PROBLEM.start.copy(), 0, 0
    losses = []
    for t in range(1, N_STEPS + 1):
        if looks and (t - 1) % PROBLEM.every == 0:
            losses.append(PROBLEM._mean_loss(theta))
        g = PROBLEM._slope(theta, t)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta = theta - ETA * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta


def by_descend():
    return descend(adam, PROBLEM, n_steps=N_STEPS, eta=ETA).theta[-1]


def by_torch(torch):
    """The same training in PyTorch, with its own Adam."""
    x, y = (torch.from_numpy(part) for part in PROBLEM.train)
    model = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.Tanh(), torch.nn.Linear(32, 10)).double()
    torch.nn.utils.vector_to_parameters(torch.from_numpy(PROBLEM.start.copy()), model.parameters())
    optimizer = torch.optim.Adam(model.parameters(), lr=ETA)
    for t in range(1, N_STEPS + 1):
        chosen = PROBLEM._batches.at(t)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x[chosen]), y[chosen]).backward()
        optimizer.step()
    return torch.nn.utils.parameters_to_vector(model.parameters()).detach().numpy()


def compare(other, what):
    """Print the median ratio of pairs measured one after the other, in time that this process computed."""
    np.testing.assert_allclose(by_descend(), other(), rtol=1e-6, atol=1e-9)
    ratios, ours = [], []
    for i in range(PAIRS):
        seconds = {}
        for work in (by_descend, other)[:: 1 if i % 2 else -1]:
            began = time.process_time()
            work()
            seconds[work] = time.process_time() - began
        ratios.append(seconds[by_descend] / seconds[other])
        ours.append(seconds[by_descend])
    print(
        f"{N_STEPS} Adam steps on digits: descend / {what} = {np.median(ratios):.2f} "
        f"(median of {PAIRS} pairs; {np.median(ours) * 1e3:.0f} ms)"
    )


def measure_memory(n_steps=10_000):
    tracemalloc.start()
    run = descend(adam, PROBLEM, n_steps=n_steps, eta=ETA)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    kept = sum(a.nbytes for a in (run.theta, run.gradient, run.loss, *run.memory.values()))
    whole = kept / len(run.at) * (n_steps + 1)
    print(
        f"{n_steps:,} steps: {len(run.at)} rows kept, {kept / 1e6:.0f} MB, at most {peak / 1e6:.0f} MB on "
        f"the way; all rows would be {whole / 1e6:,.0f} MB"
    )


if __name__ == "__main__":
    compare(lambda: by_hand(looks=False), "a loop by hand that looks at no loss")
    compare(lambda: by_hand(looks=True), "a loop by hand that looks at the same losses")
    try:
        import torch
    except ModuleNotFoundError:
        print("PyTorch is not installed: not compared with it")
    else:
        torch.set_num_threads(1)
        compare(lambda: by_torch(torch), "PyTorch")
    measure_memory()
