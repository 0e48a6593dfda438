"""A learner's server runs under an account of its own on the machine."""

import os
import pwd
import resource
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner, SimpleLocalProcessSpawner
from tornado import web

__all__ = ["LearnerSpawner", "TrialSpawner", "limited"]

OURS = "adamlab learner"  # written into the account, so that no other one is ever used
_sockets: Path | None = None


class NoSeat(web.HTTPError):
    """There is no server for this name; the hub's page says why."""

    def __init__(self, why: str) -> None:
        super().__init__(403)
        self.jupyterhub_message = why


class Seat:
    """What both spawners have: a folder for the sockets of kernels, and a limit for memory."""

    def get_env(self) -> dict[str, str]:
        """What is set for the server, and where its kernels have their sockets."""
        return {**super().get_env(), "JUPYTER_RUNTIME_DIR": str(sockets_of(self.user.name))}

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """Go to the learner's folder, and in a class become the learner; then set the limit."""
        return limited(self.mem_limit, super().make_preexec_fn(name))


class LearnerSpawner(Seat, LocalProcessSpawner):
    """Starts each server as a system user who is made when a learner first comes. The hub must be root.

    Homes are closed to everybody else. An account that the hub did not make is refused: whoever logs in as
    ``root`` or ``www-data`` gets no server.
    """

    async def start(self) -> tuple[str, int]:
        """Make the account if there is none, then start the server in its home."""
        owner = account(self.user.name)
        self.notebook_dir = owner.pw_dir
        self.popen_kwargs = {"cwd": owner.pw_dir}
        os.chown(sockets_of(self.user.name), owner.pw_uid, owner.pw_gid)
        return await super().start()


class TrialSpawner(Seat, SimpleLocalProcessSpawner):
    """Starts all servers under the account that runs the hub: to try it, not for a class."""


def sockets_of(name: str) -> Path:
    """The folder of a learner for the sockets of kernels.

    The system takes no longer path than 107 characters for a socket, and the usual folder in a learner's
    home, with a kernel's name behind it, can be longer.
    """
    global _sockets
    if _sockets is None:
        _sockets = Path(tempfile.mkdtemp(prefix="hub-"))
        _sockets.chmod(0o711)
    own = _sockets / name
    own.mkdir(mode=0o700, exist_ok=True)
    return own


def limited(limit: int | None, prepare: Callable[[], None]) -> Callable[[], None]:
    """What a server's process does before it starts; its kernels inherit it.

    Parameters
    ----------
    limit : int or None
        Bytes of writable memory that one process may have. Beyond it Python raises MemoryError, in the
        learner's own cell, where a limit of the machine would end somebody's process.
    prepare : callable
        What comes first.
    """

    def prepare_and_limit() -> None:
        prepare()
        os.umask(0o077)
        if limit:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

    return prepare_and_limit


def account(name: str) -> pwd.struct_passwd:
    """The account of a learner, made if there is none."""
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        subprocess.run(
            ["useradd", "--create-home", "--comment", OURS, "--shell", "/bin/bash", name], check=True
        )
        found = pwd.getpwnam(name)
        os.chmod(found.pw_dir, 0o700)
    if found.pw_gecos != OURS:
        raise NoSeat(f"{name} is an account of this machine. Log in with another name.")
    return found
