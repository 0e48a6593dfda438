"""Panels without a browser: sliders, what they redraw, what is said, what goes wrong."""

import base64
import itertools
import tracemalloc
import warnings

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hand import control, controls, display, move

import adamlab
from adamlab import Surface, anatomy, descend, explore, make_ravine, problems, race, steps, surfaces
from adamlab._drawing import curves
from adamlab._drawing.style import DARK, LIGHT, look

ALL_STEPS = [getattr(steps, name) for name in steps.__all__]
ALL_SURFACES = [getattr(surfaces, name) for name in surfaces.__all__[2:]]


def unwritten(theta, g, m, eta=0.1, beta1=0.9): ...


def faulty(theta, g, eta=0.1):
    raise RuntimeError("no such luck")


def test_a_slider_for_every_hyperparameter_in_its_own_unit():
    panel = explore(steps.adam, surfaces.beale, eta=0.1)
    assert {name: slider.value for name, slider in panel.sliders.items()} == {
        "eta": 0.1,
        "beta1": 0.9,
        "beta2": 0.999,
        "eps": 1e-8,
    }


def test_assigning_a_slider_runs_and_redraws_at_once():
    panel = explore(steps.adam, surfaces.beale, eta=0.1)
    before = panel.picture.foreground
    panel.sliders["beta1"].value = 0.123456
    run = descend(steps.adam, surfaces.beale, eta=0.1, beta1=0.123456)
    assert np.array_equal(panel.descents["adam"].theta, run.theta)
    assert panel.summary.startswith(repr(run))
    assert panel.picture.foreground != before


def test_what_is_shown_is_what_a_fresh_panel_shows():
    panel = explore(steps.adam, surfaces.beale, eta=0.1)
    for position in range(0, 600, 60):
        panel.sliders["eta"].slider.value = position
    panel.sliders["eta"].value = 0.25
    fresh = explore(steps.adam, surfaces.beale, eta=0.25)
    assert panel.picture.foreground == fresh.picture.foreground
    assert panel.picture.background == fresh.picture.background
    assert panel.png() == fresh.png()


def test_the_background_is_drawn_once():
    panel = explore(steps.adam, surfaces.beale)
    before = panel.picture.background
    panel.sliders["eta"].value = 1.0
    assert panel.picture.background is before


def test_reset_returns_to_the_opening_values():
    panel = explore(steps.adam, surfaces.beale, eta=0.37)
    opening = panel.picture.foreground
    panel.sliders["eta"].value = 2.0
    panel.sliders["beta2"].value = 0.5
    panel.reset()
    assert panel.sliders["eta"].value == 0.37 and panel.picture.foreground == opening


def test_a_number_can_be_typed_and_nonsense_is_put_back():
    slider = explore(steps.adam, surfaces.beale).sliders["beta1"]
    slider.number.value = "0.95"
    assert slider.value == 0.95
    for nonsense in ["", "many", "7", "nan"]:
        slider.number.value = nonsense
        assert slider.value == 0.95 and slider.number.value == "0.95"


@pytest.mark.parametrize("value", [-0.1, 1.0, np.inf, np.nan])
def test_a_value_outside_the_range_is_refused(value):
    slider = explore(steps.adam, surfaces.beale).sliders["beta1"]
    with pytest.raises(ValueError, match=r"beta1 must lie between 0 and 0\.9999, got"):
        slider.value = value
    assert slider.value == 0.9


@pytest.mark.parametrize("surface", ALL_SURFACES, ids=lambda surface: surface.name)
def test_every_slider_at_both_ends_on_every_surface_gives_a_picture_and_a_sentence(surface):
    panel = explore(ALL_STEPS, surface, n_steps=30)
    sliders = [[*own.values()] for own in panel.sliders.values()]
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        warnings.simplefilter("error", UserWarning)
        for ends in itertools.product(["min", "max"], repeat=max(map(len, sliders))):
            for own in sliders:
                for slider, end in zip(own, ends):
                    slider.value = getattr(slider, end)
            assert panel.picture.foreground.startswith("<svg")
            said = panel.summary
            assert all(f"{step.__name__} on {surface.name}" in said for step in ALL_STEPS)


