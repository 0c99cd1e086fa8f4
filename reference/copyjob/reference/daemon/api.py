"""The control interface over HTTP: one route an operation, and a stream of what changes.

Laws: routes of jobs are made from `operations`, nothing is said here of a single one. A call runs on a thread of its
own, so that a slow disk holds up calls, which the service does one after another, but nobody who watches. Bodies are
bounded and of type JSON. Whoever watches is told of a change when it happens, and of bytes a few times a second.

It does not know who asks (:mod:`copyjob.reference.daemon.gate`), nor on which address.
"""

from __future__ import annotations

import asyncio
import logging
import time
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from copyjob.reference.daemon import problems
from copyjob.reference.daemon.feed import shown_hresult
from copyjob.reference.daemon.logs import note
from copyjob.reference.daemon.messages import (
    HEARTBEAT_SECONDS,
    PAGE_JOBS_MAX,
    About,
    BandwidthLimit,
    CallAnswer,
    CreateJob,
    ErrorInformation,
    FileList,
    FileSnapshot,
    JobPage,
    JobSnapshot,
    Parameters,
)
from copyjob.reference.daemon.operations import OPERATIONS
from copyjob.reference.daemon.problems import MEDIA_TYPE, ProblemError
from copyjob.reference.errors import CopyJobError, code_name
from copyjob.spec.vocabulary import JobState

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

    from copyjob.reference.daemon.feed import Feed
    from copyjob.reference.handles import JobHandle
    from copyjob.reference.service import Service

BODY_BYTES_MAX: Final = 4 * 1024 * 1024
PAGE_JOBS_DEFAULT: Final = 1_000
WATCH_SECONDS: Final = 0.25
"""How often a job whose bytes are on their way is looked at."""
PREFIX: Final = "/v1"

_BREATHER: Final = 100
_MOVING: Final = (JobState.CONNECTING, JobState.TRANSFERRING)
ParametersT = TypeVar("ParametersT", bound=Parameters)


