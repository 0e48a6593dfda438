"""What a reader does with a panel, done in JupyterLab by keyboard and mouse."""

import json
from contextlib import contextmanager

import psutil
import pytest
from lab_page import Panel, alike, notebook_of, wait_until

from adamlab import steps
from adamlab._drawing.style import DARK, look

IMPORTS = (
    "import json, time\nfrom adamlab._core.text import format_number\n"
    "import numpy as np\nfrom adamlab import *\nfrom adamlab import steps, surfaces"
)
EXPLORE = [
    IMPORTS,
    "panel = explore(steps.adam, surfaces.beale, eta=0.1)\npanel",
    "other = explore([steps.momentum, steps.adam], surfaces.ravine, eta=0.05)\nother",
    "twin = explore(steps.momentum, surfaces.bowl)\ntwin",
    "twin",
]
LEARNERS = [
    IMPORTS,
    "def trembling(theta, g, eta=0.1):\n    time.sleep(0.002)\n"
    "    noise = np.random.default_rng(int(abs(theta[0]) * 1e6)).normal(size=2)\n"
    "    return theta - eta * (g + noise)\n\n"
    "panel = explore(trembling, surfaces.beale, eta=0.001)\npanel",
    "def faulty(theta, g, eta=0.1):\n    raise RuntimeError('no luck')\n\nexplore(faulty, surfaces.bowl)",
    "def unwritten(theta, g, eta=0.1): ...\n\nexplore(unwritten, surfaces.bowl)",
    "def rounded(w, b, x):\n    return float(f'{w * x + b:.6g}')\n\n"
    "pair = Surface(lambda w, b: w * w + b * b, start=(2, 1), model=rounded, examples=[(0, 1), (1, 2)])\n"
    "unsteady = explore(steps.gradient_descent, pair, eta=0.01, view='output')\nunsteady",
]
OTHERS = [
    IMPORTS,
    "panel = race([steps.gradient_descent, steps.momentum, steps.adam], surfaces.ravine)\npanel",
    "opened = anatomy(steps.adam, surfaces.beale, eta=0.2)\nopened",
    "family = explore(steps.momentum, make_ravine, condition=25, angle=20, eta=0.01)\nfamily",
    "opened",
]

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
        if (!frame.querySelector("svg")) note(seen.blanks, "what moves");
        const path = frame.querySelector("[data-slot='0.path'] path");
        if (path && !path.getAttribute("d")) note(seen.blanks, "path");
    }
    new MutationObserver(look).observe(frame, { childList: true, subtree: true });
    (function again() { look(); requestAnimationFrame(again); })();
}"""
# What a screen reader is told of the value of η, once a key has been handled.
SPOKEN = """(area) => {
    window.spoken = [];
    const handle = area.querySelector(".noUi-handle[aria-label^='η']");
    handle.addEventListener("keyup", () => window.spoken.push(handle.getAttribute("aria-valuetext")));
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
    panel.area.locator("select").last.select_option(label="normal")
    wait_until(lambda: panel.said() == OPENING, "the reset")
    panel.follows()
    return panel


OPENING = "adam on beale, η=0.1, β1=0.9, β2=0.999: loss 41.2 → 0.0726 in 100 steps"


def says(panel, code):
    return panel.notebook.python(f"print({code})").strip()


def turns(panel, said, what):
    """Wait until the page says something else, and return it."""
    return wait_until(lambda: (now := panel.said()) != said and now, what)


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
    return json.loads(says(panel, "list(map(float, panel.start))"))


# --- beyond the window --------------------------------------------------------------------------


LAY_OUT_THE_WINDOW_ONLY = """() => {
    const { content } = jupyterapp.shell.currentWidget;
    content.notebookConfig = { ...content.notebookConfig, windowingMode: "full" };
}"""


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
        panel.follows()


# --- sliders -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["η", "β1", "β2", "ε"])
def test_a_slider_moved_by_keyboard(panel, name):
    said, opening = panel.said(), panel.number(name)
    for key in ["PageDown", "ArrowLeft", "ArrowLeft"]:
        panel.handle(name).press(key)
    if name != "ε":  # of which nothing can be seen here
        turns(panel, said, "the page to follow the key")
    wait_until(lambda: panel.number(name) != opening, "the number to follow the key")
    panel.follows()


@pytest.mark.parametrize("name", ["η", "β1"])
def test_a_slider_dragged_by_mouse(panel, name):
    before, opening = panel.outlines(), panel.number(name)
    for _ in panel.drag(panel.handle(name), dx=-30):
        pass
    wait_until(lambda: not alike(panel.outlines(), before), "the path to follow the mouse")
    wait_until(lambda: panel.number(name) != opening, "the number to follow the mouse")
    panel.follows()


def test_the_picture_follows_while_the_kernel_stands_still(panel):
    seen, mouse = [panel.said()], panel.page.mouse
    mouse.click(*panel.at(0.3, 0.3))  # nothing of before holds for another start
    with standstill(panel.notebook):
        for name in ["η", "β1", "β2"]:
            for _ in range(3):
                panel.handle(name).press("ArrowLeft")
                seen.append(turns(panel, seen[-1], f"the picture to follow {name} without the kernel"))
        mouse.move(*panel.at(0.3, 0.3))
        mouse.down()
        for share in range(1, 6):
            mouse.move(*panel.at(0.3 - 0.02 * share, 0.3))
            seen.append(turns(panel, seen[-1], "the picture to follow the ball without the kernel"))
        mouse.up()
        panel.handle("step to show").press("PageUp")
        seen.append(turns(panel, seen[-1], "the film to roll without the kernel"))
        assert seen[-1].startswith("step 5 of adam: θ = (")
        panel.handle("step to show").press("Home")
        turns(panel, seen[-1], "the film to end")
        left = panel.said(), panel.outlines()
    assert len(set(seen)) == len(seen)
    panel.follows()
    assert panel.said() == left[0] and alike(panel.outlines(), left[1])


def test_a_number_is_typed(panel):
    box = panel.area.locator("input[aria-label^='η']").first
    for typed, shown in {"0,5": "0.5", "1/3": "0.333333", "1e-2": "0.01"}.items():
        box.fill(typed)
        box.press("Enter")
        wait_until(lambda shown=shown: f"η={shown}," in panel.said(), f"the page to follow {typed}")
        assert panel.number("η") == shown
        panel.follows()
    said = panel.said()
    box.fill("much")
    box.press("Enter")
    refused = panel.area.locator("[role=alert]")
    wait_until(lambda: "much is not a number" in refused.inner_text(), "the refusal")
    assert panel.number("η") == "0.01" and panel.said() == said


def test_a_step_that_cannot_be_recorded_runs_in_the_kernel(learner):
    panel = learner.panel(1)
    assert says(panel, "panel.runs.tracks['trembling'].program") == "None"
    panel.follows()
    handle = panel.handle("η")
    handle.focus()
    handle.evaluate(TIME_KEYS)
    for _ in range(8):
        handle.press("ArrowRight")
    delays = panel.page.evaluate("window.delays")
    assert len(delays) == 8 and max(delays) < 200  # the handle waits for nothing
    panel.follows()
    assert float(panel.number("η")) == float(says(panel, "panel.sliders['eta'].value")) > 0.001
    start = start_of(panel)
    panel.page.mouse.click(*panel.at(0.3, 0.3))
    wait_until(lambda: start_of(panel) != start, "the start to move")
    panel.follows()


def test_two_panels_do_not_disturb_each_other(panel):
    other = panel.notebook.panel(2)
    said, before = other.said(), other.outlines()
    panel.handle("η").press("End")
    wait_until(lambda: panel.number("η") == "10", "the number to follow the key")
    panel.follows()
    assert other.said() == said and other.outlines() == before
    mine = panel.outlines()
    other.handle("η", "momentum").press("PageUp")
    turns(other, said, "the other panel to follow")
    other.follows("other")
    assert panel.outlines() == mine


def test_a_panel_shown_twice_follows_in_both_places(explorer):
    twins = explorer.panel(3), explorer.panel(4)
    with standstill(explorer):
        for one, another in [twins, twins[::-1], twins]:
            said = another.said()
            one.handle("β1").press("ArrowLeft")
            turns(another, said, "the other place to follow a slider")
            said = another.said()
            one.picture.press("ArrowRight")
            turns(another, said, "the other place to follow the ball")
            assert one.said() == another.said() and one.outlines() == another.outlines()
    for one in twins:
        one.follows("twin")


def test_a_hand_on_a_slider_while_a_cell_moves_another_panel(panel):
    # JupyterLab hears a page in threads besides the one that runs the cells.
    other = panel.notebook.panel(2)
    moves = "for k in range(150):\n    other.sliders['momentum']['eta'].value = 0.02 + k / 1e4"
    with panel.notebook.running(moves):
        for key in ["ArrowRight", "PageUp", "PageDown", "ArrowLeft"] * 3:
            panel.handle("η").press(key)
        change_theme(panel, "JupyterLab Dark")
        change_theme(panel, "JupyterLab Light")
    other.follows("other")
    panel.follows()


# --- the start ---------------------------------------------------------------------------------


def test_a_click_and_a_drag_move_the_start_and_home_brings_it_back(panel):
    opening, start, mouse = panel.outlines(), start_of(panel), panel.page.mouse
    mouse.click(*panel.at(0.15, 0.2))
    wait_until(lambda: start_of(panel) != start, "the start to move")
    panel.follows()
    x, y = start_of(panel)
    assert x < start[0] and y > start[1] and not alike(panel.outlines(), opening)

    mouse.move(*panel.at(0.15, 0.3))
    mouse.down()
    for share in range(1, 11):
        mouse.move(*panel.at(0.15 + 0.02 * share, 0.3 + 0.04 * share))
    mouse.up()
    wait_until(lambda: start_of(panel)[0] > x + 1 and start_of(panel)[1] < y - 1, "the start to be dragged")
    panel.follows()

    panel.picture.press("Home")
    wait_until(lambda: alike(panel.outlines(), opening), "the opening picture")
    panel.follows()


def test_a_ball_dragged_off_the_picture_stays_inside_the_window(panel):
    mouse = panel.page.mouse
    mouse.move(*panel.at(0.3, 0.5))
    mouse.down()
    mouse.move(*panel.at(0.1, 0.3))
    mouse.move(*panel.at(-0.02, -0.1))
    mouse.up()
    (left, _), (_, top) = json.loads(says(panel, "[list(map(float, w)) for w in panel.surface.window]"))
    wait_until(lambda: start_of(panel) == pytest.approx([left, top]), "the ball to lie in the corner")
    panel.follows()


def test_what_is_beside_the_landscape_moves_nothing(panel):
    said, start, mouse = panel.said(), start_of(panel), panel.page.mouse
    places = {"the loss curve": (0.8, 0.5), "the title": (0.25, 0.04), "the ticks": (0.01, 0.5)}
    for share in places.values():
        mouse.click(*panel.at(*share))
    mouse.click(*panel.at(0.3, 0.3), button="middle")
    mouse.click(*panel.at(0.3, 0.3), button="right")
    panel.page.keyboard.press("Escape")  # the menu of the page
    assert (panel.said(), start_of(panel)) == (said, start)


def test_arrow_keys_nudge_the_start(panel):
    opening, (x, y) = panel.outlines(), start_of(panel)
    panel.picture.press("ArrowLeft")
    wait_until(lambda: start_of(panel)[0] < x, "the start to go left")
    panel.picture.press("Shift+ArrowUp")
    wait_until(lambda: start_of(panel)[1] > y, "the start to go up")
    left, up = x - start_of(panel)[0], start_of(panel)[1] - y
    wide, high = json.loads(says(panel, "[float(b - a) for a, b in panel.surface.window]"))
    assert (left, up) == pytest.approx((wide / 40, high / 200))  # Shift is for the finer ones
    panel.follows()
    panel.picture.press("Home")
    wait_until(lambda: alike(panel.outlines(), opening), "the opening picture")


# --- the film ----------------------------------------------------------------------------------


def test_play_rolls_the_ball_and_pause_stops_it(panel):
    toggle = panel.area.locator(".widget-play button").first
    place = panel.handle("step to show")
    seen = [panel.said()]
    toggle.click()
    for _ in range(3):
        seen.append(turns(panel, seen[-1], "the ball to roll"))
    assert len(set(seen)) == 4
    toggle.click()

    def stopped():  # the slider, the picture and the sentence each get the last step when it is their turn
        step = f"step {float(place.get_attribute('aria-valuenow')):.0f} of adam"
        return step in panel.said() and step in panel.status.inner_text() and step

    held = wait_until(stopped, "slider, picture and sentence to agree on a step")
    panel.page.wait_for_timeout(1000)
    assert stopped() == held
    wait_until(lambda: alike(panel.outlines(), panel.drawn()), "the balls to lie where Python has them")


# --- menus -------------------------------------------------------------------------------------


def test_steps_view_and_surface_are_a_choice_away(panel):
    count = panel.area.locator("input[type=number]")
    count.fill("30")
    count.press("Enter")
    wait_until(lambda: "in 30 steps" in panel.said(), "thirty steps")
    panel.follows()
    menus = panel.area.locator("select")
    for view in ["effective η", "m"]:
        menu = menus.filter(has=panel.page.locator(f"option:text-is('{view}')"))
        menu.select_option(label=view)
        wait_until(lambda view=view: says(panel, "panel.view") == view, "another view")
        panel.follows()
        wait_until(
            lambda: panel.moving.locator("[data-slot='0.second'] path").count() == 1, "two coordinates"
        )
        panel.handle("β1").press("ArrowLeft")
        panel.follows()
    surface = menus.filter(has=panel.page.locator("option:text-is('himmelblau')"))
    surface.select_option(label="neuron")
    menus.filter(has=panel.page.locator("option:text-is('output')")).select_option(label="output")
    wait_until(lambda: panel.moving.locator("[data-slot='0.first'] path").count() == 1, "the model's curve")
    panel.handle("η").press("ArrowRight")
    panel.follows()
    surface.select_option(label="himmelblau")
    wait_until(lambda: panel.said().startswith("adam on himmelblau"), "another surface")
    panel.follows()
    panel.picture.press("ArrowDown")
    panel.follows()
    panel.button("Reset all").click()
    menu.select_option(label="loss")
    wait_until(lambda: panel.said() == OPENING, "the reset")
    panel.follows()


def test_the_film_bends_the_curve_of_a_model_that_python_computes(learner):
    panel = learner.panel(4)
    panel.follows("unsteady")
    before = panel.outlines()
    panel.area.locator(".adamlab-film .noUi-handle").press("PageUp")
    wait_until(lambda: panel.outlines() != before, "another curve")
    panel.handle("η").press("PageUp")
    wait_until(lambda: alike(panel.outlines(), panel.drawn("unsteady")), "the curve that Python has")


def test_a_slider_of_the_surface_draws_another_one(others):
    panel = others.panel(3)
    panel.follows("family")
    before, said = panel.background(), panel.said()
    panel.handle("φ").press("PageUp")
    wait_until(lambda: panel.background() != before, "another landscape")
    turns(panel, said, "another run")
    panel.follows("family")
    panel.handle("β").press("ArrowLeft")
    panel.follows("family")


# --- what stands still -------------------------------------------------------------------------


def change_theme(panel, theme):
    before = panel.background()
    panel.notebook.command("apputils:change-theme", theme=theme)
    wait_until(lambda: panel.background() != before, f"a still for {theme}")


def test_nothing_jumps_and_nothing_goes_blank(panel):
    panel.area.evaluate(WATCH)
    for key in ["ArrowRight", "PageUp", "End", "Home"]:
        panel.handle("η").press(key)
        panel.follows()
    for _ in panel.drag(panel.handle("β2"), dx=-60):
        pass
    panel.picture.press("ArrowLeft")
    panel.handle("step to show").press("End")
    panel.follows()
    seen = panel.page.evaluate("window.seen")
    assert len(seen["heights"]) == 1, f"the picture's height jumped: {seen['heights']}"
    assert len(seen["areas"]) == 1, f"the panel's height jumped: {seen['areas']}"
    # While it exchanges its style sheets JupyterLab itself lays out the page without any.
    change_theme(panel, "JupyterLab Dark")
    change_theme(panel, "JupyterLab Light")
    panel.follows()
    assert panel.picture.bounding_box()["height"] == seen["heights"][0]
    seen = panel.page.evaluate("window.seen")
    assert seen["looks"] > 100 and seen["blanks"] == []


def test_a_dark_theme_draws_everything_anew_and_back(panel):
    opening = panel.outlines()
    change_theme(panel, "JupyterLab Dark")
    dark = look(steps.adam, theme=DARK)[0]
    wait_until(lambda: any(dark in outline["paint"] for outline in panel.outlines()), "the dark colours")
    assert not alike(panel.outlines(), opening)
    panel.handle("η").press("ArrowRight")
    panel.follows()
    panel.button("Reset all").click()
    change_theme(panel, "JupyterLab Light")
    wait_until(lambda: alike(panel.outlines(), opening), "the opening picture")


# --- what is said ------------------------------------------------------------------------------


def test_every_control_and_the_picture_have_a_name(panel):
    named = panel.area.locator(".noUi-handle[aria-label]")
    wait_until(lambda: named.count() == 5, "five handles with names")
    assert panel.area.locator(".noUi-handle").count() == 5
    assert panel.handle("β1, memory of gradients").count() == 1
    assert panel.number("β2") == "0.999"  # found by its name
    assert panel.handle("η").get_attribute("aria-valuetext") == "0.1"
    panel.area.evaluate(SPOKEN)
    panel.handle("η").press("ArrowRight")
    spoken = panel.page.evaluate("() => window.spoken")
    wait_until(lambda: panel.number("η") == "0.102", "the kernel to hear of it")
    assert spoken == ["0.102"]  # and not the slider's position
    panel.button("Reset all").click()
    wait_until(lambda: panel.said() == OPENING, "the reset")
    summary = says(panel, "panel.summary")
    assert panel.picture.get_attribute("role") == "img"
    assert summary in panel.picture.get_attribute("aria-label")
    wait_until(lambda: summary in panel.status.inner_text(), "what is read aloud")
    for name in ["adam", "momentum"]:  # names go to the handles of their own panel
        other = panel.notebook.panel(2)
        wait_until(lambda other=other, name=name: other.handle("η", name).count() == 1, "its handle")
        unnamed = other.area.locator(".noUi-handle:not([aria-label]):visible")
        wait_until(lambda unnamed=unnamed: unnamed.count() == 0, "all names")


def test_a_step_that_raises_says_so_in_its_panel(learner):
    panel = learner.panel(2)
    assert "faulty: RuntimeError: no luck" in panel.area.locator(".adamlab-note").inner_text()
    assert "faulty: RuntimeError: no luck" in panel.status.inner_text()
    assert "no luck" in panel.picture.get_attribute("aria-label")


def test_a_step_that_is_not_written_yet_says_so_in_its_panel(learner):
    panel = learner.panel(3)
    assert panel.area.locator(".adamlab-note").inner_text() == "unwritten: not attempted yet"
    assert "unwritten: not attempted yet" in panel.status.inner_text()


def test_copied_lines_make_the_same_panel(panel):
    panel.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.handle("β1").press("ArrowLeft")
    panel.page.mouse.click(*panel.at(0.2, 0.6))
    panel.follows()
    for shown, name in [(panel, "panel"), (panel.notebook.panel(2), "other")]:
        button = shown.area.locator(".adamlab-copy")
        button.click()
        wait_until(lambda button=button: button.inner_text() == "Copied", "the lines to be copied")
        lines = panel.page.evaluate("navigator.clipboard.readText()").replace("panel", "copy")
        assert (
            says(panel, f"{name}.summary") == panel.notebook.python(f"{lines}\nprint(copy.summary)").strip()
        )


# --- race and anatomy --------------------------------------------------------------------------


def test_in_a_race_a_slider_changes_its_own_method_only_until_all_are_tuned(others):
    panel = others.panel(1)
    opening = panel.outlines()
    panel.sliders("momentum")
    panel.area.evaluate(WATCH)
    for _ in panel.drag(panel.handle("η", "momentum"), dx=-40):
        pass
    wait_until(lambda: "not a fair comparison" in panel.said(), "the warning")
    wait_until(lambda: alike(panel.outlines(), panel.drawn()), "the page to show what Python shows")
    changed = {one["paint"] for one in panel.outlines() if one not in opening}
    kept = {one["paint"] for one in panel.outlines() if one in opening}
    colours = {step: look(step)[0] for step in (steps.gradient_descent, steps.momentum, steps.adam)}
    assert [any(colour in paint for paint in changed) for colour in colours.values()] == [False, True, False]
    assert all(any(colour in paint for paint in kept) for colour in colours.values())

    panel.button("Tune all fairly").click()
    wait_until(lambda: "is the best of the same 101" in panel.said(), "the tuning")
    cells = panel.area.locator(".adamlab-board tr").all_inner_texts()
    ends = json.loads(says(panel, "json.dumps([format_number(row['eta']) for row in panel.table])"))
    assert sorted(row.split("\t")[1] for row in cells[1:]) == sorted(ends)
    wait_until(lambda: alike(panel.outlines(), opening), "the tuned picture")
    seen = panel.page.evaluate("window.seen")
    assert len(seen["areas"]) == 1, f"the panel's height jumped: {seen['areas']}"


# The ledger as the page has it: rows of words.
LEDGER = """(area) => [...area.querySelectorAll(".adamlab-board table")].flatMap((table) =>
    [...table.rows].slice(1).map((row) => [...row.cells].map((cell) => cell.textContent)))"""


def board(panel):
    return panel.area.evaluate(LEDGER)


def opens(panel, name="opened"):
    """Wait until the page says and shows of a step what Python does: sentence, ledger, picture."""
    sentence = f"{name}._opened.sentence(min({name}.step.value, {name}._opened.last), {name}.stage.value)"
    lines = "[[line['name'], *(v if line['known'] else '·' for v in line['values'])]"
    asked = f"json.dumps([{name}.summary, {sentence}, {lines} for line in {name}.ledger]])"

    def agrees():
        summary, sentence, ledger = json.loads(says(panel, asked))
        label = panel.picture.get_attribute("aria-label")
        first = panel.said().split("\n")[0].split(": ", 1)[1]
        return summary in label and sentence == first and ledger == board(panel)

    wait_until(agrees, f"the page to say what {name} says")
    wait_until(lambda: alike(panel.outlines(), panel.drawn(name)), f"the page to show what {name} shows")


def test_anatomy_does_not_jump_and_fits_a_screen(others):
    panel = others.panel(2)
    opens(panel)
    panel.area.evaluate(WATCH)
    for _ in range(8):
        said = panel.said()
        panel.button("Next stage").click()
        turns(panel, said, "the next stage")
    for key in ["End", "Home", "PageUp"]:
        panel.handle("step to show").press(key)
    for key in ["End", "Home", "PageUp"]:
        panel.handle("η").press(key)
    for stage in ["5 divide", "6 step"]:
        panel.button(stage).click()
        panel.picture.press("ArrowLeft")
    panel.page.mouse.click(*panel.at(0.15, 0.2))
    opens(panel)
    seen = panel.page.evaluate("window.seen")
    assert len(seen["heights"]) == 1 and seen["blanks"] == []
    assert len(seen["areas"]) == 1, f"the panel's height jumped: {seen['areas']}"
    assert seen["areas"][0] < 679  # what JupyterLab leaves of 1280 x 800
    panel.button("Reset all").click()
    opens(panel)


def test_anatomy_goes_through_stages_and_steps_while_the_kernel_stands_still(others):
    panel = others.panel(2)
    others.python("opened.reset()")
    opens(panel)
    seen, film = [panel.said()], panel.handle("step to show")
    film.focus()
    with standstill(others):
        for stage in ["decay", "gradient", "add", "divide", "step", "carry over"]:
            panel.button("Next stage").click()
            seen.append(turns(panel, seen[-1], "the next stage"))
            assert seen[-1].startswith(f"{stage}: ")
        assert film.get_attribute("aria-valuenow") == "2.0"
        panel.button("5 divide").click()
        seen.append(turns(panel, seen[-1], "the stage that was chosen"))
        for _ in range(3):
            film.press("ArrowRight")
            seen.append(turns(panel, seen[-1], "the step to follow the keyboard"))
        panel.handle("β1").press("PageDown")
        seen.append(turns(panel, seen[-1], "the step to follow a slider"))
        panel.picture.press("ArrowLeft")
        seen.append(turns(panel, seen[-1], "the step to follow the start"))
        left, ledger = panel.outlines(), board(panel)
    opens(panel)
    assert says(panel, "(opened.step.value, opened.stage.value)") == "(5, 4)"
    assert alike(panel.outlines(), left) and board(panel) == ledger


def test_anatomy_follows_a_cell_and_a_dark_theme(others):
    panel, twin = others.panel(2), others.panel(4)
    others.python("opened.reset(); opened.step.value, opened.stage.value = 20, 4")
    for one in (panel, twin):
        opens(one)
        pressed = one.area.locator(".adamlab-stage button.mod-active")
        assert pressed.inner_text() == "5 divide"
    change_theme(panel, "JupyterLab Dark")
    dark = look(steps.adam, theme=DARK)[0]
    wait_until(lambda: any(dark in outline["paint"] for outline in panel.outlines()), "the dark colours")
    panel.button("Next stage").click()
    opens(panel)
    change_theme(panel, "JupyterLab Light")
    opens(panel)
    said = twin.said()
    twin.handle("η").press("ArrowRight")
    wait_until(lambda: panel.said() == twin.said() != said, "both places to follow")
    opens(panel)
    others.python("opened.reset()")


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
        handle.focus()
        handle.press("End")
        stopped = "waits: stopped after 2 s: does a loop end?"
        wait_until(lambda: stopped in panel.status.inner_text(), stopped)
        assert notebook.python("print(panel.sliders['eta'].value)").strip() == "10.0"  # the next cell runs
        panel.button("Reset all").click()
        wait_until(lambda: "loss 17.4 →" in panel.status.inner_text(), "the run it opened with")
        assert "loop" not in panel.status.inner_text()


# --- without its kernel ------------------------------------------------------------------------


def test_a_restarted_kernel_shows_its_panels_again(lab, browser):
    with lab.open(browser, EXPLORE[:2]) as notebook:
        notebook.run_all()
        notebook.panel(1).handle("η").press("PageUp")
        restart = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
        notebook.page.evaluate(restart)
        notebook.run_all()
        panel = notebook.panel(1)
        wait_until(lambda: panel.said() == OPENING, "the panel as it opens")
        panel.handle("η").press("ArrowRight")
        panel.follows()
        assert notebook.errors == []


def test_a_notebook_saved_with_its_widgets_is_alive_without_its_kernel(lab, browser):
    with lab.open(browser, EXPLORE[:2]) as notebook:
        notebook.run_all()
        notebook.panel(1).handle("η").press("ArrowRight")
        notebook.panel(1).follows()
        notebook.command("@jupyter-widgets/jupyterlab-manager:saveWidgetState")
        notebook.command("docmanager:save")
        name = notebook.page.evaluate("() => jupyterapp.shell.currentWidget.context.path")
    with lab.open(browser, name) as notebook:
        panel = notebook.panel(1)
        assert "η=0.102" in wait_until(panel.said, "the sentence")
        said = panel.said()
        panel.handle("β1").press("ArrowLeft")
        said = turns(panel, said, "the picture to follow a slider")
        panel.picture.press("ArrowLeft")
        turns(panel, said, "the picture to follow the ball")
        assert notebook.errors == []
