"""What moves, as a browser shows it over the still, against Matplotlib's own drawing of the whole figure."""

import base64
import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

import adamlab
from adamlab import Surface, anatomy, explore, plots, race, steps, surfaces

VISIBLE = 64  # of 255
SHARE, OF_TEXT = 1e-4, 5e-4  # of all pixels; Matplotlib moves the stems of letters to whole pixels

# as a panel lays them over each other, in a page that has rules for images of its own
CSS = """svg, img { max-width: 100%; height: auto }
div { position: relative }
img, div > svg, div > div { position: absolute; inset: 0; width: 100%; height: 100% }
body { margin: 0 }"""

PICTURES = {
    "explore": lambda: explore(steps.adam, surfaces.beale, eta=0.1),
    "explore many": lambda: explore(
        [steps.nesterov, steps.adamax, steps.adadelta], surfaces.himmelblau, eta=0.003
    ),
    "explore beyond the window": lambda: explore(steps.momentum, surfaces.rosenbrock, eta=0.003),
    "explore divergence": lambda: explore(steps.gradient_descent, surfaces.ravine, eta=0.09),
    "explore one coordinate": lambda: explore(steps.momentum, Surface(lambda x: x**2, start=(2,)), eta=0.1),
    "explore many coordinates": lambda: explore(
        [steps.adam, steps.adagrad], Surface(lambda x, y, z: x**2 + y**2 + z**4, start=(1, 2, 3)), eta=0.1
    ),
    "race": lambda: race([steps.momentum, steps.adam], surfaces.beale),
    "anatomy": lambda: anatomy(steps.adam, surfaces.beale, eta=0.1, n_steps=5),
    "map": lambda: adamlab.map(steps.momentum, surfaces.ravine, resolution=20, n_steps=50),
    "map that is not upright": lambda: adamlab.map(
        steps.adam, surfaces.beale, axes=("beta2", "eta"), resolution=15, n_steps=50
    ),
}


@pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES)
def test_the_browser_shows_what_matplotlib_draws(make, browser):
    panel = make()
    panel.png()  # all artists show the present state
    figure = figure_of(panel)
    drawn, shown = as_pixels(plots.png(figure, 200)), in_a_page(panel, browser)
    assert drawn.shape == shown.shape
    differs = stands_out(drawn, shown) | stands_out(shown, drawn)
    assert differs.mean() < OF_TEXT and (differs & ~text_of(figure, differs.shape)).mean() < SHARE


def stands_out(picture, other):
    """Where a picture is unlike all that is within a pixel, half a point, of the same place in the other."""
    rows, columns = np.nonzero((np.abs(picture - other) > VISIBLE).any(axis=2))
    around = np.pad(other, ((1, 1), (1, 1), (0, 0)), "edge")
    down, across = np.mgrid[:3, :3].reshape(2, 9, 1)
    near, here = around[rows + down, columns + across], picture[rows, columns]
    unlike = np.maximum(near.min(axis=0) - here, here - near.max(axis=0)) > VISIBLE
    found = np.zeros(picture.shape[:2], bool)
    found[rows, columns] = unlike.any(axis=1)
    return found


def text_of(figure, shape):
    """Where there is text."""
    covered = np.zeros(shape, bool)
    for text in figure.findobj(Text):
        (x0, y0), (x1, y1) = text.get_window_extent().get_points() * 200 / figure.dpi
        if text.get_text():
            covered[int(shape[0] - y1) - 2 : int(shape[0] - y0) + 3, int(x0) - 2 : int(x1) + 9] = True
    return covered


def as_pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(np.int16)


def in_a_page(panel, browser):
    (width, height), still = panel.picture.size, base64.b64encode(panel.picture.background).decode()
    viewport = {"width": width, "height": height}
    with browser.new_page(viewport=viewport, device_scale_factor=2) as page:
        page.set_content(
            f'<style>{CSS}</style><div style="aspect-ratio: {width}/{height}">'
            f'<img src="data:image/png;base64,{still}"><div>{panel.picture.foreground}</div></div>'
        )
        page.wait_for_function("document.querySelector('img').complete")
        return as_pixels(page.screenshot())


def figure_of(panel):
    """The panel's figure, wherever it keeps it."""
    owners = [panel, *vars(panel).values()]
    values = [value for owner in owners if hasattr(owner, "__dict__") for value in vars(owner).values()]
    return next(value for value in values if isinstance(value, Figure))
