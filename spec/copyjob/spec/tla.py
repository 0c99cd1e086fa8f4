"""A table as a TLA+ module, and the configurations with which TLC explores it and judges the laws.

Laws:

1. One action a row, named by its id; one disjunct an answer. An answer that would go beyond the bound on files is no
   step here, as it is none in :mod:`copyjob.spec.explore`.
2. The variables are the state and the facts that the scope leaves free, and nothing else: a state of TLC is a
   configuration, so that the numbers of both can be compared.
3. The text follows from the table and the laws alone, and is the same every time.

How a law is written: forbidden places are an invariant. Forbidden moves that change anything are an action property
``[][...]_vars``: no such change is a step of these actions. A move that may change nothing, such as an answer that must
not be given, can't be told from stuttering; so it must never be ``ENABLED``. What fair runs come to has a module of its
own, which adds from when on the job is served. That a goal stays within reach (AG EF) can't be said in TLA+.

TLC needs ``-deadlock``: a job for which nothing is left to do has not failed.
"""

from __future__ import annotations

from typing import NamedTuple

from copyjob.spec import facts as f
from copyjob.spec._law import Change, LeadsTo, Move, Place
from copyjob.spec._model import (
    GENERATED,
    Taken,
    always_asked,
    asked_moves,
    every_answer,
    free_facts,
    may_be,
    model_name,
)
from copyjob.spec.laws import Law
from copyjob.spec.scope import facts_of
from copyjob.spec.table import Answer, Row, Table
from copyjob.spec.translate import effects_to_tla, last_assignments, to_tla, variable
from copyjob.spec.vocabulary import JobState


class Asked(NamedTuple):
    """One thing that TLC is asked: an operator of the module, and how the configuration names it."""

    law: Law
    operator: str
    keyword: str
    """``INVARIANT`` or ``PROPERTY``."""


def action_name(row: Row) -> str:
    """Return the name of a row's action: its id with what TLA+ takes in a name."""
    return row.id.replace("/", "_")


def to_module(table: Table) -> str:
    """Return the TLA+ module of a table, with its laws; the bound on files is its constant ``FilesBound``."""
    names = _names(table)
    labels = list(dict.fromkeys(row.label for row in table.rows))
    begin = [_at(each, table) for each in f.initials(facts_of(table.scope))]
    parts = [
        f"---- MODULE {model_name(table)} ----",
        f"\\* {GENERATED}",
        "EXTENDS Naturals",
        "CONSTANT FilesBound",
        f"VARIABLES {', '.join(names)}",
        f"vars == <<{', '.join(names)}>>",
        "",
        _disjunction("Init", begin),
        "",
        *(_action(row, names) for row in table.rows),
        *(_disjunction(each.value, [action_name(row) for row in table.rows if row.label is each]) for each in labels),
        "",
        _disjunction("Next", [label.value for label in labels]),
        "",
        "Spec == Init /\\ [][Next]_vars",
        "",
        *(text for law in always_asked(table) for text in _law(law, table)),
        "====",
    ]
    return "\n".join(parts) + "\n"


def asked(table: Table) -> tuple[Asked, ...]:
    """Return what TLC can be asked about configurations and steps; some laws need several questions."""
    return tuple(question for law in always_asked(table) for question, _ in _questions(law, table))


def to_config(files_bound: int, questions: tuple[Asked, ...] = ()) -> str:
    """Return the configuration of TLC for a module: the bound on files, and what is asked."""
    lines = ["SPECIFICATION Spec", f"CONSTANT FilesBound = {files_bound}"]
    lines += [f"{each.keyword} {each.operator}" for each in questions]
    return "\n".join(lines) + "\n"


def to_liveness(law: Law, table: Table) -> tuple[str, str]:
    """Return the name and the text of the module in which a law about fair runs is asked as property ``Met``.

    ``served`` begins at any configuration where the law begins. From then on its labels alone are taken, until the goal
    is met. ValueError: the law says nothing about fair runs of this table.
    """
    form = law.leads_to(table)
    if form is None:
        raise ValueError(f"{law.name} says nothing about fair runs of {model_name(table)}")
    name = f"{model_name(table)}_{law.name}"
    return name, "\n".join(_liveness(name, form, table)) + "\n"


