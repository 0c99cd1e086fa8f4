"""Talking to the daemon: its jobs as objects, typed, from any process of its user.

Laws: what a call answers and raises is what the service itself would answer and raise; names are those of
:class:`~copyjob.reference.handles.JobHandle`. The token goes to nobody but a daemon of the same user: who is at
the other end is looked up first (:mod:`~copyjob.reference.daemon.peers` says where that cannot be known). Where no
daemon runs, one line says so and how to start it (`NoDaemonError`).

A client belongs to one thread.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from copyjob.reference.daemon import peers, places
from copyjob.reference.daemon.messages import (
    HEARTBEAT_SECONDS,
    PAGE_JOBS_MAX,
    About,
    BandwidthLimit,
    CallAnswer,
    CreateJob,
    JobPage,
    JobSnapshot,
    Parameters,
    Problem,
)
from copyjob.reference.daemon.remote_job import RemoteJob, job_path
from copyjob.reference.errors import CopyJobError
from copyjob.spec.vocabulary import JobState, JobType

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import TracebackType

TIMEOUT_SECONDS: Final = 60.0
_SILENCE_SECONDS: Final = 3 * HEARTBEAT_SECONDS
"""After which a daemon that tells what changes is taken to be gone."""
_SOON_SECONDS: Final = 0.001
"""What is left of no time: a socket takes 0 for not waiting at all."""
_BAD: Final = 400
AnswerT = TypeVar("AnswerT")


class NoDaemonError(Exception):
    """No daemon answers; ``usage_message`` says how to start one."""

    def __init__(self, usage_message: str) -> None:
        super().__init__(usage_message)
        self.usage_message = usage_message


class DaemonError(Exception):
    """The daemon did not do what was asked, for no reason of the job's: a problem without an HRESULT."""

    def __init__(self, usage_message: str) -> None:
        super().__init__(usage_message)
        self.usage_message = usage_message


class _SocketConnection(http.client.HTTPConnection):
    """HTTP through a Unix socket at whose other end the same user, or root, is."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        """Connect, and refuse a stranger before anything is sent."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
        peers.refuse_stranger(self.sock, self._path)


class _LoopbackConnection(http.client.HTTPConnection):
    """HTTP over TCP to a listener of the same user, or of root, as far as that is known."""

    def connect(self) -> None:
        """Connect, and refuse a stranger before anything is sent."""
        super().connect()
        peers.refuse_stranger(self.sock, f"{self.host}:{self.port}")


