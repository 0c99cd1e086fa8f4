"""The matrix of backends: that it says what its reports say, which reports get in, and what is left of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal

import pytest
from msgspec.structs import replace

from copyjob.conformance import matrix
from copyjob.conformance.baseline import UNEXPLAINED
from copyjob.conformance.compare import compare
from copyjob.conformance.reduced import reduced
from copyjob.conformance.report_data import BaselineEntry, Error, Report, Selection, dumps, read
from copyjob.conformance.settings import table_of
from copyjob.spec.vocabulary import Dialect

KEPT = Path(__file__).parents[1] / "matrix"
OURS = {by_id: table_of(Dialect.BITS, by_id=by_id).digest for by_id in (False, True)}
A, B = "resume/SUSPENDED/1", "cancel/QUEUED/1"
PLACE = re.compile(r"[\"' (](?:/(?:tmp|home|root|dev|usr|var|work|Users|private)/|[A-Za-z]:\\)|127\.0\.0\.1:\d")


@pytest.fixture
def made(by_hand: Any) -> Any:
    """Make a report, judged by this kit's table, of a row that has this verdict and one that conforms."""

    def make(verdict: str = "conforms", powers: tuple[str, ...] = (), **changes: Any) -> Report:
        rows = (by_hand.row(A, verdict), by_hand.row(B))
        run = by_hand.run("BITS", *rows, table_digest=OURS["by_id" in powers])
        report: Report = by_hand.report(run, **changes)
        return replace(report, backend=replace(report.backend, powers=powers))

    return make


@pytest.fixture
def folder(tmp_path: Path, made: Any) -> Path:
    """Make a matrix of two backends: one that conforms, and one that does not."""
    entry = '[[backend]]\nfile = "{0}"\nadapter = "drives {0}"\nlink = "../{0}.md"\nrun = "make {0}"\n'
    (tmp_path / "backends.toml").write_text("".join(entry.format(file) for file in ("good", "bad")))
    for file, verdict in (("good", "conforms"), ("bad", "diverges")):
        report = tmp_path / "report"
        report.write_text(dumps(made(verdict)), encoding="utf-8")
        matrix.take(tmp_path, file, f"{file} 1.0", report)
        report.unlink()
    (tmp_path / "matrix.md").write_text(matrix.document(tmp_path), encoding="utf-8")
    return tmp_path


# ---- what is committed ----


def test_the_committed_matrix_says_what_the_reports_beside_it_say() -> None:
    assert matrix.stale(KEPT) == []


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.*")), ids=lambda path: path.name)
def test_what_is_committed_names_no_place_on_a_machine(path: Path) -> None:
    assert PLACE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.json")), ids=lambda path: path.stem)
def test_what_is_committed_is_of_a_whole_check(path: Path) -> None:
    assert matrix.incomplete(read(path)) == ""


@pytest.mark.parametrize("entry", matrix.entries(KEPT), ids=lambda entry: entry.file)
def test_every_adapter_that_the_matrix_names_is_described_where_it_says(entry: matrix.Entry) -> None:
    assert (KEPT / entry.link).is_file()


@pytest.mark.parametrize("page", [KEPT / "matrix.md", KEPT.parent / "ADD-YOUR-BACKEND.md"], ids=lambda page: page.name)
def test_every_link_of_a_page_about_the_matrix_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8"))
    assert (len(links) > 1, [link for link in links if not (page.parent / link).exists()]) == (True, [])


def test_the_reference_is_in_the_matrix_in_both_dialects() -> None:
    columns = [(found.dialect, found.columns[0].backend) for found in compared(KEPT).matrices]
    assert columns == [("BITS", "copyjob's reference"), ("DO", "copyjob's reference")]


def compared(folder: Path) -> Any:
    return compare([(entry.file, report) for entry, report in matrix.reports(folder)])


# ---- what the page says ----


def test_a_divergence_stands_in_the_table_beside_what_the_others_do(folder: Path) -> None:
    assert f"| `{A}` | ✓ conforms | ✗ diverges |\n" in matrix.document(folder)


