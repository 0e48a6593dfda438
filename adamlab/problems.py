"""Harder ground: noise, a world that moves, and problems of many dimensions.

Each function makes a `Surface`, so all of it runs through the same `descend`. What is random takes
a seed and is the same at each call and in each lane: two runs differ by their step, not by luck.
"""

import functools
import itertools
from pathlib import Path

import numpy as np

from ._core.batches import LEAST_APART, Batches
from ._core.surface import PerStep, Surface
from ._core.text import brief

__all__ = [
    "Network",
    "breast_cancer",
    "digits",
    "drifting",
    "from_torch",
    "logistic_regression",
    "matrix_regression",
    "noisy",
    "rare_gradients",
    "sparse_features",
]

DATA = Path(__file__).parent / "data"

PIECE = (
    128  # examples at a time: BLAS uses one thread for so few, which is faster, and the same on any machine
)


def noisy(surface, scale, seed=0):
    """The same surface, seen through gradients with Gaussian noise.

    Parameters
    ----------
    surface : Surface
    scale : float or array_like, shape (n,)
        Standard deviation of the noise, in units of the gradient.
    seed : int

    Returns
    -------
    Surface
        The loss stays exact; only the gradient is noisy, with new noise at each step t.

    Raises
    ------
    ValueError
        If a scale is negative or not finite.

    Examples
    --------
    >>> from adamlab import bowl, descend, gradient_descent, problems
    >>> descend(gradient_descent, problems.noisy(bowl, 0.5))
    gradient_descent on noisy bowl, η=0.1: loss 17.4 → 0.00937 in 100 steps
    """
    scale = _per_coordinate(surface, scale, "noisy: scale", least=0)
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"noisy: seed must be a whole number, 0 or more, got {brief(seed)}")

    noise = PerStep(lambda t: scale * np.random.default_rng([int(seed), t]).standard_normal(surface.n))

    def gradient(theta, t=1):
        return surface.gradient(theta, t) + _column(noise(t), theta)

    made = _like(surface, surface.loss, gradient, f"noisy {surface.name}")
    made.reseeded = lambda k: noisy(surface, scale, seed + k)
    return made


def drifting(surface, velocity):
    """The same surface, shifted by a fixed amount at each step.

    Parameters
    ----------
    surface : Surface
    velocity : array_like, shape (n,)
        Shift per step. At step t the surface has moved by velocity × (t − 1).

    Returns
    -------
    Surface
        Its minima are those of the first step.

    Examples
    --------
    >>> from adamlab import bowl, descend, problems, rmsprop
    >>> descend(rmsprop, problems.drifting(bowl, (0.01, 0)))
    rmsprop on drifting bowl, η=0.01, β2=0.9: loss 17.4 → 10.8 in 100 steps
    """
    velocity = _per_coordinate(surface, velocity, "drifting: velocity")

    def home(theta, t):
        return theta - _column(velocity * (t - 1), theta)

    return _like(
        surface,
        lambda theta, t=1: surface.loss(home(theta, t), t),
        lambda theta, t=1: surface.gradient(home(theta, t), t),
        f"drifting {surface.name}",
    )


def rare_gradients(period=3.0):
    """A straight slope on which a rare large gradient outweighs many small ones of the other sign.

    The gradient is +period at step 1 and each `period` steps later, and −1 at all others, wherever the ball
    is. Its mean over so many steps is 1/period, so downhill is left. From Reddi, Kale & Kumar, *On the
    Convergence of Adam and Beyond*, arXiv 1904.09237 (ICLR 2018), where the ball must stay between −1 and 1.

    Parameters
    ----------
    period : float
        Steps from one large gradient to the next; a whole number above 1.

    Returns
    -------
    Surface
        Of one coordinate; its start is 0, its loss θ / period.

    Examples
    --------
    >>> from adamlab import descend, gradient_descent, problems
    >>> descend(gradient_descent, problems.rare_gradients(3), n_steps=4).gradient[:4, 0]
    array([ 3., -1., -1.,  3.])
    """

    def slope(x, t):
        return np.where(t % period == 1, period, -1.0) + 0 * x

    return Surface(
        lambda x: x / period, slope, name=f"rare gradients, 1 in {period:g}", start=(0,), window=(-1.1, 1.1)
    )


