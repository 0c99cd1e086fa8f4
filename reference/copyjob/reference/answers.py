"""Reading what a server answers: numbers, headers, broken exchanges, in terms of what they are worth.

Law: a number or a header that is not understood stands for nothing; it is never guessed at.

It does not know what was asked for, nor what is stored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from copyjob.reference import errors
from copyjob.reference.integrity import SIZE_MAX_BYTES
from copyjob.reference.wire import WireFault
from copyjob.spec.vocabulary import Hresult

if TYPE_CHECKING:
    from copyjob.reference.wire import Answer

_CONTENT_RANGE: Final = re.compile(r"bytes\s+(\d{1,19})-(\d{1,19})/(\d{1,19})", re.IGNORECASE | re.ASCII)
_LENGTH: Final = re.compile(r"\d{1,19}", re.ASCII)
"""No file has more than `SIZE_MAX_BYTES`, and more digits than these are read by nobody."""
_RETRIED_4XX: Final = frozenset({408, 409, 425, 429})
_RETRIED_REPLIES_4XX: Final = frozenset({408, 409})
_FATAL_5XX: Final = frozenset({501, 505})
_FATAL_3XX: Final = frozenset({300, 301, 302, 303, 304, 305, 307})

WIRE_CODES: Final = {
    WireFault.NAME: errors.WIN_NAME_NOT_RESOLVED,
    WireFault.CONNECT: errors.WIN_CANNOT_CONNECT,
    WireFault.TIMEOUT: errors.WIN_TIMEOUT,
    WireFault.BROKEN: errors.WIN_CONNECTION_ABORTED,
    WireFault.TRUNCATED: errors.WIN_CONNECTION_ABORTED,
    WireFault.REDIRECTS: errors.WIN_INVALID_SERVER_RESPONSE,
    WireFault.PROTOCOL: errors.WIN_INVALID_SERVER_RESPONSE,
    WireFault.SECURE: errors.WIN_SECURE_FAILURE,
    WireFault.CERTIFICATE_HOST: errors.WIN_CERTIFICATE_HOST,
    WireFault.CERTIFICATE_DATE: errors.WIN_CERTIFICATE_DATE,
    WireFault.CERTIFICATE_AUTHORITY: errors.WIN_CERTIFICATE_AUTHORITY,
    WireFault.URL: int(Hresult.E_INVALIDARG),
    WireFault.DECLINED: errors.WIN_INVALID_SERVER_RESPONSE,
}
"""The HRESULT of each way in which an exchange ends before its time."""
FATAL_FAULTS: Final = frozenset(
    {
        *(WireFault.REDIRECTS, WireFault.PROTOCOL, WireFault.URL, WireFault.SECURE),
        *(WireFault.CERTIFICATE_HOST, WireFault.CERTIFICATE_DATE, WireFault.CERTIFICATE_AUTHORITY),
    }
)
"""Those of them that no later try mends."""


def transient_answer(status_code: int) -> bool:
    """Return whether a later try may get another answer than this one (decision/11, `http/reply`)."""
    match status_code // 100:
        case 4:
            return status_code in _RETRIED_4XX
        case 5:
            return status_code not in _FATAL_5XX
        case 3:
            return status_code not in _FATAL_3XX
        case _:
            return False


def transient_reply(status_code: int) -> bool:
    """Return whether a later try may get another reply to an upload than this one (`http/reply`)."""
    match status_code // 100:
        case 3:
            return status_code not in _FATAL_3XX
        case 4:
            return status_code in _RETRIED_REPLIES_4XX
        case 5:
            return status_code not in _FATAL_5XX
        case _:
            return True


def content_length(answer: Answer) -> int | None:
    """Return how long the server says the body is, or None where it does not say it, or no file is so long."""
    text = answer.headers.get("content-length", "")
    return int(text) if _LENGTH.fullmatch(text) and int(text) <= SIZE_MAX_BYTES else None


def content_range(answer: Answer) -> tuple[int, int, int] | None:
    """Return first byte, last byte and size of the file as a 206 names them, or None where it does not."""
    if answer.headers.get("content-type", "").lower().startswith("multipart/byteranges"):
        return None
    found = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
    if found is None:
        return None
    first, last, size = (int(word) for word in found.groups())
    return first, last, size
