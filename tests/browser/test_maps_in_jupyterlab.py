"""What a reader does with a map of hyperparameter space, done in JupyterLab by keyboard and mouse."""

import pytest
from conftest import notebook_of
from lab_page import sent_ahead, wait_until

CELLS = [
    "import adamlab\nfrom adamlab import steps, surfaces",
    'panel = adamlab.map(steps.adam, surfaces.beale, axes=("beta1", "beta2"), eta=0.1)\npanel',
]


notebook = notebook_of(CELLS)


@pytest.fixture
def panel(notebook):
    panel = notebook.panel(1)
    panel.button("Reset all").click()
    wait_until(lambda: says(panel, "print(panel.chosen == panel._opening())") == "True", "the reset")
    return panel


def says(panel, code):
    return panel.notebook.python(code).strip()


def test_a_click_on_a_cell_shows_its_run(panel):
    map_layer, run_layer = panel.layers()
    panel.page.mouse.click(*panel.at(0.15, 0.6))
    wait_until(lambda: panel.layers()[1] != run_layer, "another run to be shown")
    assert panel.layers()[0] == map_layer
    i, j = map(int, says(panel, "print(*panel.chosen)").split())
    assert (i, j) != tuple(map(int, says(panel, "print(*panel._opening())").split()))
    wait_until(lambda: "At the ring: adam on beale" in panel.status.inner_text(), "the sentence")


def test_the_arrow_keys_walk_over_the_map_and_home_goes_to_the_best(panel):
    panel.picture.focus()
    before = says(panel, "print(*panel.chosen)")
    panel.page.keyboard.press("Shift+ArrowLeft")
    wait_until(lambda: says(panel, "print(*panel.chosen)") != before, "the ring to move")
    assert int(says(panel, "print(panel.chosen[0])")) == int(before.split()[0]) - 1
    panel.page.keyboard.press("Home")
    best = "print(panel.swept.loss[panel.chosen] == panel.swept.loss.min())"
    wait_until(lambda: says(panel, best) == "True", "the ring to stand at the best")


def test_the_third_slider_changes_the_map_and_then_follows_the_hand(panel):
    map_layer, handle = panel.layers()[0], panel.handle("η")
    handle.press("ArrowRight")
    wait_until(lambda: panel.layers()[0] != map_layer, "another map")
    sent_ahead(panel)
    seen = set()
    for _ in panel.drag(handle, 40, moves=15):
        panel.page.wait_for_timeout(30)
        seen.add(panel.layers()[0])
    assert len(seen) > 5
    wait_until(
        lambda: says(panel, "print(panel.swept.hyper['eta'] == panel.sliders['eta'].value)") == "True",
        "the kernel to follow",
    )


def test_other_axes_are_a_choice_away(panel):
    panel.area.locator("select").first.select_option(label="η × β1")
    wait_until(lambda: says(panel, "print(panel.axes)") == "('eta', 'beta1')", "the axes to change")
    wait_until(lambda: panel.handle("β2").is_visible(), "the slider of what left the map")
    panel.area.locator("select").first.select_option(label="β1 × β2")
    wait_until(lambda: panel.handle("η").is_visible(), "the slider to come back")


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
