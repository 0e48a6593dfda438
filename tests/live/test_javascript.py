"""A program in JavaScript plays what it plays in Python; and so what `descend` computes."""

import itertools
import json
import math
import re
import sys
from pathlib import Path

import javascript
import numpy as np
import pytest

from adamlab import Surface, descend, problems, steps, surfaces, sweep
from adamlab._core.run import Single
from adamlab._core.signature import Signature
from adamlab._live.javascript import EXPRESSIONS, ends, literal, source, two_ends
from adamlab._live.program import plays_alike, record
from adamlab._live.scalars import FUNCTIONS, PYTHON

sys.path.insert(0, str(Path(__file__).parents[1]))
from answers.known import KNOWN
from answers.right import RIGHT

READY = [getattr(surfaces, name) for name in surfaces.__all__ if isinstance(getattr(surfaces, name), Surface)]
VALLEY = Surface(lambda x: 0.5 * x**2 + np.cos(3 * x), name="valley", start=[2.0])
DITCH = Surface(
    lambda x: x * x - 1 / (1 + x * x), lambda x: 2 * x + 2 * x / (1 + x * x) / (1 + x * x), start=[3.0]
)
MOVING = [problems.noisy(surfaces.beale, 0.1), problems.drifting(surfaces.bowl, (0.01, 0.0))]
PLAIN = {"bowl", "ravine", "saddle", "rosenbrock", "beale", "himmelblau", "f"}  # + − × ÷ √ alone


def played(cases):
    """Rows of many runs, in one call: of (program, tables, values, start, n_steps)."""
    programs = [source(program, tables) for program, tables, *_ in cases]
    different = [*dict.fromkeys(programs)]
    code = f"const all=[{','.join(different)}];const main=(runs)=>runs.map(([i,...given])=>all[i](...given));"
    given = [
        [different.index(text), [*values], [*map(float, start)], n]
        for text, (*_, values, start, n) in zip(programs, cases)
    ]
    return [
        np.array(rows).reshape(n + 1, program.width)
        for rows, (program, *_, n) in zip(javascript.run(code, given), cases)
    ]


def rows_of(run):
    return np.column_stack([run.theta, run.loss, run.gradient, *run.memory.values()])


def agrees(rows, run, program, surface):
    """Return whether rows are the run; a chaotic one may part as far as one with a moved start does."""
    single = Single(Signature(run.step), surface, run.theta[0], run.n_steps, run.hyper)
    n, lost = program.n, run.diverged_at
    parts = np.array([rows[:, :n], *np.split(rows[:, n + 1 :], 1 + len(program.memory), axis=1)])
    if lost is not None:
        parts[:, lost:] = single.rows[:, lost:]
    return single.agrees(parts)


def is_shaken(run, surface):
    """Return whether rounding in the gradient, by half a unit of numbers near 1, carries the run far away.

    Where a sigmoid is nearly 1, all digits of its slope are rounding.
    """
    rough = Surface(
        surface.loss, lambda theta: surface.gradient(theta) + 1.1e-16, start=surface.start, vector=True
    )
    other = descend(run.step, rough, run.theta[0], run.n_steps, **run.hyper)
    return not np.nanmax(np.abs(other.theta - run.theta)) < 1e-3


@pytest.mark.parametrize("surface", [*READY, *MOVING, VALLEY, DITCH], ids=lambda s: s.name)
def test_steps_of_the_series_in_javascript(surface):
    n_steps, cases, runs = 200, [], []
    for name, eta in itertools.product(steps.__all__, (None, 0.02, 0.1, 0.7, 5.0, 1e4)):
        step = getattr(steps, name)
        signature = Signature(step)
        program = record(signature, surface, signature.hyper())
        runs.append(descend(step, surface, n_steps=n_steps, **({} if eta is None else {"eta": eta})))
        values = [runs[-1].hyper[k] for k in program.hyper]
        cases.append((program, program.tables(n_steps), values, surface.start, n_steps))
    window = max(high - low for low, high in surface.window)
    parted = 0
    for rows, run, case in zip(played(cases), runs, cases):
        np.testing.assert_array_equal(np.isnan(rows[:, 0]), np.isnan(run.theta[:, 0]), err_msg=repr(run))
        uses_powers = any(o.name in ("power", "powers", "whole_power") for o in case[0].step.operations)
        if surface.name in PLAIN and not (uses_powers and run.step is steps.nadam):
            np.testing.assert_array_equal(rows, rows_of(run), err_msg=repr(run))
        elif np.nanmax(np.abs(rows[:, : surface.n] - run.theta)) > window / 1000:
            parted += 1
            assert agrees(rows, run, case[0], surface) or is_shaken(run, surface), run
    print(f"{surface.name}: {parted} of {len(runs)} runs are chaotic")


