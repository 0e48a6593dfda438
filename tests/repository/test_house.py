"""The rules of the house: what a reader of the repository may rely on, file by file."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import refresh_notebooks
import yaml

import adamlab

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = refresh_notebooks.find_notebooks()
MODULES = sorted((ROOT / "adamlab").rglob("*.py"))

# What a room of the workshop may import besides itself; learners' files may import any.
ROOMS = {
    "_core": set(),
    "_drawing": {"_core"},
    "_live": {"_core", "_drawing"},
    "_panels": {"_core", "_drawing", "_live"},
    "_checking": {"_core", "_drawing"},
    "_torch": {"_core"},
}
FOR_ROOMS = {"steps", "surfaces", "problems"}  # learners' files that rooms may import


def _id(path):
    return path.relative_to(ROOT).with_suffix("").as_posix()


def _read(path):
    return path.read_text(encoding="utf-8")


def _repository_files():
    """Files that are, or are about to be, in the repository (git's view; all of them in a bare download)."""
    git = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(git, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        files = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        visible = [p for p in ROOT.iterdir() if p.name[0] != "."]
        files = [p for top in visible for p in ([top] if top.is_file() else top.rglob("*"))]
    return [p for p in files if p.is_file()]


# --- notebooks ---------------------------------------------------------------------------------


def _code_cells(path):
    cells = nbformat.read(path, as_version=4).cells
    return [c for c in cells if c.cell_type == "code" and c.source.strip()]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_id)
def test_a_notebook_is_stored_as_run_from_top_to_bottom(path):
    # nbval compares nothing in a cell whose count is missing.
    counts = [cell.execution_count for cell in _code_cells(path)]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_id)
def test_a_cell_is_short(path):
    for cell in _code_cells(path):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        assert len(lines) <= 15, f"cell [{cell.execution_count}] has {len(lines)} lines:\n{cell.source}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_id)
def test_a_notebook_stores_stills_and_no_live_widgets(path):
    # With a stored view but no model JupyterLab shows "model not found" in the still's place.
    assert "widgets" not in nbformat.read(path, as_version=4).metadata
    for cell in _code_cells(path):
        for output in cell.outputs:
            assert refresh_notebooks.WIDGET_VIEW not in output.get("data", {}), cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_id)
def test_a_notebook_is_small(path):
    assert path.stat().st_size <= 1.5e6, "more than 1.5 MB: fewer or smaller stills, please"


def test_the_commit_hook_would_leave_notebooks_alone():
    # Otherwise each refresh and each commit would undo one another.
    repos = yaml.safe_load(_read(ROOT / ".pre-commit-config.yaml"))["repos"]
    (hook,) = [h for repo in repos for h in repo["hooks"] if h["id"] == "nbstripout"]
    command = [sys.executable, "-m", "nbstripout", "--verify", *hook["args"], *map(str, NOTEBOOKS)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, f"run tests/tools/refresh_notebooks.py\n{result.stdout}{result.stderr}"


# --- refreshing them ---------------------------------------------------------------------------


def _notebook(*sources):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])


def test_refresh_stores_outputs_and_leaves_out_what_is_volatile(tmp_path):
    path = tmp_path / "lesson.ipynb"
    slider = "import ipywidgets\nipywidgets.FloatSlider()"
    nbformat.write(_notebook("print('a')", "import sys\nprint('b', flush=True)\nprint('c')", slider), path)
    refresh_notebooks.refresh(path)
    first = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    assert [c.execution_count for c in notebook.cells] == [1, 2, 3]
    assert [c.id for c in notebook.cells] == ["0", "1", "2"]
    assert [o.text for o in notebook.cells[1].outputs] == ["b\nc\n"]
    assert list(notebook.cells[2].outputs[0].data) == ["text/plain"]
    assert "widgets" not in notebook.metadata
    assert "version" not in notebook.metadata.language_info
    assert notebook.metadata.language_info.name == "python"
    assert notebook.metadata.kernelspec == refresh_notebooks.KERNEL
    refresh_notebooks.refresh(path)
    assert path.read_bytes() == first


