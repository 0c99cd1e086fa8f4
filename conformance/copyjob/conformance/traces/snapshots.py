"""Snapshots of bitsadmin, judged: each by itself, and each job from one snapshot to the next.

Laws:

1. bitsadmin asks a job one question after the other, and the job may change in between. What one answer says is held
   against the contract as it is; what two answers say together is *unclear* at first, and certain only when the next
   snapshots show the same of a job that has not changed: its modification time is the same, or, where none is told, it
   is seen `REPEATS_UNTIMED` times in a row.
2. Which states, numbers of files and error information go together is what the table can reach, uploads and a network
   that goes away included; nothing of it is written here again.
3. Between two snapshots any call may have been made, by anybody: only what no call can do is an accusation.

What this module does not know: how a snapshot is written, and what any backend does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from copyjob.conformance.traces.bitsadmin import Size, Snapshot, Unknown
from copyjob.conformance.traces.finding import Finding, Rule
from copyjob.spec.compiled import compile_table, members
from copyjob.spec.facts import ErrorInformation
from copyjob.spec.scope import Feature
from copyjob.spec.table import FINAL, table
from copyjob.spec.vocabulary import Dialect, JobState, JobType

REPEATS_UNTIMED: Final = 3
"""How often the same is seen in a row before it is certain, where no modification time is told."""
RETRY_DELAY_MIN_SECONDS: Final = 5
"""Clause: timer/retry."""
MANY_FILES: Final = 2
"""No guard of the table tells greater numbers apart, but whether all, some or no files are done."""
SCOPE: Final = frozenset({Feature.UPLOADS, Feature.NETWORK})
"""With this much of the table all is reached that the whole table reaches."""

FILES = Rule(
    "snapshot/files",
    "more files are transferred than the job has",
    ("job/progress",),
    "the files transferred are some of the job's files",
)
BYTES = Rule(
    "snapshot/bytes",
    "more bytes are transferred than there are",
    ("job/progress", "file/progress"),
    "the total is the sum of the files' sizes, or UNKNOWN",
)
WHOLE = Rule(
    "snapshot/whole",
    "every file is transferred and bytes are missing",
    ("job/progress",),
    "with every file transferred the total is known, and as many bytes are transferred",
)
STATE = Rule(
    "snapshot/state",
    "the state and the numbers of files do not go together",
    ("state/transferred", "resume/empty"),
    "a TRANSFERRED job has at least one transferred file, and a job without files has never been resumed",
)
ERROR = Rule(
    "snapshot/error",
    "error information stands where there is none",
    ("error/available",),
    "error information ends when data is transferred again",
)
COMPLETION = Rule(
    "snapshot/completion",
    "a TRANSFERRED job has no completion time",
    ("times",),
    "the completion time is when the job entered TRANSFERRED",
)
LISTED = Rule(
    "snapshot/final",
    "a job that has ended is in the list",
    ("state/final", "manager/enum"),
    "a job in a final state is in no enumeration",
)
SIZES = Rule(
    "snapshot/sizes",
    "the job's total is not that of its files",
    ("job/progress",),
    "the total is the sum of the files' sizes, and UNKNOWN while one of them is",
)
COUNTED = Rule(
    "snapshot/counted",
    "another number of files is listed than counted",
    ("enum/files",),
    "every file of the job is listed",
)
RETRY = Rule(
    "snapshot/retry",
    "the retry delay is below its floor",
    ("timer/retry",),
    f"a delay below {RETRY_DELAY_MIN_SECONDS} seconds becomes {RETRY_DELAY_MIN_SECONDS}",
)
FILES_GONE = Rule(
    "series/files",
    "the job has fewer files than before",
    ("addfile/ok",),
    "files are added to a job; no call takes one away",
)
BACK = Rule(
    "series/final",
    "the job has come back from a final state",
    ("state/final",),
    "an ACKNOWLEDGED or CANCELLED job stays so",
)
ERRORS_GONE = Rule(
    "series/errors",
    "the error count has fallen",
    ("error/count",),
    "the error count is never reset",
)
TYPE = Rule(
    "series/type",
    "the job is of another type than before",
    ("manager/create",),
    "a GUID belongs to one job, and what kind of job it is was said when it was created",
)
RULES: Final = (
    FILES, BYTES, WHOLE, STATE, ERROR, COMPLETION, LISTED, SIZES, COUNTED, RETRY, FILES_GONE, BACK, ERRORS_GONE, TYPE,
)  # fmt: skip

Shape = tuple[JobType, JobState, int, int, bool]
"""A kind of job, a state, how many files there are and are done (`MANY_FILES`), whether GetError tells something."""


@cache
def possible(scope: frozenset[Feature] = SCOPE) -> frozenset[Shape]:
    """Return all that a job can be like, in BITS, by any calls and events."""
    integers = compile_table(table(Dialect.BITS, scope), MANY_FILES)
    reached = frontier = integers.initial
    while frontier:
        found = 0
        for number in members(frontier):
            for ways in integers.edges.values():
                for edge in ways[number]:
                    found |= 1 << edge.dest
        frontier = found & ~reached
        reached |= frontier
    shapes: set[Shape] = set()
    for number in members(reached):
        state, facts = integers.configurations[number]
        told = {ErrorInformation.UNAVAILABLE: (False,), ErrorInformation.AVAILABLE: (True,)}.get(
            ErrorInformation(facts.error), (False, True)
        )
        shapes |= {(JobType(facts.kind), state, facts.files_total, facts.files_done, each) for each in told}
    return frozenset(shapes)


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Something that two answers say together, and what it rests on."""

    rule: Rule
    seen: str
    rests_on: tuple[object, ...]


