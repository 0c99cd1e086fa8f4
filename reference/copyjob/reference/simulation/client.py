"""The client of a simulated run: what it calls, and what it holds each answer to.

Laws: a call that is refused has changed nothing, a good call is refused only by a disk that fails, and one that is
answered has happened. What the client knows is what calls have answered.

It does not know what breaks the service, nor when.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from copyjob.reference.clock import ManualClock
from copyjob.reference.errors import CopyJobError
from copyjob.reference.simulation.laws import AT_REST, FINAL, BrokenPromiseError, Known
from copyjob.reference.simulation.machine import Machine
from copyjob.reference.simulation.network import Network
from copyjob.reference.simulation.wishes import RANGED_LEAST_BYTES, Wish, draw_ranges
from copyjob.spec.vocabulary import Dialect, Hresult, JobState

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.reference.service import JobHandle, Service

FILES_MAX: Final = 4
FOLDER: Final = "/downloads"
Wanted = tuple[Wish, ...] | dict[int, str]
"""What a call adds, or which files it gives which remote name."""


class Client:
    """Who creates jobs and calls them, in a world of one seed."""

    def __init__(self, seed: int, dialect: Dialect | None) -> None:
        self.rng = random.Random(seed)  # noqa: S311 it is to be repeated
        self.dialect = dialect or self.rng.choice([Dialect.BITS, Dialect.DO])
        self.machine = Machine(random.Random(seed + 1))  # noqa: S311 likewise
        self.network = Network(random.Random(seed + 2), fault_rate=0.5)  # noqa: S311 likewise
        self.clock = ManualClock()
        self.known: list[Known] = []
        self.service: Service | None = None
        self.called: tuple[str, Known | None, Wanted] = ("", None, ())
        """The call under way: its name, its job, and what it adds or renames."""
        self.paths = 0

    def handle(self, known: Known) -> JobHandle:
        """Return the job itself."""
        assert self.service is not None, "it runs between steps"
        return self.service.find(known.id)

    @staticmethod
    def has(job: JobHandle, known: Known, wanted: Wanted) -> bool:
        """Return whether a call that was under way has happened; once or not at all is for the laws to say."""
        files = job.files()
        if isinstance(wanted, dict):
            return all(files[number].remote_url == url for number, url in wanted.items())
        return len(files) == len(known.files) + len(wanted)

    def note(self, known: Known, wanted: Wanted) -> None:
        """Take down what a call has done."""
        if isinstance(wanted, dict):
            for number, url in wanted.items():
                known.files[number].urls.append(url)
        else:
            for wish in wanted:
                known.files.append(wish)
                known.before[wish.path] = self.machine.read(wish.path)

    def create(self) -> None:
        """Create a job."""
        self.called = ("create", None, ())
        assert self.service is not None, "it runs between steps"
        job = self.service.create_job("a job")
        self.known.append(Known(job.id))

    def _wish(self, *, ranged: bool) -> Wish:
        """Want a new file, or ranges of one; something may stand at its destination."""
        self.paths += 1
        path = f"{FOLDER}/file{self.paths}"
        url = self.network.publish(f"http://host/{self.paths}", least_bytes=RANGED_LEAST_BYTES if ranged else None)
        if self.rng.random() < 0.3:  # noqa: PLR2004 three in ten
            self.machine.put(path, b"what stood here before")
        return Wish([url], path, draw_ranges(self.rng) if ranged else ())

    def add_file(self, known: Known, *, ranged: bool = False) -> None:
        """Add a new file to a job, or ranges of one."""
        wish = self._wish(ranged=ranged)
        if ranged:
            self.call(
                known, "add_file", lambda job: job.add_file_with_ranges(wish.url, wish.path, wish.ranges), (wish,)
            )
        else:
            self.call(known, "add_file", lambda job: job.add_file(wish.url, wish.path), (wish,))

    def add_set(self, known: Known) -> None:
        """Add two files to a job at once."""
        wishes = (self._wish(ranged=False), self._wish(ranged=False))
        self.call(known, "add_set", lambda job: job.add_file_set([(wish.url, wish.path) for wish in wishes]), wishes)

    def rename(self, known: Known) -> None:
        """Have what is left of a job fetched from elsewhere: one file, or all that come from one place."""
        left = [number for number, file in enumerate(self.handle(known).files()) if not file.transferred]
        if not left:
            return
        self.paths += 1
        number, place = self.rng.choice(left), f"http://host{self.paths}/"
        old = known.files[number].url.rpartition("/")[0] + "/"
        if self.dialect is Dialect.BITS and self.rng.random() < 0.3:  # noqa: PLR2004 three in ten
            moved = [n for n in left if known.files[n].url.startswith(old)]
            names = {n: self._elsewhere(known.files[n].url, place) for n in moved}
            self.call(known, "rename", lambda job: job.replace_remote_prefix(old, place), names)
        else:
            url = self._elsewhere(known.files[number].url, place)
            self.call(known, "rename", lambda job: job.set_remote_name(number, url), {number: url})

    def _elsewhere(self, url: str, place: str) -> str:
        """Put a document of the same size behind another URL: the same one, or a stranger; return that URL."""
        other = place + url.rpartition("/")[2]
        if self.rng.random() < 0.5:  # noqa: PLR2004 one in two
            return self.network.mirror(url, other)
        document = self.network.documents[url]
        return self.network.publish(other, least_bytes=document.least_bytes, size_bytes=len(document.versions[-1]))

    def call(
        self,
        known: Known,
        name: str,
        action: Callable[[JobHandle], Hresult],
        wanted: Wanted = (),
    ) -> int:
        """Make a call and hold the service to its answer; return that."""
        job, old, struck = self.handle(known), known.state, self.machine.struck
        self.called = (name, known, wanted)
        if name == "complete":
            known.published = True
        try:
            answer = int(action(job))
        except CopyJobError as error:
            answer = error.hresult
            if old in AT_REST:
                hold(job.state is old, "a refused call changes nothing", f"{name} of {old.name}: {job.state.name}")
            hold(old in FINAL or known.files == [] or self.machine.struck > 0, "a good call is refused", str(error))
        else:
            self.note(known, wanted)
            answered(name, job)
            known.untidy = answer == Hresult.BG_S_UNABLE_TO_DELETE_FILES or self.machine.struck > struck
        self.called = ("", None, ())
        return answer

    def random_call(self, name: str) -> None:
        """Make a call of this name to a job that is drawn."""
        candidates = [known for known in self.known if known.state not in FINAL or self.rng.random() < 0.1]  # noqa: PLR2004 rarely
        if not candidates:
            return
        known = self.rng.choice(candidates)
        if name == "complete" and known.state is not JobState.TRANSFERRED and self.rng.random() < 0.7:  # noqa: PLR2004 mostly
            return
        match name:
            case "add_file":
                if len(known.files) < FILES_MAX:
                    self.add_file(known, ranged=self.rng.random() < 0.3)  # noqa: PLR2004 three in ten
            case "add_set":
                if len(known.files) < FILES_MAX and self.dialect is Dialect.BITS:
                    self.add_set(known)
            case "rename":
                self.rename(known)
            case "set_priority":
                priority = self.rng.randint(0, 3)
                self.call(known, name, lambda job: job.set_priority(priority))
            case "set_no_progress":
                seconds = self.rng.choice([0, 60, 3_600, 86_400])
                self.call(known, name, lambda job: job.set_no_progress_timeout(seconds))
            case "set_retry":
                if self.dialect is Dialect.BITS:
                    self.call(known, name, lambda job: job.set_minimum_retry_delay(60))
            case _:
                self.call(known, name, lambda job: getattr(job, name)())


def hold(held: bool, promise: str, seen: str) -> None:
    """Raise `BrokenPromiseError` where a promise is not held."""
    if not held:
        raise BrokenPromiseError(f"{promise}: {seen}")


def answered(name: str, job: JobHandle) -> None:
    """Hold a call that was not refused to what it says."""
    permitted: dict[str, set[JobState]] = {
        "suspend": {JobState.SUSPENDED, JobState.ERROR, JobState.TRANSFERRED},
        "cancel": {JobState.CANCELLED},
        "complete": {JobState.ACKNOWLEDGED},
        "resume": set(JobState) - FINAL - {JobState.SUSPENDED},
    }
    hold(job.state in permitted.get(name, set(JobState)), "a call does what it answers", f"{name}: {job.state.name}")
