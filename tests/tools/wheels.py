"""Fetch all that learners install, for a room without internet: `python tests/tools/wheels.py`.

It fills the folder `wheels`, for Linux, Windows and macOS and for one version of Python (`--python 3.12`
for another; call it again for more). Put it on a stick beside the lessons. A learner then installs with

    python -m pip install --no-index --find-links wheels adamlab

Needs uv, and the internet while it runs.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MACHINES = {  # uv's names, by which it decides what is needed; and pip's, by which it chooses the wheel
    "x86_64-manylinux_2_28": ["manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"],
    "x86_64-pc-windows-msvc": ["win_amd64"],
    "aarch64-apple-darwin": ["macosx_14_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64"],
    "x86_64-apple-darwin": ["macosx_14_0_x86_64", "macosx_12_0_x86_64", "macosx_10_13_x86_64"],
}
PIP = ["uv", "run", "--quiet", "--no-project", "--with", "pip", "python", "-m", "pip"]


def needed(machine, python):
    """The packages that the lessons need on a machine, with their versions, as pip reads them.

    Parameters
    ----------
    machine : str
        As uv names it.
    python : str
        As "3.13".

    Returns
    -------
    str
    """
    command = ["uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--only-binary", ":all:"]
    command += ["--python-platform", machine, "--python-version", python, ROOT / "pyproject.toml"]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def fetch(machine, python, folder):
    """Fetch the wheels for a machine.

    Parameters
    ----------
    machine, python : str
        As for `needed`.
    folder : Path
    """
    pinned = needed(machine, python)
    with tempfile.TemporaryDirectory() as place:
        listed = Path(place) / "needed.txt"
        listed.write_text(pinned, encoding="utf-8")
        command = [*PIP, "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", folder]
        command += ["--python-version", python, "--requirement", listed]
        for tag in MACHINES[machine]:
            command += ["--platform", tag]
        subprocess.run(command, check=True)
    print(f"{machine}, Python {python}: {len(pinned.splitlines())} packages", flush=True)


def main(python, machines, folder):
    """Build our own wheel, and fetch the others."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["uv", "build", "--quiet", "--wheel", "--out-dir", folder, ROOT], check=True)
    (folder / ".gitignore").unlink(missing_ok=True)
    for machine in machines:
        fetch(machine, python, folder)
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    print(f"{folder}: {len([*folder.glob('*.whl')])} wheels, {size:.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Fetch what learners install, for Linux, Windows and macOS.")
    parser.add_argument("--python", default="3.13", help="the learners' version (3.13)")
    parser.add_argument("--machines", nargs="+", default=[*MACHINES], choices=[*MACHINES])
    parser.add_argument("--folder", type=Path, default=ROOT / "wheels")
    sys.exit(main(**vars(parser.parse_args())))
