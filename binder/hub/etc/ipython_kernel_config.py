"""Settings of each learner's kernels."""

c = get_config()  # noqa: F821

c.IPKernelApp.extensions = ["adamlab_hub.report"]  # does nothing where the hub has no room
