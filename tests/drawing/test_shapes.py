"""What moves as SVG: where everything is, that it can stand in any page, and what a script may fill in."""

import base64
import io
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, PathPatch, Rectangle, Wedge
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from PIL import Image

import adamlab
from adamlab import Surface, anatomy, descend, explore, plots, race, steps, surfaces, sweep
from adamlab._drawing.artists import NOTHING, Path, name_tag
from adamlab._drawing.curves import Curve
from adamlab._drawing.heatmap import Heat
from adamlab._drawing.rendering import render_moving, render_still
from adamlab._drawing.shapes import template
from adamlab._drawing.style import DARK, LIGHT, styled

WIDTH, HEIGHT = 600.0, 300.0
SVG = "{http://www.w3.org/2000/svg}"
FOREGROUNDS = {
    "explore": lambda: explore(steps.adam, surfaces.beale, eta=0.1),
    "explore several": lambda: explore([steps.nesterov, steps.adamax], surfaces.ravine, eta=0.02),
    "explore one coordinate": lambda: explore(steps.momentum, Surface(lambda x: x**2, start=(2,))),
    "explore many coordinates": lambda: explore(
        steps.adam, Surface(lambda x, y, z: x**2 + y**2 + z**2, start=(1, 2, 3)), eta=0.1
    ),
    "explore divergence": lambda: explore(steps.gradient_descent, surfaces.rosenbrock, eta=5.0),
    "race": lambda: race([steps.momentum, steps.adam], surfaces.beale, n_steps=20),
    "anatomy": lambda: anatomy(steps.adam, surfaces.beale, eta=0.1, n_steps=5),
    "map": lambda: adamlab.map(steps.momentum, surfaces.ravine, resolution=8, n_steps=20),
}


@pytest.fixture
def ax():
    ax = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72).subplots()
    ax.set(xlim=(-2, 3), ylim=(-1, 4))
    return ax


def tree(svg):
    """The elements of an SVG, or of what belongs into one."""
    if not svg.startswith("<svg xmlns"):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg">{svg}</svg>'
    return ElementTree.fromstring(svg)


def paths(svg):
    return list(tree(svg).iter(f"{SVG}path"))


def points(element):
    """All points that an outline is made of, where they are in the picture."""
    numbers = np.array(re.findall(r"-?[\d.]+(?:e[+-]?\d+)?", element.get("d")), float).reshape(-1, 2)
    return numbers + np.array(re.findall(r"-?[\d.]+", element.get("transform", "0 0")), float)


def in_svg(vertices, transform):
    return transform.transform(vertices) * (1, -1) + (0, HEIGHT)


# --- where everything is -----------------------------------------------------------------------


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_a_line_runs_through_its_points(ax, scale):
    ax.set(xscale=scale, yscale=scale, xlim=(0.1, 5), ylim=(0.1, 5))
    x, y = np.random.default_rng(0).uniform(0.2, 8, (2, 50))
    y[[0, 7, 8, 49]] = np.nan
    (line,) = ax.plot(x, y, "--")
    (path,) = paths(render_moving(ax.figure, [line]))
    there = np.isfinite(y)
    assert np.abs(points(path) - in_svg(np.column_stack([x, y])[there], ax.transData)).max() < 0.02
    assert re.findall("[A-Z]", path.get("d")) == ["M", *"L" * 5, "M", *"L" * 39]


@pytest.mark.parametrize(
    "patch",
    [
        Circle((1, 1), 0.7),
        Wedge((0, 1), 2, 20, 200),
        Rectangle((0, 0), 2, 1, angle=30),
        PathPatch(Outline([(0, 0), (1, 2), (2, 0), (0, 0)], [1, 3, 3, 79])),
    ],
    ids=lambda patch: type(patch).__name__,
)
def test_a_patch_has_its_outline(ax, patch):
    ax.add_patch(patch)
    (path,) = paths(render_moving(ax.figure, [patch]))
    outline, transform = patch.get_path(), patch.get_transform()
    corners = np.asarray(outline.vertices)[np.asarray(outline.codes) != Outline.CLOSEPOLY]
    assert np.abs(points(path) - in_svg(corners, transform)).max() < 0.02 and path.get("d").endswith("Z")


