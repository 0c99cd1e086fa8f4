"""Whether callers use jobs as the documents say: goes through a trace and holds it against the rules.

Laws:

1. A finding is never made of what was not recorded. Whether something was *not* called is known only where the trace
   says that every call is in it (`Start.complete`) and no number is missing; elsewhere those rules are silent. Likewise
   for a job on which a call timed out, which may take effect at any later moment, and, until it is seen again, for one
   that was there when the service was started again: a call that was under way may have happened without its line.
2. A job that is SUSPENDED, TRANSFERRED or in ERROR moves by a call alone (or expires): it is where it was last seen.
   Any other state may be over a moment later, and no rule rests on it, but that Complete was called in it.
3. Who ended a job knows that it has ended, and so does whoever was told: by a refusal, or by its state. Others do not,
   and their first call is no mistake. A name stands for one sequence of calls; lines that name no client are taken for
   one caller, who is forgiven one call. Looking at the files of a job that has ended is no mistake at all; only asking
   for its state again and again is.
4. What was mended elsewhere, such as the server, no trace shows. So no repetition is a loop before `LOOP` times, and
   none whose calls are `PATIENCE_SECONDS` apart, where times are told.

What this module does not know: whether the service answered as it must; that is judged by the oracle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from copyjob.conformance.traces.client_rules import (
    AFTER_END,
    COMPLETE_LOOP,
    LEFT_SUSPENDED,
    NEVER_ENDS,
    PARTIAL_IGNORED,
    RESUME_LOOP,
    RULES,
)
from copyjob.conformance.traces.finding import Finding
from copyjob.conformance.traces.lines import OPERATIONS, Call, Event, Line, Sample, Start
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

LOOP: Final = 3
"""So many times in a row are a loop."""
PATIENCE_SECONDS: Final = 600.0
"""The retry delay of the service itself, by default. Clause: timer/retry."""

_ENDING: Final = frozenset({Operation.COMPLETE.value, Operation.CANCEL.value})
_MOVING: Final = _ENDING | {Operation.RESUME.value, Operation.SUSPEND.value}
_LOOKING: Final = frozenset(name for name in OPERATIONS if name.startswith(("get_", "enum_")))
_POLLING: Final = Operation.GET_STATE.value
_PRIVATE: Final = frozenset(
    {Operation.SET_DISPLAY_NAME.value, Operation.SET_NOTIFY_FLAGS.value, Operation.SET_NOTIFY_INTERFACE.value}
)
MENDING: Final = OPERATIONS - _MOVING - _LOOKING - _PRIVATE - {Operation.CREATE_JOB.value}
"""What a client can change that may make a failed transfer succeed."""
_FETCHING: Final = frozenset(
    {Operation.CREATE_JOB.value, *(name for name in OPERATIONS if name.startswith("add_file"))}
)
_AT_REST: Final = {
    JobState.SUSPENDED: LEFT_SUSPENDED,
    JobState.TRANSFERRED: NEVER_ENDS,
    JobState.ERROR: NEVER_ENDS,
}
"""Where a job waits for its client, and the rule that it breaks who leaves it there."""
_NOT_WAITED_FOR: Final = frozenset(
    {JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING, JobState.TRANSIENT_ERROR}
)

Client = str | None
_NOBODY: Final[frozenset[Client]] = frozenset()


@dataclass(slots=True)
class _Job:
    """What is known of a job; small, for there may be millions."""

    name: str
    state: JobState | None = None
    """Where it is, as far as that is certain or was the last that was seen."""
    state_line: int = 0
    state_seconds: float | None = None
    client: Client = None
    """Who called it last."""
    outstanding: bool = False
    """A call on it has timed out."""
    end_line: int = 0
    knows: frozenset[Client] = frozenset()
    """Who knows that it has ended."""
    late: dict[Client, list[int]] | None = None
    """Calls after that."""
    polls: dict[Client, list[int]] | None = None
    """How often its state was asked for after that."""
    resumes: list[int] | None = None
    """Resumes in ERROR since something was mended or transferred, all but the last back in ERROR."""
    resumed: bool = False
    """The last of them has not come back yet."""
    loop: list[int] | None = None
    """The resumes of the longest loop; it goes on while they are the same list."""
    looped: int = 0
    """How many of them have come back."""
    completes: list[int] | None = None
    """Calls of Complete in a row that failed."""
    complete_seconds: float | None = None
    failures: list[int] | None = None
    """Those of the longest row; it goes on while they are the same list."""
    files_done: int = 0


class Audit:
    """Goes through a trace, line by line, and holds its clients against the rules."""

    def __init__(self, *, ongoing: bool = False) -> None:
        """Begin; ``ongoing``: the clients are still at work where the trace ends, and have left nothing behind."""
        self._ongoing = ongoing
        self._dialect = Dialect.BITS
        self._whole = self._events_too = True
        self._missing = False
        self._jobs: dict[str, _Job] = {}
        self._seq: int | None = None
        self._looks = False
        self._partial: list[tuple[int, _Job, Client, JobState]] = []
        self._expired: list[Finding] = []

    def take(self, number: int, line: Line) -> None:
        """Take in the next line."""
        before, self._seq = self._seq, line.seq
        if isinstance(line, Start):
            self._begin(line)
            return
        if before is not None and line.seq is not None and line.seq > before + 1:
            self._whole, self._missing = False, True
        if line.job is None:
            return
        job = self._jobs.get(line.job)
        if job is None:
            job = self._jobs[line.job] = _Job(line.job)
        if isinstance(line, Call):
            self._called(number, line, job)
        elif isinstance(line, Event):
            self._happened(number, line, job)
        else:
            self._looked(number, line, job)

    def _begin(self, start: Start) -> None:
        self._dialect = Dialect(start.dialect)
        self._whole = self._whole and "calls" in start.complete
        self._events_too = self._events_too and "events" in start.complete
        for job in self._jobs.values():
            job.state = None
            self._forget(job)

    @property
    def not_judged(self) -> dict[str, str]:
        """The rules of which the trace cannot tell, each with the reason: see law 1."""
        if not self._whole:
            why = (
                "lines of it are missing" if self._missing else 'it does not say that every call is in it ("complete")'
            )
            return {rule.id: why for rule in RULES if rule is not AFTER_END}
        if not self._events_too:
            return {PARTIAL_IGNORED.id: 'it does not say that every event is in it ("complete")'}
        return {}

    def findings(self) -> list[Finding]:
        """Return what was found, by the line at which it shows."""
        found = list(self._expired)
        for job in self._jobs.values():
            found += self._of(job)
        if self._whole and self._events_too and not self._ongoing:
            found += [self._ignored(*each) for each in self._partial]
        return sorted(found, key=lambda each: (each.lines[-1], each.rule.id))

    # Lines

    def _called(self, number: int, call: Call, job: _Job) -> None:
        self._noticed(call, job)
        if job.end_line:
            self._late(number, call, job)
            return
        job.client = call.client
        if call.timed_out:
            job.outstanding = True
            job.state = None
            self._forget(job)
            return
        self._in_a_row(number, call, job)
        if call.operation == Operation.RESUME.value and not call.failed:
            self._resumed(number, call, job)
        elif call.operation in MENDING and not call.failed:
            job.resumes, job.resumed = None, False
        if call.operation in _ENDING and not call.failed:
            self._ended(number, call, job)
        elif call.state is not None:
            self._seen(number, JobState[call.state], job, call.time_seconds, frozenset({call.client}))
        elif call.operation == Operation.CREATE_JOB.value and not call.failed:
            self._seen(number, JobState.SUSPENDED, job, call.time_seconds)
        elif call.operation in _MOVING and not call.failed:
            was, job.state = job.state, None
            if call.operation == Operation.SUSPEND.value and was not in (None, JobState.ERROR, JobState.TRANSFERRED):
                self._seen(number, JobState.SUSPENDED, job, call.time_seconds)

    def _ended(self, number: int, call: Call, job: _Job) -> None:
        if call.hresult == Hresult.BG_S_PARTIAL_COMPLETE and job.state in _NOT_WAITED_FOR and not job.outstanding:
            assert job.state is not None
            self._partial.append((number, job, call.client, job.state))
        job.end_line = number
        job.knows = frozenset({call.client})

    def _happened(self, number: int, event: Event, job: _Job) -> None:
        if job.end_line:
            return
        if event.event == InternalEvent.EXPIRY.value:
            rule = None if job.state is None else _AT_REST.get(job.state)
            # In Delivery Optimization a job expires by its age, however well it is looked after.
            if rule is not None and self._whole and self._dialect is Dialect.BITS and not job.outstanding:
                assert job.state is not None
                seen = f"it was left in {job.state.name} until it expired"
                self._expired.append(Finding(rule, job.name, (job.state_line, number), seen, client=job.client))
            job.end_line = number
            return
        if event.event == InternalEvent.FILE_DONE.value:
            job.resumes, job.resumed = None, False
        if event.state is None:
            job.state = None
        else:
            self._seen(number, JobState[event.state], job, event.time_seconds)

    def _looked(self, number: int, sample: Sample, job: _Job) -> None:
        if job.end_line:
            if sample.client is not None and sample.state is not None:
                self._polled(number, sample.client, job)
                job.knows |= {sample.client}
            return
        if sample.files_done is not None:
            if sample.files_done > job.files_done:
                job.resumes, job.resumed = None, False
            job.files_done = sample.files_done
        if sample.state is not None:
            told = _NOBODY if sample.client is None else frozenset({sample.client})
            self._seen(number, JobState[sample.state], job, sample.time_seconds, told)

    @staticmethod
    def _seen(
        number: int, state: JobState, job: _Job, seconds: float | None, told: frozenset[Client] = _NOBODY
    ) -> None:
        """Take in that a job is in a state now, and who was told."""
        if state in FINAL:
            job.end_line = number
            job.knows = told
            return
        if state is JobState.ERROR and job.resumed:
            job.resumed, job.state_seconds = False, seconds
            if job.resumes is not None and len(job.resumes) > job.looped:
                job.loop, job.looped = job.resumes, len(job.resumes)
        if state is JobState.TRANSFERRED:
            job.resumes, job.resumed = None, False
        if state is not job.state:
            job.state, job.state_line, job.state_seconds = state, number, seconds

    # Loops

    @staticmethod
    def _resumed(number: int, call: Call, job: _Job) -> None:
        if job.state is not JobState.ERROR:
            return
        waited = _between(job.state_seconds, call.time_seconds)
        if waited is not None and waited >= PATIENCE_SECONDS:
            job.resumes, job.resumed = None, False
        else:
            job.resumes = [] if job.resumes is None else job.resumes
            job.resumes.append(number)
            job.resumed = True

    @staticmethod
    def _in_a_row(number: int, call: Call, job: _Job) -> None:
        if call.operation in _LOOKING:
            return
        waited = _between(job.complete_seconds, call.time_seconds)
        if call.operation != Operation.COMPLETE.value or not call.failed:
            job.completes = None
            return
        if waited is not None and waited >= PATIENCE_SECONDS:
            job.completes = None
        job.completes = [] if job.completes is None else job.completes
        job.completes.append(number)
        job.complete_seconds = call.time_seconds
        if job.failures is None or len(job.completes) > len(job.failures):
            job.failures = job.completes

    @staticmethod
    def _forget(job: _Job) -> None:
        job.resumes, job.resumed, job.completes = None, False, None

    # Jobs that have ended

    def _late(self, number: int, call: Call, job: _Job) -> None:
        if call.operation == _POLLING:
            self._polled(number, call.client, job)
        elif call.operation not in _LOOKING and call.client in job.knows:
            job.late = _with(job.late, call.client, number)
        if call.failed or call.state is not None:
            job.knows |= {call.client}

    @staticmethod
    def _polled(number: int, client: Client, job: _Job) -> None:
        if client in job.knows:
            job.polls = _with(job.polls, client, number)

    def _noticed(self, call: Call, job: _Job) -> None:
        """Forget a BG_S_PARTIAL_COMPLETE whose client does something about it."""
        looks, fetches = call.operation in _LOOKING, call.operation in _FETCHING
        self._looks |= looks
        if not self._partial:
            return
        self._partial = [
            each
            for each in self._partial
            if not (
                (looks and each[1] is job) or (fetches and (None in (each[2], call.client) or each[2] == call.client))
            )
        ]

    # What comes of it

    def _ignored(self, number: int, job: _Job, client: Client, state: JobState) -> Finding:
        seen = (
            f"Complete was called in {state.name}, answered BG_S_PARTIAL_COMPLETE, and nothing was fetched afterwards"
        )
        if not self._looks:
            seen += "; unless it has looked which files there are: this trace tells of nobody who looks at anything"
        return Finding(PARTIAL_IGNORED, job.name, (number,), seen, certain=self._looks, client=client)

    def _of(self, job: _Job) -> Iterator[Finding]:
        for kind, lines, client, enough in (
            *(("called", lines, client, 1 if client is not None else 2) for client, lines in (job.late or {}).items()),
            *(("asked for its state", lines, client, LOOP) for client, lines in (job.polls or {}).items()),
        ):
            if len(lines) >= enough:
                seen = f"it has ended in line {job.end_line}, and was {kind} {_times(len(lines))} afterwards"
                yield Finding(AFTER_END, job.name, (job.end_line, *lines), seen, client=client)
        if not self._whole:
            return
        if job.loop is not None and job.looped >= LOOP:
            seen = f"{_times(job.looped)}, and it was back in ERROR each time"
            yield Finding(RESUME_LOOP, job.name, tuple(job.loop[: job.looped]), seen, client=job.client)
        if job.failures is not None and len(job.failures) >= LOOP:
            seen = f"{_times(len(job.failures))} in a row"
            yield Finding(COMPLETE_LOOP, job.name, tuple(job.failures), seen, client=job.client)
        rule = None if job.state is None else _AT_REST.get(job.state)
        if rule is not None and not (self._ongoing or job.end_line or job.outstanding):
            assert job.state is not None
            seen = f"it is {job.state.name} since line {job.state_line}, and still so when the trace ends"
            yield Finding(rule, job.name, (job.state_line,), seen, client=job.client)


def _with(known: dict[Client, list[int]] | None, client: Client, number: int) -> dict[Client, list[int]]:
    known = {} if known is None else known
    known.setdefault(client, []).append(number)
    return known


def _between(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def audit(lines: Iterable[tuple[int, Line]], *, ongoing: bool = False) -> list[Finding]:
    """Return what a trace shows of its clients. The lines' own errors are raised as they are."""
    goes_on = Audit(ongoing=ongoing)
    for number, line in lines:
        goes_on.take(number, line)
    return goes_on.findings()
