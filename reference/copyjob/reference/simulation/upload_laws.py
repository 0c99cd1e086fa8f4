"""What the service promises of uploads, as checks of one moment of a simulated run.

Law: as in ``laws``; what a server has, and what it replied, is what the server itself knows.

It does not know when a job is at rest, nor which names appear: that is the same for every job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copyjob.reference.errors import CopyJobError
from copyjob.reference.simulation.known import RUNNING, hold
from copyjob.spec.vocabulary import JobState, JobType

if TYPE_CHECKING:
    from copyjob.reference.service import JobHandle
    from copyjob.reference.simulation.known import Known, Moment
    from copyjob.reference.simulation.network import Network


def check_upload(moment: Moment, known: Known, job: JobHandle) -> None:
    """Check what holds of one job that uploads; raise `BrokenPromiseError` for the first promise that does not."""
    for file in job.files():
        if file.transferred:
            _server_has_it(moment, known)
        elif job.state not in RUNNING:
            sent = file.bytes_transferred
            hold(not sent, "of a try that failed nothing counts", f"{sent} bytes of {file.local_path} are counted")
    if known.type is JobType.UPLOAD_REPLY:
        _reply_is_here(moment, known, job)


def _server_has_it(moment: Moment, known: Known) -> None:
    wish = known.files[0]
    last = moment.network.last_delivery(wish.url)
    versions, where = moment.sources.files[wish.path].versions, f"{wish.path} at {wish.url}: {last}"
    hold(last is not None and last.accepted, "what is transferred was accepted by the server, at last", where)
    whole = last is not None and bytes(last.body) in versions
    hold(whole, "what is transferred is with the server whole, and of one version", where)
    replied = known.type is JobType.UPLOAD or (last is not None and last.replied)
    hold(replied, "what is transferred was replied to", where)


def _reply_is_here(moment: Moment, known: Known, job: JobHandle) -> None:
    if job.state not in {JobState.TRANSFERRED, JobState.ACKNOWLEDGED}:
        if job.state not in RUNNING and not any(file.transferred for file in job.files()):
            progress = job.reply_progress()
            hold(not progress.bytes_transferred, "of a reply that is not whole nothing counts", str(progress))
        return
    last = moment.network.last_delivery(known.files[0].url)
    try:
        data = job.reply_data()
    except CopyJobError as error:
        hold(False, "a reply that has arrived is there", str(error))
        return
    wanted = last.reply if last is not None else b""
    hold((data or b"") == wanted, "a reply is what the server replied", f"{data!r} instead of {wanted!r}")


def refused(network: Network, known: Known, name: str) -> bool:
    """Return whether a call of an upload that has not ended is refused, whatever the disk does."""
    match name:
        case "complete":
            return known.state is not JobState.TRANSFERRED
        case "set_reply_file_name":
            arriving = [exchange.answered for exchange in network.exchanges if exchange.request.url == known.url]
            return known.state is JobState.TRANSFERRED or any(arriving)
        case "add_file":
            return bool(known.files)
        case _:
            return False
