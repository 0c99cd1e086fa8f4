"""Rules beside the table as their readers meet them: of arguments, callers and limits; of callbacks; promises.

Laws:

1. Every rule of the specification about a call, a callback or a promise is told once, for the dialects that have it.
2. What is told is the rule's own: its condition, its answers, its effects, its level, its clauses.

What this module does not know: which page shows which rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from copyjob.diagrams.handbook.content_parts import BOTH, ClauseLink, Link, clause_link, hresult_link, label_link
from copyjob.diagrams.handbook.place import CALLBACKS, METHODS
from copyjob.diagrams.language import Language
from copyjob.spec.callbacks import Callback, CallbackRule, PromiseRule, callbacks, callbacks_of, promises
from copyjob.spec.calls import CallRule, Method, calls
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect, Operation


@dataclass(frozen=True)
class CallTold:
    """What a call answers because of its arguments, its caller or a limit, whatever state the job is in."""

    id: str
    anchor: str
    of: Link
    """The operation or method, with its page."""
    place: str
    dialects: tuple[str, ...]
    text: str
    answers: tuple[Link, ...]
    """Empty: a failure that the documents do not name."""
    level: str
    decided: bool
    clauses: tuple[ClauseLink, ...]


@dataclass(frozen=True)
class CallbackTold:
    """When the service calls a client back."""

    id: str
    anchor: str
    of: Link
    dialects: tuple[str, ...]
    text: str
    level: str
    decided: bool
    clauses: tuple[ClauseLink, ...]


@dataclass(frozen=True)
class PromiseTold:
    """What else is promised about callbacks."""

    id: str
    anchor: str
    of: tuple[str, ...]
    dialects: tuple[str, ...]
    text: str
    level: str
    decided: bool
    clauses: tuple[ClauseLink, ...]


Told = CallTold | CallbackTold | PromiseTold


def rule_anchor(kind: str, rule_id: str) -> str:
    """Return the id of a rule's element on its page."""
    return f"{kind}-{rule_id.replace('/', '-')}"


def method_link(of: Operation | Method) -> Link:
    """Return the link to an operation, or to a method that no row knows."""
    if isinstance(of, Operation):
        return label_link(of)
    name = "".join(word.capitalize() for word in of.value.split("_"))
    return Link(_SPELLED.get(of, name), f"{METHODS}#{of.value}")


_SPELLED = {
    Method.GET_ERROR_FILE: "IBackgroundCopyError::GetFile",
    Method.NEXT_FILE: "IEnumBackgroundCopyFiles::Next",
}
"""Names of methods that are not those of a job, and would be taken for one's own."""


def callback_link(callback: Callback) -> Link:
    """Return the link to a callback."""
    return Link(callback.value, f"{CALLBACKS}#{callback.value}")


def _call(rule: CallRule, dialect: Dialect, say: Language) -> CallTold:
    of = method_link(rule.operation)
    anchor = rule_anchor("call", rule.id)
    return CallTold(
        id=rule.id,
        anchor=anchor,
        of=of,
        place=f"{of.address.partition('#')[0]}#{anchor}",
        dialects=(dialect.value,),
        text=say(rule.english),
        answers=tuple(map(hresult_link, rule.answers)),
        level=rule.level.value,
        decided=rule.decided,
        clauses=tuple(clause_link(key, say) for key in rule.cites),
    )


def _callback(rule: CallbackRule, dialect: Dialect, say: Language) -> CallbackTold:
    return CallbackTold(
        id=rule.id,
        anchor=rule_anchor("callback", rule.id),
        of=callback_link(rule.callback),
        dialects=(dialect.value,),
        text=say(rule.english),
        level=rule.level.value,
        decided=rule.decided,
        clauses=tuple(clause_link(key, say) for key in rule.cites),
    )


def _promise(rule: PromiseRule, dialect: Dialect, say: Language) -> PromiseTold:
    return PromiseTold(
        id=rule.id,
        anchor=rule_anchor("promise", rule.id),
        of=tuple(each.value for each in rule.callbacks),
        dialects=(dialect.value,),
        text=say(rule.english),
        level=rule.level.value,
        decided=rule.decided,
        clauses=tuple(clause_link(key, say) for key in rule.cites),
    )


