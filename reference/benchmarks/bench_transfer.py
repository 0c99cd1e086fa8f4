"""How fast the service downloads: against the ``curl`` program and a bare socket, on loopback, in turns.

Prints medians of wall-clock and CPU seconds (of the client alone; the server is a process of its own) and
ratios to curl. The service stores durably (every file is synced), the others do not; the folder is on
shared memory where there is one, so that the disk is not what is measured.
"""

from __future__ import annotations

import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from copyjob.reference.service import Service
from copyjob.spec.vocabulary import JobPriority, JobState

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
BIG_BYTES = 256 * 1024 * 1024
SMALL_BYTES = 100 * 1024
SMALL_COUNT = 100

SERVER = """
import os, socket, sys, threading
listener = socket.create_server(("127.0.0.1", 0), backlog=64)
print(listener.getsockname()[1], flush=True)
block = os.urandom(1 << 20)
def converse(connection):
    stream = connection.makefile("rb")
    while first := stream.readline():
        size = left = int(first.split()[1][1:])
        while stream.readline().strip():
            pass
        connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\nETag: \\"1\\"\\r\\n\\r\\n" % size)
        while left:
            left -= connection.send(memoryview(block)[:left])
while True:
    threading.Thread(target=converse, args=(listener.accept()[0],), daemon=True).start()
"""


def bare_socket(port: int, size: int, count: int, folder: Path) -> None:
    """Download over one connection, with as little as possible in between."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        buffer = memoryview(bytearray(1 << 20))
        for number in range(count):
            connection.sendall(b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n" % size)
            got = connection.recv_into(buffer)
            start = bytes(buffer[:got]).index(b"\r\n\r\n") + 4
            with (folder / str(number)).open("wb", buffering=0) as file:
                left = size - file.write(buffer[start:got])
                while left:
                    left -= file.write(buffer[: connection.recv_into(buffer)])


def curl(port: int, size: int, count: int, folder: Path) -> None:
    """Download with the program, all files in one call."""
    arguments = [
        word for number in range(count) for word in ("-o", str(folder / str(number)), f"http://127.0.0.1:{port}/{size}")
    ]
    subprocess.run(["curl", "-s", *arguments], check=True)


def service(port: int, size: int, count: int, folder: Path) -> None:
    """Download as one job of the service, and complete it."""
    with Service(str(folder / "jobs.sqlite")) as running:
        job = running.create_job("bench")
        job.set_priority(JobPriority.FOREGROUND)
        for number in range(count):
            job.add_file(f"http://127.0.0.1:{port}/{size}", str(folder / str(number)))
        job.resume()
        assert job.wait_for(JobState.TRANSFERRED, timeout_seconds=60), job.state.name
        job.complete()


def cpu_seconds() -> float:
    """CPU seconds of this process and of its ended children."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def measure(client: Callable[[int, int, int, Path], None], port: int, size: int, count: int) -> tuple[float, float]:
    """Return wall-clock and CPU seconds of one download into a fresh folder."""
    shared = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(dir=shared))
    try:
        wall, cpu = time.perf_counter(), cpu_seconds()
        client(port, size, count, folder)
        return time.perf_counter() - wall, cpu_seconds() - cpu
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """Measure and print."""
    clients = {"service": service, "bare socket": bare_socket}
    if shutil.which("curl"):
        clients["curl"] = curl
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    port = int(server.stdout.readline())
    try:
        for size, count in ((BIG_BYTES, 1), (SMALL_BYTES, SMALL_COUNT)):
            print(f"{count} x {size:,} bytes, median of {ROUNDS}")
            taken: dict[str, list[tuple[float, float]]] = {name: [] for name in clients}
            for _ in range(ROUNDS):
                for name, client in clients.items():
                    taken[name].append(measure(client, port, size, count))
            medians = {
                name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in taken.items()
            }
            base = medians.get("curl", medians["bare socket"])
            for name, (wall, cpu) in medians.items():
                print(
                    f"  {name:12} {wall:7.3f} s wall ({wall / base[0]:5.2f} x)"
                    f"   {cpu:7.3f} s CPU ({cpu / base[1]:5.2f} x)"
                    f"   {size * count / wall / 1e6:8.0f} MB/s"
                )
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
