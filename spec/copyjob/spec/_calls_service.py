"""Rules about calls that concern a job as a whole, or the manager: setters, properties, ownership, ending a job.

Law: every line says what its clauses say, no more. It knows no state.
"""

from __future__ import annotations

from typing import Final

from copyjob.spec._call import (
    BAD,
    DENIED,
    OK,
    UNNAMED,
    Becomes,
    Circumstance,
    Leads,
    Leaves,
    LessThan,
    Line,
    Method,
    MoreThan,
    Quantity,
    Tells,
)
from copyjob.spec._clause import BITS, DO
from copyjob.spec._rule import MAY
from copyjob.spec.rows import Refusal
from copyjob.spec.vocabulary import Hresult, JobState, Operation

_NOT_IMPLEMENTED = (Hresult.E_NOTIMPL,)
_NOT_FOUND = (Refusal.NOT_FOUND,)
_NOT_DELETED = Hresult.BG_S_UNABLE_TO_DELETE_FILES
_DELAY_SECONDS_MIN: Final = 5
_LONG_NAME = MoreThan(Quantity.DISPLAY_NAME, 256)

SERVICE: Final[tuple[Line, ...]] = (
    # Setters
    Line(Operation.SET_PRIORITY, "undefined", Circumstance.PRIORITY_UNDEFINED, _NOT_IMPLEMENTED, "set/arg", BITS),
    Line(Operation.SET_NOTIFY_FLAGS, "invalid", Circumstance.FLAGS_INVALID, _NOT_IMPLEMENTED, "set/arg", BITS),
    Line(
        Operation.SET_NOTIFY_FLAGS,
        "disable",
        Circumstance.FLAGS_DISABLE,
        OK,
        "callback/flags",
        BITS,
        effects=(Tells("nobody is called, whatever the other flags are"),),
    ),
    Line(Operation.SET_DISPLAY_NAME, "name-missing", Circumstance.NAME_MISSING, BAD, "addfile/limits", BITS),
    Line(
        Operation.SET_DISPLAY_NAME,
        "name-too-long",
        _LONG_NAME,
        (Hresult.E_INVALIDARG, Hresult.BG_E_STRING_TOO_LONG),
        "addfile/limits",
        BITS,
    ),
    Line(
        Operation.SET_MINIMUM_RETRY_DELAY,
        "below-floor",
        LessThan(Quantity.MINIMUM_RETRY_DELAY, _DELAY_SECONDS_MIN),
        OK,
        "timer/retry",
        BITS,
        effects=(Becomes(Quantity.MINIMUM_RETRY_DELAY, _DELAY_SECONDS_MIN),),
    ),
    Line(
        Operation.SET_MINIMUM_RETRY_DELAY,
        "beyond-timeout",
        Circumstance.RETRY_AFTER_TIMEOUT,
        OK,
        "timer/retry",
        BITS,
        effects=(Leads(JobState.ERROR, None, "on a transient error, instead of being retried"),),
    ),
    Line(
        Operation.SET_NO_PROGRESS_TIMEOUT,
        "zero",
        Circumstance.TIMEOUT_ZERO,
        OK,
        "timer/progress",
        BITS,
        effects=(Tells("a transient error is not retried"),),
    ),
    # Times and counts
    Line(
        Operation.GET_TIMES,
        "modified",
        Circumstance.JOB_MODIFIED,
        OK,
        "times",
        effects=(Tells("the modification time is that of the latest of it"),),
    ),
    Line(
        Operation.GET_TIMES,
        "transferred",
        Circumstance.JOB_TRANSFERRED,
        OK,
        "times",
        effects=(Tells("the transfer completion time is when it did"),),
    ),
    Line(
        Operation.GET_ERROR_COUNT,
        "failed",
        Circumstance.TRANSFER_FAILED,
        OK,
        "error/count",
        BITS,
        effects=(Tells("each time counts one, and none is ever taken back"),),
    ),
    Line(
        Operation.GET_ERROR_COUNT,
        "obstacle",
        Circumstance.OBSTACLE_MET,
        OK,
        "error/count",
        BITS,
        effects=(Tells("that counts nothing"),),
    ),
    # Properties
    Line(
        Method.SET_PROPERTY,
        "high-performance",
        Circumstance.HIGH_PERFORMANCE,
        OK,
        "prop/high-performance",
        BITS,
        effects=(
            Tells("bytes are written into the destination itself and progress is not stored"),
            Tells("an interrupted job begins anew and a cancelled one leaves its bytes behind"),
        ),
    ),
    Line(
        Method.SET_PROPERTY,
        "dynamic-content",
        Circumstance.DYNAMIC_CONTENT,
        OK,
        "prop/dynamic",
        BITS,
        effects=(Tells("the needs of http/needs are lifted"), Tells("an interrupted download begins anew")),
    ),
    Line(
        Method.SET_HTTP_METHOD,
        "not-the-default",
        Circumstance.OTHER_METHOD,
        OK,
        "prop/method",
        BITS,
        effects=(
            Tells("the job is a foreground job for good"),
            Leads(JobState.ERROR, None, "on an error that could be resumed otherwise"),
            Tells("Resume begins from the first byte"),
        ),
    ),
    Line(
        Method.SET_SECURITY_FLAGS,
        "redirects-disallowed",
        Circumstance.REDIRECTS_DISALLOWED,
        OK,
        "http/redirect",
        BITS,
        effects=(Leads(JobState.ERROR, None, "when the server answers with a redirect"),),
    ),
    Line(
        Method.SET_VALIDATION_STATE,
        "content-invalid",
        Circumstance.CONTENT_INVALID,
        OK,
        "file/validation",
        BITS,
        effects=(
            Leads(JobState.ERROR, Hresult.BG_E_VALIDATION_FAILED, "at once"),
            Tells("the progress of the file is zero"),
        ),
    ),
    Line(Method.TAKE_OWNERSHIP, "no-administrator", Circumstance.NO_ADMINISTRATOR, DENIED, "owner/take", BITS),
    # Ending a job
    Line(
        Operation.CANCEL,
        "files-not-deleted",
        Circumstance.FILES_NOT_DELETED,
        (_NOT_DELETED,),
        "cancel/any",
        BITS,
        effects=(Tells("the job is CANCELLED all the same"),),
    ),
    Line(
        Operation.CANCEL,
        "server-silent",
        Circumstance.SERVER_SILENT,
        OK,
        "upload/cancel",
        BITS,
        MAY,
        effects=(Tells("the job may stay queued for 24 hours, or for the no-progress timeout where that is shorter"),),
    ),
    Line(
        Operation.COMPLETE,
        "files-not-deleted",
        Circumstance.FILES_NOT_DELETED,
        (_NOT_DELETED, Hresult.S_OK, Hresult.BG_S_PARTIAL_COMPLETE),
        "complete/delete",
        BITS,
        MAY,
        effects=(Tells("the job is ACKNOWLEDGED all the same"),),
    ),
    Line(
        Operation.COMPLETE,
        "file-not-renamed",
        Circumstance.FILE_NOT_RENAMED,
        UNNAMED,
        "complete/rename",
        BITS,
        effects=(Leaves("files renamed before stay available and say so in Completed"),),
    ),
    # The manager
    Line(
        Operation.CREATE_JOB,
        "new",
        Circumstance.NAME_GOOD,
        OK,
        "manager/create state/initial",
        effects=(Tells("a SUSPENDED job with a GUID of its own"),),
    ),
    Line(Operation.CREATE_JOB, "name-missing", Circumstance.NAME_MISSING, UNNAMED, "manager/create"),
    Line(Operation.CREATE_JOB, "name-too-long", _LONG_NAME, BAD, "manager/create", BITS),
    Line(Operation.CREATE_JOB, "name-too-long", _LONG_NAME, UNNAMED, "manager/create addfile/limits", DO),
    Line(Operation.CREATE_JOB, "name-taken", Circumstance.NAME_TAKEN, OK, "manager/create"),
    Line(
        Operation.CREATE_JOB,
        "too-many-of-user",
        MoreThan(Quantity.JOBS_OF_USER, 60, exempt=True),
        (Hresult.BG_E_TOO_MANY_JOBS_PER_USER,),
        "addfile/limits",
        BITS,
    ),
    Line(
        Operation.CREATE_JOB,
        "too-many-on-machine",
        MoreThan(Quantity.JOBS_OF_MACHINE, 300, exempt=True),
        (Hresult.BG_E_TOO_MANY_JOBS_PER_MACHINE,),
        "addfile/limits",
        BITS,
    ),
    Line(Operation.GET_JOB, "unknown-id", Circumstance.ID_UNKNOWN, _NOT_FOUND, "manager/get"),
    Line(Operation.GET_JOB, "final", Circumstance.JOB_FINAL, _NOT_FOUND, "manager/get"),
    Line(Operation.GET_JOB, "not-allowed", Circumstance.NOT_ALLOWED, DENIED, "manager/get"),
    Line(
        Operation.ENUM_JOBS,
        "own",
        Circumstance.OWN_JOBS,
        OK,
        "manager/enum state/final",
        BITS,
        effects=(Tells("those in the queue are listed, in any order; none is ACKNOWLEDGED or CANCELLED"),),
    ),
    Line(
        Operation.ENUM_JOBS,
        "of-all-by-administrator",
        Circumstance.ALL_JOBS_ADMINISTRATOR,
        OK,
        "manager/enum",
        BITS,
        effects=(Tells("every job in the queue is listed, in any order"),),
    ),
    Line(Operation.ENUM_JOBS, "of-all", Circumstance.ALL_JOBS, DENIED, "manager/enum", BITS),
)
