"""The registrar: what a job is told to have, against what the kit did; each check with a right and a wrong answer."""

# Lambdas that stand for a backend take what they are given.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from copyjob.conformance.adapter import Refused
from copyjob.conformance.backend import Declared
from copyjob.conformance.interface import Power
from copyjob.conformance.registrar import NOBODY, Registrar
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, Operation

BITS, DO = Dialect.BITS, Dialect.DO
S, E, T = JobState.SUSPENDED, JobState.ERROR, JobState.TRANSFERRED
CANCELLED = JobState.CANCELLED
NOT_FOUND = Refused(Hresult.BG_E_NOT_FOUND)


class Office:
    """A registrar of a job with one file, and a backend that answers as it is told."""

    def __init__(self, *powers: Power, dialect: Dialect = BITS, **answers: Any) -> None:
        self.answers: dict[str, Any] = answers
        declared = Declared("by hand", object, (BITS, DO), frozenset(powers))
        adapter = SimpleNamespace(declared=declared, dialect=dialect, ask=self._ask)
        file = SimpleNamespace(url="http://here/a")
        self.world = cast("Any", SimpleNamespace(files=[file], added=[0], destination=lambda _: Path("/there/a")))
        self.wrong: list[str] = []
        self.been: set[JobState] = set()
        self.own = Registrar(cast("Any", adapter), self.world, self._judge)
        self.own.created("1", "a name")

    def _ask(self, name: str, *arguments: object) -> Any:
        answer = self.answers.get(name)
        return answer(*arguments) if callable(answer) else answer

    def _judge(self, check: str, *, good: bool, seen: str, permitted: str) -> None:
        assert seen
        assert permitted
        if not good:
            self.wrong.append(check)

    def look(self, state: JobState = S, **answers: Any) -> list[str]:
        before = len(self.wrong)
        self.answers |= answers
        self.been.add(state)
        self.own.look(state, may_have_been=self.been.__contains__)
        self.own.advanced(0)  # so that the next look asks again
        return self.wrong[before:]


def test_what_is_not_declared_is_not_judged() -> None:
    assert Office().look() == []


# The queue


def test_the_files_are_those_that_were_added() -> None:
    assert Office(enum_files=[("http://here/a", "/there/a")]).look() == []


@pytest.mark.parametrize("told", [[], [("http://here/a", "/there/b")], [("http://here/a", "/there/a")] * 2, NOT_FOUND])
def test_other_files_than_those_that_were_added_are_wrong(told: Any) -> None:
    assert Office(enum_files=told).look() == ["enum/files"]


def test_files_of_a_job_that_ended_may_be_unknown_where_only_its_id_is_known() -> None:
    assert Office(Power.BY_ID, enum_files=NOT_FOUND).look(CANCELLED) == []
    assert Office(enum_files=NOT_FOUND).look(CANCELLED) == ["enum/files"]


@pytest.mark.parametrize(
    ("state", "listed", "wrong"),
    [
        (S, ["0", "1"], []),
        (S, ["0"], ["enum/jobs"]),
        (S, ["1", "1"], ["enum/jobs"]),
        (CANCELLED, ["0"], []),
        (CANCELLED, ["1"], ["enum/jobs"]),
    ],
)
def test_a_job_is_listed_once_until_it_has_ended(state: JobState, listed: list[str], wrong: list[str]) -> None:
    assert Office(enum_jobs=listed).look(state) == wrong


@pytest.mark.parametrize(
    ("state", "answer", "wrong"),
    [
        (S, 0, []),
        (S, NOT_FOUND, ["enum/get"]),
        (CANCELLED, NOT_FOUND, []),
        (CANCELLED, 0, ["enum/get"]),
        (CANCELLED, Refused(Hresult.BG_E_INVALID_STATE), ["enum/get"]),
    ],
)
def test_a_job_is_found_until_it_has_ended(state: JobState, answer: Any, wrong: list[str]) -> None:
    office = Office(get_job=lambda job: NOT_FOUND if job == NOBODY else answer)
    assert office.look(state) == wrong


def test_an_id_that_no_job_has_is_found_nowhere() -> None:
    assert Office(get_job=lambda _: 0).wrong == ["enum/get"]


# Properties


def test_before_anything_is_set_the_defaults_hold() -> None:
    told = {"display_name": "a name", "priority": 2, "no_progress_timeout": 1_209_600, "minimum_retry_delay": 600}
    assert Office(get_properties=told).look() == []


@pytest.mark.parametrize(
    "told", [{"display_name": "another"}, {"priority": 0}, {"no_progress_timeout": 1}, {"minimum_retry_delay": 5}]
)
def test_another_property_than_was_set_is_wrong(told: dict[str, Any]) -> None:
    assert Office(get_properties=told).look() == ["property/set"]


def test_a_timeout_whose_default_depends_on_the_priority_is_open_until_it_is_set() -> None:
    office = Office(dialect=DO, get_properties={"no_progress_timeout": 3_600})
    assert office.look() == []
    office.own.called(Operation.SET_NO_PROGRESS_TIMEOUT, 7, failed=False)
    assert office.look() == ["property/set"]


