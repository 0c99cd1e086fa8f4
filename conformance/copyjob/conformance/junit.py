"""JUnit: a report as other tools read it, a suite a dialect, a case a row and a check.

Law: a case fails where the exit code says so: where a MUST is broken that no baseline knows, an entry of the baseline
is stale, or a gate is missed. What an interruption left out is an error. Everything else is told with its reason.
"""

from __future__ import annotations

from typing import Any

from copyjob.conformance.adapter import one_line
from copyjob.conformance.outcome import fails
from copyjob.conformance.report_data import Dialect, Divergence, Report, Run


def to_junit(report: Report) -> str:
    """Return the report as JUnit XML."""
    from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

    def add_gates(suite: Any, dialect: Dialect) -> None:
        for gate in report.gates:
            if gate.dialect == dialect:
                case: Any = TestCase(f"require/{gate.measure}", f"copyjob.{dialect}", 0.0)
                asked = f"{gate.wanted} was asked for, {gate.reached} of {gate.of} were reached"
                case.result = [] if gate.met else [Failure(asked, "missed")]
                suite.add_testcase(case)

    xml: Any = JUnitXml("copyjob")
    for run in report.runs:
        suite: Any = TestSuite(f"{report.backend.name} {run.dialect}")
        told = told_by_id(run)
        stale = {entry.id: entry for entry in report.baseline if entry.stale and entry.dialect == run.dialect}
        for item in run.items:
            case: Any = TestCase(item.id, f"copyjob.{run.dialect}", 0.0)
            if item.verdict == "diverges":
                divergence = told[item.id]
                failure: Any = Failure(divergence.observation, divergence.level)
                failure.text = failure_text(divergence)
                # A broken recommendation is told, but only a MUST fails the suite, as it does the exit code.
                case.result = [failure] if fails(divergence) else [Skipped(divergence.known or item.reason)]
            elif item.id in stale:
                case.result = [Failure(f"is known to diverge ({stale[item.id].reason}), and passed", "stale")]
            elif item.verdict == "inconclusive":
                case.result = [Error(item.reason, "inconclusive")]
            elif item.verdict in ("skipped", "unjudged"):
                case.result = [Skipped(item.reason)]
            suite.add_testcase(case)
        add_gates(suite, run.dialect)
        endings = [(run.stopped, "interrupted")] if report.interrupted and run.stopped else []
        endings += [(error.told, "errored") for error in run.errors]
        endings += [(text, "inconclusive") for text in run.unclear]
        for number, (text, kind) in enumerate(endings, start=1):
            case = TestCase(f"run/{number}", f"copyjob.{run.dialect}", 0.0)
            head, _, more = text.partition("\n")
            ending: Any = Error(one_line(head), kind)
            ending.text = "\n".join(map(one_line, more.splitlines())) or None
            case.result = [ending]
            suite.add_testcase(case)
        suite.time = run.totals.duration_seconds
        xml.add_testsuite(suite)
    for dialect in report.not_begun:
        suite = TestSuite(f"{report.backend.name} {dialect}")
        case = TestCase("run/1", f"copyjob.{dialect}", 0.0)
        case.result = [Error("not begun: the check was interrupted before", "interrupted")]
        suite.add_testcase(case)
        add_gates(suite, dialect)
        xml.add_testsuite(suite)
    xml.update_statistics()
    document: object = xml.tostring()
    return document.decode() if isinstance(document, bytes) else str(document)


def told_by_id(run: Run) -> dict[str, Divergence]:
    """Return the gravest divergence by every id that it goes by."""
    found: dict[str, Divergence] = {}
    for divergence in run.divergences:
        for name in divergence.named:
            if name not in found or (fails(divergence) and not fails(found[name])):
                found[name] = divergence
    return found


def failure_text(divergence: Divergence) -> str:
    """Return a divergence as the text of a failed test."""
    lines = [f"seen: {divergence.observation}", f"permitted: {'; '.join(divergence.permitted)}"]
    lines += [f"{clause.key}: {clause.text}" for clause in divergence.clauses]
    return "\n".join([*lines, "", divergence.python])
