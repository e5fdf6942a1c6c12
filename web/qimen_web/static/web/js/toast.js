// Messages in the corner. The server sends them in the page (<template data-toast>) or with
// HX-Trigger: {"gv:toast": {...}}; 撤销 posts the action that takes the change back.

const SECONDS = 8;
const area = document.getElementById("toasts");

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "gv-icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${area.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

const ICONS = { ok: "circle-check", good: "circle-check", warn: "alert-triangle", danger: "alert-circle", bad: "alert-circle" };

export function toast({ message, tone = "ok", undo = "", keep = false }) {
  if (!area || !message) return;
  const box = document.createElement("div");
  box.className = `gv-toast gv-toast-${{ good: "ok", bad: "danger" }[tone] ?? tone}`;
  const text = document.createElement("p");
  text.textContent = message;
  box.append(icon(ICONS[tone] ?? "info-circle"), text);
  if (undo) {
    box.append(
      button(area.dataset.undo, () => {
        box.remove();
        window.htmx.ajax("POST", undo, { target: "#toasts", swap: "none" });
      }),
    );
  }
  box.append(button(area.dataset.close, () => box.remove()));
  area.append(box);
  if (!keep) fade(box);
}

// A message stays while it is pointed at or holds the focus: nobody should have to hurry.
function fade(box) {
  let timer;
  const start = () => {
    timer = setTimeout(() => box.remove(), SECONDS * 1000);
  };
  const stop = () => clearTimeout(timer);
  for (const name of ["mouseenter", "focusin"]) box.addEventListener(name, stop);
  for (const name of ["mouseleave", "focusout"]) box.addEventListener(name, start);
  start();
}

function flashed(root) {
  for (const note of root.querySelectorAll("template[data-toast]")) {
    toast({
      message: note.content.textContent.trim(),
      tone: note.dataset.tone,
      undo: note.dataset.undoUrl,
      keep: "keep" in note.dataset,
    });
    note.remove();
  }
}

document.addEventListener("gv:toast", (event) => toast(event.detail));
document.addEventListener("htmx:after:swap", () => flashed(document));
flashed(document);
