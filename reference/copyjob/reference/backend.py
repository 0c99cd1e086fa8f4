"""The reference as a backend of the conformance kit: the same service, under the names the kit calls.

Law: it adds nothing and hides nothing; every call is one call of :mod:`copyjob.reference.service`. The
protocol is structural, builtins and vocabulary numbers only, so nothing of the kit is imported.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from copyjob.reference.callbacks import Callback
from copyjob.reference.clock import Clock, ManualClock, SystemClock
from copyjob.reference.errors import CopyJobError
from copyjob.reference.kit_wire import KitWire
from copyjob.reference.scheduler import DO_SLOTS
from copyjob.reference.service import STALL_TIMEOUT_SECONDS, JobHandle, Service
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from copyjob.reference.errors import TransferFault
    from copyjob.reference.kit_wire import MemoryWire
    from copyjob.reference.views import FileInfo


class Notebook(Callback):
    """Takes down the callbacks of one job by their documented names."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque()

    def take(self) -> list[str]:
        """Return what was taken down since last time, while more may be."""
        return [self._lines.popleft() for _ in range(len(self._lines))]

    def job_transferred(self, job: JobHandle) -> None:  # noqa: ARG002 as it is called
        """``JobTransferred``."""
        self._lines.append("JobTransferred")

    def job_error(self, job: JobHandle, error: TransferFault) -> None:  # noqa: ARG002 as it is called
        """``JobError``."""
        self._lines.append("JobError")

    def job_modification(self, job: JobHandle) -> None:  # noqa: ARG002 as it is called
        """``JobModification``."""
        self._lines.append("JobModification")

    def file_transferred(self, job: JobHandle, file: FileInfo) -> None:  # noqa: ARG002 as it is called
        """``FileTransferred``."""
        self._lines.append("FileTransferred")


