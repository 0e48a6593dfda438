"""What a step changes outside itself is put back: the same objects, holding what they held."""

import collections
import functools
import io
import itertools
import random
import sys
import threading
import timeit
import types
from textwrap import dedent

import ipywidgets
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from adamlab._checking import surroundings
from adamlab._checking.surroundings import restorer


def cell(source, name="notebook"):
    """Run the source as a cell of a notebook; return the notebook's names."""
    names = {"__name__": name, "np": np, "collections": collections, "functools": functools}
    exec(dedent(source), names)
    return names


def try_out(step):
    """Call the step between remembering and restoring, twice, as `check` does."""
    restore = restorer(step)
    for _ in range(2):
        step()
        restore()


# --- containers --------------------------------------------------------------------------------

CHANGES = [  # what a global is, and what the step does to it
    ("[1, 2, 3]", "value.append(4)"),
    ("[1, 2, 3]", "value.reverse()"),
    ("[1, 2, 3]", "value[:] = []"),
    ("{'m': 1, 'v': 2}", "value['t'] = 3"),
    ("{'m': 1, 'v': 2}", "value['m'] = 3"),
    ("{'m': 1, 'v': 2}", "value['m'] = value.pop('m')"),  # another order
    ("{1, 2, 3}", "value.remove(2)"),
    ("collections.deque([1, 2], maxlen=2)", "value.append(3)"),
    ("collections.OrderedDict(m=1, v=2)", "value.move_to_end('m')"),
    ("collections.OrderedDict({('m', 1): 1, 'v': 2})", "value.clear()"),
    ("collections.defaultdict(list, m=1)", "value['v'].append(1)"),
    ("collections.Counter('adam')", "value.update('adam')"),
    ("bytearray(b'adam')", "value.extend(b'w')"),
    ("np.arange(6.0)", "value[2:] *= np.nan"),
    ("np.arange(6.0)[::2]", "value += 1"),
    ("np.array(1.0)", "value[...] = 2"),
    ("np.array([1, 'm', None], dtype=object)", "value[0] = 2"),
    ("np.zeros(2, dtype=[('m', float), ('v', object)])", "value['v'] = 'v'"),
    ("np.arange(6.0)", "value.setflags(write=False)"),
    ("MyList([1, 2])", "value.clear()"),
    ("MyDict(m=1)", "value.clear()"),
    ("MyArray((2,))", "value[0] = 5"),
]
MINE = """
class MyList(list):
    __iter__ = __len__ = __setitem__ = None

class MyDict(dict):
    __iter__ = __len__ = __setitem__ = keys = items = update = None

class MyArray(np.ndarray):
    def __new__(cls, shape):
        array = super().__new__(cls, shape)
        array[:] = 1
        return array

    shape = dtype = flags = view = copy = None
"""


def plain(value):
    """The same as values that can be compared."""
    if isinstance(value, np.ndarray):
        value = np.ndarray.view(value, np.ndarray)
        return value.dtype, value.shape, value.flags.writeable, value.tolist()
    if isinstance(value, dict):
        base = collections.OrderedDict if isinstance(value, collections.OrderedDict) else dict
        return [(key, dict.__getitem__(value, key)) for key in base.__iter__(value)]
    return list(list.__iter__(value)) if isinstance(value, list) else value


@pytest.mark.parametrize(("value", "change"), CHANGES)
def test_a_container_is_filled_again_and_stays_the_same_object(value, change):
    notebook = cell(f"{MINE}\nvalue = {value}\ndef step():\n    global value\n    {change}")
    before, as_new = notebook["value"], plain(eval(value, notebook))
    notebook["step"]()
    assert plain(before) != as_new, "this change should change something"
    notebook["value"] = before = eval(value, notebook)
    try_out(notebook["step"])
    assert notebook["value"] is before
    assert plain(before) == as_new


def test_two_names_of_one_list_stay_two_names_of_one_list():
    notebook = cell("""
        log = []
        view = log
        def step():
            log.append(1)
    """)
    try_out(notebook["step"])
    notebook["log"].append("mine")
    assert notebook["view"] == ["mine"]


