"""A JupyterLab of its own with one notebook, opened in a headless Chromium."""

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import nbformat
from playwright.async_api import async_playwright

CHROMIUM = "/usr/bin/chromium"  # Playwright's own where there is none
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},  # all cells stay in the page
}


def _free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def _server(folder, token):
    settings = folder / "settings"
    for name, values in SETTINGS.items():
        path = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    port = _free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
               f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"]  # fmt: skip
    where = {"JUPYTERLAB_SETTINGS_DIR": settings, "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces"}
    with open(folder / "server.log", "w") as log:
        process = subprocess.Popen(
            command, env=os.environ | {k: str(v) for k, v in where.items()}, stdout=log, stderr=log
        )
    try:
        _wait(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/api"))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def _wait(answer, patience=60):
    until = time.monotonic() + patience
    while True:
        try:
            return answer()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)


@asynccontextmanager
async def open_notebook(cells, script, width=1280, height=900):
    """Run a notebook with these cells, and the script in its page before all else.

    Parameters
    ----------
    cells : list of str
    script : str
        JavaScript.
    width, height : int
        Of the page.

    Yields
    ------
    playwright.async_api.Page
    """
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    token = secrets.token_hex()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        nbformat.write(notebook, Path(folder) / "benchmark.ipynb")
        with _server(Path(folder), token) as address:
            async with async_playwright() as p:
                own = {"executable_path": CHROMIUM} if Path(CHROMIUM).exists() else {}
                browser = await p.chromium.launch(
                    args=["--no-sandbox", "--disable-background-networking"], **own
                )
                page = await browser.new_page(viewport={"width": width, "height": height})
                await page.add_init_script(script)
                await page.goto(f"{address}/lab/tree/benchmark.ipynb?reset&token={token}")
                await page.wait_for_selector(".jp-Notebook", timeout=60_000)
                await asyncio.sleep(3)  # for the kernel
                await page.click("text=Run >> nth=0")
                await page.click("text=Run All Cells >> nth=0")
                await page.wait_for_function("document.querySelector('.bench-done')", timeout=120_000)
                yield page
                await browser.close()
