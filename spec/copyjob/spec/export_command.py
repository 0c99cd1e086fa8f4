"""``copyjob export``: write the table in other languages, and freeze what it asks under a version.

Laws:

1. ``--check`` writes nothing, names every file that is missing, stale or foreign, and ends with 1 if there is one.
2. A requirement set is never replaced without a new version and a reason: ``--bump WHY``.
3. A mistake of the caller is one line (UsageError) and exit code 2.
4. This module imports nothing heavy before the command runs.
"""

from __future__ import annotations

import argparse
import re
import shlex
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copyjob.spec.console import (
    UsageError,
    checkout_room,
    make_folder,
    nearest,
    say,
    shown,
    take_dialects,
    write_or_refuse,
    write_out,
)

if TYPE_CHECKING:
    from copyjob.spec.export import Artefact
    from copyjob.spec.requirements import RequirementSet
    from copyjob.spec.vocabulary import Dialect

DIFFERS: Final = 1
"""Exit code where ``--check`` finds a fault, or the table differs from the frozen set."""
REQUIREMENTS: Final = "requirements"
STDOUT: Final = Path("-")


def committed_folder() -> Path | None:
    """Return the folder of the committed exports where this is a source checkout, else None."""
    room = checkout_room(__file__)
    return room / "exported" if room is not None else None


def _day(text: str) -> str:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise UsageError(f"--date {text!r} is no date; write it as 2030-12-31")


@dataclass(frozen=True)
class Export:
    """The command."""

    summary: str = "write the table as JSON, Markdown, TLA+ and more"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("formats", nargs="*", metavar="FORMAT", help="what to write; default: all (see --list)")
        take_dialects(parser)
        parser.add_argument(
            "-o",
            dest="folder",
            metavar="DIR",
            type=Path,
            help="where to; - is standard output; default: the committed set of a source checkout",
        )
        parser.add_argument("--check", action="store_true", help="write nothing; name what is stale and exit with 1")
        parser.add_argument("--list", action="store_true", help="print the names of the formats")
        parser.add_argument("--bump", metavar="WHY", help="freeze a new version of the requirements, and why")
        parser.add_argument("--date", metavar="DAY", help="the day of the new version, such as 2030-12-31")

    def run(self, args: argparse.Namespace) -> int:
        """Write or check; 1 where the check finds a fault. Raises UsageError."""
        from copyjob.spec.export import FORMATS
        from copyjob.spec.vocabulary import Dialect

        if args.list:
            for name, each in FORMATS.items():
                say(f"{name:12} {each.summary}: {', '.join(artefact.name for artefact in each.artefacts)}")
            say(f"{REQUIREMENTS:12} the frozen requirement sets: BITS.json, DO.json, CHANGELOG.md")
            return 0
        formats = _formats(args.formats, (*FORMATS, REQUIREMENTS))
        _agree(args, formats)
        dialects = [Dialect(name) for name in dict.fromkeys(args.dialect or ("BITS", "DO"))]
        if args.folder == STDOUT:
            return _print(formats, dialects)
        if args.folder is None and committed_folder() is None and not (args.check and formats == [REQUIREMENTS]):
            raise UsageError("this is no source checkout; say with -o DIR which folder is meant")
        code = 0
        # Before all else: what is exported tells the version of what is frozen.
        if REQUIREMENTS in formats or (not formats and args.folder is None):
            code = _check_requirements(args, dialects) if args.check else _freeze(args, dialects)
        if formats == [REQUIREMENTS] or (code and not args.check):
            return code
        return _exports(args, [name for name in formats if name != REQUIREMENTS], dialects) or code


def _formats(names: list[str], known: tuple[str, ...]) -> list[str]:
    for name in names:
        if name not in known:
            way_out = nearest(name, known, f"all are: {', '.join(known)}")
            raise UsageError(f"there is no format {name!r}; {way_out}")
    return list(dict.fromkeys(names))


