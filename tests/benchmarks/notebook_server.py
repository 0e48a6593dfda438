"""A notebook run in a JupyterLab of its own, opened in a headless Chromium."""

import asyncio
import sys
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import nbformat
from playwright.async_api import async_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "browser"))
from lab_page import CHROMIUM_OPTIONS, Lab, find_chromium

# all cells stay in the page
SETTINGS = {"@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"}}


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
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        nbformat.write(notebook, Path(folder) / "benchmark.ipynb")
        with Lab(Path(folder), SETTINGS) as lab:
            async with async_playwright() as p:
                browser = await p.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
                page = await browser.new_page(viewport={"width": width, "height": height})
                await page.add_init_script(script)
                await page.goto(f"{lab.url}/lab/tree/benchmark.ipynb?reset")
                await page.wait_for_selector(".jp-Notebook", timeout=60_000)
                await asyncio.sleep(3)  # for the kernel
                await page.click("text=Run >> nth=0")
                await page.click("text=Run All Cells >> nth=0")
                await page.wait_for_function("document.querySelector('.bench-done')", timeout=120_000)
                yield page
                await browser.close()
