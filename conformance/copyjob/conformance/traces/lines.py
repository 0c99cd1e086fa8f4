"""The lines of a recorded trace: what each may say, and how a file of them is read.

A trace is newline-delimited JSON in UTF-8, one object a line; `published/trace.schema.json` describes a line. The first
line is a `Start`. Every further line is about one job, and is one of three things:

- `Call`: a client called an operation, and what it answered.
- `Event`: an internal event that happened for certain.
- `Sample`: somebody looked: in which state the job was, how many files it had and how many were done.

Laws:

1. A line is read wholly or not at all: an unknown field, name or number is bad input, with the line's number and the
   way out. Nothing is guessed, and nothing is skipped but blank lines.
2. What was recorded wholly stands in the start line (`complete`). What is not named there may have happened unseen
   between any two lines.
3. Lines are held against each other only as far as it needs no table: a start comes first and keeps its dialect,
   numbers (`seq`) leave no gap, a job is created once.

To read a trace::

    with opened(path) as stream:
        for number, line in read(stream, str(path)):
            match line:
                case Call(job=job, operation=operation, hresult=hresult): ...

What this module does not know: what is permitted.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Protocol, TypeVar

import msgspec

from copyjob.spec.console import UsageError, nearest
from copyjob.spec.vocabulary import FAILURE_BIT, Dialect, InternalEvent, JobState, Operation

VERSION: Final = 1
"""Of the lines."""
LINE_BYTES_MAX: Final = 1 << 20
STANDARD_INPUT: Final = Path("-")
_GZIP, _UTF8_MARK, _UTF16_MARKS = b"\x1f\x8b", b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")

OPERATIONS: Final = frozenset(
    {
        *(operation.value for operation in Operation),
        "add_file_set",
        "take_ownership",
        "set_custom_headers",
        "set_credentials",
        "remove_credentials",
        "set_security_flags",
    }
)
"""What a client can call: the operations of the table, and documented methods that the table does not speak about."""
_OF_NO_JOB: Final = frozenset({Operation.ENUM_JOBS.value, Operation.GET_JOB.value})
EVENTS: Final = frozenset(event.value for event in InternalEvent)
_STATES: Final = frozenset(state.name for state in JobState)

Count = Annotated[int, msgspec.Meta(ge=0)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
StateName = Annotated[str, msgspec.Meta(extra_json_schema={"enum": [state.name for state in JobState]})]
OperationName = Annotated[str, msgspec.Meta(extra_json_schema={"enum": sorted(OPERATIONS)})]
EventName = Annotated[str, msgspec.Meta(extra_json_schema={"enum": sorted(EVENTS)})]
Recorded = Literal["calls", "events"]


class _Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What every line may carry."""

    seq: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """The number of the line since the service started: 1, 2, ... without a gap."""
    time_seconds: float | None = None
    """Seconds since 1970, or since the trace began."""


class Start(_Line, frozen=True, kw_only=True):
    """The service has started: the first line of each of its lives."""

    event: Literal["start"]
    dialect: Literal["BITS", "DO"]
    version: Annotated[int, msgspec.Meta(ge=1)]
    """Of this description."""
    complete: tuple[Recorded, ...] = ()
    """What is recorded wholly: every call that concerns the jobs told of; every change of state that no call made."""
    source: str | None = None
    """Who recorded it, in words."""


class _OfJob(_Line, frozen=True, kw_only=True):
    """What every line about a job carries."""

    job: Name
    """Its id: a GUID, or whatever names one job in the whole trace."""


class Call(_Line, frozen=True, kw_only=True):
    """A client called an operation."""

    job: Name | None
    """None where it was called on the manager and is about no job: a refused CreateJob, EnumJobs."""
    operation: OperationName
    hresult: Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFFFF)] | None = None
    """The answer, unsigned: S_OK is 0, a refusal is 2147483648 or more. None where none came in time."""
    timed_out: bool = False
    """No answer came: the call may take effect never, or at any later moment."""
    state: StateName | None = None
    """The state of the job when it was looked at after the call."""
    client: Name | None = None
    """Who called."""
    type: Literal["DOWNLOAD", "UPLOAD", "UPLOAD_REPLY"] | None = None
    """Of CreateJob: what kind of job. Unknown where it is not told."""

    @property
    def failed(self) -> bool:
        """Whether it was refused; a call without an answer was not."""
        return self.hresult is not None and self.hresult >= FAILURE_BIT


class Event(_OfJob, frozen=True, kw_only=True):
    """An internal event has happened to a job for certain."""

    event: EventName
    state: StateName | None = None
    """The state of the job afterwards."""


