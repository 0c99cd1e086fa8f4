"""How much it costs to download: the service beside curl, wget and aria2c, from nginx on loopback, in turns.

``--only big`` is one file of 1 GiB, ``many`` 1,000 files of 100 KiB as one job, ``jobs`` the same as 1,000 jobs, each
with its durable changes of state. The service syncs every file and records every change; the others do neither, but for
a bare loop in Python that syncs every file and knows neither jobs nor a store.

A client is a process of its own, measured with all its threads and children from its start to its end. Clients take
turns within a round, each in a fresh folder on the same file system; medians are compared. Ratios carry over to
another machine, seconds do not.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

CASES = {
    "big": ("one file of 1 GiB", 1 << 30, 1),
    "many": ("1,000 files of 100 KiB as one job", 100 << 10, 1_000),
    "jobs": ("1,000 files of 100 KiB as 1,000 jobs", 100 << 10, 1_000),
}
CLIENT = str(Path(__file__).with_name("downloading.py"))
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Every client runs as an installed program does, whose bytecode was written when it was installed."""
PACKAGES = {"nginx": "nginx-light", "curl": "curl", "wget": "wget", "aria2c": "aria2"}
"""The programs that take part, and the Debian packages they come from."""


@dataclass(frozen=True)
class Taken:
    """What one client took, or the medians of several rounds."""

    wall_seconds: float
    cpu_seconds: float
    peak_mib: float


def need_programs() -> None:
    """Install what is missing where that is possible, else say what is missing and stop."""
    missing = sorted(package for program, package in PACKAGES.items() if shutil.which(program) is None)
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        # RUNLEVEL keeps the package from starting a server of its own.
        environment = {**os.environ, "RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"}
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        missing = [package for package in missing if shutil.which({v: k for k, v in PACKAGES.items()}[package]) is None]
    if missing:
        sys.exit(f"this benchmark needs {', '.join(missing)}; on Debian: apt install {' '.join(missing)}")


def run(*command: str, environment: dict[str, str] | None = None) -> Taken:
    """Run a client to its end and return what it took."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**ENVIRONMENT, **(environment or {})})
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    if status:
        sys.exit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}: {' '.join(command[:6])} ...")
    return Taken(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@contextlib.contextmanager
def origin(folder: Path, size_bytes: int, count: int) -> Generator[str]:
    """Serve ``count`` files of this size from nginx on loopback; give the URL to which their numbers are appended."""
    documents, scratch = folder / "documents", folder / "nginx"
    documents.mkdir()
    scratch.mkdir()
    block = os.urandom(min(size_bytes, 1 << 20))
    for number in range(count):
        with (documents / str(number)).open("wb") as file:
            for _ in range(size_bytes // len(block)):
                file.write(block)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    settings = scratch / "nginx.conf"
    settings.write_text(
        f"daemon off; worker_processes 1; pid {scratch}/pid; error_log {scratch}/errors;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + "events { worker_connections 1024; }\n"
        + "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;\n"
        + "".join(f"{name}_temp_path {scratch}/{name};\n" for name in paths)
        + f"server {{ listen 127.0.0.1:{port}; root {documents}; }} }}\n"
    )
    server = subprocess.Popen(["nginx", "-c", str(settings), "-p", str(scratch)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(500):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def workplace(parent: str | None) -> Generator[Path]:
    """Give a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="copyjob-bench-", dir=parent))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def in_turns(
    clients: dict[str, Callable[[Path], Taken]], folder: Path, rounds: int, *, delete: bool
) -> dict[str, Taken]:
    """
    Let the clients take turns, each in a fresh folder; return their medians.

    With ``delete`` a folder is gone before the next client begins. ext4 without a journal does not use an inode
    again within a minute of its deletion and looks for another one, which makes every file dearer for everybody;
    without, all folders stay until the end.
    """
    taken: dict[str, list[Taken]] = {name: [] for name in clients}
    for number in range(-1, rounds):  # the first round warms up, and does not count
        for name, client in clients.items():
            place = folder / f"place-{name.replace(' ', '-')}-{number}"
            place.mkdir()
            one = client(place)
            if number >= 0:
                taken[name].append(one)
            if delete:
                shutil.rmtree(place)
    return {
        name: Taken(
            statistics.median(one.wall_seconds for one in each),
            statistics.median(one.cpu_seconds for one in each),
            statistics.median(one.peak_mib for one in each),
        )
        for name, each in taken.items()
    }