def test_other_settings_and_starts():
    program, cases, runs = (
        record(Signature(steps.adam), surfaces.beale, Signature(steps.adam).hyper()),
        [],
        [],
    )
    grid = itertools.product(
        (1e-3, 0.3, 3.0), (0.0, 0.5, 0.95), (0.0, 0.9, 0.99999), ((0, 1), (3, 0.5), (-0.7, 2.2))
    )
    for eta, beta1, beta2, start in grid:
        runs.append(descend(steps.adam, surfaces.beale, start, 150, eta=eta, beta1=beta1, beta2=beta2))
        cases.append((program, (), [eta, beta1, beta2, 1e-8], start, 150))
    for rows, run, (_, _, values, start, _) in zip(played(cases), runs, cases):
        np.testing.assert_array_equal(rows, program.rows(values, start, 150), err_msg=repr(run))
        assert plays_alike(program, Signature(steps.adam), surfaces.beale, run.theta[0], 150, run.hyper)


@pytest.mark.parametrize("answers", [[a for a, _ in RIGHT], [a for _, a, _ in KNOWN]], ids=["right", "known"])
def test_learners_steps_are_the_same_in_both_languages(answers):
    cases = []
    for answer in answers:
        signature = Signature(answer)
        try:
            program = record(signature, surfaces.beale, signature.hyper())
        except TypeError:
            continue
        values = [signature.hyper()[k] for k in program.hyper]
        cases.append((program, (), values, surfaces.beale.start, 60))
    for rows, (program, _, values, start, n_steps) in zip(played(cases), cases):
        np.testing.assert_allclose(rows, program.rows(values, start, n_steps), rtol=1e-9, atol=1e-12)


# --- single operations -------------------------------------------------------------------------------

NUMBERS = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    1.5,
    2.5,
    -2.5,
    3.0,
    -3.0,
    7.0,
    -7.0,
    0.1,
    1e-300,
    1e300,
    -1e300,
    710.0,
    -710.0,
]
NUMBERS += [float("inf"), float("-inf"), float("nan"), 2.0**53, 1e17 / 3]
ARITY = {name: text.count("{") if "{0}" not in text else 1 for name, text in EXPRESSIONS.items()}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_operation_is_numpys(name):
    given = [*itertools.product(NUMBERS, repeat=min(ARITY[name], 2))]
    if ARITY[name] == 3:
        given = [(bool(a > 0), a, b) for a, b in itertools.product(NUMBERS, repeat=2)]
    if name.startswith("logical"):
        given = [*itertools.product((True, False), repeat=ARITY[name])]
    body = EXPRESSIONS[name].format("a", "b", "c")
    if "{0}" in EXPRESSIONS[name] or ARITY[name] == 1:
        body = EXPRESSIONS[name].format("a")
    got = javascript.run(f"const main=(all)=>all.map(([a,b,c])=>+({body}));", given)
    with np.errstate(all="ignore"):
        kinds = [[a if isinstance(a, bool) else np.float64(a) for a in numbers] for numbers in given]
        expected = [float(FUNCTIONS[name](*numbers)) for numbers in kinds]
    np.testing.assert_allclose(got, expected, rtol=1e-14 if name != "power" else 1e-12)
    exact = (
        "add subtract multiply divide sqrt square remainder floor_divide fmod rint floor maximum minimum sign"
    )
    if name in (*exact.split(), "negative", "absolute", "where", "reciprocal", "ceil", "trunc", "copysign"):
        np.testing.assert_array_equal(
            np.signbit(got), np.where(np.isnan(expected), np.signbit(got), np.signbit(expected))
        )
        np.testing.assert_array_equal(got, expected)