HOLDERS = [
    "[[[inner]]]",
    "{'m': {'v': inner}}",
    "{(1, Hashable(inner)): 0}",
    "(1, (2, (inner,)))",
    "pair(1, inner)",
    "{Hashable(inner)}",
    "frozenset([Hashable(inner)])",
    "collections.deque([inner])",
    "collections.OrderedDict(m=inner)",
    "np.array([None, inner], dtype=object)",
    "np.array(Hashable(inner), dtype=object)",
]


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_container_is_found_in_whatever_holds_it(holder):
    notebook = cell(f"""
        class Hashable:
            def __init__(self, value):
                self.value = value
        pair = collections.namedtuple("pair", "m v")
        inner = []
        holder = {holder}
        def step():
            return holder
    """)
    restore = restorer(notebook["step"])
    notebook["inner"].append(1)
    restore()
    assert notebook["inner"] == []


def test_containers_that_hold_themselves_are_put_back():
    notebook = cell("""
        pair, knot = [1], {}
        knot |= {"knot": knot, "pair": pair, "again": pair}
        pair.append(knot)
        def step():
            knot["knot"]["knot"]["pair"][1]["again"].append(1)
            pair[1] = knot.pop("knot")
            knot["pair"] = []
    """)
    pair, knot = notebook["pair"], notebook["knot"]
    try_out(notebook["step"])
    assert list(knot) == ["knot", "pair", "again"]
    assert knot["knot"] is knot and knot["pair"] is knot["again"] is pair
    assert len(pair) == 2 and pair[1] is knot


def test_a_read_only_array_is_left_alone():
    array = np.zeros(3)
    array.setflags(write=False)
    large = np.broadcast_to(array, (100_000, 100_000, 3))  # a copy would not fit into the memory

    def step():
        return array, large

    try_out(step)
    assert not array.flags.writeable and not large.flags.writeable


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # since NumPy 2.5
def test_an_array_gets_back_its_shape_and_dtype():
    square, point, bits = np.arange(4.0), np.array(1.0), np.arange(4.0)

    def step():
        square.shape, point.shape = (2, 2), (1,)
        bits.shape = (2, 2)
        bits.dtype = np.int32
        square[0], bits[0] = 7, 7

    try_out(step)
    assert square.tolist() == bits.tolist() == [0, 1, 2, 3] and square.dtype == bits.dtype == float
    assert point.shape == () and point == 1


def test_an_array_that_was_resized_does_not_keep_the_rest_from_being_restored():
    arrays, log = [np.zeros(3), np.ones(3)], []

    def step():
        arrays[0].resize(1, refcheck=False)
        arrays[1][:] = 2
        log.append(1)

    try_out(step)
    assert arrays[0].shape == (1,) and arrays[1].tolist() == [1, 1, 1] and log == []


def test_what_has_not_changed_is_not_touched():
    window = collections.deque([1, 2])

    def step():
        return window

    restore, numbers = restorer(step), iter(window)
    next(numbers)
    restore()
    assert next(numbers) == 2  # RuntimeError if the window had been filled again


def test_a_learners_hash_is_never_called_to_fill_a_dict_or_a_set():
    asked = types.ModuleType("asked")  # for what a module holds is not put back
    asked.times = 0

    class Key:
        def __hash__(self):
            asked.times += 1
            return 1

        def __eq__(self, other):
            asked.times += 1
            return self is other

    keys = [Key() for _ in range(5)]
    table, crowd, ordered = dict.fromkeys(keys), set(keys), collections.OrderedDict.fromkeys(keys)
    later = collections.OrderedDict(m=1)
    before = list(table)

    def step():
        later[keys[0]] = 1
        table.clear(), crowd.clear(), ordered.clear()

    asked.times = 0
    restore = restorer(step)
    assert asked.times == 0
    step()
    asked.times = 0
    restore()
    assert asked.times == 0
    assert list(table) == before and len(crowd) == 5 and list(later) == ["m"]
    assert not ordered  # the one thing that cannot be filled again without asking a key


