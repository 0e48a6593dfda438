"""What a change of a slider costs in the kernel, without a browser: python tests/benchmarks/kernel.py

Not a test. A slider's message is handed to the panel as the browser would send it, and what the panel
answers is serialised as the kernel would send it. Needs what the lessons need.
"""

import gc
import tracemalloc
from pathlib import Path
from statistics import median
from time import perf_counter

import comm
import matplotlib as mpl
import matplotlib.pyplot as plt
from comm.base_comm import BaseComm
from IPython.core.pylabtools import print_figure
from jupyter_client.session import Session
from matplotlib.figure import Figure

from adamlab import descend, explore, plots, race
from adamlab.steps import adagrad, adam, adamax, gradient_descent, momentum, nadam, rmsprop
from adamlab.surfaces import beale

SEVEN = [gradient_descent, momentum, adagrad, rmsprop, adam, adamax, nadam]
N_STEPS, ETA = 200, 0.05


class Wire(BaseComm):
    """Serialises what is sent, as a kernel does, and counts it."""

    session = Session(key=b"benchmark")
    messages, size, seconds = 0, 0, 0.0

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        began = perf_counter()
        content = {"data": data or {}, "comm_id": self.comm_id, **keys}
        parts = [*self.session.serialize(self.session.msg(msg_type, content)), *(buffers or [])]
        Wire.seconds += perf_counter() - began
        Wire.messages, Wire.size = Wire.messages + 1, Wire.size + sum(map(len, parts))

    @classmethod
    def reset(cls):
        cls.messages, cls.size, cls.seconds = 0, 0, 0.0


def slide(slider, position):
    """What arrives when the browser moves a slider."""
    data = {"method": "update", "state": {"value": position}, "buffer_paths": []}
    slider.slider._handle_msg({"content": {"data": data}, "buffers": []})


def milliseconds(work, turns=60):
    times = []
    for turn in range(turns):
        began = perf_counter()
        work(turn)
        times.append(1e3 * (perf_counter() - began))
    return median(times)


def single_update(panel, slider, turns=100):
    """Medians of a change of one slider: what it costs here, what is sent, what drawing would cost."""
    heard, drawn, sizes = [], [], []
    for turn in range(turns):
        Wire.reset()
        began = perf_counter()
        slide(slider, 240 + turn % 120)
        heard.append(1e3 * (perf_counter() - began))
        sizes.append((Wire.messages, Wire.size / 1e3))
        panel.picture.foreground  # noqa: B018 (it runs the step, and draws)
        drawn.append(1e3 * (perf_counter() - began))
    messages, size = map(median, zip(*sizes))
    print(
        f"  {median(heard):.2f} ms, with the picture drawn here {median(drawn):.2f} ms; "
        f"{messages:.0f} messages, {size:.1f} kB"
    )
    return median(heard)


def opening():
    """What is sent when a panel opens."""
    Wire.reset()
    explore(adam, beale, n_steps=N_STEPS, eta=ETA)
    print(f"Opening explore(adam, beale): {Wire.messages} messages, {Wire.size / 1e3:.0f} kB")


def interact_body(turn):
    """The same picture as `interact` with pyplot draws it, down to the PNG of the inline backend."""
    run = descend(adam, beale, n_steps=N_STEPS, eta=ETA * 1.01**turn)
    fig, (ground, curve) = plt.subplots(1, 2, figsize=(9.6, 3.9), width_ratios=[1.25, 1])
    plots.path(plots.landscape(ground, beale), run)
    plots.loss_curve(curve, run)
    print_figure(fig)
    plt.close(fig)


def compare_updates():
    panel = explore(adam, beale, n_steps=N_STEPS, eta=ETA)
    print(f"One change of eta, explore(adam, beale, n_steps={N_STEPS}):")
    ours = single_update(panel, panel.sliders["eta"])
    theirs = milliseconds(interact_body)
    print(
        f"  body of interact + pyplot: {theirs:.0f} ms; ours / theirs = 1/{theirs / ours:.1f} (target 1/15)"
    )


def measure_race():
    panel = race(SEVEN, beale, n_steps=300)
    print("One change of Adam's eta, race of seven, 300 steps:")
    single_update(panel, panel.sliders["adam"]["eta"])


def resident():
    """Resident memory in MB, where the system tells; else NaN."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmRSS")), float("nan"))


def measure_memory(events=2000):
    panel = explore(adam, beale, n_steps=N_STEPS, eta=ETA)
    slider = panel.sliders["eta"]

    def move(count):
        for event in range(count):
            slide(slider, 60 + event * 7 % 480)
        gc.collect()

    move(200)
    before, figures = resident(), sum(isinstance(thing, Figure) for thing in gc.get_objects())
    move(events)
    growth = resident() - before
    figures = sum(isinstance(thing, Figure) for thing in gc.get_objects()) - figures
    tracemalloc.start()
    move(200)
    traced = tracemalloc.get_traced_memory()[0]
    move(events)
    traced = (tracemalloc.get_traced_memory()[0] - traced) / 1e6
    tracemalloc.stop()
    print(
        f"{events} events: {growth:+.1f} MB resident, {traced:+.2f} MB traced (target < 10 MB); "
        f"{figures:+d} figures, {len(plt.get_fignums())} of them pyplot's"
    )
    fresh = explore(adam, beale, n_steps=N_STEPS, eta=slider.value).picture
    same = (fresh.foreground, fresh.background) == (panel.picture.foreground, panel.picture.background)
    print(f"  the last picture is a fresh panel's: {'yes' if same else 'NO'}")


if __name__ == "__main__":
    mpl.use("agg")
    comm.create_comm = Wire
    opening()
    compare_updates()
    measure_race()
    measure_memory()
