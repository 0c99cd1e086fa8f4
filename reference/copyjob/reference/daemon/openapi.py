"""The OpenAPI document of the control interface, made from its routes and its table of operations.

Law: nothing is written here that stands elsewhere; schemas follow from `messages`, operations from `operations`,
problems from `problems`. The committed copy is what this makes.

``python -m copyjob.reference.daemon.openapi`` writes the copy of a source checkout, ``--check`` writes nothing and ends
with 1 where it is stale.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from copyjob.reference.daemon import problems
from copyjob.reference.daemon.messages import (
    PAGE_JOBS_MAX,
    About,
    BandwidthLimit,
    CallAnswer,
    CreateJob,
    ErrorInformation,
    FileList,
    JobPage,
    JobSnapshot,
    NoParameters,
    Problem,
)
from copyjob.reference.daemon.operations import OPERATIONS, JobOperation
from copyjob.reference.daemon.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMITTED: Final = Path(__file__).resolve().parents[3] / "openapi.json"
_REF: Final = "#/components/schemas/{name}"
_JOB: Final = {
    "name": "job",
    "in": "path",
    "required": True,
    "description": "The id of a job, a GUID.",
    "schema": {"type": "string"},
}


def document() -> dict[str, Any]:
    """Return the document."""
    kinds = dict.fromkeys([*_ANSWERS, BandwidthLimit, CreateJob, *(entry.parameters for entry in OPERATIONS.values())])
    schemas, components = msgspec.json.schema_components(kinds, ref_template=_REF)
    known = dict(zip(kinds, schemas, strict=True))
    paths: dict[str, Any] = {
        "/openapi.json": {
            "get": _get("openapi", "This document", {"application/json": {"schema": {"type": "object"}}})
        },
        "/problems/{name}": {
            "get": _get(
                "problem",
                "What a type of problem means",
                {"text/plain": {"schema": {"type": "string"}}},
                {**_JOB, "name": "name", "description": "The last part of the type."},
            )
        },
        "/v1": {"get": _get("about", "Which service this is", _json(known[About]))},
        "/v1/jobs": {
            "get": _get(
                "enum_jobs",
                "IBackgroundCopyManager::EnumJobs: the jobs of the queue, oldest first",
                _json(known[JobPage]),
                _query("skip", "integer", "How many jobs to pass over."),
                _query("limit", "integer", "How many to answer at most.", PAGE_JOBS_MAX),
                _query("match", "string", "Only jobs of this display name, or whose id begins so."),
            ),
            "post": _post(
                "create_job",
                "IBackgroundCopyManager::CreateJob: create a job, SUSPENDED and empty",
                known[CreateJob],
                known[JobSnapshot],
                status="201",
            ),
        },
        "/v1/events": {
            "get": _get(
                "events",
                "What changes, as server-sent events",
                {"text/event-stream": {"schema": {"type": "string", "description": _EVENTS}}},
                {
                    "name": "job",
                    "in": "query",
                    "description": "The jobs to watch; without one, every job of the queue, also those to come.",
                    "schema": {"type": "array", "items": {"type": "string"}},
                },
            )
        },
        "/v1/set_bandwidth_limit": {
            "post": _post(
                "set_bandwidth_limit",
                "Limit what background jobs take together, at once and until the daemon stops",
                known[BandwidthLimit],
                known[BandwidthLimit],
            )
        },
        "/v1/jobs/{job}": {
            "get": _get(
                "get_job", "IBackgroundCopyManager::GetJob: a job and its getters", _json(known[JobSnapshot]), _JOB
            )
        },
        "/v1/jobs/{job}/files": {
            "get": _get("enum_files", "IBackgroundCopyJob::EnumFiles: the files of a job", _json(known[FileList]), _JOB)
        },
        "/v1/jobs/{job}/error": {
            "get": _get(
                "get_error", "IBackgroundCopyJob::GetError: why the job failed", _json(known[ErrorInformation]), _JOB
            )
        },
        "/v1/jobs/{job}/reply": {"get": _reply()},
    }
    for entry in OPERATIONS.values():
        paths[f"/v1/jobs/{{job}}/{entry.name}"] = {"post": _operation(entry, known)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "copyjob",
            "version": version("copyjob"),
            "summary": "The control interface of the background copy service.",
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "http://localhost", "description": "Through the Unix socket, or on loopback."}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {
                "Problem": {
                    "description": _problem_table(),
                    "content": {MEDIA_TYPE: {"schema": known[Problem]}},
                }
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "The token in the daemon's folder."}
            },
        },
    }


_ANSWERS: Final = (About, CallAnswer, ErrorInformation, FileList, JobPage, JobSnapshot, Problem)
_EVENTS: Final = (
    "`event: job` carries a JobSnapshot: first of every job that is watched, then whenever it has changed. "
    "`event: listed` comes when each job has been told once. "
    "`event: stopping` is the last one before the daemon stops. Comments tell that the daemon lives."
)
_ABOUT: Final = (
    "Jobs as in BITS or Delivery Optimization, worked on by one service of one user.\n\n"
    "Every request carries the token; requests of web pages, and those with a Host that is not the daemon's own, are "
    "refused. A refused call is a problem document (RFC 9457) with operation, state and HRESULT: nothing has changed."
)


def _problem_table() -> str:
    rows = [f"- `{kind.type}` ({kind.status}): {kind.meaning}" for kind in problems.KINDS.values()]
    return "A problem document (RFC 9457). Types:\n\n" + "\n".join(rows)


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _responses(status: str, description: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        status: {"description": description, "content": content},
        "default": {"$ref": "#/components/responses/Problem"},
    }


def _get(name: str, summary: str, content: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"operationId": name, "summary": summary}
    if parameters:
        made["parameters"] = list(parameters)
    return {**made, "responses": _responses("200", summary, content)}


def _reply() -> dict[str, Any]:
    summary = "IBackgroundCopyJob2::GetReplyData: the server's reply to an upload"
    made = _get("get_reply_data", summary, {"application/octet-stream": {"schema": {}}}, _JOB)
    made["responses"]["204"] = {"description": "There is no reply."}
    return made


def _post(
    name: str, summary: str, body: dict[str, Any], answer: dict[str, Any], *, status: str = "200"
) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "requestBody": {"content": _json(body)},
        "responses": _responses(status, "A success.", _json(answer)),
    }


def _query(name: str, kind: str, description: str, largest: int | None = None) -> dict[str, Any]:
    schema = {"type": kind} if largest is None else {"type": kind, "minimum": 0, "maximum": largest}
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _operation(entry: JobOperation, known: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    made = _post(entry.name, f"{entry.com}: {entry.does}", known[entry.parameters], known[CallAnswer])
    made["requestBody"]["required"] = entry.parameters is not NoParameters
    return {**made, "parameters": [_JOB]}


def text() -> str:
    """Return the document as it is committed."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the committed copy, or with ``--check`` tell whether it is stale; return the exit code."""
    if not (COMMITTED.parents[1] / "pyproject.toml").is_file() or list(arguments) not in ([], ["--check"]):
        sys.stderr.write("copyjob.reference.daemon.openapi: takes --check or nothing, in a source checkout\n")
        return 2
    made = text()
    if not arguments:
        COMMITTED.write_text(made, encoding="utf-8")
    elif not COMMITTED.is_file() or COMMITTED.read_text(encoding="utf-8") != made:
        sys.stderr.write(f"{COMMITTED} is stale; make generate writes it anew\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