# --- names -------------------------------------------------------------------------------------


def test_globals_that_are_bound_again_deleted_or_new_are_put_back():
    notebook = cell("""
        changed, deleted = [1], [2]
        def step():
            global changed, deleted, new, len, table
            changed, new, len = [3], [4], [5]
            if "deleted" in globals():
                del deleted
            import array as table
            class Inner:
                global inside
                inside = 6
    """)
    changed, deleted = notebook["changed"], notebook["deleted"]
    names = list(notebook)
    try_out(notebook["step"])
    assert notebook["changed"] is changed and notebook["deleted"] is deleted
    assert sorted(notebook) == sorted(names)


def test_closures_defaults_attributes_and_code_are_put_back():
    notebook = cell("""
        def make():
            count, gone, later = [0], [1], None
            del later
            def step(theta=1, log=[], *, more=[]):
                nonlocal count, gone, later
                count = [2]
                later = 3
                del gone
                log.append(1), more.append(1)
                step.calls = getattr(step, "calls", 0) + 1
                step.history.append(1)
                step.__defaults__, step.__kwdefaults__ = (2, []), {"more": []}
                step.__code__ = (lambda: None).__code__.replace(co_freevars=step.__code__.co_freevars)
            step.history = []
            return step, lambda: (count, gone), lambda: later
    """)
    step, look, later = notebook["make"]()
    (count, gone), code, history = look(), step.__code__, step.history
    defaults, keywords = step.__defaults__, step.__kwdefaults__
    try_out(step)
    assert look()[0] is count and look()[1] is gone
    assert step.__code__ is code
    assert step.__defaults__ is defaults and defaults == (1, [])
    assert step.__kwdefaults__ is keywords and keywords == {"more": []}
    assert step.__dict__ == {"history": []} and step.history is history
    with pytest.raises(NameError):
        later()


def test_the_name_of_an_attribute_is_not_the_name_of_a_global():
    notebook = cell("""
        copy, mentioned = [], []
        def step(theta=np.zeros(2)):
            mentioned.copy = theta.copy()
    """)
    before, restore = notebook["copy"], restorer(notebook["step"])
    notebook["copy"].append(1), notebook["mentioned"].append(1)
    restore()
    assert notebook["copy"] is before and before == [1]
    assert notebook["mentioned"] == []


def test_names_in_the_code_inside_a_function_count():
    notebook = cell("""
        a, b, c, d = [], [], [], []
        def step():
            class Inner:
                b.append(1)
                def method(self):
                    return [c.append(1) for _ in range(2)]
            (lambda: (lambda: a.append(1))())()
            Inner().method()
            list(d.append(1) for _ in range(2))
    """)
    try_out(notebook["step"])
    assert [notebook[name] for name in "abcd"] == [[]] * 4


# --- helpers -----------------------------------------------------------------------------------


def test_helpers_of_the_same_module_are_followed():
    notebook = cell("""
        log, n = [], 0
        def helper(depth):
            global n
            n += 1
            log.append(depth)
            if depth:
                other(depth - 1)
        def other(depth):
            helper(depth)
        def decorated(function):
            @functools.wraps(function)
            def wrapper(*args):
                return function(*args)
            return wrapper
        def cached(depth):
            helper(depth)
        in_a_list = [decorated(functools.cache(cached))]
        append = log.append
        def step():
            in_a_list[0](3)
            append(1)
    """)
    try_out(notebook["step"])
    assert notebook["log"] == [] and notebook["n"] == 0


LIBRARY = """
import functools
calls = []
class Config:
    n = 0
config = Config()
def library_function():
    calls.append(1)
    library_function.n = Config.n = 1
def library_decorator(function):
    @functools.wraps(function)
    def wrapper():
        calls.append(1)
        return function()
    return wrapper
"""


