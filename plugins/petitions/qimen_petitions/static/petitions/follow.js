// A QR code carries the tracking code behind "#", so that it never reaches a server's log.
const field = document.getElementById("f-code");
const code = decodeURIComponent(window.location.hash.slice(1));

if (field && /^[0-9A-Za-z-]{12,14}$/.test(code)) {
  field.value = code;
  window.history.replaceState(null, "", window.location.pathname);
  document.getElementById("f-tail")?.focus();
}
