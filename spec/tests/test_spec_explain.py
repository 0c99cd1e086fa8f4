"""Explanations: every row is in one rule, both dialects are told, what to do next is read off the table."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from copyjob.spec.callbacks import Callback
from copyjob.spec.calls import calls
from copyjob.spec.citations import ALL_CLAUSES, CLAUSES
from copyjob.spec.explain import Explanation, Part, explain
from copyjob.spec.explain_calls import told_rules
from copyjob.spec.explain_hresults import fault_of_status
from copyjob.spec.explain_next import told_way, way_to_succeed
from copyjob.spec.explain_rules import Rule, answering, gathered, rules
from copyjob.spec.explain_text import text_lines
from copyjob.spec.explain_topics import Ground
from copyjob.spec.explain_words import Question, understood
from copyjob.spec.interfaces import method_of, page_of
from copyjob.spec.laws import LAWS
from copyjob.spec.rows import Answer
from copyjob.spec.table import full_table, table
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, Operation

TABLES = {dialect: full_table(dialect) for dialect in Dialect}
BITS, DO = Dialect.BITS, Dialect.DO
LABELS = (*Operation, *InternalEvent)


def asked(*words: str, state: str | None = None) -> Explanation:
    return explain(understood(list(words), state))


def part(explanation: Explanation, key: str) -> Part:
    return next(part for topic in explanation.topics for part in topic.parts if part.key == key)


def parts(explanation: Explanation) -> list[str]:
    return [part.key for topic in explanation.topics for part in topic.parts]


def rows_of(found: list[Rule]) -> Counter[tuple[Dialect, str]]:
    return Counter((dialect, row) for rule in found for dialect, side in rule.sides for row in side.rows)


def text_of(explanation: Explanation) -> str:
    return " ".join(" ".join(line.text for line in text_lines(explanation)).split())


EVERY_ROW = Counter((dialect, row.id) for dialect, each in TABLES.items() for row in each.rows)


def test_every_row_is_in_exactly_one_rule() -> None:
    assert rows_of(list(rules(TABLES, LABELS, JobState))) == EVERY_ROW


@pytest.mark.parametrize("over_labels", [False, True])
def test_gathering_rules_loses_no_row_and_doubles_none(over_labels: bool) -> None:
    found = gathered(rules(TABLES, LABELS, JobState), over_labels=over_labels)

    assert rows_of(found) == EVERY_ROW
    assert len(found) < len(list(rules(TABLES, LABELS, JobState)))


def test_the_rows_of_an_operation_in_a_state_are_all_explained() -> None:
    found = list(part(asked("complete", "ERROR"), "rules").rules)

    expected = Counter(
        (d, row.id) for d, each in TABLES.items() for row in each.cell(Operation.COMPLETE, JobState.ERROR)
    )
    assert rows_of(found) == expected


def test_a_rule_in_which_the_dialects_agree_is_told_once() -> None:
    (rule,) = part(asked("cancel", "SUSPENDED"), "rules").rules

    assert rule.same
    assert [dialect for dialect, _ in rule.sides] == [BITS, DO]


def test_a_rule_in_which_the_dialects_differ_stands_side_by_side() -> None:
    (rule,) = part(asked("resume", "ERROR"), "rules").rules

    assert not rule.same
    assert [len(side.answers) for _, side in rule.sides] == [1, 2]


def test_dialects_that_differ_in_level_alone_stand_side_by_side() -> None:
    (rule,) = part(asked("resume", "QUEUED"), "rules").rules

    assert not rule.same
    assert [side.level for _, side in rule.sides] == ["MUST", "SHOULD"]


def test_a_refusal_that_each_dialect_spells_in_its_way_is_one_rule() -> None:
    (rule,) = part(asked("resume", "CANCELLED"), "rules").rules

    assert rule.same
    assert "BG_E_INVALID_STATE (0x80200002) / DO_E_INVALID_STATE (0x80D02013): refused" in text_of(
        asked("resume", "CANCELLED")
    )


def test_a_rule_that_rests_on_decisions_alone_is_told_as_decided() -> None:
    (rule,) = [rule for rule in part(asked("resume", "TRANSFERRED"), "rules").rules if rule.same]

    assert {side.basis for _, side in rule.sides} == {"decided"}


@pytest.mark.parametrize("word", ["resume", "suspend", "0x80200002", "TRANSFERRED", "range_refused", "addfile/ranges"])
def test_a_decision_is_marked_wherever_it_is_cited(word: str) -> None:
    text = text_of(asked(word))
    for clause in CLAUSES.values():
        # What a clause says of a decision is its own sentence, not a citation.
        text = text.replace(clause.text, "")

    assert re.search(r"decision/\d+ \(decided", text)
    assert re.findall(r"decision/\d+(?!\d)(?! \(decided)", text) == []


def test_every_clause_that_is_cited_stands_among_the_sources() -> None:
    explanation = asked(state="ERROR")

    cited = {key for topic in explanation.topics for part in topic.parts for key in part.cites}
    assert cited == {clause.key for clause in explanation.sources}
    assert {"state/error", "resume/error", "decision/2"} <= cited


@pytest.mark.parametrize("hresult", [Hresult.BG_E_EMPTY, Hresult.DO_E_INVALID_STATE, Hresult.BG_S_PARTIAL_COMPLETE])
def test_the_rules_of_an_hresult_are_the_rows_that_may_answer_so(hresult: Hresult) -> None:
    found = answering(rules(TABLES, Operation, JobState), (int(hresult),))

    expected = {
        (dialect, row.id)
        for dialect, each in TABLES.items()
        for row in each.rows
        if any(answer.hresult is hresult for answer in row.all_answers)
    }
    assert expected
    assert set(rows_of(found)) == expected


def test_an_hresult_without_a_state_names_every_state_in_which_calls_answer_so() -> None:
    grid = part(asked("0x80200003"), "answers").grid

    assert grid is not None
    assert {cell for line in grid.lines for cell in line[0].split(", ")} == {"SUSPENDED", "TRANSFERRED"}
    assert {line[1] for line in grid.lines} == {"Resume"}


def test_an_hresult_with_a_state_names_the_calls_that_answer_so_there() -> None:
    found = part(asked("0x80200002", state="SUSPENDED"), "rules").rules

    assert {label for rule in found for label in rule.labels} == {Operation.COMPLETE, Operation.SET_REPLY_FILE_NAME}


def test_whoever_gives_no_state_is_told_to_ask_for_it() -> None:
    assert "GetState answers in every state" in text_of(asked("0x80200002"))


def test_an_hresult_tells_how_the_other_dialect_says_it() -> None:
    assert "Delivery Optimization says the same by DO_E_JOB_EMPTY" in text_of(asked("BG_E_EMPTY"))


def test_an_hresult_of_arguments_is_explained_by_the_rules_about_calls() -> None:
    said = part(asked("E_INVALIDARG"), "calls").statements

    expected = {rule.id for d in Dialect for rule in calls(d) if Hresult.E_INVALIDARG in rule.answers}
    assert expected
    assert {row for statement in said for row in statement.rows} == expected


def test_an_answer_that_an_operation_never_gives_is_told_so() -> None:
    told = text_of(asked("resume", "BG_E_TOO_MANY_FILES", "ERROR"))

    assert "No row lets Resume answer BG_E_TOO_MANY_FILES in ERROR" in told
    assert "resume/ERROR/1" in told


@pytest.mark.parametrize(
    ("status", "event"),
    [
        (404, InternalEvent.FATAL_FAULT),
        (403, InternalEvent.FATAL_FAULT),
        (501, InternalEvent.FATAL_FAULT),
        (505, InternalEvent.FATAL_FAULT),
        (408, InternalEvent.AMBIGUOUS_FAULT),
        (409, InternalEvent.AMBIGUOUS_FAULT),
        (425, InternalEvent.AMBIGUOUS_FAULT),
        (429, InternalEvent.AMBIGUOUS_FAULT),
        (500, InternalEvent.TRANSIENT_FAULT),
        (503, InternalEvent.TRANSIENT_FAULT),
        (200, None),
    ],
)
def test_an_http_status_is_the_fault_that_decision_11_makes_of_it(status: int, event: InternalEvent | None) -> None:
    assert fault_of_status(status) is event


def test_the_hresult_of_an_http_status_is_explained_by_its_fault() -> None:
    found = part(asked("0x80190194"), "fault")

    assert "HTTP 404 (Not Found)" in found.statements[0].text
    assert {label for rule in found.rules for label in rule.labels} == {InternalEvent.FATAL_FAULT}


def test_an_empty_job_is_resumed_after_a_file_is_added() -> None:
    row = TABLES[BITS].by_id["resume/SUSPENDED/1"]

    assert told_way(TABLES[BITS], row) == "Call AddFile, then Resume succeeds."


def test_no_call_helps_in_a_final_state() -> None:
    row = TABLES[DO].by_id["complete/CANCELLED/1"]

    assert "nothing leads out of its state and no call helps" in told_way(TABLES[DO], row)


def test_an_upload_is_completed_once_it_is_transferred() -> None:
    row = TABLES[BITS].by_id["complete/SUSPENDED/4"]
    way = way_to_succeed(TABLES[BITS], row)

    assert way is not None
    assert way[-1].dest.state is JobState.TRANSFERRED
    assert {step.row.label for step in way} >= {Operation.RESUME, InternalEvent.TURN, InternalEvent.ALL_DONE}


def test_nobody_is_told_to_wait_for_a_fault() -> None:
    row = TABLES[BITS].by_id["get_error/TRANSFERRED/1"]

    assert way_to_succeed(TABLES[BITS], row) is None
    assert told_way(TABLES[BITS], row) == "No call and no waiting makes GetError succeed here."


def test_every_way_out_of_a_refusal_ends_where_the_call_is_not_refused() -> None:
    found = 0
    for each in TABLES.values():
        for row in each.rows:
            if isinstance(row.label, Operation) and any(a.hresult and a.hresult.failed for a in row.answers):
                way = way_to_succeed(each, row)
                if way:
                    found += 1
                    there = each.row_at(row.label, way[-1].dest)
                    assert there is not None
                    assert not any(answer.hresult and answer.hresult.failed for answer in there.answers)
    assert found >= 10


def test_what_to_do_follows_the_table_when_the_table_changes() -> None:
    stays = [Answer(JobState.SUSPENDED, Hresult.S_OK)]
    mutant = TABLES[BITS].with_answers("add_file/SUSPENDED/1", stays)
    mutant = mutant.with_answers("add_file_with_ranges/SUSPENDED/1", stays)

    # Where adding a file adds none, nothing makes Resume of an empty job succeed.
    assert way_to_succeed(mutant, mutant.by_id["resume/SUSPENDED/1"]) is None


def test_what_to_call_next_is_told_for_the_state_that_is_reached() -> None:
    grid = part(asked("suspend", "QUEUED"), "next").grid

    assert grid is not None
    assert {line[0] for line in grid.lines} == {"SUSPENDED"}
    assert ("SUSPENDED", "Cancel", "CANCELLED") in [(line[0], line[1], line[2]) for line in grid.lines]


def test_nothing_comes_after_a_final_state() -> None:
    said = part(asked("cancel", "QUEUED"), "next")

    assert [statement.text for statement in said.statements] == ["CANCELLED is final: nothing leads out of it."]
    assert said.grid is None or not said.grid.lines


def test_a_state_is_told_with_what_leads_there_and_what_leaves_it() -> None:
    explanation = asked(state="ERROR")
    ways_in, ways_out = part(explanation, "ways_in").grid, part(explanation, "ways_out").grid

    assert ways_in is not None
    assert ways_out is not None
    assert {line[0] for line in ways_in.lines} >= {"fatal fault", "no progress", "max download"}
    assert {line[0] for line in ways_out.lines} == {"Resume", "Suspend", "Cancel", "Complete", "expiry"}


def test_nothing_leaves_a_final_state() -> None:
    explanation = asked("ACKNOWLEDGED")

    assert "ways_out" not in parts(explanation)
    assert "It is final: nothing leaves it." in text_of(explanation)


def test_every_operation_is_answered_in_the_explanation_of_a_state() -> None:
    found = part(asked("TRANSFERRED"), "rules").rules

    assert {label for rule in found for label in rule.labels} == set(TABLES[BITS].operations)


def test_a_state_that_a_dialect_lacks_is_told_so() -> None:
    assert "Delivery Optimization never shows it. [state/connecting]" in text_of(asked("CONNECTING"))


def test_a_clause_is_told_with_every_row_that_cites_it() -> None:
    citing = Counter((d, row.id) for d, each in TABLES.items() for row in each.rows if "decision/2" in row.cites)

    assert rows_of(list(part(asked("decision/2"), "rows").rules)) == citing


def test_a_clause_is_told_with_every_law_that_cites_it() -> None:
    said = part(asked("state/final"), "laws").statements

    expected = {law.name.replace("_", " ") + "." for law in LAWS if "state/final" in law.cites}
    assert expected
    assert {statement.text for statement in said} == expected


def test_a_clause_that_only_a_call_rule_cites_is_told_with_it() -> None:
    said = part(asked("owner/take"), "citing").statements

    assert [statement.rows for statement in said] == [("take_ownership/no-administrator",)]


def test_an_untested_clause_tells_why() -> None:
    untested = next(clause for clause in ALL_CLAUSES if clause.untested)

    assert " ".join(untested.untested.split()) in text_of(asked(untested.key))


def test_a_row_of_both_dialects_is_told_for_both() -> None:
    assert rows_of(list(part(asked("resume/SUSPENDED/2"), "rules").rules)) == Counter(
        {(BITS, "resume/SUSPENDED/2"): 1, (DO, "resume/SUSPENDED/2"): 1}
    )


def test_a_callback_is_told_with_what_is_promised_about_it() -> None:
    explanation = asked("FileTransferred")

    assert parts(explanation) == ["callbacks", "promises"]
    assert "BITS: FileTransferred is called" in text_of(explanation)


def test_the_callbacks_of_a_step_are_told() -> None:
    said = part(asked("fatal_fault", "TRANSFERRING"), "callbacks").statements

    assert {row for statement in said for row in statement.rows} == {"error/entered", "modification/state"}
    assert any(Callback.JOB_ERROR.value in statement.text for statement in said)


def test_a_rule_about_a_call_that_both_dialects_have_is_told_once() -> None:
    rule = next(rule for rule in calls(BITS) if rule.id == "get_job/unknown-id")
    twin = next(other for other in calls(DO) if other.id == rule.id)

    assert len(told_rules([(BITS, rule), (DO, replace(twin, answers=rule.answers))], Dialect)) == 1


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("operation", [Operation.RESUME, Operation.SUSPEND, Operation.CANCEL, Operation.COMPLETE])
def test_the_page_of_a_method_is_found_among_the_sources(operation: Operation, dialect: Dialect) -> None:
    page = page_of(method_of(operation, dialect))

    assert page is not None
    assert f"ibackgroundcopyjob-{operation.value}" in page.path


def test_adding_a_file_has_another_method_in_delivery_optimization() -> None:
    assert str(method_of(Operation.ADD_FILE, DO)) == "IDeliveryOptimizationJob::AddFileWithRanges"
    assert [topic.title for topic in asked("AddFileWithRanges").topics] == ["AddFileWithRanges", "AddFileWithRanges"]


@pytest.mark.parametrize("operation", list(Operation))
def test_that_a_dialect_lacks_a_method_is_cited_where_the_clause_names_it_alone(operation: Operation) -> None:
    said = [s for s in part(asked(operation.value), "about").statements if s.text.endswith("has no such method.")]

    name = method_of(operation, BITS).name
    assert [s.cites for s in said] == [("set/final",) if name in CLAUSES["set/final"].text else () for _ in said]


def test_a_method_is_explained_by_the_rules_that_bring_the_hresult_that_is_asked() -> None:
    said = part(asked("get_error_file", "BG_E_FILE_NOT_AVAILABLE"), "calls").statements

    assert [statement.rows for statement in said] == [("get_error_file/no-file",)]


def test_a_manager_call_is_explained_without_a_row() -> None:
    explanation = asked("GetJob")

    assert "calls" in parts(explanation)
    assert "rules" not in parts(explanation)


def test_the_core_knows_no_uploads() -> None:
    core = Question(tuple(Dialect), full=False, operations=((Operation.COMPLETE, frozenset(Dialect)),))

    assert "upload" not in " ".join(rule.when for rule in part(explain(core), "rules").rules)
    assert Ground.of(core).tables[BITS] is table(BITS)


EVERYTHING = [
    *(operation.value for operation in Operation),
    *(event.value for event in InternalEvent),
    *(state.name for state in JobState),
    *(hresult.name for hresult in Hresult),
    *CLAUSES,
    *(law.name for law in LAWS),
    "resume/SUSPENDED/2",
    "BG_E_HTTP_ERROR_503",
]


@pytest.mark.parametrize("word", EVERYTHING)
def test_no_line_is_wider_than_the_page_but_for_an_address(word: str) -> None:
    lines = [line.text for line in text_lines(asked(word))]

    assert lines
    assert [line for line in lines if len(line) > 80 and "https://" not in line] == []


@pytest.mark.parametrize("operation", ["resume", "complete", "set_reply_file_name"])
@pytest.mark.parametrize("state", ["SUSPENDED", "TRANSFERRED", "CANCELLED"])
def test_no_line_is_wider_with_a_state_either(operation: str, state: str) -> None:
    lines = [line.text for line in text_lines(asked(operation, state))]

    assert [line for line in lines if len(line) > 80 and "https://" not in line] == []


def test_no_text_is_cut() -> None:
    told = text_of(asked("resume", "TRANSFERRED"))

    assert [clause.key for clause in asked("resume", "TRANSFERRED").sources if clause.text not in told] == []


@pytest.mark.parametrize("word", ["resume", "complete/partial", "decision/13", "set/final", "0x80200002", "ERROR"])
def test_no_word_of_a_table_is_cut(word: str) -> None:
    explanation = asked(word)
    shown = {part for line in text_lines(explanation) for part in line.text.split()}
    grids = [part.grid for topic in explanation.topics for part in topic.parts if part.grid is not None]

    assert {each for grid in grids for line in grid.lines for cell in line for each in cell.split()} - shown == set()
