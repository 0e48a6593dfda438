"""Draws a landscape, a path, a loss curve, memory over time, a heat map: each on the Axes it is given.

Every function returns that Axes. `label_ends` writes labels where lines end, in place of a legend; `figure`
makes a figure in the look of the series without touching Matplotlib's settings, and `look` tells the
colour, the marker and the dash of a method.
"""

from ._drawing.curves import label_ends, loss_axes, loss_curve, memory, sensitivity_axes, trace_axes
from ._drawing.figure import figure, png
from ._drawing.heatmap import heatmap
from ._drawing.landscape import downhill, landscape, note, path, section
from ._drawing.style import look, styled

__all__ = [
    "downhill",
    "figure",
    "heatmap",
    "label_ends",
    "landscape",
    "look",
    "loss_axes",
    "loss_curve",
    "memory",
    "note",
    "path",
    "png",
    "section",
    "sensitivity_axes",
    "styled",
    "trace_axes",
]
