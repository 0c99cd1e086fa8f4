"""What the daemon writes down about itself: a line an event, for people or for programs.

Laws: no line holds the user, the password or the query of a URL, nor an Authorization header, whoever wrote it; what is
logged is scrubbed once more on its way out. Writing happens on a thread of its own, so that a slow reader of the log
holds up no job.

It does not know what happened.
"""

from __future__ import annotations

import contextlib
import json
import logging
import logging.handlers
import queue
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from copyjob.reference.errors import without_secrets

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import TextIO

LOGGER: Final = logging.getLogger("copyjob.daemon")
FORMATS: Final = ("text", "json")
LEVELS: Final = ("debug", "info", "warning", "error")

_QUERY: Final = re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]*://[^\s?#\"'<>]*)[?#][^\s\"'<>]*")
_AUTHORIZATION: Final = re.compile(
    r"(?i)\b(authorization\W+|bearer\s+|basic\s+)(?:(?:bearer|basic|digest)\s+)?[^\s,;\"']+"
)
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
    """Hands records over as they are: the thread that writes them formats them."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Return the record."""
        return record


@contextlib.contextmanager
def logging_to(stream: TextIO | None, form: str, level: str) -> Generator[None]:
    """Log to this stream (standard error where None) while this lasts; at its end all is written."""
    target = logging.StreamHandler(stream or sys.stderr)
    target.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    lines: queue.SimpleQueue[Any] = queue.SimpleQueue()
    handler = _Queue(lines)
    listener = logging.handlers.QueueListener(lines, target)
    chosen = {LOGGER: level.upper(), logging.getLogger("uvicorn"): "WARNING", logging.getLogger("asyncio"): "WARNING"}
    listener.start()
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
        listener.stop()
