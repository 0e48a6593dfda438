"""A program as one JavaScript function: the same operations in the same order.

Names in it are numbers of registers and the functions of ``arithmetic.js``, nothing of what a learner wrote.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from .program import Block, Fork, Operation, Program

__all__ = ["EXPRESSIONS", "source"]

# How an operation is written; {} are registers, or numbers in brackets where they need them
EXPRESSIONS: dict[str, str] = {
    "add": "{}+{}",
    "subtract": "{}-{}",
    "multiply": "{}*{}",
    "divide": "{}/{}",
    "negative": "-{}",
    "absolute": "Math.abs({})",
    "less": "{}<{}",
    "less_equal": "{}<={}",
    "greater": "{}>{}",
    "greater_equal": "{}>={}",
    "equal": "{}=={}",  # truth values may be compared with numbers
    "not_equal": "{}!={}",
    "number": "+{}",
    "where": "{}?{}:{}",
    "floor_divide": "floorDivide({},{})",
    "remainder": "remainder({},{})",
    "fmod": "{}%{}",
    "power": "power({},{})",
    "whole_power": "powWhole({},{})",
    "square": "{0}*{0}",
    "reciprocal": "1/{}",
    "exp2": "2**{}",
    "arcsin": "Math.asin({})",
    "arccos": "Math.acos({})",
    "arctan": "Math.atan({})",
    "arcsinh": "Math.asinh({})",
    "arccosh": "Math.acosh({})",
    "arctanh": "Math.atanh({})",
    "arctan2": "Math.atan2({},{})",
    "hypot": "Math.hypot({},{})",
    "maximum": "maximum({},{})",
    "minimum": "minimum({},{})",
    "fmax": "fmax({},{})",
    "fmin": "fmin({},{})",
    "sign": "Math.sign({})+0",  # of −0 it is 0
    "rint": "roundToEven({})",
    "copysign": "copySign({},{})",
    "logaddexp": "logAddExp({},{})",
    "logical_and": "!!({}&&{})",
    "logical_or": "!!({}||{})",
    "logical_xor": "!{}!=!{}",
    "logical_not": "!{}",
    "isfinite": "isFinite({})",
    "isnan": "{0}!={0}",
    "isinf": "Math.abs({})==Infinity",
    **{
        name: f"Math.{name}({{}})"
        for name in """sqrt cbrt exp expm1 log log2 log10 log1p sin cos tan sinh cosh tanh floor ceil
        trunc""".split()
    },
}

FIXED_POWERS = {2.0: "{0}*{0}", 0.5: "Math.sqrt({0})+0"}  # (−0) ** 0.5 is 0

DIVISIONS = "divide", "floor_divide", "remainder"
WHOLE = "floor", "ceil", "trunc"


def source(program: Program, tables: Sequence[np.ndarray] = ()) -> str:
    """Write a program as a JavaScript function.

    Parameters
    ----------
    program : Program
    tables : sequence of ndarray
        As `Program.tables` returns them; needed if it looks up anything. They say how many steps it can take.

    Returns
    -------
    str
        A function expression ``(values, start, steps) => Float64Array`` of (steps + 1) × width numbers, as
        `Program.rows`. It uses the functions of ``arithmetic.js``.

    Raises
    ------
    ValueError
        If tables are missing.
    """
    if len(tables) != len(program.lookups):
        raise ValueError(f"the program looks up {len(program.lookups)} tables, got {len(tables)}")
    return _Writer(program, tables).text()


class _Writer:
    """Writes one program."""

    def __init__(self, program: Program, tables: Sequence[np.ndarray]) -> None:
        self._program, self._tables = program, tables
        self._powers: dict[int | float, str] = {}

    def text(self) -> str:
        """The function."""
        p = self._program
        state = [f"r{k}" for k in p.state]
        gradient = [f"r{k}" for k in p.gradient]
        point, carried = state[: p.n], state[p.n :]
        own = [f"o{k}" for k in range(p.n * len(p.own))]

        look = self._block(p.look, lambda end: self._assigned(["l", *gradient], end))
        step = self._block(p.step, lambda end: self._assigned([*state, *own], end))
        store = "".join(f"z[k+{i}]={r};" for i, r in enumerate([*point, "l", *gradient, *carried, *own]))
        store = store.replace("k+0", "k", 1)
        lost = "+".join(f"{r}-{r}" for r in [*point, "l"])
        begin = [f"z=new Float64Array({p.width}*(n+1)).fill(NaN)"]
        if p.hyper:
            begin.append(f"[{','.join(f'r{1 + k}' for k in range(len(p.hyper)))}]=h")
        begin += [f"{name}=powersOf({_atom(base)})" for base, name in self._powers.items()]
        begin += [f"t{k}=[{','.join(map(literal, table.ravel()))}]" for k, table in enumerate(self._tables)]
        first = [f"{r}=s[{i}]" if i < p.n else f"{r}=0" for i, r in enumerate(state)]
        first += [f"{r}=NaN" for r in own]
        check = "".join(f"if(n>{len(table) - 1})throw RangeError('steps');" for table in self._tables[:1])
        return (
            f"(h,s,n)=>{{{check}const {','.join(begin)};let {','.join([*first, 'l', *gradient])};"
            f"for(let r0=1,k=0;;r0++,k+={p.width}){{{{{look}}}if({lost}!==0)return z;{store}"
            f"if(r0>n)return z;{step}}}}}"
        )

    def _assigned(self, targets: list[str], values: tuple[int | float, ...]) -> str:
        """All at once: a register that is written here may be read for another."""
        pairs = [(target, _atom(value)) for target, value in zip(targets, values) if target != _atom(value)]
        early = {value for _, value in pairs} & set(targets)
        text = "".join(f"const {value}_={value};" for value in sorted(early))
        return text + "".join(f"{target}={value + '_' * (value in early)};" for target, value in pairs)

    def _block(self, block: Block, end: Callable[[tuple[int | float, ...]], str]) -> str:
        """Operations, each a constant of its own name."""
        text, open_ = "", False
        for operation in block.operations:
            text += f",r{operation.register}=" if open_ else f"const r{operation.register}="
            text += self._expression(operation)
            check = _check(operation)
            open_ = not check
            if check:
                text += f";if({check})return z;"
        text += ";" * open_
        if isinstance(block.end, Fork):
            yes, no = self._block(block.end.yes, end), self._block(block.end.no, end)
            return f"{text}if(r{block.end.register}){{{yes}}}else{{{no}}}"
        return text + end(block.end)

    def _expression(self, operation: Operation) -> str:
        name, given = operation.name, operation.given
        if name == "powers":
            power = self._powers.setdefault(given[0], f"p{len(self._powers)}")
            return f"{power}(r0)"
        if name == "table":
            columns = self._tables[int(given[1])].shape[1]
            return f"t{int(given[1])}[(r0-1)*{columns}+{int(given[2])}]"
        atoms = [_atom(a) for a in given]
        if name == "power" and isinstance(given[1], float):
            return FIXED_POWERS.get(given[1], "{0}**{1}").format(*atoms)
        return EXPRESSIONS[name].format(*atoms) + "+0" * (operation.strict and name in WHOLE)


def _check(operation: Operation) -> str:
    """Whether Python raises an error there, as an expression; empty where it cannot."""
    if not operation.strict:
        return ""
    atoms = [_atom(a) for a in operation.given]
    if operation.name in DIVISIONS:
        return f"{atoms[1]}===0"
    if operation.name in WHOLE:
        return f"!isFinite({atoms[0]})"
    return f"fails(r{operation.register},{','.join(atoms)})"


def _atom(value: int | float) -> str:
    """A register, or a number; one with a sign in brackets."""
    if isinstance(value, int):
        return f"r{value}"
    text = literal(value)
    return f"({text})" if text[0] == "-" else text


def literal(value: float) -> str:
    """A number as JavaScript, in as few digits as tell it from any other.

    Parameters
    ----------
    value : float

    Returns
    -------
    str
    """
    value = float(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return repr(value).removesuffix(".0").replace("e+", "e").replace("e-0", "e-")
