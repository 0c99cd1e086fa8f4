"""Which answer a request gets under a script: status, headers, the bytes on the wire, and which fault that
is.

Law: an answer is decided as a whole before its first byte is sent, from the request, one version of the file
and one script; the same three always give the same answer. Where it is paused or cut is the connection's
business. Does not know sockets, time (beyond the Date header) or the journal.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

from copyjob.conformance.origin.messages import ByteRange, Request, Unreadable, Unsatisfiable, parse_range
from copyjob.conformance.origin.scripts import FaultKind, Script, ScriptKind, fault_of_status

CHUNK_BYTES: Final = 64 * 1024
BEFORE_HEADERS: Final = -1
"""Where the final byte of empty content is: in the headers."""

_REASONS: Final = {status.value: status.phrase for status in HTTPStatus}
_BODILESS: Final = frozenset({204, 304})
_NOTHING: Final = memoryview(b"")
_OCTETS: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file's content with its validators."""

    number: int
    content: bytes
    etag: str
    modified: str
    """HTTP date."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent: `head`, then `wire`. Byte positions of the content are zero-based and inclusive."""

    status: int
    head: bytes
    wire: memoryview
    final_at: int | None = None
    """Index in `wire` of the last byte of the file's content; None where it is not in this answer."""
    version: int | None = None
    first_byte: int | None = None
    last_byte: int | None = None
    ignores_range: bool = False
    fault: FaultKind | None = None
    note: str = ""
    leads_to: str | None = None
    """The path to which a redirect leads that needs following once only."""
    is_content: bool = False
    """Whether `wire` is content of the file; only such answers are held, slowed or cut."""
    closes: bool = True


def plain_answer(
    status: int,
    request: Request | None,
    *,
    closes: bool,
    note: str = "",
    extra: str = "",
    fault: FaultKind | None = None,
) -> Answer:
    """Return an answer that carries no content of a file but a line about its status."""
    text = f"{status} {_REASONS.get(status, 'Scripted')}\n".encode()
    body = b"" if status in _BODILESS else text
    length = "" if status in _BODILESS else f"Content-Length: {len(body)}\r\nContent-Type: text/plain\r\n"
    sends = request is None or request.method != "HEAD"
    fault = fault or fault_of_status(status)
    if fault is FaultKind.RANGE and (request is None or request.range_header is None):
        fault = FaultKind.FATAL
    return Answer(
        status,
        _head(status, length + extra, closes=closes),
        memoryview(body) if sends else _NOTHING,
        fault=fault,
        note=note,
        closes=closes,
    )


def redirect_answer(url: str, leads_to: str | None, request: Request, *, closes: bool) -> Answer:
    """Return a 302 to `url`, a fault (decision/21) only where what stands there, `leads_to`, redirects again."""
    answer = plain_answer(302, request, closes=closes, note="one redirect after another", extra=f"Location: {url}\r\n")
    return answer if leads_to is None else replace(answer, leads_to=leads_to, fault=None, note="")


def file_answer(request: Request, version: Version, script: Script, *, keep_alive: bool) -> Answer:
    """Return the answer of a file under a script of a kind that serves its content."""
    closes = not keep_alive
    failed = _failed_precondition(request, version, script)
    if failed:
        return plain_answer(412, request, closes=closes, note=failed, fault=FaultKind.RANGE)
    header = request.range_header
    if header is None:
        return _whole(request, version, script, closes=closes)
    refusal = _why_no_part(request, version, script)
    if refusal:
        return _whole(request, version, script, closes=closes, note=refusal)
    part = parse_range(header, len(version.content))
    if isinstance(part, Unreadable):
        return _whole(request, version, script, closes=closes, note="not a single byte range")
    if isinstance(part, Unsatisfiable) or script.kind is ScriptKind.RANGE_416:
        extra = f"Content-Range: bytes */{len(version.content)}\r\n{_validators(version, script)}"
        note = "unsatisfiable range" if isinstance(part, Unsatisfiable) else "scripted"
        return plain_answer(416, request, closes=closes, note=note, extra=extra)
    return _part(version, part, script, closes=closes)


def _why_no_part(request: Request, version: Version, script: Script) -> str:
    """Why a range request is answered with the whole; empty where it is not."""
    if script.kind in (ScriptKind.NO_RANGES, ScriptKind.WHOLE_FOR_PART, ScriptKind.CHUNKED):
        return "ranges are ignored"
    if_range = request.headers.get("if-range")
    # Strong comparison with what the file has now: a weak tag, on either side, matches nothing; a date matches only as
    # the very date that stands there. RFC 9110, sections 8.8.3.2 and 13.1.5.
    strong = _etag(version, script).startswith('"') and if_range == version.etag
    if if_range is None or strong or if_range == _modified(version, script):
        return ""
    return "If-Range does not match"


def _failed_precondition(request: Request, version: Version, script: Script) -> str:
    if_match = request.headers.get("if-match")
    if if_match is not None:
        tags = [tag.strip() for tag in if_match.split(",")]
        strong = _etag(version, script).startswith('"') and version.etag in tags
        return "" if "*" in tags or strong else "If-Match does not match"
    unmodified = request.headers.get("if-unmodified-since")
    # A client can only send back the date it was given, so another date is a date of another version. Where there is no
    # date now, the question is ignored: RFC 9110, section 13.1.4.
    other = _modified(version, script) and unmodified not in (None, version.modified)
    return "If-Unmodified-Since does not match" if other else ""


