"""What Matplotlib draws and what a script has filled in, to be compared."""

import math
import re

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.path import Path as Outline


def drawn(artist):
    """What an artist of Matplotlib shows: the letters of an outline, and its places in points."""
    if isinstance(artist, Line2D):
        vertices = artist.get_xydata().astype(float).reshape(-1, 2)
        kept = np.isfinite(vertices).all(axis=1)
        letters = np.where(np.append(False, kept[:-1])[: len(kept)], "L", "M")
    else:
        vertices = np.asarray(artist.get_path().vertices)
        codes = artist.get_path().codes if len(vertices) else []
        letters = np.array(["M" if code == Outline.MOVETO else "L" for code in codes])
        kept = np.array([code != Outline.CLOSEPOLY for code in codes], bool)
    with np.errstate(invalid="ignore"):
        points = artist.get_transform().transform(vertices[kept]) * (1, -1) + (0, artist.figure.bbox.height)
    return "".join(letters[kept]), points


def outlined(text):
    """The same for what was filled in: an outline, or the place of a marker."""
    letters, points = "", []
    for letter, x, y in re.findall(r"([MLh(])(-?[\d.]+)(?: (-?[\d.]+))?", text):
        points.append((points[-1][0] + float(x), points[-1][1]) if letter == "h" else (float(x), float(y)))
        letters += {"h": "L", "(": "M"}.get(letter, letter)
    return letters, np.reshape(points, (-1, 2))


def apart(expected, got):
    """How far two outlines are from each other, in points; infinite if their letters differ."""
    if expected[0] != got[0]:
        return math.inf
    return float(np.abs(expected[1] - got[1]).max(initial=0))
