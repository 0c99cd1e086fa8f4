"""The handbook of this checkout, made once: its files as texts, written into a folder, and on a server."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from copyjob.diagrams.handbook import site
from copyjob.diagrams.handbook.reports import committed
from copyjob.diagrams.language import CODES, language
from copyjob.diagrams.report import report_html
from copyjob.diagrams.report_file import load
from copyjob.diagrams.report_pair import pair_html
from tests.handbook.reading import Handbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def handbook() -> Handbook:
    """Make the handbook of this checkout, in all languages."""
    return Handbook(site.files(site.chosen(None, None)))


@pytest.fixture(scope="session")
def handbook_folder(handbook: Handbook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the handbook into a folder, as readers have it."""
    root = tmp_path_factory.mktemp("handbook")
    for path, text in handbook.files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
    return root


@pytest.fixture(scope="session")
def reports_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the pages of the committed reports, of one and of two, in every language."""
    folder = tmp_path_factory.mktemp("reports")
    matrix = committed()
    assert matrix is not None
    found = {name: load(matrix / f"{name}.json") for name in ("wine", "aria2")}
    for code in CODES:
        for name, report in found.items():
            (folder / f"{name}-{code}.html").write_text(report_html(report, language(code)), encoding="utf-8")
        (folder / f"pair-{code}.html").write_text(pair_html(found, language(code)), encoding="utf-8")
    return folder


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base names it so
        pass


@pytest.fixture(scope="session")
def served(handbook_folder: Path) -> Iterator[str]:
    """Serve the handbook; return its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(handbook_folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=["file", "http"])
def root(request: pytest.FixtureRequest, handbook_folder: Path) -> str:
    """Return the address of the handbook, in the file system or on a server."""
    if request.param == "file":
        return f"{handbook_folder.as_uri()}/"
    served: str = request.getfixturevalue("served")
    return served
