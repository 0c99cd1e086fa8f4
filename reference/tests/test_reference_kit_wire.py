"""The reference on the kit's wire: redirects, faults, stops, restarts; and it conforms there with every plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from copyjob.conformance.check import Settings, check
from copyjob.conformance.ground import Wire
from copyjob.conformance.origin.gate import Gate
from copyjob.conformance.origin.journal import EntryKind
from copyjob.conformance.origin.memory import MemoryNet
from copyjob.conformance.origin.scripts import Script
from copyjob.conformance.origin.server import Origin, OriginFile, Site
from copyjob.conformance.record import Verdict
from copyjob.reference.backend import ReferenceBackend
from copyjob.reference.kit_wire import KitWire, Listener
from copyjob.reference.wire import Answer, Request, WireFault
from copyjob.spec.vocabulary import Dialect, JobState

CONFORMS = Verdict.CONFORMS
CONTENT = bytes(range(256)) * 300


@dataclass
class Sink:
    """A sink that keeps what it is given."""

    wanted: bool = True
    wants_answer: bool = True
    wants_data: bool = True
    bytes_per_second: int = 0
    answers: list[Answer] = field(default_factory=list[Answer])
    body: bytes = b""
    ends: list[tuple[WireFault | None, str]] = field(default_factory=list[tuple[WireFault | None, str]])

    def on_answer(self, answer: Answer) -> bool:
        self.answers.append(answer)
        return self.wants_answer

    def on_data(self, chunks: Sequence[bytes]) -> bool:
        self.body += b"".join(chunks)
        return self.wants_data

    def on_end(self, fault: WireFault | None, detail: str) -> None:
        self.ends.append((fault, detail))


class Noting:
    """A wire of the kit that notes what is asked and leads nowhere."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.listeners: list[Listener] = []

    def start(self, method: str, url: str, headers: Mapping[str, str], listener: Listener) -> int:
        self.asked.append((url, dict(headers)))
        self.listeners.append(listener)
        return len(self.asked)

    def stop(self, exchange: int) -> None:
        """Do nothing."""


@pytest.fixture
def net() -> MemoryNet:
    return MemoryNet()


@pytest.fixture
def site(net: MemoryNet) -> Site:
    return Origin(net).site()


@pytest.fixture
def file(site: Site) -> OriginFile:
    return site.add_file("a.bin", CONTENT)


def settle(net: MemoryNet) -> None:
    while net.move():
        pass


def ask(net: MemoryNet, url: str, sink: Sink, redirects_max: int = 20) -> Sink:
    KitWire(net).start(Request(url, redirects_max=redirects_max), sink)
    settle(net)
    return sink


def test_an_answer_is_given_whole(net: MemoryNet, file: OriginFile) -> None:
    sink = ask(net, file.url, Sink())
    assert ([answer.status_code for answer in sink.answers], sink.body, sink.ends) == ([200], CONTENT, [(None, "")])


def test_a_redirect_is_followed_and_the_last_answer_counts(net: MemoryNet, site: Site, file: OriginFile) -> None:
    moved = site.add_file("moved", b"", Script.redirect("a.bin"))
    sink = ask(net, moved.url, Sink())
    assert ([answer.status_code for answer in sink.answers], sink.body) == ([200], CONTENT)


def test_redirects_end_somewhere(net: MemoryNet, site: Site) -> None:
    loop = site.add_file("loop", b"", Script.redirect())
    sink = ask(net, loop.url, Sink(), redirects_max=3)
    asked = [entry for entry in site.journal.since(0) if entry.kind is EntryKind.REQUEST]
    assert (sink.ends, len(asked)) == ([(WireFault.REDIRECTS, "more than 3")], 4)


def test_a_redirect_that_nobody_wants_followed_is_the_answer(net: MemoryNet, site: Site) -> None:
    loop = site.add_file("loop", b"", Script.redirect())
    assert ask(net, loop.url, Sink(), redirects_max=0).answers[0].status_code == 302


