"""``copyjob verify``: what is printed and written of a trace, and the exit codes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest

from copyjob.conformance.schemas import FOLDER
from copyjob.conformance.traces.report import TOLD_MAX
from copyjob.spec.cli import main

START = '{"event":"start","dialect":"BITS","version":1,"complete":["calls","events"]}\n'
CREATED = '{"job":"a","operation":"create_job","hresult":0,"state":"SUSPENDED"}\n'
ADDED = '{"job":"a","operation":"add_file","hresult":0,"state":"SUSPENDED"}\n'
RESUMED = '{"job":"a","operation":"resume","hresult":0,"state":"QUEUED"}\n'
WRONG = '{"job":"a","operation":"suspend","hresult":0,"state":"QUEUED"}\n'
NOTHING = '{"event":"start","dialect":"BITS","version":1}\n{"job":"a","state":"QUEUED"}\n'


@pytest.fixture
def trace(tmp_path: Path) -> Any:
    """Return a function that writes a trace and returns its path."""

    def write(*lines: str, name: str = "trace.ndjson") -> str:
        (tmp_path / name).write_text("".join(lines), encoding="utf-8")
        return str(tmp_path / name)

    return write


def test_a_trace_that_conforms_ends_with_0(trace: Any, capsys: Any) -> None:
    assert main(["verify", trace(START, CREATED, ADDED, RESUMED)]) == 0
    assert ": CONFORMS\n  BITS, 4 lines, 1 jobs; calls and events told wholly\n" in capsys.readouterr().out


def test_an_impossible_line_ends_with_1_and_is_told_with_rows_clauses_and_the_shortest_part(
    trace: Any, capsys: Any
) -> None:
    assert main(["verify", trace(START, CREATED, ADDED, RESUMED, WRONG)]) == 1

    told = capsys.readouterr().out
    assert "line 5 is impossible: job a" in told
    assert "seen: get_state answered QUEUED" in told
    assert "permitted: SUSPENDED" in told
    assert "suspend/QUEUED/1 (MUST): always: S_OK -> SUSPENDED" in told
    assert "suspend/action: Suspend of a job in an action state" in told
    assert "1 of 4 lines of the job:\n           5  {" in told


@pytest.mark.parametrize(
    ("name", "line", "row"), [("wine", 143, "suspend/TRANSFERRED/1"), ("aria2", 39, "add_file/TRANSFERRED/1")]
)
def test_what_a_check_recorded_of_a_backend_that_nobody_here_wrote_is_judged(
    name: str, line: int, row: str, capsys: Any
) -> None:
    """Recorded by ``copyjob check --trace`` from Wine 8.0 and aria2 1.36; both were seen to do so by hand, too."""
    assert main(["verify", str(Path(__file__).with_name("recorded") / f"{name}.ndjson")]) == 1

    told = capsys.readouterr().out
    assert f"  line {line} is impossible: job " in told
    assert f"    {row} (M" in told
    assert told.count("is impossible") == 1


def test_a_trace_of_which_nothing_could_be_judged_ends_with_4(trace: Any, capsys: Any) -> None:
    assert main(["verify", trace(NOTHING)]) == 4
    assert ": NOTHING JUDGED\n" in capsys.readouterr().out


def test_bad_input_ends_with_2_and_names_the_line_and_the_other_traces_are_told(trace: Any, capsys: Any) -> None:
    wrong, right = trace(START, "{\n", name="wrong"), trace(START, CREATED, name="right")

    assert main(["verify", wrong, right]) == 2
    told = capsys.readouterr()
    assert "wrong, line 2: is not JSON in UTF-8" in told.err
    assert "right: CONFORMS" in told.out
    assert "wrong: " not in told.out


@pytest.mark.parametrize(
    ("others", "code"), [((START + CREATED,), 0), ((NOTHING,), 4), ((NOTHING, START + CREATED + RESUMED), 1)]
)
def test_of_several_traces_the_gravest_verdict_decides(others: tuple[str, ...], code: int, trace: Any) -> None:
    paths = [trace(text, name=f"{number}") for number, text in enumerate((START + CREATED, *others))]

    assert main(["verify", *paths]) == code


def test_a_compressed_trace_is_read_twice_where_that_is_needed(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "trace.gz"
    path.write_bytes(gzip.compress((START + CREATED + ADDED + RESUMED + WRONG).encode()))

    assert main(["verify", str(path)]) == 1
    assert "1 of 4 lines of the job" in capsys.readouterr().out


def test_standard_input_is_read(trace: Any, capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(trace(START, CREATED, ADDED, RESUMED, WRONG)).open(encoding="utf-8") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert main(["verify", "-"]) == 1
    assert "standard input: DIVERGES" in capsys.readouterr().out


def test_what_is_written_for_programs_is_as_the_published_schema_says(trace: Any, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    main(["verify", trace(START, CREATED, ADDED, RESUMED, WRONG), "--json", str(out)])
    report = json.loads(out.read_text(encoding="utf-8"))

    jsonschema.validate(report, json.loads((FOLDER / "verify.schema.json").read_text(encoding="utf-8")))
    assert report["exit_code"] == 1
    (found,) = report["traces"][0]["found"]
    assert (found["line"], found["job"], found["of_lines"]) == (5, "a", 4)
    assert [row["id"] for row in found["rows"]] == ["suspend/QUEUED/1"]


def test_the_sub_trace_that_is_written_is_impossible_too(trace: Any, tmp_path: Path) -> None:
    sub = tmp_path / "sub.ndjson"
    main(["verify", trace(START, CREATED, ADDED, RESUMED, WRONG), "--sub-trace", str(sub)])

    assert len(sub.read_text(encoding="utf-8").splitlines()) == 2
    assert main(["verify", str(sub)]) == 1


def test_no_sub_trace_is_written_where_nothing_is_impossible(trace: Any, tmp_path: Path) -> None:
    assert main(["verify", trace(START, CREATED), "--sub-trace", str(tmp_path / "sub")]) == 0
    assert not (tmp_path / "sub").exists()


def test_a_place_that_cannot_be_written_is_told_before_the_work(trace: Any, tmp_path: Path, capsys: Any) -> None:
    assert main(["verify", trace("{"), "--json", str(tmp_path / "none" / "out")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_of_many_jobs_the_first_are_told_and_the_rest_is_counted(trace: Any, capsys: Any) -> None:
    jobs = TOLD_MAX + 2
    lines = [text.replace('"a"', f'"{job}"') for job in range(jobs) for text in (CREATED, RESUMED)]

    assert main(["verify", trace(START, *lines)]) == 1
    told = capsys.readouterr().out
    assert told.count("is impossible: job") == TOLD_MAX
    assert "and 2 more jobs did what is impossible" in told


def test_what_was_not_judged_is_counted(trace: Any, capsys: Any) -> None:
    assert main(["verify", trace(START, CREATED, ADDED.replace("add_file", "take_ownership"))]) == 0
    assert "not judged: 1 calls that the table does not speak about" in capsys.readouterr().out
