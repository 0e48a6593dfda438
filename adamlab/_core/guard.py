"""The one door for learners' code where nobody asked for it to run: in silence, and for a limited time.

The work is done in a thread of its own, because a thread can be left behind when it hangs, also where there
are no alarm signals. What counts is the time that the thread computes, so a busy machine changes no answer.
Only Python code can be stopped so: what holds the interpreter in C (``7 ** 10**8``) returns when it returns.

Where no thread can start, as in a browser, the work is done without a limit.
"""

from __future__ import annotations

import ctypes
import functools
import sys
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any, TextIO, TypeVar

import numpy as np

__all__ = ["LIMIT", "TooLong", "describe", "guarded", "is_guarded", "stopped"]

LIMIT = 2.0  # seconds


NAME = "adamlab guard"

WORDS = "adamlab words"

LOOK = 0.05  # seconds between two looks at the clock

IDLE = 0.03  # of the time: a thread that computes less is asleep, or waits for something

LONGEST = 20  # times the limit, however busy the machine is

NO_THREADS = (
    "no thread can be started here, so adamlab runs your code without a time limit: "
    "if a loop never ends, stop the kernel or reload the page"
)

_T = TypeVar("_T")


class TooLong(Exception):
    """The work was not done in time."""


def stopped(seconds: float) -> str:
    """What is said of work that was stopped after so many seconds."""
    return f"stopped after {seconds:.2g} s: does a loop end?"


class _Stop(BaseException):
    """Thrown into a thread that goes on for too long; no `except Exception` holds it up."""


def is_guarded() -> bool:
    """Return whether this is called by code that is being guarded."""
    return threading.get_ident() in _silence.threads


def guarded(work: Callable[[], _T], seconds: float = LIMIT, pulse: Callable[[], object] = lambda: None) -> _T:
    """Do the work in silence and within a time; the kernel stays usable whatever happens.

    Parameters
    ----------
    work : callable
        Without arguments.
    seconds : float
        Of computing.
    pulse : callable
        What it returns changes as the work goes on; whenever it does, the time begins anew. So work of many
        calls ends only where one call does not end, however slow the machine is.

    Returns
    -------
    object
        What work returns; what it raises is raised here.

    Raises
    ------
    TooLong
        If it takes longer.
    """
    if is_guarded():  # under the limit of the guard around it
        return work()
    outcome: list[tuple[Any, BaseException | None]] = []
    clocks: list[Callable[[], float]] = []
    done = threading.Event()  # an interrupted join takes a running thread for stopped

    def body() -> None:
        clocks.append(_clock_of_this_thread())
        with _silence:
            try:
                outcome.append(_worked(work))
            except _Stop:  # while it found words for its error
                pass
            finally:
                done.set()

    thread = threading.Thread(target=body, daemon=True, name=NAME)
    try:
        thread.start()
        _wait(done, clocks, seconds, pulse)
    except RuntimeError:  # there are no threads
        _say_once(NO_THREADS)
        body()
    finally:  # also when the kernel is interrupted
        _stop(thread, done)
        _silence.leave(thread.ident)  # for a thread that is left behind
    if not outcome or isinstance(outcome[0][1], _Stop):
        raise TooLong
    value, fault = outcome[0]
    if isinstance(fault, KeyboardInterrupt) and thread.ident:  # the work's own: nobody pressed a key
        raise RuntimeError("KeyboardInterrupt")
    if fault is not None:
        raise fault
    return value


