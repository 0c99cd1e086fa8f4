"""Lines of recorded traces: what can be read, and what is told of what can't."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copyjob.conformance.traces.lines import (
    EVENTS,
    OPERATIONS,
    BadLineError,
    Call,
    Event,
    Line,
    Sample,
    Start,
    opened,
    parse,
    read,
    schema,
)
from copyjob.spec.console import UsageError

START = '{"event":"start","dialect":"BITS","version":1}\n'
STATE = '{"job":"a","state":"QUEUED"}\n'
ADDED = '{"job":"a","operation":"add_file","hresult":0,"state":"SUSPENDED"}\n'


def lines_of(text: str | bytes) -> list[tuple[int, Line]]:
    return list(read(io.BytesIO(text if isinstance(text, bytes) else text.encode()), "t"))


def complaint(text: str | bytes) -> str:
    with pytest.raises(BadLineError) as caught:
        lines_of(text)
    return caught.value.usage_message


def test_each_kind_of_line_is_read_with_its_number() -> None:
    text = (
        '{"event":"start","dialect":"DO","version":1,"complete":["calls"],"source":"a camera"}\n'
        '{"job":"a","operation":"create_job","hresult":0,"state":"SUSPENDED","type":"DOWNLOAD","client":"c"}\n'
        "\n"
        '{"job":"a","operation":"resume","timed_out":true}\n'
        '{"job":"a","event":"turn","state":"TRANSFERRING"}\n'
        '{"job":"a","state":"TRANSFERRING","files_total":2,"files_done":1,"time_seconds":1.5}\n'
    )
    assert lines_of(text) == [
        (1, Start(event="start", dialect="DO", version=1, complete=("calls",), source="a camera")),
        (2, Call(job="a", operation="create_job", hresult=0, state="SUSPENDED", type="DOWNLOAD", client="c")),
        (4, Call(job="a", operation="resume", timed_out=True)),
        (5, Event(job="a", event="turn", state="TRANSFERRING")),
        (6, Sample(job="a", state="TRANSFERRING", files_total=2, files_done=1, time_seconds=1.5)),
    ]


def test_a_mark_at_the_beginning_and_the_line_ends_of_windows_change_nothing() -> None:
    assert lines_of(b"\xef\xbb\xbf" + (START + ADDED).replace("\n", "\r\n").encode()) == lines_of(START + ADDED)


def test_a_last_line_without_its_end_is_read_where_it_is_whole() -> None:
    assert lines_of((START + ADDED).rstrip()) == lines_of(START + ADDED)


def numbered(seq: int) -> str:
    return ADDED.replace("}", f',"seq":{seq}}}')


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hello\n", "line 1: is not JSON in UTF-8"),
        ("[]\n", "line 1: Expected `object`, got `array`"),
        ("", "line 1: the trace is empty"),
        ("\n\n", "line 1: the trace is empty"),
        (START.encode("utf-16"), "line 1: is in UTF-16; write the trace in UTF-8"),
        (START.encode() + ADDED.replace('"a"', '"\xe9"').encode("latin-1"), "line 2: is not JSON in UTF-8"),
        (ADDED, 'line 1: comes before any start; begin with {"event":"start"'),
        (START + START.replace("BITS", "DO"), "line 2: is a start in DO, and the trace began in BITS; split it"),
        (START.replace("BITS", "BITZ"), "line 1: knows no dialect 'BITZ'; it is BITS or DO"),
        (START.replace(":1}", ":2}"), "version 2, and this copyjob reads version 1; update copyjob"),
        (START.replace(',"version":1', ""), "lacks the field `version`, which a start has"),
        (START + ADDED[:30], "line 2: ends in the middle: its writer was stopped; take the line away"),
        (START + ADDED.replace("add_file", "addfile"), "no operation 'addfile'; did you mean add_file?"),
        (START + '{"job":"a","event":"trun"}\n', "line 2: there is no event 'trun'; did you mean turn?"),
        (START + ADDED.replace("SUSPENDED", "ASLEEP"), "line 2: there is no state 'ASLEEP'; see trace.schema.json"),
        (START + ADDED.replace('"hresult":0', '"hresult":-1'), "Expected `int` >= 0 - at `hresult`"),
        (START + ADDED.replace('"hresult":0,', ""), "line 2: is a call without one answer; give it as"),
        (START + ADDED.replace('"hresult"', '"timed_out":true,"hresult"'), "is a call without one answer"),
        (START + ADDED.replace('"a"', "null"), "only enum_jobs and a refused create_job are about no job"),
        (START + '{"job":null,"state":"ERROR"}\n', "line 2: is about no job; name it"),
        (START + '{"job":null,"event":"turn"}\n', "line 2: is about no job; name it"),
        (START + '{"job":"a"}\n', "says nothing about its job"),
        (START + '{"state":"ERROR"}\n', "is neither a start nor about a job"),
        (START + '{"job":"a","files_total":1}\n', "has one of files_total and files_done; give both"),
        (START + ADDED.replace('"state"', '"sate"'), "contains unknown field `sate`"),
        (START + ADDED.replace("add_file", "create_job") * 2, "line 3: creates the job a, which was there before"),
        (START + numbered(6) + numbered(4), "line 3: has the number 4 behind 6"),
        (START + " " * (1 << 20) + "\n", "line 2: is longer than a megabyte"),
    ],
)
def test_bad_input_is_told_with_its_line_and_the_way_out(text: str | bytes, told: str) -> None:
    assert told in complaint(text)
    assert ";" in complaint(text)


def test_a_file_compressed_by_gzip_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "t.ndjson.gz"
    path.write_bytes(gzip.compress((START + ADDED).encode()))
    with opened(path) as stream:
        assert list(read(stream, "t")) == lines_of(START + ADDED)


def test_a_compressed_file_that_is_cut_off_is_told_at_the_line_where_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "t.ndjson.gz"
    path.write_bytes(gzip.compress((START + ADDED).encode())[:-9])
    with opened(path) as stream, pytest.raises(BadLineError, match=r"line [123]: the compressed file ends here"):
        list(read(stream, "t"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match=r"none\.ndjson cannot be read: No such file"),
        opened(tmp_path / "none.ndjson"),
    ):
        pass


def test_numbers_begin_anew_with_each_start() -> None:
    life = START.replace("}", ',"seq":1}') + numbered(2)
    assert [number for number, _ in lines_of(life * 2)] == [1, 2, 3, 4]


WORDS = ["a", "", "turn", "start", "resume", "create_job", "S", "QUEUED", "DO", "DOWNLOAD"]
VALUES = st.sampled_from([*WORDS, None, 0, 1, 3, -1, 1.5, 1 << 32, 0x80070057, True, False, ["calls"]])
FIELDS = st.sampled_from(["other", *(field for kind in schema()["$defs"].values() for field in kind["properties"])])
VALIDATOR: Any = jsonschema.Draft202012Validator(schema())


@given(
    st.sampled_from([START, ADDED, '{"job":"a","event":"turn"}', STATE]), st.dictionaries(FIELDS, VALUES, max_size=2)
)
def test_what_is_read_is_what_the_published_schema_describes(good: str, changes: dict[str, object]) -> None:
    line = {**json.loads(good), **changes}
    try:
        parse(json.dumps(line).encode())
    except ValueError:
        return
    VALIDATOR.validate(line)


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_operation_and_event_that_is_described_is_read(operation: str) -> None:
    assert parse(json.dumps({"job": "a", "operation": operation, "hresult": 0}).encode())
    assert [parse(json.dumps({"job": "a", "event": event}).encode()) for event in EVENTS]
