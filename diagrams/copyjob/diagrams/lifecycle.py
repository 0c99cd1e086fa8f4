"""The life cycle of one dialect as DOT: states in boxes of their class, arrows of operations and internal
events.

Laws:

1. Drawn from the rows alone, ordered as the table: equal tables give equal bytes.
2. Every row is drawn on an arrow, told beneath its state, or counted in the legend; :func:`account` says
   which.
3. Every state and arrow has a stable id, a tooltip that names the rows it stands for, and a link to where they are
   told.

An overlay (:mod:`copyjob.diagrams.marks`) marks states and arrows with what a report found; without one nothing is
marked. What this module does not know: where an overlay comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from copyjob.diagrams import style
from copyjob.diagrams.addresses import clause_page, state_page
from copyjob.diagrams.canvas import begun
from copyjob.diagrams.dot import Attributes, DotWriter, left_lines
from copyjob.diagrams.edges import ONE_OF_SEVERAL, Edge, address_of, alternative, edges, groups, short_guard
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.diagrams.marks import StateMark
from copyjob.spec.facts import INITIAL
from copyjob.spec.table import FINAL, STATE_CLASSES, Outcome, Row, Table
from copyjob.spec.vocabulary import InternalEvent, JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from copyjob.diagrams.marks import ExtraArrow, Note, Overlay

METHODS = (Operation.RESUME, Operation.SUSPEND, Operation.CANCEL, Operation.COMPLETE)
"""The four state-changing methods: what they do without moving a job is told beneath the state."""


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


def answer_words(row: Row, say: Language = ENGLISH) -> str:
    """Return what a row that moves nothing answers: ``stays``, an HRESULT, or both with ``or`` between."""
    words = (
        answer.hresult.name if answer.hresult is not None and answer.hresult.failed else say("stays")
        for answer in row.answers
    )
    first, *others = dict.fromkeys(words)
    for other in others:
        first = say("{one} or {other}", one=first, other=other)
    return first


def _told(rows: Iterable[Row], say: Language) -> list[str]:
    """Return the lines beneath a state: operations with the same answer share one."""
    by_answer: dict[str, list[str]] = {}
    for row in rows:
        words = f"{row.label.value} {short_guard(row.guard, say)}".strip()
        by_answer.setdefault(answer_words(row, say), []).append(words)
    lines: list[str] = []
    for answer, names in by_answer.items():
        # Four names and an HRESULT would make the widest box of the picture.
        pairs = [", ".join(names[at : at + 2]) for at in range(0, len(names), 2)]
        lines += [*(pair + "," for pair in pairs[:-1]), f"{pairs[-1]}: {answer}"]
    return lines


def tooltip(head: str, rows: Iterable[Row], say: Language) -> str:
    """Return a tooltip: what it is, then a line for each row."""
    lines = [head]
    for row in rows:
        guard = f" [{say(row.guard.english)}]" if row.guard.comparisons else ""
        lines.append(f"{row.id} ({row.level.value}){guard}: {', '.join(row.cites)}")
    return "\n".join(lines)


def _state_attributes(state: JobState, told: list[Row], overlay: Overlay | None, say: Language) -> Attributes:
    cls = STATE_CLASSES[state].value
    own = [row for row in told if row.source is state]
    mark = overlay.state(state) if overlay is not None else StateMark()
    lines = [f"{mark.sign} {state.name}".lstrip(), *_told(own, say), *mark.lines]
    return {
        "id": f"state-{state.name}",
        "class": " ".join(("state", *mark.classes, cls)),
        "label": "\n".join(lines),
        "tooltip": tooltip(state.name, own, say),
        "URL": state_page(state),
        "fillcolor": style.CLASS_FILL[cls].light,
        "color": style.CLASS_PEN[cls].light,
        "peripheries": "2" if state in FINAL else None,
        "style": "rounded,filled,dashed" if mark.dashed else None,
    }


def _wrapped(text: str, say: Language) -> list[str]:
    """Return one line, or two where what else is permitted would make it too wide."""
    opening = alternative("\0", say).partition("\0")[0]
    head, found, rest = text.partition(f" {opening}")
    return [head, f"   {opening}{rest}"] if found and len(text) > _LINE_LIMIT else [text]


_LINE_LIMIT = 17
"""Characters of a label on an arrow."""


def _edge_attributes(table: Table, edge: Edge, overlay: Overlay | None, say: Language) -> dict[str, str | None]:
    kind = "operation" if edge.is_operation else "event"
    ink = style.OPERATION if edge.is_operation else style.EVENT
    line, width, classes = (style.SOLID if edge.is_operation else style.DASHED), style.PEN_WIDTH, [kind]
    if overlay is not None:
        mark = overlay.arrow(edge)
        ink, line, width = mark.sign.ink, mark.sign.line, mark.sign.pen_width
        classes.append(mark.name)
    told = (part.texts if overlay is None else overlay.texts(edge, part) for part in edge.lines)
    texts = [short for lines in told for text in lines for short in _wrapped(text, say)]
    tails = {group.name: group.title for group in groups(table, say)}
    return {
        "id": edge.id,
        "class": " ".join(classes),
        # A space on either side keeps a label off its own arrow.
        "label": left_lines(f" {text} " for text in texts) if texts else None,
        "edgetooltip": tooltip(
            say(
                "{label} from {source} to {dest}",
                label=", ".join(part.label.value for part in edge.lines),
                source=tails.get(edge.tail, edge.tail),
                dest=edge.dest.name,
            ),
            # On a path an arrow is there to compare with; its rows are told by the life cycle itself.
            edge.rows if overlay is None or overlay.whole else (),
            say,
        ),
        "URL": address_of(edge.rows),
        # Two colours are two lines beside each other.
        "color": f"{ink.light}:{ink.light}" if line == style.DOUBLE else ink.light,
        "fontcolor": ink.light,
        "style": style.SOLID if line == style.DOUBLE else line,
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

_WEIGHTS: Mapping[tuple[InternalEvent, JobState], str] = MappingProxyType(
    {(InternalEvent.ALL_DONE, JobState.CONNECTING): "4"}
)
"""How straight other arrows are kept, so that none runs through the label of another."""

_ANCHORS: Mapping[tuple[str, JobState], JobState] = MappingProxyType(
    {
        ("not_final", JobState.CANCELLED): JobState.ERROR,
        ("not_final", JobState.ACKNOWLEDGED): JobState.TRANSFERRED,
    }
)
"""In which of its states an arrow of a box begins before it is clipped to the box, where the first is a
long way out.
"""


def _write_edge(writer: DotWriter, table: Table, edge: Edge, overlay: Overlay | None, say: Language) -> None:
    attributes = _edge_attributes(table, edge, overlay, say)
    tail = edge.sources[0]
    boxed = len(edge.sources) > 1
    if boxed:
        tail = _ANCHORS.get((edge.tail, edge.dest), tail)
    if _DEPTH[tail] < _DEPTH[edge.dest]:
        if boxed:
            attributes["ltail"] = f"cluster_{edge.tail}"
        label = edge.lines[0].label
        if isinstance(label, InternalEvent):
            attributes["weight"] = "8" if label in _ALL_GOES_WELL else _WEIGHTS.get((label, tail))
        writer.edge(tail.name, edge.dest.name, attributes)
    else:
        # Written downwards and drawn backwards, so that the layout keeps the order of the life cycle.
        if boxed:
            attributes["lhead"] = f"cluster_{edge.tail}"
        writer.edge(edge.dest.name, tail.name, attributes | {"dir": "back"})


def _write_extra(writer: DotWriter, arrow: ExtraArrow) -> None:
    sign = arrow.mark.sign
    writer.edge(
        arrow.source.name,
        arrow.target if isinstance(arrow.target, str) else arrow.target.name,
        {
            "id": arrow.id,
            "class": arrow.mark.name,
            "label": left_lines(f" {text} " for text in arrow.lines) if arrow.lines else None,
            "edgetooltip": arrow.tooltip,
            "color": sign.ink.light,
            "fontcolor": sign.ink.light,
            "style": sign.line,
            "penwidth": f"{sign.pen_width:g}",
            "constraint": "false",
            "arrowhead": "none" if isinstance(arrow.target, str) else None,
        },
    )


def _write_note(writer: DotWriter, note: Note) -> None:
    writer.node(
        note.id,
        {
            "id": note.id,
            "class": "note rule",
            "margin": "0.3,0.1",
            "label": left_lines(note.lines),
            "tooltip": note.tooltip,
            "fillcolor": style.CLASS_FILL["rule"].light,
            "color": style.CLASS_PEN["rule"].light,
            "fontsize": f"{style.SMALL_FONT_SIZE:g}",
        },
    )
    writer.same_rank((note.beside.name, note.id))


def kinds_of_arrows(say: Language) -> list[str]:
    """Return the legend's lines for operations and internal events, each beginning with its sample."""
    told = {
        "operation": say("operation: a client's call"),
        "event": say("internal event: service, server, network or clock"),
    }
    return [f"{style.SAMPLES[name]} {words}" for name, words in told.items()]


