"""Services that are wrong on purpose, one fault each: the harness has to find every one of them.

A breakage is put into the process that is to be killed, before the service starts. What SIGKILL cannot show
is not here: bytes that were written but not synced outlive a process, and are lost with the machine only.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from copyjob.reference import publishing, transfer, worker
from copyjob.reference.events import Restarted
from copyjob.reference.job import Job
from copyjob.reference.record import Record
from copyjob.reference.store import Store
from copyjob.reference.transfer import Outcome, Transfer
from copyjob.reference.upload import Upload
from copyjob.reference.wire import Request, WireFault
from copyjob.reference.worker import Worker
from copyjob.spec.vocabulary import JobState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def _replace(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    setattr(owner, name, make(getattr(owner, name)))


def suspend_unrecorded() -> None:
    """Answer Suspend without recording it."""

    def make(real: Any) -> Any:
        def save(self: Store, record: Record, job: Job, *, durable: bool = True) -> None:
            if job.state is not JobState.SUSPENDED or record.job.state is JobState.SUSPENDED:
                real(self, record, job, durable=durable)

        return save

    _replace(Store, "save", make)


def settings_unrecorded() -> None:
    """Answer SetPriority without recording it."""

    def make(real: Any) -> Any:
        def save(self: Store, record: Record, job: Job, *, durable: bool = True) -> None:
            if job.priority is record.job.priority:
                real(self, record, job, durable=durable)

        return save

    _replace(Store, "save", make)


def files_unrecorded() -> None:
    """Answer AddFile without recording it, where the job has files already."""

    def make(real: Any) -> Any:
        def save(self: Store, record: Record, job: Job, *, durable: bool = True) -> None:
            if not len(job.files) > len(record.job.files) > 0:
                real(self, record, job, durable=durable)

        return save

    _replace(Store, "save", make)


def remote_names_unrecorded() -> None:
    """Answer SetRemoteName without recording it."""

    def make(real: Any) -> Any:
        def save(self: Store, record: Record, job: Job, *, durable: bool = True) -> None:
            old = [file.remote_url for file in record.job.files]
            if [file.remote_url for file in job.files][: len(old)] == old:
                real(self, record, job, durable=durable)
            else:
                record.changed.clear()

        return save

    _replace(Store, "save", make)


def ranges_backwards() -> None:
    """Write ranges in the reverse order."""

    def make(real: Any) -> Any:
        def wanted_at(ranges: tuple[Any, ...], *state: Any) -> Any:
            return real(tuple(reversed(ranges)), *state)

        return wanted_at

    _replace(transfer, "wanted_at", make)


def rename_before_record() -> None:
    """Give the files their names before anything of it is recorded."""

    def make(real: Any) -> Any:
        def save(self: Store, record: Record, job: Job, *, durable: bool = True) -> None:
            if record.publishing is None:
                real(self, record, job, durable=durable)

        return save

    _replace(Store, "save", make)


def copy_instead_of_rename() -> None:
    """Make files available by copying them."""

    def make(_real: Any) -> Any:
        def copy(temporary: str, local_path: str, *_more: object) -> None:
            with Path(temporary).open("rb") as source, Path(local_path).open("wb") as target:
                while piece := source.read(65_536):
                    target.write(piece)
                    target.flush()
                    time.sleep(0.0005)
            os.unlink(temporary)  # noqa: PTH108 the service's own way

        return copy

    _replace(publishing, "rename", make)


def temporaries_forgotten() -> None:
    """Believe at a start that whatever has ended has been cleaned, and clean nothing but by a call."""

    def make(real: Any) -> Any:
        def load(self: Store) -> Iterable[Record]:
            records: list[Record] = real(self)
            for record in records:
                record.cleaned = True
            return records

        return load

    _replace(Store, "load", make)


def resume_off_by_one() -> None:
    """Ask for the rest of a file from one byte too early, and keep as many bytes as there is room for."""

    def request(self: Transfer) -> Request:
        part = self.part
        if not part.offset_bytes:
            return Request(part.remote_url)
        self._ranged = True  # pyright: ignore[reportPrivateUsage]  # the real method's own line
        return Request(part.remote_url, (f"Range: bytes={part.offset_bytes - 1}-", f"If-Range: {part.etag}"))

    def continues(self: Transfer, answer: object) -> bool:
        return True

    def make_write(real: Any) -> Any:
        def write(self: Transfer, chunks: list[bytes]) -> bool:
            size = self.part.size_bytes or 0
            room, kept = size - self.part.offset_bytes, list[bytes]()
            for chunk in chunks:
                kept.append(chunk[:room])
                room -= len(kept[-1])
            return bool(real(self, [piece for piece in kept if piece]))

        return write

    Transfer.request = request  # type: ignore[method-assign]  # broken on purpose
    Transfer._continues = continues  # type: ignore[method-assign]  # likewise
    _replace(Transfer, "write", make_write)


def complete_again() -> None:
    """Do at every start what Complete did before: make the temporary files' names anew, empty if need be."""

    def make(real: Any) -> Any:
        def load(self: Store) -> Iterable[Record]:
            records: list[Record] = real(self)
            for record in records:
                if record.job.state is JobState.ACKNOWLEDGED:
                    for part, file in zip(record.parts, record.job.files, strict=True):
                        if file.completed:
                            shutil.copyfile(os.devnull, part.local_path)
            return records

        return load

    _replace(Store, "load", make)


def queue_forgotten() -> None:
    """Suspend at a start what was on its way."""

    def make(real: Any) -> Any:
        def handle(job: Job, event: object) -> Any:
            if isinstance(event, Restarted) and job.state is JobState.QUEUED:
                return replace(job, state=JobState.SUSPENDED), ()
            return real(job, event)

        return handle

    _replace(worker, "handle", make)


def answers_unheard() -> None:
    """Take an upload for done when all of it was sent, whatever the server says, or does not."""

    def make(real: Any) -> Any:
        def conclude(self: Upload, fault: WireFault | None, detail: str) -> Any:
            return Outcome.ARRIVED if self.part.whole and not self.answered else real(self, fault, detail)

        return conclude

    _replace(Upload, "conclude", make)


def replies_cut_off() -> None:
    """Take what has come of a reply for the whole of it."""

    def make(real: Any) -> Any:
        def conclude(self: Upload, fault: WireFault | None, detail: str) -> Any:
            return Outcome.ARRIVED if self.answered else real(self, fault, detail)

        return conclude

    _replace(Upload, "conclude", make)


def reply_names_unrecorded() -> None:
    """Answer SetReplyFileName without recording it."""

    def make(real: Any) -> Any:
        def operation_save(self: Worker, record: Record, job: Job, operation: str, *, durable: bool = True) -> None:
            if operation != "set_reply_file_name":
                real(self, record, job, operation, durable=durable)

        return operation_save

    _replace(Worker, "_save", make)


def sources_deleted() -> None:
    """Clean up after an upload as after a download."""

    def make(_real: Any) -> Any:
        return property(lambda self: [part.temporary or part.local_path for part in self.parts])

    _replace(Record, "leftovers", make)


BREAKAGES: Final[dict[str, Callable[[], None]]] = {
    breakage.__name__: breakage
    for breakage in (
        suspend_unrecorded,
        settings_unrecorded,
        files_unrecorded,
        remote_names_unrecorded,
        ranges_backwards,
        rename_before_record,
        copy_instead_of_rename,
        temporaries_forgotten,
        resume_off_by_one,
        complete_again,
        queue_forgotten,
        answers_unheard,
        replies_cut_off,
        reply_names_unrecorded,
        sources_deleted,
    )
}
