"""What is found in something recorded: which rule is broken, where, and what the documents say instead.

Law: a finding names the lines on which it rests, and a rule the clauses that it rests on; the words of the clauses come
from the citations, never from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from copyjob.conformance.report_data import Count
from copyjob.spec.citations import CLAUSES

LINES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """What must not be found."""

    id: str
    """Never changes its meaning."""
    wrong: str
    """What is wrong, in a few words."""
    clauses: tuple[str, ...]
    instead: str
    """The documented way."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that was broken."""

    rule: Rule
    job: str
    lines: tuple[int, ...]
    """Of the file, from 1 on; the last is where it shows."""
    seen: str
    """What was seen there, in words."""
    certain: bool = True
    """False: it may have another explanation, which `seen` names."""
    client: str | None = None
    """Who did it, where the trace names its clients."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one file."""

    where: str
    findings: Sequence[Finding]
    not_judged: Mapping[str, str] = field(default_factory=dict[str, str])
    """Rules of which it cannot tell, each with the reason."""


def numbers(lines: Sequence[int]) -> str:
    """Return the numbers of lines in words; of many the first ones and the last."""
    told = [str(number) for number in lines]
    if len(told) > LINES_SHOWN:
        told = [*told[: LINES_SHOWN - 1], "...", told[-1]]
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(told)}"


def to_text(judged: Judged) -> str:
    """Return findings as people read them: what, where, and the documented way; the clauses once, at the end."""
    where, findings = judged.where, judged.findings
    parts = [] if findings else [f"{where}: nothing found\n"]
    for found in findings:
        who = "" if found.client is None else f" ({found.client})"
        unclear = "" if found.certain else " [unclear]"
        parts.append(
            f"{where}, {numbers(found.lines)}: {found.rule.id}{unclear}: job {found.job}{who}\n"
            f"  {found.rule.wrong}: {found.seen}\n"
            f"  instead: {found.rule.instead}\n"
            f"  clauses: {', '.join(found.rule.clauses)}\n"
        )
    reasons = dict.fromkeys(judged.not_judged.values())
    for reason in reasons:
        rules = ", ".join(rule for rule, why in judged.not_judged.items() if why == reason)
        parts.append(f"{where}: not judged, because {reason}: {rules}\n")
    keys = dict.fromkeys(key for found in findings for key in found.rule.clauses)
    clauses = "".join(f"{key}: {CLAUSES[key].text}\n" for key in keys)
    return ("\n" if findings else "").join([*parts, *([clauses] if clauses else [])])


class FindingTold(msgspec.Struct, frozen=True, kw_only=True):
    """A finding, for programs."""

    rule: str
    job: str
    client: str | None
    """Who did it, where a trace names its clients."""
    lines: tuple[Count, ...]
    """On which it rests; the last is where it shows."""
    certain: bool
    """False: it may have another explanation, which `seen` names."""
    wrong: str
    seen: str
    instead: str
    """The documented way."""
    clauses: tuple[str, ...]


class FileTold(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in one file."""

    file: str
    findings: tuple[FindingTold, ...]
    not_judged: dict[str, str]
    """Rules of which the file cannot tell, each with the reason."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ``copyjob audit --json`` writes, and ``copyjob verify --json`` of what bitsadmin printed."""

    format: Literal["copyjob-findings"] = "copyjob-findings"
    version: Literal[1] = 1
    exit_code: Literal[0, 1, 4]
    files: tuple[FileTold, ...]


def exit_code(judged: Sequence[Judged]) -> Literal[0, 1, 4]:
    """Return 1 where something certain was found, 4 where something is unclear or not judged, else 0."""
    if any(found.certain for each in judged for found in each.findings):
        return 1
    return 4 if any(each.findings or each.not_judged for each in judged) else 0


def report(judged: Sequence[Judged]) -> Report:
    """Return what was found as data."""
    return Report(exit_code=exit_code(judged), files=tuple(map(_file, judged)))


def _file(judged: Judged) -> FileTold:
    told = (
        FindingTold(
            rule=each.rule.id,
            job=each.job,
            client=each.client,
            lines=each.lines,
            certain=each.certain,
            wrong=each.rule.wrong,
            seen=each.seen,
            instead=each.rule.instead,
            clauses=each.rule.clauses,
        )
        for each in judged.findings
    )
    return FileTold(file=judged.where, findings=tuple(told), not_judged=dict(judged.not_judged))


def report_text(judged: Sequence[Judged]) -> str:
    """Return the report as it is written into a file."""
    return msgspec.json.format(msgspec.json.encode(report(judged)), indent=1).decode() + "\n"
