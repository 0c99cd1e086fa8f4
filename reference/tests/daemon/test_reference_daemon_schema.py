"""The OpenAPI document and the daemon say the same: no answer is other than described, whatever it is asked."""

# Fixtures of conftest come untyped: it cannot be imported by name.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]  # what is used of it is wrapped below
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copyjob.reference.daemon import openapi
from copyjob.reference.daemon.operations import OPERATIONS

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = openapi.document()


def validate(kind: str, answer: Any) -> None:
    """Refuse an answer that is not as the document says, or has members that it does not name."""
    schema = {"$ref": f"#/components/schemas/{kind}", "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(schema).validate(answer)
    assert set(answer) <= set(DOCUMENT["components"]["schemas"][kind]["properties"])


def ask(client: Any, method: str, path: str, body: bytes | None = None) -> tuple[int, str, Any]:
    answer = client._send(client._connection, method, path, body)
    return answer.status, answer.headers["Content-Type"], json.loads(answer.read())


def test_answers_are_as_the_document_says(daemon: Any, origin: Any, tmp_path: Path) -> None:
    client = daemon.client()
    job = client.create_job("one")
    job.add_file_with_ranges(origin.play("/a", lambda c: c.whole(b"", 404)), str(tmp_path / "a"), [(0, 5)])
    job.resume()
    assert any(seen.state == "ERROR" for seen in client.watch(job.id))
    path = f"/v1/jobs/{job.id}"

    validate("About", ask(client, "GET", "/v1")[2])
    validate("JobPage", ask(client, "GET", "/v1/jobs")[2])
    validate("JobSnapshot", ask(client, "GET", path)[2])
    validate("FileList", ask(client, "GET", f"{path}/files")[2])
    validate("ErrorInformation", ask(client, "GET", f"{path}/error")[2])
    validate("CallAnswer", ask(client, "POST", f"{path}/suspend", b"{}")[2])
    validate("Problem", ask(client, "POST", f"{path}/set_priority", b'{"priority": 9}')[2])
    validate("Problem", ask(client, "GET", "/nowhere")[2])


def test_every_operation_has_a_path_in_the_document() -> None:
    described = {
        path.rpartition("/")[2] for path, item in DOCUMENT["paths"].items() if "{job}/" in path and "post" in item
    }

    assert described == set(OPERATIONS)


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Give values that a schema describes, of any size; the limits it names are not kept."""
    if "$ref" in schema:
        return bodies(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return st.one_of([values(each) for each in schema["anyOf"]])
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "null": st.none(),
        "integer": st.one_of(st.integers(-2, 5), st.integers(-(2**65), 2**65)),
        "string": st.one_of(
            st.text(max_size=30), st.just("http://127.0.0.1:9/a"), st.just("/nowhere/a"), st.just("@/a")
        ),
    }
    if schema["type"] == "array":
        return st.lists(values(schema["items"]), max_size=3)
    return kinds[schema["type"]]


def bodies(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Give objects of a schema."""
    properties, required = schema["properties"], set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: values(each) for name, each in properties.items() if name in required},
        optional={name: values(each) for name, each in properties.items() if name not in required},
    )


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, bytes]:
    """Give an operation with a body that its schema describes."""
    entry = draw(st.sampled_from(list(OPERATIONS.values())))
    schema = DOCUMENT["components"]["schemas"][entry.parameters.__name__]
    return entry.name, json.dumps(draw(bodies(schema))).encode()


@pytest.fixture(scope="module")
def client(daemon: Any) -> Any:
    """Give one client for all examples."""
    return daemon.client()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Give a folder in which files may appear."""
    return str(tmp_path_factory.mktemp("files")).encode()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(calls(), min_size=1, max_size=8))
def test_whatever_is_called_is_answered_or_refused_as_the_document_says(
    client: Any, folder: bytes, steps: list[tuple[str, bytes]]
) -> None:
    job = client.create_job("any")
    for name, body in steps:
        status, media, answer = ask(client, "POST", f"/v1/jobs/{job.id}/{name}", body.replace(b"@", folder))
        validate("CallAnswer" if status == 200 else "Problem", answer)
        assert status == 200 or (status != 500 and media == "application/problem+json"), (name, body, answer)
    if client.get_job(job.id).snapshot().state not in {"CANCELLED", "ACKNOWLEDGED"}:
        job.cancel()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(list(OPERATIONS)), body=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode))
)
def test_whatever_is_no_json_of_the_schema_is_a_problem(client: Any, name: str, body: bytes) -> None:
    job = client.create_job("any")
    status, _, answer = ask(client, "POST", f"/v1/jobs/{job.id}/{name}", body)
    if status != 200:
        validate("Problem", answer)
    assert status != 500
    client.get_job(job.id)
