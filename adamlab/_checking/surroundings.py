"""Remembers what a step can change outside itself, and puts it back: the same objects, as they were.

Putting copies back would not do: after ``view = log`` the two names mean one list, and a copy under the
name ``log`` would part them. So a walk starts at the step, goes to everything that it can reach, and
notes two kinds of thing: to which object each name, cell and attribute is bound, and what each container
holds. To restore is to bind the same objects again, and to fill the same containers again, where
something has changed.

What a learner writes may misbehave in any way. So none of their methods is called, neither here nor when
restoring: a class is recognized by ``type(value)`` (`isinstance` may ask the object), a list is read by
``list.__iter__`` (a class of theirs may have another), and contents are compared by identity.
"""

import contextlib
import dis
import functools
import itertools
import operator
import random
import types
import warnings
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

__all__ = ["restorer"]

# Beyond these it would take too long: what does not fit is left as the step leaves it.
MOST_OBJECTS = 100_000  # containers, functions, classes and instances

MOST_ITEMS = 2_000_000  # in all containers together

MOST_BYTES = 200_000_000  # in all arrays together

MOST_WRAPPERS = 20  # partials, methods and decorators around a step


def restorer(step: object) -> Callable[[], None]:
    """Remember all that a step could keep between two calls, to put it back later.

    That is: the globals that its code mentions and the variables around it, its defaults and attributes,
    what these hold at any depth, the helpers, classes and instances that are written in the same module,
    and the state of random numbers. Modules and objects of libraries (locks, files, iterators, widgets,
    figures, tables) are left alone. What is reached by ``globals()`` or a frame is not seen. An array that
    has been resized keeps its new size.

    Parameters
    ----------
    step : object
        A function, or whatever else somebody has passed in its place.

    Returns
    -------
    callable
        Without arguments; puts everything back as it was, each time that it is called. Never raises.
    """
    put_back = [*_shared_random_numbers(), *_Walk(step).put_back]

    def restore() -> None:
        for put in put_back:
            try:
                put()
            except Exception:  # say, an array that has been resized: the others can still be put back
                continue

    return restore


# Bindings: which object a name means --------------------------------------------------------------

_NOTHING = object()  # what a name means that is not bound


class _Binding:
    """Where an object is bound: a global name, a cell, a slot, an attribute.

    Parameters
    ----------
    read : callable
        Returns what is bound; raises if nothing is.
    bind : callable
        Takes the object to bind.
    empty : callable
        Without arguments.
    """

    def __init__(self, read: Callable, bind: Callable, empty: Callable) -> None:
        self._read, self._bind, self._empty = read, bind, empty
        self.kept = self._now()

    def _now(self) -> object:
        try:
            return self._read()
        except (AttributeError, ValueError):  # an empty slot, an empty cell
            return _NOTHING

    def put_back(self) -> None:
        """Bind the same object again."""
        if self._now() is self.kept:
            return
        if self.kept is _NOTHING:
            self._empty()
        else:
            self._bind(self.kept)


def _name(namespace: dict, name: str) -> _Binding:
    # functions of dict, because exec takes a learner's subclass of it for the globals
    return _Binding(
        partial(dict.get, namespace, name, _NOTHING),
        partial(dict.__setitem__, namespace, name),
        partial(dict.__delitem__, namespace, name),
    )


def _attribute(owner: types.FunctionType | types.CellType, name: str) -> _Binding:
    return _Binding(
        partial(getattr, owner, name), partial(setattr, owner, name), partial(delattr, owner, name)
    )


def _slot(owner: object, descriptor: types.MemberDescriptorType) -> _Binding:
    return _Binding(
        partial(descriptor.__get__, owner),
        partial(descriptor.__set__, owner),
        partial(descriptor.__delete__, owner),
    )


def _own_dict(owner: object) -> _Binding:
    return _Binding(
        partial(object.__getattribute__, owner, "__dict__"),
        partial(object.__setattr__, owner, "__dict__"),
        partial(object.__delattr__, owner, "__dict__"),
    )


# Containers: what an object holds ---------------------------------------------------------------


class _Methods(NamedTuple):
    """How to read a container and to fill it again, past the methods of its class."""

    parts: Callable[[Any], tuple]  # all that it holds, to compare and to go on to
    copy: Callable[[Any], object]  # that from which it can be filled
    fill: Callable[[Any, Any], object]


def _list_parts(value: list) -> tuple:
    return tuple(list.__iter__(value))


def _set_parts(value: set) -> tuple:
    return tuple(set.__iter__(value))


def _deque_parts(value: deque) -> tuple:
    return tuple(deque.__iter__(value))


