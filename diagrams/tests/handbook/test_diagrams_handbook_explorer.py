"""Does every name on the explorer lead to its page?  Its scripts make the links, so that no page shows them as HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from copyjob.diagrams.addresses import EXPLORER, language_root
from copyjob.diagrams.language import CODES

if TYPE_CHECKING:
    from tests.handbook.reading import Handbook


def _addresses(laid: dict[str, Any] | list[Any] | str | int | None) -> Iterator[str]:
    """Yield every address that is laid beside the tables."""
    if isinstance(laid, dict):
        for key, value in laid.items():
            if key == "page":
                yield value
            elif key == "hresults":
                yield from value.values()
            else:
                yield from _addresses(value)
    elif isinstance(laid, list):
        for value in laid:
            yield from _addresses(value)


@pytest.mark.parametrize("code", CODES)
def test_every_address_that_the_explorer_knows_leads_to_a_place(handbook: Handbook, code: str) -> None:
    root = language_root(code)
    found = re.search(r'id="explorer-data">(.*?)</script>', handbook.files[root + EXPLORER], re.DOTALL)
    assert found is not None
    addresses = sorted(set(_addresses(json.loads(found[1]))))
    pages = {page: handbook.files.get(root + page, "") for page in {one.partition("#")[0] for one in addresses}}
    ids = {page: {*re.findall(r'\bid="([^"]+)"', text)} for page, text in pages.items()}
    broken = [
        one for one in addresses if (parts := one.partition("#"))[2] not in ids[parts[0]] | {""} or not ids[parts[0]]
    ]
    assert (len(addresses) > 500, broken) == (True, [])
