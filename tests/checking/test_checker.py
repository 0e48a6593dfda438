"""The checker: right answers pass in any form, wrong ones are named or located, and nothing raises."""

import _thread
import contextlib
import inspect
import queue
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

from adamlab import Surface, check, exercises, mistakes, reveal, setup_check, steps, surfaces
from adamlab._checking import catalogue as catalogue_of
from adamlab._checking import exercises as answers
from adamlab._core.guard import NAME
from adamlab.mistakes import wrong

sys.path.insert(0, str(Path(__file__).parents[1]))
from answers.known import KNOWN
from answers.others import OTHERS
from answers.right import RIGHT


def name(value):
    return getattr(value, "__name__", None)


# --- right answers -----------------------------------------------------------------------------


@pytest.mark.parametrize("step", steps.__all__)
def test_every_step_of_the_series_agrees_with_itself(step):
    verdict = check(getattr(steps, step))
    assert verdict.ok and verdict.attempted and verdict.first_difference is None and verdict.hint == ""


@pytest.mark.parametrize(("answer", "reference"), RIGHT, ids=name)
def test_a_right_step_in_any_honest_form_is_right(answer, reference):
    verdict = check(answer, like=reference)
    assert verdict.ok, verdict
    assert verdict.mistake is None and verdict.hint == ""


def test_right_answers_are_many():
    assert len(RIGHT) >= 40
    assert {reference.__name__ for _, reference in RIGHT} == set(steps.__all__)


def test_a_right_step_that_changes_its_arguments_is_told_so():
    def gradient_descent(theta, g, eta=0.1):
        theta -= eta * g
        return theta

    verdict = check(gradient_descent)
    assert verdict.ok and "changes the array theta" in verdict.hint


# --- wrong answers -----------------------------------------------------------------------------


@pytest.mark.parametrize(("known", "answer", "reference"), KNOWN, ids=name)
def test_a_known_mistake_is_named_however_it_is_written(known, answer, reference):
    verdict = check(answer, like=reference)
    assert not verdict.ok and verdict.attempted
    assert verdict.mistake == known, verdict
    assert len(verdict.hints) == 3 and known in repr(verdict)


def test_each_known_mistake_is_written_in_three_ways():
    written = [known for known, _, _ in KNOWN]
    assert all(written.count(known) >= 3 for known in written)


CATALOGUE = [(m, k) for m in mistakes.CATALOGUE for k in range(len(m.changes))]


@pytest.mark.parametrize(("mistake", "k"), CATALOGUE, ids=lambda value: getattr(value, "id", value))
def test_the_catalogue_is_executable_and_tells_its_entries_apart(mistake, k):
    verdict = check(mistake.functions[k], like=mistake.step)
    assert verdict.mistake == mistake.id, verdict
    assert mistake.misconception and mistake.hint.strip() and mistake.stronger.strip()


@pytest.mark.parametrize(("answer", "reference", "quantity"), OTHERS, ids=name)
def test_other_wrong_answers_are_wrong_and_get_a_hint(answer, reference, quantity):
    verdict = check(answer, like=reference)
    assert not verdict.ok and verdict.attempted and verdict.hint
    assert verdict.first_difference.quantity in (quantity, "theta")


def test_other_wrong_answers_are_located():
    found = [check(answer, like=reference).first_difference.quantity for answer, reference, _ in OTHERS]
    right = [quantity == place for quantity, (_, _, place) in zip(found, OTHERS)]
    print(f"located, though they were written without the catalogue: {sum(right)} of {len(right)}")
    assert np.mean(right) >= 0.8


def test_of_two_mistakes_the_first_to_repair_is_named():
    both = wrong(steps.adam, {"g**2": "g * 2"}, {"np.sqrt(v_hat) + eps": "np.sqrt(v_hat + eps)"})
    verdict = check(both)
    assert verdict.mistake == "adam.v_doubled" and verdict.hint.startswith("There are at least two mistakes")


def test_of_the_published_listing_the_overwritten_average_is_named_first():
    listing = wrong(
        steps.adam,
        {"m_hat = m": "m_hat = m = m", "v_hat = v": "v_hat = v = v"},
        {"np.sqrt(v_hat) + eps": "np.sqrt(v_hat + eps)"},
    )
    verdict = check(listing)
    assert verdict.mistake == "adam.overwrite_moments" and verdict.hint.startswith(
        "There are at least two mistakes"
    )


