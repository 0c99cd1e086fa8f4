/* The search: looks through the index of the page's language, which is loaded when somebody wants to search.
 *
 * Laws: it works from the file system, where nothing can be fetched: the index is a script that sets a global. Whatever
 * it shows is a link. The keys alone suffice: arrows to go, Enter to open, Escape to leave, / to begin.
 *
 * It knows how an entry is made up ([title, kind, address, names, text], see search.py), no subject, no language.
 */
"use strict";
(() => {
  const form = document.querySelector("form.search");
  if (!form) return;
  const input = form.querySelector("input");
  const list = form.querySelector("ul");
  const status = form.querySelector("[role=status]");
  const SHOWN_MAX = 12;
  let index = null;
  let loading = false;

  /** A name without what spellings differ in; an interface before a method's name says nothing that it does not. */
  const plain = (word) => word.replace(/^I[A-Z]\w*(::|->|\.)/, "").replace(/[\s_:()-]+/g, "").toLowerCase();

  /** The eight hexadecimal digits of an HRESULT, written in hexadecimal or in decimal, signed or not; or "". */
  const digits = (word) => {
    const text = word.replace(/[uUlL]+$/, "");
    if (/^0x[0-9a-f]{1,8}$/i.test(text)) return text.slice(2).toLowerCase().padStart(8, "0");
    if (/^[0-9a-f]{8}$/i.test(text)) return text.toLowerCase();
    if (!/^-?\d{1,10}$/.test(text)) return "";
    const number = Number(text);
    if (number < -(2 ** 31) || number >= 2 ** 32) return "";
    return (number >>> 0).toString(16).padStart(8, "0");
  };

  const words = (text) => text.toLowerCase().split(/[^\p{L}\p{N}_/]+/u).filter(Boolean);

  const nameScore = (names, word) => {
    const wanted = plain(word);
    const number = digits(word);
    let best = 0;
    for (const name of names) {
      if (name === wanted || (number && name === number)) best = Math.max(best, 100);
      else if (wanted.length > 1 && name.startsWith(wanted)) best = Math.max(best, 70 - Math.min(name.length - wanted.length, 30));
      else if (wanted.length > 2 && name.includes(wanted)) best = Math.max(best, 30);
    }
    return best;
  };

  const score = (entry, query, parts) => {
    const whole = nameScore(entry.names, query);
    // Of two that have a name in common, the one that is called so comes first.
    if (whole) return whole + 20 + (plain(entry.title) === plain(query) ? 1 : 0);
    let sum = 0;
    let found = 0;
    for (const part of parts) {
      const named = nameScore(entry.names, part);
      // A number that is spelled out in a text, and a word of it, are found by their beginning.
      const told = entry.words.some((word) => word.startsWith(part.toLowerCase())) ? 8 : 0;
      sum += Math.max(named, told);
      found += named || told ? 1 : 0;
    }
    if (found === parts.length) return sum + (parts.length > 1 ? 10 : 0);
    return sum >= 100 ? sum - 40 : 0;
  };

  const prepare = () => {
    index = window.copyjobSearchIndex.map(([title, kind, address, names, text]) => ({
      title, kind, address, names, text, words: words(`${title} ${text}`),
    }));
    find();
  };

  const load = () => {
    if (index || loading) return;
    loading = true;
    const script = document.createElement("script");
    script.src = form.dataset.index;
    script.addEventListener("load", prepare);
    document.head.append(script);
  };

  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    status.textContent = "";
  };

  const line = (entry) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const title = document.createElement("span");
    const kind = document.createElement("span");
    link.href = form.dataset.root + entry.address;
    title.textContent = entry.title;
    title.className = "found-title";
    kind.textContent = entry.kind;
    kind.className = "found-kind";
    link.append(title, " ", kind);
    if (entry.text && entry.text !== entry.title) {
      const text = document.createElement("span");
      text.textContent = entry.text.length > 110 ? `${entry.text.slice(0, 108)} …` : entry.text;
      text.className = "found-text";
      link.append(text);
    }
    item.append(link);
    return item;
  };

  const find = () => {
    const query = input.value.trim();
    if (!query || !index) {
      close();
      return;
    }
    const parts = query.split(/\s+/);
    const found = [];
    for (const entry of index) {
      const worth = score(entry, query, parts);
      if (worth) found.push({ entry, worth });
    }
    found.sort((one, other) => other.worth - one.worth);
    list.replaceChildren(...found.slice(0, SHOWN_MAX).map(({ entry }) => line(entry)));
    if (!found.length) {
      const none = document.createElement("li");
      none.textContent = form.dataset.none;
      list.append(none);
    }
    list.hidden = false;
    status.textContent = found.length ? form.dataset.some.replace("#", String(found.length)) : form.dataset.none;
  };

  const links = () => [...list.querySelectorAll("a")];

  const move = (by) => {
    const all = links();
    if (!all.length) return;
    const next = all.indexOf(document.activeElement) + by;
    (next < 0 ? input : all[Math.min(next, all.length - 1)]).focus();
  };

  form.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape") {
      input.focus();
      close();
    } else return;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [first] = links();
    if (first) first.click();
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) list.hidden = true;
  });
  input.addEventListener("focus", () => {
    load();
    find();
  });
  input.addEventListener("input", () => {
    load();
    find();
  });
  // A click on a result takes the focus away before it is a click; what it leads to must still be there.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
    }
  });
  form.hidden = false;
})();
