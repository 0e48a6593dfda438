"""Which slide each cell of a lesson goes to: `tidy` in refresh_notebooks.py writes it into the cells.

The rule: a heading starts a slide, and what follows goes below it until the slide is full. What
answers a prediction starts a new one, so that the question stands alone first. Text after an output
comes at the next key press. Left out are imports, panels of exercises that are still open, and the
section about libraries; the reading list becomes speaker notes. A picture that fills a slide is shown
without its code.

A type that an author chose in JupyterLab stays: it is one that differs from what the rule chose last
time, which is kept beside it as `rule`.
"""

import base64
import math
import re
import struct

import nbformat

# Pixels of a slide of 1392 × 783, measured in Chromium with nbconvert's own style. So wide, because
# the widest outputs have 105 characters, and a wrapped table cannot be read.
HEIGHT, WIDTH, CODE_WIDTH = 756, 130, 105  # room for content; characters in a line
LINE, CODE_LINE, GAP, PADDING = 27, 23, 20, 39
HEADING, FORMULA, TABLE_ROW, IMAGE_MARGIN = 65, 75, 45, 57
PREDICTION = "> **Predict.**"
LEFT_OUT = "## In PyTorch"
WITHOUT_CODE = "slide-without-code"  # for nbconvert, see notebooks/instructor/slides.json


def split(cells):
    """Let headings open a cell and predictions end one, as slides are made of cells; cut what overflows.

    Parameters
    ----------
    cells : list of NotebookNode

    Returns
    -------
    list of NotebookNode
        Cut between paragraphs, so on the page they look as before.
    """
    result = []
    for cell in cells:
        pieces = _pieces(cell.source) if cell.cell_type == "markdown" else [cell.source]
        cell.source = pieces[0]
        result += [cell, *(nbformat.v4.new_markdown_cell(piece) for piece in pieces[1:])]
    return result


def _pieces(source):
    """The source, cut before headings, after predictions, and where a slide would overflow."""
    pieces = []
    for block in source.split("\n\n"):
        last = pieces[-1] if pieces else ""
        inside = last.count("<details") > last.count("</details>") or last.count("```") % 2
        cut = re.match("#{1,3} ", block) or last.split("\n\n")[-1].startswith(PREDICTION)
        full = _text_height(f"{last}\n\n{block}") > HEIGHT
        if last and (inside or not (cut or full)):
            pieces[-1] += "\n\n" + block
        else:
            pieces.append(block)
    return pieces


def height(cell):
    """Estimate how much of a slide a cell takes, with everything unfolded.

    Parameters
    ----------
    cell : NotebookNode

    Returns
    -------
    int
        Pixels.
    """
    if cell.cell_type != "code":
        return _text_height(cell.source)
    lines = cell.source.count("\n") + 1
    return 31 + CODE_LINE * lines + sum(_output_height(output) for output in cell.outputs)


def _text_height(source):
    return PADDING + sum(_block_height(block) for block in source.split("\n\n"))


def _block_height(block):
    if block.startswith("#"):
        return HEADING
    if block.startswith("$$"):
        return FORMULA
    rows = block.count("\n|")
    if rows:
        return TABLE_ROW * (rows + 1)
    quoted = block.startswith(">")  # narrow, and with a margin of its own
    width = 0.6 * WIDTH if quoted else WIDTH
    lines = sum(math.ceil(max(len(_visible(line)), 1) / width) for line in block.split("\n"))
    return GAP + LINE * lines + 3 * GAP * quoted


def _visible(text):
    """Without what is not printed: addresses of links, tags, signs of emphasis."""
    return re.sub(r"\]\([^)]*\)|<[^>]*>|[*`$\\]", "", text)


def _output_height(output):
    data = output.get("data", {})
    if "image/png" in data:
        width, tall = struct.unpack(">II", base64.b64decode(data["image/png"])[16:24])
        return tall * min(1, 1358 / width) + IMAGE_MARGIN
    text = output.get("text") or data.get("text/plain", "")
    return 21 + CODE_LINE * sum(math.ceil(max(len(line), 1) / CODE_WIDTH) for line in text.splitlines())


def chosen_by_hand(cell):
    """The slide type that an author chose, or None.

    Parameters
    ----------
    cell : NotebookNode

    Returns
    -------
    str or None
    """
    slideshow = cell.metadata.get("slideshow", {})
    chosen = slideshow.get("slide_type", "-" if "rule" in slideshow else None)
    return chosen if chosen != slideshow.get("rule") else None


def slide_types(cells):
    """The slide type of each cell by the rule.

    Parameters
    ----------
    cells : list of NotebookNode
        With their outputs, after `split`.

    Returns
    -------
    list of str
        `slide`, `subslide`, `fragment`, `notes`, `skip`, or `-` for "with the cell before".
    """
    types, used, asked, after_output, skipping = [], 0, False, False, False
    for index, cell in enumerate(cells):
        source, is_code = cell.source, cell.cell_type == "code"
        heading = re.match("#{1,3} ", source) if not is_code else None
        if heading:
            skipping = source.startswith(LEFT_OUT)
        tall = height(cell)
        if not is_code and (source.endswith(":") or source.startswith("**")) and index + 1 < len(cells):
            tall += height(cells[index + 1])  # an announcement stays with what it announces
        if skipping or (is_code and _is_backstage(cell)):
            kind = "skip"
        elif "**Reading.**" in source:
            kind = "notes"
        elif heading and not source.startswith("###"):
            kind = "slide"
        elif heading or used + tall > HEIGHT or (is_code and asked):
            kind = "subslide"
        else:
            kind = "fragment" if (asked or after_output) and not is_code else "-"
        types.append(kind)
        kind = chosen_by_hand(cell) or kind
        if kind in ("skip", "notes"):
            continue
        used = height(cell) + (used if kind in ("-", "fragment") else 0)
        asked, after_output = PREDICTION in source, is_code
    return types


def _is_backstage(cell):
    """Whether a code cell shows an audience nothing: imports, or a panel that waits for an exercise."""
    lines = [line for line in cell.source.splitlines() if line.strip() and line[0] not in " )"]
    if all(line.startswith(("import ", "from ")) for line in lines):
        return True
    return any(
        "image/png" in output.get("data", {}) and "not attempted yet" in output.data.get("text/plain", "")
        for output in cell.outputs
    )


def write_slide_types(notebook):
    """Store the slide types in the cells' metadata, in place; a type chosen by hand stays.

    Parameters
    ----------
    notebook : NotebookNode
    """
    notebook.cells = split(notebook.cells)
    for cell, kind in zip(notebook.cells, slide_types(notebook.cells)):
        tags = [tag for tag in cell.metadata.pop("tags", []) if tag != WITHOUT_CODE]
        if cell.cell_type == "code" and height(cell) > HEIGHT:
            tags.append(WITHOUT_CODE)
        if tags:
            cell.metadata["tags"] = tags
        if not chosen_by_hand(cell):
            cell.metadata["slideshow"] = {"slide_type": kind, "rule": kind}
