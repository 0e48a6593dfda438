"""For nbconvert: pictures keep their alternative text, and a panel has a still where there is no network.

nbconvert's own pages leave out the text that stands beside a picture. An executed notebook shows live
widgets, whose scripts come from the network; without one their place stays blank.
"""

import html
import json
from typing import Any

from nbconvert.preprocessors import Preprocessor

__all__ = ["Pictures"]

VIEW = "application/vnd.jupyter.widget-view+json"

STATE = "application/vnd.jupyter.widget-state+json"

# the scripts, once they are there, put the live widget into the second element
FADES = "<style>.adamlab-still:has(+ .jupyter-widgets > .widget-subarea *) { display: none; }</style>"


class Pictures(Preprocessor):
    """Writes a picture with its alternative text, and a panel's still beside its live widget.

    For pages and slides. Pictures of other packages stay as they are, unless their metadata tell the same.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Change the outputs of all cells.

        Parameters
        ----------
        nb : NotebookNode
        resources : dict

        Returns
        -------
        nb : NotebookNode
        resources : dict
        """
        alive = nb.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                alt = output.get("metadata", {}).get("image/png", {}).get("alt")
                if alt and "image/png" in output.data:
                    _describe(output.data, alt, alive)
        return nb, resources


def _describe(data: Any, alt: str, alive: Any) -> None:
    """Let an output with a picture be HTML."""
    source = "data:image/png;base64," + "".join(data["image/png"].split())
    still = f'<img src="{source}" alt="{html.escape(" ".join(alt.split()))}">'
    page = f'<div class="adamlab-still jp-RenderedImage">{still}</div>'
    view = data.pop(VIEW, {})  # or it would be chosen
    if view.get("model_id") in alive:
        script = json.dumps(view).replace("<", "\\u003c")
        page += f'<div class="jupyter-widgets"><script type="{VIEW}">{script}</script></div>{FADES}'
    data["text/html"] = page