def test_each_marker_stands_at_its_place(ax):
    (line,) = ax.plot([0, np.nan, 1, 2], [0, 1, 2, 3], "s", markersize=8)
    found = paths(render_moving(ax.figure, [line]))
    middles = [points(path).mean(axis=0) for path in found]
    assert np.abs(middles - in_svg([(0, 0), (1, 2), (2, 3)], ax.transData)).max() < 0.02
    assert all(np.ptp(points(path), axis=0) == pytest.approx((8, 8)) for path in found)


def test_a_run_and_its_loss_are_where_matplotlib_puts_them(ax):
    run = descend(steps.adam, surfaces.beale, eta=0.1, n_steps=30)
    path = Path(ax, "#d55e00").show(run)
    ax.figure.canvas.draw()
    casing, line, dots, heads, start, ball = paths(
        "".join(inner(render_moving(ax.figure, [artist])) for artist in path.artists)
    )
    seen = in_svg(run.theta, ax.transData)
    for outline in (casing, line):
        assert np.abs(points(outline) - seen).max() < 0.02
    assert {tuple(p) for p in points(dots)[::2]} <= {tuple(p) for p in np.round(seen, 2)}
    assert heads.get("fill") == "#d55e00" and len(points(heads)) % 3 == 0
    for marker, place in ((start, seen[0]), (ball, seen[-1])):
        assert marker.get("transform") == "translate({:g} {:g})".format(*np.round(place, 2))


def inner(svg):
    return svg[svg.index(">") + 1 : -len("</svg>")]


def test_where_a_run_stays_nothing_is_repeated_but_no_dot_is_lost(ax):
    (line,) = ax.plot([0, 1, *[2] * 1000], [0, 1, *[2] * 1000])
    still = PathPatch(Outline([(1, 1), (1, 1)]), capstyle="round")
    ax.add_patch(still)
    one, other = paths(render_moving(ax.figure, [line, still]))[::-1]
    assert len(points(one)) == 3 and len(points(other)) == 2


@pytest.mark.parametrize("origin", ["lower", "upper"])
def test_an_image_is_upright_and_keeps_its_pixels(ax, origin):
    pixels = np.random.default_rng(0).integers(0, 255, (3, 4, 4), np.uint8)
    image = ax.imshow(pixels, origin=origin, interpolation="none", aspect="auto", extent=(0, 2, 0, 1))
    (found,) = tree(render_moving(ax.figure, [image])).iter(f"{SVG}image")
    data = base64.b64decode(found.get("href").removeprefix("data:image/png;base64,"))
    shown = np.asarray(Image.open(io.BytesIO(data)))
    assert (shown == (pixels if origin == "upper" else pixels[::-1])).all()
    x, y, width, height = (float(found.get(name)) for name in ("x", "y", "width", "height"))
    corners = in_svg([(0, 1), (2, 0)], ax.transData)
    assert np.abs(corners - [(x, y), (x + width, y + height)]).max() < 0.02
    assert found.get("image-rendering") == "pixelated"


def test_text_stands_where_matplotlib_puts_it(ax):
    text = ax.text(0, 0, "beale", transform=ax.transAxes, fontsize=20)
    (path,) = paths(render_moving(ax.figure, [text]))
    left, bottom = in_svg([(0, 0)], ax.transAxes)[0]
    (x0, y0), (x1, y1) = points(path).min(axis=0), points(path).max(axis=0)
    assert 0 < x0 - left < 4 and abs(y1 - bottom) < 1 and 10 < y1 - y0 < 20 and 40 < x1 - x0 < 80


def test_strokes_and_fills_are_those_of_the_artist(ax):
    (line,) = ax.plot([0, 1], [0, 1], "--", color="#ff0000", linewidth=3, alpha=0.5)
    patch = Rectangle((0, 0), 1, 1, facecolor="#00ff0080", edgecolor="none", joinstyle="miter")
    ax.add_patch(patch)
    (one,) = paths(render_moving(ax.figure, [line]))
    (other,) = paths(render_moving(ax.figure, [patch]))
    wanted = {"stroke": "#ff0000", "stroke-width": "3", "stroke-opacity": "0.5", "fill": "none"}
    assert wanted.items() <= one.attrib.items() and one.get("stroke-dasharray") == "11.1 4.8"
    assert other.get("fill") == "#00ff00" and other.get("fill-opacity") == "0.5" and not other.get("stroke")


# --- it can stand in any page ------------------------------------------------------------------


