"""Daemons for the tests of this folder: each on a thread of the test's own process, spoken to over real sockets."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import threading
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.reference.daemon.client import Client
from copyjob.reference.daemon.server import Daemon, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WAIT_SECONDS = 20.0


class RunningDaemon:
    """A daemon on a thread of the test's own process; its requests go over real sockets."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self._daemon = Daemon(Settings(folder, **settings))
        self._daemon.__enter__()
        self.addresses: list[str] = self._daemon.addresses
        self.token = self._daemon.token
        self.service = self._daemon.service
        self._clients: list[Client] = []
        self._thread = threading.Thread(target=lambda: asyncio.run(self._daemon.run()), daemon=True)
        self._thread.start()

    def client(self, address: str | None = None) -> Client:
        """Return a client of it; it is closed at the end."""
        self._clients.append(Client(self.folder, address, timeout_seconds=WAIT_SECONDS))
        return self._clients[-1]

    def stop(self) -> None:
        """End it in order; a second time does nothing."""
        if self._thread.is_alive():
            self.client().about()  # once it answers there is something to stop
            self._daemon.stop()
            self._thread.join(WAIT_SECONDS)
        for client in self._clients:
            client.close()
        self._daemon.__exit__(None, None, None)


@pytest.fixture
def start_daemon() -> Iterator[Callable[..., RunningDaemon]]:
    """Start daemons, each in a folder with a short name; they are stopped at the end."""
    started: list[RunningDaemon] = []
    with tempfile.TemporaryDirectory(prefix="cj") as home:

        def start(name: str = "d", **settings: Any) -> RunningDaemon:
            started.append(RunningDaemon(Path(home) / name, **settings))
            return started[-1]

        yield start
        for daemon in started:
            daemon.stop()


@pytest.fixture(scope="module")
def daemon() -> Iterator[RunningDaemon]:
    """Give a running daemon that the tests of a module share: each makes jobs of its own and minds no other."""
    with tempfile.TemporaryDirectory(prefix="cj") as home:
        running = RunningDaemon(Path(home) / "d")
        yield running
        running.stop()


@pytest.fixture
def run(daemon: Any, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str], str]]:
    """Run a command against the daemon; return its exit code, lines and complaint."""

    def command(name: str, *arguments: str, daemon: Any = daemon) -> tuple[int, list[str], str]:
        (point,) = entry_points(group="copyjob.commands", name=name)
        chosen = point.load()
        parser = argparse.ArgumentParser()
        chosen.configure(parser)
        try:
            code = chosen.run(parser.parse_args([*arguments, "--state", str(daemon.folder)]))
        except Exception as error:
            usage = getattr(error, "usage_message", None)
            if usage is None:
                raise
            return 2, capsys.readouterr().out.splitlines(), usage
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err.strip()

    return command
