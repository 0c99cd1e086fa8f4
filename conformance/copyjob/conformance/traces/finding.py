"""What is found in something recorded: which rule is broken, where, and what the documents say instead.

Law: a finding names the lines on which it rests, and a rule the clauses that it rests on; the words of the clauses come
from the citations, never from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


def numbers(lines: Sequence[int]) -> str:
    """Return the numbers of lines in words; of many the first ones and the last."""
    told = [str(number) for number in lines]
    if len(told) > LINES_SHOWN:
        told = [*told[: LINES_SHOWN - 1], "...", told[-1]]
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(told)}"


def to_text(where: str, findings: Sequence[Finding]) -> str:
    """Return findings as people read them: what, where, and the documented way; the clauses once, at the end."""
    parts = []
    for found in findings:
        who = "" if found.client is None else f" ({found.client})"
        unclear = "" if found.certain else " [unclear]"
        parts.append(
            f"{where}, {numbers(found.lines)}: {found.rule.id}{unclear}: job {found.job}{who}\n"
            f"  {found.rule.wrong}: {found.seen}\n"
            f"  instead: {found.rule.instead}\n"
            f"  clauses: {', '.join(found.rule.clauses)}\n"
        )
    keys = dict.fromkeys(key for found in findings for key in found.rule.clauses)
    return "\n".join([*parts, *(f"{key}: {CLAUSES[key].text}" for key in keys), ""])


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


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ``copyjob audit --json`` writes, and ``copyjob verify --json`` of what bitsadmin printed."""

    format: Literal["copyjob-findings"] = "copyjob-findings"
    version: Literal[1] = 1
    exit_code: Literal[0, 1, 4]
    files: tuple[FileTold, ...]


Found = Sequence[tuple[str, Sequence[Finding]]]
"""What was found in each file."""


def exit_code(found: Found) -> Literal[0, 1, 4]:
    """Return 0 where nothing was found, 1 where something is certain, and 4 where all is unclear."""
    certain = [each.certain for _, findings in found for each in findings]
    return 1 if any(certain) else 4 if certain else 0


def report(found: Found) -> Report:
    """Return what was found as data."""
    return Report(exit_code=exit_code(found), files=tuple(_file(where, findings) for where, findings in found))


def _file(where: str, findings: Sequence[Finding]) -> FileTold:
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
        for each in findings
    )
    return FileTold(file=where, findings=tuple(told))


def report_text(found: Found) -> str:
    """Return the report as it is written into a file."""
    return msgspec.json.format(msgspec.json.encode(report(found)), indent=1).decode() + "\n"
