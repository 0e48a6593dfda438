"""What a class costs a hub: python tests/benchmarks/a_class.py http://127.0.0.1:8000 30 05_adam.ipynb

Not a test. So many learners log in at once, through the hub's proxy as browsers do, pull the lessons, open
one, run all of it, and then all move a slider, run `check` and open a panel in the same instant. Needs Linux,
aiohttp, and a hub on this machine that was started for it (binder/hub/start --trial), because it reads what
processes hold.
"""

import asyncio
import json
import re
import statistics
import sys
import time
import urllib.parse
import uuid
from pathlib import Path

import aiohttp
import nbformat
import psutil
import yarl

LESSONS = Path(__file__).resolve().parents[2] / "notebooks"
ANSWER = """
def adam(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


check(adam)
"""
WRONG = ANSWER.replace("m / (1 - beta1**t)", "m")
UNUSUAL = ANSWER.replace("* g**2", "* np.abs(g) ** 1.9 + 1e-3 * theta**2")
PASSWORD = "roll-the-ball"


class Learner:
    """One learner: a session at the hub, a kernel, and the widgets that it has opened."""

    def __init__(self, hub, name):
        self.hub, self.name, self.base = hub, name, f"{hub}/user/{name}"
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.sliders, self.waiting, self.errors = [], {}, 0

    def _mark(self, path):
        """What the hub wants of each request that a page makes by itself."""
        cookies = self.http.cookie_jar.filter_cookies(yarl.URL(urllib.parse.urljoin(self.hub, path)))
        return {"X-XSRFToken": cookies["_xsrf"].value} if "_xsrf" in cookies else {}

    async def arrive(self):
        """Log in, wait for the server, pull the lessons."""
        async with self.http.get(f"{self.hub}/hub/login") as page:
            await page.read()
        form = {"username": self.name, "password": PASSWORD, "_xsrf": self._mark("/hub/")["X-XSRFToken"]}
        async with self.http.post(f"{self.hub}/hub/login", data=form) as page:
            assert page.status in (200, 429), await page.text()  # 429: others start, the page tries again
        status = 429
        while status == 429:
            async with self.http.get(f"{self.hub}/hub/spawn/{self.name}") as page:
                await page.read()
            status = page.status
            await asyncio.sleep(5 if status == 429 else 0)
        while True:  # a browser looks again and again until the server answers
            async with self.http.get(f"{self.base}/lab") as page:
                await page.read()
            if page.status == 200 and page.url.path.startswith(f"/user/{self.name}/lab"):
                return
            if page.status not in (200, 424, 429, 503):
                raise RuntimeError(f"{self.name}: {page.status} at {page.url}")
            await asyncio.sleep(1)

    async def pull(self, repository):
        """Pull the lessons as the learners' link does."""
        asked = {"repo": repository, "branch": "lessons", "targetpath": "adamlab"}
        async with self.http.get(
            f"{self.base}/git-pull/api", params=asked, headers=self._mark(f"/user/{self.name}/")
        ) as page:
            said = await page.text()
        assert '"phase": "finished"' in said, said[-500:]

    async def open(self, lesson):
        """Start the lesson's kernel, and listen to it."""
        place = f"/user/{self.name}/"
        asked = {
            "path": f"adamlab/{lesson}",
            "type": "notebook",
            "name": lesson,
            "kernel": {"name": "python3"},
        }
        async with self.http.post(f"{self.base}/api/sessions", json=asked, headers=self._mark(place)) as page:
            assert page.status == 201, await page.text()
            kernel = (await page.json())["kernel"]["id"]
        self.session = uuid.uuid4().hex
        address = f"{self.base.replace('http', 'ws')}/api/kernels/{kernel}/channels?session_id={self.session}"
        self.socket = await self.http.ws_connect(address, max_msg_size=0, origin=self.hub)
        self.reader = asyncio.create_task(self._read())
        await self.run("1")

    async def _read(self):
        async for heard in self.socket:
            if heard.type == aiohttp.WSMsgType.TEXT:
                self._take(json.loads(heard.data))
            elif (
                heard.type == aiohttp.WSMsgType.BINARY
            ):  # offsets of its parts, the first of which is the message
                count = int.from_bytes(heard.data[:4], "big")
                first, second = (int.from_bytes(heard.data[4 * k : 4 * k + 4], "big") for k in (1, 2))
                self._take(json.loads(heard.data[first : second if count > 1 else None]))

    def _take(self, message):
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "comm_open" and "IntSlider" in content["data"].get("state", {}).get("_model_name", ""):
            self.sliders.append(content["comm_id"])
        asked = self.waiting.get(message["parent_header"].get("msg_id"))
        if asked is None:
            return
        asked["errors"] += kind == "error"
        asked["text"] += (
            json.dumps(content, ensure_ascii=False)
            if kind in ("stream", "display_data", "execute_result")
            else ""
        )
        if kind == "status" and content["execution_state"] == "idle" and not asked["done"].done():
            asked["done"].set_result(time.monotonic())

    async def _ask(self, channel, kind, content):
        name = uuid.uuid4().hex
        header = {
            "msg_id": name,
            "msg_type": kind,
            "session": self.session,
            "username": self.name,
            "version": "5.4",
        }
        header["date"] = "2026-01-01T00:00:00Z"
        asked = self.waiting[name] = {
            "done": asyncio.get_running_loop().create_future(),
            "errors": 0,
            "text": "",
        }
        sent = time.monotonic()
        message = {
            "channel": channel,
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
        }
        await self.socket.send_str(json.dumps({**message, "buffers": []}))
        took = await asyncio.wait_for(asked["done"], 600) - sent
        self.waiting.pop(name)
        return took, asked

    async def run(self, code):
        """Run a cell: seconds, and what it said."""
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        took, asked = await self._ask(
            "shell", "execute_request", {**content, "allow_stdin": False, "stop_on_error": False}
        )
        self.errors += asked["errors"]
        return took, asked["text"]

    async def run_all(self, cells):
        """Run All: seconds."""
        start = time.monotonic()
        for code in cells:
            await self.run(code)
        return time.monotonic() - start

    async def slide(self, moves=10):
        """Move the first slider as a hand does, waiting for the kernel each time: seconds of each move."""
        taken = []
        for move in range(moves):
            data = {"method": "update", "state": {"value": 40 + move % 2}, "buffer_paths": []}
            took, _ = await self._ask("shell", "comm_msg", {"comm_id": self.sliders[0], "data": data})
            taken.append(took)
        return taken

    async def leave(self):
        """Stop the server."""
        path = f"{self.hub}/hub/api/users/{self.name}/server"
        async with self.http.delete(path, headers=self._mark("/hub/")) as page:
            await page.read()
        await self.http.close()


