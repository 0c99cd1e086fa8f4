"""The rest of the interface: further setters, getters and file methods, and the events that belong to them.

Law: none of these calls changes the state, and none of these events but a used-up download time does.
"""

from __future__ import annotations

from typing import Final

from copyjob.spec import facts as f
from copyjob.spec._clause import BITS, BOTH, DO
from copyjob.spec._rule import MAY, REFUSE_FINAL, Rule, happen, refuse, stay
from copyjob.spec.rows import FINAL, NOT_FINAL, C, E, T
from copyjob.spec.scope import Feature
from copyjob.spec.vocabulary import Dialect, Hresult, Operation
from copyjob.spec.vocabulary import InternalEvent as Event

_HERE = Feature.INTERFACE
_FALSE = stay(hresult=Hresult.S_FALSE)
_NOT_FOR_UPLOADS = refuse(Hresult.E_NOTIMPL)


def _setter(operation: Operation, cites: str, dialects: frozenset[Dialect] = BOTH) -> tuple[Rule, ...]:
    """Return the lines of a setter that succeeds until the job is final."""
    return (
        Rule(operation, NOT_FINAL, f.ALWAYS, (stay(),), cites, dialects, features=(_HERE,)),
        Rule(operation, FINAL, f.ALWAYS, (REFUSE_FINAL,), "set/final decision/13", dialects, features=(_HERE,)),
    )


def _getter(operation: Operation, cites: str, dialects: frozenset[Dialect] = BOTH) -> tuple[Rule, ...]:
    """Return the lines of a getter, which answers everywhere."""
    return (
        Rule(operation, NOT_FINAL, f.ALWAYS, (stay(),), cites, dialects, features=(_HERE,)),
        Rule(operation, FINAL, f.ALWAYS, (stay(),), "decision/9", dialects, MAY, features=(_HERE,)),
    )


def _not_in_bits(operation: Operation, *, final: str, upload: str) -> tuple[Rule, ...]:
    """Return what BITS refuses of a method of downloads: the clauses about ``final`` states and about an ``upload``."""
    both = (REFUSE_FINAL, _NOT_FOR_UPLOADS)
    either = " ".join(dict.fromkeys((final, upload)))
    return (
        Rule(operation, FINAL, f.DOWNLOAD, (REFUSE_FINAL,), f"{final} decision/13", BITS, features=(_HERE,)),
        Rule(operation, NOT_FINAL, f.UPLOADING, (_NOT_FOR_UPLOADS,), f"{upload} decision/13", BITS, features=(_HERE,)),
        Rule(operation, FINAL, f.UPLOADING, both, f"{either} decision/13", BITS, MAY, features=(_HERE,)),
    )


RULES: Final[tuple[Rule, ...]] = (
    # Files
    Rule(
        Operation.ADD_FILE_WITH_RANGES,
        NOT_FINAL,
        f.DOWNLOAD,
        (stay(f.ADD_ONE_FILE),),
        "addfile/ok decision/8",
        BITS,
        features=(_HERE,),
    ),
    *_not_in_bits(Operation.ADD_FILE_WITH_RANGES, final="addfile/ok", upload="ranges/layout"),
    Rule(
        Operation.SET_REMOTE_NAME,
        NOT_FINAL,
        f.DOWNLOAD,
        (stay(),),
        "file/seturl file/serialize",
        features=(_HERE,),
    ),
    *_not_in_bits(Operation.SET_REMOTE_NAME, final="file/serialize", upload="file/serialize"),
    Rule(Operation.SET_REMOTE_NAME, FINAL, f.ALWAYS, (stay(), REFUSE_FINAL), "decision/6", DO, MAY, features=(_HERE,)),
    Rule(
        Operation.REPLACE_REMOTE_PREFIX,
        NOT_FINAL,
        f.DOWNLOAD,
        (stay(), _FALSE),
        "file/prefix",
        BITS,
        features=(_HERE,),
    ),
    *_not_in_bits(Operation.REPLACE_REMOTE_PREFIX, final="file/prefix", upload="file/prefix"),
    Rule(
        Event.FILE_RESTARTED,
        (T,),
        f.MORE_FILES & f.DOWNLOAD,
        (happen(),),
        "file/consistency",
        BITS,
        features=(_HERE,),
    ),
    Rule(Event.DATA, (T,), f.MORE_FILES, (happen(),), "state/transferring job/progress", features=(_HERE,)),
    # Setters
    *_setter(Operation.SET_DISPLAY_NAME, "set/final", BITS),
    *_setter(Operation.SET_NOTIFY_FLAGS, "set/final"),
    *_setter(Operation.SET_NOTIFY_INTERFACE, "set/final", BITS),
    Rule(Operation.SET_NOTIFY_INTERFACE, NOT_FINAL, f.ALWAYS, (stay(),), "set/final", DO, features=(_HERE,)),
    Rule(
        Operation.SET_NOTIFY_INTERFACE,
        FINAL,
        f.ALWAYS,
        (stay(), REFUSE_FINAL),
        "set/final decision/6",
        DO,
        MAY,
        features=(_HERE,),
    ),
    *_setter(Operation.SET_MAXIMUM_DOWNLOAD_TIME, "timer/maxdownload set/final", BITS),
    Rule(
        Event.MAX_DOWNLOAD,
        (C, T),
        f.ALWAYS,
        (happen(E, f.SET_ERROR),),
        "timer/maxdownload",
        BITS,
        features=(_HERE,),
    ),
    # Getters
    *_getter(Operation.GET_STATE, "state/classes state/initial"),
    *_getter(Operation.GET_PROGRESS, "job/progress"),
    *_getter(Operation.GET_TIMES, "times"),
    *_getter(Operation.GET_ERROR_COUNT, "error/count", BITS),
    *_getter(Operation.ENUM_FILES, "enum/files"),
)
