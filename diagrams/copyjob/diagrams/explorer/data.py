"""What the explorer's page is given: the exported tables as scripts, and beside them ids, addresses and texts.

Laws:

1. A table is shipped as ``copyjob export`` writes it: the script assigns that very JSON, since a page of the file
   system may load a script and nothing else.
2. What stands beside it adds no rule: which arrow shows a row, which page tells of a name, what a text is in the
   page's language.

What this module does not know: how a table is run (``engine.js``), and how a handbook is laid out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from copyjob.diagrams import addresses
from copyjob.diagrams.edges import edges
from copyjob.diagrams.explorer.origin import WAYS
from copyjob.diagrams.explorer.words import FACTS, FEATURES, KINDS, TEXTS, VALUES
from copyjob.diagrams.lifecycle import METHODS
from copyjob.diagrams.report_file import FORMAT, VERSION
from copyjob.spec import facts as f
from copyjob.spec.events import EVENTS
from copyjob.spec.interfaces import DIALECT_NAMES, method_of
from copyjob.spec.requirements import clauses_of
from copyjob.spec.rows import ADDING, ASKING, SETTING
from copyjob.spec.scope import Feature
from copyjob.spec.table import Table, full_table, table
from copyjob.spec.vocabulary import Dialect, InternalEvent, Operation

if TYPE_CHECKING:
    from markupsafe import Markup

    from copyjob.diagrams.language import Language

Json = dict[str, Any]

SCRIPTS: Final = ("engine", "share", "diagram", "view", "report", "replay", "explorer")
"""The scripts of the page, in the order in which they are loaded; the tables come before them."""

REPORT_BYTES_MAX: Final = 16 * 1024 * 1024
"""No report of a check is nearly as large; a browser reads one at once."""

GROUPS: Final = (
    ("Change the state", METHODS),
    ("Add", ADDING),
    ("Ask", ASKING),
    ("Set", SETTING),
)
"""The operations in groups; each is in one of them."""


def explorer_page(say: Language) -> Json:
    """Return what the template ``handbook/explorer.html.j2`` is given, beside what every page of the handbook has.

    ``dialects_told``: value, name and picture of each dialect; ``features``: value and text of each feature; ``data``:
    what is laid beside the tables, as JSON that can stand in a page; ``scripts``, ``styles``: files of the assets.
    Raises RenderError, and UntranslatedError where the language lacks a text.
    """
    return {
        "dialects_told": [
            {
                "value": dialect.value,
                "name": DIALECT_NAMES[dialect],
                "figure": _figure(dialect),
                "picture": _picture(dialect, say),
            }
            for dialect in Dialect
        ],
        "features": [{"value": feature.value, "text": say(FEATURES[feature])} for feature in Feature],
        "data": _in_page(beside(say)),
        "scripts": [*map(_table_file, Dialect), *(f"explorer-{name}.js" for name in SCRIPTS)],
        "styles": ["explorer.css"],
    }


def explorer_assets() -> Mapping[str, str]:
    """Return the files that the page loads in every language, by their place below the root of the handbook."""
    from copyjob.spec.export_json import json_text

    found = {f"assets/{_table_file(dialect)}": _table_script(dialect, json_text(dialect)) for dialect in Dialect}
    found |= {f"assets/explorer-{name}.js": _own(f"{name}.js") for name in SCRIPTS}
    return found | {"assets/explorer.css": _style_sheet()}


def beside(say: Language) -> Json:
    """Return what is laid beside the tables, as JSON-able data in a language."""
    return {
        "texts": {name: say(text) for name, text in TEXTS.items()},
        "dialects": {dialect.value: _beside(dialect, say) for dialect in Dialect},
        "clauses": {
            each.key: {"page": addresses.clause_page(each.key), "text": say(each.text)}
            for each in dict.fromkeys(each for dialect in Dialect for each in clauses_of(full_table(dialect)))
        },
        "origin": [
            {
                "id": way.id,
                "says": say(way.says),
                "events": [{"event": one.event.value, "guard": _guard(one.guard)} for one in way.events],
            }
            for way in WAYS
        ],
        "report": {"name": FORMAT, "version": VERSION, "bytes": REPORT_BYTES_MAX},
    }


def _guard(guard: f.Guard) -> Json:
    from copyjob.spec.export_json import guard_data

    return guard_data(guard)


def _beside(dialect: Dialect, say: Language) -> Json:
    whole, core = full_table(dialect), table(dialect)
    prefix = _prefix(dialect)
    return {
        "picture": _figure(dialect),
        "start": f"{prefix}edge-start",
        "digest": core.digest,
        "states": {
            state.name: {"element": f"{prefix}state-{state.name}", "page": addresses.state_page(state)}
            for state in whole.states
        },
        "operations": [
            {"title": say(title), "labels": [each.value for each in labels if each in whole.operations]}
            for title, labels in GROUPS
        ],
        "labels": _labels(whole, say),
        "facts": {fact.name: _fact(fact, say) for fact in f.Fact},
        "hresults": {
            answer.hresult.name: addresses.hresult_page(answer.hresult)
            for row in whole.rows
            for answer in row.all_answers
            if answer.hresult is not None
        },
        "rows": _rows(whole, core, say, prefix),
    }


def _labels(whole: Table, say: Language) -> Json:
    found: Json = {}
    for label in dict.fromkeys(row.label for row in whole.rows):
        told = method_of(label, whole.dialect).name if isinstance(label, Operation) else label.value
        cause = say(EVENTS[label].cause) if isinstance(label, InternalEvent) else ""
        found[label.value] = {"told": told, "cause": cause, "page": addresses.label_page(label)}
    return found


def _fact(fact: f.Fact, say: Language) -> Json:
    values = None
    if fact is f.Fact.KIND:
        values = [*KINDS]
    elif fact in VALUES:
        values = [say(guard.english) for guard in VALUES[fact]]
    return {"label": say(FACTS[fact]), "values": values}


def _guard_told(guard: f.Guard, say: Language) -> str:
    """Return a guard in words, empty where it always holds."""
    return say(guard.english) if guard.comparisons else ""


def _rows(whole: Table, core: Table, say: Language, prefix: str) -> Json:
    """Return what stands beside each row; ``core`` is its guard where nothing but the life cycle is spoken about."""
    arrows: dict[str, dict[str, str]] = {}
    for edge in edges(core):
        for row in edge.rows:
            arrows.setdefault(row.id, {})[edge.dest.name] = prefix + edge.id
    found: Json = {}
    for row in whole.rows:
        guard = _guard_told(row.guard, say)
        found[row.id] = {"page": addresses.row_place(row.id), "guard": guard, "arrows": arrows.get(row.id, {})}
        in_core = core.by_id.get(row.id)
        if in_core is not None and in_core.guard != row.guard:
            found[row.id]["core"] = _guard_told(in_core.guard, say)
    return found


def _prefix(dialect: Dialect) -> str:
    """Return what keeps the ids of the dialects' pictures apart."""
    return f"{dialect.value.lower()}-"


