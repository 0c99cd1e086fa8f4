"""Fixed lives of a few jobs, with a crash or a failing call at every single point where they touch the disk.

Laws: the points are counted, not guessed: a life is lived unharmed first, and then once for each of its points and each
way to strike there. After a crash the service starts again, the client goes on where it can, and every promise of
``laws`` must hold after every action, and at the end, when the world is kind.

It does not know what a promise is.
"""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING, Final, NamedTuple

from copyjob.reference.errors import CopyJobError
from copyjob.reference.service import JobHandle
from copyjob.reference.simulation.known import FINAL
from copyjob.reference.simulation.machine import FAULTS, Crash
from copyjob.reference.simulation.patching import installed
from copyjob.reference.simulation.world import World
from copyjob.spec.vocabulary import Dialect, JobType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copyjob.reference.simulation.known import Known

LIVES: Final[dict[str, str]] = {
    "two jobs": "create add add_ranges set_priority resume move move rename suspend resume move stop arrive complete "
    "create add resume move move cancel stop",
    "partial complete": "create add_set resume first_file complete stop",
    "nothing to complete": "create add resume move move complete stop",
    "undeletable": "create add resume move move undeletable cancel deletable stop",
    "unrenamable": "create add add resume arrive unrenamable complete renamable complete stop",
    "expiry": "create add add resume move move expire stop",
    "another version": "create add resume move move move suspend change resume arrive complete",
    "wrong digest": "create add_wrong add resume arrive resume arrive complete stop",
    "right digest": "create add_right resume move move stop resume arrive complete",
    "files that come later": "create add resume arrive add resume arrive complete",
    "faults and power": "create add resume arrive resume arrive lose_power resume arrive lose_power "
    "complete lose_power",
    "settings": "create set_priority set_no_progress_timeout set_notify_flags set_display_name "
    "set_minimum_retry_delay add stop cancel",
}
"""What the client does, in order, to the job that it created last."""
UPLOADS: Final[dict[str, str]] = {
    "upload": "create_upload send resume move move suspend resume arrive complete stop",
    "changed upload": "create_upload send resume move move edit arrive edit resume move stop edit arrive resume arrive "
    "complete stop",
    "cancelled upload": "create_upload send resume move move cancel create_upload send resume arrive cancel stop",
    "reply": "create_reply name_reply send resume move move move resume arrive lose_power complete stop",
    "reply beside": "create_reply send resume replying stop replying suspend resume arrive lose_power complete "
    "lose_power",
    "reply elsewhere": "create_reply send truncate resume arrive good name_reply resume arrive name_reply complete "
    "stop",
    "reply nowhere": "create_reply send truncate resume arrive name_reply cancel stop lose_power",
    "bad answers": "create_reply send early resume arrive 413 resume arrive 500 resume arrive truncate resume arrive "
    "too_much resume arrive rewind resume arrive complete create_reply send empty resume arrive complete stop",
    "unrenamable reply": "create_reply send resume arrive unrenamable complete renamable complete stop",
    "undeletable reply": "create_reply send resume replying undeletable cancel deletable stop",
    "early complete": "create_reply complete send complete resume replying complete arrive complete complete stop",
}
"""Likewise to uploads, which only BITS has."""
_SETTINGS: Final = {
    "set_priority": 1,
    "set_no_progress_timeout": 77,
    "set_notify_flags": 8,
    "set_display_name": "another name",
    "set_minimum_retry_delay": 66,
}
_KINDS: Final = {"create": JobType.DOWNLOAD, "create_upload": JobType.UPLOAD, "create_reply": JobType.UPLOAD_REPLY}
_BITS_ONLY: Final = frozenset({"set_display_name", "set_minimum_retry_delay", "add_set"})
_EXPIRY_SECONDS: Final = {Dialect.BITS: 91 * 86_400, Dialect.DO: 31 * 86_400}
_IN_A_ROW: Final = 3


class Strike(NamedTuple):
    """What happens at a point: the machine dies before or after the call, or the call fails."""

    way: str
    """``kill`` (the process), ``power`` or ``fail``."""
    after: bool = False
    """Whether the call at which the machine dies has taken effect."""
    number: int = 0
    """The ``errno`` of a failure."""
    times: int = 1
    """How many calls fail, one after another."""
    killed: bool = False
    """Whether the process is killed at the next point after the failures."""

    def __str__(self) -> str:
        """Return its name, as a user would say it."""
        if self.way != "fail":
            return f"{self.way}-{'after' if self.after else 'before'}"
        times = f"-{self.times}-times" if self.times > 1 else ""
        return f"fail-{errno.errorcode[self.number]}{times}{'-and-kill' if self.killed else ''}"


class Case(NamedTuple):
    """One life with one strike at one of its points."""

    dialect: Dialect
    life: str
    point: int
    strike: Strike

    def __str__(self) -> str:
        """Return what has the case again."""
        return f"{self.dialect.value}:{self.life.replace(' ', '-')}:{self.point}:{self.strike}"


def strikes(kind: str) -> Iterator[Strike]:
    """Yield every strike at a point of this kind."""
    for way in ("kill", "power"):
        yield Strike(way)
        yield Strike(way, after=True)
    for number in FAULTS[kind]:
        yield Strike("fail", number=number)
        yield Strike("fail", number=number, times=_IN_A_ROW)
        yield Strike("fail", number=number, killed=True)


