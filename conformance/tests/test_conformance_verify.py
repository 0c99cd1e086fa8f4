"""Recorded traces against the table: what conforms, what is impossible, and what nobody can tell."""

from __future__ import annotations

import importlib.util
import io
import random
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.conformance.observation import tell
from copyjob.conformance.traces.blocks import begin, blocks
from copyjob.conformance.traces.lines import BadLineError, line_of, read
from copyjob.conformance.traces.meaning import Unjudged
from copyjob.conformance.traces.shortest import history, shortest, sub_trace
from copyjob.spec.vocabulary import Dialect, Hresult

Told = dict[str, Any]


def _walks() -> Any:
    spec = importlib.util.spec_from_file_location("copyjob_trace_walks", Path(__file__).with_name("trace_walks.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WALKS = _walks()
impossible_lines, start, text_of, verified = WALKS.impossible_lines, WALKS.start, WALKS.text_of, WALKS.verified
WHOLLY = ("calls", "events")
SEEDS = st.integers(0, 100_000)


def call(operation: str, state: str | None = None, hresult: int = 0, job: str = "a", **more: object) -> Told:
    told: Told = {"job": job, "operation": operation, "hresult": hresult, **more}
    return told if state is None else {**told, "state": state}


def event(name: str, state: str, job: str = "a") -> Told:
    return {"job": job, "event": name, "state": state}


def sample(state: str, job: str = "a") -> Told:
    return {"job": job, "state": state}


CREATED = [call("create_job", "SUSPENDED"), call("add_file", "SUSPENDED")]
DONE = [
    *CREATED,
    call("resume", "QUEUED"),
    event("turn", "CONNECTING"),
    event("connect", "TRANSFERRING"),
    event("file_done", "TRANSFERRED"),
]


# ---- what is told of a history that the table permits ----


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.sampled_from(Dialect))
def test_a_history_of_the_table_conforms_where_all_of_it_is_told(seed: int, dialect: Dialect) -> None:
    assert impossible_lines(WALKS.walk(dialect, seed, 60)) == []


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.sampled_from(Dialect), st.sets(st.sampled_from(WHOLLY)))
def test_whatever_part_of_a_history_is_told_it_conforms(seed: int, dialect: Dialect, wholly: set[str]) -> None:
    dice = random.Random(seed)

    def told(line: Told) -> bool:
        if "operation" in line and "calls" in wholly:
            return True
        return ("event" in line and "events" in wholly) or line.get("event") == "start" or dice.random() < 0.5

    assert impossible_lines([line for line in WALKS.walk(dialect, seed, 60, sorted(wholly)) if told(line)]) == []


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.sampled_from(Dialect))
def test_lines_that_are_missing_by_their_numbers_make_nothing_impossible(seed: int, dialect: Dialect) -> None:
    dice, seq, lines = random.Random(seed), 0, WALKS.walk(dialect, seed, 60)
    kept: list[Told] = []
    behind: list[Told] = [*lines[1:], {}]
    for line, following in zip(lines, behind, strict=True):
        seq = 1 if line.get("event") == "start" else seq + 1
        # Nobody can see that a line is missing right before a start.
        if seq == 1 or following.get("event") == "start" or dice.random() < 0.5:
            kept.append({**line, "seq": seq})
    assert impossible_lines(kept) == []


def test_one_call_that_was_under_way_when_the_service_was_stopped_may_not_be_told() -> None:
    again = start(complete=WHOLLY)

    assert impossible_lines([again, *CREATED, again, sample("QUEUED")]) == []
    assert impossible_lines([again, *CREATED, again, sample("TRANSFERRED")]) == [5]


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_a_timed_out_call_may_take_effect_later_or_never(seed: int) -> None:
    dice = random.Random(seed)
    lines: list[Told] = [
        {"job": line["job"], "operation": line["operation"], "timed_out": True}
        if line.get("operation") in ("suspend", "resume") and dice.random() < 0.3
        else line
        for line in WALKS.walk(Dialect.BITS, seed, 40)
    ]
    assert impossible_lines(lines) == []


def test_a_job_with_hundreds_of_files_conforms() -> None:
    lines = [start(complete=WHOLLY), *CREATED, *[call("add_file", "SUSPENDED")] * 300, call("resume", "QUEUED")]
    many: Told = {"job": "a", "files_total": 301, "files_done": 0}

    assert impossible_lines([*lines, many]) == []
    assert impossible_lines([*lines, {**many, "files_total": 1}]) == [len(lines) + 1]


# ---- what is impossible ----


