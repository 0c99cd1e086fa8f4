"""Uploads, with and without a reply (BITS): where they differ from downloads.

Law: a line here speaks about uploads only; what holds for both stands with the life cycle.
"""

from __future__ import annotations

from typing import Final

from copyjob.spec import facts as f
from copyjob.spec._clause import BITS
from copyjob.spec._rule import MAY, REFUSE_FINAL, Rule, happen, refuse, stay, to
from copyjob.spec.rows import FINAL, NOT_FINAL, C, E, Q, S, T, X
from copyjob.spec.scope import Feature
from copyjob.spec.vocabulary import Hresult, Operation
from copyjob.spec.vocabulary import InternalEvent as Event

_HERE = Feature.UPLOADS
_FULL = refuse(Hresult.BG_E_TOO_MANY_FILES)
_NO_REPLY = (refuse(Hresult.E_NOTIMPL), refuse(Hresult.BG_E_INVALID_STATE), refuse(Hresult.E_INVALIDARG))

RULES: Final[tuple[Rule, ...]] = (
    # One file a job
    Rule(
        Operation.ADD_FILE,
        (S,),
        f.UPLOADING & f.NO_FILE,
        (stay(f.ADD_ONE_FILE),),
        "addfile/ok addfile/limits",
        BITS,
        features=(_HERE,),
    ),
    Rule(
        Operation.ADD_FILE,
        NOT_FINAL,
        f.UPLOADING & f.ANY_FILE,
        (_FULL,),
        "addfile/limits decision/13",
        BITS,
        features=(_HERE,),
    ),
    # Complete, only when all is done
    Rule(
        Operation.COMPLETE,
        (S, Q, C, T, X, E),
        f.UPLOADING,
        (REFUSE_FINAL,),
        "complete/upload decision/13",
        BITS,
        features=(_HERE,),
    ),
    # The reply
    Rule(
        Operation.SET_REPLY_FILE_NAME,
        (S, Q, C, T, X, E),
        f.WITH_REPLY & f.REPLY_TO_COME,
        (stay(),),
        "upload/reply",
        BITS,
        features=(_HERE,),
    ),
    Rule(
        Operation.SET_REPLY_FILE_NAME,
        NOT_FINAL,
        f.WITH_REPLY & f.REPLY_BEGUN,
        (REFUSE_FINAL,),
        "upload/reply decision/13",
        BITS,
        features=(_HERE,),
    ),
    Rule(
        Operation.SET_REPLY_FILE_NAME,
        NOT_FINAL,
        f.WITHOUT_REPLY,
        _NO_REPLY,
        "decision/22 decision/13",
        BITS,
        MAY,
        features=(_HERE,),
    ),
    Rule(
        Operation.SET_REPLY_FILE_NAME,
        FINAL,
        f.WITH_REPLY,
        (REFUSE_FINAL,),
        "set/final decision/13",
        BITS,
        features=(_HERE,),
    ),
    Rule(
        Operation.SET_REPLY_FILE_NAME,
        FINAL,
        f.WITHOUT_REPLY,
        _NO_REPLY,
        "set/final decision/22 decision/13",
        BITS,
        MAY,
        features=(_HERE,),
    ),
    Rule(
        Event.REPLY_BEGUN,
        (T,),
        f.ALL_FILES & f.REPLY_TO_COME,
        (happen(None, f.BEGIN_REPLY),),
        "upload/reply",
        BITS,
        features=(_HERE,),
    ),
    Rule(
        Event.REPLY_DONE,
        (T,),
        f.ALL_FILES & f.REPLY_ARRIVING,
        (happen(None, f.END_REPLY),),
        "upload/reply",
        BITS,
        features=(_HERE,),
    ),
    # Faults while the reply is outstanding, and of the file itself
    Rule(
        Event.TRANSIENT_FAULT,
        (C, T),
        f.ALL_FILES & f.REPLY_OUTSTANDING,
        (happen(X, f.SET_ERROR),),
        "state/connecting http/reply",
        BITS,
        features=(_HERE,),
    ),
    Rule(
        Event.FATAL_FAULT,
        (T,),
        f.ALL_FILES & f.REPLY_OUTSTANDING,
        (happen(E, f.SET_ERROR),),
        "http/reply error/atomic",
        BITS,
        features=(_HERE,),
    ),
    Rule(
        Event.LOCAL_FILE_CHANGED,
        (Q, C, T),
        f.UPLOADING & f.MORE_FILES,
        (happen(E, f.SET_ERROR),),
        "upload/changed",
        BITS,
        features=(_HERE,),
    ),
    Rule(
        Event.TRANSIENT_FAULT,
        (T,),
        f.UPLOADING & f.MORE_FILES,
        (happen(X, f.SET_ERROR),),
        "http/reply state/transient",
        BITS,
        features=(_HERE,),
    ),
    # A reply that is outstanding is still to be transferred
    Rule(
        Operation.RESUME,
        (S,),
        f.ALL_FILES & f.REPLY_OUTSTANDING,
        (to(Q),),
        "resume/suspended upload/reply",
        BITS,
        features=(_HERE,),
    ),
)
