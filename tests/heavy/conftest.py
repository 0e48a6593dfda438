"""What the heavier checks need beside Python; they are skipped where it is missing, except in CI."""

import os
import shutil

import pytest


@pytest.fixture
def npx():
    """Path of the command that comes with node and runs its packages."""
    found = shutil.which("npx")
    if not found and os.environ.get("CI"):
        pytest.fail("the types of the scripts are checked with node and npm: there are none", pytrace=False)
    if not found:
        pytest.skip("the types of the scripts are checked with node and npm: install them")
    return found
