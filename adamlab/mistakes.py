"""The catalogue of known wrong steps, each one executable: what lesson 05 shows of it.

`check` recognises a mistake by what it does, not by how it is written: names and the order of lines do not
matter.
"""

from ._checking.catalogue import CATALOGUE, Mistake, of, wrong

__all__ = ["CATALOGUE", "Mistake", "of", "wrong"]
