"""Schedules around a step: what they compute, what they refuse, and that the result is a step."""

import inspect

import numpy as np
import pytest

from adamlab import (
    Surface,
    adam,
    adamw,
    beale,
    check,
    clip_by_norm,
    constant,
    cool_down,
    cosine,
    descend,
    explore,
    linear,
    momentum,
    race,
    ravine,
    reveal,
    schedules,
    sweep,
    warm_up,
    with_schedule,
)

SCHEDULES = [constant, linear, cosine, cool_down]
every_schedule = pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.__name__)


def shares(schedule, n_steps, **hyper):
    return np.array([schedule(t, n_steps, **hyper) for t in range(1, n_steps + 1)])


@every_schedule
def test_a_schedule_begins_with_all_of_eta_and_never_goes_up(schedule):
    along = shares(schedule, 40)
    assert along[0] == 1 and (np.diff(along) <= 0).all() and (along > 0).all()


def test_each_schedule_where_it_can_be_told_by_hand():
    np.testing.assert_allclose(shares(linear, 4, final=0.2), [1, 0.8, 0.6, 0.4])
    np.testing.assert_allclose(shares(cosine, 4), [1, (1 + 0.5**0.5) / 2, 0.5, (1 - 0.5**0.5) / 2])
    np.testing.assert_allclose(shares(cool_down, 10, cooldown=0.4), [1] * 7 + [0.75, 0.5, 0.25])
    np.testing.assert_allclose(shares(cool_down, 10, cooldown=0), 1)
    np.testing.assert_allclose([warm_up(t, warmup=4) for t in (1, 2, 3, 4, 5)], [0.25, 0.5, 0.75, 1, 1])
    assert warm_up(1, warmup=0) == warm_up(1, warmup=1) == 1


def test_clipping_shortens_a_long_gradient_in_each_lane_and_leaves_a_short_one():
    g = np.array([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]])
    clipped = clip_by_norm(g, clip=1.0)
    np.testing.assert_allclose(np.linalg.norm(clipped, axis=0), [1, 0.5, 0], rtol=1e-6)
    np.testing.assert_array_equal(clipped[:, 1:], g[:, 1:])


# --- around a step ---------------------------------------------------------------------------------


def by_hand(n_steps, eta, warmup, clip):
    """Adam with warm-up, cosine and clipping, as anyone would write it for the ravine."""
    theta, m, v, path = ravine.start, np.zeros(2), np.zeros(2), [ravine.start]
    for t in range(1, n_steps + 1):
        g = ravine.gradient(theta)
        g = g * min(1, clip / (np.sqrt((g**2).sum()) + 1e-6))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        rate = eta * min(1, t / warmup) * (1 + np.cos(np.pi * (t - 1) / n_steps)) / 2
        theta = theta - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        path.append(theta)
    return np.array(path)


def test_a_scheduled_step_goes_where_a_loop_by_hand_goes():
    step = with_schedule(adam, cosine, warmup=7, clip=5.0)
    np.testing.assert_allclose(
        descend(step, ravine, n_steps=50, eta=0.3).theta, by_hand(50, 0.3, 7, 5.0), rtol=1e-9, atol=1e-12
    )


def test_a_scheduled_step_has_a_signature_and_a_source_of_its_own():
    step = with_schedule(adam, cosine, warmup=20, eta=0.1)
    assert str(inspect.signature(step)) == (
        "(theta, g, m, v, t, n_steps, eta=0.1, beta1=0.9, beta2=0.999, eps=1e-08, final=0.0, warmup=20)"
    )
    assert reveal(step).splitlines()[1:] == [
        "    eta = eta * cosine(t, n_steps, final) * warm_up(t, warmup)",
        "    return adam(theta, g, m, v, t, eta, beta1, beta2, eps)",
    ]


def test_the_horizon_is_the_length_of_the_run():
    step, theta, lengths = with_schedule(momentum, linear), np.zeros(2), []

    def spy(theta, g, t, n_steps, eta=0.1):
        lengths.append((t, n_steps))
        return theta - eta * g

    descend(spy, ravine, n_steps=3)
    assert lengths == [(1, 3), (2, 3), (3, 3)]
    assert not np.array_equal(
        step(theta, theta + 1, theta, 5, 10)[0], step(theta, theta + 1, theta, 5, 20)[0]
    )


def test_shape_is_what_a_point_is():
    seen = set()

    def spy(theta, g, shape, eta=0.1):
        seen.add(shape)
        return theta - eta * g

    descend(spy, ravine, n_steps=1)
    assert seen == {(2,)}


@every_schedule
def test_lanes_and_sweeps_are_those_of_single_runs(schedule):
    step, etas, warmups = with_schedule(adamw, schedule, warmup=5), [0.01, 0.1, 1.0], [0.0, 3.0, 12.0]
    lanes = descend(step, beale, eta=etas)
    swept = sweep(step, beale, eta=etas, warmup=warmups)
    for i, eta in enumerate(etas):
        np.testing.assert_array_equal(lanes.lane(i).theta, descend(step, beale, eta=eta).theta)
        for k, warmup in enumerate(warmups):
            assert swept.loss[i, k] == descend(step, beale, eta=eta, warmup=warmup).loss[-1]


def test_what_a_schedule_asks_for_are_sliders_and_the_browser_plays_it():
    panel = explore(with_schedule(adam, cool_down, warmup=20, clip=1.0), beale, eta=0.1)
    assert [*panel.sliders] == ["eta", "beta1", "beta2", "eps", "cooldown", "warmup", "clip"]
    panel.sliders["cooldown"].value, panel.sliders["warmup"].value = 0.5, 60
    (track,) = panel.runs.tracks.values()
    (run,) = panel.descents.values()
    played = track.program.rows([run.hyper[name] for name in panel.sliders], run.theta[0], 100)
    np.testing.assert_array_equal(played[:, :2], run.theta)
    panel.place(n_steps=40)  # a warm-up may then be longer than the run: a slider is no mistake
    assert "in 40 steps" in panel.summary


