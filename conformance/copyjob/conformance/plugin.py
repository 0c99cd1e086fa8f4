"""The pytest plugin: ``pytest --copyjob-backend NAME`` collects one test for each check, with its id.

Laws:

1. Nothing is imported, collected or run before a backend is named: the plugin is loaded in every run of pytest.
2. The check runs once, when its first test does, however many processes ``pytest-xdist`` starts: whoever holds the lock
   runs it, the others read the report.
3. A test says what ``copyjob check`` says: a MUST that is broken fails, a skip carries its reason, a divergence that
   the baseline knows is an expected failure, and a stale entry fails.

What this module does not know: how a backend is checked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import pytest

if TYPE_CHECKING:
    from copyjob.conformance.plugin_check import OnceChecked
    from copyjob.conformance.report_data import Report, Run

_SHARED = "copyjob_shared"
_FOLDER = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
RUN = "run"
"""The name of the test that fails where the adapter broke, or where something could not be judged or written."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("copyjob", "copyjob: check a backend, one test a check")
    group.addoption("--copyjob-backend", metavar="NAME", help="a registered name, or module:Class")
    group.addoption(
        "--copyjob-dialect",
        type=str.upper,
        choices=("BITS", "DO"),
        action="append",
        help="default: all that the backend declares",
    )
    group.addoption("--copyjob-seed", type=int, default=0, metavar="N", help="seed of the random plans (default 0)")
    group.addoption("--copyjob-walks", type=int, default=16, metavar="N", help="long random plans (default 16)")
    group.addoption("--copyjob-budget", metavar="BUDGET", help="such as 60s or 20000steps")
    group.addoption(
        "--copyjob-wire", choices=("http", "memory"), default="http", help="over HTTP (default) or in memory"
    )
    group.addoption(
        "--copyjob-stop-after", type=int, default=10, metavar="N", help="divergences after which a dialect is left"
    )
    group.addoption("--copyjob-jobs", type=int, metavar="N", help="processes, for a backend with `instances`")
    group.addoption("--copyjob-baseline", type=Path, metavar="FILE", help="divergences that are known")
    group.addoption("--copyjob-output-dir", type=Path, metavar="DIR", help="keep the whole report here")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a process of xdist the folder that all of them share; it is removed when the run is over."""
    config: pytest.Config = node.config
    if config.getoption("--copyjob-backend"):
        if _FOLDER not in config.stash:
            _once(config, None)  # a mistake is told here: what a process of xdist says of one, nobody hears
            config.stash[_FOLDER] = tempfile.TemporaryDirectory(prefix="copyjob-pytest-")
            config.add_cleanup(config.stash[_FOLDER].cleanup)
        node.workerinput[_SHARED] = config.stash[_FOLDER].name


class Divergence(Exception):  # noqa: N818 it is what was found, not a mistake
    """A test failed; the text tells all."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the checks behind what was collected, before anybody selects among the tests."""
    name: str | None = config.getoption("--copyjob-backend")
    if name:
        made = list(_collected(session, config, name))
        # Who counts what is collected hears of it as of any file of tests.
        config.hook.pytest_collectreport(
            report=pytest.CollectReport(nodeid=name, outcome="passed", longrepr=None, result=list(made))
        )
        items.extend(made)


def _once(config: pytest.Config, shared: Path | None) -> OnceChecked:
    """Read the options. UsageError names what is wrong with them, or what this system lacks."""
    from copyjob.spec.console import UsageError, missing_module

    try:
        from copyjob.conformance.plugin_check import OnceChecked

        return OnceChecked.of(config.option, shared)
    except UsageError as error:
        raise pytest.UsageError(error.usage_message) from None
    except ModuleNotFoundError as error:
        missing = missing_module(error)
        if missing is None:
            raise
        raise pytest.UsageError(f"--copyjob-backend {missing}") from None


def _collected(session: pytest.Session, config: pytest.Config, name: str) -> Iterator[pytest.Item]:
    from copyjob.conformance.catalogue import items

    shared: str | None = getattr(config, "workerinput", {}).get(_SHARED)
    once = _once(config, Path(shared) if shared else None)
    # pytest types neither the names that a node is made of nor what is made.
    make_backend = cast("Callable[..., Backend]", Backend.from_parent)  # pyright: ignore[reportUnknownMemberType]
    make_dialect = cast("Callable[..., Dialect]", Dialect.from_parent)  # pyright: ignore[reportUnknownMemberType]
    root = make_backend(session, name=name, nodeid=name)
    for dialect in once.dialects:
        parent = make_dialect(root, name=dialect.value)
        for item in items(dialect):
            yield Check.from_parent(parent, name=item.id, once=once)
        yield Check.from_parent(parent, name=RUN, once=once)


class _Node(pytest.Collector):
    """A name above the tests; they are made at once, so that there is nothing left to collect."""

    def collect(self) -> Iterable[pytest.Item]:
        """Return nothing."""
        return ()


class Backend(_Node):
    """The backend."""


class Dialect(_Node):
    """A dialect."""


class Check(pytest.Item):
    """One check in one dialect."""

    def __init__(self, *, once: Any, **known: Any) -> None:
        """Remember where the report comes from."""
        super().__init__(**known)  # pyright: ignore[reportUnknownMemberType] pytest leaves it open
        self._once = once

    @classmethod
    def from_parent(cls, parent: Any, **known: Any) -> Self:
        """Return a test below a dialect."""
        made: Self = super().from_parent(parent, **known)  # pyright: ignore[reportUnknownMemberType] likewise
        return made

    def runtest(self) -> None:
        """Run the check if nobody has, and tell what it found here."""
        assert self.parent is not None
        report: Report = self._once.report()
        run = next(run for run in report.runs if run.dialect == self.parent.name)
        if self.name == RUN:
            _tell_run(run, self._once.problem())
        else:
            _tell(report, run, self.name)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return a divergence as its text; a traceback would only show the plugin."""
        if isinstance(excinfo.value, Divergence):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return what stands in the heading of a failure."""
        assert self.parent is not None
        return self.path, None, f"{self.parent.name} {self.name}"


def _tell_run(run: Run, problem: str) -> None:
    told = [*(error.told for error in run.errors), *run.unclear, *([problem] if problem else [])]
    if told:
        raise Divergence("\n".join(told))


def _tell(report: Report, run: Run, name: str) -> None:
    from copyjob.conformance.junit import failure_text, told_by_id
    from copyjob.conformance.outcome import fails

    found = told_by_id(run).get(name)
    if found is not None and fails(found):
        raise Divergence(failure_text(found))
    if found is not None:
        pytest.xfail(found.known or f"breaks a recommendation (SHOULD): {found.observation}")
    for entry in report.baseline:
        if entry.stale and (entry.dialect, entry.id) == (run.dialect, name):
            raise Divergence(f"stale baseline: it is known to diverge ({entry.reason}), and passed; take it out")
    item = next(item for item in run.items if item.id == name)
    if item.verdict in ("skipped", "unjudged"):
        pytest.skip(item.reason)
    if item.verdict == "inconclusive":
        raise Divergence(f"inconclusive: {item.reason}")
