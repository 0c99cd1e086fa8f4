"""A report file, read and checked: the one place that knows the JSON of ``copyjob-report``, version 1.

Law: what is read is either a whole :class:`~copyjob.diagrams.report_parts.Report` or a :class:`BadReportError` that
names the file and the
place in it; nothing behind this module meets a missing key or a wrong type. Keys that are not known here
are left alone.

What this module does not know: how a report comes to be, or how it is shown.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from copyjob.diagrams.report_parts import (
    BaselineEntry,
    Check,
    Divergence,
    Gate,
    MadeCall,
    Message,
    Report,
    ReportAnswer,
    ReportClause,
    ReportEdge,
    ReportRow,
    Run,
    Share,
)
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FORMAT: Final = "copyjob-report"
VERSION: Final = 1
VERDICTS: Final = ("conforms", "diverges", "inconclusive", "errored")
ITEM_VERDICTS: Final = ("conforms", "diverges", "inconclusive", "errored", "skipped", "unjudged")
LEVELS: Final = ("MUST", "SHOULD", "MAY")


class BadReportError(UsageError):
    """The file cannot be read as a report; ``usage_message`` is the one line that says where and why."""


@dataclass(frozen=True)
class _Node:
    """A JSON object at its place in the file."""

    value: Mapping[str, Any]
    place: str

    def _at(self, key: str) -> str:
        return f"{self.place}.{key}".lstrip(".")

    def get(self, key: str, kind: type | tuple[type, ...], *, default: Any = None) -> Any:
        """Return a value of a type; without a default it must be there."""
        found = self.value.get(key)
        if found is None:
            if default is None:
                raise BadReportError(f"{self._at(key)} is missing")
            return default
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
            raise BadReportError(f"{self._at(key)} has the wrong type ({type(found).__name__})")
        return found

    def text(self, key: str, default: str | None = None) -> str:
        return _clean(self.get(key, str, default=default))

    def count(self, key: str, default: int | None = None) -> int:
        return cast("int", self.get(key, int, default=default))

    def number(self, key: str, default: float | None = None) -> float:
        return float(self.get(key, (int, float), default=default))

    def flag(self, key: str) -> bool:
        """Return whether something is so; it is not where nothing is said of it."""
        return bool(self.get(key, bool, default=False))

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        found = self.text(key)
        if found not in known:
            raise BadReportError(f"{self._at(key)} is {found!r}; known are {', '.join(known)}")
        return found

    def node(self, key: str) -> _Node:
        """Return an object; an empty one where it is missing."""
        return _Node(self.get(key, dict, default={}), self._at(key))

    def nodes(self, key: str) -> Iterator[_Node]:
        for at, item in enumerate(self.get(key, list, default=[])):
            place = f"{self._at(key)}[{at}]"
            if not isinstance(item, dict):
                raise BadReportError(f"{place} is no object")
            yield _Node(cast("Mapping[str, Any]", item), place)

    def texts(self, key: str) -> tuple[str, ...]:
        found: list[Any] = self.get(key, list, default=[])
        for at, item in enumerate(found):
            if not isinstance(item, str):
                raise BadReportError(f"{self._at(key)}[{at}] is no text")
        return tuple(map(_clean, found))


def _clean(text: str) -> str:
    """Return a text without what no page and no picture can hold: control characters and lone surrogates."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _names_or_count(node: _Node, key: str) -> tuple[int, tuple[str, ...]]:
    found: Any = node.get(key, (int, list), default=0)
    return (found, ()) if isinstance(found, int) else (len(found), node.texts(key))


def _share(node: _Node, seen_key: str) -> Share:
    seen, seen_names = _names_or_count(node, seen_key)
    of, of_names = _names_or_count(node, "of")
    return Share(seen, of, tuple(name for name in of_names if seen_names and name not in seen_names))


def _row(node: _Node) -> ReportRow:
    alternatives = node.node("alternatives")
    return ReportRow(
        id=node.text("id"),
        label=node.text("label"),
        kind=node.one_of("kind", ("operation", "event")),
        source=node.text("source"),
        guard=node.text("guard", ""),
        outcome=node.text("outcome", ""),
        answers=tuple(
            ReportAnswer(answer.text("hresult", "") or None, answer.text("dest")) for answer in node.nodes("answers")
        ),
        level=node.one_of("level", LEVELS),
        cites=node.texts("cites"),
        verdict=node.one_of("verdict", ITEM_VERDICTS),
        reason=node.text("reason", ""),
        judged=node.count("judged", 0),
        discriminated=node.flag("discriminated"),
        rejected=alternatives.count("rejected", 0),
        alternatives=alternatives.count("of", 0),
        survived=alternatives.texts("survived"),
    )


def _check(node: _Node) -> Check:
    return Check(
        id=node.text("id"),
        title=node.text("title", ""),
        cites=node.texts("cites"),
        verdict=node.one_of("verdict", ITEM_VERDICTS),
        reason=node.text("reason", ""),
        judged=node.count("judged", 0),
    )


