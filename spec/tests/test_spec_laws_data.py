"""Laws as data: what another model checker is given says the same as the judge, in every scope.

Law: places, moves and fair runs are read here a second time, naively, from the data alone.
"""

from __future__ import annotations

import gc
from functools import cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING
from weakref import ref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.spec import laws
from copyjob.spec._graph import Edge, Graph, fair_parts, graph_of
from copyjob.spec.explore import Exploration, Step, explore, steps
from copyjob.spec.facts import ALWAYS, CLEAR_ERROR, FORGET_DONE, SET_ERROR, Assign, Configuration, Const, Fact, Facts
from copyjob.spec.laws import LAWS, Change, Kind, Law, Move, Place, sentence
from copyjob.spec.rows import Answer, Level, Outcome, Row
from copyjob.spec.scope import CORE, FEATURES, Feature, Scope, facts_of
from copyjob.spec.table import Table, full_table, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState

if TYPE_CHECKING:
    from collections.abc import Iterator

BITS, DO = Dialect.BITS, Dialect.DO
A_FEW = settings(deadline=None, derandomize=True, max_examples=25)
MANY = settings(deadline=None, derandomize=True, max_examples=300)

SCOPES = [
    (dialect, scope)
    for dialect in Dialect
    for scope in (CORE, *(frozenset({each}) for each in Feature if each in FEATURES[dialect]), FEATURES[dialect])
]
SMALL_SCOPES = [(BITS, CORE), (DO, CORE), (BITS, frozenset({Feature.NETWORK})), (BITS, frozenset({Feature.UPLOADS}))]
by_law = pytest.mark.parametrize("law", LAWS, ids=sentence)
in_every_scope = pytest.mark.parametrize(
    ("dialect", "scope"), SCOPES, ids=[f"{d.value}-{'-'.join(sorted(x.value for x in s)) or 'core'}" for d, s in SCOPES]
)


@cache
def explored(dialect: Dialect, scope: Scope) -> Exploration:
    return explore(table(dialect, scope), 1)


def guards(law: Law, rows: Table) -> Iterator[Place]:
    yield from law.places(rows)
    for move in law.moves(rows):
        yield from (move.before, move.after)
    asked = law.leads_to(rows)
    if asked is not None:
        yield from (asked.start, asked.goal)


@in_every_scope
def test_a_translated_law_speaks_about_facts_that_the_scope_has(dialect: Dialect, scope: Scope) -> None:
    rows = table(dialect, scope)
    named = {fact for law in LAWS for place in guards(law, rows) for fact in place.guard.facts}
    changed = {fact for law in LAWS for move in law.moves(rows) for fact, _ in move.changes}

    assert named | changed <= facts_of(scope)


@in_every_scope
def test_a_translated_law_speaks_about_labels_that_the_table_has(dialect: Dialect, scope: Scope) -> None:
    rows = table(dialect, scope)
    have = {row.label for row in rows.rows}
    of_moves = {label for law in LAWS for move in law.moves(rows) for label in move.labels}
    of_runs = {label for law in LAWS for asked in [law.leads_to(rows)] if asked for label in asked.labels + asked.fair}

    assert of_moves | of_runs <= have


@by_law
def test_a_law_is_given_in_the_form_of_its_kind_and_no_other(law: Law, dialect: Dialect) -> None:
    rows = full_table(dialect)
    forms = {
        Kind.INVARIANT: bool(law.places(rows)),
        Kind.STEP: bool(law.moves(rows)),
        Kind.LIVENESS: law.leads_to(rows) is not None,
    }

    speaks = dialect in law.dialects
    if dialect is BITS or law not in ABOUT_BITS_ALONE:
        assert forms == {kind: speaks and kind is law.kind for kind in forms}
    else:
        assert not any(forms.values())


# They speak about facts that no table of Delivery Optimization has.
ABOUT_BITS_ALONE = (
    laws.always_an_upload_holds_at_most_one_file,
    laws.always_an_upload_is_transferred_after_its_reply,
    laws.always_no_job_transfers_against_its_surroundings,
)


@pytest.mark.parametrize("law", ABOUT_BITS_ALONE, ids=sentence)
def test_a_law_about_a_feature_is_empty_where_a_table_does_not_have_it(law: Law) -> None:
    assert law.places(table(BITS)) == ()
    assert law.places(full_table(BITS)) != ()


def test_a_law_about_several_features_is_given_in_the_part_that_a_table_has() -> None:
    law = laws.always_no_job_transfers_against_its_surroundings
    (place,) = law.places(table(BITS, frozenset({Feature.OWNER})))

    assert place.states == (JobState.TRANSFERRING,)
    assert place.guard.facts == {Fact.AWAY}


def is_in(move: Move, at: Configuration, step: Step) -> bool:
    """Tell naively whether a step is in a set of steps."""
    for fact, change in move.changes:
        more = step.dest.facts[fact.value] - at.facts[fact.value]
        if (more == 0) or (change is Change.FALLS and more > 0) or (change is Change.RISES and more < 0):
            return False
    return (
        step.row.label in move.labels
        and step.answer.hresult in move.hresults
        and (not move.leaves or step.dest.state is not at.state)
        and at.state in move.before.states
        and step.dest.state in move.after.states
        and move.before.guard.holds(at.facts)
        and move.after.guard.holds(step.dest.facts)
    )


