"""HTTP/1.1 requests read and ranges understood (RFC 9110, RFC 9112), as pure functions.

Law: whatever bytes come in, the outcome is a `Request` or a `BadRequestError` with the status to answer;
nothing else is ever raised. Does not know scripts, files or sockets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

HEADER_LIMIT_BYTES: Final = 16 * 1024
"""A request whose request line and headers are longer is answered with 431."""

BLOCK_END: Final = b"\r\n\r\n"

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VERSION = re.compile(r"HTTP/(\d)\.(\d)")
_SINGLE_RANGE = re.compile(r"bytes\s*=\s*(\d*)\s*-\s*(\d*)", re.IGNORECASE)
_ABSOLUTE = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_POSITION_DIGITS = 20
"""More digits than 2^64 has name a position beyond every file; they are not converted, only compared."""


class BadRequestError(Exception):
    """A request that cannot be served; `status` is to be answered before closing."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """One request: `path` is percent-decoded and without query, header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    modern: bool
    """Whether the client speaks HTTP/1.1 and so understands chunks."""
    keeps_alive: bool
    """Whether the client would use the connection again."""
    has_body: bool

    @property
    def range_header(self) -> str | None:
        """The Range header where it means something: for GET only (RFC 9110, 14.2)."""
        return self.headers.get("range") if self.method == "GET" else None


def parse_request(block: bytes) -> Request:
    """Read request line and headers, given without the empty line at their end. Raises BadRequestError."""
    lines = block.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not _TOKEN.fullmatch(words[0]) or not words[1]:  # noqa: PLR2004 method, target, version
        raise BadRequestError(400, "malformed request line")
    method, target, version = words
    spoken = _VERSION.fullmatch(version)
    if spoken is None:
        raise BadRequestError(400, "malformed HTTP version")
    if spoken[1] != "1":
        raise BadRequestError(505, f"{version} is not spoken here")
    headers = _parse_headers(lines[1:])
    modern = spoken[2] != "0"
    if modern and "host" not in headers:
        raise BadRequestError(400, "an HTTP/1.1 request needs a Host")
    connection = {word.strip().lower() for word in headers.get("connection", "").split(",")}
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise BadRequestError(400, "malformed Content-Length")
    return Request(
        method=method,
        path=path_of(target),
        headers=headers,
        modern=modern,
        keeps_alive="close" not in connection and (modern or "keep-alive" in connection),
        has_body=bool(length.strip("0")) or "transfer-encoding" in headers,
    )


def _parse_headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name) or "\n" in value or "\r" in value or "\0" in value:
            raise BadRequestError(400, "malformed header line")
        name, value = name.lower(), value.strip(" \t")
        if name in headers:
            if name in ("host", "content-length"):
                raise BadRequestError(400, f"more than one {name}")
            value = f"{headers[name]}, {value}"
        headers[name] = value
    return headers


def path_of(target: str) -> str:
    """Return the percent-decoded path of a request target or URL, without query and fragment."""
    absolute = _ABSOLUTE.match(target)
    if absolute:
        target = target[absolute.end() :] or "/"
    path = target.partition("#")[0].partition("?")[0]
    return unquote(path, errors="replace")


class Unreadable:
    """A Range header that is no single byte range; it is ignored."""


class Unsatisfiable:
    """A byte range that has nothing in common with the content."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Byte positions, zero-based; `last` is inclusive, so a range is never empty."""

    first: int
    last: int


def parse_range(header: str, total: int) -> ByteRange | Unsatisfiable | Unreadable:
    """Return the part of `total` bytes that a Range header names: `bytes=a-b`, `bytes=a-` or `bytes=-n`."""
    matched = _SINGLE_RANGE.fullmatch(header.strip())
    if matched is None or not (matched[1] or matched[2]):
        return Unreadable()
    if not matched[1]:
        wanted = min(_position(matched[2]), total)
        return ByteRange(total - wanted, total - 1) if wanted else Unsatisfiable()
    first = _position(matched[1])
    last = _position(matched[2]) if matched[2] else total - 1
    if matched[2] and last < first:
        return Unreadable()
    if first >= total:
        return Unsatisfiable()
    return ByteRange(first, min(last, total - 1))


def _position(digits: str) -> int:
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) <= _POSITION_DIGITS else 10**_POSITION_DIGITS
