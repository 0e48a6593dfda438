# ruff: noqa: F841
"""Wrong answers that learners might give, with the quantity that goes wrong."""

import numpy as np

from adamlab import steps

OTHERS = []  # (function, reference, quantity)


def other(reference, quantity):
    def add(step):
        OTHERS.append((step, reference, quantity))
        return step

    return add


# gradient descent


@other(steps.gradient_descent, "theta")
def descent_that_swaps_point_and_rate(theta, g, eta=0.1):
    """θ and η change places."""
    return eta - theta * g


@other(steps.gradient_descent, "theta")
def descent_that_swaps_point_and_gradient(theta, g, eta=0.1):
    """θ and g change places."""
    return g - eta * theta


@other(steps.gradient_descent, "theta")
def descent_with_a_bracket_too_many(theta, g, eta=0.1):
    """(θ − η) g instead of θ − η g."""
    return (theta - eta) * g


@other(steps.gradient_descent, "theta")
def descent_that_scales_the_point(theta, g, eta=0.1):
    """A share of θ is taken away: θ (1 − η g)."""
    return theta * (1 - eta * g)


@other(steps.gradient_descent, "theta")
def descent_that_divides_by_the_rate(theta, g, eta=0.1):
    """g / η instead of η g."""
    return theta - g / eta


@other(steps.gradient_descent, "theta")
def descent_by_the_size_of_the_slope(theta, g, eta=0.1):
    """The size of the slope counts, its sign is lost."""
    return theta - eta * np.abs(g)


@other(steps.gradient_descent, "theta")
def descent_with_a_unit_gradient(theta, g, eta=0.1):
    """The gradient is a direction only, so it is made one long."""
    return theta - eta * g / np.linalg.norm(g)


@other(steps.gradient_descent, "theta")
def descent_that_returns_the_move(theta, g, eta=0.1):
    """The move is returned, not the new point."""
    return -eta * g


@other(steps.gradient_descent, "theta")
def descent_along_the_first_slope(theta, g, eta=0.1):
    """Only the first coordinate of g is used, for both."""
    return theta - eta * g[0]


@other(steps.gradient_descent, "theta")
def descent_as_newton_half_remembered(theta, g, eta=0.1):
    """Newton's θ − f/f' half remembered: divides by the slope."""
    return theta - eta / g


# momentum


@other(steps.momentum, "m")
def momentum_with_the_rate_inside_and_outside(theta, g, m, eta=0.01, beta1=0.9):
    """η twice: inside m and outside it."""
    m = beta1 * m + eta * g
    return theta - eta * m, m


@other(steps.momentum, "m")
def momentum_as_a_velocity_with_the_rate_twice(theta, g, m, eta=0.01, beta1=0.9):
    """The form of Sutskever, where m has η in it, and η outside as well."""
    m = beta1 * m - eta * g
    return theta + eta * m, m


@other(steps.momentum, "m")
def momentum_downhill_but_still_subtracted(theta, g, m, eta=0.01, beta1=0.9):
    """Two conventions mixed: m points downhill, and is subtracted all the same."""
    m = beta1 * m - eta * g
    return theta - m, m


@other(steps.momentum, "m")
def momentum_that_damps_the_gradient(theta, g, m, eta=0.01, beta1=0.9):
    """β₁ on g instead of on m."""
    m = m + beta1 * g
    return theta - eta * m, m


@other(steps.momentum, "m")
def momentum_with_friction_on_all(theta, g, m, eta=0.01, beta1=0.9):
    """A wrong bracket: β₁ (m + g)."""
    m = beta1 * (m + g)
    return theta - eta * m, m


@other(steps.momentum, "m")
def momentum_with_only_the_last_gradient(theta, g, m, eta=0.01, beta1=0.9):
    """Takes m for the last gradient, and keeps g in it."""
    theta = theta - eta * (g + beta1 * m)
    return theta, g


@other(steps.momentum, "theta")
def momentum_one_step_late(theta, g, m, eta=0.01, beta1=0.9):
    """Moves by the old m, and updates it afterwards."""
    theta = theta - eta * m
    m = beta1 * m + g
    return theta, m


