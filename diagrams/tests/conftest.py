"""Reports as the kit writes them, built from the table: a conforming one and a diverging one; and each
picture, drawn once.
"""

from __future__ import annotations

import copy
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.diagrams.pictures import PICTURES, Picture
from copyjob.diagrams.render import render
from copyjob.spec.table import Level, Row, Table, table
from copyjob.spec.vocabulary import Dialect, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

PROGRAM = """\
from example.slow import Backend

with Backend() as backend:
    job = backend.create()
    job.add_file("http://127.0.0.1:40001/job-1/a & b.bin", "a<b>.bin")
    job.resume()  # -> S_OK
    assert job.get_state().name in ("QUEUED", "CONNECTING", "TRANSFERRING", "TRANSFERRED")
"""


def _row(row: Row) -> dict[str, Any]:
    rejected = len(row.answers) + 2
    return {
        "id": row.id,
        "label": row.label.value,
        "kind": "operation" if isinstance(row.label, Operation) else "event",
        "source": row.source.name,
        "guard": row.guard.english,
        "outcome": row.outcome.value,
        "answers": [
            {"hresult": a.hresult.name if a.hresult is not None else None, "dest": a.dest.name} for a in row.answers
        ],
        "level": row.level.value,
        "cites": list(row.cites),
        "verdict": "conforms",
        "reason": "",
        "judged": 12,
        "discriminated": row.level is Level.MUST,
        "alternatives": {"rejected": rejected, "of": rejected},
    }


def _share(names: list[str], key: str) -> dict[str, Any]:
    return {key: names, "of": names}


def _run(table_: Table) -> dict[str, Any]:
    rows = [_row(row) for row in table_.rows]
    for row in rows:
        if row["label"] == "expiry":
            row |= {"verdict": "skipped", "reason": "the backend has no clock that can be set", "judged": 0}
            row |= {"discriminated": False, "alternatives": {"rejected": 0, "of": 5}}
    judged = [row for row in rows if row["judged"]]
    cells = len({(row["label"], row["source"]) for row in rows})
    must = [row for row in rows if row["level"] == "MUST"]
    clauses = sorted({key for row in rows for key in row["cites"]})
    return {
        "dialect": table_.dialect.value,
        "verdict": "conforms",
        "table_digest": table_.digest,
        "totals": {
            "plans": 240,
            "steps": 1800,
            "observations": 5000,
            "requests": 400,
            "bytes": 123456,
            "duration_seconds": 6.1,
        },
        "coverage": {
            "states": _share([state.name for state in table_.states], "seen"),
            "cells": {"judged": len({(row["label"], row["source"]) for row in judged}), "of": cells},
            "rows": {"judged": len(judged), "of": len(rows)},
            "must": {"discriminated": sum(row["discriminated"] for row in must), "of": len(must)},
            "clauses": {"judged": [key for key in clauses if key != "state/expiry"], "of": clauses},
        },
        "rows": rows,
        "checks": [
            {
                "id": "file/content",
                "title": "A file that was made available holds what the origin served.",
                "cites": ["state/transferred"],
                "verdict": "conforms",
                "judged": 40,
                "reason": "",
            }
        ],
        "divergences": [],
        "errors": [],
    }


def _conforming() -> dict[str, Any]:
    return {
        "format": "copyjob-report",
        "version": 1,
        "copyjob": "0.1.0",
        "backend": {
            "name": "example",
            "powers": ["restart", "ranges"],
            "missing_powers": {"clock": "the backend lives by the wall clock", "uploads": "downloads only"},
        },
        "started": "2026-01-01T00:00:00+00:00",
        "duration_seconds": 12.3,
        "seed": 0,
        "verdict": "conforms",
        "exit_code": 0,
        "runs": [_run(table(dialect)) for dialect in Dialect],
    }


DIVERGENCE = {
    "id": "resume/SUSPENDED/2",
    "rows": ["resume/SUSPENDED/2"],
    "check": None,
    "level": "MUST",
    "clauses": [
        {
            "key": "resume/suspended",
            "text": "Resume of a suspended job with files answers S_OK and queues it.",
            "url": "https://learn.microsoft.com/windows/win32/api/bits/nf-bits-ibackgroundcopyjob-resume",
        },
        {
            "key": "decision/99",
            "text": "A clause with <script>alert(1)</script> in it.",
            "url": "javascript:alert(1)",
        },
    ],
    "observation": "get_state answered SUSPENDED after resume answered S_OK",
    "permitted": [
        "QUEUED 0/1 files, error information UNAVAILABLE",
        "CONNECTING 0/1 files, error information UNAVAILABLE",
        "TRANSFERRING 0/1 files, error information UNAVAILABLE",
        "TRANSFERRED 1/1 files, error information UNAVAILABLE",
    ],
    "reproduced": {"times": 3, "of": 3},
    "plan": [{"step": "add_file"}, {"step": "resume"}, {"step": "get_state"}],
    "python": PROGRAM,
    "edges": [{"source": "SUSPENDED", "label": "resume", "dest": "QUEUED", "seen": "SUSPENDED"}],
    "path": ["SUSPENDED", "SUSPENDED"],
    "sequence": [
        {"time_seconds": 0.0, "from": "caller", "to": "backend", "text": "create() -> S_OK"},
        {
            "time_seconds": 0.004,
            "from": "caller",
            "to": "backend",
            "text": "add_file('http://127.0.0.1:40001/job-1/a & b.bin', 'a<b>.bin') -> S_OK",
        },
        {"time_seconds": 0.009, "from": "caller", "to": "backend", "text": "resume() -> S_OK"},
        {"time_seconds": 0.021, "from": "backend", "to": "origin", "text": "HEAD /job-1/a%20%26%20b.bin"},
        {"time_seconds": 0.022, "from": "origin", "to": "backend", "text": "200, Content-Length: 1048576"},
        {
            "time_seconds": 0.03,
            "from": "origin",
            "to": "origin",
            "text": "holds before the headers of the next answer",
        },
        {"time_seconds": 0.05, "from": "backend", "to": "caller", "text": "get_state() -> SUSPENDED"},
    ],
}

