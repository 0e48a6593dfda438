"""The catalogue of known wrong steps, each one executable.

A wrong step is the right one with a piece of its source replaced by another, so an entry reads: in
*this* step, *this* becomes *that*. A mistake is one belief; where one belief leads to several wrong
steps that behave differently, the entry lists a replacement for each of them.

A piece is an expression or some statements. Source and pieces are brought into one format before they
are compared, so it does not matter how either is set; but the words and their order do. A piece that is
not in its step is an error: when a step is rewritten, its mistakes have to be rewritten too.

`check` recognises a mistake by what it does, not by how it is written: names and the order of lines
do not matter. Everything is in the order in which it stands in the step, so that of two mistakes the
first to repair comes first.
"""

import ast
import functools
import inspect
import re
import textwrap
from dataclasses import dataclass, field

import numpy as np

from .. import steps

__all__ = ["CATALOGUE", "Mistake", "of", "source_of", "undocumented", "wrong"]


@dataclass(frozen=True)
class Mistake:
    """One belief that leads to a wrong step.

    Attributes
    ----------
    id : str
        The step's name, a dot, the mistake's name.
    changes : tuple of dict
        For each writing that behaves differently: what is replaced by what in the source.
    misconception : str
        What whoever writes this believes.
    hint, stronger : str
        What to look at; and where to look if that was not enough. Never the answer.
    seen_in : tuple of str
        Public issues and pull requests in which it was reported.
    """

    id: str
    changes: tuple
    misconception: str
    hint: str
    stronger: str
    seen_in: tuple = field(default=())

    @property
    def step(self):
        """The right step."""
        return getattr(steps, self.id.partition(".")[0])

    @functools.cached_property
    def functions(self):
        """The wrong steps, ready to be run."""
        return [wrong(self.step, change) for change in self.changes]

    def quantity(self, writing):
        """What goes wrong first in one of the wrong steps: a memory of the step, or theta.

        Parameters
        ----------
        writing : int
            Index into `changes`.

        Returns
        -------
        str
        """
        right, changed = source_of(self.step), replaced(source_of(self.step), self.changes[writing])
        for line, other in zip(right.splitlines()[1:], changed.splitlines()[1:]):
            if line != other:
                return _made_in(other, self.step)
        return "theta"


def _made_in(line, step):
    """Which memory a line of a step makes; theta where none."""
    parameters = inspect.signature(step).parameters.values()
    memory = [p.name for p in parameters if p.default is p.empty and p.name not in ("theta", "t")]
    made = [target.strip().partition("[")[0] for target in line.split("=")[:-1]]
    named = [name for name in made if name in memory]
    if named == ["g"]:  # all memories are made from it
        return (memory[1:] or ["theta"])[0]
    return named[-1] if named and named[-1] != "g" else "theta"


def undocumented(obj):
    """The source of a function or class without its docstring.

    Raises
    ------
    TypeError, OSError
        If there is no source.
    """
    source = textwrap.dedent(inspect.getsource(obj))
    node = ast.parse(source).body[0]
    if ast.get_docstring(node):
        lines, doc = source.splitlines(), node.body[0]
        source = "\n".join(lines[: doc.lineno - 1] + lines[doc.end_lineno :])
    return source.rstrip()


@functools.cache
def source_of(step):
    """The source of a step of the series without docstring and comments, in the format of `ast.unparse`."""
    return ast.unparse(ast.parse(undocumented(step)))


@functools.cache
def _formatted(piece):
    """A piece of source as it stands in `source_of`, without brackets around it.

    Raises
    ------
    ValueError
        If it is neither an expression nor statements.
    """
    try:
        tree = ast.parse(inspect.cleandoc(piece))
    except SyntaxError:
        raise ValueError(f"{piece!r} is neither an expression nor statements") from None
    match tree.body:
        case [ast.Expr(ast.Tuple())]:  # a piece of a signature, or the end of a return
            return ast.unparse(tree)[1:-1]
    return ast.unparse(tree).replace("\n", "\n    ")


@functools.cache
def _pattern(piece):
    """What finds a piece in a source: whole names and numbers, and any space between words and signs.

    Space is free because a piece that an earlier change has put in is spaced as it was written, and
    because only the source shows whether "a = b" is a statement or an argument.
    """
    words = re.findall(r"\w+|[^\w\s]", _formatted(piece))
    return re.compile(r"(?<!\w)" + r"\s*".join(map(re.escape, words)) + r"(?!\w)")


def replaced(source, *changes):
    """A source with pieces replaced, one after the other.

    Parameters
    ----------
    source : str
        As `source_of` gives it.
    *changes : dict
        What is replaced, wherever it stands, by what. The new piece is taken as it is written: it brings
        its own brackets, and the indentation of all its lines but the first.

    Returns
    -------
    str

    Raises
    ------
    LookupError
        If a piece is not there.
    ValueError
        If what is replaced is neither an expression nor statements.
    """
    for old, new in (pair for change in changes for pair in change.items()):
        source, found = _pattern(old).subn(lambda _, new=new: new, source)
        if not found:
            raise LookupError(f"it has no piece {_formatted(old)!r}")
    return source


def wrong(step, *changes):
    """A step with pieces of its source replaced.

    Parameters
    ----------
    step : function
        A step of the series.
    *changes : dict
        What is replaced by what, in this order.

    Returns
    -------
    function or None
        None if the changes do not go together.
    """
    names = {"np": np}
    try:
        exec(replaced(source_of(step), *changes), names)
    except (LookupError, SyntaxError):
        return None
    return names[step.__name__]


def of(step):
    """All known mistakes of a step.

    Parameters
    ----------
    step : function
        A step of the series.

    Returns
    -------
    list of Mistake
    """
    return [mistake for mistake in CATALOGUE if mistake.id.partition(".")[0] == step.__name__]


CATALOGUE = []


# What stands in another step in the place of Adam's names
RENAMED = {
    "nadam": {"m_hat": "m_bar"},
    "adagrad": {"m_hat": "g", "v_hat": "G", "v": "G"},
    "rmsprop": {"m_hat": "g", "v_hat": "v"},
}


def known(id, changes, misconception, hint, stronger, seen_in=(), also="", renamed=RENAMED, only=None):
    """Enter a mistake for a step, and for others whose source has the same pieces.

    Parameters
    ----------
    id, changes, misconception, hint, stronger, seen_in
        As in `Mistake`; a single change may stand alone.
    also : str
        Other steps in which it is a mistake, under other names where they are `renamed`.
    renamed : dict of dict
        By step: which names stand there in the place of others.
    only : dict of list, optional
        By step: which of the changes apply there (indices), where not all of them do.

    Raises
    ------
    ValueError
        If a piece is not in the source of one of the steps, or is no piece of Python.
    """
    name, slug = id.split(".")
    changes = (changes,) if isinstance(changes, dict) else tuple(changes)
    for step in [name, *also.split()]:
        named = functools.partial(_renamed, names=renamed.get(step, {}) if step != name else {})
        chosen = [changes[k] for k in (only or {}).get(step, range(len(changes)))]
        wanted = [{named(old): named(new) for old, new in change.items()} for change in chosen]
        try:
            fitting = tuple(_fitting(change, getattr(steps, step)) for change in wanted)
        except (LookupError, ValueError) as error:
            raise ValueError(f"mistake {step}.{slug} does not fit steps.{step}: {error}") from None
        texts = [named(text) for text in (misconception, hint, stronger)]
        CATALOGUE.append(Mistake(f"{step}.{slug}", fitting, *texts, tuple(seen_in)))


def _fitting(change, step):
    """A change with its pieces as they stand in the source of a step; LookupError if they do not."""
    replaced(source_of(step), change)
    return {_formatted(old): new for old, new in change.items()}


def _renamed(text, names):
    return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), text) if names else text


ADAMS = "amsgrad adamw"  # corrected like Adam

AVERAGING_M = "amsgrad adamw nadam adamax"

AVERAGING_V = "amsgrad adamw nadam"

WITH_ROOT = "amsgrad adamw nadam rmsprop adagrad"

WITH_M_HAT = "amsgrad adamw nadam adamax"

CORRECTS_V_MAX = {"amsgrad": {"v": "v_max"}}  # of its squares, that is what AMSGrad corrects

ONLY_M = {"adamax": [1]}  # of changes to both corrections, m's and v's: AdaMax has no v

# fmt: off

# The ends of the steps
ADAM_STEP, RMSPROP_STEP, ADAGRAD_STEP = (
    "m_hat / (np.sqrt(v_hat) + eps)", "g / (np.sqrt(v) + eps)", "g / (np.sqrt(G) + eps)")

DECAY = "theta = theta - eta * weight_decay * theta"

# The average of the gradients ---------------------------------------------------------------------

known("adam.m_no_1mb", {"(1 - beta1) * g": "g"},
      "copying momentum: m = beta1*m + g",
      "Feed a constant gradient of 1 many times. Where should m settle?",
      "An average of ones is 1. What weight must the new gradient have, so that all weights together are 1?",
      also=AVERAGING_M)

