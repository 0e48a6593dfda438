"""How we step: each update rule of the series as one short function.

A step is given ``theta`` (the point), ``g`` (the gradient there) and, where it needs them,
its memory and ``t`` (1 at the first step); also ``n_steps`` and ``shape``, if it asks. It returns
the new point, then its new memory. Memory starts at zero. Parameters with a default are hyperparameters.

The arrays have shape ``(n, *lanes)``: n coordinates first, then as many runs side by side as
you like. A hyperparameter is a number or an array of shape ``lanes``. Nothing here changes
an array that it was given.

One name stands for one idea in all of them: ``eta`` is the learning rate, ``m`` and ``beta1``
belong to the average of gradients, ``v`` and ``beta2`` to the average of their squares, and
``eps`` keeps a division away from zero.
"""

import numpy as np

__all__ = [
    "gradient_descent",
    "momentum",
    "nesterov",
    "adagrad",
    "adadelta",
    "rmsprop",
    "adam",
    "amsgrad",
    "adamw",
    "nadam",
    "adamax",
]

AFTER_ADAM = ["lion", "muon"]  # what came later; adamlab offers them too


def gradient_descent(theta, g, eta=0.1):
    """Step straight downhill: the steeper the slope, the longer the step.

    θ ← θ − η g

    Source: Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées*,
    Comptes rendus 25 (1847). No default for η is given there; 0.1 is ours.

    Parameters
    ----------
    theta, g : ndarray, shape (n, *lanes)
        The point and the gradient of the loss there.
    eta : float
        Learning rate η > 0, in units of θ²/loss. PyTorch ``lr`` (0.001),
        Keras ``learning_rate`` (0.01), Optax ``learning_rate`` (no default).

    Returns
    -------
    theta : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import descend, gradient_descent, ravine
    >>> descend(gradient_descent, ravine, eta=0.05)
    gradient_descent on ravine, η=0.05: loss 86.1 → 2.8e-4 in 100 steps
    """
    return theta - eta * g


def momentum(theta, g, m, eta=0.01, beta1=0.9):
    """Let the ball keep part of its velocity (the heavy ball).

    m ← β₁ m + g
    θ ← θ − η m

    Source: Polyak, *Some methods of speeding up the convergence of iteration methods* (1964),
    in the form PyTorch uses. Under a constant gradient m grows to g/(1−β₁).

    Parameters
    ----------
    theta, g, m : ndarray, shape (n, *lanes)
        Point, gradient, velocity.
    eta : float
        Learning rate. PyTorch ``lr`` and Optax ``learning_rate`` stand outside m as here;
        in Keras and in Sutskever et al. (2013) η is inside (m ← β₁ m − η g): the same path
        while η is constant.
    beta1 : float in [0, 1)
        Share of m that survives a step. PyTorch and Keras ``momentum``, Optax ``decay``, papers
        μ or β. The averaging form m ← β₁ m + (1−β₁) g is the same path with η/(1−β₁).

    Returns
    -------
    theta, m : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import descend, momentum, ravine
    >>> descend(momentum, ravine, eta=0.02)
    momentum on ravine, η=0.02, β1=0.9: loss 86.1 → 8.0e-4 in 100 steps
    """
    m = beta1 * m + g
    return theta - eta * m, m


def nesterov(theta, g, m, eta=0.01, beta1=0.9):
    """Momentum that looks ahead to where its velocity is about to take it.

    m ← β₁ m + g
    θ ← θ − η (g + β₁ m)

    Source: Nesterov (1983), as rewritten by Sutskever et al. (2013), eq. 3-4, and Bengio,
    Boulanger-Lewandowski & Pascanu (2013): θ here is the look-ahead point, so the gradient
    is taken where the ball is drawn.

    Parameters
    ----------
    theta, g, m : ndarray, shape (n, *lanes)
        Look-ahead point, gradient there, velocity.
    eta : float
        Learning rate. PyTorch ``lr``, Keras and Optax ``learning_rate``.
    beta1 : float in [0, 1)
        PyTorch and Keras ``momentum``, Optax ``decay``, each with ``nesterov=True``.

    Returns
    -------
    theta, m : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import descend, nesterov, ravine
    >>> descend(nesterov, ravine, eta=0.02)
    nesterov on ravine, η=0.02, β1=0.9: loss 86.1 → 2.6e-5 in 100 steps
    """
    m = beta1 * m + g
    return theta - eta * (g + beta1 * m), m


