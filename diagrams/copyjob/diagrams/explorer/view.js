/**
 * What the explorer shows of a moment of a run: state, answer, rule, facts, what may be called or happen, history.
 *
 * Laws:
 *
 * 1. Everything is written as text, never as markup: what comes from a report or an address cannot become part of the
 *    page.
 * 2. Buttons stay the same elements from one step to the next, so that the keyboard stays where it is.
 * 3. Every text is laid beside the table in the page's language; names of the field are shown as they are.
 *
 * What it does not know: what a button does.
 */
"use strict";
(() => {
  const explorer = (globalThis.copyjobExplorer ??= {});
  const { answersOf, holds } = explorer.engine;

  /** A text with its {places} filled. */
  const fill = (text, values = {}) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

  /** An element with attributes, and with texts and elements in it. */
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") element.addEventListener("click", value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };

  const byId = (id) => document.getElementById(id);

  const linked = (text, address) => (address ? make("a", { href: address }, text) : text);

  const hexadecimal = (value) => `0x${value.toString(16).toUpperCase().padStart(8, "0")}`;

  /** The panels of a run; `laid` is what stands beside the tables, `act` what the buttons do. */
  class View {
    constructor(laid, act) {
      this.laid = laid;
      this._act = act;
      this._told = [];
      this.say = (key, values) => fill(laid.texts[key], values);
    }

    /** What is laid beside the table of a machine. */
    beside(machine) {
      return this.laid.dialects[machine.table.dialect];
    }

    /** The name of an operation or internal event, as a reader knows it. */
    name(machine, label) {
      return this.beside(machine).labels[label].told;
    }

    /** One clear message, in the place for it; an empty one takes it away. */
    problem(text) {
      const place = byId("problem");
      place.textContent = text;
      place.hidden = text === "";
      if (text !== "") place.scrollIntoView({ block: "nearest" });
    }

    /** What has happened, for everybody: it is read aloud where a page is read aloud. */
    tell(text) {
      byId("told").textContent = text;
    }

    /** A step in a sentence. */
    sentence(run, step) {
      const { machine } = run;
      if (step.row === null) return this.laid.origin.find((way) => way.id === step.origin).says;
      const values = {
        label: this.name(machine, step.row.label),
        state: step.answer.dest,
        hresult: step.answer.hresult,
      };
      const moved = step.answer.dest !== step.row.source;
      if (step.answer.hresult === null) return this.say(moved ? "happenedMoved" : "happenedStays", values);
      if (machine.hresults.get(step.answer.hresult).failed) return this.say("refused", values);
      return this.say(moved ? "answeredMoved" : "answeredStays", values);
    }

    _hresult(machine, name) {
      const { value, failed } = machine.hresults.get(name);
      return [
        linked(name, this.beside(machine).hresults[name]),
        ` (${hexadecimal(value)}) `,
        make(
          "span",
          { class: failed ? "sign failed" : "sign" },
          failed ? `✗ ${this.say("signFailed")}` : `✓ ${this.say("signSucceeded")}`,
        ),
      ];
    }

    _clauses(keys) {
      return keys.map((key) => {
        const clause = this.laid.clauses[key];
        return make(
          "details",
          {},
          make("summary", {}, key),
          make("p", {}, `${clause.text} `, linked(this.say("clausePage"), clause.page)),
        );
      });
    }

    /** A rule: its id, how binding it is, on what grounds, where it applies, and its clauses. */
    rule(machine, row, into) {
      if (row === null) {
        into.replaceChildren(this.say("noRule"));
        return;
      }
      const laid = this.beside(machine).rows[row.id];
      const guard = machine.features.length === 0 ? (laid.core ?? laid.guard) : laid.guard;
      const where = guard === "" ? [] : [make("p", {}, this.say("where", { guard }))];
      into.replaceChildren(
        make(
          "p",
          {},
          linked(row.id, laid.page),
          " ",
          make("span", { class: "badge" }, row.level),
          " ",
          make("span", { class: `badge ${row.basis}` }, this.say(row.basis)),
        ),
        ...where,
        ...this._clauses(row.cites),
      );
    }

    /** The facts, of which those that a step changed are marked. */
    facts(machine, facts, before, into) {
      const laid = this.beside(machine).facts;
      into.replaceChildren(
        ...machine.facts.flatMap(({ name }) => {
          const told = laid[name].values?.[facts[name]] ?? String(facts[name]);
          const changed = before !== null && before[name] !== facts[name];
          const mark = changed ? [" ", make("span", { class: "sign" }, `● ${this.say("changed")}`)] : [];
          return [make("dt", {}, laid[name].label), make("dd", {}, told, ...mark)];
        }),
      );
    }

    /** Make the buttons of a machine: its operations in groups, its internal events, what the origin can do. */
    prepare(machine) {
      const laid = this.beside(machine);
      const button = (label, kind) =>
        make(
          "button",
          { type: "button", class: kind, "data-label": label, onclick: () => this._act.step(label) },
          laid.labels[label].told,
        );
      const groups = laid.operations
        .map(({ title, labels }) => ({ title, labels: labels.filter((label) => machine.operations.includes(label)) }))
        .filter(({ labels }) => labels.length > 0);
      byId("operations").replaceChildren(
        ...groups.map(({ title, labels }) =>
          make(
            "div",
            { role: "group", "aria-label": title },
            make("span", { class: "kind" }, title),
            make("span", {}, ...labels.map((label) => button(label, "operation"))),
          ),
        ),
      );
      this._events = machine.events.map(({ name }) => {
        const entry = make(
          "li",
          {},
          button(name, "event"),
          " ",
          make("span", { class: "cause" }, laid.labels[name].cause),
        );
        return { name, entry };
      });
      byId("events").replaceChildren(...this._events.map(({ entry }) => entry));
    }

    /** Whether what the origin does lets an internal event happen; one that is not the origin's may always happen. */
    lets(origin, event, facts) {
      const causing = this.laid.origin.flatMap((way) => way.events).some((each) => each.event === event);
      const way = this.laid.origin.find(({ id }) => id === origin);
      return !causing || way.events.some((each) => each.event === event && holds(each.guard, facts));
    }

    _happening(run) {
      const { machine, configuration, now } = run;
      const possible = machine.happening(configuration).map(({ event }) => event.name);
      const open = possible.filter((name) => this.lets(now.origin, name, configuration.facts));
      for (const { name, entry } of this._events) entry.hidden = !open.includes(name);
      byId("nothing-happens").hidden = open.length > 0;
      const held = possible.filter((name) => !open.includes(name)).map((name) => this.name(machine, name));
      byId("held-back").hidden = held.length === 0;
      byId("held-back").textContent = held.length === 0 ? "" : this.say("heldBack", { events: held.join(", ") });
    }

    /** The steps as a list; entries that stand there already stay, since a run may have hundreds. */
    _history(run) {
      const list = byId("history");
      const steps = [run.begin, ...run.steps];
      const same = steps.findIndex((step, at) => step !== this._told[at]);
      const kept = same < 0 ? steps.length : same;
      while (list.children.length > kept) list.lastElementChild.remove();
      list.lastElementChild?.removeAttribute("aria-current");
      const created = this.say("created", { state: run.begin.configuration.state });
      list.append(
        ...steps.slice(kept).map((step) => make("li", {}, step === run.begin ? created : this.sentence(run, step))),
      );
      list.lastElementChild.setAttribute("aria-current", "step");
      list.scrollTop = list.scrollHeight;
      this._told = steps;
    }

    /** Show where a run is. */
    show(run, address) {
      const { machine, configuration, now } = run;
      byId("state").replaceChildren(linked(configuration.state, this.beside(machine).states[configuration.state].page));
      const { answer, row } = run.answered ?? { answer: null, row: null };
      const hresult = answer?.hresult ?? null;
      byId("answer").replaceChildren(
        ...(hresult === null ? [this.say(row === null ? "noCall" : "noAnswer")] : this._hresult(machine, hresult)),
      );
      this.rule(machine, row, byId("rule"));
      this.facts(machine, configuration.facts, now.before?.facts ?? null, byId("facts"));
      byId("origin").value = now.origin;
      this._happening(run);
      this._history(run);
      byId("undo").disabled = run.steps.length === 0;
      byId("address").value = address;
    }

    /** Let the reader choose which answer the service gives; the promise gives it, or null: none, no step is taken. */
    choose(machine, row) {
      const label = this.name(machine, row.label);
      const told = (answer) => {
        const values = { hresult: answer.hresult, state: answer.dest };
        const text = this.say(answer.hresult === null ? "choiceEvent" : "choiceCall", values);
        return row.tolerated.includes(answer) ? this.say("tolerated", { answer: text }) : text;
      };
      const dialog = byId("choice");
      return new Promise((resolve) => {
        let chosen = null;
        const give = (answer) => {
          chosen = answer;
          dialog.close();
        };
        const button = (text, onclick) => make("button", { type: "button", onclick }, text);
        const any = () => give(row.answers[Math.floor(Math.random() * row.answers.length)]);
        byId("choice-question").textContent = this.say(row.kind === "operation" ? "chooseCall" : "chooseEvent", {
          label,
        });
        byId("choice-answers").replaceChildren(
          ...answersOf(row).map((answer) => button(told(answer), () => give(answer))),
          ...(row.answers.length > 1 ? [button(this.say("any"), any)] : []),
        );
        dialog.addEventListener("close", () => resolve(chosen), { once: true });
        dialog.showModal();
      });
    }
  }

  explorer.view = Object.freeze({ View, byId, fill, make, linked });
})();