def test_tidy_merges_streams_and_removes_times():
    notebook = _notebook("...")
    (cell,) = notebook.cells
    cell.metadata["execution"] = {"iopub.execute_input": "2026-11-22T12:00:00Z"}
    pieces = [("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", "d")]
    cell.outputs = [nbformat.v4.new_output("stream", name=name, text=text) for name, text in pieces]
    cell.outputs.append(nbformat.v4.new_output("display_data", {refresh_notebooks.WIDGET_VIEW: {}}))
    refresh_notebooks.tidy(notebook)
    assert "execution" not in cell.metadata
    assert [(o.name, o.text) for o in cell.outputs] == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]


def test_refresh_names_the_cell_that_fails_and_does_not_touch_the_file(tmp_path):
    path = tmp_path / "lesson.ipynb"
    nbformat.write(_notebook("x = 1", "", "x / 0"), path)
    before = path.read_bytes()
    with pytest.raises(RuntimeError, match=r"(?s)code cell 2 failed.*ZeroDivisionError"):
        refresh_notebooks.refresh(path)
    assert path.read_bytes() == before


def test_refresh_finds_notebooks_by_name():
    paths = [Path("00_start_here.ipynb"), Path("05_adam.ipynb"), Path("instructor/05_adam_solved.ipynb")]
    assert refresh_notebooks.choose([], paths) == paths
    assert refresh_notebooks.choose(["05_adam", "notebooks/00_start_here.ipynb"], paths) == paths[:2]
    assert refresh_notebooks.choose(["05"], paths) == paths[1:]
    with pytest.raises(ValueError, match="no notebook is called '07'; there are: 00_start_here, 05_adam"):
        refresh_notebooks.choose(["07"], paths)


# --- the package -------------------------------------------------------------------------------


