"""What every miniature is: the pocket backend, and what is said of its one fault."""

from __future__ import annotations

from typing import ClassVar

from copyjob.conformance.pocket import PocketBackend


class Miniature(PocketBackend):
    """The pocket backend, wrong on purpose; a subclass makes one decision wrongly, and its docstring says which."""

    dialect: ClassVar[str] = "BITS"
    """The dialect in which it is judged."""
    violates: ClassVar[frozenset[str]] = frozenset()
    """The ids of the rows or checks that must be named when it is caught."""
    aims: ClassVar[frozenset[str]] = frozenset()
    """What the plans that come closest are made for, where that is not what it violates."""
    steps_max: ClassVar[int] = 8
    """The program that shows it has no more steps."""