class Sample(_OfJob, frozen=True, kw_only=True):
    """Somebody looked at a job: its state, the numbers of its files, or one after the other."""

    state: StateName | None = None
    files_total: Count | None = None
    files_done: Count | None = None
    """How many are wholly transferred."""
    client: Name | None = None
    """Who looked."""


class Stream(Protocol):
    """What bytes are read from: a file, compressed or not, or standard input."""

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line with its end, or so many bytes of it; empty at the end."""
        ...

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, as many as there are; empty at the end."""
        ...


LINES: Final = (Start, Call, Event, Sample)
Line = Start | Call | Event | Sample
"""Any line."""
L = TypeVar("L", Call, Event, Sample)


class BadLineError(UsageError):
    """A line that cannot be read: which file and line, what is wrong with it, and the way out."""

    def __init__(self, where: str, number: int, problem: str) -> None:
        """Keep the number of the line."""
        super().__init__(f"{where}, line {number}: {problem}")
        self.number = number


class _Fields(_Line, frozen=True, kw_only=True):
    """Every field that a line may have; which it must have follows from what it is about."""

    job: Name | msgspec.UnsetType | None = msgspec.UNSET
    event: str | msgspec.UnsetType = msgspec.UNSET
    operation: str | msgspec.UnsetType = msgspec.UNSET
    dialect: str | msgspec.UnsetType = msgspec.UNSET
    version: Any = msgspec.UNSET
    complete: Any = msgspec.UNSET
    source: Any = msgspec.UNSET
    hresult: Any = msgspec.UNSET
    timed_out: Any = msgspec.UNSET
    state: str | msgspec.UnsetType | None = msgspec.UNSET
    client: Any = msgspec.UNSET
    type: Any = msgspec.UNSET
    files_total: Any = msgspec.UNSET
    files_done: Any = msgspec.UNSET


_FIELDS: Final = msgspec.json.Decoder(_Fields)
_START: Final = msgspec.json.Decoder(Start)
_CALL: Final = msgspec.json.Decoder(Call)
_EVENT: Final = msgspec.json.Decoder(Event)
_SAMPLE: Final = msgspec.json.Decoder(Sample)


def parse(text: bytes) -> Line:
    """Return what one line says. ValueError tells what is wrong with it and the way out."""
    try:
        fields = _FIELDS.decode(text)
        if fields.event == "start":
            return _start(text, fields)
        if fields.operation is not msgspec.UNSET:
            return _call(text, fields.operation)
        if fields.event is not msgspec.UNSET:
            _known(fields.event, EVENTS, "event")
            return _with_state(_EVENT.decode(text))
        if fields.job is msgspec.UNSET:
            raise ValueError("is neither a start nor about a job; see trace.schema.json for what a line may be")
        return _sample(text)
    except msgspec.ValidationError as error:
        raise ValueError(f"{_plain(error)}; see trace.schema.json for what a line may be") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"is not JSON in UTF-8 ({error}); write one object a line") from None


def _plain(error: msgspec.ValidationError) -> str:
    return str(error).replace("`$.", "`").replace("Object", "it")


def _start(text: bytes, fields: _Fields) -> Start:
    version = fields.version
    if isinstance(version, int) and version > VERSION:
        raise ValueError(
            f"is a trace of version {version}, and this copyjob reads version {VERSION}; update copyjob to read it"
        )
    if fields.dialect not in (msgspec.UNSET, *(dialect.value for dialect in Dialect)):
        raise ValueError(f"knows no dialect {fields.dialect!r}; it is BITS or DO")
    return _START.decode(text)


def _call(text: bytes, operation: str) -> Call:
    _known(operation, OPERATIONS, "operation")
    call = _with_state(_CALL.decode(text))
    if (call.hresult is None) is not call.timed_out:
        raise ValueError('is a call without one answer; give it as "hresult", or "timed_out": true where none came')
    creates = operation == Operation.CREATE_JOB.value
    if call.job is None and (call.state or not (call.operation in _OF_NO_JOB or (creates and call.hresult != 0))):
        raise ValueError('only enum_jobs and a refused create_job are about no job; name the "job"')
    if call.job is not None and creates and call.failed:
        raise ValueError('no job comes of a refused create_job; its "job" is null')
    if call.type is not None and not creates:
        raise ValueError('has a "type", which belongs to create_job; take it away')
    return call


def _sample(text: bytes) -> Sample:
    sample = _with_state(_SAMPLE.decode(text))
    if (sample.files_total is None) is not (sample.files_done is None):
        raise ValueError("has one of files_total and files_done; give both")
    if sample.state is None and sample.files_total is None:
        raise ValueError("says nothing about its job; a sample has a state, or files_total and files_done")
    return sample


