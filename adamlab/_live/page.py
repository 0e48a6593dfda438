"""A panel without a kernel: as one file that needs no network and no server, or as a part of a website."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

from .module import ARITHMETIC, bare

__all__ = ["SHARED", "Contents", "Layer", "Opening", "PageScene", "fragment", "page", "shared", "write_whole"]

SCRIPTS = ("arithmetic.js", "words.js", "engine.js", "hand.js")

KINDS = {kind: (f"{kind}.js",) for kind in ("race", "map", "anatomy")}  # what they need beside these

SHARED = {"adamlab.css": "text/css", "adamlab.js": "text/javascript"}  # what the panels of a website share

LEGEND = ["Ring: the start.", "Dots: the steps.", "Star: a minimum.", "Darker is lower."]

DARK_PAGE = "@media (prefers-color-scheme: dark)"

NO_SCRIPT = "The sliders need JavaScript. This is the picture as it was saved."


class Layer(NamedTuple):
    """A picture in one theme.

    Attributes
    ----------
    still : bytes
        PNG of what stands still.
    foreground : tuple of str
        SVG of what moves, in each part of the picture, as it is at the opening; empty for a picture that the
        page does not open with.
    template : tuple of str
        The same with its coordinates left open.
    """

    still: bytes
    foreground: tuple[str, ...]
    template: tuple[str, ...]


class PageScene(NamedTuple):
    """One picture of a panel: a surface, a view, a member of a family.

    Attributes
    ----------
    surface, view : str
    family : tuple of float
        Values of the surface's sliders.
    plan : dict
    sources : str
        JavaScript array of the functions that play its steps.
    seams : tuple of float
        Where its parts end, in points from the left.
    light, dark : Layer
    """

    surface: str
    view: str
    family: tuple[float, ...]
    plan: dict[str, Any]
    sources: str
    seams: tuple[float, ...]
    light: Layer
    dark: Layer


class Opening(NamedTuple):
    """How a page opens.

    Attributes
    ----------
    values : sequence of sequence of float
        Of each step's inputs.
    start : sequence of float
    summary : str
        What the picture shows.
    extra : dict
        What the player of its kind has to know beside that.
    """

    values: Sequence[Sequence[float]]
    start: Sequence[float]
    summary: str
    extra: Mapping[str, Any]


class Contents(NamedTuple):
    """What a page shows.

    Attributes
    ----------
    scenes : sequence of PageScene
        The first is the one that it opens with.
    opening : Opening
    family : sequence of dict
        The sliders of the surface.
    still : str or None
        Why it cannot be alive; it then has no controls.
    """

    scenes: Sequence[PageScene]
    opening: Opening
    family: Sequence[dict[str, Any]] = ()
    still: str | None = None


def page(title: str, contents: Contents) -> str:
    """A page that shows a panel, alive.

    Parameters
    ----------
    title : str
    contents : Contents

    Returns
    -------
    str
        HTML. Everything that is given is text in it, never markup, but for the drawings.
    """
    styles = _text("board.css") + _text("page.css") + _text("panel.css") + _proportions(contents.scenes[0])
    script = "" if contents.still else _script(contents)
    policy = "default-src 'none'; img-src data:; worker-src blob:; base-uri 'none'; form-action 'none'"
    policy += f"; style-src {_hash(styles)}"
    policy += f"; script-src {_hash(script)}" if script else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{styles}</style>\n</head>\n"
        f'<body>\n<main id="panel">\n<h1>{html.escape(title)}</h1>\n{_body(contents)}\n</main>\n'
        + (f"<script>{script}</script>\n" if script else "")
        + "</body>\n</html>\n"
    )


def fragment(mark: str, contents: Contents, folder: Path) -> str:
    """A panel as a part of a page that has what `shared` gives.

    Parameters
    ----------
    mark : str
        Its id there; letters, digits and hyphens.
    contents : Contents
    folder : Path
        For its stills; the page asks for them from there, as seen from the present directory.

    Returns
    -------
    str
        HTML, with a script that only says what the panel is: what is shared starts it when it is seen.
    """
    keep = _kept_in(folder)
    rules = _proportions(contents.scenes[0], f"#{mark} ")
    body = _body(contents, keep)
    text = f'<style>{rules}</style>\n<div class="adamlab-live"><div id="{mark}">\n{body}\n</div></div>\n'
    if contents.still:
        return text
    data, functions = _data(contents, keep)
    known = f'"{mark}", () => {{ {ARITHMETIC} return {functions}; }}'
    return (
        f'{text}<script type="application/json" id="{mark}-data">{data}</script>\n'  # read when it is needed
        f"<script>(window.adamlabPanels ??= []).push([{known}]);</script>\n"
    )


def shared(name: str) -> str:
    """The text of a file that all panels of a website share.

    Parameters
    ----------
    name : str
        One of `SHARED`.

    Returns
    -------
    str
    """
    if name.endswith(".css"):  # dark is what the page's own switch says, and nothing outside a panel changes
        rules = (_text("board.css") + _text("panel.css")).replace(DARK_PAGE, 'html[data-theme="dark"] &')
        return f".adamlab-live {{\n{rules}\n}}\n{_text('website.css')}"
    names = (*SCRIPTS, *(script for scripts in KINDS.values() for script in scripts), "page.js", "website.js")
    return '(() => {\n"use strict";\n' + "\n".join(map(_text, names)) + "\n})();\n"


Keep = Callable[[bytes], str]  # takes a picture, and gives its address


def _inline(picture: bytes) -> str:
    return f"data:image/webp;base64,{base64.b64encode(picture).decode()}"


def _kept_in(folder: Path) -> Keep:
    """Writes each picture once, whatever shows it."""

    def keep(picture: bytes) -> str:
        name = f"{hashlib.sha256(picture).hexdigest()[:16]}.webp"
        (folder / name).write_bytes(picture)
        return Path(os.path.relpath(folder / name)).as_posix()

    return keep


def _body(contents: Contents, keep: Keep = _inline) -> str:
    """The panel as it stands without a script."""
    scenes, opening, _, still = contents
    said, plan = html.escape(opening.summary), scenes[0].plan
    parts = "".join(_part(scenes[0], k, keep) for k in range(len(scenes[0].seams)))
    label = html.escape(f"{plan['name']} {opening.summary}.")
    why = f"<p>{html.escape(still)}</p>" if still else f"<noscript><p>{NO_SCRIPT}</p></noscript>"
    focus = "" if still else ' tabindex="0"'
    legend = (LEGEND if plan["tracks"][0]["n"] == 2 else LEGEND[:-1]) if plan["ground"] else []
    if legend and not any(scene.plan["tracks"][0]["minima"] for scene in scenes):
        legend = [words for words in legend if not words.startswith("Star")]
    legend = [] if "at" in plan else legend  # a map says itself what its signs are
    legend = [*legend, plan["help"]] if (legend or "at" in plan) and not still else legend
    guide = f'<p class="adamlab-guide">{html.escape(" ".join(legend))}</p>\n' if legend else ""
    return (
        f'<div class="adamlab-picture" role="img" aria-label="{label}"{focus}>{parts}</div>\n'
        f'<div class="adamlab-said" aria-hidden="true">{said}</div>\n'
        f'<div class="adamlab-unseen" role="status">{said}</div>\n{guide}{why}'
    )


def _text(name: str) -> str:
    text = files("adamlab._live").joinpath(name).read_text(encoding="utf-8")
    return bare(text) if name.endswith(".js") else text


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _script(contents: Contents) -> str:
    data, functions = _data(contents)
    names = (*SCRIPTS, *KINDS.get(contents.scenes[0].plan["kind"], ()), "page.js")
    scripts = "\n".join(map(_text, names))
    begin = f'new Page(document.getElementById("panel"), {data}, {functions});'
    return f'(() => {{\n"use strict";\n{scripts}\n{begin}\n}})();'


def _data(contents: Contents, keep: Keep = _inline) -> tuple[str, str]:
    """What the script has to know, and the functions that play the steps: an object and an array."""
    scenes, opening, family, _ = contents
    codes = list(dict.fromkeys(scene.sources for scene in scenes))
    data = {
        "scenes": [
            {
                "surface": scene.surface,
                "view": scene.view,
                "family": scene.family,
                "plan": _without_inputs(scene.plan) if number else scene.plan,
                "code": codes.index(scene.sources),
                "parts": [_part_data(scene, k, keep if number else None) for k in range(len(scene.seams))],
            }
            for number, scene in enumerate(scenes)
        ],
        "family": list(family),
        "values": [list(inputs) for inputs in opening.values],
        "start": list(opening.start),
        "extra": opening.extra,
    }
    # a name may hold anything, but must not end the script
    known = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return known, f"[{','.join(codes)}]"


def _bounds(scene: PageScene, k: int) -> tuple[float, float]:
    left = scene.seams[k - 1] if k else 0.0
    return left, scene.seams[k] - left


def _without_inputs(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The steps have the same inputs in all scenes, so they are told once."""
    tracks = [{name: what for name, what in track.items() if name != "inputs"} for track in plan["tracks"]]
    return {**plan, "tracks": tracks}


