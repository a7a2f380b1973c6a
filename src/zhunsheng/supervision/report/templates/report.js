// Sorting, filtering and opening. The page is whole without it.
"use strict";
const words = document.getElementById("words").dataset;

function opened(target) {
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
}

function follow() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (!target) return;
  opened(target);
  target.scrollIntoView();
}
addEventListener("hashchange", follow);
follow();

let shut = [];
addEventListener("beforeprint", () => {
  shut = [...document.querySelectorAll("details:not([open], .told)")];
  shut.forEach((d) => { d.open = true; });
});
addEventListener("afterprint", () => shut.forEach((d) => { d.open = false; }));

function key(row, column) {
  const cell = row.cells[column];
  const text = cell.dataset.s ?? cell.textContent.trim();
  return text !== "" && !isNaN(text) ? Number(text) : text;
}

function compare(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), document.documentElement.lang, { numeric: true });
}

function sort(table, column, head) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) {
    other.removeAttribute("aria-sort");
    other.querySelector("button").textContent = "\u2195";
  }
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  head.querySelector("button").textContent = down ? "\u2193" : "\u2191";
  const rows = [...table.tBodies[0].rows].sort((a, b) => compare(key(a, column), key(b, column)));
  table.tBodies[0].append(...(down ? rows.reverse() : rows));
}

function sortable(table) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "\u2195";
    button.setAttribute("aria-label", words.sort.replace("#", head.textContent));
    head.addEventListener("click", () => sort(table, column, head));
    head.append(" ", button);
  });
}

function filterable(table) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const said = document.createElement("output");
  input.type = "search";
  label.className = "filter";
  label.append(words.filter, input);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    const rows = [...table.tBodies[0].rows];
    rows.forEach((row) => { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
    said.textContent = wanted ? words.count.replace("#", rows.filter((row) => !row.hidden).length) : "";
  });
  label.append(said);
  table.before(label);
}

function openers(section) {
  const all = [...section.querySelectorAll(":scope > details.norm, :scope > details.case")];
  if (all.length < 2) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "openers";
  button.textContent = words.open;
  button.addEventListener("click", () => {
    const open = button.textContent === words.open;
    all.forEach((d) => { d.open = open; });
    button.textContent = open ? words.close : words.open;
  });
  all[0].before(button);
}

for (const table of document.querySelectorAll("table.sortable")) {
  if (table.tBodies[0].rows.length < 2) continue;
  sortable(table);
  if (table.tBodies[0].rows.length > 9) filterable(table);
}
document.querySelectorAll("section").forEach(openers);