class FreeRunningBackend:
    """The reference on the machine's clock, as users run it."""

    dialects: ClassVar[tuple[str, ...]] = ("BITS", "DO")
    powers: ClassVar[frozenset[str]] = frozenset(
        {"progress", "error", "settings", "restart", "concurrent_calls", "instances"}
        | {"files", "enumeration", "times", "properties", "error_count", "callbacks"}
    )
    quiescence_seconds: float = 2.0
    stall_timeout_seconds: float = STALL_TIMEOUT_SECONDS

    def __init__(self, dialect: str = "BITS", folder: str = ".", wire: MemoryWire | None = None) -> None:
        self._wire = None if wire is None else KitWire(wire)
        self._dialect = Dialect(dialect)
        self.blocking_jobs = 1 if self._dialect is Dialect.BITS else DO_SLOTS
        self._clock = self._make_clock()
        self._store_path = str(Path(folder).absolute() / "copyjob.sqlite")
        self._handles: dict[str, JobHandle] = {}
        self._notebooks: dict[str, Notebook] = {}
        self._service = self._start()

    def _make_clock(self) -> Clock:
        return SystemClock()

    def _start(self) -> Service:
        return Service(
            self._store_path,
            self._dialect,
            clock=self._clock,
            wire=self._wire,
            stall_timeout_seconds=self.stall_timeout_seconds,
            callback_thread=self._wire is None,
        )

    def handle(self, job: str) -> JobHandle:
        """Return the job itself, for those who want more of it than the kit."""
        handle = self._handles.get(job)
        if handle is None:
            handle = self._handles[job] = self._service.find(job)
        return handle

    def create_job(self, display_name: str) -> str:
        """Create a job and return its id."""
        handle = self._service.create_job(display_name)
        self._handles[handle.id] = handle
        return handle.id

    def add_file(self, job: str, remote_url: str, local_path: str) -> int:
        """Add a file; return the HRESULT, refusals are raised."""
        return int(self.handle(job).add_file(remote_url, local_path))

    def resume(self, job: str) -> int:
        """Resume; return the HRESULT, refusals are raised."""
        return int(self.handle(job).resume())

    def suspend(self, job: str) -> int:
        """Suspend; return the HRESULT, refusals are raised."""
        return int(self.handle(job).suspend())

    def cancel(self, job: str) -> int:
        """Cancel; return the HRESULT, refusals are raised."""
        return int(self.handle(job).cancel())

    def complete(self, job: str) -> int:
        """Complete; return the HRESULT, refusals are raised."""
        return int(self.handle(job).complete())

    def get_state(self, job: str) -> int:
        """Return the number of the state."""
        return int(self.handle(job).state)

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        """Return bytes total and transferred, files total and transferred; 2**64 - 1 is unknown."""
        progress = self.handle(job).progress()
        return (
            progress.bytes_total,
            progress.bytes_transferred,
            progress.files_total,
            progress.files_transferred,
        )

    def get_error(self, job: str) -> tuple[int, int] | int:
        """Return error context and code, or the HRESULT that refuses them."""
        try:
            fault = self.handle(job).error()
        except CopyJobError as error:
            return error.hresult
        return int(fault.context), fault.code

    def set_priority(self, job: str, priority: int) -> int:
        """Set the priority; return the HRESULT, refusals are raised."""
        return int(self.handle(job).set_priority(priority))

    def set_no_progress_timeout(self, job: str, seconds: int) -> int:
        """Set the no-progress timeout in seconds; return the HRESULT, refusals are raised."""
        return int(self.handle(job).set_no_progress_timeout(seconds))

    def set_minimum_retry_delay(self, job: str, seconds: int) -> int:
        """Set the retry delay in seconds; return the HRESULT, refusals are raised."""
        return int(self.handle(job).set_minimum_retry_delay(seconds))

    def get_error_count(self, job: str) -> int:
        """Return how often the job has failed; BITS only."""
        return self.handle(job).error_count

    def get_times(self, job: str) -> tuple[float, float, float | None]:
        """Return when the job was created, modified and transferred, in seconds; None: never."""
        times = self.handle(job).times()
        return times.created_at_seconds, times.modified_at_seconds, times.transferred_at_seconds

    def get_properties(self, job: str) -> dict[str, int | str]:
        """Return what is set for the job."""
        handle = self.handle(job)
        told: dict[str, int | str] = {
            "display_name": handle.display_name,
            "priority": int(handle.priority),
            "no_progress_timeout": handle.job.no_progress_timeout_seconds,
        }
        if self._dialect is Dialect.BITS:
            told["minimum_retry_delay"] = handle.job.retry_delay_seconds
        return told

    def enum_files(self, job: str) -> list[tuple[str, str]]:
        """Return URL and path of every file."""
        return [(file.remote_url, file.local_path) for file in self.handle(job).files()]

    def enum_jobs(self) -> list[str]:
        """Return the ids of the jobs in the queue."""
        return [handle.id for handle in self._service.jobs()]

    def get_job(self, job: str) -> int:
        """Find a job in the queue; return the HRESULT, refusals are raised."""
        self._service.get_job(job)
        return 0

    def set_notify_flags(self, job: str, flags: int) -> int:
        """Choose what the job calls back for; return the HRESULT, refusals are raised."""
        return int(self.handle(job).set_notify_flags(flags))

    def set_notify_interface(self, job: str) -> int:
        """Have the job call back a notebook; return the HRESULT, refusals are raised."""
        notebook = self._notebooks.setdefault(job, Notebook())
        return int(self.handle(job).set_notify_interface(notebook))

    def take_callbacks(self, job: str) -> list[str]:
        """Return what the job has called back since this was last asked."""
        if self._wire is not None:
            self._service.wait_for_callbacks()  # on the kit's wire there are no threads: it makes them
        return self._notebooks[job].take() if job in self._notebooks else []

    def restart(self) -> None:
        """Kill the service without a goodbye and start it again on its store."""
        self._service.kill()
        if self._wire is not None:
            self._wire.close()  # a process that dies leaves no connection behind
        self._handles.clear()
        self._service = self._start()

    def close(self) -> None:
        """Close the service."""
        self._service.close()


class ReferenceBackend(FreeRunningBackend):
    """The reference on a clock that moves only when told; on real HTTP, or in memory on a wire that the kit gives."""

    powers: ClassVar[frozenset[str]] = FreeRunningBackend.powers | {"clock", "queue", "wire"}

    def _make_clock(self) -> Clock:
        return ManualClock()

    def advance(self, seconds: float) -> None:
        """Move the clock; returns when everything that fell due has been done."""
        self._service.advance(seconds)
