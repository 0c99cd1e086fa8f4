"""Is every effect, every guard and every internal event of a full table on a picture, with the rows that have it?"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from copyjob.diagrams.events_picture import events_drawing, events_of, outlets
from copyjob.diagrams.facts_picture import effects_of, facts_drawing, facts_in_order, guards_of, values_told
from copyjob.diagrams.operations import blocks
from copyjob.diagrams.pictures import PICTURES
from copyjob.spec.events import EVENTS
from copyjob.spec.facts import ALWAYS, MORE_FILES, PART_DONE, Fact
from copyjob.spec.table import full_table
from copyjob.spec.vocabulary import Dialect, InternalEvent, JobState, Operation

each_dialect = pytest.mark.parametrize("dialect", list(Dialect))


def _nodes(dot: str, prefix: str) -> dict[str, str]:
    return {
        identifier: line
        for line in dot.splitlines()
        if "->" not in line
        for identifier in re.findall(rf'id="({prefix}[^"]*)"', line)
    }


# Facts and guards


@each_dialect
def test_every_effect_of_every_row_is_on_the_picture(dialect: Dialect) -> None:
    of = full_table(dialect)
    written = {effect for row in of.rows for answer in row.all_answers for effect in answer.effects}
    assert {use.of for use in effects_of(of)} == written
    assert len(_nodes(facts_drawing(of).text(), "effect-")) == len(written) > 4


@each_dialect
def test_every_guard_of_every_row_is_on_the_picture_by_its_parts(dialect: Dialect) -> None:
    of = full_table(dialect)
    read = {part for row in of.rows for part in (row.guard.parts or (row.guard,))} - {ALWAYS}
    assert {use.of for use in guards_of(of)} == read
    assert len(_nodes(facts_drawing(of).text(), "guard-")) == len(read) > 6


@each_dialect
def test_every_row_is_named_where_its_effects_and_guards_are(dialect: Dialect) -> None:
    of = full_table(dialect)
    for use in effects_of(of):
        assert set(use.rows) == {row for row in of.rows if any(use.of in answer.effects for answer in row.all_answers)}
    for use in guards_of(of):
        assert set(use.rows) == {row for row in of.rows if use.of in (row.guard.parts or (row.guard,))}


@each_dialect
def test_a_picture_of_facts_has_those_that_the_dialect_speaks_of(dialect: Dialect) -> None:
    nodes = _nodes(PICTURES[f"facts-{dialect.value.lower()}"].dot, "fact-")
    of = full_table(dialect)
    asked = {fact for row in of.rows for fact in row.guard.facts}
    asked |= {effect.fact for row in of.rows for answer in row.all_answers for effect in answer.effects}
    assert set(facts_in_order(of)) == asked
    assert set(nodes) == {f"fact-{fact.name.lower()}" for fact in asked}


def test_a_fact_is_told_with_its_values() -> None:
    assert "UNAVAILABLE, EITHER,\\nAVAILABLE" in _nodes(PICTURES["facts-do"].dot, "fact-")["fact-error"]
    assert values_told(Fact.KIND) == "DOWNLOAD, UPLOAD, UPLOAD_REPLY"
    assert values_told(Fact.OFFLINE) == "0, 1"


def test_a_guard_that_reads_two_facts_has_an_arrow_from_each() -> None:
    dot = PICTURES["facts-bits"].dot
    (name,) = (name for name, line in _nodes(dot, "guard-").items() if 'tooltip="some of its' in line)
    assert sorted(re.findall(rf'"fact-(\w+)" -> "{name}"', dot)) == ["files_done", "files_total"]
    assert len(PART_DONE.facts) == 2


def test_an_effect_is_told_with_who_writes_it() -> None:
    (line,) = (line for line in _nodes(PICTURES["facts-do"].dot, "effect-").values() if "grows by 1\\nadd_file" in line)
    assert 'URL="operations/add_file.html"' in line


def test_an_effect_that_is_new_is_a_new_node() -> None:
    do = full_table(Dialect.DO)
    row = do.by_id["cancel/ERROR/1"]
    changed = replace(
        row, answers=(replace(row.answers[0], effects=(replace(row.answers[0].effects[0], term=Fact.ERROR),)),)
    )
    mutant = replace(do, rows=tuple(changed if each is row else each for each in do.rows))
    assert len(effects_of(mutant)) == len(effects_of(do)) + 1


# Internal events


@each_dialect
def test_every_row_of_every_event_is_on_the_picture(dialect: Dialect) -> None:
    of = full_table(dialect)
    rows = [row for row in of.rows if isinstance(row.label, InternalEvent)]
    told = "\n".join(line for line in _nodes(PICTURES[f"events-{dialect.value.lower()}"].dot, "rule-").values())
    assert len(rows) > 20
    assert [row.id for row in rows if f"{row.id} (" not in told] == []


@each_dialect
def test_no_operation_is_on_the_picture_of_events(dialect: Dialect) -> None:
    picture = PICTURES[f"events-{dialect.value.lower()}"]
    ids = set(re.findall(r"\b(\w+)/[A-Z_]+/\d", picture.dot.replace("\\n", "\n")))
    assert ids == {event.value for event in events_of(full_table(dialect))}
    assert ids.isdisjoint(operation.value for operation in Operation)


@each_dialect
def test_an_event_is_told_with_its_cause(dialect: Dialect) -> None:
    nodes = _nodes(PICTURES[f"events-{dialect.value.lower()}"].dot, "event-")
    for event in events_of(full_table(dialect)):
        label = re.search(r'label="([^"]*)"', nodes[f"event-{event.value}"])
        assert label is not None
        assert EVENTS[event].cause in label.group(1).replace("\\n", " ")
        assert ("happens at last" in label.group(1)) == EVENTS[event].fair


@each_dialect
def test_every_place_where_an_event_leads_is_an_arrow(dialect: Dialect) -> None:
    of = full_table(dialect)
    dot = PICTURES[f"events-{dialect.value.lower()}"].dot
    arrows = Counter(re.findall(r'"(rule-[^"]+)" -> "\1-(\w+)"', dot))
    asked: Counter[tuple[str, str]] = Counter()
    for event in events_of(of):
        for block in blocks(of, event):
            for rule in block.rules:
                row = rule.rows[0]
                for dest in {a.dest for a in row.all_answers}:
                    asked[rule.id, "stays" if dest is row.source else dest.name] += 1
    assert arrows == asked


def test_what_breaks_a_recommendation_only_is_marked() -> None:
    node = _nodes(PICTURES["events-do"].dot, "rule-")["rule-transient_fault-TRANSFERRING-1-ERROR"]
    assert 'label="ERROR (tolerated)"' in node


def test_an_outlet_is_a_state_or_staying() -> None:
    (block,) = (b for b in blocks(full_table(Dialect.DO), InternalEvent.RESTART) if JobState.TRANSFERRING in b.states)
    assert [outlet.dest for outlet in outlets(block.rules[0])] == [None, JobState.QUEUED]


def test_a_rule_is_told_with_its_guard_and_level() -> None:
    node = _nodes(events_drawing(full_table(Dialect.DO)).text(), "rule-")["rule-file_done-TRANSFERRING-1"]
    assert f'label="TRANSFERRING\\n[{MORE_FILES.english}] (MUST)"' in node
