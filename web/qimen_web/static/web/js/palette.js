// Ctrl K / ⌘K: menus, records and actions in one box.

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const mac = /Mac|iPhone|iPad/.test(navigator.platform);

let listening = false; // whether htmx has come to the form
let shown; // the text whose entries stand in the list
let hasty = false; // Enter came before the entries did

const options = () => [...dialog.querySelectorAll('[role="option"]')];

function choose(step) {
  const all = options();
  if (!all.length) return;
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = all[(at + step + all.length) % all.length];
  if (at >= 0) all[at].setAttribute("aria-selected", "false");
  next.setAttribute("aria-selected", "true");
  next.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", next.id);
}

const take = () => options().find((option) => option.getAttribute("aria-selected") === "true")?.click();

// A plain event: it asks for the entries before anything is typed.
const ask = () => input.form.dispatchEvent(new CustomEvent("gv:open"));

function openPalette() {
  if (dialog.open) return;
  dialog.showModal();
  input.select();
  if (listening) ask();
}

if (dialog) {
  for (const key of document.querySelectorAll("[data-palette-key]")) key.textContent = mac ? "⌘ K" : "Ctrl K";

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) openPalette();
    // A click on the veil lands on the dialog itself.
    else if (event.target === dialog || event.target.closest("[data-palette-close]")) dialog.close();
  });

  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // an input method is still choosing its characters
    if (event.key === "ArrowDown") choose(1);
    else if (event.key === "ArrowUp") choose(-1);
    else if (event.key === "Enter" && shown === input.value) take();
    else if (event.key === "Enter") hasty = true;
    else if (event.key === "Escape") dialog.close(); // a search box would take the first one to empty itself
    else return;
    event.preventDefault();
  });

  // Whoever is quicker than the page: on a slow machine it has loaded before htmx listens.
  input.form.addEventListener("htmx:after:init", () => {
    listening = true;
    if (dialog.open) ask();
  });

  dialog.addEventListener("htmx:config:request", (event) => (event.detail.ctx.asked = input.value));
  input.addEventListener("input", () => (hasty = false));
  dialog.addEventListener("close", () => (hasty = false));

  dialog.addEventListener("htmx:after:swap", (event) => {
    shown = event.detail.ctx.asked;
    const first = options()[0];
    first?.setAttribute("aria-selected", "true");
    if (first) input.setAttribute("aria-activedescendant", first.id);
    else input.removeAttribute("aria-activedescendant");
    if (hasty && shown === input.value) take();
    hasty &&= shown !== input.value;
  });
}
