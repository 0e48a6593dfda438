"""Saved pages as a reader opens them: a file, no network, no kernel."""

import os
import random

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from hand import control
from lab_page import DRAWN, alike, wait_until
from page_of import opened, outlines, said

from adamlab import Surface, anatomy, explore, problems, steps, surfaces
from adamlab._panels import saved_page

noise = np.random.default_rng(0)


def trembling(theta, g, eta=0.1):
    return theta - eta * (g + noise.normal(size=2))


def unwritten(theta, g, eta=0.1): ...


def valley(angle=20.0):
    return surfaces.make_ravine(25, angle)


def hostile(theta, g, eta=0.1):
    return theta - eta * g


hostile.__name__ = "</script><img src=x onerror=alert(1)>"
CROOKED = Surface(lambda x, y: x**2 + y**2, name='<script>alert(1)</script> & "x" $y$', start=(1.0, 1.5))
VALLEYS = Surface(lambda x: x**4 / 4 - x**2 - 0.3 * x, window=((-2.6, 2.6),), start=(-2.4,))
VIEWS = {"views": ("loss", "effective η", "m"), "surfaces": (surfaces.ravine,)}

ALIVE = {
    "one method": (lambda: explore(steps.adam, surfaces.beale, eta=0.1), {}),
    "several": (
        lambda: explore([steps.momentum, steps.adam, steps.rmsprop], surfaces.ravine, eta=0.05),
        {},
    ),
    "one coordinate": (lambda: explore(steps.momentum, VALLEYS, eta=0.05), {}),
    "family": (lambda: explore(steps.momentum, valley, eta=0.01), {}),
    "noisy": (lambda: explore(steps.adam, problems.noisy(surfaces.beale, 0.1), eta=0.1), {}),
    "views": (lambda: explore(steps.adam, surfaces.beale, eta=0.1), VIEWS),
    "model": (
        lambda: explore(steps.gradient_descent, surfaces.neuron, (4.5, 1.5), eta=1.0, view="output"),
        {"views": ("loss", "output"), "surfaces": (surfaces.bowl,)},
    ),
    "hostile": (lambda: explore([hostile, steps.adam], CROOKED, eta=0.1), {"title": "a & b <b>c</b>"}),
}
OPENED = {
    "opened": (lambda: anatomy(steps.adam, surfaces.beale, eta=0.2), {}),
    "opened elsewhere": (
        lambda: anatomy(steps.adagrad, surfaces.bowl, (-2, 1), eta=0.5, n_steps=30),
        {"surfaces": (surfaces.ravine,)},
    ),
    "lost": (lambda: anatomy(steps.gradient_descent, surfaces.rosenbrock, eta=1.0), {}),
}
STILL = {
    "trembling": (lambda: explore(trembling, surfaces.beale, eta=0.01), {}),
    "unwritten": (lambda: explore(unwritten, surfaces.bowl), {}),
}
SETTINGS = 30

# Sets the sliders, one setting after the other, and returns what the page says each time.
SAY = """(settings) => settings.map((positions) => {
    const ranges = document.querySelectorAll(".adamlab-slider input[type=range]");
    positions.forEach((position, k) => {
        ranges[k].value = position;
        ranges[k].dispatchEvent(new Event("input"));
    });
    return document.querySelector(".adamlab-said").textContent;
})"""
# As many touches as frames; returns all that was read aloud meanwhile.
TOUCH = """async (count) => {
    const range = document.querySelector(".adamlab-slider input[type=range]");
    const heard = new Set();
    for (let k = 0; k < count; k++) {
        range.value = Number(range.value) + 1;
        range.dispatchEvent(new Event("input"));
        await new Promise((done) => requestAnimationFrame(done));
        heard.add(document.querySelector("[role=status]").textContent);
    }
    return [...heard];
}"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The panel of this name, and the page that it was saved in."""
    folder, known = tmp_path_factory.mktemp("pages"), {}
    stops = saved_page.STOPS

    def save(name):
        if name not in known:
            make, options = {**ALIVE, **OPENED, **STILL}[name]
            panel = make()
            known[name] = panel, panel.save_page(folder / f"{name}.html", **options)
        panel, path = known[name]
        panel.reset()
        return panel, path

    saved_page.STOPS = {1: 3}  # fewer stills along a family
    yield save
    saved_page.STOPS = stops


