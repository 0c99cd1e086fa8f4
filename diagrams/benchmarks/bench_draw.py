"""How long drawing takes: DOT text, the first SVG of a process, each further one, the whole set, the check.

Run it as a program; it prints medians in milliseconds.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from copyjob.diagrams.pictures import PICTURES, stale
from copyjob.diagrams.render import render
from copyjob.spec.table import table
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
    pictures = list(PICTURES.values())
    first = pictures[0]

    def draw_dot() -> None:
        for picture in pictures:
            picture.draw()

    def draw_svg() -> None:
        for picture in pictures:
            render(picture.dot, picture.caption)

    print(f"{'DOT of the whole set':34}{median(draw_dot):9.1f} ms  ({len(pictures)} pictures)")
    print(f"{'first SVG of the process':34}{milliseconds(lambda: render(first.dot, first.caption)):9.1f} ms")
    for picture in pictures:
        took = median(partial(render, picture.dot, picture.caption))
        print(f"{'then ' + picture.name:34}{took:9.1f} ms")
    print(f"{'SVG of the whole set':34}{median(draw_svg):9.1f} ms")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for picture in pictures:
            (folder / f"{picture.name}.dot").write_text(picture.dot, encoding="utf-8")
            svg = render(picture.dot, picture.caption)
            (folder / f"{picture.name}.svg").write_text(svg, encoding="utf-8")
        assert not stale(folder, pictures)
        print(f"{'check of the whole set':34}{median(lambda: stale(folder, pictures)):9.1f} ms")


if __name__ == "__main__":
    main()
