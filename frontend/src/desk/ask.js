/** Asks in a real dialog before a move that cannot be taken back: any form or link with data-ask="…". */
function build(question, verb) {
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  const heading = document.createElement("h2");
  heading.textContent = `确定要${verb}？`;
  const words = document.createElement("p");
  words.textContent = question;
  const acts = document.createElement("div");
  acts.className = "acts";
  acts.append(button("先不做", "btn", "no"), button(verb, "btn btn-danger", "yes"));
  const form = document.createElement("form");
  form.method = "dialog";
  form.append(heading, words, acts);
  dialog.append(form);
  return dialog;
}

function button(text, className, value) {
  const made = document.createElement("button");
  Object.assign(made, { textContent: text, className, value });
  return made;
}

/** Resolves to true only when the person pressed the verb itself; Escape means no. */
export function ask(question, verb) {
  const dialog = build(question, verb);
  if (!dialog.showModal) return Promise.resolve(window.confirm(question)); // Safari 15.0 to 15.3
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    }),
  );
}

export function askFirst() {
  document.addEventListener("submit", (event) => stopAndAsk(event, event.target), true);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-ask]");
    if (link) stopAndAsk(event, link);
  }, true);
}

async function stopAndAsk(event, element) {
  if (!element.dataset.ask || element.dataset.asked) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(element.dataset.ask, element.dataset.verb || "继续"))) return;
  element.dataset.asked = "1"; // let the second, real event through
  if (element instanceof HTMLFormElement) element.requestSubmit(event.submitter);
  else element.click();
  delete element.dataset.asked;
}