def _worked(work: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    """What work returns, and None; or None, and what it raises."""
    try:
        with np.errstate(all="ignore"):
            return work(), None
    except BaseException as fault:
        describe(fault)  # here, for its words are learners' code too
        return None, fault


def describe(fault: BaseException) -> str:
    """An error in words, even where its own words fail; they are asked for once.

    Parameters
    ----------
    fault : BaseException

    Returns
    -------
    str
    """
    kept = object.__getattribute__(fault, "__dict__")
    if WORDS not in kept:
        kept[WORDS] = type(fault).__name__  # if there are none, or if finding them never ends
        try:
            kept[WORDS] = f"{type(fault).__name__}: {fault}"
        except _Stop:
            raise
        except BaseException:
            pass
    return kept[WORDS]


def _clock_of_this_thread() -> Callable[[], float]:
    """A function that tells, from any thread, how long this one has computed."""
    try:
        clock = time.pthread_getcpuclockid(threading.get_ident())
    except (AttributeError, OSError):  # not on this system: the waiting thread takes no time
        return time.process_time
    return lambda: time.clock_gettime(clock)


def _wait(
    done: threading.Event, clocks: list[Callable[[], float]], seconds: float, pulse: Callable[[], object]
) -> None:
    """Wait until it is done, has computed for so many seconds, or has done nothing for as long."""
    began, before, last = time.monotonic(), 0.0, pulse()
    if done.wait(seconds) or not clocks:
        return
    computed = clocks[0]
    while not done.wait(LOOK):
        try:
            computed_so_far = computed()
        except OSError:  # the thread has just ended
            return
        if (now := pulse()) != last:
            began, before, last = time.monotonic(), computed_so_far, now
        waited, busy = time.monotonic() - began, computed_so_far - before
        if busy >= seconds or (waited >= seconds and busy < IDLE * waited) or waited > LONGEST * seconds:
            return


def _stop(thread: threading.Thread, done: threading.Event, tries: int = 50) -> None:
    """Throw a stop into a thread until it ends; a bare except can hold it up for a while, not for ever."""
    while thread.ident and tries and not done.is_set():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_Stop))
        done.wait(0.01)
        tries -= 1


@functools.cache
def _say_once(text: str) -> None:
    print(f"Note: {text}.")


class _Silence:
    """Drops what some threads print, warn of and display; other threads, and what they print, are left alone.

    `sys.stdout`, `sys.stderr` and the filters of warnings belong to all threads, so they are changed by the
    first that enters and put back by the last that leaves.
    """

    threads: set[int]
    _kept: tuple[TextIO, TextIO] | None
    _warnings: warnings.catch_warnings | None

    def __init__(self) -> None:
        self.threads, self._lock, self._kept = set(), threading.Lock(), None
        self._warnings = None

    def __enter__(self) -> None:
        with self._lock:
            if not self.threads:
                self._kept, self._warnings = (sys.stdout, sys.stderr), warnings.catch_warnings()
                sys.stdout, sys.stderr = (_Stream(stream, self.threads) for stream in self._kept)
                self._warnings.__enter__()
                warnings.simplefilter("ignore")
            self.threads.add(threading.get_ident())
        self._hold_displays(True)

    def __exit__(self, *_: object) -> None:
        self._hold_displays(False)
        self.leave(threading.get_ident())

    def leave(self, ident: int | None) -> None:
        """Let a thread be heard again."""
        with self._lock:
            if ident not in self.threads:
                return
            self.threads.discard(ident)
            if not self.threads:
                assert self._kept is not None and self._warnings is not None
                sys.stdout, sys.stderr = self._kept
                self._warnings.__exit__(None, None, None)

    def _hold_displays(self, hold: bool) -> None:
        """In a kernel: what this thread displays goes nowhere (its hooks are the thread's own)."""
        ipython = sys.modules.get("IPython")
        publisher = getattr(ipython and ipython.get_ipython(), "display_pub", None)
        change = getattr(publisher, "register_hook" if hold else "unregister_hook", None)
        if change:
            change(_nowhere)


def _nowhere(message: object) -> None:
    return None


class _Stream:
    """A stream that takes nothing from some threads."""

    def __init__(self, stream: TextIO, silent: set[int]) -> None:
        self._stream, self._silent = stream, silent

    def write(self, text: str) -> int:
        return len(text) if threading.get_ident() in self._silent else self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


_silence = _Silence()
