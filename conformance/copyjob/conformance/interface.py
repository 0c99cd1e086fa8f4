"""The one table of what a backend offers: its methods, and its powers with everything that rests on them.

Laws:

1. Who needs which power is told here and nowhere else: what a declaration must bring along, which steps a generator may
   plan, why a row or a check is skipped, and what a program is asked follow from :data:`METHODS` and :data:`POWERS`.
2. A method speaks builtins only. What it answers with is written as a Python annotation, from which both a check of the
   answer and its JSON Schema can be made.

What this module does not know: how a backend is found, called, or judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any

from copyjob.spec.callbacks import Callback
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation


class Power(Enum):
    """What a backend can do, or promises, beyond the minimum; :data:`POWERS` tells what each one means."""

    PROGRESS = "progress"
    ERROR = "error"
    SETTINGS = "settings"
    CLOCK = "clock"
    RESTART = "restart"
    QUEUE = "queue"
    CONCURRENT_CALLS = "concurrent_calls"
    INSTANCES = "instances"
    BY_ID = "by_id"
    WIRE = "wire"
    FILES = "files"
    ENUMERATION = "enumeration"
    TIMES = "times"
    PROPERTIES = "properties"
    ERROR_COUNT = "error_count"
    CALLBACKS = "callbacks"


@dataclass(frozen=True, slots=True)
class Method:
    """One method of a backend, and what it answers with beside or instead of an HRESULT."""

    name: str
    arguments: tuple[tuple[str, Any], ...]
    """Name and type of each argument, in order."""
    says: str
    """What it does, in one sentence."""
    value: Any = None
    """The type of the value it answers with; None: an HRESULT is all it answers with."""
    told: str = "an HRESULT"
    """The answer, in words."""
    refusable: bool = True
    """A failing HRESULT is an answer."""
    power: Power | None = None
    """The power that it belongs to; None: every backend has it."""
    operation: Operation | None = None
    """The operation of the table that it is."""
    dialects: tuple[Dialect, ...] = (Dialect.BITS, Dialect.DO)


_JOB = ("job", str)

_ALL = (
    Method(
        "create_job",
        (("display_name", str),),
        "Create a download job. Clause: manager/create.",
        value=str,
        told="the job's id",
        refusable=False,
    ),
    Method(
        "add_file",
        (_JOB, ("remote_url", str), ("local_path", str)),
        "Add a file to a job. Clause: addfile/ok.",
        operation=Operation.ADD_FILE,
    ),
    Method("resume", (_JOB,), "Activate or restart a job. Clause: resume/suspended.", operation=Operation.RESUME),
    Method("suspend", (_JOB,), "Suspend a job. Clause: suspend/action.", operation=Operation.SUSPEND),
    Method("cancel", (_JOB,), "Cancel a job. Clause: cancel/any.", operation=Operation.CANCEL),
    Method("complete", (_JOB,), "Complete a job. Clause: complete/transferred.", operation=Operation.COMPLETE),
    Method(
        "get_state",
        (_JOB,),
        "Tell a job's state. Clause: decision/9.",
        value=JobState,
        told="a BG_JOB_STATE (0 to 8)",
    ),
    Method(
        "get_progress",
        (_JOB,),
        "Tell how far a job is. Clause: job/progress.",
        value=tuple[int | None, int, int, int],
        told="(bytes_total, bytes_transferred, files_total, files_transferred); an unknown bytes_total is None, or "
        "BG_SIZE_UNKNOWN (2^64-1)",
        power=Power.PROGRESS,
    ),
    Method(
        "get_error",
        (_JOB,),
        "Tell why a job failed. Clause: error/available.",
        value=tuple[int, int],
        told="(context, code)",
        power=Power.ERROR,
        operation=Operation.GET_ERROR,
    ),
    Method(
        "set_priority",
        (_JOB, ("priority", int)),
        "Set a job's BG_JOB_PRIORITY.",
        power=Power.SETTINGS,
        operation=Operation.SET_PRIORITY,
    ),
    Method(
        "set_no_progress_timeout",
        (_JOB, ("seconds", int)),
        "Set how long a job is tried without progress.",
        power=Power.SETTINGS,
        operation=Operation.SET_NO_PROGRESS_TIMEOUT,
    ),
    Method(
        "set_minimum_retry_delay",
        (_JOB, ("seconds", int)),
        "Set how long a job waits before it is tried again.",
        power=Power.SETTINGS,
        operation=Operation.SET_MINIMUM_RETRY_DELAY,
        dialects=(Dialect.BITS,),
    ),
    Method(
        "advance",
        (("seconds", int),),
        "Let time pass on the service's clock; returns when everything that was due has been done.",
        told="nothing",
        refusable=False,
        power=Power.CLOCK,
    ),
    Method(
        "restart",
        (),
        "Stop the service without a farewell and start it again on the same store.",
        told="nothing",
        refusable=False,
        power=Power.RESTART,
    ),
    Method(
        "enum_files",
        (_JOB,),
        "Tell a job's files. Clause: enum/files.",
        value=list[tuple[str, str]],
        told="a list of (remote_url, local_path)",
        power=Power.FILES,
    ),
    Method(
        "enum_jobs",
        (),
        "Tell the jobs in the queue. Clause: manager/enum.",
        value=list[str],
        told="a list of job ids",
        refusable=False,
        power=Power.ENUMERATION,
        dialects=(Dialect.BITS,),
    ),
    Method(
        "get_job",
        (_JOB,),
        "Find a job in the queue by its id. Clause: manager/get.",
        power=Power.ENUMERATION,
    ),
    Method(
        "get_times",
        (_JOB,),
        "Tell when a job was created, modified and transferred. Clause: times.",
        value=tuple[float, float, float | None],
        told="(created, modified, completed) in seconds on the service's clock; completed is null before the job was "
        "ever TRANSFERRED",
        power=Power.TIMES,
    ),
    Method(
        "get_properties",
        (_JOB,),
        "Tell what is set for a job. Clause: restart.",
        value=dict[str, int | str],
        told="an object with display_name, priority, no_progress_timeout, minimum_retry_delay: those that it has",
        power=Power.PROPERTIES,
    ),
    Method(
        "get_error_count",
        (_JOB,),
        "Tell how often a job has failed. Clause: error/count.",
        value=int,
        told="a number",
        power=Power.ERROR_COUNT,
        dialects=(Dialect.BITS,),
    ),
    Method(
        "set_notify_flags",
        (_JOB, ("flags", int)),
        "Choose what a job calls back for, by a sum of BG_NOTIFY_*. Clause: callback/flags.",
        power=Power.CALLBACKS,
    ),
    Method(
        "set_notify_interface",
        (_JOB,),
        "Have the job call back an interface of the adapter's own, whose methods take down that they were called and "
        "return S_OK. Clause: callback/late.",
        power=Power.CALLBACKS,
    ),
    Method(
        "take_callbacks",
        (_JOB,),
        "Tell which methods a job has called back since this was last asked, in their order; of a job that has ended "
        "too. Clauses: callback/transferred, callback/error, callback/modification, callback/file.",
        value=list[Callback],
        told=f"a list of the names {', '.join(callback.value for callback in Callback)}",
        refusable=False,
        power=Power.CALLBACKS,
    ),
)
METHODS: Mapping[str, Method] = MappingProxyType({method.name: method for method in _ALL})
MINIMUM = tuple(method.name for method in _ALL if method.power is None)
"""What every backend has."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a power promises, and what rests on it beside its methods."""

    promise: str
    events: tuple[InternalEvent, ...] = ()
    """Events of the table that cannot be brought about, or noticed, without it."""
    states: tuple[JobState, ...] = ()
    """States in which a job cannot be kept without it."""
    steps: tuple[str, ...] = ()
    """Steps of a plan that use it (:data:`copyjob.conformance.plan.STEPS`)."""
    sharpens: bool = False
    """Without it, steps that nobody asked for blur what was seen; see the oracle's theory."""


