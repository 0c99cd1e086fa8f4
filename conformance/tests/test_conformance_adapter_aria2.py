"""The adapter of aria2 by itself: how it finds its aria2 among whatever else listens on loopback."""

from __future__ import annotations

import http.server
import importlib.util
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ADAPTER = Path(__file__).parents[1] / "adapters" / "aria2" / "adapter.py"
pytestmark = pytest.mark.skipif(
    shutil.which("aria2c") is None, reason="aria2 is not installed; make check-aria2 does it"
)


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Load the adapter, which is a program, as a module."""
    spec = importlib.util.spec_from_file_location("adapter_of_aria2", ADAPTER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


class Stranger(http.server.BaseHTTPRequestHandler):
    """Somebody who answers whatever he is asked, and not as aria2 would."""

    body = b""

    def do_POST(self) -> None:
        """Answer."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the name is the library's
        """Say nothing."""


@pytest.fixture(params=[b"404 page", b"[]", b'"none"', b"{}", b'{"error": {"message": "Unauthorized"}}'])
def taken(request: pytest.FixtureRequest) -> Iterator[int]:
    """Let a stranger listen on a port."""
    kind = type("Answering", (Stranger,), {"body": request.param})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_an_aria2_whose_port_somebody_else_took_is_started_on_another_one(
    adapter: Any, taken: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free = adapter._free_port
    ports = iter([taken])
    monkeypatch.setattr(adapter, "_free_port", lambda: next(ports, None) or free())
    aria2 = adapter.Aria2(tmp_path)
    told = aria2.ask("getVersion")
    aria2.stop()
    assert "version" in told
