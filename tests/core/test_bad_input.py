"""What is said to a person who gives something else than was asked for: one line, naming the step."""

import numpy as np
import pytest

from adamlab import Surface, descend
from adamlab._core.signature import NotWrittenYet, Signature
from adamlab.steps import adadelta, adagrad, adam, adamw, gradient_descent, momentum, nadam, rmsprop
from adamlab.surfaces import bowl, make_ravine

LONGEST_MESSAGE = 300


def fails(kind, message, call, *args, **kwargs):
    """It raises that kind of error with that message, in one line of a length to be read."""
    with pytest.raises(kind, match=message) as caught:
        call(*args, **kwargs)
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) <= LONGEST_MESSAGE


# Hyperparameters

UNKNOWN = [
    (adam, "beta", "adam has no hyperparameter beta: did you mean beta1"),
    (adam, "lr", "adam has no hyperparameter lr: did you mean eta"),
    (adam, "learning_rate", "did you mean eta"),
    (adam, "alpha", "did you mean eta"),
    (adam, "b2", "did you mean beta2"),
    (adam, "epsilon", "did you mean eps"),
    (adam, "bta1", "did you mean beta1"),
    (adamw, "weigth_decay", "adamw has no hyperparameter weigth_decay: did you mean weight_decay"),
    (momentum, "beta", "momentum has no hyperparameter beta: did you mean beta1"),
    (rmsprop, "rho", "rmsprop has no hyperparameter rho: did you mean beta2"),
    (adadelta, "rho", "did you mean beta2"),
    (gradient_descent, "lr", "gradient_descent has no hyperparameter lr: did you mean eta"),
    (gradient_descent, "zzz", "gradient_descent has no hyperparameter zzz: it has eta"),
    (adam, "theta", "adam has no hyperparameter theta"),
    (adam, "t", "adam has no hyperparameter t"),
    (adagrad, "G", "adagrad has no hyperparameter G"),
    (lambda theta, g: theta, "speed", "has no hyperparameter speed: it has none"),
]


@pytest.mark.parametrize(("step", "name", "message"), UNKNOWN, ids=lambda x: x if isinstance(x, str) else "")
def test_an_unknown_hyperparameter_is_answered_with_the_nearest(step, name, message):
    fails(TypeError, message, descend, step, bowl, **{name: 0.1})


BELOW_ONE = "must be at least 0 and less than 1, got "
POSITIVE = "must be a finite number greater than 0, got "
NOT_NEGATIVE = "must be a finite number, 0 or greater, got "
OUT_OF_RANGE = [
    (adam, "beta1", 1, "adam: beta1 " + BELOW_ONE + "1"),
    (adam, "beta1", 1.5, "adam: beta1 " + BELOW_ONE + "1.5"),
    (adam, "beta2", -0.1, "adam: beta2 " + BELOW_ONE + "-0.1"),
    (adam, "beta2", np.nan, "adam: beta2 " + BELOW_ONE + "nan"),
    (adam, "beta2", np.inf, "adam: beta2 " + BELOW_ONE + "inf"),
    (adam, "beta1", [0.5, 1.0], "adam: beta1 " + BELOW_ONE + "1"),
    (momentum, "beta1", 1.0, "momentum: beta1 " + BELOW_ONE + "1"),
    (adam, "eta", 0, "adam: eta " + POSITIVE + "0"),
    (adam, "eta", 0.0, "adam: eta " + POSITIVE + "0"),
    (adam, "eta", -0.1, "adam: eta " + POSITIVE + "-0.1"),
    (adam, "eta", np.nan, "adam: eta " + POSITIVE + "nan"),
    (adam, "eta", np.inf, "adam: eta " + POSITIVE + "inf"),
    (adam, "eta", -np.inf, "adam: eta " + POSITIVE + "-inf"),
    (adam, "eta", [[0.1], [np.nan]], "adam: eta " + POSITIVE + "nan"),
    (adam, "eps", -1e-8, "adam: eps " + NOT_NEGATIVE + "-1e-08"),
    (adam, "eps", np.inf, "adam: eps " + NOT_NEGATIVE + "inf"),
    (adamw, "weight_decay", -1, "adamw: weight_decay " + NOT_NEGATIVE + "-1"),
    (nadam, "momentum_decay", np.nan, "nadam: momentum_decay " + NOT_NEGATIVE + "nan"),
    (lambda theta, g, courage=1.0: theta, "courage", np.nan, "courage must be a finite number, got nan"),
]


