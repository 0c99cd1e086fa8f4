"""Plans about what is written down of a job: properties that were set, in every order with time and with restarts.

Law: the plans follow from the setters alone. What a property must be afterwards is the registrar's to say.
"""

from __future__ import annotations

from copyjob.conformance import plan as p
from copyjob.conformance.weather import DAY_SECONDS
from copyjob.spec.vocabulary import Dialect, JobPriority, Operation

Steps = tuple[p.Step, ...]
MINUTE_SECONDS = 60


def set_and_kept(dialect: Dialect) -> list[Steps]:
    """Return the plans of a dialect; the powers that they need differ."""
    setters = [
        p.Call(Operation.SET_PRIORITY.value, int(JobPriority.HIGH)),
        p.Call(Operation.SET_NO_PROGRESS_TIMEOUT.value, DAY_SECONDS),
    ]
    if dialect is Dialect.BITS:
        setters.append(p.Call(Operation.SET_MINIMUM_RETRY_DELAY.value, 1))
    later = (p.Settle(), p.Advance(MINUTE_SECONDS), p.Settle())
    plans: list[Steps] = [
        (p.AddFile(0), p.Settle(), p.Restart(), p.Settle()),
        (p.AddFile(0), *setters, p.Settle(), p.Restart(), p.Settle()),
        (p.AddFile(0), *later, p.AddFile(1), p.Settle()),
    ]
    plans += [(p.AddFile(0), *later, setter, p.Settle()) for setter in setters]
    return plans
