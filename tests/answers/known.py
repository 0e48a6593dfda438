"""Known mistakes, each in three writings or more.

Every step here has one mistake and is otherwise right. The first writing of each stays close to
the reference; the others have other names, another order, or another way to compute the same.
"""

import numpy as np

from adamlab import steps

KNOWN = []  # (id, function, reference)


def known(id):
    """Enter a step under the id of its mistake."""

    def enter(step):
        KNOWN.append((id, step, getattr(steps, id.split(".")[0])))
        return step

    return enter


# Gradient descent -----------------------------------------------------------------------------------


@known("gradient_descent.grad_not_reset")
def gd_grad_not_reset_plain(theta, g, total, eta=0.1):
    total = total + g
    return theta - eta * total, total


@known("gradient_descent.grad_not_reset")
def gd_grad_not_reset_dw(theta, g, dw, lr=0.1):
    dw = dw.copy()
    dw += g
    theta = theta - lr * dw
    return theta, dw


@known("gradient_descent.grad_not_reset")
def gd_grad_not_reset_loop(g, grad, theta, *, learning_rate=0.1):
    grad, new = np.array(grad), np.array(theta)
    for i in range(2):
        grad[i] += g[i]
        new[i] -= learning_rate * grad[i]
    return new, grad


@known("gradient_descent.grad_not_reset")
def gd_grad_not_reset_scaled(theta, g, move, alpha=0.1):
    move = move - alpha * g  # the old gradients are still in it
    return theta + move, move


@known("gradient_descent.int_array")
def int_array_plain(theta, g, eta=0.1):
    p = theta.astype(int)
    p[:] = p - eta * g
    return p


@known("gradient_descent.int_array")
def int_array_trunc(theta, g, lr=0.1):
    return np.trunc(theta - lr * g)


@known("gradient_descent.int_array")
def int_array_loop(theta, g, *, learning_rate=0.1):
    p = np.array([0, 0])
    for i in range(2):
        p[i] = theta[i] - learning_rate * g[i]
    return p


@known("gradient_descent.int_array")
def int_array_python_int(g, theta, step_size=0.1):
    x, y = theta
    return np.array([int(x - step_size * g[0]), int(y - step_size * g[1])])


@known("gradient_descent.int_array")
def int_array_like(theta, g, alpha=0.1):
    point = np.zeros_like(theta, dtype=int)
    np.subtract(theta, alpha * g, out=point, casting="unsafe")
    return point


@known("gradient_descent.sum_vs_mean")
def sum_vs_mean_plain(theta, g, eta=0.1):
    return theta - eta * 2 * g


@known("gradient_descent.sum_vs_mean")
def sum_vs_mean_two_examples(theta, g, lr=0.1):
    examples = np.stack([g, g])
    dw = examples.sum(axis=0)
    return theta - lr * dw


@known("gradient_descent.sum_vs_mean")
def sum_vs_mean_loop(theta, g, *, learning_rate=0.1):
    dw = np.zeros_like(g)
    for _ in range(2):
        dw += g
    new = theta.copy()
    new -= learning_rate * dw
    return new


@known("gradient_descent.sum_vs_mean")
def sum_vs_mean_half(theta, g, eta=0.1):
    return theta - eta * (g / 2)


@known("gradient_descent.sum_vs_mean")
def sum_vs_mean_half_of_a_sum(g, theta, alpha=0.1):
    n = len(g)
    return np.array([theta[i] - alpha / n * g[i] for i in range(n)])


# Momentum -------------------------------------------------------------------------------------------


@known("momentum.lr_twice")
def lr_twice_plain(theta, g, m, eta=0.01, beta1=0.9):
    m = beta1 * m + eta * g
    return theta - eta * m, m


@known("momentum.lr_twice")
def lr_twice_velocity_down(theta, g, velocity, lr=0.01, momentum=0.9):
    velocity = momentum * velocity - lr * g
    return theta + lr * velocity, velocity


@known("momentum.lr_twice")
def lr_twice_loop(theta, g, u, *, beta=0.9, learning_rate=0.01):
    theta, u = theta.copy(), u.copy()
    for i in range(2):
        u[i] = beta * u[i] + learning_rate * g[i]
        theta[i] -= learning_rate * u[i]
    return theta, u


@known("momentum.lr_twice")
def lr_twice_folded(theta, g, u, lr=0.01, mu=0.9):
    u = mu * u + g
    return theta - lr**2 * u, u


@known("momentum.sign_mixed")
def sign_mixed_plain(theta, g, m, eta=0.01, beta1=0.9):
    m = beta1 * m - eta * g
    return theta - m, m


@known("momentum.sign_mixed")
def sign_mixed_plus(theta, g, v, lr=0.01, mu=0.9):
    v = mu * v + lr * g
    theta = theta + v
    return theta, v


@known("momentum.sign_mixed")
def sign_mixed_rate_outside(theta, g, m, eta=0.01, beta1=0.9):
    m = beta1 * m - g
    return theta - eta * m, m


@known("momentum.sign_mixed")
def sign_mixed_in_place(g, u, theta, *, beta=0.9, lr=0.01):
    new, u = theta.copy(), u.copy()
    u *= beta
    u -= lr * g
    new -= u
    return new, u


@known("momentum.sign_mixed")
def sign_mixed_loop(theta, g, v, learning_rate=0.01, b1=0.9):
    v = np.array([b1 * v[i] - learning_rate * g[i] for i in range(2)])
    return np.array([theta[i] - v[i] for i in range(2)]), v


@known("momentum.ema_same_lr")
def ema_same_lr_plain(theta, g, m, eta=0.01, beta1=0.9):
    m = beta1 * m + (1 - beta1) * g
    return theta - eta * m, m


@known("momentum.ema_same_lr")
def ema_same_lr_velocity(theta, g, v, lr=0.01, mu=0.9):
    v = mu * v - (1 - mu) * lr * g
    return theta + v, v


@known("momentum.ema_same_lr")
def ema_same_lr_towards(theta, g, average, *, beta=0.9, learning_rate=0.01):
    average = average + (1 - beta) * (g - average)
    theta = theta - learning_rate * average
    return theta, average


@known("momentum.ema_same_lr")
def ema_same_lr_loop(u, theta, g, alpha=0.01, b1=0.9):
    theta, u = theta.copy(), u.copy()
    for i in range(2):
        u[i] *= b1
        u[i] += (1 - b1) * g[i]
        theta[i] -= alpha * u[i]
    return theta, u


# Nesterov: theta is the look-ahead point ------------------------------------------------------------


