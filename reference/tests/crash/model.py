"""What may be true of a service that was killed: for each job what was acknowledged, and what was under way.

Laws: a call that was acknowledged has happened, one that was under way has happened once or not at all, one
that was refused has not. A job moves on by itself only as the contract lets it. A destination holds what
stood there before until its job completes, and then a whole version that the server had; what its owner
makes of it afterwards stays. Whatever is found otherwise raises `Lost`.

It does not know how the service works, nor when it was killed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copyjob.spec.vocabulary import Dialect, Hresult, JobPriority, JobState, JobType, hresult_name

if TYPE_CHECKING:
    from .origin import Resource
    from .upload import ReplyModel

MOVING = frozenset({JobState.QUEUED, JobState.CONNECTING, JobState.TRANSFERRING})
FINAL = frozenset({JobState.ACKNOWLEDGED, JobState.CANCELLED})
_ARRIVALS = frozenset({JobState.TRANSIENT_ERROR, JobState.ERROR, JobState.TRANSFERRED})


class Lost(Exception):  # noqa: N818 what it says is that something was lost
    """A promise that was not kept."""


def require(kept: bool, broken_promise: str) -> None:
    """Raise `Lost` where a promise was not kept."""
    if not kept:
        raise Lost(broken_promise)


@dataclass
class FileModel:
    """One file: where it comes from, where it goes, what stood there before."""

    url: str
    path: Path
    resource: Resource
    before: bytes | None
    ranges: tuple[tuple[int, int], ...] = ()
    """Offset and length of the parts that are wanted; none means all."""
    urls: set[str] = field(default_factory=set[str])
    """The URLs under which it may be found while it is not transferred."""
    past_urls: set[str] = field(default_factory=set[str])
    """All that it ever had: one that is transferred keeps the one it was fetched from."""
    transferred: bool = False
    completed: bool = False
    requests_when_transferred: int = 0
    owned: bytes | None = None
    """What its owner wrote to the destination after Complete."""

    def arrived(self) -> None:
        """Take it that every byte is stored: nothing more is to be asked for."""
        if not self.transferred:
            self.transferred, self.requests_when_transferred = True, self.resource.requests

    def moved(self, url: str, *, surely: bool) -> None:
        """Take it that it is, or may be, fetched from another URL."""
        self.past_urls |= {self.url, url}
        self.urls = {url} if surely else {*(self.urls or {self.url}), url}

    def found_under(self, url: str, *, transferred: bool) -> None:
        """Take the URL that the service says, where it may be that one."""
        allowed = (self.urls or {self.url}) | (self.past_urls if transferred else set[str]())
        require(url in allowed, f"{self.path} comes from {url}; it was to come from {' or '.join(sorted(allowed))}")
        self.url, self.urls = url, {url}

    def _wanted(self, found: bytes) -> bool:
        """Whether these are the bytes that are wanted, of one version."""
        for version in self.resource.versions:
            if not self.ranges and found == version:
                return True
            parts = (version[first : first + length] for first, length in self.ranges)
            if self.ranges and found == b"".join(parts):
                return True
        return False

    def look(self, *, may_be_new: bool) -> None:
        """Judge the destination; new means that Complete has made, or may have made, it available."""
        found = self.path.read_bytes() if self.path.exists() else None
        if self.owned is not None:
            require(found == self.owned, f"{self.path} was made available a second time, over what its owner wrote")
        elif found == self.before and not self.completed:
            return
        elif found is not None and self._wanted(found):
            require(may_be_new, f"{self.path} is available although its job does not say so")
        else:
            require(found != self.before, f"{self.path} is said to be available, and is not")
            size = "nothing" if found is None else f"{len(found)} bytes"
            raise Lost(f"{self.path} holds {size}: neither what stood there nor what was served")


@dataclass
class JobModel:
    """One job: the states in which it may be found, its files in order, the file that may have been added."""

    id: str
    name: str
    dialect: Dialect
    type: JobType = JobType.DOWNLOAD
    reply: ReplyModel | None = None
    """Where the reply to an upload is to appear, where one is wanted."""
    state: JobState = JobState.SUSPENDED
    may_be: frozenset[JobState] = frozenset({JobState.SUSPENDED})
    files: list[FileModel] = field(default_factory=list[FileModel])
    priorities: set[int] = field(default_factory=lambda: {int(JobPriority.NORMAL)})
    """The priorities that it may have."""
    perhaps: FileModel | None = None
    completing: bool = False
    """Complete was called, and the next report tells which files it kept, if it happened."""

    @property
    def final(self) -> bool:
        """Whether the job was last seen in a final state."""
        return self.state in FINAL

    def _may_complete(self) -> bool:
        """Whether Complete may be answered with success: an upload has to be TRANSFERRED."""
        return self.type is JobType.DOWNLOAD or JobState.TRANSFERRED in self.may_be

    def _onwards(self, state: JobState) -> frozenset[JobState]:
        if state in MOVING or (state is JobState.TRANSIENT_ERROR and self.dialect is Dialect.DO):
            return MOVING | _ARRIVALS
        return frozenset({state})  # in BITS the retry delay, 600 s, is longer than a world lasts

    def _after(self, operation: str) -> frozenset[JobState]:
        """Return where a call that succeeds may leave the job."""
        here = self.may_be
        match operation:
            case "resume":
                arrived = here & {JobState.TRANSFERRED}
                return arrived if here == arrived and self._all_transferred else MOVING | _ARRIVALS
            case "suspend":
                return (here & {JobState.ERROR, JobState.TRANSFERRED, JobState.SUSPENDED}) | {JobState.SUSPENDED}
            case "cancel":
                return frozenset({JobState.CANCELLED})
            case "complete":
                return frozenset({JobState.ACKNOWLEDGED})
            case _:
                return here

    @property
    def _all_transferred(self) -> bool:
        return all(file.transferred for file in self.files)

    def _expected(self, operation: str) -> set[int]:
        bits = self.dialect is Dialect.BITS
        if self.final:
            return {Hresult.BG_E_INVALID_STATE if bits else Hresult.DO_E_INVALID_STATE}
        if operation == "resume" and not self.files:
            return {Hresult.BG_E_EMPTY if bits else Hresult.DO_E_JOB_EMPTY}
        if self.type is not JobType.DOWNLOAD and operation in {"complete", "set_reply_file_name"}:
            transferred, moving = self.may_be & {JobState.TRANSFERRED}, self.may_be & MOVING
            if operation == "complete":
                refused, taken = self.may_be != transferred, bool(transferred)
            else:
                refused, taken = bool(transferred or moving), self.may_be != transferred
            answers = {Hresult.S_OK: taken, Hresult.BG_E_INVALID_STATE: refused}
            return {int(answer) for answer, possible in answers.items() if possible}
        if operation == "complete" and bits:
            return {Hresult.S_OK, Hresult.BG_S_PARTIAL_COMPLETE}
        return {Hresult.S_OK}

    def acknowledged(self, operation: str, reply: dict[str, Any], file: FileModel | None = None) -> None:
        """Take the reply to a call."""
        hresult, state = int(reply["hresult"]), JobState(reply["state"])
        where = f"{operation} of {self.name} in {self.state.name}"
        require(hresult in self._expected(operation), f"{where} was answered {hresult_name(hresult)}")
        if hresult < Hresult.E_NOTIMPL:  # a success
            self.may_be = self._after(operation)
            if file is not None:
                self.files.append(file)
        self.seen(state, f"after {where}")
        if operation != "complete" or hresult >= Hresult.E_NOTIMPL:
            return
        self.completing = True
        if self.dialect is Dialect.BITS and hresult == Hresult.S_OK:
            for one in self.files:
                one.arrived()
                one.completed = True

    def under_way(self, operation: str, file: FileModel | None = None) -> None:
        """Take it that a call may have happened or not: the service was killed before it answered."""
        refused = operation == "complete" and not self._may_complete()
        if not self.final and (operation != "resume" or self.files) and not refused:
            self.may_be |= self._after(operation)
            self.perhaps = file
            self.completing |= operation == "complete"

    def seen(self, state: JobState, when: str) -> None:
        """Take a state that was seen."""
        names = ", ".join(sorted(state.name for state in self.may_be))
        require(state in self.may_be, f"{self.name} is {state.name} {when}; it may be {names}")
        self.state, self.may_be = state, self._onwards(state)

    def look(self) -> None:
        """Judge every destination, whatever the service says of itself."""
        for file in self.files:
            file.look(may_be_new=file.completed or self.completing)

    def reported(self, found: dict[str, Any], when: str) -> None:
        """Take what the service says of the job, and judge it with the disk."""
        self.seen(JobState(found["state"]), when)
        priority = JobPriority(found["priority"])
        require(
            priority in self.priorities, f"{self.name} has the priority {priority.name} {when}, which is not its own"
        )
        self.priorities = {int(priority)}
        self.completing = False
        files = found["files"]
        if self.perhaps is not None and len(files) == len(self.files) + 1:
            self.files.append(self.perhaps)
        self.perhaps = None
        for file, said in zip(self.files, files, strict=False):
            file.found_under(said["remote_url"], transferred=said["transferred"])
        if self.reply is not None:
            self.reply.found_at(found["reply"], beside_a_file=bool(self.files))
        names = [(file["remote_url"], file["local_path"]) for file in files]
        require(
            names == [(file.url, str(file.path)) for file in self.files],
            f"{self.name} has {len(files)} files {when}, {len(self.files)} were added, or others",
        )
        for file, said in zip(self.files, files, strict=True):
            what = f"{file.path} of {self.name} {when}"
            require(said["transferred"] or not file.transferred, f"{what} is no longer transferred")
            require(said["completed"] or not file.completed, f"{what} is no longer completed")
            if said["transferred"]:
                file.arrived()
            require(
                not file.transferred or file.resource.requests == file.requests_when_transferred,
                f"{what} was asked for again although it was transferred",
            )
            was_available, file.completed = file.completed, said["completed"]
            if self.state is JobState.ACKNOWLEDGED:
                require(file.completed == said["transferred"], f"{what} is transferred and was not made available")
            elif self.state is JobState.CANCELLED:
                require(file.completed is was_available, f"{what} was made available in a cancelled job")
            elif self.state is JobState.TRANSFERRED and file is self.files[0]:
                require(said["transferred"], f"{what} is not transferred in a job that is")
            file.look(may_be_new=file.completed)
