"""What goes wrong at the control interface, as problem documents (RFC 9457).

Laws: every answer with a status of 400 or more is one. A refused call carries operation, state and HRESULT; its HTTP
status follows from the HRESULT alone. A bug says that it is one, and nothing of what was inside.

It does not know routes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from copyjob.reference.daemon.messages import Problem
from copyjob.reference.errors import (
    DISK_FULL,
    FILENAME_TOO_LONG,
    PATH_NOT_FOUND,
    SERVICE_NOT_ACTIVE,
    WRITE_FAULT,
    CopyJobError,
    code_name,
)
from copyjob.spec.vocabulary import Hresult

MEDIA_TYPE: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: the last part of its type, its title, its status, and what it means."""

    name: str
    title: str
    status: int
    meaning: str

    @property
    def type(self) -> str:
        """The type of the problem: where its meaning is to be read."""
        return f"/problems/{self.name}"


REFUSED: Final = Kind(
    "refused",
    "The call was refused",
    409,
    "The service refused the call, and nothing has changed. `hresult` and `hresult_name` tell why, `operation` and "
    "`state` what was called in which state of the job; the status follows from the HRESULT.",
)
MALFORMED: Final = Kind(
    "malformed", "The request does not fit its schema", 400, "Body or query are not as the OpenAPI document says."
)
UNAUTHORIZED: Final = Kind(
    "unauthorized", "The token is missing or wrong", 401, "Every request needs `Authorization: Bearer <token>`."
)
FOREIGN_ORIGIN: Final = Kind(
    "foreign-origin", "Web pages are not served", 403, "A request with an Origin comes from a page in a browser."
)
NOT_FOUND: Final = Kind("not-found", "There is no such resource", 404, "The path names nothing.")
METHOD: Final = Kind("method", "The resource has no such method", 405, "`Allow` names those that it has.")
TOO_LARGE: Final = Kind("too-large", "The body is too large", 413, "Bodies are bounded.")
MEDIA: Final = Kind("media-type", "The body is not JSON", 415, "Bodies are of type application/json.")
FOREIGN_HOST: Final = Kind(
    "foreign-host", "The Host header names another host", 421, "The daemon answers to its own addresses only."
)
INTERNAL: Final = Kind("internal", "The service has a bug", 500, "The log of the daemon holds the traceback.")

KINDS: Final = {
    kind.name: kind
    for kind in (
        REFUSED,
        MALFORMED,
        UNAUTHORIZED,
        FOREIGN_ORIGIN,
        NOT_FOUND,
        METHOD,
        TOO_LARGE,
        MEDIA,
        FOREIGN_HOST,
        INTERNAL,
    )
}

_UNPROCESSABLE: Final = 422
_STATUS: Final[dict[int, int]] = {
    Hresult.E_INVALIDARG: _UNPROCESSABLE,
    Hresult.BG_E_STRING_TOO_LONG: _UNPROCESSABLE,
    Hresult.BG_E_INVALID_RANGE: _UNPROCESSABLE,
    Hresult.BG_E_OVERLAPPING_RANGES: _UNPROCESSABLE,
    Hresult.BG_E_TOO_MANY_RANGES_IN_FILE: _UNPROCESSABLE,
    Hresult.BG_E_PROTOCOL_NOT_AVAILABLE: _UNPROCESSABLE,
    Hresult.DO_E_INVALID_RANGE: _UNPROCESSABLE,
    Hresult.DO_E_OVERLAPPING_RANGES: _UNPROCESSABLE,
    PATH_NOT_FOUND: _UNPROCESSABLE,
    FILENAME_TOO_LONG: _UNPROCESSABLE,
    Hresult.E_ACCESSDENIED: 403,
    Hresult.BG_E_NOT_FOUND: 404,
    Hresult.DO_E_JOB_NOT_FOUND: 404,
    Hresult.BG_E_FILE_NOT_AVAILABLE: 404,
    Hresult.DO_E_FILE_NOT_AVAILABLE: 404,
    WRITE_FAULT: 500,
    Hresult.E_NOTIMPL: 501,
    SERVICE_NOT_ACTIVE: 503,
    DISK_FULL: 507,
}
"""Whatever is not named is in conflict with the state of the job or the queue: 409."""


class ProblemError(Exception):
    """A request that ends in a problem of one of the kinds."""

    def __init__(self, kind: Kind, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.headers = headers or {}

    @property
    def problem(self) -> Problem:
        """The document."""
        return Problem(type=self.kind.type, title=self.kind.title, status=self.kind.status, detail=self.detail)


def status_of(hresult: int) -> int:
    """Return the HTTP status of a refusal with this HRESULT."""
    return _STATUS.get(hresult & 0xFFFFFFFF, REFUSED.status)


def refusal(error: CopyJobError) -> Problem:
    """Return the document of a refused call."""
    return Problem(
        type=REFUSED.type,
        title=REFUSED.title,
        status=status_of(error.hresult),
        detail=error.detail,
        operation=error.operation,
        state=None if error.state is None else error.state.name,
        hresult=error.hresult & 0xFFFFFFFF,
        hresult_name=code_name(error.hresult),
    )


def encoded(problem: Problem) -> bytes:
    """Return the document as it goes over the wire."""
    return msgspec.json.encode(problem)
