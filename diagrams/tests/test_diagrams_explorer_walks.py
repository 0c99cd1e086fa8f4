"""The explorer's engine, in a real browser, takes the same walks as the machine of the specification, step by step.

Law: nothing is compared with itself. What is expected comes from ``SpecMachine``, built of the rows in Python; what is
compared was worked out by the page's own script on the exported JSON.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from transitions import MachineError

from copyjob.spec import facts as f
from copyjob.spec.explore import explore
from copyjob.spec.machine import SpecJob, SpecMachine, row_of
from copyjob.spec.rows import FINAL, Row
from copyjob.spec.scope import CORE, FEATURES, Scope, facts_of
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from playwright.sync_api import Page

WALKS = 500
STEPS = 40
REACHING = 0.8
"""So many of a walk's triggers are among those that can fire; the others are drawn from all of the table."""
ENDING = 0.15
"""So often a walk may end its job; behind that everything is refused."""
ENDS = tuple(state.name for state in FINAL)
FILES = 2
"""Walks that begin on the way of a job begin with no more files."""

TRIGGERS = """
  const { Machine, answersOf } = copyjobExplorer.engine;
  const machine = new Machine(copyjobTables[dialect], features);
  // A trigger is named here as the machine of the specification names it; the page chooses among a row's answers.
  const nameOf = (row, answer) => [row.label, answer.hresult, answer.dest].filter((part) => part !== null).join(".");
  const triggers = [...new Set(machine.rows.flatMap((row) => answersOf(row).map((each) => nameOf(row, each))))];
  const labels = [...machine.operations, ...machine.events.map(({ name }) => name)];
  const answersAt = (place) => new Map(labels.flatMap((label) => {
    const row = machine.rowAt(label, place);
    return row === null ? [] : answersOf(row).map((answer) => [nameOf(row, answer), { row, answer }]);
  }));
  const told = ({ state, facts }) => [state, ...machine.facts.map(({ name }) => facts[name])].join(" ");
"""
"""What both have in common: the very functions that the page's buttons use, and names for what they give."""

RUN = f"""
([dialect, features, walks]) => {{
  {TRIGGERS}
  const number = new Map(triggers.map((name, at) => [name, at]));
  return walks.map((walk) => {{
    let place = walk.initial;
    return walk.triggers.map((trigger) => {{
      const answers = answersAt(place);
      const enabled = triggers.filter((name) => answers.has(name)).map((name) => number.get(name)).join(" ");
      const taken = answers.get(trigger);
      if (taken) place = machine.step(place, taken.answer);
      return [enabled, taken ? [taken.row.id, taken.answer.hresult].join(" ") : "refused", told(place)];
    }});
  }});
}}
"""

STEPS_FROM = f"""
([dialect, features, places]) => {{
  {TRIGGERS}
  return places.map((place) => {{
    const answers = answersAt(place);
    return triggers.filter((name) => answers.has(name)).map((trigger) => {{
      const {{ row, answer }} = answers.get(trigger);
      return [trigger, [row.id, answer.hresult].join(" "), told(machine.step(place, answer))];
    }});
  }});
}}
"""

ORDER = f"([dialect, features]) => {{ {TRIGGERS} return triggers; }}"


