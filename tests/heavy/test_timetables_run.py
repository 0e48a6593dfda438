"""The guide's timetables and *Late?* lists, run in kernels: import cell and sections named, no more."""

import nbformat
import pytest
import timetables
from nbclient import NotebookClient

PLANS = timetables.timetables()
CHOICES = {
    f"{plan} minutes, {lesson}": (lesson, sections)
    for plan, rows in PLANS.items()
    for lesson, sections in timetables.by_lesson(rows).items()
}
for late_lesson, groups in timetables.late().items():
    left_out = {title for group in groups for title in group}
    CHOICES[f"late, {late_lesson}"] = (
        late_lesson,
        [title for title in timetables.by_section(late_lesson) if title not in left_out],
    )


@pytest.mark.parametrize("choice", CHOICES)
def test_what_the_guide_chooses_runs(choice):
    lesson, sections = CHOICES[choice]
    cells = [nbformat.v4.new_code_cell(source) for source in timetables.chosen(lesson, sections)]
    assert len(cells) > 1
    folder = timetables.refresh_notebooks.FOLDER
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
