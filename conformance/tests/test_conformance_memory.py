"""The net in memory: the same answers as over sockets, told in the same journal, one move at a time."""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from copyjob.conformance.origin.gate import Gate
from copyjob.conformance.origin.journal import Entry, EntryKind, Party
from copyjob.conformance.origin.memory import MemoryNet
from copyjob.conformance.origin.scripts import Script
from copyjob.conformance.origin.server import Origin, OriginFile, Site
from copyjob.conformance.weather import SCRIPTS

CONTENT = bytes(range(256)) * 300
PATIENCE_SECONDS = 30.0
RANGE = {"Range": "bytes=100-"}


@dataclass
class Ear:
    """A listener that keeps what it hears, and looks into the journal each time."""

    journal: Callable[[], list[EntryKind]] = list
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    end: str | None = "nothing yet"
    heard: list[str] = field(default_factory=list[str])
    known: list[list[EntryKind]] = field(default_factory=list[list[EntryKind]])
    wants_head: bool = True
    wants_data: bool = True
    on: Callable[[str], None] = lambda _: None

    def _hear(self, what: str) -> None:
        self.heard.append(what)
        self.known.append(self.journal())
        self.on(what)

    def on_head(self, status: int, headers: Mapping[str, str]) -> bool:
        self.status, self.headers = status, headers
        self._hear("head")
        return self.wants_head

    def on_data(self, data: bytes) -> bool:
        self.body += data
        self._hear("data")
        return self.wants_data

    def on_end(self, fault: str | None) -> None:
        self.end = fault
        self._hear("end")


@pytest.fixture
def net() -> MemoryNet:
    return MemoryNet()


@pytest.fixture
def file(net: MemoryNet) -> OriginFile:
    return Origin(net).site().add_file("a.bin", CONTENT)


def journal_of(net: MemoryNet, file: OriginFile) -> Callable[[], list[EntryKind]]:
    return lambda: [entry.kind for entry in entries_of(file)]


def site_of(file: OriginFile) -> Site:
    return file._site  # pyright: ignore[reportPrivateUsage]


def entries_of(file: OriginFile) -> list[Entry]:
    site = site_of(file)
    return list(site.journal.since(0, site.number))


def settle(net: MemoryNet) -> None:
    while net.move():
        pass


def ask(net: MemoryNet, file: OriginFile, headers: Mapping[str, str] | None = None, **ears: Any) -> Ear:
    ear = Ear(journal_of(net, file), **ears)
    net.start("GET", file.url, headers or {}, ear)
    settle(net)
    return ear


# What is answered


def told(entry: Entry) -> tuple[object, ...]:
    """Return what a journal says that does not depend on when and where."""
    return (
        entry.kind,
        entry.path,
        entry.known,
        entry.method,
        entry.range_header,
        entry.status,
        entry.version,
        entry.first_byte,
        entry.last_byte,
        entry.ignores_range,
        entry.fault,
        entry.note,
    )


def of_the_answer(file: OriginFile) -> list[tuple[object, ...]]:
    """Return the journal up to the end of the answer: who leaves then, and when it is seen, is the client's."""
    own = [entry for entry in entries_of(file) if entry.kind not in (EntryKind.CLOSED, EntryKind.ABORTED)]
    return [told(entry) for entry in own]


def over_sockets(name: str, headers: Mapping[str, str]) -> tuple[int | None, bytes, list[tuple[object, ...]]]:
    with Origin() as origin:
        file = origin.site().add_file("a.bin", CONTENT)
        file.script = SCRIPTS[name](len(CONTENT))
        parts = urlsplit(file.url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_SECONDS)
        status, body = None, b""
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", parts.path, headers={"Connection": "close", **headers})
            response = connection.getresponse()
            status = response.status
            while piece := response.read1(4096):
                body += piece
        connection.close()
        return status, body, of_the_answer(file)


ANSWERING = [name for name in SCRIPTS if "hold" not in name and name not in ("redirect", "slow")]


@pytest.mark.parametrize("headers", [{}, RANGE], ids=["whole", "part"])
@pytest.mark.parametrize("name", ANSWERING)
def test_every_script_is_answered_and_told_as_over_sockets(
    net: MemoryNet, file: OriginFile, name: str, headers: dict[str, str]
) -> None:
    file.script = SCRIPTS[name](len(CONTENT))
    ear = ask(net, file, headers)
    status, body, entries = over_sockets(name, headers)
    assert (ear.status, ear.body, of_the_answer(file)) == (status, body, entries)


def test_a_whole_answer_ends_without_a_fault(net: MemoryNet, file: OriginFile) -> None:
    ear = ask(net, file)
    assert (ear.status, ear.body, ear.end) == (200, CONTENT, None)


def test_headers_are_named_in_lower_case(net: MemoryNet, file: OriginFile) -> None:
    assert ask(net, file).headers["content-length"] == str(len(CONTENT))


@pytest.mark.parametrize(
    ("script", "end"), [(Script.reset(10), "broken"), (Script.reset(), "broken"), (Script.truncate(10), "truncated")]
)
def test_a_cut_answer_ends_with_its_fault(net: MemoryNet, file: OriginFile, script: Script, end: str) -> None:
    file.script = script
    assert ask(net, file).end == end