known("adam.m_decay_swapped", {"beta1 * m + (1 - beta1) * g": "(1 - beta1) * m + beta1 * g"},
      "beta1 is the weight of the new gradient",
      "How much of the old m survives one step when beta1 = 0.9?",
      "With beta1 near 1 the memory is long. Which of the two terms must then be the large one?",
      also=AVERAGING_M)

known("adam.m_same_weight", {"(1 - beta1) * g": "beta1 * g"},
      "both terms have the weight beta1",
      "With beta1 = 0.9, do the weights of the old m and of the new gradient add up to 1?",
      "Whatever share of m survives: the new gradient gets the rest.", also=AVERAGING_M)

known("adam.m_never_forgets", {"beta1 * m + (1 - beta1) * g": "m + (1 - beta1) * g"},
      "the new gradient is added, and nothing has to go",
      "Feed a gradient of 1 once and then only zeros. Does m ever become smaller?",
      "Which line lets the past fade?", also=AVERAGING_M)

known("adam.m_precedence",
      [{"beta1 * m + (1 - beta1) * g": "(beta1 * m + (1 - beta1)) * g"},
       {"beta1 * m + (1 - beta1) * g": "beta1 * (m + (1 - beta1) * g)"}],
      "the brackets may stand anywhere",
      "With m = 0 and then with g = 0: what should m become? Work out both with paper and pencil.",
      "Read your line for m aloud. What exactly does each factor multiply?", also=AVERAGING_M)

known("adam.m_minus", {"beta1 * m + (1 - beta1) * g": "beta1 * m - (1 - beta1) * g"},
      "the minus of the step belongs into m, and into the step as well",
      "For a gradient of 1, is your m positive or negative? And which way does the last line go then?",
      "There must be one minus between the gradient and the step, not none and not two.", also=AVERAGING_M)

known("adam.m_no_memory", {"beta1 * m + (1 - beta1) * g": "(1 - beta1) * g"},
      "the weight alone makes an average",
      "Feed a gradient of 1 and then a zero. What is left of the 1 in m?",
      "Does the old m appear on the right-hand side of your line for m?", also=AVERAGING_M)

known("adam.m_squared", {"(1 - beta1) * g": "(1 - beta1) * g**2"},
      "both averages hold squares",
      "Can your m ever be negative? Which way does the ball go where the slope is negative?",
      "One of the two averages is for the direction. A square has none.", also=AVERAGING_M)

known("adam.m_sign", {"(1 - beta1) * g": "(1 - beta1) * np.sign(g)"},
      "only the direction of a gradient goes into m",
      "Feed the gradients 1 and then 100. Does your m see any difference between the two?",
      "The size is divided out later. In m it still counts.", also=AVERAGING_M)

known("adam.m_uses_beta2", {"beta1 * m + (1 - beta1) * g": "beta2 * m + (1 - beta2) * g"},
      "one beta serves both averages",
      "Change beta1 alone, from 0.9 to 0.5. Does your m change?",
      "Each average has its own beta: which one belongs to m?", also=AVERAGING_M)

known("adam.betas_swapped",
      [{"beta1 * m + (1 - beta1) * g": "beta2 * m + (1 - beta2) * g",
        "beta2 * v + (1 - beta2) * g**2": "beta1 * v + (1 - beta1) * g**2"},
       {"beta1": "beta_", "beta2": "beta1", "beta_": "beta2", "beta2=0.9": "beta1=0.9",
        "beta1=0.999": "beta2=0.999"},
       {"(1 - beta1) * g": "(1 - beta2) * g", "(1 - beta2) * g**2": "(1 - beta1) * g**2"}],
      "beta1 and beta2 are interchangeable",
      "Which of the two averages should have the longer memory, and which beta gives a longer one?",
      "beta1 belongs to the first average, m. Look for the line where the other one stands.",
      seen_in=["keisuke-umezawa/deeplearning-default-value/pull/3"], also=ADAMS)

# The average of the squares -----------------------------------------------------------------------

known("rmsprop.v_no_1mb", {"(1 - beta2) * g**2": "g**2"},
      "copying momentum: v = beta2*v + g**2",
      "Feed a constant gradient of 1 many times. Where should v settle?",
      "An average of ones is 1. What weight must the new square have, so that all weights together are 1?",
      also="adam adadelta " + AVERAGING_V)

known("rmsprop.decay_swapped", {"beta2 * v + (1 - beta2) * g**2": "(1 - beta2) * v + beta2 * g**2"},
      "the decay rate is the weight of the new value",
      "How much of the old v survives one step when the decay rate is 0.9?",
      "With a decay rate near 1 the memory is long. Which of the two terms must then be the large one?",
      seen_in=["Devinterview-io/gradient-descent-interview-questions/issues/1"],
      also="adam adadelta " + AVERAGING_V)

known("rmsprop.v_same_weight", {"(1 - beta2) * g**2": "beta2 * g**2"},
      "both terms have the same weight",
      "Do the weights of the old v and of the new square add up to 1?",
      "Whatever share of v survives: the new square gets the rest.", also="adam adadelta " + AVERAGING_V)

known("rmsprop.v_never_forgets",
      [{"beta2 * v + (1 - beta2) * g**2": "v + (1 - beta2) * g**2"},
       {"beta2 * v + (1 - beta2) * g**2": "v + g**2"}],
      "the squares are added up, as in Adagrad",
      "Feed a gradient of 1 once and then only zeros. Does v ever become smaller?",
      "Which line lets the past fade?", also="adam adadelta " + AVERAGING_V)

known("rmsprop.precedence",
      [{"beta2 * v + (1 - beta2) * g**2": "(beta2 * v + (1 - beta2)) * g**2"},
       {"beta2 * v + (1 - beta2) * g**2": "beta2 * (v + (1 - beta2) * g**2)"}],
      "brackets may stand anywhere",
      "With v = 0 and g = 2, what should v become? And with v = 1 and g = 0? Check with paper and pencil.",
      "Read your line for v aloud. What exactly does each factor multiply?",
      seen_in=["deeplearning4j/nd4j/issues/1239"], also="adam adadelta " + AVERAGING_V)

known("rmsprop.v_no_memory",
      [{"beta2 * v + (1 - beta2) * g**2": "(1 - beta2) * g**2"},
       {"beta2 * v + (1 - beta2) * g**2": "g**2"}],
      "v is the current square",
      "Feed a gradient of 1 and then a zero. What is left of the 1 in v?",
      "Does the old v appear on the right-hand side of your line for v?", also="adam adadelta " + AVERAGING_V)

known("adam.v_not_squared", {"(1 - beta2) * g**2": "(1 - beta2) * g"},
      "v averages the gradient",
      "What happens under the root when the gradient is negative?",
      "v is there for the size alone. How does one get rid of a sign, so that a root gives the size back?",
      also="rmsprop adadelta " + AVERAGING_V)

known("adam.v_absolute", {"(1 - beta2) * g**2": "(1 - beta2) * np.abs(g)"},
      "v averages the size of the gradient",
      "Double every gradient. By which factor does your v grow, and by which its root?",
      "The root in the last line undoes something. What must v hold for that?",
      also="rmsprop adadelta " + AVERAGING_V)

known("adam.v_doubled", {"g**2": "g * 2"},
      "twice is the same as squared",
      "For g = 3, what is the number that you add to v, before its weight?",
      "In Python ** is the power and * the product.", also="rmsprop adadelta " + AVERAGING_V)

known("adam.v_weight_squared", {"(1 - beta2) * g**2": "((1 - beta2) * g) ** 2"},
      "the square may be taken of the weighted gradient",
      "With v = 0, beta2 = 0.9 and g = 1: what should v become, and what is it in yours?",
      "What is squared in your line: the gradient alone?", also="rmsprop adadelta " + AVERAGING_V)

known("adam.v_of_m", {"(1 - beta2) * g**2": "(1 - beta2) * m**2"},
      "v averages the squares of m",
      "For gradients that alternate, 1, -1, 1, -1: how large is your v, and how large are the gradients?",
      "m forgets the size when signs change. That is why there is a second average: of what?",
      also=AVERAGING_V)

known("adam.v_centred", {"(1 - beta2) * g**2": "(1 - beta2) * (g - m) ** 2"},
      "v is the variance, so the mean is subtracted (that is another method, AdaBelief)",
      "For a constant gradient of 1, where does your v go in the long run, and how long are the steps then?",
      "v is the average of the squares themselves. Nothing is subtracted.", also=AVERAGING_V)

known("adam.v_uses_beta1", {"beta2 * v + (1 - beta2) * g**2": "beta1 * v + (1 - beta1) * g**2"},
      "one beta serves both averages",
      "Change beta2 alone, from 0.999 to 0.5. Does your v change?",
      "Each average has its own beta: which one belongs to v?", also=AVERAGING_V)

