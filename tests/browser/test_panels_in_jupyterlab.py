"""What a reader does with a panel, done in JupyterLab by keyboard and mouse."""

import json
import time
from contextlib import contextmanager

import nbformat
import psutil
import pytest
from conftest import LESSONS, notebook_of
from lab_page import Panel, sent_ahead, wait_until

from adamlab import steps
from adamlab._drawing.style import DARK, look

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
IMPORTS = "import json, time\nfrom adamlab import anatomy, explore, race, steps, surfaces"
EXPLORE = [
    IMPORTS,
    "panel = explore(steps.adam, surfaces.beale, eta=0.1)\npanel",
    "other = explore([steps.momentum, steps.adam], surfaces.ravine, eta=0.05)\nother",
]
LEARNERS = [
    IMPORTS,
    "def slow(theta, g, eta=0.1):\n    time.sleep(0.01)\n    return theta - eta * g\n\n"
    "panel = explore(slow, surfaces.beale, eta=0.001)\npanel",
    "def faulty(theta, g, eta=0.1):\n    raise RuntimeError('no luck')\n\nexplore(faulty, surfaces.bowl)",
    "def unwritten(theta, g, eta=0.1): ...\n\nexplore(unwritten, surfaces.bowl)",
]
OTHERS = [
    IMPORTS,
    "panel = race([steps.gradient_descent, steps.momentum, steps.adam], surfaces.ravine)\npanel",
    "opened = anatomy(steps.adam, surfaces.beale, eta=0.2)\nopened",
]

AS_THE_BROWSER_WRITES_IT = """(layers) => layers.map((svg) => {
    const layer = document.createElement("div");
    layer.innerHTML = svg;
    return layer.innerHTML;
})"""
# Looks after each change and at each frame; what it saw is in window.seen.
WATCH = """(area) => {
    const frame = area.querySelector(".adamlab-picture");
    const seen = (window.seen = { heights: [], areas: [], blanks: [], looks: 0 });
    const note = (list, value) => list.includes(value) || list.push(value);
    function look() {
        seen.looks += 1;
        note(seen.heights, frame.getBoundingClientRect().height);
        note(seen.areas, area.getBoundingClientRect().height);
        const image = frame.querySelector("img");
        if (!image?.complete || !image.naturalWidth) note(seen.blanks, "background");
        for (const layer of frame.querySelectorAll(":scope > div"))
            if (!layer.querySelector("svg")) note(seen.blanks, "layer");
    }
    new MutationObserver(look).observe(frame, { childList: true, subtree: true });
    (function again() { look(); requestAnimationFrame(again); })();
}"""
# Milliseconds from each key to the move of the handle.
TIME_KEYS = """(handle) => {
    window.delays = [];
    let pressed;
    handle.addEventListener("keydown", (event) => (pressed = event.timeStamp), true);
    new MutationObserver(() => window.delays.push(performance.now() - pressed))
        .observe(handle, { attributeFilter: ["aria-valuenow"] });
}"""


explorer, learner, others = notebook_of(EXPLORE), notebook_of(LEARNERS), notebook_of(OTHERS)


@pytest.fixture
def panel(explorer):
    """The panel of one method, as it opened."""
    explorer.command("apputils:change-theme", theme="JupyterLab Light")
    panel = explorer.panel(1)
    panel.button("Reset all").click()
    shows(panel, "explore(steps.adam, surfaces.beale, eta=0.1)")
    return panel


def drawn(panel, expression):
    """The layers of a panel of the kernel's, as the browser writes them."""
    layers = panel.notebook.python(f"print(json.dumps(list(({expression}).picture.layers)))")
    return panel.page.evaluate(AS_THE_BROWSER_WRITES_IT, json.loads(layers))


def shows(panel, expression):
    """Wait until the page shows what a panel of the kernel's holds."""
    wait_until(lambda: panel.layers() == drawn(panel, expression), f"the page to show {expression}")


