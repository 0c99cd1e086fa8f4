"""Sample clients of the service: one that uses its jobs as documented, and bad ones, each wrong in one way.

As a program: ``python sample_clients.py NAME STORE TRACE URL DESTINATION`` does what the client of that name does,
once, against a real server, and leaves a trace. The tests also call them in one process, on a manual clock.

Law: a client knows the service's handles and how to wait, and nothing else.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from copyjob.reference.errors import CopyJobError
from copyjob.reference.handles import JobHandle
from copyjob.reference.manager import Manager
from copyjob.reference.service import Service
from copyjob.spec.vocabulary import Hresult, JobState

Wait = Callable[..., JobState]
"""``wait(job, *states)``: wait until the job is in one of these states, or for long; return where it is."""
TRIES = 4
OVER = (JobState.TRANSFERRED, JobState.ERROR, JobState.CANCELLED)


def begun(service: Manager, urls: Sequence[str], destination: Path) -> JobHandle:
    """Return a job with a file for each URL, resumed."""
    job = service.create_job("sample")
    for number, url in enumerate(urls):
        job.add_file(url, f"{destination}{number or ''}")
    job.resume()
    return job


def good(service: Manager, wait: Wait, urls: Sequence[str], destination: Path, mirror: str = "") -> bool:
    """Fetch files as documented; where one fails, once more from a mirror. Return whether all are there."""
    job = service.create_job("sample")
    try:
        for number, url in enumerate(urls):
            job.add_file(url, f"{destination}{number or ''}")
        job.resume()
        state = wait(job, *OVER)
        if state is JobState.ERROR and mirror:
            for number in range(len(urls)):
                job.set_remote_name(number, mirror)
            job.resume()
            state = wait(job, *OVER)
        if state is JobState.TRANSFERRED and job.complete() == Hresult.S_OK:
            return True
    except CopyJobError:
        pass
    if job.state not in (JobState.ACKNOWLEDGED, JobState.CANCELLED):
        with contextlib.suppress(CopyJobError):
            job.cancel()
    return False


def never_ends(service: Manager, wait: Wait, urls: Sequence[str], destination: Path) -> None:
    """Take TRANSFERRED for the end."""
    wait(begun(service, urls, destination), *OVER)


def left_suspended(service: Manager, wait: Wait, urls: Sequence[str], destination: Path) -> None:
    """Suspend, and forget it."""
    del wait
    begun(service, urls, destination).suspend()


def resume_loop(service: Manager, wait: Wait, urls: Sequence[str], destination: Path) -> None:
    """Resume until it works; give up at last."""
    job = begun(service, urls, destination)
    for _ in range(TRIES):
        if wait(job, *OVER) is JobState.ERROR:
            job.resume()
    wait(job, *OVER)
    job.cancel()


def complete_loop(service: Manager, wait: Wait, urls: Sequence[str], destination: Path) -> None:
    """Complete until it works, though a folder stands in the way; give up at last."""
    job = begun(service, urls, destination)
    wait(job, *OVER)
    destination.mkdir()
    for _ in range(TRIES):
        with contextlib.suppress(CopyJobError):
            job.complete()
    job.cancel()


def after_end(service: Manager, wait: Wait, urls: Sequence[str], destination: Path) -> None:
    """Complete, and then tidy up what is no longer there."""
    job = begun(service, urls, destination)
    wait(job, *OVER)
    job.complete()
    for call in (job.suspend, job.cancel):
        with contextlib.suppress(CopyJobError):
            call()


def partial_ignored(service: Manager, wait: Wait, urls: Sequence[str], destination: Path) -> None:
    """Complete as soon as something moves."""
    job = begun(service, urls, destination)
    wait(job, JobState.TRANSFERRING)
    job.complete()


BAD = {
    "client/never-ends": never_ends,
    "client/left-suspended": left_suspended,
    "client/resume-loop": resume_loop,
    "client/complete-loop": complete_loop,
    "client/after-end": after_end,
    "client/partial-ignored": partial_ignored,
}
"""Each with the rule that it breaks, and no other."""


def _wait(job: JobHandle, *states: JobState) -> JobState:
    job.wait_for(*states, timeout_seconds=60)
    return job.state


def main(name: str, store: str, trace: str, url: str, destination: str) -> None:
    """Be one of the clients."""
    with Service(store, trace=trace) as service:
        if name == "good":
            good(service, _wait, [url], Path(destination))
        else:
            BAD[name](service, _wait, [url], Path(destination))


if __name__ == "__main__":
    main(*sys.argv[1:])
