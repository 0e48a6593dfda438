"""The steps of a panel as one JavaScript module."""

import re
from collections.abc import Sequence
from importlib.resources import files

from .javascript import ends, source, two_ends
from .program import Program

__all__ = ["ARITHMETIC", "bare", "map_sources", "module", "sources"]

COMMENT = re.compile(r"/\*\*.*?\*/|^\s*//[^\n]*\n", re.DOTALL | re.MULTILINE)


def bare(script: str) -> str:
    """A script without its documentation, for what is sent with each panel.

    Parameters
    ----------
    script : str
        Whose strings hold no ``/**``.

    Returns
    -------
    str
    """
    lines = COMMENT.sub("", script).splitlines()
    return "\n".join(line.strip() for line in lines if line.strip()) + "\n"


ARITHMETIC = bare(files("adamlab._live").joinpath("arithmetic.js").read_text(encoding="utf-8"))


def sources(programs: Sequence[Program | None], n_steps: int) -> str:
    """Each step as a function, null for one without a program: a JavaScript array.

    Parameters
    ----------
    programs : sequence of Program or None
    n_steps : int
        For how many steps what changes with t has to be known.

    Returns
    -------
    str
    """
    return "[" + ",".join("null" if p is None else source(p, p.tables(n_steps)) for p in programs) + "]"


def module(functions: str) -> str:
    """Functions with what they call, to be loaded by itself.

    Parameters
    ----------
    functions : str
        From `sources` or `map_sources`.

    Returns
    -------
    str
    """
    return f"{ARITHMETIC}\nexport default {functions};\n"


def map_sources(program: Program | None, n_steps: int) -> str:
    """What a map needs of its step: a JavaScript array of two.

    Parameters
    ----------
    program : Program or None
        None gives nulls.
    n_steps : int
        As for `sources`.

    Returns
    -------
    str
        The function that plays one run; and one that makes two for where runs end, ``one`` and, if possible,
        ``two`` at once. It needs nothing around it, so its text is all that a worker has to be given.
    """
    if program is None:
        return "[null,null]"
    tables = program.tables(n_steps)
    both = f"{{one:{ends(program, tables)},two:{two_ends(program, tables)}}}"
    return f"[{source(program, tables)},()=>{{{ARITHMETIC}return {both}}}]"