def sliders(panel):
    """Those of the surface come first in a page."""
    of_steps = [slider for track in panel.runs.tracks.values() for slider in track.sliders.values()]
    return [*panel.runs.family.sliders.values(), *of_steps]


def follows(page, panel):
    assert said(page) == panel.summary
    drawn = page.evaluate(DRAWN, panel.picture.foreground)
    assert alike(outlines(page), drawn)


# --- the same as in Python -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ALIVE)
def test_a_page_says_and_shows_what_python_does(name, saved, browser):
    panel, path = saved(name)
    rng, moved = random.Random(name), sliders(panel)
    with opened(browser, path) as page:
        follows(page, panel)
        ranges = page.locator(".adamlab-slider input[type=range]")
        scales = ranges.evaluate_all("ranges => ranges.map(({ max }) => Number(max))")
        assert len(scales) == len(moved)
        for slider, last in zip(
            moved[len(panel.runs.family.sliders) :], scales[len(panel.runs.family.sliders) :]
        ):
            assert slider.scale.positions == last
        settings = [[rng.randint(0, last) for last in scales] for _ in range(SETTINGS)]
        for positions in settings:  # a family has pictures at some values only: of those, what is shown
            for k in range(len(panel.runs.family.sliders)):
                positions[k] = scales[k] // 2
        sentences = page.evaluate(SAY, settings)
        boxes = page.locator(".adamlab-box")
        for k, slider in enumerate(panel.runs.family.sliders.values()):
            slider.value = float(boxes.nth(k).input_value().removesuffix(slider.unit))
        own = [*enumerate(moved)][len(panel.runs.family.sliders) :]
        for positions, sentence in zip(settings, sentences):
            for k, slider in own:
                slider.value = slider.scale.value(positions[k])
            assert sentence.replace("\n", "; ") == panel.summary
        follows(page, panel)
        assert len(set(sentences)) > SETTINGS / 2


def test_other_views_and_surfaces_are_a_choice_away(saved, browser):
    panel, path = saved("views")
    with opened(browser, path) as page:
        image = page.locator(".adamlab-part img").first
        before = image.get_attribute("src")
        for view in ["m", "effective η"]:
            page.get_by_label("view").select_option(view)
            panel.show(view)
            follows(page, panel)
        page.get_by_label("surface").select_option("ravine")
        panel.place(surface=surfaces.ravine)
        assert image.get_attribute("src") != before
        follows(page, panel)
        page.get_by_role("button", name="Reset all").click()
        panel.reset()
        panel.show("loss")
        assert image.get_attribute("src") == before
        follows(page, panel)


def test_the_curve_of_a_model_bends_while_the_ball_moves(saved, browser):
    panel, path = saved("model")
    with opened(browser, path) as page:
        film, seen = page.get_by_role("slider", name="step to show"), []
        for step, start in [("3", None), ("40", None), ("40", (2.0, -3.0)), ("0", (2.0, -3.0))]:
            if start:
                page.evaluate(f"location.hash = '#start={start[0]},{start[1]}'")
                panel.place(start)
            film.fill(step)
            control(panel, "step to show").value = int(step)
            drawn = page.evaluate(DRAWN, panel.picture.foreground)
            wait_until(lambda drawn=drawn: alike(outlines(page), drawn), "the same curve", patience=5)
            seen.append(page.locator("svg.light [data-slot='0.line'] path").get_attribute("d"))
        assert len({*seen}) == 4
        page.get_by_label("surface").select_option("bowl")  # it has no model
        assert page.get_by_label("view").input_value() == "loss"
        page.get_by_label("surface").select_option("neuron")
        page.get_by_label("view").select_option("output")
        panel.place((4.5, 1.5))
        follows(page, panel)


def test_a_slider_of_the_surface_changes_the_landscape(saved, browser):
    panel, path = saved("family")
    with opened(browser, path) as page:
        image = page.locator(".adamlab-part img").first
        stills = {image.get_attribute("src")}
        angle = page.get_by_role("slider", name="φ, angle")
        for _ in range(2):
            angle.press("ArrowRight")
            stills.add(image.get_attribute("src"))
            angle_now = angle.get_attribute("aria-valuetext").removesuffix("°")
            panel.sliders["angle"].value = float(angle_now)
            follows(page, panel)
        assert len(stills) == 3


# --- the hand ------------------------------------------------------------------------------------


