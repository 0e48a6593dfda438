"""Where we walk: losses in their textbook form, gradients that fit them, windows worth looking at."""

import copy
import math
import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import adamlab
from adamlab import Surface, descend, surfaces, sweep
from adamlab import surfaces as surfaces_module
from adamlab.steps import adam, gradient_descent
from adamlab.surfaces import make_ravine, ravine, saddle

NAMES = ["bowl", "ravine", "saddle", "plateau", "rosenbrock", "beale", "himmelblau", "rastrigin", "neuron"]
every_surface = pytest.mark.parametrize("surface", [getattr(surfaces, name) for name in NAMES], ids=NAMES)
with_minima = pytest.mark.parametrize(
    "surface",
    [getattr(surfaces, name) for name in NAMES if name != "saddle"],
    ids=lambda surface: surface.name,
)
LANES = [(), (1,), (5,), (2, 3), (3, 2)]

fractions = st.floats(0, 1)
angles = st.floats(-360, 360)
conditions = st.floats(1, 1000)


def inside(surface, across, up):
    """The point of the window that lies at these fractions of its sides."""
    return np.array([low + f * (high - low) for (low, high), f in zip(surface.window, (across, up))])


def grid(surface, k=41):
    return np.stack(np.meshgrid(*(np.linspace(*side, k) for side in surface.window)))


def slopes_by_differences(surface, theta, width=1e-5):
    shifts = width * np.eye(surface.n)
    return np.array([(surface.loss(theta + h) - surface.loss(theta - h)) / (2 * width) for h in shifts])


# The ready-made surfaces


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


TEXTBOOK = {
    "bowl": lambda x, y: 0.5 * x**2 + 1.5 * y**2,
    "ravine": lambda x, y: (x**2 + 25 * y**2) / 2,
    "saddle": lambda x, y: x**2 - y**2,
    "plateau": lambda x, y: 1 - math.exp(-(x**2) / 4 - y**2 / 2),
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "beale": lambda x, y: sum((c - x * (1 - y**k)) ** 2 for k, c in enumerate((1.5, 2.25, 2.625), start=1)),
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "rastrigin": lambda x, y: 20 + sum(z**2 - 10 * math.cos(2 * math.pi * z) for z in (x, y)),
    "neuron": lambda w, b: ((sigmoid(0.5 * w + b) - 0.2) ** 2 + (sigmoid(2.5 * w + b) - 0.9) ** 2) / 2,
}


@every_surface
@given(fractions, fractions)
def test_loss_is_the_textbook_formula(surface, across, up):
    theta = inside(surface, across, up)
    expected = TEXTBOOK[surface.name](*theta.tolist())
    assert surface.loss(theta) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "point", "loss"),
    [
        ("rosenbrock", (-1.2, 1), 24.2),
        ("rosenbrock", (0, 0), 1),
        ("beale", (1, 1), 14.203125),
        ("beale", (3, 0.5), 0),
        ("himmelblau", (0, 0), 170),
        ("himmelblau", (-0.270845, -0.923039), 181.6165),
        ("rastrigin", (1, 1), 2),
        ("rastrigin", (4.52299366, 4.52299366), 80.7065804),
        ("ravine", (-4, 2.5), 86.125),
        ("saddle", (1, 2), -3),
    ],
)
def test_loss_has_the_values_that_books_print(name, point, loss):
    assert getattr(surfaces, name).loss(point) == pytest.approx(loss, rel=1e-6, abs=1e-12)


@every_surface
@given(fractions, fractions)
def test_gradient_is_the_slope_of_the_loss(surface, across, up):
    theta = inside(surface, across, up)
    expected = slopes_by_differences(surface, theta)
    rounding = 1e-6 * (1 + abs(surface.loss(theta)))
    np.testing.assert_allclose(surface.gradient(theta), expected, rtol=1e-6, atol=rounding)


@with_minima
def test_is_flat_at_its_minima(surface):
    assert np.abs(surface.gradient(surface.minima.T)).max() < 1e-9


