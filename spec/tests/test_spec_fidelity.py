"""Table, built machine and integer table say the same: in every configuration, of every operation and event.

Law: three tellings are compared that share no step. The rows are asked for their answers, the machine is fired for
real, and the edges are looked up. What was compared is counted, so that nothing passes by comparing nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest
from transitions import MachineError

from copyjob.spec import facts as f
from copyjob.spec.compiled import IntegerTable, Label, compile_machine
from copyjob.spec.explore import Exploration, explore
from copyjob.spec.facts import Configuration, Facts
from copyjob.spec.machine import SpecMachine
from copyjob.spec.scope import facts_of
from copyjob.spec.table import Table, full_table, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Iterable

BITS, DO = Dialect.BITS, Dialect.DO
LABELS: tuple[Label, ...] = (*Operation, *InternalEvent)
CORE_FILES, FULL_FILES = 3, 2


class Way(NamedTuple):
    """One way from a configuration, as any of the three tells it."""

    hresult: Hresult | None
    dest: Configuration


class Three(NamedTuple):
    """The three tellings of one table."""

    rows: Table
    machine: SpecMachine
    compiled: IntegerTable
    files_bound: int


class Seen(NamedTuple):
    """What was compared, and where it differed: who, of which label, at which configuration."""

    differences: list[tuple[str, Label, Configuration]]
    cells: int
    fired: int
    moved: Counter[str]
    """Steps of the machine by the row that the table has there, those beyond the bound left out."""
    edges: int


def three(rows: Table, files_bound: int) -> Three:
    machine = SpecMachine(rows)
    return Three(rows, machine, compile_machine(machine, files_bound), files_bound)


def told_by_rows(rows: Table, label: Label, at: Configuration) -> list[Way]:
    row = rows.row_at(label, at)
    answers = () if row is None else row.all_answers
    return sorted(Way(a.hresult, Configuration(a.dest, f.apply(a.effects, at.facts))) for a in answers)


def told_by_firing(
    machine: SpecMachine, triggers: Iterable[str], at: Configuration, closed: set[tuple[str, JobState]]
) -> tuple[list[Way], int]:
    """Fire every trigger from a configuration, a new job each; return where it moved, and how many were fired.

    Whether the machine knows a trigger in a state does not depend on the facts: once is enough where it does not.
    """
    ways: list[Way] = []
    fired = 0
    for trigger in triggers:
        if (trigger, at.state) in closed:
            continue
        job = machine.job(at)
        fired += 1
        try:
            moved = machine.fire(job, trigger)
        except MachineError:
            moved = False
            closed.add((trigger, at.state))
        if moved:
            _, *hresult, dest = trigger.split(".")
            assert job.state is JobState[dest]
            ways.append(Way(Hresult[hresult[0]] if hresult else None, job.configuration))
        else:
            assert job.configuration == at
    return sorted(ways), fired


def told_by_edges(compiled: IntegerTable, label: Label, at: Configuration) -> list[Way]:
    of_label = compiled.edges.get(label)
    edges = of_label[compiled.index[at]] if of_label is not None else ()
    return sorted(Way(edge.hresult, compiled.configurations[edge.dest]) for edge in edges)


def compared(given: Three, places: Iterable[Configuration], labels: Iterable[Label] = LABELS) -> Seen:
    rows, machine, compiled, files_bound = given
    triggers = {label: machine.triggers(label.value) for label in labels}
    differences: list[tuple[str, Label, Configuration]] = []
    moved: Counter[str] = Counter()
    closed: set[tuple[str, JobState]] = set()
    cells = fired = edges = 0
    for at in places:
        for label, of_label in triggers.items():
            cells += 1
            want = told_by_rows(rows, label, at)
            within = [way for way in want if way.dest.facts.files_total <= files_bound]
            by_firing, count = told_by_firing(machine, of_label, at, closed)
            by_edges = told_by_edges(compiled, label, at)
            fired += count
            edges += len(by_edges)
            row = rows.row_at(label, at)
            if row is not None:
                moved[row.id] += sum(way.dest.facts.files_total <= files_bound for way in by_firing)
            differences += [("machine", label, at)] if by_firing != want else []
            differences += [("integer table", label, at)] if by_edges != within else []
    return Seen(differences, cells, fired, moved, edges)


def all_places(rows: Table, files_bound: int) -> list[Configuration]:
    return [Configuration(s, facts) for s in rows.states for facts in f.all_facts(files_bound, facts_of(rows.scope))]


@cache
def core(dialect: Dialect) -> Three:
    return three(table(dialect), CORE_FILES)


@cache
def everything(dialect: Dialect) -> Exploration:
    return explore(full_table(dialect), FULL_FILES)


@cache
def core_seen(dialect: Dialect) -> Seen:
    return compared(core(dialect), all_places(table(dialect), CORE_FILES))


@cache
def full_seen(dialect: Dialect) -> Seen:
    return compared(three(full_table(dialect), FULL_FILES), everything(dialect).configurations)


def test_the_three_agree_in_every_sound_configuration_of_the_core(dialect: Dialect) -> None:
    assert core_seen(dialect).differences == []


def test_the_three_agree_in_every_reachable_configuration_of_everything(dialect: Dialect) -> None:
    assert full_seen(dialect).differences == []


def test_every_operation_and_event_was_compared_in_every_sound_configuration_of_the_core(dialect: Dialect) -> None:
    configurations = {BITS: 270, DO: 240}[dialect]

    assert core_seen(dialect).cells == configurations * (len(Operation) + len(InternalEvent))


def test_every_operation_and_event_was_compared_in_every_reachable_configuration_of_everything(
    dialect: Dialect,
) -> None:
    cells = {BITS: 1197, DO: 54}[dialect] * (len(Operation) + len(InternalEvent))

    assert full_seen(dialect).cells == cells


def firings_due(rows: Table, places: Iterable[Configuration]) -> int:
    """Count the triggers that the rows have in the state of each place, and each other trigger once a state."""
    names = {state: {name for row in rows.by_source[state] for name, _ in row.triggers()} for state in rows.states}
    every_name = set[str]().union(*names.values())
    others = sum(len(every_name - of_state) for of_state in names.values())
    return others + sum(len(names[at.state]) for at in places)


def test_every_trigger_was_fired_in_every_configuration_that_knows_it(dialect: Dialect) -> None:
    in_core = firings_due(table(dialect), all_places(table(dialect), CORE_FILES))
    in_everything = firings_due(full_table(dialect), everything(dialect).configurations)

    assert core_seen(dialect).fired == in_core
    assert full_seen(dialect).fired == in_everything


def test_the_machine_took_every_row_as_often_as_the_exploration_did(dialect: Dialect) -> None:
    assert dict(full_seen(dialect).moved) == dict(everything(dialect).taken)
    assert min(full_seen(dialect).moved.values()) > 0


def test_the_integer_table_has_as_many_edges_as_the_exploration_took_steps(dialect: Dialect) -> None:
    assert full_seen(dialect).edges == everything(dialect).steps_total


def test_the_machine_moved_once_for_every_edge_of_the_core(dialect: Dialect) -> None:
    edges = {BITS: 3408, DO: 2861}[dialect]

    assert core_seen(dialect).edges == edges
    assert core_seen(dialect).moved.total() == edges


def differing(given: Three, label: Label) -> set[tuple[str, Configuration]]:
    seen = compared(given, all_places(given.rows, given.files_bound), [label])
    return {(who, at) for who, _, at in seen.differences}


def test_a_machine_that_lost_any_one_transition_is_noticed_where_it_began(dialect: Dialect) -> None:
    rows, compiled = table(dialect), core(dialect).compiled
    machine = SpecMachine(rows)
    given = Three(rows, machine, compiled, CORE_FILES)
    tried = 0
    unnoticed: list[tuple[str, str]] = []
    for trigger, event in machine.machine.events.items():
        for source, transitions in event.transitions.items():
            here = [at for at in all_places(rows, CORE_FILES) if at.state.name == source]
            for number in range(len(transitions)):
                lost = transitions.pop(number)
                seen = compared(given, here, [machine.label(trigger)])
                transitions.insert(number, lost)
                tried += 1
                if {who for who, _, _ in seen.differences} != {"machine"}:
                    unnoticed.append((trigger, source))

    assert tried == sum(len(row.all_answers) for row in rows.rows)
    assert unnoticed == []


def test_what_the_machine_lost_is_missing_in_the_integer_table_too(dialect: Dialect) -> None:
    machine = SpecMachine(table(dialect))
    machine.machine.events["cancel.S_OK.CANCELLED"].transitions["ERROR"].clear()
    given = Three(table(dialect), machine, compile_machine(machine, 1), 1)
    in_error = [at for at in all_places(table(dialect), 1) if at.state is JobState.ERROR]

    assert differing(given, Operation.CANCEL) == {(who, at) for who in ("machine", "integer table") for at in in_error}


def test_a_machine_that_gained_a_transition_is_noticed_where_it_begins(dialect: Dialect) -> None:
    machine = SpecMachine(table(dialect))
    model = machine.machine.events["resume.S_OK.QUEUED"].transitions["ERROR"][0]
    machine.machine.add_transition(
        "resume.S_OK.QUEUED",
        JobState.CANCELLED,
        JobState.QUEUED,
        conditions=[model.conditions[0].func],
        after=list(model.after),
    )
    given = Three(table(dialect), machine, compile_machine(machine, 1), 1)
    cancelled = [at for at in all_places(table(dialect), 1) if at.state is JobState.CANCELLED]

    assert differing(given, Operation.RESUME) == {(who, at) for who in ("machine", "integer table") for at in cancelled}


def test_a_machine_whose_effects_are_lost_is_noticed(dialect: Dialect) -> None:
    machine = SpecMachine(table(dialect))
    machine.machine.events["file_done.TRANSFERRING"].transitions["TRANSFERRING"][0].after.clear()
    given = Three(table(dialect), machine, core(dialect).compiled, CORE_FILES)

    assert {at.state for _, at in differing(given, InternalEvent.FILE_DONE)} == {JobState.TRANSFERRING}


def test_an_integer_table_with_one_row_redirected_is_noticed_there_alone(dialect: Dialect) -> None:
    rows, machine, compiled, bound = core(dialect)
    number = next(n for n, row in enumerate(rows.rows) if row.id == "cancel/ERROR/1")
    redirected = compiled.redirected(number, [replace(rows.rows[number].answers[0], dest=JobState.SUSPENDED)])
    given = Three(rows, machine, redirected, bound)
    in_error = {("integer table", at) for at in all_places(rows, bound) if at.state is JobState.ERROR}

    assert differing(given, Operation.CANCEL) == in_error


def test_a_table_of_everything_begins_with_every_kind_of_job() -> None:
    compiled = compile_machine(SpecMachine(full_table(BITS)), 0)
    begin = [each for n, each in enumerate(compiled.configurations) if compiled.initial >> n & 1]

    assert sorted(begin) == sorted(f.initials(facts_of(full_table(BITS).scope)))
    assert len(begin) == 3


@pytest.mark.parametrize(("dialect", "count"), [(BITS, 3888), (DO, 144)], indirect=["dialect"])
def test_the_integer_table_of_everything_numbers_all_sound_configurations(dialect: Dialect, count: int) -> None:
    compiled = compile_machine(SpecMachine(full_table(dialect)), FULL_FILES)

    assert len(set(compiled.configurations)) == count
    assert [at for at in everything(dialect).configurations if at not in compiled.index] == []


def test_what_is_beyond_the_bound_is_compared_with_the_machine_alone() -> None:
    full_job = Configuration(JobState.SUSPENDED, Facts(CORE_FILES))

    assert told_by_edges(core(BITS).compiled, Operation.ADD_FILE, full_job) == []
    assert len(told_by_rows(table(BITS), Operation.ADD_FILE, full_job)) == 1
