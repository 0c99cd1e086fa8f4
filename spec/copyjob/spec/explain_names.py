"""Topics about the specification itself: a row, a clause and who cites it, a law."""

from __future__ import annotations

from collections.abc import Iterable

from copyjob.spec.citations import CLAUSES
from copyjob.spec.explain import Grid, Part, Statement, Topic, topic
from copyjob.spec.explain_calls import rules_citing
from copyjob.spec.explain_rules import Rule, dialects_told, gathered, rules
from copyjob.spec.explain_topics import Ground, help_part, next_part
from copyjob.spec.explain_words import NUMBERS, Numbers
from copyjob.spec.vocabulary import InternalEvent, JobState, Operation


def row_topic(ground: Ground, name: str) -> Topic:
    """Explain a row; each dialect has its own of this name, or none."""
    having = {dialect: each.by_id[name] for dialect, each in ground.tables.items() if name in each.by_id}
    row = next(iter(having.values()))
    cell = rules(ground.within(having), (row.label,), (row.source,))
    found = [rule for rule in cell if any(name in side.rows for _, side in rule.sides)]
    parts = (
        Part("rules", "What it says", rules=tuple(found)),
        help_part(ground.within(having), found),
        next_part(ground.within(having), found),
    )
    return topic("row", name, name, parts)


def clause_topic(ground: Ground, key: str) -> Topic:
    """Explain a clause: its text, and the rows and laws that cite it."""
    clause = CLAUSES[key]
    state = ground.question.state
    told = "Decided here, where the documents are silent or disagree." if clause.decided else "Documented."
    about = [
        Statement(clause.text, (key,)),
        Statement(f"{told} It speaks about {dialects_told(sorted(clause.dialects, key=lambda d: d.value))}."),
    ]
    if clause.untested:
        about.append(Statement(f"No row, law or check cites it: {clause.untested}."))
    states = JobState if state is None else (state,)
    citing = _citing(rules(ground.tables, (*Operation, *InternalEvent), states), key)
    laws = tuple(Statement(f"{sentence}.") for sentence in laws_citing(key))
    return topic(
        "clause",
        key,
        key,
        (
            Part("about", "What it says", tuple(about)),
            Part("rows", "Which rows cite it (each is a check of the kit by the same id)", rules=tuple(citing)),
            rules_citing(key, ground.tables),
            Part("laws", "Which laws cite it", laws),
        ),
    )


def _citing(found: Iterable[Rule], key: str) -> list[Rule]:
    """Return the rules that cite a clause, each cut to the dialects that do."""
    cut = ((rule, tuple(each for each in rule.sides if key in each[1].cites)) for rule in found)
    kept = (Rule(rule.labels, rule.states, sides, rule.same or len(sides) == 1) for rule, sides in cut if sides)
    return gathered(kept, over_labels=True)


def laws_citing(key: str) -> tuple[str, ...]:
    """Return the sentences of the laws that cite a clause."""
    from copyjob.spec.laws import LAWS, sentence

    return tuple(sentence(law) for law in LAWS if key in law.cites)


def numbers_topic(numbers: Numbers) -> Topic:
    """Explain an enumeration of the headers: its names and numbers, and the clauses that name it."""
    name = next(name for name, each in NUMBERS.items() if each is numbers)
    lines = tuple((str(member.value), f"{name}_{member.name}") for member in numbers)
    about = tuple(Statement(CLAUSES[key].text, (key,)) for key in _ABOUT_NUMBERS.get(name, ()))
    return topic("numbers", name, name, (Part("about", "What it is", about, grid=Grid(("Number", "Name"), lines)),))


_ABOUT_NUMBERS = {
    "BG_JOB_STATE": ("state/classes",),
    "BG_JOB_PRIORITY": ("priority",),
    "BG_ERROR_CONTEXT": ("error/context",),
    "BG_NOTIFY": ("callback/flags",),
}
"""The clauses that tell what the numbers are for."""


def law_topic(name: str) -> Topic:
    """Explain a law by what it says about itself."""
    from copyjob.spec.laws import LAWS, sentence

    law = next(law for law in LAWS if law.name == name)
    told = Statement(" ".join(law.text.split()), law.cites)
    how = Statement("It is judged over every reachable configuration by: copyjob explore.")
    return topic("law", name, sentence(law), (Part("about", "What it says", (told, how)),))