def _liveness(name: str, form: LeadsTo, table: Table) -> list[str]:
    return [
        f"---- MODULE {name} ----",
        f"\\* {GENERATED}",
        f"EXTENDS {model_name(table)}",
        "VARIABLE served",
        "all == <<vars, served>>",
        "",
        f"Start == {_place(form.start)}",
        f"Goal == {_place(form.goal)}",
        "Serve(action) == served /\\ ~Goal /\\ action /\\ UNCHANGED served",
        "",
        "Begin == Start /\\ ~served /\\ served' = TRUE /\\ UNCHANGED vars",
        "Before == ~served /\\ Next /\\ UNCHANGED served",
        _disjunction("Served", [f"Serve({label.value})" for label in form.labels]),
        "",
        "Fairness ==\n" + "\n".join(f"    /\\ SF_all(Serve({label.value}))" for label in form.fair),
        "",
        "Live == (Init /\\ served = FALSE) /\\ [][Before \\/ Begin \\/ Served]_all /\\ Fairness",
        "Met == [](served => <>Goal)",
        "====",
    ]


def to_liveness_config(files_bound: int) -> str:
    """Return the configuration of TLC for a module about fair runs."""
    return f"SPECIFICATION Live\nCONSTANT FilesBound = {files_bound}\nPROPERTY Met\n"


# Actions


def _names(table: Table) -> list[str]:
    return ["state", *map(variable, free_facts(table))]


def _disjunction(name: str, members: list[str]) -> str:
    return f"{name} ==\n" + "\n".join(f"    \\/ {member}" for member in members)


def _at(configuration: f.Configuration, table: Table) -> str:
    facts = (f"{variable(fact)} = {configuration.facts[fact.value]}" for fact in free_facts(table))
    return " /\\ ".join((f'state = "{configuration.state.name}"', *facts))


def _action(row: Row, names: list[str]) -> str:
    """Return the action of a row; where it has several answers, each has an operator of its own before it."""
    answers = row.all_answers
    head = [f"\\* {row.id} {row.level.value}: {', '.join(row.cites)}", f"{action_name(row)} =="]
    head.append(f'    /\\ state = "{row.source.name}"')
    if row.guard.comparisons:
        head.append(f"    /\\ {to_tla(row.guard)}")
    if len(answers) == 1:
        return "\n".join((*head, *(f"    /\\ {each}" for each in _answer(answers[0], names)), ""))
    told: list[str] = []
    for number, answer in enumerate(answers):
        told.append(
            f"{_answer_name(row, number)} == \\* {'' if answer.hresult is None else answer.hresult.name}".rstrip()
        )
        told += [f"    /\\ {each}" for each in _answer(answer, names)]
    either = " \\/ ".join(_answer_name(row, number) for number in range(len(answers)))
    return "\n".join((*told, *head, f"    /\\ ({either})", ""))


def _answer_name(row: Row, number: int) -> str:
    return f"{action_name(row)}_answer_{number + 1}"


def _answer(answer: Answer, names: list[str]) -> list[str]:
    changed = last_assignments(answer.effects)
    said = [f'state\' = "{answer.dest.name}"', *effects_to_tla(answer.effects)]
    if f.Fact.FILES_TOTAL in changed:
        said.append(f"{variable(f.Fact.FILES_TOTAL)}' <= FilesBound")
    same = [name for name in names[1:] if name not in map(variable, changed)]
    return [*said, f"UNCHANGED <<{', '.join(same)}>>"] if same else said


# Laws


def _law(law: Law, table: Table) -> list[str]:
    """Return the operators of a law, with its text before them."""
    told = [f"\\* {line.strip()}" for line in (law.__doc__ or "").splitlines() if line.strip()]
    told += [_disjunction(name, list(who)) for who, name in _by(law, table).items()]
    told += [f"{question.operator} == {said}" for question, said in _questions(law, table)]
    return [*told, ""]


