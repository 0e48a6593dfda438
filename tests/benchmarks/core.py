"""What `descend` and the import cost, as ratios: python tests/benchmarks/core.py

Not a test. Milliseconds differ from machine to machine; what is compared is measured in turns, so that
both sides meet the same machine.
"""

import subprocess
import sys
import time
from statistics import median

import numpy as np

from adamlab import descend
from adamlab.steps import adam
from adamlab.surfaces import beale

N_STEPS, ETA = 200, 0.05


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(work, other, pairs):
    """Seconds of both, measured one after the other, which first by turns."""
    times = []
    for i in range(pairs):
        if i % 2:
            b, a = seconds(other), seconds(work)
        else:
            a, b = seconds(work), seconds(other)
        times.append((a, b))
    return np.array(times)


def beale_gradient(theta):
    x, y = theta
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    along_x = 2 * (a * (y - 1) + b * (y**2 - 1) + c * (y**3 - 1))
    return np.array([along_x, 2 * x * (a + 2 * b * y + 3 * c * y**2)])


def adam_by_hand(beta1=0.9, beta2=0.999, eps=1e-8):
    """Algorithm 1, as anyone would write it for this one surface."""
    theta, m, v = np.array([1.0, 1.5]), np.zeros(2), np.zeros(2)
    path = [theta]
    for t in range(1, N_STEPS + 1):
        g = beale_gradient(theta)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - ETA * m_hat / (np.sqrt(v_hat) + eps)
        path.append(theta)
    return np.array(path)


def adam_by_descend():
    return descend(adam, beale, n_steps=N_STEPS, eta=ETA).theta


def compare_runs(pairs=100):
    np.testing.assert_allclose(adam_by_descend(), adam_by_hand(), rtol=1e-9, atol=1e-9)
    times = in_turns(adam_by_descend, adam_by_hand, pairs)
    ours, by_hand = np.median(times, axis=0) * 1e3
    print(
        f"{N_STEPS} Adam steps on beale: descend / by hand = {median(times[:, 0] / times[:, 1]):.2f} "
        f"(median of {pairs} pairs; {ours:.2f} ms and {by_hand:.2f} ms)"
    )


def start_python(code):
    subprocess.run([sys.executable, "-c", code], check=True)


def compare_imports(pairs=15):
    ours, numpy_alone = "import adamlab, adamlab.steps", "import numpy"
    for code in (ours, numpy_alone):  # fill the caches
        start_python(code)
    times = in_turns(lambda: start_python(ours), lambda: start_python(numpy_alone), pairs)
    print(
        f"import adamlab, adamlab.steps / import numpy = {median(times[:, 0] / times[:, 1]):.3f} "
        f"(median of {pairs} pairs; {median(times[:, 0] - times[:, 1]):+.4f} s)"
    )


if __name__ == "__main__":
    compare_runs()
    compare_imports()
