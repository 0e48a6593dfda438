"""Arrays of stand-ins, and what NumPy's functions do with them.

An array of stand-ins is an array of objects, so views, slices and assignments are NumPy's own. Sums and their
like are taken in the order in which NumPy takes them of floats.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from .._core.surface import PerStep, StandIns
from .scalars import TRUTHS, UFUNCS, VALUE_NEEDED, Number, Recording, kind_of

__all__ = [
    "ARRAY_FUNCTIONS",
    "Numbers",
    "array_of",
    "holds_numbers",
    "mapped",
    "recording_of",
    "plain",
    "writable",
]


def _refused(self: Any, *_: Any, **__: Any) -> NoReturn:
    recording_of(self).refuse(VALUE_NEEDED)


class Numbers(np.ndarray, StandIns):
    """An array of them; what is known in it is a number of NumPy."""

    @property
    def dtype(self) -> np.dtype:  # type: ignore[override]
        """That of the array that it stands for."""
        return np.dtype(_common_kind(self))

    def gathered(self, parts: Any) -> Any:
        """Several as one array."""
        return array_of(parts)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *given: Any, **options: Any) -> Any:
        return elementwise(None, ufunc, method, given, options)

    def __array_function__(self, function: Any, types: Any, given: Any, options: Any) -> Any:
        if function not in ARRAY_FUNCTIONS:
            recording_of(self).refuse(f"it uses {getattr(function, '__name__', function)}")
        return ARRAY_FUNCTIONS[function](*given, **options)

    def __getitem__(self, index: Any) -> Any:
        found = plain(self)[_known_index(index)]
        return found.view(Numbers) if isinstance(found, np.ndarray) else found

    def __setitem__(self, index: Any, value: Any) -> None:
        kind, new = _common_kind(self), array_of(value)
        if kind is not np.float64 and _common_kind(new) is not kind:
            recording_of(self, new).refuse("it writes numbers into an array of another kind")
        plain(self)[_known_index(index)] = plain(_cast(new, kind))[()]

    def __pow__(self, exponent: Any) -> Any:  # type: ignore[override]
        return elementwise(None, "power", "__call__", (self, exponent), {"short": True})

    def __rpow__(self, base: Any) -> Any:  # type: ignore[override]
        return elementwise(None, "power", "__call__", (base, self), {})

    def __ipow__(self, exponent: Any) -> Any:  # type: ignore[misc,override]
        self[...] = self**exponent
        return self

    def __contains__(self, value: Any) -> bool:
        return bool((self == value).any())

    def astype(self, dtype: Any, **options: Any) -> Any:  # type: ignore[override]
        """Of another kind, floats and truth values only."""
        kind = np.dtype(dtype).type
        if kind not in (np.float64, np.bool_) or options.keys() - {"copy"}:
            recording_of(self).refuse(f"it makes numbers of the type {np.dtype(dtype)}")
        return (self != 0) if kind is np.bool_ else _cast(self, np.float64).copy()

    def tolist(self) -> Any:
        """As lists of Python's numbers."""
        if not self.ndim:
            return self[()].item()
        return [part.tolist() for part in self]

    def item(self, *index: Any) -> Any:  # type: ignore[override]
        """One of them, as Python's number."""
        if not index and self.size != 1:
            raise ValueError("can only convert an array of size 1")
        return plain(self)[index or (0,) * self.ndim].item()

    def fill(self, value: Any) -> None:
        """Write one number everywhere."""
        self[...] = value


def plain(array: Any) -> np.ndarray:
    """The same as an ordinary array of objects, on the same places."""
    return np.ndarray.view(array, np.ndarray)


def holds_numbers(value: Any) -> bool:
    """Return whether there is a stand-in in it, in lists of lists too."""
    if type(value) is Number or isinstance(value, Numbers):
        return True
    if isinstance(value, np.ndarray):
        return value.dtype == object and any(map(holds_numbers, value.flat))
    return isinstance(value, (list, tuple)) and any(map(holds_numbers, value))


def recording_of(*values: Any) -> Recording:
    """The path of the first stand-in there is."""
    for value in values:
        if type(value) is Number:
            return value.path
        parts = plain(value).flat if isinstance(value, Numbers) else value
        if isinstance(value, (Numbers, list, tuple)):
            first = next(filter(holds_numbers, parts), None)
            if first is not None:
                return recording_of(first)
    return Recording(0, ())


