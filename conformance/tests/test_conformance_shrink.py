"""Shrinking: what is left diverges, and of it no single step can be left out."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from copyjob.conformance.plan import Advance, Call, Plan, Race, Restart, Serve, Settle, Step
from copyjob.conformance.shrink import RUNS_MAX, shrink

MOVES: list[Step] = [Call("resume"), Call("suspend"), Call("get_error"), Restart(), Settle(), Advance(600)]
often = settings(max_examples=100, deadline=None, derandomize=True, database=None)


def numbered(count: int) -> Plan:
    return Plan(tuple(Advance(number) for number in range(count)), aim="by hand")


def numbers(steps: tuple[Step, ...]) -> list[int]:
    return [step.seconds for step in steps if isinstance(step, Advance)]


@often
@given(data=st.data(), count=st.integers(1, 16))
def test_for_a_monotone_predicate_what_is_left_is_what_is_needed(data: st.DataObject, count: int) -> None:
    needed = data.draw(st.sets(st.integers(0, count - 1), max_size=4))
    left = shrink(numbered(count), lambda plan: needed <= set(numbers(plan.steps)), seconds_max=60)
    assert numbers(left.steps) == sorted(needed)


@often
@given(data=st.data(), count=st.integers(1, 12))
def test_for_alternatives_no_single_step_can_be_left_out(data: st.DataObject, count: int) -> None:
    # Any one of several sets of steps is enough: still monotone, and there is more than one shortest plan.
    enough = data.draw(st.lists(st.sets(st.integers(0, count - 1), min_size=1, max_size=3), min_size=1, max_size=4))

    def diverges(plan: Plan) -> bool:
        return any(one <= set(numbers(plan.steps)) for one in enough)

    left = shrink(numbered(count), diverges, seconds_max=60)
    smaller = [Plan(left.steps[:n] + left.steps[n + 1 :]) for n in range(len(left.steps))]
    assert [diverges(left), *map(diverges, smaller)] == [True, *[False] * len(smaller)]


def test_a_step_that_another_needs_is_left_out_after_it() -> None:
    # 4 makes no sense without 1, so 1 can only go when 4 has gone; all others are needed.
    def diverges(plan: Plan) -> bool:
        left = set(numbers(plan.steps))
        return {0, 2, 3, 5} <= left and (4 not in left or 1 in left)

    assert numbers(shrink(numbered(6), diverges, seconds_max=60).steps) == [0, 2, 3, 5]


def test_a_race_that_matters_is_left_with_the_callers_and_calls_that_matter() -> None:
    race = Race((("resume", "suspend"), ("get_error",), ("suspend", "cancel", "resume")))

    def diverges(plan: Plan) -> bool:
        # Any two callers of whom one cancels.
        return any(isinstance(step, Race) and any("cancel" in one for one in step.callers) for step in plan.steps)

    left = shrink(Plan((Settle(), race, Settle())), diverges, seconds_max=60)
    assert left.steps == (Race((("get_error",), ("cancel",))),)


def test_a_race_that_does_not_matter_is_left_as_calls() -> None:
    race = Race((("resume",), ("suspend",)))
    left = shrink(Plan((race, Settle())), lambda plan: plan.steps[:1] in ((race,), (Call("resume"),)), seconds_max=60)
    assert left.steps == (Call("resume"),)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_left_is_as_short_as_what_hypothesis_finds(seed: int) -> None:
    chance = random.Random(seed)
    planted = chance.choices(MOVES, k=chance.randint(3, 5))
    walk = chance.choices(MOVES, k=20)
    places = sorted(chance.choices(range(len(walk)), k=len(planted)), reverse=True)
    for place, step in zip(places, reversed(planted), strict=True):
        walk.insert(place, step)

    def diverges(steps: Sequence[Step]) -> bool:
        rest = iter(steps)
        return all(step in rest for step in planted)

    ours = shrink(Plan(tuple(walk)), lambda plan: diverges(plan.steps), seconds_max=60)
    masks = st.lists(st.booleans(), min_size=len(walk), max_size=len(walk))
    mask = find(
        masks,
        lambda mask: diverges([step for step, kept in zip(walk, mask, strict=True) if kept]),
        settings=settings(max_examples=5000, database=None, derandomize=True),
    )
    assert len(ours.steps) == sum(mask) == len(planted)


def test_what_is_left_was_seen_to_diverge() -> None:
    seen: list[tuple[Step, ...]] = []

    def diverges(plan: Plan) -> bool:
        # Not monotone: an even number of steps hides it.
        found = len(plan.steps) % 2 == 1 and Advance(3) in plan.steps
        if found:
            seen.append(plan.steps)
        return found

    assert shrink(numbered(9), diverges, seconds_max=60).steps in seen


def test_a_plan_that_does_not_diverge_again_is_left_as_it_is() -> None:
    assert shrink(numbered(6), lambda _: False, seconds_max=60) == numbered(6)


def test_the_order_of_the_steps_is_kept() -> None:
    plan = Plan((Advance(3), Settle(), Advance(1), Settle()))
    left = shrink(plan, lambda shorter: {1, 3} <= set(numbers(shorter.steps)), seconds_max=60)
    assert left.steps == (Advance(3), Advance(1))


def test_what_was_waited_for_before_the_clock_jumped_is_waited_for_still() -> None:
    plan = Plan((Settle(), Call("resume"), Settle(), Advance(1), Settle()))
    left = shrink(plan, lambda shorter: {Call("resume"), Advance(1)} <= set(shorter.steps), seconds_max=60)
    assert left.steps == (Call("resume"), Settle(), Advance(1))


def test_what_was_waited_for_before_the_server_was_told_otherwise_is_waited_for_still() -> None:
    serve = Serve(0, "serve")
    plan = Plan((Call("resume"), Settle(), serve, Advance(1), Settle()))
    left = shrink(plan, lambda shorter: {Call("resume"), serve, Advance(1)} <= set(shorter.steps), seconds_max=60)
    assert left.steps == (Call("resume"), Settle(), serve, Advance(1))


def test_the_aim_of_the_plan_is_kept() -> None:
    assert shrink(numbered(4), lambda _: True, seconds_max=60).aim == "by hand"


def test_there_is_a_limit_to_the_runs() -> None:
    runs = 0

    def diverges(plan: Plan) -> bool:
        nonlocal runs
        runs += 1
        return len(plan.steps) >= 200

    shrink(numbered(300), diverges, seconds_max=60)
    assert runs == RUNS_MAX


def test_there_is_a_limit_to_the_time() -> None:
    runs: list[Plan] = []

    def diverges(plan: Plan) -> bool:
        runs.append(plan)
        return True

    shrink(numbered(8), diverges, seconds_max=-1)
    assert runs == []
