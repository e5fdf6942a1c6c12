// Ctrl K / ⌘K: menus, records and actions in one box.

const dialog = document.getElementById("palette");
const input = dialog?.querySelector("input");
const mac = /Mac|iPhone|iPad/.test(navigator.platform);

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

function openPalette() {
  if (dialog.open) return;
  dialog.showModal();
  input.select();
  // A plain event: it asks for the entries before anything is typed.
  const ask = () => input.form.dispatchEvent(new CustomEvent("gv:open"));
  // Whoever is quicker than the page: before it has loaded, htmx may not listen yet.
  if (document.readyState === "complete") ask();
  else window.addEventListener("load", ask, { once: true });
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
    else if (event.key === "Enter") options().find((o) => o.getAttribute("aria-selected") === "true")?.click();
    else if (event.key === "Escape") dialog.close(); // a search box would take the first one to empty itself
    else return;
    event.preventDefault();
  });

  dialog.addEventListener("htmx:after:swap", () => {
    const first = options()[0];
    first?.setAttribute("aria-selected", "true");
    if (first) input.setAttribute("aria-activedescendant", first.id);
    else input.removeAttribute("aria-activedescendant");
  });
}
