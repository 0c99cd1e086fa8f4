"""What a user may ask of the service, and what holds for every transfer: who he is, how many jobs and files he may
have, how long a name is, how many redirects are followed, how much the background may take.

Laws: limits count the jobs of the queue alone, a job that has ended counts no more; they belong to BITS, and
an administrator is exempt; a name or a job beyond a limit is refused, and nothing has changed.

It does not know which jobs there are.
"""

from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from copyjob.reference.errors import CopyJobError
from copyjob.reference.wire import REDIRECTS_MAX
from copyjob.spec.vocabulary import Dialect, Hresult

if TYPE_CHECKING:
    from copyjob.spec.vocabulary import JobState

DISPLAY_NAME_LENGTH_MAX: Final = 256


class User(Struct, frozen=True):
    """Who calls: the jobs that he creates are his, and an administrator may do with all of them as their owners."""

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


class Limits(Struct, frozen=True):
    """How many there may be at once; None is without limit. Clause: addfile/limits."""

    files_per_job: int | None = 200
    jobs_per_user: int | None = 60
    jobs_per_machine: int | None = 300
    ranges_per_file: int | None = 500

    def refuse_job(self, own: int, jobs: int) -> None:
        """
        Refuse one more job where the queue holds ``jobs``, ``own`` of them of the user who asks.

        BG_E_TOO_MANY_JOBS_PER_USER or BG_E_TOO_MANY_JOBS_PER_MACHINE. Clause: addfile/limits.
        """
        for most, there, code, whose in (
            (self.jobs_per_user, own, Hresult.BG_E_TOO_MANY_JOBS_PER_USER, "a user"),
            (self.jobs_per_machine, jobs, Hresult.BG_E_TOO_MANY_JOBS_PER_MACHINE, "a machine"),
        ):
            if most is not None and there >= most:
                raise CopyJobError(
                    code, "create_job", f"{there} jobs are in the queue, {whose} may have {most}; end one first"
                )


class TransferPolicy(Struct, frozen=True):
    """What holds for the transfers of a service, whoever's they are."""

    redirects_max: int = REDIRECTS_MAX
    """How many redirects are followed; with 0 every redirect is an error (`http/redirect`)."""
    background_bytes_per_second: int | None = None
    """What background jobs may take together; None is without limit, 0 blocks them (`policy/bandwidth`)."""
    gather_seconds: float | None = None
    """
    How long the arrival of a file may wait to be recorded, and told, with those of the job's next files; 0 records
    each at once. None is `arrivals.GATHER_SECONDS`, and 0 where time is moved by hand.
    """


UNLIMITED: Final = Limits(None, None, None, None)
"""For administrators, and for Delivery Optimization, whose pages name no limit."""


class Client(Struct, frozen=True):
    """A user together with what he may have."""

    user: User
    limits: Limits

    @classmethod
    def of(cls, user: User, dialect: Dialect, limits: Limits) -> Client:
        """Return the client that a user is: limits are BITS's, and an administrator has none (`addfile/limits`)."""
        return cls(user, UNLIMITED if user.administrator or dialect is Dialect.DO else limits)

    def refuse_foreign(self, owner: str, operation: str, *, state: JobState | None = None) -> None:
        """Refuse with E_ACCESSDENIED what this client asks of a job of ``owner`` (`manager/get`)."""
        if owner != self.user.name and not self.user.administrator:
            raise CopyJobError(Hresult.E_ACCESSDENIED, operation, "the job is another user's", state=state)

    def refuse_plain(self, operation: str, *, state: JobState | None = None) -> None:
        """Refuse with E_ACCESSDENIED what only an administrator may ask (`owner/take`, `manager/enum`)."""
        if not self.user.administrator:
            raise CopyJobError(Hresult.E_ACCESSDENIED, operation, "only an administrator may do that", state=state)


def check_display_name(
    display_name: str | None, operation: str, too_long: Hresult, *, state: JobState | None = None
) -> str:
    """
    Return the display name, or refuse with E_INVALIDARG none at all and what is no text (a surrogate without its
    other half), and a longer one with ``too_long``.

    The length counts characters, at most `DISPLAY_NAME_LENGTH_MAX`. Clauses: manager/create, addfile/limits.
    """
    if display_name is None:
        raise CopyJobError(Hresult.E_INVALIDARG, operation, "a job needs a display name; it may be empty", state=state)
    length = len(display_name)
    if length > DISPLAY_NAME_LENGTH_MAX:
        detail = f"the display name has {length} characters, {DISPLAY_NAME_LENGTH_MAX} are allowed"
        raise CopyJobError(too_long, operation, detail, state=state)
    try:
        display_name.encode()
    except UnicodeEncodeError:
        raise CopyJobError(
            Hresult.E_INVALIDARG, operation, f"the display name {display_name!a} is no text", state=state
        ) from None
    return display_name