def adagrad(theta, g, G, eta=0.01, eps=1e-10):
    """Give each coordinate its own rate: the more slope it has seen, the smaller.

    G ← G + g²
    θ ← θ − η g / (√G + ε)

    Source: Duchi, Hazan & Singer, JMLR 12 (2011), its diagonal form with δ = ε. G is a sum, not an
    average: it never shrinks.

    Parameters
    ----------
    theta, g, G : ndarray, shape (n, *lanes)
        Point, gradient, sum of squared gradients.
    eta : float
        Learning rate. PyTorch ``lr`` (0.01), Keras (0.001) and Optax ``learning_rate``.
    eps : float
        PyTorch 1e-10 outside the root, as here; Keras and Optax 1e-7 inside it. Those two also
        start G at 0.1 (``initial_accumulator_value``), which shortens the first steps.

    Returns
    -------
    theta, G : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import adagrad, descend, ravine
    >>> descend(adagrad, ravine, eta=1.0)
    adagrad on ravine, η=1: loss 86.1 → 2.6e-14 in 100 steps
    """
    G = G + g**2
    return theta - eta * g / (np.sqrt(G) + eps), G


def adadelta(theta, g, v, u, eta=1.0, beta2=0.95, eps=1e-6):
    """Divide by the typical gradient and multiply by the typical step, so that the units are right.

    v ← β₂ v + (1−β₂) g²
    Δ = √(u + ε) / √(v + ε) · g
    u ← β₂ u + (1−β₂) Δ²
    θ ← θ − η Δ

    Source: Zeiler, arXiv 1212.5701 (2012), algorithm 1, which has no η: that means η = 1.

    Parameters
    ----------
    theta, g, v, u : ndarray, shape (n, *lanes)
        Point, gradient, average of squared gradients, average of squared steps.
    eta : float
        PyTorch ``lr`` (1.0). Keras' default of 0.001 makes it a thousand times slower; Optax
        climbs when ``learning_rate`` is left at None, because that drops the sign too.
    beta2 : float in [0, 1)
        Zeiler's and Keras' ``rho`` (0.95), PyTorch and Optax ``rho`` (0.9).
    eps : float
        Inside both roots. It decides the first step, while u is still zero. Zeiler, PyTorch
        and Optax 1e-6, Keras 1e-7.

    Returns
    -------
    theta, v, u : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import adadelta, descend, ravine
    >>> descend(adadelta, ravine)
    adadelta on ravine, η=1, β2=0.95: loss 86.1 → 58.4 in 100 steps
    """
    v = beta2 * v + (1 - beta2) * g**2
    delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
    u = beta2 * u + (1 - beta2) * delta**2
    return theta - eta * delta, v, u


