---- MODULE CopyJobDOFull ----
\* Generated from the rows of the table; not edited by hand.
EXTENDS Naturals
CONSTANT FilesBound
VARIABLES state, files_total, files_done, error
vars == <<state, files_total, files_done, error>>

Init ==
    \/ state = "SUSPENDED" /\ files_total = 0 /\ files_done = 0 /\ error = 0

\* resume/SUSPENDED/1 MUST: resume/empty, decision/13, decision/1
resume_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ files_total = 0
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>

resume_SUSPENDED_2_answer_1 == \* S_OK
    /\ state' = "TRANSFERRING"
    /\ error' = 0
    /\ UNCHANGED <<files_total, files_done>>
resume_SUSPENDED_2_answer_2 == \* S_OK
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* resume/SUSPENDED/2 MUST: resume/suspended, decision/5
resume_SUSPENDED_2 ==
    /\ state = "SUSPENDED"
    /\ files_done < files_total
    /\ (resume_SUSPENDED_2_answer_1 \/ resume_SUSPENDED_2_answer_2)

resume_SUSPENDED_3_answer_1 == \* S_OK
    /\ state' = "TRANSFERRING"
    /\ error' = 0
    /\ UNCHANGED <<files_total, files_done>>
resume_SUSPENDED_3_answer_2 == \* S_OK
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>
resume_SUSPENDED_3_answer_3 == \* DO_E_JOB_EMPTY
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* resume/SUSPENDED/3 MAY: decision/16, decision/5
resume_SUSPENDED_3 ==
    /\ state = "SUSPENDED"
    /\ 0 < files_total /\ files_done = files_total
    /\ (resume_SUSPENDED_3_answer_1 \/ resume_SUSPENDED_3_answer_2 \/ resume_SUSPENDED_3_answer_3)

\* resume/QUEUED/1 SHOULD: resume/action, decision/15
resume_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* resume/TRANSFERRING/1 SHOULD: resume/action, decision/15
resume_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>

resume_TRANSIENT_ERROR_1_answer_1 == \* S_OK
    /\ state' = "TRANSFERRING"
    /\ error' = 0
    /\ UNCHANGED <<files_total, files_done>>
resume_TRANSIENT_ERROR_1_answer_2 == \* S_OK
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* resume/TRANSIENT_ERROR/1 MUST: resume/error, decision/5
resume_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ (resume_TRANSIENT_ERROR_1_answer_1 \/ resume_TRANSIENT_ERROR_1_answer_2)

resume_ERROR_1_answer_1 == \* S_OK
    /\ state' = "TRANSFERRING"
    /\ error' = 0
    /\ UNCHANGED <<files_total, files_done>>
resume_ERROR_1_answer_2 == \* S_OK
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* resume/ERROR/1 MUST: resume/error, decision/5
resume_ERROR_1 ==
    /\ state = "ERROR"
    /\ (resume_ERROR_1_answer_1 \/ resume_ERROR_1_answer_2)

resume_TRANSFERRED_1_answer_1 == \* S_OK
    /\ state' = "TRANSFERRING"
    /\ error' = 0
    /\ UNCHANGED <<files_total, files_done>>
resume_TRANSFERRED_1_answer_2 == \* S_OK
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* resume/TRANSFERRED/1 SHOULD: decision/17, decision/5
resume_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ files_done < files_total
    /\ (resume_TRANSFERRED_1_answer_1 \/ resume_TRANSFERRED_1_answer_2)

resume_TRANSFERRED_2_answer_1 == \* S_OK
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>
resume_TRANSFERRED_2_answer_2 == \* DO_E_JOB_EMPTY
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* resume/TRANSFERRED/2 MAY: decision/3
resume_TRANSFERRED_2 ==
    /\ state = "TRANSFERRED"
    /\ 0 < files_total /\ files_done = files_total
    /\ (resume_TRANSFERRED_2_answer_1 \/ resume_TRANSFERRED_2_answer_2)

\* resume/ACKNOWLEDGED/1 MUST: resume/final, state/final, decision/13
resume_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* resume/CANCELLED/1 MUST: resume/final, state/final, decision/13
resume_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* suspend/SUSPENDED/1 SHOULD: suspend/suspended, decision/15
suspend_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* suspend/QUEUED/1 MUST: suspend/action
suspend_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>

\* suspend/TRANSFERRING/1 MUST: suspend/action
suspend_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>

\* suspend/TRANSIENT_ERROR/1 SHOULD: suspend/action, decision/7
suspend_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>

suspend_ERROR_1_answer_1 == \* S_OK
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
suspend_ERROR_1_answer_2 == \* S_OK
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>
\* suspend/ERROR/1 MAY: suspend/automatic, decision/2
suspend_ERROR_1 ==
    /\ state = "ERROR"
    /\ (suspend_ERROR_1_answer_1 \/ suspend_ERROR_1_answer_2)

suspend_TRANSFERRED_1_answer_1 == \* S_OK
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
suspend_TRANSFERRED_1_answer_2 == \* S_OK
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* suspend/TRANSFERRED/1 MAY: suspend/automatic, decision/2
suspend_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ (suspend_TRANSFERRED_1_answer_1 \/ suspend_TRANSFERRED_1_answer_2)

\* suspend/ACKNOWLEDGED/1 MUST: suspend/final, state/final, decision/13
suspend_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* suspend/CANCELLED/1 MUST: suspend/final, state/final, decision/13
suspend_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* cancel/QUEUED/1 MUST: cancel/any
cancel_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total>>

\* cancel/TRANSFERRING/1 MUST: cancel/any
cancel_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total>>

\* cancel/SUSPENDED/1 MUST: cancel/any
cancel_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total>>

\* cancel/ERROR/1 MUST: cancel/any
cancel_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total>>

\* cancel/TRANSIENT_ERROR/1 MUST: cancel/any
cancel_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total>>

\* cancel/TRANSFERRED/1 MUST: cancel/any
cancel_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total>>

\* cancel/ACKNOWLEDGED/1 MUST: cancel/final, state/final, decision/13
cancel_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* cancel/CANCELLED/1 MUST: cancel/final, state/final, decision/13
cancel_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>

complete_SUSPENDED_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_SUSPENDED_1_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/SUSPENDED/1 MAY: complete/partial, decision/4
complete_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ files_done = 0
    /\ (complete_SUSPENDED_1_answer_1 \/ complete_SUSPENDED_1_answer_2)

complete_QUEUED_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_QUEUED_1_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/QUEUED/1 MAY: complete/partial, decision/4
complete_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ files_done = 0
    /\ (complete_QUEUED_1_answer_1 \/ complete_QUEUED_1_answer_2)

