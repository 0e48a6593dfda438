"""Cells and sliders are heard in two threads: what is shown belongs together all the same."""

import threading

import numpy as np

from adamlab import descend, explore, steps, surfaces


def test_reading_the_runs_while_another_thread_moves_everything():
    panel = explore(steps.adam, surfaces.beale, eta=0.1)
    opening, done, notes, runs = panel.summary, threading.Event(), set(), {}

    def read():
        while not done.is_set():
            run = panel.descents["adam"]
            runs[repr(run)] = run
            notes.update(panel.picture.notes)  # that the browser had other numbers, for example

    reader = threading.Thread(target=read)
    reader.start()
    for k in range(2):  # recording a step takes long enough for a read in between
        panel.place(surface=(surfaces.himmelblau, surfaces.ravine)[k % 2])
        panel.sliders["eta"].value = 0.02 + 0.01 * k
        panel.place(n_steps=50 + k)
        panel.reset()
    done.set()
    reader.join()
    assert notes == set() and panel.summary == opening and "null" not in panel.picture.plan["code"]
    for run in runs.values():
        alone = descend(run.step, run.surface, run.theta[0], run.n_steps, **run.hyper)
        assert np.array_equal(run.theta, alone.theta)
