"""Right answers in many honest forms, each with the step that it is a form of."""

import functools
import itertools
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from adamlab import steps

RIGHT = []  # (function, reference)
TINY = 1e-8  # as a learner would write it at the top of a notebook


def right(reference):
    def enter(step):
        RIGHT.append((step, reference))
        return step

    return enter


# Gradient descent ---------------------------------------------------------------------------------

right(steps.gradient_descent)(lambda theta, g, lr=0.1: theta - lr * g)


@right(steps.gradient_descent)
def downhill_coordinate_by_coordinate(theta, g, learning_rate=0.05):
    x, y = theta
    slope_x, slope_y = g
    return x - learning_rate * slope_x, y - learning_rate * slope_y


@right(steps.gradient_descent)
def downhill_with_a_whole_number(theta, g, step_size=1):
    return np.subtract(theta, np.multiply(step_size, g))


@right(steps.gradient_descent)
def downhill_without_any_hyperparameter(theta, g):
    return [a - 0.1 * b for a, b in zip(theta, g)]


@right(steps.gradient_descent)
def downhill_with_hints(theta: np.ndarray, g: np.ndarray, *, alpha: float = 0.2) -> list[float]:
    """Go against the gradient."""
    new: list[float] = []
    for i in range(len(theta)):
        new.append(theta[i] - alpha * g[i])
    return new


@right(steps.gradient_descent)
def downhill_with_prints(theta, g, t, eta=0.1):
    print("step", t, "at", theta, "gradient", g)
    theta = theta - eta * g
    print("now at", theta)
    return theta


@right(steps.gradient_descent)
def downhill_remembering_the_last_gradient(theta, g, last, eta=0.1):
    print("turned by", g - last)
    return theta - eta * g, g


@right(steps.gradient_descent)
def downhill_in_greek(theta, g, η=0.1):
    Δ = -η * g
    return theta + Δ


@right(steps.gradient_descent)
def downhill_given_the_gradient_first(g, theta, eta=0.1, **others):
    theta = theta.copy()
    theta -= eta * g
    return theta


# Momentum -----------------------------------------------------------------------------------------


@right(steps.momentum)
def velocity_that_holds_the_rate(theta, g, velocity, lr=0.01, beta=0.9):
    velocity = beta * velocity + lr * g
    return theta - velocity, velocity


@right(steps.momentum)
def velocity_that_points_downhill(theta, g, v, eta=0.02, beta1=0.8):
    v = beta1 * v - eta * g
    theta = theta + v
    return theta, v


@right(steps.momentum)
def average_with_a_longer_rate(theta, g, m, eta=0.01, beta1=0.9):
    m = beta1 * m + (1 - beta1) * g
    return theta - eta / (1 - beta1) * m, m


@right(steps.momentum)
def heavy_ball_from_the_point_before(theta, g, before, t, lr=0.01, b1=0.9):
    if t == 1:
        before = theta
    return theta + b1 * (theta - before) - lr * g, theta


@right(steps.momentum)
def momentum_with_the_options_of_a_library(
    theta, g, buffer, lr=0.01, momentum=0.9, dampening=0, weight_decay=0, nesterov=False
):
    g = g + weight_decay * theta
    buffer = momentum * buffer + (1 - dampening) * g
    return theta - lr * (g + momentum * buffer if nesterov else buffer), buffer


@right(steps.momentum)
def momentum_with_the_decay_before_the_rate(theta, g, m, kept=0.9, rate=0.05):
    m = kept * m + g
    return theta - rate * m, m


@right(steps.momentum)
def momentum_in_place_on_a_copy(theta, g, m, eta=0.01, gamma=0.9):
    m = m.copy()
    m *= gamma
    m += g
    return theta - eta * m, m


@right(steps.momentum)
def momentum_as_a_product(theta, g, m, eta=0.01, mu=0.9):
    m = np.dot([mu, 1], [m, g])
    return theta - eta * m, m


@right(steps.momentum)
def momentum_told_by_pairs(theta, g, m, eta=0.01, decay=0.9):
    pairs = [(x, decay * a + b) for x, a, b in zip(theta, m, g)]
    return [x - eta * a for x, a in pairs], [a for _, a in pairs]


class Toolbox:
    def momentum_as_a_method(self, theta, g, m, eta=0.01, beta1=0.9):
        m = self.fade(m, beta1) + g
        return theta - eta * m, m

    @staticmethod
    def fade(memory, share):
        return share * memory


right(steps.momentum)(Toolbox().momentum_as_a_method)


