"""A campaign on a Dask cluster: lots are tasks, what comes of them are results.

Laws:

1. A worker that is gone loses nothing and repeats nothing: its lot is given to another one, and counts once, when it
   comes back.
2. A cluster that is gone ends the check with what had come back by then; it is waited for only as long as Dask tries to
   reach it, or workers may come back.
3. A cluster of our own listens on loopback only, has no pages, and is gone with the check.

What this module does not know: what a lot comes to. ``distributed`` is imported when a cluster is asked for.
"""

from __future__ import annotations

import logging
import queue
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Self

from copyjob.conformance import cluster_work
from copyjob.conformance.ground import temporary_folder
from copyjob.conformance.lots import Lot, LotDone
from copyjob.conformance.outcome import GONE
from copyjob.conformance.settings import Settings
from copyjob.conformance.worker import deaf
from copyjob.spec.console import UsageError

LOCAL_MAX = 256
CONNECT_SECONDS = 30.0
WORKERLESS_SECONDS = 30.0
"""So long a cluster may be without any worker."""
LOOK_SECONDS = 0.2
COUNT_SECONDS = 1.0
"""How often the workers are counted."""
AHEAD = 2
"""So many lots are given out for each thread of the cluster, so that nobody waits for the next one."""


class ClusterError(UsageError):
    """The environment broke: a cluster that cannot be reached, or whose workers cannot do it."""

    exit_code = 3


@dataclass(frozen=True)
class Address:
    """Where a cluster is: an address, or so many workers of our own."""

    address: str = ""
    workers: int = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """Read ``tcp://HOST:PORT``, ``local`` or ``local:4``. UsageError: it is none of these, or Dask is missing."""
        own = re.fullmatch(r"local(?::([0-9]{1,4}))?", text)
        if own is None and re.fullmatch(r"(tcp|tls)://[^\s/]+:[0-9]{1,5}", text) is None:
            raise UsageError(f"--dask takes tcp://HOST:PORT of a scheduler, or local or local:4, not {text!r}")
        if own is not None and own[1] is not None and not 1 <= int(own[1]) <= LOCAL_MAX:
            raise UsageError(f"--dask local:N takes 1 to {LOCAL_MAX} workers, not {own[1]}")
        _distributed()
        return cls(workers=int(own[1] or 0)) if own is not None else cls(address=text)


def _distributed() -> Any:
    """Return the package. UsageError: it is not installed."""
    try:
        import distributed  # pyright: ignore[reportMissingTypeStubs]
    except ModuleNotFoundError as error:
        raise UsageError(
            f"--dask needs {error.name}, which is not installed; pip install 'copyjob[dask]', or leave out --dask"
        ) from None
    return distributed


