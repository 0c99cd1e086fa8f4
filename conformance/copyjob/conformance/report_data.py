"""The data of a report, as it stands in ``report.json``: the one truth of its shape.

Laws:

1. What writes a report, what reads one and the published schema all follow from these structs; nothing else knows a
   key of the JSON.
2. A later version of this kit only adds fields, each with a default, as long as ``version`` stays 1. Who reads leaves
   what it does not know alone.

What this module does not know: how a report comes to be, or how it is shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar, cast

import msgspec

from copyjob.spec.console import UsageError

FORMAT: Final = "copyjob-report"
VERSION: Final = 1

Count = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Dialect = Literal["BITS", "DO"]
Level = Literal["MUST", "SHOULD", "MAY"]
ItemVerdict = Literal["conforms", "diverges", "skipped", "inconclusive", "errored", "unjudged"]
RunVerdict = Literal["conforms", "diverges", "errored", "inconclusive"]
WireName = Literal["http", "memory"]
BrokenLevel = Literal["MUST", "SHOULD"]
ExitCode = Literal[0, 1, 3, 4, 130, 143]
Kind = TypeVar("Kind")


class _Data(msgspec.Struct, frozen=True, kw_only=True):
    """What all parts of a report are: values, built by name."""


class Answer(_Data, frozen=True, kw_only=True):
    """One permitted answer: the HRESULT's name (null for an internal event) and the state after it."""

    hresult: str | None
    dest: str


class Alternatives(_Data, frozen=True, kw_only=True):
    """Other outcomes of a row: how many of them what was seen excludes, and which it does not."""

    rejected: Count
    of: Count
    survived: tuple[str, ...] = ()


class Row(_Data, frozen=True, kw_only=True):
    """One row of the table with what was found on it."""

    id: str
    label: str
    kind: Literal["operation", "event"]
    source: str
    guard: str
    outcome: Literal["moves", "stays", "refused", "permits"]
    answers: tuple[Answer, ...]
    level: Level
    decided: bool
    cites: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    verdict: ItemVerdict
    reason: str
    judged: Count
    discriminated: bool
    alternatives: Alternatives


class Check(_Data, frozen=True, kw_only=True):
    """A judgement that is not about one row, such as the contents of a file."""

    id: str
    title: str
    cites: tuple[str, ...]
    verdict: ItemVerdict
    judged: Count
    reason: str


class Clause(_Data, frozen=True, kw_only=True):
    """A clause that a divergence violates; ``url`` may be empty."""

    key: str
    text: str
    url: str


class Reproduced(_Data, frozen=True, kw_only=True):
    """How often the shortest program showed the divergence, of how many runs."""

    times: Count
    of: Count


class Edge(_Data, frozen=True, kw_only=True):
    """The arrow on the state diagram that was expected, and the state seen instead."""

    source: str
    label: str
    dest: str
    seen: str


class Message(_Data, frozen=True, kw_only=True, rename={"source": "from", "target": "to"}):
    """One arrow of the sequence picture: seconds since the plan began, who to whom, what."""

    time_seconds: float
    source: str
    target: str
    text: str


class MadeCall(_Data, frozen=True, kw_only=True):
    """One call of one caller, from its beginning to its end in seconds since the plan began."""

    caller: Count
    operation: str
    hresult: str
    began_seconds: float
    ended_seconds: float
    step: Count


class Divergence(_Data, frozen=True, kw_only=True):
    """One finding, with everything that is needed to see it again."""

    id: str
    rows: tuple[str, ...]
    check: str | None
    level: BrokenLevel
    clauses: tuple[Clause, ...]
    observation: str
    permitted: tuple[str, ...]
    explained_if: tuple[str, ...]
    reproduced: Reproduced
    plan: tuple[dict[str, Any], ...]
    python: str
    edges: tuple[Edge, ...]
    path: tuple[str, ...]
    sequence: tuple[Message, ...]
    calls: tuple[MadeCall, ...] = ()
    """Every call with its beginning and end, where several callers called side by side."""
    replay: str = ""
    """The replay file, beside the report."""
    known: str = ""
    """The reason that the baseline gives, where it names this divergence."""
    past: tuple[str, ...] = ()
    """The divergences told before that the program goes on past, such as ``MUST property/set``."""

    @property
    def named(self) -> tuple[str, ...]:
        """The ids that a divergence goes by: of its check, else of all rows that explain it."""
        return self.rows if self.check is None else (self.check, *self.rows)


class States(_Data, frozen=True, kw_only=True):
    """Names of states: seen, and all of them."""

    seen: tuple[str, ...]
    of: tuple[str, ...]


class Judged(_Data, frozen=True, kw_only=True):
    """So many judged, of all."""

    judged: Count
    of: Count


class Discriminated(_Data, frozen=True, kw_only=True):
    """So many discriminated, of all."""

    discriminated: Count
    of: Count


class Clauses(_Data, frozen=True, kw_only=True):
    """Keys of clauses: judged, and all that are cited by rows and checks."""

    judged: tuple[str, ...]
    """Cited by a row that could explain something that was seen, or by a check that judged something."""
    of: tuple[str, ...]
    certain: tuple[str, ...] | None = None
    """Cited by a row that was taken for certain, or by a check that judged something."""

    @property
    def reached(self) -> tuple[str, ...]:
        """What counts as exercised: for certain, where the report tells it."""
        return self.judged if self.certain is None else self.certain

    @property
    def missed(self) -> tuple[str, ...]:
        """What was not exercised for certain, where the report tells it."""
        return () if self.certain is None else tuple(key for key in self.of if key not in self.certain)


