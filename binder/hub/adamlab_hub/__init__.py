"""What a class on a JupyterHub needs besides the lessons: accounts, and the room at a glance."""
