"""What the server told a job last, and which redirects nobody has followed, from a journal written by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from copyjob.conformance import plan as p
from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import Divergence, divergences_of
from copyjob.conformance.ground import Wire
from copyjob.conformance.last_answer import Answers
from copyjob.conformance.mutants.miniatures import BY_NAME
from copyjob.conformance.origin.journal import Entry, EntryKind
from copyjob.conformance.origin.scripts import FaultKind
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.pocket_http import Fault, PocketFile
from copyjob.conformance.pocket_schedule import PocketJob
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, JobState

Made = Callable[..., Entry]
ELSEWHERE = "a.elsewhere"
REDIRECTED = p.Plan((p.Serve(0, "redirect"), p.AddFile(0), p.Call("resume"), p.Settle()))


def heard(*entries: Entry) -> Answers:
    answers = Answers()
    answers.read(entries)
    return answers


def test_who_has_heard_nothing_is_told_so() -> None:
    assert heard().last.text == "the server had answered nothing"


def test_an_answer_is_told_with_its_part_of_the_file(entry: Made) -> None:
    answers = heard(entry(EntryKind.ANSWER, path="a", status=206, first_byte=7, last_byte=9))
    assert answers.last.text == "the server's last answer was 206 with bytes 7 to 9 for a"


def test_a_connection_that_was_cut_is_the_last_answer(entry: Made) -> None:
    cut = entry(EntryKind.FAULT, path="a", fault=FaultKind.TRANSIENT, note="reset")
    assert heard(entry(EntryKind.ANSWER, path="a", status=200), cut).last.text == "the server's last answer was reset"


def test_a_redirect_is_open_until_its_target_is_asked_for(entry: Made) -> None:
    moved = entry(EntryKind.ANSWER, path="a", status=302, leads_to=ELSEWHERE)
    asked = entry(EntryKind.REQUEST, path=ELSEWHERE)
    assert heard(moved).last.redirect == "the server redirects a to a.elsewhere"
    assert (heard(moved, asked).last.redirect, heard(moved, asked).followed) == ("", 1)


def test_asking_at_the_old_address_again_follows_no_redirect(entry: Made) -> None:
    moved = entry(EntryKind.ANSWER, path="a", status=302, leads_to=ELSEWHERE)
    assert heard(moved, entry(EntryKind.REQUEST, path="a")).followed == 0


@pytest.mark.parametrize("kind", [EntryKind.ANSWER, EntryKind.FAULT])
def test_what_came_since_is_what_a_job_answers_to(entry: Made, kind: EntryKind) -> None:
    moved = entry(EntryKind.ANSWER, path="a", status=302, leads_to=ELSEWHERE)
    since = entry(kind, path="a", status=404, fault=FaultKind.FATAL)
    assert heard(moved, since).last.redirect == ""


def shown(kind: type[PocketBackend], dialect: Dialect, folder: Path, plan: p.Plan = REDIRECTED) -> list[Divergence]:
    with Bench(declare(kind, kind.__name__), integer_table(dialect), folder, wire=Wire.MEMORY) as bench:
        return divergences_of(bench.judge, bench.run(plan))


@pytest.mark.parametrize("dialect", Dialect)
def test_an_error_on_a_redirect_that_leads_to_a_file_breaks_the_rule_about_redirects(
    dialect: Dialect, tmp_path: Path
) -> None:
    (found,) = shown(BY_NAME["FollowsNoRedirect"], dialect, tmp_path)
    assert found.named == {"http/redirect"}
    assert "the server redirects file-0.bin to file-0.bin.elsewhere, and nobody asked there" in found.observation


@pytest.mark.parametrize("dialect", Dialect)
def test_no_row_is_blamed_for_a_redirect_that_was_not_followed(dialect: Dialect, tmp_path: Path) -> None:
    (found,) = shown(BY_NAME["FollowsNoRedirect"], dialect, tmp_path)
    assert found.explanation is not None
    assert found.explanation.rows == ()


@pytest.mark.parametrize("dialect", Dialect)
def test_an_error_on_a_redirect_that_never_ends_breaks_nothing(dialect: Dialect, tmp_path: Path) -> None:
    endless = p.Plan((p.Serve(0, "redirect_loop"), *REDIRECTED.steps[1:]))
    assert shown(BY_NAME["FollowsNoRedirect"], dialect, tmp_path, endless) == []


def test_following_a_redirect_is_judged(tmp_path: Path) -> None:
    with Bench(declare(PocketBackend, "pocket"), integer_table(Dialect.BITS), tmp_path, wire=Wire.MEMORY) as bench:
        assert bench.run(REDIRECTED).judged["http/redirect"] == 1


class GivesUpInSunshine(PocketBackend):
    """A job goes to ERROR though all of its file has come."""

    def arrived(self, file: PocketFile) -> bool:
        raise Fault(JobState.ERROR, ErrorContext.NONE, Hresult.E_ACCESSDENIED)


class WithoutPowers(GivesUpInSunshine):
    """The same, and it lets nobody look closely: several rows of one event explain it alike."""

    powers = frozenset({"wire"})


@pytest.mark.parametrize("dialect", Dialect)
def test_an_error_that_nothing_led_to_is_told_with_the_servers_last_answer(dialect: Dialect, tmp_path: Path) -> None:
    (found,) = shown(GivesUpInSunshine, dialect, tmp_path, p.Plan((p.AddFile(0), p.Call("resume"), p.Settle())))
    assert found.observation.endswith(
        "; nothing that leads there had happened, the server's last answer was 200 with bytes 0 to 65552 for file-0.bin"
    )


def test_what_explains_a_divergence_is_told_once(tmp_path: Path) -> None:
    plan = p.Plan((p.AddFile(2), p.Call("resume"), p.Settle()))
    (found,) = shown(WithoutPowers, Dialect.BITS, tmp_path, plan)
    assert found.explanation is not None
    instead = found.explanation.instead
    assert len(found.explanation.rows) > len(instead) == len(set(instead))


def test_the_wrong_kind_of_error_is_told_with_the_answer_that_it_was_made_of(tmp_path: Path) -> None:
    plan = p.Plan((p.Serve(0, "status_404"), *REDIRECTED.steps[1:]))
    (found,) = shown(BY_NAME["TakesMissingForBusy"], Dialect.BITS, tmp_path, plan)
    assert found.observation.endswith("the server's last answer was 404 for file-0.bin")


class NeverConnects(PocketBackend):
    """A job is TRANSFERRING from its first moment on."""

    def get_state(self, job: str) -> int:
        state = super().get_state(job)
        return JobState.TRANSFERRING if state == JobState.CONNECTING else state


class StartsByItself(PocketBackend):
    """A job with a file says that it transfers, whatever it does."""

    def get_state(self, job: str) -> int:
        state = super().get_state(job)
        return JobState.TRANSFERRING if state == JobState.SUSPENDED and self.jobs[job].files else state


class TakesAnyPart(PocketBackend):
    """However little has come of a file, it is whole."""

    def arrived(self, file: PocketFile) -> bool:
        return True


class HasNoPatience(PocketBackend):
    """Whenever time passes, what has failed is tried again."""

    def retried(self, job: PocketJob) -> bool:
        return job.state is JobState.TRANSIENT_ERROR


@pytest.mark.parametrize(
    ("backend", "plan", "end"),
    [
        (
            NeverConnects,
            (p.Gate("backlog"), p.AddFile(0), p.Call("resume"), p.Settle()),
            (
                "; no new connection of the job had reached the server; "
                "at the server nobody gets in: connections are neither accepted nor refused until the gate changes"
            ),
        ),
        (
            TakesAnyPart,
            (p.Serve(0, "truncate_last"), p.AddFile(0), p.Call("resume"), p.Settle()),
            "; the server's last answer was truncated",
        ),
        (
            HasNoPatience,
            (p.Serve(0, "status_503"), p.AddFile(0), p.Call("resume"), p.Settle(), p.Advance(9), p.Settle()),
            "; no retry was due: a job waits there for its delay first (timer/retry)",
        ),
    ],
    ids=["nobody gets in", "an answer that was no whole file", "too early for a retry"],
)
def test_what_a_state_cannot_be_understood_without_is_told(
    backend: type[PocketBackend], plan: tuple[p.Step, ...], end: str, tmp_path: Path
) -> None:
    (found,) = shown(backend, Dialect.BITS, tmp_path, p.Plan(plan))
    assert found.observation.endswith(end)


def test_no_connection_is_missed_where_none_would_help(tmp_path: Path) -> None:
    (found,) = shown(StartsByItself, Dialect.BITS, tmp_path, p.Plan((p.AddFile(0), p.Settle())))
    assert found.observation == "get_state answered TRANSFERRING, after add_file answered S_OK (0x00000000)"