@known("nesterov.no_lookahead")
def no_lookahead_plain(theta, g, m, eta=0.01, beta1=0.9):
    m = beta1 * m + g
    return theta - eta * m, m


@known("nesterov.no_lookahead")
def no_lookahead_velocity(theta, g, v, lr=0.01, mu=0.9):
    v = mu * v - lr * g
    return theta + v, v


@known("nesterov.no_lookahead")
def no_lookahead_merged(theta, g, u, *, beta=0.9, learning_rate=0.01):
    return theta - learning_rate * beta * u - learning_rate * g, beta * u + g


@known("nesterov.no_lookahead")
def no_lookahead_loop(g, theta, u, alpha=0.01, b1=0.9):
    theta, u = theta.copy(), u.copy()
    for i in range(2):
        u[i] = b1 * u[i] + alpha * g[i]
        theta[i] -= u[i]
    return theta, u


@known("nesterov.lookahead_wrong_way")
def lookahead_wrong_way_plain(theta, g, m, eta=0.01, beta1=0.9):
    m = beta1 * m + g
    return theta - eta * (g - beta1 * m), m


@known("nesterov.lookahead_wrong_way")
def lookahead_wrong_way_velocity(theta, g, v, lr=0.01, mu=0.9):
    v = mu * v - lr * g
    return theta - lr * g - mu * v, v


@known("nesterov.lookahead_wrong_way")
def lookahead_wrong_way_from_the_ball(theta, g, u, *, beta=0.9, learning_rate=0.01):
    ball = theta + learning_rate * beta * u
    u = beta * u + g
    ball = ball - learning_rate * u
    return ball + learning_rate * beta * u, u


@known("nesterov.lookahead_wrong_way")
def lookahead_wrong_way_loop(u, g, theta, alpha=0.01, b1=0.9):
    theta, u = theta.copy(), u.copy()
    for i in range(2):
        u[i] = b1 * u[i] + g[i]
        theta[i] += alpha * b1 * u[i] - alpha * g[i]
    return theta, u


@known("nesterov.lookahead_wrong_way")
def lookahead_wrong_way_other_point(theta, g, m, eta=0.01, beta1=0.9):
    ball = theta - eta * beta1 * m  # theta was ball + eta beta1 m
    m = beta1 * m + g
    ball = ball - eta * m
    return ball + eta * beta1 * m, m


@known("nesterov.lookahead_wrong_way")
def lookahead_wrong_way_other_point_merged(theta, g, v, lr=0.01, mu=0.9):
    old, v = v, mu * v - lr * g
    return theta + v + mu * (old - v), v


@known("nesterov.lookahead_no_lr")
def lookahead_no_lr_plain(theta, g, m, eta=0.01, beta1=0.9):
    m = beta1 * m + g
    return theta - eta * g - beta1 * m, m


@known("nesterov.lookahead_no_lr")
def lookahead_no_lr_from_the_ball(theta, g, u, lr=0.01, mu=0.9):
    ball = theta + lr * mu * u
    u = mu * u + g
    ball = ball - lr * u
    return ball - mu * u, u


@known("nesterov.lookahead_no_lr")
def lookahead_no_lr_loop(g, theta, u, *, beta=0.9, learning_rate=0.01):
    theta, u = theta.copy(), u.copy()
    for i in range(2):
        u[i] = beta * u[i] + g[i]
        theta[i] -= learning_rate * g[i] + beta * u[i]
    return theta, u


@known("nesterov.lookahead_no_lr")
def lookahead_no_lr_folded(theta, g, u, b1=0.9, alpha=0.01):
    return theta - (alpha + b1) * g - b1**2 * u, b1 * u + g


@known("nesterov.lookahead_no_lr")
def lookahead_no_lr_other_point(theta, g, m, eta=0.01, beta1=0.9):
    ball = theta + beta1 * m  # theta was ball - beta1 m
    m = beta1 * m + g
    ball = ball - eta * m
    return ball - beta1 * m, m


@known("nesterov.lookahead_no_lr")
def lookahead_no_lr_other_point_merged(theta, g, u, lr=0.01, mu=0.9):
    old, u = u, mu * u + g
    return theta - lr * u + mu * (old - u), u


# Adagrad --------------------------------------------------------------------------------------------


@known("adagrad.no_accumulation")
def no_accumulation_plain(theta, g, G, eta=0.01, eps=1e-10):
    G = g**2
    return theta - eta * g / (np.sqrt(G) + eps), G


@known("adagrad.no_accumulation")
def no_accumulation_without_memory(theta, g, lr=0.01, epsilon=1e-10):
    return theta - lr * g / (np.sqrt(g * g) + epsilon)


@known("adagrad.no_accumulation")
def no_accumulation_set_to_zero(theta, g, cache, *, eps=1e-10, learning_rate=0.01):
    theta, cache = theta.copy(), np.zeros_like(cache)
    for i in range(2):
        cache[i] += g[i] ** 2
        theta[i] -= learning_rate * g[i] / (cache[i] ** 0.5 + eps)
    return theta, cache


@known("adagrad.no_accumulation")
def no_accumulation_size(g, theta, alpha=0.01, epsilon=1e-10):
    size = np.abs(g)
    rate = alpha / (size + epsilon)
    return theta - rate * g


@known("adagrad.no_sqrt")
def adagrad_no_sqrt_plain(theta, g, G, eta=0.01, eps=1e-10):
    G = G + g**2
    return theta - eta * g / (G + eps), G


@known("adagrad.no_sqrt")
def adagrad_no_sqrt_rate(theta, g, cache, lr=0.01, epsilon=1e-10):
    cache = cache + np.square(g)
    rate = lr / (epsilon + cache)
    return theta - rate * g, cache


@known("adagrad.no_sqrt")
def adagrad_no_sqrt_loop(s, g, theta, *, eps=1e-10, learning_rate=0.01):
    theta, s = theta.copy(), s.copy()
    for i in range(2):
        s[i] += g[i] * g[i]
        theta[i] -= learning_rate * g[i] / (s[i] + eps)
    return theta, s


@known("adagrad.no_sqrt")
def adagrad_no_sqrt_merged(theta, g, r, alpha=0.01, epsilon=1e-10):
    return theta - alpha * g / (r + g**2 + epsilon), r + g**2


# Adadelta -------------------------------------------------------------------------------------------


@known("adadelta.no_eps_numerator")
def no_eps_numerator_plain(theta, g, v, u, eta=1.0, beta2=0.95, eps=1e-6):
    v = beta2 * v + (1 - beta2) * g**2
    delta = np.sqrt(u) / np.sqrt(v + eps) * g
    u = beta2 * u + (1 - beta2) * delta**2
    return theta - eta * delta, v, u


