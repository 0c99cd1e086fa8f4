"""What all pages of one language are computed from: the language, the reports, and what several pages need of them.

Law: what is here was computed once; a page only picks.

What this module does not know: which pages there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from copyjob.diagrams.handbook import content_calls, content_rows, reports
from copyjob.diagrams.handbook.content_parts import Link, label_link, state_link

if TYPE_CHECKING:
    from copyjob.diagrams.handbook.content_calls import CallbackTold, CallTold, PromiseTold
    from copyjob.diagrams.handbook.content_rows import Entry
    from copyjob.diagrams.handbook.reports import Backend, Found
    from copyjob.diagrams.language import Language
    from copyjob.spec.interfaces import Label
    from copyjob.spec.vocabulary import JobState


@dataclass(frozen=True)
class Group:
    """The entries of one cell of the table, under one operation or internal event, or under one state."""

    label: Link
    state: Link
    id: str
    """The operation's or the internal event's, as ids have it."""
    entries: tuple[Entry, ...]


@dataclass(frozen=True, eq=False)
class Book:
    """A language with the reports of the backends that were checked."""

    say: Language
    backends: tuple[Backend, ...] = ()

    @cached_property
    def calls(self) -> tuple[CallTold, ...]:
        """Every rule about a call's arguments, its caller or a limit."""
        return content_calls.all_calls(self.say)

    @cached_property
    def callbacks(self) -> tuple[CallbackTold, ...]:
        """Every rule about callbacks."""
        return content_calls.all_callbacks(self.say)

    @cached_property
    def promises(self) -> tuple[PromiseTold, ...]:
        """Every promise about callbacks."""
        return content_calls.all_promises(self.say)

    @cached_property
    def found(self) -> tuple[Found, ...]:
        """Every divergence of every backend."""
        return reports.found(self.backends)

    @cached_property
    def _groups(self) -> dict[tuple[Label, JobState], Group]:
        return {}

    def group(self, label: Label, state: JobState) -> Group:
        """Return the entries of a cell of the full tables; none where no dialect has a row there."""
        known = self._groups.get((label, state))
        if known is None:
            told = content_rows.entries(label, state, self.backends, self.say)
            known = self._groups[label, state] = Group(label_link(label), state_link(state), label.value, told)
        return known
