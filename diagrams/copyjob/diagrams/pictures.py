"""The set of pictures by name, and the folder they are committed in.

Laws:

1. A name is stable: ``lifecycle-bits``, ``resume-do``. A link to a picture is a link for good.
2. The committed set is what is drawn here in English, no more and no less; :func:`stale` tells the difference without
   drawing.
3. A picture has the same name, the same ids and the same links in every language.

What this module does not know: how a picture is drawn or rendered, and how a command line looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from copyjob.diagrams.differences import differences, differences_drawing, differences_title
from copyjob.diagrams.events_picture import events_drawing, events_of, events_title
from copyjob.diagrams.facts_picture import effects_of, facts_drawing, facts_in_order, facts_title, guards_of
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.diagrams.lifecycle import account, lifecycle_drawing, lifecycle_title
from copyjob.diagrams.mermaid import mermaid_text
from copyjob.diagrams.neighbourhood import neighbourhood_drawing, neighbourhood_title, ways
from copyjob.diagrams.operations import blocks, operation_drawing, operation_title, table_for
from copyjob.diagrams.svg import Caption, read_stamp, source_digest
from copyjob.spec.interfaces import DIALECT_NAMES
from copyjob.spec.table import Table, full_table, table
from copyjob.spec.vocabulary import Dialect, JobState, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from copyjob.diagrams.dot import DotWriter

Stale = tuple[Path, str]
"""A file and why it is stale, as the end of a sentence."""

Kind = Literal["lifecycle", "operation", "state", "difference", "facts", "events"]
KINDS: Final[tuple[Kind, ...]] = ("lifecycle", "operation", "state", "difference", "facts", "events")
"""What a picture shows, in the order of the set."""

FORMATS: Final[Mapping[str, str]] = MappingProxyType({"dot": "dot", "svg": "svg", "mermaid": "mmd"})
"""What is committed of a picture: the name of each format, and the ending of its files."""


@dataclass(frozen=True)
class Picture:
    """A picture that can be drawn: what is written of it is made when it is asked for."""

    name: str
    kind: Kind
    dialect: Dialect | None
    """None: it shows both."""
    subject: JobState | Operation | None
    """What it is about; None where that is the whole dialect."""
    caption: Caption
    draw: Callable[[], DotWriter]

    @cached_property
    def drawn(self) -> DotWriter:
        """What is written, from which both languages are told."""
        return self.draw()

    @cached_property
    def dot(self) -> str:
        """The DOT text."""
        return self.drawn.text()

    @cached_property
    def mermaid(self) -> str:
        """The same as a Mermaid flowchart."""
        return mermaid_text(self.drawn)

    @cached_property
    def digest(self) -> str:
        """The digest that an up-to-date SVG without links carries."""
        return self.digest_with(None)

    def digest_with(self, links: str | None) -> str:
        """Return the digest that an up-to-date SVG with this prefix of its links carries."""
        return source_digest(self.dot, self.caption, links)


def _lifecycle(of: Table, say: Language) -> Picture:
    found = account(of)
    caption = Caption(
        lifecycle_title(of, say),
        say(
            "State diagram of a download job of {service}: {states} states in four classes, from SUSPENDED, where "
            "every job begins, to ACKNOWLEDGED and CANCELLED. Solid arrows are operations, dashed ones internal "
            "events; {drawn} of {rows} rows of the table are arrows.",
            service=DIALECT_NAMES[of.dialect],
            states=len(of.states),
            drawn=len(found.drawn),
            rows=len(of.rows),
        ),
    )
    name = f"lifecycle-{of.dialect.value.lower()}"
    return Picture(name, "lifecycle", of.dialect, None, caption, lambda: lifecycle_drawing(of, say=say))


def _operation(of: Table, operation: Operation, say: Language) -> Picture:
    rules = sum(len(block.rules) for block in blocks(of, operation))
    answers = [answer for row in of.rows if row.label is operation for answer in row.answers]
    refused = sorted({a.hresult.name for a in answers if a.hresult is not None and a.hresult.failed})
    told = (
        say(
            "States on the left, rules with their guards, levels and clauses between, answers on the right: {rules} "
            "rules; refusals are {refusals}.",
            rules=rules,
            refusals=", ".join(refused),
        )
        if refused
        else say(
            "States on the left, rules with their guards, levels and clauses between, answers on the right: {rules} "
            "rules; nothing is refused.",
            rules=rules,
        )
    )
    return Picture(
        f"{operation.value}-{of.dialect.value.lower()}",
        "operation",
        of.dialect,
        operation,
        Caption(operation_title(of, operation, say), told),
        lambda: operation_drawing(of, operation, say),
    )


def _state(of: Table, state: JobState, say: Language) -> Picture:
    every = ways(of)
    caption = Caption(
        neighbourhood_title(of, state, say),
        say(
            "{state} in the middle. On the left the states from which calls and internal events lead here: {coming}. "
            "On the right where they lead from here: {going}; then what leaves the job where it is, and what is "
            "refused.",
            state=state.name,
            coming=_names(way.source for way in every if way.target is state and way.source is not state) or "–",
            going=_names(
                way.target
                for way in every
                if way.source is state and isinstance(way.target, JobState) and way.target is not state
            )
            or "–",
        ),
    )
    name = f"state-{state.name}-{of.dialect.value.lower()}"
    return Picture(name, "state", of.dialect, state, caption, lambda: neighbourhood_drawing(of, state, say))


def _names(states: Iterable[JobState]) -> str:
    return ", ".join(state.name for state in dict.fromkeys(states))


def _differences(say: Language) -> Picture:
    labels = dict.fromkeys(difference.label.value for difference in differences())
    caption = Caption(
        differences_title(say),
        say(
            "What BITS says on the left, what Delivery Optimization says on the right, in the middle the operation or "
            "internal event with its states: {labels}.",
            labels=", ".join(labels),
        ),
    )
    return Picture("differences", "difference", None, None, caption, lambda: differences_drawing(say))


def _facts(of: Table, say: Language) -> Picture:
    caption = Caption(
        facts_title(of, say),
        say(
            "{facts} facts of a job of {service} in the middle, {effects} effects that write them on the left, "
            "{guards} guards that read them on the right.",
            facts=len(facts_in_order(of)),
            service=DIALECT_NAMES[of.dialect],
            effects=len(effects_of(of)),
            guards=len(guards_of(of)),
        ),
    )
    return Picture(
        f"facts-{of.dialect.value.lower()}", "facts", of.dialect, None, caption, lambda: facts_drawing(of, say)
    )


def _events(of: Table, say: Language) -> Picture:
    caption = Caption(
        events_title(of, say),
        say(
            "{events} internal events of {service} on the left, each with its cause; beside it the states in which it "
            "may happen, and where the job is then.",
            events=len(events_of(of)),
            service=DIALECT_NAMES[of.dialect],
        ),
    )
    name = f"events-{of.dialect.value.lower()}"
    return Picture(name, "events", of.dialect, None, caption, lambda: events_drawing(of, say))


def _all(say: Language) -> Iterator[Picture]:
    for dialect in Dialect:
        yield _lifecycle(table(dialect), say)
    for operation in Operation:
        for dialect in Dialect:
            if operation in full_table(dialect).operations:
                yield _operation(table_for(operation, dialect), operation, say)
    for dialect in Dialect:
        for state in table(dialect).states:
            yield _state(table(dialect), state, say)
    yield _differences(say)
    for dialect in Dialect:
        yield _facts(full_table(dialect), say)
    for dialect in Dialect:
        yield _events(full_table(dialect), say)


@cache
def pictures(say: Language) -> Mapping[str, Picture]:
    """Return every picture by its name, in a language; made once a language."""
    return MappingProxyType({picture.name: picture for picture in _all(say)})


PICTURES: Final = pictures(ENGLISH)
"""Every picture by its name, in English."""


def _text(path: Path) -> str | None:
    """Return a file's text, None where there is no such file or it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _stale(path: Path, picture: Picture, links: str | None) -> str:
    """Return why a file is stale, empty where it is not."""
    if not path.exists():
        return "is missing"
    text = _text(path)
    if path.suffix != ".svg":
        written = picture.dot if path.suffix == ".dot" else picture.mermaid
        return "" if text == written else "differs from what the table gives"
    stamped = read_stamp(text or "")
    if not stamped:
        return "carries no stamp"
    if stamped["drawing"] != stamped["actual"]:
        return "was changed after it was drawn"
    return "" if stamped["source"] == picture.digest_with(links) else "was drawn from something older"


def stale(
    folder: Path, pictures: Iterable[Picture], formats: Iterable[str] = FORMATS, links: str | None = None
) -> list[Stale]:
    """Return each file of the folder that is not what would be drawn now, with why. Nothing is rendered.

    ``formats`` are names of :data:`FORMATS`; ``links`` is the prefix that the links of the SVG files have, None where
    they have none.
    """
    wanted = list(formats)
    lines: list[Stale] = []
    for picture in pictures:
        for form in wanted:
            path = folder / f"{picture.name}.{FORMATS[form]}"
            reason = _stale(path, picture, links)
            if reason:
                lines.append((path, reason))
    return lines


def strays(folder: Path) -> list[Stale]:
    """Return each file of the folder that by its ending is a picture, and that is none of the set."""
    return [
        (path, "is no picture of the set")
        for path in sorted(folder.glob("*"))
        if path.suffix.lstrip(".") in FORMATS.values() and path.stem not in PICTURES
    ]
