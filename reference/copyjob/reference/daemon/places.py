"""Where a daemon keeps what it has, and who may touch it: one folder with store, token and socket.

Laws: the folder belongs to the user of the process and nobody else may enter it, or nothing in it is used. The token is
made once, whole, and readable for its owner alone. The socket of a daemon that was killed is replaced, one at which
somebody listens is not, and neither is anything that is no socket.

What is refused here is one line that names the way out (`PlaceError`). POSIX only.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import pwd
import secrets
import socket
import stat
from pathlib import Path
from typing import Final

STORE_NAME: Final = "jobs.sqlite"
TOKEN_NAME: Final = "token"  # noqa: S105 the name of a file
SOCKET_NAME: Final = "daemon.sock"
_TOKEN_BYTES: Final = 32
_SOCKET_PATH_MAX: Final = 107
"""What fits into a ``sockaddr_un`` beside the ending zero."""
_BACKLOG: Final = 128


class PlaceError(Exception):
    """A folder, token or address that cannot be used; ``usage_message`` says why and what to do."""

    def __init__(self, usage_message: str) -> None:
        super().__init__(usage_message)
        self.usage_message = usage_message


def state_home() -> Path:
    """Return the folder below which programs keep what outlives them: ``XDG_STATE_HOME`` or its default."""
    home = os.environ.get("XDG_STATE_HOME") or ""
    return Path(home) if home.startswith("/") else Path.home() / ".local" / "state"


def default_folder() -> Path:
    """Return the folder of the user's daemon."""
    return state_home() / "copyjob" / "daemon"


def _user_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _refuse_foreign(path: Path, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise PlaceError(
            f"{path} belongs to {_user_name(found.st_uid)}; a daemon works for its own user alone, "
            "run it as that user or name another folder with --state"
        )


def check_folder(folder: Path) -> None:
    """Refuse a folder that is somebody else's or that others may enter. `PlaceError`, FileNotFoundError."""
    found = folder.stat(follow_symlinks=False)
    if not stat.S_ISDIR(found.st_mode):
        raise PlaceError(f"{folder} is no directory; name another one with --state")
    _refuse_foreign(folder, found)
    if found.st_mode & 0o077:
        raise PlaceError(f"others may enter {folder}; make it private with: chmod 700 {folder}")


def make_folder(folder: Path) -> None:
    """Make the folder of a daemon where it is missing, and refuse one that is not private."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        check_folder(folder)
    except OSError as error:
        raise PlaceError(f"{folder} cannot be made: {error.strerror}; name another one with --state") from error


# ---- the token ----


def read_token(folder: Path) -> str:
    """Return the token of the daemon in this folder; FileNotFoundError where there is none yet."""
    path = folder / TOKEN_NAME
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(fd, encoding="ascii", errors="replace") as file:
        found = os.fstat(fd)
        _refuse_foreign(path, found)
        if found.st_mode & 0o077:
            raise PlaceError(f"others may read {path}; delete it, and start the daemon again")
        token = file.read().strip()
    if len(token) < _TOKEN_BYTES:
        raise PlaceError(f"{path} holds no token; delete it, and start the daemon again")
    return token


def make_token(folder: Path) -> str:
    """Return the token of this folder, a new one where there is none."""
    with contextlib.suppress(FileNotFoundError):
        return read_token(folder)
    path, temporary = folder / TOKEN_NAME, folder / f".{TOKEN_NAME}.{os.getpid()}"
    temporary.unlink(missing_ok=True)  # a killed daemon may have had the same number: in a container all have
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(_TOKEN_BYTES) + "\n")
            file.flush()
            os.fsync(fd)
        temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)
    return read_token(folder)


# ---- addresses ----


def socket_path(folder: Path) -> Path:
    """Return where the daemon of this folder listens."""
    return folder / SOCKET_NAME


def listen_on_socket(folder: Path) -> socket.socket:
    """Return a listening Unix socket of mode 0600; the left one of a daemon that was killed is replaced."""
    path = socket_path(folder)
    if len(os.fsencode(path)) > _SOCKET_PATH_MAX:
        raise PlaceError(f"{path} is too long for a socket ({_SOCKET_PATH_MAX} bytes); name a shorter --state")
    _remove_stale(path)
    listener = socket.socket(socket.AF_UNIX)
    try:
        # Before listen() nobody is let in, whatever the mode is until then; the folder is private besides.
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise PlaceError(f"{path} cannot be made: {error.strerror}") from error
    return listener


def _remove_stale(path: Path) -> None:
    try:
        found = path.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise PlaceError(f"{path} is no socket; move it away")
    _refuse_foreign(path, found)
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError as error:
            if error.errno not in {errno.ECONNREFUSED, errno.ENOENT}:
                raise PlaceError(f"{path} cannot be asked who listens there: {error.strerror}") from error
        else:
            raise PlaceError(f"somebody listens at {path} already; stop that daemon first")
    path.unlink(missing_ok=True)


def parse_listen(text: str) -> tuple[str, int]:
    """Return host and port of ``HOST:PORT``; refused unless the host is this machine's loopback."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 0xFFFF:  # noqa: PLR2004 TCP
        raise PlaceError(f"--listen {text!r} is no address; write it as 127.0.0.1:8765, or port 0 for a free one")
    if host == "localhost":
        host = "127.0.0.1"
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise PlaceError(f"--listen {text!r}: the daemon serves this machine alone; listen on 127.0.0.1 or [::1]")
    return host, int(port)


def bind_to_loopback(host: str, port: int) -> socket.socket:
    """Return a TCP socket that has its address and does not listen yet: nobody else gets it, and nobody is heard."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise _no_port(host, port, error) from error
    return listener


def listen(listener: socket.socket) -> None:
    """Let a bound TCP socket listen."""
    try:
        listener.listen(_BACKLOG)
    except OSError as error:
        host, port = listener.getsockname()[:2]
        raise _no_port(host, port, error) from error


def _no_port(host: str, port: int, error: OSError) -> PlaceError:
    return PlaceError(f"{host}:{port} cannot be listened on: {error.strerror}; choose another port")


def host_names(listener: socket.socket) -> frozenset[str]:
    """Return the Host headers with which requests may come to this socket."""
    if listener.family == socket.AF_UNIX:
        return frozenset({"localhost"})
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return frozenset({f"{shown}:{port}", f"localhost:{port}"})


def address_of(listener: socket.socket) -> str:
    """Return where this socket is reached, as clients take it."""
    if listener.family == socket.AF_UNIX:
        return f"unix:{listener.getsockname()}"
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
