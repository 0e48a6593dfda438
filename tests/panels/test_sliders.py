"""A slider by itself: what can be typed, what is refused and why, its limits, what it is called."""

import html
import re

import pytest
from hand import says

from adamlab import make_ravine, race, steps, surfaces
from adamlab._core.family import Family
from adamlab._panels.slider import HyperSlider
from adamlab._panels.surface_family import SurfaceFamily


@pytest.fixture
def eta():
    return HyperSlider("eta", 0.1)


@pytest.fixture
def angle():
    return SurfaceFamily(Family(make_ravine, {"condition": 100, "angle": 45})).sliders["angle"]


def below(slider):
    """What stands below the slider, as text."""
    return html.unescape(" ".join(re.sub("<[^>]*>", " ", says(slider)).split()))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0.5", 0.5),
        ("0,5", 0.5),
        (" .5 ", 0.5),
        (",5", 0.5),
        ("5.", 5.0),
        ("+2", 2.0),
        ("1e-3", 0.001),
        ("2,5E-3", 0.0025),
        ("1e\u22123", 0.001),  # with the minus sign of a printed text
        ("1/3", 1 / 3),
        ("1 / 3", 1 / 3),
        ("0,5/2", 0.25),
        ("1e-3/4", 0.00025),
        ("0,125", 0.125),
    ],
)
def test_numbers_may_be_written_in_many_ways(eta, typed, value):
    eta.number.value = typed
    assert eta.value == value and eta.refusal == ""
    assert eta.number.value == f"{value:.6g}"  # as it is written here


def test_a_degree_sign_and_spaces_between_thousands(angle):
    for typed in ["22.5", "22.5°", "22,5 °"]:
        angle.reset()
        angle.number.value = typed
        assert angle.value == 22.5 and angle.number.value == "22.5°"
    condition = HyperSlider("condition", 100.0)
    condition.number.value = "10 000"
    assert condition.value == 1e4


def test_a_value_that_is_written_differently_is_shown_as_it_is_written_here(eta):
    eta.number.value = "0,1"
    assert eta.value == 0.1 and eta.number.value == "0.1"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("20", "20 is above 10, the largest η here: type a number from 0.0001 to 10"),
        ("1e999", "1e999 is above 10, the largest η here"),
        ("0", "0 is below 0.0001, the smallest η here: type a number from 0.0001 to 10"),
        ("-0.5", "-0.5 is below 0.0001, the smallest η here"),
        ("many", "many is not a number: type one from 0.0001 to 10, such as 0.1 or 1/3"),
        ("", "there is no number: type one from 0.0001 to 10"),
        ("2^-3", "2^-3 is not a number"),
        ("1/3/2", "1/3/2 is not a number"),
        ("nan", "nan is not a number"),
        ("1_0", "1_0 is not a number"),
        ("0.1 0.2", "0.1 0.2 is not a number"),
        ("__import__('os')", "__import__('os') is not a number"),
        ("1/0", "1/0 divides by zero"),
        ("1,000", "1,000 can be read in two ways: type 1000 or 1.000"),
        ("x" * 500, "xxx... is not a number"),
        ("<b>5", "<b>5 is not a number"),
    ],
)
def test_what_is_refused_says_why_and_the_old_value_comes_back(eta, typed, why):
    eta.number.value = typed
    assert eta.value == 0.1 and eta.number.value == "0.1"
    assert why in below(eta) and len(eta.refusal) < 100
    assert 'role="alert"' in says(eta)


def test_limits_are_told_in_the_unit_of_the_number(angle):
    angle.number.value = "100°"
    assert "100° is above 90°, the largest φ here: type a number from 0° to 90°" in below(angle)


@pytest.mark.parametrize(
    "change",
    [
        lambda slider: setattr(slider.number, "value", "0.2"),
        lambda slider: setattr(slider.number, "value", "0,1"),
        lambda slider: setattr(slider.slider, "value", 300),
        lambda slider: setattr(slider, "value", 0.7),
        lambda slider: slider.reset(),
    ],
    ids=["typed", "typed the same", "slid", "assigned", "reset"],
)
def test_the_reason_goes_away_at_the_next_change(eta, change):
    eta.number.value = "20"
    assert eta.refusal
    change(eta)
    assert eta.refusal == "" and "above" not in below(eta) and "alert" not in says(eta)


def test_the_same_mistake_twice_is_told_twice(eta):
    for _ in range(2):
        eta.number.value = "20"
        assert "above" in below(eta) and eta.number.value == "0.1"
        eta.reset()


def test_a_number_of_many_digits_is_kept_though_six_are_shown(eta):
    eta.number.value = "1/3"
    eta.number.value = "0.333333"  # the browser sends back what it shows
    assert eta.value == 1 / 3


def test_the_ends_of_the_scale_and_the_meaning_stand_below(eta, angle):
    assert below(eta) == "0.0001 learning rate 10"
    assert below(angle) == "0° angle 90°"
    assert below(HyperSlider("beta2", 0.999)) == "0 memory of squares 0.9999"


def test_nothing_is_said_of_theory_unless_asked_for(eta):
    eta.warn(2 / 3)
    assert below(eta) == "0.0001 in theory this diverges from η = 0.667 10" and "<i " in says(eta)
    eta.value = 0.7
    assert "⚠ in theory this diverges from η = 0.667" in below(eta)
    eta.warn(25.0)  # beyond the scale: there is no place to mark
    assert "from η = 25" in below(eta) and "<i " not in says(eta) and "⚠" not in below(eta)
    eta.warn(None)
    assert below(eta) == "0.0001 learning rate 10" and "<i " not in says(eta)


def test_a_refusal_comes_before_theory_and_theory_comes_back(eta):
    eta.warn(0.5)
    eta.number.value = "20"
    assert "above 10" in below(eta) and "theory" not in below(eta)
    eta.value = 0.2
    assert "theory" in below(eta)


def test_controls_say_symbol_meaning_and_value(eta, angle):
    assert (eta.spoken, eta.text) == ("η, learning rate: 0.1", "0.1")
    assert (angle.spoken, angle.text) == ("φ, angle: 45°", "45°")
    for slider in (eta.slider, eta.number):
        assert slider.tooltip.startswith("η, learning rate")


def test_an_arrow_key_is_one_stop_and_the_number_follows(eta):
    assert eta.slider.step == 1
    eta.slider.value += 1
    assert eta.value == 0.102 and eta.number.value == "0.102"


def test_the_symbol_has_room_for_a_name_of_ones_own():
    widths = [HyperSlider(name, 1.0).slider.style.description_width for name in ("eta", "look_ahead")]
    assert [float(width.removesuffix("em")) >= 0.6 * size for width, size in zip(widths, (1, 10))] == [
        True
    ] * 2


def test_a_race_stands_at_one_of_the_values_it_tried():
    panel = race([steps.momentum, steps.adam], surfaces.ravine)
    for sliders in panel.sliders.values():
        assert sliders["eta"].value in sliders["eta"].scale.grid()
