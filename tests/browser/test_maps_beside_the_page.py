"""A map is computed in a worker, under the strict policy of a saved page, opened as a file."""

import base64
import hashlib
import json
import time

import javascript
import numpy as np
import pytest
from maps import MapCase

from adamlab import make_ravine, steps, surfaces
from adamlab._live.module import ARITHMETIC, bare

SCRIPTS = ("words.js", "engine.js", "hand.js", "map.js")

WORKERS = "worker-src blob:;"  # without it Chromium refuses the worker, and the page computes by itself

SCRIPT = """
const real = window.Worker;
window.workers = 0;
window.Worker = class extends real { constructor(address) { super(address); window.workers++; } };
const [play, make] = SOURCES;
const { plan, values, chosen } = KNOWN;
plan.tracks[0].play = play;
window.shown = 0;
const player = new MapPlayer(plan, values, plan.origin, chosen, make, () => window.shown++);
const picture = document.getElementById("picture");
for (const svg of picture.querySelectorAll(":scope > svg")) {
  const canvas = mapCanvas(plan);
  picture.insertBefore(canvas, svg);
  player.add(new MapMoving(svg, plan, canvas));
}
player.run(0);
hand(picture, {
  plan: () => plan,
  start: () => player.chosen,
  place: (cell) => player.choose(cell),
  pointed: (...at) => player.pointed(...at),
  pressed: (...key) => player.pressed(...key),
});
Object.assign(window, { player, plan });
"""

STYLE = """
#picture { position: relative; width: 960px; }
#picture img { display: block; width: 100%; }
#picture svg { position: absolute; inset: 0; width: 100%; height: 100%; }
"""


def hashed(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def page_of(case, chosen, policy=WORKERS):
    """A page that holds a map alive."""
    known = json.dumps({"plan": case.plan, "values": case.settings, "chosen": chosen})
    texts = [bare((javascript.LIVE / name).read_text(encoding="utf-8")) for name in SCRIPTS]
    main = SCRIPT.replace("SOURCES", case.sources).replace("KNOWN", known)
    script = '"use strict";\n' + "\n".join([ARITHMETIC, *texts, main])
    width, height = case.plan["size"]
    still = base64.b64encode(case.view.still()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src {hashed(STYLE)}; script-src {hashed(script)}; {policy}"
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{STYLE}</style></head>'
        f'<body><div id="picture" tabindex="0"><img alt="" src="data:image/png;base64,{still}">'
        f'<svg viewBox="0 0 {width} {height}">{case.view.template()}</svg></div>'
        f"<script>{script}</script></body></html>"
    )


def wait(page):
    """Wait until the map is complete; the policy forbids Playwright's own way."""
    until = time.monotonic() + 30
    while not page.evaluate("player.complete"):
        assert time.monotonic() < until, page.faults
        time.sleep(0.02)


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