complete_TRANSFERRING_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_TRANSFERRING_1_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/TRANSFERRING/1 MAY: complete/partial, decision/4
complete_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done = 0
    /\ (complete_TRANSFERRING_1_answer_1 \/ complete_TRANSFERRING_1_answer_2)

complete_TRANSIENT_ERROR_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_TRANSIENT_ERROR_1_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/TRANSIENT_ERROR/1 MAY: complete/partial, decision/4
complete_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ files_done = 0
    /\ (complete_TRANSIENT_ERROR_1_answer_1 \/ complete_TRANSIENT_ERROR_1_answer_2)

complete_ERROR_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_ERROR_1_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/ERROR/1 MAY: complete/partial, decision/4
complete_ERROR_1 ==
    /\ state = "ERROR"
    /\ files_done = 0
    /\ (complete_ERROR_1_answer_1 \/ complete_ERROR_1_answer_2)

complete_SUSPENDED_2_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_SUSPENDED_2_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/SUSPENDED/2 MUST: complete/partial
complete_SUSPENDED_2 ==
    /\ state = "SUSPENDED"
    /\ 0 < files_done /\ files_done < files_total
    /\ (complete_SUSPENDED_2_answer_1 \/ complete_SUSPENDED_2_answer_2)

complete_QUEUED_2_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_QUEUED_2_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/QUEUED/2 MUST: complete/partial
complete_QUEUED_2 ==
    /\ state = "QUEUED"
    /\ 0 < files_done /\ files_done < files_total
    /\ (complete_QUEUED_2_answer_1 \/ complete_QUEUED_2_answer_2)

complete_TRANSFERRING_2_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_TRANSFERRING_2_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/TRANSFERRING/2 MUST: complete/partial
complete_TRANSFERRING_2 ==
    /\ state = "TRANSFERRING"
    /\ 0 < files_done /\ files_done < files_total
    /\ (complete_TRANSFERRING_2_answer_1 \/ complete_TRANSFERRING_2_answer_2)

complete_TRANSIENT_ERROR_2_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_TRANSIENT_ERROR_2_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/TRANSIENT_ERROR/2 MUST: complete/partial
complete_TRANSIENT_ERROR_2 ==
    /\ state = "TRANSIENT_ERROR"
    /\ 0 < files_done /\ files_done < files_total
    /\ (complete_TRANSIENT_ERROR_2_answer_1 \/ complete_TRANSIENT_ERROR_2_answer_2)

complete_ERROR_2_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_ERROR_2_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/ERROR/2 MUST: complete/partial
complete_ERROR_2 ==
    /\ state = "ERROR"
    /\ 0 < files_done /\ files_done < files_total
    /\ (complete_ERROR_2_answer_1 \/ complete_ERROR_2_answer_2)

complete_TRANSFERRED_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_TRANSFERRED_1_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/TRANSFERRED/1 MUST: complete/partial
complete_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ 0 < files_done /\ files_done < files_total
    /\ (complete_TRANSFERRED_1_answer_1 \/ complete_TRANSFERRED_1_answer_2)

\* complete/TRANSFERRED/2 MUST: complete/transferred
complete_TRANSFERRED_2 ==
    /\ state = "TRANSFERRED"
    /\ 0 < files_total /\ files_done = files_total
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>

complete_SUSPENDED_3_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_SUSPENDED_3_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/SUSPENDED/3 MAY: complete/partial
complete_SUSPENDED_3 ==
    /\ state = "SUSPENDED"
    /\ 0 < files_total /\ files_done = files_total
    /\ (complete_SUSPENDED_3_answer_1 \/ complete_SUSPENDED_3_answer_2)

complete_QUEUED_3_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_QUEUED_3_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/QUEUED/3 MAY: complete/partial
complete_QUEUED_3 ==
    /\ state = "QUEUED"
    /\ 0 < files_total /\ files_done = files_total
    /\ (complete_QUEUED_3_answer_1 \/ complete_QUEUED_3_answer_2)

complete_TRANSFERRING_3_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
complete_TRANSFERRING_3_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* complete/TRANSFERRING/3 MAY: complete/partial
complete_TRANSFERRING_3 ==
    /\ state = "TRANSFERRING"
    /\ 0 < files_total /\ files_done = files_total
    /\ (complete_TRANSFERRING_3_answer_1 \/ complete_TRANSFERRING_3_answer_2)

\* complete/ACKNOWLEDGED/1 MUST: complete/final, state/final, decision/13
complete_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* complete/CANCELLED/1 MUST: complete/final, state/final, decision/13
complete_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* add_file/QUEUED/1 MUST: addfile/ok, decision/8
add_file_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error>>

\* add_file/TRANSFERRING/1 MUST: addfile/ok, decision/8
add_file_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error>>

\* add_file/SUSPENDED/1 MUST: addfile/ok, decision/8
add_file_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error>>

\* add_file/ERROR/1 MUST: addfile/ok, decision/8
add_file_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error>>

\* add_file/TRANSIENT_ERROR/1 MUST: addfile/ok, decision/8
add_file_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error>>

\* add_file/TRANSFERRED/1 MUST: addfile/ok, decision/8
add_file_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error>>

\* add_file/ACKNOWLEDGED/1 MUST: addfile/ok, decision/6, decision/13
add_file_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* add_file/CANCELLED/1 MUST: addfile/ok, decision/6, decision/13
add_file_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_error/TRANSIENT_ERROR/1 MUST: error/available, decision/18
get_error_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ error = 2
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_error/ERROR/1 MUST: error/available, decision/18
get_error_ERROR_1 ==
    /\ state = "ERROR"
    /\ error = 2
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_error/QUEUED/1 MUST: error/available, decision/18
get_error_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ error = 2
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>

get_error_SUSPENDED_1_answer_1 == \* S_OK
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>
get_error_SUSPENDED_1_answer_2 == \* DO_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* get_error/SUSPENDED/1 MAY: decision/18, decision/9
get_error_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ error = 1
    /\ (get_error_SUSPENDED_1_answer_1 \/ get_error_SUSPENDED_1_answer_2)

get_error_QUEUED_2_answer_1 == \* S_OK
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>
get_error_QUEUED_2_answer_2 == \* DO_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* get_error/QUEUED/2 MAY: decision/18, decision/9
get_error_QUEUED_2 ==
    /\ state = "QUEUED"
    /\ error = 1
    /\ (get_error_QUEUED_2_answer_1 \/ get_error_QUEUED_2_answer_2)

