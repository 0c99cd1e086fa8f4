"""What a report found, laid over the life cycle: coverage and divergences.

Laws:

1. The picture is the life cycle itself; the report adds signs, never a state or a rule.
2. A row is ``diverges`` where a finding names it, ``discriminated`` where another outcome of it would have
   been rejected, ``judged`` where it was taken without that, else ``not-seen``. An arrow of several
   rows diverges where one does, and is not seen where none was.
3. An arrow that was seen and that no row permits is drawn beside the one that was expected.
4. A report of another table marks what both tables have, and the legend says so.

What this module does not know: DOT, HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from copyjob.diagrams import style
from copyjob.diagrams.dot import wrapped
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.diagrams.marks import LEGEND_WIDTH, ArrowMark, ExtraArrow, Overlay, StateMark
from copyjob.diagrams.svg import Caption
from copyjob.spec.table import Level, table
from copyjob.spec.vocabulary import JobState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from copyjob.diagrams.edges import Edge, Line
    from copyjob.diagrams.report_parts import ReportEdge, Run
    from copyjob.spec.table import Row, Table
    from copyjob.spec.vocabulary import Dialect

_MEANS: Final = {
    "discriminated": "discriminated: every row was judged where another outcome would have been rejected",
    "judged": "judged: seen, but not all of its rows, or another outcome would have passed as well",
    "not-seen": "not seen: none of its rows was taken",
    "diverges": "diverges: another outcome than the permitted ones was seen",
    "seen-instead": "seen instead: where the job was then, after what stands beside it",
}
"""What each sign says on this picture."""

NOTHING: Final = "–"
"""Stands where one of two backends has no sign."""


def sign_means(say: Language, extra: Sequence[ExtraArrow]) -> list[str]:
    """Return the legend's lines for the signs of rows, and of arrows in addition, each beginning with its sample."""
    drawn = {arrow.mark.name for arrow in extra}
    names = [name for name in _MEANS if name != "seen-instead" or name in drawn]
    return [f"{style.SAMPLES[name]} {say(_MEANS[name])}" for name in names]


@dataclass(frozen=True)
class SeenInstead:
    """An arrow that a report saw and no row permits: a divergence on the picture."""

    source: JobState
    label: str
    dest: JobState
    seen: JobState
    divergence: str


@dataclass(frozen=True)
class Findings(Overlay):
    """What one run found: a sign (a key of ``style.SIGNS``) for each row id, the states seen, the arrows seen instead.

    ``covered`` are the signs without divergences: a row that diverges on one of its arrows keeps this one
    on the others.
    """

    of: Table
    backend: str
    signs: Mapping[str, str]
    covered: Mapping[str, str]
    states_seen: frozenset[JobState]
    seen_instead: tuple[SeenInstead, ...] = ()
    of_another_table: tuple[str, ...] = ()
    """The lines that say so; none where the report is of this table."""
    say: Language = ENGLISH

    @property
    def caption(self) -> Caption:
        """The title of the picture, and in words how much was seen."""
        must = [row.id for row in self.of.rows if row.level is Level.MUST]
        title = self.say(
            "Life cycle of a {dialect} job with what was seen of {backend}",
            dialect=self.of.dialect.value,
            backend=self.backend,
        )
        told = self.say(
            "State diagram with coverage: {number} of {total} MUST rows discriminated, {diverging} rows diverge.",
            number=sum(self.signs.get(row) == "discriminated" for row in must),
            total=len(must),
            diverging=sum(sign == "diverges" for sign in self.signs.values()),
        )
        return Caption(title, told)

    def row_sign(self, row: Row, dest: JobState) -> str:
        """Return the sign of a row on its arrow to ``dest``."""
        sign = self.signs.get(row.id, "not-seen")
        expected = {
            seen.dest for seen in self.seen_instead if (seen.source, seen.label) == (row.source, row.label.value)
        }
        return self.covered[row.id] if sign == "diverges" and expected and dest not in expected else sign

    def sign(self, rows: Iterable[Row], dest: JobState) -> str:
        """Return the sign of several rows on one arrow."""
        return style.combined(self.row_sign(row, dest) for row in rows)

    def state(self, state: JobState) -> StateMark:
        """Return whether a state was seen, and how its rows stand."""
        seen = state in self.states_seen
        rows = self.of.by_source[state]
        sharp = sum(self.signs.get(row.id) == "discriminated" for row in rows)
        lines = [self.say("{number} of {total} rows discriminated", number=sharp, total=len(rows))]
        diverging = sum(self.signs.get(row.id) == "diverges" for row in rows)
        if diverging:
            lines.append(
                f"{style.DIVERGES.sign} {self.say.count(diverging, '{number} row diverges', '{number} rows diverge')}"
            )
        if not seen:
            lines.append(self.say("not seen"))
        return StateMark(
            sign=style.DISCRIMINATED.sign if seen else style.NOT_SEEN.sign,
            lines=tuple(lines),
            classes=(*(("diverges",) if diverging else ()), *(() if seen else ("not-seen",))),
            dashed=not seen,
        )

    def arrow(self, edge: Edge) -> ArrowMark:
        """Return the sign of all rows of an arrow together."""
        name = self.sign(edge.rows, edge.dest)
        return ArrowMark(name, style.SIGNS[name])

    def texts(self, edge: Edge, line: Line) -> Sequence[str]:
        """Return a line with its own sign, and how many of its rows are discriminated."""
        sign = style.SIGNS[self.sign(line.rows, edge.dest)].sign
        sharp = sum(found == "discriminated" for found in (self.row_sign(row, edge.dest) for row in line.rows))
        count = f" {sharp}/{len(line.rows)}" if len(line.rows) > 1 else ""
        return [f"{sign} {line.texts[0]}{count}", *line.texts[1:]]

    @property
    def arrows(self) -> Sequence[ExtraArrow]:
        """The arrows that no row permits."""
        return seen_instead_arrows(self.say, (self,))

    @property
    def samples(self) -> Sequence[str]:
        """One sample for each sign."""
        return sign_means(self.say, self.arrows)

    @property
    def remarks(self) -> Sequence[str]:
        """What the numbers mean, and whether the report is of another table."""
        count = self.say("2/7: 2 of the 7 rows that the arrow stands for are discriminated")
        return [count, *self.of_another_table]


