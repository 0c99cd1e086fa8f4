"""What ``copyjob explore`` prints: counts, rows never taken, verdicts, and a shortest counterexample.

Law: every line is made from what was found; a law that was not asked says so and why, and is never told as holding.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from copyjob.spec.explore import Exploration, Step, describe
from copyjob.spec.laws import LAWS, Broken, Kind, sentence
from copyjob.spec.rows import Row

if TYPE_CHECKING:
    from copyjob.spec.engine import Found
    from copyjob.spec.judge import SystemBroken
    from copyjob.spec.system import SystemStep
    from copyjob.spec.vectors import JobSpace

_DEEPER = " " * 12
Text = tuple[list[str], int]
"""Lines, and how many laws are broken."""


def _head(dialect: str, counts: tuple[int, int, int, int], files: int, scope: str) -> str:
    configurations, steps, depth, rows = counts
    more = "" if scope == "core" else f", scope {scope}"
    return (
        f"{dialect}: {configurations} configurations, {steps} steps, depth {depth}, {rows} rows, "
        f"at most {files} files{more}"
    )


def _never(rows: Iterable[Row]) -> list[str]:
    return [f"  never taken: {row.id}" for row in rows]


def _verdict(words: str, holds: bool) -> str:
    return f"  {'holds ' if holds else 'BROKEN'}  {words}"


def _not_asked(words: str, why: str) -> str:
    return f"  not asked  {words}: {why}"


def _told(broken: Broken) -> list[str]:
    lines = [f"{_DEEPER}{describe(step)}" for step in broken.path]
    lines.append(f"{_DEEPER}at {broken.at}")
    lines += [f"{_DEEPER}then {describe(broken.step)}"] if broken.step else []
    return lines + [f"{_DEEPER}again and again {describe(step)}" for step in broken.cycle]


def one_job(found: Exploration, scope: str) -> Text:
    """Return what is told of one job with few files."""
    counts = (len(found.configurations), found.steps_total, found.depth, len(found.table.rows))
    lines = [_head(found.table.dialect.value, counts, found.files_bound, scope), *_never(found.rows_never_taken)]
    wrong = 0
    for law in LAWS:
        if found.files_bound < law.files_needed:
            lines.append(_not_asked(sentence(law), f"needs --files {law.files_needed}"))
            continue
        broken = law(found)
        lines.append(_verdict(sentence(law), broken is None))
        if broken is not None:
            wrong += 1
            lines += _told(broken)
    return lines, wrong


def many_files(space: JobSpace, scope: str, files_of_fair_runs: int) -> Text:
    """Return what is told of one job with many files; laws about fair runs are asked with as many as they can be."""
    from copyjob.spec.judge import judge_job

    counts = (int(space.codes.size), space.steps_total, space.depth, len(space.table.rows))
    files = space.packing.files_bound
    lines = [_head(space.table.dialect.value, counts, files, scope), *_never(space.rows_never_taken)]
    wrong = 0
    for law in LAWS:
        if law.kind is Kind.LIVENESS:
            lines.append(_not_asked(sentence(law), f"needs --files {files_of_fair_runs} or fewer"))
            continue
        broken = judge_job(law, space)
        lines.append(_verdict(sentence(law), broken is None))
        if broken is not None:
            wrong += 1
            lines += _told(broken)
    return lines, wrong


def system(found: Found, scope: str) -> Text:
    """Return what is told of several jobs."""
    from copyjob.spec.judge import SYSTEM_LAWS, asked_of_jobs, judge_system, judge_together

    its = found.system
    counts = (found.configurations_total, found.steps_total, found.depth, len(its.table.rows))
    named = ", ".join(priority.name for priority in its.priorities)
    slots = "1 slot" if its.slots == 1 else f"{its.slots} slots"
    lines = [
        _head(its.table.dialect.value, counts, its.files_bound, scope),
        f"  {len(its.priorities)} jobs ({named}), {slots}",
        *_never(found.rows_never_taken),
    ]
    wrong = 0
    for together in SYSTEM_LAWS:
        words = together.name.replace("_", " ")
        if its.files_bound < together.files_needed:
            lines.append(_not_asked(words, f"needs --files {together.files_needed}"))
            continue
        broken = judge_together(together, found)
        lines.append(_verdict(words, broken is None))
        if broken is not None:
            wrong += 1
            lines += _told_system(broken)
    for law in LAWS:
        if not asked_of_jobs(law):
            lines.append(_not_asked(sentence(law), "it is about one job alone"))
            continue
        broken = judge_system(law, found)
        lines.append(_verdict(sentence(law), broken is None))
        if broken is not None:
            wrong += 1
            lines += _told_system(broken)
    return lines, wrong


def _told_system(broken: SystemBroken) -> list[str]:
    lines = [f"{_DEEPER}{told}" for step in broken.path for told in describe_system(step)]
    lines += [f"{_DEEPER}job {job} at {at}" for job, at in enumerate(broken.at, 1) if broken.job in (None, job - 1)]
    if broken.job is not None and broken.step is not None:
        lines.append(f"{_DEEPER}then {_of_job(broken.job, broken.step)}")
    return lines


def _of_job(job: int, step: Step) -> str:
    return f"job {job + 1}: {describe(step)}"


def describe_system(step: SystemStep) -> list[str]:
    """Tell a step of a system: a line for each job that it moves, jobs being numbered from 1."""
    told = [_of_job(job, move) for job, move in enumerate(step.moves) if move is not None]
    return told if len(told) == 1 else [f"at once {line}" for line in told]
