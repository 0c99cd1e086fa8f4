"""The report: judgements as the data of :mod:`copyjob.conformance.report_data`.

Law: the report is plain data, and complete; what people look at is made from it alone. What it says of a clause comes
from the citations, never from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import cast

from copyjob.conformance import report_data as d
from copyjob.conformance.attempt import Mishap
from copyjob.conformance.backend import Declared
from copyjob.conformance.campaign import Campaign
from copyjob.conformance.catalogue import ALL, Choice
from copyjob.conformance.confirm import Divergence
from copyjob.conformance.coverage import covered, exercised, goals
from copyjob.conformance.ground import Wire
from copyjob.conformance.observation import Sampled, hresult_text
from copyjob.conformance.outcome import settled
from copyjob.conformance.overlook import known_text
from copyjob.conformance.plan import step_to_json, to_python
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.verdict import CheckVerdict, Judgement, RowVerdict
from copyjob.spec.citations import CLAUSES
from copyjob.spec.compiled import compile_table
from copyjob.spec.vocabulary import Dialect, Operation

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
    choice: Choice = ALL
    interrupted: bool = False
    wire: Wire = Wire.HTTP
    not_begun: tuple[Dialect, ...] = ()
    """Dialects that were asked for, and that an interruption came before."""


def chosen(judgement: Judgement, choice: Choice) -> Judgement:
    """Return the judgement of what was chosen alone: a divergence stays where one of its ids was chosen."""
    campaign = judgement.campaign
    divergences = [found for found in campaign.divergences if any(name in choice for name in found.named)]
    return replace(
        judgement,
        campaign=replace(campaign, divergences=divergences),
        rows=tuple(row for row in judgement.rows if row.row.id in choice),
        checks=tuple(check for check in judgement.checks if check.check.id in choice),
    )


def make_report(frame: Frame, judgements: Sequence[Judgement]) -> d.Report:
    """Return the whole report."""
    declared = frame.declared
    report = d.Report(
        copyjob=version("copyjob"),
        backend=d.Backend(
            name=declared.name,
            powers=tuple(sorted(power.value for power in declared.powers)),
            missing_powers={power.value: "not declared" for power in declared.missing},
        ),
        started=frame.started,
        duration_seconds=round(frame.seconds, 3),
        seed=frame.seed,
        wire=frame.wire.value,
        verdict=_run_verdict(overall(judgements)),
        exit_code=0,
        runs=tuple(_run(judgement, declared) for judgement in judgements),
        interrupted=frame.interrupted,
        not_begun=tuple(dialect.value for dialect in frame.not_begun),
        selection=d.Selection(only=frame.choice.only, skip=frame.choice.skip),
    )
    return settled(report)


def _item_verdict(verdict: Verdict) -> d.ItemVerdict:
    return verdict.value


def _run_verdict(verdict: Verdict) -> d.RunVerdict:
    return cast("d.RunVerdict", verdict.value)


def _run(judgement: Judgement, declared: Declared) -> d.Run:
    campaign = judgement.campaign
    dialect = judgement.table.dialect
    return d.Run(
        dialect=dialect.value,
        verdict=_run_verdict(judgement.verdict),
        table_digest=judgement.table.digest,
        totals=d.Totals(
            plans=campaign.plans,
            steps=campaign.steps,
            observations=campaign.observations,
            requests=campaign.requests,
            bytes=campaign.bytes_sent,
            late=campaign.late,
            duration_seconds=round(judgement.seconds, 3),
        ),
        coverage=_coverage(judgement),
        rows=tuple(map(_row, judgement.rows)),
        checks=tuple(map(_check, judgement.checks)),
        divergences=tuple(divergence_data(found, declared.name, dialect) for found in campaign.divergences),
        unclear=_unclear(campaign),
        errors=tuple(_error(mishap) for mishap in campaign.errors),
        stopped=campaign.stopped,
        inconclusive=tuple(
            _inconclusive(text, count, campaign.first_unclear.get(text)) for text, count in campaign.unclear.items()
        ),
    )


_CERTAIN = ("guards", "pairs", "hresults")
"""What the ledger counts only where it was certain."""


def _coverage(judgement: Judgement) -> d.Coverage:
    rows, states = judgement.rows, judgement.table.states
    seen = {row.row.source.name for row in rows if row.evidence.judged}
    judged = {key for row in rows if row.evidence.judged for key in row.row.cites}
    judged |= {key for check in judgement.checks if check.judged for key in check.check.cites}
    discriminated, must = judgement.must
    cells, cells_total = judgement.cells
    ledger = judgement.campaign.ledger
    certain = covered(ledger, goals(compile_table(judgement.table)))
    clauses = exercised(ledger, [row.row for row in rows], {check.check: check.judged for check in judgement.checks})
    guards, pairs, hresults = (d.Judged(judged=n, of=of) for n, of in map(certain.__getitem__, _CERTAIN))
    return d.Coverage(
        states=d.States(
            seen=tuple(state.name for state in states if state.name in seen), of=tuple(state.name for state in states)
        ),
        cells=d.Judged(judged=cells, of=cells_total),
        rows=d.Judged(judged=sum(row.evidence.judged > 0 for row in rows), of=len(rows)),
        must=d.Discriminated(discriminated=discriminated, of=must),
        clauses=d.Clauses(
            judged=tuple(sorted(judged)), of=tuple(sorted(clauses.of)), certain=tuple(sorted(clauses.certain))
        ),
        guards=guards,
        pairs=pairs,
        hresults=hresults,
    )


def _unclear(campaign: Campaign) -> tuple[str, ...]:
    return tuple(f"{count} run(s): {text}" for text, count in campaign.unclear.items())


def _error(mishap: Mishap) -> d.Error:
    return d.Error(
        text=mishap.text,
        where=mishap.where,
        stderr=mishap.words,
        aim=mishap.plan.aim,
        plan=tuple(map(step_to_json, mishap.plan.steps)),
    )


def _inconclusive(text: str, count: int, first: Mishap | None) -> d.Unclear:
    if first is None:
        return d.Unclear(text=text, runs=count)
    steps = tuple(map(step_to_json, first.plan.steps))
    return d.Unclear(text=text, runs=count, where=first.where, aim=first.plan.aim, plan=steps)


def _row(verdict: RowVerdict) -> d.Row:
    row, evidence = verdict.row, verdict.evidence
    return d.Row(
        id=row.id,
        label=row.label.value,
        kind="operation" if isinstance(row.label, Operation) else "event",
        source=row.source.name,
        guard=row.guard.english,
        outcome=row.outcome.value,
        answers=tuple(
            d.Answer(hresult=answer.hresult.name if answer.hresult is not None else None, dest=answer.dest.name)
            for answer in row.answers
        ),
        level=row.level.value,
        decided=row.decided,
        cites=tuple(row.cites),
        verdict=_item_verdict(verdict.verdict),
        reason=verdict.reason,
        judged=evidence.judged,
        discriminated=evidence.discriminated,
        alternatives=d.Alternatives(
            rejected=len(evidence.rejected),
            of=len(evidence.rejected) + len(evidence.survived),
            survived=tuple(sorted(evidence.survived)),
        ),
    )


def _check(verdict: CheckVerdict) -> d.Check:
    return d.Check(
        id=verdict.check.id,
        title=verdict.check.title,
        cites=tuple(verdict.check.cites),
        verdict=_item_verdict(verdict.verdict),
        judged=verdict.judged,
        reason=verdict.reason,
    )


def divergence_data(divergence: Divergence, backend: str, dialect: Dialect) -> d.Divergence:
    """Return what is told of a divergence, from the moment it is confirmed."""
    explanation, record = divergence.explanation, divergence.record
    rows = explanation.rows if explanation else ()
    keys = list(dict.fromkeys(key for row in rows for key in row.cites)) or list(
        divergence.check.cites if divergence.check else ()
    )
    remarks = {number: ", ".join(dict.fromkeys(texts)) for number, texts in record.remarks.items()}
    past = tuple(sorted(map(known_text, record.overlooked)))
    return d.Divergence(
        id=divergence.check.id if divergence.check else next(row.id for row in rows),
        rows=tuple(row.id for row in rows),
        check=divergence.check.id if divergence.check else None,
        level=cast("d.BrokenLevel", divergence.level.value),
        clauses=tuple(clause_told(key) for key in keys),
        observation=divergence.observation,
        permitted=divergence.permitted,
        explained_if=tuple(text for text in explanation.instead if text) if explanation else (),
        reproduced=d.Reproduced(times=divergence.reproduced, of=divergence.runs),
        plan=tuple(step_to_json(step) for step in record.plan.steps),
        python=to_python(record.plan, backend, dialect, remarks, wire=record.wire, seed=record.seed, past=past),
        past=past,
        edges=tuple(
            d.Edge(source=source.name, label=label, dest=dest.name, seen=seen.name)
            for source, label, dest, seen in (explanation.edges if explanation else ())
        ),
        path=_path(divergence),
        sequence=tuple(
            d.Message(
                time_seconds=round(message.time_seconds, 6),
                source=message.source,
                target=message.target,
                text=message.text,
            )
            for message in sorted(record.messages, key=lambda message: message.time_seconds)
        ),
        calls=_calls(record),
    )


def _calls(record: Record) -> tuple[d.MadeCall, ...]:
    """Return every call with its time, where several callers called; of one caller the sequence tells all."""
    if len({call.caller for call in record.calls}) < 2:  # noqa: PLR2004 two callers
        return ()
    return tuple(
        d.MadeCall(
            caller=call.caller,
            operation=call.operation.value,
            hresult="no answer" if call.hresult is None else hresult_text(call.hresult),
            began_seconds=round(call.began_seconds, 6),
            ended_seconds=round(call.ended_seconds, 6),
            step=call.step,
        )
        for call in record.calls
    )


def _path(divergence: Divergence) -> tuple[str, ...]:
    states = [seen.state.name for seen in divergence.record.observations if isinstance(seen, Sampled)]
    return tuple(state for number, state in enumerate(states) if number == 0 or states[number - 1] != state)


def clause_told(key: str) -> d.Clause:
    """Return a clause as a report tells it."""
    clause = CLAUSES[key]
    return d.Clause(key=key, text=clause.text, url=clause.pages[0].url if clause.pages else "")
