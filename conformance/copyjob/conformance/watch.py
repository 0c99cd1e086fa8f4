"""The watch: everything a run sees of its job, judged the moment it is seen.

Laws:

1. Causes are read from the journal *after* an answer is in, so that whatever could have led to it is known.
2. A rejection is believed only after the server has noted whatever had reached it.
3. A refused call is compared by what nothing else can have touched since.

What this module does not know: plans. It never waits, and changes nothing in the world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from copyjob.conformance.accountant import Accountant
from copyjob.conformance.adapter import Adapter, Refused
from copyjob.conformance.causes import RESTING, CauseBook
from copyjob.conformance.inspector import Inspector, Snapshot
from copyjob.conformance.interface import Power
from copyjob.conformance.last_answer import Answers
from copyjob.conformance.observation import (
    Called,
    Causes,
    Counted,
    Gone,
    Lost,
    Observation,
    Overlapped,
    Quiet,
    Requested,
    Sampled,
    hresult_text,
)
from copyjob.conformance.oracle import Oracle
from copyjob.conformance.origin.journal import EntryKind, Journal
from copyjob.conformance.overlook import NOTHING_KNOWN, Overlooking
from copyjob.conformance.owed import Counts, Debts
from copyjob.conformance.pace import IN_FLIGHT_SECONDS, Pace
from copyjob.conformance.record import Record
from copyjob.conformance.registrar import Registrar
from copyjob.conformance.scribe import Scribe
from copyjob.conformance.secretary import Secretary
from copyjob.conformance.world import World
from copyjob.spec.callbacks import Callback
from copyjob.spec.compiled import Label, members
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import JobState, Operation


class StopRunError(Exception):
    """The run is over: it diverged, or cannot go on."""


class Watch:
    """The eyes of one run, on one job; what is seen is judged and written into the record."""

    def __init__(
        self,
        adapter: Adapter,
        debts: Debts,
        journal: Journal,
        world: World,
        pace: Pace,
        record: Record,
        overlooking: Overlooking = NOTHING_KNOWN,
    ) -> None:
        """Begin to watch; ``job`` is set as soon as there is one, ``step`` as the plan goes on."""
        self.adapter, self.judge, self.world, self.pace, self.record = adapter, debts.judge, world, pace, record
        self.oracle = Oracle(debts.judge, record.observations)
        self.book = CauseBook(adapter.declared, adapter.dialect)
        self.inspector = Inspector(world, record, pace, overlooking.checks)
        self._explaining = overlooking.explaining
        self.accountant = Accountant(world, self.inspector.judge)
        self._answers = Answers()
        self.registrar = Registrar(adapter, world, self.inspector.judge)
        self.secretary = Secretary(debts, self.inspector.judge, at_once=pace.at_once)
        self.scribe = Scribe(world, record, pace)
        self.job = ""
        self.step = 0
        self.state = JobState.SUSPENDED
        self.lingered = False
        """Whether the job has been SUSPENDED, untouched and with nothing in flight, since it was last lingered on."""
        self.on_rejection: Callable[[], None] = _nothing
        """Asked on a rejection: takes it back where it rests on something that does not hold."""
        self._ever = debts.judge.table.initial
        """Every configuration in which the job may have been so far."""
        self._journal = journal
        self._position = journal.position()
        self._lost = 0
        """How often the run has gone on past something."""
        self._landed_seconds = 0.0
        """Until when what a job asked for that rests now may be on its way."""
        self._last_sample: tuple[JobState, int, int] | None = None

    # The journal and the belief

    def observe(self, observation: Observation) -> None:
        """Judge an observation; StopRunError where it is rejected."""
        rejection = self.oracle.observe(observation)
        if rejection is not None:
            # The client may have seen what the server's own thread has not yet come to note: let it catch up first.
            self.pace.catch_up()
            self.read(judge_requests=False)
            observation = replace(observation, causes=self.book.causes().joined(observation.causes))
            rejection = self.oracle.observe(observation)
        self.record.steps.append(self.step)
        if rejection is not None:
            self.record.observations.append(observation)
            self.record.rejection = rejection
            self.record.last_answer = self._answers.last
            self.record.judged["http/redirect"] += bool(self._answers.last.redirect)
            self.on_rejection()
            self._go_on_past(observation)
        self.secretary.observe(observation)
        last, causes = self.oracle.last, self.book.known or self.book.causes()
        # What was asked of the oracle with the observation's own causes it knows already.
        possible = last.possible if causes is observation.causes else self.oracle.possible(causes)
        self._ever |= possible
        if self._lost and not possible & self.judge.reachable:
            raise StopRunError  # it is where the table knows no job, so nothing can be said of what it does next
        # Callers side by side may have led the job through anything, whatever it was before and is now.
        if (last.was_active or isinstance(observation, Overlapped)) and not possible & self.judge.active:
            self._landed_seconds = self.pace.landed_seconds()

    def _go_on_past(self, observation: Observation) -> None:
        """Go on past a rejection that a known divergence explains; StopRunError where none does."""
        record = self.record
        known = None
        if record.rejection is not None and not isinstance(observation, Quiet):
            known = self._explaining(record)
        if known is None:
            raise StopRunError
        record.overlooked.add(known)
        record.rejection = None
        self._lost += 1
        record.observations.pop()
        self.secretary.lose()
        self.oracle.observe(Lost(observation.causes))
        if isinstance(observation, Sampled | Counted):
            # It is the job's own word that counts from here on.
            record.steps.append(self.step)
            if self.oracle.observe(observation) is not None:
                raise StopRunError

    def active(self) -> bool:
        """Whether the job may be one that asks the server for something."""
        return bool(self.possible() & self.judge.active)

    def possible(self) -> int:
        """Return the set of configurations in which the job may be now."""
        return self.oracle.possible(self.book.causes())

    def read(self, *, judge_requests: bool = True) -> None:
        """Take in the journal; judge requests that came while no call was under way."""
        self.book.passed(self.pace.now_seconds() - self.scribe.start_seconds)
        entries = self._journal.since(self._position, self.world.site.number)
        if not entries:
            return
        self._position = entries[-1].seq
        self.book.read(entries)
        self.accountant.read(entries)
        self._answers.read(entries)
        self.record.judged["http/redirect"] = self._answers.followed
        self.scribe.tell(entries)
        if judge_requests and not self.active():
            asked = [e for e in entries if e.kind is EntryKind.REQUEST and e.time_seconds > self._landed_seconds]
            if asked and self._explained():
                return
            for _ in asked:
                self.observe(Requested(self.book.causes()))

    def _explained(self) -> bool:
        """Ask a job that may not ask the server for anything, and did, whether it says that it has moved.

        A job that moved by itself is told from one that says it rests and goes on in secret; which of the two is seen
        must not depend on whether its request or its state was there first. Where the run goes on past the move, it
        explains the request as well: that came before the job was where it is now.
        """
        answer, lost = self.adapter.state(self.job), self._lost
        if isinstance(answer, JobState):
            self.observe(Sampled(answer, self.book.causes()))
        return self._lost > lost

    # The jobs in front

    def blocked(self) -> None:
        """Note that jobs stand in front: from the next sample on, a job that is QUEUED stays so.

        They were put there while the job went on: until they stood it may have had its turn, and lost it to them.
        """
        self.read()
        if self.active():
            self.book.preempted()
        self.sample()
        was_active = self.active()
        self.book.set_blocked(blocked=True)
        if was_active and not self.active():
            self._landed_seconds = self.pace.landed_seconds()

    # The getters

    def sample(self, *, announce: bool = False) -> None:
        """Ask for the job's state and judge it."""
        self.pace.before_sample()
        self.read()
        position = self._journal.position()
        answer = self.adapter.state(self.job)
        if not isinstance(answer, JobState):
            self._unknown(answer)
            return
        self.record.judged["getter/answers"] += 1
        self.read(judge_requests=False)
        causes = self.book.known or self.book.causes()
        self.state = answer
        if announce:
            self.scribe.say("backend", "caller", f"get_state -> {answer.name}")
            self.scribe.remark(self.step, answer.name)
        sample = (answer, causes.may, causes.served)
        if sample != self._last_sample or not isinstance(self.record.observations[-1], Sampled):
            self.observe(Sampled(answer, causes))
        self._last_sample = sample
        self.book.saw(answer, position)
        if answer is not JobState.SUSPENDED:
            self.lingered = False
        if answer in RESTING:
            self.record.judged["state/rests"] += 1

    def _unknown(self, answer: int) -> None:
        """Judge that get_state was refused: a job that is known by its id only may be unknown once it has ended."""
        self.read(judge_requests=False)
        final = self.possible() & self.judge.final
        self.inspector.unanswered(answer, by_id=self.adapter.declared.has(Power.BY_ID), final=bool(final))
        self.stop_if_failed()
        self.observe(Gone(self.book.causes()))
        ends = {state for state in FINAL if final & self.judge.table.by_state[state]}
        if len(ends) != 1:
            raise StopRunError  # nobody can tell any more how it ended, and so what it should have left
        self.state = ends.pop()

    def look(self, bound_seconds: float) -> None:
        """Look at everything that can be looked at: progress, error information, files."""
        self._take_in()
        self.count()
        if self.adapter.declared.has(Power.ERROR):
            self.error()
            # GetError is a call like any other: what it changed is seen at once, and blamed on nothing else later.
            self.sample()
            self.count()
        self.inspector.files(self.state, self._exactly_done(), bound_seconds)
        self.stop_if_failed()
        self.accountant.order(self.adapter.dialect)
        self.stop_if_failed()
        self.registrar.look(self.state, may_have_been=self._may_have_been)
        self.stop_if_failed()

    def _take_in(self) -> None:
        """Let a job take in what the server has sent before it held back the rest, a moment at most.

        Else the numbers that are compared next are those of a job that is still reading, and a fault of them shows by
        luck.
        """
        self.read()
        if self.pace.at_once or self.state is not JobState.TRANSFERRING or not self.accountant.held:
            return
        told = 0

        def rests() -> bool:
            nonlocal told
            before, progress = told, self.adapter.progress(self.job)
            told = progress.bytes_transferred if progress is not None else 0
            return progress is None or 0 < told <= before

        self.pace.until(rests, IN_FLIGHT_SECONDS)

    def count(self) -> None:
        """Ask for the job's progress and judge it."""
        self.read()
        progress = self.adapter.progress(self.job)
        self.inspector.bounds(progress)
        self.stop_if_failed()
        if progress is not None and self.state not in FINAL:
            self.read(judge_requests=False)
            self.observe(Counted(progress.files_total, progress.files_done, self.book.causes()))
            self.book.counted(progress.files_done)
            self.accountant.progress(progress, self.state, self.adapter.dialect)
            self.stop_if_failed()

    def take_stock(self, *labels: Label) -> None:
        """Count where the belief leaves open how many files are done, before something that may end the job: nobody
        can ask it afterwards, and what becomes of its files and errors rests on it.
        """
        if self.state in FINAL or self._exactly_done() is not None:
            return
        possible = self.possible()
        if any(self.judge.destinations(possible, label) & self.judge.final for label in labels):
            self.count()

    def error(self) -> None:
        """Ask for the job's error information and judge it."""
        self.read()
        answer = self.adapter.error(self.job)
        self.read(judge_requests=False)
        hresult = answer if isinstance(answer, int) else 0
        self.observe(Called(Operation.GET_ERROR, hresult, self.book.causes()))
        self.inspector.error(answer, self.adapter.dialect)
        if isinstance(answer, tuple):
            self.accountant.error(*answer, self.adapter.dialect)

    # Callbacks

    def listen(self, flags: int | None) -> None:
        """Register for callbacks, for those of the flags where some are given."""
        self.read()
        self.book.called()
        possible, fresh = self.oracle.settled, all(isinstance(one, Sampled) for one in self.record.observations)
        told = [] if flags is None else [self.adapter.ask("set_notify_flags", self.job, flags)]
        told.append(self.adapter.ask("set_notify_interface", self.job))
        self.read(judge_requests=False)
        refused = [answer.hresult for answer in told if isinstance(answer, Refused)]
        asked = "what was chosen" if flags is None else f"flags {flags}"
        self.scribe.say("caller", "backend", f"register for callbacks, {asked}")
        self.secretary.registered(flags, self.book.causes(), succeeded=not refused, possible=possible, fresh=fresh)
        self.sample(announce=True)
        if self.state not in FINAL:
            self.inspector.judge(
                "callback/registered",
                good=not refused,
                seen=f"to register for callbacks was answered with {' and '.join(map(hresult_text, refused))}",
                permitted="S_OK until the job has ended",
            )
            self.stop_if_failed()

    def hear(self) -> Counts:
        """Take the job's callbacks and judge them; return how many of each are missing still."""
        self.read()
        told: list[Callback] = self.adapter.ask("take_callbacks", self.job)
        self.read(judge_requests=False)
        for callback in told:
            self.scribe.say("backend", "caller", callback.value)
        missing = self.secretary.took(told, self.book.causes(), self._causes_known_late)
        self.stop_if_failed()
        return missing

    def _causes_known_late(self) -> Causes:
        """Return what could have happened once the server has noted whatever had reached it."""
        self.pace.catch_up()
        self.read(judge_requests=False)
        return self.book.causes()

    def _may_have_been(self, state: JobState) -> bool:
        return bool(self._ever & self.judge.table.by_state.get(state, 0))

    def _exactly_done(self) -> int | None:
        """How many files are wholly transferred, where the belief leaves no doubt."""
        counts = {self.judge.table.configurations[n].facts.files_done for n in members(self.possible())}
        return counts.pop() if len(counts) == 1 else None

    # A refused call changes nothing

    def may_be_refused(self, operation: Operation) -> bool:
        """Whether the table permits that a call made now fails."""
        ways = self.judge.table.edges.get(operation)
        reached: Iterable[int] = members(self.possible())
        return ways is not None and any(e.hresult is not None and e.hresult.failed for n in reached for e in ways[n])

    def snapshot(self) -> Snapshot:
        """Ask everything that a refused call could have changed."""
        return Snapshot(self.adapter.progress(self.job), self.adapter.error(self.job), self.world.listing())

    def compare(self, before: Snapshot, belief: int, seen_before: int, operation: Operation) -> None:
        """Compare what no internal event can have touched since the snapshot, which was taken under ``belief``."""
        after = self.snapshot()
        self.read()
        causes = self.book.causes()
        for observation in self.record.observations[seen_before:]:
            # A sample spends causes; what happened since the snapshot may have come of them all the same.
            causes = causes.joined(observation.causes)
        possible = self.judge.closure(belief, causes)
        reached = [self.judge.table.configurations[n] for n in members(possible)]
        self.inspector.unchanged(
            before,
            after,
            operation,
            counts=len({c.facts.files_done for c in reached}) == 1,
            error=len({c.facts.error for c in reached}) == 1,
            bytes_too=not possible & self.judge.active and self.pace.now_seconds() > self._landed_seconds,
        )
        self.stop_if_failed()

    def stop_if_failed(self) -> None:
        """End the run where a check has failed."""
        if self.record.failures:
            raise StopRunError


def _nothing() -> None:
    """Take back no rejection."""
