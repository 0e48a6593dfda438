"""What a recording makes of many people's steps."""

import numpy as np

from adamlab import surfaces
from adamlab._core.signature import Signature
from adamlab._live.program import plays_alike, verified


def settings(signature, count, seed=0):
    """The defaults with each hyperparameter moved."""
    rng, defaults = np.random.default_rng(seed), signature.hyper()
    for _ in range(count):
        moved = dict(defaults)
        for name, value in defaults.items():
            if type(value) is float:
                decay = 0.4 < value < 1 and name not in ("eta", "lr")
                new = (
                    1 - (1 - value) * 10 ** rng.uniform(-0.5, 0.2)
                    if decay
                    else value * 10 ** rng.uniform(-1, 1.5)
                )
                moved[name] = new if 0 < new < 1 or not decay else value
        yield moved


def counted(answers):
    """How many steps are recorded, and how many of these play as they are written at settings never seen."""
    counts = {"traced": 0, "equal": 0, "wrong": 0, "fallback": 0}
    for answer in answers:
        signature, surface = Signature(answer), surfaces.beale
        opening = signature.hyper()
        program = verified(signature, surface, opening, surface.start, 60, [*settings(signature, 2, seed=1)])
        if program is None:
            counts["fallback"] += 1
            continue
        counts["traced"] += 1
        asked = [opening, *settings(signature, 2, seed=2)]
        same = [plays_alike(program, signature, surface, surface.start + 0.1, 60, hyper) for hyper in asked]
        counts["equal" if all(same) else "wrong"] += 1
    return counts
