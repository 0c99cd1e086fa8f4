"""What the origin can be told to do with the requests for one file, as plain data, and which fault that is.

Law: a script is data. It is frozen, hashable, survives JSON unchanged, and says the same thing wherever it
is read; what a client makes of it is not its business. It rules the file it is set on until another is set.

What a new script means for an answer whose headers are already on their way (bytes are those of its body):

- SERVE, CHANGED, RETAGGED, NO_RANGES, WHOLE_FOR_PART, CHUNKED, WRONG_RANGE, RANGE_416: the rest of the body as
  announced, of the version that was begun, and done. With `cuts=True` the body is cut short at once instead.
- HOLD_BODY, HOLD_HEADERS: hold (again); at `after_bytes` where that is still ahead, otherwise where it is.
- RESET, TRUNCATE: cut at `after_bytes` where that is still ahead, otherwise at once.
- STATUS, REDIRECT, NO_CONTENT: cut short at once, an orderly end before the announced length.

Does not know sockets, requests or the journal.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Any, Self

from copyjob.spec.vocabulary import InternalEvent, Name

if TYPE_CHECKING:
    from collections.abc import Mapping


class ScriptKind(Enum):
    """What is done with a request for the file. The value is the spelling in plans and replay files."""

    SERVE = "serve"
    """Everything as it should be; in pieces of `piece_bytes` with a pause of `pause_seconds` where that is
    given, and with fewer `validators` where that is."""
    HOLD_HEADERS = "hold_headers"
    """The request is read, nothing is sent until the script changes."""
    HOLD_BODY = "hold_body"
    """Headers and `after_bytes` of the body, then nothing until the script changes. Never the last byte."""
    STATUS = "status"
    """The answer is `status` (300 to 599) with a short body."""
    RESET = "reset"
    """TCP reset after `after_bytes` of the body, or before the headers when that is None."""
    TRUNCATE = "truncate"
    """The full length is announced, the connection ends in order after `after_bytes`. Never the last byte."""
    NO_RANGES = "no_ranges"
    """Range is ignored, no Accept-Ranges: always a 200 with the whole file."""
    WHOLE_FOR_PART = "whole_for_part"
    """Ranges are announced, yet a range request gets a 200 with the whole file."""
    CHANGED = "changed"
    """On being set it gives the file a new version (other bytes, `size_change` longer), which is then
    served."""
    RETAGGED = "retagged"
    """On being set it gives the file a new version: the same bytes and date under another ETag."""
    WRONG_RANGE = "wrong_range"
    """A range request gets a 206 with another part, `shift_bytes` off; others are served."""
    RANGE_416 = "range_416"
    """A range request gets a 416; others are served."""
    REDIRECT = "redirect"
    """To the file `location` of the same site; to itself, for ever, when that is None."""
    CHUNKED = "chunked"
    """The whole file in chunks: no Content-Length, no ranges."""
    NO_CONTENT = "no_content"
    """204, no body."""


class FaultKind(Name):
    """What a fault of the origin means for a download (decision/11, decision/20, decision/21)."""

    TRANSIENT = "transient"
    """A later attempt may not meet it: connection failed or cut, 503."""
    FATAL = "fatal"
    """No retry mends it: 404, 403, 501."""
    AMBIGUOUS = "ambiguous"
    """May be taken either way: 408, 409, 425, 429, one redirect after another."""
    RANGE = "range"
    """A part was asked for; the whole, another part or a refusal is the answer."""
    UNUSABLE = "unusable"
    """A success without a length or without a body: chunked, 204. Error or not, nothing binds the client."""

    @property
    def event(self) -> InternalEvent:
        """The internal event of the vocabulary that this fault can cause in a job."""
        return _EVENTS[self]


_EVENTS = {
    FaultKind.TRANSIENT: InternalEvent.TRANSIENT_FAULT,
    FaultKind.FATAL: InternalEvent.FATAL_FAULT,
    FaultKind.AMBIGUOUS: InternalEvent.AMBIGUOUS_FAULT,
    FaultKind.RANGE: InternalEvent.RANGE_REFUSED,
    FaultKind.UNUSABLE: InternalEvent.AMBIGUOUS_FAULT,
}

_REDIRECTION, _CLIENT, _SERVER, _BEYOND = 300, 400, 500, 600
_AMBIGUOUS_STATUSES = frozenset({408, 409, 425, 429})
_FATAL_SERVER_STATUSES = frozenset({501, 505})
_RANGE_NOT_SATISFIABLE = 416


def fault_of_status(status: int) -> FaultKind | None:
    """Return which fault an HTTP status is for a download, None for none (1xx, 2xx).

    4xx is fatal except 408, 409, 425 and 429, which are ambiguous; 5xx is transient except 501 and 505, which
    are fatal (decision/11). 3xx that cannot be followed is ambiguous (decision/21). 416 refuses a part
    (decision/20); where no part was asked for it is a 4xx like any other, which only who knows the request
    can tell.
    """
    if status < _REDIRECTION:
        return None
    if status < _CLIENT or status in _AMBIGUOUS_STATUSES:
        return FaultKind.AMBIGUOUS
    if status == _RANGE_NOT_SATISFIABLE:
        return FaultKind.RANGE
    if status < _SERVER or status in _FATAL_SERVER_STATUSES:
        return FaultKind.FATAL
    return FaultKind.TRANSIENT


VALIDATORS = ("strong", "weak", "date", "none")
"""What a version is told apart by: a strong ETag or a weak one, beside Last-Modified; Last-Modified alone; nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What is done with the requests for one file; see `ScriptKind`. Build it with the methods named after
    the kinds.

    `after_bytes` counts body bytes of one answer, so in the answer to a range request from the start of the
    range; where an answer has fewer it is taken as all but the last. Raises ValueError when a value makes no
    sense for the kind.
    """

    kind: ScriptKind
    after_bytes: int | None = None
    status: int | None = None
    location: str | None = None
    piece_bytes: int = 0
    pause_seconds: float = 0.0
    shift_bytes: int = 1
    size_change: int = 0
    cuts: bool = False
    validators: str = "strong"

    def __post_init__(self) -> None:
        """Refuse what could not be carried out."""
        if (self.kind is ScriptKind.STATUS) != (self.status is not None):
            raise ValueError(f"a script needs a status exactly when it is {ScriptKind.STATUS.name}: {self!r}")
        if self.status is not None and not _REDIRECTION <= self.status < _BEYOND:
            raise ValueError(f"a scripted status is 300 to 599, not {self.status}")
        if self.kind in (ScriptKind.HOLD_BODY, ScriptKind.TRUNCATE) and self.after_bytes is None:
            raise ValueError(f"{self.kind.name} needs after_bytes")
        if (self.after_bytes or 0) < 0 or self.piece_bytes < 0 or self.pause_seconds < 0 or self.shift_bytes < 1:
            raise ValueError(f"negative numbers of bytes or seconds, or a shift of none: {self!r}")
        if self.validators not in VALIDATORS:
            raise ValueError(f"validators are {', '.join(VALIDATORS)}, not {self.validators!r}")

    @classmethod
    def serve(
        cls, *, piece_bytes: int = 0, pause_seconds: float = 0.0, cuts: bool = False, validators: str = "strong"
    ) -> Self:
        """Serve; with `piece_bytes` slowly, a pause following each piece but the last."""
        return cls(
            kind=ScriptKind.SERVE,
            piece_bytes=piece_bytes,
            pause_seconds=pause_seconds,
            cuts=cuts,
            validators=validators,
        )

    @classmethod
    def hold_headers(cls) -> Self:
        """Read the request and send nothing."""
        return cls(kind=ScriptKind.HOLD_HEADERS)

    @classmethod
    def hold_body(cls, after_bytes: int) -> Self:
        """Send headers and `after_bytes` of the body; hold an empty body before its headers."""
        return cls(kind=ScriptKind.HOLD_BODY, after_bytes=after_bytes)

    @classmethod
    def answer(cls, status: int) -> Self:
        """Answer with `status` (300 to 599) and a short body."""
        return cls(kind=ScriptKind.STATUS, status=status)

    @classmethod
    def reset(cls, after_bytes: int | None = None) -> Self:
        """Reset the connection after `after_bytes`; before the headers for None or no body."""
        return cls(kind=ScriptKind.RESET, after_bytes=after_bytes)

    @classmethod
    def truncate(cls, after_bytes: int) -> Self:
        """End the connection in order after `after_bytes`; before the headers when the body is empty."""
        return cls(kind=ScriptKind.TRUNCATE, after_bytes=after_bytes)

    @classmethod
    def no_ranges(cls, *, cuts: bool = False) -> Self:
        """Ignore Range."""
        return cls(kind=ScriptKind.NO_RANGES, cuts=cuts)

    @classmethod
    def whole_for_part(cls, *, cuts: bool = False) -> Self:
        """Announce ranges, and answer a range request with the whole."""
        return cls(kind=ScriptKind.WHOLE_FOR_PART, cuts=cuts)

    @classmethod
    def changed(cls, size_change: int = 0, *, cuts: bool = False) -> Self:
        """Give the file a new version, `size_change` bytes longer, every old byte another; then serve."""
        return cls(kind=ScriptKind.CHANGED, size_change=size_change, cuts=cuts)

    @classmethod
    def retagged(cls, *, cuts: bool = False) -> Self:
        """Give the file another ETag for the same bytes; then serve."""
        return cls(kind=ScriptKind.RETAGGED, cuts=cuts)

    @classmethod
    def wrong_range(cls, shift_bytes: int = 1, *, cuts: bool = False) -> Self:
        """Answer a range request with a part `shift_bytes` earlier (later, where that is not)."""
        return cls(kind=ScriptKind.WRONG_RANGE, shift_bytes=shift_bytes, cuts=cuts)

    @classmethod
    def range_416(cls, *, cuts: bool = False) -> Self:
        """Refuse every range request."""
        return cls(kind=ScriptKind.RANGE_416, cuts=cuts)

    @classmethod
    def redirect(cls, location: str | None = None) -> Self:
        """Redirect (302) to the file `location` of the same site; None is a loop."""
        return cls(kind=ScriptKind.REDIRECT, location=location)

    @classmethod
    def chunked(cls, *, cuts: bool = False) -> Self:
        """Send the whole file without saying how long it is."""
        return cls(kind=ScriptKind.CHUNKED, cuts=cuts)

    @classmethod
    def no_content(cls) -> Self:
        """Answer 204."""
        return cls(kind=ScriptKind.NO_CONTENT)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON object: `kind` by its value, and every other field that is not at its default."""
        values: dict[str, Any] = {"kind": self.kind.value}
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            if value != field.default:
                values[field.name] = value
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return the script that `to_json` wrote. Raises ValueError for anything else."""
        rest = dict(values)
        try:
            return cls(kind=ScriptKind(rest.pop("kind", None)), **rest)
        except TypeError as error:
            raise ValueError(f"not a script: {values!r} ({error})") from error


SERVE = Script.serve()
"""What a file does until it is told otherwise."""
