"""Maps in the browser: many steps, surfaces, pairs of axes and third values have the losses of `sweep`.

With ``-n 0 -s`` a table tells what was compared.
"""

import itertools
from collections import Counter

import numpy as np
import pytest
from maps import MapCase, script

from adamlab import Surface, descend, make_ravine, problems, steps, surfaces
from adamlab._core.signature import Signature
from adamlab._core.tuning import best_run, judged
from adamlab._panels.map_view import sentence

VALLEY = Surface(lambda x: 0.5 * x**2 + np.cos(3 * x), name="valley", start=[2.0])
QUARTET = Surface(lambda a, b, c, d: a**2 + 3 * b**2 + (c - a) ** 2 + 10 * d**4, start=(2, -1, 1, 0.5))
GROUNDS = [
    getattr(surfaces, name) for name in surfaces.__all__ if isinstance(getattr(surfaces, name), Surface)
]
GROUNDS += [make_ravine(1000, 30), VALLEY, QUARTET, problems.noisy(surfaces.beale, 0.1)]
# arithmetic and squares alone
PLAIN = {"bowl", "ravine", "saddle", "rosenbrock", "beale", "himmelblau", "ravine κ=1000, 30°"}


def bent(theta, g, m, t, eta=0.05, beta1=0.9, limit=2.0):
    """A step with ifs, whose runs cannot go side by side."""
    if t > 10 and abs(g[0]) > limit:
        g = g * (limit / abs(g[0]))
    m = beta1 * m + (1 - beta1) * g
    return (theta - eta * m if m[0] > 0 else theta - 1.5 * eta * m), m


SERIES = [getattr(steps, name) for name in steps.__all__]
METHODS = [bent, *(step for step in SERIES if len(Signature(step).defaults) > 1)]


def is_chaotic(case, cell, hyper, gap):
    """Whether rounding elsewhere carries the run about as far: in its start, or in the gradient near 1."""
    pair = {name: float(v[k]) for name, v, k in zip(case.axes, case.values, cell)}
    settings, surface = {**case.hyper, **hyper, **pair}, case.surface
    rough = Surface(surface.loss, lambda x: surface.gradient(x) + 1.1e-16, start=surface.start, vector=True)
    start = surface.start.astype(float)
    places = [(surface, start), (rough, start)]
    places += [(surface, np.nextafter(start, to)) for to in (np.inf, -np.inf)]
    first, *others = (descend(case.step, *place, case.n_steps, **settings) for place in places)
    apart = [abs(other.loss[-1] - first.loss[-1]) for other in others]
    shaken = [np.nanmax(np.abs(other.theta - first.theta)) for other in others]
    return max(apart) > 0.01 * gap or max(shaken) > 1e-3


PLAYED = """
const [play, make] = SOURCES;
const main = ([request, width, n]) => {
  const { steps, start, inputs, along, values } = request;
  const last = (x, y) => {
    const own = values.slice();
    [own[inputs[0]], own[inputs[1]]] = [x, y];
    return play(own, start, steps)[steps * width + n];
  };
  const losses = computed(make, [request]).pop().losses;
  return [losses, along[0].flatMap((x) => along[1].map((y) => last(x, y)))];
};
"""


@pytest.fixture(scope="module")
def count():
    counted = Counter()
    yield counted
    print("\n" + ", ".join(f"{number} {what}" for what, number in counted.items()))


@pytest.mark.parametrize("surface", GROUNDS, ids=lambda s: s.name)
@pytest.mark.parametrize("step", METHODS, ids=lambda step: step.__name__)
def test_losses_are_those_of_a_sweep(step, surface, count):
    names = [name for name, value in Signature(step).hyper().items() if isinstance(value, float)]
    pairs = [*itertools.permutations(names[:3], 2)][:4]
    for number, axes in enumerate(pairs):
        third = {"eta": 0.3, "beta1": 0.5, "beta2": 0.9}
        hyper = {name: value for name, value in third.items() if name in names and name not in axes}
        case = MapCase(step, surface, axes, 50 + 50 * number, resolution=7)
        given = [case.request(**hyper), case.program.width, case.program.n]
        losses, played = map(case.losses, script(PLAYED.replace("SOURCES", case.sources), given))
        np.testing.assert_array_equal(losses, played)  # of the chosen run and of its cell
        swept = case.swept(**hyper)
        np.testing.assert_array_equal(np.isnan(losses), swept.diverged)
        same = (losses == swept.loss) | swept.diverged
        count["cells"] += losses.size
        count["to the last bit"] += same.sum()
        if surface.name in PLAIN and step is not steps.nadam:
            assert same.all(), (case.axes, hyper)
        apart = ~same & ~np.isclose(losses, swept.loss, rtol=1e-6, atol=1e-12)
        count["chaotic"] += apart.sum()
        for cell in np.argwhere(apart):
            gap = abs(losses[tuple(cell)] - swept.loss[tuple(cell)])
            assert is_chaotic(case, cell, hyper, gap), (axes, cell)


SAID = """
const [play] = SOURCES;
const main = ([plan, values, given]) => {
  plan.tracks[0].play = play;
  const player = new MapPlayer(plan, values, [0, 0]);
  player.given(new Float64Array(given));
  const { losses } = player;
  const { cell, worst } = player.best();
  const drawn = [border(plan.map, losses), [...pixels(plan.map, losses)]];
  return [player.summary(), player.legend(), ...drawn, cell, worst];
};
"""


@pytest.mark.parametrize("surface", GROUNDS, ids=lambda s: s.name)
def test_words_outline_and_colours_are_pythons(surface):
    for step, eta in itertools.product((steps.momentum, steps.adam), (None, 2.0)):
        axes = ("eta", "beta1") if step is steps.momentum or eta is None else ("beta1", "beta2")
        hyper = {"eta": eta} if eta and step is steps.adam else {}
        case = MapCase(step, surface, axes, 120 if eta is None else 400, resolution=14, **hyper)
        swept = case.swept()
        given = [case.plan, case.settings, swept.loss.ravel().tolist()]
        summary, legend, outline, colours, cell, worst = script(SAID.replace("SOURCES", case.sources), given)
        best, cell = best_run(swept), tuple(map(int, cell))
        # Cosines and powers differ in the last bit. So where many runs end in the same minimum a rounding
        # decides which of them is lowest: the browser may choose another, if it is as low.
        there = descend(step, surface, swept.start, swept.n_steps, **swept.at(cell))
        np.testing.assert_allclose([judged(there.loss), worst], best[1], rtol=1e-9, atol=1e-15)
        if surface.name in PLAIN:
            assert cell == best[0]
        assert summary == sentence(swept, (cell, worst))
        assert legend == case.view.legend(swept)
        image, around = case.view.heat.show(swept.loss, swept.diverged).artists
        ends = around.get_transform().transform(around.get_path().vertices)
        ends = np.reshape(ends * (1, -1) + (0, case.view.figure.bbox.height), (-1, 2))
        numbers = [float(x) for x in outline.replace("M", " ").replace("L", " ").split()]
        np.testing.assert_allclose(np.reshape(numbers, (-1, 2)), ends, atol=0.006)
        expected = np.asarray(image.get_array())
        got = np.reshape(colours, expected.shape)[::-1]
        assert np.abs(got - expected).max() <= 4 and (got != expected).any(axis=-1).mean() < 0.01
