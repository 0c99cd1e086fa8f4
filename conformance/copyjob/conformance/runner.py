"""The runner: carries out one plan on a running backend and judges every observation as it is made.

Laws:

1. Every call is followed by a sample of its own; a getter never names the state in which the call before it began.
2. Causes are read from the journal *after* an answer is in, so that whatever could have led to it is known.
3. Only the plan's own job is touched, it is found by its id, and it is cleaned up whatever happens.
4. What is due is waited for within the declared bound, stretched by how late this machine's own threads run. Past it
   the run is *late*: whether that is a divergence is decided by running it again with four times the patience.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from copyjob.conformance import plan as p
from copyjob.conformance.adapter import Adapter, AdapterError, CallTimedOutError
from copyjob.conformance.causes import RESTING, CauseBook
from copyjob.conformance.explain import stuck_rows
from copyjob.conformance.front import Front
from copyjob.conformance.inspector import Inspector, Snapshot
from copyjob.conformance.interface import Power
from copyjob.conformance.lag import LagMeter
from copyjob.conformance.observation import (
    EVENT_BITS,
    Called,
    Counted,
    Observation,
    Occurred,
    Overlapped,
    Quiet,
    Requested,
    Sampled,
    TimedOut,
    hresult_text,
)
from copyjob.conformance.oracle import Judge, Oracle
from copyjob.conformance.origin.journal import EntryKind
from copyjob.conformance.origin.server import Origin
from copyjob.conformance.record import Record
from copyjob.conformance.scribe import Scribe
from copyjob.conformance.world import World
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import FAILURE_BIT, Dialect, InternalEvent, JobState, Operation

DEFAULT_QUIESCENCE_SECONDS = 2.0
"""How long is waited for a backend that promises no bound; past it nothing diverges, it is merely inconclusive."""
IN_FLIGHT_SECONDS = 0.4
"""Bytes and requests that were on their way when a job came to rest have arrived by then."""
PATIENCE = 4
"""Times the bound: how long is waited before a wait is called a divergence."""
CATCH_UP_ROUNDS = 4
"""Rounds of the server's loop until it has noted what had reached it: accept, read, answer, and one to spare."""
FIRST_POLL_SECONDS, LAST_POLL_SECONDS = 0.0005, 0.01


class _StopRunError(Exception):
    """The run is over: it diverged, or cannot go on."""


