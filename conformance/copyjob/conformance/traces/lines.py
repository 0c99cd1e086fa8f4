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
   numbers (`seq`) rise, a job is created once. A gap in the numbers says that lines are missing, whatever they told.

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
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from operator import eq
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Protocol, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

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
    """The number of the line since the service started: 1, 2, ...; where some are left out, lines are missing."""
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
K = TypeVar("K", Start, Call, Event, Sample)


class BadLineError(UsageError):
    """A line that cannot be read: which file and line, what is wrong with it, and the way out."""

    def __init__(self, where: str, number: int, problem: str) -> None:
        """Keep the number of the line."""
        super().__init__(f"{where}, line {number}: {problem}")
        self.number = number


class Common(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The fields that nearly every line has, each of its type."""

    job: Name | UnsetType | None = UNSET
    seq: Annotated[int, msgspec.Meta(ge=1)] | UnsetType | None = UNSET
    time_seconds: float | UnsetType | None = UNSET
    operation: str | UnsetType = UNSET
    event: str | UnsetType = UNSET
    hresult: Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFFFF)] | UnsetType | None = UNSET
    state: str | UnsetType | None = UNSET


class Fields(Common, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Every field that a line may have; which go together is told by `line_of`."""

    timed_out: bool | UnsetType = UNSET
    client: Name | UnsetType | None = UNSET
    type: Literal["DOWNLOAD", "UPLOAD", "UPLOAD_REPLY"] | UnsetType | None = UNSET
    files_total: Count | UnsetType | None = UNSET
    files_done: Count | UnsetType | None = UNSET
    dialect: str | UnsetType = UNSET
    version: Annotated[int, msgspec.Meta(ge=1)] | UnsetType = UNSET
    complete: tuple[Recorded, ...] | UnsetType = UNSET
    source: str | UnsetType | None = UNSET


_NAMES: Final = tuple(Fields.__struct_fields__)
_REQUIRED: Final = {kind: [each.name for each in msgspec.structs.fields(kind) if each.required] for kind in LINES}
_DECODER: Final = msgspec.json.Decoder(Fields)
_SEE: Final = "see trace.schema.json for what a line may be"


def parse(text: bytes) -> Line:
    """Return what one line says. ValueError tells what is wrong with it and the way out."""
    try:
        fields = _DECODER.decode(text)
    except msgspec.ValidationError as error:
        plain = str(error).replace("`$.", "`").replace("Object", "it")
        raise ValueError(f"{plain}; {_SEE}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"is not JSON in UTF-8 ({error}); write one object a line") from None
    return line_of(fields)


def line_of(fields: Common) -> Line:
    """Return what these fields say together. ValueError tells what is wrong with them and the way out."""
    if fields.event == "start":
        return _start(fields if isinstance(fields, Fields) else Fields(**msgspec.structs.asdict(fields)))
    if fields.operation is not UNSET:
        return _call(_made(Call, fields))
    if fields.job is None:
        raise ValueError("is about no job; name it")
    if fields.event is not UNSET:
        _known(fields.event, EVENTS, "event")
        return _with_state(_made(Event, fields))
    if fields.job is UNSET:
        raise ValueError(f"is neither a start nor about a job; {_SEE}")
    return _sample(_made(Sample, fields))


def _made(kind: type[K], fields: Common) -> K:
    """Return the line of a kind that has these fields, and no others."""
    given = {name: value for name in _NAMES if (value := getattr(fields, name, UNSET)) is not UNSET}
    foreign = [name for name in given if name not in kind.__struct_fields__]
    missing = [name for name in _REQUIRED[kind] if name not in given]
    if foreign or missing:
        wrong = f"has a field `{foreign[0]}`, which" if foreign else f"lacks the field `{missing[0]}`, which"
        raise ValueError(f"{wrong} a {kind.__name__.lower()} {'has not' if foreign else 'has'}; {_SEE}")
    return kind(**given)


def _start(fields: Fields) -> Start:
    if fields.version is not UNSET and fields.version > VERSION:
        raise ValueError(
            f"is a trace of version {fields.version}, and this copyjob reads version {VERSION}; "
            "update copyjob to read it"
        )
    if fields.dialect not in (UNSET, *(dialect.value for dialect in Dialect)):
        raise ValueError(f"knows no dialect {fields.dialect!r}; it is BITS or DO")
    return _made(Start, fields)


def _call(call: Call) -> Call:
    _known(call.operation, OPERATIONS, "operation")
    _with_state(call)
    if (call.hresult is None) is not call.timed_out:
        raise ValueError('is a call without one answer; give it as "hresult", or "timed_out": true where none came')
    creates = call.operation == Operation.CREATE_JOB.value
    if call.job is None and (call.state or not (call.operation in _OF_NO_JOB or (creates and call.hresult != 0))):
        raise ValueError('only enum_jobs and a refused create_job are about no job; name the "job"')
    if call.job is not None and creates and call.failed:
        raise ValueError('no job comes of a refused create_job; its "job" is null')
    if call.type is not None and not creates:
        raise ValueError('has a "type", which belongs to create_job; take it away')
    return call


def _sample(sample: Sample) -> Sample:
    _with_state(sample)
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
        """The first start."""
        self._seq: int | None = None
        self._created: set[str] = set()

    def take(self, line: Line) -> int:
        """Take in the next line; return how many lines are missing before it.

        ValueError: it can't stand behind those before it.
        """
        if isinstance(line, Start):
            self.begin(line)
            return 0
        if self.start is None:
            raise ValueError(
                'comes before any start; begin with {"event":"start","dialect":"BITS","version":1}, or the dialect DO'
            )
        if isinstance(line, Call) and line.operation == Operation.CREATE_JOB.value and line.job is not None:
            if line.job in self._created:
                raise ValueError(twice(line.job))
            self._created.add(line.job)
        return self.number(line.seq)

    def begin(self, start: Start) -> None:
        """Take in a start. ValueError: it says something else than the first one."""
        self.agree(start)
        self._seq = start.seq

    def agree(self, start: Start) -> None:
        """Hold a start against the first one. ValueError: it says something else."""
        if self.start is None:
            self.start = start
        elif start.dialect != self.start.dialect:
            raise ValueError(f"is a start in {start.dialect}, and the trace began in {self.start.dialect}; split it")
        elif start.complete != self.start.complete:
            raise ValueError('has another "complete" than the first start; split the trace here')

    def follow(self, seqs: Iterator[int | UnsetType | None], count: int) -> bool:
        """Take in the numbers of ``count`` lines where none is missing; else take in nothing and return False."""
        if self._seq is None:
            return not any(seqs)
        if not all(map(eq, seqs, range(self._seq + 1, self._seq + 1 + count))):
            return False
        self._seq += count
        return True

    def number(self, seq: int | None) -> int:
        """Take in the number of a line that is no start; return how many are missing before it.

        ValueError: it is no higher than the one before.
        """
        before, self._seq = self._seq, seq
        if seq is None or before is None:
            return 0
        if seq <= before:
            raise ValueError(f"has the number {seq} behind {before}; put the lines in order, or leave out the numbers")
        return seq - before - 1


def twice(job: str) -> str:
    """Return what is wrong where a job is created that was there before."""
    return f"creates the job {job}, which was there before; give every job an id of its own"


@contextmanager
def opened(path: Path) -> Generator[Stream]:
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
