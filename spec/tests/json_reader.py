"""A reader of the JSON export that knows nothing else: no table, no package of this project, no third party.

Law: it is run alone, with ``python -I``, on one file and a bound on the files of a job. It visits every configuration
that the file's rows reach and prints every step from there as a JSON line: state, facts, row, what the call returned,
and where the job is then.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

Facts = dict[str, int]


def worth(term: dict[str, Any], facts: Facts) -> int:
    """Return the number that a term stands for."""
    ((kind, of),) = term.items()
    if kind == "const":
        return int(of)
    if kind == "fact":
        return facts[of]
    if kind == "plus":
        return facts[of["fact"]] + int(of["value"])
    if kind == "at_most":
        return min(facts[of["fact"]], int(of["value"]))
    raise ValueError(f"unknown term {kind!r}")


def holds(guard: dict[str, Any], facts: Facts) -> bool:
    """Tell whether all comparisons of a guard are true."""
    for comparison in guard["all"]:
        left, right = worth(comparison["left"], facts), worth(comparison["right"], facts)
        if not {"=": left == right, "<": left < right}[comparison["relation"]]:
            return False
    return True


def main(path: str, files_bound: int, scope: set[str]) -> None:
    """Print every step that the rows of a scope reach."""
    table = json.loads(Path(path).read_text(encoding="utf-8"))
    rows: dict[str, list[dict[str, Any]]] = {state["name"]: [] for state in table["states"]}
    for row in table["rows"]:
        if any(scope >= set(needed) for needed in row["needs"]):
            rows[row["source"]].append(row)
    # A fact whose feature is out of scope stays 0.
    frozen = {fact["name"] for fact in table["facts"] if fact["feature"] and fact["feature"] not in scope}
    found = {
        (begin["state"], tuple(sorted(begin["facts"].items())))
        for begin in table["initial"]
        if not any(begin["facts"][name] for name in frozen)
    }
    queue = sorted(found)
    steps: list[str] = []
    while queue:
        state, pairs = queue.pop()
        facts = dict(pairs)
        for row in rows[state]:
            if not holds(row["guard"], facts):
                continue
            for answer in row["answers"] + row["tolerated"]:
                changed = {effect["fact"]: worth(effect["becomes"], facts) for effect in answer["effects"]}
                changed = {name: value for name, value in changed.items() if name not in frozen}
                dest = (answer["dest"], tuple(sorted((facts | changed).items())))
                if dict(dest[1])["FILES_TOTAL"] > files_bound:
                    continue
                steps.append(json.dumps([state, facts, row["id"], answer["hresult"], dest[0], dict(dest[1])]))
                if dest not in found:
                    found.add(dest)
                    queue.append(dest)
    sys.stdout.write("\n".join(sorted(steps)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), set(sys.argv[3:]))