get_error_TRANSIENT_ERROR_2_answer_1 == \* S_OK
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>
get_error_TRANSIENT_ERROR_2_answer_2 == \* DO_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>
\* get_error/TRANSIENT_ERROR/2 MAY: decision/18, decision/9
get_error_TRANSIENT_ERROR_2 ==
    /\ state = "TRANSIENT_ERROR"
    /\ error = 1
    /\ (get_error_TRANSIENT_ERROR_2_answer_1 \/ get_error_TRANSIENT_ERROR_2_answer_2)

get_error_ERROR_2_answer_1 == \* S_OK
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>
get_error_ERROR_2_answer_2 == \* DO_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>
\* get_error/ERROR/2 MAY: decision/18, decision/9
get_error_ERROR_2 ==
    /\ state = "ERROR"
    /\ error = 1
    /\ (get_error_ERROR_2_answer_1 \/ get_error_ERROR_2_answer_2)

get_error_ACKNOWLEDGED_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>
get_error_ACKNOWLEDGED_1_answer_2 == \* DO_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* get_error/ACKNOWLEDGED/1 MAY: decision/18, decision/9
get_error_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ error = 1
    /\ (get_error_ACKNOWLEDGED_1_answer_1 \/ get_error_ACKNOWLEDGED_1_answer_2)

get_error_CANCELLED_1_answer_1 == \* S_OK
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>
get_error_CANCELLED_1_answer_2 == \* DO_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* get_error/CANCELLED/1 MAY: decision/18, decision/9
get_error_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ error = 1
    /\ (get_error_CANCELLED_1_answer_1 \/ get_error_CANCELLED_1_answer_2)

\* get_error/SUSPENDED/2 MUST: error/available, decision/18
get_error_SUSPENDED_2 ==
    /\ state = "SUSPENDED"
    /\ error = 0
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_error/QUEUED/3 MUST: error/available, decision/18
get_error_QUEUED_3 ==
    /\ state = "QUEUED"
    /\ error = 0
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_error/ACKNOWLEDGED/2 MUST: error/available, decision/18
get_error_ACKNOWLEDGED_2 ==
    /\ state = "ACKNOWLEDGED"
    /\ error = 0
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_error/CANCELLED/2 MUST: error/available, decision/18
get_error_CANCELLED_2 ==
    /\ state = "CANCELLED"
    /\ error = 0
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_error/TRANSFERRING/1 MUST: error/available, decision/18
get_error_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_error/TRANSFERRED/1 MUST: error/available, decision/18
get_error_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ error = 0
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_priority/QUEUED/1 MUST: set/final
set_priority_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_priority/TRANSFERRING/1 MUST: set/final
set_priority_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_priority/SUSPENDED/1 MUST: set/final
set_priority_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_priority/ERROR/1 MUST: set/final
set_priority_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_priority/TRANSIENT_ERROR/1 MUST: set/final
set_priority_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_priority/TRANSFERRED/1 MUST: set/final
set_priority_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>

set_priority_ACKNOWLEDGED_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>
set_priority_ACKNOWLEDGED_1_answer_2 == \* DO_E_INVALID_STATE
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* set_priority/ACKNOWLEDGED/1 MAY: set/final, decision/6
set_priority_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ (set_priority_ACKNOWLEDGED_1_answer_1 \/ set_priority_ACKNOWLEDGED_1_answer_2)

set_priority_CANCELLED_1_answer_1 == \* S_OK
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>
set_priority_CANCELLED_1_answer_2 == \* DO_E_INVALID_STATE
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* set_priority/CANCELLED/1 MAY: set/final, decision/6
set_priority_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ (set_priority_CANCELLED_1_answer_1 \/ set_priority_CANCELLED_1_answer_2)

\* set_no_progress_timeout/QUEUED/1 MUST: set/final, timer/progress
set_no_progress_timeout_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_no_progress_timeout/TRANSFERRING/1 MUST: set/final, timer/progress
set_no_progress_timeout_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_no_progress_timeout/SUSPENDED/1 MUST: set/final, timer/progress
set_no_progress_timeout_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_no_progress_timeout/ERROR/1 MUST: set/final, timer/progress
set_no_progress_timeout_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_no_progress_timeout/TRANSIENT_ERROR/1 MUST: set/final, timer/progress
set_no_progress_timeout_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_no_progress_timeout/TRANSFERRED/1 MUST: set/final, timer/progress
set_no_progress_timeout_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_no_progress_timeout/ACKNOWLEDGED/1 MUST: set/final, decision/13
set_no_progress_timeout_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_no_progress_timeout/CANCELLED/1 MUST: set/final, decision/13
set_no_progress_timeout_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* turn/QUEUED/1 MUST: state/connecting, decision/5
turn_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "TRANSFERRING"
    /\ error' = 0
    /\ UNCHANGED <<files_total, files_done>>

\* file_done/TRANSFERRING/1 MUST: state/transferring, job/progress
file_done_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total
    /\ state' = "TRANSFERRING"
    /\ files_done' = files_done + 1
    /\ UNCHANGED <<files_total, error>>

\* all_done/TRANSFERRING/1 MUST: state/transferring, state/transferred
all_done_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ 0 < files_total /\ files_done = files_total
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* all_done/QUEUED/1 MAY: decision/16, decision/18
all_done_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ 0 < files_total /\ files_done = files_total
    /\ state' = "TRANSFERRED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>

transient_fault_TRANSFERRING_1_answer_1 == \*
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done>>
transient_fault_TRANSFERRING_1_answer_2 == \*
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done>>
\* transient_fault/TRANSFERRING/1 MUST: state/transient, decision/11
transient_fault_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total
    /\ (transient_fault_TRANSFERRING_1_answer_1 \/ transient_fault_TRANSFERRING_1_answer_2)

\* fatal_fault/TRANSFERRING/1 MUST: state/error, error/atomic, decision/11
fatal_fault_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done>>

ambiguous_fault_TRANSFERRING_1_answer_1 == \*
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done>>
ambiguous_fault_TRANSFERRING_1_answer_2 == \*
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done>>
\* ambiguous_fault/TRANSFERRING/1 MAY: decision/11, decision/21
ambiguous_fault_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total
    /\ (ambiguous_fault_TRANSFERRING_1_answer_1 \/ ambiguous_fault_TRANSFERRING_1_answer_2)

range_refused_TRANSFERRING_1_answer_1 == \*
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>
range_refused_TRANSFERRING_1_answer_2 == \*
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done>>
\* range_refused/TRANSFERRING/1 MAY: decision/20, http/needs
range_refused_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total
    /\ (range_refused_TRANSFERRING_1_answer_1 \/ range_refused_TRANSFERRING_1_answer_2)

