"""The JSON export: its schema is strict, and a reader that has nothing else walks the table as the explorer does.

Law: the reader (``json_reader.py``) is a program of its own, run in an interpreter of its own.
"""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
from collections import Counter
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import jsonschema  # type: ignore[import-untyped]  # what is used of it is wrapped below
import pytest

from copyjob.spec import facts as f
from copyjob.spec.citations import CLAUSES
from copyjob.spec.explore import explore, steps
from copyjob.spec.export_json import json_text, needs, scopes
from copyjob.spec.export_schema import schema
from copyjob.spec.scope import CORE, FEATURES, Scope, facts_of
from copyjob.spec.table import Table, full_table, table
from copyjob.spec.vocabulary import Dialect, Hresult

if TYPE_CHECKING:
    from collections.abc import Iterator

READER = Path(__file__).with_name("json_reader.py")
on_both = pytest.mark.parametrize("dialect", list(Dialect), ids=[each.value for each in Dialect])


@cache
def exported(dialect: Dialect) -> Any:
    return json.loads(json_text(dialect))


def complaints(document: Any) -> list[str]:
    """Return what the schema finds wrong in a document; jsonschema is untyped to those who check us."""
    checker: Any = validator()
    return [str(error.message) for error in islice(checker.iter_errors(document), 3)]


@cache
def validator() -> Any:
    checker: Any = jsonschema.Draft202012Validator
    return checker(schema())


