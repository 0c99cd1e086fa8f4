"""What a client knows of its jobs, and the moment of a simulated run at which that is compared with what there is.

Law: what is known follows from what calls have answered, and from what was seen; nothing is read from the store.

It does not know what must hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from copyjob.reference.disk import temporary_path
from copyjob.spec.vocabulary import JobState, JobType

if TYPE_CHECKING:
    from collections.abc import Collection

    from copyjob.reference.service import JobHandle, Service
    from copyjob.reference.simulation.machine import Machine
    from copyjob.reference.simulation.network import Network
    from copyjob.reference.simulation.sources import Sources
    from copyjob.reference.simulation.wishes import Wish

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
    type: JobType = JobType.DOWNLOAD
    files: list[Wish] = field(default_factory=list["Wish"])
    """The files whose AddFile was answered, under the remote names whose setting was."""
    reply_name: str = ""
    """Where the owner wants the reply to an upload, as it was answered; empty leaves the name to the service."""
    state: JobState = JobState.SUSPENDED
    before: dict[str, bytes | None] = field(default_factory=dict[str, "bytes | None"])
    """What stood before under each name that Complete might give, or might have given once."""
    published: bool = False
    """Whether a Complete has been called that may give names, with whatever outcome."""
    completed: dict[str, bytes] = field(default_factory=dict[str, bytes])
    """What stood under each name that a Complete had given when it had returned."""
    untidy: bool = False
    """Whether Cancel, Complete or expiry met a fault of the disk: temporary files may stay until the next start."""
    settled: bool = False
    """Whether it had ended before, and all was well then: until the next start only its names are looked at."""
    in_memory: bool = False
    """Whether the state was reached while the store could not be written."""

    @property
    def uploads(self) -> bool:
        """Whether it sends its file."""
        return self.type is not JobType.DOWNLOAD

    @property
    def url(self) -> str | None:
        """Where this upload goes."""
        return self.files[0].url if self.files else None

    def reply_path_of(self, name: str) -> str | None:
        """Return where the reply to this upload stands under a chosen name, or under none; None for no reply."""
        if self.type is not JobType.UPLOAD_REPLY or not (name or self.files):
            return None
        return name or f"{self.files[0].path.rpartition('/')[0]}/BIT-{self.id}.reply"

    @property
    def reply_path(self) -> str | None:
        """Where the reply to this upload is to stand."""
        return self.reply_path_of(self.reply_name)

    @property
    def names(self) -> list[str]:
        """The names that a Complete of all of it gives."""
        if not self.uploads:
            return [wish.path for wish in self.files]
        return [] if self.reply_path is None else [self.reply_path]

    @property
    def worked_on(self) -> list[str]:
        """The files that are open while it moves: temporary ones, and the one that is sent."""
        if not self.uploads:
            return [temporary_path(wish.path, self.id, number) for number, wish in enumerate(self.files)]
        return [wish.path for wish in self.files] + [temporary_path(path, self.id, 0) for path in self.names]


@dataclass
class Moment:
    """Everything that the checks look at."""

    service: Service
    machine: Machine
    network: Network
    sources: Sources
    known: list[Known]
    folders: tuple[str, ...]

    def may_appear(self, known: Known, path: str) -> Collection[bytes]:
        """Return everything that may stand under a name once Complete has given it."""
        if known.uploads:
            last = self.network.last_delivery(known.files[0].url) if path == known.reply_path else None
            return [last.reply] if last is not None and last.replied else []
        wish = next(wish for wish in known.files if wish.path == path)
        return [found for found in self.network.contents(wish) if wish.expected in {None, found}]
