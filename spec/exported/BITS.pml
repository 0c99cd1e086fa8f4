/* CopyJobBITSFull. Generated from the rows of the table; not edited by hand. */
#ifndef FILES_BOUND
#define FILES_BOUND 3
#endif

c_decl {
    static const char *rows[] = {
        "resume/SUSPENDED/1",
        "resume/SUSPENDED/2",
        "resume/SUSPENDED/3",
        "resume/QUEUED/1",
        "resume/CONNECTING/1",
        "resume/TRANSFERRING/1",
        "resume/TRANSIENT_ERROR/1",
        "resume/ERROR/1",
        "resume/TRANSFERRED/1",
        "resume/TRANSFERRED/2",
        "resume/ACKNOWLEDGED/1",
        "resume/CANCELLED/1",
        "suspend/SUSPENDED/1",
        "suspend/QUEUED/1",
        "suspend/CONNECTING/1",
        "suspend/TRANSFERRING/1",
        "suspend/TRANSIENT_ERROR/1",
        "suspend/ERROR/1",
        "suspend/TRANSFERRED/1",
        "suspend/ACKNOWLEDGED/1",
        "suspend/CANCELLED/1",
        "cancel/QUEUED/1",
        "cancel/CONNECTING/1",
        "cancel/TRANSFERRING/1",
        "cancel/SUSPENDED/1",
        "cancel/ERROR/1",
        "cancel/TRANSIENT_ERROR/1",
        "cancel/TRANSFERRED/1",
        "cancel/ACKNOWLEDGED/1",
        "cancel/CANCELLED/1",
        "complete/SUSPENDED/1",
        "complete/QUEUED/1",
        "complete/CONNECTING/1",
        "complete/TRANSFERRING/1",
        "complete/TRANSIENT_ERROR/1",
        "complete/ERROR/1",
        "complete/SUSPENDED/2",
        "complete/QUEUED/2",
        "complete/CONNECTING/2",
        "complete/TRANSFERRING/2",
        "complete/TRANSIENT_ERROR/2",
        "complete/ERROR/2",
        "complete/TRANSFERRED/1",
        "complete/TRANSFERRED/2",
        "complete/SUSPENDED/3",
        "complete/QUEUED/3",
        "complete/CONNECTING/3",
        "complete/TRANSFERRING/3",
        "complete/ACKNOWLEDGED/1",
        "complete/CANCELLED/1",
        "add_file/QUEUED/1",
        "add_file/CONNECTING/1",
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
        "get_error/CONNECTING/1",
        "get_error/SUSPENDED/1",
        "get_error/QUEUED/2",
        "get_error/CONNECTING/2",
        "get_error/TRANSIENT_ERROR/2",
        "get_error/ERROR/2",
        "get_error/ACKNOWLEDGED/1",
        "get_error/CANCELLED/1",
        "get_error/SUSPENDED/2",
        "get_error/QUEUED/3",
        "get_error/CONNECTING/3",
        "get_error/ACKNOWLEDGED/2",
        "get_error/CANCELLED/2",
        "get_error/TRANSFERRING/1",
        "get_error/TRANSFERRED/1",
        "set_priority/QUEUED/1",
        "set_priority/CONNECTING/1",
        "set_priority/TRANSFERRING/1",
        "set_priority/SUSPENDED/1",
        "set_priority/ERROR/1",
        "set_priority/TRANSIENT_ERROR/1",
        "set_priority/TRANSFERRED/1",
        "set_priority/ACKNOWLEDGED/1",
        "set_priority/CANCELLED/1",
        "set_no_progress_timeout/QUEUED/1",
        "set_no_progress_timeout/CONNECTING/1",
        "set_no_progress_timeout/TRANSFERRING/1",
        "set_no_progress_timeout/SUSPENDED/1",
        "set_no_progress_timeout/ERROR/1",
        "set_no_progress_timeout/TRANSIENT_ERROR/1",
        "set_no_progress_timeout/TRANSFERRED/1",
        "set_no_progress_timeout/ACKNOWLEDGED/1",
        "set_no_progress_timeout/CANCELLED/1",
        "set_minimum_retry_delay/QUEUED/1",
        "set_minimum_retry_delay/CONNECTING/1",
        "set_minimum_retry_delay/TRANSFERRING/1",
        "set_minimum_retry_delay/SUSPENDED/1",
        "set_minimum_retry_delay/ERROR/1",
        "set_minimum_retry_delay/TRANSIENT_ERROR/1",
        "set_minimum_retry_delay/TRANSFERRED/1",
        "set_minimum_retry_delay/ACKNOWLEDGED/1",
        "set_minimum_retry_delay/CANCELLED/1",
        "turn/QUEUED/1",
        "connect/CONNECTING/1",
        "file_done/TRANSFERRING/1",
        "all_done/TRANSFERRING/1",
        "all_done/QUEUED/1",
        "all_done/CONNECTING/1",
        "slice_end/TRANSFERRING/1",
        "transient_fault/CONNECTING/1",
        "transient_fault/TRANSFERRING/1",
        "fatal_fault/CONNECTING/1",
        "fatal_fault/TRANSFERRING/1",
        "ambiguous_fault/CONNECTING/1",
        "ambiguous_fault/TRANSFERRING/1",
        "range_refused/CONNECTING/1",
        "range_refused/TRANSFERRING/1",
        "retry/TRANSIENT_ERROR/1",
        "no_progress/TRANSIENT_ERROR/1",
        "restart/SUSPENDED/1",
        "restart/QUEUED/1",
        "restart/ERROR/1",
        "restart/TRANSIENT_ERROR/1",
        "restart/TRANSFERRED/1",
        "restart/CONNECTING/1",
        "restart/TRANSFERRING/1",
        "expiry/SUSPENDED/1",
        "expiry/ERROR/1",
        "expiry/TRANSFERRED/1",
        "expiry/QUEUED/1",
        "expiry/CONNECTING/1",
        "expiry/TRANSFERRING/1",
        "expiry/TRANSIENT_ERROR/1",
        "add_file_with_ranges/QUEUED/1",
        "add_file_with_ranges/CONNECTING/1",
        "add_file_with_ranges/TRANSFERRING/1",
        "add_file_with_ranges/SUSPENDED/1",
        "add_file_with_ranges/ERROR/1",
        "add_file_with_ranges/TRANSIENT_ERROR/1",
        "add_file_with_ranges/TRANSFERRED/1",
        "add_file_with_ranges/ACKNOWLEDGED/1",
        "add_file_with_ranges/CANCELLED/1",
        "add_file_with_ranges/QUEUED/2",
        "add_file_with_ranges/CONNECTING/2",
        "add_file_with_ranges/TRANSFERRING/2",
        "add_file_with_ranges/SUSPENDED/2",
        "add_file_with_ranges/ERROR/2",
        "add_file_with_ranges/TRANSIENT_ERROR/2",
        "add_file_with_ranges/TRANSFERRED/2",
        "add_file_with_ranges/ACKNOWLEDGED/2",
        "add_file_with_ranges/CANCELLED/2",
        "set_remote_name/QUEUED/1",
        "set_remote_name/CONNECTING/1",
        "set_remote_name/TRANSFERRING/1",
        "set_remote_name/SUSPENDED/1",
        "set_remote_name/ERROR/1",
        "set_remote_name/TRANSIENT_ERROR/1",
        "set_remote_name/TRANSFERRED/1",
        "set_remote_name/ACKNOWLEDGED/1",
        "set_remote_name/CANCELLED/1",
        "set_remote_name/QUEUED/2",
        "set_remote_name/CONNECTING/2",
        "set_remote_name/TRANSFERRING/2",
        "set_remote_name/SUSPENDED/2",
        "set_remote_name/ERROR/2",
        "set_remote_name/TRANSIENT_ERROR/2",
        "set_remote_name/TRANSFERRED/2",
        "set_remote_name/ACKNOWLEDGED/2",
        "set_remote_name/CANCELLED/2",
        "replace_remote_prefix/QUEUED/1",
        "replace_remote_prefix/CONNECTING/1",
        "replace_remote_prefix/TRANSFERRING/1",
        "replace_remote_prefix/SUSPENDED/1",
        "replace_remote_prefix/ERROR/1",
        "replace_remote_prefix/TRANSIENT_ERROR/1",
        "replace_remote_prefix/TRANSFERRED/1",
        "replace_remote_prefix/ACKNOWLEDGED/1",
        "replace_remote_prefix/CANCELLED/1",
        "replace_remote_prefix/QUEUED/2",
        "replace_remote_prefix/CONNECTING/2",
        "replace_remote_prefix/TRANSFERRING/2",
        "replace_remote_prefix/SUSPENDED/2",
        "replace_remote_prefix/ERROR/2",
        "replace_remote_prefix/TRANSIENT_ERROR/2",
        "replace_remote_prefix/TRANSFERRED/2",
        "replace_remote_prefix/ACKNOWLEDGED/2",
        "replace_remote_prefix/CANCELLED/2",
        "file_restarted/TRANSFERRING/1",
        "data/TRANSFERRING/1",
        "set_display_name/QUEUED/1",
        "set_display_name/CONNECTING/1",
        "set_display_name/TRANSFERRING/1",
        "set_display_name/SUSPENDED/1",
        "set_display_name/ERROR/1",
        "set_display_name/TRANSIENT_ERROR/1",
        "set_display_name/TRANSFERRED/1",
        "set_display_name/ACKNOWLEDGED/1",
        "set_display_name/CANCELLED/1",
        "set_notify_flags/QUEUED/1",
        "set_notify_flags/CONNECTING/1",
        "set_notify_flags/TRANSFERRING/1",
        "set_notify_flags/SUSPENDED/1",
        "set_notify_flags/ERROR/1",
        "set_notify_flags/TRANSIENT_ERROR/1",
        "set_notify_flags/TRANSFERRED/1",
        "set_notify_flags/ACKNOWLEDGED/1",
        "set_notify_flags/CANCELLED/1",
        "set_notify_interface/QUEUED/1",
        "set_notify_interface/CONNECTING/1",
        "set_notify_interface/TRANSFERRING/1",
        "set_notify_interface/SUSPENDED/1",
        "set_notify_interface/ERROR/1",
        "set_notify_interface/TRANSIENT_ERROR/1",
        "set_notify_interface/TRANSFERRED/1",
        "set_notify_interface/ACKNOWLEDGED/1",
        "set_notify_interface/CANCELLED/1",
        "set_maximum_download_time/QUEUED/1",
        "set_maximum_download_time/CONNECTING/1",
        "set_maximum_download_time/TRANSFERRING/1",
        "set_maximum_download_time/SUSPENDED/1",
        "set_maximum_download_time/ERROR/1",
        "set_maximum_download_time/TRANSIENT_ERROR/1",
        "set_maximum_download_time/TRANSFERRED/1",
        "set_maximum_download_time/ACKNOWLEDGED/1",
        "set_maximum_download_time/CANCELLED/1",
        "max_download/CONNECTING/1",
        "max_download/TRANSFERRING/1",
        "get_state/QUEUED/1",
        "get_state/CONNECTING/1",
        "get_state/TRANSFERRING/1",
        "get_state/SUSPENDED/1",
        "get_state/ERROR/1",
        "get_state/TRANSIENT_ERROR/1",
        "get_state/TRANSFERRED/1",
        "get_state/ACKNOWLEDGED/1",
        "get_state/CANCELLED/1",
        "get_progress/QUEUED/1",
        "get_progress/CONNECTING/1",
        "get_progress/TRANSFERRING/1",
        "get_progress/SUSPENDED/1",
        "get_progress/ERROR/1",
        "get_progress/TRANSIENT_ERROR/1",
        "get_progress/TRANSFERRED/1",
        "get_progress/ACKNOWLEDGED/1",
        "get_progress/CANCELLED/1",
        "get_times/QUEUED/1",
        "get_times/CONNECTING/1",
        "get_times/TRANSFERRING/1",
        "get_times/SUSPENDED/1",
        "get_times/ERROR/1",
        "get_times/TRANSIENT_ERROR/1",
        "get_times/TRANSFERRED/1",
        "get_times/ACKNOWLEDGED/1",
        "get_times/CANCELLED/1",
        "get_error_count/QUEUED/1",
        "get_error_count/CONNECTING/1",
        "get_error_count/TRANSFERRING/1",
        "get_error_count/SUSPENDED/1",
        "get_error_count/ERROR/1",
        "get_error_count/TRANSIENT_ERROR/1",
        "get_error_count/TRANSFERRED/1",
        "get_error_count/ACKNOWLEDGED/1",
        "get_error_count/CANCELLED/1",
        "enum_files/QUEUED/1",
        "enum_files/CONNECTING/1",
        "enum_files/TRANSFERRING/1",
        "enum_files/SUSPENDED/1",
        "enum_files/ERROR/1",
        "enum_files/TRANSIENT_ERROR/1",
        "enum_files/TRANSFERRED/1",
        "enum_files/ACKNOWLEDGED/1",
        "enum_files/CANCELLED/1",
        "add_file/SUSPENDED/2",
        "add_file/QUEUED/2",
        "add_file/CONNECTING/2",
        "add_file/TRANSFERRING/2",
        "add_file/SUSPENDED/3",
        "add_file/ERROR/2",
        "add_file/TRANSIENT_ERROR/2",
        "add_file/TRANSFERRED/2",
        "complete/SUSPENDED/4",
        "complete/QUEUED/4",
        "complete/CONNECTING/4",
        "complete/TRANSFERRING/4",
        "complete/TRANSIENT_ERROR/3",
        "complete/ERROR/3",
        "set_reply_file_name/SUSPENDED/1",
        "set_reply_file_name/QUEUED/1",
        "set_reply_file_name/CONNECTING/1",
        "set_reply_file_name/TRANSFERRING/1",
        "set_reply_file_name/TRANSIENT_ERROR/1",
        "set_reply_file_name/ERROR/1",
        "set_reply_file_name/QUEUED/2",
        "set_reply_file_name/CONNECTING/2",
        "set_reply_file_name/TRANSFERRING/2",
        "set_reply_file_name/SUSPENDED/2",
        "set_reply_file_name/ERROR/2",
        "set_reply_file_name/TRANSIENT_ERROR/2",
        "set_reply_file_name/TRANSFERRED/1",
        "set_reply_file_name/QUEUED/3",
        "set_reply_file_name/CONNECTING/3",
        "set_reply_file_name/TRANSFERRING/3",
        "set_reply_file_name/SUSPENDED/3",
        "set_reply_file_name/ERROR/3",
        "set_reply_file_name/TRANSIENT_ERROR/3",
        "set_reply_file_name/TRANSFERRED/2",
        "set_reply_file_name/ACKNOWLEDGED/1",
        "set_reply_file_name/CANCELLED/1",
        "set_reply_file_name/ACKNOWLEDGED/2",
        "set_reply_file_name/CANCELLED/2",
        "reply_begun/TRANSFERRING/1",
        "reply_done/TRANSFERRING/1",
        "transient_fault/CONNECTING/2",
        "transient_fault/TRANSFERRING/2",
        "fatal_fault/TRANSFERRING/2",
        "local_file_changed/QUEUED/1",
        "local_file_changed/CONNECTING/1",
        "local_file_changed/TRANSFERRING/1",
        "transient_fault/TRANSFERRING/3",
        "resume/SUSPENDED/4",
        "network_lost/QUEUED/1",
        "network_lost/TRANSFERRING/1",
        "network_lost/CONNECTING/1",
        "network_lost/SUSPENDED/1",
        "network_lost/ERROR/1",
        "network_lost/TRANSFERRED/1",
        "network_lost/TRANSIENT_ERROR/1",
        "network_back/TRANSIENT_ERROR/1",
        "network_back/TRANSIENT_ERROR/2",
        "network_back/SUSPENDED/1",
        "network_back/ERROR/1",
        "network_back/TRANSFERRED/1",
        "network_back/QUEUED/1",
        "policy_block/CONNECTING/1",
        "policy_block/TRANSFERRING/1",
        "policy_block/QUEUED/1",
        "policy_block/SUSPENDED/1",
        "policy_block/ERROR/1",
        "policy_block/TRANSFERRED/1",
        "policy_block/TRANSIENT_ERROR/1",
        "policy_open/TRANSIENT_ERROR/1",
        "policy_open/TRANSIENT_ERROR/2",
        "policy_open/SUSPENDED/1",
        "policy_open/ERROR/1",
        "policy_open/TRANSFERRED/1",
        "policy_open/QUEUED/1",
        "log_off/TRANSFERRING/1",
        "log_off/CONNECTING/1",
        "log_off/SUSPENDED/1",
        "log_off/ERROR/1",
        "log_off/TRANSFERRED/1",
        "log_off/QUEUED/1",
        "log_off/TRANSIENT_ERROR/1",
        "log_on/SUSPENDED/1",
        "log_on/ERROR/1",
        "log_on/TRANSFERRED/1",
        "log_on/QUEUED/1",
        "log_on/CONNECTING/1",
        "log_on/TRANSIENT_ERROR/1",
        "token_missing/QUEUED/1",
        "token_missing/CONNECTING/1",
        "token_missing/TRANSFERRING/1",
        "token_missing/TRANSIENT_ERROR/1",
        "get_error/TRANSFERRED/2",
        "complete/TRANSIENT_ERROR/4",
        "complete/ERROR/4",
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
        "always_an_upload_holds_at_most_one_file",
        "always_a_job_outlives_the_service",
        "always_transferred_means_a_file_is_transferred",
        "always_an_upload_is_transferred_after_its_reply",
        "always_only_resume_wakes_a_suspended_job",
        "always_no_job_transfers_against_its_surroundings",
        "always_error_is_entered_only_by_a_lasting_fault",
        "always_a_transient_error_is_entered_only_by_a_passing_fault",
        "always_error_is_left_only_on_purpose",
        "always_a_transient_error_is_left_by_a_retry_or_on_purpose",
        "always_an_error_state_has_error_information",
        "always_a_transferring_job_has_no_error_information",
        "always_only_a_fault_brings_error_information",
        "always_get_error_answers_exactly_where_a_job_failed",
        0 };
    static unsigned long taken[368], broken[25];
    static void __attribute__((destructor)) tell(void) {
        int i;
        for (i = 0; rows[i]; i++) printf("taken %s %lu\n", rows[i], taken[i]);
        for (i = 0; laws[i]; i++) printf("broken %s %lu\n", laws[i], broken[i]);
    }
}