def logistic_regression(features, labels, l2=0.0, batch=None, seed=0, name="logistic regression"):
    """Fit a linear classifier: mean cross-entropy of labels ±1, as a loss of the weights.

    L(θ) = mean log(1 + exp(−yᵢ xᵢ·θ)) + ½ λ |θ|²

    Parameters
    ----------
    features : array_like, shape (examples, n)
    labels : array_like of ±1, shape (examples,)
    l2 : float
        λ.
    batch : int, optional
        Examples in each step's gradient, drawn without replacement; all of them unless given.
        The loss is always over all examples.
    seed : int
        For the batches.
    name : str

    Returns
    -------
    Surface
        Of n coordinates; its start is the origin.

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is not ±1, or batch is not between 1 and the number of examples.

    Examples
    --------
    >>> from adamlab import adam, descend, problems
    >>> surface = problems.logistic_regression([[1, 0], [1, 1], [1, 2]], [-1, -1, 1])
    >>> descend(adam, surface, eta=0.1)
    adam on logistic regression, η=0.1, β1=0.9, β2=0.999: loss 0.693 → 0.0824 in 100 steps
    """
    x, y = np.asarray(features, dtype=float), np.asarray(labels, dtype=float)
    fits = x.ndim == 2 and x.size and y.shape == x.shape[:1]
    if not (fits and np.isfinite(x).all() and np.isin(y, (-1, 1)).all()):
        raise ValueError(
            f"{name}: features must have shape (examples, n) and be finite, and labels must be ±1 with "
            f"shape (examples,), got shapes {x.shape} and {y.shape}"
        )
    if batch is not None and not (isinstance(batch, (int, np.integer)) and 1 <= batch <= len(y)):
        raise ValueError(f"{name}: batch must be between 1 and {len(y)}, got {brief(batch)}")
    if not (np.ndim(l2) == 0 and np.isfinite(l2) and l2 >= 0):
        raise ValueError(f"{name}: l2 must be a finite number, 0 or greater, got {brief(l2)}")
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"{name}: seed must be a whole number, 0 or more, got {brief(seed)}")
    signed = x * y[:, np.newaxis]

    def loss(theta):
        return np.logaddexp(0, -np.tensordot(signed, theta, 1)).mean(axis=0) + 0.5 * l2 * (theta**2).sum(
            axis=0
        )

    def full_gradient(theta, rows=signed):
        margin = np.tensordot(rows, theta, 1)
        weight = 0.5 - 0.5 * np.tanh(0.5 * margin)  # 1/(1 + exp(margin)), without overflow
        return l2 * theta - np.tensordot(rows.T, weight, 1) / len(rows)

    def batch_gradient(theta, t=1):
        chosen = np.random.default_rng([int(seed), t]).choice(len(y), size=batch, replace=False)
        return full_gradient(theta, signed[chosen])

    gradient = (lambda theta: full_gradient(theta)) if batch is None else batch_gradient
    made = Surface(loss, gradient, name=name, start=np.zeros(x.shape[1]), vector=True)
    if batch is not None:
        made.reseeded = lambda k: logistic_regression(features, labels, l2, batch, seed + k, name)
    return made


def sparse_features(n_examples=400, n_features=100, l2=1e-3, batch=None, seed=0):
    """Logistic regression in which most features are rare, like words in a text.

    Feature k is present (1, else 0) with probability 1/(k + 1), so the first is always there and
    the last in one of `n_features` examples. The labels come from a hidden weight for each feature.

    Parameters
    ----------
    n_examples, n_features : int
    l2 : float
    batch : int, optional
    seed : int

    Returns
    -------
    Surface
        Of `n_features` coordinates.

    Examples
    --------
    >>> from adamlab import problems
    >>> problems.sparse_features()
    Surface('sparse features', 100 coordinates)
    """
    rng = np.random.default_rng(seed)
    features = (rng.random((n_examples, n_features)) < 1 / np.arange(1, n_features + 1)).astype(float)
    hidden = 3 * rng.standard_normal(n_features)
    labels = np.where(rng.random(n_examples) < 1 / (1 + np.exp(-features @ hidden)), 1, -1)
    return logistic_regression(features, labels, l2, batch, seed, name="sparse features")