@with_minima
def test_each_minimum_is_lower_than_its_surroundings(surface):
    turns = np.linspace(0, 2 * np.pi, 60)
    ring = np.array([np.cos(turns), np.sin(turns)])
    for minimum in surface.minima:
        for radius in (1e-3, 0.1):
            around = surface.loss(minimum[:, np.newaxis] + radius * ring)
            assert (around > surface.loss(minimum)).all()


@with_minima
def test_no_point_of_the_window_is_lower_than_the_minima(surface):
    lowest = surface.loss(surface.minima.T)
    assert lowest.max() < 1e-12
    assert surface.loss(grid(surface, 201)).min() >= lowest.min()


@every_surface
def test_start_and_minima_lie_in_the_window(surface):
    low, high = np.array(surface.window).T
    for point in (surface.start, *surface.minima):
        assert (low < point).all()
        assert (point < high).all()


def test_saddle_is_flat_at_the_origin_and_falls_along_y_only():
    assert saddle.gradient((0, 0)).tolist() == [0, 0]
    assert saddle.loss((0, 1)) < saddle.loss((0, 0)) < saddle.loss((1, 0))
    assert len(saddle.minima) == 0


@every_surface
def test_nothing_in_the_window_prints_a_warning(surface):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(surface.loss(grid(surface))).all()
        assert np.isfinite(surface.gradient(grid(surface))).all()
        assert np.isfinite(surface.gradient(surface.start)).all()


@every_surface
def test_says_what_it_is(surface):
    assert repr(surface) == f"Surface({surface.name!r}, 2 coordinates)"
    assert surface.formula
    assert "$" not in surface.formula


ETAS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0]


@with_minima
@pytest.mark.parametrize("step", [gradient_descent, adam], ids=lambda step: step.__name__)
def test_some_rate_gets_well_down_within_a_hundred_steps(surface, step):
    run = descend(step, surface, eta=ETAS)
    assert np.nanmin(run.loss[-1]) < 0.5 * run.loss[0, 0]


@with_minima
def test_some_rate_brings_adam_close_to_a_minimum_unless_there_are_traps(surface):
    left = np.nanmin(descend(adam, surface, eta=ETAS).loss[-1]) / surface.loss(surface.start)
    assert left > 0.1 if surface.name == "rastrigin" else left < 0.03


@pytest.mark.parametrize("step", [gradient_descent, adam], ids=lambda step: step.__name__)
def test_the_saddle_is_left_downhill_within_a_hundred_steps(step):
    losses = descend(step, saddle, eta=0.04 if step is gradient_descent else 0.03).loss
    assert losses[0] > 6
    assert losses[-1] < -0.1


def test_the_saddle_delays_gradient_descent():
    losses = descend(gradient_descent, saddle, eta=0.04).loss
    assert np.count_nonzero(np.abs(losses) < 0.1) > 20


# Shapes


@every_surface
@pytest.mark.parametrize("lanes", LANES)
def test_loss_has_the_shape_of_the_lanes_and_gradient_that_of_theta(surface, lanes):
    theta = np.full((2, *lanes), 0.3)
    assert np.shape(surface.loss(theta)) == lanes
    assert surface.gradient(theta).shape == (2, *lanes)


def same_one_by_one(surface, theta, **near):
    for i, point in enumerate(theta.T):
        np.testing.assert_allclose(surface.loss(theta)[i], surface.loss(point), **near)
        np.testing.assert_allclose(surface.gradient(theta)[:, i], surface.gradient(point), **near)


@every_surface
@given(points=st.lists(st.tuples(fractions, fractions), min_size=2, max_size=6))
def test_many_points_at_once_are_the_points_one_by_one(surface, points):
    theta = np.transpose([inside(surface, *point) for point in points])
    same_one_by_one(surface, theta, rtol=1e-11, atol=1e-10)


@every_surface
@given(points=st.lists(st.tuples(fractions, fractions), min_size=2, max_size=6))
def test_measured_gradients_at_once_are_those_one_by_one(surface, points):
    theta = np.transpose([inside(surface, *point) for point in points])
    without = Surface(lambda x, y: surface.loss((x, y)))
    np.testing.assert_allclose(
        without.gradient(theta), np.transpose([without.gradient(p) for p in theta.T]), rtol=1e-6, atol=1e-5
    )


