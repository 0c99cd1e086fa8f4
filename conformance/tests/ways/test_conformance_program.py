"""A backend that is a program: real processes that break in every way, and what the kit makes of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from copyjob.conformance.adapter import Adapter, AdapterError, Progress
from copyjob.conformance.backend import Declared, load
from copyjob.conformance.callers import CallTimedOutError
from copyjob.conformance.program import process as process_module
from copyjob.conformance.program.process import Program
from copyjob.spec.vocabulary import SIZE_UNKNOWN, Dialect, JobState, Operation

Start = Callable[..., Adapter]
Load = Callable[..., Declared]
Write = Callable[..., Path]


@pytest.fixture
def declared(program: Write) -> Load:
    """Return what writes a program and loads it as a backend."""

    def loaded(misbehave: str = "pass", **declares: object) -> Declared:
        return load(f"program:{program(misbehave, **declares)}")

    return loaded


def children() -> set[str]:
    """Return the ids of all processes that this one has started and has not waited for, zombies too."""
    found: set[str] = set()
    for listed in Path("/proc/self/task").glob("*/children"):
        with suppress(FileNotFoundError):  # a thread that has just ended
            found.update(listed.read_text().split())
    return found


@pytest.fixture
def start(declared: Load, tmp_path: Path) -> Iterator[Start]:
    """Return what starts a program that misbehaves so; afterwards neither it nor a zombie may be left."""
    before = children()  # another test's helper may live as long as the process
    with ExitStack() as stack:

        def started(misbehave: str = "pass", **declares: object) -> Adapter:
            adapter = Adapter(declared(misbehave, **declares), Dialect.BITS, tmp_path / "folder")
            return stack.enter_context(adapter)

        yield started
    assert children() <= before


# What a program that works is asked and answers


def test_a_program_that_works_is_a_backend(start: Start) -> None:
    adapter = start()
    assert adapter.state(adapter.create_job("name")) is JobState.SUSPENDED


def test_an_hresult_is_taken_as_it_is(start: Start) -> None:
    adapter = start("if c == 'resume': say(id=i, hresult=0x80200003); continue")
    assert adapter.call(Operation.RESUME, "job") == 0x80200003


def test_a_signed_hresult_is_the_same_one(start: Start) -> None:
    adapter = start("if c == 'resume': say(id=i, hresult=0x80200003 - 2**32); continue")
    assert adapter.call(Operation.RESUME, "job") == 0x80200003


def test_a_program_is_told_dialect_folder_and_arguments(start: Start, tmp_path: Path) -> None:
    log = tmp_path / "log"
    start(f"open({str(log)!r}, 'a').write(line)").call(Operation.ADD_FILE, "job", "http://x/é", "/tmp/a")
    heard = log.read_text(encoding="utf-8").splitlines()[2:5]
    assert heard == [
        '{"call":"hello","id":0,"protocol":1}',
        f'{{"call":"open","id":1,"dialect":"BITS","folder":"{tmp_path}/folder"}}',
        '{"call":"add_file","id":2,"job":"job","remote_url":"http://x/é","local_path":"/tmp/a"}',
    ]


def test_an_unknown_total_is_null(start: Start) -> None:
    adapter = start("if c == 'get_progress': say(id=i, value=[None, 4, 2, 1]); continue", powers=["progress"])
    assert adapter.progress("job") == Progress(SIZE_UNKNOWN, 4, 2, 1)


def test_error_information_that_is_refused_is_an_hresult(start: Start) -> None:
    adapter = start("if c == 'get_error': say(id=i, hresult=0x8020000F); continue", powers=["error"])
    assert adapter.error("job") == 0x8020000F


def test_a_line_may_end_as_on_windows(start: Start) -> None:
    adapter = start("if c == 'resume': print('{\"id\": %d, \"hresult\": 0}\\r' % i, flush=True); continue")
    assert adapter.call(Operation.RESUME, "job") == 0


def test_how_many_jobs_block_is_declared(start: Start) -> None:
    assert start(blocking_jobs=2, powers=["queue"]).blocking_jobs == 2


def test_a_flood_of_standard_error_stands_in_nobodys_way(start: Start) -> None:
    adapter = start("if c == 'resume': sys.stderr.write('it rains\\n' * 200_000)")
    assert adapter.call(Operation.RESUME, "job") == 0


# What breaks is the adapter, and never the backend

NEXT = "\n    continue"
BROKEN: dict[str, tuple[str, str]] = {
    "garbage": ("print('hello world', flush=True)", "resume: line 3 of its output is no JSON: 'hello world'"),
    "bytes that are no text": ("os.write(1, b'\\xff\\xfe\\n')", "is no JSON"),
    "half a line": ('os.write(1, b\'{"id": 2, "hr\'); sys.exit(3)', 'in the middle of a line: \'{"id": 2, "hr\''),
    "a line without end": ("os.write(1, b'x' * 2**21)", "is longer than 1048576 bytes"),
    "a flood of lines": ('os.write(1, b\'{"id": 2, "hresult": 0}\\n\' * 100_000)', "answers request 2 twice"),
    "an unknown id": ("say(id=99, hresult=0)", "answers request 99 which nobody asked"),
    "no id": ("say(hresult=0)", "missing required field `id`"),
    "an id that is text": ("say(id=str(i), hresult=0)", "Expected `int`, got `str` - at `$.id`"),
    "no answer": ("say(id=i)", "it has none of hresult, value, errored, unsupported"),
    "two answers": ("say(id=i, hresult=0, value=0)", "it has hresult and value"),
    "an unknown key": ("say(id=i, hresul=0)", "unknown field `hresul`"),
    "a value instead of an HRESULT": ("say(id=i, value=0)", "resume was answered with the value '0'"),
    "an HRESULT that is text": ("say(id=i, hresult='S_OK')", "Expected `int`, got `str` - at `$.hresult`"),
    "an HRESULT of too many bits": ("say(id=i, hresult=2**32)", "Expected `int` <= 4294967295"),
    "an empty line": ("print(flush=True)", "is no JSON: ''"),
    "an exit": ("print('it rains', file=sys.stderr, flush=True); sys.exit(7)", "ended with exit code 7"),
    "an exit, with its last words": (
        "print('it rains', file=sys.stderr, flush=True); sys.exit(7)",
        "its last words: 'it rains'",
    ),
    "a crash": ("os.kill(os.getpid(), signal.SIGSEGV)", "was killed by signal 11"),
    "an exit that leaves its output open": ("os.fork() and os._exit(5) or time.sleep(600)", "ended with exit code 5"),
    "an end of output": ("os.close(1); time.sleep(600)", "closed its standard output and runs on"),
    "its own word": ("say(id=i, errored='no disk')", "resume errored: no disk"),
    "an unsupported call": ("say(id=i, unsupported='what?')", "is unsupported (what?); every adapter needs it"),
}


@pytest.mark.parametrize(("breaks", "told"), BROKEN.values(), ids=BROKEN.keys())
def test_what_breaks_is_the_adapter(start: Start, monkeypatch: pytest.MonkeyPatch, breaks: str, told: str) -> None:
    monkeypatch.setattr(process_module, "CLOSE_SECONDS", 0.2)
    adapter = start(f"if c == 'resume':\n    {breaks}{NEXT}")
    with pytest.raises(AdapterError) as caught:
        # What comes after an answer is found at the next call.
        [adapter.call(Operation.RESUME, "job") for _ in range(1000)]
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


VALUES = {
    "a state that is none": ("get_state", "9", "Invalid enum value 9"),
    "a state that is text": ("get_state", "'QUEUED'", "got `str`"),
    "progress of three": ("get_progress", "[1, 2, 3]", "Expected `array` of length 4"),
    "progress that is true": ("get_progress", "[1, 2, 3, True]", "got `bool`"),
    "an error of one": ("get_error", "[5]", "Expected `array` of length 2"),
    "an id that is a number": ("create_job", "7", "Expected `str`, got `int`"),
}


@pytest.mark.parametrize(("call", "value", "told"), VALUES.values(), ids=VALUES.keys())
def test_a_value_of_the_wrong_kind_is_the_adapters(start: Start, call: str, value: str, told: str) -> None:
    adapter = start(f"if c == {call!r}:\n    say(id=i, value={value}){NEXT}", powers=["progress", "error"])
    ask: dict[str, Callable[[], object]] = {
        "get_state": lambda: adapter.state("job"),
        "get_progress": lambda: adapter.progress("job"),
        "get_error": lambda: adapter.error("job"),
        "create_job": lambda: adapter.create_job("name"),
    }
    with pytest.raises(AdapterError, match=f"^{call} was answered with the value") as caught:
        ask[call]()
    assert told in str(caught.value)


def test_a_state_given_as_an_hresult_is_no_state(start: Start) -> None:
    with pytest.raises(AdapterError, match="get_state was answered with the HRESULT 4"):
        start("if c == 'get_state': say(id=i, hresult=4); continue").state("job")


def test_a_clock_cannot_be_refused(start: Start) -> None:
    adapter = start("if c == 'advance': say(id=i, hresult=0x80004001); continue", powers=["clock"])
    with pytest.raises(AdapterError, match="advance was answered with the HRESULT 2147500033; it cannot be refused"):
        adapter.advance(1)


def test_a_call_of_a_declared_power_that_is_unsupported_names_the_power(start: Start) -> None:
    adapter = start("if c == 'get_error': say(id=i, unsupported='what?'); continue", powers=["error"])
    with pytest.raises(AdapterError, match="the power error needs it"):
        adapter.error("job")


def test_a_program_that_has_broken_is_told_at_every_call_from_then_on(start: Start) -> None:
    adapter = start("if c == 'resume': sys.exit(7)")
    for operation in (Operation.RESUME, Operation.SUSPEND):
        with pytest.raises(AdapterError, match=f"^{operation.value}: the program ended with exit code 7"):
            adapter.call(operation, "job")


def test_a_program_that_breaks_before_it_is_open_is_an_error_of_the_adapter(start: Start) -> None:
    with pytest.raises(AdapterError, match=r"^open: the program ended with exit code 7"):
        start("if c == 'open': sys.exit(7)")


# Time


def test_a_call_that_is_not_answered_is_given_up(start: Start) -> None:
    adapter = start("if c == 'resume': continue", call_timeout_seconds=0.05)
    with pytest.raises(CallTimedOutError, match=r"resume has not answered within 0\.05 s"):
        adapter.call(Operation.RESUME, "job")


def test_where_one_call_is_made_at_a_time_none_follows_one_that_was_given_up(start: Start) -> None:
    adapter = start("if c == 'resume': continue", call_timeout_seconds=0.05)
    with suppress(CallTimedOutError):
        adapter.call(Operation.RESUME, "job")
    with pytest.raises(AdapterError, match="suspend: resume has not answered yet"):
        adapter.call(Operation.SUSPEND, "job")


LATE = """
if c == 'resume':
    late = i
    continue
