"""What the search finds: one index a language, as a script that sets it, since a page from a file can fetch nothing.

Laws:

1. Whatever has a page is found by every spelling of its name; an HRESULT by its number too, however it is written.
2. The index is data: the script beside it (``search.js``) knows no subject, and no language.

An entry is ``[title, kind, address, names, text]``: ``names`` are spellings without case, blanks and underscores;
``text`` is what is searched word by word. A number is a name of eight hexadecimal digits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from copyjob.diagrams import addresses
from copyjob.diagrams.handbook import place
from copyjob.diagrams.handbook.content_calls import callback_link, method_link, rule_anchor
from copyjob.diagrams.handbook.content_numbers import HttpPage
from copyjob.diagrams.handbook.content_operations import events_known, spellings
from copyjob.diagrams.handbook.content_parts import label_name
from copyjob.spec.callbacks import Callback
from copyjob.spec.calls import Method
from copyjob.spec.citations import ALL_CLAUSES
from copyjob.spec.events import EVENTS
from copyjob.spec.explain_words import spellings_of
from copyjob.spec.vocabulary import Hresult, JobState, Operation

if TYPE_CHECKING:
    from copyjob.diagrams.handbook.book import Book
    from copyjob.diagrams.handbook.pages import Page

Entry = tuple[str, str, str, tuple[str, ...], str]
VARIABLE: Final = "copyjobSearchIndex"
"""The name of the global that the script sets; ``search.js`` reads it."""


def plain(word: str) -> str:
    """Return a name without what spellings differ in: case, underscores, hyphens, blanks, colons, brackets."""
    return re.sub(r"[\s_:()-]+", "", word).casefold()


def _names(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(plain, words)))


def _digits(value: int) -> str:
    return f"{value:08x}"


def entries(book: Book, pages: Iterable[Page]) -> tuple[Entry, ...]:
    """Return the index of a language, in the order of the pages' kinds."""
    return tuple(_entries(book, {page.address: page for page in pages}))


def _entries(book: Book, pages: dict[str, Page]) -> Iterator[Entry]:
    say = book.say
    for state in JobState:
        names = _names((state.name, f"BG_JOB_STATE_{state.name}"))
        yield state.name, say("state"), addresses.state_page(state), names, ""
    for operation in Operation:
        names = _names((operation.value, *spellings(operation)))
        yield label_name(operation), say("operation"), addresses.label_page(operation), names, ""
    for method in Method:
        link = method_link(method)
        names = _names((method.value, link.text.rpartition("::")[2]))
        yield link.text, say("method"), link.address, names, ""
    for event in events_known():
        yield (
            event.value,
            say("internal event"),
            addresses.label_page(event),
            _names((event.value,)),
            say(EVENTS[event].cause),
        )
    for callback in Callback:
        link = callback_link(callback)
        yield link.text, "callback", link.address, _names((link.text,)), ""
    for hresult in Hresult:
        spelled = spellings_of(hresult)
        names = (*_names((*spelled, *(name.partition("_")[2] for name in spelled))), _digits(hresult))
        yield hresult.name, "HRESULT", addresses.hresult_page(hresult), names, f"0x{hresult:08X} {int(hresult)}"
    http = pages[place.HTTP].content
    assert isinstance(http, HttpPage)
    for status in http.statuses:
        names = (*_names((status.name, f"HTTP {status.status}")), _digits(status.numbers.unsigned))
        address = f"{place.HTTP}#{status.anchor}"
        yield status.name, "HRESULT", address, names, f"{status.phrase} {status.numbers.hexadecimal}"
    for clause in ALL_CLAUSES:
        kind = say("decision") if clause.decided else say("clause")
        yield clause.key, kind, addresses.clause_page(clause.key), _names((clause.key,)), say(clause.text)
    for rule in book.calls:
        yield rule.of.text, say("arguments, callers and limits"), rule.place, _names((rule.id,)), rule.text
    for promise in book.promises:
        address = f"{place.CALLBACKS}#{rule_anchor('promise', promise.id)}"
        yield ", ".join(promise.of), say("promise"), address, _names((promise.id,)), promise.text
    for address, page in pages.items():
        if page.template in _LISTS or page.template == "backend":
            yield page.title, say("page"), address, _names((page.title,)), ""


_LISTS: Final = ("states", "operations", "events", "callbacks", "hresults", "clauses", "table", "pictures", "backends")


def script(found: Iterable[Entry]) -> str:
    """Return the index as a script of one line an entry."""
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in found)
    return f'"use strict";\nwindow.{VARIABLE} = [\n{lines}\n];\n'