def test_a_fault_that_shows_late_is_found_late():
    def gradient_descent(theta, g, t, eta=0.1):
        return theta - eta * g * (1 if t < 21 else 1.001)

    assert check(gradient_descent).first_difference.step == 21


def test_an_average_that_is_overwritten_is_found_though_its_first_step_is_right():
    published = wrong(steps.adam, {"m_hat = m": "m_hat = m = m", "v_hat = v": "v_hat = v = v"})
    theta, m = np.zeros(1), np.zeros(1)
    right, other = (step(theta, np.ones(1), m, m, 1, eta=1.0)[0] for step in (steps.adam, published))
    assert np.allclose(right, other, rtol=1e-12)
    verdict = check(published)
    assert (verdict.mistake, verdict.first_difference.step) == ("adam.overwrite_moments", 2)


def test_what_a_step_hides_between_calls_is_found_and_put_back():
    global velocity
    velocity = np.zeros(2)

    def momentum(theta, g, eta=0.01, beta1=0.9):
        global velocity
        velocity = beta1 * velocity + g
        return theta - eta * velocity

    verdict = check(momentum)
    assert not verdict.ok and "gives a different result" in verdict.hint
    assert (velocity == 0).all()


# --- whatever a cell can hold ------------------------------------------------------------------


def no_line(theta, g, eta=0.1): ...


def passes(theta, g, eta=0.1):
    pass


def hands_back(theta, g, m, v, t, eta=0.1):
    """To be written."""
    return theta, m, v


def not_implemented(theta, g, eta=0.1):
    raise NotImplementedError


@pytest.mark.parametrize(
    "stub", [no_line, passes, not_implemented, lambda theta, g: None, lambda theta, g: theta]
)
def test_a_stub_is_not_attempted_yet(stub):
    verdict = check(stub, like=steps.gradient_descent)
    assert not verdict.ok and not verdict.attempted and "not attempted yet" in repr(verdict)


def test_a_stub_with_memory_is_not_attempted_yet():
    assert not check(hands_back, like=steps.adam).attempted


def broken(theta, g, eta=0.1):
    return tehta - eta * g  # noqa: F821


def exits(theta, g):
    raise SystemExit


class Rude(ValueError):
    def __str__(self):
        raise RuntimeError


def rude(theta, g):
    raise Rude


async def waits(theta, g):
    return theta


