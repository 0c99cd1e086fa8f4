"""Markdown: a report as the summary of a CI job, short where all is well, in full where it is not.

Law: what comes from a backend stands in code spans and fences that it cannot leave.
"""

from __future__ import annotations

import re

from copyjob.conformance.gates import measures
from copyjob.conformance.outcome import fails, passes_as_known
from copyjob.conformance.report_data import Divergence, Report, Run

SIGNS = {"conforms": "✅", "diverges": "❌", "errored": "⚠️", "inconclusive": "❓"}
"""For a whole run; nothing is told by the sign alone."""


def code(text: str) -> str:
    """Return a text as a code span, whatever backticks it holds."""
    flat = " ".join(text.split())
    longest = max((len(ticks) for ticks in re.findall(r"`+", flat)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") or not flat else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def in_cell(text: str) -> str:
    """Return a text that does not end the cell of a table."""
    return text.replace("|", "\\|")


def fenced(text: str, language: str) -> str:
    """Return a text as a code block, whatever fences it holds."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def to_markdown(report: Report) -> str:
    """Return the summary of a report."""
    head = f"# {SIGNS[report.verdict]} {code(report.backend.name)} {report.verdict}"
    if passes_as_known(report):
        head = f"# {SIGNS['conforms']} {code(report.backend.name)} diverges only as is known"
    lines = [head, ""]
    if report.interrupted:
        lines += ["**Interrupted:** what is told was found before.", ""]
    lines += [
        f"Exit code {report.exit_code}, seed {report.seed}, {report.duration_seconds:.1f} s, copyjob {report.copyjob}.",
        "",
        *_table(report),
        "",
    ]
    lines += _baseline(report)
    for gate in report.gates:
        word = "met" if gate.met else "**missed**"
        lines.append(f"- {gate.dialect} requires {gate.measure} {gate.wanted}: {gate.reached} of {gate.of}, {word}")
    if report.gates:
        lines.append("")
    for run in report.runs:
        for divergence in run.divergences:
            lines += _divergence(run, divergence)
        for error in run.errors:
            lines.append(f"- {run.dialect}, adapter broke: {code(error.text)}")
            lines += ["", fenced("\n".join(error.stderr), ""), ""] if error.stderr else []
        lines += [f"- {run.dialect}, inconclusive: {code(text)}" for text in run.unclear]
        if run.stopped:
            lines.append(f"- {run.dialect} did not come to its end: {run.stopped}")
        if missed := run.coverage.clauses.missed:
            lines.append(f"- {run.dialect}, clauses not exercised for certain: {', '.join(map(code, missed))}")
    lines += [f"- {dialect} was not begun: the check was interrupted before" for dialect in report.not_begun]
    return "\n".join(lines).rstrip() + "\n"


def _table(report: Report) -> list[str]:
    names = list(dict.fromkeys(name for run in report.runs for name in measures(run.coverage)))
    lines = [
        f"| dialect | verdict | divergences | {' | '.join(names)} | plans | seconds |",
        f"|{' --- |' * (len(names) + 5)}",
    ]
    for run in report.runs:
        reached = measures(run.coverage)
        shares = [f"{reached[name][0]}/{reached[name][1]}" if name in reached else "" for name in names]
        known = sum(bool(found.known) for found in run.divergences)
        told = f"{len(run.divergences)} ({known} known)" if known else str(len(run.divergences))
        lines.append(
            f"| {run.dialect} | {SIGNS[run.verdict]} {run.verdict} | {told} | {' | '.join(shares)} "
            f"| {run.totals.plans} | {run.totals.duration_seconds:.1f} |"
        )
    return lines


def _baseline(report: Report) -> list[str]:
    lines = [
        f"- **Stale:** {entry.dialect} {code(entry.id)} is known to diverge, and passed. Take it out of the baseline."
        for entry in report.baseline
        if entry.stale
    ]
    return [*lines, ""] if lines else []


def _divergence(run: Run, divergence: Divergence) -> list[str]:
    named = ", ".join(code(name) for name in (divergence.rows or divergence.named))
    if not fails(divergence):
        why = f"known: {divergence.known}" if divergence.known else "breaks a recommendation"
        return [f"- {run.dialect} {named}: {' '.join(why.split())}", ""]
    shown = divergence.reproduced
    return [
        f"## {run.dialect}: {named}",
        "",
        f"- seen: {code(divergence.observation)}",
        *(f"- permitted: {code(text)}" for text in divergence.permitted),
        *(f"- {code(clause.key)}: {' '.join(clause.text.split())}" for clause in divergence.clauses),
        *(f"- shows behind {code(past)}, which is told as well" for past in divergence.past),
        f"- shown {shown.times} of {shown.of} times by the shortest program"
        + (f", and by `copyjob replay` of {code(divergence.replay)}" if divergence.replay else ""),
        "",
        fenced(divergence.python, "python"),
        "",
    ]
