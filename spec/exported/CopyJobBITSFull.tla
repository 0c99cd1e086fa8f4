---- MODULE CopyJobBITSFull ----
\* Generated from the rows of the table; not edited by hand.
EXTENDS Naturals
CONSTANT FilesBound
VARIABLES state, files_total, files_done, error, kind, reply, offline, blocked, away
vars == <<state, files_total, files_done, error, kind, reply, offline, blocked, away>>

Init ==
    \/ state = "SUSPENDED" /\ files_total = 0 /\ files_done = 0 /\ error = 0 /\ kind = 0 /\ reply = 0 /\ offline = 0 /\ blocked = 0 /\ away = 0
    \/ state = "SUSPENDED" /\ files_total = 0 /\ files_done = 0 /\ error = 0 /\ kind = 1 /\ reply = 0 /\ offline = 0 /\ blocked = 0 /\ away = 0
    \/ state = "SUSPENDED" /\ files_total = 0 /\ files_done = 0 /\ error = 0 /\ kind = 2 /\ reply = 2 /\ offline = 0 /\ blocked = 0 /\ away = 0

\* resume/SUSPENDED/1 MUST: resume/empty, decision/13
resume_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ files_total = 0
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* resume/SUSPENDED/2 MUST: resume/suspended
resume_SUSPENDED_2 ==
    /\ state = "SUSPENDED"
    /\ files_done < files_total
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

resume_SUSPENDED_3_answer_1 == \* S_OK
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
resume_SUSPENDED_3_answer_2 == \* BG_E_EMPTY
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* resume/SUSPENDED/3 MAY: decision/16
resume_SUSPENDED_3 ==
    /\ state = "SUSPENDED"
    /\ 0 < files_total /\ files_done = files_total /\ reply = 0
    /\ (resume_SUSPENDED_3_answer_1 \/ resume_SUSPENDED_3_answer_2)

\* resume/QUEUED/1 MUST: resume/action
resume_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* resume/CONNECTING/1 MUST: resume/action
resume_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* resume/TRANSFERRING/1 MUST: resume/action
resume_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* resume/TRANSIENT_ERROR/1 MUST: resume/error
resume_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* resume/ERROR/1 MUST: resume/error
resume_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* resume/TRANSFERRED/1 MUST: resume/transferred-more
resume_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ files_done < files_total
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

resume_TRANSFERRED_2_answer_1 == \* S_OK
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
resume_TRANSFERRED_2_answer_2 == \* BG_E_EMPTY
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* resume/TRANSFERRED/2 MAY: decision/3
resume_TRANSFERRED_2 ==
    /\ state = "TRANSFERRED"
    /\ 0 < files_total /\ files_done = files_total
    /\ (resume_TRANSFERRED_2_answer_1 \/ resume_TRANSFERRED_2_answer_2)

\* resume/ACKNOWLEDGED/1 MUST: resume/final, state/final, decision/13
resume_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* resume/CANCELLED/1 MUST: resume/final, state/final, decision/13
resume_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* suspend/SUSPENDED/1 MUST: suspend/suspended
suspend_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* suspend/QUEUED/1 MUST: suspend/action
suspend_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* suspend/CONNECTING/1 MUST: suspend/action
suspend_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* suspend/TRANSFERRING/1 MUST: suspend/action
suspend_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* suspend/TRANSIENT_ERROR/1 MUST: suspend/action, decision/7
suspend_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

suspend_ERROR_1_answer_1 == \* S_OK
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
suspend_ERROR_1_answer_2 == \* S_OK
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* suspend/ERROR/1 MAY: suspend/automatic, decision/2
suspend_ERROR_1 ==
    /\ state = "ERROR"
    /\ (suspend_ERROR_1_answer_1 \/ suspend_ERROR_1_answer_2)

suspend_TRANSFERRED_1_answer_1 == \* S_OK
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
suspend_TRANSFERRED_1_answer_2 == \* S_OK
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* suspend/TRANSFERRED/1 MAY: suspend/automatic, decision/2
suspend_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ (suspend_TRANSFERRED_1_answer_1 \/ suspend_TRANSFERRED_1_answer_2)

\* suspend/ACKNOWLEDGED/1 MUST: suspend/final, state/final, decision/13
suspend_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* suspend/CANCELLED/1 MUST: suspend/final, state/final, decision/13
suspend_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* cancel/QUEUED/1 MUST: cancel/any
cancel_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* cancel/CONNECTING/1 MUST: cancel/any
cancel_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* cancel/TRANSFERRING/1 MUST: cancel/any
cancel_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* cancel/SUSPENDED/1 MUST: cancel/any
cancel_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* cancel/ERROR/1 MUST: cancel/any
cancel_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* cancel/TRANSIENT_ERROR/1 MUST: cancel/any
cancel_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* cancel/TRANSFERRED/1 MUST: cancel/any
cancel_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* cancel/ACKNOWLEDGED/1 MUST: cancel/final, state/final, decision/13
cancel_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* cancel/CANCELLED/1 MUST: cancel/final, state/final, decision/13
cancel_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

complete_SUSPENDED_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
complete_SUSPENDED_1_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* complete/SUSPENDED/1 MAY: complete/partial, decision/4
complete_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ files_done = 0 /\ kind = 0
    /\ (complete_SUSPENDED_1_answer_1 \/ complete_SUSPENDED_1_answer_2)

complete_QUEUED_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
complete_QUEUED_1_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* complete/QUEUED/1 MAY: complete/partial, decision/4
complete_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ files_done = 0 /\ kind = 0
    /\ (complete_QUEUED_1_answer_1 \/ complete_QUEUED_1_answer_2)

complete_CONNECTING_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
complete_CONNECTING_1_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* complete/CONNECTING/1 MAY: complete/partial, decision/4
complete_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ files_done = 0 /\ kind = 0
    /\ (complete_CONNECTING_1_answer_1 \/ complete_CONNECTING_1_answer_2)

complete_TRANSFERRING_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
complete_TRANSFERRING_1_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* complete/TRANSFERRING/1 MAY: complete/partial, decision/4
complete_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done = 0 /\ kind = 0
    /\ (complete_TRANSFERRING_1_answer_1 \/ complete_TRANSFERRING_1_answer_2)

complete_TRANSIENT_ERROR_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
complete_TRANSIENT_ERROR_1_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* complete/TRANSIENT_ERROR/1 MAY: complete/partial, decision/4
complete_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ files_done = 0 /\ kind = 0
    /\ (complete_TRANSIENT_ERROR_1_answer_1 \/ complete_TRANSIENT_ERROR_1_answer_2)

complete_ERROR_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
complete_ERROR_1_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* complete/ERROR/1 MAY: complete/partial, decision/4
complete_ERROR_1 ==
    /\ state = "ERROR"
    /\ files_done = 0 /\ kind = 0
    /\ (complete_ERROR_1_answer_1 \/ complete_ERROR_1_answer_2)

\* complete/SUSPENDED/2 MUST: complete/partial
complete_SUSPENDED_2 ==
    /\ state = "SUSPENDED"
    /\ 0 < files_done /\ files_done < files_total /\ kind = 0
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* complete/QUEUED/2 MUST: complete/partial
complete_QUEUED_2 ==
    /\ state = "QUEUED"
    /\ 0 < files_done /\ files_done < files_total /\ kind = 0
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* complete/CONNECTING/2 MUST: complete/partial
complete_CONNECTING_2 ==
    /\ state = "CONNECTING"
    /\ 0 < files_done /\ files_done < files_total /\ kind = 0
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* complete/TRANSFERRING/2 MUST: complete/partial
complete_TRANSFERRING_2 ==
    /\ state = "TRANSFERRING"
    /\ 0 < files_done /\ files_done < files_total /\ kind = 0
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* complete/TRANSIENT_ERROR/2 MUST: complete/partial
complete_TRANSIENT_ERROR_2 ==
    /\ state = "TRANSIENT_ERROR"
    /\ 0 < files_done /\ files_done < files_total /\ kind = 0
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* complete/ERROR/2 MUST: complete/partial
complete_ERROR_2 ==
    /\ state = "ERROR"
    /\ 0 < files_done /\ files_done < files_total /\ kind = 0
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* complete/TRANSFERRED/1 MUST: complete/partial
complete_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ 0 < files_done /\ files_done < files_total /\ kind = 0
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* complete/TRANSFERRED/2 MUST: complete/transferred
complete_TRANSFERRED_2 ==
    /\ state = "TRANSFERRED"
    /\ 0 < files_total /\ files_done = files_total
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

complete_SUSPENDED_3_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
complete_SUSPENDED_3_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* complete/SUSPENDED/3 MAY: complete/partial
complete_SUSPENDED_3 ==
    /\ state = "SUSPENDED"
    /\ 0 < files_total /\ files_done = files_total /\ kind = 0
    /\ (complete_SUSPENDED_3_answer_1 \/ complete_SUSPENDED_3_answer_2)

complete_QUEUED_3_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
complete_QUEUED_3_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* complete/QUEUED/3 MAY: complete/partial
complete_QUEUED_3 ==
    /\ state = "QUEUED"
    /\ 0 < files_total /\ files_done = files_total /\ kind = 0
    /\ (complete_QUEUED_3_answer_1 \/ complete_QUEUED_3_answer_2)

complete_CONNECTING_3_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
complete_CONNECTING_3_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* complete/CONNECTING/3 MAY: complete/partial
complete_CONNECTING_3 ==
    /\ state = "CONNECTING"
    /\ 0 < files_total /\ files_done = files_total /\ kind = 0
    /\ (complete_CONNECTING_3_answer_1 \/ complete_CONNECTING_3_answer_2)

complete_TRANSFERRING_3_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
complete_TRANSFERRING_3_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* complete/TRANSFERRING/3 MAY: complete/partial
complete_TRANSFERRING_3 ==
    /\ state = "TRANSFERRING"
    /\ 0 < files_total /\ files_done = files_total /\ kind = 0
    /\ (complete_TRANSFERRING_3_answer_1 \/ complete_TRANSFERRING_3_answer_2)

\* complete/ACKNOWLEDGED/1 MUST: complete/final, state/final, decision/13
complete_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* complete/CANCELLED/1 MUST: complete/final, state/final, decision/13
complete_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file/QUEUED/1 MUST: addfile/ok, decision/8
add_file_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ kind = 0
    /\ state' = "QUEUED"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file/CONNECTING/1 MUST: addfile/ok, decision/8
add_file_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ kind = 0
    /\ state' = "CONNECTING"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file/TRANSFERRING/1 MUST: addfile/ok, decision/8
add_file_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ kind = 0
    /\ state' = "TRANSFERRING"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file/SUSPENDED/1 MUST: addfile/ok, decision/8
add_file_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ kind = 0
    /\ state' = "SUSPENDED"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file/ERROR/1 MUST: addfile/ok, decision/8
add_file_ERROR_1 ==
    /\ state = "ERROR"
    /\ kind = 0
    /\ state' = "ERROR"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file/TRANSIENT_ERROR/1 MUST: addfile/ok, decision/8
add_file_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ kind = 0
    /\ state' = "TRANSIENT_ERROR"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file/TRANSFERRED/1 MUST: addfile/ok, decision/8
add_file_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ kind = 0
    /\ state' = "TRANSFERRED"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file/ACKNOWLEDGED/1 MUST: addfile/ok, decision/6, decision/13
add_file_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file/CANCELLED/1 MUST: addfile/ok, decision/6, decision/13
add_file_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error/TRANSIENT_ERROR/1 MUST: error/available, decision/18
get_error_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ error = 2
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error/ERROR/1 MUST: error/available, decision/18
get_error_ERROR_1 ==
    /\ state = "ERROR"
    /\ error = 2
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error/QUEUED/1 MUST: error/available, decision/18
get_error_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ error = 2
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error/CONNECTING/1 MUST: error/available, decision/18
get_error_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ error = 2
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

get_error_SUSPENDED_1_answer_1 == \* S_OK
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
get_error_SUSPENDED_1_answer_2 == \* BG_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* get_error/SUSPENDED/1 MAY: decision/18, decision/9
get_error_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ error = 1
    /\ (get_error_SUSPENDED_1_answer_1 \/ get_error_SUSPENDED_1_answer_2)

get_error_QUEUED_2_answer_1 == \* S_OK
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
get_error_QUEUED_2_answer_2 == \* BG_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* get_error/QUEUED/2 MAY: decision/18, decision/9
get_error_QUEUED_2 ==
    /\ state = "QUEUED"
    /\ error = 1
    /\ (get_error_QUEUED_2_answer_1 \/ get_error_QUEUED_2_answer_2)

get_error_CONNECTING_2_answer_1 == \* S_OK
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
get_error_CONNECTING_2_answer_2 == \* BG_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* get_error/CONNECTING/2 MAY: decision/18, decision/9
get_error_CONNECTING_2 ==
    /\ state = "CONNECTING"
    /\ error = 1
    /\ (get_error_CONNECTING_2_answer_1 \/ get_error_CONNECTING_2_answer_2)

get_error_TRANSIENT_ERROR_2_answer_1 == \* S_OK
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
get_error_TRANSIENT_ERROR_2_answer_2 == \* BG_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* get_error/TRANSIENT_ERROR/2 MAY: decision/18, decision/9
get_error_TRANSIENT_ERROR_2 ==
    /\ state = "TRANSIENT_ERROR"
    /\ error = 1
    /\ (get_error_TRANSIENT_ERROR_2_answer_1 \/ get_error_TRANSIENT_ERROR_2_answer_2)

get_error_ERROR_2_answer_1 == \* S_OK
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
get_error_ERROR_2_answer_2 == \* BG_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* get_error/ERROR/2 MAY: decision/18, decision/9
get_error_ERROR_2 ==
    /\ state = "ERROR"
    /\ error = 1
    /\ (get_error_ERROR_2_answer_1 \/ get_error_ERROR_2_answer_2)

get_error_ACKNOWLEDGED_1_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
get_error_ACKNOWLEDGED_1_answer_2 == \* BG_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* get_error/ACKNOWLEDGED/1 MAY: decision/18, decision/9
get_error_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ error = 1
    /\ (get_error_ACKNOWLEDGED_1_answer_1 \/ get_error_ACKNOWLEDGED_1_answer_2)