known("adam.scalar_v",
      [{"(1 - beta2) * g**2": "(1 - beta2) * np.sum(g**2)"},
       {"(1 - beta2) * g**2": "(1 - beta2) * np.mean(g**2)"},
       {"beta2 * v + (1 - beta2) * g**2": "np.sum(beta2 * v + (1 - beta2) * g**2)"}],
      "v uses the squared length of the gradient",
      "Look at the shape of v and at its entries: does each coordinate have its own scale?",
      "A flat coordinate beside a steep one: which of the two decides your divisor?",
      also="rmsprop adadelta " + AVERAGING_V)

known("adam.shared_state",
      [{"g**2": "g**2\n    v[1] = beta2 * v[0] + (1 - beta2) * g[1] ** 2"},
       {"np.sqrt(v_hat)": "np.sqrt(v_hat[0])"}, {"np.sqrt(v_hat)": "np.sqrt(v_hat[1])"},
       {"eta * m_hat": "eta * m_hat[0]"}, {"eta * m_hat": "eta * m_hat[1]"},
       {"beta2 * v + (1 - beta2) * g**2": "beta2 * v[0] + (1 - beta2) * g**2"},
       {"beta2 * v + (1 - beta2) * g**2": "beta2 * v[1] + (1 - beta2) * g**2"},
       {"beta2 * v + (1 - beta2) * g**2": "beta2 * v + (1 - beta2) * g[0] ** 2"},
       {"beta2 * v + (1 - beta2) * g**2": "beta2 * v + (1 - beta2) * g[1] ** 2"},
       {"beta2 * v + (1 - beta2) * g**2":
        "beta2 * v[1] + (1 - beta2) * g**2\n    v[1] = beta2 * v[0] + (1 - beta2) * g[1] ** 2"},
       {"(1 - beta1) * g": "(1 - beta1) * g\n    m[1] = beta1 * m[0] + (1 - beta1) * g[1]"},
       {"beta1 * m + (1 - beta1) * g": "beta1 * m[0] + (1 - beta1) * g"},
       {"beta1 * m + (1 - beta1) * g": "beta1 * m + (1 - beta1) * g[0]"},
       {"(1 - beta1) * g": "(1 - beta1) * g\n    m[1] = beta1 * m[0] + (1 - beta1) * g[1]",
        "g**2": "g**2\n    v[1] = beta2 * v[0] + (1 - beta2) * g[1] ** 2"},
       {"beta1 * m + (1 - beta1) * g": "beta1 * m[0] + (1 - beta1) * g",
        "beta2 * v + (1 - beta2) * g**2": "beta2 * v[0] + (1 - beta2) * g**2"}],
      "one memory serves two coordinates (copy and paste)",
      "Give the two coordinates gradients of very different size and print the two divisors.",
      "Follow one coordinate through your lines. Does the other one's memory or gradient appear anywhere?",
      also=ADAMS)

known("adam.alias_m_v",
      [{"beta1 * m": "beta1 * v", "v = beta2 * v": "m = v = beta2 * m"},
       {"beta2 * v + (1 - beta2) * g**2": "m"},
       {"m = beta1 * m + (1 - beta1) * g\n    v = beta2 * v + (1 - beta2) * g**2":
        "v = beta2 * v + (1 - beta2) * g**2\n    m = v = beta1 * v + (1 - beta1) * g"},
       {"v = beta2 * v + (1 - beta2) * g**2": "v = m = beta2 * v + (1 - beta2) * g**2"}],
      "m = v = np.zeros(2) makes two arrays",
      "Change one entry of m and print v.",
      "Two names can stand for one array. Where do m and v become the same thing?", also=ADAMS)

known("adam.no_update_of_v", {"beta2 * v + (1 - beta2) * g**2": "v"},
      "v is given, so it needs no line",
      "Print v after ten steps. Has it changed?",
      "v comes in as it was after the step before. Which line brings it up to date?",
      also="rmsprop " + AVERAGING_V)

# Bias correction ----------------------------------------------------------------------------------

known("adam.overwrite_moments",
      [{"m_hat = m": "m_hat = m = m", "v_hat = v": "v_hat = v = v"},
       {"m_hat = m": "m_hat = m = m"},
       {"v_hat = v": "v_hat = v = v"}],
      "bias correction repairs the stored average itself",
      "Print v at steps 1, 2, 3 for a gradient that is always 1. Can an average of ones exceed 1? Which "
      "name carries over to the next step?",
      "The corrected value is for this step's use only. Which m and v does your last line hand on?",
      seen_in=["frgfm/holocron/issues/1"], also="adamw")

known("adam.no_bias_correction", {"m / (1 - beta1**t)": "m", "v / (1 - beta2**t)": "v"},
      "the averages are already averages from step 1",
      "What weight do the 1, 2, 3 gradients seen so far carry in m? Do the weights add up to 1?",
      "m and v start at zero, so at first they are too small. Two lines repair that; they need t.",
      also="adamw")

known("amsgrad.no_bias_correction", {"m / (1 - beta1**t)": "m", "v_max / (1 - beta2**t)": "v_max"},
      "no correction, as in the paper of AMSGrad (PyTorch, and this reference, do correct)",
      "What weight do the 1, 2, 3 gradients seen so far carry in m? Do the weights add up to 1?",
      "The paper (Reddi 2018) leaves both averages uncorrected. Here they are corrected as in Adam.")

known("adam.correct_m_only", {"v / (1 - beta2**t)": "v"},
      "only the mean is biased",
      "How large is your very first step, measured in learning rates? How large should it be?",
      "Both averages start at zero. Which of the two does your last line use as it is?",
      also=ADAMS + " nadam", renamed=CORRECTS_V_MAX)

known("adam.correct_v_only", {"m / (1 - beta1**t)": "m"},
      "only v is biased, because only v is divided by",
      "How large is your very first step, measured in learning rates? How large should it be?",
      "Both averages start at zero. Which of the two does your last line use as it is?",
      also=ADAMS + " adamax")

known("adam.t_from_zero",
      [{"beta1**t": "beta1 ** (t - 1)", "beta2**t": "beta2 ** (t - 1)"},
       {"beta1**t": "beta1 ** (t - 1)"},
       {"beta2**t": "beta2 ** (t - 1)"}],
      "loops start at 0, so t does",
      "Work out 1 - beta**t by hand for the first pass.",
      "t is 1 at the first step. Which power of beta do you take there?",
      seen_in=["deeplearning4j/nd4j/pull/1227", "tracel-ai/burn/pull/630", "keras-team/keras/pull/10129"],
      also=ADAMS + " adamax", only=ONLY_M)

known("adam.t_one_more",
      [{"beta1**t": "beta1 ** (t + 1)", "beta2**t": "beta2 ** (t + 1)"},
       {"beta1**t": "beta1 ** (t + 1)"},
       {"beta2**t": "beta2 ** (t + 1)"}],
      "t counts from 0, so 1 has to be added",
      "Print t inside your step, at the first call.",
      "t is 1 at the first step already.", also=ADAMS + " adamax", only=ONLY_M)

known("adam.fixed_correction",
      [{"m / (1 - beta1**t)": "m / (1 - beta1)", "(1 - beta2**t)": "(1 - beta2)"},
       {"m / (1 - beta1**t)": "m / (1 - beta1)"},
       {"(1 - beta2**t)": "(1 - beta2)"}],
      "the correction is a constant rescaling",
      "Your first step is right. What should the correction do as t becomes large?",
      "The weight that an average has gathered grows from step to step. What makes it grow in the formula?",
      seen_in=["eriklindernoren/ML-From-Scratch/issues/35", "ufal/npfl114/pull/79",
                "PennyLaneAI/pennylane/pull/1929"], also=ADAMS + " adamax", only=ONLY_M)

known("adam.correction_linear",
      [{"beta1**t": "beta1 * t", "beta2**t": "beta2 * t"},
       {"beta1**t": "beta1 * t"},
       {"beta2**t": "beta2 * t"}],
      "beta times t is the same as beta to the power of t",
      "Your first step is right. What is 1 - beta*t at t = 2?",
      "In the formula t stands above the line: in Python that is **.", also=ADAMS + " adamax", only=ONLY_M)

known("adam.correction_of_the_rest",
      [{"(1 - beta1**t)": "(1 - beta1) ** t", "(1 - beta2**t)": "(1 - beta2) ** t"},
       {"(1 - beta1**t)": "(1 - beta1) ** t"},
       {"(1 - beta2**t)": "(1 - beta2) ** t"}],
      "the power belongs to the whole bracket",
      "Your first step is right. What should the divisor become as t grows: 0 or 1?",
      "What exactly is raised to the power t?", also=ADAMS + " adamax", only=ONLY_M)

known("adam.correction_is_beta_t",
      [{"(1 - beta1**t)": "beta1**t", "(1 - beta2**t)": "beta2**t"},
       {"(1 - beta1**t)": "beta1**t"},
       {"(1 - beta2**t)": "beta2**t"}],
      "the power of beta alone is the correction",
      "What should the divisor become as t grows: 0 or 1?",
      "Add up the weights of the gradients seen so far, for t = 1 and t = 2.",
      also=ADAMS + " adamax", only=ONLY_M)

