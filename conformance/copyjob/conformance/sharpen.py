"""Sharpening: plans that show the same divergence while less can happen by itself, so that fewer rows explain it.

Law: a sharper plan is only proposed here. It is run like any other, and counts only if what it shows is explained by
fewer of the same rows: rows that explain both records explain the fault, the others were merely near.

Between two samples a job may take several steps, and each of their rows may be to blame. Where the job is kept from
going on (jobs in front, a server that lets connections wait, or holds headers or bodies back), a call is seen alone;
after that it is let go, and what then happens by itself is seen alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from copyjob.conformance.backend import Declared
from copyjob.conformance.interface import Power
from copyjob.conformance.plan import AddFile, Block, Call, Gate, Plan, Race, Serve, Settle, Step, Unblock, shortened
from copyjob.spec.vocabulary import Operation

RESUME = Operation.RESUME.value
CALLS_BACK = 2
"""How many calls before the divergence are tried as the one that the job is kept still for."""


def sharper(plan: Plan, declared: Declared) -> Iterator[Plan]:
    """Yield plans that keep the job still around one of the last calls of a plan, the stillest first."""
    steps = plan.steps
    calls = [number for number, step in enumerate(steps) if isinstance(step, Call | Race)]
    resumes = [number for number in calls if isinstance(steps[number], Call) and steps[number] == Call(RESUME)]
    for at in dict.fromkeys([*calls[: -CALLS_BACK - 1 : -1], *resumes[-1:]]):
        for hold, release in _holds(steps[:at], declared):
            rest = steps[at + 1 :]
            end = () if rest[-1:] == (Settle(),) else (Settle(),)
            yield shortened(plan, (*steps[:at], *hold, steps[at], Settle(), *release, *rest, *end))


def _holds(before: Sequence[Step], declared: Declared) -> Iterator[tuple[tuple[Step, ...], tuple[Step, ...]]]:
    """Yield how a job is kept from going on, with how it is let go again under the weather that there was."""
    if declared.has(Power.QUEUE) and Block() not in before:
        yield (Block(),), (Unblock(),)
    gate = next((step.gate for step in reversed(before) if isinstance(step, Gate)), "accept")
    if gate != "backlog":
        yield (Gate("backlog"),), (Gate(gate),)
    files = [step.file for step in before if isinstance(step, AddFile)]
    scripts = dict.fromkeys(files, "serve") | {s.file: s.script for s in before if isinstance(s, Serve)}
    held = {number: script for number, script in scripts.items() if number in files}
    for hold in ("hold_headers", "hold_body"):
        if held and set(held.values()) != {hold}:
            yield (
                tuple(Serve(number, hold) for number in held),
                tuple(Serve(number, script) for number, script in held.items()),
            )