def lives(dialect: Dialect) -> dict[str, str]:
    """Return the lives that a job of this dialect may have."""
    return LIVES | UPLOADS if dialect is Dialect.BITS else LIVES


def points(dialect: Dialect, life: str) -> list[str]:
    """Return the kind of each I/O point of an unharmed life."""
    world = _world(dialect)
    world.machine.keep_log = True
    failure = _live(world, life, Strike("kill"))
    assert failure is None, f"an unharmed life is not to fail: {failure}"
    return [line.partition(" ")[0] for line in world.machine.log]


def cases(dialect: Dialect, *, every: int = 1, only: str | None = None) -> Iterator[Case]:
    """Yield every case of a dialect, or of one life of it, or one in ``every``."""
    number = 0
    for life in [only] if only else lives(dialect):
        for point, kind in enumerate(points(dialect, life), 1):
            for strike in strikes(kind):
                number += 1
                if number % every == 0:
                    yield Case(dialect, life, point, strike)


def case_named(name: str) -> Case:
    """Return the case of this name; ``ValueError`` where there is none."""
    dialects = {dialect.value: dialect for dialect in Dialect}
    ways = {str(strike): strike for kind in FAULTS for strike in strikes(kind)}
    match name.split(":"):
        case [dialect, words, point, strike] if dialect in dialects and strike in ways:
            life = words.replace("-", " ")
            if life in lives(dialects[dialect]):
                return Case(dialects[dialect], life, int(point), ways[strike])
        case _:
            pass
    raise ValueError(f"no case is called {name!r}")


def try_case(case: Case) -> str | None:
    """Live this case; return what broke, or None."""
    world = _world(case.dialect)
    strike, machine = case.strike, world.machine
    if strike.way == "fail":
        machine.fail_at, machine.fail_with, machine.fail_count = case.point, strike.number, strike.times
        if strike.killed:
            machine.crash_at = case.point + strike.times
    else:
        machine.crash_at, machine.crash_after = case.point, strike.after
    return _live(world, case.life, strike)


def _world(dialect: Dialect) -> World:
    world = World(0, dialect=dialect)
    world.network.way, world.hit_again = "good", 0.0
    return world


def _live(world: World, life: str, strike: Strike) -> str | None:
    with installed(world.machine, 0):
        try:
            _guarded(world, "start", strike)
            for name in lives(world.dialect)[life].split():
                world.journal.write(json.dumps({"action": name}) + "\n")
                _guarded(world, name, strike)
            world.end()
        except Exception as error:  # noqa: BLE001 whatever the service raises is a finding
            return f"{type(error).__name__}: {error}"
    return None


def _guarded(world: World, name: str, strike: Strike) -> None:
    struck = world.machine.struck
    try:
        if name == "start":
            world.start()
        else:
            _act(world, name)
    except Crash:
        world.crash(power_lost=strike.way == "power")
    except CopyJobError:
        if world.machine.struck == struck:
            raise
    else:
        if world.service is not None:
            world.look(faulted=world.machine.struck > struck)


def _act(world: World, name: str) -> None:
    last = world.known[-1] if world.known else None
    machine, network = world.machine, world.network
    match name:
        case "create" | "create_upload" | "create_reply":
            world.create(_KINDS[name])
        case "move":
            world.move()
        case "arrive":
            while network.exchanges:
                world.move()
        case "replying":
            while any(not exchange.answered for exchange in network.exchanges):
                world.move()
        case "good" | "early" | "413" | "500" | "truncate" | "too_much" | "rewind" | "empty":
            network.way = name
        case "first_file":
            asked = network.requests
            while network.exchanges and network.requests == asked:
                world.move()
        case "stop":
            world.stop()
        case "lose_power":
            world.crash(power_lost=True)
        case "change":
            for url in network.documents:
                network.publish(url)
        case "edit":
            for path in world.sources.files:
                world.sources.edit(path, "write")
        case "expire":
            assert world.service is not None, "it runs between actions"
            world.service.advance(_EXPIRY_SECONDS[world.dialect])
        case "undeletable" | "unrenamable":
            machine.refused = frozenset({"unlink" if name == "undeletable" else "rename"})
        case "deletable" | "renamable":
            machine.refused = frozenset()
        case _ if last is None or last.state in FINAL or (name in _BITS_ONLY and world.dialect is Dialect.DO):
            pass  # the crash has left no job to go on with, or there is no such call
        case _:
            _call(world, name, last)


def _call(world: World, name: str, known: Known) -> None:
    match name:
        case "add":
            world.add_file(known)
        case "send":
            world.add_source(known)
        case "name_reply":
            world.name_reply(known, chosen=True)
        case "add_ranges":
            world.add_file(known, ranged=True)
        case "add_set":
            world.add_set(known)
        case "add_right" | "add_wrong":
            world.add_file(known, expects=name == "add_right")
        case "rename":
            world.rename(known)
        case "resume" if not known.files:
            pass
        case "resume" | "suspend" | "complete" | "cancel":
            world.call(known, name, getattr(JobHandle, name))
        case _:
            world.call(known, name, lambda job: getattr(job, name)(_SETTINGS[name]))
