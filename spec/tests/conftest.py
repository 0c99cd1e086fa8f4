"""What the tests of this room share: the dialects, and explorations that are made once a process.

Law: fixtures hand out the project's own objects; nothing here judges.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from copyjob.spec.explore import Exploration, explore
from copyjob.spec.table import Table, table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session", params=list(Dialect), ids=[each.value for each in Dialect])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Give each dialect in turn."""
    assert isinstance(request.param, Dialect)
    return request.param


@pytest.fixture(scope="session")
def rows(dialect: Dialect) -> Table:
    """Return the table of the dialect."""
    return table(dialect)


@pytest.fixture(scope="session")
def reached() -> Callable[[Dialect, int], Exploration]:
    """Explore a dialect's table up to a bound on files, once."""

    @cache
    def once(dialect: Dialect, files_bound: int) -> Exploration:
        return explore(table(dialect), files_bound)

    return once
