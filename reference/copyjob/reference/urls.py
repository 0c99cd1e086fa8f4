"""Which URLs a file may be fetched from.

Law: a URL is judged by its text alone; nobody is asked.

It does not know jobs, servers or paths.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from copyjob.reference.errors import CopyJobError
from copyjob.spec.vocabulary import Hresult

if TYPE_CHECKING:
    from copyjob.spec.vocabulary import JobState

URL_LENGTH_MAX: Final = 2_200
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def check_url(remote_url: str, operation: str, *, state: JobState | None = None) -> None:
    """
    Refuse with E_INVALIDARG what is no URL that a file can be fetched from.

    Clauses: addfile/arg, addfile/limits, file/seturl.
    """

    def refuse(detail: str) -> CopyJobError:
        return CopyJobError(Hresult.E_INVALIDARG, operation, detail, state=state)

    if not remote_url or len(remote_url) > URL_LENGTH_MAX or not remote_url.isprintable() or " " in remote_url:
        raise refuse(f"the URL must have 1 to {URL_LENGTH_MAX} printable characters, no space")
    try:
        parts = urlsplit(remote_url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise refuse(f"{_shown(remote_url)!r} is no URL") from None
    if parts.scheme.lower() not in {"http", "https"} or not usable:
        raise refuse(f"{_shown(remote_url)!r} is no http:// or https:// URL with a host")


def _shown(mistyped: str) -> str:
    """Return a text that is no URL without what may be a user and a password, wherever they stand."""
    head, at, tail = mistyped.rpartition("@")
    scheme = _SCHEME.match(head)
    return f"{scheme[0] if scheme else ''}***@{tail}" if at else mistyped
