"""Settings of each learner's Jupyter server."""

c = get_config()  # noqa: F821

# The kernels of a class share one machine. Over TCP two of them can draw the same port, and the second
# one then never starts; sockets in the learner's own folder cannot collide.
c.ConnectionFileMixin.transport = "ipc"