def _legend(table: Table, overlay: Overlay | None, say: Language) -> list[str]:
    found = account(table)
    counts: dict[str, int] = {}
    for row in found.counted:
        counts[row.label.value] = counts.get(row.label.value, 0) + 1
    refused = sum(row.outcome is Outcome.REFUSED for row in found.counted)
    samples = kinds_of_arrows(say)
    notes = [
        say("An arrow that leaves a box leaves every state in it.   [ ] guard   double frame: final"),
        say(
            "{sign} one of several permitted answers, all drawn   (or ...) permitted, not an arrow", sign=ONE_OF_SEVERAL
        ),
        say("(tolerated) breaks a recommendation, not a rule"),
    ]
    if overlay is not None:
        samples = [*overlay.samples]
        notes = [*(notes if overlay.whole else notes[:1]), *overlay.remarks]
        if not overlay.whole:
            return [*samples, *notes]
    rows = say(
        "{drawn} rows are drawn, {told} told beneath their state; {counted} move nothing ({refused} refuse):",
        drawn=len(found.drawn),
        told=len(found.told),
        counted=len(found.counted),
        refused=refused,
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


def _write_groups(writer: DotWriter, table: Table, overlay: Overlay | None, say: Language) -> None:
    told = list(account(table).told) if overlay is None or overlay.whole else []
    wide, *classes = groups(table, say)

    def box(at: int) -> None:
        group = classes[at]
        with writer.cluster(group.name, _box(group.name, group.title) | titles.get(group.name, {})):
            for state in group.states:
                writer.node(state.name, _state_attributes(state, told, overlay, say))

    titles = _title_places(table)
    with writer.cluster(wide.name, _box(wide.name, wide.title)):
        for at, group in enumerate(classes):
            if group.states[0] not in FINAL:
                box(at)
    for at, group in enumerate(classes):
        if group.states[0] in FINAL:
            box(at)


def _title_places(table: Table) -> Mapping[str, dict[str, str | None]]:
    """Return where titles of boxes stand that arrows would run through in the usual place, top left."""
    found: dict[str, dict[str, str | None]] = {"transferred_states": {"labelloc": "b"}}
    if JobState.CONNECTING not in table.states:
        found["action_states"] = {"labeljust": "c"}
    return found


def _box(name: str, title: str) -> dict[str, str | None]:
    return {
        "id": f"class-{name}",
        "class": "class",
        "label": title,
        "tooltip": title,
        "URL": clause_page("state/classes"),
        **style.CLUSTER,
    }


def lifecycle_title(table: Table, say: Language) -> str:
    """Return the title of a dialect's life cycle."""
    return say("Life cycle of a {dialect} job", dialect=table.dialect.value)


def lifecycle(table: Table, overlay: Overlay | None = None, say: Language = ENGLISH) -> str:
    """Return the DOT text of a dialect's life cycle, marked by an overlay where one is given."""
    return lifecycle_drawing(table, overlay, say).text()


def lifecycle_drawing(table: Table, overlay: Overlay | None = None, say: Language = ENGLISH) -> DotWriter:
    """Return a dialect's life cycle as it is written, marked by an overlay where one is given."""
    name = f"lifecycle-{table.dialect.value.lower()}"
    writer = begun(
        name,
        lifecycle_title(table, say) if overlay is None else "\n".join(overlay.headline),
        _legend(table, overlay, say),
        cls="overlay" if overlay else "picture",
        rankdir="TB",
        compound="true",
        newrank="true",
    )
    _write_groups(writer, table, overlay, say)
    for rank in _ORDER:
        writer.same_rank(state.name for state in rank if state in table.states)
    start = {"id": "start", "class": "start", "shape": "point", "width": "0.14"}
    writer.node("start", start | {"tooltip": say("a new job"), "URL": clause_page("state/initial")})
    writer.edge(
        "start",
        INITIAL.state.name,
        {
            "id": "edge-start",
            "class": "start",
            "label": f" {say('create')} ",
            "edgetooltip": say("every job begins here: {clause}", clause="state/initial"),
            "URL": clause_page("state/initial"),
        },
    )
    for edge in edges(table, say):
        _write_edge(writer, table, edge, overlay, say)
    if overlay is not None:
        for note in overlay.notes:
            _write_note(writer, note)
        for arrow in overlay.arrows:
            _write_extra(writer, arrow)
    return writer
