"""The adapter: whatever a backend does, the kit goes on and says whose line it was."""

# Lambdas that stand for a backend take what they are given.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from copyjob.conformance.adapter import Adapter, AdapterError, Progress
from copyjob.conformance.backend import Declared
from copyjob.conformance.callers import CallTimedOutError
from copyjob.spec.vocabulary import SIZE_UNKNOWN, Dialect, JobState, Operation

Variant = Callable[..., Declared]
Open = Callable[..., Adapter]
HERE = Path(__file__).name


class RefusedError(Exception):
    """A refusal as a COM wrapper raises it: with a signed ``hresult``."""

    def __init__(self, hresult: int) -> None:
        super().__init__("refused")
        self.hresult = hresult


@pytest.fixture
def running(variant: Variant, tmp_path: Path) -> Iterator[Open]:
    """Return what constructs a variant and keeps it until the test is over."""
    with ExitStack() as stack:

        def opened(**members: object) -> Adapter:
            adapter = Adapter(variant(**members), Dialect.BITS, tmp_path / "backend")
            return stack.enter_context(adapter)

        yield opened


def answering(value: object) -> Callable[..., object]:
    return lambda *_: value


def raising(error: BaseException) -> Callable[..., object]:
    def method(*_: object) -> None:
        raise error

    return method


def waiting(event: threading.Event) -> Callable[..., None]:
    """Return a method that hangs until the event is set."""

    def method(*_: object, **__: object) -> None:
        event.wait(30)

    return method


def hanging(seconds: float = 0.05) -> dict[str, Any]:
    """Return members whose ``resume`` hangs until ``close``, with the time after which it is given up."""
    over = threading.Event()

    def close(_: object) -> None:
        over.set()

    return {"resume": waiting(over), "close": close, "call_timeout_seconds": seconds}


def test_a_call_that_hangs_is_given_up_after_its_time(running: Open) -> None:
    with pytest.raises(CallTimedOutError, match=r"resume has not answered within 0\.05 s"):
        running(**hanging()).call(Operation.RESUME, "job")


def test_a_constructor_that_hangs_is_given_up_after_its_time(running: Open) -> None:
    over = threading.Event()
    with pytest.raises(CallTimedOutError, match="the constructor has not answered"):
        running(__init__=waiting(over), call_timeout_seconds=0.05)
    over.set()


def test_an_exception_names_the_users_file_and_line(running: Open) -> None:
    error = ValueError("it rains")
    with pytest.raises(AdapterError, match=rf"suspend raised ValueError: it rains \(.*{HERE}:\d+\)"):
        running(suspend=raising(error)).call(Operation.SUSPEND, "job")


def test_an_exception_in_the_constructor_is_an_error_of_the_adapter(running: Open) -> None:
    def broken(_: object, **__: object) -> None:
        raise OSError("no room")

    with pytest.raises(AdapterError, match="the constructor raised OSError: no room"):
        running(__init__=broken)


def test_a_refusal_may_be_raised_with_its_hresult(running: Open) -> None:
    adapter = running(resume=raising(RefusedError(0x80200003)))
    assert adapter.call(Operation.RESUME, "job") == 0x80200003


def test_a_signed_hresult_is_taken_as_unsigned(running: Open) -> None:
    adapter = running(resume=raising(RefusedError(0x80200003 - 2**32)))
    assert adapter.call(Operation.RESUME, "job") == 0x80200003


def test_none_is_s_ok(running: Open) -> None:
    assert running(resume=answering(None)).call(Operation.RESUME, "job") == 0


def test_an_hresult_nobody_knows_is_an_answer(running: Open) -> None:
    assert running(resume=answering(0x87654321)).call(Operation.RESUME, "job") == 0x87654321


@pytest.mark.parametrize("answer", ["S_OK", True, 0.0, [0]], ids=repr)
def test_what_is_no_hresult_is_an_error_of_the_adapter(running: Open, answer: object) -> None:
    with pytest.raises(AdapterError, match=r"resume answered .*HRESULT"):
        running(resume=answering(answer)).call(Operation.RESUME, "job")


@pytest.mark.parametrize("answer", [7, None, b"id"], ids=repr)
def test_a_job_id_that_is_no_string_is_an_error_of_the_adapter(running: Open, answer: object) -> None:
    with pytest.raises(AdapterError, match=r"create_job answered .*, which is no job id"):
        running(create_job=answering(answer)).create_job("name")


@pytest.mark.parametrize("answer", [9, -1 + 2**31, "QUEUED", None, True], ids=repr)
def test_what_is_no_state_is_an_error_of_the_adapter(running: Open, answer: object) -> None:
    with pytest.raises(AdapterError, match="which is no BG_JOB_STATE"):
        running(get_state=answering(answer)).state("job")


def test_a_state_is_told_by_its_number(running: Open) -> None:
    assert running(get_state=answering(4)).state("job") is JobState.ERROR


def test_a_getter_that_is_refused_answers_with_its_hresult(running: Open) -> None:
    assert running(get_state=answering(0x80200001)).state("job") == 0x80200001


def test_progress_is_never_asked_without_the_power(running: Open) -> None:
    assert running(get_progress=raising(AssertionError())).progress("job") is None


def test_progress_is_four_numbers_in_their_order(running: Open) -> None:
    adapter = running(powers=("progress",), get_progress=answering((10, 4, 2, 1)))
    assert adapter.progress("job") == Progress(bytes_total=10, bytes_transferred=4, files_total=2, files_done=1)


