"""What a reader does with a map of hyperparameter space, done in JupyterLab by keyboard and mouse."""

from contextlib import contextmanager

import psutil
import pytest
from lab_page import Panel, alike, notebook_of, wait_until

CELLS = [
    "import adamlab\nimport numpy as np\nfrom adamlab import steps, surfaces",
    'panel = adamlab.map(steps.adam, surfaces.beale, axes=("beta1", "beta2"), eta=0.1)\n'
    "opening = panel.chosen\npanel",
    "panel",
    "def hidden(theta, g, eta=0.1, beta1=0.5, k=0.5):\n    hidden.seen = g\n"
    "    return theta - eta * k * (1 - beta1) * hidden.seen\n\n"
    "learners = adamlab.map(hidden, surfaces.ravine, resolution=6)\nlearners",
    "def stub(theta, g, eta=0.1, beta1=0.9): ...\n\nempty = adamlab.map(stub, surfaces.bowl)\nempty",
    "family = adamlab.map(steps.momentum, adamlab.make_ravine, condition=25, angle=20)\nfamily",
]


notebook = notebook_of(CELLS)


class Map(Panel):
    """A map in the page."""

    def says(self, code):
        return self.notebook.python(f"print({code})").strip()

    def colours(self):
        """The picture of all runs, as the page has it."""
        return self.picture.locator("canvas").evaluate("canvas => canvas.toDataURL()")

    def sentences(self):
        """The map in a line, the chosen run, the legend."""
        return [*self.said().split("\n"), "", "", ""][:3]

    def follows(self, name="panel"):
        """Wait until the page says and shows what Python says and shows."""
        told = f"{name}.summary + '|' + {name}.picture.alt"

        def say_the_same():
            summary, alt = self.says(told).split("|")  # anew: Python hears of a slider after the page
            sentence, ring, _ = self.sentences()
            return sentence == summary and ring.rstrip(".") in alt

        wait_until(say_the_same, f"the page to say what {name} says")
        wait_until(lambda: alike(self.outlines(), self.drawn(name)), f"the page to show what {name} shows")

    def turns(self, before, what):
        """Wait until the page says something else of the ring."""
        wait_until(lambda: self.sentences()[1] not in ("", before), what)
        return self.sentences()[1]

    @contextmanager
    def alone(self):
        """While the kernel is stopped."""
        kernel = psutil.Process(int(self.says("__import__('os').getpid()")))
        kernel.suspend()
        try:
            yield
        finally:
            kernel.resume()


def shown(notebook, cell):
    return Map(notebook, notebook.cell(cell).locator(".jp-OutputArea"))


@pytest.fixture
def panel(notebook):
    notebook.command("apputils:change-theme", theme="JupyterLab Light")
    panel = shown(notebook, 1)
    panel.area.locator("select").first.select_option(label="β1 × β2")
    panel.button("Reset all").click()
    wait_until(lambda: panel.says(RESET) == "True", "the reset")
    panel.follows()
    return panel


RESET = "panel.chosen == opening and panel.n_steps == 100 and panel.sliders['eta'].value == 0.1"


def test_a_click_on_a_cell_shows_its_run_without_the_kernel(panel):
    colours, ring = panel.colours(), panel.sentences()[1]
    with panel.alone():
        panel.page.mouse.click(*panel.at(0.15, 0.6))
        panel.turns(ring, "another run to be shown")
    assert panel.colours() == colours
    wait_until(lambda: panel.says(RESET) == "False", "the kernel to hear of it")
    panel.follows()
    assert panel.status.count() == 1
    wait_until(lambda: "At the ring: adam on beale" in panel.status.inner_text(), "the sentence")


def test_the_arrow_keys_walk_over_the_map_and_home_goes_to_the_best(panel):
    panel.picture.focus()
    ring = panel.sentences()[1]
    with panel.alone():
        panel.page.keyboard.press("Shift+ArrowLeft")
        ring = panel.turns(ring, "the ring to move")
        panel.page.keyboard.press("ArrowUp")
        ring = panel.turns(ring, "the ring to move")
    moved = "(panel.chosen[0] - opening[0], panel.chosen[1] - opening[1])"
    wait_until(lambda: panel.says(moved) == "(-1, 2)", "the kernel to follow")
    for press in (lambda: panel.page.keyboard.press("Home"), panel.button("Go to best run").click):
        with panel.alone():
            press()
            panel.turns(ring, "the ring to stand at the best")
        best = "panel.swept.at(panel.chosen) == panel.best"
        wait_until(lambda best=best: panel.says(best) == "True", "the ring to stand at the best")
        panel.follows()
        panel.picture.press("ArrowRight")
        wait_until(lambda best=best: panel.says(best) == "False", "the ring to move on")
        ring = panel.sentences()[1]


def test_the_third_slider_changes_the_map_while_the_kernel_stands_still(panel):
    colours, handle, seen = panel.colours(), panel.handle("η"), set()
    with panel.alone():
        for _ in panel.drag(handle, 60, moves=15):
            panel.page.wait_for_timeout(100)
            seen.add(panel.colours())
    assert len(seen - {colours}) > 5
    wait_until(lambda: panel.says("panel.sliders['eta'].value") != "0.1", "the kernel to follow")
    wait_until(lambda: panel.number("η") == panel.says("f\"{panel.sliders['eta'].value:.6g}\""), "the number")
    panel.follows()


def test_a_cell_moves_slider_ring_steps_and_start(panel):
    for code in (
        "panel.sliders['eta'].value = 0.3",
        "panel.choose(3, 4)",
        "panel.set_steps(30)",
        "panel.place((0, 1))",
        "panel.choose_best()",
    ):
        panel.notebook.python(code)
        panel.follows()


