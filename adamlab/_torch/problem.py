"""A PyTorch model as a surface over its parameters."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from .._core.batches import LEAST_APART, Batches
from .._core.surface import Surface
from .._core.text import brief

__all__ = ["as_surface"]


def as_surface(
    model: torch.nn.Module,
    loss: Callable[..., torch.Tensor],
    data: Any,
    batch: int | None,
    seed: int,
    name: str | None,
) -> Surface:
    """See `problems.from_torch`."""
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"from_torch: model must be a torch.nn.Module, got {brief(model)}")
    name = name or type(model).__name__
    _refuse(model, name)
    model = copy.deepcopy(model).double().eval()
    weights = [p for p in model.parameters() if p.requires_grad]
    inputs, targets = _data(data, name)
    if batch is not None and not (isinstance(batch, (int, np.integer)) and 1 <= batch <= len(inputs)):
        raise ValueError(f"{name}: batch must be between 1 and {len(inputs)}, got {brief(batch)}")
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"{name}: seed must be a whole number, 0 or more, got {brief(seed)}")
    batches = None if batch is None else Batches(len(inputs), int(batch), int(seed))

    def at(theta: np.ndarray, chosen: Any = ...) -> torch.Tensor:
        if theta.shape != start.shape:
            raise ValueError(f"{name} takes one point at a time")
        vector_to_parameters(torch.from_numpy(theta), weights)
        return loss(model(inputs[chosen]), targets[chosen])

    def height(theta: np.ndarray) -> float:
        with torch.no_grad():
            return float(at(theta))

    def slope(theta: np.ndarray, t: int = 1) -> np.ndarray:
        value = at(theta, ... if batches is None else torch.from_numpy(batches.at(t)))
        return parameters_to_vector(torch.autograd.grad(value, weights)).numpy()

    start = parameters_to_vector(weights).detach().numpy().copy()
    made = Surface(height, slope, name=name, start=start, vector=True)
    made.shape = tuple(tuple(p.shape) for p in weights)
    made.every = max(LEAST_APART, batches.in_a_round if batches else 0)
    if batches is not None:
        made.reseeded = lambda k: as_surface(model, loss, data, batch, seed + k, name)
    return made


def _refuse(model: torch.nn.Module, name: str) -> None:
    """Raise unless the model has parameters, on the CPU."""
    weights = [p for p in model.parameters() if p.requires_grad]
    if not weights:
        raise ValueError(f"from_torch: {name} has no parameters to train")
    for p in weights:
        if p.device.type != "cpu":
            raise ValueError(
                f"from_torch: {name} is on {p.device}, but a step runs in NumPy, on the CPU: move it with "
                f"model.cpu() first"
            )


def _data(data: Any, name: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Inputs and targets as tensors; floats in double precision."""
    try:
        inputs, targets = (torch.as_tensor(part) for part in data)
        fits = len(inputs) == len(targets) > 0
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise ValueError(
            f"{name}: data must be a pair (inputs, targets) with an example in each row, as many in both"
        )
    inputs, targets = (part.double() if part.is_floating_point() else part for part in (inputs, targets))
    return inputs, targets
