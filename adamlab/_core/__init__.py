"""Runs a step on a surface. NumPy only."""
