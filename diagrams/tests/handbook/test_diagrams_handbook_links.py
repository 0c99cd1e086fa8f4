"""Does every link lead somewhere, and nothing anywhere else than it should?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from tests.handbook.reading import Handbook

LOADED = ("src", "data-index")


def test_every_link_leads_to_a_page_and_a_place_on_it(handbook: Handbook) -> None:
    ids = {path: {one.attributes.get("id") for one in handbook.page(path).everything} for path in handbook.pages}
    dead: list[tuple[str, str]] = []
    links = 0
    for path in handbook.pages:
        for address, _ in handbook.links(path):
            if urlsplit(address).scheme:
                continue
            links += 1
            target, anchor = handbook.target(path, address)
            if target not in handbook.files or (anchor and anchor not in ids.get(target, ())):
                dead.append((path, address))
    assert dead == []
    assert links > 30_000


def test_every_link_of_a_picture_leads_to_a_page_and_a_place_on_it(handbook: Handbook) -> None:
    ids = {path: {one.attributes.get("id") for one in handbook.page(path).everything} for path in handbook.pages}
    dead: set[tuple[str, str]] = set()
    links = 0
    for path, text in handbook.files.items():
        if not path.endswith(".svg") or "/pictures/" not in f"/{path}":
            continue
        for one in ET.fromstring(text).iter("{http://www.w3.org/2000/svg}a"):
            address = one.get("href") or one.get("{http://www.w3.org/1999/xlink}href") or ""
            links += 1
            target, anchor = handbook.target(path, address)
            if target not in handbook.files or (anchor and anchor not in ids[target]):
                dead.add((path, address))
    assert dead == set()
    assert links > 1_000


def test_every_file_that_a_page_loads_is_there(handbook: Handbook) -> None:
    for path in handbook.pages:
        for one in handbook.page(path).everything:
            for name in LOADED:
                if name in one.attributes:
                    assert handbook.target(path, one.attributes[name])[0] in handbook.files, (path, one.attributes)
            if one.tag == "link":
                assert handbook.target(path, one.attributes["href"])[0] in handbook.files, (path, one.attributes)


def test_no_address_begins_at_a_root(handbook: Handbook) -> None:
    for path in handbook.pages:
        assert [address for address, _ in handbook.links(path) if address.startswith("/")] == []


def test_a_link_leaves_the_handbook_for_the_documents_alone(handbook: Handbook) -> None:
    hosts = {
        (parts.scheme, parts.netloc)
        for path in handbook.pages
        for address, _ in handbook.links(path)
        if (parts := urlsplit(address)).scheme
    }
    assert hosts == {("https", "github.com")}


def test_an_id_stands_once_on_its_page(handbook: Handbook) -> None:
    for path in handbook.pages:
        ids = [one.attributes["id"] for one in handbook.page(path).everything if "id" in one.attributes]
        assert [one for one in ids if ids.count(one) > 1] == [], path


def test_what_an_element_refers_to_is_on_its_page(handbook: Handbook) -> None:
    for path in handbook.pages:
        page = handbook.page(path)
        ids = {one.attributes["id"] for one in page.everything if "id" in one.attributes}
        named = {
            word
            for one in page.everything
            for name in ("aria-labelledby", "aria-describedby", "aria-controls", "for")
            for word in one.attributes.get(name, "").split()
        }
        assert named - ids == set(), path


def test_every_page_can_be_reached_from_home(handbook: Handbook) -> None:
    for home in ("index.html", "de/index.html"):
        seen, queue = {home}, [home]
        while queue:
            path = queue.pop()
            for address, _ in handbook.links(path):
                if urlsplit(address).scheme:
                    continue
                target, _ = handbook.target(path, address)
                if target.endswith(".html") and target not in seen:
                    seen.add(target)
                    queue.append(target)
        assert set(handbook.pages) - seen == set()


def test_no_text_is_left_unfilled(handbook: Handbook) -> None:
    for path in handbook.pages:
        if not path.endswith("explorer.html"):
            assert re.findall(r"\{[a-z_]+\}", handbook.page(path).text) == [], path
