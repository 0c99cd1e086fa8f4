"""What the commands of every room share: a mistake of the caller, told in one line, and a file written whole.

What this module does not know: any command. The dispatcher looks for the attribute ``usage_message`` alone, so that a
room that may not import this one has the same voice.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


class UsageError(Exception):
    """A mistake of the caller; ``usage_message`` is the one line that tells it and the way out."""

    def __init__(self, message: str) -> None:
        """Keep the line for the dispatcher."""
        super().__init__(message)
        self.usage_message = " ".join(message.split())


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all: a temporary one beside its place, renamed into it. OSError names the path."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        # A temporary file is its owner's alone; what is written for readers is as readable as any new file.
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