@pytest.mark.parametrize("kind", [explore, race, anatomy, adamlab.map], ids=lambda kind: kind.__name__)
def test_a_layout_that_was_kept_is_the_one_that_would_be_made(kind):
    method = steps.adam if kind in (explore, anatomy) else steps.momentum
    panel = kind([method] if kind is race else method, surfaces.rosenbrock)
    runs = panel.descents
    light, dark = (panel.drawn(panel.scene, runs, theme) for theme in (LIGHT, DARK))
    assert panel.drawn(panel.scene, runs, DARK, light).still() == dark.still()
    assert (
        panel.drawn(panel.scene, runs, LIGHT, light).still() == panel.drawn(panel.scene, runs, LIGHT).still()
    )


def test_several_steps_have_sliders_of_their_own():
    panel = explore([steps.gradient_descent, steps.adam], surfaces.ravine, eta=0.05)
    panel.sliders["adam"]["eta"].value = 0.5
    assert panel.sliders["gradient_descent"]["eta"].value == 0.05
    assert [run.hyper["eta"] for run in panel.descents.values()] == [0.05, 0.5]


def test_two_steps_of_the_same_name_are_told_apart():
    panel = explore([steps.adam, steps.adam], surfaces.beale)
    assert list(panel.descents) == ["adam", "adam 2"]


def test_a_step_that_is_not_written_yet_says_so():
    panel = explore(unwritten, surfaces.ravine)
    assert panel.summary == "unwritten: not attempted yet" and panel.descents == {}
    panel.sliders["eta"].value = 0.5
    assert panel.summary == "unwritten: not attempted yet"


def test_a_step_that_gives_back_its_point_is_not_written_yet():
    assert "not attempted yet" in explore(lambda theta, g, eta=0.1: theta, surfaces.bowl).summary


def test_a_step_that_raises_shows_its_message_and_recovers():
    assert explore(faulty, surfaces.bowl).summary == "faulty: RuntimeError: no such luck"

    def touchy(theta, g, eta=0.1):
        if eta > 1:
            raise RuntimeError("too much")
        return theta - eta * g

    panel = explore(touchy, surfaces.bowl)
    opening = panel.picture.foreground
    panel.sliders["eta"].value = 2.0
    assert "too much" in panel.summary and panel.picture.foreground != opening
    panel.reset()
    assert panel.picture.foreground == opening


