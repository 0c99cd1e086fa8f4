"""One state with all that leads to it and away from it, as DOT.

Laws:

1. Drawn from the rows alone, ordered as the table: every answer of every row that begins in the state is on the right,
   every answer that leads into it from elsewhere on the left. Rows of the full table beyond one download are counted.
2. Calls stand above internal events on either side, and what refuses stands in one place, by its HRESULT.
3. Every state, call, event and arrow has a stable id, a tooltip that names its rows, and a link to where it is told.

What this module does not know: the guards in full (the picture of an operation has them), reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copyjob.diagrams import style
from copyjob.diagrams.addresses import clause_page, hresult_page, label_page, state_page
from copyjob.diagrams.canvas import begun
from copyjob.diagrams.dot import left_lines
from copyjob.diagrams.edges import ONE_OF_SEVERAL, address_of, short_guard
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.diagrams.lifecycle import kinds_of_arrows, tooltip
from copyjob.spec.facts import INITIAL
from copyjob.spec.table import FINAL, STATE_CLASSES, Answer, Row, Table, full_table
from copyjob.spec.vocabulary import Hresult, JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from copyjob.diagrams.dot import DotWriter
    from copyjob.diagrams.edges import Label

Target = JobState | Hresult
"""Where an answer leads: to a state, the row's own one too, or to a refusal."""


def target_of(answer: Answer) -> Target:
    """Return where an answer leads."""
    return answer.hresult if answer.hresult is not None and answer.hresult.failed else answer.dest


@dataclass(frozen=True)
class Way:
    """What leads from one state to one target by calls, or by internal events: words by label, and the rows."""

    source: JobState
    target: Target
    calls: bool
    texts: tuple[tuple[Label, str], ...]
    rows: tuple[Row, ...]

    @property
    def labels(self) -> tuple[Label, ...]:
        """The operations or events, each once."""
        return tuple(dict.fromkeys(label for label, _ in self.texts))

    @property
    def kind(self) -> str:
        """``call`` or ``event``, as ids have it."""
        return "call" if self.calls else "event"

    @property
    def look(self) -> tuple[str, style.Ink, str]:
        """The class name of its arrow, its ink and its line."""
        if isinstance(self.target, Hresult):
            return "refusal", style.REFUSAL, style.DOTTED
        return ("operation", style.OPERATION, style.SOLID) if self.calls else ("event", style.EVENT, style.DASHED)


def _words(row: Row, target: Target, say: Language, *, guarded: bool) -> str:
    permitted = {target_of(answer) for answer in row.answers}
    several = len(permitted) > 1 and target in permitted
    words = [row.label.value + (ONE_OF_SEVERAL if several else "")]
    if guarded and row.guard.comparisons:
        words.append(short_guard(row.guard, say))
    if target not in permitted:
        words.append(say("(tolerated)"))
    return " ".join(words)


def ways(table: Table, say: Language = ENGLISH) -> tuple[Way, ...]:
    """Return every way of a table, in its order. A guard is told where not all rows of the cell lead to the same."""
    found: dict[tuple[JobState, Target, bool], list[Row]] = {}
    for row in table.rows:
        for target in dict.fromkeys(map(target_of, row.all_answers)):
            found.setdefault((row.source, target, isinstance(row.label, Operation)), []).append(row)
    made: list[Way] = []
    for (source, target, calls), rows in found.items():
        texts: dict[tuple[Label, str], None] = {}
        for row in rows:
            cell = table.cell(row.label, source)
            # What causes an event says when it happens; its guard would say it again.
            guarded = calls and len({frozenset(map(target_of, each.all_answers)) for each in cell}) > 1
            texts[row.label, _words(row, target, say, guarded=guarded)] = None
        made.append(Way(source, target, calls, tuple(texts), tuple(rows)))
    return tuple(made)


@dataclass(frozen=True)
class Neighbourhood:
    """The ways of one state: from other states with the same words together, to other states, to itself, refused."""

    coming: tuple[tuple[Way, ...], ...]
    going: tuple[Way, ...]
    staying: tuple[Way, ...]
    refused: tuple[Way, ...]


