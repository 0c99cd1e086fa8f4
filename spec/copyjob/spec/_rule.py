"""How a line of the table is written: one rule for several states, in one dialect or both.

Laws: a rule becomes one row a state and dialect. No ``dest`` means that the job stays. A refusal is spelled by each
dialect in its own way. It knows no rule; the lines stand in the ``_rules_*`` modules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from copyjob.spec import facts as f
from copyjob.spec._clause import BOTH
from copyjob.spec.rows import Level, Refusal
from copyjob.spec.scope import Feature
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

MUST, SHOULD, MAY = Level.MUST, Level.SHOULD, Level.MAY


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as a line writes it, before a dialect is chosen."""

    hresult: Hresult | Refusal | None
    dest: JobState | None = None
    effects: tuple[f.Assign, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table; ``do_level`` and ``do_cites`` are what differs in Delivery Optimization."""

    label: Operation | InternalEvent
    sources: tuple[JobState, ...]
    guard: f.Guard
    replies: tuple[Reply, ...]
    cites: str
    dialects: frozenset[Dialect] = BOTH
    level: Level = Level.MUST
    do_level: Level | None = None
    do_cites: str = ""
    tolerated: tuple[Reply, ...] = ()
    features: tuple[Feature, ...] = ()
    """The features of which any brings the line; none: every table has it."""


def to(dest: JobState, *effects: f.Assign, hresult: Hresult = Hresult.S_OK) -> Reply:
    """Return: the call succeeds and leads to ``dest``."""
    return Reply(hresult, dest, effects)


def stay(*effects: f.Assign, hresult: Hresult = Hresult.S_OK) -> Reply:
    """Return: the call succeeds and the job stays where it is."""
    return Reply(hresult, None, effects)


def refuse(refusal: Refusal | Hresult) -> Reply:
    """Return: the call is refused, and nothing changes."""
    return Reply(refusal)


def happen(dest: JobState | None = None, *effects: f.Assign) -> Reply:
    """Return: the event leads to ``dest``, or leaves the job where it is."""
    return Reply(None, dest, effects)


REFUSE_FINAL: Final = refuse(Refusal.INVALID_STATE)
DROP: Final = (f.FORGET_DONE, f.SOFTEN_ERROR)
"""What becomes of the facts of a job that is thrown away."""