def _part_data(scene: PageScene, k: int, keep: Keep | None) -> dict[str, Any]:
    """What the script has to know of a part; pictures only if the page does not hold them already."""
    left, width = _bounds(scene, k)
    known: dict[str, Any] = {"left": round(left, 2), "width": round(width, 2)}
    if keep:
        known |= {"light": _whole(scene, scene.light, k), "dark": _whole(scene, scene.dark, k)}
        known |= {
            "lightImage": keep(_image(scene, scene.light, k)),
            "darkImage": keep(_image(scene, scene.dark, k)),
        }
    return known


def _part(scene: PageScene, k: int, keep: Keep) -> str:
    """One part of the first picture, as it stands without a script."""
    (left, width), height = _bounds(scene, k), scene.plan["size"][1]
    view = f'viewBox="{left:.2f} 0 {width:.2f} {height:g}"'
    svgs = "".join(
        f'<svg class="{name}" aria-hidden="true" {view}>{_whole(scene, layer, k)}</svg>'
        for name, layer in (("light", scene.light), ("dark", scene.dark))
    )
    size = f'width="{width / 0.72:.0f}" height="{height / 0.72:.0f}"'
    images = "".join(
        f'<img class="{name}" alt="" draggable="false" loading="lazy" {size}'
        f' src="{keep(_image(scene, layer, k))}">'
        for name, layer in (("light", scene.light), ("dark", scene.dark))
    )
    return f'<div class="adamlab-part part{k}">{images}{svgs}</div>'