get_error_CANCELLED_1_answer_1 == \* S_OK
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
get_error_CANCELLED_1_answer_2 == \* BG_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
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
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error/QUEUED/3 MUST: error/available, decision/18
get_error_QUEUED_3 ==
    /\ state = "QUEUED"
    /\ error = 0
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error/CONNECTING/3 MUST: error/available, decision/18
get_error_CONNECTING_3 ==
    /\ state = "CONNECTING"
    /\ error = 0
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error/ACKNOWLEDGED/2 MUST: error/available, decision/18
get_error_ACKNOWLEDGED_2 ==
    /\ state = "ACKNOWLEDGED"
    /\ error = 0
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error/CANCELLED/2 MUST: error/available, decision/18
get_error_CANCELLED_2 ==
    /\ state = "CANCELLED"
    /\ error = 0
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error/TRANSFERRING/1 MUST: error/available, decision/18
get_error_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error/TRANSFERRED/1 MUST: error/available, decision/18
get_error_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ error = 0
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_priority/QUEUED/1 MUST: set/final
set_priority_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_priority/CONNECTING/1 MUST: set/final
set_priority_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_priority/TRANSFERRING/1 MUST: set/final
set_priority_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_priority/SUSPENDED/1 MUST: set/final
set_priority_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_priority/ERROR/1 MUST: set/final
set_priority_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_priority/TRANSIENT_ERROR/1 MUST: set/final
set_priority_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_priority/TRANSFERRED/1 MUST: set/final
set_priority_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_priority/ACKNOWLEDGED/1 MUST: set/final, decision/13
set_priority_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_priority/CANCELLED/1 MUST: set/final, decision/13
set_priority_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_no_progress_timeout/QUEUED/1 MUST: set/final, timer/progress
set_no_progress_timeout_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_no_progress_timeout/CONNECTING/1 MUST: set/final, timer/progress
set_no_progress_timeout_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_no_progress_timeout/TRANSFERRING/1 MUST: set/final, timer/progress
set_no_progress_timeout_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_no_progress_timeout/SUSPENDED/1 MUST: set/final, timer/progress
set_no_progress_timeout_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_no_progress_timeout/ERROR/1 MUST: set/final, timer/progress
set_no_progress_timeout_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_no_progress_timeout/TRANSIENT_ERROR/1 MUST: set/final, timer/progress
set_no_progress_timeout_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_no_progress_timeout/TRANSFERRED/1 MUST: set/final, timer/progress
set_no_progress_timeout_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_no_progress_timeout/ACKNOWLEDGED/1 MUST: set/final, decision/13
set_no_progress_timeout_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_no_progress_timeout/CANCELLED/1 MUST: set/final, decision/13
set_no_progress_timeout_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_minimum_retry_delay/QUEUED/1 MUST: set/final, timer/retry
set_minimum_retry_delay_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_minimum_retry_delay/CONNECTING/1 MUST: set/final, timer/retry
set_minimum_retry_delay_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_minimum_retry_delay/TRANSFERRING/1 MUST: set/final, timer/retry
set_minimum_retry_delay_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_minimum_retry_delay/SUSPENDED/1 MUST: set/final, timer/retry
set_minimum_retry_delay_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_minimum_retry_delay/ERROR/1 MUST: set/final, timer/retry
set_minimum_retry_delay_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_minimum_retry_delay/TRANSIENT_ERROR/1 MUST: set/final, timer/retry
set_minimum_retry_delay_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_minimum_retry_delay/TRANSFERRED/1 MUST: set/final, timer/retry
set_minimum_retry_delay_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_minimum_retry_delay/ACKNOWLEDGED/1 MUST: set/final, decision/13
set_minimum_retry_delay_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_minimum_retry_delay/CANCELLED/1 MUST: set/final, decision/13
set_minimum_retry_delay_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* turn/QUEUED/1 MUST: state/queued, state/connecting
turn_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ offline = 0 /\ blocked = 0 /\ away = 0
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* connect/CONNECTING/1 MUST: state/connecting, decision/18
connect_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ away = 0
    /\ state' = "TRANSFERRING"
    /\ error' = 0
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* file_done/TRANSFERRING/1 MUST: state/transferring, job/progress
file_done_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total
    /\ state' = "TRANSFERRING"
    /\ files_done' = files_done + 1
    /\ UNCHANGED <<files_total, error, kind, reply, offline, blocked, away>>

\* all_done/TRANSFERRING/1 MUST: state/transferring, state/transferred
all_done_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ 0 < files_total /\ files_done = files_total /\ reply = 0
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* all_done/QUEUED/1 MAY: decision/16, decision/18
all_done_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ 0 < files_total /\ files_done = files_total /\ reply = 0
    /\ state' = "TRANSFERRED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* all_done/CONNECTING/1 MAY: decision/16, decision/18
all_done_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ 0 < files_total /\ files_done = files_total /\ reply = 0
    /\ state' = "TRANSFERRED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* slice_end/TRANSFERRING/1 MAY: state/transferring, priority, decision/10
slice_end_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* transient_fault/CONNECTING/1 MUST: state/connecting, error/available
transient_fault_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ files_done < files_total
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

transient_fault_TRANSFERRING_1_answer_1 == \*
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
transient_fault_TRANSFERRING_1_answer_2 == \*
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* transient_fault/TRANSFERRING/1 MUST: state/transient, decision/11
transient_fault_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total /\ kind = 0
    /\ (transient_fault_TRANSFERRING_1_answer_1 \/ transient_fault_TRANSFERRING_1_answer_2)

\* fatal_fault/CONNECTING/1 MAY: decision/11, decision/10
fatal_fault_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ files_done < files_total
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* fatal_fault/TRANSFERRING/1 MUST: state/error, error/atomic, decision/11
fatal_fault_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

ambiguous_fault_CONNECTING_1_answer_1 == \*
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
ambiguous_fault_CONNECTING_1_answer_2 == \*
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* ambiguous_fault/CONNECTING/1 MAY: decision/11, decision/21
ambiguous_fault_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ files_done < files_total /\ kind = 0
    /\ (ambiguous_fault_CONNECTING_1_answer_1 \/ ambiguous_fault_CONNECTING_1_answer_2)

ambiguous_fault_TRANSFERRING_1_answer_1 == \*
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
ambiguous_fault_TRANSFERRING_1_answer_2 == \*
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* ambiguous_fault/TRANSFERRING/1 MAY: decision/11, decision/21
ambiguous_fault_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total /\ kind = 0
    /\ (ambiguous_fault_TRANSFERRING_1_answer_1 \/ ambiguous_fault_TRANSFERRING_1_answer_2)

range_refused_CONNECTING_1_answer_1 == \*
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
range_refused_CONNECTING_1_answer_2 == \*
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* range_refused/CONNECTING/1 MAY: decision/20, http/needs
range_refused_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ files_done < files_total /\ kind = 0
    /\ (range_refused_CONNECTING_1_answer_1 \/ range_refused_CONNECTING_1_answer_2)

range_refused_TRANSFERRING_1_answer_1 == \*
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
range_refused_TRANSFERRING_1_answer_2 == \*
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* range_refused/TRANSFERRING/1 MAY: decision/20, http/needs
range_refused_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total /\ kind = 0
    /\ (range_refused_TRANSFERRING_1_answer_1 \/ range_refused_TRANSFERRING_1_answer_2)

\* retry/TRANSIENT_ERROR/1 MUST: state/transient, timer/retry, decision/12
retry_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ offline = 0 /\ blocked = 0
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* no_progress/TRANSIENT_ERROR/1 MUST: state/transient, timer/progress
no_progress_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* restart/SUSPENDED/1 MUST: restart, decision/18
restart_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* restart/QUEUED/1 MUST: restart, decision/18
restart_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* restart/ERROR/1 MUST: restart, decision/18
restart_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* restart/TRANSIENT_ERROR/1 MUST: restart, decision/18
restart_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* restart/TRANSFERRED/1 MUST: restart, decision/18
restart_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

restart_CONNECTING_1_answer_1 == \*
    /\ state' = "CONNECTING"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
restart_CONNECTING_1_answer_2 == \*
    /\ state' = "QUEUED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* restart/CONNECTING/1 MUST: restart, decision/10, decision/18
restart_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ (restart_CONNECTING_1_answer_1 \/ restart_CONNECTING_1_answer_2)

restart_TRANSFERRING_1_answer_1 == \*
    /\ state' = "TRANSFERRING"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
restart_TRANSFERRING_1_answer_2 == \*
    /\ state' = "QUEUED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
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
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* expiry/ERROR/1 MUST: state/expiry
expiry_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* expiry/TRANSFERRED/1 MUST: state/expiry
expiry_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* expiry/QUEUED/1 MAY: state/expiry, decision/10
expiry_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* expiry/CONNECTING/1 MAY: state/expiry, decision/10
expiry_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* expiry/TRANSFERRING/1 MAY: state/expiry, decision/10
expiry_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* expiry/TRANSIENT_ERROR/1 MAY: state/expiry, decision/10
expiry_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "CANCELLED"
    /\ files_done' = 0
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/QUEUED/1 MUST: addfile/ok, decision/8
add_file_with_ranges_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ kind = 0
    /\ state' = "QUEUED"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/CONNECTING/1 MUST: addfile/ok, decision/8
add_file_with_ranges_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ kind = 0
    /\ state' = "CONNECTING"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/TRANSFERRING/1 MUST: addfile/ok, decision/8
add_file_with_ranges_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ kind = 0
    /\ state' = "TRANSFERRING"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/SUSPENDED/1 MUST: addfile/ok, decision/8
add_file_with_ranges_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ kind = 0
    /\ state' = "SUSPENDED"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/ERROR/1 MUST: addfile/ok, decision/8
add_file_with_ranges_ERROR_1 ==
    /\ state = "ERROR"
    /\ kind = 0
    /\ state' = "ERROR"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/TRANSIENT_ERROR/1 MUST: addfile/ok, decision/8
add_file_with_ranges_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ kind = 0
    /\ state' = "TRANSIENT_ERROR"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/TRANSFERRED/1 MUST: addfile/ok, decision/8
add_file_with_ranges_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ kind = 0
    /\ state' = "TRANSFERRED"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/ACKNOWLEDGED/1 MUST: addfile/ok, decision/13
add_file_with_ranges_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ kind = 0
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/CANCELLED/1 MUST: addfile/ok, decision/13
add_file_with_ranges_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ kind = 0
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/QUEUED/2 MUST: ranges/layout, decision/13
add_file_with_ranges_QUEUED_2 ==
    /\ state = "QUEUED"
    /\ 0 < kind
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/CONNECTING/2 MUST: ranges/layout, decision/13
add_file_with_ranges_CONNECTING_2 ==
    /\ state = "CONNECTING"
    /\ 0 < kind
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/TRANSFERRING/2 MUST: ranges/layout, decision/13
add_file_with_ranges_TRANSFERRING_2 ==
    /\ state = "TRANSFERRING"
    /\ 0 < kind
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/SUSPENDED/2 MUST: ranges/layout, decision/13
add_file_with_ranges_SUSPENDED_2 ==
    /\ state = "SUSPENDED"
    /\ 0 < kind
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/ERROR/2 MUST: ranges/layout, decision/13
add_file_with_ranges_ERROR_2 ==
    /\ state = "ERROR"
    /\ 0 < kind
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/TRANSIENT_ERROR/2 MUST: ranges/layout, decision/13
add_file_with_ranges_TRANSIENT_ERROR_2 ==
    /\ state = "TRANSIENT_ERROR"
    /\ 0 < kind
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file_with_ranges/TRANSFERRED/2 MUST: ranges/layout, decision/13
add_file_with_ranges_TRANSFERRED_2 ==
    /\ state = "TRANSFERRED"
    /\ 0 < kind
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

add_file_with_ranges_ACKNOWLEDGED_2_answer_1 == \* BG_E_INVALID_STATE
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
add_file_with_ranges_ACKNOWLEDGED_2_answer_2 == \* E_NOTIMPL
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* add_file_with_ranges/ACKNOWLEDGED/2 MAY: addfile/ok, ranges/layout, decision/13
add_file_with_ranges_ACKNOWLEDGED_2 ==
    /\ state = "ACKNOWLEDGED"
    /\ 0 < kind
    /\ (add_file_with_ranges_ACKNOWLEDGED_2_answer_1 \/ add_file_with_ranges_ACKNOWLEDGED_2_answer_2)

add_file_with_ranges_CANCELLED_2_answer_1 == \* BG_E_INVALID_STATE
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
add_file_with_ranges_CANCELLED_2_answer_2 == \* E_NOTIMPL
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* add_file_with_ranges/CANCELLED/2 MAY: addfile/ok, ranges/layout, decision/13
add_file_with_ranges_CANCELLED_2 ==
    /\ state = "CANCELLED"
    /\ 0 < kind
    /\ (add_file_with_ranges_CANCELLED_2_answer_1 \/ add_file_with_ranges_CANCELLED_2_answer_2)

\* set_remote_name/QUEUED/1 MUST: file/seturl, file/serialize
set_remote_name_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ kind = 0
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/CONNECTING/1 MUST: file/seturl, file/serialize
set_remote_name_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ kind = 0
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/TRANSFERRING/1 MUST: file/seturl, file/serialize
set_remote_name_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ kind = 0
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/SUSPENDED/1 MUST: file/seturl, file/serialize
set_remote_name_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ kind = 0
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/ERROR/1 MUST: file/seturl, file/serialize
set_remote_name_ERROR_1 ==
    /\ state = "ERROR"
    /\ kind = 0
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/TRANSIENT_ERROR/1 MUST: file/seturl, file/serialize
set_remote_name_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ kind = 0
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/TRANSFERRED/1 MUST: file/seturl, file/serialize
set_remote_name_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ kind = 0
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/ACKNOWLEDGED/1 MUST: file/serialize, decision/13
set_remote_name_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ kind = 0
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/CANCELLED/1 MUST: file/serialize, decision/13
set_remote_name_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ kind = 0
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/QUEUED/2 MUST: file/serialize, decision/13
set_remote_name_QUEUED_2 ==
    /\ state = "QUEUED"
    /\ 0 < kind
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/CONNECTING/2 MUST: file/serialize, decision/13
set_remote_name_CONNECTING_2 ==
    /\ state = "CONNECTING"
    /\ 0 < kind
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/TRANSFERRING/2 MUST: file/serialize, decision/13
set_remote_name_TRANSFERRING_2 ==
    /\ state = "TRANSFERRING"
    /\ 0 < kind
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/SUSPENDED/2 MUST: file/serialize, decision/13
set_remote_name_SUSPENDED_2 ==
    /\ state = "SUSPENDED"
    /\ 0 < kind
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/ERROR/2 MUST: file/serialize, decision/13
set_remote_name_ERROR_2 ==
    /\ state = "ERROR"
    /\ 0 < kind
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/TRANSIENT_ERROR/2 MUST: file/serialize, decision/13
set_remote_name_TRANSIENT_ERROR_2 ==
    /\ state = "TRANSIENT_ERROR"
    /\ 0 < kind
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_remote_name/TRANSFERRED/2 MUST: file/serialize, decision/13
set_remote_name_TRANSFERRED_2 ==
    /\ state = "TRANSFERRED"
    /\ 0 < kind
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

