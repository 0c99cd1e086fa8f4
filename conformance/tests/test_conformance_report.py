"""The report: complete plain data by its schema, JUnit that others read, exit codes, files whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from copyjob.conformance import schemas
from copyjob.conformance.attempt import Mishap
from copyjob.conformance.backend import Declared
from copyjob.conformance.campaign import Campaign
from copyjob.conformance.catalogue import Choice
from copyjob.conformance.check import check_dialect
from copyjob.conformance.discriminate import RowEvidence
from copyjob.conformance.interface import Power
from copyjob.conformance.junit import to_junit
from copyjob.conformance.plan import AddFile, Call, Plan, Serve, Settle, step_from_json
from copyjob.conformance.record import Verdict
from copyjob.conformance.report import EXIT_CODES, Frame, chosen, make_report, overall
from copyjob.conformance.report_data import dumps, read
from copyjob.conformance.verdict import Judgement, judge
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

SCHEMA = json.loads((schemas.FOLDER / "report.schema.json").read_text(encoding="utf-8"))

DOWNLOAD = (AddFile(0), Call("resume"), Settle())
PLANS = (
    Plan((Call("resume"),), "empty"),
    Plan((*DOWNLOAD, Call("complete"), Settle(), Call("cancel")), "whole"),
    Plan((Serve(0, "status_404"), *DOWNLOAD, Call("suspend"), Call("cancel")), "missing"),
    Plan((Serve(0, "hold_body"), *DOWNLOAD, Call("suspend"), Settle()), "held"),
)
Variant = Callable[..., Declared]
Made = tuple[Frame, Judgement]


def checked(declared: Declared) -> Made:
    """Really run the plans."""
    judgement = check_dialect(declared, table(Dialect.BITS), PLANS)
    return Frame(declared, "2026-01-01T00:00:00+00:00", 1.0, 7), judgement


@pytest.fixture(scope="module")
def right(variant: Variant) -> Made:
    """Check a right backend, once."""
    return checked(variant())


@pytest.fixture(scope="module")
def wrong(variant: Variant) -> Made:
    """Check a backend that resumes empty jobs, once."""
    return checked(variant(resume=resume_anything))


@pytest.fixture(scope="module")
def errored(variant: Variant) -> Made:
    """Check a backend that breaks, once."""
    return checked(variant(resume=broken))


def resume_anything(self: Any, job: str) -> int | None:
    """Resume an empty job as if there were something to do; any other as it should be."""
    right_one: Any = type(self).__mro__[1]
    answer: int | None = right_one.resume(self, job) if self.jobs[job]["files"] else None
    return answer


def broken(*_: object) -> None:
    raise ValueError("it rains <&> here")


def told(frame: Frame, judgement: Judgement) -> dict[str, Any]:
    """Return the report as who reads the file has it."""
    data: dict[str, Any] = json.loads(dumps(make_report(frame, [judgement])))
    return data


def valid(data: object) -> bool:
    jsonschema.validate(data, SCHEMA, cls=jsonschema.Draft202012Validator)
    return True


# By hand: a campaign in which nothing was seen


def by_hand(*powers: Power, errors: tuple[str, ...] = (), unclear: tuple[str, ...] = ()) -> Made:
    declared = Declared("by hand", Path, (Dialect.BITS,), frozenset(powers))
    own = table(Dialect.BITS)
    weighed = {row.id: RowEvidence(row, 1, {"leads to ERROR"}) for row in own.rows}
    campaign = Campaign(Dialect.BITS, errors=[Mishap(text, Plan(())) for text in errors])
    campaign.unclear.update(unclear)
    return Frame(declared, "2026-01-01T00:00:00+00:00", 1.0, 7), judge(own, campaign, weighed, declared, 1.0)


# The real thing


def test_the_report_of_a_right_backend_fits_its_schema(right: Made) -> None:
    frame, judgement = right
    assert valid(told(frame, judgement))


def test_the_report_of_a_right_backend_tells_what_was_done(right: Made) -> None:
    frame, judgement = right
    run = told(frame, judgement)["runs"][0]
    assert (run["divergences"], run["totals"]["plans"], run["totals"]["bytes"] > 0) == ([], len(PLANS), True)


def test_a_right_backend_conforms_by_what_it_was_shown(right: Made) -> None:
    frame, judgement = right
    assert told(frame, judgement)["exit_code"] == 0


def test_the_rows_that_a_report_calls_discriminated_had_every_alternative_rejected(right: Made) -> None:
    frame, judgement = right
    rows = told(frame, judgement)["runs"][0]["rows"]
    discriminated = {row["id"] for row in rows if row["discriminated"]}
    assert discriminated == {
        r["id"] for r in rows if r["judged"] and r["alternatives"]["rejected"] == r["alternatives"]["of"]
    }


def test_the_report_of_a_wrong_backend_fits_its_schema(wrong: Made) -> None:
    frame, judgement = wrong
    assert valid(told(frame, judgement))


def test_the_report_of_an_errored_run_fits_its_schema(errored: Made) -> None:
    frame, judgement = errored
    assert valid(told(frame, judgement))


def test_the_report_of_an_interrupted_run_fits_its_schema_and_says_so(right: Made) -> None:
    frame, judgement = right
    data = told(replace(frame, interrupted=True), judgement)
    assert (valid(data), data["interrupted"], data["exit_code"]) == (True, True, 130)


def test_a_report_that_lacks_a_verdict_does_not_fit_the_schema(right: Made) -> None:
    frame, judgement = right
    data = told(frame, judgement)
    del data["runs"][0]["rows"][0]["verdict"]
    with pytest.raises(jsonschema.ValidationError):
        valid(data)


def test_a_report_that_was_written_reads_back_as_it_was(wrong: Made, tmp_path: Path) -> None:
    frame, judgement = wrong
    report = make_report(frame, [judgement])
    (tmp_path / "report.json").write_text(dumps(report), encoding="utf-8")
    assert read(tmp_path / "report.json") == report


def test_what_was_not_chosen_is_left_out_of_rows_checks_divergences_and_counts(wrong: Made) -> None:
    frame, judgement = wrong
    run = told(frame, chosen(judgement, Choice(skip=("resume/*", "file/*"))))["runs"][0]
    ids = {item["id"] for item in [*run["rows"], *run["checks"]]}
    assert (run["divergences"], {name.split("/")[0] for name in ids} & {"resume", "file"}) == ([], set())
    assert run["coverage"]["rows"]["of"] == len(run["rows"])


def test_a_divergence_that_one_chosen_row_explains_stays(wrong: Made) -> None:
    frame, judgement = wrong
    run = told(frame, chosen(judgement, Choice(only=("resume/SUSPENDED/*",))))["runs"][0]
    assert [each["id"] for each in run["divergences"]] == ["resume/SUSPENDED/1"]


def test_a_divergence_is_reported_with_all_that_shows_it(wrong: Made) -> None:
    frame, judgement = wrong
    (divergence,) = told(frame, judgement)["runs"][0]["divergences"]
    shown = {
        key: divergence[key] for key in ("id", "rows", "level", "observation", "permitted", "edges", "path", "plan")
    }
    assert shown == {
        "id": "resume/SUSPENDED/1",
        "rows": ["resume/SUSPENDED/1"],
        "level": "MUST",
        "observation": "resume answered S_OK (0x00000000), after get_state answered SUSPENDED",
        "permitted": ["BG_E_EMPTY (0x80200003, -2145386493) in SUSPENDED"],
        "edges": [{"source": "SUSPENDED", "label": "resume", "dest": "SUSPENDED", "seen": "SUSPENDED"}],
        "path": ["SUSPENDED"],
        "plan": [{"step": "Call", "operation": "resume", "value": None}],
    }


def test_a_divergence_is_reported_with_the_clauses_of_its_row(wrong: Made) -> None:
    frame, judgement = wrong
    (divergence,) = told(frame, judgement)["runs"][0]["divergences"]
    assert [clause["key"] for clause in divergence["clauses"]] == ["resume/empty", "decision/13"]


def test_a_report_with_a_divergence_has_exit_code_1(wrong: Made) -> None:
    frame, judgement = wrong
    assert told(frame, judgement)["exit_code"] == 1


def test_the_plan_of_a_reported_divergence_is_a_plan(wrong: Made) -> None:
    frame, judgement = wrong
    divergence = told(frame, judgement)["runs"][0]["divergences"][0]
    steps = tuple(step_from_json(step) for step in divergence["plan"])
    assert steps == judgement.campaign.divergences[0].record.plan.steps


def test_the_sequence_of_a_reported_divergence_is_in_the_order_of_time(wrong: Made) -> None:
    frame, judgement = wrong
    times = [arrow["time_seconds"] for arrow in told(frame, judgement)["runs"][0]["divergences"][0]["sequence"]]
    assert times == sorted(times)


# JUnit


def cases(xml: str) -> dict[str, Any]:
    suites: Any = JUnitXml.fromstring(xml.encode())
    return {case.name: case for suite in suites for case in suite}


def test_junit_has_a_case_for_every_row_and_check(right: Made) -> None:
    frame, judgement = right
    names = {row.row.id for row in judgement.rows} | {check.check.id for check in judgement.checks}
    assert cases(to_junit(make_report(frame, [judgement]))).keys() == names


def test_junit_counts_what_failed(wrong: Made) -> None:
    frame, judgement = wrong
    xml: Any = JUnitXml.fromstring(to_junit(make_report(frame, [judgement])).encode())
    accused = [row for row in judgement.rows if row.verdict is Verdict.DIVERGES]
    assert (xml.failures, xml.tests) == (len(accused), len(judgement.rows) + len(judgement.checks))


def test_junit_tells_a_divergence_with_its_clause_and_program(wrong: Made) -> None:
    frame, judgement = wrong
    (failure,) = cases(to_junit(make_report(frame, [judgement])))["resume/SUSPENDED/1"].result
    text = str(failure.text)
    assert (isinstance(failure, Failure), "resume/empty: " in text, "replay_and_exit(" in text) == (True, True, True)


def test_junit_tells_a_skipped_row_with_its_reason(right: Made) -> None:
    frame, judgement = right
    (skipped,) = cases(to_junit(make_report(frame, [judgement])))["get_error/QUEUED/1"].result
    assert (type(skipped), skipped.message) == (Skipped, "needs the power error")


def test_junit_carries_what_an_adapter_said_in_any_signs(errored: Made) -> None:
    frame, judgement = errored
    (error,) = cases(to_junit(make_report(frame, [judgement])))["run/1"].result
    message = str(error.message)
    assert (isinstance(error, Error), "it rains <&> here" in message) == (True, True)


def test_junit_tells_an_inconclusive_run_apart_from_an_errored_one() -> None:
    found = cases(to_junit(make_report(*_one(by_hand(errors=("broken",), unclear=("late",))))))
    assert [found[f"run/{n}"].result[0].type for n in (1, 2)] == ["errored", "inconclusive"]


def _one(made: Made) -> tuple[Frame, list[Judgement]]:
    return made[0], [made[1]]


# Exit codes


def test_each_verdict_has_its_exit_code() -> None:
    assert EXIT_CODES == {
        Verdict.CONFORMS: 0,
        Verdict.DIVERGES: 1,
        Verdict.ERRORED: 3,
        Verdict.INCONCLUSIVE: 4,
    }


ENDINGS: list[tuple[dict[str, tuple[str, ...]], int]] = [
    ({}, 0),
    ({"errors": ("broken",)}, 3),
    ({"unclear": ("late",)}, 4),
    ({"errors": ("broken",), "unclear": ("late",)}, 3),
]


@pytest.mark.parametrize(("members", "code"), ENDINGS, ids=["conforms", "errored", "inconclusive", "both"])
def test_the_exit_code_is_that_of_the_gravest_verdict(members: dict[str, tuple[str, ...]], code: int) -> None:
    frame, judgement = by_hand(*Power, **members)
    assert told(frame, judgement)["exit_code"] == code


def test_of_two_dialects_the_graver_verdict_counts() -> None:
    assert overall([by_hand(*Power)[1], by_hand(*Power, unclear=("late",))[1]]) is Verdict.INCONCLUSIVE


def test_powers_that_are_missing_are_told() -> None:
    backend = told(*by_hand(Power.CLOCK, Power.ERROR))["backend"]
    assert (backend["powers"], "queue" in backend["missing_powers"]) == (["clock", "error"], True)


def test_tables_that_say_other_things_have_other_digests() -> None:
    own = table(Dialect.BITS)
    other = own.with_answers("resume/SUSPENDED/1", own.by_id["resume/SUSPENDED/2"].answers)
    digests = {own.digest, other.digest, table(Dialect.DO).digest}
    assert len(digests) == 3
