"""The set of pictures by name, and the folder they are committed in.

Laws:

1. A name is stable: ``lifecycle-bits``, ``resume-do``. A link to a picture is a link for good.
2. The committed set is what is drawn here, no more and no less; :func:`stale` tells the difference without
   drawing.

What this module does not know: how a picture is drawn or rendered, and how a command line looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from copyjob.diagrams.lifecycle import METHODS, account, lifecycle
from copyjob.diagrams.operations import blocks, operation_dot
from copyjob.diagrams.svg import Caption, read_stamp, source_digest
from copyjob.spec.table import Table, table
from copyjob.spec.vocabulary import Dialect, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_SERVICES = {Dialect.BITS: "the Background Intelligent Transfer Service", Dialect.DO: "Delivery Optimization"}
Stale = tuple[Path, str]
"""A file and why it is stale, as the end of a sentence."""

FORMATS = ("dot", "svg")


@dataclass(frozen=True)
class Picture:
    """A picture that can be drawn: its DOT text is made when it is asked for."""

    name: str
    caption: Caption
    draw: Callable[[], str]

    @cached_property
    def dot(self) -> str:
        """The DOT text."""
        return self.draw()

    @cached_property
    def digest(self) -> str:
        """The digest that an up-to-date SVG carries."""
        return source_digest(self.dot, self.caption)


def _lifecycle(of: Table) -> Picture:
    service, found = _SERVICES[of.dialect], account(of)
    caption = Caption(
        f"Life cycle of a {of.dialect.value} job",
        f"State diagram of a download job of {service}: {len(of.states)} states in four classes, from "
        "SUSPENDED, where every job begins, to ACKNOWLEDGED and CANCELLED. Solid arrows are operations, "
        f"dashed ones internal events; {len(found.drawn)} of {len(of.rows)} rows of the table are arrows.",
    )
    return Picture(f"lifecycle-{of.dialect.value.lower()}", caption, lambda: lifecycle(of))


def _operation(of: Table, operation: Operation) -> Picture:
    found = blocks(of, operation)
    answers = [answer for row in of.rows if row.label is operation for answer in row.answers]
    refused = sorted({a.hresult.name for a in answers if a.hresult is not None and a.hresult.failed})
    caption = Caption(
        f"{operation.value.capitalize()} in {of.dialect.value}: where it is allowed and what it answers",
        f"States on the left, rules with their guards, levels and clauses between, answers on the right: "
        f"{sum(len(block.rules) for block in found)} rules; refusals are {', '.join(refused) or 'none'}.",
    )
    name = f"{operation.value}-{of.dialect.value.lower()}"
    return Picture(name, caption, lambda: operation_dot(of, operation))


def _all() -> Iterable[Picture]:
    for dialect in Dialect:
        yield _lifecycle(table(dialect))
    for operation in METHODS:
        for dialect in Dialect:
            yield _operation(table(dialect), operation)


PICTURES: Mapping[str, Picture] = MappingProxyType({picture.name: picture for picture in _all()})
"""Every picture by its name."""


def _text(path: Path) -> str | None:
    """Return a file's text, None where there is no such file or it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _stale(path: Path, picture: Picture) -> str:
    """Return why a file is stale, empty where it is not."""
    if not path.exists():
        return "is missing"
    text = _text(path)
    if path.suffix == ".dot":
        return "" if text == picture.dot else "differs from what the table gives"
    stamped = read_stamp(text or "")
    if not stamped:
        return "carries no stamp"
    if stamped["drawing"] != stamped["actual"]:
        return "was changed after it was drawn"
    return "" if stamped["source"] == picture.digest else "was drawn from something older"


def stale(folder: Path, pictures: Iterable[Picture], formats: Iterable[str] = FORMATS) -> list[Stale]:
    """Return each file of the folder that is not what would be drawn now, with why. Nothing is rendered."""
    lines: list[Stale] = []
    for picture in pictures:
        for suffix in formats:
            path = folder / f"{picture.name}.{suffix}"
            reason = _stale(path, picture)
            if reason:
                lines.append((path, reason))
    return lines


def strays(folder: Path) -> list[Stale]:
    """Return each DOT or SVG file of the folder that is no picture of the set."""
    return [
        (path, "is no picture of the set")
        for path in sorted(folder.glob("*"))
        if path.suffix.lstrip(".") in FORMATS and path.stem not in PICTURES
    ]