def _questions(law: Law, table: Table) -> list[tuple[Asked, str]]:
    """Return what is asked about a law, with its formula: one operator each, since TLC tells no other by its name."""
    by = _by(law, table)
    asked: list[tuple[str, str]] = []
    if places := law.places(table):
        asked.append(("INVARIANT", f"~{_or(*(_place(place) for place in places))}"))
    for part in _parts(law, table):
        any_of = _or(*part.offences)
        if part.changing:
            # What is offensive is asked first: it is seldom so, and whose step it was takes long to find out.
            asked.append(("PROPERTY", f"[][~({_and(any_of, *filter(None, [by.get(part.by)]))})]_vars"))
        else:
            asked.append(("INVARIANT", f"~ENABLED ({by.get(part.by, 'Next')} /\\ {any_of})"))
    alone = len(asked) == 1
    return [
        (Asked(law, law.name if alone else f"{law.name}_{number}", keyword), said)
        for number, (keyword, said) in enumerate(asked, 1)
    ]


def _by(law: Law, table: Table) -> dict[tuple[str, ...], str]:
    """Return the names of the sets of steps that a law speaks about, where that is not all steps."""
    by = list(dict.fromkeys(part.by for part in _parts(law, table) if part.by))
    return {who: f"{law.name}_by" + (f"_{number}" if len(by) > 1 else "") for number, who in enumerate(by, 1)}


class _Part(NamedTuple):
    """The offences of one law that are forbidden to the same steps; ``by`` is empty where that is all steps."""

    changing: bool
    by: tuple[str, ...]
    offences: tuple[str, ...]


def _parts(law: Law, table: Table) -> list[_Part]:
    found: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for move in asked_moves(law, table):
        changing = move.leaves or bool(move.changes)
        found.setdefault((changing, _who(move, table)), []).append(_offence(move))
    return [_Part(changing, by, tuple(offences)) for (changing, by), offences in found.items()]


def _offence(move: Move) -> str:
    said = [_place(move.before), _place(move.after, "'")]
    if move.leaves:
        said.append("state' # state")
    said += [_change(fact, change) for fact, change in move.changes]
    return _and(*(each for each in said if each != "TRUE")) or "TRUE"


_CHANGES = {Change.FALLS: "<", Change.RISES: ">", Change.DIFFERS: "#"}


def _change(fact: f.Fact, change: Change) -> str:
    return f"{variable(fact)}' {_CHANGES[change]} {variable(fact)}"


def _place(place: Place, prime: str = "") -> str:
    said: list[str] = []
    if len(place.states) < len(JobState):
        states = ", ".join(f'"{state.name}"' for state in place.states)
        said.append(f"state{prime} \\in {{{states}}}")
    if place.guard.comparisons:
        said.append(to_tla(place.guard, lambda fact: variable(fact) + prime))
    return _and(*said) or "TRUE"


def _and(*said: str) -> str:
    return " /\\ ".join(said)


def _or(*said: str) -> str:
    return f"({said[0]})" if len(said) == 1 else "(" + " \\/ ".join(f"({each})" for each in said) + ")"


def _who(move: Move, table: Table) -> tuple[str, ...]:
    """Return whose steps a move is: whole labels where that is so, else rows, else single answers of rows."""
    mine = {label: True for label in dict.fromkeys(row.label for row in table.rows) if label in move.labels}
    every = tuple(every_answer(table))
    if all(may_be(move, taken) for taken in every):
        return ()
    for taken in every:
        if taken.row.label in mine and not may_be(move, taken):
            mine[taken.row.label] = False
    said: list[str] = []
    for label, whole in mine.items():
        if whole:
            said.append(label.value)
        else:
            said += [_answer_of(taken) for taken in every if taken.row.label is label and may_be(move, taken)]
    return tuple(said)


def _answer_of(taken: Taken) -> str:
    name = action_name(taken.row)
    return name if len(taken.row.all_answers) == 1 else f"({name} /\\ {_answer_name(taken.row, taken.number)})"
