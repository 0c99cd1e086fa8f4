"""Where a user of the origin begins: `Origin` (a thread), its `Site`s (an address each) and their
`OriginFile`s.

    with Origin() as origin:
        site = origin.site()
        file = site.add_file("a.bin", b"content", Script.hold_body(3))
        ...  # give file.url to a downloader
        origin.journal.wait_for(lambda entry: entry.kind is EntryKind.HOLDING, timeout_seconds=5)
        file.script = Script.reset()

Law: every method may be called from any thread and returns when it has taken effect: decisions made after the
return follow the new script, version or gate, and their entries come after its entry in the journal. Loopback
only. Knows nothing of jobs, backends and verdicts.
"""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote, urlsplit

from copyjob.conformance.origin.answers import Version
from copyjob.conformance.origin.gate import Gate
from copyjob.conformance.origin.journal import EntryKind, Journal
from copyjob.conformance.origin.net import SocketNet
from copyjob.conformance.origin.scripts import SERVE, FaultKind, Script, ScriptKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from copyjob.conformance.origin.net import Line, Net

__all__ = ["Gate", "Origin", "OriginFile", "Site", "Version"]

_FIRST_MODIFIED_BEFORE_SECONDS: Final = 30 * 86_400
_BETWEEN_VERSIONS_SECONDS: Final = 60
_INVERTED: Final = bytes(255 - value for value in range(256))


class OriginFile:
    """One file of a site: its URL, its versions and its script. Made by `Site.add_file`."""

    def __init__(self, site: Site, path: str, number: int, content: bytes, script: Script) -> None:
        self.path = path
        self.url = f"{site.base_url}{quote(path)}"
        self._site = site
        self._number = number
        self._script = script
        self._versions: list[Version] = []
        self._put(content)

    @property
    def script(self) -> Script:
        """The script in force. Setting it rules answers in progress too."""
        return self._script

    @script.setter
    def script(self, script: Script) -> None:
        self._site.set_script(self.path, script)

    @property
    def current(self) -> Version:
        """The latest version: number (from 1), content, ETag and Last-Modified."""
        return self._versions[-1]

    @property
    def versions(self) -> list[bytes]:
        """The content of every version, oldest first; version n of the journal is at n - 1."""
        return [version.content for version in self._versions]

    def bump(self, content: bytes) -> Version:
        """Give the file another version; answers that have begun go on with theirs. Returns it."""
        return self._site.loop.call(lambda: self._bump(content))

    def _bump(self, content: bytes, *, modified: str | None = None) -> Version:
        self._site.journal.append(self._site.number, EntryKind.VERSION, self.path, version=len(self._versions) + 1)
        return self._put(content, modified=modified)

    def _put(self, content: bytes, *, modified: str | None = None) -> Version:
        number = len(self._versions) + 1
        if modified is None:
            seconds = self._site.made_at_seconds - _FIRST_MODIFIED_BEFORE_SECONDS + number * _BETWEEN_VERSIONS_SECONDS
            modified = formatdate(seconds, usegmt=True)
        etag = f'"{self._site.token}-{self._number}-{number}"'
        version = Version(number, bytes(content), etag, modified)
        self._versions.append(version)
        return version

    def apply(self, script: Script) -> None:
        """Put a script into force; in the loop's thread only. `Site.set_script` is the way there."""
        if script.kind is ScriptKind.CHANGED:
            old = self.current.content
            size = max(len(old) + script.size_change, 0)
            self._bump((old.translate(_INVERTED) + b"+" * max(script.size_change, 0))[:size])
        elif script.kind is ScriptKind.RETAGGED:
            self._bump(self.current.content, modified=self.current.modified)
        self._script = script


