"""Names and numbers of the background copy job: states, operations, HRESULTs, priorities, error contexts.

Law: names and numbers only. No edge, no set of states, no helper that knows the life cycle stands here, so that a
room which must stay blind to the table can import this module and learn nothing but how things are spelled.

Sources: ``bits.h``, ``bitsmsg.h`` and ``deliveryoptimization.h`` as documented in MicrosoftDocs/win32
(``Bits/bits-return-values.md``, ``delivery_optimization/do-return-values.md``, ``bg-job-state-.md``) and
MicrosoftDocs/sdk-api (``bits``); generic values from ``winerror.h``.
"""

from __future__ import annotations

from enum import Enum, IntEnum, IntFlag
from typing import Final

SIZE_UNKNOWN: Final = 2**64 - 1
"""``BG_SIZE_UNKNOWN`` and ``DO_UNKNOWN_FILE_SIZE``: a number of bytes that is not known yet."""

LENGTH_TO_EOF: Final = 2**64 - 1
"""``BG_LENGTH_TO_EOF``: a range that reaches to the end of the file."""

IID_IBACKGROUNDCOPYJOB: Final = "37668D37-507E-4160-9316-26306D150B12"
IID_IBACKGROUNDCOPYCALLBACK: Final = "97EA99C7-0186-4AD4-8DF9-C5B4E0ED6B22"
IID_IBACKGROUNDCOPYERROR: Final = "19C613A0-FCB8-4F28-81AE-897C3D078F81"


class Name(Enum):
    """A name of which there is one object, hashed as such: to look something up under it calls nothing."""

    __hash__ = object.__hash__


class Dialect(Name):
    """Which of the two documented services a job belongs to."""

    BITS = "BITS"
    """Background Intelligent Transfer Service (``bits.h``)."""
    DO = "DO"
    """Delivery Optimization (``deliveryoptimization.h``, ``dosvc.dll``)."""


class JobState(IntEnum):
    """``BG_JOB_STATE``, in header order and without its prefix; each docstring says when a job is in it."""

    QUEUED = 0
    """In the queue, waiting for its turn."""
    CONNECTING = 1
    """BITS is connecting to the server; Delivery Optimization never shows this state."""
    TRANSFERRING = 2
    """Bytes are on their way."""
    SUSPENDED = 3
    """At rest until Resume, Complete or Cancel; every new job begins here."""
    ERROR = 4
    """A fault that the service does not retry."""
    TRANSIENT_ERROR = 5
    """A recoverable fault that the service retries by itself."""
    TRANSFERRED = 6
    """Every file is transferred; none is available before Complete."""
    ACKNOWLEDGED = 7
    """Completed by its owner; final."""
    CANCELLED = 8
    """Cancelled by its owner or by expiry; final."""


class JobType(IntEnum):
    """``BG_JOB_TYPE``; Delivery Optimization knows DOWNLOAD only."""

    DOWNLOAD = 0
    UPLOAD = 1
    UPLOAD_REPLY = 2


class JobPriority(IntEnum):
    """``BG_JOB_PRIORITY``; NORMAL is the default."""

    FOREGROUND = 0
    HIGH = 1
    NORMAL = 2
    LOW = 3


class ErrorContext(IntEnum):
    """``BG_ERROR_CONTEXT``; Delivery Optimization uses NONE and REMOTE_FILE only."""

    NONE = 0
    UNKNOWN = 1
    GENERAL_QUEUE_MANAGER = 2
    QUEUE_MANAGER_NOTIFICATION = 3
    LOCAL_FILE = 4
    REMOTE_FILE = 5
    GENERAL_TRANSPORT = 6
    REMOTE_APPLICATION = 7


class NotifyFlag(IntFlag):
    """``BG_NOTIFY_*``: which callbacks a job asks for."""

    JOB_TRANSFERRED = 1
    JOB_ERROR = 2
    DISABLE = 4
    JOB_MODIFICATION = 8
    FILE_TRANSFERRED = 16
    FILE_RANGES_TRANSFERRED = 32