class Stepper:
    def __call__(self, theta, g, eta=0.1):
        return theta - 2 * eta * g


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (broken, "(did you mean theta?), in the line: return tehta - eta * g"),
        (exits, "SystemExit"),
        (lambda theta, g: theta[0], "a single number for theta"),
        (lambda theta, g: (theta - g, theta), "returned 2 values, expected 1"),
        (lambda theta, g: str(theta), "expected numbers"),
        (lambda theta, g: theta * np.nan, "differs from the reference at step 1"),
        (lambda theta, grad: theta, "has no parameter g"),
        (lambda theta, g, lr: theta, "needs a default"),
        (lambda theta, g, betas=(0.9, 0.999): theta, "holds several numbers"),
        (lambda theta, g, t=1, eta=0.1: theta - eta * g * t / 2, "t has a default"),
        (Stepper(), "gradient_descent.sum_vs_mean"),
        (Stepper, "is a class"),
        (max, "max"),
        (np.add, "add"),
        (3, "takes a function"),
        (rude, "Rude"),
        (lambda theta, g: theta - (g ^ 2), "a power is written **"),
        (waits, "remove async"),
        (lambda theta, g, rate: theta - rate * g, "rate is a hyperparameter, so it needs a default"),
    ],
)
def test_whatever_goes_wrong_is_said_and_never_raised(answer, said, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        verdict = check(answer, like=steps.gradient_descent)
    assert not verdict.ok and said in repr(verdict)
    assert capsys.readouterr() == ("", "")


def test_a_step_that_prints_and_warns_is_silent(capsys):
    def gradient_descent(theta, g, eta=0.1):
        print("theta", theta)
        warnings.warn("careful", stacklevel=1)
        return theta - eta * g

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert check(gradient_descent).ok
    assert capsys.readouterr() == ("", "")


def spins(theta, g):
    while True:
        pass


def holds_on(theta, g):
    while True:
        with contextlib.suppress(Exception):
            time.sleep(0.001)


def sleeps(theta, g):
    time.sleep(5)


@pytest.mark.parametrize("endless", [spins, holds_on, sleeps])
def test_a_step_that_never_ends_is_stopped(endless):
    began = time.monotonic()
    verdict = check(endless, like=steps.gradient_descent)
    assert "stopped after 2 seconds" in verdict.hint
    assert time.monotonic() - began < 100  # or it was not stopped; the machine may be busy
    if endless is not sleeps:  # a sleeping thread hears nothing until it wakes
        assert not on_trial_now()


def on_trial_now():
    time.sleep(0.1)
    return [thread for thread in threading.enumerate() if thread.name == NAME and thread.ident not in LEFT]


LEFT = set()


def test_an_interrupt_stops_the_step_too():
    LEFT.update(thread.ident for thread in threading.enumerate())
    threading.Timer(0.3, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        check(spins, like=steps.adam)
    assert not on_trial_now()


def test_a_step_that_checks_itself_is_told_so():
    def gradient_descent(theta, g, eta=0.1):
        said.put(check(gradient_descent).hint)
        return theta - eta * g

    said = queue.SimpleQueue()  # a list would be put back as it was
    assert check(gradient_descent).ok and "inside the function" in said.get()


def test_the_reference_is_found_by_the_name():
    def my_adam(theta, g, m, v, t, eta=0.1):
        return steps.adam(theta, g, m, v, t, eta)

    assert check(my_adam).ok

    def my_rule(theta, g):
        return theta

    assert "like=steps.adam" in check(my_rule).hint

    def adam_w(theta, g, m, v, t, eta=0.1):
        return steps.adam(theta, g, m, v, t, eta)

    assert check(adam_w).mistake == "adamw.no_decay"


# --- the other exercises -----------------------------------------------------------------------


def slopes(x, y):
    return np.array([x, 25 * y])


@pytest.mark.parametrize(
    ("answer", "mistake", "said"),
    [
        (lambda theta: -slopes(*theta), "gradient.downhill", "slope along x is -4; yours is 4"),
        (lambda x, y: slopes(x, y)[::-1], "gradient.swapped", "slope along x"),
        (lambda x, y: 2 * slopes(x, y), "gradient_descent.sum_vs_mean", "slope along x"),
        (lambda x, y: slopes(x, y) * (1, 3), None, "slope along y is 62.5; yours is 187.5"),
        (lambda x, y: slopes(x, y) + x * y, None, "slope along"),
        (lambda x, y: [x, y, 0], None, "2 in all"),
    ],
)
def test_a_wrong_gradient_is_located(answer, mistake, said):
    verdict = check(answer, like=surfaces.ravine)
    assert not verdict.ok and verdict.mistake == mistake and said in repr(verdict)


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1000, "Yours is always 1000 times the right one. A division by 1000 is missing"),
        (0.001, "Yours is always 0.001 times the right one. A division by 1000 is too many"),
        (1e6, "A division by 1000, twice, is missing"),
    ],
)
def test_a_factor_of_1000_is_a_matter_of_the_chain_rule(factor, said):
    wide = Surface(lambda x, y: surfaces.bowl.loss((x / 1000, y / 1000)), start=(-3000, 2000))
    verdict = check(lambda x, y: (factor * x / 1e6, factor * 3 * y / 1e6), like=wide)
    assert verdict.mistake == "gradient.chain_rule" and said in verdict.hints[1]
    assert check(lambda x, y: (x / 1e6, 3 * y / 1e6), like=wide).ok


def test_a_formula_without_a_loop_has_no_loop():
    def with_a_loop(beta, t):
        total = 0
        for k in range(t):
            total += (1 - beta) * beta**k
        return total

    def with_a_sum(beta, t):
        return sum((1 - beta) * beta**k for k in range(t))

    for answer in (with_a_loop, with_a_sum):
        verdict = check(answer, like=exercises.gathered_weight)
        assert not verdict.ok and verdict.mistake == "gathered_weight.loop"
        assert "The number is right" in verdict.hint


def test_right_gradients_and_losses_are_right():
    assert check(slopes, like=surfaces.ravine).ok
    assert check(lambda theta: slopes(*theta), like=surfaces.ravine).ok
    assert check(Surface(surfaces.beale.loss, start=(1, 1), vector=True).gradient, like=surfaces.beale).ok
    assert check(lambda x, y: x**2 / 2 + 12.5 * y**2, like=surfaces.ravine).ok
    assert not check(lambda x, y: x**2 + 25 * y**2, like=surfaces.ravine).ok
    assert not check(lambda x, y: None, like=surfaces.ravine).attempted