def test_every_operation_has_an_expression():
    assert {*FUNCTIONS} == {*EXPRESSIONS}
    assert {*PYTHON} <= {*FUNCTIONS}


@pytest.mark.parametrize(
    "name", [*"divide floor_divide remainder power sqrt log exp floor arcsin arccosh".split()]
)
def test_an_error_of_python_ends_the_run_in_both(name):
    two = name in ("divide", "floor_divide", "remainder", "power")
    function = PYTHON[name]

    if two:
        operations = {
            "divide": lambda a, b: a / b,
            "floor_divide": lambda a, b: a // b,
            "remainder": lambda a, b: a % b,
            "power": lambda a, b: a**b,
        }

        def step(theta, g, a=1.0, b=1.0):
            operations[name](a, b)
            return 1 * theta
    else:
        in_math = {"arcsin": math.asin, "arccosh": math.acosh}.get(name) or getattr(math, name)

        def step(theta, g, a=1.0, b=1.0):
            in_math(a * 1e10)
            return 1 * theta

    program = record(Signature(step), surfaces.bowl, Signature(step).hyper())
    finite = [x for x in NUMBERS if math.isfinite(x)]
    cases, errors = [], []
    for a, b in itertools.product(finite, finite if two else [1.0]):
        try:
            function(*((a, b) if two else (a * 1e10,)))
            errors.append(False)
        except (ArithmeticError, ValueError):
            errors.append(True)
        cases.append((program, (), [a, b], [1.0, 2.0], 1))
    assert any(errors) and not all(errors)
    for rows, error, (_, _, values, start, n_steps) in zip(played(cases), errors, cases):
        own = program.rows(values, start, n_steps)
        assert np.isnan(own[1]).all() == error, values
        if not error:
            np.testing.assert_array_equal(np.isnan(rows), np.isnan(own), err_msg=str(values))
        assert np.isnan(rows[1]).all() or not error, values


# --- the text ----------------------------------------------------------------------------------------


def test_it_is_short():
    program = record(Signature(steps.adam), surfaces.beale, Signature(steps.adam).hyper())
    assert len(source(program)) < 2500


def test_nothing_of_a_learners_text_is_in_it():
    names = {}
    exec(
        "def step(theta, g, alert, constructor, t, prototype=0.1, z=0.9, k=2.0, r0=1.0, α=0.5,\n"
        "         mode='</script>`;alert(1)'):\n"
        "    alert = z * alert + g if mode != 'x' else g\n"
        "    return theta - prototype * α * alert / (k + r0), alert, constructor\n",
        names,
    )
    signature = Signature(names["step"])
    surface = Surface(lambda x, y: x * x + y * y, name="${alert(1)}", start=(1, 2))
    program = record(signature, surface, signature.hyper())
    text = source(program)
    assert text.isascii() and not re.search(
        r"alert|script|constructor|prototype|eval|Function|[`'\"\\$<]{2}", text
    )
    values = [signature.hyper()[k] for k in program.hyper]
    (rows,) = played([(program, (), values, (1, 2), 5)])
    np.testing.assert_array_equal(rows, program.rows(values, (1, 2), 5))


@pytest.mark.parametrize(
    "number", [*NUMBERS, 0.1 + 0.2, 5e-324, 1.7976931348623157e308, 1e21, 123456789.0, -1e-7]
)
def test_a_number_is_written_as_it_is(number):
    (back,) = javascript.run(f"const main=()=>[{literal(number)}];")
    assert back == number or (math.isnan(back) and math.isnan(number))
    assert math.copysign(1, back) == math.copysign(1, number) or math.isnan(number)
    assert len(literal(number)) <= len(json.dumps(number))


