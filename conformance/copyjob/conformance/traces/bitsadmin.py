"""What ``bitsadmin`` prints about jobs: ``/list``, ``/list /verbose``, ``/info JOB /verbose`` and ``/monitor``, read.

One file may hold several snapshots, one after the other. A new one begins with what bitsadmin says before its jobs,
after ``Listed N job(s).``, and where a job comes a second time.

Laws:

1. Nothing is guessed: every layout that is read stands in a public document, and is named beside the samples of the
   tests. Any other line is bad input, with its number and the way out.
2. What is not told is None. ``UNKNOWN`` for a size or a time is something told: see `Unknown`.
3. Times stay the text that they are: how a date is written depends on the machine's language.
4. Whoever cut a snapshot short is told so where it shows: ``Listed N job(s).`` behind another number of jobs, a job
   without its state.

What this module does not know: what of it is possible.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final, Literal

from copyjob.conformance.traces.lines import STANDARD_INPUT, BadLineError, opened
from copyjob.spec.console import UsageError, nearest
from copyjob.spec.vocabulary import JobState, JobType


class Unknown(Enum):
    """What bitsadmin calls UNKNOWN: a size that no server has told yet, a time that has not come."""

    UNKNOWN = "UNKNOWN"


Size = int | Literal[Unknown.UNKNOWN]
Time = str | Literal[Unknown.UNKNOWN]


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line below JOB FILES."""

    line: int
    bytes_done: int
    bytes_total: Size
    remote: str
    local: str


@dataclass(slots=True)
class Snapshot:
    """What one snapshot says of one job. Clauses: job/progress, times, timer/retry, timer/progress, error/count."""

    line: int
    """Where it begins."""
    number: int
    """Of the snapshot in its file, from 1 on."""
    job: str
    """Its GUID, in lower case, without braces."""
    display: str = ""
    state: JobState | None = None
    type: JobType | None = None
    owner: str | None = None
    priority: str | None = None
    files_done: int | None = None
    files_total: int | None = None
    bytes_done: int | None = None
    bytes_total: Size | None = None
    creation: Time | None = None
    modification: Time | None = None
    completion: Time | None = None
    notify_interface: str | None = None
    notify_flags: int | None = None
    retry_delay_seconds: int | None = None
    no_progress_timeout_seconds: int | None = None
    error_count: int | None = None
    error_code: int | None = None
    """As an unsigned HRESULT; None in a verbose snapshot: GetError told none."""
    error_context: int | None = None
    error_file: str | None = None
    description: str | None = None
    files: list[FileLine] = field(default_factory=list[FileLine])
    notify_command: str | None = None
    verbose: bool = False
    """Whether what is not there was not there: error information, files."""

    @property
    def shows_error(self) -> bool | None:
        """Whether error information was told; None where nobody asked for it."""
        return self.error_code is not None if self.verbose else None


