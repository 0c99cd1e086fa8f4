"""The daemon as a new user meets it: many files from a flaky server, the network lost thrice, the daemon killed twice.

Everything is done with the commands ``copyjob serve``, ``create``, ``set``, ``resume``, ``watch`` and ``complete`` in
processes of their own. The server is on loopback; it drops and resets connections, answers 503, and goes away as a
whole. What it serves is made when it is asked for and differs at every place, so that a byte at the wrong one is seen.
In the end every file is compared with its digest, and nothing else may be left beside them.

Prints what happened and ends with 0 where every file is right, 1 where one is not. Leaves nothing behind.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PIECE_BYTES = 1 << 20
JOBS = 4
LASTING_SECONDS = 30.0
"""How long the whole would take without a fault: so slow is the server, so that there is a middle to strike in."""
AWAY_SECONDS = 3.0
BLOWS = ((0.15, "network"), (0.3, "kill"), (0.45, "network"), (0.6, "kill"), (0.75, "network"))
"""At which share of the bytes what is done."""
UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


class Content:
    """What the files hold: the same noise, rotated, and in each mebibyte the numbers of file and place."""

    def __init__(self, seed: int, sizes: list[int]) -> None:
        self.sizes = sizes
        self._noise = random.Random(seed).randbytes(PIECE_BYTES) * 2

    def piece(self, file: int, number: int) -> bytes:
        """Return one mebibyte of a file."""
        turn = (file * 4_099 + number) % PIECE_BYTES
        return struct.pack("<QQ", file, number) + self._noise[turn : turn + PIECE_BYTES - 16]

    def digest(self, file: int) -> str:
        """Return the digest of a whole file."""
        digest, left = hashlib.sha256(), self.sizes[file]
        for number in range(-(-left // PIECE_BYTES)):
            digest.update(self.piece(file, number)[:left])
            left -= PIECE_BYTES
        return digest.hexdigest()


class Flaky(ThreadingHTTPServer):
    """A server that fails as often as ``flakiness`` says, and can go away as a whole."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, content: Content, seed: int, flakiness: float, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.content = content
        self.random = random.Random(seed)
        self.flakiness = flakiness
        self.bytes_per_second = sum(content.sizes) / LASTING_SECONDS / JOBS
        self.counted: Counter[str] = Counter()
        self.connections: set[socket.socket] = set()
        self.away = False

    def mood(self) -> str:
        """Say what becomes of the next request."""
        fails = self.random.random() < self.flakiness
        return self.random.choice(("drop", "reset", "503")) if fails else "good"

    def leave(self) -> None:
        """Reset every connection, and each new one, until `come_back`."""
        self.away = True
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def come_back(self) -> None:
        """Serve again."""
        self.away = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients of this server are killed."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    @property
    def flaky(self) -> Flaky:
        """The server that it belongs to."""
        assert isinstance(self.server, Flaky)
        return self.server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base class's name
        """Say nothing."""

    def setup(self) -> None:
        """Take the connection, or reset it while the network is lost."""
        super().setup()
        self.flaky.connections.add(self.connection)

    def finish(self) -> None:
        """Close, whatever the client thinks of it."""
        self.flaky.connections.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()

    def reset(self) -> None:
        """End the connection with a reset."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def do_GET(self) -> None:
        """Answer one request, as a good server or as one of the others."""
        server, mood = self.flaky, self.flaky.mood()
        if server.away:
            self.reset()
            return
        file = int(self.path.rpartition("/")[2])
        size, start = server.content.sizes[file], 0
        wanted = self.headers.get("Range")
        if wanted is not None and self.headers.get("If-Range", '"v1"') == '"v1"':
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        server.counted[mood] += 1
        server.counted["ranges"] += start > 0
        if mood == "503":
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        self.send_header("ETag", '"v1"')
        self.send_header("Content-Length", str(size - start))
        self.end_headers()
        end = size if mood == "good" else start + (size - start) // 2
        try:
            self.send_bytes(file, start, end)
        except OSError:
            self.close_connection = True
        if mood == "drop":
            self.close_connection = True
        elif mood == "reset":
            self.reset()

    def send_bytes(self, file: int, start: int, end: int) -> None:
        """Send these bytes of a file, no faster than the server is to be."""
        began, sent = time.monotonic(), 0
        while start < end and not self.flaky.away:
            number, within = divmod(start, PIECE_BYTES)
            piece = memoryview(self.flaky.content.piece(file, number))[within : within + end - start]
            self.wfile.write(piece)
            start, sent = start + len(piece), sent + len(piece)
            self.flaky.counted["bytes"] += len(piece)
            early = sent / self.flaky.bytes_per_second - (time.monotonic() - began)
            if early > 0:
                time.sleep(early)
        if start < end:
            raise ConnectionAbortedError


class User:
    """Somebody with a terminal: calls commands, and looks at what they print."""

    def __init__(self, home: Path) -> None:
        self.state = str(home / "state")
        self._log = (home / "log").open("ab")
        self.daemon = self.serve()

    def serve(self) -> subprocess.Popen[str]:
        """Start the daemon; return when it is ready."""
        command = [sys.executable, "-m", "copyjob.spec.cli", "serve", "--state", self.state, "--max-files", "0"]
        daemon = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._log, text=True)
        assert daemon.stdout is not None
        assert daemon.stdout.readline().startswith("copyjob serve: listening"), "the daemon does not start"
        return daemon

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Begin a command."""
        command = [sys.executable, "-m", "copyjob.spec.cli", *arguments, "--state", self.state]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def call(self, *arguments: str) -> str:
        """Call a command that is to succeed; return what it printed."""
        done = self.begin(*arguments)
        out, err = done.communicate()
        assert done.returncode == 0, f"copyjob {' '.join(arguments)}: {done.returncode}: {err}"
        return out.strip()

    def kill(self) -> None:
        """Kill the daemon, and start another one."""
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()
        self.daemon = self.serve()

    def leave(self) -> int:
        """Stop the daemon in order; return its exit code."""
        self.daemon.send_signal(signal.SIGTERM)
        return self.daemon.wait()

    def close(self) -> None:
        """Leave no daemon behind, however this ended."""
        if self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.wait()
        self._log.close()


