// Lists: rows as links, the keyboard, ticking rows, choosing columns, labels for the phone's cards.

const phone = window.matchMedia("(max-width: 767.98px)");
const typing = (node) => node.closest?.("input, textarea, select, [contenteditable], dialog, .modal, .dropdown-menu");

function rowsOf(list) {
  return [...list.querySelectorAll("[data-list-table] tbody tr")];
}

function move(list, step) {
  const rows = rowsOf(list);
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("gv-row-current"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))] ?? rows[0];
  if (at >= 0) rows[at].classList.remove("gv-row-current");
  next.classList.add("gv-row-current");
  next.scrollIntoView({ block: "nearest" });
  (next.querySelector("a[href]") ?? next.querySelector("input"))?.focus({ preventScroll: true });
}

function picked(list) {
  const boxes = [...list.querySelectorAll('tbody input[name="ids"]')];
  const ticked = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr").classList.toggle("gv-row-picked", box.checked);
  const bar = list.querySelector("[data-list-bulk]");
  if (bar) {
    bar.hidden = ticked.length === 0;
    bar.querySelector("[data-list-picked]").textContent = ticked.length;
  }
  const all = list.querySelector("[data-list-all]");
  if (all) {
    all.checked = boxes.length > 0 && ticked.length === boxes.length;
    all.indeterminate = ticked.length > 0 && !all.checked;
  }
}

function tickAll(list, on) {
  for (const box of list.querySelectorAll('tbody input[name="ids"]')) box.checked = on;
  picked(list);
}

function keyed(list, event) {
  const current = list.querySelector("tr.gv-row-current");
  if (event.key === "j" || event.key === "k") move(list, event.key === "j" ? 1 : -1);
  else if (event.key === "x" && current) {
    const box = current.querySelector('input[name="ids"]');
    if (box) {
      box.checked = !box.checked;
      picked(list);
    }
  } else if (event.key === "Enter" && current && !event.target.closest("a, button")) {
    open(current);
  } else if (event.key === "/") list.querySelector("[data-list-search]")?.focus();
  else return;
  if (event.key !== "Enter") event.preventDefault();
}

function open(row) {
  const url = row.dataset.href ?? row.querySelector("a.gv-row-link")?.href;
  if (url) location.assign(url);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const list = event.target.closest?.("[data-list]") ?? document.querySelector("[data-list]");
  // A tick box is a place one stands on, not a place one types in.
  const standing = event.target.matches?.('input[type="checkbox"]');
  if (list && (standing || !typing(event.target))) keyed(list, event);
});

// ---- columns ------------------------------------------------------------------------------------

function chooseColumns(list) {
  const boxes = [...list.querySelectorAll("[data-list-column]")];
  const table = list.querySelector("[data-list-table]");
  for (const box of boxes) table?.classList.toggle(`gv-hide-${box.dataset.listColumn}`, !box.checked);
  const plain = boxes.every((box) => box.checked === (box.dataset.default === "1"));
  const shown = plain ? "" : boxes.filter((box) => box.checked).map((box) => box.value).join(".");
  const here = withColumns(location.href, shown);
  history.replaceState(history.state, "", here);
  // Filtering, paging and exporting go on with the same columns.
  for (const link of list.querySelectorAll("thead a, .gv-pager a, .gv-chips a.gv-chip, a[data-list-export]")) {
    link.href = withColumns(link.href, shown);
  }
  keepInForm(list.querySelector("form.gv-filters"), shown);
}

function withColumns(address, shown) {
  const url = new URL(address, location.href);
  if (shown) url.searchParams.set("cols", shown);
  else url.searchParams.delete("cols");
  return url.pathname + url.search;
}

function keepInForm(form, shown) {
  if (!form) return;
  let field = form.querySelector('input[name="cols"]');
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = "cols";
    form.append(field);
  }
  field.value = shown;
  field.disabled = !shown;
}

// ---- phone --------------------------------------------------------------------------------------

function label(table) {
  if (!phone.matches) return;
  const heads = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
  const first = heads.findIndex(Boolean);
  for (const row of table.tBodies[0]?.rows ?? []) {
    [...row.cells].forEach((cell, at) => {
      if (heads[at]) cell.dataset.label = heads[at];
    });
    if (!row.querySelector(".gv-head")) row.cells[first]?.classList.add("gv-head");
  }
}

// ---- events -------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const list = event.target.closest("[data-list]");
  if (!list) return;
  if (event.target.closest("[data-list-none]")) tickAll(list, false);
  else if (event.target.closest("[data-filters-toggle]")) event.target.closest("form").classList.toggle("gv-collapsed");
  else {
    const row = event.target.closest("tbody tr[data-href]");
    const used = event.target.closest("a, button, input, label, summary");
    if (row && !used && !getSelection().toString()) open(row);
  }
});

document.addEventListener("change", (event) => {
  const list = event.target.closest("[data-list]");
  if (!list) return;
  if (event.target.matches("[data-list-all]")) tickAll(list, event.target.checked);
  else if (event.target.matches('input[name="ids"]')) picked(list);
  else if (event.target.matches("[data-list-column]")) chooseColumns(list);
});

document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});

const ready = () => {
  document.querySelectorAll("[data-list]").forEach(picked);
  document.querySelectorAll(".gv-table-cards").forEach(label);
};
phone.addEventListener("change", ready);
document.addEventListener("htmx:after:swap", ready);
ready();
