"""`sweep` beside JAX, Optax and PyTorch, as ratios measured in one run:

    uv run --with torch --with jax --with optax python tests/benchmarks/sweeps.py

Not a test. Adam on Beale's function over a grid of β1 and β2, in float64. Each library's version is
written as its users would: JAX with the analytic gradient and running powers, `vmap` of a `lax.scan`, jitted;
PyTorch with all lanes in one tensor, and with one `torch.optim.Adam` for each run.
"""

import subprocess
import sys
import time
from functools import partial
from statistics import median

import jax
import jax.numpy as jnp
import numpy as np
import optax
import torch
from core import seconds

from adamlab import beale, descend, steps, sweep

jax.config.update("jax_enable_x64", True)
torch.set_default_dtype(torch.float64)
START, ETA, EPS = (1.0, 1.5), 0.1, 1e-8


def axes(side):
    """side × side values of β1 and β2."""
    return np.linspace(0, 0.99, side), np.linspace(0, 0.999, side)


def lanes(side):
    return [grid.ravel() for grid in np.meshgrid(*axes(side), indexing="ij")]


def never_seen():
    """Adam as a learner has just written it."""
    scope = {"np": np}
    exec(
        "def adam(theta, g, m, v, t, eta=0.1, beta1=0.9, beta2=0.999, eps=1e-8):\n"
        "    m = beta1 * m + (1 - beta1) * g\n"
        "    v = beta2 * v + (1 - beta2) * g**2\n"
        "    m_hat = m / (1 - beta1**t)\n"
        "    v_hat = v / (1 - beta2**t)\n"
        "    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v\n",
        scope,
    )
    return scope["adam"]


def ours(side, n_steps):
    beta1, beta2 = axes(side)
    return sweep(never_seen(), beale, n_steps=n_steps, eta=ETA, beta1=beta1, beta2=beta2).loss


def beale_loss(x, y):
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y * y) ** 2 + (2.625 - x + x * y * y * y) ** 2


def beale_gradient(x, y, stack):
    y2, y3 = y * y, y * y * y
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y2, 2.625 - x + x * y3
    return stack([2 * (a * (y - 1) + b * (y2 - 1) + c * (y3 - 1)), 2 * x * (a + 2 * b * y + 3 * c * y2)])


def jax_run(n_steps, b1, b2):
    def body(carried, _):
        theta, m, v, power1, power2 = carried
        g = beale_gradient(*theta, jnp.stack)
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        power1, power2 = power1 * b1, power2 * b2
        theta = theta - ETA * (m / (1 - power1)) / (jnp.sqrt(v / (1 - power2)) + EPS)
        return (theta, m, v, power1, power2), None

    first = (jnp.array(START), jnp.zeros(2), jnp.zeros(2), 1.0, 1.0)
    (theta, *_), _ = jax.lax.scan(body, first, None, length=n_steps)
    return beale_loss(*theta)


def optax_run(n_steps, b1, b2):
    method = optax.adam(ETA, b1=b1, b2=b2, eps=EPS)

    def body(carried, _):
        theta, state = carried
        updates, state = method.update(beale_gradient(*theta, jnp.stack), state)
        return (optax.apply_updates(theta, updates), state), None

    theta = jnp.array(START)
    (theta, _), _ = jax.lax.scan(body, (theta, method.init(theta)), None, length=n_steps)
    return beale_loss(*theta)


def compiled(run, n_steps):
    function = jax.jit(jax.vmap(partial(run, n_steps)))
    return lambda *betas: function(*betas).block_until_ready()


def torch_lanes(side, n_steps):
    b1, b2 = map(torch.from_numpy, lanes(side))
    theta = torch.tensor(START)[:, None].expand(2, len(b1)).clone()
    m, v, power1, power2 = (
        torch.zeros_like(theta),
        torch.zeros_like(theta),
        torch.ones_like(b1),
        torch.ones_like(b2),
    )
    for _ in range(n_steps):
        g = beale_gradient(*theta, torch.stack)
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        power1, power2 = power1 * b1, power2 * b2
        theta = theta - ETA * (m / (1 - power1)) / (torch.sqrt(v / (1 - power2)) + EPS)
    return beale_loss(*theta).numpy()