def test_integers_are_taken_as_floats():
    assert surfaces.beale.loss([3, 0]) == 1.5**2 + 0.75**2 + 0.375**2
    assert surfaces.beale.gradient(np.array([[3, 3], [0, 0]])).dtype == float


@pytest.mark.parametrize("theta", [3.0, (1, 2, 3), np.ones((3, 2)), []])
def test_points_of_another_dimension_are_an_error(theta):
    for ask in (surfaces.bowl.loss, surfaces.bowl.gradient):
        with pytest.raises(ValueError, match=r"bowl has 2 coordinates, but theta has shape"):
            ask(theta)


# Surfaces of one's own


def crooked(x, y):
    """One point at a time: a branch and a function of `math`."""
    if x > 0:
        return math.sin(x) + y**2
    return -x + y**2


@pytest.mark.parametrize("gradient", [None, lambda x, y: (math.cos(x) if x > 0 else -1, 2 * y)])
@pytest.mark.parametrize("lanes", LANES)
def test_a_function_of_single_numbers_works_in_lanes(gradient, lanes):
    surface = Surface(crooked, gradient)
    theta = np.random.default_rng(1).uniform(-2, 2, (2, *lanes))
    x, y = theta
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, slopes = surface.loss(theta), surface.gradient(theta)
    np.testing.assert_allclose(loss, np.where(x > 0, np.sin(x), -x) + y**2)
    np.testing.assert_allclose(slopes, [np.where(x > 0, np.cos(x), -1), 2 * y], atol=1e-8)


@given(fractions, fractions)
def test_a_gradient_that_is_not_given_is_measured(across, up):
    theta = inside(surfaces.beale, across, up)
    measured = Surface(lambda x, y: surfaces.beale.loss((x, y))).gradient(theta)
    np.testing.assert_allclose(measured, surfaces.beale.gradient(theta), rtol=1e-7, atol=1e-6)


def test_a_measured_gradient_is_good_to_nine_digits():
    slope = Surface(lambda x: np.exp(x)).gradient([1.0])
    np.testing.assert_allclose(slope, [np.e], rtol=1e-9)


@pytest.mark.parametrize("constant", [lambda x, y: (2 * x, 0.0), lambda x, y: [2 * x, 0]])
@pytest.mark.parametrize("lanes", LANES)
def test_a_constant_part_of_the_gradient_holds_for_every_lane(constant, lanes):
    gradient = Surface(lambda x, y: x**2, constant).gradient(np.full((2, *lanes), 3.0))
    assert (gradient[0] == 6).all()
    assert (gradient[1] == 0).all()


@pytest.mark.parametrize("lanes", LANES)
def test_a_constant_loss_holds_for_every_lane(lanes):
    assert np.array_equal(Surface(lambda x, y: 7).loss(np.zeros((2, *lanes))), np.full(lanes, 7.0))


@pytest.mark.parametrize("gradient", [None, lambda x: 2 * x, lambda x: (2 * x,), lambda x: np.array([2 * x])])
@pytest.mark.parametrize("lanes", LANES)
def test_one_coordinate_will_do(gradient, lanes):
    surface = Surface(lambda x: x**2, gradient)
    theta = np.full((1, *lanes), 3.0)
    assert surface.n == 1
    np.testing.assert_array_equal(surface.loss(theta), np.full(lanes, 9.0))
    np.testing.assert_allclose(surface.gradient(theta), np.full((1, *lanes), 6.0), rtol=1e-9)


@pytest.mark.parametrize("gradient", [None, lambda theta: 2 * theta])
@pytest.mark.parametrize("lanes", [*LANES, (4,)])
def test_many_coordinates_come_as_one_array(gradient, lanes):
    surface = Surface(lambda theta: (theta**2).sum(axis=0), gradient, start=np.ones(4), vector=True)
    theta = np.full((4, *lanes), 3.0)
    np.testing.assert_array_equal(surface.loss(theta), np.full(lanes, 36.0))
    np.testing.assert_allclose(surface.gradient(theta), np.full((4, *lanes), 6.0), rtol=1e-8)
    assert surface.window == ()


