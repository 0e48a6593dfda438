"""An optimizer of PyTorch's that takes the steps of one plain function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .._core.descent import refuse_long_warmup
from .._core.hyperparameters import usual_name
from .._core.scheduled import clips
from .._core.signature import Signature
from .._core.text import brief

__all__ = ["StepOptimizer"]

RATE = "lr"  # what PyTorch's own schedulers look for in a group


class StepOptimizer(torch.optim.Optimizer):
    """Takes the steps of a function; `to_torch` makes one.

    Each parameter is a point of its own, with its memory and its count of steps, as in PyTorch's optimizers.

    Parameters
    ----------
    step : callable
    params : iterable of tensor, or of dict
    n_steps : int or None
    hyper : dict
    """

    def __init__(
        self, step: Callable[..., Any], params: Any, n_steps: int | None, hyper: dict[str, Any]
    ) -> None:
        self._signature = signature = Signature(step).within(n_steps)
        defaults = signature.hyper(hyper)
        for name, value in defaults.items():
            if np.ndim(value):
                raise TypeError(f"to_torch: {signature.name} takes one value for {name}, got {brief(value)}")
        if signature.lacks:
            raise TypeError(
                f"to_torch: {signature.name} asks for n_steps, the length of the run: give n_steps=1000, say"
            )
        if clips(step):
            raise ValueError(
                f"to_torch: {signature.name} clips by the norm of the whole gradient, but here each "
                f"parameter is stepped by itself: leave out clip, and call torch.nn.utils.clip_grad_norm_ "
                f"before step()"
            )
        if n_steps is not None:
            refuse_long_warmup(step, n_steps, hyper)
        self._rate = next((name for name in defaults if usual_name(name) == "eta"), None)
        params = [params] if isinstance(params, torch.Tensor) else [*params]
        if not params:
            raise ValueError("to_torch: there are no parameters to train: is this the model's .parameters()?")
        super().__init__(params, self._as_group(defaults))

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Take in more parameters, perhaps with hyperparameters of their own.

        Parameters
        ----------
        param_group : dict
            ``params``, and hyperparameters by the step's names; the learning rate may be called ``lr``.
        """
        own = {name: value for name, value in param_group.items() if name != "params"}
        if self._rate is not None and RATE in own:
            own[self._rate] = own.pop(RATE)
        numbers = self._signature.hyper({n: v for n, v in own.items() if n in self._signature.defaults})
        unknown = [n for n in own if n not in numbers and n != "param_names"]
        if unknown:
            self._signature.hyper(dict.fromkeys(unknown))  # raises, and names the nearest
        given = {n: numbers.get(n, v) for n, v in own.items()}
        super().add_param_group({"params": param_group["params"], **self._as_group(given)})
        for p in self.param_groups[-1]["params"]:
            _refuse(p, self._signature.name)

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Take one step with the gradients that the parameters have now.

        Parameters
        ----------
        closure : callable, optional
            Computes the loss, and the gradients, first.

        Returns
        -------
        object
            The loss, if there is a closure.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            hyper = {name: group[self._in_group(name)] for name in self._signature.defaults}
            for p in group["params"]:
                if p.grad is not None and p.numel():
                    self._move(p, hyper)
        return loss

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_signature": self._signature, "_rate": self._rate}

    def _move(self, p: torch.Tensor, hyper: dict[str, Any]) -> None:
        """The step of one parameter, whose memory lies in its state as tensors of its shape."""
        _refuse(p, self._signature.name)
        signature, state = self._signature.within(shape=tuple(p.shape) or (1,)), self.state[p]
        if not state:
            state["t"] = 0
            state.update({name: torch.zeros_like(p) for name in signature.memory})
        state["t"] = int(state["t"]) + 1
        tensors = [p, *(state[name] for name in signature.memory)]
        theta, g, *memory = (a.numpy().reshape(-1) for a in (p, p.grad, *tensors[1:]))
        with np.errstate(all="ignore"):
            results = signature.bind(hyper, theta.shape)(theta, g, memory, state["t"])
        for tensor, values in zip(tensors, results):
            tensor.copy_(torch.from_numpy(values).view(p.shape))

    def _as_group(self, hyper: dict[str, Any]) -> dict[str, Any]:
        return {self._in_group(name): value for name, value in hyper.items()}

    def _in_group(self, name: str) -> str:
        """What a hyperparameter is called in a group."""
        return RATE if name == self._rate else name


def _refuse(p: torch.Tensor, name: str) -> None:
    """Raise for what NumPy cannot see without a copy."""
    what = f"{name}: a parameter of shape {tuple(p.shape)}"
    if p.device.type != "cpu":
        raise ValueError(
            f"{what} is on {p.device}, but a step runs in NumPy, on the CPU: move the model with "
            f"model.cpu() first"
        )
    if p.dtype not in (torch.float64, torch.float32, torch.float16):
        raise ValueError(
            f"{what} is of {str(p.dtype).removeprefix('torch.')}, which a step does not take: use "
            f"model.float() or model.double()"
        )
    if p.layout is not torch.strided or (p.grad is not None and p.grad.layout is not torch.strided):
        raise ValueError(f"{what} or its gradient is sparse: a step takes dense arrays")
