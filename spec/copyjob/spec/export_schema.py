"""The published JSON Schema (draft 2020-12) of the JSON export.

Laws:

1. Strict: no object takes a member that is not listed, and every listed member is required; of the facts of a
   configuration those are that every dialect has.
2. Names are taken from the vocabulary and the enumerations of this room; nothing is listed by hand that stands there.
3. What a member means is said in its description: a reader of the file needs this schema and nothing else.
"""

from __future__ import annotations

import json
from enum import Enum
from typing import Any, Final

from copyjob.spec import facts as f
from copyjob.spec.callbacks import Callback
from copyjob.spec.calls import Method
from copyjob.spec.export_json import FORMAT
from copyjob.spec.rows import Level, Outcome, StateClass
from copyjob.spec.scope import Feature
from copyjob.spec.vocabulary import Dialect, Hresult, InternalEvent, JobState, NotifyFlag, Operation

SCHEMA_ID: Final = "urn:copyjob:schema:table:1"

Schema = dict[str, Any]


def _object(description: str, **members: Schema) -> Schema:
    return {
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "required": list(members),
        "properties": members,
    }


def _list(description: str, items: Schema, *, some: bool = False, unique: bool = False) -> Schema:
    made: Schema = {"description": description, "type": "array", "items": items}
    return made | ({"minItems": 1} if some else {}) | ({"uniqueItems": True} if unique else {})


def _one_of(description: str, names: list[str]) -> Schema:
    return {"description": description, "enum": names}


def _text(description: str, pattern: str = "") -> Schema:
    return {"description": description, "type": "string", "minLength": 1} | ({"pattern": pattern} if pattern else {})


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _values(enum: type[Enum]) -> list[str]:
    return [str(each.value) for each in enum]


def _names(enum: type[Enum]) -> list[str]:
    return [each.name for each in enum]


_INTEGER: Final[Schema] = {"type": "integer"}
_FLAG: Final[Schema] = {"type": "boolean"}
_BASIS: Final = _one_of(
    "documented: a public page says so; decided: ruled here because the pages are silent or disagree",
    ["documented", "decided"],
)
_DIALECT: Final = _one_of("BITS, or DO for Delivery Optimization", _values(Dialect))
_KEY: Final = _text("the key of a clause", r"^(decision/[1-9][0-9]*|[a-z]+(/[a-z-]+)?)$")

_RULE_ID: Final = _text("stable: subject/name", r"^[a-z_]+/[a-z_-]+(-[0-9]+)?$")


def _on_a_fact(what: str) -> Schema:
    return _object(what, fact=_ref("fact"), value=_INTEGER)


def _term() -> Schema:
    def kind(name: str, content: Schema) -> Schema:
        return _object(f"a term of the kind {name}", **{name: content})

    return {
        "description": "A number: worked out under the facts as they are before the row is taken.",
        "oneOf": [
            kind("const", _INTEGER | {"description": "a fixed number"}),
            kind("fact", _ref("fact")),
            kind("plus", _on_a_fact("the fact and the value, added")),
            kind("at_most", _on_a_fact("the smaller of the fact and the value")),
        ],
    }


def _definitions() -> Schema:
    compare = _object(
        "a comparison of two terms",
        left=_ref("term"),
        relation=_one_of("how left is compared with right", _values(f.Relation)),
        right=_ref("term"),
    )
    return {
        "state": _one_of("a state of a job, without its prefix BG_JOB_STATE_", _names(JobState)),
        "fact": _one_of("the name of a fact", _names(f.Fact)),
        "feature": _one_of("what a table may speak about beyond the life cycle of one download", _values(Feature)),
        "hresult": _one_of("an HRESULT by its header name", _names(Hresult)),
        "operation": _one_of("what a client calls", _values(Operation)),
        "event": _one_of("what service, server, network or clock do to a job", _values(InternalEvent)),
        "term": _term(),
        "guard": _object(
            "When a row applies: every comparison holds; with none, always.",
            english=_text("the same in words"),
            all=_list("the comparisons", compare),
        ),
        "answer": _object(
            "What may come of a row.",
            dest=_ref("state"),
            hresult=_or_null(_ref("hresult")) | {"description": "what the call returns; null for an internal event"},
            effects=_list(
                "What the facts become, all at once; a fact that is not listed stays as it is.",
                _object("a fact takes the worth of a term", fact=_ref("fact"), becomes=_ref("term")),
            ),
            callbacks=_list("The callback rules that fire, by id.", _RULE_ID, unique=True),
        ),
        "row": _row(),
    }


