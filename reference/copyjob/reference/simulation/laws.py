"""What the service promises, as checks of one moment of a simulated run.

Law: each check here is one promise of the service's README or of the contract, seen from outside: from what calls
answered, from what getters say, and from what lies on the disk. Nothing is read from the store.

It does not know how the moment was reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copyjob.reference.disk import temporary_path
from copyjob.reference.simulation.known import FINAL, ON_ITS_WAY, RUNNING, hold, settings_of
from copyjob.reference.simulation.upload_laws import check_upload
from copyjob.spec.vocabulary import JobState, JobType

if TYPE_CHECKING:
    from collections.abc import Collection

    from copyjob.reference.service import JobHandle
    from copyjob.reference.simulation.known import Known, Moment
    from copyjob.reference.views import FileInfo


def check_all(moment: Moment) -> None:
    """Check every promise; raise `BrokenPromiseError` for the first that does not hold."""
    wired = {exchange.request.url for exchange in moment.network.exchanges}
    opened = moment.machine.open_paths()
    present = [name for folder in moment.folders for name in moment.machine.names(folder)]
    for path, source in moment.sources.files.items():
        found = moment.machine.read(path)
        hold(found == source.now, "what is uploaded is left as it is", f"{path} has {found!r}")
    for known in moment.known:
        _names_appear_whole(moment, known)
        if known.settled:
            continue
        job = moment.service.find(known.id)
        _nothing_is_lost(known, job)
        if known.uploads:
            check_upload(moment, known, job)
        else:
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
    if known.type is JobType.UPLOAD_REPLY and job.reply_file_name != known.reply_path:
        seen = f"{job.reply_file_name} instead of {known.reply_path}"
        hold(False, "no answered SetReplyFileName is lost", seen)
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
    for path, before in known.before.items():
        found = moment.machine.read(path)
        if path in known.completed:
            hold(found == known.completed[path], "what Complete made available stays", f"{path} has {found!r}")
        elif found != before:
            hold(known.published, "a file appears by Complete alone", f"{path} has {found!r}")
            whole = found in moment.may_appear(known, path)
            hold(whole, "a file appears as it is wanted, whole, or not at all", f"{path} has {found!r}")


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
    for wish in known.files:
        hold(wired.isdisjoint(wish.urls), "a job at rest makes no request", wish.url)
    for path in known.worked_on:
        hold(path not in opened, "a job at rest reads and writes nothing", f"{path} is open")


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