def _agree(args: argparse.Namespace, formats: list[str]) -> None:
    """Raise UsageError where arguments contradict each other."""
    if args.bump is not None:
        if args.check:
            raise UsageError("--bump writes and --check does not; give one of them")
        if not args.bump.strip():
            raise UsageError("--bump needs the reason: what changed and why")
        if formats and REQUIREMENTS not in formats:
            raise UsageError(f"--bump is about the {REQUIREMENTS}; name them too")
    if args.date is not None and args.bump is None:
        raise UsageError("--date is the day of a new version; give --bump too")
    if args.date is not None:
        _day(args.date)
    if args.folder is None:
        return
    if args.folder == STDOUT:
        if args.check:
            raise UsageError("standard output holds nothing to check; give a folder with -o")
        if args.bump is not None:
            raise UsageError("a new version is no output; leave -o - out")
    elif REQUIREMENTS in formats and len(formats) > 1:
        raise UsageError(
            f"{REQUIREMENTS} and exports have files of the same names; ask for {REQUIREMENTS} alone with -o"
        )
    elif args.bump is not None and not formats:
        raise UsageError(f"with -o, name the {REQUIREMENTS} that --bump is about")


def _exports(args: argparse.Namespace, formats: list[str], dialects: list[Dialect]) -> int:
    from copyjob.spec.export import chosen

    folder: Path | None = args.folder or committed_folder()
    assert folder is not None
    artefacts = chosen(formats, dialects)
    if args.check:
        return _check(folder, artefacts, _command(args, formats), whole_set=not formats and not args.dialect)
    _keep_frozen(folder, artefacts)
    make_folder(folder)
    for artefact in artefacts:
        write_or_refuse(folder / artefact.name, artefact.text())
    return 0


def _keep_frozen(folder: Path, artefacts: list[Artefact]) -> None:
    """Raise UsageError where an export would stand in the place of a frozen requirement set."""
    from copyjob.spec.requirements_file import file_of, frozen_in
    from copyjob.spec.vocabulary import Dialect

    if any(artefact.name == file_of(dialect) for artefact in artefacts for dialect in Dialect):
        frozen = frozen_in(folder)
        if frozen is not None:
            raise UsageError(f"{frozen} is of the frozen requirement sets; export into another folder")


def _command(args: argparse.Namespace, formats: list[str]) -> str:
    """Return the command line that writes what is checked."""
    words = ["copyjob", "export", *formats]
    words += [word for name in dict.fromkeys(args.dialect or ()) for word in ("--dialect", name)]
    return shlex.join(words + (["-o", str(args.folder)] if args.folder is not None else []))


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; export first, without --check")
    return folder


def _check(folder: Path, artefacts: list[Artefact], command: str, *, whole_set: bool) -> int:
    from copyjob.spec.export import faults, foreign

    _existing(folder)
    lines = faults(folder, artefacts) + (foreign(folder) if whole_set else [])
    for line in lines:
        say(line)
    if lines:
        say(f"{shown(folder)} is not what the table says; write it anew with: {command}")
        return DIFFERS
    say(f"{len(artefacts)} files are up to date in {shown(folder)}")
    return 0


def _print(formats: list[str], dialects: list[Dialect]) -> int:
    from copyjob.spec.export import chosen

    if len(formats) != 1:
        raise UsageError("one format goes to standard output; name it, such as: copyjob export json --dialect DO -o -")
    if formats != [REQUIREMENTS]:
        artefacts = chosen(formats, dialects)
        if len(artefacts) > 1:
            names = " and ".join(artefact.name for artefact in artefacts)
            way_out = "choose with --dialect" if len(chosen(formats, dialects[:1])) == 1 else "use -o DIR"
            raise UsageError(f"{formats[0]} is {names}, and one file goes to standard output; {way_out}")
        write_out(artefacts[0].text())
        return 0
    if len(dialects) > 1:
        raise UsageError(f"{formats[0]} is a file a dialect, and one goes to standard output; choose with --dialect")
    from copyjob.spec.requirements import differences
    from copyjob.spec.requirements_file import frozen_version, text_of

    frozen = frozen_version(dialects[0])
    now = _now(dialects[0], frozen)
    write_out(text_of(_next(now) if frozen and differences(frozen, now) else now))
    return 0