@pytest.mark.parametrize("make", FOREGROUNDS.values(), ids=FOREGROUNDS)
def test_nothing_reaches_into_the_page(make):
    svg = make().picture.foreground
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ') and "\n" not in svg
    for word in (" id=", "style", "class=", "url(", "<defs", "xlink", "clip", "<use", "<text", "nan", "inf"):
        assert word not in re.sub('"data:[^"]*"', "", svg), word
    assert {element.tag.removeprefix(SVG) for element in tree(svg).iter()} <= {"svg", "path", "image"}


def test_what_people_write_is_outlines(ax):
    tag = name_tag(ax, "red")
    tag.set_text('<script x="&">')
    svg = render_moving(ax.figure, [tag])
    assert len(paths(svg)) == 2 and not re.search("script|&", svg)


def test_what_is_clipped_alike_shares_a_clip_and_what_is_not_stands_outside(ax):
    lines = [ax.plot([0, 9], [k, 9], zorder=1)[0] for k in range(3)]
    label = ax.annotate("adam", (1, 0.5), xycoords="axes fraction", zorder=2)
    last = ax.plot([0, 9], [0, 9], zorder=3)[0]
    root = tree(render_moving(ax.figure, [*lines, label, last]))
    assert [child.tag for child in root] == [f"{SVG}svg", f"{SVG}path", f"{SVG}svg"]
    assert [len(list(child.iter(f"{SVG}path"))) for child in root] == [3, 1, 1]
    # each is as large as the picture: where they overlap is the rectangle of the axes
    (left, bottom), (right, top) = in_svg([(0, 0), (1, 1)], ax.transAxes)
    outer, inside = root[0], root[0][0]
    assert (float(inside.get("x")), float(inside.get("y"))) == pytest.approx((left, top), abs=0.01)
    corner = float(outer.get("x")) + WIDTH, float(outer.get("y")) + HEIGHT
    assert corner == pytest.approx((right, bottom), abs=0.01)
    for svg in (outer, inside):
        assert svg.get("viewBox") == f"{svg.get('x')} {svg.get('y')} 600 300"


def test_the_same_picture_is_the_same_text(ax):
    path = Path(ax, "#d55e00").show(descend(steps.adam, surfaces.beale, n_steps=20))
    assert render_moving(ax.figure, path.artists) == render_moving(ax.figure, path.artists)


@pytest.mark.parametrize("how", ["hatch", "clip"])
def test_what_cannot_be_written_is_refused(ax, how):
    patch = Rectangle((0, 0), 1, 1, hatch="/" if how == "hatch" else None)
    ax.add_patch(patch)
    if how == "clip":
        patch.set_clip_path(Circle((0, 0), 1, transform=ax.transData))
    with pytest.raises(NotImplementedError, match="neither a hatch nor a clip"):
        render_moving(ax.figure, [patch])


# --- what a script may fill in -----------------------------------------------------------------


def slots_of(svg):
    return {group.get("data-slot"): group for group in tree(svg).iter(f"{SVG}g")}


@pytest.mark.parametrize("state", ["empty", "shown", "hidden"])
def test_each_slot_is_one_path_whose_place_is_open(ax, state):
    path, curve = Path(ax, "#d55e00"), Curve(ax, "#d55e00", label="adam")
    slots = dict(enumerate([*path.artists, *curve.artists, curve.label]))
    slots = {str(name): artist for name, artist in slots.items()}
    if state != "empty":
        run = descend(steps.adam, surfaces.beale, eta=0.1, n_steps=10)
        path.show(run)
        curve.show(run)
    for artist in slots.values():
        artist.set_visible(state != "hidden")
    before = render_moving(ax.figure, list(slots.values())), [artist.stale for artist in slots.values()]
    groups = slots_of(template(ax.figure, slots))
    assert before == (
        render_moving(ax.figure, list(slots.values())),
        [artist.stale for artist in slots.values()],
    )
    assert [artist.get_visible() for artist in slots.values()] == [state != "hidden"] * len(slots)
    found = {name: list(group) for name, group in groups.items()}
    assert found.keys() == slots.keys() and all(len(parts) == 1 for parts in found.values())
    for name in "01236":  # lines and patches
        assert found[name][0].get("d") == "" and not found[name][0].get("transform")
    for name in "457":  # markers
        assert found[name][0].get("transform") == "translate(0 0)"
        assert np.abs(points(found[name][0]).mean(axis=0)).max() < 0.7
    assert len(points(found["8"][0])) > 20  # the label's own outlines


