"""Does a walk tell how a job went, state after state, and make nothing up?"""

from __future__ import annotations

import itertools
import random

import pytest

from copyjob.diagrams.edges import edges
from copyjob.diagrams.report_parts import Divergence, Message, ReportEdge
from copyjob.diagrams.walk import Walk, walk_of
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, JobState

BITS, DO = table(Dialect.BITS), table(Dialect.DO)


def divergence(
    *path: str,
    observation: str = "file-0.bin is visible",
    permitted: tuple[str, ...] = ("no file",),
    rows: tuple[str, ...] = (),
    expected: tuple[ReportEdge, ...] = (),
    messages: tuple[Message, ...] = (),
) -> Divergence:
    return Divergence(
        id="some/check",
        rows=rows,
        check="",
        level="MUST",
        clauses=(),
        observation=observation,
        permitted=permitted,
        explained_if=(),
        reproduced_times=0,
        reproduced_of=0,
        python="",
        edges=expected,
        path=path,
        sequence=messages,
        calls=(),
        replay="",
        known="",
        past=(),
    )


def walk(*path: str, observation: str = "", permitted: tuple[str, ...] = (), rows: tuple[str, ...] = ()) -> Walk:
    found = walk_of(divergence(*path, observation=observation, permitted=permitted, rows=rows), BITS)
    assert found is not None
    return found


def told(found: Walk) -> list[tuple[int, str, str, tuple[str, ...]]]:
    return [(step.number, step.source.name, step.dest.name, step.labels) for step in found.steps]


def test_a_step_is_the_tables_arrow_where_one_row_leads_there() -> None:
    assert told(walk("SUSPENDED", "QUEUED", "CONNECTING")) == [
        (1, "SUSPENDED", "QUEUED", ("resume",)),
        (2, "QUEUED", "CONNECTING", ("turn",)),
    ]


def test_a_step_without_such_a_row_has_no_arrow_made_up_for_it() -> None:
    (step,) = walk("SUSPENDED", "TRANSFERRING").steps
    assert (step.arrows, step.labels) == ((), ())


def test_a_step_from_a_state_that_an_arrow_leaves_as_one_of_its_box_is_found() -> None:
    assert told(walk("CONNECTING", "CANCELLED")) == [(1, "CONNECTING", "CANCELLED", ("cancel", "expiry"))]


def test_a_state_that_was_seen_twice_in_a_row_is_one() -> None:
    assert walk("SUSPENDED", "SUSPENDED", "QUEUED").states == (JobState.SUSPENDED, JobState.QUEUED)


def test_a_divergence_of_which_no_state_was_seen_has_no_walk() -> None:
    assert walk_of(divergence(), BITS) is None


def test_a_state_that_the_table_does_not_have_is_left_out() -> None:
    found = walk_of(divergence("SUSPENDED", "PAUSED", "CONNECTING", "QUEUED"), DO)
    assert found is not None
    assert found.states == (JobState.SUSPENDED, JobState.QUEUED)


def test_the_state_that_was_not_permitted_ends_the_walk_with_a_wrong_step() -> None:
    found = walk(
        "SUSPENDED",
        "CONNECTING",
        "ERROR",
        observation="get_state answered ERROR, after get_state answered CONNECTING",
        permitted=("CONNECTING", "TRANSIENT_ERROR"),
        rows=("transient_fault/CONNECTING/1",),
    )
    assert found.wrong is not None
    assert (found.wrong.number, found.wrong.source, found.wrong.dest) == (2, JobState.CONNECTING, JobState.ERROR)
    assert (found.where, found.permitted) == (JobState.ERROR, (JobState.CONNECTING, JobState.TRANSIENT_ERROR))


def test_a_wrong_step_is_no_arrow_of_the_table_even_where_one_leads_there() -> None:
    found = walk("TRANSFERRING", "ERROR", observation="get_state answered ERROR", permitted=("TRANSIENT_ERROR",))
    assert found.wrong is not None
    assert found.wrong.arrows == ()


def test_a_job_that_should_have_left_its_state_stays_in_the_wrong_step() -> None:
    found = walk(
        "SUSPENDED",
        "ERROR",
        observation="get_state answered ERROR, after resume answered S_OK",
        permitted=("QUEUED", "CONNECTING"),
        rows=("resume/ERROR/1",),
    )
    assert found.wrong is not None
    assert (found.wrong.number, found.wrong.source, found.wrong.dest) == (2, JobState.ERROR, JobState.ERROR)


def test_a_job_that_never_left_its_first_state_stays_in_step_one() -> None:
    found = walk("SUSPENDED", observation="get_state answered SUSPENDED", permitted=("QUEUED 0/1 files",))
    assert found.wrong is not None
    assert (found.wrong.number, found.wrong.dest, found.steps) == (1, JobState.SUSPENDED, ())