# Nesterov -----------------------------------------------------------------------------------------


@right(steps.nesterov)
def nesterov_with_the_rate_in_the_velocity(theta, g, velocity, lr=0.01, momentum=0.9):
    velocity = momentum * velocity - lr * g
    return theta + momentum * velocity - lr * g, velocity


@right(steps.nesterov)
def nesterov_by_the_old_velocity(theta, g, v, eta=0.01, beta=0.9):
    new = theta + beta * beta * v - (1 + beta) * eta * g
    return new, beta * v - eta * g


@right(steps.nesterov)
def nesterov_by_both_velocities(theta, g, v, eta=0.01, mu=0.9):
    v_before = v
    v = mu * v - eta * g
    theta = theta - mu * v_before + (1 + mu) * v
    return theta, v


@right(steps.nesterov)
def nesterov_as_two_sequences(theta, g, y, t, eta=0.01, beta1=0.9):
    y_before = theta if t == 1 else y
    y = theta - eta * g
    return y + beta1 * (y - y_before), y


@right(steps.nesterov)
def nesterov_from_an_average(theta, g, m, eta=0.01, beta1=0.9):
    m = m + (1 - beta1) * (g - m)
    return theta - eta * (g + m * beta1 / (1 - beta1)), m


@right(steps.nesterov)
def nesterov_without_a_parameter(theta, g, m):
    eta, beta1 = 0.01, 0.9
    m = beta1 * m + g
    return theta - eta * (g + beta1 * m), m


def heavy_ball_with_or_without_look_ahead(looks_ahead, theta, g, m, eta=0.01, beta1=0.9):
    m = beta1 * m + g
    direction = g + beta1 * m if looks_ahead else m
    return theta - eta * direction, m


right(steps.nesterov)(functools.partial(heavy_ball_with_or_without_look_ahead, True))


# Adagrad ------------------------------------------------------------------------------------------


@right(steps.adagrad)
def adagrad_that_remembers_the_root(theta, g, root, eta=0.01, eps=1e-10):
    root = np.hypot(root, g)
    return theta - eta * g / (root + eps), root


@right(steps.adagrad)
def adagrad_from_the_mean_of_squares(theta, g, mean, t, lr=0.01, epsilon=1e-10):
    mean = mean + (g * g - mean) / t
    return theta - lr * g / (np.sqrt(t * mean) + epsilon), mean


@right(steps.adagrad)
def adagrad_in_a_loop(theta, g, G, eta=0.01, delta=1e-10):
    theta, G = list(theta), list(G)
    for i, slope in enumerate(g):
        G[i] += slope**2
        theta[i] -= eta * slope / (math.sqrt(G[i]) + delta)
    return theta, G


@right(steps.adagrad)
def adagrad_with_a_constant_from_above(theta, g, total, eta=0.1):
    total = total + np.square(g)
    rate = eta * np.reciprocal(np.sqrt(total) + TINY / 100)
    return theta - rate * g, total


@right(steps.adagrad)
def adagrad_on_one_line(theta, g, G, eta=0.01, eps=1e-10):
    return theta - eta * g / (np.sqrt(G := G + g * g) + eps), G


@right(steps.adagrad)
def adagrad_with_a_rate_for_each(theta, g, G, learning_rate=0.5, *, eps=1e-7):
    G = G + np.power(g, 2)
    rates = np.array([learning_rate / (eps + total**0.5) for total in G])
    return theta - rates * g, G


@right(steps.adagrad)
def adagrad_that_also_sums_gradients(theta, g, total, G, eta=0.01, eps=1e-10):
    total, G = total + g, np.sum([G, g**2], axis=0)
    return np.array([theta - eta * g / (np.sqrt(G) + eps), total, G])


# Adadelta -----------------------------------------------------------------------------------------


@right(steps.adadelta)
def adadelta_as_published(theta, g, Eg, Ex, rho=0.95, eps=1e-6):
    def rms(x):
        return np.sqrt(x + eps)

    Eg = rho * Eg + (1 - rho) * g**2
    dx = -rms(Ex) / rms(Eg) * g
    Ex = rho * Ex + (1 - rho) * dx**2
    return theta + dx, Eg, Ex


@right(steps.adadelta)
def adadelta_with_an_unusual_decay(theta, g, v, u, decay_rate=0.95, eps=1e-6):
    v = decay_rate * v + (1 - decay_rate) * g**2
    step = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = decay_rate * u + (1 - decay_rate) * step**2
    return theta - step, v, u


