"""Does Mermaid tell the same picture as the DOT text, in words that its parser takes?"""

from __future__ import annotations

import re

import pytest

from copyjob.diagrams import style
from copyjob.diagrams.dot import Arrow, Box, DotWriter, Node, Statement
from copyjob.diagrams.mermaid import mermaid_text
from copyjob.diagrams.pictures import PICTURES, Picture

LINE = re.compile(
    r"""  \s*(
    \w+\(+"[^"]*"\)+ | \w+\[\["[^"]*"\]\] | \w+\["[^"]*"\]      # a node
    | subgraph\ \w+\["[^"]*"\] | direction\ (TB|LR) | end        # a box
    | \w+\ (-->|---|-\.->|-\.-|==>|===)(\|"[^"]*"\|)?\ \w+       # an arrow
    | classDef\ \w+\ [\w:,\#.-]+ | class\ [\w,]+\ \w+            # a look
    | linkStyle\ [\d,]+\ stroke:\#\w+                            # a colour
    )""",
    re.VERBOSE,
)


def _body(mermaid: str) -> list[str]:
    """Return the lines behind the description."""
    lines = mermaid.splitlines()
    return lines[lines.index("  }") + 1 :]


def _flat(statements: list[Statement]) -> list[Statement]:
    return [
        inner for each in statements for inner in ((each, *_flat(each.inside)) if isinstance(each, Box) else (each,))
    ]


def test_every_line_is_one_that_the_language_has(picture: Picture) -> None:
    assert [line for line in _body(picture.mermaid) if not LINE.fullmatch(line)] == []


def test_a_picture_begins_with_its_title(picture: Picture) -> None:
    lines = picture.mermaid.splitlines()
    end = lines.index("---", 1)
    assert lines[0] == "---"
    assert lines[1] == f'title: "{picture.caption.title}"'
    assert re.fullmatch(r"flowchart (TB|LR)", lines[end + 1])
    assert lines[end + 2] == f"  accTitle: {picture.caption.title}"


def test_every_node_box_and_arrow_of_the_dot_text_is_told(picture: Picture) -> None:
    written = _flat(picture.drawn.statements)
    body = "\n".join(_body(picture.mermaid))
    arrows = [each for each in written if isinstance(each, Arrow) and each.attributes.get("style") != "invis"]
    assert len(re.findall(r" (?:-->|---|-\.->|-\.-|==>|===)[| ]", body)) == len(arrows)
    assert body.count("subgraph ") == sum(isinstance(each, Box) for each in written)
    nodes = {re.sub(r"\W", "_", each.name, flags=re.ASCII) for each in written if isinstance(each, Node)}
    assert {name for name in nodes if not re.search(rf"^ +{name}[(\[]", body, re.MULTILINE)} == set()


def test_both_ends_of_every_arrow_are_there(picture: Picture) -> None:
    body = "\n".join(_body(picture.mermaid))
    known = set(re.findall(r"^ +(\w+)[(\[]", body, re.MULTILINE)) | set(re.findall(r"subgraph (\w+)", body))
    ends = re.findall(r'^ +(\w+) (?:-->|---|-\.->|-\.-|==>|===)(?:\|"[^"]*"\|)? (\w+)$', body, re.MULTILINE)
    assert ends
    assert {end for pair in ends for end in pair} - known == set()


def test_no_arrow_leads_from_a_box_into_that_box(picture: Picture) -> None:
    inside: dict[str, set[str]] = {}

    def look(statements: list[Statement], boxes: tuple[str, ...]) -> None:
        for each in statements:
            if isinstance(each, Box):
                look(each.inside, (*boxes, f"cluster_{each.name}"))
            elif isinstance(each, Node):
                inside[each.name] = set(boxes)

    look(picture.drawn.statements, ())
    found = [
        each.attributes["id"]
        for each in _flat(picture.drawn.statements)
        if isinstance(each, Arrow)
        for box, other in ((each.attributes.get("ltail"), each.head), (each.attributes.get("lhead"), each.tail))
        if box is not None and box in inside[other]
    ]
    assert found == [], "Mermaid cannot draw an arrow from a box to what is in it"


@pytest.mark.parametrize(
    ("attributes", "drawn"),
    [
        ({}, "a --> b"),
        ({"style": "dashed"}, "a -.-> b"),
        ({"style": "dotted", "arrowhead": "none"}, "a -.- b"),
        ({"arrowhead": "none"}, "a --- b"),
        ({"penwidth": "3.4"}, "a ==> b"),
        ({"dir": "back"}, "b --> a"),
        ({"label": ' say "no" '}, 'a -->|"say #quot;no#quot;"| b'),
        ({"ltail": "cluster_some box"}, "box_some_box --> b"),
        ({"lhead": "cluster_x", "dir": "back"}, "box_x --> a"),
    ],
)
def test_an_arrow_keeps_its_kind(attributes: dict[str, str | None], drawn: str) -> None:
    writer = DotWriter("x")
    writer.node("a", {"label": "a"})
    writer.node("b", {"label": "b"})
    writer.edge("a", "b", attributes)
    assert f"  {drawn}" in mermaid_text(writer).splitlines()


def test_an_arrow_that_is_not_seen_is_not_told() -> None:
    writer = DotWriter("x")
    writer.column(("a",), ("b",))
    assert "a" not in [line.strip()[:1] for line in _body(mermaid_text(writer))]


def test_a_word_that_means_something_in_the_language_is_no_name_of_a_node() -> None:
    writer = DotWriter("x")
    writer.node("end", {"label": "the end"})
    assert '  end_("the end")' in mermaid_text(writer).splitlines()


def test_what_is_in_a_box_stands_in_the_order_of_the_table() -> None:
    bits = PICTURES["cancel-bits"].mermaid
    assert bits.index('QUEUED("') < bits.index('CONNECTING("') < bits.index('TRANSFERRED("')


def test_the_title_of_a_box_is_one_line() -> None:
    mermaid = PICTURES["state-SUSPENDED-bits"].mermaid
    assert 'subgraph box_to_QUEUED_call_box["resume [a file is left], resume° [all transferred]"]' in mermaid


def test_letters_are_dark_on_light_ground_whatever_the_theme() -> None:
    looks = re.findall(r"classDef (\w+) fill:#\w+,stroke:#\w+(.*)", PICTURES["resume-do"].mermaid)
    assert len(looks) > 4
    assert {more for _, more in looks} == {f",color:{style.TEXT.light}"}


def test_a_label_may_hold_any_character() -> None:
    writer = DotWriter("x")
    writer.node("a", {"label": 'a <b> & "c" `d` #e\nf'})
    assert '  a("a #lt;b#gt; #amp; #quot;c#quot; #96;d#96; #35;e<br/>f")' in mermaid_text(writer).splitlines()


def test_a_final_state_has_a_double_frame() -> None:
    assert '  CANCELLED[["CANCELLED' in PICTURES["lifecycle-bits"].mermaid


def test_resume_of_a_suspended_job_is_an_arrow_with_its_guard() -> None:
    line = 'SUSPENDED -->|"resume [a file is left]<br/>resume [all transferred]<br/>(or BG_E_EMPTY)"| QUEUED'
    assert line in PICTURES["lifecycle-bits"].mermaid