@pytest.mark.parametrize(
    ("script", "fault"),
    [(Script.reset(), WireFault.BROKEN), (Script.truncate(5), WireFault.TRUNCATED)],
    ids=["reset", "truncated"],
)
def test_a_fault_has_the_name_it_has_on_the_real_wire(
    net: MemoryNet, file: OriginFile, script: Script, fault: WireFault
) -> None:
    file.script = script
    assert ask(net, file.url, Sink()).ends == [(fault, "")]


def test_a_refused_connection_has_its_name(net: MemoryNet, site: Site, file: OriginFile) -> None:
    site.gate = Gate.REFUSE
    assert ask(net, file.url, Sink()).ends == [(WireFault.CONNECT, "")]


@pytest.mark.parametrize("sink", [Sink(wants_answer=False), Sink(wants_data=False)], ids=["answer", "data"])
def test_who_declines_learns_that_it_is_over(net: MemoryNet, file: OriginFile, sink: Sink) -> None:
    assert ask(net, file.url, sink).ends == [(WireFault.DECLINED, "")]


def test_what_is_no_longer_wanted_is_not_asked_for(net: MemoryNet, site: Site, file: OriginFile) -> None:
    ask(net, file.url, Sink(wanted=False))
    assert EntryKind.REQUEST not in [entry.kind for entry in site.journal.since(0)]


def test_a_stopped_sink_hears_nothing_more(net: MemoryNet, file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    wire, sink = KitWire(net), Sink()
    wire.start(Request(file.url), sink)
    settle(net)
    wire.stop(sink)
    file.script = Script.serve()
    settle(net)
    assert (sink.body, sink.ends) == (CONTENT[:10], [])


def test_a_closed_wire_stops_everybody(net: MemoryNet, site: Site, file: OriginFile) -> None:
    file.script = Script.hold_body(10)
    wire, sinks = KitWire(net), [Sink(), Sink()]
    for sink in sinks:
        wire.start(Request(file.url), sink)
    settle(net)
    wire.close()
    assert (site.connection_count, [sink.ends for sink in sinks]) == (0, [[], []])


@pytest.mark.parametrize(
    ("location", "goes_along"),
    [("/other", True), ("http://elsewhere.example/", False)],
    ids=["same server", "another server"],
)
def test_what_an_owner_adds_stays_with_his_server(location: str, *, goes_along: bool) -> None:
    noting = Noting()
    KitWire(noting).start(Request("http://server.example/a", own_headers=("X-Own: 1",)), Sink())
    noting.listeners[0].on_head(302, {"location": location})
    assert ("X-Own" in noting.asked[0][1], "X-Own" in noting.asked[1][1]) == (True, goes_along)


def test_a_restart_drops_what_was_under_way_and_begins_again(
    net: MemoryNet, site: Site, file: OriginFile, tmp_path: Path
) -> None:
    backend = ReferenceBackend("BITS", str(tmp_path), net)
    job = backend.create_job("a job")
    backend.add_file(job, file.url, str(tmp_path / "file"))
    file.script = Script.hold_body(1000)
    backend.resume(job)
    settle(net)
    backend.restart()
    left = [entry.kind for entry in site.journal.since(0)].count(EntryKind.ABORTED)
    file.script = Script.serve()
    settle(net)
    assert (left, backend.get_state(job)) == (1, JobState.TRANSFERRED)
    backend.close()


@pytest.mark.parametrize("seed", [0, 20_261_128])
@pytest.mark.parametrize("dialect", list(Dialect))
def test_the_reference_conforms_in_memory_and_every_must_is_told_apart(dialect: Dialect, seed: int) -> None:
    settings = Settings("copyjob.reference.backend:ReferenceBackend", (dialect,), wire=Wire.MEMORY, seed=seed)
    (judgement,) = check(settings)[1]
    open_rows = [row.row.id for row in judgement.rows if row.row.level.value == "MUST" and row.verdict is not CONFORMS]
    complaints = [*(found.observation for found in judgement.campaign.divergences), *judgement.campaign.errors]
    assert (complaints, judgement.verdict, open_rows) == ([], CONFORMS, [])
