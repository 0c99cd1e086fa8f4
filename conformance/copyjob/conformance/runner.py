"""The runner: carries out one plan on a running backend, whose every answer the watch judges as it is made.

Laws:

1. Every call is followed by a sample of its own; a getter never names the state in which the call before it began.
2. Only the plan's own job is touched, it is found by its id, and it is cleaned up whatever happens.
3. What is due is waited for within the declared bound, at the run's pace. Past it the run is *late*: whether that is a
   divergence is decided by running it again with four times the patience.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from copyjob.conformance import plan as p
from copyjob.conformance.adapter import Adapter, AdapterError, Raced
from copyjob.conformance.callers import CallTimedOutError
from copyjob.conformance.explain import stuck_rows
from copyjob.conformance.front import Front
from copyjob.conformance.interface import Power
from copyjob.conformance.observation import (
    EVENT_BITS,
    Called,
    Occurred,
    Overlapped,
    Quiet,
    RacedCall,
    TimedOut,
    hresult_text,
)
from copyjob.conformance.oracle import Rejection
from copyjob.conformance.origin.server import Origin
from copyjob.conformance.overlook import NOTHING_KNOWN, Overlooking
from copyjob.conformance.owed import NONE, Counts, Debts
from copyjob.conformance.pace import Pace, quiescence_seconds
from copyjob.conformance.record import Record
from copyjob.conformance.secretary import MADE
from copyjob.conformance.watch import StopRunError, Watch
from copyjob.conformance.world import World
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import FAILURE_BIT, InternalEvent, JobState, Operation

PATIENCE = 4
"""Times the bound: how long is waited before a wait is called a divergence."""
_ENDING = (Operation.CANCEL, Operation.COMPLETE)


class Run:
    """One run of one plan."""

    def __init__(
        self,
        adapter: Adapter,
        origin: Origin,
        debts: Debts,
        pace: Pace,
        folder: Path,
        plan: p.Plan,
        patience: float,
        overlooking: Overlooking = NOTHING_KNOWN,
    ) -> None:
        """Open a world for the plan; nothing is called yet."""
        self.adapter, self.origin, self.pace, self.plan, self.patience = adapter, origin, pace, plan, patience
        self.record = Record(plan)
        self.folder = folder
        self.world = World(origin, folder / "job", seed=0)
        self.watch = Watch(adapter, debts, origin.journal, self.world, pace, self.record, overlooking)
        self._known = overlooking.checks
        self.watch.on_rejection = self._doubt
        self.book, self.scribe = self.watch.book, self.watch.scribe
        self._front: Front | None = None
        self._contents: dict[str, bytes] = {}
        """What stood on the disk when the job was last lingered on."""

    def carry_out(self) -> Record:
        """Carry out the plan and return its record."""
        watch, inspector = self.watch, self.watch.inspector
        try:
            name = f"copyjob check: {self.plan.aim}"
            job = watch.job = self.adapter.create_job(name)
            self.scribe.say("caller", "backend", "create_job")
            watch.registrar.created(job, name)
            inspector.initial(self.adapter.state(job), self.adapter.progress(job))
            watch.stop_if_failed()
            watch.sample()
            for number, step in enumerate(self.plan.steps):
                watch.step = number
                self._take(step)
                self.record.steps_done = number + 1
            self._hear()
            self._check_front()
        except StopRunError:
            self.world.site.close()
        except AdapterError as error:
            self.record.error, self.record.words = error.text, error.words
        except CallTimedOutError as error:
            self.record.unclear = str(error)
        finally:
            self._clean_up()
        self.record.recommendations = watch.oracle.broken_recommendations
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
                self.watch.accountant.cut_off()
                self.world.set_gate(gate)
            case p.AddFile(file, existing):
                self.world.prepare(file, existing=existing)
                url, path = self.world.files[file].url, str(self.world.destination(file))
                self._call(Operation.ADD_FILE, url, path, file=file)
            case p.Call(operation, value):
                self._call(Operation(operation), *(() if value is None else (value,)))
            case p.Race(callers):
                self._race([[Operation(operation) for operation in caller] for caller in callers])
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
            case p.Listen(flags):
                self.watch.listen(flags)

    def _call(self, operation: Operation, *arguments: object, file: int | None = None) -> None:
        watch = self.watch
        watch.take_stock(operation)
        if operation in _ENDING:
            # What has been called back so far is told from what the end calls for, which lets go of the rest.
            self._take_callbacks()
        belief = watch.oracle.belief
        before = watch.snapshot() if watch.may_be_refused(operation) else None
        seen_before = len(self.record.observations)
        value = arguments[0] if arguments and isinstance(arguments[0], int) else None
        self.book.setting(operation, value)
        watch.read()
        self.book.called(operation)
        watch.accountant.interrupted()
        began = self.pace.now_seconds()
        try:
            hresult = self.adapter.call(operation, watch.job, *arguments)
        except CallTimedOutError:
            self.scribe.call(watch.step, 0, operation, None, began, self.pace.now_seconds())
            watch.read(judge_requests=False)
            watch.observe(TimedOut(operation, self.book.causes()))
            raise
        self.scribe.call(watch.step, 0, operation, hresult, began, self.pace.now_seconds())
        self.scribe.say("caller", "backend", f"{operation.value} -> {hresult_text(hresult)}")
        self.scribe.remark(watch.step, hresult_text(hresult))
        watch.read(judge_requests=False)
        failed = bool(hresult & FAILURE_BIT)
        if not failed:
            self.book.was_set(operation, value)
        watch.registrar.called(operation, value, failed=failed)
        if file is not None and not failed:
            self.world.added.append(file)
            self.book.added.append(file)
        watch.observe(Called(operation, hresult, self.book.causes()))
        watch.sample(announce=True)
        if failed and before is not None:
            watch.compare(before, belief, seen_before, operation)

    def _race(self, callers: Sequence[Sequence[Operation]]) -> None:
        watch, operations = self.watch, tuple(operation for caller in callers for operation in caller)
        watch.take_stock(*operations)
        watch.read()
        for operation in operations:
            self.book.called(operation)
        watch.accountant.interrupted()
        raced = self.adapter.race(watch.job, callers, self.pace.now_seconds)
        watch.registrar.overlapped(operations)
        watch.read(judge_requests=False)
        for one in raced:
            self.scribe.call(watch.step, one.caller, one.operation, one.hresult, one.began[1], one.ended[1])
        told = [
            " then ".join(f"{one.operation.value} -> {_answer(one.hresult)}" for one in raced if one.caller == number)
            for number in range(len(callers))
        ]
        self.scribe.say("caller", "backend", " | ".join(told))
        self.scribe.remark(watch.step, " | ".join(told))
        # What has not answered may take effect at any moment since the race began, or never.
        for one in raced:
            if one.hresult is None:
                watch.observe(TimedOut(one.operation, self.book.causes()))
        answers = _ranked(raced)
        if answers:
            watch.observe(Overlapped(answers, self.book.causes()))
        for one in raced:
            if one.failure is not None:
                raise one.failure
        watch.sample(announce=True)

    # Waiting, time and restart

    @property
    def _bound_seconds(self) -> float:
        return self.patience * quiescence_seconds(self.adapter.declared)

    @property
    def _promised(self) -> bool:
        """Whether the backend has promised a time at all."""
        return self.adapter.declared.quiescence_seconds is not None or self.adapter.declared.has(Power.CLOCK)

    def _settle(self) -> None:
        watch = self.watch
        if not self.pace.until(self._settled, self._bound_seconds):
            # What the job tells of itself may say more than that it is late.
            watch.look(self._bound_seconds)
            if not self._settled():
                return self._quiet(certain=self._promised)
        # Once more: what the server did before this sample is spent by it.
        watch.sample()
        self.scribe.remark(watch.step, watch.state.name)
        self.scribe.say("backend", "caller", f"get_state -> {watch.state.name}")
        watch.look(self._bound_seconds)
        return self._hear()

    def _hear(self) -> None:
        """Take the job's callbacks, and wait for those that are missing."""
        watch = self.watch
        if not any(self._take_callbacks()) or MADE in self._known:
            return
        if self.pace.until(lambda: not any(watch.hear()), self._bound_seconds) or not self._promised:
            return
        missing = watch.hear()
        if self.patience < PATIENCE:
            self.record.late = "a callback had not come when the quiescence bound had passed"
            self.record.stuck = (MADE,)
            raise StopRunError
        self._missed(missing)

    def _take_callbacks(self) -> Counts:
        """Take what was called back so far, where anybody listens; return how many are missing that may come yet."""
        if not self.watch.secretary.listening:
            return NONE
        missing = self.watch.hear()
        if self.pace.at_once and any(missing):
            self._missed(missing)
        return missing

    def _missed(self, missing: Counts) -> None:
        self.watch.secretary.missed(missing)
        self.watch.stop_if_failed()

    def _settled(self) -> bool:
        self.watch.sample()
        return self.watch.state not in self.book.due()

    def _quiet(self, *, certain: bool) -> None:
        watch = self.watch
        quiet = Quiet(self.book.due(), self.book.causes())
        # Where nothing is ever on its way by itself, what stands still now stands still for ever.
        if (self.patience < PATIENCE and not self.pace.at_once) or not certain:
            hint = "" if certain else "; the backend declares no quiescence_seconds, so this is no divergence"
            self.record.late = f"still {watch.state.name} when the quiescence bound had passed{hint}"
            numbers = stuck_rows(watch.judge, watch.oracle.belief, quiet)
            self.record.stuck = tuple(sorted({watch.judge.table.rows[number].id for number in numbers}))
            raise StopRunError
        watch.observe(quiet)

    def _linger(self) -> None:
        watch = self.watch
        before = self.adapter.progress(watch.job)
        self.pace.linger()
        watch.sample()
        after = self.adapter.progress(watch.job)
        if watch.state is JobState.SUSPENDED and not watch.active():
            contents = self.world.contents()
            watch.inspector.stopped(before if watch.lingered else None, after)
            watch.inspector.stable(self._contents if watch.lingered else None, contents)
            watch.stop_if_failed()
            watch.lingered, self._contents = True, contents

    def _advance(self, seconds: int) -> None:
        self.watch.take_stock(InternalEvent.EXPIRY)
        self.watch.read()
        self.scribe.say("caller", "backend", f"advance {seconds} s")
        self.book.advance(seconds)
        self.watch.accountant.cut_off()
        self.watch.registrar.advanced(seconds)
        self.adapter.advance(seconds)
        self.watch.sample()

    def _restart(self) -> None:
        watch = self.watch
        if watch.state in FINAL:
            return  # nobody holds a finished job over a restart: there is nothing to be seen (decision/9)
        watch.read()
        self.scribe.say("caller", "backend", "restart")
        turn = self.book.causes().may & EVENT_BITS[InternalEvent.TURN]
        watch.secretary.restarting(self.book.causes())
        self.adapter.restart()
        watch.read(judge_requests=False)
        causes = self.book.causes()
        # Until it was stopped the service held to its queue; whatever the server did until now may have come before.
        before = replace(causes, may=causes.may & ~EVENT_BITS[InternalEvent.TURN] | turn)
        watch.observe(Occurred(InternalEvent.RESTART, before))
        self.book.restarted()
        watch.accountant.interrupted()
        watch.registrar.restarted()
        watch.sample()

    # The jobs in front

    def _block(self) -> None:
        if self._front:
            return None
        self._front = Front(self.adapter, self.origin, self.folder)
        self._front.start()
        if not self.pace.until(self._front.runs, self._bound_seconds):
            if self.watch.active():
                # Whoever runs may keep the place: nobody has to give it up to others.
                self.scribe.say("caller", "backend", "the job keeps its place")
                return self._dismiss_front()
            self.record.unclear = "the jobs that should stand in front did not begin to transfer"
            raise StopRunError
        self.scribe.say("caller", "backend", f"{self.adapter.blocking_jobs} running job(s) in front")
        self.watch.blocked()
        return None

    def _check_front(self) -> None:
        """Make sure that the jobs in front stood there all the time: what is believed of a queued job rests on it."""
        if self._front and self.book.surely_blocked and not self._front.runs():
            self.record.rejection = None
            self.record.unclear = "a job in front went away by itself"
            raise StopRunError

    def _doubt(self) -> None:
        """Take back a rejection that rests on jobs in front which are not there, or on how this one gave way."""
        rejection = self.record.rejection
        if rejection is None or isinstance(rejection.observation, Quiet):
            return
        being_put_there = self._front is not None and not self.book.blocked
        if being_put_there and self._connects(rejection):
            # That a higher priority preempts a job is documented; of one that only connects no row tells it.
            self.record.rejection = None
            self.record.unclear = "jobs were put in front of one that was CONNECTING; no row says how it gives way"
            return
        with suppress(AdapterError, CallTimedOutError):
            self._check_front()

    def _connects(self, rejection: Rejection) -> bool:
        """Whether the job may have been CONNECTING when it had to give way."""
        judge, causes = self.watch.judge, rejection.observation.causes
        keeping = replace(causes, may=causes.may & ~EVENT_BITS[InternalEvent.SLICE_END])
        return bool(judge.closure(rejection.belief, keeping) & judge.table.by_state[JobState.CONNECTING])

    def _unblock(self) -> None:
        self._check_front()
        self.book.set_blocked(blocked=False)
        self.scribe.say("caller", "backend", "no job in front any more")
        self._dismiss_front()

    def _dismiss_front(self) -> None:
        if self._front:
            self._front.dismiss()
            self._front = None

    def _clean_up(self) -> None:
        if not self.pace.at_once:
            # Nobody looks any more: what the server holds back keeps no call waiting.
            self.world.site.close()
        with suppress(AdapterError, CallTimedOutError):
            if self.watch.job and self.watch.state not in FINAL:
                self.adapter.call(Operation.CANCEL, self.watch.job)
        self._dismiss_front()
        self.world.close()


def _answer(hresult: int | None) -> str:
    return "no answer" if hresult is None else hresult_text(hresult)


def _ranked(raced: Sequence[Raced]) -> tuple[RacedCall, ...]:
    """Return the answered calls with their moments numbered anew: equal orders are equal observations."""
    answered = [one for one in raced if one.hresult is not None]
    moments = sorted(moment for one in answered for moment in (one.began, one.ended))
    rank = {moment: number for number, moment in enumerate(moments)}
    return tuple(
        RacedCall(one.operation, one.hresult, rank[one.began], rank[one.ended])
        for one in answered
        if one.hresult is not None
    )