class Operation(Name):
    """What a client calls. The value is the spelling used in check ids, plans and traces."""

    RESUME = "resume"
    SUSPEND = "suspend"
    CANCEL = "cancel"
    COMPLETE = "complete"
    ADD_FILE = "add_file"
    """``AddFile``; in Delivery Optimization ``AddFileWithRanges``, whose whole-file range means the same."""
    GET_ERROR = "get_error"
    SET_PRIORITY = "set_priority"
    SET_NO_PROGRESS_TIMEOUT = "set_no_progress_timeout"
    SET_MINIMUM_RETRY_DELAY = "set_minimum_retry_delay"
    """BITS only: Delivery Optimization's job has no such method."""
    ADD_FILE_WITH_RANGES = "add_file_with_ranges"
    """BITS only, beside ``AddFile``; what Delivery Optimization calls so is ``add_file`` here."""
    SET_REMOTE_NAME = "set_remote_name"
    """On a file of the job."""
    REPLACE_REMOTE_PREFIX = "replace_remote_prefix"
    SET_REPLY_FILE_NAME = "set_reply_file_name"
    SET_DISPLAY_NAME = "set_display_name"
    SET_NOTIFY_FLAGS = "set_notify_flags"
    SET_NOTIFY_INTERFACE = "set_notify_interface"
    SET_MAXIMUM_DOWNLOAD_TIME = "set_maximum_download_time"
    GET_STATE = "get_state"
    GET_PROGRESS = "get_progress"
    GET_TIMES = "get_times"
    GET_ERROR_COUNT = "get_error_count"
    ENUM_FILES = "enum_files"
    CREATE_JOB = "create_job"
    """On the manager, like the two below: they concern no state of a job."""
    GET_JOB = "get_job"
    ENUM_JOBS = "enum_jobs"


class InternalEvent(Name):
    """What service, server, network and clock do to a job; in the words of model checking, an internal step."""

    TURN = "turn"
    """The scheduler gives the job its turn."""
    CONNECT = "connect"
    """The server was reached."""
    FILE_DONE = "file_done"
    """The last byte of one more file has arrived and is stored."""
    ALL_DONE = "all_done"
    """No file is left to transfer."""
    SLICE_END = "slice_end"
    """The time slice is over and another job has its turn."""
    TRANSIENT_FAULT = "transient_fault"
    """A fault that a later attempt may not meet: connection failed, reset, 503, truncated body."""
    FATAL_FAULT = "fatal_fault"
    """A fault that no retry mends: 404, 403, 501."""
    AMBIGUOUS_FAULT = "ambiguous_fault"
    """A fault that may be taken either way: 408, 409, 425, 429, a redirect loop."""
    RANGE_REFUSED = "range_refused"
    """The server answered a request for a part with the whole, or with another part."""
    RETRY = "retry"
    """The retry delay is over."""
    NO_PROGRESS = "no_progress"
    """The no-progress timeout is over: the service gives up."""
    RESTART = "restart"
    """The service was stopped, or killed, and started again."""
    EXPIRY = "expiry"
    """The retention period is over."""
    DATA = "data"
    """Bytes of a file arrived."""
    FILE_RESTARTED = "file_restarted"
    """A file changed on the server while it was transferred, and begins anew."""
    MAX_DOWNLOAD = "max_download"
    """The time that a job may spend connecting and transferring is used up."""
    NETWORK_LOST = "network_lost"
    """The machine lost its network."""
    NETWORK_BACK = "network_back"
    """The machine has a network again."""
    POLICY_BLOCK = "policy_block"
    """A policy, the network's cost or the battery forbids transfers."""
    POLICY_OPEN = "policy_open"
    """Nothing forbids transfers any more."""
    LOG_OFF = "log_off"
    """The owner of the job logged off."""
    LOG_ON = "log_on"
    """The owner of the job logged on again."""
    TOKEN_MISSING = "token_missing"  # noqa: S105 an event, not a password
    """The helper token that the job needs is not there."""
    REPLY_BEGUN = "reply_begun"
    """The upload is complete, and the server's reply begins to arrive."""
    REPLY_DONE = "reply_done"
    """The whole reply has arrived."""
    LOCAL_FILE_CHANGED = "local_file_changed"
    """The file that is uploaded changed."""