retry_TRANSIENT_ERROR_1_answer_1 == \*
    /\ state' = "TRANSFERRING"
    /\ error' = 0
    /\ UNCHANGED <<files_total, files_done>>
retry_TRANSIENT_ERROR_1_answer_2 == \*
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* retry/TRANSIENT_ERROR/1 MUST: state/transient, timer/retry, decision/12, decision/5
retry_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ (retry_TRANSIENT_ERROR_1_answer_1 \/ retry_TRANSIENT_ERROR_1_answer_2)

\* no_progress/TRANSIENT_ERROR/1 MUST: state/transient, timer/progress
no_progress_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* restart/SUSPENDED/1 MUST: restart, decision/18
restart_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>

\* restart/QUEUED/1 MUST: restart, decision/18
restart_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>

\* restart/ERROR/1 MUST: restart, decision/18
restart_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>

\* restart/TRANSIENT_ERROR/1 MUST: restart, decision/18
restart_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>

\* restart/TRANSFERRED/1 MUST: restart, decision/18
restart_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>

restart_TRANSFERRING_1_answer_1 == \*
    /\ state' = "TRANSFERRING"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
restart_TRANSFERRING_1_answer_2 == \*
    /\ state' = "QUEUED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done>>
\* restart/TRANSFERRING/1 MUST: restart, decision/10, decision/18
restart_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ (restart_TRANSFERRING_1_answer_1 \/ restart_TRANSFERRING_1_answer_2)

\* expiry/SUSPENDED/1 MUST: state/expiry
expiry_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total>>

\* expiry/ERROR/1 MUST: state/expiry
expiry_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total>>

\* expiry/TRANSFERRED/1 MUST: state/expiry
expiry_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total>>

\* expiry/QUEUED/1 MAY: state/expiry, decision/10
expiry_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total>>

\* expiry/TRANSFERRING/1 MAY: state/expiry, decision/10
expiry_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total>>

\* expiry/TRANSIENT_ERROR/1 MAY: state/expiry, decision/10
expiry_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total>>

\* set_remote_name/QUEUED/1 MUST: file/seturl, file/serialize
set_remote_name_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_remote_name/TRANSFERRING/1 MUST: file/seturl, file/serialize
set_remote_name_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_remote_name/SUSPENDED/1 MUST: file/seturl, file/serialize
set_remote_name_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_remote_name/ERROR/1 MUST: file/seturl, file/serialize
set_remote_name_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_remote_name/TRANSIENT_ERROR/1 MUST: file/seturl, file/serialize
set_remote_name_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_remote_name/TRANSFERRED/1 MUST: file/seturl, file/serialize
set_remote_name_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>

set_remote_name_ACKNOWLEDGED_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>
set_remote_name_ACKNOWLEDGED_1_answer_2 == \* DO_E_INVALID_STATE
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* set_remote_name/ACKNOWLEDGED/1 MAY: decision/6
set_remote_name_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ (set_remote_name_ACKNOWLEDGED_1_answer_1 \/ set_remote_name_ACKNOWLEDGED_1_answer_2)

set_remote_name_CANCELLED_1_answer_1 == \* S_OK
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>
set_remote_name_CANCELLED_1_answer_2 == \* DO_E_INVALID_STATE
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* set_remote_name/CANCELLED/1 MAY: decision/6
set_remote_name_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ (set_remote_name_CANCELLED_1_answer_1 \/ set_remote_name_CANCELLED_1_answer_2)

\* data/TRANSFERRING/1 MUST: state/transferring, job/progress
data_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_flags/QUEUED/1 MUST: set/final
set_notify_flags_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_flags/TRANSFERRING/1 MUST: set/final
set_notify_flags_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_flags/SUSPENDED/1 MUST: set/final
set_notify_flags_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_flags/ERROR/1 MUST: set/final
set_notify_flags_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_flags/TRANSIENT_ERROR/1 MUST: set/final
set_notify_flags_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_flags/TRANSFERRED/1 MUST: set/final
set_notify_flags_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_flags/ACKNOWLEDGED/1 MUST: set/final, decision/13
set_notify_flags_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_flags/CANCELLED/1 MUST: set/final, decision/13
set_notify_flags_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_interface/QUEUED/1 MUST: set/final
set_notify_interface_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_interface/TRANSFERRING/1 MUST: set/final
set_notify_interface_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_interface/SUSPENDED/1 MUST: set/final
set_notify_interface_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_interface/ERROR/1 MUST: set/final
set_notify_interface_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_interface/TRANSIENT_ERROR/1 MUST: set/final
set_notify_interface_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* set_notify_interface/TRANSFERRED/1 MUST: set/final
set_notify_interface_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>

set_notify_interface_ACKNOWLEDGED_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>
set_notify_interface_ACKNOWLEDGED_1_answer_2 == \* DO_E_INVALID_STATE
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* set_notify_interface/ACKNOWLEDGED/1 MAY: set/final, decision/6
set_notify_interface_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ (set_notify_interface_ACKNOWLEDGED_1_answer_1 \/ set_notify_interface_ACKNOWLEDGED_1_answer_2)

set_notify_interface_CANCELLED_1_answer_1 == \* S_OK
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>
set_notify_interface_CANCELLED_1_answer_2 == \* DO_E_INVALID_STATE
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>
\* set_notify_interface/CANCELLED/1 MAY: set/final, decision/6
set_notify_interface_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ (set_notify_interface_CANCELLED_1_answer_1 \/ set_notify_interface_CANCELLED_1_answer_2)

\* get_state/QUEUED/1 MUST: state/classes, state/initial
get_state_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_state/TRANSFERRING/1 MUST: state/classes, state/initial
get_state_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_state/SUSPENDED/1 MUST: state/classes, state/initial
get_state_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_state/ERROR/1 MUST: state/classes, state/initial
get_state_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_state/TRANSIENT_ERROR/1 MUST: state/classes, state/initial
get_state_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_state/TRANSFERRED/1 MUST: state/classes, state/initial
get_state_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_state/ACKNOWLEDGED/1 MAY: decision/9
get_state_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_state/CANCELLED/1 MAY: decision/9
get_state_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_progress/QUEUED/1 MUST: job/progress
get_progress_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_progress/TRANSFERRING/1 MUST: job/progress
get_progress_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_progress/SUSPENDED/1 MUST: job/progress
get_progress_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_progress/ERROR/1 MUST: job/progress
get_progress_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_progress/TRANSIENT_ERROR/1 MUST: job/progress
get_progress_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_progress/TRANSFERRED/1 MUST: job/progress
get_progress_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_progress/ACKNOWLEDGED/1 MAY: decision/9
get_progress_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_progress/CANCELLED/1 MAY: decision/9
get_progress_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_times/QUEUED/1 MUST: times
get_times_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_times/TRANSFERRING/1 MUST: times
get_times_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_times/SUSPENDED/1 MUST: times
get_times_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_times/ERROR/1 MUST: times
get_times_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_times/TRANSIENT_ERROR/1 MUST: times
get_times_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_times/TRANSFERRED/1 MUST: times
get_times_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_times/ACKNOWLEDGED/1 MAY: decision/9
get_times_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* get_times/CANCELLED/1 MAY: decision/9
get_times_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* enum_files/QUEUED/1 MUST: enum/files
enum_files_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* enum_files/TRANSFERRING/1 MUST: enum/files
enum_files_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error>>

