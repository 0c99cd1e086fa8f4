"""What fairness is for: without it, and against faults that never end, no served job need come to its goal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from copyjob.spec import laws
from copyjob.spec.laws import LeadsTo
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.spec.explore import Exploration


@pytest.mark.parametrize("event", [InternalEvent.FILE_DONE, InternalEvent.ALL_DONE, InternalEvent.TURN])
def test_without_the_fairness_of_one_event_a_served_job_need_not_be_transferred(
    event: InternalEvent, dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    law = laws.eventually_a_served_job_is_transferred
    assert isinstance(law.form, LeadsTo)
    fair = tuple(each for each in law.form.fair if each is not event)

    assert replace(law, form=replace(law.form, fair=fair))(reached(dialect, 2)) is not None


def test_a_fault_that_comes_again_and_again_may_keep_a_job_from_being_transferred(
    dialect: Dialect, reached: Callable[[Dialect, int], Exploration]
) -> None:
    law = laws.eventually_a_served_job_is_transferred
    assert isinstance(law.form, LeadsTo)
    labels = (*law.form.labels, InternalEvent.FATAL_FAULT)
    broken = replace(law, form=replace(law.form, labels=labels))(reached(dialect, 1))

    assert broken is not None
    assert broken.at.state is JobState.ERROR