class Hresult(IntEnum):
    """HRESULTs by their header names; 32-bit unsigned. Failures have the top bit set, successes do not."""

    S_OK = 0x00000000
    S_FALSE = 0x00000001
    BG_S_PARTIAL_COMPLETE = 0x00200017
    BG_S_UNABLE_TO_DELETE_FILES = 0x0020001A
    BG_S_OVERRIDDEN_BY_POLICY = 0x00200055
    E_NOTIMPL = 0x80004001
    E_ACCESSDENIED = 0x80070005
    E_INVALIDARG = 0x80070057
    BG_E_NOT_FOUND = 0x80200001
    BG_E_INVALID_STATE = 0x80200002
    BG_E_EMPTY = 0x80200003
    BG_E_FILE_NOT_AVAILABLE = 0x80200004
    BG_E_PROTOCOL_NOT_AVAILABLE = 0x80200005
    BG_E_DESTINATION_LOCKED = 0x8020000D
    BG_E_VOLUME_CHANGED = 0x8020000E
    BG_E_ERROR_INFORMATION_UNAVAILABLE = 0x8020000F
    BG_E_NETWORK_DISCONNECTED = 0x80200010
    BG_E_MISSING_FILE_SIZE = 0x80200011
    BG_E_INSUFFICIENT_HTTP_SUPPORT = 0x80200012
    BG_E_INSUFFICIENT_RANGE_SUPPORT = 0x80200013
    BG_E_REMOTE_NOT_SUPPORTED = 0x80200014
    BG_E_NEW_OWNER_DIFF_MAPPING = 0x80200015
    BG_E_NEW_OWNER_NO_FILE_ACCESS = 0x80200016
    BG_E_PROXY_LIST_TOO_LARGE = 0x80200018
    BG_E_PROXY_BYPASS_LIST_TOO_LARGE = 0x80200019
    BG_E_INVALID_SERVER_RESPONSE = 0x8020001B
    BG_E_TOO_MANY_FILES = 0x8020001C
    BG_E_LOCAL_FILE_CHANGED = 0x8020001D
    BG_E_TOO_LARGE = 0x80200020
    BG_E_STRING_TOO_LONG = 0x80200021
    BG_E_CLIENT_SERVER_PROTOCOL_MISMATCH = 0x80200022
    BG_E_SERVER_EXECUTE_ENABLED = 0x80200023
    BG_E_USERNAME_TOO_LARGE = 0x80200025
    BG_E_PASSWORD_TOO_LARGE = 0x80200026
    BG_E_INVALID_AUTH_TARGET = 0x80200027
    BG_E_INVALID_AUTH_SCHEME = 0x80200028
    BG_E_INVALID_RANGE = 0x8020002B
    BG_E_OVERLAPPING_RANGES = 0x8020002C
    BG_E_BLOCKED_BY_POLICY = 0x8020003E
    BG_E_INVALID_PROXY_INFO = 0x8020003F
    BG_E_INVALID_CREDENTIALS = 0x80200040
    BG_E_RECORD_DELETED = 0x80200042
    BG_E_UPNP_ERROR = 0x80200045
    BG_E_PEERCACHING_DISABLED = 0x80200047
    BG_E_BUSYCACHERECORD = 0x80200048
    BG_E_TOO_MANY_JOBS_PER_USER = 0x80200049
    BG_E_TOO_MANY_JOBS_PER_MACHINE = 0x80200050
    BG_E_TOO_MANY_FILES_IN_JOB = 0x80200051
    BG_E_TOO_MANY_RANGES_IN_FILE = 0x80200052
    BG_E_VALIDATION_FAILED = 0x80200053
    BG_E_MAXDOWNLOAD_TIMEOUT = 0x80200054
    BG_E_TOKEN_REQUIRED = 0x80200056
    DO_E_NO_SERVICE = 0x80D01001
    DO_E_DOWNLOAD_NO_PROGRESS = 0x80D02002
    DO_E_JOB_NOT_FOUND = 0x80D02003
    DO_E_NOT_FOUND = 0x80D02003
    """The spelling of some pages for DO_E_JOB_NOT_FOUND; decision/1."""
    DO_E_JOB_EMPTY = 0x80D02004
    DO_E_EMPTY = 0x80D02004
    """The spelling of the Resume page for DO_E_JOB_EMPTY; decision/1."""
    DO_E_LOCALPATH_NOT_SET = 0x80D0200D
    DO_E_FILE_NOT_AVAILABLE = 0x80D02010
    DO_E_UNKNOWN_PROPERTY_ID = 0x80D02011
    DO_E_READ_ONLY_PROPERTY = 0x80D02012
    DO_E_INVALID_STATE = 0x80D02013
    DO_E_ERROR_INFORMATION_UNAVAILABLE = 0x80D02014
    DO_E_NO_DOWNLOAD_EXTSETTINGS = 0x80D03002
    DO_E_BLOCKED_BY_COST_TRANSFER_POLICY = 0x80D03801
    DO_E_BLOCKED_BY_CELLULAR_POLICY = 0x80D03803
    DO_E_BLOCKED_BY_POWER_STATE = 0x80D03804
    DO_E_BLOCKED_BY_NO_NETWORK = 0x80D03805
    DO_E_BLOCKED_BY_VPN_POLICY = 0x80D03807
    DO_E_BLOCKED_BY_CRITICAL_MEMORY_USAGE = 0x80D03808
    DO_E_HTTP_BLOCKSIZE_MISMATCH = 0x80D05001
    DO_E_INVALID_RANGE = 0x80D05010
    DO_E_INSUFFICIENT_RANGE_SUPPORT = 0x80D05011
    DO_E_OVERLAPPING_RANGES = 0x80D05012
    DO_E_FATAL_CORE_ERROR = 0x80D06802

    @property
    def failed(self) -> bool:
        """Whether this value is a failure (top bit set), as the FAILED macro tells."""
        return self >= FAILURE_BIT


