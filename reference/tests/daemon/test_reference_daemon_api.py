"""The control interface of the daemon, over a real socket: REST, problem documents, what changes, OpenAPI."""

# Fixtures of conftest come untyped: it cannot be imported by name.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import inspect
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from copyjob.reference.daemon import openapi
from copyjob.reference.daemon.client import Client, NoDaemonError
from copyjob.reference.daemon.operations import OPERATIONS
from copyjob.reference.daemon.remote_job import RemoteHttpOptions, RemoteJob
from copyjob.reference.errors import CopyJobError
from copyjob.reference.handles import JobHandle
from copyjob.reference.http_options import JobHttpOptions
from copyjob.reference.policies import TransferPolicy
from copyjob.spec.vocabulary import LENGTH_TO_EOF, Dialect, Hresult, JobPriority, JobState, JobType

BODY = b"0123456789" * 1000


def ask(daemon: Any, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, Any, Any]:
    """Make a request as any program would; return status, headers, and what the JSON says."""
    connection = daemon.client()._connect()
    given = {"Authorization": f"Bearer {daemon.token}", "Content-Type": "application/json", **headers}
    connection.request(method, path, body, {name: value for name, value in given.items() if value})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, answer.headers, json.loads(data) if "json" in answer.headers["Content-Type"] else data


# ---- jobs ----


def test_a_file_is_fetched_through_the_daemon(daemon: Any, origin: Any, tmp_path: Path) -> None:
    job = daemon.client().create_job("one")
    job.add_file(origin.serve("/a", BODY), str(tmp_path / "a"))
    job.resume()
    done = job.wait_for(JobState.TRANSFERRED)
    answer = job.complete()

    assert (done.bytes_transferred, done.bytes_total, done.files_transferred) == (10_000, 10_000, 1)
    assert (answer.hresult_name, answer.job.state) == ("S_OK", "ACKNOWLEDGED")
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_created_job_is_where_its_location_says(daemon: Any) -> None:
    status, headers, made = ask(daemon, "POST", "/v1/jobs", b'{"display_name": "one"}')

    assert status == 201
    assert ask(daemon, "GET", headers["Location"])[2] == made
    assert (made["state"], made["bytes_total"], made["owner"]) == ("SUSPENDED", 0, daemon.client().about().owner)


def test_the_queue_is_listed_oldest_first_a_page_at_a_time(start_daemon: Any) -> None:
    daemon = start_daemon()
    made = [daemon.client().create_job(str(number)).id for number in range(3)]
    first = ask(daemon, "GET", "/v1/jobs?limit=2")[2]
    rest = ask(daemon, "GET", "/v1/jobs?limit=2&skip=2")[2]

    assert [job["id"] for page in (first, rest) for job in page["jobs"]] == made
    assert (first["more"], rest["more"]) == (True, False)


def test_an_ended_job_leaves_the_queue_and_answers_to_its_id(daemon: Any) -> None:
    job = daemon.client().create_job("one")
    job.cancel()

    assert job.id not in [each.id for each in daemon.client().jobs()]
    assert daemon.client().get_job(job.id).state is JobState.CANCELLED


def test_files_are_listed_with_an_unknown_size_as_null(daemon: Any, tmp_path: Path) -> None:
    job = daemon.client().create_job("one")
    job.add_file("http://127.0.0.1/a", str(tmp_path / "a"), 5, "sha256:" + "0" * 64)
    (file,) = job.files()

    assert (file.number, file.bytes_total, file.expected_size_bytes) == (0, None, 5)


def test_the_error_of_a_job_names_its_hresult(daemon: Any, origin: Any, tmp_path: Path) -> None:
    job = daemon.client().create_job("one")
    job.add_file(origin.play("/a", lambda c: c.whole(b"", 404)), str(tmp_path / "a"))
    job.resume()
    failed = job.wait_for(JobState.ERROR)

    assert job.error() == failed.error
    assert (job.error().hresult_name, job.error().context) == ("BG_E_HTTP_ERROR_404", "REMOTE_FILE")


def test_setters_are_seen_by_getters(daemon: Any) -> None:
    job = daemon.client().create_job("one")
    job.set_priority(1)
    job.set_display_name("two")
    job.set_minimum_retry_delay(7)
    job.set_no_progress_timeout(8)
    seen = job.set_notify_flags(1).job

    assert (seen.priority, seen.display_name, seen.notify_flags) == ("HIGH", "two", 1)
    assert (seen.minimum_retry_delay_seconds, seen.no_progress_timeout_seconds) == (7, 8)


