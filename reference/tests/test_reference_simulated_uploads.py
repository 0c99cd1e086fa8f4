"""Uploads in the simulation: they keep their promises wherever they are struck, and a bug in them is found by its law.

Law: as in ``test_reference_simulation``; each bug breaks one promise, and is found for that.
"""

# Bugs are put where they would be.
# pyright: reportPrivateUsage=false

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference import effects, engine, publishing, upload, worker
from copyjob.reference.disk import TemporaryFile
from copyjob.reference.events import Complete, Publish, ReplyBegun
from copyjob.reference.job import handle
from copyjob.reference.record import Record
from copyjob.reference.simulation import run
from copyjob.reference.simulation.exhaust import UPLOADS, Case, Strike, cases, try_case
from copyjob.reference.simulation.run import simulate
from copyjob.reference.transfer import Outcome
from copyjob.reference.upload import Upload
from copyjob.reference.wire import Answer, WireFault
from copyjob.spec.vocabulary import Dialect, JobState, JobType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from copyjob.reference.job import Job

SEEDS = range(30)
"""A bounded budget: every bug that is put in below is found within it, or in a fixed life."""
NEVER = 1_000_000
"""An I/O point that no life has."""


def failures() -> Iterator[str]:
    """Yield what breaks within the bounded budget: in fixed lives that nothing strikes, and at random."""
    yield from map(lived, UPLOADS)
    for seed in SEEDS:
        yield simulate(seed, dialect=Dialect.BITS).failure or ""


def lived(life: str) -> str:
    """Return what broke in a fixed life in which nothing is struck."""
    return try_case(Case(Dialect.BITS, life, NEVER, Strike("kill"))) or ""


@pytest.mark.parametrize("life", ["upload", "reply", "reply nowhere"])
def test_an_upload_keeps_its_promises_wherever_it_is_struck(life: str) -> None:
    struck = list(cases(Dialect.BITS, only=life))
    broken = {str(case): failure for case in struck if (failure := try_case(case)) is not None}

    assert broken == {}
    assert len({case.point for case in struck}) > 10


@pytest.mark.parametrize("life", UPLOADS)
def test_a_fixed_life_of_an_upload_that_nothing_strikes_keeps_its_promises(life: str) -> None:
    assert lived(life) == ""


def test_clients_of_bits_lead_uploads_with_and_without_a_reply_to_their_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = set[tuple[JobType, JobState]]()
    real = run.Run.end

    def end(self: run.Run) -> None:
        ended.update((known.type, known.state) for known in self.known)
        real(self)

    monkeypatch.setattr(run.Run, "end", end)
    for seed in SEEDS:
        simulate(seed, dialect=Dialect.BITS)

    ends = (JobState.ACKNOWLEDGED, JobState.CANCELLED)
    assert ended >= {(kind, state) for kind in (JobType.UPLOAD, JobType.UPLOAD_REPLY) for state in ends}


# ---- what is wrong on purpose ----


def every_version_is_alike(patch: pytest.MonkeyPatch) -> None:
    def version(_found: os.stat_result) -> str:
        return "1"

    patch.setattr(upload, "_version", version)


def an_early_answer_counts(patch: pytest.MonkeyPatch) -> None:
    real = Upload.accept

    def accept(self: Upload, answer: Answer) -> bool:
        sent, self.part.offset_bytes = self.part.offset_bytes, self.part.size_bytes or 0
        try:
            return real(self, answer)
        finally:
            self.part.offset_bytes = sent

    patch.setattr(Upload, "accept", accept)


def every_answer_is_good(patch: pytest.MonkeyPatch) -> None:
    real = Upload.accept

    def accept(self: Upload, answer: Answer) -> bool:
        return real(self, Answer(200, answer.headers))

    patch.setattr(Upload, "accept", accept)


def a_reply_may_end_early(patch: pytest.MonkeyPatch) -> None:
    real = Upload.conclude

    def conclude(self: Upload, fault: WireFault | None, detail: str) -> Any:
        return Outcome.ARRIVED if fault is WireFault.TRUNCATED and self.answered else real(self, fault, detail)

    patch.setattr(Upload, "conclude", conclude)


def a_reply_is_not_synced(patch: pytest.MonkeyPatch) -> None:
    def sync(self: TemporaryFile) -> None:
        pass

    patch.setattr(TemporaryFile, "sync", sync)


