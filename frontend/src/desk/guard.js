/** Warns before a form marked data-guard is left with something typed and not sent. */
const unsent = new Set();

export function guardForms() {
  const touched = (event) => {
    const form = event.target.form?.closest("form[data-guard]");
    if (form) unsent.add(form);
  };
  document.addEventListener("input", touched);
  document.addEventListener("change", touched);
  document.addEventListener("submit", (event) => unsent.delete(event.target));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.target instanceof HTMLFormElement) unsent.delete(event.target);
  });
  window.addEventListener("beforeunload", (event) => {
    const open = [...unsent].some((form) => form.isConnected);
    if (!open) return;
    event.preventDefault();
    event.returnValue = ""; // the browser writes its own words
  });
}