@pytest.mark.parametrize(("step", "name", "value", "message"), OUT_OF_RANGE)
def test_a_hyperparameter_out_of_range_is_an_error(step, name, value, message):
    fails(ValueError, message, descend, step, bowl, **{name: value})


@pytest.mark.parametrize(
    "value",
    [
        "0.1",
        None,
        True,
        1j,
        {},
        {0.1},
        [0.1, [0.2, 0.3]],
        ["a", "b"],
        [0.1, None],
        object,
        lambda t: 0.1,
        np.full((3, 3), 1j),
        10**400,
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_hyperparameter_that_is_no_number_is_an_error(value):
    fails(
        TypeError, "adam: eta must be a number or an array of numbers, got ", descend, adam, bowl, eta=value
    )


def test_a_default_out_of_range_is_an_error_too():
    def eager(theta, g, eta=-0.1):
        return theta - eta * g

    fails(ValueError, "eager: eta " + POSITIVE + "-0.1", descend, eager, bowl)


def test_lanes_that_do_not_go_together_are_named():
    message = r"adam: these shapes cannot be broadcast together: eta \(3,\), beta1 \(2,\)"
    fails(ValueError, message, descend, adam, bowl, eta=[0.1, 0.2, 0.3], beta1=[0.5, 0.9])
    message = r"eta \(3,\), start \(4,\)"
    fails(ValueError, message, descend, adam, bowl, np.ones((2, 4)), eta=[0.1, 0.2, 0.3])


NEEDS_A_DEFAULT = [
    "eta",
    "lr",
    "alpha",
    "beta",
    "beta1",
    "beta2",
    "rho",
    "eps",
    "learning_rate",
    "gamma",
    "decay",
]


@pytest.mark.parametrize("name", NEEDS_A_DEFAULT)
def test_a_hyperparameter_without_a_default_is_an_error_that_says_so(name):
    scope = {}
    exec(f"def my_step(theta, g, m, {name}): return theta - {name} * g, m", scope)
    message = f"my_step: {name} is a hyperparameter, so it needs a default: write {name}=0.1"
    fails(TypeError, message, descend, scope["my_step"], bowl, **{name: 0.1})


@pytest.mark.parametrize("name", ["start", "n_steps", "surface", "step"])
def test_a_hyperparameter_may_not_bear_the_name_of_something_that_descend_takes(name):
    scope = {}
    exec(f"def my_step(theta, g, {name}=0.1): return theta - {name} * g", scope)
    fails(TypeError, f"my_step: .*{name}", descend, scope["my_step"], bowl)


# Start and number of steps


@pytest.mark.parametrize(
    "start",
    [
        5,
        5.0,
        (),
        (1,),
        (1, 2, 3),
        [[1, 2, 3]],
        "ab",
        {"x": 1},
        (1, "a"),
        [[1, 2], [3]],
        (1, np.nan),
        (np.inf, 1),
        np.array([[1, np.nan], [1, 1]]),
        np.ones((3, 2)),
        np.ones(1000),
        (1, None),
        (1, 2j),
        (None, None),
    ],
    ids=lambda start: str(start)[:20],
)
def test_a_start_that_is_no_point_is_an_error(start):
    fails(ValueError, "adam on bowl: start must be 2 finite numbers, got ", descend, adam, bowl, start)


@pytest.mark.parametrize("n_steps", [-1, 1.5, "3", True, False, None, np.nan, np.inf, [3], 1j, np.True_])
def test_a_number_of_steps_that_is_none_is_an_error(n_steps):
    message = "adam: n_steps must be a whole number, 0 or more, got "
    fails(ValueError, message, descend, adam, bowl, n_steps=n_steps)


@pytest.mark.parametrize("n_steps", [3, 3.0, np.int64(3), np.float64(3)])
def test_a_whole_number_of_steps_may_have_any_type(n_steps):
    assert descend(adam, bowl, n_steps=n_steps).n_steps == 3


# Steps


@pytest.mark.parametrize("step", [None, 3, "adam", bowl, np.ones((2, 2)), (adam,)], ids=lambda s: str(s)[:10])
def test_a_step_that_cannot_be_called_is_an_error(step):
    fails(TypeError, "a step must be a function, got ", descend, step, bowl)


def star(theta, g, *memory, eta=0.1):
    return theta


def no_gradient(theta, m, eta=0.1):
    return theta, m


def no_point(g, eta=0.1):
    return g


def gradient_with_default(theta, g=None, eta=0.1):
    return theta


def nothing():
    return None


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (star, r"star: \*memory does not say what it holds; name each memory"),
        (no_gradient, r"no_gradient\(theta, m, eta\) has no parameter g without a default"),
        (no_point, r"no_point\(g, eta\) has no parameter theta without a default"),
        (
            gradient_with_default,
            r"gradient_with_default\(theta, g, eta\) has no parameter g without a default",
        ),
        (nothing, r"nothing\(\) has no parameter theta"),
        (max, "max: its signature cannot be read"),
    ],
)
def test_a_signature_that_is_not_a_steps_is_an_error(step, message):
    fails(TypeError, message, descend, step, bowl)
    fails(TypeError, message, Signature, step)


