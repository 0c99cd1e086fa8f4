"""What one process of the harness does: worlds, one after another, with one nursery and one server.

It does not know how many worlds there are.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .life import Nursery, ServiceDiedError
from .model import Lost
from .origin import Origin
from .world import World

LINES_SHOWN = 25


@dataclass
class Result:
    """What one world came to; ``failure`` is empty when every promise was kept."""

    seed: int
    kills: int
    kills_unanswered: int
    calls: int
    resumed: int
    failure: str
    log: list[str]
    folder: str


@cache
def _tools(broken: str) -> tuple[Nursery, Origin]:
    nursery, origin = Nursery(broken), Origin()
    return nursery, origin


def run_world(seed: int, kills: int, broken: str, base: str) -> Result:
    """Run one world in a folder within ``base``, which is deleted unless a promise was not kept."""
    nursery, origin = _tools(broken)
    folder = Path(tempfile.mkdtemp(prefix=f"{seed}-", dir=base))
    resumed = origin.resumed
    world = World(seed, folder, nursery, origin)
    failure = ""
    try:
        world.run(kills)
    except (Lost, ServiceDiedError, OSError) as error:
        failure = f"{error}" if isinstance(error, Lost) else f"{type(error).__name__}: {error}"
    origin.resources.clear()
    if not failure:
        shutil.rmtree(folder)
    return Result(
        seed,
        world.kills,
        world.kills_unanswered,
        world.calls,
        origin.resumed - resumed,
        failure,
        world.log[-LINES_SHOWN:] if failure else [],
        str(folder) if failure else "",
    )
