"""The words of a question: every spelling of every name, what it means, and the nearest one for a word that is none.

Laws:

1. A name is found in any spelling: ``AddFile``, ``add_file``, ``add-file``, ``IBackgroundCopyJob::AddFile``.
2. A word that means several things means all of them: ``restart`` is an internal event and a clause.
3. A question that contradicts itself is a mistake of the caller and told in one line; nothing is guessed.

What this module does not know: what the answers are (:mod:`copyjob.spec.explain`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum, IntFlag
from functools import cache
from typing import Any, Final

from copyjob.spec.callbacks import Callback, callbacks, rules_of
from copyjob.spec.calls import Method, calls_of
from copyjob.spec.citations import CLAUSES
from copyjob.spec.console import UsageError, nearest
from copyjob.spec.explain_rooms import rooms_with_words
from copyjob.spec.interfaces import DIALECT_NAMES, method_name, method_of
from copyjob.spec.rows import Refusal
from copyjob.spec.table import Table, full_table, table
from copyjob.spec.vocabulary import (
    Dialect,
    ErrorContext,
    Hresult,
    InternalEvent,
    JobPriority,
    JobState,
    JobType,
    NotifyFlag,
    Operation,
    dialect_of,
    hresult_name,
    http_error,
)

_EXAMPLE: Final = "such as: copyjob explain resume TRANSFERRED"
MANAGER: Final = (Operation.CREATE_JOB, Operation.GET_JOB, Operation.ENUM_JOBS)
"""What is called on the manager: rows know nothing of it."""
_UNSIGNED: Final = 0xFFFFFFFF
_FEW_DIGITS: Final = r"\d{1,20}"
"""More than any number that means something has; thousands would be more than Python reads."""
_HTTP: Final = re.compile(r"BG_E_HTTP_ERROR_([1-5]\d\d)", re.IGNORECASE)
_INTERFACE: Final = re.compile(r"^I(?:BackgroundCopy|DeliveryOptimization)\w*(?:::|\.|->)", re.IGNORECASE)


Numbers = type[IntEnum] | type[IntFlag]
NUMBERS: Final[Mapping[str, Numbers]] = {
    "BG_JOB_STATE": JobState,
    "BG_JOB_TYPE": JobType,
    "BG_JOB_PRIORITY": JobPriority,
    "BG_ERROR_CONTEXT": ErrorContext,
    "BG_NOTIFY": NotifyFlag,
}
"""The enumerations of the headers whose numbers are spoken, by the name that their members begin with."""


class Kind(Enum):
    """What a name can stand for."""

    OPERATION = "operation"
    EVENT = "event"
    STATE = "state"
    HRESULT = "hresult"
    CLAUSE = "clause"
    ROW = "row"
    LAW = "law"
    METHOD = "method"
    """What a client calls beside the operations of the table."""
    CALLBACK = "callback"
    NUMBERS = "numbers"
    """An enumeration of the headers, by its name or by that of one of its members."""
    RULE = "rule"
    """About a call's arguments or about a callback, by its id."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a name stands for, in the dialects where it does."""

    kind: Kind
    thing: Any
    dialects: frozenset[Dialect] = frozenset(Dialect)


