/** Elements without a framework: h("p", {class: "note"}, "text", child). Text is never read as HTML. */
const SVG = "http://www.w3.org/2000/svg";
let sprite = "";

export function useSprite(url) {
  sprite = url;
}

export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

export function icon(name, size = 0) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "ico");
  svg.setAttribute("aria-hidden", "true");
  if (size) svg.setAttribute("style", `width:${size}px;height:${size}px`);
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

export const pill = (state, text) => h("span", { class: `pill ${state}` }, text);

export function fill(place, ...children) {
  const element = typeof place === "string" ? document.getElementById(place) : place;
  element.replaceChildren(...children.flat(3).filter(Boolean));
  return element;
}

/** A calm line at the bottom with at most one action; it goes by itself. */
let toastTimer = 0;
export function toast(text, { action, onaction, seconds = 5, state = "ok" } = {}) {
  clearTimeout(toastTimer);
  const close = () => fill("toast");
  fill(
    "toast",
    h("div", { class: `toast ${state}` }, icon(state === "ok" ? "circle-check" : "info-circle", 20), h("span", null, text),
      action && h("button", { type: "button", onclick: () => { close(); onaction(); } }, action)),
  );
  toastTimer = setTimeout(close, seconds * 1000);
}

/** The one dialog. Resolves to the chosen action's key, or "" when it is left. */
export function ask(title, text, actions) {
  return new Promise((resolve) => {
    let chosen = "";
    const dialog = h("dialog", { class: "ask", "aria-label": title },
      h("h2", null, title),
      text && h("p", null, text),
      h("div", { class: "acts" }, actions.map(([key, words, look]) =>
        h("button", { type: "button", class: `btn ${look || ""}`, onclick: () => { chosen = key; dialog.close(); } }, words))));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(chosen); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A sheet from below with its own close button. */
export function panel(title, ...content) {
  const dialog = h("dialog", { class: "from-below", "aria-label": title },
    h("header", null, h("h2", null, title),
      h("button", { type: "button", class: "shut", "aria-label": "关闭", onclick: () => dialog.close() }, icon("x", 24))),
    h("div", { class: "in" }, content));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * The whole screen for one thing under the finger: `content` between words and buttons. A button is
 * [key, words, icon, may]; where `may` answers false the screen stays. Resolves to the key, or "" when it is left.
 */
export function screen(title, words, content, actions) {
  return new Promise((resolve) => {
    let chosen = "";
    const press = (key, may) => {
      if (may && may() === false) return;
      chosen = key;
      dialog.close();
    };
    const dialog = h("dialog", { class: "whole", "aria-label": title },
      h("header", null, h("h2", null, title),
        h("button", { type: "button", class: "shut", "aria-label": "关闭", onclick: () => dialog.close() }, icon("x", 24))),
      words, h("div", { class: "glass" }, content),
      actions.length > 0 && h("footer", null, actions.map(([key, text, sign, may], at) =>
        h("button", { type: "button", class: at === actions.length - 1 ? "bigbtn" : "b2", onclick: () => press(key, may) }, icon(sign, 20), text))));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(chosen); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
