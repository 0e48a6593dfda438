"""The one door through which a panel runs learners' code."""

import threading
from collections.abc import Callable
from typing import TypeVar

from .._core.guard import LIMIT, TooLong, describe, guarded, stopped
from .._core.signature import NotWrittenYet

__all__ = ["attempt", "drawing"]

T = TypeVar("T")

# JupyterLab hears sliders in a thread of its own while the cells run in another, and Matplotlib is not
# made for two threads at once. No learner's code runs while it is held: that may never end.
drawing = threading.RLock()


def attempt(name: str, work: Callable[[], T], seconds: float = LIMIT) -> tuple[T | None, str | None]:
    """What learners' code gives, and in words why it gives nothing; whatever it does, the panel lives on.

    Parameters
    ----------
    name : str
        Of the function that is run, for the words.
    work : callable
    seconds : float

    Returns
    -------
    value : object or None
    message : str or None
    """
    try:
        return guarded(work, seconds), None
    except NotWrittenYet:
        return None, f"{name}: not attempted yet"
    except TooLong:
        return None, f"{name}: {stopped(seconds)}"
    except KeyboardInterrupt:  # the reader has interrupted the kernel
        raise
    except BaseException as fault:  # also sys.exit() in a step
        words = describe(fault)
        ours = words.removeprefix(f"{type(fault).__name__}: ")
        return None, ours if ours.startswith(f"{name} ") else f"{name}: {words}"  # ours names it already
