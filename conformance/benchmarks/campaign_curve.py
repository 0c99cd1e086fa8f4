"""What a campaign in memory costs, against how many work for it: ``python campaign_curve.py STEPS [JOBS ...]``.

STEPS is the budget in steps of plans (a step of a plan is some 2.4 judged steps), JOBS how many worker processes, one
campaign each (1, 2 and 4); ``dask:N`` is an embedded cluster of N workers. ``--backend`` names another one than
``reference``. A *judged step* is one observation. Rates are by the clock from the first plan dealt out to the last one
weighed; a line is printed for each tenth of the budget, with what all processes together hold in memory by then, so
that a campaign can be seen to cost the same at its end as at its beginning. CPU seconds are those of all processes;
those of a cluster are its own and are not seen.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from pathlib import Path

from copyjob.conformance.check import check
from copyjob.conformance.events import Event, PlanDone
from copyjob.conformance.ground import Wire
from copyjob.conformance.settings import Budget, Settings

MIB = 2**20


def held_mib() -> float:
    """Return how much memory this process and all below it hold, in MiB; what they share counts once in each."""
    pages: dict[int, int] = {}
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            pages[int(entry.name)] = int((entry / "statm").read_text().split()[1])
            parents[int(entry.name)] = int(stat[1])
        except (OSError, IndexError):
            continue
    own, total = {os.getpid()}, 0
    while own:
        total += sum(pages.get(each, 0) for each in own)
        own = {each for each, parent in parents.items() if parent in own}
    return total * os.sysconf("SC_PAGE_SIZE") / MIB


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def campaign(backend: str, steps: int, jobs: str) -> None:
    """Run one campaign and print what it cost."""
    start, cpu = time.monotonic(), cpu_seconds()
    carried, tenth = 0, 0
    last = (start, 0)

    def told(event: Event) -> None:
        nonlocal carried, tenth, last
        if not isinstance(event, PlanDone):
            return
        carried += event.steps
        if carried * 10 // steps > tenth:
            tenth = carried * 10 // steps
            now = time.monotonic()
            rate = (carried - last[1]) / max(now - last[0], 1e-9)
            last = now, carried
            sys.stdout.write(
                f"  {tenth * 10:>3} %: {carried:,} steps after {now - start:,.0f} s, {rate:,.0f} a second since, "
                f"{held_mib():,.0f} MiB, load {os.getloadavg()[0]:.1f}\n"
            )
            sys.stdout.flush()

    word, _, number = jobs.rpartition(":")
    settings = Settings(
        backend,
        (),
        jobs=int(number),
        wire=Wire.MEMORY,
        budget=Budget(steps=steps),
        stop_after=0,
        dask=f"local:{number}" if word == "dask" else "",
    )
    _, judgements = check(settings, told)
    seconds, used = time.monotonic() - start, cpu_seconds() - cpu
    judged = sum(judgement.campaign.observations for judgement in judgements)
    plans = sum(judgement.campaign.plans for judgement in judgements)
    running = sum(judgement.seconds for judgement in judgements)
    verdicts = ", ".join(f"{each.table.dialect.value} {each.verdict.value} {each.must}" for each in judgements)
    sys.stdout.write(
        f"{jobs} workers: {plans:,} plans, {judged:,} judged steps in {running:,.1f} s: "
        f"{judged / running:,.0f} a second, whole {seconds:,.1f} s, "
        f"cpu {used:,.1f} s: {judged / used:,.0f} a CPU second; {verdicts}\n"
    )
    sys.stdout.flush()


def main() -> None:
    """Run a campaign for each number of workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", type=int)
    parser.add_argument("jobs", nargs="*", default=["1", "2", "4"])
    parser.add_argument("--backend", default="reference")
    asked = parser.parse_args()
    for jobs in asked.jobs:
        campaign(asked.backend, asked.steps, jobs)


if __name__ == "__main__":
    main()