_GUID = r"\{(?P<job>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}"
_SIZE = r"\d+|UNKNOWN"
_COMPACT: Final = re.compile(
    rf"{_GUID} (?P<display>.*) (?P<state>[A-Z_]+) (?P<files_done>\d+) / (?P<files_total>\d+)"
    rf" (?P<bytes_done>\d+) / (?P<bytes_total>{_SIZE})"
)
_GUID_LINE: Final = re.compile(rf"GUID: {_GUID} DISPLAY: ?(?P<display>.*)")
_PROGRESS = (
    r"FILES: (?P<files_done>\d+) / (?P<files_total>\d+) BYTES: (?P<bytes_done>\d+) / (?P<bytes_total>" rf"{_SIZE})"
)
_TIMERS = r"RETRY DELAY: (?P<retry_delay_seconds>\d+) NO PROGRESS TIMEOUT: (?P<no_progress_timeout_seconds>\d+)"
_FIELDS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"TYPE: (?P<type>\S+) STATE: (?P<state>\S+) OWNER: (?P<owner>.*)",
        rf"PRIORITY: (?P<priority>\S+) {_PROGRESS}",
        r"CREATION TIME: (?P<creation>.+?) MODIFICATION TIME: (?P<modification>.+)",
        r"COMPLETION TIME: (?P<completion>.+?)(?: ACL FLAGS:.*)?",
        r"NOTIFY INTERFACE: (?P<notify_interface>.+?) NOTIFICATION FLAGS: (?P<notify_flags>\d+)",
        rf"{_TIMERS} ERROR COUNT: (?P<error_count>\d+)",
        r"PROXY USAGE: \S+ PROXY LIST: .* PROXY BYPASS LIST: .*",
        r"ERROR FILE: +(?P<error_file>.*)",
        r"NOTIFICATION COMMAND LINE: ?(?P<notify_command>.*)",
        r"owner MIC integrity level: ?.*",
        r"owner elevated \? *.*",
        r"CUSTOM HEADERS: ?.*",
    )
)
_TEXTS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"ERROR CODE: +0x(?P<error_code>[0-9A-Fa-f]{8}) - .*",
        r"ERROR CONTEXT: +0x(?P<error_context>[0-9A-Fa-f]{8}) - .*",
        r"DESCRIPTION: ?(?P<description>.*)",
    )
)
"""Lines whose text may go on in the next one."""
_FILE: Final = re.compile(
    rf"(?P<bytes_done>\d+) / (?P<bytes_total>{_SIZE}) (?P<word>[A-Z]+) (?P<remote>\S+) -> (?P<local>.+)"
)
_PEERS: Final = re.compile(r"Peercaching flags")
_PEER_FLAG: Final = re.compile(r"(?!GUID|CUSTOM HEADERS)[^:]+: *\S+")
_LISTED: Final = re.compile(r"Listed (?P<jobs>\d+) job\(s\)\.")
_BEFORE: Final = re.compile(
    r"BITSADMIN version .*|BITS administration utility\.|\(C\) Copyright .*"
    r"|BITSAdmin is deprecated and is not guaranteed to be available in future versions of Windows\.?"
    r"|Administrati(?:ve|on) tools for the BITS service are now provided by BITS PowerShell cmdlets\.?"
    r"|MONITORING BACKGROUND COPY MANAGER ?\(\d+ second refresh\)"
    r"|(?:\S.*>\s*)?bitsadmin(?:\.exe)? +/.*",
    re.IGNORECASE,
)
"""What stands before the jobs: the tool's name, the refresh of /monitor, the command itself."""
_WHOLE: Final = ("files_done", "files_total", "bytes_done", "notify_flags", "error_count")
_SECONDS: Final = ("retry_delay_seconds", "no_progress_timeout_seconds")
_HEX: Final = ("error_code", "error_context")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_WAY_OUT = "give what `bitsadmin /nowrap /list /verbose` printed, as it stands"


HEAD_BYTES: Final = 4096


def is_bitsadmin(head: bytes) -> bool:
    """Whether a file begins as bitsadmin's output does; ``head`` are its first bytes, a line or more."""
    text = head.decode("utf-16" if head.startswith(_UTF16) else "utf-8-sig", errors="replace")
    for line in text.splitlines():
        stripped = line.strip()
        if stripped:
            return any(each.fullmatch(stripped) is not None for each in (_BEFORE, _GUID_LINE, _COMPACT, _LISTED))
    return False


def looks_so(path: Path) -> bool:
    """Whether a file is what bitsadmin printed; of standard input, and of what cannot be read, it is not known."""
    try:
        if path == STANDARD_INPUT or not path.is_file():
            return False
        with opened(path) as stream:
            return is_bitsadmin(stream.read(HEAD_BYTES))
    except (OSError, EOFError, zlib.error, UsageError):
        return False


def read(path: Path) -> list[Snapshot]:
    """Read all snapshots of a file, in UTF-8, or in UTF-16 as PowerShell writes it; ``-`` is standard input.

    BadLineError, UsageError: it can't be read.
    """
    where = str(path)
    with opened(path) as stream:
        data = stream.read()
    if data.startswith(_UTF16):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            raise UsageError(f"{where} is cut off in the middle of a character of UTF-16; take it again") from None
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            number = data.count(b"\n", 0, error.start) + 1
            raise BadLineError(where, number, "is not UTF-8; take it after `chcp 65001`, or save it as UTF-8") from None
    return list(snapshots(text, where))


def snapshots(text: str, where: str) -> Iterator[Snapshot]:
    """Yield what each snapshot in a text says of each job. BadLineError: a line is none of bitsadmin's."""
    reader = _Reader(where)
    for number, line in enumerate(text.splitlines(), 1):
        yield from reader.take(number, line)
    yield from reader.end()


