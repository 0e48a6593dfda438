"""Understand Adam by rolling it: surfaces, steps, live panels and a checker.

Importing this loads NumPy and nothing else; what draws is loaded when it is first used.
"""

import importlib

_HOME = {
    "steps": None, "surfaces": None, "problems": None, "plots": None,
    "Surface": "surfaces", "make_ravine": "surfaces",
    "descend": "descent", "Descent": "descent",
    "check": "checker", "reveal": "checker",
    "explore": "panels",
    **dict.fromkeys(
        "gradient_descent momentum nesterov adagrad adadelta rmsprop adam amsgrad adamw nadam adamax".split(),
        "steps",
    ),
    **dict.fromkeys(
        "bowl ravine saddle plateau rosenbrock beale himmelblau rastrigin neuron".split(), "surfaces"
    ),
}  # fmt: skip

__all__ = list(_HOME)
__version__ = "0.1.0"


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'adamlab' has no attribute {name!r}")
    module = importlib.import_module(f".{_HOME[name] or name}", __name__)
    value = getattr(module, name) if _HOME[name] else module
    globals()[name] = value
    return value


def __dir__():
    return sorted([*globals(), *__all__])
