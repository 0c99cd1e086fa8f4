"""What one run of a plan left behind: observations, messages, failed checks, and how it ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from copyjob.conformance.checks import Failure
from copyjob.conformance.empty import A_DICT, A_LIST
from copyjob.conformance.last_answer import NOTHING, LastAnswer
from copyjob.conformance.observation import Observation, Sampled
from copyjob.conformance.oracle import Rejection
from copyjob.conformance.overlook import Known
from copyjob.conformance.plan import Plan, step_told
from copyjob.spec.vocabulary import Operation


class Verdict(Enum):
    """How a run, a row, a check or a whole campaign ended."""

    CONFORMS = "conforms"
    DIVERGES = "diverges"
    SKIPPED = "skipped"
    INCONCLUSIVE = "inconclusive"
    ERRORED = "errored"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Message:
    """One arrow of the sequence picture: seconds since the plan began, who to whom, what."""

    time_seconds: float
    source: str
    target: str
    text: str


@dataclass(frozen=True, slots=True)
class CallMade:
    """One call of an operation: which caller made it in which step, and when, in seconds since the plan began.

    ``hresult`` is None where no answer came in time, or none that was one.
    """

    caller: int
    operation: Operation
    hresult: int | None
    began_seconds: float
    ended_seconds: float
    step: int


@dataclass
class Record:
    """The whole run. ``steps[i]`` is the number of the plan's step in which observation ``i`` was made."""

    plan: Plan
    observations: list[Observation] = field(default_factory=A_LIST)
    steps: list[int] = field(default_factory=A_LIST)
    messages: list[Message] = field(default_factory=A_LIST)
    calls: list[CallMade] = field(default_factory=A_LIST)
    remarks: dict[int, list[str]] = field(default_factory=A_DICT)
    rejection: Rejection | None = None
    last_answer: LastAnswer = NOTHING
    """What the server had told the job last when an observation was rejected."""
    recommendations: list[Rejection] = field(default_factory=A_LIST)
    failures: list[Failure] = field(default_factory=A_LIST)
    judged: Counter[str] = field(default_factory=Counter[str])
    overlooked: set[Known] = field(default_factory=set[Known])
    """Known divergences that showed again, and that the run went on past."""
    late: str = ""
    """Something was due and did not happen in time; to be run again, alone and with more patience."""
    stuck: tuple[str, ...] = ()
    """The ids of the rows that were due when the run was late."""
    unclear: str = ""
    """Why the run could not be judged to its end."""
    error: str = ""
    """Why the adapter is to blame."""
    words: tuple[str, ...] = ()
    """The last lines that the adapter wrote to standard error, where it broke and writes there."""
    wire: str = "http"
    """What it was run on: `http` or `memory`."""
    seed: int = 0
    """Of the delays in memory."""
    steps_done: int = 0
    requests: int = 0
    bytes_sent: int = 0

    @property
    def verdict(self) -> Verdict:
        """The run's verdict; a divergence outweighs all, an error outweighs what is unclear."""
        if self.rejection is not None or self.failures:
            return Verdict.DIVERGES
        if self.error:
            return Verdict.ERRORED
        if self.late or self.unclear:
            return Verdict.INCONCLUSIVE
        return Verdict.CONFORMS

    @property
    def where(self) -> str:
        """In which step the run ended early, and in which state the job was seen last."""
        number, steps = self.steps_done, self.plan.steps
        place = (
            f"in step {number + 1} of {len(steps)}, {step_told(steps[number])}" if number < len(steps) else "at its end"
        )
        states = [seen.state.name for seen in self.observations if isinstance(seen, Sampled)]
        return f"{place}; last seen {states[-1]}" if states else f"{place}; never seen in a state"

    @property
    def diverged_at_step(self) -> int | None:
        """The number of the step in which the run diverged, where it did."""
        if self.rejection is not None:
            return self.steps[self.rejection.index]
        return self.steps_done if self.failures else None
