"""What the pocket backend tells of a job and of its queue: one getter after another, each a small method.

Law: a getter reads under the lock and changes nothing. It answers for jobs that have ended too, as whoever holds one
may ask (decision/9).

What this module does not know: how anything came about.
"""

from __future__ import annotations

from copyjob.conformance.pocket_schedule import DAY_SECONDS, FINAL
from copyjob.conformance.pocket_wire import WireScheduler
from copyjob.spec.vocabulary import SIZE_UNKNOWN, Hresult


class Getters(WireScheduler):
    """What a backend can be asked."""

    def get_state(self, job: str) -> int:
        """Return the BG_JOB_STATE, in final states too. Clause: decision/9."""
        with self.lock:
            return self.jobs[job].state

    def get_progress(self, job: str) -> tuple[int, int, int, int]:
        """Return bytes total and transferred, files total and transferred. Clause: job/progress."""
        with self.lock:
            files = self.jobs[job].files
            sizes = [file.size_bytes for file in files if file.size_bytes is not None]
            total = sum(sizes) if len(sizes) == len(files) else SIZE_UNKNOWN
            received = sum(file.received_bytes for file in files)
            return total, received, len(files), sum(file.done for file in files)

    def get_error(self, job: str) -> tuple[int, int] | int:
        """Return error context and code, or the HRESULT that refuses them. Clause: error/available."""
        with self.lock:
            return self.jobs[job].error or self.code(
                Hresult.BG_E_ERROR_INFORMATION_UNAVAILABLE, Hresult.DO_E_ERROR_INFORMATION_UNAVAILABLE
            )

    def get_error_count(self, job: str) -> int:
        """Return how often the job has failed. Clause: error/count."""
        with self.lock:
            return self.jobs[job].error_count

    def get_times(self, job: str) -> tuple[float, float, float | None]:
        """Return when the job was created, modified and transferred. Clause: times."""
        with self.lock:
            own = self.jobs[job]
            return own.created_seconds, own.modified_seconds, own.completed_seconds

    def get_properties(self, job: str) -> dict[str, int | str]:
        """Return what is set for the job. Clause: restart."""
        with self.lock:
            own = self.jobs[job]
            told: dict[str, int | str] = {"display_name": own.display_name, "priority": own.priority}
            if own.no_progress_seconds is not None or self.bits:
                default = 14 * DAY_SECONDS
                told["no_progress_timeout"] = default if own.no_progress_seconds is None else own.no_progress_seconds
            if self.bits:
                told["minimum_retry_delay"] = own.retry_delay_seconds
            return told

    def enum_files(self, job: str) -> list[tuple[str, str]]:
        """Return URL and path of every file. Clause: enum/files."""
        with self.lock:
            return [(file.url, str(file.local_path)) for file in self.jobs[job].files]

    def enum_jobs(self) -> list[str]:
        """Return the ids of the jobs that have not ended. Clause: manager/enum."""
        with self.lock:
            return [job.id for job in self.jobs.values() if job.state not in FINAL]

    def get_job(self, job: str) -> int:
        """Find a job that has not ended. Clause: manager/get."""
        with self.lock:
            found = job in self.jobs and self.jobs[job].state not in FINAL
            return Hresult.S_OK if found else self.code(Hresult.BG_E_NOT_FOUND, Hresult.DO_E_JOB_NOT_FOUND)