# The requirement sets


def _now(dialect: Dialect, frozen: RequirementSet | None) -> RequirementSet:
    from copyjob.spec.requirements import requirements
    from copyjob.spec.table import full_table

    return requirements(full_table(dialect), frozen.version if frozen else 1)


def _next(now: RequirementSet) -> RequirementSet:
    """Return the same requirements under the next version."""
    return replace(now, version=now.version + 1)


def _requirements_folder(given: Path | None) -> Path:
    from copyjob.spec.requirements_file import folder

    found = given or folder()
    if found is None:
        raise UsageError("no frozen requirement set is installed; say with -o DIR where they are")
    if found.exists() and not found.is_dir():
        raise UsageError(f"{found} is no folder; give another one with -o")
    return found


def _read_changelog(folder: Path) -> str:
    from copyjob.spec.requirements_file import CHANGELOG

    try:
        return (folder / CHANGELOG).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{folder / CHANGELOG} cannot be read: {error}") from error


def _check_requirements(args: argparse.Namespace, dialects: list[Dialect]) -> int:
    from copyjob.spec.requirements import differences
    from copyjob.spec.requirements_file import CHANGELOG, file_of, heading, read, text_of, told

    folder = _existing(_requirements_folder(args.folder))
    lines: list[str] = []
    changelog = _read_changelog(folder)
    for dialect in dialects:
        path = folder / file_of(dialect)
        frozen = read(path, dialect)
        if frozen is None:
            lines.append(f"missing: {shown(path)}")
            continue
        now = _now(dialect, frozen)
        changes = differences(frozen, now)
        lines += [f"{dialect.value} {frozen.version}: {change}" for change in changes]
        if not changes and path.read_bytes() != text_of(now).encode():
            lines.append(f"stale: {shown(path)} says the same in another form")
        if not told(changelog, frozen):
            lines.append(f"missing: an entry {heading(frozen)!r} in {shown(folder / CHANGELOG)}")
    for line in lines:
        say(line)
    if lines:
        say(f"freeze a new version with: {_command(args, [REQUIREMENTS])} --bump 'what changed and why'")
        return DIFFERS
    say(f"{' and '.join(each.value for each in dialects)}: as frozen in {shown(folder)}")
    return 0


def _freeze(args: argparse.Namespace, dialects: list[Dialect]) -> int:
    """Write what is not frozen yet, and with ``--bump`` a new version of what differs; else name what differs."""
    from copyjob.spec.requirements import differences
    from copyjob.spec.requirements_file import CHANGELOG, FIRST, entry_of, file_of, read, text_of, with_entry

    folder = _requirements_folder(args.folder)
    why = " ".join(args.bump.split()) if args.bump else ""
    day = _day(args.date) if args.date else None
    changelog = before = _read_changelog(folder)
    sets: list[RequirementSet] = []
    lines: list[str] = []
    for dialect in dialects:
        frozen = read(folder / file_of(dialect), dialect)
        now = _now(dialect, frozen)
        changes = [] if frozen is None else differences(frozen, now)
        if frozen is None:
            changelog = with_entry(changelog, now, entry_of(now, why or FIRST, day, ()))
        elif changes and why:
            now = _next(now)
            changelog = with_entry(changelog, now, entry_of(now, why, day, changes))
        elif changes:
            lines += [f"{dialect.value} {frozen.version}: {change}" for change in changes]
            continue
        sets.append(now)
    if lines:
        for line in lines:
            say(line)
        say(f"freeze a new version with: {_command(args, [REQUIREMENTS])} --bump 'what changed and why'")
        return DIFFERS
    if why and changelog == before:
        raise UsageError("--bump: nothing differs from what is frozen, so that there is no new version to write")
    # The changelog first: a version without its entry is found by the check, an entry is written anew with its version.
    make_folder(folder)
    if changelog != before:
        write_or_refuse(folder / CHANGELOG, changelog)
    for each in sets:
        write_or_refuse(folder / file_of(each.dialect), text_of(each))
    return 0


EXPORT = Export()
