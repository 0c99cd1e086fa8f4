"""What Wine's tests of jobs (``job.c``) believe that BITS does, held against the service; `beliefs` tells more."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import ast
import io
import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.callbacks import Callback
from copyjob.reference.errors import CopyJobError
from copyjob.reference.policies import User
from copyjob.reference.trace import Trace
from copyjob.reference.views import Progress
from copyjob.reference.wire import WireFault
from copyjob.spec.vocabulary import ErrorContext, Hresult, JobState, JobType, NotifyFlag
from tests.beliefs import FUNCTIONS, OUTSIDE, wine

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.reference.service import JobHandle

ALL_BUT_RANGES = NotifyFlag(31)
ON_ITS_WAY = {"QUEUED", "CONNECTING", "TRANSFERRING", "TRANSIENT_ERROR", "TRANSFERRED"}


def refused(call: Callable[..., object], *args: object) -> int:
    with pytest.raises(CopyJobError) as caught:
        call(*args)
    return caught.value.hresult


@pytest.fixture
def job(serve: Any) -> Any:
    """Create a job."""
    return serve().create_job("Test")


@pytest.fixture
def fetched(serve: Any, memory: Any, tmp_path: Path) -> Any:
    """Create a job of one file, lead it to TRANSFERRED, and show it beforehand to whoever wants to set something."""

    def lead(before: Callable[[JobHandle], object] = lambda _: None) -> Any:
        job = serve(wire=memory).create_job("Test")
        job.add_file(memory.play("http://h/", memory.whole(b"a page")), str(tmp_path / "page"))
        before(job)
        job.resume()
        memory.run()
        return job

    return lead


# ---- the inventory ----


def sources() -> set[tuple[str, str]]:
    """Return the functions of Wine that the tests of this service name."""
    found: set[tuple[str, str]] = set()
    for path in Path(__file__).parent.rglob("test_reference_*wine*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "wine":
                file, *functions = (ast.literal_eval(argument) for argument in node.args)
                found |= {(file, function) for function in functions}
    return found


def test_every_test_of_wine_is_held_against_the_service_or_has_its_reason() -> None:
    everything = {(file, function) for file, functions in FUNCTIONS.items() for function in functions}
    assert sources() ^ everything == set(OUTSIDE)


# ---- a new job ----


@wine("job", "test_GetId")
def test_a_job_has_the_id_that_its_creation_told(serve: Any) -> None:
    service = serve()
    job = service.create_job("Test")

    assert (str(uuid.UUID(job.id)), service.get_job(job.id).id) == (job.id, job.id)


@wine("job", "test_GetType")
@pytest.mark.parametrize("kind", list(JobType))
def test_a_job_has_the_type_that_it_was_created_with(serve: Any, kind: JobType) -> None:
    assert serve().create_job("Test", kind).type is kind


@wine("job", "test_GetName")
def test_a_job_has_the_name_that_it_was_created_with(job: JobHandle) -> None:
    assert job.display_name == "Test"


@wine("job", "test_GetProgress_preTransfer")
def test_a_new_job_has_neither_files_nor_bytes_and_knows_so(job: JobHandle) -> None:
    assert job.progress() == Progress(0, 0, 0, 0)


@wine("job", "test_GetState")
def test_a_new_job_is_suspended(job: JobHandle) -> None:
    assert job.state is JobState.SUSPENDED


@wine("job", "test_ResumeEmpty")
def test_a_job_without_files_is_not_resumed_and_stays_suspended(job: JobHandle) -> None:
    assert (refused(job.resume), job.state) == (Hresult.BG_E_EMPTY, JobState.SUSPENDED)


@wine("job", "test_NotifyFlags")
def test_a_new_job_asks_to_be_told_of_its_end_and_of_errors(job: JobHandle) -> None:
    assert job.notify_flags == NotifyFlag.JOB_ERROR | NotifyFlag.JOB_TRANSFERRED


@wine("job", "test_NotifyInterface")
def test_a_new_job_has_nobody_to_call(job: JobHandle) -> None:
    assert job.notify_interface is None


@wine("job", "test_NotifyInterface", "test_HttpOptions")
def test_a_job_tells_its_owner_whom_it_calls(job: JobHandle) -> None:
    callback = Callback()
    answer = job.set_notify_interface(callback)

    assert (answer, job.notify_interface) == (Hresult.S_OK, callback)


def test_a_job_tells_nobody_else_whom_it_calls(serve: Any) -> None:
    service = serve()
    job = service.as_user(User("somebody")).create_job("Test")
    job.set_notify_interface(Callback())
    taken = service.as_user(User("root", administrator=True)).get_job(job.id)
    taken.take_ownership()

    assert (refused(lambda: job.notify_interface), taken.notify_interface) == (Hresult.E_ACCESSDENIED, None)


def test_a_job_that_has_ended_calls_nobody_any_more(job: JobHandle) -> None:
    job.set_notify_interface(Callback())
    job.cancel()

    assert job.notify_interface is None


# ---- files ----


@wine("job", "test_AddFile")
def test_a_second_file_is_added_as_the_first_was(job: JobHandle, tmp_path: Path) -> None:
    answers = [job.add_file(f"http://h/{name}", str(tmp_path / name)) for name in "ab"]

    assert (answers, job.state) == ([Hresult.S_OK] * 2, JobState.SUSPENDED)


@wine("job", "test_AddFileSet")
def test_two_files_are_added_with_one_call(job: JobHandle, tmp_path: Path) -> None:
    answer = job.add_file_set([(f"http://h/{name}", str(tmp_path / name)) for name in "ab"])

    assert (answer, job.progress().files_total) == (Hresult.S_OK, 2)


@wine("job", "test_EnumFiles")
def test_the_files_of_a_job_that_was_never_resumed_are_enumerated(job: JobHandle, tmp_path: Path) -> None:
    job.add_file("http://h/a", str(tmp_path / "a"))

    assert job.enum_files().count == 1


# Windows takes files from shares: documented for a UNC path, a network drive and ``file://`` since BITS 2.0, believed
# for a path of the machine itself. This service fetches by HTTP alone, and a protocol that is not known is documented
# to be refused with E_INVALIDARG (addfile/arg). Wine's tests, too, leave themselves out where ``file://`` is refused.
@wine("job", "test_AddFile", "test_CompleteLocal", "test_CompleteLocalURL")
@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_a_file_of_this_machine_is_refused_where_windows_is_believed_to_fetch_it(
    job: JobHandle, tmp_path: Path, form: str
) -> None:
    (tmp_path / "remote").write_bytes(b"here")
    code = refused(job.add_file, form.format(tmp_path / "remote"), str(tmp_path / "local"))

    assert (code, job.files()) == (Hresult.E_INVALIDARG, [])


# ---- a whole life ----


@wine("job", "test_CompleteLocal")
def test_two_files_are_fetched_and_completed_as_they_are(serve: Any, origin: Any, tmp_path: Path) -> None:
    bodies = {"a": b"the first of two files", "b": b"the second one, which is longer"}
    job = serve().create_job("Test")
    for name, body in bodies.items():
        job.add_file(origin.serve(f"/{name}", body), str(tmp_path / name))
    answers = [job.resume()]
    assert job.wait_for(JobState.TRANSFERRED, timeout_seconds=30)
    answers.append(job.complete())

    assert (answers, job.state) == ([Hresult.S_OK] * 2, JobState.ACKNOWLEDGED)
    assert {name: (tmp_path / name).read_bytes() for name in bodies} == bodies


@wine("job", "test_CompleteLocal", "test_CompleteLocalURL", "test_HttpOptions")
def test_a_job_on_its_way_is_in_no_state_that_does_not_lie_there(serve: Any, memory: Any, tmp_path: Path) -> None:
    stream = io.StringIO()
    job = serve(wire=memory, trace=Trace(stream)).create_job("Test")
    broken = memory.script(code=0, fault=WireFault.CONNECT)
    job.add_file(memory.play("http://h/a", broken, memory.whole(b"abc")), str(tmp_path / "a"))
    for _ in range(2):
        job.resume()
        memory.run()
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    passed = [line["state"] for line in lines if "state" in line][2:]

    assert (job.state, set(passed)) == (JobState.TRANSFERRED, ON_ITS_WAY)


@wine("job", "test_CompleteLocal", "test_CompleteLocalURL", "test_HttpOptions")
def test_a_transient_error_is_left_by_resume(serve: Any, memory: Any, tmp_path: Path) -> None:
    job = serve(wire=memory).create_job("Test")
    broken = memory.script(code=0, fault=WireFault.CONNECT)
    job.add_file(memory.play("http://h/a", broken, memory.whole(b"abc")), str(tmp_path / "a"))
    job.resume()
    memory.run()
    before, answer = job.state, job.resume()
    memory.run()

    assert (before, answer, job.state) == (JobState.TRANSIENT_ERROR, Hresult.S_OK, JobState.TRANSFERRED)


@wine("job", "handle_job_err")
@pytest.mark.parametrize(
    ("answer", "state"),
    [({"code": 0, "fault": WireFault.CONNECT}, JobState.TRANSIENT_ERROR), ({"code": 404}, JobState.ERROR)],
)
def test_a_job_in_error_tells_context_and_code_and_says_both_in_words(
    serve: Any, memory: Any, tmp_path: Path, answer: dict[str, Any], state: JobState
) -> None:
    job = serve(wire=memory).create_job("Test")
    job.add_file(memory.play("http://h/a", memory.script(**answer)), str(tmp_path / "a"))
    job.resume()
    memory.run()
    error = job.error()

    assert (job.state, error.context is ErrorContext.NONE, error.code >> 31) == (state, False, 1)
    assert f"0x{error.code:08X}, {error.context.name}" in str(error)


@wine("job", "test_Cancel")
def test_a_job_without_files_is_cancelled_and_says_so(job: JobHandle) -> None:
    assert (job.cancel(), job.state) == (Hresult.S_OK, JobState.CANCELLED)


@wine("job", "test_Cancel")
def test_a_job_is_not_cancelled_twice(job: JobHandle) -> None:
    job.cancel()

    assert (refused(job.cancel), job.state) == (Hresult.BG_E_INVALID_STATE, JobState.CANCELLED)


# ---- options of HTTP, and what follows them to the end ----


@wine("job", "test_HttpOptions")
def test_a_new_job_takes_every_flag_but_that_of_ranges(job: JobHandle) -> None:
    assert (job.set_notify_flags(ALL_BUT_RANGES), job.notify_flags) == (Hresult.S_OK, ALL_BUT_RANGES)


# Wine reads S_FALSE where no header is set; here the answer is the lines themselves, and there are none.
@wine("job", "test_HttpOptions")
def test_a_new_job_has_no_headers_of_its_own(job: JobHandle) -> None:
    assert job.http_options.get_custom_headers() == ()


# To Windows headers are one string in which each line is ended by CR and LF; here they are lines, without their ends.
@wine("job", "test_HttpOptions")
def test_headers_are_told_as_they_were_set(job: JobHandle) -> None:
    answer = job.http_options.set_custom_headers(["Wine: test"])

    assert (answer, job.http_options.get_custom_headers()) == (Hresult.S_OK, ("Wine: test",))


@wine("job", "test_HttpOptions")
def test_headers_are_taken_away_by_setting_none(job: JobHandle) -> None:
    job.http_options.set_custom_headers(["Wine: test"])
    answer = job.http_options.set_custom_headers(None)

    assert (answer, job.http_options.get_custom_headers()) == (Hresult.S_OK, ())


@wine("job", "test_HttpOptions")
def test_a_new_job_has_no_security_flags_and_takes_none(job: JobHandle) -> None:
    before = job.http_options.get_security_flags()

    assert (before, job.http_options.set_security_flags(0), job.http_options.get_security_flags()) == (0, 0, 0)


@wine("job", "test_HttpOptions")
def test_headers_taken_away_before_resume_are_not_there_at_the_end(fetched: Any, memory: Any) -> None:
    def change(job: JobHandle) -> None:
        job.http_options.set_custom_headers(["Wine: test"])
        job.http_options.set_custom_headers(None)

    job = fetched(change)
    sent = [request.own_headers for request in memory.requests]

    assert (job.http_options.get_custom_headers(), sent) == ((), [()])


@wine("job", "test_HttpOptions")
def test_a_transferred_job_still_takes_headers_and_security_flags(fetched: Any) -> None:
    options = fetched().http_options

    assert [options.set_custom_headers(None), options.set_security_flags(0)] == [Hresult.S_OK, Hresult.S_OK]


@wine("job", "test_HttpOptions")
def test_a_transferred_job_has_no_error_to_tell(fetched: Any) -> None:
    assert refused(fetched().error) == Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE


@wine("job", "test_HttpOptions")
def test_a_job_is_not_completed_twice(fetched: Any) -> None:
    job = fetched()
    answers = (job.complete(), job.state, refused(job.complete), job.state)

    assert answers == (
        *(Hresult.S_OK, JobState.ACKNOWLEDGED),
        *(Hresult.BG_E_INVALID_STATE, JobState.ACKNOWLEDGED),
    )


@wine("job", "test_HttpOptions")
def test_a_completed_job_does_not_even_forget_whom_to_call(fetched: Any) -> None:
    job = fetched(lambda job: job.set_notify_interface(Callback()))
    job.complete()

    assert refused(job.set_notify_interface, None) == Hresult.BG_E_INVALID_STATE
