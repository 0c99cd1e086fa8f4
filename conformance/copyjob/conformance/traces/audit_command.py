"""``copyjob audit``: whether the clients in a recorded trace use their jobs as the documents say."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copyjob.conformance.traces.finding import Judged, Rule


@dataclass(frozen=True)
class AuditCommand:
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
        parser.add_argument("--json", type=Path, metavar="FILE", help="write what was found for programs")
        parser.add_argument("--rules", action="store_true", help="print the rules and judge nothing")

    def run(self, args: argparse.Namespace) -> int:
        """Judge each trace; 0 where nothing is found, 1 where a rule is broken, 4 where it is unclear or not judged.

        Raises UsageError, for bad lines too; what could be read is told all the same.
        """
        from copyjob.conformance.traces.bitsadmin import looks_so
        from copyjob.conformance.traces.client_rules import RULES
        from copyjob.conformance.traces.clients import Audit
        from copyjob.conformance.traces.finding import Judged
        from copyjob.conformance.traces.lines import opened, read
        from copyjob.spec.console import UsageError, write_out

        if args.rules:
            write_out(rules_text(RULES))
            return 0
        if not args.traces:
            raise UsageError("name the trace to judge, or - for standard input; copyjob audit --rules prints the rules")

        def judged(path: Path) -> Judged:
            if looks_so(path):
                raise UsageError(f"{path} is what bitsadmin printed, and tells of no call; copyjob verify judges it")
            goes_on = Audit(ongoing=args.ongoing)
            with opened(path) as stream:
                for number, line in read(stream, str(path)):
                    goes_on.take(number, line)
            return Judged(str(path), goes_on.findings(), goes_on.not_judged)

        return tell(args.traces, judged, args.json)


def tell(paths: Sequence[Path], judged: Callable[[Path], Judged], json: Path | None) -> int:
    """Judge files one by one and print what is found in each; return the exit code.

    UsageError: one of them could not be read, after the others were told; or what is to be written cannot be.
    """
    from copyjob.conformance.traces.finding import exit_code, report_text, to_text
    from copyjob.spec.console import UsageError, check_writable, write_or_refuse, write_out

    if json is not None:
        check_writable(json, "name another file with --json")
    told: list[Judged] = []
    problem: UsageError | None = None
    for path in paths:
        try:
            told.append(judged(path))
        except UsageError as error:
            problem = problem or error
            continue
        write_out(to_text(told[-1]))
    if problem is not None:
        raise problem
    if json is not None:
        write_or_refuse(json, report_text(told), "--json")
    return exit_code(told)


def rules_text(rules: Sequence[Rule]) -> str:
    """Return the rules as people read them."""
    return "\n".join(
        f"{rule.id}: {rule.wrong}\n  instead: {rule.instead}\n  clauses: {', '.join(rule.clauses)}\n" for rule in rules
    )


AUDIT = AuditCommand()
