"""Pages and slides that nbconvert makes: each picture has its text, each panel its still."""

import json
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from jupyter_core.paths import jupyter_config_path
from nbconvert import HTMLExporter, SlidesExporter
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("0*.ipynb"))
SETTINGS = json.loads(
    (ROOT / "adamlab" / "data" / "jupyter_nbconvert_config.json").read_text(encoding="utf-8")
)
VIEW = {"version_major": 2, "version_minor": 0, "model_id": "panel"}


def page(notebook, exporter=HTMLExporter):
    body, _ = exporter(config=Config(SETTINGS)).from_notebook_node(notebook)
    return BeautifulSoup(body, "html.parser")


def shown(metadata, alive=False, **more):
    """A notebook that shows a picture of one pixel."""
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABc3UBGAAAAABJRU5ErkJggg=="
    data = {"image/png": pixel, "text/plain": "plain", **more}
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("panel", outputs=[output])])
    if alive:
        state = {"version_major": 2, "version_minor": 0, "state": {"panel": {"state": {}}}}
        notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": state}
    return notebook


@pytest.mark.parametrize("exporter", [HTMLExporter, SlidesExporter])
@pytest.mark.parametrize("path", [LESSONS[0], LESSONS[5]], ids=lambda path: path.stem)
def test_each_picture_of_a_lesson_has_its_text(path, exporter):
    notebook = nbformat.read(path, as_version=4)
    pictures = page(notebook, exporter).select(".jp-OutputArea-output img")
    assert len(pictures) >= 3
    for picture in pictures:
        assert len(picture["alt"]) > 20 and "No description" not in picture["alt"]


def test_every_stored_picture_has_a_text():
    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                if "image/png" in output.get("data", {}):
                    assert output.metadata["image/png"]["alt"], f"{path.name}: {cell.source}"


def test_the_text_of_a_picture_is_only_text():
    alt = 'β < 1 & "quoted"'
    (picture,) = page(shown({"image/png": {"alt": alt}})).select("img")
    assert picture["alt"] == alt


def test_pictures_of_others_stay_as_they_are():
    (picture,) = page(shown({})).select("img")
    assert picture["alt"] == "No description has been provided for this image"


def test_a_live_widget_comes_with_its_still():
    view = {"application/vnd.jupyter.widget-view+json": VIEW}
    made = page(shown({"image/png": {"alt": "a panel"}}, alive=True, **view))
    (still,) = made.select(".adamlab-still img")
    assert still["alt"] == "a panel"
    (script,) = made.select(".adamlab-still + .jupyter-widgets > script")
    assert json.loads(script.string) == VIEW
    # Without its state nothing could come to life.
    assert not page(shown({"image/png": {"alt": "a panel"}}, **view)).select(".jupyter-widgets script")


def test_nbconvert_is_told_where_the_package_is_installed():
    places = [Path(place, "jupyter_nbconvert_config.json") for place in jupyter_config_path()]
    assert SETTINGS in [json.loads(place.read_text(encoding="utf-8")) for place in places if place.exists()]
