"""Panels without a kernel: a step as JavaScript, and the scripts that play and draw it."""
