"""Clauses about the service: timers, properties, priorities, the manager, callbacks, restarts, owners.

Law: every sentence is ours and says what its pages say, no more; where they are silent, a decision rules.
It does not know what the table makes of it.
"""

from __future__ import annotations

from copyjob.spec._clause import BITS, BOTH, Clause, api, bits, do, wine

RETRY = api("nf-bits-ibackgroundcopyjob-setminimumretrydelay")
TIMEOUT = api("nf-bits-ibackgroundcopyjob-setnoprogresstimeout")
DO_TIMEOUT = do("ibackgroundcopyjob-setnoprogresstimeout")
FLAGS, DO_FLAGS = api("nf-bits-ibackgroundcopyjob-setnotifyflags"), do("ibackgroundcopyjob-setnotifyflags")
INTERFACE = api("nf-bits-ibackgroundcopyjob-setnotifyinterface")
PRIORITY = api("nf-bits-ibackgroundcopyjob-setpriority")
CALLBACK, DO_CALLBACK = api("nn-bits-ibackgroundcopycallback"), do("ibackgroundcopycallback")
FILE_TRANSFERRED = api("nf-bits3_0-ibackgroundcopycallback2-filetransferred")
PROPERTY = api("ne-bits5_0-bits_job_property_id")


TIMERS = (
    Clause(
        "timer/retry",
        BOTH,
        "In BITS a job waits in TRANSIENT_ERROR for at least MinimumRetryDelay: 600 seconds by default, "
        "never below 5 (a smaller value becomes 5). A delay longer than the no-progress timeout means no "
        "retry: the job goes to ERROR. In Delivery Optimization the delay is internal.",
        (RETRY, do("bg-job-state-")),
    ),
    Clause(
        "timer/progress",
        BOTH,
        "NoProgressTimeout is how long a job may go without progress before TRANSIENT_ERROR becomes ERROR; "
        "progress starts it anew. BITS: 1,209,600 seconds by default, 0 means no retry at all, it runs from "
        "the first transient error, and a changed system clock moves neither it nor the retry delay before "
        "the service restarts. Delivery Optimization: 3,600 seconds by default for high priority, 86,400 "
        "for low.",
        (TIMEOUT, DO_TIMEOUT, RETRY),
    ),
    Clause(
        "timer/maxdownload",
        BITS,
        "A job may spend 7,776,000 seconds in CONNECTING and TRANSFERRING together, unless it or a policy "
        "sets another limit; then it goes to ERROR with BG_E_MAXDOWNLOAD_TIMEOUT (0x80200054). Resume "
        "starts the count anew.",
        (api("nf-bits3_0-ibackgroundcopyjob4-setmaximumdownloadtime"), bits("group-policies")),
    ),
    Clause(
        "times",
        BOTH,
        "A job has three times: creation; modification, which every setter, every added file, every "
        "state-changing method, every change of state and every byte received moves; and transfer "
        "completion, when it entered TRANSFERRED.",
        (api("ns-bits-bg_job_times"), do("bg-job-times")),
    ),
)

PROPERTIES = (
    Clause(
        "set/final",
        BOTH,
        "In a final state SetNoProgressTimeout and SetNotifyFlags are refused with E_INVALID_STATE. BITS "
        "refuses SetMinimumRetryDelay, SetNotifyInterface, SetPriority, SetDisplayName and its other "
        "setters likewise. The Delivery Optimization pages of SetPriority and SetNotifyInterface are "
        "silent; its IBackgroundCopyJob has no AddFile, SetDisplayName, SetMinimumRetryDelay, GetErrorCount "
        "or TakeOwnership.",
        (
            TIMEOUT,
            FLAGS,
            RETRY,
            INTERFACE,
            PRIORITY,
            api("nf-bits-ibackgroundcopyjob-setdisplayname"),
            DO_TIMEOUT,
            DO_FLAGS,
            do("ibackgroundcopyjob-"),
            wine("job", "test_HttpOptions"),
        ),
    ),
    Clause(
        "set/arg",
        BITS,
        "A priority that BG_JOB_PRIORITY does not define, and notify flags that are not valid, are refused "
        "with E_NOTIMPL.",
        (PRIORITY, FLAGS),
    ),
    Clause(
        "priority",
        BOTH,
        "In BITS a higher background priority preempts a lower one and equals share time slices round "
        "robin, while all foreground jobs run side by side and beside one background job. In Delivery "
        "Optimization all background levels are alike, and several jobs may run at once.",
        (api("ne-bits-bg_job_priority"), bits("life-cycle-of-a-bits-job"), do("bg-job-priority-")),
    ),
    Clause(
        "prop/high-performance",
        BITS,
        "The high-performance property, set before any file is added, has the service write into the "
        "destination file itself and not store its progress: an interrupted job begins anew, a cancelled "
        "one leaves its bytes behind.",
        (PROPERTY,),
    ),
    Clause(
        "prop/dynamic",
        BITS,
        "The dynamic-content property, set before the first Resume, lifts the needs of http/needs; an "
        "interrupted download then begins anew from its first byte.",
        (PROPERTY,),
    ),
    Clause(
        "prop/method",
        BITS,
        "Another HTTP method than the default, set before the first Resume, makes the job a foreground job "
        "for good and turns errors that could be resumed into ERROR; Resume then begins from the first "
        "byte.",
        (api("nf-bits10_2-ibackgroundcopyjobhttpoptions2-sethttpmethod"),),
    ),
)

