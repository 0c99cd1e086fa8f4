"""What a long queue costs: 100,000 jobs that wait, then a start of the service on them.

Each job is created, gets a file and is resumed; its state is asked for; nobody answers at the other end, so that all
but one wait for their turn. Printed are the calls' median and 99th percentile over the last tenth, when the queue is
longest, beside what a synced write of 4 KiB takes on the same disk in the same minute; the memory; the start.
``--svg FILE`` draws the CPU time a job against the length of the queue, with the curve of n log n beside it.

The limits of jobs a user and a machine are policies, lifted here by ``Service(limits=UNLIMITED)``.
"""

from __future__ import annotations

import argparse
import math
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

from copyjob.reference.policies import UNLIMITED
from copyjob.reference.service import Service

PARTS = 20
"""Into how many stretches the queue's growth is cut."""
SILENCE_SECONDS = 1e6
RESTART = """
import resource, sys, time
from copyjob.reference.policies import UNLIMITED
from copyjob.reference.service import Service
began, cpu = time.perf_counter(), time.process_time()
service = Service(sys.argv[1], limits=UNLIMITED, stall_timeout_seconds=1e6)
print(time.perf_counter() - began, time.process_time() - cpu, len(service.jobs()),
      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
service.kill()
"""


def percentile(seconds: list[float], share: float) -> float:
    """Return a percentile in milliseconds."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))] * 1e3


def synced_write(file: int) -> float:
    """Return how long a synced write of 4 KiB takes: the least that any durable call waits."""
    began = time.perf_counter()
    os.write(file, b"x" * 4096)
    os.fdatasync(file)
    return time.perf_counter() - began


def fill(store: str, folder: Path, count: int) -> tuple[dict[str, list[float]], list[tuple[int, float]]]:
    """Fill a queue; return the seconds of each call in the last tenth, and (length, CPU seconds a job) as it grew."""
    names = ("create_job", "add_file", "resume", "state", "synced write of 4 KiB")
    taken: dict[str, list[float]] = {name: [] for name in names}
    growth: list[tuple[int, float]] = []
    listener = socket.create_server(("127.0.0.1", 0), backlog=16)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}/downloads/file"
    service = Service(store, limits=UNLIMITED, stall_timeout_seconds=SILENCE_SECONDS)
    beside = os.open(folder / "beside", os.O_WRONLY | os.O_CREAT)
    clock, part = time.perf_counter, count // PARTS
    cpu = time.process_time()
    for number in range(1, count + 1):
        times = [clock()]
        job = service.create_job(f"job {number}")
        times.append(clock())
        job.add_file(f"{base}{number}", f"{folder}/file{number}")
        times.append(clock())
        job.resume()
        times.append(clock())
        _ = job.state
        times.append(clock())
        if number > count - count // 10:
            for name, before, after in zip(names, times, times[1:], strict=False):
                taken[name].append(after - before)
            if number % 10 == 0:
                taken[names[-1]].append(synced_write(beside))
        if number % part == 0:
            growth.append((number, (time.process_time() - cpu) / part))
            cpu = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n| call, {count - count // 10:,} to {count:,} jobs queued | median ms | p99 ms |\n| --- | --- | --- |")
    for name, each in taken.items():
        print(f"| {name} | {percentile(each, 0.5):.3f} | {percentile(each, 0.99):.3f} |")
    print(f"\nmemory, peak: {peak:.0f} MiB")
    service.kill()
    listener.close()
    return taken, growth


def draw(growth: list[tuple[int, float]]) -> str:
    """Return the growth as SVG: CPU microseconds a job against the jobs in the queue."""
    width, height, left, bottom = 720, 360, 70, 50
    most = growth[-1][0]
    first = statistics.median(cost for _, cost in growth[:3])
    scale = first / math.log2(growth[1][0])
    bound = [(number, scale * math.log2(number)) for number, _ in growth]
    top = 1.25 * max(cost for _, cost in [*growth, *bound])

    def place(number: int, cost: float) -> str:
        across, up = (width - left - 20) * number / most, (height - bottom - 30) * cost / top
        return f"{left + across:.1f},{height - bottom - up:.1f}"

    def line(points: list[tuple[int, float]]) -> str:
        return " ".join(place(number, cost) for number, cost in points)

    ticks = "".join(
        f'<text x="{left + (width - left - 20) * share / 4:.0f}" y="{height - 30}" text-anchor="middle">'
        f"{most * share // 4:,}</text>"
        f'<text x="{left - 8}" y="{height - bottom - (height - bottom - 30) * share / 4 + 4:.0f}" text-anchor="end">'
        f"{top * share / 4 * 1e6:.0f}</text>"
        for share in range(5)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="sans-serif" font-size="12">\n'
        "<title>CPU time a job against the length of the queue</title>\n"
        "<desc>Solid: CPU microseconds to create, fill and resume one more job. Dashed: a cost of log n a job, "
        "n log n in all, through the beginning of the measured one.</desc>\n"
        f'<rect width="{width}" height="{height}" fill="white"/>\n'
        f'<path d="M{left},20 V{height - bottom} H{width - 20}" fill="none" stroke="black"/>\n{ticks}\n'
        f'<polyline points="{line(growth)}" fill="none" stroke="#0b5394" stroke-width="2"/>\n'
        f'<polyline points="{line(bound)}" fill="none" stroke="#b45309" stroke-width="2" stroke-dasharray="6 4"/>\n'
        f'<text x="{width - 24}" y="18" text-anchor="end">solid: measured; dashed: log n a job</text>\n'
        f'<text x="{(left + width) // 2}" y="{height - 10}" text-anchor="middle">jobs in the queue</text>\n'
        f'<text x="16" y="{height // 2}" text-anchor="middle" transform="rotate(-90 16 {height // 2})">'
        "CPU µs a job (create, add, resume)</text>\n</svg>\n"
    )


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--folder", help="where to work; it says which file system is measured")
    parser.add_argument("--svg", type=Path, help="where to draw the growth")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="copyjob-bench-", dir=args.folder))
    try:
        load = "/".join(f"{number:.1f}" for number in os.getloadavg())
        print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, load {load}, {args.jobs:,} jobs")
        store = str(folder / "jobs.sqlite")
        _, growth = fill(store, folder, args.jobs)
        said = subprocess.run([sys.executable, "-c", RESTART, store], capture_output=True, text=True, check=True).stdout
        wall, cpu, jobs, peak = map(float, said.split())
        print(f"start on {jobs:,.0f} jobs: {wall:.2f} s ({cpu:.2f} s CPU), peak {peak:.0f} MiB")
        print("CPU µs a job as the queue grew: " + ", ".join(f"{n:,}: {cost * 1e6:.0f}" for n, cost in growth))
        if args.svg is not None:
            args.svg.write_text(draw(growth), encoding="utf-8")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