def test_functions_classes_and_objects_of_libraries_are_left_alone():
    library = cell(LIBRARY, "library")
    notebook = cell("""
        def step():
            library_function()
            Config.m = config.m = 1
    """)
    notebook |= {name: library[name] for name in ("library_function", "Config", "config")}
    try_out(notebook["step"])
    assert library["calls"] == [1, 1]
    assert library["library_function"].n == library["Config"].n == 1
    assert library["Config"].m == vars(library["config"])["m"] == 1


def test_what_a_decorator_of_a_library_wraps_is_followed():
    library, notebook = cell(LIBRARY, "library"), cell("log = []\ndef helper():\n    log.append(1)")
    notebook["helper"] = library["library_decorator"](notebook["helper"])
    exec("def step():\n    helper()", notebook)
    try_out(notebook["step"])
    assert notebook["log"] == [] and library["calls"] == [1, 1]
    try_out(library["library_decorator"](notebook["step"]))  # the step itself is wrapped
    assert notebook["log"] == []


def test_a_step_that_wraps_one_of_a_library_is_still_a_step_of_the_notebook():
    notebook = cell("log = []")
    notebook["library_function"] = cell(LIBRARY, "library")["library_function"]
    exec("@functools.wraps(library_function)\ndef step():\n    log.append(1)", notebook)
    try_out(notebook["step"])
    assert notebook["log"] == []


# --- objects -----------------------------------------------------------------------------------

CLASSES = """
import types
class Base:
    shared, n = [], 0
class Config(Base):
    total = 0
    @classmethod
    def count(cls):
        cls.total += 1
        calls.append(1)
    @property
    def next(self):
        calls.append(2)
class Slots:
    __slots__ = ("m", "v", "w")
    def __init__(self):
        self.m, self.v = [], 1
class Step:
    def __init__(self):
        self.calls, self.log = 0, []
    def __call__(self):
        self.calls += 1
        self.log.append(1)
        self.new = calls.append(3)
    def replace(self):
        self.__dict__ = {}
        calls.append(4)
class Counted:
    def __init__(self):
        calls.append(5)
def change(*args, log):
    args[0].append(1), log.append(1)
    change_it.keywords["new"] = change_it.attribute = 1
calls, config, slots, space, called = [], Config(), Slots(), types.SimpleNamespace(m=[], n=1), Step()
change_it = functools.partial(change, [], log=[])
"""


def state(notebook):
    """All that the objects of the cell hold, and which object it is."""
    config, slots, space, called = (notebook[name] for name in "config slots space called".split())
    partial = notebook["change_it"]
    owners = [vars(config), vars(space), vars(called), partial.keywords, vars(partial)]
    owners += [dict(vars(notebook[name])) for name in ("Base", "Config")]
    owners += [{name: getattr(slots, name, "empty") for name in slots.__slots__}]
    lists = [notebook["calls"], partial.args[0], *(v for o in owners for v in o.values() if type(v) is list)]
    return [
        [(name, id(value)) for owner in owners for name, value in sorted(owner.items())],
        [id(vars(one)) for one in (config, space, called)],
        [(id(one), list(one)) for one in lists],
    ]


@pytest.mark.parametrize(
    "change",
    [
        "config.extra = 1; config.n = 2",
        "Config.n += 1",
        "Config.total += 1; Config.extra = 2; del Config.count",
        "type(config).total += 1",
        "Config.shared.append(1)",
        "Base.n += 1",
        "config.count()",
        "config.next",
        "slots.m.append(1); slots.v = 2; slots.w = 3",
        "del slots.m",
        "space.m.append(1); space.n += 1; space.new = 2",
        "del space.m",
        "called()",
        "called.replace()",
        "change_it()",
    ],
)
def test_objects_and_classes_that_the_step_mentions_are_put_back(change):
    notebook = cell(CLASSES)
    exec(f"def step():\n    {change}", notebook)
    before = state(notebook)
    notebook["step"]()
    assert state(notebook) != before, "this change should change something"

    notebook = cell(CLASSES)
    exec(f"def step():\n    {change}", notebook)
    before, restore = state(notebook), restorer(notebook["step"])
    for _ in range(2):
        notebook["step"]()
        restore()
        assert state(notebook) == before


