"""The origin as an HTTP/1.1 server: methods, ranges, validators, redirects, malformed requests, reuse."""

from __future__ import annotations

import http.client
import random
import socket
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from copyjob.conformance.origin.journal import EntryKind
from copyjob.conformance.origin.scripts import FaultKind, Script
from copyjob.conformance.origin.server import Origin, OriginFile, Site

CONTENT = bytes(range(256)) * 4
PATIENCE_SECONDS = 30.0


@pytest.fixture
def file(site: Site) -> OriginFile:
    return site.add_file("a file/ö.bin", CONTENT)


def ask(url: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """Make one request over a connection of its own; header names have underscores for hyphens."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_SECONDS)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, parts.path, headers=named)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def raw(site: Site, request: bytes) -> bytes:
    """Send bytes as they are and return all that comes until the origin ends the connection."""
    with socket.create_connection(("127.0.0.1", site.port), PATIENCE_SECONDS) as connection:
        connection.sendall(request)
        answer = bytearray()
        while piece := connection.recv(65536):
            answer += piece
    return bytes(answer)


def entries(site: Site, kind: EntryKind) -> list[object]:
    return [entry for entry in site.journal.since(0, site.number) if entry.kind is kind]


def faults(site: Site) -> list[FaultKind | None]:
    return [entry.fault for entry in site.journal.since(0, site.number) if entry.kind is EntryKind.FAULT]


def test_a_get_brings_the_whole_content(file: OriginFile) -> None:
    response, body = ask(file.url)
    assert (response.status, body) == (200, CONTENT)


def test_a_get_is_answered_with_length_validators_and_date(file: OriginFile) -> None:
    response, _ = ask(file.url)
    assert response.headers["Content-Length"] == str(len(CONTENT))
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["ETag"] == file.current.etag
    assert parsedate_to_datetime(response.headers["Last-Modified"]) < parsedate_to_datetime(response.headers["Date"])


def test_a_head_has_the_headers_of_a_get_and_no_body(file: OriginFile) -> None:
    got, _ = ask(file.url)
    head, body = ask(file.url, "HEAD")
    wanted = {name: value for name, value in got.getheaders() if name != "Date"}
    assert body == b""
    assert {name: value for name, value in head.getheaders() if name != "Date"} == wanted


def test_an_empty_file_is_served(site: Site) -> None:
    response, body = ask(site.add_file("empty", b"").url)
    assert (response.status, response.headers["Content-Length"], body) == (200, "0", b"")


def test_the_final_byte_of_an_empty_file_is_told_for_head_too(site: Site) -> None:
    ask(site.add_file("empty", b"").url, "HEAD")
    assert entries(site, EntryKind.FINAL_BYTE)


def test_the_head_of_a_file_with_content_tells_no_final_byte(site: Site, file: OriginFile) -> None:
    ask(file.url, "HEAD")
    assert not entries(site, EntryKind.FINAL_BYTE)


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=5-9", 5, 9),
        ("bytes=1000-", 1000, 1023),
        ("bytes=0-", 0, 1023),
        ("bytes=-24", 1000, 1023),
        ("bytes=-99999", 0, 1023),
        ("bytes=10-99999", 10, 1023),
        ("BYTES = 3 - 4", 3, 4),
        ("bytes=7-" + "9" * 400, 7, 1023),
    ],
)
def test_a_range_is_answered_with_its_part(file: OriginFile, header: str, first: int, last: int) -> None:
    response, body = ask(file.url, Range=header)
    assert (response.status, body) == (206, CONTENT[first : last + 1])
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/1024"


@pytest.mark.parametrize("header", ["bytes=1024-", "bytes=99999-100000", "bytes=-0", "bytes=" + "9" * 400 + "-"])
def test_an_unsatisfiable_range_is_refused_with_416_and_the_size(file: OriginFile, header: str) -> None:
    response, _ = ask(file.url, Range=header)
    assert (response.status, response.headers["Content-Range"]) == (416, "bytes */1024")


def test_a_range_of_an_empty_file_is_unsatisfiable(site: Site) -> None:
    response, _ = ask(site.add_file("empty", b"").url, Range="bytes=0-")
    assert (response.status, response.headers["Content-Range"]) == (416, "bytes */0")


@pytest.mark.parametrize("header", ["bytes=5-4", "bytes=-", "lines=1-2", "bytes=a-b", "bytes=1-2,4-5", "bytes=+1-2"])
def test_a_header_that_is_no_single_range_is_answered_with_the_whole(file: OriginFile, header: str) -> None:
    response, body = ask(file.url, Range=header)
    assert (response.status, body) == (200, CONTENT)


def test_a_range_means_nothing_to_head(file: OriginFile) -> None:
    response, _ = ask(file.url, "HEAD", Range="bytes=5-9")
    assert (response.status, response.headers["Content-Length"]) == (200, "1024")


def test_a_whole_for_a_part_is_a_range_fault_before_the_answer(site: Site, file: OriginFile) -> None:
    ask(file.url, Range="bytes=5-", If_Range='"another"')
    kinds = [entry.kind for entry in site.journal.since(0, site.number)]
    assert faults(site) == [FaultKind.RANGE]
    assert kinds.index(EntryKind.FAULT) < kinds.index(EntryKind.ANSWER)


def test_an_answer_tells_that_it_ignores_the_range(site: Site, file: OriginFile) -> None:
    file.script = Script.no_ranges()
    ask(file.url, Range="bytes=5-")
    (answer,) = [e for e in site.journal.since(0, site.number) if e.kind is EntryKind.ANSWER]
    assert (answer.status, answer.ignores_range, answer.first_byte, answer.last_byte) == (200, True, 0, 1023)


def test_a_bump_changes_content_etag_and_date(file: OriginFile) -> None:
    before = file.current
    file.bump(b"other")
    response, body = ask(file.url)
    assert body == b"other"
    assert response.headers["ETag"] not in (None, before.etag)
    assert response.headers["Last-Modified"] != before.modified


@pytest.mark.parametrize("size_change", [0, 5, -5])
def test_a_change_gives_every_byte_another_value_and_the_file_another_size(file: OriginFile, size_change: int) -> None:
    file.script = Script.changed(size_change)
    _, body = ask(file.url)
    assert len(body) == len(CONTENT) + size_change
    assert all(new != old for new, old in zip(body, CONTENT, strict=False))


def test_all_versions_are_kept(file: OriginFile) -> None:
    file.bump(b"second")
    file.bump(b"third")
    assert file.versions == [CONTENT, b"second", b"third"]


def test_ignoring_ranges_means_no_accept_ranges(file: OriginFile) -> None:
    file.script = Script.no_ranges()
    response, body = ask(file.url, Range="bytes=5-")
    assert (response.status, response.headers["Accept-Ranges"], body) == (200, None, CONTENT)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=5-9", "bytes=1023-", "bytes=-4"])
def test_a_wrong_range_is_another_part_and_says_so(site: Site, file: OriginFile, header: str) -> None:
    right = ask(file.url, Range=header)[0].headers["Content-Range"]
    file.script = Script.wrong_range()
    response, body = ask(file.url, Range=header)
    wrong = response.headers["Content-Range"]
    first, last = wrong.removeprefix("bytes ").removesuffix("/1024").split("-")
    assert (response.status, wrong != right) == (206, True)
    assert body == CONTENT[int(first) : int(last) + 1]
    assert faults(site) == [FaultKind.RANGE]


def test_the_wrong_range_of_a_single_byte_lies_about_the_size(site: Site) -> None:
    file = site.add_file("one", b"x", Script.wrong_range())
    assert ask(file.url, Range="bytes=0-")[0].headers["Content-Range"] == "bytes 0-0/2"


def test_a_scripted_416_refuses_ranges_only(site: Site, file: OriginFile) -> None:
    file.script = Script.range_416()
    assert ask(file.url, Range="bytes=5-")[0].status == 416
    assert ask(file.url)[0].status == 200
    assert faults(site) == [FaultKind.RANGE]


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (403, FaultKind.FATAL),
        (404, FaultKind.FATAL),
        (408, FaultKind.AMBIGUOUS),
        (416, FaultKind.FATAL),
        (429, FaultKind.AMBIGUOUS),
        (500, FaultKind.TRANSIENT),
        (501, FaultKind.FATAL),
        (503, FaultKind.TRANSIENT),
        (599, FaultKind.TRANSIENT),
    ],
)
def test_a_scripted_status_is_sent_and_told_as_its_fault(
    site: Site, file: OriginFile, status: int, fault: FaultKind
) -> None:
    file.script = Script.answer(status)
    response, body = ask(file.url)
    assert (response.status, faults(site)) == (status, [fault])
    assert body.startswith(str(status).encode())


@pytest.mark.parametrize("status", [304, 404])
def test_head_gets_a_scripted_status_without_a_body(site: Site, file: OriginFile, status: int) -> None:
    file.script = Script.answer(status)
    target = urlsplit(file.url).path
    answer = raw(site, f"HEAD {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert answer.endswith(b"\r\n\r\n")


def test_no_content_is_an_answer_nobody_can_use(site: Site, file: OriginFile) -> None:
    file.script = Script.no_content()
    response, body = ask(file.url)
    assert (response.status, body, faults(site)) == (204, b"", [FaultKind.UNUSABLE])


def test_chunks_carry_the_content_without_its_length(site: Site) -> None:
    content = bytes(range(251)) * 1000
    file = site.add_file("chunked", content, Script.chunked())
    response, body = ask(file.url)
    assert (response.headers["Content-Length"], response.headers["Transfer-Encoding"]) == (None, "chunked")
    assert (body == content, faults(site)) == (True, [FaultKind.UNUSABLE])


def test_an_empty_file_in_chunks_is_only_the_end(site: Site) -> None:
    assert ask(site.add_file("empty", b"", Script.chunked()).url)[1] == b""


def test_a_client_of_http_1_0_gets_no_chunks_but_the_end_of_the_connection(site: Site) -> None:
    file = site.add_file("old", b"content", Script.chunked())
    answer = raw(site, f"GET {urlsplit(file.url).path} HTTP/1.0\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert (b"chunked" in head, body) == (False, b"content")


def test_a_redirect_without_a_location_leads_to_itself_and_is_ambiguous(site: Site, file: OriginFile) -> None:
    file.script = Script.redirect()
    response, _ = ask(file.url)
    assert (response.status, response.headers["Location"]) == (302, file.url)
    assert faults(site) == [FaultKind.AMBIGUOUS]


def test_a_redirect_to_a_served_file_is_no_fault(site: Site, file: OriginFile) -> None:
    target = site.add_file("target", b"there")
    file.script = Script.redirect("target")
    assert ask(ask(file.url)[0].headers["Location"])[1] == b"there"
    assert (target.url == ask(file.url)[0].headers["Location"], faults(site)) == (True, [])


def test_two_files_that_redirect_to_each_other_are_a_loop(site: Site) -> None:
    first = site.add_file("first", b"", Script.redirect("second"))
    site.add_file("second", b"", Script.redirect("first"))
    ask(first.url)
    assert faults(site) == [FaultKind.AMBIGUOUS]


def test_a_redirect_to_a_redirect_is_ambiguous_even_where_that_leads_to_a_file(site: Site) -> None:
    first = site.add_file("first", b"", Script.redirect("second"))
    second = site.add_file("second", b"", Script.redirect("third"))
    site.add_file("third", b"there")
    ask(first.url)
    assert faults(site) == [FaultKind.AMBIGUOUS]
    ask(second.url)
    assert faults(site) == [FaultKind.AMBIGUOUS]


def test_a_redirect_tells_the_journal_where_it_leads(site: Site, file: OriginFile) -> None:
    site.add_file("target", b"there")
    file.script = Script.redirect("target")
    ask(file.url)
    answers = [entry for entry in site.journal.since(0, site.number) if entry.kind is EntryKind.ANSWER]
    assert [answer.leads_to for answer in answers] == ["target"]


def test_a_redirect_to_nowhere_ends_in_404(site: Site, file: OriginFile) -> None:
    file.script = Script.redirect("nowhere")
    assert ask(ask(file.url)[0].headers["Location"])[0].status == 404


def test_an_unknown_path_is_404_and_marked_unknown(site: Site, file: OriginFile) -> None:
    assert ask(file.url + "x")[0].status == 404
    (request,) = [e for e in site.journal.since(0, site.number) if e.kind is EntryKind.REQUEST]
    assert not request.known


def test_the_file_of_one_site_is_unknown_at_another(origin: Origin, file: OriginFile) -> None:
    other = origin.site()
    path = urlsplit(file.url).path
    assert ask(f"http://127.0.0.1:{other.port}{path}")[0].status == 404


@pytest.mark.parametrize("path", ["", "/", "x", "/x", "//", "/%00/..", "*"])
def test_no_path_outside_the_prefix_finds_a_file(site: Site, path: str) -> None:
    site.add_file("x", b"secret")
    assert site.find(path) is None


def test_another_method_is_405_and_names_the_allowed_ones(file: OriginFile) -> None:
    response, _ = ask(file.url, "DELETE")
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")


def test_an_absolute_target_and_a_query_are_understood(site: Site, file: OriginFile) -> None:
    answer = raw(site, f"GET {file.url}?a=b HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.endswith(CONTENT)


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/x\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nspace : b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: a\n\n", 400),
        (b"G\xc3\x84T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"\x16\x03\x01\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 17_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * 100_000, 431),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_malformed_request_is_answered_and_the_connection_ended(
    site: Site, request_bytes: bytes, status: int
) -> None:
    assert raw(site, request_bytes).startswith(f"HTTP/1.1 {status} ".encode())


def test_noise_never_stops_the_origin(site: Site, file: OriginFile) -> None:
    source = random.Random(20)
    for _ in range(60):
        noise = source.randbytes(source.randrange(1, 300)) + source.choice([b"", b"\r\n\r\n", b"\n\n"])
        with socket.create_connection(("127.0.0.1", site.port), PATIENCE_SECONDS) as connection:
            connection.sendall(noise)
    assert ask(file.url)[1] == CONTENT


def test_connections_are_closed_after_one_answer_by_default(site: Site, file: OriginFile) -> None:
    assert ask(file.url)[0].headers["Connection"] == "close"


def test_a_site_that_keeps_connections_serves_many_requests_over_one(origin: Origin) -> None:
    site = origin.site(keep_alive=True)
    path = urlsplit(site.add_file("a", CONTENT).url).path
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE_SECONDS)
    for _ in range(5):
        connection.request("GET", path)
        assert connection.getresponse().read() == CONTENT
    connection.close()
    assert len(entries(site, EntryKind.OPENED)) == 1


def test_requests_sent_ahead_are_answered_in_order(origin: Origin) -> None:
    site = origin.site(keep_alive=True)
    path = urlsplit(site.add_file("a", b"0123456789").url).path
    asked = b"".join(f"GET {path} HTTP/1.1\r\nHost: x\r\nRange: bytes={n}-{n}\r\n\r\n".encode() for n in range(9))
    last = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    answer = raw(site, asked + last)
    bodies = [part[:1] for part in answer.split(b"\r\n\r\n")[1:]]
    assert b"".join(bodies) == b"0123456780"


def test_a_request_with_a_body_ends_the_connection(origin: Origin) -> None:
    site = origin.site(keep_alive=True)
    path = urlsplit(site.add_file("a", b"x").url).path
    request = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc".encode()
    assert raw(site, request).count(b"HTTP/1.1 ") == 1
