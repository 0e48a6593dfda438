"""A program as one JavaScript function: the same operations in the same order.

Names in it are numbers of registers and the functions of ``arithmetic.js``, nothing of what a learner wrote.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import numpy as np

from .program import Block, Fork, Operation, Program

__all__ = ["EXPRESSIONS", "ends", "source", "two_ends"]

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
    return _Writer(program, tables).rows()


def ends(program: Program, tables: Sequence[np.ndarray] = ()) -> str:
    """Write a program as a JavaScript function that keeps nothing but where the run ends.

    It does the same operations in the same order as `source`, so it ends at the very same loss. Many calls
    with the same hyperparameter compute its powers once.

    Parameters
    ----------
    program, tables
        As for `source`.

    Returns
    -------
    str
        A function expression ``(values, start, steps) => number``: the loss at the end, NaN where the run
        diverged; as `sweep`.

    Raises
    ------
    ValueError
        If tables are missing.
    """
    return _Writer(program, tables, "powersUpTo({},n)", "{}[r0]", "return NaN").ends()


def two_ends(program: Program, tables: Sequence[np.ndarray] = ()) -> str:
    """Write the same for two runs side by side: while one waits for a quotient or a root, the other goes on.

    Parameters
    ----------
    program, tables
        As for `source`.

    Returns
    -------
    str
        A function expression ``(values, other values, start, steps) => [number, number]``; null for a program
        with forks, for its runs go different ways.

    Raises
    ------
    ValueError
        If tables are missing.
    """
    if isinstance(program.look.end, Fork) or isinstance(program.step.end, Fork):
        return "null"
    return _Writer(program, tables, "powersUpTo({},n)", "{}[r0]", "a=true").two_ends()


class _Writer:
    """Writes one program.

    Parameters
    ----------
    program : Program
    tables : sequence of ndarray
    powers : str
        What prepares the powers of a number.
    power : str
        Its power for the step at hand.
    lost : str
        What is done with a run that is lost.
    """

    def __init__(
        self,
        program: Program,
        tables: Sequence[np.ndarray],
        powers: str = "powersOf({})",
        power: str = "{}(r0)",
        lost: str = "return z",
    ) -> None:
        if len(tables) != len(program.lookups):
            raise ValueError(f"the program looks up {len(program.lookups)} tables, got {len(tables)}")
        self._program, self._tables = program, tables
        self._prepare, self._power, self._lost = powers, power, lost
        self._powers: dict[int | float, str] = {}

    def rows(self) -> str:
        """The function that keeps all."""
        p = self._program
        kept = [*self._point, "l", *self._gradient, *self._state[p.n :], *self._own]
        store = "".join(f"z[k+{i}]={r};" for i, r in enumerate(kept)).replace("k+0", "k", 1)
        known = [f"z=new Float64Array({p.width}*(n+1)).fill(NaN)"]
        body = self._walk(f"for(let r0=1,k=0;;r0++,k+={p.width})", store, "z", [*known, *self._looked_up()])
        return f"(h,s,n)=>{{{body}}}"

    def ends(self) -> str:
        """The function that keeps the last loss."""
        return self._with_tables(f"(h,s,n)=>{{{self._walk('for(let r0=1;;r0++)', '', 'l', [])}}}")

    def two_ends(self) -> str:
        """The function that keeps the last losses of two runs."""
        look, step, lost, known, first = self._parts()
        names = ",".join([*first, "l", *self._gradient, "a=false"])
        one = [
            f"const {','.join(known)};" if known else "",
            f"let {names};",
            f"{{{look}}}if({lost}!==0)a=true;",
            step,
        ]
        both = [text + _other(text) for text in one]
        return self._with_tables(
            f"(h,g,s,n)=>{{{self._checked}{both[0]}{both[1]}for(let r0=1;;r0++){{{both[2]}"
            f"if(a&&b)return[NaN,NaN];if(r0>n)return[a?NaN:l,b?NaN:w];{both[3]}}}}}"
        )

    def _with_tables(self, function: str) -> str:
        """A function whose tables are made once for all runs."""
        tables = ",".join(self._looked_up())
        return f"(()=>{{const {tables};return {function}}})()" if tables else function

    @property
    def _state(self) -> list[str]:
        return [f"r{k}" for k in self._program.state]

    @property
    def _point(self) -> list[str]:
        return self._state[: self._program.n]

    @property
    def _gradient(self) -> list[str]:
        return [f"r{k}" for k in self._program.gradient]

    @property
    def _own(self) -> list[str]:
        return [f"o{k}" for k in range(self._program.n * len(self._program.own))]

    def _looked_up(self) -> list[str]:
        return [f"t{k}=[{','.join(map(literal, table.ravel()))}]" for k, table in enumerate(self._tables)]

    def _walk(self, loop: str, store: str, result: str, known: list[str]) -> str:
        """All steps of a run: what is known before the first, and what is stored after each."""
        look, step, lost, constants, first = self._parts()
        known = [*known, *constants]
        before = f"const {','.join(known)};" if known else ""
        return (
            f"{self._checked}{before}let {','.join([*first, 'l', *self._gradient])};"
            f"{loop}{{{{{look}}}if({lost}!==0){self._lost};{store}if(r0>n)return {result};{step}}}"
        )

    def _parts(self) -> tuple[str, str, str, list[str], list[str]]:
        """The look, the step, what is 0 unless a run is lost, what is known, and the first state."""
        p, state = self._program, self._state
        look = self._block(p.look, lambda end: self._assigned(["l", *self._gradient], end))
        step = self._block(p.step, lambda end: self._assigned([*state, *self._own], end))
        lost = "+".join(f"{r}-{r}" for r in [*self._point, "l"])
        known = [f"[{','.join(f'r{1 + k}' for k in range(len(p.hyper)))}]=h"] if p.hyper else []
        known += [f"{name}={self._prepare.format(_atom(base))}" for base, name in self._powers.items()]
        first = [f"{r}=s[{i}]" if i < p.n else f"{r}=0" for i, r in enumerate(state)]
        return look, step, lost, known, [*first, *(f"{r}=NaN" for r in self._own)]

    @property
    def _checked(self) -> str:
        """What refuses more steps than the tables know."""
        return "".join(f"if(n>{len(table) - 1})throw RangeError('steps');" for table in self._tables[:1])

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
                text += f";if({check}){self._lost};"
        text += ";" * open_
        if isinstance(block.end, Fork):
            yes, no = self._block(block.end.yes, end), self._block(block.end.no, end)
            return f"{text}if(r{block.end.register}){{{yes}}}else{{{no}}}"
        return text + end(block.end)

    def _expression(self, operation: Operation) -> str:
        name, given = operation.name, operation.given
        if name == "powers":
            power = self._powers.setdefault(given[0], f"p{len(self._powers)}")
            return self._power.format(power)
        if name == "table":
            columns = self._tables[int(given[1])].shape[1]
            return f"t{int(given[1])}[(r0-1)*{columns}+{int(given[2])}]"
        atoms = [_atom(a) for a in given]
        if name == "power" and isinstance(given[1], float):
            return FIXED_POWERS.get(given[1], "{0}**{1}").format(*atoms)
        return EXPRESSIONS[name].format(*atoms) + "+0" * (operation.strict and name in WHOLE)


def _other(text: str) -> str:
    """The same for the other one of two runs, which has registers, powers, values and a loss of its own."""
    other = {"r": "q", "p": "o", "l": "w", "h": "g", "a": "b"}
    return re.sub(r"\b(?:[rp](?!0\b)\d+_?|p0|[lha])\b", lambda name: other[name[0][0]] + name[0][1:], text)


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
