"""Run the lessons and store them: `python tests/tools/refresh_notebooks.py [names]`.

Without names it refreshes every notebook. What is stored holds outputs, stills and execution
counts; what differs from run to run or from machine to machine, and the state of live widgets, is
left out. A notebook in which a cell fails is not touched.
"""

import argparse
import sys
from pathlib import Path

import lesson_slides
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def find_notebooks(folder=FOLDER):
    """All lessons below a folder, in the order of their names.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    list of Path
    """
    return sorted(p for p in folder.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)


def choose(names, notebooks):
    """The notebooks that are meant by names; all of them when there are no names.

    Parameters
    ----------
    names : list of str
        A file name with or without .ipynb, its beginning ("05"), or a path to it.
    notebooks : list of Path

    Returns
    -------
    list of Path

    Raises
    ------
    ValueError
        If a name fits no notebook.
    """
    chosen = set()
    for name in names:
        stem = Path(name).name.removesuffix(".ipynb")
        fitting = [p for p in notebooks if p.stem == stem]
        fitting = fitting or [p for p in notebooks if stem and p.stem.startswith(stem)]
        if not fitting:
            known = ", ".join(p.stem for p in notebooks) or "none"
            raise ValueError(f"no notebook is called {name!r}; there are: {known}")
        chosen.update(fitting)
    return [p for p in notebooks if p in chosen or not names]


def execute(notebook, folder):
    """Run all cells in a fresh kernel that was started in the folder.

    Parameters
    ----------
    notebook : NotebookNode
        Its outputs and counts are replaced.
    folder : Path

    Raises
    ------
    RuntimeError
        If a cell fails, with the cell's number and the error.
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    started = []  # the cell's own count is only set when it ends well
    client = NotebookClient(
        notebook,
        kernel_name=KERNEL["name"],
        timeout=120,
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
        record_timing=False,
        on_cell_execute=lambda cell, cell_index: started.append(cell_index),
    )
    try:
        client.execute()
    except CellControlSignal as error:  # a cell that raises, and one that hangs
        raise RuntimeError(f"code cell {len(started)} failed\n{error}") from None


def tidy(notebook):
    """Remove, in place, what would differ in the next run or on another machine; name the slides.

    Parameters
    ----------
    notebook : NotebookNode

    Returns
    -------
    NotebookNode
        The same notebook.
    """
    metadata = notebook.metadata
    metadata.pop("widgets", None)
    metadata.kernelspec = nbformat.from_dict(KERNEL)
    metadata.setdefault("language_info", nbformat.from_dict({"name": "python"})).pop("version", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _tidy_outputs(cell.outputs)
    lesson_slides.write_slide_types(notebook)
    for index, cell in enumerate(notebook.cells):
        cell.id = str(index)  # the ids that the nbstripout hook gives
    return notebook


def _tidy_outputs(outputs):
    """Without live widgets, whose still and sentence stay; pieces of one stream as one."""
    kept = []
    for output in outputs:
        if "data" in output:
            output.data.pop(WIDGET_VIEW, None)
            if not output.data:
                continue
        previous = kept[-1] if kept else {}
        if output.output_type == previous.get("output_type") == "stream" and output.name == previous.name:
            previous.text += output.text
        else:
            kept.append(output)
    return kept


def refresh(path):
    """Run one notebook and store it.

    Parameters
    ----------
    path : Path
    """
    notebook = nbformat.read(path, as_version=4)
    execute(notebook, path.parent)
    nbformat.write(tidy(notebook), path)


def main(names):
    """Refresh the named notebooks, one after the other.

    Parameters
    ----------
    names : list of str

    Returns
    -------
    str or None
        What went wrong, for `sys.exit`.
    """
    try:
        paths = choose(names, find_notebooks())
    except ValueError as error:
        return str(error)
    for path in paths:
        print(f"{path.relative_to(FOLDER)} …", flush=True)
        try:
            refresh(path)
        except RuntimeError as error:
            return f"{path.name}, {error}"
    return None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Run the lessons and store them with their outputs.")
    parser.add_argument("names", nargs="*", help="such as 05 or 05_adam; all lessons when left out")
    sys.exit(main(parser.parse_args().names))
