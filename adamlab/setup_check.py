"""Tells a newcomer, in one line, whether everything the lessons need is installed."""

import re
from importlib.metadata import PackageNotFoundError, requires, version

__all__ = ["check_setup"]

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
    print(REPAIR if faults else "✓ Everything is in place. Have a good descent!")


def _faults():
    try:
        wanted = requires("adamlab") or []
    except PackageNotFoundError:
        yield "adamlab is not installed, only found on the path"
        return
    for requirement in wanted:
        parts = re.fullmatch(r"([\w.-]+)(?:>=([\d.]+))?", requirement)
        if not parts:  # an extra, which the lessons do without
            continue
        name, least = parts.groups()
        try:
            found = version(name)
        except PackageNotFoundError:
            yield f"{name} is not installed"
            continue
        if least and _numbers(found) < _numbers(least):
            yield f"{name} {found} is too old: {least} or newer is needed"


def _numbers(text):
    return [int(number) for number in re.findall(r"\d+", text)[:3]]