@pytest.mark.parametrize(
    "step", ["called", "called.replace", "called.__call__", "change_it", "config.count", "Counted"]
)
def test_the_step_may_be_an_object_a_class_a_bound_method_or_a_partial(step):
    notebook = cell(CLASSES)
    before, step = state(notebook), eval(step, notebook)
    restore = restorer(step)
    step()
    assert state(notebook) != before
    restore()
    assert state(notebook) == before


@pytest.mark.parametrize(
    "decorator", ["staticmethod", "classmethod", "property", "functools.cached_property"]
)
def test_methods_of_any_kind_are_followed(decorator):
    notebook = cell(f"""
        log = []
        class Config:
            @{decorator}
            def method(*args):
                log.append(1)
        config = Config()
        def step():
            config.method if "property" in "{decorator}" else config.method()
    """)
    try_out(notebook["step"])
    assert notebook["log"] == [] and vars(notebook["config"]) == {}


def test_the_factory_of_a_defaultdict_is_followed_and_put_back():
    notebook = cell("""
        log = []
        table = collections.defaultdict(lambda: log.append(1))
        def step():
            table["m"]
            table.default_factory = None
    """)
    factory = notebook["table"].default_factory
    try_out(notebook["step"])
    assert notebook["log"] == [] and notebook["table"] == {}
    assert notebook["table"].default_factory is factory


def test_objects_of_libraries_and_modules_are_left_alone():
    file, counter, lock = io.StringIO(), itertools.count(), threading.Lock()
    generator, figure, slider = (n for n in range(9)), Figure(), ipywidgets.FloatSlider()
    module = types.ModuleType("module")
    module.n, module.log = 0, []

    def step():
        with lock:
            file.write("x")
        next(counter), next(generator)
        figure.add_axes((0, 0, 1, 1))
        slider.value += 1
        module.n += 1
        module.log.append(1)

    try_out(step)
    assert file.getvalue() == "xx" and next(counter) == next(generator) == 2
    assert len(figure.axes) == slider.value == module.n == len(module.log) == 2
    assert lock.acquire(blocking=False)


# --- random numbers ----------------------------------------------------------------------------

BIT_GENERATORS = [np.random.MT19937, np.random.PCG64, np.random.PCG64DXSM, np.random.Philox, np.random.SFC64]
GENERATORS = [
    *(lambda kind=kind: np.random.Generator(kind(1)) for kind in BIT_GENERATORS),
    lambda: np.random.RandomState(1),
    lambda: random.Random(1),
    lambda: type("Mine", (random.Random,), {"__module__": __name__, "getstate": None, "setstate": None})(1),
]


@pytest.mark.parametrize("make", GENERATORS)
def test_a_generator_of_random_numbers_goes_back_to_where_it_was(make):
    rng, drawn = make(), []
    draw = rng.normal if hasattr(rng, "normal") else rng.random
    normal = (lambda: rng.gauss(0, 1)) if isinstance(rng, random.Random) else rng.standard_normal
    normal()  # some keep a second number for the next time
    for step in (lambda: rng, lambda: draw):
        restore = restorer(step)
        for _ in range(2):
            drawn.append((normal(), draw(), normal()))
            restore()
    assert len(set(drawn)) == 1


# --- nothing is raised -------------------------------------------------------------------------

SPECIAL = {*dir(int), *dir(list), *dir(type), "__array__", "__array_finalize__", "__getattr__", "getstate"}
SPECIAL -= {
    "__new__",
    "__init__",
    "__class__",
    *(name for name in vars(type) if hasattr(vars(type)[name], "__set__")),
}
SHY = [
    object,
    list,
    dict,
    set,
    tuple,
    frozenset,
    bytearray,
    collections.deque,
    collections.OrderedDict,
    collections.defaultdict,
    np.ndarray,
    random.Random,
    type,
]


