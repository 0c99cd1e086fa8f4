"""The job commands, against a running daemon: what they print, what they end with."""

# Fixtures of conftest come untyped: it cannot be imported by name.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import argparse
import base64
import contextlib
import http.client
import io
import json
import sqlite3
import uuid
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.daemon.messages import JobSnapshot
from copyjob.reference.daemon.watching import Lines, Pace
from copyjob.reference.policies import Limits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BODY = b"0123456789" * 1000


@pytest.fixture
def run(daemon: Any, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str], str]]:
    """Run a command against the daemon; return its exit code, lines and complaint."""

    def command(name: str, *arguments: str, daemon: Any = daemon) -> tuple[int, list[str], str]:
        (point,) = entry_points(group="copyjob.commands", name=name)
        chosen = point.load()
        parser = argparse.ArgumentParser()
        chosen.configure(parser)
        try:
            code = chosen.run(parser.parse_args([*arguments, "--state", str(daemon.folder)]))
        except Exception as error:
            usage = getattr(error, "usage_message", None)
            if usage is None:
                raise
            return 2, capsys.readouterr().out.splitlines(), usage
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err.strip()

    return command


def not_found(conversation: Any) -> None:
    conversation.whole(b"", 404)


# ---- a whole life ----


def test_a_job_is_led_from_its_creation_to_its_completion(run: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.serve("/a", BODY)
    _, (made,), _ = run("create", "life")
    added = run("add", made, url, str(tmp_path / "a"))
    resumed = run("resume", made)
    watched = run("watch", made)
    completed = run("complete", made)

    assert [code for code, *_ in (added, resumed, watched, completed)] == [0, 0, 0, 0]
    assert watched[1][-1].split()[:2] == [made, "TRANSFERRED"]
    assert completed[1] == [f"{made}  ACKNOWLEDGED  S_OK"]
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_job_is_created_with_its_files_and_sent_on_its_way(run: Any, origin: Any, tmp_path: Path) -> None:
    pairs = [origin.serve("/a", BODY), str(tmp_path / "a"), origin.serve("/b", BODY), str(tmp_path / "b")]
    _, (made,), _ = run("create", "both", *pairs, "--priority", "foreground", "--resume")
    run("watch", made)
    _, (line,), _ = run("info", made, "--json")
    shown = json.loads(line)

    assert (shown["state"], shown["priority"], shown["files_transferred"]) == ("TRANSFERRED", "FOREGROUND", 2)
    assert [file["local_path"] for file in shown["files"]] == [str(tmp_path / "a"), str(tmp_path / "b")]


def test_a_file_is_uploaded_and_its_reply_appears(run: Any, origin: Any, tmp_path: Path) -> None:
    def take(conversation: Any) -> None:
        conversation.receive()
        conversation.whole(b"thanks")

    (tmp_path / "source").write_bytes(BODY)
    url = origin.play("/a", take)
    _, (made,), _ = run("create", "up", url, str(tmp_path / "source"), "--type", "upload-reply")
    run("set", made, "--reply-file-name", str(tmp_path / "reply"))
    run("resume", made)
    run("watch", made)
    run("complete", made)

    assert (origin.requests[0].body, (tmp_path / "reply").read_bytes()) == (BODY, b"thanks")


def test_a_job_that_cannot_be_made_whole_is_not_made(run: Any, daemon: Any, tmp_path: Path) -> None:
    code, lines, complaint = run("create", "half", "http://127.0.0.1/a", str(tmp_path / "none" / "a"))

    assert (code, lines) == (1, [])
    assert "add_file in SUSPENDED: ERROR_PATH_NOT_FOUND (0x80070003)" in complaint
    assert [job for job in daemon.client().jobs() if job.display_name == "half"] == []


def test_a_file_set_is_added_from_a_text(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"# two files\n\nhttp://127.0.0.1/a {tmp_path}/a\nhttp://127.0.0.1/b {tmp_path}/with a space\n"
    (tmp_path / "set.txt").write_text(text)
    _, (made,), _ = run("create", "set")
    run("add", made, "--from", str(tmp_path / "set.txt"))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"http://127.0.0.1/c {tmp_path}/c"))
    run("add", made, "--from", "-")
    _, (line,), _ = run("info", made, "--json")

    assert [file["local_path"].rpartition("/")[2] for file in json.loads(line)["files"]] == ["a", "with a space", "c"]


