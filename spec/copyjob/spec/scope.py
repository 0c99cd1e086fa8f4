"""Scopes: how much of the service a table speaks about.

Laws:

1. Without any feature the table is the life cycle of one download with its network, its owner and all policies in
   order: what every backend can be driven through.
2. A feature adds facts, lines, or both, and takes nothing away: where its facts are 0 the table is the one without it.
3. A row has the same id in every scope.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from copyjob.spec.facts import CORE_FACTS, Fact
from copyjob.spec.vocabulary import Dialect


class Feature(Enum):
    """What a table may speak about beyond the life cycle of one download."""

    INTERFACE = "interface"
    """The rest of the interface: further setters, getters and file methods, and the events that belong to them."""
    UPLOADS = "uploads"
    """Uploads, with and without a reply; BITS only."""
    NETWORK = "network"
    """A network that goes away and comes back."""
    POLICY = "policy"
    """Policies, cost and power that block transfers."""
    OWNER = "owner"
    """An owner who logs off and on."""


Scope = frozenset[Feature]
CORE: Scope = frozenset()
FEATURES: Mapping[Dialect, Scope] = MappingProxyType(
    {Dialect.BITS: frozenset(Feature), Dialect.DO: frozenset({Feature.INTERFACE})}
)
"""What each dialect's documents say anything about."""
_FACTS: Mapping[Feature, tuple[Fact, ...]] = MappingProxyType(
    {
        Feature.UPLOADS: (Fact.KIND, Fact.REPLY),
        Feature.NETWORK: (Fact.OFFLINE,),
        Feature.POLICY: (Fact.BLOCKED,),
        Feature.OWNER: (Fact.AWAY,),
    }
)


def facts_of(scope: Scope) -> frozenset[Fact]:
    """Return the facts that a scope leaves free; the others are 0."""
    return CORE_FACTS | {fact for feature in scope for fact in _FACTS.get(feature, ())}