RETURNED_WITH_MEMORY = [
    (lambda theta, m: theta, "returned 1 value, expected 2: return theta, m"),
    (lambda theta, m: (theta,), "returned 1 value, expected 2: return theta, m"),
    (lambda theta, m: (theta, m, m), "returned 3 values, expected 2: return theta, m"),
    (lambda theta, m: (), "returned 0 values, expected 2"),
    (lambda theta, m: {"theta": theta, "m": m}, "returned 1 value, expected 2"),
    (lambda theta, m: (theta, None), r"returned m = None, expected numbers of shape \(2,\)"),
    (lambda theta, m: (None, m), "returned theta = None, expected numbers"),
    (lambda theta, m: (theta, "m"), "returned m = 'm', expected numbers"),
    (lambda theta, m: (..., m), "returned theta = Ellipsis, expected numbers"),
    (lambda theta, m: (theta, m[:1, None]), r"returned m of shape \(1, 1\), expected \(2,\)"),
    (lambda theta, m: (theta[0], m), r"returned a single number for theta, expected 2"),
    (lambda theta, m: (theta, np.ones(3)), r"returned m of shape \(3,\), expected \(2,\)"),
    (lambda theta, m: (np.ones((2, 2)), m), r"returned theta of shape \(2, 2\), expected \(2,\)"),
    (lambda theta, m: (theta, theta * 1j), "returned m = .*, expected numbers"),
]


@pytest.mark.parametrize(("body", "message"), RETURNED_WITH_MEMORY)
def test_a_step_with_memory_that_returns_something_else_is_an_error(body, message):
    def my_step(theta, g, m, eta=0.1):
        return body(theta, m)

    fails(ValueError, "my_step " + message, descend, my_step, bowl)


RETURNED_ALONE = [
    (lambda theta: (theta, theta), "returned"),
    (lambda theta: 3.0, r"returned a single number for theta, expected 2"),
    (lambda theta: theta[0], r"returned a single number for theta, expected 2"),
    (lambda theta: np.ones(3), r"returned theta of shape \(3,\), expected \(2,\)"),
    (lambda theta: "up", "returned theta = 'up', expected numbers"),
    (lambda theta: ["1", "2"], r"returned theta = \['1', '2'\], expected numbers"),
    (lambda theta: [None, 1.0], r"returned theta = \[None, 1.0\], expected numbers"),
    (lambda theta: np.array([None, 1.0]), r"returned theta = .*None.*, expected numbers"),
    (lambda theta: np.array(["a", "b"]), r"returned theta = .*'a'.*, expected numbers"),
    (lambda theta: np.array([["a"] * 20] * 20), "returned theta = .*, expected numbers"),
    (lambda theta: theta + 1j, "returned theta = .*, expected numbers"),
    (lambda theta: print, "returned theta = .*, expected numbers"),
]


