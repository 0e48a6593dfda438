"""The website with a screen reader, in the dark, and on a phone: each page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from site_page import DARK, PAGES, PHONE, opened, panels


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_nothing_is_wider_than_the_screen(address, browser, name):
    with opened(browser, address, f"{name}.html", **PHONE) as page:
        list(panels(page))
        assert page.evaluate("document.documentElement.scrollWidth") == 390


# Optional notebooks are made of what lessons are made of, and axe takes its time: two of them stand for all.
READ_ALOUD = [name for name in PAGES if not name.startswith("more/")]
READ_ALOUD += ["more/where_adam_fails", "more/after_adam"]


@pytest.mark.parametrize("name", READ_ALOUD)
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