def _row() -> Schema:
    row = _object(
        "One rule: in its source, where its guard holds, its label has these answers.",
        id=_text("stable: label/source/number; the same in every scope and version", r"^[a-z_]+/[A-Z_]+/[1-9][0-9]*$"),
        kind=_one_of("whether the label is an operation or an internal event", ["operation", "event"]),
        label={"anyOf": [_ref("operation"), _ref("event")]},
        source=_ref("state"),
        guard=_ref("guard"),
        outcome=_one_of("what the row does with the job; permits: one of several answers", _values(Outcome)),
        answers=_list("Any of these conforms.", _ref("answer"), some=True),
        tolerated=_list("These break a recommendation (SHOULD), not a requirement.", _ref("answer")),
        level=_one_of("how binding the row is", _values(Level)),
        basis=_BASIS,
        cites=_list("the clauses on which the row rests", _KEY, some=True),
        core=_FLAG | {"description": "whether the row belongs to the life cycle of one download"},
        needs=_list(
            "Sets of features; the row is in every table that has all features of one of them. "
            "A table with fewer features leaves the facts of the others at 0.",
            _list("features", _ref("feature"), unique=True),
            some=True,
        ),
    )
    operation = {
        "label": _ref("operation"),
        "answers": {"items": {"properties": {"hresult": {"type": "string"}}}},
        "tolerated": {"items": {"properties": {"hresult": {"type": "string"}}}},
    }
    event = {
        "label": _ref("event"),
        "answers": {"items": {"properties": {"hresult": {"type": "null"}}}},
        "tolerated": {"items": {"properties": {"hresult": {"type": "null"}}}},
    }
    return row | {
        "if": {"properties": {"kind": {"const": "operation"}}},
        "then": {"properties": operation},
        "else": {"properties": event},
    }


def _grounds() -> dict[str, Schema]:
    return {
        "level": _one_of("how binding it is", _values(Level)),
        "basis": _BASIS,
        "cites": _list("the clauses on which it rests", _KEY, some=True),
    }


def _call() -> Schema:
    return _object(
        "Where the condition holds, the call answers so; which comes first where two are due is written nowhere.",
        id=_RULE_ID,
        method=_one_of("what is called", [*_values(Operation), *_values(Method)]),
        condition=_text("when, in words"),
        answers=_list("Any of these conforms; none: any failure does, no code is documented.", _ref("hresult")),
        effects=_list("what follows, in words", _text("one effect")),
        **_grounds(),
    )


def _callback() -> Schema:
    flag = _object(
        "what a client asks for it by",
        name=_one_of("without its prefix BG_NOTIFY_", _names(NotifyFlag)),
        value={"type": "integer", "minimum": 1, "description": "its bit"},
    )
    return _object(
        "A client that asked for it is called when this happens.",
        id=_RULE_ID,
        callback=_one_of("the method of the client", _values(Callback)),
        flag=flag,
        when=_text("when, in words; the answers of the rows name the rule"),
        again=_FLAG | {"description": "whether a call that does not return S_OK is repeated"},
        **_grounds(),
    )


def _promise() -> Schema:
    return _object(
        "A promise about callbacks that is no step of a job.",
        id=_RULE_ID,
        callbacks=_list("what it is about", _one_of("a method of the client", _values(Callback)), some=True),
        text=_text("the promise"),
        **_grounds(),
    )


