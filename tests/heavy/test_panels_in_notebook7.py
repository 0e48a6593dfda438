"""What a reader does with a panel, done in Notebook 7: the tests of JupyterLab once more."""

import subprocess
import sys
from pathlib import Path

BROWSER = Path(__file__).resolve().parents[1] / "browser"


def test_panels_behave_in_notebook_7_as_in_jupyterlab():
    tests = BROWSER / "test_panels_in_jupyterlab.py"
    command = [sys.executable, "-m", "pytest", str(tests), "--front-end=notebook7", "-n", "0", "-q"]
    done = subprocess.run(command, cwd=BROWSER.parents[1], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