def make_shy(base, asked):
    """An object of a class of its own, and how to make all its methods fail and tell that they are called."""

    def failing(name):
        def fail(*args, **kwargs):
            asked.append(name)
            raise BaseException(name)

        return fail

    def arm():
        for name in SPECIAL:
            type.__setattr__(kind, name, failing(name))

    body = {"__module__": __name__, "__hash__": object.__hash__, "__class__": property(failing("__class__"))}
    if base is not type:
        kind = type("Shy", (base,), body)
        return kind(*[2] * (base is np.ndarray)), arm
    body |= {name: property(failing(name)) for name in ("__dict__", "__mro__")}
    kind = type("Shy", (type,), body)  # a class of classes: an object whose class misbehaves as well
    return kind("Shy", (), {"__module__": __name__})(), arm


@pytest.mark.parametrize("base", SHY)
def test_no_method_of_a_learners_object_is_called(base):
    asked, log = [], []
    shy, arm = make_shy(base, asked)
    array = np.empty(1, dtype=object)
    array[0] = shy
    holders = {"list": [shy], "key": {shy: 1}, "set": {shy}, "array": array, "tuple": (shy, type(shy))}

    def step(theta=holders):
        return shy, log

    step.attribute = shy
    tried = [step, shy, type(shy), functools.partial(step, shy, log=shy), types.MethodType(step, shy)]
    arm()
    for one in tried:
        restore = restorer(one)
        for holder in (holders["list"], holders["key"], holders["set"], log):
            holder.clear()
        restore()
        restore()
        assert asked == []
        if one is step:
            assert [len(holders[name]) for name in ("list", "key", "set")] == [1, 1, 1] and log == []
            assert holders["list"][0] is shy


def test_an_error_while_remembering_or_restoring_is_not_raised(monkeypatch):
    def step(log=[], table={}):  # noqa: B006
        return log, table

    restore = restorer(step)
    log, table = step()
    log.append(1), table.update(m=1)

    def fails(*args):
        raise MemoryError

    monkeypatch.setattr(surroundings, "_put_array_back", fails)
    restore()
    assert log == [] and table == {}
    for name in ("_names", "_mro", "_class_dict", "_Home", "_held", "_Binding"):
        with monkeypatch.context() as patch:
            patch.setattr(surroundings, name, fails)
            restorer(step)()


# --- limits ------------------------------------------------------------------------------------


def test_a_list_in_a_list_in_a_list_as_deep_as_one_likes():
    deepest = nested = [1]
    for _ in range(50_000):
        nested = [nested]

    def step():
        deepest.append(1)
        return nested

    def outer():
        return nested

    restore = restorer(outer)
    deepest.append(2)
    restore()
    assert deepest == [1]


def test_what_is_beyond_the_limits_is_left_alone(monkeypatch):
    monkeypatch.setattr(surroundings, "MOST_OBJECTS", 50)
    monkeypatch.setattr(surroundings, "MOST_ITEMS", 200)
    monkeypatch.setattr(surroundings, "MOST_BYTES", 100)
    near, far, long = [], [[] for _ in range(60)], [0] * 201
    small, large, small_bytes, large_bytes = np.zeros(5), np.zeros(50), bytearray(9), bytearray(101)

    def step():
        return near, far, long, small, large, small_bytes, large_bytes

    restore = restorer(step)
    for one in (near, far[0], far[-1], long):
        one.append(1)
    for one in (small, large, small_bytes, large_bytes):
        one[0] = 1
    restore()
    assert (near, far[0], far[-1], len(long)) == ([], [], [1], 202)
    assert (small[0], large[0], small_bytes[0], large_bytes[0]) == (0, 1, 0, 1)


# --- whatever else is passed as a step ---------------------------------------------------------

