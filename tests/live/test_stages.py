"""What a step looks like from inside is found by the names in it."""

import pytest

from adamlab import steps
from adamlab._core.signature import Signature
from adamlab._live.stages import Source, stages_of


def told(step, own=(), coordinates=("x", "y")):
    signature = Signature(step)
    inputs = [name for name, value in signature.hyper().items() if isinstance(value, float)]
    return stages_of(signature, own, inputs, coordinates)


def renamed(theta, g, m, v, t, lr=0.1, b1=0.9, b2=0.99, eps=1e-8):
    return theta, m, v


def slow(theta, g, mean, horizon, eta=0.1, mode="x"):
    return theta, mean, horizon


@pytest.mark.parametrize(
    ("step", "own", "ratio", "labels"),
    [
        (steps.adam, ("m_hat", "v_hat"), "m̂/√v̂", "carry over decay gradient add divide step"),
        (steps.adam, (), "m/√v", "carry over decay gradient add divide step"),
        (renamed, ("mhat", "v_corrected", "z"), "m̂/√v̂", "carry over decay gradient add divide step"),
        (steps.nadam, ("m_bar", "v_hat"), "m̄/√v̂", "carry over decay gradient add divide step"),
        (steps.adamax, ("m_hat",), "m̂/u", "carry over gradient remember divide step"),
        (steps.adagrad, (), "g/√G", "carry over gradient remember divide step"),
        (steps.rmsprop, (), "g/√v", "carry over gradient remember divide step"),
        (steps.momentum, (), "m", "carry over gradient remember step"),
        (slow, ("z",), "g", "carry over gradient remember step"),
        (steps.gradient_descent, (), "g", "gradient step"),
    ],
)
def test_a_step_has_the_stages_that_its_names_tell(step, own, ratio, labels):
    found = told(step, own)
    assert found["ratio"] == ratio
    assert " ".join(stage["label"][2:] for stage in found["stages"]) == labels
    assert [int(stage["label"][0]) for stage in found["stages"]] == list(range(1, len(found["stages"]) + 1))


def test_rows_keep_memories_and_variables_where_a_program_puts_them():
    found = told(renamed, ("mhat", "v_corrected"))
    # point, loss, gradient, m, v, mhat, v_corrected: two columns each, but the loss
    assert found["direction"] == Source(9)._asdict()
    assert found["divisor"] == Source(11, root=True)._asdict()
    assert found["inputs"] == {"eta": 0, "beta1": 1, "beta2": 2}
    decay = found["stages"][1]
    assert decay["arrows"] == {"m": Source(5, before=True, factor=1)._asdict()}
    assert decay["boxes"] == {"√v": Source(7, before=True, factor=2, root=True)._asdict()}


def test_every_quantity_has_a_line_in_the_ledger():
    lines = told(renamed, ("mhat", "v_corrected"))["ledger"]
    names = [[line["name"] for line in lines if line["block"] == block] for block in range(3)]
    assert names == [
        ["θ", "m before", "v before", "g"],
        ["m after", "v after", "mhat", "v_corrected"],
        ["√v̂", "m̂/√v̂", "Δθ", "effective η", "new θ"],
    ]


def test_what_is_said_names_the_coordinates_and_what_is_corrected():
    found = told(steps.adam, ("m_hat", "v_hat"), ("w", "b"))
    divide, step = (stage["says"] for stage in found["stages"][-2:])
    assert "corrected for that, they are m̂ and v̂" in divide
    assert "Along w {r0} of the way, along b {r1}" in divide
    assert "{d0} along w and {d1} along b" in step
    assert "corrected" not in told(steps.adam)["stages"][-2]["says"]
    assert "m started at zero, so it was" in told(steps.adamax, ("m_hat",))["stages"][-2]["says"]