def breast_cancer(l2=1e-3, batch=None, seed=0):
    """Logistic regression on real data: is a tumour benign, from 30 measurements of its cell nuclei?

    569 examples of the Breast Cancer Wisconsin (Diagnostic) data set of the UCI repository (Wolberg,
    Mangasarian, Street & Street, 1993, CC BY 4.0). Each measurement is scaled to mean 0 and variance 1;
    a constant 1 is added for the bias.

    Parameters
    ----------
    l2 : float
    batch : int, optional
    seed : int

    Returns
    -------
    Surface
        Of 31 coordinates.

    Examples
    --------
    >>> from adamlab import problems
    >>> problems.breast_cancer()
    Surface('breast cancer', 31 coordinates)
    """
    table = np.loadtxt(DATA / "breast_cancer.csv", delimiter=",", skiprows=1)
    measures = (table[:, :-1] - table[:, :-1].mean(axis=0)) / table[:, :-1].std(axis=0)
    features = np.column_stack([measures, np.ones(len(table))])
    return logistic_regression(features, 2 * table[:, -1] - 1, l2, batch, seed, name="breast cancer")


def matrix_regression(rows=16, columns=16, rank=4, condition=100.0, seed=0):
    """Find the matrix behind the data: W x ≈ W* x for inputs x of very different sizes.

    L(W) = ½ |(W − W*) C^½|², C diagonal from 1 down to 1/κ, in an order and basis that are drawn

    Parameters
    ----------
    rows, columns : int
    rank : int
        Of W*, whose other directions are 0.
    condition : float
        κ, of the inputs' covariance C.
    seed : int

    Returns
    -------
    Surface
        Of rows · columns coordinates, with `shape` (rows, columns); it starts at 0.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> from adamlab import descend, momentum, problems
    >>> problem = problems.matrix_regression()
    >>> problem.shape
    (16, 16)
    """
    for what, value, most in (("rows", rows, np.inf), ("columns", columns, np.inf), ("rank", rank, columns)):
        if not isinstance(value, (int, np.integer)) or not 1 <= value <= min(
            most, rows if what == "rank" else most
        ):
            raise ValueError(
                f"matrix_regression: {what} must be a whole number, 1 or more"
                f"{', at most rows and columns' * (what == 'rank')}, got {brief(value)}"
            )
    if not (np.ndim(condition) == 0 and np.isfinite(condition) and condition >= 1):
        raise ValueError(f"matrix_regression: condition must be a number, 1 or more, got {brief(condition)}")
    rng = np.random.default_rng(seed)
    basis = np.linalg.qr(rng.standard_normal((columns, columns)))[0]
    covariance = (basis * np.geomspace(1, 1 / condition, columns)) @ basis.T
    wanted = rng.standard_normal((rows, rank)) @ rng.standard_normal((rank, columns)) / np.sqrt(rank)

    def gradient(theta):
        off = theta.reshape(rows, columns, -1) - wanted[:, :, np.newaxis]
        return np.einsum("ijk,jl->ilk", off, covariance).reshape(theta.shape)

    def loss(theta):
        off = theta - _column(wanted.ravel(), theta)
        return 0.5 * (off * gradient(theta)).sum(axis=0)

    made = Surface(
        loss,
        gradient,
        name="matrix regression",
        start=np.zeros(rows * columns),
        minima=[wanted.ravel()],
        curvature=(1 / condition, 1),
        vector=True,
    )
    made.shape = (rows, columns)
    return made


def digits(hidden=32, batch=64, seed=0):
    """A small real network: which digit is it, from 8 × 8 grey values?

    Of the 1,797 handwritten digits of the UCI repository (Alpaydin & Kaynak, 1998, CC BY 4.0), 360 are held
    out, the same for every seed; the others are the training data. The network has 64 inputs, a layer of tanh
    and ten outputs; the loss is the mean cross-entropy.

    Parameters
    ----------
    hidden : int
        Units of the layer.
    batch : int
        Examples in each step's gradient: all of them in a new order, then all again. The loss that `descend`
        keeps, once for each time that all were used (but not oftener than each tenth step), is always over
        all training data.
    seed : int
        For the weights at the start and the order of the examples.

    Returns
    -------
    Network
        Of 75 · hidden + 10 coordinates: the weights and biases of both layers, one after the other.

    Raises
    ------
    ValueError
        If a number is not whole, or out of range.

    Examples
    --------
    >>> from adamlab import adam, descend, problems
    >>> problem = problems.digits()
    >>> run = descend(adam, problem, n_steps=220, eta=0.01)
    >>> run.at[:4].tolist(), float(problem.accuracy(run.theta[-1])) > 0.95
    ([0, 22, 44, 66], True)
    """
    train, held_out = _digits()
    return Network(train, held_out, hidden, batch, seed, name="digits")