class _Reader:
    """Goes through the lines of a file, one after the other."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._snapshot = 1
        self._listed: set[str] = set()
        self._job: Snapshot | None = None
        self._part: Literal["fields", "text", "files", "peers"] = "fields"
        self._last = 0
        self._seen = False

    def take(self, number: int, line: str) -> Iterator[Snapshot]:
        """Take in a line; yields the job that it ends."""
        self._last = number
        text = line.strip()
        if not text:
            if self._part == "peers":
                self._part = "fields"
            return
        if self._began(text) or self._told(number, text):
            return
        if (listed := _LISTED.fullmatch(text)) is not None:
            yield from self._ended()
            self._seen = True
            if int(listed["jobs"]) != len(self._listed):
                raise self._bad(number, f"counts {listed['jobs']} jobs where {len(self._listed)} stand; {_WAY_OUT}")
            self._next()
        elif (compact := _COMPACT.fullmatch(text)) is not None:
            yield from self._ended()
            self._begin(number, compact)
            self._fill(number, compact)
            yield from self._ended()
        elif (verbose := _GUID_LINE.fullmatch(text)) is not None:
            yield from self._ended()
            self._begin(number, verbose)
            self._job_here().verbose = True
        elif _BEFORE.fullmatch(text) is not None:
            yield from self._ended()
            self._seen = True
            if self._listed:
                self._next()
        else:
            raise self._bad(number, f"{_short(text)} is no line of bitsadmin that is known here; {_WAY_OUT}")

    def end(self) -> Iterator[Snapshot]:
        """Yield the last job. BadLineError: there was nothing."""
        yield from self._ended()
        if not self._seen:
            raise self._bad(self._last + 1, f"the file is empty; {_WAY_OUT}")

    def _began(self, text: str) -> bool:
        """Whether a line goes on with a text or a block that was begun, and begins nothing itself."""
        if self._job is None or not self._job.verbose:
            return False
        if self._part == "peers" and _PEER_FLAG.fullmatch(text) is not None:
            return True
        known = (_GUID_LINE, _COMPACT, _LISTED, _BEFORE, *_FIELDS, *_TEXTS, _PEERS)
        return (
            self._part == "text"
            and not text.startswith("JOB FILES:")
            and all(each.fullmatch(text) is None for each in known)
        )

    def _told(self, number: int, text: str) -> bool:
        """Whether a line tells something of the job that was begun."""
        if self._job is None or not self._job.verbose:
            return False
        if text == "JOB FILES:":
            self._part = "files"
            return True
        if _PEERS.fullmatch(text) is not None:
            self._part = "peers"
            return True
        if self._part == "files" and (found := _FILE.fullmatch(text)) is not None:
            self._job.files.append(
                FileLine(number, int(found["bytes_done"]), _size(found["bytes_total"]), found["remote"], found["local"])
            )
            return True
        for patterns, part in ((_FIELDS, "fields"), (_TEXTS, "text")):
            for pattern in patterns:
                if (found := pattern.fullmatch(text)) is not None:
                    self._part = "text" if part == "text" else "fields"
                    self._fill(number, found)
                    return True
        return False

    def _begin(self, number: int, found: re.Match[str]) -> None:
        job = found["job"].lower()
        if job in self._listed:
            self._next()
        self._listed.add(job)
        self._seen = True
        self._job = Snapshot(number, self._snapshot, job, display=_unquoted(found["display"]))
        self._part = "fields"

    def _next(self) -> None:
        self._snapshot += 1
        self._listed = set()

    def _ended(self) -> Iterator[Snapshot]:
        job, self._job = self._job, None
        self._part = "fields"
        if job is None:
            return
        if job.state is None or job.files_total is None:
            raise self._bad(job.line, f"the job that begins here lacks its state or its files; {_WAY_OUT}")
        yield job

    def _fill(self, number: int, found: re.Match[str]) -> None:
        job = self._job_here()
        for name, value in found.groupdict().items():
            if name in ("job", "display") or value is None:
                continue
            if name == "state":
                told: object = self._one_of(number, value, JobState, "state")
            elif name == "type":
                told = self._one_of(number, value.replace("-", "_"), JobType, "type of job")
            elif name in _WHOLE or name in _SECONDS:
                told = int(value)
            elif name in _HEX:
                told = int(value, 16)
            elif name == "bytes_total":
                told = _size(value)
            elif name in ("creation", "modification", "completion"):
                told = Unknown.UNKNOWN if value.strip() == Unknown.UNKNOWN.value else value.strip()
            else:
                told = value
            setattr(job, name, told)

    def _one_of(self, number: int, word: str, kind: type[JobState | JobType], what: str) -> JobState | JobType:
        try:
            return kind[word]
        except KeyError:
            names = [each.name for each in kind]
            hint = nearest(word, names, f"it is one of {', '.join(names)}")
            raise self._bad(number, f"there is no {what} {word!r}; {hint}") from None

    def _job_here(self) -> Snapshot:
        assert self._job is not None
        return self._job

    def _bad(self, number: int, problem: str) -> BadLineError:
        return BadLineError(self._where, number, problem)


def _size(word: str) -> Size:
    return Unknown.UNKNOWN if word == Unknown.UNKNOWN.value else int(word)


def _unquoted(name: str) -> str:
    quoted = len(name) > 1 and name[0] == name[-1] == "'"
    return name[1:-1] if quoted else name


def _short(text: str, characters: int = 60) -> str:
    return repr(text if len(text) <= characters else text[:characters] + "...")