@pytest.mark.parametrize("answer", [(1, 2, 3), None, "1234", (1, 2, 3, "4")], ids=repr)
def test_progress_that_is_not_four_numbers_is_an_error_of_the_adapter(running: Open, answer: object) -> None:
    with pytest.raises(AdapterError, match="it answers four numbers"):
        running(powers=("progress",), get_progress=answering(answer)).progress("job")


def test_error_information_is_context_and_code(running: Open) -> None:
    adapter = running(powers=("error",), get_error=answering((5, 0x80190194)))
    assert adapter.error("job") == (5, 0x80190194)


def test_error_information_that_is_refused_is_an_hresult(running: Open) -> None:
    assert running(powers=("error",), get_error=answering(0x8020000F)).error("job") == 0x8020000F


def test_get_error_with_the_wrong_number_of_parts_is_an_error_of_the_adapter(running: Open) -> None:
    with pytest.raises(AdapterError, match=r"it answers \(context, code\)"):
        running(powers=("error",), get_error=answering((5,))).call(Operation.GET_ERROR, "job")


def test_calls_side_by_side_are_made_at_the_same_time(running: Open) -> None:
    both = threading.Barrier(2)

    def meet(*_: object) -> None:
        both.wait(30)

    one, other = running(suspend=meet, cancel=meet).race("job", ((Operation.SUSPEND,), (Operation.CANCEL,)))
    assert one.began < other.ended
    assert other.began < one.ended


def test_calls_side_by_side_answer_in_the_order_they_were_named(running: Open) -> None:
    adapter = running(suspend=answering(0x80200002), cancel=answering(None))
    raced = adapter.race("job", ((Operation.CANCEL,), (Operation.SUSPEND,)))
    assert [one.hresult for one in raced] == [0, 0x80200002]


def test_the_calls_of_one_caller_follow_each_other(running: Open) -> None:
    adapter = running(suspend=answering(None), cancel=answering(None))
    first, second, _ = adapter.race("job", ((Operation.SUSPEND, Operation.SUSPEND), (Operation.CANCEL,)))
    assert first.ended < second.began


def firsts(adapter: Adapter) -> list[int]:
    """Return which of two callers began first in each of many races."""
    races = [adapter.race("job", ((Operation.SUSPEND,), (Operation.CANCEL,))) for _ in range(40)]
    return [0 if one.began < other.began else 1 for one, other in races]


def test_now_this_caller_goes_first_and_now_that_one(running: Open) -> None:
    assert set(firsts(running(suspend=answering(None), cancel=answering(None)))) == {0, 1}


def test_which_caller_goes_first_is_drawn(variant: Variant, tmp_path: Path) -> None:
    declared = variant(suspend=answering(None), cancel=answering(None))

    def drawn(seed: int) -> list[int]:
        with Adapter(declared, Dialect.BITS, tmp_path / "backend", order=random.Random(seed)) as adapter:
            return firsts(adapter)

    assert drawn(1) == drawn(1)


def test_a_call_that_breaks_beside_another_loses_no_answer(running: Open) -> None:
    adapter = running(suspend=raising(ValueError("it rains")), cancel=answering(0x80200002))
    broken, answered = adapter.race("job", ((Operation.SUSPEND, Operation.SUSPEND), (Operation.CANCEL,)))
    assert isinstance(broken.failure, AdapterError)
    assert "it rains" in str(broken.failure)
    assert (broken.hresult, answered.hresult) == (None, 0x80200002)


def test_what_close_raises_is_nobodys_observation(variant: Variant, tmp_path: Path) -> None:
    closed = threading.Event()

    def close(_: object) -> None:
        closed.set()
        raise ValueError("it rains")

    Adapter(variant(close=close), Dialect.BITS, tmp_path / "backend").close()
    assert closed.is_set()


def test_a_backend_is_told_its_dialect_and_an_empty_folder(variant: Variant, tmp_path: Path) -> None:
    told: dict[str, str] = {}

    def init(_: object, **given: str) -> None:
        told.update(given)

    Adapter(variant(__init__=init), Dialect.DO, tmp_path / "backend").close()
    assert (told["dialect"], list(Path(told["folder"]).iterdir())) == ("DO", [])


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_calls(running: Open) -> None:
    over = threading.Event()

    def late(*_: object) -> int:
        over.wait(30)
        return 0x80200002

    adapter = running(resume=late, suspend=answering(0), call_timeout_seconds=1.0)
    with pytest.raises(CallTimedOutError):
        adapter.call(Operation.RESUME, "job")
    over.set()
    assert adapter.call(Operation.SUSPEND, "job") == 0


def test_an_unknown_total_may_be_none(running: Open) -> None:
    adapter = running(powers=("progress",), get_progress=answering((None, 4, 2, 1)))
    assert adapter.progress("job") == Progress(SIZE_UNKNOWN, bytes_transferred=4, files_total=2, files_done=1)


def test_what_stands_between_the_kit_and_a_program_blames_in_its_own_words(running: Open) -> None:
    with pytest.raises(AdapterError, match=r"^the program ended$"):
        running(resume=raising(AdapterError("the program ended"))).call(Operation.RESUME, "job")


def test_a_backend_that_keeps_the_time_is_called_where_it_is_called(variant: Variant, tmp_path: Path) -> None:
    threads: list[int] = []
    declared = replace(variant(resume=lambda *_: threads.append(threading.get_ident())), keeps_time=True)
    with Adapter(declared, Dialect.BITS, tmp_path / "backend") as adapter:
        adapter.call(Operation.RESUME, "job")
    assert threads == [threading.get_ident()]
