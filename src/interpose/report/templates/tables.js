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
  table.show = (fits) => {
    for (const row of rows) row.hidden = !fits(row);
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows`;
  };
  words.addEventListener("input", () => {
    const wanted = words.value.toLowerCase().split(/\s+/);
    table.show((row) => wanted.every((word) => row.textContent.toLowerCase().includes(word)));
  });
  const all = button("All rows", () => {
    words.value = "";
    table.show(() => true);
  });
  const save = button("CSV", () => {
    const shown = [head, ...[...body.rows].filter((row) => !row.hidden)];
    keep(table.id, shown.map((row) => [...row.cells].map((one) => one.innerText.trim())));
  });
  save.setAttribute("aria-label", `Save the rows shown as CSV: ${name}`);
  bar.append(words, all, save, count);
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
for (const link of document.querySelectorAll("[data-rows]")) link.hash = `rows=${link.dataset.rows}`;
function reveal() { // a link to rows opens the table that holds them, whatever is searched there
  const [key, many] = decodeURIComponent(location.hash.slice(1)).split("=");
  const found = many ? many.split(",").map((one) => document.getElementById(`row-${one}`)) : [document.getElementById(key)];
  const row = found.find((one) => one), table = row?.closest(".wide > table");
  if (!table) return;
  if (many) table.show?.((one) => found.includes(one));
  for (const one of found) if (one) one.hidden = false;
  for (let one = row; one; one = one.parentElement) if (one.matches("details")) one.open = true;
  row.scrollIntoView({block: row.matches("tr") ? "center" : "start"});
}
addEventListener("hashchange", reveal);
reveal();
