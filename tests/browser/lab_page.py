"""JupyterLab or Notebook 7 as a reader has it: a server on a folder, a notebook in a page, its panels.

with Lab(folder) as lab, sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
    notebook = lab.open(browser, ["from adamlab import *", "explore(adam, beale)"])
    notebook.run_all()
    notebook.panel(1).handle("η").press("ArrowRight")
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat
import numpy as np
import pytest

CHROMIUM_OPTIONS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
PATIENCE = 60  # seconds for what takes one or two on a quick machine
# Where each of them opens a notebook.
FRONT_ENDS = {"jupyterlab": "lab/tree/{}?reset", "notebook7": "notebooks/{}"}
# What Notebook 7 complains of by itself, also where a notebook only says 1 + 1; and JupyterLab where the
# website's tools are installed beside it, with an extension that is for JupyterLite alone.
NOT_OURS = {"Cannot read properties of undefined (reading 'schema')", "@jupyterlite/"}
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}

EXECUTE = """async (code) => {
    const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
    const future = kernel.requestExecute({ code, store_history: false });
    let text = "";
    future.onIOPub = ({ header, content }) => {
        if (header.msg_type === "stream") text += content.text;
    };
    const { content } = await future.done;
    if (content.status !== "ok") throw new Error(`${content.ename}: ${content.evalue}`);
    return text;
}"""
# What a picture is made of: paint and points of each outline that can be seen, labels aside.
OUTLINES = r"""(root) => [...root.querySelectorAll("path")]
    .filter((path) => path.getAttribute("d")
        && !path.closest("[visibility]")?.matches("[visibility=hidden]")
        && !path.closest("[data-slot$=label]"))
    .map((path) => {
        const parts = path.getAttribute("d").match(/[MLHCZh]|-?[\d.]+(?:e-?\d+)?/g);
        const [dx, dy] = (path.getAttribute("transform")?.match(/-?[\d.]+/g) ?? [0, 0]).map(Number);
        const points = [];
        for (let k = 0, small = false; k < parts.length; ) {
            if (/[A-Za-z]/.test(parts[k])) small = parts[k++] === "h";
            else if (small) points.push(points.at(-2) + Number(parts[k++]), points.at(-1));
            else points.push(Number(parts[k++]) + dx, Number(parts[k++]) + dy);
        }
        const paint = ["fill", "stroke", "stroke-width"].map((name) => path.getAttribute(name));
        return { paint: paint.join(), points };
    })"""
DRAWN = f"""(svg) => {{
    const root = document.createElement("div");
    root.innerHTML = svg;
    return ({OUTLINES})(root);
}}"""
OUTPUTS = """() => [...jupyterapp.shell.currentWidget.content.model.cells]
    .map((cell) => (cell.type === "code" ? cell.outputs.toJSON() : []))"""


def find_chromium():
    """Path of Chromium or Chrome, or None."""
    names = ["chromium", "chromium-browser", "google-chrome", "chrome"]
    usual = [Path("/usr/bin/chromium")] if sys.platform.startswith("linux") else []
    found = [shutil.which(name) for name in names] + [str(path) for path in usual if path.exists()]
    return next(filter(None, found), None)


def wait_until(holds, what, patience=PATIENCE):
    """Ask again until it holds, and return what it said; fails after a while, and says what was awaited."""
    end = time.monotonic() + patience
    while not (answer := holds()):
        assert time.monotonic() < end, f"waited {patience} s in vain: {what}"
        time.sleep(0.05)
    return answer


class Lab:
    """A Jupyter server on a folder, with settings of its own and without a token.

    It serves both front ends; `front_end` says in which of them notebooks are opened, and `options` are more
    of the server's.
    """

    def __init__(self, folder, settings=None, front_end="jupyterlab", options=()):
        self.place = FRONT_ENDS[front_end]
        self.folder, self._home = Path(folder), tempfile.mkdtemp(prefix="lab")
        for plugin, values in {**SETTINGS, **(settings or {})}.items():
            path = Path(self._home, "settings", f"{plugin}.jupyterlab-settings")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values), encoding="utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url, self._opened = f"http://127.0.0.1:{port}", 0
        options = [
            *options,
            f"--port={port}",
            "--ServerApp.port_retries=0",
            "--IdentityProvider.token=",
            f"--ServerApp.root_dir={self.folder}",
            "--allow-root",
            "--no-browser",
            "--expose-app-in-browser",
            "--JupyterNotebookApp.expose_app_in_browser=True",
        ]
        own = {
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_RUNTIME_DIR": "runtime",
        }
        own = {name: str(Path(self._home, folder)) for name, folder in own.items()}
        self._log = open(Path(self._home, "log"), "w", encoding="utf-8")  # noqa: SIM115
        self._server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **own},
        )

    def __enter__(self):
        wait_until(self._answers, "JupyterLab to start")
        return self

    def __exit__(self, *_):
        self._server.terminate()
        try:
            self._server.wait(20)
        except subprocess.TimeoutExpired:
            self._server.kill()
        self._log.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def _answers(self):
        assert self._server.poll() is None, Path(self._home, "log").read_text(encoding="utf-8")
        try:
            return urllib.request.urlopen(f"{self.url}/api", timeout=5).status == 200
        except (urllib.error.URLError, OSError):
            return False

    def open(self, browser, notebook, **page):
        """Open a notebook of the folder by its name, or a new one with these cells."""
        if not isinstance(notebook, str):
            self._opened += 1
            cells = [nbformat.v4.new_code_cell(source) for source in notebook]
            notebook = f"cells_{self._opened}.ipynb"
            kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
            nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), self.folder / notebook)
        page = browser.new_page(**{"viewport": {"width": 1280, "height": 1000}, **page})
        return Notebook(page, f"{self.url}/{self.place.format(notebook)}")


class Notebook:
    """A notebook, open in a page of its own; `errors` gathers what the browser's console complains of."""

    def __init__(self, page, url):
        self.page, self.errors = page, []
        page.set_default_timeout(1000 * PATIENCE)
        page.on("console", lambda said: self._raised(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._raised(str(error)))
        page.goto(url)
        page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()

    def _raised(self, error):
        if not any(theirs in error for theirs in NOT_OURS):
            self.errors.append(error)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()

    def command(self, name, **arguments):
        """Carry out a command of the front end, and wait until it is done."""
        run = "async ([name, given]) => { await jupyterapp.commands.execute(name, given); }"
        self.page.evaluate(run, [name, arguments])

    def run_all(self):
        """Run > Run All Cells."""
        self.command("notebook:run-all-cells")

    def python(self, code):
        """Run code in the kernel, as a cell would, and return what it printed."""
        return self.page.evaluate(EXECUTE, code)

    @contextmanager
    def running(self, code):
        """While code runs in the kernel; what it raises is raised at the end."""
        self.page.evaluate(f"(code) => {{ window.running = ({EXECUTE})(code); }}", code)
        yield
        self.page.evaluate("() => window.running")

    def outputs(self):
        """The outputs of each cell."""
        return self.page.evaluate(OUTPUTS)

    def cell(self, index):
        """A cell, by its place in the notebook."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def panel(self, index):
        """The panel that a cell shows."""
        return Panel(self, self.cell(index).locator(".jp-OutputArea"))


class Panel:
    """A panel in the page."""

    def __init__(self, notebook, area):
        self.notebook, self.page, self.area = notebook, notebook.page, area
        self.picture = area.locator(".adamlab-picture")
        self.moving = self.picture.locator(".adamlab-moving")
        self.status = area.locator("[role=status]")
        self.picture.locator("img").wait_for(state="attached")
        self.picture.scroll_into_view_if_needed()

    def layers(self):
        """The SVG of each layer, as the browser holds it."""
        return self.picture.evaluate("e => [...e.querySelectorAll(':scope > div')].map(d => d.innerHTML)")

    def said(self):
        """The sentences below the picture."""
        return self.area.locator(".adamlab-said").text_content()

    def outlines(self):
        """Paint and points of all that moves, as the page has it."""
        return self.moving.evaluate(OUTLINES)

    def drawn(self, name="panel"):
        """The same as Python draws it, for a panel of the kernel's."""
        svg = self.notebook.python(f"print({name}.picture.foreground)")
        return self.page.evaluate(DRAWN, svg)

    def follows(self, name="panel"):
        """Wait until the page says and shows what a panel of the kernel's says and shows."""
        said = f"print({name}.summary)"
        wait_until(
            lambda: self.said().replace("\n", "; ") == self.notebook.python(said).strip(),
            f"the page to say what {name} says",
        )
        wait_until(lambda: alike(self.outlines(), self.drawn(name)), f"the page to show what {name} shows")

    def background(self):
        """Which still is shown."""
        return self.picture.locator("img").get_attribute("src")

    def sliders(self, method=None):
        """Where the sliders are, those of one method being chosen if need be."""
        if method is not None:
            chooser = self.area.locator(".widget-dropdown", has_text="sliders of").locator("select")
            chooser.select_option(label=method)
        return self.area

    def handle(self, name, method=None):
        """The handle of the slider whose accessible name begins so."""
        return self.sliders(method).locator(f".noUi-handle[aria-label^='{name}']:visible").first

    def number(self, name, method=None):
        """What stands in the number box beside a slider."""
        return self.sliders(method).locator(f"input[aria-label^='{name}']:visible").first.input_value()

    def button(self, name):
        """The button with this text or, for one with an icon, this tooltip."""
        return self.area.locator(f"button:has-text('{name}'), button[title='{name}']").first

    def drag(self, handle, dx, moves=20):
        """Drag a handle sideways; yields after each move of the mouse."""
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for move in range(1, moves + 1):
            self.page.mouse.move(x + dx * move / moves, y)
            yield
        self.page.mouse.up()

    def at(self, x, y):
        """A place on the picture, given as shares of its width and height, in the page."""
        box = self.picture.bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]


def notebook_of(cells):
    """A fixture: a notebook with these cells, run, in which the browser complained of nothing."""

    @pytest.fixture(scope="module")
    def opened(lab, browser):
        with lab.open(browser, cells) as notebook:
            notebook.run_all()
            yield notebook
            assert notebook.errors == []

    return opened


def alike(shown, drawn, tolerance=0.02):
    """Whether each outline of a picture has its like in another: the same places, within so many points.

    Places, not a list of them: of points that lie on each other Matplotlib keeps one.
    """

    def same(one, other):
        if one["paint"] != other["paint"]:
            return False
        here, there = (np.reshape(outline["points"], (-1, 1, 2)) for outline in (one, other))
        apart = abs(here - there.swapaxes(0, 1)).max(axis=2)
        return max(apart.min(axis=0).max(), apart.min(axis=1).max()) <= tolerance

    return bool(shown) and all(any(same(one, other) for other in drawn) for one in shown)
