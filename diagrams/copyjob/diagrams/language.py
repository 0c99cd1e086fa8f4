"""The languages that a reader can choose: every text is asked for here, by its English wording.

Laws:

1. English is the key: what stands in rows, clauses and templates is its own English text. Another language is a set of
   catalogues (gettext's PO) beside this module, one file a theme, and says each text once.
2. A text that a catalogue lacks is a mistake of ours, never shown in English instead: :class:`UntranslatedError`. Tests
   build everything in every language.
3. Names are not texts: states, methods, HRESULTs, clause keys and row ids are the field's own in every language.
4. ``{name}`` in a text is filled after it was translated; what fills it is a name, a number, or translated already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final


class UntranslatedError(LookupError):
    """A text has no translation; the message is the text, and the language that lacks it."""


@dataclass(frozen=True, eq=False)
class Language:
    """One language: call it with an English text to get its own. It is known by its identity."""

    code: str
    """BCP 47, as in ``<html lang>``."""
    name: str
    """As its speakers call it."""
    texts: Mapping[str, str] | None = None
    """Its own texts by their English ones; None where English needs none."""
    asked: set[str] = field(default_factory=set[str], repr=False)
    """What it has been asked for: what a catalogue has beyond that nobody reads."""

    def __call__(self, text: str, /, **values: object) -> str:
        """Return a text in this language, its ``{places}`` filled. Raises UntranslatedError."""
        self.asked.add(text)
        own = text if self.texts is None else self.texts.get(text)
        if own is None:
            raise UntranslatedError(f"{text!r} has no translation in {self.code}")
        return own.format(**values) if values else own

    def count(self, number: int, one: str, many: str, **values: object) -> str:
        """Return the text for one or for another number of things; ``{number}`` is filled with it."""
        return self(one if number == 1 else many, number=number, **values)


NAMES: Final = {"en": "English", "de": "Deutsch"}
"""Every language by its code, as its speakers call it."""
CODES: Final = tuple(NAMES)
ENGLISH: Final = Language("en", NAMES["en"])


def catalogues(code: str) -> Mapping[str, Mapping[str, str]]:
    """Return the texts of a language by the name of the file that has them. ValueError: two files, or one, say a text
    twice.
    """
    import polib

    found: dict[str, dict[str, str]] = {}
    said: dict[str, str] = {}
    for file in sorted((files("copyjob.diagrams") / "languages" / code).iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".po"):
            continue
        own = found[file.name] = {}
        for entry in polib.pofile(file.read_text(encoding="utf-8")):
            if entry.obsolete or not entry.msgstr:
                continue
            if entry.msgid in said:
                raise ValueError(f"{file.name}: {entry.msgid!r} is said already, in {said[entry.msgid]}")
            own[entry.msgid] = entry.msgstr
            said[entry.msgid] = file.name
    return found


@cache
def language(code: str) -> Language:
    """Return a language by its code, one of :data:`CODES`. KeyError: there is none such."""
    if code == "en":
        return ENGLISH
    if code not in CODES:
        raise KeyError(code)
    texts = {text: own for part in catalogues(code).values() for text, own in part.items()}
    return Language(code, NAMES[code], MappingProxyType(texts))
