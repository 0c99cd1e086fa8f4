"""Laws: sentences about every reachable configuration and every step, each of which a wrong table breaks.

``always_`` laws forbid configurations or steps; ``sometimes_`` laws must find an example; ``eventually_`` laws ask that
a goal stays within reach, or that every fair run meets it. A verdict carries the shortest counterexample as a path of
steps. What a law is made of, and how another model checker reads it: :mod:`copyjob.spec._law`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from copyjob.spec._law import (
    Broken,
    Change,
    EveryRow,
    EveryState,
    Kind,
    Law,
    LeadsTo,
    Move,
    Never,
    NoStep,
    Place,
    Possible,
)
from copyjob.spec._laws_always import (
    always_a_final_state_absorbs,
    always_a_job_outlives_the_service,
    always_a_refused_call_changes_nothing,
    always_a_transferring_job_has_no_error_information,
    always_a_transient_error_is_entered_only_by_a_passing_fault,
    always_a_transient_error_is_left_by_a_retry_or_on_purpose,
    always_adding_a_file_leaves_the_state,
    always_an_error_state_has_error_information,
    always_an_upload_holds_at_most_one_file,
    always_an_upload_is_transferred_after_its_reply,
    always_bits_answers_in_its_own_codes,
    always_delivery_optimization_answers_in_its_own_codes,
    always_delivery_optimization_never_connects,
    always_error_is_entered_only_by_a_lasting_fault,
    always_error_is_left_only_on_purpose,
    always_files_done_falls_only_by_cancel_or_expiry,
    always_files_done_is_at_most_files_total,
    always_files_total_grows_only_by_adding_a_file,
    always_files_total_never_falls,
    always_get_error_answers_exactly_where_a_job_failed,
    always_getters_and_setters_leave_the_job_alone,
    always_no_file_is_available_before_complete,
    always_no_job_transfers_against_its_surroundings,
    always_only_a_fault_brings_error_information,
    always_only_cancel_and_expiry_throw_a_job_away,
    always_only_resume_wakes_a_suspended_job,
    always_resume_never_revives_a_final_job,
    always_transferred_means_a_file_is_transferred,
)
from copyjob.spec._laws_eventually import (
    eventually_a_served_job_is_transferred,
    eventually_a_waiting_job_gets_a_turn,
    eventually_any_job_can_be_transferred,
    eventually_transferred_is_possible,
    sometimes_every_row_is_taken,
    sometimes_every_state_is_reached,
)

__all__ = [
    "FILES_NEEDED",
    "LAWS",
    "Broken",
    "Change",
    "EveryRow",
    "EveryState",
    "Kind",
    "Law",
    "LeadsTo",
    "Move",
    "Never",
    "NoStep",
    "Place",
    "Possible",
    "always_a_final_state_absorbs",
    "always_a_job_outlives_the_service",
    "always_a_refused_call_changes_nothing",
    "always_a_transferring_job_has_no_error_information",
    "always_a_transient_error_is_entered_only_by_a_passing_fault",
    "always_a_transient_error_is_left_by_a_retry_or_on_purpose",
    "always_adding_a_file_leaves_the_state",
    "always_an_error_state_has_error_information",
    "always_an_upload_holds_at_most_one_file",
    "always_an_upload_is_transferred_after_its_reply",
    "always_bits_answers_in_its_own_codes",
    "always_delivery_optimization_answers_in_its_own_codes",
    "always_delivery_optimization_never_connects",
    "always_error_is_entered_only_by_a_lasting_fault",
    "always_error_is_left_only_on_purpose",
    "always_files_done_falls_only_by_cancel_or_expiry",
    "always_files_done_is_at_most_files_total",
    "always_files_total_grows_only_by_adding_a_file",
    "always_files_total_never_falls",
    "always_get_error_answers_exactly_where_a_job_failed",
    "always_getters_and_setters_leave_the_job_alone",
    "always_no_file_is_available_before_complete",
    "always_no_job_transfers_against_its_surroundings",
    "always_only_a_fault_brings_error_information",
    "always_only_cancel_and_expiry_throw_a_job_away",
    "always_only_resume_wakes_a_suspended_job",
    "always_resume_never_revives_a_final_job",
    "always_transferred_means_a_file_is_transferred",
    "eventually_a_served_job_is_transferred",
    "eventually_a_waiting_job_gets_a_turn",
    "eventually_any_job_can_be_transferred",
    "eventually_transferred_is_possible",
    "sentence",
    "sometimes_every_row_is_taken",
    "sometimes_every_state_is_reached",
]

LAWS: tuple[Law, ...] = (
    always_a_final_state_absorbs,
    always_resume_never_revives_a_final_job,
    always_no_file_is_available_before_complete,
    always_only_cancel_and_expiry_throw_a_job_away,
    always_a_refused_call_changes_nothing,
    always_getters_and_setters_leave_the_job_alone,
    always_adding_a_file_leaves_the_state,
    always_bits_answers_in_its_own_codes,
    always_delivery_optimization_answers_in_its_own_codes,
    always_files_done_is_at_most_files_total,
    always_files_done_falls_only_by_cancel_or_expiry,
    always_files_total_never_falls,
    always_files_total_grows_only_by_adding_a_file,
    always_an_upload_holds_at_most_one_file,
    always_a_job_outlives_the_service,
    always_transferred_means_a_file_is_transferred,
    always_an_upload_is_transferred_after_its_reply,
    always_delivery_optimization_never_connects,
    always_only_resume_wakes_a_suspended_job,
    always_no_job_transfers_against_its_surroundings,
    always_error_is_entered_only_by_a_lasting_fault,
    always_a_transient_error_is_entered_only_by_a_passing_fault,
    always_error_is_left_only_on_purpose,
    always_a_transient_error_is_left_by_a_retry_or_on_purpose,
    always_an_error_state_has_error_information,
    always_a_transferring_job_has_no_error_information,
    always_only_a_fault_brings_error_information,
    always_get_error_answers_exactly_where_a_job_failed,
    sometimes_every_state_is_reached,
    sometimes_every_row_is_taken,
    eventually_transferred_is_possible,
    eventually_any_job_can_be_transferred,
    eventually_a_served_job_is_transferred,
    eventually_a_waiting_job_gets_a_turn,
)

FILES_NEEDED: Mapping[Law, int] = MappingProxyType({law: law.files_needed for law in LAWS if law.files_needed})
"""How many files a job must be allowed before a law can find what it asks for; the others need none."""


def sentence(law: Law) -> str:
    """Return a law's name as words."""
    return law.name.replace("_", " ")
