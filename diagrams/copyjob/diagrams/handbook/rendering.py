"""Pages become HTML: templates filled, pictures set in, the policy written.

Laws:

1. Whatever comes from outside of a template is escaped; only pictures, which this room draws itself, are not.
2. A page loads files of the handbook only, and its policy says so: no page elsewhere, no script or style within it.
3. What a template asks for and is not given is a mistake (``StrictUndefined``).

What this module does not know: which pages there are, and where files go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from copyjob.diagrams import addresses, style
from copyjob.diagrams.handbook import place
from copyjob.diagrams.handbook.content_parts import label_link
from copyjob.diagrams.handbook.place import Place
from copyjob.diagrams.report_page import SIGNS, breakable
from copyjob.spec.citations import CLAUSES
from copyjob.spec.vocabulary import Hresult, JobState, Operation

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from copyjob.diagrams.handbook.pages import Page
    from copyjob.diagrams.language import Language
    from copyjob.diagrams.pictures import Picture

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
)
"""Files of the handbook alone; ``'self'`` holds from the file system, too."""

TEMPLATES: Final = "templates/handbook"


@dataclass(frozen=True)
class Site:
    """What is the same on every page of a language."""

    languages: tuple[tuple[str, str], ...]
    """Code and name of each language of the handbook."""
    sections: tuple[tuple[str, str], ...]
    """Address and title of each section."""


def resource(name: str) -> str:
    """Return the text of a file that comes with this room, by its path in the package."""
    return (files("copyjob.diagrams") / name).read_text(encoding="utf-8")


@dataclass(frozen=True, eq=False)
class Renderer:
    """Fills the templates of one language."""

    say: Language
    site: Site
    pictures: Mapping[str, Picture]
    """By name; those that a page names are set into it."""

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader(str(files("copyjob.diagrams") / TEMPLATES)),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        filters: dict[str, Any] = environment.filters
        filters |= {"breakable": breakable}
        given: dict[str, Any] = environment.globals
        given |= {
            "say": self.say,
            "tell": self._tell,
            "site": self.site,
            "policy": POLICY,
            "at": place,
            "addresses": addresses,
            "signs": SIGNS,
            "get_state": label_link(Operation.GET_STATE),
            "get_error": label_link(Operation.GET_ERROR),
        }
        return environment

    def _tell(self, text: str, /, **values: object) -> Markup:
        """Return a text with markup in its places; what is no markup is escaped."""
        from markupsafe import Markup, escape

        # A text of ours, escaped before anything is set into it.
        return Markup(escape(self.say(text))).format(**values)  # noqa: S704 see above

    def picture(self, name: str, here: Place) -> Markup:
        """Return a picture as an element of a page, with links to other pages."""
        from markupsafe import Markup

        from copyjob.diagrams.render import render_inline

        drawn = self.pictures[name]
        prefix = f"{drawn.name}-"
        return Markup(render_inline(drawn.dot, drawn.caption, prefix, links=here.root))  # noqa: S704 drawn by this room

    def html(self, page: Page, **more: object) -> str:
        """Return the HTML of a page. ``more`` is given to its template besides."""
        return self.render(
            f"{page.template}.html.j2",
            Place(page.address, self.say.code),
            page=page,
            content=page.content,
            title=page.title,
            section=page.section,
            dialects=page.dialects,
            **more,
        )

    def render(self, template: str, here: Place, **given: object) -> str:
        """Return a template, filled; a template that extends the layout is given all that the layout names."""

        def picture(name: str) -> Markup:
            return self.picture(name, here)

        def linked(text: str) -> Markup:
            return _linked(text, here)

        return self._environment.get_template(template).render(
            here=here, drawn=dict(self.pictures), picture=picture, linked=linked, **given
        )


@cache
def _named() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return what finds a name that has a page within a text, and the page of each: states, HRESULTs, clauses."""
    known = {name: addresses.hresult_page(hresult) for name, hresult in Hresult.__members__.items()}
    # What both dialects spell in their own way is named without a prefix: E_EMPTY. Each page leads to the other's.
    known = {name.partition("_")[2]: page for name, page in known.items() if name.startswith("BG_")} | known
    known |= {state.name: addresses.state_page(state) for state in JobState}
    known |= {key: addresses.clause_page(key) for key in CLAUSES if "/" in key}
    names = sorted(known, key=len, reverse=True)
    return re.compile(rf"(?<![\w/])(?:{'|'.join(map(re.escape, names))})(?![\w/])"), known


def _linked(text: str, here: Place) -> Markup:
    """Return a text, escaped, in which every name that has a page of its own leads there."""
    from markupsafe import Markup, escape

    pattern, known = _named()

    def link(found: re.Match[str]) -> str:
        address = known[found[0]]
        return found[0] if address == here.address else f'<a href="{here.to(address)}">{found[0]}</a>'

    # No name holds a character that is escaped.
    return Markup(pattern.sub(link, str(escape(text))))  # noqa: S704 escaped on this line


def style_sheet() -> str:
    """Return the style sheet of the handbook: the colours as variables, the pages' rules, the pictures' rules."""
    inks = {
        "ground": style.GROUND,
        "text": style.TEXT,
        "muted": style.MUTED,
        "frame": style.FRAME,
        "panel": style.CLASS_FILL["rule"],
        "link": style.OPERATION,
        "refused": style.REFUSAL,
        "refused-ground": style.CLASS_FILL["refused"],
        "documented": style.DOCUMENTED,
        "documented-ground": style.CLASS_FILL["transferred"],
        "decided": style.DECIDED,
        "decided-ground": style.CLASS_FILL["action"],
        **{f"v-{name}": sign.ink for name, sign in SIGNS.items()},
    }
    verdicts = "".join(f".v-{name}{{color:var(--v-{name})}}\n" for name in SIGNS)
    return f"{style.variables(inks)}{resource('handbook/handbook.css')}{verdicts}{style.style_sheet()}"


def icon() -> str:
    """Return the icon of the handbook: a state that goes on."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f'<rect x="1" y="4" width="14" height="8" rx="3" fill="{style.CLASS_FILL["starting"].light}" '
        f'stroke="{style.OPERATION.light}" stroke-width="1.5"/>'
        f'<path d="M4.5 8H10M8 5.8 10.6 8 8 10.2" fill="none" stroke="{style.OPERATION.light}" stroke-width="1.5"/>'
        "</svg>\n"
    )
