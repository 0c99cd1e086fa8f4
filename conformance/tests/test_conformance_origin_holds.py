"""Answers held, slowed, cut and released, and the journal that is always ahead of the effect."""

from __future__ import annotations

import http.client
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import pytest

from copyjob.conformance.origin.journal import Entry, EntryKind, Party
from copyjob.conformance.origin.scripts import FaultKind, Script
from copyjob.conformance.origin.server import Origin, OriginFile, Site

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT = bytes(range(256)) * 4
LARGE_BYTES = 24 * 1024 * 1024
PATIENCE_SECONDS = 30.0


@pytest.fixture
def site() -> Iterator[Site]:
    with Origin() as origin:
        yield origin.site()


@pytest.fixture
def file(site: Site) -> OriginFile:
    return site.add_file("a.bin", CONTENT)


class Client:
    """A connection with one GET sent; what comes back is read by the byte."""

    def __init__(self, file: OriginFile, *headers: str) -> None:
        parts = urlsplit(file.url)
        self.socket = socket.create_connection((parts.hostname, parts.port), PATIENCE_SECONDS)
        lines = [f"GET {parts.path} HTTP/1.1", "Host: x", *headers, "", ""]
        self.socket.sendall("\r\n".join(lines).encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def head(self) -> bytes:
        """Read up to the end of the headers, not a byte more."""
        got = b""
        while not got.endswith(b"\r\n\r\n"):
            got += self.exactly(1)
        return got

    def exactly(self, count: int) -> bytes:
        """Read `count` bytes; fewer only when the connection ends in order."""
        got = bytearray()
        while len(got) < count and (piece := self.socket.recv(min(count - len(got), 2**20))):
            got += piece
        return bytes(got)

    def rest(self) -> bytes:
        """Read up to the end of the connection."""
        return self.exactly(2**40)


def wait(site: Site, kind: EntryKind, count: int = 1) -> Entry:
    """Wait for the `count`-th entry of a kind."""
    seen = 0

    def fits(entry: Entry) -> bool:
        nonlocal seen
        seen += entry.kind is kind
        return seen == count and entry.kind is kind

    entry = site.journal.wait_for(fits, PATIENCE_SECONDS, site=site.number)
    assert entry is not None, f"no {kind.name} in {PATIENCE_SECONDS} s"
    return entry


def all_of(site: Site, kind: EntryKind) -> list[Entry]:
    return [entry for entry in site.journal.since(0, site.number) if entry.kind is kind]


def silent(client: Client) -> bool:
    """Whether nothing is there to be read now."""
    client.socket.setblocking(False)
    try:
        client.socket.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    finally:
        client.socket.settimeout(PATIENCE_SECONDS)
    return False


def test_held_headers_send_nothing(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_headers()
    with Client(file) as client:
        assert wait(site, EntryKind.HOLDING).sent_bytes is None
        assert silent(client)


def test_held_headers_go_on_with_the_next_script(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_headers()
    with Client(file) as client:
        wait(site, EntryKind.HOLDING)
        file.script = Script.serve()
        assert (client.head()[:12], client.rest()) == (b"HTTP/1.1 200", CONTENT)


def test_held_headers_can_become_a_status(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_headers()
    with Client(file) as client:
        wait(site, EntryKind.HOLDING)
        file.script = Script.answer(503)
        assert client.head().startswith(b"HTTP/1.1 503 ")


def test_held_headers_answer_with_the_version_of_their_release(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_headers()
    with Client(file) as client:
        wait(site, EntryKind.HOLDING)
        file.bump(b"newer")
        file.script = Script.serve()
        client.head()
        assert client.rest() == b"newer"


@pytest.mark.parametrize("after_bytes", [0, 1, 1000])
def test_a_held_body_has_sent_exactly_the_bytes_it_may(site: Site, file: OriginFile, after_bytes: int) -> None:
    file.script = Script.hold_body(after_bytes)
    with Client(file) as client:
        head = client.head()
        assert client.exactly(after_bytes) == CONTENT[:after_bytes]
        assert wait(site, EntryKind.HOLDING).sent_bytes == after_bytes
        assert (b"Content-Length: 1024" in head, silent(client)) == (True, True)


def test_a_held_body_never_sends_the_last_byte(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_body(10**9)
    with Client(file):
        assert wait(site, EntryKind.HOLDING).sent_bytes == len(CONTENT) - 1
    assert not all_of(site, EntryKind.FINAL_BYTE)


def test_an_empty_body_is_held_before_its_headers(site: Site) -> None:
    file = site.add_file("empty", b"", Script.hold_body(10))
    with Client(file):
        assert wait(site, EntryKind.HOLDING).sent_bytes is None
    assert not all_of(site, EntryKind.FINAL_BYTE)


def test_a_held_body_counts_from_the_start_of_the_range(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_body(4)
    with Client(file, "Range: bytes=100-") as client:
        client.head()
        assert client.exactly(4) == CONTENT[100:104]
        assert wait(site, EntryKind.HOLDING).sent_bytes == 4


def test_a_held_body_is_released_to_its_end(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    with Client(file) as client:
        wait(site, EntryKind.HOLDING)
        file.script = Script.serve()
        client.head()
        assert client.rest() == CONTENT


def test_a_held_body_can_be_held_again_further_on(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    with Client(file) as client:
        wait(site, EntryKind.HOLDING)
        file.script = Script.hold_body(20)
        client.head()
        assert client.exactly(20) == CONTENT[:20]
        assert wait(site, EntryKind.HOLDING, 2).sent_bytes == 20


def test_a_released_body_is_of_the_version_that_was_begun(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    with Client(file) as client:
        wait(site, EntryKind.HOLDING)
        file.script = Script.changed()
        client.head()
        assert client.rest() == CONTENT


def test_a_held_body_can_end_in_a_reset(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    with Client(file) as client:
        wait(site, EntryKind.HOLDING)
        file.script = Script.reset()
        with pytest.raises(ConnectionResetError):
            client.rest()


def test_a_held_body_can_be_truncated_where_it_is(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    with Client(file) as client:
        wait(site, EntryKind.HOLDING)
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
    site: Site, file: OriginFile, script: Script
) -> None:
    file.script = Script.hold_body(10)
    with Client(file) as client:
        wait(site, EntryKind.HOLDING)
        file.script = script
        client.head()
        assert client.rest() == CONTENT[:10]
        assert [entry.fault for entry in all_of(site, EntryKind.FAULT)] == [FaultKind.TRANSIENT]


def test_a_script_that_cuts_serves_the_requests_that_follow(site: Site, file: OriginFile) -> None:
    file.script = Script.serve(cuts=True)
    with Client(file) as client:
        client.head()
        assert client.rest() == CONTENT


def test_a_reset_before_the_headers_sends_nothing(site: Site, file: OriginFile) -> None:
    file.script = Script.reset()
    with Client(file) as client, pytest.raises(ConnectionResetError):
        client.rest()
    assert not all_of(site, EntryKind.ANSWER)


@pytest.mark.parametrize("after_bytes", [0, 10, 1023])
def test_a_reset_comes_after_the_bytes_it_is_to_come_after(site: Site, file: OriginFile, after_bytes: int) -> None:
    file.script = Script.reset(after_bytes)
    with Client(file) as client:
        client.head()
        assert client.exactly(after_bytes) == CONTENT[:after_bytes]
        with pytest.raises(ConnectionResetError):
            client.exactly(1)


def test_a_reset_far_into_a_large_body_loses_none_of_the_bytes_before_it(site: Site) -> None:
    file = site.add_file("large", bytes(LARGE_BYTES), Script.reset(LARGE_BYTES - 1))
    with Client(file) as client:
        client.head()
        assert len(client.exactly(LARGE_BYTES - 1)) == LARGE_BYTES - 1
        with pytest.raises(ConnectionResetError):
            client.exactly(1)


def test_a_truncated_body_ends_in_order_before_its_length(site: Site, file: OriginFile) -> None:
    file.script = Script.truncate(100)
    with Client(file) as client:
        assert b"Content-Length: 1024" in client.head()
        assert client.rest() == CONTENT[:100]


@pytest.mark.parametrize("script", [Script.truncate(10**9), Script.reset(10**9)], ids=str)
def test_a_cut_never_lets_the_last_byte_through(site: Site, file: OriginFile, script: Script) -> None:
    file.script = script
    with Client(file) as client:
        client.head()
        assert len(client.exactly(1023)) == 1023
    wait(site, EntryKind.FAULT)
    assert not all_of(site, EntryKind.FINAL_BYTE)


def test_an_empty_body_is_truncated_before_its_headers(site: Site) -> None:
    file = site.add_file("empty", b"", Script.truncate(0))
    with Client(file) as client:
        assert client.rest() == b""
    assert [entry.fault for entry in all_of(site, EntryKind.FAULT)] == [FaultKind.TRANSIENT]


def test_slow_pieces_add_up_to_the_content(site: Site, file: OriginFile) -> None:
    file.script = Script.serve(piece_bytes=100, pause_seconds=0.001)
    with Client(file) as client:
        client.head()
        assert client.rest() == CONTENT


def test_a_pause_without_end_is_ended_by_another_script(site: Site, file: OriginFile) -> None:
    file.script = Script.serve(piece_bytes=100, pause_seconds=3600)
    with Client(file) as client:
        client.head()
        assert client.exactly(100) == CONTENT[:100]
        file.script = Script.serve()
        assert client.rest() == CONTENT[100:]


def test_a_client_that_does_not_read_meets_the_new_script_too(site: Site) -> None:
    file = site.add_file("large", bytes(LARGE_BYTES))
    with Client(file) as client:
        wait(site, EntryKind.ANSWER)
        file.script = Script.truncate(0)
        client.head()
        assert len(client.rest()) < LARGE_BYTES


def test_head_is_answered_while_bodies_are_held(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    parts = urlsplit(file.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_SECONDS)
    connection.request("HEAD", parts.path)
    assert connection.getresponse().headers["Content-Length"] == "1024"
    connection.close()


def test_a_held_answer_does_not_block_the_others(site: Site, file: OriginFile) -> None:
    held = [site.add_file(f"held-{n}", CONTENT, Script.hold_body(n)) for n in range(10)]
    clients = [Client(other) for other in held]
    wait(site, EntryKind.HOLDING, 10)

    def fetch(_: int) -> bytes:
        with Client(file) as client:
            client.head()
            return client.rest()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(fetch, range(80))) == {CONTENT}
    for client in clients:
        client.socket.close()


def test_the_answer_stands_in_the_journal_before_its_first_byte_arrives(site: Site, file: OriginFile) -> None:
    for count in range(1, 31):
        with Client(file) as client:
            client.exactly(1)
            assert len(all_of(site, EntryKind.ANSWER)) == count


def test_the_final_byte_stands_in_the_journal_before_it_arrives(site: Site, file: OriginFile) -> None:
    for count in range(1, 31):
        with Client(file) as client:
            client.head()
            client.exactly(len(CONTENT))
            assert len(all_of(site, EntryKind.FINAL_BYTE)) == count


def test_the_final_byte_is_not_told_while_it_is_far_away(site: Site) -> None:
    file = site.add_file("large", bytes(LARGE_BYTES))
    with Client(file) as client:
        client.head()
        client.exactly(1024)
        assert not all_of(site, EntryKind.FINAL_BYTE)
        client.exactly(LARGE_BYTES - 1024)
        assert len(all_of(site, EntryKind.FINAL_BYTE)) == 1


def test_a_range_that_ends_early_tells_no_final_byte(site: Site, file: OriginFile) -> None:
    with Client(file, "Range: bytes=0-1022") as client:
        client.rest()
    assert not all_of(site, EntryKind.FINAL_BYTE)


def test_a_range_that_reaches_the_end_tells_where_it_began(site: Site, file: OriginFile) -> None:
    with Client(file, "Range: bytes=1000-") as client:
        client.rest()
    assert [entry.first_byte for entry in all_of(site, EntryKind.FINAL_BYTE)] == [1000]


def test_a_cut_stands_in_the_journal_as_a_transient_fault_before_it_arrives(site: Site, file: OriginFile) -> None:
    file.script = Script.reset()
    for count in range(1, 21):
        with Client(file) as client, pytest.raises(ConnectionResetError):
            client.rest()
        faults = all_of(site, EntryKind.FAULT)
        assert [entry.fault for entry in faults] == [FaultKind.TRANSIENT] * count


def test_a_script_stands_in_the_journal_before_what_it_causes(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_headers()
    with Client(file) as client:
        position = wait(site, EntryKind.HOLDING).seq
        file.script = Script.answer(404)
        client.rest()
    kinds = [entry.kind for entry in site.journal.since(position, site.number)][:4]
    assert kinds == [EntryKind.SCRIPT, EntryKind.FAULT, EntryKind.ANSWER, EntryKind.CLOSED]


def test_a_request_is_told_with_its_range_headers(site: Site, file: OriginFile) -> None:
    with Client(file, "Range: bytes=5-", 'If-Range: "x"') as client:
        client.rest()
    (request,) = all_of(site, EntryKind.REQUEST)
    assert (request.method, request.range_header, request.if_range) == ("GET", "bytes=5-", '"x"')


def test_a_client_that_leaves_a_hold_has_aborted(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    with Client(file):
        wait(site, EntryKind.HOLDING)
    assert wait(site, EntryKind.ABORTED).sent_bytes == 10
    assert wait(site, EntryKind.CLOSED).by is Party.CLIENT


def test_a_client_that_leaves_in_the_middle_of_a_large_body_has_aborted(site: Site) -> None:
    file = site.add_file("large", bytes(LARGE_BYTES))
    with Client(file) as client:
        client.exactly(1000)
    wait(site, EntryKind.ABORTED)
    assert not all_of(site, EntryKind.FINAL_BYTE)


def test_a_client_that_stays_to_the_end_has_not_aborted(site: Site, file: OriginFile) -> None:
    with Client(file) as client:
        client.rest()
    assert wait(site, EntryKind.CLOSED).by is Party.ORIGIN
    assert wait(site, EntryKind.CLOSED, 2).by is Party.CLIENT
    assert not all_of(site, EntryKind.ABORTED)


def test_decisions_after_set_script_has_returned_follow_the_new_script(site: Site, file: OriginFile) -> None:
    for number in range(40):
        status = 503 if number % 2 else 404
        site.set_script(file.path, Script.answer(status))
        with Client(file) as client:
            assert client.head().startswith(f"HTTP/1.1 {status} ".encode())


def test_scripts_can_be_set_from_many_threads_while_clients_read(site: Site, file: OriginFile) -> None:
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
            with Client(file) as client:
                client.head()
                assert CONTENT.startswith(client.rest())
    finally:
        done.set()
        for thread in threads:
            thread.join()
