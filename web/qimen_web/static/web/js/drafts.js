// What was typed survives a timeout. Kept per account and form; in the tab only where nobody is
// logged in, because a shared machine must not show one resident's words to the next.

const HOURS = 24;
const PREFIX = "gv-draft:";
const account = document.querySelector('meta[name="account"]')?.content ?? "";
const store = account ? localStorage : sessionStorage;
const SKIPPED = new Set(["password", "file", "hidden", "submit", "button"]);

const keyOf = (form) => `${PREFIX}${account}:${location.pathname}:${form.dataset.draft}`;

const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !SKIPPED.has(field.type));

const ticks = (field) => field.type === "checkbox" || field.type === "radio";

function untouched(field) {
  if (ticks(field)) return field.checked === field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].every((o) => o.selected === o.defaultSelected);
  return field.value === field.defaultValue;
}

function save(form) {
  const values = {};
  for (const field of fieldsOf(form)) {
    if (ticks(field)) {
      values[field.name] ??= [];
      if (field.checked) values[field.name].push(field.value);
    } else {
      values[field.name] = field.value;
    }
  }
  try {
    store.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values }));
  } catch {
    // Full or forbidden: the form works all the same, only without its safety net.
  }
}

function draftOf(form) {
  try {
    const draft = JSON.parse(store.getItem(keyOf(form)));
    if (draft && Date.now() - draft.at < HOURS * 3600_000) return draft.values;
  } catch {
    // Not ours, or cut off: as good as none.
  }
  store.removeItem(keyOf(form));
  return null;
}

function restore(form) {
  // The answer of a refused form already holds what was typed.
  if (form.querySelector("[data-form-errors]")) return;
  const values = draftOf(form);
  if (!values) return;
  let changed = false;
  for (const field of fieldsOf(form)) {
    const kept = values[field.name];
    if (kept === undefined || !untouched(field)) continue;
    if (ticks(field)) {
      const checked = kept.includes(field.value);
      changed ||= checked !== field.checked;
      field.checked = checked;
    } else {
      changed ||= kept !== field.value;
      field.value = kept;
    }
  }
  const note = form.querySelector("[data-draft-note]");
  if (note) note.hidden = !changed;
}

function forget(form) {
  store.removeItem(keyOf(form));
  const note = form.querySelector("[data-draft-note]");
  if (note) note.hidden = true;
}

function forgetOthers() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${account}:`)) localStorage.removeItem(key);
  }
}

const draftForm = (node) => node?.closest?.("form[data-draft]");

document.addEventListener("input", (event) => {
  const form = draftForm(event.target);
  if (form) save(form);
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-draft-clear]")) return;
  const form = draftForm(event.target);
  form.reset();
  forget(form);
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const form = draftForm(ctx.sourceElement);
  if (form && ctx.request.method !== "GET" && ctx.response.status < 400) forget(form);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches('form[action="/logout"]')) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
});

const restoreAll = () => document.querySelectorAll("form[data-draft]").forEach(restore);
document.addEventListener("htmx:after:swap", restoreAll);
if (account) forgetOthers();
restoreAll();
