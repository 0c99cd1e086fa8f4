"""Names for people: of the dialects, of operations and events; and where an operation is declared.

That is its interface and method in each dialect, the header, and what a program needs.

Law: names only, as the requirements of the pages give them; what a call answers stands in the table. A name that the
pages leave out is empty here.

Sources: the requirements of the method pages, in MicrosoftDocs/win32 (``delivery_optimization``) and
MicrosoftDocs/sdk-api (``bits``, ``bits1_5``, ``bits2_0``, ``bits3_0``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from copyjob.spec.citations import ALL_CLAUSES, Page
from copyjob.spec.vocabulary import (
    IID_IBACKGROUNDCOPYCALLBACK,
    IID_IBACKGROUNDCOPYERROR,
    IID_IBACKGROUNDCOPYJOB,
    Dialect,
    InternalEvent,
    Operation,
)

Label = Operation | InternalEvent
"""What a row is about."""
DIALECT_NAMES: Final[Mapping[Dialect, str]] = MappingProxyType(
    {Dialect.BITS: "BITS", Dialect.DO: "Delivery Optimization"}
)

_JOB: Final = "IBackgroundCopyJob"
_MANAGER: Final = "IBackgroundCopyManager"


@dataclass(frozen=True, slots=True)
class Header:
    """A header with what belongs to it; ``client`` and ``server`` are the least versions of Windows."""

    name: str
    idl: str
    library: str
    dll: str = ""
    client: str = ""
    server: str = ""


_DO = Header(
    "deliveryoptimization.h",
    "deliveryoptimization.idl",
    "dosvc.lib",
    "dosvc.dll",
    "Windows 10, version 1709 (desktop apps only)",
    "Windows Server, version 1709 (desktop apps only)",
)
_BITS = Header("bits.h", "Bits.idl", "Bits.lib", "QmgrPrxy.dll", "Windows XP", "Windows Server 2003")
_BITS_1_5 = Header("bits1_5.h", "Bits1_5.idl", "Bits.lib", "BitsPrx2.dll", "Windows Vista", "Windows Server 2003")
# The page names several versions with their service packs and updates; none of them alone would be the least.
_BITS_2_0 = Header("bits2_0.h", "Bits2_0.idl", "Bits.lib", "BitsPrx3.dll")
_BITS_3_0 = Header("bits3_0.h", "Bits3_0.idl", "Bits.lib", "", "Windows Vista", "Windows Server 2008")

IIDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        _JOB: IID_IBACKGROUNDCOPYJOB,
        "IBackgroundCopyCallback": IID_IBACKGROUNDCOPYCALLBACK,
        "IBackgroundCopyError": IID_IBACKGROUNDCOPYERROR,
    }
)
"""The interface identifiers that the vocabulary knows, by the interface."""

_WITHOUT_PARAMETERS: Final = frozenset((Operation.RESUME, Operation.SUSPEND, Operation.CANCEL, Operation.COMPLETE))
_MANAGED: Final = (Operation.CREATE_JOB, Operation.GET_JOB, Operation.ENUM_JOBS)
_ELSEWHERE: Final[Mapping[tuple[Operation, Dialect], tuple[str, Header]]] = MappingProxyType(
    {
        (Operation.ADD_FILE_WITH_RANGES, Dialect.BITS): ("IBackgroundCopyJob3", _BITS_2_0),
        (Operation.REPLACE_REMOTE_PREFIX, Dialect.BITS): ("IBackgroundCopyJob3", _BITS_2_0),
        (Operation.SET_REMOTE_NAME, Dialect.BITS): ("IBackgroundCopyFile2", _BITS_2_0),
        (Operation.SET_REPLY_FILE_NAME, Dialect.BITS): ("IBackgroundCopyJob2", _BITS_1_5),
        (Operation.SET_MAXIMUM_DOWNLOAD_TIME, Dialect.BITS): ("IBackgroundCopyJob4", _BITS_3_0),
        (Operation.ADD_FILE, Dialect.DO): ("IDeliveryOptimizationJob", _DO),
        (Operation.SET_REMOTE_NAME, Dialect.DO): ("IBackgroundCopyFile2", _DO),
    }
    | {(operation, Dialect.BITS): (_MANAGER, _BITS) for operation in _MANAGED}
    | {(operation, Dialect.DO): (_MANAGER, _DO) for operation in _MANAGED}
)
"""Whatever is not a method of ``IBackgroundCopyJob`` itself."""


@dataclass(frozen=True, slots=True)
class Method:
    """An operation as a dialect's headers declare it."""

    interface: str
    name: str
    header: Header
    without_parameters: bool = False

    def __str__(self) -> str:
        """Spell it as the pages do."""
        return f"{self.interface}::{self.name}"

    @property
    def iid(self) -> str:
        """The identifier of the interface, or nothing where the vocabulary does not know it."""
        return IIDS.get(self.interface, "")


def method_name(operation: Operation) -> str:
    """Return the name of the method: ``AddFile`` for ``add_file``."""
    return "".join(word.capitalize() for word in operation.value.split("_"))


def label_told(label: Label) -> str:
    """Return an operation as its method is called, an event as it is written in ids, its words apart."""
    return method_name(label) if isinstance(label, Operation) else label.value.replace("_", " ")


def method_of(operation: Operation, dialect: Dialect) -> Method:
    """Return where a dialect declares an operation; that it has it at all is for the table to say."""
    ordinary = (_JOB, _BITS if dialect is Dialect.BITS else _DO)
    interface, header = _ELSEWHERE.get((operation, dialect), ordinary)
    name = method_name(operation)
    if operation is Operation.ADD_FILE and dialect is Dialect.DO:
        name = method_name(Operation.ADD_FILE_WITH_RANGES)
    return Method(interface, name, header, operation in _WITHOUT_PARAMETERS)


def page_of(method: Method) -> Page | None:
    """Return the method's own page among those that the clauses rest on, or None where no clause does."""
    wanted = f"{method.interface}-{method.name}".lower()
    ours = method.header is _DO
    for clause in ALL_CLAUSES:
        for page in clause.pages:
            stem = page.path.rpartition("/")[2].removesuffix(".md").removesuffix("-method")
            # An API page is `nf-<header>-<interface>-<method>`, a page of Delivery Optimization lacks the first two.
            if stem == wanted if ours else stem.startswith("nf-") and stem.endswith(f"-{wanted}"):
                return Page(page.repository, page.path)
    return None
