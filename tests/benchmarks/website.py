"""How soon a lesson of the website is alive: from a cold load to the first slider moved, and what it weighs.

    uv run --extra site python -m sphinx -W notebooks _site
    python tests/benchmarks/website.py

A page with nothing but a slider and a label is loaded and moved in the same way; the ratio travels, the
milliseconds do not. The weights are those of the page itself, as it is and packed as a server sends it.
"""

import functools
import gzip
import http.server
import statistics
import sys
import threading
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "browser"))
from lab_page import CHROMIUM_OPTIONS, find_chromium  # noqa: E402

SITE = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_site"
TIMES = 7
LABEL = """<!doctype html><title>label</title><div data-alive="yes"><p class="adamlab-said">50</p>
<input type="range" oninput="document.querySelector('p').textContent = value"></div>"""
MOVED = """(before) => new Promise((done) => {
    const said = document.querySelector("[data-alive] .adamlab-said");
    const seen = () => requestAnimationFrame(said.textContent === before ? seen : done);
    seen();
})"""
FIRST = """() => {
    const described = document.querySelector("script[id$='-data']")?.id.replace("-data", "");
    const panel = document.getElementById(described) ?? document.querySelector("[data-alive]");
    panel?.scrollIntoView();
    return panel;
}"""
SLIDER = "[data-alive=yes] input[type=range]"


class Server(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path != "/label":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(LABEL.encode())

    def log_message(self, *_):
        pass


def first_moved(browser, address):
    """Seconds from asking for a page until its first slider has been moved and the change painted."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(FIRST)
    slider = page.locator(SLIDER).first
    slider.wait_for(state="attached")
    before = page.locator("[data-alive] .adamlab-said").first.text_content()
    slider.press("ArrowRight")
    page.evaluate(MOVED, before)
    seconds = time.perf_counter() - began
    context.close()
    return seconds


def main():
    handler = functools.partial(Server, directory=str(SITE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    names = ["index.html", *(path.name for path in sorted(SITE.glob("0*.html")))]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        first_moved(browser, f"{address}label")  # the browser's own start
        times = {name: [] for name in ["label", *names]}
        for _ in range(TIMES):  # one after the other, so that all have the same weather
            for name in times:
                times[name].append(first_moved(browser, f"{address}{name}"))
        browser.close()
    label = statistics.median(times["label"])
    print(
        f"{'page':26} {'kB':>6} {'packed':>7}   slider moved, to a page with one label ({1e3 * label:.0f} ms)"
    )
    for name in names:
        text = (SITE / name).read_bytes()
        ratio = statistics.median(times[name]) / label
        print(f"{name:26} {len(text) / 1e3:6.0f} {len(gzip.compress(text)) / 1e3:7.0f}   {ratio:.1f} ×")
    server.shutdown()


if __name__ == "__main__":
    main()
