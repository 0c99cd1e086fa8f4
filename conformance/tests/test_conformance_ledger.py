"""The ledger: it proves what judging every trace again would prove, in whatever order and parts it was written."""

from __future__ import annotations

import gc
import pickle
import random
from collections.abc import Sequence
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.conformance import nodes
from copyjob.conformance.checks import CHECKS
from copyjob.conformance.coverage import covered, exercised, goals
from copyjob.conformance.discriminate import Trace, alternatives
from copyjob.conformance.ledger import Bookkeeper, Gained, Ledger, evidence
from copyjob.conformance.observation import Called, Causes, Observation, Sampled, bits_of
from copyjob.conformance.oracle import Judge, first_rejection
from copyjob.conformance.trails import Trail
from copyjob.spec.compiled import integer_table, members
from copyjob.spec.table import FINAL, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

TABLE = integer_table(Dialect.BITS)
JUDGE = Judge(TABLE)
NOTHING = Causes()
REFUSED = (
    Sampled(JobState.SUSPENDED, NOTHING),
    Called(Operation.RESUME, Hresult.BG_E_EMPTY, NOTHING),
    Sampled(JobState.SUSPENDED, NOTHING),
)
ADDED = (Called(Operation.ADD_FILE, 0, NOTHING), Sampled(JobState.SUSPENDED, NOTHING))


def walk(seed: int, length: int = 10) -> Trace:
    """Return what is seen of a job that goes through the table at random."""
    chance = random.Random(seed)
    (number,) = members(TABLE.initial)
    seen: list[Observation] = []
    happened: set[InternalEvent] = set()
    served = 0
    while len(seen) < length and TABLE.configurations[number].state not in FINAL:
        label = chance.choice([label for label, ways in TABLE.edges.items() if ways[number]])
        edge = chance.choice(TABLE.edges[label][number])
        number = edge.dest
        served = max(served, TABLE.configurations[number].facts.files_done)
        if isinstance(label, InternalEvent):
            happened.add(label)
        elif edge.hresult is not None:
            seen.append(Called(label, int(edge.hresult), Causes(bits_of(happened), served)))
        if chance.random() < 0.6:
            seen.append(Sampled(TABLE.configurations[number].state, Causes(bits_of(happened), served)))
            happened.clear()
    trace = tuple(seen)
    return Trace(trace, tolerant=first_rejection(JUDGE, trace, tolerant=False) is not None)


traces = st.lists(st.integers(0, 10_000).map(walk), min_size=1, max_size=4)


def kept(of: Sequence[Trace]) -> Ledger:
    keeper = Bookkeeper(JUDGE)
    for trace in of:
        keeper.take(trace.observations, tolerant=trace.tolerant)
    return keeper.ledger


def proved(ledger: Ledger) -> tuple[object, ...]:
    """Return all that a ledger proves."""
    same = (ledger.runs, ledger.judged, ledger.taken, ledger.guards, ledger.pairs, ledger.hresults)
    return (*same, set(ledger.rejected))


def rejects(key: tuple[str, str], trace: Trace) -> bool:
    """Tell naively whether a trace rejects an alternative: by judging all of it against another table."""
    own = table(Dialect.BITS)
    number = own.rows.index(own.by_id[key[0]])
    named = dict(alternatives(own.rows[number], TABLE, own.states))
    judge = Judge(TABLE.redirected(number, (named[key[1]],)))
    return first_rejection(judge, trace.observations, tolerant=trace.tolerant) is not None


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(of=traces)
def test_a_ledger_proves_what_judging_every_trace_again_proves(of: list[Trace]) -> None:
    weighed = kept(of).evidence(TABLE)
    for row_id, own in weighed.items():
        for name in own.rejected | own.survived:
            assert (name in own.rejected) == any(rejects((row_id, name), trace) for trace in of)


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(of=traces)
def test_a_row_that_no_trace_is_judged_by_has_no_alternative_that_a_trace_rejects(of: list[Trace]) -> None:
    own, weighed = table(Dialect.BITS), kept(of).evidence(TABLE)
    for row in [row for row in own.rows if not weighed[row.id].judged][::7]:
        names = [name for name, _ in alternatives(row, TABLE, own.states)]
        assert not any(rejects((row.id, name), trace) for name in names for trace in of)


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(of=traces, data=st.data())
def test_the_order_of_the_traces_changes_nothing_in_what_is_proved(of: list[Trace], data: st.DataObject) -> None:
    assert proved(kept(of)) == proved(kept(data.draw(st.permutations(of))))


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(of=traces, more=traces, rest=traces)
def test_how_the_traces_were_dealt_out_changes_nothing_in_what_is_proved(
    of: list[Trace], more: list[Trace], rest: list[Trace]
) -> None:
    left, right = Ledger(), kept(more)
    for part in (of, more, rest):
        left.merge(kept(part))
    right.merge(kept(rest))
    merged = kept(of)
    merged.merge(right)
    assert proved(left) == proved(merged) == proved(kept([*of, *more, *rest]))


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(of=traces, more=traces)
def test_the_traces_that_are_kept_do_not_depend_on_who_is_merged_into_whom(of: list[Trace], more: list[Trace]) -> None:
    one, other = kept(of), kept(more)
    one.merge(kept(more))
    other.merge(kept(of))
    assert one.rejected == other.rejected


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(of=traces)
def test_the_traces_that_are_kept_prove_every_alternative_that_all_of_them_do(of: list[Trace]) -> None:
    ledger = kept(of)
    assert set(kept(ledger.traces).rejected) == set(ledger.rejected)


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(of=traces)
def test_what_a_bookkeeper_remembers_changes_nothing_in_what_is_proved(of: list[Trace]) -> None:
    keeper = Bookkeeper(JUDGE)
    for trace in of:
        for _ in range(2):
            keeper.take(trace.observations, tolerant=trace.tolerant)
    apart = Ledger()
    for trace in [*of, *of]:
        apart.merge(kept([trace]))
    assert proved(keeper.ledger) == proved(apart)


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(of=traces)
def test_a_bookkeeper_that_forgets_proves_what_one_does_that_remembers(of: list[Trace]) -> None:
    judge = Judge(TABLE)
    forgetful = Bookkeeper(judge)
    with patch.object(nodes, "REMEMBERED_MAX", 50):
        for trace in of:
            forgetful.take(trace.observations, tolerant=trace.tolerant)
    assert judge.memory.age > 0
    assert proved(forgetful.ledger) == proved(kept(of))