def test_delivery_optimization_refuses_what_it_has_not_got(start_daemon: Any) -> None:
    job = start_daemon(dialect=Dialect.DO).client().create_job("one")

    with pytest.raises(CopyJobError) as refused:
        job.set_display_name("two")
    assert refused.value.hresult == Hresult.E_NOTIMPL


def test_parts_of_a_file_are_fetched_through_the_daemon(daemon: Any, origin: Any, tmp_path: Path) -> None:
    job = daemon.client().create_job("one")
    job.add_file_with_ranges(origin.serve("/a", BODY), str(tmp_path / "a"), [(9_990, LENGTH_TO_EOF)])
    job.resume()
    job.wait_for(JobState.TRANSFERRED)
    job.complete()

    assert (tmp_path / "a").read_bytes() == b"0123456789"


def test_a_success_that_is_not_s_ok_is_told(daemon: Any) -> None:
    job = daemon.client().create_job("one")

    assert job.replace_remote_prefix("http://a/", "http://b/").hresult_name == "S_FALSE"
    assert job.complete().hresult_name == "BG_S_PARTIAL_COMPLETE"


def test_a_file_is_uploaded_through_the_daemon_and_its_reply_read(daemon: Any, origin: Any, tmp_path: Path) -> None:
    def take(conversation: Any) -> None:
        conversation.receive()
        conversation.whole(b"thanks")

    (tmp_path / "a").write_bytes(BODY)
    job = daemon.client().create_job("up", JobType.UPLOAD_REPLY)
    job.add_file(origin.play("/a", take), str(tmp_path / "a"))
    with pytest.raises(CopyJobError, match="BG_E_INVALID_STATE"):
        job.reply_data()
    job.resume()
    done = job.wait_for(JobState.TRANSFERRED)

    assert (job.reply_data(), done.type) == (b"thanks", "UPLOAD_REPLY")


def test_the_authorities_and_the_limit_that_were_asked_for_hold(
    start_daemon: Any, secure: Any, authority: Any, tmp_path: Path
) -> None:
    policy = TransferPolicy(background_bytes_per_second=0)
    client = start_daemon(ca_file=str(authority.file), policy=policy).client()
    url = secure(authority.sign()).serve("/a", BODY)
    background, urgent = client.create_job("background"), client.create_job("urgent")
    urgent.set_priority(JobPriority.FOREGROUND)
    for job in (background, urgent):
        job.add_file(url, str(tmp_path / job.id))
        job.resume()
    urgent.wait_for(JobState.TRANSFERRED, JobState.ERROR)

    assert (urgent.state, background.state) == (JobState.TRANSFERRED, JobState.TRANSIENT_ERROR)


# ---- refusals ----


def test_a_refusal_is_a_problem_with_operation_state_and_hresult(daemon: Any) -> None:
    job = daemon.client().create_job("one")
    status, headers, problem = ask(daemon, "POST", f"/v1/jobs/{job.id}/resume")

    assert (status, headers["Content-Type"]) == (409, "application/problem+json")
    assert problem.pop("detail")
    assert problem == {
        "type": "/problems/refused",
        "title": "The call was refused",
        "status": 409,
        "operation": "resume",
        "state": "SUSPENDED",
        "hresult": 0x80200003,
        "hresult_name": "BG_E_EMPTY",
    }


def test_the_client_raises_what_the_service_raises(daemon: Any) -> None:
    there, here = daemon.client().create_job("one"), daemon.service.create_job("two")
    refused: list[CopyJobError] = []
    for job in (there, here):
        with pytest.raises(CopyJobError) as caught:
            job.resume()
        refused.append(caught.value)

    assert str(refused[0]) == str(refused[1])
    assert (refused[0].operation, refused[0].state) == ("resume", JobState.SUSPENDED)