MANAGER = (
    Clause(
        "manager/create",
        BOTH,
        "CreateJob needs a display name that is not null and has at most 256 characters (a longer one in BITS: "
        "E_INVALIDARG); two jobs may share one. It gives the job a GUID that is its own.",
        (
            api("nf-bits-ibackgroundcopymanager-createjob"),
            bits("creating-a-job"),
            do("ibackgroundcopymanager-createjob"),
            wine("job", "test_GetId"),
        ),
    ),
    Clause(
        "manager/get",
        BOTH,
        "GetJob finds jobs that are in the queue: an unknown id, or that of a job in a final state, is "
        "refused with E_NOT_FOUND, and a caller who may not have the job with E_ACCESSDENIED.",
        (
            api("nf-bits-ibackgroundcopymanager-getjob"),
            api("nf-bits-ibackgroundcopyjob-complete"),
            do("ibackgroundcopymanager-getjob"),
            wine("qmgr"),
        ),
    ),
    Clause(
        "manager/enum",
        BITS,
        "EnumJobs lists the jobs in the queue in any order; those of other users only to an administrator, "
        "anybody else who asks for them is refused with E_ACCESSDENIED.",
        (
            api("nf-bits-ibackgroundcopymanager-enumjobs"),
            bits("enumerating-jobs-in-the-transfer-queue"),
            wine("enum_jobs"),
        ),
    ),
    Clause(
        "owner/take",
        BITS,
        "TakeOwnership by a user who is no administrator is refused with E_ACCESSDENIED.",
        (api("nf-bits-ibackgroundcopyjob-takeownership"),),
    ),
    Clause(
        "token/logoff",
        BITS,
        "When its owner logs off before the transfer is complete, a job with a helper token loses it and "
        "goes to ERROR with BG_E_TOKEN_REQUIRED (0x80200056).",
        (bits("helper-tokens-for-bits-transfer-jobs"), bits("life-cycle-of-a-bits-job")),
    ),
    Clause(
        "restart",
        BOTH,
        "In BITS, jobs with their files, progress and properties outlive the service and the machine. In "
        "Delivery Optimization, jobs made in the BITS style are non-volatile, they are saved; its own "
        "downloads are not, unless asked for.",
        (
            bits("best-practices-when-using-bits", "Jobs are persistent"),
            bits("what-s-new"),
            PROPERTY,
            api("ne-deliveryoptimization-dodownloadproperty"),
        ),
    ),
)

CALLBACKS = (
    Clause(
        "callback/flags",
        BOTH,
        "Notify flags choose what a client is called for. In BITS a new job has JOB_TRANSFERRED and JOB_ERROR, and "
        "DISABLE silences whatever else is set. SetNotifyFlags of Delivery Optimization supports neither DISABLE nor "
        "FILE_RANGES_TRANSFERRED.",
        (FLAGS, DO_FLAGS, wine("job", "test_NotifyFlags")),
    ),
    Clause(
        "callback/transferred",
        BOTH,
        "A client that set the flag JOB_TRANSFERRED is called back by JobTransferred when every file of the "
        "job is transferred. In BITS a call that fails is repeated until it returns S_OK. The interface "
        "does not survive the client's exit.",
        (
            api("nf-bits-ibackgroundcopycallback-jobtransferred"),
            CALLBACK,
            do("ibackgroundcopycallback-jobtransferred"),
            DO_CALLBACK,
        ),
    ),
    Clause(
        "callback/error",
        BOTH,
        "A client that set the flag JOB_ERROR is called back by JobError when the job enters ERROR, never "
        "for a transient error. A call that fails is repeated in both dialects until it returns S_OK.",
        (api("nf-bits-ibackgroundcopycallback-joberror"), do("ibackgroundcopycallback-joberror-method")),
    ),
    Clause(
        "callback/modification",
        BOTH,
        "A client that set the flag JOB_MODIFICATION is called back by JobModification when bytes were "
        "transferred, files added, properties set or the state changed.",
        (
            api("nf-bits-ibackgroundcopycallback-jobmodification"),
            do("ibackgroundcopycallback-jobmodification-method"),
        ),
    ),
    Clause(
        "callback/file",
        BOTH,
        "In BITS, a client that set the flag FILE_TRANSFERRED is called back by FileTransferred for every "
        "file, again and again while the call fails. Delivery Optimization documents the flag, but no "
        "method that it would call.",
        (FILE_TRANSFERRED, FLAGS, DO_FLAGS, DO_CALLBACK),
    ),
    Clause(
        "callback/no-modify",
        BITS,
        "Entering ERROR or TRANSFERRED makes no call of JobModification.",
        (api("nf-bits-ibackgroundcopycallback-jobmodification"),),
    ),
    Clause(
        "callback/late",
        BITS,
        "A callback comes at least once, even if it is registered only after the event.",
        (CALLBACK, INTERFACE),
    ),
    Clause(
        "callback/order",
        BITS,
        "JobTransferred may reach the client before calls of JobModification that were made earlier and are "
        "still pending.",
        (CALLBACK,),
    ),
    Clause(
        "callback/file-order",
        BOTH,
        "In BITS, calls of FileTransferred for one job come one at a time, and before JobTransferred and "
        "JobError. In Delivery Optimization there is no such method.",
        (FILE_TRANSFERRED, DO_CALLBACK),
    ),
)

SERVICE = (*TIMERS, *PROPERTIES, *MANAGER, *CALLBACKS)
