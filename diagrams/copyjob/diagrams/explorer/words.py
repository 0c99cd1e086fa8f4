"""The texts of the explorer's scripts and the words for facts and features, in English, by the names the scripts use.

Law: whole sentences with ``{places}``; names of the field fill the places. The template says its own texts.

What this module does not know: languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from copyjob.spec import facts as f
from copyjob.spec.scope import Feature
from copyjob.spec.vocabulary import JobType

TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # What came of a step.
        "created": "A job was created: it is in {state}.",
        "answeredMoved": "{label} answered {hresult}: the job is now in {state}.",
        "answeredStays": "{label} answered {hresult}: the job stays in {state}.",
        "refused": "{label} was refused with {hresult}: nothing has changed, the job stays in {state}.",
        "happenedMoved": "{label} happened: the job is now in {state}.",
        "happenedStays": "{label} happened: the job stays in {state}.",
        "undone": "The last step was taken back: the job is in {state}.",
        "restored": "A run was taken from the address (steps: {number}): the job is in {state}.",
        # Beside it.
        "signSucceeded": "succeeded",
        "signFailed": "refused",
        "noCall": "Nothing was called yet.",
        "noAnswer": "None: an internal event answers nobody.",
        "noRule": "No rule: no operation was called, and no internal event happened.",
        "where": "Condition: {guard}",
        "documented": "documented",
        "decided": "decided",
        "clausePage": "More about this clause",
        "changed": "changed",
        "heldBack": "The table has more here, which this origin does not bring about: {events}.",
        # The choice between several answers.
        "chooseCall": "The table permits several answers to {label}. Which one does the service give?",
        "chooseEvent": "The table permits several outcomes of {label}. Which one is it?",
        "choiceCall": "{hresult}, and the job is in {state}",
        "choiceEvent": "The job is in {state}",
        "tolerated": "{answer} (breaks a recommendation)",
        "any": "Any of the permitted ones",
        # Messages.
        "full": "A run has at most {number} steps. Take a step back, or create another job.",
        "foreign": "The end of this address, #{hash}, is no run of this page. Create a job, or open an address whole.",
        "otherForm": "The run in this address has form {form}; this page reads form {own}. Nothing was changed.",
        "stale": "The run in this address does not fit the table of this page: it was made with another version of it, "
        "or the address is not whole. Nothing was changed.",
        "tooBig": "{file} is larger than {bytes} MB, and was not read. Drop the report.json of copyjob check.",
        "unreadable": "{file} cannot be read. Drop the report.json of copyjob check.",
        "noJson": "{file} is no JSON. Drop the report.json of copyjob check.",
        "noReport": "{file} is no report. Drop the report.json of copyjob check.",
        "otherVersion": "{file} is a report of version {version}; version {own} is read here. Check the backend anew.",
        "damaged": "{file} is a damaged report, at {place}. Check the backend anew.",
        "copied": "The address was copied.",
        "copyByHand": "The address is selected: copy it with the keyboard.",
        # The replay.
        "foundNone": "{file}, a report on {backend}: no divergence was found, so there is nothing to replay.",
        "foundOne": "{file}, a report on {backend}: one divergence was found.",
        "foundSome": "{file}, a report on {backend}: {number} divergences were found.",
        "replayOf": "Replay of {id} ({dialect})",
        "count": "Step {number} of {of}.",
        "seen": "{state} was seen.",
        "notSeen": "not seen yet",
        "verdict": "What was wrong: {observation}",
        "noWay": "By the rows of the table there is no way to {state} here.",
    }
)

FACTS: Final[Mapping[f.Fact, str]] = MappingProxyType(
    {
        f.Fact.FILES_TOTAL: "Files",
        f.Fact.FILES_DONE: "Files transferred",
        f.Fact.ERROR: "Error information",
        f.Fact.KIND: "Kind of job",
        f.Fact.REPLY: "Reply to the upload",
        f.Fact.OFFLINE: "Network",
        f.Fact.BLOCKED: "Policies",
        f.Fact.AWAY: "Owner",
    }
)

VALUES: Final[Mapping[f.Fact, tuple[f.Guard, ...]]] = MappingProxyType(
    {
        f.Fact.ERROR: (f.ERROR_NONE, f.ERROR_EITHER, f.ERROR_KNOWN),
        f.Fact.REPLY: (f.REPLY_COMPLETE, f.REPLY_ARRIVING, f.REPLY_TO_COME),
        f.Fact.OFFLINE: (f.ONLINE, f.OFFLINE),
        f.Fact.BLOCKED: (f.ALLOWED, f.BLOCKED),
        f.Fact.AWAY: (f.PRESENT, f.AWAY),
    }
)
"""The guard that says a fact's value in words, by the value."""

KINDS: Final = tuple(kind.name for kind in JobType)
"""The kinds of job by their number, named as the headers name them."""

FEATURES: Final[Mapping[Feature, str]] = MappingProxyType(
    {
        Feature.INTERFACE: "The rest of the interface",
        Feature.UPLOADS: "Uploads",
        Feature.NETWORK: "A network that goes away and comes back",
        Feature.POLICY: "Policies, cost and power that block transfers",
        Feature.OWNER: "An owner who logs off and on",
    }
)