def test_a_table_must_be_there_and_long_enough():
    program = record(Signature(steps.adam), MOVING[0], Signature(steps.adam).hyper())
    with pytest.raises(ValueError, match="tables"):
        source(program)
    text = source(program, program.tables(10))
    with pytest.raises(AssertionError, match="RangeError"):
        javascript.run(f"const main=()=>({text})([0.1,0.9,0.99,1e-8],[1,1],11);")


def test_forks_are_written():
    def step(theta, g, m, t, eta=0.05, top=1.0):
        if t == 3 or (t > 10 and g[0] > top):
            m = -m
        m = 0.5 * m + (g if abs(g[1]) < top else g / max(abs(g[0]), abs(g[1])))
        return theta - eta * m, m

    signature = Signature(step)
    program = record(signature, surfaces.beale, signature.hyper())
    run = descend(step, surfaces.beale, n_steps=100)
    (rows,) = played([(program, (), [0.05, 1.0], surfaces.beale.start, 100)])
    np.testing.assert_array_equal(rows, rows_of(run))


# --- where runs end ----------------------------------------------------------------------------------


def ended(program, tables, start, n_steps, settings):
    """Last losses of many runs: of `ends`, of `source`, and of `two_ends` in both places."""
    code = f"const ends={ends(program, tables)};const rows={source(program, tables)};"
    code += f"const two={two_ends(program, tables)};const s={[*map(float, start)]};"
    last = f"rows(h,s,{n_steps})[{program.width * n_steps + program.n}]"
    pair = f"two(h,all[(k+1)%all.length],s,{n_steps})[0],two(all[(k+2)%all.length],h,s,{n_steps})[1]"
    each = f"[ends(h,s,{n_steps}),{last},{pair}]"
    return np.array(javascript.run(f"{code}const main=(all)=>all.map((h,k)=>{each});", settings)).T


@pytest.mark.parametrize("surface", [surfaces.ravine, surfaces.beale, MOVING[0], DITCH], ids=lambda s: s.name)
def test_a_run_ends_where_its_rows_do_and_where_a_sweep_does(surface):
    n_steps, lost = 60, 0
    for name in steps.__all__:
        signature = Signature(getattr(steps, name))
        program, hyper = record(signature, surface, signature.hyper()), signature.hyper()
        axes = {"eta": np.geomspace(1e-3, 30, 9), "beta1": np.array([0.0, 0.4, 0.9])}
        axes = {name: values for name, values in axes.items() if name in hyper}
        settings = [
            [{**hyper, **dict(zip(axes, pair))}[k] for k in program.hyper]
            for pair in itertools.product(*axes.values())
        ]
        got, *same = ended(program, program.tables(n_steps), surface.start, n_steps, settings)
        np.testing.assert_array_equal(same, [got] * 3)
        swept = sweep(signature.step, surface, n_steps=n_steps, **axes)
        np.testing.assert_array_equal(np.isnan(got), swept.diverged.ravel())
        if name != "nadam":  # it takes a power with a broken exponent
            np.testing.assert_allclose(got, swept.loss.ravel(), rtol=0 if surface.n == 2 else 1e-9)
        lost += np.isnan(got).sum()
    assert lost or surface is DITCH


def test_a_run_that_raises_an_error_in_python_has_no_end():
    def step(theta, g, eta=0.1, depth=2.0):
        math.sqrt(depth - 1)
        return theta - eta * g

    program = record(Signature(step), surfaces.bowl, Signature(step).hyper())
    got, *same = ended(program, (), (1, 2), 5, [[0.1, 2.0], [0.1, 0.5]])
    np.testing.assert_array_equal(same, [got] * 3)
    assert np.isfinite(got[0]) and np.isnan(got[1])


def test_runs_that_go_different_ways_are_not_played_side_by_side():
    def step(theta, g, eta=0.1):
        return theta - eta * g if g[0] > 0 else theta - 2 * eta * g

    program = record(Signature(step), surfaces.bowl, Signature(step).hyper())
    assert two_ends(program) == "null"