STRANGE = [
    None,
    42,
    "adam",
    np,
    [1],
    {},
    object(),
    (n for n in ()),
    np.zeros(2),
    type,
    Figure,
    int,
    len,
    np.sin,
    np.mean,
    np.vectorize(abs),
    sys.stdout.write,
    functools.partial(len),
    functools.cache(len),
    [].append,
]


@pytest.mark.parametrize("step", STRANGE, ids=lambda step: str(step)[:20])
def test_whatever_is_passed_the_random_numbers_go_back(step):
    restore, drawn = restorer(step), []
    for _ in range(2):
        drawn.append((random.gauss(0, 1), np.random.normal(), np.random.randint(10**6)))  # noqa: NPY002
        restore()
    assert drawn[0] == drawn[1]


def test_a_step_that_mentions_only_numpy_is_restored_nearly_as_fast_as_random_numbers():
    notebook = cell("def step(theta, g, eta=0.1):\n    return theta - eta * np.sign(g)")
    with_step, without = (restorer(step) for step in (notebook["step"], None))
    seconds = [min(timeit.repeat(restore, number=100, repeat=20)) for restore in (with_step, without)]
    assert seconds[0] < 1.5 * seconds[1]


# --- anything at all ---------------------------------------------------------------------------

MAKE = [list, dict, set, lambda: np.zeros(3), lambda: np.full(3, None), collections.deque]


def fill(container, item, key):
    """Put an item into a container of any kind."""
    if isinstance(container, dict):
        container[key % 5] = item
    elif isinstance(container, set):
        container.add(key)
    elif isinstance(container, np.ndarray):
        container[key % 3] = item if container.dtype == object else key
    else:
        container.append(item)


def change(container, item, key):
    """Change a container, in one of a few ways."""
    if isinstance(container, np.ndarray) or key % 4 == 0:
        fill(container, item, key)
    elif key % 4 == 1 or not container:
        container.clear()
    elif isinstance(container, dict):
        container.pop(next(iter(container))) if key % 4 == 2 else container.update({"new": item})
    elif isinstance(container, set) or key % 4 == 2:
        container.pop()
    else:
        container[key % len(container)] = item


def rebind(names, name, item, key):
    """Bind a name to something else, or to nothing."""
    if key % 3:
        names[name] = item
    else:
        names.pop(name, None)


def content(container):
    """All objects that a container holds, in order; the numbers, for an array of numbers."""
    if isinstance(container, dict):
        return [*container, *container.values()]
    if isinstance(container, set):
        return sorted(container)
    if isinstance(container, np.ndarray) and container.dtype != object:
        return container.tolist()
    return list(container)


def same(now, before):
    return len(now) == len(before) and all(
        a is b or (type(a) is float and a == b) for a, b in zip(now, before)
    )


number = st.integers(0, 60)
triples = st.lists(st.tuples(number, number, number), max_size=25)


@given(
    st.lists(st.sampled_from(range(len(MAKE))), min_size=1, max_size=8),
    triples,
    st.lists(triples, max_size=3),
)
def test_any_structure_survives_any_changes(kinds, items, rounds):
    pool = [MAKE[kind]() for kind in kinds]

    def pick(n):  # a container of the pool, one inside a tuple, or something new
        return [pool[n % len(pool)], (n, pool[n % len(pool)]), [n]][n % 3]

    for which, item, key in items:
        fill(pool[which % len(pool)], pick(item), key)
    notebook = cell("def step():\n    global a, b, c, new\n    new = pool, a, b, c")
    notebook |= {"pool": tuple(pool)} | {name: pool[n % len(pool)] for n, name in enumerate("abc")}
    before, names = [content(container) for container in pool], dict(notebook)
    restore = restorer(notebook["step"])
    for changes in rounds:
        for which, item, key in changes:
            change(pool[which % len(pool)], pick(item), key)
            rebind(notebook, ["a", "b", "c", "new", "pool"][which % 5], pick(item), key)
        restore()
        assert notebook.keys() == names.keys()
        assert all(notebook[name] is names[name] for name in names)
        assert all(same(content(container), was) for container, was in zip(pool, before))
