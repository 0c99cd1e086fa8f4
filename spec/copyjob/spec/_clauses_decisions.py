"""Decisions: what holds here where the documents are silent or contradict each other.

Law: a ruling is cited as ``decision/<n>`` and never dressed up as a documented fact; the pages are those it
weighs.
It does not know which rows follow from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copyjob.spec._clause import BITS, BOTH, DO, Clause, api, bits, do

if TYPE_CHECKING:
    from copyjob.spec._clause import Page
    from copyjob.spec.vocabulary import Dialect

CYCLE = bits("life-cycle-of-a-bits-job")
RETURNS, DO_RETURNS = bits("bits-return-values"), do("do-return-values")
RESUME, DO_RESUME = api("nf-bits-ibackgroundcopyjob-resume"), do("ibackgroundcopyjob-resume")
SUSPEND, DO_SUSPEND = api("nf-bits-ibackgroundcopyjob-suspend"), do("ibackgroundcopyjob-suspend")
COMPLETE, DO_COMPLETE = api("nf-bits-ibackgroundcopyjob-complete"), do("ibackgroundcopyjob-complete")
STATE, DO_STATE = api("ne-bits-bg_job_state"), do("bg-job-state-")
GET_ERROR, DO_GET_ERROR = api("nf-bits-ibackgroundcopyjob-geterror"), do("ibackgroundcopyjob-geterror")
ADD_RANGES = api("nf-bits2_0-ibackgroundcopyjob3-addfilewithranges")
DO_ADD = do("ideliveryoptimizationjob-addfilewithranges")


def _decision(
    number: int,
    dialects: frozenset[Dialect],
    text: str,
    *pages: Page,
) -> Clause:
    return Clause(f"decision/{number}", dialects, text, pages, decided=True)


DECISIONS = (
    _decision(
        1,
        DO,
        "DO_E_EMPTY and DO_E_JOB_EMPTY (0x80D02004) are two spellings of one code, and so are "
        "DO_E_NOT_FOUND and DO_E_JOB_NOT_FOUND (0x80D02003): method pages use the short one, the table of "
        "return values the long one.",
        DO_RESUME,
        do("ibackgroundcopymanager-getjob"),
        DO_RETURNS,
    ),
    _decision(
        2,
        BOTH,
        "Suspend in ERROR or TRANSFERRED returns S_OK; the job may stay where it is or become SUSPENDED. "
        "The page of the life cycle lets Suspend switch the state, the page of Suspend holds such jobs to "
        "be suspended already.",
        CYCLE,
        SUSPEND,
        DO_SUSPEND,
    ),
    _decision(
        3,
        BOTH,
        "Resume of a TRANSFERRED job with no file left to transfer stays there, with S_OK or with E_EMPTY: "
        "that there are no files to transfer can be read of the job's files, or of those left.",
        RESUME,
        DO_RESUME,
        CYCLE,
    ),
    _decision(
        4,
        BOTH,
        "Complete of a job none of whose files is wholly transferred, an empty job among them, makes it "
        "ACKNOWLEDGED with S_OK or BG_S_PARTIAL_COMPLETE.",
        COMPLETE,
        DO_COMPLETE,
        RETURNS,
    ),
    _decision(
        5,
        DO,
        "After Resume, QUEUED may come before TRANSFERRING, because the enumeration has that state although "
        "the page of Resume names the transferring state alone; CONNECTING may not.",
        DO_RESUME,
        DO_STATE,
    ),
    _decision(
        6,
        BOTH,
        "Adding a file in a final state is refused with E_INVALID_STATE by whichever method, as it is "
        "documented for AddFileWithRanges. A setter whose Delivery Optimization page is silent about final "
        "states may return S_OK or E_INVALID_STATE there, and changes nothing.",
        bits("adding-files-to-a-job"),
        ADD_RANGES,
        DO_ADD,
        do("ibackgroundcopyjob-setpriority"),
        do("ibackgroundcopyjob-setnotifyinterface"),
    ),
    _decision(
        7,
        BOTH,
        "Suspend of a job in TRANSIENT_ERROR makes it SUSPENDED, in BITS because that is an action state, "
        "in Delivery Optimization by analogy.",
        CYCLE,
        DO_SUSPEND,
    ),
    _decision(
        8,
        BOTH,
        "A file added in ERROR, TRANSIENT_ERROR or TRANSFERRED leaves the state of the job as it is until Resume.",
        CYCLE,
        bits("adding-files-to-a-job"),
    ),
    _decision(
        9,
        BOTH,
        "Whoever still holds a job in a final state can ask for its state and its other properties, and is answered.",
        CYCLE,
        api("nf-bits-ibackgroundcopyjob-getstate"),
        do("ibackgroundcopyjob-getstate"),
    ),
    _decision(
        10,
        BOTH,
        "Time slices, turns and retries may happen at any moment their surroundings allow. An observer may "
        "miss every state a job passed through, but never sees one that it could not have passed.",
        CYCLE,
    ),
    _decision(
        11,
        BOTH,
        "Of HTTP answers to a download, 4xx is fatal, except that 408, 409, 425 and 429 may lead to "
        "TRANSIENT_ERROR or ERROR; 5xx is transient, except 501 and 505, which are fatal. A connection "
        "refused, failed or reset, a name not found, a time-out and a truncated body are transient. Where "
        "only this decision calls an answer transient, ERROR at once breaks a SHOULD, not a MUST. "
        "TRANSFERRED is never permitted without the whole body of a 200 or of a matching 206.",
        bits("handling-server-application-errors"),
        RETURNS,
        STATE,
        bits("best-practices-when-using-bits"),
    ),
    _decision(
        12,
        BOTH,
        "A timed retry leads from TRANSIENT_ERROR to QUEUED in BITS and to TRANSFERRING in Delivery "
        "Optimization, at any moment after the delay.",
        STATE,
        DO_STATE,
        api("nf-bits-ibackgroundcopyjob-setminimumretrydelay"),
    ),
    _decision(
        13,
        BOTH,
        "A refused call, one with a failing HRESULT, leaves state, files, progress, error information, "
        "properties and disk as they were. The pages say so for the empty job only.",
        CYCLE,
    ),
    _decision(
        14,
        BOTH,
        "A range of length zero is refused with E_INVALID_RANGE or with E_INVALIDARG.",
        api("ns-bits2_0-bg_file_range"),
        do("bg-file-range"),
        ADD_RANGES,
        DO_ADD,
    ),
    _decision(
        15,
        DO,
        "Clauses that only BITS documents for Resume, Suspend and Cancel, in states the Delivery "
        "Optimization pages do not treat, are taken over there as SHOULD.",
        CYCLE,
        DO_RESUME,
        DO_SUSPEND,
        do("ibackgroundcopyjob-cancel"),
    ),
    _decision(
        16,
        BOTH,
        "Resume of a SUSPENDED job with nothing left to transfer, which decision/2 makes possible, "
        "returns S_OK and leads by way of QUEUED to TRANSFERRED, or is refused with E_EMPTY and stays.",
        RESUME,
        DO_RESUME,
    ),
    _decision(
        17,
        DO,
        "Resume of a TRANSFERRED job to which files were added has them transferred, as "
        "resume/transferred-more has it for BITS.",
        CYCLE,
        DO_RESUME,
    ),
    _decision(
        18,
        BOTH,
        "Error information is available in ERROR and TRANSIENT_ERROR, and after Resume through QUEUED and "
        "CONNECTING until the job is TRANSFERRING. In SUSPENDED reached from an error, in TRANSFERRED reached "
        "from one past TRANSFERRING (decision/16), after a restart of the service, and in final states, both "
        "answers are permitted. A job that never failed has none.",
        GET_ERROR,
        DO_GET_ERROR,
        RETURNS,
    ),
    _decision(
        19,
        BOTH,
        "A backend that knows its jobs by id alone may answer E_NOT_FOUND for a job in a final state "
        "wherever E_INVALID_STATE is required, and to its getters.",
        api("nf-bits-ibackgroundcopymanager-getjob"),
        do("ibackgroundcopymanager-getjob"),
    ),
    _decision(
        20,
        BOTH,
        "When a request for a part of a file is answered with a 200, or with another part than asked for, "
        "the backend may begin the file anew or go to ERROR for want of range support. It never joins bytes "
        "of two answers that do not fit.",
        bits("http-requirements-for-bits-downloads"),
        RETURNS,
        DO_RETURNS,
    ),
    _decision(
        21,
        BOTH,
        "A redirect that leads to no other one is followed. A redirect loop, and more redirects in a row than the "
        "backend follows, lead to ERROR or TRANSIENT_ERROR and never to TRANSFERRED.",
        api("nf-bits2_5-ibackgroundcopyjobhttpoptions-setsecurityflags"),
    ),
    _decision(
        22,
        BITS,
        "SetReplyFileName belongs to uploads with a reply; what it answers for any other job is written nowhere. "
        "E_NOTIMPL, E_INVALIDARG and E_INVALID_STATE are permitted, and nothing changes.",
        api("nf-bits1_5-ibackgroundcopyjob2-setreplyfilename"),
    ),
    _decision(
        23,
        BITS,
        "When one of two obstacles goes and the other stays, a lost network and a policy, a job in TRANSIENT_ERROR "
        "may become QUEUED or stay where it is: each page speaks of its own obstacle alone.",
        bits("users-and-network-connections"),
        bits("group-policies"),
    ),
)
