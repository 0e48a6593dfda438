"""How long a panel lives: as long as it is shown or held; run in a kernel, as a notebook's cells are."""

import sys

import ipywidgets as widgets
import pytest
from ipywidgets.widgets import widget as registry
from jupyter_client.manager import start_new_kernel

from adamlab import adam, anatomy, beale, explore, race
from adamlab import map as map_

SETUP = """
import gc
import ipywidgets
from ipywidgets.widgets import widget as registry
from matplotlib.figure import Figure
from adamlab import adam, beale, explore, race
"""
COUNT = """
gc.collect()
print(len(registry._instances), sum(isinstance(one, Figure) for one in gc.get_objects()))
"""


class Cells:
    """A kernel whose cells are run as a notebook runs them: each under its own id."""

    def __init__(self, client):
        self.client = client

    def run(self, cell, code):
        """Run a cell and return what it printed."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": False, "stop_on_error": True}
        message = self.client.session.msg("execute_request", content, metadata={"cellId": cell})
        self.client.shell_channel.send(message)
        printed = ""
        while True:
            got = self.client.get_iopub_msg(timeout=60)
            if got["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            assert got["msg_type"] != "error", "\n".join(got["content"]["traceback"])
            if got["msg_type"] == "stream":
                printed += got["content"]["text"]
            if got["content"].get("execution_state") == "idle":
                return printed

    def counted(self):
        """How many widgets and figures there are."""
        return tuple(map(int, self.run("count", COUNT).split()))


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel()
    cells = Cells(client)
    cells.run("setup", SETUP)
    yield cells
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.mark.parametrize(
    "code", ["explore(adam, beale)", "panel = explore(adam, beale)\npanel", "race([adam], beale)"]
)
def test_a_cell_that_is_run_again_keeps_one_panel(kernel, code):
    kernel.run(code, code)
    once = kernel.counted()
    for _ in range(3):
        kernel.run(code, code)
    assert kernel.counted() == once


def test_a_panel_that_is_held_stays_alive(kernel):
    kernel.run("list", "held = []")
    for _ in range(3):
        kernel.run("held", "held.append(explore(adam, beale))\nheld[-1]")
    alive = "print([one.comm is not None and one.model_id in registry._instances for one in held])"
    assert kernel.run("alive", alive).strip() == "[True, True, True]"
    assert "η=0.25" in kernel.run("moves", "held[0].sliders['eta'].value = 0.25\nprint(held[0].summary)")
    before = kernel.counted()
    kernel.run("list", "held.clear()")
    kernel.run("held", "pass")  # this is when it is looked after them
    after = kernel.counted()
    assert after[0] < before[0] and after[1] == before[1] - 3


def test_a_panel_that_is_shown_elsewhere_stays_alive(kernel):
    kernel.run("first", "twice = explore(adam, beale)\ntwice")
    kernel.run("second", "twice")
    kernel.run("boxed", "ipywidgets.HBox([explore(adam, beale)])")
    before = kernel.counted()
    kernel.run("first", "del twice")
    assert kernel.counted() == before
    kernel.run("second", "pass")
    assert kernel.counted() < before


@pytest.mark.parametrize("make", [explore, anatomy, map_, lambda *given: race([adam], beale)])
def test_a_closed_panel_leaves_no_widget_and_can_still_be_read(make):
    before = set(registry._instances)
    panel = make(adam, beale)
    summary = panel.summary
    panel.close()
    assert set(registry._instances) == before and panel.comm is None
    assert panel.summary == summary and panel.png()[1:4] == b"PNG"


def test_other_widgets_of_the_reader_are_left_alone():
    slider = widgets.IntSlider()
    panel = explore(adam, beale)
    panel.children = (*panel.children, slider)
    panel.close()
    assert slider.comm is None  # it is in the panel: it goes with it
    assert widgets.IntSlider().comm is not None


FREED = """
import ctypes, re
def resident():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmRSS:\\s+(\\d+)", status.read())[1]) / 1e3
before = resident()
gc.collect()
ctypes.CDLL(None).malloc_trim(0)
print(before - resident())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc alone is asked to give memory back")
def test_freed_memory_goes_back_when_a_panel_was_made(kernel):
    kernel.run("one", "race([adam], beale)")
    kernel.run("not shown", "table = race([adam], beale).table")
    assert float(kernel.run("freed", FREED)) < 10  # megabytes that were still held for nothing
