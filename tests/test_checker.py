"""The checker: right answers pass in any form, wrong ones are located, nothing raises."""

import warnings

import numpy as np
import pytest

from adamlab import check, checker, reveal, setup_check, steps


def as_published(theta, g, m, v, t, eta=0.01, beta1=0.9, beta2=0.99, eps=1e-8):
    m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
    return theta - eta * m / (np.sqrt(v) + eps), m, v


def written_otherwise(theta, g, second, first, t, lr=0.002, b1=0.8, b2=0.99, epsilon=1e-8):
    first = [b1 * a + (1 - b1) * b for a, b in zip(first, g)]
    second = [b2 * a + (1 - b2) * b * b for a, b in zip(second, g)]
    rates = [lr / (1 - b1**t) / (np.sqrt(b / (1 - b2**t)) + epsilon) for b in second]
    return [x - rate * a for x, rate, a in zip(theta, rates, first)], second, first


@pytest.mark.parametrize("name", steps.__all__)
def test_every_step_of_the_series_agrees_with_itself(name):
    verdict = check(getattr(steps, name))
    assert verdict.ok and verdict.attempted and verdict.first_difference is None and verdict.hint == ""


def test_a_right_step_in_other_words_is_right():
    assert check(written_otherwise, like=steps.adam).ok


def test_an_average_that_is_overwritten_is_found_though_its_first_step_is_right():
    theta, m = np.zeros(1), np.zeros(1)
    right, wrong = (step(theta, np.ones(1), m, m, 1, eta=1.0)[0] for step in (steps.adam, as_published))
    assert np.allclose(right, wrong, rtol=1e-12)
    verdict = check(as_published, like=steps.adam)
    assert not verdict.ok and verdict.first_difference.quantity == "m" and "m" in verdict.hint


@pytest.mark.parametrize("change", ["eps inside", "no correction", "ascent", "no root"])
def test_a_wrong_adam_is_wrong(change):
    def adam(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = (m, v) if change == "no correction" else (m / (1 - beta1**t), v / (1 - beta2**t))
        divisor = {"eps inside": np.sqrt(v_hat + eps), "no root": v_hat + eps}.get(
            change, np.sqrt(v_hat) + eps
        )
        return theta + (1 if change == "ascent" else -1) * eta * m_hat / divisor, m, v

    verdict = check(adam)
    assert not verdict.ok and verdict.first_difference.step == 1
    assert verdict.first_difference.quantity == "theta"
    assert "✗ adam parts from the reference at step 1" in repr(verdict)


def test_a_fault_that_shows_late_is_found_late():
    def gradient_descent(theta, g, t, eta=0.1):
        return theta - eta * g * (1 if t < 21 else 1.001)

    assert check(gradient_descent).first_difference.step == 21


@pytest.mark.parametrize(
    "stub", [lambda theta, g: None, lambda theta, g: ..., lambda theta, g, eta=0.1: theta]
)
def test_a_stub_is_not_attempted_yet(stub):
    verdict = check(stub, like=steps.gradient_descent)
    assert not verdict.ok and not verdict.attempted and "not attempted yet" in repr(verdict)


def broken(theta, g, eta=0.1):
    return tehta - eta * g  # noqa: F821


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (broken, "NameError"),
        (lambda theta, g: theta[0], "shape"),
        (lambda theta, g: theta * np.nan, "parts from the reference at step 1"),
        (lambda theta, grad: theta, "has no parameter g"),
        (lambda theta, g, lr: theta, "needs a default"),
        (3, "takes a function"),
    ],
)
def test_whatever_goes_wrong_is_said_and_never_raised(answer, said):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        verdict = check(answer, like=steps.gradient_descent)
    assert not verdict.ok and said in repr(verdict)


def test_an_unknown_name_asks_for_the_reference():
    assert "like=steps.adam" in check(as_published).hint


def test_the_verdict_is_shown_as_safe_html():
    def gradient_descent(theta, g):
        raise ValueError("<script>")

    assert "&lt;script&gt;" in check(gradient_descent)._repr_html_()


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
    monkeypatch.setattr(
        setup_check, "requires", lambda name: ["numpy>=99.0", "no-such-thing>=1.0", "pytest; extra == 'test'"]
    )
    setup_check.check_setup()
    out = capsys.readouterr().out
    assert "numpy" in out and "99.0 or newer" in out and "no-such-thing is not installed" in out
    assert "README" in out and "pytest" not in out


def test_probes_include_a_tiny_a_growing_and_a_sign_changing_coordinate():
    rows = np.array([checker._gradients(np.zeros(3), t) for t in range(1, 30)])
    assert 0 < np.abs(rows[:, 0]).max() < 1e-5 and (rows[:, 0] == 0).any()
    assert (
        np.abs(rows[-1, 1]) > 10 * np.abs(rows[0, 1])
        and (np.sign(rows[1:, 1]) != np.sign(rows[:-1, 1])).all()
    )