@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        ([*CREATED, call("resume", "SUSPENDED")], "get_state answered SUSPENDED"),
        ([*DONE, call("cancel", "CANCELLED"), sample("TRANSFERRED")], "get_state answered TRANSFERRED"),
        ([call("create_job"), call("resume", hresult=0)], "resume answered S_OK (0x00000000)"),
        ([*CREATED, event("connect", "TRANSFERRING")], "connect happened"),
        ([*CREATED, {"job": "a", "files_total": 2, "files_done": 0}], "get_progress told 0 of 2 files transferred"),
        ([*DONE, call("complete", "ACKNOWLEDGED"), call("resume")], "resume answered S_OK (0x00000000)"),
        ([*CREATED, call("suspend", "SUSPENDED", hresult=Hresult.BG_E_INVALID_STATE)], "suspend answered BG_E_INV"),
        ([*DONE, call("complete", "ACKNOWLEDGED", hresult=Hresult.BG_E_EMPTY)], "get_state answered ACKNOWLEDGED"),
    ],
)
def test_the_first_impossible_line_is_named(lines: list[Told], seen: str) -> None:
    _, judged = verified([start(complete=WHOLLY), *lines])

    assert [(finding.number, finding.job) for finding in judged.impossible] == [(len(lines) + 1, "a")]
    assert tell(judged.impossible[0].observation).startswith(seen)


def test_jobs_that_are_interleaved_are_judged_each_by_itself() -> None:
    other = [{**line, "job": "b"} for line in DONE]
    mixed = [line for pair in zip(DONE, other, strict=True) for line in pair]

    assert impossible_lines([start(complete=WHOLLY), *mixed]) == []
    mixed[7] = {**mixed[7], "state": "TRANSFERRED"}
    assert impossible_lines([start(complete=WHOLLY), *mixed]) == [9]


def test_a_job_that_did_what_is_impossible_is_judged_no_further_and_the_others_are() -> None:
    wrong = [*CREATED, call("resume", "SUSPENDED"), call("cancel", "QUEUED")]
    lines = [start(complete=WHOLLY), *wrong, *({**line, "job": "b"} for line in wrong)]

    assert impossible_lines(lines) == [4, 8]


def test_what_nobody_recorded_may_have_happened() -> None:
    lines = [*CREATED, call("resume", "QUEUED"), sample("SUSPENDED")]

    assert impossible_lines([start(complete=WHOLLY), *lines]) == [5]
    assert impossible_lines([start(complete=["calls"]), *lines]) == [5]
    assert impossible_lines([start(complete=["events"]), *lines]) == []
    assert impossible_lines([start(), *lines]) == []


def test_a_change_of_state_that_is_not_told_is_impossible_where_all_are() -> None:
    lines = [*CREATED, call("resume", "QUEUED"), sample("CONNECTING")]

    assert impossible_lines([start(complete=WHOLLY), *lines]) == [5]
    assert impossible_lines([start(complete=["calls"]), *lines]) == []


def test_a_start_lets_a_job_that_was_transferring_be_queued_if_it_is_told() -> None:
    lines = [*DONE[:-1], start(complete=WHOLLY)]

    assert impossible_lines([start(complete=WHOLLY), *lines, event("restart", "QUEUED")]) == []
    assert impossible_lines([start(complete=WHOLLY), *lines, sample("TRANSFERRING")]) == []
    assert impossible_lines([start(complete=WHOLLY), *lines, event("restart", "CONNECTING")]) == [8]


def test_a_job_that_was_there_before_may_be_anywhere() -> None:
    _, judged = verified([start(complete=WHOLLY), sample("ERROR"), call("resume", "QUEUED")])

    assert (judged.impossible, judged.from_before) == ([], 1)


def test_a_download_may_not_refuse_to_be_completed_and_a_job_of_unknown_kind_may() -> None:
    refused = call("complete", "QUEUED", hresult=Hresult.BG_E_INVALID_STATE)
    for kind, found in (({"type": "DOWNLOAD"}, [5]), ({"type": "UPLOAD"}, []), ({}, [])):
        created = {**CREATED[0], **kind}
        lines = [start(complete=WHOLLY), created, CREATED[1], call("resume", "QUEUED"), refused]
        assert impossible_lines(lines) == found


# ---- what is not judged ----


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (call("take_ownership"), Unjudged.CALL),
        (call("set_custom_headers", hresult=0x80004005), Unjudged.CALL),
        (call("add_file", hresult=0x80070005), None),
        (call("add_file", hresult=0x80070070), Unjudged.REFUSAL),
        (call("resume", hresult=0x800706BA), Unjudged.REFUSAL),
        (call("add_file_set"), None),
        (call("set_priority", hresult=Hresult.E_NOTIMPL), None),
    ],
)
def test_what_the_table_does_not_speak_about_is_counted_and_changes_nothing(line: Told, reason: Unjudged) -> None:
    lines = [start(complete=WHOLLY), *CREATED, {**line, "state": "SUSPENDED"}]
    _, judged = verified(lines)

    assert judged.impossible == []
    assert dict(judged.unjudged) == ({} if reason is None else {reason: 1})
    assert impossible_lines([*lines[:-1], {**line, "state": "QUEUED"}]) == [4]


def test_after_an_event_that_the_table_does_not_speak_about_a_job_may_be_anywhere() -> None:
    lines = [start(Dialect.DO, WHOLLY), *CREATED, event("policy_block", "TRANSIENT_ERROR"), call("resume", "QUEUED")]
    _, judged = verified(lines)

    assert (judged.impossible, dict(judged.unjudged)) == ([], {Unjudged.EVENT: 1})