def shows_what_a_fresh_one_shows(panel):
    names = {"eta": "η", "beta1": "β1", "beta2": "β2", "eps": "ε"}

    def fresh():
        hyper = ", ".join(f"{name}={panel.number(label)}" for name, label in names.items())
        return drawn(panel, f"explore(steps.adam, surfaces.beale, {hyper})")

    wait_until(lambda: panel.layers() == fresh(), "the page to show what a fresh panel shows")


def changes(panel, layer, before, what):
    return wait_until(lambda: (now := panel.layers()[layer]) != before and now, what)


@contextmanager
def standstill(notebook):
    """While the kernel is stopped."""
    kernel = psutil.Process(int(notebook.python("import os; print(os.getpid())")))
    kernel.suspend()
    try:
        yield
    finally:
        kernel.resume()


def start_of(panel):
    return json.loads(panel.notebook.python("print(list(map(float, panel.start)))"))


# --- the lessons -------------------------------------------------------------------------------


def panels_of(notebook):
    bundles = [output.get("data", {}) for cell in notebook.outputs() for output in cell]
    return sum(WIDGET_VIEW in data and "image/png" in data for data in bundles)


PICTURES_STAND = """() => [...document.querySelectorAll(".adamlab-picture")].filter((picture) =>
    picture.querySelector("img")?.naturalWidth && picture.querySelectorAll("svg").length).length"""


LAY_OUT_THE_WINDOW_ONLY = """() => {
    const { content } = jupyterapp.shell.currentWidget;
    content.notebookConfig = { ...content.notebookConfig, windowingMode: "full" };
}"""


@pytest.mark.parametrize("lesson", sorted(path.name for path in LESSONS.glob("*.ipynb")))
def test_a_lesson_runs_through_and_its_panels_appear(lab, browser, lesson):
    with lab.open(browser, lesson) as notebook:
        notebook.run_all()
        kinds = [output["output_type"] for cell in notebook.outputs() for output in cell]
        assert "error" not in kinds
        count = panels_of(notebook)
        assert count > 0
        wait_until(lambda: notebook.page.evaluate(PICTURES_STAND) == count, f"{count} pictures")
        nameless = notebook.page.locator(".noUi-handle:not([aria-label])")
        wait_until(lambda: nameless.count() == 0, "every handle to have a name")
        assert notebook.errors == []


def test_a_lesson_that_was_not_run_shows_the_stored_still(lab, browser):
    with lab.open(browser, "00_start_here.ipynb") as notebook:
        cells = nbformat.read(LESSONS / "00_start_here.ipynb", as_version=4).cells
        shows_a_panel = [cell.source.startswith("panel = explore") for cell in cells]
        still = notebook.cell(shows_a_panel.index(True)).locator(".jp-OutputArea img")
        wait_until(lambda: still.evaluate("e => e.naturalWidth") > 500, "the still")
        assert notebook.page.get_by_text("model not found").count() == 0
        assert notebook.page.locator(".adamlab-picture").count() == 0


def test_a_panel_far_above_the_window_is_ready_when_it_is_reached(lab, browser):
    # What older releases do by themselves: cells outside the window are not laid out.
    filler = ["print('\\n' * 60)"] * 4
    cells = [IMPORTS, "panel = explore(steps.adam, surfaces.beale, eta=0.1)\npanel", *filler]
    with lab.open(browser, cells) as notebook:
        notebook.page.evaluate(LAY_OUT_THE_WINDOW_ONLY)
        notebook.run_all()
        notebook.page.evaluate("() => jupyterapp.shell.currentWidget.content.scrollToItem(1)")
        area = notebook.page.locator(".jp-Cell:has(.adamlab-picture) .jp-OutputArea")
        area.locator(".noUi-handle").first.wait_for()
        nameless = area.locator(".noUi-handle:not([aria-label])")
        wait_until(lambda: nameless.count() == 0, "every handle to have a name", patience=20)
        panel = Panel(notebook, area)
        panel.handle("η").press("ArrowRight")
        wait_until(lambda: panel.number("η") == "0.102", "the number to follow the key")
        shows_what_a_fresh_one_shows(panel)


