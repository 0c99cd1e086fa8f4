"""Laws: sentences about every reachable configuration and every step, each of which a wrong table breaks.

``always_`` laws look at each configuration and each step and return the offender; ``sometimes_`` laws must find an
example; ``eventually_`` laws ask that a goal can be reached from everywhere they name. A verdict carries the shortest
counterexample as a path of steps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from copyjob.spec import facts as f
from copyjob.spec.explore import Exploration, Step, steps
from copyjob.spec.table import FINAL, Outcome
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation


@dataclass(frozen=True)
class Broken:
    """A counterexample: a shortest path to where the law fails, and the offending step where it is about one."""

    at: f.Configuration
    path: tuple[Step, ...]
    step: Step | None = None


Law = Callable[[Exploration], Broken | None]


def _each_step(found: Exploration) -> Iterator[tuple[f.Configuration, Step]]:
    for configuration in found.configurations:
        for step in steps(found.table, configuration, found.files_bound):
            yield configuration, step


def _broken(found: Exploration, at: f.Configuration, step: Step | None = None) -> Broken:
    return Broken(at, tuple(found.path(at)), step)


def _no_step(found: Exploration, offends: Callable[[f.Configuration, Step], bool]) -> Broken | None:
    return next((_broken(found, at, step) for at, step in _each_step(found) if offends(at, step)), None)


def always_a_final_state_absorbs(found: Exploration) -> Broken | None:
    """Nothing leads out of ACKNOWLEDGED or CANCELLED. Clause: state/final."""
    return _no_step(found, lambda at, step: at.state in FINAL and step.dest.state is not at.state)


def always_a_refused_call_changes_nothing(found: Exploration) -> Broken | None:
    """A call that answers with a failure leaves state and facts as they were. Clause: decision/13."""
    return _no_step(
        found,
        lambda at, step: step.answer.hresult is not None and step.answer.hresult.failed and step.dest != at,
    )


def always_files_done_is_at_most_files_total(found: Exploration) -> Broken | None:
    """No more files are transferred than the job has. Clause: job/progress."""
    bad = (c for c in found.configurations if not 0 <= c.facts.files_done <= c.facts.files_total)
    return next((_broken(found, c) for c in bad), None)


def always_files_done_falls_only_by_cancel_or_expiry(found: Exploration) -> Broken | None:
    """What is wholly transferred stays so until the job is thrown away. Clause: cancel/any."""
    allowed = (Operation.CANCEL, InternalEvent.EXPIRY)
    return _no_step(
        found,
        lambda at, step: step.dest.facts.files_done < at.facts.files_done and step.row.label not in allowed,
    )


def always_error_is_left_only_on_purpose(found: Exploration) -> Broken | None:
    """ERROR is left by Resume, Complete, Cancel, Suspend (decision/2) or expiry, never by itself.

    Clause: state/error.
    """
    allowed = (
        Operation.RESUME,
        Operation.COMPLETE,
        Operation.CANCEL,
        Operation.SUSPEND,
        InternalEvent.EXPIRY,
    )
    return _no_step(
        found,
        lambda at, step: at.state is JobState.ERROR is not step.dest.state and step.row.label not in allowed,
    )


def always_an_error_state_has_error_information(found: Exploration) -> Broken | None:
    """In ERROR and TRANSIENT_ERROR, GetError is never bound to be refused. Clause: error/available."""
    states = (JobState.ERROR, JobState.TRANSIENT_ERROR)
    bad = (c for c in found.configurations if c.state in states and c.facts.error == f.ErrorInformation.UNAVAILABLE)
    return next((_broken(found, c) for c in bad), None)


def always_transferred_means_a_file_is_transferred(found: Exploration) -> Broken | None:
    """Nobody enters TRANSFERRED with a file left, or with none. Clause: state/transferred."""
    return _no_step(
        found,
        lambda at, step: (
            at.state is not JobState.TRANSFERRED is step.dest.state and not f.ALL_FILES.holds(step.dest.facts)
        ),
    )


def always_delivery_optimization_never_connects(found: Exploration) -> Broken | None:
    """CONNECTING is unknown to Delivery Optimization. Clause: state/connecting."""
    if found.table.dialect is not Dialect.DO:
        return None
    bad = (c for c in found.configurations if c.state is JobState.CONNECTING)
    return next((_broken(found, c) for c in bad), None)


def always_only_resume_wakes_a_suspended_job(found: Exploration) -> Broken | None:
    """SUSPENDED is left by Resume, Complete, Cancel or expiry only. Clause: state/suspended."""
    allowed = (Operation.RESUME, Operation.COMPLETE, Operation.CANCEL, InternalEvent.EXPIRY)
    return _no_step(
        found,
        lambda at, step: at.state is JobState.SUSPENDED is not step.dest.state and step.row.label not in allowed,
    )


def sometimes_every_state_is_reached(found: Exploration) -> Broken | None:
    """Every state of the dialect can be seen. Clause: state/classes."""
    reached = {configuration.state for configuration in found.configurations}
    missing = [state for state in found.table.states if state not in reached]
    return Broken(f.Configuration(missing[0]), ()) if missing else None


def sometimes_every_row_is_taken(found: Exploration) -> Broken | None:
    """No row is unreachable."""
    never = found.rows_never_taken
    return Broken(f.Configuration(never[0].source), ()) if never else None


def eventually_transferred_is_possible(found: Exploration) -> Broken | None:
    """From every configuration with files that is not final, TRANSFERRED is reachable without Cancel, Complete or
    AddFile.

    Clause: state/transferred.
    """
    backwards: dict[f.Configuration, set[f.Configuration]] = {}
    excluded = (Operation.CANCEL, Operation.COMPLETE, Operation.ADD_FILE)
    for at, step in _each_step(found):
        if step.row.label not in excluded and step.row.outcome is not Outcome.REFUSED:
            backwards.setdefault(step.dest, set()).add(at)
    goals = [c for c in found.configurations if c.state is JobState.TRANSFERRED and f.ALL_FILES.holds(c.facts)]
    able, queue = set(goals), deque(goals)
    while queue:
        for before in backwards.get(queue.popleft(), ()):
            if before not in able:
                able.add(before)
                queue.append(before)
    asked = (c for c in found.configurations if c.state not in FINAL and c.facts.files_total)
    return next((_broken(found, c) for c in asked if c not in able), None)


LAWS: tuple[Law, ...] = (
    always_a_final_state_absorbs,
    always_a_refused_call_changes_nothing,
    always_files_done_is_at_most_files_total,
    always_files_done_falls_only_by_cancel_or_expiry,
    always_error_is_left_only_on_purpose,
    always_an_error_state_has_error_information,
    always_transferred_means_a_file_is_transferred,
    always_delivery_optimization_never_connects,
    always_only_resume_wakes_a_suspended_job,
    sometimes_every_state_is_reached,
    sometimes_every_row_is_taken,
    eventually_transferred_is_possible,
)

FILES_NEEDED: Mapping[Law, int] = MappingProxyType(
    {
        sometimes_every_state_is_reached: 1,
        sometimes_every_row_is_taken: 2,
    }
)
"""How many files a job must be allowed before a ``sometimes_`` law can find its examples; the others need none."""


def sentence(law: Law) -> str:
    """Return a law's name as words."""
    return getattr(law, "__name__", "law").replace("_", " ")
