"""The last answer: what the server told a job last, for whoever explains what the job made of it.

Laws:

1. A redirect is followed when its target is asked for, and open until then. What the server did to the same file
   since closes it: then that is what the job answers to.
2. Words and redirects only: what may have happened to the job is the cause book's.

What this module does not know: the job's states.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.weather import address_of


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """What a job had heard from the server when it diverged."""

    text: str = "the server had answered nothing"
    redirect: str = ""
    """In words, the redirect that was not followed."""


NOTHING = LastAnswer()


class Answers:
    """The answers of one run."""

    def __init__(self) -> None:
        """Begin with nothing answered."""
        self.last = NOTHING
        self.followed = 0
        """How many redirects were followed."""
        self._open: dict[str | None, str] = {}

    def read(self, entries: Iterable[Entry]) -> None:
        """Take in what the server did."""
        for entry in entries:
            address = address_of(entry.path)
            if entry.kind is EntryKind.REQUEST and entry.path == self._open.get(address):
                del self._open[address]
                self.followed += 1
            elif entry.kind in (EntryKind.ANSWER, EntryKind.FAULT):
                self._open.pop(address, None)
                if entry.leads_to is not None:
                    self._open[address] = entry.leads_to
            text = _told(entry) or self.last.text
            moved = [f"{path} to {target}" for path, target in self._open.items()]
            self.last = LastAnswer(text, f"the server redirects {moved[0]}" if moved else "")


def _told(entry: Entry) -> str:
    if entry.kind is EntryKind.FAULT and entry.status is None:
        return f"the server's last answer was {entry.note or 'a connection that failed'}"
    if entry.kind is not EntryKind.ANSWER:
        return ""
    part = f" with bytes {entry.first_byte} to {entry.last_byte}" if entry.first_byte is not None else ""
    return f"the server's last answer was {entry.status}{part} for {entry.path}"