@right(steps.adadelta)
def adadelta_under_one_root(theta, g, u, v, lr=1, gamma=0.9, eps=1e-6):
    v = gamma * v + (1 - gamma) * g * g
    ratio = (u + eps) / (v + eps)
    u = gamma * u + (1 - gamma) * ratio * g * g
    return theta - lr * np.sqrt(ratio) * g, u, v


@right(steps.adadelta)
def adadelta_with_sums(theta, g, squares, moves, eta=1.0, beta2=0.95, eps=1e-6):
    share = 1 - beta2
    squares = beta2 * squares + g**2
    move = g * np.sqrt((share * moves + eps) / (share * squares + eps))
    return theta - eta * move, squares, beta2 * moves + move**2


@right(steps.adadelta)
def adadelta_in_greek(theta, g, v, u, t, ρ=0.95, ε=1e-6, η=1.0):
    v = v + (1 - ρ) * (g**2 - v)
    Δ = (u + ε) ** 0.5 / (v + ε) ** 0.5 * g
    return theta - η * Δ, v, u + (1 - ρ) * (Δ**2 - u)


@right(steps.adadelta)
def adadelta_in_a_loop(theta, g, v, u, eta=0.5, beta2=0.9, eps=1e-5):
    theta, v, u = theta.copy(), v.copy(), u.copy()
    for i in range(2):
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        delta = math.sqrt(u[i] + eps) / math.sqrt(v[i] + eps) * g[i]
        u[i] = beta2 * u[i] + (1 - beta2) * delta**2
        theta[i] = theta[i] - eta * delta
    return theta, v, u


# RMSprop ------------------------------------------------------------------------------------------


@right(steps.rmsprop)
def rmsprop_with_alpha_beside_lr(theta, g, square_avg, lr=0.01, alpha=0.99, eps=1e-8):
    square_avg = alpha * square_avg + (1 - alpha) * g**2
    return theta - lr * g / (np.sqrt(square_avg) + eps), square_avg


@right(steps.rmsprop)
def rmsprop_with_alpha_before_lr(theta, g, v, alpha=0.9, lr=0.01, eps=1e-8):
    v = alpha * v + (1 - alpha) * g**2
    return theta - lr * g / (np.sqrt(v) + eps), v


@right(steps.rmsprop)
def rmsprop_that_remembers_the_root(theta, g, r, eta=0.01, rho=0.9, eps=1e-8):
    r = np.hypot(math.sqrt(rho) * r, math.sqrt(1 - rho) * g)
    return theta - eta * g / (r + eps), r


@right(steps.rmsprop)
def rmsprop_by_a_norm(theta, g, r, *, eta=0.01, beta=0.9, eps=1e-8):
    r = np.linalg.norm([np.sqrt(beta) * r, np.sqrt(1 - beta) * g], axis=0)
    return [theta - eta * g / (r + eps), r]


