/* CopyJobDOFull. Generated from the rows of the table; not edited by hand. */
#ifndef FILES_BOUND
#define FILES_BOUND 3
#endif

c_decl {
    static const char *rows[] = {
        "resume/SUSPENDED/1",
        "resume/SUSPENDED/2",
        "resume/SUSPENDED/3",
        "resume/QUEUED/1",
        "resume/TRANSFERRING/1",
        "resume/TRANSIENT_ERROR/1",
        "resume/ERROR/1",
        "resume/TRANSFERRED/1",
        "resume/TRANSFERRED/2",
        "resume/ACKNOWLEDGED/1",
        "resume/CANCELLED/1",
        "suspend/SUSPENDED/1",
        "suspend/QUEUED/1",
        "suspend/TRANSFERRING/1",
        "suspend/TRANSIENT_ERROR/1",
        "suspend/ERROR/1",
        "suspend/TRANSFERRED/1",
        "suspend/ACKNOWLEDGED/1",
        "suspend/CANCELLED/1",
        "cancel/QUEUED/1",
        "cancel/TRANSFERRING/1",
        "cancel/SUSPENDED/1",
        "cancel/ERROR/1",
        "cancel/TRANSIENT_ERROR/1",
        "cancel/TRANSFERRED/1",
        "cancel/ACKNOWLEDGED/1",
        "cancel/CANCELLED/1",
        "complete/SUSPENDED/1",
        "complete/QUEUED/1",
        "complete/TRANSFERRING/1",
        "complete/TRANSIENT_ERROR/1",
        "complete/ERROR/1",
        "complete/SUSPENDED/2",
        "complete/QUEUED/2",
        "complete/TRANSFERRING/2",
        "complete/TRANSIENT_ERROR/2",
        "complete/ERROR/2",
        "complete/TRANSFERRED/1",
        "complete/TRANSFERRED/2",
        "complete/SUSPENDED/3",
        "complete/QUEUED/3",
        "complete/TRANSFERRING/3",
        "complete/ACKNOWLEDGED/1",
        "complete/CANCELLED/1",
        "add_file/QUEUED/1",
        "add_file/TRANSFERRING/1",
        "add_file/SUSPENDED/1",
        "add_file/ERROR/1",
        "add_file/TRANSIENT_ERROR/1",
        "add_file/TRANSFERRED/1",
        "add_file/ACKNOWLEDGED/1",
        "add_file/CANCELLED/1",
        "get_error/TRANSIENT_ERROR/1",
        "get_error/ERROR/1",
        "get_error/QUEUED/1",
        "get_error/SUSPENDED/1",
        "get_error/QUEUED/2",
        "get_error/TRANSIENT_ERROR/2",
        "get_error/ERROR/2",
        "get_error/ACKNOWLEDGED/1",
        "get_error/CANCELLED/1",
        "get_error/SUSPENDED/2",
        "get_error/QUEUED/3",
        "get_error/ACKNOWLEDGED/2",
        "get_error/CANCELLED/2",
        "get_error/TRANSFERRING/1",
        "get_error/TRANSFERRED/1",
        "set_priority/QUEUED/1",
        "set_priority/TRANSFERRING/1",
        "set_priority/SUSPENDED/1",
        "set_priority/ERROR/1",
        "set_priority/TRANSIENT_ERROR/1",
        "set_priority/TRANSFERRED/1",
        "set_priority/ACKNOWLEDGED/1",
        "set_priority/CANCELLED/1",
        "set_no_progress_timeout/QUEUED/1",
        "set_no_progress_timeout/TRANSFERRING/1",
        "set_no_progress_timeout/SUSPENDED/1",
        "set_no_progress_timeout/ERROR/1",
        "set_no_progress_timeout/TRANSIENT_ERROR/1",
        "set_no_progress_timeout/TRANSFERRED/1",
        "set_no_progress_timeout/ACKNOWLEDGED/1",
        "set_no_progress_timeout/CANCELLED/1",
        "turn/QUEUED/1",
        "file_done/TRANSFERRING/1",
        "all_done/TRANSFERRING/1",
        "all_done/QUEUED/1",
        "transient_fault/TRANSFERRING/1",
        "fatal_fault/TRANSFERRING/1",
        "ambiguous_fault/TRANSFERRING/1",
        "range_refused/TRANSFERRING/1",
        "retry/TRANSIENT_ERROR/1",
        "no_progress/TRANSIENT_ERROR/1",
        "restart/SUSPENDED/1",
        "restart/QUEUED/1",
        "restart/ERROR/1",
        "restart/TRANSIENT_ERROR/1",
        "restart/TRANSFERRED/1",
        "restart/TRANSFERRING/1",
        "expiry/SUSPENDED/1",
        "expiry/ERROR/1",
        "expiry/TRANSFERRED/1",
        "expiry/QUEUED/1",
        "expiry/TRANSFERRING/1",
        "expiry/TRANSIENT_ERROR/1",
        "set_remote_name/QUEUED/1",
        "set_remote_name/TRANSFERRING/1",
        "set_remote_name/SUSPENDED/1",
        "set_remote_name/ERROR/1",
        "set_remote_name/TRANSIENT_ERROR/1",
        "set_remote_name/TRANSFERRED/1",
        "set_remote_name/ACKNOWLEDGED/1",
        "set_remote_name/CANCELLED/1",
        "data/TRANSFERRING/1",
        "set_notify_flags/QUEUED/1",
        "set_notify_flags/TRANSFERRING/1",
        "set_notify_flags/SUSPENDED/1",
        "set_notify_flags/ERROR/1",
        "set_notify_flags/TRANSIENT_ERROR/1",
        "set_notify_flags/TRANSFERRED/1",
        "set_notify_flags/ACKNOWLEDGED/1",
        "set_notify_flags/CANCELLED/1",
        "set_notify_interface/QUEUED/1",
        "set_notify_interface/TRANSFERRING/1",
        "set_notify_interface/SUSPENDED/1",
        "set_notify_interface/ERROR/1",
        "set_notify_interface/TRANSIENT_ERROR/1",
        "set_notify_interface/TRANSFERRED/1",
        "set_notify_interface/ACKNOWLEDGED/1",
        "set_notify_interface/CANCELLED/1",
        "get_state/QUEUED/1",
        "get_state/TRANSFERRING/1",
        "get_state/SUSPENDED/1",
        "get_state/ERROR/1",
        "get_state/TRANSIENT_ERROR/1",
        "get_state/TRANSFERRED/1",
        "get_state/ACKNOWLEDGED/1",
        "get_state/CANCELLED/1",
        "get_progress/QUEUED/1",
        "get_progress/TRANSFERRING/1",
        "get_progress/SUSPENDED/1",
        "get_progress/ERROR/1",
        "get_progress/TRANSIENT_ERROR/1",
        "get_progress/TRANSFERRED/1",
        "get_progress/ACKNOWLEDGED/1",
        "get_progress/CANCELLED/1",
        "get_times/QUEUED/1",
        "get_times/TRANSFERRING/1",
        "get_times/SUSPENDED/1",
        "get_times/ERROR/1",
        "get_times/TRANSIENT_ERROR/1",
        "get_times/TRANSFERRED/1",
        "get_times/ACKNOWLEDGED/1",
        "get_times/CANCELLED/1",
        "enum_files/QUEUED/1",
        "enum_files/TRANSFERRING/1",
        "enum_files/SUSPENDED/1",
        "enum_files/ERROR/1",
        "enum_files/TRANSIENT_ERROR/1",
        "enum_files/TRANSFERRED/1",
        "enum_files/ACKNOWLEDGED/1",
        "enum_files/CANCELLED/1",
        0 };
    static const char *laws[] = {
        "always_a_final_state_absorbs",
        "always_resume_never_revives_a_final_job",
        "always_no_file_is_available_before_complete",
        "always_only_cancel_and_expiry_throw_a_job_away",
        "always_a_refused_call_changes_nothing",
        "always_getters_and_setters_leave_the_job_alone",
        "always_adding_a_file_leaves_the_state",
        "always_files_done_is_at_most_files_total",
        "always_files_done_falls_only_by_cancel_or_expiry",
        "always_files_total_never_falls",
        "always_files_total_grows_only_by_adding_a_file",
        "always_a_job_outlives_the_service",
        "always_transferred_means_a_file_is_transferred",
        "always_delivery_optimization_never_connects",
        "always_only_resume_wakes_a_suspended_job",
        "always_error_is_entered_only_by_a_lasting_fault",
        "always_a_transient_error_is_entered_only_by_a_passing_fault",
        "always_error_is_left_only_on_purpose",
        "always_a_transient_error_is_left_by_a_retry_or_on_purpose",
        "always_an_error_state_has_error_information",
        "always_a_transferring_job_has_no_error_information",
        "always_only_a_fault_brings_error_information",
        "always_get_error_answers_exactly_where_a_job_failed",
        0 };
    static unsigned long taken[162], broken[23];
    static void __attribute__((destructor)) tell(void) {
        int i;
        for (i = 0; rows[i]; i++) printf("taken %s %lu\n", rows[i], taken[i]);
        for (i = 0; laws[i]; i++) printf("broken %s %lu\n", laws[i], broken[i]);
    }
}

