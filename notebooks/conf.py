"""The website: every lesson with its panels alive, which ``python -m sphinx -W notebooks _site`` builds.

The cells of the lessons are run, and each panel is displayed as a part of a page that needs no kernel. What a
browser needs is in the site: nothing is asked for elsewhere, but for Python itself when JupyterLite starts.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import sphinxcontrib.katex
from docutils import nodes

import adamlab
from adamlab._live.page import SHARED, shared

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"  # what is made on the way
STATIC = Path(__file__).resolve().parent / "_static"  # what is made for the pages
STATIC.mkdir(exist_ok=True)  # Sphinx asks for it at once
LITE = BUILD / "lite"
KATEX = "katex@0.16.22"  # the version that sphinxcontrib-katex writes formulas with
REPOSITORY = "https://github.com/adamlab-series/adamlab"
HERE = os.environ.get("ADAMLAB_ADDRESS", "https://adamlab-series.github.io/adamlab")  # where it is published
INSTALL = "# Installs adamlab in this browser; it takes a moment.\n%pip install -q adamlab"
RUN = f"""
:::{{tip}}
The panels on this page are alive: move them. To write code and run it, open this lesson in
[JupyterLite]({HERE}/lite/lab/index.html?path=notebooks/NAME) (in your browser, nothing to install),
[Binder](https://mybinder.org/v2/gh/adamlab-series/adamlab/main?urlpath=lab/tree/notebooks/NAME) or
[Colab](https://colab.research.google.com/github/adamlab-series/adamlab/blob/main/notebooks/NAME).
In Colab, run this line first: `%pip install -q git+{REPOSITORY}`
:::
"""

os.environ["ADAMLAB_WEBSITE"] = str(STATIC / "panels")  # the kernels inherit it
nbclient.NotebookClient.set_widgets_metadata = lambda client: None  # no page needs the sliders' models

project = "adamlab"
author = "The adamlab authors"
copyright = "The adamlab authors, text and figures CC BY 4.0"
version = release = adamlab.__version__
language = "en"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinxcontrib.katex",
]
exclude_patterns = ["more/README.md", "**/.ipynb_checkpoints"]

# The lessons
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_execution_show_tb = True
nb_merge_streams = True
nb_ipywidgets_js = {}
nb_code_prompt_show = "Show the {type}"
nb_code_prompt_hide = "Hide the {type}"
nb_output_stderr = "remove"
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 3
sys.path.insert(0, str(Path(__file__).resolve().parent))
myst_heading_slug_func = "conf.heading_id"

# Formulas are written while the site is built: a page has no script for them
html_math_renderer = "katex"
katex_prerender = True
katex_css_path = "katex/katex.min.css"
sphinxcontrib.katex.STARTUP_TIMEOUT = sphinxcontrib.katex.RENDER_TIMEOUT = 120  # seconds, if it is busy

# The reference
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False
add_module_names = False

# How it looks
html_favicon = "images/favicon.svg"
html_title = f"adamlab {release}"
html_theme = "sphinx_book_theme"
html_copy_source = False
html_show_sphinx = False
html_last_updated_fmt = None
html_static_path = [str(STATIC)]
html_js_files = [("adamlab.js", {"defer": "defer"})]
html_css_files = ["adamlab.css"]
html_context = {"default_mode": "auto"}
html_theme_options = {
    "repository_url": REPOSITORY,
    "repository_branch": "main",
    "path_to_docs": "notebooks",
    "use_repository_button": True,
    "use_issues_button": True,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "navbar_persistent": [],
    "launch_buttons": {
        "notebook_interface": "jupyterlab",
        "binderhub_url": "https://mybinder.org",
        "colab_url": "https://colab.research.google.com",
        "jupyterlite_url": f"{HERE}/lite/lab/index.html",
    },
}


def heading_id(title):
    """What a link to a heading ends with, as in JupyterLab: the same link works in both."""
    return title.replace(" ", "-")


def _prepare(app):
    """Make what the site takes along beside the pages."""
    for name in SHARED:
        (STATIC / name).write_text(shared(name), encoding="utf-8")
    _formulas(STATIC / "katex")


def _formulas(folder):
    """The style and the letters of formulas, from npm."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("the website needs node and npm, for its formulas: install them")
    command = [npm, "install", "--no-save", "--silent", "--prefix", str(BUILD / "npm"), KATEX]
    subprocess.run(command, check=True)
    dist = BUILD / "npm" / "node_modules" / "katex" / "dist"
    shutil.copytree(dist / "fonts", folder / "fonts", dirs_exist_ok=True, ignore=_not_woff2)
    shutil.copy(dist / "katex.min.css", folder)


def _not_woff2(_, names):
    return [name for name in names if not name.endswith(".woff2")]


def _lighten(app, fault):
    """The theme has its icons twice, as letters and as a script of 1.5 MB: the letters will do."""
    icons = Path(app.outdir) / "_static" / "scripts" / "fontawesome.js"
    if not fault and icons.exists():
        icons.write_text("")


def _lite(app, fault):
    """JupyterLite, with the lessons and the wheel of this very commit."""
    if fault:
        return
    _wheel(LITE / "pypi")
    _lessons(Path(app.srcdir), LITE / "contents" / "notebooks")
    command = [sys.executable, "-m", "jupyter", "lite", "build", "--lite-dir", str(LITE)]
    command += ["--contents", str(LITE / "contents"), "--output-dir", str(Path(app.outdir) / "lite")]
    command += ["--apps", "lab", "--no-sourcemaps"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _wheel(folder):
    """The package, as JupyterLite installs it."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _lessons(source, folder):
    """The notebooks, with a cell that installs the package in front."""
    shutil.rmtree(folder, ignore_errors=True)
    for path in sorted(source.rglob("[!.]*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(INSTALL, id="install"))
        there = folder / path.relative_to(source)
        there.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, there)


def _offer(app, docname, source):
    """Below the title of a lesson: where it can be run."""
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".ipynb":
        return
    notebook = nbformat.reads(source[0], as_version=4)
    name = path.relative_to(app.srcdir).as_posix()
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(RUN.replace("NAME", name), id="run"))
    source[0] = nbformat.writes(notebook)


def _number(app, env):
    """In lists of pages a lesson bears its number."""
    for name in filter(re.compile(r"\d\d_").match, env.titles):
        for title in (env.titles[name], next(env.tocs[name].findall(nodes.reference))):
            if not title.astext().startswith(name[:2]):
                title.insert(0, nodes.Text(f"{name[:2]} "))


def _describe(app, doctree):
    """The sentence that stands beside a picture becomes its alternative text."""
    for bundle in doctree.findall(nodes.container):
        if bundle.get("nb_element") != "mime_bundle":
            continue
        said = " ".join(part.astext() for part in bundle.children if part.get("mime_type") == "text/plain")
        for image in bundle.findall(nodes.image):
            image["alt"] = said


def _escape(app, what, name, obj, options, lines):
    """Stars and bars of our docstrings are signs, not markup."""
    lines[:] = [line.replace("*lanes", r"\*lanes").replace("|", r"\|") for line in lines]


def setup(app):
    app.connect("builder-inited", _prepare)
    app.connect("source-read", _offer)
    app.connect("env-updated", _number)
    app.connect("doctree-read", _describe)
    app.connect("autodoc-process-docstring", _escape, priority=100)  # before napoleon
    app.connect("build-finished", _lighten)
    app.connect("build-finished", _lite)
