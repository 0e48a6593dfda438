"""Plays a step over and over without making new arrays.

A step is written to be read, so each of its lines makes arrays; over ten thousand lanes that is where the
time goes. A `Tape` calls surface and step once with stand-ins that note down each operation. A `Player`
then repeats these operations in the same order and puts each result where one lies that is not needed
again: the same numbers to the last bit. What is computed twice is computed once.

What is more than arithmetic on each lane by itself (an if, a sum, random numbers) cannot be noted down.
"""

import operator

import numpy as np

__all__ = ["CannotRecord", "Player", "Tape"]


class CannotRecord(TypeError):
    """A step or a surface does more than arithmetic on each lane by itself."""


class Noted:
    """A stand-in for an array or a number: it computes an example and notes down how.

    Attributes
    ----------
    value : ndarray or number
        The example.
    function, into : callable
        What computes it from `given`; the same, with a place for the result as last argument.
    given : tuple
        Stand-ins and fixed numbers.
    rolls : bool
        Whether it hangs on point or memory, so that it is an array over all lanes.
    timed : bool
        Whether it hangs on t.
    """

    def __init__(self, tape, value, function=None, into=None, given=(), rolls=False, timed=False):
        self.tape, self.value, self.function, self.into, self.given = tape, value, function, into, given
        self.sources = [a for a in given if isinstance(a, Noted)]
        self.rolls = rolls or any(a.rolls for a in self.sources)
        self.timed = timed or any(a.timed for a in self.sources)
        if np.asarray(value).dtype not in (float, bool) and (self.rolls or isinstance(value, np.generic)):
            raise CannotRecord("it makes whole numbers, or numbers of less than 64 bits")
        if self.rolls and np.shape(value) not in (tape.shape, tape.shape[1:]):
            raise CannotRecord(f"it makes an array of shape {np.shape(value)}")

    @property
    def root(self):
        """The array that it is a coordinate of; else itself."""
        return self.given[0] if self.function is operator.getitem else self

    def __array_ufunc__(self, ufunc, method, *given, **options):
        if method != "__call__" or options or ufunc.nout != 1 or ufunc.signature:
            raise CannotRecord(f"it uses {ufunc.__name__} in a form that is not kept")
        if ufunc is np.power and not any(a.rolls for a in given if isinstance(a, Noted)):
            raise CannotRecord("a NumPy number to the power of t: NumPy rounds it in another way alone")
        return self.tape.note(ufunc, BY_KEYWORD.get(ufunc, ufunc), given)

    def __array_function__(self, function, types, given, options):
        if function not in LANE_BY_LANE or options or len(given) != 3:
            raise CannotRecord(f"it uses {function.__name__}, which may mix lanes")
        return self.tape.note(function, LANE_BY_LANE[function], given)

    def __getitem__(self, row):
        if not isinstance(row, int) or not self.rolls or self.value.shape != self.tape.shape:
            raise CannotRecord("it picks out something else than one coordinate")
        return self.tape.note(operator.getitem, None, (self, range(len(self))[row]))

    def __len__(self):
        return len(self.value)

    def __iter__(self):
        return (self[row] for row in range(len(self)))

    def __pow__(self, exponent):
        if self.rolls and not isinstance(exponent, (int, float)):
            raise CannotRecord("it raises to a power that is no fixed number")
        if self.rolls and exponent in SHORT_POWERS:  # as NumPy's own ** does
            return self.tape.note(SHORT_POWERS[exponent], SHORT_POWERS[exponent], (self,))
        return self.tape.note(operator.pow, np.power, (self, exponent))

    def __rpow__(self, base):
        return self.tape.note(operator.pow, np.power, (base, self))

    def _refuse(self, *_):
        self.tape.refused = True  # also if the step catches the error
        raise CannotRecord("it decides by a value: an if, or a function for single numbers")

    __bool__ = __float__ = __int__ = __index__ = __array__ = _refuse

    def __hash__(self):  # t in {100, 200} would be answered without a question
        return self._refuse() if self.tape.recording else id(self)


def _choose_into(condition, yes, no, out):
    np.copyto(out, np.where(condition, yes, no))


def _maximum_into(a, b, out):
    np.maximum(a, b, out=out)


def _minimum_into(a, b, out):
    np.minimum(a, b, out=out)


def _stack(*parts):
    return np.array(np.broadcast_arrays(*parts), dtype=float)


def _stack_into(*parts_and_out):
    *parts, out = parts_and_out
    for row, part in zip(out, parts):
        if not np.may_share_memory(row, part):
            row[...] = part


POLYNOMIAL = (operator.add, operator.sub, operator.mul, operator.neg, np.square, operator.getitem)
BY_KEYWORD = {np.maximum: _maximum_into, np.minimum: _minimum_into}  # they alone want `out=` spelt out
LANE_BY_LANE = {np.clip: np.clip, np.where: _choose_into}
SHORT_POWERS = {2: np.square, 1: np.positive, 0.5: np.sqrt, -1: np.reciprocal}
ARITHMETIC = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide,
              "floordiv": np.floor_divide, "mod": np.remainder}  # fmt: skip
