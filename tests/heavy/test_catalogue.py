"""The catalogue of mistakes: each is recorded as it is written, and located even if nobody knows it."""

import numpy as np
from recorded import counted

from adamlab import check, mistakes
from adamlab._checking import diagnosis


def test_what_is_recorded_of_it_is_right(capsys):
    answers = [function for mistake in mistakes.CATALOGUE for function in mistake.functions]
    counts = counted(answers)
    with capsys.disabled():
        print(f"\n{counts}")
    assert counts["wrong"] == 0 and counts["traced"] >= 0.9 * len(answers)


def test_without_its_entry_a_mistake_is_still_located(monkeypatch):
    monkeypatch.setattr(diagnosis, "MOST_PAIRS", 0)  # no pairs: the experiments alone
    catalogue, located = list(mistakes.CATALOGUE), []
    for mistake in catalogue:
        monkeypatch.setattr(mistakes, "CATALOGUE", [m for m in catalogue if m is not mistake])
        for k, function in enumerate(mistake.functions):
            difference = check(function, like=mistake.step).first_difference
            located.append(difference is not None and difference.quantity == mistake.quantity(k))
    print(f"located without their entry: {sum(located)} of {len(located)}")
    assert np.mean(located) >= 0.9