class Run:
    """One run of one plan."""

    def __init__(
        self,
        adapter: Adapter,
        origin: Origin,
        judge: Judge,
        lag: LagMeter,
        folder: Path,
        plan: p.Plan,
        patience: int,
    ) -> None:
        """Open a world for the plan; nothing is called yet."""
        self.adapter, self.origin, self.lag, self.plan, self.patience = adapter, origin, lag, plan, patience
        self.oracle = Oracle(judge)
        self.judge = judge
        self.record = Record(plan)
        self.dialect: Dialect = adapter.dialect
        self.book = CauseBook(adapter.declared, adapter.dialect)
        self.folder = folder
        self.world = World(origin, folder / "job", seed=0)
        self.inspector = Inspector(self.world, self.record)
        self.scribe = Scribe(self.world, self.record)
        self._front: Front | None = None
        self._step = 0
        self._job = ""
        self._state = JobState.SUSPENDED
        self._position = origin.journal.position()
        self._active_until = 0.0
        self._last_sample: tuple[JobState, int, int] | None = None

    # The plan

    def carry_out(self) -> Record:
        """Carry out the plan and return its record."""
        try:
            self._job = self.adapter.create_job(f"copyjob check: {self.plan.aim}")
            self.scribe.say("caller", "backend", "create_job")
            self.inspector.initial(self.adapter.state(self._job), self.adapter.progress(self._job))
            self._stop_if_failed()
            self._sample()
            for number, step in enumerate(self.plan.steps):
                self._step = number
                self._take(step)
                self.record.steps_done = self._step + 1
            self._check_front()
        except _StopRunError:
            pass
        except AdapterError as error:
            self.record.error = str(error)
        except CallTimedOutError as error:
            self.record.unclear = str(error)
        finally:
            self._clean_up()
        self.record.recommendations = self.oracle.broken_recommendations
        return self.record

    def _take(self, step: p.Step) -> None:
        match step:
            case p.Serve(file, script):
                self.scribe.say("caller", "origin", f"serve file {file} by {script}")
                self.book.set_script(file, script)
                self.world.set_script(file, script)
            case p.Gate(gate):
                self.scribe.say("caller", "origin", f"gate {gate}")
                self.book.set_gate(gate)
                self.world.set_gate(gate)
            case p.AddFile(file, existing):
                self.world.prepare(file, existing=existing)
                url, path = self.world.files[file].url, str(self.world.destination(file))
                self._call(Operation.ADD_FILE, url, path, file=file)
            case p.Call(operation, value):
                self._call(Operation(operation), *(() if value is None else (value,)))
            case p.Race(operations):
                self._race(tuple(Operation(operation) for operation in operations))
            case p.Settle():
                self._settle()
            case p.Linger():
                self._linger()
            case p.Advance(seconds):
                self._advance(seconds)
            case p.Restart():
                self._restart()
            case p.Block():
                self._block()
            case p.Unblock():
                self._unblock()

    def _call(self, operation: Operation, *arguments: object, file: int | None = None) -> None:
        belief = self.oracle.belief
        before = self._snapshot() if self._may_be_refused(operation) else None
        seen_before = len(self.record.observations)
        value = arguments[0] if arguments and isinstance(arguments[0], int) else None
        self.book.setting(operation, value)
        self._read()
        self.book.called()
        try:
            hresult = self.adapter.call(operation, self._job, *arguments)
        except CallTimedOutError:
            self._read(judge_requests=False)
            self._observe(TimedOut(operation, self.book.causes()))
            raise
        self.scribe.say("caller", "backend", f"{operation.value} -> {hresult_text(hresult)}")
        self.scribe.remark(self._step, hresult_text(hresult))
        self._read(judge_requests=False)
        failed = bool(hresult & FAILURE_BIT)
        if not failed:
            self.book.was_set(operation, value)
        if file is not None and not failed:
            self.world.added.append(file)
            self.book.added.append(file)
        self._observe(Called(operation, hresult, self.book.causes()))
        self._sample(announce=True)
        if failed and before is not None:
            self._compare(before, belief, seen_before, operation)

    def _race(self, operations: tuple[Operation, ...]) -> None:
        self._read()
        self.book.called()
        answers = self.adapter.race(self._job, operations)
        self._read(judge_requests=False)
        calls = tuple(zip(operations, answers, strict=True))
        text = " | ".join(f"{operation.value} -> {hresult_text(hresult)}" for operation, hresult in calls)
        self.scribe.say("caller", "backend", text)
        self.scribe.remark(self._step, text)
        self._observe(Overlapped(calls, self.book.causes()))
        self._sample(announce=True)

    def _settle(self) -> None:
        declared = self.adapter.declared
        bound = self.patience * (declared.quiescence_seconds or DEFAULT_QUIESCENCE_SECONDS)
        start, nap = time.monotonic(), FIRST_POLL_SECONDS
        self._sample()
        while self._state in self.book.due():
            if time.monotonic() - start > self.lag.stretched(bound):
                return self._quiet(certain=declared.quiescence_seconds is not None or declared.has(Power.CLOCK))
            time.sleep(nap)
            nap = min(2 * nap, LAST_POLL_SECONDS)
            self._sample()
        # Once more: what the server did before this sample is spent by it.
        self._sample()
        self.scribe.remark(self._step, self._state.name)
        self.scribe.say("backend", "caller", f"get_state -> {self._state.name}")
        self._look()
        return None

    def _quiet(self, *, certain: bool) -> None:
        quiet = Quiet(self.book.due(), self.book.causes())
        if self.patience == 1 or not certain:
            hint = "" if certain else "; the backend declares no quiescence_seconds, so this is no divergence"
            self.record.late = f"still {self._state.name} when the quiescence bound had passed{hint}"
            numbers = stuck_rows(self.judge, self.oracle.belief, quiet)
            self.record.stuck = tuple(sorted({self.judge.table.rows[number].id for number in numbers}))
            raise _StopRunError
        self._observe(quiet)

    def _linger(self) -> None:
        before = self.adapter.progress(self._job)
        time.sleep(self.lag.stretched(IN_FLIGHT_SECONDS) * 1.25)
        self._sample()
        after = self.adapter.progress(self._job)
        if self._state is JobState.SUSPENDED and not self._active():
            self.inspector.stopped(before if self._lingered else None, after)
            self._stop_if_failed()
            self._lingered = True

    _lingered = False

    def _advance(self, seconds: int) -> None:
        self._read()
        self.scribe.say("caller", "backend", f"advance {seconds} s")
        self.book.advance(seconds)
        self.adapter.advance(seconds)
        self._sample()

    def _restart(self) -> None:
        if self._state in FINAL:
            return  # nobody holds a finished job over a restart: there is nothing to be seen (decision/9)
        self._read()
        self.scribe.say("caller", "backend", "restart")
        turn = self.book.causes().may & EVENT_BITS[InternalEvent.TURN]
        self.adapter.restart()
        self._read(judge_requests=False)
        causes = self.book.causes()
        # Until it was stopped the service held to its queue; whatever the server did until now may have come before.
        before = replace(causes, may=causes.may & ~EVENT_BITS[InternalEvent.TURN] | turn)
        self._observe(Occurred(InternalEvent.RESTART, before))
        self.book.restarted()
        self._sample()

    # The jobs in front

    def _block(self) -> None:
        if self._front:
            return
        self._front = Front(self.adapter, self.origin, self.folder)
        self._front.start()
        if not self._front.runs_within(self._patience_seconds()):
            self.record.unclear = "the jobs that should stand in front did not begin to transfer"
            raise _StopRunError
        self.scribe.say("caller", "backend", f"{self.adapter.blocking_jobs} running job(s) in front")
        self.book.set_blocked(blocked=True, active=self._active())

    def _check_front(self) -> None:
        """Make sure that the jobs in front stood there all the time: what is believed of a queued job rests on it."""
        if self._front and self.book.surely_blocked and not self._front.runs():
            self.record.rejection = None
            self.record.unclear = "a job in front went away by itself"
            raise _StopRunError

    def _unblock(self) -> None:
        self._check_front()
        self.book.set_blocked(blocked=False)
        self.scribe.say("caller", "backend", "no job in front any more")
        self._dismiss_front()

    def _dismiss_front(self) -> None:
        if self._front:
            self._front.dismiss()
            self._front = None

    # Observations

    def _observe(self, observation: Observation) -> None:
        was_active = self._active()
        rejection = self.oracle.observe(observation)
        if rejection is not None:
            # The client may have seen what the server's own thread has not yet come to note: let it catch up first.
            for _ in range(CATCH_UP_ROUNDS):
                self.origin.loop.call(int)
            self._read(judge_requests=False)
            observation = replace(observation, causes=self.book.causes().joined(observation.causes))
            rejection = self.oracle.observe(observation)
        self.record.observations.append(observation)
        self.record.steps.append(self._step)
        if rejection is not None:
            self.record.rejection = rejection
            with suppress(AdapterError, CallTimedOutError):
                if not isinstance(observation, Quiet):
                    self._check_front()
            raise _StopRunError
        if was_active and not self._active():
            self._active_until = time.monotonic() + self.lag.stretched(IN_FLIGHT_SECONDS)

    def _active(self) -> bool:
        return bool(self.oracle.possible(self.book.causes()) & self.judge.active)

    def _read(self, *, judge_requests: bool = True) -> None:
        """Take in the journal; judge requests that came while no call was under way."""
        self.book.elapsed_seconds = time.monotonic() - self.scribe.start_seconds
        entries = self.origin.journal.since(self._position, self.world.site.number)
        if not entries:
            return
        self._position = entries[-1].seq
        self.book.read(entries)
        self.scribe.tell(entries)
        if judge_requests and not self._active():
            for entry in entries:
                if entry.kind is EntryKind.REQUEST and entry.time_seconds > self._active_until:
                    self._observe(Requested(self.book.causes()))

    def _sample(self, *, announce: bool = False) -> None:
        self._read()
        position = self.origin.journal.position()
        answer = self.adapter.state(self._job)
        if not isinstance(answer, JobState):
            self.inspector.unanswered(answer, by_id=self.adapter.declared.has(Power.BY_ID), final=self._state in FINAL)
            self._stop_if_failed()
            return
        self.record.judged["getter/answers"] += 1
        self._read(judge_requests=False)
        causes = self.book.causes()
        self._state = answer
        if announce:
            self.scribe.say("backend", "caller", f"get_state -> {answer.name}")
            self.scribe.remark(self._step, answer.name)
        sample = (answer, causes.may, causes.served)
        if sample != self._last_sample or not isinstance(self.record.observations[-1], Sampled):
            self._observe(Sampled(answer, causes))
        self._last_sample = sample
        self.book.saw(answer, position)
        if answer is not JobState.SUSPENDED:
            self._lingered = False
        if answer in RESTING:
            self.record.judged["state/rests"] += 1

    def _look(self) -> None:
        """Look at everything that can be looked at: progress, error information, files."""
        self._count()
        if self.adapter.declared.has(Power.ERROR):
            self._error()
            # GetError is a call like any other: what it changed is seen at once, and blamed on nothing else later.
            self._sample()
            self._count()
        self.inspector.files(self._state, self._exactly_done(), self._patience_seconds())
        self._stop_if_failed()

    def _count(self) -> None:
        self._read()
        progress = self.adapter.progress(self._job)
        self.inspector.bounds(progress)
        self._stop_if_failed()
        if progress is not None and self._state not in FINAL:
            self._read(judge_requests=False)
            self._observe(Counted(progress.files_total, progress.files_done, self.book.causes()))
            self.book.counted(progress.files_done)

    def _error(self) -> None:
        self._read()
        answer = self.adapter.error(self._job)
        self._read(judge_requests=False)
        hresult = answer if isinstance(answer, int) else 0
        self._observe(Called(Operation.GET_ERROR, hresult, self.book.causes()))
        self.inspector.error(answer, self.dialect)

    def _exactly_done(self) -> int | None:
        """How many files are wholly transferred, where the belief leaves no doubt."""
        counts = {
            self.judge.table.configurations[number].facts.files_done
            for number in self._members(self.oracle.possible(self.book.causes()))
        }
        return counts.pop() if len(counts) == 1 else None

    def _members(self, bits: int) -> Iterable[int]:
        from copyjob.spec.compiled import members

        return members(bits)

    def _patience_seconds(self) -> float:
        return self.lag.stretched(
            self.patience * (self.adapter.declared.quiescence_seconds or DEFAULT_QUIESCENCE_SECONDS)
        )

    # A refused call changes nothing

    def _may_be_refused(self, operation: Operation) -> bool:
        ways = self.judge.table.edges.get(operation)
        reached = self._members(self.oracle.possible(self.book.causes()))
        return ways is not None and any(e.hresult is not None and e.hresult.failed for n in reached for e in ways[n])

    def _snapshot(self) -> Snapshot:
        return Snapshot(self.adapter.progress(self._job), self.adapter.error(self._job), self.world.listing())

    def _compare(self, before: Snapshot, belief: int, seen_before: int, operation: Operation) -> None:
        """Compare what no internal event can have touched since the snapshot, which was taken under ``belief``."""
        after = self._snapshot()
        self._read()
        causes = self.book.causes()
        for observation in self.record.observations[seen_before:]:
            # A sample spends causes; what happened since the snapshot may have come of them all the same.
            causes = causes.joined(observation.causes)
        possible = self.judge.closure(belief, causes)
        reached = [self.judge.table.configurations[n] for n in self._members(possible)]
        self.inspector.unchanged(
            before,
            after,
            operation,
            counts=len({c.facts.files_done for c in reached}) == 1,
            error=len({c.facts.error for c in reached}) == 1,
            bytes_too=not possible & self.judge.active and time.monotonic() > self._active_until,
        )
        self._stop_if_failed()

    def _stop_if_failed(self) -> None:
        if self.record.failures:
            raise _StopRunError

    # The end

    def _clean_up(self) -> None:
        with suppress(AdapterError, CallTimedOutError):
            if self._job and self._state not in FINAL:
                self.adapter.call(Operation.CANCEL, self._job)
        self._dismiss_front()
        self.world.close()