set_remote_name_ACKNOWLEDGED_2_answer_1 == \* BG_E_INVALID_STATE
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_remote_name_ACKNOWLEDGED_2_answer_2 == \* E_NOTIMPL
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* set_remote_name/ACKNOWLEDGED/2 MAY: file/serialize, decision/13
set_remote_name_ACKNOWLEDGED_2 ==
    /\ state = "ACKNOWLEDGED"
    /\ 0 < kind
    /\ (set_remote_name_ACKNOWLEDGED_2_answer_1 \/ set_remote_name_ACKNOWLEDGED_2_answer_2)

set_remote_name_CANCELLED_2_answer_1 == \* BG_E_INVALID_STATE
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_remote_name_CANCELLED_2_answer_2 == \* E_NOTIMPL
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* set_remote_name/CANCELLED/2 MAY: file/serialize, decision/13
set_remote_name_CANCELLED_2 ==
    /\ state = "CANCELLED"
    /\ 0 < kind
    /\ (set_remote_name_CANCELLED_2_answer_1 \/ set_remote_name_CANCELLED_2_answer_2)

replace_remote_prefix_QUEUED_1_answer_1 == \* S_OK
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
replace_remote_prefix_QUEUED_1_answer_2 == \* S_FALSE
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* replace_remote_prefix/QUEUED/1 MUST: file/prefix
replace_remote_prefix_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ kind = 0
    /\ (replace_remote_prefix_QUEUED_1_answer_1 \/ replace_remote_prefix_QUEUED_1_answer_2)

replace_remote_prefix_CONNECTING_1_answer_1 == \* S_OK
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
replace_remote_prefix_CONNECTING_1_answer_2 == \* S_FALSE
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* replace_remote_prefix/CONNECTING/1 MUST: file/prefix
replace_remote_prefix_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ kind = 0
    /\ (replace_remote_prefix_CONNECTING_1_answer_1 \/ replace_remote_prefix_CONNECTING_1_answer_2)

replace_remote_prefix_TRANSFERRING_1_answer_1 == \* S_OK
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
replace_remote_prefix_TRANSFERRING_1_answer_2 == \* S_FALSE
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* replace_remote_prefix/TRANSFERRING/1 MUST: file/prefix
replace_remote_prefix_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ kind = 0
    /\ (replace_remote_prefix_TRANSFERRING_1_answer_1 \/ replace_remote_prefix_TRANSFERRING_1_answer_2)

replace_remote_prefix_SUSPENDED_1_answer_1 == \* S_OK
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
replace_remote_prefix_SUSPENDED_1_answer_2 == \* S_FALSE
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* replace_remote_prefix/SUSPENDED/1 MUST: file/prefix
replace_remote_prefix_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ kind = 0
    /\ (replace_remote_prefix_SUSPENDED_1_answer_1 \/ replace_remote_prefix_SUSPENDED_1_answer_2)

replace_remote_prefix_ERROR_1_answer_1 == \* S_OK
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
replace_remote_prefix_ERROR_1_answer_2 == \* S_FALSE
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* replace_remote_prefix/ERROR/1 MUST: file/prefix
replace_remote_prefix_ERROR_1 ==
    /\ state = "ERROR"
    /\ kind = 0
    /\ (replace_remote_prefix_ERROR_1_answer_1 \/ replace_remote_prefix_ERROR_1_answer_2)

replace_remote_prefix_TRANSIENT_ERROR_1_answer_1 == \* S_OK
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
replace_remote_prefix_TRANSIENT_ERROR_1_answer_2 == \* S_FALSE
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* replace_remote_prefix/TRANSIENT_ERROR/1 MUST: file/prefix
replace_remote_prefix_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ kind = 0
    /\ (replace_remote_prefix_TRANSIENT_ERROR_1_answer_1 \/ replace_remote_prefix_TRANSIENT_ERROR_1_answer_2)

replace_remote_prefix_TRANSFERRED_1_answer_1 == \* S_OK
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
replace_remote_prefix_TRANSFERRED_1_answer_2 == \* S_FALSE
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* replace_remote_prefix/TRANSFERRED/1 MUST: file/prefix
replace_remote_prefix_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ kind = 0
    /\ (replace_remote_prefix_TRANSFERRED_1_answer_1 \/ replace_remote_prefix_TRANSFERRED_1_answer_2)

\* replace_remote_prefix/ACKNOWLEDGED/1 MUST: file/prefix, decision/13
replace_remote_prefix_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ kind = 0
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* replace_remote_prefix/CANCELLED/1 MUST: file/prefix, decision/13
replace_remote_prefix_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ kind = 0
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* replace_remote_prefix/QUEUED/2 MUST: file/prefix, decision/13
replace_remote_prefix_QUEUED_2 ==
    /\ state = "QUEUED"
    /\ 0 < kind
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* replace_remote_prefix/CONNECTING/2 MUST: file/prefix, decision/13
replace_remote_prefix_CONNECTING_2 ==
    /\ state = "CONNECTING"
    /\ 0 < kind
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* replace_remote_prefix/TRANSFERRING/2 MUST: file/prefix, decision/13
replace_remote_prefix_TRANSFERRING_2 ==
    /\ state = "TRANSFERRING"
    /\ 0 < kind
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* replace_remote_prefix/SUSPENDED/2 MUST: file/prefix, decision/13
replace_remote_prefix_SUSPENDED_2 ==
    /\ state = "SUSPENDED"
    /\ 0 < kind
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* replace_remote_prefix/ERROR/2 MUST: file/prefix, decision/13
replace_remote_prefix_ERROR_2 ==
    /\ state = "ERROR"
    /\ 0 < kind
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* replace_remote_prefix/TRANSIENT_ERROR/2 MUST: file/prefix, decision/13
replace_remote_prefix_TRANSIENT_ERROR_2 ==
    /\ state = "TRANSIENT_ERROR"
    /\ 0 < kind
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* replace_remote_prefix/TRANSFERRED/2 MUST: file/prefix, decision/13
replace_remote_prefix_TRANSFERRED_2 ==
    /\ state = "TRANSFERRED"
    /\ 0 < kind
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

replace_remote_prefix_ACKNOWLEDGED_2_answer_1 == \* BG_E_INVALID_STATE
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
replace_remote_prefix_ACKNOWLEDGED_2_answer_2 == \* E_NOTIMPL
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* replace_remote_prefix/ACKNOWLEDGED/2 MAY: file/prefix, decision/13
replace_remote_prefix_ACKNOWLEDGED_2 ==
    /\ state = "ACKNOWLEDGED"
    /\ 0 < kind
    /\ (replace_remote_prefix_ACKNOWLEDGED_2_answer_1 \/ replace_remote_prefix_ACKNOWLEDGED_2_answer_2)

replace_remote_prefix_CANCELLED_2_answer_1 == \* BG_E_INVALID_STATE
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
replace_remote_prefix_CANCELLED_2_answer_2 == \* E_NOTIMPL
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* replace_remote_prefix/CANCELLED/2 MAY: file/prefix, decision/13
replace_remote_prefix_CANCELLED_2 ==
    /\ state = "CANCELLED"
    /\ 0 < kind
    /\ (replace_remote_prefix_CANCELLED_2_answer_1 \/ replace_remote_prefix_CANCELLED_2_answer_2)

\* file_restarted/TRANSFERRING/1 MUST: file/consistency
file_restarted_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total /\ kind = 0
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* data/TRANSFERRING/1 MUST: state/transferring, job/progress
data_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ files_done < files_total
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_display_name/QUEUED/1 MUST: set/final
set_display_name_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_display_name/CONNECTING/1 MUST: set/final
set_display_name_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_display_name/TRANSFERRING/1 MUST: set/final
set_display_name_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_display_name/SUSPENDED/1 MUST: set/final
set_display_name_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_display_name/ERROR/1 MUST: set/final
set_display_name_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_display_name/TRANSIENT_ERROR/1 MUST: set/final
set_display_name_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_display_name/TRANSFERRED/1 MUST: set/final
set_display_name_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_display_name/ACKNOWLEDGED/1 MUST: set/final, decision/13
set_display_name_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_display_name/CANCELLED/1 MUST: set/final, decision/13
set_display_name_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_flags/QUEUED/1 MUST: set/final
set_notify_flags_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_flags/CONNECTING/1 MUST: set/final
set_notify_flags_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_flags/TRANSFERRING/1 MUST: set/final
set_notify_flags_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_flags/SUSPENDED/1 MUST: set/final
set_notify_flags_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_flags/ERROR/1 MUST: set/final
set_notify_flags_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_flags/TRANSIENT_ERROR/1 MUST: set/final
set_notify_flags_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_flags/TRANSFERRED/1 MUST: set/final
set_notify_flags_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_flags/ACKNOWLEDGED/1 MUST: set/final, decision/13
set_notify_flags_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_flags/CANCELLED/1 MUST: set/final, decision/13
set_notify_flags_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_interface/QUEUED/1 MUST: set/final
set_notify_interface_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_interface/CONNECTING/1 MUST: set/final
set_notify_interface_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_interface/TRANSFERRING/1 MUST: set/final
set_notify_interface_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_interface/SUSPENDED/1 MUST: set/final
set_notify_interface_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_interface/ERROR/1 MUST: set/final
set_notify_interface_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_interface/TRANSIENT_ERROR/1 MUST: set/final
set_notify_interface_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_interface/TRANSFERRED/1 MUST: set/final
set_notify_interface_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_interface/ACKNOWLEDGED/1 MUST: set/final, decision/13
set_notify_interface_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_notify_interface/CANCELLED/1 MUST: set/final, decision/13
set_notify_interface_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_maximum_download_time/QUEUED/1 MUST: timer/maxdownload, set/final
set_maximum_download_time_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_maximum_download_time/CONNECTING/1 MUST: timer/maxdownload, set/final
set_maximum_download_time_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_maximum_download_time/TRANSFERRING/1 MUST: timer/maxdownload, set/final
set_maximum_download_time_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_maximum_download_time/SUSPENDED/1 MUST: timer/maxdownload, set/final
set_maximum_download_time_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_maximum_download_time/ERROR/1 MUST: timer/maxdownload, set/final
set_maximum_download_time_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_maximum_download_time/TRANSIENT_ERROR/1 MUST: timer/maxdownload, set/final
set_maximum_download_time_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_maximum_download_time/TRANSFERRED/1 MUST: timer/maxdownload, set/final
set_maximum_download_time_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_maximum_download_time/ACKNOWLEDGED/1 MUST: set/final, decision/13
set_maximum_download_time_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_maximum_download_time/CANCELLED/1 MUST: set/final, decision/13
set_maximum_download_time_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* max_download/CONNECTING/1 MUST: timer/maxdownload
max_download_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* max_download/TRANSFERRING/1 MUST: timer/maxdownload
max_download_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* get_state/QUEUED/1 MUST: state/classes, state/initial
get_state_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_state/CONNECTING/1 MUST: state/classes, state/initial
get_state_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_state/TRANSFERRING/1 MUST: state/classes, state/initial
get_state_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_state/SUSPENDED/1 MUST: state/classes, state/initial
get_state_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_state/ERROR/1 MUST: state/classes, state/initial
get_state_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_state/TRANSIENT_ERROR/1 MUST: state/classes, state/initial
get_state_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_state/TRANSFERRED/1 MUST: state/classes, state/initial
get_state_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_state/ACKNOWLEDGED/1 MAY: decision/9
get_state_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_state/CANCELLED/1 MAY: decision/9
get_state_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_progress/QUEUED/1 MUST: job/progress
get_progress_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_progress/CONNECTING/1 MUST: job/progress
get_progress_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_progress/TRANSFERRING/1 MUST: job/progress
get_progress_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_progress/SUSPENDED/1 MUST: job/progress
get_progress_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_progress/ERROR/1 MUST: job/progress
get_progress_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_progress/TRANSIENT_ERROR/1 MUST: job/progress
get_progress_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_progress/TRANSFERRED/1 MUST: job/progress
get_progress_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_progress/ACKNOWLEDGED/1 MAY: decision/9
get_progress_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_progress/CANCELLED/1 MAY: decision/9
get_progress_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_times/QUEUED/1 MUST: times
get_times_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_times/CONNECTING/1 MUST: times
get_times_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_times/TRANSFERRING/1 MUST: times
get_times_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_times/SUSPENDED/1 MUST: times
get_times_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_times/ERROR/1 MUST: times
get_times_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_times/TRANSIENT_ERROR/1 MUST: times
get_times_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_times/TRANSFERRED/1 MUST: times
get_times_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_times/ACKNOWLEDGED/1 MAY: decision/9
get_times_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_times/CANCELLED/1 MAY: decision/9
get_times_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error_count/QUEUED/1 MUST: error/count
get_error_count_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error_count/CONNECTING/1 MUST: error/count
get_error_count_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error_count/TRANSFERRING/1 MUST: error/count
get_error_count_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error_count/SUSPENDED/1 MUST: error/count
get_error_count_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error_count/ERROR/1 MUST: error/count
get_error_count_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error_count/TRANSIENT_ERROR/1 MUST: error/count
get_error_count_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error_count/TRANSFERRED/1 MUST: error/count
get_error_count_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error_count/ACKNOWLEDGED/1 MAY: decision/9
get_error_count_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* get_error_count/CANCELLED/1 MAY: decision/9
get_error_count_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* enum_files/QUEUED/1 MUST: enum/files
enum_files_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* enum_files/CONNECTING/1 MUST: enum/files
enum_files_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* enum_files/TRANSFERRING/1 MUST: enum/files
enum_files_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* enum_files/SUSPENDED/1 MUST: enum/files
enum_files_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* enum_files/ERROR/1 MUST: enum/files
enum_files_ERROR_1 ==
    /\ state = "ERROR"
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* enum_files/TRANSIENT_ERROR/1 MUST: enum/files
enum_files_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* enum_files/TRANSFERRED/1 MUST: enum/files
enum_files_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* enum_files/ACKNOWLEDGED/1 MAY: decision/9
enum_files_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* enum_files/CANCELLED/1 MAY: decision/9
enum_files_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file/SUSPENDED/2 MUST: addfile/ok, addfile/limits
add_file_SUSPENDED_2 ==
    /\ state = "SUSPENDED"
    /\ 0 < kind /\ files_total = 0
    /\ state' = "SUSPENDED"
    /\ files_total' = files_total + 1
    /\ files_total' <= FilesBound
    /\ UNCHANGED <<files_done, error, kind, reply, offline, blocked, away>>

