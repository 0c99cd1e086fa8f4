"""Gates from outside, and the end of sites and origins: nothing gets past, nothing is left over."""

from __future__ import annotations

import gc
import http.client
import select
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from copyjob.conformance.origin.journal import Entry, EntryKind, Party
from copyjob.conformance.origin.loop import READ
from copyjob.conformance.origin.net import SocketNet
from copyjob.conformance.origin.scripts import FaultKind, Script
from copyjob.conformance.origin.server import Gate, Origin, OriginFile, Site

CONTENT = bytes(range(256)) * 4
PATIENCE_SECONDS = 30.0
A_WHILE_MILLISECONDS = 150
"""How long a connect that hangs is watched; on loopback one that succeeds needs far less than this."""


@pytest.fixture
def file(site: Site) -> OriginFile:
    return site.add_file("a.bin", CONTENT)


def fetch(file: OriginFile) -> bytes:
    parts = urlsplit(file.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().read()
    finally:
        connection.close()


def begin_connect(site: Site) -> socket.socket:
    connection = socket.socket()
    connection.setblocking(False)
    connection.connect_ex(("127.0.0.1", site.port))
    return connection


def is_through(connection: socket.socket, milliseconds: int) -> bool:
    poller = select.poll()
    poller.register(connection, select.POLLOUT)
    ready = bool(poller.poll(milliseconds))
    return ready and not connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def outcome(site: Site) -> str:
    """Return the value of the gate that a new client meets."""
    with socket.socket() as connection:
        connection.settimeout(A_WHILE_MILLISECONDS / 1000)
        try:
            connection.connect(("127.0.0.1", site.port))
        except ConnectionRefusedError:
            return Gate.REFUSE.value
        except TimeoutError:
            return Gate.BACKLOG.value
    return Gate.ACCEPT.value


def test_a_refusing_gate_refuses_connections(site: Site) -> None:
    site.gate = Gate.REFUSE
    assert outcome(site) == "refuse"


def test_a_full_backlog_leaves_connections_hanging(site: Site) -> None:
    site.gate = Gate.BACKLOG
    assert outcome(site) == "backlog"


@pytest.mark.parametrize(
    "path",
    [
        [Gate.REFUSE, Gate.ACCEPT],
        [Gate.BACKLOG, Gate.ACCEPT],
        [Gate.REFUSE, Gate.BACKLOG],
        [Gate.BACKLOG, Gate.REFUSE],
        [Gate.REFUSE, Gate.BACKLOG, Gate.REFUSE, Gate.ACCEPT, Gate.BACKLOG, Gate.ACCEPT],
        [Gate.ACCEPT, Gate.ACCEPT],
        [Gate.BACKLOG, Gate.BACKLOG],
    ],
    ids=lambda path: "-".join(gate.value for gate in path),
)
def test_every_change_of_the_gate_is_in_force_when_it_returns(site: Site, path: list[Gate]) -> None:
    for gate in path:
        site.gate = gate
    assert outcome(site) == path[-1].value


def test_gates_can_be_changed_many_times_and_files_are_served_again(site: Site, file: OriginFile) -> None:
    for _ in range(20):
        site.gate = Gate.REFUSE
        site.gate = Gate.BACKLOG
        site.gate = Gate.ACCEPT
    assert fetch(file) == CONTENT


def test_the_port_stays_the_same_over_all_gates(site: Site, file: OriginFile) -> None:
    before = site.port
    site.gate = Gate.REFUSE
    site.gate = Gate.ACCEPT
    assert (site.port, fetch(file)) == (before, CONTENT)


def test_the_port_of_a_refusing_site_is_given_to_nobody_else(site: Site) -> None:
    site.gate = Gate.REFUSE
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", site.port))


def test_a_client_that_hung_gets_in_when_the_gate_opens(site: Site) -> None:
    site.gate = Gate.BACKLOG
    with begin_connect(site) as client:
        assert not is_through(client, A_WHILE_MILLISECONDS)
        site.gate = Gate.ACCEPT
        assert is_through(client, int(PATIENCE_SECONDS * 1000))


def test_our_own_sockets_in_the_backlog_are_no_connections_of_clients(site: Site) -> None:
    site.gate = Gate.BACKLOG
    site.gate = Gate.ACCEPT
    outcome(site)
    site.journal.wait_for(lambda entry: entry.kind is EntryKind.CLOSED, PATIENCE_SECONDS)
    opened = [e for e in site.journal.since(0, site.number) if e.kind is EntryKind.OPENED]
    assert len(opened) == 1


@pytest.mark.parametrize("gate", [Gate.REFUSE, Gate.BACKLOG])
def test_an_answer_in_progress_survives_the_gate(site: Site, file: OriginFile, gate: Gate) -> None:
    file.script = Script.hold_body(10)
    bodies: list[bytes] = []
    thread = threading.Thread(target=lambda: bodies.append(fetch(file)))
    thread.start()
    assert site.journal.wait_for(lambda entry: entry.kind is EntryKind.HOLDING, PATIENCE_SECONDS)
    site.gate = gate
    file.script = Script.serve()
    thread.join(PATIENCE_SECONDS)
    assert bodies == [CONTENT]


@pytest.mark.parametrize("gate", [Gate.REFUSE, Gate.BACKLOG])
def test_a_kept_connection_does_not_get_past_the_gate(origin: Origin, gate: Gate) -> None:
    site = origin.site(keep_alive=True)
    path = urlsplit(site.add_file("a", CONTENT).url).path
    client = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE_SECONDS)
    client.request("GET", path)
    response = client.getresponse()
    response.read()
    assert response.headers["Connection"] == "keep-alive"
    site.gate = gate
    assert client.sock.recv(1) == b""
    client.close()


