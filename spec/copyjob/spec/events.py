"""Internal events: when each may happen, and whether it must.

Law: nothing happens without a cause; an event that is *fair* happens at last once its cause is there and stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from copyjob.spec.vocabulary import InternalEvent


@dataclass(frozen=True, slots=True)
class EventRule:
    """When an internal event may happen: its cause in words, and whether it must happen once the cause is there."""

    cause: str
    fair: bool


EVENTS: Mapping[InternalEvent, EventRule] = MappingProxyType(
    {
        InternalEvent.TURN: EventRule("a place in the scheduler is free", fair=True),
        InternalEvent.CONNECT: EventRule("the server accepts connections", fair=True),
        InternalEvent.FILE_DONE: EventRule("the server began to write the last byte of one more file", fair=True),
        InternalEvent.ALL_DONE: EventRule("spontaneous once no file is left", fair=True),
        InternalEvent.SLICE_END: EventRule("time has passed", fair=False),
        InternalEvent.TRANSIENT_FAULT: EventRule(
            "the server refused, reset, cut off or answered 5xx, or an upload with what is transient (http/reply); "
            "or a stall",
            fair=True,
        ),
        InternalEvent.FATAL_FAULT: EventRule(
            "the server answered 4xx, 501 or 505, or an upload with what is fatal (http/reply)", fair=True
        ),
        InternalEvent.AMBIGUOUS_FAULT: EventRule(
            "the server answered a download 408, 409, 425, 429 or redirects in a loop", fair=True
        ),
        InternalEvent.RANGE_REFUSED: EventRule(
            "the server answered a request for a part with something else", fair=False
        ),
        InternalEvent.RETRY: EventRule("the retry delay has passed", fair=True),
        InternalEvent.NO_PROGRESS: EventRule("the no-progress timeout has passed", fair=True),
        InternalEvent.RESTART: EventRule("the service was stopped and started again", fair=False),
        InternalEvent.EXPIRY: EventRule("the retention period has passed", fair=True),
        InternalEvent.DATA: EventRule("the server sends bytes", fair=False),
        InternalEvent.FILE_RESTARTED: EventRule("size or time stamp of a file changed on the server", fair=False),
        InternalEvent.MAX_DOWNLOAD: EventRule("the maximum download time is used up", fair=True),
        InternalEvent.NETWORK_LOST: EventRule("the machine lost its network", fair=False),
        InternalEvent.NETWORK_BACK: EventRule("the machine has a network again", fair=True),
        InternalEvent.POLICY_BLOCK: EventRule("a policy, the network's cost or the battery blocks", fair=False),
        InternalEvent.POLICY_OPEN: EventRule("nothing blocks transfers any more", fair=True),
        InternalEvent.LOG_OFF: EventRule("the owner logged off", fair=False),
        InternalEvent.LOG_ON: EventRule("the owner logged on", fair=True),
        InternalEvent.TOKEN_MISSING: EventRule(
            "the owner logged off, and with that the helper token is gone", fair=False
        ),
        InternalEvent.REPLY_BEGUN: EventRule("the server began its reply to an upload", fair=True),
        InternalEvent.REPLY_DONE: EventRule("the server began to write the last byte of its reply", fair=True),
        InternalEvent.LOCAL_FILE_CHANGED: EventRule("the file that is uploaded was changed", fair=False),
    }
)