\* add_file/QUEUED/2 MUST: addfile/limits, decision/13
add_file_QUEUED_2 ==
    /\ state = "QUEUED"
    /\ 0 < kind /\ 0 < files_total
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file/CONNECTING/2 MUST: addfile/limits, decision/13
add_file_CONNECTING_2 ==
    /\ state = "CONNECTING"
    /\ 0 < kind /\ 0 < files_total
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file/TRANSFERRING/2 MUST: addfile/limits, decision/13
add_file_TRANSFERRING_2 ==
    /\ state = "TRANSFERRING"
    /\ 0 < kind /\ 0 < files_total
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file/SUSPENDED/3 MUST: addfile/limits, decision/13
add_file_SUSPENDED_3 ==
    /\ state = "SUSPENDED"
    /\ 0 < kind /\ 0 < files_total
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file/ERROR/2 MUST: addfile/limits, decision/13
add_file_ERROR_2 ==
    /\ state = "ERROR"
    /\ 0 < kind /\ 0 < files_total
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file/TRANSIENT_ERROR/2 MUST: addfile/limits, decision/13
add_file_TRANSIENT_ERROR_2 ==
    /\ state = "TRANSIENT_ERROR"
    /\ 0 < kind /\ 0 < files_total
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* add_file/TRANSFERRED/2 MUST: addfile/limits, decision/13
add_file_TRANSFERRED_2 ==
    /\ state = "TRANSFERRED"
    /\ 0 < kind /\ 0 < files_total
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* complete/SUSPENDED/4 MUST: complete/upload, decision/13
complete_SUSPENDED_4 ==
    /\ state = "SUSPENDED"
    /\ 0 < kind
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* complete/QUEUED/4 MUST: complete/upload, decision/13
complete_QUEUED_4 ==
    /\ state = "QUEUED"
    /\ 0 < kind
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* complete/CONNECTING/4 MUST: complete/upload, decision/13
complete_CONNECTING_4 ==
    /\ state = "CONNECTING"
    /\ 0 < kind
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* complete/TRANSFERRING/4 MUST: complete/upload, decision/13
complete_TRANSFERRING_4 ==
    /\ state = "TRANSFERRING"
    /\ 0 < kind
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* complete/TRANSIENT_ERROR/3 MUST: complete/upload, decision/13
complete_TRANSIENT_ERROR_3 ==
    /\ state = "TRANSIENT_ERROR"
    /\ 0 < kind
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* complete/ERROR/3 MUST: complete/upload, decision/13
complete_ERROR_3 ==
    /\ state = "ERROR"
    /\ 0 < kind
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/SUSPENDED/1 MUST: upload/reply
set_reply_file_name_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ kind = 2 /\ reply = 2
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/QUEUED/1 MUST: upload/reply
set_reply_file_name_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ kind = 2 /\ reply = 2
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/CONNECTING/1 MUST: upload/reply
set_reply_file_name_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ kind = 2 /\ reply = 2
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/TRANSFERRING/1 MUST: upload/reply
set_reply_file_name_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ kind = 2 /\ reply = 2
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/TRANSIENT_ERROR/1 MUST: upload/reply
set_reply_file_name_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ kind = 2 /\ reply = 2
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/ERROR/1 MUST: upload/reply
set_reply_file_name_ERROR_1 ==
    /\ state = "ERROR"
    /\ kind = 2 /\ reply = 2
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/QUEUED/2 MUST: upload/reply, decision/13
set_reply_file_name_QUEUED_2 ==
    /\ state = "QUEUED"
    /\ kind = 2 /\ reply < 2
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/CONNECTING/2 MUST: upload/reply, decision/13
set_reply_file_name_CONNECTING_2 ==
    /\ state = "CONNECTING"
    /\ kind = 2 /\ reply < 2
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/TRANSFERRING/2 MUST: upload/reply, decision/13
set_reply_file_name_TRANSFERRING_2 ==
    /\ state = "TRANSFERRING"
    /\ kind = 2 /\ reply < 2
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/SUSPENDED/2 MUST: upload/reply, decision/13
set_reply_file_name_SUSPENDED_2 ==
    /\ state = "SUSPENDED"
    /\ kind = 2 /\ reply < 2
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/ERROR/2 MUST: upload/reply, decision/13
set_reply_file_name_ERROR_2 ==
    /\ state = "ERROR"
    /\ kind = 2 /\ reply < 2
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/TRANSIENT_ERROR/2 MUST: upload/reply, decision/13
set_reply_file_name_TRANSIENT_ERROR_2 ==
    /\ state = "TRANSIENT_ERROR"
    /\ kind = 2 /\ reply < 2
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/TRANSFERRED/1 MUST: upload/reply, decision/13
set_reply_file_name_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ kind = 2 /\ reply < 2
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

set_reply_file_name_QUEUED_3_answer_1 == \* E_NOTIMPL
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_QUEUED_3_answer_2 == \* BG_E_INVALID_STATE
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_QUEUED_3_answer_3 == \* E_INVALIDARG
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* set_reply_file_name/QUEUED/3 MAY: decision/22, decision/13
set_reply_file_name_QUEUED_3 ==
    /\ state = "QUEUED"
    /\ kind < 2
    /\ (set_reply_file_name_QUEUED_3_answer_1 \/ set_reply_file_name_QUEUED_3_answer_2 \/ set_reply_file_name_QUEUED_3_answer_3)

set_reply_file_name_CONNECTING_3_answer_1 == \* E_NOTIMPL
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_CONNECTING_3_answer_2 == \* BG_E_INVALID_STATE
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_CONNECTING_3_answer_3 == \* E_INVALIDARG
    /\ state' = "CONNECTING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* set_reply_file_name/CONNECTING/3 MAY: decision/22, decision/13
set_reply_file_name_CONNECTING_3 ==
    /\ state = "CONNECTING"
    /\ kind < 2
    /\ (set_reply_file_name_CONNECTING_3_answer_1 \/ set_reply_file_name_CONNECTING_3_answer_2 \/ set_reply_file_name_CONNECTING_3_answer_3)

set_reply_file_name_TRANSFERRING_3_answer_1 == \* E_NOTIMPL
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_TRANSFERRING_3_answer_2 == \* BG_E_INVALID_STATE
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_TRANSFERRING_3_answer_3 == \* E_INVALIDARG
    /\ state' = "TRANSFERRING"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* set_reply_file_name/TRANSFERRING/3 MAY: decision/22, decision/13
set_reply_file_name_TRANSFERRING_3 ==
    /\ state = "TRANSFERRING"
    /\ kind < 2
    /\ (set_reply_file_name_TRANSFERRING_3_answer_1 \/ set_reply_file_name_TRANSFERRING_3_answer_2 \/ set_reply_file_name_TRANSFERRING_3_answer_3)

set_reply_file_name_SUSPENDED_3_answer_1 == \* E_NOTIMPL
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_SUSPENDED_3_answer_2 == \* BG_E_INVALID_STATE
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_SUSPENDED_3_answer_3 == \* E_INVALIDARG
    /\ state' = "SUSPENDED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* set_reply_file_name/SUSPENDED/3 MAY: decision/22, decision/13
set_reply_file_name_SUSPENDED_3 ==
    /\ state = "SUSPENDED"
    /\ kind < 2
    /\ (set_reply_file_name_SUSPENDED_3_answer_1 \/ set_reply_file_name_SUSPENDED_3_answer_2 \/ set_reply_file_name_SUSPENDED_3_answer_3)

set_reply_file_name_ERROR_3_answer_1 == \* E_NOTIMPL
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_ERROR_3_answer_2 == \* BG_E_INVALID_STATE
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_ERROR_3_answer_3 == \* E_INVALIDARG
    /\ state' = "ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* set_reply_file_name/ERROR/3 MAY: decision/22, decision/13
set_reply_file_name_ERROR_3 ==
    /\ state = "ERROR"
    /\ kind < 2
    /\ (set_reply_file_name_ERROR_3_answer_1 \/ set_reply_file_name_ERROR_3_answer_2 \/ set_reply_file_name_ERROR_3_answer_3)

set_reply_file_name_TRANSIENT_ERROR_3_answer_1 == \* E_NOTIMPL
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_TRANSIENT_ERROR_3_answer_2 == \* BG_E_INVALID_STATE
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_TRANSIENT_ERROR_3_answer_3 == \* E_INVALIDARG
    /\ state' = "TRANSIENT_ERROR"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* set_reply_file_name/TRANSIENT_ERROR/3 MAY: decision/22, decision/13
set_reply_file_name_TRANSIENT_ERROR_3 ==
    /\ state = "TRANSIENT_ERROR"
    /\ kind < 2
    /\ (set_reply_file_name_TRANSIENT_ERROR_3_answer_1 \/ set_reply_file_name_TRANSIENT_ERROR_3_answer_2 \/ set_reply_file_name_TRANSIENT_ERROR_3_answer_3)

set_reply_file_name_TRANSFERRED_2_answer_1 == \* E_NOTIMPL
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_TRANSFERRED_2_answer_2 == \* BG_E_INVALID_STATE
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_TRANSFERRED_2_answer_3 == \* E_INVALIDARG
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* set_reply_file_name/TRANSFERRED/2 MAY: decision/22, decision/13
set_reply_file_name_TRANSFERRED_2 ==
    /\ state = "TRANSFERRED"
    /\ kind < 2
    /\ (set_reply_file_name_TRANSFERRED_2_answer_1 \/ set_reply_file_name_TRANSFERRED_2_answer_2 \/ set_reply_file_name_TRANSFERRED_2_answer_3)

\* set_reply_file_name/ACKNOWLEDGED/1 MUST: set/final, decision/13
set_reply_file_name_ACKNOWLEDGED_1 ==
    /\ state = "ACKNOWLEDGED"
    /\ kind = 2
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* set_reply_file_name/CANCELLED/1 MUST: set/final, decision/13
set_reply_file_name_CANCELLED_1 ==
    /\ state = "CANCELLED"
    /\ kind = 2
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

set_reply_file_name_ACKNOWLEDGED_2_answer_1 == \* E_NOTIMPL
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_ACKNOWLEDGED_2_answer_2 == \* BG_E_INVALID_STATE
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_ACKNOWLEDGED_2_answer_3 == \* E_INVALIDARG
    /\ state' = "ACKNOWLEDGED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* set_reply_file_name/ACKNOWLEDGED/2 MAY: set/final, decision/22, decision/13
set_reply_file_name_ACKNOWLEDGED_2 ==
    /\ state = "ACKNOWLEDGED"
    /\ kind < 2
    /\ (set_reply_file_name_ACKNOWLEDGED_2_answer_1 \/ set_reply_file_name_ACKNOWLEDGED_2_answer_2 \/ set_reply_file_name_ACKNOWLEDGED_2_answer_3)

set_reply_file_name_CANCELLED_2_answer_1 == \* E_NOTIMPL
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_CANCELLED_2_answer_2 == \* BG_E_INVALID_STATE
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
set_reply_file_name_CANCELLED_2_answer_3 == \* E_INVALIDARG
    /\ state' = "CANCELLED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* set_reply_file_name/CANCELLED/2 MAY: set/final, decision/22, decision/13
set_reply_file_name_CANCELLED_2 ==
    /\ state = "CANCELLED"
    /\ kind < 2
    /\ (set_reply_file_name_CANCELLED_2_answer_1 \/ set_reply_file_name_CANCELLED_2_answer_2 \/ set_reply_file_name_CANCELLED_2_answer_3)

\* reply_begun/TRANSFERRING/1 MUST: upload/reply
reply_begun_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ 0 < files_total /\ files_done = files_total /\ reply = 2
    /\ state' = "TRANSFERRING"
    /\ reply' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, offline, blocked, away>>

\* reply_done/TRANSFERRING/1 MUST: upload/reply
reply_done_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ 0 < files_total /\ files_done = files_total /\ reply = 1
    /\ state' = "TRANSFERRING"
    /\ reply' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, offline, blocked, away>>

\* transient_fault/CONNECTING/2 MUST: state/connecting, http/reply
transient_fault_CONNECTING_2 ==
    /\ state = "CONNECTING"
    /\ 0 < files_total /\ files_done = files_total /\ 0 < reply
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* transient_fault/TRANSFERRING/2 MUST: state/connecting, http/reply
transient_fault_TRANSFERRING_2 ==
    /\ state = "TRANSFERRING"
    /\ 0 < files_total /\ files_done = files_total /\ 0 < reply
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* fatal_fault/TRANSFERRING/2 MUST: http/reply, error/atomic
fatal_fault_TRANSFERRING_2 ==
    /\ state = "TRANSFERRING"
    /\ 0 < files_total /\ files_done = files_total /\ 0 < reply
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* local_file_changed/QUEUED/1 MUST: upload/changed
local_file_changed_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ 0 < kind /\ files_done < files_total
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* local_file_changed/CONNECTING/1 MUST: upload/changed
local_file_changed_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ 0 < kind /\ files_done < files_total
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* local_file_changed/TRANSFERRING/1 MUST: upload/changed
local_file_changed_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ 0 < kind /\ files_done < files_total
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* transient_fault/TRANSFERRING/3 MUST: http/reply, state/transient
transient_fault_TRANSFERRING_3 ==
    /\ state = "TRANSFERRING"
    /\ 0 < kind /\ files_done < files_total
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* resume/SUSPENDED/4 MUST: resume/suspended, upload/reply
resume_SUSPENDED_4 ==
    /\ state = "SUSPENDED"
    /\ 0 < files_total /\ files_done = files_total /\ 0 < reply
    /\ state' = "QUEUED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>

