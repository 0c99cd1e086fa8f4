"""One word a row, a check and a dialect: what makes it, and what outweighs what."""

from __future__ import annotations

from pathlib import Path

import pytest

from copyjob.conformance.attempt import Mishap
from copyjob.conformance.backend import Declared
from copyjob.conformance.campaign import Campaign
from copyjob.conformance.checks import CHECKS
from copyjob.conformance.confirm import Divergence
from copyjob.conformance.discriminate import RowEvidence
from copyjob.conformance.explain import Explanation
from copyjob.conformance.interface import Power
from copyjob.conformance.plan import Plan
from copyjob.conformance.record import Record, Verdict
from copyjob.conformance.verdict import Judgement, RowVerdict, judge, row_verdict
from copyjob.spec.table import Level, table
from copyjob.spec.vocabulary import Dialect

TABLE = table(Dialect.BITS)
MUST, MAY = "resume/SUSPENDED/1", "resume/SUSPENDED/3"
EVERY_POWER = frozenset(Power)


def declared(*powers: Power) -> Declared:
    return Declared("by hand", Path, (Dialect.BITS,), frozenset(powers))


def shown(row_id: str, *survived: str, judged: int = 1) -> RowEvidence:
    return RowEvidence(TABLE.by_id[row_id], judged, {"leads to ERROR"}, set(survived))


def verdict_of(evidence: RowEvidence, *powers: Power, accused: Level | None = None) -> RowVerdict:
    return row_verdict(evidence, declared(*powers), {evidence.row.id: accused} if accused else {})


def divergence(level: Level, *row_ids: str, check: str | None = None) -> Divergence:
    rows = tuple(TABLE.by_id[row_id] for row_id in row_ids)
    explanation = None if check else Explanation(rows, ("",) * len(rows), (), ())
    return Divergence(level, "seen", explanation, CHECKS[check] if check else None, (), Record(Plan(())), 0)


def judged(campaign: Campaign, *survivors: str, powers: frozenset[Power] = EVERY_POWER) -> Judgement:
    """Judge a campaign in which every row was discriminated but those of ``survivors``."""
    weighed = {row.id: shown(row.id, *(["leads to QUEUED"] if row.id in survivors else [])) for row in TABLE.rows}
    return judge(TABLE, campaign, weighed, declared(*powers), 1.0)


def campaign() -> Campaign:
    return Campaign(Dialect.BITS)


# A row


def test_a_discriminated_row_conforms() -> None:
    assert verdict_of(shown(MUST)).verdict is Verdict.CONFORMS


def test_an_accused_row_diverges_even_if_it_was_discriminated() -> None:
    assert verdict_of(shown(MUST), accused=Level.MUST).verdict is Verdict.DIVERGES


def test_a_must_that_was_not_told_apart_is_inconclusive_where_no_power_is_missing() -> None:
    found = verdict_of(shown(MUST, "leads to QUEUED"), *EVERY_POWER)
    assert (found.verdict, found.reason) == (Verdict.INCONCLUSIVE, "not told apart from: leads to QUEUED")


def test_a_must_that_was_never_seen_is_inconclusive_where_no_power_is_missing() -> None:
    found = verdict_of(shown(MUST, judged=0), *EVERY_POWER)
    assert (found.verdict, found.reason) == (Verdict.INCONCLUSIVE, "never seen")


def test_a_must_that_was_not_told_apart_is_skipped_where_a_sharpening_power_is_missing() -> None:
    found = verdict_of(shown(MUST, "leads to QUEUED"), Power.CLOCK, Power.QUEUE, Power.PROGRESS)
    assert (found.verdict, found.reason) == (Verdict.SKIPPED, "not told apart without the power error")


SKIPPED = [
    ("get_error/QUEUED/1", "error"),
    ("set_priority/QUEUED/1", "settings"),
    ("set_minimum_retry_delay/QUEUED/1", "settings"),
    ("suspend/QUEUED/1", "queue"),
    ("retry/TRANSIENT_ERROR/1", "clock"),
    ("expiry/SUSPENDED/1", "clock"),
    ("restart/QUEUED/1", "restart"),
    ("file_done/TRANSFERRING/1", "progress"),
]


@pytest.mark.parametrize(("row_id", "power"), SKIPPED, ids=[row_id for row_id, _ in SKIPPED])
def test_a_row_that_needs_a_power_is_skipped_without_it(row_id: str, power: str) -> None:
    found = verdict_of(shown(row_id, judged=0))
    assert (found.verdict, found.reason) == (Verdict.SKIPPED, f"needs the power {power}")


