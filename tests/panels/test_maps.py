"""Maps of hyperparameter space: what is drawn, what theory says, and the panel that shows each run."""

import itertools
import time

import numpy as np
import pytest
from hand import control, display, move

import adamlab
from adamlab import Surface, descend, make_ravine, plots, problems, steps, surfaces, sweep
from adamlab._core.stability import limit, optimum
from adamlab._core.sweep import sweep_within
from adamlab._core.text import format_number
from adamlab._drawing.heatmap import Heat

ETAS, BETAS = np.geomspace(1e-3, 1, 12), np.array([0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.99])


@pytest.fixture
def ravine_map():
    return adamlab.map(steps.momentum, surfaces.ravine, eta=ETAS, beta1=BETAS)


@pytest.fixture
def adam_map():
    return adamlab.map(steps.adam, surfaces.beale, axes=("beta1", "beta2"), eta=0.1, resolution=9)


def worst_of_all(panel):
    """How a race would judge each run of a map: by the worst loss of its last tenth."""
    x, y = (values.reshape(shape) for values, shape in zip(panel.values, [(-1, 1), (1, -1)]))
    settings = panel.run.hyper | dict(zip(panel.axes, (x + 0 * y, y + 0 * x)))
    loss = descend(panel.step, panel.surface, panel.start, panel.n_steps, **settings).loss
    return loss[-max(1, panel.n_steps // 10) :].max(axis=0)


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


@pytest.mark.parametrize(
    ("etas", "across"),
    [
        (np.geomspace(1e-9, 1e6, 10), ["1e-09", "1e-05", "0.01", "1", "10", "1e+04"]),
        (np.array([1e-4, 10.0]), ["0.0001", "10"]),
        (np.array([0.3, 0.3]), ["0.3", "0.3"]),
    ],
    ids=["wide", "two", "one twice"],
)
def test_labels_do_not_lie_on_each_other(etas, across):
    figure, ax = plots.figure("test")
    heat = Heat(ax, ("eta", "beta1"), (etas, np.linspace(0, 0.99999, 7)), surfaces.ravine, (1, 1))
    figure.canvas.draw()
    assert [label.get_text() for label in heat.ax.get_xticklabels()] == across
    for axis, side in ((heat.ax.xaxis, 0), (heat.ax.yaxis, 1)):
        boxes = [label.get_window_extent() for label in axis.get_ticklabels()]
        assert all(one.max[side] < other.min[side] for one, other in itertools.pairwise(boxes))


def test_heatmap_wants_two_axes():
    _, ax = plots.figure("test")
    with pytest.raises(ValueError, match="two 1-D arrays of values"):
        plots.heatmap(ax, sweep(steps.momentum, surfaces.ravine, eta=ETAS))


def test_a_surface_without_a_known_minimum_has_a_map_too():
    _, ax = plots.figure("test")
    plots.heatmap(ax, sweep(steps.momentum, surfaces.saddle, eta=ETAS, beta1=BETAS))


# --- the panel ----------------------------------------------------------------------------------


def swept_by_hand(panel, step, surface, **hyper):
    return sweep(step, surface, n_steps=panel.n_steps, **dict(zip(panel.axes, panel.values)), **hyper)


def said(panel):
    """What stands in the page in place of a map."""
    return "; ".join(filter(None, [*panel.picture.said, *panel.picture.notes]))


def losses(panel):
    """What the page is sent of a map that it cannot compute."""
    sent = panel.picture.extra["losses"]
    return None if sent is None else np.frombuffer(sent).reshape([len(along) for along in panel.values])


def test_the_map_is_the_sweep_and_the_ring_the_opening_values(adam_map):
    assert adam_map.axes == ("beta1", "beta2") and [len(v) for v in adam_map.values] == [9, 9]
    by_hand = swept_by_hand(adam_map, steps.adam, surfaces.beale, eta=0.1)
    np.testing.assert_array_equal(adam_map.swept.loss, by_hand.loss)
    chosen = [values[k] for values, k in zip(adam_map.values, adam_map.chosen)]
    assert chosen == [min(v, key=lambda x: abs(x - d)) for v, d in zip(adam_map.values, (0.9, 0.999))]
    assert list(adam_map.sliders) == ["eta", "eps"]


def test_values_that_were_given_are_the_map(ravine_map):
    assert ravine_map.axes == ("eta", "beta1") and ravine_map.sliders == {}
    np.testing.assert_array_equal(ravine_map.values[0], ETAS)
    np.testing.assert_array_equal(ravine_map.values[1], BETAS)
    by_hand = sweep(steps.momentum, surfaces.ravine, eta=ETAS, beta1=BETAS)
    np.testing.assert_array_equal(ravine_map.swept.loss, by_hand.loss)
    worst = worst_of_all(ravine_map)
    i, j = np.unravel_index(np.nanargmin(worst), worst.shape)
    assert ravine_map.best == {"eta": ETAS[i], "beta1": BETAS[j]}


def test_no_dip_at_the_last_step_is_the_best_of_a_map():
    # by its last loss alone, a run won that ended at 1.4e-6, and stood at 2.4e-3 one step before
    panel = adamlab.map(steps.adam, surfaces.ravine, axes=("eta", "beta2"))
    panel.choose_best()
    lucky = descend(steps.adam, surfaces.ravine, **panel.swept.best).loss
    assert lucky[-1] < panel.run.loss[-1] and panel.run.loss[-10:].max() < 0.5 * lucky[-10:].max()


def test_the_third_slider_makes_another_map(adam_map):
    before = adam_map.picture.foreground
    adam_map.sliders["eta"].value = 0.4
    by_hand = swept_by_hand(adam_map, steps.adam, surfaces.beale, eta=0.4)
    np.testing.assert_array_equal(adam_map.swept.loss, by_hand.loss)
    assert adam_map.run.hyper["eta"] == 0.4
    assert adam_map.picture.foreground != before
    adam_map.reset()
    assert adam_map.picture.foreground == before


def test_the_hand_chooses_a_run_and_home_and_the_button_the_best(adam_map):
    move(adam_map, 3, 7)
    assert adam_map.chosen == (3, 7) and adam_map.picture.start == [3, 7]
    beta1, beta2 = adam_map.values[0][3], adam_map.values[1][7]
    run = descend(steps.adam, surfaces.beale, eta=0.1, beta1=beta1, beta2=beta2)
    np.testing.assert_array_equal(adam_map.run.theta, run.theta)
    assert f"At the ring: {run!r}" in adam_map.picture.alt
    move(adam_map, 99, -5)
    assert adam_map.chosen == (8, 0)
    control(adam_map, "Go to best run").click()
    assert adam_map.run.loss[-10:].max() == worst_of_all(adam_map).min()
    assert {**adam_map.run.hyper, **adam_map.best} == adam_map.run.hyper


def test_choosing_a_run_draws_nothing_anew(adam_map):
    still, plan = adam_map.picture.background, adam_map.picture.plan
    adam_map.choose(0, 0)
    assert adam_map.picture.background is still and adam_map.picture.plan is plan


def test_other_axes(adam_map):
    adam_map.choose(0, 0)
    adam_map.show_axes("eta", "beta2")
    assert list(adam_map.sliders) == ["beta1", "eps"]
    by_hand = swept_by_hand(adam_map, steps.adam, surfaces.beale, beta1=0.9)
    np.testing.assert_array_equal(adam_map.swept.loss, by_hand.loss)
    assert [v[k] for v, k in zip(adam_map.values, adam_map.chosen)] == pytest.approx([0.1, 0.999], rel=1)
    assert {"β1 × β2", "η × β1", "η × β2"} <= set(control(adam_map, "map of").options)
    control(adam_map, "map of").value = ("beta2", "beta1")
    assert adam_map.axes == ("beta2", "beta1") and list(adam_map.sliders) == ["eta", "eps"]


def test_axes_can_be_turned_and_wrong_ones_change_nothing(adam_map):
    adam_map.show_axes("beta2", "beta1")
    with pytest.raises(ValueError, match="axes must be two of eta, beta1, beta2, eps, got beta1 and beta3"):
        adam_map.show_axes("beta1", "beta3")
    adam_map.set_steps(20)
    assert adam_map.axes == ("beta2", "beta1") and adam_map.swept.n_steps == 20
    assert adam_map.picture.plan["map"]["symbols"] == ["β2", "β1"] and adam_map.picture.plan["steps"] == 20


def test_the_first_two_hyperparameters_are_the_axes_unless_told():
    assert adamlab.map(steps.momentum, surfaces.ravine, resolution=5).axes == ("eta", "beta1")
    assert adamlab.map(steps.adam, surfaces.bowl, beta2=BETAS, resolution=3).axes == ("eta", "beta2")


def test_what_is_said(ravine_map):
    legend = ravine_map.picture.plan["map"]["legend"]
    assert legend["limit"].startswith("Dashed") and legend["diverged"].startswith("Striped")
    higher = np.count_nonzero(ravine_map.swept.loss > ravine_map.surface.loss(ravine_map.start))
    worst = worst_of_all(ravine_map).min()
    assert ": best η=" in ravine_map.summary
    assert f", at most {format_number(worst)} in the last 10 steps; " in ravine_map.summary
    assert ravine_map.summary.endswith(f"; 0 diverged, {higher} ended higher than they began")
    assert ravine_map.summary.startswith("map of momentum on ravine, 12 × 7 runs over η × β1, 100 steps: ")
    assert ravine_map.summary in ravine_map.picture.alt and "arrow keys" in ravine_map.picture.alt


def test_a_still_and_its_sentence_stand_beside_the_widget(adam_map):
    data, _ = adam_map._repr_mimebundle_()
    assert data["text/plain"] == adam_map.summary and len(data["image/png"]) > 10_000
    light = adam_map.png()
    display(adam_map, dark=True)
    assert light != adam_map.png()


def test_a_dark_page_gets_a_dark_map(adam_map):
    still = adam_map.picture.background
    display(adam_map, dark=True, ratio=2)
    assert adam_map.picture.background != still
    display(adam_map, dark=False, ratio=2)
    assert adam_map.picture.background == still


def test_a_start_of_its_own_and_one_that_is_moved():
    given = adamlab.map(steps.adam, surfaces.beale, start=(0, 0), resolution=4)
    moved = adamlab.map(steps.adam, surfaces.beale, resolution=4)
    moved.place((0, 0))
    np.testing.assert_array_equal(moved.swept.loss, given.swept.loss)
    assert moved.picture.plan["origin"] == [0, 0] and moved.picture.foreground == given.picture.foreground
    assert moved.picture.plan["map"]["atStart"] == given.picture.plan["map"]["atStart"]
    moved.reset()
    assert moved.start.tolist() == [1, 1.5] and moved.picture.plan["origin"] == [1, 1.5]
    with pytest.raises(ValueError, match="start must be 2 finite numbers"):
        moved.place((np.nan, 0))


def test_a_family_of_surfaces_gets_its_sliders():
    panel = adamlab.map(steps.adam, make_ravine, condition=100, angle=0, resolution=6)
    before = panel.picture.background
    panel.sliders["angle"].value = 45
    assert panel.surface.name.endswith("45°") and panel.picture.background != before
    grid = dict(zip(panel.axes, panel.values))
    np.testing.assert_array_equal(panel.swept.loss, sweep(steps.adam, make_ravine(100, 45), **grid).loss)
    panel.reset()
    assert panel.sliders["angle"].value == 0 and panel.picture.background == before


@pytest.mark.parametrize(
    "surface",
    [problems.sparse_features(30, 5), Surface(lambda x: x**2, start=(1,)), surfaces.saddle],
    ids=["five coordinates", "one", "no minimum"],
)
def test_surfaces_of_every_kind(surface):
    panel = adamlab.map(steps.adam, surface, resolution=4, n_steps=5)
    assert panel.png()[:4] == b"\x89PNG" and panel.swept is not None
    assert panel.picture.foreground.startswith("<svg") and surface.name in panel.summary


def test_more_steps_than_usual_come_back_on_reset():
    panel = adamlab.map(steps.momentum, surfaces.bowl, resolution=3, n_steps=6000)
    control(panel, "steps").value = 10
    assert panel.n_steps == 10
    panel.reset()
    assert panel.n_steps == control(panel, "steps").value == 6000


def test_a_map_where_everything_diverges():
    panel = adamlab.map(steps.momentum, surfaces.rosenbrock, eta=np.array([5, 9.0]), beta1=np.array([0, 0.5]))
    before = panel.chosen
    panel.choose_best()
    assert panel.best is None and "all diverged" in panel.summary and panel.chosen == before


def test_values_beyond_the_slider():
    panel = adamlab.map(steps.momentum, surfaces.ravine, eta=[1e-9, 1e-3, 1e6], beta1=[0, 0.99999])
    assert panel.swept.loss.shape == (3, 2) and np.isnan(panel.swept.loss[2]).all()
    panel.choose(0, 1)
    assert panel.run.hyper == {"eta": 1e-9, "beta1": 0.99999}
    panel.show_axes("beta1", "eta")
    assert panel.values[1].tolist() == [1e-9, 1e-3, 1e6]


# --- who computes -------------------------------------------------------------------------------


def test_nothing_that_the_page_computes_is_swept_before_it_is_read(monkeypatch):
    swept = []

    def counting(*given):
        swept.append(given)
        return sweep_within(*given)

    monkeypatch.setattr("adamlab._panels.map.sweep_within", counting)
    panel = adamlab.map(steps.adam, surfaces.beale, resolution=5, n_steps=40)
    panel.sliders["beta2"].slider.value += 3
    panel.choose(2, 3)
    panel.set_steps(20)
    panel.show_axes("eta", "beta2")
    panel.sliders["beta1"].value = 0.5
    assert swept == [] and panel.picture.extra == {} and panel.picture.said == [None]
    assert panel.swept.loss.shape == (5, 5) and panel.summary and panel.png() and len(swept) == 1


def hidden(theta, g, eta=0.1, beta1=0.5, k=0.5):
    hidden.seen = g  # an attribute, but no run depends on it
    return theta - eta * k * (1 - beta1) * hidden.seen


def test_a_step_that_cannot_be_recorded_is_computed_here():
    panel = adamlab.map(hidden, surfaces.ravine, resolution=5, n_steps=20)
    assert "null" in panel.picture.plan["code"]
    for k in (0.5, 0.9):
        panel.sliders["k"].value = k
        by_hand = swept_by_hand(panel, hidden, surfaces.ravine, k=k)
        np.testing.assert_array_equal(losses(panel), by_hand.loss)
        assert panel.swept.hyper["k"] == k and panel.summary.startswith("map of hidden on ravine, 5 × 5")
    rows = np.frombuffer(panel.picture.rows[0]).reshape(21, -1)
    np.testing.assert_array_equal(rows[:, :2], panel.run.theta)
    panel.choose(4, 0)
    assert not np.array_equal(np.frombuffer(panel.picture.rows[0]).reshape(21, -1), rows)


def test_a_step_with_an_if_has_a_large_map_too():
    def asks(theta, g, eta=0.1, beta1=0.9):
        return theta - eta * g if g[0] > 0 else theta - beta1 * eta * g

    panel = adamlab.map(asks, surfaces.bowl, n_steps=50)
    assert panel.picture.extra == {} and panel.summary.startswith("map of asks on bowl, 50 × 50 runs")


# --- what goes wrong ----------------------------------------------------------------------------


def test_a_step_that_cannot_be_run_is_said_in_the_picture():
    def stub(theta, g, eta=0.1, beta1=0.9): ...

    panel = adamlab.map(stub, surfaces.bowl, resolution=4)
    assert panel.summary == said(panel) == "stub: not attempted yet" and panel.swept is None
    assert losses(panel) is None and panel.best is None and panel.run is None
    panel.choose_best()
    panel.show_axes("beta1", "eta")
    assert panel.png()[:4] == b"\x89PNG" and "not attempted yet" in panel.picture.alt


def test_random_numbers_are_refused_in_a_sentence():
    rng = np.random.default_rng(0)

    def lottery(theta, g, eta=0.1, beta1=0.5):
        return theta - eta * (g + beta1 * rng.normal(size=theta.shape))

    few = adamlab.map(lottery, surfaces.bowl, resolution=4, n_steps=10)
    assert said(few) == few.summary and few.summary.startswith("lottery gives different numbers each time")
    many = adamlab.map(lottery, surfaces.bowl, resolution=50)
    assert said(many) == many.summary and many.summary.startswith(
        "lottery works for one run, but not for many"
    )
    assert many.png() != few.png()


def test_an_error_at_another_position_of_the_slider_is_said_there_alone():
    def picky(theta, g, eta=0.1, beta1=0.9, k=1.0):
        if k > 1.5:
            raise RuntimeError("k too large")
        return theta - eta * k * g

    panel = adamlab.map(picky, surfaces.bowl, resolution=4)
    panel.choose(1, 1)
    assert said(panel) == "" and panel.swept is not None and losses(panel) is not None
    panel.sliders["k"].value = 2.0
    assert panel.summary == said(panel) == "picky: RuntimeError: k too large" and losses(panel) is None
    panel.reset()
    assert said(panel) == "" and panel.summary.startswith("map of picky") and losses(panel) is not None


def test_a_loop_that_never_ends_is_left(monkeypatch):
    monkeypatch.setattr("adamlab._panels.map.LIMIT", 0.3)

    def waits(theta, g, eta=0.1, beta1=0.9, k=1.0):
        while k > 1.7:
            pass
        return theta - eta * k * g

    panel = adamlab.map(waits, surfaces.bowl, resolution=3, n_steps=20)
    assert panel.summary.startswith("map of waits")
    began = time.thread_time()
    panel.sliders["k"].value = 1.8
    assert "waits: stopped after" in said(panel) and "does a loop end?" in panel.summary
    assert time.thread_time() - began < 2  # this thread has waited, and not computed
    panel.sliders["k"].value = 1.2
    assert said(panel) == "" and panel.summary.startswith("map of waits")


def test_a_family_may_fail_at_some_values():
    def valley(width=1.0):
        if width > 1.5:
            raise ValueError("too wide")
        return Surface(lambda x, y: width * x**2 + y**2)

    panel = adamlab.map(steps.adam, valley, resolution=4)
    panel.sliders["width"].value = 2.0
    assert "too wide" in panel.summary and "too wide" in said(panel)
    panel.sliders["width"].value = 1.2
    assert said(panel) == "" and panel.swept is not None and panel.summary.startswith("map of adam")


def test_two_maps_do_not_disturb_each_other(adam_map):
    other = adamlab.map(steps.adam, surfaces.beale, axes=("beta1", "beta2"), eta=0.1, resolution=9)
    before = adam_map.picture.foreground
    other.sliders["eta"].value = 2.0
    other.choose(0, 0)
    assert adam_map.picture.foreground == before and adam_map.summary != other.summary


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"axes": ("eta", "eta")}, "axes must be two of adam's hyperparameters, eta, beta1, beta2, eps"),
        ({"axes": ("eta", "beta3")}, "axes must be two"),
        ({"axes": "eta"}, "nothing else may be an array; got eta$"),
        ({"axes": (1, 2)}, "got 1, 2"),
        ({"start": (1e200, 1)}, "the loss at the start .* is not finite"),
        ({"start": (np.nan, 1)}, "start must be 2 finite numbers"),
        ({"axes": ("eta", "beta1"), "beta2": BETAS}, "nothing else may be an array"),
        ({"eta": np.ones((2, 2)), "beta1": BETAS}, "eta must be a 1-D array"),
        ({"eta": [0.1, np.nan], "beta1": BETAS}, "eta must be a finite number greater than 0, got nan"),
        ({"eta": [0.1, np.inf], "beta1": BETAS}, "eta must be a finite number greater than 0, got inf"),
        ({"eta": [-0.1, 0.1], "beta1": BETAS}, "eta must be a finite number greater than 0, got -0.1"),
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


def test_a_page_of_a_map_opens_as_it_stands(adam_map, tmp_path):
    adam_map.sliders["eta"].value = 0.4
    adam_map.choose(2, 3)
    text = adam_map.save_page(tmp_path / "map.html", title="β1 × β2").read_text(encoding="utf-8")
    assert adam_map.summary in text and "class MapPlayer" in text and '"start":[2.0,3.0]' in text
    with pytest.raises(ValueError, match="views must be among η × β1, "):
        adam_map.save_page(tmp_path / "map.html", views=["loss"])
