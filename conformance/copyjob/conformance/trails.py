"""Trails: what an observation tells a ledger, of shades and of tracks at once.

Laws:

1. A trail is a shade and a track that were come to together. Each such pair is there once: a step that was met before
   is one look-up.
2. What a step has told a ledger once it need not tell again: it then has no news.
3. A rejected observation leads to the end, from which nothing leads on: what came before it holds.

What this module does not know: how either is worked out.
"""

from __future__ import annotations

from dataclasses import dataclass

from copyjob.conformance.observation import Observation
from copyjob.conformance.oracle import Judge
from copyjob.conformance.shades import Passage, Shade, Shades
from copyjob.conformance.tracks import Certain, Track, Tracks


@dataclass(slots=True, eq=False)
class News:
    """What one observation tells where a trail comes to it."""

    trail: Trail
    observation: Observation
    passage: Passage
    certain: Certain | None

    def told(self) -> None:
        """Note that a ledger has taken it in."""
        to, rows, _ = self.trail[self.observation]
        self.trail[self.observation] = (to, rows, None)


Move = tuple["Trail", int, "News | None"]
"""Where an observation leads, the rows that it may have passed through, as bits, and what is new in it."""


class Trail(dict[Observation, Move]):
    """A shade and a track, and where each observation leads from there."""

    __slots__ = ("shade", "track", "trails")

    def __init__(self, trails: Trails, shade: Shade, track: Track) -> None:
        """Begin with nothing met; made by ``Trails`` alone."""
        super().__init__()
        self.trails, self.shade, self.track = trails, shade, track

    def __missing__(self, observation: Observation) -> Move:
        self[observation] = found = self.trails.follow(self, observation)
        return found

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


class _End(Trail):
    """Where a trail ends that was rejected."""

    __slots__ = ()

    def __missing__(self, _: Observation) -> Move:
        return self, 0, None


class Trails:
    """All trails of one judge, with tolerated answers admitted or not."""

    def __init__(self, judge: Judge, shades: Shades, *, tolerant: bool) -> None:
        """Meet nothing yet."""
        self._memory = judge.memory
        self._met: dict[tuple[Shade, Track], Trail] = {}
        self._rows: dict[int, int] = {}
        """Each set of rows once: few are many times the same, and what is one lies near."""
        self.start = self._trail(shades.start(tolerant=tolerant), Tracks(judge, tolerant=tolerant).start)
        """That of a new job."""
        self._end: Move = (_End(self, self.start.shade, self.start.track), 0, None)

    def follow(self, trail: Trail, observation: Observation) -> Move:
        """Work out where an observation leads."""
        self._memory.met()
        passage = trail.shade[observation]
        if passage is None:
            return self._end
        track, certain = trail.track[observation]
        new = passage.rejected or passage.answers or certain
        news = News(trail, observation, passage, certain) if new else None
        rows = self._rows.setdefault(passage.rows, passage.rows)
        return self._trail(passage.to, track), rows, news

    def _trail(self, shade: Shade, track: Track) -> Trail:
        """Return the one trail for these."""
        known = self._met.get((shade, track))
        if known is None:
            known = self._met[shade, track] = Trail(self, shade, track)
        return known
