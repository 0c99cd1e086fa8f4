"""The pages of a handbook as trees, to be read by tests: what is in an element, where a link leads."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID = frozenset(("br", "col", "hr", "img", "input", "link", "meta", "wbr"))


@dataclass(eq=False, repr=False)
class Element:
    """An element of a page with what is in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list["Element | str"])
    parent: Element | None = None

    @cached_property
    def everything(self) -> tuple[Element, ...]:
        """This element and all within it, in reading order."""
        found: list[Element] = [self]
        for child in self.children:
            if isinstance(child, Element):
                found += child.everything
        return tuple(found)

    @property
    def text(self) -> str:
        """What is read in it, blanks made one."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, Element):
                yield from child._texts()
            else:
                yield child

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.attributes.get("class", "").split())

    def having(self, cls: str) -> tuple[Element, ...]:
        """Return the elements of a class within it."""
        return tuple(one for one in self.everything if cls in one.classes)

    def tagged(self, tag: str) -> tuple[Element, ...]:
        """Return the elements of a name within it."""
        return tuple(one for one in self.everything if one.tag == tag)

    def by_id(self, identifier: str) -> Element:
        """Return the element of an id. LookupError: there is none."""
        for one in self.everything:
            if one.attributes.get("id") == identifier:
                return one
        raise LookupError(identifier)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self._open = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self._open)
        self._open.children.append(element)
        if tag not in VOID:
            self._open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.children.append(
            Element(tag, {name: value or "" for name, value in attrs}, parent=self._open),
        )

    def handle_endtag(self, tag: str) -> None:
        assert self._open.tag == tag, f"<{self._open.tag}> is ended by </{tag}>"
        assert self._open.parent is not None
        self._open = self._open.parent

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)


def parsed(html: str) -> Element:
    """Return a page as a tree. AssertionError: an element is not ended where it should be."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser.root


@dataclass(frozen=True)
class Handbook:
    """The files of a handbook by their paths, and its pages as trees."""

    files: Mapping[str, str] = field(repr=False)
    trees: dict[str, Element] = field(default_factory=dict[str, Element], repr=False)

    @property
    def pages(self) -> tuple[str, ...]:
        """The paths of all pages."""
        return tuple(path for path in self.files if path.endswith(".html"))

    def page(self, path: str) -> Element:
        """Return a page as a tree."""
        if path not in self.trees:
            self.trees[path] = parsed(self.files[path])
        return self.trees[path]

    def links(self, path: str) -> Iterator[tuple[str, Element]]:
        """Yield the addresses of a page's links, with their elements."""
        for one in self.page(path).tagged("a"):
            address = one.attributes.get("href", one.attributes.get("xlink:href"))
            if address is not None:
                yield address, one

    def target(self, path: str, address: str) -> tuple[str, str]:
        """Return the path and the anchor to which an address on a page leads."""
        parts = urlsplit(address)
        assert not parts.scheme, address
        found = posixpath.normpath(posixpath.join(posixpath.dirname(path), parts.path)) if parts.path else path
        return found, parts.fragment