def test_a_may_that_was_seen_conforms_without_being_told_apart() -> None:
    assert verdict_of(shown(MAY, "leads to QUEUED"), *EVERY_POWER).verdict is Verdict.CONFORMS


def test_a_may_that_was_never_seen_is_unjudged() -> None:
    assert verdict_of(shown(MAY, judged=0), *EVERY_POWER).verdict is Verdict.UNJUDGED


def test_evidence_without_a_run_discriminates_nothing() -> None:
    assert not shown(MUST, judged=0).discriminated


# A dialect


def test_a_dialect_with_every_must_discriminated_conforms() -> None:
    assert judged(campaign()).verdict is Verdict.CONFORMS


def test_a_dialect_with_a_must_that_was_not_told_apart_is_inconclusive() -> None:
    assert judged(campaign(), MUST).verdict is Verdict.INCONCLUSIVE


def test_a_dialect_with_a_run_that_could_not_be_judged_is_inconclusive() -> None:
    found = campaign()
    found.unclear["late"] += 1
    assert judged(found).verdict is Verdict.INCONCLUSIVE


def test_an_error_of_the_adapter_outweighs_what_is_inconclusive() -> None:
    found = campaign()
    found.unclear["late"] += 1
    found.errors.append(Mishap("broken", Plan(())))
    assert judged(found).verdict is Verdict.ERRORED


def test_a_divergence_outweighs_an_error_of_the_adapter() -> None:
    found = campaign()
    found.errors.append(Mishap("broken", Plan(())))
    found.divergences.append(divergence(Level.MUST, MUST))
    assert judged(found).verdict is Verdict.DIVERGES


def test_a_broken_recommendation_does_not_make_a_dialect_diverge() -> None:
    found = campaign()
    found.divergences.append(divergence(Level.SHOULD, "transient_fault/TRANSFERRING/1"))
    assert judged(found).verdict is Verdict.CONFORMS


def test_a_broken_recommendation_is_told_at_its_row() -> None:
    found = campaign()
    found.divergences.append(divergence(Level.SHOULD, "transient_fault/TRANSFERRING/1"))
    (row,) = [row for row in judged(found).rows if row.verdict is Verdict.DIVERGES]
    assert (row.row.id, row.reason) == ("transient_fault/TRANSFERRING/1", "breaks a recommendation (SHOULD)")


def test_a_row_that_a_must_and_a_should_accuse_diverges_as_a_must() -> None:
    found = campaign()
    found.divergences += [divergence(Level.SHOULD, MUST), divergence(Level.MUST, MUST)]
    (row,) = [row for row in judged(found).rows if row.verdict is Verdict.DIVERGES]
    assert row.reason == ""


def test_a_skipped_must_is_not_counted_among_those_to_be_discriminated() -> None:
    everything, without = judged(campaign(), MUST), judged(campaign(), MUST, powers=frozenset())
    assert (everything.must[1] - without.must[1], without.must[0] == without.must[1]) == (1, True)


def test_a_must_that_was_not_told_apart_is_counted_but_not_as_discriminated() -> None:
    seen, total = judged(campaign(), MUST).must
    assert total - seen == 1


def test_every_state_and_operation_is_a_cell() -> None:
    assert judged(campaign()).cells == (81, 81)


# A check


def test_a_check_that_was_judged_conforms() -> None:
    found = campaign()
    found.judged_checks["file/content"] = 3
    (check,) = [one for one in judged(found).checks if one.check.id == "file/content"]
    assert (check.verdict, check.judged) == (Verdict.CONFORMS, 3)


def test_a_check_that_failed_diverges() -> None:
    found = campaign()
    found.judged_checks["file/content"] = 3
    found.divergences.append(divergence(Level.MUST, check="file/content"))
    (check,) = [one for one in judged(found).checks if one.check.id == "file/content"]
    assert check.verdict is Verdict.DIVERGES


def test_a_check_that_needs_a_power_is_skipped_without_it() -> None:
    (check,) = [one for one in judged(campaign(), powers=frozenset()).checks if one.check.id == "error/context"]
    assert (check.verdict, check.reason) == (Verdict.SKIPPED, "needs the power error")


def test_a_check_that_met_nothing_is_unjudged() -> None:
    (check,) = [one for one in judged(campaign()).checks if one.check.id == "file/content"]
    assert check.verdict is Verdict.UNJUDGED
