"""What is so in every configuration, and in every step: the ``always_`` laws.

Law: a law here forbids places or moves, in the terms of the rows. Where its sentence names what may happen, it forbids
all else.
"""

from __future__ import annotations

from typing import Final

from copyjob.spec import facts as f
from copyjob.spec._graph import Label
from copyjob.spec._law import (
    ANY_ANSWER,
    ANYWHERE,
    FAILURES,
    LABELS,
    SUCCESSES,
    Change,
    Law,
    Move,
    Never,
    NoStep,
    Place,
)
from copyjob.spec.facts import Compare, Const, Fact, Guard, Relation
from copyjob.spec.rows import ADDING, ASKING, FINAL, SETTING, A, C, D, E, Q, S, T, X, Z
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, Operation, dialect_of
from copyjob.spec.vocabulary import InternalEvent as Event

PASSING_FAULTS: Final = (Event.TRANSIENT_FAULT, Event.AMBIGUOUS_FAULT, Event.NETWORK_LOST, Event.POLICY_BLOCK)
"""What may put a job into TRANSIENT_ERROR."""
LASTING_FAULTS: Final = (
    Event.TRANSIENT_FAULT,
    Event.FATAL_FAULT,
    Event.AMBIGUOUS_FAULT,
    Event.RANGE_REFUSED,
    Event.MAX_DOWNLOAD,
    Event.TOKEN_MISSING,
    Event.LOCAL_FILE_CHANGED,
)
"""What may put a job into ERROR; a transient fault only where a recommendation is broken."""
FAULTS: Final = tuple(event for event in Event if event in {*PASSING_FAULTS, *LASTING_FAULTS})

_NEGATIVE = Guard("fewer than no file is transferred", (Compare(Fact.FILES_DONE, Relation.LESS, Const(0)),))
_TOO_MANY = Guard(
    "more files are transferred than it has", (Compare(Fact.FILES_TOTAL, Relation.LESS, Fact.FILES_DONE),)
)
_SEVERAL = Guard(
    "it has more files than an upload may", (Compare(Const(f.UPLOAD_FILES_MAX), Relation.LESS, Fact.FILES_TOTAL),)
)
_SOME_ERROR = Guard("there may be error information", (Compare(Const(0), Relation.LESS, Fact.ERROR),))


def _all_but(*allowed: Label) -> tuple[Label, ...]:
    return tuple(label for label in LABELS if label not in allowed)


def _changing(
    labels: tuple[Label, ...] = LABELS, hresults: tuple[Hresult | None, ...] = ANY_ANSWER
) -> tuple[Move, ...]:
    """Return the moves of these labels and answers that change anything."""
    facts = (Move(labels=labels, hresults=hresults, changes=((fact, Change.DIFFERS),)) for fact in Fact)
    return (Move(labels=labels, hresults=hresults, leaves=True), *facts)


def _left_only_by(states: tuple[JobState, ...], *allowed: Label) -> NoStep:
    return NoStep((Move(before=Place(states), labels=_all_but(*allowed), leaves=True),))


def _entered_only_by(state: JobState, *allowed: Label) -> NoStep:
    return NoStep((Move(after=Place((state,)), labels=_all_but(*allowed), leaves=True),))


# Final states

always_a_final_state_absorbs = Law(
    "always_a_final_state_absorbs",
    "Nothing leads out of ACKNOWLEDGED or CANCELLED.",
    ("state/final",),
    _left_only_by(FINAL),
)
always_resume_never_revives_a_final_job = Law(
    "always_resume_never_revives_a_final_job",
    "Resume of a job in a final state is refused, and it stays there.",
    ("resume/final", "state/final"),
    NoStep(
        (
            Move(before=Place(FINAL), labels=(Operation.RESUME,), hresults=SUCCESSES),
            Move(before=Place(FINAL), labels=(Operation.RESUME,), leaves=True),
        )
    ),
)
always_no_file_is_available_before_complete = Law(
    "always_no_file_is_available_before_complete",
    "ACKNOWLEDGED, in which files are available, is entered by Complete alone.",
    ("state/transferred", "complete/transferred"),
    _entered_only_by(A, Operation.COMPLETE),
)
always_only_cancel_and_expiry_throw_a_job_away = Law(
    "always_only_cancel_and_expiry_throw_a_job_away",
    "CANCELLED is entered by Cancel or expiry alone.",
    ("cancel/any", "state/expiry"),
    _entered_only_by(Z, Operation.CANCEL, Event.EXPIRY),
)

# Calls

