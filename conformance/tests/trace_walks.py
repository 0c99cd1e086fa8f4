"""Histories of one job: random walks on the compiled table, and the lines that tell them."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Sequence
from functools import cache
from typing import Any

from copyjob.conformance.traces.verify import Judged, Verifier
from copyjob.spec.compiled import Edge, IntegerTable, Label, compile_table
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect, InternalEvent, Operation

Told = dict[str, Any]
ENDING = (Operation.CANCEL, Operation.COMPLETE, InternalEvent.EXPIRY)


@cache
def whole(dialect: Dialect) -> IntegerTable:
    """Return the table of all that the dialect's documents speak about."""
    return compile_table(full_table(dialect))


def start(dialect: Dialect = Dialect.BITS, complete: Sequence[str] = ()) -> Told:
    return {"event": "start", "dialect": dialect.value, "version": 1, "complete": list(complete)}


def walk(dialect: Dialect, seed: int, steps: int, complete: Sequence[str] = ("calls", "events")) -> list[Told]:
    """Return a history in which every call is told, and every change of state that no call made."""
    table, dice = whole(dialect), random.Random(seed)
    begins = [number for number in range(len(table.configurations)) if table.initial >> number & 1]
    here = dice.choice(begins)
    kind = ("DOWNLOAD", "UPLOAD", "UPLOAD_REPLY")[table.configurations[here].facts.kind]
    told = [start(dialect, complete), {"job": "a", "operation": "create_job", "hresult": 0, "state": "SUSPENDED"}]
    if dice.random() < 0.5:
        told[-1]["type"] = kind
    for _ in range(steps):
        ways: list[tuple[Label, Edge]] = [
            (label, edge)
            for label, edges in table.edges.items()
            for edge in edges[here]
            if not edge.tolerated and (label not in ENDING or dice.random() < 0.1)
        ]
        label, edge = dice.choice(ways)
        before, (state, facts) = table.configurations[here].state, table.configurations[edge.dest]
        here = edge.dest
        if isinstance(label, Operation):
            told.append({"job": "a", "operation": label.value, "hresult": edge.hresult, "state": state.name})
        else:
            if label is InternalEvent.RESTART:
                told.append(start(dialect, complete))
            if state is not before:
                told.append({"job": "a", "event": label.value, "state": state.name})
        if dice.random() < 0.1:
            told.append({"job": "a", "files_total": facts.files_total, "files_done": facts.files_done})
    return told


def text_of(told: Sequence[Told]) -> bytes:
    return "".join(json.dumps(line) + "\n" for line in told).encode()


def verified(told: Sequence[Told] | bytes) -> tuple[Verifier, Judged]:
    """Judge a trace."""
    verifier = Verifier(io.BytesIO(told if isinstance(told, bytes) else text_of(told)), "trace")
    return verifier, verifier.run()


def impossible_lines(told: Sequence[Told] | bytes) -> list[int]:
    """Return the numbers of the lines that are impossible."""
    return [finding.number for finding in verified(told)[1].impossible]
