"""``copyjob explore``: visit every configuration that the table can reach and judge the laws."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from copyjob.spec.console import UsageError

FILES_LIMIT = 50
"""More files than this take long and show nothing that fewer do not."""


@dataclass(frozen=True)
class Explore:
    """The command."""

    summary: str = "visit every configuration of the table and judge its laws"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("--dialect", choices=("BITS", "DO"), action="append", help="default: both")
        parser.add_argument("--files", type=int, default=3, metavar="N", help="at most N files in the job (default 3)")

    def run(self, args: argparse.Namespace) -> int:
        """Print counts, rows never taken and the verdict of each law; 1 if a law is broken."""
        from copyjob.spec.explore import describe, explore
        from copyjob.spec.laws import FILES_NEEDED, LAWS, sentence
        from copyjob.spec.table import table
        from copyjob.spec.vocabulary import Dialect

        if not 0 <= args.files <= FILES_LIMIT:
            raise UsageError(f"--files {args.files} is out of range; give 0 to {FILES_LIMIT}")
        broken_total = 0
        lines: list[str] = []
        for dialect in [Dialect(name) for name in args.dialect or ("BITS", "DO")]:
            found = explore(table(dialect), args.files)
            lines.append(
                f"{dialect.value}: {len(found.configurations)} configurations, {found.steps_total} steps, "
                f"depth {found.depth}, {len(found.table.rows)} rows, at most {args.files} files"
            )
            lines += [f"  never taken: {row.id}" for row in found.rows_never_taken]
            for law in LAWS:
                if args.files < FILES_NEEDED.get(law, 0):
                    lines.append(f"  not asked  {sentence(law)}: needs --files {FILES_NEEDED[law]}")
                    continue
                broken = law(found)
                lines.append(f"  {'holds ' if broken is None else 'BROKEN'}  {sentence(law)}")
                if broken is not None:
                    broken_total += 1
                    lines += [f"            {describe(step)}" for step in broken.path]
                    lines.append(f"            at {broken.at}")
                    lines += [f"            then {describe(broken.step)}"] if broken.step else []
        print("\n".join(lines))  # noqa: T201 the command's output
        return 1 if broken_total else 0


EXPLORE = Explore()