def watch(user: User, server: Flaky, total: int, blows: list[tuple[float, str]]) -> int:
    """Watch until all jobs are at rest, striking on the way; return the last exit code of ``watch``."""
    arrived: dict[str, int] = {}
    while True:
        watching = user.begin("watch", "--json")
        assert watching.stdout is not None
        killed = False
        for line in watching.stdout:
            job = json.loads(line)
            arrived[job["id"]] = job["bytes_transferred"]
            if killed or not blows or sum(arrived.values()) < blows[0][0] * total:
                continue
            share, blow = blows.pop(0)
            print(f"  at {share:.0%}: {blow}", flush=True)
            if blow == "network":
                server.leave()
                threading.Timer(AWAY_SECONDS, server.come_back).start()
            else:
                user.kill()
                killed = True
        _, err = watching.communicate()
        if not killed:
            if watching.returncode:
                print(err)
            return watching.returncode


def compare(folder: Path, content: Content) -> int:
    """Return how many files are not as they should be, strangers among them counted."""
    wrong = 0
    for number in range(len(content.sizes)):
        path = folder / f"{number}"
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == content.digest(number):
                continue
        wrong += 1
        print(f"  {path.name} is not what the server holds")
    strangers = [path.name for path in folder.iterdir() if not path.name.isdigit()]
    if strangers:
        print(f"  left beside the files: {', '.join(sorted(strangers)[:5])}")
    return wrong + len(strangers)


def download(
    user: User, server: Flaky, home: Path, folder: Path, blows: list[tuple[float, str]]
) -> tuple[int, int, float, int]:
    """
    Make the jobs, watch them to their end, and complete them.

    Return the exit code of ``watch``, how many files were visible before ``complete``, seconds, the daemon's exit code.
    """
    began = time.monotonic()
    jobs: list[str] = []
    for number in range(JOBS):
        lines = [
            f"http://127.0.0.1:{server.server_port}/{file} {folder / str(file)}\n"
            for file in range(number, len(server.content.sizes), JOBS)
        ]
        (home / "set.txt").write_text("".join(lines))
        job = user.call("create", f"trial {number}", "--priority", "foreground", "--from", str(home / "set.txt"))
        user.call("set", job, "--minimum-retry-delay", "5")
        jobs.append(job)
    user.call("resume", *jobs)
    code = watch(user, server, sum(server.content.sizes), blows)
    early = len(list(folder.glob("[0-9]*")))
    user.call("complete", *jobs)
    took = time.monotonic() - began
    return code, early, took, user.leave()


def trial(home: Path, sizes: list[int], seed: int, flakiness: float) -> int:
    """Do it all in this folder; return the exit code."""
    content, folder, blows = Content(seed, sizes), home / "files", list(BLOWS)
    folder.mkdir()
    server = Flaky(content, seed, flakiness)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    with contextlib.closing(User(home)) as user:
        code, early, took, stopped = download(user, server, home, folder, blows)
    server.shutdown()
    server.server_close()
    wrong = compare(folder, content)
    counted = server.counted
    print(f"  {took:.1f} s; {counted['bytes'] / sum(sizes):.3f} x the bytes were sent, {counted['ranges']} ranges")
    print(f"  requests: {', '.join(f'{counted[mood]} {mood}' for mood in ('good', 'drop', 'reset', '503'))}")
    print(f"  watch ended with {code}, the daemon with {stopped}; {early} files were visible before complete")
    print(f"  {len(sizes) - wrong} of {len(sizes)} files are right; {len(blows)} blows were not struck")
    return int(bool(code or stopped or early or wrong or blows))


def size_of(text: str) -> int:
    """Return a number of bytes such as 64M or 10G."""
    unit = text[-1:].upper() if text[-1:].isalpha() else ""
    return int(float(text.removesuffix(text[-1:]) if unit else text) * UNITS[unit])


def main() -> int:
    """Read the arguments, and do it in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", type=size_of, default="1G", help="of all files together, such as 10G (default: 1G)")
    parser.add_argument("--files", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flakiness", type=float, default=0.15, help="the share of requests that fail")
    parser.add_argument(
        "--folder", type=Path, help="where to make the folder of the trial (default: the temporary one)"
    )
    args = parser.parse_args()
    # Sizes differ, from half of the mean to one and a half of it.
    generator = random.Random(args.seed)
    weights = [0.5 + generator.random() for _ in range(args.files)]
    sizes = [max(1, int(args.size * weight / sum(weights))) for weight in weights]
    home = Path(tempfile.mkdtemp(prefix="trial-", dir=args.folder))
    free = shutil.disk_usage(home).free
    try:
        if free < 2 * args.size:
            print(f"{free:,} bytes are free in {home.parent}, which is less than twice the size; name another --folder")
            return 2
        print(f"{len(sizes)} files, {sum(sizes):,} bytes, seed {args.seed}, flakiness {args.flakiness}", flush=True)
        code = trial(home, sizes, args.seed, args.flakiness)
    finally:
        shutil.rmtree(home)
    print("every file is right" if not code else "NOT as it should be")
    return code


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
