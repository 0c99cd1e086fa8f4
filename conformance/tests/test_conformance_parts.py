"""Parts of a campaign: that they merge in any order, which divergences are told, and how plans are dealt out."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from copyjob.conformance.attempt import Mishap, attempt_alone
from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import Divergence
from copyjob.conformance.ground import Wire
from copyjob.conformance.ledger import Ledger
from copyjob.conformance.lots import LOT_MAX, Shard, dealt
from copyjob.conformance.mutants.miniatures import Miniature
from copyjob.conformance.overlook import Known
from copyjob.conformance.part import NOT_CARRIED, Open, Part, apart
from copyjob.conformance.plan import Call, Plan, Settle
from copyjob.spec.compiled import compile_table
from copyjob.spec.console import UsageError
from copyjob.spec.table import Level, table
from copyjob.spec.vocabulary import Dialect

A, B, C = "row/A", "row/B", "row/C"
PLAN = Plan((Call("resume"),), "by hand")


def known(*named: str, level: Level = Level.MUST) -> Known:
    return level, frozenset(named)


def part(*found: tuple[int, Known, str], **told: object) -> Part[str]:
    """Return a part with these findings: the number of the plan, the words, and as what it was confirmed."""
    return Part(findings={words: (number, confirmed) for number, words, confirmed in found}, **told)  # type: ignore[arg-type]


def of(text: str) -> Known:
    return known(*text.split())


def merged(parts: Sequence[Callable[[], Part[str]]]) -> Part[str]:
    whole: Part[str] = Part()
    for each in parts:
        whole.merge(each())
    return whole


def three() -> list[Callable[[], Part[str]]]:
    def ledger(*rows: str) -> Ledger:
        return Ledger(1, Counter(rows), set(rows), rejected={(row, "other"): NOT_CARRIED for row in rows})

    return [
        lambda: part((4, known(A, B), "row/A"), ledger=ledger(A), plans=2, judged=Counter(x=1)),
        lambda: part((1, known(A, B), "row/A row/B"), ledger=ledger(B), plans=3, errors={7: Mishap("it rains", PLAN)}),
        lambda: part(
            (2, known(C), "row/C"), ledger=ledger(A, C), plans=1, unclear={"late": Open(6, Mishap("late", PLAN), 2)}
        ),
    ]


def test_parts_that_are_merged_in_any_order_are_the_same() -> None:
    assert len({repr(_sorted(merged(order))) for order in itertools.permutations(three())}) == 1


def _sorted(whole: Part[str]) -> object:
    ledger = whole.ledger
    return (
        ledger.runs,
        sorted(ledger.judged.items()),
        sorted(ledger.taken),
        sorted(ledger.rejected),
        sorted((number, found) for number, found in whole.findings.values()),
        sorted(whole.errors),
        sorted((reason, one.runs, one.number) for reason, one in whole.unclear.items()),
        whole.plans,
        sorted(whole.judged.items()),
    )


def test_of_plans_that_show_the_same_the_one_with_the_lowest_number_tells_it() -> None:
    assert merged(three()).told(of) == ["row/A row/B", "row/C"]


def test_the_first_run_for_a_reason_is_told_and_all_are_counted() -> None:
    first, other = Open(6, Mishap("late", PLAN), 2), Open(3, Mishap("late", replace(PLAN, aim="earlier")))
    assert (first | other) == Open(3, other.mishap, 3) == (other | first)


def test_what_is_explained_by_another_divergence_is_not_told() -> None:
    assert apart(["row/A row/B", "row/C", "row/A"], of) == ["row/C", "row/A"]


def test_a_recommendation_explains_no_broken_must() -> None:
    told = [known(A, level=Level.SHOULD), known(A, B)]
    assert apart(told, lambda each: each) == told


def test_what_explains_another_is_found_whichever_part_has_it() -> None:
    whole = merged([lambda: part((1, known(A, B), "row/A row/B")), lambda: part((9, known(A), "row/A"))])
    assert whole.told(of) == ["row/A"]


# Dealing out


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_every_plan_is_in_one_shard(count: int) -> None:
    plans = [(number, PLAN) for number in range(100)]
    shards = [list(Shard(number + 1, count).own(plans)) for number in range(count)]
    assert sorted(itertools.chain(*shards), key=lambda each: each[0]) == plans


def test_lots_have_all_plans_in_their_order() -> None:
    plans = [(number, PLAN) for number in range(20_000)]
    lots = list(dealt(plans))
    assert (list(itertools.chain(*lots)), max(map(len, lots))) == (plans, LOT_MAX)


@pytest.mark.parametrize("text", ["", "3", "0/8", "9/8", "1/0", "-1/8", "1/8/8", "1/1001", "a/b"])
def test_a_shard_that_is_none_is_told_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="--shard takes"):
        Shard.read(text)


# Plans that stand alone


class SaysNoTwice(Miniature):
    """Suspend and Cancel do what they should, and say that they did not."""

    def suspend(self, job: str) -> int:
        super().suspend(job)
        return 0x80004005

    def cancel(self, job: str) -> int:
        super().cancel(job)
        return 0x80004005


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    declared = declare(SaysNoTwice, "says no")
    return Bench(declared, compile_table(table(Dialect.BITS)), tmp_path / "bench", wire=Wire.MEMORY)


BOTH = Plan((Call("suspend"), Settle(), Call("cancel"), Settle()), "by hand")


def words(found: Sequence[Divergence]) -> list[tuple[Known | None, Known]]:
    return [(each.seen_as, each.known) for each in found]


def test_a_plan_that_stands_alone_goes_past_what_it_shows(bench: Bench) -> None:
    with bench:
        seen = [found.seen_as for found in attempt_alone(bench, BOTH).divergences]
    assert len(set(seen)) == len(seen) > 1


def test_what_others_have_told_only_spares_to_confirm_it_again(bench: Bench) -> None:
    with bench:
        alone = attempt_alone(bench, BOTH)
        seen = [found.seen_as for found in alone.divergences if found.seen_as is not None]
        again = attempt_alone(bench, BOTH, seen[:1])
    assert words(again.divergences) == words(alone.divergences)[1:]
    assert (again.trace, again.steps, again.judged) == (alone.trace, alone.steps, alone.judged)
