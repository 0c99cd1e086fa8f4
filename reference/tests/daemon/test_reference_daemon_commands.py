"""The job commands, against a running daemon: what they print, what they end with."""

# Fixtures of conftest come untyped: it cannot be imported by name.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import base64
import contextlib
import io
import json
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.spec.vocabulary import JobState, JobType

if TYPE_CHECKING:
    from pathlib import Path

BODY = b"0123456789" * 1000


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
    _, (line,), _ = run("show", made, "--json")
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


def test_an_upload_and_its_reply_go_through_the_daemon(daemon: Any, origin: Any, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(BODY)

    def take(conversation: Any) -> None:
        conversation.receive()
        conversation.whole(b"it has arrived", 200)

    job = daemon.client().create_job("up", JobType.UPLOAD_REPLY)
    job.add_file(origin.play("/a", take), str(source))
    job.set_reply_file_name(str(tmp_path / "reply"))
    job.resume()
    shown = job.wait_for(JobState.TRANSFERRED)
    job.complete()

    assert (shown.type, shown.reply_file_name) == ("UPLOAD_REPLY", str(tmp_path / "reply"))
    assert (tmp_path / "reply").read_bytes() == b"it has arrived"


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
    _, (line,), _ = run("show", made, "--json")

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
    blocked = json.loads(run("show", made, "--json", daemon=own)[1][0])
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
