"""How a fault is made: the service as users run it, with a place to put one wrong part.

Law: a wrong part is an engine, a transfer, a wire or the backend itself; :func:`fault` makes a backend of it and lists
it. Everything else is the reference's own.
"""

# A decorated class is a backend, to a type checker too; its methods are those of the part that it was made of.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias

from copyjob.reference import events as ev
from copyjob.reference.backend import ReferenceBackend
from copyjob.reference.curl_wire import CurlWire
from copyjob.reference.engine import Engine
from copyjob.reference.manager import Manager
from copyjob.reference.policies import UNLIMITED, Client, User
from copyjob.reference.service import Service
from copyjob.reference.store import Store
from copyjob.reference.transfer import Transfer
from copyjob.spec.vocabulary import Dialect, Hresult

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.reference.clock import Clock
    from copyjob.reference.job import Job
    from copyjob.reference.record import Record

LATE_SECONDS: Final = 0.5
"""What faults promise for quiescence that are found by waiting for what never comes."""
BITS, DO = Dialect.BITS, Dialect.DO


class FaultyEngine(Engine):
    """The engine, with transfers of another kind."""

    transfer_kind: ClassVar[type[Transfer]] = Transfer

    def _begin_transfer(self, record: Record, number: int) -> None:
        super()._begin_transfer(record, number)
        if record.transfer is not None:
            record.transfer.__class__ = self.transfer_kind

    def _become(self, record: Record, job: Job) -> None:
        """Put another job in the place of a job, on the disk too."""
        self._save(record, job, "become")
        old, record.job = record.job, job
        if job.state is not old.state:
            self.notifier.observe(record, old, None)
        self._scheduler.touch(record)
        self._changed.notify_all()


class AwaitingBytes(FaultyEngine):
    """Takes in what the server has sent before Suspend and Complete: there is a fragment to go wrong with."""

    def call(self, record: Record, event: ev.Event) -> Hresult:
        with self.lock:
            waits = 50 if isinstance(event, ev.Suspend | ev.Complete) else 0
            while waits and record.job.running and not record.parts[0].offset_bytes:
                self._changed.wait(0.01)
                waits -= 1
        return super().call(record, event)


class _Service(Service):
    """The service, made of the parts that are given."""

    def __init__(self, backend: Faulty, path: str, dialect: Dialect, clock: Clock) -> None:
        wire = self._own_wire = backend.wire_kind()
        stall_seconds = backend.stall_timeout_seconds
        engine = backend.engine_kind(
            Store(path, dialect), dialect, clock, wire, stall_timeout_seconds=stall_seconds, trace=None
        )
        Manager.__init__(self, engine, dialect, Client.of(User.current(), dialect, UNLIMITED))
        engine.start()


class Faulty(ReferenceBackend):
    """The reference with a wrong part."""

    dialect: ClassVar[Dialect] = BITS
    """Where the fault is looked for."""
    violates: ClassVar[tuple[str, ...]] = ()
    """Rows and checks that may be blamed."""
    aims: ClassVar[tuple[str, ...]] = ()
    """Rows whose plans, or steps and scripts with which plans, meet the fault soon; only time depends on them."""
    level: ClassVar[str] = "MUST"
    engine_kind: ClassVar[type[Engine]] = FaultyEngine
    wire_kind: ClassVar[type[CurlWire]] = CurlWire

    def _start(self) -> Service:
        return _Service(self, self._store_path, self._dialect, self._clock)


Part: TypeAlias = Faulty | FaultyEngine | Transfer
FAULTS: Final[list[type[Faulty]]] = []


def _backend(part: type[Part], wire: type[CurlWire]) -> type[Faulty]:
    """Make a backend of a part and a wire."""

    class Wrong(part if issubclass(part, Faulty) else Faulty):  # type: ignore[misc]  # a Faulty, either way
        wire_kind = wire

    Wrong.__name__, Wrong.__qualname__, Wrong.__doc__ = part.__name__, part.__name__, part.__doc__
    if issubclass(part, FaultyEngine):
        Wrong.engine_kind = part
    elif issubclass(part, Transfer):
        Wrong.engine_kind = type("Engine", (AwaitingBytes,), {"transfer_kind": part})
    return Wrong


def fault(
    dialect: Dialect,
    *violates: str,
    aims: str = "",
    level: str = "MUST",
    late: bool = False,
    wire: type[CurlWire] = CurlWire,
) -> Callable[[type[Part]], type[Faulty]]:
    """Make a backend of a wrong part, and list it."""

    def listed(part: type[Part]) -> type[Faulty]:
        wrong = _backend(part, wire)
        wrong.dialect, wrong.violates, wrong.level = dialect, violates, level
        wrong.aims = tuple(aims.split()) or violates
        wrong.quiescence_seconds = LATE_SECONDS if late else Faulty.quiescence_seconds
        FAULTS.append(wrong)
        return wrong

    return listed


def rows(operation: str, states: str, number: int = 1) -> tuple[str, ...]:
    return tuple(f"{operation}/{state}/{number}" for state in states.split())