def torch_one_by_one(side, n_steps, count):
    """Seconds for the whole grid, from `count` runs of it."""
    pairs = np.random.default_rng(0).permutation(np.transpose(lanes(side)))[:count]
    began = time.perf_counter()
    for betas in pairs:
        theta = torch.nn.Parameter(torch.tensor(START))
        method = torch.optim.Adam([theta], lr=ETA, betas=tuple(betas), eps=EPS)
        for _ in range(n_steps):
            method.zero_grad()
            beale_loss(*theta).backward()
            method.step()
    return (time.perf_counter() - began) * side**2 / count


def in_turns(contestants, rounds):
    """Median seconds of each, measured one after the other in every round."""
    times = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, work in contestants.items():
            times[name].append(seconds(work))
    return {name: median(values) for name, values in times.items()}


def table(title, times, per):
    print(f"\n{title}")
    for name, value in times.items():
        print(
            f"  {name:34} {1e3 * value:9.1f} ms {1e9 * value / per:8.1f} ns a lane-step"
            f" {value / next(iter(times.values())):8.2f} × ours"
        )


def peak_memory():
    """MB, of a process of its own."""
    code = (
        "import numpy as np\nfrom adamlab import beale, steps, sweep\n"
        "sweep(steps.adam, beale, n_steps=100, eta=0.1,"
        " beta1=np.linspace(0, .99, 1000), beta2=np.linspace(0, .999, 1000))\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    return int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) / 1024


def first_call(run, n_steps, betas):
    jax.clear_caches()
    return compiled(run, n_steps)(*betas)


def main():
    side, n_steps = 100, 200
    betas = lanes(side)
    work = side**2 * n_steps
    beta1, beta2 = axes(side)
    fifty = {
        "ours": ours(side, 50),
        "JAX": np.reshape(compiled(jax_run, 50)(*betas), (side, side)),
        "Optax": np.reshape(compiled(optax_run, 50)(*betas), (side, side)),
        "PyTorch": np.reshape(torch_lanes(side, 50), (side, side)),
    }
    ahead = descend(steps.adam, beale, n_steps=50, eta=ETA, beta1=beta1[:, np.newaxis], beta2=beta2).loss[-1]
    print("the same as descend, bit for bit:", np.array_equal(fifty["ours"], ahead))
    for name in ("JAX", "Optax", "PyTorch"):
        apart = np.abs(fifty[name] / fifty["ours"] - 1)
        print(
            f"loss after 50 steps, ours and {name}: median {np.median(apart):.0e} apart, 99 % within "
            f"{np.quantile(apart, 0.99):.0e}"
        )
    first = {
        "ours, a step never seen before": lambda: ours(side, n_steps),
        "JAX, with compilation": lambda: first_call(jax_run, n_steps, betas),
        "Optax, with compilation": lambda: first_call(optax_run, n_steps, betas),
    }
    times = in_turns(first, 7)
    times["PyTorch, one run after the other"] = torch_one_by_one(side, n_steps, 20)
    table("first call: 10,000 lanes × 200 steps", times, work)
    ready, ready_optax = compiled(jax_run, n_steps), compiled(optax_run, n_steps)
    ready(*betas), ready_optax(*betas)
    again = {
        "ours": lambda: ours(side, n_steps),
        "JAX, compiled": lambda: ready(*betas),
        "Optax, compiled": lambda: ready_optax(*betas),
        "PyTorch, all lanes at once": lambda: torch_lanes(side, n_steps),
    }
    table("once more: 10,000 lanes × 200 steps", in_turns(again, 15), work)
    million, ready = lanes(1000), compiled(jax_run, 100)
    ready(*million)
    many = {"ours": lambda: ours(1000, 100), "JAX, compiled": lambda: ready(*million)}
    table("1,000,000 lanes × 100 steps", in_turns(many, 5), 1e8)
    print("\nfrom 10,000 to 1,000,000 lanes (100 steps)")
    sizes = in_turns({side: partial(ours, side, 100) for side in (100, 316, 1000)}, 5)
    for side, value in sizes.items():
        print(f"  {side**2:9,} lanes {1e9 * value / (100 * side**2):8.1f} ns a lane-step")
    print(f"\npeak memory of a process that sweeps 1,000,000 lanes: {peak_memory():.0f} MB")


if __name__ == "__main__":
    main()
