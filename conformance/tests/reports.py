"""Parts of reports made by hand, so that what is made of a report can be tested without a check; and reports read
without what is other each time, so that two can be compared.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from copyjob.conformance import report_data as d
from copyjob.conformance.outcome import settled


def row(name: str, verdict: d.ItemVerdict = "conforms", level: d.Level = "MUST", judged: int = 3) -> d.Row:
    """Return a row of a report, made by hand."""
    return d.Row(
        id=name,
        label="resume",
        kind="operation",
        source="SUSPENDED",
        guard="",
        outcome="refused",
        answers=(d.Answer(hresult="BG_E_EMPTY", dest="SUSPENDED"),),
        level=level,
        decided=False,
        cites=("resume/empty",),
        verdict=verdict,
        reason="" if verdict in ("conforms", "diverges") else f"is {verdict}",
        judged=judged,
        discriminated=verdict == "conforms",
        alternatives=d.Alternatives(rejected=1, of=1),
    )


def divergence(name: str, level: d.BrokenLevel = "MUST") -> d.Divergence:
    """Return a divergence of a report, made by hand."""
    return d.Divergence(
        id=name,
        rows=(name,),
        check=None,
        level=level,
        clauses=(d.Clause(key="resume/empty", text="It is refused.", url="https://example.org/"),),
        observation="resume answered S_OK",
        permitted=("BG_E_EMPTY in SUSPENDED",),
        explained_if=(),
        reproduced=d.Reproduced(times=4, of=4),
        plan=({"step": "Call", "operation": "resume", "value": None},),
        python="replay_and_exit()",
        edges=(),
        path=("SUSPENDED",),
        sequence=(),
    )


def run(dialect: d.Dialect = "BITS", *rows: d.Row, **changes: Any) -> d.Run:
    """Return the run of a report that has these rows, made by hand; rows that diverge have their divergence."""
    must = [row for row in rows if row.level == "MUST" and row.verdict != "skipped"]
    broken = tuple(divergence(row.id) for row in rows if row.verdict == "diverges")
    made: dict[str, Any] = {
        "dialect": dialect,
        "verdict": "diverges" if broken else "conforms",
        "table_digest": "0123456789abcdef",
        "totals": d.Totals(plans=4, steps=10, observations=20, requests=3, bytes=99, late=0, duration_seconds=1.5),
        "coverage": d.Coverage(
            states=d.States(seen=("SUSPENDED",), of=("SUSPENDED", "QUEUED")),
            cells=d.Judged(judged=1, of=4),
            rows=d.Judged(judged=sum(row.judged > 0 for row in rows), of=len(rows)),
            must=d.Discriminated(discriminated=sum(row.discriminated for row in must), of=len(must)),
            clauses=d.Clauses(judged=("resume/empty",), of=("resume/empty", "cancel/any")),
        ),
        "rows": rows,
        "checks": (),
        "divergences": broken,
        "unclear": (),
        "errors": (),
    }
    return d.Run(**{**made, **changes})


def report(*runs: d.Run, **changes: Any) -> d.Report:
    """Return a report of these runs, made by hand."""
    made: dict[str, Any] = {
        "copyjob": "0.1.0",
        "backend": d.Backend(name="m:Backend", powers=(), missing_powers={}),
        "started": "2026-01-01T00:00:00+00:00",
        "duration_seconds": 1.5,
        "seed": 7,
        "verdict": "diverges" if any(run.divergences for run in runs) else "conforms",
        "exit_code": 0,
        "runs": runs,
    }
    return settled(d.Report(**{**made, **changes}))


OTHER_EACH_TIME = {"time_seconds", "began_seconds", "ended_seconds", "duration_seconds", "started", "replay"}


def told_in(folder: Path) -> Any:
    """Return the report in a folder, but for when, how long, and where."""
    text = (folder / "report.json").read_text(encoding="utf-8")
    return json.loads(text, object_pairs_hook=_without_times)


def _without_times(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: value for key, value in pairs if key not in OTHER_EACH_TIME}
