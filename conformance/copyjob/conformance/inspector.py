"""The inspector: judges files, progress, error information and refused calls by the checks, beside the table.

Law: it looks at the disk with its own eyes and compares with what the server offered. What may still be under way is
not judged; what must be gone by now is waited for within the quiescence bound.
"""

from __future__ import annotations

from dataclasses import dataclass

from copyjob.conformance.adapter import Progress
from copyjob.conformance.checks import CHECKS, Failure
from copyjob.conformance.observation import hresult_text
from copyjob.conformance.pace import Pace
from copyjob.conformance.record import Record
from copyjob.conformance.world import EXISTING, World
from copyjob.spec.table import Level
from copyjob.spec.vocabulary import FAILURE_BIT, SIZE_UNKNOWN, Dialect, ErrorContext, JobState, Operation


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the getters and the disk told at one moment."""

    progress: Progress | None
    error: tuple[int, int] | int | None
    listing: dict[str, int]


class Inspector:
    """The checks of one run; failures are written into its record."""

    def __init__(self, world: World, record: Record, pace: Pace, known: frozenset[str] = frozenset()) -> None:
        """Look at this world at this pace, write into this record; what fails of ``known`` checks is gone past."""
        self._world, self._record, self._pace, self._known = world, record, pace, known

    def judge(self, check_id: str, *, good: bool, seen: str, permitted: str, late: bool = False) -> None:
        """Count a check as judged; note its failure where it is not ``good``, ``late`` where it shows as a wait."""
        self._record.judged[check_id] += 1
        if not good and check_id in self._known:
            self._record.overlooked.add((Level.MUST, frozenset((check_id,))))
        elif not good:
            self._record.failures.append(Failure(CHECKS[check_id], seen, permitted, late))

    def initial(self, state: JobState | int, progress: Progress | None) -> None:
        """Judge what the getters tell of a job that was just created."""
        told = state.name if isinstance(state, JobState) else hresult_text(state)
        files = 0 if progress is None else progress.files_total
        self.judge(
            "job/initial",
            good=state is JobState.SUSPENDED and files == 0,
            seen=f"a new job was {told} with {files} file(s)",
            permitted="SUSPENDED, no file",
        )

    def files(self, state: JobState, files_done: int | None, bound_seconds: float) -> None:
        """Judge the destination folder, once the job is at rest in ``state``."""
        for number in self._world.added:
            if state is not JobState.ACKNOWLEDGED:
                self._hidden(number)
        if state is JobState.ACKNOWLEDGED:
            self._completed(files_done)
        if state in (JobState.ACKNOWLEDGED, JobState.CANCELLED):
            self._leftovers(bound_seconds)

    def _hidden(self, number: int) -> None:
        path = self._world.destination(number)
        stood = number in self._world.existing
        if stood:
            content = path.read_bytes() if path.exists() else None
            self.judge(
                "file/destination",
                good=content == EXISTING,
                seen=f"{path.name}, which stood there before, is {'gone' if content is None else 'changed'}",
                permitted="the file that stood at the destination before, unchanged",
            )
        else:
            self.judge(
                "file/hidden",
                good=not path.exists(),
                seen=f"{path.name} is visible at its destination although Complete was not called",
                permitted="no file at the destination before Complete",
            )

    def _completed(self, files_done: int | None) -> None:
        visible = 0
        for number in self._world.added:
            path = self._world.destination(number)
            if not path.exists():
                continue
            content = path.read_bytes()
            if number in self._world.existing and content == EXISTING:
                continue
            visible += 1
            versions = self._world.files[number].versions
            self.judge(
                "file/content",
                good=content in versions,
                seen=f"{path.name} holds {len(content)} bytes that are no version of what the server offered",
                permitted=f"one of {len(versions)} version(s), {len(versions[-1])} bytes the latest, byte for byte",
            )
        if files_done is not None:
            self.judge(
                "file/kept",
                good=visible == files_done,
                seen=f"{visible} file(s) are available after Complete",
                permitted=f"exactly the {files_done} file(s) that were wholly transferred",
            )

    def _leftovers(self, bound_seconds: float) -> None:
        own = {self._world.destination(number).name for number in self._world.added}
        left: list[str] = []

        def gone() -> bool:
            left[:] = sorted(set(self._world.listing()) - own)
            return not left

        # What is known to be left is not waited for again.
        self._pace.until(gone, 0 if "file/leftovers" in self._known else bound_seconds)
        self.judge(
            "file/leftovers",
            good=not left,
            seen=f"left beside the destination: {', '.join(left)}",
            permitted="no temporary file",
        )

    def stopped(self, before: Progress | None, after: Progress | None) -> None:
        """Judge that a suspended job transfers nothing, ``before`` being taken when nothing was in flight any more."""
        if before is None or after is None:
            return
        self.judge(
            "suspend/stops",
            good=before == after,
            seen=f"{after.bytes_transferred - before.bytes_transferred} more bytes were transferred while SUSPENDED",
            permitted="no progress while SUSPENDED",
        )

    def stable(self, before: dict[str, bytes] | None, after: dict[str, bytes]) -> None:
        """Judge that the files of a suspended job change no more, ``before`` being read when nothing was in flight."""
        if before is None:
            return
        changed = sorted(name for name in before | after if before.get(name) != after.get(name))
        self.judge(
            "file/stable",
            good=not changed,
            seen=f"while SUSPENDED there changed {', '.join(changed)}",
            permitted="no change of a file while SUSPENDED",
        )

    def bounds(self, progress: Progress | None) -> None:
        """Judge the numbers of get_progress."""
        if progress is None:
            return
        bytes_ok = progress.bytes_total == SIZE_UNKNOWN or 0 <= progress.bytes_transferred <= progress.bytes_total
        self.judge(
            "progress/bounds",
            good=bytes_ok and 0 <= progress.files_done <= progress.files_total,
            seen=f"get_progress told {progress.bytes_transferred} of {progress.bytes_total} bytes, "
            f"{progress.files_done} of {progress.files_total} files",
            permitted="at most the total; 2^64-1 where the total is unknown",
        )

    def error(self, answer: tuple[int, int] | int | None, dialect: Dialect) -> None:
        """Judge context and code of an answer of get_error."""
        if not isinstance(answer, tuple):
            return
        contexts = tuple(ErrorContext) if dialect is Dialect.BITS else (ErrorContext.NONE, ErrorContext.REMOTE_FILE)
        context, code = answer
        self.judge(
            "error/context",
            good=context in contexts and bool(code & FAILURE_BIT),
            seen=f"get_error told context {context} and code {hresult_text(code)}",
            permitted=f"a failing code, and a context of {', '.join(member.name for member in contexts)}",
        )

    def unanswered(self, hresult: int, *, by_id: bool, final: bool) -> None:
        """Judge a get_state that answered with a failure."""
        self.judge(
            "getter/answers",
            good=by_id and final,
            seen=f"get_state answered {hresult_text(hresult)}",
            permitted="the job's state; E_NOT_FOUND only in a final state, of a backend that declares by_id",
        )

    def unchanged(
        self,
        before: Snapshot,
        after: Snapshot,
        operation: Operation,
        *,
        counts: bool,
        error: bool,
        bytes_too: bool,
    ) -> None:
        """Judge that a refused call changed nothing; only what nothing else can have touched is compared."""
        changed: list[str] = []
        if before.progress is not None and after.progress is not None:
            if counts and before.progress.files_done != after.progress.files_done:
                changed.append(f"files transferred from {before.progress.files_done} to {after.progress.files_done}")
            if before.progress.files_total != after.progress.files_total:
                changed.append(f"files from {before.progress.files_total} to {after.progress.files_total}")
            if bytes_too and before.progress.bytes_transferred != after.progress.bytes_transferred:
                changed.append("bytes transferred")
        if error and before.error != after.error:
            changed.append(f"error information from {before.error} to {after.error}")
        if bytes_too and before.listing != after.listing:
            changed.append("files on the disk")
        self.judge(
            "call/refused",
            good=not changed,
            seen=f"the refused {operation.value} changed {', '.join(changed)}",
            permitted="a refused call leaves everything as it was",
        )
