"""What the service promises, as checks of one moment of a simulated run.

Law: each check here is one promise of the service's README or of the contract, seen from outside: from what calls
answered, from what getters say, and from what lies on the disk. Nothing is read from the store.

It does not know how the moment was reached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from copyjob.reference.disk import temporary_path
from copyjob.spec.vocabulary import JobState

if TYPE_CHECKING:
    from collections.abc import Collection

    from copyjob.reference.service import JobHandle, Service
    from copyjob.reference.simulation.machine import Machine
    from copyjob.reference.simulation.network import Network
    from copyjob.reference.simulation.wishes import Wish
    from copyjob.reference.views import FileInfo

FINAL: Final = frozenset({JobState.ACKNOWLEDGED, JobState.CANCELLED})
RUNNING: Final = frozenset({JobState.CONNECTING, JobState.TRANSFERRING})
ON_ITS_WAY: Final = RUNNING | {JobState.QUEUED, JobState.TRANSIENT_ERROR}
AT_REST: Final = frozenset({JobState.SUSPENDED, JobState.ERROR, JobState.TRANSFERRED}) | FINAL


class BrokenPromiseError(Exception):
    """A promise of the service that does not hold; the message names it and what was seen."""


def hold(held: bool, promise: str, seen: str) -> None:
    """Raise `BrokenPromiseError` where a promise does not hold."""
    if not held:
        raise BrokenPromiseError(f"{promise}: {seen}")


class Settings(NamedTuple):
    """What setters set, under the names of the setters."""

    priority: int
    no_progress_timeout: int | None
    minimum_retry_delay: int
    display_name: str
    notify_flags: int


def settings_of(job: JobHandle) -> Settings:
    """Return the settings that a job says it has."""
    known = job.job
    return Settings(
        int(known.priority),
        known.chosen_no_progress_timeout_seconds,
        known.retry_delay_seconds,
        job.display_name,
        known.notify_flags,
    )


@dataclass
class Known:
    """What a client knows of its job: what calls have answered, and what it saw last."""

    id: str
    settings: Settings
    """What the setters that were answered have left."""
    files: list[Wish] = field(default_factory=list["Wish"])
    """The files whose AddFile was answered, under the remote names whose setting was."""
    state: JobState = JobState.SUSPENDED
    before: dict[str, bytes | None] = field(default_factory=dict[str, "bytes | None"])
    """What stood under each local path before."""
    published: bool = False
    """Whether a Complete has been called, with whatever outcome."""
    completed: dict[str, bytes] = field(default_factory=dict[str, bytes])
    """What stood under each local path when a Complete that made it available had returned."""
    untidy: bool = False
    """Whether Cancel, Complete or expiry met a fault of the disk: temporary files may stay until the next start."""
    settled: bool = False
    """Whether it had ended before, and all was well then: until the next start only its names are looked at."""
    in_memory: bool = False
    """Whether the state was reached while the store could not be written."""


@dataclass
class Moment:
    """Everything that the checks look at."""

    service: Service
    machine: Machine
    network: Network
    known: list[Known]
    folder: str


def check_all(moment: Moment) -> None:
    """Check every promise; raise `BrokenPromiseError` for the first that does not hold."""
    wired = {exchange.request.url for exchange in moment.network.exchanges}
    opened = moment.machine.open_paths()
    present = moment.machine.names(moment.folder)
    for known in moment.known:
        _names_appear_whole(moment, known)
        if known.settled:
            continue
        job = moment.service.find(known.id)
        _nothing_is_lost(known, job)
        _bytes_are_of_one_version(moment, known, job)
        if job.state not in RUNNING:
            _nothing_moves_at_rest(known, wired, opened)
        if job.state in FINAL and not known.untidy:
            left = [name for name in present if f"-{known.id}-" in name or name.startswith(f".BIT-{known.id}")]
            hold(not left, "an ended job leaves no temporary file", f"{job.state.name} job has {left}")
            known.settled = known.state in FINAL


def _nothing_is_lost(known: Known, job: JobHandle) -> None:
    files = [(file.remote_url, file.local_path, _pairs(file)) for file in job.files()]
    wanted = [(wish.url, wish.path, wish.ranges) for wish in known.files]
    if files != wanted:  # what is seen is put into words only where it is wrong: that takes longer than the check
        hold(False, "no answered AddFile or SetRemoteName is lost or doubled", f"{files} instead of {wanted}")
    if known.state in FINAL:
        hold(job.state is known.state, "an ended job never changes", f"{known.state.name} became {job.state.name}")
    now = settings_of(job)
    if now != known.settings:
        hold(False, "no setting is lost, and none changes by itself", f"{known.settings} became {now}")
    progress = job.progress()
    if progress.bytes_transferred > progress.bytes_total:
        hold(False, "no more bytes than there are", str(progress))


def _pairs(file: FileInfo) -> tuple[tuple[int, int], ...]:
    return tuple((item.offset_bytes, item.length_bytes) for item in file.ranges)


def _names_appear_whole(moment: Moment, known: Known) -> None:
    for wish in known.files:
        path = wish.path
        found, before = moment.machine.read(path), known.before[path]
        if path in known.completed:
            hold(found == known.completed[path], "what Complete made available stays", f"{path} has {found!r}")
        elif found != before:
            hold(known.published, "a file appears by Complete alone", f"{path} has {found!r}")
            hold(found in moment.network.contents(wish), "a file appears whole or not at all", f"{path} has {found!r}")
            wanted = found if wish.expected is None else wish.expected
            hold(found == wanted, "only what is expected appears", f"{path} has {found!r}")


def _bytes_are_of_one_version(moment: Moment, known: Known, job: JobHandle) -> None:
    for number, (file, wish) in enumerate(zip(job.files(), known.files, strict=True)):
        path = wish.path
        if file.completed or job.state in FINAL or not file.bytes_transferred:
            continue
        stored = moment.machine.read(temporary_path(path, known.id, number)) or b""
        if known.published and not stored:
            continue  # a Complete that failed half-way has renamed it
        prefix = stored[: file.bytes_transferred]
        fits = any(
            version[: len(prefix)] == prefix and len(version) == file.bytes_total
            for version in moment.network.contents(wish)
        )
        hold(
            fits and len(prefix) == file.bytes_transferred,
            "the bytes that are counted are there, and are of one version",
            f"{file.bytes_transferred} of {file.bytes_total} bytes of {path}, {len(stored)} on disk",
        )


def _nothing_moves_at_rest(known: Known, wired: set[str], opened: set[str]) -> None:
    for number, wish in enumerate(known.files):
        hold(wired.isdisjoint(wish.urls), "a job at rest makes no request", wish.url)
        temporary = temporary_path(wish.path, known.id, number)
        hold(temporary not in opened, "a job at rest writes nothing", f"{temporary} is open")


def check_recovered(known: Known, job: JobHandle, called: Collection[str], expired: bool) -> None:
    """
    Check the state of a job after a restart against the one that was seen last.

    ``called`` names the calls of which nobody knows whether they have happened; a setter among them is settled here.
    """
    old, new = known.state, job.state
    allowed = {old}
    if old in ON_ITS_WAY or known.in_memory or "resume" in called:
        allowed |= ON_ITS_WAY | {JobState.ERROR, JobState.TRANSFERRED}
    if "suspend" in called:
        allowed.add(JobState.SUSPENDED)
    if "complete" in called:
        allowed.add(JobState.ACKNOWLEDGED)
    if "cancel" in called or expired:
        allowed.add(JobState.CANCELLED)
    if known.in_memory:
        allowed.add(JobState.SUSPENDED)
    if old in FINAL:
        allowed = {old}
    hold(
        new in allowed,
        "a restart keeps what was answered",
        f"{old.name} became {new.name} while {' and '.join(sorted(called)) or 'nothing'} was under way",
    )
    now = settings_of(job)
    changed = {f"set_{name}" for name, value in now._asdict().items() if value != getattr(known.settings, name)}
    if changed and changed.issubset(called):
        known.settings = now


def check_answer(name: str, job: JobHandle) -> None:
    """Hold a call that was not refused to what it says."""
    permitted: dict[str, set[JobState]] = {
        "suspend": {JobState.SUSPENDED, JobState.ERROR, JobState.TRANSFERRED},
        "cancel": {JobState.CANCELLED},
        "complete": {JobState.ACKNOWLEDGED},
        "resume": set(JobState) - FINAL - {JobState.SUSPENDED},
    }
    hold(job.state in permitted.get(name, set(JobState)), "a call does what it answers", f"{name}: {job.state.name}")
