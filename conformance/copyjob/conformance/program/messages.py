"""What the kit and a program say to each other, as typed messages made from the table of methods.

Laws:

1. Every message is checked against its type, those of the kit too. What a program says that does not fit is never an
   answer of the backend: :class:`MessageError`.
2. The kit writes one spelling only: no spaces, the keys in the order of the document, nothing but what is there. So a
   program without a JSON reader can make do with a prefix and a pattern.

What this module does not know: processes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, cast

import msgspec

from copyjob.conformance.adapter import AdapterError
from copyjob.conformance.backend import CALL_TIMEOUT_SECONDS
from copyjob.conformance.interface import METHODS, Method, Power
from copyjob.spec.vocabulary import FAILURE_BIT, Dialect

PROTOCOL = 1
"""The version of what is said; another number is another language."""
LINE_BYTES_MAX = 1 << 20
"""The longest line that a program may write, in bytes."""

Id = Annotated[int, msgspec.Meta(ge=0, description="The number of the request; the kit counts from 0.")]
Hresult = Annotated[
    int,
    msgspec.Meta(ge=-(1 << 31), le=(1 << 32) - 1, description="An HRESULT, as a signed or an unsigned number."),
]
Seconds = Annotated[float, msgspec.Meta(gt=0)]
POWERS_OF_PROGRAMS = tuple(power for power in Power if power is not Power.WIRE)
"""What a program may declare: all but the power to be led by objects of this process."""
# An unknown name is told by whoever reads declarations, together with those that are known; the schema tells them too.
_DialectName = Annotated[str, msgspec.Meta(extra_json_schema={"enum": [dialect.value for dialect in Dialect]})]
_PowerName = Annotated[str, msgspec.Meta(extra_json_schema={"enum": [power.value for power in POWERS_OF_PROGRAMS]})]


class MessageError(Exception):
    """A message does not fit its type."""


class VersionError(AdapterError):
    """A program speaks another version of the protocol."""

    def __init__(self, spoken: int) -> None:
        """Keep the version that it speaks."""
        super().__init__(f"it speaks version {spoken} of the protocol, this kit speaks version {PROTOCOL}")
        self.spoken = spoken


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a program answers to ``hello``: what it is, what it can do, and what it promises."""

    protocol: Literal[1]
    name: str = ""
    dialects: list[_DialectName] = msgspec.field(default_factory=lambda: [Dialect.BITS.value])
    powers: list[_PowerName] = msgspec.field(default_factory=list[str])
    quiescence_seconds: Seconds | None = None
    stall_timeout_seconds: Seconds | None = None
    call_timeout_seconds: Seconds = CALL_TIMEOUT_SECONDS
    blocking_jobs: Annotated[int, msgspec.Meta(ge=1)] = 1


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A reply: the request's id, and exactly one of the four other keys."""

    id: Id
    hresult: Hresult | msgspec.UnsetType = msgspec.UNSET
    """The answer of a call that answers with an HRESULT, or the refusal of one that answers with a value."""
    value: Any = msgspec.UNSET
    """The answer of a call that answers with a value."""
    errored: str | msgspec.UnsetType = msgspec.UNSET
    """The adapter itself broke; nothing is known of the backend."""
    unsupported: str | msgspec.UnsetType = msgspec.UNSET
    """The adapter does not know this call."""

    def __post_init__(self) -> None:
        """Ask for exactly one answer."""
        given = [key for key in ANSWERS if getattr(self, key) is not msgspec.UNSET]
        if len(given) != 1:
            raise ValueError(f"it has {' and '.join(given) or 'none'} of {', '.join(ANSWERS)}; a reply has exactly one")


ANSWERS = ("hresult", "value", "errored", "unsupported")

CONTROL: Mapping[str, tuple[tuple[str, Any], ...]] = MappingProxyType(
    {
        "hello": (("protocol", Literal[1]),),
        "open": (("dialect", _DialectName), ("folder", str)),
        "close": (),
    }
)
"""What the kit asks beside the methods of a backend, with the arguments."""


def _request(name: str, arguments: tuple[tuple[str, Any], ...]) -> type[msgspec.Struct]:
    words = "".join(word.capitalize() for word in name.split("_"))
    return msgspec.defstruct(
        f"{words}Request",
        [("id", Id), *arguments],
        tag_field="call",
        tag=name,
        frozen=True,
        forbid_unknown_fields=True,
    )


