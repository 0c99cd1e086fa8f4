"""Who runs the plans of a check: this process alone, or several side by side.

Law: a crew deals plans out and gathers what came of them; it judges and weighs nothing. In several processes each
deals with the n-th part of the plans, on a backend and an origin of its own.
"""

from __future__ import annotations

import multiprocessing
import queue
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.queues import Queue
from typing import Any, Protocol, Self

from copyjob.conformance.backend import Declared, load
from copyjob.conformance.bench import Bench
from copyjob.conformance.campaign import Campaign, conduct
from copyjob.conformance.events import Found, PlanDone, Told
from copyjob.conformance.ground import temporary_folder
from copyjob.conformance.plan import Plan
from copyjob.conformance.record import Record
from copyjob.conformance.settings import Settings, table_for
from copyjob.spec.compiled import compile_table
from copyjob.spec.vocabulary import Dialect


class Crew(Protocol):
    """Runs plans."""

    def __enter__(self) -> Self:
        """Begin."""
        ...

    def __exit__(self, *_: object) -> None:
        """End; nothing is left running."""
        ...

    def run(self, dialect: Dialect, plans: Sequence[Plan]) -> Campaign:
        """Run all plans in a dialect and return what came of them."""
        ...


class Alone:
    """This process runs all plans, one after the other."""

    def __init__(self, declared: Declared, settings: Settings, told: Told) -> None:
        """Nothing runs yet."""
        self._declared, self._settings, self._told = declared, settings, told
        self._done = Counter[Dialect]()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End."""

    def run(self, dialect: Dialect, plans: Sequence[Plan]) -> Campaign:
        """Run all plans in a dialect and return what came of them."""

        def report(_number: int, record: Record) -> None:
            self._done[dialect] += 1
            self._told(plan_done(dialect, self._done[dialect], record))

        with _bench(self._declared, self._settings, dialect) as bench:
            return conduct(bench, plans, report, told=lambda divergence: self._told(Found(dialect, divergence)))


def plan_done(dialect: Dialect, number: int, record: Record) -> PlanDone:
    """Return the event that a plan was run."""
    return PlanDone(dialect, number, record.plan.aim, record.verdict, record.steps_done)


_channel: Queue[Any] | None = None


def _join(channel: Queue[Any]) -> None:
    global _channel  # noqa: PLW0603 a worker process has one channel, given when it starts
    _channel = channel


@contextmanager
def _bench(declared: Declared, settings: Settings, dialect: Dialect) -> Iterator[Bench]:
    """Open a bench in a folder that is gone afterwards."""
    compiled = compile_table(table_for(declared, dialect))
    with (
        temporary_folder(settings.wire) as folder,
        Bench(declared, compiled, folder / "bench", wire=settings.wire, seed=settings.seed) as bench,
    ):
        yield bench


def _run_part(settings: Settings, dialect: Dialect, plans: Sequence[Plan]) -> Campaign:
    with _bench(load(settings.backend), settings, dialect) as bench:

        def report(number: int, record: Record) -> None:
            if _channel is not None:
                _channel.put(plan_done(dialect, number, record))

        return conduct(bench, plans, report)


class SideBySide:
    """Several processes run the n-th part of the plans each."""

    def __init__(self, settings: Settings, told: Told) -> None:
        """Start no process yet."""
        context = multiprocessing.get_context("spawn")
        self._settings, self._told = settings, told
        self._channel: Queue[Any] = context.Queue()
        self._pool = ProcessPoolExecutor(
            settings.jobs, mp_context=context, initializer=_join, initargs=(self._channel,)
        )
        self._done = Counter[Dialect]()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End; wait for the processes."""
        self._pool.shutdown()

    def run(self, dialect: Dialect, plans: Sequence[Plan]) -> Campaign:
        """Run all plans in a dialect and return what came of them."""
        jobs = self._settings.jobs
        parts = [self._pool.submit(_run_part, self._settings, dialect, plans[number::jobs]) for number in range(jobs)]
        while not all(part.done() for part in parts):
            self._drain(dialect)
        campaign = Campaign(dialect)
        for part in parts:
            campaign.merge(part.result())
        for divergence in campaign.divergences:
            self._told(Found(dialect, divergence))
        return campaign

    def _drain(self, dialect: Dialect) -> None:
        try:
            event = self._channel.get(timeout=0.1)
        except queue.Empty:
            return
        self._done[dialect] += 1
        self._told(replace(event, number=self._done[dialect]))
