"""Clauses of the life cycle: the states, and the four methods that change them.

Law: every sentence is ours and says what its pages say, no more; where they are silent, a decision rules.
It does not know what the table makes of it.
"""

from __future__ import annotations

from copyjob.spec._clause import BITS, BOTH, Clause, api, bits, do, wine

CYCLE = bits("life-cycle-of-a-bits-job")
STATE = api("ne-bits-bg_job_state")
DO_STATE = do("bg-job-state-")
RESUME, DO_RESUME = api("nf-bits-ibackgroundcopyjob-resume"), do("ibackgroundcopyjob-resume")
SUSPEND, DO_SUSPEND = api("nf-bits-ibackgroundcopyjob-suspend"), do("ibackgroundcopyjob-suspend")
CANCEL, DO_CANCEL = api("nf-bits-ibackgroundcopyjob-cancel"), do("ibackgroundcopyjob-cancel")
COMPLETE, DO_COMPLETE = api("nf-bits-ibackgroundcopyjob-complete"), do("ibackgroundcopyjob-complete")

STATES = (
    Clause(
        "state/classes",
        BITS,
        "The states fall into four classes: starting holds SUSPENDED; action holds QUEUED, CONNECTING, "
        "TRANSFERRING and TRANSIENT_ERROR; transferred holds ERROR and TRANSFERRED; final holds "
        "ACKNOWLEDGED and CANCELLED.",
        (CYCLE,),
    ),
    Clause(
        "state/initial",
        BOTH,
        "A job is SUSPENDED from the moment it is created.",
        (CYCLE, STATE, DO_RESUME, wine("job", "test_GetState")),
    ),
    Clause(
        "state/queued",
        BOTH,
        "A QUEUED job stands in the queue and waits for its turn. When its owner logs off, a TRANSFERRING "
        "job goes back to QUEUED.",
        (STATE, DO_STATE, CYCLE),
    ),
    Clause(
        "state/connecting",
        BOTH,
        "In BITS, a CONNECTING job is reaching for its server: success leads to TRANSFERRING, failure to "
        "TRANSIENT_ERROR. Delivery Optimization does not support the state, so nobody ever sees it there.",
        (STATE, DO_STATE),
    ),
    Clause(
        "state/transferring",
        BITS,
        "A TRANSFERRING job stays so until its time slice is over, which takes it back to QUEUED, or all "
        "its files are transferred, or an error occurs, or its client suspends it.",
        (CYCLE,),
    ),
    Clause(
        "state/suspended",
        BOTH,
        "A SUSPENDED job stays so until its client calls Resume, Complete or Cancel.",
        (STATE, DO_STATE),
    ),
    Clause(
        "state/transient",
        BOTH,
        "A TRANSIENT_ERROR is an error that may mend itself: the service retries by its own rules, and "
        "moves the job to ERROR once it has made no progress for the length of the no-progress timeout. In "
        "BITS the retry timer does not act after a lost network, a locked disk or a bandwidth limit of "
        "zero; a lost network moves QUEUED and TRANSFERRING jobs here with BG_E_NETWORK_DISCONNECTED, and a "
        "regained one moves every job here to QUEUED.",
        (STATE, DO_STATE, CYCLE, bits("users-and-network-connections")),
    ),
    Clause(
        "state/error",
        BOTH,
        "A job in ERROR is not retried. It leaves by Resume, once the cause is mended, by Cancel, or by "
        "Complete, which keeps the files already transferred.",
        (STATE, DO_STATE, CYCLE),
    ),
    Clause(
        "state/transferred",
        BOTH,
        "Every file of a TRANSFERRED job is transferred, yet none is available to the client before "
        "Complete. In BITS, jobs with the high-performance property are the exception.",
        (CYCLE, STATE, DO_STATE),
    ),
    Clause(
        "state/final",
        BOTH,
        "Once a job is ACKNOWLEDGED or CANCELLED it stays so, and no state-changing method may be called on "
        "it. In BITS, it is in no enumeration of jobs either.",
        (CYCLE, DO_RESUME, DO_SUSPEND, DO_CANCEL, DO_COMPLETE),
    ),
    Clause(
        "state/expiry",
        BOTH,
        "BITS cancels a job that has been idle for 90 days, a period the policy JobInactivityTimeout sets, "
        "and deletes its files; transfer progress and property changes start the period anew. Delivery "
        "Optimization cancels a job 30 days old, however busy it is, and deletes its incomplete files; no "
        "policy changes that.",
        (bits("group-policies"), CYCLE, COMPLETE, DO_COMPLETE, do("ibackgroundcopycallback-jobtransferred")),
    ),
)