@pytest.mark.parametrize("lanes", [(), (1,), (2,), (3,), (2, 2)])
def test_a_loss_that_means_one_point_is_right_for_as_many_lanes_as_coordinates(lanes):
    """theta − goal broadcasts along the wrong axis when lanes and coordinates happen to be as many."""
    goal = np.array([1.0, 2.0])
    surface = Surface(lambda theta: ((theta - goal) ** 2).sum(axis=0), start=(0, 0), vector=True)
    np.testing.assert_allclose(surface.loss(np.zeros((2, *lanes))), np.full(lanes, 5.0))


def one_point_at_a_time(function, fault):
    """The same function, which raises that fault if it is given many points."""

    def choosy(x, y):
        if np.ndim(x):
            raise fault
        return function(x, y)

    return choosy


FAULTS = [RuntimeError, NotImplementedError, KeyError, IndexError, AttributeError, AssertionError, Exception]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("lanes", [(1,), (2,), (2, 3)])
def test_whatever_a_function_raises_for_many_points_it_is_asked_one_by_one(fault, lanes):
    theta = np.random.default_rng(2).uniform(-2, 2, (2, *lanes))
    expected = np.array([2 * theta[0], 6 * theta[1]])
    choosy = one_point_at_a_time(lambda x, y: x**2 + 3 * y**2, fault)
    for gradient in (None, one_point_at_a_time(lambda x, y: (2 * x, 6 * y), fault)):
        surface = Surface(choosy, gradient)
        np.testing.assert_allclose(surface.loss(theta), theta[0] ** 2 + 3 * theta[1] ** 2)
        np.testing.assert_allclose(surface.gradient(theta), expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_single_point_raises_is_passed_on(fault):
    def broken(x, y):
        raise fault("my own words")

    surface = Surface(broken, broken)
    for theta in ((1, 1), np.ones((2, 3))):
        for ask in (surface.loss, surface.gradient):
            with pytest.raises(fault, match="my own words"):
                ask(theta)


MIXING = {
    "a maximum": lambda x, y: x**2 + y**2 / np.max(np.abs(y)),
    "a mean": lambda x, y: (x - np.mean(x)) ** 2 + y,
    "sorting": lambda x, y: np.sort(x, axis=None).reshape(np.shape(x)) ** 3 + y,
    "an if on any": lambda x, y: x**2 + y**2 + (100 if np.any(x > 1) else 0),
    "an if on all": lambda x, y: np.log(x + 2) if np.all(x > -2) else y - 7,
    "a running sum": lambda x, y: np.cumsum(x).reshape(np.shape(x)) + y,
    "a slope": lambda x, y: x + (np.gradient(y)[-1] if np.size(y) > 1 else y),
}


@pytest.mark.parametrize("loss", MIXING.values(), ids=MIXING)
@pytest.mark.parametrize("lanes", [(2,), (7,), (100,)])
def test_a_loss_that_mixes_what_it_is_given_is_asked_one_by_one(loss, lanes):
    theta = np.random.default_rng(5).uniform(-1.9, 1.9, (2, *lanes))
    theta[0, 0], theta[0, -1] = 1.5, -1.5
    surface = Surface(loss)
    same_one_by_one(surface, theta, rtol=1e-6, atol=1e-7)


def test_a_mean_over_a_grid_is_not_taken_for_a_loss():
    surface = Surface(
        lambda theta: theta[0] ** 2 + theta[1] / np.linalg.norm(theta), start=(1, 1), vector=True
    )
    theta = grid(surface, 5) if surface.window else np.random.default_rng(1).normal(size=(2, 5, 4))
    expected = [[surface.loss(theta[:, i, j]) for j in range(theta.shape[2])] for i in range(theta.shape[1])]
    np.testing.assert_allclose(surface.loss(theta), expected)


@pytest.mark.parametrize(
    "loss",
    [
        lambda x, y: 1e12 + np.exp(x) - y,
        lambda x, y: (x**2 + y - 11) ** 2 - (y - 11 + x * x) ** 2,  # nothing but rounding
        lambda x, y: np.log(x) + y,
        lambda x, y: 1 / np.round(x),
        lambda x, y: np.where(y > 0, np.inf, -np.inf),
        lambda x, y: x * 1e300 * y * 1e10,
    ],
)
@pytest.mark.parametrize("lanes", [(5,), (101, 101)])
def test_a_loss_that_keeps_points_apart_is_asked_four_times(loss, lanes):
    calls = []
    surface = Surface(lambda x, y: calls.append(1) or loss(x, y))
    surface.loss(np.random.default_rng(3).uniform(-2, 2, (2, *lanes)))
    assert len(calls) <= 4


def test_a_point_outside_the_domain_is_nan_among_others_as_it_is_alone():
    surface = Surface(lambda x, y: np.sqrt(x) if np.ndim(x) else math.sqrt(x), start=(1, 1))
    losses = surface.loss(np.array([[-1.0, 4, 9], [0, 0, 0]]))
    np.testing.assert_array_equal(losses, [np.nan, 2, 3])


# The precision of a loss


def in_float32(x, y):
    return np.float32(x) ** 2 + 3 * np.float32(y) ** 2


LOW_PRECISION = {
    "float32": in_float32,
    "float32 behind float()": lambda x, y: float(in_float32(x, y)),
    "float32, for many points": lambda x, y: (
        np.asarray(x, np.float32) ** 2 + 3 * np.asarray(y, np.float32) ** 2
    ),
}


@pytest.mark.parametrize("loss", LOW_PRECISION.values(), ids=LOW_PRECISION)
@pytest.mark.parametrize("lanes", [(), (4,)])
@given(x=st.floats(0.5, 4), y=st.floats(0.5, 4))
def test_a_loss_in_single_precision_has_slopes_good_to_three_digits(loss, lanes, x, y):
    theta = np.broadcast_to(np.reshape([x, y], (2, *[1] * len(lanes))), (2, *lanes))
    np.testing.assert_allclose(Surface(loss).gradient(theta), [2 * theta[0], 6 * theta[1]], rtol=2e-3)


def test_large_losses_in_single_precision_are_whole_numbers_and_yet_seen():
    surface = Surface(lambda x: float(np.float32(1e9) * np.float32(x) ** 2))
    np.testing.assert_allclose(surface.gradient([3.0]), [6e9], rtol=1e-3)


def test_a_loss_in_half_precision_has_slopes_good_to_five_per_cent():
    for loss in (lambda x: np.float16(x) ** 2, lambda x: float(np.float16(x) ** 2)):
        np.testing.assert_allclose(Surface(loss).gradient([3.0]), [6], rtol=0.05)


FULL_PRECISION = {
    "flat at the start": lambda x: np.where(x < 0, 0.5, 0.5 + x**3),
    "whole at the start": lambda x: np.where(x < 0, np.round(1000 * x), x**3),
    "undefined at the start": lambda x: np.sqrt(x) + x**3 - x / 2,
    "raises at the start": lambda x: math.sqrt(x) + x**3 - x / 2,
    "an array of one number": lambda x: x**3 + np.zeros(np.shape(x)),
}


@pytest.mark.parametrize("loss", FULL_PRECISION.values(), ids=FULL_PRECISION)
def test_other_losses_keep_their_nine_digits(loss):
    np.testing.assert_allclose(Surface(loss).gradient([1.0]), [3], rtol=1e-9)


def test_the_precision_is_asked_for_once_and_not_before_it_is_needed():
    calls = []
    surface = Surface(lambda x, y: calls.append((x, y)) or x**2 + y**2)
    surface.loss((1, 2))
    assert len(calls) == 1
    surface.gradient((1, 2))
    after_first = len(calls)
    surface.gradient((1, 2))
    assert len(calls) - after_first == 4 < after_first - 1


def test_slopes_in_single_precision_are_the_same_without_checks():
    surface = Surface(lambda x, y: float(in_float32(x, y)))
    loss, parts = surface.unchecked(np.array([1.5, 2.5]), 1)
    assert loss == surface.loss((1.5, 2.5))
    assert list(parts) == surface.gradient((1.5, 2.5)).tolist()


@pytest.mark.parametrize("loss", [lambda x, y: x**2 + 3 * y**2, lambda x, y: float(in_float32(x, y))])
def test_measured_slopes_may_be_swept(loss):
    etas = np.array([0.01, 0.03, 0.1])
    swept = sweep(adam, Surface(loss), n_steps=20, eta=etas)
    np.testing.assert_allclose(swept.loss, descend(adam, Surface(loss), n_steps=20, eta=etas).loss[-1])


# A notebook in which NumPy's warnings are errors


UNDER_AND_OVER = [
    *(getattr(surfaces, name) for name in NAMES),
    Surface(lambda x, y: np.exp(-(x**2)) + np.exp(y)),
    Surface(
        lambda x, y: np.exp(-(x**2)) / y, lambda x, y: (-2 * x * np.exp(-(x**2)) / y, -np.exp(-(x**2)) / y**2)
    ),
    Surface(lambda x, y: np.float32(x) * np.float32(y)),
    Surface(lambda theta: np.log(theta).sum(axis=0), lambda theta: 1 / theta, start=(1, 1), vector=True),
]
FAR = [(0, 0), (1, -1), (1e3, 2e3), (1e200, -1e200), (1e-200, 1e-310), (np.inf, 1), (np.nan, 0)]


@pytest.mark.parametrize("surface", UNDER_AND_OVER, ids=lambda surface: surface.name)
@pytest.mark.parametrize("point", FAR, ids=str)
def test_numpys_settings_do_not_change_loss_and_gradient(surface, point):
    with np.errstate(all="ignore"):
        expected = surface.loss(point), *surface.gradient(point)
    with np.errstate(all="raise"):
        np.testing.assert_array_equal([surface.loss(point), *surface.gradient(point)], expected)
        np.testing.assert_array_equal(surface.loss(np.transpose([point, point])), [expected[0]] * 2)
        assert surface.gradient(np.transpose([point, point])).shape == (2, 2)


def test_what_a_loss_does_where_it_is_not_defined_prints_no_warning():
    surface = Surface(lambda x, y: np.log(x) / y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(surface.loss((-1, 0)))
        assert np.isnan(surface.gradient((-1, 0))).all()
        assert surface.loss(np.ones((2, 3))).tolist() == [0, 0, 0]


def test_what_changes_with_time_is_given_t():
    surface = Surface(lambda x, t: (x - t) ** 2, lambda x, t: 2 * (x - t))
    assert surface.n == 1
    assert surface.takes_t
    assert [surface.loss([3.0], t) for t in (1, 3, 4)] == [4, 0, 1]
    assert [surface.gradient([3.0], t).item() for t in (1, 3, 4)] == [4, 0, -2]


def test_a_measured_gradient_changes_with_time_too():
    slope = Surface(lambda x, t: (x - t) ** 2).gradient([3.0], 4)
    np.testing.assert_allclose(slope, [-2], rtol=1e-9)


def test_a_gradient_may_change_with_time_while_the_loss_does_not():
    surface = Surface(lambda x: x**2, lambda x, t: 2 * x + t)
    assert not surface.takes_t
    assert surface.gradient([1.0], 5).item() == 7


@pytest.mark.parametrize("lanes", [(), (3,)])
def test_a_point_that_is_not_finite_gives_nan_also_from_math(lanes):
    surface = Surface(lambda x: math.exp(math.floor(x)), lambda x: math.exp(math.floor(x)))
    for far in (np.nan, np.inf, 1e6):
        assert np.isnan(surface.loss(np.full((1, *lanes), far))).all()
        assert np.isnan(surface.gradient(np.full((1, *lanes), far))).all()


def test_the_bare_minimum_has_a_start_off_centre_and_a_window():
    surface = Surface(lambda x, y: x**2 + 3 * y**2)
    assert surface.name == "f"
    assert surface.window == ((-5, 5), (-5, 5))
    assert (np.abs(surface.start) > 1).all()
    assert surface.minima.shape == (0, 2)


def test_takes_its_name_from_the_function():
    def my_valley(x, y):
        return x**2 + y**2

    assert Surface(my_valley).name == "my_valley"


def changes_its_arguments(x, y):
    x -= 1
    x *= x
    return x + y**2


@pytest.mark.parametrize("lanes", [(), (3,)])
def test_a_loss_that_changes_its_arguments_does_not_change_the_point(lanes):
    theta = np.full((2, *lanes), 3.0)
    surface = Surface(changes_its_arguments)
    assert (np.asarray(surface.loss(theta)) == 13).all()
    assert (theta == 3).all()


def test_a_gradient_is_never_the_point_itself():
    theta = np.ones((2, 3))
    for surface in (
        Surface(lambda x, y: x, lambda x, y: (x, y)),
        Surface(lambda theta: theta[0], lambda theta: theta, start=(1, 1), vector=True),
    ):
        assert not np.shares_memory(surface.gradient(theta), theta)


# The family of ravines


def hessian(surface):
    return np.array([surface.gradient(e) for e in np.eye(2)])


@given(conditions, angles)
def test_ravines_curvatures_are_one_and_its_condition(condition, angle):
    surface = make_ravine(condition, angle)
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian(surface)), [1, condition], rtol=1e-9)
    assert surface.curvature == (1, condition)


