"""The shortest sub-trace that is already impossible: the fewest lines of a job that nothing explains, and no others.

Laws:

1. To leave a line out weakens what is claimed, and never strengthens it. Where lines are left out, whatever could have
   happened may have: any call with any answer, any internal event, the line itself among them. Without this a sub-trace
   would claim that what was left out did not happen. In the file, a gap in the numbers (`seq`) says so.
2. So whatever the sub-trace forbids the whole trace forbids too; the other way round need not be.
3. It is the shortest of all, not one from which no single line can be taken: beliefs, not lines, are what is searched,
   and of two ways to the same belief the one with fewer lines is kept. Of a job with more than `LINES_MAX` lines, it is
   the shortest within the last of them.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from msgspec import UNSET

from copyjob.conformance.observation import Passed, Stopped
from copyjob.conformance.traces.blocks import Numbers, begin, blocks
from copyjob.conformance.traces.lines import Common, Line, Start, Stream, line_of
from copyjob.conformance.traces.track import KEYS, ImpossibleError, Post, Track
from copyjob.conformance.traces.verify import Finding

LINES_MAX: Final = 5_000


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One line of a job: its number in the file, and what happened to every job just before it."""

    number: int
    line: Common
    before: Passed | Stopped | None = None


def history(stream: Stream, where: str, track: Track, findings: Sequence[Finding]) -> dict[str, list[Step]]:
    """Read the trace once more; return the lines of each job with a finding, up to it: the last `LINES_MAX`."""
    start, number = begin(stream, where)
    meaning, numbers = track.meaning, Numbers(start)
    until = {finding.job: finding.number for finding in findings}
    found = {job: deque[Step](maxlen=LINES_MAX) for job in until}
    passed: dict[str, Passed | Stopped | None] = dict.fromkeys(until)
    last = max(until.values())
    for block in blocks(stream, where, number):
        if block.first > last:
            break
        gaps = set(numbers.gaps(block))
        for index, line in enumerate(block.lines):
            if index in gaps:
                passed = dict.fromkeys(until, meaning.missing)
            if line.event == "start":
                passed = {job: before or meaning.restarted for job, before in passed.items()}
            job = line.job
            if isinstance(job, str) and job in until and (at := block.number(index)) <= until[job]:
                found[job].append(Step(at, line, passed[job]))
                passed[job] = None
    return {job: list(steps) for job, steps in found.items()}


@dataclass(frozen=True, slots=True)
class _Way:
    """How a belief was come to: by how many lines, and which was the last."""

    length: int
    step: int | None = None
    before: _Way | None = None


def shortest(track: Track, steps: Sequence[Step]) -> tuple[Step, ...]:
    """Return the fewest of these lines, the last among them, that nothing explains; empty where all of them are not
    enough, because others before them were needed.
    """
    missing = track.meaning.missing
    tokens = [track.tokens[tuple(getattr(step.line, name, UNSET) for name in KEYS)] for step in steps]
    ways: dict[Post, _Way] = {track.unborn: _Way(0)}
    for index, (step, token) in enumerate(zip(steps, tokens, strict=True)):
        last, after = index == len(steps) - 1, dict[Post, _Way]()
        ends: list[_Way] = []
        for post, way in ways.items():
            here = post if step.before is None else post.passed(step.before)
            kept = _Way(way.length + 1, index, way)
            try:
                _keep(after, here[token], kept)
            except ImpossibleError:
                ends.append(kept)
            if not last:
                _keep(after, here.passed(missing), way)
        if ends:
            return tuple(steps[number] for number in _lines(min(ends, key=lambda way: way.length)))
        ways = after
    return ()


def _keep(ways: dict[Post, _Way], post: Post, way: _Way) -> None:
    known = ways.get(post)
    if known is None or way.length < known.length:
        ways[post] = way


def _lines(way: _Way) -> list[int]:
    found: list[int] = []
    at: _Way | None = way
    while at is not None:
        if at.step is not None:
            found.append(at.step)
        at = at.before
    return found[::-1]


def sub_trace(track: Track, start: Start, steps: Sequence[Step], chosen: Sequence[Step]) -> str:
    """Return a trace of the chosen lines of one job, to be judged by itself: the numbers leave a gap where lines are
    left out, and a start stands where one stood.
    """
    told: list[dict[str, Any]] = [{**_plain(start), "seq": 1}]
    seq, at = 1, -1
    for index, step in enumerate(steps):
        if step not in chosen:
            continue
        if index > at + 1 or step.before is track.meaning.missing:
            seq += 1
        elif step.before is not None:
            told.append({**_plain(start), "seq": 1})
            seq = 1
        seq, at = seq + 1, index
        told.append({**_plain(line_of(step.line)), "seq": seq})
    return "".join(json.dumps(line) + "\n" for line in told)


def _plain(line: Line) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(line)
    return plain
