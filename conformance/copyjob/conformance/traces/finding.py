"""What is found in something recorded: which rule is broken, where, and what the documents say instead.

Law: a finding names the lines on which it rests, and a rule the clauses that it rests on; the words of the clauses come
from the citations, never from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


def to_data(where: str, found: Finding) -> dict[str, object]:
    """Return a finding as data: what ``--format json`` writes for each, one a line."""
    return {
        "file": where,
        "rule": found.rule.id,
        "job": found.job,
        "client": found.client,
        "lines": list(found.lines),
        "certain": found.certain,
        "wrong": found.rule.wrong,
        "seen": found.seen,
        "instead": found.rule.instead,
        "clauses": list(found.rule.clauses),
    }
