"""Does the page say what the report says, safely, and the picture show it?"""

from __future__ import annotations

import base64
import copy
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from copyjob.diagrams import style
from copyjob.diagrams.lifecycle import lifecycle
from copyjob.diagrams.overlay import overlay_of
from copyjob.diagrams.report import matrix, report_html
from copyjob.diagrams.report_file import parse
from copyjob.diagrams.report_pair import pair_html
from copyjob.diagrams.report_parts import Message, Run
from copyjob.diagrams.sequence import sequence_svg
from copyjob.spec.table import table
from copyjob.spec.vocabulary import Dialect, JobState

VOID = frozenset(("meta", "br", "input", "wbr", "link", "img", "hr"))


class Page(HTMLParser):
    """Reads a page strictly: every element that is opened must be closed, in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.raw: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"<{tag}> repeats an attribute")
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> does not belong there")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            self.raw[self.open[-1]] = self.raw.get(self.open[-1], "") + data
        else:
            self.text.append(data)

    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.elements if "id" in attrs]

    def words(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.text))


@pytest.fixture
def page(diverging: dict[str, Any]) -> Page:
    return Page(report_html(parse(diverging)))


@pytest.fixture(params=["one report", "two reports"])
def any_page(request: pytest.FixtureRequest, conforming: dict[str, Any], diverging: dict[str, Any]) -> Page:
    if request.param == "one report":
        return Page(report_html(parse(diverging)))
    return Page(pair_html({"left.json": parse(conforming), "right.json": parse(diverging)}))


def _policy(page: Page) -> str:
    (content,) = (
        str(attrs["content"])
        for tag, attrs in page.elements
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    )
    return content


def test_a_page_is_well_formed(any_page: Page) -> None:
    assert any_page.wrong == []
    assert any_page.open == []


def test_the_ids_of_a_page_are_unique(any_page: Page) -> None:
    ids = any_page.ids()
    assert "BITS-state-SUSPENDED" in ids
    assert "DO-state-SUSPENDED" in ids
    assert len(ids) == len(set(ids))


def test_every_link_inside_a_page_leads_somewhere(any_page: Page) -> None:
    links = {str(attrs["href"])[1:] for tag, attrs in any_page.elements if tag == "a" and str(attrs["href"])[0] == "#"}
    assert {"BITS", "DO"} <= links
    assert links - set(any_page.ids()) == set()


def test_a_page_loads_nothing_from_anywhere(any_page: Page) -> None:
    loading = [
        tag for tag, attrs in any_page.elements if {"src", "srcset", "data", "xlink:href", "action"} & set(attrs)
    ]
    assert loading == []
    assert {tag for tag, attrs in any_page.elements if "href" in attrs} == {"a"}
    assert not re.search(r"url\(|@import", any_page.raw["style"])


def test_the_policy_permits_the_pages_own_style_and_script_alone(any_page: Page) -> None:
    policy = _policy(any_page)
    assert policy.startswith("default-src 'none'; ")
    for kind in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(any_page.raw[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}';" in policy
    assert "unsafe" not in policy


def test_a_page_has_no_style_or_script_that_the_policy_forbids(any_page: Page) -> None:
    assert [tag for tag, _ in any_page.elements].count("script") == 1
    assert [tag for tag, _ in any_page.elements].count("style") == 1
    assert [name for _, attrs in any_page.elements for name in attrs if name == "style" or name.startswith("on")] == []


def test_text_of_a_report_is_escaped(any_page: Page) -> None:
    assert "A clause with <script>alert(1)</script> in it." in any_page.words()
    assert "alert" not in any_page.raw["script"]


def test_a_link_is_made_of_web_addresses_alone(any_page: Page) -> None:
    outward = [str(attrs["href"]) for tag, attrs in any_page.elements if tag == "a" and str(attrs["href"])[0] != "#"]
    assert outward
    assert [href for href in outward if not re.match(r"https?://", href)] == []


def _filled_with(report: dict[str, Any], text: str) -> Page:
    """Return the page of a report in which a text stands wherever a text may stand."""
    report["backend"] |= {"name": text, "powers": [text], "missing_powers": {text: text}}
    bits = report["runs"][0]
    bits["rows"][0] |= {"guard": text, "reason": text, "cites": [text]}
    finding = bits["divergences"][0]
    finding |= {"observation": text, "permitted": [text], "python": text}
    finding["sequence"][0]["text"] = text
    finding["clauses"][0] |= {"key": text, "text": text, "url": text}
    bits["errors"] = [{"text": text}]
    return Page(report_html(parse(report)))


@pytest.mark.parametrize(
    "text", ['"><b>x</b>', "a\\lb\\", "</svg></script><img src=x>", "&amp; {{ 7 * 7 }}", "\x01\ud800é"]
)
def test_a_hostile_text_anywhere_makes_the_same_page_as_a_harmless_one(diverging: dict[str, Any], text: str) -> None:
    harmless = _filled_with(copy.deepcopy(diverging), "harmless")
    hostile = _filled_with(diverging, text)
    assert (hostile.wrong, hostile.open) == ([], [])

    def outline(page: Page) -> Counter[str]:
        # How many lines a text is drawn in depends on its length, and where its clause stands on its letters.
        return Counter(tag for tag, _ in page.elements if tag not in {"text", "wbr"})

    assert outline(hostile) == outline(harmless)


def test_the_verdict_stands_on_top_in_words(page: Page) -> None:
    words = page.words()
    assert words.index("diverges Something was seen that no row permits.") < words.index("Divergences in BITS")


def test_divergences_come_before_coverage(page: Page) -> None:
    ids = page.ids()
    assert ids.index("BITS-divergences") < ids.index("BITS-state-SUSPENDED")


def test_a_divergence_is_shown_in_full(page: Page, diverging: dict[str, Any]) -> None:
    words = page.words()
    finding = diverging["runs"][0]["divergences"][0]
    for text in (finding["observation"], *finding["permitted"], finding["clauses"][0]["text"]):
        assert text in words
    assert "Reproduced 3 of 3 times." in words


def test_the_program_of_a_divergence_can_be_pasted(page: Page, diverging: dict[str, Any]) -> None:
    assert diverging["runs"][0]["divergences"][0]["python"] in "".join(page.text)


def test_a_page_says_how_many_must_rows_are_discriminated(conforming: dict[str, Any]) -> None:
    must = conforming["runs"][0]["coverage"]["must"]
    words = Page(report_html(parse(conforming))).words()
    assert f"{must['discriminated']} of {must['of']} MUST rows discriminated in BITS" in words


def test_every_row_is_in_the_table_with_its_verdict(page: Page) -> None:
    shown = [attrs["data-verdict"] for tag, attrs in page.elements if tag == "tr" and "data-verdict" in attrs]
    assert len(shown) == sum(len(table(dialect).rows) for dialect in Dialect)
    assert shown.count("diverges") == 2


def test_what_was_skipped_is_told_with_its_reason(page: Page) -> None:
    words = page.words()
    assert "skipped, the backend has no clock that can be set: expiry/SUSPENDED/1" in words
    assert "power uploads: downloads only" in words


def test_what_the_kit_could_not_decide_is_told(conforming: dict[str, Any]) -> None:
    bits = conforming["runs"][0]
    bits |= {"unclear": ["tour 3: the answer came too late"], "stopped": "stopped after 20 errors"}
    bits["rows"][0]["alternatives"] |= {"survived": ["S_OK and stays"]}
    words = Page(report_html(parse(conforming))).words()
    assert "undecided: tour 3: the answer came too late" in words
    assert "This run did not come to its end: stopped after 20 errors." in words
    assert "not: S_OK and stays" in words


def test_a_finding_says_what_would_explain_it(diverging: dict[str, Any]) -> None:
    diverging["runs"][0]["divergences"][0]["explained_if"] = ["resume stayed in SUSPENDED"]
    words = Page(report_html(parse(diverging))).words()
    assert "It would be explained if resume stayed in SUSPENDED" in words


def test_a_finding_says_behind_what_it_shows(diverging: dict[str, Any]) -> None:
    diverging["runs"][0]["divergences"][0]["past"] = ["MUST property/set"]
    words = Page(report_html(parse(diverging))).words()
    assert "It shows behind MUST property/set, which is told as well: the run goes on past it." in words


def test_a_check_that_passes_though_its_backend_diverges_says_so(diverging: dict[str, Any]) -> None:
    told = "All of it is known, so the check passes."
    pages = [Page(report_html(parse(diverging | {"exit_code": code}))).words() for code in (0, 1)]
    assert [told in page for page in pages] == [True, False]


def test_a_filter_stays_out_of_sight_without_a_script(page: Page) -> None:
    forms = [attrs for tag, attrs in page.elements if tag == "form"]
    assert forms
    assert all("hidden" in attrs for attrs in forms)


def test_a_conforming_report_has_no_section_of_divergences(conforming: dict[str, Any]) -> None:
    found = Page(report_html(parse(conforming)))
    assert "BITS-divergences" not in found.ids()
    assert "conforms Nothing was seen that a MUST forbids." in found.words()


def test_a_report_without_runs_makes_a_page(conforming: dict[str, Any]) -> None:
    conforming |= {"runs": [], "verdict": "errored"}
    assert Page(report_html(parse(conforming))).wrong == []


def test_rows_of_another_table_are_listed_and_counted(conforming: dict[str, Any]) -> None:
    conforming["runs"][0]["rows"][0]["id"] = "resume/PAUSED/1"
    words = Page(report_html(parse(conforming))).words()
    assert "1 rows of this report are not in the table of this version" in words
    assert "resume/PAUSED/1" in words


def test_a_cell_diverges_where_one_of_its_rows_does(diverging: dict[str, Any]) -> None:
    found = matrix(parse(diverging).runs[0].rows, "operation", "operations")
    line = next(line for line in found.lines if line.state == "SUSPENDED")
    cell = line.cells[found.labels.index("resume")]
    assert cell is not None
    assert (cell.sign, cell.count) == ("diverges", "2/3")


@pytest.mark.parametrize(
    ("signs", "together"),
    [
        (["discriminated", "discriminated"], "discriminated"),
        (["discriminated", "not-seen"], "judged"),
        (["discriminated", "skipped"], "judged"),
        (["not-seen", "skipped"], "not-seen"),
        (["skipped"], "skipped"),
        (["judged", "inconclusive"], "inconclusive"),
        (["discriminated", "diverges", "inconclusive"], "diverges"),
    ],
)
def test_several_signs_make_one(signs: list[str], together: str) -> None:
    assert style.combined(signs) == together


def test_a_cell_without_a_row_is_empty(conforming: dict[str, Any]) -> None:
    found = matrix(parse(conforming).runs[0].rows, "event", "internal events")
    line = next(line for line in found.lines if line.state == "SUSPENDED")
    assert line.cells[found.labels.index("turn")] is None


def _overlaid(run: Run, backend: str) -> str:
    return lifecycle(table(run.dialect), overlay_of(run, backend))


def _line(dot: str, identifier: str) -> str:
    return next(line for line in dot.splitlines() if f'id="{identifier}"' in line)


def test_an_arrow_whose_row_diverges_is_marked(diverging: dict[str, Any]) -> None:
    dot = _overlaid(parse(diverging).runs[0], "x")
    line = _line(dot, "edge-SUSPENDED-resume-QUEUED")
    assert 'class="operation diverges"' in line
    assert "✗ resume" in line


def test_the_arrow_seen_instead_is_drawn(diverging: dict[str, Any]) -> None:
    dot = _overlaid(parse(diverging).runs[0], "x")
    assert '"TRANSFERRING" -> "TRANSFERRED"' in _line(dot, "seen-TRANSFERRING-transient_fault-TRANSFERRED")
    assert '"SUSPENDED" -> "SUSPENDED"' in _line(dot, "seen-SUSPENDED-resume-SUSPENDED")


def test_a_row_that_diverges_on_one_arrow_is_not_accused_on_its_other_one(diverging: dict[str, Any]) -> None:
    dot = _overlaid(parse(diverging).runs[0], "x")
    tolerated = next(line for line in dot.splitlines() if "(tolerated)" in line and '"edge-TRANSFERRING' in line)
    assert "✗" not in tolerated


def test_an_arrow_never_taken_is_dotted_and_an_arrow_discriminated_is_solid(
    diverging: dict[str, Any],
) -> None:
    dot = _overlaid(parse(diverging).runs[0], "x")
    expiry, connect = (
        _line(dot, "edge-not_final-expiry-CANCELLED"),
        _line(dot, "edge-CONNECTING-connect-TRANSFERRING"),
    )
    assert 'class="event not-seen"' in expiry
    assert 'style="dotted"' in expiry
    assert "○ expiry" in expiry
    assert 'class="event discriminated"' in connect
    assert 'style="solid"' in connect
    assert "✓ connect" in connect


def test_an_arrow_judged_but_not_discriminated_is_marked_as_such(conforming: dict[str, Any]) -> None:
    line = _line(_overlaid(parse(conforming).runs[0], "x"), "edge-transferred_states-suspend-SUSPENDED")
    assert 'class="operation judged"' in line
    assert "◐ suspend" in line


def test_a_state_never_seen_is_marked(conforming: dict[str, Any]) -> None:
    conforming["runs"][0]["coverage"]["states"]["seen"].remove("CONNECTING")
    run = parse(conforming).runs[0]
    assert "○ CONNECTING" in _line(_overlaid(run, "x"), "state-CONNECTING")
    assert "✓ QUEUED" in _line(_overlaid(run, "x"), "state-QUEUED")


def test_an_arrow_to_a_state_unknown_here_is_left_out(diverging: dict[str, Any]) -> None:
    diverging["runs"][0]["divergences"][0]["edges"][0]["seen"] = "PAUSED"
    found = overlay_of(parse(diverging).runs[0], "x")
    assert [one.source for one in found.seen_instead] == [JobState.TRANSFERRING]


def test_a_finding_names_its_row_even_where_the_rows_verdict_does_not(diverging: dict[str, Any]) -> None:
    for row in diverging["runs"][0]["rows"]:
        row["verdict"] = "conforms"
    assert overlay_of(parse(diverging).runs[0], "x").signs["resume/SUSPENDED/2"] == "diverges"


def _sequence(messages: list[Message]) -> ET.Element:
    return ET.fromstring(sequence_svg(messages, "title", "x-"))


def test_a_sequence_shows_every_word_in_its_order() -> None:
    texts = [f"message {number} " + "with a long text " * number for number in range(8)]
    root = _sequence([Message(0.1 * at, "caller", "backend", text) for at, text in enumerate(texts)])
    drawn = " ".join(t.text or "" for t in root.iter("{http://www.w3.org/2000/svg}text") if t.get("class") is None)
    assert drawn.split() == " ".join(texts).split()


def test_time_goes_downwards_in_a_sequence() -> None:
    root = _sequence([Message(float(at), "backend", "origin", "GET") for at in range(5)])
    times = [t for t in root.iter("{http://www.w3.org/2000/svg}text") if t.get("class") == "told"]
    heights = [float(t.get("y", "0")) for t in times]
    assert [t.text for t in times] == ["0.000 s", "1.000 s", "2.000 s", "3.000 s", "4.000 s"]
    assert heights == sorted(set(heights))


def test_an_answer_is_dashed_and_a_call_is_solid_in_a_sequence() -> None:
    root = _sequence([Message(0.0, "caller", "backend", "resume"), Message(0.1, "backend", "caller", "S_OK")])
    kinds = [p.get("class") for p in root.iter("{http://www.w3.org/2000/svg}path") if p.get("class") != "lane"]
    assert kinds == ["sample operation", "sample event"]


def test_a_lane_unknown_here_gets_a_place_of_its_own() -> None:
    root = _sequence([Message(0.0, "caller", "clock", "steps 600 s")])
    lanes = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text") if t.get("class") == "lane-name"]
    assert lanes == ["caller", "backend", "origin", "clock"]
