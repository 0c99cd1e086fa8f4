"""A file that loses its strong validator half-way: whoever gives up, and whoever begins anew, both conform."""

from __future__ import annotations

from pathlib import Path

import pytest

from copyjob.conformance.backend import declare
from copyjob.conformance.bench import Bench
from copyjob.conformance.ground import Wire
from copyjob.conformance.plan import Plan
from copyjob.conformance.pocket import PocketBackend
from copyjob.conformance.pocket_http import Fault, Head, PocketFile
from copyjob.conformance.record import Verdict
from copyjob.conformance.weather_plans import half_way
from copyjob.spec.compiled import integer_table
from copyjob.spec.vocabulary import Dialect, ErrorContext, Hresult, JobState


class Strict(PocketBackend):
    """A job whose rest does not come as it was asked for goes to ERROR. Clause: decision/20."""

    def accept(self, file: PocketFile, response: Head, *, ranged: bool) -> bool:
        fits = response.status == 206 and self.continues(file, response)
        if ranged and response.status in (200, 206) and not fits:
            raise Fault(JobState.ERROR, ErrorContext.NONE, Hresult.BG_E_INSUFFICIENT_RANGE_SUPPORT)
        return super().accept(file, response, ranged=ranged)


@pytest.mark.parametrize("kind", [Strict, PocketBackend])
@pytest.mark.parametrize("script", ["weak_etag", "date_only", "no_validator"])
@pytest.mark.parametrize("dialect", Dialect)
def test_giving_up_and_beginning_anew_are_both_permitted(
    dialect: Dialect, script: str, kind: type[PocketBackend], tmp_path: Path
) -> None:
    with Bench(declare(kind, kind.__name__), integer_table(dialect), tmp_path, wire=Wire.MEMORY) as bench:
        assert bench.run(Plan(half_way(script))).verdict is Verdict.CONFORMS
