"""Notes: what threads of a backend raise, and the like; no observation, and the user should know it all the same."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager

from copyjob.conformance.adapter import blame

NOTES_MAX = 5


def add_note(notes: list[str], text: str) -> None:
    """Add a note, once, and no more of them than anybody reads."""
    if text not in notes and len(notes) < NOTES_MAX:
        notes.append(text)


@contextmanager
def noted_threads() -> Generator[list[str]]:
    """Collect, once each, what threads of the backend raise, instead of letting tracebacks through."""
    notes: list[str] = []

    def note(raised: threading.ExceptHookArgs) -> None:
        error = raised.exc_value
        name = raised.thread.name if raised.thread else "gone"
        text = blame(error, "a thread of the backend") if error else f"thread {name} ended"
        add_note(notes, text)

    before, threading.excepthook = threading.excepthook, note
    try:
        yield notes
    finally:
        threading.excepthook = before
