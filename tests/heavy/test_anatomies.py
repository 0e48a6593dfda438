"""Every step of the series, opened up on several surfaces: the browser says and draws what Python does.

With ``-n 0 -s`` a table tells what was compared.
"""

import numpy as np
import pytest
from anatomies import Case, Opening, compare, opened_in_the_browser

from adamlab import steps, surfaces
from adamlab._core.signature import Signature
from adamlab._drawing.style import DARK
from adamlab._live.stages import stages_of

GROUNDS = [surfaces.beale, surfaces.ravine, surfaces.rosenbrock, surfaces.neuron]
RATES = [None, 0.5, 20.0]


def bent(theta, g, m, t, eta=0.05, beta1=0.9):
    """A step with an if, whose variables differ."""
    if abs(g[0]) > 3:
        cut = g * (3 / abs(g[0]))
        m = beta1 * m + (1 - beta1) * cut
    else:
        m_hat = m / (1 - beta1**t)
        m = beta1 * m + (1 - beta1) * (g + 0 * m_hat)
    return theta - eta * m, m


def my_adam(theta, g, m, v, t, lr=0.1, b1=0.9, b2=0.99, eps=1e-8):
    """Adam in other people's names."""
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    mhat, v_corrected = m / (1 - b1**t), v / (1 - b2**t)
    return theta - lr * mhat / (np.sqrt(v_corrected) + eps), m, v


def of_two_rates(theta, g, rx=0.01, ry=0.02):
    """A step without η."""
    return theta - np.array([rx * g[0], ry * g[1]])


METHODS = [*(getattr(steps, name) for name in steps.__all__), bent, my_adam, of_two_rates]


def cases(step, seed):
    """Runs on several surfaces, from several starts, each opened at every stage of some steps."""
    rng, signature = np.random.default_rng(seed), Signature(step)
    count = len(stages_of(signature, (), [n for n in signature.defaults], "xy")["stages"])
    for k, surface in enumerate(GROUNDS):
        for rate in RATES:
            hyper = {} if rate is None or "eta" not in signature.defaults else {"eta": rate}
            low, high = np.transpose(surface.window)
            start = None if k % 2 else rng.uniform(low, high)
            n_steps = int(rng.choice([1, 7, 50, 120]))
            opened = {1, n_steps, *rng.integers(1, n_steps + 1, 3).tolist()}
            moments = [(int(t), stage) for t in sorted(opened) for stage in range(count)]
            yield Case(step, surface, hyper, moments, n_steps, start)


@pytest.mark.parametrize("step", METHODS, ids=lambda step: step.__name__)
def test_every_stage_is_the_same_in_both_languages(step):
    themes = [{}, {"theme": DARK}]
    openings = [Opening(case, **themes[k % 2]) for k, case in enumerate(cases(step, METHODS.index(step)))]
    worst = 0.0
    for opening, got in zip(openings, opened_in_the_browser(openings)):
        worst = max(worst, compare(opening, got))
    count = sum(len(opening.case.moments) for opening in openings)
    outlines = sum(len(opening.case.moments) * len(opening.view.slots) for opening in openings)
    lost = sum(opening.run.diverged_at is not None for opening in openings)
    print(
        f"\n{step.__name__}: {len(openings)} runs ({lost} lost), {count} pictures with words and ledger, "
        f"{outlines} outlines and labels, at most {worst:.3f} points apart"
    )


@pytest.mark.parametrize("step", METHODS, ids=lambda step: step.__name__)
def test_the_variables_are_played_as_the_step_has_them(step):
    openings = [Opening(case) for case in cases(step, 100 + METHODS.index(step))]
    exact = 0
    for opening, got in zip(openings, opened_in_the_browser(openings, given=False)):
        rows = np.reshape(got["rows"], opening.rows.shape)
        python = opening.program.rows(opening.values, opening.run.theta[0], opening.case.n_steps)
        np.testing.assert_array_equal(np.isnan(rows), np.isnan(python), err_msg=repr(opening.run))
        np.testing.assert_array_equal(np.isnan(python), np.isnan(opening.rows), err_msg=repr(opening.run))
        carried = opening.program.carried
        same = np.array_equal(python[:, :carried], opening.rows[:, :carried], equal_nan=True)
        exact += same
        if same:  # a chaotic run is another matter: it has parted
            np.testing.assert_allclose(python, opening.rows, rtol=1e-10, err_msg=repr(opening.run))
        if np.array_equal(rows[:, :carried], python[:, :carried], equal_nan=True):
            np.testing.assert_allclose(rows, python, rtol=1e-12, err_msg=repr(opening.run))
    print(f"\n{step.__name__}: {exact} of {len(openings)} runs to the last bit")
    assert exact >= len(openings) / 2
