"""Draws with Matplotlib, in the look of the series."""
