"""What every fair run comes to, and how a table is told from which a fair run never does.

Law: a counterexample is walked here round by round: by rows that the wrong table has, fairly, and past no goal.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from copyjob.spec import facts as f
from copyjob.spec import laws
from copyjob.spec.explore import Exploration, explore
from copyjob.spec.facts import Configuration, Facts
from copyjob.spec.laws import LAWS, Broken, Kind, Law, LeadsTo, sentence
from copyjob.spec.scope import CORE, Feature, Scope, facts_of
from copyjob.spec.table import Answer, Table, table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, JobType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from copyjob.spec.explore import Step

BITS, DO = Dialect.BITS, Dialect.DO
MISSING = None


class Wrong(NamedTuple):
    """A table that is wrong in one way: the law that says so, and where its rows lead instead; MISSING: it has none."""

    law: Law
    dialect: Dialect
    rows: Mapping[str, JobState | None]
    scope: Scope = CORE


def in_bits(law: Law, feature: Feature, row_id: str) -> Wrong:
    return Wrong(law, BITS, {row_id: MISSING}, frozenset({feature}))


def in_both(law: Law, rows: Mapping[str, JobState | None]) -> list[Wrong]:
    return [Wrong(law, dialect, rows) for dialect in Dialect]


WRONG = [
    *in_both(
        laws.eventually_a_served_job_is_transferred,
        {"all_done/TRANSFERRING/1": JobState.TRANSFERRING, "all_done/QUEUED/1": JobState.QUEUED},
    ),
    *in_both(laws.eventually_a_served_job_is_transferred, {"file_done/TRANSFERRING/1": MISSING}),
    *in_both(laws.eventually_a_served_job_is_transferred, {"retry/TRANSIENT_ERROR/1": MISSING}),
    Wrong(laws.eventually_a_served_job_is_transferred, BITS, {"connect/CONNECTING/1": JobState.QUEUED}),
    Wrong(laws.eventually_a_served_job_is_transferred, DO, {"turn/QUEUED/1": JobState.TRANSIENT_ERROR}),
    in_bits(laws.eventually_a_served_job_is_transferred, Feature.UPLOADS, "reply_done/TRANSFERRING/1"),
    *in_both(laws.eventually_a_waiting_job_gets_a_turn, {"turn/QUEUED/1": JobState.QUEUED}),
    *in_both(laws.eventually_a_waiting_job_gets_a_turn, {"retry/TRANSIENT_ERROR/1": MISSING}),
    *(
        in_bits(laws.eventually_a_waiting_job_gets_a_turn, feature, row_id)
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
    for row_id, dest in wrong.rows.items():
        if dest is None:
            missing = made.by_id[row_id]
            made = replace(made, rows=tuple(row for row in made.rows if row is not missing))
        else:
            made = made.with_answers(row_id, [Answer(dest, None)])
    return made


@cache
def explored(number: int) -> Exploration:
    """Explore a wrong table, by its number in the list."""
    return explore(make(WRONG[number]), 2)


def judged(wrong: Wrong) -> Broken:
    broken = wrong.law(explored(WRONG.index(wrong)))
    assert broken is not None
    return broken


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


without_end = pytest.mark.parametrize("wrong", WRONG, ids=name_of)


def test_there_is_a_wrong_table_for_every_law_about_fair_runs() -> None:
    assert {wrong.law for wrong in WRONG} == {law for law in LAWS if law.kind is Kind.LIVENESS}


@without_end
def test_the_table_that_was_made_wrong_kept_the_law_before(wrong: Wrong) -> None:
    assert wrong.law(explore(table(wrong.dialect, wrong.scope), 2)) is None


@without_end
def test_a_counterexample_can_be_replayed_from_where_every_job_begins(wrong: Wrong) -> None:
    broken = judged(wrong)
    at = beginning(broken)
    assert at in f.initials(facts_of(wrong.scope))
    for step in broken.path:
        assert is_step_from(at, step)
        at = step.dest

    assert at == broken.at


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
    (wrong,) = (w for w in WRONG if "connect/CONNECTING/1" in w.rows)
    broken = judged(wrong)

    assert [step.row.id for step in broken.path] == ["add_file/SUSPENDED/1", "resume/SUSPENDED/2"]
    assert [step.row.id for step in broken.cycle] == ["turn/QUEUED/1", "connect/CONNECTING/1"]


def test_a_retry_that_never_comes_is_shown_as_a_job_at_rest() -> None:
    law = laws.eventually_a_served_job_is_transferred
    (wrong,) = (w for w in WRONG if w.law is law and w.dialect is DO and "retry/TRANSIENT_ERROR/1" in w.rows)

    assert judged(wrong).at.state is JobState.TRANSIENT_ERROR
    assert judged(wrong).cycle == ()


@pytest.mark.parametrize("event", [InternalEvent.FILE_DONE, InternalEvent.ALL_DONE, InternalEvent.TURN])
def test_without_the_fairness_of_one_event_a_served_job_need_not_be_transferred(
    event: InternalEvent, dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    law = laws.eventually_a_served_job_is_transferred
    assert isinstance(law.form, LeadsTo)
    fair = tuple(each for each in law.form.fair if each is not event)

    assert replace(law, form=replace(law.form, fair=fair))(reached(dialect, 2)) is not None


def test_a_fault_that_comes_again_and_again_may_keep_a_job_from_being_transferred(
    dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    law = laws.eventually_a_served_job_is_transferred
    assert isinstance(law.form, LeadsTo)
    labels = (*law.form.labels, InternalEvent.FATAL_FAULT)
    broken = replace(law, form=replace(law.form, labels=labels))(reached(dialect, 1))

    assert broken is not None
    assert broken.at.state is JobState.ERROR
