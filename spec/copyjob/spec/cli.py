"""``copyjob``: one command, which only dispatches.

Law: this module knows no subcommand. Each room registers its own under the entry-point group
``copyjob.commands`` as an object with ``summary`` (a line), ``configure(parser)`` and ``run(args)``, and with
a ``group`` where the overview is to name it together with others, to stay on one screen; ``run`` returns an
exit code, or an object with ``exit_code`` and ``follow_ups``, further command lines that are run
after it (so that one room can ask for what another one makes, without knowing it). The first failure among
all of them is the exit code.

A mistake of the caller is an exception with a ``usage_message``: it becomes one line on standard error and
exit code 2 (or the exception's own ``exit_code``), and so do a full disk, a package that is not installed and a command
that cannot be loaded.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
import textwrap
from importlib.metadata import EntryPoint, entry_points, version
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from copyjob.spec.console import INSTALL, missing_module, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130
GROUP = "copyjob.commands"

_DESCRIPTION = "The background copy job of Windows: check a backend, download, draw, explore."
_EPILOG = """\
exit codes: 0 conforms, 1 diverges, 2 wrong usage, 3 adapter broke, 4 unclear
first step: copyjob check reference, then module:Backend or 'program:node it.js'
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


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line; argparse would print the usage before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_USAGE, f"{self.prog}: {message}; {self.prog} --help shows what it takes\n")


class _Unloadable:
    """Stands for a command whose module does not load, so that the overview and the others go on working."""

    def __init__(self, reason: Exception) -> None:
        self.summary = "(cannot be loaded)"
        self.reason = reason

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Take whatever follows: all that is left to say is why nothing can be done with it."""
        parser.add_argument("ignored", nargs=argparse.REMAINDER)

    def run(self, args: argparse.Namespace) -> int:
        """Tell why."""
        return _one_line(args.command, f"cannot be loaded: {self.reason}; {INSTALL}")


def _load(point: EntryPoint) -> Command:
    try:
        command: Command = point.load()
    except (ImportError, AttributeError) as error:
        return _Unloadable(error)
    return command


def _parser(names: Sequence[str], chosen: str | None) -> tuple[argparse.ArgumentParser, dict[str, Command]]:
    parser = _Parser(
        prog="copyjob",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version=f"copyjob {version('copyjob')}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    commands: dict[str, Command] = {}
    registered = {point.name: point for point in entry_points(group=GROUP)}
    groups: dict[str, list[str]] = {}
    for name in names:
        command = commands[name] = _load(registered[name])
        group = getattr(command, "group", "")
        if group:
            groups.setdefault(group, []).append(name)
            sub = subparsers.add_parser(name, description=command.summary)  # without help it is not listed
        else:
            sub = subparsers.add_parser(name, help=command.summary, description=command.summary)
        if name == chosen:
            command.configure(sub)
    paragraphs = [textwrap.fill(f"{group}: {', '.join(members)}", 78) for group, members in groups.items()]
    parser.epilog = "\n".join([*paragraphs, _EPILOG])
    return parser, commands


def _one_line(name: str, message: str, code: int = EXIT_USAGE) -> int:
    print(f"copyjob {name}: {message}", file=sys.stderr)  # noqa: T201 the command line's own voice
    return code


def _run(command: Command, name: str, args: argparse.Namespace) -> int:
    try:
        result: Any = command.run(args)
        sys.stdout.flush()  # what does not fit is told here; at exit nobody would be left to tell it
    except ModuleNotFoundError as error:
        missing = missing_module(error)
        if missing is None:
            raise
        return _one_line(name, missing)
    except OSError as error:
        # What a disk or a path refuses is the caller's to mend; the rest is a bug and shows its traceback.
        if error.errno not in _CALLERS_ERRORS:
            raise
        _let_go_of_output()
        where = f"{error.filename}: " if error.filename else ""
        return _one_line(name, f"{where}{error.strerror}")
    except Exception as error:
        usage = getattr(error, "usage_message", None)
        if usage is None:
            raise
        return _one_line(name, str(usage), int(getattr(error, "exit_code", EXIT_USAGE)))
    code = int(getattr(result, "exit_code", result))
    for argv in getattr(result, "follow_ups", ()):
        follow_up = main(argv)
        code = code or follow_up
    return code


def _let_go_of_output() -> None:
    """Drop what standard output does not take, so that leaving does not fail on it a second time."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


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
        errno.ENAMETOOLONG,
        errno.ELOOP,
        errno.EEXIST,
        errno.EINVAL,
    )
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name) and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    names = sorted({point.name for point in entry_points(group=GROUP)})
    chosen = next((argument for argument in arguments if not argument.startswith("-")), None)
    if chosen is not None and chosen not in names and chosen == arguments[0]:
        hint = nearest(chosen, names, "copyjob --help lists them")
        print(f"copyjob: there is no command {chosen!r}; {hint}", file=sys.stderr)  # noqa: T201 likewise
        return EXIT_USAGE
    # Only a command that is named is loaded; the overview loads all, from modules without heavy imports.
    parser, commands = _parser([chosen] if chosen in names else names, chosen)
    args, unknown = parser.parse_known_args(arguments)
    if unknown:
        asked = "copyjob" if args.command is None else f"copyjob {args.command}"
        told = f"unrecognized arguments: {' '.join(unknown)}; {asked} --help shows what it takes"
        print(f"{asked}: {told}", file=sys.stderr)  # noqa: T201 likewise
        return EXIT_USAGE
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
        _let_go_of_output()
        return 0


if __name__ == "__main__":
    sys.exit(main())