def rmsprop(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    """Adagrad that forgets: divide by the root of a running average of squares.

    v ← β₂ v + (1−β₂) g²
    θ ← θ − η g / (√v + ε)

    Source: Hinton, *Neural Networks for Machine Learning*, lecture 6e (2012). β₂ = 0.9 is his;
    he gives no ε, and v is not corrected, so the first step is η/√(1−β₂) long.

    Parameters
    ----------
    theta, g, v : ndarray, shape (n, *lanes)
        Point, gradient, average of squared gradients.
    eta : float
        PyTorch ``lr`` (0.01), Keras (0.001) and Optax ``learning_rate``.
    beta2 : float in [0, 1)
        PyTorch ``alpha`` (0.99), Keras ``rho`` (0.9), Optax ``decay`` (0.9).
    eps : float
        PyTorch 1e-8 outside the root, as here; Keras 1e-7 and Optax 1e-8 inside it.

    Returns
    -------
    theta, v : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import descend, ravine, rmsprop
    >>> descend(rmsprop, ravine, eta=0.05)
    rmsprop on ravine, η=0.05, β2=0.9: loss 86.1 → 7.0e-4 in 100 steps
    """
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * g / (np.sqrt(v) + eps), v


def adam(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Momentum's m over RMSprop's √v, each corrected for having started at zero.

    m ← β₁ m + (1−β₁) g
    v ← β₂ v + (1−β₂) g²
    m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
    θ ← θ − η m̂ / (√v̂ + ε)

    Source: Kingma & Ba, arXiv 1412.6980 (ICLR 2015), algorithm 1, with its defaults. The corrected
    m̂ and v̂ are used once; m and v themselves go on to the next step.

    Parameters
    ----------
    theta, g, m, v : ndarray, shape (n, *lanes)
        Point, gradient, average of gradients, average of squared gradients.
    t : int
        Step number, 1 at the first step.
    eta : float
        The paper's α (0.001). PyTorch ``lr``, Keras and Optax ``learning_rate``.
    beta1, beta2 : float in [0, 1)
        PyTorch ``betas``, Keras ``beta_1`` and ``beta_2``, Optax ``b1`` and ``b2``.
    eps : float
        Outside the root of the corrected v̂, as in the paper, PyTorch and Optax. Keras uses the
        paper's ε̂ (1e-7, added to the root of the raw v), which acts like ε̂/√(1−β₂ᵗ) here.

    Returns
    -------
    theta, m, v : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import adam, descend, ravine
    >>> descend(adam, ravine, eta=0.1)
    adam on ravine, η=0.1, β1=0.9, β2=0.999: loss 86.1 → 3.0e-4 in 100 steps
    """
    m = beta1 * m + (1 - beta1) * g  # average of the gradients
    v = beta2 * v + (1 - beta2) * g**2  # average of their squares
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


def amsgrad(theta, g, m, v, v_max, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam whose divisor never shrinks.

    m ← β₁ m + (1−β₁) g
    v ← β₂ v + (1−β₂) g²
    v_max ← max(v_max, v)
    θ ← θ − η m̂ / (√(v_max / (1 − β₂ᵗ)) + ε)

    Source: Reddi, Kale & Kumar, *On the Convergence of Adam and Beyond* (ICLR 2018), algorithm 2,
    which corrects neither average; the corrections and ε are PyTorch's.

    Parameters
    ----------
    theta, g, m, v, v_max : ndarray, shape (n, *lanes)
        Point, gradient, the two averages, and the largest v so far.
    t : int
        Step number, 1 at the first step.
    eta, beta1, beta2, eps : float
        As in `adam`. PyTorch and Keras: Adam with ``amsgrad=True`` (maximum of the raw v, as here;
        Keras in its ε̂ form). Optax ``amsgrad`` corrects v first and then takes the maximum.

    Returns
    -------
    theta, m, v, v_max : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import amsgrad, descend, ravine
    >>> descend(amsgrad, ravine, eta=0.1)
    amsgrad on ravine, η=0.1, β1=0.9, β2=0.999: loss 86.1 → 2.8e-4 in 100 steps
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v, v_max


def adamw(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    """Adam that also shrinks the weights, without passing the decay through √v̂.

    m ← β₁ m + (1−β₁) g
    v ← β₂ v + (1−β₂) g²
    θ ← θ − η λ θ − η m̂ / (√v̂ + ε)

    Source: Loshchilov & Hutter, arXiv 1711.05101 (ICLR 2019), algorithm 2, where the decay is not
    multiplied by α but only by the schedule η_t.

    Parameters
    ----------
    theta, g, m, v : ndarray, shape (n, *lanes)
        Point, gradient, average of gradients, average of squared gradients.
    t : int
        Step number, 1 at the first step.
    eta, beta1, beta2, eps : float
        As in `adam`.
    weight_decay : float
        λ. The libraries multiply it by η, as here: PyTorch 0.01, Keras 0.004, Optax 1e-4.

    Returns
    -------
    theta, m, v : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import adamw, descend, ravine
    >>> descend(adamw, ravine, eta=0.1)
    adamw on ravine, η=0.1, β1=0.9, β2=0.999, λ=0.01: loss 86.1 → 3.0e-4 in 100 steps
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    theta = theta - eta * weight_decay * theta
    return theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v


def nadam(theta, g, m, v, c, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=0.004):
    """Adam with Nesterov's look-ahead and a momentum that warms up.

    μ_t = β₁ (1 − ½ · 0.96^(ψ t))
    c ← μ_t c + (1−μ_t)
    m ← β₁ m + (1−β₁) g
    v ← β₂ v + (1−β₂) g²
    m̄ = μ_{t+1} m / (μ_{t+1} c + 1 − μ_{t+1}) + (1−μ_t) g / c
    θ ← θ − η m̄ / (√v̂ + ε)

    Source: Dozat, *Incorporating Nesterov Momentum into Adam* (ICLR workshop 2016), algorithm 2,
    with the schedule of its experiments. The product of all μ so far is 1 − c.

    Parameters
    ----------
    theta, g, m, v, c : ndarray, shape (n, *lanes)
        Point, gradient, the two averages, and the weight that the scheduled average has gathered
        (the same number for every coordinate).
    t : int
        Step number, 1 at the first step.
    eta, beta1, beta2, eps : float
        As in `adam`, η 0.002 as in PyTorch. Optax ``nadam`` has no schedule; Keras' is 0.96ᵗ.
    momentum_decay : float
        ψ. Dozat and PyTorch 0.004, that is 1/250 a step.

    Returns
    -------
    theta, m, v, c : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import descend, nadam, ravine
    >>> descend(nadam, ravine, eta=0.1)
    nadam on ravine, η=0.1, β1=0.9, β2=0.999, ψ=0.004: loss 86.1 → 8.4e-6 in 100 steps
    """
    mu = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * t))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * (t + 1)))
    c = mu * c + (1 - mu)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_bar = mu_next * m / (mu_next * c + 1 - mu_next) + (1 - mu) * g / c
    v_hat = v / (1 - beta2**t)
    return theta - eta * m_bar / (np.sqrt(v_hat) + eps), m, v, c