@pytest.mark.parametrize(
    ("path", "body", "status", "name"),
    [
        ("", b'{"display_name": null}', 422, "E_INVALIDARG"),
        ("/00000000-0000-0000-0000-000000000000/resume", b"", 404, "BG_E_NOT_FOUND"),
        ("/{job}/set_priority", b'{"priority": 9}', 501, "E_NOTIMPL"),
        ("/{job}/add_file", b'{"remote_url": "ftp://h/a", "local_path": "/tmp/a"}', 422, "E_INVALIDARG"),
        ("/{job}/add_file", b'{"remote_url": "http://h/a", "local_path": "a"}', 422, "E_INVALIDARG"),
        ("/{job}/add_file", b'{"remote_url": "http://h/a", "local_path": "/nowhere/a"}', 422, "ERROR_PATH_NOT_FOUND"),
    ],
)
def test_the_status_follows_from_the_hresult(daemon: Any, path: str, body: bytes, status: int, name: str) -> None:
    job = daemon.client().create_job("one").id
    found, _, problem = ask(daemon, "POST", "/v1/jobs" + path.format(job=job), body)

    assert (found, problem["status"], problem["hresult_name"]) == (status, status, name)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("GET", "/v2", None, 404, "not-found"),
        ("GET", "/v1/jobs/{job}/../../..", None, 404, "not-found"),
        ("GET", "/v1/jobs/", None, 404, "not-found"),
        ("DELETE", "/v1/jobs", None, 405, "method"),
        ("POST", "/v1/jobs/{job}/explode", None, 404, "not-found"),
        ("POST", "/v1/jobs", b"{", 400, "malformed"),
        ("POST", "/v1/jobs", b"\xff", 400, "malformed"),
        ("POST", "/v1/jobs", b'{"name": "one"}', 400, "malformed"),
        ("POST", "/v1/jobs/{job}/set_priority", b'{"priority": "high"}', 400, "malformed"),
        ("POST", "/v1/jobs/{job}/set_priority", b'{"priority": 1e999}', 400, "malformed"),
        ("GET", "/v1/jobs?limit=-1", None, 400, "malformed"),
        ("GET", "/problems/none", None, 404, "not-found"),
    ],
)
def test_a_request_that_makes_no_sense_is_a_problem(
    daemon: Any, method: str, path: str, body: bytes | None, status: int, kind: str
) -> None:
    job = daemon.client().create_job("one").id
    found, headers, problem = ask(daemon, method, path.format(job=job), body)

    assert (found, headers["Content-Type"]) == (status, "application/problem+json")
    assert problem["type"] == f"/problems/{kind}"


def test_a_limit_is_not_lifted_by_saying_nothing(start_daemon: Any) -> None:
    status, _, problem = ask(start_daemon(), "POST", "/v1/set_bandwidth_limit", b"{}")

    assert (status, "bytes_per_second" in problem["detail"]) == (400, True)


def test_a_malformed_request_names_the_member_in_the_way(daemon: Any) -> None:
    job = daemon.client().create_job("one").id
    _, _, problem = ask(daemon, "POST", f"/v1/jobs/{job}/set_priority", b'{"priority": "high"}')

    assert "$.priority" in problem["detail"]


def test_the_type_of_a_problem_leads_to_its_meaning(daemon: Any) -> None:
    _, _, problem = ask(daemon, "GET", "/v2")
    status, _, text = ask(daemon, "GET", problem["type"])

    assert (status, text.decode().splitlines()[0]) == (200, "There is no such resource (404)")


