"""What is empty when a record of a run begins: made several times for every run, so made quickly.

A generic alias (``list[int]``) makes a list too, and takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

A_LIST: Callable[[], list[Any]] = list
A_DICT: Callable[[], dict[Any, Any]] = dict
A_SET: Callable[[], set[Any]] = set