@known("adadelta.no_eps_numerator")
def no_eps_numerator_one_root(theta, g, Eg, Ed, lr=1.0, rho=0.95, epsilon=1e-6):
    Eg = rho * Eg + (1 - rho) * g * g
    dx = -np.sqrt(Ed / (Eg + epsilon)) * g
    Ed = rho * Ed + (1 - rho) * dx * dx
    return theta + lr * dx, Eg, Ed


@known("adadelta.no_eps_numerator")
def no_eps_numerator_loop(g, d, s, theta, *, eps=1e-6, learning_rate=1.0, rho=0.95):
    theta, s, d = theta.copy(), s.copy(), d.copy()
    for i in range(2):
        s[i] = rho * s[i] + (1 - rho) * g[i] ** 2
        step = d[i] ** 0.5 / (s[i] + eps) ** 0.5 * g[i]
        d[i] = rho * d[i] + (1 - rho) * step**2
        theta[i] -= learning_rate * step
    return theta, d, s


@known("adadelta.no_eps_numerator")
def no_eps_numerator_named_roots(theta, g, v, u, beta2=0.95, eps=1e-6, eta=1.0):
    v = v + (1 - beta2) * (g**2 - v)
    rms_g, rms_d = np.sqrt(v + eps), np.sqrt(u)
    delta = rms_d / rms_g * g
    u = u + (1 - beta2) * (delta**2 - u)
    return theta - eta * delta, v, u


@known("adadelta.accumulate_g")
def accumulate_g_plain(theta, g, v, u, eta=1.0, beta2=0.95, eps=1e-6):
    v = beta2 * v + (1 - beta2) * g**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = beta2 * u + (1 - beta2) * g**2
    return theta - eta * delta, v, u


@known("adadelta.accumulate_g")
def accumulate_g_one_root(theta, g, Eg, Ed, lr=1.0, rho=0.95, epsilon=1e-6):
    square = (1 - rho) * g * g
    Eg = rho * Eg + square
    dx = -np.sqrt((Ed + epsilon) / (Eg + epsilon)) * g
    Ed = rho * Ed + square
    return theta + lr * dx, Eg, Ed


@known("adadelta.accumulate_g")
def accumulate_g_loop(g, d, s, theta, *, eps=1e-6, learning_rate=1.0, rho=0.95):
    theta, s, d = theta.copy(), s.copy(), d.copy()
    for i in range(2):
        s[i] = rho * s[i] + (1 - rho) * g[i] ** 2
        theta[i] -= learning_rate * ((d[i] + eps) / (s[i] + eps)) ** 0.5 * g[i]
        d[i] = rho * d[i] + (1 - rho) * g[i] ** 2
    return theta, d, s


@known("adadelta.accumulate_g")
def accumulate_g_one_memory(theta, g, v, eta=1.0, beta2=0.95, eps=1e-6):
    old, v = v, beta2 * v + (1 - beta2) * g**2  # the same average, one step late
    return theta - eta * np.sqrt(old + eps) / np.sqrt(v + eps) * g, v


# RMSprop --------------------------------------------------------------------------------------------