known("adam.correction_multiplied",
      [{"m / (1 - beta1**t)": "m * (1 - beta1**t)", "v / (1 - beta2**t)": "v * (1 - beta2**t)"},
       {"m / (1 - beta1**t)": "m * (1 - beta1**t)"},
       {"v / (1 - beta2**t)": "v * (1 - beta2**t)"}],
      "the averages are multiplied by the weight that they have gathered",
      "After one step, is m too small or too large? And does your correction make it larger?",
      "An average is a weighted sum divided by the sum of its weights.",
      also=ADAMS + " adamax", renamed=CORRECTS_V_MAX, only=ONLY_M)

known("adam.correction_swapped", {"beta1**t": "beta_**t", "beta2**t": "beta1**t", "beta_**t": "beta2**t"},
      "either beta may correct either average",
      "Which beta made m? With which beta do you correct it?",
      "How long is your first step, in learning rates? Each average is corrected with its own beta.",
      also=ADAMS)

known("adam.correction_one_beta", [{"beta2**t": "beta1**t"}, {"beta1**t": "beta2**t"}],
      "one beta corrects both averages",
      "Which beta made m, and which v? With which do you correct them?",
      "How long is your first step, in learning rates?", also=ADAMS)

known("adam.correction_outside_root",
      {"v / (1 - beta2**t)": "v", "np.sqrt(v_hat)": "np.sqrt(v_hat) / (1 - beta2**t)"},
      "it does not matter whether v is corrected before or after the root",
      "At the first step, by which factor is v too small, and by which its root?",
      "Correct v first, then take the root. Or take the root of the correction as well.", also="adamw")

known("adam.correct_the_gradient", {"m_hat = m": "m_hat = g"},
      "the correction is applied to the gradient",
      "What is corrected in your line, and what has started at zero?",
      "Does your m appear in the step at all?", also=ADAMS + " adamax")

_KEPT = {"v, t": "v, rate, t", "m_hat = m": "k, l = 1 - beta1**t, np.sqrt(1 - beta2**t)\n"
         "    rate = np.where(t == 1, eta, rate) * FACTOR\n    m_hat = m"}

_USED = f"eta * {ADAM_STEP}, m, v"

known("adam.lr_compounded",
      [{**_KEPT, "FACTOR": "l / k", _USED: "rate * m / (np.sqrt(v) + eps), m, v, rate"},
       {**_KEPT, "FACTOR": "l / k", _USED: "rate * m / (np.sqrt(v) + eps * l), m, v, rate"},
       {**_KEPT, "FACTOR": "1 / k", _USED: "rate * m / (np.sqrt(v_hat) + eps), m, v, rate"},
       {**_KEPT, "FACTOR": "l", _USED: "rate * m_hat / (np.sqrt(v) + eps), m, v, rate"},
       {**_KEPT, "FACTOR": "l", _USED: "rate * m_hat / (np.sqrt(v) + eps * l), m, v, rate"}],
      "the corrected step size is stored back in lr",
      "Print lr each step. Did anybody ask for a schedule?",
      "The correction is made anew at each step, from the eta that was given.",
      seen_in=["PennyLaneAI/pennylane/pull/1929"])

# eps and the root ---------------------------------------------------------------------------------

known("adam.eps_inside", {"np.sqrt(v_hat) + eps": "np.sqrt(v_hat + eps)"},
      "eps only prevents 0/0, so its place is irrelevant",
      "Feed a gradient of 1e-6. What step do you expect for Adam, what do you get? Compare sqrt(1e-8) with "
      "1e-8.",
      "Under the root eps acts like its own root outside. The paper and PyTorch add it to the root.",
      seen_in=["keras-team/keras/issues/435", "tensorflow/tensorflow/issues/58412",
                "kozistr/pytorch_optimizer/issues/397"], also="amsgrad adamw nadam")

known("adam.eps_before_correction",
      [{"eta * m_hat / (np.sqrt(v_hat) + eps)": "eta * m_hat * np.sqrt(1 - beta2**t) / (np.sqrt(v_hat * (1 "
                                                "- beta2**t)) + eps)"}],
      "folding the corrections into lr changes nothing (true except for eps: it becomes "
      "eps/sqrt(1-beta2**t); this is Keras' documented epsilon hat)",
      "By what factor does the correction scale v at t = 1, and is eps scaled along?",
      "This is Keras' form, with its 'epsilon hat'. In Algorithm 1 eps is added to the root of the "
      "corrected v.",
      seen_in=["keras-team/keras/issues/17391", "tensorflow/tensorflow/issues/9047",
                "karpathy/nanochat/pull/353", "pytorch/pytorch/pull/22628"], also="amsgrad adamw nadam")

known("adam.eps_inside_before_correction",
      {"eta * m_hat / (np.sqrt(v_hat) + eps)": "eta * m_hat * np.sqrt(1 - beta2**t) / np.sqrt(v_hat * (1 - "
                                               "beta2**t) + eps)"},
      "eps may stand inside the root of the raw v",
      "Feed a gradient of 1e-6. How long is the first step, in learning rates?",
      "eps stands outside the root, and v is corrected before.", also=ADAMS)

known("adam.eps_missing", {"np.sqrt(v_hat) + eps": "np.sqrt(v_hat)"},
      "eps is so small that it can be left out",
      "What does your step do while a coordinate has seen no gradient at all?",
      "0/0 is not a number. Something small has to stand beside the root.", also=WITH_ROOT)

known("adam.eps_squared", {"np.sqrt(v_hat) + eps": "np.sqrt(v_hat + eps**2)"},
      "inside the root eps has only to be squared",
      "For a gradient as small as eps: what is your divisor, and what should it be?",
      "The root of a sum is not the sum of the roots.", also=WITH_ROOT)

known("adam.eps_minus", {"np.sqrt(v_hat) + eps": "np.sqrt(v_hat) - eps"},
      "the sign of eps does not matter",
      "What is your divisor for a gradient that is as small as eps?",
      "eps must keep the divisor away from zero.", also=WITH_ROOT)

known("adam.eps_added_to_step",
      [{"eta * m_hat / (np.sqrt(v_hat) + eps)": "eta * m_hat / np.sqrt(v_hat) + eps"},
       {"eta * m_hat / (np.sqrt(v_hat) + eps)": "(eta * m_hat / np.sqrt(v_hat) + eps)"},
       {"eta * m_hat / (np.sqrt(v_hat) + eps)": "eta * (m_hat / np.sqrt(v_hat) + eps)"}],
      "a / b + c adds c to b",
      "What does Python do first in a / b + c?",
      "Where is the bracket that keeps the root and eps together?", also=WITH_ROOT)

known("adam.no_sqrt", {"np.sqrt(v_hat)": "v_hat"},
      "v already has the size of a gradient",
      "Double every gradient. Should Adam's step change? What are the units of v?",
      "v is made of squares. What turns a square back into a size?", seen_in=["FluxML/Flux.jl/pull/119"],
      also="amsgrad adamw nadam rmsprop")

known("adam.root_of_root", {"np.sqrt(v_hat)": "np.sqrt(np.sqrt(v_hat))"},
      "one root more does no harm",
      "Double every gradient. Should Adam's step change?",
      "How many roots does it take to turn a square into a size?", also=WITH_ROOT)

known("adam.root_of_all", {"m_hat / (np.sqrt(v_hat) + eps)": "np.sqrt(m_hat / (v_hat + eps))"},
      "the root is taken of the whole fraction",
      "What happens where m is negative?",
      "Where does the root end in the formula?", also="amsgrad adamw nadam rmsprop adagrad")

known("adam.multiplied", {"m_hat / (np.sqrt(v_hat) + eps)": "m_hat * (np.sqrt(v_hat) + eps)"},
      "the scale multiplies the step",
      "Double every gradient. How much longer does your step become, and how much should it?",
      "Where slopes are large, should the step become longer or shorter for it?",
      also="amsgrad adamw nadam rmsprop adagrad")

known("adam.upside_down", {"m_hat / (np.sqrt(v_hat) + eps)": "np.sqrt(v_hat) / (m_hat + eps)"},
      "the fraction may be read from below",
      "Which of the two averages knows the direction, which only the size? Which of them belongs on top?",
      "What happens where m is zero?", also=ADAMS)

known("adam.m_v_swapped", {"m_hat / (np.sqrt(v_hat) + eps)": "v_hat / (np.sqrt(m_hat) + eps)"},
      "either average may stand on top",
      "Which of the two averages knows the direction, which only the size? Which of them belongs on top?",
      "What is the root of a negative m?", also=ADAMS)

known("adam.corrected_twice",
      [{"eta * m_hat": "eta * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m_hat"},
       {"eta * m_hat": "eta / (1 - beta1**t) * m_hat"}],
      "the rate is corrected as well as the averages",
      "How long is your very first step, measured in learning rates? How large should it be?",
      "There are two ways to correct: the averages, or the rate. Which of them do you use?", also=ADAMS)

