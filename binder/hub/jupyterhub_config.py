"""A hub for a class on one machine. `start` beside this file sets what it reads from the environment."""

import os
import sys
from pathlib import Path

import adamlab_hub
from adamlab_hub.spawner import LearnerSpawner, TrialSpawner

c = get_config()  # noqa: F821

STATE = Path(os.environ["ADAMLAB_HUB_STATE"])
ADDRESS = os.environ.get("ADAMLAB_HUB_ADDRESS", "127.0.0.1")
PORT = int(os.environ.get("ADAMLAB_HUB_PORT", "8000"))  # and the three after it, for this machine alone
TRIAL = os.environ.get("ADAMLAB_HUB_TRIAL") == "1"
ROOM = os.environ.get("ADAMLAB_HUB_ROOM") == "1"
BIN = Path(sys.executable).parent

c.JupyterHub.log_level = "WARN"  # each look of each page is a line otherwise, and the password scrolls away
c.JupyterHub.bind_url = f"http://{ADDRESS}:{PORT}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{PORT + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORT + 2}"
c.ConfigurableHTTPProxy.command = [str(STATE / "npm/node_modules/.bin/configurable-http-proxy")]
c.ConfigurableHTTPProxy.log_level = "warn"
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
c.JupyterHub.db_url = f"sqlite:///{STATE}/hub.sqlite"
c.JupyterHub.default_url = os.environ.get("ADAMLAB_HUB_LINK", "")  # so the address alone opens the lesson
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
if os.environ.get("ADAMLAB_HUB_CERTIFICATE"):  # without one, passwords cross the network in the clear
    c.JupyterHub.ssl_cert = os.environ["ADAMLAB_HUB_CERTIFICATE"]
    c.JupyterHub.ssl_key = os.environ["ADAMLAB_HUB_KEY"]

# Who comes chooses a password, and nobody else gets in under that name. Only names that are safe as names of
# accounts pass. The instructor's password is set by `start`, before anybody can take that name.
c.JupyterHub.authenticator_class = "firstuseauthenticator.FirstUseAuthenticator"
c.FirstUseAuthenticator.dbm_path = str(STATE / "passwords.dbm")
c.Authenticator.username_pattern = r"[a-z][a-z0-9-]{0,29}"
c.Authenticator.allow_all = True
c.JupyterHub.template_vars = {
    "announcement_login": "The first time, choose a name (letters a to z, digits and -, a letter first) and "
    "a password of seven characters or more that you use nowhere else. Later, log in with the same two."
}
c.Authenticator.admin_users = {"instructor"}

c.JupyterHub.spawner_class = TrialSpawner if TRIAL else LearnerSpawner
if TRIAL:
    c.SimpleLocalProcessSpawner.home_dir_template = str(STATE / "learners/{username}")
c.Spawner.cmd = [str(BIN / "jupyterhub-singleuser")]
c.Spawner.args = ["--log-level=WARN", *(["--allow-root"] if TRIAL and os.geteuid() == 0 else [])]
c.Spawner.default_url = "/lab"
c.Spawner.mem_limit = os.environ.get("ADAMLAB_HUB_MEMORY", "1G")  # of each process
c.Spawner.environment = {"GIT_CONFIG_SYSTEM": str(STATE / "gitconfig")}

# A class arrives within a minute. With the defaults, a hundred servers start at once on a few cores, none of
# them answers within 30 seconds, and nobody gets a seat. Whoever comes while four start sees a page that
# tries again by itself (templates/429.html); JupyterHub's own only says "429: Too many users".
c.JupyterHub.concurrent_spawn_limit = int(os.environ.get("ADAMLAB_HUB_AT_ONCE", "4"))
c.JupyterHub.template_paths = [str(Path(adamlab_hub.__file__).with_name("templates"))]
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 180

IDLE = {
    "name": "cull-idle",
    "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=7200"],
}
READ = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
c.JupyterHub.services = [IDLE]
c.JupyterHub.load_roles = [{"name": "cull-idle", "scopes": READ, "services": ["cull-idle"]}]

if ROOM:
    SERVICE = {
        "name": "room",
        "url": f"http://127.0.0.1:{PORT + 3}",
        "command": [sys.executable, "-m", "adamlab_hub.room"],
        "oauth_no_confirm": True,
        "oauth_client_allowed_scopes": ["custom:room:read"],
        "environment": {"ADAMLAB_GUIDE": os.environ.get("ADAMLAB_HUB_GUIDE", "")},
    }
    c.JupyterHub.services += [SERVICE]
    c.JupyterHub.custom_scopes = {
        "custom:room:report": {"description": "Tell the room what check found"},
        "custom:room:read": {"description": "See the counts of the room"},
    }
    # A learner's server may report for its learner; only the instructor may look.
    server = [
        "users:activity!user",
        "access:servers!server",
        "custom:room:report",
        "access:services!service=room",
    ]
    user = ["self", "custom:room:report", "access:services!service=room"]
    c.JupyterHub.load_roles += [
        {"name": "user", "scopes": user},
        {"name": "server", "scopes": server},
        {"name": "instructor", "scopes": ["custom:room:read"], "users": ["instructor"]},
    ]
    c.Spawner.environment |= {"ADAMLAB_ROOM": f"http://127.0.0.1:{PORT}/services/room/report"}