def from_torch(model, loss, data, batch=None, seed=0, name=None):
    """A PyTorch model as a problem: its loss, as a function of all its parameters.

    Needs PyTorch (``pip install torch``). The model itself is left alone: what is used is a copy in double
    precision and in evaluation mode, so without dropout.

    Parameters
    ----------
    model : torch.nn.Module
        On the CPU.
    loss : callable
        ``loss(model(inputs), targets)``, a number, such as ``torch.nn.functional.cross_entropy``.
    data : (inputs, targets)
        Tensors or arrays, an example in each row.
    batch : int, optional
        Examples in each step's gradient, as in `digits`; all of them unless given. Also what is kept is as
        there.
    seed : int
        For the order of the examples.
    name : str, optional
        The model's class unless given.

    Returns
    -------
    Surface
        Its coordinates are the model's parameters in their order, as
        ``torch.nn.utils.parameters_to_vector`` lays them out; its start is where the model stands.

    Raises
    ------
    ModuleNotFoundError
        Without PyTorch.
    ValueError
        If the model has no parameters, or is not on the CPU; if there are no examples, or too few for batch.

    Examples
    --------
    >>> import torch
    >>> from adamlab import adam, descend, problems
    >>> model = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    >>> cross_entropy, data = torch.nn.functional.cross_entropy, problems.digits().train
    >>> problem = problems.from_torch(model, cross_entropy, data, batch=64)
    >>> descend(adam, problem, n_steps=220, eta=0.01).loss[-1] < 0.2
    np.True_
    """
    from ._torch.problem import as_surface

    return as_surface(model, loss, data, batch, seed, name)


