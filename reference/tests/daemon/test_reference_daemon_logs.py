"""What the daemon's log holds, and what it does not."""

# Fixtures of conftest come untyped: it cannot be imported by name.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import io
import queue
import threading
from typing import TYPE_CHECKING

import pytest

from copyjob.reference.daemon.logs import LOGGER, logging_to, note, scrubbed

if TYPE_CHECKING:
    pass


SECRET = "hush-hush"


@pytest.mark.parametrize(
    "text",
    [
        f"http://user:{SECRET}@h/a failed",
        f"GET https://h/a?token={SECRET}&x=1 failed",
        f"(https://h/a#{SECRET})",
        f'https://h/a?x="{SECRET}" failed',
        f"https://h/a?x=<b>{SECRET} failed",
        f"https://h/it's?token={SECRET} failed",
        f"Authorization: Bearer {SECRET}",
        f"{{'authorization': 'Basic {SECRET}'}}",
        f"bearer {SECRET}",
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_logged(text: str, form: str) -> None:
    stream = io.StringIO()
    with logging_to(stream, form, "info"):
        note(text, detail=text)
        LOGGER.error("bug", exc_info=ValueError(text))

    assert stream.getvalue().count("***") >= 3
    assert SECRET not in stream.getvalue()


class Stuck(io.StringIO):
    """A stream whose reader reads nothing until he is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.let = threading.Event(), threading.Event()
        self.lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def write(self, text: str, /) -> int:
        """Wait, then keep the line."""
        self.begun.set()
        assert self.let.wait(20)
        self.lines.put(text)
        return len(text)


def test_a_reader_who_is_too_slow_is_told_how_many_lines_he_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copyjob.reference.daemon.logs.LINES_MAX", 2)
    stream = Stuck()
    with logging_to(stream, "text", "info"):
        note("line0")
        assert stream.begun.wait(20)
        for number in range(1, 10):
            note(f"line{number}")
        stream.let.set()
        first = [stream.lines.get(timeout=20) for _ in range(3)]
        note("last")
        then = [stream.lines.get(timeout=20) for _ in range(2)]

    assert [line.split()[2:] for line in first] == [["line0"], ["line1"], ["line2"]]
    assert [line.split()[2:] for line in then] == [["lines_left_out", "lines=7"], ["last"]]


def test_a_reader_who_reads_nothing_does_not_keep_the_log_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copyjob.reference.daemon.logs.END_SECONDS", 0.05)
    stream = Stuck()
    with logging_to(stream, "text", "info"):
        note("line")
        assert stream.begun.wait(20)
    ended = not stream.let.is_set()
    stream.let.set()

    assert ended


def test_what_is_no_secret_is_logged_as_it_is() -> None:
    text = "the store /var/x cannot be written: what? http://h:80/b gave 404; the basics"

    assert scrubbed(text) == text
