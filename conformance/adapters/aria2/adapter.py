#!/usr/bin/env python3
"""aria2 as a backend program of the kit: downloads of ``aria2c``, led by JSON-RPC, as jobs.

Laws:

1. A call is the one request of aria2 that means the same, made for each download of the job that it concerns; its
   answer is aria2's. Nothing is mended: a download that aria2 does not take up again is not begun anew.
2. What aria2 does not have is kept here and is nothing but a list: which downloads a job has. A job without any is
   SUSPENDED, and has nothing to resume. A job has ended when aria2 has forgotten its downloads.
3. What keeps aria2 from answering is *errored*, in one line that says why. The ``aria2c`` process ends with this one.

It needs nothing but Python and ``aria2c``: ``copyjob check 'program:python3 adapter.py'``.
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

# aria2c, and its JSON-RPC

START_SECONDS = 10.0
ANSWER_SECONDS = 8.0
POLL_SECONDS = 0.02
TRIES = 5
"""Between finding a free port and listening on it somebody else may take it."""
OPTIONS = (
    "--no-conf=true",
    "--enable-rpc=true",
    "--rpc-listen-all=false",
    "--disable-ipv6=true",
    "--quiet=true",
    "--file-allocation=none",
    # A job's file has the name that it was given, whatever stands there.
    "--allow-overwrite=true",
    "--auto-file-renaming=false",
    # Nothing that was stopped is forgotten before its job has ended.
    "--max-download-result=1000000",
    "--max-concurrent-downloads=1",
)


class RefusedError(Exception):
    """What aria2 answered instead of a result."""


class Aria2:
    """One aria2c with a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Start it. OSError: there is no ``aria2c``, or it does not answer."""
        self._secret = secrets.token_hex(16)
        self._numbers = itertools.count()
        for _ in range(TRIES):
            port = _free_port()
            self.process = subprocess.Popen(
                [
                    "aria2c",
                    *OPTIONS,
                    f"--dir={folder}",
                    f"--rpc-listen-port={port}",
                    f"--rpc-secret={self._secret}",
                    f"--stop-with-process={os.getpid()}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
            self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
            if self._answers():
                return
            self.stop()
        raise ConnectionError(f"aria2c was started {TRIES} times and did not answer")

    def _answers(self) -> bool:
        until = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < until:
            try:
                self.ask("getVersion")
            except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, RefusedError):
                # Not there yet, or somebody else has taken the port meanwhile: then this one ends by itself.
                time.sleep(POLL_SECONDS)
            else:
                return True
        return False

    def ask(self, method: str, *arguments: object) -> Any:
        """Return what ``aria2.method`` answers. RefusedError: an error. OSError: nothing."""
        request = {
            "jsonrpc": "2.0",
            "id": next(self._numbers),
            "method": f"aria2.{method}",
            "params": [f"token:{self._secret}", *arguments],
        }
        try:
            self._connection.request("POST", "/jsonrpc", json.dumps(request), {"Content-Type": "application/json"})
            told = json.loads(self._connection.getresponse().read())
        except Exception:
            # Half a conversation is none: the next question begins a new one.
            self._connection.close()
            raise
        if "error" in told:
            raise RefusedError(told["error"].get("message", ""))
        return told["result"]

    def stop(self) -> None:
        """End it without a farewell."""
        self._connection.close()
        self.process.kill()
        self.process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Jobs

QUEUED, CONNECTING, TRANSFERRING, SUSPENDED, ERROR, TRANSIENT_ERROR, TRANSFERRED, ACKNOWLEDGED, CANCELLED = range(9)
S_OK, PARTIAL_COMPLETE = 0, 0x00200017
NOT_FOUND, INVALID_STATE, EMPTY, NO_ERROR = 0x80200001, 0x80200002, 0x80200003, 0x8020000F
HTTP_ERROR = 0x80190000
REMOTE_FILE, LOCAL_FILE, TRANSPORT = 5, 4, 6
ERROR_CODES = {
    "2": (TRANSPORT, 0x80072EE2),  # a time-out: ERROR_INTERNET_TIMEOUT
    "3": (REMOTE_FILE, HTTP_ERROR + 404),
    "4": (REMOTE_FILE, HTTP_ERROR + 404),
    "6": (TRANSPORT, 0x80072EFD),  # a network problem: ERROR_INTERNET_CANNOT_CONNECT
    "8": (REMOTE_FILE, 0x80200013),  # no ranges: BG_E_INSUFFICIENT_RANGE_SUPPORT
    "19": (TRANSPORT, 0x80072EE7),  # ERROR_INTERNET_NAME_NOT_RESOLVED
    "22": (REMOTE_FILE, 0x8020001B),  # an unexpected header: BG_E_INVALID_SERVER_RESPONSE
}
"""Context and code of an error, by aria2's own code (EXIT STATUS in its manual). Where that does not tell which status
the server answered with, neither does this.
"""
ANY_ERROR = (LOCAL_FILE, 0x80004005)
STATES = {
    "active": TRANSFERRING,
    "waiting": QUEUED,
    "paused": SUSPENDED,
    "error": ERROR,
    "complete": TRANSFERRED,
    "removed": CANCELLED,
}


@dataclass
class Job:
    """The downloads of a job by their ids, and how it ended."""

    downloads: list[str] = field(default_factory=list[str])
    ended: bool = False


Status = dict[str, Any]
FORGET_TRIES, FORGET_SECONDS = 200, 0.01


class Jobs:
    """All jobs of one aria2."""

    def __init__(self, aria2: Aria2) -> None:
        """Begin without any."""
        self._aria2, self._jobs, self._numbers = aria2, dict[str, Job](), itertools.count(1)

    def create_job(self, display_name: str) -> str:  # noqa: ARG002 aria2 has no names
        """Return the id of a new job."""
        job = f"job-{next(self._numbers)}"
        self._jobs[job] = Job()
        return job

    # Calls

    def add_file(self, job: str, remote_url: str, local_path: str) -> int:
        """Add a download; it waits for Resume like the others of a job that rests."""
        own = self._jobs[job]
        if own.ended:
            return NOT_FOUND
        path = Path(local_path)
        options = {"dir": str(path.parent), "out": path.name, "pause": "true"}
        own.downloads.append(self._aria2.ask("addUri", [remote_url], options))
        return S_OK

    def resume(self, job: str) -> int:
        """Unpause what is not complete and not under way already."""
        if not self._jobs[job].downloads and not self._jobs[job].ended:
            return EMPTY
        return self._each(job, "unpause", unless=("complete", "active", "waiting"))

    def suspend(self, job: str) -> int:
        """Pause what is not complete and not paused already."""
        return self._each(job, "forcePause", unless=("complete", "paused"))

    def cancel(self, job: str) -> int:
        """Remove every download, and what is known of it."""
        return self._end(job, S_OK)

    def complete(self, job: str) -> int:
        """Forget every download that is complete, remove the others."""
        states = self._states(job)
        done = states is not None and all(one["status"] == "complete" for one in states)
        return self._end(job, S_OK if done else PARTIAL_COMPLETE)

    def _each(self, job: str, method: str, *, unless: tuple[str, ...]) -> int:
        states = self._states(job)
        if states is None:
            return NOT_FOUND
        try:
            for one in states:
                if one["status"] not in unless:
                    self._aria2.ask(method, one["gid"])
        except RefusedError:
            return INVALID_STATE
        return S_OK

    def _end(self, job: str, hresult: int) -> int:
        states = self._states(job)
        if states is None:
            return NOT_FOUND
        for one in states:
            # Of one that has just stopped by itself there is nothing to remove.
            with suppress(RefusedError):
                self._aria2.ask("forceRemove", one["gid"])
        for one in states:
            self._forget(one["gid"])
        self._jobs[job].ended = True
        return hresult

    def _forget(self, gid: str) -> None:
        # A download that was active is stopped in aria2's next round; until then there is nothing to forget. One that
        # waited is forgotten when it is removed.
        for _ in range(FORGET_TRIES):
            with suppress(RefusedError):
                self._aria2.ask("removeDownloadResult", gid)
                return
            try:
                self._aria2.ask("tellStatus", gid, ["status"])
            except RefusedError:
                return
            time.sleep(FORGET_SECONDS)
        raise ConnectionError(f"aria2 still has download {gid} after {FORGET_TRIES * FORGET_SECONDS:g} s")

    # Getters

    def get_state(self, job: str) -> int | None:
        """Return the state of a job; None where aria2 does not know it any more."""
        states = self._states(job)
        if states is None:
            return None
        every = {_state(one) for one in states} or {SUSPENDED}
        # As of one download: what goes on outweighs what waits, and that what is done.
        for state in (ERROR, TRANSFERRING, CONNECTING, QUEUED, SUSPENDED, CANCELLED):
            if state in every:
                return state
        return TRANSFERRED

    def get_progress(self, job: str) -> list[int | None] | None:
        """Return bytes total and transferred, files total and transferred."""
        states = self._states(job)
        if states is None:
            return None
        known = all(int(one["totalLength"]) > 0 or one["status"] == "complete" for one in states)
        total = sum(int(one["totalLength"]) for one in states) if known else None
        done = sum(one["status"] == "complete" for one in states)
        return [total, sum(int(one["completedLength"]) for one in states), len(states), done]

    def get_error(self, job: str) -> list[int] | int:
        """Return context and code of the first download that failed."""
        for one in self._states(job) or []:
            if one["status"] == "error":
                return list(ERROR_CODES.get(one.get("errorCode", ""), ANY_ERROR))
        return NO_ERROR

    def enum_files(self, job: str) -> list[list[str]] | None:
        """Return URL and path of every download."""
        states = self._states(job)
        if states is None:
            return None
        return [[file["uris"][0]["uri"], file["path"]] for one in states for file in one["files"]]

    def _states(self, job: str) -> list[Status] | None:
        own = self._jobs[job]
        if own.ended:
            return None
        return [cast("Status", self._aria2.ask("tellStatus", gid)) for gid in own.downloads]


def _state(download: Status) -> int:
    """Return the state of one download: one that is active and has no connection yet is about to have one."""
    if download["status"] == "active" and download["connections"] == "0" and download["completedLength"] == "0":
        return CONNECTING
    return STATES[download["status"]]


# The protocol

DECLARATION = {
    "protocol": 1,
    "name": "aria2",
    "dialects": ["BITS"],
    "powers": ["progress", "error", "files", "instances", "by_id", "queue"],
    "quiescence_seconds": 3,
    # What stands still is given up after --timeout, by default.
    "stall_timeout_seconds": 60,
    "blocking_jobs": 1,
}
CALLS = ("add_file", "resume", "suspend", "cancel", "complete")
GETTERS = ("get_state", "get_progress", "enum_files")


class Adapter:
    """What was opened, if anything."""

    aria2: Aria2 | None = None
    jobs: Jobs | None = None

    def reply(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the reply to a request, without its id."""
        call = request.pop("call")
        if call == "hello":
            return {"value": DECLARATION}
        if call == "open":
            self.aria2 = Aria2(Path(request["folder"]))
            self.jobs = Jobs(self.aria2)
            return {"hresult": 0}
        if call == "close":
            if self.aria2 is not None:
                self.aria2.stop()
            return {"hresult": 0}
        if self.jobs is None:
            return {"errored": "open comes first"}
        if call == "create_job":
            return {"value": self.jobs.create_job(**request)}
        if call in CALLS:
            return {"hresult": getattr(self.jobs, call)(**request)}
        if call in GETTERS:
            told = getattr(self.jobs, call)(**request)
            return {"hresult": NOT_FOUND} if told is None else {"value": told}
        if call == "get_error":
            told = self.jobs.get_error(**request)
            return {"hresult": told} if isinstance(told, int) else {"value": told}
        return {"unsupported": f"aria2 has nothing like {call}"}


def main() -> None:
    """Answer until standard input ends."""
    adapter = Adapter()
    for line in sys.stdin:
        request = json.loads(line)
        number, call = request.pop("id"), request["call"]
        try:
            reply = adapter.reply(request)
        except FileNotFoundError:
            reply = {"errored": "there is no aria2c on the PATH; Debian's package is called aria2"}
        except (OSError, http.client.HTTPException) as error:
            reply = {"errored": f"aria2 does not answer {call}: {error}"}
        sys.stdout.write(json.dumps({"id": number, **reply}) + "\n")
        sys.stdout.flush()
        if call == "close":
            return
    if adapter.aria2 is not None:
        adapter.aria2.stop()


if __name__ == "__main__":
    main()
