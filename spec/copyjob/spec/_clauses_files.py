"""Clauses about files and errors: adding, naming, progress, ranges, uploads, HTTP, error information.

Law: every sentence is ours and says what its pages say, no more; where they are silent, a decision rules.
It does not know what the table makes of it.
"""

from __future__ import annotations

from copyjob.spec._clause import BITS, BOTH, DO, Clause, api, bits, do, wine

ADD_FILE = api("nf-bits-ibackgroundcopyjob-addfile")
ADD_RANGES = api("nf-bits2_0-ibackgroundcopyjob3-addfilewithranges")
DO_ADD = do("ideliveryoptimizationjob-addfilewithranges")
ADDING = bits("adding-files-to-a-job")
SET_URL = api("nf-bits2_0-ibackgroundcopyfile2-setremotename")
DO_SET_URL = do("ibackgroundcopyfile2-setremotename-method")
GET_ERROR, DO_GET_ERROR = api("nf-bits-ibackgroundcopyjob-geterror"), do("ibackgroundcopyjob-geterror")
CONSISTENCY = bits("file-transfer-consistency")


FILES = (
    Clause(
        "addfile/ok",
        BOTH,
        "A file may be added in every state that is not final: S_OK, and the job keeps its state. In a "
        "final state AddFileWithRanges is refused with E_INVALID_STATE in both dialects. BITS transfers the "
        "files of a job one after another, first in, first out.",
        (ADDING, ADD_FILE, ADD_RANGES, DO_ADD, bits("life-cycle-of-a-bits-job"), wine("job", "test_AddFile")),
    ),
    Clause(
        "addfile/arg",
        BOTH,
        "A missing or empty local name is refused with E_INVALIDARG in Delivery Optimization. BITS refuses "
        "in the same way an invalid local or remote name, a protocol it does not support and a relative "
        "local path. In both, a directory the user may not write to is refused with E_ACCESSDENIED.",
        (ADD_FILE, DO_ADD),
    ),
    Clause(
        "addfile/ranges",
        BOTH,
        "A range that begins at BG_LENGTH_TO_EOF is refused with E_INVALID_RANGE; ranges that repeat or "
        "overlap, or that begin at the same offset in reverse order, are refused with E_OVERLAPPING_RANGES. "
        "A length of zero is not allowed, its code is not written down. In BITS, a range outside the file "
        "is found when it is transferred.",
        (ADD_RANGES, DO_ADD, api("ns-bits2_0-bg_file_range"), do("bg-file-range")),
    ),
    Clause(
        "addfile/limits",
        BOTH,
        "By policy, BITS allows 200 files a job (BG_E_TOO_MANY_FILES_IN_JOB), 500 ranges a file "
        "(BG_E_TOO_MANY_RANGES_IN_FILE), 60 jobs a user (BG_E_TOO_MANY_JOBS_PER_USER) and 300 jobs a "
        "machine (BG_E_TOO_MANY_JOBS_PER_MACHINE); administrators and service accounts are exempt. A BITS "
        "upload holds one file (BG_E_TOO_MANY_FILES). In both dialects a display name has at most 256 "
        "characters and a URL at most 2,200. SetDisplayName, which BITS alone has, refuses a longer name with "
        "E_INVALIDARG or BG_E_STRING_TOO_LONG, and one that is null with E_INVALIDARG.",
        (
            bits("group-policies"),
            ADDING,
            api("nf-bits-ibackgroundcopymanager-createjob"),
            api("nf-bits-ibackgroundcopyjob-setdisplayname"),
            api("ns-bits-bg_file_info"),
            do("ibackgroundcopymanager-createjob"),
            DO_SET_URL,
        ),
    ),
    Clause(
        "file/progress",
        BOTH,
        "BytesTotal of a file is unknown until its size is; for ranges it is the sum of their lengths. "
        "Completed is true only once Complete has made the file available.",
        (api("ns-bits-bg_file_progress"), do("bg-file-progress")),
    ),
    Clause(
        "job/progress",
        BOTH,
        "BytesTotal of a job is unknown as long as the size of any of its files is. In BITS a new job "
        "reports zero bytes and zero files.",
        (api("ns-bits-bg_job_progress"), do("bg-job-progress"), wine("job", "test_GetProgress_preTransfer")),
    ),
    Clause(
        "file/seturl",
        BOTH,
        "SetRemoteName refuses an invalid URL, and one of more than 2,200 characters, with E_INVALIDARG. If "
        "size or time stamp differ at the new URL, or its server cannot resume, the download begins anew, "
        "otherwise it goes on where it was; files already transferred are left alone.",
        (SET_URL, DO_SET_URL),
    ),
    Clause(
        "file/serialize",
        BOTH,
        "SetRemoteName is not yet stored when it returns: the next Resume stores it. BITS refuses it for "
        "uploads with E_NOTIMPL and in final states with BG_E_INVALID_STATE.",
        (SET_URL, DO_SET_URL),
    ),
    Clause(
        "file/prefix",
        BITS,
        "ReplaceRemotePrefix compares with case, changes every remote name that begins with the old prefix, "
        "and returns S_FALSE where none does. An empty prefix or an invalid or too long URL is refused with "
        "E_INVALIDARG, an upload with E_NOTIMPL, a final state with BG_E_INVALID_STATE.",
        (api("nf-bits2_0-ibackgroundcopyjob3-replaceremoteprefix"),),
    ),
    Clause(
        "file/consistency",
        BITS,
        "If size or time stamp of a file change on the server while it is being transferred, BITS transfers "
        "that one file anew; files already transferred stay as they are.",
        (CONSISTENCY, ADD_FILE, api("ns-bits-bg_file_progress")),
    ),
    Clause(
        "file/validation",
        BITS,
        "SetValidationState(FALSE) on a file from the origin moves the job to ERROR with "
        "BG_E_VALIDATION_FAILED (0x80200053) and sets the file's progress to zero.",
        (api("nf-bits3_0-ibackgroundcopyfile3-setvalidationstate"), CONSISTENCY),
    ),
    Clause(
        "enum/files",
        BOTH,
        "Next, when fewer files are left than asked for, returns those with S_FALSE; Skip, Reset and "
        "GetCount exist in both dialects. In BITS the enumeration is a snapshot of the files at the time of "
        "EnumFiles, and Clone copies it.",
        (
            api("nf-bits-ienumbackgroundcopyfiles-next"),
            api("nf-bits-ienumbackgroundcopyfiles-clone"),
            bits("enumerating-files-in-a-job"),
            do("ienumbackgroundcopyfiles-next"),
            do("ienumbackgroundcopyfiles-skip"),
            wine("enum_files"),
        ),
    ),
    Clause(
        "ranges/error",
        BITS,
        "A range outside the file (BG_E_INVALID_RANGE), a server without ranges "
        "(BG_E_INSUFFICIENT_RANGE_SUPPORT) and a server that merges ranges (BG_E_INVALID_SERVER_RESPONSE, "
        "0x8020001B) put the job in ERROR after Resume.",
        (ADD_RANGES,),
    ),
    Clause(
        "ranges/layout",
        BITS,
        "Ranges are written to the local file one behind the other in the order given. A count of zero is "
        "refused with E_INVALIDARG, an upload with E_NOTIMPL.",
        (ADD_RANGES,),
    ),
    Clause(
        "upload/changed",
        BITS,
        "If the local file changes during an upload the job goes to ERROR with context LOCAL_FILE and "
        "BG_E_LOCAL_FILE_CHANGED (0x8020001D).",
        (bits("bits-return-values"), CONSISTENCY, ADD_FILE),
    ),
    Clause(
        "upload/cancel",
        BITS,
        "A cancelled upload whose server does not answer may stay in the queue for up to 24 hours, or for "
        "the no-progress timeout where that is shorter.",
        (api("nf-bits-ibackgroundcopyjob-cancel"),),
    ),
    Clause(
        "upload/reply",
        BITS,
        "An upload-reply job is TRANSFERRED only after the reply too has arrived. SetReplyFileName is "
        "refused with BG_E_INVALID_STATE once the transfer of the reply has begun.",
        (bits("life-cycle-of-a-bits-job"), api("nf-bits1_5-ibackgroundcopyjob2-setreplyfilename")),
    ),
)

