"""Laws judged on arrays: of one job with many files, and of every job of a system.

Laws about this:

1. A verdict here is the one that :class:`copyjob.spec.laws.Law` gives, where both can be asked; the same forms are
   read, and the counterexample is as short.
2. A law is about one job. In a system it is asked of each, at the places where it really gets and for the steps that
   the others really leave it. What a job comes to at last is not asked there: the others may keep it from it.
3. A few laws are about a system as a whole (:data:`SYSTEM_LAWS`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from copyjob.spec import facts as f
from copyjob.spec.engine import Found
from copyjob.spec.explore import Step, steps
from copyjob.spec.laws import Broken, Change, EveryRow, EveryState, Kind, Law, Move, Never, NoStep, Place, Possible
from copyjob.spec.rows import Answer, Row
from copyjob.spec.system import RUNNING, Jobs, SystemStep
from copyjob.spec.vectors import Columns, JobSpace, Truth, guard_on
from copyjob.spec.visited import Codes
from copyjob.spec.vocabulary import JobPriority, JobState

_Offence = tuple[Codes, tuple[Row, Answer] | None]
"""The places, by their position, where a law fails, and the step with which it does if it is about one."""


def _held(place: Place, space: JobSpace) -> Codes:
    """Return the positions of the configurations in a set of the law's."""
    found = [np.empty(0, np.int64)]
    for state, part in space.packing.by_state(space.codes):
        if state in place.states:
            codes = space.codes[part]
            found.append(np.flatnonzero(guard_on(place.guard, space.packing.columns(codes), codes.size)) + part.start)
    return np.concatenate(found)


def _is_of(move: Move, before: Columns, after: Columns, count: int) -> Truth:
    """Tell of ``count`` steps whether they are in a set of the law's, row and answer being so."""
    held = guard_on(move.before.guard, before, count) & guard_on(move.after.guard, after, count)
    for fact, change in move.changes:
        match change:
            case Change.FALLS:
                held &= after[fact] < before[fact]
            case Change.RISES:
                held &= after[fact] > before[fact]
            case Change.DIFFERS:
                held &= after[fact] != before[fact]
    return held


def _offences(law: Law, space: JobSpace) -> Iterator[_Offence]:
    """Yield where a law about configurations or steps fails."""
    match law.form:
        case Never():
            for place in law.places(space.table):
                yield _held(place, space), None
        case NoStep():
            moves = law.moves(space.table)
            for ways in space.ways() if moves else ():
                row = space.table.rows[ways.row]
                asked = [move for move in moves if move.may_be(row, ways.answer)]
                if asked and ways.sources.size:
                    before = space.packing.columns(space.codes[ways.sources])
                    after = space.packing.columns(ways.dests)
                    held = np.any([_is_of(move, before, after, ways.sources.size) for move in asked], axis=0)
                    yield ways.sources[held], (row, ways.answer)
        case _:
            return


def _step(space: JobSpace, at: f.Configuration, by: tuple[Row, Answer] | None) -> Step | None:
    if by is None:
        return None
    every = steps(space.table, at, space.packing.files_bound)
    return next(step for step in every if step.row is by[0] and step.answer == by[1])


def _nearest(space: JobSpace, positions: Codes) -> tuple[int, int] | None:
    """Return the distance of the nearest of some places, and its position."""
    if not positions.size:
        return None
    wanted = space.codes[positions]
    for depth, level in enumerate(space.levels):
        hit = np.flatnonzero(np.isin(level, wanted, assume_unique=False))
        if hit.size:
            return depth, int(np.searchsorted(space.codes, level[hit[0]]))
    raise AssertionError("every place has a level")


def judge_job(law: Law, space: JobSpace) -> Broken | None:
    """Return a shortest counterexample, or None where the law holds of one job.

    ValueError: a law about fair runs; it is asked of an :class:`copyjob.spec.explore.Exploration`.
    """
    if space.table.dialect not in law.dialects:
        return None
    match law.form:
        case EveryState():
            reached = {state for state, _ in space.packing.by_state(space.codes)}
            missing = [state for state in space.table.states if state not in reached]
            return Broken(f.Configuration(missing[0]), ()) if missing else None
        case EveryRow():
            never = space.rows_never_taken
            return Broken(f.Configuration(never[0].source), ()) if never else None
        case Possible():
            found: list[_Offence] = [(_lost(law.form, space), None)]
        case Never() | NoStep():
            found = list(_offences(law, space))
        case _:
            raise ValueError(f"{law.name} is about fair runs")
    nearest = [(*near, by) for positions, by in found if (near := _nearest(space, positions)) is not None]
    if not nearest:
        return None
    _, position, by = min(nearest, key=lambda each: each[:2])
    at = space.packing.configuration(int(space.codes[position]))
    return Broken(at, tuple(space.path(at)), _step(space, at, by))