FAILURE_BIT: Final = 0x80000000
"""The severity bit of an HRESULT."""

HTTP_ERROR_BASE: Final = 0x80190000
"""``BG_E_HTTP_ERROR_nnn`` is this plus the HTTP status: 404 is 0x80190194."""


def http_error(status: int) -> int:
    """Return the HRESULT that stands for an HTTP status (100 to 599)."""
    return HTTP_ERROR_BASE + status


def hresult_name(value: int) -> str:
    """Return the header name of an HRESULT, or its eight hexadecimal digits where it has none."""
    unsigned = value & 0xFFFFFFFF
    try:
        return Hresult(unsigned).name
    except ValueError:
        status = unsigned - HTTP_ERROR_BASE
        return f"BG_E_HTTP_ERROR_{status}" if 100 <= status < 600 else f"0x{unsigned:08X}"  # noqa: PLR2004 HTTP


def dialect_of(hresult: int) -> Dialect | None:
    """Return the dialect whose header an HRESULT has its name from; None where it is common to both.

    An HTTP status is an HRESULT of the same name in both.
    """
    name = hresult_name(hresult)
    if name.startswith("DO_"):
        return Dialect.DO
    return Dialect.BITS if name.startswith("BG_") and not name.startswith("BG_E_HTTP_ERROR_") else None
