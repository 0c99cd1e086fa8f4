"""Rules about calls that name files: adding, ranges, remote names, enumerating, progress, the file of an error.

Law: every line says what its clauses say, no more. It knows no state.
"""

from __future__ import annotations

from typing import Final

from copyjob.spec._call import (
    BAD,
    DENIED,
    OK,
    UNNAMED,
    Circumstance,
    Condition,
    Effect,
    Leads,
    Line,
    Method,
    MoreThan,
    Quantity,
    Tells,
)
from copyjob.spec._clause import BITS, BOTH, DO
from copyjob.spec._rule import MAY, MUST
from copyjob.spec.facts import DOWNLOAD_FILES_MAX
from copyjob.spec.rows import Level, Refusal
from copyjob.spec.vocabulary import Hresult, JobState, Operation

_ADD, _RANGES = Operation.ADD_FILE, Operation.ADD_FILE_WITH_RANGES
_URL, _PREFIX = Operation.SET_REMOTE_NAME, Operation.REPLACE_REMOTE_PREFIX
_URL_CHARACTERS_MAX: Final = 2_200
_LONG_URL = MoreThan(Quantity.REMOTE_NAME, _URL_CHARACTERS_MAX)
_FULL = MoreThan(Quantity.FILES_OF_JOB, DOWNLOAD_FILES_MAX, exempt=True)


def _error(error: Hresult, when: str) -> Leads:
    return Leads(JobState.ERROR, error, when)


def _both(
    name: str, condition: Condition, answers: tuple[Hresult | Refusal, ...], cites: str, level: Level = MUST
) -> tuple[Line, Line]:
    """Return a line about AddFileWithRanges, which in Delivery Optimization is the way to add any file."""
    return (
        Line(_RANGES, name, condition, answers, cites, BITS, level),
        Line(_ADD, name, condition, answers, cites, DO, level),
    )


def _at_transfer(name: str, condition: Circumstance, error: Hresult, cites: str, when: str) -> Line:
    """Return a line about ranges that are found wrong only when they are transferred."""
    return Line(_RANGES, name, condition, OK, cites, BITS, effects=(_error(error, when),))


def _progress(name: str, condition: Circumstance, cites: str, *effects: Effect) -> Line:
    return Line(Operation.GET_PROGRESS, name, condition, OK, cites, effects=effects)


