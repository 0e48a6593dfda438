"""`check_setup` sees that the page's server cannot show sliders. A server is a process of that name here."""

import os
import subprocess
import sys

import pytest

SERVER = """
import os, subprocess, sys
os.environ["JPY_PARENT_PID"] = str(os.getpid())
code = "from adamlab import check_setup; check_setup()"
sys.exit(subprocess.run([{kernel!r}, "-c", code]).returncode)
"""
CONTENT = "✓ Everything is in place. Have a good descent!\n"
pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="it makes links, which Windows does not allow"
)


@pytest.fixture
def told(tmp_path):
    """What a kernel of ours says that a server in another environment started."""
    place = tmp_path / "other"
    (place / "bin").mkdir(parents=True)
    (place / "share/jupyter/lab").mkdir(parents=True)
    (place / "bin/python").symlink_to(sys.executable)

    def ask(name="jupyter-lab", has=(), environ=None, user=()):
        for folder, fronts in [(place / "share/jupyter", has), (tmp_path / "data", user)]:
            for front in fronts:
                (folder / "labextensions" / front).mkdir(parents=True)
        script = place / "bin" / name
        script.write_text(SERVER.format(kernel=sys.executable), encoding="utf-8")
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("VSCODE_", "VIRTUAL_"))
        }
        kept |= {"JUPYTER_DATA_DIR": str(tmp_path / "data"), "PYTHONIOENCODING": "utf-8"} | (environ or {})
        command = [place / "bin/python", "-S", script]
        return subprocess.run(command, env=kept, capture_output=True, check=True, encoding="utf-8").stdout

    ask.place = place
    return ask


def test_a_server_without_widgets_is_told_with_what_to_do(told):
    said = told()
    assert "has no ipywidgets and no anywidget\n" in said and "✓" not in said
    assert f"{told.place}/bin/python -m pip install ipywidgets anywidget\n" in said


def test_only_what_is_missing_is_named(told):
    said = told("jupyterhub-singleuser", has=["@jupyter-widgets/jupyterlab-manager"])
    assert "has no anywidget\n" in said and "-m pip install anywidget\n" in said


WIDGETS = ["@jupyter-widgets/jupyterlab-manager", "anywidget"]


@pytest.mark.parametrize(
    "how",
    [
        {"has": WIDGETS},
        {"has": WIDGETS[:1], "user": WIDGETS[1:]},
        {"name": "not-a-server"},
        {"environ": {"VSCODE_PID": "1"}},
        {"environ": {"COLAB_RELEASE_TAG": "1"}},
        {"environ": {"VIRTUAL_ENV": sys.prefix}},
    ],
)
def test_there_is_no_false_alarm(told, how):
    if sys.prefix == sys.base_prefix and "VIRTUAL_ENV" in how.get("environ", {}):
        pytest.skip("this Python has no environment of its own")
    assert told(**how) == CONTENT