def _whole(request: Request, version: Version, script: Script, *, closes: bool, note: str = "") -> Answer:
    content = version.content
    chunked = script.kind is ScriptKind.CHUNKED
    fields = _validators(version, script)
    if script.kind not in (ScriptKind.NO_RANGES, ScriptKind.CHUNKED):
        fields += "Accept-Ranges: bytes\r\n"
    wire, final_at = memoryview(content), len(content) - 1
    if chunked and request.modern:
        fields += "Transfer-Encoding: chunked\r\n"
        wire, final_at = _chunks(content)
    elif not chunked:
        fields += f"Content-Length: {len(content)}\r\n"
    else:
        closes = True
    is_head = request.method == "HEAD"
    ignores_range = request.range_header is not None
    # A server without ranges may be refused by a client before it ever asks for a part (http/needs).
    rangeless = ignores_range or script.kind is ScriptKind.NO_RANGES
    fault = FaultKind.UNUSABLE if chunked else FaultKind.RANGE if rangeless else None
    if not content:
        final_at = BEFORE_HEADERS
    return Answer(
        200,
        _head(200, f"{fields}Content-Type: {_OCTETS}\r\n", closes=closes),
        _NOTHING if is_head else wire,
        final_at=None if is_head and content else final_at,
        version=version.number,
        first_byte=0 if content and not is_head else None,
        last_byte=len(content) - 1 if content and not is_head else None,
        ignores_range=ignores_range,
        fault=fault,
        note=note or ("no Content-Length" if chunked else ""),
        is_content=not is_head,
        closes=closes,
    )


def _part(version: Version, part: ByteRange, script: Script, *, closes: bool) -> Answer:
    total, claimed_total, fault = len(version.content), len(version.content), None
    if script.kind is ScriptKind.WRONG_RANGE:
        fault = FaultKind.RANGE
        wrong = _another_part(part, script.shift_bytes, total)
        if wrong == part:
            claimed_total += script.shift_bytes
        part = wrong
    fields = (
        f"{_validators(version, script)}Accept-Ranges: bytes\r\nContent-Length: {part.last - part.first + 1}\r\n"
        f"Content-Range: bytes {part.first}-{part.last}/{claimed_total}\r\nContent-Type: {_OCTETS}\r\n"
    )
    wire = memoryview(version.content)[part.first : part.last + 1]
    return Answer(
        206,
        _head(206, fields, closes=closes),
        wire,
        final_at=len(wire) - 1 if part.last == total - 1 else None,
        version=version.number,
        first_byte=part.first,
        last_byte=part.last,
        fault=fault,
        note="another part" if fault else "",
        is_content=True,
        closes=closes,
    )


def _another_part(part: ByteRange, shift: int, total: int) -> ByteRange:
    """Return a part that begins `shift` bytes earlier, else later, else the same one."""
    if part.first >= shift:
        return ByteRange(part.first - shift, max(part.last - shift, part.first - shift))
    if part.first + shift < total:
        return ByteRange(part.first + shift, min(part.last + shift, total - 1))
    return part


def _chunks(content: bytes) -> tuple[memoryview, int]:
    """Return content in chunks, and the index of its last byte in there."""
    pieces: list[bytes] = []
    for start in range(0, len(content), CHUNK_BYTES):
        piece = content[start : start + CHUNK_BYTES]
        pieces += [b"%x\r\n" % len(piece), piece, b"\r\n"]
    end = b"0\r\n\r\n"
    wire = b"".join([*pieces, end])
    return memoryview(wire), len(wire) - len(end) - len(b"\r\n") - 1


def _etag(version: Version, script: Script) -> str:
    """Return the ETag that the file has now; empty for none."""
    if script.validators not in ("strong", "weak"):
        return ""
    return version.etag if script.validators == "strong" else f"W/{version.etag}"


def _modified(version: Version, script: Script) -> str:
    """Return the Last-Modified that the file has now; empty for none."""
    return "" if script.validators == "none" else version.modified


def _validators(version: Version, script: Script) -> str:
    tag, date = _etag(version, script), _modified(version, script)
    return (f"ETag: {tag}\r\n" if tag else "") + (f"Last-Modified: {date}\r\n" if date else "")


def _head(status: int, fields: str, *, closes: bool) -> bytes:
    return (
        f"HTTP/1.1 {status} {_REASONS.get(status, 'Scripted')}\r\nDate: {_now()}\r\n"
        f"{fields}Connection: {'close' if closes else 'keep-alive'}\r\n\r\n"
    ).encode("latin-1")


_date: tuple[int, str] = (0, "")


def _now() -> str:
    """Return the HTTP date of this second; it is written once a second, not once an answer."""
    global _date  # noqa: PLW0603 one cache, replaced as a whole, so that threads never see half of it
    second = int(time.time())
    cached = _date
    if cached[0] != second:
        _date = cached = (second, formatdate(second, usegmt=True))
    return cached[1]
