"""A step that can be taken apart, whatever it is."""

import re

import numpy as np
import pytest
from hand import control, move

from adamlab import anatomy, descend, explore, steps, surfaces


def my_rule(theta, g, slow, t, eta=0.1):
    slow = 0.5 * slow + 0.5 * g
    look_ahead = slow / (1 - 0.5**t)
    return theta - eta * look_ahead, slow


def unwritten(theta, g, m, eta=0.1): ...


def stays(theta, g, m, eta=0.1):
    return theta, m


def third_time(theta, g, t, eta=0.1):
    if t == 3:
        raise RuntimeError("no luck")
    return theta - eta * g


def counted():
    """A step with hidden state."""
    calls = []

    def hidden(theta, g, m, eta=0.001):
        calls.append(len(calls))
        shrunk = g / len(calls)
        m = m + shrunk
        return theta - eta * m, m

    return hidden


def labels(panel):
    return [label[2:] for label, _ in panel.stage.options]


def known(panel):
    """What the ledger says by now, by its names."""
    return {line["name"]: line["values"] for line in panel.ledger if line["known"]}


def at(panel, step, stage):
    panel.step.value, panel.stage.value = step, stage


@pytest.mark.parametrize("name", steps.__all__)
def test_every_step_can_be_opened_at_every_stage(name):
    panel = anatomy(getattr(steps, name), surfaces.beale, n_steps=8, eta=0.01)
    pictures = set()
    for stage in range(len(panel.stage.options)):
        for t in [1, 8]:
            at(panel, t, stage)
            pictures.add((stage, t, panel.picture.foreground))
            assert panel.summary.startswith(f"step {t} of {name} on beale, stage {stage + 1} ")
    assert len({svg for _, _, svg in pictures}) > len(panel.stage.options)


def test_it_opens_where_a_lesson_begins_by_hand():
    panel = anatomy(steps.adam, surfaces.beale, eta=0.2)
    assert (panel.step.value, panel.stage.value) == (1, 0)
    assert labels(panel) == ["carry over", "decay", "gradient", "add", "divide", "step"]
    assert known(panel) == {"θ": ["1", "1.5"], "m before": ["0", "0"], "v before": ["0", "0"]}
    panel.stage.value = 5
    numbers = known(panel)
    assert numbers["g"] == numbers["m_hat"] == ["34.5", "92.5"]
    assert (numbers["m̂/√v̂"], numbers["new θ"]) == (["1", "1"], ["0.8", "1.3"])


