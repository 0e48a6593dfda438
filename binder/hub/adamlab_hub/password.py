"""Set the instructor's password before anybody else takes that name: python -m adamlab_hub.password FILE"""

import dbm
import os
import secrets
import sys

import bcrypt

__all__ = ["settle"]

NAME = b"instructor"


def settle(path: str, given: str = "") -> str:
    """Store the instructor's password, as FirstUseAuthenticator keeps it.

    Parameters
    ----------
    path : str
        The authenticator's file.
    given : str, optional
        The password. Without one, a password that is there stays, or a new one is drawn.

    Returns
    -------
    str
        A new password that was drawn; empty if none was.
    """
    with dbm.open(path, "c", 0o600) as kept:
        if NAME in kept and not given:
            return ""
        password = given or secrets.token_urlsafe(9)
        kept[NAME] = bcrypt.hashpw(password.encode(), bcrypt.gensalt())
    return "" if given else password


if __name__ == "__main__":
    drawn = settle(sys.argv[1], os.environ.pop("ADAMLAB_HUB_PASSWORD", ""))
    if drawn:
        print(f"Log in as instructor with the password {drawn} (it is shown once)")
