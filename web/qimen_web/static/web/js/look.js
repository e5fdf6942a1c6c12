// The two switches of the top bar: dark, and large print.

const root = document.documentElement;

const buttons = [
  ["[data-theme-toggle]", "gv-theme", () => root.dataset.theme === "dark", ["light", "dark"]],
  ["[data-size-toggle]", "gv-size", () => root.dataset.size === "large", ["normal", "large"]],
];

function show() {
  for (const [selector, , on] of buttons) {
    for (const button of document.querySelectorAll(selector)) {
      // An option of the palette is chosen, not pressed.
      if (button.getAttribute("role") !== "option") button.setAttribute("aria-pressed", String(on()));
    }
  }
  for (const use of document.querySelectorAll("[data-theme-toggle] use")) {
    const icon = root.dataset.theme === "dark" ? "sun" : "moon";
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
  }
}

document.addEventListener("click", (event) => {
  for (const [selector, key, on, values] of buttons) {
    if (event.target.closest(selector)) {
      localStorage.setItem(key, values[on() ? 0 : 1]);
      document.dispatchEvent(new Event("gv:look"));
      show();
    }
  }
});

document.addEventListener("gv:look", show);
show();
