"""The client of a simulated run: what it calls, and what it holds each answer to.

Laws: a call that is refused has changed nothing, a good call is refused only by a disk that fails, and one that is
answered has happened. What the client knows is what calls have answered.

It does not know what breaks the service, nor when.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from copyjob.reference.clock import ManualClock
from copyjob.reference.errors import CopyJobError
from copyjob.reference.service import JobHandle
from copyjob.reference.simulation import laws, upload_laws
from copyjob.reference.simulation.database import Database
from copyjob.reference.simulation.known import AT_REST, FINAL, Known, hold, settings_of
from copyjob.reference.simulation.machine import Machine
from copyjob.reference.simulation.network import Network
from copyjob.reference.simulation.sources import Sources
from copyjob.reference.simulation.wishes import RANGED_LEAST_BYTES, Wish, draw_ranges
from copyjob.spec.vocabulary import Dialect, Hresult, JobState, JobType

if TYPE_CHECKING:
    from collections.abc import Callable

    from copyjob.reference.service import Service

FILES_MAX: Final = 4
FOLDER: Final = "/downloads"
SOURCES: Final = "/uploads"
STORE: Final = "/state/jobs.sqlite"


@dataclass(frozen=True)
class ReplyName:
    """Where a call wants the reply to an upload; empty leaves it to the service."""

    path: str


Wanted = tuple[Wish, ...] | dict[int, str] | ReplyName | JobType
"""What a call adds, which files it gives which remote name, where it wants a reply, which job it creates."""
SETTINGS: Final[dict[str, tuple[Any, ...]]] = {
    "set_priority": (0, 1, 2, 3),
    "set_minimum_retry_delay": (5, 60, 600),
    "set_no_progress_timeout": (0, 60, 3_600, 86_400),
    "set_display_name": ("a name", "another name"),
    "set_notify_flags": (1, 2, 3, 9),
}
"""The setters, and what they are called with."""
_BITS_ONLY: Final = frozenset({"set_minimum_retry_delay", "set_display_name", "add_set", "name_reply"})
_DOWNLOADS_ONLY: Final = frozenset({"add_set", "rename"})


class Called(NamedTuple):
    """A call: its name, its job, and what it adds or renames."""

    name: str = ""
    known: Known | None = None
    wanted: Wanted = ()


class Client:
    """Who creates jobs and calls them, in a world of one seed."""

    def __init__(self, seed: int, dialect: Dialect | None) -> None:
        self.rng = random.Random(seed)  # noqa: S311 it is to be repeated
        self.dialect = dialect or self.rng.choice([Dialect.BITS, Dialect.DO])
        self.machine = Machine(random.Random(seed + 1))  # noqa: S311 likewise
        self.network = Network(random.Random(seed + 2), fault_rate=0.5)  # noqa: S311 likewise
        self.sources = Sources(self.machine, random.Random(seed + 3))  # noqa: S311 likewise
        self.clock = ManualClock()
        self.known: list[Known] = []
        self.service: Service | None = None
        self.called, self.doubted = Called(), Called()
        """The call under way; the last refused one of which it is open whether it has happened."""
        self.doubts = 0
        """How many commits had been left in doubt before the call under way."""
        self.paths = 0

    def handle(self, known: Known) -> JobHandle:
        """Return the job itself."""
        assert self.service is not None, "it runs between steps"
        return self.service.find(known.id)

    @property
    def database(self) -> Database:
        """The store's file."""
        return self.machine.databases.setdefault(STORE, Database())

    @staticmethod
    def has(job: JobHandle, known: Known, wanted: Wanted) -> bool:
        """Return whether a call that was under way has happened; once or not at all is for the laws to say."""
        files = job.files()
        if isinstance(wanted, ReplyName):
            return job.reply_file_name == known.reply_path_of(wanted.path)
        if isinstance(wanted, dict):
            return all(files[number].remote_url == url for number, url in wanted.items())
        assert not isinstance(wanted, JobType), "a job that is new has no files"
        added = [(file.remote_url, file.local_path) for file in files[len(known.files) :]]
        return added == [(wish.url, wish.path) for wish in wanted]

    def note(self, known: Known, wanted: Wanted) -> None:
        """Take down what a call has done."""
        match wanted:
            case dict():
                for number, url in wanted.items():
                    known.files[number].urls.append(url)
            case ReplyName(path):
                known.reply_name = path
            case JobType():
                pass
            case _:
                known.files += wanted
        for path in known.names:
            known.before.setdefault(path, self.machine.read(path))

    def create(self, kind: JobType = JobType.DOWNLOAD) -> None:
        """Create a job; on a disk that fails that may be refused."""
        self.called, self.doubts = Called("create", wanted=kind), self.database.doubts
        assert self.service is not None, "it runs between steps"
        struck = self.machine.struck
        try:
            job = self.service.create_job("a job", kind)
        except CopyJobError as error:
            hold(self.machine.struck > struck, "a good call is refused", str(error))
            self._refused(struck)
            return
        self.known.append(Known(job.id, settings_of(job), kind))
        self.called = Called()

    def _refused(self, struck: int) -> None:
        """Take it that the call under way was refused; ``struck`` disk faults had happened before."""
        # One fault refuses; only where the next one hits what takes it back may the call still have happened.
        if self.database.doubts > self.doubts and self.machine.struck > struck + 1:
            self.doubted = self.called
        self.called = Called()

    def _wish(self, *, ranged: bool) -> Wish:
        """Want a new file, or ranges of one; something may stand at its destination."""
        self.paths += 1
        path = f"{FOLDER}/file{self.paths}"
        url = self.network.publish(f"http://host/{self.paths}", least_bytes=RANGED_LEAST_BYTES if ranged else None)
        if self.rng.random() < 0.3:  # noqa: PLR2004 three in ten
            self.machine.put(path, b"what stood here before")
        return Wish([url], path, draw_ranges(self.rng) if ranged else ())

    def add_file(self, known: Known, *, ranged: bool = False, expects: bool | None = None) -> None:
        """
        Add a new file to a job, or ranges of one.

        Its owner may expect the body that the server has now (``expects``), or (False) one that it never has.
        """
        wish = self._wish(ranged=ranged)
        if expects is not None:
            body = wish.expected = self.network.documents[wish.url].versions[-1] if expects else b"never served"
            digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
            self.call(known, "add_file", lambda job: job.add_file(wish.url, wish.path, expected_digest=digest), (wish,))
        elif ranged:
            self.call(
                known, "add_file", lambda job: job.add_file_with_ranges(wish.url, wish.path, wish.ranges), (wish,)
            )
        else:
            self.call(known, "add_file", lambda job: job.add_file(wish.url, wish.path), (wish,))

    def add_source(self, known: Known) -> int:
        """Add a new file to a job that uploads; only its first may be taken. Return the answer."""
        self.paths += 1
        path = f"{SOURCES}/file{self.paths}"
        self.sources.make(path)
        wish = Wish([f"http://host/{self.paths}"], path)
        return self.call(known, "add_file", lambda job: job.add_file(wish.url, path), (wish,))

    def upload(self, kind: JobType) -> None:
        """Create a job that uploads, and begin with it; a call that the disk refuses ends that."""
        count = len(self.known)
        self.create(kind)
        if len(self.known) == count:
            return
        known = self.known[-1]
        if kind is JobType.UPLOAD_REPLY and self.rng.random() < 0.5:  # noqa: PLR2004 one in two
            self.name_reply(known, chosen=True)
        if self.add_source(known) == Hresult.S_OK:
            self.call(known, "resume", JobHandle.resume)

    def edit(self) -> None:
        """Do something to a file that is uploaded, most often to one that is under way."""
        urls = {exchange.request.url for exchange in self.network.exchanges}
        sent = [known.files[0].path for known in self.known if known.uploads and known.url in urls]
        paths = sent if sent and self.rng.random() < 0.8 else list(self.sources.files)  # noqa: PLR2004 mostly
        if paths:
            self.sources.edit(self.rng.choice(paths))

    def name_reply(self, known: Known, *, chosen: bool) -> None:
        """Choose where the reply to an upload is to stand, or leave that to the service."""
        self.paths += 1
        path = f"{FOLDER}/reply{self.paths}" if chosen else ""
        if chosen and self.rng.random() < 0.3:  # noqa: PLR2004 three in ten
            self.machine.put(path, b"what stood here before")
        self.call(known, "set_reply_file_name", lambda job: job.set_reply_file_name(path or None), ReplyName(path))

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
        times, available = job.times(), [file.completed for file in job.files()]
        self.called, self.doubts = Called(name, known, wanted), self.database.doubts
        refused = known.uploads and old not in FINAL and upload_laws.refused(self.network, known, name)
        if name == "complete" and not refused:
            known.published = True
        try:
            answer = int(action(job))
        except CopyJobError as error:
            answer = error.hresult
            if old in AT_REST:
                hold(job.state is old, "a refused call changes nothing", f"{name} of {old.name}: {job.state.name}")
                # A Complete that fails half-way has made some files available.
                if [file.completed for file in job.files()][: len(available)] == available:
                    hold(
                        job.times() == times, "a refused call changes no times", f"{name} of {old.name}: {job.times()}"
                    )
            good = old not in FINAL and known.files != [] and not refused
            hold(not good or self.machine.struck > struck, "a good call is refused", f"{name} of {old.name}: {error}")
            self._refused(struck)
        else:
            hold(not refused, "what an upload refuses is refused", f"{name} of {old.name}")
            if isinstance(wanted, dict):
                # A file that had arrived keeps its name, also where that was yet to be told (`arrivals`).
                arrived = {n for n, file in enumerate(job.files()) if file.transferred}
                kept = {n for n in arrived if job.files()[n].remote_url == known.files[n].url}
                wanted = {number: url for number, url in wanted.items() if number not in kept}
            self.note(known, wanted)
            if name in SETTINGS:
                known.settings = settings_of(job)
            laws.check_answer(name, job)
            known.untidy = answer == Hresult.BG_S_UNABLE_TO_DELETE_FILES or self.machine.struck > struck
        self.called = Called()
        return answer

    def random_call(self, name: str) -> None:
        """Make a call of this name to a job that is drawn."""
        candidates = [known for known in self.known if known.state not in FINAL or self.rng.random() < 0.1]  # noqa: PLR2004 rarely
        if not candidates or (name in _BITS_ONLY and self.dialect is Dialect.DO):
            return
        known = self.rng.choice(candidates)
        if known.uploads and name in _DOWNLOADS_ONLY:
            return
        if name == "complete" and known.state is not JobState.TRANSFERRED and self.rng.random() < 0.7:  # noqa: PLR2004 mostly
            return
        match name:
            case "add_file" if known.uploads:
                if not known.files or self.rng.random() < 0.1:  # noqa: PLR2004 rarely
                    self.add_source(known)
            case "name_reply":
                if known.type is JobType.UPLOAD_REPLY:
                    self.name_reply(known, chosen=self.rng.random() < 0.8)  # noqa: PLR2004 mostly
            case "add_file":
                if len(known.files) < FILES_MAX:
                    expects = self.rng.choice([True, True, False]) if self.rng.random() < 0.15 else None  # noqa: PLR2004 rarely
                    ranged = expects is None and self.rng.random() < 0.3  # noqa: PLR2004 three in ten
                    self.add_file(known, ranged=ranged, expects=expects)
            case "add_set":
                if len(known.files) < FILES_MAX:
                    self.add_set(known)
            case "rename":
                self.rename(known)
            case _:
                arguments = [self.rng.choice(SETTINGS[name])] if name in SETTINGS else []
                self.call(known, name, lambda job: getattr(job, name)(*arguments))
