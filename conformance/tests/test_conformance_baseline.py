"""The baseline: what is known does not fail, what is new does, and so does what is no longer true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from copyjob.conformance.baseline import Baseline, Entry, applied, read, written
from copyjob.conformance.catalogue import items
from copyjob.conformance.report_data import Error, Report, Reproduced
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect

A, B = "resume/SUSPENDED/1", "cancel/QUEUED/1"


def entry(name: str = A, *, sometimes: bool = False) -> Entry:
    return Entry(id=name, dialect="BITS", reason="as shipped in 1.0", sometimes=sometimes)


def known(*names: str, sometimes: bool = False) -> Baseline:
    return Baseline(entries=tuple(entry(name, sometimes=sometimes) for name in names))


def diverging(by_hand: Any, *names: str, **changes: Any) -> Report:
    rows = [by_hand.row(name, "diverges" if name in names else "conforms") for name in (A, B)]
    report: Report = by_hand.report(by_hand.run("BITS", *rows, **changes))
    return report


def code(by_hand: Any, report: Report, baseline: Baseline) -> int:
    marked = applied(report, baseline)
    settled: Report = by_hand.report(*marked.runs, baseline=marked.baseline)
    return settled.exit_code


def test_a_divergence_that_is_known_does_not_fail(by_hand: Any) -> None:
    assert code(by_hand, diverging(by_hand, A), known(A)) == 0


def test_a_divergence_that_is_known_is_still_told_and_marked(by_hand: Any) -> None:
    report = applied(diverging(by_hand, A), known(A))
    assert (report.verdict, report.runs[0].divergences[0].known) == ("diverges", "as shipped in 1.0")


def test_a_divergence_that_is_new_fails_beside_a_known_one(by_hand: Any) -> None:
    assert code(by_hand, diverging(by_hand, A, B), known(A)) == 1


def test_an_entry_that_passes_is_stale_and_fails(by_hand: Any) -> None:
    assert code(by_hand, diverging(by_hand), known(A)) == 1


@pytest.mark.parametrize("names", [(A,), ()], ids=["diverges", "passes"])
def test_what_diverges_sometimes_fails_neither_way(by_hand: Any, names: tuple[str, ...]) -> None:
    assert code(by_hand, diverging(by_hand, *names), known(A, sometimes=True)) == 0


@pytest.mark.parametrize(
    "changes", [{"stopped": "interrupted"}, {"errors": (Error(text="it rains"),)}], ids=["stopped", "errored"]
)
def test_nothing_is_stale_where_the_run_did_not_come_to_its_end(by_hand: Any, changes: dict[str, Any]) -> None:
    (told,) = applied(diverging(by_hand, **changes), known(A)).baseline
    assert (told.became, told.stale) == ("not judged", False)


def test_an_entry_that_was_not_judged_is_not_stale(by_hand: Any) -> None:
    report = by_hand.report(by_hand.run("BITS", by_hand.row(A, "skipped", judged=0)))
    assert code(by_hand, report, known(A)) == 0


def test_an_entry_of_a_dialect_that_was_left_out_is_not_stale(by_hand: Any) -> None:
    assert code(by_hand, by_hand.report(by_hand.run("DO", by_hand.row(A))), known(A)) == 0


def test_an_entry_of_a_dialect_that_was_not_begun_is_told_as_not_judged(by_hand: Any) -> None:
    report = by_hand.report(by_hand.run("DO", by_hand.row(A)), interrupted=True, not_begun=("BITS",))
    (told,) = applied(report, known(A)).baseline
    assert (told.dialect, told.became, told.stale) == ("BITS", "not judged", False)


def test_an_error_of_the_adapter_outweighs_what_is_known(by_hand: Any) -> None:
    assert code(by_hand, diverging(by_hand, A, errors=(Error(text="it rains"),)), known(A)) == 3


# Files


def file(path: Path, *entries: object, **changes: object) -> Path:
    data = {"format": "copyjob-baseline", "version": 1, "entries": list(entries), **changes}
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


ENTRY = {"id": A, "dialect": "BITS", "reason": "as shipped"}
ONLY_BITS = next(item.id for item in items(Dialect.BITS) if item.id not in {other.id for other in items(Dialect.DO)})
WRONG: dict[str, tuple[tuple[object, ...], dict[str, object], str]] = {
    "no reason": (({"id": A, "dialect": "BITS"},), {}, "missing required field `reason` - at `$.entries[0]`"),
    "empty reason": (({**ENTRY, "reason": ""},), {}, "at `$.entries[0].reason`"),
    "misspelt field": (({**ENTRY, "sometime": True},), {}, "unknown field `sometime`"),
    "unknown id": (({**ENTRY, "id": "resume/SUSPENDED/11"},), {}, "did you mean resume/SUSPENDED/1?"),
    "id of the other dialect": (({**ENTRY, "id": ONLY_BITS, "dialect": "DO"},), {}, "it is of BITS"),
    "dialect unknown": (({**ENTRY, "dialect": "WINE"},), {}, "Invalid enum value 'WINE'"),
    "twice": ((ENTRY, ENTRY), {}, "is named twice"),
    "another version": ((ENTRY,), {"version": 2}, "has version 2; this kit reads 1"),
    "another format": ((ENTRY,), {"format": "copyjob-report"}, "is not a baseline"),
}


@pytest.mark.parametrize(("entries", "changes", "told"), WRONG.values(), ids=WRONG.keys())
def test_a_baseline_that_cannot_be_meant_is_told_in_one_line(
    tmp_path: Path, entries: tuple[object, ...], changes: dict[str, object], told: str
) -> None:
    path = file(tmp_path / "known.json", *entries, **changes)
    with pytest.raises(UsageError) as caught:
        read(path, ["BITS", "DO"])
    message = caught.value.usage_message
    assert (told in message, str(path) in message, "\n" in message) == (True, True, False), message


@pytest.mark.parametrize("content", ["", "{", "\x00", "[1]"])
def test_a_file_that_is_no_baseline_is_told_in_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="--write-baseline FILE writes one"):
        read(path, ["BITS"])


def test_a_baseline_for_a_dialect_that_the_backend_does_not_declare_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is of BITS, but the backend declares DO"):
        read(file(tmp_path / "known.json", ENTRY), ["DO"])


# Writing one


def rewritten(tmp_path: Path, text: str) -> list[tuple[str, str, bool]]:
    path = tmp_path / "written.json"
    path.write_text(text, encoding="utf-8")
    return [(each.id, each.reason, each.sometimes) for each in read(path, ["BITS", "DO"]).entries]


def test_what_is_written_excuses_what_was_seen(by_hand: Any, tmp_path: Path) -> None:
    report = diverging(by_hand, A, B)
    path = tmp_path / "known.json"
    path.write_text(written(report), encoding="utf-8")
    assert code(by_hand, report, read(path, ["BITS"])) == 0


def test_writing_again_keeps_reasons_and_adds_what_is_new(by_hand: Any, tmp_path: Path) -> None:
    report = applied(diverging(by_hand, A, B), known(A))
    found = rewritten(tmp_path, written(report, known(A)))
    assert [(name, reason == "as shipped in 1.0") for name, reason, _ in found] == [(B, False), (A, True)]


def test_writing_again_drops_what_is_stale_and_keeps_what_shows_only_sometimes(by_hand: Any, tmp_path: Path) -> None:
    before = Baseline(entries=(entry(A), entry(B, sometimes=True)))
    report = applied(diverging(by_hand), before)
    assert rewritten(tmp_path, written(report, before)) == [(B, "as shipped in 1.0", True)]


def test_what_its_program_showed_only_sometimes_is_written_so(by_hand: Any, tmp_path: Path) -> None:
    (run,) = diverging(by_hand, A, B).runs
    shown = {A: Reproduced(times=1, of=4), B: Reproduced(times=4, of=4)}
    found = tuple(msgspec.structs.replace(each, reproduced=shown[str(each.id)]) for each in run.divergences)
    report = by_hand.report(msgspec.structs.replace(run, divergences=found))
    assert [(name, sometimes) for name, _, sometimes in rewritten(tmp_path, written(report))] == [(B, False), (A, True)]