METHODS = (
    Clause(
        "resume/empty",
        BOTH,
        "Resume of a job without files is refused with E_EMPTY: BG_E_EMPTY in BITS, where the job stays "
        "SUSPENDED, DO_E_JOB_EMPTY in Delivery Optimization.",
        (CYCLE, RESUME, DO_RESUME, wine("job", "test_ResumeEmpty")),
    ),
    Clause(
        "resume/suspended",
        BOTH,
        "Resume of a SUSPENDED job that has files to transfer returns S_OK. In BITS the job becomes QUEUED "
        "until the scheduler gives it a turn; in Delivery Optimization it goes to the transferring state.",
        (RESUME, CYCLE, DO_RESUME),
    ),
    Clause(
        "resume/action",
        BITS,
        "Resume of a QUEUED, CONNECTING or TRANSFERRING job returns S_OK and leaves the job in its state.",
        (CYCLE,),
    ),
    Clause(
        "resume/error",
        BOTH,
        "Resume of a job in ERROR or TRANSIENT_ERROR returns S_OK and starts the job anew. In BITS it "
        "becomes QUEUED; the page says so for ERROR.",
        (RESUME, CYCLE, DO_RESUME, wine("job", "test_CompleteLocal")),
    ),
    Clause(
        "resume/transferred-more",
        BITS,
        "When files were added to a TRANSFERRED job, Resume has them transferred.",
        (CYCLE,),
    ),
    Clause(
        "resume/final",
        BOTH,
        "Resume of a CANCELLED or ACKNOWLEDGED job is refused with E_INVALID_STATE.",
        (RESUME, DO_RESUME),
    ),
    Clause(
        "suspend/action",
        BOTH,
        "Suspend of a job in an action state returns S_OK and makes it SUSPENDED: all its transfers stop, "
        "and none goes on before Resume.",
        (CYCLE, SUSPEND, DO_SUSPEND, DO_STATE),
    ),
    Clause(
        "suspend/suspended",
        BITS,
        "Suspend of a SUSPENDED job returns S_OK and leaves it SUSPENDED.",
        (CYCLE, SUSPEND),
    ),
    Clause(
        "suspend/automatic",
        BOTH,
        "The service itself suspends jobs that are new, that are in error or that have finished "
        "transferring. What that means for ERROR and TRANSFERRED is ruled by decision/2.",
        (SUSPEND, DO_SUSPEND),
    ),
    Clause(
        "suspend/final",
        BOTH,
        "Suspend of a CANCELLED or ACKNOWLEDGED job is refused with E_INVALID_STATE.",
        (SUSPEND, DO_SUSPEND),
    ),
    Clause(
        "cancel/any",
        BOTH,
        "Cancel in any state that is not final returns S_OK and makes the job CANCELLED, beyond recovery. "
        "The job's temporary files are deleted, in BITS those wholly transferred too; if BITS could not "
        "delete them it returns the success BG_S_UNABLE_TO_DELETE_FILES instead.",
        (CANCEL, CYCLE, DO_CANCEL, wine("job", "test_Cancel")),
    ),
    Clause(
        "cancel/final",
        BOTH,
        "Cancel of a CANCELLED or ACKNOWLEDGED job is refused with E_INVALID_STATE.",
        (CANCEL, DO_CANCEL, wine("job", "test_Cancel")),
    ),
    Clause(
        "complete/transferred",
        BOTH,
        "Complete of a TRANSFERRED job returns S_OK and makes it ACKNOWLEDGED: its temporary files are "
        "renamed to their local names and are then available.",
        (COMPLETE, DO_COMPLETE, DO_STATE, wine("job", "test_CompleteLocal")),
    ),
    Clause(
        "complete/partial",
        BOTH,
        "A download may be completed in every state that is not final. Files wholly transferred by then are "
        "kept, all others are deleted, and the job becomes ACKNOWLEDGED. BITS returns "
        "BG_S_PARTIAL_COMPLETE.",
        (COMPLETE, CYCLE, bits("completing-and-canceling-a-job"), DO_COMPLETE),
    ),
    Clause(
        "complete/rename",
        BITS,
        "If a temporary file cannot be renamed, Complete returns an error and the job stays TRANSFERRED and "
        "queued. Files renamed before stay available and say so in Completed; Complete may be called again.",
        (COMPLETE, api("ns-bits-bg_file_progress")),
    ),
    Clause(
        "complete/delete",
        BITS,
        "Complete may return the success BG_S_UNABLE_TO_DELETE_FILES when the job was completed but temporary "
        "files of it could not be deleted.",
        (COMPLETE,),
    ),
    Clause(
        "complete/final",
        BOTH,
        "Complete of a CANCELLED or ACKNOWLEDGED job is refused with E_INVALID_STATE.",
        (COMPLETE, DO_COMPLETE, wine("job", "test_HttpOptions")),
    ),
    Clause(
        "complete/upload",
        BITS,
        "An upload may be completed in TRANSFERRED only; in every other state Complete is refused with "
        "BG_E_INVALID_STATE.",
        (COMPLETE, bits("completing-and-canceling-a-job")),
    ),
)

LIFE = (*STATES, *METHODS)