@dataclass(slots=True)
class _Job:
    """What earlier snapshots have said of a job."""

    last: Snapshot
    doubts: dict[Rule, tuple[_Doubt, list[int]]]
    """What is in doubt, and the lines at which it was seen in a row."""
    told: set[Rule]


def judge(snapshots: Iterable[Snapshot]) -> Iterator[Finding]:
    """Yield what cannot be, in the order in which it shows; of what is unclear at the end, that it is."""
    jobs: dict[str, _Job] = {}
    for snapshot in snapshots:
        for rule, seen in _alone(snapshot):
            yield Finding(rule, snapshot.job, (snapshot.line,), seen)
        job = jobs.get(snapshot.job)
        if job is None:
            job = jobs[snapshot.job] = _Job(snapshot, {}, set())
        else:
            for rule, seen in _since(job.last, snapshot):
                yield Finding(rule, snapshot.job, (job.last.line, snapshot.line), seen)
        yield from _doubted(job, snapshot)
        job.last = snapshot
    for job in jobs.values():
        yield from _left(job, job.doubts)


def _doubted(job: _Job, snapshot: Snapshot) -> Iterator[Finding]:
    """Yield the doubts that are certain now, and those that will never be."""
    before, job.doubts = job.doubts, {}
    for doubt in _together(snapshot):
        known = before.pop(doubt.rule, None)
        unchanged = known is not None and known[0].rests_on == doubt.rests_on
        if doubt.rule is not LISTED and snapshot.modification != job.last.modification:
            unchanged = False
        lines = [*(known[1] if known is not None and unchanged else ()), snapshot.line]
        job.doubts[doubt.rule] = (doubt, lines)
        needed = REPEATS_UNTIMED if snapshot.modification is None and doubt.rule is not LISTED else 2
        if len(lines) >= needed and doubt.rule not in job.told:
            job.told.add(doubt.rule)
            yield Finding(doubt.rule, snapshot.job, tuple(lines), f"{doubt.seen}, and so again, unchanged")
    yield from _left(job, before)


def _left(job: _Job, doubts: dict[Rule, tuple[_Doubt, list[int]]]) -> Iterator[Finding]:
    way_out = "unless it changed while bitsadmin asked; take another snapshot right behind this one"
    for rule, (doubt, lines) in doubts.items():
        if rule not in job.told:
            yield Finding(rule, job.last.job, tuple(lines), f"{doubt.seen}, {way_out}", certain=False)