# --- sliders -----------------------------------------------------------------------------------


def test_a_slider_moved_by_keyboard(panel):
    before = panel.layers()[0]
    for _ in range(5):
        panel.handle("η").press("ArrowRight")
    changes(panel, 0, before, "the path to follow the key")
    wait_until(lambda: panel.number("η") == "0.11", "the number to follow the key")
    shows_what_a_fresh_one_shows(panel)


@pytest.mark.parametrize("name", ["η", "β1"])
def test_a_slider_dragged_by_mouse(panel, name):
    before, opening = panel.layers()[0], panel.number(name)
    for _ in panel.drag(panel.handle(name), dx=-30):
        pass
    changes(panel, 0, before, "the path to follow the mouse")
    wait_until(lambda: panel.number(name) != opening, "the number to follow the mouse")
    shows_what_a_fresh_one_shows(panel)


def test_the_picture_follows_while_the_kernel_stands_still(panel):
    handle = panel.handle("β1")
    panel.notebook.python("panel._ahead = None; panel.picture.version += 1")  # nothing holds any more
    handle.focus()
    sent_ahead(panel)
    seen = [panel.layers()[0]]
    with standstill(panel.notebook):
        for _ in range(4):
            handle.press("ArrowRight")
            seen.append(changes(panel, 0, seen[-1], "the picture to follow without the kernel"))
    assert len(set(seen)) == 5
    shows_what_a_fresh_one_shows(panel)


def test_the_handle_follows_at_once_while_a_slow_step_runs(learner):
    panel = learner.panel(1)
    handle, before = panel.handle("η"), panel.layers()[0]
    handle.focus()
    handle.evaluate(TIME_KEYS)
    for _ in range(8):
        handle.press("ArrowRight")
    delays = panel.page.evaluate("window.delays")
    assert len(delays) == 8 and max(delays) < 200
    changes(panel, 0, before, "the path to follow in the end")
    shows(panel, "panel")
    eta = float(learner.python("print(panel.sliders['eta'].value)"))
    assert float(panel.number("η")) == eta > 0.001


def test_two_panels_do_not_disturb_each_other(panel):
    other = panel.notebook.panel(2)
    before = other.layers()
    panel.handle("η").press("End")
    wait_until(lambda: panel.number("η") == "10", "the number to follow the key")
    shows_what_a_fresh_one_shows(panel)
    assert other.layers() == before
    mine = panel.layers()
    other.handle("η", "momentum").press("PageUp")
    changes(other, 0, before[0], "the other panel to follow")
    shows(other, "other")
    assert panel.layers() == mine


def test_a_hand_on_a_slider_while_a_cell_moves_another_panel(panel):
    # JupyterLab hears a page in threads besides the one that runs the cells.
    other = panel.notebook.panel(2)
    moves = "for k in range(150):\n    other.sliders['momentum']['eta'].value = 0.02 + k / 1e4"
    with panel.notebook.running(moves):
        for key in ["ArrowRight", "PageUp", "PageDown", "ArrowLeft"] * 3:
            panel.handle("η").press(key)
        change_theme(panel, "JupyterLab Dark")
        change_theme(panel, "JupyterLab Light")
    shows(other, "other")
    shows_what_a_fresh_one_shows(panel)


# --- the start ---------------------------------------------------------------------------------


def test_a_click_and_a_drag_move_the_start_and_home_brings_it_back(panel):
    opening, start, mouse = panel.layers(), start_of(panel), panel.page.mouse
    mouse.click(*panel.at(0.15, 0.2))
    wait_until(lambda: start_of(panel) != start, "the start to move")
    shows(panel, "panel")
    x, y = start_of(panel)
    assert x < start[0] and y > start[1] and panel.layers() != opening

    mouse.move(*panel.at(0.15, 0.3))
    mouse.down()
    for share in range(1, 11):
        mouse.move(*panel.at(0.15 + 0.02 * share, 0.3 + 0.04 * share))
    mouse.up()
    wait_until(lambda: start_of(panel)[0] > x + 1 and start_of(panel)[1] < y - 1, "the start to be dragged")
    shows(panel, "panel")

    panel.picture.press("Home")
    wait_until(lambda: panel.layers() == opening, "the opening picture")


