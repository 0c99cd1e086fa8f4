"""``copyjob explore``: visit every configuration that the table can reach and judge the laws.

Laws:

1. Importing this loads neither the table nor numpy; few files of one job are visited without numpy at all.
2. What is out of range, or too much to visit, is one line that says the way out; nothing is visited halfway and told
   as if it were all.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from copyjob.spec.console import UsageError, nearest, take_dialects

if TYPE_CHECKING:
    from copyjob.spec.scope import Scope
    from copyjob.spec.system import System
    from copyjob.spec.table import Table
    from copyjob.spec.vocabulary import Dialect, JobPriority

PLAIN_FILES_LIMIT = 8
"""One job with more files than this is visited by the vectorised engine, which can't ask about fair runs."""
CONFIGURATIONS_MAX = 20_000_000
"""Unless told otherwise the search is given up beyond these; what was measured so far stays under 2 GiB."""


@dataclass(frozen=True)
class Explore:
    """The command."""

    summary: str = "visit every configuration of the table and judge its laws"
    group: str = "around the table"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        take_dialects(parser)
        parser.add_argument("--files", type=int, default=3, metavar="N", help="at most N files in a job (default 3)")
        parser.add_argument(
            "--scope",
            default="core",
            metavar="SCOPE",
            help="core (default), full, or features joined by commas: interface,uploads,network,policy,owner",
        )
        parser.add_argument("--jobs", type=int, metavar="J", help="that many jobs on one machine (default 1)")
        parser.add_argument(
            "--slots", type=int, metavar="K", help="background jobs that run at once (default 1 in BITS, 2 in DO)"
        )
        parser.add_argument(
            "--priorities",
            metavar="P,...",
            help="one for each job: FOREGROUND, HIGH, NORMAL, LOW (default NORMAL)",
        )
        parser.add_argument(
            "--max-configurations",
            type=int,
            default=CONFIGURATIONS_MAX,
            metavar="M",
            help=f"give up beyond M configurations (default {CONFIGURATIONS_MAX})",
        )

    def run(self, args: argparse.Namespace) -> int:
        """Print counts, rows never taken and the verdict of each law; 1 if a law is broken."""
        from copyjob.spec import table as tables
        from copyjob.spec.facts import DOWNLOAD_FILES_MAX
        from copyjob.spec.vocabulary import Dialect

        _in_range("--files", args.files, 0, DOWNLOAD_FILES_MAX)
        _in_range("--max-configurations", args.max_configurations, 1, 10**9)
        priorities = _priorities(args)
        dialects = list(dict.fromkeys(Dialect(name) for name in args.dialect or ("BITS", "DO")))
        scopes = [_scope(args.scope, dialect) for dialect in dialects]
        broken = 0
        for dialect, scope in zip(dialects, scopes, strict=True):
            table = tables.table(dialect, scope) if scope else tables.table(dialect)
            told = _one_job(table, args) if priorities is None else _several(table, args, priorities)
            broken += told.broken
            print("\n".join(told.lines), flush=True)  # noqa: T201 the command's output
        return 1 if broken else 0


EXPLORE = Explore()


@dataclass(frozen=True)
class _Told:
    lines: list[str]
    broken: int


def _one_job(table: Table, args: argparse.Namespace) -> _Told:
    from copyjob.spec import explore_text

    if args.files <= PLAIN_FILES_LIMIT:
        from copyjob.spec.explore import explore

        found = explore(table, args.files)
        if len(found.configurations) > args.max_configurations:
            raise _too_many(args)
        return _Told(*explore_text.one_job(found, args.scope))
    from copyjob.spec.vectors import explore_job
    from copyjob.spec.visited import TooManyError

    with _progress(table) as tell:
        try:
            space = explore_job(table, args.files, configurations_max=args.max_configurations, progress=tell)
        except TooManyError as error:
            raise _too_many(args) from error
    return _Told(*explore_text.many_files(space, args.scope, PLAIN_FILES_LIMIT))


def _several(table: Table, args: argparse.Namespace, priorities: tuple[JobPriority, ...]) -> _Told:
    from copyjob.spec import explore_text
    from copyjob.spec.engine import explore_system
    from copyjob.spec.visited import TooManyError

    system = _system(table, args, priorities)
    with _progress(table) as tell:
        try:
            found = explore_system(system, configurations_max=args.max_configurations, progress=tell)
        except TooManyError as error:
            raise _too_many(args) from error
        except ValueError as error:
            raise UsageError(f"--jobs {len(priorities)} --files {args.files}: {error}; give fewer") from error
    return _Told(*explore_text.system(found, args.scope))


def _system(table: Table, args: argparse.Namespace, priorities: tuple[JobPriority, ...]) -> System:
    from copyjob.spec.system import SLOTS, System

    slots = min(SLOTS[table.dialect], len(priorities)) if args.slots is None else args.slots
    _in_range("--slots", slots, 1, len(priorities))
    return System(table, args.files, priorities, slots)


def _priorities(args: argparse.Namespace) -> tuple[JobPriority, ...] | None:
    """Return the priority of each job; None: there is one job, which is alone."""
    from copyjob.spec.system import JOBS_LIMIT
    from copyjob.spec.vocabulary import JobPriority

    names = [] if args.priorities is None else [name.strip().upper() for name in args.priorities.split(",")]
    for name in names:
        if name not in JobPriority.__members__:
            raise UsageError(f"--priorities has no {name!r}; {_nearest(name, list(JobPriority.__members__))}")
    jobs = args.jobs if args.jobs is not None else max(1, len(names))
    _in_range("--jobs", jobs, 1, JOBS_LIMIT)
    if names and len(names) != jobs:
        raise UsageError(f"--priorities names {len(names)} for {jobs} jobs; give one for each job")
    if jobs == 1:
        if args.slots is not None or names:
            given = "--slots" if args.slots is not None else "--priorities"
            raise UsageError(f"{given} is about several jobs; give --jobs 2 or more")
        return None
    return tuple(JobPriority[name] for name in names) or (JobPriority.NORMAL,) * jobs


def _scope(text: str, dialect: Dialect) -> Scope:
    from copyjob.spec.scope import CORE, FEATURES, Feature

    if text in ("core", "full"):
        return CORE if text == "core" else FEATURES[dialect]
    words = {feature.value: feature for feature in Feature}
    wanted: set[Feature] = set()
    for word in text.split(","):
        if word.strip() not in words:
            raise UsageError(f"--scope has no {word.strip()!r}; {_nearest(word, ['core', 'full', *words])}")
        feature = words[word.strip()]
        if feature not in FEATURES[dialect]:
            raise UsageError(f"--scope {feature.value}: {dialect.value} has none; give --dialect BITS")
        wanted.add(feature)
    return frozenset(wanted)


def _in_range(option: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise UsageError(f"{option} {value} is out of range; give {least} to {most}")


def _nearest(word: str, words: list[str]) -> str:
    return nearest(word, words, f"give {', '.join(words[:-1])} or {words[-1]}")


def _too_many(args: argparse.Namespace) -> UsageError:
    return UsageError(
        f"more than {args.max_configurations} configurations; "
        "give fewer --files or --jobs, or a larger --max-configurations"
    )


@contextmanager
def _progress(table: Table) -> Generator[Callable[[int, int], None] | None, None, None]:
    """Give what shows depth and configurations on a terminal; None where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.fields[told]}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(table.dialect.value, total=None, told="")
        # How many there are is known when all were visited: the bar runs, the numbers tell how far.
        yield lambda depth, total: bar.update(task, told=f"depth {depth}, {total:,} configurations")
