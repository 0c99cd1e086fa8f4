"""A counterexample's path on the life cycle: its steps as numbered arrows, where it diverged, what was permitted there.

Laws:

1. The picture is the life cycle itself, its other arrows pale and without labels: they stay where to compare with.
2. A number is a step, in the order in which the states were seen. Several labels with one number: by which of them the
   job went, nobody saw.
3. What was seen and what was permitted stand in the report's own words in a note beside the state.

What this module does not know: DOT, HTML; which state came when (:mod:`copyjob.diagrams.walk`).
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from copyjob.diagrams import style
from copyjob.diagrams.edges import edges
from copyjob.diagrams.language import ENGLISH, Language
from copyjob.diagrams.marks import ArrowMark, ExtraArrow, Note, Overlay, StateMark
from copyjob.diagrams.overlay import other_table
from copyjob.diagrams.svg import Caption
from copyjob.diagrams.walk import Step, Walk, walk_of
from copyjob.spec.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from copyjob.diagrams.edges import Edge, Line
    from copyjob.diagrams.report_parts import Divergence, Run
    from copyjob.spec.table import Table
    from copyjob.spec.vocabulary import JobState

_NOTE: Final = "note-divergence"
_NOTE_WIDTH: Final = 40
"""Characters of a line in the note."""

_SEEN: Final = "●"

_MEANS: Final = {
    "walked": "a step of the job, in the order in which its states were seen",
    "leapt": "the state that was seen next; how the job went there nobody saw",
    "diverges": "where it diverged: no row permits this",
    "permitted": "where the job was permitted to be instead",
    "aside": "what else the table permits",
}


def _mark(name: str) -> ArrowMark:
    return ArrowMark(name, (style.SIGNS | style.MARKS)[name])


def _is_boxed(edge: Edge) -> bool:
    """Whether an arrow leaves a box of states, so that it shows of no single one that a job left it."""
    return len(edge.sources) > 1


@dataclass(frozen=True)
class Path(Overlay):
    """The walk of one divergence, laid over the life cycle."""

    of: Table
    walk: Walk
    divergence: Divergence
    backend: str
    of_another_table: tuple[str, ...] = ()
    say: Language = ENGLISH

    @property
    def caption(self) -> Caption:
        """The title of the picture, and all of it in words."""
        title = self.say(
            "The path of a {dialect} job to {divergence}, as it was seen of {backend}",
            dialect=self.of.dialect.value,
            divergence=self.divergence.id,
            backend=self.backend,
        )
        return Caption(title, self.told)

    @property
    def whole(self) -> bool:
        """Whether more is told than the path: it is not."""
        return False

    def state(self, state: JobState) -> StateMark:
        """Return whether the job was seen in a state."""
        if state not in self.walk.states:
            return StateMark(sign=style.NOT_SEEN.sign, classes=("not-seen",), dashed=True)
        if state is self.walk.where and self.walk.wrong is None:
            return StateMark(_SEEN, (f"{style.DIVERGES.sign} {self.say('here')}",), ("on-path", "diverges"))
        return StateMark(_SEEN, classes=("on-path",))

    @cached_property
    def _steps_on(self) -> dict[str, list[Step]]:
        """The steps that an arrow of the table stands for, by its id."""
        found: dict[str, list[Step]] = {}
        for step in self.walk.steps:
            for edge in step.arrows:
                if not _is_boxed(edge):
                    found.setdefault(edge.id, []).append(step)
        return found

    @cached_property
    def _permitted_on(self) -> dict[str, tuple[JobState, list[str]]]:
        """Where the job was permitted to be, and by which operations or internal events, by the id of the arrow."""
        wrong, rows = self.walk.wrong, {*self.divergence.rows}
        found: dict[str, tuple[JobState, list[str]]] = {}
        if wrong is None:
            return found
        for edge in edges(self.of):
            own = [row for row in edge.rows if row.source is wrong.source and row.id in rows]
            if own and edge.dest in self.walk.permitted and not _is_boxed(edge):
                found[edge.id] = (edge.dest, list(dict.fromkeys(row.label.value for row in own)))
        return found

    def arrow(self, edge: Edge) -> ArrowMark:
        """Return how an arrow is drawn: on the path, permitted, or aside."""
        if edge.id in self._steps_on:
            return _mark("walked")
        return _mark("permitted" if edge.id in self._permitted_on else "aside")

    def texts(self, edge: Edge, line: Line) -> Sequence[str]:
        """Return a line's label with the number of its step, where the job went by it or might have gone."""
        label = line.label.value
        numbers = [str(step.number) for step in self._steps_on.get(edge.id, ()) if label in step.labels]
        told = [f"{', '.join(numbers)}: {label}"] if numbers else []
        _, permitted = self._permitted_on.get(edge.id, (None, ()))
        if label in permitted:
            told.append(f"{style.MARKS['permitted'].sign} {label}")
        return told

    @property
    def arrows(self) -> Sequence[ExtraArrow]:
        """The steps without an arrow of the table that leaves just their state, what was wrong, what was permitted."""
        return [*self._own_steps(), *self._wrong_arrows(), *self._permitted_arrows()]

    def _own_steps(self) -> Iterable[ExtraArrow]:
        for step in self.walk.steps:
            boxed = [edge for edge in step.arrows if _is_boxed(edge)]
            if step.arrows and not boxed:
                continue
            drawn = {line.label.value for edge in boxed for line in edge.lines}
            labels = [label for label in step.labels if label in drawn]
            yield ExtraArrow(
                id=f"step-{step.number}-{step.source.name}-{step.dest.name}",
                source=step.source,
                target=step.dest,
                mark=_mark("walked" if boxed else "leapt"),
                lines=(f"{step.number}: {', '.join(labels) if boxed else self.say('seen next')}",),
                tooltip=self._step_told(step),
            )

    def _wrong_arrows(self) -> Iterable[ExtraArrow]:
        wrong, observation = self.walk.wrong, self.divergence.observation
        if wrong is not None:
            told = self.say("stays") if wrong.source is wrong.dest else self.say("not permitted")
            yield ExtraArrow(
                id=f"step-{wrong.number}-{wrong.source.name}-{wrong.dest.name}",
                source=wrong.source,
                target=wrong.dest,
                mark=_mark("diverges"),
                lines=(f"{style.DIVERGES.sign} {wrong.number}: {told}",),
                tooltip=observation,
            )
        to_note = ArrowMark("diverges", style.Sign("", "", style.DIVERGES.ink, style.DOTTED))
        yield ExtraArrow("to-note", self.walk.where, _NOTE, to_note, (), observation)

    def _permitted_arrows(self) -> Iterable[ExtraArrow]:
        wrong = self.walk.wrong
        drawn = {state for state, _ in self._permitted_on.values()}
        for state in self.walk.permitted if wrong is not None else ():
            if wrong is None or state in drawn:
                continue
            told = self.say("stays") if state is wrong.source else self.say("permitted")
            yield ExtraArrow(
                id=f"permitted-{wrong.source.name}-{state.name}",
                source=wrong.source,
                target=state,
                mark=_mark("permitted"),
                lines=(f"{style.MARKS['permitted'].sign} {told}",),
                tooltip=self.say("{state} was permitted", state=state.name),
            )

    @property
    def notes(self) -> Sequence[Note]:
        """What was seen where it diverged, and what was permitted there."""
        permitted = self.divergence.permitted
        lines = [f"{style.DIVERGES.sign} {self.say('seen:')}", *_indented((self.divergence.observation,))]
        if permitted:
            lines += [f"{style.MARKS['permitted'].sign} {self.say('permitted:')}", *_indented(permitted)]
        return [Note(_NOTE, self.walk.where, tuple(lines), self.told)]

    @property
    def told(self) -> str:
        """All of the picture in words."""
        steps = [self._step_told(step) for step in self.walk.steps]
        wrong, places = self.walk.wrong, {"state": self.walk.where.name, "observation": self.divergence.observation}
        if wrong is not None:
            steps.insert(wrong.number - 1, self._wrong_told(wrong))
        steps.append(self.say("Seen in {state}: {observation}.", **places))
        if self.divergence.permitted:
            steps.append(self.say("Permitted: {permitted}.", permitted="; ".join(self.divergence.permitted)))
        return " ".join(steps)

    def _step_told(self, step: Step) -> str:
        places = {"number": step.number, "source": step.source.name, "dest": step.dest.name}
        if not step.labels:
            return self.say("{number}: from {source} to {dest}, nobody saw how.", **places)
        labels = self.say(" or ").join(step.labels)
        return self.say("{number}: from {source} to {dest} by {labels}.", labels=labels, **places)

    def _wrong_told(self, wrong: Step) -> str:
        places = {"number": wrong.number, "source": wrong.source.name, "dest": wrong.dest.name}
        if wrong.source is wrong.dest:
            return self.say("{number}: stays in {source}, which is not permitted.", **places)
        return self.say("{number}: from {source} to {dest}, which is not permitted.", **places)

    @property
    def samples(self) -> Sequence[str]:
        """One sample for each kind of mark that is on the picture."""
        used = {"aside", *(arrow.mark.name for arrow in self.arrows)}
        used |= {"walked"} if self._steps_on else set()
        used |= {"permitted"} if self._permitted_on else set()
        return [f"{style.SAMPLES[name]} {self.say(text)}" for name, text in _MEANS.items() if name in used]

    @property
    def remarks(self) -> Sequence[str]:
        """What the signs of states mean, and whether the report is of another table."""
        lines = [
            self.say(
                "{seen} the job was seen in this state   {not_seen} it was not",
                seen=_SEEN,
                not_seen=style.NOT_SEEN.sign,
            )
        ]
        if any(len(step.labels) > 1 for step in self.walk.steps):
            lines.append(self.say("Several labels with one number: by which of them it went, nobody saw."))
        return [*lines, *self.of_another_table]


def _indented(texts: Iterable[str]) -> list[str]:
    return [f"   {line}" for text in texts for line in textwrap.wrap(text, _NOTE_WIDTH) or [""]]


def path_of(divergence: Divergence, run: Run, backend: str, say: Language = ENGLISH) -> Path | None:
    """Return the path of a divergence on the life cycle of its run's dialect; None where no state of it was seen."""
    own = table(run.dialect)
    walk = walk_of(divergence, own)
    return None if walk is None else Path(own, walk, divergence, backend, other_table(run, backend, say), say)