def _merged(told: Iterable[Told]) -> list[Told]:
    """Return rules with those made one that say the same in both dialects; an anchor stands for one rule alone."""
    found: dict[object, Told] = {}
    for one in told:
        key = replace(one, dialects=())
        old = found.get(key)
        found[key] = one if old is None else replace(old, dialects=old.dialects + one.dialects)
    anchors: dict[str, int] = {}
    unique: list[Told] = []
    for one in found.values():
        anchors[one.anchor] = anchors.get(one.anchor, 0) + 1
        unique.append(one if anchors[one.anchor] == 1 else replace(one, anchor=f"{one.anchor}-{one.dialects[0]}"))
    return unique


def all_calls(say: Language) -> tuple[CallTold, ...]:
    """Return every rule about a call's arguments, its caller or a limit."""
    told = _merged(_call(rule, dialect, say) for dialect in Dialect for rule in calls(dialect))
    return tuple(one for one in told if isinstance(one, CallTold))


def all_callbacks(say: Language) -> tuple[CallbackTold, ...]:
    """Return every rule about callbacks."""
    told = _merged(_callback(rule, dialect, say) for dialect in Dialect for rule in callbacks(dialect))
    return tuple(one for one in told if isinstance(one, CallbackTold))


def all_promises(say: Language) -> tuple[PromiseTold, ...]:
    """Return every promise about callbacks."""
    told = _merged(_promise(rule, dialect, say) for dialect in Dialect for rule in promises(dialect))
    return tuple(one for one in told if isinstance(one, PromiseTold))


@dataclass(frozen=True)
class MethodPart:
    """A method that no row knows, with its rules."""

    link: Link
    anchor: str
    dialects: tuple[str, ...]
    calls: tuple[CallTold, ...]


@dataclass(frozen=True)
class MethodsPage:
    """What the page of the methods beside the table says."""

    methods: tuple[MethodPart, ...]


def methods_page(told: Iterable[CallTold]) -> MethodsPage:
    """Return what the page of the methods beside the table says, of all rules about calls."""
    told = tuple(told)
    parts: list[MethodPart] = []
    for method in Method:
        link = method_link(method)
        mine = tuple(one for one in told if one.of == link)
        dialects = tuple(name for name in BOTH if any(name in one.dialects for one in mine))
        if mine:
            parts.append(MethodPart(link, method.value, dialects, mine))
    return MethodsPage(tuple(parts))


@dataclass(frozen=True)
class CallbackPart:
    """A callback with its rules and promises."""

    name: str
    dialects: tuple[str, ...]
    rules: tuple[CallbackTold, ...]
    promises: tuple[PromiseTold, ...]
    steps: tuple[Link, ...]
    """The operations and internal events of which it comes, as far as rows tell."""


@dataclass(frozen=True)
class CallbacksPage:
    """What the page of the callbacks says."""

    callbacks: tuple[CallbackPart, ...]
    promises: tuple[PromiseTold, ...]


def callbacks_page(rules: Iterable[CallbackTold], promised: Iterable[PromiseTold]) -> CallbacksPage:
    """Return what the page of the callbacks says, of all rules and promises about them."""
    rules, promised = tuple(rules), tuple(promised)
    steps: dict[str, dict[Link, None]] = {}
    for dialect in Dialect:
        for row in full_table(dialect).rows:
            for answer in row.all_answers:
                for rule in callbacks_of(row, answer, dialect):
                    steps.setdefault(rule.callback.value, {})[label_link(row.label)] = None
    parts: list[CallbackPart] = []
    for callback in Callback:
        mine = tuple(one for one in rules if one.of.text == callback.value)
        kept = tuple(one for one in promised if callback.value in one.of)
        told: tuple[CallbackTold | PromiseTold, ...] = (*mine, *kept)
        dialects = tuple(name for name in BOTH if any(name in one.dialects for one in told))
        parts.append(CallbackPart(callback.value, dialects, mine, kept, tuple(steps.get(callback.value, ()))))
    return CallbacksPage(tuple(parts), promised)
