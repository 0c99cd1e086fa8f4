"""``copyjob info BACKEND``: what a backend declares, what it is asked for, and what will be skipped, and why."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copyjob.conformance.backend import Declared
    from copyjob.conformance.interface import Power
    from copyjob.spec.vocabulary import Dialect

_WIDTH, _INDENT = 80, 20


@dataclass(frozen=True)
class Facts:
    """What is known of a backend before anything is run. Times are in seconds."""

    name: str
    dialects: tuple[str, ...]
    powers: tuple[str, ...]
    missing_powers: Mapping[str, str]
    """Each with what it would promise."""
    methods: tuple[str, ...]
    quiescence_seconds: float | None
    stall_timeout_seconds: float | None
    call_timeout_seconds: float
    skipped: Mapping[str, Mapping[str, Sequence[str]]]
    """A dialect: a reason: the ids of the rows and checks that are skipped for it."""
    blurred_by: tuple[str, ...]
    """The missing powers without which further rows may not be told apart."""


def facts_of(declared: Declared) -> Facts:
    """Return what is known of a backend."""
    from copyjob.conformance.interface import METHODS, POWERS, SHARPENING

    return Facts(
        name=declared.name,
        dialects=tuple(dialect.value for dialect in declared.dialects),
        powers=tuple(power.value for power in POWERS if declared.has(power)),
        missing_powers={power.value: POWERS[power].promise for power in declared.missing},
        methods=tuple(
            method.name
            for method in METHODS.values()
            if (method.power is None or declared.has(method.power)) and set(method.dialects) & set(declared.dialects)
        ),
        quiescence_seconds=declared.quiescence_seconds,
        stall_timeout_seconds=declared.stall_timeout_seconds,
        call_timeout_seconds=declared.call_timeout_seconds,
        skipped={dialect.value: _skipped(declared, dialect) for dialect in declared.dialects},
        blurred_by=tuple(power.value for power in SHARPENING if not declared.has(power)),
    )


def _skipped(declared: Declared, dialect: Dialect) -> dict[str, list[str]]:
    from copyjob.conformance.checks import CHECKS
    from copyjob.conformance.settings import table_for
    from copyjob.conformance.verdict import needed_power

    needs: list[tuple[str, tuple[Power | None, ...]]] = [
        (row.id, (needed_power(row),)) for row in table_for(declared, dialect).rows
    ]
    needs += [(check.id, check.needs) for check in CHECKS.values()]
    found: dict[str, list[str]] = {}
    for name, powers in needs:
        lacking = [power.value for power in powers if power is not None and not declared.has(power)]
        if lacking:
            found.setdefault(f"needs the power {' and '.join(lacking)}", []).append(name)
    return found


@dataclass(frozen=True)
class Info:
    """The command."""

    summary: str = "tell what a backend declares, and what will be skipped"
    group: str = "around check"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("backend", help="a registered name, module:Class, or 'program:COMMAND LINE'")
        parser.add_argument("--json", action="store_true", help="one JSON object, for programs")

    def run(self, args: argparse.Namespace) -> int:
        """Ask the backend what it declares, and tell what follows."""
        import json

        from copyjob.conformance.backend import load
        from copyjob.spec.console import say, write_out

        facts = facts_of(load(args.backend))
        if args.json:
            write_out(json.dumps(asdict(facts), indent=1, ensure_ascii=False) + "\n")
            return 0
        for line in _lines(facts):
            say(line)
        return 0


def _lines(facts: Facts) -> list[str]:
    bound = facts.quiescence_seconds
    stall = facts.stall_timeout_seconds
    lines = [
        facts.name,
        *_item("dialects", ", ".join(facts.dialects)),
        *_item("powers", ", ".join(facts.powers) or "none"),
        *_item("is asked for", ", ".join(facts.methods)),
        *_item(
            "quiescence",
            f"{bound:g} s: what is due by then and has not happened in four times that diverges"
            if bound is not None
            else "no bound declared (quiescence_seconds): a wait is never a divergence",
        ),
        *_item(
            "stall timeout",
            f"{stall:g} s: a transfer that stands still is not given up sooner"
            if stall is not None
            else "none declared (stall_timeout_seconds): a transfer that stands still may be given up at any moment",
        ),
        *_item("call timeout", f"{facts.call_timeout_seconds:g} s: a call that takes longer is given up"),
    ]
    if facts.missing_powers:
        lines.append("  not declared, and what each would promise:")
    for power, promise in facts.missing_powers.items():
        lines += _item(f"  {power}", promise)
    for dialect, reasons in facts.skipped.items():
        for reason, ids in reasons.items():
            lines.append(f"  skipped in {dialect}, {len(ids)}: {reason}")
            lines += textwrap.wrap(", ".join(ids), _WIDTH, initial_indent=" " * 4, subsequent_indent=" " * 4)
    if facts.blurred_by:
        lines += textwrap.wrap(
            f"further rows may be skipped as not told apart without {' or '.join(facts.blurred_by)}",
            _WIDTH,
            initial_indent="  ",
            subsequent_indent="  ",
        )
    return lines


def _item(name: str, text: str) -> list[str]:
    label = f"  {name}".ljust(_INDENT)
    space = "" if label.endswith(" ") else " "
    return textwrap.wrap(text, _WIDTH, initial_indent=label + space, subsequent_indent=" " * _INDENT)


INFO = Info()
