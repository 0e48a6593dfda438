"""A small real network: its slopes, its batches, what a run of it keeps, and a race over several seeds."""

import tracemalloc

import numpy as np
import pytest

from adamlab import adam, bowl, descend, explore, momentum, problems, race, sweep

DIGITS = problems.digits()


def test_the_digits_come_with_the_package():
    assert repr(DIGITS) == "Surface('digits', 2410 coordinates)"
    assert DIGITS.shapes == ((32, 64), (32,), (10, 32), (10,)) and DIGITS.every == 22
    assert 2.2 < DIGITS.loss(DIGITS.start) < 2.6  # log 10: it knows nothing yet
    assert DIGITS.accuracy(DIGITS.start) < 0.25


def test_the_gradient_of_all_data_is_the_slope_of_the_loss():
    whole = problems.digits(hidden=5, batch=1437)
    rng = np.random.default_rng(3)
    theta = whole.start + 0.3 * rng.standard_normal(whole.n)
    slope = whole.gradient(theta)
    for i in rng.choice(whole.n, size=40, replace=False):
        nudge = 1e-5 * (np.arange(whole.n) == i)
        by_difference = (whole.loss(theta + nudge) - whole.loss(theta - nudge)) / 2e-5
        assert slope[i] == pytest.approx(by_difference, rel=1e-5, abs=1e-9)


def test_a_round_of_batches_uses_every_example_at_most_once_and_is_another_next_time():
    small = problems.digits(hidden=2, batch=64)
    slopes = np.array([small.gradient(small.start, t) for t in range(1, 45)])
    whole = problems.digits(hidden=2, batch=1437).gradient(small.start)
    for round_ in (slopes[:22], slopes[22:]):  # 1408 of 1437 examples: their mean is nearly that of all
        np.testing.assert_allclose(round_.mean(axis=0), whole, atol=0.1 * np.abs(whole).max())
    assert len({tuple(slope) for slope in slopes}) == 44
    np.testing.assert_array_equal(slopes[30], small.gradient(small.start, 31))  # in any order


def test_a_seed_changes_start_and_order_but_not_what_is_held_out():
    other = problems.digits(seed=1)
    np.testing.assert_array_equal(DIGITS.reseeded(1).start, other.start)
    assert not np.array_equal(other.start, DIGITS.start)
    assert not np.allclose(other.gradient(DIGITS.start), DIGITS.gradient(DIGITS.start))
    assert other.accuracy(DIGITS.start) == DIGITS.accuracy(DIGITS.start)
    assert other.loss(DIGITS.start) == DIGITS.loss(DIGITS.start)


def test_adam_learns_the_digits_and_keeps_a_row_each_time_all_were_used():
    run = descend(adam, DIGITS, n_steps=220, eta=0.01)
    assert run.at.tolist() == [*range(0, 221, 22)]
    assert DIGITS.accuracy(run.theta[-1]) > 0.93 and DIGITS.accuracy(run.theta[-1], held_out=False) > 0.97
    both = DIGITS.accuracy(run.theta[[0, -1]].T)
    assert both.shape == (2,) and both[1] == DIGITS.accuracy(run.theta[-1])
    whole = descend(adam, DIGITS, n_steps=220, eta=0.01, every=1)
    np.testing.assert_array_equal(whole.theta[run.at], run.theta)


def test_accuracy_is_the_share_of_guesses_that_are_right_and_the_loss_that_of_all_examples():
    theta = descend(adam, DIGITS, n_steps=66, eta=0.01).theta[-1]
    x, y = DIGITS.held_out
    assert DIGITS.accuracy(theta) == (DIGITS.guesses(theta, x) == y).mean()
    assert DIGITS.guesses(theta, x[:1]) == DIGITS.guesses(theta, x)[0]
    x, y = DIGITS.train
    weights, biases, out, out_biases = DIGITS.parts(theta)
    scores = np.tanh(x @ weights.T + biases) @ out.T + out_biases
    cross_entropy = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]
    assert DIGITS.loss(theta) == pytest.approx(cross_entropy.mean(), rel=1e-12)


