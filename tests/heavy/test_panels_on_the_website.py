"""What a panel displays where the website is built, and in Colab."""

import json
import re
import sys
import types
from pathlib import Path

import pytest

from adamlab import explore, make_ravine, race, steps, surfaces
from adamlab._live.page import SHARED, shared

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def website(monkeypatch, tmp_path):
    """A folder for stills, seen from the folder of a page."""
    (tmp_path / "instructor").mkdir()
    monkeypatch.chdir(tmp_path / "instructor")
    monkeypatch.setenv("ADAMLAB_WEBSITE", str(tmp_path / "_static" / "panels"))
    return tmp_path


def displayed(panel):
    data, _ = panel._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain"} and data["text/plain"] == panel.summary
    return data["text/html"]


def described(html):
    return json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', html, re.S)[1])


def test_each_display_has_an_id_of_its_own_and_stills_beside_the_page(website):
    panel = explore(steps.gradient_descent, surfaces.bowl, eta=0.1)
    one, other = displayed(panel), displayed(panel)
    assert re.findall(r' id="(panel-\d+)"', one) != re.findall(r' id="(panel-\d+)"', other)
    addresses = re.findall(r'<img class="(?:light|dark)"[^>]* src="([^"]+)"', one)
    assert len(addresses) == 4 and all(address.startswith("../_static/panels/") for address in addresses)
    assert all(Path(address).read_bytes().startswith(b"RIFF") for address in addresses)


def test_a_page_offers_what_the_lessons_ask_for(website):
    scenes = described(displayed(explore(steps.gradient_descent, surfaces.bowl, eta=0.1)))["scenes"]
    assert {scene["plan"]["steps"] for scene in scenes} == {25, 50, 100, 200, 250}
    assert {scene["view"] for scene in scenes} == {"loss", "effective η"}
    scenes = described(displayed(race([steps.momentum, steps.adam], surfaces.ravine)))["scenes"]
    assert {"ravine", "beale", "rastrigin", "rosenbrock"} < {scene["surface"] for scene in scenes}
    assert all(Path(part["lightImage"]).exists() for scene in scenes[1:] for part in scene["parts"])


def test_the_inputs_are_told_once(website):
    panel = explore(steps.gradient_descent, make_ravine, condition=25, angle=0)
    first, *others = described(displayed(panel))["scenes"]
    assert first["plan"]["tracks"][0]["inputs"] and others
    assert not any("inputs" in scene["plan"]["tracks"][0] for scene in others)


def test_a_step_that_is_not_written_yet_is_a_picture_with_a_sentence(website):
    def mine(theta, g, eta=0.1): ...

    html = displayed(explore(mine, surfaces.bowl))
    assert "mine: not attempted yet" in html and "rocket" in html and "<script" not in html


def test_what_is_shared_changes_nothing_outside_a_panel():
    assert list(SHARED) == ["adamlab.css", "adamlab.js"]
    style, script = map(shared, SHARED)
    assert "prefers-color-scheme" not in style and 'html[data-theme="dark"] &' in style
    assert not re.search(r"^(:root|body|main|h1)\b", style, re.M)
    assert script.startswith("(() => {") and "class Page" in script and "class MapPlayer" in script


def test_colab_is_told_who_shows_the_panel(monkeypatch):
    output = types.ModuleType("google.colab.output")
    output.enable_custom_widget_manager = lambda: None
    output._widgets = types.SimpleNamespace(_installed_url="https://example.org/manager.js")
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    data, metadata = explore(steps.gradient_descent, surfaces.bowl)._repr_mimebundle_()
    assert VIEW in data
    told = metadata[VIEW]["colab"]["custom_widget_manager"]
    assert told == {"url": "https://example.org/manager.js"}
