"""Trails: what an observation tells a ledger, of shades and of tracks at once.

Law: a trail is a shade and a track that were come to together. Each such pair is there once: a step that was met before
is one look-up, and says whether a ledger has taken in already what it tells.

What this module does not know: how either is worked out.
"""

from __future__ import annotations

from dataclasses import dataclass

from copyjob.conformance.nodes import PLACES_MAX
from copyjob.conformance.observation import Observation
from copyjob.conformance.oracle import Judge
from copyjob.conformance.shades import Passage, Shade, Shades
from copyjob.conformance.tracks import Certain, Track, Tracks


@dataclass(slots=True, eq=False)
class Move:
    """What one observation does to a trail."""

    to: Trail
    rows: int
    """The rows that it may have passed through, as bits."""
    passage: Passage
    certain: Certain | None
    counted: bool = False
    """Whether what it tells was taken in."""


class Trail(dict[Observation, Move | None]):
    """A shade and a track; where each observation leads from there, None where it is rejected."""

    __slots__ = ("shade", "track", "trails")

    def __init__(self, trails: Trails, shade: Shade, track: Track) -> None:
        """Begin with nothing met; made by ``Trails`` alone."""
        super().__init__()
        self.trails, self.shade, self.track = trails, shade, track

    def __missing__(self, observation: Observation) -> Move | None:
        found = None
        passage = self.shade[observation]
        if passage is not None:
            track, certain = self.track[observation]
            found = Move(self.trails.trail(passage.to, track), passage.rows, passage, certain)
        self[observation] = found
        return found

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


class Trails:
    """All trails of one judge, with tolerated answers admitted or not."""

    def __init__(self, judge: Judge, shades: Shades, *, tolerant: bool) -> None:
        """Meet nothing yet."""
        self._met: dict[tuple[Shade, Track], Trail] = {}
        self.start = self.trail(shades.start(tolerant=tolerant), Tracks(judge, tolerant=tolerant).start)
        """That of a new job."""

    def trail(self, shade: Shade, track: Track) -> Trail:
        """Return the one trail for these."""
        known = self._met.get((shade, track))
        if known is None:
            if len(self._met) >= PLACES_MAX:
                self._met.clear()
            known = self._met[shade, track] = Trail(self, shade, track)
        return known
