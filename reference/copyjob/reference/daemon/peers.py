"""Who is at the other end of a connection on this machine.

Law: whoever is neither the user of this process nor root is a stranger, and so is one of whom nothing can be learnt
where the machine would tell it. A Unix socket says who it is; for TCP on loopback Linux shows whose the listening
socket is (``/proc/net/tcp``); where there is no such table nothing is known, and nobody is refused.

It does not know what is said over the connection.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Final

ROOT: Final = 0
_UCRED: Final = struct.Struct("iII")
_TABLES: Final = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LOCAL, _REMOTE, _STATE, _USER = 1, 2, 3, 7
_LISTEN: Final = "0A"


def refuse_stranger(connection: socket.socket, address: str) -> None:
    """Raise PermissionError where somebody else is at the other end; before anything is sent."""
    users = _of_socket(connection) if connection.family == socket.AF_UNIX else _of_listener(connection)
    if users is None:
        return
    if not users:
        raise PermissionError(f"{address}: whose service that is cannot be learnt")
    strangers = users - {ROOT, os.geteuid()}
    if strangers:
        raise PermissionError(f"{address} is served by somebody else (user {min(strangers)})")


def _of_socket(connection: socket.socket) -> set[int] | None:
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    return {_UCRED.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))[1]}


def _of_listener(connection: socket.socket) -> set[int] | None:
    """Return whose sockets listen where this connection leads to, or are its other end; None where it is not told."""
    there, here = (_spellings(*name[:2]) for name in (connection.getpeername(), connection.getsockname()))
    everywhere = _spellings("0.0.0.0", connection.getpeername()[1])  # noqa: S104 it is looked for, not listened on
    users: set[int] = set()
    tables = [table for table in _TABLES if table.exists()]
    for table in tables:
        for line in table.read_text(encoding="ascii").splitlines()[1:]:
            row = line.split()
            listens = row[_STATE] == _LISTEN and row[_LOCAL] in there | everywhere
            if listens or (row[_LOCAL] in there and row[_REMOTE] in here):
                users.add(int(row[_USER]))
    return users if tables else None


def _spellings(host: str, port: int) -> frozenset[str]:
    """Return how the tables write an address: for IPv4 also as IPv6 has it, for no address in particular both."""
    address = ipaddress.ip_address(host)
    hosts = [address.packed]
    if address.version == 4:  # noqa: PLR2004 the version of IP
        hosts.append(b"\0" * 16 if address.is_unspecified else b"\0" * 10 + b"\xff\xff" + address.packed)
    return frozenset(f"{_words(packed)}:{port:04X}" for packed in hosts)


def _words(packed: bytes) -> str:
    """Return an address as 32-bit words of the machine's order of bytes."""
    return "".join(
        f"{int.from_bytes(packed[start : start + 4], sys.byteorder):08X}" for start in range(0, len(packed), 4)
    )
