"""What the service remembers of a job beyond its life cycle: one :class:`Record` a job, one :class:`Part` a
file.

Law: a record belongs to the service's lock. Its ``job`` is replaced, never changed, so that a getter may
read it without the lock and always sees one whole moment.

It does not know how it is stored, nor what a transfer does with its parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from copyjob.reference.disk import temporary_path
from copyjob.reference.events import Restarted, SliceEnded, Turn
from copyjob.spec.vocabulary import JobState

if TYPE_CHECKING:
    from copyjob.reference.events import Event
    from copyjob.reference.job import Job
    from copyjob.reference.transfer import Transfer
    from copyjob.reference.wire import Sink

SLICE_SECONDS: Final = 300.0
"""How long a turn lasts when an equal waits."""


@dataclass(slots=True)
class Part:
    """The bytes of one file: how many there are to be, how many are here, which version of it they are of."""

    number: int
    remote_url: str
    local_path: str
    temporary: str
    size_bytes: int | None = None
    """The whole size; None until a server has said it."""
    offset_bytes: int = 0
    """How many bytes stand in the temporary file."""
    synced_bytes: int = 0
    """How many of them would survive a loss of power."""
    etag: str = ""
    last_modified: str = ""
    expected_size_bytes: int | None = None
    """The size without which the owner does not want the file; None takes any."""
    expected_digest: str = ""
    """Likewise its digest, as `copyjob.reference.integrity` writes it; empty takes any."""

    @property
    def whole(self) -> bool:
        """Whether every byte is here."""
        return self.offset_bytes == self.size_bytes

    def forget(self) -> None:
        """Nothing is known of this file, but what its owner expects, and nothing of it is here."""
        self.size_bytes = None
        self.offset_bytes = self.synced_bytes = 0
        self.etag = self.last_modified = ""


@dataclass(slots=True)
class Record:
    """One job of the service. Times are seconds since 1970."""

    id: str
    display_name: str
    job: Job
    created_at_seconds: float
    modified_at_seconds: float
    transferred_at_seconds: float | None = None
    ticket: int = 0
    """Place in the queue: the lower one has its turn first among equals."""
    turn_began_seconds: float = 0.0
    order: int = 0
    """The how-manieth job of the queue it was when it joined since the service started; 0 before."""
    publishing: tuple[int, ...] | None = None
    """The files that a Complete under way gives their local names; recorded before the first rename."""
    cleaned: bool = False
    """Whether every temporary file of a job that has ended is gone."""
    parts: list[Part] = field(default_factory=list["Part"])
    changed: set[int] = field(default_factory=set[int])
    """Numbers of the parts that differ from what is stored."""
    transfer: Transfer | None = None
    sink: Sink | None = None
    """Who listens for that transfer at the wire."""

    def add_part(
        self, remote_url: str, local_path: str, expected_size_bytes: int | None = None, expected_digest: str = ""
    ) -> None:
        """Make room for the bytes of one more file."""
        number = len(self.parts)
        part = Part(number, remote_url, local_path, temporary_path(local_path, self.id, number))
        part.expected_size_bytes, part.expected_digest = expected_size_bytes, expected_digest
        self.parts.append(part)
        self.changed.add(number)

    def note(self, job: Job, event: Event, now_seconds: float, last_ticket: int) -> int:
        """Take down times and place as ``event`` makes ``job`` of it; return the last ticket given."""
        if isinstance(event, Restarted):
            return last_ticket
        self.modified_at_seconds = now_seconds
        if job.state is self.job.state:
            return last_ticket
        if job.state is JobState.QUEUED:
            # Who lost his turn to a higher priority keeps his place; everybody else goes to the end.
            used_up = now_seconds >= self.turn_began_seconds + SLICE_SECONDS
            if used_up or not isinstance(event, SliceEnded):
                last_ticket += 1
                self.ticket = last_ticket
        elif isinstance(event, Turn):
            self.turn_began_seconds = now_seconds
        if job.state is JobState.TRANSFERRED:
            self.transferred_at_seconds = now_seconds
        return last_ticket

    @property
    def leftovers(self) -> list[str]:
        """The temporary files that this job may have on disk."""
        return [part.temporary for part in self.parts]
