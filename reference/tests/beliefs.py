"""What the authors of Wine's tests of BITS believe that Windows does, and where each belief is held to the service.

Wine's ``dlls/qmgr/tests`` are written to pass on Windows, and are run there; what they assert is a belief about
Windows, not a document. Read were the newest versions and some older ones, back to the first: none marks an assertion
with ``todo_wine`` or ``broken()``, so each is meant for every Windows. What they leave out on Windows is all of a file
where the service is disabled or takes no ``file://``, and what needs BITS 2.0 or 2.5. One belief has changed: newer
versions see a job on its way in TRANSIENT_ERROR, too, and resume it.

Law: every test function there is named by a test here, or stands in `OUTSIDE` with the reason why it cannot be.
Where a belief is not what is documented, or the service does something else, the test says so and asserts what the
service does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Test = TypeVar("_Test", bound="Callable[..., object]")

FUNCTIONS: Final = {
    "job": (
        *("test_GetId", "test_GetType", "test_GetName", "test_GetProgress_preTransfer", "test_GetState"),
        *("test_ResumeEmpty", "test_NotifyFlags", "test_NotifyInterface", "test_AddFile", "test_AddFileSet"),
        *("test_EnumFiles", "test_CompleteLocal", "test_CompleteLocalURL", "test_Cancel", "test_HttpOptions"),
        "handle_job_err",
        "setup",
    ),
    "qmgr": ("test_create_manager", "test_CreateJob", "test_EnumJobs", "test_globalness"),
    "enum_jobs": (
        *("test_GetCount", "test_Next_walkListNull", "test_Next_walkList_1", "test_Next_walkList_2"),
        *("test_Next_errors", "test_Skip_walkList", "test_Skip_offEnd", "test_Reset"),
    ),
    "enum_files": (
        *("test_GetCount", "test_Next_walkListNull", "test_Next_walkList_1", "test_Next_walkList_2"),
        *("test_Next_errors", "test_Skip_walkList", "test_Skip_offEnd", "test_Reset"),
    ),
    "file": ("test_GetRemoteName", "test_GetLocalName", "test_GetProgress_PreTransfer"),
}
"""The test functions of each file, and of what they share whatever asserts something."""

OUTSIDE: Final = {
    ("job", "setup"): "it sets cost flags (IBackgroundCopyJob5), a property that the service has not got",
    ("qmgr", "test_create_manager"): "it asks COM for a service that may be disabled; here whoever wants one starts it",
    ("enum_jobs", "test_Next_errors"): "it leaves out where to put a number that here is part of every answer",
    ("enum_files", "test_Next_errors"): "likewise",
}
"""What no test here can be about, and why."""


def wine(file: str, *functions: str) -> Callable[[_Test], _Test]:
    """Name the test functions of a file of Wine whose beliefs a test is about."""
    unknown = [function for function in functions if function not in FUNCTIONS[file]]
    assert not unknown, f"Wine's {file}.c has no {unknown}"

    def same(test: _Test) -> _Test:
        return test

    return same
