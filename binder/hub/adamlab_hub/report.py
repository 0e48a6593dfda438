"""An IPython extension: tells the room what `check` found. Counts, no code, and no cell ever waits for it."""

import contextlib
import json
import os
import queue
import sys
import threading
import urllib.request
from typing import Any

__all__ = ["load_ipython_extension"]

TOLD = (
    "Your instructor's page counts how many in the room have this exercise right, and which known mistakes "
    "there are. It gets this result: no name on the page, and none of your code. To stay out of it, run "
    "%env ADAMLAB_ROOM="
)
KEPT = ("exercise", "ok", "attempted", "mistake")


def load_ipython_extension(shell: Any) -> None:
    """Look at the value of each cell, if the hub has a room."""
    token = os.environ.get("JUPYTERHUB_API_TOKEN")
    if not (os.environ.get("ADAMLAB_ROOM") and token):
        return
    news: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    told = False

    def look(result: Any) -> None:
        nonlocal told
        said = _to_say(result.result)
        if said is None or not os.environ.get("ADAMLAB_ROOM"):
            return
        if not told:
            told = True
            print(TOLD)
        news.put(said)

    shell.events.register("post_run_cell", look)
    threading.Thread(target=_send, args=(news, token), daemon=True).start()


def _to_say(value: Any) -> dict[str, Any] | None:
    """What to tell of a cell's value; None if it is no verdict on an exercise.

    A lesson also checks wrong steps, to show them. Those bear other names than the exercise.
    """
    checking = sys.modules.get("adamlab._checking.verdict")  # where it was not imported there is no verdict
    if checking is None or not isinstance(value, checking.Verdict):
        return None
    said = {key: entry for key, entry in value.to_dict().items() if key in KEPT}
    own = value.name == said["exercise"] or value.name.startswith("gradient_of")
    return said if own else None


def _send(news: "queue.SimpleQueue[dict[str, Any]]", token: str) -> None:
    """Send what is in the queue, one after the other; a room that is not there is not felt."""
    headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
    while True:
        said = json.dumps(news.get()).encode()
        request = urllib.request.Request(os.environ.get("ADAMLAB_ROOM", ""), said, headers)
        with contextlib.suppress(OSError, ValueError):
            urllib.request.urlopen(request, timeout=10).close()
