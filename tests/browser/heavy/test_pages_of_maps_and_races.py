"""Saved pages of maps and races, as a reader opens them: they say and show what Python does."""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab_page import DRAWN, alike, wait_until
from page_of import opened, outlines

import adamlab
from adamlab import make_ravine, race, steps, surfaces
from adamlab._core.text import format_number
from adamlab._panels import saved_page

METHODS = [steps.gradient_descent, steps.momentum, steps.adam]


def unwritten(theta, g, m, eta=0.1): ...


def adam_map():
    return adamlab.map(steps.adam, surfaces.beale, axes=("beta1", "beta2"), eta=0.1, resolution=20)


def steep(angle=20.0):
    return make_ravine(100, angle)


PAGES = {
    "map": (adam_map, {"views": ("β1 × β2", "η × β1"), "surfaces": (surfaces.himmelblau,)}),
    "map of a family": (lambda: adamlab.map(steps.momentum, steep, resolution=10), {}),
    "race": (lambda: race(METHODS, surfaces.ravine), {"views": ("loss", "sensitivity")}),
    "race in a family": (lambda: race([steps.momentum, steps.adam], steep), {}),
}
STILL = {
    "stub among others": (lambda: race([steps.adam, unwritten], surfaces.ravine), {}),
    "stub": (lambda: adamlab.map(lambda theta, g, eta=0.1, beta1=0.9: None, surfaces.bowl), {}),
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The panel of this name as it opened, and the page that it was saved in."""
    folder, known = tmp_path_factory.mktemp("pages"), {}
    stops = saved_page.STOPS

    def save(name):
        make, options = {**PAGES, **STILL}[name]
        if name not in known:
            known[name] = make().save_page(folder / f"{name}.html", **options)
        return make(), known[name]

    saved_page.STOPS = {1: 3}
    yield save
    saved_page.STOPS = stops


def follows(page, panel, theme="light"):
    """The page says, in what is read aloud too, and shows what Python does."""
    label = page.locator(".adamlab-picture")
    wait_until(lambda: label.get_attribute("aria-label") == panel.picture.alt, panel.picture.alt, patience=20)
    drawn = page.evaluate(DRAWN, panel.picture.foreground)
    assert alike(outlines(page, theme), drawn)


def lines(page):
    return page.locator(".adamlab-said").text_content().split("\n")


def colours(page):
    return page.locator("canvas").evaluate("canvas => canvas.toDataURL()")


def at_cell(page, i, j, cells=20):
    box = page.locator("canvas").bounding_box()
    return box["x"] + (i + 0.5) / cells * box["width"], box["y"] + (1 - (j + 0.5) / cells) * box["height"]


# --- maps ----------------------------------------------------------------------------------------


def test_a_map_is_computed_in_the_page(saved, browser):
    panel, path = saved("map")
    with opened(browser, path) as page:
        follows(page, panel)
        assert lines(page)[0] == panel.summary and lines(page)[2].startswith("Outlined")
        seen = {colours(page)}
        for key, value in [("PageUp", None), ("End", None), (None, "0,35")]:
            slider = page.get_by_role("slider", name="η, learning rate")
            if key:
                slider.press(key)
                panel.sliders["eta"].slider.value = int(slider.input_value())
            else:
                page.get_by_label("η, learning rate, as a number").fill(value)
                page.keyboard.press("Enter")
                panel.sliders["eta"].value = 0.35
            follows(page, panel)
            seen.add(colours(page))
        assert len(seen) == 4


def test_a_run_is_chosen_by_mouse_and_keys(saved, browser):
    panel, path = saved("map")
    with opened(browser, path) as page:
        follows(page, panel)
        page.mouse.click(*at_cell(page, 3, 4))
        panel.choose(3, 4)
        follows(page, panel)
        for key, cell in [("ArrowRight", (4, 4)), ("Shift+ArrowDown", (4, 3))]:
            page.locator(".adamlab-picture").press(key)
            panel.choose(*cell)
            follows(page, panel)
        page.locator(".adamlab-picture").press("Home")
        panel.choose_best()
        follows(page, panel)
        page.mouse.click(*at_cell(page, 0, 0))
        page.get_by_role("button", name="Go to best run").click()
        follows(page, panel)
        x, y = at_cell(page, 10, 10)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 2000, y + 2000)  # off the page: the ring stays on the map
        page.mouse.up()
        panel.choose(19, 0)
        follows(page, panel)
        words = lines(page)
        page.locator(".part2").click()
        page.mouse.click(*at_cell(page, 10, 21))
        assert lines(page) == words


def test_other_axes_and_surfaces_are_a_choice_away(saved, browser):
    panel, path = saved("map")
    with opened(browser, path) as page:
        follows(page, panel)
        page.mouse.click(*at_cell(page, 3, 4))
        page.get_by_label("surface").select_option("himmelblau")
        panel.place(surface=surfaces.himmelblau)
        panel.choose(3, 4)
        follows(page, panel)
        page.get_by_label("view").select_option("η × β1")
        panel.show_axes("eta", "beta1")
        follows(page, panel)
        hidden = page.locator(".adamlab-slider[hidden]")
        assert hidden.count() == 2 and not page.get_by_role("slider", name="β1").is_visible()
        page.get_by_role("slider", name="β2").press("PageDown")
        panel.sliders["beta2"].slider.value = int(page.get_by_role("slider", name="β2").input_value())
        follows(page, panel)
        page.get_by_role("button", name="Reset all").click()
        follows(page, adam_map())


def test_the_address_of_a_map_holds_slider_and_cell(saved, browser):
    panel, path = saved("map")
    with opened(browser, path, "#eta=0.2&start=3,4") as page:
        panel.sliders["eta"].value = 0.2
        panel.choose(3, 4)
        follows(page, panel)
        page.locator(".adamlab-picture").press("ArrowRight")
        page.wait_for_url("**#eta=0.2&start=4%2C4")
        page.evaluate("location.hash = '#view=η × β1&start=5,6'")
        panel = adam_map()
        panel.show_axes("eta", "beta1")
        panel.choose(5, 6)
        follows(page, panel)
    with opened(browser, path, "#eta=1000&start=much&beta1=0.5&view=moon") as page:
        follows(page, adam_map())


def test_a_slider_of_the_surface_makes_another_map(saved, browser):
    panel, path = saved("map of a family")
    with opened(browser, path) as page:
        follows(page, panel)
        page.mouse.click(*at_cell(page, 2, 3, 10))
        angle = page.get_by_role("slider", name="φ, angle")
        angle.press("ArrowRight")
        panel.sliders["angle"].value = float(angle.get_attribute("aria-valuetext").removesuffix("°"))
        panel.choose(2, 3)
        follows(page, panel)


def test_a_map_follows_the_theme_and_keeps_its_colours(saved, browser):
    panel, path = saved("map")
    with opened(browser, path, color_scheme="light") as page:
        follows(page, panel)
        before = colours(page)
        page.emulate_media(color_scheme="dark")
        page.locator(".part0 > svg.dark").wait_for()
        assert colours(page) == before and page.locator("canvas").count() == 1
        panel.picture._handle_custom_msg({"kind": "display", "dark": True, "ratio": 2}, [])
        follows(page, panel, "dark")


@pytest.mark.parametrize("name", ["map", "race"])
def test_a_page_keeps_its_still_without_scripts(name, saved, browser):
    panel, path = saved(name)
    with opened(browser, path, java_script_enabled=False) as page:
        assert page.locator(".adamlab-said").text_content() == panel.summary
        assert page.locator("input, button, select").count() == 0
        assert page.locator(".part0 > svg.light .adamlab-still path").count() >= 4
        assert page.locator(".part0 > svg.light image").count() == (name == "map")


# --- races ---------------------------------------------------------------------------------------


def rows(page):
    """Words of the table, by method."""
    words = [row.split("\t") for row in page.locator(".adamlab-board tr").all_inner_texts()[1:]]
    return {row[0]: row[1:] for row in words}


def stands(panel):
    """The same as Python has it."""
    return {
        row["name"]: [
            format_number(row["eta"]),
            format_number(row["worst"]),
            "never" if row["steps"] is None else str(row["steps"]),
        ]
        for row in panel.table
    }


def test_a_race_is_tuned_in_the_page(saved, browser):
    panel, path = saved("race")
    with opened(browser, path) as page:
        follows(page, panel)
        assert rows(page) == stands(panel) and "is the best of the same 101" in lines(page)[0]
        page.locator("summary", has_text="adam").click()
        slider = page.get_by_role("slider", name="η, learning rate (adam)")
        slider.press("PageDown")
        panel.sliders["adam"]["eta"].slider.value = int(slider.input_value())
        follows(page, panel)
        assert rows(page) == stands(panel) and "set by hand" in lines(page)[0]
        page.get_by_role("slider", name="β1, memory of gradients (adam)").press("PageDown")
        page.get_by_role("button", name="Tune all fairly").click()
        beta1 = int(page.get_by_role("slider", name="β1, memory of gradients (adam)").input_value())
        panel.sliders["adam"]["beta1"].slider.value = beta1
        panel.tune()
        follows(page, panel)
        assert rows(page) == stands(panel) and "is the best of the same 101" in lines(page)[0]
        page.get_by_role("button", name="Reset all").click()
        follows(page, race(METHODS, surfaces.ravine))


def test_a_race_starts_elsewhere_and_shows_what_the_rates_lead_to(saved, browser):
    panel, path = saved("race")
    with opened(browser, path) as page:
        page.locator(".adamlab-picture").press("ArrowRight")
        width = panel.surface.window[0][1] - panel.surface.window[0][0]
        panel.place((panel.start[0] + width / 40, panel.start[1]))
        follows(page, panel)
        assert "tuned for other settings" in lines(page)[0]
        page.get_by_role("button", name="Tune all fairly").click()
        page.get_by_label("view").select_option("sensitivity")
        panel.tune()
        panel.show("sensitivity")
        follows(page, panel)


def test_the_address_of_a_race_holds_the_rate_of_its_method(saved, browser):
    panel, path = saved("race")
    with opened(browser, path, "#adam.eta=0.2") as page:
        panel.sliders["adam"]["eta"].value = 0.2
        follows(page, panel)
        page.get_by_role("button", name="Reset all").click()
        page.wait_for_url(path.as_uri())


def test_a_fair_race_is_tuned_anew_when_the_surface_turns(saved, browser):
    panel, path = saved("race in a family")
    with opened(browser, path) as page:
        follows(page, panel)
        angle = page.get_by_role("slider", name="φ, angle")
        angle.press("ArrowRight")
        panel.sliders["surface"]["angle"].value = float(
            angle.get_attribute("aria-valuetext").removesuffix("°")
        )
        assert panel.fair
        follows(page, panel)
        assert rows(page) == stands(panel)


def test_the_film_of_a_race_rolls(saved, browser):
    _, path = saved("race")
    with opened(browser, path) as page:
        page.get_by_role("slider", name="step to show").fill("7")
        assert page.locator("svg.light [data-slot$='.rolling'][visibility=visible]").count() == len(METHODS)


# --- for all readers -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["map", "race"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(name, theme, saved, browser):
    _, path = saved(name)
    with opened(browser, path, color_scheme=theme, bypass_csp=True) as page:
        page.locator("details").evaluate_all("folds => folds.forEach((fold) => (fold.open = true))")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []


@pytest.mark.parametrize("name", ["map", "race"])
def test_all_is_reached_by_keyboard(name, saved, browser):
    _, path = saved(name)
    with opened(browser, path) as page:
        seen = "main [tabindex='0'], main input, main select, main button, main summary"
        controls = [one for one in page.locator(seen).all() if one.is_visible()]
        names = set()
        for _ in controls:
            page.keyboard.press("Tab")
            focus = page.locator(":focus-visible")
            assert focus.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
            names.add(focus.evaluate("e => e.ariaLabel ?? e.labels?.[0]?.textContent ?? e.textContent"))
        assert len(names) == len(controls)


@pytest.mark.parametrize("name", ["map", "race"])
def test_a_narrow_page_shows_one_picture_below_the_other(name, saved, browser):
    panel, path = saved(name)
    with opened(browser, path, viewport={"width": 390, "height": 844}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        parts = page.locator(".adamlab-part")
        boxes = [parts.nth(k).bounding_box() for k in range(parts.count())]
        first, *others = boxes
        assert first["width"] > 250 and all(box["y"] >= first["y"] + first["height"] for box in others)
        if name != "map":  # its two pictures of the run stand side by side, near the map
            assert all(box["width"] > 250 for box in others)
            assert all(low["y"] >= high["y"] + high["height"] for high, low in itertools.pairwise(others))
        else:
            canvas = page.locator("canvas").bounding_box()
            assert canvas["y"] + canvas["height"] <= boxes[0]["y"] + boxes[0]["height"]
            page.mouse.click(*at_cell(page, 3, 4))
            panel.choose(3, 4)
        follows(page, panel)


@pytest.mark.parametrize("name", STILL)
def test_what_is_not_written_yet_is_a_still(name, saved, browser):
    _, path = saved(name)
    with opened(browser, path) as page:
        assert "This is a picture (" in page.locator("main").inner_text()
        assert "not attempted yet" in page.locator("main").inner_text()
        assert page.locator("input, button, select, script, canvas").count() == 0
