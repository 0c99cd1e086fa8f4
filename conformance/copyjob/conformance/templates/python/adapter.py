"""A small download service with the methods of a copyjob backend; replace what it does by calls of your own.

Try it in this folder: copyjob smoke adapter:Backend
A method answers with an HRESULT (None is S_OK), get_state with a BG_JOB_STATE.
"""

from __future__ import annotations

import http.client
import threading
from pathlib import Path
from urllib.parse import urljoin, urlsplit

QUEUED, CONNECTING, TRANSFERRING, SUSPENDED, ERROR, TRANSIENT_ERROR, TRANSFERRED, ACKNOWLEDGED, CANCELLED = range(9)
S_OK, PARTIAL_COMPLETE = 0, 0x00200017
INVALID_STATE, EMPTY = 0x80200002, 0x80200003
RUNNING, FINAL = (QUEUED, CONNECTING, TRANSFERRING), (ACKNOWLEDGED, CANCELLED)
HTTP_OK, HTTP_SERVER_ERROR = 200, 500
REDIRECTS, REDIRECTS_MAX = (301, 302, 303, 307, 308), 5


class Job:
    """One job. Who works for it is told by ``turn``: a thread of an earlier turn has no say any more."""

    def __init__(self) -> None:
        self.state = SUSPENDED
        self.files: list[tuple[str, Path]] = []
        self.done = 0
        self.turn = 0

    def move(self, state: int) -> None:
        """Change the state; whoever worked for the job until now stops."""
        self.state = state
        self.turn += 1


class Backend:
    """The backend: constructed once with a dialect and an empty folder of its own."""

    dialects = ("BITS",)
    powers = frozenset({"instances"})
    quiescence_seconds = 5.0

    def __init__(self, dialect: str, folder: str) -> None:
        """Begin without jobs."""
        self.dialect = dialect
        self.folder = folder
        self.lock = threading.RLock()
        self.jobs: list[Job] = []

    def create_job(self, display_name: str) -> str:  # noqa: ARG002 it is for people
        """Create a suspended job; return its id."""
        with self.lock:
            self.jobs.append(Job())
            return str(len(self.jobs) - 1)

    def add_file(self, job: str, remote_url: str, local_path: str) -> int:
        """Add a file."""
        with self.lock:
            own = self.jobs[int(job)]
            if own.state in FINAL:
                return INVALID_STATE
            own.files.append((remote_url, Path(local_path)))
            return S_OK

    def resume(self, job: str) -> int:
        """Send the job on its way."""
        with self.lock:
            own = self.jobs[int(job)]
            if own.state in FINAL:
                return INVALID_STATE
            if not own.files:
                return EMPTY
            whole = own.state == TRANSFERRED and own.done == len(own.files)
            if own.state not in RUNNING and not whole:
                own.move(QUEUED)
                threading.Thread(target=self.run, args=(own, own.turn), daemon=True).start()
            return S_OK

    def suspend(self, job: str) -> int:
        """Stop the job until it is resumed."""
        with self.lock:
            own = self.jobs[int(job)]
            if own.state in FINAL:
                return INVALID_STATE
            own.move(SUSPENDED)
            return S_OK

    def cancel(self, job: str) -> int:
        """End the job and delete what it has."""
        with self.lock:
            own = self.jobs[int(job)]
            if own.state in FINAL:
                return INVALID_STATE
            own.move(CANCELLED)
            for _, path in own.files:
                temporary(path).unlink(missing_ok=True)
            return S_OK

    def complete(self, job: str) -> int:
        """End the job and make available what it has."""
        with self.lock:
            own = self.jobs[int(job)]
            if own.state in FINAL:
                return INVALID_STATE
            own.move(ACKNOWLEDGED)
            for number, (_, path) in enumerate(own.files):
                if number < own.done:
                    temporary(path).replace(path)
                else:
                    temporary(path).unlink(missing_ok=True)
            return S_OK if own.done == len(own.files) else PARTIAL_COMPLETE

    def get_state(self, job: str) -> int:
        """Tell the state."""
        with self.lock:
            return self.jobs[int(job)].state

    def close(self) -> None:
        """Stop everything; the kit calls it at the end, where it is there."""
        with self.lock:
            for job in self.jobs:
                job.move(CANCELLED)

    # The thread of a job that runs

    def run(self, job: Job, turn: int) -> None:
        """Fetch one file after another."""
        try:
            while job.done < len(job.files):
                self.fetch(job, turn, *job.files[job.done])
            self.step(job, turn, TRANSFERRED)
        except InterruptedError:
            pass
        except PermissionError:
            self.fail(job, turn, ERROR)
        except (OSError, http.client.HTTPException):
            self.fail(job, turn, TRANSIENT_ERROR)

    def step(self, job: Job, turn: int, state: int, done: int = 0) -> None:
        """Change the state on behalf of a turn, with so many more files done; raise where the turn is over."""
        with self.lock:
            if job.turn != turn:
                raise InterruptedError
            job.state = state
            job.done += done

    def fail(self, job: Job, turn: int, state: int) -> None:
        """Change to a state of error, where the turn is not over."""
        with self.lock:
            if job.turn == turn:
                job.state = state

    def fetch(self, job: Job, turn: int, remote_url: str, local_path: Path) -> None:
        """Fetch one file beside its destination."""
        self.step(job, turn, CONNECTING)
        content = self.content(job, turn, remote_url)
        with self.lock:
            last = job.done + 1 == len(job.files)
            if job.turn == turn:
                temporary(local_path).write_bytes(content)
            self.step(job, turn, TRANSFERRED if last else TRANSFERRING, done=1)

    def content(self, job: Job, turn: int, url: str, redirects: int = 0) -> bytes:
        """Ask for a file, after so many redirects, and return what is in it."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        try:
            connection.connect()
            with self.lock:  # nothing is asked for once the turn is over
                self.step(job, turn, TRANSFERRING)
                connection.request("GET", parts.path)
            answer = connection.getresponse()
            moved = answer.headers.get("Location") if answer.status in REDIRECTS else None
            if moved and redirects < REDIRECTS_MAX:
                return self.content(job, turn, urljoin(url, moved), redirects + 1)
            if answer.status != HTTP_OK:
                raise (ConnectionError if passing(answer.status) else PermissionError)(answer.status)
            return answer.read()
        finally:
            connection.close()


def passing(status: int) -> bool:
    """Whether a later attempt may not meet an HTTP status any more."""
    return status in (408, 409, 425, 429) or (status >= HTTP_SERVER_ERROR and status not in (501, 505))


def temporary(path: Path) -> Path:
    """Return where a file is kept until Complete."""
    return path.with_name(f"{path.name}.part")
