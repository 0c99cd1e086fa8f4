"""Who runs a lot on a bench, plan by plan, and keeps the books of it.

Law: what a lot came to is whole in what is handed back: the counts are of its own plans; what is certain is all that
was ever certain on this bench, so that nothing is lost where what an earlier lot came to has not arrived. Both merge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from copyjob.conformance.attempt import attempt_alone
from copyjob.conformance.bench import Bench
from copyjob.conformance.confirm import Divergence
from copyjob.conformance.ground import Wire
from copyjob.conformance.ledger import Bookkeeper, Ledger
from copyjob.conformance.lots import Lot, LotDone, Numbered, Ran
from copyjob.conformance.part import NOT_CARRIED, Part, take
from copyjob.conformance.record import Verdict


class LotRunner:
    """Runs lots on one bench."""

    def __init__(self, bench: Bench, *, traced: bool = False) -> None:
        """Begin; ``traced``: all that is seen is handed back."""
        self.bench, self._traced = bench, traced
        self._keeper = Bookkeeper(bench.judge)

    def run(self, lot: Lot, notes: Sequence[str], beat: Callable[[int], None]) -> LotDone:
        """Run a lot; ``beat`` hears how many of its plans are done."""
        part: Part[Divergence] = Part()
        ledger = self._keeper.ledger
        ledger.runs, ledger.judged = 0, Counter()
        ran: list[Ran] = []
        late: list[Numbered] = []
        again_later = self.bench.wire is Wire.HTTP and not lot.patient
        for number, plan in lot.plans:
            done = attempt_alone(self.bench, plan, {*lot.told, *part.findings}, patient=lot.patient)
            if again_later and done.verdict is Verdict.INCONCLUSIVE:
                late.append((number, plan))
            else:
                take(part, number, done, self._keeper)
                ran.append(Ran(done.aim, done.verdict.value, done.steps, done.seen if self._traced else ()))
            beat(len(ran) + len(late))
        part.ledger = _carried(ledger)
        return LotDone(part, tuple(ran), tuple(late), tuple(notes))


def _carried(ledger: Ledger) -> Ledger:
    """Return what is sent of a ledger: everything but traces."""
    return Ledger(
        ledger.runs,
        Counter(ledger.judged),
        set(ledger.taken),
        set(ledger.guards),
        set(ledger.pairs),
        set(ledger.hresults),
        dict.fromkeys(ledger.rejected, NOT_CARRIED),
    )
