/* The choice of a dialect: remembered, named in the address, kept on the way from page to page.
 *
 * Laws: without this script both dialects are shown. A link names a dialect as ?dialect=do; what the address names goes
 * before what is remembered. What a link leads to is never hidden: a place of the other dialect shows that one.
 *
 * It stands in the head, so that nothing is shown that is hidden at once. It knows no subject of the handbook.
 */
"use strict";
(() => {
  const root = document.documentElement;
  const KEY = "copyjob-dialect";
  const known = new Map([["bits", "BITS"], ["do", "DO"], ["both", "both"]]);
  const several = (root.dataset.dialects || "").split(" ").length > 1;

  const read = (text) => known.get(String(text).toLowerCase());
  const asked = read(new URLSearchParams(location.search).get("dialect"));
  let remembered;
  let remembers = true;
  try {
    remembered = read(localStorage.getItem(KEY));
  } catch {
    remembers = false;
  }
  let shown = asked || remembered || "BITS";
  // An address that names a dialect goes on naming one; so does every address where nothing can be remembered.
  let carried = Boolean(asked);

  const show = () => {
    if (several) root.dataset.shown = shown;
    for (const input of document.querySelectorAll('input[name="dialect"]')) input.checked = input.value === shown;
  };

  const name = (address) => {
    const [page, anchor] = address.split("#");
    return `${page.split("?")[0]}?dialect=${shown.toLowerCase()}${anchor === undefined ? "" : `#${anchor}`}`;
  };

  const choose = (dialect) => {
    shown = dialect;
    try {
      localStorage.setItem(KEY, dialect);
    } catch {
      remembers = false;
    }
    if (carried || !remembers) {
      carried = true;
      try {
        history.replaceState(history.state, "", name(location.href));
      } catch {
        // Some browsers permit no other address for a page that is a file: then links alone name the dialect.
      }
    }
    show();
  };

  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    // Of a group of rows, all of which are hidden, there is a place still, of no height.
    if (!target || target.getBoundingClientRect().height) return;
    const part = target.closest("[data-dialect]") || target.querySelector("[data-dialect]");
    if (!part) return;
    shown = part.dataset.dialect;
    show();
    target.scrollIntoView();
  };

  // A link of a picture is an SVG element: its address is an attribute alone.
  const carry = (event) => {
    const link = event.target instanceof Element && event.target.closest("a");
    if (!link || !(carried || !remembers)) return;
    for (const attribute of ["href", "xlink:href"]) {
      const address = link.getAttribute(attribute);
      if (address && /^[^:#?]+\.html(#|$)/.test(address)) link.setAttribute(attribute, name(address));
    }
  };

  show();
  document.addEventListener("DOMContentLoaded", () => {
    for (const switches of document.querySelectorAll("fieldset.dialects")) {
      switches.hidden = false;
      switches.addEventListener("change", (event) => choose(event.target.value));
    }
    show();
    reveal();
  });
  addEventListener("hashchange", reveal);
  addEventListener("click", carry, true);
  addEventListener("auxclick", carry, true);
})();
