"""Sentences in the learner's own names, lines of theirs, and formulas in words.

What stands between backticks is the learner's, and stays as it is; any other name of the reference becomes
the learner's name for the same thing.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .._core.hyperparameters import symbol
from .._core.signature import function_of

__all__ = [
    "in_words",
    "line_of",
    "listed",
    "named",
    "number",
    "numbered",
    "shares_an_array",
    "shown",
    "symbols",
]

HELD = {
    "m": "the average of the gradients",
    "v": "the average of the squares",
    "G": "the sum of the squares",
    "u": "the second memory",
    "v_max": "the largest average of squares so far",
}


def named(text: str, names: dict[str, str]) -> str:
    """A text with other names, but for what stands between backticks.

    Parameters
    ----------
    text : str
    names : dict of str

    Returns
    -------
    str
    """
    said = re.sub(r"`[^`]*`|\w+", lambda word: names.get(word[0], word[0]), text)
    said = re.sub(r"\b(the old|your|Your|the new) the ", r"\1 ", said)
    return re.sub(r"(^|[.?!] )the ", r"\1The ", said)


def listed(words: Iterable[str]) -> str:
    """Words as in a sentence: a, b and c."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def number(value: float) -> str:
    """A value as people write it: 1e-7 rather than 1e-07."""
    return f"{value:.6g}".replace("e-0", "e-").replace("e+0", "e")


def symbols(values: dict[str, float]) -> str:
    """Hyperparameters and their values as in a sentence."""
    return listed(f"{symbol(name)} = {number(value)}" for name, value in values.items())


def shown(*rows: Any) -> list[str]:
    """Rows of numbers as text, with as many digits as it takes to tell them apart.

    Parameters
    ----------
    *rows : array_like

    Returns
    -------
    list of str
    """
    for digits in range(5, 18):
        texts = ["(" + ", ".join(f"{value:.{digits}g}" for value in np.ravel(row)) + ")" for row in rows]
        if len(set(texts)) == len(rows):
            break
    return texts


def numbered(*values: Any) -> list[str]:
    """As `shown`, for numbers that stand alone."""
    return [text[1:-1] for text in shown(*values)]


# The learner's lines ------------------------------------------------------------------------------


def _tree(step: Callable[..., Any]) -> tuple[ast.FunctionDef | None, str]:
    """The function of a step as a syntax tree, and its source; None where there is no source."""
    try:
        source = textwrap.dedent(inspect.getsource(function_of(step)))  # type: ignore[arg-type]
        tree: Any = ast.parse(source).body[0]
    except Exception:  # written nowhere, or in a way that stands in the middle of something
        return None, ""
    return (tree, source) if isinstance(tree, ast.FunctionDef) else (None, "")


def line_of(step: Callable[..., Any], place: int) -> str:
    """The learner's line that makes what is returned at a place: 0 is the point.

    Parameters
    ----------
    step : callable
    place : int

    Returns
    -------
    str
        Empty if it is not known.
    """
    tree, source = _tree(step)
    if tree is None:
        return ""
    returns = [node for node in ast.walk(tree) if isinstance(node, ast.Return) and node.value is not None]
    if not returns:
        return ""
    last: Any = max(returns, key=lambda node: node.lineno)
    parts = last.value.elts if isinstance(last.value, (ast.Tuple, ast.List)) else [last.value]
    if place >= len(parts):
        return ""
    name = parts[place]
    while isinstance(name, (ast.Call, ast.Attribute)):  # np.array(theta), theta.copy()
        name = (name.args or [name.func])[0] if isinstance(name, ast.Call) else name.value
    if isinstance(name, ast.Name):
        made = [node for node in ast.walk(tree) if name.id in _targets(node)]
        if made:
            last = max(made, key=lambda node: node.lineno)  # type: ignore[attr-defined]
    return source.splitlines()[last.lineno - 1].strip()


