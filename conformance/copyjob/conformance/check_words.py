"""The checks beside the rows in words: what ``copyjob explain`` answers for their ids, which reports name.

Law: what a check judges, needs and cites is told by its own table (:data:`copyjob.conformance.checks.CHECKS`), what a
clause says by the specification. Nothing is said here a second time.
"""

from __future__ import annotations

import textwrap

from copyjob.conformance.checks import CHECKS
from copyjob.spec.citations import CLAUSES
from copyjob.spec.interfaces import DIALECT_NAMES
from copyjob.spec.vocabulary import Dialect

WIDTH = 80


def explained(word: str) -> str | None:
    """Return what a check of this id judges, in lines of 80 columns; None where there is none of the id."""
    check = CHECKS.get(word.strip().casefold())
    if check is None:
        return None
    lines = [f"{check.id} (a check beside the rows)", "", *_wrapped(check.title)]
    owners = [DIALECT_NAMES[dialect] for dialect in Dialect if check.applies(dialect)]
    if len(owners) < len(Dialect):
        lines += _wrapped(f"It is judged in {owners[0]} only.")
    if check.needs:
        lines += _wrapped(f"It needs the power {' and '.join(power.value for power in check.needs)}.")
    for key in check.cites:
        lines += ["", *_wrapped(f"{key}: {CLAUSES[key].text}", hanging="  ")]
    lines += ["", *_wrapped(f"`copyjob explain {check.cites[0]}` tells the source of a clause.")]
    return "\n".join([*lines, ""])


def _wrapped(text: str, hanging: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent=f"  {hanging}", break_on_hyphens=False)