def test_a_long_run_keeps_little():
    tracemalloc.start()
    run = descend(adam, DIGITS, n_steps=1000, eta=0.01)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    kept = sum(a.nbytes for a in (run.theta, run.gradient, *run.memory.values()))
    assert len(run.at) == 47 and kept < 4e6 and peak < 12e6  # all rows would be 77 MB


def test_lanes_and_sweeps_of_a_network_are_its_single_runs():
    small = problems.digits(hidden=4)
    lanes, swept = descend(momentum, small, n_steps=44, eta=[0.1, 0.3]), None
    swept = sweep(momentum, small, n_steps=44, tolerance=1.5, eta=[0.1, 0.3])
    for i, eta in enumerate((0.1, 0.3)):
        run = descend(momentum, small, n_steps=44, eta=eta)
        np.testing.assert_array_equal(lanes.lane(i).theta, run.theta)
        assert swept.loss[i] == run.loss[-1]
        below = run.at[run.loss < 1.5]
        assert swept.steps[i] == (below[0] if len(below) else -1)


def test_a_run_that_blows_up_says_so_at_a_row_that_was_kept():
    run = descend(momentum, DIGITS, n_steps=66, eta=1.7e308, beta1=0.99)
    assert run.diverged_at == 22 and np.isnan(run.loss[1:]).all()


def test_a_panel_sends_the_first_few_coordinates_and_the_rows_that_are_kept():
    panel = explore(adam, problems.digits(hidden=4), n_steps=50, eta=0.01)
    (rows,), (track,) = panel.picture.rows, panel.picture.plan["tracks"]
    assert track["at"] == [0, 22, 44, 50] and track["width"] == 1 + 3 * 4
    rows = np.frombuffer(rows).reshape(4, track["width"])
    np.testing.assert_array_equal(rows[:, 3], panel.descents["adam"].loss)


def test_a_race_over_several_seeds_shows_the_spread_and_says_what_it_took():
    panel = race([momentum, adam], problems.digits(hidden=4), n_steps=44, n_rates=7, seeds=3)
    assert "the best of the same 7 values" in panel.summary
    assert "its mean over 3 seeds (21 runs for each method)" in panel.summary
    for row in panel.table:
        step = {"momentum": momentum, "adam": adam}[row["name"]]
        worst = []
        for seed in range(3):
            run = descend(step, problems.digits(hidden=4, seed=seed), n_steps=44, eta=row["eta"])
            worst.append(run.loss[run.at > 40].max())
        assert row["worst"] == pytest.approx(np.mean(worst), rel=1e-12)
        assert row["spread"] == (min(worst), max(worst))
    panel.sliders["adam"]["eta"].value = 0.5  # by hand: the spread is that of this η
    assert not panel.fair and panel.table[1]["spread"] != (min(worst), max(worst))


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda: problems.digits(hidden=0), "digits: hidden must be a whole number, 1 or more, got 0"),
        (lambda: problems.digits(batch=1438), "digits: batch must be .*, at most 1437, got 1438"),
        (lambda: problems.digits(seed=-1), "digits: seed must be a whole number, 0 or more, got -1"),
        (lambda: descend(adam, DIGITS, every=0), "adam: every must be a whole number, 1 or more, got 0"),
        (lambda: DIGITS.accuracy([1.0, 2.0]), "digits has 2410 coordinates"),
        (lambda: race([adam], bowl, seeds=3), "race: bowl has no random numbers"),
        (lambda: race([adam], bowl, n_rates=1), "race: n_rates must be a whole number, 2 or more, got 1"),
        (lambda: race([adam], bowl, seeds=0), "race: seeds must be a whole number, 1 or more, got 0"),
    ],
)
def test_bad_input_is_an_error_at_the_door(ask, says):
    with pytest.raises(ValueError, match=says):
        ask()
