"""One client process: it downloads ``count`` files of an origin with the service, durably, and ends.

``python downloading.py one URL COUNT FOLDER``: as one job; ``jobs``: each file as a job of its own, all of them queued
first; ``bare``: no service at all, but libcurl, and each file written, synced and renamed, which nothing can undercut
that does the same from Python.

``--shares`` prints on what the time was spent, ``--unsynced`` lets SQLite sync nothing, to tell its syncs from
the rest of it.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copyjob.reference.handles import JobHandle

PATIENCE_SECONDS = 600


class Shares:
    """CPU and wall seconds by what they were spent on; of nested parts the innermost counts."""

    def __init__(self) -> None:
        self.cpu_seconds: dict[str, float] = defaultdict(float)
        self.wall_seconds: dict[str, float] = defaultdict(float)
        self._local = threading.local()

    def watch(self, owner: Any, name: str, kind: str) -> None:
        """Count what a method takes as ``kind``."""
        real = getattr(owner, name)

        def watched(*args: Any, **options: Any) -> Any:
            stack = self._local.__dict__.setdefault("stack", [])
            self._lap(stack)
            stack.append([kind, time.thread_time(), time.perf_counter()])
            try:
                return real(*args, **options)
            finally:
                self._lap(stack)
                stack.pop()
                if stack:
                    stack[-1][1:] = [time.thread_time(), time.perf_counter()]

        setattr(owner, name, watched)

    def _lap(self, stack: list[list[Any]]) -> None:
        if stack:
            kind, cpu, wall = stack[-1]
            self.cpu_seconds[kind] += time.thread_time() - cpu
            self.wall_seconds[kind] += time.perf_counter() - wall


def watched() -> Shares:
    """Watch where a service spends its time."""
    from copyjob.reference import disk, publishing
    from copyjob.reference.courier import Courier
    from copyjob.reference.curl_wire import CurlWire
    from copyjob.reference.store import Store

    shares = Shares()
    shares.watch(Store, "save", "SQLite")
    shares.watch(disk.TemporaryFile, "sync", "fsync")
    for module in (disk, publishing):
        if hasattr(module, "sync_directory"):
            shares.watch(module, "sync_directory", "fsync")
    for name in ("_round", "start"):
        shares.watch(CurlWire, name, "HTTP")
    for name in ("on_answer", "on_data", "on_end"):
        shares.watch(Courier, name, "service")
    return shares


def unsynced() -> None:
    """Let SQLite sync nothing."""
    from copyjob.reference.store import Store

    real = Store.save

    def save(self: Any, record: Any, job: Any, *, durable: bool = True) -> None:
        if getattr(self, "_benched", None) is None:
            self._benched = self._db.execute("PRAGMA synchronous=OFF")
        real(self, record, job, durable=durable or self._full)

    Store.save = save  # type: ignore[method-assign]  # for this process alone


def arrive(job: JobHandle) -> None:
    """Wait until a job is transferred, and complete it."""
    from copyjob.spec.vocabulary import JobState

    assert job.wait_for(JobState.TRANSFERRED, JobState.ERROR, timeout_seconds=PATIENCE_SECONDS), job.state.name
    job.complete()


def bare(url: str, count: int, folder: str) -> None:
    """Download with one reused handle and nothing around it."""
    import os

    import pycurl

    handle, chunks = pycurl.Curl(), list[bytes]()
    handle.setopt(pycurl.BUFFERSIZE, 512 * 1024)
    handle.setopt(pycurl.WRITEFUNCTION, chunks.append)
    for number in range(count):
        chunks.clear()
        handle.setopt(pycurl.URL, f"{url}{number}")
        handle.perform()
        assert handle.getinfo(pycurl.RESPONSE_CODE) == 200
        temporary = f"{folder}/.{number}.tmp"
        fd = os.open(temporary, os.O_RDWR | os.O_CREAT, 0o666)
        os.pwritev(fd, chunks, 0)
        os.fsync(fd)
        os.close(fd)
        os.rename(temporary, f"{folder}/{number}")  # noqa: PTH104 as cheaply as can be


def main() -> None:
    """Download."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("one", "jobs", "bare"))
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("folder")
    parser.add_argument("--shares", action="store_true")
    parser.add_argument("--unsynced", action="store_true")
    args = parser.parse_args()
    if args.kind == "bare":
        bare(args.url, args.count, args.folder)
        return
    from copyjob.reference.policies import UNLIMITED
    from copyjob.reference.service import Service

    shares = watched() if args.shares else None
    if args.unsynced:
        unsynced()
    files = [(f"{args.url}{number}", f"{args.folder}/{number}") for number in range(args.count)]
    began, wall = time.process_time(), time.perf_counter()
    # The limits of jobs and files are policies: here there are none.
    with Service(f"{args.folder}/state/jobs.sqlite", limits=UNLIMITED) as service:
        if args.kind == "one":
            job = service.create_job("bench")
            job.add_file_set(files)
            job.resume()
            arrive(job)
        else:
            jobs: list[JobHandle] = []
            for file in files:
                jobs.append(service.create_job("bench"))
                jobs[-1].add_file(*file)
                jobs[-1].resume()
            for job in jobs:
                arrive(job)
    if shares is not None:
        for kind in sorted(shares.cpu_seconds):
            print(f"{kind} {shares.cpu_seconds[kind]} {shares.wall_seconds[kind]}")
        print(f"all {time.process_time() - began} {time.perf_counter() - wall}")


if __name__ == "__main__":
    main()
