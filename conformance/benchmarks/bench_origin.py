"""How quick the origin is beside `http.server` of the standard library: small files, a large one, new sites.

Both serve the same bytes from memory to the same client in the same run, in turns; medians over the rounds.
Ratios carry over to another machine, absolute figures do not.
"""

from __future__ import annotations

import http.server
import socket
import statistics
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from copyjob.conformance.origin.server import Origin

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 7
SMALL_BYTES = 1024
SMALL_REQUESTS = 500
LARGE_BYTES = 64 * 1024 * 1024
SITES = 200


class Handler(http.server.BaseHTTPRequestHandler):
    """The same two files from memory, with the same headers that matter."""

    files = {"/small": bytes(SMALL_BYTES), "/large": bytes(LARGE_BYTES)}  # noqa: RUF012 read only
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with the whole file."""
        body = self.files[self.path]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the library's name
        """Say nothing."""


def fetch(port: int, path: str, buffer: bytearray) -> int:
    """Make one request over a new connection; return how many bytes came back, headers included."""
    total = 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        while count := connection.recv_into(buffer):
            total += count
    return total


def seconds(action: Callable[[], object]) -> float:
    """Return how long `action` takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    buffer = bytearray(1 << 20)
    with Origin() as origin:
        site = origin.site()
        small, large = site.add_file("small", bytes(SMALL_BYTES)), site.add_file("large", bytes(LARGE_BYTES))
        other = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        places = {
            "origin": (site.port, urlsplit(small.url).path, urlsplit(large.url).path),
            "http.server": (other.server_address[1], "/small", "/large"),
        }
        rates: dict[str, list[float]] = {name: [] for name in places}
        speeds: dict[str, list[float]] = {name: [] for name in places}
        for _ in range(ROUNDS):
            for name, (port, small_path, large_path) in places.items():
                took = seconds(lambda: [fetch(port, small_path, buffer) for _ in range(SMALL_REQUESTS)])  # noqa: B023 called at once
                rates[name].append(SMALL_REQUESTS / took)
                speeds[name].append(LARGE_BYTES / 1e6 / seconds(lambda: fetch(port, large_path, buffer)))  # noqa: B023 likewise
        other.shutdown()
        thread.join()
        other.server_close()
        opening = [seconds(lambda: origin.site().add_file("a", b"")) * 1000 for _ in range(SITES)]
        print(f"medians of {ROUNDS} interleaved rounds, client in the same process")
        for name in places:
            rate, speed = statistics.median(rates[name]), statistics.median(speeds[name])
            print(f"{name:12} {rate:8.0f} requests/s of {SMALL_BYTES} bytes", end="")
            print(f" {speed:8.0f} MB/s of {LARGE_BYTES >> 20} MiB")
        print(f"a new site with one file: {statistics.median(opening):.3f} ms (median of {SITES})")


if __name__ == "__main__":
    main()
