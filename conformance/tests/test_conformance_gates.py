"""Gates: what each asks for, what is enough, and what is a mistake."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from copyjob.conformance import report_data as d
from copyjob.conformance.gates import MEASURES, Wanted, gates, measures, wanted
from copyjob.spec.console import UsageError

ENOUGH = [
    ("all", 3, 3, True),
    ("all", 2, 3, False),
    ("2", 2, 3, True),
    ("3", 2, 3, False),
    ("66.6%", 2, 3, True),
    ("66.7%", 2, 3, False),
    ("100%", 3, 3, True),
    ("0%", 0, 3, True),
    ("all", 0, 0, True),
]


@pytest.mark.parametrize(("value", "reached", "of", "met"), ENOUGH)
def test_a_gate_is_met_by_as_much_as_it_asks_for_and_no_less(value: str, reached: int, of: int, met: bool) -> None:
    assert Wanted("must", value).met_by(reached, of) is met


WRONG = [
    ("must", "give a count, a share such as 95%, or all"),
    ("must=", "give a count"),
    ("must=most", "give a count"),
    ("must=-1", "give a count"),
    ("must=101%", "give a count"),
    ("mast=all", "did you mean must?"),
    ("=all", "measures are states, cells"),
]


@pytest.mark.parametrize(("text", "told"), WRONG)
def test_a_gate_that_makes_no_sense_is_told_in_one_line(text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        wanted([text])
    assert (told in caught.value.usage_message, f"--require {text}" in caught.value.usage_message) == (True, True)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_can_be_asked_for(by_hand: Any, measure: str) -> None:
    share = d.Judged(judged=1, of=2)
    coverage = d.Coverage(
        **{f: getattr(by_hand.run().coverage, f) for f in ("states", "cells", "rows", "must", "clauses")},
        guards=share,
        pairs=share,
        hresults=share,
    )
    report = by_hand.report(by_hand.run("BITS", coverage=coverage))
    (gate,) = gates(report, wanted([f"{measure}=2"]))
    assert (gate.measure, (gate.reached, gate.of), gate.met) == (measure, measures(coverage)[measure], False)


def test_a_gate_is_judged_in_every_dialect(by_hand: Any) -> None:
    good, poor = by_hand.row("a"), by_hand.row("a", "inconclusive")
    report = by_hand.report(by_hand.run("BITS", good), by_hand.run("DO", poor))
    assert [gate.met for gate in gates(report, wanted(["must=all"]))] == [True, False]


def test_a_measure_that_was_not_taken_is_a_mistake_and_no_gate_that_is_met(by_hand: Any) -> None:
    with pytest.raises(UsageError, match="this check measures states, cells, rows, must, clauses only"):
        gates(by_hand.report(by_hand.run()), wanted(["pairs=0"]))


def test_a_gate_that_is_missed_is_exit_code_1(by_hand: Any) -> None:
    report = by_hand.report(by_hand.run("BITS", by_hand.row("a")))
    missed = by_hand.report(*report.runs, gates=gates(report, wanted(["cells=all"])))
    assert (report.exit_code, missed.exit_code) == (0, 1)


@pytest.mark.parametrize("asked", ["must=all", "must=0"])
def test_a_gate_is_missed_in_a_dialect_that_was_not_begun(by_hand: Any, asked: str) -> None:
    report = by_hand.report(by_hand.run("BITS", by_hand.row("a")), interrupted=True, not_begun=("DO",))
    assert [(gate.dialect, gate.met) for gate in gates(report, wanted([asked]))] == [("BITS", True), ("DO", False)]


def test_a_gate_on_clauses_counts_those_that_were_certain(by_hand: Any) -> None:
    clauses = d.Clauses(judged=("a", "b"), of=("a", "b"), certain=("a",))
    run = by_hand.run()
    coverage = structs.replace(run.coverage, clauses=clauses)
    (gate,) = gates(by_hand.report(structs.replace(run, coverage=coverage)), wanted(["clauses=all"]))
    assert (gate.reached, gate.of, gate.met) == (1, 2, False)