class Network(Surface):
    """A classifier with one hidden layer, as a loss of its weights; `digits` makes one.

    Parameters
    ----------
    train, held_out : (ndarray, ndarray)
        Features, shape (examples, inputs), and classes, whole numbers from 0.
    hidden, batch, seed : int
    name : str

    Attributes
    ----------
    shapes : tuple of tuple of int
        Of the arrays that lie in a point one after the other: weights (outputs, inputs) and biases of the
        first layer, then of the second, as in PyTorch.
    train, held_out : (ndarray, ndarray)

    Examples
    --------
    >>> from adamlab import problems
    >>> problems.digits(hidden=4).shapes
    ((4, 64), (4,), (10, 4), (10,))
    """

    def __init__(self, train, held_out, hidden, batch, seed, name):
        x, y = train
        for what, value, most in (("hidden", hidden, np.inf), ("batch", batch, len(y))):
            if not isinstance(value, (int, np.integer)) or not 1 <= value <= most:
                raise ValueError(
                    f"{name}: {what} must be a whole number, 1 or more"
                    f"{f', at most {most}' * (most < np.inf)}, got {brief(value)}"
                )
        if not isinstance(seed, (int, np.integer)) or seed < 0:
            raise ValueError(f"{name}: seed must be a whole number, 0 or more, got {brief(seed)}")
        inputs, classes = x.shape[1], int(y.max()) + 1
        self.shapes = ((hidden, inputs), (hidden,), (classes, hidden), (classes,))
        ends = np.cumsum([0, *(np.prod(shape, dtype=int) for shape in self.shapes)]).tolist()
        self._places = [slice(low, high) for low, high in itertools.pairwise(ends)]
        self.train, self.held_out, self._batches = train, held_out, Batches(len(y), int(batch), int(seed))
        self.every = max(self._batches.in_a_round, LEAST_APART)
        start = self._first_weights(np.random.default_rng(seed))
        super().__init__(self._mean_loss, self._slope, name=name, start=start, vector=True)
        self.shape = self.shapes
        self.reseeded = lambda k: Network(train, held_out, hidden, batch, seed + k, name)

    def accuracy(self, theta, held_out=True):
        """Share of the digits that the network with these weights gets right.

        Parameters
        ----------
        theta : array_like, shape (n, *lanes)
        held_out : bool
            Of the digits that were held out; of the training data if False.

        Returns
        -------
        float or ndarray, shape lanes
        """
        x, y = self.held_out if held_out else self.train
        theta = np.asarray(theta, dtype=float)
        self._check(theta)
        points = theta.reshape(self.n, -1).T
        with np.errstate(all="ignore"):
            right = [(self.guesses(point, x) == y).mean() for point in points]
        return np.array(right).reshape(theta.shape[1:])[()]

    def guesses(self, theta, x):
        """The digit that the network with these weights takes each image for.

        Parameters
        ----------
        theta : array_like, shape (n,)
        x : array_like, shape (images, inputs)

        Returns
        -------
        ndarray of int, shape (images,)
        """
        return self._scores(np.asarray(theta, dtype=float), np.asarray(x, dtype=float))[1].argmax(axis=1)

    def parts(self, theta):
        """Weights and biases of a point, shape (n,): an array for each of `shapes`."""
        return [theta[place].reshape(shape) for place, shape in zip(self._places, self.shapes)]

    def _scores(self, theta, x):
        """The layer's values and the ten scores of each example."""
        weights, biases, out, out_biases = self.parts(theta)
        layer = np.tanh(x @ weights.T + biases)
        return layer, layer @ out.T + out_biases

    def _mean_loss(self, theta):
        x, y = self.train
        pieces = [slice(k, k + PIECE) for k in range(0, len(y), PIECE)]
        return np.concatenate([self._losses(theta, x[some], y[some]) for some in pieces]).mean()

    def _losses(self, theta, x, y):
        scores = self._scores(theta, x)[1]
        scores = scores - scores.max(axis=1, keepdims=True)
        return np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y]

    def _slope(self, theta, t=1):
        chosen = self._batches.at(t)
        x, y = self.train[0][chosen], self.train[1][chosen]
        layer, scores = self._scores(theta, x)
        share = np.exp(scores - scores.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        share[np.arange(len(y)), y] -= 1
        share /= len(y)
        back = (share @ self.parts(theta)[2]) * (1 - layer**2)
        slopes = (back.T @ x, back.sum(axis=0), share.T @ layer, share.sum(axis=0))
        return np.concatenate([slope.ravel() for slope in slopes])

    def _first_weights(self, rng):
        """Weights that keep the size of what goes through a layer; biases 0."""
        parts = []
        for shape in self.shapes:
            weights = len(shape) == 2
            parts.append(rng.standard_normal(shape) / np.sqrt(shape[-1]) if weights else np.zeros(shape))
        return np.concatenate([part.ravel() for part in parts])


@functools.cache
def _digits():
    """Training data and what is held out: features from 0 to 1, and digits."""
    table = np.loadtxt(DATA / "digits.csv.gz", delimiter=",")
    order = np.random.default_rng(0).permutation(len(table))
    x, y = table[order, :-1] / 16, table[order, -1].astype(int)
    return (x[360:], y[360:]), (x[:360], y[:360])


def _column(values, theta):
    """One value for each coordinate, ready to be added to every lane."""
    return values.reshape(-1, *[1] * (np.ndim(theta) - 1))


def _per_coordinate(surface, values, what, least=-np.inf):
    """A finite number for each coordinate, from one or as many."""
    if not isinstance(surface, Surface):
        raise TypeError(f"{what.split(':')[0]}: surface must be a Surface, got {brief(surface)}")
    try:
        numbers = np.broadcast_to(np.asarray(values, dtype=float), (surface.n,))
    except (TypeError, ValueError):
        numbers = np.array(np.nan)
    if not (np.isfinite(numbers) & (numbers >= least)).all():
        raise ValueError(
            f"{what} must be finite{' and 0 or greater' * (least == 0)}, one number or "
            f"one for each coordinate ({surface.n}), got {brief(values)}"
        )
    return numbers


def _like(surface, loss, gradient, name):
    made = Surface(
        loss,
        gradient,
        name=name,
        formula=surface.formula,
        start=surface.start,
        minima=surface.minima,
        window=surface.window or None,
        vector=True,
    )
    made.coordinates = surface.coordinates
    return made
