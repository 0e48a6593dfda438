"""The hub, started by its one command: learners log in, open a lesson by a link, move a slider; the room.

As root each learner gets an account, as in a class; the accounts go when the tests end. Otherwise it is the
trial mode, in which all share one.
"""

import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import textwrap
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from lab_page import wait_until

ROOT = Path(__file__).resolve().parents[3]
HUB = ROOT / "binder" / "hub"
AS_ROOT = os.geteuid() == 0
LEARNERS = ["ada-of-adamlab", "boris-of-adamlab", "chen-has-a-name-of-30-letters"]
PASSWORD = "roll-the-ball"
WRONG = """
def adam(theta, g, m, v, t, eta=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
    return theta - eta * m / (np.sqrt(v) + eps), m, v


check(adam)
"""
RIGHT = WRONG.replace(
    """    m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
    return theta - eta * m / (np.sqrt(v) + eps), m, v
""",
    """    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return theta - eta * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v
""",
)
# Sends each line to the room as this learner's server would, and prints what the room answers.
SEND = """
import json, os, urllib.error, urllib.request

def sent(body, token=os.environ["JUPYTERHUB_API_TOKEN"]):
    headers = {"Authorization": "token " + token, "Content-Type": "application/json"}
    try:
        request = urllib.request.Request(os.environ["ADAMLAB_ROOM"], body, headers)
        return urllib.request.urlopen(request).status
    except urllib.error.HTTPError as refusal:
        return refusal.code

good = {"exercise": "momentum", "ok": True, "attempted": True, "mistake": None}
"""
NONSENSE = """
bad = [b"", b"[]", b"null", b"{", b"7" * 5000, json.dumps({**good, "name": "x"}).encode()]
for change in [
    {"exercise": "<b>adam</b>"}, {"exercise": None}, {"ok": "yes"}, {"ok": 1}, {"attempted": False},
    {"mistake": "adam.overwrite_moments"}, {"ok": False, "mistake": "adam.unheard_of"},
    {"ok": False, "mistake": 3},
]:
    bad.append(json.dumps({**good, **change}).encode())
print("answers:", [sent(body) for body in bad], sent(json.dumps(good).encode(), "0" * 32))
"""


def free_ports(count):
    """The first of several free ports in a row."""
    for port in range(18000, 30000, 10):
        try:
            for k in range(count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port + k))
        except OSError:
            continue
        return port
    raise AssertionError("no free ports")


class Hub:
    """A hub that runs: its address, the link for learners, where it keeps what it keeps."""

    def __init__(self, folder, trial=not AS_ROOT):
        self.state, port = folder / "state", free_ports(4)
        self.accounts = [] if trial else LEARNERS
        self.url, self.log = f"http://127.0.0.1:{port}", folder / "log"
        command = [HUB / "start", "--room", "--address=127.0.0.1", f"--port={port}", f"--state={self.state}"]
        command += ["--trial"] if trial else []
        command = [part for option in map(str, command) for part in option.split("=", 1)]
        with open(self.log, "w", encoding="utf-8") as log:
            # One server at a time, so that three learners already have to wait for each other.
            environment = {**os.environ, "ADAMLAB_HUB_PASSWORD": PASSWORD, "ADAMLAB_HUB_AT_ONCE": "1"}
            self._process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, env=environment, start_new_session=True
            )

    def __enter__(self):
        wait_until(self._answers, "the hub to start", patience=300)
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(60)
        finally:
            for name in self.accounts:
                subprocess.run(["pkill", "-KILL", "-u", name], check=False)
                subprocess.run(["userdel", "--remove", name], check=False, capture_output=True)

    def said(self):
        return self.log.read_text(encoding="utf-8")

    def _answers(self):
        assert self._process.poll() is None, self.said()
        try:
            return urllib.request.urlopen(f"{self.url}/hub/login", timeout=5).status == 200
        except OSError:
            return False

    def link(self):
        """What the command prints for learners."""
        return re.search(r"^For learners: (\S+)$", self.said(), re.MULTILINE)[1]


