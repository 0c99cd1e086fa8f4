"""Every law holds in both dialects, and each is broken by a table that is wrong in the way it forbids.

Law: a counterexample is replayed here row by row, without the explorer that found it and without the law's own terms.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from copyjob.spec import facts as f
from copyjob.spec import laws
from copyjob.spec.explore import explore
from copyjob.spec.facts import Assign, Configuration, Const, Fact, Facts, Plus
from copyjob.spec.laws import FILES_NEEDED, LAWS, Broken, Kind, Law, sentence
from copyjob.spec.scope import CORE, Feature, Scope, facts_of
from copyjob.spec.table import Answer, Table, full_table, table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, JobType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from copyjob.spec.explore import Exploration, Step

BITS, DO = Dialect.BITS, Dialect.DO
OK = Hresult.S_OK


def goes(state: JobState, *effects: Assign, hresult: Hresult | None = None) -> tuple[Answer, ...]:
    return (Answer(state, hresult, effects),)


class Wrong(NamedTuple):
    """A table that is wrong in one way: the law that says so, and the rows that answer otherwise."""

    law: Law
    dialect: Dialect
    rows: Mapping[str, tuple[Answer, ...]]
    scope: Scope = CORE


def in_bits(law: Law, feature: Feature, row_id: str, answers: tuple[Answer, ...]) -> Wrong:
    return Wrong(law, BITS, {row_id: answers}, frozenset({feature}))


def in_both(law: Law, rows: Mapping[str, tuple[Answer, ...]]) -> list[Wrong]:
    return [Wrong(law, dialect, rows) for dialect in Dialect]


STAYS_TRANSFERRING = {
    "all_done/TRANSFERRING/1": goes(JobState.TRANSFERRING),
    "all_done/QUEUED/1": goes(JobState.QUEUED),
}
NEVER_TRANSFERRED = {
    DO: STAYS_TRANSFERRING,
    BITS: {**STAYS_TRANSFERRING, "all_done/CONNECTING/1": goes(JobState.CONNECTING)},
}

# ERROR as a trap: neither Resume nor Suspend leads out of it.
TRAP = {
    "resume/ERROR/1": goes(JobState.ERROR, hresult=OK),
    "suspend/ERROR/1": goes(JobState.ERROR, hresult=OK),
}
QUEUED_AGAIN = goes(JobState.QUEUED, hresult=OK)
DROP = (f.FORGET_DONE, f.SOFTEN_ERROR)

WRONG = [
    *in_both(
        laws.always_a_final_state_absorbs,
        {"cancel/CANCELLED/1": goes(JobState.SUSPENDED, hresult=OK)},
    ),
    *in_both(
        laws.always_a_refused_call_changes_nothing,
        {"resume/SUSPENDED/1": goes(JobState.QUEUED, hresult=Hresult.E_ACCESSDENIED)},
    ),
    *in_both(
        laws.always_a_refused_call_changes_nothing,
        {"set_priority/QUEUED/1": goes(JobState.QUEUED, f.SET_ERROR, hresult=Hresult.E_NOTIMPL)},
    ),
    *in_both(
        laws.always_files_done_is_at_most_files_total,
        {"file_done/TRANSFERRING/1": goes(JobState.TRANSFERRING, Assign(Fact.FILES_DONE, Plus(Fact.FILES_DONE, 2)))},
    ),
    *in_both(
        laws.always_files_done_falls_only_by_cancel_or_expiry,
        {"restart/SUSPENDED/1": goes(JobState.SUSPENDED, f.FORGET_DONE)},
    ),
    # Two rows offend, and the one that is met first offends farther away.
    *in_both(
        laws.always_files_done_falls_only_by_cancel_or_expiry,
        {
            "restart/SUSPENDED/1": goes(JobState.SUSPENDED, f.FORGET_DONE),
            "restart/TRANSFERRING/1": goes(JobState.TRANSFERRING, f.FORGET_DONE),
        },
    ),
    *in_both(laws.always_error_is_left_only_on_purpose, {"restart/ERROR/1": goes(JobState.QUEUED)}),
    *in_both(
        laws.always_an_error_state_has_error_information,
        {"fatal_fault/TRANSFERRING/1": goes(JobState.ERROR)},
    ),
    *in_both(
        laws.always_transferred_means_a_file_is_transferred,
        {"transient_fault/TRANSFERRING/1": goes(JobState.TRANSFERRED)},
    ),
    Wrong(laws.always_delivery_optimization_never_connects, DO, {"turn/QUEUED/1": goes(JobState.CONNECTING)}),
    *in_both(laws.always_only_resume_wakes_a_suspended_job, {"restart/SUSPENDED/1": goes(JobState.QUEUED)}),
    *(Wrong(laws.sometimes_every_state_is_reached, each, NEVER_TRANSFERRED[each]) for each in Dialect),
    *in_both(laws.sometimes_every_row_is_taken, {"resume/SUSPENDED/2": goes(JobState.SUSPENDED, hresult=OK)}),
    *in_both(laws.eventually_transferred_is_possible, TRAP),
    # A way out of the trap by throwing the job away, or by a call that was refused, is no way out.
    *(
        wrong
        for way_out in (
            {"cancel/ERROR/1": QUEUED_AGAIN},
            {"complete/ERROR/1": QUEUED_AGAIN, "complete/ERROR/2": QUEUED_AGAIN},
            {"add_file/ERROR/1": QUEUED_AGAIN},
            {"resume/ERROR/1": goes(JobState.QUEUED, hresult=Hresult.E_ACCESSDENIED)},
        )
        for wrong in in_both(laws.eventually_transferred_is_possible, {**TRAP, **way_out})
    ),
    *(Wrong(laws.eventually_transferred_is_possible, each, NEVER_TRANSFERRED[each]) for each in Dialect),
    # Final states
    *in_both(laws.always_resume_never_revives_a_final_job, {"resume/CANCELLED/1": QUEUED_AGAIN}),
    *in_both(
        laws.always_resume_never_revives_a_final_job,
        {"resume/ACKNOWLEDGED/1": goes(JobState.ACKNOWLEDGED, hresult=OK)},
    ),
    *in_both(
        laws.always_no_file_is_available_before_complete,
        {"all_done/TRANSFERRING/1": goes(JobState.ACKNOWLEDGED)},
    ),
    *in_both(
        laws.always_only_cancel_and_expiry_throw_a_job_away,
        {"no_progress/TRANSIENT_ERROR/1": goes(JobState.CANCELLED)},
    ),
    # Calls
    *in_both(
        laws.always_getters_and_setters_leave_the_job_alone,
        {"set_priority/QUEUED/1": goes(JobState.SUSPENDED, hresult=OK)},
    ),
    *in_both(
        laws.always_getters_and_setters_leave_the_job_alone,
        {"get_error/SUSPENDED/1": goes(JobState.SUSPENDED, f.CLEAR_ERROR, hresult=OK)},
    ),
    *in_both(
        laws.always_adding_a_file_leaves_the_state,
        {"add_file/TRANSFERRED/1": goes(JobState.QUEUED, f.ADD_ONE_FILE, hresult=OK)},
    ),
    Wrong(
        laws.always_bits_answers_in_its_own_codes,
        BITS,
        {"cancel/CANCELLED/1": goes(JobState.CANCELLED, hresult=Hresult.DO_E_INVALID_STATE)},
    ),
    Wrong(
        laws.always_delivery_optimization_answers_in_its_own_codes,
        DO,
        {"resume/SUSPENDED/1": goes(JobState.SUSPENDED, hresult=Hresult.BG_E_EMPTY)},
    ),
    # Files
    *in_both(
        laws.always_files_total_never_falls,
        {"restart/SUSPENDED/1": goes(JobState.SUSPENDED, Assign(Fact.FILES_TOTAL, Const(0)), f.FORGET_DONE)},
    ),
    *in_both(
        laws.always_files_total_grows_only_by_adding_a_file,
        {"restart/SUSPENDED/1": goes(JobState.SUSPENDED, f.ADD_ONE_FILE)},
    ),
    in_bits(
        laws.always_an_upload_holds_at_most_one_file,
        Feature.UPLOADS,
        "add_file/SUSPENDED/3",
        goes(JobState.SUSPENDED, f.ADD_ONE_FILE, hresult=OK),
    ),
    *in_both(laws.always_a_job_outlives_the_service, {"restart/TRANSFERRING/1": goes(JobState.SUSPENDED)}),
    *in_both(laws.always_a_job_outlives_the_service, {"restart/TRANSFERRED/1": goes(JobState.TRANSFERRED, *DROP)}),
    # States
    in_bits(
        laws.always_an_upload_is_transferred_after_its_reply,
        Feature.UPLOADS,
        "reply_begun/TRANSFERRING/1",
        goes(JobState.TRANSFERRED, f.BEGIN_REPLY),
    ),
    *(
        in_bits(laws.always_no_job_transfers_against_its_surroundings, feature, row_id, answers)
        for feature, row_id, answers in (
            (Feature.NETWORK, "network_lost/TRANSFERRING/1", goes(JobState.TRANSFERRING, f.LOSE_NETWORK)),
            (Feature.NETWORK, "network_lost/CONNECTING/1", goes(JobState.CONNECTING, f.LOSE_NETWORK)),
            (Feature.POLICY, "policy_block/TRANSFERRING/1", goes(JobState.TRANSFERRING, f.BLOCK)),
            (Feature.POLICY, "policy_block/CONNECTING/1", goes(JobState.CONNECTING, f.BLOCK)),
            (Feature.OWNER, "log_off/TRANSFERRING/1", goes(JobState.TRANSFERRING, f.LEAVE)),
        )
    ),
    # Errors
    *in_both(
        laws.always_error_is_entered_only_by_a_lasting_fault,
        {"suspend/TRANSFERRING/1": goes(JobState.ERROR, f.SET_ERROR, hresult=OK)},
    ),
    in_bits(
        laws.always_error_is_entered_only_by_a_lasting_fault,
        Feature.NETWORK,
        "network_lost/TRANSFERRING/1",
        goes(JobState.ERROR, f.SET_ERROR, f.LOSE_NETWORK),
    ),
    *in_both(
        laws.always_a_transient_error_is_entered_only_by_a_passing_fault,
        {"fatal_fault/TRANSFERRING/1": goes(JobState.TRANSIENT_ERROR, f.SET_ERROR)},
    ),
    *in_both(
        laws.always_a_transient_error_is_left_by_a_retry_or_on_purpose,
        {"restart/TRANSIENT_ERROR/1": goes(JobState.QUEUED)},
    ),
    Wrong(
        laws.always_a_transferring_job_has_no_error_information,
        BITS,
        {"connect/CONNECTING/1": goes(JobState.TRANSFERRING)},
    ),
    Wrong(
        laws.always_a_transferring_job_has_no_error_information,
        DO,
        {"turn/QUEUED/1": goes(JobState.TRANSFERRING)},
    ),
    *in_both(
        laws.always_only_a_fault_brings_error_information,
        {"suspend/QUEUED/1": goes(JobState.SUSPENDED, f.SET_ERROR, hresult=OK)},
    ),
    *in_both(
        laws.always_get_error_answers_exactly_where_a_job_failed,
        {"get_error/SUSPENDED/2": goes(JobState.SUSPENDED, hresult=OK)},
    ),
    *in_both(
        laws.always_get_error_answers_exactly_where_a_job_failed,
        {"get_error/TRANSFERRED/1": goes(JobState.TRANSFERRED, hresult=OK)},
    ),
    *in_both(
        laws.always_get_error_answers_exactly_where_a_job_failed,
        {"get_error/ERROR/1": goes(JobState.ERROR, hresult=Hresult.E_ACCESSDENIED)},
    ),
    # What stays within reach
    *in_both(
        laws.eventually_any_job_can_be_transferred,
        {"add_file/SUSPENDED/1": goes(JobState.SUSPENDED, hresult=OK)},
    ),
    *in_both(
        laws.eventually_any_job_can_be_transferred,
        {**TRAP, "cancel/ERROR/1": QUEUED_AGAIN, "complete/ERROR/1": QUEUED_AGAIN, "complete/ERROR/2": QUEUED_AGAIN},
    ),
]


def name_of(wrong: Wrong) -> str:
    scope = [feature.value for feature in wrong.scope]
    return "-".join([wrong.dialect.value, *scope, sentence(wrong.law), "+".join(wrong.rows)])


def make(wrong: Wrong) -> Table:
    made = table(wrong.dialect, wrong.scope)
    for row_id, answers in wrong.rows.items():
        made = made.with_answers(row_id, answers)
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


by_law = pytest.mark.parametrize("law", LAWS, ids=sentence)
by_wrong = pytest.mark.parametrize("wrong", WRONG, ids=name_of)
with_a_path = pytest.mark.parametrize("wrong", [w for w in WRONG if w.law.kind is not Kind.SOMETIMES], ids=name_of)


@by_law
@pytest.mark.parametrize("files_bound", [0, 1, 2, 3])
def test_a_law_holds(
    law: Law, dialect: Dialect, files_bound: int, reached: Callable[[Dialect, int], Exploration]
) -> None:
    if files_bound >= FILES_NEEDED.get(law, 0):
        assert law(reached(dialect, files_bound)) is None


@cache
def everything(dialect: Dialect) -> Exploration:
    return explore(full_table(dialect), 2)


@by_law
def test_a_law_holds_of_everything_that_the_documents_speak_about(law: Law, dialect: Dialect) -> None:
    assert law(everything(dialect)) is None


@pytest.mark.parametrize("law", list(FILES_NEEDED), ids=sentence)
def test_a_law_that_needs_files_finds_no_example_with_one_fewer(
    law: Law, dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    assert law(reached(dialect, FILES_NEEDED[law] - 1)) is not None


def test_there_is_a_wrong_table_for_every_law_but_those_about_fair_runs() -> None:
    assert {wrong.law for wrong in WRONG} == {law for law in LAWS if law.kind is not Kind.LIVENESS}


def test_every_law_of_the_module_is_in_the_list() -> None:
    named = {name: each for name, each in vars(laws).items() if isinstance(each, Law)}

    assert {name: each.name for name, each in named.items()} == {name: name for name in named}
    assert set(named.values()) == set(LAWS)


def test_no_two_laws_have_one_name() -> None:
    assert len({law.name for law in LAWS}) == len(LAWS)


@by_law
def test_a_law_tells_its_sentence_and_its_clauses_as_its_docstring(law: Law) -> None:
    assert law.__doc__ is not None
    assert law.__doc__.startswith(law.text)
    assert all(key in law.__doc__ for key in law.cites)


def test_only_a_law_about_the_table_itself_rests_on_no_clause() -> None:
    assert [law for law in LAWS if not law.cites] == [laws.sometimes_every_row_is_taken]


@by_law
def test_the_name_of_a_law_says_when_it_holds(law: Law) -> None:
    assert sentence(law).split()[0] in {"always", "sometimes", "eventually"}


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

    assert judged(wrong).at.state is JobState.TRANSFERRED


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

    assert judged(wrong).at.state is JobState.ERROR


def test_only_the_law_about_connecting_looks_away_from_bits(
    reached: Callable[[Dialect, int], Exploration],
) -> None:
    states = {at.state for at in reached(BITS, 1).configurations}

    assert JobState.CONNECTING in states
    assert laws.always_delivery_optimization_never_connects(reached(BITS, 1)) is None


def test_a_law_about_files_is_not_content_with_a_negative_count() -> None:
    less = Assign(Fact.FILES_DONE, Const(-1))
    law = laws.always_files_done_is_at_most_files_total
    broken = law(explore(make(Wrong(law, BITS, {"restart/SUSPENDED/1": goes(JobState.SUSPENDED, less)})), 0))

    assert broken is not None
    assert broken.at == Configuration(JobState.SUSPENDED, Facts(0, -1))