@pytest.mark.parametrize(("body", "message"), RETURNED_ALONE)
def test_a_step_without_memory_that_returns_something_else_is_an_error(body, message):
    def my_step(theta, g, eta=0.1):
        return body(theta)

    fails(ValueError, "my_step " + message, descend, my_step, bowl)


def test_what_is_wrong_in_lanes_names_both_shapes():
    def my_step(theta, g, m, eta=0.1):
        return theta, np.ones(5)

    message = r"my_step returned m of shape \(5,\), expected \(2,"
    fails(ValueError, message, descend, my_step, bowl, eta=[0.1, 0.2, 0.3])


def test_a_step_that_goes_wrong_later_is_an_error_too():
    def tired(theta, g, t, eta=0.1):
        return theta - eta * g if t < 5 else theta[:1]

    fails(ValueError, r"tired returned theta of shape \(1,\)", descend, tired, bowl)


def test_what_a_step_raises_itself_is_passed_on():
    def broken(theta, g, t, eta=0.1):
        raise ValueError("my own words")

    fails(ValueError, "my own words", descend, broken, bowl)


def dots(theta, g, m, eta=0.1): ...


def passing(theta, g, m, eta=0.1):
    pass


def dots_returned(theta, g, eta=0.1):
    return ...


@pytest.mark.parametrize("stub", [dots, passing, dots_returned])
def test_a_stub_is_not_written_yet(stub):
    assert issubclass(NotWrittenYet, ValueError)
    fails(NotWrittenYet, f"{stub.__name__} is not written yet: it has to return theta", descend, stub, bowl)
    fails(NotWrittenYet, "not written yet", descend, stub, bowl, eta=[0.1, 0.2])


def test_a_forgotten_return_is_asked_for():
    def momentum(theta, g, m, eta=0.1):
        m = m + g
        theta = theta - eta * m

    fails(
        ValueError, "momentum returns nothing: is there a return in the last line?", descend, momentum, bowl
    )


# Surfaces

NOT_SURFACES = [3, None, "bowl", (1, 2), np.ones((2, 2))]


@pytest.mark.parametrize("surface", NOT_SURFACES, ids=lambda s: str(s)[:8])
def test_a_surface_that_is_none_is_an_error(surface):
    fails(TypeError, "adam: surface must be a Surface, got ", descend, adam, surface)


def test_a_bare_function_is_told_to_be_wrapped():
    fails(
        TypeError, r"adam: surface must be a Surface, got .*wrap it in Surface\(", descend, adam, lambda x: x
    )


LOSSES = [
    (lambda x, y: "high", TypeError, "the loss of f returned .*high.*, expected a real number"),
    (lambda x, y: None, TypeError, "the loss of f returned None, expected a real number"),
    (lambda x, y: 1j, TypeError, "the loss of f returned .*1j.*, expected a real number"),
    (lambda x, y: (x, y), ValueError, r"the loss of f returned shape \(2,\)"),
    (lambda x, y: (x,), ValueError, r"the loss of f returned shape \(1,\)"),
    (lambda x, y: np.nan, ValueError, r"adam on f: the loss at the start .* is not a number"),
    (lambda x, y: np.log(x), ValueError, r"adam on f: the loss at the start \[-3.5, -3.5\] is not a number"),
]


@pytest.mark.parametrize(("loss", "kind", "message"), LOSSES)
@pytest.mark.parametrize("gradient", [None, lambda x, y: (x, y)])
def test_a_loss_that_is_no_number_is_an_error(loss, kind, message, gradient):
    fails(kind, message, descend, adam, Surface(loss, gradient))


