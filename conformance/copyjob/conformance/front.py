"""The jobs in front: running jobs that keep another one QUEUED (power ``queue``).

Law: they are jobs like any other, each in a world of its own, and are cancelled when they have served. Whether they
still stand there is asked, never assumed.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from copyjob.conformance.adapter import Adapter, AdapterError
from copyjob.conformance.callers import CallTimedOutError
from copyjob.conformance.interface import Power
from copyjob.conformance.origin.server import Origin
from copyjob.conformance.world import World
from copyjob.spec.vocabulary import JobPriority, JobState, Operation


class Front:
    """As many running jobs as the backend says that it takes."""

    def __init__(self, adapter: Adapter, origin: Origin, folder: Path) -> None:
        """Prepare; no job is created yet."""
        self._adapter, self._origin, self._folder = adapter, origin, folder
        self._jobs: list[tuple[str, World]] = []

    def start(self) -> None:
        """Create the jobs, of a higher priority where that can be set, and resume them; their files are held."""
        adapter = self._adapter
        for number in range(adapter.blocking_jobs):
            world = World(self._origin, self._folder / f"front-{number}", seed=number + 1)
            job = adapter.create_job("copyjob check: in front")
            self._jobs.append((job, world))
            world.set_script(0, "hold_body")
            adapter.call(Operation.ADD_FILE, job, world.files[0].url, str(world.destination(0)))
            if adapter.declared.has(Power.SETTINGS):
                adapter.call(Operation.SET_PRIORITY, job, int(JobPriority.HIGH))
            adapter.call(Operation.RESUME, job)

    def runs(self) -> bool:
        """Whether every job transfers."""
        return all(self._adapter.state(job) is JobState.TRANSFERRING for job, _ in self._jobs)

    def dismiss(self) -> None:
        """Cancel the jobs and close their worlds."""
        for job, world in self._jobs:
            # A backend may let Cancel wait for what it has asked the server for.
            world.site.close()
            with suppress(AdapterError, CallTimedOutError):
                self._adapter.call(Operation.CANCEL, job)
            world.close()
        self._jobs.clear()
