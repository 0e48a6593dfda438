"""Code as it is found elsewhere: what turns a class, a loop or an update of dictionaries into a step.

The answer is a sentence, and the two lines that the learner's code needs around it: a signature and a return.
"""

import ast
import inspect
from collections.abc import Callable
from typing import Any

from .._core.hyperparameters import usual_name
from .._core.signature import function_of
from .matching import SURE, may_be_t, meanings
from .words import listed, number

__all__ = ["AsFound", "before_it_runs", "has", "of_a_count", "of_an_error", "of_an_object"]


class AsFound(Exception):
    """What was given is not a step yet: a sentence, and the lines that make it one."""


POINTS = (
    "theta w W x X_t p params param parameters weights weight var variables position pos point theta_t x_t "
    "parameter values solution self_w coef coefs beta_hat W1 w1"
).split()

GRADIENTS = (
    "g grad grads gradient gradients dw dW dx df dtheta nabla g_t grad_w dparams d_w updates derivative "
    "grad_theta gradient_vector dp dW1 dw1"
).split()

LOOPS = (
    "f func fun function objective loss loss_fn cost grad_fn gradient_fn grad_f df_dx derivative fprime "
    "f_grad "
    "grad_func gradient_function x0 x_init w0 theta0 init start initial bounds n_iter n_iters num_iters "
    "iterations max_iter maxiter epochs n_epochs num_epochs n_steps steps X y data x_train y_train model"
).split()

WITHOUT = "Parameters without a default are what the step is given (theta, g, its memory, t)."


def has(thing: Any, name: str) -> bool:
    """Return whether a thing has an attribute, without asking it: what answers may be learners' code."""
    return inspect.getattr_static(thing, name, None) is not None


def _signature_line(
    name: str, theirs: Any, defaults: dict[str, Any], memory: tuple[str, ...], needs_t: bool
) -> str:
    """The first line of a step."""
    given = ["theta", "g", *memory, *(["t"] if needs_t else [])]
    word = name.lower() if name.isidentifier() else theirs.name
    return (
        f"def {word}({', '.join([*given, *(f'{own}={number(value)}' for own, value in defaults.items())])}):"
    )


def _two_lines(
    name: str, theirs: Any, defaults: dict[str, Any] | None = None, memory: tuple[str, ...] | None = None
) -> str:
    """The signature and the return of a step that keeps the learner's names where they are known."""
    memory = theirs.memory if memory is None or len(memory) != len(theirs.memory) else memory
    values = defaults or theirs.defaults
    first = _signature_line(name, theirs, values, memory, theirs.takes_t)
    return f"\n    {first}\n        return {', '.join(('theta', *memory))}"


def _defaults_of(parameters: list[inspect.Parameter], theirs: Any) -> dict[str, Any]:
    """Hyperparameters among parameters, each with a default: its own, or the reference's."""
    found: dict[str, Any] = {}
    for p in parameters:
        roles = [role for role in meanings(p.name) if role in theirs.defaults] if p.name != "g" else []
        number = isinstance(p.default, (int, float)) and not isinstance(p.default, bool)
        if number and roles:
            found[p.name] = p.default
        elif p.default is p.empty and roles:
            said = meanings(p.name)
            found[p.name] = theirs.defaults[max(roles, key=lambda role: said[role])]
    return found


def _parameters(function: Any) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except Exception:  # whatever an object does that is asked for it
        return []


# What is no function ------------------------------------------------------------------------------


