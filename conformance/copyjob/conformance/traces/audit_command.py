"""``copyjob audit``: whether the clients in a recorded trace use their jobs as the documents say."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copyjob.conformance.traces.finding import Finding, Rule


@dataclass(frozen=True)
class Audit:
    """The command."""

    summary: str = "judge clients by a recorded trace: do they use jobs as documented?"
    group: str = "around check"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("traces", nargs="*", type=Path, metavar="TRACE", help="NDJSON, also compressed; -: input")
        parser.add_argument(
            "--ongoing",
            action="store_true",
            help="the clients were still at work when the recording ended: they have left nothing behind",
        )
        parser.add_argument("--format", choices=("text", "json"), default="text", help="json: one finding a line")
        parser.add_argument("--rules", action="store_true", help="print the rules and judge nothing")

    def run(self, args: argparse.Namespace) -> int:
        """Judge each trace. Raises UsageError, for bad lines too.

        The exit code is 1 where a rule is broken, and 4 where that is unclear.
        """
        from copyjob.conformance.traces.bitsadmin import looks_so
        from copyjob.conformance.traces.clients import RULES, audit
        from copyjob.conformance.traces.lines import opened, read
        from copyjob.spec.console import UsageError, write_out

        if args.rules:
            write_out(rules_text(RULES))
            return 0
        traces: list[Path] = args.traces
        if not traces:
            raise UsageError("name the trace to judge, or - for standard input; copyjob audit --rules prints the rules")
        judged = []
        for path in traces:
            if looks_so(path):
                raise UsageError(f"{path} is what bitsadmin printed, and tells of no call; copyjob verify judges it")
            with opened(path) as stream:
                judged.append((str(path), audit(read(stream, str(path)), ongoing=args.ongoing)))
        write_out(told(judged, args.format))
        return exit_code(each for _, findings in judged for each in findings)


def exit_code(findings: Iterable[Finding]) -> int:
    """Return 0 where nothing was found, 1 where something is certain, and 4 where all is unclear."""
    certain = [each.certain for each in findings]
    return 1 if any(certain) else 4 if certain else 0


def told(judged: Sequence[tuple[str, Sequence[Finding]]], form: str) -> str:
    """Return what was found in each file, as ``text`` or as ``json``."""
    import json

    from copyjob.conformance.traces.finding import to_data, to_text

    if form == "json":
        return "".join(f"{json.dumps(to_data(where, each))}\n" for where, findings in judged for each in findings)
    return "".join(to_text(where, findings) if findings else f"{where}: nothing found\n" for where, findings in judged)


def rules_text(rules: Sequence[Rule]) -> str:
    """Return the rules as people read them."""
    return "\n".join(
        f"{rule.id}: {rule.wrong}\n  instead: {rule.instead}\n  clauses: {', '.join(rule.clauses)}\n" for rule in rules
    )


AUDIT = Audit()