REQUESTS: Mapping[str, type[msgspec.Struct]] = MappingProxyType(
    {
        **{name: _request(name, arguments) for name, arguments in CONTROL.items()},
        **{method.name: _request(method.name, method.arguments) for method in METHODS.values()},
    }
)
"""The type of every request, by the name of its call."""
VALUES: Mapping[str, Any] = MappingProxyType(
    {"hello": Declaration, **{name: method.value for name, method in METHODS.items() if method.value is not None}}
)
"""The type of the value that a call answers with; what is not here answers with an HRESULT alone."""
_UINT32 = (1 << 32) - 1
REFUSABLE = frozenset(name for name, method in METHODS.items() if method.refusable)
"""The calls to which a failing HRESULT is an answer."""

_encoder = msgspec.json.Encoder()
_replies = msgspec.json.Decoder(Reply)


def request_line(number: int, call: str, arguments: Mapping[str, Any]) -> bytes:
    """Return a request as the line that is sent. AssertionError: it would not fit its own schema."""
    try:
        made = msgspec.convert({"call": call, "id": number, **arguments}, REQUESTS[call])
    except msgspec.ValidationError as error:
        raise AssertionError(f"the kit would ask {call} wrongly: {error}") from error
    return _encoder.encode(made) + b"\n"


def reply_of(line: bytes) -> Reply:
    """Return the reply that a line is. MessageError tells in a few words why it is none."""
    try:
        return _replies.decode(line)
    except msgspec.ValidationError as error:
        raise MessageError(f"is no reply ({error}): {excerpt(line)}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MessageError(f"is no JSON: {excerpt(line)}") from None


def answer_of(call: str, reply: Reply) -> Any:
    """Return what a reply says: an HRESULT as an int, or the value as builtins.

    MessageError: the adapter says that it broke, or the answer is of the wrong kind for this call. VersionError: what
    answers ``hello`` speaks another version.
    """
    if not isinstance(reply.errored, msgspec.UnsetType):
        raise MessageError(f"errored: {reply.errored}")
    if not isinstance(reply.unsupported, msgspec.UnsetType):
        power = METHODS[call].power if call in METHODS else None
        need = f"the power {power.value} needs it" if power else "every adapter needs it"
        raise MessageError(f"is unsupported ({reply.unsupported}); {need}")
    if not isinstance(reply.hresult, msgspec.UnsetType):
        return _hresult(call, reply.hresult)
    if call == "hello":
        _look_at_version(reply.value)
    if call not in VALUES:
        raise MessageError(f"was answered with the value {excerpt(_encoder.encode(reply.value))}; it answers hresult")
    try:
        converted = msgspec.convert(reply.value, VALUES[call])
    except msgspec.ValidationError as error:
        wanted = METHODS[call].told if call in METHODS else "a declaration"
        raise MessageError(
            f"was answered with the value {excerpt(_encoder.encode(reply.value))}: {error}; it answers {wanted}"
        ) from None
    return converted


def _look_at_version(value: Any) -> None:
    # Before anything else: the rest may be of another language.
    spoken = cast("dict[str, Any]", value).get("protocol") if isinstance(value, dict) else None
    if isinstance(spoken, int) and spoken != PROTOCOL:
        raise VersionError(spoken)


def _hresult(call: str, hresult: int) -> int:
    method: Method | None = METHODS.get(call)
    if call in VALUES and not (call in REFUSABLE and hresult & FAILURE_BIT):
        wanted = method.told if method else "a declaration"
        refusal = ", or a failing HRESULT" if call in REFUSABLE else ""
        raise MessageError(f"was answered with the HRESULT {hresult}; it answers a value, {wanted}{refusal}")
    if call not in VALUES and call not in REFUSABLE and hresult != 0:
        raise MessageError(f"was answered with the HRESULT {hresult}; it cannot be refused: answer 0, or errored")
    return hresult & _UINT32


def excerpt(line: bytes, length: int = 80) -> str:
    """Return the begin of a line as text that can be printed, in quotation marks."""
    text = line[: length + 1].decode("utf-8", "replace").rstrip("\r\n")
    return repr(text if len(text) <= length else text[:length] + "...")