class Site:
    """One address, a gate, files under an unguessable prefix; see `Origin.site`."""

    def __init__(self, origin: Origin, number: int, *, keep_alive: bool) -> None:
        self.loop = origin.loop
        self.journal = origin.journal
        self.number = number
        self.keep_alive = keep_alive
        self.token = origin.net.token(number)
        self.made_at_seconds = origin.net.date_seconds()
        self._origin = origin
        self._files: dict[str, OriginFile] = {}
        self._lines: dict[Line, None] = {}
        self._closed = False
        self._door = origin.net.way_into(self, self._admit)
        self.base_url = f"http://{self._door.address}/{self.token}/"
        try:
            self._change_gate(Gate.ACCEPT)
        except OSError:
            self._door.close()
            raise

    @property
    def gate(self) -> Gate:
        """Who gets in. Setting it takes effect before the assignment returns; established connections go on.

        A gate other than ACCEPT ends connections between requests, so that none is used again.
        """
        return self._door.gate

    @gate.setter
    def gate(self, gate: Gate) -> None:
        self.loop.call(lambda: self._change_gate(gate))

    @property
    def port(self) -> int:
        """The port of its URLs."""
        return urlsplit(self.base_url).port or 80

    @property
    def files(self) -> Sequence[OriginFile]:
        """The files, in the order they were added."""
        return list(self._files.values())

    @property
    def connection_count(self) -> int:
        """How many connections are open, on our side at least."""
        return len(self._lines)

    def add_file(self, path: str, content: bytes, script: Script = SERVE) -> OriginFile:
        """Offer `content` under a URL of its own. Raises ValueError for a path empty or taken."""
        if not path or path in self._files:
            raise ValueError(f"a file needs a path of its own on its site, not {path!r}")
        return self.loop.call(lambda: self._add(path, content, script))

    def set_script(self, path: str, script: Script) -> None:
        """Put `script` into force for a file. Raises KeyError for a path that was not added."""
        file = self._files[path]
        self.loop.call(lambda: self._set_script(file, script))

    def close(self) -> None:
        """Close listener and connections at once; an answer in progress is reset. Again is no error."""
        try:
            self.loop.call(self._close)
        except RuntimeError:
            assert self._closed, "a loop ends after its sites"

    # What follows runs in the loop's thread.

    def _add(self, path: str, content: bytes, script: Script) -> OriginFile:
        self.journal.append(self.number, EntryKind.FILE, path, version=1, script=script)
        file = self._files[path] = OriginFile(self, path, len(self._files) + 1, content, script)
        return file

    def _set_script(self, file: OriginFile, script: Script) -> None:
        self.journal.append(self.number, EntryKind.SCRIPT, file.path, script=script)
        file.apply(script)
        for line in list(self._lines):
            line.script_changed(file)

    def _change_gate(self, gate: Gate) -> None:
        if self._closed or gate is self._door.gate:
            return
        fault = None if gate is Gate.ACCEPT else FaultKind.TRANSIENT
        self.journal.append(self.number, EntryKind.GATE, old=self._door.gate.value, new=gate.value, fault=fault)
        self._door.change(gate)
        if gate is not Gate.ACCEPT:
            for line in list(self._lines):
                line.gate_changed()

    def _admit(self, line: Line) -> None:
        self._lines[line] = None

    def _close(self) -> None:
        if not self._closed:
            self._closed = True
            self._door.close()
            for line in list(self._lines):
                line.close()
            self._origin.site_closed(self)

    # What connections ask.

    @property
    def admits(self) -> bool:
        """Whether a connection may be used for another request."""
        return self._door.gate is Gate.ACCEPT

    def find(self, request_path: str) -> OriginFile | None:
        """Return the file behind the decoded path of a request, None where there is none."""
        prefix = f"/{self.token}/"
        return self._files.get(request_path.removeprefix(prefix)) if request_path.startswith(prefix) else None

    def redirection(self, path: str) -> tuple[str, str | None]:
        """Return the URL that the redirect of a file names, and the path there; None where it redirects again."""
        target = self._files[path].script.location or path
        file = self._files.get(target)
        again = file is not None and file.script.kind is ScriptKind.REDIRECT
        return f"{self.base_url}{quote(target)}", None if again else target

    def dropped(self, line: Line) -> None:
        """Forget a connection that is no more."""
        self._lines.pop(line, None)


class Origin:
    """The server: a net, by default of sockets with one daemon thread, and one journal. A context manager; `close`
    ends all.
    """

    def __init__(self, net: Net | None = None) -> None:
        self.net: Net = net or SocketNet()
        self.journal = Journal(self.net.now_seconds)
        self.loop = self.net.loop
        self._sites: dict[int, Site] = {}
        self._site_count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def site(self, *, keep_alive: bool = False) -> Site:
        """Open a site with an address of its own, gate ACCEPT. With `keep_alive` connections serve several
        requests.

        Raises OSError when there is no port or no descriptor left, RuntimeError when the origin is closed.
        """
        return self.loop.call(lambda: self._open_site(keep_alive=keep_alive))

    def close(self) -> None:
        """Close every site and end the thread. Again is no error."""
        try:
            self.loop.call(self._close_sites)
        except RuntimeError:
            return
        self.loop.close()

    def site_closed(self, site: Site) -> None:
        """Forget a site that has closed; in the loop's thread only."""
        self._sites.pop(site.number, None)

    def _open_site(self, *, keep_alive: bool) -> Site:
        self._site_count += 1
        site = self._sites[self._site_count] = Site(self, self._site_count, keep_alive=keep_alive)
        return site

    def _close_sites(self) -> None:
        for site in list(self._sites.values()):
            site.close()