class Client:
    """
    A connection to the daemon of ``folder`` (by default the user's own), or to one on loopback.

    ``address`` is ``unix:PATH`` or ``http://127.0.0.1:PORT``; the token is always that of the folder. Raises
    `NoDaemonError` where nobody answers, `CopyJobError` for a refused call. A context manager.
    """

    def __init__(
        self, folder: Path | None = None, address: str | None = None, *, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self.folder = folder or places.default_folder()
        self.address = address or f"unix:{places.socket_path(self.folder)}"
        self._timeout_seconds = timeout_seconds
        self._token = self._read_token()
        self._connection = self._connect()

    def no_daemon(self, why: str) -> NoDaemonError:
        """Return the error that says so."""
        state = "" if self.folder == places.default_folder() else f" --state {self.folder}"
        return NoDaemonError(f"no daemon answers at {self.address} ({why}); start one with: copyjob serve{state}")

    def _read_token(self) -> str:
        try:
            places.check_folder(self.folder)
            return places.read_token(self.folder)
        except OSError as error:
            raise self.no_daemon(f"{error.filename}: {error.strerror}") from error

    def _connect(self, timeout_seconds: float | None = None) -> http.client.HTTPConnection:
        timeout_seconds = timeout_seconds or self._timeout_seconds
        scheme, _, rest = self.address.partition(":")
        if scheme == "unix" and rest:
            return _SocketConnection(rest, timeout_seconds)
        with contextlib.suppress(ValueError):  # a port that is no number, a bracket that is not closed
            parts = urlsplit(self.address)
            if parts.scheme == "http" and parts.hostname and parts.port and not parts.path.strip("/"):
                host, port = places.parse_listen(f"{parts.hostname}:{parts.port}")
                return _LoopbackConnection(host, port, timeout=timeout_seconds)
        raise NoDaemonError(f"{self.address!r} is no address of a daemon; write unix:PATH or http://127.0.0.1:PORT")

    # ---- the manager ----

    def about(self) -> About:
        """Return which service this is."""
        return self.ask("GET", "/v1", About)

    def set_bandwidth_limit(self, bytes_per_second: int | None) -> None:
        """Limit what background jobs take together, until the daemon stops; None is without limit, 0 blocks them."""
        wanted = BandwidthLimit(bytes_per_second=bytes_per_second)
        self.ask("POST", "/v1/set_bandwidth_limit", BandwidthLimit, wanted)

    def create_job(self, display_name: str | None, job_type: int = JobType.DOWNLOAD) -> RemoteJob:
        """``CreateJob``: create a job, SUSPENDED and empty (`manager/create`)."""
        wanted = CreateJob(display_name=display_name, job_type=int(job_type))
        made = self.ask("POST", "/v1/jobs", JobSnapshot, wanted)
        return RemoteJob(self, made.id)

    def get_job(self, job_id: str) -> RemoteJob:
        """Return a job by its id, an ended one too; refused for an unknown id (`manager/get`)."""
        return RemoteJob(self, self.ask("GET", job_path(job_id), JobSnapshot).id)

    def jobs(self, match: str | None = None) -> Generator[JobSnapshot]:
        """``EnumJobs``: give the jobs of the queue, oldest first; with ``match`` those of that name or begin of id."""
        skip, more = 0, True
        while more:
            query: dict[str, Any] = {"skip": skip, "limit": PAGE_JOBS_MAX}
            if match is not None:
                query["match"] = match
            page = self.ask("GET", f"/v1/jobs?{urlencode(query)}", JobPage)
            yield from page.jobs
            skip, more = skip + len(page.jobs), page.more

    def watch(self, *job_ids: str) -> Generator[JobSnapshot]:
        """
        Give a snapshot of each of these jobs (all, where none is named), and another one whenever it has changed.

        Ends when the daemon stops; `NoDaemonError` where it goes away without a word.
        """
        return (snapshot for snapshot in self.events(*job_ids) if snapshot is not None)

    def events(self, *job_ids: str, timeout_seconds: float | None = None) -> Generator[JobSnapshot | None]:
        """
        Give what `watch` gives, and None once every job that is there has been given.

        TimeoutError after ``timeout_seconds``; None waits for ever. A daemon that tells nothing of itself for half a
        minute has gone away, whatever the time-out of the client.
        """
        ends_seconds = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        query = urlencode([("job", job_id) for job_id in job_ids])
        connection = self._connect(max(self._timeout_seconds, _SILENCE_SECONDS))
        try:
            answer = self._send(connection, "GET", f"/v1/events?{query}", None)
            if answer.status >= _BAD:
                self._raise(answer.status, answer.read())
            event = ""
            for line in self._lines(answer, connection, ends_seconds):
                name, _, value = line.rstrip("\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "data" and event == "job":
                    yield msgspec.json.decode(value, type=JobSnapshot)
                elif name == "data" and event == "listed":
                    yield None
                elif name == "data" and event == "stopping":
                    return
        finally:
            connection.close()

    def _lines(
        self, answer: http.client.HTTPResponse, connection: http.client.HTTPConnection, ends_seconds: float | None
    ) -> Iterator[str]:
        line = b"begun"
        try:
            while line:
                if ends_seconds is not None:
                    left_seconds = max(ends_seconds - time.monotonic(), _SOON_SECONDS)
                    connection.sock.settimeout(min(left_seconds, _SILENCE_SECONDS))
                line = answer.readline()
                if ends_seconds is not None and time.monotonic() >= ends_seconds:
                    break
                yield line.decode("utf-8")
        except TimeoutError as error:
            if ends_seconds is None or time.monotonic() < ends_seconds:
                raise self.no_daemon(f"it has been silent for {_SILENCE_SECONDS:.0f} s") from error
        except (OSError, http.client.HTTPException) as error:
            raise self.no_daemon(f"it went away: {error or type(error).__name__}") from error
        if ends_seconds is not None and time.monotonic() >= ends_seconds:
            raise TimeoutError("what was waited for has not happened")
        raise self.no_daemon("it went away")

    # ---- one exchange ----

    def call(self, job_id: str, operation: str, parameters: Parameters) -> CallAnswer:
        """Call an operation of a job; return its success and the job afterwards. Raises `CopyJobError`."""
        return self.ask("POST", f"{job_path(job_id)}/{operation}", CallAnswer, parameters)

    def ask(self, method: str, path: str, kind: type[AnswerT], body: Parameters | None = None) -> AnswerT:
        """Make one request; return its answer. Raises `CopyJobError`, `DaemonError`, `NoDaemonError`."""
        return msgspec.json.decode(self.fetch(method, path, body)[1], type=kind)

    def fetch(self, method: str, path: str, body: Parameters | None = None) -> tuple[int, bytes]:
        """Make one request; return status and body of a success. Raises what `ask` raises."""
        answer = self._send(self._connection, method, path, None if body is None else msgspec.json.encode(body))
        try:
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise self.no_daemon(f"it went away: {error or type(error).__name__}") from error
        except BaseException:
            self._connection.close()  # what was interrupted in the middle answers nothing else
            raise
        if answer.status >= _BAD:
            self._raise(answer.status, data)
        return answer.status, data

    def _send(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None
    ) -> http.client.HTTPResponse:
        headers = {"Authorization": f"Bearer {self._token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if connection.sock is not None and _has_ended(connection.sock):
            connection.close()  # kept too long, or the daemon has started anew since
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise self.no_daemon(why) from error
        except BaseException:
            connection.close()  # what was interrupted in the middle answers nothing else
            raise

    def _raise(self, status: int, data: bytes) -> None:
        try:
            problem = msgspec.json.decode(data, type=Problem)
        except msgspec.DecodeError as error:
            raise DaemonError(f"{self.address} answered {status}, and not as a daemon of copyjob does") from error
        if problem.hresult is None:
            raise DaemonError(f"{problem.title}: {problem.detail}")
        state = None if problem.state is None else JobState[problem.state]
        raise CopyJobError(problem.hresult, problem.operation or "call", problem.detail, state=state)

    def close(self) -> None:
        """Close the connection; a second time does nothing."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _has_ended(connection: socket.socket) -> bool:
    """Return whether the other end has closed an idle connection."""
    timeout = connection.gettimeout()
    connection.setblocking(False)
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(timeout)
