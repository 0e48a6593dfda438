"""What users have set for Matplotlib reaches no picture of ours, and ours reach no picture of theirs."""

import io

import matplotlib as mpl
import matplotlib.style
import numpy as np
import pytest
from hand import display
from PIL import Image

import adamlab
from adamlab import adam, anatomy, beale, descend, explore, plots, race, steps, sweep

SETTINGS = {
    "tight": {"savefig.bbox": "tight", "savefig.pad_inches": 1.0},
    "sizes": {"figure.dpi": 40, "savefig.dpi": 300, "figure.figsize": (3, 9), "font.size": 24},
    "layout": {"figure.constrained_layout.use": False, "figure.autolayout": True, "figure.subplot.left": 0.4},
    "colours": {"savefig.facecolor": "red", "savefig.transparent": True, "axes.facecolor": "yellow"},
    "lines": {
        "lines.linewidth": 9,
        "lines.markersize": 30,
        "path.sketch": (5, 50, 2),
        "path.simplify": False,
    },
    "text": {
        "svg.fonttype": "none",
        "axes.unicode_minus": False,
        "mathtext.fontset": "stix",
        "text.color": "red",
    },
    "ticks": {
        "xtick.direction": "in",
        "axes.grid": True,
        "axes.formatter.limits": (0, 0),
        "axes.spines.top": True,
    },
    "hash": {
        "svg.hashsalt": "mine",
        "svg.image_inline": False,
        "image.cmap": "gray",
        "image.origin": "lower",
    },
    "latex": {"text.usetex": True},  # which is not even installed
}
PICTURES = {
    "explore": lambda: explore(adam, beale, eta=0.1, n_steps=20),
    "race": lambda: race([steps.momentum, adam], beale, n_steps=20),
    "anatomy": lambda: anatomy(adam, beale, eta=0.1, n_steps=5),
    "map": lambda: adamlab.map(adam, beale, resolution=5, n_steps=10),
}


def shown(make):
    panel = make()
    if "eta" in getattr(panel, "sliders", {}):
        panel.sliders["eta"].value = 0.2
    return panel.picture.background, panel.picture.foreground, panel.png()


def plotted():
    fig, axes = plots.figure("a run", columns=2)
    run = descend(adam, beale, eta=0.1, n_steps=20)
    plots.path(plots.landscape(axes[0], beale), run, label="adam")
    plots.heatmap(axes[1], sweep(adam, beale, n_steps=5, eta=[0.1, 0.2], beta1=[0.5, 0.9]))
    return plots.png(fig)


@pytest.fixture(scope="module")
def usual():
    return {**{kind: shown(make) for kind, make in PICTURES.items()}, "plots": plotted()}


@pytest.mark.parametrize("kind", [*PICTURES, "plots"])
@pytest.mark.parametrize("name", SETTINGS)
def test_a_users_settings_change_nothing(name, kind, usual):
    with mpl.rc_context(SETTINGS[name]):
        assert (plotted() if kind == "plots" else shown(PICTURES[kind])) == usual[kind]


@pytest.mark.parametrize("style", ["dark_background", "ggplot", "Solarize_Light2"])
def test_a_users_style_changes_nothing(style, usual):
    with matplotlib.style.context(style):
        assert shown(PICTURES["explore"]) == usual["explore"]


def test_settings_that_change_while_a_panel_is_open_change_nothing(usual):
    panel = PICTURES["explore"]()
    with mpl.rc_context(SETTINGS["text"] | SETTINGS["tight"] | SETTINGS["lines"]):
        panel.sliders["eta"].value = 0.2
        display(panel, dark=True)
        display(panel, dark=False)
        assert (panel.picture.background, panel.picture.foreground, panel.png()) == usual["explore"]


def test_the_picture_has_the_size_that_is_laid_out_for_what_moves():
    with mpl.rc_context(SETTINGS["tight"]):
        panel = PICTURES["explore"]()
    width, height = np.frombuffer(panel.picture.background[16:24], ">u4")
    assert (width, height) == tuple(2 * side for side in panel.picture.size)


def test_our_look_stays_with_us():
    before = dict(mpl.rcParams)
    PICTURES["explore"]()
    plotted()
    assert dict(mpl.rcParams) == before


def test_a_dark_panel_is_dark():
    panel = PICTURES["explore"]()
    light = panel.png()
    display(panel, dark=True)
    corner = np.asarray(Image.open(io.BytesIO(panel.png())))[0, 0, :3]
    assert panel.png() != light and (corner < 64).all()
