"""The registrar: what a job is told to have (files, a place in the queue, times, properties) against what the kit did.

Laws:

1. It asks only what the backend declares, and only when something may have changed since it last asked.
2. What the documents leave open is not judged: a property before it was set where the default depends, times of what
   the kit did not bring about, getters of a job that has ended where only its id is known.

What this module does not know: the table, the journal, and the server.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from copyjob.conformance.adapter import Adapter, Refused
from copyjob.conformance.interface import Power
from copyjob.conformance.observation import hresult_text
from copyjob.conformance.weather import NO_PROGRESS_SECONDS, RETRY_FLOOR_SECONDS, RETRY_SECONDS
from copyjob.conformance.world import World
from copyjob.spec.table import FINAL
from copyjob.spec.vocabulary import Dialect, Hresult, JobPriority, JobState, Operation

NOBODY = "00000000-0000-4000-8000-000000000000"
"""An id that no job has."""
_OF_SETTER = {
    Operation.SET_PRIORITY: "priority",
    Operation.SET_NO_PROGRESS_TIMEOUT: "no_progress_timeout",
    Operation.SET_MINIMUM_RETRY_DELAY: "minimum_retry_delay",
}
CLOCK_TICK_SECONDS = 1
FAILED = frozenset((JobState.ERROR, JobState.TRANSIENT_ERROR))


class Registrar:
    """The registers of one job; what does not agree is judged by the inspector's verdict."""

    def __init__(self, adapter: Adapter, world: World, judge: Callable[..., None]) -> None:
        """Begin with a job of which nothing was told yet."""
        self._adapter, self._world, self._judge = adapter, world, judge
        self._properties: dict[str, int | str] = {"priority": int(JobPriority.NORMAL)}
        if adapter.dialect is Dialect.BITS:
            self._properties |= {
                "no_progress_timeout": NO_PROGRESS_SECONDS[Dialect.BITS],
                "minimum_retry_delay": RETRY_SECONDS,
            }
        self._restarted = False
        self._changes = 0
        self._asked: tuple[object, ...] = ()
        self._seconds = 0.0
        """Time that the kit let pass on the backend's clock."""
        self._changed_seconds = 0.0
        """When the kit last changed the job for certain."""
        self._times: tuple[float, float, float | None] | None = None
        self._errors = 0

    # What the kit did

    def created(self, job: str, display_name: str) -> None:
        """Note that the job was created."""
        self._job = job
        self._properties["display_name"] = display_name
        answer = self._adapter.ask("get_job", NOBODY)
        if answer is not None:
            self._found(answer, wanted=False, whose="an id that no job has")

    def called(self, operation: Operation, value: int | None, *, failed: bool) -> None:
        """Note that a call was answered."""
        self._changes += 1
        if failed or operation is Operation.GET_ERROR:
            return
        if operation is Operation.ADD_FILE or operation in _OF_SETTER:
            self._changed_seconds = self._seconds
        name = _OF_SETTER.get(operation)
        if name is not None and value is not None:
            floor = RETRY_FLOOR_SECONDS if operation is Operation.SET_MINIMUM_RETRY_DELAY else 0
            self._properties[name] = max(value, floor)

    def overlapped(self, operations: tuple[Operation, ...]) -> None:
        """Note that several calls were made side by side: which of two setters came last is not known."""
        self._changes += 1
        for operation in operations:
            self._properties.pop(_OF_SETTER.get(operation, ""), None)

    def advanced(self, seconds: float) -> None:
        """Note that time passed on the backend's clock."""
        self._changes += 1
        self._seconds += seconds

    def restarted(self) -> None:
        """Note that the service was started again."""
        self._changes += 1
        self._restarted = True

    # What the job tells

    def look(self, state: JobState, *, may_have_been: Callable[[JobState], bool]) -> None:
        """Ask everything that is declared, unless nothing can have changed since."""
        now = (state, self._changes, len(self._world.added))
        if now == self._asked:
            return
        self._asked = now
        self._files(state)
        self._queue(state)
        if state not in FINAL:
            self._set()
            self._time(state, may_have_been)
            self._errors_counted(state, may_have_been)

    def _files(self, state: JobState) -> None:
        told = self._adapter.ask("enum_files", self._job)
        if told is None or (isinstance(told, Refused) and state in FINAL and self._adapter.declared.has(Power.BY_ID)):
            return
        wanted = sorted((self._world.files[n].url, str(self._world.destination(n))) for n in self._world.added)
        seen = hresult_text(told.hresult) if isinstance(told, Refused) else f"{len(told)} file(s): {told}"
        self._judge(
            "enum/files",
            good=not isinstance(told, Refused) and sorted(told) == wanted,
            seen=f"enum_files told {seen}",
            permitted=f"the {len(wanted)} file(s) that were added: {wanted}",
        )

    def _queue(self, state: JobState) -> None:
        final = state in FINAL
        answer = self._adapter.ask("get_job", self._job)
        if answer is not None:
            self._found(answer, wanted=not final, whose=f"a job in {state.name}")
        listed = self._adapter.ask("enum_jobs")
        if listed is not None:
            times = listed.count(self._job)
            self._judge(
                "enum/jobs",
                good=times == (0 if final else 1),
                seen=f"enum_jobs told the job {times} time(s) while it was {state.name}",
                permitted="not at all" if final else "once",
            )

    def _found(self, answer: Any, *, wanted: bool, whose: str) -> None:
        bits = self._adapter.dialect is Dialect.BITS
        unknown = Hresult.BG_E_NOT_FOUND if bits else Hresult.DO_E_JOB_NOT_FOUND
        told = answer.hresult if isinstance(answer, Refused) else answer
        self._judge(
            "enum/get",
            good=not isinstance(answer, Refused) if wanted else told == unknown,
            seen=f"get_job answered {hresult_text(told)} for {whose}",
            permitted="S_OK" if wanted else hresult_text(unknown),
        )

    def _told(self, getter: str) -> Any:
        """Return what a getter tells of a job that has not ended; None where it is not declared, or refuses to."""
        told = self._adapter.ask(getter, self._job)
        if told is None:
            return None
        refused = isinstance(told, Refused)
        self._judge(
            "getter/answers",
            good=not refused,
            seen=f"{getter} answered {hresult_text(told.hresult) if refused else 'S_OK'}",
            permitted="what it tells, as long as the job has not ended",
        )
        return None if refused else told

    def _set(self) -> None:
        told = self._told("get_properties")
        if told is None:
            return
        wrong = {name: told[name] for name, value in self._properties.items() if told.get(name, value) != value}
        check = "property/kept" if self._restarted else "property/set"
        self._judge(
            check,
            good=not wrong,
            seen=f"get_properties told {', '.join(f'{name} {value!r}' for name, value in sorted(wrong.items()))}",
            permitted=f"what was set: {', '.join(f'{name} {self._properties[name]!r}' for name in sorted(wrong))}",
        )

    def _time(self, state: JobState, may_have_been: Callable[[JobState], bool]) -> None:
        told = self._told("get_times")
        if told is None:
            return
        created, modified, completed = told
        before = self._times or told
        self._judge(
            "time/created",
            good=created == before[0] and created <= modified,
            seen=f"get_times told a creation at {created}, a modification at {modified}",
            permitted=f"a creation at {before[0]} that no modification precedes",
        )
        least = before[1]
        if self._adapter.declared.has(Power.CLOCK):
            # The job was created when no time had passed yet. Times may be whole seconds.
            least = max(least, created + self._changed_seconds - CLOCK_TICK_SECONDS)
        self._judge(
            "time/modified",
            good=modified >= least,
            seen=f"get_times told a modification at {modified}, {modified - created:g} s after the creation",
            permitted=f"not before {least}, {self._changed_seconds:g} s after it, when something was added or set",
        )
        transferred = state is JobState.TRANSFERRED
        self._judge(
            "time/completed",
            good=(completed is None or completed >= created)
            and (completed is not None or not transferred)
            and (completed is None or may_have_been(JobState.TRANSFERRED)),
            seen=f"get_times told a completion at {completed} while the job was {state.name}",
            permitted="a time not before the creation" if transferred else "none, unless it was once TRANSFERRED",
        )
        self._times = told

    def _errors_counted(self, state: JobState, may_have_been: Callable[[JobState], bool]) -> None:
        told = self._told("get_error_count")
        if told is None:
            return
        least = max(self._errors, int(state is JobState.ERROR))
        never = not any(map(may_have_been, FAILED))
        self._judge(
            "error/count",
            good=told == 0 if never else told >= least,
            seen=f"get_error_count told {told} while the job was {state.name}, after {self._errors}",
            permitted="0, for the job never failed" if never else f"{least} or more",
        )
        self._errors = told
