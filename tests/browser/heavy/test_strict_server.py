"""A server that lets pages show no pictures but its own and those written into the page."""

import pytest
from lab_page import Lab, wait_until

POLICY = {"headers": {"Content-Security-Policy": "img-src 'self' data:; report-uri /api/security/csp-report"}}
IMPORTS = "from adamlab import *\nfrom adamlab import steps, surfaces\nimport adamlab"
KINDS = {
    "explore": "explore(steps.adam, surfaces.beale, eta=0.1)",
    "race": "race([steps.momentum, steps.adam], surfaces.ravine)",
    "map": "adamlab.map(steps.adam, surfaces.beale, n_steps=20, eta=0.1, resolution=10)",
    "anatomy": "anatomy(steps.adam, surfaces.beale, eta=0.1)",
}
SHOWN = (
    "(area) => [...area.querySelectorAll('.adamlab-picture img')].some((image) => image.naturalWidth > 500)"
)


@pytest.fixture(scope="module")
def notebook(chromium, browser, tmp_path_factory):
    options = [f"--ServerApp.tornado_settings={POLICY}"]
    folder = tmp_path_factory.mktemp("strict")
    with Lab(folder, options=options) as lab, lab.open(browser, [IMPORTS, *KINDS.values()]) as notebook:
        notebook.run_all()
        yield notebook


@pytest.mark.parametrize("kind", KINDS)
def test_a_panel_shows_its_landscape(notebook, kind):
    area = notebook.cell(1 + [*KINDS].index(kind)).locator(".jp-OutputArea")
    area.locator(".adamlab-picture").wait_for()
    wait_until(lambda: area.evaluate(SHOWN), "the landscape", patience=10)


def test_nothing_is_refused(notebook):
    assert notebook.errors == []