def of_an_object(given: Any, name: str, theirs: Any) -> None:
    """Raise for a class, an optimizer made of one, or a pair of functions.

    Parameters
    ----------
    given : object
    name : str
    theirs : Signature
        Of the reference.

    Raises
    ------
    AsFound
        If it is one of these.
    """
    pair = isinstance(given, tuple) and given and all(map(callable, given))
    if pair or (has(given, "init") and has(given, "update")):
        raise AsFound(
            "This is a pair of functions, init and update, as in Optax. A step here is one function, and "
            "what the "
            "state holds comes in as parameters: it starts at zero by itself. The two lines around your own:"
            + _two_lines(theirs.name, theirs)
        )
    kind = given if isinstance(given, type) else type(given)
    function = function_of(given)
    if not isinstance(given, type) and (function is not None or kind.__module__ == "builtins"):
        return
    methods = [one for one in ("update", "step", "apply", "optimize", "__call__", "fit") if has(kind, one)]
    if isinstance(given, type) and not [
        one for one in vars(kind) if callable(getattr(kind, one, None)) and one != "__init__"
    ]:
        return
    if methods or isinstance(given, type):
        made = _defaults_of(_parameters(kind), theirs)
        raise AsFound(
            f"{kind.__name__} is a class; a step is a function. What self keeps between two calls is "
            "memory: it "
            "comes in as parameters, starts at zero, and is returned. The two lines around your own:"
            + _two_lines(kind.__name__, theirs, made)
        )


# What a signature says ----------------------------------------------------------------------------


