"""The topic of an HRESULT: which calls answer so, in which states, why, and what to do.

Law: whoever meets an HRESULT without a hint which state was meant finds every state in which a call answers so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus

from copyjob.spec import _clause as pages
from copyjob.spec.citations import ALL_CLAUSES
from copyjob.spec.events import EVENTS
from copyjob.spec.explain import Grid, Part, Statement, Topic, topic
from copyjob.spec.explain_calls import calls_answering
from copyjob.spec.explain_next import outlook_in
from copyjob.spec.explain_rules import Rule, answering, gathered, marked, rules, told_hresult
from copyjob.spec.explain_topics import Ground, help_part, names_of, outlook_part, owned
from copyjob.spec.explain_words import spellings_of, twins
from copyjob.spec.interfaces import DIALECT_NAMES, label_told
from copyjob.spec.table import Table
from copyjob.spec.vocabulary import (
    HTTP_ERROR_BASE,
    Dialect,
    Hresult,
    InternalEvent,
    JobState,
    Operation,
    dialect_of,
    hresult_name,
)


def hresult_topic(ground: Ground, value: int) -> Topic:
    """Explain an HRESULT: which calls answer so, in which states, why, and what to do."""
    state = ground.question.state
    owner = dialect_of(value)
    tables = ground.within(tuple(Dialect) if owner is None else (owner,))
    tables = {d: each for d, each in tables.items() if state is None or state in each.states}
    found = answering(rules(tables, Operation, JobState if state is None else (state,)), (value,))
    parts = [Part("about", "What it is", tuple(_about_hresult(value, owner, found)))]
    if not found:
        where = "" if state is None else f" in {state.name}"
        parts.append(Part("notes", "", (Statement(f"No row of the table lets a call answer so{where}."),)))
    if state is None:
        parts.append(Part("answers", "Which calls answer so", grid=_places(tables, found)))
    else:
        parts.append(Part("rules", "Which calls answer so", rules=tuple(gathered(found, over_labels=True))))
    if value >= 1 << 31 and found:
        parts.append(help_part(tables, found))
        parts.append(_ask_state(tables) if state is None else Part("notes", ""))
    if state is not None and found:
        seen = {dialect: [outlook_in(each, state)] for dialect, each in tables.items()}
        parts.append(outlook_part("next", f"What can be called in {state.name}", tables, seen))
    parts.append(calls_answering(value, tables))
    parts.append(_faults(ground, value))
    parts.append(_naming(value))
    where = "" if state is None else f" in {state.name}"
    return topic("hresult", hresult_name(value), f"{hresult_name(value)}{where}", parts)


def _about_hresult(value: int, owner: Dialect | None, found: list[Rule]) -> Iterable[Statement]:
    signed = value - (1 << 32) if value >= 1 << 31 else value
    names = " = ".join(spellings_of(value))
    failed = signed < 0
    told = "failure" if failed else "success"
    if found and failed:
        told = "failure: a call that answers so was refused and has changed nothing"
    cites = (("decision/13",) if found and failed else ()) + (("decision/1",) if len(spellings_of(value)) > 1 else ())
    listed = {Dialect.DO: pages.do("do-return-values"), Dialect.BITS: pages.bits("bits-return-values")}
    name = hresult_name(value)
    page = listed[Dialect.BITS if owner is None else owner].url if name.startswith(("BG_", "DO_")) else ""
    yield Statement(f"{names}, 0x{value:08X}, {signed} in decimal; a {told}.", cites, url=page)
    for twin in twins(value):
        other = dialect_of(twin)
        assert other is not None
        yield Statement(f"{DIALECT_NAMES[other]} says the same by {told_hresult(twin)}.")


def _ask_state(tables: dict[Dialect, Table]) -> Part:
    """Return the advice to ask for the state first, where the table has it that the question is always answered."""
    asked = [row for each in tables.values() for row in each.rows if row.label is Operation.GET_STATE]
    if not asked or any(answer.hresult != Hresult.S_OK for row in asked for answer in row.answers):
        return Part("state", "")
    text = (
        "Which state was meant? GetState answers in every state; then ask: copyjob explain <this HRESULT> --state <it>."
    )
    cites = tuple(dict.fromkeys(key for row in asked for key in row.cites))
    return Part("state", "Which state was meant", (Statement(text, cites, tuple(dict.fromkeys(r.id for r in asked))),))


def _places(tables: dict[Dialect, Table], found: Iterable[Rule]) -> Grid:
    """Return where calls answer so: states that share their operations share a line."""
    by_call: dict[tuple[str, str, str], dict[JobState, None]] = {}
    cites: list[str] = []
    for rule in found:
        for dialect, side in rule.sides:
            only = len(side.answers) == 1 and side.level != "MAY"
            binding = owned(f"{side.level}, {side.basis}", [dialect], tables) + ("" if only else ", among others")
            by_call.setdefault((label_told(rule.labels[0]), side.when, binding), {})[rule.states[0]] = None
            cites += side.cites
    lines: dict[tuple[tuple[JobState, ...], str, str], list[str]] = {}
    for (label, when, binding), states in by_call.items():
        lines.setdefault((tuple(sorted(states)), when, binding), []).append(label)
    return Grid(
        ("In", "Calls", "If", "Level"),
        tuple(
            (names_of(states), ", ".join(labels), when, binding)
            for (states, when, binding), labels in sorted(lines.items(), key=lambda line: -len(line[1]))
        ),
        tuple(dict.fromkeys(cites)),
    )


def fault_of_status(status: int) -> InternalEvent | None:
    """Return the fault that an HTTP status is to a download, read off the causes of the events, or None.

    A cause that names the number itself goes before one that names its class.
    Clause: decision/11.
    """
    for name in (str(status), f"{status // 100}xx"):
        for event, rule in EVENTS.items():
            if re.search(rf"\b{name}\b", rule.cause):
                return event
    return None


def _faults(ground: Ground, value: int) -> Part:
    """Return what an HTTP status does to a download, where the HRESULT stands for one."""
    status = value - HTTP_ERROR_BASE
    if not 100 <= status < 600:  # noqa: PLR2004 the range of HTTP statuses
        return Part("fault", "")
    phrase = HTTPStatus(status).phrase if status in list(HTTPStatus) else "no standard status"
    event = fault_of_status(status)
    text = f"It stands for HTTP {status} ({phrase}), and is a code that GetError gives."
    if event is None:
        return Part(
            "fault", "What it does to a job", (Statement(f"{text} No fault of a download is it.", ("decision/11",)),)
        )
    text += f" To a download the answer {status} is the event {event.value}."
    states = JobState if ground.question.state is None else (ground.question.state,)
    found = gathered(rules(ground.tables, (event,), states))
    return Part("fault", "What it does to a job", (Statement(text, ("decision/11", "error/available")),), tuple(found))


def _naming(value: int) -> Part:
    """Return the clauses that name an HRESULT."""
    names = set(spellings_of(value)) | {f"0x{value:08X}"}
    if dialect_of(value) is not None:
        names |= {name.partition("_")[2] for name in spellings_of(value)}
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)")
    found = [clause for clause in ALL_CLAUSES if pattern.search(clause.text)]
    if not found:
        return Part("named", "")
    keys = tuple(clause.key for clause in found)
    return Part("named", "Which clauses name it", (Statement(", ".join(map(marked, keys)), keys),))
