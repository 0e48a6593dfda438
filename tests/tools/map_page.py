"""A page that holds a map alive, and nothing else: as strict as a saved one."""

import base64
import hashlib
import json
import time

import javascript

from adamlab._live.module import ARITHMETIC, bare

SCRIPTS = ("words.js", "engine.js", "hand.js", "map.js")

WORKERS = "worker-src blob:;"  # without it Chromium refuses the worker, and the page computes by itself

SCRIPT = """
const real = window.Worker;
window.workers = 0;
window.Worker = class extends real { constructor(address) { super(address); window.workers++; } };
const [play, make] = SOURCES;
const { plan, values, chosen } = KNOWN;
plan.tracks[0].play = play;
plan.helpers = [make];
window.shown = 0;
const player = new MapPlayer(plan, values, chosen);
player.changed = () => window.shown++;
const picture = document.getElementById("picture");
for (const svg of picture.querySelectorAll(":scope > svg")) {
  const moving = new MapMoving(svg, plan);
  picture.insertBefore(moving.below, svg);
  player.add(moving);
}
player.run(0);
hand(picture, { player: () => player, place: (cell) => player.place(cell) });
Object.assign(window, { player, plan });
"""

STYLE = """
#picture { position: relative; width: 960px; }
#picture img { display: block; width: 100%; }
#picture svg { position: absolute; inset: 0; width: 100%; height: 100%; }
"""


def hashed(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def page_of(case, chosen, policy=WORKERS):
    """A page that holds a map alive."""
    known = json.dumps({"plan": case.plan, "values": case.settings, "chosen": chosen})
    texts = [bare((javascript.LIVE / name).read_text(encoding="utf-8")) for name in SCRIPTS]
    main = SCRIPT.replace("SOURCES", case.sources).replace("KNOWN", known)
    script = '"use strict";\n' + "\n".join([ARITHMETIC, *texts, main])
    width, height = case.plan["size"]
    still = base64.b64encode(case.view.still()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src {hashed(STYLE)}; script-src {hashed(script)}; {policy}"
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{STYLE}</style></head>'
        f'<body><div id="picture" tabindex="0"><img alt="" src="data:image/png;base64,{still}">'
        f'<svg viewBox="0 0 {width} {height}">{case.view.template()}</svg></div>'
        f"<script>{script}</script></body></html>"
    )


def wait(page):
    """Wait until the map is complete; the policy forbids Playwright's own way."""
    until = time.monotonic() + 30
    while not page.evaluate("player.complete"):
        assert time.monotonic() < until, page.faults
        time.sleep(0.02)
