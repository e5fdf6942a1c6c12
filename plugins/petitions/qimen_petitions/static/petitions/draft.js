// What a resident has written of the matter survives a closed tab: in this browser, for one day,
// until it is sent. Who they are is not kept: name, phone and whom they complain about stay in the
// tab alone, which the shell's own draft looks after.

const PREFIX = "petitions-draft:";
const DAY = 24 * 3600_000;
const KEPT = ["content", "place", "category"];
const form = document.getElementById("petition-public");
const key = PREFIX + location.pathname;

function read(name) {
  try {
    const draft = JSON.parse(localStorage.getItem(name));
    if (draft && Date.now() - draft.at < DAY) return draft;
  } catch {
    // Not ours, or cut off: as good as none.
  }
  return null;
}

function clean() {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX) && !read(name)) localStorage.removeItem(name);
  }
}

function save() {
  const now = document.getElementById("petition-public");
  if (!now) return;
  const values = Object.fromEntries(KEPT.map((name) => [name, now.elements[name]?.value ?? ""]));
  if (!Object.values(values).some(Boolean)) return localStorage.removeItem(key);
  // The day counts from the first word, however long somebody goes on writing.
  localStorage.setItem(key, JSON.stringify({ at: read(key)?.at ?? Date.now(), values }));
}

function restore() {
  const draft = read(key);
  if (!form || !draft || form.querySelector("[data-form-errors]")) return;
  let changed = false;
  for (const name of KEPT) {
    const field = form.elements[name];
    if (!field || field.value || !draft.values[name]) continue;
    field.value = draft.values[name];
    changed = true;
  }
  const note = form.querySelector("[data-draft-note]");
  if (note && changed) note.hidden = false;
}

try {
  clean();
  restore();
  document.addEventListener("input", (event) => {
    if (event.target.closest?.("#petition-public")) save();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-draft-clear]")) localStorage.removeItem(key);
  });
  // The page of the code takes the form's place once the request is in.
  const sent = () => document.querySelector("[data-tracking-code]") && localStorage.removeItem(key);
  document.addEventListener("htmx:after:swap", sent);
  sent();
} catch {
  // No room or no leave to keep anything: the form works all the same.
}
