/**
 * Forms made from a sheet: questions that an answer brings up (data-show, data-show-is), and files that are handed in
 * at once where the form names a place for them (data-upload). Without this script every question is shown and the files
 * travel with the form; the server takes both.
 */
const UPLOAD_FAILED = "没有传上去，请检查网络后再选一次。";

export function startSheets() {
  document.querySelectorAll("form[data-sheet]").forEach((form) => {
    form.addEventListener("change", (event) => (event.target.type === "file" && form.dataset.upload ? hand(form, event.target) : showAsked(form)));
    form.addEventListener("click", (event) => {
      if (event.target.closest("[data-drop]")) event.target.closest("li").remove();
    });
    form.addEventListener("submit", () => setTimeout(() => lock(form)));
    form.classList.toggle("live", Boolean(form.dataset.upload)); // from here on files are handed in at once, by buttons
    showAsked(form);
    form.querySelector(".fd.bad :is(input, textarea):not([type=hidden])")?.focus();
  });
}

/** Answers of one question; a control inside something hidden is disabled and does not count. */
function answered(form, name) {
  return [...form.elements]
    .filter((e) => e.name === name && !e.disabled && (e.checked || !["radio", "checkbox"].includes(e.type)))
    .map((e) => e.value);
}

function showAsked(form) {
  form.querySelectorAll("[data-show]").forEach((part) => {
    const wanted = part.dataset.showIs.split(",");
    const inside = part.parentElement.closest("[data-show]");
    const on = !inside?.hidden && answered(form, part.dataset.show).some((value) => wanted.includes(value));
    part.hidden = !on;
    part.querySelectorAll("input, textarea, select").forEach((control) => (control.disabled = !on));
  });
}

/** A second press of the button must not send again; coming back by the browser's button frees it. */
function lock(form) {
  form.querySelectorAll("button:not([type=button])").forEach((button) => (button.disabled = true));
  window.addEventListener("pageshow", () => form.querySelectorAll("button").forEach((b) => (b.disabled = false)), { once: true });
}

async function hand(form, input) {
  const list = input.closest(".fd").querySelector("[data-files]");
  say(input, "");
  for (const file of input.files) {
    if (list.children.length >= Number(input.dataset.most)) {
      say(input, `最多 ${input.dataset.most} 个，多的没有收下。`);
      break;
    }
    await send(form, input, list, file);
  }
  input.value = "";
}

async function send(form, input, list, file) {
  const row = document.createElement("li");
  row.textContent = `${file.name} 正在上传…`;
  list.append(row);
  const body = new FormData();
  body.append("file", file);
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  try {
    const answer = await fetch(form.dataset.upload, { method: "POST", body, headers });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.sentence);
    fillRow(row, input.dataset.name, told);
  } catch (why) {
    row.remove();
    say(input, /[一-龥]/.test(why.message) ? why.message : `${file.name} ${UPLOAD_FAILED}`);
  }
}

function fillRow(row, name, told) {
  const held = document.createElement("input");
  Object.assign(held, { type: "hidden", name, value: told.id });
  const link = document.createElement("a");
  Object.assign(link, { href: `/files/${told.id}/`, target: "_blank", rel: "noopener", textContent: told.name });
  const drop = document.createElement("button");
  Object.assign(drop, { type: "button", className: "btn", textContent: "删除" });
  drop.dataset.drop = "";
  row.replaceChildren(held, link, drop);
}

function say(input, sentence) {
  const field = input.closest(".fd");
  field.querySelector(".err")?.remove();
  field.classList.toggle("bad", Boolean(sentence));
  if (!sentence) return;
  const line = document.createElement("div");
  line.className = "err";
  line.setAttribute("role", "alert");
  line.textContent = sentence;
  field.append(line);
}
