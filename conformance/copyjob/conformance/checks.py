"""Checks beside the rows: what files, bytes and getters must look like, each with a stable id and its clauses.

Law: a check is a sentence that can fail. It is judged on what stands on the disk and on what getters told, never on
what a backend says of itself elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from copyjob.conformance.interface import METHODS, Power
from copyjob.spec.vocabulary import Dialect


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its id, the sentence it judges, the clauses it rests on, the methods without which it sees nothing."""

    id: str
    title: str
    cites: tuple[str, ...]
    methods: tuple[str, ...] = ()
    dialects: tuple[Dialect, ...] = tuple(Dialect)

    @property
    def needs(self) -> tuple[Power, ...]:
        """The powers that it needs: those of its methods."""
        return tuple(dict.fromkeys(power for name in self.methods if (power := METHODS[name].power) is not None))

    def applies(self, dialect: Dialect) -> bool:
        """Whether a dialect has what it judges, and every method that it needs."""
        return dialect in self.dialects and all(dialect in METHODS[name].dialects for name in self.methods)


_ALL = (
    Check(
        "job/initial", "A new job is SUSPENDED and has no file.", ("state/initial", "manager/create", "job/progress")
    ),
    Check(
        "state/rests",
        "Nothing leaves a state by itself, without a cause that the table names.",
        ("state/suspended", "state/error", "state/transferred", "state/final", "decision/10"),
    ),
    Check(
        "file/hidden",
        "No file is available at its destination before Complete.",
        ("state/transferred", "complete/transferred"),
    ),
    Check(
        "file/content",
        "A completed file holds, byte for byte, one version of what the server offered.",
        ("complete/transferred", "file/consistency", "decision/11", "decision/20"),
    ),
    Check(
        "file/kept",
        "Complete makes every wholly transferred file available, and no other.",
        ("complete/partial",),
    ),
    Check(
        "file/leftovers",
        "After Cancel or Complete no temporary file is left.",
        ("cancel/any", "complete/partial"),
    ),
    Check(
        "file/destination",
        "What stood at the destination before stays untouched until Complete, and by Cancel.",
        ("cancel/any", "state/transferred"),
    ),
    Check(
        "file/order",
        "The files of a job are asked for one after another, as they were added.",
        ("addfile/ok",),
        dialects=(Dialect.BITS,),
    ),
    Check(
        "http/redirect",
        "A redirect is followed to where it leads.",
        ("http/redirect", "decision/21"),
    ),
    Check(
        "call/refused",
        "A refused call leaves state, files, progress and error as they were.",
        ("decision/13",),
    ),
    Check(
        "suspend/stops",
        "A suspended job makes no request and transfers no byte.",
        ("suspend/action", "state/suspended"),
    ),
    Check(
        "file/stable",
        "The files of a suspended job, temporary ones too, stay as they are.",
        ("suspend/action", "state/suspended"),
    ),
    Check(
        "progress/bounds",
        "Files and bytes transferred never exceed their totals; an unknown total says so.",
        ("job/progress", "file/progress"),
        ("get_progress",),
    ),
    Check(
        "progress/total",
        "The total is unknown until every file's size is, and then what the server's files have.",
        ("job/progress", "file/progress"),
        ("get_progress",),
    ),
    Check(
        "progress/sent",
        "No byte is transferred that the server has not begun to send.",
        ("job/progress", "decision/11"),
        ("get_progress",),
    ),
    Check(
        "progress/kept",
        "What is transferred grows, while nothing is called and no file begins anew.",
        ("job/progress", "file/consistency"),
        ("get_progress",),
    ),
    Check(
        "error/context",
        "Error information carries a known context, and a code that is a failure.",
        ("error/available", "error/context"),
        ("get_error",),
    ),
    Check(
        "error/code",
        "An error code that names an answer of the server names one that it gave.",
        ("error/available", "decision/11"),
        ("get_error",),
    ),
    Check(
        "error/count",
        "The error count is 0 for a job that never failed, counts its error, and is never reset.",
        ("error/count",),
        ("get_error_count",),
    ),
    Check(
        "enum/files",
        "The files of a job are those that were added, and no other.",
        ("enum/files", "addfile/ok"),
        ("enum_files",),
    ),
    Check(
        "enum/jobs",
        "The queue tells a job once until it has ended, and not afterwards.",
        ("manager/enum", "state/final"),
        ("enum_jobs",),
    ),
    Check(
        "enum/get",
        "GetJob finds a job until it has ended, and nothing by an id that no job has.",
        ("manager/get",),
        ("get_job",),
    ),
    Check(
        "property/set",
        "A property is what was set last, not below its floor, and before that its default.",
        ("timer/retry", "timer/progress", "manager/create", "decision/13"),
        ("get_properties",),
    ),
    Check(
        "property/kept",
        "The properties of a job outlive the service.",
        ("restart",),
        ("get_properties", "restart"),
    ),
    Check(
        "time/created",
        "The time of creation stays as it is, and no modification precedes it.",
        ("times",),
        ("get_times",),
    ),
    Check(
        "time/modified",
        "The time of modification moves on with what was added or set, and never back.",
        ("times",),
        ("get_times",),
    ),
    Check(
        "time/completed",
        "The time of completion is there once the job is TRANSFERRED, and not before it first was.",
        ("times",),
        ("get_times",),
    ),
    Check(
        "callback/registered",
        "Until a job has ended, flags and an interface for callbacks can be set.",
        ("callback/flags", "set/final"),
        ("set_notify_flags", "set_notify_interface"),
    ),
    Check(
        "callback/made",
        "Whoever asked for a callback is called back for everything that calls for it, if need be late.",
        ("callback/transferred", "callback/error", "callback/modification", "callback/file", "callback/late"),
        ("take_callbacks",),
    ),
    Check(
        "callback/once",
        "A callback is made for what has happened alone, and not again once it has returned S_OK.",
        (
            "callback/transferred",
            "callback/error",
            "callback/modification",
            "callback/no-modify",
            "callback/file",
        ),
        ("take_callbacks",),
    ),
    Check(
        "callback/asked",
        "Nobody is called back but for what he asked for by a flag, and nothing DISABLE silences.",
        ("callback/flags", "callback/file"),
        ("take_callbacks",),
    ),
    Check(
        "callback/order",
        "FileTransferred is called before JobTransferred and JobError.",
        ("callback/file-order",),
        ("take_callbacks",),
        (Dialect.BITS,),
    ),
    Check(
        "getter/answers",
        "The getters answer for whoever holds the job, in final states too.",
        ("decision/9", "decision/19"),
    ),
)
CHECKS: Mapping[str, Check] = MappingProxyType({check.id: check for check in _ALL})


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that failed: what was seen, and what would have been permitted."""

    check: Check
    seen: str
    permitted: str
    late: bool = False
    """It shows as a wait only: something due had not come past four times the bound."""