\* enum_files/SUSPENDED/1 MUST: enum/files
enum_files_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* enum_files/ERROR/1 MUST: enum/files
enum_files_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* enum_files/TRANSIENT_ERROR/1 MUST: enum/files
enum_files_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error>>

\* enum_files/TRANSFERRED/1 MUST: enum/files
enum_files_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* enum_files/ACKNOWLEDGED/1 MAY: decision/9
enum_files_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error>>

\* enum_files/CANCELLED/1 MAY: decision/9
enum_files_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error>>

resume ==
    \/ resume_SUSPENDED_1
    \/ resume_SUSPENDED_2
    \/ resume_SUSPENDED_3
    \/ resume_QUEUED_1
    \/ resume_TRANSFERRING_1
    \/ resume_TRANSIENT_ERROR_1
    \/ resume_ERROR_1
    \/ resume_TRANSFERRED_1
    \/ resume_TRANSFERRED_2
    \/ resume_ACKNOWLEDGED_1
    \/ resume_CANCELLED_1
suspend ==
    \/ suspend_SUSPENDED_1
    \/ suspend_QUEUED_1
    \/ suspend_TRANSFERRING_1
    \/ suspend_TRANSIENT_ERROR_1
    \/ suspend_ERROR_1
    \/ suspend_TRANSFERRED_1
    \/ suspend_ACKNOWLEDGED_1
    \/ suspend_CANCELLED_1
cancel ==
    \/ cancel_QUEUED_1
    \/ cancel_TRANSFERRING_1
    \/ cancel_SUSPENDED_1
    \/ cancel_ERROR_1
    \/ cancel_TRANSIENT_ERROR_1
    \/ cancel_TRANSFERRED_1
    \/ cancel_ACKNOWLEDGED_1
    \/ cancel_CANCELLED_1
complete ==
    \/ complete_SUSPENDED_1
    \/ complete_QUEUED_1
    \/ complete_TRANSFERRING_1
    \/ complete_TRANSIENT_ERROR_1
    \/ complete_ERROR_1
    \/ complete_SUSPENDED_2
    \/ complete_QUEUED_2
    \/ complete_TRANSFERRING_2
    \/ complete_TRANSIENT_ERROR_2
    \/ complete_ERROR_2
    \/ complete_TRANSFERRED_1
    \/ complete_TRANSFERRED_2
    \/ complete_SUSPENDED_3
    \/ complete_QUEUED_3
    \/ complete_TRANSFERRING_3
    \/ complete_ACKNOWLEDGED_1
    \/ complete_CANCELLED_1
add_file ==
    \/ add_file_QUEUED_1
    \/ add_file_TRANSFERRING_1
    \/ add_file_SUSPENDED_1
    \/ add_file_ERROR_1
    \/ add_file_TRANSIENT_ERROR_1
    \/ add_file_TRANSFERRED_1
    \/ add_file_ACKNOWLEDGED_1
    \/ add_file_CANCELLED_1
get_error ==
    \/ get_error_TRANSIENT_ERROR_1
    \/ get_error_ERROR_1
    \/ get_error_QUEUED_1
    \/ get_error_SUSPENDED_1
    \/ get_error_QUEUED_2
    \/ get_error_TRANSIENT_ERROR_2
    \/ get_error_ERROR_2
    \/ get_error_ACKNOWLEDGED_1
    \/ get_error_CANCELLED_1
    \/ get_error_SUSPENDED_2
    \/ get_error_QUEUED_3
    \/ get_error_ACKNOWLEDGED_2
    \/ get_error_CANCELLED_2
    \/ get_error_TRANSFERRING_1
    \/ get_error_TRANSFERRED_1
set_priority ==
    \/ set_priority_QUEUED_1
    \/ set_priority_TRANSFERRING_1
    \/ set_priority_SUSPENDED_1
    \/ set_priority_ERROR_1
    \/ set_priority_TRANSIENT_ERROR_1
    \/ set_priority_TRANSFERRED_1
    \/ set_priority_ACKNOWLEDGED_1
    \/ set_priority_CANCELLED_1
set_no_progress_timeout ==
    \/ set_no_progress_timeout_QUEUED_1
    \/ set_no_progress_timeout_TRANSFERRING_1
    \/ set_no_progress_timeout_SUSPENDED_1
    \/ set_no_progress_timeout_ERROR_1
    \/ set_no_progress_timeout_TRANSIENT_ERROR_1
    \/ set_no_progress_timeout_TRANSFERRED_1
    \/ set_no_progress_timeout_ACKNOWLEDGED_1
    \/ set_no_progress_timeout_CANCELLED_1
turn ==
    \/ turn_QUEUED_1
file_done ==
    \/ file_done_TRANSFERRING_1
all_done ==
    \/ all_done_TRANSFERRING_1
    \/ all_done_QUEUED_1
transient_fault ==
    \/ transient_fault_TRANSFERRING_1
fatal_fault ==
    \/ fatal_fault_TRANSFERRING_1
ambiguous_fault ==
    \/ ambiguous_fault_TRANSFERRING_1
range_refused ==
    \/ range_refused_TRANSFERRING_1
retry ==
    \/ retry_TRANSIENT_ERROR_1
no_progress ==
    \/ no_progress_TRANSIENT_ERROR_1
restart ==
    \/ restart_SUSPENDED_1
    \/ restart_QUEUED_1
    \/ restart_ERROR_1
    \/ restart_TRANSIENT_ERROR_1
    \/ restart_TRANSFERRED_1
    \/ restart_TRANSFERRING_1
expiry ==
    \/ expiry_SUSPENDED_1
    \/ expiry_ERROR_1
    \/ expiry_TRANSFERRED_1
    \/ expiry_QUEUED_1
    \/ expiry_TRANSFERRING_1
    \/ expiry_TRANSIENT_ERROR_1