@pytest.mark.parametrize(("value", "told"), [(1, 5), (5, 5), (6, 6)])
def test_a_retry_delay_below_its_floor_is_the_floor(value: int, told: int) -> None:
    office = Office(get_properties={"minimum_retry_delay": told})
    office.own.called(Operation.SET_MINIMUM_RETRY_DELAY, value, failed=False)
    assert office.look() == []


def test_a_refused_setter_sets_nothing() -> None:
    office = Office(get_properties={"priority": 0})
    office.own.called(Operation.SET_PRIORITY, 0, failed=True)
    assert office.look() == ["property/set"]


def test_which_of_two_setters_side_by_side_came_last_is_open() -> None:
    office = Office(get_properties={"priority": 0})
    office.own.overlapped((Operation.SET_PRIORITY, Operation.RESUME))
    assert office.look() == []


def test_what_a_restart_lost_is_told_as_not_kept() -> None:
    office = Office(get_properties={"display_name": ""})
    office.own.restarted()
    assert office.look() == ["property/kept"]


# Times


@pytest.mark.parametrize(
    ("times", "wrong"),
    [((5.0, 5.0, None), []), ((5.0, 4.0, None), ["time/created"]), ((6.0, 6.0, None), ["time/created"])],
)
def test_a_job_is_created_once_and_not_after_it_was_modified(times: Any, wrong: list[str]) -> None:
    office = Office(get_times=(5.0, 5.0, None))
    office.look()
    assert [check for check in office.look(get_times=times) if check != "time/modified"] == wrong


def test_a_modification_is_never_taken_back() -> None:
    office = Office(get_times=(5.0, 9.0, None))
    office.look()
    assert office.look(get_times=(5.0, 8.0, None)) == ["time/modified"]


def added_after_a_minute(*powers: Power) -> Office:
    office = Office(*powers, get_times=(5.0, 5.0, None))
    office.look()
    office.own.advanced(60)
    office.look()
    office.own.called(Operation.ADD_FILE, None, failed=False)
    return office


def test_on_a_stepped_clock_a_modification_is_when_it_was_made() -> None:
    assert added_after_a_minute(Power.CLOCK).look() == ["time/modified"]
    assert added_after_a_minute(Power.CLOCK).look(get_times=(5.0, 65.0, None)) == []


def test_on_a_clock_that_runs_by_itself_nobody_knows_when_it_was_made() -> None:
    assert added_after_a_minute().look() == []


@pytest.mark.parametrize(
    ("state", "completed", "wrong"),
    [
        (S, None, []),
        (S, 5.0, ["time/completed"]),
        (T, 5.0, []),
        (T, None, ["time/completed"]),
        (T, 4.0, ["time/completed"]),
    ],
)
def test_a_completion_is_told_once_a_job_is_transferred(
    state: JobState, completed: float | None, wrong: list[str]
) -> None:
    assert Office(get_times=(5.0, 5.0, completed)).look(state) == wrong


def test_a_job_that_was_transferred_before_may_keep_its_completion() -> None:
    office = Office(get_times=(5.0, 5.0, 5.0))
    office.look(T)
    assert office.look(S) == []


# Errors


@pytest.mark.parametrize(
    ("states", "counts", "wrong"),
    [
        ([S], [0], []),
        ([S], [1], ["error/count"]),
        ([E], [1], []),
        ([E], [0], ["error/count"]),
        ([E, S], [2, 2], []),
        ([E, S], [2, 1], ["error/count"]),
    ],
)
def test_errors_are_counted_and_never_forgotten(states: list[JobState], counts: list[int], wrong: list[str]) -> None:
    office = Office()
    found = [office.look(state, get_error_count=count) for state, count in zip(states, counts, strict=True)]
    assert found[-1] == wrong


def test_nothing_is_asked_again_while_nothing_can_have_changed() -> None:
    asked: list[str] = []

    def note(job: str) -> list[tuple[str, str]]:
        asked.append(job)
        return [("http://here/a", "/there/a")]

    office = Office(enum_files=note)
    office.own.look(S, may_have_been=lambda _: True)
    office.own.look(S, may_have_been=lambda _: True)
    assert asked == ["1"]


# Getters that do not answer


@pytest.mark.parametrize("getter", ["get_properties", "get_times", "get_error_count"])
def test_a_getter_answers_as_long_as_the_job_has_not_ended(getter: str) -> None:
    assert Office().look(S, **{getter: Refused(Hresult.E_NOTIMPL)}) == ["getter/answers"]


@pytest.mark.parametrize("getter", ["get_properties", "get_times", "get_error_count"])
def test_nobody_is_asked_for_more_than_its_end_by_a_job_that_has_ended(getter: str) -> None:
    assert Office().look(CANCELLED, **{getter: Refused(Hresult.E_NOTIMPL)}) == []
