"""A loss surface: a loss of n coordinates, its gradient, and what is needed to draw it."""

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from .model import model_of
from .text import brief

__all__ = ["FLOAT", "PerStep", "StandIns", "Surface"]

FLOAT = np.dtype(float)

SHORTER = (np.float16, np.float32)  # what a loss may be computed in, although theta is float64


class PerStep:
    """Numbers that depend on the step number alone, such as noise: a recording looks them up in a table.

    Parameters
    ----------
    at : callable
        Takes t, a whole number, and returns an array.
    """

    def __init__(self, at: Callable[[int], np.ndarray]) -> None:
        self.at = at

    def __call__(self, t: Any) -> Any:
        look_up = getattr(t, "look_up", None)
        return look_up(self) if look_up else self.at(t)


class StandIns:
    """What stands for the coordinates of a point while it is recorded what a surface does with them."""

    def gathered(self, parts: Any) -> Any:
        """Several numbers as one array."""
        raise NotImplementedError


class Surface:
    """A loss, its gradient, and what is needed to draw it.

    Parameters
    ----------
    loss : callable
        Takes the n coordinates, ``loss(x, y)``, and returns a number. With arrays for coordinates
        it should return an array. A loss that cannot, or that mixes the points (as the mean of x would), is
        called point by point, which is slower.
        If it has a parameter named ``t`` it is given the step number (1 at the first step).
    gradient : callable, optional
        Takes the same and returns the n partial derivatives. Without it they are central differences,
        good to about ten digits, or to four if the loss is computed in single precision.
    name : str, optional
        For titles and messages. The function's own name, or "f" for a lambda.
    formula : str, optional
        LaTeX, without the dollar signs.
    start : sequence of n floats, optional
        Where a run begins unless it is told otherwise.
    minima : sequence of points, optional
        The known global minima, shape (k, n).
    window : ((x0, x1), (y0, y1)), optional
        The part to draw: a pair for each coordinate (n ≤ 2), default (-5, 5).
    curvature : (float, float), optional
        Smallest and largest curvature (μ, L) of a quadratic: gradient descent is stable for η < 2/L.
    vector : bool
        Pass the point as one array, ``loss(theta)``: the form for many coordinates. Needs `start`.
    model : callable, optional
        The model that the loss comes from. Takes the n coordinates and one input, ``model(w, b, x)`` (with
        `vector` ``model(theta, x)``), and returns its output. `explore` can then show its curve.
    examples : sequence of pairs
        What the model should learn: (input, wanted output).

    Attributes
    ----------
    coordinates : tuple of str
        Axis labels: the names in the loss function's signature.
    model : Model or None
        ``surface.model(theta, inputs)`` is the output for each input; with `examples`, shape (k, 2).
    shape : tuple
        What a point is, for a step that asks: ``(n,)``, or the shape of a matrix, or a tuple of the shapes of
        several arrays that lie in it one after the other.
    every : int
        Of how many steps `descend` keeps one, unless told: a network's loss is dear, its points are large.
    reseeded : callable or None
        The same problem with other random numbers, ``reseeded(k) -> Surface`` for k = 1, 2 …; None without
        any.

    Raises
    ------
    TypeError
        If a function is not callable.
    ValueError
        If start, minima or window do not fit the number of coordinates, or examples are no pairs.

    Examples
    --------
    >>> from adamlab import Surface, adam, descend
    >>> valley = Surface(lambda x, y: x**2 + 3 * y**2, name="valley", minima=[(0, 0)])
    >>> valley.gradient((1, 2)).round(6)
    array([ 2., 12.])
    >>> descend(adam, valley, eta=0.1)
    adam on valley, η=0.1, β1=0.9, β2=0.999: loss 49 → 4.3e-4 in 100 steps
    """

    every = 1
    reseeded: Callable[[int], "Surface"] | None = None

    def __init__(
        self,
        loss: Callable[..., Any],
        gradient: Callable[..., Any] | None = None,
        *,
        name: str | None = None,
        formula: str | None = None,
        start: Any = None,
        minima: Any = (),
        window: Any = None,
        curvature: tuple[float, float] | None = None,
        vector: bool = False,
        model: Callable[..., Any] | None = None,
        examples: Any = (),
    ) -> None:
        for role, function in [("loss", loss), ("gradient", gradient)]:
            if not callable(function) and not (role == "gradient" and function is None):
                raise TypeError(f"the {role} of a surface must be a function, not {function!r}")
        self._gradient: Any
        self._loss, self._gradient, self.vector = loss, gradient, vector
        own_name = getattr(loss, "__name__", "<")
        self.name = name or (own_name if own_name[0] != "<" else "f")
        self.formula, self.curvature = formula, _as_curvature(curvature, self.name)
        self._loss_takes_t = "t" in _parameters(loss)
        self._gradient_takes_t = gradient is not None and "t" in _parameters(gradient)
        self._simple = gradient is not None and not vector and not self._gradient_takes_t
        self.n = _count_coordinates(loss, start, vector, self.name)
        self.shape: tuple[Any, ...] = (self.n,)
        names = [name for name in _parameters(loss) if name != "t"]
        self.coordinates = tuple(names) if len(names) == self.n > 1 and not vector else ("x", "y")[: self.n]
        self.window = _as_window(window, self.n, self.name)
        if start is None:  # off centre, so that something happens
            start = [low + 0.15 * (high - low) for low, high in self.window] or np.ones(self.n)
        self.start = _as_points(start, (self.n,), "start", self.name)
        minima = np.empty((0, self.n)) if np.size(minima) == 0 else minima
        self.minima = _as_points(minima, (-1, self.n), "minima", self.name)
        self.model = model_of(model, examples, self.start, vector, self.name)

    def __repr__(self) -> str:
        return f"Surface({self.name!r}, {self.n} coordinate{'s' * (self.n > 1)})"

    @property
    def takes_t(self) -> bool:
        """Whether the loss itself changes from step to step."""
        return self._loss_takes_t

    @property
    def lowest(self) -> float | None:
        """The lowest known loss; None where no minimum is known."""
        return float(np.min(self.loss(self.minima.T))) if len(self.minima) else None

    @np.errstate(all="ignore")
    def loss(self, theta: Any, t: int = 1) -> Any:
        """Height of the surface.

        Many points at once give the same losses as each point on its own: a few are compared.

        Parameters
        ----------
        theta : array_like, shape (n, *lanes)
        t : int
            Step number, for a loss that changes with it.

        Returns
        -------
        float or ndarray, shape lanes

        Raises
        ------
        TypeError
            If the loss function returned something that is not a real number.
        ValueError
            If theta does not have n coordinates, or the values do not have the shape of the lanes.

        Examples
        --------
        >>> from adamlab import bowl
        >>> bowl.loss((1, 2))
        np.float64(6.5)
        >>> bowl.loss([[1, 0], [2, 0]])
        array([6.5, 0. ])
        """
        if isinstance(theta, StandIns):
            return self.unchecked_loss(theta, t)
        theta = np.asarray(theta, dtype=float)
        self._check(theta)
        return self._evaluate(self._loss_at, theta, t)[()]

    def gradient(self, theta: Any, t: int = 1) -> np.ndarray:
        """Slope along each coordinate; it points uphill.

        Parameters
        ----------
        theta : array_like, shape (n, *lanes)
        t : int
            Step number, for a gradient that changes with it.

        Returns
        -------
        ndarray, shape (n, *lanes)

        Raises
        ------
        TypeError, ValueError
            As for `loss`, and if the gradient function returns the wrong number of partial derivatives.

        Examples
        --------
        >>> from adamlab import bowl
        >>> bowl.gradient((1, 2))
        array([1., 6.])
        """
        if isinstance(theta, StandIns):
            return theta.gathered(self.unchecked_gradient(theta, t))
        theta = np.asarray(theta, dtype=float)
        if self._simple and theta.shape == (self.n,):
            try:  # one point as plain floats: three times as fast, but they raise where NumPy's give inf
                gradient = np.array(self._gradient(*theta.tolist()))
                if gradient.shape == theta.shape and gradient.dtype is FLOAT:
                    return gradient
            except Exception:  # if it is a fault, it is met again below
                pass
        self._check(theta)
        with np.errstate(all="ignore"):
            if self._gradient is not None:
                return self._evaluate(self._gradient_at, theta, t)

            def height(*near: "Any") -> "Any":
                return self._evaluate(self._loss_at, np.array(near), t)

            return np.array([*self._differences(height, [*theta])])

    def unchecked(self, theta: Any, t: Any) -> tuple[Any, Any]:
        """Loss and partial derivatives straight from the functions, for what only acts like an array.

        Parameters
        ----------
        theta : sequence of n coordinates
        t : int

        Returns
        -------
        loss : as the function returns it
        parts : sequence of n
        """
        return self.unchecked_loss(theta, t), self.unchecked_gradient(theta, t)

    def unchecked_gradient(self, theta: Any, t: Any) -> Any:
        """The partial derivatives straight from their function; as `unchecked`."""
        if self._gradient is not None:
            point = [theta] if self.vector else [*theta]
            parts = self._gradient(*point, **({"t": t} if self._gradient_takes_t else {}))
            return parts if self.n > 1 or isinstance(parts, (tuple, list)) else (parts,)
        if self.vector:
            raise TypeError(f"{self.name} has no gradient and takes its point as one array")
        return [*self._differences(lambda *near: self.unchecked_loss(near, t), [*theta])]

    def unchecked_loss(self, theta: Any, t: Any) -> Any:
        """The loss straight from its function, for what only acts like an array; as `unchecked`."""
        point = [theta] if self.vector else [*theta]
        return self._loss(*point, **({"t": t} if self._loss_takes_t else {}))

    def _differences(self, loss: Callable[..., Any], point: Sequence[Any]) -> Iterator[Any]:
        """Central differences of a loss of the coordinates, one after the other."""
        for i, x in enumerate(point):
            width = self._half_width * np.maximum(1, np.abs(x))
            above, below = x + width, x - width
            ends = [loss(*point[:i], end, *point[i + 1 :]) for end in (above, below)]
            yield (ends[0] - ends[1]) / (above - below)

    @cached_property
    def _half_width(self) -> Any:
        """Half the width of a central difference, for a coordinate near 1."""
        return np.cbrt(float(np.finfo(self._precision()).eps))

    @np.errstate(all="ignore")
    def _precision(self) -> Any:
        """The type in which the loss is computed, seen from its values at a few points near the start."""
        odd = np.sin(np.outer(range(1, 5), range(1, self.n + 1)))  # numbers that use all their digits
        values: Any = []
        for point in self.start + 1e-3 * np.maximum(1, np.abs(self.start)) * odd:
            try:
                values.append(np.asarray(self._call(self._loss, self._loss_takes_t, point, 1)))
            except Exception:  # it is met again where the loss is asked for
                continue
        values = np.array([v for v in values if v.ndim == 0 and v.dtype.kind == "f" and np.isfinite(v)])
        if values.dtype in SHORTER:
            return values.dtype
        # float(...) may hide the type, but brings back no digits; a small whole number has none to lose
        telling = values[(values != np.round(values)) | (np.abs(values) >= 2**24)]
        if len(set(telling)) > 1:  # a constant tells nothing
            for shorter in SHORTER:
                if (values.astype(shorter) == values).all():
                    return shorter
        return FLOAT

    def _check(self, theta: np.ndarray) -> None:
        if theta.ndim == 0 or theta.shape[0] != self.n:
            raise ValueError(
                f"{self.name} has {self.n} coordinates, but theta has shape {theta.shape}: "
                f"give an array of shape ({self.n}, ...)"
            )

    def _evaluate(self, ask: Callable[..., Any], theta: np.ndarray, t: int) -> np.ndarray:
        """Loss or gradient (`ask` is `_loss_at` or `_gradient_at`), of one point or of many."""
        if theta.ndim == 1:
            return self._alone(ask, theta, t)
        try:
            values = ask(theta, t)
        except Exception:  # the function takes one point at a time: it has an if, or math.sin
            return self._one_by_one(ask, theta, t)
        return values if self._same_alone(ask, theta, t, values) else self._one_by_one(ask, theta, t)

    def _alone(self, ask: Callable[..., Any], point: np.ndarray, t: int) -> np.ndarray:
        """Loss or gradient of one point; NaN where the point is lost or outside of the domain."""
        try:
            return ask(point, t)
        except Exception as fault:
            lost = isinstance(fault, OverflowError) or not np.isfinite(point).all()
            if not lost and isinstance(fault, (ValueError, ArithmeticError)):
                lost = self._works_at_start(ask, t)  # then this is outside the domain of math.log, say
            if not lost:
                raise
            return np.full(() if ask == self._loss_at else self.n, np.nan)

    def _same_alone(self, ask: Callable[..., Any], theta: np.ndarray, t: int, values: np.ndarray) -> bool:
        """Return whether a few of many points have the values that they have alone."""
        points = theta.reshape(self.n, -1)
        count = points.shape[1]
        if ask == self._loss_at and count:  # it may mix the points: np.max(x), if np.any(x > 3)
            few = {0, count // 2, count - 1}
            pairs = [(float(values.flat[i]), float(self._alone(ask, points[:, i], t))) for i in few]
            return _all_close(pairs) or _all_close(pairs, 1e-13 * _largest(values))
        if ask == self._gradient_at and count and 1 < self.n in theta.shape[1:]:
            # as many lanes as coordinates: it may have taken the one for the other
            last = self._alone(ask, points[:, -1], t)
            return np.allclose(values.reshape(self.n, -1)[:, -1], last, rtol=1e-6, equal_nan=True)
        return True

    def _one_by_one(self, ask: Callable[..., Any], theta: np.ndarray, t: int) -> np.ndarray:
        points = theta.reshape(self.n, -1).T
        values = np.array([self._alone(ask, point, t) for point in points])
        return np.moveaxis(values, 0, -1).reshape(*values.shape[1:], *theta.shape[1:])

    def _works_at_start(self, ask: Callable[..., Any], t: int) -> bool:
        try:
            ask(self.start, t)
        except Exception:
            return False
        return True

    def _call(self, function: Callable[..., Any], takes_t: bool, theta: np.ndarray, t: int) -> Any:
        when = {"t": t} if takes_t else {}
        own = theta.copy()  # a function may change what it is given
        return function(own, **when) if self.vector else function(*own, **when)

    def _loss_at(self, theta: np.ndarray, t: int) -> np.ndarray:
        value = self._call(self._loss, self._loss_takes_t, theta, t)
        value = _real(value, f"the loss of {self.name}")
        if value.shape != theta.shape[1:]:
            raise ValueError(
                f"the loss of {self.name} returned shape {value.shape} for theta of shape "
                f"{theta.shape}: it should return one number for each point"
            )
        return value

    def _gradient_at(self, theta: np.ndarray, t: int) -> np.ndarray:
        parts = self._call(self._gradient, self._gradient_takes_t, theta, t)
        if isinstance(parts, np.ndarray) and parts.shape == theta.shape and parts.dtype == float:
            return parts.copy()
        if self.n == 1 and not isinstance(parts, (tuple, list)) and np.shape(parts) == theta.shape[1:]:
            parts = (parts,)
        count = len(parts) if isinstance(parts, (tuple, list)) or np.ndim(parts) else None
        if count != self.n:
            got = brief(parts) if count is None else f"{count} values"
            raise ValueError(
                f"the gradient of {self.name} returned {got}, expected {self.n}: "
                f"one partial derivative for each coordinate"
            )
        gradient = np.empty(theta.shape)
        for i, part in enumerate(parts):
            part = _real(part, f"the gradient of {self.name}")
            if part.ndim and part.shape != theta.shape[1:]:
                raise ValueError(
                    f"the gradient of {self.name} returned a part of shape {part.shape} for "
                    f"theta of shape {theta.shape}: return one number for each point"
                )
            gradient[i] = part
        return gradient


def _parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):  # a built-in or a NumPy ufunc tells nothing
        return {}