set_remote_name ==
    \/ set_remote_name_QUEUED_1
    \/ set_remote_name_TRANSFERRING_1
    \/ set_remote_name_SUSPENDED_1
    \/ set_remote_name_ERROR_1
    \/ set_remote_name_TRANSIENT_ERROR_1
    \/ set_remote_name_TRANSFERRED_1
    \/ set_remote_name_ACKNOWLEDGED_1
    \/ set_remote_name_CANCELLED_1
data ==
    \/ data_TRANSFERRING_1
set_notify_flags ==
    \/ set_notify_flags_QUEUED_1
    \/ set_notify_flags_TRANSFERRING_1
    \/ set_notify_flags_SUSPENDED_1
    \/ set_notify_flags_ERROR_1
    \/ set_notify_flags_TRANSIENT_ERROR_1
    \/ set_notify_flags_TRANSFERRED_1
    \/ set_notify_flags_ACKNOWLEDGED_1
    \/ set_notify_flags_CANCELLED_1
set_notify_interface ==
    \/ set_notify_interface_QUEUED_1
    \/ set_notify_interface_TRANSFERRING_1
    \/ set_notify_interface_SUSPENDED_1
    \/ set_notify_interface_ERROR_1
    \/ set_notify_interface_TRANSIENT_ERROR_1
    \/ set_notify_interface_TRANSFERRED_1
    \/ set_notify_interface_ACKNOWLEDGED_1
    \/ set_notify_interface_CANCELLED_1
get_state ==
    \/ get_state_QUEUED_1
    \/ get_state_TRANSFERRING_1
    \/ get_state_SUSPENDED_1
    \/ get_state_ERROR_1
    \/ get_state_TRANSIENT_ERROR_1
    \/ get_state_TRANSFERRED_1
    \/ get_state_ACKNOWLEDGED_1
    \/ get_state_CANCELLED_1
get_progress ==
    \/ get_progress_QUEUED_1
    \/ get_progress_TRANSFERRING_1
    \/ get_progress_SUSPENDED_1
    \/ get_progress_ERROR_1
    \/ get_progress_TRANSIENT_ERROR_1
    \/ get_progress_TRANSFERRED_1
    \/ get_progress_ACKNOWLEDGED_1
    \/ get_progress_CANCELLED_1
get_times ==
    \/ get_times_QUEUED_1
    \/ get_times_TRANSFERRING_1
    \/ get_times_SUSPENDED_1
    \/ get_times_ERROR_1
    \/ get_times_TRANSIENT_ERROR_1
    \/ get_times_TRANSFERRED_1
    \/ get_times_ACKNOWLEDGED_1
    \/ get_times_CANCELLED_1
enum_files ==
    \/ enum_files_QUEUED_1
    \/ enum_files_TRANSFERRING_1
    \/ enum_files_SUSPENDED_1
    \/ enum_files_ERROR_1
    \/ enum_files_TRANSIENT_ERROR_1
    \/ enum_files_TRANSFERRED_1
    \/ enum_files_ACKNOWLEDGED_1
    \/ enum_files_CANCELLED_1

Next ==
    \/ resume
    \/ suspend
    \/ cancel
    \/ complete
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ turn
    \/ file_done
    \/ all_done
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ expiry
    \/ set_remote_name
    \/ data
    \/ set_notify_flags
    \/ set_notify_interface
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ enum_files

Spec == Init /\ [][Next]_vars

