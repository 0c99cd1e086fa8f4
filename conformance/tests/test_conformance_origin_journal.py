"""The journal is always ahead of the effect: what a client has seen stands there already, and no more than was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from copyjob.conformance.origin.journal import Entry, EntryKind, Party
from copyjob.conformance.origin.scripts import FaultKind, Script
from copyjob.conformance.origin.server import OriginFile, Site

CONTENT = bytes(range(256)) * 4
LARGE_BYTES = 24 * 1024 * 1024

Clients = Callable[..., Any]
Wait = Callable[..., Entry]
Noted = Callable[[EntryKind], list[Entry]]


@pytest.fixture
def file(site: Site) -> OriginFile:
    return site.add_file("a.bin", CONTENT)


def test_the_answer_stands_in_the_journal_before_its_first_byte_arrives(
    file: OriginFile, client_of: Clients, noted: Noted
) -> None:
    for count in range(1, 31):
        with client_of(file) as client:
            client.exactly(1)
            assert len(noted(EntryKind.ANSWER)) == count


def test_the_final_byte_stands_in_the_journal_before_it_arrives(
    file: OriginFile, client_of: Clients, noted: Noted
) -> None:
    for count in range(1, 31):
        with client_of(file) as client:
            client.head()
            client.exactly(len(CONTENT))
            assert len(noted(EntryKind.FINAL_BYTE)) == count


def test_the_final_byte_is_not_told_while_it_is_far_away(site: Site, client_of: Clients, noted: Noted) -> None:
    file = site.add_file("large", bytes(LARGE_BYTES))
    with client_of(file) as client:
        client.head()
        client.exactly(1024)
        assert not noted(EntryKind.FINAL_BYTE)
        client.exactly(LARGE_BYTES - 1024)
        assert len(noted(EntryKind.FINAL_BYTE)) == 1


def test_a_range_that_ends_early_tells_no_final_byte(file: OriginFile, client_of: Clients, noted: Noted) -> None:
    with client_of(file, "Range: bytes=0-1022") as client:
        client.rest()
    assert not noted(EntryKind.FINAL_BYTE)


def test_a_range_that_reaches_the_end_tells_where_it_began(file: OriginFile, client_of: Clients, noted: Noted) -> None:
    with client_of(file, "Range: bytes=1000-") as client:
        client.rest()
    assert [entry.first_byte for entry in noted(EntryKind.FINAL_BYTE)] == [1000]


def test_a_cut_stands_in_the_journal_as_a_transient_fault_before_it_arrives(
    file: OriginFile, client_of: Clients, noted: Noted
) -> None:
    file.script = Script.reset()
    for count in range(1, 21):
        with client_of(file) as client, pytest.raises(ConnectionResetError):
            client.rest()
        faults = noted(EntryKind.FAULT)
        assert [entry.fault for entry in faults] == [FaultKind.TRANSIENT] * count


def test_a_script_stands_in_the_journal_before_what_it_causes(
    site: Site, file: OriginFile, client_of: Clients, wait: Wait
) -> None:
    file.script = Script.hold_headers()
    with client_of(file) as client:
        position = wait(EntryKind.HOLDING).seq
        file.script = Script.answer(404)
        client.rest()
    kinds = [entry.kind for entry in site.journal.since(position, site.number)][:4]
    assert kinds == [EntryKind.SCRIPT, EntryKind.FAULT, EntryKind.ANSWER, EntryKind.CLOSED]


def test_a_request_is_told_with_its_range_headers(file: OriginFile, client_of: Clients, noted: Noted) -> None:
    with client_of(file, "Range: bytes=5-", 'If-Range: "x"') as client:
        client.rest()
    (request,) = noted(EntryKind.REQUEST)
    assert (request.method, request.range_header, request.if_range) == ("GET", "bytes=5-", '"x"')


def test_a_client_that_leaves_a_hold_has_aborted(file: OriginFile, client_of: Clients, wait: Wait) -> None:
    file.script = Script.hold_body(10)
    with client_of(file):
        wait(EntryKind.HOLDING)
    assert wait(EntryKind.ABORTED).sent_bytes == 10
    assert wait(EntryKind.CLOSED).by is Party.CLIENT


def test_a_client_that_leaves_in_the_middle_of_a_large_body_has_aborted(
    site: Site, client_of: Clients, wait: Wait, noted: Noted
) -> None:
    file = site.add_file("large", bytes(LARGE_BYTES))
    with client_of(file) as client:
        client.exactly(1000)
    wait(EntryKind.ABORTED)
    assert not noted(EntryKind.FINAL_BYTE)


def test_a_client_that_stays_to_the_end_has_not_aborted(
    file: OriginFile, client_of: Clients, wait: Wait, noted: Noted
) -> None:
    with client_of(file) as client:
        client.rest()
    assert wait(EntryKind.CLOSED).by is Party.ORIGIN
    assert wait(EntryKind.CLOSED, 2).by is Party.CLIENT
    assert not noted(EntryKind.ABORTED)
