"""What an exercise asks for that is no step of the series; written as the steps are."""

import numpy as np

__all__ = ["JUDGED", "averaging", "mean_of_squares", "sign_of_momentum"]


def averaging(theta, g, m, eta=0.01, beta1=0.9):  # type: ignore[no-untyped-def]
    """Momentum's path by way of a true average.

    m ← β₁ m + (1−β₁) g
    θ ← θ − η / (1−β₁) m

    `check` compares m as well, for the path alone is that of momentum.

    Parameters
    ----------
    theta, g, m : ndarray, shape (n, *lanes)
        Point, gradient, average of the gradients.
    eta : float
    beta1 : float in [0, 1)

    Returns
    -------
    theta, m : ndarray, shape (n, *lanes)
    """
    m = beta1 * m + (1 - beta1) * g
    return theta - eta / (1 - beta1) * m, m


def mean_of_squares(theta, g, G, t, eta=0.01, eps=1e-10):  # type: ignore[no-untyped-def]
    """As Adagrad, but with the average of the squares in place of their sum.

    G ← G + g²
    θ ← θ − η g / (√(G/t) + ε)

    Parameters
    ----------
    theta, g, G : ndarray, shape (n, *lanes)
        Point, gradient, sum of squared gradients.
    t : int
        Step number, 1 at the first step.
    eta, eps : float

    Returns
    -------
    theta, G : ndarray, shape (n, *lanes)
    """
    G = G + g**2
    return theta - eta * g / (np.sqrt(G / t) + eps), G


def sign_of_momentum(theta, g, m, eta=0.01, beta1=0.9):  # type: ignore[no-untyped-def]
    """As Adam without v: each coordinate moves by η, up or down, as the average of its gradients says.

    m ← β₁ m + (1−β₁) g
    θ ← θ − η sign(m)

    Parameters
    ----------
    theta, g, m : ndarray, shape (n, *lanes)
        Point, gradient, average of the gradients.
    eta : float
    beta1 : float in [0, 1)

    Returns
    -------
    theta, m : ndarray, shape (n, *lanes)
    """
    m = beta1 * m + (1 - beta1) * g
    return theta - eta * np.sign(m), m


JUDGED = (averaging,)  # what is carried along is asked for too, not only the path
