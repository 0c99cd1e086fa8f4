"""What the pages of reports have in common: their signs, their words, their style sheet, their policy.

Laws:

1. Nothing is loaded: no font, no image, no style sheet, no script from anywhere. The
   Content-Security-Policy says so, and names the page's own style sheet and script by their digests.
2. Everything that comes from a report is escaped; a link is made of http and https addresses only.
3. What is told is told in the reader's language; a report's own words stay as they are.

What this module does not know: what is on a page.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from copyjob.diagrams import style
from copyjob.diagrams.report_parts import ReportRow, Share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from markupsafe import Markup

    from copyjob.diagrams.language import Language

SIGNS: Mapping[str, style.Sign] = {
    **{name: sign for name, sign in style.SIGNS.items() if name != "seen-instead"},
    "conforms": style.Sign("conforms", "✓", style.DISCRIMINATED.ink),
    "inconclusive": style.Sign("inconclusive", "?", style.JUDGED.ink),
    "errored": style.Sign("errored", "!", style.JUDGED.ink),
    "skipped": style.Sign("skipped", "–", style.NOT_SEEN.ink),
    "unjudged": style.Sign("not seen", "○", style.NOT_SEEN.ink),
    "absent": style.Sign("not in this report", "·", style.NOT_SEEN.ink),
}
"""A sign for every verdict of a report and every sign of a row."""

WORST_FIRST: Final = (
    "diverges",
    "errored",
    "inconclusive",
    "unjudged",
    "not-seen",
    "absent",
    "skipped",
    "judged",
    "discriminated",
    "conforms",
)

VERDICT_SAYS: Mapping[str, str] = {
    "conforms": "Nothing was seen that a MUST forbids.",
    "diverges": "Something was seen that no row permits.",
    "inconclusive": "Nothing forbidden was seen, but too little was seen to say that it conforms.",
    "errored": "The adapter of the backend broke; this says nothing about the backend.",
}

TOTALS: Mapping[str, str] = {
    "plans": "{number} plans",
    "steps": "{number} steps",
    "observations": "{number} observations",
    "requests": "{number} requests",
    "bytes": "{number} bytes",
    "late": "{number} late",
}
"""What a run counts, by the name that the report gives it; another name is shown as it is."""


def row_sign(row: ReportRow) -> str:
    """Return the sign of a row in tables, which tell skipped and inconclusive apart from not seen."""
    return row.verdict if row.verdict in ("skipped", "inconclusive", "errored") else row.sign


def _anchor(key: str) -> str:
    return "clause-" + re.sub(r"[^A-Za-z0-9_-]", "-", key)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def breakable(name: str) -> Markup:
    """Return a long name, escaped, that may be broken behind a slash or an underscore."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([/_])", r"\1<wbr>", str(escape(name))))  # noqa: S704 escaped on this line


def _percent(share: Share) -> str:
    return f"{100 * share.seen / share.of:.1f}" if share.of else "0"


def _plain(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"


def _style() -> str:
    """Return the page's style sheet: the colours of the style module as variables, the page's rules, the
    pictures' rules.
    """
    inks = {
        "ground": style.GROUND,
        "text": style.TEXT,
        "muted": style.MUTED,
        "frame": style.FRAME,
        "panel": style.CLASS_FILL["rule"],
        "operation": style.OPERATION,
        **{name: sign.ink for name, sign in SIGNS.items()},
    }
    verdicts = "".join(f".v-{name}{{color:var(--{name})}}\n" for name in SIGNS)
    return f"{style.variables(inks)}{_resource('report.css')}{verdicts}{style.style_sheet()}"


def _resource(name: str) -> str:
    return (files("copyjob.diagrams") / "templates" / name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """Return the source expression of a policy that permits just this style sheet or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment(say: Language) -> Environment:
    """Return what renders templates in a language; its templates are compiled once."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import escape

    def said(text: str, /, **places: object) -> Markup:
        """Say a text; what fills its places is escaped, but for what is markup already."""
        own = escape(say(text))
        return own.format(**places) if places else own

    def counted(number: int, one: str, many: str, **places: object) -> Markup:
        return said(one if number == 1 else many, number=number, **places)

    def total(name: str, number: float) -> str:
        known = TOTALS.get(name)
        return f"{_plain(number)} {name.replace('_', ' ')}" if known is None else say(known, number=_plain(number))

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(_resource),
    )
    filters: dict[str, Any] = environment.filters
    filters |= {"anchor": _anchor, "breakable": breakable, "is_web": _is_web, "percent": _percent}
    known: dict[str, Any] = environment.globals
    known |= {"say": said, "count": counted, "signs": SIGNS, "verdict_says": VERDICT_SAYS, "language": say.code}
    known |= {"plain": _plain, "total": total}
    return environment


def render_page(template: str, say: Language, **values: object) -> str:
    """Return a whole page of a template of this room, such as ``report.html.j2``, with its values."""
    from markupsafe import Markup

    page_style, script = _style(), _resource("report.js")
    policy = (
        f"default-src 'none'; style-src {_source(page_style)}; script-src {_source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        _environment(say)
        .get_template(template)
        .render(
            policy=policy,
            # Markup: the room's own files, the very bytes that the policy names.
            style=Markup(page_style),  # noqa: S704 see above
            script=Markup(script),  # noqa: S704 see above
            **values,
        )
    )