def _alone(snapshot: Snapshot) -> Iterator[tuple[Rule, str]]:
    """Yield what one answer of the job says that cannot be."""
    done, total = snapshot.files_done, snapshot.files_total
    bytes_done, bytes_total = snapshot.bytes_done, snapshot.bytes_total
    if done is not None and total is not None and done > total:
        yield FILES, f"FILES: {done} / {total}"
    if bytes_done is not None and isinstance(bytes_total, int) and bytes_done > bytes_total:
        yield BYTES, f"BYTES: {bytes_done} / {bytes_total}"
    elif total and done == total and bytes_done is not None and bytes_done != bytes_total:
        yield WHOLE, f"FILES: {done} / {total} BYTES: {bytes_done} / {_size(bytes_total)}"
    for file in snapshot.files:
        if isinstance(file.bytes_total, int) and file.bytes_done > file.bytes_total:
            yield BYTES, f"{file.bytes_done} / {file.bytes_total} of {file.remote} in line {file.line}"
    delay = snapshot.retry_delay_seconds
    if delay is not None and delay < RETRY_DELAY_MIN_SECONDS:
        yield RETRY, f"RETRY DELAY: {delay}"


def _together(snapshot: Snapshot) -> Iterator[_Doubt]:
    """Yield what two answers of the job say together that cannot be."""
    state, done, total = snapshot.state, snapshot.files_done, snapshot.files_total
    assert state is not None  # a snapshot without it is not read
    assert done is not None
    assert total is not None
    if state in FINAL:
        yield _Doubt(LISTED, state.name, (state,))
    elif done <= total:
        kinds = tuple(JobType) if snapshot.type is None else (snapshot.type,)
        counts = (min(total, MANY_FILES), 0 if done == 0 else min(total, MANY_FILES) if done == total else 1)
        shown = {
            told for kind, at, *numbers, told in possible() if kind in kinds and at is state and (*numbers,) == counts
        }
        if not shown:
            yield _Doubt(STATE, f"{state.name} with FILES: {done} / {total}", (state, done, total))
        elif snapshot.shows_error and True not in shown:
            yield _Doubt(
                ERROR, f"{state.name} with ERROR CODE: {snapshot.error_code:#010x}", (state, snapshot.error_code)
            )
    if state is JobState.TRANSFERRED and snapshot.completion is Unknown.UNKNOWN:
        yield _Doubt(COMPLETION, "COMPLETION TIME: UNKNOWN", (state, snapshot.completion))
    if snapshot.verbose and snapshot.files:
        yield from _listed(snapshot, total)


def _listed(snapshot: Snapshot, total: int) -> Iterator[_Doubt]:
    listed = len(snapshot.files)
    if listed != total:
        yield _Doubt(COUNTED, f"{listed} listed, {total} counted", (listed, total))
        return
    sizes = [file.bytes_total for file in snapshot.files]
    known = [size for size in sizes if isinstance(size, int)]
    whole = sum(known) if len(known) == len(sizes) else Unknown.UNKNOWN
    if snapshot.bytes_total is not None and snapshot.bytes_total != whole:
        seen = f"BYTES: ... / {_size(snapshot.bytes_total)}, and {_size(whole)} by its files"
        yield _Doubt(SIZES, seen, (snapshot.bytes_total, whole))


def _since(earlier: Snapshot, later: Snapshot) -> Iterator[tuple[Rule, str]]:
    """Yield what cannot have become of a job, whatever was called."""
    if earlier.state in FINAL and later.state is not earlier.state:
        assert earlier.state is not None
        assert later.state is not None
        yield BACK, f"{earlier.state.name}, then {later.state.name}"
    if earlier.files_total is not None and later.files_total is not None and later.files_total < earlier.files_total:
        yield FILES_GONE, f"{earlier.files_total}, then {later.files_total}"
    if earlier.error_count is not None and later.error_count is not None and later.error_count < earlier.error_count:
        yield ERRORS_GONE, f"{earlier.error_count}, then {later.error_count}"
    if earlier.type is not None and later.type is not None and later.type is not earlier.type:
        yield TYPE, f"{earlier.type.name}, then {later.type.name}"


def _size(size: Size | None) -> str:
    return size.value if isinstance(size, Unknown) else str(size)
