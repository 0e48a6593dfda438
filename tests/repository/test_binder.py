"""What Binder builds is what the package needs."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]
BINDER = ROOT / "binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def _lines(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _by_name(lines):
    return {requirement.name: requirement.specifier for requirement in map(Requirement, lines)}


NEEDED = _by_name(PROJECT["dependencies"])
PINNED = _by_name(_lines(BINDER / "requirements.txt"))


def test_binder_installs_exactly_what_the_package_needs():
    assert sorted(PINNED) == sorted(NEEDED)


@pytest.mark.parametrize("name", NEEDED)
def test_a_pin_is_one_version_that_the_package_accepts(name):
    (pin,) = PINNED[name]
    assert pin.operator == "=="
    assert NEEDED[name].contains(pin.version), f"{name} {pin.version} is not {NEEDED[name]}"


def test_binders_python_is_one_that_the_package_accepts():
    # With a binder folder, requires-python is ignored and Python would be 3.10.
    (line,) = _lines(BINDER / "runtime.txt")
    assert SpecifierSet(PROJECT["requires-python"]).contains(line.removeprefix("python-"))


def test_post_build_installs_the_package_alone():
    path = BINDER / "postBuild"
    assert path.read_bytes().startswith(b"#!")
    assert _lines(path) == ["set -e", "pip install --no-deps ."]
    assert os.access(path, os.X_OK)


def test_repo2docker_sees_all_of_it(tmp_path):
    # Rendering needs neither Docker nor a network. It gets what it reads, without the rest of the checkout.
    shutil.copytree(BINDER, tmp_path / "binder")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--no-run", "--debug", "."]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    dockerfile = re.sub("-([0-9a-f]{2})", lambda code: chr(int(code[1], 16)), result.stdout)  # its file names
    dockerfile = dockerfile.replace(os.sep, "/")
    (version,) = _lines(BINDER / "runtime.txt")
    assert f"environment.py-{version.removeprefix('python-')}-linux" in dockerfile
    assert 'pip install --no-cache-dir -r "binder/requirements.txt"' in result.stdout.replace(os.sep, "/")
    assert "RUN ./binder/postBuild" in dockerfile
