"""Mutants are generated from the rows, and what is said of them is proved: by the table itself, or by a run."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import divergences_of
from copyjob.conformance.generate import Scope
from copyjob.conformance.ground import Wire
from copyjob.conformance.mutants.behaviour import Behaviour
from copyjob.conformance.mutants.inclusion import explore, prove, truth
from copyjob.conformance.mutants.matrix import CLOSEST_AGAIN, Fate, attack, closest_first
from copyjob.conformance.mutants.mutation import Kind, Mutant, Slip, mutants
from copyjob.conformance.mutants.puppet import puppet
from copyjob.conformance.mutants.witness import plan_of
from copyjob.conformance.plan import AddFile, Advance, Call, Plan, Race, Serve, Settle, Unblock
from copyjob.conformance.record import Verdict
from copyjob.conformance.settings import plans_for
from copyjob.spec import facts as f
from copyjob.spec.compiled import integer_table
from copyjob.spec.table import Level, table
from copyjob.spec.vocabulary import Dialect, JobState, Operation

BITS, DO = Dialect.BITS, Dialect.DO
EXPIRED = Advance(Scope(table(BITS), frozenset()).expiry_seconds)
SEEDS = 8


@cache
def named(dialect: Dialect, name: str) -> Mutant:
    return next(mutant for mutant in mutants(dialect) if mutant.name == name)


@pytest.mark.parametrize("dialect", Dialect)
def test_every_row_has_mutants(dialect: Dialect) -> None:
    rows = {mutant.row for mutant in mutants(dialect)}
    assert rows == {row.id for row in table(dialect).rows}


@pytest.mark.parametrize("dialect", Dialect)
def test_there_are_mutants_of_every_kind(dialect: Dialect) -> None:
    assert {mutant.kind for mutant in mutants(dialect)} == set(Kind)


@pytest.mark.parametrize("dialect", Dialect)
def test_no_mutant_answers_what_its_row_permits(dialect: Dialect) -> None:
    rows = table(dialect).by_id
    assert not [m.name for m in mutants(dialect) if m.answer is not None and m.answer in rows[m.row].all_answers]


@pytest.mark.parametrize("dialect", Dialect)
def test_no_file_is_lost_where_none_can_be_done(dialect: Dialect) -> None:
    lost = [mutant.row for mutant in mutants(dialect) if mutant.slip is Slip.LOSES_A_FILE]
    assert lost
    assert f.NOTHING_DONE not in {table(dialect).by_id[row].guard for row in lost}


@pytest.mark.parametrize("dialect", Dialect)
def test_the_table_itself_is_proved_to_conform(dialect: Dialect) -> None:
    assert explore(Behaviour(integer_table(dialect)), truth(dialect)).conforms


def test_a_wrong_hresult_is_seen_in_the_answer_itself() -> None:
    proof = prove(named(BITS, "resume/SUSPENDED/1: answers S_OK"))
    assert proof.told().startswith("resume answered S_OK")


def test_a_job_that_never_leaves_queued_is_detectable() -> None:
    assert "stays QUEUED for ever" in prove(named(BITS, "turn/QUEUED/1: leads to QUEUED")).told()


def test_losing_error_information_that_may_be_lost_conforms() -> None:
    assert prove(named(BITS, "suspend/ERROR/1: loses error information")).conforms


def test_losing_error_information_that_must_be_kept_is_detectable() -> None:
    assert not prove(named(BITS, "set_priority/ERROR/1: loses error information")).conforms


def test_a_proof_fails_when_one_edge_is_added() -> None:
    mutant = named(BITS, "suspend/ERROR/1: loses error information")
    conforming = mutant.table()
    ways = list(conforming.edges[Operation.SUSPEND])
    at = next(n for n, (state, _) in enumerate(conforming.configurations) if state is JobState.ERROR and ways[n])
    wrong = conforming.index[f.Configuration(JobState.CANCELLED, conforming.configurations[at].facts)]
    for number, (state, _) in enumerate(conforming.configurations):
        if state is JobState.ERROR:
            ways[number] = (*ways[number], ways[number][0]._replace(dest=wrong))
    spoilt = replace(conforming, edges={**conforming.edges, Operation.SUSPEND: tuple(ways)})
    assert not explore(Behaviour(spoilt), truth(BITS)).conforms


@pytest.mark.parametrize(
    ("dialect", "name"),
    [
        (BITS, "suspend/SUSPENDED/1: leads to CANCELLED"),
        (BITS, "resume/SUSPENDED/1: answers S_OK"),
        (BITS, "suspend/CONNECTING/1: leads to QUEUED"),
        (BITS, "file_done/TRANSFERRING/1: counts no file more as done"),
        (DO, "restart/ERROR/1: leads to SUSPENDED"),
        (DO, "retry/TRANSIENT_ERROR/1: leads to SUSPENDED"),
        (DO, "no_progress/TRANSIENT_ERROR/1: leads to SUSPENDED"),
    ],
)
def test_a_witness_run_as_a_plan_kills_its_mutant(dialect: Dialect, name: str, tmp_path: Path) -> None:
    mutant = named(dialect, name)
    plan = plan_of(prove(mutant).witness, dialect)

    def shows(seed: int) -> bool:
        declared = declare(puppet(mutant, seed=seed), "puppet")
        with Bench(declared, integer_table(dialect), tmp_path / str(seed), wire=Wire.MEMORY, seed=seed) as bench:
            return bool(divergences_of(bench.judge, bench.run_patiently(plan)))

    # How long a job lasts in a state is up to the seed.
    assert any(map(shows, range(SEEDS))), plan


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("dialect", Dialect)
def test_the_puppet_of_the_right_table_conforms(dialect: Dialect, seed: int, tmp_path: Path) -> None:
    declared = declare(puppet(seed=seed), "puppet")
    plans = plans_for(declared, table(dialect), seed=seed, walk_count=2)[seed::5]
    with Bench(declared, integer_table(dialect), tmp_path / "bench", wire=Wire.MEMORY, seed=seed) as bench:
        for plan in plans:
            assert not divergences_of(bench.judge, bench.run_patiently(plan)), plan


KILLED = [
    (BITS, "slice_end/TRANSFERRING/1: leads to SUSPENDED"),
    (BITS, "cancel/SUSPENDED/1: removes what stood at the destination"),
    (BITS, "set_priority/ERROR/1: forgets which files are done"),
    (BITS, "transient_fault/TRANSFERRING/1: loses error information"),
    (DO, "complete/TRANSFERRING/3: leads to QUEUED"),
    (BITS, "resume/SUSPENDED/1: answers S_OK"),
    (BITS, "suspend/TRANSFERRING/1: leads to ERROR"),
    (DO, "suspend/TRANSFERRING/1: leads to TRANSFERRING"),
    (BITS, "cancel/CANCELLED/1: leads to SUSPENDED"),
    (DO, "complete/CANCELLED/1: answers S_OK"),
    (BITS, "add_file/SUSPENDED/1: counts no file more"),
    (BITS, "get_error/ERROR/1: loses error information"),
    (DO, "restart/ERROR/1: leads to SUSPENDED"),
    (BITS, "cancel/TRANSFERRING/1: leaves a temporary file"),
    (BITS, "complete/TRANSFERRED/2: does not make a file available"),
    (DO, "complete/TRANSFERRED/2: spoils a byte of a file"),
    (BITS, "file_done/TRANSFERRING/1: makes a file available before Complete"),
    (BITS, "all_done/TRANSFERRING/1: calls nobody back"),
    (DO, "all_done/TRANSFERRING/1: calls back twice"),
    (BITS, "file_done/TRANSFERRING/1: calls back twice"),
    (BITS, "no_progress/TRANSIENT_ERROR/1: calls nobody back"),
    (DO, "set_priority/SUSPENDED/1: calls nobody back"),
    (BITS, "retry/TRANSIENT_ERROR/1: leads to CONNECTING"),
    (BITS, "turn/QUEUED/1: calls nobody back"),
    (DO, "turn/QUEUED/1: calls nobody back"),
    (BITS, "connect/CONNECTING/1: calls nobody back"),
    (BITS, "transient_fault/TRANSFERRING/1: calls nobody back"),
    (BITS, "retry/TRANSIENT_ERROR/1: calls back twice"),
    (DO, "retry/TRANSIENT_ERROR/1: calls back twice"),
    (DO, "file_done/TRANSFERRING/1: calls nobody back"),
]


@pytest.mark.parametrize(("dialect", "name"), KILLED)
def test_a_mutant_is_killed_by_the_name_of_its_fault(dialect: Dialect, name: str, tmp_path: Path) -> None:
    kill = attack(named(dialect, name), tmp_path / "bench")
    assert kill.fate is Fate.KILLED, kill


WINDOW = "decides on the state before another call, and acts after it"


@pytest.mark.parametrize(
    ("dialect", "row"),
    [
        (BITS, "cancel/TRANSFERRING/1"),
        (BITS, "resume/SUSPENDED/2"),
        (BITS, "complete/TRANSFERRING/3"),
        (DO, "complete/TRANSFERRING/3"),
        (DO, "resume/TRANSFERRED/1"),
    ],
)
def test_a_race_window_is_killed_over_http(dialect: Dialect, row: str, tmp_path: Path) -> None:
    assert attack(named(dialect, f"{row}: {WINDOW}"), tmp_path / "bench").fate is Fate.KILLED


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("dialect", "name"),
    [
        (BITS, "suspend/ERROR/1: loses error information"),
        (BITS, "restart/ERROR/1: loses error information"),
        (DO, "restart/ERROR/1: loses error information"),
        (BITS, "connect/CONNECTING/1: calls back twice"),
        (DO, "restart/TRANSFERRING/1: calls nobody back"),
        (BITS, "range_refused/CONNECTING/1: calls nobody back"),
    ],
)
def test_a_mutant_that_conforms_is_never_accused(dialect: Dialect, name: str, seed: int, tmp_path: Path) -> None:
    mutant = named(dialect, name)
    assert prove(mutant).conforms
    assert attack(mutant, tmp_path / "bench", seed=seed, rounds=2).fate is Fate.SURVIVES


def test_the_plans_that_are_aimed_at_a_row_come_first() -> None:
    mutant = named(BITS, "suspend/CONNECTING/1: leads to QUEUED")
    assert closest_first(mutant)[0].aim == mutant.row


def test_a_call_right_after_another_comes_by_where_a_turn_leads_from_there() -> None:
    first = closest_first(named(BITS, "complete/CONNECTING/3: leads to QUEUED"))[:12]
    resumed, completed = Call(Operation.RESUME.value, None), Call(Operation.COMPLETE.value, None)
    assert [plan for plan in first if (resumed, completed) in pairwise(plan.steps)]


def test_a_job_that_is_let_expire_before_anybody_waits_comes_by_where_it_was_to_pass() -> None:
    first = closest_first(named(BITS, "expiry/TRANSFERRING/1: makes up error information"))[:CLOSEST_AGAIN]
    assert [plan for plan in first if (Serve(0, "serve"), EXPIRED) in pairwise(plan.steps)]


def test_what_time_brings_about_comes_by_in_plans_that_let_it_pass() -> None:
    first = closest_first(named(BITS, "expiry/TRANSFERRING/1: makes up error information"))[:10]
    assert all(EXPIRED in plan.steps for plan in first)


def test_a_race_window_is_attacked_where_its_row_is_raced() -> None:
    first = closest_first(named(BITS, f"resume/SUSPENDED/2: {WINDOW}"))[:12]
    raced = [
        {name for step in plan.steps if isinstance(step, Race) for one in step.callers for name in one}
        for plan in first
    ]
    assert all("resume" in names for names in raced)


def test_a_race_right_after_others_came_in_front_comes_by_where_a_turn_leads_from_there() -> None:
    first = closest_first(named(BITS, f"complete/CONNECTING/3: {WINDOW}"))[:24]
    assert [plan for plan in first if Unblock() in plan.steps and plan.aim == "instant"]


def test_a_puppet_that_completes_what_was_cancelled_beside_it_does_not_break(tmp_path: Path) -> None:
    mutant = named(BITS, f"complete/TRANSFERRED/2: {WINDOW}")
    plan = Plan((AddFile(0), Call("resume"), Settle(), Race((("complete",), ("cancel",))), Settle()))
    declared = declare(puppet(mutant, quiescence_seconds=0.25), "puppet")
    with Bench(declared, integer_table(BITS), tmp_path / "bench") as bench:
        verdicts = {bench.run(plan).verdict for _ in range(12)}
    assert verdicts == {Verdict.DIVERGES, Verdict.CONFORMS}


def test_only_a_mutant_that_calls_back_wrongly_declares_callbacks() -> None:
    wrong = {kind for kind in Kind if "callback" in kind.value}
    calling = {mutant.kind for mutant in mutants(BITS) if "callbacks" in puppet(mutant).powers}
    assert calling == wrong


def test_a_broken_recommendation_is_no_kill(tmp_path: Path) -> None:
    row = table(BITS).by_id["transient_fault/TRANSFERRING/1"]
    tolerated = replace(named(BITS, f"{row.id}: leads to SUSPENDED"), answer=row.tolerated[0])
    with Bench(
        declare(puppet(tolerated), "puppet"), integer_table(BITS), tmp_path / "bench", wire=Wire.MEMORY
    ) as bench:
        levels = {
            divergence.level
            for plan in closest_first(tolerated)[:10]
            for divergence in divergences_of(bench.judge, bench.run_patiently(plan))
        }
    assert levels == {Level.SHOULD}