def _dict_parts(value: dict) -> tuple:
    return (*dict.__iter__(value), *dict.values(value))


def _ordered_parts(value: OrderedDict) -> tuple:
    if not _has_known_hashes(value):  # to tell the order, an OrderedDict asks each key for its hash
        return _dict_parts(value)
    return (*OrderedDict.__iter__(value), *dict.values(value))


def _fill_list(value: list, kept: list) -> None:
    list.__setitem__(value, slice(None), kept)


def _fill_deque(value: deque, kept: tuple) -> None:
    deque.clear(value)
    deque.extend(value, kept)


# An empty set or dict takes over the hashes of another, so that no __hash__ and no __eq__ is called.


def _fill_set(value: set, kept: set) -> None:
    set.clear(value)
    set.update(value, kept)


def _fill_dict(value: dict, kept: dict) -> None:
    dict.clear(value)
    dict.update(value, kept)


def _by_key(base: type[dict], parts: Callable) -> _Methods:
    """The methods for an OrderedDict, or a learner's kind of dict: it can only be filled key by key."""

    def copy(value: dict) -> list:
        if not _has_known_hashes(value):
            raise TypeError("to fill this again would call a learner's __hash__")
        return [(key, dict.__getitem__(value, key)) for key in base.__iter__(value)]

    def fill(value: dict, kept: list) -> None:
        base.clear(value)
        for key, item in kept:
            base.__setitem__(value, key, item)

    return _Methods(parts, copy, fill)


_KNOWN_HASH = {id(kind) for kind in (str, int, float, complex, bool, bytes, type(None))}


def _has_known_hashes(value: dict) -> bool:
    """Return whether the keys of a dict are of Python's own types, or tuples of such."""
    keys = [part for key in dict.__iter__(value) for part in (key if type(key) is tuple else (key,))]
    return all(id(type(key)) in _KNOWN_HASH for key in keys)


_DICT = _Methods(_dict_parts, dict.copy, _fill_dict)

_METHODS = (  # the first three for the type itself alone, the others for a learner's subclass too
    (dict, _DICT),
    (defaultdict, _DICT),
    (Counter, _DICT),
    (list, _Methods(_list_parts, list.copy, _fill_list)),
    (set, _Methods(_set_parts, set, _fill_set)),
    (deque, _Methods(_deque_parts, _deque_parts, _fill_deque)),
    (OrderedDict, _by_key(OrderedDict, _ordered_parts)),
    (dict, _by_key(dict, _dict_parts)),
)


def _methods(kind: type, is_local: bool) -> _Methods | None:
    """How the containers of a type are read and filled; None for what is no container."""
    for base, methods in _METHODS:
        if kind is base or (is_local and methods is not _DICT and issubclass(kind, base)):
            return methods
    return None


def _put_contents_back(methods: _Methods, value: object, parts: tuple, kept: object) -> None:
    now = methods.parts(value)
    if len(now) != len(parts) or not all(map(operator.is_, now, parts)):
        methods.fill(value, kept)


def _put_array_back(array: np.ndarray, kept: np.ndarray) -> None:
    # a view is made each time: one that is kept would point to memory that a resize may have given back
    plain = np.ndarray.view(array, np.ndarray)
    if (plain.dtype, plain.shape, plain.flags.writeable) != (kept.dtype, kept.shape, True):
        _reshape(array, kept)
        plain = np.ndarray.view(array, np.ndarray)
    if plain.shape == kept.shape:  # else copyto would repeat one in the other
        np.copyto(plain, kept, casting="no")


