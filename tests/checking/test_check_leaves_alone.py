"""`check` changes nothing around it: the same objects, as they were, under the same names."""

import io
import threading

import numpy as np

from adamlab import bowl, check, explore, steps

log, view, counts, seen = [], None, {"calls": 0}, np.zeros(3)
copy = ["mine"]
lock, stream, numbers = threading.Lock(), io.StringIO(), (k for k in range(9))
rng = np.random.default_rng(0)


def right(step):
    verdict = check(step, like=steps.gradient_descent)
    assert verdict.ok, verdict


def test_a_list_is_still_the_list_that_others_hold():
    view = log

    def logging(theta, g, eta=0.1):
        log.append(theta)
        counts["calls"] += 1
        seen[0] += 1
        return theta - eta * g

    right(logging)
    log.append(1)
    assert view is log and view == [1] and counts == {"calls": 0} and not seen.any()
    log.clear()


def test_a_name_that_is_only_an_attribute_in_the_step_is_not_touched():
    mine = copy

    def copying(theta, g, eta=0.1):
        theta = theta.copy()
        theta -= eta * g
        return theta

    right(copying)
    assert copy is mine and copy == ["mine"]


def test_what_cannot_be_copied_is_left_alone():
    panel = explore(steps.adam, bowl, n_steps=5)

    def crowded(theta, g, eta=0.1):
        with lock:
            stream.tell()
        assert numbers is not None and panel is not None
        return theta - eta * g

    right(crowded)
    assert not lock.locked() and next(numbers) == 0 and panel.sliders["eta"].value == 0.001


def test_a_counter_and_a_generator_of_random_numbers_stand_where_they_stood():
    calls = 0
    state = rng.bit_generator.state

    def counting(theta, g, eta=0.1):
        nonlocal calls
        calls += 1
        rng.random()
        return theta - eta * g

    right(counting)
    assert calls == 0 and rng.bit_generator.state == state
