"""Every law is broken by a table that is wrong in the way it forbids, and shows a counterexample that can be replayed.

Law: a counterexample is walked here row by row, without the explorer that found it and without the law's own terms;
one without end is walked round: by rows that the wrong table has, fairly, and past no goal.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from copyjob.spec import facts as f
from copyjob.spec import laws
from copyjob.spec._rule import DROP
from copyjob.spec.explore import explore
from copyjob.spec.facts import Assign, Configuration, Const, Fact, Facts, Plus
from copyjob.spec.laws import LAWS, Broken, Kind, Law, LeadsTo, sentence
from copyjob.spec.rows import A, C, D, E, Q, S, T, X, Z
from copyjob.spec.scope import CORE, Feature, Scope, facts_of
from copyjob.spec.table import Answer, Table, table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, JobType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copyjob.spec.explore import Exploration, Step

BITS, DO = Dialect.BITS, Dialect.DO
OK = Hresult.S_OK
MISSING: Final[tuple[Answer, ...]] = ()
"""The row is not there."""


def goes(state: JobState, *effects: Assign, hresult: Hresult | None = None) -> tuple[Answer, ...]:
    return (Answer(state, hresult, effects),)


class Wrong(NamedTuple):
    """A table that is wrong in one way: the law that says so, and the rows that answer otherwise, or are MISSING."""

    law: Law
    dialect: Dialect
    rows: Mapping[str, tuple[Answer, ...]]
    scope: Scope = CORE


def in_bits(law: Law, feature: Feature, row_id: str, answers: tuple[Answer, ...]) -> Wrong:
    return Wrong(law, BITS, {row_id: answers}, frozenset({feature}))


def in_both(law: Law, rows: Mapping[str, tuple[Answer, ...]]) -> list[Wrong]:
    return [Wrong(law, dialect, rows) for dialect in Dialect]


STAYS_TRANSFERRING = {"all_done/TRANSFERRING/1": goes(T), "all_done/QUEUED/1": goes(Q)}
NEVER_TRANSFERRED = {DO: STAYS_TRANSFERRING, BITS: {**STAYS_TRANSFERRING, "all_done/CONNECTING/1": goes(C)}}

# ERROR as a trap: neither Resume nor Suspend leads out of it.
TRAP = {"resume/ERROR/1": goes(E, hresult=OK), "suspend/ERROR/1": goes(E, hresult=OK)}
QUEUED_AGAIN = goes(Q, hresult=OK)

WRONG = [
    *in_both(laws.always_a_final_state_absorbs, {"cancel/CANCELLED/1": goes(S, hresult=OK)}),
    *in_both(
        laws.always_a_refused_call_changes_nothing, {"resume/SUSPENDED/1": goes(Q, hresult=Hresult.E_ACCESSDENIED)}
    ),
    *in_both(
        laws.always_a_refused_call_changes_nothing,
        {"set_priority/QUEUED/1": goes(Q, f.SET_ERROR, hresult=Hresult.E_NOTIMPL)},
    ),
    *in_both(
        laws.always_files_done_is_at_most_files_total,
        {"file_done/TRANSFERRING/1": goes(T, Assign(Fact.FILES_DONE, Plus(Fact.FILES_DONE, 2)))},
    ),
    *in_both(laws.always_files_done_falls_only_by_cancel_or_expiry, {"restart/SUSPENDED/1": goes(S, f.FORGET_DONE)}),
    # Two rows offend, and the one that is met first offends farther away.
    *in_both(
        laws.always_files_done_falls_only_by_cancel_or_expiry,
        {"restart/SUSPENDED/1": goes(S, f.FORGET_DONE), "restart/TRANSFERRING/1": goes(T, f.FORGET_DONE)},
    ),
    *in_both(laws.always_error_is_left_only_on_purpose, {"restart/ERROR/1": goes(Q)}),
    *in_both(laws.always_an_error_state_has_error_information, {"fatal_fault/TRANSFERRING/1": goes(E)}),
    *in_both(laws.always_transferred_means_a_file_is_transferred, {"transient_fault/TRANSFERRING/1": goes(D)}),
    Wrong(laws.always_delivery_optimization_never_connects, DO, {"turn/QUEUED/1": goes(C)}),
    *in_both(laws.always_only_resume_wakes_a_suspended_job, {"restart/SUSPENDED/1": goes(Q)}),
    *(Wrong(laws.sometimes_every_state_is_reached, each, NEVER_TRANSFERRED[each]) for each in Dialect),
    *in_both(laws.sometimes_every_row_is_taken, {"resume/SUSPENDED/2": goes(S, hresult=OK)}),
    *in_both(laws.eventually_transferred_is_possible, TRAP),
    # A way out of the trap by throwing the job away, or by a call that was refused, is no way out.
    *(
        wrong
        for way_out in (
            {"cancel/ERROR/1": QUEUED_AGAIN},
            {"complete/ERROR/1": QUEUED_AGAIN, "complete/ERROR/2": QUEUED_AGAIN},
            {"add_file/ERROR/1": QUEUED_AGAIN},
            {"resume/ERROR/1": goes(Q, hresult=Hresult.E_ACCESSDENIED)},
        )
        for wrong in in_both(laws.eventually_transferred_is_possible, {**TRAP, **way_out})
    ),
    *(Wrong(laws.eventually_transferred_is_possible, each, NEVER_TRANSFERRED[each]) for each in Dialect),
    # Final states
    *in_both(laws.always_resume_never_revives_a_final_job, {"resume/CANCELLED/1": QUEUED_AGAIN}),
    *in_both(laws.always_resume_never_revives_a_final_job, {"resume/ACKNOWLEDGED/1": goes(A, hresult=OK)}),
    *in_both(laws.always_no_file_is_available_before_complete, {"all_done/TRANSFERRING/1": goes(A)}),
    *in_both(laws.always_only_cancel_and_expiry_throw_a_job_away, {"no_progress/TRANSIENT_ERROR/1": goes(Z)}),
    # Calls
    *in_both(laws.always_getters_and_setters_leave_the_job_alone, {"set_priority/QUEUED/1": goes(S, hresult=OK)}),
    *in_both(
        laws.always_getters_and_setters_leave_the_job_alone,
        {"get_error/SUSPENDED/1": goes(S, f.CLEAR_ERROR, hresult=OK)},
    ),
    *in_both(
        laws.always_adding_a_file_leaves_the_state, {"add_file/TRANSFERRED/1": goes(Q, f.ADD_ONE_FILE, hresult=OK)}
    ),
    Wrong(
        laws.always_bits_answers_in_its_own_codes,
        BITS,
        {"cancel/CANCELLED/1": goes(Z, hresult=Hresult.DO_E_INVALID_STATE)},
    ),
    Wrong(
        laws.always_delivery_optimization_answers_in_its_own_codes,
        DO,
        {"resume/SUSPENDED/1": goes(S, hresult=Hresult.BG_E_EMPTY)},
    ),
    # Files
    *in_both(
        laws.always_files_total_never_falls,
        {"restart/SUSPENDED/1": goes(S, Assign(Fact.FILES_TOTAL, Const(0)), f.FORGET_DONE)},
    ),
    *in_both(laws.always_files_total_grows_only_by_adding_a_file, {"restart/SUSPENDED/1": goes(S, f.ADD_ONE_FILE)}),
    in_bits(
        laws.always_an_upload_holds_at_most_one_file,
        Feature.UPLOADS,
        "add_file/SUSPENDED/3",
        goes(S, f.ADD_ONE_FILE, hresult=OK),
    ),
    *in_both(laws.always_a_job_outlives_the_service, {"restart/TRANSFERRING/1": goes(S)}),
    *in_both(laws.always_a_job_outlives_the_service, {"restart/TRANSFERRED/1": goes(D, *DROP)}),
    # States
    in_bits(
        laws.always_an_upload_is_transferred_after_its_reply,
        Feature.UPLOADS,
        "reply_begun/TRANSFERRING/1",
        goes(D, f.BEGIN_REPLY),
    ),
    *(
        in_bits(laws.always_no_job_transfers_against_its_surroundings, feature, row_id, answers)
        for feature, row_id, answers in (
            (Feature.NETWORK, "network_lost/TRANSFERRING/1", goes(T, f.LOSE_NETWORK)),
            (Feature.NETWORK, "network_lost/CONNECTING/1", goes(C, f.LOSE_NETWORK)),
            (Feature.POLICY, "policy_block/TRANSFERRING/1", goes(T, f.BLOCK)),
            (Feature.POLICY, "policy_block/CONNECTING/1", goes(C, f.BLOCK)),
            (Feature.OWNER, "log_off/TRANSFERRING/1", goes(T, f.LEAVE)),
        )
    ),
    # Errors
    *in_both(
        laws.always_error_is_entered_only_by_a_lasting_fault,
        {"suspend/TRANSFERRING/1": goes(E, f.SET_ERROR, hresult=OK)},
    ),
    in_bits(
        laws.always_error_is_entered_only_by_a_lasting_fault,
        Feature.NETWORK,
        "network_lost/TRANSFERRING/1",
        goes(E, f.SET_ERROR, f.LOSE_NETWORK),
    ),
    *in_both(
        laws.always_a_transient_error_is_entered_only_by_a_passing_fault,
        {"fatal_fault/TRANSFERRING/1": goes(X, f.SET_ERROR)},
    ),
    *in_both(laws.always_a_transient_error_is_left_by_a_retry_or_on_purpose, {"restart/TRANSIENT_ERROR/1": goes(Q)}),
    Wrong(laws.always_a_transferring_job_has_no_error_information, BITS, {"connect/CONNECTING/1": goes(T)}),
    Wrong(laws.always_a_transferring_job_has_no_error_information, DO, {"turn/QUEUED/1": goes(T)}),
    *in_both(laws.always_only_a_fault_brings_error_information, {"suspend/QUEUED/1": goes(S, f.SET_ERROR, hresult=OK)}),
    *in_both(laws.always_get_error_answers_exactly_where_a_job_failed, {"get_error/SUSPENDED/2": goes(S, hresult=OK)}),
    *in_both(
        laws.always_get_error_answers_exactly_where_a_job_failed, {"get_error/TRANSFERRED/1": goes(D, hresult=OK)}
    ),
    *in_both(
        laws.always_get_error_answers_exactly_where_a_job_failed,
        {"get_error/ERROR/1": goes(E, hresult=Hresult.E_ACCESSDENIED)},
    ),
    # What stays within reach
    *in_both(laws.eventually_any_job_can_be_transferred, {"add_file/SUSPENDED/1": goes(S, hresult=OK)}),
    *in_both(
        laws.eventually_any_job_can_be_transferred,
        {**TRAP, "cancel/ERROR/1": QUEUED_AGAIN, "complete/ERROR/1": QUEUED_AGAIN, "complete/ERROR/2": QUEUED_AGAIN},
    ),
    # What every fair run comes to
    *in_both(laws.eventually_a_served_job_is_transferred, STAYS_TRANSFERRING),
    *in_both(laws.eventually_a_served_job_is_transferred, {"file_done/TRANSFERRING/1": MISSING}),
    *in_both(laws.eventually_a_served_job_is_transferred, {"retry/TRANSIENT_ERROR/1": MISSING}),
    Wrong(laws.eventually_a_served_job_is_transferred, BITS, {"connect/CONNECTING/1": goes(Q)}),
    Wrong(laws.eventually_a_served_job_is_transferred, DO, {"turn/QUEUED/1": goes(X)}),
    in_bits(laws.eventually_a_served_job_is_transferred, Feature.UPLOADS, "reply_done/TRANSFERRING/1", MISSING),
    *in_both(laws.eventually_a_waiting_job_gets_a_turn, {"turn/QUEUED/1": goes(Q)}),
    *in_both(laws.eventually_a_waiting_job_gets_a_turn, {"retry/TRANSIENT_ERROR/1": MISSING}),
    *(
        in_bits(laws.eventually_a_waiting_job_gets_a_turn, feature, row_id, MISSING)
        for feature, row_id in (
            (Feature.NETWORK, "network_back/QUEUED/1"),
            (Feature.NETWORK, "network_back/TRANSIENT_ERROR/1"),
            (Feature.POLICY, "policy_open/QUEUED/1"),
            (Feature.POLICY, "policy_open/TRANSIENT_ERROR/1"),
            (Feature.OWNER, "log_on/QUEUED/1"),
        )
    ),
]


def name_of(wrong: Wrong) -> str:
    scope = [feature.value for feature in wrong.scope]
    return "-".join([wrong.dialect.value, *scope, sentence(wrong.law), "+".join(wrong.rows)])


def make(wrong: Wrong) -> Table:
    made = table(wrong.dialect, wrong.scope)
    for row_id, answers in wrong.rows.items():
        missing = None if answers else made.by_id[row_id]
        rows = tuple(row for row in made.rows if row is not missing)
        made = made.with_answers(row_id, answers) if answers else replace(made, rows=rows)
    return made


@cache
def explored(number: int) -> Exploration:
    """Explore a wrong table, by its number in the list."""
    return explore(make(WRONG[number]), 2)


def judged(wrong: Wrong) -> Broken:
    broken = wrong.law(explored(WRONG.index(wrong)))
    assert broken is not None
    return broken


def of_kind(*kinds: Kind) -> list[Wrong]:
    return [wrong for wrong in WRONG if wrong.law.kind in kinds]


def is_step_from(at: Configuration, step: Step) -> bool:
    """Tell whether a step is one that its own row permits in a configuration."""
    return (
        step.row.source is at.state
        and step.row.guard.holds(at.facts)
        and step.answer in step.row.all_answers
        and step.dest == Configuration(step.answer.dest, f.apply(step.answer.effects, at.facts))
    )


def beginning(broken: Broken) -> Configuration:
    """Return where the path of a counterexample begins: where every job of its kind does."""
    kind = broken.at.facts.kind
    reply = f.Reply.TO_COME if kind == JobType.UPLOAD_REPLY else f.Reply.NONE
    return Configuration(f.INITIAL.state, Facts(kind=kind, reply=reply))


by_wrong = pytest.mark.parametrize("wrong", WRONG, ids=name_of)
with_a_path = pytest.mark.parametrize("wrong", [w for w in WRONG if w.law.kind is not Kind.SOMETIMES], ids=name_of)
without_end = pytest.mark.parametrize("wrong", of_kind(Kind.LIVENESS), ids=name_of)


def test_there_is_a_wrong_table_for_every_law() -> None:
    assert {wrong.law for wrong in WRONG} == set(LAWS)


@by_wrong
def test_a_wrong_table_breaks_its_law(wrong: Wrong) -> None:
    assert wrong.law(explored(WRONG.index(wrong))) is not None


@by_wrong
def test_the_table_that_was_made_wrong_kept_the_law_before(wrong: Wrong) -> None:
    assert wrong.law(explore(table(wrong.dialect, wrong.scope), 2)) is None


@with_a_path
def test_a_counterexample_can_be_replayed_from_where_every_job_begins(wrong: Wrong) -> None:
    broken = judged(wrong)
    at = beginning(broken)
    assert at in f.initials(facts_of(wrong.scope))
    for step in broken.path:
        assert is_step_from(at, step)
        at = step.dest

    assert at == broken.at


@pytest.mark.parametrize("wrong", of_kind(Kind.STEP), ids=name_of)
def test_the_offending_step_is_one_of_a_changed_row_from_where_the_path_ends(wrong: Wrong) -> None:
    broken = judged(wrong)

    assert broken.step is not None
    assert is_step_from(broken.at, broken.step)
    assert broken.step.row.id in wrong.rows


@pytest.mark.parametrize("wrong", of_kind(Kind.INVARIANT, Kind.STEP), ids=name_of)
def test_nothing_nearer_than_a_counterexample_breaks_its_law(wrong: Wrong) -> None:
    distance = len(judged(wrong).path)
    found = explored(WRONG.index(wrong))
    nearer = {at: how for at, how in found.parents.items() if len(found.path(at)) < distance}

    assert wrong.law(replace(found, parents=nearer)) is None


@pytest.mark.parametrize("wrong", of_kind(Kind.SOMETIMES), ids=name_of)
def test_a_sometimes_law_names_a_state_and_no_path(wrong: Wrong) -> None:
    assert judged(wrong).path == ()


def test_the_state_that_is_never_reached_is_named() -> None:
    (wrong,) = (
        w for w in of_kind(Kind.SOMETIMES) if w.law is laws.sometimes_every_state_is_reached and w.dialect is DO
    )

    assert judged(wrong).at.state is D


def test_the_counterexample_of_a_fault_without_error_information_is_the_shortest_way_to_it() -> None:
    law = laws.always_an_error_state_has_error_information
    (wrong,) = (w for w in WRONG if w.law is law and w.dialect is DO)

    assert [step.row.id for step in judged(wrong).path] == [
        "add_file/SUSPENDED/1",
        "resume/SUSPENDED/2",
        "fatal_fault/TRANSFERRING/1",
    ]


def test_the_counterexample_of_a_trap_is_inside_the_trap() -> None:
    wrong = next(w for w in WRONG if w.law is laws.eventually_transferred_is_possible)

    assert judged(wrong).at.state is E


def test_a_law_about_files_is_not_content_with_a_negative_count() -> None:
    less = Assign(Fact.FILES_DONE, Const(-1))
    law = laws.always_files_done_is_at_most_files_total
    broken = law(explore(make(Wrong(law, BITS, {"restart/SUSPENDED/1": goes(S, less)})), 0))

    assert broken is not None
    assert broken.at == Configuration(S, Facts(0, -1))


def form_of(wrong: Wrong) -> LeadsTo:
    assert isinstance(wrong.law.form, LeadsTo)
    return wrong.law.form


def labels_of(steps: tuple[Step, ...]) -> list[object]:
    return [step.row.label for step in steps]


@without_end
def test_what_never_meets_its_goal_goes_round_by_rows_that_are_permitted(wrong: Wrong) -> None:
    broken = judged(wrong)
    at = broken.at
    for step in broken.cycle:
        assert is_step_from(at, step)
        at = step.dest

    assert at == broken.at


@without_end
def test_what_never_meets_its_goal_was_asked_to_and_then_only_served(wrong: Wrong) -> None:
    broken, form = judged(wrong), form_of(wrong)
    run = [beginning(broken), *(step.dest for step in broken.path)]
    # From the last configuration that was asked, by serving events alone, past no goal.
    asked = [
        number
        for number, at in enumerate(run)
        if form.start.holds(at) and set(labels_of(broken.path[number:])) <= set(form.labels)
    ]

    assert asked
    onward = (*run[asked[-1] :], *(step.dest for step in broken.cycle))
    assert [at for at in onward if form.goal.holds(at)] == []
    assert set(labels_of(broken.cycle)) <= set(form.labels)


@without_end
def test_what_never_meets_its_goal_is_strongly_fair(wrong: Wrong) -> None:
    broken, made = judged(wrong), make(wrong)
    again_and_again = {broken.at, *(step.dest for step in broken.cycle)}
    possible = {
        row.label
        for at in again_and_again
        for row in made.rows
        for answer in row.answers
        if row.label in form_of(wrong).fair and row.source is at.state and row.guard.holds(at.facts)
        if Configuration(answer.dest, f.apply(answer.effects, at.facts)) != at
    }

    assert possible <= set(labels_of(broken.cycle))


def test_a_server_that_never_lets_a_job_connect_is_shown_as_a_round() -> None:
    (wrong,) = (w for w in of_kind(Kind.LIVENESS) if "connect/CONNECTING/1" in w.rows)
    broken = judged(wrong)

    assert [step.row.id for step in broken.path] == ["add_file/SUSPENDED/1", "resume/SUSPENDED/2"]
    assert [step.row.id for step in broken.cycle] == ["turn/QUEUED/1", "connect/CONNECTING/1"]


def test_a_retry_that_never_comes_is_shown_as_a_job_at_rest() -> None:
    law = laws.eventually_a_served_job_is_transferred
    (wrong,) = (w for w in WRONG if w.law is law and w.dialect is DO and "retry/TRANSIENT_ERROR/1" in w.rows)

    assert judged(wrong).at.state is X
    assert judged(wrong).cycle == ()
