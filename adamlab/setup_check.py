"""Tells a newcomer, in one line, whether everything the lessons need is installed."""

from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

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