def schema() -> Schema:
    """Return the schema as JSON-able data."""
    version = _object(
        "the frozen requirement set of the dialect",
        version={"type": "integer", "minimum": 1},
        unchanged=_FLAG | {"description": "whether rows and clauses are exactly those of this version"},
    )
    values = _object("a value with its name", value={"type": "integer", "minimum": 0}, name=_text("its name"))
    fact = _object(
        "What is known of a job and its surroundings beside its state: an integer, never negative.",
        name=_ref("fact"),
        values=_or_null(_list("every value it can have, ascending", values, some=True))
        | {"description": "null: any number of files from 0; bound it yourself"},
        feature=_or_null(_ref("feature")) | {"description": "the feature it belongs to; null: always there"},
    )
    hresult = _object(
        "a value that a call returns, or that error information holds",
        name=_ref("hresult"),
        value={"type": "integer", "minimum": 0, "maximum": 2**32 - 1, "description": "32 bits, unsigned"},
        failed=_FLAG | {"description": "whether it is a failure"},
        also=_list("other spellings of the same value", _text("a header name")),
    )
    clause = _object(
        "one sentence of the contract",
        key=_KEY,
        dialects=_list(
            "the dialects it is about; where this one is missing, it is taken over", _DIALECT, some=True, unique=True
        ),
        basis=_BASIS,
        level=_or_null(_one_of("the strongest level of what is checked and cites it", _values(Level)))
        | {"description": "null: nothing that is checked cites it"},
        text=_text("what holds"),
        pages=_list(
            "its evidence; of a decision, the pages that were weighed",
            _object(
                "a public page",
                url=_text("where it is read", "^https://"),
                section={"type": "string", "description": "its heading, or a test function; empty: all of it"},
            ),
        ),
    )
    configuration = _object(
        "a place where a job can be",
        state=_ref("state"),
        facts=_facts_of_a_configuration(),
    )
    event = _object(
        "something that happens to a job by itself",
        name=_ref("event"),
        cause=_text("what must have happened before"),
        fair=_FLAG | {"description": "whether it happens at last once its cause is there and stays"},
    )
    state = _object(
        "a state of the dialect",
        name=_ref("state"),
        number={"type": "integer", "minimum": 0, "description": "its value in BG_JOB_STATE"},
        **{"class": _one_of("its class in the life cycle", _values(StateClass))},
    )
    body = _object(
        "A background copy job of one dialect as a total table: in every state each operation has exactly one row "
        "whose guard holds. Refused calls change nothing. An internal event has a row where it may happen.",
        format={"const": FORMAT},
        dialect=_DIALECT,
        requirement_set=_or_null(version) | {"description": "null: none is frozen"},
        features=_list("every feature of the dialect; the table speaks about all of them", _ref("feature")),
        states=_list("the dialect's states", state, some=True),
        facts=_list("the facts, which terms refer to by name", fact, some=True),
        initial=_list("where a new job can be", configuration, some=True),
        operations=_list("the operations that the dialect's job has", _ref("operation"), some=True),
        events=_list("the internal events", event, some=True),
        hresults=_list("HRESULTs by value, those of the rows among them", hresult, some=True),
        rows=_list("the table", _ref("row"), some=True),
        calls=_list("what calls answer because of arguments, caller or limits, in whatever state", _call()),
        callbacks=_list("which callback comes of which step; rows name these rules", _callback()),
        promises=_list("what else is said about callbacks", _promise()),
        clauses=_list("the contract, as far as it is about the dialect", clause, some=True),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "The table of a background copy job",
        **body,
        "$defs": _definitions(),
    }


def _facts_of_a_configuration() -> Schema:
    return {
        "description": "every fact of the dialect by name",
        "type": "object",
        "additionalProperties": False,
        "required": sorted(fact.name for fact in f.CORE_FACTS),
        "properties": {fact.name: {"type": "integer", "minimum": 0} for fact in f.Fact},
    }


def schema_text() -> str:
    """Return the schema as JSON text."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
