"""The room at a glance: a service of the hub that counts verdicts, and a page for the instructor.

A kernel reports the exercise, whether it is right, and the id of a known mistake; never code. The page shows
counts and no names. All of it is in memory alone, and gone when the hub stops.
"""

import contextlib
import json
import os
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyterhub.services.auth import HubAuthenticated, HubOAuthCallbackHandler, HubOAuthenticated
from tornado import ioloop, web

from adamlab import exercises, steps, surfaces
from adamlab.mistakes import CATALOGUE

__all__ = ["Room", "advice", "application"]

REPORT, READ = "custom:room:report", "custom:room:read"  # scopes: a learner's server has the first
EXERCISES = {*steps.__all__, *exercises.__all__, *surfaces.__all__, "wide"}
MISTAKES = {mistake.id: mistake.misconception for mistake in CATALOGUE}
RIGHT, OPEN, OTHER = "right", "not attempted", "no known mistake"
LONG = 5 * 60  # seconds after which somebody counts as stuck
PAGE = Path(__file__).with_name("room.html")


@dataclass
class Work:
    """One learner at one exercise: how it stands, since when they try, when they were last heard of."""

    state: str
    since: float | None
    heard: float


class Room:
    """What the learners of a room were told by `check`.

    Parameters
    ----------
    advice : dict, optional
        What an instructor can say about a mistake, by its id.
    clock : callable, optional
        Seconds, from any start.
    """

    def __init__(
        self, advice: dict[str, str] | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._advice, self._clock = advice or {}, clock
        self._work: dict[str, dict[str, Work]] = {}  # exercise, learner

    def report(self, learner: str, said: Any) -> None:
        """Take in one verdict; ValueError if it is none, and then nothing is counted."""
        state, now = _state(said), self._clock()
        at = self._work.setdefault(said["exercise"], {})
        before = at.get(learner)
        if before is not None and before.state == RIGHT and state != RIGHT:
            return  # who has it right may play on
        since = before.since if before else None
        if since is None and state != OPEN:
            since = now
        at[learner] = Work(state, since, now)

    def seen(self) -> dict[str, Any]:
        """What the page shows: the mistake that most share, then each exercise, the latest first."""
        latest = sorted(
            self._work, key=lambda name: max(w.heard for w in self._work[name].values()), reverse=True
        )
        rows = [self._row(name) for name in latest]
        shared = [(mistake["count"], row["exercise"], mistake) for row in rows for mistake in row["mistakes"]]
        most = max(shared, key=lambda entry: entry[0], default=None)
        return {
            "learners": len({learner for at in self._work.values() for learner in at}),
            "shared": {"exercise": most[1], **most[2]} if most and most[0] > 1 else None,
            "exercises": rows,
        }

    def _row(self, name: str) -> dict[str, Any]:
        work, now = self._work[name].values(), self._clock()
        states = Counter(one.state for one in work)
        trying = [now - one.since for one in work if one.since is not None and one.state != RIGHT]
        known = [(state, n) for state, n in states.most_common() if state in MISTAKES]
        return {
            "exercise": name,
            "right": states[RIGHT],
            "open": states[OPEN],
            "other": states[OTHER],
            "mistakes": [
                {"id": id, "count": n, "belief": MISTAKES[id], "advice": self._advice.get(id, "")}
                for id, n in known
            ],
            "minutes": round(statistics.median(trying) / 60, 1) if trying else None,
            "stuck": sum(seconds >= LONG for seconds in trying),
        }


def _state(said: Any) -> str:
    """How an exercise stands by a report; ValueError for what no `check` has said."""
    if not isinstance(said, dict) or set(said) != {"exercise", "ok", "attempted", "mistake"}:
        raise ValueError("a report has exercise, ok, attempted and mistake")
    exercise, ok, attempted, mistake = (said[key] for key in ("exercise", "ok", "attempted", "mistake"))
    if not isinstance(exercise, str) or exercise not in EXERCISES:
        raise ValueError("no exercise of the lessons")
    if not isinstance(ok, bool) or not isinstance(attempted, bool) or (ok and not attempted):
        raise ValueError("ok and attempted are true or false, and what is right was attempted")
    if mistake is not None and (
        ok or not attempted or not isinstance(mistake, str) or mistake not in MISTAKES
    ):
        raise ValueError("no known mistake")
    return RIGHT if ok else mistake or (OTHER if attempted else OPEN)


def advice(guide: str) -> dict[str, str]:
    """What the instructor's guide has to say about a mistake, by its id: the second column of its tables."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", guide, re.MULTILINE)
    return {id: shows for _, shows, said in rows for id in re.findall(r"`(\w+\.\w+)`", said)}


class _Handler(web.RequestHandler):
    def initialize(self, room: Room) -> None:
        self.room = room

    def set_default_headers(self) -> None:
        self.set_header(
            "Content-Security-Policy", "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
        )


class _Report(HubAuthenticated, _Handler):
    hub_scopes = frozenset({REPORT})

    @web.authenticated
    def post(self) -> None:
        try:
            self.room.report(self.current_user["name"], json.loads(self.request.body))
        except ValueError as fault:
            raise web.HTTPError(400, str(fault)) from None
        self.set_status(204)


class _Page(HubOAuthenticated, _Handler):
    hub_scopes = frozenset({READ})

    @web.authenticated
    def get(self) -> None:
        self.finish(PAGE.read_text(encoding="utf-8"))


class _Seen(HubOAuthenticated, _Handler):
    hub_scopes = frozenset({READ})

    @web.authenticated
    def get(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.finish(self.room.seen())


def application(prefix: str, room: Room) -> web.Application:
    """The web application of a room, below a prefix."""
    given = {"room": room}
    routes: list[Any] = [
        (prefix, _Page, given),
        (prefix + "seen", _Seen, given),
        (prefix + "report", _Report, given),
        (prefix + "oauth_callback", HubOAuthCallbackHandler),
    ]
    return web.Application(routes, cookie_secret=os.urandom(32))


def main() -> None:
    """Serve the room to the hub that started this."""
    guide = Path(os.environ.get("ADAMLAB_GUIDE", ""))
    room = Room(advice(guide.read_text(encoding="utf-8")) if guide.is_file() else {})
    served = application(os.environ["JUPYTERHUB_SERVICE_PREFIX"], room)
    address, port = os.environ["JUPYTERHUB_SERVICE_URL"].split("//")[1].split("/")[0].split(":")
    served.listen(int(port), address, max_body_size=4096)
    with contextlib.suppress(KeyboardInterrupt):
        ioloop.IOLoop.current().start()


if __name__ == "__main__":
    main()
