"""What an exchange needs to know of the site it belongs to and of a file, and no more.

Does not know who fulfils it. Everything here is used in the loop's thread only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from copyjob.conformance.origin.answers import Version
    from copyjob.conformance.origin.journal import Journal
    from copyjob.conformance.origin.net import Line
    from copyjob.conformance.origin.scripts import Script


class FileView(Protocol):
    """What an exchange sees of a file."""

    @property
    def path(self) -> str:
        """The name it was added by."""
        ...

    @property
    def script(self) -> Script:
        """The script in force."""
        ...

    @property
    def current(self) -> Version:
        """The version that new answers are made from."""
        ...


class Host(Protocol):
    """What an exchange and its carrier need of the site they belong to."""

    journal: Journal
    number: int
    keep_alive: bool

    @property
    def admits(self) -> bool:
        """Whether the gate lets everybody in, and so a connection may be used again."""
        ...

    def find(self, request_path: str) -> FileView | None:
        """Return the file behind the path of a URL."""
        ...

    def redirection(self, path: str) -> tuple[str, str | None]:
        """Return where the redirect of a file leads: a URL, and the path of what stands there; None where that
        redirects again.
        """
        ...

    def dropped(self, line: Line) -> None:
        """Take note that a connection is no more."""
        ...
