"""Servers that take uploads: what they have of each, and how their answers go wrong.

Laws: a server has what it was sent, byte by byte, and says so only as its way is; it counts a file as *accepted* when
it had as many bytes as were announced before it answered 2xx, and a reply as given when its last byte is.

It does not know jobs, nor what stands in the file that is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from copyjob.reference.wire import Answer, WireFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

    from copyjob.reference.wire import Body

_PAUSES: Final = 0.5
"""How many pieces are followed by time in which other things happen."""
PIECES: Final = (16, 64, 160)
"""How many bytes are taken, or given, at once: a try that was stopped begins anew, and is to get through at times."""
REPLY_MAX_BYTES: Final = 160
Move = Answer | bytes | WireFault | None
"""What a server does next: a head, bytes, an end with a fault, or (None) nothing for now."""
AT_ONCE: Final[Mapping[str, Move]] = {
    "refuse": WireFault.CONNECT,
    "reset": WireFault.BROKEN,
    "404": Answer(404, {"content-length": "0"}),
    "503": Answer(503, {"content-length": "0"}),
}
"""What is said before anything is taken."""
IN_THE_MIDDLE: Final[Mapping[str, Move]] = {
    "break": WireFault.BROKEN,
    "stall": None,
    "413": Answer(413, {"content-length": "0"}),
    "early": Answer(200, {"content-length": "0"}),
}
"""What is said when a part has been taken."""
AT_THE_END: Final[Mapping[str, Move]] = {
    "lost": WireFault.BROKEN,
    "mute": None,
    "500": Answer(500, {"content-length": "0"}),
    "redirect": Answer(307, {"content-length": "0", "location": "http://elsewhere/"}),
}
"""What is said in the place of a good answer when all of it has been taken."""
OF_THE_REPLY: Final = ("empty", "no_length", "too_much", "truncate", "reply_break", "reply_stall")
"""How a reply may go wrong, or be none."""
WAYS: Final = (*AT_ONCE, *IN_THE_MIDDLE, *AT_THE_END, *OF_THE_REPLY, "slow", "rewind")
"""How an exchange may go wrong; anything else goes right."""


@dataclass
class Delivery:
    """One upload as its server sees it."""

    size_bytes: int
    """How long the body is, as it was announced."""
    body: bytearray = field(default_factory=bytearray)
    """What has come of it."""
    accepted: bool = False
    """Whether the server has answered 2xx to the whole of it."""
    reply: bytes = b""
    replied: bool = False
    """Whether the whole reply has been given."""


def receive(delivery: Delivery, body: Body, way: str, rng: Random) -> Iterator[Move]:
    """Do what the server of one upload does: take it piece by piece, and answer."""
    if way in AT_ONCE:
        yield AT_ONCE[way]
        return
    piece, taken = rng.choice(PIECES), delivery.size_bytes
    if way in IN_THE_MIDDLE:
        taken = rng.randint(0, max(taken - 1, 0))
    rewound = way != "rewind"
    while len(delivery.body) < taken:
        if way == "slow":
            yield None
        if not rewound and len(delivery.body) > taken // 2:
            body.rewind()
            delivery.body.clear()
            rewound = True
        chunk = body.read(min(piece, taken - len(delivery.body)))
        if not chunk:
            yield WireFault.DECLINED
            return
        delivery.body += chunk
        if rng.random() < _PAUSES:
            yield None
    said = {**IN_THE_MIDDLE, **AT_THE_END}
    if way in said and said[way] is None:
        while True:
            yield None
    if way in said and way != "early":
        yield said[way]
        return
    yield from _answer(delivery, way, rng)


def _answer(delivery: Delivery, way: str, rng: Random) -> Iterator[Move]:
    reply = b"" if way == "empty" else rng.randbytes(rng.randint(1, REPLY_MAX_BYTES))
    length = {} if way in {"empty", "no_length"} else {"content-length": str(len(reply))}
    delivery.reply, delivery.accepted = reply, len(delivery.body) == delivery.size_bytes
    yield Answer(204 if way == "empty" else 200, length)
    stop = rng.randint(0, len(reply) - 1) if way in {"truncate", "reply_break", "reply_stall"} else len(reply)
    size, at = rng.choice(PIECES), 0
    while at < stop:
        if way == "slow":
            yield None
        yield reply[at : min(at + size, stop)]
        at += size
    match way:
        case "reply_stall":
            while True:
                yield None
        case "reply_break":
            yield WireFault.BROKEN
        case "truncate":
            yield WireFault.TRUNCATED
        case "too_much":
            yield b"more"
        case _:
            delivery.replied = True
