// Searches, filters, sorts and saves the rows of a record that stand in the page. What comes from
// the record is read and written as text, never as markup. `button` and `keep` are those of tables.js.
const at = (id) => document.getElementById(id);
const table = at("rows"), body = table.tBodies[0], form = at("ask"), save = at("save");
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const words = (cell) => cell.textContent.trim().replace(/\s*\n\s*/g, "; ");
const order = new Intl.Collator("en", {numeric: true});
const WHEN = 1, NUMBER = 2, VERDICT = 3, SOURCE = 5;
const rows = [...body.rows].map((tr) => ({
  tr, ...tr.dataset, cells: [...tr.cells].map(words), text: plain(tr.textContent),
}));
for (const row of rows) {
  row.title = plain(row.cells[SOURCE]);
  row.verdict = row.cells[VERDICT].split("; ")[0];
}
let only = null; // the one disagreement whose rows are shown

function fits(row, asked) {
  return asked.words.every((word) => row.text.includes(word))
    && (!asked.kind || `${row.kind} `.startsWith(`${asked.kind} `))
    && row.title.includes(asked.source)
    && (!asked.from || row.to >= asked.from) && (!asked.to || row.from <= asked.to)
    && (!asked.verdict || row.verdict === asked.verdict)
    && (!asked.odd || row.odd.split(" ").includes(asked.odd))
    && (only === null || row.findings.split(" ").includes(only));
}
function show() {
  const asked = Object.fromEntries(
    ["kind", "from", "to", "verdict", "odd"].map((id) => [id, at(id).value]));
  asked.words = plain(at("words").value).split(/\s+/);
  asked.source = plain(at("source").value).trim();
  let count = 0;
  for (const row of rows) {
    const fit = fits(row, asked);
    count += fit;
    if (row.tr.hidden === fit) row.tr.hidden = !fit;
  }
  const of = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows`;
  at("shown").textContent = only === null ? of : `${of}: those of one disagreement`;
  save.disabled = !count;
}
function showAll(but = null) {
  form.reset();
  only = but;
  show();
}
function sort(column, head) {
  const sign = head.ariaSort === "ascending" ? -1 : 1;
  for (const other of table.tHead.rows[0].cells) other.ariaSort = "none";
  head.ariaSort = sign > 0 ? "ascending" : "descending";
  const key = (row) => column === WHEN ? row.from : column === NUMBER ? row.number : row.cells[column];
  rows.sort((one, other) => {
    const [a, b] = [key(one) ?? "", key(other) ?? ""];
    if (!a || !b) return !a - !b; // what is not given comes last
    return sign * (column === NUMBER ? a - b : order.compare(a, b));
  });
  body.append(...rows.map((row) => row.tr));
}
function lines() {
  const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent);
  const shown = rows.filter((row) => !row.tr.hidden).map((row) => [
    row.tr.id.slice(4), ...row.cells, row.from ?? "", row.to ?? "", row.number ? `${Number(row.number)}` : "",
    at(row.tr.cells[SOURCE].firstElementChild.hash.slice(1))?.querySelector("a")?.href ?? "",
  ]);
  return [["Row", ...heads, "First day", "Last day", "Value", "Address"], ...shown];
}
save.addEventListener("click", () => keep(`${table.dataset.name}_record`, lines()));
[...table.tHead.rows[0].cells].forEach((head, column) => {
  head.ariaSort = "none";
  head.replaceChildren(button(head.textContent, () => sort(column, head)));
});
for (const group of document.querySelectorAll("[id^=finding-]")) {
  group.rows[0].cells[0].append(button("Show these rows alone in the table", () => {
    showAll(group.id.slice("finding-".length));
    at("table-title").scrollIntoView();
  }));
}
function follow() { // a link to a row that is filtered out shows all rows
  const row = at(decodeURIComponent(location.hash.slice(1)));
  if (row?.hidden) showAll();
  if (row?.closest("#rows")) row.scrollIntoView({block: "center"});
}
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", show);
at("all").addEventListener("click", () => showAll());
addEventListener("hashchange", follow);
form.hidden = false;
show();
follow();
document.documentElement.dataset.ready = "yes";