def array_of(value: Any) -> Any:
    """Numbers, known or not, as an array of NumPy's numbers of one kind."""
    if isinstance(value, Numbers):
        return value
    array = np.empty((), dtype=object) if type(value) is Number else np.array(value, dtype=object)
    if type(value) is Number:
        array[()] = value
    return _cast(array.view(Numbers), _common_kind(array, value))


def _common_kind(array: np.ndarray, value: Any = None) -> type:
    kinds = {kind_of(a) for a in array.view(np.ndarray).flat}
    if None in kinds:
        recording_of(value if value is not None else array).refuse(
            "it makes an array of something else than numbers"
        )
    if not kinds or kinds & {float, np.float64}:
        return np.float64
    return np.bool_ if kinds <= set(TRUTHS) else np.int64


def _cast(array: Numbers, kind: type) -> Numbers:
    """The same numbers, each of one of NumPy's kinds."""
    flat = [
        a if kind_of(a) is kind else a.as_kind(kind) if type(a) is Number else kind(a)
        for a in plain(array).flat
    ]
    if all(a is b for a, b in zip(flat, plain(array).flat)):
        return array
    new = np.empty(len(flat), dtype=object)
    new[:] = flat
    return new.reshape(array.shape).view(Numbers)


def _known_index(index: Any) -> Any:
    """An index in which a truth value that is not known has been decided."""
    if isinstance(index, tuple):
        return tuple(map(_known_index, index))
    if type(index) is Number or isinstance(index, Numbers):
        array = array_of(index)
        if _common_kind(array) is not np.bool_:
            recording_of(array).refuse("it picks a coordinate by a number that is not known")
        return np.array([bool(a) for a in plain(array).flat], dtype=bool).reshape(array.shape)
    return index


# --- NumPy's functions -----------------------------------------------------------------------------


