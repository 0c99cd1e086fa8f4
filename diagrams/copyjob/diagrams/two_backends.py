"""Two backends side by side: one life cycle, on each state and arrow the signs of either, the left one's first.

Laws:

1. Left stays left: a pair of signs is never turned round, and the legend names whose is which.
2. An arrow has a double line where the two differ on it, else the line of the sign that both have.
3. What one of them saw instead of what is permitted is drawn once, with the signs of those who did it.

What this module does not know: DOT, HTML; what a sign is made of (:mod:`copyjob.diagrams.overlay`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from copyjob.diagrams import style
from copyjob.diagrams.dot import wrapped
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.diagrams.marks import LEGEND_WIDTH, ArrowMark, ExtraArrow, Overlay, StateMark
from copyjob.diagrams.overlay import Findings, overlay_of, seen_instead_arrows, sign_means
from copyjob.diagrams.svg import Caption
from copyjob.spec.table import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from copyjob.diagrams.edges import Edge, Line
    from copyjob.diagrams.report_parts import Report, Run
    from copyjob.spec.table import Table
    from copyjob.spec.vocabulary import JobState


@dataclass(frozen=True)
class TwoBackends(Overlay):
    """What was found on two backends in one dialect."""

    of: Table
    left: Findings
    right: Findings
    say: Language = ENGLISH

    @property
    def caption(self) -> Caption:
        """The title of the picture, and in words on how much of it the two differ."""
        title = self.say(
            "Life cycle of a {dialect} job: {left} and {right} side by side",
            dialect=self.of.dialect.value,
            left=self.left.backend,
            right=self.right.backend,
        )
        differ = sum(self._row_differs(row.id) for row in self.of.rows)
        told = self.say(
            "State diagram in which each state and arrow has two signs, that of {left} first. "
            "They differ on {number} of {total} rows.",
            left=self.left.backend,
            number=differ,
            total=len(self.of.rows),
        )
        return Caption(title, told)

    def _row_differs(self, row: str) -> bool:
        return self.left.signs.get(row, "not-seen") != self.right.signs.get(row, "not-seen")

    def state(self, state: JobState) -> StateMark:
        """Return by which of the two a state was seen, and how their rows stand."""
        seen = [state in each.states_seen for each in (self.left, self.right)]
        rows = self.of.by_source[state]
        sharp = [sum(each.signs.get(row.id) == "discriminated" for row in rows) for each in (self.left, self.right)]
        lines = [
            self.say("{left}, {right} of {total} rows discriminated", left=sharp[0], right=sharp[1], total=len(rows))
        ]
        differ = sum(self._row_differs(row.id) for row in rows)
        if differ:
            told = self.say.count(differ, "{number} row differs", "{number} rows differ")
            lines.append(f"{style.MARKS['differs'].sign} {told}")
        sign = "".join(style.DISCRIMINATED.sign if one else style.NOT_SEEN.sign for one in seen)
        return StateMark(sign, tuple(lines), () if any(seen) else ("not-seen",), dashed=not any(seen))

    def arrow(self, edge: Edge) -> ArrowMark:
        """Return the sign that both have on an arrow, or that they differ on a row of it."""
        pairs = [(self.left.row_sign(row, edge.dest), self.right.row_sign(row, edge.dest)) for row in edge.rows]
        if any(left != right for left, right in pairs):
            return ArrowMark("differs", style.MARKS["differs"])
        name = style.combined(left for left, _ in pairs)
        return ArrowMark(name, style.SIGNS[name])

    def texts(self, edge: Edge, line: Line) -> Sequence[str]:
        """Return a line with the signs of either."""
        signs = (style.SIGNS[each.sign(line.rows, edge.dest)].sign for each in (self.left, self.right))
        return [f"{''.join(signs)} {line.texts[0]}", *line.texts[1:]]

    @property
    def arrows(self) -> Sequence[ExtraArrow]:
        """The arrows that no row permits, with the signs of those of whom they were seen."""
        return seen_instead_arrows(self.say, (self.left, self.right))

    @property
    def samples(self) -> Sequence[str]:
        """One sample for each sign, and for where they differ."""
        differs = self.say("they differ on a row of the arrow; the two signs are what was found of each")
        return [*sign_means(self.say, self.arrows), f"{style.SAMPLES['differs']} {differs}"]

    @property
    def remarks(self) -> Sequence[str]:
        """Whose sign is which, and whether a report is of another table."""
        lines = [
            self.say("the first sign of two: {left}", left=self.left.backend),
            self.say("the second sign of two: {right}", right=self.right.backend),
        ]
        told = [short for line in lines for short in wrapped(line.split(), LEGEND_WIDTH)]
        return [*told, *self.left.of_another_table, *self.right.of_another_table]


def two_backends_of(left: Run, right: Run, backends: Sequence[str], say: Language = ENGLISH) -> TwoBackends:
    """Return what two runs of one dialect say of its life cycle. ValueError: they are of two dialects."""
    if left.dialect is not right.dialect:
        raise ValueError(f"{left.dialect.value} and {right.dialect.value} have no life cycle in common")
    first, second = (overlay_of(run, backend, say) for run, backend in zip((left, right), backends, strict=True))
    return TwoBackends(table(left.dialect), first, second, say)


def backend_names(reports: Mapping[str, Report]) -> tuple[str, ...]:
    """Return the names of the backends of reports, each with the name of its report where two are called the same."""
    names = [report.backend for report in reports.values()]
    if len(set(names)) == len(names):
        return tuple(names)
    return tuple(f"{report.backend} ({file})" for file, report in reports.items())
