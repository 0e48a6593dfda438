"""Where we walk: loss surfaces with their gradients, a start and a window worth looking at.

A surface holds a loss of n coordinates. Points have shape ``(n, *lanes)``, coordinates first, so
one call evaluates one point, a row of runs or a whole picture. Any loss of your own will do:
``Surface(lambda x, y: x**2 + 3 * y**2)``.
"""

import numbers as numbers_of
from functools import partial

import numpy as np

from ._core.surface import Surface

__all__ = [
    "Surface",
    "make_ravine",
    "bowl",
    "ravine",
    "saddle",
    "plateau",
    "rosenbrock",
    "beale",
    "himmelblau",
    "rastrigin",
    "neuron",
]


def _ravine_loss(a, b, c, x, y):
    return 0.5 * (a * x**2 + c * y**2) + b * x * y


def _ravine_gradient(a, b, c, x, y):
    return a * x + b * y, b * x + c * y


def make_ravine(condition, angle=0.0):
    """A quadratic valley, ½(p² + κ q²), whose axes p, q are turned by an angle.

    Parameters
    ----------
    condition : float
        κ ≥ 1, the ratio of the largest to the smallest curvature.
    angle : float
        Degrees, anticlockwise, from the x axis to the floor of the valley. The start turns with it,
        so every angle is the same problem in other coordinates.

    Returns
    -------
    Surface

    Raises
    ------
    ValueError
        If condition is not a finite number ≥ 1 or angle is not finite.

    Examples
    --------
    >>> from adamlab import make_ravine
    >>> make_ravine(100, 45).loss((1, 1)).round(9)
    np.float64(1.0)
    """
    numbers = all(isinstance(value, numbers_of.Real) for value in (condition, angle))
    if not (numbers and np.isfinite(condition) and condition >= 1 and np.isfinite(angle)):
        raise ValueError(
            f"make_ravine: condition must be a finite number >= 1 and angle finite, got "
            f"condition={condition!r}, angle={angle!r}"
        )
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    a = cos**2 + condition * sin**2  # the Hessian is [[a, b], [b, c]]
    b = (1 - condition) * cos * sin
    c = sin**2 + condition * cos**2
    return Surface(
        partial(_ravine_loss, a, b, c),
        partial(_ravine_gradient, a, b, c),
        name=f"ravine κ={condition:g}" + (f", {angle:g}°" if angle else ""),
        formula=rf"\frac{{1}}{{2}}(p^2 + {condition:g}\,q^2)",
        start=(-4 * cos - 2.5 * sin, -4 * sin + 2.5 * cos),
        minima=[(0, 0)],
        window=((-5, 5), (-5, 5) if angle else (-3.5, 3.5)),
        curvature=(1.0, float(condition)),
    )


# The functions have names, for a surface with lambdas could not be pickled. In gradients it is x * x: Python
# rounds one x**2 in a thousand otherwise than NumPy, and a run alone would part from the same among many.


def _bowl_loss(x, y):
    return 0.5 * (x**2 + 3 * y**2)


def _bowl_gradient(x, y):
    return x, 3 * y


bowl = Surface(
    _bowl_loss,
    _bowl_gradient,
    name="bowl",
    formula=r"\frac{1}{2}(x^2 + 3y^2)",
    start=(-4, 2.5),
    minima=[(0, 0)],
    window=((-5, 5), (-3.5, 3.5)),
    curvature=(1.0, 3.0),
)

ravine = make_ravine(25)

ravine.name, ravine.formula = "ravine", r"\frac{1}{2}(x^2 + 25y^2)"


def _saddle_loss(x, y):
    return x**2 - y**2


def _saddle_gradient(x, y):
    return 2 * x, -2 * y


saddle = Surface(
    _saddle_loss,
    _saddle_gradient,
    name="saddle",
    formula="x^2 - y^2",
    start=(-2.5, 0.001),
    window=((-3, 3), (-3, 3)),
)


def _plateau_loss(x, y):
    return 1 - np.exp(-(x**2 + 2 * y**2) / 4)


def _plateau_gradient(x, y):
    height = np.exp(-(x * x + 2 * (y * y)) / 4)
    return height * x / 2, height * y


