// Lets a reader search, sort and keep the long tables of a page.
const LONG = 9;

function numberIn(text) {
  const found = text.replaceAll(",", "").replace("\u2212", "-").match(/-?[0-9.]+/);
  return found ? Number(found[0]) : -Infinity;
}
function csv(rows) {
  const cell = (text) => `"${text.trim().replace(/^[=+@]/, "'$&").replaceAll('"', '""')}"`;
  return rows.map((row) => [...row.cells].map((one) => cell(one.innerText)).join(",")).join("\r\n");
}
function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}
for (const table of document.querySelectorAll(".wide > table")) {
  const body = table.tBodies[0], rows = [...body.rows], head = table.tHead?.rows[0];
  if (rows.length < LONG || !head) continue;
  const bar = document.createElement("div"), words = document.createElement("input");
  const count = document.createElement("output");
  const name = table.caption.textContent;
  bar.className = "bar";
  words.type = "search";
  words.placeholder = "Search";
  words.setAttribute("aria-label", `Search: ${name}`);
  words.addEventListener("input", () => {
    const wanted = words.value.toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !wanted.every((word) => text.includes(word));
    }
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows`;
  });
  const save = button("CSV", () => {
    const shown = [head, ...[...body.rows].filter((row) => !row.hidden)];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", csv(shown)], {type: "text/csv"}));
    link.download = `${table.id}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  save.setAttribute("aria-label", `Save the rows shown as CSV: ${name}`);
  bar.append(words, save, count);
  table.closest(".wide").before(bar);
  [...head.cells].forEach((cell, i) => {
    if (!cell.textContent) return;
    const text = (row) => row.cells[i].textContent;
    const compare = cell.classList.contains("n")
      ? (a, b) => numberIn(text(a)) - numberIn(text(b))
      : (a, b) => text(a).localeCompare(text(b), "en", {numeric: true});
    cell.replaceChildren(button(cell.textContent, () => {
      const up = cell.ariaSort !== "ascending";
      [...head.cells].forEach((one) => one.removeAttribute("aria-sort"));
      cell.setAttribute("aria-sort", up ? "ascending" : "descending");
      body.append(...[...body.rows].sort((a, b) => (up ? 1 : -1) * compare(a, b)));
    }));
  });
}
