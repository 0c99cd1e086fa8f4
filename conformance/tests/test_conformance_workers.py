"""Who runs the plans: real processes that are interrupted and that die, and plans that are dealt out in their order."""

# Lambdas that stand for a backend take what they are given.
# pyright: reportUnknownLambdaType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest

from copyjob.conformance import workers
from copyjob.conformance.attempt import Attempt, Mishap, broken
from copyjob.conformance.campaign import Campaign
from copyjob.conformance.events import Event, PlanDone, untold
from copyjob.conformance.interrupt import Interruption
from copyjob.conformance.ledger import Bookkeeper
from copyjob.conformance.oracle import Judge
from copyjob.conformance.plan import Plan, Settle
from copyjob.conformance.record import Verdict
from copyjob.conformance.settings import Budget, Settings
from copyjob.conformance.worker import Done, Task
from copyjob.spec.compiled import integer_table
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect

SCRIPT = Path(sysconfig.get_path("scripts")) / "copyjob"
Home = Callable[..., Path]
Ended = tuple[Path, subprocess.Popen[str], list[int], str]
Copyjob = Callable[..., subprocess.CompletedProcess[str]]
ENOUGH_JOBS = 12

TELLS = f"""
class Tells(TinyBackend):
    powers = frozenset({{"instances"}})
    made = 0

    def create_job(self, display_name):
        # Whoever waits at the other end is told which process has run so many plans.
        Tells.made += 1
        if Tells.made == {ENOUGH_JOBS}:
            with open("told.fifo", "w") as stream:
                stream.write(f"{{os.getpid()}}\\n")
        return TinyBackend.create_job(self, display_name)
"""
DIES = """
class Dies(TinyBackend):
    powers = frozenset({"instances"})
    completed = 0

    def complete(self, job):
        Dies.completed += 1
        if Dies.completed == 4:
            os._exit(7)
        return TinyBackend.complete(self, job)
"""
BUSY = """
import os, signal, time, weakref
from copyjob.conformance.worker import leave_when_told

class Thing:
    pass

leave_when_told()
thing = Thing()
# The signal comes while something is taken down, where Python cannot raise.
watched = weakref.ref(thing, lambda _: (os.kill(os.getpid(), signal.SIGTERM), str(thing)))
try:
    del thing
    time.sleep(60)
finally:
    print("closed", flush=True)
"""
COUNTS = """
class Counts(TinyBackend):
    powers = frozenset({"instances", "progress"})
"""