def test_other_axes_are_a_choice_away(panel):
    panel.area.locator("select").first.select_option(label="η × β1")
    wait_until(lambda: panel.says("panel.axes") == "('eta', 'beta1')", "the axes to change")
    wait_until(lambda: panel.handle("β2").is_visible(), "the slider of what left the map")
    panel.follows()
    said = panel.said()
    panel.handle("β2").press("PageDown")
    wait_until(lambda: panel.said() != said, "the map to follow the new slider")
    panel.follows()
    panel.area.locator("select").first.select_option(label="β1 × β2")
    wait_until(lambda: panel.handle("η").is_visible(), "the slider to come back")


def test_a_map_shown_twice_follows_in_both_places(panel):
    twin = shown(panel.notebook, 2)
    colours, ring = twin.colours(), twin.sentences()[1]
    with panel.alone():
        panel.handle("η").press("PageUp")
        wait_until(lambda: twin.colours() != colours, "the other place to follow a slider")
        panel.picture.press("ArrowLeft")
        twin.turns(ring, "the other place to follow the ring")
        wait_until(lambda: twin.said() == panel.said(), "both to say the same")
        assert twin.outlines() == panel.outlines() and twin.colours() == panel.colours()
    for one in (panel, twin):
        one.follows()


def test_a_dark_theme_draws_the_map_anew_and_back(panel):
    still, colours = panel.background(), panel.colours()
    panel.notebook.command("apputils:change-theme", theme="JupyterLab Dark")
    wait_until(lambda: panel.background() != still, "the dark still")
    panel.follows()
    assert panel.colours() == colours
    panel.notebook.command("apputils:change-theme", theme="JupyterLab Light")
    wait_until(lambda: panel.background() == still, "the light still")
    panel.follows()


def test_the_ring_is_in_the_cell_and_the_colours_lie_under_the_axes(panel):
    box = panel.picture.locator("canvas").bounding_box()
    ring = panel.picture.locator("[data-slot=ring] path").first.bounding_box()
    across = (ring["x"] + ring["width"] / 2 - box["x"]) / box["width"]
    up = 1 - (ring["y"] + ring["height"] / 2 - box["y"]) / box["height"]
    assert str((int(across * 50), int(up * 50))) == panel.says("opening")


def test_a_step_that_cannot_be_recorded_is_computed_by_the_kernel(notebook):
    panel = shown(notebook, 3)
    panel.follows("learners")
    colours = panel.colours()
    panel.handle("k").press("PageDown")
    wait_until(lambda: panel.colours() != colours, "the kernel's map")
    panel.follows("learners")
    ring = panel.sentences()[1]
    panel.picture.press("ArrowLeft")
    panel.turns(ring, "the kernel's run")
    panel.follows("learners")


def test_a_step_that_is_not_written_yet_says_so_in_its_map(notebook):
    panel = shown(notebook, 4)
    assert panel.area.locator(".adamlab-note").inner_text() == "stub: not attempted yet"
    assert panel.picture.locator("canvas").is_hidden()
    panel.button("Go to best run").click()
    assert panel.says("empty.summary") == "stub: not attempted yet"


def test_a_slider_of_the_surface_makes_another_map(notebook):
    panel = shown(notebook, 5)
    panel.follows("family")
    before = panel.background()
    panel.handle("φ").press("PageUp")
    wait_until(lambda: panel.background() != before, "another landscape")
    panel.follows("family")


def test_a_map_is_copied_as_python(panel):
    panel.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.handle("η").press("PageUp")
    panel.picture.press("ArrowLeft")
    panel.follows()
    panel.area.locator(".adamlab-copy").click()
    wait_until(lambda: panel.area.locator(".adamlab-copy").inner_text() == "Copied", "the lines")
    lines = panel.page.evaluate("navigator.clipboard.readText()").replace("panel", "copy")
    same = f"{lines}\nprint((copy.summary, copy.chosen) == (panel.summary, panel.chosen))"
    assert panel.notebook.python(same).strip() == "True"


def test_a_map_fits_a_screen(panel):
    assert panel.area.locator(".adamlab-panel").bounding_box()["height"] < 700


def test_a_long_sweep_shows_a_bar_and_an_interrupt_ends_it(lab, browser):
    cells = [
        "import numpy as np\nfrom adamlab import beale, steps, sweep\n"
        "etas, betas = np.geomspace(0.01, 1, 400), np.linspace(0, 0.9, 400)",
        "sweep(steps.adam, beale, n_steps=10**7, eta=etas, beta1=betas)",
        "sweep(steps.adam, beale, n_steps=20, eta=etas, beta1=betas)",
    ]
    with lab.open(browser, cells) as notebook:
        notebook.page.evaluate("() => void jupyterapp.commands.execute('notebook:run-all-cells')")
        bar = notebook.cell(1).locator(".jp-OutputArea .progress, .jp-OutputArea .widget-hprogress")
        bar.first.wait_for()
        notebook.command("notebook:interrupt-kernel")
        stopped = "KeyboardInterrupt"
        wait_until(
            lambda: stopped in notebook.cell(1).locator(".jp-OutputArea").inner_text(), stopped, patience=10
        )
        # what waits in the queue is given up first, and with it what is asked too early
        idle = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'"
        wait_until(lambda: notebook.page.evaluate(idle), "the kernel to be idle")
        notebook.page.wait_for_timeout(1000)
        assert "diverged" in notebook.python("print(repr(sweep(steps.adam, beale, n_steps=9, eta=etas)))")