@pytest.fixture(scope="module")
def hub():
    if not (shutil.which("npm") and shutil.which("uv")):
        assert not os.environ.get("CI"), "the hub needs uv and npm"
        pytest.skip("the hub needs uv and npm")
    with tempfile.TemporaryDirectory(
        prefix="hub"
    ) as folder:  # pytest's own ones are closed to other accounts
        os.chmod(folder, 0o711)
        with Hub(Path(folder)) as hub:
            yield hub


class Seat:
    """A person at the hub, in a browser of their own."""

    def __init__(self, browser, hub, name, link=None):
        self.hub, self.name = hub, name
        self.page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        self.page.set_default_timeout(240_000)
        self.page.goto(link or hub.link())
        self.page.fill("#username_input", name)
        self.page.fill("#password_input", PASSWORD)
        self.page.click("#login_submit")

    def notebook(self):
        """Wait until the lesson is open and its kernel is ready."""
        self.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        self.page.locator(".jp-Toolbar-kernelName:has-text('Python 3')").first.wait_for()
        self.page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for()
        return self

    def run_all(self):
        self.page.locator(".lm-MenuBar-itemLabel:text-is('Run')").click()
        self.page.locator(".lm-Menu-itemLabel:text-is('Run All Cells')").click()

    def run(self, code):
        """Type code into a new cell at the end, run it, and return what it shows."""
        cells = self.page.locator(".jp-Notebook .jp-Cell")
        self.page.locator(".jp-Notebook").press("Escape")
        before = cells.count()
        self.page.locator(".jp-Notebook .jp-Cell").last.click(position={"x": 5, "y": 5})
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        wait_until(lambda: cells.count() == before + 1, "a new cell")
        self.page.keyboard.press("Enter")
        self.page.keyboard.insert_text(textwrap.dedent(code).strip())
        self.page.keyboard.press("Control+Enter")
        cell = cells.last
        wait_until(
            lambda: re.search(r"\[\d+\]", cell.locator(".jp-InputArea-prompt").inner_text()),
            "the cell to run",
        )
        shown = cell.locator(".jp-OutputArea").inner_text

        def settled():  # what a cell shows may come after its number
            before = shown()
            self.page.wait_for_timeout(1000)
            return before == shown() and [before]

        return wait_until(settled, "all of what the cell shows")[0]


@pytest.fixture(scope="module")
def seats(hub, browser):
    """Three learners who log in at once, and open lesson 00 by the link."""
    seats = [Seat(browser, hub, name) for name in LEARNERS]
    return [seat.notebook() for seat in seats]


@pytest.fixture(scope="module")
def instructor(hub, browser):
    return Seat(browser, hub, "instructor", f"{hub.url}/services/room/")


def counted(instructor, exercise):
    """What the room shows of an exercise."""
    body = instructor.page.evaluate("""async () => {
        const mark = document.cookie.match(/_xsrf=([^;]*)/)[1];
        return (await fetch("/services/room/seen", { headers: { "X-XSRFToken": mark } })).text();
    }""")
    return next((row for row in json.loads(body)["exercises"] if row["exercise"] == exercise), None)


def test_three_learners_run_a_lesson_and_move_a_slider(seats):
    for seat in seats:
        seat.run_all()
    for seat in seats:
        area = seat.page.locator(".jp-OutputArea", has=seat.page.locator(".adamlab-picture")).first
        area.locator(".adamlab-picture").wait_for()
        said = area.locator(".adamlab-said")
        before = wait_until(said.text_content, "the sentence of the panel")
        handle = area.locator(".noUi-handle[aria-label^='η']").first
        handle.press("ArrowRight")
        wait_until(
            lambda said=said, before=before: said.text_content() not in ("", before), "the panel to follow"
        )
        told = seat.page.locator(".jp-OutputArea", has_text="Your instructor's page counts")
        wait_until(
            lambda told=told: told.count(), "the learner to be told of the room"
        )  # lesson 00 has a check


def test_who_has_to_wait_for_a_seat_is_brought_in(hub, seats):
    assert re.search(r"GET /hub/\S+ .*429|429 GET", hub.said())  # somebody had to wait
    assert len({seat.page.url for seat in seats}) == len(seats)  # and all are in


def test_instructors_files_are_not_handed_out(seats):
    assert seats[0].run("import os; print(sorted(os.listdir('.')))").count("instructor") == 0


