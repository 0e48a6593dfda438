"""The guide's timetables and *Late?* lists, read as what they are: choices of a lesson's sections."""

import re
from typing import NamedTuple

import lesson_minutes
import nbformat
import refresh_notebooks

LIBRARIES = "In PyTorch, Keras and Optax"
TABLES = "the tables of the libraries"
ROW = re.compile(r"^\| (?P<what>[^|]+) \| (?P<lesson>0\d)? ?\| (?P<minutes>\d+) \|$", re.M)


class Row(NamedTuple):
    """A row of a timetable.

    Attributes
    ----------
    what : str
        As it stands there.
    lesson : str
        As "05"; empty where no lesson is open.
    sections : list of str
        Titles, without the minutes that some of them name.
    exercises : list of int
        Those that the class does in that time.
    minutes : int
    """

    what: str
    lesson: str
    sections: list[str]
    exercises: list[int]
    minutes: int


def guide():
    """The text of the instructors' guide."""
    return lesson_minutes.GUIDE.read_text(encoding="utf-8")


def timetables(text=None):
    """All timetables, by their minutes.

    Parameters
    ----------
    text : str, optional
        A guide; ours if it is left out.

    Returns
    -------
    dict of int to list of Row
    """
    found = re.findall(r"^### (\d+) minutes.*?\n(.*?)(?=^##)", text or guide(), re.M | re.S)
    return {int(minutes): [_row(match) for match in ROW.finditer(table)] for minutes, table in found}


def _row(match):
    what, lesson = match["what"].strip(), match["lesson"] or ""
    titles, _, beside = what.partition(" (")
    exercises = re.search(r"with Exercises? ([\d, and]+)", beside)
    numbers = [int(n) for n in re.findall(r"\d+", exercises[1])] if exercises else []
    return Row(what, lesson, titles.split("; ") if lesson else [], numbers, int(match["minutes"]))


def late(text=None):
    """What each lesson can do without, in the order in which to leave it out.

    Parameters
    ----------
    text : str, optional

    Returns
    -------
    dict of str to list of list of str
        By lesson, "05": groups of titles, each left out after those before it.
    """
    found = re.findall(r"^### (0\d) [^\n]*\n(.*?)(?=^##)", text or guide(), re.M | re.S)
    return {lesson: _groups(lesson, part) for lesson, part in found if "**Late?**" in part}


def _groups(lesson, part):
    sentence = re.search(r"\*\*Late\?\*\* Leave out (.*?)\.(?: |\n|$)", part + "\n")[1]
    return [_named(lesson, group) for group in re.split(r",? then ", sentence)]


def _named(lesson, group):
    titles = re.findall(r"\*([^*]+)\*", group)
    if "minutes more" in titles:
        titles.remove("minutes more")
        titles += [
            short(title) for title in lesson_minutes.sections(cells(lesson)) if lesson_minutes.is_more(title)
        ]
    return titles + [LIBRARIES] * (TABLES in group)


def short(title):
    """A section's title without the minutes that it names."""
    return re.sub(r" \(\d+ minutes? more\)$", "", title)


def cells(lesson):
    """The cells of a lesson, which is named by its number.

    Parameters
    ----------
    lesson : str

    Returns
    -------
    list of NotebookNode
    """
    (path,) = refresh_notebooks.FOLDER.glob(f"{lesson}_*.ipynb")
    return nbformat.read(path, as_version=4).cells


def by_section(lesson):
    """The code cells of a lesson, by the short titles of its sections."""
    pieces = lesson_minutes.sections(cells(lesson))
    return {
        short(title): [part for part in parts if not isinstance(part, str)] for title, parts in pieces.items()
    }


def chosen(lesson, titles):
    """The code that a class runs: the opening's import cell, then the sections named.

    Parameters
    ----------
    lesson : str
    titles : collection of str

    Returns
    -------
    list of str

    Raises
    ------
    KeyError
        If the lesson has no such section.
    """
    pieces = by_section(lesson)
    for title in titles:
        pieces[title]  # the error names it
    imports = pieces["Opening"][:1]
    kept = [cell for title, part in pieces.items() if title in titles for cell in part]
    return [cell.source for cell in imports + kept]


def expected(row):
    """The minutes of a row by the table of minutes: its sections, and the exercises that it names.

    Parameters
    ----------
    row : Row

    Returns
    -------
    int
    """
    parts = {short(title): part for title, part in lesson_minutes.sections(cells(row.lesson)).items()}
    along = sum(
        round(lesson_minutes.minutes(lesson_minutes.measure(parts[title]))[0]) for title in row.sections
    )
    prose = "\n".join(part for title in row.sections for part in parts[title] if isinstance(part, str))
    return along + sum(_exercise(prose, number) for number in row.exercises)


def _exercise(prose, number):
    found = re.search(rf"\*\*Exercise {number} \((?:about )?(\w+)( lines?)?", prose)
    word, lines = found.groups()
    writing = lesson_minutes.NUMBERS.get(word, 0) if lines else lesson_minutes.WITHOUT_LINES
    return lesson_minutes.MINUTES["exercises"] + lesson_minutes.MINUTES["to write"] * writing


def by_lesson(rows):
    """The sections of a timetable, by lesson, in its order.

    Parameters
    ----------
    rows : list of Row

    Returns
    -------
    dict of str to list of str
    """
    lessons = {}
    for row in rows:
        if row.lesson:
            lessons.setdefault(row.lesson, []).extend(row.sections)
    return lessons
