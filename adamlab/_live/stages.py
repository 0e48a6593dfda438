"""What a step looks like from inside, as plain data: its stages, and where a row keeps what each one shows.

A browser and Matplotlib draw from this one description. Nothing is known of any method: a memory m is an
average, v and G are sums or averages of squares, a variable m_hat is m corrected; by their names alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .._core.hyperparameters import usual_name
from .._core.signature import Signature

__all__ = ["Source", "stages_of"]

# what an own variable is taken for, by its name without underscores
CORRECTED = {
    "m": {"mhat": "m̂", "mcorrected": "m̂", "mcorr": "m̂", "mc": "m̂", "mbar": "m̄"},
    "v": {"vhat": "v̂", "vcorrected": "v̂", "vcorr": "v̂", "vc": "v̂"},
}
SQUARES = "v", "G"


class Source(NamedTuple):
    """Where the rows of a run keep a quantity.

    Attributes
    ----------
    column : int
        The first of its columns, one for each coordinate.
    before : bool
        Whether in the row before the step, not in the one after it.
    factor : int or None
        Which input it is multiplied by.
    root : bool
        Whether its root is meant.
    """

    column: int
    before: bool = False
    factor: int | None = None
    root: bool = False


class _Step:
    """Where the parts of one step are."""

    def __init__(self, signature: Signature, own: Sequence[str], inputs: Sequence[str], n: int) -> None:
        self.memory, self.own = signature.memory, tuple(own)
        self._n, self._first = n, 2 * n + 1
        usual = {usual_name(name): k for k, name in reversed([*enumerate(inputs)])}
        self.inputs = {name: usual[name] for name in ("eta", "beta1", "beta2") if name in usual}
        self.corrected = {"m": self._own("m"), "v": self._own("v")}
        self.adam_like = {"m", "v"} <= {*self.memory} and {"beta1", "beta2"} <= {*self.inputs}

    def _own(self, of: str) -> tuple[str, str] | None:
        """The variable that is a memory corrected, and its symbol."""
        signs = CORRECTED[of]
        plain = {name.replace("_", "").lower(): name for name in reversed(self.own)}
        return next(((name, signs[key]) for key, name in plain.items() if key in signs), None)

    def at(self, name: str, **how: Any) -> Source:
        """A memory or an own variable."""
        return Source(self._first + self._n * [*self.memory, *self.own].index(name), **how)

    @property
    def gradient(self) -> Source:
        """The gradient that the step was given."""
        return Source(self._n + 1, before=True)

    @property
    def squares(self) -> str | None:
        """The memory of squares."""
        return next((name for name in SQUARES if name in self.memory), None)

    @property
    def direction(self) -> tuple[str, Source]:
        """What is divided, or where the step goes if nothing is: as a symbol, and where it is."""
        if self.corrected["m"] is not None:
            name, sign = self.corrected["m"]
            return sign, self.at(name)
        return ("m", self.at("m")) if "m" in self.memory else ("g", self.gradient)

    @property
    def divisor(self) -> tuple[str, Source] | None:
        """What each coordinate is divided by."""
        if self.corrected["v"] is not None:
            name, sign = self.corrected["v"]
            return f"√{sign}", self.at(name, root=True)
        if self.squares is not None:
            return f"√{self.squares}", self.at(self.squares, root=True)
        return ("u", self.at("u")) if "u" in self.memory else None


def stages_of(
    signature: Signature, own: Sequence[str], inputs: Sequence[str], coordinates: Sequence[str]
) -> dict[str, Any]:
    """What is to be known of a step to take it apart.

    Parameters
    ----------
    signature : Signature
    own : sequence of str
        The variables of the step that its rows hold, as `Program.own`.
    inputs : sequence of str
        Hyperparameters that are numbers, in their order.
    coordinates : sequence of str
        What they are called.

    Returns
    -------
    dict
        ``stages``, ``ledger``, ``direction``, ``divisor``, ``sizes`` (what the scale is chosen from),
        ``inputs`` (which one is eta, beta1, beta2).
    """
    step = _Step(signature, own, inputs, len(coordinates))
    stages = _stages(step, coordinates)
    sign, direction = step.direction
    sizes = [step.gradient, direction, *(step.at("m") for _ in range("m" in step.memory))]
    if step.divisor is not None:
        sizes.append(step.divisor[1])
    if step.squares is not None:
        sizes.append(step.at(step.squares, root=True))
    return {
        "stages": stages,
        "coordinates": [*coordinates],
        "ledger": _ledger(step, [stage["label"] for stage in stages]),
        "direction": direction._asdict(),
        "divisor": step.divisor and step.divisor[1]._asdict(),
        "ratio": f"{sign}/{step.divisor[0]}" if step.divisor else sign,
        "sizes": [source._asdict() for source in dict.fromkeys(sizes)],
        "inputs": step.inputs,
    }


# --- stages ------------------------------------------------------------------------------------------


def _stages(step: _Step, coordinates: Sequence[str]) -> list[dict[str, Any]]:
    """All stages, in their order."""
    measured = _stage(
        "gradient",
        "The slope g is measured where the ball stands. The arrow −g points downhill.",
        arrows={"g": step.gradient},
    )
    if not step.memory:
        stages = [measured, *_taken(step, coordinates)]
    elif step.adam_like:
        stages = [_carried(step), _faded(step), measured, _added(step), *_taken(step, coordinates)]
    else:
        stages = [_carried(step), measured, _remembered(step), *_taken(step, coordinates)]
    for number, stage in enumerate(stages, start=1):
        stage["label"] = f"{number} {stage['label']}"
    return stages


def _stage(label: str, says: str, first: str = "", **shown: Any) -> dict[str, Any]:
    """A stage: its sentence, another one for the first step, and what is shown in it."""
    arrows = {name: source._asdict() for name, source in shown.get("arrows", {}).items()}
    boxes = {name: source._asdict() for name, source in shown.get("boxes", {}).items()}
    return {
        "label": label,
        "says": says,
        "first": first or says,
        "besides": shown.get("besides", says),
        "arrows": arrows,
        "boxes": boxes,
        "divided": shown.get("divided", False),
        "moved": shown.get("moved", False),
    }


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _carried(step: _Step) -> dict[str, Any]:
    arrows = {"m": step.at("m", before=True)} if "m" in step.memory else {}
    boxes: dict[str, Source] = {}
    parts = [f"{name} (the arrow −m)" if name == "m" else name for name in step.memory]
    if step.squares is not None:
        boxes = {f"√{step.squares}": step.at(step.squares, before=True, root=True)}
        shown = f"{step.squares} (the box: √{step.squares} to each side)"
        parts = [shown if part == step.squares else part for part in parts]
    come, zero = "come in as step {before} left them", "are zero"
    if len(parts) == 1:
        come, zero = "comes in as step {before} left it", "is zero"
    return _stage(
        "carry over",
        f"{_names(parts)} {come}.",
        f"At the first step there is nothing to carry over: {_names(step.memory)} {zero}.",
        arrows=arrows,
        boxes=boxes,
    )


def _faded(step: _Step) -> dict[str, Any]:
    return _stage(
        "decay",
        "Both fade: m keeps the share β1 = {beta1}, v the share β2 = {beta2}. Arrow and box shrink.",
        "Both fade: m keeps the share β1 = {beta1}, v the share β2 = {beta2}. Zero stays zero.",
        arrows={"m": step.at("m", before=True, factor=step.inputs["beta1"])},
        boxes={"√v": step.at("v", before=True, factor=step.inputs["beta2"], root=True)},
    )


def _added(step: _Step) -> dict[str, Any]:
    return _stage(
        "add",
        "A share of the gradient goes into m (the arrow −m), a share of its square into v (the box √v).",
        arrows={"g": step.gradient, "m": step.at("m")},
        boxes={"√v": step.at("v", root=True)},
    )


def _remembered(step: _Step) -> dict[str, Any]:
    shown = {"m": step.at("m")} if "m" in step.memory else {}
    boxes = {f"√{step.squares}": step.at(step.squares, root=True)} if step.squares else {}
    if step.squares is None and "u" in step.memory:
        boxes = {"u": step.at("u")}
    parts = [f"the arrow −{name}" for name in shown] + [f"the box {name}" for name in boxes]
    seen = f" (now {_names(parts)})" if parts else ""
    return _stage(
        "remember",
        f"The gradient goes into {_names(step.memory)}{seen}.",
        arrows={"g": step.gradient, **shown},
        boxes=boxes,
    )


def _taken(step: _Step, coordinates: Sequence[str]) -> list[dict[str, Any]]:
    """The last stages: the division, if there is one, and the step."""
    sign, direction = step.direction
    x, y = coordinates
    shown: dict[str, Any] = {"arrows": {"g": step.gradient, sign: direction}, "moved": True}
    moves = f"{{d0}} along {x} and {{d1}} along {y}"
    if step.divisor is None:
        eta = "η = {eta}" if "eta" in step.inputs else "η"
        says = f"The ball moves by {eta} times the arrow −{sign}: {moves}."
        return [_stage("step", says, besides=f"The ball moves {moves}.", **shown)]
    name, divisor = step.divisor
    corrected = [(of, found[1]) for of, found in step.corrected.items() if found]
    divide = _stage(
        "divide",
        _correction(corrected)
        + f"How far does the arrow −{sign} go to the edge of the box {name}? "
        + f"Along {x} {{r0}} of the way, along {y} {{r1}}.",
        arrows={sign: direction},
        boxes={name: divisor},
        divided=True,
    )
    edge = "Reaching the edge counts as moving one η" + (" = {eta}" if "eta" in step.inputs else "")
    shown |= {"boxes": {name: divisor}, "divided": True}
    besides = (
        f"The ball moves {moves}. That is not just η times {sign}/{name}: "
        f"something else in the step counts too, ε or a decay for example."
    )
    return [divide, _stage("step", f"{edge}, so the ball moves {moves}.", besides=besides, **shown)]


def _correction(corrected: Sequence[tuple[str, str]]) -> str:
    """Why averages are corrected, where some are."""
    if not corrected:
        return ""
    of, signs = (_names(part) for part in zip(*corrected))
    if len(corrected) == 1:
        return f"{of} started at zero, so it was too small at first; corrected for that, it is {signs}. "
    return f"{of} started at zero, so they were too small at first; corrected for that, they are {signs}. "


# --- the ledger --------------------------------------------------------------------------------------


def _ledger(step: _Step, labels: Sequence[str]) -> list[dict[str, Any]]:
    """Every quantity of the step: its name, its block, the stage from which on it is known, what it is."""
    stages = {label[2:]: k for k, label in enumerate(labels)}
    last, measured = len(labels) - 1, stages["gradient"]
    kept = stages.get("add", stages.get("remember", last))
    made = stages.get("divide", kept)
    lines: list[tuple[str, int, int, Any]] = [("θ", 0, 0, Source(0, before=True))]
    lines += [(f"{name} before", 0, 0, step.at(name, before=True)) for name in step.memory]
    lines += [("g", 0, measured, step.gradient)]
    lines += [(f"{name} after", 1, kept, step.at(name)) for name in step.memory]
    lines += [(name, 1, made, step.at(name)) for name in step.own]
    if step.divisor is not None:
        sign, (name, divisor) = step.direction[0], step.divisor
        lines += [(name, 2, made, divisor)] * divisor.root + [(f"{sign}/{name}", 2, made, "ratio")]
    lines += [("Δθ", 2, last, "move"), ("effective η", 2, last, "rate"), ("new θ", 2, last, Source(0))]
    return [
        {"name": name, "block": block, "since": since, "shows": _plain(what)}
        for name, block, since, what in lines
    ]


def _plain(what: Source | str) -> Any:
    return what if isinstance(what, str) else what._asdict()
