"""Miniatures: small faulty backends, each the pocket backend with one decision wrong, for the kit to be tried on.

Each is a backend to run by its name: ``copyjob check copyjob.conformance.mutants.miniatures:ResumeDoesNothing``.

Law: a miniature gets one decision wrong and says in its docstring which. The fault is narrow: a decision that is made
in many states is wrong in one, so that one row or check is to blame.
"""

from __future__ import annotations

from copyjob.conformance.mutants.miniatures import calls, getters, service
from copyjob.conformance.mutants.miniatures.base import Miniature

__all__ = ["BY_NAME", "MINIATURES", "Miniature"]

MINIATURES: tuple[type[Miniature], ...] = tuple(
    kind
    for module in (calls, service, getters)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Miniature) and kind.__module__ == module.__name__
)
"""Every miniature, in the order of the files."""
BY_NAME = {kind.__name__: kind for kind in MINIATURES}


def __getattr__(name: str) -> type[Miniature]:
    """Return a miniature by its name, as ``module:Class`` asks for it."""
    if name not in BY_NAME:
        raise AttributeError(f"there is no miniature {name!r}; there are {', '.join(sorted(BY_NAME))}")
    return BY_NAME[name]