\* Nothing leads out of ACKNOWLEDGED or CANCELLED. Clause: state/final.
always_a_final_state_absorbs == [][~((state \in {"ACKNOWLEDGED", "CANCELLED"} /\ state' # state))]_vars

\* Resume of a job in a final state is refused, and it stays there. Clause: resume/final, state/final.
always_resume_never_revives_a_final_job_by_1 ==
    \/ (resume_SUSPENDED_2 /\ resume_SUSPENDED_2_answer_1)
    \/ (resume_SUSPENDED_2 /\ resume_SUSPENDED_2_answer_2)
    \/ (resume_SUSPENDED_3 /\ resume_SUSPENDED_3_answer_1)
    \/ (resume_SUSPENDED_3 /\ resume_SUSPENDED_3_answer_2)
    \/ resume_QUEUED_1
    \/ resume_TRANSFERRING_1
    \/ (resume_TRANSIENT_ERROR_1 /\ resume_TRANSIENT_ERROR_1_answer_1)
    \/ (resume_TRANSIENT_ERROR_1 /\ resume_TRANSIENT_ERROR_1_answer_2)
    \/ (resume_ERROR_1 /\ resume_ERROR_1_answer_1)
    \/ (resume_ERROR_1 /\ resume_ERROR_1_answer_2)
    \/ (resume_TRANSFERRED_1 /\ resume_TRANSFERRED_1_answer_1)
    \/ (resume_TRANSFERRED_1 /\ resume_TRANSFERRED_1_answer_2)
    \/ (resume_TRANSFERRED_2 /\ resume_TRANSFERRED_2_answer_1)
always_resume_never_revives_a_final_job_by_2 ==
    \/ resume
always_resume_never_revives_a_final_job_1 == ~ENABLED (always_resume_never_revives_a_final_job_by_1 /\ (state \in {"ACKNOWLEDGED", "CANCELLED"}))
always_resume_never_revives_a_final_job_2 == [][~((state \in {"ACKNOWLEDGED", "CANCELLED"} /\ state' # state) /\ always_resume_never_revives_a_final_job_by_2)]_vars

\* ACKNOWLEDGED, in which files are available, is entered by Complete alone. Clause: state/transferred, complete/transferred.
always_no_file_is_available_before_complete_by ==
    \/ resume
    \/ suspend
    \/ cancel
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ turn
    \/ file_done
    \/ all_done
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ expiry
    \/ set_remote_name
    \/ data
    \/ set_notify_flags
    \/ set_notify_interface
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ enum_files
always_no_file_is_available_before_complete == [][~((state' \in {"ACKNOWLEDGED"} /\ state' # state) /\ always_no_file_is_available_before_complete_by)]_vars

\* CANCELLED is entered by Cancel or expiry alone. Clause: cancel/any, state/expiry.
always_only_cancel_and_expiry_throw_a_job_away_by ==
    \/ resume
    \/ suspend
    \/ complete
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ turn
    \/ file_done
    \/ all_done
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ set_remote_name
    \/ data
    \/ set_notify_flags
    \/ set_notify_interface
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ enum_files
always_only_cancel_and_expiry_throw_a_job_away == [][~((state' \in {"CANCELLED"} /\ state' # state) /\ always_only_cancel_and_expiry_throw_a_job_away_by)]_vars

\* A call that answers with a failure leaves state and facts as they were. Clause: decision/13.
always_a_refused_call_changes_nothing_by ==
    \/ resume_SUSPENDED_1
    \/ (resume_SUSPENDED_3 /\ resume_SUSPENDED_3_answer_3)
    \/ (resume_TRANSFERRED_2 /\ resume_TRANSFERRED_2_answer_2)
    \/ resume_ACKNOWLEDGED_1
    \/ resume_CANCELLED_1
    \/ suspend_ACKNOWLEDGED_1
    \/ suspend_CANCELLED_1
    \/ cancel_ACKNOWLEDGED_1
    \/ cancel_CANCELLED_1
    \/ complete_ACKNOWLEDGED_1
    \/ complete_CANCELLED_1
    \/ add_file_ACKNOWLEDGED_1
    \/ add_file_CANCELLED_1
    \/ (get_error_SUSPENDED_1 /\ get_error_SUSPENDED_1_answer_2)
    \/ (get_error_QUEUED_2 /\ get_error_QUEUED_2_answer_2)
    \/ (get_error_TRANSIENT_ERROR_2 /\ get_error_TRANSIENT_ERROR_2_answer_2)
    \/ (get_error_ERROR_2 /\ get_error_ERROR_2_answer_2)
    \/ (get_error_ACKNOWLEDGED_1 /\ get_error_ACKNOWLEDGED_1_answer_2)
    \/ (get_error_CANCELLED_1 /\ get_error_CANCELLED_1_answer_2)
    \/ get_error_SUSPENDED_2
    \/ get_error_QUEUED_3
    \/ get_error_ACKNOWLEDGED_2
    \/ get_error_CANCELLED_2
    \/ get_error_TRANSFERRING_1
    \/ get_error_TRANSFERRED_1
    \/ (set_priority_ACKNOWLEDGED_1 /\ set_priority_ACKNOWLEDGED_1_answer_2)
    \/ (set_priority_CANCELLED_1 /\ set_priority_CANCELLED_1_answer_2)
    \/ set_no_progress_timeout_ACKNOWLEDGED_1
    \/ set_no_progress_timeout_CANCELLED_1
    \/ (set_remote_name_ACKNOWLEDGED_1 /\ set_remote_name_ACKNOWLEDGED_1_answer_2)
    \/ (set_remote_name_CANCELLED_1 /\ set_remote_name_CANCELLED_1_answer_2)
    \/ set_notify_flags_ACKNOWLEDGED_1
    \/ set_notify_flags_CANCELLED_1
    \/ (set_notify_interface_ACKNOWLEDGED_1 /\ set_notify_interface_ACKNOWLEDGED_1_answer_2)
    \/ (set_notify_interface_CANCELLED_1 /\ set_notify_interface_CANCELLED_1_answer_2)
always_a_refused_call_changes_nothing == [][~(((state' # state) \/ (files_total' # files_total) \/ (files_done' # files_done) \/ (error' # error)) /\ always_a_refused_call_changes_nothing_by)]_vars

\* No getter and no setter changes the state, the files, or whether there is error information. Clause: set/final, decision/9.
always_getters_and_setters_leave_the_job_alone_by ==
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ set_remote_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ enum_files
always_getters_and_setters_leave_the_job_alone == [][~(((state' # state) \/ (files_total' # files_total) \/ (files_done' # files_done) \/ (error' # error)) /\ always_getters_and_setters_leave_the_job_alone_by)]_vars

\* A job to which a file is added stays where it is until Resume. Clause: addfile/ok, decision/8.
always_adding_a_file_leaves_the_state_by ==
    \/ add_file
always_adding_a_file_leaves_the_state == [][~((state' # state) /\ always_adding_a_file_leaves_the_state_by)]_vars

\* No more files are transferred than the job has, and never fewer than none. Clause: job/progress.
always_files_done_is_at_most_files_total == ~((files_total < files_done) \/ (files_done < 0))

\* What is wholly transferred stays so until the job is thrown away; that a client may declare a file invalid (file/validation) is told with that call, not here. Clause: file/consistency, file/seturl, cancel/any, state/expiry.
always_files_done_falls_only_by_cancel_or_expiry_by ==
    \/ resume
    \/ suspend
    \/ complete
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ turn
    \/ file_done
    \/ all_done
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ set_remote_name
    \/ data
    \/ set_notify_flags
    \/ set_notify_interface
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ enum_files
always_files_done_falls_only_by_cancel_or_expiry == [][~((files_done' < files_done) /\ always_files_done_falls_only_by_cancel_or_expiry_by)]_vars

\* No file is ever taken out of a job. Clause: addfile/ok, restart.
always_files_total_never_falls == [][~((files_total' < files_total))]_vars

\* A job gets a file by AddFile or AddFileWithRanges alone. Clause: addfile/ok.
always_files_total_grows_only_by_adding_a_file_by ==
    \/ resume
    \/ suspend
    \/ cancel
    \/ complete
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ turn
    \/ file_done
    \/ all_done
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ expiry
    \/ set_remote_name
    \/ data
    \/ set_notify_flags
    \/ set_notify_interface
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ enum_files
always_files_total_grows_only_by_adding_a_file == [][~((files_total' > files_total) /\ always_files_total_grows_only_by_adding_a_file_by)]_vars

\* A restart of the service leaves files and progress as they were, and moves a job to QUEUED or nowhere. Clause: restart, decision/10.
always_a_job_outlives_the_service_by ==
    \/ restart
always_a_job_outlives_the_service == [][~(((state' \in {"CONNECTING", "TRANSFERRING", "SUSPENDED", "ERROR", "TRANSIENT_ERROR", "TRANSFERRED", "ACKNOWLEDGED", "CANCELLED"} /\ state' # state) \/ (files_total' # files_total) \/ (files_done' # files_done)) /\ always_a_job_outlives_the_service_by)]_vars

\* Nobody enters TRANSFERRED with a file left, or with none. Clause: state/transferred.
always_transferred_means_a_file_is_transferred == [][~(((state' \in {"TRANSFERRED"} /\ files_total' = 0 /\ state' # state) \/ (state' \in {"TRANSFERRED"} /\ files_done' < files_total' /\ state' # state) \/ (state' \in {"TRANSFERRED"} /\ files_total' < files_done' /\ state' # state)))]_vars

\* CONNECTING is unknown to Delivery Optimization. Clause: state/connecting.
always_delivery_optimization_never_connects == ~(state \in {"CONNECTING"})

\* SUSPENDED is left by Resume, Complete, Cancel or expiry only. Clause: state/suspended, state/expiry.
always_only_resume_wakes_a_suspended_job_by ==
    \/ suspend
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ turn
    \/ file_done
    \/ all_done
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ set_remote_name
    \/ data
    \/ set_notify_flags
    \/ set_notify_interface
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ enum_files
always_only_resume_wakes_a_suspended_job == [][~((state \in {"SUSPENDED"} /\ state' # state) /\ always_only_resume_wakes_a_suspended_job_by)]_vars

\* ERROR is entered by a fault that lasts or by giving up, never by a call. Clause: state/error, state/transient, decision/11.
always_error_is_entered_only_by_a_lasting_fault_by ==
    \/ resume
    \/ suspend
    \/ cancel
    \/ complete
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ turn
    \/ file_done
    \/ all_done
    \/ retry
    \/ restart
    \/ expiry
    \/ set_remote_name
    \/ data
    \/ set_notify_flags
    \/ set_notify_interface
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ enum_files
always_error_is_entered_only_by_a_lasting_fault == [][~((state' \in {"ERROR"} /\ state' # state) /\ always_error_is_entered_only_by_a_lasting_fault_by)]_vars

\* TRANSIENT_ERROR is entered by a fault that may pass, a lost network or a policy, never by a call. Clause: state/transient, state/connecting, policy/cost.
always_a_transient_error_is_entered_only_by_a_passing_fault_by ==
    \/ resume
    \/ suspend
    \/ cancel
    \/ complete
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ turn
    \/ file_done
    \/ all_done
    \/ fatal_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ expiry
    \/ set_remote_name
    \/ data
    \/ set_notify_flags
    \/ set_notify_interface
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ enum_files
always_a_transient_error_is_entered_only_by_a_passing_fault == [][~((state' \in {"TRANSIENT_ERROR"} /\ state' # state) /\ always_a_transient_error_is_entered_only_by_a_passing_fault_by)]_vars

\* ERROR is left by Resume, Complete, Cancel, Suspend (decision/2) or expiry, never by itself. Clause: state/error, decision/2, state/expiry.
always_error_is_left_only_on_purpose_by ==
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ turn
    \/ file_done
    \/ all_done
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ set_remote_name
    \/ data
    \/ set_notify_flags
    \/ set_notify_interface
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ enum_files
always_error_is_left_only_on_purpose == [][~((state \in {"ERROR"} /\ state' # state) /\ always_error_is_left_only_on_purpose_by)]_vars

\* TRANSIENT_ERROR is left by a retry, by giving up, when network or policy let the job go on, when its helper token is gone, by Resume, Suspend, Complete or Cancel, or by expiry. Clause: state/transient, policy/bandwidth, token/logoff, decision/7, state/expiry.
always_a_transient_error_is_left_by_a_retry_or_on_purpose_by ==
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ turn
    \/ file_done
    \/ all_done
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ restart
    \/ set_remote_name
    \/ data
    \/ set_notify_flags
    \/ set_notify_interface
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ enum_files
always_a_transient_error_is_left_by_a_retry_or_on_purpose == [][~((state \in {"TRANSIENT_ERROR"} /\ state' # state) /\ always_a_transient_error_is_left_by_a_retry_or_on_purpose_by)]_vars

\* In ERROR and TRANSIENT_ERROR, GetError is never bound to be refused. Clause: error/available.
always_an_error_state_has_error_information == ~(state \in {"ERROR", "TRANSIENT_ERROR"} /\ error = 0)

\* Once data transfers again, what was known of the last error is gone. Clause: error/available, decision/18.
always_a_transferring_job_has_no_error_information == ~(state \in {"TRANSFERRING"} /\ 0 < error)

\* No call and no event but a fault makes error information likelier; so a job that never failed has none. Clause: error/available, decision/18.
always_only_a_fault_brings_error_information_by ==
    \/ resume
    \/ suspend
    \/ cancel
    \/ complete
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ turn
    \/ file_done
    \/ all_done
    \/ retry
    \/ no_progress
    \/ restart
    \/ expiry
    \/ set_remote_name
    \/ data
    \/ set_notify_flags
    \/ set_notify_interface
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ enum_files
always_only_a_fault_brings_error_information == [][~((error' > error) /\ always_only_a_fault_brings_error_information_by)]_vars

\* GetError succeeds in no job that never failed, nor in TRANSFERRING; it is not refused in ERROR, TRANSIENT_ERROR, QUEUED and CONNECTING while the information is certain. Clause: error/available, decision/18.
always_get_error_answers_exactly_where_a_job_failed_by_1 ==
    \/ get_error_TRANSIENT_ERROR_1
    \/ get_error_ERROR_1
    \/ get_error_QUEUED_1
    \/ (get_error_SUSPENDED_1 /\ get_error_SUSPENDED_1_answer_1)
    \/ (get_error_QUEUED_2 /\ get_error_QUEUED_2_answer_1)
    \/ (get_error_TRANSIENT_ERROR_2 /\ get_error_TRANSIENT_ERROR_2_answer_1)
    \/ (get_error_ERROR_2 /\ get_error_ERROR_2_answer_1)
    \/ (get_error_ACKNOWLEDGED_1 /\ get_error_ACKNOWLEDGED_1_answer_1)
    \/ (get_error_CANCELLED_1 /\ get_error_CANCELLED_1_answer_1)
always_get_error_answers_exactly_where_a_job_failed_by_2 ==
    \/ (get_error_SUSPENDED_1 /\ get_error_SUSPENDED_1_answer_2)
    \/ (get_error_QUEUED_2 /\ get_error_QUEUED_2_answer_2)
    \/ (get_error_TRANSIENT_ERROR_2 /\ get_error_TRANSIENT_ERROR_2_answer_2)
    \/ (get_error_ERROR_2 /\ get_error_ERROR_2_answer_2)
    \/ (get_error_ACKNOWLEDGED_1 /\ get_error_ACKNOWLEDGED_1_answer_2)
    \/ (get_error_CANCELLED_1 /\ get_error_CANCELLED_1_answer_2)
    \/ get_error_SUSPENDED_2
    \/ get_error_QUEUED_3
    \/ get_error_ACKNOWLEDGED_2
    \/ get_error_CANCELLED_2
    \/ get_error_TRANSFERRING_1
    \/ get_error_TRANSFERRED_1
always_get_error_answers_exactly_where_a_job_failed_1 == ~ENABLED (always_get_error_answers_exactly_where_a_job_failed_by_1 /\ ((error = 0) \/ (state \in {"TRANSFERRING"})))
always_get_error_answers_exactly_where_a_job_failed_2 == ~ENABLED (always_get_error_answers_exactly_where_a_job_failed_by_2 /\ (state \in {"ERROR", "TRANSIENT_ERROR", "QUEUED", "CONNECTING"} /\ error = 2))

====
