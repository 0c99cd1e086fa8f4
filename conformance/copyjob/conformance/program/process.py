"""A program that runs: a child process, its lines, and the requests that wait for a reply.

Laws:

1. Whatever the program writes, the kit goes on: a line that is too long, no reply, half a line, a reply that nobody
   asked for. The first such line ends the program; every call from then on is an :class:`AdapterError` that tells it.
2. A call ends in time: with its reply, with CallTimedOutError, or with AdapterError. A reply to a call that was given
   up is nobody's.
3. The program and whatever it has started are gone when :meth:`Program.close` returns, and its exit is collected.
4. Standard error is the program's own; its last lines are told where the program breaks, and nowhere else. None is left
   out by what it says: how a crash is told is the business of the language.

One thread a program reads; any number of threads may call. What this module does not know: what a call means.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import IO, Any

from copyjob.conformance.adapter import AdapterError, one_line
from copyjob.conformance.callers import CallTimedOutError
from copyjob.conformance.program.messages import (
    LINE_BYTES_MAX,
    MessageError,
    Reply,
    answer_of,
    excerpt,
    reply_of,
    request_line,
)

CLOSE_SECONDS = 2.0
"""How long a program may take to end by itself once it was asked to."""
_READ_BYTES = 1 << 16
_TAIL_BYTES = 8192
WORDS_MAX, WORD_CHARACTERS_MAX = 20, 300
"""So much of the end of standard error is told: lines that are not empty, and of each its beginning. A stack of ten
calls, with what broke above it, fits."""
_DRAINS_MAX = 16


class Program:
    """A running program. It must be closed; until then its process lives."""

    def __init__(self, argv: Sequence[str]) -> None:
        """Start it, in a process group of its own. OSError: it cannot be started."""
        self._process = subprocess.Popen(  # noqa: S603 the user's own command, without a shell
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            bufsize=0,
        )
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: dict[int, tuple[str, Future[Reply]]] = {}
        self._given_up: set[int] = set()
        self._next = 0
        self._lines = 0
        self._broken = ""
        self._words: tuple[str, ...] = ()
        self._tail = b""
        self._closed = False
        self._wake, self._woken = os.pipe()
        self._reader = threading.Thread(target=self._read, name=f"copyjob-program-{self._process.pid}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def call(self, name: str, arguments: Mapping[str, Any], timeout_seconds: float) -> Any:
        """Ask, and return the answer: an HRESULT, or a value as builtins.

        CallTimedOutError: no reply came in time. AdapterError: the program broke, now or before.
        """
        reply: Future[Reply] = Future()
        with self._lock:
            if self._broken:
                raise AdapterError(f"{name}: {self._broken}", self._words)
            number, self._next = self._next, self._next + 1
            self._waiting[number] = name, reply
        self._send(request_line(number, name, arguments))
        try:
            return answer_of(name, reply.result(timeout_seconds))
        except TimeoutError:
            with self._lock:
                if self._waiting.pop(number, None) is not None:
                    self._given_up.add(number)
            raise CallTimedOutError from None
        except MessageError as error:
            raise AdapterError(one_line(f"{name} {error}"), self._last_words()) from None

    def _send(self, line: bytes) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        with self._writing:
            try:
                written = stdin.write(line)
            except (BrokenPipeError, ValueError):
                return  # it has ended, or is being closed; the thread that reads tells how
        if written != len(line):
            self._break("the program has not read its standard input for so long that no request fits in any more")

    # The thread that reads

    def _read(self) -> None:
        process = self._process
        assert process.stdout is not None
        assert process.stderr is not None
        watched = {process.stdout.fileno(): "output", process.stderr.fileno(): "error", self._wake: "wake"}
        end = _end_of(process.pid)
        if end is not None:
            watched[end] = "end"
        buffer = bytearray()
        why = ""
        with selectors.DefaultSelector() as selector:
            for descriptor in watched:
                selector.register(descriptor, selectors.EVENT_READ)
            while not why:
                ready = {watched[key.fd] for key, _ in selector.select()}
                if "error" in ready and not self._drain():
                    selector.unregister(process.stderr.fileno())
                if "wake" in ready:
                    why = "the program was closed"
                # What stands in the output when the program has ended was still said by it.
                elif "output" in ready or "end" in ready:
                    why = self._listen(buffer, ended="end" in ready)
        if end is not None:
            os.close(end)
        self._drain()
        self._break(why)

    def _listen(self, buffer: bytearray, *, ended: bool) -> str:
        """Take in what can be read; return why the program is broken, or nothing."""
        assert self._process.stdout is not None
        while True:
            data = _available(self._process.stdout)
            if data == b"" or (data is None and ended):
                return self._farewell(bytes(buffer))
            if data is None:
                return ""
            buffer += data
            if why := self._take(buffer):
                return why

    def _take(self, buffer: bytearray) -> str:
        """Take the whole lines out of the buffer; return why the program is broken, or nothing."""
        while (end := buffer.find(b"\n")) >= 0:
            line = bytes(buffer[: end + 1])
            del buffer[: end + 1]
            self._lines += 1
            if why := self._hear(line):
                return why
        if len(buffer) > LINE_BYTES_MAX:
            begin = excerpt(bytes(buffer[:200]))
            return f"line {self._lines + 1} of its output is longer than {LINE_BYTES_MAX} bytes: {begin}"
        return ""

    def _hear(self, line: bytes) -> str:
        try:
            reply = reply_of(line)
        except MessageError as error:
            found = f"line {self._lines} of its output {error}"
            return f"{found}; only replies belong on standard output"
        with self._lock:
            _, waiting = self._waiting.pop(reply.id, ("", None))
            if waiting is not None:
                waiting.set_result(reply)
                return ""
            if reply.id in self._given_up:
                self._given_up.remove(reply.id)
                return ""
            asked = reply.id < self._next
        how = "twice" if asked else "which nobody asked"
        return f"line {self._lines} of its output answers request {reply.id} {how}: {excerpt(line)}"

    def _farewell(self, rest: bytes) -> str:
        """Tell how the program ended, once its output has."""
        try:
            code = self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            how = "closed its standard output and runs on"
        else:
            how = f"ended with exit code {code}" if code >= 0 else f"was killed by signal {-code}"
            how += f" ({signal.strsignal(-code)})" if code < 0 else ""
        half = f", in the middle of a line: {excerpt(rest)}" if rest else ""
        return f"the program {how}{half}"

    def _last_words(self) -> tuple[str, ...]:
        """Return the last lines of what was read of standard error."""
        text = self._tail.decode("utf-8", "replace")
        lines = ["".join(c if c.isprintable() else " " for c in line).rstrip() for line in text.splitlines()]
        return tuple(line[:WORD_CHARACTERS_MAX] for line in lines if line)[-WORDS_MAX:]

    def _drain(self) -> bool:
        """Read what stands in standard error by now; whether more may come."""
        assert self._process.stderr is not None
        data: bytes | None = b""
        # No more than a pipe holds: a program that writes without end must not keep the thread here.
        for _ in range(_DRAINS_MAX):
            data = _available(self._process.stderr)
            if not data:
                break
            self._tail = (self._tail + data)[-_TAIL_BYTES:]
        return data != b""

    def _break(self, why: str) -> None:
        """End the program, and every call that waits."""
        with self._lock:
            if not self._broken:
                self._broken, self._words = one_line(why), self._last_words()
            waiting, self._waiting = self._waiting, {}
        self._kill()
        for name, reply in waiting.values():
            reply.set_exception(AdapterError(f"{name}: {self._broken}", self._words))

    # The end

    def close(self, timeout_seconds: float = CLOSE_SECONDS) -> None:
        """Say farewell to a program that listens, give it a moment, and end what is left of it."""
        if self._closed:
            return
        self._closed = True
        with suppress(AdapterError, CallTimedOutError):
            if not self._given_up:
                self.call("close", {}, min(timeout_seconds, CLOSE_SECONDS))
        assert self._process.stdin is not None
        with self._writing:
            self._process.stdin.close()
        self._reader.join(0 if self._given_up else CLOSE_SECONDS)
        os.write(self._woken, b"x")
        self._reader.join()
        self._process.wait()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()
        os.close(self._wake)
        os.close(self._woken)

    def _kill(self) -> None:
        """End the program and what it has started."""
        # The group outlives its leader as long as anything in it lives; nothing else has its number meanwhile.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _end_of(pid: int) -> int | None:
    """Return what becomes readable when a process ends, where the system has that."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


def _available(stream: IO[bytes]) -> bytes | None:
    """Return what can be read without waiting: nothing (b"") at the end, None where more may come."""
    try:
        return os.read(stream.fileno(), _READ_BYTES)
    except BlockingIOError:
        return None
