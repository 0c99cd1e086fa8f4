"""What the commands of every room share: a mistake of the caller in one line, the nearest word, paths, files, output.

Laws:

1. A mistake is one line that names it and the way out (:class:`UsageError`), a path that cannot be written among them.
2. A file is written whole or not at all.
3. What a command prints for programs is the same bytes wherever it is printed: UTF-8, and no carriage return.

What this module does not know: any command. The dispatcher looks for the attribute ``usage_message`` alone, so that a
room that may not import this one has the same voice.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path


class UsageError(Exception):
    """A mistake of the caller; ``usage_message`` is the one line that tells it and the way out."""

    def __init__(self, message: str) -> None:
        """Keep the line for the dispatcher."""
        super().__init__(message)
        self.usage_message = " ".join(message.split())


INSTALL = "pip install 'copyjob[all]' installs everything"


def missing_module(error: ModuleNotFoundError) -> str | None:
    """Return what a module that is missing asks of the user, in one line; None for one of our own: that is a bug."""
    name = error.name
    if name is None or name.partition(".")[0] == "copyjob":
        return None
    if name in sys.stdlib_module_names:
        return f"needs {name}, which Python does not have on this system; run it on Linux, macOS or in WSL"
    return f"needs {name}, which is not installed; {INSTALL}"


def nearest(
    word: str,
    known: Iterable[str],
    otherwise: str = "",
    *,
    told: Mapping[str, str] | None = None,
    likeness_min: float = 0.6,
) -> str:
    """Return ``did you mean X?`` for the known word that is most like this one in any case, else ``otherwise``.

    ``told`` says how a known word is written for people, where that differs. ``likeness_min`` is from 0, where anything
    is like anything, to 1.
    """
    folded = {each.casefold(): each if told is None else told[each] for each in known}
    near = get_close_matches(word.strip().casefold(), folded, n=1, cutoff=likeness_min)
    return f"did you mean {folded[near[0]]}?" if near else otherwise


def take_dialects(parser: argparse.ArgumentParser, default: str = "both") -> None:
    """Add the option ``--dialect``, which can be given for each dialect, in any case."""
    parser.add_argument(
        "--dialect", type=str.upper, choices=("BITS", "DO"), action="append", help=f"default: {default}"
    )


def say(line: str) -> None:
    """Print one line of a command's output."""
    print(line)  # noqa: T201 the command's output


def write_out(text: str) -> None:
    """Print a text for programs, whatever encoding the terminal or the environment asks for."""
    # What stands in for standard output, such as a buffer in memory, need not be able to.
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.write(text)


def shown(path: Path) -> str:
    """Return a path as the caller would write it: relative where it is below the working directory."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def checkout_room(module: str | Path) -> Path | None:
    """Return the room in which a module stands where this is a source checkout, else None: it is installed."""
    path = Path(module).resolve()
    room = path.parents[2]
    return room if room.name == path.parent.name and (room.parent / "pyproject.toml").is_file() else None


def make_folder(folder: Path, option: str = "-o") -> None:
    """Make a folder where there is none yet. UsageError: it cannot be made; ``option`` names another one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise UsageError(f"{folder} is no folder; give another one with {option}") from error
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}; give another one with {option}") from error


def _encoded(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: a temporary one beside its place, renamed into it. OSError names the path.

    A link is followed. What is no file, as a device or a pipe, is written to, and never replaced.
    """
    name = ""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            path.write_bytes(_encoded(content))
            return
        place = path.resolve() if path.is_symlink() else path
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.", suffix=".tmp")
        with os.fdopen(handle, "wb") as stream:
            stream.write(_encoded(content))
        # A temporary file is its owner's alone; what is written for readers is as readable as any new file.
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(place)
    except BaseException as error:
        if name:
            Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            # Whoever reads the message knows the path and has never heard of the temporary file.
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def check_writable(path: Path, way_out: str) -> None:
    """Find out before the work whether a file can be written. UsageError, with the way out: it cannot."""
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not path.exists() or path.is_file():
            place = path.resolve() if path.is_symlink() else path
            with tempfile.TemporaryFile(dir=place.parent):
                pass
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}; {way_out}") from None


def write_or_refuse(path: Path, content: str | bytes, option: str = "-o") -> None:
    """Write a file whole and say so. UsageError: it cannot be written; ``option`` names another place."""
    try:
        write_whole(path, content)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}; make room, or give another place with {option}"
        ) from error
    say(f"wrote {shown(path)}")
