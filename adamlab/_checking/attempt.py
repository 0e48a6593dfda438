"""A learner's step beside the reference, walked on all lists of gradients, as its names are read.

The first reading of the names and of the numbers in the body under which both go the same way is the true
one. Where there is none, the likeliest is taken, and the step is wrong.
"""

import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._core.signature import Signature
from .matching import Reading, fixings, is_likely, leaves_doubt, numbers_in, readings
from .probes import LISTS, Rows, same, walk

__all__ = ["Attempt", "Search"]

QUICK = 3  # steps after which most readings have parted

MOST_TRIES = 1500  # readings that are looked at

LOOSE = 1e-7  # relative: two writings of the same mistake

SINGLE, NOISE = 1e-5, 3e-6  # what is left of numbers in single precision, after some steps


@dataclass(frozen=True, eq=False)
class Attempt:
    """A learner's step beside the reference, and where both went on all lists of gradients.

    Attributes
    ----------
    mine, theirs : Signature
    reading : Reading
        Which of the learner's hyperparameters stands for which of the reference's.
    got, expected : list of Rows
        One for each of `LISTS`.
    numbers : list of float
        That stand in the learner's body.
    loose : (float, float)
        How far two writings of the same mistake may be apart: relative to how far they moved, and absolutely.
    """

    mine: Signature
    theirs: Signature
    reading: Reading
    got: list[Rows]
    expected: list[Rows]
    numbers: list[float]
    loose: tuple[float, float]
    _known: dict[Any, Any] = field(default_factory=dict)

    @property
    def is_single(self) -> bool:
        """Whether the learner computes in single precision."""
        return self.loose[0] == SINGLE

    @functools.cached_property
    def own(self) -> dict[str, str]:
        """The learner's name of each hyperparameter, by the reference's."""
        return self.reading.own

    @functools.cached_property
    def hyper(self) -> dict[str, Any]:
        """The learner's defaults, by the reference's names."""
        return self.reading.shared(self.mine.hyper())

    def settings(self, changes: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Hyperparameters for the reference and for the learner's step, both the same."""
        key = tuple(changes.items())
        if key not in self._known:
            self._known[key] = self._settings(changes)
        return self._known[key]

    def _settings(self, changes: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        changed = {name: value for name, value in changes.items() if name in self.own}
        mine = self.reading.settings({**self.hyper, **changed}) if changed or self._shares else {}
        return {**self.hyper, **changed}, mine

    @functools.cached_property
    def _shares(self) -> bool:
        """Whether two of the learner's names stand for one."""
        return len(self.own) < len(self.reading.roles)


class Search:
    """Looks for the reading under which a step is right.

    Parameters
    ----------
    mine, theirs : Signature
    restore : callable
        Puts everything back that the learner's code changes.
    judges_memory : bool
        Whether what is carried along has to be right too.

    Attributes
    ----------
    readings : list of Reading
        What the names can mean, the likeliest first.
    numbers : list of float
        That stand in the learner's body.
    """

    def __init__(
        self, mine: Signature, theirs: Signature, restore: Callable[[], None], judges_memory: bool = False
    ) -> None:
        self._mine, self._theirs, self._restore = mine, theirs, restore
        self._judges_memory = judges_memory
        self.readings = readings(mine, theirs)
        self.numbers = numbers_in(mine.step)
        self.got: dict[Any, Rows] = {}
        self._expected: dict[Any, Rows] = {}
        for k in range(len(LISTS)):
            if not LISTS[k][1]:
                self._walk_mine(k, {})
        self._is_single = all(_is_single(rows.theta) for rows in self.got.values())

    def attempt(self, reading: Reading) -> Attempt:
        """The attempt under a reading.

        Parameters
        ----------
        reading : Reading

        Returns
        -------
        Attempt
        """
        loose = (SINGLE, NOISE) if self._is_single else (LOOSE, 1e-14)
        blank = Attempt(self._mine, self._theirs, reading, [], [], self.numbers, loose)
        for k, (_, changes) in enumerate(LISTS):
            right, settings = blank.settings(changes)
            blank.got.append(self._walk_mine(k, settings))
            blank.expected.append(self._walk_theirs(k, right))
        return blank

    def right(self) -> Attempt | None:
        """The attempt under the first reading that makes it right, or None."""
        for reading in self._candidates():
            if not self._may_be_right(reading):
                continue
            try:
                attempt = self.attempt(reading)
            except Exception:  # with other hyperparameters it fails
                continue
            read = reading, self._mine, self._theirs
            if self._is_right(attempt) and is_likely(*read) and leaves_doubt(*read) is None:
                return attempt
        return None

    def likely(self, count: int = 3) -> Iterator[Attempt]:
        """Attempts under the likeliest readings, and with the numbers in the body that are likeliest.

        Parameters
        ----------
        count : int
            How many readings.

        Yields
        ------
        Attempt
        """
        best = self.readings[0].roles
        for reading in self.readings[:count]:
            if len(reading.roles) < len(best):  # it leaves out a name for no reason
                continue
            near = (
                [*itertools.islice(fixings(reading, self.numbers), 6), reading]
                if reading.fixed
                else [reading]
            )
            for fixed in dict.fromkeys(map(_hashable, near)):
                try:
                    yield self.attempt(Reading(*map(dict, fixed)))
                except Exception:  # with other hyperparameters it fails
                    continue

    def _candidates(self) -> Iterator[Reading]:
        """All readings, at first with the defaults of the reference where a name is missing."""
        yield from itertools.islice(self.readings, MOST_TRIES)
        left = MOST_TRIES
        for reading in self.readings:
            if reading.fixed and left > 0:
                for fixed in fixings(reading, self.numbers):
                    left -= 1
                    yield fixed

    def _may_be_right(self, reading: Reading) -> bool:
        """Whether the first few steps are right with the learner's own defaults."""
        shared = reading.shared(self._mine.hyper())
        try:
            expected = self._walk_theirs(0, shared, QUICK).theta
        except ValueError:  # a number that cannot be what it is taken for
            return False
        return self._agree(self.got[0, ()].theta[: QUICK + 1], expected)

    def _is_right(self, attempt: Attempt) -> bool:
        """Whether both went the same way everywhere."""
        pairs = list(zip(attempt.got, attempt.expected))
        if not all(self._agree(got.theta, expected.theta) for got, expected in pairs):
            return False
        return not self._judges_memory or all(
            any(self._agree(rows, expected.memory[name]) for rows in got.memory.values())
            for got, expected in pairs
            for name in self._theirs.memory
        )

    def _agree(self, got: np.ndarray, expected: np.ndarray) -> bool:
        if self._is_single:
            return bool(same(got, expected, SINGLE, NOISE).all())
        return bool(same(got, expected).all())

    def _walk_mine(self, k: int, settings: dict[str, Any]) -> Rows:
        key = k, tuple(settings.items())
        if key not in self.got:
            self._restore()
            self.got[key] = walk(self._mine, LISTS[k][0], settings)
        return self.got[key]

    def _walk_theirs(self, k: int, hyper: dict[str, Any], n_steps: int | None = None) -> Rows:
        key = k, tuple(sorted(hyper.items())), n_steps
        if key not in self._expected:
            self._expected[key] = walk(self._theirs, LISTS[k][0], hyper, n_steps=n_steps)
        return self._expected[key]


def _hashable(reading: Reading) -> tuple[Any, Any]:
    return tuple(reading.roles.items()), tuple(reading.fixed.items())


def _is_single(theta: np.ndarray) -> bool:
    """Whether all numbers after the first row are numbers of single precision, and not round ones."""
    later = theta[1:]
    with np.errstate(all="ignore"):
        single = (later.astype(np.float32) == later) | ~np.isfinite(later)
        coarse = (later.astype(np.float16) == later) | ~np.isfinite(later)
    return bool(single.all() and not coarse.all())