def neighbourhood(table: Table, state: JobState, say: Language = ENGLISH) -> Neighbourhood:
    """Return what leads to a state and away from it, calls before internal events."""
    every = sorted(ways(table, say), key=lambda way: not way.calls)
    coming: dict[tuple[bool, tuple[tuple[Label, str], ...]], list[Way]] = {}
    for way in every:
        if way.target is state and way.source is not state:
            coming.setdefault((way.calls, way.texts), []).append(way)
    own = [way for way in every if way.source is state]
    return Neighbourhood(
        coming=tuple(map(tuple, coming.values())),
        going=tuple(way for way in own if isinstance(way.target, JobState) and way.target is not state),
        staying=tuple(way for way in own if way.target is state),
        refused=tuple(way for way in own if isinstance(way.target, Hresult)),
    )


class _Drawing:
    """One picture while it is written: what stands left and right of the state, and the arrows between."""

    def __init__(self, table: Table, state: JobState, say: Language) -> None:
        self.table, self.state, self.say = table, state, say
        self.writer = begun(
            f"state-{state.name}-{table.dialect.value.lower()}",
            neighbourhood_title(table, state, say),
            self.legend(),
            height="0.3",
            rankdir="LR",
            compound="true",
            newrank="true",
            ranksep="0.9",
            nodesep="0.12",
        )
        self.left: list[list[str]] = []
        self.right: list[list[str]] = []

    def box(self, name: str, lines: Iterable[str], way: Way) -> AbstractContextManager[None]:
        """Open a box whose words are those of a way."""
        cls, ink, _ = way.look
        label = left_lines(lines)
        attributes = {
            "id": f"box-{name}",
            "class": f"class {cls}",
            "label": label,
            "tooltip": label,
            **style.CLUSTER,
            "fontcolor": ink.light,
            "fontsize": f"{style.FONT_SIZE - 0.5:g}",
            "margin": "8",
        }
        return self.writer.cluster(name, attributes)

    def node(self, name: str, state: JobState, lines: list[str], words: str, **more: str) -> None:
        """Write a state."""
        cls = STATE_CLASSES[state].value
        self.writer.node(
            name,
            {
                "id": name,
                "class": f"state {cls}",
                "label": "\n".join(lines),
                "tooltip": words,
                "URL": state_page(state),
                "fillcolor": style.CLASS_FILL[cls].light,
                "color": style.CLASS_PEN[cls].light,
                "peripheries": "2" if state in FINAL else None,
                **more,
            },
        )

    def note(self, name: str, lines: list[str], rows: Iterable[Row], page: str, cls: str) -> None:
        """Write words."""
        self.writer.node(
            name,
            {
                "id": name,
                "class": f"answer {cls}",
                "label": "\n".join(lines),
                "tooltip": tooltip(lines[0], rows, self.say),
                "URL": page,
                "fillcolor": style.CLASS_FILL[cls].light,
                "color": style.CLASS_PEN[cls].light,
                "fontsize": f"{style.SMALL_FONT_SIZE:g}" if cls == "rule" else None,
            },
        )

    def arrow(self, ends: tuple[str, str], words: str, several: Sequence[Way], **more: str) -> None:
        """Write an arrow of ways that lead alike."""
        rows = tuple(row for way in several for row in way.rows)
        cls, ink, line = several[0].look
        self.writer.edge(
            *ends,
            {
                "class": cls,
                "edgetooltip": tooltip(words, rows, self.say),
                "URL": address_of(rows),
                "color": ink.light,
                "style": line,
                **more,
            },
        )

    def coming(self, groups: Iterable[tuple[Way, ...]]) -> None:
        """Write the left: a box for each group of states from which the same leads here, and its arrow."""
        if self.state is INITIAL.state:
            page = {"URL": clause_page("state/initial")}
            words = self.say("every job begins here: {clause}", clause="state/initial")
            start = {"id": "start", "class": "start", "shape": "point", "width": "0.14"}
            self.writer.node("start", start | {"tooltip": self.say("a new job")} | page)
            self.writer.edge("start", _CENTRE, {"id": "edge-start", "class": "start", "edgetooltip": words} | page)
            self.left.append(["start"])
        for group in groups:
            names = [f"from-{way.source.name}-{way.kind}" for way in group]
            box = f"{names[0]}-box"
            with self.box(box, (text for _, text in group[0].texts), group[0]):
                # A left-to-right layout stacks what it meets from the bottom upwards.
                for name, way in reversed([*zip(names, group, strict=True)]):
                    self.node(name, way.source, [way.source.name], tooltip(way.source.name, way.rows, self.say))
            words = self.say(
                "{label} from {source} to {dest}",
                label=", ".join(label.value for label in group[0].labels),
                source=", ".join(way.source.name for way in group),
                dest=self.state.name,
            )
            self.arrow(
                (names[len(names) // 2], _CENTRE),
                words,
                group,
                id=f"edge-{names[0]}",
                ltail=f"cluster_{box}",
            )
            self.left.append(names)

    def going(self, way: Way) -> None:
        """Write on the right where a way leads to, and its arrow."""
        target = way.target
        if isinstance(target, Hresult) or target is self.state:
            return
        name = f"to-{target.name}-{way.kind}"
        with self.box(f"{name}-box", (text for _, text in way.texts), way):
            self.node(name, target, [target.name], tooltip(target.name, way.rows, self.say))
        words = self.say(
            "{label} from {source} to {dest}",
            label=", ".join(label.value for label in way.labels),
            source=self.state.name,
            dest=target.name,
        )
        self.arrow((_CENTRE, name), words, [way], id=f"edge-{name}", lhead=f"cluster_{name}-box")
        self.right.append([name])

    def staying(self, way: Way) -> None:
        """Write on the right what leaves the job where it is, a node for each operation or event."""
        names = [f"stays-{label.value}" for label in way.labels]
        box, words = f"stays-{way.kind}", self.say("stays where it is")
        with self.box(box, [words], way):
            for name, label in reversed([*zip(names, way.labels, strict=True)]):
                texts = [text for each, text in way.texts if each is label]
                rows = [row for row in way.rows if row.label is label]
                self.note(name, texts, rows, label_page(label), "rule")
        self.arrow((_CENTRE, names[len(names) // 2]), words, [way], id=f"edge-{box}", lhead=f"cluster_{box}")
        self.right.append(names)

    def refused(self, several: Sequence[Way]) -> None:
        """Write on the right what is refused, a node for each HRESULT."""
        if not several:
            return
        names: list[str] = []
        words = self.say("refused, nothing changes")
        with self.box("refused", [words], several[0]):
            for way in reversed(several):
                assert isinstance(way.target, Hresult), "a refusal, as neighbourhood() says"
                names.insert(0, f"refused-{way.target.name}")
                lines = [way.target.name, *(text for _, text in way.texts)]
                self.note(names[0], lines, way.rows, hresult_page(way.target), "refused")
        self.arrow((_CENTRE, names[len(names) // 2]), words, several, id="edge-refused", lhead="cluster_refused")
        self.right.append(names)

    def legend(self) -> list[str]:
        """Return the lines beneath the picture."""
        own = len(self.table.by_source[self.state])
        more = len(full_table(self.table.dialect).by_source[self.state]) - own
        say = self.say
        return [
            *kinds_of_arrows(say),
            f"{style.SAMPLES['refusal']} {say('is refused: state and facts stay as they were')}",
            say("[ ] guard   {sign} one of several permitted answers   double frame: final", sign=ONE_OF_SEVERAL),
            say("(tolerated) breaks a recommendation, not a rule"),
            say(
                "told of one download: {rows} rows begin here; the full table has {more} further ones",
                rows=own,
                more=more,
            ),
        ]


_CENTRE: Final = "centre"


def neighbourhood_title(table: Table, state: JobState, say: Language) -> str:
    """Return the title of a state's picture."""
    return say(
        "{state} in {dialect}: what leads here, and what leads away", state=state.name, dialect=table.dialect.value
    )


def neighbourhood_drawing(table: Table, state: JobState, say: Language = ENGLISH) -> DotWriter:
    """Return a state with its neighbours in a dialect as they are written."""
    found = neighbourhood(table, state, say)
    drawing = _Drawing(table, state, say)
    writer = drawing.writer
    drawing.coming(found.coming)
    words = say(f"{STATE_CLASSES[state].value} state")
    drawing.node(
        _CENTRE,
        state,
        [state.name, words],
        f"{state.name}: {words}",
        id=f"state-{state.name}",
        penwidth=f"{2 * style.PEN_WIDTH:g}",
    )
    for calls in (True, False):
        for way in (*found.going, *found.staying):
            if way.calls is calls:
                (drawing.staying if way.target is state else drawing.going)(way)
        if calls:
            drawing.refused(found.refused)
    writer.column(*drawing.left)
    writer.column(*drawing.right)
    return writer