always_a_refused_call_changes_nothing = Law(
    "always_a_refused_call_changes_nothing",
    "A call that answers with a failure leaves state and facts as they were.",
    ("decision/13",),
    NoStep(_changing(hresults=FAILURES)),
)
always_getters_and_setters_leave_the_job_alone = Law(
    "always_getters_and_setters_leave_the_job_alone",
    "No getter and no setter changes the state, the files, or whether there is error information.",
    ("set/final", "decision/9"),
    NoStep(_changing((*SETTING, *ASKING))),
)
always_adding_a_file_leaves_the_state = Law(
    "always_adding_a_file_leaves_the_state",
    "A job to which a file is added stays where it is until Resume.",
    ("addfile/ok", "decision/8"),
    NoStep((Move(labels=ADDING, leaves=True),)),
)
always_bits_answers_in_its_own_codes = Law(
    "always_bits_answers_in_its_own_codes",
    "No HRESULT of Delivery Optimization is an answer of BITS.",
    ("resume/empty", "complete/final"),
    NoStep((Move(hresults=tuple(each for each in Hresult if dialect_of(each) is Dialect.DO)),)),
    frozenset({Dialect.BITS}),
)
always_delivery_optimization_answers_in_its_own_codes = Law(
    "always_delivery_optimization_answers_in_its_own_codes",
    "No failure of BITS is an answer of Delivery Optimization.",
    ("resume/empty", "complete/final", "decision/1"),
    NoStep((Move(hresults=tuple(each for each in FAILURES if dialect_of(each) is Dialect.BITS)),)),
    frozenset({Dialect.DO}),
)

# Files

always_files_done_is_at_most_files_total = Law(
    "always_files_done_is_at_most_files_total",
    "No more files are transferred than the job has, and never fewer than none.",
    ("job/progress",),
    Never((Place(guard=_TOO_MANY), Place(guard=_NEGATIVE))),
)
always_files_done_falls_only_by_cancel_or_expiry = Law(
    "always_files_done_falls_only_by_cancel_or_expiry",
    "What is wholly transferred stays so until the job is thrown away; that a client may declare a file invalid "
    "(file/validation) is told with that call, not here.",
    ("file/consistency", "file/seturl", "cancel/any", "state/expiry"),
    NoStep((Move(labels=_all_but(Operation.CANCEL, Event.EXPIRY), changes=((Fact.FILES_DONE, Change.FALLS),)),)),
)
always_files_total_never_falls = Law(
    "always_files_total_never_falls",
    "No file is ever taken out of a job.",
    ("addfile/ok", "restart"),
    NoStep((Move(changes=((Fact.FILES_TOTAL, Change.FALLS),)),)),
)
always_files_total_grows_only_by_adding_a_file = Law(
    "always_files_total_grows_only_by_adding_a_file",
    "A job gets a file by AddFile or AddFileWithRanges alone.",
    ("addfile/ok",),
    NoStep((Move(labels=_all_but(*ADDING), changes=((Fact.FILES_TOTAL, Change.RISES),)),)),
)
always_an_upload_holds_at_most_one_file = Law(
    "always_an_upload_holds_at_most_one_file",
    "An upload has one file, or none yet.",
    ("addfile/limits",),
    Never((Place(guard=f.UPLOADING & _SEVERAL),)),
)
always_a_job_outlives_the_service = Law(
    "always_a_job_outlives_the_service",
    "A restart of the service leaves files and progress as they were, and moves a job to QUEUED or nowhere.",
    ("restart", "decision/10"),
    NoStep(
        (
            Move(after=Place(tuple(s for s in JobState if s is not Q)), labels=(Event.RESTART,), leaves=True),
            *(
                Move(labels=(Event.RESTART,), changes=((fact, Change.DIFFERS),))
                for fact in Fact
                if fact is not Fact.ERROR
            ),
        )
    ),
)

# States

