"""One operation as DOT: which states it is called in, which rule holds there, what it answers.

Laws:

1. Drawn from the rows of the operation alone, ordered as the table; every one of them is on the picture.
2. From left to right: states that the same rules hold for in one box, a rule with its guard, level and
   clauses, an answer. A rule with several answers permits any one of them.
3. States, rules and answers have stable ids, and tooltips that name their rows.

What this module does not know: the other operations, internal events, reports.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copyjob.diagrams import style
from copyjob.diagrams.dot import DotWriter, left_lines
from copyjob.diagrams.edges import ONE_OF_SEVERAL
from copyjob.spec.table import STATE_CLASSES, Answer, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copyjob.spec.vocabulary import JobState, Operation

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


def blocks(table: Table, operation: Operation) -> tuple[Block, ...]:
    """Return the states of an operation's rows, together where every rule is the same; in the order of the
    table.
    """
    cells: dict[JobState, list[Row]] = {}
    for row in table.rows:
        if row.label is operation:
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


def _wrap(words: list[str], width: int) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    return lines


@dataclass(frozen=True)
class _Reply:
    """An answer as a box: where the job is then and what was returned."""

    name: str
    lines: tuple[str, ...]
    cls: str


def _reply(row: Row, answer: Answer) -> _Reply:
    hresult = "" if answer.hresult is None else answer.hresult.name
    if answer.hresult is not None and answer.hresult.failed:
        return _Reply(f"answer-{hresult}", (hresult, "refused, nothing changes"), "refused")
    if answer.dest is row.source:
        return _Reply(f"answer-{hresult}-stays", ("stays where it is", hresult), "rule")
    cls = STATE_CLASSES[answer.dest].value
    return _Reply(f"answer-{hresult}-{answer.dest.name}", (answer.dest.name, hresult), cls)


def _write_block(writer: DotWriter, number: int, block: Block) -> str:
    """Write a box of states; return the name of the node that stands for it in arrows."""
    with writer.cluster(
        f"block_{number}",
        {
            "id": f"block-{number}",
            "class": "class",
            "label": "",
            "tooltip": "the same rules hold",
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
                    "tooltip": "\n".join(row.id for rule in block.rules for row in rule.rows if row.source is state),
                    "fillcolor": style.CLASS_FILL[cls].light,
                    "color": style.CLASS_PEN[cls].light,
                    "group": "states",
                },
            )
    return block.states[len(block.states) // 2].name


def _write_rule(writer: DotWriter, rule: Rule) -> None:
    row = rule.rows[0]
    lines = _wrap(row.guard.english.split(), _GUARD_WIDTH)
    level = row.level.value + (ONE_OF_SEVERAL if len(row.answers) > 1 else "")
    lines += _wrap([level, *row.cites], _GUARD_WIDTH)
    writer.node(
        rule.id,
        {
            "id": rule.id,
            "class": "rule",
            "label": "\n".join(lines),
            "tooltip": "\n".join(row.id for row in rule.rows),
            "fillcolor": style.CLASS_FILL["rule"].light,
            "color": style.CLASS_PEN["rule"].light,
            "fontsize": f"{style.SMALL_FONT_SIZE:g}",
        },
    )


def _write_answers(writer: DotWriter, rule: Rule, replies: Mapping[str, _Reply]) -> None:
    row = rule.rows[0]
    for answer in row.all_answers:
        reply = replies[_reply(row, answer).name]
        refused = reply.cls == "refused"
        ink = style.REFUSAL if refused else style.OPERATION
        writer.edge(
            rule.id,
            reply.name,
            {
                "id": f"edge-{rule.id}-{reply.name}",
                "class": "refusal" if refused else "operation",
                "edgetooltip": "\n".join(row.id for row in rule.rows),
                "color": ink.light,
                "fontcolor": ink.light,
                "style": style.DOTTED if refused else None,
            },
        )


def _legend(table: Table, operation: Operation) -> list[str]:
    rows = [row for row in table.rows if row.label is operation]
    rules = sum(len(block.rules) for block in blocks(table, operation))
    return [
        f"{style.SAMPLES['operation']} succeeds",
        f"{style.SAMPLES['refusal']} is refused: state and facts stay as they were",
        f"MUST documented   SHOULD taken over   MAY decided   {ONE_OF_SEVERAL} any of its answers",
        f"{len(rows)} rows of the table in {rules} rules; the same rules hold for the states of a box",
    ]


def operation_dot(table: Table, operation: Operation) -> str:
    """Return the DOT text of one operation's rules in a dialect."""
    name = f"{operation.value}-{table.dialect.value.lower()}"
    title = f"{operation.value.capitalize()} in {table.dialect.value}: where it is allowed and what it answers"
    writer = DotWriter(name)
    label = left_lines([title, *_legend(table, operation)])
    writer.defaults(
        "graph",
        {
            "id": name,
            "class": "picture",
            "label": label,
            "tooltip": title,
            **style.GRAPH,
            "rankdir": "LR",
            "compound": "true",
            "newrank": "true",
            "ranksep": "0.7",
        },
    )
    writer.defaults("node", style.NODE)
    writer.defaults("edge", style.EDGE)
    found = blocks(table, operation)
    anchors = [_write_block(writer, number, block) for number, block in enumerate(found, start=1)]
    replies: dict[str, _Reply] = {}
    for block in found:
        for rule in block.rules:
            _write_rule(writer, rule)
            row = rule.rows[0]
            for answer in row.all_answers:
                reply = _reply(row, answer)
                replies.setdefault(reply.name, reply)
    for reply in replies.values():
        writer.node(
            reply.name,
            {
                "id": reply.name,
                "class": f"answer {reply.cls}",
                "label": "\n".join(reply.lines),
                "tooltip": ", ".join(reply.lines),
                "fillcolor": style.CLASS_FILL[reply.cls].light,
                "color": style.CLASS_PEN[reply.cls].light,
            },
        )
    columns = [
        [state.name for block in found for state in block.states],
        [rule.id for block in found for rule in block.rules],
        list(replies),
    ]
    for column in columns:
        writer.same_rank(column)
    # Unseen arrows keep boxes and rules in the order of the table; within a box the layout does so by itself.
    for column in ([block.states[0].name for block in found], columns[1]):
        for above, below in itertools.pairwise(column):
            writer.edge(above, below, {"style": "invis"})
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
                    "color": style.FRAME.light,
                    "arrowhead": "none",
                },
            )
            _write_answers(writer, rule, replies)
    return writer.text()
