"""What a user may ask of the service: who he is, how many jobs and files he may have, how long a name is.

Laws: limits count the jobs of the queue alone, a job that has ended counts no more; they belong to BITS, and
an administrator is exempt; a name or a job beyond a limit is refused, and nothing has changed.

It does not know which jobs there are.
"""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copyjob.reference.errors import CopyJobError
from copyjob.spec.vocabulary import Hresult

if TYPE_CHECKING:
    from copyjob.spec.vocabulary import JobState

DISPLAY_NAME_LENGTH_MAX: Final = 256


@dataclass(frozen=True, slots=True)
class User:
    """For whom the service works; every job of its store is his."""

    name: str
    administrator: bool = False

    @classmethod
    def current(cls) -> User:
        """Return the user of this process; root is the administrator, as for every file."""
        number = os.geteuid()
        try:
            name = pwd.getpwuid(number).pw_name
        except KeyError:
            name = str(number)  # a container may run as a number that has no name
        return cls(name, administrator=number == 0)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many there may be at once; None is without limit. Clause: addfile/limits."""

    files_per_job: int | None = 200
    jobs_per_user: int | None = 60
    jobs_per_machine: int | None = 300

    def refuse_job(self, jobs: int) -> None:
        """
        Refuse one more job where the queue holds ``jobs``, all of them of one user.

        BG_E_TOO_MANY_JOBS_PER_USER or BG_E_TOO_MANY_JOBS_PER_MACHINE. Clause: addfile/limits.
        """
        for most, code, whose in (
            (self.jobs_per_user, Hresult.BG_E_TOO_MANY_JOBS_PER_USER, "a user"),
            (self.jobs_per_machine, Hresult.BG_E_TOO_MANY_JOBS_PER_MACHINE, "a machine"),
        ):
            if most is not None and jobs >= most:
                raise CopyJobError(
                    code, "create_job", f"{jobs} jobs are in the queue, {whose} may have {most}; end one first"
                )


UNLIMITED: Final = Limits(None, None, None)
"""For administrators, and for Delivery Optimization, whose pages name no limit."""


def check_display_name(
    display_name: str | None, operation: str, too_long: Hresult, *, state: JobState | None = None
) -> str:
    """
    Return the display name, or refuse none at all with E_INVALIDARG and a longer one with ``too_long``.

    The length counts characters, at most `DISPLAY_NAME_LENGTH_MAX`. Clauses: manager/create, addfile/limits.
    """
    if display_name is None:
        raise CopyJobError(Hresult.E_INVALIDARG, operation, "a job needs a display name; it may be empty", state=state)
    length = len(display_name)
    if length > DISPLAY_NAME_LENGTH_MAX:
        detail = f"the display name has {length} characters, {DISPLAY_NAME_LENGTH_MAX} are allowed"
        raise CopyJobError(too_long, operation, detail, state=state)
    return display_name