def test_a_race_tunes_a_scheduled_step_by_its_own_name_for_eta():
    def mine(theta, g, m, lr=0.1, beta1=0.9):
        m = beta1 * m + g
        return theta - lr * m, m

    panel = race([momentum, with_schedule(mine, linear)], ravine)
    assert panel.fair and [row["name"] for row in panel.table] == ["momentum", "mine_linear"]
    assert panel.table[1]["worst"] < panel.table[0]["worst"]


def my_adam(theta, g, m, v, t, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    return theta - lr * m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps), m, v


def my_momentum(theta, g, m, eta=0.01, beta1=0.9):
    m = beta1 * m + (1 - beta1) * g
    return theta - eta * m, m


def test_check_looks_at_the_step_inside():
    assert check(with_schedule(with_schedule(my_adam, cosine), warmup=10, clip=1.0)).ok
    assert check(my_adam, like=with_schedule(adam, cosine)).ok
    wrong = check(with_schedule(my_momentum, linear))
    assert wrong.mistake == check(my_momentum).mistake is not None


def test_a_schedule_of_ones_own_and_names_that_would_hide_another():
    def root(t, power=0.5):
        return t**-power

    def cosine(theta, g, linear, eta=0.1):  # its memory is called as a schedule
        return theta - eta * g, linear

    run = descend(with_schedule(cosine, root, warmup=2), ravine, n_steps=3, eta=0.02)
    expected, theta = [], ravine.start
    for t in (1, 2, 3):
        theta = theta - 0.02 * t**-0.5 * min(1, t / 2) * ravine.gradient(theta)
        expected.append(theta)
    np.testing.assert_allclose(run.theta[1:], expected)
    assert descend(with_schedule(cosine, linear), ravine).hyper["final"] == 0


# --- what is refused --------------------------------------------------------------------------------


def without_rate(theta, g):
    return theta - g


def with_final(theta, g, eta=0.1, final=1.0):
    return theta - eta * final * g


@pytest.mark.parametrize(
    ("ask", "error", "says"),
    [
        (lambda: with_schedule(without_rate, cosine), TypeError, "without_rate has no learning rate"),
        (lambda: with_schedule(adam, 3), TypeError, "a schedule must be a function of t and n_steps, got 3"),
        (lambda: with_schedule(adam, lambda t, k: 1), TypeError, "and k has none"),
        (lambda: with_schedule(adam, cosine, beta=1), TypeError, "has a hyperparameter beta: they have eta"),
        (lambda: with_schedule(adam, cosine, warmup=-3), ValueError, "warmup must be a finite number, 0"),
        (lambda: with_schedule(with_final, cosine), TypeError, "both have a parameter final"),
        (
            lambda: descend(with_schedule(adam, warmup=20), ravine, n_steps=10),
            ValueError,
            "warm-up of 20 steps",
        ),
        (lambda: sweep(with_schedule(adam, warmup=2), ravine, warmup=[5, 500]), ValueError, "warm-up of 500"),
        (
            lambda: explore(with_schedule(adam, warmup=20), ravine, n_steps=10),
            ValueError,
            "warm-up of 20 steps",
        ),
        (
            lambda: descend(adam, ravine, every=0),
            ValueError,
            "adam: every must be a whole number, 1 or more, got 0",
        ),
        (lambda: descend(adam, ravine, every=2.5), ValueError, "every must be a whole number"),
    ],
)
def test_bad_input_is_refused_in_one_clear_line(ask, error, says):
    with pytest.raises(error, match=says) as caught:
        ask()
    assert "\n" not in str(caught.value)


def test_all_schedules_are_offered():
    assert {one.__name__ for one in SCHEDULES} < set(schedules.__all__)


# --- keeping one row of many --------------------------------------------------------------------------


@pytest.mark.parametrize("every", [1, 3, 7, 100, 1000])
def test_every_keeps_those_rows_of_the_same_run(every):
    whole, some = descend(adam, beale, eta=0.1), descend(adam, beale, eta=0.1, every=every)
    assert some.at.tolist() == sorted({*range(0, 101, every), 100}) and some.n_steps == 100
    for name in ("theta", "loss", "gradient"):
        np.testing.assert_array_equal(getattr(some, name), getattr(whole, name)[some.at])
    np.testing.assert_array_equal(some.memory["v"], whole.memory["v"][some.at])
    assert repr(some) == repr(whole)


def test_every_in_lanes_and_for_a_run_that_blows_up():
    lanes = descend(momentum, ravine, eta=[0.01, 10.0], n_steps=200, every=20)
    whole = descend(momentum, ravine, eta=[0.01, 10.0], n_steps=200)
    np.testing.assert_array_equal(lanes.lane(0).theta, whole.lane(0).theta[lanes.at])
    lost = lanes.lane(1).diverged_at
    assert whole.diverged_at[1] <= lost < whole.diverged_at[1] + 20 and lost % 20 == 0
    assert lanes.diverged_at[0] == -1 and np.isnan(lanes.loss[lost // 20 :, 1]).all()


def test_a_loss_is_asked_for_only_where_it_is_kept():
    asked = []

    def loss(theta, t=1):
        asked.append(t)
        return (theta**2).sum(axis=0)

    surface = Surface(loss, lambda theta: 2 * theta, start=np.ones(3), vector=True)
    asked.clear()
    descend(momentum, surface, n_steps=100, every=25)
    assert asked == [1, 1, 26, 51, 76, 101]  # the first to see whether the start is on the surface