GRADIENTS = [
    (lambda x, y: x, ValueError, r"the gradient of f returned .*-3.5.*, expected 2"),
    (lambda x, y: (x,), ValueError, "the gradient of f returned 1 values, expected 2"),
    (lambda x, y: (x, y, x), ValueError, "the gradient of f returned 3 values, expected 2"),
    (lambda x, y: None, ValueError, "the gradient of f returned None, expected 2"),
    (lambda x, y: (None, y), TypeError, "the gradient of f returned None, expected a real number"),
    (lambda x, y: (x, "y"), TypeError, "the gradient of f returned .*y.*, expected a real number"),
    (lambda x, y: ("1", "2"), TypeError, "the gradient of f returned .*1.*, expected a real number"),
    (lambda x, y: (x, 1j), TypeError, "the gradient of f returned .*1j.*, expected a real number"),
    (lambda x, y: (x, np.ones(3)), ValueError, r"the gradient of f returned .*\(3,\)"),
]


@pytest.mark.parametrize(("gradient", "kind", "message"), GRADIENTS)
def test_a_gradient_that_is_not_two_numbers_is_an_error(gradient, kind, message):
    fails(kind, message, descend, adam, Surface(lambda x, y: x**2 + y**2, gradient))


def loss_of_two(x, y):
    return x**2 + y**2


SURFACES = [
    ((3,), {}, TypeError, "the loss of a surface must be a function, not 3"),
    ((loss_of_two, 3), {}, TypeError, "the gradient of a surface must be a function, not 3"),
    ((lambda *xs: 0,), {}, ValueError, "does not tell how many coordinates it has: give start="),
    ((max,), {}, ValueError, "max: the loss does not tell how many coordinates"),
    ((loss_of_two,), {"vector": True}, ValueError, "give start="),
    (
        (loss_of_two,),
        {"start": (1, np.nan)},
        ValueError,
        "start of loss_of_two: expected 2 finite coordinates",
    ),
    ((loss_of_two,), {"start": (1, "a")}, ValueError, "start of loss_of_two: expected 2 finite coordinates"),
    ((loss_of_two,), {"start": (1, 2, 3)}, ValueError, "start of loss_of_two: expected 2"),
    ((loss_of_two,), {"start": 1}, ValueError, "start of loss_of_two: expected 2"),
    ((loss_of_two,), {"start": [[1], [2]]}, ValueError, "start of loss_of_two: expected 2"),
    (
        (loss_of_two,),
        {"minima": [(1, 2, 3)]},
        ValueError,
        "minima of loss_of_two: expected 2 finite coordinates",
    ),
    ((loss_of_two,), {"minima": 5}, ValueError, "minima of loss_of_two: expected 2 finite coordinates"),
    ((loss_of_two,), {"window": (-1, 1)}, ValueError, "window of loss_of_two: expected a pair"),
    ((loss_of_two,), {"window": (1, 2, 3)}, ValueError, "window of loss_of_two: expected a pair"),
    ((loss_of_two,), {"window": ((-1, 1), 3)}, ValueError, "window of loss_of_two: expected a pair"),
    ((loss_of_two,), {"window": ((1, -1), (0, 1))}, ValueError, "window of loss_of_two: expected a pair"),
    ((loss_of_two,), {"window": ((0, 1), (0, np.inf))}, ValueError, "window of loss_of_two: expected a pair"),
]


@pytest.mark.parametrize(("args", "options", "kind", "message"), SURFACES)
def test_a_surface_that_does_not_fit_together_is_an_error(args, options, kind, message):
    fails(kind, message, Surface, *args, **options)


@pytest.mark.parametrize(("condition", "angle"), [(0.5, 0), (-1, 0), (np.inf, 0), (np.nan, 0), (5, np.nan)])
def test_a_ravine_that_is_none_is_an_error(condition, angle):
    fails(ValueError, "make_ravine: condition must be a finite number >= 1", make_ravine, condition, angle)


def test_a_fault_inside_a_loss_is_passed_on():
    fails(NameError, "unheard_of", descend, adam, Surface(lambda x, y: unheard_of))  # noqa: F821
    fails(ValueError, "too many values", descend, adam, Surface(lambda x, y: sum(a for a, _ in [(x, y, x)])))
    fails(TypeError, "argument", descend, adam, Surface(lambda x, y: x, lambda x: 1))
