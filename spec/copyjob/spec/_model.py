"""What the models for TLC and Spin share: names, the facts they carry, and which answers a law speaks about.

Law: the generated texts depend on a table alone. A law about steps is cut down by label and HRESULT only, which are no
part of a configuration; states and facts are left for the model checker to judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from copyjob.spec import facts as f
from copyjob.spec.laws import LAWS, Law, Move
from copyjob.spec.scope import CORE, FEATURES, facts_of
from copyjob.spec.table import Answer, Row, Table

FILES_DEFAULT = 3
"""The bound on files of a model that is not told another."""
GENERATED = "Generated from the rows of the table; not edited by hand."


def scope_name(table: Table) -> str:
    """Return ``core``, ``full``, or the features of the table's scope joined by ``+``."""
    if table.scope == CORE:
        return "core"
    if table.scope == FEATURES[table.dialect]:
        return "full"
    return "+".join(sorted(feature.value for feature in table.scope))


def model_name(table: Table) -> str:
    """Return a name for the model of a table, such as ``CopyJobBITS`` or ``CopyJobDOFull``."""
    scope = "" if table.scope == CORE else scope_name(table).title().replace("+", "")
    return f"CopyJob{table.dialect.value}{scope}"


def free_facts(table: Table) -> tuple[f.Fact, ...]:
    """Return the facts that a table speaks about, in their order: the variables of its model beside the state."""
    free = facts_of(table.scope)
    return tuple(fact for fact in f.Fact if fact in free)


class Taken(NamedTuple):
    """A row with one of its answers, numbered from 0 within the row."""

    row: Row
    number: int
    answer: Answer


def every_answer(table: Table) -> Iterator[Taken]:
    """Yield every row with every answer, in the order of the table."""
    for row in table.rows:
        for number, answer in enumerate(row.all_answers):
            yield Taken(row, number, answer)


def may_be(move: Move, taken: Taken) -> bool:
    """Tell whether label and HRESULT of an answer are those of a move."""
    return taken.row.label in move.labels and taken.answer.hresult in move.hresults


def asked_moves(law: Law, table: Table) -> tuple[Move, ...]:
    """Return the moves that a law forbids and that some answer of the table could be, going by label and HRESULT."""
    return tuple(move for move in law.moves(table) if any(may_be(move, taken) for taken in every_answer(table)))


def always_asked(table: Table) -> tuple[Law, ...]:
    """Return the laws about configurations and steps that say anything about this table, in their order."""
    return tuple(law for law in LAWS if law.places(table) or asked_moves(law, table))


def liveness_asked(table: Table) -> tuple[Law, ...]:
    """Return the laws about fair runs that say anything about this table, in their order."""
    return tuple(law for law in LAWS if law.leads_to(table) is not None)