\* network_lost/QUEUED/1 MUST: state/transient, error/available
network_lost_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ offline = 0
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ offline' = 1
    /\ UNCHANGED <<files_total, files_done, kind, reply, blocked, away>>

\* network_lost/TRANSFERRING/1 MUST: state/transient, error/available
network_lost_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ offline = 0
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ offline' = 1
    /\ UNCHANGED <<files_total, files_done, kind, reply, blocked, away>>

\* network_lost/CONNECTING/1 MUST: state/connecting, error/available
network_lost_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ offline = 0
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ offline' = 1
    /\ UNCHANGED <<files_total, files_done, kind, reply, blocked, away>>

\* network_lost/SUSPENDED/1 MUST: state/transient
network_lost_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ offline = 0
    /\ state' = "SUSPENDED"
    /\ offline' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, blocked, away>>

\* network_lost/ERROR/1 MUST: state/transient
network_lost_ERROR_1 ==
    /\ state = "ERROR"
    /\ offline = 0
    /\ state' = "ERROR"
    /\ offline' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, blocked, away>>

\* network_lost/TRANSFERRED/1 MUST: state/transient
network_lost_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ offline = 0
    /\ state' = "TRANSFERRED"
    /\ offline' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, blocked, away>>

\* network_lost/TRANSIENT_ERROR/1 MUST: state/transient
network_lost_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ offline = 0
    /\ state' = "TRANSIENT_ERROR"
    /\ offline' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, blocked, away>>

\* network_back/TRANSIENT_ERROR/1 MUST: state/transient
network_back_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ offline = 1 /\ blocked = 0
    /\ state' = "QUEUED"
    /\ offline' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, blocked, away>>

network_back_TRANSIENT_ERROR_2_answer_1 == \*
    /\ state' = "QUEUED"
    /\ offline' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, blocked, away>>
network_back_TRANSIENT_ERROR_2_answer_2 == \*
    /\ state' = "TRANSIENT_ERROR"
    /\ offline' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, blocked, away>>
\* network_back/TRANSIENT_ERROR/2 MAY: state/transient, policy/bandwidth, decision/23
network_back_TRANSIENT_ERROR_2 ==
    /\ state = "TRANSIENT_ERROR"
    /\ offline = 1 /\ blocked = 1
    /\ (network_back_TRANSIENT_ERROR_2_answer_1 \/ network_back_TRANSIENT_ERROR_2_answer_2)

\* network_back/SUSPENDED/1 MUST: state/transient
network_back_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ offline = 1
    /\ state' = "SUSPENDED"
    /\ offline' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, blocked, away>>

\* network_back/ERROR/1 MUST: state/transient
network_back_ERROR_1 ==
    /\ state = "ERROR"
    /\ offline = 1
    /\ state' = "ERROR"
    /\ offline' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, blocked, away>>

\* network_back/TRANSFERRED/1 MUST: state/transient
network_back_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ offline = 1
    /\ state' = "TRANSFERRED"
    /\ offline' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, blocked, away>>

\* network_back/QUEUED/1 MUST: state/transient
network_back_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ offline = 1
    /\ state' = "QUEUED"
    /\ offline' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, blocked, away>>

\* policy_block/CONNECTING/1 MUST: policy/cost, policy/bandwidth, error/available
policy_block_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ blocked = 0
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ blocked' = 1
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, away>>

\* policy_block/TRANSFERRING/1 MUST: policy/cost, policy/bandwidth, error/available
policy_block_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ blocked = 0
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ blocked' = 1
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, away>>

policy_block_QUEUED_1_answer_1 == \*
    /\ state' = "TRANSIENT_ERROR"
    /\ error' = 2
    /\ blocked' = 1
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, away>>
policy_block_QUEUED_1_answer_2 == \*
    /\ state' = "QUEUED"
    /\ blocked' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, away>>
\* policy_block/QUEUED/1 MAY: policy/cost, policy/bandwidth, decision/10
policy_block_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ blocked = 0
    /\ (policy_block_QUEUED_1_answer_1 \/ policy_block_QUEUED_1_answer_2)

\* policy_block/SUSPENDED/1 MUST: policy/cost, policy/bandwidth
policy_block_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ blocked = 0
    /\ state' = "SUSPENDED"
    /\ blocked' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, away>>

\* policy_block/ERROR/1 MUST: policy/cost, policy/bandwidth
policy_block_ERROR_1 ==
    /\ state = "ERROR"
    /\ blocked = 0
    /\ state' = "ERROR"
    /\ blocked' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, away>>

\* policy_block/TRANSFERRED/1 MUST: policy/cost, policy/bandwidth
policy_block_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ blocked = 0
    /\ state' = "TRANSFERRED"
    /\ blocked' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, away>>

\* policy_block/TRANSIENT_ERROR/1 MUST: policy/cost, policy/bandwidth
policy_block_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ blocked = 0
    /\ state' = "TRANSIENT_ERROR"
    /\ blocked' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, away>>

\* policy_open/TRANSIENT_ERROR/1 MUST: policy/bandwidth
policy_open_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ blocked = 1 /\ offline = 0
    /\ state' = "QUEUED"
    /\ blocked' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, away>>

policy_open_TRANSIENT_ERROR_2_answer_1 == \*
    /\ state' = "QUEUED"
    /\ blocked' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, away>>
policy_open_TRANSIENT_ERROR_2_answer_2 == \*
    /\ state' = "TRANSIENT_ERROR"
    /\ blocked' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, away>>
\* policy_open/TRANSIENT_ERROR/2 MAY: policy/bandwidth, state/transient, decision/23
policy_open_TRANSIENT_ERROR_2 ==
    /\ state = "TRANSIENT_ERROR"
    /\ blocked = 1 /\ offline = 1
    /\ (policy_open_TRANSIENT_ERROR_2_answer_1 \/ policy_open_TRANSIENT_ERROR_2_answer_2)

\* policy_open/SUSPENDED/1 MUST: policy/bandwidth
policy_open_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ blocked = 1
    /\ state' = "SUSPENDED"
    /\ blocked' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, away>>

\* policy_open/ERROR/1 MUST: policy/bandwidth
policy_open_ERROR_1 ==
    /\ state = "ERROR"
    /\ blocked = 1
    /\ state' = "ERROR"
    /\ blocked' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, away>>

\* policy_open/TRANSFERRED/1 MUST: policy/bandwidth
policy_open_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ blocked = 1
    /\ state' = "TRANSFERRED"
    /\ blocked' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, away>>

\* policy_open/QUEUED/1 MUST: policy/bandwidth
policy_open_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ blocked = 1
    /\ state' = "QUEUED"
    /\ blocked' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, away>>

\* log_off/TRANSFERRING/1 MUST: state/queued
log_off_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ away = 0
    /\ state' = "QUEUED"
    /\ away' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>

log_off_CONNECTING_1_answer_1 == \*
    /\ state' = "QUEUED"
    /\ away' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>
log_off_CONNECTING_1_answer_2 == \*
    /\ state' = "CONNECTING"
    /\ away' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>
\* log_off/CONNECTING/1 MAY: state/queued, decision/10
log_off_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ away = 0
    /\ (log_off_CONNECTING_1_answer_1 \/ log_off_CONNECTING_1_answer_2)

\* log_off/SUSPENDED/1 MUST: state/queued
log_off_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ away = 0
    /\ state' = "SUSPENDED"
    /\ away' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>

\* log_off/ERROR/1 MUST: state/queued
log_off_ERROR_1 ==
    /\ state = "ERROR"
    /\ away = 0
    /\ state' = "ERROR"
    /\ away' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>

\* log_off/TRANSFERRED/1 MUST: state/queued
log_off_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ away = 0
    /\ state' = "TRANSFERRED"
    /\ away' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>

\* log_off/QUEUED/1 MUST: state/queued
log_off_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ away = 0
    /\ state' = "QUEUED"
    /\ away' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>

\* log_off/TRANSIENT_ERROR/1 MUST: state/queued
log_off_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ away = 0
    /\ state' = "TRANSIENT_ERROR"
    /\ away' = 1
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>

\* log_on/SUSPENDED/1 MUST: state/queued
log_on_SUSPENDED_1 ==
    /\ state = "SUSPENDED"
    /\ away = 1
    /\ state' = "SUSPENDED"
    /\ away' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>

\* log_on/ERROR/1 MUST: state/queued
log_on_ERROR_1 ==
    /\ state = "ERROR"
    /\ away = 1
    /\ state' = "ERROR"
    /\ away' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>

\* log_on/TRANSFERRED/1 MUST: state/queued
log_on_TRANSFERRED_1 ==
    /\ state = "TRANSFERRED"
    /\ away = 1
    /\ state' = "TRANSFERRED"
    /\ away' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>

\* log_on/QUEUED/1 MUST: state/queued
log_on_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ away = 1
    /\ state' = "QUEUED"
    /\ away' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>

\* log_on/CONNECTING/1 MUST: state/queued
log_on_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ away = 1
    /\ state' = "CONNECTING"
    /\ away' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>

\* log_on/TRANSIENT_ERROR/1 MUST: state/queued
log_on_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ away = 1
    /\ state' = "TRANSIENT_ERROR"
    /\ away' = 0
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked>>

\* token_missing/QUEUED/1 MUST: token/logoff, error/available
token_missing_QUEUED_1 ==
    /\ state = "QUEUED"
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* token_missing/CONNECTING/1 MUST: token/logoff, error/available
token_missing_CONNECTING_1 ==
    /\ state = "CONNECTING"
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* token_missing/TRANSFERRING/1 MUST: token/logoff, error/available
token_missing_TRANSFERRING_1 ==
    /\ state = "TRANSFERRING"
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

\* token_missing/TRANSIENT_ERROR/1 MUST: token/logoff, error/available
token_missing_TRANSIENT_ERROR_1 ==
    /\ state = "TRANSIENT_ERROR"
    /\ state' = "ERROR"
    /\ error' = 2
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>

get_error_TRANSFERRED_2_answer_1 == \* S_OK
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
get_error_TRANSFERRED_2_answer_2 == \* BG_E_ERROR_INFORMATION_UNAVAILABLE
    /\ state' = "TRANSFERRED"
    /\ UNCHANGED <<files_total, files_done, error, kind, reply, offline, blocked, away>>
\* get_error/TRANSFERRED/2 MAY: decision/16, decision/18
get_error_TRANSFERRED_2 ==
    /\ state = "TRANSFERRED"
    /\ error = 1
    /\ (get_error_TRANSFERRED_2_answer_1 \/ get_error_TRANSFERRED_2_answer_2)

complete_TRANSIENT_ERROR_4_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
complete_TRANSIENT_ERROR_4_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* complete/TRANSIENT_ERROR/4 MAY: complete/partial
complete_TRANSIENT_ERROR_4 ==
    /\ state = "TRANSIENT_ERROR"
    /\ 0 < files_total /\ files_done = files_total /\ kind = 0
    /\ (complete_TRANSIENT_ERROR_4_answer_1 \/ complete_TRANSIENT_ERROR_4_answer_2)

complete_ERROR_4_answer_1 == \* S_OK
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
complete_ERROR_4_answer_2 == \* BG_S_PARTIAL_COMPLETE
    /\ state' = "ACKNOWLEDGED"
    /\ error' = (IF error < 1 THEN error ELSE 1)
    /\ UNCHANGED <<files_total, files_done, kind, reply, offline, blocked, away>>
\* complete/ERROR/4 MAY: complete/partial
complete_ERROR_4 ==
    /\ state = "ERROR"
    /\ 0 < files_total /\ files_done = files_total /\ kind = 0
    /\ (complete_ERROR_4_answer_1 \/ complete_ERROR_4_answer_2)

resume ==
    \/ resume_SUSPENDED_1
    \/ resume_SUSPENDED_2
    \/ resume_SUSPENDED_3
    \/ resume_QUEUED_1
    \/ resume_CONNECTING_1
    \/ resume_TRANSFERRING_1
    \/ resume_TRANSIENT_ERROR_1
    \/ resume_ERROR_1
    \/ resume_TRANSFERRED_1
    \/ resume_TRANSFERRED_2
    \/ resume_ACKNOWLEDGED_1
    \/ resume_CANCELLED_1
    \/ resume_SUSPENDED_4
suspend ==
    \/ suspend_SUSPENDED_1
    \/ suspend_QUEUED_1
    \/ suspend_CONNECTING_1
    \/ suspend_TRANSFERRING_1
    \/ suspend_TRANSIENT_ERROR_1
    \/ suspend_ERROR_1
    \/ suspend_TRANSFERRED_1
    \/ suspend_ACKNOWLEDGED_1
    \/ suspend_CANCELLED_1
cancel ==
    \/ cancel_QUEUED_1
    \/ cancel_CONNECTING_1
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
    \/ complete_CONNECTING_1
    \/ complete_TRANSFERRING_1
    \/ complete_TRANSIENT_ERROR_1
    \/ complete_ERROR_1
    \/ complete_SUSPENDED_2
    \/ complete_QUEUED_2
    \/ complete_CONNECTING_2
    \/ complete_TRANSFERRING_2
    \/ complete_TRANSIENT_ERROR_2
    \/ complete_ERROR_2
    \/ complete_TRANSFERRED_1
    \/ complete_TRANSFERRED_2
    \/ complete_SUSPENDED_3
    \/ complete_QUEUED_3
    \/ complete_CONNECTING_3
    \/ complete_TRANSFERRING_3
    \/ complete_ACKNOWLEDGED_1
    \/ complete_CANCELLED_1
    \/ complete_SUSPENDED_4
    \/ complete_QUEUED_4
    \/ complete_CONNECTING_4
    \/ complete_TRANSFERRING_4
    \/ complete_TRANSIENT_ERROR_3
    \/ complete_ERROR_3
    \/ complete_TRANSIENT_ERROR_4
    \/ complete_ERROR_4