@other(steps.momentum, "theta")
def momentum_counted_twice(theta, g, m, eta=0.01, beta1=0.9):
    """Moves by g and by m, which already has g in it."""
    m = beta1 * m + g
    return theta - eta * g - eta * m, m


@other(steps.momentum, "theta")
def momentum_with_friction_in_the_move(theta, g, m, eta=0.01, beta1=0.9):
    """β₁ once more in the move, and g forgotten."""
    m = beta1 * m + g
    return theta - eta * beta1 * m, m


@other(steps.momentum, "m")
def momentum_that_remembers_the_move(theta, g, m, eta=0.01, beta1=0.9):
    """The last move of θ is kept as m."""
    new = theta - eta * (beta1 * m + g)
    return new, new - theta


@other(steps.momentum, "m")
def momentum_with_swapped_shares_uphill(theta, g, m, eta=0.01, beta1=0.9):
    """Two mistakes: the shares of an average change places, and the sign is wrong."""
    m = (1 - beta1) * m + beta1 * g
    return theta + eta * m, m


# nesterov


@other(steps.nesterov, "theta")
def nesterov_with_shares_swapped(theta, g, m, eta=0.01, beta1=0.9):
    """m + β₁ g instead of g + β₁ m."""
    m = beta1 * m + g
    return theta - eta * (m + beta1 * g), m


@other(steps.nesterov, "theta")
def nesterov_that_looks_with_the_old_velocity(theta, g, m, eta=0.01, beta1=0.9):
    """The move is made with the old m, which is plain momentum."""
    look = g + beta1 * m
    m = beta1 * m + g
    return theta - eta * look, m


@other(steps.nesterov, "theta")
def nesterov_without_the_gradient(theta, g, m, eta=0.01, beta1=0.9):
    """Only the look ahead, without g itself."""
    m = beta1 * m + g
    return theta - eta * beta1 * m, m


@other(steps.nesterov, "m")
def nesterov_that_keeps_the_look_ahead(theta, g, m, eta=0.01, beta1=0.9):
    """The line of m is there twice, and the second result is kept."""
    m = beta1 * m + g
    m = beta1 * m + g
    return theta - eta * m, m


@other(steps.nesterov, "theta")
def nesterov_with_brackets_lost(theta, g, m, eta=0.01, beta1=0.9):
    """The bracket is lost: θ − η g + β₁ m."""
    m = beta1 * m + g
    return theta - eta * g + beta1 * m, m


@other(steps.nesterov, "m")
def nesterov_that_averages_and_moves_by_momentum(theta, g, m, eta=0.01, beta1=0.9):
    """Two mistakes: m is an average, and there is no look ahead."""
    m = beta1 * m + (1 - beta1) * g
    return theta - eta * m, m


# adagrad


@other(steps.adagrad, "G")
def adagrad_that_adds_slopes(theta, g, G, eta=0.01, eps=1e-10):
    """G adds up the gradients and squares the sum."""
    G = G + g
    return theta - eta * g / (np.sqrt(G**2) + eps), G


@other(steps.adagrad, "G")
def adagrad_with_sizes_instead_of_squares(theta, g, G, eta=0.01, eps=1e-10):
    """The square and the root are thought to cancel."""
    G = G + np.abs(g)
    return theta - eta * g / (G + eps), G


@other(steps.adagrad, "G")
def adagrad_that_keeps_the_root(theta, g, G, eta=0.01, eps=1e-10):
    """The root is written back into G."""
    G = np.sqrt(G + g**2)
    return theta - eta * g / (G + eps), G


@other(steps.adagrad, "G")
def adagrad_with_one_sum_for_all(theta, g, G, eta=0.01, eps=1e-10):
    """One squared length for all coordinates."""
    G = G + np.sum(g**2)
    return theta - eta * g / (np.sqrt(G) + eps), G


@other(steps.adagrad, "G")
def adagrad_that_forgets_the_past(theta, g, G, eta=0.01, eps=1e-10):
    """G is only the present square."""
    G = g**2
    return theta - eta * g / (np.sqrt(G) + eps), G


@other(steps.adagrad, "theta")
def adagrad_that_divides_first_and_adds_later(theta, g, G, eta=0.01, eps=1e-10):
    """Divides by the old G."""
    theta = theta - eta * g / (np.sqrt(G) + eps)
    return theta, G + g**2


