"""What a panel that is run again and again costs a kernel: python tests/benchmarks/memory.py

Not a test. A real kernel runs the cells as JupyterLab sends them, each under its cell's id. Targets: 100
reruns of a panel's cell below 20 MB, 2,000 events of a slider below 10 MB. Other counts may be given:
memory.py 20 500. Needs Linux, and what the lessons need.
"""

import sys

from jupyter_client.manager import start_new_kernel

SETUP = """
import gc, os, re
import adamlab
from adamlab import *
from ipywidgets.widgets import widget as _registry  # has no public name
from matplotlib.figure import Figure as _Figure

def _slide(slider, position):
    data = {"method": "update", "state": {"value": position}, "buffer_paths": []}
    slider._handle_msg({"content": {"data": data}, "buffers": []})

def _slides(slider, events):
    for event in range(events):
        _slide(slider, slider.min + (event * 7) % (slider.max - slider.min))

def _measure():
    gc.collect()
    resident = re.search(r"VmRSS:\\s+(\\d+)", open("/proc/self/status").read()).group(1)
    figures = sum(isinstance(thing, _Figure) for thing in gc.get_objects())
    print(int(resident) / 1e3, len(_registry._instances), figures)
"""
KINDS = {  # how it is made, and the slider that is moved
    "explore": ("explore(adam, beale, eta=0.1)", "panel.sliders['eta'].slider"),
    "race": ("race([gradient_descent, momentum, adam], ravine)", "panel.sliders['adam']['eta'].slider"),
    "map": (
        "adamlab.map(adam, beale, n_steps=100, eta=0.1, resolution=20)",
        "panel.sliders['beta2'].slider",
    ),
    "anatomy": ("anatomy(adam, beale, eta=0.1)", "panel.step"),
}
WARM = 5  # reruns before it is measured: imports, fonts and caches come with the first


class Kernel:
    """A kernel, and cells that are run in it as a front end does."""

    def __init__(self):
        self._manager, self._client = start_new_kernel()
        self.run(SETUP)

    def run(self, code, cell="set up"):
        """Run a cell, and return what it printed."""
        request = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        request |= {"allow_stdin": True, "stop_on_error": True}
        message = self._client.session.msg("execute_request", request, metadata={"cellId": cell})
        self._client.shell_channel.send(message)
        printed = ""
        while True:
            heard = self._client.get_iopub_msg(timeout=120)
            kind, content = heard["msg_type"], heard["content"]
            if heard["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if kind == "error":
                raise RuntimeError("\n".join(content["traceback"]))
            if kind == "stream":
                printed += content["text"]
            if kind == "status" and content["execution_state"] == "idle":
                return printed

    def measured(self):
        """Megabytes resident, widgets that are open, figures."""
        resident, widgets, figures = self.run("_measure()", "measure").split()
        return float(resident), int(widgets), int(figures)

    def stop(self):
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


def measure(kind, made, form, reruns):
    """Run a cell again and again in a kernel of its own, and say what is left; returns the kernel."""
    cell, kernel = form.format(made), Kernel()
    for _ in range(WARM):
        kernel.run(cell, "cell")
    before = kernel.measured()
    for _ in range(reruns):
        kernel.run(cell, "cell")
    report(f"{kind}, {reruns} reruns of {form.format('…')!r}", before, kernel.measured())
    return kernel


def slide(kind, slider, kernel, events):
    """Let the page move a slider of the panel, and say what is left."""
    kernel.run(f"_slides({slider}, 200)")
    before = kernel.measured()
    kernel.run(f"_slides({slider}, {events})")
    report(f"{kind}, {events} events of a slider", before, kernel.measured())


def report(what, before, after):
    """Print what some work left behind."""
    megabytes, widgets, figures = (now - then for now, then in zip(after, before))
    print(f"{what}: {megabytes:+.1f} MB, {widgets:+d} widgets, {figures:+d} figures", flush=True)


def main(reruns=100, events=2000):
    for kind, (made, slider) in KINDS.items():
        measure(kind, made, "{}", reruns).stop()
        kernel = measure(kind, made, "panel = {}\npanel", reruns)
        slide(kind, slider, kernel, events)
        kernel.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