@given(conditions, angles)
def test_ravines_floor_lies_at_its_angle(condition, angle):
    floor = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    surface = make_ravine(condition, angle)
    np.testing.assert_allclose(surface.gradient(floor), floor, atol=1e-10)  # the curvature along it is 1
    assert surface.loss(3 * floor) == pytest.approx(4.5)


@given(st.floats(1, 100), angles)
def test_gradient_descent_meets_the_same_losses_at_every_angle(condition, angle):
    straight, turned = (
        descend(gradient_descent, make_ravine(condition, a), n_steps=30, eta=1 / condition)
        for a in (0, angle)
    )
    np.testing.assert_allclose(turned.loss, straight.loss, rtol=1e-6, atol=1e-9)


def test_adam_does_not_meet_the_same_losses_at_every_angle():
    straight, turned = (descend(adam, make_ravine(25, a), eta=0.1).loss[-1] for a in (0, 45))
    assert not 0.5 < turned / straight < 2


@given(angles)
def test_a_turned_ravine_still_starts_in_its_window(angle):
    surface = make_ravine(25, angle)
    low, high = np.array(surface.window).T
    assert ((low < surface.start) & (surface.start < high)).all()


def test_ravine_is_the_family_at_25():
    np.testing.assert_allclose(hessian(ravine), [[1, 0], [0, 25]])
    assert ravine.curvature == (1, 25)
    assert ravine.start.tolist() == [-4, 2.5]
    assert make_ravine(100, 30).name == "ravine κ=100, 30°"


