"""The secretary: the callbacks of one job, as they came, against what is owed.

Laws:

1. Nothing is asked and nothing is judged before a plan registers for callbacks.
2. What is missing is said when it is missed; how long it is waited for is not decided here.
3. Over a restart an interface may be lost, or kept: nothing is demanded until somebody registers again. Flags are a
   property of the job, and stay.

What this module does not know: the table's rows, the journal, and time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from copyjob.conformance.observation import Causes, Observation
from copyjob.conformance.owed import CALLS, MANY, Asked, Counts, Debt, Debts, Reckoning
from copyjob.spec.callbacks import FLAGS, Callback
from copyjob.spec.vocabulary import Dialect, NotifyFlag

MADE = "callback/made"
ENDS = (Callback.JOB_TRANSFERRED, Callback.JOB_ERROR)
_LATE = (*ENDS, Callback.FILE_TRANSFERRED)
"""What is told late. Of changes nobody can say which were told."""


class Secretary:
    """Takes the callbacks of one job; what does not agree is judged by the inspector's verdict."""

    def __init__(self, debts: Debts, judge: Callable[..., None], *, at_once: bool) -> None:
        """Begin with nobody registered; ``at_once`` where a callback is made when what it tells of has happened."""
        self._debts, self._judge, self._at_once = debts, judge, at_once
        bits = debts.dialect is Dialect.BITS
        self._chosen = Asked(frozenset(ENDS), frozenset(ENDS)) if bits else Asked(perhaps=debts.known)
        """What the flags ask for. Clause: callback/flags."""
        self._late = frozenset(_LATE) if bits else frozenset[Callback]()
        self._demanded_late: frozenset[Callback] = self._late
        """What must be told to whom registers next, should it have happened; of him who does so again nothing."""
        self._lost = False
        self._debt: Debt | None = None
        self._ever: frozenset[Callback] = frozenset()
        """Everything that was ever asked for."""
        self._files_after: int | None = None
        """How many calls of FileTransferred came after the last one of JobTransferred or JobError."""
        self._came: frozenset[Callback] = frozenset()
        """Everything that ever came."""

    @property
    def listening(self) -> bool:
        """Whether anybody ever registered."""
        return self._debt is not None and not self._lost

    # What the kit did

    def lose(self) -> None:
        """Note that nobody knows what has happened to the job: nothing is demanded, or too much, from here on."""
        self._lost = True

    def registered(
        self, flags: int | None, causes: Causes, *, succeeded: bool, possible: int | None, fresh: bool
    ) -> None:
        """Note that flags were chosen, if any, and an interface registered.

        ``possible`` is where the job may be, ``fresh`` whether nothing was done with it before.
        """
        before = self._debt
        first = before is None or not before.asked.perhaps
        if before is None or not before.ways:
            before = self._debts.nothing(possible or 0)
        if self._debt is not None:
            # Whom the service may have kept over a restart it may have told, unless he had not asked then.
            self._demanded_late &= self._chosen.surely
        if flags is not None:
            new = self._of(flags)
            old = self._chosen
            self._chosen = Asked(new, new) if succeeded else Asked(old.surely & new, old.perhaps | new)
        asked = self._chosen if succeeded else Asked(perhaps=self._chosen.perhaps)
        late = asked.surely & self._demanded_late - self._came
        self._demanded_late = frozenset()
        self._ever |= asked.perhaps
        self._debt = self._debts.registered(before, causes, asked, late, first=first, fresh=fresh)

    def _of(self, flags: int) -> frozenset[Callback]:
        if flags & NotifyFlag.DISABLE and self._debts.dialect is Dialect.BITS:
            return frozenset()
        return frozenset(call for call, flag in FLAGS.items() if flags & flag and call in self._debts.known)

    def restarting(self, causes: Causes) -> None:
        """Note that the service is started again."""
        if self._debt is not None:
            asked = Asked(perhaps=self._debt.asked.perhaps)
            self._demanded_late = self._late
            self._debt = self._debts.registered(self._debt, causes, asked, frozenset(), first=False, fresh=False)

    def observe(self, observation: Observation) -> None:
        """Take in what was seen of the job."""
        if self._debt is not None and not self._lost:
            self._debt = self._debt[observation]

    # What the job calls

    def took(self, told: Sequence[Callback], causes: Causes, again: Callable[[], Causes]) -> Counts:
        """Judge callbacks that came; return what every explanation demands still.

        ``again`` asks anew for what could have happened, should they be too many.
        """
        assert self._debt is not None
        counted = Counter(told)
        counts = tuple(counted[call] for call in CALLS)
        found = self._debts.received(self._debt, causes, counts, at_once=self._at_once)
        if any(found.excess):
            found = self._debts.received(self._debt, causes.joined(again()), counts, at_once=self._at_once)
        self._excess(told, counts, found)
        self._order(told, found)
        self._made(found)
        self._debt = found.debt
        self._came |= counted.keys()
        return found.missing

    def _made(self, found: Reckoning) -> None:
        if any(found.paid) and not any(found.missing):
            self._judge(MADE, good=True, seen="", permitted="")

    def missed(self, missing: Counts) -> None:
        """Judge that callbacks have not come in time."""
        self._judge(
            MADE,
            good=not any(missing),
            seen=f"{_told(missing)} had not been called when the quiescence bound had passed",
            permitted="a call, as every explanation of what was seen demands it",
            late=not self._at_once,
        )

    def _excess(self, told: Sequence[Callback], counts: Counts, found: Reckoning) -> None:
        assert self._debt is not None
        known = bool(self._debt.ways)
        now = self._debt.asked.perhaps
        unasked = [
            call
            for call, count, excess in zip(CALLS, counts, found.excess, strict=True)
            if (count and call not in self._ever) or (excess and call not in now)
        ]
        self._judge(
            "callback/asked",
            good=not unasked,
            seen=f"{', '.join(call.value for call in unasked)} was called, among {_named(told)}",
            permitted=f"what is asked for: {_named(sorted(now, key=CALLS.index)) or 'nothing'}",
        )
        if told and known and not unasked:
            permitted = [min(MANY, count - excess) for count, excess in zip(counts, found.excess, strict=True)]
            self._judge(
                "callback/once",
                good=not any(found.excess),
                seen=f"{_told(counts)} came since callbacks were taken last",
                permitted=f"{_told(tuple(permitted))}, by what can have happened",
            )

    def _order(self, told: Sequence[Callback], found: Reckoning) -> None:
        for call in told:
            if call in ENDS:
                self._files_after = 0
            elif call is Callback.FILE_TRANSFERRED and self._files_after is not None:
                self._files_after += 1
        after = self._files_after
        if told and after is not None and found.files_after is not None and Callback.FILE_TRANSFERRED in self._ever:
            self._judge(
                "callback/order",
                good=after <= found.files_after,
                seen=f"FileTransferred came {after} time(s) after them; taken last: {_named(told)}",
                permitted="FileTransferred before JobTransferred and JobError",
            )


def _named(calls: Sequence[Callback]) -> str:
    return ", ".join(call.value for call in calls)


def _told(counts: Counts) -> str:
    calls = [
        f"{call.value}{'' if count == 1 else f' {count} times'}"
        for call, count in zip(CALLS, counts, strict=True)
        if count
    ]
    return ", ".join(calls) or "nothing"
