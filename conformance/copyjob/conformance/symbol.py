"""Symbols: values of which there is one object each, so that to compare and to look up is to compare identities.

Laws:

1. Two symbols made from equal fields are the same object as long as either is in use, wherever and in whichever process
   they were made. That is what makes a look-up under an observation as cheap as one under a number.
2. What nobody uses any more is kept at hand for a while, ``AT_HAND_MAX`` of each class at most.
"""

from __future__ import annotations

import threading
from dataclasses import fields
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

S = TypeVar("S")
F = TypeVar("F", bound="tuple[Any, ...]")
AT_HAND_MAX = 50_000
"""A whole check makes some thousands of all classes. A backend that answers with any number could make as many."""
_MAKING = threading.Lock()


class AtHand(dict[F, S], Generic[F, S]):
    """The symbols of one class under their fields, as a tuple: a look-up makes the one that is not there."""

    __slots__ = ("_known", "_of")

    def __init__(self, of: type[S]) -> None:
        """Begin with none."""
        super().__init__()
        self._of = of
        self._known: WeakValueDictionary[tuple[object, ...], Any] = WeakValueDictionary()
        """All that are in use anywhere."""

    def __missing__(self, told: F) -> S:
        if len(self) >= AT_HAND_MAX:
            self.clear()
        self[told] = found = self.one(*told)
        return found

    def one(self, *args: object, **named: object) -> S:
        """Return the one symbol with these fields, however they are told."""
        make: Any = type.__call__
        new: Any = make(self._of, *args, **named)
        # Under all its fields: defaults and names are only other ways to write the same.
        told = tuple(getattr(new, field.name) for field in fields(new))
        with _MAKING:
            found: S = self._known.setdefault(told, new)
        return found


class Interned(type):
    """The class of classes whose instances are made once for each value."""

    at_hand: AtHand[Any, Any]

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, object]) -> None:
        """Give every class a store of its own."""
        super().__init__(name, bases, namespace)
        cls.at_hand = AtHand(cls)

    def __call__(cls: type[S], *args: Any, **named: Any) -> S:
        """Return the one instance with these fields; ``args`` are hashable."""
        own: Any = cls
        at_hand: AtHand[Any, S] = own.at_hand
        return at_hand.one(*args, **named) if named else at_hand[args]


class Symbol(metaclass=Interned):
    """The base of such classes: frozen dataclasses with slots, compared by identity (``eq=False``)."""

    __slots__ = ("__weakref__",)

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how a copy is made, in another process too: by its fields, so that it is the one instance there."""
        own: Any = self
        return type(self), tuple(getattr(self, field.name) for field in fields(own))