HTTP = (
    Clause(
        "http/needs",
        BOTH,
        "BITS needs a server whose HEAD tells the file's size and whose GET supports Content-Range and "
        "Content-Length; an HTTP/1.0 server that does so suffices. A server that does not is an error: "
        "BG_E_INSUFFICIENT_HTTP_SUPPORT, BG_E_MISSING_FILE_SIZE or BG_E_INSUFFICIENT_RANGE_SUPPORT, save "
        "that an uninterrupted foreground job can do without Content-Range for files below 2 GB. Delivery "
        "Optimization needs the Range header (DO_E_INSUFFICIENT_RANGE_SUPPORT).",
        (
            bits("http-requirements-for-bits-downloads"),
            bits("bits-return-values"),
            bits("best-practices-when-using-bits"),
            do("do-return-values"),
        ),
    ),
    Clause(
        "http/reply",
        BITS,
        "When a server application answers an upload, 3xx is transient except 300 to 305 and 307; 4xx is "
        "fatal except 408 and 409; 5xx is transient except 501 and 505; anything else but 200 is transient. "
        "About answers to downloads no more is written than that 503 and 504 are worth a later Resume and "
        "that a connection that cannot be made leads to TRANSIENT_ERROR; the rest is decision/11.",
        (bits("handling-server-application-errors"), bits("bits-return-values"), api("ne-bits-bg_job_state")),
    ),
    Clause(
        "http/redirect",
        BITS,
        "Redirects are followed by default. Where the job's security flags disallow them, a redirect puts "
        "the job in ERROR.",
        (api("nf-bits2_5-ibackgroundcopyjobhttpoptions-setsecurityflags"),),
    ),
)

