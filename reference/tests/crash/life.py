"""The real service in a process of its own, led through a socket, killed without warning.

Laws: a reply is sent after the service's call has returned, so a reply that was read is an acknowledgement.
Each life is one forked child of a nursery: a process that has imported everything and has no thread, so
that a start costs milliseconds and many kills a second are possible. A child is waited for by its nursery
alone, after the harness has seen it end: a process number is never used twice.

It does not know what is expected of the service.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from copyjob.reference.errors import CopyJobError
from copyjob.reference.service import JobHandle, Service
from copyjob.spec.vocabulary import Dialect, JobState, JobType

from .broken import BREAKAGES

if TYPE_CHECKING:
    from collections.abc import Callable

Message = dict[str, Any]
_MESSAGE_BYTES = 65_536


class ServiceDiedError(Exception):
    """The service ended although nobody killed it."""


class Life:
    """One running service, seen from outside: ``call`` waits for the reply, ``ask`` and ``kill`` do not."""

    def __init__(self, nursery: Nursery, pid: int, line: socket.socket) -> None:
        self._nursery = nursery
        self._pid = pid
        self._line = line
        self._replies = line.makefile("rb")

    def ask(self, **message: object) -> None:
        """Send a call."""
        self._line.sendall(json.dumps(message).encode() + b"\n")

    def reply(self) -> Message:
        """Wait for the reply; a service that ended instead raises `ServiceDiedError`."""
        found = self._last_words()
        if found is None:
            raise ServiceDiedError(f"the service ended by itself, with status {self._nursery.reap(self._pid)}")
        return found

    def call(self, **message: object) -> Message:
        """Send a call and wait for its reply."""
        self.ask(**message)
        return self.reply()

    def kill(self, delay_seconds: float) -> Message | None:
        """Kill it after a delay; return the reply that it still gave to the call under way, if any."""
        time.sleep(delay_seconds)
        os.kill(self._pid, signal.SIGKILL)
        status = self._nursery.reap(self._pid)
        words = self._last_words()
        self.hang_up()
        if status != -signal.SIGKILL:
            raise ServiceDiedError(f"the service ended by itself, with status {status}")
        return words

    def close(self) -> int:
        """Ask it to stop as it does for its users; return its exit status."""
        self.ask(do="close")
        status = self._nursery.reap(self._pid)
        self.hang_up()
        return status

    def hang_up(self) -> None:
        """Forget it; a service that still lives ends by itself."""
        self._replies.close()
        self._line.close()

    def _last_words(self) -> Message | None:
        try:
            line = self._replies.readline()
        except ConnectionResetError:  # it ended without having read the call
            return None
        return json.loads(line) if line.endswith(b"\n") else None


class Nursery:
    """The process that makes lives, seen from outside; ``broken`` names a breakage of `BREAKAGES`, or ""."""

    def __init__(self, broken: str = "") -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "crash.life", str(theirs.fileno()), broken],
                pass_fds=[theirs.fileno()],
            )

    def start(self, store: str, dialect: Dialect) -> Life:
        """Start a service on a store; its first reply says that it is ready."""
        ours, theirs = socket.socketpair()
        with theirs:
            words = json.dumps({"store": store, "dialect": dialect.value}).encode()
            socket.send_fds(self._line, [words], [theirs.fileno()])
        return Life(self, self._answer(), ours)

    def reap(self, pid: int) -> int:
        """Wait until a life is over; return its exit status, negative for a signal."""
        self._line.sendall(json.dumps({"reap": pid}).encode())
        return self._answer()

    def _answer(self) -> int:
        words = self._line.recv(_MESSAGE_BYTES)
        if not words:
            raise ServiceDiedError("the nursery ended")
        return int(words)


# ---- inside the nursery and its children ----


def _serve(line: socket.socket, store: str, dialect: Dialect) -> None:
    service = Service(store, dialect)
    line.sendall(b"{}\n")
    for words in line.makefile("rb"):
        message: Message = json.loads(words)
        if message["do"] == "close":
            break
        line.sendall(json.dumps(_do(service, message)).encode() + b"\n")
    service.close()


def _do(service: Service, message: Message) -> Message:
    operation = message["do"]
    if operation == "create_job":
        job = service.create_job(message["name"], message["type"])
        return {"hresult": 0, "id": job.id, "state": int(job.state)}
    if operation == "report":
        live = {job.id for job in service.jobs()}
        return {"jobs": [_describe(service.find(job_id)) for job_id in live | set(message["known"])]}
    job = service.find(message["job"])
    if operation == "wait":
        job.wait_for(*map(JobState, message["states"]), timeout_seconds=message["timeout_seconds"])
        return {"hresult": 0, "state": int(job.state)}
    method: Callable[..., int] = getattr(job, operation)
    arguments: list[Any] = message["arguments"]
    if operation == "add_file_with_ranges":
        arguments[2] = [(first, length) for first, length in arguments[2]]
    try:
        hresult = int(method(*arguments))
    except CopyJobError as error:
        hresult = error.hresult
    return {"hresult": hresult, "state": int(job.state)}


def _describe(job: JobHandle) -> Message:
    state = int(job.state)  # before the files, so that what they show is at least as far as the state
    files = [to_builtins(file) for file in job.files()]
    return {
        "id": job.id,
        "name": job.display_name,
        "type": int(job.type),
        "state": state,
        "priority": int(job.priority),
        "files": files,
        "reply": job.reply_file_name if job.type is JobType.UPLOAD_REPLY else None,
    }


def _rear(control: socket.socket) -> None:
    while True:
        words, fds, _, _ = socket.recv_fds(control, _MESSAGE_BYTES, 1)
        if not words:
            return
        message: Message = json.loads(words)
        if "reap" in message:
            control.sendall(str(os.waitstatus_to_exitcode(os.waitpid(message["reap"], 0)[1])).encode())
            continue
        pid = os.fork()
        if pid == 0:
            control.close()
            _serve(socket.socket(fileno=fds[0]), message["store"], Dialect(message["dialect"]))
            sys.stdout.flush()
            os._exit(0)
        os.close(fds[0])
        control.sendall(str(pid).encode())


if __name__ == "__main__":
    import_module("copyjob.reference.curl_wire")  # before the fork, so that a life begins at once
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the harness ends it
    if sys.argv[2]:
        BREAKAGES[sys.argv[2]]()
    _rear(socket.socket(fileno=int(sys.argv[1])))