def test_arrow_keys_nudge_the_start(panel):
    opening, (x, y) = panel.layers(), start_of(panel)
    panel.picture.press("ArrowLeft")
    wait_until(lambda: start_of(panel)[0] < x, "the start to go left")
    panel.picture.press("Shift+ArrowUp")
    wait_until(lambda: start_of(panel)[1] > y, "the start to go up")
    shows(panel, "panel")
    panel.picture.press("Home")
    wait_until(lambda: panel.layers() == opening, "the opening picture")


# --- the film ----------------------------------------------------------------------------------


def test_play_rolls_the_ball_and_pause_stops_it(panel):
    toggle = panel.area.locator(".widget-play button").first
    place = panel.handle("step to show")
    seen = [panel.layers()[1]]
    toggle.click()
    for _ in range(3):
        seen.append(changes(panel, 1, seen[-1], "the ball to roll"))
    assert len(set(seen)) == 4
    toggle.click()
    stopped = place.get_attribute("aria-valuenow")
    shows(panel, "panel")
    time.sleep(0.5)
    assert place.get_attribute("aria-valuenow") == stopped
    wait_until(lambda: f"step {float(stopped):.0f} of adam" in panel.status.inner_text(), "the sentence")


# --- what stands still -------------------------------------------------------------------------


def change_theme(panel, theme):
    before = panel.background()
    panel.notebook.command("apputils:change-theme", theme=theme)
    wait_until(lambda: panel.background() != before, f"a still for {theme}")


def test_nothing_jumps_and_nothing_goes_blank(panel):
    panel.area.evaluate(WATCH)
    for key in ["ArrowRight", "PageUp", "End", "Home"]:
        panel.handle("η").press(key)
        shows(panel, "panel")
    for _ in panel.drag(panel.handle("β2"), dx=-60):
        pass
    panel.picture.press("ArrowLeft")
    panel.handle("step to show").press("End")
    shows(panel, "panel")
    seen = panel.page.evaluate("window.seen")
    assert len(seen["heights"]) == 1, f"the picture's height jumped: {seen['heights']}"
    assert len(seen["areas"]) == 1, f"the panel's height jumped: {seen['areas']}"
    # While it exchanges its style sheets JupyterLab itself lays out the page without any.
    change_theme(panel, "JupyterLab Dark")
    change_theme(panel, "JupyterLab Light")
    shows(panel, "panel")
    assert panel.picture.bounding_box()["height"] == seen["heights"][0]
    seen = panel.page.evaluate("window.seen")
    assert seen["looks"] > 100 and seen["blanks"] == []


def test_anatomy_does_not_jump(others):
    panel = others.panel(2)
    panel.area.evaluate(WATCH)
    for _ in range(8):
        said = panel.status.inner_text()
        panel.button("Next stage").click()
        wait_until(lambda said=said: panel.status.inner_text() != said, "the next stage")
    panel.handle("step to open").press("End")
    shows(panel, "opened")
    seen = panel.page.evaluate("window.seen")
    assert len(seen["heights"]) == 1 and seen["blanks"] == []
    assert len(seen["areas"]) == 1, f"the panel's height jumped: {seen['areas']}"


def test_a_dark_theme_draws_everything_anew_and_back(panel):
    opening = panel.layers()
    change_theme(panel, "JupyterLab Dark")
    shows(panel, "panel")
    assert look(steps.adam, theme=DARK)[0] in panel.layers()[0] and panel.layers() != opening
    panel.handle("η").press("ArrowRight")
    changes(panel, 0, panel.layers()[0], "the path to follow in the dark")
    panel.button("Reset all").click()
    change_theme(panel, "JupyterLab Light")
    wait_until(lambda: panel.layers() == opening, "the opening picture")


