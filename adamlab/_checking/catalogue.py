"""The catalogue of known wrong steps, each one executable.

A wrong step is the right one with a piece of its source replaced by another, so an entry reads: in
*this* step, *this* becomes *that*. A mistake is one belief; where one belief leads to several wrong
steps that behave differently, the entry lists a replacement for each of them.

A piece is an expression or some statements. Source and pieces are brought into one format before they
are compared, so it does not matter how either is set; but the words and their order do. A piece that is
not in its step is an error: when a step is rewritten, its mistakes have to be rewritten too.

`check` recognises a mistake by what it does, not by how it is written: names and the order of lines
do not matter. Everything is in the order in which it stands in the step, so that of two mistakes the
first to repair comes first.
"""

import ast
import functools
import inspect
import re
import textwrap
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .. import steps
from .._core.signature import Signature
from . import asked
from .words import in_words

__all__ = ["CATALOGUE", "Mistake", "of", "repair", "source_of", "undocumented", "wrong"]


@dataclass(frozen=True)
class Mistake:
    """One belief that leads to a wrong step.

    Attributes
    ----------
    id : str
        The step's name, a dot, the mistake's name.
    changes : tuple of dict
        For each variant that behaves differently: what is replaced by what in the source.
    misconception : str
        What somebody who writes this believes.
    hint, stronger : str
        What to look at; and where to look if that was not enough. Never the answer.
    seen_in : tuple of str
        Public issues and pull requests in which it was reported.
    """

    id: str
    changes: tuple[dict[str, str], ...]
    misconception: str
    hint: str
    stronger: str
    seen_in: tuple[str, ...] = field(default=())

    @property
    def step(self) -> Callable[..., Any]:
        """The right step."""
        return _of_name(self.id.partition(".")[0])

    @functools.cached_property
    def functions(self) -> list[Callable[..., Any] | None]:
        """The wrong steps, ready to be run."""
        return [wrong(self.step, change) for change in self.changes]

    @functools.cached_property
    def signatures(self) -> list[Signature]:
        """What the signatures of the wrong steps say."""
        return [Signature(function, lenient=True) for function in self.functions if function]

    def lines(self, writing: int) -> list[str]:
        """The lines of the right step that one of the wrong steps has otherwise.

        Parameters
        ----------
        writing : int
            Index into `changes`.

        Returns
        -------
        list of str
        """
        right = source_of(self.step).splitlines()[1:]
        wrong = replaced(source_of(self.step), self.changes[writing]).splitlines()[1:]
        return [line for line in right if line not in wrong]

    def quantity(self, writing: int) -> str:
        """What goes wrong first in one of the wrong steps: a memory of the step, or theta.

        Parameters
        ----------
        writing : int
            Index into `changes`.

        Returns
        -------
        str
        """
        right, changed = source_of(self.step), replaced(source_of(self.step), self.changes[writing])
        for line, other in zip(right.splitlines()[1:], changed.splitlines()[1:]):
            if line != other:
                return _made_in(other, self.step)
        return "theta"


def _of_name(name: str) -> Callable[..., Any]:
    """A step of the series, or what an exercise asks for."""
    return getattr(asked if name in OF_EXERCISES else steps, name)


def _made_in(line: str, step: Callable[..., Any]) -> str:
    """Which memory a line of a step makes; theta where none."""
    memory = ["g", *Signature(step).memory]
    made = [target.strip().partition("[")[0] for target in line.split("=")[:-1]]
    named = [name for name in made if name in memory]
    if named == ["g"]:  # all memories are made from it
        return (memory[1:] or ["theta"])[0]
    return named[-1] if named and named[-1] != "g" else "theta"


def undocumented(obj: Any) -> str:
    """The source of a function or class without its docstring.

    Raises
    ------
    TypeError, OSError
        If there is no source.
    """
    source = textwrap.dedent(inspect.getsource(obj))
    node: Any = ast.parse(source).body[0]
    if ast.get_docstring(node):
        lines, doc = source.splitlines(), node.body[0]
        source = "\n".join(lines[: doc.lineno - 1] + lines[doc.end_lineno :])
    return source.rstrip()


@functools.cache
def source_of(step: Callable[..., Any]) -> str:
    """The source of a step of the series without docstring and comments, in the format of `ast.unparse`."""
    return ast.unparse(ast.parse(undocumented(step)))


@functools.cache
def _formatted(piece: str) -> str:
    """A piece of source as it stands in `source_of`, without brackets around it.

    Raises
    ------
    ValueError
        If it is neither an expression nor statements.
    """
    try:
        tree = ast.parse(inspect.cleandoc(piece))
    except SyntaxError:
        raise ValueError(f"{piece!r} is neither an expression nor statements") from None
    match tree.body:
        case [ast.Expr(ast.Tuple())]:  # a piece of a signature, or the end of a return
            return ast.unparse(tree)[1:-1]
    return ast.unparse(tree).replace("\n", "\n    ")


@functools.cache
def _pattern(piece: str) -> re.Pattern[str]:
    """What finds a piece in a source: whole names and numbers, and any space between words and signs.

    Space is free because a piece that an earlier change has put in is spaced as it was written, and
    because only the source shows whether "a = b" is a statement or an argument.
    """
    words = re.findall(r"\w+|[^\w\s]", _formatted(piece))
    return re.compile(r"(?<!\w)" + r"\s*".join(map(re.escape, words)) + r"(?!\w)")