@pytest.mark.parametrize("script", [Script.hold_headers(), Script.hold_body(10)])
def test_what_is_held_goes_on_with_the_next_script(net: MemoryNet, file: OriginFile, script: Script) -> None:
    file.script = script
    ear = ask(net, file)
    assert (ear.end, entries_of(file)[-1].kind) == ("nothing yet", EntryKind.HOLDING)
    file.script = Script.serve()
    settle(net)
    assert (ear.body, ear.end) == (CONTENT, None)


def test_a_pause_takes_no_real_time(net: MemoryNet, file: OriginFile) -> None:
    file.script = Script.serve(piece_bytes=1000, pause_seconds=3600)
    start = time.monotonic()
    assert ask(net, file).body == CONTENT
    assert time.monotonic() - start < PATIENCE_SECONDS
    assert net.now_seconds() > 3600 * (len(CONTENT) // 1000)


def test_a_pause_that_was_ended_by_a_script_is_no_move(net: MemoryNet, file: OriginFile) -> None:
    file.script = Script.serve(piece_bytes=1000, pause_seconds=3600)
    ear = Ear()
    net.start("GET", file.url, {}, ear)
    while not ear.body:
        net.move()
    file.script = Script.hold_body(0)
    settle(net)
    assert net.now_seconds() < 3600


# Who gets in


def test_a_gate_that_refuses_says_so(net: MemoryNet, file: OriginFile) -> None:
    site_of(file).gate = Gate.REFUSE
    assert ask(net, file).end == "refused"


def test_a_gate_that_lets_nobody_in_lets_them_wait(net: MemoryNet, file: OriginFile) -> None:
    site = site_of(file)
    site.gate = Gate.BACKLOG
    ear = ask(net, file)
    assert (ear.heard, EntryKind.OPENED in journal_of(net, file)()) == ([], False)
    site.gate = Gate.ACCEPT
    settle(net)
    assert ear.body == CONTENT


def test_a_gate_leaves_who_is_in_alone(net: MemoryNet, file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    ear = ask(net, file)
    site_of(file).gate = Gate.REFUSE
    file.script = Script.serve()
    settle(net)
    assert (ear.body, ear.end) == (CONTENT, None)


def test_a_closed_site_breaks_what_goes_on_and_refuses_what_comes(net: MemoryNet, file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    ear = ask(net, file)
    site_of(file).close()
    settle(net)
    assert (ear.end, ask(net, file).end) == ("broken", "refused")


def test_nobody_is_at_an_address_of_another_world(net: MemoryNet) -> None:
    ear = Ear()
    net.start("GET", "http://127.0.0.1:9/x", {}, ear)
    settle(net)
    assert ear.end == "refused"


# Who is called when


def test_nobody_is_called_from_within_start(net: MemoryNet, file: OriginFile) -> None:
    ear = Ear()
    net.start("GET", file.url, {}, ear)
    assert ear.heard == []


def test_the_journal_knows_of_everything_before_the_listener(net: MemoryNet, file: OriginFile) -> None:
    ear = ask(net, file)
    last_data = len(ear.heard) - 2
    assert EntryKind.ANSWER in ear.known[0]
    assert EntryKind.FINAL_BYTE in ear.known[last_data]
    assert EntryKind.CLOSED in ear.known[-1]


def test_the_journal_knows_of_a_fault_before_the_listener(net: MemoryNet, file: OriginFile) -> None:
    file.script = Script.reset()
    assert EntryKind.FAULT in ask(net, file).known[-1]


@pytest.mark.parametrize("at", ["head", "data"])
def test_who_is_stopped_from_within_hears_nothing_more(net: MemoryNet, file: OriginFile, at: str) -> None:
    ear = Ear()
    number = net.start("GET", file.url, {}, ear)
    ear.on = lambda what: net.stop(number) if what == at else None
    settle(net)
    assert ear.heard[-1] == at


def test_the_server_sees_who_hangs_up(net: MemoryNet, file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    ear = Ear()
    number = net.start("GET", file.url, {}, ear)
    settle(net)
    net.stop(number)
    assert [(e.kind, e.by) for e in entries_of(file)][-2:] == [
        (EntryKind.ABORTED, None),
        (EntryKind.CLOSED, Party.CLIENT),
    ]


def test_a_listener_that_wants_no_more_hangs_up(net: MemoryNet, file: OriginFile) -> None:
    ear = ask(net, file, wants_head=False)
    assert (ear.heard, entries_of(file)[-1].by) == (["head"], Party.CLIENT)


def test_a_stop_of_nothing_is_no_error(net: MemoryNet) -> None:
    net.stop(7)
    assert not net.move()


# The seed


def two_at_once(seed: int) -> list[str]:
    net = MemoryNet(seed)
    origin = Origin(net)
    site = origin.site()
    files = [site.add_file(f"{number}", CONTENT) for number in range(3)]
    for file in files:
        net.start("GET", file.url, {}, Ear())
    settle(net)
    return [str(entry) for entry in origin.journal.since(0)]


def test_the_same_seed_gives_the_same_journal_to_the_byte() -> None:
    assert two_at_once(5) == two_at_once(5)


def test_another_seed_gives_another_order() -> None:
    assert len({tuple(two_at_once(seed)) for seed in range(8)}) > 1
