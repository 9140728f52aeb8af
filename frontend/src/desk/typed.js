/**
 * What was typed stays when a form is refused. The page that answers a POST carries what was sent (#typed); a form whose
 * template did not fill it in again is filled in here, choices and ticks included. Files must be chosen once more.
 */
const samePath = (address) => new URL(address, location.href).pathname === location.pathname;

/** Several forms may stand on a page: the one that was sent has this address and these hidden fields. */
function wasSent(form, typed) {
  const aims = [form.getAttribute("action") || location.href, ...[...form.elements].map((e) => e.getAttribute("formaction")).filter(Boolean)];
  const marks = [...form.querySelectorAll("input[type=hidden]")].filter((e) => !e.hasAttribute("data-seconds") && e.name in typed);
  const asked = [...form.elements].filter((e) => e.name && e.type !== "hidden" && e.tagName !== "BUTTON");
  return form.method === "post" && aims.some(samePath) && marks.every((e) => typed[e.name].includes(e.value)) && asked.some((e) => e.name in typed);
}

function refill(control, typed) {
  if (["hidden", "file", "password"].includes(control.type) || control.tagName === "BUTTON") return;
  const sent = typed[control.name] || [];
  if (["checkbox", "radio"].includes(control.type)) control.checked = sent.includes(control.value);
  else if (control.tagName === "SELECT") sent.length && [...control.options].forEach((one) => (one.selected = sent.includes(one.value)));
  else if (sent.length === 1) control.value = sent[0];
}

export function keepTyped() {
  const told = document.getElementById("typed");
  if (!told) return;
  const typed = JSON.parse(told.textContent);
  for (const form of document.forms) {
    if (!wasSent(form, typed)) continue;
    for (const control of form.elements) if (control.name) refill(control, typed);
    for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  }
}
