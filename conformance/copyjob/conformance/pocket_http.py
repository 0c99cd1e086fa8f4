"""What the pocket backend asks a web server, what it makes of the answer, and where the bytes go.

Laws: bytes of two versions are never joined; a file has arrived when every announced byte has, and only then. What is
in doubt is asked for anew, from its first byte.

What this module does not know: jobs, and whose turn it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from copyjob.spec.vocabulary import ErrorContext, Hresult, JobState, http_error

ERROR_INTERNET_CANNOT_CONNECT = 0x80072EFD
HTTP_OK, HTTP_PARTIAL, HTTP_RANGE_REFUSED = 200, 206, 416
REDIRECTS, REDIRECTS_MAX = (301, 302, 303, 307, 308), 5


class Fault(Exception):  # noqa: N818 the word of the field, as in transient fault
    """A transfer went wrong: the state it leads to, and what GetError will tell."""

    def __init__(self, state: JobState, context: ErrorContext, code: int) -> None:
        super().__init__(f"{state.name}, {context.name}, 0x{code:08X}")
        self.state, self.context, self.code = state, context, code


@dataclass(frozen=True)
class Head:
    """Status and headers (by lower-case name) of an answer."""

    status: int
    headers: Mapping[str, str]

    def getheader(self, name: str, default: str = "") -> str:
        """Return a header."""
        return self.headers.get(name.lower(), default)


@dataclass
class PocketFile:
    """One file, and how much has arrived of which version (an ETag or a time stamp)."""

    url: str
    local_path: Path
    temporary: Path
    size_bytes: int | None = None
    received_bytes: int = 0
    version: str = ""
    moved: str = ""
    """Where the server says that the file is for now, after so many ``redirects``."""
    redirects: int = 0
    done: bool = False
    available: bool = False


class HttpFiles:
    """The decisions about one file over HTTP, one small method each."""

    bits: bool
    """Whether the dialect is BITS, whose error contexts tell more."""

    def request_headers(self, file: PocketFile) -> dict[str, str]:
        """Ask for what is missing, provided that the file is still the same. Clause: file/consistency."""
        headers = {"Accept-Encoding": "identity", "Connection": "close"}
        if file.received_bytes and file.version:
            headers |= {"Range": f"bytes={file.received_bytes}-", "If-Range": file.version}
        return headers

    def accept(self, file: PocketFile, response: Head, *, ranged: bool) -> bool:
        """Take an answer's headers; False where the file is to be asked for anew. Clauses: http/needs, decision/20."""
        if response.status in REDIRECTS:
            self.follow(file, response)
            return False
        file.moved, file.redirects = "", 0
        if response.status == HTTP_OK:
            self.begin(file, response)
        elif not ranged or response.status not in (HTTP_PARTIAL, HTTP_RANGE_REFUSED):
            raise self.http_fault(response.status)
        elif response.status == HTTP_RANGE_REFUSED or not self.continues(file, response):
            file.received_bytes = 0
            return False
        return True

    def follow(self, file: PocketFile, response: Head) -> None:
        """Look for a file where the server says that it is, a few times in a row. Clause: decision/21."""
        location = response.getheader("Location")
        if not location or file.redirects == REDIRECTS_MAX:
            file.moved, file.redirects = "", 0
            raise self.http_fault(response.status)
        file.moved, file.redirects = urljoin(file.moved or file.url, location), file.redirects + 1

    def begin(self, file: PocketFile, response: Head) -> None:
        """Begin a file from its first byte, whatever was there."""
        length = response.getheader("Content-Length")
        if not length.isdecimal():
            raise Fault(JobState.ERROR, ErrorContext.NONE, Hresult.BG_E_INSUFFICIENT_HTTP_SUPPORT)
        file.size_bytes, file.received_bytes = int(length), 0
        file.version = self.version_of(response)
        self.store(file, b"")

    def continues(self, file: PocketFile, response: Head) -> bool:
        """Whether an answer's bytes are the very ones that are missing, of the same version. Clause: decision/20."""
        wanted = f"bytes {file.received_bytes}-{(file.size_bytes or 0) - 1}/{file.size_bytes}"
        return self.version_of(response) == file.version and response.getheader("Content-Range") == wanted

    def version_of(self, response: Head) -> str:
        """Return what tells this version from others, byte for byte; empty where the server does not say."""
        tag = response.getheader("ETag") or response.getheader("Last-Modified")
        return "" if tag.startswith("W/") else tag

    def store(self, file: PocketFile, piece: bytes) -> None:
        """Write a piece behind what has arrived; from the first byte on the file is a new one."""
        try:
            with file.temporary.open("r+b" if file.received_bytes else "wb") as target:
                target.seek(file.received_bytes)
                target.write(piece)
        except OSError:
            context = ErrorContext.LOCAL_FILE if self.bits else ErrorContext.NONE
            raise Fault(JobState.ERROR, context, Hresult.E_ACCESSDENIED) from None
        file.received_bytes += len(piece)

    def arrived(self, file: PocketFile) -> bool:
        """Whether every byte that was announced has come. Clause: decision/11."""
        return file.received_bytes == file.size_bytes

    def http_fault(self, status: int) -> Fault:
        """Return what an HTTP answer other than a success means. Clauses: decision/11, error/context."""
        lasting = status < 500 and status not in (408, 409, 425, 429)  # noqa: PLR2004 HTTP
        state = JobState.ERROR if lasting or status in (501, 505) else JobState.TRANSIENT_ERROR
        remote = self.bits or status == 403  # noqa: PLR2004 HTTP
        return Fault(state, ErrorContext.REMOTE_FILE if remote else ErrorContext.NONE, http_error(status))

    def connection_fault(self) -> Fault:
        """Return what a connection that fails, or is cut, means. Clauses: state/connecting, decision/11."""
        context = ErrorContext.GENERAL_TRANSPORT if self.bits else ErrorContext.NONE
        return Fault(JobState.TRANSIENT_ERROR, context, ERROR_INTERNET_CANNOT_CONNECT)

    def publish(self, file: PocketFile) -> None:
        """Make a file available at its destination. Clause: complete/transferred."""
        if not file.available:  # an earlier Complete may have come this far
            os.replace(file.temporary, file.local_path)  # noqa: PTH105 the rename is the point
            file.available = True