def report(folder: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    return data


# Ctrl-C and SIGTERM


def ended_by(number: signal.Signals, jobs: int, home: Path) -> Ended:
    """End a check by a signal to its group, as terminals and ``timeout`` do, once a worker has run some plans; return
    it with the ids of all workers that have told theirs.
    """
    os.mkfifo(home / "told.fifo")
    arguments = ["check", "mybackend:Tells", "--jobs", str(jobs), "-o", "out", "--quiet"]
    ran = subprocess.Popen(
        [SCRIPT, *arguments],
        cwd=home,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    told = [int(line) for line in (home / "told.fifo").read_text().splitlines()]
    os.killpg(ran.pid, number)
    _, errors = ran.communicate(timeout=60)
    return home, ran, told, errors


@pytest.fixture(params=[1, 2], ids=["alone", "side by side"])
def interrupted(request: pytest.FixtureRequest, user_folder: Home) -> Ended:
    return ended_by(signal.SIGINT, request.param, user_folder(TELLS))


@pytest.fixture(params=[1, 2], ids=["alone", "side by side"])
def terminated(request: pytest.FixtureRequest, user_folder: Home) -> Ended:
    return ended_by(signal.SIGTERM, request.param, user_folder(TELLS))


def test_an_interrupted_check_ends_with_130_and_leaves_a_partial_report_and_no_process(
    interrupted: Ended,
) -> None:
    home, ran, ids, errors = interrupted
    assert ran.returncode == 130, errors
    told = report(home)
    assert (told["interrupted"], told["exit_code"], told["runs"][0]["stopped"]) == (True, 130, "interrupted")
    assert told["runs"][0]["totals"]["plans"] > 0
    assert ([run["dialect"] for run in told["runs"]], told["not_begun"]) == (["BITS"], ["DO"])
    assert "Traceback" not in errors
    assert ids
    for worker in ids:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_a_check_ended_by_sigterm_ends_with_143_and_leaves_a_partial_report_and_no_process(
    terminated: Ended,
) -> None:
    home, ran, ids, errors = terminated
    assert ran.returncode == 143, errors
    told = report(home)
    assert (told["interrupted"], told["exit_code"], told["runs"][0]["stopped"]) == (True, 143, "terminated")
    assert (told["runs"][0]["totals"]["plans"] > 0, told["not_begun"], told["runs"][0]["errors"]) == (True, ["DO"], [])
    assert "Traceback" not in errors
    assert ids
    for worker in ids:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_the_first_ctrl_c_is_noted_and_the_second_one_raises() -> None:
    asked = Interruption()
    asked.note(signal.SIGINT, None)
    assert asked.wanted
    with pytest.raises(KeyboardInterrupt):
        asked.note(signal.SIGINT, None)


# A process that dies


@pytest.fixture
def died(user_folder: Home, copyjob: Copyjob) -> tuple[Path, subprocess.CompletedProcess[str]]:
    home = user_folder(DIES)
    return home, copyjob(home, "check", "mybackend:Dies", "--dialect", "BITS", "--jobs", "2", "-o", "out", "--quiet")


def test_a_worker_told_to_end_where_nothing_can_be_raised_ends_all_the_same() -> None:
    ran = subprocess.run([sys.executable, "-c", BUSY], capture_output=True, text=True, timeout=30, check=False)
    assert (ran.returncode, "closed" in ran.stdout, ran.stderr) == (0, True, "")


def test_a_backend_that_ends_its_process_is_errored_and_what_was_gathered_is_kept(
    died: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    home, ran = died
    assert ran.returncode == 3, ran.stderr
    (run,) = report(home)["runs"]
    texts = [error["text"] for error in run["errors"]]
    assert len(texts) >= 3
    assert all(text.startswith("the process of the backend ended with exit code 7 during a plan") for text in texts)
    assert run["totals"]["plans"] > 3
    assert run["coverage"]["rows"]["judged"] > 3
    assert "Traceback" not in ran.stderr


# Plans are dealt out in their order


def aims(folder: Path) -> Counter[tuple[str, int]]:
    lines = map(json.loads, (folder / "out" / "events.ndjson").read_text(encoding="utf-8").splitlines())
    return Counter((line["aim"], line["steps"]) for line in lines if line["event"] == "plan")


def test_one_process_and_two_run_the_same_plans_for_a_budget_in_steps(user_folder: Home, copyjob: Copyjob) -> None:
    home = user_folder(COUNTS)
    found: list[Counter[tuple[str, int]]] = []
    for jobs in ("1", "2"):
        copyjob(
            home, "check", "mybackend:Counts", "--dialect", "BITS", "--jobs", jobs, "--budget", "700steps", "-o", "out"
        )
        found.append(aims(home))
    assert found[0] == found[1]
    assert sum(steps * count for (_, steps), count in found[0].items()) == 700


def test_a_budget_in_seconds_is_kept(user_folder: Home, copyjob: Copyjob) -> None:
    home = user_folder(COUNTS)
    ran = copyjob(home, "check", "mybackend:Counts", "--dialect", "BITS", "--budget", "2s", "-o", "out", "--quiet")
    assert ran.returncode in (0, 4), ran.stderr
    assert 1.5 < report(home)["runs"][0]["totals"]["duration_seconds"] < 20


# A late run is made again alone; no process is needed to see that


class Hand:
    """A worker of the tests: what it is given it answers at once, by what the test wants said."""

    hangs = False

    def __init__(self, answers: Callable[[Task], Attempt], hands: list[Hand], given: list[tuple[Task, int]]) -> None:
        self.channel, self._far = Pipe()
        self.task: Task | None = None
        self._answers, self._hands, self._given = answers, hands, given
        hands.append(self)

    def give(self, task: Task) -> None:
        self.task = task
        self._given.append((task, sum(hand.task is not None for hand in self._hands)))
        self._far.send(Done(self._answers(task)))

    def answer(self) -> Done | None:
        self.task = None
        done: Done = self.channel.recv()
        return done

    def leave(self) -> None:
        self.channel.close()
        self._far.close()

    def wait(self) -> str:
        return ""


PLANS = [Plan((Settle(),), aim=name) for name in ("a", "late", "b", "c", "late", "d")]


def late_at_first(task: Task) -> Attempt:
    """Answer like a job that moved in time, but for a first run that is late."""
    was_late = task.plan.aim == "late" and not task.patient
    verdict = Verdict.INCONCLUSIVE if was_late else Verdict.CONFORMS
    late = "still QUEUED" if was_late else ""
    mishap = Mishap(late, task.plan) if was_late else None
    return Attempt(task.plan.aim, verdict, 1, None, 0, 0, 0, Counter(), late, ("turn/QUEUED/1",) * was_late, "", mishap)


def conforms(task: Task) -> Attempt:
    return Attempt(task.plan.aim, Verdict.CONFORMS, 1, None, 0, 0, 0, Counter(), "", (), "", None)


@pytest.fixture
def crew(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[workers.Crew, list[tuple[Task, int]]]]]:
    opened: list[workers.Crew] = []

    def open_crew(answers: Callable[[Task], Attempt], told: Callable[[Event], None] = untold) -> Any:
        hands: list[Hand] = []
        given: list[tuple[Task, int]] = []
        monkeypatch.setattr(workers, "Worker", lambda *_: Hand(answers, hands, given))
        opened.append(workers.Crew(Settings("nobody", ()), 3, told, Interruption()))
        return opened[-1].__enter__(), given

    yield open_crew
    for one in opened:
        one.__exit__()


def test_a_late_run_is_made_again_while_nobody_else_runs_anything(crew: Any) -> None:
    running, given = crew(late_at_first)
    running.run(Campaign(Dialect.BITS), Bookkeeper(Judge(integer_table(Dialect.BITS))), PLANS)
    assert [busy for task, busy in given if task.patient] == [1, 1]


def test_plans_are_begun_in_their_order(crew: Any) -> None:
    running, given = crew(late_at_first)
    running.run(Campaign(Dialect.BITS), Bookkeeper(Judge(integer_table(Dialect.BITS))), PLANS)
    assert [task.plan for task, _ in given if not task.patient] == PLANS


def begun_when_told(crew: Any, answers: Callable[[Task], Attempt]) -> list[int]:
    """Return how many plans had been begun whenever one was told to be done."""
    begun: list[int] = []
    given: list[tuple[Task, int]] = []

    def told(event: Event) -> None:
        if isinstance(event, PlanDone):
            begun.append(len(given))

    running, given = crew(answers, told)
    running.run(Campaign(Dialect.BITS), Bookkeeper(Judge(integer_table(Dialect.BITS))), PLANS)
    return begun


def test_the_next_plan_is_dealt_out_before_what_conforms_is_weighed(crew: Any) -> None:
    assert begun_when_told(crew, conforms)[:3] == [4, 5, 6]


def test_the_next_plan_waits_for_what_has_to_be_known(crew: Any) -> None:
    assert begun_when_told(crew, lambda task: broken(task.plan, "it rains"))[0] == 3


def test_every_plan_is_told_once_with_the_verdict_of_its_last_run(crew: Any) -> None:
    told: list[Event] = []
    running, _ = crew(late_at_first, told.append)
    running.run(Campaign(Dialect.BITS), Bookkeeper(Judge(integer_table(Dialect.BITS))), PLANS)
    done = [event for event in told if isinstance(event, PlanDone)]
    assert sorted(event.aim for event in done) == sorted(plan.aim for plan in PLANS)
    assert {event.verdict for event in done} == {Verdict.CONFORMS}


def test_what_is_late_in_a_way_that_is_known_is_not_waited_for_again(crew: Any) -> None:
    def always_late(task: Task) -> Attempt:
        return late_at_first(Task(task.dialect, task.plan))

    running, given = crew(always_late)
    running.run(Campaign(Dialect.BITS), Bookkeeper(Judge(integer_table(Dialect.BITS))), PLANS)
    assert sum(task.patient for task, _ in given) == 1


def test_nothing_more_is_dealt_out_where_it_is_enough(crew: Any) -> None:
    running, given = crew(lambda task: broken(task.plan, "it rains"))
    campaign = Campaign(Dialect.BITS)
    running.run(campaign, Bookkeeper(Judge(integer_table(Dialect.BITS))), PLANS)
    assert campaign.stopped.startswith("stopped after 3 errors of the adapter")
    assert len(given) < len(PLANS)


def test_nothing_is_dealt_out_once_somebody_interrupts(crew: Any) -> None:
    running, given = crew(late_at_first)
    running._asked.wanted = True
    campaign = Campaign(Dialect.BITS)
    running.run(campaign, Bookkeeper(Judge(integer_table(Dialect.BITS))), PLANS)
    assert (campaign.stopped, given) == ("interrupted", [])


# Budgets


@pytest.mark.parametrize(
    ("text", "budget"),
    [("60s", Budget(seconds=60)), ("5min", Budget(seconds=300)), ("20000steps", Budget(steps=20000))],
)
def test_a_budget_is_read(text: str, budget: Budget) -> None:
    assert Budget.read(text) == budget


@pytest.mark.parametrize("text", ["", "60", "0s", "-5s", "1.5s", "10 hours", "steps", "9" * 30 + "x"])
def test_a_budget_that_is_none_is_told_in_one_line(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Budget.read(text)
    assert "--budget takes a time or a number of steps" in caught.value.usage_message
    assert "\n" not in caught.value.usage_message


def test_a_budget_in_steps_is_parted_without_losing_one() -> None:
    assert [Budget(steps=7).part(number, 2).steps for number in range(2)] == [4, 3]