mtype:job = { QUEUED, CONNECTING, TRANSFERRING, SUSPENDED, ERROR, TRANSIENT_ERROR, TRANSFERRED, ACKNOWLEDGED, CANCELLED }
mtype:label = { RESUME, SUSPEND, CANCEL, COMPLETE, ADD_FILE, GET_ERROR, SET_PRIORITY, SET_NO_PROGRESS_TIMEOUT, TURN, FILE_DONE, ALL_DONE, TRANSIENT_FAULT, FATAL_FAULT, AMBIGUOUS_FAULT, RANGE_REFUSED, RETRY, NO_PROGRESS, RESTART, EXPIRY, SET_REMOTE_NAME, DATA, SET_NOTIFY_FLAGS, SET_NOTIFY_INTERFACE, GET_STATE, GET_PROGRESS, GET_TIMES, ENUM_FILES }
mtype:answer = { DO_E_JOB_EMPTY, S_OK, DO_E_INVALID_STATE, BG_S_PARTIAL_COMPLETE, DO_E_ERROR_INFORMATION_UNAVAILABLE, NONE }

mtype:job state = SUSPENDED;
byte files_total;
byte files_done;
byte error;

/* The step that was taken last, and where the job was before it. */
hidden mtype:label label;
hidden mtype:answer hresult;
hidden mtype:job state_before;
hidden byte files_total_before;
hidden byte files_done_before;
hidden byte error_before;

#define TAKE(row, name, code) c_code { taken[row]++; }; label = name; hresult = code; \
    state_before = state; files_total_before = files_total; files_done_before = files_done; error_before = error
#define LAW(number, holds) if :: (holds) :: else -> c_code { broken[number]++; }; assert(holds) fi

inline places() {
    /* always_files_done_is_at_most_files_total */
    LAW(7, !((files_total < files_done) || (files_done < 0)));
    /* always_delivery_optimization_never_connects */
    LAW(13, !(((state == CONNECTING))));
    /* always_an_error_state_has_error_information */
    LAW(19, !(((state == ERROR || state == TRANSIENT_ERROR) && error == 0)));
    /* always_a_transferring_job_has_no_error_information */
    LAW(20, !(((state == TRANSFERRING) && 0 < error)));
}