def test_a_divergence_is_told_by_what_was_seen_what_is_permitted_and_what_that_rests_on(folder: Path) -> None:
    page = matrix.document(folder)
    told = page[page.index("### bad 1.0, BITS") :].splitlines()[2:6]
    assert told == [
        f"- `{A}`, MUST",
        "  - seen: `resume answered S_OK`, 4 of 4 times",
        "  - permitted: `BG_E_EMPTY in SUSPENDED`",
        "  - rests on [`resume/empty`](https://example.org/)",
    ]


@pytest.mark.parametrize("reason", ["", UNEXPLAINED])
def test_a_divergence_that_no_baseline_explains_is_said_to_be_unconfirmed(folder: Path, reason: str) -> None:
    path = folder / "bad.json"
    path.write_text(path.read_text().replace('"known": ""', f'"known": "{reason}"'), encoding="utf-8")
    assert "  - its baseline does not tell how this was confirmed\n" in matrix.document(folder)


def with_entry(report: Report, became: Literal["seen", "passed"], *, sometimes: bool) -> str:
    entry = BaselineEntry(id=A, dialect="BITS", reason="Two may call.", sometimes=sometimes, became=became)
    return dumps(replace(report, baseline=(entry,)))


@pytest.mark.parametrize("sometimes", [True, False])
def test_what_a_backend_does_only_sometimes_is_marked_so(folder: Path, made: Any, sometimes: bool) -> None:
    (folder / "bad.json").write_text(with_entry(made("diverges"), "seen", sometimes=sometimes), encoding="utf-8")
    assert (f"- `{A}`, MUST, only sometimes\n" in matrix.document(folder)) == sometimes


@pytest.mark.parametrize("sometimes", [True, False])
def test_what_shows_only_sometimes_is_told_when_it_did_not_show(folder: Path, made: Any, sometimes: bool) -> None:
    (folder / "bad.json").write_text(with_entry(made("conforms"), "passed", sometimes=sometimes), encoding="utf-8")
    told = f"- `{A}`, only sometimes, and not in this check\n  - Two may call.\n"
    assert (told in matrix.document(folder)) == sometimes


def test_a_divergence_that_a_baseline_names_has_its_reason(folder: Path) -> None:
    path = folder / "bad.json"
    path.write_text(path.read_text().replace('"known": ""', '"known": "Seen by hand with ls."'), encoding="utf-8")
    assert "  - Seen by hand with ls.\n" in matrix.document(folder)


def test_the_matrix_follows_its_list_of_backends(folder: Path) -> None:
    path = folder / "backends.toml"
    first, second = path.read_text().split("[[backend]]")[1:]
    path.write_text(f"[[backend]]{second}[[backend]]{first}", encoding="utf-8")
    assert f"| `{A}` | ✗ diverges | ✓ conforms |\n" in matrix.document(folder)


def test_what_nothing_diverges_in_is_folded_up_where_some_do_not_let_it_be_seen(folder: Path, made: Any) -> None:
    (folder / "bad.json").write_text(dumps(made("skipped")), encoding="utf-8")
    page = matrix.document(folder)
    assert page.index("<details>") < page.index(f"| `{A}` | ✓ conforms | – skipped |") < page.index("</details>")


def test_a_report_of_an_earlier_table_is_told_as_such(folder: Path) -> None:
    path = folder / "bad.json"
    path.write_text(path.read_text().replace(OURS[False], "f" * 16), encoding="utf-8")
    page = matrix.document(folder)
    assert ("| 0.1.0, by an earlier table |" in page, "The tables differ" in page) == (True, True)


def test_a_backend_that_knows_jobs_by_id_is_judged_by_the_same_table_with_one_answer_more(
    folder: Path, made: Any
) -> None:
    (folder / "bad.json").write_text(dumps(made(powers=("by_id",))), encoding="utf-8")
    page = matrix.document(folder)
    assert ("The tables differ" in page, "by its id alone (B) may answer E_NOT_FOUND" in page) == (False, True)


