"""What the service remembers of a job beyond its life cycle: one :class:`Record` a job, one :class:`Part` a
file.

Law: a record belongs to the service's lock. Its ``job`` is replaced, never changed, so that a getter may
read it without the lock and always sees one whole moment.

It does not know how it is stored, nor what a transfer does with its parts.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from copyjob.reference.disk import temporary_path
from copyjob.reference.events import (
    AddFile,
    AddFileSet,
    ReplaceRemotePrefix,
    Restarted,
    Resume,
    SetDisplayName,
    SetHttpOptions,
    SetRemoteName,
    SetReplyFileName,
    SliceEnded,
    TakeOwnership,
    Turn,
)
from copyjob.reference.files import renamed
from copyjob.reference.http_options import NO_HTTP_OPTIONS, HttpOptions
from copyjob.reference.ranges import WHOLE_FILE, FileRange, length_of
from copyjob.reference.versions import forget_tag
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, JobType

if TYPE_CHECKING:
    from collections.abc import Generator

    from copyjob.reference.events import Event
    from copyjob.reference.job import Job
    from copyjob.reference.transfer import Transfer
    from copyjob.reference.wire import Sink

SLICE_SECONDS: Final = 300.0
"""How long a turn lasts when an equal waits."""


class Part(Struct):
    """The bytes of one file: how many there are to be, how many are here, which version of it they are of."""

    number: int
    remote_url: str
    local_path: str
    temporary: str
    size_bytes: int | None = None
    """How many there are to be; None until a server has said how long the file is."""
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
    ranges: tuple[FileRange, ...] = ()
    """Which parts of the remote file the owner wants, in the order in which they are written; none means all."""
    source_size_bytes: int | None = None
    """How long the remote file is, where only ranges of it are wanted; None until a server has said it."""
    restarts: int = 0
    """How often it has begun anew since it last came to an end; not recorded."""
    versioned: bool = False
    """Whether the store knows of which version the bytes are."""

    @property
    def partial(self) -> bool:
        """Whether only ranges of the remote file are wanted."""
        return self.ranges not in ((), WHOLE_FILE)

    @property
    def total_bytes(self) -> int | None:
        """``BytesTotal``: how many there are to be, known beforehand where every range says it (`file/progress`)."""
        if self.size_bytes is not None or not self.ranges:
            return self.size_bytes
        return length_of(self.ranges)

    @property
    def whole(self) -> bool:
        """Whether every byte is here."""
        return self.offset_bytes == self.size_bytes

    def forget(self) -> None:
        """Nothing is known of this file, but what its owner expects, and nothing of it is here."""
        self.size_bytes = self.source_size_bytes = None
        self.offset_bytes = self.synced_bytes = 0
        self.etag = self.last_modified = ""


class Record(Struct):
    """One job of the service. Times are seconds since 1970."""

    id: str
    display_name: str
    job: Job
    created_at_seconds: float
    modified_at_seconds: float
    owner: str = ""
    """The name of the user whose job it is."""
    transferred_at_seconds: float | None = None
    ticket: int = 0
    """Place in the queue: the lower one has its turn first among equals."""
    turn_began_seconds: float = 0.0
    order: int = 0
    """The how-manieth job of the queue it was when it joined since the service started; 0 before."""
    downloading_since_seconds: float = 0.0
    """When the job last began to count as CONNECTING or TRANSFERRING; of a running job only."""
    download_used_seconds: float = 0.0
    """How long it has been that before, since it was last resumed (`timer/maxdownload`)."""
    publishing: tuple[int, ...] | None = None
    """The files that a Complete under way gives their local names; recorded before the first rename."""
    cleaned: bool = False
    """Whether every temporary file of a job that has ended is gone."""
    parts: list[Part] = field(default_factory=list["Part"])
    changed: set[int] = field(default_factory=set[int])
    """Numbers of the parts that differ from what is stored."""
    reply_name: str = ""
    """Where the owner wants the reply to an upload; empty leaves the name to the service (`upload/reply`)."""
    reply: Part | None = None
    """The bytes of that reply; of an upload with a reply, once it has a file or a name for it."""
    transfer: Transfer | None = None
    sink: Sink | None = None
    """Who listens for that transfer at the wire."""
    http_options: HttpOptions = NO_HTTP_OPTIONS
    """What its owner adds to its requests, as long as the job lives."""

    def add_part(self, file: AddFile) -> None:
        """Make room for the bytes of one more file."""
        number = len(self.parts)
        part = Part(number, file.remote_url, file.local_path, temporary_path(file.local_path, self.id, number))
        part.expected_size_bytes, part.expected_digest = file.expected_size_bytes, file.expected_digest
        part.ranges = file.ranges
        if self.job.type is not JobType.DOWNLOAD:
            part.temporary = ""  # what is uploaded stays where it is
        self.parts.append(part)
        self.changed.add(number)

    @contextlib.contextmanager
    def prepared(self, event: Event) -> Generator[Hresult]:
        """Do what a call asks for beside the job itself, and give its answer; what is refused meanwhile is undone."""
        count, name, owner, options = len(self.parts), self.display_name, self.owner, self.http_options
        answer, reply_name = Hresult.S_OK, self.reply_name
        moved: list[tuple[Part, str, str]] = []
        match event:
            case AddFile():
                self.add_part(event)
            case AddFileSet(files):
                for new in files:
                    self.add_part(new)
            case SetRemoteName() | ReplaceRemotePrefix():
                for part, file in zip(self.parts, renamed(self.job, event)[0], strict=True):
                    if part.remote_url != file.remote_url:
                        moved.append((part, part.remote_url, part.etag))
                        part.remote_url = file.remote_url
                        forget_tag(part)
            case SetDisplayName():
                self.display_name = event.display_name
            case SetHttpOptions() if not self.job.final:
                self.http_options, answer = event.change(options)
            case TakeOwnership():
                self.owner = event.owner
                if event.owner != owner:
                    self.http_options = options.without_secrets()
            case SetReplyFileName():
                self.reply_name = event.local_path
            case _:
                pass
        self.place_reply()
        try:
            yield answer
        except BaseException:
            self.display_name, self.owner, self.http_options = name, owner, options
            self.reply_name = reply_name
            self.changed.difference_update(range(count, len(self.parts)))
            del self.parts[count:]
            for part, remote_url, etag in moved:
                part.remote_url, part.etag = remote_url, etag
            self.place_reply()
            raise

    def place_reply(self) -> None:
        """Say where the reply to an upload goes; a name that nobody chose lies beside the file (`upload/reply`)."""
        if self.job.type is not JobType.UPLOAD_REPLY or not (self.reply_name or self.parts):
            self.reply = None
            return
        path = self.reply_name or str(Path(self.parts[0].local_path).parent / f"BIT-{self.id}.reply")
        if self.reply is None or self.reply.local_path != path:
            self.reply = Part(0, "", path, temporary_path(path, self.id, 0))

    def to_publish(self, number: int) -> Part:
        """Return what gets its local name when file ``number`` is completed: the file, or the reply to it."""
        return self.reply if self.reply is not None else self.parts[number]

    def note(self, job: Job, event: Event, now_seconds: float, last_ticket: int) -> int:
        """Take down times and place as ``event`` makes ``job`` of it; return the last ticket given."""
        if isinstance(event, Restarted):
            return last_ticket
        self.modified_at_seconds = now_seconds
        if self.job.running and not job.running:
            self.download_used_seconds += now_seconds - self.downloading_since_seconds
            self.downloading_since_seconds = now_seconds
        elif job.running and not self.job.running:
            self.downloading_since_seconds = now_seconds
        if isinstance(event, Resume):
            self.download_used_seconds = 0.0
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
    def noted(self) -> tuple[float, int, float, float, float, float | None]:
        """What `note` takes down; set again, it is as if that had not happened."""
        return (
            self.modified_at_seconds,
            self.ticket,
            self.turn_began_seconds,
            self.downloading_since_seconds,
            self.download_used_seconds,
            self.transferred_at_seconds,
        )

    @noted.setter
    def noted(self, before: tuple[float, int, float, float, float, float | None]) -> None:
        (
            self.modified_at_seconds,
            self.ticket,
            self.turn_began_seconds,
            self.downloading_since_seconds,
            self.download_used_seconds,
            self.transferred_at_seconds,
        ) = before

    def count_download_time(self, now_seconds: float) -> None:
        """Take down how long the job has been CONNECTING or TRANSFERRING, before the service stops."""
        if self.job.running:
            self.download_used_seconds += now_seconds - self.downloading_since_seconds
            self.downloading_since_seconds = now_seconds

    @property
    def download_time_due_seconds(self) -> float | None:
        """When the job has used up its time, or None where it has no end (`timer/maxdownload`)."""
        if self.job.dialect is Dialect.DO or not self.job.running:
            return None
        return self.downloading_since_seconds + self.job.max_download_seconds - self.download_used_seconds

    @property
    def leftovers(self) -> list[str]:
        """The temporary files that this job may have on disk; what has its local name has none."""
        named = {number for number, file in enumerate(self.job.files) if file.completed}
        parts = self.parts if self.reply is None else [self.reply]
        return [part.temporary for part in parts if part.temporary and part.number not in named]
