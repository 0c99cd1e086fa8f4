"""One operation as DOT: which states it is called in, which rule holds there, what it answers.

Laws:

1. Drawn from the rows of the operation alone, ordered as the table; every one of them is on the picture. They are those
   of one download where it has any, else those of the full table; what the full table has beyond is counted.
2. From left to right: states that the same rules hold for in one box, a rule with its guard, level and
   clauses, an answer. A rule with several answers permits any one of them.
3. States, rules and answers have stable ids, tooltips that name their rows, and links to where they are told.

What this module does not know: the other operations, internal events, reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from copyjob.diagrams import style
from copyjob.diagrams.addresses import hresult_page, state_page
from copyjob.diagrams.canvas import begun
from copyjob.diagrams.dot import DotWriter, wrapped
from copyjob.diagrams.edges import HOW_BINDING, ONE_OF_SEVERAL, address_of
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.spec.interfaces import method_of
from copyjob.spec.scope import CORE
from copyjob.spec.table import STATE_CLASSES, Answer, Row, Table, full_table, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copyjob.diagrams.edges import Label
    from copyjob.spec.vocabulary import Dialect, JobState, Operation

_GUARD_WIDTH = 44
"""Characters of a line in a rule's box."""


@dataclass(frozen=True)
class Rule:
    """Rows of several states that say the same, or of one."""

    rows: tuple[Row, ...]

    @property
    def id(self) -> str:
        """The stable id: that of the first row, such as ``rule-resume-SUSPENDED-1``."""
        return "rule-" + self.rows[0].id.replace("/", "-")


@dataclass(frozen=True)
class Block:
    """States in which the same rules hold, and these rules."""

    states: tuple[JobState, ...]
    rules: tuple[Rule, ...]


def _says(row: Row) -> tuple[object, ...]:
    """Return what a row says, whatever its state: staying is the same everywhere."""

    def relative(answer: Answer) -> tuple[object, ...]:
        return (None if answer.dest is row.source else answer.dest, answer.hresult)

    answers, tolerated = tuple(map(relative, row.answers)), tuple(map(relative, row.tolerated))
    return (row.guard, answers, tolerated, row.level, row.cites)


def table_for(operation: Operation, dialect: Dialect) -> Table:
    """Return the table that tells an operation: of one download, or the full one where that has no row of it."""
    core = table(dialect)
    return core if operation in core.operations else full_table(dialect)


def blocks(table: Table, label: Label) -> tuple[Block, ...]:
    """Return the states of the rows of an operation or an internal event, together where every rule is the same; in
    the order of the table.
    """
    cells: dict[JobState, list[Row]] = {}
    for row in table.rows:
        if row.label is label:
            cells.setdefault(row.source, []).append(row)
    alike: dict[tuple[object, ...], list[JobState]] = {}
    for state, rows in cells.items():
        alike.setdefault(tuple(_says(row) for row in rows), []).append(state)
    return tuple(
        Block(
            tuple(states),
            tuple(Rule(rows) for rows in zip(*(cells[state] for state in states), strict=True)),
        )
        for states in alike.values()
    )


@dataclass(frozen=True)
class _Reply:
    """An answer as a box: where the job is then and what was returned."""

    name: str
    lines: tuple[str, ...]
    cls: str
    address: str


def _reply(row: Row, answer: Answer, say: Language) -> _Reply:
    assert answer.hresult is not None, "a call answers"
    hresult, page = answer.hresult.name, hresult_page(answer.hresult)
    if answer.hresult.failed:
        return _Reply(f"answer-{hresult}", (hresult, say("refused, nothing changes")), "refused", page)
    if answer.dest is row.source:
        return _Reply(f"answer-{hresult}-stays", (say("stays where it is"), hresult), "rule", page)
    cls = STATE_CLASSES[answer.dest].value
    return _Reply(f"answer-{hresult}-{answer.dest.name}", (answer.dest.name, hresult), cls, state_page(answer.dest))


