"""The steps of a panel as one JavaScript module."""

import subprocess

import javascript
import numpy as np
import pytest

from adamlab import problems, steps, surfaces
from adamlab._core.signature import Signature
from adamlab._live.module import map_sources, module, sources
from adamlab._live.program import record

NOISY = problems.noisy(surfaces.bowl, 0.1)  # its noise is looked up in a table


def program(step, surface):
    signature = Signature(step)
    return record(signature, surface, signature.hyper())


@pytest.fixture
def programs():
    return [program(steps.adam, surfaces.beale), None, program(steps.momentum, NOISY)]


def test_each_step_is_a_function_and_one_without_a_program_is_null(programs):
    main = f"const all = {sources(programs, 5)}; const main = () => all.map((one) => one && typeof one);"
    assert javascript.run(main) == ["function", None, "function"]


def test_a_step_knows_as_many_steps_as_it_was_told(programs):
    values = [0.05, 0.9]
    main = f"const all = {sources(programs, 5)}; const main = (n) => all[2]({values}, [1, 2], n);"
    rows = np.reshape(javascript.run(main, 5), (6, programs[2].width))
    np.testing.assert_array_equal(rows, programs[2].rows(values, (1, 2), 5))
    with pytest.raises(AssertionError, match="RangeError"):
        javascript.run(main, 6)


def test_a_module_needs_nothing_else(programs, tmp_path):
    (tmp_path / "steps.mjs").write_text(module(sources(programs, 5)), encoding="utf-8")
    (tmp_path / "main.mjs").write_text(
        'import steps from "./steps.mjs";\n'
        "console.log(steps.length, steps[1], steps[0]([0.1, 0.9, 0.999, 1e-8], [1, 1], 5).length);\n"
    )
    command = [javascript.compute_driver_executable()[0], "main.mjs"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"3 null {6 * programs[0].width}\n", "")


def test_what_says_where_a_run_ends_needs_nothing_around_it(programs):
    for one in (programs[0], programs[2]):
        values = [0.05, 0.9, 0.99, 1e-8][: len(one.hyper)]
        main = f"const [play, make] = {map_sources(one, 5)}; const ends = (0, eval)(`(${{make}})`)();"
        both = f"ends.one({values}, [1, 2], 5), play({values}, [1, 2], 5)[{5 * one.width + one.n}]"
        alone = "for (const name of ['powersUpTo', 'power']) if (globalThis[name]) throw Error(name);"
        first, second = javascript.run(f"{main} const main = () => {{ {alone} return [{both}]; }};")
        assert first == second == one.rows(values, (1, 2), 5)[-1, one.n]


def test_a_map_without_a_program_has_no_functions(programs, tmp_path):
    assert map_sources(None, 5) == "[null,null]"
    (tmp_path / "map.mjs").write_text(module(map_sources(programs[0], 5)), encoding="utf-8")
    (tmp_path / "main.mjs").write_text(
        'import map from "./map.mjs"; console.log(map.length, typeof map[1]().one);'
    )
    command = [javascript.compute_driver_executable()[0], "main.mjs"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("2 function\n", "")
