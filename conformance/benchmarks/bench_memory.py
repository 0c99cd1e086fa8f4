"""How many steps a second a check in memory judges: ``python bench_memory.py [BACKEND] [JOBS]``.

A *judged step* is one observation: an answer, a sample, a count, a request or an event that the oracle judged. The rate
counts from the moment the first plan is dealt out until the last one is judged and weighed, in each dialect, by the
clock; making the plans and starting processes is told apart, and in *whole*. *cpu* is that of all processes together,
start to end, so that a machine that has other things to do can be told from a slow one.
"""

from __future__ import annotations

import resource
import sys
import time

from copyjob.conformance.check import Settings, check, usable_processors
from copyjob.conformance.events import Ended, Event, Started
from copyjob.conformance.ground import Wire
from copyjob.spec.vocabulary import Dialect


def main(backend: str = "reference", jobs: str = "") -> None:
    """Check a backend and print how quick that was."""
    start = time.monotonic()
    began: dict[Dialect, float] = {}
    took: dict[Dialect, float] = {}

    def told(event: Event) -> None:
        if isinstance(event, Started):
            began[event.dialect] = time.monotonic()
        elif isinstance(event, Ended):
            took[event.dialect] = time.monotonic() - began[event.dialect]

    count = int(jobs) if jobs else usable_processors()
    _, judgements = check(Settings(backend, (), jobs=count, wire=Wire.MEMORY), told)
    whole_seconds = time.monotonic() - start
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu_seconds = sum(each.ru_utime + each.ru_stime for each in used)
    for judgement in judgements:
        campaign = judgement.campaign
        seconds = took[campaign.dialect]
        rate = campaign.observations / seconds
        sys.stdout.write(
            f"{campaign.dialect.value:<4} {judgement.verdict.value}: {campaign.plans} plans, {campaign.steps} plan "
            f"steps, {campaign.observations} judged steps in {seconds:.2f} s: {rate:,.0f} a second\n"
        )
    total = sum(judgement.campaign.observations for judgement in judgements)
    sys.stdout.write(
        f"all  {count} processes: {total / sum(took.values()):,.0f} judged steps a second, "
        f"whole {whole_seconds:.1f} s; cpu {cpu_seconds:.1f} s: {total / cpu_seconds:,.0f} a CPU second, all included\n"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
