"""What ``copyjob get`` takes beside the URL and the file: authorities, header lines, who asks, how fast.

Law: no secret needs to stand on the command line, where every neighbour can read it: a header line may come from a
file, a password comes from the environment or from netrc. No message shows a header's value or a password.

It does not know what is downloaded.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import argparse

    from copyjob.reference.handles import JobHandle

PASSWORD_VARIABLE: Final = "COPYJOB_PASSWORD"  # noqa: S105 a name, not a password
_RATE: Final = re.compile(r"([1-9]\d{0,14})([kKmMgG]?)")
_UNITS: Final = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


class UsageError(Exception):
    """A call that cannot be carried out; ``usage_message`` is one line for the terminal."""

    def __init__(self, usage_message: str) -> None:
        super().__init__(usage_message)
        self.usage_message = usage_message


@dataclass(frozen=True, slots=True)
class GetOptions:
    """What the command line says of them; ``limit_bytes_per_second`` is None without limit."""

    ca_file: str | None = None
    limit_bytes_per_second: int | None = None
    headers: tuple[str, ...] = field(default=(), repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def words(self) -> str | None:
        """Nothing where nothing was said of them, else None: they may hold a secret, and are not to be repeated."""
        return None if self.headers or self.login or self.ca_file or self.limit_bytes_per_second else ""

    def apply_to(self, job: JobHandle) -> None:
        """Let the requests of the job be so; refuses what `JobHttpOptions` refuses."""
        from copyjob.reference.http_options import AuthScheme, AuthTarget
        from copyjob.spec.vocabulary import JobPriority

        job.set_priority(JobPriority.FOREGROUND if self.limit_bytes_per_second is None else JobPriority.NORMAL)
        options = job.http_options
        options.set_custom_headers(self.headers)
        schemes = (AuthScheme.BASIC, AuthScheme.DIGEST)
        for scheme in schemes:
            options.remove_credentials(AuthTarget.SERVER, scheme)
        if self.login is not None:
            for scheme in schemes:  # both: the password goes as it is only where the server asks for that
                options.set_credentials(AuthTarget.SERVER, scheme, *self.login)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--ca", metavar="FILE", help="trust the certificates that the authorities in FILE (PEM) sign")
    parser.add_argument(
        "--header",
        metavar="LINE",
        action="append",
        default=[],
        help="send 'Name: value' to the server of the URL; @FILE reads lines that neighbours are not to see",
    )
    parser.add_argument("--limit-rate", metavar="RATE", help="take at most RATE bytes a second: 500k, 2M")
    parser.add_argument(
        "--user", metavar="NAME", help=f"tell a server that asks; the password stands in {PASSWORD_VARIABLE}"
    )
    parser.add_argument("--netrc", action="store_true", help="likewise, as ~/.netrc (or the file NETRC) says it")


def of(args: argparse.Namespace, url: str) -> GetOptions:
    """Return what was said; `UsageError` for what cannot be meant."""
    if args.user is not None and args.netrc:
        raise UsageError("--user and --netrc both say who asks; give one of them")
    login = None
    if args.user is not None:
        password = os.environ.get(PASSWORD_VARIABLE)
        if password is None:
            raise UsageError(f"--user needs a password; put it into the environment variable {PASSWORD_VARIABLE}")
        login = (str(args.user), password)
    elif args.netrc:
        login = _of_netrc(urlsplit(url).hostname or "")
    rate = None if args.limit_rate is None else rate_of(str(args.limit_rate))
    headers = tuple(line for word in args.header for line in header_lines(str(word)))
    return GetOptions(None if args.ca is None else str(args.ca), rate, headers, login)


def rate_of(text: str) -> int:
    """Return the bytes a second that ``500k`` or ``2M`` means; `UsageError` for what is no rate."""
    from copyjob.reference.bandwidth import LIMIT_BYTES_PER_SECOND_MAX

    found = _RATE.fullmatch(text)
    if found is None:
        raise UsageError(f"--limit-rate {text!r} is no rate; write bytes a second as 800, 500k, 2M or 1G")
    rate = int(found[1]) * _UNITS[found[2].lower()]
    if rate > LIMIT_BYTES_PER_SECOND_MAX:
        raise UsageError(f"--limit-rate {text!r} is more than can be limited; leave it out")
    return rate


def header_lines(word: str) -> list[str]:
    """Return the line itself, or those of the file that ``@FILE`` names; `UsageError` where it cannot be read."""
    if not word.startswith("@"):
        return [word]
    try:
        text = Path(word[1:]).expanduser().read_text(encoding="iso-8859-1")
    except OSError as error:
        raise UsageError(f"--header {word!r} cannot be read: {error.strerror}; name a file of header lines") from error
    return [line for line in text.splitlines() if line.strip()]


def _of_netrc(host: str) -> tuple[str, str]:
    import netrc

    path = Path(os.environ.get("NETRC") or "~/.netrc").expanduser()
    try:
        found = netrc.netrc(path).authenticators(host)
    except OSError as error:
        raise UsageError(f"--netrc: {path} cannot be read: {error.strerror}; write it, or use --user") from error
    except (netrc.NetrcParseError, UnicodeDecodeError):
        # What it could not make sense of may be a password.
        raise UsageError(f"--netrc: {path} is not written as netrc files are; mend it, or use --user") from None
    if found is None or not found[0]:
        raise UsageError(f"--netrc: {path} names nobody for {host}; add him, or use --user")
    return found[0], found[2] or ""
