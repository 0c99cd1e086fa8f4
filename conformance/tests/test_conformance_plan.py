"""Plans are data: they survive JSON and Python text, and a damaged replay file is told in one line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copyjob.conformance import plan as p
from copyjob.conformance.interface import SETTERS
from copyjob.conformance.weather import FILE_SIZES, GATES, SCRIPTS
from copyjob.spec.compiled import FILES_BOUND
from copyjob.spec.console import UsageError
from copyjob.spec.vocabulary import Dialect, Operation

files = st.integers(0, FILES_BOUND - 1)
setters = sorted(operation.value for operation in SETTERS)
callers = st.sampled_from(
    [op.value for op in Operation if op in p.DRIVEN and op is not Operation.ADD_FILE and op not in SETTERS]
)
one_caller = st.lists(callers, min_size=1, max_size=2).map(tuple)
steps: st.SearchStrategy[p.Step] = st.one_of(
    st.builds(p.Serve, files, st.sampled_from(sorted(SCRIPTS))),
    st.builds(p.Gate, st.sampled_from(tuple(GATES))),
    st.builds(p.AddFile, files, st.booleans()),
    st.builds(p.Call, callers),
    st.builds(p.Call, st.sampled_from(setters), st.integers(0, 2**31)),
    st.builds(
        p.Race, st.lists(st.lists(callers, min_size=1, max_size=2).map(tuple), min_size=2, max_size=3).map(tuple)
    ),
    st.builds(p.Advance, st.integers(0, 10**8)),
    st.sampled_from([p.Settle(), p.Linger(), p.Restart(), p.Block(), p.Unblock()]),
)
once = st.lists(steps, max_size=12, unique_by=lambda step: step.file if isinstance(step, p.AddFile) else object())
plans = st.builds(p.Plan, once.map(tuple), st.text(max_size=20))
often = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@often
@given(step=steps)
def test_a_step_survives_json(step: p.Step) -> None:
    assert p.step_from_json(json.loads(json.dumps(p.step_to_json(step)))) == step


@often
@given(plan=plans)
def test_a_plan_printed_as_python_makes_the_same_steps(plan: p.Plan) -> None:
    said: dict[str, Any] = {}
    text = p.to_python(plan, "m:C", Dialect.DO, {0: "a remark"})
    program = text.replace("from copyjob.conformance.replay import replay_and_exit\n", "")

    def replay_and_exit(backend: str, **told: object) -> None:
        said.update(told, backend=backend)

    exec(program, {"replay_and_exit": replay_and_exit})
    assert said == {"backend": "m:C", "dialect": "DO", "steps": list(plan.steps)}


def test_a_remark_stands_behind_its_step() -> None:
    plan = p.Plan((p.Settle(), p.Call("resume")))
    text = p.to_python(plan, "m:C", Dialect.BITS, {1: "S_OK, QUEUED"})
    assert "        Call(operation='resume', value=None),  # S_OK, QUEUED\n" in text


def test_a_shortened_plan_keeps_its_aim() -> None:
    plan = p.Plan((p.Settle(), p.Linger()), aim="resume/QUEUED/1")
    assert p.shortened(plan, [p.Linger()]) == p.Plan((p.Linger(),), aim="resume/QUEUED/1")


WRONG_STEPS: list[tuple[Any, str]] = [
    ("Settle", "is no step"),
    ({"step": "Wait"}, "is no step"),
    ({"step": "Settle", "seconds": 3}, "knows no seconds"),
    ({"step": "Serve", "file": 0}, "missing 1 required positional argument: 'script'"),
    ({"step": "Serve", "file": 3, "script": "serve"}, "files are 0 to 2"),
    ({"step": "Serve", "file": 0, "script": "dance"}, "scripts are serve,"),
    ({"step": "AddFile", "file": -1}, "files are 0 to 2"),
    ({"step": "Gate", "gate": "ajar"}, "gates are accept, refuse, backlog"),
    ({"step": "Call", "operation": "explode"}, "operations are cancel,"),
    ({"step": "Call", "operation": "add_file"}, "operations are cancel,"),
    ({"step": "Race", "callers": [["resume"], ["explode"]]}, "of cancel, complete, get_error"),
    ({"step": "Race", "callers": [["resume"]]}, "two callers or more"),
    ({"step": "Race", "callers": [["resume"], []]}, "two callers or more"),
    ({"step": "Race", "callers": [["resume"] * 8, ["resume"]]}, "8 calls at most"),
    ({"step": "Race", "callers": ["resume", "cancel"]}, "two callers or more"),
    ({"step": "Race", "callers": 5}, "two callers or more"),
    ({"step": "Call", "operation": "set_priority"}, "a setter takes a whole number"),
    ({"step": "Call", "operation": "resume", "value": 1}, "every other operation none"),
    ({"step": "Call", "operation": {}}, "operations are cancel,"),
    ({"step": "Advance", "seconds": "x"}, "a whole number of seconds"),
    ({"step": "AddFile", "file": 1.0}, "files are 0 to 2"),
    ({"step": "Advance", "seconds": -1}, "time does not run backwards"),
]


@pytest.mark.parametrize(("data", "told"), WRONG_STEPS, ids=[told for _, told in WRONG_STEPS])
def test_a_step_that_is_none_is_told_in_one_line(data: Any, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        p.step_from_json(data)
    assert told in caught.value.usage_message
    assert "\n" not in caught.value.usage_message


def test_a_plan_that_adds_a_file_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="file 1 was added before"):
        p.validate([p.AddFile(1), p.Call("resume"), p.AddFile(1)])


def test_there_is_a_file_for_every_number_that_the_table_counts_to() -> None:
    assert len(FILE_SIZES) == FILES_BOUND
