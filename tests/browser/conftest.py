"""The panels as a reader has them, in a front end in Chromium. Skipped where there is none, except in CI."""

import os
import shutil
from pathlib import Path

import pytest
from lab_page import CHROMIUM_OPTIONS, Lab, find_chromium

LESSONS = Path(__file__).resolve().parents[2] / "notebooks"

try:
    from playwright.sync_api import sync_playwright
except ImportError:
    MISSING = 'the browser tests need Playwright: pip install -e ".[test]"'
else:
    MISSING = None if find_chromium() else "the browser tests need Chromium or Chrome, and found neither"


def pytest_terminal_summary(terminalreporter):
    if MISSING and not os.environ.get("CI"):
        terminalreporter.write_line(f"tests/browser was skipped: {MISSING}")


@pytest.fixture(scope="session", autouse=True)
def chromium():
    """Path of the browser."""
    if MISSING and os.environ.get("CI"):
        pytest.fail(MISSING, pytrace=False)
    if MISSING:
        pytest.skip(MISSING)
    return find_chromium()


@pytest.fixture(scope="session")
def lab(chromium, tmp_path_factory, pytestconfig):
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(LESSONS, folder, dirs_exist_ok=True)
    with Lab(folder, front_end=pytestconfig.getoption("front_end")) as lab:
        yield lab


@pytest.fixture(scope="module")  # no longer, or later tests believe that they run inside an event loop
def browser(chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()