def elementwise(
    path: Recording | None, ufunc: Any, method: str, given: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    """A function of NumPy that computes number by number; and the sum and its like, as its `reduce`."""
    out, short = options.pop("out", None), options.pop("short", False)
    chosen = options.pop("where", True) if out is not None else True
    path = path or recording_of(*given)
    name = ufunc if isinstance(ufunc, str) else UFUNCS.get(ufunc)
    if ufunc in ON_BITS and all(_common_kind(array_of(a)) is np.bool_ for a in given):
        name = ON_BITS[ufunc]
    if options.get("dtype") in (None, float, np.float64):
        options.pop("dtype", None)
    if method == "reduce" and name in REDUCED:
        result = _reduced(name, given[0], **options)
    elif method == "accumulate" and name in ("add", "multiply") and not options:
        parts = list(accumulated(given[0], name))
        result = array_of(parts)
    elif ufunc is np.matmul and method == "__call__" and not options:
        result = _product(*given)
    elif name is None or method != "__call__" or options:
        path.refuse(f"it uses {getattr(ufunc, '__name__', ufunc)} in a form that is not kept")
    else:
        arrays = [array_of(a) for a in given]
        if (
            name == "power" and not arrays[1].ndim and not short
        ):  # np.power knows a short way for squares alone
            exponent = plain(arrays[1])[()]
            short = type(exponent) is not Number and exponent == 2
        result = mapped(lambda *a: _known_or_noted(path, name, a, short), arrays)
    if out is None:
        return result
    if not isinstance(out[0], Numbers):
        path.refuse("it writes into an array that is not its own")
    if np.shape(result) not in (out[0].shape, ()):
        path.refuse("it writes into an array what does not fit")
    out[0][...] = result if chosen is True else _as_where(chosen, result, out[0])
    return out[0]


ON_BITS: dict[Any, str] = {
    np.bitwise_and: "logical_and",
    np.bitwise_or: "logical_or",
    np.bitwise_xor: "logical_xor",
    np.invert: "logical_not",
}  # of truth values


def _known_or_noted(path: Recording, name: str, given: tuple[Any, ...], short: bool) -> Any:
    if any(type(a) is Number for a in given):
        if name == "power" and not short:
            return path._power(tuple(path._as_number(a) for a in given), True, False)
        return path.apply(name, given, in_array=True)
    with np.errstate(all="ignore"):
        if name == "positive":
            return given[0]
        return getattr(np, name)(*given)


def mapped(function: Callable[..., Any], arrays: list[Any]) -> Any:
    """A function of numbers for each place of some arrays."""
    spread = np.broadcast_arrays(*map(plain, arrays))
    flat = [function(*a) for a in zip(*(s.flat for s in spread))]
    if not spread[0].ndim:
        return flat[0]
    new = np.empty(len(flat), dtype=object)
    new[:] = flat
    return array_of(new.reshape(spread[0].shape).view(Numbers))


def accumulated(array: Any, name: str) -> Iterator[Any]:
    """All partial sums, or products, of the parts of an array."""
    total = None
    for part in array_of(array):
        total = part if total is None else elementwise(None, name, "__call__", (total, part), {})
        yield total


PAIRWISE = 8  # NumPy adds up fewer one by one


def _added(parts: list[Any], add: Callable[[Any, Any], Any]) -> Any:
    """A sum in the order that NumPy takes along the axis that lies together in memory."""
    if len(parts) < PAIRWISE:
        return functools.reduce(add, parts)
    if len(parts) > 128:
        recording_of(*parts).refuse("it adds up more than 128 numbers")
    whole = len(parts) - len(parts) % PAIRWISE
    sums = parts[:PAIRWISE]
    for k in range(PAIRWISE, whole, PAIRWISE):
        sums = [add(a, b) for a, b in zip(sums, parts[k:])]
    while len(sums) > 1:
        sums = [add(a, b) for a, b in zip(sums[::2], sums[1::2])]
    return functools.reduce(add, parts[whole:], sums[0])


def _pair(name: str) -> Callable[[Any, Any], Any]:
    return lambda a, b: (
        elementwise(None, name, "__call__", (a, b), {}) if holds_numbers((a, b)) else getattr(np, name)(a, b)
    )


REDUCED = "add", "multiply", "maximum", "minimum", "logical_and", "logical_or"


def _reduced(name: str, array: Any, axis: Any = 0, **options: Any) -> Any:
    """A sum, or its like, along an axis or over everything."""
    array = array_of(array)
    options = {
        k: v
        for k, v in options.items()
        if v is not None and (k, v) not in (("keepdims", False), ("where", True))
    }
    if not isinstance(axis, (int, type(None))) or options or not array.size:
        recording_of(array).refuse("it takes a sum, or its like, in a form that is not kept")
    together = axis is None or array.ndim == 1
    if _common_kind(array) is not np.float64 and name in ("add", "multiply"):
        array = _cast(array, np.float64)  # a count
    parts = [*(array.reshape(-1) if together else np.moveaxis(plain(array), axis or 0, 0).view(Numbers))]
    if name in ("logical_and", "logical_or"):
        parts = [p != 0 for p in parts] if _common_kind(array) is not np.bool_ else parts
    # along the last axis of several NumPy adds pairwise too
    together = together or axis in (-1, array.ndim - 1)
    return _added(parts, _pair(name)) if name == "add" and together else functools.reduce(_pair(name), parts)


def _product(a: Any, b: Any) -> Any:
    """A product of matrices or vectors."""
    a, b = array_of(a), array_of(b)
    if max(a.ndim, b.ndim) > 2 or (a.ndim and a.shape[-1] >= PAIRWISE):
        recording_of(a, b).refuse("it multiplies arrays that are too large")
    return _settled(np.dot(plain(a), plain(b)))


def _settled(result: Any) -> Any:
    """What a function of NumPy made of plain arrays, as numbers again."""
    if isinstance(result, np.ndarray) and result.dtype == object:
        numbers = result.view(Numbers)
        return _cast(numbers, _common_kind(numbers)) if result.ndim else result[()]
    return type(result)(map(_settled, result)) if isinstance(result, (tuple, list)) else result


def _arranged(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of NumPy that only puts the numbers of an array in other places."""

    def call(array: Any, *given: Any, **options: Any) -> Any:
        return _settled(function(plain(array_of(array)), *given, **options))

    return call


def _joined(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of NumPy that puts several arrays into one."""

    def call(arrays: Any, *given: Any, **options: Any) -> Any:
        return _settled(function([plain(array_of(a)) for a in arrays], *given, **options))

    return call


def _as_round(array: Any, decimals: int = 0) -> Any:
    scale = 10.0**decimals
    return np.rint(array) if not decimals else np.rint(array * scale) / scale


def _as_sum(array: Any, axis: Any = None, **options: Any) -> Any:
    return _reduced("add", array, axis, **options)


def _as_mean(array: Any, axis: Any = None, **options: Any) -> Any:
    array = array_of(array)
    return _reduced("add", array, axis, **options) / (array.size if axis is None else array.shape[axis])


def _as_reduced(name: str) -> Callable[..., Any]:
    def call(array: Any, axis: Any = None, **options: Any) -> Any:
        return _reduced(name, array, axis, **options)

    return call


def _as_var(array: Any, axis: Any = None) -> Any:
    array = array_of(array)
    if axis is not None and array.ndim > 1:
        recording_of(array).refuse("it takes a variance along an axis")
    apart = array - _as_mean(array)
    return _as_mean(apart * apart)


def _as_norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = array_of(x)
    if keepdims or ord not in (None, 1, 2, np.inf) or (x.ndim > 1 and axis is None and ord):
        recording_of(x).refuse("it takes a norm in a form that is not kept")
    if ord in (1, np.inf):
        return _reduced("add" if ord == 1 else "maximum", abs(x), axis)
    if axis is None:
        x = x.reshape(-1)
        return np.sqrt(_product(x, x))
    return np.sqrt(_reduced("add", x * x, axis))


def _as_average(a: Any, axis: Any = None, weights: Any = None) -> Any:
    a = array_of(a)
    if weights is None:
        return _as_mean(a, axis)
    weights = array_of(weights)
    if weights.shape != a.shape and weights.ndim == 1 and isinstance(axis, int):
        weights = np.moveaxis(plain(weights).reshape(-1, *[1] * (a.ndim - 1)), 0, axis).view(Numbers)
    total = _reduced("add", weights, None)
    return _reduced("add", np.multiply(a, weights), axis) / total


def _as_where(condition: Any, yes: Any = None, no: Any = None) -> Any:
    if yes is None or no is None:
        recording_of(condition, yes).refuse("it asks where numbers are true")
    path, arrays = recording_of(condition, yes, no), [array_of(a) for a in (condition, yes, no)]
    kind = _common_kind(array_of([*plain(arrays[1]).flat, *plain(arrays[2]).flat]))
    arrays = [arrays[0], _cast(arrays[1], kind), _cast(arrays[2], kind)]

    def chosen(asked: Any, first: Any, second: Any) -> Any:
        if type(asked) is not Number:
            return first if asked else second
        return path.note("where", (path._truth(asked), first, second), kind)

    return mapped(chosen, arrays)


def _as_clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **bounds: Any) -> Any:
    low, high = bounds.get("min", a_min), bounds.get("max", a_max)
    result = array_of(a) if low is None else _pair("maximum")(array_of(a), low)
    result = result if high is None else _pair("minimum")(result, high)
    if out is not None:
        out[...] = result
        return out
    return result


def _as_extreme(better: Callable[[Any, Any], bool]) -> Callable[..., Any]:
    def call(array: Any, axis: Any = None) -> int:
        array = array_of(array)
        if axis not in (None, 0) or array.ndim != 1:
            recording_of(array).refuse("it asks for the place of the largest along an axis")
        best = 0
        for k in range(1, len(array)):  # each comparison may be a fork
            best = k if better(array[k], array[best]) else best
        return best

    return call


def _as_filled(value: float) -> Callable[..., Any]:
    def call(array: Any, dtype: Any = None, **options: Any) -> Any:
        shape = np.shape(plain(array_of(array)))
        return writable(np.full(shape, value, dtype=dtype or float))

    return call


def _as_full(array: Any, value: Any, dtype: Any = None) -> Any:
    new = writable(np.zeros(np.shape(plain(array_of(array))), dtype=dtype or float))
    new[...] = value
    return new


def writable(array: Any) -> Any:
    """An array of floats that stand-ins can be written into; others as they are."""
    if type(array) is np.ndarray and array.dtype == np.dtype(float):
        new = np.empty(array.size, dtype=object)
        new[:] = [np.float64(a) for a in array.flat]
        return new.reshape(array.shape).view(Numbers)
    return array


def _as_array(value: Any, dtype: Any = None, **options: Any) -> Any:
    known = options.keys() <= {"copy"} and options.get("copy", True) in (True, None)
    if not known or dtype not in (None, float, np.float64):
        recording_of(value).refuse("it makes an array in a form that is not kept")
    array = array_of(value)
    return (_cast(array, np.float64) if dtype else array).copy()


def _as_asarray(value: Any, dtype: Any = None, **options: Any) -> Any:
    return value if isinstance(value, Numbers) and dtype is None else _as_array(value, dtype, **options)


def _as_finite(x: Any, copy: bool = True, nan: float = 0.0) -> Any:
    most = np.finfo(float).max
    x = _as_where(np.isnan(x), nan, x)
    return _as_where(x == np.inf, most, _as_where(x == -np.inf, -most, x))


def _as_copyto(target: Any, source: Any, where: Any = True) -> None:
    target[...] = source if where is True else _as_where(where, source, target)


def _as_equal(a: Any, b: Any) -> bool:
    a, b = array_of(a), array_of(b)
    return a.shape == b.shape and all(bool(x == y) for x, y in zip(plain(a).flat, plain(b).flat))


ARRANGING = """reshape ravel transpose diag diagonal broadcast_to atleast_1d atleast_2d squeeze expand_dims
flip roll tile repeat split array_split moveaxis swapaxes take flipud fliplr""".split()
JOINING = "stack concatenate vstack hstack column_stack dstack".split()

ARRAY_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    **{getattr(np, name): _arranged(getattr(np, name)) for name in ARRANGING},
    **{getattr(np, name): _joined(getattr(np, name)) for name in JOINING},
    np.append: lambda a, b: np.concatenate([array_of(a).reshape(-1), array_of(b).reshape(-1)]),
    np.round: _as_round,
    np.sum: _as_sum,
    np.mean: _as_mean,
    np.prod: _as_reduced("multiply"),
    np.max: _as_reduced("maximum"),
    np.min: _as_reduced("minimum"),
    np.all: _as_reduced("logical_and"),
    np.any: _as_reduced("logical_or"),
    np.var: _as_var,
    np.std: lambda a: np.sqrt(_as_var(a)),
    np.average: _as_average,
    np.cumsum: lambda a: array_of(list(accumulated(a, "add"))),
    np.linalg.norm: _as_norm,
    np.dot: _product,
    np.inner: _product,
    np.vdot: _product,
    np.outer: lambda a, b: array_of(a).reshape(-1, 1) * array_of(b).reshape(1, -1),
    np.where: _as_where,
    np.clip: _as_clip,
    np.argmax: _as_extreme(lambda a, b: a > b),
    np.argmin: _as_extreme(lambda a, b: a < b),
    np.zeros_like: _as_filled(0.0),
    np.ones_like: _as_filled(1.0),
    np.empty_like: _as_filled(np.nan),
    np.full_like: _as_full,
    np.copy: _as_array,
    np.array: _as_array,
    np.asarray: _as_asarray,
    np.asanyarray: _as_asarray,
    np.copyto: _as_copyto,
    np.array_equal: _as_equal,
    np.shape: lambda a: np.shape(plain(array_of(a))),
    np.ndim: lambda a: np.ndim(plain(array_of(a))),
    np.size: lambda a: np.size(plain(array_of(a))),
    np.real: lambda a: a,
    np.ascontiguousarray: _as_asarray,
    np.full: lambda shape, value: np.broadcast_to(value, shape).copy(),
    np.diff: lambda a: array_of(a)[1:] - array_of(a)[:-1],
    np.count_nonzero: lambda a: _as_sum(array_of(a) != 0),
    np.nan_to_num: _as_finite,
    np.isscalar: lambda a: type(a) is Number,
}


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Numbers, *given: Any, **options: Any) -> Any:
        return function(self, *given, **options)

    return method


