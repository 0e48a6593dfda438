"""The website, built once as a reader gets it, and opened in Chromium."""

import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from site_page import DARK, LESSONS, WIDE, move, opened, panels, said


@pytest.mark.parametrize("lesson", ["index", *LESSONS])
def test_every_panel_is_alive_or_says_why_not(address, browser, lesson):
    alive = 0
    with opened(browser, address, f"{lesson}.html") as page:
        for panel in panels(page):
            if panel.get_attribute("data-alive") != "yes":
                text = panel.text_content()
                assert "This is a picture" in text and "rocket" in text
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
