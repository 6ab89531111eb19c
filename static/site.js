// Everything works without this file; it only saves a press here and there.
document.documentElement.classList.add("js");
// Without a line the browser would show a page of its own, and what was typed would be gone: the form stays, and says so.
// A browser that takes itself to be offline may be wrong, so it is asked whether it reaches us.
const noLine = document.getElementById("no-line")?.content.firstElementChild;
const here = document.currentScript.src;
let isReached = false;
document.addEventListener("submit", async (event) => {
  const { target: form, submitter: button } = event;
  if (navigator.onLine || isReached || event.defaultPrevented || form.method !== "post" || !noLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  isReached = await fetch(here, { method: "HEAD", cache: "no-store" }).then(() => true, () => false);
  if (isReached) form.requestSubmit(button);
  else { form.append(noLine); noLine.scrollIntoView({ block: "nearest" }); }
  isReached = false;
});
// One press of Save is enough; the key in the form makes a second one harmless.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && button.dataset.once !== undefined) {
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.once;
  }
});
// Filters left empty stay out of the address.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form.filters")) return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  if (!elt.matches("form.filters")) return;
  for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
});
// Copies the text of a field, which is selected either way.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copies);
  field.focus();
  field.select();
  navigator.clipboard?.writeText(field.value).then(() => {
    button.textContent = button.dataset.copied;
  }, () => {});
});
// The account menu closes as menus do: by Escape, by a press elsewhere, and when the focus leaves it.
const menu = document.querySelector("details.account");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu?.open) return;
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  menu.open = false;
});
for (const name of ["click", "focusin"]) {
  document.addEventListener(name, (event) => {
    if (menu?.open && !menu.contains(event.target)) menu.open = false;
  });
}
// A passkey that was cancelled, or that the device does not have: allauth's script tells, the page says so.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const said of document.querySelectorAll("[data-passkey-problem]")) said.hidden = false;
});