@other(steps.adagrad, "theta")
def adagrad_with_root_over_everything(theta, g, G, eta=0.01, eps=1e-10):
    """The root is taken of the rate too."""
    G = G + g**2
    return theta - np.sqrt(eta / (G + eps)) * g, G


@other(steps.adagrad, "theta")
def adagrad_that_squares_the_sum_without_root(theta, g, G, eta=0.01, eps=1e-10):
    """Two mistakes: (G + g)², and no root."""
    G = (G + g) ** 2
    return theta - eta * g / (G + eps), G


# adadelta


@other(steps.adadelta, "theta")
def adadelta_upside_down(theta, g, v, u, eta=1.0, beta2=0.95, eps=1e-6):
    """The two roots change places."""
    v = beta2 * v + (1 - beta2) * g**2
    delta = np.sqrt(v + eps) / np.sqrt(u + eps) * g
    u = beta2 * u + (1 - beta2) * delta**2
    return theta - eta * delta, v, u


@other(steps.adadelta, "u")
def adadelta_that_averages_gradients_twice(theta, g, v, u, eta=1.0, beta2=0.95, eps=1e-6):
    """Copy and paste: u is the same average as v."""
    v = beta2 * v + (1 - beta2) * g**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = beta2 * u + (1 - beta2) * g**2
    return theta - eta * delta, v, u


@other(steps.adadelta, "u")
def adadelta_with_steps_not_squared(theta, g, v, u, eta=1.0, beta2=0.95, eps=1e-6):
    """u averages the size of the move, not its square."""
    v = beta2 * v + (1 - beta2) * g**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = beta2 * u + (1 - beta2) * np.abs(delta)
    return theta - eta * delta, v, u


@other(steps.adadelta, "u")
def adadelta_that_keeps_the_rate_in_its_memory(theta, g, v, u, eta=1.0, beta2=0.95, eps=1e-6):
    """u averages the move with η in it."""
    v = beta2 * v + (1 - beta2) * g**2
    delta = eta * np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = beta2 * u + (1 - beta2) * delta**2
    return theta - delta, v, u


@other(steps.adadelta, "theta")
def adadelta_without_the_first_root(theta, g, v, u, eta=1.0, beta2=0.95, eps=1e-6):
    """Only the divisor has its root."""
    v = beta2 * v + (1 - beta2) * g**2
    delta = (u + eps) / np.sqrt(v + eps) * g
    u = beta2 * u + (1 - beta2) * delta**2
    return theta - eta * delta, v, u


@other(steps.adadelta, "theta")
def adadelta_that_forgets_the_new_move(theta, g, v, u, eta=1.0, beta2=0.95, eps=1e-6):
    """The move is made as in RMSprop, Δ is only remembered."""
    v = beta2 * v + (1 - beta2) * g**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = beta2 * u + (1 - beta2) * delta**2
    return theta - eta * g / np.sqrt(v + eps), v, u


@other(steps.adadelta, "v")
def adadelta_with_adagrads_sum(theta, g, v, u, eta=1.0, beta2=0.95, eps=1e-6):
    """Two mistakes: v is a sum that forgets nothing, and u is summed as well."""
    v = v + g**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = u + delta**2
    return theta - eta * delta, v, u


# rmsprop


@other(steps.rmsprop, "theta")
def rmsprop_with_the_correction_of_adam(theta, g, v, t, eta=0.01, beta2=0.9, eps=1e-8):
    """v is corrected as in Adam."""
    v = beta2 * v + (1 - beta2) * g**2
    v_hat = v / (1 - beta2**t)
    return theta - eta * g / (np.sqrt(v_hat) + eps), v


