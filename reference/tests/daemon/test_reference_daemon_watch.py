"""What the job commands show: lists, errors, JSON, and jobs as they go on."""

# Fixtures of conftest come untyped: it cannot be imported by name.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import http.client
import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.daemon.messages import JobSnapshot
from copyjob.reference.daemon.watching import Lines, Pace
from copyjob.reference.policies import Limits

if TYPE_CHECKING:
    from pathlib import Path

BODY = b"0123456789" * 1000


def not_found(conversation: Any) -> None:
    conversation.whole(b"", 404)


def test_jobs_are_listed_a_line_each(run: Any, tmp_path: Path) -> None:
    _, (made,), _ = run("create", "listed \x1b[31m", "http://127.0.0.1/a", str(tmp_path / "a"))
    (line,) = (line for line in run("jobs")[1] if line.startswith(made))

    assert line.split("  ")[-1] == "listed \\x1b[31m"
    assert "SUSPENDED" in line
    assert "0/1 files" in line


def test_json_is_one_object_a_line(run: Any) -> None:
    run("create", "for programs", "--json")
    listed = [json.loads(line) for line in run("jobs", "--json")[1]]

    assert "for programs" in [job["display_name"] for job in listed]


def test_show_tells_the_error_and_no_password(run: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", not_found).replace("//", "//user:hush@")
    _, (made,), _ = run("create", "failing", url, str(tmp_path / "a"), "--resume")
    code, _, _ = run("watch", made)
    _, lines, _ = run("show", made)

    assert code == 1
    assert any(line.startswith("error:") and "BG_E_HTTP_ERROR_404" in line for line in lines)
    assert not any("hush" in line for line in lines)


def test_watching_tells_why_a_job_is_in_error_and_ends_with_1(run: Any, origin: Any, tmp_path: Path) -> None:
    _, (made,), _ = run("create", "in error", origin.play("/a", not_found), str(tmp_path / "a"), "--resume")
    code, lines, _ = run("watch", made)

    assert code == 1
    assert "BG_E_HTTP_ERROR_404" in lines[-1]


def test_watching_as_json_gives_every_change(run: Any, origin: Any, tmp_path: Path) -> None:
    _, (made,), _ = run("create", "json", origin.serve("/a", BODY), str(tmp_path / "a"), "--resume")
    _, lines, _ = run("watch", made, "--json")
    last = json.loads(lines[-1])

    assert (last["state"], last["bytes_transferred"]) == ("TRANSFERRED", 10_000)
    assert {"bytes_per_second", "seconds_left"} <= last.keys()


def moving(bytes_transferred: int) -> JobSnapshot:
    return JobSnapshot(
        id="1",
        display_name="one",
        owner="",
        type="DOWNLOAD",
        state="TRANSFERRING",
        priority="NORMAL",
        bytes_total=300,
        bytes_transferred=bytes_transferred,
        files_total=1,
        files_transferred=0,
        created_at_seconds=0,
        modified_at_seconds=0,
        transferred_at_seconds=None,
        notify_flags=3,
        security_flags=0,
        minimum_retry_delay_seconds=600,
        no_progress_timeout_seconds=600,
        maximum_download_seconds=None,
        error_count=0,
        error=None,
    )


def test_watching_shows_speed_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = iter([1.0, 2.0, 2.5])
    monkeypatch.setattr("copyjob.reference.daemon.watching.time.monotonic", lambda: next(now))
    lines = Lines(every_seconds=1)
    for count in (0, 100, 150):
        lines.show(moving(count))

    assert [line.rpartition("  ")[2] for line in capsys.readouterr().out.splitlines()] == [
        "one",
        "100 bytes/s, 2 s left",
    ]


def test_a_file_that_begins_anew_has_no_negative_pace() -> None:
    pace = Pace()
    for number, count in enumerate((0, 100, 0)):
        pace.take(count, number + 1.0)

    assert pace.bytes_per_second == 100


def test_watching_nothing_ends_at_once(start_daemon: Any, run: Any) -> None:
    assert run("watch", daemon=start_daemon())[:2] == (0, [])


def test_watching_everything_asks_for_no_job_by_name(
    start_daemon: Any, run: Any, origin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = start_daemon()
    asked: list[str] = []
    request = http.client.HTTPConnection.request

    def noted(connection: Any, method: str, path: str, *rest: Any) -> None:
        asked.append(path)
        request(connection, method, path, *rest)

    for name in "ab":
        url = origin.serve(f"/{name}", BODY)
        run("create", name, url, str(tmp_path / name), "--resume", daemon=daemon)
    monkeypatch.setattr(http.client.HTTPConnection, "request", noted)
    code, lines, _ = run("watch", daemon=daemon)

    assert (code, asked) == (0, ["/v1/events?"])
    assert {line.rsplit(maxsplit=1)[-1] for line in lines} == {"a", "b"}


def test_a_job_that_is_called_like_the_ids_of_others_begin_is_found(run: Any, start_daemon: Any) -> None:
    daemon = start_daemon(limits=Limits(None, None, None))
    client = daemon.client()
    made = uuid.uuid4
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("uuid.uuid4", lambda: f"feed{str(made())[4:]}")
        for _ in range(101):
            client.create_job("other")
    wanted = client.create_job("feed")

    assert json.loads(run("show", "feed", "--json", daemon=daemon)[1][0])["id"] == wanted.id


@pytest.mark.parametrize("address", ["http://127.0.0.1:bad", "http://[::1", "http://127.0.0.1:99999", "unix:"])
def test_an_address_that_is_none_is_one_line(run: Any, address: str) -> None:
    code, _, complaint = run("jobs", "--address", address)

    assert (code, complaint) == (
        2,
        f"{address!r} is no address of a daemon; write unix:PATH or http://127.0.0.1:PORT",
    )


@pytest.mark.parametrize("where", ["getresponse", "read"])
def test_an_interrupt_in_the_middle_of_a_request_leaves_no_job_behind(
    run: Any, start_daemon: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    daemon = start_daemon()
    kind = http.client.HTTPConnection if where == "getresponse" else http.client.HTTPResponse
    original, seen = getattr(kind, where), []

    def interrupted(self: Any) -> Any:
        seen.append(where)
        if len(seen) == 2:  # the job is made by the first request
            raise KeyboardInterrupt
        return original(self)

    monkeypatch.setattr(kind, where, interrupted)
    with pytest.raises(KeyboardInterrupt):
        run("create", "half", "http://127.0.0.1/a", str(tmp_path / "a"), daemon=daemon)

    assert daemon.service.jobs() == []