add_file ==
    \/ add_file_QUEUED_1
    \/ add_file_CONNECTING_1
    \/ add_file_TRANSFERRING_1
    \/ add_file_SUSPENDED_1
    \/ add_file_ERROR_1
    \/ add_file_TRANSIENT_ERROR_1
    \/ add_file_TRANSFERRED_1
    \/ add_file_ACKNOWLEDGED_1
    \/ add_file_CANCELLED_1
    \/ add_file_SUSPENDED_2
    \/ add_file_QUEUED_2
    \/ add_file_CONNECTING_2
    \/ add_file_TRANSFERRING_2
    \/ add_file_SUSPENDED_3
    \/ add_file_ERROR_2
    \/ add_file_TRANSIENT_ERROR_2
    \/ add_file_TRANSFERRED_2
get_error ==
    \/ get_error_TRANSIENT_ERROR_1
    \/ get_error_ERROR_1
    \/ get_error_QUEUED_1
    \/ get_error_CONNECTING_1
    \/ get_error_SUSPENDED_1
    \/ get_error_QUEUED_2
    \/ get_error_CONNECTING_2
    \/ get_error_TRANSIENT_ERROR_2
    \/ get_error_ERROR_2
    \/ get_error_ACKNOWLEDGED_1
    \/ get_error_CANCELLED_1
    \/ get_error_SUSPENDED_2
    \/ get_error_QUEUED_3
    \/ get_error_CONNECTING_3
    \/ get_error_ACKNOWLEDGED_2
    \/ get_error_CANCELLED_2
    \/ get_error_TRANSFERRING_1
    \/ get_error_TRANSFERRED_1
    \/ get_error_TRANSFERRED_2
set_priority ==
    \/ set_priority_QUEUED_1
    \/ set_priority_CONNECTING_1
    \/ set_priority_TRANSFERRING_1
    \/ set_priority_SUSPENDED_1
    \/ set_priority_ERROR_1
    \/ set_priority_TRANSIENT_ERROR_1
    \/ set_priority_TRANSFERRED_1
    \/ set_priority_ACKNOWLEDGED_1
    \/ set_priority_CANCELLED_1
set_no_progress_timeout ==
    \/ set_no_progress_timeout_QUEUED_1
    \/ set_no_progress_timeout_CONNECTING_1
    \/ set_no_progress_timeout_TRANSFERRING_1
    \/ set_no_progress_timeout_SUSPENDED_1
    \/ set_no_progress_timeout_ERROR_1
    \/ set_no_progress_timeout_TRANSIENT_ERROR_1
    \/ set_no_progress_timeout_TRANSFERRED_1
    \/ set_no_progress_timeout_ACKNOWLEDGED_1
    \/ set_no_progress_timeout_CANCELLED_1
set_minimum_retry_delay ==
    \/ set_minimum_retry_delay_QUEUED_1
    \/ set_minimum_retry_delay_CONNECTING_1
    \/ set_minimum_retry_delay_TRANSFERRING_1
    \/ set_minimum_retry_delay_SUSPENDED_1
    \/ set_minimum_retry_delay_ERROR_1
    \/ set_minimum_retry_delay_TRANSIENT_ERROR_1
    \/ set_minimum_retry_delay_TRANSFERRED_1
    \/ set_minimum_retry_delay_ACKNOWLEDGED_1
    \/ set_minimum_retry_delay_CANCELLED_1
turn ==
    \/ turn_QUEUED_1
connect ==
    \/ connect_CONNECTING_1
file_done ==
    \/ file_done_TRANSFERRING_1
all_done ==
    \/ all_done_TRANSFERRING_1
    \/ all_done_QUEUED_1
    \/ all_done_CONNECTING_1
slice_end ==
    \/ slice_end_TRANSFERRING_1
transient_fault ==
    \/ transient_fault_CONNECTING_1
    \/ transient_fault_TRANSFERRING_1
    \/ transient_fault_CONNECTING_2
    \/ transient_fault_TRANSFERRING_2
    \/ transient_fault_TRANSFERRING_3
fatal_fault ==
    \/ fatal_fault_CONNECTING_1
    \/ fatal_fault_TRANSFERRING_1
    \/ fatal_fault_TRANSFERRING_2
ambiguous_fault ==
    \/ ambiguous_fault_CONNECTING_1
    \/ ambiguous_fault_TRANSFERRING_1
range_refused ==
    \/ range_refused_CONNECTING_1
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
    \/ restart_CONNECTING_1
    \/ restart_TRANSFERRING_1
expiry ==
    \/ expiry_SUSPENDED_1
    \/ expiry_ERROR_1
    \/ expiry_TRANSFERRED_1
    \/ expiry_QUEUED_1
    \/ expiry_CONNECTING_1
    \/ expiry_TRANSFERRING_1
    \/ expiry_TRANSIENT_ERROR_1
add_file_with_ranges ==
    \/ add_file_with_ranges_QUEUED_1
    \/ add_file_with_ranges_CONNECTING_1
    \/ add_file_with_ranges_TRANSFERRING_1
    \/ add_file_with_ranges_SUSPENDED_1
    \/ add_file_with_ranges_ERROR_1
    \/ add_file_with_ranges_TRANSIENT_ERROR_1
    \/ add_file_with_ranges_TRANSFERRED_1
    \/ add_file_with_ranges_ACKNOWLEDGED_1
    \/ add_file_with_ranges_CANCELLED_1
    \/ add_file_with_ranges_QUEUED_2
    \/ add_file_with_ranges_CONNECTING_2
    \/ add_file_with_ranges_TRANSFERRING_2
    \/ add_file_with_ranges_SUSPENDED_2
    \/ add_file_with_ranges_ERROR_2
    \/ add_file_with_ranges_TRANSIENT_ERROR_2
    \/ add_file_with_ranges_TRANSFERRED_2
    \/ add_file_with_ranges_ACKNOWLEDGED_2
    \/ add_file_with_ranges_CANCELLED_2
set_remote_name ==
    \/ set_remote_name_QUEUED_1
    \/ set_remote_name_CONNECTING_1
    \/ set_remote_name_TRANSFERRING_1
    \/ set_remote_name_SUSPENDED_1
    \/ set_remote_name_ERROR_1
    \/ set_remote_name_TRANSIENT_ERROR_1
    \/ set_remote_name_TRANSFERRED_1
    \/ set_remote_name_ACKNOWLEDGED_1
    \/ set_remote_name_CANCELLED_1
    \/ set_remote_name_QUEUED_2
    \/ set_remote_name_CONNECTING_2
    \/ set_remote_name_TRANSFERRING_2
    \/ set_remote_name_SUSPENDED_2
    \/ set_remote_name_ERROR_2
    \/ set_remote_name_TRANSIENT_ERROR_2
    \/ set_remote_name_TRANSFERRED_2
    \/ set_remote_name_ACKNOWLEDGED_2
    \/ set_remote_name_CANCELLED_2
replace_remote_prefix ==
    \/ replace_remote_prefix_QUEUED_1
    \/ replace_remote_prefix_CONNECTING_1
    \/ replace_remote_prefix_TRANSFERRING_1
    \/ replace_remote_prefix_SUSPENDED_1
    \/ replace_remote_prefix_ERROR_1
    \/ replace_remote_prefix_TRANSIENT_ERROR_1
    \/ replace_remote_prefix_TRANSFERRED_1
    \/ replace_remote_prefix_ACKNOWLEDGED_1
    \/ replace_remote_prefix_CANCELLED_1
    \/ replace_remote_prefix_QUEUED_2
    \/ replace_remote_prefix_CONNECTING_2
    \/ replace_remote_prefix_TRANSFERRING_2
    \/ replace_remote_prefix_SUSPENDED_2
    \/ replace_remote_prefix_ERROR_2
    \/ replace_remote_prefix_TRANSIENT_ERROR_2
    \/ replace_remote_prefix_TRANSFERRED_2
    \/ replace_remote_prefix_ACKNOWLEDGED_2
    \/ replace_remote_prefix_CANCELLED_2
file_restarted ==
    \/ file_restarted_TRANSFERRING_1
data ==
    \/ data_TRANSFERRING_1
set_display_name ==
    \/ set_display_name_QUEUED_1
    \/ set_display_name_CONNECTING_1
    \/ set_display_name_TRANSFERRING_1
    \/ set_display_name_SUSPENDED_1
    \/ set_display_name_ERROR_1
    \/ set_display_name_TRANSIENT_ERROR_1
    \/ set_display_name_TRANSFERRED_1
    \/ set_display_name_ACKNOWLEDGED_1
    \/ set_display_name_CANCELLED_1
set_notify_flags ==
    \/ set_notify_flags_QUEUED_1
    \/ set_notify_flags_CONNECTING_1
    \/ set_notify_flags_TRANSFERRING_1
    \/ set_notify_flags_SUSPENDED_1
    \/ set_notify_flags_ERROR_1
    \/ set_notify_flags_TRANSIENT_ERROR_1
    \/ set_notify_flags_TRANSFERRED_1
    \/ set_notify_flags_ACKNOWLEDGED_1
    \/ set_notify_flags_CANCELLED_1
set_notify_interface ==
    \/ set_notify_interface_QUEUED_1
    \/ set_notify_interface_CONNECTING_1
    \/ set_notify_interface_TRANSFERRING_1
    \/ set_notify_interface_SUSPENDED_1
    \/ set_notify_interface_ERROR_1
    \/ set_notify_interface_TRANSIENT_ERROR_1
    \/ set_notify_interface_TRANSFERRED_1
    \/ set_notify_interface_ACKNOWLEDGED_1
    \/ set_notify_interface_CANCELLED_1
set_maximum_download_time ==
    \/ set_maximum_download_time_QUEUED_1
    \/ set_maximum_download_time_CONNECTING_1
    \/ set_maximum_download_time_TRANSFERRING_1
    \/ set_maximum_download_time_SUSPENDED_1
    \/ set_maximum_download_time_ERROR_1
    \/ set_maximum_download_time_TRANSIENT_ERROR_1
    \/ set_maximum_download_time_TRANSFERRED_1
    \/ set_maximum_download_time_ACKNOWLEDGED_1
    \/ set_maximum_download_time_CANCELLED_1
max_download ==
    \/ max_download_CONNECTING_1
    \/ max_download_TRANSFERRING_1
get_state ==
    \/ get_state_QUEUED_1
    \/ get_state_CONNECTING_1
    \/ get_state_TRANSFERRING_1
    \/ get_state_SUSPENDED_1
    \/ get_state_ERROR_1
    \/ get_state_TRANSIENT_ERROR_1
    \/ get_state_TRANSFERRED_1
    \/ get_state_ACKNOWLEDGED_1
    \/ get_state_CANCELLED_1
get_progress ==
    \/ get_progress_QUEUED_1
    \/ get_progress_CONNECTING_1
    \/ get_progress_TRANSFERRING_1
    \/ get_progress_SUSPENDED_1
    \/ get_progress_ERROR_1
    \/ get_progress_TRANSIENT_ERROR_1
    \/ get_progress_TRANSFERRED_1
    \/ get_progress_ACKNOWLEDGED_1
    \/ get_progress_CANCELLED_1
get_times ==
    \/ get_times_QUEUED_1
    \/ get_times_CONNECTING_1
    \/ get_times_TRANSFERRING_1
    \/ get_times_SUSPENDED_1
    \/ get_times_ERROR_1
    \/ get_times_TRANSIENT_ERROR_1
    \/ get_times_TRANSFERRED_1
    \/ get_times_ACKNOWLEDGED_1
    \/ get_times_CANCELLED_1
get_error_count ==
    \/ get_error_count_QUEUED_1
    \/ get_error_count_CONNECTING_1
    \/ get_error_count_TRANSFERRING_1
    \/ get_error_count_SUSPENDED_1
    \/ get_error_count_ERROR_1
    \/ get_error_count_TRANSIENT_ERROR_1
    \/ get_error_count_TRANSFERRED_1
    \/ get_error_count_ACKNOWLEDGED_1
    \/ get_error_count_CANCELLED_1
enum_files ==
    \/ enum_files_QUEUED_1
    \/ enum_files_CONNECTING_1
    \/ enum_files_TRANSFERRING_1
    \/ enum_files_SUSPENDED_1
    \/ enum_files_ERROR_1
    \/ enum_files_TRANSIENT_ERROR_1
    \/ enum_files_TRANSFERRED_1
    \/ enum_files_ACKNOWLEDGED_1
    \/ enum_files_CANCELLED_1
set_reply_file_name ==
    \/ set_reply_file_name_SUSPENDED_1
    \/ set_reply_file_name_QUEUED_1
    \/ set_reply_file_name_CONNECTING_1
    \/ set_reply_file_name_TRANSFERRING_1
    \/ set_reply_file_name_TRANSIENT_ERROR_1
    \/ set_reply_file_name_ERROR_1
    \/ set_reply_file_name_QUEUED_2
    \/ set_reply_file_name_CONNECTING_2
    \/ set_reply_file_name_TRANSFERRING_2
    \/ set_reply_file_name_SUSPENDED_2
    \/ set_reply_file_name_ERROR_2
    \/ set_reply_file_name_TRANSIENT_ERROR_2
    \/ set_reply_file_name_TRANSFERRED_1
    \/ set_reply_file_name_QUEUED_3
    \/ set_reply_file_name_CONNECTING_3
    \/ set_reply_file_name_TRANSFERRING_3
    \/ set_reply_file_name_SUSPENDED_3
    \/ set_reply_file_name_ERROR_3
    \/ set_reply_file_name_TRANSIENT_ERROR_3
    \/ set_reply_file_name_TRANSFERRED_2
    \/ set_reply_file_name_ACKNOWLEDGED_1
    \/ set_reply_file_name_CANCELLED_1
    \/ set_reply_file_name_ACKNOWLEDGED_2
    \/ set_reply_file_name_CANCELLED_2
reply_begun ==
    \/ reply_begun_TRANSFERRING_1
reply_done ==
    \/ reply_done_TRANSFERRING_1
local_file_changed ==
    \/ local_file_changed_QUEUED_1
    \/ local_file_changed_CONNECTING_1
    \/ local_file_changed_TRANSFERRING_1
network_lost ==
    \/ network_lost_QUEUED_1
    \/ network_lost_TRANSFERRING_1
    \/ network_lost_CONNECTING_1
    \/ network_lost_SUSPENDED_1
    \/ network_lost_ERROR_1
    \/ network_lost_TRANSFERRED_1
    \/ network_lost_TRANSIENT_ERROR_1
