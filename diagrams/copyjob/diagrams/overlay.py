"""What a report found, laid over the life cycle: coverage and divergences.

Laws:

1. The picture is the life cycle itself; the report adds signs, never a state or a rule.
2. A row is ``diverges`` where a finding names it, ``discriminated`` where another outcome of it would have
   been rejected, ``judged`` where it was taken without that, else ``not-seen``. An arrow of several
   rows diverges where one does, and is not seen where none was.
3. An arrow that was seen and that no row permits is drawn beside the one that was expected.

What this module does not know: DOT, HTML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copyjob.diagrams.lifecycle import Overlay, SeenInstead, lifecycle
from copyjob.spec.table import table
from copyjob.spec.vocabulary import JobState

if TYPE_CHECKING:
    from copyjob.diagrams.report_parts import Run


def _states(names: tuple[str, ...]) -> frozenset[JobState]:
    return frozenset(JobState[name] for name in names if name in JobState.__members__)


def overlay_of(run: Run, backend: str) -> Overlay:
    """Return what one run of a report says of the life cycle of its dialect."""
    signs = {row.id: row.sign for row in run.rows}
    seen: dict[tuple[str, str, str], SeenInstead] = {}
    for divergence in run.divergences:
        signs |= dict.fromkeys((row for row in divergence.rows if row in signs), "diverges")
        for edge in divergence.edges:
            states = [name for name in (edge.source, edge.dest, edge.seen) if name in JobState.__members__]
            # A report may speak of a state that this version does not know; then there is nowhere to draw it.
            if len(states) == 3 and edge.seen != edge.dest:  # noqa: PLR2004 all of them known
                source, dest, instead = (JobState[name] for name in states)
                key = (edge.source, edge.label, edge.seen)
                seen.setdefault(key, SeenInstead(source, edge.label, dest, instead, divergence.id))
    known = table(run.dialect).states
    return Overlay(
        title=f"what was seen of {backend}",
        signs=signs,
        covered={row.id: row.coverage_sign for row in run.rows},
        states_seen=_states(run.states_seen),
        seen_instead=tuple(one for one in seen.values() if one.source in known and one.seen in known),
    )


def overlay_dot(run: Run, backend: str) -> str:
    """Return the DOT text of a dialect's life cycle with one run laid over it."""
    return lifecycle(table(run.dialect), overlay_of(run, backend))
