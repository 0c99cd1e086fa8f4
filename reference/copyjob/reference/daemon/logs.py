"""What the daemon writes down about itself: a line an event, for people or for programs.

Laws: no line holds the user, the password or the query of a URL, nor an Authorization header, whoever wrote it; what is
logged is scrubbed once more on its way out. Writing happens on a thread of its own, so that a slow reader of the log
holds up no job; where he is too slow lines are left out, and he is told how many. One who reads nothing at all does not
keep the daemon from ending.

It does not know what happened.
"""

from __future__ import annotations

import contextlib
import json
import logging
import logging.handlers
import os
import queue
import re
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from copyjob.reference.errors import without_secrets

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import TextIO

LOGGER: Final = logging.getLogger("copyjob.daemon")
FORMATS: Final = ("text", "json")
LEVELS: Final = ("debug", "info", "warning", "error")

_QUERY: Final = re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]*://[^\s?#]*)[?#]\S*")
_AUTHORIZATION: Final = re.compile(
    r"(?i)\b(authorization\W+|bearer\s+|basic\s+)(?:(?:bearer|basic|digest)\s+)?[^\s,;\"']+"
)
LINES_MAX: Final = 10_000
"""How many lines wait for a slow reader."""
END_SECONDS: Final = 2.0
"""How long the end waits for a reader who reads nothing."""
_FIELDS: Final = "copyjob"
"""Under which attribute a record carries its members."""


def scrubbed(text: str) -> str:
    """Return the text without what must not be kept: passwords and queries of URLs, credentials."""
    return _AUTHORIZATION.sub(r"\1***", _QUERY.sub(r"\1?***", without_secrets(text)))


def note(event: str, level: int = logging.INFO, **fields: object) -> None:
    """Log that something happened, with members that a program can read; those that are None are left out."""
    if LOGGER.isEnabledFor(level):
        LOGGER.log(level, event, extra={_FIELDS: {name: value for name, value in fields.items() if value is not None}})


class _Formatter(logging.Formatter):
    """Gives the members of a record in the order: time, level, event, the rest, a traceback."""

    def members(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return what the line is to say, scrubbed."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        members: dict[str, Any] = {"time": time, "level": record.levelname.lower(), "event": record.getMessage()}
        members |= getattr(record, _FIELDS, {})
        if record.exc_info:
            members["traceback"] = self.formatException(record.exc_info)
        elif record.exc_text:
            members["traceback"] = record.exc_text
        return {name: scrubbed(value) if isinstance(value, str) else value for name, value in members.items()}


class JsonFormatter(_Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json.dumps(self.members(record), separators=(",", ":"), ensure_ascii=False, default=str)


class TextFormatter(_Formatter):
    """One line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback follows on lines of its own."""
        members = self.members(record)
        time, level, event = (members.pop(name) for name in ("time", "level", "event"))
        traceback = members.pop("traceback", "")
        rest = "".join(f" {name}={_shown(value)}" for name, value in members.items())
        return f"{time} {level:7} {event}{rest}" + (f"\n{traceback}" if traceback else "")


def _shown(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if not text or not text.isprintable() or " " in text else text


class _Queue(logging.handlers.QueueHandler):
    """Hands records over as they are: the thread that writes them formats them. Called under the handler's lock."""

    def __init__(self, lines: queue.Queue[Any]) -> None:
        super().__init__(lines)
        self._lines = lines
        self._dropped = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Return the record."""
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        """Hand it over, or count it where too many are waiting; the next one that is handed over tells of those."""
        try:
            if self._dropped:
                self._lines.put_nowait(self._told())
                self._dropped = 0
            self._lines.put_nowait(record)
        except queue.Full:
            self._dropped += 1

    def end(self) -> None:
        """Hand over what is left to tell, and that it was the last; queue.Full where nobody reads any more."""
        if self._dropped:
            self._lines.put(self._told(), timeout=END_SECONDS)
        self._lines.put(None, timeout=END_SECONDS)

    def _told(self) -> logging.LogRecord:
        told = logging.LogRecord(LOGGER.name, logging.WARNING, "", 0, "lines_left_out", None, None)
        setattr(told, _FIELDS, {"lines": self._dropped})
        return told


def _to_standard_error(line: str) -> None:
    # As it is: the end of the process would wait for the lock of a stream on which a thread is stuck.
    data = line.encode("utf-8", "backslashreplace")
    while data:
        data = data[os.write(2, data) :]


@contextlib.contextmanager
def logging_to(stream: TextIO | None, form: str, level: str) -> Generator[None]:
    """Log to this stream (standard error where None) while this lasts; at its end all is written, if it is read."""
    formatter = JsonFormatter() if form == "json" else TextFormatter()
    write = _to_standard_error if stream is None else stream.write
    lines: queue.Queue[logging.LogRecord | None] = queue.Queue(LINES_MAX)
    handler = _Queue(lines)

    def write_all() -> None:
        while (record := lines.get()) is not None:
            with contextlib.suppress(OSError, ValueError):  # whoever read it has gone away
                write(formatter.format(record) + "\n")

    writer = threading.Thread(target=write_all, name="copyjob-log", daemon=True)
    chosen = {LOGGER: level.upper(), logging.getLogger("uvicorn"): "WARNING", logging.getLogger("asyncio"): "WARNING"}
    writer.start()
    for logger, threshold in chosen.items():
        logger.addHandler(handler)
        logger.setLevel(threshold)
        logger.propagate = False
    try:
        yield
    finally:
        for logger in chosen:
            logger.removeHandler(handler)
            logger.propagate = True
        with contextlib.suppress(queue.Full):
            handler.end()
            writer.join(END_SECONDS)