mtype:job = { QUEUED, CONNECTING, TRANSFERRING, SUSPENDED, ERROR, TRANSIENT_ERROR, TRANSFERRED, ACKNOWLEDGED, CANCELLED }
mtype:label = { RESUME, SUSPEND, CANCEL, COMPLETE, ADD_FILE, GET_ERROR, SET_PRIORITY, SET_NO_PROGRESS_TIMEOUT, SET_MINIMUM_RETRY_DELAY, TURN, CONNECT, FILE_DONE, ALL_DONE, SLICE_END, TRANSIENT_FAULT, FATAL_FAULT, AMBIGUOUS_FAULT, RANGE_REFUSED, RETRY, NO_PROGRESS, RESTART, EXPIRY, ADD_FILE_WITH_RANGES, SET_REMOTE_NAME, REPLACE_REMOTE_PREFIX, FILE_RESTARTED, DATA, SET_DISPLAY_NAME, SET_NOTIFY_FLAGS, SET_NOTIFY_INTERFACE, SET_MAXIMUM_DOWNLOAD_TIME, MAX_DOWNLOAD, GET_STATE, GET_PROGRESS, GET_TIMES, GET_ERROR_COUNT, ENUM_FILES, SET_REPLY_FILE_NAME, REPLY_BEGUN, REPLY_DONE, LOCAL_FILE_CHANGED, NETWORK_LOST, NETWORK_BACK, POLICY_BLOCK, POLICY_OPEN, LOG_OFF, LOG_ON, TOKEN_MISSING }
mtype:answer = { BG_E_EMPTY, S_OK, BG_E_INVALID_STATE, BG_S_PARTIAL_COMPLETE, BG_E_ERROR_INFORMATION_UNAVAILABLE, NONE, E_NOTIMPL, S_FALSE, BG_E_TOO_MANY_FILES, E_INVALIDARG }

mtype:job state = SUSPENDED;
byte files_total;
byte files_done;
byte error;
byte kind;
byte reply;
byte offline;
byte blocked;
byte away;

/* The step that was taken last, and where the job was before it. */
hidden mtype:label label;
hidden mtype:answer hresult;
hidden mtype:job state_before;
hidden byte files_total_before;
hidden byte files_done_before;
hidden byte error_before;
hidden byte kind_before;
hidden byte reply_before;
hidden byte offline_before;
hidden byte blocked_before;
hidden byte away_before;

#define TAKE(row, name, code) c_code { taken[row]++; }; label = name; hresult = code; \
    state_before = state; files_total_before = files_total; files_done_before = files_done; error_before = error; kind_before = kind; reply_before = reply; offline_before = offline; blocked_before = blocked; away_before = away
#define LAW(number, holds) if :: (holds) :: else -> c_code { broken[number]++; }; assert(holds) fi

inline places() {
    /* always_files_done_is_at_most_files_total */
    LAW(7, !((files_total < files_done) || (files_done < 0)));
    /* always_an_upload_holds_at_most_one_file */
    LAW(11, !((0 < kind && 1 < files_total)));
    /* always_an_upload_is_transferred_after_its_reply */
    LAW(14, !(((state == TRANSFERRED) && 0 < reply)));
    /* always_no_job_transfers_against_its_surroundings */
    LAW(16, !(((state == CONNECTING || state == TRANSFERRING) && offline == 1) || ((state == CONNECTING || state == TRANSFERRING) && blocked == 1) || ((state == TRANSFERRING) && away == 1)));
    /* always_an_error_state_has_error_information */
    LAW(21, !(((state == ERROR || state == TRANSIENT_ERROR) && error == 0)));
    /* always_a_transferring_job_has_no_error_information */
    LAW(22, !(((state == TRANSFERRING) && 0 < error)));
}

inline moves() {
    /* always_a_final_state_absorbs */
    LAW(0, !(((state_before == ACKNOWLEDGED || state_before == CANCELLED) && state != state_before)));
    /* always_resume_never_revives_a_final_job */
    LAW(1, !(((state_before == ACKNOWLEDGED || state_before == CANCELLED) && (label == RESUME) && (hresult == S_OK || hresult == BG_S_PARTIAL_COMPLETE || hresult == S_FALSE)) || ((state_before == ACKNOWLEDGED || state_before == CANCELLED) && state != state_before && (label == RESUME))));
    /* always_no_file_is_available_before_complete */
    LAW(2, !(((state == ACKNOWLEDGED) && state != state_before && (label != COMPLETE))));
    /* always_only_cancel_and_expiry_throw_a_job_away */
    LAW(3, !(((state == CANCELLED) && state != state_before && (label != CANCEL && label != EXPIRY))));
    /* always_a_refused_call_changes_nothing */
    LAW(4, !((state != state_before && (hresult != S_OK && hresult != BG_S_PARTIAL_COMPLETE && hresult != NONE && hresult != S_FALSE)) || (files_total != files_total_before && (hresult != S_OK && hresult != BG_S_PARTIAL_COMPLETE && hresult != NONE && hresult != S_FALSE)) || (files_done != files_done_before && (hresult != S_OK && hresult != BG_S_PARTIAL_COMPLETE && hresult != NONE && hresult != S_FALSE)) || (error != error_before && (hresult != S_OK && hresult != BG_S_PARTIAL_COMPLETE && hresult != NONE && hresult != S_FALSE)) || (kind != kind_before && (hresult != S_OK && hresult != BG_S_PARTIAL_COMPLETE && hresult != NONE && hresult != S_FALSE)) || (reply != reply_before && (hresult != S_OK && hresult != BG_S_PARTIAL_COMPLETE && hresult != NONE && hresult != S_FALSE)) || (offline != offline_before && (hresult != S_OK && hresult != BG_S_PARTIAL_COMPLETE && hresult != NONE && hresult != S_FALSE)) || (blocked != blocked_before && (hresult != S_OK && hresult != BG_S_PARTIAL_COMPLETE && hresult != NONE && hresult != S_FALSE)) || (away != away_before && (hresult != S_OK && hresult != BG_S_PARTIAL_COMPLETE && hresult != NONE && hresult != S_FALSE))));
    /* always_getters_and_setters_leave_the_job_alone */
    LAW(5, !((state != state_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_MINIMUM_RETRY_DELAY || label == SET_REMOTE_NAME || label == REPLACE_REMOTE_PREFIX || label == SET_DISPLAY_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == SET_MAXIMUM_DOWNLOAD_TIME || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == GET_ERROR_COUNT || label == ENUM_FILES || label == SET_REPLY_FILE_NAME)) || (files_total != files_total_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_MINIMUM_RETRY_DELAY || label == SET_REMOTE_NAME || label == REPLACE_REMOTE_PREFIX || label == SET_DISPLAY_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == SET_MAXIMUM_DOWNLOAD_TIME || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == GET_ERROR_COUNT || label == ENUM_FILES || label == SET_REPLY_FILE_NAME)) || (files_done != files_done_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_MINIMUM_RETRY_DELAY || label == SET_REMOTE_NAME || label == REPLACE_REMOTE_PREFIX || label == SET_DISPLAY_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == SET_MAXIMUM_DOWNLOAD_TIME || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == GET_ERROR_COUNT || label == ENUM_FILES || label == SET_REPLY_FILE_NAME)) || (error != error_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_MINIMUM_RETRY_DELAY || label == SET_REMOTE_NAME || label == REPLACE_REMOTE_PREFIX || label == SET_DISPLAY_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == SET_MAXIMUM_DOWNLOAD_TIME || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == GET_ERROR_COUNT || label == ENUM_FILES || label == SET_REPLY_FILE_NAME)) || (kind != kind_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_MINIMUM_RETRY_DELAY || label == SET_REMOTE_NAME || label == REPLACE_REMOTE_PREFIX || label == SET_DISPLAY_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == SET_MAXIMUM_DOWNLOAD_TIME || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == GET_ERROR_COUNT || label == ENUM_FILES || label == SET_REPLY_FILE_NAME)) || (reply != reply_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_MINIMUM_RETRY_DELAY || label == SET_REMOTE_NAME || label == REPLACE_REMOTE_PREFIX || label == SET_DISPLAY_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == SET_MAXIMUM_DOWNLOAD_TIME || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == GET_ERROR_COUNT || label == ENUM_FILES || label == SET_REPLY_FILE_NAME)) || (offline != offline_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_MINIMUM_RETRY_DELAY || label == SET_REMOTE_NAME || label == REPLACE_REMOTE_PREFIX || label == SET_DISPLAY_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == SET_MAXIMUM_DOWNLOAD_TIME || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == GET_ERROR_COUNT || label == ENUM_FILES || label == SET_REPLY_FILE_NAME)) || (blocked != blocked_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_MINIMUM_RETRY_DELAY || label == SET_REMOTE_NAME || label == REPLACE_REMOTE_PREFIX || label == SET_DISPLAY_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == SET_MAXIMUM_DOWNLOAD_TIME || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == GET_ERROR_COUNT || label == ENUM_FILES || label == SET_REPLY_FILE_NAME)) || (away != away_before && (label == GET_ERROR || label == SET_PRIORITY || label == SET_NO_PROGRESS_TIMEOUT || label == SET_MINIMUM_RETRY_DELAY || label == SET_REMOTE_NAME || label == REPLACE_REMOTE_PREFIX || label == SET_DISPLAY_NAME || label == SET_NOTIFY_FLAGS || label == SET_NOTIFY_INTERFACE || label == SET_MAXIMUM_DOWNLOAD_TIME || label == GET_STATE || label == GET_PROGRESS || label == GET_TIMES || label == GET_ERROR_COUNT || label == ENUM_FILES || label == SET_REPLY_FILE_NAME))));
    /* always_adding_a_file_leaves_the_state */
    LAW(6, !((state != state_before && (label == ADD_FILE || label == ADD_FILE_WITH_RANGES))));
    /* always_files_done_falls_only_by_cancel_or_expiry */
    LAW(8, !((files_done < files_done_before && (label != CANCEL && label != EXPIRY))));
    /* always_files_total_never_falls */
    LAW(9, !((files_total < files_total_before)));
    /* always_files_total_grows_only_by_adding_a_file */
    LAW(10, !((files_total > files_total_before && (label != ADD_FILE && label != ADD_FILE_WITH_RANGES))));
    /* always_a_job_outlives_the_service */
    LAW(12, !(((state != QUEUED) && state != state_before && (label == RESTART)) || (files_total != files_total_before && (label == RESTART)) || (files_done != files_done_before && (label == RESTART)) || (kind != kind_before && (label == RESTART)) || (reply != reply_before && (label == RESTART)) || (offline != offline_before && (label == RESTART)) || (blocked != blocked_before && (label == RESTART)) || (away != away_before && (label == RESTART))));
    /* always_transferred_means_a_file_is_transferred */
    LAW(13, !(((state == TRANSFERRED) && files_total == 0 && state != state_before) || ((state == TRANSFERRED) && files_done < files_total && state != state_before) || ((state == TRANSFERRED) && files_total < files_done && state != state_before)));
    /* always_only_resume_wakes_a_suspended_job */
    LAW(15, !(((state_before == SUSPENDED) && state != state_before && (label != RESUME && label != CANCEL && label != COMPLETE && label != EXPIRY))));
    /* always_error_is_entered_only_by_a_lasting_fault */
    LAW(17, !(((state == ERROR) && state != state_before && (label != TRANSIENT_FAULT && label != FATAL_FAULT && label != AMBIGUOUS_FAULT && label != RANGE_REFUSED && label != NO_PROGRESS && label != MAX_DOWNLOAD && label != LOCAL_FILE_CHANGED && label != TOKEN_MISSING))));
    /* always_a_transient_error_is_entered_only_by_a_passing_fault */
    LAW(18, !(((state == TRANSIENT_ERROR) && state != state_before && (label != TRANSIENT_FAULT && label != AMBIGUOUS_FAULT && label != NETWORK_LOST && label != POLICY_BLOCK))));
    /* always_error_is_left_only_on_purpose */
    LAW(19, !(((state_before == ERROR) && state != state_before && (label != RESUME && label != SUSPEND && label != CANCEL && label != COMPLETE && label != EXPIRY))));
    /* always_a_transient_error_is_left_by_a_retry_or_on_purpose */
    LAW(20, !(((state_before == TRANSIENT_ERROR) && state != state_before && (label != RESUME && label != SUSPEND && label != CANCEL && label != COMPLETE && label != RETRY && label != NO_PROGRESS && label != EXPIRY && label != NETWORK_BACK && label != POLICY_OPEN && label != TOKEN_MISSING))));
    /* always_only_a_fault_brings_error_information */
    LAW(23, !((error > error_before && (label != TRANSIENT_FAULT && label != FATAL_FAULT && label != AMBIGUOUS_FAULT && label != RANGE_REFUSED && label != MAX_DOWNLOAD && label != LOCAL_FILE_CHANGED && label != NETWORK_LOST && label != POLICY_BLOCK && label != TOKEN_MISSING))));
    /* always_get_error_answers_exactly_where_a_job_failed */
    LAW(24, !((error_before == 0 && (label == GET_ERROR) && (hresult == S_OK || hresult == BG_S_PARTIAL_COMPLETE || hresult == S_FALSE)) || ((state_before == TRANSFERRING) && (label == GET_ERROR) && (hresult == S_OK || hresult == BG_S_PARTIAL_COMPLETE || hresult == S_FALSE)) || ((state_before == QUEUED || state_before == CONNECTING || state_before == ERROR || state_before == TRANSIENT_ERROR) && error_before == 2 && (label == GET_ERROR) && (hresult != S_OK && hresult != BG_S_PARTIAL_COMPLETE && hresult != NONE && hresult != S_FALSE))));
}