always_transferred_means_a_file_is_transferred = Law(
    "always_transferred_means_a_file_is_transferred",
    "Nobody enters TRANSFERRED with a file left, or with none.",
    ("state/transferred",),
    NoStep(tuple(Move(ANYWHERE, Place((D,), guard), leaves=True) for guard in (f.NO_FILE, f.MORE_FILES, _TOO_MANY))),
)
always_an_upload_is_transferred_after_its_reply = Law(
    "always_an_upload_is_transferred_after_its_reply",
    "No upload is in TRANSFERRED while its reply is outstanding.",
    ("upload/reply",),
    Never((Place((D,), f.REPLY_OUTSTANDING),)),
)
always_delivery_optimization_never_connects = Law(
    "always_delivery_optimization_never_connects",
    "CONNECTING is unknown to Delivery Optimization.",
    ("state/connecting",),
    Never((Place((C,)),)),
    frozenset({Dialect.DO}),
)
always_only_resume_wakes_a_suspended_job = Law(
    "always_only_resume_wakes_a_suspended_job",
    "SUSPENDED is left by Resume, Complete, Cancel or expiry only.",
    ("state/suspended", "state/expiry"),
    _left_only_by((S,), Operation.RESUME, Operation.COMPLETE, Operation.CANCEL, Event.EXPIRY),
)
always_no_job_transfers_against_its_surroundings = Law(
    "always_no_job_transfers_against_its_surroundings",
    "No job connects or transfers without a network or against a policy, and none transfers with its owner logged off.",
    ("state/transient", "policy/cost", "policy/bandwidth", "state/queued"),
    Never((Place((C, T), f.OFFLINE), Place((C, T), f.BLOCKED), Place((T,), f.AWAY))),
)

# Errors

always_error_is_entered_only_by_a_lasting_fault = Law(
    "always_error_is_entered_only_by_a_lasting_fault",
    "ERROR is entered by a fault that lasts or by giving up, never by a call.",
    ("state/error", "state/transient", "decision/11"),
    _entered_only_by(E, *LASTING_FAULTS, Event.NO_PROGRESS),
)
always_a_transient_error_is_entered_only_by_a_passing_fault = Law(
    "always_a_transient_error_is_entered_only_by_a_passing_fault",
    "TRANSIENT_ERROR is entered by a fault that may pass, a lost network or a policy, never by a call.",
    ("state/transient", "state/connecting", "policy/cost"),
    _entered_only_by(X, *PASSING_FAULTS),
)
always_error_is_left_only_on_purpose = Law(
    "always_error_is_left_only_on_purpose",
    "ERROR is left by Resume, Complete, Cancel, Suspend (decision/2) or expiry, never by itself.",
    ("state/error", "decision/2", "state/expiry"),
    _left_only_by((E,), Operation.RESUME, Operation.COMPLETE, Operation.CANCEL, Operation.SUSPEND, Event.EXPIRY),
)
always_a_transient_error_is_left_by_a_retry_or_on_purpose = Law(
    "always_a_transient_error_is_left_by_a_retry_or_on_purpose",
    "TRANSIENT_ERROR is left by a retry, by giving up, when network or policy let the job go on, when its helper token "
    "is gone, by Resume, Suspend, Complete or Cancel, or by expiry.",
    ("state/transient", "policy/bandwidth", "token/logoff", "decision/7", "state/expiry"),
    _left_only_by(
        (X,),
        Operation.RESUME,
        Operation.SUSPEND,
        Operation.COMPLETE,
        Operation.CANCEL,
        Event.RETRY,
        Event.NO_PROGRESS,
        Event.NETWORK_BACK,
        Event.POLICY_OPEN,
        Event.TOKEN_MISSING,
        Event.EXPIRY,
    ),
)
always_an_error_state_has_error_information = Law(
    "always_an_error_state_has_error_information",
    "In ERROR and TRANSIENT_ERROR, GetError is never bound to be refused.",
    ("error/available",),
    Never((Place((E, X), f.ERROR_NONE),)),
)
always_a_transferring_job_has_no_error_information = Law(
    "always_a_transferring_job_has_no_error_information",
    "Once data transfers again, what was known of the last error is gone.",
    ("error/available", "decision/18"),
    Never((Place((T,), _SOME_ERROR),)),
)
always_only_a_fault_brings_error_information = Law(
    "always_only_a_fault_brings_error_information",
    "No call and no event but a fault makes error information likelier; so a job that never failed has none.",
    ("error/available", "decision/18"),
    NoStep((Move(labels=_all_but(*FAULTS), changes=((Fact.ERROR, Change.RISES),)),)),
)
always_get_error_answers_exactly_where_a_job_failed = Law(
    "always_get_error_answers_exactly_where_a_job_failed",
    "GetError succeeds in no job that never failed, nor in TRANSFERRING; it is not refused in ERROR, TRANSIENT_ERROR, "
    "QUEUED and CONNECTING while the information is certain.",
    ("error/available", "decision/18"),
    NoStep(
        (
            Move(before=Place(guard=f.ERROR_NONE), labels=(Operation.GET_ERROR,), hresults=SUCCESSES),
            Move(before=Place((T,)), labels=(Operation.GET_ERROR,), hresults=SUCCESSES),
            Move(before=Place((E, X, Q, C), f.ERROR_KNOWN), labels=(Operation.GET_ERROR,), hresults=FAILURES),
        )
    ),
)
