"""Names and numbers: a hyperparameter is what it does, whatever its name and wherever its value stands."""

import re

import numpy as np
import pytest

from adamlab import check, mistakes, steps
from adamlab._checking.catalogue import replaced, source_of


def made(source, name):
    """A function from its source, as a cell would make it."""
    names = {"np": np}
    exec(source, names)
    return names[name]


def renamed(source, names):
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), source)


RATES = ["lr", "alpha", "epsilon", "step", "rate", "step_size", "gamma", "a"]

SHARES = ["momentum", "mu", "mass", "mom", "friction", "beta", "gamma", "rho", "alpha", "eta", "start", "p"]


@pytest.mark.parametrize("default", [0.9, 0.5, 0.1, 0.0])
@pytest.mark.parametrize("share", SHARES)
def test_momentum_is_right_under_any_names(share, default):
    for rate in RATES[SHARES.index(share) % 3 :: 3]:
        if rate == share or (default < 0.3 and share in ("alpha", "p") and rate in ("gamma", "a", "epsilon")):
            continue  # with such names and such a default nobody could tell which is which
        source = (
            f"def momentum(theta, g, m, {rate}=0.01, {share}={default}):\n"
            f"    m = {share} * m - {rate} * g\n    return theta + m, m"
        )
        verdict = check(made(source, "momentum"), like=steps.momentum)
        assert verdict.ok, (source, verdict)
    assert not check(made(source.replace("- ", "+ "), "momentum"), like=steps.momentum).ok


ADAM_NAMES = [
    {"eta": "epsilon", "eps": "delta", "beta1": "rho1", "beta2": "rho2"},
    {"eta": "lr", "beta1": "alpha", "beta2": "beta"},
    {"eta": "alpha", "beta1": "beta", "beta2": "gamma", "eps": "small"},
    {"eta": "step", "beta1": "decay1", "beta2": "decay2", "eps": "fudge"},
    {"eta": "rate", "beta1": "mu", "beta2": "rho", "eps": "ep"},
    {"eta": "surface", "beta1": "p", "beta2": "q", "eps": "e"},
]


@pytest.mark.parametrize("names", ADAM_NAMES)
def test_adam_is_right_under_any_names_and_its_mistakes_are_named(names):
    source = renamed(source_of(steps.adam), names)
    assert check(made(source, "adam"), like=steps.adam).ok
    for known in mistakes.of(steps.adam)[ADAM_NAMES.index(names) :: 14]:
        wrong = renamed(replaced(source_of(steps.adam), known.changes[0]), names)
        verdict = check(made(wrong, "adam"), like=steps.adam)
        assert not verdict.ok and verdict.mistake == known.id, (wrong, verdict)


def test_two_shares_that_are_exchanged_are_a_mistake_under_any_names():
    source = source_of(steps.adam)
    body = renamed(source.partition("\n")[2], {"beta1": "beta2", "beta2": "beta1"})
    for names in ADAM_NAMES:
        wrong = renamed(source.partition("\n")[0] + "\n" + body, names)
        assert not check(made(wrong, "adam"), like=steps.adam).ok


def test_what_a_name_was_taken_for_is_said():
    def rmsprop(theta, g, v, lr=0.01, decay=0.9, tiny=1e-8):
        v = decay * v + (1 - decay) * g
        return theta - lr * g / (np.sqrt(v) + tiny), v

    assert "I took decay for β2 and tiny for ε." in repr(check(rmsprop))


def test_a_schedule_that_is_off_and_two_rates_of_decay_are_right():
    def rmsprop(theta, g, v, t, lr=0.01, decay=0.0, rho=0.9, epsilon=1e-7):
        v = rho * v + (1 - rho) * g**2
        return theta - lr / (1 + decay * (t - 1)) * g / (np.sqrt(v) + epsilon), v

    def adadelta(theta, g, v, u, rho_g=0.95, rho_x=0.95, eps=1e-6):
        v = rho_g * v + (1 - rho_g) * g**2
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = rho_x * u + (1 - rho_x) * delta**2
        return theta - delta, v, u

    assert check(rmsprop).ok and check(adadelta).ok


