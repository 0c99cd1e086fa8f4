"""Short forms of a report: Markdown for a CI job, a badge, and the end of what the screen shows."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from junitparser import JUnitXml

from copyjob.conformance.badge import to_badge
from copyjob.conformance.baseline import Baseline, Entry, applied
from copyjob.conformance.gates import gates, wanted
from copyjob.conformance.junit import to_junit
from copyjob.conformance.markdown import code, fenced, to_markdown
from copyjob.conformance.report_data import Clauses, Report, Selection
from copyjob.conformance.screen import Screen

A, B = "resume/SUSPENDED/1", "cancel/QUEUED/1"

CONFORMING = """\
# ✅ `m:Backend` conforms

Exit code 0, seed 7, 1.5 s, copyjob 0.1.0.

| dialect | verdict | divergences | states | cells | rows | must | clauses | plans | seconds |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| BITS | ✅ conforms | 0 | 1/2 | 1/4 | 1/1 | 1/1 | 1/2 | 4 | 1.5 |
"""

DIVERGING = """\
# ❌ `m:Backend` diverges

Exit code 1, seed 7, 1.5 s, copyjob 0.1.0.

| dialect | verdict | divergences | states | cells | rows | must | clauses | plans | seconds |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| BITS | ❌ diverges | 1 | 1/2 | 1/4 | 1/1 | 0/1 | 1/2 | 4 | 1.5 |

## BITS: `resume/SUSPENDED/1`

- seen: `resume answered S_OK`
- permitted: `BG_E_EMPTY in SUSPENDED`
- `resume/empty`: It is refused.
- shown 4 of 4 times by the shortest program

