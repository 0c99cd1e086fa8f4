"""What a run waits for before it looks, what it allows for that is on its way, and what it lets go of before it clears
away: backends that take their time.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from copyjob.conformance import pace
from copyjob.conformance.backend import Declared
from copyjob.conformance.bench import Bench
from copyjob.conformance.plan import AddFile, Call, Linger, Plan, Race, Serve, Settle
from copyjob.conformance.record import Verdict

Variant = Callable[..., Declared]
Open = Callable[..., Bench]

HELD = Plan((Serve(0, "hold_body"), AddFile(0), Call("resume"), Settle()))
SLOW_ANSWERS = 4
SLOW_CANCEL_SECONDS = 9.0
SENT_BYTES = 1_000


def test_a_job_that_reads_slowly_is_let_take_in_what_was_sent_before_its_numbers_are_compared(
    open_bench: Open, variant: Variant, tiny: Any
) -> None:
    asked: list[str] = []

    def counts(self: Any, job: str) -> tuple[int, int, int, int]:
        """Tell nothing of what has come at first, and then a byte less each time."""
        total, _, files, done = tiny.get_progress(self, job)
        asked.extend([job] if self.get_state(job) == tiny.TRANSFERRING else [])
        return total, 0 if len(asked) <= SLOW_ANSWERS else SENT_BYTES - len(asked), files, done

    declared = variant(powers=("progress", "error"), get_progress=counts)
    record = open_bench(declared).run(HELD)
    assert [failure.check.id for failure in record.failures] == ["progress/kept"]


def test_what_the_server_holds_back_keeps_no_backend_from_ending_a_job_nobody_looks_at(
    open_bench: Open, variant: Variant, tiny: Any
) -> None:
    fetched = threading.Event()
    waited: list[bool] = []

    def ask(self: Any, *args: Any) -> Any:
        try:
            return tiny._ask(self, *args)
        finally:
            fetched.set()

    def cancel(self: Any, job: str) -> Any:
        """Wait for what the job has asked for, and cancel it then."""
        waited.append(fetched.wait(SLOW_CANCEL_SECONDS))
        return tiny.cancel(self, job)

    open_bench(variant(cancel=cancel, _ask=ask)).run(HELD)
    assert waited == [True]


def test_what_a_race_may_have_asked_for_may_reach_the_server_when_the_race_is_over(
    open_bench: Open, variant: Variant, tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls: list[str] = []

    def add_file(self: Any, job: str, remote_url: str, local_path: str) -> Any:
        urls.append(remote_url)
        return tiny.add_file(self, job, remote_url, local_path)

    def arrive(_: pace.RealPace) -> None:
        """Let a request arrive that was on its way."""
        parts = urlsplit(urls[0])
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        connection.request("GET", parts.path)
        connection.getresponse().read()
        connection.close()

    monkeypatch.setattr(pace.RealPace, "linger", arrive)
    bench = open_bench(variant(add_file=add_file, powers=("concurrent_calls",)))
    record = bench.run(Plan((AddFile(0), Race((("resume",), ("complete",))), Linger())))
    assert (len(urls), record.verdict) == (1, Verdict.CONFORMS)