def _count_coordinates(loss: Callable[..., Any], start: Any, vector: bool, name: str) -> int:
    parameters = [p for p in _parameters(loss).values() if p.default is p.empty and p.name != "t"]
    tells = parameters and not vector and not any(p.kind is p.VAR_POSITIONAL for p in parameters)
    if start is not None and (not tells or any(p.default is not p.empty for p in _parameters(loss).values())):
        return np.size(start)
    if not tells:
        raise ValueError(f"{name}: the loss does not tell how many coordinates it has: give start=...")
    return len(parameters)


def _as_points(given: Any, shape: tuple[int, ...], role: str, name: str) -> np.ndarray:
    points = _as_floats(given)
    if role == "minima" and points.ndim == 1:
        points = points[np.newaxis]
    if points.ndim != len(shape) or points.shape[-1] != shape[-1] or not np.isfinite(points).all():
        raise ValueError(f"{role} of {name}: expected {shape[-1]} finite coordinates, got {brief(given)}")
    return points


def _as_floats(given: Any) -> np.ndarray:
    try:
        return np.array(given, dtype=float)
    except (TypeError, ValueError, OverflowError):  # ragged, or no numbers
        return np.array(np.nan)


def _as_window(window: Any, n: int, name: str) -> tuple[tuple[float, float], ...]:
    if n > 2:
        return ()
    sides = _as_floats(((-5, 5),) * n if window is None else window)
    sides = sides.reshape(n, 2) if sides.size == 2 * n else np.full((n, 2), np.nan)
    if not (np.isfinite(sides).all() and (sides[:, 0] < sides[:, 1]).all()):
        raise ValueError(
            f"window of {name}: expected a pair (low, high) for each of {n} coordinates, got {brief(window)}"
        )
    return tuple((float(low), float(high)) for low, high in sides)


def _as_curvature(curvature: Any, name: str) -> Any:
    if curvature is None:
        return None
    ends = _as_floats(curvature)
    if ends.shape != (2,) or not (0 < ends[0] <= ends[1] < np.inf):
        raise ValueError(
            f"curvature of {name}: expected (smallest, largest), both above 0, got {brief(curvature)}"
        )
    return tuple(map(float, ends))


def _real(value: Any, what: str) -> np.ndarray:
    number = np.asarray(value)
    if number.dtype.kind not in "fiub":
        raise TypeError(f"{what} returned {brief(value)}, expected a real number")
    return number.astype(float, copy=False)


def _all_close(pairs: Iterable[tuple[float, float]], slack: float = 0.0) -> bool:
    """Return whether the two numbers of each pair are the same: to nine digits, or within the slack."""
    return all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=slack) or (math.isnan(a) and math.isnan(b)) for a, b in pairs
    )


def _largest(values: np.ndarray) -> float:
    return np.max(np.abs(values), where=np.isfinite(values), initial=0.0)
