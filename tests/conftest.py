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