def test_what_a_bookkeeper_forgot_is_gone() -> None:
    judge, length = Judge(TABLE), 10
    keeper = Bookkeeper(judge)
    with patch.object(nodes, "REMEMBERED_MAX", 1):
        for seed in range(20):
            keeper.take(walk(seed, length).observations)
    gc.collect()
    trails = [one for one in gc.get_objects() if isinstance(one, Trail) and one.shade.place.judge is judge]
    # Those of the last walk, and where the tolerant and the others begin and end.
    assert len(trails) <= length + 4


def test_a_trace_that_rejects_nothing_new_is_not_kept() -> None:
    assert kept([Trace(REFUSED), Trace((*REFUSED, *REFUSED))]).traces == [Trace(REFUSED)]


def test_of_two_traces_merged_the_shorter_is_kept() -> None:
    ledger = kept([Trace((*REFUSED, *REFUSED))])
    ledger.merge(kept([Trace(REFUSED)]))
    assert ledger.traces == [Trace(REFUSED)]


def test_a_run_that_was_known_gains_nothing() -> None:
    keeper = Bookkeeper(JUDGE)
    first = keeper.take(REFUSED)
    assert (bool(first), keeper.take(REFUSED)) == (True, Gained())


def test_what_a_run_gains_is_told() -> None:
    keeper = Bookkeeper(JUDGE)
    keeper.take(REFUSED)
    gained = keeper.take((*REFUSED, *ADDED))
    assert gained.pairs == {("resume/SUSPENDED/1", "add_file/SUSPENDED/1")}


def test_a_bookkeeper_goes_on_with_a_ledger() -> None:
    ledger = kept([Trace(REFUSED)])
    assert Bookkeeper(JUDGE, ledger).take(REFUSED) == Gained()


def test_a_bookkeeper_weighs_what_was_merged_into_its_ledger_too() -> None:
    keeper = Bookkeeper(JUDGE)
    before = keeper.evidence(["resume/SUSPENDED/1"])["resume/SUSPENDED/1"].discriminated
    keeper.ledger.merge(kept([Trace(REFUSED)]))
    assert (before, keeper.evidence()["resume/SUSPENDED/1"].discriminated) == (False, True)


def test_a_ledger_survives_the_way_to_another_process() -> None:
    ledger = kept([walk(seed) for seed in range(5)])
    assert pickle.loads(pickle.dumps(ledger)) == ledger


def test_a_row_is_untold_until_every_alternative_is_rejected() -> None:
    told, half = kept([Trace(REFUSED)]), kept([Trace(REFUSED[:-1])])
    assert ["resume/SUSPENDED/1" in ledger.untold(TABLE) for ledger in (told, half)] == [False, True]


def test_what_was_rejected_before_the_end_of_a_trace_counts() -> None:
    # The trace ends where the table itself rejects it.
    wrong = Sampled(JobState.TRANSFERRED, NOTHING)
    found = evidence(TABLE, [Trace((*REFUSED, wrong))])
    assert found["resume/SUSPENDED/1"].discriminated


# Coverage


@pytest.mark.parametrize("dialect", list(Dialect), ids=lambda dialect: dialect.value)
def test_every_row_of_a_table_can_be_covered(dialect: Dialect) -> None:
    own = integer_table(dialect)
    assert goals(own).rows == {row.id for row in own.rows}


def test_no_walk_covers_what_is_no_goal() -> None:
    ledger, of = kept([walk(seed, 30) for seed in range(60)]), goals(TABLE)
    strange = (
        ledger.taken - of.rows,
        ledger.guards - of.guards,
        ledger.pairs - of.pairs,
        ledger.hresults - of.hresults,
    )
    assert strange == (set(), set(), set(), set())


def test_coverage_counts_what_was_certain() -> None:
    found = covered(kept([Trace((*REFUSED, *ADDED))]), goals(TABLE))
    assert [found[kind][0] for kind in ("rows", "pairs", "hresults")] == [2, 1, 2]


def test_a_guard_that_was_asked_is_covered_either_way() -> None:
    ledger = kept([Trace(REFUSED)])
    assert {("resume/SUSPENDED/1", True), ("resume/SUSPENDED/2", False)} <= ledger.guards


def test_a_clause_is_exercised_by_a_row_that_is_certain_and_by_a_check_that_judged() -> None:
    by_id = table(Dialect.BITS).by_id
    taken, possible = by_id["resume/SUSPENDED/1"], by_id["cancel/QUEUED/1"]
    judged, idle = CHECKS["file/stable"], CHECKS["error/count"]
    found = exercised(kept([Trace(REFUSED)]), [taken, possible], {judged: 3, idle: 0})
    assert (set(found.certain), set(found.of)) == (
        {*taken.cites, *judged.cites},
        {*taken.cites, *possible.cites, *judged.cites, *idle.cites},
    )