def test_a_schedule_that_is_on_is_named():
    def gradient_descent(theta, g, t, lr=0.1, decay=0.02):
        return theta - lr / (1 + decay * t) * g

    assert check(gradient_descent).mistake == "gradient_descent.eta_decays"


def test_a_name_that_does_nothing_is_found_though_its_number_stands_in_the_body():
    def rmsprop(theta, g, v, lr=0.01, rho=0.9, eps=1e-8):
        v = 0.9 * v + 0.1 * g**2
        return theta - lr * g / (np.sqrt(v) + eps), v

    verdict = check(rmsprop)
    assert not verdict.ok and "When rho changes, your path does not" in verdict.hint


# --- numbers in the body -----------------------------------------------------------------------

WITH_EPS = ["adagrad", "rmsprop", "adadelta", "adam", "amsgrad", "adamw", "adamax"]


@pytest.mark.parametrize("name", WITH_EPS)
def test_an_eps_in_the_body_is_right_and_told(name):
    step = getattr(steps, name)
    for power in range(2, 13):
        source = re.sub(r", eps=[\d.e-]+", "", source_of(step))
        source = re.sub(r"\beps\b", f"1e-{power}", source)
        verdict = check(made(source, name), like=step)
        assert verdict.ok and f"with ε = {float(f'1e-{power}'):g}".replace("e-0", "e-") in repr(verdict)


FORMS = {
    "eps_inside": "np.sqrt(v_hat + eps)",
    "eps_before_correction": "(np.sqrt(v) + eps) * np.sqrt(1 / (1 - beta2**t))",
    "eps_missing": "np.sqrt(v_hat)",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_place_of_an_eps_in_the_body_is_named(form):
    for power in (3, 5, 7, 8, 10):
        source = re.sub(r", eps=[\d.e-]+", "", source_of(steps.adam))
        source = source.replace("(np.sqrt(v_hat) + eps)", f"({FORMS[form].replace('eps', f'1e-{power}')})")
        assert check(made(source, "adam"), like=steps.adam).mistake == f"adam.{form}", power


def test_shares_in_the_body_are_told():
    def adam(theta, g, m, v, t, lr=0.001):
        m = 0.8 * m + 0.2 * g
        v = 0.95 * v + 0.05 * g**2
        return theta - lr * m / (1 - 0.8**t) / (np.sqrt(v / (1 - 0.95**t)) + 1e-7), m, v

    assert "with β1 = 0.8, β2 = 0.95 and ε = 1e-7 fixed in the body" in repr(check(adam))


def test_an_eps_of_an_odd_size_is_told():
    def adagrad(theta, g, G, lr=0.1):
        G = G + g**2
        return theta - lr * g / (np.sqrt(G) + np.exp(-8)), G

    verdict = check(adagrad)
    assert not verdict.ok and "an eps of 0.000335" in verdict.hint


def test_an_eps_of_another_place_is_told():
    def rmsprop(theta, g, root, lr=0.01, rho=0.9, eps=1e-6):
        root = np.sqrt(rho * root**2 + (1 - rho) * g**2) + eps
        return theta - lr * g / root, root

    verdict = check(rmsprop)
    assert not verdict.ok and "With an eps as good as zero your step is right" in verdict.hint


def rounding(digits):
    def adam(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        return tuple(np.round(x, digits) for x in steps.adam(theta, g, m, v, t, eta, beta1, beta2, eps))

    return adam


@pytest.mark.parametrize("digits", [3, 5, 8])
def test_rounding_is_told(digits):
    verdict = check(rounding(digits), like=steps.adam)
    assert not verdict.ok and f"All yours end after {digits}" in verdict.hint


def single(step):
    """A step in single precision."""

    def halved(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        return tuple(x.astype(np.float32) for x in step(theta, g, m, v, t, eta, beta1, beta2, eps))

    return halved


def test_single_precision_is_right_and_told():
    verdict = check(single(steps.adam), like=steps.adam)
    assert verdict.ok and "in single precision" in repr(verdict)


SOME = [m for m in mistakes.of(steps.adam) if len(m.signatures[0].memory) == 2]


@pytest.mark.parametrize("mistake", SOME[::3], ids=lambda mistake: mistake.id)
def test_single_precision_hides_no_mistake(mistake):
    assert not check(single(mistake.functions[0]), like=steps.adam).ok
