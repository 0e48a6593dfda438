"""Hints: three rungs, in the learner's names, and whoever does what they say arrives at the right answer."""

import itertools

import numpy as np
import pytest

from adamlab import check, exercises, mistakes, steps
from adamlab._checking.catalogue import ASKED, replaced, source_of


def made(source, name):
    """A function from its source, as a cell would make it."""
    names = {"np": np}
    exec(source, names)
    return names[name]


def followed(step, source, most=4):
    """What is found on the way, when each time the lines of the quantity that is named are repaired."""
    right, found = source_of(step), []
    for _ in range(most):
        verdict = check(made(source, step.__name__), like=step)
        found.append(verdict)
        if verdict.ok:
            break
        source = repaired(source, right, verdict)
    return found, source


def repaired(source, right, verdict):
    """The source with what the third rung tells of, said in the lines of the right one."""
    known = [m for m in (*mistakes.CATALOGUE, *ASKED) if m.id == verdict.mistake]
    quantity = verdict.first_difference.quantity
    wanted = {line for m in known for k in range(len(m.changes)) for line in m.lines(k)}
    if not known:
        wanted = {line for line in right.splitlines()[1:] if line.strip().startswith(f"{quantity} =")}
    if not wanted:
        return right
    if "".join(wanted).count("=") > 4:  # all of it is told anew
        return right
    lines = source.splitlines()[1:]
    for line in sorted(wanted, key=right.index):
        places = [k for k, old in enumerate(lines) if target(old) == target(line)]
        lines.insert(places[0] if places else len(lines) - 1, line)
        lines = [old for k, old in enumerate(lines) if k - 1 not in places]
    made_there = [target(line) for line in right.splitlines()[1:]]  # a line stands where the right one stands
    last = len(made_there) - 1.5
    lines.sort(key=lambda line: made_there.index(target(line)) if target(line) in made_there else last)
    return "\n".join([right.splitlines()[0], *lines])


def target(line):
    """What a line makes."""
    return "return" if line.strip().startswith("return") else line.partition("=")[0].partition("[")[0].strip()


FIRST = ["beta1 * m + (1 - beta1) * g", "beta1 * m + g", "(1 - beta1) * m + beta1 * g", "m + g"]

SECOND = ["eta / (1 - beta1) * m", "eta * m", "eta * (1 - beta1) * m", "10 * eta * m", "eta / beta1 * m"]


@pytest.mark.parametrize(("first", "second"), list(itertools.product(FIRST, SECOND)))
def test_no_hint_leads_from_half_an_average_to_plain_momentum(first, second):
    right = (first, second) == (FIRST[0], SECOND[0])
    source = (
        f"def averaging(theta, g, m, eta=0.01, beta1=0.9):\n    m = {first}\n    return theta - {second}, m"
    )
    verdict = check(made(source, "averaging"), like=exercises.averaging)
    assert verdict.ok == right, verdict
    if not right:
        assert verdict.first_difference.quantity == ("theta" if first == FIRST[0] else "m"), verdict
        assert "yours" not in verdict.hint or "momentum as it was" not in verdict.hint
        way, last = followed(exercises.averaging, source)
        assert way[-1].ok and FIRST[0] in last


@pytest.mark.parametrize("divisor", ["np.sqrt(G)", "np.sqrt(G) / t", "G / t", "np.sqrt(G * t)"])
def test_no_hint_leads_from_half_a_mean_to_plain_adagrad(divisor):
    source = (
        "def mean_of_squares(theta, g, G, t, eta=0.01, eps=1e-10):\n"
        f"    G = G + g**2\n    return theta - eta * g / ({divisor} + eps), G"
    )
    way, _ = followed(exercises.mean_of_squares, source)
    assert not way[0].ok and way[0].mistake.startswith("mean_of_squares.") and way[-1].ok


EXERCISES = [
    steps.gradient_descent,
    steps.momentum,
    steps.nesterov,
    steps.adagrad,
    steps.rmsprop,
    steps.adam,
    exercises.averaging,
    exercises.mean_of_squares,
]

SINGLE = [
    (m, k)
    for step in EXERCISES
    for m in mistakes.of(step)
    for k, change in enumerate(m.changes)  # one that needs another signature does not fit into the hole
    if replaced(source_of(step), change).startswith(source_of(step).splitlines()[0])
]


@pytest.mark.parametrize(("mistake", "k"), SINGLE[::6], ids=lambda value: getattr(value, "id", value))
def test_who_does_what_a_hint_says_arrives(mistake, k):
    way, _ = followed(mistake.step, replaced(source_of(mistake.step), mistake.changes[k]))
    assert way[-1].ok and len(way) <= 3, way


def test_the_answer_to_another_method_is_no_answer():
    def averaging(theta, g, m, eta=0.01, beta1=0.9):
        m = beta1 * m + g
        return theta - eta * m, m

    verdict = check(averaging, like=exercises.averaging)
    assert not verdict.ok and verdict.mistake == "averaging.plain_momentum"
    assert check(averaging, like=steps.momentum).ok


def test_hints_speak_the_learners_names():
    def my_adam(theta, g, v, s, t, rate=0.001, p=0.9, q=0.999, small=1e-8):
        v = p * v + (1 - p) * g
        s = q * s + (1 - q) * np.abs(g)
        return theta - rate * v / (1 - p**t) / (np.sqrt(s / (1 - q**t)) + small), v, s

    verdict = check(my_adam, like=steps.adam)
    question, place, repair = verdict.hints
    assert "your s grow" in question
    assert "`s = q * s + (1 - q) * np.abs(g)`" in place
    assert repair == "s is q times the old s, plus (1 minus q) times the square of g."
    assert "s is (0.0020415" in repr(verdict)
    assert "I took p for β1, q for β2 and small for ε." in repr(verdict)


def test_what_went_in_is_told_so_that_it_can_be_computed_by_hand():
    def rmsprop(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
        v = beta2 * v + (1 - beta2) * np.abs(g)
        return theta - eta * g / (np.sqrt(v) + eps), v

    verdict = check(rmsprop)
    given = next(line for line in repr(verdict).splitlines() if "Given to step" in line)
    for name in ("theta = (", "g = (", "v = (", "eta = 0.01", "beta2 = 0.9", "eps = 1e-8"):
        assert name in given


def test_a_page_unfolds_rung_by_rung():
    page = check(mistakes.wrong(steps.adam, {"g**2": "g"}))._repr_html_()
    assert page.count("<details>") == 3
    assert page.index("A question") < page.index("The place") < page.index("The repair")


def test_a_verdict_can_be_told_to_a_table():
    verdict = check(mistakes.wrong(steps.adam, {"g**2": "g"}))
    assert verdict.to_dict() == {
        "exercise": "adam",
        "ok": False,
        "attempted": True,
        "mistake": "adam.v_not_squared",
        "step": 1,
        "quantity": "v",
    }
    assert check(steps.adam).to_dict()["step"] is None
    assert check(lambda theta, g: None, like=steps.adam).to_dict()["attempted"] is False


@pytest.mark.parametrize("step", EXERCISES, ids=lambda step: step.__name__)
def test_no_sentence_sets_equal_numbers_against_each_other(step):
    for mistake in mistakes.of(step)[::4]:
        said = " ".join(check(mistake.functions[0], like=step).hints)
        assert " 1 times" not in said
        for part in said.split("should become ")[1:]:
            right, _, own = part.partition("; yours becomes ")
            assert not own.startswith(right + "."), said
