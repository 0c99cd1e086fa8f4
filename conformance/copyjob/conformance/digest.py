"""The digest of a table: which version of the rules a report or a replay file speaks of."""

from __future__ import annotations

from copyjob.spec.table import Table


def table_digest(table: Table) -> str:
    """Return the digest by which a table is told apart from others wherever the kit writes one down."""
    return table.digest
