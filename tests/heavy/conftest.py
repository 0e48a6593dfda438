"""What the heavier checks need beside Python; they are skipped where it is missing, except in CI."""

import functools
import http.server
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "browser"))
from lab_page import CHROMIUM_OPTIONS, find_chromium  # noqa: E402


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the website, built once for all; ADAMLAB_SITE names one that is there already."""
    if os.environ.get("ADAMLAB_SITE"):
        return Path(os.environ["ADAMLAB_SITE"]).resolve()
    if not importlib.util.find_spec("sphinx") and not os.environ.get("CI"):
        pytest.skip("the website is built with the extra `site`: uv run --extra site pytest tests/heavy")
    run = tmp_path_factory.getbasetemp()
    folder = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "site"
    with FileLock(f"{folder}.lock"):
        if not (folder / "done").exists():
            command = [sys.executable, "-m", "sphinx", "-W", "-j", "2", "-d", str(folder / "doctrees")]
            command += [str(ROOT / "notebooks"), str(folder / "html")]
            log = folder.with_suffix(".log")
            with log.open("w", encoding="utf-8") as said:  # what a failure leaves running would hold a pipe
                done = subprocess.run(command, stdout=said, stderr=subprocess.STDOUT, cwd=ROOT)
            assert done.returncode == 0, log.read_text(encoding="utf-8")[-6000:]
            (folder / "done").touch()
    return folder / "html"


@pytest.fixture(scope="session")
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


@pytest.fixture
def npx():
    """Path of the command that comes with node and runs its packages."""
    found = shutil.which("npx")
    if not found and os.environ.get("CI"):
        pytest.fail("the types of the scripts are checked with node and npm: there are none", pytrace=False)
    if not found:
        pytest.skip("the types of the scripts are checked with node and npm: install them")
    return found