OTHERS = {"neg": np.negative, "pos": np.positive, "abs": np.absolute, "lt": np.less, "le": np.less_equal,
          "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal}  # fmt: skip


def _method(function, into, turned=False):
    def noted(self, *other):
        return self.tape.note(function, into, (*other, self) if turned else (self, *other))

    return noted


for _name, _ufunc in (ARITHMETIC | OTHERS).items():
    setattr(Noted, f"__{_name}__", _method(getattr(operator, _name), _ufunc))
for _name, _ufunc in ARITHMETIC.items():
    setattr(Noted, f"__r{_name}__", _method(getattr(operator, _name), _ufunc, turned=True))


class Tape:
    """What one step on a surface does, operation by operation.

    Parameters
    ----------
    rule : Rule
    surface : Surface
    theta : ndarray, shape (n, *lanes)
        An example: a few lanes, at least one axis of them.
    hyper : dict
        Numbers, taken as fixed, and arrays that broadcast over the lanes; a player may be given others.

    Attributes
    ----------
    looking, stepping : list of Noted
        What is computed before and after the loss is looked at.
    loss, slope : Noted
    results : list of Noted
        The new point and memory.
    for_loss_alone : set of Noted
        What need not be computed if nobody looks at the loss.
    keeps_infinity : bool
        Whether the point, once it is not finite, never is again.
    tame : bool
        Whether, besides, the loss is a polynomial, so that the last loss tells of all before: it could
        only have overflowed where the point was beyond 1e30, and one step had to bring it back.

    Raises
    ------
    CannotRecord
        If anything is more than arithmetic on each lane by itself.
    """

    def __init__(self, rule, surface, theta, hyper):
        self.shape, self._known, self.recording, self.refused = theta.shape, {}, True, False
        self.t = Noted(self, 1, timed=True)
        self.hyper = {name: Noted(self, v) if np.ndim(v) else v for name, v in hyper.items()}
        self.state = [Noted(self, theta, rolls=True)]
        self.state += [Noted(self, np.zeros(theta.shape), rolls=True) for _ in rule.memory]
        try:
            self.loss, parts = surface.unchecked(self.state[0], self.t)
            self.slope = slope = self.note(_stack, _stack_into, tuple(parts))
            looked = len(self._known)
            result = rule.call_by_name(self.state[0], slope, self.state[1:], self.t, self.hyper)
        except Exception as fault:  # a stand-in is no array: there is much that it cannot do
            raise CannotRecord(f"it asks for more than arithmetic: {fault}") from None
        if self.refused:
            raise CannotRecord("it decides by a value")
        self.recording = False
        self.results = list(result) if isinstance(result, (tuple, list)) else [result]
        if len(self.results) != len(self.state) or not all(
            _is_array(result, theta.ndim) for result in (slope, *self.results)
        ):
            raise CannotRecord("it does not compute a point and its memory")
        if not _is_array(self.loss, theta.ndim - 1):
            raise CannotRecord("its loss is not a number for each lane")
        self.keeps_infinity = _only_adds(self.results[0], self.state[0])
        order = list(self._known.values())
        needed, for_loss = _sources(order, [slope, *self.results]), _sources(order, [self.loss])
        self.looking = [noted for noted in order[:looked] if noted in needed | for_loss]
        self.stepping = [noted for noted in order[looked:] if noted in needed]
        self.for_loss_alone = for_loss - needed
        self.tame = self.keeps_infinity and all(n.function in (*POLYNOMIAL, None) for n in for_loss)

    def note(self, function, into, given):
        """Compute an example and remember how; the same operation again is the same stand-in."""
        if any(np.ndim(a) for a in given if not isinstance(a, Noted)):
            raise CannotRecord("it uses an array of its own")
        key = (function, *(id(a) if isinstance(a, Noted) else (type(a), a) for a in given))
        if key not in self._known:
            value = function(*(a.value if isinstance(a, Noted) else a for a in given))
            self._known[key] = Noted(self, value, function, into, given)
        return self._known[key]


def _is_array(noted, ndim):
    """Whether it was computed from the state, as an array of its own with so many dimensions."""
    made = isinstance(noted, Noted) and noted.rolls and noted.function not in (None, operator.getitem)
    return made and noted.value.ndim == ndim and noted.value.dtype == float


def _sources(order, ends):
    """All that is needed for some ends, themselves included."""
    needed = set(ends)
    for noted in reversed(order):
        if noted in needed:
            needed.update(noted.sources)
    return needed


def _only_adds(noted, theta):
    """Whether theta enters by sums and differences alone, as in theta - eta * g."""
    if noted is theta:
        return True
    return noted.function in (operator.add, operator.sub) and any(_only_adds(a, theta) for a in noted.sources)


class Player:
    """Walks a piece of the lanes by a tape, in arrays that are used again and again.

    Parameters
    ----------
    tape : Tape
    theta : ndarray, shape (n, *lanes)
        The start, which is changed.
    hyper : dict
        As the tape's; arrays may have other lengths.
    with_loss : bool
        Whether `look` is to return the loss.

    Attributes
    ----------
    state : list of ndarray, shape (n, *lanes)
        Where the lanes stand now, and their memory.
    """

    def __init__(self, tape, theta, hyper, with_loss=True):
        self.tape, self._shape = tape, theta.shape
        self._numbers = {noted: hyper[name] for name, noted in tape.hyper.items() if isinstance(noted, Noted)}
        slope = np.empty(theta.shape)
        self._rows = {
            part: row for part, row in zip(tape.slope.given, slope) if _is_array(part, theta.ndim - 1)
        }
        self._places = {old: np.zeros(theta.shape) for old in tape.state}
        self._places |= {tape.state[0]: theta, tape.slope: slope, **self._rows}
        looking = [noted for noted in tape.looking if with_loss or noted not in tape.for_loss_alone]
        order = [*looking, *tape.stepping]
        numbers = [noted for noted in order if not noted.rolls]
        self._timed = [noted for noted in numbers if noted.timed]
        self._spread, self._spare = [], {}
        self._compute(numbers, 1)
        last = {noted.root: len(looking) for noted in (*tape.state, tape.loss)}
        last |= {source.root: at for at, noted in enumerate(order) for source in noted.sources
                 if at >= last.get(source.root, 0)}  # fmt: skip
        last |= {result: len(order) for result in tape.results}
        last[tape.slope] = max(last.get(n, 0) for n in (tape.slope, *self._rows))  # its rows lie in it
        calls = [self._arrange(noted, at, last) for at, noted in enumerate(order)]
        self._looking = [call for call in calls[: len(looking)] if call]
        self._stepping = [call for call in calls[len(looking) :] if call]
        self._stepping += self._homeward()
        self.state = [self._places[old] for old in tape.state]

    def look(self, t):
        """Prepare the step from here, the t-th, and return the loss here, shape lanes (None without)."""
        self._compute(self._timed, t)
        for place, noted in self._spread:
            np.copyto(place, self._numbers[noted])
        for function, arguments in self._looking:
            function(*arguments)
        return self._places.get(self.tape.loss)

    def step(self, t):
        """Take the step that was prepared."""
        for function, arguments in self._stepping:
            function(*arguments)

    def _compute(self, numbers, t):
        """What hangs on t and hyperparameters alone; it is small, so that it may be made anew."""
        known = self._numbers
        known[self.tape.t] = t
        for noted in numbers:
            known[noted] = noted.function(*[known.get(a, a) for a in noted.given])

    def _arrange(self, noted, at, last):
        """The call that computes one result in its place."""
        if not noted.rolls:
            return None
        if noted.root is not noted:
            self._places[noted] = self._places[noted.root][noted.given[1]]
            return None
        given = [self._operand(a) for a in noted.given]
        shape = self._shape if noted.value.ndim == len(self._shape) else self._shape[1:]
        free = self._spare.setdefault((shape, noted.value.dtype), [])
        # the first argument's place is taken first, so that m = beta1 * m + ... ends where m was
        for source in reversed(noted.sources):
            if source.rolls and last[source.root] == at and source not in self._rows:
                place = self._places[source.root]
                spare = self._spare.setdefault((place.shape, place.dtype), [])
                if not any(place is other for other in spare):
                    spare.append(place)
        if noted not in self._places:
            self._places[noted] = free.pop() if free else np.empty(shape, noted.value.dtype)
        return noted.into, (*given, self._places[noted])

    def _operand(self, given):
        """The array that stands for an argument."""
        if not isinstance(given, Noted):
            return given if isinstance(given, (bool, np.bool_)) else np.array(given, dtype=float)
        if not given.rolls and given not in self._places:
            value = np.asarray(self._numbers[given])
            shape = self._shape[1:] if value.ndim else ()  # whole rows are quicker than broadcasting
            self._places[given] = place = np.empty(shape, bool if value.dtype == bool else float)
            np.copyto(place, value)
            if given.timed:
                self._spread.append((place, given))
        return self._places[given]

    def _homeward(self):
        """Copies for those results that did not come to lie where the next step looks for them."""
        homes = [self._places[old] for old in self.tape.state]
        ends = [self._places[result] for result in self.tape.results]
        astray = [(home, end) for home, end in zip(homes, ends) if end is not home]
        for number, (home, place) in enumerate(astray):
            if any(place is other for other in homes):  # one that would be overwritten
                aside = np.empty(place.shape)
                yield np.positive, (place, aside)
                astray[number] = home, aside
        for home, place in astray:
            yield np.positive, (place, home)
