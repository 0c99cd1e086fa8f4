"""The check behind the pytest plugin: run once for all processes of a test run, and read by each.

Law: one process runs the check while it holds a lock that dies with it; the report it writes is what all others read. A
check that ended without a report (a mistake, a kill) is run again by the next one.

What this module does not know: pytest.
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from copyjob.conformance import outputs
from copyjob.conformance.check_run import Asked, made_report
from copyjob.conformance.report_data import Report, dumps, read
from copyjob.spec.console import write_whole
from copyjob.spec.vocabulary import Dialect


@dataclass(frozen=True)
class OnceChecked:
    """A check that is run when its report is first wanted."""

    asked: Asked
    shared: Path | None
    """The folder that all processes of the test run know; None where there is one process."""

    @classmethod
    def of(cls, option: Any, shared: Path | None) -> Self:
        """Read pytest's options. UsageError names what is wrong with them."""
        asked = Asked.read(
            argparse.Namespace(
                backend=option.copyjob_backend,
                dialect=option.copyjob_dialect,
                seed=option.copyjob_seed,
                walks=option.copyjob_walks,
                wire=option.copyjob_wire,
                budget=option.copyjob_budget,
                stop_after=option.copyjob_stop_after,
                jobs=option.copyjob_jobs,
                shard=None,
                dask=None,
                output_dir=option.copyjob_output_dir,
                baseline=option.copyjob_baseline,
                write_baseline=None,
                trace=None,
                only=[],
                skip=[],
                require=[],
                quiet=True,
            )
        )
        if asked.output is not None:
            outputs.prepare(asked.output)
        return cls(asked, shared)

    @property
    def dialects(self) -> tuple[Dialect, ...]:
        """The dialects that are checked."""
        return self.asked.dialects

    def report(self) -> Report:
        """Return the report; the first who asks runs the check."""
        return self._made[0]

    def problem(self) -> str:
        """Return what of the output could not be written, in one line; what was found is in the report all the same."""
        return self._made[1]

    @cached_property
    def _made(self) -> tuple[Report, str]:
        if self.shared is None:
            return self._make()
        path, problem = self.shared / outputs.REPORT, self.shared / "problem.txt"
        with _locked(self.shared / "lock"):
            if not path.is_file():
                report, told = self._make()
                write_whole(problem, told)
                write_whole(path, dumps(report))
        return read(path), problem.read_text(encoding="utf-8")

    def _make(self) -> tuple[Report, str]:
        report, problem = made_report(self.asked)
        if report.interrupted:
            # The check keeps what it has and ends in order; whoever interrupted it meant the tests as well.
            raise KeyboardInterrupt
        return report, problem


@contextlib.contextmanager
def _locked(path: Path) -> Generator[None]:
    """Hold a lock that the system takes back from a process that dies."""
    import fcntl

    with path.open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
