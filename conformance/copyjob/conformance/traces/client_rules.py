"""The rules for clients: what each finds, and the documented way.

Law: an id never changes its meaning, and its clauses say what a rule rests on. When one is broken stands in `clients`.
"""

from __future__ import annotations

from typing import Final

from copyjob.conformance.traces.finding import Rule

NEVER_ENDS: Final = Rule(
    "client/never-ends",
    "never completes or cancels a job that waits for it",
    ("state/transferred", "state/error", "state/expiry"),
    "call Complete on a TRANSFERRED job, which alone makes its files available, and Cancel (or Complete, to keep what "
    "was transferred) on one in ERROR that is not resumed",
)
RESUME_LOOP: Final = Rule(
    "client/resume-loop",
    "resumes a job in ERROR again and again with nothing mended",
    ("state/error", "resume/error"),
    "ask GetError, mend the cause (SetRemoteName, SetCredentials, room on the disk), then call Resume; or give up with "
    "Cancel. What mends itself is TRANSIENT_ERROR, and the service retries that",
)
COMPLETE_LOOP: Final = Rule(
    "client/complete-loop",
    "calls Complete again and again although it fails",
    ("complete/transferred", "complete/rename"),
    "wait for TRANSFERRED (by JobTransferred or GetState); where a file cannot be renamed, free its destination before "
    "Complete is called again, or call Cancel",
)
AFTER_END: Final = Rule(
    "client/after-end",
    "goes on calling a job that has ended",
    ("state/final", "manager/get"),
    "let go of a job once Complete or Cancel has succeeded, or GetState says ACKNOWLEDGED or CANCELLED; create another "
    "one for more files",
)
LEFT_SUSPENDED: Final = Rule(
    "client/left-suspended",
    "leaves a suspended job behind",
    ("state/suspended", "state/initial", "state/expiry"),
    "call Resume on a new job and on one that was suspended, or Cancel it; it keeps its place in the queue, and counts "
    "against the limit of jobs, until it expires",
)
PARTIAL_IGNORED: Final = Rule(
    "client/partial-ignored",
    "takes BG_S_PARTIAL_COMPLETE for success",
    ("complete/partial",),
    "compare the answer of Complete with S_OK: after BG_S_PARTIAL_COMPLETE the files that were not wholly transferred "
    "are gone; wait for TRANSFERRED, or fetch them in another job",
)
RULES: Final = (NEVER_ENDS, RESUME_LOOP, COMPLETE_LOOP, AFTER_END, LEFT_SUSPENDED, PARTIAL_IGNORED)
