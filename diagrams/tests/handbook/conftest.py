"""The handbook of this checkout, made once: its files as texts, and written into a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from copyjob.diagrams.handbook import site
from tests.handbook.reading import Handbook

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def handbook() -> Handbook:
    """Make the handbook of this checkout, in all languages."""
    return Handbook(site.files(site.chosen(None, None)))


@pytest.fixture(scope="session")
def handbook_folder(handbook: Handbook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the handbook into a folder, as readers have it."""
    root = tmp_path_factory.mktemp("handbook")
    for path, text in handbook.files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
    return root
