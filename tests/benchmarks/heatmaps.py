"""A map in the browser beside `sweep`: python tests/benchmarks/heatmaps.py

Not a test. Needs Playwright and a Chromium. Adam on Beale's function over β1 and β2. First 10,000 runs of
200 steps, by a worker and by `sweep` on one core, in turns: milliseconds differ from machine to machine,
their ratio less. Then a drag of η over a map of 50 × 50 runs of 100 steps, a move each frame: how often a
second another picture of the map is made, in the worker and without one.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
from playwright.sync_api import sync_playwright

from adamlab import steps, surfaces

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
from lab_page import CHROMIUM_OPTIONS, find_chromium
from map_page import WORKERS, page_of, wait
from maps import MapCase

ROUNDS, SECONDS = 7, 3

# how long the worker takes for a map, and nothing of it is shown before it is complete
TIMED = """() => new Promise((done) => {
  player.values[0][0] += 1e-9;
  const began = performance.now();
  const look = () => (player.complete ? done(performance.now() - began) : setTimeout(look, 0));
  player.run(0);
  look();
})"""

DRAG = """(seconds) => new Promise((done) => {
  const [before, began] = [shown, performance.now()];
  let frames = 0;
  const move = () => {
    frames++;
    const passed = (performance.now() - began) / 1000;
    if (passed > seconds) return done([(shown - before) / passed, frames / passed]);
    player.values[0][0] = 0.05 + 0.5 * Math.abs(Math.sin(passed));
    player.run(0);
    requestAnimationFrame(move);
  };
  move();
})"""


def opened(browser, case, policy=WORKERS):
    path = Path(tempfile.mkdtemp()) / "map.html"
    path.write_text(page_of(case, (0, 0), policy), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1000, "height": 500})
    page.goto(path.as_uri())
    wait(page)
    return page


def on_one_core(work):
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    began = time.perf_counter()
    work()
    os.sched_setaffinity(0, cores)
    return 1e3 * (time.perf_counter() - began)


def compare(browser):
    values = np.linspace(0, 0.99, 100), np.linspace(0, 0.999, 100)
    case = MapCase(steps.adam, surfaces.beale, ("beta1", "beta2"), 200, values, eta=0.1)
    page, times = opened(browser, case), []
    for _ in range(ROUNDS):
        times.append((on_one_core(case.swept), page.evaluate(TIMED)))
    python, worker = (median(column) for column in zip(*times))
    ratio = worker / python
    print(f"10,000 runs of 200 steps: sweep {python:.0f} ms, worker {worker:.0f} ms, {ratio:.2f} of it")
    page.close()


def drag(browser, policy, name):
    case = MapCase(steps.adam, surfaces.beale, ("beta1", "beta2"), 100, resolution=50, eta=0.1)
    page = opened(browser, case, policy)
    pictures, frames = median([page.evaluate(DRAG, SECONDS) for _ in range(3)])
    print(f"a drag, {name}: {pictures:.0f} maps a second, {frames:.0f} frames a second")
    page.close()


with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
    compare(browser)
    drag(browser, WORKERS, "in a worker")
    drag(browser, "", "without one")
    browser.close()
