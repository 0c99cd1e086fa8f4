"""What a run waits for before it looks, and what it lets go of before it clears away: backends that take their time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from copyjob.conformance.backend import Declared
from copyjob.conformance.bench import Bench
from copyjob.conformance.plan import AddFile, Call, Plan, Serve, Settle

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
