"""Settings for The Littlest JupyterHub: goes to /opt/tljh/config/jupyterhub_config.d/adamlab.py"""

import tempfile
from pathlib import Path

c = get_config()  # noqa: F821

c.JupyterHub.concurrent_spawn_limit = 4  # a class arrives within a minute
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 180
c.Spawner.args = ["--ConnectionFileMixin.transport=ipc"]  # ports of thirty kernels collide
# A socket's path has to be short; the temporary folder is each learner's own there.
c.Spawner.environment = {"JUPYTER_RUNTIME_DIR": str(Path(tempfile.gettempdir(), "kernels"))}
