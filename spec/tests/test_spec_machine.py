"""The built machine says what the rows say, step by step, and leaves the rows alone.

Law: the expected answer of every trigger in every configuration is worked out here from the rows, with their
guards but without the machine; the machine is then fired and must agree.
"""

from __future__ import annotations

from functools import cache
from itertools import chain

import pytest
from transitions import MachineError

from copyjob.spec import facts as f
from copyjob.spec.compiled import compile_machine
from copyjob.spec.explore import steps
from copyjob.spec.facts import Configuration, Facts
from copyjob.spec.machine import SpecMachine
from copyjob.spec.table import Answer, Row, Table, table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation

REFUSED_BY_GUARD, NO_ROW = "refused by a guard", "no row"


@cache
def built(dialect: Dialect) -> SpecMachine:
    return SpecMachine(table(dialect))


def places(rows: Table, files_bound: int = 2) -> list[Configuration]:
    """Return every sound configuration, reachable or not."""
    return [Configuration(state, facts) for state in rows.states for facts in f.all_facts(files_bound)]


@cache
def ways(dialect: Dialect) -> dict[tuple[str, JobState], list[tuple[Row, Answer]]]:
    """Return rows and answers by trigger and state, as they stand in the table."""
    found: dict[tuple[str, JobState], list[tuple[Row, Answer]]] = {}
    for row in table(dialect).rows:
        for name, answer in row.triggers():
            found.setdefault((name, row.source), []).append((row, answer))
    return found


def expected(rows: Table, trigger: str, at: Configuration) -> Configuration | str:
    """Tell what the rows say of one trigger in one configuration."""
    known = ways(rows.dialect).get((trigger, at.state))
    if known is None:
        return NO_ROW
    for row, answer in known:
        if row.guard.holds(at.facts):
            return Configuration(answer.dest, f.apply(answer.effects, at.facts))
    return REFUSED_BY_GUARD


def fired(machine: SpecMachine, trigger: str, at: Configuration) -> Configuration | str:
    """Fire one trigger from one configuration and tell what came of it."""
    job = machine.job(at)
    try:
        moved = machine.fire(job, trigger)
    except MachineError:
        assert job.configuration == at
        return NO_ROW
    if moved:
        return job.configuration
    assert job.configuration == at
    return REFUSED_BY_GUARD


def all_triggers(rows: Table) -> list[str]:
    return list(dict.fromkeys(name for row in rows.rows for name, _ in row.triggers()))


def test_firing_agrees_with_the_rows_in_every_configuration_for_every_trigger(dialect: Dialect) -> None:
    rows, machine = table(dialect), built(dialect)
    disagreements = [
        (trigger, str(at), want, got)
        for trigger in all_triggers(rows)
        for at in places(rows)
        if (got := fired(machine, trigger, at)) != (want := expected(rows, trigger, at))
    ]

    assert disagreements == []


def test_the_machine_has_the_triggers_of_the_rows_and_no_other(dialect: Dialect) -> None:
    assert list(built(dialect).machine.events) == all_triggers(table(dialect))


def test_the_machine_has_one_transition_for_every_answer_of_every_row(dialect: Dialect) -> None:
    transitions = [
        transition
        for event in built(dialect).machine.events.values()
        for transition in chain.from_iterable(event.transitions.values())
    ]
    answers = [answer for row in table(dialect).rows for answer in row.all_answers]

    assert len(transitions) == len(answers)


@pytest.mark.parametrize("state", [state.name for state in JobState])
def test_there_is_no_automatic_transition_to_a_state(dialect: Dialect, state: str) -> None:
    names = {f"to_{state}", f"to_{state.lower()}", state}

    assert names & set(built(dialect).machine.events) == set()


def test_a_job_cannot_be_sent_to_a_state_by_name(dialect: Dialect) -> None:
    assert [name for name in dir(built(dialect).job()) if name.startswith(("to_", "is_", "may_"))] == []


def test_the_machine_knows_the_states_of_its_dialect_only(dialect: Dialect) -> None:
    assert list(built(dialect).machine.states) == [state.name for state in table(dialect).states]


def test_an_unknown_trigger_is_a_key_error(dialect: Dialect) -> None:
    machine = built(dialect)

    with pytest.raises(KeyError, match=r"resume\.S_OK\.NOWHERE"):
        machine.fire(machine.job(), "resume.S_OK.NOWHERE")


def test_a_trigger_without_a_row_in_the_state_is_a_machine_error(dialect: Dialect) -> None:
    machine = built(dialect)

    with pytest.raises(MachineError, match="cancel"):
        machine.fire(machine.job(Configuration(JobState.CANCELLED)), "cancel.S_OK.CANCELLED")


