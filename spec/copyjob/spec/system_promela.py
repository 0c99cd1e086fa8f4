"""Promela of a system of jobs, for Spin to visit what the engine visits.

Laws:

1. It is generated from the rows, their terms (:mod:`copyjob.spec.translate`) and the couplings; no rule is written
   here.
2. It is written as Spin likes it: a process a job, whose control stands in the job's state, so that only the rows of
   that state are tried; one ``d_step`` for each answer of a row.
3. Spin counts what the engine counts; how often each row is taken is counted and told as for one job
   (:func:`copyjob.spec.promela.counters`).

The tests of the engine and its benchmark run it; no command does. What surrounds jobs together is not in it: such an
event would have to move all processes at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from copyjob.spec import facts as f
from copyjob.spec._model import GENERATED, Taken, every_answer, free_facts
from copyjob.spec.promela import counters, within
from copyjob.spec.rows import Answer, Row
from copyjob.spec.scope import facts_of
from copyjob.spec.system import Demand, Standing, System
from copyjob.spec.translate import Name, effects_to_promela, to_promela, variable
from copyjob.spec.vocabulary import JobState


def _naming(job: int) -> Name:
    return lambda fact: f"{variable(fact)}_{job}"


def _stands(system: System, standing: Standing, job: int) -> str:
    """Return the condition that a job stands so, worth 1 or 0."""
    ways: list[str] = []
    for state in sorted(standing.states):
        here = f"state_{job} == {state.value}"
        if standing.able is None:
            ways.append(here)
            continue
        guards = [to_promela(row.guard, _naming(job)) for row in system.table.cell(standing.able, state)]
        if guards:
            ways.append(f"({here} && ({' || '.join(f'({guard})' for guard in guards)}))")
    return f"({' || '.join(ways) or 'false'})"


def _couplings(system: System, job: int, row: Row, answer: Answer) -> Iterator[str]:
    """Yield the conditions that the other jobs set to a step."""
    for coupling in system.couplings:
        if not (system.binds(coupling, job) and coupling.concerns(row, answer.dest)):
            continue
        others = [_stands(system, coupling.standing, other) for other in system.counted(coupling.whom, job)]
        counted = f"({' + '.join(others) or '0'})"
        match coupling.demand:
            case Demand.BELOW_SLOTS:
                yield f"{counted} < {system.slots}"
            case Demand.NONE:
                yield f"{counted} == 0"
            case Demand.SOME:
                yield f"{counted} > 0"


def _option(system: System, job: int, number: int, taken: Taken) -> str:
    row, answer = taken.row, taken.answer
    conditions = [to_promela(row.guard, _naming(job)), *within(answer, str(system.files_bound), _naming(job))]
    conditions += _couplings(system, job, row, answer)
    asked = " && ".join(condition for condition in conditions if condition != "true") or "true"
    done = [f"c_code {{ taken[{number}]++; }}", *effects_to_promela(answer.effects, _naming(job))]
    if answer.dest is not row.source:
        done.append(f"state_{job} = {answer.dest.value}")
    return f"  :: d_step {{ {asked} -> {'; '.join(done)} }}; goto {answer.dest.name}_{job}"


def _process(system: System, job: int, begin: f.Configuration) -> Iterator[str]:
    numbers = {row.id: number for number, row in enumerate(system.table.rows)}
    yield f"active proctype job_{job}() {{"
    yield f"  goto {begin.state.name}_{job};"
    for state in JobState:
        yield f"{state.name}_{job}:"
        there = (taken for taken in every_answer(system.table) if taken.row.source is state)
        options = [_option(system, job, numbers[taken.row.id], taken) for taken in there]
        yield from ["  if", *options, "  fi;"] if options else ["  false;"]
    yield "}"


def to_system_promela(system: System) -> str:
    """Return the Promela model of a system.

    ValueError: its table has several kinds of job, or events that surround all jobs, which this form can't say.
    """
    if system.surrounding:
        raise ValueError(f"{next(iter(system.surrounding)).value} happens to all jobs at once")
    begin, *others = f.initials(facts_of(system.table.scope))
    if others:
        raise ValueError("jobs of several kinds begin in several ways")
    lines = [
        f"/* {len(system.priorities)} jobs of {system.table.dialect.value}, at most {system.files_bound} files each,",
        f"   {', '.join(each.name for each in system.priorities)}, {system.slots} slots. {GENERATED} */",
        counters(system.table.rows),
    ]
    for job in range(len(system.priorities)):
        lines.append(f"byte state_{job} = {begin.state.value};")
        named = ((_naming(job)(fact), begin.facts[fact.value]) for fact in free_facts(system.table))
        lines += [f"byte {name} = {value};" for name, value in named]
    for job in range(len(system.priorities)):
        lines += _process(system, job, begin)
    return "\n".join(lines) + "\n"