@dataclass(frozen=True)
class Question:
    """What is asked, once the words are understood."""

    dialects: tuple[Dialect, ...]
    full: bool = True
    operations: tuple[tuple[Operation, frozenset[Dialect]], ...] = ()
    events: tuple[InternalEvent, ...] = ()
    state: JobState | None = None
    hresults: tuple[int, ...] = ()
    clauses: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    methods: tuple[Method, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    rules: tuple[str, ...] = ()
    numbers: tuple[Numbers, ...] = ()

    def table(self, dialect: Dialect) -> Table:
        """Return the table that the question is about."""
        return full_table(dialect) if self.full else table(dialect)


def plain(word: str) -> str:
    """Return a word without what spellings differ in: case, underscores, hyphens, blanks, empty brackets."""
    return re.sub(r"[\s_:-]+", "", word.strip().removesuffix("()")).casefold()


def spellings_of(hresult: int) -> tuple[str, ...]:
    """Return all names of an HRESULT, the header's first. Clause: decision/1."""
    names = [name for name, value in Hresult.__members__.items() if value == hresult]
    return tuple(names) or (hresult_name(hresult),)


def twins(hresult: int) -> tuple[int, ...]:
    """Return the HRESULTs by which the other dialect says the same."""
    if dialect_of(hresult) is None:
        return ()
    for refusal in Refusal:
        if hresult in refusal.value:
            return tuple(int(value) for value in refusal.value if value != hresult)
    bare = {name.partition("_")[2] for name in spellings_of(hresult)}
    return tuple(
        int(other)
        for other in Hresult
        if other != hresult and dialect_of(other) is not None and other.name.partition("_")[2] in bare
    )


def _spell(found: dict[str, list[Meaning]], shown: dict[str, str], name: str, meaning: Meaning) -> None:
    key = plain(name)
    shown.setdefault(key, name)
    if meaning not in found.setdefault(key, []):
        found[key].append(meaning)


@cache
def _dictionary() -> tuple[dict[str, list[Meaning]], dict[str, str]]:
    """Return what each plain word means, and how it is shown when it is the nearest to a word that means nothing."""
    found: dict[str, list[Meaning]] = {}
    shown: dict[str, str] = {}
    for operation in Operation:
        _spell(found, shown, operation.value, Meaning(Kind.OPERATION, operation, having(operation)))
        for dialect in Dialect:
            name = method_of(operation, dialect).name
            if name != method_name(operation):
                _spell(found, shown, name, Meaning(Kind.OPERATION, operation, frozenset({dialect})))
    for event in InternalEvent:
        _spell(found, shown, event.value, Meaning(Kind.EVENT, event))
    for state in JobState:
        for name in (state.name, f"BG_JOB_STATE_{state.name}"):
            _spell(found, shown, name, Meaning(Kind.STATE, state))
    for name, hresult in Hresult.__members__.items():
        meaning = Meaning(Kind.HRESULT, int(hresult))
        _spell(found, shown, name, meaning)
        _spell(found, shown, f"0x{hresult:08X}", meaning)
        if name.startswith(("BG_", "DO_")):
            # What both dialects refuse in the same way is often written without the prefix: E_EMPTY.
            _spell(found, shown, name.partition("_")[2], meaning)
    for key in CLAUSES:
        _spell(found, shown, key, Meaning(Kind.CLAUSE, key))
    for dialect in Dialect:
        for row in full_table(dialect).rows:
            _spell(found, shown, row.id, Meaning(Kind.ROW, row.id))
    for method in Method:
        # Only what has a rule can be explained.
        owners = frozenset(dialect for dialect in Dialect if calls_of(method, dialect))
        if owners:
            _spell(found, shown, method.value, Meaning(Kind.METHOD, method, owners))
    for callback in Callback:
        owners = frozenset(d for d in Dialect if any(rule.callback is callback for rule in callbacks(d)))
        _spell(found, shown, callback.value, Meaning(Kind.CALLBACK, callback, owners))
    saying: dict[str, set[Dialect]] = {}
    for dialect in Dialect:
        for rule in rules_of(dialect):
            saying.setdefault(rule.id, set()).add(dialect)
    for name, who in saying.items():
        _spell(found, shown, name, Meaning(Kind.RULE, name, frozenset(who)))
    for prefix, numbers in NUMBERS.items():
        _spell(found, shown, prefix, Meaning(Kind.NUMBERS, numbers))
        for name in numbers.__members__:
            for spelled in (f"{prefix}_{name}", name):
                # What a word means already, as a state's does, is told of that alone.
                if plain(spelled) not in found:
                    _spell(found, shown, spelled, Meaning(Kind.NUMBERS, numbers))
    for name in _law_names():
        _spell(found, shown, name, Meaning(Kind.LAW, name))
    return found, shown


def having(operation: Operation) -> frozenset[Dialect]:
    """Return the dialects that have an operation: those with a row of it, or a rule about its arguments."""
    return frozenset(d for d in Dialect if operation in full_table(d).operations or calls_of(operation, d))


def _law_names() -> tuple[str, ...]:
    from copyjob.spec.laws import LAWS

    return tuple(law.name for law in LAWS)


def _numbers(word: str) -> list[Meaning]:
    """Return what a word means as a number: an HRESULT in hexadecimal, or in decimal, signed or not."""
    text = re.sub(r"[uUlL]+$", "", word)
    values: list[int] = []
    if re.fullmatch(r"0[xX][0-9a-fA-F]{1,8}", text):
        values = [int(text, 16)]
    elif re.fullmatch(f"-?{_FEW_DIGITS}", text):
        values = [int(text) & _UNSIGNED] if -(2**31) <= int(text) <= _UNSIGNED else []
        if 0 <= int(text) <= max(JobState):
            raise UsageError(
                f"{word} may be a state or an HRESULT; say --state {word} for {JobState(int(text)).name}, "
                f"or 0x{int(text):08X}"
            )
    if re.fullmatch(r"[0-9a-fA-F]{8}", text):
        values.append(int(text, 16))
    known = [value for value in values if not hresult_name(value).startswith("0x")]
    return [Meaning(Kind.HRESULT, value) for value in known[:1]]


def meanings(word: str) -> list[Meaning]:
    """Return everything a word stands for. UsageError: nothing; its line names the nearest word."""
    numbers = _numbers(word)
    if numbers:
        return numbers
    http = _HTTP.fullmatch(word)
    if http:
        return [Meaning(Kind.HRESULT, http_error(int(http[1])))]
    found, shown = _dictionary()
    bare = _INTERFACE.sub("", word.strip())
    # `resume/ERROR` is a cell of the table, though `resume/error` is a clause: keys are written in small letters.
    if word not in CLAUSES and (cell := _cell(word, found)):
        return cell
    if plain(bare) in found:
        return found[plain(bare)]
    otherwise = f"ask for an operation, state, HRESULT or clause, {_EXAMPLE}"
    shown = {**{plain(name): name for room in rooms_with_words() for name in room.names}, **shown}
    way_out = nearest(plain(bare), shown, otherwise, told=shown, likeness_min=0.5)
    raise UsageError(f"{word!r} is no word of the specification; {way_out}")


def _cell(word: str, found: dict[str, list[Meaning]]) -> list[Meaning]:
    """Return what `resume/ERROR` means, the id of a row without its number; nothing where it is no such id."""
    label, _, state = word.partition("/")
    rules = [each for each in found.get(plain(label), ()) if each.kind in {Kind.OPERATION, Kind.EVENT}]
    places = [each for each in found.get(plain(state), ()) if each.kind is Kind.STATE]
    return [*rules, *places] if rules and places else []


def state_named(word: str) -> JobState:
    """Return the state that ``--state`` names, by name or by number. UsageError: there is none such."""
    if re.fullmatch(_FEW_DIGITS, word.strip()) and int(word) <= max(JobState):
        return JobState(int(word))
    names = {plain(name): state for state in JobState for name in (state.name, f"BG_JOB_STATE_{state.name}")}
    if plain(word) in names:
        return names[plain(word)]
    told = {spelled: each.name for spelled, each in names.items()}
    otherwise = f"give a name, or a number from 0 to {max(JobState):d}"
    way_out = nearest(plain(word), told, otherwise, told=told, likeness_min=0.4)
    raise UsageError(f"there is no state {word!r}; {way_out}")


def understood(
    words: list[str], state: str | None = None, dialects: tuple[Dialect, ...] = tuple(Dialect), *, full: bool = True
) -> Question:
    """Return the question that words and options ask. UsageError: a word means nothing, or they contradict."""
    found: list[Meaning] = []
    states = [] if state is None else [state_named(state)]
    for word in words:
        meant = meanings(word)
        mine = [meaning for meaning in meant if _concerns(meaning) & set(dialects)]
        if not mine:
            owner = next(iter(_concerns(meant[0])))
            raise UsageError(f"{word} belongs to {DIALECT_NAMES[owner]}; leave out --dialect, or say {owner.value}")
        found += [meaning for meaning in mine if meaning not in found]
    states += [meaning.thing for meaning in found if meaning.kind is Kind.STATE and meaning.thing not in states]
    if len(states) > 1:
        named = " and ".join(each.name for each in states)
        raise UsageError(f"a job is in one state at a time, not in {named}; ask for one of them")
    if not found and not states:
        raise UsageError(f"say what to explain: an operation, state, HRESULT or clause, {_EXAMPLE}")

    def things(kind: Kind) -> tuple[Any, ...]:
        return tuple(meaning.thing for meaning in found if meaning.kind is kind)

    operations: dict[Operation, frozenset[Dialect]] = {}
    for meaning in found:
        if meaning.kind is Kind.OPERATION:
            operations[meaning.thing] = operations.get(meaning.thing, frozenset()) | meaning.dialects
    question = Question(
        dialects=dialects,
        full=full,
        operations=tuple(operations.items()),
        events=things(Kind.EVENT),
        state=states[0] if states else None,
        hresults=things(Kind.HRESULT),
        clauses=things(Kind.CLAUSE),
        rows=things(Kind.ROW),
        laws=things(Kind.LAW),
        methods=things(Kind.METHOD),
        callbacks=things(Kind.CALLBACK),
        rules=things(Kind.RULE),
        numbers=tuple(dict.fromkeys(things(Kind.NUMBERS))),
    )
    _check(question)
    _check_unheard(question)
    return question


def _concerns(meaning: Meaning) -> frozenset[Dialect]:
    if meaning.kind is Kind.HRESULT:
        owner = dialect_of(meaning.thing)
        return frozenset(Dialect) if owner is None else frozenset({owner})
    return meaning.dialects


def _check(question: Question) -> None:
    """Refuse what the selected tables can't answer. UsageError: names it and the way out."""
    tables = [question.table(dialect) for dialect in question.dialects]
    if question.state is not None and not any(question.state in each.states for each in tables):
        raise UsageError(f"{DIALECT_NAMES[tables[0].dialect]} never shows {question.state.name} (state/connecting)")
    owners = {dialect_of(hresult) for hresult in question.hresults} - {None}
    if len(owners) == 1 and question.state is not None:
        (owner,) = (each for each in tables if each.dialect in owners)
        if question.state not in owner.states:
            named = hresult_name(question.hresults[0])
            raise UsageError(
                f"{named} belongs to {DIALECT_NAMES[owner.dialect]}, which never shows {question.state.name}"
            )
    for row in question.rows:
        having = [each.by_id[row] for each in tables if row in each.by_id]
        if not having:
            raise UsageError(f"there is no row {row} in {_asked(question)}; {_wider(question)}")
        if question.state not in (None, having[0].source):
            named = question.state.name
            raise UsageError(f"{row} is a row of {having[0].source.name}, not of {named}; leave out one of them")
    for label in (*(operation for operation, _ in question.operations), *question.events):
        if label in MANAGER:
            if question.state is not None:
                raise UsageError(f"{method_name(label)} is called on the manager and concerns no state of a job")
        elif not any(row.label is label for each in tables for row in each.rows):
            raise UsageError(f"{label.value} is not in {_asked(question)}; {_wider(question)}")
        elif (
            isinstance(label, InternalEvent)
            and question.state is not None
            and not any(each.cell(label, question.state) for each in tables)
        ):
            can = {row.source for each in tables for row in each.rows if row.label is label}
            places = ", ".join(state.name for state in JobState if state in can)
            raise UsageError(f"{label.value} never happens in {question.state.name}; it may in {places}")


def _check_unheard(question: Question) -> None:
    """Refuse a state or an HRESULT of which nothing that is asked about says anything. UsageError: names both."""
    stateless = [*question.methods, *question.callbacks]
    names = [*(each.value for each in stateless), *question.rules, *question.laws]
    hearing = question.operations or question.events or question.hresults or question.clauses or question.rows
    if question.state is not None and names and not hearing:
        raise UsageError(f"{names[0]} is told whatever state a job is in; leave out {question.state.name}")
    for method in question.methods if question.hresults else ():
        told = [rule for dialect in question.dialects for rule in calls_of(method, dialect)]
        if not any(answer in question.hresults for rule in told for answer in rule.answers):
            values = " or ".join(map(hresult_name, question.hresults))
            raise UsageError(f"no rule lets {method.value} answer {values}; leave out one of them")


def _wider(question: Question) -> str:
    narrow = ["--dialect"] * (len(question.dialects) < len(Dialect)) + ["--scope core"] * (not question.full)
    return f"leave out {' and '.join(narrow)}" if narrow else "no dialect has it"


def _asked(question: Question) -> str:
    names = " and ".join(DIALECT_NAMES[dialect] for dialect in question.dialects)
    return names if question.full else f"the core of {names}"