inline moves() {
    /* always_a_final_state_absorbs */
    LAW(0, !(((state_before == ACKNOWLEDGED || state_before == CANCELLED) && state != state_before)));
    /* always_resume_never_revives_a_final_job */
    LAW(1, !(((state_before == ACKNOWLEDGED || state_before == CANCELLED) && (label == RESUME) && (hresult == S_OK || hresult == BG_S_PARTIAL_COMPLETE)) || ((state_before == ACKNOWLEDGED || state_before == CANCELLED) && state != state_before && (label == RESUME))));
    /* always_no_file_is_available_before_complete */
    LAW(2, !(((state == ACKNOWLEDGED) && state != state_before && (label != COMPLETE))));
    /* always_only_cancel_and_expiry_throw_a_job_away */
    LAW(3, !(((state == CANCELLED) && state != state_before && (label != CANCEL && label != EXPIRY))));
    /* always_a_refused_call_changes_nothing */
    LAW(4, !((state != state_before && (hresult == DO_E_JOB_EMPTY || hresult == DO_E_INVALID_STATE || hresult == DO_E_ERROR_INFORMATION_UNAVAILABLE)) || (files_total != files_total_before && (hresult == DO_E_JOB_EMPTY || hresult == DO_E_INVALID_STATE || hresult == DO_E_ERROR_INFORMATION_UNAVAILABLE)) || (files_done != files_done_before && (hresult == DO_E_JOB_EMPTY || hresult == DO_E_INVALID_STATE || hresult == DO_E_ERROR_INFORMATION_UNAVAILABLE)) || (error != error_before && (hresult == DO_E_JOB_EMPTY || hresult == DO_E_INVALID_STATE || hresult == DO_E_ERROR_INFORMATION_UNAVAILABLE))));
    /* always_getters_and_setters_leave_the_job_alone */
    LAW(5, !((state != state_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_REMOTE_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == ENUM_FILES)) || (files_total != files_total_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_REMOTE_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == ENUM_FILES)) || (files_done != files_done_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_REMOTE_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == ENUM_FILES)) || (error != error_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_REMOTE_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == ENUM_FILES))));
    /* always_adding_a_file_leaves_the_state */
    LAW(6, !((state != state_before && (label == ADD_FILE))));
    /* always_files_done_falls_only_by_cancel_or_expiry */
    LAW(8, !((files_done < files_done_before && (label != CANCEL && label != EXPIRY))));
    /* always_files_total_never_falls */
    LAW(9, !((files_total < files_total_before)));
    /* always_files_total_grows_only_by_adding_a_file */
    LAW(10, !((files_total > files_total_before && (label != ADD_FILE))));
    /* always_a_job_outlives_the_service */
    LAW(11, !(((state != QUEUED) && state != state_before && (label == RESTART)) || (files_total != files_total_before && (label == RESTART)) || (files_done != files_done_before && (label == RESTART))));
    /* always_transferred_means_a_file_is_transferred */
    LAW(12, !(((state == TRANSFERRED) && files_total == 0 && state != state_before) || ((state == TRANSFERRED) && files_done < files_total && state != state_before) || ((state == TRANSFERRED) && files_total < files_done && state != state_before)));
    /* always_only_resume_wakes_a_suspended_job */
    LAW(14, !(((state_before == SUSPENDED) && state != state_before && (label != RESUME && label != CANCEL && label != COMPLETE && label != EXPIRY))));
    /* always_error_is_entered_only_by_a_lasting_fault */
    LAW(15, !(((state == ERROR) && state != state_before && (label != TRANSIENT_FAULT && label != FATAL_FAULT && label != AMBIGUOUS_FAULT && label != RANGE_REFUSED && label != NO_PROGRESS))));
    /* always_a_transient_error_is_entered_only_by_a_passing_fault */
    LAW(16, !(((state == TRANSIENT_ERROR) && state != state_before && (label != TRANSIENT_FAULT && label != AMBIGUOUS_FAULT))));
    /* always_error_is_left_only_on_purpose */
    LAW(17, !(((state_before == ERROR) && state != state_before && (label != RESUME && label != SUSPEND && label != CANCEL && label != COMPLETE && label != EXPIRY))));
    /* always_a_transient_error_is_left_by_a_retry_or_on_purpose */
    LAW(18, !(((state_before == TRANSIENT_ERROR) && state != state_before && (label != RESUME && label != SUSPEND && label != CANCEL && label != COMPLETE && label != RETRY && label != NO_PROGRESS && label != EXPIRY))));
    /* always_only_a_fault_brings_error_information */
    LAW(21, !((error > error_before && (label != TRANSIENT_FAULT && label != FATAL_FAULT && label != AMBIGUOUS_FAULT && label != RANGE_REFUSED))));
    /* always_get_error_answers_exactly_where_a_job_failed */
    LAW(22, !((error_before == 0 && (label == GET_ERROR) && (hresult == S_OK || hresult == BG_S_PARTIAL_COMPLETE)) || ((state_before == TRANSFERRING) && (label == GET_ERROR) && (hresult == S_OK || hresult == BG_S_PARTIAL_COMPLETE)) || ((state_before == QUEUED || state_before == CONNECTING || state_before == ERROR || state_before == TRANSIENT_ERROR) && error_before == 2 && (label == GET_ERROR) && (hresult == DO_E_JOB_EMPTY || hresult == DO_E_INVALID_STATE || hresult == DO_E_ERROR_INFORMATION_UNAVAILABLE))));
}

