"""What came after Adam: steps by the sign, and steps for a matrix, as learners write them."""

import numpy as np
import pytest

from adamlab import check, exercises, steps
from adamlab.steps import orthogonal


def _muon(shape_of=lambda rows, columns: (rows, columns), longer=True, both=orthogonal):
    def muon(theta, g, m, shape, eta=0.02, beta1=0.95):
        m = beta1 * m + (1 - beta1) * g
        ahead = beta1 * m + (1 - beta1) * g
        rows, columns = shape_of(*shape)
        longer_by = np.sqrt(max(1, rows / columns)) if longer else 1
        return theta - eta * longer_by * both(ahead, rows, columns), m

    return muon


def test_a_step_for_a_matrix_is_tried_on_one():
    assert check(_muon()).ok


def _alone(g, rows, columns):
    """Each row by itself: the same for a matrix of one column... but for its length."""
    return np.concatenate([orthogonal(row, 1, columns) for row in g.reshape(rows, columns)])


def _transposed(g, rows, columns):
    return orthogonal(g.reshape(rows, columns).T.copy().ravel(), columns, rows)


@pytest.mark.parametrize(
    "wrong",
    [
        _muon(lambda rows, columns: (columns, rows)),
        _muon(longer=False),
        _muon(both=_alone),
        _muon(both=_transposed),
    ],
    ids=["rows and columns swapped", "not longer", "row by row", "not turned back"],
)
def test_a_step_that_mixes_the_matrix_up_is_wrong(wrong):
    verdict = check(wrong)
    assert verdict.attempted and not verdict.ok and verdict.first_difference.quantity == "theta"


def test_hints_for_a_matrix_do_not_ask_for_steps_coordinate_by_coordinate():
    hints = check(_muon(longer=False)).hints
    assert "by itself" not in " ".join(hints) and "ahead is beta1 times m" in hints[-1]
    assert "shape[0]" not in hints[-1] and "moves" not in hints[-1]


def test_what_is_right_for_a_column_alone_is_said_to_be():
    assert "3 rows and 2 columns" in check(_muon(both=_transposed)).hint


def test_a_step_by_the_sign_of_momentum():
    def sign_of_momentum(theta, g, m, lr=0.01, beta=0.9):
        m = m + (1 - beta) * (g - m)
        return theta - lr * np.sign(m), m

    def of_the_gradient(theta, g, m, eta=0.01, beta1=0.9):
        m = beta1 * m + (1 - beta1) * np.sign(g)
        return theta - eta * m, m

    assert check(sign_of_momentum, like=exercises.sign_of_momentum).ok
    assert not check(of_the_gradient, like=exercises.sign_of_momentum).ok


def test_lion_steps_by_another_average_than_it_keeps():
    def lion(theta, g, m, eta=1e-4, beta1=0.9, beta2=0.99):
        direction = np.sign(beta1 * m + (1 - beta1) * g)
        return theta - eta * direction, beta2 * m + (1 - beta2) * g

    def with_one_average(theta, g, m, eta=1e-4, beta1=0.9, beta2=0.99):
        m = beta2 * m + (1 - beta2) * g
        return theta - eta * np.sign(m), m

    assert check(lion).ok
    assert not check(with_one_average, like=steps.lion).ok