def shares_an_array(step: Callable[..., Any], memory: Sequence[str]) -> str:
    """A line that gives a memory a second name, where the memory is changed in place after it.

    Parameters
    ----------
    step : callable
    memory : sequence of str

    Returns
    -------
    str
        Empty if there is none.
    """
    tree, source = _tree(step)
    nodes = list(ast.walk(tree)) if tree else []
    for node in nodes:
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)):
            continue
        name, other = node.value.id, next(iter(_targets(node)), "")
        changed = [
            later
            for later in nodes
            if isinstance(later, ast.AugAssign) and name in _targets(later) and later.lineno > node.lineno
        ]
        if name in memory and other and other != name and changed:
            return source.splitlines()[node.lineno - 1].strip()
    return ""


def _targets(node: ast.AST) -> set[str]:
    """The names that a statement gives a value to, also by an entry of theirs."""
    if isinstance(node, ast.Assign):
        targets: Sequence[Any] = node.targets
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        targets = [node.target]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "append":
        targets = [node.func.value]
    else:
        return set()
    flat = [part for target in targets for part in getattr(target, "elts", [target])]
    flat = [part.value if isinstance(part, ast.Subscript) else part for part in flat]
    return {part.id for part in flat if isinstance(part, ast.Name)}


# Formulas in words --------------------------------------------------------------------------------

CALLS = {
    "sqrt": "the root of {}",
    "abs": "the size of {}",
    "maximum": "the larger of {} and {}",
}


def in_words(line: str) -> str:
    """A line of a step as a sentence.

    Parameters
    ----------
    line : str

    Returns
    -------
    str
        Empty for what has no words: the head of a loop, or a list.
    """
    try:
        node: Any = ast.parse(line.strip()).body[0]
    except SyntaxError:
        return ""
    target: Any = node.targets[0] if isinstance(node, ast.Assign) else None
    if (not isinstance(target, ast.Name) and not isinstance(node, ast.Return)) or _has_lists(node):
        return ""
    if target:
        return f"{target.id} is {_said(node.value, target.id)}."
    value = node.value.elts[0] if isinstance(node.value, ast.Tuple) else node.value
    if isinstance(value, ast.Name):
        return ""
    return f"The new theta is {_said(value, 'theta')}."


def _has_lists(node: ast.AST) -> bool:
    listed = (ast.Subscript, ast.List, ast.ListComp, ast.IfExp)
    return any(
        isinstance(part, listed) or (isinstance(part, ast.Attribute) and part.attr == "concatenate")
        for part in ast.walk(node)
    )


def _said(node: Any, made: str) -> str:
    """An expression in words; what is being made is the old one there."""
    match node:
        case ast.Name():
            return f"the old {node.id}" if node.id == made else node.id
        case ast.Constant():
            return f"{node.value!s}"
        case ast.Call(func=ast.Attribute(attr=name), args=args) if name in CALLS:
            return CALLS[name].format(*(_part(arg, made) for arg in args))
        case ast.BinOp(op=ast.Pow(), left=left, right=ast.Constant(value=2)):
            return f"the square of {_part(left, made)}"
        case ast.BinOp(op=ast.Pow(), left=left, right=right):
            return f"{_part(left, made)} to the power {_part(right, made)}"
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return f"{_part(left, made)} times {_part(right, made)}"
        case ast.BinOp(op=ast.Div(), left=left, right=right):
            above = _said(left, made) if _is_product(left) else _part(left, made)
            return f"{above}, divided by {_part(right, made)}"
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return f"{_said(left, made)}, plus {_said(right, made)}"
        case ast.BinOp(op=ast.Sub(), left=ast.Constant(value=1), right=right):
            return f"1 minus {_said(right, made)}"
        case ast.BinOp(op=ast.Sub(), left=left, right=right):
            return f"{_said(left, made)}, minus {_said(right, made)}"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"minus {_part(operand, made)}"
    return ast.unparse(node)


def _is_product(node: Any) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div))


def _part(node: Any, made: str) -> str:
    """An expression in words where it is part of another: a sum is said to be one."""
    match node:
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return f"(the sum of {_said(left, made)} and {_said(right, made)})"
        case ast.BinOp(op=ast.Sub() | ast.Div()):
            return f"({_said(node, made)})"
    return _said(node, made)
