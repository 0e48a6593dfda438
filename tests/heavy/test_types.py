"""The types that the scripts' comments tell are true: TypeScript says so. Nothing is built."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TYPESCRIPT = "typescript@5.9"


def checked(npx, folder):
    """What TypeScript says of a folder with a jsconfig.json."""
    command = [npx, "--yes", "--package", TYPESCRIPT, "tsc", "--project", str(folder / "jsconfig.json")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)


def test_the_types_of_the_scripts_are_right(npx):
    result = checked(npx, ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("const reached_ = reached('rows', plan.tracks[0]);", "TS2304"),  # there is no plan
        ("function half(x) { return x / 2; }", "TS7006"),  # nothing says what x is
        ("/** @type {Track} */ const one = { name: 'adam' };", "TS2740"),
    ],
    ids=["an unknown name", "a parameter without a type", "a property is missing"],
)
def test_a_wrong_type_is_found(npx, tmp_path, wrong, fault):
    shutil.copy(ROOT / "jsconfig.json", tmp_path)
    folder = shutil.copytree(ROOT / "adamlab" / "_live", tmp_path / "adamlab" / "_live")
    (folder / "wrong.js").write_text(wrong)
    result = checked(npx, tmp_path)
    assert result.returncode != 0
    assert f"error {fault}" in result.stdout
