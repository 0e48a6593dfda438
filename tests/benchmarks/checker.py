"""How long a learner waits for a verdict: python tests/benchmarks/checker.py

Not a test. A right step should be answered in less than 0.3 s, anything else in 2.5 s. The slowest case
that is not an endless loop is a mistake that no entry of the catalogue fits, alone or with another.
"""

import sys
from pathlib import Path
from statistics import median

from core import seconds

from adamlab import check, descend, mistakes, steps, surfaces

sys.path.insert(0, str(Path(__file__).parent.parent))
from answers.others import OTHERS
from answers.right import RIGHT


def endless(theta, g):
    while True:
        pass


def report(name, answers):
    times = [seconds(lambda answer=answer, like=like: check(answer, like=like)) for answer, like in answers]
    print(f"{name:36}{len(times):5} answers   median {median(times):.3f} s   longest {max(times):.3f} s")
    return median(times)


if __name__ == "__main__":
    right = report("right, in many forms", RIGHT * 3)
    catalogue = [(f, m.step) for m in mistakes.CATALOGUE for f in m.functions]
    report("wrong, each entry of the catalogue", catalogue)
    report("wrong, written without the catalogue", [(answer, like) for answer, like, _ in OTHERS])
    report("a loop that never ends", [(endless, steps.adam)])
    run = median(seconds(lambda: descend(steps.adam, surfaces.beale, n_steps=200)) for _ in range(50))
    print(f"a verdict on a right step / one run of 200 steps on beale = {right / run:.1f}")