def test_a_set_of_files_is_at_least_one_file() -> None:
    added = [start(complete=WHOLLY), CREATED[0], call("add_file_set", "SUSPENDED")]

    assert impossible_lines([*added, call("resume", "QUEUED")]) == []
    assert impossible_lines([*added, call("resume", hresult=Hresult.BG_E_EMPTY)]) == [4]
    assert impossible_lines([*added, {"job": "a", "files_total": 7, "files_done": 0}]) == []


def test_where_no_line_could_have_been_impossible_nothing_was_judged() -> None:
    assert not verified([start(), sample("QUEUED"), sample("SUSPENDED")])[1].telling
    assert verified([start(), sample("CANCELLED"), sample("CANCELLED")])[1].telling


# ---- the shortest part that is already impossible ----


def broken(seed: int, complete: tuple[str, ...]) -> list[Told]:
    """Return a short history with one state that may be wrong."""
    lines: list[Told] = WALKS.walk(Dialect.BITS, seed, 12, complete)
    dice = random.Random(seed)
    stated = [line for line in lines[2:] if "state" in line]
    if stated:
        dice.choice(stated)["state"] = dice.choice(["SUSPENDED", "QUEUED", "TRANSFERRED", "CANCELLED"])
    return lines


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.sampled_from([(), ("calls",), WHOLLY]))
def test_a_sub_trace_is_impossible_by_itself_and_no_part_of_it_is(seed: int, complete: tuple[str, ...]) -> None:
    lines = broken(seed, complete)
    verifier, judged = verified(lines)
    for finding in judged.impossible:
        steps = history(io.BytesIO(text_of(lines)), "trace", verifier.track, [finding])["a"]
        chosen = shortest(verifier.track, steps)
        start_line = verifier.judged.start

        assert chosen
        assert steps[-1].number == finding.number
        assert verified(sub_trace(verifier.track, start_line, steps, chosen).encode())[1].impossible
        if len(chosen) <= 3:
            for some in combinations(steps, len(chosen) - 1):
                text = sub_trace(verifier.track, start_line, steps, some).encode()
                assert not verified(text)[1].impossible


def test_lines_that_have_nothing_to_do_with_it_are_left_out() -> None:
    lines = [
        start(complete=WHOLLY),
        *DONE,
        call("cancel", "CANCELLED"),
        call("get_state", "CANCELLED"),
        sample("ERROR"),
    ]
    verifier, judged = verified(lines)
    steps = history(io.BytesIO(text_of(lines)), "trace", verifier.track, judged.impossible)["a"]

    assert [step.number for step in shortest(verifier.track, steps)] == [8, 10]


# ---- reading many lines at once ----


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_blocks_hold_the_lines_that_are_read_one_by_one(seed: int) -> None:
    text = text_of(WALKS.walk(Dialect.BITS, seed, 20))
    stream = io.BytesIO(text)
    first, number = begin(stream, "trace")
    told = [
        (block.number(index), line_of(line))
        for block in blocks(stream, "trace", number)
        for index, line in enumerate(block.lines)
    ]
    assert [(1, first), *told] == list(read(io.BytesIO(text), "trace"))


@pytest.mark.parametrize(
    "wrong",
    [
        b'{"job":"a","state":"QUEUED"\n',
        b"\xff\n",
        b'{"job":"a","operation":"resum","hresult":0}\n',
        b'{"job":"a","operation":"resume","hresult":"0"}\n',
        b'{"job":"a","operation":"create_job","hresult":0}\n',
        b'{"event":"start","dialect":"DO","version":1}\n',
        b'{"job":"a","event":"turn","files_total":1}\n',
        b'{"job":null,"operation":"resume","hresult":0}\n',
    ],
)
@pytest.mark.parametrize("blank", [b"", b"\n"])
def test_a_bad_line_deep_in_a_trace_is_told_with_its_number(wrong: bytes, blank: bytes) -> None:
    text = text_of([start(), *CREATED]) + blank
    good = text_of([sample("SUSPENDED")])
    before = 20_000
    with pytest.raises(BadLineError) as caught:
        verified(text + good * before + wrong + good * 10)

    assert caught.value.number == 3 + len(blank) + before + 1


def test_a_bad_line_behind_an_impossible_one_leaves_no_verdict() -> None:
    with pytest.raises(BadLineError, match="line 5"):
        verified(text_of([start(complete=WHOLLY), *CREATED, call("resume", "SUSPENDED")]) + b"{\n")


def test_numbers_that_run_backwards_are_bad_input() -> None:
    lines = [start(), {**CREATED[0], "seq": 5}, {**CREATED[1], "seq": 5}]
    with pytest.raises(BadLineError, match="line 3: has the number 5 behind 5"):
        verified(lines)


def test_an_impossible_line_far_into_a_trace_has_its_number(tmp_path: Path) -> None:
    lines = [start(complete=WHOLLY), *CREATED, *[call("suspend", "SUSPENDED")] * 30_000, sample("QUEUED")]

    assert impossible_lines(lines) == [len(lines)]