active proctype job() {
    /* A new job. */
    atomic {
        if
        :: d_step { state = SUSPENDED; files_total = 0; files_done = 0; error = 0; kind = 0; reply = 0; offline = 0; blocked = 0; away = 0 }
        :: d_step { state = SUSPENDED; files_total = 0; files_done = 0; error = 0; kind = 1; reply = 0; offline = 0; blocked = 0; away = 0 }
        :: d_step { state = SUSPENDED; files_total = 0; files_done = 0; error = 0; kind = 2; reply = 2; offline = 0; blocked = 0; away = 0 }
        fi;
        d_step { places() }
    };
    do
    :: atomic {
        if
        /* resume/SUSPENDED/1 MUST: resume/empty, decision/13 */
        :: d_step { state == SUSPENDED && files_total == 0 -> TAKE(0, RESUME, BG_E_EMPTY) }
        /* resume/SUSPENDED/2 MUST: resume/suspended */
        :: d_step { state == SUSPENDED && files_done < files_total -> TAKE(1, RESUME, S_OK); state = QUEUED }
        /* resume/SUSPENDED/3 MAY: decision/16 */
        :: d_step { state == SUSPENDED && 0 < files_total && files_done == files_total && reply == 0 -> TAKE(2, RESUME, S_OK); state = QUEUED }
        :: d_step { state == SUSPENDED && 0 < files_total && files_done == files_total && reply == 0 -> TAKE(2, RESUME, BG_E_EMPTY) }
        /* resume/QUEUED/1 MUST: resume/action */
        :: d_step { state == QUEUED -> TAKE(3, RESUME, S_OK) }
        /* resume/CONNECTING/1 MUST: resume/action */
        :: d_step { state == CONNECTING -> TAKE(4, RESUME, S_OK) }
        /* resume/TRANSFERRING/1 MUST: resume/action */
        :: d_step { state == TRANSFERRING -> TAKE(5, RESUME, S_OK) }
        /* resume/TRANSIENT_ERROR/1 MUST: resume/error */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(6, RESUME, S_OK); state = QUEUED }
        /* resume/ERROR/1 MUST: resume/error */
        :: d_step { state == ERROR -> TAKE(7, RESUME, S_OK); state = QUEUED }
        /* resume/TRANSFERRED/1 MUST: resume/transferred-more */
        :: d_step { state == TRANSFERRED && files_done < files_total -> TAKE(8, RESUME, S_OK); state = QUEUED }
        /* resume/TRANSFERRED/2 MAY: decision/3 */
        :: d_step { state == TRANSFERRED && 0 < files_total && files_done == files_total -> TAKE(9, RESUME, S_OK) }
        :: d_step { state == TRANSFERRED && 0 < files_total && files_done == files_total -> TAKE(9, RESUME, BG_E_EMPTY) }
        /* resume/ACKNOWLEDGED/1 MUST: resume/final, state/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(10, RESUME, BG_E_INVALID_STATE) }
        /* resume/CANCELLED/1 MUST: resume/final, state/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(11, RESUME, BG_E_INVALID_STATE) }
        /* suspend/SUSPENDED/1 MUST: suspend/suspended */
        :: d_step { state == SUSPENDED -> TAKE(12, SUSPEND, S_OK) }
        /* suspend/QUEUED/1 MUST: suspend/action */
        :: d_step { state == QUEUED -> TAKE(13, SUSPEND, S_OK); error = (error < 1 -> error : 1); state = SUSPENDED }
        /* suspend/CONNECTING/1 MUST: suspend/action */
        :: d_step { state == CONNECTING -> TAKE(14, SUSPEND, S_OK); error = (error < 1 -> error : 1); state = SUSPENDED }
        /* suspend/TRANSFERRING/1 MUST: suspend/action */
        :: d_step { state == TRANSFERRING -> TAKE(15, SUSPEND, S_OK); error = (error < 1 -> error : 1); state = SUSPENDED }
        /* suspend/TRANSIENT_ERROR/1 MUST: suspend/action, decision/7 */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(16, SUSPEND, S_OK); error = (error < 1 -> error : 1); state = SUSPENDED }
        /* suspend/ERROR/1 MAY: suspend/automatic, decision/2 */
        :: d_step { state == ERROR -> TAKE(17, SUSPEND, S_OK); error = (error < 1 -> error : 1); state = SUSPENDED }
        :: d_step { state == ERROR -> TAKE(17, SUSPEND, S_OK) }
        /* suspend/TRANSFERRED/1 MAY: suspend/automatic, decision/2 */
        :: d_step { state == TRANSFERRED -> TAKE(18, SUSPEND, S_OK); error = (error < 1 -> error : 1); state = SUSPENDED }
        :: d_step { state == TRANSFERRED -> TAKE(18, SUSPEND, S_OK) }
        /* suspend/ACKNOWLEDGED/1 MUST: suspend/final, state/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(19, SUSPEND, BG_E_INVALID_STATE) }
        /* suspend/CANCELLED/1 MUST: suspend/final, state/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(20, SUSPEND, BG_E_INVALID_STATE) }
        /* cancel/QUEUED/1 MUST: cancel/any */
        :: d_step { state == QUEUED -> TAKE(21, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/CONNECTING/1 MUST: cancel/any */
        :: d_step { state == CONNECTING -> TAKE(22, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/TRANSFERRING/1 MUST: cancel/any */
        :: d_step { state == TRANSFERRING -> TAKE(23, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/SUSPENDED/1 MUST: cancel/any */
        :: d_step { state == SUSPENDED -> TAKE(24, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/ERROR/1 MUST: cancel/any */
        :: d_step { state == ERROR -> TAKE(25, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/TRANSIENT_ERROR/1 MUST: cancel/any */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(26, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/TRANSFERRED/1 MUST: cancel/any */
        :: d_step { state == TRANSFERRED -> TAKE(27, CANCEL, S_OK); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* cancel/ACKNOWLEDGED/1 MUST: cancel/final, state/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(28, CANCEL, BG_E_INVALID_STATE) }
        /* cancel/CANCELLED/1 MUST: cancel/final, state/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(29, CANCEL, BG_E_INVALID_STATE) }
        /* complete/SUSPENDED/1 MAY: complete/partial, decision/4 */
        :: d_step { state == SUSPENDED && files_done == 0 && kind == 0 -> TAKE(30, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == SUSPENDED && files_done == 0 && kind == 0 -> TAKE(30, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/QUEUED/1 MAY: complete/partial, decision/4 */
        :: d_step { state == QUEUED && files_done == 0 && kind == 0 -> TAKE(31, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == QUEUED && files_done == 0 && kind == 0 -> TAKE(31, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/CONNECTING/1 MAY: complete/partial, decision/4 */
        :: d_step { state == CONNECTING && files_done == 0 && kind == 0 -> TAKE(32, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == CONNECTING && files_done == 0 && kind == 0 -> TAKE(32, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSFERRING/1 MAY: complete/partial, decision/4 */
        :: d_step { state == TRANSFERRING && files_done == 0 && kind == 0 -> TAKE(33, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == TRANSFERRING && files_done == 0 && kind == 0 -> TAKE(33, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSIENT_ERROR/1 MAY: complete/partial, decision/4 */
        :: d_step { state == TRANSIENT_ERROR && files_done == 0 && kind == 0 -> TAKE(34, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == TRANSIENT_ERROR && files_done == 0 && kind == 0 -> TAKE(34, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/ERROR/1 MAY: complete/partial, decision/4 */
        :: d_step { state == ERROR && files_done == 0 && kind == 0 -> TAKE(35, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == ERROR && files_done == 0 && kind == 0 -> TAKE(35, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/SUSPENDED/2 MUST: complete/partial */
        :: d_step { state == SUSPENDED && 0 < files_done && files_done < files_total && kind == 0 -> TAKE(36, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/QUEUED/2 MUST: complete/partial */
        :: d_step { state == QUEUED && 0 < files_done && files_done < files_total && kind == 0 -> TAKE(37, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/CONNECTING/2 MUST: complete/partial */
        :: d_step { state == CONNECTING && 0 < files_done && files_done < files_total && kind == 0 -> TAKE(38, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSFERRING/2 MUST: complete/partial */
        :: d_step { state == TRANSFERRING && 0 < files_done && files_done < files_total && kind == 0 -> TAKE(39, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSIENT_ERROR/2 MUST: complete/partial */
        :: d_step { state == TRANSIENT_ERROR && 0 < files_done && files_done < files_total && kind == 0 -> TAKE(40, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/ERROR/2 MUST: complete/partial */
        :: d_step { state == ERROR && 0 < files_done && files_done < files_total && kind == 0 -> TAKE(41, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSFERRED/1 MUST: complete/partial */
        :: d_step { state == TRANSFERRED && 0 < files_done && files_done < files_total && kind == 0 -> TAKE(42, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSFERRED/2 MUST: complete/transferred */
        :: d_step { state == TRANSFERRED && 0 < files_total && files_done == files_total -> TAKE(43, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/SUSPENDED/3 MAY: complete/partial */
        :: d_step { state == SUSPENDED && 0 < files_total && files_done == files_total && kind == 0 -> TAKE(44, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == SUSPENDED && 0 < files_total && files_done == files_total && kind == 0 -> TAKE(44, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/QUEUED/3 MAY: complete/partial */
        :: d_step { state == QUEUED && 0 < files_total && files_done == files_total && kind == 0 -> TAKE(45, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == QUEUED && 0 < files_total && files_done == files_total && kind == 0 -> TAKE(45, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/CONNECTING/3 MAY: complete/partial */
        :: d_step { state == CONNECTING && 0 < files_total && files_done == files_total && kind == 0 -> TAKE(46, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == CONNECTING && 0 < files_total && files_done == files_total && kind == 0 -> TAKE(46, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/TRANSFERRING/3 MAY: complete/partial */
        :: d_step { state == TRANSFERRING && 0 < files_total && files_done == files_total && kind == 0 -> TAKE(47, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == TRANSFERRING && 0 < files_total && files_done == files_total && kind == 0 -> TAKE(47, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/ACKNOWLEDGED/1 MUST: complete/final, state/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(48, COMPLETE, BG_E_INVALID_STATE) }
        /* complete/CANCELLED/1 MUST: complete/final, state/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(49, COMPLETE, BG_E_INVALID_STATE) }
        /* add_file/QUEUED/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == QUEUED && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(50, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/CONNECTING/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == CONNECTING && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(51, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/TRANSFERRING/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == TRANSFERRING && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(52, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/SUSPENDED/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == SUSPENDED && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(53, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/ERROR/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == ERROR && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(54, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/TRANSIENT_ERROR/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == TRANSIENT_ERROR && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(55, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/TRANSFERRED/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == TRANSFERRED && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(56, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/ACKNOWLEDGED/1 MUST: addfile/ok, decision/6, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(57, ADD_FILE, BG_E_INVALID_STATE) }
        /* add_file/CANCELLED/1 MUST: addfile/ok, decision/6, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(58, ADD_FILE, BG_E_INVALID_STATE) }
        /* get_error/TRANSIENT_ERROR/1 MUST: error/available, decision/18 */
        :: d_step { state == TRANSIENT_ERROR && error == 2 -> TAKE(59, GET_ERROR, S_OK) }
        /* get_error/ERROR/1 MUST: error/available, decision/18 */
        :: d_step { state == ERROR && error == 2 -> TAKE(60, GET_ERROR, S_OK) }
        /* get_error/QUEUED/1 MUST: error/available, decision/18 */
        :: d_step { state == QUEUED && error == 2 -> TAKE(61, GET_ERROR, S_OK) }
        /* get_error/CONNECTING/1 MUST: error/available, decision/18 */
        :: d_step { state == CONNECTING && error == 2 -> TAKE(62, GET_ERROR, S_OK) }
        /* get_error/SUSPENDED/1 MAY: decision/18, decision/9 */
        :: d_step { state == SUSPENDED && error == 1 -> TAKE(63, GET_ERROR, S_OK) }
        :: d_step { state == SUSPENDED && error == 1 -> TAKE(63, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/QUEUED/2 MAY: decision/18, decision/9 */
        :: d_step { state == QUEUED && error == 1 -> TAKE(64, GET_ERROR, S_OK) }
        :: d_step { state == QUEUED && error == 1 -> TAKE(64, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/CONNECTING/2 MAY: decision/18, decision/9 */
        :: d_step { state == CONNECTING && error == 1 -> TAKE(65, GET_ERROR, S_OK) }
        :: d_step { state == CONNECTING && error == 1 -> TAKE(65, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/TRANSIENT_ERROR/2 MAY: decision/18, decision/9 */
        :: d_step { state == TRANSIENT_ERROR && error == 1 -> TAKE(66, GET_ERROR, S_OK) }
        :: d_step { state == TRANSIENT_ERROR && error == 1 -> TAKE(66, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/ERROR/2 MAY: decision/18, decision/9 */
        :: d_step { state == ERROR && error == 1 -> TAKE(67, GET_ERROR, S_OK) }
        :: d_step { state == ERROR && error == 1 -> TAKE(67, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/ACKNOWLEDGED/1 MAY: decision/18, decision/9 */
        :: d_step { state == ACKNOWLEDGED && error == 1 -> TAKE(68, GET_ERROR, S_OK) }
        :: d_step { state == ACKNOWLEDGED && error == 1 -> TAKE(68, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/CANCELLED/1 MAY: decision/18, decision/9 */
        :: d_step { state == CANCELLED && error == 1 -> TAKE(69, GET_ERROR, S_OK) }
        :: d_step { state == CANCELLED && error == 1 -> TAKE(69, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/SUSPENDED/2 MUST: error/available, decision/18 */
        :: d_step { state == SUSPENDED && error == 0 -> TAKE(70, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/QUEUED/3 MUST: error/available, decision/18 */
        :: d_step { state == QUEUED && error == 0 -> TAKE(71, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/CONNECTING/3 MUST: error/available, decision/18 */
        :: d_step { state == CONNECTING && error == 0 -> TAKE(72, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/ACKNOWLEDGED/2 MUST: error/available, decision/18 */
        :: d_step { state == ACKNOWLEDGED && error == 0 -> TAKE(73, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/CANCELLED/2 MUST: error/available, decision/18 */
        :: d_step { state == CANCELLED && error == 0 -> TAKE(74, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/TRANSFERRING/1 MUST: error/available, decision/18 */
        :: d_step { state == TRANSFERRING -> TAKE(75, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* get_error/TRANSFERRED/1 MUST: error/available, decision/18 */
        :: d_step { state == TRANSFERRED && error == 0 -> TAKE(76, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* set_priority/QUEUED/1 MUST: set/final */
        :: d_step { state == QUEUED -> TAKE(77, SET_PRIORITY, S_OK) }
        /* set_priority/CONNECTING/1 MUST: set/final */
        :: d_step { state == CONNECTING -> TAKE(78, SET_PRIORITY, S_OK) }
        /* set_priority/TRANSFERRING/1 MUST: set/final */
        :: d_step { state == TRANSFERRING -> TAKE(79, SET_PRIORITY, S_OK) }
        /* set_priority/SUSPENDED/1 MUST: set/final */
        :: d_step { state == SUSPENDED -> TAKE(80, SET_PRIORITY, S_OK) }
        /* set_priority/ERROR/1 MUST: set/final */
        :: d_step { state == ERROR -> TAKE(81, SET_PRIORITY, S_OK) }
        /* set_priority/TRANSIENT_ERROR/1 MUST: set/final */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(82, SET_PRIORITY, S_OK) }
        /* set_priority/TRANSFERRED/1 MUST: set/final */
        :: d_step { state == TRANSFERRED -> TAKE(83, SET_PRIORITY, S_OK) }
        /* set_priority/ACKNOWLEDGED/1 MUST: set/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(84, SET_PRIORITY, BG_E_INVALID_STATE) }
        /* set_priority/CANCELLED/1 MUST: set/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(85, SET_PRIORITY, BG_E_INVALID_STATE) }
        /* set_no_progress_timeout/QUEUED/1 MUST: set/final, timer/progress */
        :: d_step { state == QUEUED -> TAKE(86, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/CONNECTING/1 MUST: set/final, timer/progress */
        :: d_step { state == CONNECTING -> TAKE(87, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/TRANSFERRING/1 MUST: set/final, timer/progress */
        :: d_step { state == TRANSFERRING -> TAKE(88, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/SUSPENDED/1 MUST: set/final, timer/progress */
        :: d_step { state == SUSPENDED -> TAKE(89, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/ERROR/1 MUST: set/final, timer/progress */
        :: d_step { state == ERROR -> TAKE(90, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/TRANSIENT_ERROR/1 MUST: set/final, timer/progress */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(91, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/TRANSFERRED/1 MUST: set/final, timer/progress */
        :: d_step { state == TRANSFERRED -> TAKE(92, SET_NO_PROGRESS_TIMEOUT, S_OK) }
        /* set_no_progress_timeout/ACKNOWLEDGED/1 MUST: set/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(93, SET_NO_PROGRESS_TIMEOUT, BG_E_INVALID_STATE) }
        /* set_no_progress_timeout/CANCELLED/1 MUST: set/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(94, SET_NO_PROGRESS_TIMEOUT, BG_E_INVALID_STATE) }
        /* set_minimum_retry_delay/QUEUED/1 MUST: set/final, timer/retry */
        :: d_step { state == QUEUED -> TAKE(95, SET_MINIMUM_RETRY_DELAY, S_OK) }
        /* set_minimum_retry_delay/CONNECTING/1 MUST: set/final, timer/retry */
        :: d_step { state == CONNECTING -> TAKE(96, SET_MINIMUM_RETRY_DELAY, S_OK) }
        /* set_minimum_retry_delay/TRANSFERRING/1 MUST: set/final, timer/retry */
        :: d_step { state == TRANSFERRING -> TAKE(97, SET_MINIMUM_RETRY_DELAY, S_OK) }
        /* set_minimum_retry_delay/SUSPENDED/1 MUST: set/final, timer/retry */
        :: d_step { state == SUSPENDED -> TAKE(98, SET_MINIMUM_RETRY_DELAY, S_OK) }
        /* set_minimum_retry_delay/ERROR/1 MUST: set/final, timer/retry */
        :: d_step { state == ERROR -> TAKE(99, SET_MINIMUM_RETRY_DELAY, S_OK) }
        /* set_minimum_retry_delay/TRANSIENT_ERROR/1 MUST: set/final, timer/retry */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(100, SET_MINIMUM_RETRY_DELAY, S_OK) }
        /* set_minimum_retry_delay/TRANSFERRED/1 MUST: set/final, timer/retry */
        :: d_step { state == TRANSFERRED -> TAKE(101, SET_MINIMUM_RETRY_DELAY, S_OK) }
        /* set_minimum_retry_delay/ACKNOWLEDGED/1 MUST: set/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(102, SET_MINIMUM_RETRY_DELAY, BG_E_INVALID_STATE) }
        /* set_minimum_retry_delay/CANCELLED/1 MUST: set/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(103, SET_MINIMUM_RETRY_DELAY, BG_E_INVALID_STATE) }
        /* turn/QUEUED/1 MUST: state/queued, state/connecting */
        :: d_step { state == QUEUED && offline == 0 && blocked == 0 && away == 0 -> TAKE(104, TURN, NONE); state = CONNECTING }
        /* connect/CONNECTING/1 MUST: state/connecting, decision/18 */
        :: d_step { state == CONNECTING && away == 0 -> TAKE(105, CONNECT, NONE); error = 0; state = TRANSFERRING }
        /* file_done/TRANSFERRING/1 MUST: state/transferring, job/progress */
        :: d_step { state == TRANSFERRING && files_done < files_total -> TAKE(106, FILE_DONE, NONE); files_done = files_done + 1 }
        /* all_done/TRANSFERRING/1 MUST: state/transferring, state/transferred */
        :: d_step { state == TRANSFERRING && 0 < files_total && files_done == files_total && reply == 0 -> TAKE(107, ALL_DONE, NONE); state = TRANSFERRED }
        /* all_done/QUEUED/1 MAY: decision/16, decision/18 */
        :: d_step { state == QUEUED && 0 < files_total && files_done == files_total && reply == 0 -> TAKE(108, ALL_DONE, NONE); error = (error < 1 -> error : 1); state = TRANSFERRED }
        /* all_done/CONNECTING/1 MAY: decision/16, decision/18 */
        :: d_step { state == CONNECTING && 0 < files_total && files_done == files_total && reply == 0 -> TAKE(109, ALL_DONE, NONE); error = (error < 1 -> error : 1); state = TRANSFERRED }
        /* slice_end/TRANSFERRING/1 MAY: state/transferring, priority, decision/10 */
        :: d_step { state == TRANSFERRING -> TAKE(110, SLICE_END, NONE); state = QUEUED }
        /* transient_fault/CONNECTING/1 MUST: state/connecting, error/available */
        :: d_step { state == CONNECTING && files_done < files_total -> TAKE(111, TRANSIENT_FAULT, NONE); error = 2; state = TRANSIENT_ERROR }
        /* transient_fault/TRANSFERRING/1 MUST: state/transient, decision/11 */
        :: d_step { state == TRANSFERRING && files_done < files_total && kind == 0 -> TAKE(112, TRANSIENT_FAULT, NONE); error = 2; state = TRANSIENT_ERROR }
        :: d_step { state == TRANSFERRING && files_done < files_total && kind == 0 -> TAKE(112, TRANSIENT_FAULT, NONE); error = 2; state = ERROR }
        /* fatal_fault/CONNECTING/1 MAY: decision/11, decision/10 */
        :: d_step { state == CONNECTING && files_done < files_total -> TAKE(113, FATAL_FAULT, NONE); error = 2; state = ERROR }
        /* fatal_fault/TRANSFERRING/1 MUST: state/error, error/atomic, decision/11 */
        :: d_step { state == TRANSFERRING && files_done < files_total -> TAKE(114, FATAL_FAULT, NONE); error = 2; state = ERROR }
        /* ambiguous_fault/CONNECTING/1 MAY: decision/11, decision/21 */
        :: d_step { state == CONNECTING && files_done < files_total && kind == 0 -> TAKE(115, AMBIGUOUS_FAULT, NONE); error = 2; state = TRANSIENT_ERROR }
        :: d_step { state == CONNECTING && files_done < files_total && kind == 0 -> TAKE(115, AMBIGUOUS_FAULT, NONE); error = 2; state = ERROR }
        /* ambiguous_fault/TRANSFERRING/1 MAY: decision/11, decision/21 */
        :: d_step { state == TRANSFERRING && files_done < files_total && kind == 0 -> TAKE(116, AMBIGUOUS_FAULT, NONE); error = 2; state = TRANSIENT_ERROR }
        :: d_step { state == TRANSFERRING && files_done < files_total && kind == 0 -> TAKE(116, AMBIGUOUS_FAULT, NONE); error = 2; state = ERROR }
        /* range_refused/CONNECTING/1 MAY: decision/20, http/needs */
        :: d_step { state == CONNECTING && files_done < files_total && kind == 0 -> TAKE(117, RANGE_REFUSED, NONE) }
        :: d_step { state == CONNECTING && files_done < files_total && kind == 0 -> TAKE(117, RANGE_REFUSED, NONE); error = 2; state = ERROR }
        /* range_refused/TRANSFERRING/1 MAY: decision/20, http/needs */
        :: d_step { state == TRANSFERRING && files_done < files_total && kind == 0 -> TAKE(118, RANGE_REFUSED, NONE) }
        :: d_step { state == TRANSFERRING && files_done < files_total && kind == 0 -> TAKE(118, RANGE_REFUSED, NONE); error = 2; state = ERROR }
        /* retry/TRANSIENT_ERROR/1 MUST: state/transient, timer/retry, decision/12 */
        :: d_step { state == TRANSIENT_ERROR && offline == 0 && blocked == 0 -> TAKE(119, RETRY, NONE); state = QUEUED }
        /* no_progress/TRANSIENT_ERROR/1 MUST: state/transient, timer/progress */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(120, NO_PROGRESS, NONE); state = ERROR }
        /* restart/SUSPENDED/1 MUST: restart, decision/18 */
        :: d_step { state == SUSPENDED -> TAKE(121, RESTART, NONE); error = (error < 1 -> error : 1) }
        /* restart/QUEUED/1 MUST: restart, decision/18 */
        :: d_step { state == QUEUED -> TAKE(122, RESTART, NONE); error = (error < 1 -> error : 1) }
        /* restart/ERROR/1 MUST: restart, decision/18 */
        :: d_step { state == ERROR -> TAKE(123, RESTART, NONE); error = (error < 1 -> error : 1) }
        /* restart/TRANSIENT_ERROR/1 MUST: restart, decision/18 */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(124, RESTART, NONE); error = (error < 1 -> error : 1) }
        /* restart/TRANSFERRED/1 MUST: restart, decision/18 */
        :: d_step { state == TRANSFERRED -> TAKE(125, RESTART, NONE); error = (error < 1 -> error : 1) }
        /* restart/CONNECTING/1 MUST: restart, decision/10, decision/18 */
        :: d_step { state == CONNECTING -> TAKE(126, RESTART, NONE); error = (error < 1 -> error : 1) }
        :: d_step { state == CONNECTING -> TAKE(126, RESTART, NONE); error = (error < 1 -> error : 1); state = QUEUED }
        /* restart/TRANSFERRING/1 MUST: restart, decision/10, decision/18 */
        :: d_step { state == TRANSFERRING -> TAKE(127, RESTART, NONE); error = (error < 1 -> error : 1) }
        :: d_step { state == TRANSFERRING -> TAKE(127, RESTART, NONE); error = (error < 1 -> error : 1); state = QUEUED }
        /* expiry/SUSPENDED/1 MUST: state/expiry */
        :: d_step { state == SUSPENDED -> TAKE(128, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* expiry/ERROR/1 MUST: state/expiry */
        :: d_step { state == ERROR -> TAKE(129, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* expiry/TRANSFERRED/1 MUST: state/expiry */
        :: d_step { state == TRANSFERRED -> TAKE(130, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* expiry/QUEUED/1 MAY: state/expiry, decision/10 */
        :: d_step { state == QUEUED -> TAKE(131, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* expiry/CONNECTING/1 MAY: state/expiry, decision/10 */
        :: d_step { state == CONNECTING -> TAKE(132, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* expiry/TRANSFERRING/1 MAY: state/expiry, decision/10 */
        :: d_step { state == TRANSFERRING -> TAKE(133, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* expiry/TRANSIENT_ERROR/1 MAY: state/expiry, decision/10 */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(134, EXPIRY, NONE); files_done = 0; error = (error < 1 -> error : 1); state = CANCELLED }
        /* add_file_with_ranges/QUEUED/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == QUEUED && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(135, ADD_FILE_WITH_RANGES, S_OK); files_total = files_total + 1 }
        /* add_file_with_ranges/CONNECTING/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == CONNECTING && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(136, ADD_FILE_WITH_RANGES, S_OK); files_total = files_total + 1 }
        /* add_file_with_ranges/TRANSFERRING/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == TRANSFERRING && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(137, ADD_FILE_WITH_RANGES, S_OK); files_total = files_total + 1 }
        /* add_file_with_ranges/SUSPENDED/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == SUSPENDED && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(138, ADD_FILE_WITH_RANGES, S_OK); files_total = files_total + 1 }
        /* add_file_with_ranges/ERROR/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == ERROR && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(139, ADD_FILE_WITH_RANGES, S_OK); files_total = files_total + 1 }
        /* add_file_with_ranges/TRANSIENT_ERROR/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == TRANSIENT_ERROR && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(140, ADD_FILE_WITH_RANGES, S_OK); files_total = files_total + 1 }
        /* add_file_with_ranges/TRANSFERRED/1 MUST: addfile/ok, decision/8 */
        :: d_step { state == TRANSFERRED && kind == 0 && files_total + 1 <= FILES_BOUND -> TAKE(141, ADD_FILE_WITH_RANGES, S_OK); files_total = files_total + 1 }
        /* add_file_with_ranges/ACKNOWLEDGED/1 MUST: addfile/ok, decision/13 */
        :: d_step { state == ACKNOWLEDGED && kind == 0 -> TAKE(142, ADD_FILE_WITH_RANGES, BG_E_INVALID_STATE) }
        /* add_file_with_ranges/CANCELLED/1 MUST: addfile/ok, decision/13 */
        :: d_step { state == CANCELLED && kind == 0 -> TAKE(143, ADD_FILE_WITH_RANGES, BG_E_INVALID_STATE) }
        /* add_file_with_ranges/QUEUED/2 MUST: ranges/layout, decision/13 */
        :: d_step { state == QUEUED && 0 < kind -> TAKE(144, ADD_FILE_WITH_RANGES, E_NOTIMPL) }
        /* add_file_with_ranges/CONNECTING/2 MUST: ranges/layout, decision/13 */
        :: d_step { state == CONNECTING && 0 < kind -> TAKE(145, ADD_FILE_WITH_RANGES, E_NOTIMPL) }
        /* add_file_with_ranges/TRANSFERRING/2 MUST: ranges/layout, decision/13 */
        :: d_step { state == TRANSFERRING && 0 < kind -> TAKE(146, ADD_FILE_WITH_RANGES, E_NOTIMPL) }
        /* add_file_with_ranges/SUSPENDED/2 MUST: ranges/layout, decision/13 */
        :: d_step { state == SUSPENDED && 0 < kind -> TAKE(147, ADD_FILE_WITH_RANGES, E_NOTIMPL) }
        /* add_file_with_ranges/ERROR/2 MUST: ranges/layout, decision/13 */
        :: d_step { state == ERROR && 0 < kind -> TAKE(148, ADD_FILE_WITH_RANGES, E_NOTIMPL) }
        /* add_file_with_ranges/TRANSIENT_ERROR/2 MUST: ranges/layout, decision/13 */
        :: d_step { state == TRANSIENT_ERROR && 0 < kind -> TAKE(149, ADD_FILE_WITH_RANGES, E_NOTIMPL) }
        /* add_file_with_ranges/TRANSFERRED/2 MUST: ranges/layout, decision/13 */
        :: d_step { state == TRANSFERRED && 0 < kind -> TAKE(150, ADD_FILE_WITH_RANGES, E_NOTIMPL) }
        /* add_file_with_ranges/ACKNOWLEDGED/2 MAY: addfile/ok, ranges/layout, decision/13 */
        :: d_step { state == ACKNOWLEDGED && 0 < kind -> TAKE(151, ADD_FILE_WITH_RANGES, BG_E_INVALID_STATE) }
        :: d_step { state == ACKNOWLEDGED && 0 < kind -> TAKE(151, ADD_FILE_WITH_RANGES, E_NOTIMPL) }
        /* add_file_with_ranges/CANCELLED/2 MAY: addfile/ok, ranges/layout, decision/13 */
        :: d_step { state == CANCELLED && 0 < kind -> TAKE(152, ADD_FILE_WITH_RANGES, BG_E_INVALID_STATE) }
        :: d_step { state == CANCELLED && 0 < kind -> TAKE(152, ADD_FILE_WITH_RANGES, E_NOTIMPL) }
        /* set_remote_name/QUEUED/1 MUST: file/seturl, file/serialize */
        :: d_step { state == QUEUED && kind == 0 -> TAKE(153, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/CONNECTING/1 MUST: file/seturl, file/serialize */
        :: d_step { state == CONNECTING && kind == 0 -> TAKE(154, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/TRANSFERRING/1 MUST: file/seturl, file/serialize */
        :: d_step { state == TRANSFERRING && kind == 0 -> TAKE(155, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/SUSPENDED/1 MUST: file/seturl, file/serialize */
        :: d_step { state == SUSPENDED && kind == 0 -> TAKE(156, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/ERROR/1 MUST: file/seturl, file/serialize */
        :: d_step { state == ERROR && kind == 0 -> TAKE(157, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/TRANSIENT_ERROR/1 MUST: file/seturl, file/serialize */
        :: d_step { state == TRANSIENT_ERROR && kind == 0 -> TAKE(158, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/TRANSFERRED/1 MUST: file/seturl, file/serialize */
        :: d_step { state == TRANSFERRED && kind == 0 -> TAKE(159, SET_REMOTE_NAME, S_OK) }
        /* set_remote_name/ACKNOWLEDGED/1 MUST: file/serialize, decision/13 */
        :: d_step { state == ACKNOWLEDGED && kind == 0 -> TAKE(160, SET_REMOTE_NAME, BG_E_INVALID_STATE) }
        /* set_remote_name/CANCELLED/1 MUST: file/serialize, decision/13 */
        :: d_step { state == CANCELLED && kind == 0 -> TAKE(161, SET_REMOTE_NAME, BG_E_INVALID_STATE) }
        /* set_remote_name/QUEUED/2 MUST: file/serialize, decision/13 */
        :: d_step { state == QUEUED && 0 < kind -> TAKE(162, SET_REMOTE_NAME, E_NOTIMPL) }
        /* set_remote_name/CONNECTING/2 MUST: file/serialize, decision/13 */
        :: d_step { state == CONNECTING && 0 < kind -> TAKE(163, SET_REMOTE_NAME, E_NOTIMPL) }
        /* set_remote_name/TRANSFERRING/2 MUST: file/serialize, decision/13 */
        :: d_step { state == TRANSFERRING && 0 < kind -> TAKE(164, SET_REMOTE_NAME, E_NOTIMPL) }
        /* set_remote_name/SUSPENDED/2 MUST: file/serialize, decision/13 */
        :: d_step { state == SUSPENDED && 0 < kind -> TAKE(165, SET_REMOTE_NAME, E_NOTIMPL) }
        /* set_remote_name/ERROR/2 MUST: file/serialize, decision/13 */
        :: d_step { state == ERROR && 0 < kind -> TAKE(166, SET_REMOTE_NAME, E_NOTIMPL) }
        /* set_remote_name/TRANSIENT_ERROR/2 MUST: file/serialize, decision/13 */
        :: d_step { state == TRANSIENT_ERROR && 0 < kind -> TAKE(167, SET_REMOTE_NAME, E_NOTIMPL) }
        /* set_remote_name/TRANSFERRED/2 MUST: file/serialize, decision/13 */
        :: d_step { state == TRANSFERRED && 0 < kind -> TAKE(168, SET_REMOTE_NAME, E_NOTIMPL) }
        /* set_remote_name/ACKNOWLEDGED/2 MAY: file/serialize, decision/13 */
        :: d_step { state == ACKNOWLEDGED && 0 < kind -> TAKE(169, SET_REMOTE_NAME, BG_E_INVALID_STATE) }
        :: d_step { state == ACKNOWLEDGED && 0 < kind -> TAKE(169, SET_REMOTE_NAME, E_NOTIMPL) }
        /* set_remote_name/CANCELLED/2 MAY: file/serialize, decision/13 */
        :: d_step { state == CANCELLED && 0 < kind -> TAKE(170, SET_REMOTE_NAME, BG_E_INVALID_STATE) }
        :: d_step { state == CANCELLED && 0 < kind -> TAKE(170, SET_REMOTE_NAME, E_NOTIMPL) }
        /* replace_remote_prefix/QUEUED/1 MUST: file/prefix */
        :: d_step { state == QUEUED && kind == 0 -> TAKE(171, REPLACE_REMOTE_PREFIX, S_OK) }
        :: d_step { state == QUEUED && kind == 0 -> TAKE(171, REPLACE_REMOTE_PREFIX, S_FALSE) }
        /* replace_remote_prefix/CONNECTING/1 MUST: file/prefix */
        :: d_step { state == CONNECTING && kind == 0 -> TAKE(172, REPLACE_REMOTE_PREFIX, S_OK) }
        :: d_step { state == CONNECTING && kind == 0 -> TAKE(172, REPLACE_REMOTE_PREFIX, S_FALSE) }
        /* replace_remote_prefix/TRANSFERRING/1 MUST: file/prefix */
        :: d_step { state == TRANSFERRING && kind == 0 -> TAKE(173, REPLACE_REMOTE_PREFIX, S_OK) }
        :: d_step { state == TRANSFERRING && kind == 0 -> TAKE(173, REPLACE_REMOTE_PREFIX, S_FALSE) }
        /* replace_remote_prefix/SUSPENDED/1 MUST: file/prefix */
        :: d_step { state == SUSPENDED && kind == 0 -> TAKE(174, REPLACE_REMOTE_PREFIX, S_OK) }
        :: d_step { state == SUSPENDED && kind == 0 -> TAKE(174, REPLACE_REMOTE_PREFIX, S_FALSE) }
        /* replace_remote_prefix/ERROR/1 MUST: file/prefix */
        :: d_step { state == ERROR && kind == 0 -> TAKE(175, REPLACE_REMOTE_PREFIX, S_OK) }
        :: d_step { state == ERROR && kind == 0 -> TAKE(175, REPLACE_REMOTE_PREFIX, S_FALSE) }
        /* replace_remote_prefix/TRANSIENT_ERROR/1 MUST: file/prefix */
        :: d_step { state == TRANSIENT_ERROR && kind == 0 -> TAKE(176, REPLACE_REMOTE_PREFIX, S_OK) }
        :: d_step { state == TRANSIENT_ERROR && kind == 0 -> TAKE(176, REPLACE_REMOTE_PREFIX, S_FALSE) }
        /* replace_remote_prefix/TRANSFERRED/1 MUST: file/prefix */
        :: d_step { state == TRANSFERRED && kind == 0 -> TAKE(177, REPLACE_REMOTE_PREFIX, S_OK) }
        :: d_step { state == TRANSFERRED && kind == 0 -> TAKE(177, REPLACE_REMOTE_PREFIX, S_FALSE) }
        /* replace_remote_prefix/ACKNOWLEDGED/1 MUST: file/prefix, decision/13 */
        :: d_step { state == ACKNOWLEDGED && kind == 0 -> TAKE(178, REPLACE_REMOTE_PREFIX, BG_E_INVALID_STATE) }
        /* replace_remote_prefix/CANCELLED/1 MUST: file/prefix, decision/13 */
        :: d_step { state == CANCELLED && kind == 0 -> TAKE(179, REPLACE_REMOTE_PREFIX, BG_E_INVALID_STATE) }
        /* replace_remote_prefix/QUEUED/2 MUST: file/prefix, decision/13 */
        :: d_step { state == QUEUED && 0 < kind -> TAKE(180, REPLACE_REMOTE_PREFIX, E_NOTIMPL) }
        /* replace_remote_prefix/CONNECTING/2 MUST: file/prefix, decision/13 */
        :: d_step { state == CONNECTING && 0 < kind -> TAKE(181, REPLACE_REMOTE_PREFIX, E_NOTIMPL) }
        /* replace_remote_prefix/TRANSFERRING/2 MUST: file/prefix, decision/13 */
        :: d_step { state == TRANSFERRING && 0 < kind -> TAKE(182, REPLACE_REMOTE_PREFIX, E_NOTIMPL) }
        /* replace_remote_prefix/SUSPENDED/2 MUST: file/prefix, decision/13 */
        :: d_step { state == SUSPENDED && 0 < kind -> TAKE(183, REPLACE_REMOTE_PREFIX, E_NOTIMPL) }
        /* replace_remote_prefix/ERROR/2 MUST: file/prefix, decision/13 */
        :: d_step { state == ERROR && 0 < kind -> TAKE(184, REPLACE_REMOTE_PREFIX, E_NOTIMPL) }
        /* replace_remote_prefix/TRANSIENT_ERROR/2 MUST: file/prefix, decision/13 */
        :: d_step { state == TRANSIENT_ERROR && 0 < kind -> TAKE(185, REPLACE_REMOTE_PREFIX, E_NOTIMPL) }
        /* replace_remote_prefix/TRANSFERRED/2 MUST: file/prefix, decision/13 */
        :: d_step { state == TRANSFERRED && 0 < kind -> TAKE(186, REPLACE_REMOTE_PREFIX, E_NOTIMPL) }
        /* replace_remote_prefix/ACKNOWLEDGED/2 MAY: file/prefix, decision/13 */
        :: d_step { state == ACKNOWLEDGED && 0 < kind -> TAKE(187, REPLACE_REMOTE_PREFIX, BG_E_INVALID_STATE) }
        :: d_step { state == ACKNOWLEDGED && 0 < kind -> TAKE(187, REPLACE_REMOTE_PREFIX, E_NOTIMPL) }
        /* replace_remote_prefix/CANCELLED/2 MAY: file/prefix, decision/13 */
        :: d_step { state == CANCELLED && 0 < kind -> TAKE(188, REPLACE_REMOTE_PREFIX, BG_E_INVALID_STATE) }
        :: d_step { state == CANCELLED && 0 < kind -> TAKE(188, REPLACE_REMOTE_PREFIX, E_NOTIMPL) }
        /* file_restarted/TRANSFERRING/1 MUST: file/consistency */
        :: d_step { state == TRANSFERRING && files_done < files_total && kind == 0 -> TAKE(189, FILE_RESTARTED, NONE) }
        /* data/TRANSFERRING/1 MUST: state/transferring, job/progress */
        :: d_step { state == TRANSFERRING && files_done < files_total -> TAKE(190, DATA, NONE) }
        /* set_display_name/QUEUED/1 MUST: set/final */
        :: d_step { state == QUEUED -> TAKE(191, SET_DISPLAY_NAME, S_OK) }
        /* set_display_name/CONNECTING/1 MUST: set/final */
        :: d_step { state == CONNECTING -> TAKE(192, SET_DISPLAY_NAME, S_OK) }
        /* set_display_name/TRANSFERRING/1 MUST: set/final */
        :: d_step { state == TRANSFERRING -> TAKE(193, SET_DISPLAY_NAME, S_OK) }
        /* set_display_name/SUSPENDED/1 MUST: set/final */
        :: d_step { state == SUSPENDED -> TAKE(194, SET_DISPLAY_NAME, S_OK) }
        /* set_display_name/ERROR/1 MUST: set/final */
        :: d_step { state == ERROR -> TAKE(195, SET_DISPLAY_NAME, S_OK) }
        /* set_display_name/TRANSIENT_ERROR/1 MUST: set/final */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(196, SET_DISPLAY_NAME, S_OK) }
        /* set_display_name/TRANSFERRED/1 MUST: set/final */
        :: d_step { state == TRANSFERRED -> TAKE(197, SET_DISPLAY_NAME, S_OK) }
        /* set_display_name/ACKNOWLEDGED/1 MUST: set/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(198, SET_DISPLAY_NAME, BG_E_INVALID_STATE) }
        /* set_display_name/CANCELLED/1 MUST: set/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(199, SET_DISPLAY_NAME, BG_E_INVALID_STATE) }
        /* set_notify_flags/QUEUED/1 MUST: set/final */
        :: d_step { state == QUEUED -> TAKE(200, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/CONNECTING/1 MUST: set/final */
        :: d_step { state == CONNECTING -> TAKE(201, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/TRANSFERRING/1 MUST: set/final */
        :: d_step { state == TRANSFERRING -> TAKE(202, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/SUSPENDED/1 MUST: set/final */
        :: d_step { state == SUSPENDED -> TAKE(203, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/ERROR/1 MUST: set/final */
        :: d_step { state == ERROR -> TAKE(204, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/TRANSIENT_ERROR/1 MUST: set/final */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(205, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/TRANSFERRED/1 MUST: set/final */
        :: d_step { state == TRANSFERRED -> TAKE(206, SET_NOTIFY_FLAGS, S_OK) }
        /* set_notify_flags/ACKNOWLEDGED/1 MUST: set/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(207, SET_NOTIFY_FLAGS, BG_E_INVALID_STATE) }
        /* set_notify_flags/CANCELLED/1 MUST: set/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(208, SET_NOTIFY_FLAGS, BG_E_INVALID_STATE) }
        /* set_notify_interface/QUEUED/1 MUST: set/final */
        :: d_step { state == QUEUED -> TAKE(209, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/CONNECTING/1 MUST: set/final */
        :: d_step { state == CONNECTING -> TAKE(210, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/TRANSFERRING/1 MUST: set/final */
        :: d_step { state == TRANSFERRING -> TAKE(211, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/SUSPENDED/1 MUST: set/final */
        :: d_step { state == SUSPENDED -> TAKE(212, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/ERROR/1 MUST: set/final */
        :: d_step { state == ERROR -> TAKE(213, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/TRANSIENT_ERROR/1 MUST: set/final */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(214, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/TRANSFERRED/1 MUST: set/final */
        :: d_step { state == TRANSFERRED -> TAKE(215, SET_NOTIFY_INTERFACE, S_OK) }
        /* set_notify_interface/ACKNOWLEDGED/1 MUST: set/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(216, SET_NOTIFY_INTERFACE, BG_E_INVALID_STATE) }
        /* set_notify_interface/CANCELLED/1 MUST: set/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(217, SET_NOTIFY_INTERFACE, BG_E_INVALID_STATE) }
        /* set_maximum_download_time/QUEUED/1 MUST: timer/maxdownload, set/final */
        :: d_step { state == QUEUED -> TAKE(218, SET_MAXIMUM_DOWNLOAD_TIME, S_OK) }
        /* set_maximum_download_time/CONNECTING/1 MUST: timer/maxdownload, set/final */
        :: d_step { state == CONNECTING -> TAKE(219, SET_MAXIMUM_DOWNLOAD_TIME, S_OK) }
        /* set_maximum_download_time/TRANSFERRING/1 MUST: timer/maxdownload, set/final */
        :: d_step { state == TRANSFERRING -> TAKE(220, SET_MAXIMUM_DOWNLOAD_TIME, S_OK) }
        /* set_maximum_download_time/SUSPENDED/1 MUST: timer/maxdownload, set/final */
        :: d_step { state == SUSPENDED -> TAKE(221, SET_MAXIMUM_DOWNLOAD_TIME, S_OK) }
        /* set_maximum_download_time/ERROR/1 MUST: timer/maxdownload, set/final */
        :: d_step { state == ERROR -> TAKE(222, SET_MAXIMUM_DOWNLOAD_TIME, S_OK) }
        /* set_maximum_download_time/TRANSIENT_ERROR/1 MUST: timer/maxdownload, set/final */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(223, SET_MAXIMUM_DOWNLOAD_TIME, S_OK) }
        /* set_maximum_download_time/TRANSFERRED/1 MUST: timer/maxdownload, set/final */
        :: d_step { state == TRANSFERRED -> TAKE(224, SET_MAXIMUM_DOWNLOAD_TIME, S_OK) }
        /* set_maximum_download_time/ACKNOWLEDGED/1 MUST: set/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(225, SET_MAXIMUM_DOWNLOAD_TIME, BG_E_INVALID_STATE) }
        /* set_maximum_download_time/CANCELLED/1 MUST: set/final, decision/13 */
        :: d_step { state == CANCELLED -> TAKE(226, SET_MAXIMUM_DOWNLOAD_TIME, BG_E_INVALID_STATE) }
        /* max_download/CONNECTING/1 MUST: timer/maxdownload */
        :: d_step { state == CONNECTING -> TAKE(227, MAX_DOWNLOAD, NONE); error = 2; state = ERROR }
        /* max_download/TRANSFERRING/1 MUST: timer/maxdownload */
        :: d_step { state == TRANSFERRING -> TAKE(228, MAX_DOWNLOAD, NONE); error = 2; state = ERROR }
        /* get_state/QUEUED/1 MUST: state/classes, state/initial */
        :: d_step { state == QUEUED -> TAKE(229, GET_STATE, S_OK) }
        /* get_state/CONNECTING/1 MUST: state/classes, state/initial */
        :: d_step { state == CONNECTING -> TAKE(230, GET_STATE, S_OK) }
        /* get_state/TRANSFERRING/1 MUST: state/classes, state/initial */
        :: d_step { state == TRANSFERRING -> TAKE(231, GET_STATE, S_OK) }
        /* get_state/SUSPENDED/1 MUST: state/classes, state/initial */
        :: d_step { state == SUSPENDED -> TAKE(232, GET_STATE, S_OK) }
        /* get_state/ERROR/1 MUST: state/classes, state/initial */
        :: d_step { state == ERROR -> TAKE(233, GET_STATE, S_OK) }
        /* get_state/TRANSIENT_ERROR/1 MUST: state/classes, state/initial */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(234, GET_STATE, S_OK) }
        /* get_state/TRANSFERRED/1 MUST: state/classes, state/initial */
        :: d_step { state == TRANSFERRED -> TAKE(235, GET_STATE, S_OK) }
        /* get_state/ACKNOWLEDGED/1 MAY: decision/9 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(236, GET_STATE, S_OK) }
        /* get_state/CANCELLED/1 MAY: decision/9 */
        :: d_step { state == CANCELLED -> TAKE(237, GET_STATE, S_OK) }
        /* get_progress/QUEUED/1 MUST: job/progress */
        :: d_step { state == QUEUED -> TAKE(238, GET_PROGRESS, S_OK) }
        /* get_progress/CONNECTING/1 MUST: job/progress */
        :: d_step { state == CONNECTING -> TAKE(239, GET_PROGRESS, S_OK) }
        /* get_progress/TRANSFERRING/1 MUST: job/progress */
        :: d_step { state == TRANSFERRING -> TAKE(240, GET_PROGRESS, S_OK) }
        /* get_progress/SUSPENDED/1 MUST: job/progress */
        :: d_step { state == SUSPENDED -> TAKE(241, GET_PROGRESS, S_OK) }
        /* get_progress/ERROR/1 MUST: job/progress */
        :: d_step { state == ERROR -> TAKE(242, GET_PROGRESS, S_OK) }
        /* get_progress/TRANSIENT_ERROR/1 MUST: job/progress */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(243, GET_PROGRESS, S_OK) }
        /* get_progress/TRANSFERRED/1 MUST: job/progress */
        :: d_step { state == TRANSFERRED -> TAKE(244, GET_PROGRESS, S_OK) }
        /* get_progress/ACKNOWLEDGED/1 MAY: decision/9 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(245, GET_PROGRESS, S_OK) }
        /* get_progress/CANCELLED/1 MAY: decision/9 */
        :: d_step { state == CANCELLED -> TAKE(246, GET_PROGRESS, S_OK) }
        /* get_times/QUEUED/1 MUST: times */
        :: d_step { state == QUEUED -> TAKE(247, GET_TIMES, S_OK) }
        /* get_times/CONNECTING/1 MUST: times */
        :: d_step { state == CONNECTING -> TAKE(248, GET_TIMES, S_OK) }
        /* get_times/TRANSFERRING/1 MUST: times */
        :: d_step { state == TRANSFERRING -> TAKE(249, GET_TIMES, S_OK) }
        /* get_times/SUSPENDED/1 MUST: times */
        :: d_step { state == SUSPENDED -> TAKE(250, GET_TIMES, S_OK) }
        /* get_times/ERROR/1 MUST: times */
        :: d_step { state == ERROR -> TAKE(251, GET_TIMES, S_OK) }
        /* get_times/TRANSIENT_ERROR/1 MUST: times */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(252, GET_TIMES, S_OK) }
        /* get_times/TRANSFERRED/1 MUST: times */
        :: d_step { state == TRANSFERRED -> TAKE(253, GET_TIMES, S_OK) }
        /* get_times/ACKNOWLEDGED/1 MAY: decision/9 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(254, GET_TIMES, S_OK) }
        /* get_times/CANCELLED/1 MAY: decision/9 */
        :: d_step { state == CANCELLED -> TAKE(255, GET_TIMES, S_OK) }
        /* get_error_count/QUEUED/1 MUST: error/count */
        :: d_step { state == QUEUED -> TAKE(256, GET_ERROR_COUNT, S_OK) }
        /* get_error_count/CONNECTING/1 MUST: error/count */
        :: d_step { state == CONNECTING -> TAKE(257, GET_ERROR_COUNT, S_OK) }
        /* get_error_count/TRANSFERRING/1 MUST: error/count */
        :: d_step { state == TRANSFERRING -> TAKE(258, GET_ERROR_COUNT, S_OK) }
        /* get_error_count/SUSPENDED/1 MUST: error/count */
        :: d_step { state == SUSPENDED -> TAKE(259, GET_ERROR_COUNT, S_OK) }
        /* get_error_count/ERROR/1 MUST: error/count */
        :: d_step { state == ERROR -> TAKE(260, GET_ERROR_COUNT, S_OK) }
        /* get_error_count/TRANSIENT_ERROR/1 MUST: error/count */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(261, GET_ERROR_COUNT, S_OK) }
        /* get_error_count/TRANSFERRED/1 MUST: error/count */
        :: d_step { state == TRANSFERRED -> TAKE(262, GET_ERROR_COUNT, S_OK) }
        /* get_error_count/ACKNOWLEDGED/1 MAY: decision/9 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(263, GET_ERROR_COUNT, S_OK) }
        /* get_error_count/CANCELLED/1 MAY: decision/9 */
        :: d_step { state == CANCELLED -> TAKE(264, GET_ERROR_COUNT, S_OK) }
        /* enum_files/QUEUED/1 MUST: enum/files */
        :: d_step { state == QUEUED -> TAKE(265, ENUM_FILES, S_OK) }
        /* enum_files/CONNECTING/1 MUST: enum/files */
        :: d_step { state == CONNECTING -> TAKE(266, ENUM_FILES, S_OK) }
        /* enum_files/TRANSFERRING/1 MUST: enum/files */
        :: d_step { state == TRANSFERRING -> TAKE(267, ENUM_FILES, S_OK) }
        /* enum_files/SUSPENDED/1 MUST: enum/files */
        :: d_step { state == SUSPENDED -> TAKE(268, ENUM_FILES, S_OK) }
        /* enum_files/ERROR/1 MUST: enum/files */
        :: d_step { state == ERROR -> TAKE(269, ENUM_FILES, S_OK) }
        /* enum_files/TRANSIENT_ERROR/1 MUST: enum/files */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(270, ENUM_FILES, S_OK) }
        /* enum_files/TRANSFERRED/1 MUST: enum/files */
        :: d_step { state == TRANSFERRED -> TAKE(271, ENUM_FILES, S_OK) }
        /* enum_files/ACKNOWLEDGED/1 MAY: decision/9 */
        :: d_step { state == ACKNOWLEDGED -> TAKE(272, ENUM_FILES, S_OK) }
        /* enum_files/CANCELLED/1 MAY: decision/9 */
        :: d_step { state == CANCELLED -> TAKE(273, ENUM_FILES, S_OK) }
        /* add_file/SUSPENDED/2 MUST: addfile/ok, addfile/limits */
        :: d_step { state == SUSPENDED && 0 < kind && files_total == 0 && files_total + 1 <= FILES_BOUND -> TAKE(274, ADD_FILE, S_OK); files_total = files_total + 1 }
        /* add_file/QUEUED/2 MUST: addfile/limits, decision/13 */
        :: d_step { state == QUEUED && 0 < kind && 0 < files_total -> TAKE(275, ADD_FILE, BG_E_TOO_MANY_FILES) }
        /* add_file/CONNECTING/2 MUST: addfile/limits, decision/13 */
        :: d_step { state == CONNECTING && 0 < kind && 0 < files_total -> TAKE(276, ADD_FILE, BG_E_TOO_MANY_FILES) }
        /* add_file/TRANSFERRING/2 MUST: addfile/limits, decision/13 */
        :: d_step { state == TRANSFERRING && 0 < kind && 0 < files_total -> TAKE(277, ADD_FILE, BG_E_TOO_MANY_FILES) }
        /* add_file/SUSPENDED/3 MUST: addfile/limits, decision/13 */
        :: d_step { state == SUSPENDED && 0 < kind && 0 < files_total -> TAKE(278, ADD_FILE, BG_E_TOO_MANY_FILES) }
        /* add_file/ERROR/2 MUST: addfile/limits, decision/13 */
        :: d_step { state == ERROR && 0 < kind && 0 < files_total -> TAKE(279, ADD_FILE, BG_E_TOO_MANY_FILES) }
        /* add_file/TRANSIENT_ERROR/2 MUST: addfile/limits, decision/13 */
        :: d_step { state == TRANSIENT_ERROR && 0 < kind && 0 < files_total -> TAKE(280, ADD_FILE, BG_E_TOO_MANY_FILES) }
        /* add_file/TRANSFERRED/2 MUST: addfile/limits, decision/13 */
        :: d_step { state == TRANSFERRED && 0 < kind && 0 < files_total -> TAKE(281, ADD_FILE, BG_E_TOO_MANY_FILES) }
        /* complete/SUSPENDED/4 MUST: complete/upload, decision/13 */
        :: d_step { state == SUSPENDED && 0 < kind -> TAKE(282, COMPLETE, BG_E_INVALID_STATE) }
        /* complete/QUEUED/4 MUST: complete/upload, decision/13 */
        :: d_step { state == QUEUED && 0 < kind -> TAKE(283, COMPLETE, BG_E_INVALID_STATE) }
        /* complete/CONNECTING/4 MUST: complete/upload, decision/13 */
        :: d_step { state == CONNECTING && 0 < kind -> TAKE(284, COMPLETE, BG_E_INVALID_STATE) }
        /* complete/TRANSFERRING/4 MUST: complete/upload, decision/13 */
        :: d_step { state == TRANSFERRING && 0 < kind -> TAKE(285, COMPLETE, BG_E_INVALID_STATE) }
        /* complete/TRANSIENT_ERROR/3 MUST: complete/upload, decision/13 */
        :: d_step { state == TRANSIENT_ERROR && 0 < kind -> TAKE(286, COMPLETE, BG_E_INVALID_STATE) }
        /* complete/ERROR/3 MUST: complete/upload, decision/13 */
        :: d_step { state == ERROR && 0 < kind -> TAKE(287, COMPLETE, BG_E_INVALID_STATE) }
        /* set_reply_file_name/SUSPENDED/1 MUST: upload/reply */
        :: d_step { state == SUSPENDED && kind == 2 && reply == 2 -> TAKE(288, SET_REPLY_FILE_NAME, S_OK) }
        /* set_reply_file_name/QUEUED/1 MUST: upload/reply */
        :: d_step { state == QUEUED && kind == 2 && reply == 2 -> TAKE(289, SET_REPLY_FILE_NAME, S_OK) }
        /* set_reply_file_name/CONNECTING/1 MUST: upload/reply */
        :: d_step { state == CONNECTING && kind == 2 && reply == 2 -> TAKE(290, SET_REPLY_FILE_NAME, S_OK) }
        /* set_reply_file_name/TRANSFERRING/1 MUST: upload/reply */
        :: d_step { state == TRANSFERRING && kind == 2 && reply == 2 -> TAKE(291, SET_REPLY_FILE_NAME, S_OK) }
        /* set_reply_file_name/TRANSIENT_ERROR/1 MUST: upload/reply */
        :: d_step { state == TRANSIENT_ERROR && kind == 2 && reply == 2 -> TAKE(292, SET_REPLY_FILE_NAME, S_OK) }
        /* set_reply_file_name/ERROR/1 MUST: upload/reply */
        :: d_step { state == ERROR && kind == 2 && reply == 2 -> TAKE(293, SET_REPLY_FILE_NAME, S_OK) }
        /* set_reply_file_name/QUEUED/2 MUST: upload/reply, decision/13 */
        :: d_step { state == QUEUED && kind == 2 && reply < 2 -> TAKE(294, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        /* set_reply_file_name/CONNECTING/2 MUST: upload/reply, decision/13 */
        :: d_step { state == CONNECTING && kind == 2 && reply < 2 -> TAKE(295, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        /* set_reply_file_name/TRANSFERRING/2 MUST: upload/reply, decision/13 */
        :: d_step { state == TRANSFERRING && kind == 2 && reply < 2 -> TAKE(296, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        /* set_reply_file_name/SUSPENDED/2 MUST: upload/reply, decision/13 */
        :: d_step { state == SUSPENDED && kind == 2 && reply < 2 -> TAKE(297, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        /* set_reply_file_name/ERROR/2 MUST: upload/reply, decision/13 */
        :: d_step { state == ERROR && kind == 2 && reply < 2 -> TAKE(298, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        /* set_reply_file_name/TRANSIENT_ERROR/2 MUST: upload/reply, decision/13 */
        :: d_step { state == TRANSIENT_ERROR && kind == 2 && reply < 2 -> TAKE(299, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        /* set_reply_file_name/TRANSFERRED/1 MUST: upload/reply, decision/13 */
        :: d_step { state == TRANSFERRED && kind == 2 && reply < 2 -> TAKE(300, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        /* set_reply_file_name/QUEUED/3 MAY: decision/22, decision/13 */
        :: d_step { state == QUEUED && kind < 2 -> TAKE(301, SET_REPLY_FILE_NAME, E_NOTIMPL) }
        :: d_step { state == QUEUED && kind < 2 -> TAKE(301, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        :: d_step { state == QUEUED && kind < 2 -> TAKE(301, SET_REPLY_FILE_NAME, E_INVALIDARG) }
        /* set_reply_file_name/CONNECTING/3 MAY: decision/22, decision/13 */
        :: d_step { state == CONNECTING && kind < 2 -> TAKE(302, SET_REPLY_FILE_NAME, E_NOTIMPL) }
        :: d_step { state == CONNECTING && kind < 2 -> TAKE(302, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        :: d_step { state == CONNECTING && kind < 2 -> TAKE(302, SET_REPLY_FILE_NAME, E_INVALIDARG) }
        /* set_reply_file_name/TRANSFERRING/3 MAY: decision/22, decision/13 */
        :: d_step { state == TRANSFERRING && kind < 2 -> TAKE(303, SET_REPLY_FILE_NAME, E_NOTIMPL) }
        :: d_step { state == TRANSFERRING && kind < 2 -> TAKE(303, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        :: d_step { state == TRANSFERRING && kind < 2 -> TAKE(303, SET_REPLY_FILE_NAME, E_INVALIDARG) }
        /* set_reply_file_name/SUSPENDED/3 MAY: decision/22, decision/13 */
        :: d_step { state == SUSPENDED && kind < 2 -> TAKE(304, SET_REPLY_FILE_NAME, E_NOTIMPL) }
        :: d_step { state == SUSPENDED && kind < 2 -> TAKE(304, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        :: d_step { state == SUSPENDED && kind < 2 -> TAKE(304, SET_REPLY_FILE_NAME, E_INVALIDARG) }
        /* set_reply_file_name/ERROR/3 MAY: decision/22, decision/13 */
        :: d_step { state == ERROR && kind < 2 -> TAKE(305, SET_REPLY_FILE_NAME, E_NOTIMPL) }
        :: d_step { state == ERROR && kind < 2 -> TAKE(305, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        :: d_step { state == ERROR && kind < 2 -> TAKE(305, SET_REPLY_FILE_NAME, E_INVALIDARG) }
        /* set_reply_file_name/TRANSIENT_ERROR/3 MAY: decision/22, decision/13 */
        :: d_step { state == TRANSIENT_ERROR && kind < 2 -> TAKE(306, SET_REPLY_FILE_NAME, E_NOTIMPL) }
        :: d_step { state == TRANSIENT_ERROR && kind < 2 -> TAKE(306, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        :: d_step { state == TRANSIENT_ERROR && kind < 2 -> TAKE(306, SET_REPLY_FILE_NAME, E_INVALIDARG) }
        /* set_reply_file_name/TRANSFERRED/2 MAY: decision/22, decision/13 */
        :: d_step { state == TRANSFERRED && kind < 2 -> TAKE(307, SET_REPLY_FILE_NAME, E_NOTIMPL) }
        :: d_step { state == TRANSFERRED && kind < 2 -> TAKE(307, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        :: d_step { state == TRANSFERRED && kind < 2 -> TAKE(307, SET_REPLY_FILE_NAME, E_INVALIDARG) }
        /* set_reply_file_name/ACKNOWLEDGED/1 MUST: set/final, decision/13 */
        :: d_step { state == ACKNOWLEDGED && kind == 2 -> TAKE(308, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        /* set_reply_file_name/CANCELLED/1 MUST: set/final, decision/13 */
        :: d_step { state == CANCELLED && kind == 2 -> TAKE(309, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        /* set_reply_file_name/ACKNOWLEDGED/2 MAY: set/final, decision/22, decision/13 */
        :: d_step { state == ACKNOWLEDGED && kind < 2 -> TAKE(310, SET_REPLY_FILE_NAME, E_NOTIMPL) }
        :: d_step { state == ACKNOWLEDGED && kind < 2 -> TAKE(310, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        :: d_step { state == ACKNOWLEDGED && kind < 2 -> TAKE(310, SET_REPLY_FILE_NAME, E_INVALIDARG) }
        /* set_reply_file_name/CANCELLED/2 MAY: set/final, decision/22, decision/13 */
        :: d_step { state == CANCELLED && kind < 2 -> TAKE(311, SET_REPLY_FILE_NAME, E_NOTIMPL) }
        :: d_step { state == CANCELLED && kind < 2 -> TAKE(311, SET_REPLY_FILE_NAME, BG_E_INVALID_STATE) }
        :: d_step { state == CANCELLED && kind < 2 -> TAKE(311, SET_REPLY_FILE_NAME, E_INVALIDARG) }
        /* reply_begun/TRANSFERRING/1 MUST: upload/reply */
        :: d_step { state == TRANSFERRING && 0 < files_total && files_done == files_total && reply == 2 -> TAKE(312, REPLY_BEGUN, NONE); reply = 1 }
        /* reply_done/TRANSFERRING/1 MUST: upload/reply */
        :: d_step { state == TRANSFERRING && 0 < files_total && files_done == files_total && reply == 1 -> TAKE(313, REPLY_DONE, NONE); reply = 0 }
        /* transient_fault/CONNECTING/2 MUST: state/connecting, http/reply */
        :: d_step { state == CONNECTING && 0 < files_total && files_done == files_total && 0 < reply -> TAKE(314, TRANSIENT_FAULT, NONE); error = 2; state = TRANSIENT_ERROR }
        /* transient_fault/TRANSFERRING/2 MUST: state/connecting, http/reply */
        :: d_step { state == TRANSFERRING && 0 < files_total && files_done == files_total && 0 < reply -> TAKE(315, TRANSIENT_FAULT, NONE); error = 2; state = TRANSIENT_ERROR }
        /* fatal_fault/TRANSFERRING/2 MUST: http/reply, error/atomic */
        :: d_step { state == TRANSFERRING && 0 < files_total && files_done == files_total && 0 < reply -> TAKE(316, FATAL_FAULT, NONE); error = 2; state = ERROR }
        /* local_file_changed/QUEUED/1 MUST: upload/changed */
        :: d_step { state == QUEUED && 0 < kind && files_done < files_total -> TAKE(317, LOCAL_FILE_CHANGED, NONE); error = 2; state = ERROR }
        /* local_file_changed/CONNECTING/1 MUST: upload/changed */
        :: d_step { state == CONNECTING && 0 < kind && files_done < files_total -> TAKE(318, LOCAL_FILE_CHANGED, NONE); error = 2; state = ERROR }
        /* local_file_changed/TRANSFERRING/1 MUST: upload/changed */
        :: d_step { state == TRANSFERRING && 0 < kind && files_done < files_total -> TAKE(319, LOCAL_FILE_CHANGED, NONE); error = 2; state = ERROR }
        /* transient_fault/TRANSFERRING/3 MUST: http/reply, state/transient */
        :: d_step { state == TRANSFERRING && 0 < kind && files_done < files_total -> TAKE(320, TRANSIENT_FAULT, NONE); error = 2; state = TRANSIENT_ERROR }
        /* resume/SUSPENDED/4 MUST: resume/suspended, upload/reply */
        :: d_step { state == SUSPENDED && 0 < files_total && files_done == files_total && 0 < reply -> TAKE(321, RESUME, S_OK); state = QUEUED }
        /* network_lost/QUEUED/1 MUST: state/transient, error/available */
        :: d_step { state == QUEUED && offline == 0 -> TAKE(322, NETWORK_LOST, NONE); error = 2; offline = 1; state = TRANSIENT_ERROR }
        /* network_lost/TRANSFERRING/1 MUST: state/transient, error/available */
        :: d_step { state == TRANSFERRING && offline == 0 -> TAKE(323, NETWORK_LOST, NONE); error = 2; offline = 1; state = TRANSIENT_ERROR }
        /* network_lost/CONNECTING/1 MUST: state/connecting, error/available */
        :: d_step { state == CONNECTING && offline == 0 -> TAKE(324, NETWORK_LOST, NONE); error = 2; offline = 1; state = TRANSIENT_ERROR }
        /* network_lost/SUSPENDED/1 MUST: state/transient */
        :: d_step { state == SUSPENDED && offline == 0 -> TAKE(325, NETWORK_LOST, NONE); offline = 1 }
        /* network_lost/ERROR/1 MUST: state/transient */
        :: d_step { state == ERROR && offline == 0 -> TAKE(326, NETWORK_LOST, NONE); offline = 1 }
        /* network_lost/TRANSFERRED/1 MUST: state/transient */
        :: d_step { state == TRANSFERRED && offline == 0 -> TAKE(327, NETWORK_LOST, NONE); offline = 1 }
        /* network_lost/TRANSIENT_ERROR/1 MUST: state/transient */
        :: d_step { state == TRANSIENT_ERROR && offline == 0 -> TAKE(328, NETWORK_LOST, NONE); offline = 1 }
        /* network_back/TRANSIENT_ERROR/1 MUST: state/transient */
        :: d_step { state == TRANSIENT_ERROR && offline == 1 && blocked == 0 -> TAKE(329, NETWORK_BACK, NONE); offline = 0; state = QUEUED }
        /* network_back/TRANSIENT_ERROR/2 MAY: state/transient, policy/bandwidth, decision/23 */
        :: d_step { state == TRANSIENT_ERROR && offline == 1 && blocked == 1 -> TAKE(330, NETWORK_BACK, NONE); offline = 0; state = QUEUED }
        :: d_step { state == TRANSIENT_ERROR && offline == 1 && blocked == 1 -> TAKE(330, NETWORK_BACK, NONE); offline = 0 }
        /* network_back/SUSPENDED/1 MUST: state/transient */
        :: d_step { state == SUSPENDED && offline == 1 -> TAKE(331, NETWORK_BACK, NONE); offline = 0 }
        /* network_back/ERROR/1 MUST: state/transient */
        :: d_step { state == ERROR && offline == 1 -> TAKE(332, NETWORK_BACK, NONE); offline = 0 }
        /* network_back/TRANSFERRED/1 MUST: state/transient */
        :: d_step { state == TRANSFERRED && offline == 1 -> TAKE(333, NETWORK_BACK, NONE); offline = 0 }
        /* network_back/QUEUED/1 MUST: state/transient */
        :: d_step { state == QUEUED && offline == 1 -> TAKE(334, NETWORK_BACK, NONE); offline = 0 }
        /* policy_block/CONNECTING/1 MUST: policy/cost, policy/bandwidth, error/available */
        :: d_step { state == CONNECTING && blocked == 0 -> TAKE(335, POLICY_BLOCK, NONE); error = 2; blocked = 1; state = TRANSIENT_ERROR }
        /* policy_block/TRANSFERRING/1 MUST: policy/cost, policy/bandwidth, error/available */
        :: d_step { state == TRANSFERRING && blocked == 0 -> TAKE(336, POLICY_BLOCK, NONE); error = 2; blocked = 1; state = TRANSIENT_ERROR }
        /* policy_block/QUEUED/1 MAY: policy/cost, policy/bandwidth, decision/10 */
        :: d_step { state == QUEUED && blocked == 0 -> TAKE(337, POLICY_BLOCK, NONE); error = 2; blocked = 1; state = TRANSIENT_ERROR }
        :: d_step { state == QUEUED && blocked == 0 -> TAKE(337, POLICY_BLOCK, NONE); blocked = 1 }
        /* policy_block/SUSPENDED/1 MUST: policy/cost, policy/bandwidth */
        :: d_step { state == SUSPENDED && blocked == 0 -> TAKE(338, POLICY_BLOCK, NONE); blocked = 1 }
        /* policy_block/ERROR/1 MUST: policy/cost, policy/bandwidth */
        :: d_step { state == ERROR && blocked == 0 -> TAKE(339, POLICY_BLOCK, NONE); blocked = 1 }
        /* policy_block/TRANSFERRED/1 MUST: policy/cost, policy/bandwidth */
        :: d_step { state == TRANSFERRED && blocked == 0 -> TAKE(340, POLICY_BLOCK, NONE); blocked = 1 }
        /* policy_block/TRANSIENT_ERROR/1 MUST: policy/cost, policy/bandwidth */
        :: d_step { state == TRANSIENT_ERROR && blocked == 0 -> TAKE(341, POLICY_BLOCK, NONE); blocked = 1 }
        /* policy_open/TRANSIENT_ERROR/1 MUST: policy/bandwidth */
        :: d_step { state == TRANSIENT_ERROR && blocked == 1 && offline == 0 -> TAKE(342, POLICY_OPEN, NONE); blocked = 0; state = QUEUED }
        /* policy_open/TRANSIENT_ERROR/2 MAY: policy/bandwidth, state/transient, decision/23 */
        :: d_step { state == TRANSIENT_ERROR && blocked == 1 && offline == 1 -> TAKE(343, POLICY_OPEN, NONE); blocked = 0; state = QUEUED }
        :: d_step { state == TRANSIENT_ERROR && blocked == 1 && offline == 1 -> TAKE(343, POLICY_OPEN, NONE); blocked = 0 }
        /* policy_open/SUSPENDED/1 MUST: policy/bandwidth */
        :: d_step { state == SUSPENDED && blocked == 1 -> TAKE(344, POLICY_OPEN, NONE); blocked = 0 }
        /* policy_open/ERROR/1 MUST: policy/bandwidth */
        :: d_step { state == ERROR && blocked == 1 -> TAKE(345, POLICY_OPEN, NONE); blocked = 0 }
        /* policy_open/TRANSFERRED/1 MUST: policy/bandwidth */
        :: d_step { state == TRANSFERRED && blocked == 1 -> TAKE(346, POLICY_OPEN, NONE); blocked = 0 }
        /* policy_open/QUEUED/1 MUST: policy/bandwidth */
        :: d_step { state == QUEUED && blocked == 1 -> TAKE(347, POLICY_OPEN, NONE); blocked = 0 }
        /* log_off/TRANSFERRING/1 MUST: state/queued */
        :: d_step { state == TRANSFERRING && away == 0 -> TAKE(348, LOG_OFF, NONE); away = 1; state = QUEUED }
        /* log_off/CONNECTING/1 MAY: state/queued, decision/10 */
        :: d_step { state == CONNECTING && away == 0 -> TAKE(349, LOG_OFF, NONE); away = 1; state = QUEUED }
        :: d_step { state == CONNECTING && away == 0 -> TAKE(349, LOG_OFF, NONE); away = 1 }
        /* log_off/SUSPENDED/1 MUST: state/queued */
        :: d_step { state == SUSPENDED && away == 0 -> TAKE(350, LOG_OFF, NONE); away = 1 }
        /* log_off/ERROR/1 MUST: state/queued */
        :: d_step { state == ERROR && away == 0 -> TAKE(351, LOG_OFF, NONE); away = 1 }
        /* log_off/TRANSFERRED/1 MUST: state/queued */
        :: d_step { state == TRANSFERRED && away == 0 -> TAKE(352, LOG_OFF, NONE); away = 1 }
        /* log_off/QUEUED/1 MUST: state/queued */
        :: d_step { state == QUEUED && away == 0 -> TAKE(353, LOG_OFF, NONE); away = 1 }
        /* log_off/TRANSIENT_ERROR/1 MUST: state/queued */
        :: d_step { state == TRANSIENT_ERROR && away == 0 -> TAKE(354, LOG_OFF, NONE); away = 1 }
        /* log_on/SUSPENDED/1 MUST: state/queued */
        :: d_step { state == SUSPENDED && away == 1 -> TAKE(355, LOG_ON, NONE); away = 0 }
        /* log_on/ERROR/1 MUST: state/queued */
        :: d_step { state == ERROR && away == 1 -> TAKE(356, LOG_ON, NONE); away = 0 }
        /* log_on/TRANSFERRED/1 MUST: state/queued */
        :: d_step { state == TRANSFERRED && away == 1 -> TAKE(357, LOG_ON, NONE); away = 0 }
        /* log_on/QUEUED/1 MUST: state/queued */
        :: d_step { state == QUEUED && away == 1 -> TAKE(358, LOG_ON, NONE); away = 0 }
        /* log_on/CONNECTING/1 MUST: state/queued */
        :: d_step { state == CONNECTING && away == 1 -> TAKE(359, LOG_ON, NONE); away = 0 }
        /* log_on/TRANSIENT_ERROR/1 MUST: state/queued */
        :: d_step { state == TRANSIENT_ERROR && away == 1 -> TAKE(360, LOG_ON, NONE); away = 0 }
        /* token_missing/QUEUED/1 MUST: token/logoff, error/available */
        :: d_step { state == QUEUED -> TAKE(361, TOKEN_MISSING, NONE); error = 2; state = ERROR }
        /* token_missing/CONNECTING/1 MUST: token/logoff, error/available */
        :: d_step { state == CONNECTING -> TAKE(362, TOKEN_MISSING, NONE); error = 2; state = ERROR }
        /* token_missing/TRANSFERRING/1 MUST: token/logoff, error/available */
        :: d_step { state == TRANSFERRING -> TAKE(363, TOKEN_MISSING, NONE); error = 2; state = ERROR }
        /* token_missing/TRANSIENT_ERROR/1 MUST: token/logoff, error/available */
        :: d_step { state == TRANSIENT_ERROR -> TAKE(364, TOKEN_MISSING, NONE); error = 2; state = ERROR }
        /* get_error/TRANSFERRED/2 MAY: decision/16, decision/18 */
        :: d_step { state == TRANSFERRED && error == 1 -> TAKE(365, GET_ERROR, S_OK) }
        :: d_step { state == TRANSFERRED && error == 1 -> TAKE(365, GET_ERROR, BG_E_ERROR_INFORMATION_UNAVAILABLE) }
        /* complete/TRANSIENT_ERROR/4 MAY: complete/partial */
        :: d_step { state == TRANSIENT_ERROR && 0 < files_total && files_done == files_total && kind == 0 -> TAKE(366, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == TRANSIENT_ERROR && 0 < files_total && files_done == files_total && kind == 0 -> TAKE(366, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        /* complete/ERROR/4 MAY: complete/partial */
        :: d_step { state == ERROR && 0 < files_total && files_done == files_total && kind == 0 -> TAKE(367, COMPLETE, S_OK); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        :: d_step { state == ERROR && 0 < files_total && files_done == files_total && kind == 0 -> TAKE(367, COMPLETE, BG_S_PARTIAL_COMPLETE); error = (error < 1 -> error : 1); state = ACKNOWLEDGED }
        fi;
        d_step { moves(); places() }
    }
    od
}
