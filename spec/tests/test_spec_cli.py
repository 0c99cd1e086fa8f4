"""The dispatcher: one screen of help, nothing heavy loaded, one line for a mistake, exit codes to rely on.

Law: what users meet is tested as users meet it, in a process of its own; what needs a command that misbehaves
is tested with one registered for the purpose.
"""

from __future__ import annotations

import argparse
import errno
import os
import subprocess
import sys
import sysconfig
from functools import cache
from importlib.metadata import entry_points, version
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.spec import cli

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPT = Path(sysconfig.get_path("scripts")) / "copyjob"
COMMANDS: dict[str, cli.Command] = {point.name: point.load() for point in entry_points(group=cli.GROUP)}
NAMES = sorted(COMMANDS)
ALONE = [name for name in NAMES if not getattr(COMMANDS[name], "group", "")]
GROUPS = sorted({getattr(command, "group", "") for command in COMMANDS.values()} - {""})
HEAVY = (
    "transitions",
    "hypothesis",
    "pycurl",
    "rich",
    "wasmtime",
    "numpy",
    "sqlite3",
    "jinja2",
    "jsonschema",
    "asyncio",
    "msgspec",
    "starlette",
)
TABLE = ("copyjob.spec.table", "copyjob.spec.machine", "copyjob.spec.compiled")

# The width and the buffering of a terminal's neighbour: a pipe.
PLAIN = {k: v for k, v in os.environ.items() if k not in {"COLUMNS", "PYTHONUNBUFFERED"}} | {"COLUMNS": "80"}


def copyjob(*arguments: str, output: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """Run the installed command and return what it printed and its exit code."""
    return subprocess.run(
        [SCRIPT, *arguments],
        env=PLAIN,
        text=True,
        check=False,
        timeout=60,
        stdout=output,
        stderr=subprocess.PIPE,
    )


# Without files nearly every row is never taken: more than one buffer of output. With two it is a part of one.
both_sizes = pytest.mark.parametrize("files", ["0", "2"])


class Recorded:
    """A command that does what it is told and keeps what it was called with."""

    summary = "does what a test tells it"

    def __init__(self, does: Callable[[], Any]) -> None:
        self.does = does
        self.calls: list[list[str]] = []

    def configure(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("words", nargs="*")

    def run(self, args: argparse.Namespace) -> Any:
        self.calls.append(args.words)
        return self.does()


class Point:
    """An entry point that counts how often it is loaded."""

    def __init__(self, name: str, command: object) -> None:
        self.name = name
        self.command = command
        self.loaded = 0

    def load(self) -> object:
        self.loaded += 1
        if isinstance(self.command, Exception):
            raise self.command
        return self.command


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Point]]:
    """Replace every registered command by those given."""

    def replace(**commands: object) -> dict[str, Point]:
        points = {name: Point(name, command) for name, command in commands.items()}

        def found(group: str) -> list[Point]:
            return list(points.values()) if group == cli.GROUP else []

        monkeypatch.setattr(cli, "entry_points", found)
        return points

    return replace


@cache
def overview() -> str:
    """Return what ``copyjob --help`` prints."""
    done = copyjob("--help")
    assert done.returncode == 0, done.stderr
    return done.stdout


def raising(error: BaseException) -> Callable[[], Any]:
    def do() -> Any:
        raise error

    return do


# The overview


def test_help_fits_on_one_screen() -> None:
    lines = overview().splitlines()

    assert len(lines) <= 24
    assert [line for line in lines if len(line) > 80] == []


@pytest.mark.parametrize("name", ALONE)
def test_help_names_a_command_with_its_summary(name: str) -> None:
    (line,) = [line for line in overview().splitlines() if line.startswith(f"    {name} ")]

    assert len(line.split()) >= 3
    assert "cannot be loaded" not in line


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(ALONE)))
def test_help_names_a_command_of_a_group_with_the_others(name: str) -> None:
    group = getattr(COMMANDS[name], "group", "")
    paragraph = " ".join(overview().split()).partition(f"{group}: ")[2]
    for following in ("exit codes", *GROUPS):
        paragraph = paragraph.partition(f" {following}: ")[0]

    assert name in paragraph.split(", ")


@pytest.mark.parametrize("name", NAMES)
def test_the_summary_of_a_command_is_a_phrase_that_fits_on_its_line(name: str) -> None:
    (point,) = entry_points(group=cli.GROUP, name=name)
    summary = point.load().summary

    assert len(summary) <= 66
    assert not summary.endswith(".")
    assert summary[0].islower()


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_a_help_of_its_own(name: str) -> None:
    done = copyjob(name, "--help")

    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: copyjob {name} ")


@pytest.mark.parametrize("arguments", [["--help"], ["explore", "--help"]], ids=" ".join)
def test_help_loads_nothing_heavy_and_no_table(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom copyjob.spec.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())

    assert "copyjob.spec.cli" in loaded
    assert {name for name in loaded if name.partition(".")[0] in HEAVY or name in TABLE} == set()


