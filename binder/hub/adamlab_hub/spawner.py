"""A learner's server runs under an account of its own on the machine."""

import os
import pwd
import resource
import subprocess
from collections.abc import Callable

from jupyterhub.spawner import LocalProcessSpawner, SimpleLocalProcessSpawner
from tornado import web

__all__ = ["LearnerSpawner", "TrialSpawner", "limited"]

OURS = "adamlab learner"  # written into the account, so that no other one is ever used


class LearnerSpawner(LocalProcessSpawner):
    """Starts each server as a system user who is made when a learner first comes. The hub must be root.

    Homes are closed to everybody else. An account that the hub did not make is refused: whoever logs in as
    ``root`` or ``www-data`` gets no server.
    """

    async def start(self) -> tuple[str, int]:
        """Make the account if there is none, then start the server in its home."""
        home = account(self.user.name).pw_dir
        self.notebook_dir = home
        self.popen_kwargs = {**self.popen_kwargs, "cwd": home}
        return await super().start()

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """Become the learner, with the memory limit of each process and files that are nobody else's."""
        return limited(self.mem_limit, super().make_preexec_fn(name))


class TrialSpawner(SimpleLocalProcessSpawner):
    """Starts all servers under the account that runs the hub: to try it, not for a class."""

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """Set the memory limit of each process."""
        return limited(self.mem_limit)


def limited(limit: int | None, become: Callable[[], None] = lambda: None) -> Callable[[], None]:
    """What a server's process does before it starts; its kernels inherit it.

    Parameters
    ----------
    limit : int or None
        Bytes of writable memory that one process may have. Beyond it Python raises MemoryError, in the
        learner's own cell, where a limit of the machine would end somebody's process.
    become : callable, optional
        Takes the learner's account on.
    """

    def prepare() -> None:
        become()
        os.umask(0o077)
        if limit:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

    return prepare


def account(name: str) -> pwd.struct_passwd:
    """The account of a learner, made if there is none."""
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--create-home", "--comment", OURS, "--shell", "/bin/bash", name], check=True)
        found = pwd.getpwnam(name)
        os.chmod(found.pw_dir, 0o700)
    if found.pw_gecos != OURS:
        refusal = web.HTTPError(403)
        refusal.jupyterhub_message = f"{name} is an account of this machine. Log in with another name."
        raise refusal
    return found