class Coverage(_Data, frozen=True, kw_only=True):
    """What was reached in one dialect."""

    states: States
    cells: Judged
    rows: Judged
    must: Discriminated
    clauses: Clauses
    guards: Judged | None = None
    """Outcomes of guards, true and false each."""
    pairs: Judged | None = None
    """Rows that were certainly taken one behind another."""
    hresults: Judged | None = None
    """Operations with the HRESULT that they answered."""


class Totals(_Data, frozen=True, kw_only=True):
    """How much was done."""

    plans: Count
    steps: Count
    observations: Count
    requests: Count
    bytes: Count
    late: Count
    duration_seconds: Seconds


class Error(_Data, frozen=True, kw_only=True):
    """Why the adapter is to blame."""

    text: str
    where: str = ""
    """In which step of the plan, and in which state the job was seen last."""
    stderr: tuple[str, ...] = ()
    """The last lines that the adapter wrote to standard error."""
    aim: str = ""
    """What the plan was made for."""
    plan: tuple[dict[str, Any], ...] = ()
    replay: str = ""
    """The replay file, beside the report."""

    @property
    def told(self) -> str:
        """All of it but the plan, in lines."""
        head = f"{self.text} ({self.where})" if self.where else self.text
        return "\n".join([head, *self.stderr])


class Unclear(_Data, frozen=True, kw_only=True):
    """Why runs could not be judged, and the first of them."""

    text: str
    runs: Count
    where: str = ""
    """In which step of the first run's plan, and in which state its job was seen last."""
    aim: str = ""
    plan: tuple[dict[str, Any], ...] = ()
    replay: str = ""
    """The first run's replay file, beside the report."""


class Run(_Data, frozen=True, kw_only=True):
    """What was found in one dialect."""

    dialect: Dialect
    verdict: RunVerdict
    table_digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
    totals: Totals
    coverage: Coverage
    rows: tuple[Row, ...]
    checks: tuple[Check, ...]
    divergences: tuple[Divergence, ...]
    unclear: tuple[str, ...]
    errors: tuple[Error, ...]
    stopped: str = ""
    inconclusive: tuple[Unclear, ...] = ()
    """What ``unclear`` tells, with the first run for each reason."""

    @property
    def items(self) -> tuple[Row | Check, ...]:
        """All that has an id: the rows, then the checks."""
        return (*self.rows, *self.checks)


class Backend(_Data, frozen=True, kw_only=True):
    """Who was judged."""

    name: str
    powers: tuple[str, ...]
    missing_powers: dict[str, str]


class Gate(_Data, frozen=True, kw_only=True):
    """One measure that was asked for, in one dialect."""

    measure: str
    dialect: Dialect
    wanted: str
    reached: Count
    of: Count
    met: bool


class BaselineEntry(_Data, frozen=True, kw_only=True):
    """What became of one entry of the baseline."""

    id: str
    dialect: Dialect
    reason: str
    sometimes: bool
    became: Literal["seen", "passed", "not judged"]

    @property
    def stale(self) -> bool:
        """Whether what is said to diverge was judged and passed, though not only sometimes."""
        return self.became == "passed" and not self.sometimes


class Selection(_Data, frozen=True, kw_only=True):
    """The globs by which rows and checks were chosen, where not all were."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()


class Report(_Data, frozen=True, kw_only=True):
    """A whole report."""

    format: Literal["copyjob-report"] = FORMAT
    version: Literal[1] = VERSION
    copyjob: str
    backend: Backend
    started: str
    duration_seconds: Seconds
    seed: int
    wire: WireName = "http"
    """What lay between backend and origin: HTTP on loopback, or the kit's wire in memory."""
    verdict: RunVerdict
    """What was found, whatever a baseline or a gate makes of it."""
    exit_code: ExitCode
    """What ``copyjob check`` ended with: the verdict's code, a baseline and gates taken into account."""
    runs: tuple[Run, ...]
    interrupted: bool = False
    """The check was interrupted; what is told was found before."""
    not_begun: tuple[Dialect, ...] = ()
    """Dialects that were asked for and not begun when the check was interrupted."""
    baseline: tuple[BaselineEntry, ...] = ()
    gates: tuple[Gate, ...] = ()
    selection: Selection = Selection()


def dumps(report: Report) -> str:
    """Return a report as text."""
    return msgspec.json.format(msgspec.json.encode(report), indent=1).decode() + "\n"


def read(path: Path) -> Report:
    """Return the report in a file. UsageError, in one line, where there is none."""
    return read_as(path, Report, FORMAT, (VERSION,), "a report", "copyjob check -o DIR writes one")


def read_as(path: Path, kind: type[Kind], name: str, versions: tuple[int, ...], what: str, way_out: str) -> Kind:
    """Return what a file of one of this kit's formats holds.

    UsageError, in one line: it cannot be read, is of another format or version, or is damaged, and where.
    """
    try:
        data: Any = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; {way_out}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON: {error}; {way_out}") from None
    head = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    if head.get("format") != name:
        raise UsageError(f'{path} is not {what}: it lacks "format": "{name}"; {way_out}')
    if head.get("version") not in versions:
        known = " and ".join(map(str, versions))
        raise UsageError(f"{path} has version {head.get('version')!r}; this kit reads {known}; {way_out}")
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise UsageError(f"{path} is damaged: {error}; {way_out}") from None
