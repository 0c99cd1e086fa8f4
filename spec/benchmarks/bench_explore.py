"""Configurations a second that exhaustive exploration visits, and what compiling the integer table costs.

Law: CPU seconds of this process, medians; the counts are printed with the times, so that a faster run that
saw less is seen at once. It writes nothing.
"""

from __future__ import annotations

from functools import partial
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

from copyjob.spec.compiled import FILES_BOUND, compile_table
from copyjob.spec.explore import explore
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the median CPU time of several runs."""
    taken: list[float] = []
    for _ in range(ROUNDS):
        start = process_time()
        work()
        taken.append(process_time() - start)
    return median(taken)


def main() -> None:
    """Print a line for each dialect and bound, and one for compiling."""
    for dialect in Dialect:
        rows = table(dialect)
        for files_bound in (2, 3, 8):
            found = explore(rows, files_bound)
            seconds = cpu_seconds(partial(explore, rows, files_bound))
            print(
                f"{dialect.value:4}  at most {files_bound} files: "
                f"{len(found.configurations):>4} configurations, {found.steps_total:>5} steps, "
                f"{seconds:.4f} CPU s, "
                f"{len(found.configurations) / seconds:>7,.0f} configurations/s"
            )
        seconds = cpu_seconds(partial(compile_table, rows))
        print(f"{dialect.value:4}  integer table for at most {FILES_BOUND} files: {seconds:.4f} CPU s")


if __name__ == "__main__":
    main()