@right(steps.rmsprop)
def rmsprop_without_the_one_minus(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    v = beta2 * v + g**2
    scale = (1 - beta2) ** 0.5
    return theta - eta / scale * g / (np.sqrt(v) + eps / scale), v


@right(steps.rmsprop)
def rmsprop_by_a_weighted_mean(theta, g, v, step_size=0.01, b2=0.9, epsilon=1e-8):
    v = np.average([v, g**2], axis=0, weights=[b2, 1 - b2])
    return theta - step_size * g / (np.sqrt(v) + epsilon), v


@right(steps.rmsprop)
def rmsprop_with_an_option(theta, g, v, eta=0.01, beta2=0.9, eps_inside=False):
    v = beta2 * v + (1 - beta2) * g**2
    divisor = np.sqrt(v + 1e-8) if eps_inside else np.sqrt(v) + 1e-8
    return theta - eta * g / divisor, v


@right(steps.rmsprop)
def rmsprop_with_the_options_of_a_library(
    theta, g, v, buffer, lr=0.01, alpha=0.9, eps=1e-8, weight_decay=0, momentum=0, maximize=False
):
    g = -g if maximize else g
    g = g + weight_decay * theta
    v = alpha * v + (1 - alpha) * g * g
    buffer = momentum * buffer + g / (np.sqrt(v) + eps)
    return theta - lr * buffer, v, buffer


@right(steps.rmsprop)
def rmsprop_in_a_while_loop(theta, g, v, lr=0.01, decay=0.9):
    points, squares, i = [], [], 0
    while i < 2:
        squares.append(decay * v[i] + (1 - decay) * g[i] * g[i])
        points.append(theta[i] - lr * g[i] / (math.sqrt(squares[i]) + 1e-8))
        i += 1
    return points, squares


# Adam: where the corrections stand ----------------------------------------------------------------


@right(steps.adam)
def corrections_folded_into_eta(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    root = np.sqrt(1 - beta2**t)
    return theta - lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), m, v


@right(steps.adam)
def one_fraction(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    c = math.sqrt(1 / (1 - beta2**t))
    return theta - eta * m / ((np.sqrt(v) * c + eps) * (1 - beta1**t)), m, v


@right(steps.adam)
def averages_kept_as_sums(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + g
    v = beta2 * v + g * g
    m_hat = m * (1 - beta1) / (1 - beta1**t)
    v_hat = v * (1 - beta2) / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@right(steps.adam)
def corrected_averages_kept(theta, g, m_hat, v_hat, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m_hat = m_hat + (1 - beta1) / (1 - beta1**t) * (g - m_hat)
    v_hat = v_hat + (1 - beta2) / (1 - beta2**t) * (g**2 - v_hat)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m_hat, v_hat


@right(steps.adam)
def mean_weighted_by_age(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + g, beta2 * v + g**2
    weight1 = sum(beta1**age for age in range(t))
    weight2 = sum(beta2**age for age in range(t))
    return theta - eta * (m / weight1) / (np.sqrt(v / weight2) + eps), m, v


@right(steps.adam)
def weights_carried_along(theta, g, m, v, w1, w2, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, w1 = beta1 * m + (1 - beta1) * g, beta1 * w1 + (1 - beta1)
    v, w2 = beta2 * v + (1 - beta2) * g**2, beta2 * w2 + (1 - beta2)
    return theta - eta * (m / w1) / (np.sqrt(v / w2) + eps), m, v, w1, w2


@right(steps.adam)
def powers_carried_along(theta, g, p1, p2, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    p1 = beta1 if t == 1 else p1 * beta1
    p2 = beta2 if t == 1 else p2 * beta2
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * m / (1 - p1) / (np.sqrt(v / (1 - p2)) + eps), p1, p2, m, v


@right(steps.adam)
def own_count_of_steps(theta, g, count, m, v, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    count = count + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**count), v / (1 - beta2**count)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), count, m, v


@right(steps.adam)
def own_count_as_a_whole_number(theta, g, m, v, n, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    n = int(n[0]) + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**n)
    v_hat = v / (1 - beta2**n)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v, n


@right(steps.adam)
def powers_by_multiplying(theta, g, m, v, t, eta=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    power1 = power2 = 1.0
    for _ in range(t):
        power1 *= b1
        power2 *= b2
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g * g
    return theta - eta * (m / (1 - power1)) / (np.sqrt(v / (1 - power2)) + epsilon), m, v


# Adam: how the arithmetic is written --------------------------------------------------------------


@right(steps.adam)
def moving_towards_the_gradient(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = m.copy(), v.copy()
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g * g - v)
    return theta - eta * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@right(steps.adam)
def in_place_on_copies(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = (array.copy() for array in (theta, m, v))
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    theta -= eta * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta, m, v


@right(steps.adam)
def only_functions_of_numpy(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = np.add(np.multiply(beta1, m), np.multiply(1 - beta1, g))
    v = np.add(np.multiply(beta2, v), np.multiply(1 - beta2, np.square(g)))
    m_hat = np.divide(m, 1 - np.power(beta1, t))
    v_hat = np.divide(v, 1 - np.power(beta2, t))
    return np.subtract(theta, np.divide(eta * m_hat, np.add(np.sqrt(v_hat), eps))), m, v


@right(steps.adam)
def both_coordinates_by_name(theta, g, m, v, t, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    (x, y), (gx, gy), (mx, my), (vx, vy) = theta, g, m, v
    mx, my = beta_1 * mx + (1 - beta_1) * gx, beta_1 * my + (1 - beta_1) * gy
    vx, vy = beta_2 * vx + (1 - beta_2) * gx**2, beta_2 * vy + (1 - beta_2) * gy**2
    first, second = 1 - beta_1**t, 1 - beta_2**t
    x = x - lr * (mx / first) / ((vx / second) ** 0.5 + epsilon)
    y = y - lr * (my / first) / ((vy / second) ** 0.5 + epsilon)
    return np.array([x, y]), np.array([mx, my]), np.array([vx, vy])


@right(steps.adam)
def loop_over_coordinates(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    new, first, second = np.zeros(2), np.zeros(2), np.zeros(2)
    for i in range(2):
        first[i] = beta1 * m[i] + (1 - beta1) * g[i]
        second[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        rate = eta / (math.sqrt(second[i] / (1 - beta2**t)) + eps)
        new[i] = theta[i] - rate * first[i] / (1 - beta1**t)
    return new, first, second


@right(steps.adam)
def plain_python_numbers(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    g = g.tolist()
    m = [beta1 * a + (1 - beta1) * b for a, b in zip(m.tolist(), g)]
    v = [beta2 * a + (1 - beta2) * b**2 for a, b in zip(v.tolist(), g)]
    hats = [(a / (1 - beta1**t), b / (1 - beta2**t)) for a, b in zip(m, v)]
    return [x - eta * a / (b**0.5 + eps) for x, (a, b) in zip(theta.tolist(), hats)], m, v


@right(steps.adam)
def helper_for_one_coordinate(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    def one(x, slope, a, b):
        a = beta1 * a + (1 - beta1) * slope
        b = beta2 * b + (1 - beta2) * slope * slope
        return x - eta * a / (1 - beta1**t) / (math.sqrt(b / (1 - beta2**t)) + eps), a, b

    return tuple(zip(*map(one, theta, g, m, v)))


@right(steps.adam)
def helper_made_for_arrays(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    @np.vectorize
    def divided(a, b):
        return (a / (1 - beta1**t)) / (math.sqrt(b / (1 - beta2**t)) + eps)

    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * divided(m, v), m, v


@right(steps.adam)
def matrix_that_scales(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    scale = np.diag(1 / (np.sqrt(v / (1 - beta2**t)) + eps))
    return theta - eta * scale @ m / (1 - beta1**t), m, v


@right(steps.adam)
def both_averages_at_once(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    betas = np.array([[beta1], [beta2]])
    averages = betas * np.array([m, v]) + (1 - betas) * np.array([g, g**2])
    m_hat, v_hat = averages / (1 - betas**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), *averages


@right(steps.adam)
def averages_and_corrections_on_one_line(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m_hat = (m := m * beta1 + g * (1 - beta1)) / (1 - beta1**t)
    v_hat = (v := v * beta2 + g * g * (1 - beta2)) / (1 - beta2**t)
    return theta - eta * m_hat / (v_hat**0.5 + eps), m, v


@right(steps.adam)
def no_powers_of_arrays(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m - (1 - beta1) * m + (1 - beta1) * g
    v = v - (1 - beta2) * v + (1 - beta2) * abs(g) * abs(g)
    m_hat = m / (1 - math.pow(beta1, t))
    v_hat = v / (1 - math.prod([beta2] * t))
    return theta - np.array([eta, eta]) * m_hat / (np.sqrt(v_hat) + eps), m, v


@right(steps.adam)
def nothing_moves_without_a_gradient(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    move = eta * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta - np.where(m == 0, 0, move), m, v


@right(steps.adam)
def two_coordinates_insisted_on(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    assert theta.shape == g.shape == (2,)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


# Adam: what is remembered -------------------------------------------------------------------------


@right(steps.adam)
def memories_the_other_way_round(theta, g, s, r, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    s = beta2 * s + (1 - beta2) * g**2
    r = beta1 * r + (1 - beta1) * g
    return theta - alpha * (r / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + eps), s, r


@right(steps.adam)
def root_of_the_squares_remembered(theta, g, m, r, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    r = np.sqrt(beta2 * r**2 + (1 - beta2) * g**2)
    return theta - eta * (m / (1 - beta1**t)) / (r / math.sqrt(1 - beta2**t) + eps), m, r


@right(steps.adam)
def average_of_downhill(theta, g, down, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    down = beta1 * down - (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta + eta * (down / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), down, v


@right(steps.adam)
def average_that_holds_eta(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + eta * (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@right(steps.adam)
def length_of_the_way_remembered(theta, g, m, way, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    move = eta * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta - move, m, way + np.hypot(*move), v


class State(NamedTuple):
    theta: object
    average: object
    average_of_squares: object


@right(steps.adam)
def memory_with_names(theta, g, average, average_of_squares, t, lr=0.002, b1=0.8, b2=0.95, eps=1e-6):
    average = b1 * average + (1 - b1) * g
    average_of_squares = b2 * average_of_squares + (1 - b2) * g**2
    divisor = np.sqrt(average_of_squares / (1 - b2**t)) + eps
    return State(theta - lr * average / (1 - b1**t) / divisor, average, average_of_squares)


# Adam: what the signature says --------------------------------------------------------------------


@right(steps.adam)
def all_numbers_in_the_body(theta, g, m, v, t):
    eta, beta1, beta2, eps = 0.001, 0.9, 0.999, 1e-8
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@right(steps.adam)
def only_the_rate_can_be_chosen(theta, g, m, v, t, learning_rate=0.01):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    return theta - learning_rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + TINY), m, v


@right(steps.adam)
def the_rate_alone_is_fixed(theta, g, m, v, t, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - 0.001 * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@right(steps.adam)
def everything_by_keyword(*, theta, g, t, v, m, eps=1e-8, beta2=0.999, beta1=0.9, eta=0.001):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), v, m


@right(steps.adam)
def arguments_by_place_only(t, m, theta, v, g, /, eta=0.001, beta=0.9, gamma=0.999, eps=1e-8):
    m = beta * m + (1 - beta) * g
    v = gamma * v + (1 - gamma) * g**2
    return theta - eta * (m / (1 - beta**t)) / (np.sqrt(v / (1 - gamma**t)) + eps), m, v


@right(steps.adam)
def greek_letters(theta, g, m, v, t, α=0.001, β1=0.9, β2=0.999, ε=1e-8):
    m = β1 * m + (1 - β1) * g
    v = β2 * v + (1 - β2) * g**2
    return theta - α * (m / (1 - β1**t)) / (np.sqrt(v / (1 - β2**t)) + ε), m, v


@right(steps.adam)
def names_that_only_their_owner_knows(theta, g, m, v, t, speed=0.001, keep=0.9, hold=0.999, guard=1e-8):
    m = keep * m + (1 - keep) * g
    v = hold * v + (1 - hold) * g**2
    return theta - speed * (m / (1 - keep**t)) / (np.sqrt(v / (1 - hold**t)) + guard), m, v


@right(steps.adam)
def correction_that_can_be_left_out(theta, g, m, v, t, beta1=0.9, beta2=0.999, corrected=True):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    c1, c2 = (1 - beta1**t, 1 - beta2**t) if corrected else (1, 1)
    return theta - 0.001 * (m / c1) / (np.sqrt(v / c2) + 1e-8), m, v


@right(steps.adam)
def weight_decay_that_is_zero(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, weight_decay=0):
    g = g + weight_decay * theta
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + 1e-8), m, v


@right(steps.adam)
def hints_and_docstring(
    theta: np.ndarray, g: np.ndarray, m: np.ndarray, v: np.ndarray, t: int, eta: float = 1e-3,
    beta1: float = 9 / 10, beta2: float = 999 / 1000, eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Divide the average gradient by the root of the average square."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_with_any_root(theta, g, m, v, t, root, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * (m / (1 - beta1**t)) / (root(v / (1 - beta2**t)) + eps), m, v


def with_the_usual_root(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_with_any_root(theta, g, m, v, t, np.sqrt, lr, beta1, beta2, eps)


right(steps.adam)(with_the_usual_root)


def family_of_adam(theta, g, m, v, t, power, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * np.abs(g) ** power
    v_hat = v / (1 - beta2**t)
    return theta - eta * (m / (1 - beta1**t)) / (v_hat ** (1 / power) + eps), m, v


right(steps.adam)(functools.partial(family_of_adam, power=2))


@dataclass
class AdamWithSettings:
    lr: float = 0.001
    betas: tuple = (0.9, 0.999)
    eps: float = 1e-8

    def __call__(self, theta, g, m, v, t):
        b1, b2 = self.betas
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        return theta - self.lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + self.eps), m, v


right(steps.adam)(AdamWithSettings())


class AdamToBeCalled:
    def __call__(self, theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        m, v = self.mix(m, g, beta1), self.mix(v, g**2, beta2)
        return theta - eta * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v

    def mix(self, old, new, share):
        return share * old + (1 - share) * new


right(steps.adam)(AdamToBeCalled())


def loudly(step):
    @functools.wraps(step)
    def aloud(*arguments, **named):
        result = step(*arguments, **named)
        print(step.__name__, "went to", result[0])
        return result

    return aloud


@right(steps.adam)
@loudly
def wrapped_in_another_function(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def made_with(average):
    def built_from_a_given_average(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        m, v = average(m, g, beta1), average(v, g * g, beta2)
        return theta - eta * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v

    return built_from_a_given_average


right(steps.adam)(made_with(lambda old, new, share: share * old + (1 - share) * new))


# AMSGrad ------------------------------------------------------------------------------------------


@right(steps.amsgrad)
def largest_by_where(theta, g, m, v, top, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    top = np.where(v > top, v, top)
    return theta - lr * (m / (1 - beta1**t)) / (np.sqrt(top / (1 - beta2**t)) + eps), m, v, top


@right(steps.amsgrad)
def largest_coordinate_by_coordinate(theta, g, top, m, v, t, eta=0.001, b1=0.9, b2=0.999, eps=1e-8):
    m = [b1 * a + (1 - b1) * slope for a, slope in zip(m, g)]
    v = [b2 * b + (1 - b2) * slope**2 for b, slope in zip(v, g)]
    top = [max(old, new) for old, new in zip(top, v)]
    divisors = [math.sqrt(b / (1 - b2**t)) + eps for b in top]
    return [x - eta * a / (1 - b1**t) / d for x, a, d in zip(theta, m, divisors)], top, m, v


@right(steps.amsgrad)
def largest_root_remembered(theta, g, m, v, r, t, *, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    r = np.max([r, np.sqrt(v)], axis=0)
    c = np.sqrt(1 - beta2**t)
    return theta - eta * c / (1 - beta1**t) * m / (r + eps * c), m, v, r


@right(steps.amsgrad)
def largest_in_place(theta, g, m, v, v_max, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    v_max = v_max.copy()
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    larger = v > v_max
    v_max[larger] = v[larger]
    return theta - eta * (m / (1 - beta1**t)) / (np.sqrt(v_max / (1 - beta2**t)) + eps), m, v, v_max


@right(steps.amsgrad)
def largest_with_sums_and_own_count(theta, g, m, v, top, k, eta=0.001, beta1=0.9, beta2=0.999):
    k = k + 1
    m, v = beta1 * m + g, beta2 * v + g**2
    top = np.fmax(top, v)
    m_hat = m * (1 - beta1) / (1 - beta1**k)
    v_hat = top * (1 - beta2) / (1 - beta2**k)
    return theta - eta * m_hat / (np.sqrt(v_hat) + 1e-8), m, v, top, k


# AdamW --------------------------------------------------------------------------------------------


@right(steps.adamw)
def decay_by_a_factor(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    theta = theta * (1 - lr * weight_decay)
    return theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@right(steps.adamw)
def decay_in_the_brackets(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.1):
    m = m + (1 - beta1) * (g - m)
    v = v + (1 - beta2) * (g**2 - v)
    direction = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta - eta * (direction + weight_decay * theta), m, v


@right(steps.adamw)
def decay_afterwards(theta, g, v, m, t, eta=0.001, beta1=0.9, beta2=0.999, weight_decay=0.01, eps=1e-8):
    old = theta
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    c = np.sqrt(1 - beta2**t)
    theta = theta - eta * c / (1 - beta1**t) * m / (np.sqrt(v) + c * eps)
    theta = theta - eta * weight_decay * old
    return theta, v, m


@right(steps.adamw)
def decay_with_a_short_name(theta, g, m, v, t, lr=0.001, b1=0.9, b2=0.999, eps=1e-8, wd=0.01):
    new = theta.copy()
    new -= lr * wd * theta
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    new -= lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
    return new, m, v


@right(steps.adamw)
def decay_in_a_loop(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    results = []
    for x, slope, a, b in zip(theta, g, m, v):
        a = beta1 * a + (1 - beta1) * slope
        b = beta2 * b + (1 - beta2) * slope**2
        move = a / (1 - beta1**t) / (math.sqrt(b / (1 - beta2**t)) + eps)
        results.append([x - eta * weight_decay * x - eta * move, a, b])
    return np.transpose(results)


@right(steps.adamw)
def decay_that_is_fixed(theta, g, m, v, t, eta=0.001):
    m = 0.9 * m + (1 - 0.9) * g
    v = 0.999 * v + (1 - 0.999) * g**2
    shrunk = (1 - eta / 100) * theta
    return shrunk - eta * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v


# NAdam --------------------------------------------------------------------------------------------


@right(steps.nadam)
def product_of_all_mu_by_a_loop(
    theta, g, m, v, t, lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004
):
    mus = [beta1 * (1 - 0.5 * 0.96 ** (k * momentum_decay)) for k in range(1, t + 2)]
    mu, mu_next, product = mus[-2], mus[-1], math.prod(mus[:-1])
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = mu_next * m / (1 - product * mu_next) + (1 - mu) * g / (1 - product)
    return theta - lr * m_bar / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@right(steps.nadam)
def product_of_all_mu_remembered(
    theta, g, product, m, v, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004
):
    def mu(k):
        return beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * k))

    product = (1 if t == 1 else product) * mu(t)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = mu(t + 1) * m / (1 - product * mu(t + 1)) + (1 - mu(t)) * g / (1 - product)
    return theta - eta * m_bar / (np.sqrt(v / (1 - beta2**t)) + eps), product, m, v


@right(steps.nadam)
def two_moves_one_after_the_other(
    theta, g, m, v, c, t, eta=0.002, b1=0.9, b2=0.999, eps=1e-8, momentum_decay=0.004
):
    mu = b1 - b1 / 2 * 0.96 ** (momentum_decay * t)
    mu_next = b1 - b1 / 2 * 0.96 ** (momentum_decay * (t + 1))
    c = 1 - mu * (1 - c)
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    rate = eta / (np.sqrt(v / (1 - b2**t)) + eps)
    theta = theta - rate * g * (1 - mu) / c
    theta = theta - rate * m * mu_next / (1 - mu_next * (1 - c))
    return theta, m, v, c


@right(steps.nadam)
def momentum_that_fades_by_the_step(theta, g, m, v, c, fade, t, eta=0.002, beta1=0.9, beta2=0.999, psi=0.004):
    ratio = 0.96**psi
    fade = ratio if t == 1 else fade * ratio
    mu, mu_next = beta1 * (1 - fade / 2), beta1 * (1 - fade * ratio / 2)
    c = c + (1 - mu) * (1 - c)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = mu_next * m / (mu_next * c + 1 - mu_next) + (1 - mu) * g / c
    return theta - eta * m_bar / (np.sqrt(v / (1 - beta2**t)) + 1e-8), m, v, c, fade


@right(steps.nadam)
def scheduled_numbers_for_one_coordinate(theta, g, v, m, t, learning_rate=0.002, *, beta1=0.9, beta2=0.999):
    mu = [beta1 * (1 - 0.5 * 0.96 ** (0.004 * k)) for k in range(1, t + 2)]
    *_, product, after = itertools.accumulate(mu, lambda a, b: a * b)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = mu[-1] * m / (1 - after) + (1 - mu[-2]) * g / (1 - product)
    return theta - learning_rate * m_bar / (np.sqrt(v / (1 - beta2**t)) + 1e-8), v, m


# Adamax -------------------------------------------------------------------------------------------


@right(steps.adamax)
def correction_of_the_rate(theta, g, m, u, t, alpha=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.fabs(g) + eps)
    return theta - alpha / (1 - beta1**t) * m / u, m, u


@right(steps.adamax)
def longest_by_a_norm(theta, g, u, m, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + g
    u = np.linalg.norm([beta2 * u, np.abs(g) + eps], np.inf, axis=0)
    return theta - eta * (1 - beta1) / (1 - beta1**t) * m / u, u, m


@right(steps.adamax)
def longest_coordinate_by_coordinate(theta, g, m, u, t, lr=0.002, b1=0.9, b2=0.999, epsilon=1e-8):
    m = [b1 * a + (1 - b1) * slope for a, slope in zip(m, g)]
    u = [max(b2 * b, abs(slope) + epsilon) for b, slope in zip(u, g)]
    return [x - lr * a / ((1 - b1**t) * b) for x, a, b in zip(theta, m, u)], m, u


@right(steps.adamax)
def longest_by_a_question(theta, g, m, u, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, u = theta.copy(), m.copy(), u.copy()
    for i in range(2):
        m[i] += (1 - beta1) * (g[i] - m[i])
        u[i] *= beta2
        if abs(g[i]) + eps > u[i]:
            u[i] = abs(g[i]) + eps
        theta[i] -= eta * m[i] / (1 - beta1**t) / u[i]
    return theta, m, u


@right(steps.adamax)
def longest_with_own_count(theta, g, n, m, u, *, eta=0.002, beta1=0.9, beta2=0.999):
    n = n + 1
    m = beta1 * m + (1 - beta1) * g
    size = np.where(g < 0, -g, g) + TINY
    u = np.where(size < beta2 * u, beta2 * u, size)
    return theta - eta * np.divide(m, u) / (1 - beta1**n), n, m, u


@right(steps.adamax)
def both_divided_by_the_rate(theta, g, m, u, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, (abs(g) + eps) / eta)
    return theta - m / (u * (1 - beta1**t)), m, u
