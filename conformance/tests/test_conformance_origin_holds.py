"""Answers held, slowed, cut and released, and scripts that change while clients read."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.origin.scripts import FaultKind, Script
from copyjob.conformance.origin.server import OriginFile, Site

CONTENT = bytes(range(256)) * 4
LARGE_BYTES = 24 * 1024 * 1024
PATIENCE_SECONDS = 30.0

Clients = Callable[..., Any]
Wait = Callable[..., Entry]
Noted = Callable[[EntryKind], list[Entry]]


@pytest.fixture
def file(site: Site) -> OriginFile:
    return site.add_file("a.bin", CONTENT)


def silent(client: Any) -> bool:
    """Whether nothing is there to be read now."""
    client.socket.setblocking(False)
    try:
        client.socket.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    finally:
        client.socket.settimeout(PATIENCE_SECONDS)
    return False


def test_held_headers_send_nothing(file: OriginFile, client_of: Clients, wait: Wait) -> None:
    file.script = Script.hold_headers()
    with client_of(file) as client:
        assert wait(EntryKind.HOLDING).sent_bytes is None
        assert silent(client)


def test_held_headers_go_on_with_the_next_script(file: OriginFile, client_of: Clients, wait: Wait) -> None:
    file.script = Script.hold_headers()
    with client_of(file) as client:
        wait(EntryKind.HOLDING)
        file.script = Script.serve()
        assert (client.head()[:12], client.rest()) == (b"HTTP/1.1 200", CONTENT)


def test_held_headers_can_become_a_status(file: OriginFile, client_of: Clients, wait: Wait) -> None:
    file.script = Script.hold_headers()
    with client_of(file) as client:
        wait(EntryKind.HOLDING)
        file.script = Script.answer(503)
        assert client.head().startswith(b"HTTP/1.1 503 ")


def test_held_headers_answer_with_the_version_of_their_release(
    file: OriginFile, client_of: Clients, wait: Wait
) -> None:
    file.script = Script.hold_headers()
    with client_of(file) as client:
        wait(EntryKind.HOLDING)
        file.bump(b"newer")
        file.script = Script.serve()
        client.head()
        assert client.rest() == b"newer"


@pytest.mark.parametrize("after_bytes", [0, 1, 1000])
def test_a_held_body_has_sent_exactly_the_bytes_it_may(
    file: OriginFile, client_of: Clients, wait: Wait, after_bytes: int
) -> None:
    file.script = Script.hold_body(after_bytes)
    with client_of(file) as client:
        head = client.head()
        assert client.exactly(after_bytes) == CONTENT[:after_bytes]
        assert wait(EntryKind.HOLDING).sent_bytes == after_bytes
        assert (b"Content-Length: 1024" in head, silent(client)) == (True, True)


def test_a_held_body_never_sends_the_last_byte(file: OriginFile, client_of: Clients, wait: Wait, noted: Noted) -> None:
    file.script = Script.hold_body(10**9)
    with client_of(file):
        assert wait(EntryKind.HOLDING).sent_bytes == len(CONTENT) - 1
    assert not noted(EntryKind.FINAL_BYTE)


def test_an_empty_body_is_held_before_its_headers(site: Site, client_of: Clients, wait: Wait, noted: Noted) -> None:
    file = site.add_file("empty", b"", Script.hold_body(10))
    with client_of(file):
        assert wait(EntryKind.HOLDING).sent_bytes is None
    assert not noted(EntryKind.FINAL_BYTE)


def test_a_held_body_counts_from_the_start_of_the_range(file: OriginFile, client_of: Clients, wait: Wait) -> None:
    file.script = Script.hold_body(4)
    with client_of(file, "Range: bytes=100-") as client:
        client.head()
        assert client.exactly(4) == CONTENT[100:104]
        assert wait(EntryKind.HOLDING).sent_bytes == 4


def test_a_held_body_is_released_to_its_end(file: OriginFile, client_of: Clients, wait: Wait) -> None:
    file.script = Script.hold_body(10)
    with client_of(file) as client:
        wait(EntryKind.HOLDING)
        file.script = Script.serve()
        client.head()
        assert client.rest() == CONTENT


def test_a_held_body_can_be_held_again_further_on(file: OriginFile, client_of: Clients, wait: Wait) -> None:
    file.script = Script.hold_body(10)
    with client_of(file) as client:
        wait(EntryKind.HOLDING)
        file.script = Script.hold_body(20)
        client.head()
        assert client.exactly(20) == CONTENT[:20]
        assert wait(EntryKind.HOLDING, 2).sent_bytes == 20


def test_a_released_body_is_of_the_version_that_was_begun(file: OriginFile, client_of: Clients, wait: Wait) -> None:
    file.script = Script.hold_body(10)
    with client_of(file) as client:
        wait(EntryKind.HOLDING)
        file.script = Script.changed()
        client.head()
        assert client.rest() == CONTENT


def test_a_held_body_can_end_in_a_reset(file: OriginFile, client_of: Clients, wait: Wait) -> None:
    file.script = Script.hold_body(10)
    with client_of(file) as client:
        wait(EntryKind.HOLDING)
        file.script = Script.reset()
        with pytest.raises(ConnectionResetError):
            client.rest()


def test_a_held_body_can_be_truncated_where_it_is(file: OriginFile, client_of: Clients, wait: Wait) -> None:
    file.script = Script.hold_body(10)
    with client_of(file) as client:
        wait(EntryKind.HOLDING)
        file.script = Script.truncate(3)
        client.head()
        assert client.rest() == CONTENT[:10]


@pytest.mark.parametrize(
    "script",
    [
        Script.answer(404),
        Script.redirect(),
        Script.no_content(),
        Script.no_ranges(cuts=True),
        Script.serve(cuts=True),
    ],
    ids=str,
)
def test_a_held_body_is_cut_short_by_a_script_that_cannot_finish_it(
    file: OriginFile, client_of: Clients, wait: Wait, noted: Noted, script: Script
) -> None:
    file.script = Script.hold_body(10)
    with client_of(file) as client:
        wait(EntryKind.HOLDING)
        file.script = script
        client.head()
        assert client.rest() == CONTENT[:10]
        assert [entry.fault for entry in noted(EntryKind.FAULT)] == [FaultKind.TRANSIENT]


def test_a_script_that_cuts_serves_the_requests_that_follow(file: OriginFile, client_of: Clients) -> None:
    file.script = Script.serve(cuts=True)
    with client_of(file) as client:
        client.head()
        assert client.rest() == CONTENT


def test_a_reset_before_the_headers_sends_nothing(file: OriginFile, client_of: Clients, noted: Noted) -> None:
    file.script = Script.reset()
    with client_of(file) as client, pytest.raises(ConnectionResetError):
        client.rest()
    assert not noted(EntryKind.ANSWER)


@pytest.mark.parametrize("after_bytes", [0, 10, 1023])
def test_a_reset_comes_after_the_bytes_it_is_to_come_after(
    file: OriginFile, client_of: Clients, after_bytes: int
) -> None:
    file.script = Script.reset(after_bytes)
    with client_of(file) as client:
        client.head()
        assert client.exactly(after_bytes) == CONTENT[:after_bytes]
        with pytest.raises(ConnectionResetError):
            client.exactly(1)


def test_a_reset_far_into_a_large_body_loses_none_of_the_bytes_before_it(site: Site, client_of: Clients) -> None:
    file = site.add_file("large", bytes(LARGE_BYTES), Script.reset(LARGE_BYTES - 1))
    with client_of(file) as client:
        client.head()
        assert len(client.exactly(LARGE_BYTES - 1)) == LARGE_BYTES - 1
        with pytest.raises(ConnectionResetError):
            client.exactly(1)


def test_a_truncated_body_ends_in_order_before_its_length(file: OriginFile, client_of: Clients) -> None:
    file.script = Script.truncate(100)
    with client_of(file) as client:
        assert b"Content-Length: 1024" in client.head()
        assert client.rest() == CONTENT[:100]


@pytest.mark.parametrize("script", [Script.truncate(10**9), Script.reset(10**9)], ids=str)
def test_a_cut_never_lets_the_last_byte_through(
    file: OriginFile, client_of: Clients, wait: Wait, noted: Noted, script: Script
) -> None:
    file.script = script
    with client_of(file) as client:
        client.head()
        assert len(client.exactly(1023)) == 1023
    wait(EntryKind.FAULT)
    assert not noted(EntryKind.FINAL_BYTE)


def test_an_empty_body_is_truncated_before_its_headers(site: Site, client_of: Clients, noted: Noted) -> None:
    file = site.add_file("empty", b"", Script.truncate(0))
    with client_of(file) as client:
        assert client.rest() == b""
    assert [entry.fault for entry in noted(EntryKind.FAULT)] == [FaultKind.TRANSIENT]


def test_slow_pieces_add_up_to_the_content(file: OriginFile, client_of: Clients) -> None:
    file.script = Script.serve(piece_bytes=100, pause_seconds=0.001)
    with client_of(file) as client:
        client.head()
        assert client.rest() == CONTENT


def test_a_pause_without_end_is_ended_by_another_script(file: OriginFile, client_of: Clients) -> None:
    file.script = Script.serve(piece_bytes=100, pause_seconds=3600)
    with client_of(file) as client:
        client.head()
        assert client.exactly(100) == CONTENT[:100]
        file.script = Script.serve()
        assert client.rest() == CONTENT[100:]


def test_a_client_that_does_not_read_meets_the_new_script_too(site: Site, client_of: Clients, wait: Wait) -> None:
    file = site.add_file("large", bytes(LARGE_BYTES))
    with client_of(file) as client:
        wait(EntryKind.ANSWER)
        file.script = Script.truncate(0)
        client.head()
        assert len(client.rest()) < LARGE_BYTES


def test_head_is_answered_while_bodies_are_held(file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    parts = urlsplit(file.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_SECONDS)
    connection.request("HEAD", parts.path)
    assert connection.getresponse().headers["Content-Length"] == "1024"
    connection.close()


def test_a_held_answer_does_not_block_the_others(site: Site, file: OriginFile, client_of: Clients, wait: Wait) -> None:
    held = [site.add_file(f"held-{n}", CONTENT, Script.hold_body(n)) for n in range(10)]
    clients = [client_of(other) for other in held]
    wait(EntryKind.HOLDING, 10)

    def fetch(_: int) -> bytes:
        with client_of(file) as client:
            client.head()
            body: bytes = client.rest()
            return body

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(fetch, range(80))) == {CONTENT}
    for client in clients:
        client.socket.close()


def test_decisions_after_set_script_has_returned_follow_the_new_script(
    site: Site, file: OriginFile, client_of: Clients
) -> None:
    for number in range(40):
        status = 503 if number % 2 else 404
        site.set_script(file.path, Script.answer(status))
        with client_of(file) as client:
            assert client.head().startswith(f"HTTP/1.1 {status} ".encode())


def test_scripts_can_be_set_from_many_threads_while_clients_read(file: OriginFile, client_of: Clients) -> None:
    scripts = [Script.serve(), Script.hold_body(5), Script.serve(piece_bytes=50), Script.truncate(9)]
    done = threading.Event()

    def turn(script: Script) -> None:
        while not done.is_set():
            file.script = script

    threads = [threading.Thread(target=turn, args=(script,)) for script in scripts]
    for thread in threads:
        thread.start()
    try:
        for _ in range(30):
            with client_of(file) as client:
                client.head()
                assert CONTENT.startswith(client.rest())
    finally:
        done.set()
        for thread in threads:
            thread.join()