if c == 'suspend':
    say(id=late, hresult=0x80200003)
"""


def test_a_reply_to_a_call_that_was_given_up_is_nobodys(start: Start) -> None:
    adapter = start(LATE, call_timeout_seconds=1, powers=["concurrent_calls"])
    with suppress(CallTimedOutError):
        adapter.call(Operation.RESUME, "job")
    assert adapter.call(Operation.SUSPEND, "job") == 0


OUT_OF_ORDER = """
if c in ('suspend', 'cancel'):
    kept = [*globals().get('kept', []), (i, 0 if c == 'cancel' else 0x80200002)]
    if len(kept) == 2:
        for number, hresult in reversed(kept):
            say(id=number, hresult=hresult)
    continue
"""


def test_replies_may_come_in_any_order_where_calls_may(start: Start) -> None:
    adapter = start(OUT_OF_ORDER, powers=["concurrent_calls"])
    raced = adapter.race("job", ((Operation.SUSPEND,), (Operation.CANCEL,)))
    assert [call.hresult for call in raced] == [0x80200002, 0]


FULL_PIPE = """
if c == 'resume':
    time.sleep(600)
"""


def test_a_program_that_does_not_read_is_not_waited_for_at_its_input(start: Start) -> None:
    adapter = start(FULL_PIPE, call_timeout_seconds=0.05, powers=["concurrent_calls"])
    for _ in range(10):
        with suppress(CallTimedOutError, AdapterError):
            adapter.call(Operation.RESUME, "j" * 20_000)
    with pytest.raises(AdapterError, match="no request fits in any more"):
        adapter.call(Operation.RESUME, "j")


# The end


@pytest.fixture
def quick_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give programs little time to end."""
    monkeypatch.setattr(process_module, "CLOSE_SECONDS", 0.2)


