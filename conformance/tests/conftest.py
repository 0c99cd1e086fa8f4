"""What the tests of this room share: a small backend that really downloads, judges made once, a home for user modules,
an origin with a site.

Law: ``TinyBackend`` is written by hand from the documents and knows nothing of the kit, as a user's would. It stands
alone but for the standard library, so that its source can be written into a file and driven by the command.
"""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import inspect
import os
import socket
import subprocess
import sysconfig
import threading
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from copyjob.conformance.backend import Declared, declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.oracle import Judge
from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.origin.server import Origin, OriginFile, Site
from copyjob.spec.compiled import compile_table, integer_table
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

HEADER = """\
import contextlib
import http.client
import os
import threading
import urllib.parse
from typing import Any


"""


class TinyBackend:
    """A download service in a screen: a thread a running job, whole files in memory, no range requests, no retries."""

    dialects = ("BITS", "DO")
    powers: frozenset[str] = frozenset()
    quiescence_seconds = 3.0
    stall_timeout_seconds = 3600.0
    QUEUED, CONNECTING, TRANSFERRING, SUSPENDED, ERROR, TRANSIENT, TRANSFERRED, ACKNOWLEDGED, CANCELLED = range(9)

    def __init__(self, dialect: str, folder: str) -> None:
        """Begin without jobs."""
        self.bits = dialect == "BITS"
        self.folder = folder
        self.lock = threading.RLock()
        self.jobs: dict[str, dict[str, Any]] = {}

    def create_job(self, display_name: str) -> str:
        """Return the id of a new, suspended job."""
        with self.lock:
            job = f"job-{len(self.jobs)}"
            self.jobs[job] = {"state": self.SUSPENDED, "files": [], "done": [], "error": None, "turn": 0}
            return job

    def close(self) -> None:
        """Stop every job that runs."""
        for job in self.jobs.values():
            if job["state"] in (self.QUEUED, self.CONNECTING, self.TRANSFERRING):
                self._move(job, self.CANCELLED)

    def refused(self, job: dict[str, Any]) -> int | None:
        """Return E_INVALID_STATE where the job is in a final state."""
        final = job["state"] in (self.ACKNOWLEDGED, self.CANCELLED)
        return (0x80200002 if self.bits else 0x80D02013) if final else None

    def add_file(self, job: str, remote_url: str, local_path: str) -> int | None:
        """Add a file."""
        with self.lock:
            own = self.jobs[job]
            refusal = self.refused(own)
            if refusal is None:
                own["files"].append((remote_url, local_path))
            return refusal

    def resume(self, job: str) -> int | None:
        """Start what is left."""
        with self.lock:
            own = self.jobs[job]
            if self.refused(own) or own["state"] in (self.QUEUED, self.CONNECTING, self.TRANSFERRING):
                return self.refused(own)
            if not own["files"]:
                return 0x80200003 if self.bits else 0x80D02004
            if len(own["done"]) == len(own["files"]) and own["state"] == self.TRANSFERRED:
                return None
            self._move(own, self.QUEUED)
            threading.Thread(target=self._run, args=(own, own["turn"]), daemon=True).start()
            return None

    def suspend(self, job: str) -> int | None:
        """Stop at once."""
        with self.lock:
            own = self.jobs[job]
            refusal = self.refused(own)
            if refusal is None:
                self._move(own, self.SUSPENDED)
            return refusal

    def cancel(self, job: str) -> int | None:
        """Drop the job and what it has."""
        with self.lock:
            own = self.jobs[job]
            refusal = self.refused(own)
            if refusal is None:
                self._move(own, self.CANCELLED)
                own["done"] = []
            return refusal

    def complete(self, job: str) -> int | None:
        """Write the files that are there in whole."""
        with self.lock:
            own = self.jobs[job]
            refusal = self.refused(own)
            if refusal is not None:
                return refusal
            self._move(own, self.ACKNOWLEDGED)
            for (_, path), content in zip(own["files"], own["done"], strict=False):
                with open(path + ".new", "wb") as stream:  # noqa: PTH123 stands alone
                    stream.write(content)
                os.replace(path + ".new", path)  # noqa: PTH105 likewise
            return 0x00200017 if self.bits and len(own["done"]) < len(own["files"]) else None

    def get_state(self, job: str) -> int:
        """Return the state's number."""
        with self.lock:
            return int(self.jobs[job]["state"])

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        """Return bytes and files, total and transferred; bytes of the whole are known when all of them are here."""
        with self.lock:
            own = self.jobs[job]
            transferred = sum(map(len, own["done"]))
            whole = transferred if len(own["done"]) == len(own["files"]) else 2**64 - 1
            return whole, transferred, len(own["files"]), len(own["done"])

    def get_error(self, job: str) -> tuple[int, int] | int:
        """Return context and code in a state of error."""
        with self.lock:
            own = self.jobs[job]
            if own["error"] is not None and own["state"] not in (self.TRANSFERRING, self.TRANSFERRED):
                context, code = own["error"]
                return int(context), int(code)
            return 0x8020000F if self.bits else 0x80D02014

    def _move(self, job: dict[str, Any], state: int) -> None:
        """Change the state; whoever worked for the job before has no say any more."""
        with self.lock:
            job["state"] = state
            job["turn"] += 1

    def _step(self, job: dict[str, Any], turn: int, state: int) -> None:
        """Change the state on behalf of the worker of this turn; raises where that is over."""
        with self.lock:
            if job["turn"] != turn:
                raise InterruptedError
            # Delivery Optimization shows a job that connects as one that transfers.
            job["state"] = state if self.bits or state != self.CONNECTING else self.TRANSFERRING
            if job["state"] == self.TRANSFERRING:
                job["error"] = None

    def _run(self, job: dict[str, Any], turn: int) -> None:
        """Transfer file by file."""
        with contextlib.suppress(InterruptedError):
            try:
                while not self._finished(job, turn):
                    content = self._fetch(job, turn, job["files"][len(job["done"])][0])
                    with self.lock:
                        self._step(job, turn, self.TRANSFERRING)
                        job["done"].append(content)
                        if self._finished(job, turn):
                            return
            except InterruptedError:
                raise
            except PermissionError as error:
                # Delivery Optimization names the file only where it is forbidden.
                context = 5 if self.bits or str(error) == str(0x80190000 + 403) else 0
                self._fail(job, turn, self.ERROR, context, int(str(error)))
            except (OSError, http.client.HTTPException):
                self._fail(job, turn, self.TRANSIENT, 6 if self.bits else 0, 0x80072EFD)

    def _finished(self, job: dict[str, Any], turn: int) -> bool:
        """Make a job that has every file TRANSFERRED; nobody adds one meanwhile."""
        with self.lock:
            if len(job["done"]) < len(job["files"]):
                return False
            self._step(job, turn, self.TRANSFERRED)
            return True

    def _fail(self, job: dict[str, Any], turn: int, state: int, context: int, code: int) -> None:
        with self.lock:
            self._step(job, turn, state)
            job["error"] = (context, code)

    def _fetch(self, job: dict[str, Any], turn: int, url: str) -> bytes:
        """Return the whole body of a 200; ConnectionError for what may pass, PermissionError for what will not."""
        self._step(job, turn, self.CONNECTING)
        status, moved, content = self._ask(job, turn, url)
        for _ in range(5):
            if 300 <= status < 400 and moved:
                status, moved, content = self._ask(job, turn, urllib.parse.urljoin(url, moved))
        if status in (500, 502, 503, 504):
            raise ConnectionError
        if status != 200:
            # A file that may not be had is told with the server's answer, as BG_E_HTTP_ERROR_nnn.
            raise PermissionError(0x80190000 + status)
        return content

    def _ask(self, job: dict[str, Any], turn: int, url: str) -> tuple[int, str | None, bytes]:
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        try:
            connection.connect()
            with self.lock:
                self._step(job, turn, self.TRANSFERRING)
                connection.request("GET", parts.path)
            answer = connection.getresponse()
            return answer.status, answer.headers["Location"], answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="session")
