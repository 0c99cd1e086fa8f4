"""The published kill matrix: when it no longer tells the truth, and what the command says to bad input."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from copyjob.conformance.ground import Wire
from copyjob.conformance.mutants import published_catches
from copyjob.conformance.mutants.catch import Catch, catch
from copyjob.conformance.mutants.matrix import Fate, Kill
from copyjob.conformance.mutants.miniatures import BY_NAME, MINIATURES
from copyjob.conformance.mutants.miniatures.calls import AcceptsAnEmptyResume
from copyjob.conformance.mutants.mutation import Kind, Mutant, mutants
from copyjob.conformance.mutants.published import read, stale
from copyjob.spec.vocabulary import Dialect

ALL = list(mutants(Dialect.BITS))
KILLED = {mutant.name: Fate.KILLED for mutant in ALL}
SURVIVES = {mutant.name: Fate.SURVIVES for mutant in ALL}


def one(kind: Kind) -> Mutant:
    return next(mutant for mutant in ALL if mutant.kind is kind)


def test_a_mutant_that_was_killed_and_survives_makes_the_matrix_stale() -> None:
    mutant = one(Kind.HRESULT)

    assert stale(KILLED, [Kill(mutant, Fate.SURVIVES)], Dialect.BITS) == [f"{mutant.name} was killed, and survives now"]


def test_a_mutant_that_survived_and_is_killed_is_no_reproach() -> None:
    assert stale(SURVIVES, [Kill(one(Kind.HRESULT), Fate.KILLED)], Dialect.BITS) == []


def test_the_fate_of_a_race_is_up_to_the_machine() -> None:
    assert stale(KILLED, [Kill(one(Kind.RACE), Fate.SURVIVES)], Dialect.BITS) == []


def test_a_mutant_that_is_not_in_the_matrix_makes_it_stale() -> None:
    name = ALL[0].name
    without = {other: fate for other, fate in KILLED.items() if other != name}

    assert stale(without, [], Dialect.BITS) == [f"{name} is not in it"]


def test_a_mutant_that_is_there_no_more_makes_the_matrix_stale() -> None:
    assert stale({**KILLED, "gone": Fate.KILLED}, [], Dialect.BITS) == ["gone is no mutant any more"]


@pytest.mark.parametrize("dialect", list(Dialect))
def test_the_published_matrix_names_every_mutant(dialect: Dialect) -> None:
    folder = Path(__file__).parents[1] / "kills"

    assert stale(read(folder / f"{dialect.value}.json", dialect), [], dialect) == []


@pytest.mark.parametrize("dialect", list(Dialect))
def test_the_published_miniatures_are_all_there_are(dialect: Dialect) -> None:
    path = published_catches.file_of(dialect, Path(__file__).parents[1] / "kills")

    assert published_catches.stale(published_catches.read(path, dialect), [], dialect) == []


def test_a_miniature_that_was_killed_and_survives_makes_the_file_stale() -> None:
    published = {kind.__name__: Fate.KILLED for kind in MINIATURES if kind.dialect == "BITS"}
    survivor = Catch(BY_NAME["ResumePretends"], Wire.MEMORY, None, (), 3, 1.0)

    assert published_catches.stale(published, [survivor], Dialect.BITS) == [
        "ResumePretends was killed, and survives now"
    ]


def test_the_fate_of_a_miniature_that_only_threads_show_is_up_to_the_machine() -> None:
    published = {kind.__name__: Fate.KILLED for kind in MINIATURES if kind.dialect == "BITS"}
    survivor = Catch(BY_NAME["LetsTwoCallersCancel"], Wire.HTTP, None, (), 3, 1.0)

    assert published_catches.stale(published, [survivor], Dialect.BITS) == []


def test_a_miniature_that_is_accused_of_something_else_is_misnamed() -> None:
    class Elsewhere(AcceptsAnEmptyResume):
        violates = frozenset({"resume/SUSPENDED/2"})
        aims = frozenset({"resume/SUSPENDED/1"})

    assert catch(Elsewhere).fate is Fate.MISNAMED


def test_what_is_written_of_miniatures_is_read_again(tmp_path: Path) -> None:
    caught = [catch(BY_NAME["AcceptsAnEmptyResume"])]
    published_catches.write(caught, Dialect.BITS, tmp_path)

    read = published_catches.read(published_catches.file_of(Dialect.BITS, tmp_path), Dialect.BITS)
    assert read == {"AcceptsAnEmptyResume": Fate.KILLED}


@pytest.mark.parametrize(
    "words",
    [
        ["--jobs", "0"],
        ["--sample", "0"],
        ["--write", "--sample", "3"],
        ["--row", "no/such/row"],
        ["--check", "--folder", "nowhere"],
        ["--write", "--folder", "/dev/null/kills"],
        ["--miniatures", "--check", "--folder", "nowhere"],
        ["--miniatures", "--sample", "3"],
    ],
    ids=" ".join,
)
def test_bad_input_is_one_line_and_exit_code_2(words: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "copyjob.spec.cli", "kills", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