def test_a_slot_looks_as_what_is_drawn_later(ax):
    path = Path(ax, "#8e3b8a", "P", "--").show(descend(steps.rmsprop, surfaces.beale, eta=0.1, n_steps=10))
    groups = slots_of(template(ax.figure, {str(k): artist for k, artist in enumerate(path.artists)}))
    for name, artist in enumerate(path.artists):
        (part,), (drawn,) = groups[str(name)], paths(render_moving(ax.figure, [artist]))
        place = "transform" if "transform" in drawn.attrib else "d"
        assert part.attrib.pop(place) != drawn.attrib.pop(place)
        assert part.attrib == drawn.attrib


def test_a_line_with_markers_has_both_and_an_effect_one_path_more(ax):
    (both,) = ax.plot([], [], "o-")
    (ring,) = ax.plot([], [], "o", path_effects=[withStroke(linewidth=3)])
    groups = slots_of(template(ax.figure, {"both": both, "ring": ring}))
    line, marker = groups["both"]
    assert line.get("d") == "" and marker.get("transform") == "translate(0 0)"
    assert [part.get("transform") for part in groups["ring"]] == ["translate(0 0)"] * 2
    assert np.abs([points(part).mean(axis=0) for part in groups["ring"]]).max() < 0.7


def test_slots_lie_above_each_other_as_the_artists_do_inside_their_clips(ax):
    lines = {name: ax.plot([], [], zorder=z)[0] for name, z in (("top", 9), ("bottom", 1), ("middle", 5))}
    lines["free"] = ax.plot([], [], zorder=7, clip_on=False)[0]
    svg = template(ax.figure, lines)
    assert list(slots_of(svg)) == ["bottom", "middle", "free", "top"]
    clipped, free, _ = tree(svg)
    assert list(slots_of(ElementTree.tostring(clipped, "unicode"))) == ["bottom", "middle"]
    assert free.get("data-slot") == "free"


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_any_axes_and_any_artist_may_have_slots(ax, scale):
    ax.set(xscale=scale, yscale=scale, xlim=(1, 2), ylim=(1, 2))
    artists = {
        "rectangle": Rectangle((0, 0), 0, 0, fill=False),
        "circle": Circle((1, 1), 1),
        "nothing": PathPatch(NOTHING),
        "arrow": FancyArrowPatch((1, 1), (2, 2)),
    }
    for artist in artists.values():
        ax.add_patch(artist)
    artists["line"] = ax.axvline(1.5)
    artists["text"] = ax.text(1, 1, "", bbox={"facecolor": "white"})
    groups = slots_of(template(ax.figure, artists))
    assert groups.keys() == artists.keys()
    assert all(groups[name][0].get("d") == "" for name in artists if name != "text")


def test_a_map_of_slots_keeps_its_image(ax):
    swept = sweep(steps.adam, surfaces.beale, n_steps=5, eta=[0.1, 0.2], beta1=[0.5, 0.9])
    heat = Heat(ax, ["eta", "beta1"], list(swept.hyper.values()), surfaces.beale, surfaces.beale.start)
    heat.show(swept.loss, swept.diverged)
    groups = slots_of(template(ax.figure, dict(zip(("image", "around"), heat.artists))))
    assert groups["image"][0].tag == f"{SVG}image" and [p.get("d") for p in groups["around"]] == ["", ""]


@pytest.mark.parametrize("name", ['a"b', "<b>&amp;'", "]]>", "two\nlines\t", "0.casing", ""])
def test_the_name_of_a_slot_is_data(ax, name):
    (line,) = ax.plot([], [])
    svg = template(ax.figure, {name: line})
    assert list(slots_of(svg)) == [name] and "\n" not in svg


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_still_has_the_colours_of_its_picture_and_the_very_paper(theme):
    fig = Figure(figsize=(4.8, 3.6), dpi=72, facecolor=theme.paper)
    plots.landscape(fig.subplots(), surfaces.beale, theme=theme)
    still = np.asarray(Image.open(io.BytesIO(render_still(fig, [], 1.0))).convert("RGB")).astype(int)
    whole = io.BytesIO()
    with styled():
        fig.savefig(whole, format="png", dpi=100, facecolor=fig.get_facecolor())
    drawn = np.asarray(Image.open(whole).convert("RGB")).astype(int)
    assert np.abs(still - drawn).max() <= 8
    assert (still[0, 0] == np.round(255 * np.array(to_rgb(theme.paper)))).all()
