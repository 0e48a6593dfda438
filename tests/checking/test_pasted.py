# ruff: noqa: B006
"""Code as it is found elsewhere: the answer shows the lines that turn it into a step."""

import math

import numpy as np
import pytest

from adamlab import check, steps


class Adam:
    def __init__(self, lr=0.002, beta1=0.9, beta2=0.999):
        self.lr, self.m = lr, {}

    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * grads[key]


def of_a_class(self, params, grads):
    self.m = 0.9 * self.m + grads


def of_dicts(params, grads, v, lr=0.01, momentum=0.9):
    return params, v


def of_weights(w, dw, v, learning_rate=0.01, mu=0.9):
    v = mu * v - learning_rate * dw
    return w + v, v


def whole_loop(f, df, x0, alpha=0.1, n_iter=100):
    x = x0
    for _ in range(n_iter):
        x = x - alpha * df(x)
    return x


def a_fit(X, y, theta, alpha, iterations):
    for _ in range(iterations):
        theta = theta - alpha * X.T @ (X @ theta - y)
    return theta


def made_by(lr=0.01, momentum=0.9):
    return lambda x: x, lambda g, s: (g, s)


def velocity_of_zero(theta, g, velocity=0, lr=0.01, mass=0.9):
    velocity = mass * velocity - lr * g
    return theta + velocity, velocity


def velocity_of_two(theta, g, v=[0, 0], lr=0.01, rho=0.9):
    return theta, v


def velocity_of_none(theta, g, v=None, lr=0.01, momentum=0.9):
    return theta, v


def no_defaults(theta, g, v, lr, mom):
    v = mom * v - lr * g
    return theta + v, v


def one_default(theta, g, v, friction, lr=0.1):
    v = friction * v - lr * g
    return theta + v, v


@pytest.mark.parametrize(
    ("given", "reference", "lines"),
    [
        (
            Adam,
            "adam",
            ["def adam(theta, g, m, v, t, lr=0.002, beta1=0.9, beta2=0.999):", "return theta, m, v"],
        ),
        (Adam(), "adam", ["def adam(theta, g, m, v, t, lr=0.002, beta1=0.9, beta2=0.999):"]),
        (Adam().update, "adam", ["def update(theta, g, m, v, t, eta=0.001,", "return theta, m, v"]),
        (of_a_class, "adam", ["def of_a_class(theta, g, m, v, t,", "return theta, m, v"]),
        (of_dicts, "momentum", ["params is theta here and grads is g", "def of_dicts(theta, g, v, lr=0.01,"]),
        (
            of_weights,
            "momentum",
            ["def of_weights(theta, g, v, learning_rate=0.01, mu=0.9):", "return theta, v"],
        ),
        (whole_loop, "gradient_descent", ["a whole loop", "def whole_loop(theta, g, alpha=0.1):"]),
        (a_fit, "gradient_descent", ["a whole loop", "def a_fit(theta, g, alpha=0.1):"]),
        (made_by, "momentum", ["def made_by(theta, g, m, lr=0.01, momentum=0.9):", "return theta, m"]),
        (made_by(), "momentum", ["a pair of functions", "def momentum(theta, g, m,"]),
        (velocity_of_zero, "momentum", ["def velocity_of_zero(theta, g, velocity, lr=0.01, mass=0.9):"]),
        (velocity_of_two, "momentum", ["def velocity_of_two(theta, g, v, lr=0.01, rho=0.9):"]),
        (velocity_of_none, "momentum", ["def velocity_of_none(theta, g, v, lr=0.01, momentum=0.9):"]),
        (no_defaults, "momentum", ["lr and mom are", "def no_defaults(theta, g, v, lr=0.01, mom=0.9):"]),
        (one_default, "momentum", ["def one_default(theta, g, v, friction=0.9, lr=0.1):", "return theta, v"]),
    ],
)
def test_two_lines_turn_it_into_a_step(given, reference, lines):
    verdict = check(given, like=getattr(steps, reference))
    assert not verdict.ok and verdict.first_difference is None
    for line in lines:
        assert line in verdict.hint, verdict
    assert "<pre>" in verdict._repr_html_()


@pytest.mark.parametrize("word", ["i", "epoch", "k", "iteration"])
def test_the_number_of_the_step_is_called_t(word):
    source = (
        f"def adam(theta, g, m, v, {word}, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):\n"
        f"    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2\n"
        f"    return theta - lr * m / (1 - b1**({word} + 1)), m, v"
    )
    names = {}
    exec(source, names)
    hint = check(names["adam"]).hint
    assert (
        "def adam(theta, g, m, v, t, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):" in hint and f"{word} = t" in hint
    )


def torch_in_place(theta, g, v, lr=0.01, alpha=0.9, eps=1e-8):
    v.mul_(alpha).addcmul_(g, g, value=1 - alpha)
    return theta, v


def one_maximum(theta, g, v, lr=0.01):
    return theta - lr * g, np.max(v, g)


def keys(theta, g, v, lr=0.01):
    v["w"] = 0.9 * v["w"] + g["w"]
    return theta - lr * v, v


def three_weights(theta, g, v, lr=0.01):
    return [theta[0], theta[1], theta[2]], v


def plain_root(theta, g, v, lr=0.01):
    return theta - lr * g / math.sqrt(v), v


def other_names(theta, g, v, lr=0.01):
    return params - lr * g, v  # noqa: F821


def no_return(theta, g, v, lr=0.01):
    v = 0.9 * v + g
    theta = theta - lr * v


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (torch_in_place, "x.mul_(b) means x = x * b and x.addcmul_(a, b, value=c) means x = x + c * a * b"),
        (one_maximum, "np.maximum(a, b) gives the larger of two arrays"),
        (keys, "no keys"),
        (three_weights, "one number for each coordinate, here two"),
        (plain_root, "np.sqrt(v) for math.sqrt(v)"),
        (other_names, "there is no params"),
        (
            no_return,
            "no_return returns nothing: is there a return in the last line? It has to return theta, v.",
        ),
    ],
)
def test_an_error_is_explained_before_it_is_quoted(step, said):
    hint = check(step, like=steps.momentum).hint
    assert said in hint and "did you mean" not in hint
    assert not hint.startswith(("IndexError", "TypeError", "AttributeError", "ValueError"))