FILES: Final[tuple[Line, ...]] = (
    # Adding
    *(
        line
        for each, where in ((_ADD, BOTH), (_RANGES, BITS))
        for line in (
            Line(each, "local-name-empty", Circumstance.LOCAL_NAME_EMPTY, BAD, "addfile/arg", where),
            Line(each, "local-name-invalid", Circumstance.LOCAL_NAME_INVALID, BAD, "addfile/arg", BITS),
            Line(each, "local-name-relative", Circumstance.LOCAL_NAME_RELATIVE, BAD, "addfile/arg", BITS),
            Line(each, "remote-name-invalid", Circumstance.REMOTE_NAME_INVALID, BAD, "addfile/arg", BITS),
            Line(each, "protocol-unsupported", Circumstance.PROTOCOL_UNSUPPORTED, BAD, "addfile/arg", BITS),
            Line(each, "remote-name-too-long", _LONG_URL, UNNAMED, "addfile/limits", where),
            Line(each, "no-write-permission", Circumstance.MAY_NOT_WRITE, DENIED, "addfile/arg", where),
            Line(each, "too-many-files", _FULL, (Hresult.BG_E_TOO_MANY_FILES_IN_JOB,), "addfile/limits", BITS),
        )
    ),
    # Ranges
    *_both("range-at-end", Circumstance.RANGE_AT_END, (Refusal.INVALID_RANGE,), "addfile/ranges"),
    *_both("ranges-overlap", Circumstance.RANGES_OVERLAP, (Refusal.OVERLAPPING_RANGES,), "addfile/ranges"),
    *_both(
        "range-empty",
        Circumstance.RANGE_EMPTY,
        (Refusal.INVALID_RANGE, Hresult.E_INVALIDARG),
        "addfile/ranges decision/14",
        MAY,
    ),
    Line(_RANGES, "no-ranges", Circumstance.NO_RANGES, BAD, "ranges/layout", BITS),
    Line(
        _RANGES,
        "too-many-ranges",
        MoreThan(Quantity.RANGES_OF_FILE, 500, exempt=True),
        (Hresult.BG_E_TOO_MANY_RANGES_IN_FILE,),
        "addfile/limits",
        BITS,
    ),
    Line(
        _RANGES,
        "layout",
        Circumstance.RANGES_GIVEN,
        OK,
        "ranges/layout",
        BITS,
        effects=(Tells("they are written to the local file one behind the other, in the order given"),),
    ),
    _at_transfer(
        "range-outside-file",
        Circumstance.RANGE_OUTSIDE,
        Hresult.BG_E_INVALID_RANGE,
        "addfile/ranges ranges/error",
        "when the range is transferred",
    ),
    _at_transfer(
        "server-without-ranges",
        Circumstance.SERVER_WITHOUT_RANGES,
        Hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT,
        "ranges/error",
        "after Resume",
    ),
    _at_transfer(
        "server-merges-ranges",
        Circumstance.SERVER_MERGES_RANGES,
        Hresult.BG_E_INVALID_SERVER_RESPONSE,
        "ranges/error",
        "after Resume",
    ),
    # Remote names
    Line(_URL, "remote-name-invalid", Circumstance.REMOTE_NAME_INVALID, BAD, "file/seturl"),
    Line(_URL, "remote-name-too-long", _LONG_URL, BAD, "file/seturl"),
    Line(
        _URL,
        "stored-by-resume",
        Circumstance.URL_GOOD,
        OK,
        "file/serialize",
        effects=(Tells("the next Resume stores the new name, nothing does before"),),
    ),
    Line(
        _URL,
        "another-file",
        Circumstance.URL_OTHER_FILE,
        OK,
        "file/seturl",
        effects=(Tells("the download of that file begins anew"),),
    ),
    Line(
        _URL,
        "file-transferred",
        Circumstance.FILE_TRANSFERRED,
        OK,
        "file/seturl",
        effects=(Tells("the file is left alone"),),
    ),
    Line(_PREFIX, "prefix-empty", Circumstance.PREFIX_EMPTY, BAD, "file/prefix", BITS),
    Line(_PREFIX, "remote-name-bad", Circumstance.PREFIX_URL_BAD, BAD, "file/prefix", BITS),
    Line(
        _PREFIX,
        "prefix-found",
        Circumstance.PREFIX_FOUND,
        OK,
        "file/prefix",
        BITS,
        effects=(Tells("every remote name that begins so is changed"),),
    ),
    Line(_PREFIX, "prefix-not-found", Circumstance.PREFIX_NOT_FOUND, (Hresult.S_FALSE,), "file/prefix", BITS),
    # Enumerating
    Line(
        Operation.ENUM_FILES,
        "snapshot",
        Circumstance.LATER_FILES,
        OK,
        "enum/files",
        BITS,
        effects=(Tells("the enumeration does not have them"),),
    ),
    Line(Method.NEXT_FILE, "enough-left", Circumstance.ENOUGH_LEFT, OK, "enum/files"),
    Line(
        Method.NEXT_FILE,
        "past-the-end",
        Circumstance.TOO_FEW_LEFT,
        (Hresult.S_FALSE,),
        "enum/files",
        effects=(Tells("those that are left are given"),),
    ),
    # Progress
    _progress(
        "size-unknown",
        Circumstance.SIZE_UNKNOWN,
        "file/progress job/progress",
        Tells("BytesTotal of the file and of the job is 2^64-1"),
    ),
    _progress(
        "ranges",
        Circumstance.FILE_OF_RANGES,
        "file/progress",
        Tells("BytesTotal of the file is the sum of their lengths"),
    ),
    _progress(
        "not-available",
        Circumstance.NOT_AVAILABLE,
        "file/progress",
        Tells("Completed of the file is false"),
    ),
    # Errors
    Line(
        Operation.GET_ERROR,
        "context-http-403",
        Circumstance.HTTP_403,
        OK,
        "error/context",
        DO,
        effects=(Tells("the context is REMOTE_FILE"),),
    ),
    Line(
        Operation.GET_ERROR,
        "context-other",
        Circumstance.OTHER_FAULT,
        OK,
        "error/context",
        DO,
        effects=(Tells("the context is NONE"),),
    ),
    Line(
        Operation.GET_ERROR,
        "context",
        Circumstance.ANY_FAULT,
        OK,
        "error/context",
        BITS,
        effects=(Tells("the context is one of BG_ERROR_CONTEXT"),),
    ),
    Line(
        Method.GET_ERROR_FILE,
        "file",
        Circumstance.FILE_CONCERNED,
        OK,
        "error/file",
        effects=(Tells("the file that failed is given"),),
    ),
    Line(Method.GET_ERROR_FILE, "no-file", Circumstance.NO_FILE_CONCERNED, (Refusal.NO_FILE,), "error/file"),
)
