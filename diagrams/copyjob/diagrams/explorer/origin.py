"""What the origin can do, as far as the specification knows: each with the internal events that become possible.

Laws, checked by the tests of this room:

1. An event stands here where its cause (:data:`copyjob.spec.events.EVENTS`) speaks of the server, and only there; all
   others may happen whatever the origin does.
2. Which HTTP status leads to which fault is decided by ``decision/11`` for downloads and ``http/reply`` for uploads.

What this module does not know: in which state an event has a row; that is for the table to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from copyjob.spec import facts as f
from copyjob.spec.explain_hresults import fault_of_status
from copyjob.spec.vocabulary import InternalEvent as Event


@dataclass(frozen=True)
class Happening:
    """An internal event that becomes possible, for jobs of which the guard holds."""

    event: Event
    guard: f.Guard = f.ALWAYS


@dataclass(frozen=True)
class Way:
    """One thing that the origin can do from now on; ``id`` stands in addresses and never changes its meaning."""

    id: str
    says: str
    """In English, a sentence."""
    events: tuple[Happening, ...]


def _way(name: str, says: str, *events: Event | Happening) -> Way:
    return Way(name, says, tuple(each if isinstance(each, Happening) else Happening(each) for each in events))


def _status(number: int, says: str) -> Way:
    """Return what an answer with this status makes possible: the fault that the rows on it tell of."""
    fault = fault_of_status(number)
    assert fault is not None, f"no rule speaks of {number}"
    return _way(str(number), says, *_ANSWERS, fault)


_ANSWERS: Final = (Event.CONNECT,)
_SENDS: Final = (Event.CONNECT, Event.DATA)
_SERVES: Final = (*_SENDS, Event.FILE_DONE, Event.REPLY_BEGUN, Event.REPLY_DONE)
_EITHER: Final = (Happening(Event.AMBIGUOUS_FAULT, f.DOWNLOAD), Happening(Event.TRANSIENT_FAULT, f.UPLOADING))
"""What 408 and 409 lead to: a download may take them either way, an upload as a fault that mends itself."""

WAYS: Final = (
    _way("serve", "The origin serves every file as it is asked for.", *_SERVES),
    _way("hold", "The origin sends half of a file, then nothing more.", *_SENDS, Event.TRANSIENT_FAULT),
    _way("silent", "The origin takes the request and answers nothing.", *_ANSWERS, Event.TRANSIENT_FAULT),
    _way("backlog", "The origin neither accepts connections nor refuses them."),
    _way("refuse", "The origin refuses connections.", Event.TRANSIENT_FAULT),
    _way("cut", "The origin resets connections, or cuts files off.", *_SENDS, Event.TRANSIENT_FAULT),
    _status(503, "The origin answers 503: it is overloaded."),
    _status(404, "The origin answers 404: there is no such file."),
    _status(501, "The origin answers 501: it cannot do that."),
    _way("408", "The origin answers 408: the request took too long.", *_ANSWERS, *_EITHER),
    _way(
        "loop",
        "The origin redirects in a loop.",
        *_ANSWERS,
        Happening(Event.AMBIGUOUS_FAULT, f.DOWNLOAD),
    ),
    _way(
        "whole",
        "The origin answers a request for a part with the whole file.",
        *_SERVES,
        Event.RANGE_REFUSED,
    ),
    _way(
        "changed",
        "The origin has another version of a file that was begun.",
        *_SERVES,
        Event.RANGE_REFUSED,
        Event.FILE_RESTARTED,
    ),
)
"""The first is what a new job meets."""
