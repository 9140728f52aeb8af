/** Copies the text of data-copy (or of the element it names by #id) and says so on the button. */
function textOf(button) {
  const named = button.dataset.copy;
  return named.startsWith("#") ? document.querySelector(named)?.textContent.trim() || "" : named;
}

/** navigator.clipboard exists only on https; bureaux also run this on plain http inside their network. */
async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copy refused");
}

export function copyOnClick() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    event.preventDefault();
    const before = button.textContent;
    const said = await copy(textOf(button)).then(() => "已复制", () => "没能复制");
    button.textContent = said;
    setTimeout(() => (button.textContent = before), 2000);
  });
}
