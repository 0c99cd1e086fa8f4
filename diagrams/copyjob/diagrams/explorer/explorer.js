/**
 * The explorer: what happens when the reader does something on the page.
 *
 * Laws:
 *
 * 1. The tables are those that `copyjob export` writes, and the engine runs them; nothing here knows a rule.
 * 2. The address of the page always stands for the run on it, so that it can be shared and comes back when it is loaded
 *    again; an address that is no run is one message.
 * 3. A run is lost only when the reader creates another one, or opens the address of another one.
 *
 * What it does not know: states, operations and internal events by their names.
 */
"use strict";
(() => {
  const { Machine, answersOf } = globalThis.copyjobExplorer.engine;
  const { Run, UnfitError, STEPS_MAX, isRun, read, write } = globalThis.copyjobExplorer.share;
  const { Diagram } = globalThis.copyjobExplorer.diagram;
  const { View, byId, make } = globalThis.copyjobExplorer.view;
  const { Replay } = globalThis.copyjobExplorer.replay;

  const laid = JSON.parse(byId("explorer-data").textContent);
  const tables = globalThis.copyjobTables;
  const origins = laid.origin.map((way) => way.id);
  const diagram = new Diagram(laid.dialects);
  const view = new View(laid, { step });
  let run = null;

  /** The arrow on which a step is drawn, or a move beside the arrows where the picture has none for it. */
  const moved = ({ row, answer }) => {
    const id = laid.dialects[run.machine.table.dialect].rows[row.id].arrows[answer.dest];
    if (id !== undefined) return { arrows: [id] };
    return { beside: [{ from: row.source, to: answer.dest, name: row.kind }] };
  };

  /** Show the panels of the run, those of the replay, or that there is nothing yet. */
  const showing = ({ run: ofRun = false, replay = false }) => {
    for (const panel of document.querySelectorAll(".of-run")) panel.hidden = !ofRun;
    byId("replay").hidden = !replay;
    byId("idle").hidden = ofRun || replay;
  };

  const address = () => `#${write(run)}`;

  const show = () => {
    const { dialect } = run.machine.table;
    showing({ run: true });
    const last = run.answered;
    const begun = { arrows: [laid.dialects[dialect].start] };
    diagram.show(dialect, { state: run.configuration.state, ...(last === null ? begun : moved(last)) });
    const own = address();
    try {
      history.replaceState(null, "", own);
    } catch {
      // A browser may refuse so many changes in so short a time; the address is in its field all the same.
    }
    // Who goes on in another language takes the run along.
    for (const link of document.querySelectorAll("a[hreflang]")) link.hash = own;
    view.show(run, new URL(own, location.href).href);
    // Whoever pressed a button that has gone is at the sentence which says what came of it.
    if (document.activeElement?.closest("[hidden]") || document.activeElement === document.body)
      byId("told").focus({ preventScroll: true });
  };

  const begin = (next, sentence) => {
    run = next;
    view.problem("");
    view.prepare(run.machine);
    show();
    view.tell(view.say(sentence, { number: run.steps.length, state: run.configuration.state }));
    byId("told").scrollIntoView({ block: "start" });
  };

  const full = () => {
    if (run.full) view.problem(view.say("full", { number: STEPS_MAX }));
    return run.full;
  };

  /** Call an operation, or let an internal event happen. */
  async function step(label) {
    const row = run.machine.rowAt(label, run.configuration);
    if (row === null || full()) return;
    const answers = answersOf(row);
    const answer = answers.length === 1 ? answers[0] : await view.choose(run.machine, row);
    if (answer === null) return;
    run.take(row, answer);
    show();
    view.tell(view.sentence(run, run.now));
  }

  /** The machine that the form asks for. */
  const asked = () => {
    const { service } = byId("create").elements;
    const features = [...document.querySelectorAll("#features input:checked")].map((box) => box.value);
    return new Machine(tables[service.value], features);
  };

  /** What tells the initial configurations of a machine apart, in words. */
  const initials = (machine) => {
    const { facts } = laid.dialects[machine.table.dialect];
    const differ = ({ name }) =>
      new Set(machine.initials.map((each) => each.facts[name])).size === machine.initials.length;
    const name = machine.facts.find(differ)?.name;
    return machine.initials.map((each, at) =>
      name === undefined ? String(at + 1) : (facts[name].values?.[each.facts[name]] ?? String(at + 1)),
    );
  };

  /** Offer what the chosen dialect has. */
  const offer = () => {
    const { service } = byId("create").elements;
    for (const box of document.querySelectorAll("#features input")) {
      const has = tables[service.value].features.includes(box.value);
      box.closest("label").hidden = !has;
      if (!has) box.checked = false;
    }
    const machine = asked();
    const kept = byId("initial").value;
    byId("initial").replaceChildren(
      ...initials(machine).map((text, at) =>
        make("option", { value: String(at), selected: String(at) === kept }, text),
      ),
    );
    byId("kind").hidden = machine.initials.length < 2;
    if (run === null && byId("replay").hidden) diagram.show(service.value, {});
  };

  /** A text without its %-signs; as it is where these are none. */
  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };

  /** Read the run that the address stands for, where it stands for one. */
  const visit = () => {
    const hash = decoded(location.hash.slice(1));
    // The place of something on this page is no run.
    if (hash === "" || (!isRun(hash) && document.getElementById(hash) !== null)) return;
    if (run !== null && hash === write(run)) return;
    try {
      begin(read(hash, tables, origins), "restored");
    } catch (error) {
      if (!(error instanceof UnfitError)) throw error;
      view.problem(view.say(error.why, error.values));
    }
  };

  // As on every page of the handbook, an address may name a dialect.
  const named = new URLSearchParams(location.search).get("dialect") ?? "";
  const radio = [...byId("create").elements.service].find(({ value }) => value.toLowerCase() === named.toLowerCase());
  if (radio) radio.checked = true;
  byId("create").addEventListener("input", offer);
  byId("create").addEventListener("submit", (event) => {
    event.preventDefault();
    begin(new Run(asked(), Number(byId("initial").value), origins[0]), "created");
  });
  byId("origin").append(...laid.origin.map((way) => make("option", { value: way.id }, way.says)));
  byId("origin").addEventListener("change", (event) => {
    if (!full()) {
      run.turn(event.target.value);
      view.tell(view.sentence(run, run.now));
    }
    show();
  });
  byId("undo").addEventListener("click", () => {
    run.undo();
    view.problem("");
    show();
    view.tell(view.say("undone", { state: run.configuration.state }));
  });
  byId("copy").addEventListener("click", async () => {
    byId("address").select();
    try {
      await navigator.clipboard.writeText(byId("address").value);
      view.tell(view.say("copied"));
    } catch {
      view.tell(view.say("copyByHand"));
    }
  });
  const machines = Object.fromEntries(
    Object.entries(tables).map(([dialect, table]) => [dialect, new Machine(table, [])]),
  );
  new Replay(view, diagram, machines, {
    begun: () => showing({ replay: true }),
    left: () => {
      showing({});
      if (run === null) offer();
      else show();
    },
  });
  addEventListener("hashchange", visit);
  byId("stage").hidden = false;
  offer();
  visit();
})();
