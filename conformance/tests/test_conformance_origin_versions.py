"""What the origin tells versions of a file apart by, and what it makes of parts: fewer validators, new ones."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from copyjob.conformance.origin.journal import EntryKind
from copyjob.conformance.origin.scripts import FaultKind, Script
from copyjob.conformance.origin.server import OriginFile, Site

CONTENT = bytes(range(256)) * 4
PATIENCE_SECONDS = 30.0


@pytest.fixture
def file(site: Site) -> OriginFile:
    return site.add_file("a.bin", CONTENT)


def ask(file: OriginFile, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """Ask for a file; header names have underscores for hyphens."""
    parts = urlsplit(file.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", parts.path, headers={n.replace("_", "-"): v for n, v in headers.items()})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def faults(site: Site) -> list[FaultKind | None]:
    return [entry.fault for entry in site.journal.since(0, site.number) if entry.kind is EntryKind.FAULT]


def test_a_weak_tag_is_the_strong_one_marked_weak(file: OriginFile) -> None:
    file.script = Script.serve(validators="weak")
    assert ask(file)[0].getheader("ETag") == f"W/{file.current.etag}"


def test_without_a_tag_the_date_is_told(file: OriginFile) -> None:
    file.script = Script.serve(validators="date")
    response, _ = ask(file)
    assert (response.getheader("ETag"), response.getheader("Last-Modified")) == (None, file.current.modified)


def test_without_validators_neither_tag_nor_date_is_told(file: OriginFile) -> None:
    file.script = Script.serve(validators="none")
    response, _ = ask(file)
    assert (response.getheader("ETag"), response.getheader("Last-Modified")) == (None, None)


def test_a_part_comes_with_the_same_validators_as_the_whole(file: OriginFile) -> None:
    file.script = Script.serve(validators="weak")
    response, _ = ask(file, Range="bytes=10-")
    assert (response.status, response.getheader("ETag")) == (206, f"W/{file.current.etag}")


def test_another_tag_leaves_bytes_and_date(file: OriginFile) -> None:
    before = file.current
    file.script = Script.retagged()
    after = file.current
    assert (after.content, after.modified) == (before.content, before.modified)
    assert after.etag != before.etag


def test_a_part_of_the_file_under_its_former_tag_is_not_to_be_had(file: OriginFile) -> None:
    before = file.current.etag
    file.script = Script.retagged()
    response, body = ask(file, Range="bytes=10-", If_Range=before)
    assert (response.status, body) == (200, CONTENT)


def test_parts_may_be_announced_and_the_whole_sent_instead(site: Site, file: OriginFile) -> None:
    file.script = Script.whole_for_part()
    response, body = ask(file, Range="bytes=10-")
    assert (response.status, response.getheader("Accept-Ranges"), body) == (200, "bytes", CONTENT)
    assert faults(site) == [FaultKind.RANGE]


def test_a_server_without_ranges_may_be_refused_before_a_part_is_asked_for(site: Site, file: OriginFile) -> None:
    file.script = Script.no_ranges()
    ask(file)
    assert faults(site) == [FaultKind.RANGE]


def test_a_server_that_announces_ranges_gives_no_reason_to_refuse_it(site: Site, file: OriginFile) -> None:
    file.script = Script.whole_for_part()
    ask(file)
    assert faults(site) == []


def test_validators_that_nobody_knows_are_refused() -> None:
    with pytest.raises(ValueError, match="validators are strong, weak, date, none"):
        Script.serve(validators="some")
