"""Replay files: a divergence as a plan with all that is needed to run it again, and nothing else.

Law: a file that this kit cannot carry out as it was meant is refused in one line that says why: another format or
version, another table, a step that it does not know.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from copyjob.conformance.catalogue import known_ids
from copyjob.conformance.ground import Wire
from copyjob.conformance.overlook import Known, known_of
from copyjob.conformance.plan import Plan, step_from_json, step_to_json, validate
from copyjob.conformance.report_data import Dialect, WireName, read_as
from copyjob.spec import vocabulary
from copyjob.spec.console import UsageError, nearest
from copyjob.spec.table import table

FORMAT: Final = "copyjob-replay"
VERSION: Final = 2
OLD: Final = 1
"""It told no table: such a file is replayed against the one that there is."""
_WAY_OUT: Final = "copyjob check BACKEND -o DIR writes one for each divergence"


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """A replay file: a plan, and on what it was run."""

    format: Literal["copyjob-replay"] = FORMAT
    version: Literal[1, 2] = VERSION
    copyjob: str = ""
    backend: str
    dialect: Dialect
    table_digest: str = ""
    """Of the dialect's table: a plan shows what it showed only where the same is permitted."""
    wire: WireName = "http"
    """What it was run on."""
    seed: int = 0
    """Of the delays in memory."""
    aim: str = ""
    named: tuple[str, ...] = ()
    """The ids by which the divergence goes; empty where none is expected."""
    past: tuple[str, ...] = ()
    """Known divergences that the run goes on past, such as ``MUST property/set``."""
    steps: tuple[dict[str, Any], ...]

    @property
    def known(self) -> tuple[Known, ...]:
        """The known divergences. UsageError: one is not told as it should be."""
        return tuple(map(known_of, self.past))

    @property
    def plan(self) -> Plan:
        """The plan. UsageError: a step is unknown, or could not be carried out."""
        steps = tuple(step_from_json(step) for step in self.steps)
        validate(steps)
        return Plan(steps, self.aim)


def document(
    plan: Plan,
    backend: str,
    dialect: vocabulary.Dialect,
    named: tuple[str, ...] = (),
    *,
    wire: Wire = Wire.HTTP,
    seed: int = 0,
    past: tuple[str, ...] = (),
) -> str:
    """Return the text of a replay file."""
    made = Replay(
        copyjob=version("copyjob"),
        backend=backend,
        dialect=dialect.value,
        table_digest=table(dialect).digest,
        wire=wire.value,
        seed=seed,
        aim=plan.aim,
        named=named,
        past=past,
        steps=tuple(step_to_json(step) for step in plan.steps),
    )
    return msgspec.json.format(msgspec.json.encode(made), indent=1).decode() + "\n"


def read(path: Path) -> Replay:
    """Return the replay in a file. UsageError, in one line, where it cannot be carried out here."""
    found = read_as(path, Replay, FORMAT, (OLD, VERSION), "a replay file", _WAY_OUT)
    own = table(vocabulary.Dialect(found.dialect)).digest
    if found.version != OLD and found.table_digest != own:
        by = f"copyjob {found.copyjob}" if found.copyjob else "the copyjob that wrote it"
        raise UsageError(
            f"{path} was made for another table of {found.dialect} ({found.table_digest}, here it is {own}); "
            f"replay it with {by}, or check again"
        )
    ids = known_ids([vocabulary.Dialect(found.dialect)])
    for name in found.named if found.version != OLD else ():
        if name not in ids:
            way_out = nearest(name, ids, "copyjob check BACKEND --list names all")
            raise UsageError(f"{path} is damaged: there is no row or check {name!r} in {found.dialect}; {way_out}")
    try:
        _ = found.plan, found.known
    except UsageError as error:
        raise UsageError(f"{path} is damaged: {error.usage_message}") from None
    return found