# ---- what is stale ----


@pytest.mark.parametrize("name", ["matrix.md", "bad.json", "backends.toml"])
def test_a_page_that_says_something_else_is_stale(folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / name
    path.write_text(path.read_text().replace("bad 1.0", "bad 2.0").replace("make bad", "make worse"), encoding="utf-8")
    code = matrix.main(["--check"], folder)
    assert (code, capsys.readouterr().err) == (
        1,
        f"{folder / 'matrix.md'} is stale; make generate writes it anew\n",
    )


def test_what_is_written_anew_is_not_stale(folder: Path) -> None:
    (folder / "matrix.md").unlink()
    assert [matrix.main(arguments, folder) for arguments in (["--check"], [], ["--check"])] == [1, 0, 0]


def test_a_report_of_a_backend_that_is_not_in_the_list_is_told(folder: Path) -> None:
    (folder / "good.json").rename(folder / "other.json")
    assert f"{folder / 'other.json'} is of no backend that backends.toml names" in matrix.stale(folder)[0]


def test_a_report_that_was_put_there_by_hand_is_told(folder: Path, made: Any) -> None:
    (folder / "good.json").write_text(dumps(made()), encoding="utf-8")
    assert f"{folder / 'good.json'} is not reduced; take it in with --take" in matrix.stale(folder)


# ---- what gets in ----

UNFIT: dict[str, tuple[dict[str, Any], str]] = {
    "a part": ({"selection": Selection(only=("file/*",))}, "only a part was judged; leave out --only and --skip"),
    "interrupted": ({"interrupted": True}, "did not come to its end; check it with --stop-after 0"),
    "not begun": ({"not_begun": ("DO",)}, "did not come to its end; check it with --stop-after 0"),
}
UNFIT_RUNS: dict[str, tuple[dict[str, Any], str]] = {
    "stopped": ({"stopped": "ten were found"}, "did not come to its end; check it with --stop-after 0"),
    "broken adapter": ({"errors": (Error(text="it ended"),)}, "the adapter broke; mend it first"),
    "another table": ({"table_digest": "f" * 16}, "it was judged by another table; check it again with this kit"),
}


def refusal(folder: Path, report: Report, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    before = (folder / "good.json").read_bytes()
    path = folder / "new"
    path.write_text(dumps(report), encoding="utf-8")
    code = matrix.main(["--take", "good", "good 2.0", str(path)], folder)
    assert (folder / "good.json").read_bytes() == before
    return code, capsys.readouterr().err


@pytest.mark.parametrize(("changes", "why"), UNFIT.values(), ids=UNFIT.keys())
def test_a_report_of_less_than_a_whole_check_does_not_get_in(
    folder: Path, made: Any, changes: dict[str, Any], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = refusal(folder, replace(made(), **changes), capsys)
    assert (code, why in told, told.count("\n")) == (2, True, 1)


@pytest.mark.parametrize(("changes", "why"), UNFIT_RUNS.values(), ids=UNFIT_RUNS.keys())
def test_a_run_that_says_too_little_does_not_get_in(
    folder: Path, made: Any, changes: dict[str, Any], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = made()
    code, told = refusal(folder, replace(report, runs=(replace(report.runs[0], **changes),)), capsys)
    assert (code, why in told, told.count("\n")) == (2, True, 1)


MISTAKES = {
    "unknown backend": (("--take", "ugly", "x", "new"), "backends.toml has no backend 'ugly', but good, bad"),
    "no report": (("--take", "good", "x", "absent"), "absent cannot be read"),
    "too few words": (("--take", "good"), "takes nothing, --check, or --take FILE NAME REPORT [BASELINE]"),
    "another word": (("--chekc",), "takes nothing, --check, or --take FILE NAME REPORT [BASELINE]"),
}


@pytest.mark.parametrize(("arguments", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line_with_exit_code_2(
    folder: Path, arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = matrix.main(arguments, folder), capsys.readouterr().err
    assert (code, told in said, said.count("\n")) == (2, True, 1)


@pytest.mark.parametrize("text", ["backend = 3", "[[backend]\n", '[[backend]]\nfile = "a"\nnote = "b"'])
def test_a_list_of_backends_that_is_damaged_is_told_in_one_line(
    folder: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "backends.toml").write_text(text, encoding="utf-8")
    code, said = matrix.main(["--check"], folder), capsys.readouterr().err
    assert (code, "backends.toml is damaged: " in said, said.count("\n")) == (2, True, 1)


def test_a_report_is_taken_in_with_what_a_baseline_by_now_says_of_it(folder: Path, made: Any) -> None:
    (folder / "new").write_text(dumps(made("diverges")), encoding="utf-8")
    entry = {"id": A, "dialect": "BITS", "reason": "Seen by hand since."}
    known = folder / "known"
    known.write_text(json.dumps({"format": "copyjob-baseline", "version": 1, "entries": [entry]}), encoding="utf-8")
    code = matrix.main(["--take", "good", "good 2.0", str(folder / "new"), str(known)], folder)
    assert (code, "  - Seen by hand since.\n" in matrix.document(folder)) == (0, True)


# ---- what is left of a report ----


def test_a_reduced_report_tells_the_same_verdicts(made: Any) -> None:
    whole = made("diverges")
    left = reduced(whole, "x 1.0")
    assert compare([("a", left)]).matrices[0].lines == compare([("a", whole)]).matrices[0].lines


def test_a_reduced_report_has_neither_time_nor_program_nor_the_name_of_a_command(made: Any) -> None:
    left = reduced(made("diverges"), "x 1.0")
    (run,) = left.runs
    assert (left.backend.name, left.started, left.duration_seconds) == ("x 1.0", "", 0.0)
    assert (run.totals.duration_seconds, run.divergences[0].python) == (0.0, "")


def test_a_reduced_report_keeps_the_shortest_plan_and_how_often_it_showed(made: Any) -> None:
    whole = made("diverges").runs[0].divergences[0]
    left = reduced(made("diverges"), "x 1.0").runs[0].divergences[0]
    assert (left.plan, left.reproduced, left.permitted) == (whole.plan, whole.reproduced, whole.permitted)


SEEN = {
    "left at /tmp/copyjob-1/a/file-0.bin.tmp": "left at …/file-0.bin.tmp",
    "left at '/dev/shm/x/file 0'": "left at '…/file 0'",
    r"left at C:\users\me\AppData\file.tmp, and more": "left at …/file.tmp, and more",
    r"left at Z:\file.tmp": "left at …/file.tmp",
    "left at file:///home/me/a": "left at …/a",
    r"left at \\host\share\a": "left at …/a",
    "asked 127.0.0.1:40123 for /a": "asked 127.0.0.1:PORT for /a",
    "resume/SUSPENDED/1 of 0/1 files, */* and a/b": "resume/SUSPENDED/1 of 0/1 files, */* and a/b",
    "see https://example.org/a/b/c.md#d": "see https://example.org/a/b/c.md#d",
    "S_OK: QUEUED/CONNECTING": "S_OK: QUEUED/CONNECTING",
}


@pytest.mark.parametrize(("seen", "left"), SEEN.items(), ids=range(len(SEEN)))
def test_places_on_a_machine_are_left_out_of_what_was_seen(made: Any, seen: str, left: str) -> None:
    report: Report = made("diverges")
    (run,) = report.runs
    told = replace(run, divergences=(replace(run.divergences[0], observation=seen),))
    assert reduced(replace(report, runs=(told,)), "x").runs[0].divergences[0].observation == left


def test_to_reduce_what_is_reduced_changes_nothing(made: Any) -> None:
    left = reduced(made("diverges"), "x 1.0")
    assert reduced(left, "x 1.0") == left


def test_a_reduced_report_is_a_report_to_whoever_reads_one(made: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(dumps(reduced(made("diverges"), "x 1.0")), encoding="utf-8")
    assert (read(path).verdict, json.loads(path.read_text())["format"]) == ("diverges", "copyjob-report")
