"""A map is computed in a worker, under the strict policy of a saved page, opened as a file."""

import numpy as np
import pytest
from map_page import WORKERS, page_of, wait
from maps import MapCase

from adamlab import make_ravine, steps, surfaces


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a map as a file, and waits until it is there."""
    pages = []

    def open_(case, chosen=(0, 0), policy=WORKERS):
        path = tmp_path / "map.html"
        path.write_text(page_of(case, chosen, policy), encoding="utf-8")
        page = browser.new_page(viewport={"width": 1000, "height": 500})
        pages.append(page)
        page.faults = []
        page.on("pageerror", lambda fault: page.faults.append(str(fault)))
        page.goto(path.as_uri())
        wait(page)
        return page

    yield open_
    for page in pages:
        assert page.faults == []
        page.close()


def losses(page, case):
    text = page.evaluate("[...player.losses].map(String)")
    return case.losses([float(number.replace("Infinity", "inf")) for number in text])


def adam_map():
    return MapCase(steps.adam, surfaces.beale, ("beta1", "beta2"), 60, resolution=20, eta=0.1)


def test_a_map_is_computed_in_a_worker_and_follows_its_slider(opened):
    case = adam_map()
    page = opened(case, (10, 12))
    assert page.evaluate("[workers, !!player.beside.worker]") == [1, True]
    np.testing.assert_array_equal(losses(page, case), case.swept().loss)
    page.evaluate("player.values[0][0] = 0.4; player.run(0)")
    wait(page)
    np.testing.assert_array_equal(losses(page, case), case.swept(eta=0.4).loss)
    last = page.evaluate("player.rows[0].at(-plan.tracks[0].width + 2)")
    assert last == losses(page, case)[10, 12] == case.run((10, 12), eta=0.4).loss[-1]


def test_without_a_worker_the_page_computes_by_itself(opened):
    case = adam_map()
    page = opened(case, policy="")
    assert page.evaluate("!!player.beside.worker") is False
    np.testing.assert_array_equal(losses(page, case), case.swept().loss)


def test_mouse_and_keys_choose_a_run(opened):
    values = np.geomspace(1e-3, 0.2, 30), np.linspace(0, 0.95, 20)
    case = MapCase(steps.momentum, make_ravine(100), ("eta", "beta1"), 300, values)
    page = opened(case)
    left, top, right, bottom = case.plan["map"]["box"]
    page.mouse.click(
        *(8 + (left + (right - left) * 5.5 / 30) / 0.72, 8 + (bottom - (bottom - top) * 7.5 / 20) / 0.72)
    )
    assert page.evaluate("player.chosen") == [5, 7]
    page.focus("#picture")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("player.chosen") == [6, 7]
    page.keyboard.press("Home")
    assert page.evaluate("player.chosen") == [*case.swept().best_at]
    ring = page.locator("[data-slot=ring] path").first.bounding_box()
    place = left + (right - left) * (case.swept().best_at[0] + 0.5) / 30
    assert ring["x"] + ring["width"] / 2 == pytest.approx(8 + place / 0.72, abs=1)