def gone(pid: int) -> bool:
    """Whether no process has this id, a zombie neither."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


STUBBORN = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if c == 'close':
    time.sleep(600)
"""


@pytest.mark.usefixtures("quick_end")
def test_a_program_that_does_not_end_is_ended(program: Write) -> None:
    running = Program([str(program(STUBBORN))])
    running.call("hello", {"protocol": 1}, 10)
    running.close()
    assert gone(running.pid)


CHILD = """
if c == 'resume':
    child = os.fork()
    if child == 0:
        os.close(1)
        time.sleep(600)
    open({path!r}, 'w').write(str(child))
"""


@pytest.mark.usefixtures("quick_end")
@pytest.mark.parametrize("then", ["pass", "if c == 'resume': os._exit(1)"], ids=["at the end", "when it crashes"])
def test_what_a_program_has_started_is_ended_with_it(
    program: Write, tmp_path: Path, ended: Callable[[int], bool], then: str
) -> None:
    noted = tmp_path / "child"
    running = Program([str(program(CHILD.format(path=str(noted)) + then))])
    running.call("hello", {"protocol": 1}, 10)
    with suppress(AdapterError):
        running.call("resume", {"job": "x"}, 10)
    running.close()
    assert ended(int(noted.read_text()))


def test_no_thread_is_left_of_a_program(program: Write) -> None:
    running = Program([str(program())])
    running.close()
    assert [thread.name for thread in threading.enumerate() if "copyjob-program" in thread.name] == []


def test_no_file_is_left_open_of_a_program(program: Write) -> None:
    path = str(program())
    before = len(list(Path("/proc/self/fd").iterdir()))
    running = Program([path])
    running.call("hello", {"protocol": 1}, 10)
    running.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