def test_a_gradient_that_is_not_cleared_is_found():
    total = [0.0, 0.0]

    def gradient(x, y):
        total[0], total[1] = total[0] + x, total[1] + 25 * y
        return np.array(total)

    assert check(gradient, like=surfaces.ravine).mistake == "gradient_descent.grad_not_reset"


def test_the_weight_that_an_average_has_gathered():
    assert check(exercises.gathered_weight).ok
    for known, (change, _) in answers.WEIGHTS.items():
        assert check(wrong(exercises.gathered_weight, change)).mistake == known


def test_a_loop():
    assert check(exercises.roll_down).ok
    for known, (changes, _) in answers.LOOPS.items():
        for change in changes:
            verdict = check(wrong(exercises.roll_down, change), like=exercises.roll_down)
            assert verdict.mistake == known, verdict


# --- what is shown -----------------------------------------------------------------------------


def test_words_and_picture_are_two_outputs():
    verdict = check(wrong(steps.adam, {"g**2": "g"}))
    assert verdict._repr_png_().startswith(b"\x89PNG")
    page = verdict._repr_html_()
    assert "<details>" in page and "img" not in page and verdict.mistake in page
    assert check(steps.adam)._repr_png_() is not None
    assert check(no_line, like=steps.adam)._repr_png_() is None


def test_a_hint_never_holds_the_answer():
    lines = {
        line.replace(" ", "")  # however it is spaced
        for step in steps.__all__
        for line in catalogue_of.source_of(getattr(steps, step)).splitlines()
    }
    answers = [line.partition("=")[2] for line in lines if "=" in line and not line.startswith("def")]
    assert "G+g**2" in answers
    for mistake in mistakes.CATALOGUE:
        for text in (mistake.hint.replace(" ", ""), mistake.stronger.replace(" ", "")):
            assert not [answer for answer in answers if answer in text], mistake.id


def test_the_verdict_is_shown_as_safe_html():
    def gradient_descent(theta, g):
        raise ValueError("<script>")

    assert "&lt;script&gt;" in check(gradient_descent)._repr_html_()


def test_numbers_that_look_alike_are_shown_with_more_digits():
    verdict = check(wrong(steps.adam, {"np.sqrt(v_hat) + eps": "np.sqrt(v_hat + eps**2)"}))
    got, expected = repr(verdict).splitlines()[0].split("theta is ")[1].split(", expected ")
    assert got != expected


def test_reveal_shows_the_code_without_its_docstring():
    source = reveal(steps.gradient_descent)
    assert source == "def gradient_descent(theta, g, eta=0.1):\n    return theta - eta * g"
    assert source._repr_markdown_().startswith("```python\n")
    with pytest.raises(TypeError, match="no source to show"):
        reveal(3)


def test_the_setup_check_is_content_here(capsys):
    setup_check.check_setup()
    assert capsys.readouterr().out == "✓ Everything is in place. Have a good descent!\n"


def test_the_setup_check_names_what_is_old_or_missing(capsys, monkeypatch):
    wanted = [
        "numpy>=99.0",
        "no-such-thing>=1.0",
        "pytest; extra == 'test'",
        "pillow>=98.0; sys_platform != 'emscripten'",  # which holds here
        "not-for-us; sys_platform == 'emscripten'",
    ]
    monkeypatch.setattr(setup_check, "requires", lambda name: wanted)
    setup_check.check_setup()
    out = capsys.readouterr().out
    assert "98.0 or newer" in out and "not-for-us" not in out
    assert "numpy" in out and "99.0 or newer" in out and "no-such-thing is not installed" in out
    assert "README" in out and "pytest" not in out


HYPERPARAMETERS = [
    (name, hyper)
    for name in steps.__all__
    for hyper, default in inspect.signature(getattr(steps, name)).parameters.items()
    if default.default is not inspect.Parameter.empty
]


@pytest.mark.parametrize(("name", "hyper"), HYPERPARAMETERS)
def test_a_step_that_ignores_a_hyperparameter_is_wrong(name, hyper):
    step = getattr(steps, name)
    default = inspect.signature(step).parameters[hyper].default
    source = catalogue_of.source_of(step).replace("):\n", f"):\n    {hyper} = {default!r}\n", 1)
    scope = {"np": np}
    exec(source, scope)
    assert not check(scope[name], like=step).ok, f"give {hyper} `probes` in the table of hyperparameters"