def before_it_runs(step: Callable[..., Any], name: str, theirs: Any) -> None:
    """Raise where the signature shows what was pasted.

    Parameters
    ----------
    step : callable
    name : str
    theirs : Signature
        Of the reference.

    Raises
    ------
    AsFound
        If it is no step's signature.
    """
    named = [p for p in _parameters(step) if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    required = [p.name for p in named if p.default is p.empty]
    defaults = _defaults_of(named, theirs)
    if required[:1] == ["self"]:
        raise AsFound(
            "self means that this was a method of a class. What self keeps is memory: it comes in as "
            "parameters, "
            "starts at zero, and is returned. The two lines around your own:"
            + _two_lines(name, theirs, defaults)
        )
    if "theta" not in required or "g" not in required:
        _no_step(step, name, theirs, named, required, defaults)
    others = [one for one in required if one not in ("theta", "g", "t")]
    if "t" not in required and theirs.takes_t:
        given = [p.name for p in named if p.default in (0, 1) and may_be_t(p.name)]
        _another_t(name, theirs, others, given, defaults)
    _memory_with_default(name, theirs, others, named, defaults)
    _without_default(name, theirs, others, defaults)


def _no_step(
    step: Any,
    name: str,
    theirs: Any,
    named: list[inspect.Parameter],
    required: list[str],
    defaults: dict[str, Any],
) -> None:
    """Raise for a signature without theta and g."""
    point = next((one for one in required if one in POINTS), None)
    slope = next((one for one in required if one in GRADIENTS), None)
    signature = f"{name}({', '.join(p.name for p in named)})"
    functions = [one for one in required if one in LOOPS and one != point]
    if (slope is None or point is None) and (functions or _loops(step)):
        raise AsFound(
            f"{signature} looks like a whole loop. A step is what stands inside the loop, for one pass: "
            "it is "
            "given the gradient, and descend repeats it. The two lines around your own:"
            + _two_lines(name, theirs, defaults)
        )
    if not required and named:
        raise AsFound(
            f"{signature} is given no point and no gradient: it seems to make an optimizer. A step is the "
            "function that takes one step. The two lines around your own:"
            + _two_lines(name, theirs, defaults)
        )
    swaps = [f"{old} is theta here" for old in ([point] if point and point != "theta" else [])] + [
        f"{old} is g" for old in ([slope] if slope and slope != "g" else [])
    ]
    others = [
        one
        for one in required
        if one not in (point, slope, "theta", "g", "t", *functions, *defaults) and not may_be_t(one)
    ]
    said = f" ({listed(swaps)})" if swaps else ""
    raise AsFound(
        f"{signature} has no parameter {'theta' if 'theta' not in required else 'g'} without a default. A "
        "step "
        f"takes theta, the point, and g, the gradient there{said}: both are arrays, one number for each "
        "coordinate. The two lines around your own:" + _two_lines(name, theirs, defaults, tuple(others))
    )


def _loops(step: Any) -> bool:
    try:
        tree = ast.parse(inspect.cleandoc(inspect.getsource(function_of(step))))  # type: ignore[arg-type]
    except Exception:  # written nowhere
        return False
    return any(isinstance(node, (ast.For, ast.While)) for node in ast.walk(tree))


def _another_t(name: str, theirs: Any, others: list[str], given: list[str], defaults: dict[str, Any]) -> None:
    """Raise for a number of the step that is not called t."""
    if not given:
        return
    word = given[0]
    memory = tuple(one for one in others if one != word)
    kept = {own: value for own, value in (defaults or theirs.defaults).items() if own != word}
    raise AsFound(
        f"Only t is passed in as the number of the step (1 at first); {word} is not. The two lines that "
        "turn it into "
        f"a step:\n    {_signature_line(name, theirs, kept, memory, True)}\n        {word} = t"
    )


def _memory_with_default(
    name: str, theirs: Any, others: list[str], named: list[inspect.Parameter], defaults: dict[str, Any]
) -> None:
    """Raise for a memory, or t, with a default: it would be a hyperparameter, and never change."""
    lacking = len(theirs.memory) - len([one for one in others if not may_be_t(one)])
    given = [p.name for p in named if p.name == "t" and p.default is not p.empty]
    for p in named:
        if p.default is p.empty or p.name in ("t", "theta", "g"):
            continue
        several = isinstance(p.default, (list, tuple, dict)) or hasattr(p.default, "shape")
        nothing = p.default is None or (type(p.default) in (int, float) and p.default == 0)
        says = [role for role, weight in meanings(p.name).items() if weight >= 2 and role in theirs.defaults]
        is_memory = p.name in theirs.memory or (lacking > 0 and (several or (nothing and not says)))
        if is_memory and not (several and p.name in ("betas", "beta")):
            given.append(p.name)
    if not given:
        return
    memory = tuple(p.name for p in named if p.name in others or (p.name in given and p.name != "t"))
    kept = {own: value for own, value in defaults.items() if own not in given}
    raise AsFound(
        f"{given[0]} has a default in your signature, so it is treated as a hyperparameter and never "
        "changes. "
        "Write it without: memory starts at zero by itself, and t is passed in. The two lines:"
        + _two_lines(name, theirs, kept, memory)
    )


def _without_default(
    name: str, theirs: Any, others: list[str], defaults: dict[str, Any], sure: list[str] | None = None
) -> None:
    """Raise for a hyperparameter without a default, under a name that means nothing else."""
    if sure is None:
        sure = [one for one in others if usual_name(one) or max(meanings(one).values(), default=0) == SURE]
    if not sure:
        return
    more = [one for one in others if one not in sure and one not in theirs.memory and meanings(one)]
    sure = [*sure, *more[: max(0, len(others) - len(sure) - len(theirs.memory))]]
    memory = tuple(one for one in others if one not in sure)
    is_or_are = (
        "is a hyperparameter, so it needs a default"
        if len(sure) == 1
        else ("are hyperparameters, so each needs a default")
    )
    raise AsFound(
        f"{listed(sure)} {is_or_are}. {WITHOUT} The two lines:" + _two_lines(name, theirs, defaults, memory)
    )


def of_a_count(step: Callable[..., Any], name: str, theirs: Any) -> None:
    """Raise where a step returns less than its signature promises: t has another name, or a default is gone.

    Parameters
    ----------
    step : callable
    name : str
    theirs : Signature
        Of the reference.

    Raises
    ------
    AsFound
        If that is so.
    """
    named = [p for p in _parameters(step) if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    others = [p.name for p in named if p.default is p.empty and p.name not in ("theta", "g", "t")]
    if len(others) <= len(theirs.memory):
        return
    counted = [one for one in others if may_be_t(one) and one not in theirs.memory]
    _another_t(name, theirs, others, counted, _defaults_of(named, theirs))
    said = [one for one in others if meanings(one) and one not in theirs.memory]
    said = sorted(said, key=lambda one: -max(meanings(one).values()))[: len(others) - len(theirs.memory)]
    _without_default(name, theirs, others, _defaults_of(named, theirs), said)


# What an error says -------------------------------------------------------------------------------

IN_PLACE = {
    "mul_": "x.mul_(b) means x = x * b",
    "add_": "x.add_(y, alpha=c) means x = x + c * y",
    "sub_": "x.sub_(y) means x = x - y",
    "div_": "x.div_(y) means x = x / y",
    "addcmul_": "x.addcmul_(a, b, value=c) means x = x + c * a * b",
    "addcdiv_": "x.addcdiv_(a, b, value=c) means x = x + c * a / b",
    "lerp_": "x.lerp_(y, w) means x = x + w * (y - x)",
    "zero_": "x.zero_() means x = np.zeros_like(x)",
    "sqrt": "x.sqrt() means np.sqrt(x)",
    "sqrt_": "x.sqrt_() means x = np.sqrt(x)",
    "pow": "x.pow(2) means x**2",
    "square": "x.square() means x**2",
    "abs": "x.abs() means np.abs(x)",
    "data": "param.data means theta itself",
    "grad": "param.grad means g",
    "assign_sub": "x.assign_sub(y) means x = x - y",
    "assign": "x.assign(y) means x = y",
    "assign_add": "x.assign_add(y) means x = x + y",
}

ENTRIES = "theta, g and every memory are arrays, one number for each coordinate: no keys, no lists of layers"

ONE_NUMBER = (
    "theta and g are arrays of several numbers: use NumPy's functions, as np.sqrt(v) for math.sqrt(v)"
)

TIPS = {
    "bitwise_xor": "In Python a power is written **",
    "only length-1 arrays": ONE_NUMBER,
    "only 0-dimensional arrays": ONE_NUMBER,
    "must be real number, not": ONE_NUMBER,
    "truth value of an array": (
        "theta and g are arrays: use np.maximum(a, b) for max(a, b), and np.where for if"
    ),
    "only integer scalar arrays": (
        "np.max(a, b) takes b for an axis; np.maximum(a, b) gives the larger of two arrays, entry by entry"
    ),
    "only integers, slices": ENTRIES,
    "indices must be integers": ENTRIES,
    "has no attribute 'keys'": ENTRIES,
    "has no attribute 'items'": ENTRIES,
    "has no attribute 'values'": ENTRIES,
    "has no attribute 'append'": "a memory is an array, not a list: m = ... makes the new one",
    "is out of bounds": "theta, g and every memory have one number for each coordinate, here two",
    "too many indices": "theta, g and every memory have one number for each coordinate, here two",
    "index out of range": "theta, g and every memory have one number for each coordinate, here two",
    "not callable": (
        "theta, g and the memories are arrays, not functions: g is the gradient, already computed"
    ),
    "not subscriptable": "t and hyperparameters are single numbers",
    "not iterable": "t and hyperparameters are single numbers; theta, g and the memories are arrays",
    "Cannot cast ufunc": (
        "an array of whole numbers takes no decimals: write x = x - ... in place of x -= ..."
    ),
    "could not be broadcast": "every array here has one number for each coordinate",
    "referenced before assignment": "give it a value first, or let it come in as a parameter",
    "not associated with a value": "give it a value first, or let it come in as a parameter",
    "local variable": "give it a value first, or let it come in as a parameter",
}

MODULES = {
    "np": "import numpy as np",
    "numpy": "import numpy",
    "math": "import math",
    "torch": "torch is not needed here: use np",
    "tf": "TensorFlow is not needed here: use np",
    "jnp": "JAX is not needed here: use np",
    "K": "Keras is not needed here: use np",
}


def of_an_error(fault: BaseException, text: str, line: str) -> str:
    """What helps against an error of a learner's code; empty if nothing is known.

    Parameters
    ----------
    fault : Exception
    text, line : str
        Its words, and the learner's line in which it arose.

    Returns
    -------
    str
    """
    wanted = getattr(fault, "name", None) or ""
    if isinstance(fault, NameError) and wanted in MODULES:
        return f"{MODULES[wanted]}."
    if isinstance(fault, NameError) and wanted in (*POINTS, *GRADIENTS):
        return f"The point is called theta here and the gradient g; there is no {wanted}."
    if isinstance(fault, AttributeError) and wanted in IN_PLACE:
        used = [name for name in IN_PLACE if name == wanted or f".{name}(" in line]
        return f"This is another library's; with arrays {listed(IN_PLACE[name] for name in used)}."
    return next((tip + "." for sign, tip in TIPS.items() if sign in text), "")
