"""From a few lines in NumPy to training in PyTorch, which is loaded only when it is used."""

from ._core.signature import Signature

__all__ = ["to_torch"]


def to_torch(step, params, n_steps=None, **hyper):
    """A step as a ``torch.optim.Optimizer``: the same lines train a network.

    Needs PyTorch (``pip install torch``). The parameters stay where they are: on the CPU NumPy looks at them
    without a copy. Each parameter is stepped by itself, laid out flat, with its own memory and its own `t`; a
    step that asks for `shape` is given the parameter's.

    Parameters
    ----------
    step : callable
        A step of the series or your own.
    params : iterable
        ``model.parameters()``, or parameter groups: dicts with ``params`` and hyperparameters of their own.
    n_steps : int, optional
        The length of the run, for a step that asks for it (what `with_schedule` makes does).
    **hyper : float
        Hyperparameters. In a group the learning rate is called ``lr``, so that PyTorch's schedulers find it.

    Returns
    -------
    torch.optim.Optimizer

    Raises
    ------
    ModuleNotFoundError
        Without PyTorch.
    TypeError, ValueError
        As for `descend`; and if there are no parameters, or one is not on the CPU.

    Examples
    --------
    >>> import torch
    >>> from adamlab import adam, to_torch
    >>> model = torch.nn.Linear(2, 1)
    >>> optimizer = to_torch(adam, model.parameters(), eta=0.1)
    >>> for _ in range(200):
    ...     optimizer.zero_grad()
    ...     loss = ((model(torch.eye(2)) - 3) ** 2).mean()
    ...     loss.backward()
    ...     _ = optimizer.step()
    >>> loss.item() < 1e-2
    True
    """
    Signature(step)  # what is wrong with a step is said first
    from ._torch.optimizer import StepOptimizer

    return StepOptimizer(step, params, n_steps, hyper)