def _whole(scene: PageScene, layer: Layer, k: int) -> str:
    """What moves in a part, in the coordinates of the whole picture."""
    width, height = (f"{side:g}" for side in scene.plan["size"])
    still = f'<g class="adamlab-still">{layer.foreground[k]}</g>' if layer.foreground else ""
    drawn = f'{still}<g visibility="hidden">{layer.template[k]}</g>'
    return f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}">{drawn}</svg>'


def _proportions(scene: PageScene, within: str = "") -> str:
    """Each part is as wide as it was drawn, and grows with its width, so that both keep one scale."""
    widths = [_bounds(scene, k)[1] for k in range(len(scene.seams))]
    rules = (f"{within}.part{k} {{ flex: {w:.0f} 1 {0.8 * w:.0f}px; }}\n" for k, w in enumerate(widths))
    stacked = f"@media (max-width: 620px) {{\n  {within}.part0 {{ flex-basis: 100%; }}\n}}\n"
    return "".join(rules) + (stacked if len(widths) > 2 else "")  # two have room, or wrap by themselves


def _image(scene: PageScene, layer: Layer, k: int) -> bytes:
    """The still of a part: WebP, for it takes a third of a PNG's room."""
    left, width = _bounds(scene, k)
    whole, out = Image.open(io.BytesIO(layer.still)).convert("RGB"), io.BytesIO()
    scale = whole.width / scene.plan["size"][0]
    part = whole.crop((round(left * scale), 0, round((left + width) * scale), whole.height))
    part.save(out, "webp", lossless=True, quality=80, method=4)
    return out.getvalue()


def write_whole(path: str | os.PathLike[str], text: str) -> Path:
    """Write a file whole, or not at all.

    Parameters
    ----------
    path : path-like
    text : str

    Returns
    -------
    Path

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    IsADirectoryError
        If the path is a folder.
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: give a file in it, such as {path / 'panel.html'}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent}: make it first, or choose another")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    return path