def read(path: Path, files_bound: int, scope: Scope) -> Counter[str]:
    """Return every step that the reader finds, as one line each."""
    features = sorted(feature.value for feature in scope)
    done = subprocess.run(
        [sys.executable, "-I", READER, path, str(files_bound), *features],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return Counter(done.stdout.splitlines())


def walked(rows: Table, files_bound: int, facts: list[f.Fact]) -> Counter[str]:
    """Return every step that the explorer finds, as one line each."""

    def told(of: f.Facts) -> dict[str, int]:
        return {fact.name: int(of[fact.value]) for fact in sorted(facts, key=lambda fact: fact.name)}

    found: Counter[str] = Counter()
    for at in explore(rows, files_bound).configurations:
        for step in steps(rows, at, files_bound):
            hresult = None if step.answer.hresult is None else step.answer.hresult.name
            line = [at.state.name, told(at.facts), step.row.id, hresult, step.dest.state.name, told(step.dest.facts)]
            found[json.dumps(line)] += 1
    return found


def objects(of: object) -> Iterator[dict[str, Any]]:
    """Yield every object of a document."""
    if isinstance(of, dict):
        found = cast("dict[str, Any]", of)
        yield found
        of = list(found.values())
    if isinstance(of, list):
        for each in cast("list[object]", of):
            yield from objects(each)


LISTS = ("states", "facts", "initial", "events", "hresults", "rows", "calls", "callbacks", "promises", "clauses")


def small(dialect: Dialect) -> Any:
    """Return a copy of a document with a few entries a list, in which every shape of an object is met."""
    document = copy.deepcopy(exported(dialect))
    met: set[tuple[str, frozenset[str]]] = set()
    for part, entries in document.items():
        if part not in LISTS:
            continue
        kept: list[Any] = []
        for entry in entries:
            new = {(part, frozenset(each)) for each in objects(entry)} - met
            if new or not kept:
                met |= new
                kept.append(entry)
        document[part] = kept
    return document


@on_both
@pytest.mark.parametrize("files_bound", [1, 2, 3])
def test_a_reader_of_the_json_alone_takes_every_step_of_the_table_and_no_other(
    dialect: Dialect, files_bound: int, tmp_path: Path
) -> None:
    path = tmp_path / "table.json"
    path.write_text(json_text(dialect), encoding="utf-8")
    free = [fact for fact in f.Fact if fact in facts_of(FEATURES[dialect])]

    expected = walked(full_table(dialect), files_bound, free)
    assert expected.total() > 400
    assert read(path, files_bound, FEATURES[dialect]) == expected


@on_both
def test_a_reader_that_leaves_every_feature_out_walks_the_core(dialect: Dialect, tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    path.write_text(json_text(dialect), encoding="utf-8")
    free = [fact for fact in f.Fact if fact in facts_of(FEATURES[dialect])]

    assert read(path, 2, CORE) == walked(table(dialect), 2, free)


def test_a_reader_of_a_wrong_effect_is_told_from_the_table(tmp_path: Path) -> None:
    wrong = copy.deepcopy(exported(Dialect.DO))
    (row,) = [row for row in wrong["rows"] if row["id"] == "file_done/TRANSFERRING/1"]
    row["answers"][0]["effects"] = []
    path = tmp_path / "table.json"
    path.write_text(json.dumps(wrong), encoding="utf-8")

    assert read(path, 1, FEATURES[Dialect.DO]) != walked(full_table(Dialect.DO), 1, sorted(f.CORE_FACTS, key=str))


def test_the_reader_imports_the_standard_library_alone() -> None:
    tree = ast.parse(READER.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert imported == {"__future__", "json", "pathlib", "sys", "typing"}


def test_the_schema_is_a_schema_of_the_draft_it_names() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@on_both
def test_the_export_fulfils_its_schema(dialect: Dialect) -> None:
    assert complaints(exported(dialect)) == []


def test_every_object_of_the_schema_is_closed() -> None:
    described = [each for each in objects(schema()) if each.get("type") == "object"]

    assert len(described) > 15
    assert [each["description"] for each in described if each["additionalProperties"] is not False] == []


@on_both
def test_no_object_of_the_export_takes_a_member_more(dialect: Dialect) -> None:
    document = small(dialect)
    shapes: dict[frozenset[str], dict[str, Any]] = {}
    for each in objects(document):
        shapes.setdefault(frozenset(each), each)
    assert len(shapes) > 15

    accepted: list[frozenset[str]] = []
    for shape, each in shapes.items():
        each["more"] = 1
        if not complaints(document):
            accepted.append(shape)
        del each["more"]
    assert accepted == []


def test_no_object_of_the_export_can_do_without_a_member() -> None:
    document = small(Dialect.DO)
    shapes: dict[frozenset[str], dict[str, Any]] = {}
    for each in objects(document):
        if "ERROR" not in each:  # the facts of a configuration are named freely
            shapes.setdefault(frozenset(each), each)

    accepted: list[tuple[frozenset[str], str]] = []
    for shape, each in shapes.items():
        for name in shape:
            value = each.pop(name)
            if not complaints(document):
                accepted.append((shape, name))
            each[name] = value
    assert accepted == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("label", "turn"),
        ("source", "PAUSED"),
        ("outcome", "fails"),
        ("level", "must"),
        ("basis", "guessed"),
        ("cites", []),
        ("answers", []),
        ("id", "resume"),
    ],
)
def test_a_row_with_a_value_that_means_nothing_is_rejected(member: str, value: object) -> None:
    document = small(Dialect.DO)
    row = document["rows"][0]
    assert not complaints(document)
    row[member] = value
    assert complaints(document)


def test_an_internal_event_that_returns_an_hresult_is_rejected() -> None:
    document = small(Dialect.DO)
    document["rows"][0] |= {"kind": "event", "label": "turn"}
    assert complaints(document)


def test_an_operation_that_returns_nothing_is_rejected() -> None:
    document = small(Dialect.DO)
    document["rows"][0]["answers"][0]["hresult"] = None
    assert complaints(document)


@on_both
def test_every_clause_that_is_cited_stands_in_the_file(dialect: Dialect) -> None:
    document = exported(dialect)
    keys = {each["key"] for each in document["clauses"]}
    cited = {
        key for part in ("rows", "calls", "callbacks", "promises") for each in document[part] for key in each["cites"]
    }

    assert cited
    assert cited - keys == set()


@on_both
def test_every_clause_stands_there_with_its_text_and_its_pages(dialect: Dialect) -> None:
    for each in exported(dialect)["clauses"]:
        clause = CLAUSES[each["key"]]
        assert (each["text"], [page["url"] for page in each["pages"]]) == (clause.text, [p.url for p in clause.pages])


@on_both
def test_every_hresult_that_is_answered_stands_there_with_its_value(dialect: Dialect) -> None:
    document = exported(dialect)
    values = {each["name"]: each["value"] for each in document["hresults"]}
    answered = {a["hresult"] for row in document["rows"] for a in row["answers"] + row["tolerated"]} - {None}
    answered |= {name for rule in document["calls"] for name in rule["answers"]}

    assert answered - set(values) == set()
    assert values == {name: Hresult[name].value for name in values}


def test_both_spellings_of_an_empty_job_are_told() -> None:
    (empty,) = [each for each in exported(Dialect.DO)["hresults"] if each["value"] == 0x80D02004]

    assert (empty["name"], empty["also"]) == ("DO_E_JOB_EMPTY", ["DO_E_EMPTY"])


@on_both
def test_every_callback_that_an_answer_names_is_told(dialect: Dialect) -> None:
    document = exported(dialect)
    named = {name for row in document["rows"] for answer in row["answers"] for name in answer["callbacks"]}

    assert "error/entered" in named
    assert named - {each["id"] for each in document["callbacks"]} == set()


@on_both
def test_the_values_of_the_facts_are_those_of_every_sound_combination(dialect: Dialect) -> None:
    sound = f.all_facts(1, facts_of(FEATURES[dialect]))
    told = {each["name"]: each["values"] for each in exported(dialect)["facts"]}

    for name, values in told.items():
        if values is not None:
            assert [each["value"] for each in values] == sorted({int(facts[f.Fact[name].value]) for facts in sound})
    assert [name for name, values in told.items() if values is None] == ["FILES_TOTAL", "FILES_DONE"]


@on_both
def test_a_row_is_in_the_table_of_a_scope_exactly_where_its_needs_are_met(dialect: Dialect) -> None:
    told = needs(dialect)
    assert len(scopes(dialect)) == 2 ** len(FEATURES[dialect])

    for scope in scopes(dialect):
        expected = {row_id for row_id, ways in told.items() if any(way <= scope for way in ways)}
        assert {row.id for row in table(dialect, scope).rows} == expected


@on_both
def test_no_need_of_a_row_holds_another_one(dialect: Dialect) -> None:
    assert [row_id for row_id, ways in needs(dialect).items() if any(a < b for a in ways for b in ways)] == []


@on_both
def test_the_rows_marked_as_core_are_the_table_without_features(dialect: Dialect) -> None:
    core = [row["id"] for row in exported(dialect)["rows"] if row["core"]]

    assert core == [row.id for row in table(dialect).rows]


@on_both
def test_every_row_is_told_as_documented_or_decided(dialect: Dialect) -> None:
    told = {row["id"]: row["basis"] for row in exported(dialect)["rows"]}

    assert told == {row.id: "decided" if row.decided else "documented" for row in full_table(dialect).rows}
    assert set(told.values()) == {"documented", "decided"}


@on_both
def test_every_row_stands_in_one_line(dialect: Dialect) -> None:
    lines = json_text(dialect).splitlines()

    for row in exported(dialect)["rows"]:
        assert len([line for line in lines if line.startswith(f'  {{"id": "{row["id"]}",')]) == 1