def naive_depth(found: Exploration, law: Law) -> int | None:
    """Return how far the nearest offender is by the data that is given away, or None."""
    places, moves = law.places(found.table), law.moves(found.table)
    offending = [
        len(found.path(at))
        for at in found.configurations
        if any(place.holds(at) for place in places)
        or any(is_in(move, at, step) for step in steps(found.table, at, found.files_bound) for move in moves)
    ]
    return min(offending, default=None)


@st.composite
def wrong_tables(draw: st.DrawFn) -> Table:
    """Draw a table one of whose rows leads elsewhere, answers otherwise, or does something else."""
    dialect, scope = draw(st.sampled_from(SMALL_SCOPES))
    rows = table(dialect, scope)
    row = draw(st.sampled_from([row for row in rows.rows if row.id in TAKEN[dialect, scope]]))
    internal = isinstance(row.label, InternalEvent)
    hresults = (None,) if internal else (Hresult.S_OK, Hresult.E_INVALIDARG, Hresult.BG_E_EMPTY, Hresult.DO_E_JOB_EMPTY)
    answer = draw(
        st.builds(
            Answer,
            st.sampled_from(rows.states),
            st.sampled_from(hresults),
            st.sampled_from([(), (SET_ERROR,), (CLEAR_ERROR,), (FORGET_DONE,), (Assign(Fact.FILES_TOTAL, Const(0)),)]),
        )
    )
    return rows.with_answers(row.id, [answer])


TAKEN = {
    (dialect, scope): {row_id for row_id, often in explored(dialect, scope).taken.items() if often}
    for dialect, scope in SMALL_SCOPES
}


@A_FEW
@given(wrong_tables())
def test_the_judge_finds_the_nearest_offender_of_the_data_that_is_given_away(wrong: Table) -> None:
    found = explore(wrong, 1)
    for law in LAWS:
        if law.kind in {Kind.INVARIANT, Kind.STEP}:
            broken = law(found)
            assert naive_depth(found, law) == (None if broken is None else len(broken.path)), law.name


# Fair runs, on graphs drawn at random.

EVENTS: tuple[InternalEvent, ...] = (InternalEvent.TURN, InternalEvent.CONNECT, InternalEvent.DATA)


def made_graph(size: int, drawn: list[tuple[int, InternalEvent, int]]) -> Graph:
    nodes = tuple(Configuration(JobState.QUEUED, Facts(number)) for number in range(size))

    def edge(begin: int, event: InternalEvent, end: int) -> Edge:
        answer = Answer(JobState.QUEUED, None)
        row = Row("", event, JobState.QUEUED, ALWAYS, Outcome.STAYS, (answer,), (), Level.MUST)
        return Edge(begin, Step(row, answer, nodes[end]), end)

    edges = tuple(tuple(edge(*each) for each in drawn if each[0] == number) for number in range(size))
    return Graph(nodes, (0,) * size, edges, ())


def hangs_together(part: set[int], inside: list[tuple[int, InternalEvent, int]]) -> bool:
    """Tell whether each node of a part is reached from each other by the edges inside."""
    for begin in part:
        reached = {begin}
        for _ in part:
            reached |= {end for at, _, end in inside if at in reached}
        if reached != part:
            return False
    return True


def naive_traps(
    size: int, drawn: list[tuple[int, InternalEvent, int]], within: set[int], fair: set[InternalEvent]
) -> set[int]:
    """Return every node of a set of nodes in which some fair run stays for ever, by trying all sets."""
    trapped: set[int] = set()
    for length in range(1, size + 1):
        for chosen in combinations(sorted(within), length):
            part = set(chosen)
            inside = [each for each in drawn if {each[0], each[2]} <= part]
            possible = {event for at, event, end in drawn if at in part and end != at and event in fair}
            taken = {event for at, event, end in inside if at != end}
            if possible <= taken and hangs_together(part, inside):
                trapped |= part
    return trapped


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[tuple[int, InternalEvent, int]], set[int], set[InternalEvent]]:
    size = draw(st.integers(1, 5))
    node = st.integers(0, size - 1)
    drawn = draw(st.lists(st.tuples(node, st.sampled_from(EVENTS), node), max_size=9, unique=True))
    return size, drawn, draw(st.sets(node, min_size=1)), draw(st.sets(st.sampled_from(EVENTS)))


@MANY
@given(graphs())
def test_fair_parts_are_all_the_places_where_a_fair_run_can_stay(
    drawn: tuple[int, list[tuple[int, InternalEvent, int]], set[int], set[InternalEvent]],
) -> None:
    size, edges, within, fair = drawn
    parts = fair_parts(made_graph(size, edges), within, set(EVENTS), set(fair))

    assert set[int]().union(*parts) == naive_traps(size, edges, within, fair)


def test_the_depths_of_a_graph_are_the_lengths_of_the_paths() -> None:
    found = explored(BITS, CORE)

    assert list(graph_of(found).depths) == [len(found.path(at)) for at in found.configurations]
    assert all(before <= after for before, after in pairwise(graph_of(found).depths))


def test_a_graph_has_every_step_of_its_exploration_once() -> None:
    found = explored(DO, CORE)
    of_answers = sum(len(edges) for _, _, edges in graph_of(found).by_answer)

    assert sum(map(len, graph_of(found).edges)) == of_answers == found.steps_total


def test_the_graph_of_an_exploration_is_made_once() -> None:
    assert graph_of(explored(DO, CORE)) is graph_of(explored(DO, CORE))


def test_the_graph_of_an_exploration_is_forgotten_with_it() -> None:
    found = explore(table(DO), 0)
    graph = ref(graph_of(found))
    del found
    gc.collect()

    assert graph() is None
