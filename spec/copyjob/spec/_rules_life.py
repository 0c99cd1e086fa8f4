"""The life cycle of one download: the lines that every table has.

Law: one line a rule; both dialects unless it says BITS or DO. What may be blocked or uploaded says so in its guard,
which falls away where a table does not speak about it.
"""

from __future__ import annotations

from typing import Final

from copyjob.spec import facts as f
from copyjob.spec._clause import BITS, DO
from copyjob.spec._rule import DROP, MAY, REFUSE_FINAL, SHOULD, Rule, happen, refuse, stay, to
from copyjob.spec.rows import FINAL, NOT_FINAL, A, C, D, E, Q, Refusal, S, T, X, Z
from copyjob.spec.vocabulary import Hresult, Operation
from copyjob.spec.vocabulary import InternalEvent as Event

_PARTIAL = Hresult.BG_S_PARTIAL_COMPLETE
DO_START = (to(T, f.CLEAR_ERROR), to(Q))
ACK = (to(A, f.SOFTEN_ERROR), to(A, f.SOFTEN_ERROR, hresult=_PARTIAL))

RULES: Final[tuple[Rule, ...]] = (
    # Resume
    Rule(
        Operation.RESUME,
        (S,),
        f.NO_FILE,
        (refuse(Refusal.EMPTY),),
        "resume/empty decision/13",
        do_cites="decision/1",
    ),
    Rule(Operation.RESUME, (S,), f.MORE_FILES, (to(Q),), "resume/suspended", BITS),
    Rule(Operation.RESUME, (S,), f.MORE_FILES, DO_START, "resume/suspended decision/5", DO),
    Rule(
        Operation.RESUME,
        (S,),
        f.ALL_FILES & f.REPLY_COMPLETE,
        (to(Q), refuse(Refusal.EMPTY)),
        "decision/16",
        BITS,
        MAY,
    ),
    Rule(Operation.RESUME, (S,), f.ALL_FILES, (*DO_START, refuse(Refusal.EMPTY)), "decision/16 decision/5", DO, MAY),
    Rule(Operation.RESUME, (Q, C, T), f.ALWAYS, (stay(),), "resume/action", do_level=SHOULD, do_cites="decision/15"),
    Rule(Operation.RESUME, (X, E), f.ALWAYS, (to(Q),), "resume/error", BITS),
    Rule(Operation.RESUME, (X, E), f.ALWAYS, DO_START, "resume/error decision/5", DO),
    Rule(Operation.RESUME, (D,), f.MORE_FILES, (to(Q),), "resume/transferred-more", BITS),
    Rule(Operation.RESUME, (D,), f.MORE_FILES, DO_START, "decision/17 decision/5", DO, SHOULD),
    Rule(Operation.RESUME, (D,), f.ALL_FILES, (stay(), refuse(Refusal.EMPTY)), "decision/3", level=MAY),
    Rule(Operation.RESUME, FINAL, f.ALWAYS, (REFUSE_FINAL,), "resume/final state/final decision/13"),
    # Suspend
    Rule(Operation.SUSPEND, (S,), f.ALWAYS, (stay(),), "suspend/suspended", do_level=SHOULD, do_cites="decision/15"),
    Rule(Operation.SUSPEND, (Q, C, T), f.ALWAYS, (to(S, f.SOFTEN_ERROR),), "suspend/action"),
    Rule(Operation.SUSPEND, (X,), f.ALWAYS, (to(S, f.SOFTEN_ERROR),), "suspend/action decision/7", do_level=SHOULD),
    Rule(
        Operation.SUSPEND,
        (E, D),
        f.ALWAYS,
        (to(S, f.SOFTEN_ERROR), stay()),
        "suspend/automatic decision/2",
        level=MAY,
    ),
    Rule(Operation.SUSPEND, FINAL, f.ALWAYS, (REFUSE_FINAL,), "suspend/final state/final decision/13"),
    # Cancel
    Rule(Operation.CANCEL, NOT_FINAL, f.ALWAYS, (to(Z, *DROP),), "cancel/any"),
    Rule(Operation.CANCEL, FINAL, f.ALWAYS, (REFUSE_FINAL,), "cancel/final state/final decision/13"),
    # Complete
    Rule(
        Operation.COMPLETE,
        (S, Q, C, T, X, E),
        f.NOTHING_DONE & f.DOWNLOAD,
        ACK,
        "complete/partial decision/4",
        level=MAY,
    ),
    Rule(
        Operation.COMPLETE,
        (S, Q, C, T, X, E, D),
        f.PART_DONE & f.DOWNLOAD,
        (to(A, f.SOFTEN_ERROR, hresult=_PARTIAL),),
        "complete/partial",
        BITS,
    ),
    Rule(Operation.COMPLETE, (S, Q, C, T, X, E, D), f.PART_DONE & f.DOWNLOAD, ACK, "complete/partial", DO),
    Rule(Operation.COMPLETE, (D,), f.ALL_FILES, (to(A, f.SOFTEN_ERROR),), "complete/transferred"),
    Rule(Operation.COMPLETE, (S, Q, C, T), f.ALL_FILES & f.DOWNLOAD, ACK, "complete/partial", level=MAY),
    Rule(Operation.COMPLETE, FINAL, f.ALWAYS, (REFUSE_FINAL,), "complete/final state/final decision/13"),
    # AddFile
    Rule(Operation.ADD_FILE, NOT_FINAL, f.DOWNLOAD, (stay(f.ADD_ONE_FILE),), "addfile/ok decision/8"),
    Rule(Operation.ADD_FILE, FINAL, f.ALWAYS, (REFUSE_FINAL,), "addfile/ok decision/6 decision/13"),
    # GetError: in each state the error information that a job can have there
    Rule(Operation.GET_ERROR, (X, E, Q, C), f.ERROR_KNOWN, (stay(),), "error/available decision/18"),
    Rule(
        Operation.GET_ERROR,
        (S, Q, C, X, E, A, Z),
        f.ERROR_EITHER,
        (stay(), refuse(Refusal.NO_ERROR)),
        "decision/18 decision/9",
        level=MAY,
    ),
    Rule(
        Operation.GET_ERROR,
        (S, Q, C, A, Z),
        f.ERROR_NONE,
        (refuse(Refusal.NO_ERROR),),
        "error/available decision/18",
    ),
    Rule(Operation.GET_ERROR, (T,), f.ALWAYS, (refuse(Refusal.NO_ERROR),), "error/available decision/18"),
    Rule(Operation.GET_ERROR, (D,), f.ERROR_NONE, (refuse(Refusal.NO_ERROR),), "error/available decision/18"),
    # Setters
    Rule(Operation.SET_PRIORITY, NOT_FINAL, f.ALWAYS, (stay(),), "set/final"),
    Rule(Operation.SET_PRIORITY, FINAL, f.ALWAYS, (REFUSE_FINAL,), "set/final decision/13", BITS),
    Rule(Operation.SET_PRIORITY, FINAL, f.ALWAYS, (stay(), REFUSE_FINAL), "set/final decision/6", DO, MAY),
    Rule(Operation.SET_NO_PROGRESS_TIMEOUT, NOT_FINAL, f.ALWAYS, (stay(),), "set/final timer/progress"),
    Rule(Operation.SET_NO_PROGRESS_TIMEOUT, FINAL, f.ALWAYS, (REFUSE_FINAL,), "set/final decision/13"),
    Rule(Operation.SET_MINIMUM_RETRY_DELAY, NOT_FINAL, f.ALWAYS, (stay(),), "set/final timer/retry", BITS),
    Rule(Operation.SET_MINIMUM_RETRY_DELAY, FINAL, f.ALWAYS, (REFUSE_FINAL,), "set/final decision/13", BITS),
    # What happens to a job by itself
    Rule(Event.TURN, (Q,), f.ONLINE & f.ALLOWED & f.PRESENT, (happen(C),), "state/queued state/connecting", BITS),
    Rule(Event.TURN, (Q,), f.ALWAYS, (happen(T, f.CLEAR_ERROR),), "state/connecting decision/5", DO),
    Rule(Event.CONNECT, (C,), f.PRESENT, (happen(T, f.CLEAR_ERROR),), "state/connecting decision/18", BITS),
    Rule(
        Event.FILE_DONE,
        (T,),
        f.MORE_FILES,
        (happen(None, f.ONE_MORE_DONE),),
        "state/transferring job/progress",
    ),
    Rule(Event.ALL_DONE, (T,), f.ALL_FILES & f.REPLY_COMPLETE, (happen(D),), "state/transferring state/transferred"),
    Rule(
        Event.ALL_DONE,
        (Q, C),
        f.ALL_FILES & f.REPLY_COMPLETE,
        (happen(D, f.SOFTEN_ERROR),),
        "decision/16 decision/18",
        level=MAY,
    ),
    Rule(Event.SLICE_END, (T,), f.ALWAYS, (happen(Q),), "state/transferring priority decision/10", BITS, MAY),
    Rule(
        Event.TRANSIENT_FAULT,
        (C,),
        f.MORE_FILES,
        (happen(X, f.SET_ERROR),),
        "state/connecting error/available",
        BITS,
    ),
    Rule(
        Event.TRANSIENT_FAULT,
        (T,),
        f.MORE_FILES & f.DOWNLOAD,
        (happen(X, f.SET_ERROR),),
        "state/transient decision/11",
        tolerated=(happen(E, f.SET_ERROR),),
    ),
    Rule(Event.FATAL_FAULT, (C,), f.MORE_FILES, (happen(E, f.SET_ERROR),), "decision/11 decision/10", BITS, MAY),
    Rule(Event.FATAL_FAULT, (T,), f.MORE_FILES, (happen(E, f.SET_ERROR),), "state/error error/atomic decision/11"),
    Rule(
        Event.AMBIGUOUS_FAULT,
        (C, T),
        f.MORE_FILES & f.DOWNLOAD,
        (happen(X, f.SET_ERROR), happen(E, f.SET_ERROR)),
        "decision/11 decision/21",
        level=MAY,
    ),
    Rule(
        Event.RANGE_REFUSED,
        (C, T),
        f.MORE_FILES & f.DOWNLOAD,
        (happen(), happen(E, f.SET_ERROR)),
        "decision/20 http/needs",
        level=MAY,
    ),
    Rule(Event.RETRY, (X,), f.ONLINE & f.ALLOWED, (happen(Q),), "state/transient timer/retry decision/12", BITS),
    Rule(
        Event.RETRY,
        (X,),
        f.ALWAYS,
        (happen(T, f.CLEAR_ERROR), happen(Q)),
        "state/transient timer/retry decision/12 decision/5",
        DO,
    ),
    Rule(Event.NO_PROGRESS, (X,), f.ALWAYS, (happen(E),), "state/transient timer/progress"),
    Rule(Event.RESTART, (S, Q, E, X, D), f.ALWAYS, (happen(None, f.SOFTEN_ERROR),), "restart decision/18"),
    Rule(
        Event.RESTART,
        (C, T),
        f.ALWAYS,
        (happen(None, f.SOFTEN_ERROR), happen(Q, f.SOFTEN_ERROR)),
        "restart decision/10 decision/18",
    ),
    Rule(Event.EXPIRY, (S, E, D), f.ALWAYS, (happen(Z, *DROP),), "state/expiry"),
    # From which of these a job expired nobody outside can tell: in all that time it may have passed through each.
    Rule(Event.EXPIRY, (Q, C, T, X), f.ALWAYS, (happen(Z, *DROP),), "state/expiry decision/10", level=MAY),
)
