"""An owner for tests: one who takes down what he is called for, and a job that goes as far as it can with him.

Law: he is registered and called as any owner is; what he has been called for is asked once nothing is left to call.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from copyjob.reference.callbacks import Callback
from copyjob.spec.vocabulary import NotifyFlag

if TYPE_CHECKING:
    from copyjob.reference.errors import TransferFault
    from copyjob.reference.service import JobHandle, Service
    from copyjob.reference.views import FileInfo

WAIT_SECONDS = 20.0
ENDS = NotifyFlag.JOB_TRANSFERRED | NotifyFlag.JOB_ERROR
FILES = ENDS | NotifyFlag.FILE_TRANSFERRED
CHANGES = ENDS | NotifyFlag.JOB_MODIFICATION


class Notes(Callback):
    """Takes down what is called; raises as often as ``failures`` says for a kind of call."""

    def __init__(self, **failures: int) -> None:
        self.seen: list[str] = []
        self.threads: set[int] = set()
        self._failures = failures

    def _note(self, kind: str, text: str) -> None:
        self.seen.append(text)
        self.threads.add(threading.get_ident())
        self._failures[kind] = self._failures.get(kind, 0) - 1
        if self._failures[kind] >= 0:
            raise RuntimeError(kind)

    def job_transferred(self, job: JobHandle) -> None:
        self._note("transferred", "transferred")

    def job_error(self, job: JobHandle, error: TransferFault) -> None:
        self._note("error", f"error {error.code:08X}")

    def job_modification(self, job: JobHandle) -> None:
        self._note("modification", f"modification {job.state.name}")

    def file_transferred(self, job: JobHandle, file: FileInfo) -> None:
        self._note("file", f"file {file.remote_url[-1]}")


def told(service: Service, notes: Notes) -> list[str]:
    """Return what has been called since this was last asked."""
    assert service.wait_for_callbacks(WAIT_SECONDS)
    seen, notes.seen = notes.seen, []
    return seen


def go(job: JobHandle, memory: Any, callback: Callback, flags: int = ENDS) -> None:
    job.set_notify_flags(flags)
    job.set_notify_interface(callback)
    job.resume()
    memory.run()