@given(fractions, fractions, angles)
def test_turned_ravines_gradient_is_the_slope_of_its_loss(across, up, angle):
    surface = make_ravine(10, angle)
    theta = inside(surface, across, up)
    np.testing.assert_allclose(surface.gradient(theta), slopes_by_differences(surface, theta), atol=1e-5)


# Surfaces as files


FAMILY = [make_ravine(100), make_ravine(7.5, 30), make_ravine(3, -77)]


@pytest.mark.parametrize(
    "surface", [*(getattr(surfaces, name) for name in NAMES), *FAMILY], ids=lambda surface: surface.name
)
@pytest.mark.parametrize(
    "again", [lambda s: pickle.loads(pickle.dumps(s)), copy.deepcopy], ids=["file", "copy"]
)
def test_a_ready_made_surface_comes_back_from_a_file(surface, again):
    other = again(again(surface))
    assert other is not surface
    for name in ("name", "formula", "window", "curvature", "coordinates", "n", "vector"):
        assert getattr(other, name) == getattr(surface, name)
    for name in ("start", "minima"):
        np.testing.assert_array_equal(getattr(other, name), getattr(surface, name))
    for theta in (surface.start, grid(surface, 7)):
        np.testing.assert_array_equal(other.loss(theta), surface.loss(theta))
        np.testing.assert_array_equal(other.gradient(theta), surface.gradient(theta))


@pytest.mark.parametrize("surface", FAMILY, ids=lambda surface: surface.name)
def test_ravines_call_their_coordinates_x_and_y(surface):
    assert surface.coordinates == ("x", "y")


def test_every_surface_can_be_imported_from_the_package():
    ours = {name for name, value in vars(surfaces_module).items() if isinstance(value, Surface)}
    assert ours <= set(surfaces_module.__all__), "name it in __all__ of surfaces.py"
    missing = set(surfaces_module.__all__) - set(adamlab.__all__)
    assert not missing, "import it in adamlab/__init__.py, and name it in __all__ there"