def test_a_relative_path_is_meant_from_where_the_command_is_called(
    run: Any, daemon: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, (made,), _ = run("create", "relative", "http://127.0.0.1/a", "a")

    assert daemon.client().get_job(made).files()[0].local_path == str(tmp_path / "a")


def test_an_expected_digest_is_handed_on(run: Any, daemon: Any, tmp_path: Path) -> None:
    _, (made,), _ = run(
        "create", "digest", "http://127.0.0.1/a", str(tmp_path / "a"), "--sha256", "A" * 64, "--size", "3"
    )
    (file,) = daemon.client().get_job(made).files()

    assert (file.expected_digest, file.expected_size_bytes) == ("sha256:" + "a" * 64, 3)


def test_properties_are_set(run: Any, daemon: Any) -> None:
    _, (made,), _ = run("create", "before")
    options = "--priority low --display-name after --minimum-retry-delay 9 --no-progress-timeout 0 --notify-flags 2"
    code, _, _ = run("set", made, *options.split())
    seen = daemon.client().get_job(made).snapshot()

    assert (code, seen.priority, seen.display_name) == (0, "LOW", "after")
    assert (seen.minimum_retry_delay_seconds, seen.no_progress_timeout_seconds, seen.notify_flags) == (9, 0, 2)


def test_ranges_are_asked_for_in_the_order_given(run: Any, daemon: Any, tmp_path: Path) -> None:
    _, (made,), _ = run("create", "parts", "http://127.0.0.1/a", str(tmp_path / "a"), "--ranges", "50:10,0:5,100:eof")
    (file,) = daemon.client().get_job(made).files()

    assert [(part.offset_bytes, part.length_bytes) for part in file.ranges] == [(50, 10), (0, 5), (100, None)]


def test_remote_names_are_changed_by_number_and_by_prefix(run: Any, daemon: Any, tmp_path: Path) -> None:
    pairs = [word for name in "ab" for word in (f"http://127.0.0.1/{name}", str(tmp_path / name))]
    _, (made,), _ = run("create", "moved", *pairs)
    code, _, _ = run(
        "set", made, "--remote-name", "1", "http://127.0.0.1/c", "--remote-prefix", "http://127.0.0.1/", "http://[::1]/"
    )
    urls = [file.remote_url for file in daemon.client().get_job(made).files()]

    assert (code, urls) == (0, ["http://[::1]/a", "http://[::1]/c"])


def test_a_file_set_is_added_whole_or_not_at_all(run: Any, daemon: Any, tmp_path: Path) -> None:
    _, (made,), _ = run("create", "all or none")
    code, _, _ = run("add", made, "http://h/a", str(tmp_path / "a"), "ftp://h/b", str(tmp_path / "b"))

    assert (code, daemon.client().get_job(made).files()) == (1, [])


def test_a_job_asks_as_the_user_and_with_the_header_lines_that_were_set(
    run: Any, origin: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "headers").write_text("X-Api-Key: k\n\n")
    monkeypatch.setenv("COPYJOB_PASSWORD", "pw")
    _, (made,), _ = run("create", "who", origin.serve("/a", BODY), str(tmp_path / "a"))
    code, _, _ = run("set", made, "--user", "anne", "--header", f"@{tmp_path}/headers", "--security-flags", "512")
    run("resume", made)
    run("watch", made)
    (seen,) = origin.requests

    assert code == 0
    assert seen.headers["authorization"] == "Basic " + base64.b64encode(b"anne:pw").decode()
    assert seen.headers["x-api-key"] == "k"


def logins(daemon: Any, made: str) -> list[list[Any]]:
    """End a daemon; return the logins of a job as its store has them."""
    daemon.stop()
    with contextlib.closing(sqlite3.connect(daemon.folder / "jobs.sqlite")) as store:
        ((text,),) = store.execute("SELECT http_options FROM jobs WHERE id = ?", (made,))
    found: list[list[Any]] = json.loads(text)[1] if text else []
    return found


@pytest.mark.parametrize(
    ("forgetting", "left"),
    [
        (["--forget-user"], []),
        (["--forget-user", "--auth-scheme", "basic"], [[1, "anne", "pw", False, True]]),
        ([], [[1, "anne", "pw", True, True]]),
    ],
)
def test_a_job_asks_as_nobody_again_by_the_schemes_that_are_meant(
    run: Any, start_daemon: Any, monkeypatch: pytest.MonkeyPatch, forgetting: list[str], left: list[Any]
) -> None:
    monkeypatch.setenv("COPYJOB_PASSWORD", "pw")
    daemon = start_daemon()
    _, (made,), _ = run("create", "forgetful", daemon=daemon)
    for scheme in ("basic", "digest"):
        run("set", made, "--user", "anne", "--auth-scheme", scheme, daemon=daemon)
    if forgetting:
        assert run("set", made, *forgetting, daemon=daemon)[0] == 0

    assert logins(daemon, made) == left


def test_a_password_that_nobody_can_type_is_wanted_from_the_environment(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COPYJOB_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())

    assert "put it into the variable COPYJOB_PASSWORD" in run("set", "x", "--user", "anne")[2]


def test_no_header_line_is_sent_any_more(run: Any, daemon: Any) -> None:
    _, (made,), _ = run("create", "plain")
    run("set", made, "--header", "X-Api-Key: k")
    before = daemon.service.find(made).http_options.get_custom_headers()
    run("set", made, "--no-headers")

    assert before == ("X-Api-Key: k",)
    assert daemon.service.find(made).http_options.get_custom_headers() == ()


def test_several_jobs_are_led_by_one_command(run: Any) -> None:
    made = [run("create", "several")[1][0] for _ in range(2)]

    assert run("cancel", *made)[1] == [f"{each}  CANCELLED  S_OK" for each in made]


def test_background_jobs_wait_while_they_are_limited_to_nothing(
    run: Any, start_daemon: Any, origin: Any, tmp_path: Path
) -> None:
    own = start_daemon()  # a limit holds for all jobs of a daemon
    assert run("limit", "0", daemon=own)[0] == 0
    url = origin.serve("/a", BODY)
    _, (made,), _ = run("create", "patient", url, str(tmp_path / "a"), "--resume", daemon=own)
    blocked = json.loads(run("info", made, "--json", daemon=own)[1][0])
    assert run("limit", "none", daemon=own)[0] == 0
    code, _, _ = run("watch", made, daemon=own)

    assert (blocked["state"], blocked["error"]["hresult_name"]) == ("TRANSIENT_ERROR", "BG_E_BLOCKED_BY_POLICY")
    assert code == 0


# ---- which job ----


def test_a_job_is_named_by_its_display_name_or_the_begin_of_its_id(run: Any) -> None:
    _, (made,), _ = run("create", "called so")

    assert run("suspend", "called so")[0] == run("suspend", made[:8])[0] == 0


def test_a_name_of_two_jobs_is_refused_with_their_ids(run: Any) -> None:
    made = [run("create", "twins")[1][0] for _ in range(2)]
    code, _, complaint = run("cancel", "twins")

    assert code == 2
    assert all(each in complaint for each in made)


def test_a_name_of_no_job_is_refused(run: Any) -> None:
    assert run("resume", "nobody")[::2] == (
        2,
        "no job in the queue is called 'nobody' or has an id that begins so; see: copyjob jobs",
    )


def test_a_job_is_not_touched_where_another_one_is_not_found(run: Any, daemon: Any) -> None:
    _, (made,), _ = run("create", "spared")
    code, _, _ = run("cancel", made, "nobody")

    assert (code, daemon.client().get_job(made).snapshot().state) == (2, "SUSPENDED")


# ---- what is refused ----


def test_a_refused_call_is_one_line_with_operation_state_and_hresult(run: Any) -> None:
    _, (made,), _ = run("create", "empty")

    assert run("resume", made) == (
        1,
        [],
        f"copyjob resume: {made}: resume in SUSPENDED: BG_E_EMPTY (0x80200003): the job has no file; add one first",
    )


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["create", "x", "http://h/a"], "'http://h/a' has no FILE"),
        (["create", "x", "http://h/a", "dir/"], "'dir/' names no file"),
        (["create", "x", "--from", "/nowhere"], "--from '/nowhere': No such file"),
        (["create", "x", "--sha256", "00"], "--sha256, --size and --ranges are of one file"),
        (["create", "x", "http://h/a", "a", "--ranges", "0:5", "--size", "5"], "are of a whole file"),
        (["set", "x", "--remote-name", "one", "http://h/a"], "--remote-name 'one' is no number"),
        (["add", "x"], "no file is named"),
        (["set", "x"], "nothing to change is named"),
        (["set", "x", "--header", "@/nowhere"], "--header '@/nowhere' cannot be read: No such file"),
        (["limit", "fast"], "'fast' is no rate"),
        (["set", "x", "--priority", "low"], "no job in the queue"),
        (["jobs", "--address", "ftp://h"], "'ftp://h' is no address"),
        (["jobs", "--address", "http://192.0.2.1:80"], "192.0.2.1:80"),
    ],
)
def test_wrong_usage_is_one_line_that_names_it(run: Any, arguments: list[str], named: str) -> None:
    code, lines, complaint = run(*arguments)

    assert (code, lines, "\n" in complaint) == (2, [], False)
    assert named in complaint


def test_ranges_that_are_none_are_told_by_their_option(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("create", "x", "http://h/a", "a", "--ranges", "0-5")
    assert "argument --ranges: '0-5': write OFFSET:LENGTH" in capsys.readouterr().err


def test_without_a_daemon_one_line_says_how_to_start_it(run: Any, tmp_path: Path) -> None:
    code, lines, complaint = run("jobs", "--address", f"unix:{tmp_path}/none")

    assert (code, lines) == (2, [])
    assert complaint.startswith(
        f"no daemon answers at unix:{tmp_path}/none (No such file or directory); start one with"
    )


# ---- how it is shown ----


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


def test_info_shows_the_error_and_no_password(run: Any, origin: Any, tmp_path: Path) -> None:
    url = origin.play("/a", not_found).replace("//", "//user:hush@")
    _, (made,), _ = run("create", "failing", url, str(tmp_path / "a"), "--resume")
    code, _, _ = run("watch", made)
    _, lines, _ = run("info", made)

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

    assert json.loads(run("info", "feed", "--json", daemon=daemon)[1][0])["id"] == wanted.id


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