@pytest.mark.skipif(not AS_ROOT, reason="accounts of their own need root; in trial mode learners share one")
def test_no_learner_reads_anothers_files_or_the_hubs(hub, seats):
    home = Path(pwd.getpwnam(LEARNERS[1]).pw_dir)
    places = [home, home / "adamlab", hub.state]
    files = [*hub.state.glob("passwords.dbm*"), hub.state / "hub.sqlite", hub.state / "cookie_secret"]
    code = f"""
        import os, pathlib
        def tried(read, path):
            try:
                return read(path)
            except PermissionError:
                return "refused"
        print(*[tried(os.listdir, place) for place in {[str(place) for place in places]!r}])
        print(*[tried(open, file) for file in {[str(file) for file in files]!r}])
    """
    assert len(files) >= 3 and all(file.exists() for file in files)
    assert seats[0].run(code).split() == ["refused"] * len([*places, *files])


@pytest.mark.skipif(not AS_ROOT, reason="accounts of their own need root; in trial mode learners share one")
def test_an_account_of_the_machine_is_nobodys_seat(hub, browser):
    seat = Seat(browser, hub, "daemon")
    wait_until(lambda: "is an account of this machine" in seat.page.inner_text("body"), "the refusal")


def test_too_much_memory_is_an_error_in_the_cell_that_asked_for_it(seats):
    assert "MemoryError" in seats[1].run("import numpy as np; np.ones(3 * 10**8)")
    assert "2" in seats[1].run("1 + 1")


def test_the_room_counts_what_check_found(seats, instructor):
    for seat, answer in zip(seats, [WRONG, WRONG, RIGHT]):
        said = seat.run("import numpy as np\nfrom adamlab import check\n" + answer)
        assert ("✓" in said) == (answer is RIGHT)
    wait_until(lambda: (counted(instructor, "adam") or {}).get("right") == 1, "the room to hear of it")
    row = wait_until(lambda: (r := counted(instructor, "adam"))["mistakes"] and r, "the mistakes")
    (mistake,) = row["mistakes"]
    assert (mistake["id"], mistake["count"]) == ("adam.overwrite_moments", 2)
    assert mistake["advice"]
    top = instructor.page.locator("#shared")
    wait_until(lambda: "2 of 3" in top.inner_text(), "what most share to stand first")
    shown = instructor.page.inner_text("body")
    assert not any(name in shown for name in LEARNERS)
    seats[0].run("import numpy as np\n" + RIGHT)  # who repairs it is no longer among them
    wait_until(lambda: counted(instructor, "adam")["right"] == 2, "the repair")


def test_nonsense_is_refused_and_counted_nowhere(seats, instructor):
    before = counted(instructor, "adam"), counted(instructor, "momentum")
    said = seats[2].run(SEND + NONSENSE)
    answers, stranger = re.search(r"answers: \[(.*)\] (\d+)", said).groups()
    assert set(answers.split(", ")) == {"400"}
    assert stranger == "403"
    assert (counted(instructor, "adam"), counted(instructor, "momentum")) == before
    assert "204" in seats[2].run(SEND + "print(sent(json.dumps(good).encode()))")
    assert counted(instructor, "momentum")["right"] == 1


def test_only_the_instructor_sees_the_room(hub, seats):
    page = seats[0].page.context.new_page()
    assert page.goto(f"{hub.url}/services/room/").status == 403
    assert page.request.get(f"{hub.url}/services/room/seen").status == 403
    assert "/hub/login" in urllib.request.urlopen(f"{hub.url}/services/room/seen").url  # a stranger
    token = seats[0].run("import os; print(os.environ['JUPYTERHUB_API_TOKEN'])").strip()
    request = urllib.request.Request(
        f"{hub.url}/services/room/seen", headers={"Authorization": f"token {token}"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403


def test_in_a_trial_each_learner_has_a_folder(hub, browser, tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    for name in ["env", "npm"]:  # what the other hub has installed
        (state / name).symlink_to(hub.state / name)
    with Hub(tmp_path, trial=True) as trial:
        names = ["dora", "emil"]
        for seat in [Seat(browser, trial, name) for name in names]:
            seat.notebook()
        for name in names:
            assert (state / "learners" / name / "adamlab" / "00_start_here.ipynb").exists()
