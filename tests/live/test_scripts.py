"""Each script that a browser gets can be read by one: its syntax alone, which is quick to check."""

import subprocess

import javascript
import pytest

from adamlab._live.page import SCRIPTS
from adamlab._panels.picture import Picture

PACKAGE = javascript.LIVE.parent
FILES = {
    path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.js")
}
WHOLE = {
    "the widget": Picture._esm,
    "a page": "\n".join((javascript.LIVE / name).read_text() for name in SCRIPTS),
}


def complaint(text, folder):
    """What node says of a script that it reads and does not run."""
    path = folder / ("script.mjs" if "\nexport default" in text else "script.js")
    path.write_text('"use strict";\n' + text, encoding="utf-8")
    command = [javascript.compute_driver_executable()[0], "--check", str(path)]
    return subprocess.run(command, capture_output=True, text=True).stderr


@pytest.mark.parametrize("name", [*FILES, *WHOLE])
def test_a_script_can_be_read(name, tmp_path):
    text = {**FILES, **WHOLE}[name]
    assert complaint(text, tmp_path) == ""
    assert "SyntaxError" in complaint(f"{text}\nconst twice = 1; const twice = 2;", tmp_path)
