"""What is found somewhere, what stays within reach, what every fair run comes to: ``sometimes_``, ``eventually_``.

Law: nothing is promised to a job whose client, network or owner interferes; who may interfere is written in each form.
"""

from __future__ import annotations

from typing import Final

from copyjob.spec import facts as f
from copyjob.spec._law import EveryRow, EveryState, Law, LeadsTo, Place, Possible
from copyjob.spec._laws_always import FAULTS
from copyjob.spec.events import EVENTS
from copyjob.spec.rows import NOT_FINAL, C, D, Q, T, X
from copyjob.spec.vocabulary import InternalEvent as Event
from copyjob.spec.vocabulary import Operation

SERVING: Final = tuple(e for e in Event if e not in {*FAULTS, Event.NO_PROGRESS, Event.EXPIRY, Event.LOG_OFF})
"""What happens to a job that is served: all but faults, giving up, expiry, and an owner who leaves."""
FAIR: Final = tuple(event for event in SERVING if EVENTS[event].fair)
"""What of it must happen at last, once its cause is there again and again."""

sometimes_every_state_is_reached = Law(
    "sometimes_every_state_is_reached",
    "Every state of the dialect can be seen.",
    ("state/classes",),
    EveryState(),
    files_needed=1,
)
sometimes_every_row_is_taken = Law(
    "sometimes_every_row_is_taken",
    "No row is unreachable.",
    (),
    EveryRow(),
    files_needed=2,
)
eventually_transferred_is_possible = Law(
    "eventually_transferred_is_possible",
    "From every configuration with files that is not final, TRANSFERRED is reachable without Cancel, Complete and "
    "adding a file.",
    ("state/transferred",),
    Possible(
        Place(NOT_FINAL, f.ANY_FILE),
        Place((D,), f.ALL_FILES),
        (Operation.CANCEL, Operation.COMPLETE, Operation.ADD_FILE, Operation.ADD_FILE_WITH_RANGES),
    ),
)
eventually_any_job_can_be_transferred = Law(
    "eventually_any_job_can_be_transferred",
    "From everywhere but the final states, of an empty job too, TRANSFERRED is reachable without Cancel and Complete.",
    ("state/transferred", "addfile/ok"),
    Possible(Place(NOT_FINAL), Place((D,), f.ALL_FILES), (Operation.CANCEL, Operation.COMPLETE)),
    files_needed=1,
)
eventually_a_served_job_is_transferred = Law(
    "eventually_a_served_job_is_transferred",
    """A job in an action state with files comes to TRANSFERRED, if from then on it is served.

    Served means: no client calls, no fault happens, nobody leaves. Then turns, connections, files and whatever else is
    fair are taken again and again as often as they are possible again and again (strong fairness, an event at a time).
    Weak fairness would not do: a time slice that ends before each file does makes the file impossible now and then.
    Judged on strongly connected components: no run of serving events that is fair can stay where TRANSFERRED is not.
    """,
    ("state/transferring", "state/queued", "decision/10"),
    LeadsTo(Place((Q, C, T, X), f.ANY_FILE), Place((D,)), SERVING, FAIR),
)
eventually_a_waiting_job_gets_a_turn = Law(
    "eventually_a_waiting_job_gets_a_turn",
    """A job in QUEUED or TRANSIENT_ERROR connects or transfers, once its network, its policy and its owner are back.

    That they come back, and stay, is part of being served; fairness is as for a served job. With every file transferred
    it may pass to TRANSFERRED without a turn (decision/16).
    """,
    ("state/queued", "state/transient", "policy/bandwidth", "decision/16"),
    LeadsTo(Place((Q, X)), Place((C, T, D)), SERVING, FAIR),
)
