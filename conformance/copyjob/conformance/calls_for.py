"""Which callbacks a step of the compiled table calls for: the rules of the spec, asked by an edge.

Law: an edge does not tell which of its row's answers it is. Where several answers lead from one configuration to the
same other one, a rule is certain only where it fires for all of them.
"""

from __future__ import annotations

from copyjob.spec import facts as f
from copyjob.spec.callbacks import CallbackRule, callbacks_of
from copyjob.spec.compiled import Edge, IntegerTable


def rules_of_step(table: IntegerTable, number: int, edge: Edge) -> tuple[tuple[CallbackRule, bool], ...]:
    """Return the rules that fire when an edge is taken from a configuration, with whether that is certain."""
    row, after = table.rows[edge.row], table.configurations[edge.dest]
    facts = table.configurations[number].facts
    fired = [
        callbacks_of(row, answer, table.dialect)
        for answer in row.all_answers
        if (answer.hresult, answer.dest) == (edge.hresult, after.state)
        and f.apply(answer.effects, facts) == after.facts
    ]
    rules = dict.fromkeys(rule for of_answer in fired for rule in of_answer)
    return tuple((rule, all(rule in of_answer for of_answer in fired)) for rule in rules)
