"""When two answers of a server are of one version of a file, and how to ask for the rest of that version.

Laws (RFC 9110): bytes are joined under a strong validator alone: an ETag without ``W/``, or a time stamp that is at
least a second older than the answer it came with (8.8.2.2); else the file could have changed twice within that
second. A time stamp says nothing of content codings, so that with a coding it proves nothing. Where there is an
ETag, even a weak one, no time stamp may stand in If-Range (13.1.5): there the condition is If-Unmodified-Since, and
the answer has to repeat the time stamp. Clause: file/consistency.

It does not know which bytes were asked for, nor what is done with an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copyjob.reference.record import Part

_WEAK: Final = "W/"
"""Before an ETag that is weak; here it also marks a time stamp that proves nothing and is compared all the same."""
_ANY_TAG: Final = 'W/"*"'
"""Instead of an ETag, where another server's stands for nothing here: then the time stamp is all there is."""


def note_version(part: Part, headers: Mapping[str, str]) -> None:
    """Take down which version of the file an answer is of; ``headers`` by their lower-case names."""
    part.etag = _quotable(headers.get("etag", ""))
    stamp = _quotable(headers.get("last-modified", ""))
    if _strong(part.etag):
        # It is needed only where the file moves to another server: as old as its answer is all that is looked for.
        strong = headers.get("date", stamp) != stamp and not _coded(headers)
    else:
        strong = bool(stamp) and _stamp_is_strong(stamp, headers)
    part.last_modified = stamp if strong or not stamp else _WEAK + stamp


def forget_tag(part: Part) -> None:
    """
    Prepare for another server, whose ETags are its own (`file/seturl`).

    There the time stamp has to be the same, and the size.
    """
    part.etag = _ANY_TAG if part.etag or part.last_modified else ""


def adopt_tag(part: Part, headers: Mapping[str, str]) -> None:
    """Take over the ETag of a server that has just shown to have the same version."""
    if part.etag == _ANY_TAG:
        part.etag = _quotable(headers.get("etag", ""))


def can_continue(part: Part) -> bool:
    """Return whether the server has said something that can prove the rest to be of this version."""
    return _strong(part.etag) or _strong(part.last_modified)


def conditions(part: Part) -> tuple[str, ...]:
    """Return the header lines under which a server sends the rest of this version, and of no other."""
    assert can_continue(part), "nothing proves what the rest is of"
    if _strong(part.etag):
        return (f"If-Range: {part.etag}",)
    return (f"{'If-Unmodified-Since' if part.etag else 'If-Range'}: {part.last_modified}",)


def same_version(part: Part, headers: Mapping[str, str]) -> bool:
    """
    Return whether an answer to `conditions` is of the version that was noted.

    What the answer leaves out stands as it was (RFC 9110, 15.3.7), save the time stamp where it is all there is.
    """
    stamp = part.last_modified.removeprefix(_WEAK)
    if part.etag not in {_ANY_TAG, headers.get("etag", part.etag)} or headers.get("last-modified", stamp) != stamp:
        return False
    if _strong(part.etag):
        return True
    return not _coded(headers) and (not part.etag or "last-modified" in headers)


def _strong(validator: str) -> bool:
    return bool(validator) and not validator.startswith(_WEAK)


def _stamp_is_strong(stamp: str, headers: Mapping[str, str]) -> bool:
    from email.utils import parsedate_to_datetime

    try:
        age = parsedate_to_datetime(headers.get("date", "")) - parsedate_to_datetime(stamp)
    except (TypeError, ValueError):  # no date, or one with a zone and one without
        return False
    return age.total_seconds() >= 1 and not _coded(headers)


def _coded(headers: Mapping[str, str]) -> bool:
    return headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}


def _quotable(header: str) -> str:
    """Return what may stand in a later request; a header that could end its line there is not kept."""
    return header if header.isprintable() else ""
