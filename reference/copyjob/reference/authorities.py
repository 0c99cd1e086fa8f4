"""Whose certificates are trusted: the file of authorities that goes with secure connections.

Law: there is always a file, or libcurl's own place has to do; certificates are never taken unseen.

It does not know what a connection is for.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Final

from copyjob.reference.errors import CopyJobError
from copyjob.spec.vocabulary import Hresult

_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
)
"""Where systems keep the authorities they trust; the place compiled into libcurl may lie nowhere on this one."""


def authorities() -> str | None:
    """
    Return the file of the authorities that this machine trusts, or None where libcurl's own place has to do.

    SSL_CERT_FILE and CURL_CA_BUNDLE name another, as they do for other programs.
    """
    return os.environ.get("SSL_CERT_FILE") or os.environ.get("CURL_CA_BUNDLE") or _standard_bundle()


@cache
def _standard_bundle() -> str | None:
    import ssl

    found = ssl.get_default_verify_paths().cafile
    return found or next((path for path in _BUNDLES if Path(path).is_file()), None)


def check_authorities(path: str) -> None:
    """Refuse with E_INVALIDARG a file that cannot be read or holds no certificate in PEM."""
    import ssl

    detail = ""
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        detail = "it holds no certificate in PEM"
    except OSError as error:
        detail = str(error.strerror)
    if detail:
        raise CopyJobError(Hresult.E_INVALIDARG, "start", f"the authorities in {path!r} cannot be used: {detail}")