def test_the_ledger_holds_what_the_step_itself_computed():
    panel = anatomy(steps.adam, surfaces.beale, n_steps=5, eta=0.1)
    at(panel, 3, 5)
    run, numbers = panel.run, {name: np.array(values, float) for name, values in known(panel).items()}
    direction = run.memory["m"][3] / (1 - 0.9**3)
    divisor = np.sqrt(run.memory["v"][3] / (1 - 0.999**3))
    expected = {
        "m before": run.memory["m"][2],
        "v after": run.memory["v"][3],
        "m_hat": direction,
        "v_hat": divisor**2,
        "√v̂": divisor,
        "m̂/√v̂": direction / divisor,
        "Δθ": run.theta[3] - run.theta[2],
        "effective η": -(run.theta[3] - run.theta[2]) / run.gradient[2],
        "new θ": run.theta[3],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(numbers[name], values, rtol=1e-5, err_msg=name)


def test_a_function_of_your_own_is_opened_with_its_own_names():
    panel = anatomy(my_rule, surfaces.ravine, n_steps=5)
    at(panel, 2, len(panel.stage.options) - 1)
    assert {"slow before", "slow after", "look_ahead", "effective η"} <= known(panel).keys()
    expected = panel.run.memory["slow"][2] / (1 - 0.5**2)
    np.testing.assert_allclose(np.array(known(panel)["look_ahead"], float), expected, rtol=1e-5)


def test_a_step_that_keeps_count_in_secret_is_opened_all_the_same():
    panel = anatomy(counted(), surfaces.ravine, n_steps=5)
    at(panel, 3, len(panel.stage.options) - 1)
    run = panel.run
    assert panel.summary.startswith("step 3 of hidden on ravine")
    np.testing.assert_allclose(np.array(known(panel)["m after"], float), run.memory["m"][3], rtol=1e-5)
    assert panel.picture.rows[0]  # its rows come from Python


def test_next_goes_through_all_stages_of_all_steps():
    panel = anatomy(steps.momentum, surfaces.beale, n_steps=2)
    went = []
    for _ in range(9):
        went.append((panel.step.value, panel.stage.value))
        control(panel, "Next stage").click()
    assert went == [(1, 0), (1, 1), (1, 2), (1, 3), (2, 0), (2, 1), (2, 2), (2, 3), (2, 3)]


def test_sliders_and_start_change_the_run_that_is_open():
    panel = anatomy(steps.adam, surfaces.beale, n_steps=20, eta=0.1)
    at(panel, 7, 5)
    panel.sliders["eta"].value = 0.3
    move(panel, 0.5, -1)
    run = descend(steps.adam, surfaces.beale, (0.5, -1), 20, eta=0.3)
    np.testing.assert_array_equal(panel.run.theta, run.theta)
    fresh = anatomy(steps.adam, surfaces.beale, (0.5, -1), 20, eta=0.3)
    at(fresh, 7, 5)
    assert (panel.summary, panel.ledger) == (fresh.summary, fresh.ledger)
    panel.reset()
    assert (panel.step.value, panel.stage.value) == (1, 0)
    assert panel.run.hyper["eta"] == 0.1 and panel.start.tolist() == [1, 1.5]


def test_another_number_of_steps_moves_the_end_of_the_slider():
    panel = anatomy(steps.adam, surfaces.beale, n_steps=20)
    panel.step.value = 20
    panel.place(n_steps=5)
    assert panel.step.max == 5 and panel.summary.startswith("step 5 of adam")
    panel.reset()
    assert panel.step.max == 20 and panel.summary.startswith("step 1 of adam")


def test_a_run_that_diverges_can_be_opened_until_it_does():
    panel = anatomy(steps.gradient_descent, surfaces.rosenbrock, eta=1.0)
    last = panel.run.diverged_at - 1
    assert 1 < last < panel.step.max == 50
    panel.step.value = 50
    assert panel.summary.startswith(f"step {last} of gradient_descent")
    assert re.search(r"effective η = \(1, 1\)", panel.summary)
    panel.sliders["eta"].value = 1e-4
    assert panel.summary.startswith("step 50 of gradient_descent")


@pytest.mark.parametrize("stub", [unwritten, stays])
def test_an_unwritten_step_gives_a_panel_that_says_so(stub):
    panel = anatomy(stub, surfaces.beale)
    assert panel.summary == panel.picture.said[0] == f"{stub.__name__}: not attempted yet"
    assert panel.run is None and panel.ledger == [] and panel.png()


def test_a_step_that_raises_on_its_way_says_so():
    panel = anatomy(third_time, surfaces.beale)
    assert panel.summary == panel.picture.said[0] == "third_time: RuntimeError: no luck"
    control(panel, "Next stage").click()
    panel.place(n_steps=2)
    assert panel.summary.startswith("step 1 of third_time on beale, stage 2 step: Δθ")


def test_what_cannot_be_opened_is_refused_in_a_sentence():
    line = surfaces.Surface(lambda x: x**2)
    for surface, given in [(surfaces.beale, {"n_steps": 0}), (surfaces.beale, {"eta": [1, 2]}), (line, {})]:
        with pytest.raises(ValueError, match="anatomy needs two coordinates, one start and at least one"):
            anatomy(steps.adam, surface, **given)


def test_the_same_run_is_shown_as_in_explore():
    opened = anatomy(steps.adam, surfaces.beale, n_steps=30, eta=0.1)
    shown = explore(steps.adam, surfaces.beale, n_steps=30, eta=0.1)
    np.testing.assert_array_equal(opened.descents["adam"].theta, shown.descents["adam"].theta)
