"""How far the body of an answer is sent under a script, and what happens there: the table in `scripts` as a
function.

Law: a pure function of script, answer and what has been sent, so a script that changes in the middle of an
answer needs nothing but another look. Does not know sockets or the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from copyjob.conformance.origin.scripts import Script, ScriptKind

if TYPE_CHECKING:
    from copyjob.conformance.origin.answers import Answer


class Then(Enum):
    """What happens when the body has been sent as far as it may be at present."""

    FINISH = auto()
    HOLD = auto()
    PAUSE = auto()
    RESET = auto()
    TRUNCATE = auto()


@dataclass(frozen=True, slots=True)
class Course:
    """Send the wire bytes before index `limit`, then do `then`."""

    limit: int
    then: Then


def plot(script: Script, answer: Answer, sent: int, *, cutting: bool) -> Course:
    """Return how an answer of which `sent` wire bytes are gone goes on.

    `cutting` says that the script has just changed.
    """
    length = len(answer.wire)
    if not answer.is_content or not length:
        return Course(length, Then.FINISH)
    last = answer.final_at if answer.final_at is not None and answer.final_at >= 0 else length - 1
    stop = max(min(script.after_bytes or 0, last), sent)
    match script.kind:
        case ScriptKind.HOLD_BODY:
            return Course(stop, Then.HOLD)
        case ScriptKind.HOLD_HEADERS:
            return Course(sent, Then.HOLD)
        case ScriptKind.RESET:
            return Course(stop, Then.RESET)
        case ScriptKind.TRUNCATE:
            return Course(stop, Then.TRUNCATE)
        case ScriptKind.STATUS | ScriptKind.REDIRECT | ScriptKind.NO_CONTENT:
            return Course(sent, Then.TRUNCATE)
        case _ if script.cuts and cutting:
            return Course(sent, Then.TRUNCATE)
        case ScriptKind.SERVE if 0 < script.piece_bytes < length - sent:
            return Course(sent + script.piece_bytes, Then.PAUSE)
        case _:
            return Course(length, Then.FINISH)
