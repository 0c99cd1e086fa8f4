"""The accountant: numbers and errors of a job against a journal written by hand, right and wrong."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from copyjob.conformance.accountant import Accountant
from copyjob.conformance.adapter import Progress
from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.origin.scripts import FaultKind
from copyjob.spec.vocabulary import SIZE_UNKNOWN, Dialect, JobState, http_error

Made = Callable[..., Entry]
BITS, DO = Dialect.BITS, Dialect.DO
T, S = JobState.TRANSFERRING, JobState.SUSPENDED
UNKNOWN = SIZE_UNKNOWN


class Books:
    """An accountant of a job with the files ``a`` (100 bytes) and ``b`` (50 bytes), and what it finds wrong."""

    def __init__(self, *files: tuple[str, list[bytes]]) -> None:
        told = files or (("a", [bytes(100)]), ("b", [bytes(50)]))
        offered = [SimpleNamespace(path=path, versions=versions) for path, versions in told]
        self.world = cast("Any", SimpleNamespace(files=offered, added=list(range(len(offered)))))
        self.wrong: list[str] = []
        self.own = Accountant(self.world, self._judge)

    def _judge(self, check: str, *, good: bool, seen: str, permitted: str) -> None:
        assert seen
        assert permitted
        if not good:
            self.wrong.append(check)

    def tell(self, total: int, sent: int, done: int = 0, *, state: JobState = T, dialect: Dialect = BITS) -> list[str]:
        before = len(self.wrong)
        self.own.progress(Progress(total, sent, len(self.world.added), done), state, dialect)
        return self.wrong[before:]

    def fail(self, context: int, code: int, dialect: Dialect = BITS) -> list[str]:
        self.own.error(context, code, dialect)
        return self.wrong


@pytest.fixture
def books(entry: Made) -> Books:
    """Return books in which the server has answered for both files, and sends the first."""
    own = Books()
    own.own.read(
        [
            entry(EntryKind.ANSWER, path="a", connection=1, status=200, first_byte=0, last_byte=99),
            entry(EntryKind.ANSWER, path="b", connection=2, status=404),
        ]
    )
    return own


@pytest.mark.parametrize("total", [150, UNKNOWN])
def test_a_total_is_what_the_files_have_or_unknown(books: Books, total: int) -> None:
    assert books.tell(total, 0) == []


@pytest.mark.parametrize("total", [0, 100, 149, 151])
def test_a_total_that_no_versions_add_up_to_is_wrong(books: Books, total: int) -> None:
    assert books.tell(total, 0) == ["progress/total"]


def test_a_total_may_count_an_older_version(entry: Made) -> None:
    own = Books(("a", [bytes(100), bytes(130)]))
    own.own.read([entry(EntryKind.ANSWER, path="a", connection=1, status=200, first_byte=0, last_byte=129)])
    assert own.tell(100, 0) == own.tell(130, 0) == []


def test_nobody_knows_a_size_before_the_server_has_answered() -> None:
    assert Books().tell(150, 0) == ["progress/total"]


def test_when_all_is_transferred_the_total_is_known(books: Books) -> None:
    assert books.tell(UNKNOWN, 0, done=2) == ["progress/total"]


@pytest.mark.parametrize(("dialect", "wrong"), [(BITS, ["progress/total"]), (DO, [])])
def test_a_job_without_files_has_no_bytes_in_bits(dialect: Dialect, wrong: list[str]) -> None:
    own = Books()
    own.world.added = []
    assert own.tell(0, 0, dialect=dialect) == []
    assert own.tell(UNKNOWN, 0, dialect=dialect) == wrong


def test_no_more_is_transferred_than_was_announced(books: Books) -> None:
    assert books.tell(150, 100) == []
    assert books.tell(150, 101) == ["progress/sent"]


@pytest.mark.parametrize("kind", [EntryKind.HOLDING, EntryKind.ABORTED, EntryKind.FAULT], ids=lambda kind: kind.value)
def test_no_more_is_transferred_than_was_sent_before_it_stopped(books: Books, entry: Made, kind: EntryKind) -> None:
    books.own.read([entry(kind, path="a", connection=1, sent_bytes=40, fault=FaultKind.TRANSIENT)])
    assert books.tell(150, 40) == []
    assert books.tell(150, 41) == ["progress/sent"]


def test_what_was_held_may_go_on_under_another_script(books: Books, entry: Made) -> None:
    books.own.read([entry(EntryKind.HOLDING, path="a", connection=1, sent_bytes=40), entry(EntryKind.SCRIPT, path="a")])
    assert books.tell(150, 100) == []


def test_what_was_sent_of_a_part_counts_from_where_it_begins(entry: Made) -> None:
    own = Books(("a", [bytes(100)]))
    own.own.read(
        [
            entry(EntryKind.ANSWER, path="a", connection=1, status=206, first_byte=60, last_byte=99),
            entry(EntryKind.FAULT, path="a", connection=1, sent_bytes=10, fault=FaultKind.TRANSIENT),
            entry(EntryKind.CLOSED, path="a", connection=1),
        ]
    )
    assert own.tell(100, 70) == []
    assert own.tell(100, 71) == ["progress/sent"]


def test_what_is_transferred_grows_while_nothing_happens(books: Books) -> None:
    assert books.tell(150, 20) == books.tell(150, 20) == books.tell(150, 30) == []
    assert books.tell(150, 29) == ["progress/kept"]


@pytest.mark.parametrize("kind", [EntryKind.ANSWER, EntryKind.FAULT, EntryKind.CLOSED], ids=lambda kind: kind.value)
def test_a_file_may_begin_anew_when_its_connection_changes(books: Books, entry: Made, kind: EntryKind) -> None:
    books.tell(150, 20)
    books.own.read([entry(kind, path="a", connection=3, fault=FaultKind.TRANSIENT)])
    assert books.tell(150, 0) == []


@pytest.mark.parametrize("kind", [EntryKind.ANSWER, EntryKind.FAULT, EntryKind.CLOSED], ids=lambda kind: kind.value)
def test_a_job_may_take_in_later_what_makes_a_file_begin_anew(books: Books, entry: Made, kind: EntryKind) -> None:
    books.tell(150, 20)
    books.own.read([entry(kind, path="a", connection=3, fault=FaultKind.TRANSIENT)])
    assert books.tell(150, 20) == books.tell(150, 0) == []


@pytest.mark.parametrize("kind", [EntryKind.ANSWER, EntryKind.FAULT, EntryKind.CLOSED], ids=lambda kind: kind.value)
def test_what_makes_a_file_begin_anew_does_so_once(books: Books, entry: Made, kind: EntryKind) -> None:
    books.tell(150, 20)
    books.own.read([entry(kind, path="a", connection=3, fault=FaultKind.TRANSIENT)])
    books.tell(150, 10)
    assert books.tell(150, 0) == ["progress/kept"]


def test_a_job_that_has_more_by_an_answer_has_taken_it_in(books: Books, entry: Made) -> None:
    books.tell(150, 20)
    books.own.read([entry(EntryKind.ANSWER, path="a", connection=3, status=200, first_byte=0, last_byte=99)])
    books.tell(150, 30)
    assert books.tell(150, 29) == ["progress/kept"]


def test_a_job_that_has_more_may_still_not_know_that_its_connection_broke(books: Books, entry: Made) -> None:
    books.tell(150, 20)
    books.own.read([entry(EntryKind.FAULT, path="a", connection=1, sent_bytes=40, fault=FaultKind.TRANSIENT)])
    assert books.tell(150, 40) == books.tell(150, 0) == []


def test_a_call_may_cost_a_job_what_it_had(books: Books) -> None:
    books.tell(150, 20)
    books.own.interrupted()
    assert books.tell(150, 0) == []


def test_in_another_state_a_job_may_have_dropped_what_it_had(books: Books) -> None:
    books.tell(150, 20)
    assert books.tell(150, 0, state=S) == []


def test_an_error_names_a_status_that_the_server_sent(books: Books) -> None:
    assert books.fail(5, http_error(404)) == []


def test_an_error_that_names_another_status_is_wrong(books: Books) -> None:
    assert books.fail(5, http_error(410)) == ["error/code"]


def test_an_error_that_names_no_status_may_be_any(books: Books) -> None:
    assert books.fail(5, 0x80072EFD) == []


def failed(entry: Made, *statuses: int | None) -> Books:
    own = Books()
    for status in statuses:
        if status is not None:
            own.own.read([entry(EntryKind.ANSWER, path="a", connection=1, status=status)])
        own.own.read([entry(EntryKind.FAULT, path="a", connection=1, status=status, fault=FaultKind.FATAL)])
    return own


@pytest.mark.parametrize(
    ("statuses", "context", "wrong"),
    [
        ((403,), 5, []),
        ((403,), 0, ["error/context"]),
        ((404,), 0, []),
        ((404,), 5, ["error/context"]),
        ((403, 404), 0, []),
        ((403, 404), 5, []),
        ((403, None), 0, []),
    ],
)
def test_in_delivery_optimization_the_file_is_the_context_of_a_403_alone(
    entry: Made, statuses: tuple[int | None, ...], context: int, wrong: list[str]
) -> None:
    assert failed(entry, *statuses).fail(context, 0x80072EFD, DO) == wrong


def test_a_connection_that_may_have_failed_leaves_the_context_open(entry: Made) -> None:
    own = failed(entry, 403)
    own.own.cut_off()
    assert own.fail(0, 0x80072EFD, DO) == []


def test_in_bits_the_file_may_be_the_context_of_any_answer(entry: Made) -> None:
    assert failed(entry, 404).fail(5, 0x80072EFD, BITS) == []


# The order of files


def asked(entry: Made, *paths: str, dialect: Dialect = BITS, added: int = 3, fault: bool = False) -> list[str]:
    """Judge a job with so many of the files a, b and c, which asks for those paths in turn."""
    own = Books(("a", [b"a"]), ("b", [b"b"]), ("c", [b"c"]))
    own.world.added = list(range(added))
    if fault:
        own.own.read([entry(EntryKind.FAULT, path="a", connection=9)])
    own.own.read([entry(EntryKind.REQUEST, path=path, connection=number) for number, path in enumerate(paths)])
    own.own.order(dialect)
    return own.wrong


@pytest.mark.parametrize("paths", ["", "a", "ab", "abc", "aab", "abac"])
def test_files_may_be_asked_for_as_they_were_added(paths: str, entry: Made) -> None:
    assert asked(entry, *paths) == []


@pytest.mark.parametrize("paths", ["b", "ba", "ac", "acb", "cab"])
def test_a_file_is_not_asked_for_before_one_that_was_added_first(paths: str, entry: Made) -> None:
    assert asked(entry, *paths) == ["file/order"]


def test_a_file_that_is_not_added_yet_is_nobodys_turn(entry: Made) -> None:
    assert asked(entry, "a", added=1) == []


def test_files_of_delivery_optimization_may_be_asked_for_in_any_order(entry: Made) -> None:
    assert asked(entry, "b", dialect=DO) == []


def test_a_file_may_have_been_turned_to_where_connections_fail_unseen(entry: Made) -> None:
    assert asked(entry, "b", fault=True) == []
