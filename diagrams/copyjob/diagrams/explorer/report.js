/**
 * A report file of `copyjob check` in the explorer: read with suspicion, and a divergence of it as steps.
 *
 * Laws:
 *
 * 1. What is read is a whole report or a message: nothing behind this file meets a missing part or a wrong type.
 * 2. A step says what the report says. What the table makes of it stands beside: the shortest way by its rows on which
 *    what was seen can have come about, and nothing where there is none.
 * 3. A report tells states that were seen, also ones that no message of its sequence tells; they are put where the
 *    sequence leaves room for them, in their order.
 *
 * What it does not know: the page, languages.
 */
"use strict";
(() => {
  const explorer = (globalThis.copyjobExplorer ??= {});
  const { UnfitError } = explorer.share;

  const isText = (value) => typeof value === "string";
  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  /** The list at a place of the report, each entry of which fits; an empty one where it may be missing and is. */
  const listed = (object, key, place, fits) => {
    const found = object[key] ?? [];
    if (!Array.isArray(found) || !found.every(fits)) throw new UnfitError("damaged", { place: `${place}.${key}` });
    return found;
  };

  const texted = (object, key, place) => {
    if (!isText(object[key])) throw new UnfitError("damaged", { place: `${place}.${key}` });
    return object[key];
  };

  const withTexts =
    (...keys) =>
    (value) =>
      isObject(value) && keys.every((key) => isText(value[key]));

  const divergence = (found, place, states) => ({
    id: texted(found, "id", place),
    level: texted(found, "level", place),
    observation: texted(found, "observation", place),
    rows: listed(found, "rows", place, isText),
    permitted: listed(found, "permitted", place, isText),
    clauses: listed(found, "clauses", place, withTexts("key")).map(({ key }) => key),
    edges: listed(found, "edges", place, withTexts("source", "label", "dest", "seen")),
    // A state may be told twice in a row, where it was looked at again.
    path: listed(found, "path", place, (state) => isText(state) && states.has(state)).filter(
      (state, at, all) => state !== all[at - 1],
    ),
    sequence: listed(found, "sequence", place, withTexts("from", "to", "text")),
    plan: listed(found, "plan", place, isObject),
  });

  /**
   * The report that a text holds. UnfitError: it holds none.
   *
   * `machines` are the machines of the tables by dialect; `form` is what a report calls itself, with its `version`.
   */
  const parse = (text, machines, form) => {
    let data;
    try {
      data = JSON.parse(text);
    } catch {
      throw new UnfitError("noJson");
    }
    if (!isObject(data) || data.format !== form.name) throw new UnfitError("noReport");
    if (data.version !== form.version) {
      throw new UnfitError("otherVersion", { version: String(data.version).slice(0, 20), own: form.version });
    }
    const backend = isObject(data.backend) ? texted(data.backend, "name", "backend") : "";
    if (!Array.isArray(data.runs)) throw new UnfitError("damaged", { place: "runs" });
    const runs = data.runs.map((run, at) => {
      const place = `runs[${at}]`;
      const dialect = isObject(run) && isText(run.dialect) ? run.dialect : "";
      if (!Object.hasOwn(machines, dialect)) throw new UnfitError("damaged", { place: `${place}.dialect` });
      const { states } = machines[dialect];
      const found = listed(run, "divergences", place, isObject);
      return {
        dialect,
        digest: isText(run.table_digest) ? run.table_digest : "",
        divergences: found.map((each, number) => divergence(each, `${place}.divergences[${number}]`, states)),
      };
    });
    return { backend, runs };
  };

  /** What a message tells: a state that was seen, an operation with its answer, or only words. */
  const item = ({ from, to, text }, machine) => {
    // What a call was given may hold an arrow too; the last one is the answer's.
    const said = /^.* -> (\w+)/s.exec(text)?.[1] ?? "";
    const [label] = text.split(/[ (]/);
    const told = { text: `${from} → ${to}: ${text}`, state: null, label: null, hresult: null };
    if (machine.states.has(said)) return { ...told, state: said };
    if (!machine.operations.includes(label)) return told;
    return { ...told, label, hresult: machine.hresults.has(said) ? said : null };
  };

  const seen = (state) => ({ text: "", state, label: null, hresult: null });

  /** Messages and states in one order. */
  const items = ({ sequence, path }, machine) => {
    const found = [];
    let at = 0;
    let begun = false;
    for (const each of sequence.map((message) => item(message, machine))) {
      if (each.state !== null) {
        const next = path.indexOf(each.state, at);
        if (next >= 0) {
          // States that no message tells have been seen before this one.
          found.push(...path.slice(begun ? at + 1 : 0, next).map(seen));
          at = next;
          begun = true;
        }
      }
      found.push(each);
    }
    return [...found, ...path.slice(begun ? at + 1 : 0).map(seen)];
  };

  /** The places from just behind one of the `earlier` ones to the last. */
  const since = (place, earlier) => {
    const way = [];
    for (let each = place; each !== undefined && !earlier.has(each); each = each.before) way.unshift(each);
    return way;
  };

  /**
   * A divergence as steps, the last of which tells what was wrong.
   *
   * A step has the `text` of its message, or none where only a `state` was seen; `state` is the one seen last; `way`
   * are the rows and answers that lead there by the table, `place` is where the job then is by it, null where there is
   * no way any more; the step at which there was none for the first time is `broken`.
   */
  const steps = (found, machine) => {
    let places = [{ configuration: machine.initials[0] }];
    let state = null;
    const taken = items(found, machine).map((each) => {
      const before = state;
      const earlier = new Set(places);
      let now = places;
      if (each.state !== null) {
        now = machine.reachable(places).filter(({ configuration }) => configuration.state === each.state);
        state = each.state;
      } else if (each.label !== null) {
        now = machine.called(machine.reachable(places), each.label, each.hresult);
      }
      const [place = null] = now;
      places = now;
      const way = place === null ? [] : since(place, earlier);
      return { ...each, before, state, place, way, broken: earlier.size > 0 && place === null };
    });
    const before = found.path.at(-2) ?? null;
    const wrong = taken.at(-1)?.broken ?? false;
    return [
      ...taken,
      {
        text: "",
        state,
        label: null,
        hresult: null,
        before,
        place: null,
        way: [],
        broken: false,
        wrong,
        verdict: found,
      },
    ];
  };

  explorer.report = Object.freeze({ parse, steps });
})();