def _imports(path):
    """Dotted names of what a file imports, imports in functions included."""
    here = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(_read(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            stem = [*here[: len(here) - node.level + 1]] if node.level else []
            stem += node.module.split(".") if node.module else []
            yield from (".".join([*stem, alias.name]) for alias in node.names)


def _owner(name):
    """The room, or the learners' file, that an import of our own leads to; None for others'."""
    package, *rest = name.split(".")
    return rest[0] if package == "adamlab" and rest else None


@pytest.mark.parametrize("path", [p for p in MODULES if p.parent.name in ROOMS], ids=_id)
def test_a_room_imports_only_what_lies_below(path):
    room = path.parent.name
    allowed = {room, *ROOMS[room], *FOR_ROOMS}
    assert {_owner(name) for name in _imports(path)} - {None} <= allowed


def test_every_folder_of_the_workshop_is_a_room():
    folders = {path.parent.name for path in MODULES} - {"adamlab"}
    assert folders == set(ROOMS)


@pytest.mark.parametrize("path", [p for p in MODULES if p.parent.name == "_core"], ids=_id)
def test_the_core_needs_numpy_only(path):
    packages = {name.split(".")[0] for name in _imports(path)}
    assert packages <= {"numpy", "adamlab", "tqdm", *sys.stdlib_module_names}  # a bar only for a long sweep


def test_the_steps_import_numpy_alone():
    assert {name.split(".")[0] for name in _imports(ROOT / "adamlab" / "steps.py")} == {"numpy"}


def test_the_surfaces_stand_on_their_class_alone():
    ours = {name for name in _imports(ROOT / "adamlab" / "surfaces.py") if name.startswith("adamlab")}
    assert ours == {"adamlab._core.surface.Surface"}


@pytest.mark.parametrize(
    "use",
    [
        "adamlab",
        "adamlab.steps; adamlab.surfaces; adamlab.descend",
        "adamlab.descend(adamlab.adam, adamlab.bowl)",
        "adamlab.to_torch; adamlab.problems.digits(); adamlab.with_schedule(adamlab.adam)",
    ],
)
def test_importing_adamlab_is_light(use):
    heavy = "{'matplotlib', 'ipywidgets', 'anywidget', 'IPython', 'torch'} & set(sys.modules)"
    code = f"import sys; import adamlab; {use}; print({heavy} or 'light')"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (result.stdout.strip(), result.stderr) == ("light", "")


@pytest.mark.parametrize("name", adamlab.__all__)
def test_every_name_that_is_offered_exists(name):
    assert getattr(adamlab, name) is not None


def _public(body, prefix=""):
    """Public functions, classes and their public methods, by dotted name."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_":
            # A setter is documented by its property.
            if not any(ast.unparse(d).endswith(".setter") for d in node.decorator_list):
                yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body, f"{prefix}{node.name}.")


@pytest.mark.parametrize("path", MODULES, ids=_id)
def test_everything_public_has_a_docstring(path):
    tree = ast.parse(_read(path))
    assert ast.get_docstring(tree)
    assert not [name for name, node in _public(tree.body) if not ast.get_docstring(node)]


@pytest.mark.parametrize("path", [path for path in MODULES if path.stem != "__init__"], ids=_id)
def test_a_module_offers_only_what_it_has(path):
    if path.parent.name == "_torch":
        pytest.importorskip("torch", reason="PyTorch is an extra: pip install torch to test what needs it")
    module = importlib.import_module(_id(path).replace("/", "."))
    assert [offered for offered in getattr(module, "__all__", []) if not hasattr(module, offered)] == []


# --- the repository ----------------------------------------------------------------------------

# In pieces, so that this file does not find itself.
_HOSTS = [r"py{}pi\.org", r"python{}hosted\.org", r"npm{}js\.org", r"yarn{}pkg\.com", r"deb\.{}debian\.org"]
FOREIGN = re.compile("|".join(_HOSTS).replace("{}", "") + r"|(?<![\w.])/(?:work|root|home|Users|tmp)/")


def test_no_file_names_a_machine_or_a_package_index():
    found = []
    for path in _repository_files():
        content = path.read_bytes()
        if b"\0" in content:  # not text
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            if match := FOREIGN.search(line):
                found.append(f"{path.relative_to(ROOT).as_posix()}:{number}: {match.group()}")
    assert not found


def test_the_lock_file_stays_out():
    # It names the package index of whoever wrote it; exact versions are pinned in binder/.
    assert "uv.lock" in _read(ROOT / ".gitignore").splitlines()
    result = subprocess.run(["git", "ls-files", "uv.lock"], cwd=ROOT, capture_output=True, text=True)
    assert result.stdout == ""


def test_readme_gives_the_test_command_first():
    # .ci/run and the workflow run the first line of README.md that contains "pytest".
    lines = _read(ROOT / "README.md").splitlines()
    first = next(number for number, line in enumerate(lines) if "pytest" in line)
    assert lines[first] == "pip install uv && uv run pytest"
    fences = [line for line in lines[:first] if line.startswith("```")]
    assert len(fences) % 2 == 1, "the test command must stand in a code block"


@pytest.mark.parametrize("name", ["README.md", "notebooks/instructor/guide.md"])
def test_learners_install_what_they_need_and_no_tests(name):
    opening = re.findall(r"^.*\buv run .*jupyter lab.*$", _read(ROOT / name), re.M)
    assert opening == ["pip install uv && uv run --no-dev jupyter lab notebooks/00_start_here.ipynb"]
    settings = tomllib.loads(_read(ROOT / "pyproject.toml"))
    assert settings["dependency-groups"] == {"dev": ["adamlab[test]"]}, "what --no-dev leaves out"
    assert not {"pytest", "playwright"} & {
        re.split("[<>=; ]", one)[0] for one in settings["project"]["dependencies"]
    }


def test_readme_promises_nothing():
    placeholders = r"coming soon|work in progress|under construction|to be written|lorem ipsum|\btbd\b"
    assert not re.findall(placeholders, _read(ROOT / "README.md").lower())


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(name):
    targets = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", _read(ROOT / name))
    assert [t for t in targets if not (ROOT / t).exists()] == []


def test_readme_lists_every_lesson():
    linked = re.findall(r"^\| \[[^]]+\]\(notebooks/([^)]+\.ipynb)\)", _read(ROOT / "README.md"), re.M)
    assert linked == [p.name for p in NOTEBOOKS if p.parent == refresh_notebooks.FOLDER]


def test_citation_and_package_agree():
    citation = yaml.safe_load(_read(ROOT / "CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == adamlab.__version__
    assert f"## {adamlab.__version__}" in _read(ROOT / "CHANGELOG.md")
    assert "version" in tomllib.loads(_read(ROOT / "pyproject.toml"))["project"]["dynamic"]
