"""What can go wrong, in three kinds that are never mixed.

Law: a *refusal* is raised (:class:`CopyJobError`) and has changed nothing; a *transfer fault* is data
(:class:`TransferFault`), becomes a state of the job and is read from it; a *bug* is an ``AssertionError``
and carries no HRESULT.

Besides, this module spells HRESULTs that the operating system or the transport lends, which no header of the
copy job names (``HRESULT_FROM_WIN32``).
"""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, hresult_name

if TYPE_CHECKING:
    from copyjob.spec.vocabulary import JobState

_WIN32_BASE: Final = 0x80070000
_USER_INFO: Final = re.compile(r"//\S*@")
"""What may stand between ``//`` and the host; greedy, for a password that is not encoded may hold anything."""

FILE_NOT_FOUND: Final = _WIN32_BASE + 2
PATH_NOT_FOUND: Final = _WIN32_BASE + 3
INVALID_DATA: Final = _WIN32_BASE + 13
WRITE_FAULT: Final = _WIN32_BASE + 29
READ_FAULT: Final = _WIN32_BASE + 30
DISK_FULL: Final = _WIN32_BASE + 112
FILENAME_TOO_LONG: Final = _WIN32_BASE + 206
SERVICE_NOT_ACTIVE: Final = _WIN32_BASE + 1062
WIN_TIMEOUT: Final = _WIN32_BASE + 12002
WIN_NAME_NOT_RESOLVED: Final = _WIN32_BASE + 12007
WIN_CANNOT_CONNECT: Final = _WIN32_BASE + 12029
WIN_CONNECTION_ABORTED: Final = _WIN32_BASE + 12030
WIN_CERTIFICATE_DATE: Final = _WIN32_BASE + 12037
WIN_CERTIFICATE_HOST: Final = _WIN32_BASE + 12038
WIN_CERTIFICATE_AUTHORITY: Final = _WIN32_BASE + 12045
WIN_INVALID_SERVER_RESPONSE: Final = _WIN32_BASE + 12152
WIN_SECURE_FAILURE: Final = _WIN32_BASE + 12175

_LENT_NAMES: Final = {
    FILE_NOT_FOUND: "ERROR_FILE_NOT_FOUND",
    PATH_NOT_FOUND: "ERROR_PATH_NOT_FOUND",
    INVALID_DATA: "ERROR_INVALID_DATA",
    WRITE_FAULT: "ERROR_WRITE_FAULT",
    READ_FAULT: "ERROR_READ_FAULT",
    DISK_FULL: "ERROR_DISK_FULL",
    FILENAME_TOO_LONG: "ERROR_FILENAME_EXCED_RANGE",
    SERVICE_NOT_ACTIVE: "ERROR_SERVICE_NOT_ACTIVE",
    WIN_TIMEOUT: "ERROR_WINHTTP_TIMEOUT",
    WIN_NAME_NOT_RESOLVED: "ERROR_WINHTTP_NAME_NOT_RESOLVED",
    WIN_CANNOT_CONNECT: "ERROR_WINHTTP_CANNOT_CONNECT",
    WIN_CONNECTION_ABORTED: "ERROR_WINHTTP_CONNECTION_ERROR",
    WIN_CERTIFICATE_DATE: "ERROR_WINHTTP_SECURE_CERT_DATE_INVALID",
    WIN_CERTIFICATE_HOST: "ERROR_WINHTTP_SECURE_CERT_CN_INVALID",
    WIN_CERTIFICATE_AUTHORITY: "ERROR_WINHTTP_SECURE_INVALID_CA",
    WIN_INVALID_SERVER_RESPONSE: "ERROR_WINHTTP_INVALID_SERVER_RESPONSE",
    WIN_SECURE_FAILURE: "ERROR_WINHTTP_SECURE_FAILURE",
}

_OF_ERRNO: Final = {
    errno.ENOENT: PATH_NOT_FOUND,
    errno.ENOTDIR: PATH_NOT_FOUND,
    errno.EACCES: Hresult.E_ACCESSDENIED,
    errno.EPERM: Hresult.E_ACCESSDENIED,
    errno.EROFS: Hresult.E_ACCESSDENIED,
    errno.EISDIR: Hresult.E_ACCESSDENIED,
    errno.ELOOP: Hresult.E_ACCESSDENIED,
    errno.ENOSPC: DISK_FULL,
    errno.EDQUOT: DISK_FULL,
    errno.EFBIG: DISK_FULL,
    errno.ENAMETOOLONG: FILENAME_TOO_LONG,
    errno.ETXTBSY: Hresult.BG_E_DESTINATION_LOCKED,
}


def without_secrets(text: str) -> str:
    """Return a text for people in which no URL carries a user or a password."""
    return _USER_INFO.sub("//***@", text)


def code_name(code: int) -> str:
    """Return the name of an HRESULT, the lent ones included."""
    return _LENT_NAMES.get(code & 0xFFFFFFFF) or hresult_name(code)


def code_of_os_error(error: OSError) -> int:
    """Return the HRESULT for what the operating system said; without a counterpart, a write fault."""
    return int(_OF_ERRNO.get(error.errno or 0, WRITE_FAULT))


class CopyJobError(Exception):
    """A refused call; nothing has changed (decision/13)."""

    def __init__(self, hresult: int, operation: str, detail: str, *, state: JobState | None = None) -> None:
        self.hresult = int(hresult)
        self.operation = operation
        self.state = state
        self.detail = detail
        where = "" if state is None else f" in {state.name}"
        super().__init__(f"{operation}{where}: {code_name(self.hresult)} (0x{self.hresult:08X}): {detail}")


class TransferFault(Struct, frozen=True):
    """Why a transfer stopped: what GetError answers, and whether the service may retry by itself."""

    context: ErrorContext
    code: int
    file_number: int
    detail: str = ""
    transient: bool = False

    def __str__(self) -> str:
        """Return one line for people."""
        detail = f": {self.detail}" if self.detail else ""
        return f"{code_name(self.code)} (0x{self.code:08X}, {self.context.name}){detail}"


def spelled(dialect: Dialect, bits: Hresult, do: Hresult) -> Hresult:
    """Return the dialect's spelling of one meaning."""
    return bits if dialect is Dialect.BITS else do
