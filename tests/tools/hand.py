"""A reader's hand on a panel: its controls by what they say, the mouse and the keys on its picture."""

import ipywidgets as widgets


def controls(panel):
    """All widgets of a panel, from the outside in."""
    yield panel
    for child in getattr(panel, "children", ()):
        yield from controls(child)


def control(panel, says):
    """The control with this description, or with a tooltip that begins so."""
    found = [
        w
        for w in controls(panel)
        if getattr(w, "description", None) == says or (getattr(w, "tooltip", None) or "").startswith(says)
    ]
    assert found, f"no control says {says!r}"
    return found[0]


def says(panel):
    """All the text that a panel shows below its picture, as HTML."""
    return "\n".join(w.value for w in controls(panel) if isinstance(w, widgets.HTML))


def send(panel, **message):
    """A message of the browser to the panel's picture."""
    panel.picture._handle_custom_msg(message, [])  # what ipywidgets itself calls


def move(panel, *start):
    """The browser tells that the ball was moved."""
    send(panel, kind="start", start=list(start), number=panel.picture.heard + 1)


def press(panel, key, fine=False):
    """A key on the picture."""
    send(panel, kind="key", key=key, fine=fine)


def display(panel, dark, ratio=1.0):
    """The browser tells its theme and its pixels."""
    send(panel, kind="display", dark=dark, ratio=ratio)
