"""Swarm: random plans of which each may draw from a few things only, so that those few meet often.

Law: a plan of everything meets any two rare things together hardly ever. So each swarm plan is drawn from a random part
of the origin's scripts, of the operations and of what else may happen; which part is a matter of the seed alone. What a
job needs to get anywhere (a file, Resume) is always in.

Jobs are put behind others, and a server is made to let nobody in, only while a job is at rest: a running one would be
caught between.
"""

from __future__ import annotations

import random

from copyjob.conformance import plan as p
from copyjob.conformance.forecast import Forecast
from copyjob.conformance.generate import Menu, Scope, walk
from copyjob.conformance.weather import GATES, NO_PROGRESS_SECONDS, RETRY_FLOOR_SECONDS, RETRY_SECONDS, SCRIPTS
from copyjob.spec.vocabulary import Operation

SCRIPTS_MAX = 4
LENGTHS = (12, 24, 40)
RARE = ("cancel", "complete")
RESUMES = 3
"""A job that nobody resumes meets nothing: Resume stands in a menu so often."""


def swarm(scope: Scope, start: Forecast, chance: random.Random) -> p.Plan:
    """Return one plan, drawn from a menu that is drawn first."""
    return walk(start, menu(scope, chance), chance.choice, chance.choice(LENGTHS), aim="swarm")


def menu(scope: Scope, chance: random.Random) -> Menu:
    """Draw a menu: some scripts beside sunshine, each operation with an even chance, some of what else may happen."""
    scripts = chance.sample([name for name in SCRIPTS if name != "serve"], chance.randint(1, SCRIPTS_MAX))
    drawn = [op for op in scope.operations if op is not Operation.ADD_FILE and chance.random() < 0.5]  # noqa: PLR2004
    others = (p.Restart(), p.Advance(RETRY_FLOOR_SECONDS), p.Advance(RETRY_SECONDS), *_long(scope))
    return Menu(
        operations=(*drawn, *[op for op in drawn if op.value not in RARE], *[Operation.RESUME] * RESUMES),
        scripts=("serve", *scripts),
        gates=tuple(gate for gate in GATES if gate == "refuse" and chance.random() < 0.3),  # noqa: PLR2004
        others=tuple(step for step in others if scope.allows(step) and chance.random() < 0.3),  # noqa: PLR2004
    )


def _long(scope: Scope) -> tuple[p.Step, ...]:
    return (p.Advance(NO_PROGRESS_SECONDS[scope.table.dialect]),)