def place(page, x, y):
    box = page.locator(".part0").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def test_the_ball_is_moved_by_mouse_and_keys(saved, browser):
    panel, path = saved("one method")
    opening = panel.summary
    with opened(browser, path) as page:
        page.mouse.move(*place(page, 0.5, 0.5))
        page.mouse.down()
        words = {said(page)}
        for share in range(1, 6):
            page.mouse.move(*place(page, 0.5 + share / 20, 0.5))
            wait_until(lambda: said(page) not in words, "the page to follow the mouse", patience=5)
            words.add(said(page))
        page.mouse.move(-5, -5)  # off the page: the ball stays in the window
        page.mouse.up()
        (left, _), (_, top) = panel.surface.window
        panel.place((left, top))
        follows(page, panel)
        page.keyboard.press("Tab")
        page.locator(".adamlab-picture").press("Home")
        assert said(page) == opening
        page.keyboard.press("Shift+ArrowLeft")
        width = np.ptp(panel.surface.window[0])
        panel.place(panel.surface.start - (width / 200, 0))
        follows(page, panel)
        page.keyboard.press("Home")
        for share in [(0.5, 0.02), (0.01, 0.5)]:  # the title, the ticks
            page.mouse.click(*place(page, *share))
        page.mouse.click(*place(page, 0.4, 0.4), button="middle")
        page.locator(".part1").click()
        assert said(page) == opening


def test_a_tap_moves_the_ball_and_a_swipe_scrolls(saved, browser):
    panel, path = saved("several")
    options = {"viewport": {"width": 390, "height": 600}, "has_touch": True, "is_mobile": True}
    with opened(browser, path, **options) as page:
        cdp = page.context.new_cdp_session(page)

        def touch(kind, *points):
            points = [{"x": x, "y": y} for x, y in points]
            cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        page.touchscreen.tap(*place(page, 0.5, 0.6))
        wait_until(lambda: said(page) != panel.summary, "the ball to move", patience=5)
        words = said(page)
        x, y = place(page, 0.5, 0.6)
        touch("touchStart", (x, y))
        for move in range(1, 8):
            touch("touchMove", (x + 10 * move, y))
        touch("touchEnd")
        wait_until(lambda: said(page) != words, "the ball to be dragged", patience=5)
        assert page.evaluate("scrollY") == 0
        words = said(page)
        touch("touchStart", (x, y))
        for move in range(1, 16):
            touch("touchMove", (x, y - 10 * move))
        touch("touchEnd")
        page.wait_for_function("scrollY > 50")
        assert said(page) == words


def test_numbers_are_typed(saved, browser):
    panel, path = saved("one method")
    with opened(browser, path) as page:
        box = page.get_by_label("η, learning rate, as a number")
        for typed, value in {"0,5": 0.5, "1/3": 1 / 3, "1e-2": 0.01}.items():
            box.fill(typed)
            box.press("Enter")
            panel.sliders["eta"].value = value
            follows(page, panel)
        for typed, why in {"much": "“much” is not a number", "1000": "η goes from 0.0001 to 10"}.items():
            box.fill(typed)
            box.press("Enter")
            assert why in page.locator(".adamlab-slider").first.inner_text()
            assert box.input_value() == "0.01"
            follows(page, panel)


def test_the_film_rolls_and_stops(saved, browser):
    _, path = saved("one method")
    with opened(browser, path) as page:
        page.get_by_role("button", name="Play").click()
        words = {said(page)}
        for _ in range(3):
            wait_until(lambda: said(page) not in words, "the ball to roll", patience=5)
            words.add(said(page))
        page.get_by_role("button", name="Pause").click()
        step = page.get_by_role("slider", name="step to show").input_value()
        assert said(page).startswith(f"step {step} of adam: θ = (")
        assert page.locator("svg.light [data-slot='0.rolling'][visibility=visible]").count() == 1


