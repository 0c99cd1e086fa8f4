"""Tracks: what is believed of each job of a trace, a look-up a line once a line of its kind was met there.

Laws:

1. A token is a line without its job, number and time: whatever two lines with the same token say, they say the same.
2. A post is a belief about a job; a token leads from it to the next one. What it has not met it asks the judge, once.
   What has to be told with its line (impossible, not in order) is raised each time.
3. Where something happened to every job at once (a start, lines that are missing) nothing is done before a job is told
   of again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from msgspec import UNSET, UnsetType

from copyjob.conformance.nodes import Node
from copyjob.conformance.observation import Called, Counted, Observation, Passed, Sampled, Stopped
from copyjob.conformance.oracle import Judge
from copyjob.conformance.traces.lines import Call, Common, Fields, Line, Start, line_of, twice
from copyjob.conformance.traces.meaning import Meaning, Unjudged
from copyjob.spec.vocabulary import Operation

KEYS: Final = tuple(name for name in Fields.__struct_fields__ if name not in {"job", "seq", "time_seconds"})
COMMON_KEYS: Final = tuple(name for name in Common.__struct_fields__ if name in KEYS)
"""They come first among `KEYS`."""
TOKENS_MAX: Final = 50_000
"""Some thousand are many; clients with a name a call could make as many as there are lines."""


class Token:
    """A line without its job, number and time."""

    __slots__ = ("key",)

    def __init__(self, key: tuple[Any, ...]) -> None:
        """Keep what it says, in the order of `KEYS`."""
        self.key = key

    def line(self, job: str | UnsetType | None) -> Line:
        """Return the line about a job. ValueError: there is no such line."""
        return line_of(Fields(job=job, **dict(zip(KEYS, self.key, strict=True))))


class Tokens(dict[tuple[Any, ...], Token]):
    """The tokens that were met, by what they say."""

    def __missing__(self, key: tuple[Any, ...]) -> Token:
        """Make one; a key of the common fields alone means the same as one of all fields."""
        whole = key if len(key) == len(KEYS) else (*key, *(UNSET,) * (len(KEYS) - len(key)))
        self[key] = found = Token(whole) if whole is key else self[whole]
        return found


class ImpossibleError(Exception):
    """An observation that the table does not permit; with what was believed before its line, and before itself."""

    def __init__(self, observation: Observation, *, began: Node, before: Node) -> None:
        """Keep it."""
        super().__init__()
        self.observation, self.began, self.before = observation, began, before


class Post(dict[Token, "Post"]):
    """What is believed of a job."""

    __slots__ = ("track",)

    def __init__(self, track: Track) -> None:
        """Begin with nothing met; made by the track alone."""
        super().__init__()
        self.track = track

    def after(self, token: Token) -> Post:
        """Return the post behind a token; what it raises stands in the laws."""
        return self[token]

    def passed(self, observation: Passed | Stopped) -> Post:
        """Return the post after something that happens to every job at once."""
        del observation
        return self

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__


class Known(Post):
    """What is believed of a job that was told of before."""

    __slots__ = ("node",)

    def __init__(self, track: Track, node: Node) -> None:
        """Begin with nothing met."""
        super().__init__(track)
        self.node = node

    def __missing__(self, token: Token) -> Post:
        line = token.line("")
        if isinstance(line, Call) and line.operation == Operation.CREATE_JOB.value:
            raise ValueError(twice("of this line"))
        self[token] = found = self.track.post(self.track.judged(self.node, self.track.seen(token, line)))
        return found

    def passed(self, observation: Passed | Stopped) -> Post:
        """Return the post after something that happens to every job at once."""
        arrival = self.node[observation]
        assert arrival is not None
        return self.track.post(arrival.to)


class Unborn(Post):
    """Nothing was told of the job so far: each line from here is met once a job."""

    __slots__ = ()

    def __missing__(self, token: Token) -> Post:
        track, line = self.track, token.line("")
        if isinstance(line, Call) and line.operation == Operation.CREATE_JOB.value:
            state = track.meaning.observations(line)[-1:]
            created = track.meaning.created(line.type)
            return track.post(track.judged(created, [each for each in state if isinstance(each, Sampled)]))
        track.from_before += 1
        return track.post(track.judged(track.meaning.anywhere, track.seen(token, line)))


class Beyond(Post):
    """The job did what is impossible: nothing of it is judged any more, and all of it is read."""

    __slots__ = ()

    def __missing__(self, token: Token) -> Post:
        token.line("")
        self[token] = self
        return self


class Service(Post):
    """What is about no job: starts, and calls of which no job came."""

    __slots__ = ("_job", "_started")

    def __init__(self, track: Track, job: UnsetType | None, started: Callable[[Start], None]) -> None:
        """Begin with nothing met; ``started`` is told of every start."""
        super().__init__(track)
        self._job, self._started = job, started

    def __missing__(self, token: Token) -> Post:
        line = token.line(self._job)
        if isinstance(line, Start):
            self._started(line)
        else:
            self[token] = self
        return self


class Track:
    """The posts of one trace."""

    def __init__(self, meaning: Meaning) -> None:
        """Begin with a job that nobody told of."""
        self.meaning = meaning
        self.tokens = Tokens()
        self.unborn, self.beyond = Unborn(self), Beyond(self)
        self.from_before = 0
        """How many jobs were there before the trace began, or came where it tells nothing."""
        self.telling = False
        """Whether anything was told that could have been impossible."""
        self.unjudged: dict[Token, Unjudged] = {}
        """Lines that were met and are not judged, or not wholly."""
        self._posts: dict[Node, Known] = {}

    def post(self, node: Node) -> Known:
        """Return the one post of a belief."""
        known = self._posts.get(node)
        if known is None:
            known = self._posts[node] = Known(self, node)
        return known

    def tidy(self) -> None:
        """Forget which lines were met."""
        self.tokens.clear()
        for each in (*self._posts.values(), self.beyond):
            each.clear()
        self._posts.clear()

    def seen(self, token: Token, line: Line) -> tuple[Observation, ...]:
        """Return what a line tells, and remember where something of it is not judged."""
        reason = self.meaning.unjudged(line)
        if reason is not None:
            self.unjudged[token] = reason
        return self.meaning.observations(line)

    def judged(self, began: Node, observations: tuple[Observation, ...] | list[Observation]) -> Node:
        """Return the belief after some observations of one line. ImpossibleError: the table permits one of them not."""
        node = began
        for observation in observations:
            self.telling = self.telling or tells(node, observation)
            arrival = node[observation]
            if arrival is None:
                raise ImpossibleError(observation, began=began, before=node)
            node = arrival.to
        return node


class Jobs(dict[str | UnsetType | None, Post]):
    """Where every job is; who was not told of since something happened to all of them is asked only then."""

    def __init__(self, track: Track, services: dict[str | UnsetType | None, Post]) -> None:
        """Begin with no job; ``services`` stand in for what is about none."""
        super().__init__(services)
        self._track, self._services = track, services
        self._waiting: dict[Passed | Stopped, dict[str | UnsetType | None, Post]] = {}

    def __missing__(self, job: str | UnsetType | None) -> Post:
        for passed, waiting in self._waiting.items():
            post = waiting.pop(job, None)
            if post is not None:
                return post.passed(passed)
        return self._track.unborn

    def passed(self, observation: Passed | Stopped, stronger: Passed | None = None) -> None:
        """Let something happen to every job; ``stronger`` is what is no less, wherever that waits already."""
        for service in self._services:
            del self[service]
        moved = dict(self)
        for other, waiting in self._waiting.items():
            if other is not stronger and other is not observation:
                moved.update(waiting)
                waiting.clear()
        self._waiting.setdefault(observation, {}).update(moved)
        self.clear()
        self.update(self._services)

    @property
    def count(self) -> int:
        """How many jobs were told of."""
        return len(self) - len(self._services) + sum(map(len, self._waiting.values()))


def tells(node: Node, observation: Observation) -> bool:
    """Return whether the table forbids something that might have been observed instead."""
    judge: Judge = node.wide.judge
    before = node.wide.reached[observation.causes]
    match observation:
        case Sampled():
            return any(not bits & before for bits in judge.table.by_state.values())
        case Counted():
            return any(not bits & before for bits in judge.table.by_counts.values())
        case Called(operation, _, _):
            rows = (row for row in judge.table.rows if row.label is operation)
            answers = {answer.hresult for row in rows for answer in row.answers}
            return any(not judge.call(before, operation, hresult) for hresult in answers)
        case _:
            return False
