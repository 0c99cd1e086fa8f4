"""What runs on the workers of a cluster: lots, each by a process of its own.

Law: a backend is never run in the process of Dask's worker. Calls that hang are ended by an alarm, which only a main
thread hears; a backend that ends its process ends its own, and is told as on one machine. Where the worker of Dask
ends, its processes end too.
"""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import ExitStack
from importlib.metadata import version
from multiprocessing import util
from multiprocessing.connection import wait
from pathlib import Path

from copyjob.conformance.backend import load
from copyjob.conformance.carrier import Carrier
from copyjob.conformance.ground import temporary_folder
from copyjob.conformance.lots import Lot, LotDone
from copyjob.conformance.settings import Settings
from copyjob.spec.console import UsageError

LOOK_SECONDS = 0.2


class _Staff:
    """The carriers that one worker of Dask has for one campaign, as many as it has threads."""

    def __init__(self, settings: Settings, folder: str) -> None:
        load(settings.backend)  # a mistake is told here, once, and not as a worker that ends
        self._settings = settings
        self._stack = ExitStack()
        shared = Path(folder) if folder else None
        if shared is None or not shared.is_dir():
            shared = self._stack.enter_context(temporary_folder(settings.wire))
        self._folder = shared
        self._idle: list[Carrier] = []
        self._over = False

    def carry(self, lot: Lot) -> LotDone:
        with _LOCK:
            carrier = self._idle.pop() if self._idle else Carrier(self._settings, self._folder)
        done: LotDone | None = None
        try:
            carrier.give(lot)
            while done is None and not self._over:
                done = carrier.look(ready=bool(wait([carrier.worker.channel], LOOK_SECONDS)))
        finally:
            if not self._kept(carrier, whole=done is not None):
                carrier.leave()
                carrier.wait()
        if done is None:
            raise InterruptedError("nobody waits for this lot any more")
        return done

    def _kept(self, carrier: Carrier, *, whole: bool) -> bool:
        """Keep a carrier that has brought back its lot for the next one, while there is a next one."""
        with _LOCK:
            if whole and not self._over:
                self._idle.append(carrier)
                return True
        return False

    def leave(self) -> None:
        with _LOCK:
            self._over, idle = True, self._idle
            self._idle = []
        for carrier in idle:
            carrier.leave()
        for carrier in idle:
            carrier.wait()
        self._stack.close()


_LOCK = threading.RLock()
_STAFF: dict[str, _Staff] = {}


def carry(campaign: str, settings: Settings, folder: str, lot: Lot) -> LotDone:
    """Run a lot of a campaign. UsageError: the backend cannot be loaded here."""
    with _LOCK:
        staff = _STAFF.get(campaign)
        if staff is None:
            _may_start_processes()
            for other in list(_STAFF):
                release(other)  # whoever asked for it is gone, or will have new ones
            staff = _STAFF[campaign] = _Staff(settings, folder)
    return staff.carry(lot)


def release(campaign: str) -> None:
    """End the processes of a campaign."""
    with _LOCK:
        staff = _STAFF.pop(campaign, None)
    if staff is not None:
        staff.leave()


def unable(backend: str, kit: str) -> str:
    """Return why this worker cannot run a backend's plans, in one line; nothing where it can."""
    if version("copyjob") != kit:
        return f"it has copyjob {version('copyjob')}, here it is {kit}"
    try:
        load(backend)
    except UsageError as error:
        return error.usage_message
    return ""


def _may_start_processes() -> None:
    """Let this process have children: a nanny's worker is a daemon, and Python forbids daemons to have any."""
    multiprocessing.current_process().daemon = False
    util.Finalize(None, _leave_all, exitpriority=100)


def _leave_all() -> None:
    for campaign in list(_STAFF):
        release(campaign)
