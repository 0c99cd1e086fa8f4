"""The daemon: one service, one folder, the addresses at which it is reached; from its start to its end.

Laws: an address that is not free refuses the daemon before it has begun; then the store is taken before anything else
is touched, so that a second daemon is refused by the store and changes nothing. It says that it is ready when whoever
connects will be heard. The first SIGTERM or SIGINT ends it in order: no new requests, watchers sent home, progress
recorded, socket removed; a second one ends it at once, which loses nothing that was answered either.

It does not know what requests mean.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import uvicorn

from copyjob.reference.daemon import openapi, places
from copyjob.reference.daemon.api import Api
from copyjob.reference.daemon.feed import Feed, FeedTrace
from copyjob.reference.daemon.gate import Gate
from copyjob.reference.daemon.logs import logging_to, note
from copyjob.reference.daemon.messages import About
from copyjob.reference.policies import Limits, TransferPolicy, User
from copyjob.reference.service import Service
from copyjob.reference.trace import Trace
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    import socket
    from collections.abc import Generator
    from types import TracebackType

GRACE_SECONDS: Final = 1
"""How long requests under way may take to end after the first signal."""
_HEAD_BYTES_MAX: Final = 32 * 1024
_KEEP_ALIVE_SECONDS: Final = 75


@dataclass(frozen=True, slots=True)
class Settings:
    """What a daemon is started with."""

    folder: Path
    dialect: Dialect = Dialect.BITS
    listen: tuple[str, int] | None = None
    limits: Limits = field(default_factory=Limits)
    trace: Path | None = None
    log_format: str = "text"
    log_level: str = "info"
    policy: TransferPolicy = field(default_factory=TransferPolicy)
    ca_file: str | None = None


class _Server(uvicorn.Server):
    """A server whose signals are the daemon's business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals alone."""
        yield


class Daemon:
    """
    A service and the addresses at which it is reached. A context manager: entering it takes the store and listens.

    Entering raises `PlaceError`, `StoreError`, or `CopyJobError` for a bad policy, where it cannot begin: nothing has
    been changed then.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stack = contextlib.ExitStack()
        self._feed = Feed()
        self._server: uvicorn.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: list[socket.socket] = []

    def __enter__(self) -> Self:
        settings = self._settings
        places.make_folder(settings.folder)
        with contextlib.ExitStack() as stack:
            tcp = None
            if settings.listen is not None:
                tcp = stack.enter_context(places.bind_to_loopback(*settings.listen))
            self.service = stack.enter_context(
                Service(
                    str(settings.folder / places.STORE_NAME),
                    settings.dialect,
                    trace=self._open_trace,
                    limits=settings.limits,
                    policy=settings.policy,
                    ca_file=settings.ca_file,
                )
            )
            self.token = places.make_token(settings.folder)
            self._listeners.append(stack.enter_context(places.listen_on_socket(settings.folder)))
            stack.callback(places.socket_path(settings.folder).unlink, missing_ok=True)
            if tcp is not None:
                places.listen(tcp)
                self._listeners.append(tcp)
            self.addresses = [places.address_of(listener) for listener in self._listeners]
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def _open_trace(self) -> FeedTrace:
        path = self._settings.trace
        return FeedTrace(self._feed, None if path is None else Trace.open(str(path)))

    async def run(self) -> None:
        """Answer requests until `stop`."""
        service = self.service
        about = About(
            version=version("copyjob"),
            dialect=service.dialect.value,
            owner=User.current().name,
            pid=os.getpid(),
            jobs=0,
        )
        api = Api(service, self._feed, about, openapi.text().encode())
        hosts = frozenset[str]().union(*(places.host_names(listener) for listener in self._listeners))
        gate = Gate(api.app, self.token, hosts, lambda why: note("turned_away", logging.WARNING, why=why))
        config = uvicorn.Config(
            gate,
            log_config=None,
            access_log=False,
            lifespan="off",
            http="h11",
            ws="none",
            loop="asyncio",
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
            h11_max_incomplete_event_size=_HEAD_BYTES_MAX,
        )
        self._server = _Server(config)
        self._loop = asyncio.get_running_loop()
        self._feed.begin()
        note("ready", addresses=" ".join(self.addresses), dialect=service.dialect.value, jobs=len(service.jobs()))
        await self._server.serve(sockets=self._listeners)

    def stop(self) -> None:
        """End `run` in order; from any thread."""
        assert self._loop is not None, "it does not run"
        self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        assert self._server is not None, "run has made it"
        self._feed.close()
        self._server.should_exit = True


def serve(settings: Settings) -> int:
    """Run a daemon until a signal ends it; return the exit code. Raises what `Daemon` raises."""
    with logging_to(None, settings.log_format, settings.log_level):
        with Daemon(settings) as daemon:
            asyncio.run(_until_signal(daemon))
        note("stopped")
    return 0


async def _until_signal(daemon: Daemon) -> None:
    loop = asyncio.get_running_loop()

    def stop(number: int) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
            signal.signal(each, signal.SIG_DFL)  # a second one ends the process there and then
        note("stopping", signal=signal.Signals(number).name)
        daemon.stop()

    running = asyncio.ensure_future(daemon.run())
    await asyncio.sleep(0)  # it has begun: a signal finds something to stop
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    sys.stdout.write("".join(f"copyjob serve: listening on {address}\n" for address in daemon.addresses))
    sys.stdout.flush()
    await running