def bits() -> Judge:
    """Return the judge of the BITS table; what it remembers changes no answer."""
    return Judge(integer_table(Dialect.BITS))


@pytest.fixture(scope="session")
def do() -> Judge:
    """Return the judge of the Delivery Optimization table."""
    return Judge(integer_table(Dialect.DO))


@pytest.fixture(scope="session")
def variant() -> Callable[..., Declared]:
    """Return what declares a ``TinyBackend`` with some members replaced: methods, ``powers``, bounds."""

    def declared(**members: object) -> Declared:
        return declare(type("Variant", (TinyBackend,), members), "variant")

    return declared


@pytest.fixture(scope="session")
def tiny() -> Any:
    """Return the class itself, for variants that call what they replace."""
    return TinyBackend


@pytest.fixture(scope="session")
def by_hand() -> ModuleType:
    """Return the module that makes reports by hand: its ``row``, ``divergence``, ``run`` and ``report``."""
    spec = importlib.util.spec_from_file_location("copyjob_reports", Path(__file__).with_name("reports.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def open_bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Return what opens a bench for a backend, closed when the test is over."""
    with contextlib.ExitStack() as stack:

        def opened(declared: Declared, dialect: Dialect = Dialect.BITS) -> Bench:
            return stack.enter_context(Bench(declared, compile_table(table(dialect)), tmp_path / "bench"))

        yield opened


@pytest.fixture
def entry() -> Callable[..., Entry]:
    """Return what makes a journal's entries by hand, numbered from 1 in the order they are made."""
    made = 0

    def make(kind: EntryKind, **told: Any) -> Entry:
        nonlocal made
        made += 1
        return Entry(made, float(made), 1, kind, **told)

    return make


@pytest.fixture(scope="session")
def tiny_source() -> str:
    """Return a user's module with ``TinyBackend``, as text."""
    return f"from __future__ import annotations\n\n{HEADER}{inspect.getsource(TinyBackend)}\n\n"


WRONG = """
class Wrong(TinyBackend):
    def resume(self, job):
        empty = self.jobs[job]["state"] == self.SUSPENDED and not self.jobs[job]["files"]
        return None if empty else TinyBackend.resume(self, job)


class Broken(TinyBackend):
    def create_job(self, display_name):
        raise ValueError("it rains")
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny_source: str) -> Path:
    """Make a user's folder: ``mybackend.py`` has ``TinyBackend``, ``Wrong`` (resumes an empty job) and ``Broken``."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "mybackend.py").write_text(tiny_source + WRONG, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def copyjob() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return what runs the installed command in a folder, as on a terminal of 80 columns."""
    script = Path(sysconfig.get_path("scripts")) / "copyjob"

    def ran(folder: Path, *arguments: str, timeout_seconds: float = 120) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "COLUMNS": "80"}
        return subprocess.run(
            [script, *arguments],
            cwd=folder,
            env=environment,
            text=True,
            check=False,
            timeout=timeout_seconds,
            capture_output=True,
        )

    return ran


@pytest.fixture
def user_folder(tmp_path: Path, tiny_source: str) -> Callable[..., Path]:
    """Return what makes a user's folder with ``mybackend.py``: ``TinyBackend`` and what is written behind it."""

    def folder(more: str = "") -> Path:
        home = tmp_path / "home"
        home.mkdir()
        (home / "mybackend.py").write_text(tiny_source + more, encoding="utf-8")
        return home

    return folder


PATIENCE_SECONDS = 30.0


@pytest.fixture
def origin() -> Iterator[Origin]:
    """Return an origin that runs."""
    with Origin() as running:
        yield running


@pytest.fixture
def site(origin: Origin) -> Site:
    """Return a site without files."""
    return origin.site()


class Client:
    """A connection with one GET sent; what comes back is read by the byte."""

    def __init__(self, file: OriginFile, *headers: str) -> None:
        parts = urllib.parse.urlsplit(file.url)
        self.socket = socket.create_connection((parts.hostname, parts.port), PATIENCE_SECONDS)
        lines = [f"GET {parts.path} HTTP/1.1", "Host: x", *headers, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def head(self) -> bytes:
        """Read up to the end of the headers, not a byte more."""
        got = b""
        while not got.endswith(b"\r\n\r\n"):
            got += self.exactly(1)
        return got

    def exactly(self, count: int) -> bytes:
        """Read `count` bytes; fewer only when the connection ends in order."""
        got = bytearray()
        while len(got) < count and (piece := self.socket.recv(min(count - len(got), 2**20))):
            got += piece
        return bytes(got)

    def rest(self) -> bytes:
        """Read up to the end of the connection."""
        return self.exactly(2**40)


@pytest.fixture(scope="session")
def client_of() -> Callable[..., Client]:
    """Return what connects to a file's site and asks for the file, with more headers if wanted."""
    return Client


@pytest.fixture
def wait(site: Site) -> Callable[..., Entry]:
    """Return what waits for the first entry of a kind in the site's journal, or for the ``count``-th."""

    def wait_for(kind: EntryKind, count: int = 1) -> Entry:
        seen = 0

        def fits(entry: Entry) -> bool:
            nonlocal seen
            seen += entry.kind is kind
            return seen == count and entry.kind is kind

        entry = site.journal.wait_for(fits, PATIENCE_SECONDS, site=site.number)
        assert entry is not None, f"no {kind.name} in {PATIENCE_SECONDS} s"
        return entry

    return wait_for


@pytest.fixture
def noted(site: Site) -> Callable[[EntryKind], list[Entry]]:
    """Return what finds all entries of a kind in the site's journal."""
    return lambda kind: [entry for entry in site.journal.since(0, site.number) if entry.kind is kind]
