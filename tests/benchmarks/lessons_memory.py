"""What a learner's kernel holds after each lesson: python tests/benchmarks/lessons_memory.py [05] [--plan 90]

Not a test. Each lesson is run from top to bottom in a kernel of its own, as Run All does, with its
exercises open. With `--plan` only the sections of that timetable of the guide are run, and their sum is
what a learner holds who closes none of them. Targets: 150 MB after each lesson, 300 MB at its peak. Needs
Linux.
"""

import argparse
import re
import sys
from pathlib import Path

from memory import Kernel

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import timetables

MEASURE = """
import os, resource
print(open("/proc/self/smaps_rollup").read())
print("VmHWM", open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])
print("seconds", sum(os.times()[:2]))
"""


def measure(sources):
    """Run cells in a new kernel: megabytes proportional, resident and at the peak, and seconds."""
    kernel = Kernel()
    try:
        for index, source in enumerate(sources):
            kernel.run(source, str(index))
        said = kernel.run(MEASURE, "measure")
    finally:
        kernel.stop()
    pss, rss, peak = (
        int(re.search(rf"^{name}:?\s+(\d+)", said, re.M)[1]) / 1024 for name in ("Pss", "Rss", "VmHWM")
    )
    return pss, rss, peak, float(re.search(r"seconds ([\d.]+)", said)[1])


def main(names, plan=None):
    """Print a table, a line for each lesson."""
    lessons = {path.stem[:2]: None for path in timetables.refresh_notebooks.FOLDER.glob("0*.ipynb")}
    if plan:
        lessons = timetables.by_lesson(timetables.timetables()[plan])
    print("lesson   holds  resident   peak   seconds of processor")
    total = 0
    for lesson in sorted(names or lessons):
        titles = lessons[lesson]
        whole = [cell.source for cell in timetables.cells(lesson) if cell.cell_type == "code"]
        pss, rss, peak, seconds = measure(timetables.chosen(lesson, titles) if titles else whole)
        total += pss
        print(f"{lesson:6} {pss:7.0f} {rss:9.0f} {peak:6.0f} {seconds:8.1f}", flush=True)
    print(f"{'all':6} {total:7.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What a learner's kernel holds after each lesson, in MB.")
    parser.add_argument("names", nargs="*", help="such as 05; all lessons when left out")
    parser.add_argument("--plan", type=int, help="minutes of a timetable of the guide")
    main(**vars(parser.parse_args()))
