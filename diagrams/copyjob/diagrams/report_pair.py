"""One page of two reports: both backends on one life cycle, and beside it what they differ in.

Laws:

1. What differs comes first, the worst of it on top; what both have alike is counted.
2. A row that only one of the reports has is said to be absent from the other one, never to have passed there.
3. Left stays left: the report that was named first is the first column everywhere.

What this module does not know: the JSON of a report, how a picture is drawn, how a page is dressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from copyjob.diagrams.language import ENGLISH, Language
from copyjob.diagrams.overlay import overlay_of
from copyjob.diagrams.report import DivergenceBlock, divergence_blocks, drawn
from copyjob.diagrams.report_page import WORST_FIRST, render_page, row_sign
from copyjob.diagrams.two_backends import backend_names, two_backends_of
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from markupsafe import Markup

    from copyjob.diagrams.report_parts import Divergence, Report, Run


@dataclass(frozen=True)
class Side:
    """What one report says of one row or check: a sign, and the divergences that name it, by their number from 1."""

    sign: str
    found: tuple[tuple[int, Divergence], ...]


@dataclass(frozen=True)
class Difference:
    """A row or a check on which two reports differ."""

    id: str
    is_check: bool
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class Found:
    """The divergences of one backend in one dialect; ``id`` begins the ids of their places on the page."""

    backend: str
    id: str
    blocks: tuple[DivergenceBlock, ...]


@dataclass(frozen=True)
class PairPage:
    """All that the page shows of one dialect; ``runs`` has None where a report has none of it."""

    name: str
    runs: tuple[Run | None, ...]
    diagram: Markup
    worst: tuple[Difference, ...]
    """Where one of them diverges, or both do."""
    others: tuple[Difference, ...]
    """Where more, or something else, was seen of one of them."""
    alike: int
    """How many rows and checks both have with the same sign, none of which diverges."""
    divergences: tuple[Found, ...]
    """Those of each backend that was checked in the dialect."""


def _signs(run: Run) -> dict[tuple[str, bool], str]:
    """Return the sign of every row and every check, by id and by whether it is a check."""
    named = {(row, False) for found in run.divergences for row in found.rows}
    signs = {(row.id, False): row_sign(row) for row in run.rows} | {
        (check.id, True): check.verdict for check in run.checks
    }
    return signs | {key: "diverges" for key in named if key in signs}


def differences(left: Run, right: Run) -> tuple[tuple[Difference, ...], int]:
    """Return what two runs differ in, and all that diverges, the worst first; and how much of both is alike."""
    both = (left, right)
    signs = [_signs(run) for run in both]
    found: list[Difference] = []
    alike = 0
    for key in dict.fromkeys(key for own in signs for key in own):
        name, is_check = key
        own = [each.get(key, "absent") for each in signs]
        if own[0] == own[1] != "diverges":
            alike += 1
            continue
        found.append(
            Difference(
                name,
                is_check,
                tuple(Side(sign, _named(run, name, is_check)) for sign, run in zip(own, both, strict=True)),
            )
        )
    return tuple(sorted(found, key=_badness)), alike


def _named(run: Run, name: str, is_check: bool) -> tuple[tuple[int, Divergence], ...]:
    return tuple(
        (number, each)
        for number, each in enumerate(run.divergences, start=1)
        if (each.check == name if is_check else name in each.rows)
    )


def _badness(difference: Difference) -> tuple[int, int]:
    """Order by the worst sign, and what is worst on one side only before what is so on both."""
    places = sorted(WORST_FIRST.index(side.sign) for side in difference.sides)
    return places[0], -places[1]


def _page(dialect: Dialect, runs: Sequence[Run | None], backends: Sequence[str], say: Language) -> PairPage:
    both = zip(runs, backends, strict=True)
    had = [(number, run, backend) for number, (run, backend) in enumerate(both, start=1) if run is not None]
    name, prefix = dialect.value, f"{dialect.value}-"
    found: tuple[Difference, ...] = ()
    alike = 0
    if len(had) == len(runs):
        left, right = (run for _, run, _ in had)
        found, alike = differences(left, right)
        overlay = two_backends_of(left, right, backends, say)
        diagram = drawn(overlay, overlay.caption, table(dialect), prefix, say)
    else:
        ((_, run, backend),) = had
        alone = overlay_of(run, backend, say)
        diagram = drawn(alone, alone.caption, table(dialect), prefix, say)
    return PairPage(
        name=name,
        runs=tuple(runs),
        diagram=diagram,
        worst=tuple(one for one in found if _diverges(one)),
        others=tuple(one for one in found if not _diverges(one)),
        alike=alike,
        divergences=tuple(
            Found(backend, f"{prefix}{number}-divergences", divergence_blocks(run, backend, f"{prefix}{number}-", say))
            for number, run, backend in had
        ),
    )


def _diverges(difference: Difference) -> bool:
    return any(side.sign == "diverges" for side in difference.sides)


def _run_of(report: Report, dialect: Dialect) -> Run | None:
    return next((run for run in report.runs if run.dialect is dialect), None)


def _used(pages: Iterable[PairPage]) -> tuple[str, ...]:
    used = {side.sign for page in pages for one in (*page.worst, *page.others) for side in one.sides}
    return tuple(sign for sign in WORST_FIRST if sign in used)


def pair_html(reports: Mapping[str, Report], say: Language = ENGLISH) -> str:
    """Return the page of two reports, by the names of their files. Raises RenderError where no picture can be made."""
    both, names = list(reports.values()), backend_names(reports)
    found = [(dialect, runs) for dialect in Dialect if any(runs := [_run_of(report, dialect) for report in both])]
    pages = [_page(dialect, runs, names, say) for dialect, runs in found]
    return render_page(
        "report_pair.html.j2",
        say,
        sides=[*zip(names, reports, both, strict=True)],
        pages=pages,
        signs_used=_used(pages),
    )
