"""Smoke: a few short plans that tell an adapter that is broken from a backend that is wrong, in seconds.

Law: it assumes as little as it can of the backend. Each plan leads one job a short way; the first that breaks the
adapter ends it, because nothing after that would say anything. It does not replace a check: most rows are never met.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from copyjob.conformance.backend import Declared
from copyjob.conformance.confirm import Divergence, divergences_of
from copyjob.conformance.generate import SETTER_VALUES, Scope
from copyjob.conformance.plan import AddFile, Advance, Block, Call, Plan, Race, Restart, Serve, Settle, Step, Unblock
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.replay import open_bench
from copyjob.conformance.settings import table_for
from copyjob.spec.vocabulary import Dialect

RESUME, SUSPEND, CANCEL, COMPLETE = map(Call, ("resume", "suspend", "cancel", "complete"))
TRIES: tuple[tuple[str, tuple[Step, ...]], ...] = (
    ("create a job", ()),
    ("download a file and complete", (AddFile(0), RESUME, Settle(), COMPLETE, Settle())),
    ("follow a redirect", (Serve(0, "redirect"), AddFile(0), RESUME, Settle(), COMPLETE, Settle())),
    ("cancel a download", (Serve(0, "hold_body"), AddFile(0), RESUME, Settle(), CANCEL, Settle())),
    (
        "suspend a download and go on",
        (Serve(0, "hold_body"), AddFile(0), RESUME, Settle(), SUSPEND, Serve(0, "serve"), RESUME, Settle(), CANCEL),
    ),
    ("fail at a file that is not there", (Serve(0, "status_404"), AddFile(0), RESUME, Settle(), CANCEL)),
    ("refuse to resume an empty job", (RESUME, CANCEL)),
    ("set properties", (*(Call(operation.value, value) for operation, value in SETTER_VALUES.items()), CANCEL)),
    ("let time pass", (AddFile(0), Advance(1), Settle(), CANCEL)),
    ("restart", (AddFile(0), Restart(), Settle(), CANCEL)),
    ("wait in the queue", (Block(), AddFile(0), RESUME, Settle(), Unblock(), Settle(), CANCEL)),
    ("be called by two at once", (AddFile(0), Race((("suspend",), ("suspend",))), Settle(), CANCEL)),
)
"""What is tried, in words, and the plan; one that needs a power is left out without it."""


@dataclass(frozen=True)
class Try:
    """What came of one plan."""

    name: str
    record: Record
    divergences: tuple[Divergence, ...]

    @property
    def verdict(self) -> Verdict:
        """How it ended; an adapter that breaks outweighs what else was seen."""
        return Verdict.ERRORED if self.record.error else self.record.verdict

    @property
    def reason(self) -> str:
        """Why it did not conform, in a line, with what to look at first."""
        record = self.record
        if record.late and not record.requests:
            return f"{record.late}; no request reached the server: is remote_url passed on, and the job started?"
        return record.error or record.late or record.unclear


def smoke(declared: Declared, dialect: Dialect, notes: list[str] | None = None) -> Iterator[Try]:
    """Try a backend in one dialect; ends with the first plan in which the adapter breaks twice, or does not answer.

    That it broke once is added to ``notes``.
    """
    own = table_for(declared, dialect)
    scope = Scope(own, declared.powers)
    with open_bench(declared, dialect, notes=notes) as bench:
        for name, steps in TRIES:
            allowed = tuple(step for step in steps if not isinstance(step, Call) or step.operation in _called(scope))
            if not all(map(scope.allows, allowed)) or (steps and allowed == (CANCEL,)):
                continue
            record = bench.run_patiently(Plan(allowed, aim="smoke"))
            found = Try(name, record, tuple(divergences_of(bench.judge, record)))
            yield found
            if found.verdict in (Verdict.ERRORED, Verdict.INCONCLUSIVE):
                return


def _called(scope: Scope) -> frozenset[str]:
    return frozenset(operation.value for operation in scope.operations)