def replaced(source: str, *changes: dict[str, str]) -> str:
    """A source with pieces replaced, one after the other.

    Parameters
    ----------
    source : str
        As `source_of` gives it.
    *changes : dict
        What is replaced, wherever it stands, by what. The new piece is taken as it is written: it brings
        its own brackets, and the indentation of all its lines but the first.

    Returns
    -------
    str

    Raises
    ------
    LookupError
        If a piece is not there.
    ValueError
        If what is replaced is neither an expression nor statements.
    """
    for old, new in (pair for change in changes for pair in change.items()):
        source, found = _pattern(old).subn(lambda _, new=new: new, source)  # type: ignore[misc]
        if not found:
            raise LookupError(f"it has no piece {_formatted(old)!r}")
    return source


def wrong(step: Callable[..., Any], *changes: dict[str, str]) -> Callable[..., Any] | None:
    """A step with pieces of its source replaced.

    Parameters
    ----------
    step : function
        A step of the series.
    *changes : dict
        What is replaced by what, in this order.

    Returns
    -------
    function or None
        None if the changes cannot be combined.
    """
    names: dict[str, Any] = {"np": np}
    try:
        exec(replaced(source_of(step), *changes), names)
    except (LookupError, SyntaxError):
        return None
    return names[step.__name__]


def repair(step: Callable[..., Any], lines: list[str]) -> str:
    """Lines of a step in words; all of them where none is given.

    Parameters
    ----------
    step : function
        A step of the series, or what an exercise asks for.
    lines : list of str
        Of its source.

    Returns
    -------
    str
    """
    lines = lines or source_of(step).splitlines()[1:]
    return " ".join(filter(None, map(in_words, lines)))


def of(step: Callable[..., Any]) -> list[Mistake]:
    """All known mistakes of a step.

    Parameters
    ----------
    step : function
        A step of the series, or what an exercise asks for.

    Returns
    -------
    list of Mistake
    """
    return [mistake for mistake in (*CATALOGUE, *ASKED) if mistake.id.partition(".")[0] == step.__name__]


# The entries, one file a step ----------------------------------------------------------------------

OF_EXERCISES = ("averaging", "mean_of_squares")

FILES = Path(__file__).with_name("known")


def entries(step: str) -> list[dict]:
    """What the file of a step says of its mistakes, in the order in which they stand in the step.

    The fields of an entry: `id`; `changes`, a list of changes, each a list of pieces of the step's source
    (`old`) and what stands in their place (`new`); `believes`, `hint`, `stronger` and `seen_in` as in
    `Mistake`. An entry may be `like` that of another step with the same id; then `renamed` says which names
    stand here in the place of others, and `only` which of the changes apply here, by their index.

    Parameters
    ----------
    step : str

    Returns
    -------
    list of dict
    """
    path = FILES / f"{step}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")).get("mistake", []) if path.exists() else []


def catalogue(told: dict[str, list[dict]]) -> list[Mistake]:
    """All mistakes that files tell of.

    Parameters
    ----------
    told : dict of list of dict
        By step, as `entries` returns them.

    Returns
    -------
    list of Mistake

    Raises
    ------
    ValueError
        If a piece is not in the source of a step, or is no piece of Python, or an entry is like none.
    """
    full = {
        (step, entry["id"]): entry for step, group in told.items() for entry in group if "like" not in entry
    }
    made = []
    for step, group in told.items():
        for entry in group:
            shared = full.get((entry.get("like", step), entry["id"]))
            if shared is None:
                raise ValueError(f"mistake {step}.{entry['id']} is like none of {entry['like']}")
            made.append(_mistake(step, entry, shared))
    return made


def _mistake(step: str, entry: dict[str, Any], shared: dict[str, Any]) -> Mistake:
    """One mistake, from its entry and the one that it is like."""
    named = functools.partial(_renamed, names=entry.get("renamed", {}))
    changes = [shared["changes"][k] for k in entry.get("only", range(len(shared["changes"])))]
    wanted = [{named(piece["old"]): named(piece["new"]) for piece in change} for change in changes]
    try:
        fitting = tuple(_fitting(change, _of_name(step)) for change in wanted)
    except (LookupError, ValueError) as error:
        raise ValueError(f"mistake {step}.{entry['id']} does not fit steps.{step}: {error}") from None
    texts = [named(shared[field]) for field in ("believes", "hint", "stronger")]
    return Mistake(f"{step}.{entry['id']}", fitting, *texts, tuple(shared.get("seen_in", ())))  # type: ignore[call-arg, arg-type]


def _fitting(change: dict[str, str], step: Callable[..., Any]) -> dict[str, str]:
    """A change with its pieces as they stand in the source of a step; LookupError if they do not."""
    replaced(source_of(step), change)
    return {_formatted(old): new for old, new in change.items()}


def _renamed(text: str, names: dict[str, str]) -> str:
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), text) if names else text


CATALOGUE = catalogue({step: entries(step) for step in steps.__all__})

ASKED = catalogue({step: entries(step) for step in OF_EXERCISES})
