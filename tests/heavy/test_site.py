"""The website, built once as a reader gets it, and opened in Chromium."""

import functools
import http.server
import importlib.util
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "browser"))
from lab_page import CHROMIUM_OPTIONS, find_chromium  # noqa: E402

NOTEBOOKS = ROOT / "notebooks"
LESSONS = sorted(path.stem for path in NOTEBOOKS.glob("0*.ipynb"))
LESSONS += sorted(f"more/{path.stem}" for path in NOTEBOOKS.glob("more/*.ipynb"))
PAGES = [
    "index",
    *LESSONS,
    "glossary",
    "reference",
    "instructor/guide",
    "instructor/answers",
    "search",
    "genindex",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WIDE = {"viewport": {"width": 1280, "height": 800}}
UNFOLD = "document.querySelectorAll('details').forEach((fold) => { if (!fold.name) fold.open = true; })"
DARK = "document.documentElement.dataset.theme = document.documentElement.dataset.mode = 'dark'"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the website; ADAMLAB_SITE names one that is built already."""
    if os.environ.get("ADAMLAB_SITE"):
        return Path(os.environ["ADAMLAB_SITE"]).resolve()
    if not importlib.util.find_spec("sphinx") and not os.environ.get("CI"):
        pytest.skip("the website is built with the extra `site`: uv run --extra site pytest tests/heavy")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "-j", "2", "-d", str(folder / "doctrees")]
    command += [str(ROOT / "notebooks"), str(folder / "html")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return folder / "html"


@pytest.fixture(scope="module")
def address(site):
    """Of a server for the website."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@contextmanager
def opened(browser, address, name, **options):
    """A page of the website; the browser must not complain, nor ask anybody else for anything."""
    context = browser.new_context(**{**WIDE, **options})
    page, complaints = context.new_page(), []
    page.set_default_timeout(30_000)
    page.on("console", lambda said: said.type in ("error", "warning") and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    own = (address, "data:", "blob:")
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    page.on("response", lambda answer: answer.ok or complaints.append(f"{answer.status}: {answer.url}"))
    page.on("request", lambda request: request.url.startswith(own) or complaints.append(request.url))
    page.goto(f"{address}{name}")
    try:
        yield page
        assert complaints == []
    finally:
        context.close()


def panels(page):
    """The panels of a page, each in view and alive, or a still; what is folded is unfolded."""
    page.evaluate(UNFOLD)
    for name in page.evaluate("[...document.querySelectorAll('.adamlab-live > div')].map(({ id }) => id)"):
        panel = page.locator(f"#{name}")
        panel.scroll_into_view_if_needed()
        if page.locator(f"#{name}-data").count():
            page.wait_for_selector(f"#{name}[data-alive=yes]", state="attached")
        yield panel


def said(panel):
    return panel.locator(".adamlab-said, .adamlab-board").all_text_contents()


def move(panel):
    """Move the first control of a panel: its first slider, or the ring of a map that has none."""
    sliders = panel.locator("input[type=range]:visible")
    control = sliders.first if sliders.count() else panel.locator(".adamlab-picture")
    control.focus()
    control.press("ArrowRight")


@pytest.mark.parametrize("lesson", ["index", *LESSONS])
def test_every_panel_is_alive_or_says_why_not(address, browser, lesson):
    alive = 0
    with opened(browser, address, f"{lesson}.html") as page:
        for panel in panels(page):
            if panel.get_attribute("data-alive") != "yes":
                text = panel.text_content()
                assert "This is a picture: " in text and "rocket" in text
                assert re.search("not attempted yet|could not be written down", text)
                continue
            alive += 1
            before = said(panel)
            for _ in range(60):  # a map has no runs to choose from before it is computed
                move(panel)
                page.wait_for_timeout(250)
                if said(panel) != before:
                    break
            assert said(panel) != before, f"{lesson}: {before}"
    assert alive or lesson == "07_your_own_network" or lesson.startswith("more/")  # a network is a still


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_nothing_is_wider_than_the_screen(address, browser, name):
    with opened(browser, address, f"{name}.html", **PHONE) as page:
        list(panels(page))
        assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(address, browser, name):
    with opened(browser, address, f"{name}.html", color_scheme="light") as page:
        list(panels(page))
        assert serious(page) == []
        page.evaluate(DARK)
        page.wait_for_timeout(800)  # the theme fades some colours
        assert serious(page) == []


def serious(page):
    """What axe-core finds on a page, once no colour fades any more."""
    page.add_style_tag(content="*, *::before, *::after { transition: none !important }")
    page.wait_for_timeout(500)
    return [
        (fault["id"], node["html"][:200], node["failureSummary"][:300])
        for fault in Axe().run(page, options={"preload": False}).response["violations"]
        for node in fault["nodes"]
        if fault["impact"] in ("serious", "critical")
    ]


def test_no_link_is_broken(site):
    soups = {
        path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in site.rglob("*.html")
        if not {"lite", "_static"} & set(path.relative_to(site).parts)
    }
    ids = {path: {one["id"] for one in soup.find_all(id=True)} for path, soup in soups.items()}
    broken = []
    for path, soup in soups.items():
        assert len(ids[path]) == len(soup.find_all(id=True)), f"an id stands twice in {path.name}"
        for tag in soup.find_all(["a", "img", "link", "script"]):
            target = tag.get("href") or tag.get("src")
            if not target or re.match(r"[a-z]+:", target):
                continue
            link = urlsplit(urljoin(path.as_uri(), target))
            there = Path(unquote(link.path))
            if not there.exists() or (link.fragment and there in ids and link.fragment not in ids[there]):
                broken.append((path.name, target))
    assert broken == []


def test_search_finds_bias_correction(address, browser):
    with opened(browser, address, "search.html?q=bias+correction") as page:
        page.wait_for_selector("#search-results li a[href^='05_adam.html']")


def test_a_panel_follows_the_switch_of_the_theme(address, browser):
    with opened(browser, address, "index.html", color_scheme="light") as page:
        (panel,) = panels(page)
        bright, deep = panel.locator("img.light").first, panel.locator("img.dark").first
        assert bright.is_visible() and not deep.is_visible()
        page.evaluate(DARK)
        assert deep.is_visible() and not bright.is_visible()
        before = panel.locator("svg.dark").last.inner_html()
        move(panel)
        changed = "(svg) => document.querySelectorAll('svg.dark')[1].innerHTML !== svg"
        page.wait_for_function(changed, arg=before)


def test_a_link_to_a_panel_shows_it_as_it_was(address, browser):
    with opened(browser, address, "index.html") as page:
        (panel,) = panels(page)
        move(panel)
        shown = said(panel)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        panel.get_by_role("button", name="Copy link").click()
        link = page.evaluate("navigator.clipboard.readText()")
        page.goto("about:blank")
        page.goto(link)
        (panel,) = panels(page)
        assert said(panel) == shown


def test_a_page_is_whole_without_a_network_once_it_is_there(address, browser):
    with opened(browser, address, "00_start_here.html") as page:
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(3500)  # until the pictures are asked for that nobody has seen yet
        page.wait_for_load_state("networkidle")
        page.context.set_offline(True)
        choices = [panel.locator("label:has-text('surface') select") for panel in panels(page)]
        (choice,) = [choice for choice in choices if choice.count()]
        choice.select_option("rastrigin")
        page.wait_for_function("[...document.images].every((image) => image.naturalWidth > 0)")


def test_jupyterlite_opens_with_the_lessons(address, browser):
    context = browser.new_context(**WIDE)
    page = context.new_page()  # Python itself comes from elsewhere: there may be no network
    page.goto(f"{address}lite/lab/index.html?path=notebooks/00_start_here.ipynb")
    first = page.locator(".jp-NotebookPanel .jp-Cell", has_text="%pip install -q adamlab")
    first.wait_for(timeout=60_000)
    context.close()


def test_jupyterlite_has_the_wheel(site):
    (wheel,) = site.glob("lite/pypi/adamlab-*.whl")
    assert wheel.name in (site / "lite" / "pypi" / "all.json").read_text(encoding="utf-8")