def test_the_rows_are_as_before_after_everything_has_been_fired(dialect: Dialect) -> None:
    # A table of its own: the shared one could hide a change that an earlier test made.
    rows = table.__wrapped__(dialect)
    before = repr(rows.rows)
    machine = SpecMachine(rows)
    for trigger in all_triggers(rows):
        for at in places(rows, 1):
            fired(machine, trigger, at)

    assert repr(rows.rows) == before
    assert rows == table.__wrapped__(dialect)


def test_two_machines_of_one_table_share_no_transition(dialect: Dialect) -> None:
    one, other = SpecMachine(table(dialect)), SpecMachine(table(dialect))
    one.machine.events["cancel.S_OK.CANCELLED"].transitions["SUSPENDED"].clear()

    assert other.machine.events["cancel.S_OK.CANCELLED"].transitions["SUSPENDED"]


def test_enabled_triggers_are_the_steps_of_the_rows(dialect: Dialect) -> None:
    rows, machine = table(dialect), built(dialect)
    for at in places(rows):
        stepping = {s.row.label.value + s.answer.trigger for s in steps(rows, at, files_bound=3)}
        assert set(machine.enabled(machine.job(at))) == stepping, str(at)


def test_enabled_triggers_stand_in_the_order_of_the_table(dialect: Dialect) -> None:
    machine = built(dialect)
    order = all_triggers(table(dialect))
    enabled = machine.enabled(machine.job(Configuration(JobState.TRANSFERRING, Facts(2, 1))))

    assert len(enabled) >= 10
    assert enabled == sorted(enabled, key=order.index)


def test_asking_whether_a_trigger_can_fire_changes_nothing(dialect: Dialect) -> None:
    machine = built(dialect)
    job = machine.job()

    assert machine.can_fire(job, "cancel.S_OK.CANCELLED")
    assert job.configuration == f.INITIAL


def test_a_new_job_is_in_the_initial_configuration(dialect: Dialect) -> None:
    assert built(dialect).job().configuration == f.INITIAL


def test_stepping_one_job_leaves_another_where_it_is(dialect: Dialect) -> None:
    machine = built(dialect)
    one, other = machine.job(), machine.job()

    machine.fire(one, "add_file.S_OK.SUSPENDED")

    assert (one.facts.files_total, other.facts.files_total) == (1, 0)


@pytest.mark.parametrize("label", [*Operation, *InternalEvent])
def test_the_triggers_of_a_label_are_those_of_its_rows(dialect: Dialect, label: Operation | InternalEvent) -> None:
    rows, machine = table(dialect), built(dialect)
    of_rows = [name for row in rows.rows if row.label is label for name, _ in row.triggers()]

    assert list(machine.triggers(label.value)) == list(dict.fromkeys(of_rows))
    assert {machine.label(name) for name in of_rows} <= {label}


def test_a_transition_taken_out_of_the_machine_is_lost_in_the_integer_table(dialect: Dialect) -> None:
    machine = SpecMachine(table(dialect))
    whole = compile_machine(machine)
    machine.machine.events["cancel.S_OK.CANCELLED"].transitions["ERROR"].clear()
    lacking = compile_machine(machine)

    at_error = [n for n, at in enumerate(whole.configurations) if at.state is JobState.ERROR]
    assert all(whole.edges[Operation.CANCEL][n] for n in at_error)
    assert not any(lacking.edges[Operation.CANCEL][n] for n in at_error)


def test_a_transition_taken_out_of_the_machine_costs_no_other_edge(dialect: Dialect) -> None:
    machine = SpecMachine(table(dialect))
    whole = compile_machine(machine)
    machine.machine.events["cancel.S_OK.CANCELLED"].transitions["ERROR"].clear()
    lacking = compile_machine(machine)

    others = [n for n, at in enumerate(whole.configurations) if at.state is not JobState.ERROR]
    kept = [whole.edges[Operation.CANCEL][n] == lacking.edges[Operation.CANCEL][n] for n in others]
    assert all(kept)
    rest = {k: v for k, v in whole.edges.items() if k is not Operation.CANCEL}
    assert rest == {k: v for k, v in lacking.edges.items() if k is not Operation.CANCEL}


def test_a_transition_put_into_the_machine_is_gained_in_the_integer_table(dialect: Dialect) -> None:
    machine = SpecMachine(table(dialect))
    model = machine.machine.events["cancel.S_OK.CANCELLED"].transitions["ERROR"][0]
    machine.machine.add_transition(
        "cancel.S_OK.CANCELLED",
        JobState.ERROR,
        JobState.QUEUED,
        conditions=[model.conditions[0].func],
        after=list(model.after),
    )
    gained = compile_machine(machine)

    at = gained.index[Configuration(JobState.ERROR, Facts(1, 0))]
    dests = [gained.configurations[edge.dest].state for edge in gained.edges[Operation.CANCEL][at]]
    assert dests == [JobState.CANCELLED, JobState.QUEUED]