def adamax(theta, g, m, u, t, eta=0.002, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam that divides by the largest recent gradient instead of the root mean square.

    m ← β₁ m + (1−β₁) g
    u ← max(β₂ u, |g| + ε)
    θ ← θ − η m̂ / u

    Source: Kingma & Ba, arXiv 1412.6980 (ICLR 2015), algorithm 2, which has no ε. u needs no
    correction: from the first step on it has the size of a gradient.

    Parameters
    ----------
    theta, g, m, u : ndarray, shape (n, *lanes)
        Point, gradient, average of gradients, decaying maximum of the gradient's size.
    t : int
        Step number, 1 at the first step.
    eta, beta1, beta2 : float
        As in `adam`, η 0.002 (the paper's and PyTorch's; Keras 0.001).
    eps : float
        PyTorch and Optax add it to abs(g), as here; Keras divides by u + ε.

    Returns
    -------
    theta, m, u : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import adamax, descend, ravine
    >>> descend(adamax, ravine, eta=0.1)
    adamax on ravine, η=0.1, β1=0.9, β2=0.999: loss 86.1 → 0.0056 in 100 steps
    """
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    m_hat = m / (1 - beta1**t)
    return theta - eta * m_hat / u, m, u


def lion(theta, g, m, eta=1e-4, beta1=0.9, beta2=0.99, weight_decay=0.0):
    """Take only the sign of an average: each coordinate moves by η, up or down.

    c = sign(β₁ m + (1−β₁) g)
    m ← β₂ m + (1−β₂) g
    θ ← θ − η (c + λ θ)

    Source: Chen et al., *Symbolic Discovery of Optimization Algorithms*, arXiv 2302.06675 (NeurIPS 2023),
    algorithm 2, found by a search over programs. m is an average of gradients as elsewhere, but it remembers
    longer (β₂) than what is stepped along (β₁). They advise an η three to ten times smaller than Adam's.

    Parameters
    ----------
    theta, g, m : ndarray, shape (n, *lanes)
        Point, gradient, average of gradients.
    eta : float
        The paper's 1e-4. Optax and Keras (0.001) ``learning_rate``; PyTorch has no Lion.
    beta1, beta2 : float in [0, 1)
        Optax ``b1`` and ``b2``.
    weight_decay : float
        λ, times η as in `adamw`. The paper tunes it; Optax 1e-3.

    Returns
    -------
    theta, m : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import descend, lion, ravine
    >>> descend(lion, ravine, eta=0.05)
    lion on ravine, η=0.05, β1=0.9, β2=0.99, λ=0: loss 86.1 → 2.5 in 100 steps
    """
    direction = np.sign(beta1 * m + (1 - beta1) * g)
    m = beta2 * m + (1 - beta2) * g
    return theta - eta * (direction + weight_decay * theta), m


def muon(theta, g, m, shape, eta=0.02, beta1=0.95, weight_decay=0.0):
    """Momentum for a matrix, with all its directions made equally long.

    m ← β₁ m + (1−β₁) g
    O = orthogonal(β₁ m + (1−β₁) g)
    θ ← θ − η λ θ − η √max(1, rows/columns) O

    Source: Jordan et al., *Muon* (2024), as in PyTorch. Of the averaged gradient U S Vᵀ about U Vᵀ is left,
    see `orthogonal`. Meant for the matrices of hidden layers; libraries leave biases and all else to AdamW.

    Parameters
    ----------
    theta, g, m : ndarray, shape (n, *lanes)
        Point, gradient, average of gradients.
    shape : tuple of int, or tuple of such tuples
        What lies in the point: a matrix, or several arrays one after the other. An array that is no matrix is
        taken as one row, so its step always has about the same length.
    eta : float
        PyTorch ``lr`` (1e-3), Optax ``learning_rate``; Jordan 0.02.
    beta1 : float in [0, 1)
        PyTorch ``momentum`` (0.95) with ``nesterov=True``, Optax ``beta``, where the look-ahead is corrected
        for the start. Jordan's m is a sum; after `orthogonal` it is the same.
    weight_decay : float
        λ. PyTorch 0.1, Optax 0.

    Returns
    -------
    theta, m : ndarray, shape (n, *lanes)

    Examples
    --------
    >>> from adamlab import descend, muon, problems
    >>> descend(muon, problems.matrix_regression(), n_steps=200)
    muon on matrix regression, η=0.02, β1=0.95, λ=0: loss 25.1 → 4.62 in 200 steps
    """
    m = beta1 * m + (1 - beta1) * g
    ahead = beta1 * m + (1 - beta1) * g
    theta = theta - eta * weight_decay * theta
    arrays = shape if isinstance(shape[0], tuple) else (shape,)
    ends = np.cumsum([int(np.prod(array)) for array in arrays])
    moves = []
    for array, part in zip(arrays, np.split(ahead, ends[:-1])):
        rows, columns = array if len(array) == 2 else (1, len(part))
        moves.append(np.sqrt(max(1, rows / columns)) * orthogonal(part, rows, columns))
    return theta - eta * np.concatenate(moves), m


def orthogonal(g, rows, columns):
    """About U Vᵀ of a matrix U S Vᵀ, by five steps of Newton and Schulz.

    X ← G / |G|
    X ← a X + (b X Xᵀ + c (X Xᵀ)²) X,  five times

    With a, b, c = 3.4445, −4.7750, 2.0315 the singular values end between about 0.7 and 1.2: not at 1, but
    soon.

    Parameters
    ----------
    g : ndarray, shape (n, *lanes)
    rows, columns : int
        Of the matrix.

    Returns
    -------
    ndarray, shape (n, *lanes)
    """
    matrices = np.moveaxis(g.reshape(rows, columns, int(np.prod(g.shape[1:]))), -1, 0)  # one for each lane
    x = matrices / np.maximum(np.sqrt((matrices**2).sum(axis=(1, 2), keepdims=True)), 1e-7)
    for _ in range(5):
        gram = x @ x.swapaxes(1, 2)
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return np.moveaxis(x, 0, -1).reshape(g.shape)
