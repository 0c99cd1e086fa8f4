"""Blocks: a trace read many lines at once, each wholly decoded, so that a line costs a fraction of a microsecond.

Law: what is read here is what `lines.read` reads. Where a block has a line that cannot be, it is read again line by
line to tell which one, and why.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

import msgspec

from copyjob.conformance.traces.lines import (
    LINE_BYTES_MAX,
    BadLineError,
    Common,
    Fields,
    Order,
    Start,
    Stream,
    bad_line,
    line_of,
    parse,
    texts,
)

BLOCK_BYTES: Final = 1 << 16
"""So much is still in the processor's cache when its lines are judged."""
_SEQ: Final = attrgetter("seq")


_COMMON: Final = msgspec.json.Decoder(Common).decode_lines
_FIELDS: Final = msgspec.json.Decoder(Fields).decode_lines


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines that follow each other; ``text`` is what they were read from."""

    lines: list[Common]
    first: int
    """The number of the line with which ``text`` begins."""
    text: bytes
    where: str

    def number(self, index: int) -> int:
        """Return the number of a line in its file, from 1 on."""
        if self.text.count(b"\n") + (not self.text.endswith(b"\n")) == len(self.lines):
            return self.first + index
        full = [number for number, text in enumerate(self.text.split(b"\n")) if text.strip()]
        return self.first + full[index]

    def bad(self, index: int, error: ValueError) -> BadLineError:
        """Return what is wrong with one of the lines."""
        number = self.number(index)
        return bad_line(self.where, number, self.text.split(b"\n")[number - self.first] + b"\n", error)


def begin(stream: Stream, where: str) -> tuple[Start, int]:
    """Read the first line; return it with its number. BadLineError: it is no start."""
    for number, text in texts(stream, where):
        try:
            line = parse(text)
            Order().take(line)
        except ValueError as error:
            raise bad_line(where, number, text, error) from None
        assert isinstance(line, Start)
        return line, number
    raise BadLineError(where, 1, "the trace is empty; record something, or give another file")


def blocks(stream: Stream, where: str, after: int) -> Iterator[Block]:
    """Yield what stands behind line ``after`` in blocks. BadLineError: a line has not the fields that lines have."""
    number, rest, ended = after + 1, b"", False
    while not ended:
        try:
            more = stream.read(BLOCK_BYTES)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise BadLineError(where, number, "the compressed file ends behind it or is damaged; get it anew") from None
        ended = not more
        rest += more
        end = len(rest) if ended else rest.rfind(b"\n") + 1
        if len(rest) - end > LINE_BYTES_MAX:
            raise BadLineError(
                where, number + rest.count(b"\n"), "is longer than a megabyte: this is no trace; give another file"
            )
        text, rest = rest[:end], rest[end:]
        if text:
            yield Block(_decoded(text, number, where), number, text, where)
            number += text.count(b"\n")


def _decoded(text: bytes, first: int, where: str) -> list[Common]:
    try:
        return _COMMON(text)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass  # which fields these lines have is found out below
    try:
        return list[Common](_FIELDS(text))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        for number, line in texts(io.BytesIO(text), where):
            try:
                parse(line)
            except ValueError as error:
                raise bad_line(where, first + number - 1, line, error) from None
        raise


class Numbers:
    """The numbers that lines carry, followed block by block."""

    def __init__(self, start: Start) -> None:
        """Begin behind the first start."""
        self._order = Order()
        self._order.begin(start)
        self.agree = self._order.agree
        self.missing = 0
        """How many lines are missing."""

    def gaps(self, block: Block) -> list[int]:
        """Return before which lines of a block others are missing. BadLineError: their numbers are out of order."""
        if self._order.follow(map(_SEQ, block.lines), len(block.lines)):
            return []
        found: list[int] = []
        for index, line in enumerate(block.lines):
            try:
                if line.event == "start":
                    begun = line_of(line)
                    assert isinstance(begun, Start)
                    self._order.begin(begun)
                    continue
                missing = self._order.number(line.seq or None)
            except ValueError as error:
                raise block.bad(index, error) from None
            if missing:
                found.append(index)
                self.missing += missing
        return found