def test_copied_lines_and_link_hold_what_is_shown(saved, browser):
    _, path = saved("one method")
    with opened(browser, path, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.get_by_role("slider", name="β1").press("PageDown")
        page.mouse.click(*place(page, 0.5, 0.6))
        words = said(page)
        page.get_by_role("button", name="Copy as Python").click()
        page.get_by_role("button", name="Copied").wait_for()
        known = {}
        exec(page.evaluate("navigator.clipboard.readText()"), known)
        assert words == known["panel"].summary  # its curve has limits of its own
        page.get_by_role("button", name="Copy link").click()
        page.get_by_role("button", name="Copied").last.wait_for()
        wait_until(lambda: page.evaluate("navigator.clipboard.readText()").startswith("file:"), "the link")
        link = page.evaluate("navigator.clipboard.readText()")
        page.goto("about:blank")
        page.goto(link)
        assert said(page) == words


# --- a step opened up ----------------------------------------------------------------------------


LEDGER = """() => [...document.querySelectorAll(".adamlab-board table")].flatMap((table) =>
    [...table.rows].slice(1).map((row) => [...row.cells].map((cell) => cell.textContent)))"""


def opens(page, panel, step, stage):
    """The page says and shows of a step what Python does: sentence, ledger, picture."""
    panel.step.value, panel.stage.value = step, stage
    ledger = [[line["name"], *(v if line["known"] else "·" for v in line["values"])] for line in panel.ledger]
    assert page.evaluate(LEDGER) == ledger
    assert panel.summary in page.locator(".adamlab-picture").get_attribute("aria-label")
    assert said(page).startswith(f"{panel.stage.options[stage][0][2:]}: ")
    assert alike(outlines(page), page.evaluate(DRAWN, panel.picture.foreground))
    pressed = page.locator("button[aria-pressed=true]").all_inner_texts()
    assert pressed == [panel.stage.options[stage][0]]
    assert page.get_by_label("step to show").input_value() == page.locator("output").inner_text() == str(step)


def test_a_step_is_opened_by_buttons_keys_sliders_and_the_start(saved, browser):
    panel, path = saved("opened")
    with opened(browser, path) as page:
        opens(page, panel, 1, 0)
        for stage in range(1, 6):
            page.get_by_role("button", name="Next stage").click()
            opens(page, panel, 1, stage)
        page.get_by_role("button", name="Next stage").press("Enter")
        opens(page, panel, 2, 0)
        film = page.get_by_role("slider", name="step to show")
        film.press("ArrowRight")
        opens(page, panel, 3, 0)
        page.get_by_role("button", name="5 divide").press("Space")
        film.press("End")
        opens(page, panel, 50, 4)
        for typed in (0.02, 10.0):
            page.get_by_label("η, learning rate, as a number").fill(str(typed))
            page.keyboard.press("Enter")
            panel.sliders["eta"].value = typed
            opens(page, panel, 50, 4)
        page.locator(".adamlab-picture").press("ArrowLeft")
        panel.place(panel.start - (np.ptp(panel.surface.window[0]) / 40, 0))
        opens(page, panel, 50, 4)
        page.get_by_role("button", name="Reset all").click()
        panel.reset()
        opens(page, panel, 1, 0)


def test_a_step_that_is_opened_is_played_linked_and_copied(saved, browser):
    panel, path = saved("opened")
    with opened(browser, path, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.get_by_role("button", name="6 step").click()
        page.get_by_role("button", name="Play").click()
        film = page.get_by_label("step to show")
        wait_until(lambda: int(film.input_value()) > 3, "the step to change", patience=10)
        page.get_by_role("button", name="Pause").click()
        step = int(film.input_value())
        page.mouse.click(*place(page, 0.5, 0.6))
        words = said(page)
        page.wait_for_url(lambda url: f"step={step}&stage=5" in url)
        link = page.url
        page.get_by_role("button", name="Copy as Python").click()
        page.get_by_role("button", name="Copied").wait_for()
        known = {}
        exec(page.evaluate("navigator.clipboard.readText()"), known)
        copy = known["panel"]  # its curve has limits of its own
        assert (copy.step.value, copy.stage.value) == (step, 5)
        assert copy.summary in page.locator(".adamlab-picture").get_attribute("aria-label")
        page.goto("about:blank")
        page.goto(link)
        assert said(page) == words
        panel.place(copy.start)
        opens(page, panel, step, 5)
        panel.reset()
        page.get_by_role("button", name="Reset all").click()
        page.wait_for_url(path.as_uri())
    with opened(browser, path, "#step=51&stage=6") as page:  # there are none
        opens(page, panel, 1, 0)
    with opened(browser, path, "#step=2.5&stage=much") as page:
        opens(page, panel, 1, 0)


def test_a_step_is_opened_on_another_surface(saved, browser):
    panel, path = saved("opened elsewhere")
    with opened(browser, path, "#step=7&stage=4") as page:
        opens(page, panel, 7, 4)
        page.get_by_label("surface").select_option("ravine")
        other = anatomy(steps.adagrad, surfaces.ravine, eta=0.5, n_steps=30)
        opens(page, other, 7, 4)
        page.get_by_role("button", name="Reset all").click()
        opens(page, panel, 1, 0)


def test_a_run_that_is_lost_is_open_as_far_as_it_goes(saved, browser):
    panel, path = saved("lost")
    with opened(browser, path, "#step=30") as page:
        assert f"The run is lost after step {panel.run.diverged_at - 1}." in said(page)
        assert page.get_by_label("step to show").input_value() == "30"
        page.get_by_label("η, learning rate, as a number").fill("0.0001")
        page.keyboard.press("Enter")
        panel.sliders["eta"].value = 0.0001
        assert "lost" not in said(page)
        opens(page, panel, 30, 0)


# --- the address ---------------------------------------------------------------------------------


def test_the_address_holds_the_state(saved, browser):
    panel, path = saved("views")
    opening = panel.summary
    with opened(browser, path, "#eta=0.2&beta1=0.5&start=0,1") as page:
        panel.sliders["eta"].value, panel.sliders["beta1"].value = 0.2, 0.5
        panel.place((0.0, 1.0))
        follows(page, panel)
        assert page.get_by_label("η, learning rate, as a number").input_value() == "0.2"
        page.evaluate("location.hash = '#surface=ravine&view=m'")
        wait_until(lambda: said(page).startswith("adam on ravine, η=0.1, β1=0.9"), "the other surface")
        page.go_back()
        wait_until(lambda: said(page) == panel.summary, "what was there before")
        page.get_by_role("button", name="Reset all").click()
        assert said(page) == opening
        page.wait_for_url(path.as_uri())
        page.get_by_role("slider", name="η").press("ArrowRight")
        page.wait_for_url(lambda url: url.endswith("#eta=0.102"))
    with opened(browser, path, "#eta=1000&beta1=much&beta2=&start=1&surface=moon&other=3") as page:
        assert said(page) == opening


# --- for all readers -----------------------------------------------------------------------------


def test_all_is_reached_by_keyboard(saved, browser):
    _, path = saved("views")
    with opened(browser, path) as page:
        controls = page.locator("main [tabindex='0'], main input, main select, main button").count()
        names = []
        for _ in range(controls):
            page.keyboard.press("Tab")
            focus = page.locator(":focus-visible")
            assert focus.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
            names.append(focus.evaluate("e => e.ariaLabel ?? e.labels?.[0]?.textContent ?? e.textContent"))
        assert names[0].startswith("Landscape with path, and loss curve. adam on beale")
        assert {"β1, memory of gradients", "β1, memory of gradients, as a number", "Reset all"} <= {*names}
        assert len(set(names)) == controls
        words = said(page)
        page.get_by_role("slider", name="β1, memory of gradients").press("ArrowLeft")
        assert said(page) != words


def test_sliders_tell_their_value_in_its_unit(saved, browser):
    _, path = saved("family")
    with opened(browser, path) as page:
        page.get_by_label("η, learning rate, as a number").fill("1/3")
        page.keyboard.press("Enter")
        assert page.get_by_role("slider", name="η").get_attribute("aria-valuetext") == "0.333333"
        assert page.get_by_role("slider", name="φ, angle").get_attribute("aria-valuetext") == "20°"


def test_it_is_read_aloud_when_the_hand_rests(saved, browser):
    panel, path = saved("one method")
    with opened(browser, path) as page:
        assert page.evaluate(TOUCH, 50) == [panel.summary]  # of before
        assert said(page) != panel.summary
        wait_until(lambda: page.locator("[role=status]").text_content() == said(page), "the word", patience=5)
        assert said(page) in page.locator(".adamlab-picture").get_attribute("aria-label")


@pytest.mark.parametrize("name", [*ALIVE, "opened", "trembling"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(name, theme, saved, browser):
    _, path = saved(name)
    with opened(browser, path, color_scheme=theme, bypass_csp=True) as page:
        page.locator("details").evaluate_all("folds => folds.forEach((fold) => (fold.open = true))")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []


@pytest.mark.parametrize("name", ["one method", "several", "views", "family", "opened", "trembling"])
def test_a_narrow_page_shows_one_picture_below_the_other(name, saved, browser):
    _, path = saved(name)
    with opened(browser, path, viewport={"width": 390, "height": 844}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        ground, side = (page.locator(f".part{k}").bounding_box() for k in range(2))
        assert side["y"] >= ground["y"] + ground["height"] and side["width"] > 250


def test_a_page_of_one_method_fits_a_screen(saved, browser):
    _, path = saved("one method")
    with opened(browser, path) as page:
        assert page.evaluate("document.documentElement.scrollHeight") <= 800


def test_a_page_follows_the_theme(saved, browser):
    _, path = saved("one method")
    with opened(browser, path, color_scheme="light") as page:
        image = page.locator(".adamlab-part img:visible").first
        light = image.evaluate("e => e.currentSrc"), page.locator("body").evaluate(PAPER)
        page.get_by_role("slider", name="β1").press("PageDown")
        words, bright = said(page), outlines(page)
        page.emulate_media(color_scheme="dark")
        page.locator(".part0 > svg.dark").wait_for()
        dark = wait_until(lambda: image.evaluate("e => e.currentSrc") != light[0], "the dark still")
        assert dark and page.locator("body").evaluate(PAPER) != light[1]
        assert said(page) == words and not page.locator(".part0 > svg.light").is_visible()
        deep = outlines(page, "dark")
        assert [one["points"] for one in deep] == [one["points"] for one in bright]
        assert {one["paint"] for one in deep}.isdisjoint(one["paint"] for one in bright)


PAPER = "e => getComputedStyle(e).backgroundColor"


def test_nothing_moves_by_itself(saved, browser):
    _, path = saved("one method")
    with opened(browser, path, reduced_motion="reduce") as page:
        page.get_by_role("slider", name="β1").press("PageDown")
        assert page.evaluate("document.getAnimations().length") == 0


# --- without -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["one method", "views", "opened"])
def test_a_page_keeps_its_still_without_scripts(name, saved, browser):
    panel, path = saved(name)
    with opened(browser, path, java_script_enabled=False) as page:
        assert said(page) == panel.summary
        assert page.locator(".part0 > svg.light .adamlab-still path").count() > 4
        assert "The sliders need JavaScript." in page.locator("main").inner_text()
        assert page.locator("input, button, select").count() == 0
        drawn = page.evaluate(DRAWN, panel.picture.foreground)
        assert alike(outlines(page), drawn)


@pytest.mark.parametrize(
    ("name", "why"),
    {
        "trembling": "This is a picture: trembling cannot run in a page",
        "unwritten": "This is a picture (unwritten: not attempted yet).",
    }.items(),
)
def test_what_cannot_run_in_a_page_is_a_still(name, why, saved, browser):
    _, path = saved(name)
    with opened(browser, path) as page:
        assert why in page.locator("main").inner_text()
        assert page.locator("input, button, select, script, [tabindex]").count() == 0
        assert page.locator(".adamlab-part img").first.evaluate("e => e.naturalWidth") > 500
        if name == "trembling":
            assert page.locator(".part0 > svg.light path").count() > 4
            assert said(page).startswith("trembling on beale, η=0.01: loss 41.2 → ")


def test_names_are_text_whatever_they_say(saved, browser):
    _, path = saved("hostile")
    with opened(browser, path) as page:
        page.get_by_role("slider", name="η").first.press("ArrowRight")
        assert page.locator("script").count() == 1 and page.locator("main img").count() == 4  # light, dark
        assert page.get_by_role("heading").inner_text() == page.title() == "a & b <b>c</b>"
        assert page.locator("summary").first.inner_text() == hostile.__name__
        assert said(page).startswith(f"{hostile.__name__} on {CROOKED.name}, η=0.102: ")
        assert CROOKED.name in page.locator(".adamlab-picture").get_attribute("aria-label")


# --- the file ------------------------------------------------------------------------------------


def test_a_page_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    panel, path = explore(steps.adam, surfaces.bowl), tmp_path / "panel.html"
    with pytest.raises(FileNotFoundError, match=r"^there is no folder .*nowhere: make it first, or [^\n]*$"):
        panel.save_page(tmp_path / "nowhere" / "panel.html")
    with pytest.raises(IsADirectoryError):
        panel.save_page(tmp_path)
    path.write_text("of before", encoding="utf-8")

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        panel.save_page(path)
    assert [*tmp_path.iterdir()] == [path] and path.read_text(encoding="utf-8") == "of before"
    monkeypatch.undo()
    assert panel.save_page(path) == path
    assert [*tmp_path.iterdir()] == [path] and path.read_text(encoding="utf-8").endswith("</html>\n")