def print_ratios(title: str, medians: dict[str, Taken]) -> None:
    """Print a table of medians and of their ratios to curl and to aria2c."""
    print(f"\n{title}\n")
    print("| client | CPU s | x curl | x aria2c | wall s | x curl | peak MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    curl, aria = medians["curl"], medians["aria2c"]
    for name, one in medians.items():
        print(
            f"| {name} | {one.cpu_seconds:.3f} | {one.cpu_seconds / curl.cpu_seconds:.2f} "
            f"| {one.cpu_seconds / aria.cpu_seconds:.2f} | {one.wall_seconds:.2f} "
            f"| {one.wall_seconds / curl.wall_seconds:.2f} | {one.peak_mib:.0f} |"
        )


def circumstances() -> str:
    """Return in one line what the figures depend on."""
    load = "/".join(f"{number:.1f}" for number in os.getloadavg())
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, load {load}, Python {version}"


def clients(case: str, url: str, count: int) -> dict[str, Callable[[Path], Taken]]:
    """Return who takes part; curl reuses one connection."""

    def curl(place: Path) -> Taken:
        outputs = [word for number in range(count) for word in ("-o", str(place / str(number)), f"{url}{number}")]
        return run("curl", "-s", *outputs)

    def wget(place: Path) -> Taken:
        return run("wget", "-q", "-P", str(place), *(f"{url}{number}" for number in range(count)))

    def aria2c(place: Path) -> Taken:
        listed = place.with_name("list")
        listed.write_text("".join(f"{url}{number}\n" for number in range(count)))
        side = ["-j8"] if count > 1 else []
        return run("aria2c", "-q", "--file-allocation=none", *side, "-d", str(place), "-i", str(listed))

    def service(place: Path) -> Taken:
        return run(sys.executable, CLIENT, "jobs" if case == "jobs" else "one", url, str(count), str(place))

    def bare(place: Path) -> Taken:
        return run(sys.executable, CLIENT, "bare", url, str(count), str(place))

    def get(place: Path) -> Taken:
        command = (sys.executable, "-m", "copyjob.spec.cli", "get", f"{url}0", "-o", str(place / "0"))
        return run(*command, environment={"XDG_STATE_HOME": str(place / "state")})

    found: dict[str, Callable[[Path], Taken]] = {"curl": curl, "aria2c": aria2c, "wget": wget, "service": service}
    if case == "big":
        found["copyjob get"] = get
    else:
        found["bare loop"] = bare
    return found


def print_shares(url: str, count: int, folder: Path) -> None:
    """Print on what 1,000 jobs spend their time."""

    def measured(*options: str) -> dict[str, tuple[float, float]]:
        place = folder / f"shares{len(options)}"
        place.mkdir()
        command = [sys.executable, CLIENT, "jobs", url, str(count), str(place), "--shares", *options]
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        return {kind: (float(cpu), float(wall)) for kind, cpu, wall in (line.split() for line in lines)}

    full, unsynced = measured(), measured("--unsynced")
    sqlite, sqlite_alone = full["SQLite"], unsynced["SQLite"]
    rows = {
        "syncs of files and directories": full["fsync"],
        "syncs of SQLite": tuple(max(0.0, full - alone) for full, alone in zip(sqlite, sqlite_alone, strict=True)),
        "SQLite without its syncs": sqlite_alone,
        "HTTP (libcurl, sockets)": full["HTTP"],
    }
    whole = full["all"][0]
    rows["the rest: the service, opening, writing and renaming files"] = (
        whole - sum(cpu for cpu, _ in rows.values()),
        0.0,
    )
    print("\nWhere the 1,000 jobs spend it (instrumented, which adds some; without the start of Python)\n")
    print("| share | CPU s | of all | waited s |")
    print("| --- | --- | --- | --- |")
    for name, (cpu, wall) in rows.items():
        print(f"| {name} | {cpu:.3f} | {cpu / whole:.0%} | {max(0.0, wall - cpu):.2f} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", help="where to work; it says which file system is measured")
    parser.add_argument("--delete", action="store_true", help="delete what a client fetched before the next begins")
    parser.add_argument("--only", choices=sorted(CASES), action="append")
    args = parser.parse_args()
    need_programs()
    print(circumstances())
    for case, (title, size_bytes, count) in CASES.items():
        if args.only and case not in args.only:
            continue
        with workplace(args.folder) as folder, origin(folder, size_bytes, count) as url:
            print_ratios(
                f"{title}, medians of {args.rounds}",
                in_turns(clients(case, url, count), folder, args.rounds, delete=case == "big" or args.delete),
            )
            if case == "jobs":
                print_shares(url, count, folder)
    print(f"\n{circumstances()}")


if __name__ == "__main__":
    main()