def a_reply_is_written_under_its_name(patch: pytest.MonkeyPatch) -> None:
    real = Record.place_reply

    def place_reply(self: Record) -> None:
        real(self)
        if self.reply is not None:
            self.reply.temporary = self.reply.local_path

    patch.setattr(Record, "place_reply", place_reply)


def a_reply_is_copied(patch: pytest.MonkeyPatch) -> None:
    def write_half(temporary: str, local_path: str, size_bytes: int | None) -> None:
        made = TemporaryFile(local_path)
        made.cut(0)
        made.write([b"?" * ((size_bytes or 2) // 2)], 0)
        made.close()

    patch.setattr(publishing, "rename", write_half)


def the_source_stays_open(patch: pytest.MonkeyPatch) -> None:
    def close(self: Upload) -> None:
        super(Upload, self).close()

    patch.setattr(Upload, "close", close)


def a_request_goes_on(patch: pytest.MonkeyPatch) -> None:
    real = worker.Worker._stop_transfer

    def stop(self: worker.Worker, record: Record) -> None:
        if record.job.type is JobType.DOWNLOAD:
            real(self, record)
        elif record.transfer is not None:
            record.transfer.live = False
            record.transfer.close()
            record.transfer = record.sink = None

    patch.setattr(worker.Worker, "_stop_transfer", stop)


def the_temporary_reply_stays(patch: pytest.MonkeyPatch) -> None:
    def leftovers(self: Record) -> list[str]:
        return [part.temporary for part in self.parts if part.temporary]

    patch.setattr(Record, "leftovers", property(leftovers))


def the_source_is_deleted(patch: pytest.MonkeyPatch) -> None:
    def leftovers(self: Record) -> list[str]:
        return [part.temporary or part.local_path for part in self.parts]

    patch.setattr(Record, "leftovers", property(leftovers))


def an_early_complete_is_done(patch: pytest.MonkeyPatch) -> None:
    def lenient(job: Job, event: Any) -> Any:
        if isinstance(event, Complete) and job.type is not JobType.DOWNLOAD and job.state is JobState.SUSPENDED:
            return job, (Publish(()),)
        return handle(job, event)

    patch.setattr(engine, "handle", lenient)


def a_reply_name_is_not_recorded(patch: pytest.MonkeyPatch) -> None:
    real = worker.Worker._save

    def save(self: worker.Worker, record: Record, job: Job, operation: str, *, durable: bool = True) -> None:
        if operation != "set_reply_file_name":
            real(self, record, job, operation, durable=durable)

    patch.setattr(worker.Worker, "_save", save)


def a_reply_moves_while_it_arrives(patch: pytest.MonkeyPatch) -> None:
    def begun(job: Job, event: Any) -> Any:
        return (job, ()) if isinstance(event, ReplyBegun) else handle(job, event)

    patch.setattr(effects, "handle", begun)


def what_was_sent_counts(patch: pytest.MonkeyPatch) -> None:
    def keep(self: Upload) -> None:
        pass

    patch.setattr(Upload, "abandon", keep)


def what_an_earlier_try_left_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    def forget(record: Record) -> None:
        pass

    patch.setattr(engine, "discard_reply", forget)


BUGS: dict[Callable[[pytest.MonkeyPatch], None], str] = {
    every_version_is_alike: "whole, and of one version",
    an_early_answer_counts: "accepted by the server",
    every_answer_is_good: "accepted by the server",
    a_reply_may_end_early: "was replied to",
    a_reply_is_not_synced: "a reply is what the server replied",
    a_reply_is_written_under_its_name: "a file appears by Complete alone",
    a_reply_is_copied: "what is said to be completed is there",
    the_source_stays_open: "a job at rest reads and writes nothing",
    a_request_goes_on: "a job at rest makes no request",
    the_temporary_reply_stays: "an ended job leaves no temporary file",
    the_source_is_deleted: "what is uploaded is left as it is",
    an_early_complete_is_done: "what an upload refuses is refused: complete",
    a_reply_name_is_not_recorded: "no answered SetReplyFileName is lost",
    a_reply_moves_while_it_arrives: "what an upload refuses is refused: set_reply_file_name",
    what_was_sent_counts: "nothing counts",
    what_an_earlier_try_left_is_forgotten: "no temporary file",
}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_a_bug_in_uploads_is_found_by_the_promise_that_it_breaks(
    monkeypatch: pytest.MonkeyPatch, bug: Callable[[pytest.MonkeyPatch], None]
) -> None:
    bug(monkeypatch)

    assert any(BUGS[bug] in failure for failure in failures())
