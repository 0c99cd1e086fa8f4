"""Puppets: backends that do what a (mutated) table says, and really download.

Laws: every answer and every step is one that the puppet's own table permits, chosen by a seed; the puppet has no other
opinion. What is real is real: connections, bytes, files, timers, places. The oracle is unknown here.

A puppet lets itself be seen: a job that was put in QUEUED has its turn, and one whose files have all come is
TRANSFERRED, only after somebody has asked for its state so often as the seed says, so that what lasts an instant
elsewhere is told apart here. What would go round for ever by
itself stands still after a while: it is as wrong, and does not fill the machine.
"""

from __future__ import annotations

import random
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from copyjob.conformance.mutants.behaviour import Behaviour
from copyjob.conformance.mutants.mutation import CALLING, Mutant, Slip
from copyjob.conformance.mutants.puppet_job import PuppetJob, RangeRefusedError, event_of
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.pocket_http import REDIRECTS, Fault, Head, PocketFile
from copyjob.conformance.pocket_schedule import FINAL, RUNNING, LetGo, PocketJob, Thread
from copyjob.conformance.weather import RETRY_FLOOR_SECONDS, RETRY_SECONDS
from copyjob.spec import facts as f
from copyjob.spec.callbacks import FLAGS, Callback
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import (
    FAILURE_BIT,
    Dialect,
    ErrorContext,
    Hresult,
    InternalEvent,
    JobState,
    Operation,
)

if TYPE_CHECKING:
    from copyjob.conformance.origin.wire import KitWire

_Event = InternalEvent
EVENTS_MAX = 60
"""After so many internal events without a call a job stands still."""
WINDOW_SECONDS = 0.05
"""How long a race window stays open for another call."""
TOGETHER = 0.3
"""How often a change is told by the call that told the last one."""
DELAYS_SECONDS = (20, RETRY_SECONDS)
"""How long a job waits until it is tried again: Delivery Optimization keeps its delay to itself, so one is drawn."""
LATE, LOOKS_MAX = 0.8, 3
"""How often a job goes on only after somebody looked, and how many looks that takes at most."""


