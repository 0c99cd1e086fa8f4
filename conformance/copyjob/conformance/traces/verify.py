"""Verifying: a recorded trace against the table, line by line, in one pass and with the memory of its jobs alone.

Laws:

1. Nothing is judged that was not read: one bad line, wherever it stands, and there is no verdict (BadLineError).
2. A job that did what is impossible is judged no further; the others are.
3. A trace *conforms* where nothing in it is impossible, and something might have been. Where no line could have been
   impossible, whatever it had told, nothing was judged, and that is said.
4. Recommendations (SHOULD) are not judged: they rest on what the server did, which no trace tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from typing import Final

from msgspec import UNSET, UnsetType

from copyjob.conformance.garbage import rarely_looked_for
from copyjob.conformance.nodes import Node
from copyjob.conformance.observation import Observation
from copyjob.conformance.oracle import Rejection
from copyjob.conformance.traces.blocks import Block, Numbers, begin, blocks
from copyjob.conformance.traces.lines import Fields, Start, Stream
from copyjob.conformance.traces.meaning import Meaning, Unjudged
from copyjob.conformance.traces.track import (
    COMMON_KEYS,
    KEYS,
    TOKENS_MAX,
    ImpossibleError,
    Jobs,
    Post,
    Service,
    Token,
    Track,
)
from copyjob.spec.table import Level

_JOB: Final = attrgetter("job")
_KEY: Final = attrgetter(*KEYS)
_COMMON_KEY: Final = attrgetter(*COMMON_KEYS)
Job = str | UnsetType | None


@dataclass(frozen=True)
class Finding:
    """A line that the table does not permit."""

    job: str
    number: int
    """Of the line."""
    observation: Observation
    """What of the line it is."""
    began: Node
    """What was believed of the job before the line."""
    before: Node
    """The same, when it was observed."""

    @property
    def rejection(self) -> Rejection:
        """The same, as the oracle tells it."""
        place = self.before.wide
        return Rejection(0, self.observation, None, place.bits, place.reached[self.observation.causes], Level.MUST)


@dataclass
class Judged:
    """What became of one trace."""

    start: Start
    lines: int = 0
    jobs: int = 0
    from_before: int = 0
    """How many of the jobs were there before the trace, so that they were believed to be anywhere."""
    missing: int = 0
    """How many lines are missing, as their numbers tell."""
    impossible: list[Finding] = field(default_factory=list[Finding])
    """The first of each job, in the order of their lines."""
    unjudged: Counter[Unjudged] = field(default_factory=Counter[Unjudged])
    telling: bool = False
    """Whether a line might have been impossible."""


class Verifier:
    """One trace, read and judged."""

    def __init__(self, stream: Stream, where: str) -> None:
        """Read the first line. BadLineError: it is no start."""
        start, self._number = begin(stream, where)
        self._stream, self._where = stream, where
        self.judged = Judged(start, lines=1)
        self.meaning = Meaning(start)
        self.track = Track(self.meaning)
        services: dict[Job, Post] = {job: Service(self.track, job, self._started) for job in (UNSET, None)}
        self._jobs = Jobs(self.track, services)
        self._numbers = Numbers(start)

    def run(self) -> Judged:
        """Judge all of it. BadLineError: a line cannot be read."""
        with rarely_looked_for():
            for block in blocks(self._stream, self._where, self._number):
                self._judge(block)
                self.judged.lines += len(block.lines)
                if len(self.track.tokens) > TOKENS_MAX:
                    self.track.tidy()
        judged = self.judged
        judged.jobs, judged.from_before = self._jobs.count, self.track.from_before
        judged.missing, judged.telling = self._numbers.missing, self.track.telling
        return judged

    def _judge(self, block: Block) -> None:
        key = _KEY if isinstance(block.lines[0], Fields) else _COMMON_KEY
        tokens = list(map(self.track.tokens.__getitem__, map(key, block.lines)))
        jobs: list[Job] = list(map(_JOB, block.lines))
        gaps = self._numbers.gaps(block)
        for begins, ends in pairwise((0, *gaps, len(jobs))):
            if begins:
                self._jobs.passed(self.meaning.missing)
            self._follow(block, zip(jobs[begins:ends], tokens[begins:ends], strict=True), ends)
        if self.track.unjudged:
            for token, reason in self.track.unjudged.items():
                self.judged.unjudged[reason] += tokens.count(token)

    def _follow(self, block: Block, lines: Iterator[tuple[Job, Token]], ends: int) -> None:
        """Let every job go where its lines lead; the last of them stands before line ``ends`` of the block."""
        here: Jobs = self._jobs
        job: Job = None
        while True:
            try:
                for job, token in lines:
                    here[job] = here[job][token]
            except ImpossibleError as found:
                left = list(lines)
                self._found(found, job, block.number(ends - len(left) - 1))
                lines = iter(left)
            except ValueError as error:
                raise block.bad(ends - len(list(lines)) - 1, error) from None
            else:
                return

    def _found(self, found: ImpossibleError, job: Job, number: int) -> None:
        assert isinstance(job, str)
        self._jobs[job] = self.track.beyond
        self.judged.impossible.append(Finding(job, number, found.observation, found.began, found.before))

    def _started(self, start: Start) -> None:
        self._numbers.agree(start)
        self._jobs.passed(self.meaning.restarted, self.meaning.missing)