def _with_state(line: L) -> L:
    if line.state is not None:
        _known(line.state, _STATES, "state")
    return line


def _known(word: str, known: frozenset[str], what: str) -> None:
    if word not in known:
        raise ValueError(f"there is no {what} {word!r}; {nearest(word, known, 'see trace.schema.json for all')}")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a line: what `parse` takes, but for the order of lines."""
    references, parts = msgspec.json.schema_components(LINES, ref_template="#/$defs/{name}")
    parts["Call"]["oneOf"] = [{"required": ["hresult"]}, {"required": ["timed_out"]}]
    parts["Sample"]["anyOf"] = [{"required": ["state"]}, {"required": ["files_total", "files_done"]}]
    parts["Start"]["properties"]["version"]["maximum"] = VERSION
    return {
        "title": "a line of a trace",
        "description": "Newline-delimited JSON; the first line is a start.",
        "oneOf": list(references),
        "$defs": parts,
    }


class Order:
    """What lines must be to each other, told one after the other."""

    def __init__(self) -> None:
        """Begin before the first line."""
        self.start: Start | None = None
        """The start of the life that the last line belongs to."""
        self._seq: int | None = None
        self._created: set[str] = set()

    def take(self, line: Line) -> None:
        """Take in the next line. ValueError: it can't stand behind those before it."""
        if isinstance(line, Start):
            if self.start is not None and line.dialect != self.start.dialect:
                raise ValueError(f"is a start in {line.dialect}, and the trace began in {self.start.dialect}; split it")
            self.start, self._seq = line, line.seq
            return
        if self.start is None:
            raise ValueError(
                'comes before any start; begin with {"event":"start","dialect":"BITS","version":1}, or the dialect DO'
            )
        if line.seq is not None:
            if self._seq is not None and line.seq != self._seq + 1:
                raise ValueError(
                    f"has the number {line.seq} behind {self._seq}: lines are missing or out of order; restore them, "
                    'or leave out "seq", and what is not whole any more from "complete"'
                )
            self._seq = line.seq
        if isinstance(line, Call) and line.operation == Operation.CREATE_JOB.value and line.job is not None:
            if line.job in self._created:
                raise ValueError(f"creates the job {line.job} a second time; give every job an id of its own")
            self._created.add(line.job)


@contextmanager
def opened(path: Path) -> Iterator[Stream]:
    """Open a trace, compressed by gzip or not; ``-`` is standard input. UsageError: it can't be opened."""
    if path == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; give the file of a trace") from None
    with file as stream:
        if stream.peek(len(_GZIP)).startswith(_GZIP):
            with gzip.GzipFile(fileobj=stream) as whole:
                yield whole
        else:
            yield stream


def read(stream: Stream, where: str) -> Iterator[tuple[int, Line]]:
    """Yield the lines of a trace with their numbers, from 1 on. BadLineError, also at the end of an empty trace."""
    order, number = Order(), 0
    for number, text in texts(stream, where):
        try:
            line = parse(text)
            order.take(line)
        except ValueError as error:
            raise bad_line(where, number, text, error) from None
        yield number, line
    if order.start is None:
        raise BadLineError(where, number + 1, "the trace is empty; record something, or give another file")


def texts(stream: Stream, where: str) -> Iterator[tuple[int, bytes]]:
    """Yield every line that is not blank as it stands there, with its number. BadLineError: it is too long."""
    number = 0
    while True:
        try:
            text = stream.readline(LINE_BYTES_MAX + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise BadLineError(where, number + 1, "the compressed file ends here or is damaged; get it anew") from None
        if not text:
            return
        number += 1
        if len(text) > LINE_BYTES_MAX:
            raise BadLineError(where, number, "is longer than a megabyte: this is no trace; give another file")
        if number == 1:
            text = text.removeprefix(_UTF8_MARK)
        if text.strip():
            yield number, text


def bad_line(where: str, number: int, text: bytes, error: ValueError) -> BadLineError:
    """Return what is wrong with a line, where its first bytes or its end say more than its fields."""
    problem = str(error)
    if number == 1 and text.startswith(_UTF16_MARKS):
        problem = "is in UTF-16; write the trace in UTF-8"
    elif not text.endswith(b"\n") and text.lstrip().startswith(b"{") and not text.rstrip().endswith(b"}"):
        problem = "ends in the middle: its writer was stopped; take the line away to judge what stands before it"
    return BadLineError(where, number, problem)