def test_a_bug_is_a_problem_that_tells_nothing_of_the_inside(
    start_daemon: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = start_daemon()
    daemon.client().about()
    monkeypatch.setattr(daemon.service, "jobs", lambda: 1 / 0)
    status, _, problem = ask(daemon, "GET", "/v1/jobs")
    monkeypatch.undo()

    assert (status, problem["type"]) == (500, "/problems/internal")
    assert "division" not in json.dumps(problem)


# ---- what changes ----


def test_whoever_watches_is_told_of_a_change(daemon: Any) -> None:
    job = daemon.client().create_job("one")
    events = daemon.client().watch(job.id)
    first = next(events)
    job.set_display_name("two")

    assert (first.display_name, next(events).display_name) == ("one", "two")


def test_whoever_watches_is_told_of_another_error_in_the_same_state(
    start_daemon: Any, origin: Any, tmp_path: Path
) -> None:
    daemon = start_daemon()
    job = daemon.client().create_job("one")
    job.add_file(origin.play("/a", lambda c: c.whole(b"", 503)), str(tmp_path / "a"))
    job.resume()
    job.wait_for(JobState.TRANSIENT_ERROR)
    events = daemon.client().watch(job.id)
    seen = [next(events)]
    daemon.client().set_bandwidth_limit(0)
    seen.append(next(events))

    assert [each.state for each in seen] == ["TRANSIENT_ERROR"] * 2
    assert [each.error.hresult_name for each in seen] == ["BG_E_HTTP_ERROR_503", "BG_E_BLOCKED_BY_POLICY"]


def test_whoever_watches_everything_hears_of_new_jobs(start_daemon: Any) -> None:
    daemon = start_daemon()
    old = daemon.client().create_job("old")
    events = daemon.client().watch()
    seen = [next(events).id]
    new = daemon.client().create_job("new")
    seen.append(next(events).id)

    assert seen == [old.id, new.id]


def test_whoever_watches_one_job_hears_of_no_other(daemon: Any) -> None:
    mine, other = daemon.client().create_job("mine"), daemon.client().create_job("other")
    events = daemon.client().watch(mine.id)
    next(events)
    other.cancel()
    mine.cancel()

    assert next(events).id == mine.id


def test_whoever_watches_is_told_of_bytes(daemon: Any, origin: Any, tmp_path: Path) -> None:
    more = threading.Event()

    def in_two(conversation: Any) -> None:
        conversation.head(200, Content_Length=10_000, ETag='"1"')
        conversation.send(BODY[:4_000])
        more.wait(20)
        conversation.send(BODY[4_000:])

    job = daemon.client().create_job("one")
    job.add_file(origin.play("/a", in_two), str(tmp_path / "a"))
    job.resume()
    seen: list[int] = []
    for snapshot in daemon.client().watch(job.id):
        seen.append(snapshot.bytes_transferred)
        if snapshot.bytes_transferred == 4_000:
            more.set()
        if snapshot.state == "TRANSFERRED":
            break

    assert {4_000, 10_000} <= set(seen)


def test_whoever_watches_is_sent_home_when_the_daemon_stops(start_daemon: Any) -> None:
    daemon = start_daemon()
    daemon.client().create_job("one")
    events = daemon.client().watch()
    next(events)
    daemon.stop()

    assert list(events) == []


def test_watching_a_job_that_is_none_is_refused(daemon: Any) -> None:
    with pytest.raises(CopyJobError, match="BG_E_NOT_FOUND"):
        next(daemon.client().watch("none"))


# ---- the client ----


def test_waiting_ends_when_the_job_has_ended_otherwise(daemon: Any) -> None:
    job = daemon.client().create_job("one")
    job.cancel()

    assert job.wait_for(JobState.TRANSFERRED, timeout_seconds=20).state == "CANCELLED"


def test_waiting_ends_when_its_time_is_up_and_not_with_the_time_of_a_request(daemon: Any) -> None:
    job = daemon.client().create_job("one")
    with Client(daemon.folder, timeout_seconds=0.1) as hasty, pytest.raises(TimeoutError, match="has not happened"):
        hasty.get_job(job.id).wait_for(JobState.TRANSFERRED, timeout_seconds=0.3)


def test_a_client_outlives_a_restart_of_the_daemon(start_daemon: Any) -> None:
    first = start_daemon("same")
    client = first.client()
    job = client.create_job("one")
    first.stop()
    with pytest.raises(NoDaemonError, match="copyjob serve --state"):
        client.about()
    start_daemon("same")

    assert client.get_job(job.id).snapshot().display_name == "one"


def test_the_same_jobs_are_reached_over_tcp(start_daemon: Any) -> None:
    daemon = start_daemon(listen=("127.0.0.1", 0))
    _, tcp = daemon.addresses
    job = daemon.client(tcp).create_job("one")

    assert [each.id for each in daemon.client().jobs()] == [job.id]


# ---- the document ----


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(openapi.document()).validate()


def test_the_committed_document_is_fresh() -> None:
    assert openapi.COMMITTED.read_text(encoding="utf-8") == openapi.text()


def test_the_daemon_serves_the_committed_document(daemon: Any) -> None:
    assert ask(daemon, "GET", "/openapi.json")[2] == json.loads(openapi.COMMITTED.read_text(encoding="utf-8"))


def test_a_stale_document_is_told_with_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(openapi, "COMMITTED", tmp_path / "a" / "openapi.json")

    assert (openapi.main(["--check"]), openapi.main([]), openapi.main(["--check"])) == (1, 0, 0)
    assert "make generate" in capsys.readouterr().err


@pytest.mark.parametrize("entry", OPERATIONS.values(), ids=list(OPERATIONS))
def test_an_operation_takes_what_its_method_takes_here_and_there(entry: Any) -> None:
    for side in (JobHttpOptions, RemoteHttpOptions) if entry.part else (JobHandle, RemoteJob):
        taken = list(inspect.signature(getattr(side, entry.name)).parameters)[1:]
        assert sorted(taken) == sorted(entry.parameters.__struct_fields__)


def test_every_call_of_a_job_is_offered_to_other_processes() -> None:
    own = {
        name
        for side in (JobHandle, JobHttpOptions)
        for name, method in inspect.getmembers(side, inspect.isfunction)
        if not name.startswith("_") and "Hresult" in str(inspect.signature(method).return_annotation)
    }

    # A callback is an object of the client's own process: whoever watches from another one is told by the stream.
    assert own - {"set_notify_interface"} == set(OPERATIONS)