def _reshape(array: np.ndarray, kept: np.ndarray) -> None:
    """Give an array the form that it had, if its memory is still as long."""
    np.ndarray.setflags(array, write=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # since NumPy 2.5, but how else?
        if np.ndarray.dtype.__get__(array) != kept.dtype:
            np.ndarray.dtype.__set__(array, kept.dtype)  # type: ignore[attr-defined]
        np.ndarray.shape.__set__(array, kept.shape)  # type: ignore[attr-defined]


# Written by type itself: a metaclass may answer cls.__dict__ and cls.__mro__ in its own way.
_class_dict: Callable[[type], types.MappingProxyType] = type.__dict__["__dict__"].__get__

_mro: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__


def _put_class_back(cls: type, kept: dict) -> None:
    now = _class_dict(cls).copy()
    for name, value in kept.items():
        if now.pop(name, _NOTHING) is not value:
            type.__setattr__(cls, name, value)
    for name in now:
        type.__delattr__(cls, name)


# Random numbers ---------------------------------------------------------------------------------

_Random: Any = random.Random.__base__  # written in C; what Random adds to it is in its __dict__

_RandomState = np.random.RandomState  # NumPy's old generators, which learners still use

_BIT_GENERATORS = tuple(vars(np.random)[name] for name in "MT19937 PCG64 PCG64DXSM Philox SFC64".split())


def _shared_random_numbers() -> list[Callable[[], object]]:
    """How to put back the state that all who draw random numbers share."""
    return [
        partial(random.setstate, random.getstate()),
        partial(np.random.set_state, np.random.get_state(legacy=False)),  # noqa: NPY002
    ]


def _random_numbers(kind: type, is_local: bool) -> Callable | None:
    """How to take the state of the random numbers of a type: returns how to put it back."""
    if kind is random.Random or (is_local and issubclass(kind, random.Random)):
        return lambda value: partial(_Random.setstate, value, _Random.getstate(value))
    if kind is _RandomState:
        return lambda value: partial(_RandomState.set_state, value, value.get_state(legacy=False))
    if any(kind is known for known in _BIT_GENERATORS):
        return lambda value: partial(setattr, value, "state", value.state)
    return None


# The code: which names it mentions, and where it is written -------------------------------------


def _names(code: types.CodeType) -> set[str]:
    """The names that code, and code inside it, looks up or binds outside functions; no attributes."""
    names, codes = set(), [code]
    for one in codes:
        codes.extend(const for const in one.co_consts if type(const) is types.CodeType)
        for line in dis.get_instructions(one):
            if "GLOBAL" in line.opname or line.opname == "LOAD_NAME":  # the latter in the body of a class
                names.add(line.argval)
    return names


_OF_A_FUNCTION = ("__code__", "__defaults__", "__kwdefaults__", "__dict__")

# What holds a function or an object, and by which attributes; the types themselves, no subclasses.
_HOLDERS = (
    (types.MethodType, ("__func__", "__self__")),
    (types.BuiltinMethodType, ("__self__",)),  # log.append
    (types.MethodWrapperType, ("__self__",)),  # log.__setitem__
    (functools.partial, ("func", "args", "keywords", "__dict__")),
    (type(functools.cache(len)), ("__wrapped__",)),
    (functools.cached_property, ("func",)),
    (staticmethod, ("__func__",)),
    (classmethod, ("__func__",)),
    (property, ("fget", "fset", "fdel")),
    (np.random.Generator, ("bit_generator",)),
)


def _held(value: object, but: tuple[str, ...] = ()) -> list:
    """What a method, a partial or the like holds."""
    for kind, names in _HOLDERS:
        if type(value) is kind:
            return [getattr(value, name) for name in names if name not in but]
    return []


class _Home:
    """The modules in which a step is written: several if a function of one wraps that of another."""

    def __init__(self, step: object) -> None:
        self._namespaces: list[dict[str, Any]] = []
        self._modules: set[str] = set()
        waiting = [step]
        for value in itertools.islice(waiting, MOST_WRAPPERS):  # grows meanwhile
            waiting.extend(self._enter(value))
        self._modules -= {"", "builtins"}

    def _enter(self, value: Any) -> list:
        if type(value) is types.FunctionType:
            self._namespaces.append(value.__globals__)
            self._modules.add(_module_of_function(value))
            return [_wrapped(value)]
        held = _held(value, but=("args", "keywords", "__dict__"))
        if not held:
            self._modules.add(_module_of_class(value if issubclass(type(value), type) else type(value)))
        return held

    def wrote_function(self, function: types.FunctionType) -> bool:
        """Return whether a function is written where the step is."""
        if any(function.__globals__ is namespace for namespace in self._namespaces):
            return True
        return _module_of_function(function) in self._modules

    def wrote_class(self, cls: type) -> bool:
        """Return whether a class is written where the step is."""
        return _module_of_class(cls) in self._modules


def _wrapped(function: types.FunctionType) -> object:
    """What functools.wraps says of a function."""
    return dict.get(function.__dict__, "__wrapped__")


def _module_of_function(function: types.FunctionType) -> str:
    # not function.__module__, which functools.wraps changes
    name = dict.get(function.__globals__, "__name__")
    return name if type(name) is str else ""


def _module_of_class(cls: type) -> str:
    name = _class_dict(cls).get("__module__")
    return name if type(name) is str else ""


# The walk ---------------------------------------------------------------------------------------


class _Walk:
    """A walk to everything that a step can reach, the nearest first.

    Attributes
    ----------
    put_back : list of callable
        What to do to restore; in any order.
    """

    def __init__(self, step: object) -> None:
        self.put_back: list[Callable[[], object]] = []
        self._items, self._bytes = MOST_ITEMS, MOST_BYTES  # for how many there is room
        self._known: dict[int, tuple[type, list[Callable]]] = {}
        self._ids: set[int] = set()
        self._found: list = []  # keeps alive what it holds, so that an id means one object
        with contextlib.suppress(Exception):
            self._home = _Home(step)
            self._go_to([step])
        for value in self._found:  # grows meanwhile: there is no recursion, however deep lists are nested
            for keep in self._keepers(type(value)):
                with contextlib.suppress(Exception):  # changed by another thread, or out of memory
                    self._go_to(keep(value))

    def _go_to(self, values: Iterable) -> None:
        for value in values:
            if len(self._found) >= MOST_OBJECTS:
                return
            if self._keepers(type(value)) and id(value) not in self._ids:
                self._ids.add(id(value))
                self._found.append(value)

    def _keepers(self, kind: type) -> list[Callable]:
        """What there is to do with the objects of a type; nothing for most types."""
        if id(kind) not in self._known:  # by id, for a type may bring its own hash
            self._known[id(kind)] = kind, list(self._choose_keepers(kind))
        return self._known[id(kind)][1]

    def _choose_keepers(self, kind: type) -> Iterable[Callable]:
        """Each takes an object, remembers something of it, and returns where to go from there."""
        is_local = self._home.wrote_class(kind)
        if issubclass(kind, type):
            yield self._keep_class
        elif kind is types.FunctionType:
            yield self._keep_function
        elif is_local or kind is types.SimpleNamespace or kind is random.Random:
            yield self._keep_object
        if any(kind is holder for holder, _ in _HOLDERS):
            yield _held
        base: Any
        for base in (tuple, frozenset):
            if issubclass(kind, base):
                yield base.__iter__
        if methods := _methods(kind, is_local):
            yield partial(self._keep_contents, methods)
        if methods and issubclass(kind, defaultdict):
            yield lambda value: [self._keep_binding(_slot(value, defaultdict.default_factory))]  # type: ignore[misc, arg-type]
        for base, keep in ((bytearray, self._keep_bytes), (np.ndarray, self._keep_array)):
            if kind is base or (is_local and issubclass(kind, base)):
                yield keep
        if state := _random_numbers(kind, is_local):
            yield partial(self._keep_random_numbers, state)

    def _keep_binding(self, binding: _Binding) -> object:
        self.put_back.append(binding.put_back)
        return binding.kept

    def _keep_contents(self, methods: _Methods, value: object) -> tuple:
        parts = methods.parts(value)
        if len(parts) > self._items:
            return ()
        self._items -= len(parts)
        with contextlib.suppress(TypeError):  # cannot be filled again, but what it holds can
            self.put_back.append(partial(_put_contents_back, methods, value, parts, methods.copy(value)))
        return parts

    def _has_room(self, n_bytes: int) -> bool:
        if n_bytes > self._bytes:
            return False
        self._bytes -= n_bytes
        return True

    def _keep_bytes(self, value: bytearray) -> tuple:
        if self._has_room(bytearray.__len__(value)):
            self.put_back.append(partial(bytearray.__setitem__, value, slice(None), bytearray.copy(value)))
        return ()

    def _keep_array(self, array: np.ndarray) -> Iterable:
        plain = np.ndarray.view(array, np.ndarray)
        if plain.flags.writeable and self._has_room(plain.nbytes):
            self.put_back.append(partial(_put_array_back, array, plain.copy()))
        return plain.flat if plain.dtype == object else ()

    def _keep_random_numbers(self, state: Callable, value: object) -> tuple:
        self.put_back.append(state(value))
        return ()

    def _keep_object(self, value: object) -> list:
        bindings = [_own_dict(value)]
        for cls in _mro(type(value)):
            if self._home.wrote_class(cls):
                members = _class_dict(cls).values()
                bindings += [_slot(value, one) for one in members if type(one) is types.MemberDescriptorType]
        return [type(value), *map(self._keep_binding, bindings)]

    def _keep_class(self, cls: type) -> list:
        if not self._home.wrote_class(cls):
            return []
        kept = _class_dict(cls).copy()
        self.put_back.append(partial(_put_class_back, cls, kept))
        return [type(cls), *_mro(cls), *kept.values()]

    def _keep_function(self, function: types.FunctionType) -> list:
        if not self._home.wrote_function(function):
            return [_wrapped(function)]  # a decorator of a library may hide a function of the learner
        bindings = [
            *(_attribute(function, name) for name in _OF_A_FUNCTION),
            *(_attribute(cell, "cell_contents") for cell in function.__closure__ or ()),
            *(_name(function.__globals__, name) for name in sorted(_names(function.__code__))),
        ]
        return list(map(self._keep_binding, bindings))
