"""The table of a dialect as Markdown, for people: a grid, every row with its clauses, the clauses with their pages.

Laws:

1. Every cell of the grid and every citation is a link to where it is told in full: on the page of its dialect.
2. Documented and decided are told apart: a basis beside every row and clause, a mark on every decision that is cited.
3. The page of the differences compares what both dialects speak about; names that differ by the dialect's spelling
   alone are no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from copyjob.spec.callbacks import Rule, callbacks, promises
from copyjob.spec.calls import calls
from copyjob.spec.citations import CLAUSES, Clause
from copyjob.spec.events import EVENTS
from copyjob.spec.export_json import needs, requirement_version
from copyjob.spec.interfaces import Label
from copyjob.spec.requirements import basis_of, clauses_of, level_of
from copyjob.spec.rows import STATE_CLASSES, Answer, Refusal, Row
from copyjob.spec.scope import FEATURES, Feature
from copyjob.spec.table import Table, full_table, table
from copyjob.spec.translate import effects_to_english, last_assignments, to_english
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState

NAMES: Final = {
    Dialect.BITS: "Background Intelligent Transfer Service (BITS)",
    Dialect.DO: "Delivery Optimization (DO)",
}
_GENERATED: Final = "<!-- Written by `copyjob export`; what is changed by hand is lost. -->"
_LEGEND: Final = """\
A row says what its label does in one state where its guard holds.
Several answers in one row: each of them conforms.
*Documented*: a public page says so.
*Decided*: the pages are silent or disagree, and it is ruled here; a decision, and an answer that rests on decisions
alone, is marked with †.
Levels: MUST, SHOULD, MAY; an answer called *tolerated* breaks a SHOULD, not a MUST."""


def _cells(values: Iterable[str]) -> str:
    return "| " + " | ".join(value.replace("|", "\\|").replace("\n", " ") for value in values) + " |"


def _grid(head: Iterable[str], lines: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(head)
    yield _cells(names)
    yield _cells("---" for _ in names)
    yield from map(_cells, lines)
    yield ""


def anchor(kind: str, key: str) -> str:
    """Return the name under which a row, a clause or a label is found on its page."""
    return f"{kind}-{key.replace('/', '-').replace('_', '-').lower()}"


def _mark(key: str, page: str = "") -> str:
    return f"[{key}]({page}#{anchor('clause', key)})" + ("†" if CLAUSES[key].decided else "")


def _in_words(answer: Answer, source: JobState) -> str:
    """Return where an answer leads, without what it changes."""
    if answer.hresult is not None and answer.hresult.failed:
        return f"{answer.hresult.name}"
    where = "stays" if answer.dest is source else f"→ {answer.dest.name}"
    if answer.hresult is None or answer.hresult is Hresult.S_OK:
        return where
    return f"{where}, {answer.hresult.name}"


def _in_full(answer: Answer, source: JobState) -> str:
    """Return what an answer returns, where it leads and what it changes."""
    returned = "" if answer.hresult is None else f"{answer.hresult.name}, "
    if answer.hresult is not None and answer.hresult.failed:
        return f"{answer.hresult.name}, refused"
    where = "stays" if answer.dest is source else f"→ {answer.dest.name}"
    changed = f"; {effects_to_english(answer.effects)}" if answer.effects else ""
    return f"{returned}{where}{changed}"


def _answers(row: Row) -> str:
    told = [_in_full(answer, row.source) for answer in row.answers]
    told += [f"*tolerated:* {_in_full(answer, row.source)}" for answer in row.tolerated]
    return "<br>*or* ".join(told)


def _cell(rows: Iterable[Row]) -> str:
    """Return the answers of a cell of the grid, each with a link to the first row that gives it."""
    told: dict[str, list[Row]] = {}
    for row in rows:
        for answer in row.answers:
            told.setdefault(_in_words(answer, row.source), []).append(row)
    return "<br>".join(
        f"[{words}](#{anchor('row', giving[0].id)})" + ("†" if all(row.decided for row in giving) else "")
        for words, giving in told.items()
    )


def _needed(row: Row, dialect: Dialect) -> str:
    ways = needs(dialect)[row.id]
    if frozenset[Feature]() in ways:
        return "core"
    return " or ".join(" + ".join(feature.value for feature in Feature if feature in scope) for scope in ways)


def _rows_of(whole: Table, label: Label) -> Iterator[str]:
    yield from _grid(
        ("row", "where", "answers", "level", "basis", "clauses", "scope"),
        (
            (
                f'<a id="{anchor("row", row.id)}"></a>`{row.id}`',
                to_english(row.guard) if row.guard.comparisons else "",
                _answers(row),
                row.level.value,
                basis_of(row),
                " ".join(_mark(key) for key in row.cites),
                _needed(row, whole.dialect),
            )
            for state in whole.states
            for row in whole.cell(label, state)
        ),
    )


def _clause(each: Clause, dialect: Dialect) -> Iterator[str]:
    level = level_of(each.key, dialect)
    known = level.value if level else "untested"
    taken = "" if dialect in each.dialects else ", taken over from the other dialect"
    yield f'<a id="{anchor("clause", each.key)}"></a>**{each.key}** ({basis_of(each)}, {known}{taken})\\'
    yield each.text + ("\\" if each.pages else "")
    links = [
        f"[{page.path.rpartition('/')[2]}{f', {page.section}' if page.section else ''}]({page.url})"
        for page in each.pages
    ]
    if links:
        yield ("Weighed: " if each.decided else "Pages: ") + ", ".join(links)
    yield ""


def markdown_text(dialect: Dialect) -> str:
    """Return the page of a dialect."""
    whole = full_table(dialect)
    events = [event for event in InternalEvent if any(row.label is event for row in whole.rows)]
    return "\n".join(_page(whole, events))


def _page(whole: Table, events: list[InternalEvent]) -> Iterator[str]:
    dialect = whole.dialect
    frozen = requirement_version(dialect)
    version = "not frozen" if frozen is None else f"requirement set {frozen['version']}"
    decided = sum(row.decided for row in whole.rows)
    yield from (_GENERATED, "", f"# A background copy job of {NAMES[dialect]}", "")
    yield f"{len(whole.rows)} rows, {decided} of them decided; {version}."
    yield from (_LEGEND, "", "## Operations", "")
    yield from _overview(whole, whole.operations)
    yield from ("## Internal events", "", "An empty cell: it does not happen there.", "")
    yield from _overview(whole, events)
    yield from ("## Rows", "")
    labels: tuple[Label, ...] = (*whole.operations, *events)
    for label in labels:
        yield from (f'### <a id="{anchor("label", label.value)}"></a>{label.value}', "")
        if isinstance(label, InternalEvent):
            rule = EVENTS[label]
            fair = "; it happens at last once that is there and stays" if rule.fair else ""
            yield from (f"Cause: {rule.cause}{fair}.", "")
        yield from _rows_of(whole, label)
    yield from _rules(dialect)
    yield from ("## Clauses", "")
    for each in clauses_of(whole):
        yield from _clause(each, dialect)


def _rules(dialect: Dialect) -> Iterator[str]:
    yield from ("## Calls", "", "What a call answers because of its arguments, its caller or a limit.", "")
    yield from _grid(
        ("rule", "says", "level", "basis", "clauses"),
        (_rule(rule) for rule in calls(dialect)),
    )
    yield from ("## Callbacks", "")
    rules: tuple[Rule, ...] = (*callbacks(dialect), *promises(dialect))
    yield from _grid(
        ("rule", "says", "level", "basis", "clauses"),
        map(_rule, rules),
    )


def _rule(rule: Rule) -> tuple[str, ...]:
    return (
        f"`{rule.id}`",
        rule.english,
        rule.level.value,
        basis_of(rule),
        " ".join(_mark(key) for key in rule.cites),
    )


def _overview(whole: Table, labels: Iterable[Label]) -> Iterator[str]:
    yield from _grid(
        ("", *(f"{state.name}<br>({STATE_CLASSES[state].value})" for state in whole.states)),
        (
            (
                f"[{label.value}](#{anchor('label', label.value)})",
                *(_cell(whole.cell(label, state)) for state in whole.states),
            )
            for label in labels
        ),
    )


# What differs


_SPELLINGS: Final = {hresult: refusal for refusal in Refusal for hresult in refusal.value}

Told = frozenset[tuple[JobState, object, tuple[object, ...]]]


def _told(row: Row) -> tuple[object, ...]:
    """Return what a row says, with refusals that each dialect spells in its own way made alike."""

    def alike(answers: Iterable[Answer]) -> Told:
        return frozenset(
            (
                answer.dest,
                answer.hresult if answer.hresult is None else _SPELLINGS.get(answer.hresult, answer.hresult),
                tuple(last_assignments(answer.effects).items()),
            )
            for answer in answers
        )

    return frozenset(row.guard.comparisons), alike(row.answers), alike(row.tolerated), row.level


def differing(bits: Iterable[Row], do: Iterable[Row]) -> bool:
    """Tell whether two cells say different things, level included, citations and spellings apart."""
    return frozenset(map(_told, bits)) != frozenset(map(_told, do))


def _side(rows: Iterable[Row], dialect: Dialect) -> str:
    page = f"{dialect.value}.md"
    told: list[str] = []
    for row in rows:
        where = f"*{to_english(row.guard)}:* " if row.guard.comparisons else ""
        told.append(f"{where}{_answers(row)} ({row.level.value}: {', '.join(_mark(key, page) for key in row.cites)})")
    return "<br>".join(told)


def _sides(bits: Iterable[Row], do: Iterable[Row]) -> tuple[str, str]:
    """Return what each dialect says in a cell that the other does not."""
    ours, theirs = list(bits), list(do)
    both = frozenset(map(_told, ours)) & frozenset(map(_told, theirs))
    return (
        _side((row for row in ours if _told(row) not in both), Dialect.BITS),
        _side((row for row in theirs if _told(row) not in both), Dialect.DO),
    )


def differences_text() -> str:
    """Return the page on which the dialects differ, in what both of them speak about."""
    return "\n".join(_differences())


def _differences() -> Iterator[str]:
    common = FEATURES[Dialect.BITS] & FEATURES[Dialect.DO]
    bits, do = table(Dialect.BITS, common), table(Dialect.DO, common)
    yield from (_GENERATED, "", "# Where the dialects differ", "")
    yield "Compared is what both speak about, row by row. A refusal that each spells in its own way is no difference."
    yield "A decision is marked with †. An empty side: there is no such row."
    yield ""
    whole = {each: full_table(each) for each in Dialect}
    for one, other in ((Dialect.BITS, Dialect.DO), (Dialect.DO, Dialect.BITS)):
        for what, mine, others in (
            ("states", whole[one].states, whole[other].states),
            ("operations", whole[one].operations, whole[other].operations),
            ("features", FEATURES[one], FEATURES[other]),
        ):
            alone = [each for each in mine if each not in others]
            if alone:
                told = sorted(each.name if isinstance(each, JobState) else str(each.value) for each in alone)
                yield f"- Only in {one.value}, {what}: {', '.join(told)}."
    yield ""
    shared = [each for each in whole[Dialect.BITS].operations if each in whole[Dialect.DO].operations]
    for label in (*shared, *InternalEvent):
        cells: dict[tuple[str, str], list[str]] = {}
        for state in do.states:
            here, there = bits.cell(label, state), do.cell(label, state)
            if differing(here, there):
                cells.setdefault(_sides(here, there), []).append(state.name)
        if cells:
            yield from (f"## {label.value}", "")
            yield from _grid(("state", "BITS", "DO"), ((", ".join(states), *sides) for sides, states in cells.items()))