@other(steps.rmsprop, "v")
def rmsprop_with_a_leaking_sum(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    """(1 − β₂) is forgotten."""
    v = beta2 * v + g**2
    return theta - eta * g / (np.sqrt(v) + eps), v


@other(steps.rmsprop, "v")
def rmsprop_that_averages_roots(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    """The average of the root of g², so of |g|, is kept."""
    v = beta2 * v + (1 - beta2) * np.sqrt(g**2)
    return theta - eta * g / (v + eps), v


@other(steps.rmsprop, "v")
def rmsprop_that_squares_the_share(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    """The bracket takes in the share: ((1 − β₂) g)²."""
    v = beta2 * v + ((1 - beta2) * g) ** 2
    return theta - eta * g / (np.sqrt(v) + eps), v


@other(steps.rmsprop, "v")
def rmsprop_that_adds_up(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    """The old v is kept whole: v + (1 − β₂) g²."""
    v = v + (1 - beta2) * g**2
    return theta - eta * g / (np.sqrt(v) + eps), v


@other(steps.rmsprop, "theta")
def rmsprop_that_multiplies(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    """Multiplies by the root instead of dividing."""
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * g * (np.sqrt(v) + eps), v


@other(steps.rmsprop, "theta")
def rmsprop_with_the_root_of_the_average_of_coordinates(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    """The mean of root mean square is taken over the coordinates."""
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * g / (np.sqrt(np.mean(v)) + eps), v


@other(steps.rmsprop, "v")
def rmsprop_swapped_and_rootless(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    """Two mistakes: the shares change places, and no root."""
    v = (1 - beta2) * v + beta2 * g**2
    return theta - eta * g / (v + eps), v


# adam: the averages


@other(steps.adam, "m")
def adam_with_sums(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Both averages miss their 1 − β."""
    m = beta1 * m + g
    v = beta2 * v + g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "m")
def adam_with_m_bracket_lost(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The bracket around 1 − β₁ is lost."""
    m = beta1 * m + 1 - beta1 * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "m")
def adam_with_beta_over_all(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The bracket takes in too much: β₁ (m + (1 − β₁) g)."""
    m = beta1 * (m + (1 - beta1) * g)
    v = beta2 * (v + (1 - beta2) * g**2)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "v")
def adam_that_doubles(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """g times two instead of g squared."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * np.abs(g * 2)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "v")
def adam_that_squares_m(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """v averages m² instead of g²."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * m**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "v")
def adam_with_the_variance(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Takes v for the variance: the square of g − m."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g - m) ** 2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "v")
def adam_that_squares_the_average(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The square of an average instead of the average of squares."""
    m = beta1 * m + (1 - beta1) * g
    v = (beta2 * v + (1 - beta2) * g) ** 2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "v")
def adam_with_a_dot_product(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """g² read as the dot product g·g."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g @ g)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "v")
def adam_with_m_pasted_into_v(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The line of m was copied, and m stayed in it."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * m + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = np.abs(v) / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "v")
def adam_with_beta1_pasted_into_v(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The line of m was copied, and one β₁ stayed in it."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta1) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "m")
def adam_with_betas_swapped_everywhere(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """β₁ and β₂ change places, in the corrections too."""
    m = beta2 * m + (1 - beta2) * g
    v = beta1 * v + (1 - beta1) * g**2
    m_hat = m / (1 - beta2**t)
    v_hat = v / (1 - beta1**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "m")
def adam_with_beta_as_the_share_of_the_new(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """β is given to the new gradient, 1 − β to the old average, in both lines."""
    m = (1 - beta1) * m + beta1 * g
    v = (1 - beta2) * v + beta2 * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "m")
def adam_with_plain_means(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The mean of all gradients so far, each counting alike."""
    m = m + (g - m) / t
    v = v + (g**2 - v) / t
    return theta - eta * m / (np.sqrt(v) + eps), m, v


@other(steps.adam, "m")
def adam_with_beta_to_the_t_in_the_averages(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """βᵗ stands in the averages too."""
    m = beta1**t * m + (1 - beta1**t) * g
    v = beta2**t * v + (1 - beta2**t) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "m")
def adam_with_the_point_averaged(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """m averages θ, as if it were an average of points."""
    m = beta1 * m + (1 - beta1) * theta
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "m")
def adam_of_scaled_gradients(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The gradient is divided first and averaged afterwards."""
    v = beta2 * v + (1 - beta2) * g**2
    v_hat = v / (1 - beta2**t)
    m = beta1 * m + (1 - beta1) * g / (np.sqrt(v_hat) + eps)
    m_hat = m / (1 - beta1**t)
    return theta - eta * m_hat, m, v


@other(steps.adam, "m")
def adam_with_the_rate_in_m_and_outside(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """η stands in the average, as in Sutskever's momentum, and outside as well."""
    m = beta1 * m + (1 - beta1) * eta * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "m")
def adam_with_a_penalty(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """A weight decay that nobody asked for."""
    g = g + 0.01 * theta
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "v")
def adam_with_the_largest_square(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Half of AMSGrad: v may only grow."""
    m = beta1 * m + (1 - beta1) * g
    v = np.maximum(v, beta2 * v + (1 - beta2) * g**2)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "v")
def adam_with_the_minus_pasted(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """A slip: the 1 of 1 − β₂ became t."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (t - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


# adam: the corrections


@other(steps.adam, "theta")
def adam_with_the_power_outside(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """(1 − β)ᵗ instead of 1 − βᵗ."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1) ** t
    v_hat = v / (1 - beta2) ** t
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_with_t_as_a_factor(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The t of βᵗ read as a factor or an index."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1 * t)
    v_hat = v / np.abs(1 - beta2 * t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_with_the_division_not_bracketed(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """m / 1 − β₁ᵗ without its bracket."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / 1 - beta1**t
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_that_multiplies_the_correction(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Multiplies by 1 − βᵗ."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m * (1 - beta1**t)
    v_hat = v * (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_with_plus_in_the_correction(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """1 + βᵗ instead of 1 − βᵗ."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 + beta1**t)
    v_hat = v / (1 + beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_that_counts_from_zero(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Believes that t starts at 0, and adds 1."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1 ** (t + 1))
    v_hat = v / (1 - beta2 ** (t + 1))
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_that_looks_one_step_back(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """t − 1 in the corrections, so that the first step divides by zero."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1 ** (t - 1))
    v_hat = v / (1 - beta2 ** (t - 1))
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_with_one_correction_for_both(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Copy and paste: v is corrected with β₁."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta1**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_that_corrects_after_the_root(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The root is taken first, and then corrected."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    root = np.sqrt(v) / (1 - beta2**t)
    return theta - eta * m_hat / (root + eps), m, v


@other(steps.adam, "theta")
def adam_that_corrects_only_the_first_step(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The correction is for the start, so it is made at t = 1 only."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m, v
    if t == 1:
        m_hat = m / (1 - beta1)
        v_hat = v / (1 - beta2)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_that_corrects_the_old_averages(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The corrections stand above the averages, so they use the old ones."""
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_that_computes_hats_for_nothing(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The corrections are there, but the last line uses m and v."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m / (np.sqrt(v) + eps), m, v


@other(steps.adam, "theta")
def adam_with_a_hat_on_one_side(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Only m is corrected."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    return theta - eta * m_hat / (np.sqrt(v) + eps), m, v


@other(steps.adam, "m")
def adam_that_keeps_the_hats(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The corrected averages are written back into m and v."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m = m / (1 - beta1**t)
    v = v / (1 - beta2**t)
    return theta - eta * m / (np.sqrt(v) + eps), m, v


@other(steps.adam, "theta")
def adam_with_the_rate_upside_down(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The short form of the paper with its two corrections upside down."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    eta_t = eta * (1 - beta1**t) / np.sqrt(1 - beta2**t)
    return theta - eta_t * m / (np.sqrt(v) + eps), m, v


@other(steps.adam, "theta")
def adam_with_the_rate_and_no_root(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The short form of the paper without the root over 1 − β₂ᵗ."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    eta_t = eta * (1 - beta2**t) / (1 - beta1**t)
    return theta - eta_t * m / (np.sqrt(v) + eps), m, v


@other(steps.adam, "theta")
def adam_in_the_short_form(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The short form of the paper and of Keras: ε beside the root of the raw v."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    eta_t = eta * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - eta_t * m / (np.sqrt(v) + eps), m, v


@other(steps.adam, "theta")
def adam_with_the_short_form_and_hats(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Corrected twice: in the rate and in the averages."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    eta_t = eta * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - eta_t * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_with_t_frozen(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """t is set to 1 at every call."""
    t = 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


# adam: the move


@other(steps.adam, "theta")
def adam_with_eps_out_of_the_bracket(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """ε is added to the quotient."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / np.sqrt(v_hat) + eps, m, v


@other(steps.adam, "theta")
def adam_that_multiplies_by_the_bracket(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """A / became a *."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat * (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_with_the_fresh_gradient(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """g stands where m̂ should stand."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * g / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_with_two_moves(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam as momentum plus RMSprop: both moves are made, one after the other."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    theta = theta - eta * m_hat
    theta = theta - eta * g / (np.sqrt(v_hat) + eps)
    return theta, m, v


@other(steps.adam, "theta")
def adam_with_one_length_for_all(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Divides by the length of the vector instead of each coordinate by its own root."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.linalg.norm(np.sqrt(v_hat)) + eps), m, v


@other(steps.adam, "theta")
def adam_with_signs_only(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Heard that Adam follows the sign: every move is η long."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * np.sign(m), m, v


@other(steps.adam, "theta")
def adam_that_looks_ahead(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The move of Nadam: β₁ m̂ plus a share of g."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    look = beta1 * m_hat + (1 - beta1) * g / (1 - beta1**t)
    return theta - eta * look / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_with_a_shrinking_rate(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """η / √t, from the proof of the paper."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta / np.sqrt(t) * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_that_swaps_m_and_v_in_the_move(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """m̂ and v̂ change places in the last line."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * v_hat / (np.sqrt(np.abs(m_hat)) + eps), m, v


@other(steps.adam, "theta")
def adam_that_returns_the_update(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Returns what is to be added to θ, as Optax does."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return -eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_that_forgets_to_assign(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The new point is computed, and the old one returned."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    new = theta - eta * m_hat / (np.sqrt(v_hat) + eps)
    return theta, m, v


@other(steps.adam, "m")
def adam_that_updates_copies(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """New averages under new names, and the old ones are returned."""
    m_new = beta1 * m + (1 - beta1) * g
    v_new = beta2 * v + (1 - beta2) * g**2
    m_hat = m_new / (1 - beta1**t)
    v_hat = v_new / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "m")
def adam_that_returns_v_before_m(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """m and v come back in the wrong order."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), v, m


@other(steps.adam, "theta")
def adam_that_returns_the_point_last(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The memory comes first, the point last."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return m, v, theta - eta * m_hat / (np.sqrt(v_hat) + eps)


@other(steps.adam, "m")
def adam_that_returns_gradients(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """g and g² are returned as the memory of the next step."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), g, g**2


# adam: two mistakes at once


@other(steps.adam, "theta")
def adam_uncorrected_with_eps_in_the_root(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Two mistakes: no correction, and ε inside the root."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * m / np.sqrt(v + eps), m, v


@other(steps.adam, "m")
def adam_summed_and_rootless(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Two mistakes: m is a sum, and the root is missing."""
    m = beta1 * m + g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (v_hat + eps), m, v


@other(steps.adam, "v")
def adam_unsquared_and_uphill(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Two mistakes: |g| in place of g², and the sign of the move."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * np.abs(g)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta + eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_rootless_with_power_outside(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Two mistakes: (1 − β)ᵗ, and no root."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1) ** t
    v_hat = v / (1 - beta2) ** t
    return theta - eta * m_hat / (v_hat + eps), m, v


@other(steps.adam, "m")
def adam_swapped_betas_without_correction(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Two mistakes: β₁ and β₂ change places, and no correction."""
    m = beta2 * m + (1 - beta2) * g
    v = beta1 * v + (1 - beta1) * g**2
    return theta - eta * m / (np.sqrt(v) + eps), m, v


@other(steps.adam, "m")
def adam_with_hats_kept_and_eps_lost(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Two mistakes: the corrected m is kept, and ε is forgotten."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m / np.sqrt(v_hat), m, v


@other(steps.adam, "theta")
def adam_fresh_gradient_and_raw_v(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Two mistakes: g in place of m̂, and v in place of v̂. This is RMSprop."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * g / (np.sqrt(v) + eps), m, v


@other(steps.adam, "v")
def adam_with_m_squared_and_hats_swapped(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Two mistakes: m² in v, and the corrections change places."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * m**2
    m_hat = m / (1 - beta2**t)
    v_hat = v / (1 - beta1**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "v")
def adam_pasted_v_and_returned_update(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Two mistakes: β₁ stayed in the line of v, and the move is returned."""
    m = beta1 * m + (1 - beta1) * g
    v = beta1 * v + (1 - beta1) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adam, "theta")
def adam_late_by_one_and_eps_lost(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Two mistakes: t + 1 in the corrections, and ε outside the bracket."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1 ** (t + 1))
    v_hat = v / (1 - beta2 ** (t + 1))
    return theta - eta * (m_hat / np.sqrt(v_hat) + eps), m, v


# amsgrad


@other(steps.amsgrad, "v")
def amsgrad_that_keeps_only_the_largest(
    theta, g, m, v, v_max, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8
):
    """v itself is overwritten with the largest."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v = np.maximum(v_max, v)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v, v


@other(steps.amsgrad, "v_max")
def amsgrad_with_the_largest_corrected(theta, g, m, v, v_max, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Optax's form: first corrected, then the largest."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    v_max = np.maximum(v_max, v_hat)
    return theta - eta * m_hat / (np.sqrt(v_max) + eps), m, v, v_max


@other(steps.amsgrad, "v_max")
def amsgrad_with_the_largest_coordinate(
    theta, g, m, v, v_max, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8
):
    """The largest over the coordinates instead of over time."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, np.max(v))
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v, v_max


@other(steps.amsgrad, "v_max")
def amsgrad_with_the_largest_square(theta, g, m, v, v_max, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The largest g² instead of the largest v."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, g**2)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v, v_max


@other(steps.amsgrad, "theta")
def amsgrad_that_ignores_its_memory(theta, g, m, v, v_max, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """The largest is kept, but the move is Adam's."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v, v_max


@other(steps.amsgrad, "theta")
def amsgrad_as_in_its_paper(theta, g, m, v, v_max, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """No correction, as in the paper."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    return theta - eta * m / (np.sqrt(v_max) + eps), m, v, v_max


@other(steps.amsgrad, "v_max")
def amsgrad_with_a_late_largest(theta, g, m, v, v_max, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Two mistakes: the largest is taken before v is new, and the root is missing."""
    v_max = np.maximum(v_max, v)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    return theta - eta * m_hat / (v_hat + eps), m, v, v_max


# adamw


@other(steps.adamw, "m")
def adamw_as_a_penalty(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    """The decay is added to the gradient: Adam with an L2 penalty."""
    g = g + weight_decay * theta
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adamw, "theta")
def adamw_with_decay_over_the_root(
    theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    """The decay is divided by the root as well."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * (m_hat + weight_decay * theta) / (np.sqrt(v_hat) + eps), m, v


@other(steps.adamw, "theta")
def adamw_that_keeps_only_the_decay(
    theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    """θ (λ) instead of θ (1 − λ): the share that goes is taken for the share that stays."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return eta * weight_decay * theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adamw, "theta")
def adamw_that_decays_afterwards(
    theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    """The decay comes after the move, of the new point."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    theta = theta - eta * m_hat / (np.sqrt(v_hat) + eps)
    return theta - eta * weight_decay * theta, m, v


@other(steps.adamw, "theta")
def adamw_that_decays_by_the_gradient(
    theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    """g stands in the decay instead of θ."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    theta = theta - eta * weight_decay * g
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@other(steps.adamw, "theta")
def adamw_that_grows_without_correction(
    theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    """Two mistakes: the decay has the wrong sign, and no correction."""
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    theta = theta + eta * weight_decay * theta
    return theta - eta * m / (np.sqrt(v) + eps), m, v


# nadam


@other(steps.nadam, "c")
def nadam_without_a_schedule(
    theta, g, m, v, c, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004
):
    """μ is β₁ at every step."""
    c = beta1 * c + (1 - beta1)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = beta1 * m / (beta1 * c + 1 - beta1) + (1 - beta1) * g / c
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_bar / (np.sqrt(v_hat) + eps), m, v, c


@other(steps.nadam, "theta")
def nadam_with_one_mu(
    theta, g, m, v, c, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004
):
    """The μ of now where that of the next step belongs."""
    mu = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * t))
    c = mu * c + (1 - mu)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = mu * m / (mu * c + 1 - mu) + (1 - mu) * g / c
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_bar / (np.sqrt(v_hat) + eps), m, v, c


@other(steps.nadam, "c")
def nadam_with_the_product_as_c(
    theta, g, m, v, c, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004
):
    """PyTorch's product of all μ, which starts at one there and at zero here."""
    mu = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * t))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * (t + 1)))
    c = c * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = mu_next * m / (1 - c * mu_next) + (1 - mu) * g / (1 - c)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_bar / (np.sqrt(v_hat) + eps), m, v, c


@other(steps.nadam, "m")
def nadam_with_mu_in_m(
    theta, g, m, v, c, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004
):
    """m is averaged with μ, as the look ahead suggests."""
    mu = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * t))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * (t + 1)))
    c = mu * c + (1 - mu)
    m = mu * m + (1 - mu) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = mu_next * m / (mu_next * c + 1 - mu_next) + (1 - mu) * g / c
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_bar / (np.sqrt(v_hat) + eps), m, v, c


@other(steps.nadam, "c")
def nadam_with_the_schedule_of_keras(
    theta, g, m, v, c, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004
):
    """0.96ᵗ without ψ."""
    mu = beta1 * (1 - 0.5 * 0.96**t)
    mu_next = beta1 * (1 - 0.5 * 0.96 ** (t + 1))
    c = mu * c + (1 - mu)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = mu_next * m / (mu_next * c + 1 - mu_next) + (1 - mu) * g / c
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_bar / (np.sqrt(v_hat) + eps), m, v, c


@other(steps.nadam, "theta")
def nadam_that_looks_ahead_with_the_hat(
    theta, g, m, v, c, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004
):
    """m̂ of Adam instead of m̄."""
    mu = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * t))
    c = mu * c + (1 - mu)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v, c


@other(steps.nadam, "c")
def nadam_with_a_bracket_slip_and_raw_v(
    theta, g, m, v, c, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004
):
    """Two mistakes: (1 − ½) · 0.96^(ψ t), and v is not corrected."""
    mu = beta1 * (1 - 0.5) * 0.96 ** (momentum_decay * t)
    mu_next = beta1 * (1 - 0.5) * 0.96 ** (momentum_decay * (t + 1))
    c = mu * c + (1 - mu)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = mu_next * m / (mu_next * c + 1 - mu_next) + (1 - mu) * g / c
    return theta - eta * m_bar / (np.sqrt(v) + eps), m, v, c


# adamax


@other(steps.adamax, "u")
def adamax_with_the_sign_left_in(theta, g, m, u, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    """The size of g is forgotten: a negative slope never counts."""
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, g + eps)
    m_hat = m / (1 - beta1**t)
    return theta - eta * m_hat / u, m, u


@other(steps.adamax, "u")
def adamax_that_never_forgets(theta, g, m, u, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    """The largest of all time: β₂ is forgotten."""
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(u, np.abs(g) + eps)
    m_hat = m / (1 - beta1**t)
    return theta - eta * m_hat / u, m, u


@other(steps.adamax, "u")
def adamax_with_an_average(theta, g, m, u, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    """An average of |g| instead of a maximum."""
    m = beta1 * m + (1 - beta1) * g
    u = beta2 * u + (1 - beta2) * np.abs(g)
    m_hat = m / (1 - beta1**t)
    return theta - eta * m_hat / (u + eps), m, u


@other(steps.adamax, "u")
def adamax_with_beta_over_the_maximum(theta, g, m, u, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    """The bracket takes in too much: β₂ max(u, |g| + ε)."""
    m = beta1 * m + (1 - beta1) * g
    u = beta2 * np.maximum(u, np.abs(g) + eps)
    m_hat = m / (1 - beta1**t)
    return theta - eta * m_hat / u, m, u


@other(steps.adamax, "theta")
def adamax_with_u_corrected(theta, g, m, u, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    """u is corrected as v is in Adam."""
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    m_hat = m / (1 - beta1**t)
    u_hat = u / (1 - beta2**t)
    return theta - eta * m_hat / u_hat, m, u


@other(steps.adamax, "u")
def adamax_with_eps_beside_u(theta, g, m, u, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    """Keras' form: ε is added to u."""
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    m_hat = m / (1 - beta1**t)
    return theta - eta * m_hat / (u + eps), m, u


@other(steps.adamax, "u")
def adamax_of_squares_with_root_and_no_hat(theta, g, m, u, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    """Two mistakes: the largest square, and m is not corrected."""
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, g**2)
    return theta - eta * m / (np.sqrt(u) + eps), m, u
