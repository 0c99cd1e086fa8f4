"""Stores that older versions of the service have written are brought to the present one, and lose nothing."""

# Fixtures of conftest come untyped (it cannot be imported by name), so what scripts receive is unknown.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from copyjob.reference.job import MAX_DOWNLOAD_SECONDS
from copyjob.reference.policies import User
from copyjob.reference.schema import MIGRATIONS, SCHEMA_VERSION
from copyjob.reference.service import Service
from copyjob.reference.store import boot_id
from copyjob.spec.vocabulary import Hresult, JobPriority, JobState, JobType, NotifyFlag

STORES = Path(__file__).parent / "stores"
"""Dumps of stores as the service of that version has left them, of half a file, a refused and an ended job."""
BODY = b"0123456789"
ROOT = User("root", administrator=True)


def restore(number: int, folder: Path) -> Path:
    """Make the store of version ``number`` again, with the half file that it speaks of; return its path."""
    path = folder / "state" / "jobs.sqlite"
    path.parent.mkdir()
    dump = (STORES / f"version-{number}.sql").read_text(encoding="utf-8")
    (path.parent / "dump.sql").write_text(dump, encoding="utf-8")
    connection = sqlite3.connect(path)
    connection.executescript(dump.replace("@FOLDER@", str(folder)).replace("@BOOT@", boot_id()))
    (temporary,) = connection.execute("SELECT temporary FROM files WHERE offset_bytes = 5").fetchone()
    connection.close()
    Path(temporary).write_bytes(BODY[:5])
    return path


@pytest.fixture(params=range(2, SCHEMA_VERSION))
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Make a store of each older version; return its path."""
    return restore(request.param, tmp_path)


def columns(path: Path, table: str) -> list[str]:
    connection = sqlite3.connect(path)
    found = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    connection.close()
    return found


def columns_before(path: Path) -> str:
    """Return how the store of this path spelled its tables before it was migrated."""
    return (path.parent / "dump.sql").read_text(encoding="utf-8")


def by_name(service: Service) -> dict[str, Any]:
    return {job.display_name: job for job in service.jobs(all_users=True)}


def test_every_older_version_leads_to_the_next_one() -> None:
    assert sorted(MIGRATIONS) == list(range(1, SCHEMA_VERSION))


@pytest.mark.parametrize("table", ["jobs", "files"])
def test_a_migrated_store_has_the_columns_of_a_new_one_in_their_order(old: Path, tmp_path: Path, table: str) -> None:
    Service(str(old)).close()
    new = tmp_path / "new.sqlite"
    Service(str(new)).close()

    assert columns(old, table) == columns(new, table)


def test_half_a_file_of_an_older_store_goes_on(serve: Any, origin: Any, old: Path, tmp_path: Path) -> None:
    assert old.exists()
    job = by_name(serve(user=ROOT))["half a file"]
    url = origin.play("/a", lambda c: c.document(BODY, '"v1"', Last_Modified="Mon, 06 Jan 2025 10:00:00 GMT"))
    job.set_remote_name(0, url)
    job.resume()
    assert job.wait_for(JobState.TRANSFERRED, timeout_seconds=20)
    job.complete()

    assert (tmp_path / "a").read_bytes() == BODY
    assert origin.requests[0].headers["range"] == "bytes=5-"


def test_what_an_older_store_has_recorded_stays(serve: Any, old: Path) -> None:
    assert old.exists()
    jobs = by_name(serve(user=ROOT))
    half, refused = jobs["half a file"], jobs["refused"]

    assert (half.priority, half.notify_flags) == (JobPriority.HIGH, NotifyFlag.JOB_TRANSFERRED | 8)
    assert (refused.state, refused.error().code, refused.error_count) == (JobState.ERROR, 0x80190194, 1)
    assert refused.files()[0].expected_digest == "sha256:" + 64 * "0"


def test_what_an_older_store_does_not_know_has_its_default(serve: Any, old: Path) -> None:
    assert old.exists()
    service = serve(user=User("somebody", administrator=True))
    (job,) = (job for job in service.jobs(all_users=True) if job.display_name == "half a file")

    assert job.owner == ("root" if "owner" in columns_before(old) else "somebody")
    assert (job.max_download_seconds, job.files()[0].ranges, job.type) == (MAX_DOWNLOAD_SECONDS, (), JobType.DOWNLOAD)


def test_an_ended_job_of_an_older_store_stays_ended(serve: Any, old: Path) -> None:
    connection = sqlite3.connect(old)
    (job_id,) = connection.execute("SELECT id FROM jobs WHERE display_name = 'ended'").fetchone()
    connection.close()
    job = serve(user=ROOT).find(job_id)

    assert job.state is JobState.CANCELLED
    with pytest.raises(Exception, match=Hresult.BG_E_INVALID_STATE.name):
        job.cancel()
