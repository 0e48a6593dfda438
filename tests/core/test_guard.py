"""The one door for learners' code: a time limit and silence, whatever the machine does besides."""

import contextlib
import io
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest
from hand import control, move

import adamlab
from adamlab import adam, anatomy, bowl, check, explore, race, steps
from adamlab._core.guard import NAME, TooLong, guarded


def endless_beyond(limit):
    def gradient_descent(theta, g, eta=0.1):
        while eta > limit:
            pass
        return theta - eta * g

    return gradient_descent


def test_what_takes_too_long_is_stopped_and_leaves_no_thread():
    def spin():
        while True:
            pass

    before = threading.active_count()
    with pytest.raises(TooLong):
        guarded(spin, 0.2)
    time.sleep(0.1)
    assert threading.active_count() == before


def test_a_sleeping_thread_is_left_behind():
    began = time.monotonic()
    with pytest.raises(TooLong):
        guarded(lambda: time.sleep(20), 0.2)
    assert time.monotonic() - began < 15


def test_what_counts_is_the_time_that_is_computed():
    # half a second of work, beside two threads that take the interpreter from it for longer
    stop = threading.Event()

    def hog():
        while not stop.is_set():
            sum(range(1000))

    def work():
        began = time.thread_time()
        while time.thread_time() - began < 0.5:
            pass
        return "done"

    others = [threading.Thread(target=hog) for _ in range(2)]
    for thread in others:
        thread.start()
    try:
        began = time.monotonic()
        assert guarded(work, 0.7) == "done"
        assert time.monotonic() - began > 0.7  # a clock on the wall would have stopped it
    finally:
        stop.set()
        for thread in others:
            thread.join()


