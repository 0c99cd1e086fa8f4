"""How many mutants the kit kills beside a naive Hypothesis machine (``naive.py``), within the same CPU seconds each.

Both are given the same mutants (a seeded sample of those that are not proved to conform, without race windows, which
only threads show), as the same backend, on the same wire in memory, by turns. The kit runs its plans in the order in
which a check runs them, as if nobody knew what is wrong; whatever diverges (MUST) counts for it as it does for the
machine, and how often the name was right too is told apart. What was found has as much time again to be shrunk.

Run with: ``python conformance/benchmarks/bench_kills.py [--sample 40] [--seconds 2] [--seed 0]``.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from naive import hunt

from copyjob.conformance.backend import Declared, declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import Divergence, confirmed, divergences_of
from copyjob.conformance.ground import Wire, temporary_folder
from copyjob.conformance.mutants.inclusion import prove
from copyjob.conformance.mutants.matrix import own_names
from copyjob.conformance.mutants.mutation import Kind, Mutant, mutants
from copyjob.conformance.mutants.puppet import puppet
from copyjob.conformance.plan import Plan
from copyjob.conformance.record import Verdict
from copyjob.conformance.runner import PATIENCE
from copyjob.conformance.settings import WALKS, plans_for
from copyjob.spec.compiled import integer_table
from copyjob.spec.table import Level, table
from copyjob.spec.vocabulary import Dialect


@dataclass(frozen=True)
class Found:
    """What a contender made of one mutant: CPU seconds until the first failure, and until it was shrunk; steps left."""

    mutant: Mutant
    cpu_seconds: float | None
    whole_cpu_seconds: float = 0.0
    steps: int = 0
    named: bool = False


Contender = Callable[[Mutant, float, int], Found]


def naive(mutant: Mutant, finding_seconds: float, seed: int) -> Found:
    """Let the naive machine loose."""
    declared = declare(puppet(mutant, seed=seed), mutant.name)
    found = hunt(declared, integer_table(mutant.dialect), finding_seconds=finding_seconds, number=seed)
    return Found(mutant, found.cpu_seconds, found.whole_cpu_seconds, len(found.steps))


class Kit:
    """The kit's plans, made once for each dialect, as a check makes them once."""

    def __init__(self, seed: int) -> None:
        """Make the plans."""
        began = time.process_time()
        right = declare(puppet(), "puppet")
        self._plans = {dialect: plans_for(right, table(dialect), seed=seed, walk_count=WALKS) for dialect in Dialect}
        self.planning_cpu_seconds = time.process_time() - began

    def __call__(self, mutant: Mutant, finding_seconds: float, seed: int) -> Found:
        """Run the plans one after the other until one diverges; then shrink and confirm it."""
        declared = declare(puppet(mutant, seed=seed), mutant.name)
        began = time.process_time()
        with (
            temporary_folder(Wire.MEMORY) as folder,
            Bench(declared, integer_table(mutant.dialect), folder / "bench", wire=Wire.MEMORY, seed=seed) as bench,
        ):
            for plan in self._plans[mutant.dialect]:
                found = _first(bench, plan)
                took = time.process_time() - began
                if found is not None:
                    best = confirmed(bench, found)
                    rows = best.explanation.rows if best.explanation is not None else ()
                    named = bool(own_names(mutant) & (best.named | {row.id for row in rows}))
                    whole = time.process_time() - began
                    return Found(mutant, took, whole, len(best.record.plan.steps), named)
                if took > finding_seconds:
                    break
        return Found(mutant, None, time.process_time() - began)


def _first(bench: Bench, plan: Plan) -> Divergence | None:
    """Run a plan as a check does, again with patience where it was late; return what a MUST forbids."""
    record = bench.run(plan)
    if record.verdict is Verdict.INCONCLUSIVE:
        record = bench.run(plan, patience=PATIENCE)
    return next((one for one in divergences_of(bench.judge, record) if one.level is Level.MUST), None)


