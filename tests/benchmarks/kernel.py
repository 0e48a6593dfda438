"""What a change of a slider costs in the kernel, without a browser: python tests/benchmarks/kernel.py

Not a test. A slider's message is handed to the panel as the browser would send it, and what the panel
answers is serialised as the kernel would send it. Needs what the lessons need.
"""

import gc
import tracemalloc
from contextlib import contextmanager
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
from adamlab._panels import base
from adamlab._panels import explore as panel_of_steps
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


@contextmanager
def timed(owner, name, spent):
    """Add up the seconds spent in a function, while the block runs."""
    original = getattr(owner, name)

    def run(*arguments, **keys):
        began = perf_counter()
        try:
            return original(*arguments, **keys)
        finally:
            spent[name] = spent.get(name, 0.0) + perf_counter() - began

    setattr(owner, name, run)
    try:
        yield
    finally:
        setattr(owner, name, original)


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
    """Medians of a change of one slider, split by what it is spent on."""
    parts, sizes = [], []
    for turn in range(turns):
        Wire.reset()
        spent = {}
        with timed(panel_of_steps, "descend", spent), timed(base, "render_moving", spent):
            began = perf_counter()
            slide(slider, 40 + turn % 20)
            whole = perf_counter() - began
        split = [whole, spent["descend"], spent["render_moving"], Wire.seconds]
        parts.append([1e3 * x for x in (*split, whole - sum(split[1:]))])
        sizes.append((Wire.messages, Wire.size / 1e3))
    whole, compute, draw, send, rest = map(median, zip(*parts))
    messages, size = map(median, zip(*sizes))
    print(
        f"  {whole:.2f} ms: compute {compute:.2f}, draw {draw:.2f}, send {send:.2f}, the rest {rest:.2f}; "
        f"{messages:.0f} messages, {size:.1f} kB"
    )
    return whole


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


def measure_fragments():
    panel = explore(adam, beale, n_steps=N_STEPS, eta=ETA)
    slider = panel.sliders["eta"]
    fragments = []

    def draw(turn):
        fragments[:] = list(panel._fragments(slider.css_class)[2])

    def send(turn):
        Wire.reset()
        panel.picture.send_ahead(slider.css_class, 0, fragments, {})

    whole = milliseconds(draw, 7)
    values = [slider.scale.value(k) for k in range(slider.scale.positions + 1)]
    compute = milliseconds(lambda turn: descend(adam, beale, n_steps=N_STEPS, eta=values), 7)
    sending = milliseconds(send, 7)
    print(
        f"Fragments of the whole slider: {whole + sending:.0f} ms: compute {compute:.0f}, "
        f"draw {whole - compute:.0f}, send {sending:.0f}; {Wire.size / 1e6:.2f} MB "
        f"(target 500 ms until they are in the browser)"
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
            slide(slider, 10 + event * 7 % 80)
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
    same = (fresh.layers, fresh.background) == (panel.picture.layers, panel.picture.background)
    print(f"  the last picture is a fresh panel's: {'yes' if same else 'NO'}")


if __name__ == "__main__":
    mpl.use("agg")
    comm.create_comm = Wire
    compare_updates()
    measure_fragments()
    measure_race()
    measure_memory()