@known("rmsprop.precedence")
def precedence_plain(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    v = (beta2 * v + (1 - beta2)) * g**2
    return theta - eta * g / (np.sqrt(v) + eps), v


@known("rmsprop.precedence")
def precedence_rho(theta, g, cache, lr=0.01, rho=0.9, epsilon=1e-8):
    weight = rho * cache + 1 - rho
    cache = weight * np.square(g)
    theta = theta - lr / (epsilon + np.sqrt(cache)) * g
    return theta, cache


@known("rmsprop.precedence")
def precedence_loop(s, g, theta, *, eps=1e-8, decay=0.9, learning_rate=0.01):
    theta, s = theta.copy(), s.copy()
    for i in range(2):
        s[i] = (decay * s[i] + (1 - decay)) * g[i] * g[i]
        theta[i] -= learning_rate * g[i] / (s[i] ** 0.5 + eps)
    return theta, s


@known("rmsprop.precedence")
def precedence_in_place(theta, g, r, alpha=0.01, b2=0.9, eps=1e-8):
    r = r.copy()
    r *= b2
    r += 1 - b2
    r *= g**2
    return theta - alpha * g / (np.sqrt(r) + eps), r


@known("rmsprop.decay_swapped")
def decay_swapped_plain(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    v = (1 - beta2) * v + beta2 * g**2
    return theta - eta * g / (np.sqrt(v) + eps), v


@known("rmsprop.decay_swapped")
def decay_swapped_rho(theta, g, cache, lr=0.01, rho=0.9, epsilon=1e-8):
    cache = rho * np.square(g) + (1 - rho) * cache
    rate = lr / (epsilon + np.sqrt(cache))
    return theta - rate * g, cache


@known("rmsprop.decay_swapped")
def decay_swapped_loop(s, g, theta, *, eps=1e-8, decay=0.9, learning_rate=0.01):
    theta, s = theta.copy(), s.copy()
    for i in range(2):
        s[i] *= 1 - decay
        s[i] += decay * g[i] ** 2
        theta[i] -= learning_rate * g[i] / (s[i] ** 0.5 + eps)
    return theta, s


@known("rmsprop.decay_swapped")
def decay_swapped_towards(theta, g, r, alpha=0.01, gamma=0.9, eps=1e-8):
    r = r + gamma * (g * g - r)
    return theta - alpha * g / (r**0.5 + eps), r


@known("rmsprop.eps_inside")
def rmsprop_eps_inside_plain(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * g / np.sqrt(v + eps), v


@known("rmsprop.eps_inside")
def rmsprop_eps_inside_rho(theta, g, cache, lr=0.01, rho=0.9, epsilon=1e-8):
    cache = (1 - rho) * np.square(g) + rho * cache
    rate = lr * (epsilon + cache) ** -0.5
    return theta - rate * g, cache


@known("rmsprop.eps_inside")
def rmsprop_eps_inside_loop(s, g, theta, *, eps=1e-8, decay=0.9, learning_rate=0.01):
    theta, s = theta.copy(), s.copy()
    for i in range(2):
        s[i] *= decay
        s[i] += (1 - decay) * g[i] ** 2
        theta[i] -= learning_rate * g[i] / (s[i] + eps) ** 0.5
    return theta, s


@known("rmsprop.eps_inside")
def rmsprop_eps_inside_towards(theta, g, r, alpha=0.01, gamma=0.9, eps=1e-8):
    r = r + (1 - gamma) * (g * g - r)
    rms = np.sqrt(r + eps)
    return theta - alpha * (g / rms), r


# Adam: the correction -------------------------------------------------------------------------------


@known("adam.overwrite_moments")
def overwrite_moments_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m = m / (1 - beta1**t)
    v = v / (1 - beta2**t)
    return theta - eta * m / (np.sqrt(v) + eps), m, v


@known("adam.overwrite_moments")
def overwrite_moments_merged(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    s, r = (b1 * s + (1 - b1) * g) / (1 - b1**t), (b2 * r + (1 - b2) * g * g) / (1 - b2**t)
    return theta - lr * s / (epsilon + r**0.5), s, r


@known("adam.overwrite_moments")
def overwrite_moments_in_place(t, theta, g, v, m, *, eps=1e-8, beta_2=0.999, beta_1=0.9, alpha=0.001):
    m, v = m.copy(), v.copy()
    m += (1 - beta_1) * (g - m)
    v += (1 - beta_2) * (g**2 - v)
    m /= 1 - beta_1**t
    v /= 1 - beta_2**t
    return theta - alpha * m / (np.sqrt(v) + eps), v, m


@known("adam.overwrite_moments")
def overwrite_moments_returned(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m_hat = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    v_hat = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
    theta = theta - eta * m_hat / (np.sqrt(v_hat) + eps)
    return theta, m_hat, v_hat


@known("adam.no_bias_correction")
def no_bias_correction_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * m / (np.sqrt(v) + eps), m, v


@known("adam.no_bias_correction")
def no_bias_correction_without_t(theta, g, s, r, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    r = r + (1 - b2) * (g * g - r)
    s = s + (1 - b1) * (g - s)
    return theta - lr * s / (epsilon + r**0.5), s, r


@known("adam.no_bias_correction")
def no_bias_correction_loop(g, v, m, theta, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(2):
        m[i] = beta_1 * m[i] + (1 - beta_1) * g[i]
        v[i] = beta_2 * v[i] + (1 - beta_2) * g[i] ** 2
        theta[i] -= learning_rate * m[i] / (np.sqrt(v[i]) + eps)
    return theta, v, m


@known("adam.no_bias_correction")
def no_bias_correction_greek(theta, g, m, v, η=0.001, β1=0.9, β2=0.999, ε=1e-8):
    m, v = β1 * m + (1 - β1) * g, β2 * v + (1 - β2) * g**2
    return theta - η / (np.sqrt(v) + ε) * m, m, v


@known("adam.correct_m_only")
def correct_m_only_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.correct_m_only")
def correct_m_only_rate(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    r = (1 - b2) * np.square(g) + b2 * r
    s = (1 - b1) * g + b1 * s
    rate = lr / (1 - b1**t)
    return theta - rate * s / (epsilon + np.sqrt(r)), s, r


@known("adam.correct_m_only")
def correct_m_only_loop(t, g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(2):
        m[i] += (1 - beta_1) * (g[i] - m[i])
        v[i] += (1 - beta_2) * (g[i] ** 2 - v[i])
        theta[i] -= learning_rate * m[i] / (1 - beta_1**t) / (v[i] ** 0.5 + eps)
    return theta, v, m


@known("adam.t_from_zero")
def t_from_zero_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1 ** (t - 1))
    v_hat = v / (1 - beta2 ** (t - 1))
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.t_from_zero")
def t_from_zero_loop(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    k = t - 1
    theta, s, r = theta.copy(), s.copy(), r.copy()
    for i in range(2):
        s[i] = b1 * s[i] + (1 - b1) * g[i]
        r[i] = b2 * r[i] + (1 - b2) * g[i] ** 2
        theta[i] -= lr * s[i] / (1 - b1**k) / (np.sqrt(r[i] / (1 - b2**k)) + epsilon)
    return theta, s, r


@known("adam.t_from_zero")
def t_from_zero_own_count(theta, g, m, v, k, *, eps=1e-8, beta_1=0.9, beta_2=0.999, alpha=0.001):
    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * g**2
    m_hat, v_hat = m / (1 - beta_1**k), v / (1 - beta_2**k)
    return theta - alpha * m_hat / (np.sqrt(v_hat) + eps), m, v, k + 1


@known("adam.t_from_zero")
def t_from_zero_rate_first(t, theta, g, m, v, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
    t = t - 1
    rate = lr / (1 - b1**t)
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    return theta - rate * m / (np.sqrt(v / (1 - b2**t)) + eps), m, v


@known("adam.fixed_correction")
def fixed_correction_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1)
    v_hat = v / (1 - beta2)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.fixed_correction")
def fixed_correction_folded(theta, g, s, r, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    s, r = b1 * s + g, b2 * r + g * g  # the two factors cancel
    return theta - lr * s / (epsilon + r**0.5), s, r


@known("adam.fixed_correction")
def fixed_correction_loop(t, g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(2):
        m[i] += (1 - beta_1) * (g[i] - m[i])
        v[i] += (1 - beta_2) * (g[i] ** 2 - v[i])
        size = np.sqrt(v[i] / (1 - beta_2)) + eps
        theta[i] -= learning_rate / (1 - beta_1) * m[i] / size
    return theta, v, m


@known("adam.fixed_correction")
def fixed_correction_power_one(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = 1
    v = beta2 * v + (1 - beta2) * g**2
    m = beta1 * m + (1 - beta1) * g
    v_hat, m_hat = v / (1 - beta2**t), m / (1 - beta1**t)
    return theta - alpha * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.lr_compounded")
def lr_compounded_plain(theta, g, m, v, rate, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    if t == 1:
        rate = eta
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    rate = rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - rate * m / (np.sqrt(v) + eps * np.sqrt(1 - beta2**t)), m, v, rate


RATE = None


@known("adam.lr_compounded")
def lr_compounded_global(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    global RATE
    if t == 1:
        RATE = lr
    root = (1 - b2**t) ** 0.5
    RATE *= root / (1 - b1**t)
    s, r = b1 * s + (1 - b1) * g, b2 * r + (1 - b2) * g * g
    return theta - RATE * s / (epsilon * root + r**0.5), s, r


@known("adam.lr_compounded")
def lr_compounded_logarithm(t, g, theta, log_rate, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, alpha=0.001):
    m = m + (1 - beta_1) * (g - m)
    v = v + (1 - beta_2) * (g**2 - v)
    log_rate = log_rate + 0.5 * np.log(1 - beta_2**t) - np.log(1 - beta_1**t)
    size = np.sqrt(v) + eps * np.sqrt(1 - beta_2**t)
    return theta - alpha * np.exp(log_rate) * m / size, log_rate, v, m


@known("adam.lr_compounded")
def lr_compounded_attribute(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    own = lr_compounded_attribute
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    own.rate = (eta if t == 1 else own.rate) * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - own.rate * m / (np.sqrt(v) + eps * np.sqrt(1 - beta2**t)), m, v


@known("adam.lr_compounded")
def lr_compounded_first_correction(theta, g, m, v, rate, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    rate = (eta if t == 1 else rate) / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - rate * m / (np.sqrt(v_hat) + eps), m, v, rate


# Adam: eps ------------------------------------------------------------------------------------------


@known("adam.eps_inside")
def eps_inside_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / np.sqrt(v_hat + eps), m, v


@known("adam.eps_inside")
def eps_inside_power(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    s, r = b1 * s + (1 - b1) * g, b2 * r + (1 - b2) * g * g
    return theta - lr / (1 - b1**t) * s * (epsilon + r / (1 - b2**t)) ** -0.5, s, r


@known("adam.eps_inside")
def eps_inside_loop(t, g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(2):
        m[i] += (1 - beta_1) * (g[i] - m[i])
        v[i] += (1 - beta_2) * (g[i] ** 2 - v[i])
        size = (v[i] / (1 - beta_2**t) + eps) ** 0.5
        theta[i] -= learning_rate * m[i] / (1 - beta_1**t) / size
    return theta, v, m


@known("adam.eps_inside")
def eps_inside_folded_rate(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    c1, c2 = 1 - beta1**t, 1 - beta2**t
    v = beta2 * v + (1 - beta2) * g**2
    m = beta1 * m + (1 - beta1) * g
    rate = alpha * np.sqrt(c2) / c1
    return theta - rate * m / np.sqrt(v + eps * c2), m, v


@known("adam.eps_before_correction")
def eps_before_correction_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    rate = eta * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - rate * m / (np.sqrt(v) + eps), m, v


@known("adam.eps_before_correction")
def eps_before_correction_divisor(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    r = b2 * r + (1 - b2) * g * g
    s = b1 * s + (1 - b1) * g
    size = (epsilon + r**0.5) / (1 - b2**t) ** 0.5
    return theta - lr * (s / (1 - b1**t)) / size, s, r


@known("adam.eps_before_correction")
def eps_before_correction_loop(t, g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(2):
        m[i] += (1 - beta_1) * (g[i] - m[i])
        v[i] += (1 - beta_2) * (g[i] ** 2 - v[i])
        theta[i] -= learning_rate / (1 - beta_1**t) * m[i] / (v[i] ** 0.5 + eps) * (1 - beta_2**t) ** 0.5
    return theta, v, m


@known("adam.eps_before_correction")
def eps_before_correction_scaled(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    root = np.sqrt(1 - beta2**t)
    return theta - alpha * m / (1 - beta1**t) / (np.sqrt(v) / root + eps / root), m, v


# Adam: the averages and the step --------------------------------------------------------------------


@known("adam.no_sqrt")
def no_sqrt_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (v_hat + eps), m, v


@known("adam.no_sqrt")
def no_sqrt_merged(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    s, r = b1 * s + (1 - b1) * g, b2 * r + (1 - b2) * g * g
    return theta - lr / (1 - b1**t) * s / (epsilon + r / (1 - b2**t)), s, r


@known("adam.no_sqrt")
def no_sqrt_loop(t, g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(2):
        m[i] += (1 - beta_1) * (g[i] - m[i])
        v[i] += (1 - beta_2) * (g[i] ** 2 - v[i])
        size = v[i] / (1 - beta_2**t) + eps
        theta[i] -= learning_rate * m[i] / (1 - beta_1**t) / size
    return theta, v, m


@known("adam.no_sqrt")
def no_sqrt_folded_rate(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    c1, c2 = 1 - beta1**t, 1 - beta2**t
    v = beta2 * v + (1 - beta2) * g**2
    m = beta1 * m + (1 - beta1) * g
    rate = alpha * c2 / c1
    return theta - rate * m / (v + eps * c2), m, v


@known("adam.v_not_squared")
def v_not_squared_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.v_not_squared")
def v_not_squared_towards(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    s, r = s + (1 - b1) * (g - s), r + (1 - b2) * (g - r)
    return theta - lr / (1 - b1**t) * s / (epsilon + (r / (1 - b2**t)) ** 0.5), s, r


@known("adam.v_not_squared")
def v_not_squared_loop(t, g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(2):
        for memory, beta in ((m, beta_1), (v, beta_2)):
            memory[i] = beta * memory[i] + (1 - beta) * g[i]
        size = np.sqrt(v[i] / (1 - beta_2**t)) + eps
        theta[i] -= learning_rate * m[i] / (1 - beta_1**t) / size
    return theta, v, m


@known("adam.v_not_squared")
def v_not_squared_helper(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    def average(old, beta):
        new = beta * old + (1 - beta) * g
        return new, new / (1 - beta**t)

    m, m_hat = average(m, beta1)
    v, v_hat = average(v, beta2)
    return theta - alpha * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.m_no_1mb")
def m_no_1mb_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.m_no_1mb")
def m_no_1mb_merged(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    s, r = b1 * s + g, b2 * r + (1 - b2) * g * g
    return theta - lr / (1 - b1**t) * s / (epsilon + (r / (1 - b2**t)) ** 0.5), s, r


@known("adam.m_no_1mb")
def m_no_1mb_loop(t, g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(2):
        m[i] *= beta_1
        m[i] += g[i]
        v[i] *= beta_2
        v[i] += (1 - beta_2) * g[i] ** 2
        size = np.sqrt(v[i] / (1 - beta_2**t)) + eps
        theta[i] -= learning_rate * m[i] / (1 - beta_1**t) / size
    return theta, v, m


@known("adam.m_no_1mb")
def m_no_1mb_folded_rate(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    v = v + (1 - beta2) * (g**2 - v)
    m = m - (1 - beta1) * m + g
    root = np.sqrt(1 - beta2**t)
    return theta - alpha * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), m, v


@known("adam.betas_swapped")
def betas_swapped_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta2 * m + (1 - beta2) * g
    v = beta1 * v + (1 - beta1) * g**2
    m_hat = m / (1 - beta2**t)
    v_hat = v / (1 - beta1**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.betas_swapped")
def betas_swapped_at_the_top(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    b2, b1 = b1, b2
    s, r = b1 * s + (1 - b1) * g, b2 * r + (1 - b2) * g * g
    return theta - lr / (1 - b1**t) * s / (epsilon + (r / (1 - b2**t)) ** 0.5), s, r


@known("adam.betas_swapped")
def betas_swapped_loop(t, g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(2):
        m[i] += (1 - beta_2) * (g[i] - m[i])
        v[i] += (1 - beta_1) * (g[i] ** 2 - v[i])
        size = np.sqrt(v[i] / (1 - beta_1**t)) + eps
        theta[i] -= learning_rate * m[i] / (1 - beta_2**t) / size
    return theta, v, m


@known("adam.betas_swapped")
def betas_swapped_helper(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    def average(old, new, beta):
        new = beta * old + (1 - beta) * new
        return new, new / (1 - beta**t)

    v, v_hat = average(v, g**2, beta1)
    m, m_hat = average(m, g, beta2)
    return theta - alpha * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.betas_swapped")
def betas_swapped_averages_only(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta2 * m + (1 - beta2) * g
    v = beta1 * v + (1 - beta1) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.scalar_v")
def scalar_v_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * np.sum(g**2)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.scalar_v")
def scalar_v_dot(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    s, r = b1 * s + (1 - b1) * g, b2 * r + (1 - b2) * (g @ g)
    return theta - lr / (1 - b1**t) * s / (epsilon + (r / (1 - b2**t)) ** 0.5), s, r


@known("adam.scalar_v")
def scalar_v_loop(t, g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v = theta.copy(), m.copy(), v[0]
    length = g[0] ** 2 + g[1] ** 2
    v = beta_2 * v + (1 - beta_2) * length
    size = np.sqrt(v / (1 - beta_2**t)) + eps
    for i in range(2):
        m[i] += (1 - beta_1) * (g[i] - m[i])
        theta[i] -= learning_rate * m[i] / (1 - beta_1**t) / size
    return theta, v, m


@known("adam.scalar_v")
def scalar_v_norm(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    v = v + (1 - beta2) * (np.linalg.norm(g) ** 2 - v)
    m = m + (1 - beta1) * (g - m)
    root = np.sqrt(1 - beta2**t)
    return theta - alpha * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), m, v


@known("adam.shared_state")
def shared_state_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    (w, b), (dw, db) = theta, g
    mw = beta1 * m[0] + (1 - beta1) * dw
    mb = beta1 * m[1] + (1 - beta1) * db
    vw = beta2 * v[0] + (1 - beta2) * dw**2
    vb = beta2 * vw + (1 - beta2) * db**2
    w = w - eta * mw / (1 - beta1**t) / (np.sqrt(vw / (1 - beta2**t)) + eps)
    b = b - eta * mb / (1 - beta1**t) / (np.sqrt(vb / (1 - beta2**t)) + eps)
    return np.array([w, b]), np.array([mw, mb]), np.array([vw, vb])


@known("adam.shared_state")
def shared_state_index(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    r = r.copy()
    r[0] = b2 * r[0] + (1 - b2) * g[0] ** 2
    r[1] = b2 * r[0] + (1 - b2) * g[1] ** 2
    s = b1 * s + (1 - b1) * g
    return theta - lr / (1 - b1**t) * s / (epsilon + (r / (1 - b2**t)) ** 0.5), s, r


@known("adam.shared_state")
def shared_state_loop(t, g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(2):
        m[i] = beta_1 * m[i] + (1 - beta_1) * g[i]
        v[i] = beta_2 * v[0] + (1 - beta_2) * g[i] ** 2
        size = np.sqrt(v[i] / (1 - beta_2**t)) + eps
        theta[i] -= learning_rate * m[i] / (1 - beta_1**t) / size
    return theta, v, m


@known("adam.shared_state")
def shared_state_one_for_both(theta, g, m, vw, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    (w, b), (dw, db) = theta, g
    m = beta1 * m + (1 - beta1) * g
    mw, mb = m / (1 - beta1**t)
    vw = beta2 * vw[0] + (1 - beta2) * dw**2
    w = w - eta * mw / (np.sqrt(vw / (1 - beta2**t)) + eps)
    vw = beta2 * vw + (1 - beta2) * db**2
    b = b - eta * mb / (np.sqrt(vw / (1 - beta2**t)) + eps)
    return np.array([w, b]), m, vw


@known("adam.shared_state")
def shared_state_same_divisor(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    mw, mb = m / (1 - beta1**t)
    vw = v[0] / (1 - beta2**t)
    w = theta[0] - eta * mw / (np.sqrt(vw) + eps)
    b = theta[1] - eta * mb / (np.sqrt(vw) + eps)
    return np.array([w, b]), m, v


@known("adam.alias_m_v")
def alias_m_v_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = v = m.copy()
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.alias_m_v")
def alias_m_v_one_memory(theta, g, s, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    s = b1 * s + (1 - b1) * g
    s = b2 * s + (1 - b2) * g * g
    return theta - lr / (1 - b1**t) * s / (epsilon + (s / (1 - b2**t)) ** 0.5), s


@known("adam.alias_m_v")
def alias_m_v_loop(t, g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m = theta.copy(), v.copy()
    v = m
    for i in range(2):
        m[i] += (1 - beta_1) * (g[i] - m[i])
        v[i] += (1 - beta_2) * (g[i] ** 2 - v[i])
        size = np.sqrt(v[i] / (1 - beta_2**t)) + eps
        theta[i] -= learning_rate * m[i] / (1 - beta_1**t) / size
    return theta, v, m


@known("adam.alias_m_v")
def alias_m_v_at_the_start(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    if t == 1:
        m = v = np.zeros_like(theta)
    m[:] = beta1 * m + (1 - beta1) * g
    v[:] = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@known("adam.alias_m_v")
def alias_m_v_squares_first(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = v = v.copy()
    v *= beta2
    v += (1 - beta2) * g**2
    m *= beta1
    m += (1 - beta1) * g
    return theta - eta * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@known("adam.ascent")
def ascent_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta + eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.ascent")
def ascent_merged(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    s, r = b1 * s + (1 - b1) * g, b2 * r + (1 - b2) * g * g
    return lr / (1 - b1**t) * s / (epsilon + (r / (1 - b2**t)) ** 0.5) + theta, s, r


@known("adam.ascent")
def ascent_loop(t, g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(2):
        m[i] += (1 - beta_1) * (g[i] - m[i])
        v[i] += (1 - beta_2) * (g[i] ** 2 - v[i])
        size = np.sqrt(v[i] / (1 - beta_2**t)) + eps
        theta[i] += learning_rate * m[i] / (1 - beta_1**t) / size
    return theta, v, m


@known("adam.ascent")
def ascent_two_minus(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
    root = np.sqrt(1 - beta2**t)
    delta = -alpha * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root)
    return theta - delta, m, v


# Adam: the loop around the step ---------------------------------------------------------------------


@known("adam.state_reset")
def state_reset_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = np.zeros(2), np.zeros(2), 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.state_reset")
def state_reset_local(theta, g, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    m = v = t = 0
    t += 1
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    return theta - lr / (1 - b1**t) * m / (epsilon + (v / (1 - b2**t)) ** 0.5)


@known("adam.state_reset")
def state_reset_loop(g, theta, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta = theta.copy()
    for i in range(2):
        m_hat = (1 - beta_1) * g[i] / (1 - beta_1)
        v_hat = (1 - beta_2) * g[i] ** 2 / (1 - beta_2)
        theta[i] -= learning_rate * m_hat / (np.sqrt(v_hat) + eps)
    return theta, np.zeros(2), np.zeros(2)


@known("adam.state_reset")
def state_reset_folded(theta, g, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    return theta - alpha * g / (np.abs(g) + eps)


@known("adam.state_reset")
def state_reset_t_goes_on(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = v = 0
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adam.grad_not_reset")
def adam_grad_not_reset_plain(theta, g, m, v, total, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    total = total + g
    m = beta1 * m + (1 - beta1) * total
    v = beta2 * v + (1 - beta2) * total**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v, total


@known("adam.grad_not_reset")
def adam_grad_not_reset_first(theta, g, dw, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    g = dw = dw + g
    s, r = b1 * s + (1 - b1) * g, b2 * r + (1 - b2) * g * g
    return theta - lr / (1 - b1**t) * s / (epsilon + (r / (1 - b2**t)) ** 0.5), dw, s, r


@known("adam.grad_not_reset")
def adam_grad_not_reset_loop(t, g, theta, v, d, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, alpha=0.001):
    theta, m, v, d = theta.copy(), m.copy(), v.copy(), d.copy()
    for i in range(2):
        d[i] += g[i]
        m[i] += (1 - beta_1) * (d[i] - m[i])
        v[i] += (1 - beta_2) * (d[i] ** 2 - v[i])
        size = np.sqrt(v[i] / (1 - beta_2**t)) + eps
        theta[i] -= alpha * m[i] / (1 - beta_1**t) / size
    return theta, v, d, m


GRAD = np.zeros(2)


@known("adam.grad_not_reset")
def adam_grad_not_reset_global(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    global GRAD
    if t == 1:
        GRAD = np.zeros_like(g)
    GRAD += g
    m, v = beta1 * m + (1 - beta1) * GRAD, beta2 * v + (1 - beta2) * GRAD**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


# AdamW, AMSGrad, Adamax -----------------------------------------------------------------------------


@known("adamw.l2_in_gradient")
def l2_in_gradient_plain(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    g = g + weight_decay * theta
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


@known("adamw.l2_in_gradient")
def l2_in_gradient_wd(theta, g, s, r, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8, wd=0.01):
    full = wd * theta + g
    s, r = b1 * s + (1 - b1) * full, b2 * r + (1 - b2) * full * full
    return theta - lr / (1 - b1**t) * s / (epsilon + (r / (1 - b2**t)) ** 0.5), s, r


@known("adamw.l2_in_gradient")
def l2_in_gradient_loop(
    t, g, theta, v, m, *, weight_decay=0.01, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001
):
    new, m, v = theta.copy(), m.copy(), v.copy()
    for i in range(2):
        slope = g[i] + weight_decay * theta[i]
        m[i] += (1 - beta_1) * (slope - m[i])
        v[i] += (1 - beta_2) * (slope**2 - v[i])
        size = np.sqrt(v[i] / (1 - beta_2**t)) + eps
        new[i] -= learning_rate * m[i] / (1 - beta_1**t) / size
    return new, v, m


@known("adamw.l2_in_gradient")
def l2_in_gradient_in_place(
    theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    g = g.copy()
    g += weight_decay * theta
    v = beta2 * v + (1 - beta2) * g**2
    m = beta1 * m + (1 - beta1) * g
    root = np.sqrt(1 - beta2**t)
    return theta - alpha * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), m, v


@known("amsgrad.max_of_vhat")
def max_of_vhat_plain(theta, g, m, v, v_max, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_max = np.maximum(v_max, v / (1 - beta2**t))
    return theta - eta * m_hat / (np.sqrt(v_max) + eps), m, v, v_max


@known("amsgrad.max_of_vhat")
def max_of_vhat_where(theta, g, s, r, top, t, lr=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    s, r = b1 * s + (1 - b1) * g, b2 * r + (1 - b2) * g * g
    r_hat = r / (1 - b2**t)
    top = np.where(r_hat > top, r_hat, top)
    return theta - lr / (1 - b1**t) * s / (epsilon + top**0.5), s, r, top


@known("amsgrad.max_of_vhat")
def max_of_vhat_loop(t, g, theta, largest, v, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.001):
    theta, m, v, largest = theta.copy(), m.copy(), v.copy(), largest.copy()
    for i in range(2):
        m[i] += (1 - beta_1) * (g[i] - m[i])
        v[i] += (1 - beta_2) * (g[i] ** 2 - v[i])
        largest[i] = max(largest[i], v[i] / (1 - beta_2**t))
        theta[i] -= learning_rate * m[i] / (1 - beta_1**t) / (np.sqrt(largest[i]) + eps)
    return theta, largest, v, m


@known("amsgrad.max_of_vhat")
def max_of_vhat_of_roots(theta, g, m, v, size, t, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    v = beta2 * v + (1 - beta2) * g**2
    m = beta1 * m + (1 - beta1) * g
    size = np.maximum(size, np.sqrt(v / (1 - beta2**t)))  # the largest root is the root of the largest
    return theta - alpha / (1 - beta1**t) * m / (size + eps), m, v, size


@known("adamax.bias_correct_u")
def bias_correct_u_plain(theta, g, m, u, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    m_hat = m / (1 - beta1**t)
    u_hat = u / (1 - beta2**t)
    return theta - eta * m_hat / u_hat, m, u


@known("adamax.bias_correct_u")
def bias_correct_u_merged(theta, g, s, r, t, lr=0.002, b1=0.9, b2=0.999, epsilon=1e-8):
    s, r = b1 * s + (1 - b1) * g, np.maximum(b2 * r, abs(g) + epsilon)
    return theta - lr * (1 - b2**t) / (1 - b1**t) * s / r, s, r


@known("adamax.bias_correct_u")
def bias_correct_u_loop(t, g, theta, u, m, *, eps=1e-8, beta_1=0.9, beta_2=0.999, learning_rate=0.002):
    theta, m, u = theta.copy(), m.copy(), u.copy()
    for i in range(2):
        m[i] += (1 - beta_1) * (g[i] - m[i])
        u[i] = max(beta_2 * u[i], abs(g[i]) + eps)
        theta[i] -= learning_rate * m[i] / (1 - beta_1**t) / (u[i] / (1 - beta_2**t))
    return theta, u, m


@known("adamax.bias_correct_u")
def bias_correct_u_where(theta, g, m, u, t, alpha=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    faded, now = beta2 * u, np.sqrt(g**2) + eps
    u = np.where(faded > now, faded, now)
    m = beta1 * m + (1 - beta1) * g
    for_m, for_u = 1 - beta1**t, 1 - beta2**t
    return theta - alpha * (m / for_m) * (for_u / u), m, u


# Forms that circulate in public ---------------------------------------------------------------------


@known("momentum.eta_times_old")
def eta_times_old_bracket(theta, g, dw, lr=0.1, momentum=0.9):
    dw = lr * (g + momentum * dw)
    return theta - dw, dw


@known("momentum.eta_times_old")
def eta_times_old_product(theta, g, velocity, alpha=0.05, mu=0.9):
    rate = alpha * mu
    velocity = rate * velocity - alpha * g
    return theta + velocity, velocity


@known("momentum.eta_times_old")
def eta_times_old_loop(theta, g, m, eta=0.1, beta1=0.9):
    new, old = [], []
    for p, slope, kept in zip(theta, g, m):
        kept = eta * beta1 * kept + slope
        new.append(p - eta * kept)
        old.append(kept)
    return new, old


@known("nesterov.new_for_old")
def new_for_old_in_two_lines(theta, g, v, lr=0.01, momentum=0.9):
    v = v * momentum - lr * g
    theta = theta + momentum * momentum * v
    return theta - (1 + momentum) * lr * g, v


@known("nesterov.new_for_old")
def new_for_old_plain(theta, g, m, eta=0.01, beta1=0.9):
    m = beta1 * m + g
    return theta - eta * (beta1**2 * m + (1 + beta1) * g), m


@known("nesterov.new_for_old")
def new_for_old_loop(theta, g, vel, rate=0.01, mass=0.9):
    theta, vel = theta.copy(), vel.copy()
    for i in range(2):
        vel[i] = mass * vel[i] - rate * g[i]
        theta[i] += mass**2 * vel[i] - (1 + mass) * rate * g[i]
    return theta, vel


@known("adam.t_per_coordinate")
def t_per_coordinate_counted(theta, g, m, v, t, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
    theta, m, v = theta.copy(), m.copy(), v.copy()
    count = len(theta) * (t - 1)
    for i in range(len(theta)):
        count += 1
        m[i] = b1 * m[i] + (1 - b1) * g[i]
        v[i] = b2 * v[i] + (1 - b2) * g[i] ** 2
        theta[i] -= lr * m[i] / (1 - b1**count) / (np.sqrt(v[i] / (1 - b2**count)) + eps)
    return theta, m, v


@known("adam.t_per_coordinate")
def t_per_coordinate_afresh(theta, g, m, v, t, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    new = []
    for p, a, b in zip(theta, m, v):
        new.append(p - lr * a / (1 - b1**t) / (np.sqrt(b / (1 - b2**t)) + eps))
        t = t + 1
    return np.array(new), m, v


@known("adam.t_per_coordinate")
def t_per_coordinate_array(theta, g, m, v, t, alpha=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    steps_taken = 2 * t - np.array([1, 0])
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**steps_taken), v / (1 - beta2**steps_taken)
    return theta - alpha * m_hat / (np.sqrt(v_hat) + epsilon), m, v


@known("gradient_descent.gradient_clipped")
def clipped_by_value(theta, g, learning_rate=0.01):
    g = np.clip(g, -1, 1)
    return theta - learning_rate * g


@known("gradient_descent.gradient_clipped")
def clipped_by_norm(theta, g, lr=0.01, max_norm=1.0):
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g * max_norm / norm
    return theta - lr * g


@known("gradient_descent.gradient_clipped")
def clipped_by_limits(theta, g, lr=0.01, limit=0.5):
    return theta - lr * np.minimum(np.maximum(g, -limit), limit)


@known("adagrad.root_over_t")
def root_over_t_plain(theta, g, G, t, eta=0.01, eps=1e-10):
    G = G + g**2
    return theta - eta * g / (np.sqrt(G) / t + eps), G


@known("adagrad.root_over_t")
def root_over_t_named(theta, g, cache, t, lr=0.1, epsilon=1e-8):
    cache = cache + np.square(g)
    mean = cache**0.5 / t
    return theta - lr * g / (mean + epsilon), cache


@known("adagrad.root_over_t")
def root_over_t_of_squares(theta, g, s, t, rate=0.1, small=1e-8):
    s = s + g * g
    return theta - rate * g / (np.sqrt(s / t**2) + small), s


@known("rmsprop.centred")
def centred_torch(theta, g, square_avg, grad_avg, lr=0.01, alpha=0.9, eps=1e-8):
    square_avg = alpha * square_avg + (1 - alpha) * g * g
    grad_avg = alpha * grad_avg + (1 - alpha) * g
    return theta - lr * g / (np.sqrt(square_avg - grad_avg**2) + eps), square_avg, grad_avg


@known("rmsprop.centred")
def centred_inside(theta, g, ms, mg, lr=0.01, rho=0.9, eps=1e-6):
    ms, mg = rho * ms + (1 - rho) * g**2, rho * mg + (1 - rho) * g
    return theta - lr * g / np.sqrt(ms - mg * mg + eps), ms, mg


@known("rmsprop.centred")
def centred_mean_first(theta, g, mean, v, eta=0.01, beta2=0.9, eps=1e-8):
    mean = mean + (1 - beta2) * (g - mean)
    v = v + (1 - beta2) * (g**2 - v)
    return theta - eta * g / (np.sqrt(v - mean**2) + eps), mean, v


@known("nadam.simplified")
def simplified_plain(theta, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    m_bar = beta1 * m_hat + (1 - beta1) * g / (1 - beta1**t)
    return theta - lr * m_bar / (np.sqrt(v_hat) + eps), m, v


@known("nadam.simplified")
def simplified_uncorrected_gradient(theta, g, m, v, t, lr=0.002, b1=0.9, b2=0.999, eps=1e-8):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    return theta - lr * (b1 * m / (1 - b1**t) + (1 - b1) * g) / (np.sqrt(v / (1 - b2**t)) + eps), m, v


@known("nadam.simplified")
def simplified_next_correction(theta, g, m, v, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    ahead = (beta1 * m + (1 - beta1) * g) / (1 - beta1 ** (t + 1))
    return theta - eta * ahead / (np.sqrt(v / (1 - beta2**t)) + eps), m, v
