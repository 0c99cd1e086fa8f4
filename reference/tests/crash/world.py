"""One world of the crash harness: one store, several jobs, a server with moods, and kills.

Laws: every choice follows from the seed and from what the service has answered; after each kill the disk is
judged, the service starts on what it left, and its report is judged. At the end every job is led to its
end, the service is killed once more, and nothing temporary may be left after the next start.

It does not know what is right; `model` does.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from copyjob.spec.vocabulary import Dialect, Hresult, JobPriority, JobState, JobType

from .model import FINAL, FileModel, JobModel, Lost, require
from .origin import MOOD_WEIGHTS, MOODS, UPLOAD_MOOD_WEIGHTS, UPLOAD_MOODS, Inbox, Resource
from .upload import ReplyModel, UploadModel

if TYPE_CHECKING:
    from pathlib import Path

    from .life import Life, Message, Nursery
    from .origin import Origin

JOBS_AT_ONCE = 3
FILES_MOST = 6
SIZES = (0, 1, 700, 20_000, 150_000, 600_000, 1_300_000)  # the service keeps up to half a MiB in memory
RANGED_LEAST_BYTES = 700
KINDS = {
    Dialect.BITS: [JobType.DOWNLOAD, JobType.DOWNLOAD, JobType.UPLOAD, JobType.UPLOAD_REPLY, JobType.UPLOAD_REPLY],
    Dialect.DO: [JobType.DOWNLOAD],
}
DELAY_LEAST_SECONDS, DELAY_MOST_SECONDS = 20e-6, 0.03
ROUNDS_MOST = 60
_NOISE = random.Random(0).randbytes(4_000_000)  # made once: making it takes longer than a kill
AT_REST = [int(state) for state in JobState if state.name not in {"QUEUED", "CONNECTING", "TRANSFERRING"}]


@dataclass
class Call:
    """One call of the stream: for a job or for the manager, with the file that it adds."""

    operation: str
    job: JobModel | None = None
    arguments: tuple[Any, ...] = ()
    file: FileModel | None = None


class World:
    """One store and what happens to it; ``run`` raises `Lost` when a promise was not kept."""

    def __init__(self, seed: int, folder: Path, nursery: Nursery, origin: Origin) -> None:
        self.seed = seed
        self.kills = 0
        self.kills_unanswered = 0
        self.calls = 0
        self.log: list[str] = []
        self._random = random.Random(seed)
        self._dialect = self._random.choice([Dialect.BITS, Dialect.BITS, Dialect.DO])
        self._nursery = nursery
        self._origin = origin
        self._store = str(folder / "state" / "jobs.sqlite")
        self._files = folder / "files"
        self._replies = folder / "replies"
        for made in (self._files, self._replies):
            made.mkdir()
        self._jobs: list[JobModel] = []
        self._created = 0
        self._perhaps_created: tuple[Any, ...] = ()
        self._names = 0
        self._bodies = 0
        self._life: Life | None = None
        self._durations: dict[str, float] = {}
        """How long the last call of each operation took, seconds."""

    def run(self, kills: int) -> None:
        """Kill ``kills`` times, the last time after every job has ended, and judge."""
        try:
            while self.kills < kills - 1:
                self._live_and_die()
            self._start()
            self._end_all()
            self._kill(None, self._delay())
            self._start()
            self._judge_end()
            assert self._life is not None
            require(self._life.close() == 0, "the service does not stop when asked to")
        finally:
            if self._life is not None:
                self._life.hang_up()

    # ---- lives ----

    def _live_and_die(self) -> None:
        if self._random.random() < 0.15:  # in the middle of a start
            self._life = self._nursery.start(self._store, self._dialect)
            self._kill(None, self._delay())
            return
        self._start()
        for _ in range(self._random.randint(0, 7)):
            self._rewrite()
            for call in self._next():
                self._do(call)
        *calls, last = self._next(fatal=True)
        for call in calls:
            self._do(call)
        self._kill(last, self._delay(last.operation))

    def _delay(self, operation: str = "") -> float:
        usual = self._durations.get(operation)
        if usual is not None and self._random.random() < 0.6:
            return self._random.uniform(0, 1.2 * usual)  # while it works, or just after
        # As likely between 20 and 200 microseconds as between 2 and 20 milliseconds.
        return float(DELAY_LEAST_SECONDS * (DELAY_MOST_SECONDS / DELAY_LEAST_SECONDS) ** self._random.random())

    def _start(self) -> None:
        self._note("start")
        self._life = self._nursery.start(self._store, self._dialect)
        self._life.reply()
        self._report(f"after kill {self.kills}")
        self._look_for_litter()

    def _kill(self, call: Call | None, delay_seconds: float) -> None:
        assert self._life is not None
        if call is not None:
            self._ask(call)
        self._note(f"kill {delay_seconds * 1e6:.0f} us later")
        words = self._life.kill(delay_seconds)
        self._life = None
        self.kills += 1
        if call is not None:
            if words is None:
                self.kills_unanswered += 1
                self._note("  not answered")
                self._under_way(call)
            else:
                self._answered(call, words)
        self._origin.settle()
        for job in self._jobs:
            job.look()

    # ---- calls ----

    def _ask(self, call: Call) -> None:
        assert self._life is not None
        self.calls += 1
        words = [call.operation, *map(str, call.arguments)]
        self._note(" ".join([call.job.name if call.job else "manager", *words]))
        if call.job is None:
            self._life.ask(do=call.operation, name=call.arguments[0], type=int(call.arguments[1]))
        elif call.operation == "wait":
            self._life.ask(do="wait", job=call.job.id, states=AT_REST, timeout_seconds=call.arguments[0])
        else:
            self._life.ask(do=call.operation, job=call.job.id, arguments=call.arguments)

    def _do(self, call: Call) -> None:
        assert self._life is not None
        began = time.monotonic()
        self._ask(call)
        reply = self._life.reply()
        if call.operation != "wait":
            self._durations[call.operation] = time.monotonic() - began
        self._answered(call, reply)

    def _answered(self, call: Call, reply: Message) -> None:
        self._note(f"  {reply}")
        if call.job is None:
            job = self._new(reply["id"], *call.arguments)
            job.seen(JobState(reply["state"]), "after create_job")
            self._jobs.append(job)
        elif call.operation == "wait":
            call.job.seen(JobState(reply["state"]), "after a while")
        else:
            call.job.acknowledged(call.operation, reply, call.file)
            if reply["hresult"] < Hresult.E_NOTIMPL:  # a success
                self._moved(call, surely=True)

    def _under_way(self, call: Call) -> None:
        if call.job is None:
            self._perhaps_created = call.arguments
        else:
            call.job.under_way(call.operation, call.file)
            self._moved(call, surely=False)

    @staticmethod
    def _moved(call: Call, *, surely: bool) -> None:
        if call.operation == "set_remote_name" and call.job is not None:
            number: int = call.arguments[0]
            url: str = call.arguments[1]
            call.job.files[number].moved(url, surely=surely)
        elif call.operation == "set_reply_file_name" and call.job is not None and call.job.reply is not None:
            call.job.reply.chosen(call.arguments[0] or "", surely=surely)
        elif call.operation == "set_priority" and call.job is not None:
            chosen = {int(call.arguments[0])}
            call.job.priorities = chosen if surely else call.job.priorities | chosen

    def _next(self, *, fatal: bool = False) -> list[Call]:
        """Choose what to do next, calls that belong together; a fatal one is more often one that ends much."""
        live = [job for job in self._jobs if not job.final]
        if (len(live) < JOBS_AT_ONCE and self._random.random() < 0.3) or not live:
            self._created += 1
            return [Call("create_job", None, (f"job-{self._created}", self._random.choice(KINDS[self._dialect])))]
        job = self._random.choice(live)
        choices = {"resume": 3, "suspend": 1.5, "cancel": 0.5, "complete": 0.4, "wait": 3, "finish": 3, "again": 0.5}
        choices["add_file"] = 4 if len(job.files) < FILES_MOST else 0
        choices["set_priority"] = 1
        choices["set_remote_name"] = 1 if job.files and job.type is JobType.DOWNLOAD else 0
        choices["set_reply_file_name"] = 0 if job.reply is None else 2
        if job.state is JobState.TRANSFERRED:
            choices |= {"complete": 8, "cancel": 1.5}
        if fatal:
            choices |= {"cancel": 4, "finish": 6, "suspend": 3, "travel": 6}
        if not job.files:
            choices |= {"add_file": 12, "finish": 0, "travel": 0}
        if job.type is not JobType.DOWNLOAD:
            choices["travel"] = 0
            if job.files:
                choices |= {"add_file": 0}
            elif fatal:
                choices["travel"] = 12
        chosen = self._random.choices([*choices], [*choices.values()])[0]
        match chosen:
            case "add_file":
                return [self._add_file(job)]
            case "set_remote_name":
                return [self._move(job)]
            case "set_reply_file_name":
                return [self._place_reply(job)]
            case "set_priority":
                return [Call(chosen, job, (int(self._random.choice([JobPriority.FOREGROUND, JobPriority.HIGH])),))]
            case "wait":
                return [Call(chosen, job, (self._random.uniform(0, 0.03),))]
            case "finish":
                return [Call("resume", job), Call("wait", job, (0.1,)), Call("complete", job)]
            case "travel":  # to be killed while bytes arrive
                pause = Call("wait", job, (self._random.uniform(0, 0.03),))
                slow = "slow" if job.reply is None else self._random.choice(["slow", "slow_reply"])
                large = self._add_file(job, max(SIZES), [slow, slow])
                return [large, Call("resume", job), pause, Call("wait", job, (1.0,))]
            case "again":  # a call that may have ended the job already, or a job that has ended
                over = [job for job in self._jobs if job.final] or live
                return [Call(self._random.choice(["cancel", "complete"]), self._random.choice(over))]
            case _:
                return [Call(chosen, job)]

    def _add_file(self, job: JobModel, size: int | None = None, moods: list[str] | None = None) -> Call:
        if job.type is not JobType.DOWNLOAD:
            return self._add_source(job, size, moods)
        self._names += 1
        path = self._files / f"file-{self._names}"
        before = self._random.randbytes(self._random.randint(0, 50)) if self._random.random() < 0.4 else None
        if before is not None:
            path.write_bytes(before)
        size = self._random.choice(SIZES) if size is None else size
        versions = [self._body(size + extra) for extra in (0, self._random.choice([0, 9]))]
        if moods is None:
            moods = self._random.choices(MOODS, weights=MOOD_WEIGHTS, k=self._random.randint(0, 5))
        resource = Resource(versions, moods, missing=self._random.random() < 0.04)
        url = self._origin.put(f"/{self.seed}/{self._names}", resource)
        file = FileModel(url, path, resource, before)
        if size < RANGED_LEAST_BYTES or self._random.random() < 0.7:
            return Call("add_file", job, (url, str(path)), file)
        bounds = sorted(self._random.sample(range(size), 2 * self._random.randint(1, 3)))
        file.ranges = tuple((first, end - first) for first, end in zip(bounds[::2], bounds[1::2], strict=True))
        return Call("add_file_with_ranges", job, (url, str(path), file.ranges), file)

    def _add_source(self, job: JobModel, size: int | None, moods: list[str] | None) -> Call:
        self._names += 1
        path = self._files / f"file-{self._names}"
        if moods is None:
            moods = self._random.choices(UPLOAD_MOODS, weights=UPLOAD_MOOD_WEIGHTS, k=self._random.randint(0, 5))
        inbox = Inbox([self._body(self._random.choice(SIZES) if size is None else size) for _ in range(2)], moods)
        url = self._origin.put(f"/{self.seed}/{self._names}", inbox)
        file = UploadModel(url=url, path=path, resource=inbox, inbox=inbox, before=None, sources=[], reply=job.reply)
        file.rewrite(self._body(self._random.choice(SIZES) if size is None else size))
        return Call("add_file", job, (url, str(path)), file)

    def _place_reply(self, job: JobModel) -> Call:
        assert job.reply is not None, "only a job with a reply is asked for that"
        if self._random.random() < 0.2:
            return Call("set_reply_file_name", job, (None,))
        self._names += 1
        path = self._replies / f"reply-{self._names}"
        before = self._random.randbytes(20) if self._random.random() < 0.4 else None
        if before is not None:
            path.write_bytes(before)
        job.reply.before[str(path)] = before
        return Call("set_reply_file_name", job, (str(path),))

    def _rewrite(self) -> None:
        """Do at times what owners do to a file that is uploaded: write to it."""
        files = [file for job in self._jobs for file in job.files if isinstance(file, UploadModel)]
        if files and self._random.random() < 0.15:
            file = self._random.choice(files)
            self._note(f"{file.path.name} is written to")
            # Its size changes too: of two changes in one tick of the clock its time would not tell.
            file.rewrite(self._body(len(file.sources[-1]) + 1))

    def _new(self, job_id: str, name: str, kind: JobType) -> JobModel:
        reply = ReplyModel(str(self._files / f"BIT-{job_id}.reply")) if kind is JobType.UPLOAD_REPLY else None
        return JobModel(job_id, name, self._dialect, kind, reply)

    def _move(self, job: JobModel) -> Call:
        """Have a file of a job fetched from another URL, behind which the same is served."""
        number = self._random.randrange(len(job.files))
        self._names += 1
        url = self._origin.put(f"/{self.seed}/mirror/{self._names}", job.files[number].resource)
        return Call("set_remote_name", job, (number, url))

    def _body(self, size: int) -> bytes:
        """Return bytes that no other file has."""
        self._bodies += 1
        start = self._random.randrange(len(_NOISE) - size)
        return (f"{self._bodies}:".encode() + _NOISE[start : start + size])[:size]

    # ---- judging ----

    def _report(self, when: str) -> None:
        assert self._life is not None
        found: list[Message] = self._life.call(do="report", known=[job.id for job in self._jobs])["jobs"]
        by_id = {one["id"]: one for one in found}
        for one in found:
            if one["id"] not in {job.id for job in self._jobs}:
                created = (one["name"], JobType(one["type"]))
                require(created == self._perhaps_created, f"a job {one['name']!r} that nobody created, or twice")
                self._jobs.append(self._new(one["id"], *created))
                self._perhaps_created = ()
        self._perhaps_created = ()
        for job in self._jobs:
            job.reported(by_id[job.id], when)
            self._use(job)

    def _use(self, job: JobModel) -> None:
        """Do what owners do with a file that they were given: write something else there."""
        for file in job.files:
            mine = job.final and file.completed and not isinstance(file, UploadModel)
            if mine and file.owned is None and self._random.random() < 0.5:
                file.owned = b"changed by its owner"
                file.path.write_bytes(file.owned)

    def _look_for_litter(self) -> None:
        """Allow destinations, and temporary files of jobs that have not ended."""
        mine = tuple(f".BIT-{job.id}-" for job in self._jobs if not job.final)
        for path in (*self._files.iterdir(), *self._replies.iterdir()):
            if path.name.startswith(".") and not path.name.startswith(mine):
                raise Lost(f"{path} is left over: no job that goes on owns it")

    # ---- the end ----

    def _end_all(self) -> None:
        """Lead every job to its end, by Complete of all that can be had, sometimes by Cancel."""
        for job in self._jobs:
            rounds = 0
            while not job.final and job.files and job.state is not JobState.TRANSFERRED:
                rounds += 1
                missing = any(file.resource.missing for file in job.files)
                if missing and job.state is JobState.ERROR:
                    break
                if rounds > ROUNDS_MOST:
                    raise Lost(f"{job.name} does not arrive: {job.state.name} after {ROUNDS_MOST} times Resume")
                self._do(Call("resume", job))
                self._do(Call("wait", job, (5.0,)))
        self._report("at the end")
        for job in self._jobs:
            if not job.final:
                whole = job.type is JobType.DOWNLOAD or job.state is JobState.TRANSFERRED
                self._do(Call("cancel" if self._random.random() < 0.2 or not whole else "complete", job))
        self._report("when all have ended")

    def _judge_end(self) -> None:
        require(all(job.state in FINAL for job in self._jobs), "a job that had ended goes on")
        found = (*self._files.iterdir(), *self._replies.iterdir())
        litter = [path.name for path in found if path.name.startswith(".")]
        require(not litter, f"temporary files are left although every job has ended: {litter}")

    def _note(self, line: str) -> None:
        self.log.append(line)
