"""Faults for the kit to find: the real reference, each time with one part that is wrong on purpose.

Law: a fault is the service as users run it (store, engine, libcurl, disk) with one part replaced by a wrong one,
where a real service would have that bug: in what a call answers, in a timer, on the disk, on the wire. Everything
else is inherited. ``violates`` names all that the kit may blame, rows of the table or checks; it follows from the
contract, not from what the kit happens to say.

`FAULTS` lists all of this folder as backends: a module of it lists its faults by :func:`fault <faults.parts.fault>`,
and need not be named anywhere else. `OtherChoices` is their counterpart: wherever the contract permits several answers
it gives one that the reference does not give, and must not be blamed.

What this folder does not know: the table, plans, and how a fault is found. ``copyjob check
faults.states:NotFoundIsRetried``, called in the folder above, shows what a user sees of one.
"""

from __future__ import annotations

import importlib
import pkgutil

from .choices import OtherChoices
from .parts import FAULTS, Faulty

__all__ = ["FAULTS", "Faulty", "OtherChoices"]

for module in sorted(found.name for found in pkgutil.iter_modules(__path__, f"{__name__}.")):
    importlib.import_module(module)
