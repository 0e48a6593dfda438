"""Live panels: ipywidgets beside a picture."""
