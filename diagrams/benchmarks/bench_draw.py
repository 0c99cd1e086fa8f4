"""How long drawing takes: captions in German, DOT and Mermaid, the first SVG of a process, each further one by its kind
with the slowest of it, the whole set, the check.

Run it as a program; it prints medians in milliseconds.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from copyjob.diagrams.language import language
from copyjob.diagrams.mermaid import mermaid_text
from copyjob.diagrams.pictures import KINDS, PICTURES, pictures, stale
from copyjob.diagrams.render import render
from copyjob.spec.table import full_table, table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 7


def milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def median(work: Callable[[], object]) -> float:
    return statistics.median(milliseconds(work) for _ in range(ROUNDS))


def main() -> None:
    for dialect in Dialect:
        table(dialect)
        full_table(dialect)
    print(f"{'catalogues and captions in German':34}{milliseconds(lambda: pictures(language('de'))):9.1f} ms")
    every = list(PICTURES.values())
    first = every[0]

    def draw_dot() -> None:
        for picture in every:
            picture.draw().text()

    def draw_mermaid() -> None:
        for picture in every:
            mermaid_text(picture.draw())

    def draw_svg() -> None:
        for picture in every:
            render(picture.dot, picture.caption)

    print(f"{'DOT of the whole set':34}{median(draw_dot):9.1f} ms  ({len(every)} pictures)")
    print(f"{'Mermaid of the whole set':34}{median(draw_mermaid):9.1f} ms")
    print(f"{'first SVG of the process':34}{milliseconds(lambda: render(first.dot, first.caption)):9.1f} ms")
    for kind in KINDS:
        own = [picture for picture in every if picture.kind == kind]
        took = {picture.name: median(partial(render, picture.dot, picture.caption)) for picture in own}
        slowest = max(took, key=took.__getitem__)
        print(f"{'then ' + kind:34}{statistics.median(took.values()):9.1f} ms  ({slowest} {took[slowest]:.1f} ms)")
    print(f"{'SVG of the whole set':34}{median(draw_svg):9.1f} ms")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for picture in every:
            (folder / f"{picture.name}.dot").write_text(picture.dot, encoding="utf-8")
            (folder / f"{picture.name}.mmd").write_text(picture.mermaid, encoding="utf-8")
            svg = render(picture.dot, picture.caption)
            (folder / f"{picture.name}.svg").write_text(svg, encoding="utf-8")
        assert not stale(folder, every)
        print(f"{'check of the whole set':34}{median(lambda: stale(folder, every)):9.1f} ms")


if __name__ == "__main__":
    main()
