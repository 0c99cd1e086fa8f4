"""A table as a Promela model of one process, which Spin explores and in which it asserts the laws.

Laws:

1. One ``d_step`` an answer of a row: all of it, or nothing. An answer that would go beyond the bound on files is no
   step here, as it is none in :mod:`copyjob.spec.explore`.
2. The state vector is the state and the facts that the scope leaves free. What else is written down, how often each
   row was taken and what a step changed, is ``hidden`` or C, outside of it; so a state of Spin is a configuration. One
   state more is stored: the first, in which there is no job yet.
3. The text follows from the table and the laws alone, and is the same every time.

How a law is written: forbidden places and forbidden moves are assertions, made after each step, which know where the
job was before, which label was taken and with which HRESULT. Beside failing, each counts, so that one run of ``-c0``
tells of all laws. What stays within reach (AG EF) can't be said here; nor can what fair runs come to: Spin's fairness
is one of processes, and this is one process.

Spin needs the exact mode: compiled with ``-DNOREDUCE``, never with bit states or hash compaction, which lose states.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from copyjob.spec import facts as f
from copyjob.spec._law import Change, Move, Place
from copyjob.spec._model import (
    FILES_DEFAULT,
    GENERATED,
    Taken,
    always_asked,
    asked_moves,
    every_answer,
    free_facts,
    model_name,
)
from copyjob.spec.laws import Law
from copyjob.spec.rows import Answer, Row
from copyjob.spec.scope import facts_of
from copyjob.spec.table import Table
from copyjob.spec.translate import Name, effects_to_promela, last_assignments, to_promela, variable
from copyjob.spec.vocabulary import Hresult, JobState

NO_HRESULT = "NONE"
"""What an internal event answers with."""


def to_model(table: Table) -> str:
    """Return the Promela model of a table, with its laws; ``-DFILES_BOUND=n`` sets the bound on files."""
    free = free_facts(table)
    laws = always_asked(table)
    parts = [
        f"/* {model_name(table)}. {GENERATED} */",
        "#ifndef FILES_BOUND",
        f"#define FILES_BOUND {FILES_DEFAULT}",
        "#endif",
        "",
        counters(table.rows, laws),
        "",
        f"mtype:job = {{ {', '.join(state.name for state in JobState)} }}",
        f"mtype:label = {{ {', '.join(_labels(table))} }}",
        f"mtype:answer = {{ {', '.join(_hresults(table))} }}",
        "",
        f"mtype:job state = {f.INITIAL.state.name};",
        *(f"byte {variable(fact)};" for fact in free),
        "",
        "/* The step that was taken last, and where the job was before it. */",
        "hidden mtype:label label;",
        "hidden mtype:answer hresult;",
        "hidden mtype:job state_before;",
        *(f"hidden byte {_before(fact)};" for fact in free),
        "",
        "#define TAKE(row, name, code) c_code { taken[row]++; }; label = name; hresult = code; \\",
        "    " + "; ".join(f"{name}_before = {name}" for name in ("state", *map(variable, free))),
        "#define LAW(number, holds) if :: (holds) :: else -> c_code { broken[number]++; }; assert(holds) fi",
        "",
        *_inline("places", [text for n, law in enumerate(laws) for text in _asserted_places(n, law, table)]),
        *_inline("moves", [text for n, law in enumerate(laws) for text in _asserted_moves(n, law, table)]),
        "active proctype job() {",
        "    /* A new job. */",
        "    atomic {",
        "        if",
        *(f"        :: d_step {{ {_at(each, table)} }}" for each in f.initials(facts_of(table.scope))),
        "        fi;",
        "        d_step { places() }",
        "    };",
        "    do",
        "    :: atomic {",
        "        if",
        *_rows(table),
        "        fi;",
        "        d_step { moves(); places() }",
        "    }",
        "    od",
        "}",
    ]
    return "\n".join(parts) + "\n"


def counters(rows: tuple[Row, ...], laws: tuple[Law, ...] = ()) -> str:
    """Return the counts, ``taken`` of each row and ``broken`` of each law, in C, which the verifier tells at its end.

    A line each: ``taken ROW COUNT``, ``broken LAW COUNT``.
    """
    return "\n".join(
        (
            "c_decl {",
            "    static const char *rows[] = {",
            *(f'        "{row.id}",' for row in rows),
            "        0 };",
            "    static const char *laws[] = {",
            *(f'        "{law.name}",' for law in laws),
            "        0 };",
            f"    static unsigned long taken[{len(rows)}], broken[{max(len(laws), 1)}];",
            "    static void __attribute__((destructor)) tell(void) {",
            "        int i;",
            '        for (i = 0; rows[i]; i++) printf("taken %s %lu\\n", rows[i], taken[i]);',
            '        for (i = 0; laws[i]; i++) printf("broken %s %lu\\n", laws[i], broken[i]);',
            "    }",
            "}",
        )
    )


def _inline(name: str, statements: list[str]) -> list[str]:
    return [f"inline {name}() {{", *(f"    {each};" for each in statements or ["skip"]), "}", ""]


def _before(fact: f.Fact) -> str:
    return f"{variable(fact)}_before"


def _at(configuration: f.Configuration, table: Table) -> str:
    facts = (f"{variable(fact)} = {configuration.facts[fact.value]}" for fact in free_facts(table))
    return "; ".join((f"state = {configuration.state.name}", *facts))


def _labels(table: Table) -> list[str]:
    return list(dict.fromkeys(row.label.name for row in table.rows))


def _code(hresult: Hresult | None) -> str:
    return NO_HRESULT if hresult is None else hresult.name


def _hresults(table: Table) -> list[str]:
    """Return every answer that the table knows; mtype constants are few, and all HRESULTs are many."""
    return list(dict.fromkeys(_code(taken.answer.hresult) for taken in every_answer(table)))


def _rows(table: Table) -> Iterable[str]:
    numbers = {row.id: number for number, row in enumerate(table.rows)}
    for taken in every_answer(table):
        if not taken.number:
            row = taken.row
            yield f"        /* {row.id} {row.level.value}: {', '.join(row.cites)} */"
        yield f"        :: d_step {{ {_enabled(taken)} -> {'; '.join(_taken(taken, numbers[taken.row.id]))} }}"


def _enabled(taken: Taken) -> str:
    said = [f"state == {taken.row.source.name}"]
    if taken.row.guard.comparisons:
        said.append(to_promela(taken.row.guard))
    return " && ".join((*said, *within(taken.answer, "FILES_BOUND")))


def within(answer: Answer, bound: str, name: Name = variable) -> Iterator[str]:
    """Yield the condition that an answer stays within the bound on files; nothing where it adds none."""
    total = last_assignments(answer.effects).get(f.Fact.FILES_TOTAL)
    if total is not None:
        yield f"{to_promela(total, name)} <= {bound}"


def _taken(taken: Taken, number: int) -> Iterable[str]:
    yield f"TAKE({number}, {taken.row.label.name}, {_code(taken.answer.hresult)})"
    yield from effects_to_promela(taken.answer.effects)
    if taken.answer.dest is not taken.row.source:
        yield f"state = {taken.answer.dest.name}"


# Laws


def _asserted_places(number: int, law: Law, table: Table) -> list[str]:
    forbidden = [_place(place, now=True) for place in law.places(table)]
    return [_asserted(number, law, forbidden)] if forbidden else []


def _asserted_moves(number: int, law: Law, table: Table) -> list[str]:
    forbidden = [_move(move, table) for move in asked_moves(law, table)]
    return [_asserted(number, law, forbidden)] if forbidden else []


def _asserted(number: int, law: Law, forbidden: list[str]) -> str:
    either = " || ".join(f"({each})" for each in forbidden)
    return f"/* {law.name} */\n    LAW({number}, !({either}))"


def _move(move: Move, table: Table) -> str:
    said = [_place(move.before, now=False), _place(move.after, now=True)]
    if move.leaves:
        said.append("state != state_before")
    said += [_change(fact, change) for fact, change in move.changes]
    said.append(_one_of("label", [label.name for label in move.labels], _labels(table)))
    said.append(_one_of("hresult", [_code(hresult) for hresult in move.hresults], _hresults(table)))
    return " && ".join(each for each in said if each != "true") or "true"


_CHANGES = {Change.FALLS: "<", Change.RISES: ">", Change.DIFFERS: "!="}


def _change(fact: f.Fact, change: Change) -> str:
    return f"{variable(fact)} {_CHANGES[change]} {_before(fact)}"


def _place(place: Place, *, now: bool) -> str:
    said = _one_of("state" if now else "state_before", [s.name for s in place.states], [s.name for s in JobState])
    if not place.guard.comparisons:
        return said
    guard = to_promela(place.guard, variable if now else _before)
    return guard if said == "true" else f"{said} && {guard}"


def _one_of(name: str, wanted: list[str], every: list[str]) -> str:
    """Return that a variable has one of some values, told by these or by the others, whichever are fewer."""
    inside, outside = [each for each in every if each in wanted], [each for each in every if each not in wanted]
    if not outside:
        return "true"
    if len(inside) <= len(outside):
        return "(" + " || ".join(f"{name} == {each}" for each in inside) + ")" if inside else "false"
    return "(" + " && ".join(f"{name} != {each}" for each in outside) + ")"
