"""What the tests of this room share: small backends that really download, judges made once, and a home for user modules.

Law: the backends are written by hand from the documents and know nothing of the kit, as a user's would be. ``TinyBackend``
stands alone but for the standard library, so that its source can be written into a file and driven by the command.
"""

from __future__ import annotations

import contextlib
import http.client
import inspect
import os
import threading
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.conformance.backend import Declared, declare
from copyjob.conformance.campaign import Bench
from copyjob.conformance.oracle import Judge
from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.spec.compiled import compile_table, integer_table
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
            if state != self.CONNECTING or self.bits:
                job["state"] = state
            if state == self.TRANSFERRING:
                job["error"] = None

    def _run(self, job: dict[str, Any], turn: int) -> None:
        """Transfer file by file."""
        with contextlib.suppress(InterruptedError):
            try:
                while len(job["done"]) < len(job["files"]):
                    content = self._fetch(job, turn, job["files"][len(job["done"])][0])
                    with self.lock:
                        self._step(job, turn, self.TRANSFERRING)
                        job["done"].append(content)
                        if len(job["done"]) == len(job["files"]):
                            self._step(job, turn, self.TRANSFERRED)
                if job["state"] != self.TRANSFERRED:
                    self._step(job, turn, self.TRANSFERRED)
            except InterruptedError:
                raise
            except PermissionError as error:
                self._fail(job, turn, self.ERROR, 5, int(str(error)))
            except (OSError, http.client.HTTPException):
                self._fail(job, turn, self.TRANSIENT, 6 if self.bits else 0, 0x80072EFD)

    def _fail(self, job: dict[str, Any], turn: int, state: int, context: int, code: int) -> None:
        with self.lock:
            self._step(job, turn, state)
            job["error"] = (context, code)

    def _fetch(self, job: dict[str, Any], turn: int, url: str) -> bytes:
        """Return the whole body of a 200; ConnectionError for what may pass, PermissionError for what will not."""
        parts = urllib.parse.urlsplit(url)
        self._step(job, turn, self.CONNECTING)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        try:
            connection.connect()
            with self.lock:
                self._step(job, turn, self.TRANSFERRING)
                connection.request("GET", parts.path)
            answer = connection.getresponse()
            if answer.status in (500, 502, 503, 504):
                raise ConnectionError
            if answer.status != 200:  # noqa: PLR2004 OK
                # A file that may not be had is told with the server's answer, as BG_E_HTTP_ERROR_nnn.
                raise PermissionError(0x80190000 + answer.status)
            return answer.read()
        finally:
            connection.close()
