// Runs before the page is painted, so that nobody sees the wrong theme first. Not a module: modules wait.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage is forbidden: the system's wish holds
    }
  };

  const apply = () => {
    const chosen = read("gv-theme");
    const theme = chosen === "dark" || chosen === "light" ? chosen : dark.matches ? "dark" : "light";
    root.dataset.theme = theme;
    root.dataset.bsTheme = theme;
    root.dataset.size = read("gv-size") === "large" ? "large" : "normal";
  };

  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply); // another tab switched
  document.addEventListener("gv:look", apply);
})();
