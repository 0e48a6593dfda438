"""Maps of hyperparameter space: what is drawn, what theory says, and the panel that shows each run."""

import re

import numpy as np
import pytest
from hand import control, press, says

import adamlab
from adamlab import Surface, descend, make_ravine, plots, problems, steps, surfaces, sweep
from adamlab._core.stability import limit, optimum
from adamlab._drawing.heatmap import Heat
from adamlab._drawing.rendering import render_moving

ETAS, BETAS = np.geomspace(1e-3, 1, 12), np.array([0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.99])


@pytest.fixture
def ravine_map():
    return adamlab.map(steps.momentum, surfaces.ravine, eta=ETAS, beta1=BETAS)


@pytest.fixture
def adam_map():
    return adamlab.map(steps.adam, surfaces.beale, axes=("beta1", "beta2"), eta=0.1, resolution=9)


def _cells(heat):
    """The picture of each cell: (y, x, 4, 4, colour)."""
    image = np.asarray(heat._image.get_array())
    rows, columns = (size // 4 for size in image.shape[:2])
    return image.reshape(rows, 4, columns, 4, 4).transpose(0, 2, 1, 3, 4)


# --- theory -------------------------------------------------------------------------------------


@pytest.mark.parametrize("beta1", [0.0, 0.5, 0.9])
@pytest.mark.parametrize(
    "step", [steps.gradient_descent, steps.momentum, steps.nesterov], ids=lambda s: s.__name__
)
def test_the_limit_is_where_runs_begin_to_diverge(step, beta1):
    edge = limit(step, surfaces.ravine, beta1)
    heavy = {} if step is steps.gradient_descent else {"beta1": beta1}
    swept = sweep(step, surfaces.ravine, n_steps=4000, eta=edge * np.array([0.99, 1.01]), **heavy)
    assert swept.loss[0] < 1e-6
    assert swept.diverged[1] or swept.loss[1] > 1e6


def test_no_settings_are_better_in_the_long_run_than_the_optimum():
    eta, beta1 = optimum(steps.momentum, surfaces.ravine)
    assert (round(eta, 3), round(beta1, 3)) == (0.111, 0.444)
    grid = {"eta": eta * np.linspace(0.7, 1.3, 31), "beta1": beta1 + np.linspace(-0.2, 0.2, 31)}
    best = sweep(steps.momentum, surfaces.ravine, n_steps=400, **grid).best
    assert best["eta"] == pytest.approx(eta, rel=0.03) and best["beta1"] == pytest.approx(beta1, abs=0.02)


def test_another_momentum_is_not_ours():
    def momentum(theta, g, m, eta=0.1, beta1=0.9):  # the averaging form: its limit is ten times as far
        m = beta1 * m + (1 - beta1) * g
        return theta - eta * m, m

    assert limit(momentum, surfaces.ravine, 0.9) is None and optimum(momentum, surfaces.ravine) is None


def test_nothing_is_claimed_where_no_theory_is():
    assert limit(steps.adam, surfaces.ravine, 0.9) is None and optimum(steps.adam, surfaces.ravine) is None
    assert limit(steps.momentum, surfaces.beale, 0.9) is None


# --- the heat map -------------------------------------------------------------------------------


@pytest.fixture
def drawn():
    _, ax = plots.figure("test")
    swept = sweep(steps.momentum, surfaces.ravine, eta=ETAS, beta1=BETAS)
    heat = Heat(ax, ("eta", "beta1"), (ETAS, BETAS), surfaces.ravine, surfaces.ravine.start)
    return heat.show(swept.loss, swept.diverged), swept


def test_what_diverged_is_striped_what_climbed_is_dotted_and_nothing_else(drawn):
    heat, _ = drawn
    swept = sweep(steps.momentum, surfaces.ravine, n_steps=500, eta=ETAS, beta1=BETAS)
    cells = _cells(heat.show(swept.loss, swept.diverged))
    marked = (cells != cells[:, :, :1, :1]).any(axis=-1)
    higher = ~swept.diverged & (swept.loss > swept.surface.loss(swept.start))
    assert swept.diverged.any() and higher.any() and not (swept.diverged | higher).all()
    kinds = {"plain": ~(swept.diverged | higher), "striped": swept.diverged, "dotted": higher}
    for kind, where in kinds.items():
        own = marked[where.T]
        assert (own == own[0]).all(), kind
        share = own[0].mean()
        assert share == {"plain": 0, "striped": 0.5, "dotted": 0.25}[kind]


def test_darker_is_lower(drawn):
    heat, swept = drawn
    height = np.where(np.isfinite(swept.loss), swept.loss, np.inf)
    brightness = _cells(heat)[:, :, 0, 0, :3].astype(int).sum(axis=2).T
    fine = (height > 1e-4) & (height < swept.surface.loss(swept.start))
    order = np.argsort(height[fine])
    assert (np.diff(brightness[fine][order]) >= -3).all()


def test_a_line_runs_around_those_that_arrived(drawn):
    heat, swept = drawn
    arrived = swept.loss < 1e-6 * swept.surface.loss(swept.start)
    padded = np.pad(arrived, 1)
    sides = (np.diff(padded, axis=0) != 0).sum() + (np.diff(padded, axis=1) != 0).sum()
    ends = heat._around.get_path().vertices.reshape(-1, 2, 2)
    assert arrived.any() and np.abs(np.diff(ends, axis=1)).sum() == sides and len(ends) < sides


def test_heatmap_puts_the_first_array_along_x_and_sorts():
    _, ax = plots.figure("test", titles="t")
    shuffled = np.array([0.3, 0.003, 0.03])
    swept = sweep(steps.momentum, surfaces.ravine, eta=shuffled, beta1=BETAS)
    assert plots.heatmap(ax, swept) is ax
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("η", "β1")
    image = np.asarray(ax.images[0].get_array())
    assert image.shape[:2] == (4 * len(BETAS), 4 * 3)
    other = sweep(steps.momentum, surfaces.ravine, eta=np.sort(shuffled), beta1=BETAS)
    _, ax = plots.figure("test")
    np.testing.assert_array_equal(image, plots.heatmap(ax, other).images[0].get_array())


def test_theory_is_drawn_for_momentum_on_a_quadratic_only():
    def lines(step, surface):
        _, ax = plots.figure("test")
        swept = sweep(step, surface, eta=ETAS, beta1=BETAS)
        return [line.get_marker() for line in plots.heatmap(ax, swept).lines]

    assert lines(steps.momentum, surfaces.ravine) == ["None", "*"]
    assert lines(steps.nesterov, surfaces.ravine) == ["None"]
    assert lines(steps.adam, surfaces.ravine) == lines(steps.momentum, surfaces.beale) == []


def test_there_are_ticks_between_the_round_values():
    _, ax = plots.figure("test")
    heat = Heat(
        ax, ("eta", "beta1"), (np.linspace(0.002, 0.16, 9), np.linspace(0.91, 0.98, 8)), surfaces.bowl, (1, 1)
    )
    assert len(heat.ax.get_xticks()) == len(heat.ax.get_yticks()) == 5


def test_heatmap_wants_two_axes():
    _, ax = plots.figure("test")
    with pytest.raises(ValueError, match="two 1-D arrays of values"):
        plots.heatmap(ax, sweep(steps.momentum, surfaces.ravine, eta=ETAS))


def test_a_surface_without_a_known_minimum_has_a_map_too():
    _, ax = plots.figure("test")
    plots.heatmap(ax, sweep(steps.momentum, surfaces.saddle, eta=ETAS, beta1=BETAS))


# --- the panel ----------------------------------------------------------------------------------


def test_the_map_is_the_sweep_and_the_ring_the_opening_values(adam_map):
    grid = dict(zip(adam_map.axes, adam_map.values))
    assert adam_map.axes == ("beta1", "beta2") and [len(v) for v in adam_map.values] == [9, 9]
    np.testing.assert_array_equal(
        adam_map.swept.loss, sweep(steps.adam, surfaces.beale, eta=0.1, **grid).loss
    )
    chosen = [values[k] for values, k in zip(adam_map.values, adam_map.chosen)]
    assert chosen == [min(v, key=lambda x: abs(x - d)) for v, d in zip(adam_map.values, (0.9, 0.999))]
    assert list(adam_map.sliders) == ["eta", "eps"]


def test_the_third_slider_makes_another_map(adam_map):
    before = adam_map.picture.foreground
    adam_map.sliders["eta"].value = 0.4
    grid = dict(zip(adam_map.axes, adam_map.values))
    np.testing.assert_array_equal(
        adam_map.swept.loss, sweep(steps.adam, surfaces.beale, eta=0.4, **grid).loss
    )
    assert adam_map.run.hyper["eta"] == 0.4
    assert adam_map.picture.foreground != before
    adam_map.reset()
    assert adam_map.picture.foreground == before


def test_a_map_sent_ahead_is_the_map_drawn_later(adam_map):
    slider = adam_map.sliders["eta"]
    layer, others, drawings = adam_map._fragments(slider.css_class)
    assert layer == 0 and list(others) == [adam_map.sliders["eps"].css_class]
    for position, svg in zip(range(60), drawings):
        if position in (0, 59):
            kept = svg
            slider.value = slider.scale.value(position)
            assert adam_map.picture.layers[0] == kept


def test_every_cell_can_be_reached_by_mouse_and_keys(adam_map):
    adam_map._pointed(3.2, 6.9, "down")
    assert adam_map.chosen == (3, 7)
    run = descend(
        steps.adam, surfaces.beale, eta=0.1, beta1=adam_map.values[0][3], beta2=adam_map.values[1][7]
    )
    np.testing.assert_array_equal(adam_map.run.theta, run.theta)
    for key, cell in [("ArrowLeft", (2, 7)), ("ArrowUp", (2, 8)), ("ArrowUp", (2, 8)), ("ArrowDown", (2, 7))]:
        press(adam_map, key, fine=True)
        assert adam_map.chosen == cell
    press(adam_map, "Home")
    assert adam_map.swept.loss[adam_map.chosen] == np.nanmin(adam_map.swept.loss)
    assert "At the ring: adam on beale" in adam_map.picture.alt


def test_choosing_a_run_does_not_draw_the_map_again(adam_map):
    map_layer = adam_map.picture.layers[0]
    adam_map._heat.show = None  # it would fail if called for the layer
    adam_map._restore = lambda: None
    adam_map.choose(0, 0)
    assert adam_map.picture.layers[0] is map_layer


def test_other_axes(adam_map):
    adam_map.show_axes("eta", "beta2")
    assert list(adam_map.sliders) == ["beta1", "eps"]
    assert adam_map.swept.loss.shape == (9, 9)
    assert {"β1 × β2", "η × β1", "η × β2"} <= set(control(adam_map, "map of").options)


def test_the_first_two_hyperparameters_are_the_axes_unless_told():
    assert adamlab.map(steps.momentum, surfaces.ravine, resolution=5).axes == ("eta", "beta1")


def test_theory_and_legend_are_there_on_the_ravine(ravine_map):
    assert "Dashed" in says(ravine_map) and "Striped" in says(ravine_map)
    assert re.match(r"map of momentum on ravine, 12 × 7 runs over η × β1", ravine_map.summary)


def test_a_family_of_surfaces_gets_its_sliders():
    panel = adamlab.map(steps.adam, make_ravine, condition=100, angle=0, resolution=6)
    before = panel.picture.background
    panel.sliders["angle"].value = 45
    assert panel.surface.name.endswith("45°") and panel.picture.background != before
    grid = dict(zip(panel.axes, panel.values))
    np.testing.assert_array_equal(panel.swept.loss, sweep(steps.adam, make_ravine(100, 45), **grid).loss)


@pytest.mark.parametrize(
    "surface",
    [problems.sparse_features(30, 5), Surface(lambda x: x**2, start=(1,)), surfaces.saddle],
    ids=["five coordinates", "one", "no minimum"],
)
def test_surfaces_of_every_kind(surface):
    panel = adamlab.map(steps.adam, surface, resolution=4, n_steps=5)
    assert panel.png()[:4] == b"\x89PNG" and panel.swept is not None


def test_a_step_that_cannot_be_run_is_said_in_the_picture():
    def stub(theta, g, eta=0.1, beta1=0.9): ...

    def asks(theta, g, eta=0.1, beta1=0.9):
        return theta - eta * g if g[0] > 0 else theta - beta1 * eta * g

    panel = adamlab.map(stub, surfaces.bowl, resolution=4)
    assert panel.summary == "stub: not attempted yet" and panel.swept is None
    assert "not attempted yet" in says(panel) and panel.best is None
    panel.choose_best()
    panel.sliders  # noqa: B018 (must not fail)
    assert "4 × 4 runs" in adamlab.map(asks, surfaces.bowl, resolution=4).summary  # one by one
    assert "np.where" in adamlab.map(asks, surfaces.bowl, resolution=50).summary


def test_an_error_at_another_position_of_the_slider_is_not_shown():
    def picky(theta, g, eta=0.1, beta1=0.9, k=1.0):
        if k > 1.5:
            raise RuntimeError("k too large")
        return theta - eta * k * g

    panel = adamlab.map(picky, surfaces.bowl, resolution=4)
    list(panel._fragments(panel.sliders["k"].css_class)[2])
    panel.choose(1, 1)
    assert panel.message is None and panel.swept is not None
    panel.sliders["k"].value = 2.0
    assert "k too large" in panel.summary
    panel.reset()
    assert panel.message is None


def test_a_family_may_fail_at_some_values():
    def valley(width=1.0):
        if width > 1.5:
            raise ValueError("too wide")
        return Surface(lambda x, y: width * x**2 + y**2)

    panel = adamlab.map(steps.adam, valley, resolution=4)
    panel.sliders["width"].value = 2.0
    assert "too wide" in panel.summary
    panel.sliders["width"].value = 1.2
    assert panel.message is None and panel.swept is not None


def test_axes_can_be_turned_and_wrong_ones_change_nothing(adam_map):
    adam_map.show_axes("beta2", "beta1")
    assert adam_map.axes == ("beta2", "beta1")
    with pytest.raises(ValueError, match="axes must be two of eta, beta1, beta2, eps, got beta1 and beta3"):
        adam_map.show_axes("beta1", "beta3")
    adam_map.set_steps(20)
    assert adam_map.axes == ("beta2", "beta1") and adam_map.swept.n_steps == 20


def test_more_steps_than_usual_come_back_on_reset():
    panel = adamlab.map(steps.momentum, surfaces.bowl, resolution=3, n_steps=6000)
    control(panel, "steps").value = 10
    panel.reset()
    assert panel.n_steps == 6000


def test_one_array_is_one_of_the_axes():
    assert adamlab.map(steps.adam, surfaces.bowl, beta2=BETAS, resolution=3).axes == ("eta", "beta2")


def test_a_map_where_everything_diverges():
    panel = adamlab.map(steps.momentum, surfaces.rosenbrock, eta=np.array([5, 9.0]), beta1=np.array([0, 0.5]))
    panel.choose_best()
    assert panel.best is None and "all diverged" in panel.summary


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"axes": ("eta", "eta")}, "axes must be two of adam's hyperparameters, eta, beta1, beta2, eps"),
        ({"axes": ("eta", "beta3")}, "axes must be two"),
        ({"axes": "eta"}, "nothing else may be an array; got eta$"),
        ({"axes": (1, 2)}, "got 1, 2"),
        ({"start": (1e200, 1)}, "the loss at the start .* is not finite"),
        ({"axes": ("eta", "beta1"), "beta2": BETAS}, "nothing else may be an array"),
        ({"eta": np.ones((2, 2)), "beta1": BETAS}, "eta must be a 1-D array"),
        ({"resolution": 1}, "resolution must be a whole number from 2"),
        ({"start": np.ones((2, 3))}, "start must be one point"),
        ({"n_steps": -1}, "n_steps must be a whole number"),
        ({"beta1": 1.5}, "beta1 must be at least 0"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_input(settings, words):
    with pytest.raises(ValueError, match=words):
        adamlab.map(steps.adam, surfaces.bowl, **settings)


def test_a_step_with_one_hyperparameter_has_no_map():
    with pytest.raises(ValueError, match="axes must be two of gradient_descent's hyperparameters, eta"):
        adamlab.map(steps.gradient_descent, surfaces.bowl)


def test_a_fragment_is_small(adam_map):
    layer = render_moving(adam_map._figure, [*adam_map._heat.artists, *adam_map._theory])
    assert len(layer) < 60_000
