"""``copyjob explain``: what the specification says, in one step.

Law: importing this module loads neither the table nor rich; what people see on a terminal in colour is, piped, the
same text without. What is long is told in brief unless all of it is asked for.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from copyjob.spec.console import UsageError, take_dialects, write_out

if TYPE_CHECKING:
    from copyjob.spec.explain_text import Line
    from copyjob.spec.vocabulary import Dialect

_EPILOG = """\
words, in any order and any spelling:
  operations   resume, AddFile, IBackgroundCopyJob::Resume
  states       TRANSFERRED, BG_JOB_STATE_TRANSFERRED
  HRESULTs     BG_E_INVALID_STATE, 0x80200002, -2145386494, 0x80190194
  events       turn, fatal_fault        clauses   resume/empty, decision/2
  rows         resume/SUSPENDED/2       laws      by their names
  scripts      weak_etag, hold_body     numbers   BG_JOB_PRIORITY, REMOTE_FILE
  checks       state/rests, progress/sent

examples:
  copyjob explain resume TRANSFERRED
  copyjob explain 0x80200002 --state CANCELLED
  copyjob explain --state ERROR
"""


@dataclass(frozen=True)
class Explain:
    """The command."""

    summary: str = "explain a call, state, HRESULT or clause, with its source"

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        parser.epilog = _EPILOG
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.add_argument("words", nargs="*", metavar="WORD", help="what to explain")
        parser.add_argument("--state", metavar="STATE", help="the state of the job, by name or number")
        take_dialects(parser)
        parser.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="default: text")
        parser.add_argument("--scope", choices=("core", "full"), help="default: core in brief, else full")
        parser.add_argument("--sources", action="store_true", help="in brief, and the clauses with their pages")
        parser.add_argument("--all", action="store_true", help="everything: rows, conditions, clauses, pages")
        _take_words_anywhere(parser)

    def run(self, args: argparse.Namespace) -> int:
        """Print the explanation. UsageError: the question is not understood, or contradicts itself."""
        from copyjob.spec.explain import explain
        from copyjob.spec.explain_words import understood
        from copyjob.spec.vocabulary import Dialect

        dialects = tuple(dialect for dialect in Dialect if dialect.value in (args.dialect or ("BITS", "DO")))
        if told := _told_by_rooms(args.words):
            write_out(told)
            return 0
        if args.format == "text" and not args.all:
            _show(_in_brief(args, dialects))
            return 0
        explanation = explain(understood(args.words, args.state, dialects, full=args.scope != "core"))
        if args.format == "json":
            from copyjob.spec.explain_json import as_json

            write_out(as_json(explanation))
        elif args.format == "markdown":
            from copyjob.spec.explain_markdown import markdown

            write_out(markdown(explanation))
        else:
            from copyjob.spec.explain_text import text_lines

            _show(text_lines(explanation))
        return 0


def _in_brief(args: argparse.Namespace, dialects: tuple[Dialect, ...]) -> Iterator[Line]:
    """Yield the lines for a terminal: in brief where it would be long, of the core where that knows the answer."""
    from copyjob.spec.explain import explain
    from copyjob.spec.explain_brief import brief_lines, is_broad
    from copyjob.spec.explain_text import Line, filled, source_lines, text_lines
    from copyjob.spec.explain_words import understood

    full = understood(args.words, args.state, dialects, full=args.scope != "core")
    explanation, cut = explain(full), False
    if not is_broad(explanation):
        yield from text_lines(explanation)
        return
    if args.scope is None:
        with suppress(UsageError):
            explanation, cut = explain(understood(args.words, args.state, dialects, full=False)), True
    yield from brief_lines(explanation)
    if args.sources:
        yield from source_lines(explanation)
    yield Line("")
    beyond = "one download's life cycle; uploads, policies, networks and owners left out; " if cut else ""
    told = "" if args.sources else f"--sources: the {len(explanation.sources)} clauses it rests on, with pages; "
    yield from filled(f"In brief: {beyond}{told}--all: every rule in full.", "", hanging="  ", style="dim")


def _told_by_rooms(words: list[str]) -> str:
    """Return what other rooms say of words of their own; nothing where all are the specification's, or nobody's.

    Where words of both are asked for together, the specification tells of those that are none of its own.
    """
    from copyjob.spec.explain_rooms import rooms_with_words
    from copyjob.spec.explain_words import meanings

    told: list[str] = []
    for word in words:
        try:
            meanings(word)
        except UsageError:
            found = [text for each in rooms_with_words() if (text := each.explained(word)) is not None]
            if not found:
                return ""
            told += found
        else:
            return ""
    return "\n".join(told)


def _take_words_anywhere(parser: argparse.ArgumentParser) -> None:
    """Have words taken behind options too: a parser with `*` takes those before the first option only."""
    parse = parser.parse_known_args

    def parse_all(args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        found, rest = parse(args, namespace)
        found.words = [*found.words, *(word for word in rest if not word.startswith("--"))]
        return found, [word for word in rest if word.startswith("--")]

    # A sub-parser is asked by this method, and argparse has no option for what is wanted.
    parser.parse_known_args = parse_all  # type: ignore[method-assign]


def _show(lines: Iterable[Line]) -> None:
    if not sys.stdout.isatty():
        write_out("".join(f"{line.text}\n" for line in lines))
        return
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line.text, style=line.style or None, markup=False, emoji=False)


EXPLAIN = Explain()
