"""Runs JavaScript with the node that Playwright brings along."""

import json
import math
import subprocess
import tempfile
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

LIVE = Path(__file__).resolve().parents[2] / "adamlab" / "_live"

# JSON has no NaN, no infinity, no negative zero: these are sent as {"number": text}
MAIN = """
const read = (_, v) => (v && v.number ? Number(v.number) : v);
const written = (_, v) => {
  if (ArrayBuffer.isView(v)) return [...v];
  if (typeof v !== "number" || (Number.isFinite(v) && !Object.is(v, -0))) return v;
  return { number: Object.is(v, -0) ? "-0" : String(v) };
};
const given = JSON.parse(require("fs").readFileSync(0, "utf8"), read);
process.stdout.write(JSON.stringify(main(given) ?? null, written));
"""


def run(source, given=None):
    """What the function `main` of a script returns.

    Parameters
    ----------
    source : str
        It defines ``main``, and may use the functions of arithmetic.js.
    given : object
        The argument, anything that can be JSON; NaN and infinities too.

    Returns
    -------
    object
        Arrays are lists, all numbers floats.
    """
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.js"
        script.write_text(
            (LIVE / "arithmetic.js").read_text(encoding="utf-8") + source + MAIN, encoding="utf-8"
        )
        command = [compute_driver_executable()[0], str(script)]
        done = subprocess.run(
            command, input=json.dumps(_sent(given)), capture_output=True, text=True, timeout=300
        )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout, object_hook=_received, parse_int=float)


def _sent(value):
    if isinstance(value, float) and not (math.isfinite(value) and (value or math.copysign(1, value) > 0)):
        text = "NaN" if math.isnan(value) else "-0" if not value else "Infinity" if value > 0 else "-Infinity"
        return {"number": text}
    if isinstance(value, (list, tuple)):
        return [_sent(v) for v in value]
    return {k: _sent(v) for k, v in value.items()} if isinstance(value, dict) else value


def _received(value):
    return float(value["number"].replace("Infinity", "inf")) if value.keys() == {"number"} else value
