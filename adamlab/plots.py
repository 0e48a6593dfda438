"""Draws a landscape, a path, a loss curve, memory over time, a heat map: each on the Axes it is given.

Every function returns that Axes. `figure` makes a figure in the look of the series without touching
Matplotlib's settings, `lines` and `paths` make whole ones, and `look` tells the colour, the marker and the
dash of a method.
"""

from ._drawing.charts import lines, paths
from ._drawing.curves import by_step, loss_axes, loss_curve, memory, sensitivity_axes, trace_axes
from ._drawing.figure import figure, png
from ._drawing.heatmap import heatmap
from ._drawing.labels import label_ends
from ._drawing.landscape import downhill, landscape, note, path, section
from ._drawing.series import averages
from ._drawing.style import look, styled
from ._drawing.views import factors, neuron_curves, relief, slope, uphill

__all__ = [
    "averages",
    "by_step",
    "downhill",
    "factors",
    "figure",
    "heatmap",
    "label_ends",
    "landscape",
    "lines",
    "look",
    "loss_axes",
    "loss_curve",
    "memory",
    "neuron_curves",
    "note",
    "path",
    "paths",
    "png",
    "relief",
    "section",
    "sensitivity_axes",
    "slope",
    "styled",
    "trace_axes",
    "uphill",
]