def held(names):
    """Of servers and of kernels: megabytes (proportional set size), seconds of processor, how many."""
    total = {"servers": [0, 0.0, 0], "kernels": [0, 0.0, 0]}
    for process in psutil.process_iter(["cmdline", "environ"]):
        line = " ".join(process.info["cmdline"] or [])
        kind = (
            "kernels"
            if "ipykernel_launcher" in line
            else "servers"
            if "jupyterhub-singleuser" in line
            else None
        )
        if kind and (process.info["environ"] or {}).get("JUPYTERHUB_USER") in names:
            smaps = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="utf-8")
            total[kind][0] += int(re.search(r"^Pss:\s+(\d+)", smaps, re.MULTILINE)[1]) / 1024
            total[kind][1] += sum(process.cpu_times()[:2])
            total[kind][2] += 1
    return total


def report(what, seconds):
    """Print the median and the longest of some times."""
    print(f"{what:34} median {statistics.median(seconds):7.2f} s, longest {max(seconds):7.2f} s", flush=True)


async def timed(action):
    """Seconds that something takes."""
    start = time.monotonic()
    await action
    return time.monotonic() - start


async def main(hub, count, lesson, repository):
    names = [f"seat{k:02d}" for k in range(int(count))]
    cells = [c.source for c in nbformat.read(LESSONS / lesson, 4).cells if c.cell_type == "code"]
    learners = [Learner(hub, name) for name in names]

    async def all_of(act):
        return await asyncio.gather(*map(act, learners))

    report(f"{count} log in at once: a seat after", await all_of(lambda one: timed(one.arrive())))
    report("the lessons are pulled", await all_of(lambda one: timed(one.pull(repository))))
    report("a kernel is there", await all_of(lambda one: timed(one.open(lesson))))
    report(f"Run All of {lesson}", await all_of(lambda one: one.run_all(cells)))
    for kind, (megabytes, seconds, found) in held(names).items():
        each = f"{megabytes / found:.0f} MB and {seconds / found:.1f} s of processor each" if found else ""
        print(f"{found} {kind}: {megabytes:.0f} MB; {each}", flush=True)
    await all_of(
        lambda one: one.run("import numpy as np\nfrom adamlab import check, explore, steps, surfaces")
    )
    report(
        "a move of a slider, all at once",
        [took for moves in await all_of(lambda one: one.slide()) for took in moves],
    )
    for what, code, sign in [
        ("right", ANSWER, "✓"),
        ("wrong", WRONG, "A known mistake"),
        ("unusual", UNUSUAL, "✗"),
    ]:
        found = await all_of(lambda one, code=code: one.run(code))
        report(f"check of a {what} adam, all at once", [took for took, _ in found])
        right = sum(sign in text for _, text in found)
        stopped = sum("was stopped" in text for _, text in found)
        print(f"    {right} of {count} told so, {stopped} wrongly stopped", flush=True)
    panel = "explore(steps.adam, surfaces.beale, eta=0.1)"
    report("a new panel, all at once", [took for took, _ in await all_of(lambda one: one.run(panel))])
    alive = sum("two" in text for _, text in await all_of(lambda one: one.run("print('t' + 'wo')")))
    print(
        f"{alive} of {count} kernels alive, {sum(one.errors for one in learners)} errors in cells", flush=True
    )
    await asyncio.gather(*[one.leave() for one in learners], return_exceptions=True)


if __name__ == "__main__":
    hub, count, lesson, repository = (
        *sys.argv[1:],
        *["http://127.0.0.1:8000", "30", "05_adam.ipynb", ""][len(sys.argv) - 1 :],
    )
    asyncio.run(main(hub, count, lesson, repository or f"file://{Path('.hub').resolve()}/lessons.git"))
