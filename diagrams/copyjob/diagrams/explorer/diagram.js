/**
 * The life cycle on the page: which state the job is in, which arrow it took last, and where it went without an arrow.
 *
 * Laws:
 *
 * 1. Elements are found by the ids that are laid beside the table; none is put together here from names.
 * 2. Nothing is told by colour alone: a state has a thick frame and a token, an arrow a thick line, a move that is no
 *    arrow of the picture a dotted or dashed line of its own.
 *
 * What it does not know: the table, and why something is shown.
 */
"use strict";
(() => {
  const explorer = (globalThis.copyjobExplorer ??= {});
  const SVG = "http://www.w3.org/2000/svg";
  const MARKS = ["now", "last", "expected"];
  /** How far an arrow beside the others bends, as a share of its length. */
  const BOW = 0.2;

  const drawn = (tag, attributes) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  const centre = (box) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

  /** Where the line from the middle of a box towards a point leaves the box. */
  const border = (box, towards) => {
    const from = centre(box);
    const [x, y] = [towards.x - from.x, towards.y - from.y];
    const share = Math.min(box.width / 2 / Math.abs(x || 1e-9), box.height / 2 / Math.abs(y || 1e-9));
    return { x: from.x + x * share, y: from.y + y * share };
  };

  /** The figures of all dialects, of which one is shown. */
  class Diagram {
    /** `dialects` is what is laid beside each table: `picture`, `states`, by the dialect's name. */
    constructor(dialects) {
      this._dialects = dialects;
    }

    /** The box of a state in its picture's own units, and the group in which the picture stands. */
    _place(dialect, state) {
      const element = document.getElementById(this._dialects[dialect].states[state].element);
      return { box: element.getBBox(), graph: element.closest("g.graph") };
    }

    _clear(figure) {
      for (const name of MARKS) for (const marked of figure.querySelectorAll(`.${name}`)) marked.classList.remove(name);
      for (const added of figure.querySelectorAll(".beside")) added.remove();
    }

    /** Draw an arrow beside those of the picture: a bow, so that it lies on none of them all along. */
    _beside(dialect, { from, to, name }) {
      const { box, graph } = this._place(dialect, from);
      const goal = this._place(dialect, to).box;
      const [begin, end] = [centre(box), centre(goal)];
      const bend = {
        x: (begin.x + end.x) / 2 + BOW * (end.y - begin.y),
        y: (begin.y + end.y) / 2 - BOW * (end.x - begin.x),
      };
      const [tail, head] = [border(box, bend), border(goal, bend)];
      const length = Math.hypot(head.x - bend.x, head.y - bend.y) || 1;
      const [x, y] = [(head.x - bend.x) / length, (head.y - bend.y) / length];
      const neck = { x: head.x - 11 * x, y: head.y - 11 * y };
      const tip = [head, { x: neck.x - 5 * y, y: neck.y + 5 * x }, { x: neck.x + 5 * y, y: neck.y - 5 * x }];
      const group = drawn("g", { class: `beside ${name}` });
      group.append(
        drawn("path", { d: `M${tail.x},${tail.y}Q${bend.x},${bend.y} ${neck.x},${neck.y}` }),
        drawn("polygon", { points: tip.map((point) => `${point.x},${point.y}`).join(" ") }),
      );
      graph.append(group);
    }

    _token(dialect, state) {
      const { box, graph } = this._place(dialect, state);
      let token = graph.querySelector(":scope > .token");
      if (token === null) {
        token = drawn("g", { class: "token", "aria-hidden": "true" });
        token.append(drawn("circle", { r: "8" }), drawn("path", { d: "M-3,-4L4.5,0L-3,4Z" }));
      }
      graph.append(token);
      // Its way there is seen: the style sheet lets the place change slowly.
      token.style.transform = `translate(${box.x}px, ${box.y}px)`;
    }

    /** Bring a state into view where the picture is wider or higher than its frame; the page itself does not move. */
    _into(figure, dialect, state) {
      const frame = figure.querySelector(".frame");
      const element = document.getElementById(this._dialects[dialect].states[state].element);
      const [outer, inner] = [frame.getBoundingClientRect(), element.getBoundingClientRect()];
      frame.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
      frame.scrollTop += inner.top + inner.height / 2 - outer.top - outer.height / 2;
    }

    /**
     * Show a moment of a job.
     *
     * `state` is where it is, null: nowhere; `arrows` are the ids of the arrows that it took last; `expected` those
     * that it should have taken; `beside` are moves without an arrow: from, to, and a class name.
     */
    show(dialect, { state = null, arrows = [], expected = [], beside = [] }) {
      for (const [name, laid] of Object.entries(this._dialects)) {
        document.getElementById(laid.picture).hidden = name !== dialect;
      }
      const figure = document.getElementById(this._dialects[dialect].picture);
      this._clear(figure);
      for (const id of expected) document.getElementById(id)?.classList.add("expected");
      for (const id of arrows) document.getElementById(id)?.classList.add("last");
      for (const move of beside) if (move.from !== move.to) this._beside(dialect, move);
      figure.querySelector(".token")?.classList.toggle("away", state === null);
      if (state === null) return;
      document.getElementById(this._dialects[dialect].states[state].element).classList.add("now");
      this._token(dialect, state);
      this._into(figure, dialect, state);
    }
  }

  explorer.diagram = Object.freeze({ Diagram });
})();
