"""How η changes during a run: schedules, warm-up and clipping, as short functions.

A schedule is given ``t`` (1 at the first step) and ``n_steps`` (the length of the run), and returns the share
of η that this step takes: 1 is all of it. Parameters with a default are hyperparameters, as those of a step.
`with_schedule` puts one around any step.
"""

import numpy as np

from ._core.scheduled import scheduled

__all__ = ["clip_by_norm", "constant", "cool_down", "cosine", "linear", "warm_up", "with_schedule"]


def constant(t, n_steps):
    """All of η, from the first step to the last.

    Parameters
    ----------
    t, n_steps : int
        Step number, 1 at first, and length of the run.

    Returns
    -------
    float

    Examples
    --------
    >>> from adamlab import constant
    >>> constant(50, 100)
    1.0
    """
    return 1.0


def linear(t, n_steps, final=0.0):
    """Down along a straight line.

    1 − (1 − f) (t − 1) / N

    The first step takes all of η, and the step after the last would take f of it. PyTorch ``LinearLR`` with
    ``start_factor=1, end_factor=f, total_iters=N``, Optax ``linear_schedule``.

    Parameters
    ----------
    t, n_steps : int
    final : float
        f.

    Returns
    -------
    float

    Examples
    --------
    >>> from adamlab import linear
    >>> linear(51, 100)
    0.5
    """
    return 1 - (1 - final) * (t - 1) / n_steps


def cosine(t, n_steps, final=0.0):
    """Down along half a wave: slowly at both ends.

    f + (1 − f) (1 + cos(π (t − 1) / N)) / 2

    Source: Loshchilov & Hutter, *SGDR*, arXiv 1608.03983 (ICLR 2017), eq. 5, without restarts. PyTorch
    ``CosineAnnealingLR`` with ``T_max=N, eta_min=f·lr``, Optax ``cosine_decay_schedule`` with ``alpha=f``.

    Parameters
    ----------
    t, n_steps : int
    final : float
        f.

    Returns
    -------
    float

    Examples
    --------
    >>> from adamlab import cosine
    >>> float(cosine(1, 100)), round(float(cosine(51, 100)), 6)
    (1.0, 0.5)
    """
    return final + (1 - final) * (1 + np.cos(np.pi * (t - 1) / n_steps)) / 2


def cool_down(t, n_steps, cooldown=0.2):
    """All of η until the last part of the run, then down to zero along a straight line.

    min(1, (N + 1 − t) / (c N))

    Source: Hägele et al., arXiv 2405.18392 (NeurIPS 2024), where it does as well as a cosine and need not
    know N before the cool-down begins. Also called warm-up-stable-decay (WSD), or trapezoid.

    Parameters
    ----------
    t, n_steps : int
    cooldown : float
        c, the share of the run that it takes; they use 0.2.

    Returns
    -------
    float

    Examples
    --------
    >>> from adamlab import cool_down
    >>> float(cool_down(80, 100)), float(cool_down(91, 100))
    (1.0, 0.5)
    """
    return np.minimum(1, (n_steps + 1 - t) / np.maximum(cooldown * n_steps, 1))


def warm_up(t, warmup=20):
    """From a small share up to all of η, in so many steps.

    min(1, t / w)

    PyTorch ``LinearLR`` with ``start_factor=1/w, total_iters=w-1``.

    Parameters
    ----------
    t : int
    warmup : float
        w; 0 and 1 are none.

    Returns
    -------
    float

    Examples
    --------
    >>> from adamlab import warm_up
    >>> float(warm_up(5, warmup=20)), float(warm_up(30, warmup=20))
    (0.25, 1.0)
    """
    return np.minimum(1, t / np.maximum(warmup, 1))


def clip_by_norm(g, clip=1.0):
    """Shorten a gradient that is longer than `clip`; its direction stays.

    g · min(1, c / (|g| + 10⁻⁶))

    Source: Pascanu, Mikolov & Bengio, arXiv 1211.5063 (ICML 2013). The 10⁻⁶ is PyTorch's
    (``clip_grad_norm_``); Optax ``clip_by_global_norm`` has none.

    Parameters
    ----------
    g : ndarray, shape (n, *lanes)
    clip : float
        c.

    Returns
    -------
    ndarray, shape (n, *lanes)

    Examples
    --------
    >>> import numpy as np
    >>> from adamlab import clip_by_norm
    >>> clip_by_norm(np.array([3.0, 4.0]), clip=1.0).round(3)
    array([0.6, 0.8])
    """
    return g * np.minimum(1, clip / (np.sqrt((g**2).sum(axis=0)) + 1e-6))


def with_schedule(step, schedule=constant, warmup=None, clip=None, **hyper):
    """A step whose η follows a schedule; a step like any other.

    It asks for `n_steps`, which `descend` and `sweep` give it. The hyperparameters of both are its own, and
    so is what is given here, so all of them have sliders. `check` looks at the step inside.

    Parameters
    ----------
    step : callable
        A step of the series or your own. Its η may have any usual name (lr, learning_rate …).
    schedule : callable
        `constant`, `linear`, `cosine`, `cool_down`, or your own function of ``t``, ``n_steps`` and
        hyperparameters with defaults, which returns a share of η.
    warmup : float, optional
        Multiply by `warm_up` too, over so many steps.
    clip : float, optional
        Shorten gradients longer than this first, see `clip_by_norm`.
    **hyper : float
        Other defaults for hyperparameters of the step or of the schedule.

    Returns
    -------
    function
        `reveal` shows its source.

    Raises
    ------
    TypeError
        If the step has no learning rate, if the schedule is no function of this form, or if both have a
        hyperparameter of the same name.
    ValueError
        If a value is out of range.

    Examples
    --------
    >>> from adamlab import adam, cosine, descend, linear, momentum, ravine, reveal, with_schedule
    >>> descend(with_schedule(adam, cosine, warmup=20), ravine, eta=1.0)
    adam_cosine on ravine, η=1, β1=0.9, β2=0.999, final η=0, warm-up=20: loss 86.1 → 0.00244 in 100 steps
    >>> reveal(with_schedule(momentum, linear, warmup=20))
    def momentum_linear(theta, g, m, t, n_steps, eta=0.01, beta1=0.9, final=0.0, warmup=20):
        eta = eta * linear(t, n_steps, final) * warm_up(t, warmup)
        return momentum(theta, g, m, eta, beta1)
    """
    given = {name: value for name, value in (("warmup", warmup), ("clip", clip)) if value is not None}
    shares = [schedule] if warmup is None else [schedule, warm_up]
    return scheduled(step, shares, None if clip is None else clip_by_norm, {**given, **hyper})