# --- what is said ------------------------------------------------------------------------------


def test_every_control_and_the_picture_have_a_name(panel):
    named = panel.area.locator(".noUi-handle[aria-label]")
    wait_until(lambda: named.count() == 5, "five handles with names")
    assert panel.area.locator(".noUi-handle").count() == 5
    assert panel.number("β2") == "0.999"  # found by its name
    summary = panel.notebook.python("print(panel.summary)").strip()
    assert panel.picture.get_attribute("role") == "img"
    assert summary in panel.picture.get_attribute("aria-label")
    assert summary in panel.status.inner_text()


def test_a_step_that_raises_says_so_in_its_panel(learner):
    panel = learner.panel(2)
    assert "faulty: RuntimeError: no luck" in panel.status.inner_text()
    assert "no luck" in panel.picture.get_attribute("aria-label")


def test_a_step_that_is_not_written_yet_says_so_in_its_panel(learner):
    assert "unwritten: not attempted yet" in learner.panel(3).status.inner_text()


# --- race and anatomy --------------------------------------------------------------------------


def test_in_a_race_a_slider_changes_its_own_method_only_until_all_are_tuned(others):
    panel = others.panel(1)
    opening = panel.layers()
    panel.sliders("momentum")
    panel.area.evaluate(WATCH)
    for _ in panel.drag(panel.handle("η", "momentum"), dx=-40):
        pass
    changes(panel, 1, opening[1], "the path of momentum to follow")
    wait_until(lambda: "not a fair comparison" in panel.status.inner_text(), "the warning")
    shows(panel, "panel")
    assert [panel.layers()[k] == opening[k] for k in range(3)] == [True, False, True]

    panel.button("Tune all fairly").click()
    wait_until(lambda: "is the best of the same 101" in panel.status.inner_text(), "the tuning")
    shows(panel, "panel")
    assert panel.layers()[:3] == opening[:3]
    seen = panel.page.evaluate("window.seen")
    assert len(seen["areas"]) == 1, f"the panel's height jumped: {seen['areas']}"


def test_anatomy_goes_through_stages_and_steps(others):
    panel = others.panel(2)
    others.python("opened.step.value, opened.stage.value = 1, 5")
    shows(panel, "opened")
    before = panel.layers()[0]
    panel.button("Next stage").click()
    wait_until(lambda: panel.status.inner_text().startswith("carry over"), "the first stage")
    before = changes(panel, 0, before, "the arrows to change")
    assert panel.handle("step to open").get_attribute("aria-valuenow") == "2.0"

    panel.handle("step to open").focus()
    sent_ahead(panel, "opened")
    with standstill(others):
        for _ in range(3):
            panel.handle("step to open").press("ArrowRight")
            before = changes(panel, 0, before, "the arrows to follow the slider")
    panel.area.get_by_role("columnheader", name="step 5").wait_for()
    shows(panel, "opened")


def test_a_loop_that_never_ends_beyond_a_value_leaves_the_kernel_alive(lab, browser):
    cells = [
        IMPORTS,
        "def waits(theta, g, eta=0.1):\n    while eta > 0.5:\n        pass\n    return theta - eta * g\n\n"
        "panel = explore(waits, surfaces.bowl)\npanel",
    ]
    with lab.open(browser, cells) as notebook:
        notebook.run_all()
        panel = notebook.panel(1)
        handle = panel.handle("η")
        handle.focus()  # all positions are run in advance, the endless ones too
        wait_until(lambda: "does a loop end?" in panel.status.inner_text(), "a word about it")
        handle.press("End")
        stopped = "waits: stopped after 2 s: does a loop end?"
        wait_until(lambda: stopped in panel.status.inner_text(), stopped)
        assert notebook.python("print(panel.sliders['eta'].value)").strip() == "10.0"  # the next cell runs
        panel.button("Reset all").click()
        wait_until(lambda: "loss 17.4 →" in panel.status.inner_text(), "the run it opened with")
        assert "loop" not in panel.status.inner_text()
