"""Is a report file read whole, or refused with the place that is wrong?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.diagrams.report_file import BadReportError, parse, read
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from pathlib import Path


def _refusal(data: object) -> str:
    with pytest.raises(BadReportError) as caught:
        parse(data)
    assert "\n" not in caught.value.usage_message
    return caught.value.usage_message


def test_a_report_is_read_with_every_row(conforming: dict[str, Any]) -> None:
    report = parse(conforming)
    assert [run.dialect for run in report.runs] == list(Dialect)
    assert [row.id for row in report.runs[0].rows] == [row.id for row in table(Dialect.BITS).rows]


def test_a_divergence_is_read_with_all_that_shows_it(diverging: dict[str, Any]) -> None:
    found = parse(diverging).runs[0].divergences[0]
    assert (found.reproduced_times, found.reproduced_of) == (3, 3)
    assert found.sequence[3].sender == "backend"
    assert found.edges[0].seen == "SUSPENDED"


@pytest.mark.parametrize("data", [None, [], "text", {}, {"format": "other", "version": 1}])
def test_what_is_no_report_is_refused_as_such(data: object) -> None:
    assert "this is no report" in _refusal(data)


def test_a_report_of_another_version_names_both_versions(conforming: dict[str, Any]) -> None:
    conforming["version"] = 2
    message = _refusal(conforming)
    assert "version 2" in message
    assert "version 1" in message


def test_a_missing_key_is_named_with_its_place(conforming: dict[str, Any]) -> None:
    del conforming["runs"][1]["rows"][3]["id"]
    assert _refusal(conforming) == "runs[1].rows[3].id is missing"


def test_a_wrong_type_is_named_with_its_place(conforming: dict[str, Any]) -> None:
    conforming["runs"][0]["rows"][0]["judged"] = "twelve"
    assert _refusal(conforming) == "runs[0].rows[0].judged has the wrong type (str)"


def test_a_truth_value_is_no_number(conforming: dict[str, Any]) -> None:
    conforming["runs"][0]["rows"][0]["judged"] = True
    assert "runs[0].rows[0].judged" in _refusal(conforming)


def test_an_unknown_verdict_is_named_with_those_known(conforming: dict[str, Any]) -> None:
    conforming["verdict"] = "fine"
    assert _refusal(conforming).startswith("verdict is 'fine'; known are conforms, diverges")


def test_an_unknown_dialect_is_named_with_those_known(conforming: dict[str, Any]) -> None:
    conforming["runs"][0]["dialect"] = "curl"
    assert _refusal(conforming) == "runs[0].dialect is 'curl'; known are BITS, DO"


def test_an_item_that_is_no_object_is_named(conforming: dict[str, Any]) -> None:
    conforming["runs"][0]["checks"] = ["file/content"]
    assert _refusal(conforming) == "runs[0].checks[0] is no object"


def test_keys_that_are_not_known_are_left_alone(conforming: dict[str, Any]) -> None:
    conforming["later"] = {"anything": 1}
    conforming["runs"][0]["rows"][0]["later"] = True
    assert parse(conforming).verdict == "conforms"


def test_coverage_names_what_is_missing(conforming: dict[str, Any]) -> None:
    assert parse(conforming).runs[0].coverage["clauses"].missing == ("state/expiry",)


def test_control_characters_and_lone_surrogates_are_replaced(conforming: dict[str, Any]) -> None:
    conforming["backend"]["name"] = "a\x00b\x1b\ud800c"
    assert parse(conforming).backend == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}c"


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(BadReportError, match=r"x\.json: this is no JSON"):
        read(path)


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadReportError, match=r"x\.json: this is no JSON"):
        read(path)


def test_a_bad_report_in_a_file_is_named_with_file_and_place(tmp_path: Path, conforming: dict[str, Any]) -> None:
    conforming["runs"][0]["dialect"] = 5
    path = tmp_path / "x.json"
    path.write_text(json.dumps(conforming), encoding="utf-8")
    with pytest.raises(BadReportError) as caught:
        read(path)
    assert caught.value.usage_message == f"{path}: runs[0].dialect has the wrong type (int)"