def test_two_at_once_leave_the_streams_and_the_warnings_as_they_were():
    def noisy(theta, g, eta=0.1):
        print("theta", theta)
        print("theta", theta, file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        time.sleep(0.002)
        return theta - eta * g

    verdicts, out, err = [], io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        before = sys.stdout, sys.stderr, list(warnings.filters)
        threads = [
            threading.Thread(target=lambda: verdicts.append(check(noisy, like=steps.gradient_descent)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
            time.sleep(0.03)
        print("heard")  # by another thread meanwhile
        for thread in threads:
            thread.join()
        assert (sys.stdout, sys.stderr, list(warnings.filters)) == before
    assert len(verdicts) == 4 and all(verdicts)
    assert out.getvalue() == "heard\n" and err.getvalue() == ""


# --- panels ----------------------------------------------------------------------------------------


def test_a_slider_that_meets_an_endless_loop_says_so_and_the_panel_lives_on():
    panel = explore(endless_beyond(0.5), bowl, eta=0.1)
    slider = panel.sliders["eta"]
    slider.value = 0.9
    assert "stopped after 2 s: does a loop end?" in panel.summary and "does a loop end" in panel.picture.alt
    slider.value = 0.2
    assert "loss 17.4 →" in panel.summary and "loop" not in panel.summary


def test_no_other_panel_waits_meanwhile():
    panel, other = explore(endless_beyond(0.5), bowl, eta=0.1), explore(adam, bowl)
    moving = threading.Thread(target=lambda: setattr(panel.sliders["eta"], "value", 0.9))
    moving.start()
    time.sleep(0.2)
    other.sliders["eta"].value = 0.3  # a lock that is held meanwhile would let this wait
    assert moving.is_alive() and "η=0.3" in other.summary
    moving.join()


@pytest.mark.parametrize(
    "act",
    [
        lambda panel: move(panel, 3.0, 1.0),
        lambda panel: panel.place([2.0, 1.0]),
        lambda panel: setattr(control(panel, "steps"), "value", 7),
        lambda panel: panel.reset(),
    ],
)
def test_every_callback_has_the_guard(act):
    seen = []

    def watched(theta, g, eta=0.1):
        seen.append(threading.current_thread().name)
        return theta - eta * g

    panel = explore(watched, bowl)
    seen.clear()
    act(panel)
    assert panel.descents and set(seen) == {NAME}


def test_races_maps_and_anatomies_have_it_too():
    seen = []

    def watched(theta, g, eta=0.1, beta1=0.9, eps=0.1):
        seen.append(threading.current_thread().name)
        return theta - eta * g

    panels = [race([watched], bowl), adamlab.map(watched, bowl, resolution=4, n_steps=5)]
    panels.append(anatomy(watched, bowl, n_steps=5))
    seen.clear()
    panels[0].tune()
    panels[0].sliders["watched"]["eta"].value = 0.3
    panels[1].sliders["eps"].value = 0.3
    panels[1].choose(1, 2)
    assert panels[1].swept is not None
    panels[2].step.value = 3
    assert seen and set(seen) == {NAME}


def test_a_map_stops_an_endless_loop():
    def endless(theta, g, eta=0.1, beta1=0.9, wait=0.0):
        while wait > 0:
            pass
        return theta - eta * g

    panel = adamlab.map(endless, bowl, resolution=4, n_steps=5, wait=0.0)
    panel.sliders["wait"].value = 0.5
    assert panel.summary == "endless: stopped after 2 s: does a loop end?" and panel.swept is None
    panel.sliders["wait"].value = 0.0
    assert panel.swept is not None


def test_a_family_of_surfaces_that_never_ends_is_stopped():
    def valley(width=1.0):
        while width > 1.5:
            pass
        return adamlab.Surface(lambda x, y: width * x**2 + y**2)

    panel = explore(adam, valley)
    panel.sliders["width"].value = 2.0
    assert "valley: stopped after 2 s" in panel.summary
    panel.sliders["width"].value = 1.0
    assert "stopped" not in panel.summary


def test_a_loss_that_never_ends_where_it_is_drawn_is_stopped():
    def hill(width=1.0):
        def loss(x, y):
            while width > 1.5 and np.ndim(x):
                pass
            return width * x**2 + y**2

        return adamlab.Surface(loss)

    panel = explore(adam, hill)
    panel.sliders["width"].value = 2.0
    assert "hill: stopped after 2 s" in panel.summary


# --- where threads cannot start --------------------------------------------------------------------


def test_without_threads_check_runs_without_a_limit_and_says_so_once():
    code = (
        "import threading\n"
        'def start(self): raise RuntimeError("can\'t start new thread")\n'
        "threading.Thread.start = start\n"
        "from adamlab import check, adam, explore, bowl\n"
        "print(check(adam).ok, check(lambda theta, g: theta + g, like=adam).ok)\n"
        "panel = explore(adam, bowl)\n"
        "panel.sliders['eta'].value = 0.3\n"
        "print(panel.summary)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    first, *rest = result.stdout.splitlines()
    assert first.startswith("Note: no thread can be started here") and rest[0] == "True False"
    assert "Note" not in "".join(rest) and "η=0.3" in rest[-1]


def test_in_a_browser_a_sweep_of_many_runs_starts_no_thread():
    code = (
        "import os, sys, threading\n"
        "import numpy as np, tqdm\n"
        "import adamlab\n"
        'def start(self): raise RuntimeError("can\'t start new thread")\n'
        "threading.Thread.start, sys.platform = start, 'emscripten'\n"
        "os.sched_getaffinity = lambda process: {0, 1}\n"
        "rates = np.geomspace(1e-3, 1e-1, 80_000)\n"
        "print(adamlab.sweep(adamlab.adam, adamlab.bowl, n_steps=5, eta=rates).loss.shape)\n"
    )
    result = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "(80000,)\n"


# --- found by people who tried to break it ---------------------------------------------------------


class Endless(Exception):
    def __str__(self):  # noqa: PLE0307
        while True:
            time.sleep(0.001)


class Leaving(Exception):
    def __str__(self):  # noqa: PLE0307
        print("loud")
        sys.exit(1)


class Unlucky:
    def __call__(self, theta, g, eta=0.1):
        return theta - eta * g

    def __getattr__(self, name):
        raise RuntimeError(name)


@pytest.mark.parametrize("error", [Endless, Leaving, SystemExit, GeneratorExit, KeyboardInterrupt])
def test_whatever_an_error_does_it_is_said(error, capsys):
    def faulty(theta, g, eta=0.1):
        if eta > 0.5:
            raise error
        return theta - eta * g

    def always(theta, g, eta=0.1):
        raise error

    panel = explore(faulty, bowl)
    panel.sliders["eta"].value = 0.9
    assert "faulty:" in panel.summary and "loss" not in panel.summary
    verdict = check(always, like=steps.gradient_descent)
    assert not verdict.ok and verdict.hint
    assert capsys.readouterr() == ("", "")


def test_an_object_that_answers_nothing_is_refused_in_words():
    assert "no parameter theta" in check(Unlucky(), like=steps.gradient_descent).hint
    with pytest.raises(TypeError, match="Unlucky: its signature cannot be read"):
        explore(Unlucky(), bowl)


def test_a_view_that_is_none_is_refused_and_changes_nothing():
    panel = explore(adam, bowl)
    with pytest.raises(ValueError, match=r"view must be one of loss, effective η, m, v, got 'nonsense'"):
        panel.show("nonsense")
    panel.show("m")
    assert panel.view == "m" and panel.png()
