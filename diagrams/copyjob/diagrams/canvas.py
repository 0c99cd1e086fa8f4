"""How every picture begins: its name, the legend beneath it, the defaults of everything on it.

Law: all pictures speak one visual language, which :mod:`copyjob.diagrams.style` knows and the legend tells; the first
line of the legend is the title.

What this module does not know: what is on a picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from copyjob.diagrams import style
from copyjob.diagrams.dot import DotWriter, left_lines

if TYPE_CHECKING:
    from collections.abc import Iterable


def begun(
    name: str,
    title: str,
    legend: Iterable[str],
    *,
    cls: str = "picture",
    height: str | None = None,
    gap: bool = False,
    **graph: str,
) -> DotWriter:
    """Return a writer with a name, and a title above its legend; ``graph`` are further attributes of the whole.

    ``height`` is the least of a node in inches, None: Graphviz's own. ``gap`` keeps the legend off what stands above
    it, which a box around that would do by itself.
    """
    writer = DotWriter(name)
    # A line that is wholly empty would end the bundled Graphviz.
    label = left_lines([*([" "] if gap else []), title, *legend])
    writer.defaults("graph", {"id": name, "class": cls, "label": label, "tooltip": title, **style.GRAPH, **graph})
    writer.defaults("node", style.NODE | ({} if height is None else {"height": height}))
    writer.defaults("edge", style.EDGE)
    return writer
