"""What a handbook's folder holds by our hand: which files, with which digests, made of what.

Laws:

1. A file that no earlier run wrote is never overwritten and never removed; one that was changed since is not removed.
2. While files are written the manifest names all of them, so that a run that was cut short is taken up, not refused.
3. A manifest names files below its folder alone, whatever stands in it.

What this module does not know: what is in the files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, cast

from copyjob.spec.console import UsageError

NAME: Final = "handbook-manifest.json"
FORMAT: Final = "copyjob-handbook/1"
UNFINISHED: Final = ""
"""The digest of a file that is being written: it is ours, whatever it holds."""


@dataclass(frozen=True)
class Manifest:
    """The files of a folder that an earlier run wrote: digests by path, relative and with ``/``; and of what inputs."""

    files: Mapping[str, str]
    inputs: str = ""
    """A digest of everything that the files depend on; empty where a run was cut short."""


NONE: Final = Manifest({})


def digest(content: bytes) -> str:
    """Return the digest of a file's content."""
    return hashlib.sha256(content).hexdigest()


def text(manifest: Manifest) -> str:
    """Return a manifest as the text of its file."""
    files = dict(sorted(manifest.files.items()))
    return json.dumps({"format": FORMAT, "inputs": manifest.inputs, "files": files}, indent=0) + "\n"


def read(folder: Path) -> Manifest:
    """Return the manifest of a folder; the empty one where the folder is empty or missing.

    UsageError: the folder is something else than a handbook, or its manifest is damaged.
    """
    path = folder / NAME
    try:
        raw = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return _without(folder)
    except (NotADirectoryError, IsADirectoryError):
        raise UsageError(f"{folder} is no folder of a handbook; give another one with -o") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read; give another folder with -o") from error
    try:
        data: Any = json.loads(raw)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise UsageError(f"{path} is damaged; delete the folder, or give another one with -o")
    found = cast("dict[str, Any]", data)
    if found.get("format") != FORMAT:
        raise UsageError(f"{path} is of another version of copyjob; delete the folder, or give another one with -o")
    files, inputs = found.get("files"), found.get("inputs")
    if not isinstance(inputs, str) or not _sound(files):
        raise UsageError(f"{path} is damaged; delete the folder, or give another one with -o")
    return Manifest(cast("dict[str, str]", files), inputs)


def _without(folder: Path) -> Manifest:
    """Return the empty manifest. UsageError: the folder holds something, which is then nothing of ours."""
    try:
        holds_something = any(folder.iterdir())
    except FileNotFoundError:
        return NONE
    except NotADirectoryError:
        raise UsageError(f"{folder} is no folder; give another one with -o") from None
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}; give another folder with -o") from error
    if holds_something:
        raise UsageError(f"{folder} is not empty and is no handbook; give another folder with -o")
    return NONE


def _sound(files: Any) -> bool:
    """Tell whether these are digests by paths below the folder."""
    return isinstance(files, dict) and all(
        isinstance(value, str)
        and path not in ("", NAME)
        and not PurePosixPath(path).is_absolute()
        and ".." not in PurePosixPath(path).parts
        and "\\" not in path
        and ":" not in path
        and path.isprintable()
        for path, value in cast("dict[str, Any]", files).items()
    )
