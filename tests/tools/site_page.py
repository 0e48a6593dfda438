"""A page of the built website in Chromium, its panels, and what all tests of it need."""

from contextlib import contextmanager
from pathlib import Path

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
LESSONS = sorted(path.stem for path in NOTEBOOKS.glob("0*.ipynb"))
LESSONS += sorted(f"more/{path.stem}" for path in NOTEBOOKS.glob("more/*.ipynb"))
PAGES = [
    "index",
    *LESSONS,
    "questions",
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