FAULT = {
    "id": "transient_fault/TRANSFERRING/1",
    "rows": ["transient_fault/TRANSFERRING/1"],
    "check": None,
    "level": "SHOULD",
    "clauses": [{"key": "state/transient", "text": "A recoverable error is retried by the service.", "url": ""}],
    "observation": "get_state answered TRANSFERRED after the origin reset the connection",
    "permitted": ["TRANSIENT_ERROR 0/1 files, error information AVAILABLE"],
    "reproduced": {"times": 2, "of": 3},
    "python": "",
    "edges": [
        {
            "source": "TRANSFERRING",
            "label": "transient_fault",
            "dest": "TRANSIENT_ERROR",
            "seen": "TRANSFERRED",
        }
    ],
    "path": ["SUSPENDED", "QUEUED", "CONNECTING", "TRANSFERRING", "TRANSFERRED"],
    "sequence": [],
}


def _diverging() -> dict[str, Any]:
    report = _conforming()
    report |= {"verdict": "diverges", "exit_code": 1}
    report["backend"]["name"] = "example.slow:Backend"
    bits = report["runs"][0]
    bits["verdict"] = "diverges"
    bits["divergences"] = [copy.deepcopy(DIVERGENCE), copy.deepcopy(FAULT)]
    bits["errors"] = [{"text": "the adapter closed its pipe once; it was started again"}]
    for row in bits["rows"]:
        if row["id"] in ("resume/SUSPENDED/2", "transient_fault/TRANSFERRING/1"):
            row["verdict"] = "diverges"
        if row["label"] == "range_refused":
            row |= {"verdict": "unjudged", "judged": 0, "discriminated": False}
        if row["id"] == "retry/TRANSIENT_ERROR/1":
            row |= {
                "verdict": "inconclusive",
                "reason": "no retry was seen within its bound",
                "discriminated": False,
            }
    return report


@pytest.fixture
def conforming() -> dict[str, Any]:
    return _conforming()


@pytest.fixture
def diverging() -> dict[str, Any]:
    return _diverging()


@pytest.fixture
def diverging_file(tmp_path: Path, diverging: dict[str, Any]) -> Path:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(diverging), encoding="utf-8")
    return path


@pytest.fixture(scope="session", params=sorted(PICTURES))
def picture(request: pytest.FixtureRequest) -> Picture:
    return PICTURES[request.param]


@pytest.fixture(scope="session")
def svg(picture: Picture) -> str:
    return render(picture.dot, picture.caption)


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIETLY = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Open a real browser, without a window."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next((path for path in map(shutil.which, BROWSERS) if path is not None), None)
    if program is None:
        pytest.skip(f"no browser is installed: none of {', '.join(BROWSERS)} is on PATH")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=[*QUIETLY])
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Open a browser for a reader who has been nowhere yet."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale="en-GB")
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


def _explorer_page(root: Path, code: str) -> Path:
    """Write the explorer's page of a language; return its file."""
    from copyjob.diagrams import addresses
    from copyjob.diagrams.explorer.data import explorer_page
    from copyjob.diagrams.handbook.place import Place
    from copyjob.diagrams.handbook.rendering import Renderer, Site
    from copyjob.diagrams.language import CODES, language
    from copyjob.diagrams.pictures import pictures

    say, here = language(code), Place(addresses.EXPLORER, code)
    site = Site(tuple((code, code) for code in CODES), ())
    given = explorer_page(say)
    path = root / here.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        Renderer(say, site, pictures(say)).render("explorer.html.j2", here, section="", dialects=(), **given),
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="session")
def explorer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write all that the explorer's pages load; return the folder."""
    from copyjob.diagrams.explorer.data import explorer_assets
    from copyjob.diagrams.handbook.rendering import icon, resource, style_sheet

    root = tmp_path_factory.mktemp("explorer")
    written = {
        **explorer_assets(),
        "assets/handbook.css": style_sheet(),
        "assets/icon.svg": icon(),
        **{f"assets/{name}": resource(f"handbook/{name}") for name in ("handbook.js", "search.js")},
    }
    for name, text in written.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def explorer_file(explorer_folder: Path) -> Path:
    """Write the explorer's English page; return its file."""
    return _explorer_page(explorer_folder, "en")


@pytest.fixture(scope="session")
def german_explorer_file(explorer_folder: Path) -> Path:
    """Write the explorer's German page; return its file."""
    return _explorer_page(explorer_folder, "de")


@pytest.fixture
def explorer(explorer_file: Path, context: BrowserContext) -> Page:
    """Open the explorer's page from the file system."""
    page = context.new_page()
    page.goto(explorer_file.as_uri())
    return page
