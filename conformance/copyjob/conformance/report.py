"""The report: a judgement as JSON, and as JUnit; what people look at is drawn elsewhere from the JSON.

Law: the report is plain data, complete, and written whole or not at all: to a temporary file beside its place, then
renamed. What it says of a clause comes from the citations, never from here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from copyjob.conformance.adapter import one_line
from copyjob.conformance.backend import Declared
from copyjob.conformance.campaign import Campaign
from copyjob.conformance.confirm import Divergence
from copyjob.conformance.digest import table_digest
from copyjob.conformance.interface import Power
from copyjob.conformance.plan import step_to_json, to_python
from copyjob.conformance.record import Verdict
from copyjob.conformance.verdict import CheckVerdict, Judgement, RowVerdict
from copyjob.spec.citations import CLAUSES
from copyjob.spec.table import Level, Row
from copyjob.spec.vocabulary import Operation

FORMAT, VERSION = "copyjob-report", 1
EXIT_CODES = {
    Verdict.CONFORMS: 0,
    Verdict.DIVERGES: 1,
    Verdict.ERRORED: 3,
    Verdict.INCONCLUSIVE: 4,
}


def overall(judgements: Iterable[Judgement]) -> Verdict:
    """Return the gravest verdict."""
    found = {judgement.verdict for judgement in judgements}
    order = (Verdict.DIVERGES, Verdict.ERRORED, Verdict.INCONCLUSIVE)
    return next((verdict for verdict in order if verdict in found), Verdict.CONFORMS)


@dataclass(frozen=True)
class Frame:
    """What a report says beside its judgements."""

    declared: Declared
    started: str
    seconds: float
    seed: int


def to_json(frame: Frame, judgements: Sequence[Judgement]) -> dict[str, Any]:
    """Return the whole report as JSON."""
    verdict = overall(judgements)
    declared = frame.declared
    return {
        "format": FORMAT,
        "version": VERSION,
        "copyjob": version("copyjob"),
        "backend": {
            "name": declared.name,
            "powers": sorted(power.value for power in declared.powers),
            "missing_powers": {power.value: "not declared" for power in Power if power not in declared.powers},
        },
        "started": frame.started,
        "duration_seconds": round(frame.seconds, 3),
        "seed": frame.seed,
        "verdict": verdict.value,
        "exit_code": EXIT_CODES[verdict],
        "runs": [_run(judgement, declared) for judgement in judgements],
    }


def _run(judgement: Judgement, declared: Declared) -> dict[str, Any]:
    campaign, rows = judgement.campaign, judgement.rows
    seen = {row.row.source.name for row in rows if row.evidence.judged}
    cited = {key for row in rows for key in row.row.cites} | {k for c in judgement.checks for k in c.check.cites}
    judged = {key for row in rows if row.evidence.judged for key in row.row.cites}
    judged |= {key for check in judgement.checks if check.judged for key in check.check.cites}
    discriminated, must = judgement.must
    cells, cells_total = judgement.cells
    return {
        "dialect": judgement.table.dialect.value,
        "verdict": judgement.verdict.value,
        "table_digest": table_digest(judgement.table),
        "totals": {
            "plans": campaign.plans,
            "steps": campaign.steps,
            "observations": campaign.observations,
            "requests": campaign.requests,
            "bytes": campaign.bytes_sent,
            "late": campaign.late,
            "duration_seconds": round(judgement.seconds, 3),
        },
        "coverage": {
            "states": {
                "seen": [state.name for state in judgement.table.states if state.name in seen],
                "of": [state.name for state in judgement.table.states],
            },
            "cells": {"judged": cells, "of": cells_total},
            "rows": {"judged": sum(row.evidence.judged > 0 for row in rows), "of": len(rows)},
            "must": {"discriminated": discriminated, "of": must},
            "clauses": {"judged": sorted(judged), "of": sorted(cited)},
        },
        "rows": [_row(row) for row in rows],
        "checks": [_check(check) for check in judgement.checks],
        "divergences": [_divergence(divergence, judgement, declared) for divergence in campaign.divergences],
        "unclear": _unclear(campaign),
        "errors": [{"text": text} for text in campaign.errors],
        "stopped": campaign.stopped,
    }


def _unclear(campaign: Campaign) -> list[str]:
    return [f"{count} run(s): {text}" for text, count in campaign.unclear.items()]


def _row(verdict: RowVerdict) -> dict[str, Any]:
    row, evidence = verdict.row, verdict.evidence
    return {
        "id": row.id,
        "label": row.label.value,
        "kind": "operation" if isinstance(row.label, Operation) else "event",
        "source": row.source.name,
        "guard": row.guard.english,
        "outcome": row.outcome.value,
        "answers": [
            {"hresult": answer.hresult.name if answer.hresult is not None else None, "dest": answer.dest.name}
            for answer in row.answers
        ],
        "level": row.level.value,
        "decided": row.decided,
        "cites": list(row.cites),
        "verdict": verdict.verdict.value,
        "reason": verdict.reason,
        "judged": evidence.judged,
        "discriminated": evidence.discriminated,
        "alternatives": {
            "rejected": len(evidence.rejected),
            "of": len(evidence.rejected) + len(evidence.survived),
            "survived": sorted(evidence.survived),
        },
    }


def _check(verdict: CheckVerdict) -> dict[str, Any]:
    return {
        "id": verdict.check.id,
        "title": verdict.check.title,
        "cites": list(verdict.check.cites),
        "verdict": verdict.verdict.value,
        "judged": verdict.judged,
        "reason": verdict.reason,
    }


def _divergence(divergence: Divergence, judgement: Judgement, declared: Declared) -> dict[str, Any]:
    explanation, record = divergence.explanation, divergence.record
    rows: Sequence[Row] = explanation.rows if explanation else ()
    keys = list(dict.fromkeys(key for row in rows for key in row.cites)) or list(
        divergence.check.cites if divergence.check else ()
    )
    remarks = {number: ", ".join(dict.fromkeys(texts)) for number, texts in record.remarks.items()}
    dialect = judgement.table.dialect
    return {
        "id": divergence.check.id if divergence.check else next(row.id for row in rows),
        "rows": [row.id for row in rows],
        "check": divergence.check.id if divergence.check else None,
        "level": divergence.level.value,
        "clauses": [_clause(key) for key in keys],
        "observation": divergence.observation,
        "permitted": list(divergence.permitted),
        "explained_if": [text for text in explanation.instead if text] if explanation else [],
        "reproduced": {"times": divergence.reproduced, "of": divergence.runs},
        "plan": [step_to_json(step) for step in record.plan.steps],
        "python": to_python(record.plan, declared.name, dialect, remarks),
        "edges": [
            {"source": source.name, "label": label, "dest": dest.name, "seen": seen.name}
            for source, label, dest, seen in (explanation.edges if explanation else ())
        ],
        "path": _path(divergence),
        "sequence": [
            {
                "time_seconds": round(message.time_seconds, 6),
                "from": message.source,
                "to": message.target,
                "text": message.text,
            }
            for message in sorted(record.messages, key=lambda message: message.time_seconds)
        ],
    }


def _path(divergence: Divergence) -> list[str]:
    from copyjob.conformance.observation import Sampled

    states = [seen.state.name for seen in divergence.record.observations if isinstance(seen, Sampled)]
    return [state for number, state in enumerate(states) if number == 0 or states[number - 1] != state]


def _clause(key: str) -> dict[str, str]:
    clause = CLAUSES[key]
    return {"key": key, "text": clause.text, "url": clause.pages[0].url if clause.pages else ""}


def dumps(data: dict[str, Any]) -> str:
    """Return a report as text."""
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def to_junit(frame: Frame, judgements: Sequence[Judgement]) -> str:
    """Return the report as JUnit XML: a suite a dialect, a case a row and a check."""
    from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

    xml: Any = JUnitXml("copyjob")
    for judgement in judgements:
        suite: Any = TestSuite(f"{frame.declared.name} {judgement.table.dialect.value}")
        told = _told(judgement)
        results: list[tuple[str, Verdict, str]] = [
            *((row.row.id, row.verdict, row.reason) for row in judgement.rows),
            *((check.check.id, check.verdict, check.reason) for check in judgement.checks),
        ]
        for name, verdict, reason in results:
            case: Any = TestCase(name, f"copyjob.{judgement.table.dialect.value}", 0.0)
            if verdict is Verdict.DIVERGES:
                failure: Any = Failure(told[name].observation, told[name].level.value)
                failure.text = _failure_text(told[name], judgement, frame.declared)
                # A broken recommendation is told, but only a MUST fails the suite, as it does the exit code.
                case.result = [failure] if told[name].level is Level.MUST else [Skipped(reason)]
            elif verdict is Verdict.INCONCLUSIVE:
                case.result = [Error(reason, "inconclusive")]
            elif verdict in (Verdict.SKIPPED, Verdict.UNJUDGED):
                case.result = [Skipped(reason)]
            suite.add_testcase(case)
        for number, text in enumerate([*judgement.campaign.errors, *_unclear(judgement.campaign)]):
            case = TestCase(f"run/{number + 1}", f"copyjob.{judgement.table.dialect.value}", 0.0)
            case.result = [
                Error(one_line(text), "errored" if number < len(judgement.campaign.errors) else "inconclusive")
            ]
            suite.add_testcase(case)
        suite.time = round(judgement.seconds, 3)
        xml.add_testsuite(suite)
    xml.update_statistics()
    document: object = xml.tostring()
    return document.decode() if isinstance(document, bytes) else str(document)


def _told(judgement: Judgement) -> dict[str, Divergence]:
    found: dict[str, Divergence] = {}
    for divergence in judgement.campaign.divergences:
        names = [divergence.check.id] if divergence.check else []
        names += [row.id for row in divergence.explanation.rows] if divergence.explanation else []
        for name in names:
            if name not in found or divergence.level is Level.MUST:
                found[name] = divergence
    return found


def _failure_text(divergence: Divergence, judgement: Judgement, declared: Declared) -> str:
    data = _divergence(divergence, judgement, declared)
    lines = [f"seen: {data['observation']}", f"permitted: {'; '.join(data['permitted'])}"]
    lines += [f"{clause['key']}: {clause['text']}" for clause in data["clauses"]]
    return "\n".join([*lines, "", data["python"]])