class Puppet(PocketBackend):
    """The backend; a subclass names its mutant (:func:`puppet`)."""

    # What the proofs rest on; what lies beside the table (times, properties, enumeration) a puppet does not speak of.
    powers: ClassVar[frozenset[str]] = frozenset(
        {
            "progress",
            "error",
            "settings",
            "clock",
            "restart",
            "queue",
            "concurrent_calls",
            "instances",
            "wire",
            "callbacks",
        }
    )
    mutant: ClassVar[Mutant | None] = None
    seed: ClassVar[int] = 0

    def __init__(self, dialect: str = "BITS", folder: str = ".", wire: KitWire | None = None) -> None:
        super().__init__(dialect, folder, wire)
        table = self.mutant.table() if self.mutant is not None else integer_table(Dialect(dialect))
        self.behaviour = Behaviour(table)
        self.chance = random.Random(self.seed)  # noqa: S311 choices, not secrets

    def create_job(self, display_name: str) -> str:  # noqa: ARG002 nobody asks for the name again
        """Create a job, suspended and empty."""
        with self.lock:
            job = PuppetJob(str(uuid.uuid4()), len(self.jobs), self.now_seconds, self.now_seconds)
            job.at = self.behaviour.table.index[f.INITIAL]
            if not self.bits:
                job.retry_delay_seconds = self.chance.choice(DELAYS_SECONDS)
            self.jobs[job.id] = job
            return job.id

    def _job(self, job_id: str) -> PuppetJob:
        job = self.jobs[job_id]
        assert isinstance(job, PuppetJob)
        return job

    # The calls

    def _called(self, job_id: str, operation: Operation) -> int:
        """Answer by one of the ways that the table has."""
        with self.lock:
            job = self._job(job_id)
            job.events = 0
            ways = self.behaviour.answers(operation, job.at)
            if operation is Operation.GET_ERROR and len(ways) > 1:
                # What may have been kept was kept, or not: whoever asks twice is told the same.
                ways = tuple(way for way in ways if bool(way[0] & FAILURE_BIT) is (job.error is None)) or ways
            hresult, to = self.chance.choice([way for way in ways if self._has_place(job, way[1])] or ways)
            slip = self._slip(job, operation)
            if slip is not Slip.WINDOW:
                self._answer(job, operation, hresult, to, slip)
                job.between.set()
                return hresult
            job.between.clear()
        job.between.wait(WINDOW_SECONDS)
        with self.lock:
            self._answer(job, operation, hresult, to, None)
        return hresult

    def _has_place(self, job: PuppetJob, to: int) -> bool:
        """Whether a way does not lead to where only a job with a place can be, past others that have it."""
        if job.state in RUNNING or self.behaviour.table.configurations[to].state not in RUNNING:
            return True
        return sum(other.thread is not None and other.state in RUNNING for other in self.jobs.values()) < self.slots

    def _answer(self, job: PuppetJob, operation: Operation, hresult: int, to: int, slip: Slip | None) -> None:
        if not hresult & FAILURE_BIT:
            job.touched_seconds = self.now_seconds
            if job.state in (JobState.TRANSIENT_ERROR, JobState.ERROR):
                job.trouble_seconds = None if to != job.at else job.trouble_seconds
        moved = to != job.at
        self._step(job, operation, hresult, to, slip)
        if moved:
            self._go_on(job)
        self.schedule()

    def _go_on(self, job: PuppetJob) -> None:
        """Let a job that stands still look for something to do."""
        if job.idle and job.state in RUNNING and not job.looks:
            self._begin(job)

    def _begin(self, job: PuppetJob) -> None:
        job.idle = False
        job.thread = self.new_thread()
        self.set_out(job, job.thread)

    def _slip(self, job: PuppetJob, label: Operation | InternalEvent) -> Slip | None:
        """Return the slip that belongs to what is about to happen, if any."""
        mutant = self.mutant
        if mutant is None or mutant.slip is None:
            return None
        state, facts = self.behaviour.table.configurations[job.at]
        rows = self.behaviour.table.rows
        at_row = any(row.id == mutant.row and row.label is label and row.source is state for row in rows)
        holds = at_row and next(row for row in rows if row.id == mutant.row).guard.holds(facts)
        return mutant.slip if holds else None

    def add_file(self, job: str, remote_url: str, local_path: str) -> int:
        """Add a file."""
        with self.lock:
            own, path = self._job(job), Path(local_path)
            if not remote_url.startswith("http://") or not path.is_absolute():
                return Hresult.E_INVALIDARG
            file = PocketFile(remote_url, path, path.with_name(f"{path.name}.{job}-{len(own.files)}.tmp"))
            # There before it is counted: in memory a job that runs asks for it at once.
            own.files.append(file)
            hresult = self._called(job, Operation.ADD_FILE)
            if hresult & FAILURE_BIT:
                own.files.pop()
            return hresult

    def resume(self, job: str) -> int:
        """Answer Resume."""
        return self._called(job, Operation.RESUME)

    def suspend(self, job: str) -> int:
        """Answer Suspend."""
        return self._called(job, Operation.SUSPEND)

    def cancel(self, job: str) -> int:
        """Answer Cancel."""
        return self._called(job, Operation.CANCEL)

    def complete(self, job: str) -> int:
        """Answer Complete."""
        return self._called(job, Operation.COMPLETE)

    def set_priority(self, job: str, priority: int) -> int:
        """Set the priority, where that succeeds."""
        with self.lock:
            hresult = self._called(job, Operation.SET_PRIORITY)
            if not hresult & FAILURE_BIT:
                self.jobs[job].priority = priority
                self.schedule()
            return hresult

    def set_no_progress_timeout(self, job: str, seconds: int) -> int:
        """Set the no-progress timeout, where that succeeds."""
        with self.lock:
            hresult = self._called(job, Operation.SET_NO_PROGRESS_TIMEOUT)
            if not hresult & FAILURE_BIT:
                self.jobs[job].no_progress_seconds = seconds
            return hresult

    def set_minimum_retry_delay(self, job: str, seconds: int) -> int:
        """Set the retry delay, where that succeeds."""
        with self.lock:
            hresult = self._called(job, Operation.SET_MINIMUM_RETRY_DELAY)
            if not hresult & FAILURE_BIT:
                self.jobs[job].retry_delay_seconds = max(seconds, RETRY_FLOOR_SECONDS)
            return hresult

    def get_error(self, job: str) -> tuple[int, int] | int:
        """Answer GetError."""
        with self.lock:
            hresult = self._called(job, Operation.GET_ERROR)
            return hresult or self.jobs[job].error or self._made_up()

    def get_state(self, job: str) -> int:
        """Return the state; a job that waited for somebody to look goes on now."""
        with self.lock:
            own = self._job(job)
            state = own.state
            if own.looks:
                own.looks -= 1
                self._go_on(own)
                self.schedule()
            return state

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        """Return the bytes as they are, and the files as the table counts them."""
        with self.lock:
            total, received, _, _ = super().get_progress(job)
            facts = self.behaviour.facts(self._job(job).at)
            return total, received, facts.files_total, facts.files_done

    def _made_up(self) -> tuple[int, int]:
        fault = self.connection_fault()
        return fault.context, fault.code

    # What happens by itself

    def happen(self, job: PuppetJob, event: InternalEvent, fault: Fault | None = None) -> bool:
        """Let an internal event happen, where the table knows it; False where it does not."""
        ways = self.behaviour.after(event, job.at)
        if not ways or job.events >= EVENTS_MAX:
            return False
        job.events += 1
        slip = self._slip(job, event)
        if fault is not None:
            job.error = (fault.context, fault.code)
            job.failed_seconds = self.now_seconds
            if job.trouble_seconds is None:
                job.trouble_seconds = self.now_seconds
        to = self.chance.choice([to for to in ways if self._has_place(job, to)] or ways)
        self._step(job, event, None, to, slip)
        return True

    def _step(
        self, job: PuppetJob, label: Operation | InternalEvent, hresult: int | None, to: int, slip: Slip | None
    ) -> None:
        """Take a step, and make the callbacks that it calls for; a change may be told together with the last one."""
        calls = self.behaviour.calls_for(label, job.at, hresult, to)
        self._move(job, to, slip)
        times = {Slip.CALLS_NOBODY: 0, Slip.CALLS_TWICE: 2}.get(slip, 1) if slip else 1
        for call in calls:
            change = call is Callback.JOB_MODIFICATION and job.called[-1:] == [call.value] and slip is None
            for _ in range(0 if change and self.chance.random() < TOGETHER else times):
                self.call_back(job, FLAGS[call])

    # Whom it calls back stands in the table: what the pocket tells of a state or a file is not told again.

    def entered(self, job: PocketJob) -> None:
        """Tell nothing."""

    def transferred(self, job: PocketJob) -> None:
        """Tell nothing."""

    def files_transferred(self, job: PocketJob) -> int:
        """Return how many files the table counts as transferred."""
        assert isinstance(job, PuppetJob)
        return self.behaviour.facts(job.at).files_done

    def _move(self, job: PuppetJob, to: int, slip: Slip | None) -> None:
        """Go to a configuration, with all that belongs to it: the thread, the files, the error information."""
        before, known = job.state, self.behaviour.facts(job.at).error
        state, facts = self.behaviour.table.configurations[to]
        if to != job.at:
            lasts = state is JobState.QUEUED or (state in RUNNING and f.ALL_FILES.holds(facts))
            lasts = lasts or not self._has_place(job, to)
            job.looks = self.chance.randint(1, LOOKS_MAX) if lasts and self.chance.random() < LATE else 0
        job.at = to
        if facts.error == f.ErrorInformation.UNAVAILABLE:
            job.error = None
        elif facts.error == f.ErrorInformation.AVAILABLE:
            job.error = job.error or self._made_up()
        elif known != facts.error and self.chance.random() < 1 / 2:
            job.error = None
        if slip is Slip.PUBLISHES_EARLY:
            job.counted[-1].local_path.write_bytes(job.counted[-1].temporary.read_bytes())
        if state is before:
            return
        self.stop(job, state)
        job.touched_seconds = self.now_seconds
        if state is JobState.TRANSIENT_ERROR:
            job.failed_seconds = self.now_seconds
        if state in FINAL:
            self._end(job, state, slip)

    def _end(self, job: PuppetJob, state: JobState, slip: Slip | None) -> None:
        """Make files available, or not, and leave no other behind."""
        if state is JobState.ACKNOWLEDGED:
            for file in job.counted[: -1 if slip is Slip.LOSES_A_FILE else None]:
                # What a call beside this one has deleted cannot be made available; it is as wrong, and no crash.
                with suppress(FileNotFoundError):
                    self.publish(file)
            if slip is Slip.SPOILS_A_BYTE and job.counted:
                with job.counted[0].local_path.open("r+b") as target:
                    target.write(b"\x00spoilt")
        for file in job.files:
            if slip is Slip.CLEARS_THE_DESTINATION:
                file.local_path.unlink(missing_ok=True)
            if slip is Slip.LEAVES_TEMPORARY:
                file.temporary.touch()
            else:
                file.temporary.unlink(missing_ok=True)

    # Places, timers and threads: as the pocket has them, but every step is the table's

    def schedule(self) -> None:
        """Give places to those who come first."""
        contenders = [job for job in self.jobs.values() if job.state in (JobState.QUEUED, *RUNNING)]
        for place, job in enumerate(sorted(contenders, key=self.rank)):
            assert isinstance(job, PuppetJob)
            if place >= self.slots:
                done = f.ALL_FILES.holds(self.behaviour.facts(job.at))
                if job.state is JobState.TRANSFERRING and (done or not job.looks):
                    self.happen(job, _Event.SLICE_END)
                elif job.state is JobState.QUEUED and not job.looks and self._ready(job):
                    self.happen(job, _Event.ALL_DONE)
                continue
            # Where a turn leads back to QUEUED, the next one comes at once.
            while job.state is JobState.QUEUED and not job.looks and self._turn(job):
                pass
            if job.state in RUNNING and job.thread is None:
                self._begin(job)
        self.let_set_out()

    def _ready(self, job: PuppetJob) -> bool:
        """Whether a job that has nothing left to transfer needs no turn for it: now and then."""
        return f.ALL_FILES.holds(self.behaviour.facts(job.at)) and self.chance.random() < 1 / 2

    def _turn(self, job: PuppetJob) -> bool:
        """Give a queued job its turn, or let it be TRANSFERRED, where it has nothing left to transfer."""
        return self.happen(job, _Event.ALL_DONE if self._ready(job) else _Event.TURN) or self.happen(job, _Event.TURN)

    def wake(self, job: PocketJob) -> None:
        """Do what has fallen due, the gravest alone."""
        assert isinstance(job, PuppetJob)
        job.events = 0
        if self.expired(job):
            self.happen(job, _Event.EXPIRY)
        elif job.state is JobState.TRANSIENT_ERROR and self.given_up(job):
            self.happen(job, _Event.NO_PROGRESS)
        elif self.retried(job):
            self.happen(job, _Event.RETRY)
        elif job.thread and self.now_seconds - job.thread.active_seconds >= self.stall_timeout_seconds:
            self.fail(job, self.connection_fault())

    def recover(self, job: PocketJob) -> None:
        """Bring a job back after a restart."""
        assert isinstance(job, PuppetJob)
        self.forget_client(job)
        self.stop(job, job.state)
        job.events = 0
        if job.state not in FINAL:
            self.happen(job, _Event.RESTART)

    def next_file(self, job: PocketJob, thread: Thread) -> PocketFile | None:
        """Tell the table of every file that has come whole; return the next one while the table has files left."""
        assert isinstance(job, PuppetJob)
        with self.held(job, thread):
            for file in job.files:
                if file.done and file not in job.counted:
                    job.counted.append(file)
                    self.happen(job, _Event.FILE_DONE)
            if job.thread is thread:
                facts = self.behaviour.facts(job.at)
                missing = next((file for file in job.files if not file.done), None)
                if f.MORE_FILES.holds(facts) and missing is not None:
                    return missing
                if f.ALL_FILES.holds(facts) and not job.looks:
                    self.happen(job, _Event.ALL_DONE)
                job.idle = job.thread is thread
            self.schedule()
            # Where there is nothing to do, or nothing came of it, the job keeps this thread and stands still.
            return None

    def connected(self, job: PocketJob) -> None:
        """Begin to transfer, where the table goes on from there."""
        assert isinstance(job, PuppetJob)
        thread = job.thread
        if job.state is not JobState.CONNECTING or thread is None:
            return
        job.thread = None  # the same connection goes on
        self.happen(job, _Event.CONNECT)
        reached: JobState = self.behaviour.table.configurations[job.at].state
        job.thread = thread if reached in RUNNING else None
        if reached is not JobState.TRANSFERRING:
            thread.hang_up()
            self.schedule()
            raise LetGo

    def accept(self, file: PocketFile, response: Head, *, ranged: bool) -> bool:
        """Take an answer's headers; a part that was refused, or is another one, is an event of the table."""
        started = file.received_bytes
        accepted = super().accept(file, response, ranged=ranged)
        other = not (response.getheader("Content-Range") or "").startswith(f"bytes {started}-")
        if not accepted and response.status not in REDIRECTS and other:
            raise RangeRefusedError(JobState.ERROR, ErrorContext.NONE, Hresult.BG_E_INSUFFICIENT_HTTP_SUPPORT)
        return accepted

    def fail(self, job: PocketJob, fault: Fault) -> None:
        """Tell the table what went wrong."""
        assert isinstance(job, PuppetJob)
        event, state, thread = event_of(fault), job.state, job.thread
        if self.happen(job, event, fault) and job.state is state and event is _Event.RANGE_REFUSED:
            job.thread = None  # it begins again
            job.error = None
        elif job.state is state:
            job.thread = thread  # nothing came of it: the job stands still


def puppet(mutant: Mutant | None = None, *, seed: int = 0, quiescence_seconds: float | None = None) -> type[Puppet]:
    """Return the backend of a mutant, or of the right table, in both dialects."""
    facts: dict[str, object] = {"mutant": mutant, "seed": seed}
    if mutant is not None:
        facts["dialects"] = (mutant.dialect.value,)
        if mutant.slip not in CALLING:
            # That it conforms is proved without callbacks.
            facts["powers"] = Puppet.powers - {"callbacks"}
    if quiescence_seconds is not None:
        facts["quiescence_seconds"] = quiescence_seconds
    return type("Puppet", (Puppet,), facts)
