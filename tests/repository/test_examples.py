"""The examples in the docstrings of public functions are run."""

import doctest
import inspect

import pytest

import adamlab
from adamlab import plots, problems

PUBLIC = {
    **{name: getattr(adamlab, name) for name in [*adamlab.__all__, "map"]},
    **{f"problems.{name}": getattr(problems, name) for name in problems.__all__},
    "plots.figure": plots.figure,
    "Descent.lane": adamlab.Descent.lane,
    "Descent.arrived": adamlab.Descent.arrived,
    "Sweep.at": adamlab.Sweep.at,
    "Surface.loss": adamlab.Surface.loss,
    "Surface.gradient": adamlab.Surface.gradient,
}
WITHOUT = {"Descent", "Sweep", "check_setup"}  # made by descend and sweep; prints what is installed
WITHOUT |= {"to_torch", "problems.from_torch"}  # tests/heavy/test_pytorch.py runs them
CALLABLE = {
    name: obj
    for name, obj in PUBLIC.items()
    if (inspect.isfunction(obj) or inspect.isclass(obj)) and name not in WITHOUT
}


@pytest.mark.parametrize("name", CALLABLE)
def test_a_public_function_has_an_example_that_is_true(name):
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(verbose=False)
    test = parser.get_doctest(inspect.getdoc(CALLABLE[name]), {}, name, None, None)
    assert test.examples
    report = []
    runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)
