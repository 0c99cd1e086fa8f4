"""``copyjob``: one command, which only dispatches.

Law: this module knows no subcommand. Each room registers its own under the entry-point group ``copyjob.commands`` as an
object with ``summary`` (a line), ``configure(parser)`` and ``run(args)``; ``run`` returns an exit code, or an object
with ``exit_code`` and ``follow_ups``, further command lines that are run after it (so that one room can ask for what
another one makes, without knowing it). The first failure among all of them is the exit code.

A mistake of the caller is an exception with a ``usage_message``: it becomes one line on standard error and exit code 2.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points, version
from typing import Any, Protocol

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130
GROUP = "copyjob.commands"

_DESCRIPTION = "The background copy job of Windows: check a backend, download, draw, explore."
_EPILOG = """\
exit codes: 0 conforms or done, 1 diverges or failed, 2 wrong usage, 3 the backend's adapter broke, 4 inconclusive

first steps:
  copyjob check reference                   check the reference against the table, over real HTTP
  copyjob check mypackage.module:Backend    check a backend of your own
  copyjob get URL -o FILE                   download, interrupt, call again, resume
"""


class Command(Protocol):
    """What a room registers."""

    summary: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments."""
        ...

    def run(self, args: argparse.Namespace) -> Any:
        """Do it; see the module's law for what comes back."""
        ...


def _parser(names: Sequence[str], chosen: str | None) -> tuple[argparse.ArgumentParser, dict[str, Command]]:
    parser = argparse.ArgumentParser(
        prog="copyjob",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"copyjob {version('copyjob')}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    commands: dict[str, Command] = {}
    registered = {point.name: point for point in entry_points(group=GROUP)}
    for name in names:
        command: Command = registered[name].load()
        commands[name] = command
        sub = subparsers.add_parser(name, help=command.summary, description=command.summary)
        if name == chosen:
            command.configure(sub)
    return parser, commands


def _one_line(name: str, message: str) -> int:
    print(f"copyjob {name}: {message}", file=sys.stderr)  # noqa: T201 the command line's own voice
    return EXIT_USAGE


def _run(command: Command, name: str, args: argparse.Namespace) -> int:
    try:
        result: Any = command.run(args)
    except OSError as error:
        # What a disk or a path refuses is the caller's to mend; anything else is a bug and shows its traceback.
        if error.errno not in _CALLERS_ERRORS:
            raise
        where = f"{error.filename}: " if error.filename else ""
        return _one_line(name, f"{where}{error.strerror}")
    except Exception as error:
        usage = getattr(error, "usage_message", None)
        if usage is None:
            raise
        return _one_line(name, str(usage))
    code = int(getattr(result, "exit_code", result))
    for argv in getattr(result, "follow_ups", ()):
        follow_up = main(argv)
        code = code or follow_up
    return code


_CALLERS_ERRORS = frozenset(
    (
        errno.ENOSPC,
        errno.EACCES,
        errno.EROFS,
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EDQUOT,
        errno.EPERM,
    )
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name) and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    names = sorted({point.name for point in entry_points(group=GROUP)})
    chosen = next((argument for argument in arguments if not argument.startswith("-")), None)
    # Only a command that is named is loaded; the overview needs every summary, all from modules without heavy imports.
    parser, commands = _parser([chosen] if chosen in names else names, chosen)
    args = parser.parse_args(arguments)
    if args.command is None:
        parser.print_help()
        return EXIT_USAGE
    try:
        return _run(commands[args.command], args.command, args)
    except KeyboardInterrupt:
        print(f"copyjob {args.command}: interrupted", file=sys.stderr)  # noqa: T201 likewise
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`| head`); there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
