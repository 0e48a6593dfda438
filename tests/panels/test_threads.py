"""Cells and sliders are heard in two threads: what is shown belongs together all the same."""

import threading

from adamlab import explore, steps, surfaces


def test_reading_the_runs_while_another_thread_moves_everything():
    panel = explore(steps.adam, surfaces.beale, eta=0.1)
    opening, done, wrong = panel.summary, threading.Event(), []

    def read():
        while not done.is_set():
            run = panel.descents["adam"]
            again = explore(steps.adam, run.surface, run.theta[0], run.n_steps, **run.hyper).descents["adam"]
            if not (run.theta == again.theta).all():
                wrong.append(run)

    reader = threading.Thread(target=read)
    reader.start()
    for k in range(6):  # recording a step takes long enough for a read in between
        panel.place(surface=(surfaces.himmelblau, surfaces.ravine)[k % 2])
        panel.sliders["eta"].value = 0.02 + 0.01 * k
        panel.place(n_steps=50 + k)
        panel.reset()
    done.set()
    reader.join()
    assert not wrong and panel.summary == opening
    assert panel.picture.notes == [] and panel.picture.plan["code"].count("=>{") > 0
