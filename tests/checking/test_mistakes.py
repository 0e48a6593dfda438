"""The catalogue of wrong steps: nothing of it is lost, however the steps are set, or there is an error."""

import ast
import importlib.util
from pathlib import Path

import pytest

from adamlab import mistakes, steps
from adamlab._checking import catalogue, exercises
from adamlab.mistakes import wrong


def _loaded(name, path):
    """A file as a module of its own: those that are imported already stay as they are."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def rebuilt(monkeypatch, tmp_path):
    """Build the catalogue anew, upon steps whose source is changed."""

    def build(*changes):
        source = Path(steps.__file__).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in source
            source = source.replace(old, new)
        path = tmp_path / "changed_steps.py"
        path.write_text(source, encoding="utf-8")
        changed = _loaded("changed_steps", path)
        for name in steps.__all__:
            monkeypatch.setattr(steps, name, getattr(changed, name))
        return _loaded("adamlab._checking.rebuilt_catalogue", catalogue.__file__).CATALOGUE

    return build


def _written(entered):
    """The wrong steps by the id of the mistake, as syntax trees."""
    return [
        (m.id, [ast.dump(ast.parse(catalogue.replaced(catalogue.source_of(m.step), c))) for c in m.changes])
        for m in entered
    ]


def test_the_catalogue_is_whole():
    functions = [function for mistake in mistakes.CATALOGUE for function in mistake.functions]
    assert len(mistakes.CATALOGUE) == len({mistake.id for mistake in mistakes.CATALOGUE}) >= 421
    assert len(functions) >= 624 and all(callable(function) for function in functions)  # none was lost


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ([("np.sqrt(v_hat) + eps", "eps + np.sqrt(v_hat)")], r"adam\.\w+ .*np\.sqrt\(v_hat\) \+ eps"),
        ([("g**2", "g * g")], r"\w+\.\w+ .*g \*\* 2"),
        ([("np.maximum(v_max, v)", "np.fmax(v_max, v)")], r"amsgrad\.\w+ .*np\.maximum\(v_max, v\)"),
    ],
    ids=["order", "square", "another-function"],
)
def test_a_step_that_is_written_anew_needs_its_mistakes_written_anew(rebuilt, changes, lost):
    with pytest.raises(ValueError, match=f"mistake {lost}"):
        rebuilt(*changes)


REFORMATTED = {
    "spaces": [("g**2", "g ** 2"), ("beta1**t", "beta1  **  t"), ("beta2 * v + (1", "beta2*v+( 1")],
    "brackets": [
        ("g**2", "(g ** (2))"),
        ("beta1 * m + (1 - beta1) * g", "((beta1 * m) + ((1 - beta1)) * g)"),
        (
            "theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v\n",
            "((theta) - ((eta * m_hat) / ((np.sqrt(v_hat)) + eps)), m, v)\n",
        ),
    ],
    "lines": [
        ("def adam(theta, g, m, v, t, eta", "def adam(\n    theta, g, m, v, t,  # a comment\n    eta"),
        (
            "theta - eta * m_hat / (np.sqrt(v_hat) + eps), m, v\n",
            "(\n    theta  # the point\n    - eta * m_hat / (np.sqrt(v_hat) + eps),\n    m, v,\n    )\n",
        ),
        ("m_hat = m / (", "m_hat = \\\n        m / ("),
        ("v_hat = v", "# its correction\n\n    v_hat = v"),
    ],
    "numbers": [("eps=1e-8", "eps=1E-08"), ("beta1=0.9", "beta1=.90")],
}


@pytest.mark.parametrize("changes", REFORMATTED.values(), ids=REFORMATTED)
def test_how_a_step_is_set_does_not_matter(rebuilt, changes):
    before = _written(mistakes.CATALOGUE)
    assert _written(rebuilt(*changes)) == before


def entry(*changes, **more):
    """An entry of a step's file, with a change for each list of (old, new)."""
    changes = [[{"old": old, "new": new} for old, new in change] for change in changes]
    return {
        "id": "typo",
        "believes": "belief",
        "hint": "hint",
        "stronger": "stronger",
        "changes": changes,
        **more,
    }


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ([("g**2", "g"), ("m_bar", "m")], r"adam\.typo .*no piece 'm_bar'"),
        ([("m_ha", "m")], r"adam\.typo .*no piece 'm_ha'"),
        ([("/ (np.sqrt(v_hat) + eps)", "")], r"adam\.typo .*neither an expression nor statements"),
    ],
    ids=["second-piece", "part-of-a-name", "fragment"],
)
def test_an_entry_that_does_not_fit_is_an_error(change, why):
    with pytest.raises(ValueError, match=why):
        catalogue.catalogue({"adam": [entry([("g**2", "g")], change)]})


def test_an_entry_has_to_fit_the_other_steps_too():
    told = {"adam": [entry([("m_hat", "m")], [("v_hat", "v")])], "adamw": [{"id": "typo", "like": "adam"}]}
    with pytest.raises(ValueError, match=r"adamax\.typo .*no piece 'v_hat'"):
        catalogue.catalogue({**told, "adamax": [{"id": "typo", "like": "adam"}]})
    made = catalogue.catalogue({**told, "adamax": [{"id": "typo", "like": "adam", "only": [0]}]})
    assert [(m.id, len(m.functions)) for m in made] == [
        ("adam.typo", 2),
        ("adamw.typo", 2),
        ("adamax.typo", 1),
    ]


def test_an_entry_that_is_like_none_is_an_error():
    with pytest.raises(ValueError, match=r"mistake adamw\.typo is like none of adam"):
        catalogue.catalogue({"adam": [], "adamw": [{"id": "typo", "like": "adam"}]})


def test_every_step_has_a_file_and_every_file_a_step():
    assert {path.stem for path in catalogue.FILES.glob("*.toml")} == {*steps.__all__, *catalogue.OF_EXERCISES}


def test_two_mistakes_that_do_not_go_together_are_none():
    assert wrong(steps.adam, {"np.sqrt(v_hat) + eps": "v_hat"}, {"np.sqrt(v_hat)": "v"}) is None
    assert wrong(steps.adam, {"np.sqrt(v_hat) + eps": "v_hat"}, {"g**2": "g"}) is not None


def test_the_wrong_answers_to_the_exercises_are_executable():
    loops = [change for changes, _ in exercises.LOOPS.values() for change in changes]
    assert all(callable(wrong(exercises.gathered_weight, change)) for change, _ in exercises.WEIGHTS.values())
    assert all(callable(wrong(exercises.roll_down, change)) for change in loops)
