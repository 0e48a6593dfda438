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
    Not run here, for PyTorch may be missing::

        optimizer = to_torch(my_adam, model.parameters(), eta=0.01)
        for inputs, targets in batches:
            optimizer.zero_grad()
            loss(model(inputs), targets).backward()
            optimizer.step()
    """
    Signature(step)  # what is wrong with a step is said first
    from ._torch.optimizer import StepOptimizer

    return StepOptimizer(step, params, n_steps, hyper)
