"""What ``copyjob verify`` does with files that bitsadmin has printed.

What this module does not know: traces; the command hands its arguments over where they name snapshots.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from copyjob.conformance.traces.audit_command import tell
from copyjob.conformance.traces.bitsadmin import looks_so, read
from copyjob.conformance.traces.finding import Judged
from copyjob.conformance.traces.snapshots import judge
from copyjob.spec.console import UsageError


def are_snapshots(paths: Sequence[Path], form: str | None) -> bool:
    """Whether files are what bitsadmin printed: as it was said, or by their first lines. UsageError: some are."""
    if form is not None:
        return form == "bitsadmin"
    printed = [path for path in paths if looks_so(path)]
    if printed and len(printed) < len(paths):
        (other, *_) = (path for path in paths if path not in printed)
        raise UsageError(f"{printed[0]} is what bitsadmin printed, and {other} is not; judge them one after the other")
    return bool(printed)


def verify_snapshots(paths: Sequence[Path], json: Path | None, sub_trace: Path | None) -> int:
    """Judge, print, write; 0 nothing found, 1 impossible, 4 unclear. UsageError: what cannot be read or written."""
    if sub_trace is not None:
        raise UsageError(f"no sub-trace can be written to {sub_trace}: snapshots are no trace; leave out --sub-trace")

    def judged(path: Path) -> Judged:
        return Judged(str(path), list(judge(read(path))))

    return tell(paths, judged, json)
