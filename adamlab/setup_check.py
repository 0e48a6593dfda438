"""Tells a newcomer, in one line, whether everything the lessons need is installed."""

import os
import sys
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

__all__ = ["check_setup"]

# What the page needs, which comes from the environment of the server; and the package that brings it there.
FRONT_ENDS = {"@jupyter-widgets/jupyterlab-manager": "ipywidgets", "anywidget": "anywidget"}
SERVERS = ("jupyter-lab", "jupyter-notebook", "jupyter-server", "jupyterhub-singleuser", "jupyterlab")
REPAIR = "Close this page and start JupyterLab with the command at the top of the README."


def check_setup():
    """Print whether the packages are there and new enough, and what to do if not.

    Returns
    -------
    None
    """
    faults = list(_faults())
    for fault in faults:
        print(f"✗ {fault}")
    if faults:
        print(REPAIR)
    elif server := _server_without_sliders():
        prefix, missing = server
        print(f"✗ No sliders on this page: its server, in {prefix}, has no {' and no '.join(missing)}")
        print(f"Install what is missing there:  {_python(prefix)} -m pip install {' '.join(missing)}")
        print("Then restart JupyterLab. Or start it with the command at the top of the README.")
    else:
        print("✓ Everything is in place. Have a good descent!")


def _faults():
    try:
        wanted = requires("adamlab") or []
    except PackageNotFoundError:
        yield "adamlab is not installed, only found on the path"
        return
    for requirement in map(Requirement, wanted):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue  # an extra, which the lessons do without; or for another system
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            yield f"{requirement.name} is not installed"
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            least = str(requirement.specifier).removeprefix(">=")
            yield f"{requirement.name} {found} is too old: {least} or newer is needed"


def _server_without_sliders():
    """The folder of the environment of this kernel's JupyterLab, and what it lacks; None if all is well.

    A kernel may run in another environment than the server that sends the page. None as well where this
    cannot be known: in a browser, in VS Code or Colab, which bring front ends of their own.
    """
    process = _server()
    if process is None:
        return None
    environ = process["environ"]
    prefixes = [Path(part).parent.parent for part in process["cmdline"][:2] if os.path.isabs(part)]
    prefixes += [Path(environ[name]) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if name in environ]
    labs = [prefix for prefix in prefixes if (prefix / "share/jupyter/lab").is_dir()]
    if not labs or any(_same(prefix, sys.prefix) for prefix in labs):
        return None
    folders = _data_folders(prefixes, environ)
    missing = [
        package
        for name, package in FRONT_ENDS.items()
        if not any((folder / "labextensions" / name).is_dir() for folder in folders)
    ]
    return (labs[0], missing) if missing else None


def _server():
    """What the Jupyter server that started this kernel was called with; None if none is found."""
    if "COLAB_RELEASE_TAG" in os.environ or any(name.startswith("VSCODE_") for name in os.environ):
        return None
    try:
        import psutil  # comes with IPython
    except ImportError:
        return None
    try:
        on_windows = sys.platform == "win32"  # where the variable holds a handle
        pid = os.getppid() if on_windows else int(os.environ["JPY_PARENT_PID"])
        process = psutil.Process(pid).as_dict(["cmdline", "environ"])
    except (KeyError, ValueError, psutil.Error):
        return None
    called = [Path(part).stem for part in process["cmdline"] or []]
    return process if process["environ"] and any(name in SERVERS for name in called) else None


def _data_folders(prefixes, environ):
    """Where a server that was started so looks for front ends."""
    from jupyter_core import paths

    own = [folder for folder in environ.get("JUPYTER_PATH", "").split(os.pathsep) if folder]
    beside = [prefix / "share/jupyter" for prefix in prefixes]
    return [*map(Path, own), Path(paths.jupyter_data_dir()), *beside, *map(Path, paths.SYSTEM_JUPYTER_PATH)]


def _same(one, other):
    return os.path.realpath(one) == os.path.realpath(other)


def _python(prefix):
    return prefix / ("Scripts/python" if sys.platform == "win32" else "bin/python")
