// Lets a reader search, sort and keep the long tables of a page.
const LONG = 9;

function numberIn(text) {
  const found = text.replaceAll(",", "").replace("\u2212", "-").match(/-?[0-9.]+/);
  return found ? Number(found[0]) : -Infinity;
}
// Saves lines of cells as CSV; what a spreadsheet would take for a formula is marked as text.
function keep(name, lines) {
  const cell = (text) => `"${text.replace(/^(?=[=+\-@\t\r](?!\d+(?:\.\d+)?$))/, "'").replaceAll('"', '""')}"`;
  const text = `\ufeff${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], {type: "text/csv;charset=utf-8"}));
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
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
    keep(table.id, shown.map((row) => [...row.cells].map((one) => one.innerText.trim())));
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
function reveal() { // a link to a row opens the table that holds it, whatever is searched there
  const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!row?.closest(".wide > table")) return;
  row.hidden = false;
  for (let one = row; one; one = one.parentElement) if (one.matches("details")) one.open = true;
  row.scrollIntoView({block: row.matches("tr") ? "center" : "start"});
}
addEventListener("hashchange", reveal);
reveal();
