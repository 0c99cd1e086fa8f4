"""Scripts and the journal as data: round trips, refusals, statuses as faults, order and waiting."""

from __future__ import annotations

import json
import threading

import pytest

from copyjob.conformance.origin.journal import EntryKind, Journal
from copyjob.conformance.origin.scripts import FaultKind, Script, ScriptKind, fault_of_status
from copyjob.spec.vocabulary import InternalEvent

SCRIPTS = [
    Script.serve(),
    Script.serve(piece_bytes=10, pause_seconds=0.25),
    Script.serve(cuts=True),
    Script.hold_headers(),
    Script.hold_body(0),
    Script.hold_body(7),
    Script.answer(503),
    Script.reset(),
    Script.reset(0),
    Script.truncate(5),
    Script.no_ranges(),
    Script.whole_for_part(),
    Script.serve(validators="weak"),
    Script.retagged(),
    Script.changed(size_change=-3),
    Script.wrong_range(shift_bytes=4),
    Script.range_416(),
    Script.redirect(),
    Script.redirect("other.bin"),
    Script.chunked(),
    Script.no_content(),
]


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_a_script_survives_json_unchanged(script: Script) -> None:
    assert Script.from_json(json.loads(json.dumps(script.to_json()))) == script


def test_every_kind_of_script_can_be_built_by_name() -> None:
    assert {script.kind for script in SCRIPTS} == set(ScriptKind)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"kind": "explode"},
        {"kind": "serve", "colour": 1},
        {"kind": "serve", "status": 404},
        {"kind": "status"},
        {"kind": "status", "status": 200},
        {"kind": "status", "status": 600},
        {"kind": "hold_body"},
        {"kind": "truncate"},
        {"kind": "reset", "after_bytes": -1},
        {"kind": "serve", "piece_bytes": "ten"},
        {"kind": "wrong_range", "shift_bytes": 0},
    ],
    ids=str,
)
def test_a_script_that_makes_no_sense_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Script.from_json(values)


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (200, None),
        (206, None),
        (302, FaultKind.AMBIGUOUS),
        (400, FaultKind.FATAL),
        (403, FaultKind.FATAL),
        (404, FaultKind.FATAL),
        (408, FaultKind.AMBIGUOUS),
        (409, FaultKind.AMBIGUOUS),
        (410, FaultKind.FATAL),
        (416, FaultKind.RANGE),
        (425, FaultKind.AMBIGUOUS),
        (429, FaultKind.AMBIGUOUS),
        (499, FaultKind.FATAL),
        (500, FaultKind.TRANSIENT),
        (501, FaultKind.FATAL),
        (503, FaultKind.TRANSIENT),
        (505, FaultKind.FATAL),
        (599, FaultKind.TRANSIENT),
    ],
)
def test_a_status_is_the_fault_that_the_contract_says(status: int, fault: FaultKind | None) -> None:
    assert fault_of_status(status) is fault


def test_every_fault_can_cause_an_event_of_the_vocabulary() -> None:
    assert {kind.event for kind in FaultKind} == {
        InternalEvent.TRANSIENT_FAULT,
        InternalEvent.FATAL_FAULT,
        InternalEvent.AMBIGUOUS_FAULT,
        InternalEvent.RANGE_REFUSED,
    }


def test_sequence_numbers_have_no_gap_when_many_threads_append() -> None:
    journal = Journal()

    def append(site: int) -> None:
        for _ in range(200):
            journal.append(site, EntryKind.OPENED)

    threads = [threading.Thread(target=append, args=(site,)) for site in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.seq for entry in journal.since(0)] == list(range(1, 801))


def test_times_never_run_backwards_along_the_sequence() -> None:
    journal = Journal()
    entries = [journal.append(number % 3, EntryKind.OPENED) for number in range(100)]
    times = [entry.time_seconds for entry in entries]
    assert times == sorted(times)


def test_since_gives_what_came_after_a_position_of_one_site() -> None:
    journal = Journal()
    journal.append(1, EntryKind.OPENED)
    position = journal.position()
    journal.append(2, EntryKind.OPENED)
    mine = journal.append(1, EntryKind.REQUEST)
    assert list(journal.since(position, site=1)) == [mine]


def test_since_the_latest_position_is_empty() -> None:
    journal = Journal()
    journal.append(1, EntryKind.OPENED)
    assert not journal.since(journal.position())


def test_waiting_finds_an_entry_that_is_there_already() -> None:
    journal = Journal()
    entry = journal.append(1, EntryKind.OPENED)
    assert journal.wait_for(lambda seen: seen.kind is EntryKind.OPENED, 0) is entry


def test_waiting_is_woken_by_an_entry_of_another_thread() -> None:
    journal = Journal()
    thread = threading.Thread(target=lambda: journal.append(1, EntryKind.REQUEST))
    thread.start()
    entry = journal.wait_for(lambda seen: seen.kind is EntryKind.REQUEST, 10)
    thread.join()
    assert entry is not None


def test_waiting_in_vain_ends_with_none() -> None:
    assert Journal().wait_for(lambda _: True, 0.01) is None


def test_waiting_passes_over_what_came_before_its_position() -> None:
    journal = Journal()
    journal.append(1, EntryKind.OPENED)
    assert journal.wait_for(lambda _: True, 0.01, since=journal.position()) is None


def test_a_forgotten_site_leaves_the_entries_of_the_others() -> None:
    journal = Journal()
    journal.append(1, EntryKind.OPENED)
    kept = journal.append(2, EntryKind.OPENED)
    journal.forget(1)
    assert list(journal.since(0)) == [kept]


def test_an_entry_is_told_in_one_line_with_its_zeros() -> None:
    entry = Journal().append(3, EntryKind.FINAL_BYTE, "a", first_byte=0, fault=FaultKind.RANGE)
    assert str(entry).endswith("site 3 FINAL_BYTE path=a first_byte=0 fault=RANGE")
