"""What surrounds a job (BITS): the network, policies, and its owner.

Law: an event here moves the job and its surroundings together. Whatever a job does by itself, it does not transfer
without a network, against a policy, or with its owner logged off.
"""

from __future__ import annotations

from typing import Final

from copyjob.spec import facts as f
from copyjob.spec._clause import BITS
from copyjob.spec._rule import MAY, Reply, Rule, happen, refuse, stay
from copyjob.spec._rules_life import ACK
from copyjob.spec.rows import C, D, E, Level, Q, Refusal, S, T, X
from copyjob.spec.scope import Feature
from copyjob.spec.vocabulary import InternalEvent as Event
from copyjob.spec.vocabulary import JobState, Operation

_AT_REST = (S, E, D)
_ENDS_WITH_NOTHING_LEFT = (Feature.NETWORK, Feature.POLICY, Feature.OWNER, Feature.INTERFACE)


def _line(
    feature: Feature,
    event: Event,
    sources: tuple[JobState, ...],
    guard: f.Guard,
    *replies: Reply,
    cites: str,
    level: Level = Level.MUST,
) -> Rule:
    return Rule(event, sources, guard, replies, cites, BITS, level, features=(feature,))


RULES: Final[tuple[Rule, ...]] = (
    # The network
    _line(
        Feature.NETWORK,
        Event.NETWORK_LOST,
        (Q, T),
        f.ONLINE,
        happen(X, f.SET_ERROR, f.LOSE_NETWORK),
        cites="state/transient error/available",
    ),
    _line(
        Feature.NETWORK,
        Event.NETWORK_LOST,
        (C,),
        f.ONLINE,
        happen(X, f.SET_ERROR, f.LOSE_NETWORK),
        cites="state/connecting error/available",
    ),
    _line(
        Feature.NETWORK,
        Event.NETWORK_LOST,
        (*_AT_REST, X),
        f.ONLINE,
        happen(None, f.LOSE_NETWORK),
        cites="state/transient",
    ),
    _line(
        Feature.NETWORK,
        Event.NETWORK_BACK,
        (X,),
        f.OFFLINE & f.ALLOWED,
        happen(Q, f.FIND_NETWORK),
        cites="state/transient",
    ),
    _line(
        Feature.NETWORK,
        Event.NETWORK_BACK,
        (X,),
        f.OFFLINE & f.BLOCKED,
        happen(Q, f.FIND_NETWORK),
        happen(None, f.FIND_NETWORK),
        cites="state/transient policy/bandwidth decision/23",
        level=MAY,
    ),
    _line(
        Feature.NETWORK,
        Event.NETWORK_BACK,
        (*_AT_REST, Q),
        f.OFFLINE,
        happen(None, f.FIND_NETWORK),
        cites="state/transient",
    ),
    # Policies
    _line(
        Feature.POLICY,
        Event.POLICY_BLOCK,
        (C, T),
        f.ALLOWED,
        happen(X, f.SET_ERROR, f.BLOCK),
        cites="policy/cost policy/bandwidth error/available",
    ),
    _line(
        Feature.POLICY,
        Event.POLICY_BLOCK,
        (Q,),
        f.ALLOWED,
        happen(X, f.SET_ERROR, f.BLOCK),
        happen(None, f.BLOCK),
        cites="policy/cost policy/bandwidth decision/10",
        level=MAY,
    ),
    _line(
        Feature.POLICY,
        Event.POLICY_BLOCK,
        (*_AT_REST, X),
        f.ALLOWED,
        happen(None, f.BLOCK),
        cites="policy/cost policy/bandwidth",
    ),
    _line(
        Feature.POLICY,
        Event.POLICY_OPEN,
        (X,),
        f.BLOCKED & f.ONLINE,
        happen(Q, f.UNBLOCK),
        cites="policy/bandwidth",
    ),
    _line(
        Feature.POLICY,
        Event.POLICY_OPEN,
        (X,),
        f.BLOCKED & f.OFFLINE,
        happen(Q, f.UNBLOCK),
        happen(None, f.UNBLOCK),
        cites="policy/bandwidth state/transient decision/23",
        level=MAY,
    ),
    _line(
        Feature.POLICY,
        Event.POLICY_OPEN,
        (*_AT_REST, Q),
        f.BLOCKED,
        happen(None, f.UNBLOCK),
        cites="policy/bandwidth",
    ),
    # The owner
    _line(Feature.OWNER, Event.LOG_OFF, (T,), f.PRESENT, happen(Q, f.LEAVE), cites="state/queued"),
    _line(
        Feature.OWNER,
        Event.LOG_OFF,
        (C,),
        f.PRESENT,
        happen(Q, f.LEAVE),
        happen(None, f.LEAVE),
        cites="state/queued decision/10",
        level=MAY,
    ),
    _line(
        Feature.OWNER,
        Event.LOG_OFF,
        (*_AT_REST, Q, X),
        f.PRESENT,
        happen(None, f.LEAVE),
        cites="state/queued",
    ),
    _line(
        Feature.OWNER,
        Event.LOG_ON,
        (*_AT_REST, Q, C, X),
        f.AWAY,
        happen(None, f.COME_BACK),
        cites="state/queued",
    ),
    _line(
        Feature.OWNER,
        Event.TOKEN_MISSING,
        (Q, C, T, X),
        f.ALWAYS,
        happen(E, f.SET_ERROR),
        cites="token/logoff error/available",
    ),
    # What only these, or a used-up download time, make reachable: an error with nothing left to transfer, from which
    # Resume leads to TRANSFERRED without TRANSFERRING
    Rule(
        Operation.GET_ERROR,
        (D,),
        f.ERROR_EITHER,
        (stay(), refuse(Refusal.NO_ERROR)),
        "decision/16 decision/18",
        BITS,
        MAY,
        features=_ENDS_WITH_NOTHING_LEFT,
    ),
    *(
        Rule(
            Operation.COMPLETE,
            (state,),
            f.ALL_FILES & f.DOWNLOAD,
            ACK,
            "complete/partial",
            BITS,
            MAY,
            features=features,
        )
        for state, features in (
            (X, (Feature.NETWORK, Feature.POLICY)),
            (E, _ENDS_WITH_NOTHING_LEFT),
        )
    ),
)
