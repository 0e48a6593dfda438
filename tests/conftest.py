"""What holds for every test."""

import os

from hypothesis import settings

# Two files run at a time, and kernels inherit this: two threads each would wait for those of the other file
os.environ.setdefault("OMP_NUM_THREADS", "1")

# a slow machine must not fail a test, and a failure must come back when the test is run again
settings.register_profile("adamlab", deadline=None, derandomize=True, database=None)
settings.load_profile("adamlab")


def pytest_addoption(parser):
    """Let tests/browser be run in another front end."""
    parser.addoption(
        "--front-end",
        choices=["jupyterlab", "notebook7"],
        default="jupyterlab",
        help="where the tests of tests/browser open their notebooks",
    )


# Files that take minutes are begun first: else one worker ends alone, while the others wait.
LONG = [
    "test_panels_in_notebook7.py",
    "test_site.py",
    "test_lessons_in_jupyterlab.py",
    "test_panels_in_jupyterlab.py",
    "test_pages.py",
    "test_panels.py",
    "test_checker.py",
    "test_guard.py",
]


def pytest_collection_modifyitems(items):
    """Put long files first; `--no-loadscope-reorder` lets them stay there."""
    rank = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path.name, len(LONG)))