def sample(dialect: Dialect, count: int, seed: int) -> list[Mutant]:
    """Draw mutants that somebody outside can tell from the table."""
    own = [mutant for mutant in mutants(dialect) if mutant.kind is not Kind.RACE]
    random.Random(seed).shuffle(own)
    found: list[Mutant] = []
    for mutant in own:
        if len(found) == count:
            break
        if not prove(mutant).conforms:
            found.append(mutant)
    return found


def false_alarms(seconds: float, seed: int) -> list[str]:
    """Return who accuses the right table."""
    return [
        f"the naive machine accuses the right table, {dialect.value}: {told.why} after {', '.join(told.steps)}"
        for dialect in Dialect
        for told in [hunt(_right(seed), integer_table(dialect), finding_seconds=seconds, number=seed)]
        if told.cpu_seconds is not None
    ]


def _right(seed: int) -> Declared:
    return declare(puppet(seed=seed), "puppet")


def tell(name: str, found: Sequence[Found]) -> None:
    """Print a line."""
    killed = [one for one in found if one.cpu_seconds is not None]
    times = [one.cpu_seconds for one in killed if one.cpu_seconds is not None]
    spent = sum(one.whole_cpu_seconds for one in found)
    line = f"{name:<6} killed {len(killed):>3} of {len(found)}"
    if killed:
        line += (
            f"; CPU seconds to kill: median {statistics.median(times):.3f}, at most {max(times):.2f}; "
            f"and to shrink: median {statistics.median(one.whole_cpu_seconds for one in killed):.2f}; "
            f"steps left: median {statistics.median(one.steps for one in killed):g}, "
            f"at most {max(one.steps for one in killed)}"
        )
    print(f"{line}; CPU seconds in all {spent:.0f}")


def main() -> None:
    """Measure, by turns, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sample", type=int, default=40, help="mutants of each dialect (40)")
    parser.add_argument("--seconds", type=float, default=2.0, help="CPU seconds for each to find a mutant (2)")
    parser.add_argument("--seed", type=int, default=0, help="of the sample, the plans and all choices (0)")
    args = parser.parse_args()
    kit = Kit(args.seed)
    print(f"the kit makes its plans once: {kit.planning_cpu_seconds:.2f} CPU seconds for both dialects")
    for alarm in false_alarms(5 * args.seconds, args.seed):
        print(alarm)
    found: dict[str, list[Found]] = {"naive": [], "kit": []}
    contenders: list[tuple[str, Contender]] = [("naive", naive), ("kit", kit)]
    drawn = [mutant for dialect in Dialect for mutant in sample(dialect, args.sample, args.seed)]
    for number, mutant in enumerate(drawn):
        for name, contender in contenders[:: 1 if number % 2 else -1]:
            found[name].append(contender(mutant, args.seconds, args.seed))
    for name, told in found.items():
        tell(name, told)
    killed = {name: {one.mutant for one in told if one.cpu_seconds is not None} for name, told in found.items()}
    both = killed["kit"] & killed["naive"]
    print(f"where both killed, {len(both)}:")
    for name, told in found.items():
        tell(name, [one for one in told if one.mutant in both])
    named = sum(one.named for one in found["kit"])
    print(f"the kit names the row, or the check of the kind of fault, of {named}; the naive machine names nothing")
    for one, other in (("kit", "naive"), ("naive", "kit")):
        kinds = sorted(mutant.kind.value for mutant in killed[one] - killed[other])
        counted = ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds))
        print(f"killed by the {one} alone: {len(kinds)}{': ' * bool(kinds)}{counted}")
    neither = [mutant.name for mutant in drawn if mutant not in killed["kit"] | killed["naive"]]
    print(f"killed by neither: {len(neither)}{': ' * bool(neither)}{'; '.join(neither)}")


if __name__ == "__main__":
    main()