def _write_block(writer: DotWriter, number: int, block: Block, say: Language) -> str:
    """Write a box of states; return the name of the node that stands for it in arrows."""
    with writer.cluster(
        f"block_{number}",
        {
            "id": f"block-{number}",
            "class": "class",
            "label": "",
            "tooltip": say("the same rules hold"),
            **style.CLUSTER,
        },
    ):
        # A left-to-right layout stacks what it meets from the bottom upwards.
        for state in reversed(block.states):
            cls = STATE_CLASSES[state].value
            writer.node(
                state.name,
                {
                    "id": f"state-{state.name}",
                    "class": f"state {cls}",
                    "label": state.name,
                    "tooltip": "\n".join(
                        (state.name, *(row.id for rule in block.rules for row in rule.rows if row.source is state))
                    ),
                    "URL": state_page(state),
                    "fillcolor": style.CLASS_FILL[cls].light,
                    "color": style.CLASS_PEN[cls].light,
                    "group": "states",
                },
            )
    return block.states[len(block.states) // 2].name


def _write_rule(writer: DotWriter, rule: Rule, say: Language) -> None:
    row = rule.rows[0]
    lines = wrapped(say(row.guard.english).split(), _GUARD_WIDTH)
    level = row.level.value + (ONE_OF_SEVERAL if len(row.answers) > 1 else "")
    lines += wrapped([level, *row.cites], _GUARD_WIDTH)
    writer.node(
        rule.id,
        {
            "id": rule.id,
            "class": "rule",
            "label": "\n".join(lines),
            "tooltip": "\n".join(row.id for row in rule.rows),
            "URL": address_of(rule.rows),
            "fillcolor": style.CLASS_FILL["rule"].light,
            "color": style.CLASS_PEN["rule"].light,
            "fontsize": f"{style.SMALL_FONT_SIZE:g}",
        },
    )


def _write_answers(writer: DotWriter, rule: Rule, replies: Mapping[str, _Reply], say: Language) -> None:
    row = rule.rows[0]
    for answer in row.all_answers:
        reply = replies[_reply(row, answer, say).name]
        refused = reply.cls == "refused"
        ink = style.REFUSAL if refused else style.OPERATION
        writer.edge(
            rule.id,
            reply.name,
            {
                "id": f"edge-{rule.id}-{reply.name}",
                "class": "refusal" if refused else "operation",
                "edgetooltip": "\n".join(row.id for row in rule.rows),
                "URL": address_of(rule.rows),
                "color": ink.light,
                "fontcolor": ink.light,
                "style": style.DOTTED if refused else None,
            },
        )


def _rows(table: Table, operation: Operation) -> int:
    return sum(row.label is operation for row in table.rows)


def _legend(table: Table, operation: Operation, say: Language) -> list[str]:
    rules = sum(len(block.rules) for block in blocks(table, operation))
    more = _rows(full_table(table.dialect), operation) - _rows(table, operation)
    if table.scope != CORE:
        scope = say("told from the full table: that of one download has no row of it")
    elif more:
        scope = say.count(
            more,
            "told of one download; the full table has {number} further row",
            "told of one download; the full table has {number} further rows",
        )
    else:
        scope = say("told of one download; the full table has no further row")
    return [
        f"{style.SAMPLES['operation']} {say('succeeds')}",
        f"{style.SAMPLES['refusal']} {say('is refused: state and facts stay as they were')}",
        f"{say(HOW_BINDING)}   {ONE_OF_SEVERAL} {say('any of its answers')}",
        say(
            "{rows} rows of the table in {rules} rules; the same rules hold for the states of a box",
            rows=_rows(table, operation),
            rules=rules,
        ),
        scope,
    ]


def operation_title(table: Table, operation: Operation, say: Language) -> str:
    """Return the title of an operation's picture, with its name in the dialect's headers."""
    return say(
        "{method} in {dialect}: where it is allowed and what it answers",
        method=method_of(operation, table.dialect).name,
        dialect=table.dialect.value,
    )


def operation_drawing(table: Table, operation: Operation, say: Language = ENGLISH) -> DotWriter:
    """Return one operation's rules in a dialect as they are written."""
    name = f"{operation.value}-{table.dialect.value.lower()}"
    writer = begun(
        name,
        operation_title(table, operation, say),
        _legend(table, operation, say),
        rankdir="LR",
        compound="true",
        newrank="true",
        ranksep="0.6",
    )
    found = blocks(table, operation)
    anchors = [_write_block(writer, number, block, say) for number, block in enumerate(found, start=1)]
    replies: dict[str, _Reply] = {}
    for block in found:
        for rule in block.rules:
            _write_rule(writer, rule, say)
            row = rule.rows[0]
            for answer in row.all_answers:
                reply = _reply(row, answer, say)
                replies.setdefault(reply.name, reply)
    for reply in replies.values():
        writer.node(
            reply.name,
            {
                "id": reply.name,
                "class": f"answer {reply.cls}",
                "label": "\n".join(reply.lines),
                "tooltip": ", ".join(reply.lines),
                "URL": reply.address,
                "fillcolor": style.CLASS_FILL[reply.cls].light,
                "color": style.CLASS_PEN[reply.cls].light,
            },
        )
    writer.column(*([state.name for state in block.states] for block in found))
    writer.column(*([rule.id] for block in found for rule in block.rules))
    writer.same_rank(replies)
    for number, (block, anchor) in enumerate(zip(found, anchors, strict=True), start=1):
        for rule in block.rules:
            writer.edge(
                anchor,
                rule.id,
                {
                    "id": f"edge-{anchor}-{rule.id}",
                    "class": "link",
                    "ltail": f"cluster_block_{number}",
                    "edgetooltip": "\n".join(row.id for row in rule.rows),
                    "URL": address_of(rule.rows),
                    "color": style.FRAME.light,
                    "arrowhead": "none",
                },
            )
            _write_answers(writer, rule, replies, say)
    return writer