# The step itself ----------------------------------------------------------------------------------

known("adam.g_in_place_of_m", {"eta * m_hat": "eta * g"},
      "m is kept, but the step uses the gradient",
      "Set beta1 to 0.99. Does your path become smoother?",
      "Which name stands on top of your fraction?", also=WITH_M_HAT)

known("adam.ascent", {"theta - eta * m_hat": "theta + eta * m_hat"},
      "sign of the step",
      "Does the loss go up or down on the very first step?",
      "The gradient points uphill.", seen_in=["PaddlePaddle/Paddle/issues/4184"],
      also=WITH_M_HAT + " rmsprop adagrad")

known("adam.state_reset",
      [{"beta1 * m + (1 - beta1) * g": "(1 - beta1) * g",
        "beta2 * v + (1 - beta2) * g**2": "(1 - beta2) * g**2"},
       {"beta1 * m + (1 - beta1) * g": "g", "beta2 * v + (1 - beta2) * g**2": "g**2",
        "m / (1 - beta1**t)": "m", "v / (1 - beta2**t)": "v"},
       {"beta1 * m + (1 - beta1) * g": "(1 - beta1) * g",
        "beta2 * v + (1 - beta2) * g**2": "(1 - beta2) * g**2", "m / (1 - beta1**t)": "m",
        "v / (1 - beta2**t)": "v"}],
      "m, v, t are local to the update function or re-set each epoch",
      "What is left of the gradient before the last one, in your step?",
      "m and v come in and go out again. Are they made anew inside, or handed back as they came?",
      also="adamw")

known("adam.memory_returned_swapped",
      {f"theta - eta * {ADAM_STEP}, m, v": f"theta - eta * {ADAM_STEP}, v, m"},
      "the order in which memories are returned does not matter",
      "Compare the names in your return with the names in your signature, one by one.",
      "What is returned second comes in as the first memory at the next step.", also="adamw")

known("adam.stale_memory",
      [{"m = beta1": "new_m = beta1", "v = beta2": "new_v = beta2",
        f"{ADAM_STEP}, m, v": f"{ADAM_STEP}, new_m, new_v"},
       {"m = beta1": "new = beta1", f"{ADAM_STEP}, m, v": f"{ADAM_STEP}, new, v"},
       {"v = beta2": "new = beta2", f"{ADAM_STEP}, m, v": f"{ADAM_STEP}, m, new"}],
      "the step may be taken before the memory is brought up to date",
      "At the first step m and v come in as zeros. What does your step use there?",
      "First the averages, then the step that uses them.", also="adamw")

known("adam.grad_not_reset",
      {"v, t": "v, total, t", "m = beta1": "g = total = total + g\n    m = beta1",
       f"{ADAM_STEP}, m, v": f"{ADAM_STEP}, m, v, total"},
      "dw, db (or .grad) are cleared by themselves",
      "Print the gradient when you call the function twice at the same point.",
      "Is anything added to the old gradient, where it should be replaced?")

known("adam.eta_missing", {"eta * m_hat": "m_hat"},
      "the scaled average is the step",
      "Change eta. Does your path change?",
      "Which hyperparameter do you never use?", also=WITH_M_HAT + " rmsprop adagrad")

known("adam.eta_twice", {"eta * m_hat": "eta * eta * m_hat"},
      "the learning rate belongs in two places",
      "Halve eta. Does your step become half as long, or a quarter?",
      "Count how often eta appears on the way from the gradient to the step.",
      also=WITH_M_HAT + " rmsprop adagrad")

known("adam.eta_divides", {"theta - eta * m_hat": "theta - m_hat / eta"},
      "eta divides",
      "Halve eta. Does your step become shorter?",
      "A larger learning rate means longer steps.", also=WITH_M_HAT + " rmsprop adagrad")

known("adam.eta_decays", [{"eta * m_hat": "eta / np.sqrt(t) * m_hat"}, {"eta * m_hat": "eta / t * m_hat"}],
      "the learning rate has to shrink with t",
      "Feed a constant gradient. Do your steps become shorter? Did anybody ask for a schedule?",
      "The paper's proof uses eta/sqrt(t), its algorithm a constant eta.", also=ADAMS)

known("adam.returns_change", {"theta - eta": "-eta"},
      "the step is what is returned",
      "Where does your ball stand after a step with a gradient of zero?",
      "Return the new point, not the way to it.", also="amsgrad nadam adamax rmsprop adagrad")

known("adam.normalised_gradient",
      [{"m = beta1": "g = g / np.linalg.norm(g)\n    m = beta1"},
       {"m = beta1": "g = g / (np.linalg.norm(g) + eps)\n    m = beta1"}],
      "the gradient has to have length 1",
      "Does the first gradient, when it is large, still count more in m than a small one later?",
      "Sizes are divided out by the root of v. The gradient goes in as it is.")

known("adam.step_times_theta", {"eta * m_hat": "eta * theta * m_hat"},
      "the step is proportional to the point",
      "At the point 0, how long is your step?",
      "theta appears once in the last line.")

# Gradient descent ---------------------------------------------------------------------------------

GD = "theta - eta * g"

known("gradient_descent.ascent", {GD: "theta + eta * g"},
      "the gradient points downhill",
      "Does the loss go up or down on the very first step?",
      "The gradient points to where the loss grows fastest.")

known("gradient_descent.sum_vs_mean", [{GD: "theta - eta * g / 2"}, {GD: "theta - eta * 2 * g"}],
      "sum and mean of per-example gradients are the same",
      "Duplicate the data set. Should the path change? Does it?",
      "Your step is twice or half as long as eta times the gradient. Where does the 2 come from?")

known("gradient_descent.grad_not_reset",
      {"theta, g, eta": "theta, g, total, eta",
       f"return {GD}": "total = total + g\n    return theta - eta * total, total"},
      "dw, db (or .grad) are cleared by themselves",
      "Print the gradient twice at the same point.",
      "Is anything added to the old gradient, where it should be replaced?")

known("gradient_descent.int_array",
      [{GD: "np.trunc(np.trunc(theta) - eta * g)"},
       {GD: "np.round(theta - eta * g)"},
       {GD: "np.floor(theta - eta * g)"},
       {GD: "np.trunc(theta) - eta * g"}],
      "np.array([-4, 2]) is as good as floats",
      "Print the dtype of your new theta.",
      "An array of whole numbers cuts off what is written into it.")

known("gradient_descent.eta_missing", {GD: "theta - g"},
      "the gradient is the step",
      "Change eta. Does your path change?",
      "Which hyperparameter do you never use?")

known("gradient_descent.eta_twice", {GD: "theta - eta * eta * g"},
      "the learning rate belongs in two places",
      "Halve eta. Does your step become half as long, or a quarter?",
      "Count how often eta appears.")

known("gradient_descent.eta_divides", {GD: "theta - g / eta"},
      "eta divides",
      "Halve eta. Does your step become shorter?",
      "A larger learning rate means longer steps.")

known("gradient_descent.returns_change", [{GD: "-eta * g"}, {GD: "eta * g"}],
      "the step is what is returned",
      "Where does your ball stand after a step with a gradient of zero?",
      "Return the new point, not the way to it.")

known("gradient_descent.sign_only", {GD: "theta - eta * np.sign(g)"},
      "only the direction of the gradient counts",
      "Double the gradient. Should the step of gradient descent become longer?",
      "The steeper, the farther: the gradient itself is in the formula.")

known("gradient_descent.normalised", {GD: "theta - eta * g / np.linalg.norm(g)"},
      "every step has the length eta",
      "Double the gradient. Should the step of gradient descent become longer?",
      "The steeper, the farther: do you divide by something?")

known("gradient_descent.absolute", {GD: "theta - eta * np.abs(g)"},
      "only the size of the slope counts",
      "Where the gradient is negative, which way does your ball go?",
      "The sign of g says which way is up.")

known("gradient_descent.squared", {GD: "theta - eta * g**2"},
      "the square of the gradient is the slope",
      "Where the gradient is negative, which way does your ball go?",
      "A square has no sign.")

known("gradient_descent.multiplied", [{GD: "theta * eta * g"}, {GD: "(theta - eta) * g"}],
      "theta and the step are multiplied",
      "Where does your ball stand after a step with a gradient of zero?",
      "With a gradient of zero the point must stay where it is.")

known("gradient_descent.shrinks",
      [{GD: "theta - eta * g * theta"},
       {GD: "theta - eta * theta"},
       {GD: "theta * (1 - eta) - eta * g"}],
      "the step depends on where the ball stands",
      "At the same gradient but another point, should the step be another?",
      "theta appears once in the formula.")

