"""What a rule about a call is: its condition, its answers and its stated effects, as small frozen terms.

Law: data only. Every condition and every effect tells itself in English from what it is made of. It knows no rule;
the lines stand in the ``_calls_*`` modules, :mod:`copyjob.spec.calls` is their index.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from copyjob.spec._clause import BOTH
from copyjob.spec.rows import Level, Refusal, rests_on_decisions
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, Operation


class Method(Enum):
    """What a client calls beside the operations of the table; the value begins the ids of its rules."""

    GET_ERROR_FILE = "get_error_file"
    """``IBackgroundCopyError::GetFile``: the file that an error concerns."""
    NEXT_FILE = "next_file"
    """``IEnumBackgroundCopyFiles::Next``."""
    SET_HTTP_METHOD = "set_http_method"
    """``IBackgroundCopyJobHttpOptions2::SetHttpMethod``; BITS only."""
    SET_PROPERTY = "set_property"
    """``IBackgroundCopyJob5::SetProperty``; BITS only."""
    SET_SECURITY_FLAGS = "set_security_flags"
    """``IBackgroundCopyJobHttpOptions::SetSecurityFlags``; BITS only."""
    SET_VALIDATION_STATE = "set_validation_state"
    """``IBackgroundCopyFile3::SetValidationState``; BITS only."""
    TAKE_OWNERSHIP = "take_ownership"
    """``IBackgroundCopyJob::TakeOwnership``; BITS only."""


class Quantity(Enum):
    """Something that is counted, as a sentence begins with it, and its unit."""

    DISPLAY_NAME = ("the display name", "characters")
    REMOTE_NAME = ("the remote name", "characters")
    FILES_OF_JOB = ("the job, with this one,", "files")
    RANGES_OF_FILE = ("the file", "ranges")
    JOBS_OF_USER = ("the user, with this one,", "jobs")
    JOBS_OF_MACHINE = ("the machine, with this one,", "jobs")
    MINIMUM_RETRY_DELAY = ("the minimum retry delay", "seconds")
    NO_PROGRESS_TIMEOUT = ("the no-progress timeout", "seconds")


@dataclass(frozen=True, slots=True)
class MoreThan:
    """More than a limit. ``exempt``: a policy of the machine, which some callers are exempt from."""

    quantity: Quantity
    limit: int
    exempt: bool = False

    @property
    def english(self) -> str:
        """The condition as a clause of a sentence."""
        name, unit = self.quantity.value
        told = f"{name} has more than {self.limit:,} {unit}"
        if not self.exempt:
            return told
        return f"{told}, or than a policy sets, and the caller is neither an administrator nor a service account"


@dataclass(frozen=True, slots=True)
class LessThan:
    """Less than a floor."""

    quantity: Quantity
    floor: int

    @property
    def english(self) -> str:
        """The condition as a clause of a sentence."""
        name, unit = self.quantity.value
        return f"{name} is less than {self.floor:,} {unit}"


class Circumstance(Enum):
    """A condition that is no number: of an argument, of the caller, of the files or of the server."""

    # Arguments
    LOCAL_NAME_EMPTY = "the local name is missing or empty"
    LOCAL_NAME_INVALID = "the local name is no valid name"
    LOCAL_NAME_RELATIVE = "the local name is a relative path"
    REMOTE_NAME_INVALID = "the remote name is no valid URL"
    PROTOCOL_UNSUPPORTED = "the protocol of the remote name is not supported"
    RANGE_AT_END = "a range begins at BG_LENGTH_TO_EOF"
    RANGES_OVERLAP = "ranges repeat or overlap, or begin at the same offset, in whichever order"
    RANGE_EMPTY = "a range has the length zero"
    NO_RANGES = "the count of ranges is zero"
    RANGES_GIVEN = "ranges are given, each a part of the file"
    URL_GOOD = "the remote name is a valid URL"
    URL_OTHER_FILE = "size or time stamp differ at the new remote name, or its server cannot resume"
    FILE_TRANSFERRED = "the file is already transferred"
    PREFIX_EMPTY = "the old prefix is empty"
    PREFIX_URL_BAD = "the new prefix makes an invalid or too long URL"
    PREFIX_FOUND = "a remote name begins with the old prefix, compared with case"
    PREFIX_NOT_FOUND = "no remote name begins with the old prefix, compared with case"
    PRIORITY_UNDEFINED = "BG_JOB_PRIORITY does not define the priority"
    FLAGS_INVALID = "the notify flags are not valid"
    FLAGS_DISABLE = "the notify flags have DISABLE"
    RETRY_AFTER_TIMEOUT = "the minimum retry delay is longer than the no-progress timeout"
    TIMEOUT_ZERO = "the no-progress timeout is zero"
    NAME_MISSING = "the display name is null"
    NAME_GOOD = "the display name is not null and not too long"
    NAME_TAKEN = "another job has the same display name"
    CONTENT_INVALID = "the validation state is FALSE, and the file came from the origin"
    REDIRECTS_DISALLOWED = "the flags disallow redirects"
    HIGH_PERFORMANCE = "the property is high performance, and the job has no file yet"
    DYNAMIC_CONTENT = "the property is dynamic content, and the job was never resumed"
    OTHER_METHOD = "the method is another than the default, and the job was never resumed"
    # The caller
    MAY_NOT_WRITE = "the user may not write to the directory of the local name"
    ID_UNKNOWN = "no job has this id"
    JOB_FINAL = "the job of this id is ACKNOWLEDGED or CANCELLED"
    NOT_ALLOWED = "the caller may not have the job"
    OWN_JOBS = "the caller asks for jobs of its own"
    ALL_JOBS_ADMINISTRATOR = "an administrator asks for the jobs of all users"
    ALL_JOBS = "a caller who is no administrator asks for the jobs of all users"
    NO_ADMINISTRATOR = "the caller is no administrator"
    # Files, disk, server
    FILES_NOT_DELETED = "temporary files of the job could not be deleted"
    FILE_NOT_RENAMED = "a temporary file cannot be renamed"
    SERVER_SILENT = "the job is an upload whose server does not answer"
    RANGE_OUTSIDE = "a range lies outside the file"
    SERVER_WITHOUT_RANGES = "ranges are given, and the server does not support them"
    SERVER_MERGES_RANGES = "ranges are given, and the server merges them"
    SIZE_UNKNOWN = "the size of a file of the job is not known yet"
    FILE_OF_RANGES = "ranges of the file were asked for"
    NOT_AVAILABLE = "Complete has not made the file available"
    HTTP_403 = "the server answered with HTTP 403"
    OTHER_FAULT = "the fault was another than HTTP 403"
    ANY_FAULT = "the job has error information"
    JOB_MODIFIED = (
        "a setter or a state-changing method was called, a file added, the state changed, or bytes were received"
    )
    JOB_TRANSFERRED = "the job entered TRANSFERRED"
    TRANSFER_FAILED = "the job went from TRANSFERRING to TRANSIENT_ERROR or ERROR, or a retry failed"
    OBSTACLE_MET = "the network was disconnected, a disk checked, or bandwidth limited by policy"
    FILE_CONCERNED = "the error concerns a file"
    NO_FILE_CONCERNED = "the error concerns no file"
    ENOUGH_LEFT = "as many files are left as were asked for"
    TOO_FEW_LEFT = "fewer files are left than were asked for"
    LATER_FILES = "files are added after the call"

    @property
    def english(self) -> str:
        """The condition as a clause of a sentence."""
        return self.value


Condition = Circumstance | MoreThan | LessThan


@dataclass(frozen=True, slots=True)
class Becomes:
    """Another value is kept than the one that was given."""

    quantity: Quantity
    value: int

    @property
    def english(self) -> str:
        """The effect as a clause of a sentence."""
        name, unit = self.quantity.value
        return f"{name} becomes {self.value:,} {unit}"


@dataclass(frozen=True, slots=True)
class Leads:
    """Where the job goes later because of the call, with which error, and when."""

    dest: JobState
    error: Hresult | None
    when: str

    @property
    def english(self) -> str:
        """The effect as a clause of a sentence."""
        code = "" if self.error is None else f" with {self.error.name}"
        return f"the job goes to {self.dest.name}{code} {self.when}"


@dataclass(frozen=True, slots=True)
class Tells:
    """What the answer tells, or what holds from then on."""

    english: str


@dataclass(frozen=True, slots=True)
class Leaves:
    """What a refusal leaves done all the same, as its page says."""

    english: str


Effect = Becomes | Leads | Tells | Leaves


@dataclass(frozen=True, slots=True)
class CallRule:
    """One rule: where ``condition`` holds, ``operation`` answers with one of ``answers``, and ``effects`` follow.

    ``answers`` are HRESULTs as the dialect spells them, whichever of them is given conforms; empty, any failure does,
    for the documents name no code. ``dialects`` are all that have a rule of this id.
    """

    id: str
    operation: Operation | Method
    condition: Condition
    answers: tuple[Hresult, ...]
    dialects: frozenset[Dialect]
    cites: tuple[str, ...]
    level: Level
    effects: tuple[Effect, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether every answer is a failure."""
        return all(answer.failed for answer in self.answers)

    @property
    def decided(self) -> bool:
        """Whether the rule rests on decisions alone, no documented clause."""
        return rests_on_decisions(self.cites)

    @property
    def english(self) -> str:
        """The rule as a sentence."""
        codes = " or ".join(answer.name for answer in self.answers) or "a failure that the documents do not name"
        told = [f"Where {self.condition.english}: {codes}", *(effect.english for effect in self.effects)]
        return "; ".join(told) + "."


@dataclass(frozen=True, slots=True)
class Line:
    """A rule as a line writes it, before a dialect is chosen."""

    operation: Operation | Method
    name: str
    condition: Condition
    answers: tuple[Hresult | Refusal, ...]
    cites: str
    dialects: frozenset[Dialect] = BOTH
    level: Level = Level.MUST
    effects: tuple[Effect, ...] = ()


OK: Final = (Hresult.S_OK,)
BAD: Final = (Hresult.E_INVALIDARG,)
DENIED: Final = (Hresult.E_ACCESSDENIED,)
UNNAMED: Final[tuple[Hresult, ...]] = ()
"""Refused, with a code that the documents do not name."""
