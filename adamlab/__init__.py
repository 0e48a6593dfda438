"""Understand Adam by rolling it: surfaces, steps, live panels and a checker.

Importing this loads NumPy and nothing heavier; what draws is loaded when it is first used.
"""

import importlib

from . import problems, schedules, steps, surfaces
from ._core.descent import Descent, descend
from ._core.sweep import Sweep, sweep
from .schedules import *  # noqa: F403
from .steps import *  # noqa: F403
from .steps import lion, muon
from .surfaces import *  # noqa: F403

_LATER = {
    "check": "_checking.check",
    "reveal": "_checking.check",
    "explore": "_panels.explore",
    "race": "_panels.race",
    "anatomy": "_panels.anatomy",
    "map": "_panels.map",
    "check_setup": "setup_check",
    "to_torch": "pytorch",
}
_MODULES = ("exercises", "mistakes", "plots", "pytorch", "setup_check")

# not here: map, which would hide Python's own; it is adamlab.map
__all__ = [
    "steps",
    "schedules",
    "surfaces",
    "problems",
    "plots",
    "Descent",
    "descend",
    "Sweep",
    "sweep",
    "explore",
    "race",
    "anatomy",
    "check",
    "reveal",
    "check_setup",
    "to_torch",
]
__all__ += steps.__all__
__all__ += ["lion", "muon"]
__all__ += schedules.__all__
__all__ += surfaces.__all__
__version__ = "0.1.0"


def __getattr__(name):
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    if name in _LATER:
        return getattr(importlib.import_module(f".{_LATER[name]}", __name__), name)
    raise AttributeError(f"module 'adamlab' has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *__all__, *_MODULES, *_LATER})
