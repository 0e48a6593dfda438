"""What a class gets: a branch with the lessons, and nothing for instructors."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import refresh_notebooks
import yaml

ROOT = Path(__file__).resolve().parents[2]
PUBLISH = ROOT / "binder" / "hub" / "publish_lessons"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="publish_lessons is a shell script")


def run(*command, cwd):
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


def test_the_branch_holds_the_lessons_and_nothing_for_instructors(tmp_path):
    said = [run(PUBLISH, tmp_path / "class.git", cwd=tmp_path) for _ in range(2)]
    assert said[0].startswith("published") and said[1].startswith("nothing new")
    held = run("git", "ls-tree", "-r", "--name-only", "lessons", cwd=tmp_path / "class.git").splitlines()
    lessons = [
        path.name for path in refresh_notebooks.find_notebooks() if path.parent == refresh_notebooks.FOLDER
    ]
    assert {*lessons, "glossary.md", "LICENSE-lessons"} <= set(held)
    assert not [name for name in held if "instructor" in name or "answers" in name]
    assert not {"conf.py", "index.md", "reference.md"} & set(held)  # they make the website


def test_learners_can_read_what_is_published_whatever_the_umask(tmp_path):
    before = os.umask(0o077)
    try:
        run(PUBLISH, tmp_path / "class.git", cwd=tmp_path)
    finally:
        os.umask(before)
    held = [path for path in (tmp_path / "class.git").rglob("*") if path.is_file()]
    assert len(held) > 10 and all(path.stat().st_mode & 0o004 for path in held)


def test_the_workflow_publishes_that_branch_from_main_alone():
    text = (ROOT / ".github/workflows/lessons.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow[True]["push"] == {"branches": ["main"]}  # YAML reads the word `on` as true
    steps = workflow["jobs"]["publish"]["steps"]
    script, address, branch = steps[-1]["run"].split()
    assert (ROOT / script) == PUBLISH and "://" in address and branch == "lessons"
    assert workflow["permissions"] == {"contents": "write"}