class Cluster:
    """The carriers of a cluster."""

    def __init__(self, settings: Settings, *, side_by_side: bool) -> None:
        """Start and reach nothing yet. ``side_by_side``: whether several lots may be run at once."""
        self.gone = ""
        self._settings, self._side_by_side = settings, side_by_side
        self._campaign = uuid.uuid4().hex
        self._given: dict[str, Lot] = {}
        self._came: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._futures: dict[str, Any] = {}
        self._stack = ExitStack()
        self._client: Any = None
        self._threads, self._counted_seconds, self._seen_seconds = 1, 0.0, time.monotonic()
        self._folder = ""

    @property
    def name(self) -> str:
        """What the cluster is called."""
        return self._settings.dask

    def __enter__(self) -> Self:
        """Reach the cluster, or start one. ClusterError: it cannot be reached, or cannot run the backend."""
        distributed = _distributed()
        where = Address.read(self._settings.dask)
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            if where.address:
                client = distributed.Client(where.address, timeout=CONNECT_SECONDS, set_as_default=False)
            else:
                self._folder = str(self._stack.enter_context(temporary_folder(self._settings.wire)))
                client = self._own(distributed, where.workers or self._settings.jobs)
            self._client = client
            self._stack.callback(self._close, client)
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            self._ready(client)
        except (OSError, TimeoutError, ValueError) as error:
            self._stack.close()
            told = str(error) or "no answer"
            raise ClusterError(f"--dask {self.name}: the cluster cannot be reached: {told}") from None
        except BaseException:
            self._stack.close()
            raise
        self._count()
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the cluster; one of our own ends."""
        self._stack.close()

    def _own(self, distributed: Any, workers: int) -> Any:
        """Start a cluster of this machine, and return a client of it."""
        with deaf():
            cluster = distributed.LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address=None,
                memory_limit=0,
                silence_logs=logging.CRITICAL,
            )
        self._stack.callback(_end, cluster)
        return distributed.Client(cluster, set_as_default=False)

    def _close(self, client: Any) -> None:
        with suppress(Exception):
            client.cancel(list(self._futures.values()))
            if not self.gone:
                client.run(cluster_work.release, self._campaign)
        with suppress(Exception):
            client.close(timeout=CONNECT_SECONDS)

    def _ready(self, client: Any) -> None:
        """ClusterError: some worker has another kit, or cannot load the backend."""
        try:
            told: dict[str, str] = client.run(cluster_work.unable, self._settings.backend, version("copyjob"))
        except (ImportError, AttributeError) as error:
            raise ClusterError(f"--dask {self.name}: its workers have no such copyjob: {error}") from None
        for worker, why in told.items():
            if why:
                raise ClusterError(f"--dask {self.name}: worker {worker} cannot take part: {why}")

    def room(self) -> bool:
        """Whether another lot is to be given now."""
        if time.monotonic() - self._counted_seconds > COUNT_SECONDS:
            self._count()
        return len(self._given) < (self._threads * AHEAD if self._side_by_side else 1)

    def give(self, lot: Lot) -> None:
        """Hand a lot over."""
        try:
            future = self._client.submit(
                cluster_work.carry, self._campaign, self._settings, self._folder, lot, pure=False
            )
        except Exception as error:  # noqa: BLE001 whatever a client raises that has lost its scheduler
            self._lost(str(error))
            return
        self._given[future.key] = lot
        self._futures[future.key] = future
        future.add_done_callback(self._came.put)

    def busy(self) -> bool:
        """Whether something is to come yet."""
        return bool(self._given)

    def done(self) -> Iterator[LotDone]:
        """Yield what has come by now; ``gone`` says afterwards where nothing will come any more."""
        try:
            future = self._came.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            self._look()
            return
        done = self._result(future)
        if done is None:
            return
        if self._given.pop(future.key, None) is not None:
            del self._futures[future.key]
            yield done

    def _result(self, future: Any) -> LotDone | None:
        """Return what came of a lot; None where it will never be had, for the cluster is ``gone``."""
        try:
            done: LotDone = future.result()
        except UsageError as refused:
            self._lost(refused.usage_message)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # cancelled, killed too often, not to be had any more
            if "the kit broke" in str(error):
                raise  # told as in a process of our own
            self._lost(str(error) or type(error).__name__)
        else:
            return done
        return None

    def _look(self) -> None:
        """See whether the cluster is there."""
        if self._client.status != "running":
            self._lost("it does not answer any more")
        elif time.monotonic() - self._seen_seconds > WORKERLESS_SECONDS:
            self._lost("no worker is left")

    def _count(self) -> None:
        """See how many threads the workers have."""
        now = self._counted_seconds = time.monotonic()
        with suppress(Exception):
            workers: dict[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
            threads = sum(worker["nthreads"] for worker in workers.values())
            if threads:
                self._threads, self._seen_seconds = threads, now

    def _lost(self, why: str) -> None:
        self.gone = f"{GONE}{self.name} went away: {' '.join(why.split())}"


def _end(cluster: Any) -> None:
    """End a cluster of our own; what was found is not lost where it ends too slowly."""
    with suppress(Exception):
        cluster.close(timeout=CONNECT_SECONDS)
