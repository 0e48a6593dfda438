"""The picture of a map: how large it is, what moves in it, and what is said of it."""

import io
import re

import numpy as np
import pytest
from maps import MapCase
from PIL import Image

from adamlab import Surface, make_ravine, steps, surfaces, sweep
from adamlab._core.text import format_number
from adamlab._core.tuning import best_run
from adamlab._drawing.style import DARK
from adamlab._panels.map_view import LEGEND, MapView, sentence

QUARTET = Surface(lambda a, b, c, d: a**2 + 3 * b**2 + c**2 + 10 * d**4, start=(2, -1, 1, 0.5))


@pytest.fixture(scope="module")
def ravine():
    return MapCase(steps.momentum, make_ravine(100), ("eta", "beta1"), 300, resolution=12)


def slots_in(svg):
    return re.findall(r'data-slot="([^"]+)"', svg)


def test_a_map_is_low_enough_for_its_controls(ravine):
    width, height = ravine.view.size
    assert (width, height) == (960, 390)
    assert Image.open(io.BytesIO(ravine.view.still())).size == (2 * width, 2 * height)


def test_each_part_holds_what_moves_in_it(ravine):
    first, second, third = map(slots_in, ravine.view.templates())
    assert first == ["around", "ring"]
    assert second == [f"0.{name}" for name in ("casing", "path", "dots", "heads", "start", "ball")]
    assert third == ["0.line", "0.end"]
    assert len(ravine.view.foregrounds()) == len(ravine.view.seams) == 3
    four = MapCase(steps.adam, QUARTET, ("eta", "beta1"), 10, resolution=3).view
    assert len(four.templates()) == len(four.foregrounds()) == len(four.seams) == 2


def test_seams_lie_between_the_parts(ravine):
    plan = ravine.plan
    first, second, end = ravine.view.seams
    assert plan["map"]["box"][2] < first < plan["ground"]["box"][0]
    assert plan["ground"]["box"][2] < second < plan["curves"]["box"][0] < end == plan["size"][0]


def test_theory_stands_in_the_template_and_the_colours_in_the_foreground(ravine):
    view, swept = ravine.view, ravine.swept()
    view.show(swept, (3, 4), ravine.run((3, 4)))
    assert "<image" in view.foreground() and "<image" not in view.template()
    adam = MapCase(steps.adam, surfaces.beale, ("beta1", "beta2"), 5, resolution=3).view
    assert "stroke-dasharray" in view.templates()[0] and "stroke-dasharray" not in adam.templates()[0]
    assert {"limit", "optimum"} <= view.plan(ravine.program.hyper)["map"]["legend"].keys()
    assert adam.plan(("eta", "beta1", "beta2", "eps"))["map"]["legend"].keys() == LEGEND.keys() - {
        "limit",
        "optimum",
    }


def test_without_a_map_there_is_a_message_alone(ravine):
    view = MapView(ravine.view.scene, DARK)
    blank = view.png()
    view.show(None, (0, 0), None, "momentum: not attempted yet")
    said = view.png()
    assert said != blank and "<image" not in view.foreground()
    view.show(ravine.swept(), (0, 0), None)
    assert "<image" in view.foreground() and view.png() != said


def test_a_sentence_counts_those_that_ended_higher_than_they_began(ravine):
    swept = ravine.swept()
    higher = np.count_nonzero(swept.loss > swept.surface.loss(swept.start))
    best = best_run(swept)
    said = f"{np.count_nonzero(swept.diverged)} diverged, {higher} ended higher than they began"
    assert higher and sentence(swept, best).endswith(said)
    assert sentence(swept, best).startswith(
        "map of momentum on ravine κ=100, 12 × 12 runs over η × β1, 300 steps:"
    )
    one = sweep(steps.momentum, surfaces.saddle, n_steps=3, eta=[0.1, 0.2], beta1=[0.0, 0.1])
    lowest = format_number(best_run(one)[1])
    assert sentence(one, best_run(one)).endswith(
        f": best η=0.2, β1=0.1, at most {lowest} in the last step; 0 diverged"
    )
    flat = sweep(steps.gradient_descent, surfaces.ravine, n_steps=3, eta=[0.07, 0.09])
    assert sentence(flat, best_run(flat)).endswith("0 diverged, 1 ended higher than it began")