def _lost(form: Possible, space: JobSpace) -> Codes:
    """Return the positions from which the goal is out of reach."""
    begins, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for ways in space.ways():
        refused = ways.answer.hresult is not None and ways.answer.hresult.failed
        dests = np.searchsorted(space.codes, ways.dests)
        moving = dests != ways.sources
        if not refused and space.table.rows[ways.row].label not in form.without and moving.any():
            begins.append(ways.sources[moving])
            ends.append(dests[moving])
    begin, end = np.concatenate(begins), np.concatenate(ends)
    order = np.argsort(end, kind="stable")
    begin = begin[order]
    first = np.searchsorted(end[order], np.arange(space.codes.size + 1))
    able = np.zeros(space.codes.size, np.bool_)
    frontier = _held(form.goal, space)
    able[frontier] = True
    while frontier.size:
        counts = first[frontier + 1] - first[frontier]
        start = np.repeat(first[frontier] - (np.cumsum(counts) - counts), counts)
        before = np.unique(begin[start + np.arange(start.size)])
        frontier = before[~able[before]]
        able[frontier] = True
    asked = _held(form.start, space)
    return asked[~able[asked]]


@dataclass(frozen=True)
class SystemBroken:
    """A counterexample in a system: a shortest way to ``at``, the job it is about, and its offending step.

    ``job`` is None where the law is about the system as a whole.
    """

    at: Jobs
    path: tuple[SystemStep, ...]
    job: int | None = None
    step: Step | None = None


def asked_of_jobs(law: Law) -> bool:
    """Tell whether a law can be asked of the jobs of a system."""
    return law.kind in (Kind.INVARIANT, Kind.STEP)


def judge_system(law: Law, found: Found) -> SystemBroken | None:
    """Return a shortest counterexample among all jobs of a system, or None where the law holds of each.

    ValueError: a law that can't be asked of them (:func:`asked_of_jobs`).
    """
    if not asked_of_jobs(law):
        raise ValueError(f"{law.name} is not about each configuration or step")
    tables, space = found.tables, found.tables.space_of_job
    best: tuple[int, int, int, tuple[Row, Answer] | None] | None = None
    for positions, by in _offences(law, space) if space.table.dialect in law.dialects else ():
        if not positions.size:
            continue
        needs = 0 if by is None else tables.needs(by[0], by[1])
        wanted = np.zeros((tables.variants, tables.spots_total), np.bool_)
        spots = tables.spots(space.codes[positions])
        for variant in range(tables.variants):
            if variant & needs == needs:
                wanted[variant, spots] = True
        for job in range(len(found.system.priorities)):
            near = found.nearest(job, wanted.ravel())
            if near is not None and (best is None or near[1] < best[0]):
                best = (near[1], near[0], job, by)
    if best is None:
        return None
    depth, code, job, by = best
    at = found.jobs(code)
    return SystemBroken(at, tuple(found.path(code, depth)), job, _step(space, at[job], by))


@dataclass(frozen=True)
class SystemLaw:
    """A law about all jobs of a system together."""

    name: str
    text: str
    cites: tuple[str, ...]
    files_needed: int = 0
    """How many files a job must be allowed before the law can find what it asks for."""


NO_MORE_THAN_SLOTS: Final = SystemLaw(
    "always_no_more_background_jobs_run_than_there_are_slots",
    "As many background jobs connect or transfer at once as there are slots, and no more.",
    ("state/queued", "priority"),
)
ALL_TRANSFERRED: Final = SystemLaw(
    "sometimes_every_job_is_transferred",
    "All jobs can be in TRANSFERRED at once: none has to be thrown away for another.",
    ("state/transferred",),
    files_needed=1,
)
SYSTEM_LAWS: Final = (NO_MORE_THAN_SLOTS, ALL_TRANSFERRED)


def judge_together(law: SystemLaw, found: Found) -> SystemBroken | None:
    """Return a counterexample of a law about a system as a whole, a shortest one where it has a place, or None."""
    if law is NO_MORE_THAN_SLOTS:
        return _too_many_run(found)
    wanted = _in_states(found, (JobState.TRANSFERRED,))
    for _, _, places in found.spots():
        if np.all([wanted.take(spots) for spots in places], axis=0).any():
            return None
    return SystemBroken(found.system.initials()[0], ())


def _in_states(found: Found, states: tuple[JobState, ...]) -> Truth:
    held = np.zeros(found.tables.spots_total, np.bool_)
    space = found.tables.space_of_job
    held[found.tables.spots(space.codes[_held(Place(states), space)])] = True
    return held


def _too_many_run(found: Found) -> SystemBroken | None:
    running = _in_states(found, tuple(RUNNING.states)).astype(np.int64)
    background = [job for job, each in enumerate(found.system.priorities) if each is not JobPriority.FOREGROUND]
    for depth, codes, places in found.spots():
        counted = np.zeros(codes.size, np.int64)
        for job in background:
            counted += running.take(places[job])
        bad = np.flatnonzero(counted > found.system.slots)
        if bad.size:
            code = int(codes[bad[0]])
            return SystemBroken(found.jobs(code), tuple(found.path(code, depth)))
    return None