def _divergence(node: _Node) -> Divergence:
    reproduced = node.node("reproduced")
    return Divergence(
        id=node.text("id"),
        rows=node.texts("rows"),
        check=node.text("check", ""),
        level=node.one_of("level", LEVELS),
        clauses=tuple(
            ReportClause(clause.text("key"), clause.text("text", ""), clause.text("url", ""))
            for clause in node.nodes("clauses")
        ),
        observation=node.text("observation"),
        permitted=node.texts("permitted"),
        explained_if=node.texts("explained_if"),
        reproduced_times=reproduced.count("times", 0),
        reproduced_of=reproduced.count("of", 0),
        python=node.text("python", ""),
        edges=tuple(
            ReportEdge(edge.text("source"), edge.text("label"), edge.text("dest"), edge.text("seen"))
            for edge in node.nodes("edges")
        ),
        path=node.texts("path"),
        sequence=tuple(
            Message(item.number("time_seconds", 0.0), item.text("from"), item.text("to"), item.text("text"))
            for item in node.nodes("sequence")
        ),
        calls=tuple(map(_call, node.nodes("calls"))),
        replay=node.text("replay", ""),
        known=node.text("known", ""),
        past=node.texts("past"),
    )


def _call(node: _Node) -> MadeCall:
    return MadeCall(
        caller=node.count("caller"),
        operation=node.text("operation"),
        answer=node.text("hresult", ""),
        began_seconds=node.number("began_seconds"),
        ended_seconds=node.number("ended_seconds"),
        step=node.count("step", 0),
    )


def _gate(node: _Node) -> Gate:
    return Gate(
        measure=node.text("measure"),
        dialect=node.text("dialect"),
        wanted=node.text("wanted"),
        reached=node.count("reached"),
        of=node.count("of"),
        met=node.flag("met"),
    )


def _baseline_entry(node: _Node) -> BaselineEntry:
    return BaselineEntry(
        id=node.text("id"),
        dialect=node.text("dialect"),
        reason=node.text("reason", ""),
        sometimes=node.flag("sometimes"),
        became=node.one_of("became", ("seen", "passed", "not judged")),
    )


_COVERAGE = {
    "states": "seen",
    "cells": "judged",
    "rows": "judged",
    "must": "discriminated",
    "clauses": "judged",
    "guards": "judged",
    "pairs": "judged",
    "hresults": "judged",
}


def _run(node: _Node) -> Run:
    coverage, totals = node.node("coverage"), node.node("totals")
    return Run(
        dialect=Dialect(node.one_of("dialect", tuple(dialect.value for dialect in Dialect))),
        verdict=node.one_of("verdict", VERDICTS),
        table_digest=node.text("table_digest", ""),
        totals={key: totals.number(key, 0.0) for key in totals.value},
        states_seen=_names_or_count(coverage.node("states"), "seen")[1],
        coverage={name: _share(coverage.node(name), key) for name, key in _COVERAGE.items()},
        rows=tuple(map(_row, node.nodes("rows"))),
        checks=tuple(map(_check, node.nodes("checks"))),
        divergences=tuple(map(_divergence, node.nodes("divergences"))),
        unclear=node.texts("unclear"),
        stopped=node.text("stopped", ""),
        errors=tuple(error.text("text") for error in node.nodes("errors")),
    )


def parse(data: object) -> Report:
    """Return the report that a JSON value holds. Raises BadReportError, naming the place."""
    if not isinstance(data, dict) or cast("dict[str, Any]", data).get("format") != FORMAT:
        raise BadReportError(f'this is no report: "format" is not "{FORMAT}"; make one with copyjob check')
    root = _Node(cast("dict[str, Any]", data), "")
    version = root.count("version")
    if version != VERSION:
        raise BadReportError(f"this report has version {version}; version {VERSION} is read here, make it anew")
    backend = root.node("backend")
    missing, selection = backend.node("missing_powers"), root.node("selection")
    return Report(
        copyjob=root.text("copyjob", ""),
        backend=backend.text("name"),
        powers=backend.texts("powers"),
        missing_powers={_clean(name): missing.text(name) for name in missing.value},
        started=root.text("started", ""),
        duration_seconds=root.number("duration_seconds", 0.0),
        seed=str(root.get("seed", (int, str), default="")),
        verdict=root.one_of("verdict", VERDICTS),
        runs=tuple(map(_run, root.nodes("runs"))),
        interrupted=root.flag("interrupted"),
        passes=root.count("exit_code", 1) == 0,
        not_begun=root.texts("not_begun"),
        gates=tuple(map(_gate, root.nodes("gates"))),
        baseline=tuple(map(_baseline_entry, root.nodes("baseline"))),
        only=selection.texts("only"),
        skip=selection.texts("skip"),
    )


def read(path: Path) -> Report:
    """Return the report in a file. Raises BadReportError, naming the file and the place, and OSError."""
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, RecursionError) as error:
        told = str(error).partition("\n")[0]
        raise BadReportError(f"{path}: this is no JSON: {told}; make a report with copyjob check") from error
    except BadReportError as error:
        raise BadReportError(f"{path}: {error.usage_message}") from error


def load(path: Path) -> Report:
    """Return the report in a file, for a command. Raises BadReportError; UsageError: the file cannot be read."""
    try:
        return read(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}; make a report with copyjob check") from error
