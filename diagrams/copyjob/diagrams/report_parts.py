"""What a report says, as values: what :mod:`copyjob.diagrams.report_file` reads and the pictures show.

Law: a value is whole; nothing here can be missing or of a wrong type.

What this module does not know: the JSON of a report, or how anything looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copyjob.spec.vocabulary import Dialect


@dataclass(frozen=True)
class Share:
    """So many of so many: counts, with the names of what is missing where the report tells them."""

    seen: int
    of: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportAnswer:
    """One permitted answer: the HRESULT's name (None for an internal event) and the state after it."""

    hresult: str | None
    dest: str


@dataclass(frozen=True)
class ReportRow:
    """One row of the table with what was found on it."""

    id: str
    label: str
    kind: str
    source: str
    guard: str
    outcome: str
    answers: tuple[ReportAnswer, ...]
    level: str
    cites: tuple[str, ...]
    verdict: str
    reason: str
    judged: int
    discriminated: bool
    rejected: int
    alternatives: int
    survived: tuple[str, ...]
    """Other outcomes that what was seen does not exclude."""

    @property
    def sign(self) -> str:
        """What a picture shows: a key of ``style.SIGNS``."""
        return "diverges" if self.verdict == "diverges" else self.coverage_sign

    @property
    def coverage_sign(self) -> str:
        """How far the row was judged, whatever the verdict: a key of ``style.SIGNS``."""
        if self.discriminated:
            return "discriminated"
        return "judged" if self.judged else "not-seen"


@dataclass(frozen=True)
class Check:
    """A judgement that is not about one row, such as the contents of a file."""

    id: str
    title: str
    cites: tuple[str, ...]
    verdict: str
    reason: str
    judged: int


@dataclass(frozen=True)
class ReportClause:
    """A clause that a divergence violates; ``url`` may be empty."""

    key: str
    text: str
    url: str


@dataclass(frozen=True)
class Message:
    """One arrow of a sequence: seconds since its beginning, from one lane to another."""

    time_seconds: float
    sender: str
    receiver: str
    text: str


@dataclass(frozen=True)
class MadeCall:
    """One call of one caller, from its beginning to its end in seconds; ``step`` tells the step of the plan."""

    caller: int
    operation: str
    answer: str
    began_seconds: float
    ended_seconds: float
    step: int


@dataclass(frozen=True)
class Gate:
    """How much of a measure was asked for in a dialect, and whether it was reached."""

    measure: str
    dialect: str
    wanted: str
    reached: int
    of: int
    met: bool


@dataclass(frozen=True)
class BaselineEntry:
    """What became of a divergence that was known before: ``seen``, ``passed`` or ``not judged``."""

    id: str
    dialect: str
    reason: str
    sometimes: bool
    became: str

    @property
    def stale(self) -> bool:
        """Whether it was judged and passed, though it is not said to show only sometimes."""
        return self.became == "passed" and not self.sometimes


@dataclass(frozen=True)
class ReportEdge:
    """The arrow on the state diagram that was expected, and the state seen instead."""

    source: str
    label: str
    dest: str
    seen: str


@dataclass(frozen=True)
class Divergence:
    """One finding, with everything that is needed to see it again."""

    id: str
    rows: tuple[str, ...]
    check: str
    level: str
    clauses: tuple[ReportClause, ...]
    observation: str
    permitted: tuple[str, ...]
    explained_if: tuple[str, ...]
    """Other answers of the row under which what was seen would be permitted."""
    reproduced_times: int
    reproduced_of: int
    python: str
    edges: tuple[ReportEdge, ...]
    path: tuple[str, ...]
    sequence: tuple[Message, ...]
    calls: tuple[MadeCall, ...]
    replay: str
    """The replay file, beside the report; may be empty."""
    known: str
    """The reason that the baseline gives; empty where it does not know the divergence."""
    past: tuple[str, ...]
    """The divergences that its program goes on past."""


@dataclass(frozen=True)
class Run:
    """What was found in one dialect."""

    dialect: Dialect
    verdict: str
    table_digest: str
    totals: Mapping[str, float]
    states_seen: tuple[str, ...]
    coverage: Mapping[str, Share]
    rows: tuple[ReportRow, ...]
    checks: tuple[Check, ...]
    divergences: tuple[Divergence, ...]
    unclear: tuple[str, ...]
    errors: tuple[str, ...]
    stopped: str


@dataclass(frozen=True)
class Report:
    """A whole report file."""

    copyjob: str
    backend: str
    powers: tuple[str, ...]
    missing_powers: Mapping[str, str]
    started: str
    duration_seconds: float
    seed: str
    verdict: str
    runs: tuple[Run, ...]
    interrupted: bool
    passes: bool
    """Whether the check ended with exit code 0."""
    not_begun: tuple[str, ...]
    gates: tuple[Gate, ...]
    baseline: tuple[BaselineEntry, ...]
    only: tuple[str, ...]
    skip: tuple[str, ...]
