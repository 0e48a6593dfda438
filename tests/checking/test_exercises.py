"""The exercises of the lessons run unfilled, pass with the answer, and name a mistake that is filled in."""

import ast
import re
import textwrap

import nbformat
import numpy as np
import pytest
import refresh_notebooks

from adamlab import Surface, exercises, mistakes, steps
from adamlab._checking import catalogue
from adamlab._checking import exercises as answers

# Of optional lessons: the exercise's own lines where the step of the series does more, and no catalogue yet
LINES = {
    "muon": """rows, columns = shape
m = beta1 * m + (1 - beta1) * g
ahead = beta1 * m + (1 - beta1) * g
return theta - eta * np.sqrt(max(1, rows / columns)) * steps.orthogonal(ahead, rows, columns), m"""
}
WITHOUT_CATALOGUE = {"sign_of_momentum", "lion", "muon"}

CALL = re.compile(r"^check\((\w+)(?:, like=([\w.]+))?\)", re.MULTILINE)


def _exercises():
    """Notebook, its imports, the cell and what it checks, for each exercise with a hole."""
    for path in refresh_notebooks.find_notebooks():
        cells = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
        for source in cells:
            if (call := CALL.search(source)) and "\n    ...\n" in source:
                # the surface of an exercise may be made in a cell of its own
                made = [
                    cell for cell in cells if call[2] and re.search(rf"^{call[2]} = ", cell, re.MULTILINE)
                ]
                imports = "\n".join([cells[0], *made])
                yield pytest.param(imports, source, *call.groups(), id=f"{path.stem}-{call[1]}")


EXERCISES = list(_exercises())


def _verdict(imports, source):
    """Run an exercise's cell as the notebook would, and return the verdict."""
    names = {"np": np}
    exec(imports, names)
    tree = ast.parse(source)
    tree.body[-1] = ast.Assign([ast.Name("verdict", ast.Store())], tree.body[-1].value)
    exec(compile(ast.fix_missing_locations(tree), "cell", "exec"), names)
    return names["verdict"]


def _filled(source, body):
    """The cell with lines in place of the hole."""
    assert source.count("\n    ...\n") == 1
    return source.replace("\n    ...\n", "\n" + textwrap.indent(body, "    ") + "\n")


def _answers(imports, name, like):
    """The right lines, and three wrong ones with the ids of their mistakes."""
    names = {"np": np}
    exec(imports, names)
    surface = eval(like, names) if like else None
    if isinstance(surface, Surface):
        right = f"return np.array({like}.gradient((x, y)))"
        return right, [
            (right.replace("return ", "return -"), "gradient.downhill"),
            (right + "[::-1]", "gradient.swapped"),
            (right + " * 2", "gradient_descent.sum_vs_mean"),
        ]
    reference = surface or getattr(steps, name, None) or getattr(exercises, name)
    if name in WITHOUT_CATALOGUE:
        return LINES.get(name) or _body(catalogue.source_of(reference)), []
    source = catalogue.source_of(reference)
    if reference is exercises.gathered_weight:
        known = [(change, mistake) for mistake, (change, _) in answers.WEIGHTS.items()]
    else:
        known = [(m.changes[0], m.id) for m in mistakes.of(reference)]
        head = source.splitlines()[0]  # a mistake that needs another signature does not fit into the hole
        known = [(c, i) for c, i in known if catalogue.replaced(source, c).startswith(head)]
    chosen = known[:: max(len(known) // 3, 1)][:3]
    return _body(source), [(_body(catalogue.replaced(source, change)), mistake) for change, mistake in chosen]


def _body(source):
    return textwrap.dedent("\n".join(source.rstrip().splitlines()[1:]))


def test_there_are_exercises_in_the_lessons():
    assert len(EXERCISES) >= 5


@pytest.mark.parametrize(("imports", "source", "name", "like"), EXERCISES)
def test_an_exercise_runs_unfilled(imports, source, name, like):
    verdict = _verdict(imports, source)
    assert not verdict.ok and not verdict.attempted


@pytest.mark.parametrize(("imports", "source", "name", "like"), EXERCISES)
def test_an_exercise_passes_with_the_answer(imports, source, name, like):
    right, _ = _answers(imports, name, like)
    verdict = _verdict(imports, _filled(source, right))
    assert verdict.ok, verdict


@pytest.mark.parametrize(("imports", "source", "name", "like"), EXERCISES)
def test_an_exercise_names_three_mistakes(imports, source, name, like):
    _, wrong = _answers(imports, name, like)
    assert len(wrong) == (0 if name in WITHOUT_CATALOGUE else 3)
    for body, mistake in wrong:
        verdict = _verdict(imports, _filled(source, body))
        assert not verdict.ok and verdict.mistake == mistake, verdict
        assert verdict.hint