active proctype job() {
    /* A new job. */
    atomic {
        if
        :: d_step { state = SUSPENDED; files_total = 0; files_done = 0; error = 0 }
        fi;
        d_step { places() }
    };
    do
    :: atomic {
        if
        /* resume/SUSPENDED/1 MUST: resume/empty, decision/13, decision/1 */
        :: d_step { state == SUSPENDED && files_total == 0 -> TAKE(0, RESUME, DO_E_JOB_EMPTY) }
        /* resume/SUSPENDED/2 MUST: resume/suspended, decision/5 */
        :: d_step { state == SUSPENDED && files_done < files_total -> TAKE(1, RESUME, S_OK); error = 0; state = TRANSFERRING }
        :: d_step { state == SUSPENDED && files_done < files_total -> TAKE(1, RESUME, S_OK); state = QUEUED }
        /* resume/SUSPENDED/3 MAY: decision/16, decision/5 */
        :: d_step { state == SUSPENDED && 0 < files_total && files_done == files_total -> TAKE(2, RESUME, S_OK); error = 0; state = TRANSFERRING }
        :: d_step { state == SUSPENDED && 0 < files_total && files_done == files_total -> TAKE(2, RESUME, S_OK); state = QUEUED }
        :: d_step { state == SUSPENDED && 0 < files_total && files_done == files_total -> TAKE(2, RESUME, DO_E_JOB_EMPTY) }
        /* resume/QUEUED/1 SHOULD: resume/action, decision/15 */
        :: d_step { state == QUEUED -> TAKE(3, RESUME, S_OK) }
        /* resume/TRANSFERRING/1 SHOULD: resume/action, decision/15 */
        :: d_step { state == TRANSFERRING -> TAKE(4, RESUME, S_OK) }
        /* resume/TRANSIENT_ERROR/1 MUST: resume/error, decision/5 */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(5, RESUME, S_OK); error = 0; state = TRANSFERRING }
        :: d_step { state == TRANSIENT_ERROR -> TAKE(5, RESUME, S_OK); state = QUEUED }
        /* resume/ERROR/1 MUST: resume/error, decision/5 */
        :: d_step { state == ERROR -> TAKE(6, RESUME, S_OK); error = 0; state = TRANSFERRING }
        :: d_step { state == ERROR -> TAKE(6, RESUME, S_OK); state = QUEUED }
        /* resume/TRANSFERRED/1 SHOULD: decision/17, decision/5 */
        :: d_step { state == TRANSFERRED && files_done < files_total -> TAKE(7, RESUME, S_OK); error = 0; state = TRANSFERRING }
        :: d_step { state == TRANSFERRED && files_done < files_total -> TAKE(7, RESUME, S_OK); state = QUEUED }
        /* resume/TRANSFERRED/2 MAY: decision/3 */
        :: d_step { state == TRANSFERRED && 0 < files_total && files_done == files_total -> TAKE(8, RESUME, S_OK) }
        :: d_step { state == TRANSFERRED && 0 < files_total && files_done == files_total -> TAKE(8, RESUME, DO_E_JOB_EMPTY) }
        /* resume/ACKNOWLEDGED/1 MUST: resume/final, state/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(9, RESUME, DO_E_INVALID_STATE) }
        /* resume/CANCELLED/1 MUST: resume/final, state/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(10, RESUME, DO_E_INVALID_STATE) }
        /* suspend/SUSPENDED/1 SHOULD: suspend/suspended, decision/15 */
        :: d_step { state == SUSPENDED -> TAKE(11, SUSPEND, S_OK) }
        /* suspend/QUEUED/1 MUST: suspend/action */
        :: d_step { state == QUEUED -> TAKE(12, SUSPEND, S_OK); error = (error < 1 -> error : 1); state = SUSPENDED }
        /* suspend/TRANSFERRING/1 MUST: suspend/action */
        :: d_step { state == TRANSFERRING -> TAKE(13, SUSPEND, S_OK); error = (error < 1 -> error : 1); state = SUSPENDED }
        /* suspend/TRANSIENT_ERROR/1 SHOULD: suspend/action, decision/7 */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(14, SUSPEND, S_OK); error = (error < 1 -> error : 1); state = SUSPENDED }
        /* suspend/ERROR/1 MAY: suspend/automatic, decision/2 */
        :: d_step { state == ERROR -> TAKE(15, SUSPEND, S_OK); error = (error < 1 -> error : 1); state = SUSPENDED }
        :: d_step { state == ERROR -> TAKE(15, SUSPEND, S_OK) }
        /* suspend/TRANSFERRED/1 MAY: suspend/automatic, decision/2 */
        :: d_step { state == TRANSFERRED -> TAKE(16, SUSPEND, S_OK); error = (error < 1 -> error : 1); state = SUSPENDED }
        :: d_step { state == TRANSFERRED -> TAKE(16, SUSPEND, S_OK) }
        /* suspend/ACKNOWLEDGED/1 MUST: suspend/final, state/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(17, SUSPEND, DO_E_INVALID_STATE) }
        /* suspend/CANCELLED/1 MUST: suspend/final, state/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(18, SUSPEND, DO_E_INVALID_STATE) }
        /* cancel/QUEUED/1 MUST: cancel/any */
        :: d_step { state == QUEUED -> TAKE(19, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/TRANSFERRING/1 MUST: cancel/any */
        :: d_step { state == TRANSFERRING -> TAKE(20, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/SUSPENDED/1 MUST: cancel/any */
        :: d_step { state == SUSPENDED -> TAKE(21, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/ERROR/1 MUST: cancel/any */
        :: d_step { state == ERROR -> TAKE(22, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/TRANSIENT_ERROR/1 MUST: cancel/any */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(23, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/TRANSFERRED/1 MUST: cancel/any */
        :: d_step { state == TRANSFERRED -> TAKE(24, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/ACKNOWLEDGED/1 MUST: cancel/final, state/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(25, CANCEL, DO_E_INVALID_STATE) }
        /* cancel/CANCELLED/1 MUST: cancel/final, state/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(26, CANCEL, DO_E_INVALID_STATE) }
        /* complete/SUSPENDED/1 MAY: complete/partial, decision/4 */
        :: d_step { state == SUSPENDED && files_done == 0 -> TAKE(27, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == SUSPENDED && files_done == 0 -> TAKE(27, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/QUEUED/1 MAY: complete/partial, decision/4 */
        :: d_step { state == QUEUED && files_done == 0 -> TAKE(28, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == QUEUED && files_done == 0 -> TAKE(28, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSFERRING/1 MAY: complete/partial, decision/4 */
        :: d_step { state == TRANSFERRING && files_done == 0 -> TAKE(29, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == TRANSFERRING && files_done == 0 -> TAKE(29, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSIENT_ERROR/1 MAY: complete/partial, decision/4 */
        :: d_step { state == TRANSIENT_ERROR && files_done == 0 -> TAKE(30, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == TRANSIENT_ERROR && files_done == 0 -> TAKE(30, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/ERROR/1 MAY: complete/partial, decision/4 */
        :: d_step { state == ERROR && files_done == 0 -> TAKE(31, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == ERROR && files_done == 0 -> TAKE(31, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/SUSPENDED/2 MUST: complete/partial */
        :: d_step { state == SUSPENDED && 0 < files_done && files_done < files_total -> TAKE(32, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == SUSPENDED && 0 < files_done && files_done < files_total -> TAKE(32, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/QUEUED/2 MUST: complete/partial */
        :: d_step { state == QUEUED && 0 < files_done && files_done < files_total -> TAKE(33, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == QUEUED && 0 < files_done && files_done < files_total -> TAKE(33, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSFERRING/2 MUST: complete/partial */
        :: d_step { state == TRANSFERRING && 0 < files_done && files_done < files_total -> TAKE(34, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == TRANSFERRING && 0 < files_done && files_done < files_total -> TAKE(34, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSIENT_ERROR/2 MUST: complete/partial */
        :: d_step { state == TRANSIENT_ERROR && 0 < files_done && files_done < files_total -> TAKE(35, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == TRANSIENT_ERROR && 0 < files_done && files_done < files_total -> TAKE(35, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/ERROR/2 MUST: complete/partial */
        :: d_step { state == ERROR && 0 < files_done && files_done < files_total -> TAKE(36, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == ERROR && 0 < files_done && files_done < files_total -> TAKE(36, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSFERRED/1 MUST: complete/partial */
        :: d_step { state == TRANSFERRED && 0 < files_done && files_done < files_total -> TAKE(37, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == TRANSFERRED && 0 < files_done && files_done < files_total -> TAKE(37, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSFERRED/2 MUST: complete/transferred */
        :: d_step { state == TRANSFERRED && 0 < files_total && files_done == files_total -> TAKE(38, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/SUSPENDED/3 MAY: complete/partial */
        :: d_step { state == SUSPENDED && 0 < files_total && files_done == files_total -> TAKE(39, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == SUSPENDED && 0 < files_total && files_done == files_total -> TAKE(39, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/QUEUED/3 MAY: complete/partial */
        :: d_step { state == QUEUED && 0 < files_total && files_done == files_total -> TAKE(40, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == QUEUED && 0 < files_total && files_done == files_total -> TAKE(40, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSFERRING/3 MAY: complete/partial */
        :: d_step { state == TRANSFERRING && 0 < files_total && files_done == files_total -> TAKE(41, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == TRANSFERRING && 0 < files_total && files_done == files_total -> TAKE(41, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/ACKNOWLEDGED/1 MUST: complete/final, state/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(42, COMPLETE, DO_E_INVALID_STATE) }
        /* complete/CANCELLED/1 MUST: complete/final, state/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(43, COMPLETE, DO_E_INVALID_STATE) }
        /* add_file/QUEUED/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == QUEUED && files_total + 1 <= FILES_BOUND -> TAKE(44, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/TRANSFERRING/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == TRANSFERRING && files_total + 1 <= FILES_BOUND -> TAKE(45, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/SUSPENDED/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == SUSPENDED && files_total + 1 <= FILES_BOUND -> TAKE(46, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/ERROR/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == ERROR && files_total + 1 <= FILES_BOUND -> TAKE(47, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/TRANSIENT_ERROR/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == TRANSIENT_ERROR && files_total + 1 <= FILES_BOUND -> TAKE(48, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/TRANSFERRED/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == TRANSFERRED && files_total + 1 <= FILES_BOUND -> TAKE(49, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/ACKNOWLEDGED/1 MUST: addfile/ok, decision/6, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(50, ADD_FILE, DO_E_INVALID_STATE) }
        /* add_file/CANCELLED/1 MUST: addfile/ok, decision/6, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(51, ADD_FILE, DO_E_INVALID_STATE) }
        /* get_error/TRANSIENT_ERROR/1 MUST: error/available, decision/18 */
        :: d_step { state == TRANSIENT_ERROR && error == 2 -> TAKE(52, GET_ERROR, S_OK) }
        /* get_error/ERROR/1 MUST: error/available, decision/18 */
        :: d_step { state == ERROR && error == 2 -> TAKE(53, GET_ERROR, S_OK) }
        /* get_error/QUEUED/1 MUST: error/available, decision/18 */
        :: d_step { state == QUEUED && error == 2 -> TAKE(54, GET_ERROR, S_OK) }
        /* get_error/SUSPENDED/1 MAY: decision/18, decision/9 */
        :: d_step { state == SUSPENDED && error == 1 -> TAKE(55, GET_ERROR, S_OK) }
        :: d_step { state == SUSPENDED && error == 1 -> TAKE(55, GET_ERROR, DO_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/QUEUED/2 MAY: decision/18, decision/9 */
        :: d_step { state == QUEUED && error == 1 -> TAKE(56, GET_ERROR, S_OK) }
        :: d_step { state == QUEUED && error == 1 -> TAKE(56, GET_ERROR, DO_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/TRANSIENT_ERROR/2 MAY: decision/18, decision/9 */
        :: d_step { state == TRANSIENT_ERROR && error == 1 -> TAKE(57, GET_ERROR, S_OK) }
        :: d_step { state == TRANSIENT_ERROR && error == 1 -> TAKE(57, GET_ERROR, DO_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/ERROR/2 MAY: decision/18, decision/9 */
        :: d_step { state == ERROR && error == 1 -> TAKE(58, GET_ERROR, S_OK) }
        :: d_step { state == ERROR && error == 1 -> TAKE(58, GET_ERROR, DO_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/ACKNOWLEDGED/1 MAY: decision/18, decision/9 */
        :: d_step { state == ACKNOWLEDGED && error == 1 -> TAKE(59, GET_ERROR, S_OK) }
        :: d_step { state == ACKNOWLEDGED && error == 1 -> TAKE(59, GET_ERROR, DO_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/CANCELLED/1 MAY: decision/18, decision/9 */
        :: d_step { state == CANCELLED && error == 1 -> TAKE(60, GET_ERROR, S_OK) }
        :: d_step { state == CANCELLED && error == 1 -> TAKE(60, GET_ERROR, DO_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/SUSPENDED/2 MUST: error/available, decision/18 */
        :: d_step { state == SUSPENDED && error == 0 -> TAKE(61, GET_ERROR, DO_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/QUEUED/3 MUST: error/available, decision/18 */
        :: d_step { state == QUEUED && error == 0 -> TAKE(62, GET_ERROR, DO_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/ACKNOWLEDGED/2 MUST: error/available, decision/18 */
        :: d_step { state == ACKNOWLEDGED && error == 0 -> TAKE(63, GET_ERROR, DO_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/CANCELLED/2 MUST: error/available, decision/18 */
        :: d_step { state == CANCELLED && error == 0 -> TAKE(64, GET_ERROR, DO_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/TRANSFERRING/1 MUST: error/available, decision/18 */
        :: d_step { state == TRANSFERRING -> TAKE(65, GET_ERROR, DO_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/TRANSFERRED/1 MUST: error/available, decision/18 */
        :: d_step { state == TRANSFERRED && error == 0 -> TAKE(66, GET_ERROR, DO_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* set_priority/QUEUED/1 MUST: set/final */
        :: d_step { state == QUEUED -> TAKE(67, SET_PRIORITY, S_OK) }
        /* set_priority/TRANSFERRING/1 MUST: set/final */
        :: d_step { state == TRANSFERRING -> TAKE(68, SET_PRIORITY, S_OK) }
        /* set_priority/SUSPENDED/1 MUST: set/final */
        :: d_step { state == SUSPENDED -> TAKE(69, SET_PRIORITY, S_OK) }
        /* set_priority/ERROR/1 MUST: set/final */
        :: d_step { state == ERROR -> TAKE(70, SET_PRIORITY, S_OK) }
        /* set_priority/TRANSIENT_ERROR/1 MUST: set/final */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(71, SET_PRIORITY, S_OK) }
        /* set_priority/TRANSFERRED/1 MUST: set/final */
        :: d_step { state == TRANSFERRED -> TAKE(72, SET_PRIORITY, S_OK) }
        /* set_priority/ACKNOWLEDGED/1 MAY: set/final, decision/6 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(73, SET_PRIORITY, S_OK) }
        :: d_step { state == ACKNOWLEDGED -> TAKE(73, SET_PRIORITY, DO_E_INVALID_STATE) }
        /* set_priority/CANCELLED/1 MAY: set/final, decision/6 */
        :: d_step { state == CANCELLED -> TAKE(74, SET_PRIORITY, S_OK) }
        :: d_step { state == CANCELLED -> TAKE(74, SET_PRIORITY, DO_E_INVALID_STATE) }
        /* set_no_progress_timeout/QUEUED/1 MUST: set/final, timer/progress */
        :: d_step { state == QUEUED -> TAKE(75, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/TRANSFERRING/1 MUST: set/final, timer/progress */
        :: d_step { state == TRANSFERRING -> TAKE(76, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/SUSPENDED/1 MUST: set/final, timer/progress */
        :: d_step { state == SUSPENDED -> TAKE(77, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/ERROR/1 MUST: set/final, timer/progress */
        :: d_step { state == ERROR -> TAKE(78, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/TRANSIENT_ERROR/1 MUST: set/final, timer/progress */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(79, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/TRANSFERRED/1 MUST: set/final, timer/progress */
        :: d_step { state == TRANSFERRED -> TAKE(80, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/ACKNOWLEDGED/1 MUST: set/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(81, SET_NO_PROGRESS_TIMEOUT, DO_E_INVALID_STATE) }
        /* set_no_progress_timeout/CANCELLED/1 MUST: set/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(82, SET_NO_PROGRESS_TIMEOUT, DO_E_INVALID_STATE) }
        /* turn/QUEUED/1 MUST: state/connecting, decision/5 */
        :: d_step { state == QUEUED -> TAKE(83, TURN, NONE); error = 0; state = TRANSFERRING }
        /* file_done/TRANSFERRING/1 MUST: state/transferring, job/progress */
        :: d_step { state == TRANSFERRING && files_done < files_total -> TAKE(84, FILE_DONE, NONE); files_done = files_done + 1 }
        /* all_done/TRANSFERRING/1 MUST: state/transferring, state/transferred */
        :: d_step { state == TRANSFERRING && 0 < files_total && files_done == files_total -> TAKE(85, ALL_DONE, NONE); state = TRANSFERRED }
        /* all_done/QUEUED/1 MAY: decision/16, decision/18 */
        :: d_step { state == QUEUED && 0 < files_total && files_done == files_total -> TAKE(86, ALL_DONE, NONE); error = (error < 1 -> error : 1); state = TRANSFERRED }
        /* transient_fault/TRANSFERRING/1 MUST: state/transient, decision/11 */
        :: d_step { state == TRANSFERRING && files_done < files_total -> TAKE(87, TRANSIENT_FAULT, NONE); error = 2; state = TRANSIENT_ERROR }
        :: d_step { state == TRANSFERRING && files_done < files_total -> TAKE(87, TRANSIENT_FAULT, NONE); error = 2; state = ERROR }
        /* fatal_fault/TRANSFERRING/1 MUST: state/error, error/atomic, decision/11 */
        :: d_step { state == TRANSFERRING && files_done < files_total -> TAKE(88, FATAL_FAULT, NONE); error = 2; state = ERROR }
        /* ambiguous_fault/TRANSFERRING/1 MAY: decision/11, decision/21 */
        :: d_step { state == TRANSFERRING && files_done < files_total -> TAKE(89, AMBIGUOUS_FAULT, NONE); error = 2; state = TRANSIENT_ERROR }
        :: d_step { state == TRANSFERRING && files_done < files_total -> TAKE(89, AMBIGUOUS_FAULT, NONE); error = 2; state = ERROR }
        /* range_refused/TRANSFERRING/1 MAY: decision/20, http/needs */
        :: d_step { state == TRANSFERRING && files_done < files_total -> TAKE(90, RANGE_REFUSED, NONE) }
        :: d_step { state == TRANSFERRING && files_done < files_total -> TAKE(90, RANGE_REFUSED, NONE); error = 2; state = ERROR }
        /* retry/TRANSIENT_ERROR/1 MUST: state/transient, timer/retry, decision/12, decision/5 */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(91, RETRY, NONE); error = 0; state = TRANSFERRING }
        :: d_step { state == TRANSIENT_ERROR -> TAKE(91, RETRY, NONE); state = QUEUED }
        /* no_progress/TRANSIENT_ERROR/1 MUST: state/transient, timer/progress */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(92, NO_PROGRESS, NONE); state = ERROR }
        /* restart/SUSPENDED/1 MUST: restart, decision/18 */
        :: d_step { state == SUSPENDED -> TAKE(93, RESTART, NONE); error = (error < 1 -> error : 1) }
        /* restart/QUEUED/1 MUST: restart, decision/18 */
        :: d_step { state == QUEUED -> TAKE(94, RESTART, NONE); error = (error < 1 -> error : 1) }
        /* restart/ERROR/1 MUST: restart, decision/18 */
        :: d_step { state == ERROR -> TAKE(95, RESTART, NONE); error = (error < 1 -> error : 1) }
        /* restart/TRANSIENT_ERROR/1 MUST: restart, decision/18 */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(96, RESTART, NONE); error = (error < 1 -> error : 1) }
        /* restart/TRANSFERRED/1 MUST: restart, decision/18 */
        :: d_step { state == TRANSFERRED -> TAKE(97, RESTART, NONE); error = (error < 1 -> error : 1) }
        /* restart/TRANSFERRING/1 MUST: restart, decision/10, decision/18 */
        :: d_step { state == TRANSFERRING -> TAKE(98, RESTART, NONE); error = (error < 1 -> error : 1) }
        :: d_step { state == TRANSFERRING -> TAKE(98, RESTART, NONE); error = (error < 1 -> error : 1); state = QUEUED }
        /* expiry/SUSPENDED/1 MUST: state/expiry */
        :: d_step { state == SUSPENDED -> TAKE(99, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* expiry/ERROR/1 MUST: state/expiry */
        :: d_step { state == ERROR -> TAKE(100, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* expiry/TRANSFERRED/1 MUST: state/expiry */
        :: d_step { state == TRANSFERRED -> TAKE(101, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* expiry/QUEUED/1 MAY: state/expiry, decision/10 */
        :: d_step { state == QUEUED -> TAKE(102, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* expiry/TRANSFERRING/1 MAY: state/expiry, decision/10 */
        :: d_step { state == TRANSFERRING -> TAKE(103, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* expiry/TRANSIENT_ERROR/1 MAY: state/expiry, decision/10 */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(104, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* set_remote_name/QUEUED/1 MUST: file/seturl, file/serialize */
        :: d_step { state == QUEUED -> TAKE(105, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/TRANSFERRING/1 MUST: file/seturl, file/serialize */
        :: d_step { state == TRANSFERRING -> TAKE(106, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/SUSPENDED/1 MUST: file/seturl, file/serialize */
        :: d_step { state == SUSPENDED -> TAKE(107, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/ERROR/1 MUST: file/seturl, file/serialize */
        :: d_step { state == ERROR -> TAKE(108, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/TRANSIENT_ERROR/1 MUST: file/seturl, file/serialize */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(109, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/TRANSFERRED/1 MUST: file/seturl, file/serialize */
        :: d_step { state == TRANSFERRED -> TAKE(110, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/ACKNOWLEDGED/1 MAY: decision/6 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(111, SET_REMOTE_NAME, S_OK) }
        :: d_step { state == ACKNOWLEDGED -> TAKE(111, SET_REMOTE_NAME, DO_E_INVALID_STATE) }
        /* set_remote_name/CANCELLED/1 MAY: decision/6 */
        :: d_step { state == CANCELLED -> TAKE(112, SET_REMOTE_NAME, S_OK) }
        :: d_step { state == CANCELLED -> TAKE(112, SET_REMOTE_NAME, DO_E_INVALID_STATE) }
        /* data/TRANSFERRING/1 MUST: state/transferring, job/progress */
        :: d_step { state == TRANSFERRING && files_done < files_total -> TAKE(113, DATA, NONE) }
        /* set_notify_flags/QUEUED/1 MUST: set/final */
        :: d_step { state == QUEUED -> TAKE(114, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/TRANSFERRING/1 MUST: set/final */
        :: d_step { state == TRANSFERRING -> TAKE(115, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/SUSPENDED/1 MUST: set/final */
        :: d_step { state == SUSPENDED -> TAKE(116, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/ERROR/1 MUST: set/final */
        :: d_step { state == ERROR -> TAKE(117, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/TRANSIENT_ERROR/1 MUST: set/final */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(118, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/TRANSFERRED/1 MUST: set/final */
        :: d_step { state == TRANSFERRED -> TAKE(119, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/ACKNOWLEDGED/1 MUST: set/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(120, SET_NOTIFY_FLAGS, DO_E_INVALID_STATE) }
        /* set_notify_flags/CANCELLED/1 MUST: set/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(121, SET_NOTIFY_FLAGS, DO_E_INVALID_STATE) }
        /* set_notify_interface/QUEUED/1 MUST: set/final */
        :: d_step { state == QUEUED -> TAKE(122, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/TRANSFERRING/1 MUST: set/final */
        :: d_step { state == TRANSFERRING -> TAKE(123, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/SUSPENDED/1 MUST: set/final */
        :: d_step { state == SUSPENDED -> TAKE(124, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/ERROR/1 MUST: set/final */
        :: d_step { state == ERROR -> TAKE(125, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/TRANSIENT_ERROR/1 MUST: set/final */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(126, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/TRANSFERRED/1 MUST: set/final */
        :: d_step { state == TRANSFERRED -> TAKE(127, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/ACKNOWLEDGED/1 MAY: set/final, decision/6 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(128, SET_NOTIFY_INTERFACE, S_OK) }
        :: d_step { state == ACKNOWLEDGED -> TAKE(128, SET_NOTIFY_INTERFACE, DO_E_INVALID_STATE) }
        /* set_notify_interface/CANCELLED/1 MAY: set/final, decision/6 */
        :: d_step { state == CANCELLED -> TAKE(129, SET_NOTIFY_INTERFACE, S_OK) }
        :: d_step { state == CANCELLED -> TAKE(129, SET_NOTIFY_INTERFACE, DO_E_INVALID_STATE) }
        /* get_state/QUEUED/1 MUST: state/classes, state/initial */
        :: d_step { state == QUEUED -> TAKE(130, GET_STATE, S_OK) }
        /* get_state/TRANSFERRING/1 MUST: state/classes, state/initial */
        :: d_step { state == TRANSFERRING -> TAKE(131, GET_STATE, S_OK) }
        /* get_state/SUSPENDED/1 MUST: state/classes, state/initial */
        :: d_step { state == SUSPENDED -> TAKE(132, GET_STATE, S_OK) }
        /* get_state/ERROR/1 MUST: state/classes, state/initial */
        :: d_step { state == ERROR -> TAKE(133, GET_STATE, S_OK) }
        /* get_state/TRANSIENT_ERROR/1 MUST: state/classes, state/initial */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(134, GET_STATE, S_OK) }
        /* get_state/TRANSFERRED/1 MUST: state/classes, state/initial */
        :: d_step { state == TRANSFERRED -> TAKE(135, GET_STATE, S_OK) }
        /* get_state/ACKNOWLEDGED/1 MAY: decision/9 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(136, GET_STATE, S_OK) }
        /* get_state/CANCELLED/1 MAY: decision/9 */
        :: d_step { state == CANCELLED -> TAKE(137, GET_STATE, S_OK) }
        /* get_progress/QUEUED/1 MUST: job/progress */
        :: d_step { state == QUEUED -> TAKE(138, GET_PROGRESS, S_OK) }
        /* get_progress/TRANSFERRING/1 MUST: job/progress */
        :: d_step { state == TRANSFERRING -> TAKE(139, GET_PROGRESS, S_OK) }
        /* get_progress/SUSPENDED/1 MUST: job/progress */
        :: d_step { state == SUSPENDED -> TAKE(140, GET_PROGRESS, S_OK) }
        /* get_progress/ERROR/1 MUST: job/progress */
        :: d_step { state == ERROR -> TAKE(141, GET_PROGRESS, S_OK) }
        /* get_progress/TRANSIENT_ERROR/1 MUST: job/progress */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(142, GET_PROGRESS, S_OK) }
        /* get_progress/TRANSFERRED/1 MUST: job/progress */
        :: d_step { state == TRANSFERRED -> TAKE(143, GET_PROGRESS, S_OK) }
        /* get_progress/ACKNOWLEDGED/1 MAY: decision/9 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(144, GET_PROGRESS, S_OK) }
        /* get_progress/CANCELLED/1 MAY: decision/9 */
        :: d_step { state == CANCELLED -> TAKE(145, GET_PROGRESS, S_OK) }
        /* get_times/QUEUED/1 MUST: times */
        :: d_step { state == QUEUED -> TAKE(146, GET_TIMES, S_OK) }
        /* get_times/TRANSFERRING/1 MUST: times */
        :: d_step { state == TRANSFERRING -> TAKE(147, GET_TIMES, S_OK) }
        /* get_times/SUSPENDED/1 MUST: times */
        :: d_step { state == SUSPENDED -> TAKE(148, GET_TIMES, S_OK) }
        /* get_times/ERROR/1 MUST: times */
        :: d_step { state == ERROR -> TAKE(149, GET_TIMES, S_OK) }
        /* get_times/TRANSIENT_ERROR/1 MUST: times */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(150, GET_TIMES, S_OK) }
        /* get_times/TRANSFERRED/1 MUST: times */
        :: d_step { state == TRANSFERRED -> TAKE(151, GET_TIMES, S_OK) }
        /* get_times/ACKNOWLEDGED/1 MAY: decision/9 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(152, GET_TIMES, S_OK) }
        /* get_times/CANCELLED/1 MAY: decision/9 */
        :: d_step { state == CANCELLED -> TAKE(153, GET_TIMES, S_OK) }
        /* enum_files/QUEUED/1 MUST: enum/files */
        :: d_step { state == QUEUED -> TAKE(154, ENUM_FILES, S_OK) }
        /* enum_files/TRANSFERRING/1 MUST: enum/files */
        :: d_step { state == TRANSFERRING -> TAKE(155, ENUM_FILES, S_OK) }
        /* enum_files/SUSPENDED/1 MUST: enum/files */
        :: d_step { state == SUSPENDED -> TAKE(156, ENUM_FILES, S_OK) }
        /* enum_files/ERROR/1 MUST: enum/files */
        :: d_step { state == ERROR -> TAKE(157, ENUM_FILES, S_OK) }
        /* enum_files/TRANSIENT_ERROR/1 MUST: enum/files */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(158, ENUM_FILES, S_OK) }
        /* enum_files/TRANSFERRED/1 MUST: enum/files */
        :: d_step { state == TRANSFERRED -> TAKE(159, ENUM_FILES, S_OK) }
        /* enum_files/ACKNOWLEDGED/1 MAY: decision/9 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(160, ENUM_FILES, S_OK) }
        /* enum_files/CANCELLED/1 MAY: decision/9 */
        :: d_step { state == CANCELLED -> TAKE(161, ENUM_FILES, S_OK) }
        fi;
        d_step { moves(); places() }
    }
    od
}