known("gradient_descent.eta_decays",
      [{"g, eta": "g, t, eta", GD: "theta - eta / t * g"},
       {"g, eta": "g, t, eta", GD: "theta - eta / np.sqrt(t) * g"}],
      "the learning rate has to shrink with t",
      "Feed a constant gradient. Do your steps become shorter? Did anybody ask for a schedule?",
      "The plain method has a constant eta.")

known("gradient_descent.one_coordinate",
      [{GD: "theta - eta * g[0]"},
       {GD: "theta - eta * g[1]"},
       {GD: "theta - eta * np.sum(g)"},
       {GD: "theta - eta * np.mean(g)"}],
      "one number serves all coordinates",
      "Give the two coordinates gradients of opposite sign. Do they move in opposite directions?",
      "Each coordinate goes by its own entry of g.")

# Momentum and Nesterov ----------------------------------------------------------------------------

known("momentum.lr_twice",
      [{"beta1 * m + g": "beta1 * m + eta * g"}, {"theta - eta": "theta - eta * eta"}],
      "lr belongs in both places",
      "With beta1 = 0 your method should be plain gradient descent. Is its step eta*g?",
      "Count how often eta appears on the way from the gradient to the step.",
      seen_in=["mdenil/dropout/issues/4"], also="nesterov")

known("momentum.sign_mixed", {"beta1 * m + g": "beta1 * m - g"},
      "mixing 'v = bv - lr g; p += v' with 'v = bv + lr g; p -= v'",
      "Check the sign of the first step against the gradient.",
      "There must be one minus between the gradient and the step, not none and not two.",
      seen_in=["IDSIA/brainstorm/issues/96", "fchollet/deep-learning-with-python-notebooks/issues/19"])

known("momentum.brakes", [{"beta1 * m + g": "g - beta1 * m"}],
      "the old velocity is subtracted",
      "Under a constant gradient, does your ball become faster or slower?",
      "A velocity that survives keeps its sign.", also="nesterov")

known("momentum.ema_same_lr", {"beta1 * m + g": "beta1 * m + (1 - beta1) * g"},
      "the (1-beta) form has the same learning rate",
      "For a constant gradient, what does m settle to in the two forms?",
      "This is the averaging form. It takes the same path with a learning rate that is 1/(1-beta1) times "
      "as large; here, as in PyTorch, the gradient is added with its full weight.",
      seen_in=["HIPS/autograd/issues/289", "keras-team/keras/issues/13971",
                "NLeSC/deep-learning-assignments-solutions/issues/2"], also="nesterov")

known("momentum.no_memory", [{"beta1 * m + g": "g"}],
      "the velocity is made anew at each step",
      "Feed a gradient of 1 and then a zero. Does your ball still move at the second step?",
      "m comes in and must go out again. Does the old m appear on the right-hand side, and is the new one "
      "returned?", also="nesterov")

known("momentum.never_forgets", {"beta1 * m + g": "m + g"},
      "nothing of the velocity is lost",
      "Change beta1. Does your path change?",
      "Which share of the old m survives a step?", also="nesterov")

known("momentum.precedence", {"beta1 * m + g": "beta1 * (m + g)"},
      "the brackets may stand anywhere",
      "At the first step m is 0. What should it become, and what does yours become?",
      "What exactly does beta1 multiply?", also="nesterov")

known("momentum.gradient_decays", {"beta1 * m + g": "m + beta1 * g"},
      "beta1 belongs to the gradient",
      "At the first step m is 0. What should it become, and what does yours become?",
      "What exactly does beta1 multiply?", also="nesterov")

known("momentum.decay_swapped", {"beta1 * m + g": "(1 - beta1) * m + beta1 * g"},
      "beta1 is the weight of the new gradient",
      "How much of the old velocity survives a step when beta1 = 0.9?",
      "With beta1 near 1 the ball keeps most of its velocity.", also="nesterov")

known("momentum.rest_survives", {"beta1 * m + g": "(1 - beta1) * m + g"},
      "1 - beta1 is what survives",
      "How much of the old velocity survives a step when beta1 = 0.9?",
      "With beta1 near 1 the ball keeps most of its velocity.", also="nesterov")

known("momentum.stale_memory",
      {"m = beta1 * m + g\n    return theta - eta * m, m": "return theta - eta * m, beta1 * m + g"},
      "the step may be taken before the velocity is brought up to date",
      "At the first step m comes in as zero. What does your step use there?",
      "First the velocity, then the step that uses it.")

known("momentum.eta_missing", {"theta - eta * m": "theta - m"},
      "the velocity is the step",
      "Change eta. Does your path change?",
      "Which hyperparameter do you never use?")

known("momentum.g_in_place_of_m", {"theta - eta * m": "theta - eta * g"},
      "m is kept, but the step uses the gradient",
      "Set beta1 to 0.99. Does your path change?",
      "What is m for, if the last line does not use it?")

known("momentum.gradient_twice", {"theta - eta * m": "theta - eta * (m + g)"},
      "the gradient is added once more in the step",
      "With beta1 = 0 your method should be plain gradient descent. Is its step eta*g?",
      "m holds the new gradient already.")

known("momentum.is_nesterov", {"theta - eta * m": "theta - eta * (g + beta1 * m)"},
      "the look-ahead belongs to plain momentum",
      "At the first step, is yours eta*g?",
      "What you wrote is Nesterov's method. The heavy ball steps by its velocity alone.")

known("momentum.returns_change", {"theta - eta * m": "-eta * m"},
      "the step is what is returned",
      "Where does your ball stand after a step with a gradient of zero?",
      "Return the new point, not the way to it.")

known("nesterov.no_lookahead", {"(g + beta1 * m)": "m"},
      "Nesterov is momentum with another name",
      "At which point do you evaluate the gradient?",
      "theta here is the point after the look-ahead. So the step contains the new velocity's next move too.",
      seen_in=["hiroyuki-kasai/SGDLibrary/issues/8"])

known("nesterov.lookahead_wrong_way",
      [{"(g + beta1 * m)": "(g - beta1 * m)"},
       {"m = beta1 * m + g": "old = m\n    m = beta1 * m + g",
        "(g + beta1 * m)": "(beta1 * old + m - beta1 * m)"}],
      "look-ahead is always '+'",
      "Where would the velocity alone carry you, given how you use it in the last line?",
      "The velocity is subtracted in the step, so looking ahead means the same sign.")

known("nesterov.lookahead_no_lr",
      [{"eta * (g + beta1 * m)": "(eta * g + beta1 * m)"},
       {"m = beta1 * m + g": "old = m\n    m = beta1 * m + g",
        "theta - eta * (g + beta1 * m)": "theta + beta1 * old - eta * m - beta1 * m"}],
      "velocity is a displacement (true only if lr is inside it)",
      "What are the units of m in your convention?",
      "Here eta stands outside m. What turns m into a way to go?", seen_in=["pytorch/pytorch/issues/1099"])

known("nesterov.twice_ahead", {"(g + beta1 * m)": "(m + beta1 * m)"},
      "the look-ahead is added to the velocity",
      "At the first step m = g. How long should the step be, in eta*g?",
      "The new gradient and the velocity's next move: what does m contain already?")

known("nesterov.no_beta", {"(g + beta1 * m)": "(g + m)"},
      "the whole velocity looks ahead",
      "How much of the velocity survives to the next step?",
      "At the first step m = g. How long should the step be, in eta*g?")

known("nesterov.eta_missing", {"eta * (g + beta1 * m)": "(g + beta1 * m)"},
      "the velocity is the step",
      "Change eta. Does your path change?",
      "Which hyperparameter do you never use?")

# Adagrad ------------------------------------------------------------------------------------------

known("adagrad.no_accumulation", {"G + g**2": "g**2"},
      "G is the current squared gradient",
      "Every step has length lr. What is left of the gradient's size?",
      "G remembers all squares so far. Does the old G appear on the right-hand side, and is the new one "
      "returned?")

known("adagrad.no_sqrt", {"np.sqrt(G)": "G"},
      "divide by the sum of squares",
      "Make all gradients 10 times larger. Should the first step change?",
      "G is made of squares. What turns a square back into a size?", seen_in=["karpathy/convnetjs/issues/78"])

known("adagrad.eps_inside", {"np.sqrt(G) + eps": "np.sqrt(G + eps)"},
      "placement of eps does not matter (Keras and Optax do put it inside)",
      "Try a gradient of 1e-6 in both forms.",
      "Keras and Optax write it like this. Here, as in PyTorch, eps is added to the root.")

known("adagrad.starts_at_a_tenth",
      [{"G = G + g**2": "G = np.maximum(G, 0.1) + g**2"}, {"np.sqrt(G)": "np.sqrt(G + 0.1)"},
       {"(np.sqrt(G) + eps)": "np.sqrt(G + 0.1 + eps)"}],
      "G starts at 0.1 (Keras' and Optax' initial_accumulator_value)",
      "How long is your very first step, in learning rates, for a gradient of 1?",
      "Keras and Optax start at 0.1. In the paper and in PyTorch memory starts at zero.")