def test_without_a_command_the_overview_is_printed_and_the_exit_code_is_2() -> None:
    done = copyjob()

    assert done.returncode == 2
    assert done.stdout == overview()


@pytest.mark.parametrize("name", ["check", "crosscheck", "explain", "explore", "export"])
def test_every_command_that_takes_a_dialect_takes_it_in_any_case(name: str) -> None:
    (point,) = entry_points(group=cli.GROUP, name=name)
    parser = argparse.ArgumentParser()
    point.load().configure(parser)

    assert parser.parse_known_args(["--dialect", "do", "--dialect", "Bits", "x"])[0].dialect == ["DO", "BITS"]


def test_the_version_is_that_of_the_package() -> None:
    done = copyjob("--version")

    assert (done.returncode, done.stdout) == (0, f"copyjob {version('copyjob')}\n")


def test_the_module_can_be_run_like_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "copyjob.spec.cli", "--help"],
        env=PLAIN,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == overview()


# Mistakes


MISTAKES = {
    "exlore": "copyjob: there is no command 'exlore'; did you mean explore?",
    "0123": "copyjob: there is no command '0123'; copyjob --help lists them",
    "--nonsense": "copyjob: unrecognized arguments: --nonsense; copyjob --help shows what it takes",
    "explore --files two": (
        "copyjob explore: argument --files: invalid int value: 'two'; copyjob explore --help shows what it takes"
    ),
    "explore --files 999": "copyjob explore: --files 999 is out of range; give 0 to 200",
    "explore --files -1": "copyjob explore: --files -1 is out of range; give 0 to 200",
    "explain resume --formatt json": (
        "copyjob explain: unrecognized arguments: --formatt; copyjob explain --help shows what it takes"
    ),
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_told_in_one_line_with_exit_code_2(line: str) -> None:
    done = copyjob(*line.split())

    assert (done.returncode, done.stdout, done.stderr) == (2, "", MISTAKES[line] + "\n")


def test_an_unknown_command_loads_none(register: Callable[..., dict[str, Point]]) -> None:
    points = register(alpha=Recorded(lambda: 0))

    assert cli.main(["beta"]) == 2
    assert points["alpha"].loaded == 0


def test_a_named_command_loads_no_other(register: Callable[..., dict[str, Point]]) -> None:
    points = register(alpha=Recorded(lambda: 0), beta=Recorded(lambda: 0))

    assert cli.main(["alpha"]) == 0
    assert (points["alpha"].loaded, points["beta"].loaded) == (1, 0)


def test_a_usage_message_becomes_one_line_with_exit_code_2(
    register: Callable[..., dict[str, Point]], capsys: pytest.CaptureFixture[str]
) -> None:
    class WrongUseError(Exception):
        usage_message = "there is no backend 'nobody'; copyjob check --help"

    register(alpha=Recorded(raising(WrongUseError())))

    assert cli.main(["alpha"]) == 2
    assert capsys.readouterr().err == "copyjob alpha: there is no backend 'nobody'; copyjob check --help\n"


def test_a_usage_message_may_have_an_exit_code_of_its_own(
    register: Callable[..., dict[str, Point]], capsys: pytest.CaptureFixture[str]
) -> None:
    class BrokenError(Exception):
        usage_message = "the backend broke"
        exit_code = 3

    register(alpha=Recorded(raising(BrokenError())))

    assert (cli.main(["alpha"]), capsys.readouterr().err) == (3, "copyjob alpha: the backend broke\n")


def test_an_exception_that_is_no_mistake_of_the_caller_is_not_hidden(
    register: Callable[..., dict[str, Point]],
) -> None:
    register(alpha=Recorded(raising(RuntimeError("a bug"))))

    with pytest.raises(RuntimeError, match="a bug"):
        cli.main(["alpha"])


@pytest.mark.parametrize(
    "code",
    [
        errno.ENOSPC,
        errno.EACCES,
        errno.EROFS,
        errno.ENOENT,
        errno.EISDIR,
        errno.ENAMETOOLONG,
        errno.ELOOP,
        errno.EEXIST,
        errno.EINVAL,
    ],
)
def test_what_a_disk_refuses_is_told_in_one_line_that_names_the_file(
    register: Callable[..., dict[str, Point]], capsys: pytest.CaptureFixture[str], code: int
) -> None:
    register(alpha=Recorded(raising(OSError(code, os.strerror(code), "out/report.json"))))

    assert cli.main(["alpha"]) == 2
    assert capsys.readouterr().err == f"copyjob alpha: out/report.json: {os.strerror(code)}\n"


def test_an_operating_system_error_that_no_caller_can_mend_is_not_hidden(
    register: Callable[..., dict[str, Point]],
) -> None:
    register(alpha=Recorded(raising(OSError(errno.EBADF, "a bug"))))

    with pytest.raises(OSError, match="a bug"):
        cli.main(["alpha"])


@both_sizes
def test_output_that_a_full_disk_does_not_take_is_told_in_one_line(files: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = copyjob("explore", "--files", files, output=full.fileno())

    assert (done.returncode, done.stderr) == (2, f"copyjob explore: {os.strerror(errno.ENOSPC)}\n")


@both_sizes
def test_a_reader_that_went_away_is_no_failure(files: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = copyjob("explore", "--files", files, output=writing)
    finally:
        os.close(writing)

    assert (done.returncode, done.stderr) == (0, "")


def test_an_interruption_is_told_in_one_line_with_exit_code_130(
    register: Callable[..., dict[str, Point]], capsys: pytest.CaptureFixture[str]
) -> None:
    register(alpha=Recorded(raising(KeyboardInterrupt())))

    assert cli.main(["alpha"]) == 130
    assert capsys.readouterr().err == "copyjob alpha: interrupted\n"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("pycurl", "which is not installed; pip install 'copyjob[all]' installs everything"),
        ("fcntl", "which Python does not have on this system; run it on Linux, macOS or in WSL"),
    ],
)
def test_a_module_that_is_missing_is_named_with_the_way_out(
    register: Callable[..., dict[str, Point]], capsys: pytest.CaptureFixture[str], name: str, told: str
) -> None:
    register(alpha=Recorded(raising(ModuleNotFoundError(f"No module named '{name}'", name=name))))

    assert cli.main(["alpha"]) == 2
    assert capsys.readouterr().err == f"copyjob alpha: needs {name}, {told}\n"


def test_a_module_of_our_own_that_is_missing_is_not_hidden(
    register: Callable[..., dict[str, Point]],
) -> None:
    register(alpha=Recorded(raising(ModuleNotFoundError("gone", name="copyjob.spec.gone"))))

    with pytest.raises(ModuleNotFoundError, match="gone"):
        cli.main(["alpha"])


def test_a_command_that_cannot_be_loaded_leaves_the_overview_standing(
    register: Callable[..., dict[str, Point]], capsys: pytest.CaptureFixture[str]
) -> None:
    register(alpha=ImportError("no such thing"), beta=Recorded(lambda: 0))

    with pytest.raises(SystemExit) as left:
        cli.main(["--help"])

    lines = capsys.readouterr().out.splitlines()
    assert left.value.code == 0
    assert [line.split(maxsplit=1) for line in lines if line.strip().startswith(("alpha", "beta"))] == [
        ["alpha", "(cannot be loaded)"],
        ["beta", "does what a test tells it"],
    ]


def test_a_command_that_cannot_be_loaded_says_why_when_it_is_named(
    register: Callable[..., dict[str, Point]], capsys: pytest.CaptureFixture[str]
) -> None:
    register(alpha=ImportError("no such thing"))

    assert cli.main(["alpha", "anything", "--at", "all"]) == 2
    assert capsys.readouterr().err.startswith("copyjob alpha: cannot be loaded: no such thing; ")


# Results and follow-ups


@pytest.mark.parametrize("code", [0, 1, 3, 4])
def test_the_result_of_a_command_is_the_exit_code(register: Callable[..., dict[str, Point]], code: int) -> None:
    register(alpha=Recorded(lambda: code))

    assert cli.main(["alpha"]) == code


@pytest.mark.parametrize(
    ("first", "second", "third", "expected"),
    [(0, 0, 0, 0), (0, 4, 1, 4), (1, 4, 0, 1), (0, 0, 3, 3), (4, 0, 0, 4)],
)
def test_the_first_failure_among_a_command_and_its_follow_ups_is_the_exit_code(
    register: Callable[..., dict[str, Point]], first: int, second: int, third: int, expected: int
) -> None:
    result = SimpleNamespace(exit_code=first, follow_ups=[["beta", "one"], ["gamma", "two"]])
    register(alpha=Recorded(lambda: result), beta=Recorded(lambda: second), gamma=Recorded(lambda: third))

    assert cli.main(["alpha"]) == expected


def test_follow_ups_are_run_in_order_with_their_arguments_even_after_a_failure(
    register: Callable[..., dict[str, Point]],
) -> None:
    follower = Recorded(lambda: 1)
    result = SimpleNamespace(exit_code=1, follow_ups=[["beta", "one"], ["beta", "two", "three"]])
    register(alpha=Recorded(lambda: result), beta=follower)

    cli.main(["alpha"])

    assert follower.calls == [["one"], ["two", "three"]]


def test_a_command_that_is_refused_has_no_follow_ups(register: Callable[..., dict[str, Point]]) -> None:
    follower = Recorded(lambda: 0)
    register(alpha=Recorded(raising(OSError(errno.ENOSPC, "full"))), beta=follower)

    assert cli.main(["alpha"]) == 2
    assert follower.calls == []
