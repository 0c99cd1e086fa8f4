/**
 * The engine of the explorer: it runs a table in the form "copyjob-table/1", as `copyjob export` writes it.
 *
 * Laws:
 *
 * 1. It knows the form only: a guard is comparisons of terms, an effect gives a fact the worth of a term, an answer
 *    leads to a state. No state, operation, internal event, fact or HRESULT stands here by its name.
 * 2. A configuration is never changed: a step gives a new one. All effects of a step read the facts from before it.
 * 3. A row belongs to a scope where the scope has all features of one of the row's needs.
 *
 * What it does not know: the page, pictures, languages, reports.
 */
"use strict";
(() => {
  const FORM = "copyjob-table/1";

  /** What a term is worth under these facts. TypeError: the form has no such term. */
  const worth = (term, facts) => {
    if ("const" in term) return term.const;
    if ("fact" in term) return facts[term.fact];
    if ("plus" in term) return facts[term.plus.fact] + term.plus.value;
    if ("at_most" in term) return Math.min(facts[term.at_most.fact], term.at_most.value);
    throw new TypeError(`no term: ${JSON.stringify(term)}`);
  };

  const RELATIONS = { "=": (left, right) => left === right, "<": (left, right) => left < right };

  /** Whether every comparison of a guard is true under these facts. */
  const holds = (guard, facts) =>
    guard.all.every((each) => RELATIONS[each.relation](worth(each.left, facts), worth(each.right, facts)));

  /** The facts after all effects. */
  const after = (effects, facts) => ({
    ...facts,
    ...Object.fromEntries(effects.map((effect) => [effect.fact, worth(effect.becomes, facts)])),
  });

  /** Every answer of a row that is a step: the permitted ones, then those that break a recommendation. */
  const answersOf = (row) => [...row.answers, ...row.tolerated];

  const grouped = (items, keyOf) => {
    const found = new Map();
    for (const item of items) {
      const key = keyOf(item);
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(item);
    }
    return found;
  };

  /** A table with a scope: the job can be asked what may come next, and stepped. */
  class Machine {
    /** `features` are the names of those that the scope has; all of the table's where they are left out. */
    constructor(table, features = table.features) {
      if (table.format !== FORM) throw new TypeError(`the table's form is ${table.format}, not ${FORM}`);
      this.table = table;
      this.features = table.features.filter((feature) => features.includes(feature));
      const chosen = (feature) => feature === null || this.features.includes(feature);
      this.facts = table.facts.filter((fact) => chosen(fact.feature));
      const fixed = table.facts.filter((fact) => !chosen(fact.feature));
      const ordinary = table.initial[0].facts;
      /** Where a new job can be: whatever the scope does not speak about is as in the ordinary job. */
      this.initials = table.initial.filter((each) =>
        fixed.every((fact) => each.facts[fact.name] === ordinary[fact.name]),
      );
      this.rows = table.rows.filter((row) => row.needs.some((needed) => needed.every(chosen)));
      this.byId = new Map(this.rows.map((row) => [row.id, row]));
      this.hresults = new Map(table.hresults.map((each) => [each.name, each]));
      this.states = new Map(table.states.map((each) => [each.name, each]));
      const have = new Set(this.rows.map((row) => row.label));
      this.operations = table.operations.filter((label) => have.has(label));
      this.events = table.events.filter((event) => have.has(event.name));
      this._bySource = grouped(this.rows, (row) => row.source);
    }

    /** The row of an operation or internal event that applies in a configuration; null: an event has none there. */
    rowAt(label, { state, facts }) {
      const rows = this._bySource.get(state) ?? [];
      return rows.find((row) => row.label === label && holds(row.guard, facts)) ?? null;
    }

    /** The configuration after one answer of a row that applies. */
    step(configuration, answer) {
      return { state: answer.dest, facts: after(answer.effects, configuration.facts) };
    }

    /** The internal events that have a row here, with that row, in the order of the table. */
    happening(configuration) {
      const found = this.events.map((event) => ({ event, row: this.rowAt(event.name, configuration) }));
      return found.filter(({ row }) => row !== null);
    }

    /**
     * Every place that internal events lead to, the nearest first; the places that are given come before them.
     *
     * A place is a configuration, and for one that was found: the row and the answer that led there, and the place
     * `before`.
     */
    reachable(places) {
      const key = ({ state, facts }) => [state, ...this.table.facts.map((fact) => facts[fact.name])].join(" ");
      const found = new Map();
      for (const place of places) if (!found.has(key(place.configuration))) found.set(key(place.configuration), place);
      // A Map is gone through in the order in which it grows, also by what is added meanwhile.
      for (const before of found.values()) {
        for (const { row } of this.happening(before.configuration)) {
          for (const answer of answersOf(row)) {
            const configuration = this.step(before.configuration, answer);
            if (!found.has(key(configuration))) found.set(key(configuration), { configuration, row, answer, before });
          }
        }
      }
      return [...found.values()];
    }

    /** The places after an operation was called at one of these places and answered so; `hresult` null: anyhow. */
    called(places, label, hresult) {
      return places.flatMap((before) => {
        const row = this.rowAt(label, before.configuration);
        const fitting =
          row === null ? [] : answersOf(row).filter((each) => hresult === null || each.hresult === hresult);
        return fitting.map((answer) => ({
          configuration: this.step(before.configuration, answer),
          row,
          answer,
          before,
        }));
      });
    }
  }

  const explorer = (globalThis.copyjobExplorer ??= {});
  explorer.engine = Object.freeze({ Machine, answersOf, holds });
})();
