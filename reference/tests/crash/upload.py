"""What may be true of an upload whose service was killed: of its file, of its reply, of what the server has.

Laws: the file is left as its owner has made it, whatever happens. It is said to be transferred only when the server has
the whole of one version of it, and has answered 2xx to that, the last time it was sent. A reply appears whole, under
the name that was chosen for it, by Complete alone. After a kill a server may get the same file twice.

It does not know jobs and states.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from .model import FileModel, require
from .origin import Delivery, Inbox


@dataclass(kw_only=True)
class UploadModel(FileModel):
    """The file of an upload: ``path`` is where it lies, ``inbox`` what takes it, its ``resource``."""

    inbox: Inbox
    sources: list[bytes]
    """All that its owner has written there, the last stands there now."""
    reply: ReplyModel | None

    def arrived(self) -> None:
        """Take it that the server has it, and judge that."""
        super().arrived()
        last = self.inbox.deliveries[-1] if self.inbox.deliveries else Delivery(0)
        require(last.accepted, f"{self.path} is said to be transferred, and the server has not accepted it at last")
        require(bytes(last.body) in self.sources, f"{self.path} is said to be transferred, and the server has it not")
        require(last.replied or self.reply is None, f"{self.path} is said to be transferred without its reply")

    def rewrite(self, body: bytes) -> None:
        """Do what an owner may do to it, whatever the service is about."""
        self.sources.append(body)
        self.path.write_bytes(body)

    def look(self, *, may_be_new: bool) -> None:
        """Judge the file, which stays as its owner has made it, and where its reply may be."""
        require(
            self.path.exists() and self.path.read_bytes() == self.sources[-1],
            f"{self.path} was uploaded, and is not what its owner has written there",
        )
        if self.reply is not None:
            last = self.inbox.deliveries[-1] if self.inbox.deliveries else Delivery(0)
            self.reply.look(last, may_be_new=may_be_new, completed=self.completed)


@dataclass
class ReplyModel:
    """Where the reply to an upload may appear."""

    beside: str
    """Where the service puts it, beside the file, where nobody has chosen."""
    names: set[str] = field(default_factory=lambda: {""})
    """What may have been chosen; an empty one leaves it to the service."""
    before: dict[str, bytes | None] = field(default_factory=dict[str, "bytes | None"])
    """What stood at every place that was ever chosen."""

    def chosen(self, name: str, *, surely: bool) -> None:
        """Take it that a place is, or may be, chosen."""
        self.names = {name} if surely else self.names | {name}

    def found_at(self, place: str | None, *, beside_a_file: bool) -> None:
        """Take the place that the service says; without a file it has none to put the reply beside."""
        beside = self.beside if beside_a_file else None
        places = {name or beside for name in self.names}
        require(place in places, f"a reply is to stand at {place}; it was to stand at one of {places}")
        self.names = {name for name in self.names if (name or beside) == place}

    def look(self, last: Delivery, *, may_be_new: bool, completed: bool) -> None:
        """Judge every place; new means that Complete has made, or may have made, the reply available."""
        places = {name or self.beside for name in self.names}
        for place, before in {self.beside: None, **self.before}.items():
            found = Path(place).read_bytes() if Path(place).exists() else None
            if found == before and not (completed and place in places):
                continue
            require(may_be_new and place in places, f"{place} is available although its job does not say so")
            whole = last.replied and found == last.reply
            size = "nothing" if found is None else f"{len(found)} bytes"
            require(whole, f"{place} holds {size}: neither what stood there nor what was replied")
