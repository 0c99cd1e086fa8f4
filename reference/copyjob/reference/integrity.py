"""What the owner of a job knows of a file beforehand: its digest, and whether the stored bytes have it.

Laws: a digest is written ``sha256:<hex>`` or ``sha512:<hex>``, kept in lower case. It is
computed over the bytes that stand in the temporary file, not over those that came from the network, so that
a resumed file and a fault of the disk are judged too. Looking stops as soon as nobody wants the answer.

It does not know jobs or servers, nor what a mismatch leads to.
"""

from __future__ import annotations

import os
import string
from typing import TYPE_CHECKING, Final

from copyjob.reference.errors import CopyJobError
from copyjob.spec.vocabulary import Hresult

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.spec.vocabulary import JobState

SIZE_MAX_BYTES: Final = 2**62
_HEX_LENGTHS: Final = {"sha256": 64, "sha512": 128}
_READ_BYTES: Final = 1024 * 1024


def check_expectations(size_bytes: int | None, digest: str | None, *, state: JobState | None = None) -> None:
    """Refuse with E_INVALIDARG a size that no file has, and a digest that is none."""
    detail = ""
    if size_bytes is not None and not 0 <= size_bytes <= SIZE_MAX_BYTES:
        detail = f"no file has {size_bytes} bytes"
    elif digest is not None:
        name, _, digits = digest.lower().partition(":")
        length = _HEX_LENGTHS.get(name)
        if length is None:
            detail = "a digest is written sha256:<hex> or sha512:<hex>"
        elif len(digits) != length or not set(digits) <= set(string.hexdigits):
            detail = f"a {name} digest has {length} hexadecimal digits"
    if detail:
        raise CopyJobError(Hresult.E_INVALIDARG, "add_file", detail, state=state)


def digest_of(fd: int, like: str, wanted: Callable[[], bool]) -> str | None:
    """
    Return the digest of an open file, by the algorithm of ``like``; None when nobody wants it any more.

    Raises ``OSError`` where the file cannot be read. The file position stays where it is.
    """
    import hashlib  # only where somebody expects a digest

    name = like.partition(":")[0]
    hasher, offset = hashlib.new(name), 0
    while wanted():
        chunk = os.pread(fd, _READ_BYTES, offset)
        if not chunk:
            return f"{name}:{hasher.hexdigest()}"
        hasher.update(chunk)
        offset += len(chunk)
    return None