known("adagrad.averages", [{"G + g**2": "0.9 * G + 0.1 * g**2"}, {"G + g**2": "(G + g**2) / 2"}],
      "G is an average that forgets",
      "Feed a constant gradient of 1. How large should G be after 100 steps?",
      "Adagrad adds up. To forget is the idea of the next method.")

known("adagrad.mean_of_squares", {"g, G, eta": "g, G, t, eta", "np.sqrt(G)": "np.sqrt(G / t)"},
      "Adagrad takes the simple average of the squares",
      "Feed a constant gradient of 1. How long should the 100th step be?",
      "It is the sum that makes the steps shrink. Do you divide by t?")

known("adagrad.not_squared",
      [{"G + g**2": "G + g"}, {"G + g**2": "G + np.abs(g)"}, {"G + g**2": "G + g * 2"}],
      "G adds up the gradients",
      "What happens under the root when the gradient is negative? And what do you get when all gradients "
      "double?",
      "The root in the last line undoes something. What must G hold for that?")

known("adagrad.sum_of_sizes", {"G + g**2": "G + np.abs(g)", "np.sqrt(G)": "G"},
      "sizes are added up, and no root is needed",
      "Feed a constant gradient of 1. How long should the 4th step be, in eta?",
      "Squares are added up and the root is taken of the sum.")

known("adagrad.scalar_G",
      [{"G + g**2": "G + np.sum(g**2)"},
       {"G + g**2": "G + np.mean(g**2)"},
       {"G + g**2": "np.sum(G + g**2)"}],
      "G uses the squared length of the gradient",
      "Look at the shape of G and at its entries: does each coordinate have its own scale?",
      "A flat coordinate beside a steep one: which of the two decides your divisor?")

known("adagrad.stale_memory",
      {"G = G + g**2": "new = G + g**2", f"{ADAGRAD_STEP}, G": f"{ADAGRAD_STEP}, new"},
      "the step may be taken before the memory is brought up to date",
      "At the first step G comes in as zero. What do you divide by?",
      "First the sum, then the step that uses it.")

known("adagrad.stored_root",
      [{"return theta - eta * g / (np.sqrt(G) + eps), G": "G = np.sqrt(G)\n    return theta - eta * g / (G "
                                                          "+ eps), G"}],
      "the root may be stored back in G",
      "Feed a constant gradient of 1. Is G at step 2 what it should be, the sum of two ones?",
      "The root is for this step's use only. Which G does your last line hand on?")

# RMSprop ------------------------------------------------------------------------------------------

known("rmsprop.eps_inside", {"np.sqrt(v) + eps": "np.sqrt(v + eps)"},
      "placement of eps does not matter (Keras and Optax do put it inside; PyTorch outside)",
      "Try a gradient of 1e-6 in both forms.",
      "Keras and Optax write it like this. Here, as in PyTorch, eps is added to the root.",
      seen_in=["pytorch/pytorch/issues/23796", "chainer/chainer/issues/4754", "jax-ml/jax/pull/1427",
                "keras-team/keras/issues/435"])

known("rmsprop.bias_corrected", {"g, v, eta": "g, v, t, eta", "np.sqrt(v)": "np.sqrt(v / (1 - beta2**t))"},
      "v is corrected, as in Adam",
      "How long is your first step, in learning rates? RMSprop's is 1/sqrt(1 - beta2).",
      "The correction came with Adam. RMSprop divides by the root of v as it is.")

known("rmsprop.momentum_first", {"eta * g": "eta * ((1 - beta2) * g)"},
      "the weight belongs into the step as well",
      "For a constant gradient of 1, after very many steps: how long should a step be, and how long is "
      "yours?",
      "What stands on top of the fraction?")

known("rmsprop.stale_memory",
      {"v = beta2": "new = beta2", f"{RMSPROP_STEP}, v": f"{RMSPROP_STEP}, new"},
      "the step may be taken before the memory is brought up to date",
      "At the first step v comes in as zero. What do you divide by?",
      "First the average, then the step that uses it.")

known("rmsprop.stored_root",
      {"return": "v = np.sqrt(v)\n    return", "(np.sqrt(v) + eps)": "(v + eps)"},
      "the root may be stored back in v",
      "Feed a constant gradient of 1. Is v at step 2 what it should be?",
      "The root is for this step's use only. Which v does your last line hand on?")

# Adadelta -----------------------------------------------------------------------------------------

DELTA, U = "np.sqrt(u + eps) / np.sqrt(v + eps) * g", "u = beta2 * u + (1 - beta2) * delta**2"

known("adadelta.no_eps_numerator", {"np.sqrt(u + eps)": "np.sqrt(u)"},
      "eps only guards the division",
      "What is the numerator at the first step? Can it ever become non-zero?",
      "Something has to set the ball in motion while u is still zero.")

known("adadelta.no_eps_denominator", {"np.sqrt(v + eps)": "np.sqrt(v)"},
      "eps only starts the motion",
      "What does your step do while a coordinate has seen no gradient at all?",
      "Both roots have an eps.")

known("adadelta.eps_outside",
      [{"np.sqrt(u + eps) / np.sqrt(v + eps)": "(np.sqrt(u) + eps) / (np.sqrt(v) + eps)"},
       {"np.sqrt(v + eps)": "(np.sqrt(v) + eps)"},
       {"np.sqrt(u + eps)": "(np.sqrt(u) + eps)"}],
      "placement of eps does not matter",
      "How long is the very first step? Compare sqrt(1e-6) with 1e-6.",
      "In Adadelta, and only there, eps stands inside the roots.")

known("adadelta.accumulate_g", {"(1 - beta2) * delta**2": "(1 - beta2) * g**2"},
      "both accumulators hold squared gradients",
      "What are the units of the two roots, and of their ratio?",
      "One average is of the gradients, the other of the steps that were taken.")

known("adadelta.no_sqrt", {DELTA: "(u + eps) / (v + eps) * g"},
      "the averages have the right size already",
      "Double every gradient. Should the first step change, and does it?",
      "Both averages are made of squares. What turns a square back into a size?")

known("adadelta.upside_down", {DELTA: "np.sqrt(v + eps) / np.sqrt(u + eps) * g"},
      "the fraction may be read from below",
      "Where slopes are steep, should the step become longer or shorter for it?",
      "Which of the two roots has the units of a step?")

known("adadelta.gradient_forgotten", {"np.sqrt(v + eps) * g": "np.sqrt(v + eps)"},
      "the ratio of the roots is the step",
      "Which way does your ball go where the gradient is negative?",
      "The ratio is a rate. What is it multiplied with?")

known("adadelta.u_updated_first",
      [{"delta = " + DELTA: "delta = " + DELTA.replace("u + eps", "u0 + eps"),
       "v = beta2 * v": "u0 = beta2 * u + (1 - beta2) * (np.sqrt(u + eps) / np.sqrt(beta2 * v + (1 - "
                        "beta2) * g**2 + eps) * g) ** 2\n    v = beta2 * v"},
       {"return": "delta = " + DELTA + "\n    return"}],
      "u is brought up to date before it is used",
      "Which u does the numerator need: with this step in it, or without?",
      "This step is not known yet when its rate is computed.")

known("adadelta.eta_in_u", {"delta**2": "(eta * delta) ** 2"},
      "u averages the step including eta",
      "Halve eta. Does your path change in more than its pace?",
      "In PyTorch and here, eta multiplies only the last line.")

known("adadelta.not_squared", {"delta**2": "delta"},
      "u averages the steps",
      "What happens under the root when a step is negative?",
      "The root undoes something. What must u hold for that?")

known("adadelta.u_no_1mb", {"(1 - beta2) * delta**2": "delta**2"},
      "copying momentum: u = beta2*u + delta**2",
      "If all steps had the length 1: where should u settle?",
      "What weight must the new square have, so that all weights together are 1?")

known("adadelta.u_decay_swapped",
      {"beta2 * u + (1 - beta2) * delta**2": "(1 - beta2) * u + beta2 * delta**2"},
      "the decay rate is the weight of the new value",
      "How much of the old u survives one step when the decay rate is 0.95?",
      "With a decay rate near 1 the memory is long.")

known("adadelta.u_never_updated", {U: "u = u"},
      "u is given, so it needs no line",
      "Print u after ten steps. Has it changed?",
      "Which line brings u up to date?")

known("adadelta.ascent", {"theta - eta": "theta + eta"},
      "sign of the step (Optax climbs when learning_rate is left at None)",
      "Does the loss go up or down on the very first step?",
      "The gradient points uphill.")

known("adadelta.eta_missing", {"eta * delta": "delta"},
      "Adadelta has no learning rate (true of the paper; here it has one, which is 1 by default)",
      "Change eta. Does your path change?",
      "Which hyperparameter do you never use?")

known("adadelta.returns_change", {"theta - eta": "-eta"},
      "the step is what is returned",
      "Where does your ball stand after a step with a gradient of zero?",
      "Return the new point, not the way to it.")

# The other ones of Adam's family ------------------------------------------------------------------

