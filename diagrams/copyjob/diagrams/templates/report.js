"use strict";
for (const form of document.querySelectorAll("form.filter")) {
  const rows = [...form.nextElementSibling.querySelector("tbody").rows];
  const words = rows.map((row) => row.textContent.toLowerCase());
  const show = () => {
    const verdict = form.verdict.value;
    const level = form.level.value;
    const text = form.text.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, at) => {
      row.hidden =
        (verdict && row.dataset.verdict !== verdict) || (level && row.dataset.level !== level) || !words[at].includes(text);
      shown += row.hidden ? 0 : 1;
    });
    const output = form.querySelector("output");
    output.textContent = output.dataset.told.replace("{number}", shown).replace("{total}", rows.length);
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
}
