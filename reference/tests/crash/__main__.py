"""The command: ``python -m crash --kills 10000``.

Worlds are spread over processes, each world has its own seed. A promise that was not kept is printed with
that seed, the last calls, and the command that repeats it; the folder of that world is kept.
Exit codes: 0 every promise was kept, 1 one was not, 2 wrong usage.
"""

# ruff: noqa: T201 a command prints

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait

from .broken import BREAKAGES
from .crew import Result, run_world

KILLS_A_WORLD = 10
REPLAYS_MOST = 50


def _tell_failure(result: Result, broken: str) -> None:
    print(f"\nFAILED after kill {result.kills} of seed {result.seed}: {result.failure}")
    print("  the last calls:")
    for line in result.log:
        print(f"    {line[:160]}")
    print(f"  what is left stands in {result.folder}")
    target = f"make crash REPLAY={result.seed}" + (f" BROKEN={broken}" if broken else "")
    print(f"  replay: {target}")
    print(f"  The same choices; when a kill strikes differs a little, so it tries up to {REPLAYS_MOST} times.")


def _plan(arguments: argparse.Namespace) -> list[tuple[int, int]]:
    """Return the seed and the number of kills of each world."""
    if arguments.replay is not None:
        return [(arguments.replay, KILLS_A_WORLD)] * REPLAYS_MOST
    first = arguments.seed
    counts = [KILLS_A_WORLD] * (arguments.kills // KILLS_A_WORLD)
    if arguments.kills % KILLS_A_WORLD:
        counts.append(arguments.kills % KILLS_A_WORLD)
    return [(first + number, count) for number, count in enumerate(counts)]


def _positive(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not positive")
    return number


def _run(plan: list[tuple[int, int]], workers: int, broken: str, base: str) -> tuple[list[Result], Result | None]:
    """Run worlds until one fails; return what they came to, and the one that failed, if any."""
    done: list[Result] = []
    told, began = 0, time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        waiting: set[Future[Result]] = set()
        while plan or waiting:
            while plan and len(waiting) < 2 * workers:
                waiting.add(pool.submit(run_world, *plan.pop(0), broken, base))
            ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            done += [future.result() for future in ended]
            failed = next((result for result in done if result.failure), None)
            if failed is not None:
                for future in waiting:
                    future.cancel()
                return done, failed
            kills = sum(result.kills for result in done)
            if kills >= told + 1_000:
                told = kills
                print(f"  {kills} kills, {kills / (time.monotonic() - began):.1f} a second", flush=True)
    return done, None


def main() -> int:
    """Run the worlds; print the first failure, or what was done."""
    parser = argparse.ArgumentParser(prog="crash", description="Kill the real service at random moments, and judge.")
    parser.add_argument("--kills", type=_positive, default=10_000, help="how many kills (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="seed of the first world (default: a new one)")
    parser.add_argument("--replay", type=int, default=None, metavar="SEED", help="repeat the world of this seed")
    parser.add_argument("--broken", choices=sorted(BREAKAGES), default="", help="kill a service that is wrong")
    # A kill is mostly waiting, for the server and for the disk.
    workers = 2 * (os.cpu_count() or 1)
    parser.add_argument("--workers", type=_positive, default=workers, help="processes (default: two a core)")
    arguments = parser.parse_args()
    if arguments.seed is None:
        arguments.seed = random.SystemRandom().randrange(10**9)
    plan, began = _plan(arguments), time.monotonic()
    if arguments.replay is None:
        print(f"crash: {arguments.kills} kills, seeds from {arguments.seed}", flush=True)
    base = tempfile.mkdtemp(prefix="copyjob-crash-")
    failed: Result | None = None
    try:
        done, failed = _run(plan, arguments.workers, arguments.broken, base)
    finally:
        if failed is None:
            shutil.rmtree(base)
    if failed is not None:
        _tell_failure(failed, arguments.broken)
        return 1
    seconds = time.monotonic() - began
    kills = sum(result.kills for result in done)
    print(
        f"crash: every promise kept over {kills} kills in {len(done)} worlds, {kills / seconds:.1f} kills a second; "
        f"{sum(result.kills_unanswered for result in done)} struck an unanswered call, "
        f"{sum(result.calls for result in done)} calls, {sum(result.resumed for result in done)} resumed transfers"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
