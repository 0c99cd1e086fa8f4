"""Every law holds in both dialects, and each is broken by a table that is wrong in the way it forbids.

Law: a counterexample is replayed here row by row, without the explorer that found it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from copyjob.spec import facts as f
from copyjob.spec import laws
from copyjob.spec.explore import explore
from copyjob.spec.facts import Assign, Configuration, Const, Fact, Facts, Plus
from copyjob.spec.laws import FILES_NEEDED, LAWS, Broken, Law, sentence
from copyjob.spec.table import Answer, Table, table
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

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
]

ABOUT_STEPS = (
    laws.always_a_final_state_absorbs,
    laws.always_a_refused_call_changes_nothing,
    laws.always_files_done_falls_only_by_cancel_or_expiry,
    laws.always_error_is_left_only_on_purpose,
    laws.always_transferred_means_a_file_is_transferred,
    laws.always_only_resume_wakes_a_suspended_job,
)


def name_of(wrong: Wrong) -> str:
    return f"{wrong.dialect.value}-{sentence(wrong.law)}-{'+'.join(wrong.rows)}"


def make(wrong: Wrong) -> Table:
    made = table(wrong.dialect)
    for row_id, answers in wrong.rows.items():
        made = made.with_answers(row_id, answers)
    return made


def judged(wrong: Wrong, files_bound: int = 2) -> Broken:
    broken = wrong.law(explore(make(wrong), files_bound))
    assert broken is not None
    return broken


def is_step_from(at: Configuration, step: Step) -> bool:
    """Tell whether a step is one that its own row permits in a configuration."""
    return (
        step.row.source is at.state
        and step.row.guard.holds(at.facts)
        and step.answer in step.row.answers + step.row.tolerated
        and step.dest == Configuration(step.answer.dest, f.apply(step.answer.effects, at.facts))
    )


by_law = pytest.mark.parametrize("law", LAWS, ids=sentence)
by_wrong = pytest.mark.parametrize("wrong", WRONG, ids=name_of)
with_a_path = pytest.mark.parametrize(
    "wrong", [w for w in WRONG if not sentence(w.law).startswith("sometimes")], ids=name_of
)


@by_law
@pytest.mark.parametrize("files_bound", [0, 1, 2, 3])
def test_a_law_holds(
    law: Law, dialect: Dialect, files_bound: int, reached: Callable[[Dialect, int], Exploration]
) -> None:
    if files_bound >= FILES_NEEDED.get(law, 0):
        assert law(reached(dialect, files_bound)) is None


@pytest.mark.parametrize("law", list(FILES_NEEDED), ids=sentence)
def test_a_law_that_needs_files_finds_no_example_with_one_fewer(
    law: Law, dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    assert law(reached(dialect, FILES_NEEDED[law] - 1)) is not None


def test_there_is_a_wrong_table_for_every_law() -> None:
    assert {wrong.law for wrong in WRONG} == set(LAWS)


def test_every_law_of_the_module_is_in_the_list() -> None:
    words = ("always_", "sometimes_", "eventually_")

    assert [name for name in vars(laws) if name.startswith(words) and getattr(laws, name) not in LAWS] == []


@by_law
def test_the_name_of_a_law_says_when_it_holds(law: Law) -> None:
    assert sentence(law).split()[0] in {"always", "sometimes", "eventually"}


@by_wrong
def test_a_wrong_table_breaks_its_law(wrong: Wrong) -> None:
    assert wrong.law(explore(make(wrong), 2)) is not None


@with_a_path
def test_a_counterexample_can_be_replayed_from_where_every_job_begins(wrong: Wrong) -> None:
    broken = judged(wrong)
    at = f.INITIAL
    for step in broken.path:
        assert is_step_from(at, step)
        at = step.dest

    assert at == broken.at


@pytest.mark.parametrize("wrong", [w for w in WRONG if w.law in ABOUT_STEPS], ids=name_of)
def test_the_offending_step_is_one_of_a_changed_row_from_where_the_path_ends(wrong: Wrong) -> None:
    broken = judged(wrong)

    assert broken.step is not None
    assert is_step_from(broken.at, broken.step)
    assert broken.step.row.id in wrong.rows


@pytest.mark.parametrize("wrong", [w for w in WRONG if sentence(w.law).startswith("always")], ids=name_of)
def test_nothing_nearer_than_a_counterexample_breaks_its_law(wrong: Wrong) -> None:
    distance = len(judged(wrong).path)
    found = explore(make(wrong), 2)
    nearer = {at: how for at, how in found.parents.items() if len(found.path(at)) < distance}

    assert wrong.law(replace(found, parents=nearer)) is None


@pytest.mark.parametrize("wrong", [w for w in WRONG if sentence(w.law).startswith("sometimes")], ids=name_of)
def test_a_sometimes_law_names_a_state_and_no_path(wrong: Wrong) -> None:
    assert judged(wrong).path == ()


def test_the_state_that_is_never_reached_is_named() -> None:
    wrong = Wrong(laws.sometimes_every_state_is_reached, BITS, NEVER_TRANSFERRED[BITS])

    assert judged(wrong).at.state is JobState.TRANSFERRED


def test_the_counterexample_of_a_fault_without_error_information_is_the_shortest_way_to_it() -> None:
    row = "fatal_fault/TRANSFERRING/1"
    wrong = Wrong(laws.always_an_error_state_has_error_information, DO, {row: goes(JobState.ERROR)})

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
    wrong = Wrong(
        laws.always_files_done_is_at_most_files_total,
        BITS,
        {"restart/SUSPENDED/1": goes(JobState.SUSPENDED, less)},
    )

    assert judged(wrong, 0).at == Configuration(JobState.SUSPENDED, Facts(0, -1))
