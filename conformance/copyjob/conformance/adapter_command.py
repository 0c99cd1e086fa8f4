"""``copyjob new-adapter --lang LANG DIR``: write an adapter that works, to begin with.

Law: what it writes is a small real downloader that passes ``copyjob smoke`` as it stands, and nothing is overwritten.
"""

from __future__ import annotations

import argparse
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

TEMPLATES = Path(__file__).parent / "templates"
PROTOCOL = Path(__file__).parent / "program/protocol.md"


@dataclass(frozen=True)
class Language:
    """How an adapter of a language is built and named."""

    needs: str
    """The program that runs or builds it."""
    build: str
    """The command that builds it; empty where nothing has to be built."""
    backend: str
    """Its name for the kit, in its folder."""


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {
        "python": Language("python3", "", "adapter:Backend"),
        "node": Language("node", "", "program:node adapter.js"),
        "sh": Language("sh", "", "program:./adapter.sh"),
        "c": Language("cc", "cc -O2 -o adapter adapter.c", "program:./adapter"),
        "go": Language("go", "go build -o adapter adapter.go", "program:./adapter"),
    }
)


@dataclass(frozen=True)
class NewAdapter:
    """The command."""

    summary: str = "write a small adapter that works, to begin with"
    group: str = "around check"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("--lang", required=True, choices=LANGUAGES, help="the language")
        parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that is not there yet, or empty")

    def run(self, args: argparse.Namespace) -> int:
        """Write it, and tell how to go on."""
        from copyjob.spec.console import UsageError, say, shown

        folder: Path = args.folder
        language = LANGUAGES[args.lang]
        try:
            if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
                raise UsageError(f"{folder} is there already and not empty; name another folder")
            # As new files, not with the age of the templates: who builds by age would not build them.
            shutil.copytree(TEMPLATES / args.lang, folder, dirs_exist_ok=True, copy_function=shutil.copy)
        except OSError as error:
            where = error.filename or folder
            raise UsageError(f"{where} cannot be written: {error.strerror}; name another folder") from None
        for path in sorted(folder.iterdir()):
            say(f"wrote {path}")
        steps = [f"cd {shlex.quote(str(folder))}", language.build, f"copyjob smoke {shlex.quote(language.backend)}"]
        say(f"next:  {' && '.join(step for step in steps if step)}")
        if language.backend.startswith("program:"):
            say(f"what it has to answer, and which state is which:  {shown(PROTOCOL)}")
        return 0


NEW_ADAPTER = NewAdapter()
