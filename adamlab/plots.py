"""Draws a landscape, a path, a loss curve, memory over time, a heat map: each on the Axes it is given.

Every function returns that Axes. `figure` makes a figure in the look of the series without touching
Matplotlib's settings, `lines` and `paths` make whole ones, and `look` tells the colour, the marker and the
dash of a method.
"""

from ._drawing.charts import lines, paths
from ._drawing.curves import loss_axes, loss_curve, memory, sensitivity_axes, trace_axes
from ._drawing.figure import figure, png
from ._drawing.heatmap import heatmap
from ._drawing.landscape import downhill, landscape, note, path, section
from ._drawing.style import look, styled

__all__ = [
    "downhill",
    "figure",
    "heatmap",
    "landscape",
    "lines",
    "look",
    "loss_axes",
    "loss_curve",
    "memory",
    "note",
    "path",
    "paths",
    "png",
    "section",
    "sensitivity_axes",
    "styled",
    "trace_axes",
]
