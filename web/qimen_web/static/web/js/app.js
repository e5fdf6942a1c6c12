// Everything a page needs; each module looks after one thing and finds its elements by data-*.

import "./look.js";
import "./toast.js";
import "./requests.js";
import "./drafts.js";
import "./lists.js";
import "./fill.js";
import "./palette.js";

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
