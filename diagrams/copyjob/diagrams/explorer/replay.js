/**
 * The replay: a report is opened, its divergences are listed, one of them is stepped through on the diagram.
 *
 * Laws:
 *
 * 1. A file that is no report of this version is one message; the run and what was replayed before stay.
 * 2. What the report says is shown as it says it, in its own language; what the table says stands apart from it.
 *
 * What it does not know: how a report becomes steps.
 */
"use strict";
(() => {
  const explorer = (globalThis.copyjobExplorer ??= {});
  const { UnfitError } = explorer.share;
  const { parse, steps } = explorer.report;
  const { byId, make, linked } = explorer.view;

  class Replay {
    /** `act` is what else happens when a replay begins and ends. */
    constructor(view, diagram, machines, act) {
      this._view = view;
      this._diagram = diagram;
      this._machines = machines;
      this._act = act;
      this._steps = [];
      this._at = 0;
      this._wire();
    }

    _wire() {
      const input = byId("report");
      input.addEventListener("change", () => {
        if (input.files.length > 0) void this.open(input.files[0]);
        // The same file may be chosen again when it has changed.
        input.value = "";
      });
      const door = byId("open");
      const isFile = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
      document.addEventListener("dragover", (event) => {
        if (!isFile(event)) return;
        event.preventDefault();
        door.classList.add("ready");
      });
      document.addEventListener("dragleave", (event) => {
        if (event.relatedTarget === null) door.classList.remove("ready");
      });
      document.addEventListener("drop", (event) => {
        if (!isFile(event)) return;
        event.preventDefault();
        door.classList.remove("ready");
        void this.open(event.dataTransfer.files[0]);
      });
      for (const [id, by] of [
        ["first", -Infinity],
        ["previous", -1],
        ["next", 1],
        ["last", Infinity],
      ]) {
        byId(id).addEventListener("click", () => this.go(this._at + by));
      }
      byId("leave").addEventListener("click", () => this._act.left());
    }

    /** Open a file: list what it found, or tell in one message why it can't be read. */
    async open(file) {
      const { report } = this._view.laid;
      try {
        if (file.size > report.bytes) throw new UnfitError("tooBig", { bytes: report.bytes / 1024 / 1024 });
        this._list(file.name, parse(await file.text(), this._machines, report));
        this._view.problem("");
      } catch (error) {
        // A folder that is dropped, or a file that has gone, cannot be read at all.
        const { why, values } = error instanceof UnfitError ? error : { why: "unreadable", values: {} };
        this._view.problem(this._view.say(why, { file: file.name, ...values }));
      }
    }

    _list(name, { backend, runs }) {
      const found = runs.flatMap((run) => run.divergences.map((divergence) => ({ run, divergence })));
      const { say } = this._view;
      byId("divergences").hidden = false;
      const count = found.length === 0 ? "foundNone" : found.length === 1 ? "foundOne" : "foundSome";
      byId("divergences-head").textContent = say(count, { file: name, backend, number: found.length });
      byId("divergences-list").replaceChildren(
        ...found.map(({ run, divergence }) =>
          make(
            "li",
            {},
            make(
              "button",
              { type: "button", onclick: () => this.begin(run, divergence) },
              `${run.dialect}: ${divergence.id}`,
            ),
            " ",
            make("span", { lang: "en" }, divergence.observation),
          ),
        ),
      );
      this._view.tell(byId("divergences-head").textContent);
    }

    /** Begin to step through a divergence. */
    begin(run, divergence) {
      this._machine = this._machines[run.dialect];
      this._steps = steps(divergence, this._machine);
      const { say, laid } = this._view;
      this._act.begun();
      byId("replay-head").textContent = say("replayOf", { id: divergence.id, dialect: run.dialect });
      byId("other-table").hidden = run.digest === "" || run.digest === laid.dialects[run.dialect].digest;
      byId("replay-steps").replaceChildren(
        ...this._steps.map((step, at) =>
          make(
            "li",
            { lang: step.text === "" ? null : "en" },
            make("button", { type: "button", class: "plain", onclick: () => this.go(at) }, this._told(step)),
          ),
        ),
      );
      this.go(0);
      byId("replay-head").focus();
    }

    _told(step) {
      if (step.verdict) return this._view.say("verdict", step.verdict);
      return step.text === "" ? this._view.say("seen", { state: step.state }) : step.text;
    }

    /** Go to a step; one beyond the ends is the end. */
    go(at) {
      this._at = Math.max(0, Math.min(this._steps.length - 1, at));
      const step = this._steps[this._at];
      const { say } = this._view;
      for (const [number, entry] of [...byId("replay-steps").children].entries()) {
        if (number !== this._at) {
          entry.removeAttribute("aria-current");
          continue;
        }
        entry.setAttribute("aria-current", "step");
        byId("replay-steps").scrollTop = entry.offsetTop - byId("replay-steps").offsetTop;
      }
      byId("first").disabled = byId("previous").disabled = this._at === 0;
      byId("last").disabled = byId("next").disabled = this._at === this._steps.length - 1;
      byId("replay-count").textContent = say("count", { number: this._at + 1, of: this._steps.length });
      const shown = step.place?.configuration.state ?? step.state;
      byId("replay-state").textContent = step.state ?? say("notSeen");
      this._byTheTable(step);
      this._verdict(step.verdict ?? null);
      this._diagram.show(this._machine.table.dialect, { state: shown, ...this._arrows(step) });
      this._view.tell(`${byId("replay-count").textContent} ${this._told(step)}`);
    }

    /** What the table makes of a step: the way on which it can have come about. */
    _byTheTable(step) {
      const { say, name } = { say: this._view.say, name: (label) => this._view.name(this._machine, label) };
      const told = step.way.map(({ row, answer }) => {
        const laid = this._view.beside(this._machine).rows[row.id];
        return make("li", {}, `${name(row.label)} → ${answer.dest} `, linked(row.id, laid.page));
      });
      if (step.broken) told.push(make("li", {}, say("noWay", { state: step.state })));
      byId("replay-way").replaceChildren(...told);
      byId("replay-way-head").hidden = told.length === 0;
    }

    _verdict(found) {
      byId("replay-verdict").hidden = found === null;
      if (found === null) return;
      const { laid } = this._view;
      const clause = (key) => linked(key, laid.clauses[key]?.page);
      byId("observation").textContent = found.observation;
      byId("permitted").replaceChildren(...found.permitted.map((text) => make("li", {}, text)));
      byId("violated").replaceChildren(...found.clauses.map((key) => make("li", {}, clause(key))));
    }

    _arrows(step) {
      const { rows } = this._view.beside(this._machine);
      const arrow = (row, dest) => rows[row.id].arrows[dest] ?? null;
      const jump = { from: step.before, to: step.state, name: "instead" };
      if (!step.verdict) {
        const arrows = step.way.map(({ row, answer }) => arrow(row, answer.dest)).filter((id) => id !== null);
        return { arrows, beside: step.broken && step.before !== null && step.label === null ? [jump] : [] };
      }
      const { edges, rows: blamed } = step.verdict;
      const drawn = (row) => Object.values(rows[row]?.arrows ?? {});
      const expected = edges.length === 0 ? blamed.flatMap(drawn) : edges.flatMap((edge) => this._drawn(edge));
      const instead = edges.some(
        (edge) => edge.source === step.before && edge.seen === step.state && edge.seen !== edge.dest,
      );
      return { expected, beside: instead || (edges.length === 0 && step.wrong) ? [jump] : [] };
    }

    /** The arrows on which a move of the report is drawn. */
    _drawn({ source, label, dest }) {
      const { rows } = this._view.beside(this._machine);
      const fitting = this._machine.rows.filter((row) => row.label === label && row.source === source);
      return fitting.map((row) => rows[row.id].arrows[dest]).filter((id) => id !== undefined);
    }
  }

  explorer.replay = Object.freeze({ Replay });
})();
