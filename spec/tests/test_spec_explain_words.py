"""The words of a question: every spelling is understood, what is not is told in one line with the nearest word."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.spec.console import UsageError
from copyjob.spec.explain_words import Question, twins, understood
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation, dialect_of

BITS, DO = Dialect.BITS, Dialect.DO


def operations(*words: str) -> list[Operation]:
    return [operation for operation, _ in understood(list(words)).operations]


def complaint(
    *words: str, state: str | None = None, dialects: tuple[Dialect, ...] = (BITS, DO), full: bool = True
) -> str:
    with pytest.raises(UsageError) as raised:
        understood(list(words), state, dialects, full=full)
    assert "\n" not in raised.value.usage_message
    return raised.value.usage_message


@pytest.mark.parametrize(
    "word", ["resume", "Resume", "RESUME", "Resume()", "IBackgroundCopyJob::Resume", "IBackgroundCopyJob.Resume()"]
)
def test_resume_is_understood_however_it_is_written(word: str) -> None:
    assert operations(word) == [Operation.RESUME]


@pytest.mark.parametrize("word", ["AddFile", "add_file", "add-file", "addfile", "IBackgroundCopyJob::AddFile"])
def test_add_file_is_understood_however_it_is_written(word: str) -> None:
    assert operations(word) == [Operation.ADD_FILE]


def test_set_priority_is_understood_with_a_hyphen() -> None:
    assert operations("set-priority") == [Operation.SET_PRIORITY]


def test_a_method_of_both_dialects_is_the_operation_of_each() -> None:
    assert dict(understood(["AddFileWithRanges"]).operations) == {
        Operation.ADD_FILE: {DO},
        Operation.ADD_FILE_WITH_RANGES: {BITS},
    }


@pytest.mark.parametrize("word", ["TRANSFERRED", "transferred", "BG_JOB_STATE_TRANSFERRED", "bg_job_state_transferred"])
def test_a_state_is_understood_however_it_is_written(word: str) -> None:
    assert understood([word]).state is JobState.TRANSFERRED


@pytest.mark.parametrize("state", ["6", "TRANSFERRED", "BG_JOB_STATE_TRANSFERRED"])
def test_the_option_takes_a_state_by_name_or_number(state: str) -> None:
    assert understood(["resume"], state).state is JobState.TRANSFERRED


@pytest.mark.parametrize(
    "word",
    ["BG_E_INVALID_STATE", "bg_e_invalid_state", "0x80200002", "0X80200002L", "80200002", "-2145386494", "2149580802"],
)
def test_an_hresult_is_understood_by_name_and_number(word: str) -> None:
    assert understood([word]).hresults == (Hresult.BG_E_INVALID_STATE,)


@pytest.mark.parametrize("word", ["DO_E_EMPTY", "DO_E_JOB_EMPTY", "0x80D02004"])
def test_both_spellings_of_one_code_are_one_hresult(word: str) -> None:
    assert understood([word]).hresults == (Hresult.DO_E_JOB_EMPTY,)


@pytest.mark.parametrize("word", ["0x80190194", "BG_E_HTTP_ERROR_404", "-2145844844"])
def test_the_hresult_of_an_http_status_is_understood(word: str) -> None:
    assert understood([word]).hresults == (0x80190194,)


def test_a_code_without_its_prefix_is_that_of_each_dialect() -> None:
    assert set(understood(["E_INVALID_STATE"]).hresults) == {Hresult.BG_E_INVALID_STATE, Hresult.DO_E_INVALID_STATE}


def test_a_code_without_its_prefix_is_that_of_the_dialect_that_is_asked() -> None:
    assert understood(["E_INVALID_STATE"], dialects=(DO,)).hresults == (Hresult.DO_E_INVALID_STATE,)


def test_a_word_with_two_meanings_means_both() -> None:
    question = understood(["restart"])

    assert question.events == (InternalEvent.RESTART,)
    assert question.clauses == ("restart",)


def test_a_row_without_its_number_is_its_operation_and_its_state() -> None:
    question = understood(["resume/ERROR"])

    assert operations("resume/ERROR") == [Operation.RESUME]
    assert question.state is JobState.ERROR


def test_a_clause_that_reads_like_a_cell_is_the_clause() -> None:
    question = understood(["resume/error"])

    assert question.clauses == ("resume/error",)
    assert question.operations == ()


def test_a_law_is_understood_as_a_sentence() -> None:
    assert understood(["always a final state absorbs"]).laws == ("always_a_final_state_absorbs",)


@given(st.permutations(["resume", "TRANSFERRED", "suspend", "0x80200003", "decision/2", "JobError"]))
@settings(deadline=None, max_examples=30)
def test_the_order_of_the_words_means_nothing(words: list[str]) -> None:
    def meant(question: Question) -> tuple[object, ...]:
        return (set(question.operations), question.state, question.hresults, question.clauses, question.callbacks)

    assert meant(understood(words)) == meant(understood(sorted(words)))


@given(st.sampled_from(list(Operation)), st.data())
@settings(deadline=None)
def test_case_and_separators_mean_nothing(operation: Operation, data: st.DataObject) -> None:
    parts = operation.value.split("_")
    separator = data.draw(st.sampled_from(["", "_", "-", " "]))
    cases = [data.draw(st.sampled_from([str.lower, str.upper, str.capitalize])) for _ in parts]
    word = separator.join(case(part) for case, part in zip(cases, parts, strict=True))

    assert operation in operations(word)


@given(st.text(min_size=1, max_size=30))
@settings(deadline=None, max_examples=60)
def test_whatever_is_asked_is_understood_or_told_in_one_line(word: str) -> None:
    try:
        understood([word])
    except UsageError as error:
        assert "\n" not in error.usage_message  # noqa: PT017 both ways of ending are right


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("resme", "resume"),
        ("TRANSFERED", "TRANSFERRED"),
        ("BG_JOB_STATE_TRANSFERED", "BG_JOB_STATE_TRANSFERRED"),
        ("CANCELED", "CANCELLED"),
        ("BG_E_INVALID_STAT", "BG_E_INVALID_STATE"),
        ("0x80D0680F", "0x80D06802"),
        ("resume/emtpy", "resume/empty"),
        ("decision/222", "decision/22"),
        ("fatalfualt", "fatal_fault"),
        ("IBackgroundCopyJob::Resum", "resume"),
    ],
)
def test_an_unknown_word_is_told_with_the_nearest_one(word: str, nearest: str) -> None:
    assert complaint(word).endswith(f"did you mean {nearest}?")


def test_a_word_that_is_near_to_nothing_is_told_with_an_example() -> None:
    assert "copyjob explain resume TRANSFERRED" in complaint("qqqqqqqqqqqq")


def test_asking_nothing_is_told_with_an_example() -> None:
    assert "copyjob explain resume TRANSFERRED" in complaint()


@pytest.mark.parametrize(("state", "way_out"), [("12", "0 to 8"), ("-1", "0 to 8"), ("SUSPENDD", "SUSPENDED")])
def test_an_unknown_state_is_told_with_the_way_out(state: str, way_out: str) -> None:
    assert way_out in complaint("resume", state=state)


def test_two_states_contradict() -> None:
    assert (
        complaint("ERROR", "SUSPENDED")
        == "a job is in one state at a time, not in ERROR and SUSPENDED; ask for one of them"
    )


def test_the_same_state_twice_does_not_contradict() -> None:
    assert understood(["ERROR"], "4").state is JobState.ERROR


def test_a_small_number_may_be_a_state_or_an_hresult() -> None:
    assert "--state 6 for TRANSFERRED" in complaint("6")


def test_an_hresult_of_the_other_dialect_contradicts() -> None:
    assert "DO_E_EMPTY belongs to Delivery Optimization" in complaint("DO_E_EMPTY", dialects=(BITS,))


def test_a_state_that_the_dialect_never_shows_contradicts() -> None:
    assert "never shows CONNECTING" in complaint("CONNECTING", dialects=(DO,))


def test_an_hresult_of_a_dialect_that_never_shows_the_state_contradicts() -> None:
    assert "never shows CONNECTING" in complaint("DO_E_EMPTY", "CONNECTING")


def test_a_method_that_the_dialect_lacks_contradicts() -> None:
    assert "SetDisplayName belongs to BITS" in complaint("SetDisplayName", dialects=(DO,))


def test_an_operation_that_the_core_lacks_is_told_with_the_way_out() -> None:
    assert complaint("get_state", full=False).endswith("leave out --scope core")


def test_a_row_that_the_core_lacks_is_told_with_the_way_out() -> None:
    assert complaint("complete/SUSPENDED/4", full=False).endswith("leave out --scope core")


def test_a_call_of_the_manager_concerns_no_state() -> None:
    assert "concerns no state" in complaint("CreateJob", "ERROR")


def test_an_event_that_never_happens_in_a_state_is_told_with_those_where_it_may() -> None:
    assert complaint("turn", "SUSPENDED") == "turn never happens in SUSPENDED; it may in QUEUED"


@pytest.mark.parametrize(
    ("word", "state", "told"),
    [
        ("resume/SUSPENDED/1", "ERROR", "is a row of SUSPENDED, not of ERROR"),
        ("JobError", "QUEUED", "leave out QUEUED"),
        ("TakeOwnership", "ERROR", "leave out ERROR"),
        ("registered/late", "ERROR", "leave out ERROR"),
        ("always_a_final_state_absorbs", "QUEUED", "leave out QUEUED"),
    ],
)
def test_a_state_of_which_the_rest_says_nothing_contradicts(word: str, state: str, told: str) -> None:
    assert told in complaint(word, state=state)


def test_a_row_may_be_asked_for_with_its_own_state() -> None:
    assert understood(["resume/SUSPENDED/1"], "SUSPENDED").rows == ("resume/SUSPENDED/1",)


def test_an_hresult_that_no_rule_of_a_method_gives_contradicts() -> None:
    assert "no rule lets take_ownership answer BG_E_INVALID_STATE" in complaint("TakeOwnership", "0x80200002")


@pytest.mark.parametrize("state", [None, "1" * 5000])
def test_a_number_of_thousands_of_digits_is_told_in_one_line(state: str | None) -> None:
    assert "1111" in complaint("1" * 5000 if state is None else "resume", state=state)


@pytest.mark.parametrize(
    ("hresult", "twin"),
    [
        (Hresult.BG_E_EMPTY, Hresult.DO_E_JOB_EMPTY),
        (Hresult.DO_E_INVALID_STATE, Hresult.BG_E_INVALID_STATE),
        (Hresult.BG_E_INVALID_RANGE, Hresult.DO_E_INVALID_RANGE),
        (Hresult.DO_E_FILE_NOT_AVAILABLE, Hresult.BG_E_FILE_NOT_AVAILABLE),
    ],
)
def test_an_hresult_has_a_twin_in_the_other_dialect(hresult: Hresult, twin: Hresult) -> None:
    assert twins(hresult) == (twin,)


@pytest.mark.parametrize("hresult", [Hresult.S_OK, Hresult.E_INVALIDARG, 0x80190194])
def test_a_common_hresult_belongs_to_no_dialect_and_has_no_twin(hresult: int) -> None:
    assert dialect_of(hresult) is None
    assert twins(hresult) == ()
