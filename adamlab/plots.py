"""Draws a landscape, a path, a loss curve, memory over time, a map or a table: each on the Axes it is given.

Every function returns that Axes. `figure` makes a figure in the look of the series without touching
Matplotlib's settings, and `look` tells the colour, the marker and the dash of a method.
"""

from ._drawing.curves import loss_axes, loss_curve, memory, sensitivity_axes, trace_axes
from ._drawing.figure import figure, png
from ._drawing.heatmap import heatmap
from ._drawing.landscape import downhill, landscape, note, path, section
from ._drawing.scores import scores
from ._drawing.style import look, styled

__all__ = [
    "downhill",
    "figure",
    "heatmap",
    "landscape",
    "look",
    "loss_axes",
    "loss_curve",
    "memory",
    "note",
    "path",
    "png",
    "scores",
    "section",
    "sensitivity_axes",
    "styled",
    "trace_axes",
]
