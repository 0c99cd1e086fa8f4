"""Symbols: values of which there is one object each, so that to compare and to look up is to compare identities.

Law: two symbols made from equal fields are the same object, wherever and in whichever process they were made. That is
what makes a look-up under an observation as cheap as one under a number.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

S = TypeVar("S")


class Interned(type):
    """The class of classes whose instances are made once for each value."""

    instances: dict[tuple[object, ...], Any]

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, object]) -> None:
        """Give every class a store of its own."""
        super().__init__(name, bases, namespace)
        cls.instances = {}

    def __call__(cls: type[S], *args: Any, **named: Any) -> S:
        """Return the one instance with these fields; ``args`` are hashable."""
        own: Any = cls
        instances: dict[tuple[object, ...], S] = own.instances
        if not named:
            try:
                return instances[args]
            except KeyError:
                pass
        new: Any = type.__call__(cls, *args, **named)
        # Under all its fields: defaults and names are only other ways to write the same.
        known = instances.setdefault(tuple(getattr(new, field.name) for field in fields(new)), new)
        if not named:
            instances[args] = known
        return known


class Symbol(metaclass=Interned):
    """The base of such classes: frozen dataclasses with slots, compared by identity (``eq=False``)."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how a copy is made, in another process too: by its fields, so that it is the one instance there."""
        own: Any = self
        return type(self), tuple(getattr(self, field.name) for field in fields(own))