POWERS: Mapping[Power, Reach] = MappingProxyType(
    {
        Power.PROGRESS: Reach("it tells how far a job is", events=(InternalEvent.FILE_DONE,), sharpens=True),
        Power.ERROR: Reach("it tells why a job failed", sharpens=True),
        Power.SETTINGS: Reach("a job's priority and timers can be set"),
        Power.CLOCK: Reach(
            "the service's clock stands still and moves only by `advance`, which returns when everything that was due "
            "has been done; retries, time-outs, expiry and time slices run on it",
            events=(InternalEvent.RETRY, InternalEvent.NO_PROGRESS, InternalEvent.EXPIRY, InternalEvent.SLICE_END),
            steps=("Advance",),
            sharpens=True,
        ),
        Power.RESTART: Reach(
            "the service can be stopped without a farewell and started again on the same store",
            events=(InternalEvent.RESTART,),
            steps=("Restart",),
        ),
        Power.QUEUE: Reach(
            "so many running jobs as `blocking_jobs` says (1 if it is not given), of priority HIGH with the power "
            "`settings`, keep another one QUEUED",
            states=(JobState.QUEUED,),
            steps=("Block", "Unblock"),
            sharpens=True,
        ),
        Power.CONCURRENT_CALLS: Reach("calls may come from several callers at once", steps=("Race",)),
        Power.INSTANCES: Reach(
            "several instances, each in a folder of its own, do not disturb each other: plans may run side by side"
        ),
        Power.BY_ID: Reach("jobs are known by id only: a job in a final state may be unknown. Clause: decision/19"),
        Power.WIRE: Reach(
            "constructed with `wire=`, it reaches servers by that alone, has no threads of its own, and whatever a "
            "call, the wire or `advance` brings about is done when it returns: it can be checked in memory"
        ),
        Power.FILES: Reach("it tells a job's files"),
        Power.ENUMERATION: Reach("jobs can be found in its queue"),
        Power.TIMES: Reach("it tells when a job was created, modified and transferred"),
        Power.PROPERTIES: Reach("it tells what is set for a job"),
        Power.ERROR_COUNT: Reach("it tells how often a job has failed"),
        Power.CALLBACKS: Reach(
            "a job calls back whom is registered; whatever belongs to what had happened when `take_callbacks` was "
            "called is in its answer, or comes within the quiescence bound",
            steps=("Listen",),
        ),
    }
)

POWER_OF_OPERATION: Mapping[Operation, Power] = MappingProxyType(
    {method.operation: method.power for method in _ALL if method.operation is not None and method.power is not None}
)
POWER_OF_EVENT: Mapping[InternalEvent, Power] = MappingProxyType(
    {event: power for power, reach in POWERS.items() for event in reach.events}
)
POWER_OF_STATE: Mapping[JobState, Power] = MappingProxyType(
    {state: power for power, reach in POWERS.items() for state in reach.states}
)
POWER_OF_STEP: Mapping[str, Power] = MappingProxyType(
    {step: power for power, reach in POWERS.items() for step in reach.steps}
)
SHARPENING = tuple(power for power, reach in POWERS.items() if reach.sharpens)
"""The powers without one of which a row may not be told apart."""
SETTERS = tuple(method.operation for method in _ALL if method.operation is not None and method.power is Power.SETTINGS)
"""The operations that take a number, in the order of the table."""


def methods_of(power: Power, dialects: tuple[Dialect, ...] = tuple(Dialect)) -> tuple[str, ...]:
    """Return the methods that a power needs in any of some dialects."""
    return tuple(
        method.name for method in _ALL if method.power is power and not frozenset(method.dialects).isdisjoint(dialects)
    )
