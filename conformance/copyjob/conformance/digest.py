"""The digest of a table: which version of the rules a report or a replay file speaks of."""

from __future__ import annotations

import hashlib

from copyjob.spec.table import Table


def table_digest(table: Table) -> str:
    """Return a digest of everything that a table says, to tell reports of different tables apart."""
    told = "\n".join(repr(row) for row in table.rows)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
