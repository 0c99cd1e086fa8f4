"""What the owner of a job adds to its requests: header lines, who asks, whether redirects are followed.

Laws: header lines and logins are secrets. They are sent to the server of the owner's own URL and to no other, stand in
no message, no trace and no representation of an object, and leave the store when the job ends. A header line cannot
end early, and those by which the service asks for bytes are its own.

It does not know how a request is sent, nor what comes of it.
"""

from __future__ import annotations

import json
import re
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from copyjob.reference.errors import CopyJobError
from copyjob.reference.events import SetHttpOptions
from copyjob.reference.refusals import not_in_do
from copyjob.reference.wire import REDIRECTS_MAX, Login
from copyjob.spec.vocabulary import Dialect, Hresult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from copyjob.reference.policies import Client
    from copyjob.reference.record import Record
    from copyjob.reference.wire import Request

HEADERS_LENGTH_MAX: Final = 16_384
"""Characters of all header lines, each ended by two, and one that ends them all."""
USER_NAME_LENGTH_MAX: Final = 300
PASSWORD_LENGTH_MAX: Final = 65_536

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_RESERVED: Final = frozenset(
    {
        *("accept-encoding", "connection", "content-length", "expect", "host", "if-match", "if-modified-since"),
        *("if-none-match", "if-range", "if-unmodified-since", "keep-alive", "proxy-authorization", "proxy-connection"),
        *("range", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)
"""By these the service asks for bytes and keeps the connection."""


class AuthTarget(IntEnum):
    """``BG_AUTH_TARGET``: who is told who asks."""

    SERVER = 1
    PROXY = 2


class AuthScheme(IntEnum):
    """``BG_AUTH_SCHEME``: how the password is told; the service knows the first two."""

    BASIC = 1
    DIGEST = 2
    NTLM = 3
    NEGOTIATE = 4
    PASSPORT = 5


class SecurityFlag(IntFlag):
    """``BG_HTTP_REDIRECT_POLICY_*``: the flags of SetSecurityFlags that the service knows."""

    REDIRECT_DISALLOW = 0x0200
    """A redirect is an error (`http/redirect`)."""
    REDIRECT_ALLOW_HTTPS_TO_HTTP = 0x0800
    """A redirect may lead from https to http."""


_KNOWN_FLAGS: Final = sum(SecurityFlag)


class HttpOptions(Struct, frozen=True):
    """What one job adds to its requests."""

    headers: tuple[str, ...] = ()
    """Header lines, as ``Name: value``."""
    logins: tuple[tuple[AuthTarget, Login], ...] = ()
    security_flags: int = 0

    def __repr__(self) -> str:
        """Show no header line and no login: they may be secrets."""
        return f"HttpOptions({len(self.headers)} header lines, {len(self.logins)} logins, {self.security_flags:#x})"

    def applied_to(self, request: Request, redirects_max: int = REDIRECTS_MAX) -> Request:
        """Return the request with all that its owner adds; of redirects the policy allows ``redirects_max``."""
        if self is NO_HTTP_OPTIONS:
            return request if request.redirects_max == redirects_max else replace(request, redirects_max=redirects_max)
        logins = dict(self.logins)
        flags = SecurityFlag(self.security_flags)
        return replace(
            request,
            own_headers=tuple(_for_curl(line) for line in self.headers),
            login=logins.get(AuthTarget.SERVER),
            proxy_login=logins.get(AuthTarget.PROXY),
            redirects_max=0 if SecurityFlag.REDIRECT_DISALLOW in flags else redirects_max,
            leaves_https=SecurityFlag.REDIRECT_ALLOW_HTTPS_TO_HTTP in flags,
        )

    def without_secrets(self) -> HttpOptions:
        """Return what another owner may have of it."""
        return HttpOptions(security_flags=self.security_flags)

    def stored(self) -> str:
        """Return it as text for the store; empty where there is nothing to keep."""
        if self is NO_HTTP_OPTIONS or self == NO_HTTP_OPTIONS:
            return ""
        logins = [
            [int(target), login.user_name, login.password, login.basic, login.digest] for target, login in self.logins
        ]
        return json.dumps([list(self.headers), logins, self.security_flags])

    @classmethod
    def of_stored(cls, text: str) -> HttpOptions:
        """Return what `stored` made a text of."""
        if not text:
            return NO_HTTP_OPTIONS
        headers, logins, flags = json.loads(text)
        kept = tuple((AuthTarget(login[0]), Login(*login[1:])) for login in logins)
        return cls(tuple(headers), kept, flags)


NO_HTTP_OPTIONS: Final = HttpOptions()
Changed: TypeAlias = tuple[HttpOptions, Hresult]
"""What a call has made of the options, and what it answers."""


def _for_curl(line: str) -> str:
    # To libcurl a name with nothing after the colon means that the header is to be left out.
    name, _, value = line.partition(":")
    return line if value.strip() else f"{name};"


class JobHttpOptions:
    """
    ``IBackgroundCopyJobHttpOptions`` of a job, and the credentials of ``IBackgroundCopyJob2``.

    What is set is recorded before the call returns, and holds from the next request on. Refused with
    E_INVALID_STATE once the job has ended (`set/final`). Another user who takes the job over takes neither header
    lines nor credentials with it.
    """

    __slots__ = ("_call", "_client", "_record")

    def __init__(self, record: Record, client: Client, call: Callable[[SetHttpOptions], Hresult]) -> None:
        self._record = record
        self._client = client
        self._call = call

    def set_custom_headers(self, headers: Iterable[str] | None) -> Hresult:
        """
        ``SetCustomHeaders``: send these lines, each ``Name: value``, with every request; None sends none.

        E_INVALIDARG for a line that is none, and for a header by which the service asks for bytes (Range and the
        like); BG_E_STRING_TOO_LONG for more than 16,384 characters in all. A redirect to another server does not
        take them along.
        """
        lines = tuple(headers or ())

        def change(old: HttpOptions) -> Changed:
            for line in lines:
                self._check_header(line)
            if sum(len(line) + 2 for line in lines) + 1 > HEADERS_LENGTH_MAX:
                detail = f"the header lines have more than {HEADERS_LENGTH_MAX} characters"
                raise self._refusal(Hresult.BG_E_STRING_TOO_LONG, "set_custom_headers", detail)
            return replace(old, headers=lines), Hresult.S_OK

        return self._change("set_custom_headers", change)

    def get_custom_headers(self) -> tuple[str, ...]:
        """``GetCustomHeaders``: return the lines that were set, none where none were; for the owner alone."""
        self._client.refuse_foreign(self._record.owner, "get_custom_headers", state=self._record.job.state)
        return self._record.http_options.headers

    def set_credentials(self, target: int, scheme: int, user_name: str, password: str) -> Hresult:
        """
        ``SetCredentials``: tell a server or a proxy (`AuthTarget`) who asks, by one scheme (`AuthScheme`).

        Call it once for each scheme; where both are set the server chooses, so that both have to name one user. There
        is no way to read credentials back. BASIC is sent with the first request, DIGEST in answer to a challenge.
        BG_E_INVALID_AUTH_TARGET, BG_E_INVALID_AUTH_SCHEME, BG_E_USERNAME_TOO_LARGE (more than 300 characters),
        BG_E_PASSWORD_TOO_LARGE (more than 65,536); E_NOTIMPL for a scheme that the service does not know.
        """

        def change(old: HttpOptions) -> Changed:
            whom, how = self._pair("set_credentials", target, scheme)
            self._check_login(user_name, password)
            logins = dict(old.logins)
            found = logins.get(whom)
            login = Login(user_name, password, basic=how is AuthScheme.BASIC, digest=how is AuthScheme.DIGEST)
            if found is not None and not (found.basic and found.digest) and _other(found, how):
                if (found.user_name, found.password) != (user_name, password):
                    detail = "another scheme names another user or password; remove those credentials first"
                    raise self._refusal(Hresult.E_INVALIDARG, "set_credentials", detail)
                login = replace(login, basic=True, digest=True)
            logins[whom] = login
            return replace(old, logins=tuple(logins.items())), Hresult.S_OK

        return self._change("set_credentials", change)

    def remove_credentials(self, target: int, scheme: int) -> Hresult:
        """``RemoveCredentials``: forget what `set_credentials` was told of this pair; S_FALSE if nothing."""

        def change(old: HttpOptions) -> Changed:
            whom, how = self._pair("remove_credentials", target, scheme)
            logins = dict(old.logins)
            login = logins.pop(whom, None)
            if login is None or not (login.basic if how is AuthScheme.BASIC else login.digest):
                return old, Hresult.S_FALSE
            if login.basic and login.digest:
                logins[whom] = replace(login, basic=how is AuthScheme.DIGEST, digest=how is AuthScheme.BASIC)
            return replace(old, logins=tuple(logins.items())), Hresult.S_OK

        return self._change("remove_credentials", change)

    def set_security_flags(self, flags: int) -> Hresult:
        """
        ``SetSecurityFlags``: choose how redirects are taken, as a sum of `SecurityFlag`; BITS only, else E_NOTIMPL.

        With REDIRECT_DISALLOW a redirect puts the job in ERROR with BG_E_HTTP_ERROR_3nn (`http/redirect`). Every other
        flag is E_NOTIMPL: certificates are always verified, and no list of revocations is looked at.
        """

        def change(old: HttpOptions) -> Changed:
            if self._record.job.dialect is Dialect.DO:
                raise not_in_do(self._record.job, "set_security_flags")
            if flags & ~_KNOWN_FLAGS:
                detail = f"{flags:#06x} has flags that the service does not know"
                raise self._refusal(Hresult.E_NOTIMPL, "set_security_flags", detail)
            return replace(old, security_flags=flags), Hresult.S_OK

        return self._change("set_security_flags", change)

    def get_security_flags(self) -> int:
        """``GetSecurityFlags``: return the flags that were set, as a sum of `SecurityFlag`."""
        return self._record.http_options.security_flags

    # ---- what is refused ----

    def _change(self, operation: str, change: Callable[[HttpOptions], Changed]) -> Hresult:
        return self._call(SetHttpOptions(operation, change))

    def _refusal(self, hresult: int, operation: str, detail: str) -> CopyJobError:
        return CopyJobError(hresult, operation, detail, state=self._record.job.state)

    def _check_header(self, line: str) -> None:
        name, colon, value = line.partition(":")
        detail = ""
        # No value is shown: it may be what nobody else is to know.
        if not colon or not _TOKEN.fullmatch(name):
            detail = "a header line is written 'Name: value'"
        elif any(character != "\t" and not character.isprintable() for character in value):
            detail = f"the header {name} holds a character that could end its line"
        elif not value.isascii() and not _latin(value):
            detail = f"the header {name} holds a character that no header can"
        elif name.lower() in _RESERVED:
            detail = f"the header {name} is the service's own"
        if detail:
            raise self._refusal(Hresult.E_INVALIDARG, "set_custom_headers", detail)

    def _pair(self, operation: str, target: int, scheme: int) -> tuple[AuthTarget, AuthScheme]:
        if target not in list(AuthTarget):
            raise self._refusal(Hresult.BG_E_INVALID_AUTH_TARGET, operation, f"{target} is neither server nor proxy")
        if scheme not in list(AuthScheme):
            raise self._refusal(Hresult.BG_E_INVALID_AUTH_SCHEME, operation, f"no scheme has the number {scheme}")
        if scheme not in {AuthScheme.BASIC, AuthScheme.DIGEST}:
            detail = f"{AuthScheme(scheme).name} is not known here; use BASIC or DIGEST"
            raise self._refusal(Hresult.E_NOTIMPL, operation, detail)
        return AuthTarget(target), AuthScheme(scheme)

    def _check_login(self, user_name: str, password: str) -> None:
        code, detail = Hresult.E_INVALIDARG, ""
        if len(user_name) > USER_NAME_LENGTH_MAX:
            code = Hresult.BG_E_USERNAME_TOO_LARGE
            detail = f"the user name has {len(user_name)} characters, {USER_NAME_LENGTH_MAX} are allowed"
        elif len(password) > PASSWORD_LENGTH_MAX:
            code = Hresult.BG_E_PASSWORD_TOO_LARGE
            detail = f"the password has {len(password)} characters, {PASSWORD_LENGTH_MAX} are allowed"
        elif not user_name or ":" in user_name or not user_name.isprintable():
            detail = "a user name has at least one character, all of them printable, and no colon"
        elif not password.isprintable():
            detail = "the password holds a character that is not printable"
        if detail:
            raise self._refusal(code, "set_credentials", detail)


def _other(login: Login, scheme: AuthScheme) -> bool:
    return login.digest if scheme is AuthScheme.BASIC else login.basic


def _latin(value: str) -> bool:
    try:
        value.encode("iso-8859-1")
    except UnicodeEncodeError:
        return False
    return True