def test_an_answer_begun_under_an_open_gate_is_the_last_of_its_connection(origin: Origin) -> None:
    site = origin.site(keep_alive=True)
    file = site.add_file("a", CONTENT, Script.hold_body(5))
    with socket.create_connection(("127.0.0.1", site.port), PATIENCE_SECONDS) as client:
        client.sendall(f"GET {urlsplit(file.url).path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert site.journal.wait_for(lambda entry: entry.kind is EntryKind.HOLDING, PATIENCE_SECONDS)
        site.gate = Gate.REFUSE
        file.script = Script.serve()
        received = b""
        while piece := client.recv(65536):
            received += piece
    assert received.endswith(CONTENT)


def test_clients_that_come_while_gates_change_are_served_or_turned_away_but_never_noise(
    site: Site, file: OriginFile
) -> None:
    done = threading.Event()
    wrong: list[object] = []

    def come() -> None:
        while not done.is_set():
            try:
                body = fetch(file)
            except (OSError, http.client.HTTPException):
                continue
            if body != CONTENT:
                wrong.append(body)

    threads = [threading.Thread(target=come) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(30):
        for gate in (Gate.REFUSE, Gate.BACKLOG, Gate.ACCEPT):
            site.gate = gate
    done.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert (wrong, fetch(file)) == ([], CONTENT)


def test_a_full_backlog_lets_nobody_in_who_comes_later_even_under_a_crowd(site: Site, file: OriginFile) -> None:
    crowd = [begin_connect(site) for _ in range(50)]
    site.gate = Gate.BACKLOG
    assert outcome(site) == "backlog"
    for client in crowd:
        client.close()


def test_a_gate_stands_in_the_journal_as_a_cause_of_transient_faults(site: Site) -> None:
    position = site.journal.position()
    site.gate = Gate.REFUSE
    (entry,) = site.journal.since(position, site.number)
    assert (entry.kind, entry.old, entry.new) == (EntryKind.GATE, "accept", "refuse")
    assert entry.fault is FaultKind.TRANSIENT


def test_a_gate_that_opens_is_no_fault(site: Site) -> None:
    site.gate = Gate.REFUSE
    position = site.journal.position()
    site.gate = Gate.ACCEPT
    assert [entry.fault for entry in site.journal.since(position, site.number)] == [None]


def test_the_gate_of_one_site_is_not_the_gate_of_another(origin: Origin, site: Site) -> None:
    other = origin.site()
    site.gate = Gate.REFUSE
    assert outcome(other) == "accept"


def test_a_closed_site_refuses_connections(site: Site) -> None:
    site.close()
    assert outcome(site) == "refuse"


def test_closing_a_site_resets_an_answer_that_is_held_and_tells_so(site: Site, file: OriginFile) -> None:
    file.script = Script.hold_headers()
    with socket.create_connection(("127.0.0.1", site.port), PATIENCE_SECONDS) as client:
        client.sendall(f"GET {urlsplit(file.url).path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert site.journal.wait_for(lambda entry: entry.kind is EntryKind.HOLDING, PATIENCE_SECONDS)
        site.close()
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    fault, closed = list(site.journal.since(0, site.number))[-2:]
    assert (fault.fault, closed.by) == (FaultKind.TRANSIENT, Party.ORIGIN)


def test_what_is_closed_again_stays_closed() -> None:
    origin = Origin(net := SocketNet())
    site = origin.site()
    site.close()
    site.close()
    origin.close()
    origin.close()
    site.close()
    assert (outcome(site), net.loop.thread.is_alive()) == ("refuse", False)


def test_a_closed_origin_says_so_when_it_is_used() -> None:
    origin = Origin()
    file = origin.site().add_file("a", b"x")
    origin.close()
    with pytest.raises(RuntimeError, match="closed"):
        file.script = Script.reset()
    with pytest.raises(RuntimeError, match="closed"):
        origin.site()


@pytest.mark.parametrize("path", ["", "taken"])
def test_a_path_that_is_empty_or_taken_is_refused(site: Site, path: str) -> None:
    site.add_file("taken", b"")
    with pytest.raises(ValueError, match="path"):
        site.add_file(path, b"")


def test_a_script_for_a_path_that_was_not_added_is_refused(site: Site) -> None:
    with pytest.raises(KeyError, match="nobody"):
        site.set_script("nobody", Script.serve())


def test_nothing_is_left_of_an_origin_that_was_in_the_middle_of_everything() -> None:
    def descriptors() -> set[str]:
        gc.collect()
        return {str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.exists()}

    before = descriptors()
    clients: list[socket.socket] = []
    with Origin(net := SocketNet()) as origin:
        thread = net.loop.thread
        for gate in Gate:
            site = origin.site(keep_alive=True)
            held = site.add_file("held", CONTENT, Script.hold_body(3))
            slow = site.add_file("slow", CONTENT, Script.serve(piece_bytes=1, pause_seconds=60))
            for file in (held, slow):
                client = socket.create_connection(("127.0.0.1", site.port), PATIENCE_SECONDS)
                client.sendall(f"GET {urlsplit(file.url).path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                client.recv(1)
                clients.append(client)
            clients.append(socket.create_connection(("127.0.0.1", site.port), PATIENCE_SECONDS))
            site.gate = gate
    for client in clients:
        client.close()
    assert (thread.is_alive(), descriptors() - before) == (False, set())


def test_connections_of_clients_that_are_gone_are_dropped(site: Site, file: OriginFile) -> None:
    for _ in range(20):
        fetch(file)
    left = set(range(1, 21))

    def is_last(entry: Entry) -> bool:
        if entry.by is Party.CLIENT:
            left.discard(entry.connection or 0)
        return not left

    assert site.journal.wait_for(is_last, PATIENCE_SECONDS, site=site.number)
    assert site.loop.call(lambda: site.connection_count) == 0


def test_a_bug_in_one_callback_stops_no_other_and_is_raised_at_the_end() -> None:
    def fail(_: int) -> None:
        calls.append(1)
        raise AssertionError("planted")

    calls: list[int] = []
    origin = Origin(net := SocketNet())
    file = origin.site().add_file("a", CONTENT)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.send(b"x")
        net.loop.call(lambda: net.loop.watch(ours, READ, fail))
        bodies = [fetch(file) for _ in range(5)]
        with pytest.raises(AssertionError, match="planted"):
            origin.close()
    assert (bodies, calls) == ([CONTENT] * 5, [1])
