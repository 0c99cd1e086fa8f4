/**
 * A run of the explorer: a job that was created, and what came since; and the same as the end of an address.
 *
 * Laws:
 *
 * 1. A run is valid at every moment: each step's row applies where it is taken.
 * 2. An address names rows and answers, and ends in a sum over what they do. What is read from one is stepped through
 *    the table of the page, and taken only where every row applies and the sum is the same: a run never silently
 *    becomes another one because the table has changed.
 * 3. What is read may come from anybody: it is bounded in length and in steps.
 *
 * The form: run=1~DIALECT~feature.feature~INITIAL~step,step~SUM. A step is a label and the row's number, with a letter
 * for the answer where the row has several (turn1, resume3b), or @ and what the origin does from then on (@503).
 *
 * What it does not know: the page, languages.
 */
"use strict";
(() => {
  const explorer = (globalThis.copyjobExplorer ??= {});
  const { Machine, answersOf } = explorer.engine;

  const FORM = 1;
  const STEPS_MAX = 500;
  const HASH_MAX = 20000;
  const LETTERS = "abcdefghijklmnopqrstuvwxyz";

  /** One job: the machine, where it began, and its steps so far. */
  class Run {
    /** `initial` is the number of one of the machine's initial configurations; `origin`: what the origin does first. */
    constructor(machine, initial, origin) {
      this.machine = machine;
      this.initial = initial;
      this.begin = { configuration: machine.initials[initial], origin };
      this.steps = [];
    }

    /** Where the job is, and what the origin does: the last step, or the beginning. */
    get now() {
      return this.steps.at(-1) ?? this.begin;
    }

    get configuration() {
      return this.now.configuration;
    }

    /** The last step that a row answered; null where there was none yet. */
    get answered() {
      return this.steps.findLast(({ row }) => row !== null) ?? null;
    }

    get full() {
      return this.steps.length >= STEPS_MAX;
    }

    /** Take an answer of a row that applies. */
    take(row, answer) {
      const before = this.configuration;
      this.steps.push({
        row,
        answer,
        before,
        configuration: this.machine.step(before, answer),
        origin: this.now.origin,
      });
    }

    /** From now on the origin does something else. */
    turn(origin) {
      this.steps.push({
        row: null,
        answer: null,
        before: this.configuration,
        configuration: this.configuration,
        origin,
      });
    }

    /** Take the last step back. */
    undo() {
      this.steps.pop();
    }
  }

  /** FNV-1a, 32 bits, of a text, in base 36. */
  const sum = (text) => {
    let found = 0x811c9dc5;
    for (const unit of text) found = Math.imul(found ^ unit.codePointAt(0), 0x01000193) >>> 0;
    return found.toString(36);
  };

  const meaning = (run) => {
    const place = ({ state, facts }) => [state, ...run.machine.facts.map((fact) => facts[fact.name])].join(" ");
    const told = ({ row, answer, configuration, origin }) =>
      row === null ? `@${origin}` : [row.id, answer.hresult, place(configuration)].join(" ");
    return [place(run.begin.configuration), ...run.steps.map(told)].join("\n");
  };

  const written = ({ row, answer, origin }) => {
    if (row === null) return `@${origin}`;
    const answers = answersOf(row);
    return row.label + row.id.split("/").at(-1) + (answers.length > 1 ? LETTERS[answers.indexOf(answer)] : "");
  };

  /** The end of the address that stands for a run, without the #. */
  const write = (run) => {
    const { dialect } = run.machine.table;
    const head = `run=${FORM}~${dialect}~${run.machine.features.join(".")}~${run.initial}`;
    return `${head}~${run.steps.map(written).join(",")}~${sum(meaning(run))}`;
  };

  class UnfitError extends Error {
    /** `why` is the name of the message to show; `values` fill its places. */
    constructor(why, values = {}) {
      super(why);
      this.why = why;
      this.values = values;
    }
  }

  const takeStep = (run, text, origins) => {
    if (text.startsWith("@")) {
      if (!origins.includes(text.slice(1))) throw new UnfitError("stale");
      run.turn(text.slice(1));
      return;
    }
    const [, label, number, letter] = /^([a-z_]+)([0-9]+)([a-z]?)$/.exec(text) ?? [];
    const row = label === undefined ? null : run.machine.rowAt(label, run.configuration);
    if (row === null || row.id.split("/").at(-1) !== number) throw new UnfitError("stale");
    const answers = answersOf(row);
    const answer = answers[letter ? LETTERS.indexOf(letter) : 0];
    if (answer === undefined || Boolean(letter) !== answers.length > 1) throw new UnfitError("stale");
    run.take(row, answer);
  };

  /** Whether the end of an address is meant to be a run at all. */
  const isRun = (hash) => hash.startsWith("run=");

  /**
   * The run that the end of an address stands for. UnfitError: it stands for none on this page.
   *
   * `tables` are the tables by dialect, `origins` the names of all that an origin can do; it begins with the first.
   */
  const read = (hash, tables, origins) => {
    const [, form, rest] = /^run=([^~]*)~(.*)$/s.exec(hash) ?? [];
    if (form === undefined || hash.length > HASH_MAX) throw new UnfitError("foreign", { hash: hash.slice(0, 40) });
    if (form !== String(FORM)) throw new UnfitError("otherForm", { form: form.slice(0, 10), own: FORM });
    const parts = rest.split("~");
    if (parts.length !== 5) throw new UnfitError("stale");
    const [dialect, features, initial, steps, expected] = parts;
    const table = Object.hasOwn(tables, dialect) ? tables[dialect] : null;
    const chosen = features === "" ? [] : features.split(".");
    const known = table !== null && chosen.every((feature) => table.features.includes(feature));
    const machine = known ? new Machine(table, chosen) : null;
    const taken = steps === "" ? [] : steps.split(",");
    if (machine === null || !/^[0-9]$/.test(initial) || machine.initials[Number(initial)] === undefined) {
      throw new UnfitError("stale");
    }
    if (taken.length > STEPS_MAX) throw new UnfitError("stale");
    const run = new Run(machine, Number(initial), origins[0]);
    for (const text of taken) takeStep(run, text, origins);
    if (sum(meaning(run)) !== expected) throw new UnfitError("stale");
    return run;
  };

  explorer.share = Object.freeze({ Run, UnfitError, STEPS_MAX, isRun, read, write });
})();