ERRORS = (
    Clause(
        "error/available",
        BOTH,
        "In ERROR and TRANSIENT_ERROR, GetError gives the context and the code of the error, and goes on to "
        "do so until data is transferred again (TRANSFERRING). Otherwise it is refused with "
        "E_ERROR_INFORMATION_UNAVAILABLE.",
        (GET_ERROR, DO_GET_ERROR, wine("job", "test_HttpOptions")),
    ),
    Clause(
        "error/file",
        BOTH,
        "GetFile of an error gives the file that failed, or E_FILE_NOT_AVAILABLE where the error concerns no file.",
        (api("nf-bits-ibackgroundcopyerror-getfile"), do("ibackgroundcopyerror-getfile-method")),
    ),
    Clause(
        "error/context",
        BOTH,
        "Delivery Optimization gives the context REMOTE_FILE for an HTTP 403 and NONE for all else. BITS "
        "uses the whole enumeration: LOCAL_FILE, REMOTE_FILE, GENERAL_TRANSPORT and the others.",
        (
            do("ibackgroundcopycallback-joberror-method"),
            do("bg-error-context"),
            api("ne-bits-bg_error_context"),
        ),
    ),
    Clause(
        "error/atomic",
        BITS,
        "A job is in error as a whole: one failing file stops it, and the files behind it wait until the "
        "error is resolved.",
        (bits("handling-errors"), ADD_FILE),
    ),
    Clause(
        "error/count",
        BITS,
        "GetErrorCount grows when a job goes from TRANSFERRING to TRANSIENT_ERROR or ERROR, and with every "
        "retry that fails. It is never reset, and does not count network disconnects, disk checks and "
        "bandwidth policy.",
        (api("nf-bits-ibackgroundcopyjob-geterrorcount"),),
    ),
    Clause(
        "error/exit",
        BOTH,
        "An error object ends when the client it was given to exits.",
        (GET_ERROR, DO_GET_ERROR),
        untested="how long an error object lives is no fact of a job; context and code are given by value",
    ),
)

POLICIES = (
    Clause(
        "policy/cost",
        BOTH,
        "BITS puts a job that network cost, battery saver or game mode blocks in TRANSIENT_ERROR. In both "
        "dialects changed cost flags act at once, also on a transfer under way.",
        (
            bits("life-cycle-of-a-bits-job"),
            api("ne-bits5_0-bits_job_property_id"),
            do("bits-job-property-id"),
        ),
    ),
    Clause(
        "policy/bandwidth",
        BITS,
        "A bandwidth limit of zero puts background jobs in TRANSIENT_ERROR with BG_E_BLOCKED_BY_POLICY; "
        "they are QUEUED when the interval of the limit is over.",
        (bits("group-policies"), bits("bits-return-values")),
    ),
    Clause(
        "policy/do",
        DO,
        "Delivery Optimization pauses a job for cost (0x80D03801), cellular network (0x80D03803), power "
        "(0x80D03804), lost network (0x80D03805), VPN (0x80D03807) and critical memory (0x80D03808); in "
        "which state is not said.",
        (do("do-return-values"),),
        untested="in which state a paused job is, is written nowhere, so that no row can say it",
    ),
)

FILES_AND_ERRORS = (*FILES, *HTTP, *ERRORS, *POLICIES)