network_back ==
    \/ network_back_TRANSIENT_ERROR_1
    \/ network_back_TRANSIENT_ERROR_2
    \/ network_back_SUSPENDED_1
    \/ network_back_ERROR_1
    \/ network_back_TRANSFERRED_1
    \/ network_back_QUEUED_1
policy_block ==
    \/ policy_block_CONNECTING_1
    \/ policy_block_TRANSFERRING_1
    \/ policy_block_QUEUED_1
    \/ policy_block_SUSPENDED_1
    \/ policy_block_ERROR_1
    \/ policy_block_TRANSFERRED_1
    \/ policy_block_TRANSIENT_ERROR_1
policy_open ==
    \/ policy_open_TRANSIENT_ERROR_1
    \/ policy_open_TRANSIENT_ERROR_2
    \/ policy_open_SUSPENDED_1
    \/ policy_open_ERROR_1
    \/ policy_open_TRANSFERRED_1
    \/ policy_open_QUEUED_1
log_off ==
    \/ log_off_TRANSFERRING_1
    \/ log_off_CONNECTING_1
    \/ log_off_SUSPENDED_1
    \/ log_off_ERROR_1
    \/ log_off_TRANSFERRED_1
    \/ log_off_QUEUED_1
    \/ log_off_TRANSIENT_ERROR_1
log_on ==
    \/ log_on_SUSPENDED_1
    \/ log_on_ERROR_1
    \/ log_on_TRANSFERRED_1
    \/ log_on_QUEUED_1
    \/ log_on_CONNECTING_1
    \/ log_on_TRANSIENT_ERROR_1
token_missing ==
    \/ token_missing_QUEUED_1
    \/ token_missing_CONNECTING_1
    \/ token_missing_TRANSFERRING_1
    \/ token_missing_TRANSIENT_ERROR_1

Next ==
    \/ resume
    \/ suspend
    \/ cancel
    \/ complete
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ set_minimum_retry_delay
    \/ turn
    \/ connect
    \/ file_done
    \/ all_done
    \/ slice_end
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ expiry
    \/ add_file_with_ranges
    \/ set_remote_name
    \/ replace_remote_prefix
    \/ file_restarted
    \/ data
    \/ set_display_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ set_maximum_download_time
    \/ max_download
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ get_error_count
    \/ enum_files
    \/ set_reply_file_name
    \/ reply_begun
    \/ reply_done
    \/ local_file_changed
    \/ network_lost
    \/ network_back
    \/ policy_block
    \/ policy_open
    \/ log_off
    \/ log_on
    \/ token_missing

Spec == Init /\ [][Next]_vars