def _figure(dialect: Dialect) -> str:
    return f"{_prefix(dialect)}picture"


def _picture(dialect: Dialect, say: Language) -> Markup:
    from markupsafe import Markup

    from copyjob.diagrams.pictures import pictures
    from copyjob.diagrams.render import render_inline

    drawn = pictures(say)[f"lifecycle-{dialect.value.lower()}"]
    # Markup: made here, as an XML tree, whose texts are escaped when they are written.
    return Markup(render_inline(drawn.dot, drawn.caption, _prefix(dialect), links=""))  # noqa: S704 see above


def _in_page(data: Json) -> Markup:
    """Return data as JSON that can stand within a script element: nothing in it ends the element."""
    from markupsafe import Markup

    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 what would be markup was replaced on this line


def _table_file(dialect: Dialect) -> str:
    return f"table-{dialect.value.lower()}.js"


def _table_script(dialect: Dialect, text: str) -> str:
    return f"(globalThis.copyjobTables ??= {{}})[{json.dumps(dialect.value)}] = {text.rstrip()};\n"


def _style_sheet() -> str:
    """Return the page's rules, and before them the one colour that the handbook's own sheet does not name."""
    from copyjob.diagrams.style import DARK, EVENT

    dark = f"{DARK}{{:root{{--explorer-event:{EVENT.dark}}}}}"
    return f":root{{--explorer-event:{EVENT.light}}}\n{dark}\n{_own('explorer.css')}"


def _own(name: str) -> str:
    return (files("copyjob.diagrams") / "explorer" / name).read_text(encoding="utf-8")
