"""Mini-batches: all examples in a new order, a few at a time, then all again."""

from __future__ import annotations

import functools

import numpy as np

__all__ = ["LEAST_APART", "Batches"]

LEAST_APART = 10  # steps between two rows that are kept of a network's run


class Batches:
    """Which examples belong to which step, at any step and always the same.

    Parameters
    ----------
    count : int
        Examples.
    size : int
        Examples in a batch; those that are left over at the end of a round are not used in it.
    seed : int

    Attributes
    ----------
    in_a_round : int
        Steps until all were used.
    """

    def __init__(self, count: int, size: int, seed: int) -> None:
        self._count, self._size, self._seed = count, size, seed
        self.in_a_round = count // size
        self._order = functools.lru_cache(maxsize=64)(self._shuffled)  # the next run has the same rounds

    def at(self, t: int) -> np.ndarray:
        """The indices of the examples of step t, 1 at the first.

        Parameters
        ----------
        t : int

        Returns
        -------
        ndarray of int, shape (size,)
        """
        round_, k = divmod(int(t) - 1, self.in_a_round)
        return self._order(round_)[k * self._size : (k + 1) * self._size]

    def _shuffled(self, round_: int) -> np.ndarray:
        return np.random.default_rng([self._seed, round_]).permutation(self._count)
