"""The life cycle of one dialect as DOT: states in boxes of their class, arrows of operations and internal
events.

Laws:

1. Drawn from the rows alone, ordered as the table: equal tables give equal bytes.
2. Every row is drawn on an arrow, told beneath its state, or counted in the legend; :func:`account` says
   which.
3. Every state and arrow has a stable id, and a tooltip that names the rows it stands for.

An :class:`Overlay` marks rows, states and arrows with what a report found; without one nothing is marked.
What this module does not know: where an overlay comes from (:mod:`copyjob.diagrams.overlay`).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from copyjob.diagrams import style
from copyjob.diagrams.dot import Attributes, DotWriter, left_lines
from copyjob.diagrams.edges import ONE_OF_SEVERAL, Edge, Line, edges, groups, short_guard
from copyjob.spec.facts import INITIAL
from copyjob.spec.table import FINAL, STATE_CLASSES, Outcome, Row, Table
from copyjob.spec.vocabulary import InternalEvent, JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

METHODS = (Operation.RESUME, Operation.SUSPEND, Operation.CANCEL, Operation.COMPLETE)
"""The four state-changing methods: what they do without moving a job is told beneath the state."""


@dataclass(frozen=True)
class SeenInstead:
    """An arrow that a report saw and no row permits: a divergence on the picture."""

    source: JobState
    label: str
    dest: JobState
    seen: JobState
    divergence: str


@dataclass(frozen=True)
class Overlay:
    """What a report found: a sign (a key of ``style.SIGNS``) for each row id, the states seen, the arrows
    seen instead.

    ``covered`` are the signs without divergences: a row that diverges on one of its arrows keeps this one
    on the others.
    """

    title: str
    signs: Mapping[str, str]
    covered: Mapping[str, str]
    states_seen: frozenset[JobState]
    seen_instead: tuple[SeenInstead, ...] = ()

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


@dataclass(frozen=True)
class Account:
    """Where each row of a table is to be found in the picture."""

    drawn: tuple[Row, ...]
    told: tuple[Row, ...]
    counted: tuple[Row, ...]


def account(table: Table) -> Account:
    """Sort the rows: drawn on an arrow, told beneath a state, counted in the legend."""
    drawn = {row.id for edge in edges(table) for row in edge.rows}
    told = {row.id for row in table.rows if row.label in METHODS} - drawn
    return Account(
        tuple(row for row in table.rows if row.id in drawn),
        tuple(row for row in table.rows if row.id in told),
        tuple(row for row in table.rows if row.id not in drawn | told),
    )


def answer_words(row: Row) -> str:
    """Return what a row that moves nothing answers: ``stays``, an HRESULT, or both with ``or`` between."""
    words = (
        answer.hresult.name if answer.hresult is not None and answer.hresult.failed else "stays"
        for answer in row.answers
    )
    return " or ".join(dict.fromkeys(words))


def _told(rows: Iterable[Row]) -> list[str]:
    """Return the lines beneath a state: operations with the same answer share one."""
    by_answer: dict[str, list[str]] = {}
    for row in rows:
        words = f"{row.label.value} {short_guard(row.guard)}".strip()
        by_answer.setdefault(answer_words(row), []).append(words)
    lines: list[str] = []
    for answer, names in by_answer.items():
        # Four names and an HRESULT would make the widest box of the picture.
        pairs = [", ".join(names[at : at + 2]) for at in range(0, len(names), 2)]
        lines += [*(pair + "," for pair in pairs[:-1]), f"{pairs[-1]}: {answer}"]
    return lines


def _tooltip(head: str, rows: Iterable[Row]) -> str:
    """Return a tooltip: what it is, then a line for each row."""
    lines = [head]
    for row in rows:
        guard = "" if not row.guard.comparisons else f", where {row.guard.english}"
        lines.append(f"{row.id} ({row.level.value}{guard}): {', '.join(row.cites)}")
    return "\n".join(lines)


def _state_attributes(table: Table, state: JobState, told: list[Row], overlay: Overlay | None) -> Attributes:
    cls = STATE_CLASSES[state].value
    lines = [state.name, *_told(row for row in told if row.source is state)]
    classes = ["state", cls]
    if overlay is not None:
        seen = state in overlay.states_seen
        rows = [row for row in table.rows if row.source is state]
        sharp = sum(overlay.signs.get(row.id) == "discriminated" for row in rows)
        lines[0] = f"{style.DISCRIMINATED.sign if seen else style.NOT_SEEN.sign} {state.name}"
        lines.append(f"{sharp} of {len(rows)} rows discriminated")
        diverging = sum(overlay.signs.get(row.id) == "diverges" for row in rows)
        if diverging:
            lines.append(f"{style.DIVERGES.sign} {diverging} " + ("row diverges" if diverging == 1 else "rows diverge"))
            classes.append("diverges")
        if not seen:
            lines.append(style.NOT_SEEN.word)
            classes.append("not-seen")
    return {
        "id": f"state-{state.name}",
        "class": " ".join(classes),
        "label": "\n".join(lines),
        "tooltip": _tooltip(state.name, (row for row in told if row.source is state)),
        "fillcolor": style.CLASS_FILL[cls].light,
        "color": style.CLASS_PEN[cls].light,
        "peripheries": "2" if state in FINAL else None,
        "style": "rounded,filled,dashed" if "not-seen" in classes else None,
    }


def _line_texts(line: Line, dest: JobState, overlay: Overlay | None) -> list[str]:
    if overlay is None:
        return list(line.texts)
    name = overlay.sign(line.rows, dest)
    sign = style.SIGNS[name].sign
    sharp = sum(found == "discriminated" for found in (overlay.row_sign(row, dest) for row in line.rows))
    count = f" {sharp}/{len(line.rows)}" if len(line.rows) > 1 else ""
    return [f"{sign} {line.texts[0]}{count}", *line.texts[1:]]


def _wrapped(text: str) -> list[str]:
    """Return one line, or two where what else is permitted would make it too wide."""
    head, alternative, rest = text.partition(" (or ")
    return [head, f"   (or {rest}"] if alternative and len(text) > _LINE_LIMIT else [text]


_LINE_LIMIT = 17
"""Characters of a label on an arrow."""


def _edge_attributes(edge: Edge, overlay: Overlay | None) -> dict[str, str | None]:
    kind = "operation" if edge.is_operation else "event"
    ink = style.OPERATION if edge.is_operation else style.EVENT
    line, width, classes = (style.SOLID if edge.is_operation else style.DASHED), style.PEN_WIDTH, [kind]
    if overlay is not None:
        name = overlay.sign(edge.rows, edge.dest)
        sign = style.SIGNS[name]
        ink, line, width = sign.ink, sign.line, sign.pen_width
        classes.append(name)
    texts = [short for part in edge.lines for text in _line_texts(part, edge.dest, overlay) for short in _wrapped(text)]
    return {
        "id": edge.id,
        "class": " ".join(classes),
        # A space on either side keeps a label off its own arrow.
        "label": left_lines(f" {text} " for text in texts),
        "edgetooltip": _tooltip(f"{edge.tail} to {edge.dest.name}", edge.rows),
        "color": ink.light,
        "fontcolor": ink.light,
        "style": line,
        "penwidth": f"{width:g}",
    }


_ORDER = (
    (JobState.SUSPENDED,),
    (JobState.QUEUED,),
    (JobState.CONNECTING,),
    (JobState.TRANSFERRING,),
    (JobState.TRANSIENT_ERROR,),
    (JobState.ERROR, JobState.TRANSFERRED),
    (JobState.ACKNOWLEDGED, JobState.CANCELLED),
)
"""From top to bottom: how a job goes when all goes well, then what goes wrong."""

_DEPTH = {state: depth for depth, states in enumerate(_ORDER) for state in states}

_ALL_GOES_WELL = (InternalEvent.TURN, InternalEvent.CONNECT)
"""These arrows are kept straight."""

_ANCHORS: Mapping[tuple[str, JobState], JobState] = MappingProxyType(
    {
        ("not_final", JobState.CANCELLED): JobState.ERROR,
        ("not_final", JobState.ACKNOWLEDGED): JobState.TRANSFERRED,
    }
)
"""In which of its states an arrow of a box begins before it is clipped to the box, where the first is a
long way out.
"""


def _write_edge(writer: DotWriter, edge: Edge, overlay: Overlay | None) -> None:
    attributes = _edge_attributes(edge, overlay)
    tail = edge.sources[0]
    boxed = len(edge.sources) > 1
    if boxed:
        tail = _ANCHORS.get((edge.tail, edge.dest), tail)
    if _DEPTH[tail] < _DEPTH[edge.dest]:
        if boxed:
            attributes["ltail"] = f"cluster_{edge.tail}"
        if edge.lines[0].label in _ALL_GOES_WELL:
            attributes["weight"] = "8"
        writer.edge(tail.name, edge.dest.name, attributes)
    else:
        # Written downwards and drawn backwards, so that the layout keeps the order of the life cycle.
        if boxed:
            attributes["lhead"] = f"cluster_{edge.tail}"
        writer.edge(edge.dest.name, tail.name, attributes | {"dir": "back"})


def _write_seen_instead(writer: DotWriter, seen: SeenInstead) -> None:
    sign = style.SEEN_INSTEAD
    writer.edge(
        seen.source.name,
        seen.seen.name,
        {
            "id": f"seen-{seen.source.name}-{seen.label}-{seen.seen.name}",
            "class": "seen-instead",
            "label": left_lines([f"   {sign.sign} {seen.label}: seen instead ", f"   of {seen.dest.name} "]),
            "edgetooltip": f"{seen.divergence}: {seen.seen.name} was seen instead of {seen.dest.name}",
            "color": sign.ink.light,
            "fontcolor": sign.ink.light,
            "style": sign.line,
            "penwidth": f"{sign.pen_width:g}",
            "constraint": "false",
        },
    )


_SIGN_MEANS = {
    "discriminated": ": every row was judged where another outcome would have been rejected",
    "judged": ": seen, but not all of its rows, or another outcome would have passed as well",
    "not-seen": ": none of its rows was taken",
    "diverges": ": another outcome than the permitted ones was seen",
    "seen-instead": ": where the job was then",
}


def _legend(table: Table, overlay: Overlay | None) -> list[str]:
    found = account(table)
    counts: dict[str, int] = {}
    for row in found.counted:
        counts[row.label.value] = counts.get(row.label.value, 0) + 1
    refused = sum(row.outcome is Outcome.REFUSED for row in found.counted)
    samples = [
        f"{style.SAMPLES['operation']} operation: a client's call",
        f"{style.SAMPLES['event']} internal event: service, server, network or clock",
    ]
    notes = [
        "An arrow that leaves a box leaves every state in it.   [ ] guard   double frame: final",
        f"{ONE_OF_SEVERAL} one of several permitted answers, all drawn   (or ...) permitted, not an arrow",
        "(tolerated) breaks a recommendation, not a rule",
    ]
    if overlay is not None:
        notes.append("2/7: 2 of the 7 rows that the arrow stands for are discriminated")
        samples = [f"{style.SAMPLES[name]}{_SIGN_MEANS[name]}" for name in style.SIGNS]
    rows = (
        f"{len(found.drawn)} rows are drawn, {len(found.told)} told beneath their state; "
        f"{len(found.counted)} move nothing ({refused} refuse):"
    )
    names = [f"{name} {count}" for name, count in counts.items()]
    half = (len(names) + 1) // 2
    return [
        *samples,
        *notes,
        rows,
        ", ".join(names[:half]) + ",",
        ", ".join(names[half:]),
    ]


def _write_groups(writer: DotWriter, table: Table, overlay: Overlay | None) -> None:
    told = list(account(table).told)
    wide, *classes = groups(table)

    def box(at: int) -> None:
        group = classes[at]
        with writer.cluster(group.name, _box(group.name, group.title)):
            for state in group.states:
                writer.node(state.name, _state_attributes(table, state, told, overlay))

    with writer.cluster(wide.name, _box(wide.name, wide.title)):
        for at, group in enumerate(classes):
            if group.states[0] not in FINAL:
                box(at)
    for at, group in enumerate(classes):
        if group.states[0] in FINAL:
            box(at)


def _box(name: str, title: str) -> Attributes:
    return {"id": f"class-{name}", "class": "class", "label": title, "tooltip": title, **style.CLUSTER}


def lifecycle(table: Table, overlay: Overlay | None = None) -> str:
    """Return the DOT text of a dialect's life cycle, marked by an overlay where one is given."""
    name = f"lifecycle-{table.dialect.value.lower()}"
    title = f"Life cycle of a {table.dialect.value} job"
    writer = DotWriter(name)
    writer.defaults(
        "graph",
        {
            "id": name,
            "class": "overlay" if overlay else "picture",
            "label": left_lines([title + (f": {overlay.title}" if overlay else ""), *_legend(table, overlay)]),
            "tooltip": title,
            **style.GRAPH,
            "rankdir": "TB",
            "compound": "true",
            "newrank": "true",
        },
    )
    writer.defaults("node", style.NODE)
    writer.defaults("edge", style.EDGE)
    _write_groups(writer, table, overlay)
    for rank in _ORDER:
        writer.same_rank(state.name for state in rank if state in table.states)
    writer.node("start", {"id": "start", "class": "start", "shape": "point", "width": "0.14", "tooltip": "a new job"})
    writer.edge(
        "start",
        INITIAL.state.name,
        {
            "id": "edge-start",
            "class": "start",
            "label": " create ",
            "tooltip": "every job begins here: state/initial",
        },
    )
    for edge in edges(table):
        _write_edge(writer, edge, overlay)
    for seen in overlay.seen_instead if overlay else ():
        _write_seen_instead(writer, seen)
    return writer.text()
