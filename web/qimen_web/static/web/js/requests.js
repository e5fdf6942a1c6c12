// What every htmx request gets: the form token, and an answer people can read when it fails.

import { toast } from "./toast.js";

const words = document.getElementById("toasts")?.dataset ?? {};

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (request.method !== "GET") request.headers["X-CSRF-Token"] = token();
});

// An error page must not take the place of a form somebody has filled in. 422 and 409 are the form
// itself with its errors; a panel shows its own error card; anything else is said in a toast.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const status = ctx.response?.status ?? 200;
  if (status < 400 || status === 422 || status === 409) return;
  if (ctx.sourceElement?.closest("[data-panel]")) return;
  event.preventDefault();
  if (!(ctx.hx?.trigger ?? "").includes("gv:toast")) toast({ message: words.failed, tone: "danger" });
});

document.addEventListener("htmx:error", (event) => {
  const source = event.detail.ctx?.sourceElement;
  if (!event.detail.ctx?.response) toast({ message: words.offline, tone: "danger" });
  const skeleton = source?.closest("[data-panel]")?.querySelector(".gv-skeleton");
  if (skeleton) {
    source.setAttribute("aria-busy", "false");
    skeleton.replaceChildren(words.failed ?? "");
  }
});

// After a refusal the reader of the page is taken to the list of what to mend.
document.addEventListener("htmx:after:swap", () => {
  document.querySelector("[data-form-errors]")?.focus();
});
