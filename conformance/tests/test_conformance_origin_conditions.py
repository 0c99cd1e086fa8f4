"""What the origin makes of a request's conditions: If-Range, If-Match and If-Unmodified-Since (RFC 9110, 13.1)."""

from __future__ import annotations

import http.client
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from copyjob.conformance.origin.journal import EntryKind
from copyjob.conformance.origin.scripts import FaultKind, Script
from copyjob.conformance.origin.server import OriginFile, Site

CONTENT = bytes(range(256)) * 4


@pytest.fixture
def file(site: Site) -> OriginFile:
    return site.add_file("conditions.bin", CONTENT)


def ask(url: str, **conditions: str) -> tuple[http.client.HTTPResponse, bytes]:
    """Get a file; names of conditions have underscores for hyphens."""
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)) as connection:
        connection.request("GET", urlsplit(url).path, headers={k.replace("_", "-"): v for k, v in conditions.items()})
        response = connection.getresponse()
        return response, response.read()


def test_if_range_with_the_current_etag_gives_the_part(file: OriginFile) -> None:
    response, body = ask(file.url, Range="bytes=1000-", If_Range=file.current.etag)
    assert (response.status, body) == (206, CONTENT[1000:])


def test_if_range_with_the_current_date_gives_the_part(file: OriginFile) -> None:
    response, _ = ask(file.url, Range="bytes=1000-", If_Range=file.current.modified)
    assert response.status == 206


def test_if_range_with_the_etag_of_an_old_version_gives_the_new_whole(file: OriginFile) -> None:
    old = file.current.etag
    file.bump(b"new content")
    response, body = ask(file.url, Range="bytes=5-", If_Range=old)
    assert (response.status, body) == (200, b"new content")


def test_if_range_with_the_date_of_an_old_version_gives_the_new_whole(file: OriginFile) -> None:
    old = file.current.modified
    file.bump(b"new content")
    response, _ = ask(file.url, Range="bytes=5-", If_Range=old)
    assert response.status == 200


def test_if_range_compares_strongly_so_a_weak_tag_never_matches(file: OriginFile) -> None:
    response, _ = ask(file.url, Range="bytes=5-", If_Range=f"W/{file.current.etag}")
    assert response.status == 200


@pytest.mark.parametrize(
    ("validators", "tag", "date"), [("strong", 206, 206), ("weak", 200, 206), ("date", 200, 206), ("none", 200, 200)]
)
def test_if_range_matches_only_a_validator_that_the_file_has_now_and_no_weak_one(
    file: OriginFile, validators: str, tag: int, date: int
) -> None:
    file.script = Script.serve(validators=validators)
    asked = [ask(file.url, Range="bytes=5-", If_Range=has) for has in (file.current.etag, file.current.modified)]
    assert [(response.status, len(body)) for response, body in asked] == [
        (status, len(CONTENT) - 5 if status == 206 else len(CONTENT)) for status in (tag, date)
    ]


def test_a_weak_tag_that_was_given_comes_back_in_vain(file: OriginFile) -> None:
    file.script = Script.serve(validators="weak")
    weak = ask(file.url)[0].headers["ETag"]
    assert ask(file.url, Range="bytes=5-", If_Range=weak)[0].status == 200


@pytest.mark.parametrize(("validators", "status"), [("strong", 206), ("weak", 412), ("date", 412), ("none", 412)])
def test_if_match_compares_strongly_with_the_tag_that_the_file_has_now(
    file: OriginFile, validators: str, status: int
) -> None:
    file.script = Script.serve(validators=validators)
    assert ask(file.url, Range="bytes=5-", If_Match=file.current.etag)[0].status == status


def test_if_unmodified_since_is_ignored_where_the_file_has_no_date(file: OriginFile) -> None:
    old = file.current.modified
    file.bump(CONTENT)
    file.script = Script.serve(validators="none")
    assert ask(file.url, If_Unmodified_Since=old)[0].status == 200


def test_if_match_of_an_old_version_fails_with_412(site: Site, file: OriginFile) -> None:
    response, _ = ask(file.url, If_Match='"another"', Range="bytes=5-")
    faults = [entry.fault for entry in site.journal.since(0, site.number) if entry.kind is EntryKind.FAULT]
    assert (response.status, faults) == (412, [FaultKind.RANGE])


def test_if_match_of_the_current_version_is_served(file: OriginFile) -> None:
    response, _ = ask(file.url, If_Match=f'"x", {file.current.etag}', Range="bytes=5-")
    assert response.status == 206


def test_if_unmodified_since_another_version_fails_with_412(file: OriginFile) -> None:
    old = file.current.modified
    file.bump(CONTENT)
    assert ask(file.url, If_Unmodified_Since=old)[0].status == 412