def test_the_display_data_hold_the_still_and_one_sentence():
    data, _ = explore(steps.adam, surfaces.ravine, eta=0.1)._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"].startswith("adam on ravine, η=0.1, β1=0.9, β2=0.999: loss 86.1 → ")
    assert "\n" not in data["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_every_control_has_an_accessible_name_with_its_value():
    panel = explore(steps.adam, surfaces.ravine)
    (track,) = panel.picture.plan["tracks"]
    assert [one["label"] for one in track["inputs"]][:2] == ["η, learning rate", "β1, memory of gradients"]
    assert set(panel.picture.sliders) == {"0,0", "0,1", "0,2", "0,3", "film"}
    assert panel.picture.alt.startswith("Landscape with path, and loss curve. adam on ravine")


@pytest.mark.parametrize("surface", [Surface(lambda x: x**4), problems.breast_cancer()], ids=["one", "many"])
def test_surfaces_of_one_and_of_many_coordinates(surface):
    panel = explore(steps.adam, surface, eta=0.1)
    before = panel.picture.foreground
    panel.sliders["eta"].value = 0.5
    assert panel.picture.foreground != before


def test_a_divergence_is_shown_not_raised():
    panel = explore(steps.gradient_descent, surfaces.rosenbrock, eta=5.0)
    assert "diverged at step" in panel.summary


def test_the_svg_does_not_reach_into_the_page():
    svg = explore(steps.adam, surfaces.beale).picture.foreground
    assert svg.startswith("<svg") and "<style" not in svg and "<?xml" not in svg and "<metadata" not in svg


def test_no_figure_is_left_open():
    explore(steps.adam, surfaces.beale)
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: explore(steps.adam, surfaces.beale, lr=0.1),
            TypeError,
            "no hyperparameter lr: did you mean eta",
        ),
        (lambda: explore(steps.adam, surfaces.beale, eta=-1), ValueError, "greater than 0, got -1"),
        (lambda: explore(steps.adam, surfaces.beale, eta=[0.1, 0.2]), ValueError, "eta must be one number"),
        (
            lambda: explore(steps.adam, surfaces.beale, n_steps=1.5),
            ValueError,
            "n_steps must be a whole number",
        ),
        (lambda: explore(steps.adam, surfaces.beale, start=(1, 2, 3)), ValueError, "start must be 2 finite"),
        (lambda: explore(steps.adam, surfaces.beale, start=[[1, 2], [3, 4]]), ValueError, "one point"),
        (lambda: explore(steps.adam, lambda x, y: x), TypeError, "wrap it"),
        (lambda: explore(steps.adam, lambda x=0, y=0: x**2 + y), TypeError, "wrap it.*returned 0"),
        (lambda: explore(steps.adam, lambda theta: (theta**2).sum()), TypeError, "wrap it"),
        (
            lambda: explore(steps.adam, lambda theta: theta[0] ** 2),
            TypeError,
            "needs a value for theta.*wrap it",
        ),
        (lambda: explore(steps.adam, np.hypot), TypeError, "wrap it"),
        (lambda: explore(steps.adam, 3), TypeError, "surface must be a Surface, .* got 3"),
        (lambda: explore(steps.adam, make_ravine), TypeError, "make_ravine needs a value for condition:"),
        (lambda: explore(steps.adam, make_ravine, condition=0.5), ValueError, "finite number >= 1"),
        (
            lambda: explore(steps.adam, make_ravine, condition=[1, 2]),
            TypeError,
            "condition must be one finite",
        ),
        (
            lambda: explore(steps.adam, make_ravine, condition=9, angel=45),
            TypeError,
            "no hyperparameter angel: .*make_ravine takes condition, angle",
        ),
        (
            lambda: explore(steps.adam, lambda eps=0.1: surfaces.bowl),
            TypeError,
            "adam and <lambda> both have a parameter eps",
        ),
        (lambda: explore(3, surfaces.beale), TypeError, "a step must be a function, got 3"),
        (lambda: explore([], surfaces.beale), ValueError, "at least one step"),
    ],
)
def test_bad_input_is_refused_at_the_door(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_the_start_can_be_moved_and_brought_back():
    panel = explore(steps.adam, surfaces.beale, eta=0.1)
    opening, background = panel.picture.foreground, panel.picture.background
    move(panel, 0.3, 1.2)
    assert panel.start.tolist() == [0.3, 1.2] and panel.picture.foreground != opening
    assert np.array_equal(panel.descents["adam"].theta[0], panel.start)
    assert panel.picture.background is background
    move(panel, *surfaces.beale.start)
    assert panel.picture.foreground == opening


def test_another_surface_and_number_of_steps():
    panel = explore(steps.adam, surfaces.beale, eta=0.1)
    control(panel, "surface").value = "ravine"
    control(panel, "steps").value = 40
    fresh = explore(steps.adam, surfaces.ravine, eta=0.1, n_steps=40)
    assert panel.picture.foreground == fresh.picture.foreground
    assert panel.picture.background == fresh.picture.background
    panel.reset()
    assert panel.surface is surfaces.beale and panel.n_steps == 100


def test_the_ball_rolls_to_the_step_that_is_asked_for():
    panel = explore(steps.adam, surfaces.beale, eta=0.1)
    before = panel.picture.foreground
    control(panel, "step to show").value = 40
    assert panel.picture.foreground != before
    control(panel, "step to show").value = 0
    assert panel.picture.foreground == before


def test_a_dark_theme_redraws_everything_and_back():
    panel = explore(steps.adam, surfaces.beale, eta=0.1)
    light = panel.picture.background
    display(panel, dark=True)
    assert panel.picture.background != light and look(steps.adam, theme=DARK)[0] in panel.picture.foreground
    display(panel, dark=False)
    assert panel.picture.background == light


@pytest.mark.parametrize("typed", ["0.3; 1.2", "(0.3, 1.2)", "0,3; 1,2", " 0.3 1.2 "])
def test_the_start_is_shown_and_can_be_typed(typed):
    panel = explore(steps.adam, surfaces.beale)
    box = control(panel, "start")
    assert box.value == "1; 1.5"
    box.value = typed
    assert panel.start.tolist() == [0.3, 1.2] and panel.descents["adam"].theta[0].tolist() == [0.3, 1.2]
    move(panel, 2.0, 0.5)
    assert box.value == "2; 0.5"


@pytest.mark.parametrize("typed", ["", "here", "1", "1; 2; 3", "nan; 1"])
def test_a_start_that_is_none_is_refused_in_words(typed):
    panel = explore(steps.adam, surfaces.beale)
    box = control(panel, "start")
    box.value = typed
    assert box.value == "1; 1.5" and panel.start.tolist() == [1, 1.5]
    assert panel.picture.notes == [f"{typed!r} is no start: type 2 numbers, such as 1; 1.5"]
    panel.sliders["eta"].value = 0.2
    assert panel.picture.notes == []


def test_where_gradient_descent_diverges_is_told_only_when_asked():
    def said(panel):
        return "\n".join(w.value for w in controls(panel) if isinstance(w, widgets.HTML))

    assert "diverges" not in said(explore(steps.gradient_descent, surfaces.ravine))
    panel = explore(steps.gradient_descent, surfaces.ravine, theory=True, eta=0.05)
    assert "in theory this diverges from η = 0.08" in said(panel) and "⚠" not in said(panel)
    panel.sliders["eta"].value = 0.1
    assert "⚠ in theory this diverges from η = 0.08" in said(panel)
    assert "diverges" not in said(explore(steps.adam, surfaces.ravine, theory=True))


def test_the_sentence_says_when_the_ball_arrived():
    panel = explore(steps.gradient_descent, surfaces.ravine, n_steps=300, eta=2 / 26)
    assert panel.summary.endswith("within 1e-6 of the minimum after 192 steps")


def test_two_thousand_events_leave_no_figure_and_little_memory():
    panel = explore(steps.adam, surfaces.beale, n_steps=20)
    slider = panel.sliders["eta"]
    for position in range(100):
        slider.slider.value = position
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for event in range(2000):
        slider.slider.value = event % 100
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 10e6 and plt.get_fignums() == []
    slider.value = 0.1
    assert (
        panel.picture.foreground
        == explore(steps.adam, surfaces.beale, n_steps=20, eta=0.1).picture.foreground
    )


@pytest.mark.parametrize("view", ["effective η", "m", "v"])
def test_the_right_picture_can_show_what_the_step_carries(view):
    panel = explore(steps.adam, surfaces.beale, eta=0.1)
    opening = panel.png()
    control(panel, "view on the right").value = view
    assert panel.png() != opening and panel.view == view
    before = panel.picture.foreground
    panel.sliders["beta2"].value = 0.5
    assert panel.picture.foreground != before
    panel.show("loss")
    panel.reset()
    assert panel.png() == opening


def test_the_effective_rate_of_gradient_descent_is_eta():
    rates = curves.traced(descend(steps.gradient_descent, surfaces.ravine, eta=0.03), "effective η")
    assert np.allclose(rates[1:20], 0.03)


# --- a family of surfaces ----------------------------------------------------------------------


@pytest.mark.parametrize("view", ["loss", "effective η"])
def test_a_slider_of_the_surface_shows_what_a_fresh_panel_shows(view):
    panel = explore(steps.adam, make_ravine, condition=1000, angle=45, eta=0.1)
    panel.show(view)
    panel.sliders["angle"].value = 30
    panel.sliders["condition"].value = 50
    assert "adam on ravine κ=50, 30°" in panel.summary
    fresh = explore(steps.adam, make_ravine(50, 30), eta=0.1)
    fresh.show(view)
    assert panel.picture.background == fresh.picture.background
    assert panel.picture.foreground == fresh.picture.foreground


def test_reset_brings_back_the_surface_that_the_panel_opened_with():
    panel = explore(steps.adam, make_ravine, condition=1000, angle=45)
    opening, background = panel.picture.foreground, panel.picture.background
    panel.sliders["angle"].value = 0
    panel.sliders["eta"].value = 1.0
    assert panel.picture.background != background
    panel.reset()
    assert (panel.picture.foreground, panel.picture.background) == (opening, background)
    assert {name: panel.sliders[name].value for name in ("angle", "condition")} == {
        "angle": 45,
        "condition": 1000,
    }


def test_a_change_of_the_surface_is_drawn_once():
    panel = explore(steps.adam, make_ravine, condition=1000, angle=45)
    panel.sliders["angle"].value = 30
    drawn = []
    panel.picture.observe(lambda change: drawn.append(change.new), "background")
    panel.sliders["angle"].value = 0
    panel.sliders["condition"].value = 10
    panel.reset()
    assert len(drawn) == 3


def test_the_angle_goes_by_degrees_and_says_so():
    slider = explore(steps.adam, make_ravine, condition=1000, angle=45).sliders["angle"]
    assert (slider.min, slider.max, slider.slider.max, slider.number.value) == (0, 90, 90, "45°")
    slider.slider.value = 30
    assert slider.value == 30 and slider.spoken == "φ, angle: 30°"
    for typed in ["22.5", "22.5°", "22.5 °"]:
        slider.reset()
        slider.number.value = typed
        assert slider.value == 22.5 and slider.number.value == "22.5°"


def test_the_condition_is_logarithmic():
    slider = explore(steps.adam, make_ravine, condition=1000).sliders["condition"]
    assert [slider.scale.value(position) for position in (0, 300, 600)] == [1, 100, 1e4]


def test_a_surface_made_anew_has_its_own_start_unless_one_was_given():
    panel = explore(steps.adam, make_ravine, condition=9, angle=0)
    move(panel, 1, 1)
    assert panel.start.tolist() == [1, 1]
    panel.sliders["angle"].value = 90
    assert np.allclose(panel.start, make_ravine(9, 90).start)
    panel = explore(steps.adam, make_ravine, start=(1, 1), condition=9, angle=0)
    panel.sliders["angle"].value = 90
    assert np.array_equal(panel.start, (1, 1))


def test_a_family_has_no_list_of_other_surfaces_that_would_strand_its_sliders():
    with_family = explore(steps.adam, make_ravine, condition=9)
    assert not any(getattr(w, "description", "") == "surface" for w in controls(with_family))
    assert control(explore(steps.adam, surfaces.beale), "surface")


def test_a_family_of_your_own_that_fails_at_a_value_says_so_and_recovers():
    def make_bowl(width=2.0, shape="round"):
        if width > 3:
            raise RuntimeError("too wide")
        return Surface(lambda x, y: (x**2 + y**2) / width, name=shape)

    panel = explore([steps.adam, steps.momentum], make_bowl, eta=0.1)
    assert list(panel.sliders) == ["adam", "momentum", "surface"] and "on round" in panel.summary
    opening = panel.picture.foreground
    panel.sliders["surface"]["width"].value = 3.5
    assert "make_bowl: RuntimeError: too wide" in panel.summary and panel.picture.foreground != opening
    panel.sliders["surface"]["width"].value = 2
    assert panel.picture.foreground == opening


def test_every_slider_of_the_surface_has_a_name():
    panel = explore(steps.adam, make_ravine, condition=1000, angle=45)
    assert panel.sliders["angle"].spoken == "φ, angle: 45°"