for _name in "sum mean prod max min all any var std cumsum dot clip argmax argmin round".split():
    setattr(Numbers, _name, _method(ARRAY_FUNCTIONS[getattr(np, _name)]))
for _name in "conj conjugate".split():
    setattr(Numbers, _name, lambda self: self)
REFUSED = """__str__ __repr__ __format__ __float__ __int__ __index__ __complex__ __reduce_ex__ tobytes dump
dumps byteswap sort argsort partition argpartition searchsorted nonzero choose compress trace ptp setfield
getfield tofile put resize""".split()
for _name in REFUSED:
    setattr(Numbers, _name, _refused)


def _into_numpy(self: Number, ufunc: np.ufunc, method: str, *given: Any, **options: Any) -> Any:
    return elementwise(self.path, ufunc, method, given, options)


def _into_functions(self: Number, function: Any, types: Any, given: Any, options: Any) -> Any:
    return array_of(self).__array_function__(function, types, given, options)


def _look_up(self: Number, table: PerStep) -> Any:
    return array_of(self.path.look_up(table, self))


# a single number finds its way into NumPy's functions too
for _name, _way in {
    "__array_ufunc__": _into_numpy,
    "__array_function__": _into_functions,
    "look_up": _look_up,
}.items():
    setattr(Number, _name, _way)
