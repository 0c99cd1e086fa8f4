"""Room on the disk for a file, taken before its bytes are here.

Law: the length of the file stays as it is. It is the one witness of how many bytes have arrived, also after a kill;
``posix_fallocate`` and ``ftruncate`` would change it, and the latter takes no room at all. So this is Linux's
``fallocate`` with FALLOC_FL_KEEP_SIZE: a full disk is told at once and not after hours, and the file lies in one
piece. Where system or file system has no such call nothing is taken, and a full disk is told by the write.

It does not know whose file it is.
"""

from __future__ import annotations

import errno
import os
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

ALLOCATE_MIN_BYTES: Final = 1024 * 1024
"""Less than this is not worth a call: it is written a moment later anyway."""
_KEEP_SIZE: Final = 1
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def allocate(fd: int, offset: int, length: int) -> None:
    """
    Take room for ``length`` bytes from ``offset`` on (both in bytes).

    Raises ``OSError`` when the disk, the quota or the file system has not so much, and for nothing else.
    """
    call = _fallocate()
    if length < ALLOCATE_MIN_BYTES or call is None:
        return
    number = call(fd, _KEEP_SIZE, offset, length)
    if number in _FULL:
        raise OSError(number, os.strerror(number))


@cache
def _fallocate() -> Callable[[int, int, int, int], int] | None:
    """Return the C library's call, made to return its ``errno``; None where there is none."""
    import ctypes

    try:
        library = ctypes.CDLL(None, use_errno=True)
        # 64-bit offsets under either name: one has them where the other is missing or has 32.
        function: Any = getattr(library, "fallocate64", None) or library.fallocate
    except (OSError, AttributeError):
        return None
    function.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)

    def call(fd: int, mode: int, offset: int, length: int) -> int:
        return ctypes.get_errno() if function(fd, mode, offset, length) else 0

    return call
