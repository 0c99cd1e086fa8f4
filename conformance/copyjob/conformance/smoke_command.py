"""``copyjob smoke BACKEND``: does the adapter work at all? Seconds, not a minute, and no report."""

from __future__ import annotations

import argparse
import shlex
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copyjob.conformance.record import Verdict
    from copyjob.conformance.smoke import Try

_WORDS = {"conforms": "ok", "diverges": "DIVERGES", "errored": "BROKEN", "inconclusive": "UNCLEAR"}
_ENDINGS = {
    "errored": "the adapter is broken; nothing is said of the backend",
    "diverges": "the adapter works, and the backend behind it diverges; `{check}` tells all",
    "inconclusive": "unclear: what was due did not happen, or a call did not answer",
    "conforms": "the adapter works, and nothing speaks against the backend; next: {check}",
}
"""The end of it, the gravest first."""


@dataclass(frozen=True)
class Smoke:
    """The command."""

    summary: str = "find out in seconds whether an adapter works at all"
    group: str = "around check"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        from copyjob.spec.console import take_dialects

        parser.add_argument("backend", help="a registered name, module:Class, or 'program:COMMAND LINE'")
        take_dialects(parser, "all it declares")

    def run(self, args: argparse.Namespace) -> int:
        """Try, tell each try in a line, and return the exit code of the gravest."""
        from copyjob.conformance.check import load_for
        from copyjob.conformance.notes import noted_threads
        from copyjob.conformance.report import EXIT_CODES
        from copyjob.conformance.smoke import smoke
        from copyjob.spec.console import say
        from copyjob.spec.vocabulary import Dialect

        asked = tuple(Dialect(name) for name in dict.fromkeys(args.dialect or ()))
        declared = load_for(args.backend, asked)
        met: set[Verdict] = set()
        with noted_threads() as notes:
            for dialect in asked or declared.dialects:
                say(f"{args.backend}, {dialect.value}")
                met |= _told(smoke(declared, dialect, notes))
        for note in notes:
            say(f"note: {note}")
        codes = {verdict.value: EXIT_CODES[verdict] for verdict in met}
        gravest = next(word for word in _ENDINGS if word in codes)
        say(_ENDINGS[gravest].format(check=shlex.join(["copyjob", "check", args.backend])))
        return codes[gravest]


_INDENT = " " * 12


def _wrapped(text: str, indent: str = _INDENT) -> str:
    more = f"{_INDENT}  " if indent else _INDENT
    return textwrap.fill(
        text, 80, initial_indent=indent, subsequent_indent=more, break_on_hyphens=False, break_long_words=False
    )


def _told(tries: Iterable[Try]) -> set[Verdict]:
    """Tell each try as it comes; return the verdicts."""
    from copyjob.conformance.screen import wrapped_word
    from copyjob.spec.console import say

    met: set[Verdict] = set()
    for tried in tries:
        met.add(tried.verdict)
        head = f"  {_WORDS[tried.verdict.value]:9} {tried.name}" + (f": {tried.reason}" if tried.reason else "")
        say(_wrapped(head, ""))
        for word in tried.record.words:
            say(wrapped_word(word, f"{_INDENT}| "))
        for divergence in tried.divergences:
            say(_wrapped(f"{divergence.level.value} {', '.join(sorted(divergence.named))}"))
            say(_wrapped(f"seen: {divergence.observation}"))
            say(_wrapped(f"permitted: {'; '.join(divergence.permitted)}"))
    return met


SMOKE = Smoke()
