"""A saved page as a reader opens it: a file, no network, no kernel."""

from contextlib import contextmanager

from lab_page import OUTLINES


@contextmanager
def opened(browser, path, address="", **options):
    """A page from a file, without a network; the browser must not complain, nor ask for anything else."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "offline": True, **options})
    page, complaints = context.new_page(), []
    page.set_default_timeout(20_000)
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    own = ("file:", "data:", "blob:")  # a map's worker is a blob
    asked = lambda request: request.url.startswith(own) or complaints.append(request.url)  # noqa: E731
    page.on("request", asked)
    page.goto(path.as_uri() + address)
    try:
        yield page
        assert complaints == []
    finally:
        context.close()


def said(page):
    return page.locator(".adamlab-said").text_content().replace("\n", "; ")


def outlines(page, theme="light"):
    parts = page.locator(f".adamlab-part > svg.{theme}")
    return [outline for k in range(parts.count()) for outline in parts.nth(k).evaluate(OUTLINES)]