plateau = Surface(
    _plateau_loss,
    _plateau_gradient,
    name="plateau",
    formula=r"1 - e^{-(x^2 + 2y^2)/4}",
    start=(-3.5, 2),
    minima=[(0, 0)],
    window=((-5, 5), (-3.5, 3.5)),
)


def _rosenbrock_loss(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_gradient(x, y):
    above = y - x * x
    return -2 * (1 - x) - 400 * x * above, 200 * above


rosenbrock = Surface(
    _rosenbrock_loss,
    _rosenbrock_gradient,
    name="rosenbrock",
    formula="(1-x)^2 + 100(y-x^2)^2",
    start=(-1.5, 2),
    minima=[(1, 1)],
    window=((-2, 2), (-1, 3)),
)


def _beale_parts(x, y):
    # 1.5 - x + x * y = 1.5 + x * (y - 1), and so on
    square = y * y
    down = y - 1, square - 1, square * y - 1  # not y**3, which takes ten times as long over many lanes
    return [height + x * fall for height, fall in zip((1.5, 2.25, 2.625), down)], down


def _beale_loss(x, y):
    (a, b, c), _ = _beale_parts(x, y)
    return a**2 + b**2 + c**2


def _beale_gradient(x, y):
    (a, b, c), (d, e, f) = _beale_parts(x, y)
    return 2 * (a * d + b * e + c * f), 2 * x * (a + y * (2 * b + 3 * c * y))


beale = Surface(
    _beale_loss,
    _beale_gradient,
    name="beale",
    formula="(1.5-x+xy)^2 + (2.25-x+xy^2)^2 + (2.625-x+xy^3)^2",
    start=(1, 1.5),
    minima=[(3, 0.5)],
    window=((-1, 4.5), (-1.5, 2.5)),
)


def _himmelblau_loss(x, y):
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def _himmelblau_gradient(x, y):
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


himmelblau = Surface(
    _himmelblau_loss,
    _himmelblau_gradient,
    name="himmelblau",
    formula="(x^2+y-11)^2 + (x+y^2-7)^2",
    start=(-0.5, -1),
    window=((-5, 5), (-5, 5)),
    minima=[
        (3, 2),
        (-2.8051180869527450, 3.1313125182505730),
        (-3.7793102533777470, -3.2831859912861690),
        (3.5844283403304917, -1.8481265269644036),
    ],
)


def _rastrigin_loss(x, y):
    return 20 + x**2 - 10 * np.cos(2 * np.pi * x) + y**2 - 10 * np.cos(2 * np.pi * y)


def _rastrigin_gradient(x, y):
    return 2 * x + 20 * np.pi * np.sin(2 * np.pi * x), 2 * y + 20 * np.pi * np.sin(2 * np.pi * y)


rastrigin = Surface(
    _rastrigin_loss,
    _rastrigin_gradient,
    name="rastrigin",
    formula=r"20 + x^2 - 10\cos 2\pi x + y^2 - 10\cos 2\pi y",
    start=(-3.3, 2.6),
    minima=[(0, 0)],
    window=((-5.12, 5.12), (-5.12, 5.12)),
)

NEURON_DATA = ((0.5, 0.2), (2.5, 0.9))  # (input, wanted output)


def _sigmoid(z):
    return 0.5 + 0.5 * np.tanh(0.5 * z)  # 1/(1 + exp(-z)), in the form that cannot overflow


def _neuron_output(w, b, x):
    return _sigmoid(w * x + b)


def _neuron_loss(w, b):
    return sum(0.5 * (_neuron_output(w, b, x) - y) ** 2 for x, y in NEURON_DATA)


def _neuron_gradient(w, b):
    along_w = along_b = 0.0
    for x, y in NEURON_DATA:
        output = _neuron_output(w, b, x)
        slope = (output - y) * output * (1 - output)
        along_w, along_b = along_w + slope * x, along_b + slope
    return along_w, along_b


neuron = Surface(
    _neuron_loss,
    _neuron_gradient,
    name="neuron",
    formula=r"\sum \frac{1}{2}(\sigma(wx+b) - y)^2",
    start=(1, 1),
    window=((-1, 5), (-5, 2)),
    minima=[(0.5 * np.log(36), np.log(0.25) - 0.25 * np.log(36))],  # both outputs exact: loss 0
    model=_neuron_output,
    examples=NEURON_DATA,
)
