"""What holds for every test."""

from hypothesis import settings

# a slow machine must not fail a test, and a failure must come back when the test is run again
settings.register_profile("adamlab", deadline=None, derandomize=True, database=None)
settings.load_profile("adamlab")
