"""Who runs the plans of a check: one worker, or several side by side.

Laws:

1. A crew deals plans out one by one, in their order, and gathers what came of them; it judges and weighs nothing.
2. A run that was late is made again *alone*: nothing else is dealt out until all others are done and it has ended.
3. A worker whose process ends is replaced; its plan is an error of the adapter, and everything else is kept.
4. When a crew is left, no process of it is left behind, however it is left.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from multiprocessing.connection import wait
from typing import Self

from copyjob.conformance.attempt import Attempt, broken
from copyjob.conformance.campaign import Campaign, again
from copyjob.conformance.events import Found, Note, PlanDone, Told
from copyjob.conformance.ground import temporary_folder
from copyjob.conformance.interrupt import Interruption
from copyjob.conformance.ledger import Bookkeeper
from copyjob.conformance.lots import Lot
from copyjob.conformance.plan import Plan
from copyjob.conformance.settings import Settings
from copyjob.conformance.worker import Task, Worker
from copyjob.spec.vocabulary import Dialect

LOOK_SECONDS = 0.2
"""How often is looked whether somebody wants the work to end."""


class Crew:
    """Workers, and the plans that they are given."""

    def __init__(self, settings: Settings, jobs: int, told: Told, asked: Interruption) -> None:
        """Start no process yet."""
        self._settings, self._jobs, self._told, self._asked = settings, jobs, told, asked
        self._workers: list[Worker] = []
        self._stack = ExitStack()
        self._folder = self._stack.enter_context(temporary_folder(settings.wire))
        self._done = Counter[Dialect]()
        self._noted = set[str]()

    def __enter__(self) -> Self:
        """Begin."""
        self._workers = [Worker(self._settings, self._folder) for _ in range(self._jobs)]
        return self

    def __exit__(self, *_: object) -> None:
        """End: no worker is left, nor what its backend started, nor a file."""
        for worker in self._workers:
            worker.leave()
        for worker in self._workers:
            worker.wait()
        self._stack.close()

    def run(self, campaign: Campaign, keeper: Bookkeeper, plans: Iterable[Plan]) -> None:
        """Run plans in the campaign's dialect until there are none left, or it is enough, or somebody interrupts."""
        todo = iter(plans)
        late: deque[tuple[Plan, Attempt]] = deque()
        more = True
        while not self._asked.wanted:
            if late and not self._busy and not campaign.stopped:
                self._run_alone(campaign, keeper, *late.popleft())
                continue
            if more and not late and not campaign.stopped:
                more = self._deal(campaign, todo)
            if not self._busy and not late:
                return
            if not self._busy and campaign.stopped:
                return
            for plan, done in self._answers(campaign.dialect):
                if campaign.wants_again(done):
                    late.append((plan, done))
                    continue
                if more and not late and not campaign.stopped and done.plain:
                    # Nobody waits while that is weighed of which no later plan has to know.
                    more = self._deal(campaign, todo)
                self._take(campaign, keeper, done)
        campaign.stopped = self._asked.why

    @property
    def _busy(self) -> list[Worker]:
        return [worker for worker in self._workers if worker.task is not None]

    def _deal(self, campaign: Campaign, todo: Iterator[Plan]) -> bool:
        """Give a plan to everybody who has none; False where there is none left."""
        for worker in self._workers:
            if worker.task is None:
                plan = next(todo, None)
                if plan is None:
                    return False
                worker.give(Task(campaign.dialect, plan, campaign.known))
        return True

    def _run_alone(self, campaign: Campaign, keeper: Bookkeeper, plan: Plan, first: Attempt) -> None:
        """Make a late run again while nobody else runs anything."""
        if campaign.wants_again(first):
            self._workers[0].give(Task(campaign.dialect, plan, campaign.known, patient=True))
            second: Attempt | None = None
            while second is None and not self._asked.wanted:
                second = next((done for _, done in self._answers(campaign.dialect)), None)
            first = first if second is None else again(first, second)
        self._take(campaign, keeper, first)

    def _answers(self, dialect: Dialect) -> Iterator[tuple[Plan, Attempt]]:
        """Yield what has come of plans by now; waits a moment where nothing has."""
        ready = wait([worker.channel for worker in self._busy], LOOK_SECONDS)
        for worker in self._busy:
            task = worker.task
            assert not isinstance(task, Lot)
            if task is not None and worker.hangs and worker.channel not in ready:
                yield task.plan, self._hung(worker, task.plan)
            elif worker.channel in ready:
                assert task is not None
                done = worker.answer()
                if done is None:
                    yield task.plan, self._lost(worker, task.plan)
                    continue
                for text in done.notes:
                    if text not in self._noted:
                        self._noted.add(text)
                        self._told(Note(text))
                if done.attempt is None:
                    raise RuntimeError(f"the kit broke in {dialect.value}, at plan {task.plan.steps}:\n{done.crash}")
                yield task.plan, done.attempt

    def _hung(self, worker: Worker, plan: Plan) -> Attempt:
        """Kill a worker in which a call hangs; return what that says of the plan that it ran."""
        self._replaced(worker)
        return broken(plan, f"a call hung, and nothing could end it, in a plan for {plan.aim}")

    def _replaced(self, worker: Worker) -> str:
        worker.leave()
        how = worker.wait()
        self._workers[self._workers.index(worker)] = Worker(self._settings, self._folder)
        return how

    def _lost(self, worker: Worker, plan: Plan) -> Attempt:
        """Replace a worker whose process ended; return what that says of the plan that it ran."""
        how = self._replaced(worker)
        return broken(plan, f"the process of the backend ended with {how} during a plan for {plan.aim}")

    def _take(self, campaign: Campaign, keeper: Bookkeeper, done: Attempt) -> None:
        fresh = campaign.take(done, keeper)
        dialect = campaign.dialect
        self._done[dialect] += 1
        for divergence in fresh:
            self._told(Found(dialect, divergence))
        self._told(PlanDone(dialect, self._done[dialect], done.aim, done.verdict, done.steps, done.seen))