\* Nothing leads out of ACKNOWLEDGED or CANCELLED. Clause: state/final.
always_a_final_state_absorbs == [][~((state \in {"ACKNOWLEDGED", "CANCELLED"} /\ state' # state))]_vars

\* Resume of a job in a final state is refused, and it stays there. Clause: resume/final, state/final.
always_resume_never_revives_a_final_job_by_1 ==
    \/ resume_SUSPENDED_2
    \/ (resume_SUSPENDED_3 /\ resume_SUSPENDED_3_answer_1)
    \/ resume_QUEUED_1
    \/ resume_CONNECTING_1
    \/ resume_TRANSFERRING_1
    \/ resume_TRANSIENT_ERROR_1
    \/ resume_ERROR_1
    \/ resume_TRANSFERRED_1
    \/ (resume_TRANSFERRED_2 /\ resume_TRANSFERRED_2_answer_1)
    \/ resume_SUSPENDED_4
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
    \/ set_minimum_retry_delay
    \/ turn
    \/ connect
    \/ file_done
    \/ all_done
    \/ slice_end
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ expiry
    \/ add_file_with_ranges
    \/ set_remote_name
    \/ replace_remote_prefix
    \/ file_restarted
    \/ data
    \/ set_display_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ set_maximum_download_time
    \/ max_download
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ get_error_count
    \/ enum_files
    \/ set_reply_file_name
    \/ reply_begun
    \/ reply_done
    \/ local_file_changed
    \/ network_lost
    \/ network_back
    \/ policy_block
    \/ policy_open
    \/ log_off
    \/ log_on
    \/ token_missing
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
    \/ set_minimum_retry_delay
    \/ turn
    \/ connect
    \/ file_done
    \/ all_done
    \/ slice_end
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ add_file_with_ranges
    \/ set_remote_name
    \/ replace_remote_prefix
    \/ file_restarted
    \/ data
    \/ set_display_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ set_maximum_download_time
    \/ max_download
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ get_error_count
    \/ enum_files
    \/ set_reply_file_name
    \/ reply_begun
    \/ reply_done
    \/ local_file_changed
    \/ network_lost
    \/ network_back
    \/ policy_block
    \/ policy_open
    \/ log_off
    \/ log_on
    \/ token_missing
always_only_cancel_and_expiry_throw_a_job_away == [][~((state' \in {"CANCELLED"} /\ state' # state) /\ always_only_cancel_and_expiry_throw_a_job_away_by)]_vars

\* A call that answers with a failure leaves state and facts as they were. Clause: decision/13.
always_a_refused_call_changes_nothing_by ==
    \/ resume_SUSPENDED_1
    \/ (resume_SUSPENDED_3 /\ resume_SUSPENDED_3_answer_2)
    \/ (resume_TRANSFERRED_2 /\ resume_TRANSFERRED_2_answer_2)
    \/ resume_ACKNOWLEDGED_1
    \/ resume_CANCELLED_1
    \/ suspend_ACKNOWLEDGED_1
    \/ suspend_CANCELLED_1
    \/ cancel_ACKNOWLEDGED_1
    \/ cancel_CANCELLED_1
    \/ complete_ACKNOWLEDGED_1
    \/ complete_CANCELLED_1
    \/ complete_SUSPENDED_4
    \/ complete_QUEUED_4
    \/ complete_CONNECTING_4
    \/ complete_TRANSFERRING_4
    \/ complete_TRANSIENT_ERROR_3
    \/ complete_ERROR_3
    \/ add_file_ACKNOWLEDGED_1
    \/ add_file_CANCELLED_1
    \/ add_file_QUEUED_2
    \/ add_file_CONNECTING_2
    \/ add_file_TRANSFERRING_2
    \/ add_file_SUSPENDED_3
    \/ add_file_ERROR_2
    \/ add_file_TRANSIENT_ERROR_2
    \/ add_file_TRANSFERRED_2
    \/ (get_error_SUSPENDED_1 /\ get_error_SUSPENDED_1_answer_2)
    \/ (get_error_QUEUED_2 /\ get_error_QUEUED_2_answer_2)
    \/ (get_error_CONNECTING_2 /\ get_error_CONNECTING_2_answer_2)
    \/ (get_error_TRANSIENT_ERROR_2 /\ get_error_TRANSIENT_ERROR_2_answer_2)
    \/ (get_error_ERROR_2 /\ get_error_ERROR_2_answer_2)
    \/ (get_error_ACKNOWLEDGED_1 /\ get_error_ACKNOWLEDGED_1_answer_2)
    \/ (get_error_CANCELLED_1 /\ get_error_CANCELLED_1_answer_2)
    \/ get_error_SUSPENDED_2
    \/ get_error_QUEUED_3
    \/ get_error_CONNECTING_3
    \/ get_error_ACKNOWLEDGED_2
    \/ get_error_CANCELLED_2
    \/ get_error_TRANSFERRING_1
    \/ get_error_TRANSFERRED_1
    \/ (get_error_TRANSFERRED_2 /\ get_error_TRANSFERRED_2_answer_2)
    \/ set_priority_ACKNOWLEDGED_1
    \/ set_priority_CANCELLED_1
    \/ set_no_progress_timeout_ACKNOWLEDGED_1
    \/ set_no_progress_timeout_CANCELLED_1
    \/ set_minimum_retry_delay_ACKNOWLEDGED_1
    \/ set_minimum_retry_delay_CANCELLED_1
    \/ add_file_with_ranges_ACKNOWLEDGED_1
    \/ add_file_with_ranges_CANCELLED_1
    \/ add_file_with_ranges_QUEUED_2
    \/ add_file_with_ranges_CONNECTING_2
    \/ add_file_with_ranges_TRANSFERRING_2
    \/ add_file_with_ranges_SUSPENDED_2
    \/ add_file_with_ranges_ERROR_2
    \/ add_file_with_ranges_TRANSIENT_ERROR_2
    \/ add_file_with_ranges_TRANSFERRED_2
    \/ (add_file_with_ranges_ACKNOWLEDGED_2 /\ add_file_with_ranges_ACKNOWLEDGED_2_answer_1)
    \/ (add_file_with_ranges_ACKNOWLEDGED_2 /\ add_file_with_ranges_ACKNOWLEDGED_2_answer_2)
    \/ (add_file_with_ranges_CANCELLED_2 /\ add_file_with_ranges_CANCELLED_2_answer_1)
    \/ (add_file_with_ranges_CANCELLED_2 /\ add_file_with_ranges_CANCELLED_2_answer_2)
    \/ set_remote_name_ACKNOWLEDGED_1
    \/ set_remote_name_CANCELLED_1
    \/ set_remote_name_QUEUED_2
    \/ set_remote_name_CONNECTING_2
    \/ set_remote_name_TRANSFERRING_2
    \/ set_remote_name_SUSPENDED_2
    \/ set_remote_name_ERROR_2
    \/ set_remote_name_TRANSIENT_ERROR_2
    \/ set_remote_name_TRANSFERRED_2
    \/ (set_remote_name_ACKNOWLEDGED_2 /\ set_remote_name_ACKNOWLEDGED_2_answer_1)
    \/ (set_remote_name_ACKNOWLEDGED_2 /\ set_remote_name_ACKNOWLEDGED_2_answer_2)
    \/ (set_remote_name_CANCELLED_2 /\ set_remote_name_CANCELLED_2_answer_1)
    \/ (set_remote_name_CANCELLED_2 /\ set_remote_name_CANCELLED_2_answer_2)
    \/ replace_remote_prefix_ACKNOWLEDGED_1
    \/ replace_remote_prefix_CANCELLED_1
    \/ replace_remote_prefix_QUEUED_2
    \/ replace_remote_prefix_CONNECTING_2
    \/ replace_remote_prefix_TRANSFERRING_2
    \/ replace_remote_prefix_SUSPENDED_2
    \/ replace_remote_prefix_ERROR_2
    \/ replace_remote_prefix_TRANSIENT_ERROR_2
    \/ replace_remote_prefix_TRANSFERRED_2
    \/ (replace_remote_prefix_ACKNOWLEDGED_2 /\ replace_remote_prefix_ACKNOWLEDGED_2_answer_1)
    \/ (replace_remote_prefix_ACKNOWLEDGED_2 /\ replace_remote_prefix_ACKNOWLEDGED_2_answer_2)
    \/ (replace_remote_prefix_CANCELLED_2 /\ replace_remote_prefix_CANCELLED_2_answer_1)
    \/ (replace_remote_prefix_CANCELLED_2 /\ replace_remote_prefix_CANCELLED_2_answer_2)
    \/ set_display_name_ACKNOWLEDGED_1
    \/ set_display_name_CANCELLED_1
    \/ set_notify_flags_ACKNOWLEDGED_1
    \/ set_notify_flags_CANCELLED_1
    \/ set_notify_interface_ACKNOWLEDGED_1
    \/ set_notify_interface_CANCELLED_1
    \/ set_maximum_download_time_ACKNOWLEDGED_1
    \/ set_maximum_download_time_CANCELLED_1
    \/ set_reply_file_name_QUEUED_2
    \/ set_reply_file_name_CONNECTING_2
    \/ set_reply_file_name_TRANSFERRING_2
    \/ set_reply_file_name_SUSPENDED_2
    \/ set_reply_file_name_ERROR_2
    \/ set_reply_file_name_TRANSIENT_ERROR_2
    \/ set_reply_file_name_TRANSFERRED_1
    \/ (set_reply_file_name_QUEUED_3 /\ set_reply_file_name_QUEUED_3_answer_1)
    \/ (set_reply_file_name_QUEUED_3 /\ set_reply_file_name_QUEUED_3_answer_2)
    \/ (set_reply_file_name_QUEUED_3 /\ set_reply_file_name_QUEUED_3_answer_3)
    \/ (set_reply_file_name_CONNECTING_3 /\ set_reply_file_name_CONNECTING_3_answer_1)
    \/ (set_reply_file_name_CONNECTING_3 /\ set_reply_file_name_CONNECTING_3_answer_2)
    \/ (set_reply_file_name_CONNECTING_3 /\ set_reply_file_name_CONNECTING_3_answer_3)
    \/ (set_reply_file_name_TRANSFERRING_3 /\ set_reply_file_name_TRANSFERRING_3_answer_1)
    \/ (set_reply_file_name_TRANSFERRING_3 /\ set_reply_file_name_TRANSFERRING_3_answer_2)
    \/ (set_reply_file_name_TRANSFERRING_3 /\ set_reply_file_name_TRANSFERRING_3_answer_3)
    \/ (set_reply_file_name_SUSPENDED_3 /\ set_reply_file_name_SUSPENDED_3_answer_1)
    \/ (set_reply_file_name_SUSPENDED_3 /\ set_reply_file_name_SUSPENDED_3_answer_2)
    \/ (set_reply_file_name_SUSPENDED_3 /\ set_reply_file_name_SUSPENDED_3_answer_3)
    \/ (set_reply_file_name_ERROR_3 /\ set_reply_file_name_ERROR_3_answer_1)
    \/ (set_reply_file_name_ERROR_3 /\ set_reply_file_name_ERROR_3_answer_2)
    \/ (set_reply_file_name_ERROR_3 /\ set_reply_file_name_ERROR_3_answer_3)
    \/ (set_reply_file_name_TRANSIENT_ERROR_3 /\ set_reply_file_name_TRANSIENT_ERROR_3_answer_1)
    \/ (set_reply_file_name_TRANSIENT_ERROR_3 /\ set_reply_file_name_TRANSIENT_ERROR_3_answer_2)
    \/ (set_reply_file_name_TRANSIENT_ERROR_3 /\ set_reply_file_name_TRANSIENT_ERROR_3_answer_3)
    \/ (set_reply_file_name_TRANSFERRED_2 /\ set_reply_file_name_TRANSFERRED_2_answer_1)
    \/ (set_reply_file_name_TRANSFERRED_2 /\ set_reply_file_name_TRANSFERRED_2_answer_2)
    \/ (set_reply_file_name_TRANSFERRED_2 /\ set_reply_file_name_TRANSFERRED_2_answer_3)
    \/ set_reply_file_name_ACKNOWLEDGED_1
    \/ set_reply_file_name_CANCELLED_1
    \/ (set_reply_file_name_ACKNOWLEDGED_2 /\ set_reply_file_name_ACKNOWLEDGED_2_answer_1)
    \/ (set_reply_file_name_ACKNOWLEDGED_2 /\ set_reply_file_name_ACKNOWLEDGED_2_answer_2)
    \/ (set_reply_file_name_ACKNOWLEDGED_2 /\ set_reply_file_name_ACKNOWLEDGED_2_answer_3)
    \/ (set_reply_file_name_CANCELLED_2 /\ set_reply_file_name_CANCELLED_2_answer_1)
    \/ (set_reply_file_name_CANCELLED_2 /\ set_reply_file_name_CANCELLED_2_answer_2)
    \/ (set_reply_file_name_CANCELLED_2 /\ set_reply_file_name_CANCELLED_2_answer_3)
always_a_refused_call_changes_nothing == [][~(((state' # state) \/ (files_total' # files_total) \/ (files_done' # files_done) \/ (error' # error) \/ (kind' # kind) \/ (reply' # reply) \/ (offline' # offline) \/ (blocked' # blocked) \/ (away' # away)) /\ always_a_refused_call_changes_nothing_by)]_vars

\* No getter and no setter changes the state, the files, or whether there is error information. Clause: set/final, decision/9.
always_getters_and_setters_leave_the_job_alone_by ==
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ set_minimum_retry_delay
    \/ set_remote_name
    \/ replace_remote_prefix
    \/ set_display_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ set_maximum_download_time
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ get_error_count
    \/ enum_files
    \/ set_reply_file_name
always_getters_and_setters_leave_the_job_alone == [][~(((state' # state) \/ (files_total' # files_total) \/ (files_done' # files_done) \/ (error' # error) \/ (kind' # kind) \/ (reply' # reply) \/ (offline' # offline) \/ (blocked' # blocked) \/ (away' # away)) /\ always_getters_and_setters_leave_the_job_alone_by)]_vars

\* A job to which a file is added stays where it is until Resume. Clause: addfile/ok, decision/8.
always_adding_a_file_leaves_the_state_by ==
    \/ add_file
    \/ add_file_with_ranges
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
    \/ set_minimum_retry_delay
    \/ turn
    \/ connect
    \/ file_done
    \/ all_done
    \/ slice_end
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ add_file_with_ranges
    \/ set_remote_name
    \/ replace_remote_prefix
    \/ file_restarted
    \/ data
    \/ set_display_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ set_maximum_download_time
    \/ max_download
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ get_error_count
    \/ enum_files
    \/ set_reply_file_name
    \/ reply_begun
    \/ reply_done
    \/ local_file_changed
    \/ network_lost
    \/ network_back
    \/ policy_block
    \/ policy_open
    \/ log_off
    \/ log_on
    \/ token_missing
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
    \/ set_minimum_retry_delay
    \/ turn
    \/ connect
    \/ file_done
    \/ all_done
    \/ slice_end
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ expiry
    \/ set_remote_name
    \/ replace_remote_prefix
    \/ file_restarted
    \/ data
    \/ set_display_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ set_maximum_download_time
    \/ max_download
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ get_error_count
    \/ enum_files
    \/ set_reply_file_name
    \/ reply_begun
    \/ reply_done
    \/ local_file_changed
    \/ network_lost
    \/ network_back
    \/ policy_block
    \/ policy_open
    \/ log_off
    \/ log_on
    \/ token_missing
always_files_total_grows_only_by_adding_a_file == [][~((files_total' > files_total) /\ always_files_total_grows_only_by_adding_a_file_by)]_vars

\* An upload has one file, or none yet. Clause: addfile/limits.
always_an_upload_holds_at_most_one_file == ~(0 < kind /\ 1 < files_total)

\* A restart of the service leaves files and progress as they were, and moves a job to QUEUED or nowhere. Clause: restart, decision/10.
always_a_job_outlives_the_service_by ==
    \/ restart
always_a_job_outlives_the_service == [][~(((state' \in {"CONNECTING", "TRANSFERRING", "SUSPENDED", "ERROR", "TRANSIENT_ERROR", "TRANSFERRED", "ACKNOWLEDGED", "CANCELLED"} /\ state' # state) \/ (files_total' # files_total) \/ (files_done' # files_done) \/ (kind' # kind) \/ (reply' # reply) \/ (offline' # offline) \/ (blocked' # blocked) \/ (away' # away)) /\ always_a_job_outlives_the_service_by)]_vars

\* Nobody enters TRANSFERRED with a file left, or with none. Clause: state/transferred.
always_transferred_means_a_file_is_transferred == [][~(((state' \in {"TRANSFERRED"} /\ files_total' = 0 /\ state' # state) \/ (state' \in {"TRANSFERRED"} /\ files_done' < files_total' /\ state' # state) \/ (state' \in {"TRANSFERRED"} /\ files_total' < files_done' /\ state' # state)))]_vars

\* No upload is in TRANSFERRED while its reply is outstanding. Clause: upload/reply.
always_an_upload_is_transferred_after_its_reply == ~(state \in {"TRANSFERRED"} /\ 0 < reply)

\* SUSPENDED is left by Resume, Complete, Cancel or expiry only. Clause: state/suspended, state/expiry.
always_only_resume_wakes_a_suspended_job_by ==
    \/ suspend
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ set_minimum_retry_delay
    \/ turn
    \/ connect
    \/ file_done
    \/ all_done
    \/ slice_end
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ add_file_with_ranges
    \/ set_remote_name
    \/ replace_remote_prefix
    \/ file_restarted
    \/ data
    \/ set_display_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ set_maximum_download_time
    \/ max_download
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ get_error_count
    \/ enum_files
    \/ set_reply_file_name
    \/ reply_begun
    \/ reply_done
    \/ local_file_changed
    \/ network_lost
    \/ network_back
    \/ policy_block
    \/ policy_open
    \/ log_off
    \/ log_on
    \/ token_missing
always_only_resume_wakes_a_suspended_job == [][~((state \in {"SUSPENDED"} /\ state' # state) /\ always_only_resume_wakes_a_suspended_job_by)]_vars

\* No job connects or transfers without a network or against a policy, and none transfers with its owner logged off. Clause: state/transient, policy/cost, policy/bandwidth, state/queued.
always_no_job_transfers_against_its_surroundings == ~((state \in {"CONNECTING", "TRANSFERRING"} /\ offline = 1) \/ (state \in {"CONNECTING", "TRANSFERRING"} /\ blocked = 1) \/ (state \in {"TRANSFERRING"} /\ away = 1))

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
    \/ set_minimum_retry_delay
    \/ turn
    \/ connect
    \/ file_done
    \/ all_done
    \/ slice_end
    \/ retry
    \/ restart
    \/ expiry
    \/ add_file_with_ranges
    \/ set_remote_name
    \/ replace_remote_prefix
    \/ file_restarted
    \/ data
    \/ set_display_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ set_maximum_download_time
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ get_error_count
    \/ enum_files
    \/ set_reply_file_name
    \/ reply_begun
    \/ reply_done
    \/ network_lost
    \/ network_back
    \/ policy_block
    \/ policy_open
    \/ log_off
    \/ log_on
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
    \/ set_minimum_retry_delay
    \/ turn
    \/ connect
    \/ file_done
    \/ all_done
    \/ slice_end
    \/ fatal_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ expiry
    \/ add_file_with_ranges
    \/ set_remote_name
    \/ replace_remote_prefix
    \/ file_restarted
    \/ data
    \/ set_display_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ set_maximum_download_time
    \/ max_download
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ get_error_count
    \/ enum_files
    \/ set_reply_file_name
    \/ reply_begun
    \/ reply_done
    \/ local_file_changed
    \/ network_back
    \/ policy_open
    \/ log_off
    \/ log_on
    \/ token_missing
always_a_transient_error_is_entered_only_by_a_passing_fault == [][~((state' \in {"TRANSIENT_ERROR"} /\ state' # state) /\ always_a_transient_error_is_entered_only_by_a_passing_fault_by)]_vars

\* ERROR is left by Resume, Complete, Cancel, Suspend (decision/2) or expiry, never by itself. Clause: state/error, decision/2, state/expiry.
always_error_is_left_only_on_purpose_by ==
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ set_minimum_retry_delay
    \/ turn
    \/ connect
    \/ file_done
    \/ all_done
    \/ slice_end
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ retry
    \/ no_progress
    \/ restart
    \/ add_file_with_ranges
    \/ set_remote_name
    \/ replace_remote_prefix
    \/ file_restarted
    \/ data
    \/ set_display_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ set_maximum_download_time
    \/ max_download
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ get_error_count
    \/ enum_files
    \/ set_reply_file_name
    \/ reply_begun
    \/ reply_done
    \/ local_file_changed
    \/ network_lost
    \/ network_back
    \/ policy_block
    \/ policy_open
    \/ log_off
    \/ log_on
    \/ token_missing
always_error_is_left_only_on_purpose == [][~((state \in {"ERROR"} /\ state' # state) /\ always_error_is_left_only_on_purpose_by)]_vars

\* TRANSIENT_ERROR is left by a retry, by giving up, when network or policy let the job go on, when its helper token is gone, by Resume, Suspend, Complete or Cancel, or by expiry. Clause: state/transient, policy/bandwidth, token/logoff, decision/7, state/expiry.
always_a_transient_error_is_left_by_a_retry_or_on_purpose_by ==
    \/ add_file
    \/ get_error
    \/ set_priority
    \/ set_no_progress_timeout
    \/ set_minimum_retry_delay
    \/ turn
    \/ connect
    \/ file_done
    \/ all_done
    \/ slice_end
    \/ transient_fault
    \/ fatal_fault
    \/ ambiguous_fault
    \/ range_refused
    \/ restart
    \/ add_file_with_ranges
    \/ set_remote_name
    \/ replace_remote_prefix
    \/ file_restarted
    \/ data
    \/ set_display_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ set_maximum_download_time
    \/ max_download
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ get_error_count
    \/ enum_files
    \/ set_reply_file_name
    \/ reply_begun
    \/ reply_done
    \/ local_file_changed
    \/ network_lost
    \/ policy_block
    \/ log_off
    \/ log_on
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
    \/ set_minimum_retry_delay
    \/ turn
    \/ connect
    \/ file_done
    \/ all_done
    \/ slice_end
    \/ retry
    \/ no_progress
    \/ restart
    \/ expiry
    \/ add_file_with_ranges
    \/ set_remote_name
    \/ replace_remote_prefix
    \/ file_restarted
    \/ data
    \/ set_display_name
    \/ set_notify_flags
    \/ set_notify_interface
    \/ set_maximum_download_time
    \/ get_state
    \/ get_progress
    \/ get_times
    \/ get_error_count
    \/ enum_files
    \/ set_reply_file_name
    \/ reply_begun
    \/ reply_done
    \/ network_back
    \/ policy_open
    \/ log_off
    \/ log_on
always_only_a_fault_brings_error_information == [][~((error' > error) /\ always_only_a_fault_brings_error_information_by)]_vars

\* GetError succeeds in no job that never failed, nor in TRANSFERRING; it is not refused in ERROR, TRANSIENT_ERROR, QUEUED and CONNECTING while the information is certain. Clause: error/available, decision/18.
always_get_error_answers_exactly_where_a_job_failed_by_1 ==
    \/ get_error_TRANSIENT_ERROR_1
    \/ get_error_ERROR_1
    \/ get_error_QUEUED_1
    \/ get_error_CONNECTING_1
    \/ (get_error_SUSPENDED_1 /\ get_error_SUSPENDED_1_answer_1)
    \/ (get_error_QUEUED_2 /\ get_error_QUEUED_2_answer_1)
    \/ (get_error_CONNECTING_2 /\ get_error_CONNECTING_2_answer_1)
    \/ (get_error_TRANSIENT_ERROR_2 /\ get_error_TRANSIENT_ERROR_2_answer_1)
    \/ (get_error_ERROR_2 /\ get_error_ERROR_2_answer_1)
    \/ (get_error_ACKNOWLEDGED_1 /\ get_error_ACKNOWLEDGED_1_answer_1)
    \/ (get_error_CANCELLED_1 /\ get_error_CANCELLED_1_answer_1)
    \/ (get_error_TRANSFERRED_2 /\ get_error_TRANSFERRED_2_answer_1)
always_get_error_answers_exactly_where_a_job_failed_by_2 ==
    \/ (get_error_SUSPENDED_1 /\ get_error_SUSPENDED_1_answer_2)
    \/ (get_error_QUEUED_2 /\ get_error_QUEUED_2_answer_2)
    \/ (get_error_CONNECTING_2 /\ get_error_CONNECTING_2_answer_2)
    \/ (get_error_TRANSIENT_ERROR_2 /\ get_error_TRANSIENT_ERROR_2_answer_2)
    \/ (get_error_ERROR_2 /\ get_error_ERROR_2_answer_2)
    \/ (get_error_ACKNOWLEDGED_1 /\ get_error_ACKNOWLEDGED_1_answer_2)
    \/ (get_error_CANCELLED_1 /\ get_error_CANCELLED_1_answer_2)
    \/ get_error_SUSPENDED_2
    \/ get_error_QUEUED_3
    \/ get_error_CONNECTING_3
    \/ get_error_ACKNOWLEDGED_2
    \/ get_error_CANCELLED_2
    \/ get_error_TRANSFERRING_1
    \/ get_error_TRANSFERRED_1
    \/ (get_error_TRANSFERRED_2 /\ get_error_TRANSFERRED_2_answer_2)
always_get_error_answers_exactly_where_a_job_failed_1 == ~ENABLED (always_get_error_answers_exactly_where_a_job_failed_by_1 /\ ((error = 0) \/ (state \in {"TRANSFERRING"})))
always_get_error_answers_exactly_where_a_job_failed_2 == ~ENABLED (always_get_error_answers_exactly_where_a_job_failed_by_2 /\ (state \in {"ERROR", "TRANSIENT_ERROR", "QUEUED", "CONNECTING"} /\ error = 2))

====