def test_the_arrow_that_a_report_expected_tells_whether_a_job_stayed() -> None:
    expected = (ReportEdge("ERROR", "resume", "QUEUED", "ERROR"),)
    seen = divergence(
        "SUSPENDED", "ERROR", observation="get_state answered ERROR", permitted=("QUEUED",), expected=expected
    )
    found = walk_of(seen, BITS)
    assert found is not None
    assert found.wrong is not None
    assert found.wrong.source is JobState.ERROR


def test_a_walk_goes_on_behind_a_broken_recommendation() -> None:
    found = walk(
        "TRANSFERRING",
        "ERROR",
        "QUEUED",
        observation="get_state answered ERROR, after get_state answered TRANSFERRING",
        permitted=("TRANSIENT_ERROR",),
    )
    assert found.wrong is not None
    assert [found.wrong.number, *(step.number for step in found.steps)] == [1, 2]
    assert told(found) == [(2, "ERROR", "QUEUED", ("resume",))]


def test_an_answer_that_was_wrong_is_no_step_and_stands_where_it_was_given() -> None:
    found = walk(
        "SUSPENDED",
        "ERROR",
        observation="suspend answered E_NOTIMPL (0x80004001)",
        permitted=("S_OK (0x00000000) in ERROR",),
        rows=("suspend/ERROR/1",),
    )
    assert (found.wrong, found.where, found.permitted) == (None, JobState.ERROR, ())


def test_an_answer_is_placed_in_the_last_state_that_what_was_permitted_names() -> None:
    permitted = ("S_OK in SUSPENDED", "S_OK in QUEUED")
    found = walk("SUSPENDED", "QUEUED", "CONNECTING", observation="x", permitted=permitted)
    assert found.where is JobState.QUEUED


def test_a_state_that_was_permitted_is_not_wrong_whatever_else_was() -> None:
    found = walk("SUSPENDED", "QUEUED", observation="cancel and complete overlapped", permitted=("QUEUED 0/1 files",))
    assert found.wrong is None


def message(sender: str, receiver: str, text: str) -> Message:
    return Message(0.0, sender, receiver, text)


RETRIED = ("SUSPENDED", "TRANSIENT_ERROR", "QUEUED")
"""Resume leads from TRANSIENT_ERROR to QUEUED, and so does the event retry."""


@pytest.mark.parametrize(("called", "labels"), [(True, ("resume",)), (False, ("retry",))])
def test_what_was_called_tells_by_which_arrow_the_job_went(called: bool, labels: tuple[str, ...]) -> None:
    messages = [message("backend", "caller", f"get_state -> {state}") for state in RETRIED]
    messages.insert(0, message("caller", "backend", "resume -> S_OK (0x00000000)"))
    if called:
        messages.insert(-1, message("caller", "backend", "resume -> S_OK (0x00000000)"))
    found = walk_of(divergence(*RETRIED, messages=tuple(messages)), BITS)
    assert found is not None
    assert found.steps[-1].labels == labels


def test_without_messages_every_arrow_that_leads_there_stays_possible() -> None:
    assert set(walk(*RETRIED).steps[-1].labels) == {"resume", "retry"}


def test_messages_that_tell_of_other_states_are_not_believed() -> None:
    others = ("SUSPENDED", "ERROR", "QUEUED")
    messages = tuple(message("backend", "caller", f"get_state -> {state}") for state in others)
    found = walk_of(divergence(*RETRIED, messages=messages), BITS)
    assert found is not None
    assert set(found.steps[-1].labels) == {"resume", "retry"}


def test_any_walk_by_the_tables_arrows_is_told_step_by_step() -> None:
    chance = random.Random(7)
    for dialect in Dialect:
        own = table(dialect)
        leads = {state: sorted({e.dest for e in edges(own) if state in e.sources}) for state in own.states}
        for _ in range(200):
            path = [chance.choice(own.states)]
            while leads[path[-1]] and len(path) < 12:
                path.append(chance.choice(leads[path[-1]]))
            found = walk_of(divergence(*(state.name for state in path)), own)
            assert found is not None
            assert [(step.source, step.dest) for step in found.steps] == [*itertools.pairwise(path)]
            assert [step.number for step in found.steps] == list(range(1, len(path)))
            for step in found.steps:
                rows = [row for edge in step.arrows for row in edge.rows if row.source is step.source]
                assert {row.label.value for row in rows} >= set(step.labels) > set()
                assert all(any(answer.dest is step.dest for answer in row.all_answers) for row in rows)
