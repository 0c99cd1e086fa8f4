"""The kill matrix as files: JSON for programs, Markdown for people; and whether what was published still holds.

Law: a published line says what became of a mutant and who accused it, with no time in it. A matrix belongs to one
version of the table; of another one it is stale.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from copyjob.conformance.mutants.matrix import PLANS_MAX, Fate, Kill, own_names
from copyjob.conformance.mutants.mutation import Kind, mutants
from copyjob.spec.console import UsageError
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

FORMAT, VERSION = "copyjob-kills", 1
_HEAD = "| {} | mutants | conform | killed | misnamed | survive |\n| --- | ---: | ---: | ---: | ---: | ---: |"


def to_json(kills: Sequence[Kill], dialect: Dialect) -> dict[str, Any]:
    """Return the matrix as JSON, one object a mutant."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "dialect": dialect.value,
        "table_digest": table(dialect).digest,
        "mutants": [
            {
                "row": kill.mutant.row,
                "what": kill.mutant.what,
                "kind": kill.mutant.kind.value,
                "fate": kill.fate.value,
                "by": list(kill.by),
                "how": kill.how,
            }
            for kill in kills
        ],
    }


def to_markdown(kills: Sequence[Kill], dialect: Dialect) -> str:
    """Return the matrix for people: by kind, by check, by row, and what is left, each with how it could be seen."""
    running = sum(kill.fate is not Fate.CONFORMS for kill in kills)
    killed = sum(kill.fate is Fate.KILLED for kill in kills)
    lines = [
        f"# Kill matrix, {dialect.value}",
        "",
        "Made by `make kills`. A mutant is the table with one row wrong in one way, run as a backend.",
        "It *conforms* where",
        "subset construction proves that nobody outside could tell; it is *killed* where the kit names its row, or the",
        "check of its kind of fault; *misnamed* where the kit accuses another row alone; and it *survives* the",
        f"{PLANS_MAX} closest plans otherwise.",
        "",
        f"{killed} of {running} mutants that are not proved to conform are killed.",
        f"Table digest {table(dialect).digest}.",
        "",
        _HEAD.format("kind"),
        *(_line(kind.value, [kill for kill in kills if kill.mutant.kind is kind]) for kind in Kind),
        _line("all", kills),
        "",
        "## By check",
        "",
        "How many mutants each name accuses; a mutant may be accused by several.",
        "",
        "| row or check | its own mutants | others |\n| --- | ---: | ---: |",
        *_by_check(kills),
        "",
        "## By row",
        "",
        _HEAD.format("row"),
        *(_line(row.id, [kill for kill in kills if kill.mutant.row == row.id]) for row in table(dialect).rows),
    ]
    for fate, title in ((Fate.SURVIVES, "What survives"), (Fate.MISNAMED, "What is misnamed")):
        left = [kill for kill in kills if kill.fate is fate]
        lines += ["", f"## {title}", "", "The shortest way to see it stands behind the colon.", ""] if left else []
        lines += [f"- **{kill.mutant.name}**{_accused(kill)}: {kill.how}" for kill in left]
    return "\n".join(lines) + "\n"


def _accused(kill: Kill) -> str:
    return f" (accused: {', '.join(kill.by)})" if kill.by else ""


def _line(name: str, kills: Sequence[Kill]) -> str:
    count = Counter(kill.fate for kill in kills)
    numbers = [len(kills), *(count[fate] for fate in (Fate.CONFORMS, Fate.KILLED, Fate.MISNAMED, Fate.SURVIVES))]
    return f"| {name} | {' | '.join(map(str, numbers))} |"


def _by_check(kills: Sequence[Kill]) -> list[str]:
    own: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for kill in kills:
        for name in kill.by:
            (own if name in own_names(kill.mutant) else others)[name] += 1
    return [f"| {name} | {own[name]} | {others[name]} |" for name in sorted(own.keys() | others.keys())]


def write(kills: Sequence[Kill], dialect: Dialect, folder: Path) -> None:
    """Write both files."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = json.dumps(to_json(kills, dialect), indent=0, ensure_ascii=False)
    (folder / f"{dialect.value}.json").write_text(lines + "\n", encoding="utf-8")
    (folder / f"{dialect.value}.md").write_text(to_markdown(kills, dialect), encoding="utf-8")


def read(path: Path, dialect: Dialect) -> dict[str, Fate]:
    """Return the published fate of each mutant; UsageError where the file is none, or of another table."""
    return read_published(
        path,
        dialect,
        (FORMAT, VERSION),
        lambda data: {f"{each['row']}: {each['what']}": Fate(each["fate"]) for each in data["mutants"]},
    )


def read_published(
    path: Path, dialect: Dialect, form: tuple[str, int], fates: Callable[[Any], dict[str, Fate]]
) -> dict[str, Fate]:
    """Return the fates in a published file of this form; UsageError where it is none, or of another table."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        found = fates(data)
        known = (data["format"], data["version"], data["dialect"])
        digest = data["table_digest"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} cannot be read as a kill matrix: {error}; write it with `make kills`") from None
    if known != (*form, dialect.value):
        raise UsageError(f"{path} is no kill matrix of {dialect.value}, version {form[1]}; write it with `make kills`")
    if digest != table(dialect).digest:
        raise UsageError(f"{path} belongs to another version of the table; write it anew with `make kills`")
    return found


def stale(published: dict[str, Fate], kills: Sequence[Kill], dialect: Dialect) -> list[str]:
    """
    Return what a published matrix says otherwise: mutants that come or go, and those whose fate became worse.

    Whether callers meet in a race window is up to the machine, so the fate of those mutants is not held to it.
    """
    names = {mutant.name for mutant in mutants(dialect)}
    found = [f"{name} is no mutant any more" for name in sorted(published.keys() - names)]
    found += [f"{name} is not in it" for name in sorted(names - published.keys())]
    found += [
        f"{kill.mutant.name} was {published[kill.mutant.name].value}, and {kill.fate.value} now"
        for kill in kills
        if kill.mutant.name in published
        and kill.mutant.kind is not Kind.RACE
        and kill.fate is not published[kill.mutant.name]
        and Fate.SURVIVES is not published[kill.mutant.name]
        and (kill.fate is not Fate.KILLED or published[kill.mutant.name] is Fate.CONFORMS)
    ]
    return found