known("amsgrad.max_of_vhat",
      {"np.maximum(v_max, v)": "np.maximum(v_max, v / (1 - beta2**t))", "v_max / (1 - beta2**t)": "v_max"},
      "correct first, then max (Optax does this by default; PyTorch and Keras max first)",
      "At which moment do you take the maximum, and of which quantity?",
      "This is Optax' form. Here, as in PyTorch, the maximum is of the raw v; it is corrected afterwards.",
      seen_in=["pytorch/pytorch/issues/142323", "google-deepmind/optax/pull/1423"])

known("amsgrad.no_max", [{"np.maximum(v_max, v)": "v"}, {"v_hat = v_max": "v_hat = v"}],
      "the maximum is only recorded",
      "Feed a gradient of 10 once and then small ones. Does your divisor shrink?",
      "Which quantity may never become smaller, and is it the one you divide by?")

known("amsgrad.max_stored_in_v", {"v_max = np.maximum(v_max, v)": "v_max = v = np.maximum(v_max, v)"},
      "the maximum may be stored back in v",
      "Feed a gradient of 10 once and then small ones. Does your v itself fade?",
      "v goes on forgetting; only v_max does not.")

known("amsgrad.minimum", {"np.maximum(v_max, v)": "np.minimum(v_max, v)"},
      "the smaller one keeps the steps long",
      "Memory starts at zero. Can a minimum ever leave it?",
      "Which of the two makes sure that the divisor never shrinks?")

known("amsgrad.max_of_squares", {"np.maximum(v_max, v)": "np.maximum(v_max, g**2)"},
      "the maximum is of the squared gradients",
      "Which quantity is compared: the newest square, or the average?",
      "AMSGrad keeps the largest v.")

known("adamw.l2_in_gradient",
      {"m = beta1": "g = g + weight_decay * theta\n    m = beta1", f"{DECAY}\n    return": "return"},
      "weight decay = L2 in the gradient (true for SGD only)",
      "Scale the loss by 100: should the decay of the weights become weaker?",
      "What is added to the gradient is divided by the root of v like everything in it.",
      seen_in=["pytorch/pytorch/pull/3740"])

for _slug, _new, _belief, _hint, _strong in [
    (
        "no_decay",
        "theta = theta",
        "Adam with another name",
        "With a gradient of zero, does your theta shrink?",
        "Which hyperparameter do you never use?",
    ),
    (
        "decay_without_eta",
        "theta = theta - weight_decay * theta",
        "the decay is not multiplied by the learning rate (the paper's form; libraries multiply)",
        "Halve eta. Does your decay become weaker?",
        "The paper's decay has only the schedule. PyTorch, Keras, Optax and this reference multiply it by "
        "eta.",
    ),
    (
        "decay_grows",
        "theta = theta + eta * weight_decay * theta",
        "sign of the decay",
        "With a gradient of zero, does your theta shrink or grow?",
        "Decay pulls towards zero.",
    ),
    (
        "decay_of_gradient",
        "theta = theta - eta * weight_decay * g",
        "the gradient decays",
        "With a gradient of zero, does your theta shrink?",
        "It is the weights that decay.",
    ),
    (
        "decay_of_sign",
        "theta = theta - eta * weight_decay * np.sign(theta)",
        "all weights shrink alike",
        "Does a weight that is twice as large shrink twice as much?",
        "Decay is in proportion to the weight.",
    ),
]:
    known(f"adamw.{_slug}", {DECAY: _new}, _belief, _hint, _strong)

known("adamw.decay_divided",
      {f"{DECAY}\n    return": "return", "eta * m_hat": "eta * (m_hat + weight_decay * theta)"},
      "the decay goes through the root as well",
      "Scale the loss by 100: should the decay of the weights become weaker?",
      "The decay is a term of its own beside the fraction.")

known("adamw.decay_last",
      {f"{DECAY}\n    return theta - eta * {ADAM_STEP}, m, v":
       f"theta = theta - eta * {ADAM_STEP}\n    return theta - eta * weight_decay * theta, m, v"},
      "the decay may come after the step",
      "Of which theta is the decay taken: of the one that came in?",
      "The decay is a share of the point before the step.")

MU = "mu = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * t))"

NEXT = "mu_next = beta1 * (1 - 0.5 * 0.96 ** (momentum_decay * (t + 1)))"

known("nadam.no_schedule", {MU: "mu = beta1", NEXT: "mu_next = beta1"},
      "the momentum is constant (Optax' form)",
      "How large is mu at the first step, with beta1 = 0.9?",
      "Optax leaves the schedule out. In the paper and in PyTorch the momentum warms up.")

known("nadam.keras_schedule", {"momentum_decay * t": "t", "momentum_decay * (t + 1)": "(t + 1)"},
      "the schedule is 0.96 to the power of t (Keras' form)",
      "After 10 steps, how far has mu come on its way to beta1?",
      "Keras leaves out momentum_decay. In the paper and in PyTorch the warm-up takes hundreds of steps.")

known("nadam.no_lookahead",
      {"mu_next * m / (mu_next * c + 1 - mu_next) + (1 - mu) * g / c": "m / (1 - beta1**t)"},
      "NAdam is Adam with another name",
      "Where does the next step's momentum enter yours?",
      "Nesterov's idea: the step uses the velocity as it will be, and the newest gradient with a weight of "
      "its own.")

known("nadam.same_mu", [{NEXT: "mu_next = mu"}, {MU: MU.replace("* t", "* (t + 1)")}],
      "one mu serves both terms",
      "Which mu belongs to the velocity's next move: this step's, or the next one's?",
      "Two values of the schedule appear in one step.")

known("nadam.schedule_one_off",
      {"momentum_decay * t": "momentum_decay * (t - 1)",
       "momentum_decay * (t + 1)": "momentum_decay * t"},
      "the schedule starts at 0",
      "What is mu at the first step, when t = 1?",
      "t is 1 at the first step already.")

known("nadam.c_missing", {"(1 - mu) * g / c": "(1 - mu) * g"},
      "the newest gradient needs no correction",
      "At the first step, what do the weights of the gradient add up to?",
      "Both terms are divided by the weight that has been gathered.")

ADAMAX_U = "np.maximum(beta2 * u, np.abs(g) + eps)"

known("adamax.bias_correct_u",
      [{"m_hat / u": "m_hat / (u / (1 - beta2**t))"},
       {ADAMAX_U: "np.maximum(beta2 * u, np.abs(g))", "m_hat / u": "m_hat / (u / (1 - beta2**t) + eps)"},
       {"m_hat / u": "m_hat / (u / (1 - beta2**t) + eps)"},
       {"m / (1 - beta1**t)": "m", ADAMAX_U: "np.maximum(beta2 * u, np.abs(g))",
        "m_hat / u": "m_hat / (u / (1 - beta2**t) + eps)"}],
      "everything that starts at 0 must be corrected",
      "Is u too small after the first step?",
      "A maximum has the size of a gradient from the first step on.")

known("adamax.eps_outside",
      {ADAMAX_U: "np.maximum(beta2 * u, np.abs(g))", "m_hat / u": "m_hat / (u + eps)"},
      "eps belongs to the division (Keras' form)",
      "Feed a gradient of 1e-6 and then zeros. Is your divisor what it should be?",
      "Keras divides by u + eps. In PyTorch, Optax and here eps is added to the size of the gradient.")

known("adamax.no_eps", {ADAMAX_U: "np.maximum(beta2 * u, np.abs(g))"},
      "a maximum is never zero (the paper has no eps)",
      "What does your step do while a coordinate has seen no gradient at all?",
      "The paper has none. Here, as in PyTorch, eps is added to the size of the gradient.")

known("adamax.signed_maximum", {"np.abs(g)": "g"},
      "the largest gradient is the largest size",
      "Feed gradients that are always negative. What is your u?",
      "Which function takes away the sign?")

known("adamax.squares", {"np.abs(g)": "g**2"},
      "u holds squares, as v does",
      "Double every gradient. Should the step change?",
      "There is no root in AdaMax. What size must u have?")

known("adamax.average", {ADAMAX_U: "beta2 * u + (1 - beta2) * (np.abs(g) + eps)"},
      "u is an average of sizes",
      "Feed a gradient of 10 and then one of 0.1. What should u be after the second?",
      "AdaMax remembers the largest, not the usual.")

known("adamax.sum", {ADAMAX_U: "beta2 * u + np.abs(g) + eps"},
      "u adds sizes up",
      "Feed a constant gradient of 1. Where should u settle?",
      "AdaMax remembers the largest, not the sum.")

known("adamax.never_forgets", {"beta2 * u": "u"},
      "the largest gradient is remembered for ever",
      "Feed a gradient of 10 once and then ones. Does u fade?",
      "Which hyperparameter do you never use?")

known("adamax.minimum", {"np.maximum": "np.minimum"},
      "the smaller of the two is taken",
      "u starts at zero. Can a minimum ever leave it?",
      "AdaMax remembers the largest.")