```python
replay_and_exit()
```
"""


@pytest.fixture
def right(by_hand: Any) -> Report:
    """Make a report of a backend that conforms."""
    report: Report = by_hand.report(by_hand.run("BITS", by_hand.row(A)))
    return report


@pytest.fixture
def wrong(by_hand: Any) -> Report:
    """Make a report of a backend that diverges."""
    report: Report = by_hand.report(by_hand.run("BITS", by_hand.row(A, "diverges")))
    return report


def known(name: str) -> Baseline:
    return Baseline(entries=(Entry(id=name, dialect="BITS", reason="as shipped"),))


def test_markdown_of_a_backend_that_conforms_is_short(right: Report) -> None:
    assert to_markdown(right) == CONFORMING


def test_markdown_of_a_backend_that_diverges_tells_all_that_shows_it(wrong: Report) -> None:
    assert to_markdown(wrong) == DIVERGING


def test_markdown_tells_a_known_divergence_with_its_reason_and_no_program(wrong: Report) -> None:
    text = to_markdown(applied(wrong, known(A)))
    assert (f"- BITS `{A}`: known: as shipped" in text, "replay_and_exit" in text) == (True, False)


def test_markdown_of_a_check_that_passes_says_so_at_its_head(wrong: Report) -> None:
    assert to_markdown(applied(wrong, known(A))).startswith("# ✅ `m:Backend` diverges only as is known\n")


def test_what_shows_only_behind_a_known_divergence_says_so(wrong: Report, capsys: pytest.CaptureFixture[str]) -> None:
    (run,) = wrong.runs
    behind = msgspec.structs.replace(run.divergences[0], past=("MUST property/set",))
    report = msgspec.structs.replace(wrong, runs=(msgspec.structs.replace(run, divergences=(behind,)),))
    assert "behind: MUST property/set: told as well, and the run goes on past it" in printed(report, capsys)
    assert "- shows behind `MUST property/set`, which is told as well\n" in to_markdown(report)


def test_markdown_tells_a_stale_entry(right: Report) -> None:
    assert f"- **Stale:** BITS `{A}`" in to_markdown(applied(right, known(A)))


def test_markdown_tells_a_gate_that_is_missed(by_hand: Any, right: Report) -> None:
    report = by_hand.report(*right.runs, gates=gates(right, wanted(["cells=all"])))
    assert "- BITS requires cells all: 1 of 4, **missed**" in to_markdown(report)


@pytest.mark.parametrize(
    ("text", "span"), [("a", "`a`"), ("a`b", "``a`b``"), ("`a`", "`` `a` ``"), ("a\n\nb", "`a b`"), ("", "` `")]
)
def test_nothing_leaves_a_code_span(text: str, span: str) -> None:
    assert code(text).replace("`  `", "` `") == span


def test_nothing_leaves_a_fence() -> None:
    assert fenced("a\n```\nb", "python") == "````python\na\n```\nb\n````"


def outcomes(report: Report) -> dict[str, list[tuple[str, str]]]:
    suites: Any = JUnitXml.fromstring(to_junit(report).encode())
    return {
        case.name: [(type(each).__name__, each.message) for each in case.result] for suite in suites for case in suite
    }


def test_junit_skips_a_known_divergence_with_the_reason_of_the_baseline(wrong: Report) -> None:
    assert outcomes(applied(wrong, known(A)))[A] == [("Skipped", "as shipped")]


def test_junit_fails_a_stale_entry(right: Report) -> None:
    assert outcomes(applied(right, known(A)))[A] == [("Failure", "is known to diverge (as shipped), and passed")]


def test_junit_has_a_case_for_every_gate_and_fails_the_missed_one(by_hand: Any, right: Report) -> None:
    report = by_hand.report(*right.runs, gates=gates(right, wanted(["must=all", "cells=all"])))
    found = outcomes(report)
    missed = [("Failure", "all was asked for, 1 of 4 were reached")]
    assert (found["require/must"], found["require/cells"]) == ([], missed)


@pytest.fixture
def cut_short(by_hand: Any) -> Report:
    """Make a report of a check that was interrupted in the first dialect."""
    run = by_hand.run("BITS", by_hand.row(A), stopped="interrupted")
    report: Report = by_hand.report(run, interrupted=True, not_begun=("DO",))
    return msgspec.structs.replace(report, gates=gates(report, wanted(["must=1"])))


def test_junit_has_an_error_for_a_dialect_that_was_not_begun_and_for_the_one_that_was_left(cut_short: Report) -> None:
    suites: Any = JUnitXml.fromstring(to_junit(cut_short).encode())
    found = {
        suite.name: {case.name: [each.message for each in case.result] for case in suite if case.result}
        for suite in suites
    }
    assert found == {
        "m:Backend BITS": {"run/1": ["interrupted"]},
        "m:Backend DO": {
            "run/1": ["not begun: the check was interrupted before"],
            "require/must": ["1 was asked for, 0 of 0 were reached"],
        },
    }


def test_markdown_tells_a_dialect_that_was_not_begun(cut_short: Report) -> None:
    assert "- DO was not begun: the check was interrupted before\n" in to_markdown(cut_short)


def badge(report: Report) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(to_badge(report))
    return data


def test_a_badge_is_what_shields_reads(right: Report) -> None:
    assert badge(right) == {
        "schemaVersion": 1,
        "label": "copyjob",
        "message": "conforms BITS 1/1",
        "color": "brightgreen",
        "isError": False,
    }


def test_a_badge_is_red_where_the_backend_diverges(wrong: Report) -> None:
    assert (badge(wrong)["color"], badge(wrong)["message"]) == ("red", "diverges BITS 0/1")


def test_a_badge_of_an_interrupted_check_is_not_green(by_hand: Any, right: Report) -> None:
    told = badge(by_hand.report(*right.runs, interrupted=True))
    assert (told["color"], told["message"]) == ("lightgrey", "interrupted BITS 1/1")


def printed(report: Report, capsys: pytest.CaptureFixture[str]) -> str:
    Screen().report(report, rows=False)
    return " ".join(capsys.readouterr().out.split())


def test_the_screen_tells_a_known_divergence_with_its_reason(wrong: Report, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(applied(wrong, known(A)), capsys)
    assert f"BITS KNOWN (MUST): {A} baseline: as shipped" in text


def test_the_screen_says_that_a_check_passes_though_its_backend_diverges(
    wrong: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    told = "every divergence is known, so the check passes"
    assert told in printed(applied(wrong, known(A)), capsys)
    assert told not in printed(wrong, capsys)


def test_the_screen_tells_a_stale_entry_and_the_way_out(right: Report, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(applied(right, known(A)), capsys)
    assert f"BITS STALE: {A} is known to diverge (as shipped), and passed: take it out of the baseline" in text


def test_the_screen_tells_a_dialect_that_was_not_begun(cut_short: Report, capsys: pytest.CaptureFixture[str]) -> None:
    assert "m:Backend, DO: NOT BEGUN" in printed(cut_short, capsys)


def with_clauses(by_hand: Any, clauses: Clauses) -> Report:
    run = by_hand.run("BITS", by_hand.row(A))
    coverage = msgspec.structs.replace(run.coverage, clauses=clauses)
    report: Report = by_hand.report(msgspec.structs.replace(run, coverage=coverage))
    return report


@pytest.fixture
def uncertain(by_hand: Any) -> Report:
    """Make a report in which one clause was judged and not for certain."""
    both = ("cancel/any", "resume/empty")
    return with_clauses(by_hand, Clauses(judged=both, of=both, certain=both[:1]))


def test_the_screen_names_clauses_that_were_not_exercised_for_certain(
    uncertain: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "clauses not exercised for certain: resume/empty" in printed(uncertain, capsys)


def test_the_screen_names_few_clauses_and_counts_the_rest(by_hand: Any, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(with_clauses(by_hand, Clauses(judged=(), of=tuple("abcdefghijk"), certain=())), capsys)
    assert "clauses not exercised for certain: a, b, c, d, e, f, g, h, and 3 more" in text


def test_markdown_names_clauses_that_were_not_exercised_for_certain(uncertain: Report) -> None:
    text = to_markdown(uncertain)
    told = ("- BITS, clauses not exercised for certain: `resume/empty`", "| 1/2 | 4 | 1.5 |")
    assert [part in text for part in told] == [True, True], text


def test_the_screen_tells_gates_choice_and_interruption(
    by_hand: Any, right: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    report = by_hand.report(
        *right.runs,
        gates=gates(right, wanted(["must=all", "cells=50%"])),
        selection=Selection(only=("resume/*",)),
        interrupted=True,
    )
    text = printed(report, capsys)
    parts = (
        "BITS requires must all: 1 of 1, met",
        "BITS requires cells 50%: 1 of 4, MISSED",
        "only a part was judged: --only resume/*",
        "interrupted: what is told was found before",
    )
    assert [part in text for part in parts] == [True] * 4, text