class Api:
    """The routes on one service; `app` is the ASGI application."""

    def __init__(self, service: Service, feed: Feed, about: About, document: bytes) -> None:
        self._service = service
        self._feed = feed
        self._about = about
        self._document = document
        self.app = Starlette(
            routes=[
                Route("/openapi.json", self._openapi),
                Route("/problems/{name}", self._problem),
                Route(PREFIX, self._tell_about),
                Route(f"{PREFIX}/jobs", self._enum_jobs, methods=["GET"]),
                Route(f"{PREFIX}/jobs", self._create_job, methods=["POST"]),
                Route(f"{PREFIX}/events", self._events),
                Route(f"{PREFIX}/set_bandwidth_limit", self._set_bandwidth_limit, methods=["POST"]),
                Route(f"{PREFIX}/jobs/{{job}}", self._get_job),
                Route(f"{PREFIX}/jobs/{{job}}/files", self._enum_files),
                Route(f"{PREFIX}/jobs/{{job}}/error", self._get_error),
                Route(f"{PREFIX}/jobs/{{job}}/reply", self._get_reply),
                Route(f"{PREFIX}/jobs/{{job}}/{{operation}}", self._call, methods=["POST"]),
            ],
            exception_handlers={
                CopyJobError: _on_refusal,
                ProblemError: _on_problem,
                HTTPException: _on_http,
                ClientDisconnect: _on_hanging_up,
                Exception: _on_bug,
            },
        )
        self.app.router.redirect_slashes = False

    # ---- about the service ----

    async def _openapi(self, _: Request) -> Response:
        return Response(self._document, media_type="application/json")

    async def _problem(self, request: Request) -> Response:
        kind = problems.KINDS.get(request.path_params["name"])
        if kind is None:
            raise ProblemError(problems.NOT_FOUND, f"there is no problem {request.path_params['name']!r}")
        return PlainTextResponse(f"{kind.title} ({kind.status})\n\n{kind.meaning}\n")

    async def _tell_about(self, _: Request) -> Response:
        jobs = await run_in_threadpool(lambda: len(self._service.jobs()))
        return _json(msgspec.structs.replace(self._about, jobs=jobs))

    async def _set_bandwidth_limit(self, request: Request) -> Response:
        wanted, began = await _body(request, BandwidthLimit), time.monotonic()

        def call() -> int:
            self._service.set_bandwidth_limit(wanted.bytes_per_second)
            return 0

        await self._logged("set_bandwidth_limit", "", began, call)
        return _json(wanted)

    # ---- the manager ----

    async def _enum_jobs(self, request: Request) -> Response:
        skip = _number(request, "skip", 0, 2**63)
        limit = _number(request, "limit", PAGE_JOBS_DEFAULT, PAGE_JOBS_MAX)
        wanted = request.query_params.get("match")

        def page() -> JobPage:
            handles = (job for job in self._service.jobs() if wanted is None or _matches(job, wanted))
            found = list(islice(handles, skip, skip + limit + 1))
            return JobPage(jobs=[JobSnapshot.of(job) for job in found[:limit]], more=len(found) > limit)

        return _json(await run_in_threadpool(page))

    async def _create_job(self, request: Request) -> Response:
        wanted, began = await _body(request, CreateJob), time.monotonic()
        job = await self._logged(
            "create_job", "", began, lambda: self._service.create_job(wanted.display_name, wanted.job_type)
        )
        return _json(JobSnapshot.of(job), 201, {"Location": f"{PREFIX}/jobs/{job.id}"})

    # ---- a job ----

    def _found(self, request: Request) -> JobHandle:
        # Whoever holds an id may ask on: calls on a job that has ended say so themselves.
        return self._service.find(str(request.path_params["job"]).lower())

    async def _get_job(self, request: Request) -> Response:
        return _json(JobSnapshot.of(self._found(request)))

    async def _enum_files(self, request: Request) -> Response:
        files = self._found(request).files()
        return _json(FileList(files=[FileSnapshot.of(number, info) for number, info in enumerate(files)]))

    async def _get_error(self, request: Request) -> Response:
        return _json(ErrorInformation.of(self._found(request).error()))

    async def _get_reply(self, request: Request) -> Response:
        data = await run_in_threadpool(self._found(request).reply_data)
        return Response(status_code=204) if data is None else Response(data, media_type="application/octet-stream")

    async def _call(self, request: Request) -> Response:
        operation = OPERATIONS.get(request.path_params["operation"])
        if operation is None:
            raise ProblemError(
                problems.NOT_FOUND, f"no operation is called {request.path_params['operation']!r}; see /openapi.json"
            )
        job = self._found(request)
        parameters, began = await _body(request, operation.parameters), time.monotonic()
        hresult = await self._logged(operation.name, job.id, began, lambda: operation.call(job, parameters))
        answer = CallAnswer(
            operation=operation.name,
            hresult=hresult & 0xFFFFFFFF,
            hresult_name=code_name(hresult),
            job=JobSnapshot.of(job),
        )
        return _json(answer)

    async def _logged(self, operation: str, job: str, began: float, call: Any) -> Any:
        try:
            answer = await run_in_threadpool(call)
        except CopyJobError as error:
            took = round((time.monotonic() - began) * 1000, 1)
            state = None if error.state is None else error.state.name
            note(
                "refused",
                logging.WARNING,
                operation=operation,
                job=job or None,
                state=state,
                hresult=shown_hresult(error.hresult),
                detail=error.detail,
                took_milliseconds=took,
            )
            raise
        took = round((time.monotonic() - began) * 1000, 1)
        if isinstance(answer, int):
            note("call", operation=operation, job=job or None, hresult=shown_hresult(answer), took_milliseconds=took)
        else:
            note("call", operation=operation, job=answer.id, hresult=shown_hresult(0), took_milliseconds=took)
        return answer

    # ---- what changes ----

    async def _events(self, request: Request) -> Response:
        wanted = [job.lower() for job in request.query_params.getlist("job")]
        handles = [self._service.find(job) for job in dict.fromkeys(wanted)]
        return StreamingResponse(
            self._stream(handles), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def _stream(self, handles: list[JobHandle]) -> AsyncGenerator[bytes]:
        with self._feed.watcher(frozenset(handle.id for handle in handles)) as watcher:
            shown: dict[str, JobSnapshot] = {}
            moving: dict[str, JobHandle] = {}
            looked_at = handles or await run_in_threadpool(self._service.jobs)
            quiet_since = time.monotonic()
            listed = False
            while True:
                for number, handle in enumerate(looked_at):
                    if number % _BREATHER == 0:
                        await asyncio.sleep(0)  # a long queue keeps nobody else waiting
                    snapshot = JobSnapshot.of(handle)
                    moving.pop(handle.id, None)
                    if handle.state in _MOVING:
                        moving[handle.id] = handle
                    if shown.get(handle.id) != snapshot:
                        yield b"event: job\ndata: " + msgspec.json.encode(snapshot) + b"\n\n"
                        shown[handle.id] = snapshot
                        quiet_since = time.monotonic()
                    if handle.job.final:
                        del shown[handle.id]
                if not listed:
                    yield b"event: listed\ndata: {}\n\n"
                    listed = True
                if self._feed.closing:
                    yield b"event: stopping\ndata: {}\n\n"
                    return
                if time.monotonic() - quiet_since >= HEARTBEAT_SECONDS:
                    yield b": alive\n\n"
                    quiet_since = time.monotonic()
                changed = await watcher.changes(WATCH_SECONDS if moving else HEARTBEAT_SECONDS)
                looked_at = [self._service.find(job) for job in dict.fromkeys((*changed, *moving))]


def _matches(job: JobHandle, wanted: str) -> bool:
    return job.display_name == wanted or job.id.startswith(wanted.lower())


def _json(answer: msgspec.Struct, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(answer), status, headers, "application/json")


def _number(request: Request, name: str, default: int, largest: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= largest):  # noqa: PLR2004 2**64
        raise ProblemError(problems.MALFORMED, f"{name}={text[:40]!r} is no number from 0 to {largest}")
    return int(text)


async def _body(request: Request, kind: type[ParametersT]) -> ParametersT:
    """Return the parameters in the body; none at all stands for the empty object."""
    body = bytearray()
    announced = request.headers.get("content-length", "0")
    too_large = ProblemError(problems.TOO_LARGE, f"a body has at most {BODY_BYTES_MAX:,} bytes")
    if not announced.isdigit() or int(announced) > BODY_BYTES_MAX:
        raise too_large
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise too_large
    if body and request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ProblemError(problems.MEDIA, "send the parameters as application/json")
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProblemError(problems.MALFORMED, str(error)) from None


# ---- what goes wrong ----


async def _on_refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, CopyJobError)
    problem = problems.refusal(error)
    return Response(problems.encoded(problem), problem.status, media_type=MEDIA_TYPE)


async def _on_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return Response(problems.encoded(error.problem), error.kind.status, error.headers, MEDIA_TYPE)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = problems.METHOD if error.status_code == problems.METHOD.status else problems.NOT_FOUND
    detail = f"{request.method} {request.url.path} is not served; see /openapi.json"
    return await _on_problem(request, ProblemError(kind, detail, dict(error.headers or {})))


async def _on_hanging_up(request: Request, _: Exception) -> Response:
    note("hung_up", path=request.url.path)
    return Response(status_code=400)  # nobody reads it


async def _on_bug(request: Request, error: Exception) -> Response:
    note("bug", logging.ERROR, path=request.url.path, kind=type(error).__name__)
    return await _on_problem(request, ProblemError(problems.INTERNAL, "the log of the daemon tells more"))