def seen_instead_arrows(say: Language, both: Sequence[Findings]) -> Sequence[ExtraArrow]:
    """Return what is drawn where a job went another way than expected: one arrow from a state to a state, on which each
    operation or internal event has the signs of those of whom it was seen.
    """
    found: dict[tuple[JobState, JobState], dict[str, list[SeenInstead | None]]] = {}
    for at, one in ((at, one) for at, findings in enumerate(both) for one in findings.seen_instead):
        found.setdefault((one.source, one.seen), {}).setdefault(one.label, [None] * len(both))[at] = one
    return tuple(
        ExtraArrow(
            id="-".join(("seen", source.name, *labels, seen.name)),
            source=source,
            target=seen,
            mark=ArrowMark("seen-instead", style.SEEN_INSTEAD),
            lines=tuple(f"{''.join(map(_sign_of, ones))} {label}" for label, ones in labels.items()),
            tooltip="\n".join(_instead_told(say, one) for ones in labels.values() for one in ones if one is not None),
        )
        for (source, seen), labels in found.items()
    )


def _sign_of(seen: SeenInstead | None) -> str:
    return NOTHING if seen is None else style.SEEN_INSTEAD.sign


def _instead_told(say: Language, one: SeenInstead) -> str:
    places = {"divergence": one.divergence, "label": one.label, "seen": one.seen.name, "state": one.dest.name}
    return say("{divergence}: after {label} {seen} was seen instead of {state}", **places)


def known_states(edge: ReportEdge) -> tuple[JobState, JobState, JobState] | None:
    """Return where an arrow of a report begins, should have led and did lead; None where one is no state known here.

    A report may speak of a state that this version does not know; then there is nowhere to draw it.
    """
    names = (edge.source, edge.dest, edge.seen)
    if any(name not in JobState.__members__ for name in names):
        return None
    source, dest, seen = (JobState[name] for name in names)
    return source, dest, seen


@cache
def _digests(dialect: Dialect) -> tuple[str, str]:
    """Return the digests of the tables by which backends are judged here: knowing a job itself, or by its id alone."""
    own = table(dialect)
    return own.digest, own.permitting_not_found().digest


def other_table(run: Run, whose: str, say: Language) -> tuple[str, ...]:
    """Return the lines that say that a run was judged by another table than that of this version, else none."""
    own = table(run.dialect)
    if run.table_digest in ("", *_digests(run.dialect)):
        return ()
    ids = {row.id for row in run.rows}
    told = say(
        "{whose}: judged by another table of {dialect} ({theirs}, here {ours}), {number} of {total} rows are in both",
        whose=whose,
        dialect=run.dialect.value,
        theirs=run.table_digest[:16],
        ours=own.digest,
        number=sum(row.id in ids for row in own.rows),
        total=len(own.rows),
    )
    return tuple(wrapped(told.split(), LEGEND_WIDTH))


def overlay_of(run: Run, backend: str, say: Language = ENGLISH) -> Findings:
    """Return what one run of a report says of the life cycle of its dialect."""
    signs = {row.id: row.sign for row in run.rows}
    seen: dict[tuple[str, str, str], SeenInstead] = {}
    for divergence in run.divergences:
        signs |= dict.fromkeys((row for row in divergence.rows if row in signs), "diverges")
        for edge in divergence.edges:
            states = known_states(edge)
            if states is not None and edge.seen != edge.dest:
                source, dest, instead = states
                key = (edge.source, edge.label, edge.seen)
                seen.setdefault(key, SeenInstead(source, edge.label, dest, instead, divergence.id))
    own = table(run.dialect)
    return Findings(
        of=own,
        backend=backend,
        signs=signs,
        covered={row.id: row.coverage_sign for row in run.rows},
        states_seen=frozenset(JobState[name] for name in run.states_seen if name in JobState.__members__),
        seen_instead=tuple(one for one in seen.values() if one.source in own.states and one.seen in own.states),
        of_another_table=other_table(run, backend, say),
        say=say,
    )