class Walker:
    """Walks a machine at random and writes down what a page must say of each step."""

    def __init__(self, dialect: Dialect, scope: Scope, seed: int) -> None:
        self.spec = SpecMachine(table(dialect, scope))
        self.triggers = list(self.spec.machine.events)
        self.number = {name: str(at) for at, name in enumerate(self.triggers)}
        self.free = facts_of(scope)
        self.known = facts_of(FEATURES[dialect])
        self.initials = f.initials(self.free)
        found = explore(self.spec.table, FILES).configurations
        self.places = [[place for place in found if place.state is state] for state in self.spec.table.states]
        self.walks = 0
        self.random = random.Random(f"{dialect.value} {seed}")
        self.enabled = cache(self._enabled)

    def _enabled(self, configuration: f.Configuration) -> tuple[str, ...]:
        return tuple(self.spec.enabled(self.spec.job(configuration)))

    def _told(self, configuration: f.Configuration) -> str:
        return " ".join(
            [
                configuration.state.name,
                *(str(int(configuration.facts[one.value])) for one in f.Fact if one in self.free),
            ]
        )

    def data(self, configuration: f.Configuration) -> dict[str, Any]:
        """Return a configuration as the page takes it."""
        facts = {fact.name: int(configuration.facts[fact.value]) for fact in f.Fact if fact in self.known}
        return {"state": configuration.state.name, "facts": facts}

    def _row(self, configuration: f.Configuration, trigger: str) -> Row:
        """Return the row by which a trigger that can fire does."""
        fitting = self.spec.machine.events[trigger].transitions[configuration.state.name]
        return next(row for row in map(row_of, fitting) if row.guard.holds(configuration.facts))

    def step(self, job: SpecJob, trigger: str) -> list[str]:
        """Fire a trigger; return the row and the HRESULT by which it did, and where the job is then."""
        before = job.configuration
        try:
            fired = self.spec.fire(job, trigger)
        except MachineError:
            fired = False
        answer = "refused"
        if fired:
            row = self._row(before, trigger)
            hresult = dict(row.triggers())[trigger].hresult
            answer = f"{row.id} {hresult.name if hresult is not None else ''}"
        return [answer, self._told(job.configuration)]

    def _next(self, configuration: f.Configuration) -> str:
        """Return what comes next: mostly something that can fire, which seldom ends the job."""
        enabled = self.enabled(configuration)
        if self.random.random() > ENDING:
            enabled = tuple(one for one in enabled if one.rpartition(".")[2] not in ENDS)
        return self.random.choice(enabled if enabled and self.random.random() < REACHING else self.triggers)

    def walk(self) -> tuple[dict[str, Any], list[list[str]]]:
        """Return a walk as the page is asked to take it, and what it must say of each step.

        Every other walk begins where a job does; the others somewhere on its way.
        """
        self.walks += 1
        begin = self.random.choice(self.random.choice(self.places) if self.walks % 2 else self.initials)
        job = self.spec.job(begin)
        asked: list[str] = []
        expected: list[list[str]] = []
        for _ in range(STEPS):
            asked.append(self._next(job.configuration))
            enabled = " ".join(self.number[name] for name in self.enabled(job.configuration))
            expected.append([enabled, *self.step(job, asked[-1])])
        return {"initial": self.data(begin), "triggers": asked}, expected


def named(scope: Scope) -> list[str]:
    """Return the names of a scope's features, as the page takes them."""
    return [feature.value for feature in scope]


def _compared(page: Page, dialect: Dialect, scope: Scope, walks: int) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield of each step the trigger, what the page says, and what the machine says."""
    walker = Walker(dialect, scope, seed=7)
    asked, expected = zip(*(walker.walk() for _ in range(walks)), strict=True)
    found = page.evaluate(RUN, [dialect.value, named(scope), asked])
    for walk, said, must in zip(asked, found, expected, strict=True):
        yield from zip(walk["triggers"], said, must, strict=True)


@pytest.mark.parametrize("dialect", Dialect)
def test_the_engine_and_the_machine_take_every_walk_alike(explorer: Page, dialect: Dialect) -> None:
    taken = refused = 0
    for trigger, said, must in _compared(explorer, dialect, FEATURES[dialect], WALKS):
        assert said == must, trigger
        taken += must[1] != "refused"
        refused += must[1] == "refused"
    assert (taken + refused, refused > STEPS) == (WALKS * STEPS, True)


@pytest.mark.parametrize("dialect", Dialect)
def test_in_the_scope_of_one_download_they_walk_alike_too(explorer: Page, dialect: Dialect) -> None:
    for trigger, said, must in _compared(explorer, dialect, CORE, 50):
        assert said == must, trigger


@pytest.mark.parametrize("dialect", Dialect)
def test_every_step_from_every_place_is_the_same_by_every_row(explorer: Page, dialect: Dialect) -> None:
    walker = Walker(dialect, FEATURES[dialect], seed=0)
    places = [place for state in walker.places for place in state]
    found = explorer.evaluate(STEPS_FROM, [dialect.value, named(FEATURES[dialect]), [*map(walker.data, places)]])
    rows: set[str] = set()
    for place, said in zip(places, found, strict=True):
        must: list[list[str]] = []
        for trigger in walker.enabled(place):
            must.append([trigger, *walker.step(walker.spec.job(place), trigger)])
            rows.add(must[-1][1].partition(" ")[0])
        assert said == must, place
    assert rows == walker.spec.table.by_id.keys()


@pytest.mark.parametrize("dialect", Dialect)
def test_engine_and_machine_have_the_same_triggers_in_the_same_order(explorer: Page, dialect: Dialect) -> None:
    of_page = explorer.evaluate(ORDER, [dialect.value, named(FEATURES[dialect])])
    assert of_page == Walker(dialect, FEATURES[dialect], seed=7).triggers
